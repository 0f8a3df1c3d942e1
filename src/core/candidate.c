#include "core/candidate.h"

#include <math.h>

#include "base/lines.h"

/* What cannot be true of anybody, so that a typing mistake is said at the door. */
enum { AGE_MAX = 130, SYSTOLIC_MAX = 320, PRESSURE_MIN = 20 };

static const struct candidate_meaning meanings[] = {
#define NUMBER(name, lower, path, low, high) {#lower, path, CANDIDATE_NUMBER, low, high, NULL},
#define WHOLE(name, lower, path, low, high) {#lower, path, CANDIDATE_WHOLE, low, high, NULL},
#define TRUTH(name, lower, path) {#lower, path, CANDIDATE_TRUTH, 0, 1, NULL},
#define WORD(name, lower, path, words) {#lower, path, CANDIDATE_WORD, 0, 0, words},
#include "core/candidate.def"
#undef NUMBER
#undef WHOLE
#undef TRUTH
#undef WORD
};

struct candidate candidate_unknown(int32_t on) {
    return (struct candidate){.on = on, .born = DATE_NONE};
}

const struct candidate_meaning *candidate_meaning(enum candidate_field f) { return &meanings[f]; }

int candidate_field(struct str name_or_path) {
    for (int i = 0; i < CANDIDATE_FIELDS; i++)
        if (str_is(name_or_path, meanings[i].name) || str_is(name_or_path, meanings[i].path))
            return i;
    return -1;
}

int candidate_word(enum candidate_field f, struct str word) {
    struct str rest = str_from(meanings[f].words), w;
    for (int i = 0; (w = word_next(&rest)).s; i++)
        if (str_eq(w, word)) return i;
    return -1;
}

struct str candidate_word_text(enum candidate_field f, int index) {
    struct str rest = str_from(meanings[f].words), w = word_next(&rest);
    for (int i = 0; i < index && w.s; i++) w = word_next(&rest);
    return w;
}

void candidate_set_number(struct candidate *c, enum candidate_field f, double value,
                          struct faults *faults) {
    const struct candidate_meaning *m = &meanings[f];
    if (!(value >= m->low && value <= m->high)) {
        fault_add(faults, str_from(m->path), "range", "%g cannot be; it lies between %g and %g",
                  value, m->low, m->high);
        return;
    }
    if (m->kind == CANDIDATE_WHOLE && value != floor(value)) {
        fault_add(faults, str_from(m->path), "type", "%g is not a whole number", value);
        return;
    }
    c->v[f] = (struct candidate_value){true, value};
}

void candidate_set_truth(struct candidate *c, enum candidate_field f, bool yes) {
    c->v[f] = (struct candidate_value){true, yes};
}

void candidate_set_word(struct candidate *c, enum candidate_field f, struct str word,
                        struct faults *faults) {
    int i = candidate_word(f, word);
    if (i < 0) {
        fault_add(faults, str_from(meanings[f].path), "unknown", "`%.*s` is none of: %s",
                  STR_ARG(word), meanings[f].words);
        return;
    }
    c->v[f] = (struct candidate_value){!str_is(word, "unknown"), i};
}

void candidate_set_born(struct candidate *c, struct str date, struct faults *faults) {
    int32_t born;
    struct str field = STR("birthDate");
    if (!date_parse(date, &born)) {
        fault_add(faults, field, "date", "`%.*s` is not a date YYYY-MM-DD", STR_ARG(date));
    } else if (born > c->on) {
        fault_add(faults, field, "range", "%.*s is after today", STR_ARG(date));
    } else if (date_age_years(born, c->on) > AGE_MAX) {
        fault_add(faults, field, "range", "nobody is older than %d", AGE_MAX);
    } else {
        c->born = born;
    }
}

void candidate_add_reading(struct candidate *c, struct blood_pressure bp, struct faults *faults) {
    struct str field = STR("vitals.bp");
    if (!(bp.diastolic >= PRESSURE_MIN && bp.systolic <= SYSTOLIC_MAX &&
          bp.diastolic < bp.systolic)) {
        fault_add(faults, field, "range",
                  "%g/%g cannot be; a reading is systolic over diastolic, between %d and %d",
                  bp.systolic, bp.diastolic, PRESSURE_MIN, SYSTOLIC_MAX);
    } else if (c->reading_count == READINGS_MAX) {
        fault_add(faults, field, "too-many", "more than %d readings", READINGS_MAX);
    } else {
        c->readings[c->reading_count++] = bp;
    }
}

static const char *const statuses[] = {"active", "treated", "history"};

bool candidate_status(struct str word, enum condition_status *out) {
    int i = str_index(word, statuses, 3);
    if (i >= 0) *out = (enum condition_status)i;
    return i >= 0;
}

const char *candidate_status_word(enum condition_status s) { return statuses[s]; }
