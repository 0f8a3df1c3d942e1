#include "app/app.h"

#include <stdlib.h>
#include <time.h>

#include "app/lockout.h"
#include "app/password.h"
#include "base/clock.h"
#include "base/id.h"
#include "store/sql.h"

static enum err read_clinic(struct tx *tx, struct app *app, struct arena *boot) {
    struct clinics_rows rows;
    TRY(clinics(tx, &rows));
    if (rows.n == 0) return E_UNKNOWN;
    app->clinic_id = str_copy(boot, rows.v[0].clinic_id);
    app->clinic_name = str_copy(boot, rows.v[0].name);
    app->zone = str_copy(boot, rows.v[0].zone);
    return E_OK;
}

enum err app_open(struct app *app, struct arena *boot, struct store *store,
                  const struct content *content, struct str *why) {
    *app = (struct app){.store = store, .content = content, .started_ms = clock_now_ms()};
    struct actor actor = {.clinic_id = STR(""), .door = STR("cli")};
    struct tx tx;
    *why = STR("the database cannot be read");
    TRY(tx_begin(&tx, store, boot, TX_READ, actor, app->started_ms));
    enum err e = tx_end(&tx, read_clinic(&tx, app, boot));
    if (e == E_UNKNOWN) *why = STR("it holds no clinic; `cairn init` makes one");
    TRY(e);
    setenv("TZ", str_z(boot, app->zone), 1);
    tzset();
    app->passwords = passwords_open(boot);
    app->lockout = lockout_open(boot);
    return E_OK;
}

enum err app_make_clinic(struct store *store, struct arena *a, struct str name, struct str zone,
                         struct str *clinic_id) {
    int64_t now_ms = clock_now_ms();
    *clinic_id = id_new(a, now_ms);
    struct tx tx;
    struct actor actor = {.clinic_id = *clinic_id, .door = STR("cli")};
    TRY(tx_begin(&tx, store, a, TX_WRITE, actor, now_ms));
    struct clinics_rows there;
    enum err e = clinics(&tx, &there);
    if (!e && there.n) e = E_CONFLICT; /* one clinic a database */
    if (!e) e = clinic_insert(&tx, &(struct clinic_insert_in){name, zone, now_ms});
    if (!e) e = journal_append(&tx, "clinic_created", STR_ABSENT, name);
    return tx_end(&tx, e);
}
