/*
 * report: a forecast as text for people, as CSV and as JSON. Text and JSON name the model, its
 * sources, the sampling site and its status; the columns of the CSV are a contract and name
 * the site only.
 */
#include "pk/engine.h"

const char pk_report_advice[] = "It advises and teaches; it opens no discharge gate.";

static const double *typical(const struct pk_forecast *f, enum pk_output o) {
    return f->typical + (ptrdiff_t)o * f->grid.count;
}

static void put_number(struct buf *b, double v, int decimals) {
    if (isfinite(v)) buf_real(b, v, decimals);
}

static void put_rest(struct buf *b, const struct pk_dose *d) {
    if (d->route != PK_SL && d->route != PK_FILM) return;
    buf_z(b, d->rest == PK_SPAT ? ", spat out" : ", swallowed");
}

void pk_report_dose(struct buf *b, const struct pk_regimen *r, int i) {
    const struct pk_dose *d = &r->doses[i];
    buf_format(b, "%s %g mg", pk_route_title(d->route), d->amount_mg);
    if (d->route == PK_IV && d->minutes == 0) buf_z(b, " at once");
    else if (d->route == PK_IV) buf_format(b, " over %g min", d->minutes);
    else if (d->minutes > 0) buf_format(b, ", held %g min", d->minutes);
    put_rest(b, d);
    if (d->at_min > 0) buf_format(b, ", at %g min", d->at_min);
}

/* "70 kg (assumed: no weight was given)", "140 kg, scaled by the ideal weight, 73.3 kg" */
void pk_report_who(struct buf *b, const struct pk_forecast *f) {
    const struct pk_subject *s = f->c.subject;
    buf_format(b, "%g kg", s->weight_kg);
    if (f->weight_assumed) buf_z(b, " (assumed: no weight was given)");
    if (s->weight_kind != PK_WEIGHT_ACTUAL)
        buf_format(b, ", scaled by the %s weight, %.1f kg", pk_weight_words[s->weight_kind],
                   pk_subject_weight(f->c.model, s));
    if (s->age_years > 0) buf_format(b, ", %g years", s->age_years);
    if (s->japanese || s->asian) buf_z(b, s->japanese ? ", Japanese" : ", Asian");
}

/* The words that fit; one that is too long by itself stands alone. Blanks are single ones. */
struct str pk_report_wrap(struct str *rest, ptrdiff_t columns) {
    struct str all = str_trim(*rest);
    ptrdiff_t end = 0;
    for (struct str words = all; words.n;) {
        struct str word = word_next(&words);
        ptrdiff_t after = word.s + word.n - all.s;
        if (end && after > columns) break;
        end = after;
    }
    *rest = str_trim(str_slice(all, end, all.n));
    return str_slice(all, 0, end);
}

/* --- text ----------------------------------------------------------------------------- */

/* The text wraps in its own column. */
static void line(struct buf *b, const char *name, struct str rest) {
    enum { COLUMN = 22, WRAP = 76 };
    bool one_sign = (unsigned char)name[0] >= 0x80; /* a sign of three bytes, one column */
    buf_format(b, "%-*s", one_sign ? COLUMN + 2 : COLUMN, name);
    buf_put(b, pk_report_wrap(&rest, WRAP));
    while (rest.n) {
        buf_format(b, "\n%*s", COLUMN, "");
        buf_put(b, pk_report_wrap(&rest, WRAP));
    }
    buf_char(b, '\n');
}

/* What is highest at the very end may rise still. */
static void put_peak(struct buf *b, const char *name, struct pk_peak p, const char *unit,
                     int decimals, double until_min) {
    if (!isfinite(p.value)) return;
    buf_format(b, "%-22s", name);
    buf_real(b, p.value, decimals);
    buf_format(b, " %s at %.0f min%s\n", unit, p.at_min,
               p.at_min < until_min ? "" : ", where the forecast ends");
}

static void put_span(struct buf *b, const char *name, struct pk_span s, double until_min) {
    buf_format(b, "%-22s", name);
    if (isnan(s.from_min)) buf_z(b, "never\n");
    else if (isinf(s.to_min))
        buf_format(b, "from %.0f min to past %.0f min\n", s.from_min, until_min);
    else buf_format(b, "%.0f to %.0f min\n", s.from_min, s.to_min);
}

static void put_people(struct buf *b, const struct pk_forecast *f) {
    const struct pk_population_result *p = &f->people;
    if (f->population.n == 0) return;
    buf_format(b, "%-22s%d, seed %llu; patients and studies differ, measurement error not "
               "included\n", "virtual patients", f->population.n,
               (unsigned long long)f->population.seed);
    buf_format(b, "%-22s%.1f (5 %%) %.1f (25 %%) %.1f (50 %%) %.1f (75 %%) %.1f (95 %%) ng/mL\n",
               "peak venous, all", (double)p->peak_q[0], (double)p->peak_q[1],
               (double)p->peak_q[2], (double)p->peak_q[3], (double)p->peak_q[4]);
    buf_format(b, "%-22s%.0f (5 %%) to %.0f (95 %%) min\n", "time of peak, all",
               (double)p->peak_min_q[0], (double)p->peak_min_q[4]);
    buf_format(b, "%-22s%.0f (5 %%) %.0f (25 %%) %.0f (50 %%) %.0f (75 %%) %.0f (95 %%) of %g min "
               "at %g ng/mL or more\n", "time above, all", (double)p->above_min_q[0],
               (double)p->above_min_q[1], (double)p->above_min_q[2], (double)p->above_min_q[3],
               (double)p->above_min_q[4], f->summary.until_min,
               f->c.model->params[PK_level_low].value);
}

static void put_summary(struct buf *b, const struct pk_forecast *f) {
    const struct pk_summary *s = &f->summary;
    char name[32];
    put_peak(b, "peak venous", s->venous, "ng/mL", 1, s->until_min);
    put_peak(b, "peak arterial", s->arterial, "ng/mL", 1, s->until_min);
    put_peak(b, "peak norketamine", s->norketamine, "ng/mL", 1, s->until_min);
    snprintf(name, sizeof name, "venous >= %g ng/mL", f->c.model->params[PK_level_low].value);
    put_span(b, name, s->above_low, s->until_min);
    snprintf(name, sizeof name, "dissociation >= %g", f->c.model->params[PK_effect_half].value);
    put_span(b, name, s->half, s->until_min);
    snprintf(name, sizeof name, "dissociation >= %g", f->c.model->params[PK_effect_faint].value);
    put_span(b, name, s->faint, s->until_min);
    put_peak(b, "systolic rise", s->sbp, "mmHg", 0, s->until_min);
    buf_format(b, "%-22s%.1f ng h/mL venous ketamine, %.1f norketamine, to %g min\n", "exposure",
               s->auc_ng_h_ml, s->auc_nk_ng_h_ml, s->until_min);
    buf_format(b, "%-22s%.0f %% of %g mg base; as S-ketamine %.1f mg\n", "reaches the blood",
               s->systemic_percent, s->total_mg, s->s_equivalent_mg);
}

static void put_model(struct buf *b, const struct pk_forecast *f) {
    const struct pk_model *m = f->c.model;
    line(b, "model", str_format(b->arena, "%.*s (%.*s %d)", STR_ARG(m->title),
                                STR_ARG(m->name), m->version));
    line(b, "status", m->status);
    line(b, "site", m->site);
    for (int i = 0; i < m->source_count; i++) line(b, i ? "" : "sources", m->sources[i]);
}

static void put_rows(struct buf *b, const struct pk_forecast *f) {
    static const char *const quantiles[PK_QUANTILES] = {"p05", "p25", "p50", "p75", "p95"};
    bool people = f->population.n > 0;
    buf_format(b, "\n%8s %9s %9s %9s %7s", "minute", "venous", "arterial", "nork.", "dissoc.");
    for (int k = 0; people && k < PK_QUANTILES; k++) buf_format(b, " %7s", quantiles[k]);
    if (people) buf_format(b, " %6s", "below");
    buf_char(b, '\n');
    for (int i = 0; i < f->grid.count; i++) {
        double arterial = typical(f, PK_ARTERIAL)[i];
        buf_format(b, "%8g %9.1f ", f->minute[i], typical(f, PK_VENOUS)[i]);
        if (isnan(arterial)) buf_format(b, "%9s ", "-");
        else buf_format(b, "%9.1f ", arterial);
        buf_format(b, "%9.1f %7.2f", typical(f, PK_NORKETAMINE)[i],
                   typical(f, PK_DISSOCIATION)[i]);
        for (int k = 0; people && k < PK_QUANTILES; k++)
            buf_format(b, " %7.1f", (double)f->people.band[PK_VENOUS].q[k][i]);
        if (people) buf_format(b, " %5.0f%%", 100 * (double)f->people.below[i]);
        buf_char(b, '\n');
    }
}

void pk_report_table(struct buf *b, const struct pk_forecast *f) {
    const struct pk_regimen *r = f->c.regimen;
    buf_format(b, "Forecast, %s, ", pk_entity_name(r->entity));
    pk_report_who(b, f);
    buf_char(b, '\n');
    for (int i = 0; i < r->count; i++) {
        buf_format(b, "%-22s", i ? "" : "dose");
        pk_report_dose(b, r, i);
        buf_char(b, '\n');
    }
    for (int i = 0; i < f->banner_count; i++) line(b, "▲", f->banners[i]);
    put_summary(b, f);
    put_people(b, f);
    put_model(b, f);
    line(b, "limits", f->c.model->limits);
    line(b, "", str_from(pk_report_advice));
    put_rows(b, f);
    buf_format(b, "\nConcentrations are ng/mL of base; the line is the typical patient%s.\n",
               f->population.n ? ", p05 to p95 and below (the share under the venous threshold) "
                                 "are venous over the virtual patients" : "");
}

/* --- CSV ------------------------------------------------------------------------------ */

void pk_report_csv(struct buf *b, const struct pk_forecast *f) {
    buf_z(b, "minute,ketamine_venous_ng_ml,ketamine_arterial_ng_ml,norketamine_ng_ml,"
             "dissociation,p05,p25,p50,p75,p95\n");
    for (int i = 0; i < f->grid.count; i++) {
        static const enum pk_output columns[] = {PK_VENOUS, PK_ARTERIAL, PK_NORKETAMINE,
                                                 PK_DISSOCIATION};
        buf_format(b, "%.12g", f->minute[i]);
        for (int k = 0; k < 4; k++) {
            buf_char(b, ',');
            put_number(b, typical(f, columns[k])[i], 6);
        }
        for (int k = 0; k < PK_QUANTILES; k++) {
            buf_char(b, ',');
            if (f->population.n) put_number(b, (double)f->people.band[PK_VENOUS].q[k][i], 4);
        }
        buf_char(b, '\n');
    }
}

/* --- JSON ----------------------------------------------------------------------------- */

static void key(struct buf *b, const char *name) {
    char last = b->n ? b->p[b->n - 1] : '{';
    if (last != '{' && last != '[') buf_char(b, ',');
    buf_format(b, "\"%s\":", name);
}

static void number(struct buf *b, const char *name, double v, int decimals) {
    key(b, name);
    if (isfinite(v)) buf_real(b, v, decimals);
    else buf_z(b, "null");
}

static void text(struct buf *b, const char *name, struct str v) {
    key(b, name);
    buf_json(b, v);
}

static void texts(struct buf *b, const char *name, const struct str *v, int n) {
    key(b, name);
    buf_char(b, '[');
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        buf_json(b, v[i]);
    }
    buf_char(b, ']');
}

static void array(struct buf *b, const char *name, const double *v, int n, int decimals) {
    key(b, name);
    buf_char(b, '[');
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        if (isfinite(v[i])) buf_real(b, v[i], decimals);
        else buf_z(b, "null");
    }
    buf_char(b, ']');
}

static void floats(struct buf *b, const char *name, const float *v, int n, int decimals) {
    key(b, name);
    buf_char(b, '[');
    for (int i = 0; i < n; i++) {
        if (i) buf_char(b, ',');
        buf_real(b, (double)v[i], decimals);
    }
    buf_char(b, ']');
}

static void json_doses(struct buf *b, const struct pk_forecast *f) {
    const struct pk_regimen *r = f->c.regimen;
    text(b, "drug", str_from(pk_entity_name(r->entity)));
    text(b, "amountsAre", STR("base"));
    key(b, "doses");
    buf_char(b, '[');
    for (int i = 0; i < r->count; i++) {
        const struct pk_dose *d = &r->doses[i];
        if (i) buf_char(b, ',');
        buf_char(b, '{');
        text(b, "route", str_from(pk_route_word(d->route)));
        number(b, "atMinute", d->at_min, 3);
        number(b, "amountMg", d->amount_mg, 6);
        number(b, "minutes", d->minutes, 3);
        if (d->route == PK_SL || d->route == PK_FILM)
            text(b, "rest", d->rest == PK_SPAT ? STR("spit") : STR("swallow"));
        buf_char(b, '}');
    }
    buf_char(b, ']');
    key(b, "subject");
    buf_char(b, '{');
    number(b, "weightKg", f->c.subject->weight_kg, 3);
    key(b, "weightAssumed");
    buf_z(b, f->weight_assumed ? "true" : "false");
    number(b, "scalingWeightKg", pk_subject_weight(f->c.model, f->c.subject), 3);
    if (f->c.subject->age_years > 0) number(b, "ageYears", f->c.subject->age_years, 1);
    buf_char(b, '}');
}

static void json_model(struct buf *b, const struct pk_model *m) {
    key(b, "model");
    buf_char(b, '{');
    text(b, "name", m->name);
    number(b, "version", m->version, 0);
    text(b, "title", m->title);
    text(b, "status", m->status);
    text(b, "site", m->site);
    text(b, "limits", m->limits);
    texts(b, "sources", m->sources, m->source_count);
    buf_char(b, '}');
}

static void json_peak(struct buf *b, const char *name, struct pk_peak p) {
    key(b, name);
    buf_char(b, '{');
    number(b, "value", p.value, 4);
    number(b, "atMinute", p.at_min, 2);
    buf_char(b, '}');
}

/* null where the end lies past the horizon, or the span never begins. */
static void json_span(struct buf *b, const char *name, double level, struct pk_span s) {
    key(b, name);
    buf_char(b, '{');
    number(b, "level", level, 3);
    number(b, "fromMinute", s.from_min, 2);
    number(b, "toMinute", s.to_min, 2);
    buf_char(b, '}');
}

static void json_summary(struct buf *b, const struct pk_forecast *f) {
    const struct pk_summary *s = &f->summary;
    const struct pk_value *v = f->c.model->params;
    key(b, "summary");
    buf_char(b, '{');
    number(b, "untilMinute", s->until_min, 3);
    json_peak(b, "peakVenousNgMl", s->venous);
    json_peak(b, "peakArterialNgMl", s->arterial);
    json_peak(b, "peakNorketamineNgMl", s->norketamine);
    json_peak(b, "peakDissociation", s->dissociation);
    json_peak(b, "systolicRiseMmHg", s->sbp);
    number(b, "diastolicRiseMmHg", s->dbp_mmhg, 2);
    json_span(b, "venousAbove", v[PK_level_low].value, s->above_low);
    json_span(b, "dissociationHalf", v[PK_effect_half].value, s->half);
    json_span(b, "dissociationFaint", v[PK_effect_faint].value, s->faint);
    number(b, "exposureNgHMl", s->auc_ng_h_ml, 4);
    number(b, "exposureNorketamineNgHMl", s->auc_nk_ng_h_ml, 4);
    number(b, "totalMg", s->total_mg, 6);
    number(b, "systemicPercent", s->systemic_percent, 3);
    number(b, "sEquivalentMg", s->s_equivalent_mg, 4);
    buf_char(b, '}');
}

static void json_band(struct buf *b, const char *name, const struct pk_band *band) {
    static const char *const names[PK_QUANTILES] = {"p05", "p25", "p50", "p75", "p95"};
    key(b, name);
    buf_char(b, '{');
    for (int k = 0; k < PK_QUANTILES; k++) floats(b, names[k], band->q[k], band->count, 4);
    buf_char(b, '}');
}

static void json_people(struct buf *b, const struct pk_forecast *f) {
    const struct pk_population_result *p = &f->people;
    key(b, "population");
    if (f->population.n == 0) {
        buf_z(b, "null");
        return;
    }
    buf_char(b, '{');
    number(b, "n", f->population.n, 0);
    key(b, "seed");
    buf_format(b, "%llu", (unsigned long long)f->population.seed);
    floats(b, "peakVenousNgMl", p->peak_q, PK_QUANTILES, 4);
    floats(b, "peakMinute", p->peak_min_q, PK_QUANTILES, 2);
    number(b, "thresholdNgMl", f->c.model->params[PK_level_low].value, 3);
    floats(b, "minutesVenousAboveThreshold", p->above_min_q, PK_QUANTILES, 2);
    json_band(b, "venousNgMl", &p->band[PK_VENOUS]);
    json_band(b, "dissociation", &p->band[PK_DISSOCIATION]);
    json_band(b, "systolicRiseMmHg", &p->band[PK_SBP]);
    floats(b, "chanceVenousBelowThreshold", p->below, f->grid.count, 4);
    buf_char(b, '}');
}

void pk_report_json(struct buf *b, const struct pk_forecast *f) {
    static const struct { const char *name; enum pk_output output; } curves[] = {
        {"venousNgMl", PK_VENOUS}, {"arterialNgMl", PK_ARTERIAL},
        {"norketamineNgMl", PK_NORKETAMINE}, {"effectSiteNgMl", PK_EFFECT_SITE},
        {"dissociation", PK_DISSOCIATION}, {"systolicRiseMmHg", PK_SBP}};
    buf_char(b, '{');
    json_model(b, f->c.model);
    json_doses(b, f);
    texts(b, "banners", f->banners, f->banner_count);
    text(b, "advice", str_from(pk_report_advice));
    json_summary(b, f);
    array(b, "minute", f->minute, f->grid.count, 4);
    key(b, "typical");
    buf_char(b, '{');
    for (int i = 0; i < (int)(sizeof curves / sizeof *curves); i++)
        array(b, curves[i].name, typical(f, curves[i].output), f->grid.count, 6);
    buf_char(b, '}');
    json_people(b, f);
    buf_z(b, "}\n");
}
