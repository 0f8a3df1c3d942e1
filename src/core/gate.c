#include "core/gate.h"

static const char item_bp[] = "bp";

static const char *const settings[] = {"bp_rest", "bp_rechecks", "fresh"};

void gate_check(const struct criteria *gate, struct str file, struct faults *faults) {
    double v;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!criteria_setting(gate, settings[i], &v))
            fault_add(faults, file, "required", "the gate has no line 'set %s'", settings[i]);
    if (!criteria_find(gate, STR("*"), item_bp))
        fault_add(faults, file, "required", "the gate does not ask for bp");
}

int64_t gate_fresh_ms(const struct criteria *gate) {
    double hours = 0;
    CHECK(criteria_setting(gate, "fresh", &hours), "gate_check has passed");
    return (int64_t)(hours * 3600000);
}

static int64_t rest_ms(const struct criteria *gate) {
    double minutes = 0;
    CHECK(criteria_setting(gate, "bp_rest", &minutes), "gate_check has passed");
    return (int64_t)(minutes * 60000);
}

static struct criteria_value value_of(const struct gate_bp *r, int n) {
    struct criteria_value v = {.item = str_from(item_bp)};
    if (n == 0) return v;
    v.state = VALUE_KNOWN;
    v.v = (struct measured){2, {r[n - 1].systolic, r[n - 1].diastolic}};
    v.when = r[n - 1].when;
    return v;
}

/* How often what the last reading shows has been seen again after a full rest: from the first of
 * the readings that are all past the line, each a rest after the one counted before, *last. */
static int repetitions(struct arena *a, const struct criteria *gate,
                       const struct criteria_row *row, const struct gate_bp *r, int n, int *last) {
    int first = n, count = 0;
    while (first > 0) {
        struct criteria_value v = value_of(r, first);
        if (criteria_rule(a, gate, row, &v).outcome == RULING_PASS) break;
        first--;
    }
    *last = first;
    for (int i = first + 1; i < n; i++)
        if (r[i].at_ms - r[*last].at_ms >= rest_ms(gate)) *last = i, count++;
    return count;
}

/* Which repetitions are still wanted before the rule has spoken. */
static bool wants_repetition(const struct criteria *gate, enum ruling_outcome o, int done) {
    double rechecks = 0;
    CHECK(criteria_setting(gate, "bp_rechecks", &rechecks), "gate_check has passed");
    if (o == RULING_CAUTION) return done < 1;
    return o == RULING_HOLD && done < (int)rechecks;
}

static struct str ask_again(struct arena *a, const struct criteria *gate, const struct ruling *r) {
    double minutes = 0;
    CHECK(criteria_setting(gate, "bp_rest", &minutes), "gate_check has passed");
    struct str say = criteria_say(gate, r->item, r->outcome);
    struct str text = r->text;
    /* What stands at the end of the sentence is for the last repetition. */
    if (say.s && str_ends(text, say)) text = str_trim(str_slice(text, 0, text.n - say.n));
    return str_format(a, "%.*s Rest %d minutes and repeat.", STR_ARG(text), (int)minutes);
}

static void judge_bp(struct arena *a, const struct criteria *gate, struct str route,
                     const struct gate_bp *readings, int n, struct gate_answer *out) {
    const struct criteria_row *row = criteria_find(gate, route, item_bp);
    CHECK(row, "gate_check has passed");
    struct criteria_value v = value_of(readings, n);
    struct ruling r = criteria_rule(a, gate, row, &v);
    int last, done = repetitions(a, gate, row, readings, n, &last);
    if (wants_repetition(gate, r.outcome, done)) {
        out->repeat_bp = true;
        out->repeat_bp_from_ms = readings[last].at_ms + rest_ms(gate);
        r.text = ask_again(a, gate, &r);
    }
    ruling_add(&out->rulings, r);
}

void gate_judge(struct arena *a, const struct criteria *gate, struct str route,
                struct criteria_values values, const struct gate_bp *readings, int readings_n,
                struct gate_answer *out) {
    struct criteria_value *all = NEWS(a, struct criteria_value, values.n + 1);
    *out = (struct gate_answer){.rulings = {.arena = a}};
    judge_bp(a, gate, route, readings, readings_n, out);
    for (ptrdiff_t i = 0; i < values.n; i++) all[i] = values.v[i];
    all[values.n] = (struct criteria_value){.item = str_from(item_bp), .state = VALUE_NOT_ASKED};
    criteria_judge(gate, route, (struct criteria_values){all, values.n + 1}, &out->rulings);
    out->overall = ruling_overall(&out->rulings);
    if (out->repeat_bp) out->overall = RULING_HOLD;
}
