/*
 * migrate: the schema's version, and the way forward. Migrations are numbered from 1 in the
 * order of their file names, written by hand, forward only; all that are missing are applied
 * in one transaction.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "store/driver.h"
#include "store/sql.h"

static const struct actor program = {.door = {"cli", 3}, .clinic_id = {"", 0}};

static enum err explain(struct store *s, struct arena *a, int64_t version, struct str *why) {
    if (version > SQL_MIGRATION_COUNT) {
        *why = str_format(a, "%.*s: schema %lld is of a newer Cairn; this one knows %d",
                          STR_ARG(s->place), (long long)version, SQL_MIGRATION_COUNT);
        return E_NEWER;
    }
    if (version < 0) {
        *why = str_format(a, "%.*s: it holds tables that are not Cairn's", STR_ARG(s->place));
        return E_WORLD;
    }
    return E_OK;
}

enum err migrate_tx(struct tx *tx, int64_t from, int64_t to) {
    for (int64_t i = from; i < to; i++) {
        const struct migration *m = &sql_migrations[i];
        TRY(tx->store->driver->script(tx, str_from(m->text)));
        struct schema_migrated_in in = {i + 1, str_from(m->name), tx->now_ms};
        TRY(schema_migrated(tx, &in));
    }
    return E_OK;
}

static enum err say(struct tx *tx, struct arena *a, enum err e, struct str *why) {
    if (e != E_OK && !why->s)
        *why = str_format(a, "%.*s: %s", STR_ARG(tx->store->place),
                          tx->p->fault ? tx->p->why : err_meaning(e)->text);
    return e;
}

enum err store_migrate(struct store *s, struct arena *a, int *applied, struct str *why) {
    struct tx tx;
    int64_t version = 0;
    *applied = 0;
    *why = STR_ABSENT;
    enum err e = tx_begin(&tx, s, a, TX_WRITE, program, clock_now_ms());
    if (e != E_OK) return say(&tx, a, e, why);
    e = s->driver->version(&tx, &version);
    if (e == E_OK) e = explain(s, a, version, why);
    if (e == E_OK) e = migrate_tx(&tx, version, SQL_MIGRATION_COUNT);
    if (e == E_OK) *applied = SQL_MIGRATION_COUNT - (int)version;
    return say(&tx, a, tx_end(&tx, e), why);
}

enum err store_prepare_all(struct store *s, struct arena *a, struct str *why) {
    struct buf said = {.arena = a};
    enum err worst = E_OK;
    for (int i = 0; i < SQL_QUERY_COUNT; i++) {
        struct tx tx; /* one each: on PostgreSQL a refusal spoils what follows it */
        TRY(tx_begin(&tx, s, a, TX_READ, program, clock_now_ms()));
        const struct sql_query *q = &sql_queries[i];
        enum err e = tx_end(&tx, s->driver->prepare(&tx, q));
        if (e == E_OK) continue;
        buf_format(&said, "%s: %s: %s\n", q->place, q->name, tx.p->why);
        worst = e;
    }
    *why = buf_str(&said);
    return worst;
}

/* Where the last write was refused, one is tried that changes nothing: who asks, asks of now. */
static enum err writes_again(struct store *s, struct arena *a, struct str *why) {
    struct tx tx;
    const char *probe = "UPDATE schema_migration SET applied_ms = applied_ms + 1;"
                        "UPDATE schema_migration SET applied_ms = applied_ms - 1;";
    if (!s->refused) return E_OK;
    enum err e = tx_begin(&tx, s, a, TX_WRITE, program, clock_now_ms());
    if (e == E_OK) e = tx_end(&tx, s->driver->script(&tx, str_from(probe)));
    return say(&tx, a, e, why);
}

enum err store_ready(struct store *s, struct arena *a, struct str *why) {
    struct tx tx;
    int64_t version = 0;
    *why = STR_ABSENT;
    enum err e = tx_begin(&tx, s, a, TX_READ, program, clock_now_ms());
    if (e != E_OK) return say(&tx, a, e, why);
    e = tx_end(&tx, s->driver->version(&tx, &version));
    if (e == E_OK) e = explain(s, a, version, why);
    if (e == E_OK && version < SQL_MIGRATION_COUNT) {
        *why = str_format(a, "%.*s: %s", STR_ARG(s->place),
                          version ? "its schema is older; run `cairn migrate`"
                                  : "it holds no clinic; run `cairn init`");
        e = E_WORLD;
    }
    return e ? say(&tx, a, e, why) : writes_again(s, a, why);
}
