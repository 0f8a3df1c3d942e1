/* adverse_show: adverse events as other pages show them: the tap beside a session's event, the
 * rows on the page of the day. */
#ifndef CAIRN_ADVERSE_SHOW_H
#define CAIRN_ADVERSE_SHOW_H

#include "web/form_view.h"

/* An event of a session that has a term: the button that makes it an adverse event, or the link to
 * what it was made. */
MUST enum err adverse_show_tap(struct request *rq, struct str patient_id, struct str event_id,
                               struct str kind, struct view_item *item);
/* One in words: grade, when, how long after the dose, for how long, from the drug or not, what was
 * done and what became of it; serious or not is its tag. */
MUST enum err adverse_show_item(struct request *rq, const struct adverse_event *e,
                                struct view_item *out);
/* An event's term as people read it. */
struct str adverse_show_term(struct request *rq, struct str term);
struct str adverse_show_body(struct request *rq, struct str body);

#endif
