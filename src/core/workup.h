/*
 * workup: what is to be looked at, when it falls due, and what is still good of what was found.
 *
 *     item + what is known of the person + when it was last done ── workup_judge ──>
 *         not needed | done | due | overdue | stale, the day, and why
 *
 * An item is needed when it has no `if` line, or when one of them holds or cannot be told: what
 * is not known is never taken for a no. Each `at` line is one reason to look; the most pressing
 * one speaks.
 *
 *     at screening within N     N days after screening opened; then good for `valid` days
 *     at dose within N          a result of the N days before each dose
 *     at maintenance every N    in maintenance, N days after the last
 *     at monthly every N        where doses are monthly or more often, N days after the last
 *     at exposure within N      in the N days after the session that was one of so many, unless a
 *                               result is as new (struct workup_facts)
 *
 * content/workup/workup.txt: `source`, `monthly N in DAYS | SOURCE` (that many doses in that many
 * days count as monthly or more often), `exposure N sessions | SOURCE` (every so many, here and
 * elsewhere, ask for a look), then by item:
 *     item ID TITLE
 *     source TEXT
 *     kind number UNIT | choice WORD ... | words | done | vital | measure | trials
 *     help TEXT
 *     loinc CODE [per N | between LOW HIGH] [| SOURCE]    an observation that counts; divided by
 *                                                         N, or made low, normal or high
 *     measure INSTRUMENT                                  a response that counts
 *     fills FIELD              what it is to screening (core/candidate.def)
 *     answer ITEM FIELD        one answer of the measure, as yes or no
 *     if age N | if condition CLASS ... | if childbearing
 *     valid DAYS | SOURCE
 *     test PART | PART ... -> STATE
 *       PART: phase screening|course|maintenance|over, opened DAYS (ago), done DAYS (ago) or
 *             never, age N, childbearing yes|no, condition CLASS, next DAYS (to the next dose),
 *             monthly yes|no, exposure DAYS (until it is due); `?` for not known
 * Pure.
 */
#ifndef CAIRN_WORKUP_H
#define CAIRN_WORKUP_H

#include "base/date.h"
#include "core/candidate.h"
#include "core/codes.h"

enum { WORKUP_ITEMS_MAX = 64, WORKUP_LOINC_MAX = 4, WORKUP_ANSWERS_MAX = 4, WORKUP_LEAD_DAYS = 14 };

enum workup_kind {
    WORKUP_NUMBER, WORKUP_CHOICE, WORKUP_WORDS, WORKUP_PLAIN, WORKUP_VITAL, WORKUP_MEASURE,
    WORKUP_TRIALS
};
enum workup_when {
    WORKUP_SCREENING, WORKUP_DOSE, WORKUP_MAINTENANCE, WORKUP_MONTHLY, WORKUP_EXPOSURE,
    WORKUP_WHENS
};

struct workup_loinc {
    struct str code, source;
    double per;       /* 0: as it is */
    double low, high; /* both 0: as it is */
};

struct workup_item {
    struct str id, title, source, help;
    enum workup_kind kind;
    struct str unit;    /* of a number */
    struct str choices; /* words */
    int loinc_n, answers_n;
    struct workup_loinc loinc[WORKUP_LOINC_MAX];
    struct str measure;
    int fills;          /* enum candidate_field; -1: none */
    struct {
        struct str item;
        enum candidate_field field;
    } answers[WORKUP_ANSWERS_MAX];
    bool conditional, if_childbearing;
    int if_age;           /* 0: none */
    uint64_t if_classes;  /* of conditions */
    unsigned at;          /* a bit a workup_when */
    int days[WORKUP_WHENS];
    int valid_days;
};

struct workup_rules {
    int monthly_doses, monthly_days;
    int exposure_sessions; /* every so many, here and elsewhere */
    int n;
    struct workup_item *v;
};

/* Usable only when no fault was added. */
const struct workup_rules *workup_read(struct arena *a, struct str file, struct str text,
                                       const struct codes *codes, struct faults *faults);
const struct workup_item *workup_item(const struct workup_rules *r, struct str id);

enum workup_stage { STAGE_SCREENING, STAGE_COURSE, STAGE_MAINTENANCE, STAGE_OVER };
enum workup_answer { ANSWER_NOT_KNOWN, ANSWER_YES, ANSWER_NO };

struct workup_facts {
    int32_t today;
    int32_t born; /* DATE_NONE: not known */
    enum workup_answer childbearing;
    uint64_t classes; /* of the conditions, whatever their status */
    enum workup_stage stage;
    int32_t opened;    /* when screening began */
    int32_t next_dose; /* DATE_NONE: none is planned */
    bool monthly;      /* doses are given monthly or more often */
    int32_t exposure;  /* the day that cumulative exposure sets; DATE_NONE: none */
};

enum workup_state { WORKUP_NOT_NEEDED, WORKUP_DONE, WORKUP_DUE, WORKUP_STALE, WORKUP_OVERDUE };

struct workup_ruling {
    enum workup_state state;
    int32_t due; /* of DONE: good until; DATE_NONE: no day */
    const char *why;
    const char *for_whom; /* why this person: "for the age: "; empty for everybody */
};

/* done: the day of the last result; DATE_NONE: never. */
struct workup_ruling workup_judge(const struct workup_item *item, const struct workup_facts *f,
                                  int32_t done);
const char *workup_state_word(enum workup_state s);
/* Is a result of that day too old to say that nothing is? */
bool workup_stale(const struct workup_item *item, int32_t done, int32_t on);

#endif
