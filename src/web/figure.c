#include "web/figure.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"

enum { COLUMNS_MAX = 12, SHORT_NAME = 10 };

/* ---- the table ---- */

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Every instant of the chart, once, in order. */
static ptrdiff_t instants(struct arena *a, const struct chart *c, int64_t **out) {
    ptrdiff_t n = c->mark_count, unique = 0;
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count; j++) n += c->panes[i].series[j].n;
    int64_t *at = NEWS(a, int64_t, n);
    n = 0;
    for (ptrdiff_t i = 0; i < c->mark_count; i++) at[n++] = c->marks[i].at_ms;
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count; j++)
            for (ptrdiff_t k = 0; k < c->panes[i].series[j].n; k++)
                at[n++] = c->panes[i].series[j].v[k].at_ms;
    if (n) qsort(at, (size_t)n, sizeof *at, by_time);
    for (ptrdiff_t i = 0; i < n; i++)
        if (i == 0 || at[i] != at[i - 1]) at[unique++] = at[i];
    *out = at;
    return unique;
}

static struct str value_at(struct arena *a, const struct chart_series *s, int64_t at_ms) {
    struct buf b = buf_new(a, 16);
    for (ptrdiff_t i = 0; i < s->n; i++)
        if (s->v[i].at_ms == at_ms && isfinite(s->v[i].value)) {
            buf_real(&b, s->v[i].value, s->decimals);
            return buf_str(&b);
        }
    return STR("–");
}

static struct str marks_at(struct arena *a, const struct chart *c, int64_t at_ms) {
    struct buf b = buf_new(a, 32);
    for (ptrdiff_t i = 0; i < c->mark_count; i++) {
        if (c->marks[i].at_ms != at_ms) continue;
        if (b.n) buf_z(&b, ", ");
        buf_put(&b, c->marks[i].label);
    }
    return b.n ? buf_str(&b) : STR("–");
}

static struct str when(struct arena *a, enum chart_axis axis, int64_t at_ms) {
    struct buf b = buf_new(a, 24);
    if (axis == AXIS_CLOCK)
        clock_put_time(&b, at_ms);
    else
        date_put_words(&b, clock_civil(at_ms).days);
    return buf_str(&b);
}

static struct view_figure_row row_at(struct arena *a, const struct chart *c, int64_t at_ms) {
    struct text_list cells = {NEWS(a, struct str, COLUMNS_MAX), 0};
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count && cells.n < COLUMNS_MAX; j++)
            cells.v[cells.n++] = value_at(a, &c->panes[i].series[j], at_ms);
    if (c->mark_count && cells.n < COLUMNS_MAX) cells.v[cells.n++] = marks_at(a, c, at_ms);
    return (struct view_figure_row){when(a, c->axis, at_ms), cells};
}

static struct text_list heads_of(struct arena *a, const struct chart *c) {
    struct text_list heads = {NEWS(a, struct str, COLUMNS_MAX + 1), 0};
    heads.v[heads.n++] = c->axis == AXIS_CLOCK ? STR("Time") : STR("Date");
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count && heads.n < COLUMNS_MAX; j++)
            heads.v[heads.n++] = str_format(a, "%.*s, %.*s", STR_ARG(c->panes[i].series[j].name),
                                            STR_ARG(c->panes[i].unit));
    if (c->mark_count) heads.v[heads.n++] = STR("Dose");
    return heads;
}

struct view_figure figure_of(struct arena *a, const struct chart *c, struct str caption) {
    int64_t *at;
    ptrdiff_t n = instants(a, c, &at);
    struct view_figure_row_list rows = {NEWS(a, struct view_figure_row, n), n};
    for (ptrdiff_t i = 0; i < n; i++) rows.v[i] = row_at(a, c, at[i]);
    return (struct view_figure){
        .id = c->id,
        .title = c->title,
        .caption = caption,
        .wide = svg_chart(a, c, CHART_WIDE),
        .middle = svg_chart(a, c, CHART_MIDDLE),
        .narrow = svg_chart(a, c, CHART_NARROW),
        .heads = heads_of(a, c),
        .rows = rows,
    };
}

/* ---- vitals ---- */

static struct chart_series column(struct arena *a, const struct vitals_figure *in, ptrdiff_t offset,
                                  struct str name) {
    struct chart_point *v = NEWS(a, struct chart_point, in->row_count);
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < in->row_count; i++) {
        const struct maybe_real *m = (const void *)((const char *)&in->rows[i] + offset);
        if (m->is) v[n++] = (struct chart_point){in->rows[i].at_ms, m->v};
    }
    return (struct chart_series){.name = name, .v = v, .n = n, .gap_ms = 45 * MINUTE_MS};
}

/* "12 readings from 14:05 to 15:50; blood pressure 118/76 to 152/94" and so on, for who does
 * not see the picture. */
static struct str vitals_words(struct arena *a, const struct vitals_figure *in) {
    if (in->row_count == 0) return STR("No vitals are recorded yet.");
    struct buf b = buf_new(a, 200);
    buf_int(&b, in->row_count);
    buf_z(&b, in->row_count == 1 ? " reading, at " : " readings, from ");
    clock_put_time(&b, in->rows[0].at_ms);
    if (in->row_count > 1) {
        buf_z(&b, " to ");
        clock_put_time(&b, in->rows[in->row_count - 1].at_ms);
    }
    const struct vitals_row *last = &in->rows[in->row_count - 1];
    if (last->systolic.is && last->diastolic.is) {
        buf_z(&b, "; last blood pressure ");
        buf_real(&b, last->systolic.v, 0);
        buf_char(&b, '/');
        buf_real(&b, last->diastolic.v, 0);
        buf_z(&b, " mmHg");
    }
    buf_z(&b, ". The table below has every number.");
    return buf_str(&b);
}

/* A pane without a number is an axis of nothing: it is left out. */
static int with_numbers(struct chart_pane *panes, int n) {
    int kept = 0;
    for (int i = 0; i < n; i++) {
        ptrdiff_t points = 0;
        for (int j = 0; j < panes[i].series_count; j++) points += panes[i].series[j].n;
        if (points) panes[kept++] = panes[i];
    }
    return kept;
}

int figure_vitals_panes(struct arena *a, const struct vitals_figure *in,
                        struct chart_pane panes[VITALS_PANES]) {
    struct chart_series *s = NEWS(a, struct chart_series, 4);
    s[0] = column(a, in, offsetof(struct vitals_row, systolic), STR("Systolic"));
    s[1] = column(a, in, offsetof(struct vitals_row, diastolic), STR("Diastolic"));
    s[2] = column(a, in, offsetof(struct vitals_row, pulse), STR("Pulse"));
    s[3] = column(a, in, offsetof(struct vitals_row, spo2), STR("SpO₂"));
    panes[0] = (struct chart_pane){.name = STR("Blood pressure"),
                                   .unit = STR("mmHg"),
                                   .low = 40,
                                   .high = 200,
                                   .height = 170,
                                   .series = s,
                                   .series_count = 2,
                                   .limits = in->pressure_limits,
                                   .limit_count = in->pressure_limit_count,
                                   .span = true};
    panes[1] = (struct chart_pane){.name = STR("Pulse"),
                                   .unit = STR("/min"),
                                   .low = 40,
                                   .high = 140,
                                   .height = 84,
                                   .series = s + 2,
                                   .series_count = 1};
    panes[2] = (struct chart_pane){.name = STR("Oxygen saturation"),
                                   .unit = STR("%"),
                                   .low = 85,
                                   .high = 100,
                                   .height = 70,
                                   .series = s + 3,
                                   .series_count = 1,
                                   .limits = in->spo2_limits,
                                   .limit_count = in->spo2_limit_count};
    return with_numbers(panes, VITALS_PANES);
}

struct chart_pane figure_scale_pane(const struct figure_scale *scale) {
    return (struct chart_pane){.name = scale->name,
                               .unit = scale->unit,
                               .low = scale->low,
                               .high = scale->high,
                               .height = 56,
                               .series = &scale->series,
                               .series_count = 1};
}

struct view_figure figure_vitals(struct arena *a, const struct vitals_figure *in) {
    struct chart_pane *panes = NEWS(a, struct chart_pane, VITALS_PANES + in->scale_count);
    int pane_count = figure_vitals_panes(a, in, panes);
    for (int i = 0; i < in->scale_count; i++)
        panes[pane_count++] = figure_scale_pane(&in->scales[i]);
    struct chart c = {
        .id = in->id,
        .title = in->title,
        .desc = vitals_words(a, in),
        .axis = AXIS_CLOCK,
        .from_ms = in->from_ms,
        .to_ms = in->to_ms,
        .now_ms = in->now_ms,
        .panes = panes,
        .pane_count = pane_count,
        .marks = in->doses,
        .mark_count = in->dose_count,
    };
    return figure_of(a, &c, in->caption);
}

/* ---- outcome ---- */

static struct str outcome_words(struct arena *a, const struct outcome_figure *in) {
    struct buf b = buf_new(a, 200);
    buf_put(&b, in->measure);
    if (in->point_count == 0) {
        buf_z(&b, ": no measure is recorded yet.");
        return buf_str(&b);
    }
    const struct chart_point *first = &in->points[0], *last = &in->points[in->point_count - 1];
    buf_z(&b, " was ");
    buf_real(&b, first->value, 0);
    buf_z(&b, " on ");
    date_put_words(&b, clock_civil(first->at_ms).days);
    if (in->point_count > 1) {
        buf_z(&b, " and ");
        buf_real(&b, last->value, 0);
        buf_z(&b, " on ");
        date_put_words(&b, clock_civil(last->at_ms).days);
    }
    buf_format(&b, "; %s is better. The table below has every number.",
               in->high_is_better ? "higher" : "lower");
    return buf_str(&b);
}

/* At the line's end stands the last value, after the measure's name where that is short. */
static struct str end_name(struct arena *a, const struct outcome_figure *in) {
    struct buf b = buf_new(a, 32);
    if (in->measure.n <= SHORT_NAME) {
        buf_put(&b, in->measure);
        buf_char(&b, ' ');
    }
    if (in->point_count) buf_real(&b, in->points[in->point_count - 1].value, 0);
    return buf_str(&b);
}

#define NAMES_APART 0.09 /* of the height: two lines closer than this share their name's place */

struct view_figure figure_outcome(struct arena *a, const struct outcome_figure *in) {
    struct chart_series s = {.name = end_name(a, in), .v = in->points, .n = in->point_count};
    struct chart_limit limits[2];
    int n = 0;
    if (in->response.is)
        limits[n++] = (struct chart_limit){in->response.v, in->response_name, LIMIT_GOAL};
    if (in->remission.is)
        limits[n++] = (struct chart_limit){in->remission.v, in->remission_name, LIMIT_GOAL};
    if (n == 2 && fabs(in->response.v - in->remission.v) < NAMES_APART * in->highest) {
        limits[0].name = str_format(a, "%.*s; %.*s", STR_ARG(in->response_name),
                                    STR_ARG(in->remission_name));
        limits[1].name = STR("");
    }
    struct chart_band band = {0, in->remission.v, STR("fine")};
    struct chart_pane pane = {
        .name = in->measure.n <= SHORT_NAME ? in->measure : STR("Total"),
        .unit = STR("points"),
        .low = 0,
        .high = in->highest,
        .height = 190,
        .series = &s,
        .series_count = 1,
        .limits = limits,
        .limit_count = n,
        .bands = &band,
        .band_count = in->remission.is ? 1 : 0,
    };
    struct chart c = {
        .id = in->id,
        .title = in->title,
        .desc = outcome_words(a, in),
        .axis = AXIS_DATE,
        .from_ms = in->from_ms,
        .to_ms = in->to_ms,
        .now_ms = in->now_ms,
        .panes = &pane,
        .pane_count = 1,
        .marks = in->doses,
        .mark_count = in->dose_count,
    };
    struct view_figure figure = figure_of(a, &c, in->caption);
    figure.heads.v[1] = str_format(a, "%.*s, points", STR_ARG(in->measure));
    figure.said = in->said;
    figure.flag = in->flag;
    return figure;
}
