/*
 * rems: the monitoring form of the Spravato REMS, filled from what a session holds (CLINICAL
 * 4.5; content/rems/monitoring.txt, whose head describes its lines).
 *
 *     facts of the session ─┐
 *     answers on the form  ─┼─ rems_fill ──> each field: recorded, answered, not needed, or
 *     the rules            ─┘                missing, with where it is written down
 *
 * Three things always hold. What the record says is never replaced by an answer. What nobody
 * recorded is missing: no field is guessed from another, and "no" follows from silence nowhere
 * but where a line of the file says what was looked at. And a field is needed or not by what
 * stands above it, so that the order of the file is the order of filling.
 *
 * Times are counted in whole minutes from the first device. Pure.
 */
#ifndef CAIRN_REMS_H
#define CAIRN_REMS_H

#include "core/codes.h"

enum {
    REMS_FIELDS_MAX = 64, REMS_GROUPS_MAX = 12, REMS_EFFECTS_MAX = 8, REMS_COPIES_MAX = 4,
    REMS_MINUTES_MAX = 24 * 60, REMS_ANSWER_MAX = 500
};

enum rems_fact {
#define FACT(name) REMS_FACT_##name,
#include "core/rems.def"
#undef FACT
    REMS_FACTS
};

enum rems_found {
#define FOUND(name) REMS_FOUND_##name,
#include "core/rems.def"
#undef FOUND
    REMS_FOUNDS
};

enum rems_kind { REMS_TEXT, REMS_DATE, REMS_MG, REMS_PRESSURE, REMS_MINUTES, REMS_YESNO };
enum rems_from { REMS_FROM_FACT, REMS_FROM_FOUND, REMS_FROM_CLASS, REMS_FROM_EFFECT,
                 REMS_FROM_ANSWER };
enum rems_part { REMS_SEEN, REMS_ONSET, REMS_OVER, REMS_WITHIN };

struct rems_named { /* a group, or a copy of the federal form */
    struct str id, title, source;
};

struct rems_effect {
    struct str id, names, sign, source; /* names: of events and adverse events; sign absent: none */
    double below;
    int clear; /* readings that rule it out; 0: none do */
};

struct rems_field {
    struct str id, copies, label, where, source;
    int group;
    enum rems_kind kind;
    int least;            /* of minutes; 0: no line */
    enum rems_from from;
    int of;               /* the fact, the class of medicines, or the effect */
    enum rems_part part;  /* of an effect */
    bool may_answer;
    int needs;            /* the field that must be yes; -1: always needed */
};

struct rems_rules {
    struct str title, note, source;
    int version;
    struct rems_named copies[REMS_COPIES_MAX], groups[REMS_GROUPS_MAX];
    struct rems_effect effects[REMS_EFFECTS_MAX];
    struct rems_field fields[REMS_FIELDS_MAX];
    int copies_n, groups_n, effects_n, fields_n;
    int due_days, peak_at_min, peak_near_min, end_near_min, over_within_min; /* 0: not set */
};

/* Usable only when no fault was added. */
const struct rems_rules *rems_read(struct arena *a, struct str file, struct str text,
                                   const struct codes *codes, struct faults *faults);
/* The index of a field; -1: there is none. */
int rems_field(const struct rems_rules *r, struct str id);

/* The last day on which the form is in time, and whether it is past (civil dates). */
int32_t rems_last_day(const struct rems_rules *r, int32_t treated);
bool rems_is_late(int32_t due, int32_t today);

struct rems_minute { /* from the first device; it may be unknown */
    bool is;
    int v;
};

struct rems_sign { /* sign: bp (v systolic, v2 diastolic), moaas, rr, ... */
    struct str sign;
    int minute;
    double v, v2;
};

struct rems_seen { /* an event of the session, or an adverse event */
    struct str name;
    int minute;
    bool closes;               /* an adverse event: it says when it was over, or that it is not */
    struct rems_minute over_min;
};

struct rems_facts {
    struct str text[REMS_FACTS]; /* absent: not recorded */
    int64_t given_ug;            /* 0: no device was given */
    struct rems_minute end_min, ready_min;
    const struct str *lots, *medicines;
    const struct rems_sign *signs; /* by time */
    const struct rems_seen *seen;
    int lots_n, medicines_n, signs_n, seen_n;
    bool reviewed; /* the list of medicines, on the day: then a class that is not on it is "no" */
};

enum rems_state { REMS_MISSING, REMS_RECORDED, REMS_ANSWERED, REMS_NOT_NEEDED };
struct rems_value {
    enum rems_state state;
    struct str text, note; /* note: which medicine, that a line was not met; may be absent */
};

struct rems_filled {
    struct rems_value v[REMS_FIELDS_MAX]; /* by field */
    int missing;
};

/* answers: by field; absent where nobody answered. */
void rems_fill(struct arena *a, const struct rems_rules *r, const struct codes *codes,
               const struct rems_facts *facts, const struct str *answers, struct rems_filled *out);
/* May this field be answered now? Not what is recorded, and not what is not needed. */
bool rems_asks(const struct rems_rules *r, const struct rems_filled *f, int field);
/* NULL: the answer can be kept; else what would be right. */
const char *rems_answer_wrong(const struct rems_field *f, struct str answer);
/* "119 (under 120)" */
struct str rems_value_text(struct arena *a, const struct rems_value *v);

/* The form as it reads: what is shown, printed and, once it is sent, kept to the letter. What is
 * not needed is left out. */
struct rems_line {
    struct str group, id, label, copies, value; /* value empty: missing */
};
struct rems_lines {
    struct rems_line *v;
    int n;
};
struct rems_lines rems_lines(struct arena *a, const struct rems_rules *r,
                             const struct rems_filled *f);
/* One line of text a line; `|` in a value becomes `/`, the end of a line a blank. */
struct str rems_freeze(struct arena *a, const struct rems_rules *r, struct rems_lines lines);
struct rems_lines rems_thaw(struct arena *a, struct str text);
/* The line of a field; NULL: it has none. */
const struct rems_line *rems_line_of(struct rems_lines lines, struct str id);

#endif
