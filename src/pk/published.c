/*
 * published: what was observed and published, read from the `observed` lines of a model, what
 * the model predicts for it, and the two side by side. Misses are as visible as hits: nothing
 * is left out of the table because it looks bad, and what a parameter was set to is marked,
 * since a hit there proves nothing.
 */
#include "pk/engine.h"

static bool number(struct str word, double *v) { return str_to_real(word, v); }

static bool read_doses(struct str text, struct pk_published *p) {
    do {
        struct str one = str_trim(str_cut(text, '+', &text));
        int i = p->dose_count;
        if (i == (int)(sizeof p->doses / sizeof *p->doses)) return false;
        bool ok = pk_route_parse(word_next(&one), &p->doses[i].route) &&
                  number(word_next(&one), &p->doses[i].mg) && str_is(word_next(&one), "over") &&
                  number(word_next(&one), &p->doses[i].minutes) &&
                  str_is(word_next(&one), "at") && number(word_next(&one), &p->doses[i].at_min);
        if (!ok) return false;
        p->dose_count++;
    } while (text.s);
    return true;
}

static bool read_quantity(struct str text, struct pk_published *p) {
    struct str site = word_next(&text), what = word_next(&text), minute = word_next(&text);
    if (str_is(site, "venous")) p->output = PK_VENOUS;
    else if (str_is(site, "arterial")) p->output = PK_ARTERIAL;
    else if (str_is(site, "norketamine")) p->output = PK_NORKETAMINE;
    else return false;
    p->minute = INFINITY;
    if (minute.s && !number(minute, &p->minute)) return false;
    p->quantity = str_is(what, "peak") ? PK_Q_PEAK : str_is(what, "peak-time") ? PK_Q_PEAK_TIME
                  : str_is(what, "at") ? PK_Q_AT : str_is(what, "area") ? PK_Q_AREA : PK_Q_SHARE;
    bool known = p->quantity != PK_Q_SHARE || str_is(what, "share");
    return known && (p->quantity != PK_Q_AT || minute.s);
}

static bool read_value(struct str text, struct pk_published *p) {
    p->low = p->high = NAN;
    if (!number(word_next(&text), &p->value)) return false;
    if (text.n == 0) return true;
    return number(word_next(&text), &p->low) && number(word_next(&text), &p->high) && text.n == 0;
}

static bool read_entity(struct str word, struct pk_published *p) {
    for (int e = 0; e < PK_ENTITY_COUNT; e++)
        if (str_is(word, pk_entity_name((enum pk_entity)e))) {
            p->entity = (enum pk_entity)e;
            return true;
        }
    return false;
}

void pk_published_read(struct lines *l, struct pk_model *m) {
    struct pk_published p = {0};
    struct str rest = l->value, head = part_next(&rest);
    p.id = word_next(&head);
    bool ok = read_entity(head, &p);
    ok = ok && read_doses(part_next(&rest), &p) && read_quantity(part_next(&rest), &p);
    ok = ok && read_value(part_next(&rest), &p);
    struct str used = part_next(&rest);
    p.calibrated = str_is(used, "calibrated");
    p.source = part_next(&rest);
    ok = ok && (p.calibrated || str_is(used, "held-out")) && p.source.n > 0;
    if (!ok || m->published_count == PK_PUBLISHED_MAX)
        lines_fault(l, "syntax", "observed ID ENTITY | doses | quantity | value, range | "
                    "calibrated or held-out | source; at most %d", PK_PUBLISHED_MAX);
    else
        m->published[m->published_count++] = p;
}

static struct pk_regimen regimen_of(const struct pk_model *m, const struct pk_published *p,
                                    struct faults *f) {
    struct pk_regimen r = {.entity = p->entity};
    for (int i = 0; i < p->dose_count; i++) {
        struct pk_dose d = {p->doses[i].route, p->doses[i].at_min, p->doses[i].mg,
                            p->doses[i].minutes, PK_SWALLOWED, 1};
        pk_regimen_add(&r, m, d, f);
    }
    return r;
}

static double predict(struct arena scratch, const struct pk_model *m,
                      const struct pk_published *p) {
    const double ever_min = 1e7;
    struct faults f = {.arena = &scratch};
    struct pk_regimen r = regimen_of(m, p, &f);
    struct pk_subject who = {.weight_kg = m->params[PK_reference_weight].value};
    struct pk_case c = {m, &who, &r, NULL};
    struct pk_summary s;
    double y[PK_OUTPUT_COUNT], area[3];
    if (f.n) return NAN;
    switch (p->quantity) {
    case PK_Q_AT:
        pk_curve(scratch, &c, &p->minute, 1, y);
        return y[p->output];
    case PK_Q_AREA:
        pk_exposure(scratch, &c, isfinite(p->minute) ? p->minute : ever_min, area);
        return area[p->output];
    default: break;
    }
    pk_summary(scratch, &c, 1440, &s);
    if (p->quantity == PK_Q_SHARE) return s.systemic_percent;
    struct pk_peak peak = p->output == PK_VENOUS ? s.venous
                          : p->output == PK_ARTERIAL ? s.arterial : s.norketamine;
    return p->quantity == PK_Q_PEAK ? peak.value : peak.at_min;
}

static void put_doses(struct buf *b, const struct pk_published *p) {
    for (int i = 0; i < p->dose_count; i++) {
        buf_format(b, "%s%s %g mg", i ? ", " : "", pk_route_word(p->doses[i].route),
                   p->doses[i].mg);
        if (p->doses[i].minutes > 0) buf_format(b, "/%g min", p->doses[i].minutes);
    }
    if (p->entity == PK_ESKETAMINE) buf_z(b, " S");
}

static void put_quantity(struct buf *b, const struct pk_published *p) {
    static const char *const sites[] = {"arterial", "venous", "norketamine"};
    buf_z(b, sites[p->output]);
    switch (p->quantity) {
    case PK_Q_PEAK: buf_z(b, " peak, ng/mL"); break;
    case PK_Q_PEAK_TIME: buf_z(b, " time of peak, min"); break;
    case PK_Q_AT: buf_format(b, " at %g min, ng/mL", p->minute); break;
    case PK_Q_SHARE: buf_z(b, " F, %"); break;
    case PK_Q_AREA:
        if (isfinite(p->minute)) buf_format(b, " area to %g h, ng h/mL", p->minute / 60);
        else buf_z(b, " area, ng h/mL");
        break;
    }
}

void pk_published_table(struct buf *b, struct arena scratch, const struct pk_model *m) {
    buf_format(b, "Model %.*s, version %d.\n\n", STR_ARG(m->name), m->version);
    buf_z(b, "| | given | quantity | predicted | observed | error | source |\n"
             "|---|---|---|---:|---:|---:|---|\n");
    for (int i = 0; i < m->published_count; i++) {
        const struct pk_published *p = &m->published[i];
        double predicted = predict(scratch, m, p);
        buf_format(b, "| %.*s%s | ", STR_ARG(p->id), p->calibrated ? "\\*" : "");
        put_doses(b, p);
        buf_z(b, " | ");
        put_quantity(b, p);
        buf_format(b, " | %.*f | %g", predicted < 100 ? 1 : 0, predicted, p->value);
        if (!isnan(p->low)) buf_format(b, " (%g-%g)", p->low, p->high);
        buf_format(b, " | %+.0f %% | %.*s |\n", 100 * (predicted / p->value - 1),
                   STR_ARG(p->source));
    }
}
