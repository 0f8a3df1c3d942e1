/*
 * adverse: the dictionary of adverse events, what trials have counted of each, and who is told
 * of a serious one by when (content/safety/adverse-events.txt; CLINICAL 4.7).
 *
 *     an event of a session ── adverse_of_event ──> a term
 *     grade + criteria ── adverse_seriousness ──> not serious | serious | asks for a criterion
 *     serious, by a route ── adverse_tells ──> prescriber, REMS, MedWatch: hours each
 *
 * Serious is the regulatory word (21 CFR 312.32, paraphrased): what happened, not how strongly
 * it was felt; the criteria are the rows of adverse.def. The lines of the file are described
 * where they stand. Pure.
 */
#ifndef CAIRN_ADVERSE_H
#define CAIRN_ADVERSE_H

#include "base/err.h"

enum {
    ADVERSE_TERMS_MAX = 128, ADVERSE_TRIALS_MAX = 4, ADVERSE_GROUPS_MAX = 24, ADVERSE_TELLS_MAX = 8,
    ADVERSE_GRADES = 5
};

enum adverse_criterion {
#define CRITERION(name, ...) CRITERION_##name,
#include "core/adverse.def"
#undef CRITERION
    ADVERSE_CRITERIA
};

struct adverse_named {
    struct str id, title;
};

struct adverse_trial {
    struct str id, title, source;
    int drug_n, control_n;
};

struct adverse_rate {
    bool is;
    double drug_pct, control_pct;
};

struct adverse_term {
    struct str id, title, events, source;
    int group;
    struct adverse_rate rates[ADVERSE_TRIALS_MAX]; /* by trial */
};

struct adverse_tell {
    struct str id, routes, whom, source;
    int hours;
};

struct adverse_rules {
    struct adverse_term terms[ADVERSE_TERMS_MAX];
    struct adverse_trial trials[ADVERSE_TRIALS_MAX];
    struct adverse_named groups[ADVERSE_GROUPS_MAX];
    struct adverse_tell tells[ADVERSE_TELLS_MAX];
    int terms_n, trials_n, groups_n, tells_n;
    unsigned implied[ADVERSE_GRADES + 1]; /* by grade: a bit a criterion; 0: none is asked for */
};

/* Usable only when no fault was added. */
const struct adverse_rules *adverse_read(struct arena *a, struct str file, struct str text,
                                         struct faults *faults);

const struct adverse_term *adverse_term(const struct adverse_rules *r, struct str id);
const struct adverse_term *adverse_of_event(const struct adverse_rules *r, struct str event);
const struct adverse_tell *adverse_tell(const struct adverse_rules *r, struct str id);
/* Is this one told of what happened by that route? An empty route is every one but no product's. */
bool adverse_tells(const struct adverse_tell *t, struct str route);

const char *adverse_criterion_word(enum adverse_criterion c);
const char *adverse_criterion_text(enum adverse_criterion c);
bool adverse_criteria_parse(struct str words, unsigned *bits);

enum adverse_seriousness { ADVERSE_NOT_SERIOUS, ADVERSE_SERIOUS, ADVERSE_ASKS };
enum adverse_seriousness adverse_seriousness(const struct adverse_rules *r, int grade,
                                             unsigned criteria);

#endif
