/*
 * svg: pictures drawn by the server. Pure functions of arrays: the same numbers give the same
 * bytes. Colours are classes of static/app.css, so that one picture serves all three lights
 * and paper; nothing here has a style or a script.
 *
 * Every chart has a <title> and a <desc>; the table of the same numbers stands beside it in
 * the page (web/figure.h). Time runs left to right; "now" has the same mark everywhere: a
 * full line with a wedge at its foot. Doses are marks from the top, limits thin and named.
 */
#ifndef CAIRN_WEB_SVG_H
#define CAIRN_WEB_SVG_H

#include "core/course.h"
#include "web/view.h"

/* ---- stones ---- */

enum stone_size { STONE_SMALL, STONE_MIDDLE, STONE_LARGE };
enum { STONE_STATES = STONE_CANCELLED + 1 }; /* core/course.h names them */

/* One stone; `shape` picks its outline, so that no two neighbours are alike. Hidden from a
 * screen reader: the words beside it say it. */
struct svg svg_stone(struct arena *a, enum stone_size size, enum stone_state state, unsigned shape);
/* The patient's cairn: as many stones as doses are planned (3 to 8 are drawn), laid from the
 * ground up as they are given. */
struct svg svg_cairn(struct arena *a, int given, int planned);

/* ---- charts over time ---- */

struct chart_point {
    int64_t at_ms;
    double value; /* NAN: a gap */
};

struct chart_series {
    struct str name; /* short: it stands at the line's end */
    const struct chart_point *v; /* by time */
    ptrdiff_t n;
    int64_t gap_ms; /* points further apart are not joined; 0: always joined */
    int decimals;
    bool computed; /* a model's curve: nothing was measured at its points, so no dots */
    bool ticks;    /* short strokes across the line instead of dots */
};

/* A light fill between two lines: where a share of people lies. */
struct chart_area {
    const struct chart_point *low, *high; /* `n` each, at the same instants */
    ptrdiff_t n;
    enum { AREA_OUTER, AREA_INNER } kind;
};

/* A stretch of time with a word over it: onset, strong, fading. */
struct chart_spell {
    int64_t from_ms, to_ms;
    struct str name; /* left out where it does not fit */
};

enum chart_limit_kind { LIMIT_HOLD, LIMIT_GOAL };

struct chart_limit {
    double value;
    struct str name; /* with its source: "Hold 160, clinic rule" */
    enum chart_limit_kind kind;
};

struct chart_band {
    double from, to;
    struct str level; /* fine, advisory, urgent */
};

struct chart_pane {
    struct str name, unit; /* "Blood pressure", "mmHg" */
    double low, high;      /* of the axis; both 0: from the numbers and the limits */
    int height;            /* of the plot, in units of the picture; 0: 120 */
    const struct chart_series *series;
    int series_count; /* at most 4 */
    const struct chart_limit *limits;
    int limit_count;
    const struct chart_band *bands;
    int band_count;
    const struct chart_area *areas; /* the outer before the inner */
    int area_count;
    const struct chart_spell *spells;
    int spell_count;
    const struct chart_mark *seen; /* what was observed, in this pane only: onset, peak */
    int seen_count;
    bool span; /* the first two series are the ends of one bar: systolic and diastolic */
    bool plain; /* no grid and no numbers: the shape alone */
};

struct chart_mark {
    int64_t at_ms;
    int64_t length_ms; /* an infusion's; 0: a moment */
    struct str label;  /* "IM 60 mg" */
};

/* AXIS_MINUTES, AXIS_WEEKS: instant 0 is the dose. AXIS_NONE: nothing is written under the
 * picture. */
enum chart_axis { AXIS_CLOCK, AXIS_DATE, AXIS_MINUTES, AXIS_WEEKS, AXIS_NONE };

struct chart {
    struct str id; /* of the page's element; letters, digits, '-' */
    struct str title, desc;
    enum chart_axis axis;
    int64_t from_ms, to_ms; /* both 0: from the numbers and the marks */
    int64_t now_ms;         /* 0, or outside: not drawn */
    const struct chart_pane *panes;
    int pane_count;
    const struct chart_mark *marks;
    ptrdiff_t mark_count;
    const struct chart_mark *foot; /* words under the ticks, where there is no now */
    int foot_count;
};

enum { CHART_WIDE = 760, CHART_MIDDLE = 520, CHART_NARROW = 340 };

/* `width`: CHART_WIDE, CHART_MIDDLE, CHART_NARROW, or another; the text keeps its size. */
struct svg svg_chart(struct arena *a, const struct chart *c, int width);

#endif
