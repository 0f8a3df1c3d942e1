/*
 * dose: what was ordered, how much that is for this patient, and whether the guard rails
 * (content/monitoring/guardrails.txt, CLINICAL 3.5) let it be given.
 *
 *     "0.5mg/kg" x 70 kg = 35 mg ──dose_judge──> rulings: pass, caution (a reason), hold
 *
 * Amounts are whole micrograms. Weight decides nothing when it is not known: a dose by weight
 * is then missing, not passed. Pure.
 */
#ifndef CAIRN_DOSE_H
#define CAIRN_DOSE_H

#include "core/criteria.h"

enum dose_basis { DOSE_TOTAL, DOSE_PER_KG };

struct dose_order {
    enum dose_basis basis;
    int64_t ug; /* in all, or for each kg */
};

/* "100mg", "0.5mg/kg", a space before the unit allowed; at most three decimals.
 * false: *why is a sentence. */
bool dose_order_read(struct str text, struct dose_order *out, const char **why);
void dose_order_put(struct buf *b, struct dose_order o); /* 0.5 mg/kg */
/* Rounded to a whole microgram; -1: an order by weight and no weight from 25 to 300 kg. */
int64_t dose_amount_ug(struct dose_order o, double weight_kg);
void dose_put_mg(struct buf *b, int64_t amount_ug); /* 35 mg, 37.5 mg */
/* ketamine or esketamine; absent: no route of Cairn (iv im sc sl in po esk). */
struct str dose_drug(struct str route);

/* The route without its place: sl-home is sl. */
struct str dose_plain_route(struct str route);

enum dose_known { DOSE_NOT_KNOWN, DOSE_YES, DOSE_NO };

enum { DOSE_UNKNOWN = -1 }; /* for every number below */

struct dose_facts {
    struct str route;     /* sl-home when it is taken at home */
    int64_t amount_ug;    /* this dose */
    int64_t given_ug;     /* before it, in this session */
    int doses_given;      /* before it, in this session */
    int gap_min;          /* to the nearest dose of this session */
    double weight_kg;     /* <= 0: not known */
    int weight_age_days;
    int age_years;
    int infusion_min;
    int sessions_before;  /* with a dose, ever here; 0: this is the first */
    int sessions_7d;      /* of them, in the seven days before now; this one not counted */
    double hours_since;   /* since the end of the session before */
    int64_t previous_ug;  /* given in the session before, by the same route; DOSE_UNKNOWN: no
                             such session */
    double previous_kg;   /* weight used then */
    enum dose_known previous_calm; /* no event of grade 2 or more, vital signs inside limits */
    int doses_unanswered; /* since the last documented response, this one counted */
    struct str given_by, checked_by; /* account ids; absent: not yet */
    struct str lot;
    int32_t expiry, today; /* civil days; DATE_NONE: not known */
};

/* What guardrails.txt must hold for dose_judge; a fault for each thing it lacks. */
void dose_check(const struct criteria *rails, struct str file, struct faults *faults);
/* A route without guard rails holds. */
void dose_judge(const struct criteria *rails, const struct dose_facts *f, struct rulings *out);

#endif
