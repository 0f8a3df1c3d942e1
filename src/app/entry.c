#include "app/entry.h"

#include "base/clock.h"
#include "base/id.h"
#include "store/sql.h"

static enum err check(struct tx *tx, struct entry *e, struct faults *faults) {
    if (e->entered_ms == 0 || e->entered_ms > tx->now_ms) e->entered_ms = tx->now_ms;
    if (!id_ok(e->id))
        fault_add(faults, STR(""), "id", "The entry's own id is no UUID.");
    if (e->entered_ms < tx->now_ms - ENTRY_LATEST_H * HOUR_MS)
        fault_add(faults, STR(""), "late",
                  "This was typed more than %d hours ago and was not taken. Write it down as a "
                  "note, with its time.",
                  ENTRY_LATEST_H);
    return faults_err(faults);
}

enum err entry_take(struct tx *tx, struct entry *e, bool *again, struct faults *faults) {
    struct client_entry_get_row row;
    *again = false;
    TRY(check(tx, e, faults));
    enum err known = client_entry_get(tx, &(struct client_entry_get_in){e->id}, &row);
    if (known == E_UNKNOWN) {
        int64_t before_ms = tx->now_ms - ENTRY_KEEP_DAYS * DAY_MS;
        TRY(client_entry_sweep(tx, &(struct client_entry_sweep_in){before_ms}));
        return client_entry_add(tx, &(struct client_entry_add_in){e->id, tx->actor.account_id,
                                                                  e->path, e->entered_ms,
                                                                  tx->now_ms});
    }
    TRY(known);
    if (!str_eq(row.path, e->path) || !str_eq(row.account_id, tx->actor.account_id))
        return E_CONFLICT;
    *again = true;
    return journal_append(tx, "entry_repeated", STR_ABSENT, e->path);
}
