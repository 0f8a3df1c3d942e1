/*
 * custody: the register of controlled substances, act by act.
 *
 *     receive ──> container (sealed) ──open──> (open) ──draw──> a syringe, a container too
 *                                                │                  │
 *                                           administer         administer   in one transaction
 *                                                │                  │       with dosing_give
 *                                                │             undelivered  a pump was stopped
 *                                              waste              waste     two people
 *
 * Every act is an entry that nobody changes, and the container's totals beside it; core/custody.h
 * judges both, and the store's own checks hold them together (migration custody). An act works
 * on what is in the register when its turn comes, so that two people at one vial are no conflict:
 * the second is refused only where there is no more in it.
 */
#ifndef CAIRN_APP_CUSTODY_H
#define CAIRN_APP_CUSTODY_H

#include "app/content.h"
#include "core/custody.h"
#include "store/sql.h"

enum { CUSTODY_RECEIVE_MAX = 200 };

struct custody_delivery {
    struct str product, drug, form;
    int64_t each_ug;          /* in one container */
    int64_t ml_thousandth;    /* a liquid's volume in one, in uL; 0: none */
    int64_t pieces;           /* lozenges or devices in one; 0: a liquid */
    int64_t containers;
    struct str lot, expiry_date, place, supplier, invoice, received_date;
};
/* A container for each, numbered. *first: the first one's id. */
MUST enum err custody_receive(struct tx *tx, const struct custody_delivery *in,
                              struct faults *faults, struct str *first);

struct custody_do {
    struct str container_id;
    enum custody_kind kind;   /* not receive, not administer, not count */
    int64_t amount_ug;        /* adjust: what is really left in it */
    struct str second_id;     /* proved by their own password; absent: none */
    struct str reason, place; /* place: of transfer */
};
/* *out: the container after it; of a draw, the syringe. A loss opens an incident. */
MUST enum err custody_do(struct tx *tx, const struct custody_do *in, struct faults *faults,
                         struct container *out);
/* All that is sealed or open of a lot; *n: how many. E_INVALID where there is none. */
MUST enum err custody_recall_lot(struct tx *tx, struct str lot, struct str reason,
                                 struct faults *faults, int *n);

/* A dose out of one container or several, in the transaction of dosing_give: all or nothing. An
 * amount of 0, of the first: what the others leave of the dose. */
enum { CUSTODY_PORTIONS_MAX = 3 };
struct custody_portions {
    struct custody_portion {
        struct str container_id;
        int64_t amount_ug;
        struct container from; /* by custody_before_dose */
    } v[CUSTODY_PORTIONS_MAX];
    int n;
};
/* May it be (drug, route, state, expiry, enough left in each, the sum)? Faults at `container`,
 * `container2`, `container3`. The dose's lots ("K1, K2") and first expiry go into *want. */
MUST enum err custody_before_dose(struct tx *tx, struct custody_portions *p, struct dose *want,
                                  struct faults *faults);
/* The entries. An infusion out of a vial runs from a syringe of its own number. */
MUST enum err custody_after_dose(struct tx *tx, struct custody_portions *p,
                                 const struct dose *given);
/* What of an infusion did not run in is in its syringe again, the last one first; nobody else is
 * given any of it. A dose that is not of the register has nothing to enter. */
MUST enum err custody_undelivered(struct tx *tx, struct str dose_id, int64_t rest_ug,
                                  struct str reason);
/* A dose without a container: a fault where the clinic asks for one (setting custody_required). */
MUST enum err custody_without(struct tx *tx, struct faults *faults);

/* The clinic's places (setting custody_places), in its order. */
struct custody_places {
    struct str v[16];
    int n;
};
MUST enum err custody_places(struct tx *tx, struct custody_places *out);

struct custody_holding custody_holding_of(const struct container *c, int64_t now_ms);

/* Counts and incidents ---------------------------------------------------------------------- */

struct custody_line {
    struct str key;      /* the id of an open container, or the key of a sealed_group */
    int64_t counted;     /* containers, of a sealed group */
    int64_t counted_ug;  /* of an open one */
};
struct custody_count_in {
    struct str place, kind, moment, second_id, note;
    const struct custody_line *lines;
    ptrdiff_t n;
};
/* Blind: every group and every open container of the place has its line, or E_INVALID with a
 * fault at its key. What differs past the tolerance opens an incident. */
MUST enum err custody_take_count(struct tx *tx, const struct content *content,
                                 const struct custody_count_in *in, struct faults *faults,
                                 struct str *count_id);

/* What somebody adds to an incident. Times absent: not yet. */
struct custody_step {
    struct str id;
    int64_t expect;
    struct str finding;
    bool notified, form106;
};
MUST enum err custody_investigate(struct tx *tx, const struct custody_step *in,
                                  struct faults *faults);
/* Two people; E_BLOCKED before anything was found. */
MUST enum err custody_close(struct tx *tx, struct str id, struct str second_id,
                            struct str outcome, struct faults *faults);
/* Among the files of custody: an act that was judged, as an entry (which comes with what is its
 * own: dose, child, counted) and the container after it; a fault at `place` that is none here. */
MUST enum err custody_enter(struct tx *tx, struct container *c, const struct custody_act *act,
                            struct custody_entry *entry);
MUST enum err custody_check_place(struct tx *tx, struct str place, struct faults *faults);
/* Of a loss. */
MUST enum err custody_incident_of_loss(struct tx *tx, const struct container *c,
                                       int64_t missing_ug, struct str told);

#endif
