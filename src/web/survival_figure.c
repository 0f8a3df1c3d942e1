#include "web/survival_figure.h"

#include <math.h>

#include "base/clock.h"

enum { WEEK_DAYS = 7, LEAST_WEEKS = 28, FOOT_WEEKS = 4, SERIES_MOST = 4 };

static const struct published {
    const char *name, *what;
    int week, percent;
} published[] = {
#define PUBLISHED(name, what, week, percent) {name, what, week, percent},
#include "web/published_held.def"
#undef PUBLISHED
};
enum { PUBLISHED = sizeof published / sizeof *published };

static int64_t at(double days) { return llround(days * (double)DAY_MS); }

/* Each fall as two points, so that the line is steps; low and high likewise. */
struct steps {
    struct chart_point *curve, *low, *high;
    ptrdiff_t n;
};

static void put(struct steps *t, double days, struct survival_point p) {
    bool known = isfinite(p.lo); /* before the first event there is no interval */
    t->curve[t->n] = (struct chart_point){at(days), 100 * p.survival};
    t->low[t->n] = (struct chart_point){at(days), 100 * (known ? p.lo : p.survival)};
    t->high[t->n++] = (struct chart_point){at(days), 100 * (known ? p.hi : p.survival)};
}

static struct steps steps_of(struct arena *a, const struct survival *s) {
    ptrdiff_t most = 2 * s->n + 2;
    struct steps t = {NEWS(a, struct chart_point, most), NEWS(a, struct chart_point, most),
                      NEWS(a, struct chart_point, most), 0};
    struct survival_point before = {.survival = 1, .lo = NAN};
    put(&t, 0, before);
    for (int i = 0; i < s->n; i++) {
        put(&t, s->steps[i].days, before);
        before = survival_at(s, s->steps[i].days);
        put(&t, s->steps[i].days, before);
    }
    return t;
}

/* Who left without a relapse: a tick on the curve at their last measure. */
static struct chart_series left(struct arena *a, const struct survival *s) {
    struct chart_point *v = NEWS(a, struct chart_point, s->n);
    ptrdiff_t n = 0;
    for (int i = 0; i < s->n; i++)
        if (s->steps[i].censored)
            v[n++] = (struct chart_point){at(s->steps[i].days), 100 * s->steps[i].survival};
    return (struct chart_series){.v = v, .n = n, .gap_ms = 1, .ticks = true};
}

static int add_published(struct arena *a, struct chart_series *series, int count) {
    for (int i = 0; i < PUBLISHED && count < SERIES_MOST; count++) {
        struct chart_point *v = NEWS(a, struct chart_point, PUBLISHED);
        struct str name = str_from(published[i].name);
        ptrdiff_t n = 0;
        for (; i < PUBLISHED && str_is(name, published[i].name); i++)
            v[n++] = (struct chart_point){at(published[i].week * WEEK_DAYS),
                                          published[i].percent};
        series[count] = (struct chart_series){.name = name, .v = v, .n = n};
    }
    return count;
}

static int followed(struct arena *a, const struct survival *s, int weeks,
                    struct chart_mark *foot) {
    int n = 0;
    for (int week = 0; week < weeks; week += FOOT_WEEKS) {
        double days = week * WEEK_DAYS;
        foot[n++] = (struct chart_mark){
            .at_ms = at(days),
            .label = str_format(a, week ? "%d" : "n %d", survival_at(s, days).at_risk)};
    }
    return n;
}

struct view_figure survival_figure(struct arena *a, const struct survival *s) {
    struct steps t = steps_of(a, s);
    int weeks = (int)ceil(s->steps[s->n - 1].days / WEEK_DAYS);
    weeks = (weeks > LEAST_WEEKS ? weeks : LEAST_WEEKS) / FOOT_WEEKS * FOOT_WEEKS + FOOT_WEEKS;
    struct chart_series series[SERIES_MOST] = {
        {.name = STR("Here"), .v = t.curve, .n = t.n, .computed = true}, left(a, s)};
    struct chart_area band = {t.low, t.high, t.n, AREA_OUTER};
    struct chart_mark *foot = NEWS(a, struct chart_mark, weeks / FOOT_WEEKS + 1);
    struct chart_pane pane = {.name = STR("Still hold the response"),
                              .unit = STR("% of responders"), .high = 100, .height = 220,
                              .series = series,
                              .series_count = add_published(a, series, 2),
                              .areas = &band, .area_count = 1};
    struct chart c = {.id = STR("held-curve"),
                      .title = STR("Responders over time"),
                      .desc = str_format(a, "Kaplan and Meier's curve of %d responders, %d of "
                                         "whom relapsed. The table beside it has the numbers.",
                                         s->subjects, s->events),
                      .axis = AXIS_WEEKS,
                      .to_ms = at(weeks * WEEK_DAYS),
                      .panes = &pane,
                      .pane_count = 1,
                      .foot = foot,
                      .foot_count = followed(a, s, weeks, foot)};
    return (struct view_figure){
        .id = c.id, .title = c.title,
        .caption = STR("Weeks from the last dose. The fill is the 95% interval; a tick is somebody "
                       "last measured then; under the axis, how many are still followed."),
        .wide = svg_chart(a, &c, CHART_WIDE), .middle = svg_chart(a, &c, CHART_MIDDLE),
        .narrow = svg_chart(a, &c, CHART_NARROW)};
}

struct text_list survival_published(struct arena *a) {
    struct text_list out = {NEWS(a, struct str, PUBLISHED), 0};
    for (int i = 0; i < PUBLISHED;) {
        struct buf b = buf_new(a, 200);
        struct str name = str_from(published[i].name);
        buf_z(&b, published[i].what);
        for (const char *join = " "; i < PUBLISHED && str_is(name, published[i].name); i++) {
            buf_format(&b, "%s%d%% at %d weeks", join, published[i].percent, published[i].week);
            join = ", ";
        }
        buf_char(&b, '.');
        out.v[out.n++] = buf_str(&b);
    }
    return out;
}
