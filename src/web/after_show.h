/* after_show: all that a patient has had, as a panel. */
#ifndef CAIRN_AFTER_SHOW_H
#define CAIRN_AFTER_SHOW_H

#include "web/form_view.h"

MUST enum err after_show_exposure(struct request *rq, struct str patient_id,
                                  struct view_list_panel *out);

#endif
