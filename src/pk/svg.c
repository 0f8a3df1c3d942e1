/*
 * svg: the forecast as a figure for a paper, drawn by hand: the band as two light fills, the
 * typical line, doses as upright marks, thresholds thin and named with their source, effect
 * below on the same time axis. What pages show is drawn by src/web/forecast_view.c.
 *
 *      title, doses                                y axis of concentration left
 *      +-----------------------------+
 *      |   concentration             |
 *      +-----------------------------+
 *      |   dissociation 0..1         |
 *      +-----------------------------+  minutes
 *      model, status, site, sources, banners
 *
 * Every shape has a class, so that a style can give it other colours; the attributes beside it
 * are those of paper. Lines differ by their dashes too, and have their names beside them; words
 * within the frame stand on a rim of white. What is said below is wrapped: no banner is cut off.
 */
#include "pk/engine.h"

static const double width = 760, margin = 12, left = 62, right = 676, top = 64, floor_y = 344,
                    effect_top = 360, effect_floor = 428, foot = 488, foot_line = 15;

enum { FOOT_COLUMNS = 120 };

struct frame {
    struct buf *b;
    const struct pk_forecast *f;
    double until_min, top_ng_ml, x_step, y_step;
};

static double nice_step(double range, int parts) {
    double raw = range / parts, unit = pow(10, floor(log10(raw)));
    double steps[] = {1, 2, 2.5, 5, 10};
    for (int i = 0; i < 5; i++)
        if (raw <= steps[i] * unit * 1.0000001) return steps[i] * unit;
    return 10 * unit;
}

static double nice_minutes(double until) {
    static const double steps[] = {1, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10080};
    for (int i = 0; i < (int)(sizeof steps / sizeof *steps); i++)
        if (until / steps[i] <= 9) return steps[i];
    return nice_step(until, 8);
}

static double x_of(const struct frame *p, double minute) {
    return left + (right - left) * minute / p->until_min;
}
static double y_of(const struct frame *p, double ng_ml) {
    return floor_y - (floor_y - top) * ng_ml / p->top_ng_ml;
}
static double effect_y(double e) { return effect_floor - (effect_floor - effect_top) * e; }

static void at(struct buf *b, double x, double y) {
    buf_real(b, x, 1);
    buf_char(b, ' ');
    buf_real(b, y, 1);
}

static void rule(struct buf *b, const char *class, double x1, double y1, double x2, double y2) {
    bool dashed = strstr(class, "threshold");
    buf_format(b, "<path class=\"%s\" d=\"M", class);
    at(b, x1, y1);
    buf_char(b, 'L');
    at(b, x2, y2);
    buf_format(b, "\" fill=\"none\" stroke=\"%s\"%s/>\n", dashed ? "#7a5200" : "#d9d4cc",
               dashed ? " stroke-dasharray=\"4 3\"" : "");
}

struct label {
    const char *class, *anchor;
    double x, y, size;
};

static void say(struct buf *b, struct label l, struct str words) {
    buf_format(b, "<text class=\"%s\" text-anchor=\"%s\" font-size=\"%g\" fill=\"#22262b\" "
               "stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\" x=\"", l.class,
               l.anchor, l.size);
    buf_real(b, l.x, 1);
    buf_z(b, "\" y=\"");
    buf_real(b, l.y, 1);
    buf_z(b, "\">");
    buf_html(b, words);
    buf_z(b, "</text>\n");
}

static void say_number(struct buf *b, struct label l, double v) {
    char text[32];
    snprintf(text, sizeof text, "%g", v);
    say(b, l, str_from(text));
}

static const double *typical(const struct frame *p, enum pk_output o) {
    return p->f->typical + (ptrdiff_t)o * p->f->grid.count;
}

static double place(const struct frame *p, enum pk_output o, double v) {
    return o == PK_DISSOCIATION ? effect_y(v) : y_of(p, v);
}

static void curve(struct frame *p, enum pk_output o, const char *class, const char *stroke,
                  const char *dashes) {
    const double *v = typical(p, o);
    struct buf *b = p->b;
    if (isnan(v[0])) return;
    buf_format(b, "<path class=\"%s\" d=\"", class);
    for (int i = 0; i < p->f->grid.count; i++) {
        buf_char(b, i ? 'L' : 'M');
        at(b, x_of(p, p->f->minute[i]), place(p, o, v[i]));
    }
    buf_format(b, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
               "stroke-dasharray=\"%s\"/>\n", stroke, dashes);
}

static void band(struct frame *p, enum pk_output o, int low, int high, const char *fill) {
    const struct pk_band *q = &p->f->people.band[o];
    struct buf *b = p->b;
    if (q->count == 0) return;
    buf_format(b, "<path class=\"pk-band\" d=\"");
    for (int i = 0; i < q->count; i++) {
        buf_char(b, i ? 'L' : 'M');
        at(b, x_of(p, p->f->minute[i]), place(p, o, (double)q->q[high][i]));
    }
    for (int i = q->count - 1; i >= 0; i--) {
        buf_char(b, 'L');
        at(b, x_of(p, p->f->minute[i]), place(p, o, (double)q->q[low][i]));
    }
    buf_format(b, "Z\" fill=\"%s\" stroke=\"none\"/>\n", fill);
}

static double highest(const struct frame *p) {
    double top_value = 1;
    const struct pk_band *q = &p->f->people.band[PK_VENOUS];
    for (int i = 0; i < p->f->grid.count; i++) {
        top_value = fmax(top_value, typical(p, PK_VENOUS)[i]);
        top_value = fmax(top_value, typical(p, PK_NORKETAMINE)[i]);
        double arterial = typical(p, PK_ARTERIAL)[i];
        if (!isnan(arterial)) top_value = fmax(top_value, arterial);
        if (q->count) top_value = fmax(top_value, (double)q->q[PK_QUANTILES - 1][i]);
    }
    return top_value;
}

static void axes(struct frame *p) {
    struct buf *b = p->b;
    for (double v = 0; v <= p->top_ng_ml * 1.0001; v += p->y_step) {
        rule(b, "pk-grid", left, y_of(p, v), right, y_of(p, v));
        say_number(b, (struct label){"pk-tick", "end", left - 6, y_of(p, v) + 4, 12}, v);
    }
    for (double t = 0; t <= p->until_min * 1.0001; t += p->x_step) {
        rule(b, "pk-grid", x_of(p, t), effect_floor, x_of(p, t), effect_floor + 4);
        say_number(b, (struct label){"pk-tick", "middle", x_of(p, t), effect_floor + 18, 12}, t);
    }
    for (int i = 0; i < 3; i++) {
        rule(b, "pk-grid", left, effect_y(i / 2.0), right, effect_y(i / 2.0));
        say_number(b, (struct label){"pk-tick", "end", left - 6, effect_y(i / 2.0) + 4, 11},
                   i / 2.0);
    }
}

static void axis_names(struct frame *p) {
    struct buf *b = p->b;
    say(b, (struct label){"pk-axis", "start", margin, top - 10, 12},
        STR("concentration, ng/mL (ketamine as base)"));
    say(b, (struct label){"pk-axis", "end", right, effect_floor + 34, 12},
        STR("minutes from the first dose"));
    say(b, (struct label){"pk-axis", "end", right - 4, effect_top + 10, 12},
        STR("dissociation, 0 none to 1 full"));
}

/* Names at the ends of lines, where they end or peak, moved apart when they would touch. */
static void ends(struct frame *p) {
    int last = p->f->grid.count - 1;
    double venous = y_of(p, typical(p, PK_VENOUS)[last]);
    double nk_value = typical(p, PK_NORKETAMINE)[last], nk = y_of(p, nk_value);
    if (fabs(nk - venous) < 14) nk = venous - (nk_value >= typical(p, PK_VENOUS)[last] ? 14 : -14);
    say(p->b, (struct label){"pk-name", "start", right + 6, venous + 4, 12}, STR("venous"));
    if (nk > top)
        say(p->b, (struct label){"pk-name pk-nk", "start", right + 6, nk + 4, 12},
            STR("norketamine"));
    if (isnan(typical(p, PK_ARTERIAL)[0])) return;
    struct pk_peak a = p->f->summary.arterial;
    double x = x_of(p, a.at_min) + 8, y = fmax(y_of(p, a.value), top + 10);
    if (x > right - 56 && fabs(y - venous) < 14) y = venous - 14;
    say(p->b, (struct label){"pk-name pk-arterial", "start", x, y + 2, 12}, STR("arterial"));
}

static void doses(struct frame *p) {
    const struct pk_regimen *r = p->f->c.regimen;
    char words[64];
    for (int i = 0; i < r->count; i++) {
        const struct pk_dose *d = &r->doses[i];
        if (d->at_min > p->until_min) continue;
        double x = x_of(p, d->at_min), over = x_of(p, d->at_min + d->minutes);
        bool infusion = d->route == PK_IV && d->minutes > 0;
        buf_format(p->b, "<path class=\"pk-dose\" d=\"M");
        at(p->b, x, top - 4);
        buf_char(p->b, 'L');
        at(p->b, x, floor_y);
        buf_z(p->b, "\" stroke=\"#0f5f66\" stroke-width=\"1.5\"/>\n");
        if (infusion) {
            buf_format(p->b, "<path class=\"pk-dose\" d=\"M");
            at(p->b, x, top - 4);
            buf_char(p->b, 'L');
            at(p->b, over, top - 4);
            buf_z(p->b, "\" stroke=\"#0f5f66\" stroke-width=\"4\"/>\n");
        }
        snprintf(words, sizeof words, "%s %g mg", pk_route_word(d->route), d->amount_mg);
        say(p->b, (struct label){"pk-dose-name", "start", x + 4, top + 14 + 13 * (i % 4), 12},
            str_from(words));
    }
}

static void threshold(struct frame *p) {
    const struct pk_value *low = &p->f->c.model->params[PK_level_low];
    char words[96];
    if (low->value > p->top_ng_ml) return;
    rule(p->b, "pk-threshold", left, y_of(p, low->value), right, y_of(p, low->value));
    snprintf(words, sizeof words, "%g ng/mL: %.*s", low->value,
             (int)(low->source.n < 60 ? low->source.n : 60), low->source.s);
    say(p->b, (struct label){"pk-note", "end", right - 4, y_of(p, low->value) - 4, 11},
        str_from(words));
}

static void foot_say(struct frame *p, const char *class, struct str words, double *y) {
    for (; words.n; *y += foot_line)
        say(p->b, (struct label){class, "start", margin, *y, 11},
            pk_report_wrap(&words, FOOT_COLUMNS));
}

static struct str legend(struct frame *p) {
    const struct pk_forecast *f = p->f;
    struct buf b = buf_new(p->b->arena, 300);
    if (f->population.n)
        buf_format(&b, "Fills: 5-95 %% (light) and 25-75 %% (dark) of %d virtual patients (seed "
                   "%llu), of venous ketamine above and of dissociation below; they hold what "
                   "differs between patients and studies, not the error of measurement. ",
                   f->population.n, (unsigned long long)f->population.seed);
    else
        buf_z(&b, "No band was computed. ");
    buf_z(&b, "Lines: typical patient of ");
    pk_report_who(&b, f);
    buf_char(&b, '.');
    return buf_str(&b);
}

/* The height that it takes. */
static double footer(struct frame *p) {
    const struct pk_model *m = p->f->c.model;
    struct arena *a = p->b->arena;
    struct buf sources = buf_new(a, 1000);
    double y = foot;
    for (int i = 0; i < p->f->banner_count; i++)
        foot_say(p, "pk-banner", str_format(a, "▲ %.*s", STR_ARG(p->f->banners[i])), &y);
    foot_say(p, "pk-note", legend(p), &y);
    foot_say(p, "pk-note", str_format(a, "Model %.*s %d: %.*s.", STR_ARG(m->name), m->version,
                                      STR_ARG(m->status)), &y);
    foot_say(p, "pk-note", str_format(a, "Site: %.*s.", STR_ARG(m->site)), &y);
    foot_say(p, "pk-note", str_format(a, "Limits: %.*s.", STR_ARG(m->limits)), &y);
    for (int i = 0; i < m->source_count; i++) {
        buf_z(&sources, i ? "; " : "Sources: ");
        buf_put(&sources, m->sources[i]);
    }
    foot_say(p, "pk-note", buf_str(&sources), &y);
    foot_say(p, "pk-note", str_from(pk_report_advice), &y);
    return y;
}

static void peak_of(struct buf *b, const char *name, struct pk_peak p) {
    if (isfinite(p.value))
        buf_format(b, "; %s peak %.3g ng/mL at %.0f min", name, p.value, p.at_min);
}

/* For whom does not see it, and for the file by itself. */
static void describe(struct buf *b, const struct frame *p) {
    const struct pk_summary *s = &p->f->summary;
    buf_format(b, "<desc>Concentrations and, below them, dissociation over %g minutes",
               p->until_min);
    peak_of(b, "venous", s->venous);
    peak_of(b, "arterial", s->arterial);
    peak_of(b, "norketamine", s->norketamine);
    buf_format(b, "; dissociation at most %.2f of 1, at %.0f min.</desc>\n",
               s->dissociation.value, s->dissociation.at_min);
}

static void open_svg(struct buf *b, double height, struct str title) {
    buf_format(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"pk\" role=\"img\" "
               "viewBox=\"0 0 %g %g\" font-family=\"system-ui, sans-serif\">\n<title>", width,
               height);
    buf_html(b, title);
    buf_z(b, "</title>\n");
}

/* Devices, and other doses that are alike, are counted. */
static struct str title_of(struct buf *out, const struct pk_forecast *f) {
    const struct pk_regimen *r = f->c.regimen;
    const struct pk_dose *first = r->doses, *last = r->doses + r->count - 1;
    struct buf b = buf_new(out->arena, 128);
    int alike = 1;
    while (alike < r->count && r->doses[alike].route == first->route &&
           r->doses[alike].amount_mg == first->amount_mg)
        alike++;
    buf_format(&b, "Forecast, %s: ", pk_entity_name(r->entity));
    pk_report_dose(&b, r, 0);
    if (alike > 1 && alike == r->count)
        buf_format(&b, ", %d times in %g min", alike, last->at_min - first->at_min);
    else if (r->count > 1)
        buf_format(&b, "; and %d more", r->count - 1);
    return buf_str(&b);
}

void pk_figure_write(struct buf *out, const struct pk_forecast *f) {
    struct buf body = buf_new(out->arena, 64 << 10);
    struct frame p = {&body, f, (f->grid.count - 1) * f->grid.step_min, 1, 1, 1};
    struct str title = title_of(out, f);
    if (p.until_min <= 0) p.until_min = 1;
    p.y_step = nice_step(highest(&p), 6);
    p.top_ng_ml = ceil(highest(&p) / p.y_step) * p.y_step;
    p.x_step = nice_minutes(p.until_min);
    say(&body, (struct label){"pk-title", "start", margin, 28, 16}, title);
    axes(&p);
    band(&p, PK_VENOUS, 0, 4, "#d5e6e4");
    band(&p, PK_VENOUS, 1, 3, "#a9cdca");
    band(&p, PK_DISSOCIATION, 0, 4, "#e6e0ee");
    band(&p, PK_DISSOCIATION, 1, 3, "#cbbfdc");
    curve(&p, PK_ARTERIAL, "pk-arterial", "#a05a5a", "6 3");
    curve(&p, PK_NORKETAMINE, "pk-nk", "#7a6f5c", "2 3");
    curve(&p, PK_VENOUS, "pk-venous", "#0f5f66", "none");
    curve(&p, PK_DISSOCIATION, "pk-effect", "#5b3f86", "none");
    threshold(&p);
    doses(&p);
    axis_names(&p);
    ends(&p);
    double height = footer(&p);
    open_svg(out, height, title);
    describe(out, &p);
    buf_format(out, "<path d=\"M0 0H%gV%gH0Z\" fill=\"#ffffff\"/>\n", width, height);
    buf_put(out, buf_str(&body));
    buf_z(out, "</svg>\n");
}
