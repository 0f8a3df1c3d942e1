/*
 * screening: who may be treated, as a document that explains itself.
 *
 *     candidate + rules + codes ──screening_decide──> decision: findings, each with the rule,
 *                                                     what it saw and where, why, its source
 *
 * A rule is a row of content/screening/: lines of falling severity, of which the first that
 * holds speaks. Each line is a conjunction of terms over facts, conditions, medicines,
 * allergies, family history, history and the urine screen. A term is true, false or not known;
 * where an absolute or relative line is not known, what it lacks becomes a finding
 * MISSING:field, for unknown is never treated as absent. A field is asked for only where the
 * answer could change the decision.
 *
 *     ineligible   an absolute rule holds
 *     conditional  a relative rule holds, or an answer is missing
 *     eligible     otherwise; cautions and information never change it
 *
 * Pure; some microseconds a candidate.
 */
#ifndef CAIRN_SCREENING_H
#define CAIRN_SCREENING_H

#include "core/candidate.h"
#include "core/codes.h"

enum severity { SEVERITY_ABSOLUTE, SEVERITY_RELATIVE, SEVERITY_CAUTION, SEVERITY_INFO };
enum outcome { OUTCOME_ELIGIBLE, OUTCOME_CONDITIONAL, OUTCOME_INELIGIBLE };
enum override { OVERRIDE_NONE, OVERRIDE_PRESCRIBER, OVERRIDE_THERAPIST };

/* What a rule may look at as one value: every field of the candidate, and what follows from
 * several of them. */
enum fact {
    FACT_AGE = CANDIDATE_FIELDS,
    FACT_BMI,
    FACT_SBP, /* mean of the seated readings; of one reading only what it shows is held */
    FACT_DBP,
    FACT_READY,      /* sum of the six points */
    FACT_PREGNANT,   /* no where it is not possible */
    FACT_HCG,        /* negative where it is not needed */
    FACT_BREASTFEEDING,
    FACT_MOOD_STABILISER, /* said, or among the medicines */
    /* Lists, for what is missing. */
    FACT_INDICATION,
    FACT_CONDITIONS,
    FACT_MEDICATIONS,
    FACT_ALLERGIES,
    FACT_UDS,
    FACT_FAMILY,
    FACT_HISTORY,
    FACTS
};

enum term_kind {
    TERM_FACT, TERM_CONDITION, TERM_MEDICINE, TERM_ALLERGY, TERM_FAMILY, TERM_HISTORY, TERM_UDS,
    TERM_INDICATION
};

enum compare { COMPARE_LESS, COMPARE_AT_MOST, COMPARE_IS, COMPARE_AT_LEAST, COMPARE_MORE };

struct rule_term {
    enum term_kind kind;
    int index;            /* the fact, or the class */
    enum compare compare;
    double value;
    unsigned statuses;    /* a bit a condition_status */
    struct str word;      /* of a family or own history; an indication */
    bool negated;         /* `no` before it */
    bool if_given;        /* not known counts as not so: it is not asked for */
    bool or_unknown;      /* not known counts as so: what goes with it is asked for */
};

enum { RULE_TERMS_MAX = 6, RULE_LINES_MAX = 24, RULES_TOTAL_MAX = 128, SCREEN_TESTS_MAX = 400,
       PRESCRIBED_MAX = 32 };

struct rule_line {
    enum severity severity;
    int n;
    struct rule_term terms[RULE_TERMS_MAX];
    struct str why;
};

struct rule {
    struct str id, title, source;
    enum override override;
    int recheck_days; /* what it found is looked at again within them; 0: no need */
    int n;
    struct rule_line *lines;
};

struct prescribed { /* a word of the urine screen that a prescription explains */
    struct str word;
    int medicine_class;
};

struct screening_rules {
    const struct codes *codes;
    int rule_count, prescribed_count;
    struct rule *rules;
    struct prescribed *prescribed;
};

struct finding {
    const struct rule *rule; /* NULL: MISSING:... or UNREAD:... */
    struct str id;
    enum severity severity;
    struct str saw, field; /* what, and where it came from */
    struct str why, source;
};

struct decision {
    enum outcome outcome;
    int n;
    struct finding *v; /* the gravest first */
};

struct decision screening_decide(struct arena *a, const struct screening_rules *s,
                                 const struct candidate *c);
const char *screening_severity(enum severity s);  /* absolute relative caution info */
const char *screening_outcome(enum outcome o);    /* eligible conditional ineligible */
const char *screening_override(enum override o);  /* none prescriber therapist */
/* What a fact is called by rules, and by the input. */
const char *screening_fact_name(enum fact f);

#endif
