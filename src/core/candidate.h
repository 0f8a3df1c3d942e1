/*
 * candidate: what is known of a person who may be treated, as plain values. Filled by a page,
 * by the import of a referral, or by `cairn screen`; read by core/screening.h.
 *
 * Every value is known or unknown, and unknown is never "no": a list that nobody asked for is
 * unknown, a list that was asked for and is empty is known. The texts belong to the caller and
 * outlive the decision.
 */
#ifndef CAIRN_CANDIDATE_H
#define CAIRN_CANDIDATE_H

#include "base/date.h"
#include "base/err.h"

enum candidate_field {
#define NUMBER(name, lower, path, low, high) CANDIDATE_##name,
#define WHOLE(name, lower, path, low, high) CANDIDATE_##name,
#define TRUTH(name, lower, path) CANDIDATE_##name,
#define WORD(name, lower, path, words) CANDIDATE_##name,
#include "core/candidate.def"
#undef NUMBER
#undef WHOLE
#undef TRUTH
#undef WORD
    CANDIDATE_FIELDS
};

enum candidate_kind { CANDIDATE_NUMBER, CANDIDATE_WHOLE, CANDIDATE_TRUTH, CANDIDATE_WORD };

struct candidate_meaning {
    const char *name, *path;
    enum candidate_kind kind;
    double low, high;
    const char *words; /* of a WORD, separated by spaces */
};

struct candidate_value {
    bool known;
    double value; /* a truth is 0 or 1; a word is its index among the words */
    bool stale;      /* too old to say that nothing is; it may still show what is */
    struct str from; /* where and when it was found; absent: not said */
};

enum condition_status { CONDITION_ACTIVE, CONDITION_TREATED, CONDITION_HISTORY };

struct candidate_condition {
    struct str icd10, snomed, text; /* absent: not given */
    enum condition_status status;
};

struct candidate_conditions {
    bool known;
    int n;
    const struct candidate_condition *v;
};

struct candidate_texts {
    bool known;
    int n;
    const struct str *v;
    struct str from;
};

struct blood_pressure {
    double systolic, diastolic; /* mmHg, seated */
};

enum { READINGS_MAX = 12, CANDIDATE_LIST_MAX = 400 };

struct candidate {
    int32_t on;   /* the day of the decision */
    int32_t born; /* DATE_NONE: unknown */
    struct str indication;
    struct candidate_value v[CANDIDATE_FIELDS];
    int reading_count;
    struct blood_pressure readings[READINGS_MAX];
    struct candidate_conditions conditions;
    struct candidate_texts medications; /* those taken now, each as the referral writes it */
    struct candidate_texts allergies, uds, family_history, history;
};

/* Everything unknown. */
struct candidate candidate_unknown(int32_t on);
const struct candidate_meaning *candidate_meaning(enum candidate_field f);
/* By the name that rules use, or by the path of the input; -1: none. */
int candidate_field(struct str name_or_path);
/* Index of a word of a WORD field; -1: none. The word `unknown` is a word like the others. */
int candidate_word(enum candidate_field f, struct str word);
struct str candidate_word_text(enum candidate_field f, int index);
/* Setters that refuse what cannot be; the fault's field is the path. */
void candidate_set_number(struct candidate *c, enum candidate_field f, double value,
                          struct faults *faults);
void candidate_set_truth(struct candidate *c, enum candidate_field f, bool yes);
void candidate_set_word(struct candidate *c, enum candidate_field f, struct str word,
                        struct faults *faults);
void candidate_set_born(struct candidate *c, struct str date, struct faults *faults);
void candidate_add_reading(struct candidate *c, struct blood_pressure bp, struct faults *faults);
bool candidate_status(struct str word, enum condition_status *out);
const char *candidate_status_word(enum condition_status s);

#endif
