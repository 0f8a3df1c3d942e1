/* custody_show: what the pages of the register have in common, and what they lend the dose. */
#ifndef CAIRN_CUSTODY_SHOW_H
#define CAIRN_CUSTODY_SHOW_H

#include "app/custody.h"
#include "web/form_view.h"
#include "web/route.h"
#include "web/signer.h"
#include "web/show.h"

/* "450 mg (9 mL)", "112 mg (4 of 28 mg)". */
struct str custody_show_amount(struct arena *a, const struct container *c, int64_t ug);
/* Where a rule of monitoring/custody.txt speaks of an item (expiry, opened): its tag, else NULL. */
struct view_tag *custody_show_tag(struct request *rq, const struct container *c, const char *item,
                                  const char *caution, const char *hold);

/* An incident as a row of a list. */
struct view_item custody_show_incident(struct request *rq, const struct custody_incident *r);

/* Counts and inventories as the rows of a list. */
void custody_show_counts(struct request *rq, const struct count_between_rows *rows,
                         struct view_list_panel *panel);

/* A container as a row of a list: `what` is said of its number. */
struct view_item custody_show_item(struct request *rq, const struct container *c, const char *what,
                                   const struct view_tag *tag);
/* What wants somebody: open incidents, the syringes with something left in them after their dose,
 * the clinic's places that nobody has counted for too long. */
MUST enum err custody_show_wants(struct request *rq, struct view_item_list *out);
/* The page on which a place is counted. */
struct str custody_show_count(struct request *rq, struct str place);

/* A form in a part that is folded unless it has something to say. */
MUST enum err custody_part(struct request *rq, enum form_id form, struct str action,
                           const char *title, const void *values,
                           struct view_session_part_list *parts);

#endif
