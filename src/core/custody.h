/*
 * custody: the arithmetic of the controlled-substance register (CLINICAL 9.1).
 *
 *     container, an act ──custody_judge──> faults, all of them     what it needs: custody.def
 *                       ──custody_apply──> totals, state
 *
 *     received + adjusted = given + wasted + drawn + returned + destroyed + lost + left
 *
 * holds before and after each act, in whole micrograms, and none is below 0. A syringe drawn from
 * a vial is a container of its own, so that what is given from it and what is wasted of it are
 * told apart. So is what an infusion runs from: all that was ordered counts as given when it
 * begins, and what did not run in comes back by an act of its own (`undelivered`) when it is
 * stopped. The store holds the same equation by its own checks (migration custody).
 *
 * What a count may differ by is content (monitoring/custody.txt). Pure.
 */
#ifndef CAIRN_CUSTODY_H
#define CAIRN_CUSTODY_H

#include "core/criteria.h"

enum custody_kind {
#define KIND(name, total, flow, needs, states, text) CUSTODY_##name,
#include "core/custody.def"
#undef KIND
    CUSTODY_KINDS
};

const char *custody_name(enum custody_kind k);
const char *custody_text(enum custody_kind k); /* "drawn into a syringe" */
const char *custody_event(enum custody_kind k); /* of the journal: custody_draw */
bool custody_parse(struct str name, enum custody_kind *out);

/* By the names of the container's columns. */
#define CUSTODY_TOTALS(X)                                                                      \
    X(received_ug) X(given_ug) X(wasted_ug) X(drawn_ug) X(returned_ug) X(destroyed_ug)         \
    X(lost_ug) X(adjusted_ug) X(left_ug)
#define X(name) int64_t name;
struct custody_totals { CUSTODY_TOTALS(X) };
#undef X
bool custody_balanced(const struct custody_totals *t);

/* The container, as far as an act looks at it. */
struct custody_holding {
    struct str form, state; /* state absent: it is being received */
    struct custody_totals t;
    int32_t expiry, today; /* civil days */
};

struct custody_act {
    enum custody_kind kind;
    int64_t amount_ug; /* adjust: signed; return, destroy: not looked at */
    struct str account_id, second_id, reason, patient_id; /* absent: none */
};

/* Faults by the field of the form: amount, checker_name, reason; "" for the container itself. */
void custody_judge(const struct custody_holding *h, const struct custody_act *act,
                   struct faults *faults);
/* May it be done in this state at all: what a page offers. */
bool custody_may(const struct custody_holding *h, enum custody_kind kind);
/* Only after custody_judge found nothing. *state: afterwards. *moved_ug: what the entry says. */
void custody_apply(struct custody_holding *h, const struct custody_act *act, int64_t *moved_ug);

/* Does this form go by this route: a lozenge sl, a device esk. */
bool custody_serves(struct str form, struct str route);

/* By how much a count differs: for a liquid in tolerances (the larger of the volume and the share
 * of `received_ug`), else in pieces of `piece_ug`, or in mg where that is not known. */
struct custody_counted {
    struct str form;
    int64_t received_ug, ug_per_ml, piece_ug, left_ug, counted_ug; /* 0: not known */
};
double custody_off(const struct criteria *rules, const struct custody_counted *c);

/* The nth business day after a day: none of a weekend, nor a federal holiday (custody.txt, note
 * `holidays`), which on a Saturday is observed on the Friday and on a Sunday on the Monday. */
int32_t custody_business_day(const struct criteria *rules, int32_t after, int n);

/* What custody.txt must hold; a fault for each thing it lacks. */
void custody_check(const struct criteria *rules, struct str file, struct faults *faults);

#endif
