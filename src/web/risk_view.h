/* risk_view: what every page says of a risk alert in the same words, and what a patient is
 * shown when it is hard: crisis resources, and their own safety plan. */
#ifndef CAIRN_RISK_VIEW_H
#define CAIRN_RISK_VIEW_H

#include "store/sql.h"
#include "web/html.h"
#include "web/web.h"

struct str risk_word(struct str state); /* follow_up -> followed up */
/* The level as a tag; critical once it is late, and when it is high. */
struct view_tag *risk_tag(struct request *rq, struct str level, int64_t due_ms);
struct str risk_when(struct request *rq, int64_t due_ms); /* "due in 9 h", "3 h late" */
/* The crisis resources of the content; `n` at most. */
struct view_resource_list risk_resources(struct request *rq, int n);

#endif
