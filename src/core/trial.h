/*
 * trial: was an earlier treatment a fair trial, and do the failed ones make the depression
 * treatment-resistant?
 *
 *     drug, mg a day, weeks ── trial_judge ──> adequate | not adequate | not known, and why
 *     all trials of a person ── trial_count ──> how many failed, by each definition
 *
 * A trial is adequate when the drug was taken at its least adequate dose or more for the least
 * weeks or more. It failed when it was adequate and brought less than a response. One that was
 * stopped because it was not tolerated is no failure: it was no trial. What is not known is counted
 * apart, so that "fewer than two" is never said of a history with holes.
 *
 * content/codes/antidepressants.txt:
 *     source TEXT
 *     weeks 6 | SOURCE
 *     definition episode|lifetime 2 | WORDS | SOURCE
 *     antidepressant NAME | GROUP | MG A DAY | SOURCE | BRAND | BRAND ...
 *     test DRUG MG WEEKS -> adequate|inadequate|unknown       `?`: not known
 * The source of each drug stands beside its dose. Pure.
 */
#ifndef CAIRN_TRIAL_H
#define CAIRN_TRIAL_H

#include "base/err.h"

enum { TRIAL_DRUGS_MAX = 80, TRIAL_NAMES_MAX = 8 };

struct antidepressant {
    struct str name, group, source;
    double dose_mg; /* a day, the least that counts */
    int names_n;    /* the ingredient first, then brands */
    struct str names[TRIAL_NAMES_MAX];
};

/* Two definitions of treatment resistance are kept side by side. */
enum trd { TRD_EPISODE, TRD_LIFETIME, TRD_DEFINITIONS };

struct trd_definition {
    int needed; /* failed adequate trials */
    struct str words, source;
};

struct trial_rules {
    double weeks; /* the least that counts */
    struct str weeks_source;
    struct trd_definition definitions[TRD_DEFINITIONS];
    int n;
    struct antidepressant *v;
};

/* Usable only when no fault was added. */
const struct trial_rules *trial_rules_read(struct arena *a, struct str file, struct str text,
                                           struct faults *faults);

enum trial_adequacy { TRIAL_UNKNOWN, TRIAL_ADEQUATE, TRIAL_INADEQUATE };
enum trial_outcome {
    TRIED_UNKNOWN, TRIED_NONE, TRIED_PARTIAL, TRIED_RESPONSE, TRIED_INTOLERANT
};
enum trial_episode { EPISODE_UNKNOWN, EPISODE_NOW, EPISODE_BEFORE };

struct trial_ruling {
    enum trial_adequacy adequacy;
    const struct antidepressant *drug; /* NULL: none that the table knows */
    struct str why;
};

/* dose_mg, weeks: NAN where nobody knows. The drug as somebody wrote it. */
struct trial_ruling trial_judge(struct arena *a, const struct trial_rules *r, struct str drug,
                                double dose_mg, double weeks);

struct trial_fact {
    enum trial_adequacy adequacy;
    enum trial_outcome outcome;
    enum trial_episode episode;
};

struct trial_count {
    int trials;
    int failed[TRD_DEFINITIONS]; /* for certain */
    int open[TRD_DEFINITIONS];   /* that might be failures, once known */
};
struct trial_count trial_count(const struct trial_fact *v, ptrdiff_t n);
/* Can the number of failed trials be told, as far as the definition needs it? */
bool trial_settled(const struct trial_count *c, const struct trial_rules *r, enum trd by);

/* The words that rows keep: yes no unknown; none partial response intolerant unknown. */
const char *trial_adequacy_word(enum trial_adequacy a);
enum trial_adequacy trial_adequacy_of(struct str word);
enum trial_outcome trial_outcome_of(struct str word);
enum trial_episode trial_episode_of(struct str word);

#endif
