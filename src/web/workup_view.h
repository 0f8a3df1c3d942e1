/* workup_view: earlier treatment and the work-up as panels, on the chart and on screening. */
#ifndef CAIRN_WORKUP_VIEW_H
#define CAIRN_WORKUP_VIEW_H

#include "app/trials.h"
#include "app/workup.h"
#include "web/html.h"
#include "web/web.h"

/* One row a definition of treatment resistance: the count, whether it is met, the source. */
struct view_item_list workup_trd_items(struct request *rq, const struct trial_count *c);
MUST enum err workup_trial_panel(struct request *rq, struct str patient_id,
                                 struct view_list_panel *out);
/* What is overdue, stale or due, and how the rest stands. */
MUST enum err workup_panel(struct request *rq, const struct patient *p,
                           struct view_list_panel *out);
/* Every item, with what was found last. */
MUST enum err workup_table(struct request *rq, const struct patient *p,
                           struct view_workup_table *out);
/* The state with its day: "overdue since", "due by", "good until". */
struct view_tag *workup_tag(struct request *rq, const struct workup_ruling *r);
struct str workup_day(struct request *rq, const struct workup_ruling *r);
struct str workup_why(struct request *rq, const struct workup_ruling *r);
/* The page on which an item is done. */
struct str workup_room(struct request *rq, const struct workup_item *item, struct str patient_id);

#endif
