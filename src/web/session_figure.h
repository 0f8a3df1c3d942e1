/*
 * session_figure: one session drawn on one axis of clock time. From the first dose on the
 * vital signs and the scales stand under the forecast; before it, or where the route has no
 * forecast, they stand by themselves.
 */
#ifndef CAIRN_SESSION_FIGURE_H
#define CAIRN_SESSION_FIGURE_H

#include "app/dosing.h"
#include "web/forecast_view.h"
#include "web/web.h"

struct session_figure {
    const struct view_figure *vitals;     /* NULL: they stand under the forecast, or are none */
    const struct view_forecast *forecast; /* NULL: nothing was given yet */
};

/* `now_ms` 0: the session is over. `birth_date` may be absent. */
MUST enum err session_figure(struct request *rq, const struct dosing_day *day,
                             struct str birth_date, int64_t now_ms, struct session_figure *out);

/* What the forecast goes by, of the doses of one session: an infusion that was changed at its pump
 * is as many as it had rates. */
MUST enum err session_figure_doses(struct request *rq, struct str dosing_id,
                                   const struct dose_of_dosing_rows *given,
                                   struct forecast_dose **out, ptrdiff_t *n);

#endif
