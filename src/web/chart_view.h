/* chart_view: pieces of the chart that several pages show. */
#ifndef CAIRN_CHART_VIEW_H
#define CAIRN_CHART_VIEW_H

#include "web/html.h"
#include "web/web.h"

/* The page on which a step is done: "dosing", "integration" or "step". */
const char *chart_step_room(struct str type);

/* The outcome curve of an instrument with the doses on the time axis and the lines of
 * response and remission; NULL when there are fewer than one response. */
MUST enum err chart_outcome(struct request *rq, struct str patient_id, struct str instrument,
                            const struct view_figure **out);

#endif
