#include "app/presence.h"

#include "app/access.h"
#include "app/vigil.h"
#include "app/words.h"
#include "base/clock.h"

static enum err check(const struct tx *tx, const struct dosing *d, const struct presence_in *in,
                      struct faults *faults) {
    static const char *const over[] = {"discharged", "stopped", NULL};
    if (word_in(d->state, over)) {
        fault_add(faults, STR(""), "state", "The session is over: nobody is with the patient.");
        return E_BLOCKED;
    }
    if (in->at_ms && (in->at_ms > tx->now_ms + MINUTE_MS || in->at_ms < d->checked_in_ms))
        fault_add(faults, STR("at"), "range", "After check-in, and not in the future.");
    return faults_err(faults);
}

static enum err check_person(struct tx *tx, struct str account_id, struct faults *faults) {
    struct account who;
    enum role role;
    enum err e = account_load(tx, account_id, &who);
    if (e && e != E_UNKNOWN) return e;
    if (e || !who.active || !role_parse(who.role, &role) || !access_allows(role, CAP_SESSION_RUN))
        fault_add(faults, STR("account"), "unknown",
                  "Who is with the patient may run a session: monitor, therapist, prescriber.");
    return faults_err(faults);
}

static enum err leave(struct tx *tx, struct presence *row, int64_t at_ms) {
    int64_t to_ms = at_ms ? at_ms : tx->now_ms;
    row->to_ms = (struct maybe_int){true, to_ms < row->from_ms ? row->from_ms : to_ms};
    row->to_recorded_ms = (struct maybe_int){true, tx->now_ms};
    tx_event(tx, "presence_recorded", STR_ABSENT);
    return presence_put(tx, row);
}

/* Nobody is in two rooms: who comes into this one has left the other, where that is a gap. One
 * who is with several patients in one room stays with all. */
static enum err leave_other_rooms(struct tx *tx, const struct content *content,
                                  const struct presence *here) {
    struct presence_rows rows;
    TRY(presence_elsewhere(tx, &(struct presence_elsewhere_in){here->account_id, here->dosing_id},
                           &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        struct dosing other;
        if (rows.v[i].from_ms > here->from_ms) continue; /* this one is written down late */
        TRY(leave(tx, &rows.v[i], here->from_ms));
        TRY(dosing_load(tx, rows.v[i].dosing_id, &other));
        TRY(vigil_look(tx, content, &other));
    }
    return E_OK;
}

enum err presence_enter(struct tx *tx, const struct content *content, const struct dosing *d,
                        const struct presence_in *in, struct faults *faults) {
    struct presence row;
    TRY(check(tx, d, in, faults));
    enum err e = presence_open(tx, &(struct presence_open_in){d->id, in->account_id}, &row);
    if (e != E_UNKNOWN) return e;
    if (!str_eq(in->account_id, tx->actor.account_id))
        TRY(check_person(tx, in->account_id, faults));
    row = (struct presence){.patient_id = d->patient_id,
                            .dosing_id = d->id,
                            .account_id = in->account_id,
                            .from_ms = in->at_ms ? in->at_ms : tx->now_ms,
                            .recorded_ms = tx->now_ms};
    tx_event(tx, "presence_recorded", STR_ABSENT);
    TRY(presence_put(tx, &row));
    TRY(leave_other_rooms(tx, content, &row));
    tx_event(tx, "presence_recorded", STR_ABSENT);
    return vigil_look(tx, content, d);
}

enum err presence_leave(struct tx *tx, const struct content *content, const struct dosing *d,
                        const struct presence_in *in, struct faults *faults) {
    struct presence row;
    TRY(check(tx, d, in, faults));
    enum err e = presence_open(tx, &(struct presence_open_in){d->id, in->account_id}, &row);
    if (e == E_UNKNOWN) {
        fault_add(faults, STR("account"), "state", "They have left already.");
        return E_BLOCKED;
    }
    TRY(e);
    TRY(leave(tx, &row, in->at_ms));
    return vigil_look(tx, content, d);
}

enum err presence_end(struct tx *tx, struct str dosing_id) {
    struct presence_rows open;
    TRY(presence_all_open(tx, &(struct presence_all_open_in){dosing_id}, &open));
    for (ptrdiff_t i = 0; i < open.n; i++) TRY(leave(tx, &open.v[i], 0));
    return E_OK;
}
