/* rems_show: the REMS as other pages show it: rows of forms on the page of the day, the patient's
 * enrolment on the chart. */
#ifndef CAIRN_REMS_SHOW_H
#define CAIRN_REMS_SHOW_H

#include "app/rems.h"
#include "web/form_view.h"

/* A form of the queue as a row of a list. */
void rems_show_item(struct request *rq, const struct rems_queue_row *row, struct view_item *out);
/* How the patient stands in the programme. */
MUST enum err rems_show_enrolment(struct request *rq, struct str patient_id,
                                  struct view_list_panel *out);

#endif
