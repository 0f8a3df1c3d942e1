#include "cli/open.h"

#include <stdlib.h>

#include "base/clock.h"
#include "cli/cli.h"

static enum err read_clinics(struct arena *a, struct store *store, struct clinics_rows *rows) {
    struct tx tx;
    TRY(tx_begin(&tx, store, a, TX_READ, (struct actor){.door = STR("cli")}, clock_now_ms()));
    return tx_end(&tx, clinics(&tx, rows));
}

/* The one clinic there is, or the one that CAIRN_CLINIC names. */
static bool choose(const struct clinics_rows *rows, struct str *clinic_id) {
    struct str wanted = str_from(getenv("CAIRN_CLINIC"));
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        if (wanted.n ? !str_eq(rows->v[i].clinic_id, wanted) : rows->n > 1) continue;
        *clinic_id = rows->v[i].clinic_id;
        setenv("TZ", rows->v[i].zone.s, 1);
        return true;
    }
    return false;
}

int open_clinic(struct arena *a, const char *url, struct store **store, struct str *clinic_id) {
    struct clinics_rows rows = {0};
    struct str why = STR("");
    enum err e = store_open(a, str_from(url), STORE_EXISTING, store, &why);
    if (e) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    e = store_ready(*store, a, &why);
    if (!e) e = read_clinics(a, *store, &rows);
    if (!e && choose(&rows, clinic_id)) return 0;
    store_close(*store);
    if (!why.n) why = str_from(err_meaning(e)->text);
    if (e) return cli_fail(e, "database", "%.*s", STR_ARG(why));
    if (rows.n == 0)
        return cli_fail(E_UNKNOWN, url, "no clinic in this database; `cairn init` makes one");
    return cli_fail(E_INVALID, url, "several clinics in this database; CAIRN_CLINIC names one");
}
