#include "core/screening_test.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/lines.h"

/* One candidate being built from the parts of a test line. */
struct maker {
    struct arena *a;
    struct candidate c;
    struct candidate_condition conditions[32];
    struct str medicines[32], allergies[16], uds[16], family[16], history[16];
    struct faults faults; /* of the parts themselves */
    const struct screening_trial *trial;
};

__attribute__((format(printf, 3, 4))) static void
say(const struct screening_trial *t, struct faults *faults, const char *format, ...) {
    struct str place = str_format(faults->arena, "%.*s:%d", STR_ARG(t->file), t->line);
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fault_add(faults, place, "test", "%s", text);
}

static void append(struct maker *m, struct candidate_texts *list, struct str *store, int room,
                   struct str text) {
    if (text.n == 0 || list->n == room) {
        fault_add(&m->faults, text, "syntax", "a list has no room, or its text is empty");
        return;
    }
    store[list->n++] = text;
    list->v = store;
    list->known = true;
}

static void make_condition(struct maker *m, struct str rest) {
    struct candidate_conditions *list = &m->c.conditions;
    struct candidate_condition k = {0};
    struct str code = word_next(&rest);
    if (list->n == 32 || code.n == 0 || !candidate_status(rest, &k.status)) {
        fault_add(&m->faults, code, "syntax", "write `condition CODE active|treated|history`");
        return;
    }
    bool number = code.s[0] >= '0' && code.s[0] <= '9';
    *(number ? &k.snomed : &k.icd10) = code;
    m->conditions[list->n++] = k;
    list->v = m->conditions;
    list->known = true;
}

/* `no conditions`: nobody asked. */
static void forget(struct maker *m, struct str what) {
    struct candidate *c = &m->c;
    if (str_is(what, "conditions")) c->conditions.known = false, c->conditions.n = 0;
    else if (str_is(what, "medicines")) c->medications.known = false, c->medications.n = 0;
    else if (str_is(what, "allergies")) c->allergies.known = false, c->allergies.n = 0;
    else if (str_is(what, "uds")) c->uds.known = false, c->uds.n = 0;
    else if (str_is(what, "family")) c->family_history.known = false, c->family_history.n = 0;
    else if (str_is(what, "history")) c->history.known = false, c->history.n = 0;
    else fault_add(&m->faults, what, "unknown", "no list `%.*s`", STR_ARG(what));
}

static void make_pressure(struct maker *m, struct str rest) {
    struct str word;
    m->c.reading_count = 0;
    while ((word = word_next(&rest)).s && !str_is(word, "?")) {
        struct blood_pressure bp;
        struct str diastolic, systolic = str_cut(word, '/', &diastolic);
        if (str_to_real(systolic, &bp.systolic) && str_to_real(diastolic, &bp.diastolic))
            candidate_add_reading(&m->c, bp, &m->faults);
        else fault_add(&m->faults, word, "type", "`%.*s` is no reading", STR_ARG(word));
    }
}

/* Age and body mass are facts that follow from others: set those. */
static bool make_derived(struct maker *m, struct str name, struct str value) {
    double v = 0;
    bool forgotten = str_is(value, "?");
    if (!str_is(name, "age") && !str_is(name, "bmi")) return false;
    if (!forgotten && !str_to_real(value, &v))
        fault_add(&m->faults, name, "type", "`%.*s` is no number", STR_ARG(value));
    if (str_is(name, "age")) {
        m->c.born = forgotten ? DATE_NONE : date_add_months(m->c.on, -12 * (int)v);
    } else {
        m->c.v[CANDIDATE_HEIGHT_CM] = (struct candidate_value){!forgotten, 100};
        m->c.v[CANDIDATE_WEIGHT_KG] = (struct candidate_value){!forgotten, v};
    }
    return true;
}

static void make_field(struct maker *m, struct str name, struct str value) {
    if (make_derived(m, name, value)) return;
    int f = candidate_field(name);
    double v;
    if (f < 0) {
        fault_add(&m->faults, name, "unknown", "there is no `%.*s`", STR_ARG(name));
    } else if (str_is(value, "?")) {
        m->c.v[f].known = false;
    } else if (candidate_meaning((enum candidate_field)f)->kind == CANDIDATE_WORD) {
        candidate_set_word(&m->c, (enum candidate_field)f, value, &m->faults);
    } else if (str_is(value, "yes") || str_is(value, "no")) {
        candidate_set_truth(&m->c, (enum candidate_field)f, str_is(value, "yes"));
    } else if (str_to_real(value, &v)) {
        candidate_set_number(&m->c, (enum candidate_field)f, v, &m->faults);
    } else {
        fault_add(&m->faults, name, "type", "`%.*s` is no value", STR_ARG(value));
    }
}

static void make_part(struct maker *m, struct str part) {
    struct str rest = part, name = word_next(&rest);
    if (str_is(name, "condition")) make_condition(m, rest);
    else if (str_is(name, "medicine")) append(m, &m->c.medications, m->medicines, 32, rest);
    else if (str_is(name, "allergy")) append(m, &m->c.allergies, m->allergies, 16, rest);
    else if (str_is(name, "uds")) append(m, &m->c.uds, m->uds, 16, rest);
    else if (str_is(name, "family")) append(m, &m->c.family_history, m->family, 16, rest);
    else if (str_is(name, "history")) append(m, &m->c.history, m->history, 16, rest);
    else if (str_is(name, "indication")) m->c.indication = rest;
    else if (str_is(name, "stale") && candidate_field(rest) >= 0)
        m->c.v[candidate_field(rest)].stale = true;
    else if (str_is(name, "no")) forget(m, rest);
    else if (str_is(name, "bp")) make_pressure(m, rest);
    else make_field(m, name, rest);
}

static void make_parts(struct maker *m, struct str parts) {
    struct str part;
    while ((part = part_next(&parts)).s)
        if (part.n) make_part(m, part);
}

/* Lists are known and empty, but for what the parts say. */
static void make(struct maker *m, struct str parts) {
    struct candidate_texts none = {.known = true};
    int32_t on = 20000; /* any day: only ages count */
    m->c = candidate_unknown(on);
    m->c.conditions.known = true;
    m->c.medications = m->c.allergies = m->c.uds = m->c.family_history = m->c.history = none;
    make_parts(m, m->trial->base);
    make_parts(m, parts);
}

static const struct finding *finding_of(const struct decision *d, struct str id) {
    return STR_FIND(d->v, d->n, id, id);
}

static void want(const struct screening_trial *t, const struct decision *d, struct str wanted,
                 struct faults *faults) {
    struct str rest = wanted, id = word_next(&rest);
    if (!rest.s || rest.n == 0) {
        if (!str_is(id, screening_outcome(d->outcome)))
            say(t, faults, "the test wants %.*s; it is %s", STR_ARG(id),
                screening_outcome(d->outcome));
        return;
    }
    bool silent = str_is(id, "no");
    const struct finding *f = finding_of(d, silent ? rest : id);
    if (silent && f) {
        say(t, faults, "the test wants no %.*s; it is %s, for it saw `%.*s`", STR_ARG(rest),
            screening_severity(f->severity), STR_ARG(f->saw));
    } else if (!silent && (!f || !str_is(rest, screening_severity(f->severity)))) {
        say(t, faults, "the test wants %.*s %.*s; it is %s", STR_ARG(id), STR_ARG(rest),
            f ? screening_severity(f->severity) : "silent");
    }
}

static void remember(const struct screening_rules *s, struct str wanted, struct shown *shown) {
    struct str rest = wanted, id = word_next(&rest);
    bool silent = str_is(id, "no");
    for (int i = 0; i < s->rule_count; i++) {
        if (!str_eq(s->rules[i].id, silent ? rest : id)) continue;
        if (silent) shown[i].silent = true;
        else shown[i].speaks = true;
    }
}

void screening_test(struct arena *a, const struct screening_rules *s, struct screening_trial trial,
                    struct shown *shown, struct faults *faults) {
    struct maker *m = NEW(a, struct maker);
    ptrdiff_t arrow = str_find(trial.text, STR(" -> "));
    *m = (struct maker){.a = a, .trial = &trial, .faults = {.arena = a}};
    if (arrow < 0) {
        say(&trial, faults, "write `test PART | PART -> WANTED, WANTED`");
        return;
    }
    make(m, str_slice(trial.text, 0, arrow));
    if (m->faults.n) {
        say(&trial, faults, "%.*s: %.*s", STR_ARG(m->faults.v[0].field),
            STR_ARG(m->faults.v[0].message));
        return;
    }
    struct decision d = screening_decide(a, s, &m->c);
    struct str rest = str_slice(trial.text, arrow + 4, trial.text.n);
    while (rest.s) {
        struct str wanted = str_trim(str_cut(rest, ',', &rest));
        want(&trial, &d, wanted, faults);
        remember(s, wanted, shown);
    }
}
