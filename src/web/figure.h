/* figure: a chart drawn for three widths beside the table of its numbers, as a page holds
 * it; and the two charts that Cairn draws most. */
#ifndef CAIRN_WEB_FIGURE_H
#define CAIRN_WEB_FIGURE_H

#include "web/html.h"
#include "web/svg.h"

/* The table has a row for each time at which anything was measured or given. */
struct view_figure figure_of(struct arena *a, const struct chart *c, struct str caption);

/* ---- vitals over a session ---- */

struct vitals_row {
    int64_t at_ms;
    struct maybe_real systolic, diastolic, pulse, spo2; /* mmHg, mmHg, /min, % */
};

struct vitals_figure {
    struct str id, title, caption;
    const struct vitals_row *rows; /* by time */
    ptrdiff_t row_count;
    const struct chart_mark *doses;
    ptrdiff_t dose_count;
    /* The rules that speak on the chart, each named with its source; any may be absent. */
    const struct chart_limit *pressure_limits;
    int pressure_limit_count;
    const struct chart_limit *spo2_limits;
    int spo2_limit_count;
    int64_t from_ms, to_ms, now_ms; /* 0: from the numbers; not drawn */
    const struct figure_scale *scales; /* under the signs; those with a point */
    int scale_count;
};
struct view_figure figure_vitals(struct arena *a, const struct vitals_figure *in);
/* Its panes (blood pressure, pulse, saturation), to stand under others on one time axis: those
 * that have a number. Answers how many. */
enum { VITALS_PANES = 3 };
int figure_vitals_panes(struct arena *a, const struct vitals_figure *in,
                        struct chart_pane panes[VITALS_PANES]);

/* A scale that was asked or judged in a session: sedation, nausea, pain. */
struct figure_scale {
    struct str name, unit;      /* "MOAA/S", "of 5" */
    double low, high;           /* the ends of the scale */
    struct chart_series series; /* 1 point or more, by time */
};
struct chart_pane figure_scale_pane(const struct figure_scale *scale);

/* ---- an outcome over months ---- */

struct outcome_figure {
    struct str id, title, caption;
    struct str measure;                /* "PHQ-9" */
    double highest;                    /* of the instrument: the axis is 0 to it */
    const struct chart_point *points;  /* totals, by time */
    ptrdiff_t point_count;
    const struct chart_mark *doses;
    ptrdiff_t dose_count;
    struct maybe_real response, remission;        /* the thresholds, in the measure's points */
    struct str response_name, remission_name;     /* with source: "Response, half of 18 (GUIDE)" */
    bool high_is_better;
    struct str said, flag; /* what became of the person; what calls for somebody. May be absent */
    int64_t from_ms, to_ms, now_ms;
};
struct view_figure figure_outcome(struct arena *a, const struct outcome_figure *in);

#endif
