/*
 * forecast_table: the same in numbers. A row for each instant at which a dose was given or
 * anything was measured or judged, and for each half hour; a column for each thing that the
 * session has.
 */
#include <math.h>

#include "base/clock.h"
#include "web/forecast_picture.h"

/* Which row of the table stands when nothing happened. */
enum { TABLE_MIN = 30, ROWS_MAX = 400 };

static struct str number(struct arena *a, double v, int decimals) {
    struct buf b = buf_new(a, 16);
    buf_real(&b, v, decimals);
    return buf_str(&b);
}

struct str forecast_when(const struct picture *p, int64_t at_ms) {
    struct buf b = buf_new(p->a, 16);
    if (p->axis == AXIS_CLOCK) {
        clock_put_time(&b, at_ms);
    } else {
        buf_int(&b, at_ms / MINUTE_MS);
        buf_z(&b, " min");
    }
    return buf_str(&b);
}

/* Columns ------------------------------------------------------------------------------------ */

enum column {
    COL_TYPICAL, COL_LOW, COL_HIGH, COL_FITTED, COL_MEASURED, COL_EFFECT, COL_FITTED_EFFECT,
    COL_DOSE, COL_SYSTOLIC, COL_DIASTOLIC, COL_PULSE, COL_SPO2, COL_SCALE
};

static const char *const heads[] = {
    [COL_TYPICAL] = "Typical venous, ng/mL", [COL_LOW] = "5 %", [COL_HIGH] = "95 %",
    [COL_FITTED] = "Fitted venous, ng/mL", [COL_MEASURED] = "Measured, ng/mL",
    [COL_EFFECT] = "Effect, 0 to 1", [COL_FITTED_EFFECT] = "Effect, fitted", [COL_DOSE] = "Dose",
    [COL_SYSTOLIC] = "Systolic, mmHg", [COL_DIASTOLIC] = "Diastolic, mmHg",
    [COL_PULSE] = "Pulse, /min", [COL_SPO2] = "SpO₂, %"};

struct source { /* what the table is of */
    const struct picture *p;
    const struct chart *c;
    const struct forecast_session *in;
};

static bool has_level(const struct source *s) {
    for (ptrdiff_t i = 0; i < s->in->observed_count; i++)
        if (s->in->observed[i].what != PK_SEEN_EFFECT) return true;
    return false;
}

static bool stands(const struct source *s, enum column column) {
    switch (column) {
    case COL_FITTED: return s->p->fit && s->p->fit->levels;
    case COL_MEASURED: return has_level(s);
    case COL_FITTED_EFFECT: return s->p->fit != NULL;
    case COL_SYSTOLIC:
    case COL_DIASTOLIC:
    case COL_PULSE:
    case COL_SPO2: return s->in->vitals_count > 0;
    default: return true;
    }
}

/* Cells -------------------------------------------------------------------------------------- */

struct between { /* two points of the grid, and how far from the first to the second */
    int i, next;
    double share;
};

static bool place(const struct source *s, double minute, struct between *out) {
    const struct pk_grid *grid = &s->p->f->grid;
    double at = minute / grid->step_min;
    if (!(at >= 0) || at > grid->count - 1) return false;
    out->i = (int)floor(at);
    out->next = out->i + 1 < grid->count ? out->i + 1 : out->i;
    out->share = at - out->i;
    return true;
}

/* NAN outside of the grid. */
static double of_curve(const struct source *s, const double *curves, enum pk_output o,
                       double minute) {
    struct between b;
    if (!curves || !place(s, minute, &b)) return NAN;
    const double *v = curves + (ptrdiff_t)o * s->p->f->grid.count;
    return v[b.i] + b.share * (v[b.next] - v[b.i]);
}

static double of_band(const struct source *s, int k, double minute) {
    struct between b;
    const float *q = s->p->f->people.band[PK_VENOUS].q[k];
    if (!place(s, minute, &b)) return NAN;
    return (double)q[b.i] + b.share * (double)(q[b.next] - q[b.i]);
}

static struct str doses_at(const struct source *s, int64_t at_ms) {
    struct buf b = buf_new(s->p->a, 32);
    for (ptrdiff_t i = 0; i < s->c->mark_count; i++)
        if (s->c->marks[i].at_ms == at_ms) {
            if (b.n) buf_z(&b, ", ");
            buf_put(&b, s->c->marks[i].label);
        }
    return b.n ? buf_str(&b) : STR("–");
}

static struct str measured_at(const struct source *s, int64_t at_ms) {
    static const char *const sites[] = {" venous", " arterial", " norketamine"};
    struct buf b = buf_new(s->p->a, 32);
    for (ptrdiff_t i = 0; i < s->in->observed_count; i++) {
        const struct forecast_seen *seen = &s->in->observed[i];
        if (seen->what == PK_SEEN_EFFECT || seen->at_ms != at_ms) continue;
        if (b.n) buf_z(&b, ", ");
        buf_real(&b, seen->value, 0);
        buf_z(&b, sites[seen->what]);
    }
    return b.n ? buf_str(&b) : STR("–");
}

static struct str sign_at(const struct source *s, enum column column, int64_t at_ms) {
    static const struct vitals_row none;
    const struct vitals_row *row = &none;
    for (ptrdiff_t i = 0; i < s->in->vitals_count; i++)
        if (s->in->vitals[i].at_ms == at_ms) row = &s->in->vitals[i];
    struct maybe_real v = column == COL_SYSTOLIC    ? row->systolic
                          : column == COL_DIASTOLIC ? row->diastolic
                          : column == COL_PULSE     ? row->pulse
                                                    : row->spo2;
    return number(s->p->a, v.is ? v.v : NAN, 0);
}

static struct str scale_at(const struct source *s, const struct chart_series *series,
                           int64_t at_ms) {
    for (ptrdiff_t i = 0; i < series->n; i++)
        if (series->v[i].at_ms == at_ms)
            return number(s->p->a, series->v[i].value, series->decimals);
    return STR("–");
}

static struct str cell(const struct source *s, enum column column, int64_t at_ms) {
    double minute = (double)(at_ms - s->p->zero_ms) / MINUTE_MS;
    const double *typical = s->p->f->typical, *fitted = s->p->fit ? s->p->fit->curve : NULL;
    struct arena *a = s->p->a;
    switch (column) {
    case COL_TYPICAL: return number(a, of_curve(s, typical, PK_VENOUS, minute), 0);
    case COL_LOW: return number(a, of_band(s, 0, minute), 0);
    case COL_HIGH: return number(a, of_band(s, PK_QUANTILES - 1, minute), 0);
    case COL_FITTED: return number(a, of_curve(s, fitted, PK_VENOUS, minute), 0);
    case COL_MEASURED: return measured_at(s, at_ms);
    case COL_EFFECT: return number(a, of_curve(s, typical, PK_DISSOCIATION, minute), 2);
    case COL_FITTED_EFFECT: return number(a, of_curve(s, fitted, PK_DISSOCIATION, minute), 2);
    case COL_DOSE: return doses_at(s, at_ms);
    default: return sign_at(s, column, at_ms);
    }
}

/* Rows --------------------------------------------------------------------------------------- */

static void sooner(int64_t at_ms, int64_t last, int64_t *best) {
    if (at_ms > last && at_ms < *best) *best = at_ms;
}

/* The next instant after `last` of which the table speaks. */
static int64_t next_instant(const struct source *s, int64_t last) {
    const struct picture *p = s->p;
    int64_t best = INT64_MAX, step = TABLE_MIN * MINUTE_MS;
    int64_t half_hour = p->zero_ms;
    if (last >= p->zero_ms) half_hour += ((last - p->zero_ms) / step + 1) * step;
    if (half_hour <= picture_instant(p, p->f->summary.until_min)) best = half_hour;
    for (ptrdiff_t i = 0; i < s->c->mark_count; i++) sooner(s->c->marks[i].at_ms, last, &best);
    for (ptrdiff_t i = 0; i < s->in->vitals_count; i++)
        sooner(s->in->vitals[i].at_ms, last, &best);
    for (ptrdiff_t i = 0; i < s->in->observed_count; i++)
        if (s->in->observed[i].what != PK_SEEN_EFFECT)
            sooner(s->in->observed[i].at_ms, last, &best);
    for (int i = 0; i < s->in->scale_count; i++)
        for (ptrdiff_t k = 0; k < s->in->scales[i].series.n; k++)
            sooner(s->in->scales[i].series.v[k].at_ms, last, &best);
    return best;
}

static struct text_list heads_of(const struct source *s) {
    struct text_list out = {NEWS(s->p->a, struct str, 1 + COL_SCALE + s->in->scale_count), 0};
    out.v[out.n++] = STR("Time");
    for (int i = 0; i < COL_SCALE; i++)
        if (stands(s, (enum column)i)) out.v[out.n++] = str_from(heads[i]);
    for (int i = 0; i < s->in->scale_count; i++) {
        const struct figure_scale *scale = &s->in->scales[i];
        out.v[out.n++] = scale->unit.n ? str_format(s->p->a, "%.*s, %.*s", STR_ARG(scale->name),
                                                    STR_ARG(scale->unit))
                                       : scale->name;
    }
    return out;
}

static struct view_figure_row row_at(const struct source *s, int64_t at_ms) {
    struct text_list cells = {NEWS(s->p->a, struct str, COL_SCALE + s->in->scale_count), 0};
    for (int i = 0; i < COL_SCALE; i++)
        if (stands(s, (enum column)i)) cells.v[cells.n++] = cell(s, (enum column)i, at_ms);
    for (int i = 0; i < s->in->scale_count; i++)
        cells.v[cells.n++] = scale_at(s, &s->in->scales[i].series, at_ms);
    return (struct view_figure_row){forecast_when(s->p, at_ms), cells};
}

void forecast_table(const struct picture *p, const struct chart *c,
                    const struct forecast_session *in, struct view_figure *out) {
    const struct source s = {p, c, in};
    out->heads = heads_of(&s);
    out->rows.v = NEWS(p->a, struct view_figure_row, ROWS_MAX);
    int64_t at = next_instant(&s, INT64_MIN);
    for (; at != INT64_MAX && out->rows.n < ROWS_MAX; at = next_instant(&s, at))
        out->rows.v[out->rows.n++] = row_at(&s, at);
}
