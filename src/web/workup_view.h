/* workup_view: earlier treatment and the work-up as panels, on the chart and on screening. */
#ifndef CAIRN_WORKUP_VIEW_H
#define CAIRN_WORKUP_VIEW_H

#include "app/trials.h"
#include "web/html.h"
#include "web/web.h"

/* One row a definition of treatment resistance: the count, whether it is met, the source. */
struct view_item_list workup_trd_items(struct request *rq, const struct trial_count *c);
MUST enum err workup_trial_panel(struct request *rq, struct str patient_id,
                                 struct view_list_panel *out);

#endif
