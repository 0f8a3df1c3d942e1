/*
 * svg_chart: numbers over time, in panes above each other on one time axis.
 *
 *     │ IM 60 mg                        marks, over all panes
 *     ▼
 *  180┤------------------- Hold 160     limits, thin and named
 *     │   ╱╲___ Systolic                lines, labelled at their ends
 *  100┤______
 *     ┌──────                           the next pane
 *     └──┬─────┬────▲──                 one axis; now is the wedge at its foot
 *      14:00 14:30 now
 */
#include "web/svg.h"

#include <math.h>

#include "base/clock.h"

enum {
    LEFT = 40,        /* room for the numbers of the axis */
    NAME_HEIGHT = 22, /* a pane's heading */
    MARK_ROW = 16,    /* the labels of the marks: two rows */
    MARK_HEIGHT = 26 + MARK_ROW,
    FOOT = 42, /* two lines: the ticks, and now */
    FOOT_BARE = 6,
    PANE_HEIGHT = 120,
    PANE_GAP = 20,
    LABEL_APART = 15, /* between the names at the ends of lines */
    TICK_APART = 62,
    SERIES_MAX = 4
};

struct plot {
    struct buf *b;
    const struct chart *chart;
    int64_t from_ms, to_ms;
    double left, right, top, bottom; /* of the pane at hand */
    double low, high;
};

static double x_of(const struct plot *p, int64_t at_ms) {
    double share = (double)(at_ms - p->from_ms) / (double)(p->to_ms - p->from_ms);
    return p->left + share * (p->right - p->left);
}

static double y_of(const struct plot *p, double value) {
    return p->bottom - (value - p->low) / (p->high - p->low) * (p->bottom - p->top);
}

static void put_attr(struct buf *b, const char *name, double v) {
    buf_format(b, " %s=\"", name);
    buf_real(b, v, 1);
    buf_char(b, '"');
}

static void line(struct buf *b, const char *class, double x1, double y1, double x2, double y2) {
    buf_format(b, "<line class=\"%s\"", class);
    put_attr(b, "x1", x1);
    put_attr(b, "y1", y1);
    put_attr(b, "x2", x2);
    put_attr(b, "y2", y2);
    buf_z(b, "/>");
}

static void text(struct buf *b, const char *class, const char *anchor, double x, double y,
                 struct str words) {
    buf_format(b, "<text class=\"%s\" text-anchor=\"%s\"", class, anchor);
    put_attr(b, "x", x);
    put_attr(b, "y", y);
    buf_char(b, '>');
    buf_html(b, words);
    buf_z(b, "</text>");
}

/* A text's width at 13 px, bold: close enough to keep labels apart. */
static double width_of(struct str words) { return 8.6 * (double)str_utf8_length(words); }

/* ---- scales ---- */

static void widen(double *low, double *high, double value) {
    if (!isfinite(value)) return;
    if (value < *low) *low = value;
    if (value > *high) *high = value;
}

/* 1, 2 or 5 times a power of ten: at most `most` steps over the range. */
static double nice_step(double range, int most) {
    double step = pow(10, floor(log10(range / most)));
    if (range / step <= most) return step;
    if (range / (2 * step) <= most) return 2 * step;
    return range / (5 * step) <= most ? 5 * step : 10 * step;
}

static void scale_values(struct plot *p, const struct chart_pane *pane) {
    p->low = pane->low, p->high = pane->high;
    if (p->high > p->low) return;
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < pane->series_count; i++)
        for (ptrdiff_t j = 0; j < pane->series[i].n; j++)
            widen(&low, &high, pane->series[i].v[j].value);
    for (int i = 0; i < pane->area_count; i++)
        for (ptrdiff_t j = 0; j < pane->areas[i].n; j++) {
            widen(&low, &high, pane->areas[i].low[j].value);
            widen(&low, &high, pane->areas[i].high[j].value);
        }
    for (int i = 0; i < pane->limit_count; i++) widen(&low, &high, pane->limits[i].value);
    if (!isfinite(low)) low = 0, high = 1;
    if (high - low < 1e-9) low -= 1, high += 1;
    double step = nice_step(high - low, 4);
    p->low = floor((low - 0.04 * (high - low)) / step) * step;
    p->high = ceil((high + 0.04 * (high - low)) / step) * step;
    if (low >= 0 && p->low < 0) p->low = 0;
}

static void widen_time(struct plot *p, int64_t at_ms) {
    if (p->from_ms == 0 || at_ms < p->from_ms) p->from_ms = at_ms;
    if (p->to_ms == 0 || at_ms > p->to_ms) p->to_ms = at_ms;
}

static void scale_time(struct plot *p) {
    const struct chart *c = p->chart;
    p->from_ms = c->from_ms, p->to_ms = c->to_ms;
    if (p->to_ms > p->from_ms) return;
    p->from_ms = p->to_ms = 0;
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count; j++)
            for (ptrdiff_t k = 0; k < c->panes[i].series[j].n; k++)
                widen_time(p, c->panes[i].series[j].v[k].at_ms);
    for (ptrdiff_t i = 0; i < c->mark_count; i++) widen_time(p, c->marks[i].at_ms);
    /* Now belongs on the axis while what is drawn is of this time. */
    if (c->now_ms > p->to_ms && c->now_ms - p->to_ms <= 2 * (p->to_ms - p->from_ms))
        p->to_ms = c->now_ms;
    int64_t least = c->axis == AXIS_DATE ? 7 * DAY_MS : 10 * MINUTE_MS;
    if (p->to_ms - p->from_ms < least) p->to_ms = p->from_ms + least;
    int64_t room = (p->to_ms - p->from_ms) / 40;
    p->from_ms -= room, p->to_ms += room;
}

/* ---- the time axis ---- */

static void tick_words(struct plot *p, struct buf *label, int64_t at_ms) {
    if (p->chart->axis == AXIS_CLOCK) {
        clock_put_time(label, at_ms);
        return;
    }
    bool weeks = p->chart->axis == AXIS_WEEKS;
    buf_int(label, at_ms / (weeks ? 7 * DAY_MS : MINUTE_MS));
    buf_z(label, weeks ? " wk" : " min");
}

static void clock_ticks(struct plot *p, double foot) {
    static const int minutes[] = {5, 10, 15, 30, 60, 120, 180, 240, 360, 720};
    static const int weeks[] = {1, 2, 4, 8, 12, 24, 52, 104, 208, 416};
    const int *steps = p->chart->axis == AXIS_WEEKS ? weeks : minutes;
    int64_t unit = p->chart->axis == AXIS_WEEKS ? 7 * DAY_MS : MINUTE_MS;
    double px_per_ms = (p->right - p->left) / (double)(p->to_ms - p->from_ms);
    int64_t step = steps[9] * unit;
    for (int i = 9; i >= 0; i--)
        if ((double)(steps[i] * unit) * px_per_ms >= TICK_APART) step = steps[i] * unit;
    bool clock = p->chart->axis == AXIS_CLOCK;
    int64_t zone = clock ? clock_civil(p->from_ms).offset_min * MINUTE_MS : 0;
    int64_t first = ((p->from_ms + zone) / step + clock) * step - zone;
    for (int64_t at = first; at < p->to_ms; at += step) {
        char room[32];
        struct arena scratch = arena_over(room, sizeof room);
        struct buf label = buf_new(&scratch, 16);
        tick_words(p, &label, at);
        line(p->b, "c-axis", x_of(p, at), foot, x_of(p, at), foot + 5);
        text(p->b, "c-tick", "middle", x_of(p, at), foot + 18, buf_str(&label));
    }
}

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static void date_tick(struct plot *p, double foot, int32_t days, bool month_only) {
    struct date d = date_from_days(days);
    char room[32];
    struct arena scratch = arena_over(room, sizeof room);
    struct buf label = buf_new(&scratch, 16);
    if (!month_only) {
        buf_int(&label, d.day);
        buf_char(&label, ' ');
    }
    buf_z(&label, months[d.month - 1]);
    double x = x_of(p, clock_instant(days, 0, 0));
    line(p->b, "c-axis", x, foot, x, foot + 5);
    text(p->b, "c-tick", "middle", x, foot + 18, buf_str(&label));
}

static void date_ticks(struct plot *p, double foot) {
    static const int steps[] = {1, 2, 7, 14};
    double px_per_day = (p->right - p->left) / ((double)(p->to_ms - p->from_ms) / DAY_MS);
    int32_t from = clock_civil(p->from_ms).days + 1, to = clock_civil(p->to_ms).days;
    for (int i = 0; i < 4; i++) {
        if (steps[i] * px_per_day < TICK_APART) continue;
        for (int32_t day = from; day <= to; day += steps[i]) date_tick(p, foot, day, false);
        return;
    }
    static const int apart[] = {1, 2, 3, 6, 12};
    int every = 12;
    for (int i = 4; i >= 0; i--)
        if (apart[i] * 30 * px_per_day >= 40) every = apart[i];
    struct date d = date_from_days(from);
    for (int32_t day = date_to_days((struct date){d.year, d.month, 1}); day <= to;
         day = date_add_months(day, every))
        if (day >= from) date_tick(p, foot, day, true);
}

/* ---- marks ---- */

static void put_wedge(struct buf *b, const char *class, double x, double tip, double base) {
    buf_format(b, "<path class=\"%s\" d=\"M", class);
    buf_real(b, x, 1);
    buf_char(b, ' ');
    buf_real(b, tip, 1);
    buf_z(b, "l-5 ");
    buf_real(b, base - tip, 1);
    buf_z(b, "h10z\"/>");
}

/* The label takes the upper row, or the lower one where it would stand on the label before, or
 * none: the table has it. */
static void put_mark_name(struct plot *p, double x, double top, struct str label,
                          double free_from[2]) {
    double half = width_of(label) / 2;
    double at = fmin(fmax(x, p->left - 30 + half), p->right - half + 40);
    for (int row = 0; row < 2; row++) {
        if (at - half < free_from[row]) continue;
        text(p->b, "c-dose-name", "middle", at, top - 11 - MARK_ROW * (1 - row), label);
        free_from[row] = at + half + 8;
        return;
    }
}

static void put_infusion(struct plot *p, const struct chart_mark *m, double top, double bottom) {
    double x = x_of(p, m->at_ms), end = fmin(x_of(p, m->at_ms + m->length_ms), p->right);
    buf_z(p->b, "<rect class=\"c-infusion\"");
    put_attr(p->b, "x", x);
    put_attr(p->b, "y", top);
    put_attr(p->b, "width", end - x);
    put_attr(p->b, "height", bottom - top);
    buf_z(p->b, "/>");
}

static void put_marks(struct plot *p, double top, double bottom) {
    double free_from[2] = {p->left - 30, p->left - 30};
    for (ptrdiff_t i = 0; i < p->chart->mark_count; i++) {
        const struct chart_mark *m = &p->chart->marks[i];
        if (m->at_ms < p->from_ms || m->at_ms > p->to_ms) continue;
        double x = x_of(p, m->at_ms);
        buf_z(p->b, "<g><title>");
        buf_html(p->b, m->label);
        buf_z(p->b, "</title>");
        if (m->length_ms > 0) put_infusion(p, m, top, bottom);
        line(p->b, "c-dose", x, top, x, bottom);
        put_wedge(p->b, "c-dose-head", x, top + 2, top - 6);
        put_mark_name(p, x, top, m->label, free_from);
        buf_z(p->b, "</g>");
    }
}

static void put_now(struct plot *p, double top, double bottom) {
    int64_t now = p->chart->now_ms;
    if (now == 0 || now < p->from_ms || now > p->to_ms) return;
    double x = x_of(p, now);
    line(p->b, "c-now", x, top, x, bottom);
    put_wedge(p->b, "c-now-head", x, bottom, bottom + 7);
    text(p->b, "c-now-name", "middle", x, bottom + 35, STR("now"));
}

/* Under every tick that is far enough from the one before. */
static void put_foot(struct plot *p) {
    double free_from = 0;
    for (int i = 0; i < p->chart->foot_count; i++) {
        const struct chart_mark *m = &p->chart->foot[i];
        double x = x_of(p, m->at_ms), half = width_of(m->label) / 2;
        if (x - half < free_from) continue;
        text(p->b, "c-tick", "middle", x, p->bottom + 35, m->label);
        free_from = x + half + 8;
    }
}

/* ---- one pane ---- */

static void put_grid(struct plot *p) {
    double step = nice_step(p->high - p->low, p->bottom - p->top < 90 ? 3 : 5);
    int decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    for (double v = ceil(p->low / step - 1e-9) * step; v <= p->high + step * 1e-6; v += step) {
        char room[48];
        struct arena scratch = arena_over(room, sizeof room);
        struct buf label = buf_new(&scratch, 32);
        buf_real(&label, v, decimals);
        line(p->b, "c-grid", p->left, y_of(p, v), p->right, y_of(p, v));
        text(p->b, "c-tick", "end", p->left - 6, y_of(p, v) + 4.5, buf_str(&label));
    }
}

static void put_bands(struct plot *p, const struct chart_pane *pane) {
    for (int i = 0; i < pane->band_count; i++) {
        double from = fmax(pane->bands[i].from, p->low), to = fmin(pane->bands[i].to, p->high);
        if (to <= from) continue;
        buf_z(p->b, "<rect class=\"c-band ");
        buf_html(p->b, pane->bands[i].level);
        buf_char(p->b, '"');
        put_attr(p->b, "x", p->left);
        put_attr(p->b, "y", y_of(p, to));
        put_attr(p->b, "width", p->right - p->left);
        put_attr(p->b, "height", y_of(p, from) - y_of(p, to));
        buf_z(p->b, "/>");
    }
}

static void put_edge(struct plot *p, struct chart_point at, char sign) {
    buf_char(p->b, sign);
    buf_real(p->b, x_of(p, at.at_ms), 1);
    buf_char(p->b, ' ');
    buf_real(p->b, y_of(p, fmin(fmax(at.value, p->low), p->high)), 1);
}

static void put_areas(struct plot *p, const struct chart_pane *pane) {
    for (int i = 0; i < pane->area_count; i++) {
        const struct chart_area *area = &pane->areas[i];
        if (area->n < 2) continue;
        buf_format(p->b, "<path class=\"c-area%s\" d=\"",
                   area->kind == AREA_INNER ? " inner" : "");
        for (ptrdiff_t j = 0; j < area->n; j++) put_edge(p, area->low[j], j ? 'L' : 'M');
        for (ptrdiff_t j = area->n; j-- > 0;) put_edge(p, area->high[j], 'L');
        buf_z(p->b, "Z\"/>");
    }
}

/* Every second stretch is shaded, so that each has its ends. */
static void put_spells(struct plot *p, const struct chart_pane *pane) {
    for (int i = 0; i < pane->spell_count; i++) {
        const struct chart_spell *s = &pane->spells[i];
        double from = x_of(p, s->from_ms < p->from_ms ? p->from_ms : s->from_ms);
        double to = x_of(p, s->to_ms > p->to_ms ? p->to_ms : s->to_ms);
        if (to <= from) continue;
        buf_format(p->b, "<rect class=\"c-spell%s\"", i % 2 ? " strong" : "");
        put_attr(p->b, "x", from);
        put_attr(p->b, "y", p->top);
        put_attr(p->b, "width", to - from);
        put_attr(p->b, "height", p->bottom - p->top);
        buf_z(p->b, "/>");
        if (width_of(s->name) <= to - from)
            text(p->b, "c-spell-name", "middle", (from + to) / 2, p->top + 14, s->name);
    }
}

/* Two rows of words, so that two that come close can both be read. */
static void put_seen(struct plot *p, const struct chart_pane *pane) {
    for (int i = 0; i < pane->seen_count; i++) {
        const struct chart_mark *m = &pane->seen[i];
        if (m->at_ms < p->from_ms || m->at_ms > p->to_ms) continue;
        double x = x_of(p, m->at_ms);
        line(p->b, "c-seen", x, p->top, x, p->bottom);
        if (x + 4 + width_of(m->label) <= p->right)
            text(p->b, "c-seen-name", "start", x + 4, p->bottom - 6 - LABEL_APART * (i % 2),
                 m->label);
    }
}

static void put_line(struct plot *p, const struct chart_series *s) {
    bool begun = false;
    int64_t last = 0;
    buf_z(p->b, "<path class=\"c-line\" d=\"");
    for (ptrdiff_t i = 0; i < s->n; i++) {
        if (!isfinite(s->v[i].value)) {
            begun = false;
            continue;
        }
        bool joined = begun && (s->gap_ms == 0 || s->v[i].at_ms - last <= s->gap_ms);
        buf_char(p->b, joined ? 'L' : 'M');
        buf_real(p->b, x_of(p, s->v[i].at_ms), 1);
        buf_char(p->b, ' ');
        buf_real(p->b, y_of(p, s->v[i].value), 1);
        last = s->v[i].at_ms;
        begun = true;
    }
    buf_z(p->b, "\"/>");
}

static void put_dots(struct plot *p, const struct chart_series *s) {
    for (ptrdiff_t i = 0; i < s->n; i++) {
        if (!isfinite(s->v[i].value)) continue;
        double x = x_of(p, s->v[i].at_ms), y = y_of(p, s->v[i].value);
        if (s->ticks) {
            line(p->b, "c-left", x, y - 5, x, y + 5);
            continue;
        }
        buf_z(p->b, "<circle class=\"c-dot\" r=\"3.5\"");
        put_attr(p->b, "cx", x);
        put_attr(p->b, "cy", y);
        buf_z(p->b, "/>");
    }
}

static ptrdiff_t last_value(const struct chart_series *s) {
    for (ptrdiff_t i = s->n - 1; i >= 0; i--)
        if (isfinite(s->v[i].value)) return i;
    return -1;
}

/* The y at which a line, or the name at its end, passes `x`; NAN where neither does. */
static double y_at(const struct plot *p, const struct chart_series *s, double x) {
    for (ptrdiff_t i = 1; i < s->n; i++) {
        double x1 = x_of(p, s->v[i - 1].at_ms), x2 = x_of(p, s->v[i].at_ms);
        if (x < x1 || x > x2 || x2 <= x1) continue;
        double y1 = y_of(p, s->v[i - 1].value), y2 = y_of(p, s->v[i].value);
        return y1 + (y2 - y1) * (x - x1) / (x2 - x1);
    }
    ptrdiff_t last = last_value(s);
    if (last < 0) return NAN;
    double end = x_of(p, s->v[last].at_ms);
    return x >= end && x <= end + 14 + width_of(s->name) ? y_of(p, s->v[last].value) : NAN;
}

static bool is_clear(const struct plot *p, const struct chart_pane *pane, double x, double y,
                     double width) {
    for (int i = 0; i < pane->series_count; i++)
        for (int k = 0; k <= 12; k++)
            if (fabs(y_at(p, &pane->series[i], x + width * k / 12) - (y - 5)) < 12) return false;
    return true;
}

/* The name of a limit stands where no number passes: above its line or below, at the left, the
 * right, or between. */
static void put_limits(struct plot *p, const struct chart_pane *pane) {
    enum { PLACES = 6 };
    for (int i = 0; i < pane->limit_count; i++) {
        const struct chart_limit *l = &pane->limits[i];
        if (l->value < p->low || l->value > p->high) continue;
        bool goal = l->kind == LIMIT_GOAL;
        double y = y_of(p, l->value), width = width_of(l->name);
        double across[] = {p->left + 4, p->right - width - 4, (p->left + p->right - width) / 2};
        int place = 0;
        while (place < PLACES - 1 &&
               !is_clear(p, pane, across[place % 3], place < 3 ? y - 4 : y + 14, width))
            place++;
        line(p->b, goal ? "c-goal" : "c-limit", p->left, y, p->right, y);
        text(p->b, goal ? "c-goal-name" : "c-limit-name", "start", across[place % 3],
             place < 3 ? y - 4 : y + 14, l->name);
    }
}

static void put_spans(struct plot *p, const struct chart_pane *pane) {
    if (!pane->span || pane->series_count < 2) return;
    const struct chart_series *upper = &pane->series[0], *lower = &pane->series[1];
    for (ptrdiff_t i = 0; i < upper->n; i++)
        for (ptrdiff_t j = 0; j < lower->n; j++)
            if (upper->v[i].at_ms == lower->v[j].at_ms && isfinite(upper->v[i].value) &&
                isfinite(lower->v[j].value))
                line(p->b, "c-span", x_of(p, upper->v[i].at_ms), y_of(p, upper->v[i].value),
                     x_of(p, upper->v[i].at_ms), y_of(p, lower->v[j].value));
}

/* Names stand beside the last point, from the top down, moved apart where lines end close. */
static void put_names(struct plot *p, const struct chart_pane *pane) {
    double y[SERIES_MAX], x[SERIES_MAX];
    int order[SERIES_MAX], n = 0;
    for (int i = 0; i < pane->series_count && i < SERIES_MAX; i++) {
        ptrdiff_t last = last_value(&pane->series[i]);
        if (last < 0) continue;
        double at = y_of(p, pane->series[i].v[last].value) + 4.5;
        x[i] = x_of(p, pane->series[i].v[last].at_ms) + 10;
        int place = n++;
        for (; place > 0 && y[place - 1] > at; place--)
            y[place] = y[place - 1], order[place] = order[place - 1];
        y[place] = at, order[place] = i;
    }
    for (int i = 1; i < n; i++)
        if (y[i] < y[i - 1] + LABEL_APART) y[i] = y[i - 1] + LABEL_APART;
    for (int i = 0; i < n; i++) {
        buf_format(p->b, "<g class=\"c-%d\">", order[i]);
        text(p->b, "c-name", "start", x[order[i]], y[i], pane->series[order[i]].name);
        buf_z(p->b, "</g>");
    }
}

static void put_pane(struct plot *p, const struct chart_pane *pane) {
    scale_values(p, pane);
    buf_z(p->b, "<g>");
    put_bands(p, pane);
    put_spells(p, pane);
    if (!pane->plain) put_grid(p);
    put_areas(p, pane);
    put_limits(p, pane);
    put_spans(p, pane);
    for (int i = 0; i < pane->series_count && i < SERIES_MAX; i++) {
        buf_format(p->b, "<g class=\"c-%d\">", i);
        put_line(p, &pane->series[i]);
        if (!pane->series[i].computed) put_dots(p, &pane->series[i]);
        buf_z(p->b, "</g>");
    }
    put_seen(p, pane);
    put_names(p, pane);
    buf_z(p->b, "</g>");
}

static void put_heading(struct plot *p, const struct chart_pane *pane) {
    buf_z(p->b, "<text class=\"c-pane\"");
    put_attr(p->b, "x", 0);
    put_attr(p->b, "y", p->top - 11);
    buf_z(p->b, "><tspan class=\"c-name\">");
    buf_html(p->b, pane->name);
    buf_z(p->b, "</tspan> ");
    buf_html(p->b, pane->unit);
    buf_z(p->b, "</text>");
}

static double widest_name(const struct chart *c) {
    double widest = 12;
    for (int i = 0; i < c->pane_count; i++)
        for (int j = 0; j < c->panes[i].series_count; j++)
            widest = fmax(widest, width_of(c->panes[i].series[j].name) + 12);
    return widest;
}

static int height_of(const struct chart *c, double first_top) {
    double height = first_top;
    for (int i = 0; i < c->pane_count; i++)
        height += (i ? PANE_GAP + NAME_HEIGHT : 0) +
                  (c->panes[i].height ? c->panes[i].height : PANE_HEIGHT);
    return (int)height + (c->axis == AXIS_NONE ? FOOT_BARE : FOOT);
}

struct svg svg_chart(struct arena *a, const struct chart *c, int width) {
    struct buf b = buf_new(a, 16 << 10);
    double first = NAME_HEIGHT + (c->mark_count ? MARK_HEIGHT : 0);
    struct plot p = {.b = &b, .chart = c, .left = LEFT, .right = width - widest_name(c)};
    scale_time(&p);
    buf_format(&b,
               "<svg class=\"chart\" data-from=\"%lld\" data-to=\"%lld\" viewBox=\"0 0 %d %d\" ",
               (long long)p.from_ms, (long long)p.to_ms, width, height_of(c, first));
    buf_z(&b, "role=\"img\" aria-labelledby=\"");
    buf_format(&b, "%.*s-%d-t %.*s-%d-d\"><title id=\"%.*s-%d-t\">", STR_ARG(c->id), width,
               STR_ARG(c->id), width, STR_ARG(c->id), width);
    buf_html(&b, c->title);
    buf_format(&b, "</title><desc id=\"%.*s-%d-d\">", STR_ARG(c->id), width);
    buf_html(&b, c->desc);
    buf_z(&b, "</desc>");
    put_marks(&p, MARK_HEIGHT - 2, height_of(c, first) - FOOT);
    p.bottom = first - PANE_GAP - NAME_HEIGHT;
    for (int i = 0; i < c->pane_count; i++) {
        p.top = p.bottom + PANE_GAP + NAME_HEIGHT;
        p.bottom = p.top + (c->panes[i].height ? c->panes[i].height : PANE_HEIGHT);
        put_heading(&p, &c->panes[i]);
        put_pane(&p, &c->panes[i]);
    }
    line(&b, "c-axis", p.left, p.bottom, p.right, p.bottom);
    if (c->axis == AXIS_DATE)
        date_ticks(&p, p.bottom);
    else if (c->axis != AXIS_NONE)
        clock_ticks(&p, p.bottom);
    put_now(&p, first, p.bottom);
    put_foot(&p);
    buf_z(&b, "</svg>");
    return (struct svg){buf_str(&b)};
}
