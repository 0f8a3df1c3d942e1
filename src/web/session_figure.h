/*
 * session_figure: one session drawn on one axis of clock time. From the first dose on the
 * vital signs and the scales stand under the forecast; before it, or where the route has no
 * forecast, they stand by themselves.
 */
#ifndef CAIRN_SESSION_FIGURE_H
#define CAIRN_SESSION_FIGURE_H

#include "app/dosing.h"
#include "web/web.h"

struct session_figure {
    const struct view_figure *vitals;     /* NULL: they stand under the forecast, or are none */
    const struct view_forecast *forecast; /* NULL: nothing was given yet */
};

/* `now_ms` 0: the session is over. `birth_date` may be absent. */
MUST enum err session_figure(struct request *rq, const struct dosing_day *day,
                             struct str birth_date, int64_t now_ms, struct session_figure *out);

#endif
