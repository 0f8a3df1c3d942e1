/* path: the course as a path of stones. Sizes by type: dosing large, preparation and measures
 * small, the rest between; the space before a stone grows with the days since the last. */
#ifndef CAIRN_WEB_PATH_H
#define CAIRN_WEB_PATH_H

#include "web/html.h"
#include "web/svg.h"

struct path_step {
    struct str type;  /* screen prep dose integration measure review booster followup */
    struct str word;  /* what stands under the stone: "Dose 3", "PHQ-9" */
    struct str link;  /* a url of ours; absent: the stone leads nowhere */
    struct str state; /* planned, done, missed, cancelled */
    int32_t due_days; /* civil days, as in base/date.h; the day it was done, where it was */
    int32_t window_to_days; /* past it a planned step is late */
};

/* In the order of due_days. Late is counted from the end of the window; a planned step whose
 * window is open is today's. */
enum stone_state path_state(const struct path_step *s, int32_t today_days);
struct view_path path_of(struct arena *a, struct str label, const struct path_step *steps,
                         ptrdiff_t n, int32_t today_days);

#endif
