/*
 * regimen: what was given, read and checked. A regimen holds one drug: racemate and
 * esketamine are never added to each other. Amounts are base; pk_base_from_salt_mg turns the
 * hydrochloride of a label into base.
 */
#include "pk/engine.h"

static const struct name {
    const char *word, *title;
} names[PK_ROUTE_COUNT] = {
    [PK_IV] = {"iv", "intravenous"},
    [PK_IM] = {"im", "intramuscular"},
    [PK_SL] = {"sl", "sublingual"},
    [PK_FILM] = {"film", "sublingual film"},
    [PK_IN] = {"in", "nasal"},
    [PK_ESK] = {"esk", "esketamine nasal device"},
    [PK_PO] = {"po", "oral"},
};

const char *pk_route_word(enum pk_route r) { return names[r].word; }
const char *pk_route_title(enum pk_route r) { return names[r].title; }

enum pk_entity pk_route_entity(enum pk_route r) {
    return r == PK_ESK || r == PK_FILM ? PK_ESKETAMINE : PK_RACEMATE;
}

bool pk_route_held(enum pk_route r) { return r == PK_SL || r == PK_FILM; }

bool pk_route_parse(struct str text, enum pk_route *out) {
    for (int r = 0; r < PK_ROUTE_COUNT; r++)
        if (str_is(text, names[r].word)) {
            *out = (enum pk_route)r;
            return true;
        }
    return false;
}

enum err pk_amount_parse(struct str text, struct pk_amount *out, struct faults *f) {
    struct str field = STR("dose");
    ptrdiff_t n = 0;
    while (n < text.n && ((text.s[n] >= '0' && text.s[n] <= '9') || text.s[n] == '.' ||
                          text.s[n] == '-'))
        n++;
    struct str number = str_slice(text, 0, n), unit = str_slice(text, n, text.n);
    bool per_kg = str_is(unit, "mg/kg");
    *out = (struct pk_amount){.per_kg = per_kg};
    if (n == 0 || !str_to_real(number, &out->value))
        fault_add(f, field, "number", "`%.*s` is not an amount: write 0.5mg/kg or 100mg",
                  STR_ARG(text));
    else if (unit.n == 0)
        fault_add(f, field, "unit", "%.*s has no unit: write %.*smg or %.*smg/kg",
                  STR_ARG(text), STR_ARG(number), STR_ARG(number));
    else if (!per_kg && !str_is(unit, "mg"))
        fault_add(f, field, "unit", "the unit `%.*s` is not known: mg or mg/kg", STR_ARG(unit));
    else if (out->value < 0)
        fault_add(f, field, "range", "%.*s is negative", STR_ARG(text));
    else if (out->value == 0)
        fault_add(f, field, "range", "a dose of nothing has no forecast");
    return faults_err(f);
}

static const double amount_max_mg = 5000, time_max_min = 60 * 24 * 400, piece_max_min = 24 * 60;

static void check_drug(const struct pk_regimen *r, const struct pk_model *m, enum pk_route route,
                       struct faults *f) {
    if (!pk_plan_route(m, route))
        fault_add(f, STR("route"), "unknown", "the model %.*s has no %s route",
                  STR_ARG(m->name), names[route].title);
    if (m->entity_only < PK_ENTITY_COUNT && r->entity != m->entity_only)
        fault_add(f, STR("drug"), "unknown", "the model %.*s is of %s only", STR_ARG(m->name),
                  pk_entity_name(m->entity_only));
    if (pk_route_entity(route) == PK_ESKETAMINE && r->entity != PK_ESKETAMINE)
        fault_add(f, STR("drug"), "unknown", "the %s holds esketamine, not %s",
                  names[route].title, pk_entity_name(r->entity));
}

static void check_numbers(const struct pk_dose *d, struct faults *f) {
    if (!(d->amount_mg >= 0 && d->amount_mg <= amount_max_mg))
        fault_add(f, STR("dose"), "range", "an amount is from 0 to %g mg", amount_max_mg);
    if (!(d->at_min >= 0 && d->at_min <= time_max_min))
        fault_add(f, STR("at"), "range", "a dose is at 0 minutes or later, within 400 days");
    if (!(d->minutes >= 0 && d->minutes <= piece_max_min))
        fault_add(f, STR("minutes"), "range", "minutes are from 0 to %g", piece_max_min);
    if (d->minutes > 0 && d->route != PK_IV && d->route != PK_SL && d->route != PK_FILM)
        fault_add(f, STR("minutes"), "range", "a duration belongs to an infusion or a "
                  "sublingual hold, not to the %s route", names[d->route].title);
}

/* The sublingual fraction falls above a reference dose; an exponent of 0 turns that off. */
static double dose_effect(const struct pk_model *m, const struct pk_dose *d) {
    double ref = m->params[PK_sl_dose_ref].value, power = m->params[PK_sl_dose_exp].value;
    if (d->route != PK_SL || power == 0 || d->amount_mg <= ref) return 1;
    return pk_power(d->amount_mg / ref, power);
}

static void put(struct pk_regimen *r, struct pk_dose d, struct faults *f) {
    if (r->count == PK_DOSES_MAX)
        fault_add(f, STR("dose"), "range", "more than %d pieces in one regimen", PK_DOSES_MAX);
    else
        r->doses[r->count++] = d;
}

static void put_devices(struct pk_regimen *r, const struct pk_model *m, struct pk_dose d,
                        struct faults *f) {
    double device = m->params[PK_esk_device].value, most = m->params[PK_esk_devices_max].value;
    int n = (int)lround(d.amount_mg / device);
    if (n < 1 || n > most || fabs(d.amount_mg - n * device) > 1e-6 * device) {
        fault_add(f, STR("dose"), "range", "%g mg is no number of devices: esketamine comes in "
                  "devices of %g mg, %g at most (%g, %g or %g mg)", d.amount_mg, device, most,
                  device, 2 * device, 3 * device);
        return;
    }
    for (int i = 0; i < n; i++) {
        struct pk_dose one = d;
        one.amount_mg = device;
        one.at_min += i * m->params[PK_esk_interval].value;
        one.f_scale = i == 0 ? 1 : m->params[PK_esk_later].value;
        put(r, one, f);
    }
}

void pk_regimen_add(struct pk_regimen *r, const struct pk_model *m, struct pk_dose d,
                    struct faults *f) {
    int before = f->n;
    if ((unsigned)d.route >= PK_ROUTE_COUNT) {
        fault_add(f, STR("route"), "unknown", "a route is iv, im, sl, film, in, esk or po");
        return;
    }
    check_drug(r, m, d.route, f);
    check_numbers(&d, f);
    if (f->n > before) return;
    if (d.route == PK_ESK) {
        put_devices(r, m, d, f);
        return;
    }
    d.f_scale = dose_effect(m, &d);
    put(r, d, f);
}

double pk_regimen_total_mg(const struct pk_regimen *r) {
    double sum = 0;
    for (int i = 0; i < r->count; i++) sum += r->doses[i].amount_mg;
    return sum;
}

double pk_base_from_salt_mg(const struct pk_model *m, double hydrochloride_mg) {
    return hydrochloride_mg * m->params[PK_base_of_salt].value;
}

/* What was given by this route from this dose on, while the model counts it as one. */
static double soon_mg(const struct pk_regimen *r, const struct pk_model *m,
                      const struct pk_dose *from) {
    double mg = 0;
    for (int i = 0; i < r->count; i++) {
        const struct pk_dose *d = &r->doses[i];
        double later_min = d->at_min - from->at_min;
        bool alike = d->route == from->route ||
                     (pk_route_held(d->route) && pk_route_held(from->route));
        if (alike && later_min >= 0 && later_min <= m->params[PK_seen_within].value)
            mg += d->amount_mg;
    }
    return mg;
}

int pk_regimen_banners(struct arena *a, const struct pk_regimen *r, const struct pk_model *m,
                       const struct pk_subject *s, struct str out[PK_BANNERS_MAX]) {
    const struct pk_value *sl_seen = &m->params[PK_sl_seen_max];
    const struct pk_value *im_seen = &m->params[PK_im_seen_max];
    const struct pk_value *nasal = &m->params[PK_in_f];
    bool sl = false, im = false, spat = false, guess = false;
    for (int i = 0; i < r->count; i++) {
        const struct pk_dose *d = &r->doses[i];
        double mg = soon_mg(r, m, d);
        bool held = pk_route_held(d->route);
        sl = sl || (held && sl_seen->set && mg > sl_seen->value + 1e-9);
        im = im || (d->route == PK_IM && im_seen->set &&
                    mg / s->weight_kg > im_seen->value - 1e-9);
        spat = spat || (held && d->rest == PK_SPAT);
        guess = guess || (d->route == PK_IN && str_is(nasal->status, "guess"));
    }
    int n = 0;
    if (sl) out[n++] = str_format(a, "Extrapolation: no levels were found for sublingual doses "
                                  "above %g mg. Read the band, not the line.", sl_seen->value);
    if (im) out[n++] = str_format(a, "Extrapolation: an intramuscular dose of %g mg/kg or more "
                                  "rests on one series, whose peak this model misses by a "
                                  "third. Read the band, not the line.", im_seen->value);
    if (spat) out[n++] = STR("How much is swallowed although the patient spits is a guess.");
    if (guess) out[n++] = str_format(a, "How much of a nasal dose is taken up is a guess: %.*s. "
                                     "Read the band, not the line.", STR_ARG(nasal->source));
    if (m->central_is_venous) out[n++] = STR("This model has no arterial site; the effect is "
                                             "driven by venous blood and lags it less.");
    return n;
}
