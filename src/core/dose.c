#include "core/dose.h"

#include <math.h>

#include "base/date.h"

enum { MG_MAX = 2000, PER_KG_MAX = 20 };

static const double weight_low_kg = 25, weight_high_kg = 300; /* beyond: a slip of the pen */

static bool decimals_ok(struct str number) {
    ptrdiff_t dot = str_find(number, STR("."));
    return dot < 0 || number.n - dot - 1 <= 3;
}

bool dose_order_read(struct str text, struct dose_order *out, const char **why) {
    ptrdiff_t n = 0;
    double v;
    text = str_trim(text);
    while (n < text.n && ((text.s[n] >= '0' && text.s[n] <= '9') || text.s[n] == '.' ||
                          text.s[n] == '-'))
        n++;
    struct str number = str_slice(text, 0, n), unit = str_trim(str_slice(text, n, text.n));
    *why = "write a dose as 100mg or 0.5mg/kg";
    out->basis = str_is(unit, "mg/kg") ? DOSE_PER_KG : DOSE_TOTAL;
    if (out->basis == DOSE_TOTAL && !str_is(unit, "mg")) {
        if (n > 0 && unit.n == 0) *why = "a dose needs its unit: mg or mg/kg";
        return false;
    }
    if (!str_to_real(number, &v)) return false;
    *why = "a dose has at most three decimals";
    if (!decimals_ok(number)) return false;
    *why = out->basis == DOSE_PER_KG ? "a dose by weight is above 0 and at most 20 mg/kg"
                                     : "a dose is above 0 and at most 2000 mg";
    out->ug = llround(v * 1000);
    return out->ug > 0 && v <= (out->basis == DOSE_PER_KG ? PER_KG_MAX : MG_MAX);
}

static void put_mg(struct buf *b, int64_t ug) {
    int decimals = ug % 1000 == 0 ? 0 : ug % 100 == 0 ? 1 : ug % 10 == 0 ? 2 : 3;
    buf_real(b, (double)ug / 1000, decimals);
}

void dose_order_put(struct buf *b, struct dose_order o) {
    put_mg(b, o.ug);
    buf_z(b, o.basis == DOSE_PER_KG ? " mg/kg" : " mg");
}

void dose_put_mg(struct buf *b, int64_t amount_ug) {
    put_mg(b, amount_ug);
    buf_z(b, " mg");
}

static bool weight_known(double kg) { return kg >= weight_low_kg && kg <= weight_high_kg; }

int64_t dose_amount_ug(struct dose_order o, double weight_kg) {
    if (o.basis == DOSE_TOTAL) return o.ug;
    return weight_known(weight_kg) ? llround((double)o.ug * weight_kg) : -1;
}

struct str dose_drug(struct str route) {
    static const char *const racemic[] = {"iv", "im", "sc", "sl", "sl-home", "in", "po"};
    if (str_index(route, racemic, COUNT(racemic)) >= 0) return STR("ketamine");
    return str_is(route, "esk") ? STR("esketamine") : STR_ABSENT;
}

struct str dose_plain_route(struct str route) {
    return str_is(route, "sl-home") ? STR("sl") : route;
}

/* The facts as values for the table, in its own units. */
enum { VALUES_MAX = 24 };

struct values {
    struct criteria_value v[VALUES_MAX];
    ptrdiff_t n;
};

static struct criteria_value *value_new(struct values *all, const char *item) {
    CHECK(all->n < VALUES_MAX, "one value for each fact");
    struct criteria_value *v = &all->v[all->n++];
    *v = (struct criteria_value){.item = str_from(item), .state = VALUE_NOT_ASKED};
    return v;
}

/* Rounded to a millionth, so that 0.75 mg/kg lies on its line and not beside it. */
static void number(struct values *all, const char *item, double value) {
    struct criteria_value *v = value_new(all, item);
    v->state = VALUE_KNOWN;
    v->v = (struct measured){1, {round(value * 1e6) / 1e6}};
}

static void unknown(struct values *all, const char *item) {
    value_new(all, item)->state = VALUE_UNKNOWN;
}

static void not_asked(struct values *all, const char *item) { (void)value_new(all, item); }

static void count(struct values *all, const char *item, int value) {
    if (value < 0) unknown(all, item);
    else number(all, item, value);
}

static void word(struct values *all, const char *item, struct str w) {
    struct criteria_value *v = value_new(all, item);
    v->state = VALUE_KNOWN;
    v->word = w;
}

static void by_weight(struct values *all, const char *item, int64_t ug, double weight_kg) {
    if (weight_known(weight_kg)) number(all, item, (double)ug / 1000 / weight_kg);
    else unknown(all, item);
}

static void amounts(struct values *all, const struct dose_facts *f) {
    int64_t ug = f->given_ug + f->amount_ug;
    by_weight(all, "per_kg", ug, f->weight_kg);
    number(all, "total", (double)ug / 1000);
    if (f->sessions_before < 2) number(all, "early_total", (double)ug / 1000);
    else not_asked(all, "early_total");
    word(all, "set", ug == 28000   ? STR("28")
                     : ug == 56000 ? STR("56")
                     : ug == 84000 ? STR("84")
                                   : STR("other"));
}

static void rhythm(struct values *all, const struct dose_facts *f) {
    count(all, "minutes", f->infusion_min);
    number(all, "supplements", f->doses_given);
    if (f->doses_given == 0) not_asked(all, "gap");
    else count(all, "gap", f->gap_min);
    if (f->doses_given > 0) { /* the session itself was judged at its first dose */
        not_asked(all, "week");
        not_asked(all, "since");
        return;
    }
    count(all, "week", f->sessions_7d < 0 ? DOSE_UNKNOWN : f->sessions_7d + 1);
    if (f->sessions_before == 0) not_asked(all, "since");
    else if (f->hours_since < 0) unknown(all, "since");
    else number(all, "since", f->hours_since);
}

/* The first dose ever; where the table starts the old lower, that too. */
static void first_dose(struct values *all, const struct criteria *rails,
                       const struct dose_facts *f, int64_t ug) {
    double older;
    bool lower = criteria_setting(rails, "older", &older) && f->age_years >= older;
    by_weight(all, "first_per_kg", ug, f->weight_kg);
    number(all, "first_total", (double)ug / 1000);
    if (f->age_years < 0) unknown(all, "first_older");
    else if (lower) number(all, "first_older", (double)ug / 1000);
    else not_asked(all, "first_older");
}

/* The rise over the session before by the same route; nothing to compare: not asked. */
static void steps(struct values *all, const struct criteria *rails, const struct dose_facts *f) {
    int64_t ug = f->given_ug + f->amount_ug;
    bool first = f->sessions_before == 0;
    if (first) {
        first_dose(all, rails, f, ug);
    } else {
        not_asked(all, "first_per_kg");
        not_asked(all, "first_total");
        not_asked(all, "first_older");
    }
    if (first || f->previous_ug < 0) {
        not_asked(all, "step_per_kg");
        not_asked(all, "step_total");
        not_asked(all, "step_rough");
        return;
    }
    double rise_mg = (double)(ug - f->previous_ug) / 1000;
    number(all, "step_total", rise_mg);
    if (weight_known(f->weight_kg) && weight_known(f->previous_kg))
        number(all, "step_per_kg",
               (double)ug / 1000 / f->weight_kg -
                   (double)f->previous_ug / 1000 / f->previous_kg);
    else unknown(all, "step_per_kg");
    if (f->previous_calm == DOSE_NO) number(all, "step_rough", rise_mg);
    else if (f->previous_calm == DOSE_NOT_KNOWN && rise_mg > 0) unknown(all, "step_rough");
    else not_asked(all, "step_rough");
}

static void custody(struct values *all, const struct dose_facts *f) {
    if (!f->given_by.s || !f->checked_by.s) unknown(all, "two_person");
    else word(all, "two_person", str_eq(f->given_by, f->checked_by) ? STR("no") : STR("yes"));
    if (!f->lot.s) unknown(all, "lot");
    else word(all, "lot", str_trim(f->lot).n > 0 ? STR("yes") : STR("no"));
    if (f->expiry == DATE_NONE || f->today == DATE_NONE) unknown(all, "expiry");
    else number(all, "expiry", f->expiry - f->today);
}

/* Asked for only where a dose of this route is judged by weight. */
static void weight_age(struct values *all, const struct criteria *rails,
                       const struct dose_facts *f) {
    if (criteria_find(rails, f->route, "per_kg")) count(all, "weight_age", f->weight_age_days);
    else not_asked(all, "weight_age");
}

void dose_check(const struct criteria *rails, struct str file, struct faults *faults) {
    static const char *const routes[] = {"iv", "im", "sc", "sl", "sl-home", "in", "po", "esk"};
    static const char *const items[] = {"week", "since", "two_person", "lot", "expiry"};
    for (size_t r = 0; r < sizeof routes / sizeof *routes; r++) {
        struct str route = str_from(routes[r]);
        if (!criteria_find(rails, route, "total") && !criteria_find(rails, route, "per_kg"))
            fault_add(faults, file, "required", "no guard rail for the route %s", routes[r]);
        for (size_t i = 0; i < sizeof items / sizeof *items; i++)
            if (!criteria_find(rails, route, items[i]))
                fault_add(faults, file, "required", "no row '%s' for the route %s", items[i],
                          routes[r]);
    }
}

void dose_judge(const struct criteria *rails, const struct dose_facts *f, struct rulings *out) {
    struct values all = {.n = 0};
    amounts(&all, f);
    rhythm(&all, f);
    steps(&all, rails, f);
    count(&all, "series", f->doses_unanswered);
    weight_age(&all, rails, f);
    custody(&all, f);
    if (!dose_drug(f->route).s) {
        ruling_add(out, (struct ruling){.item = STR("route"), .name = STR("Route"),
                                        .outcome = RULING_HOLD, .saw = f->route,
                                        .source = STR("DESIGN"),
                                        .text = STR("This route is not known here.")});
        return;
    }
    criteria_judge(rails, f->route, (struct criteria_values){all.v, all.n}, out);
}
