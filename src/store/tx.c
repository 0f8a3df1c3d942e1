/* The life of a transaction, whatever the engine. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/driver.h"

/* A write that the world refused is remembered until one is taken again: readiness asks. */
static enum err noted(const struct tx *tx, enum err e) {
    if (tx->mode == TX_WRITE && (e == E_OK || e == E_WORLD)) tx->store->refused = e == E_WORLD;
    return e;
}

enum err tx_begin(struct tx *tx, struct store *s, struct arena *a, enum tx_mode mode,
                  struct actor actor, int64_t now_ms) {
    *tx = (struct tx){.store = s, .arena = a, .mode = mode, .actor = actor, .now_ms = now_ms};
    tx->p = NEW(a, struct tx_private);
    enum err e = s->driver->begin(tx);
    tx->p->open = e == E_OK;
    return e ? noted(tx, e) : E_OK;
}

/* The last words before a commit. They never leave by a full arena's jump: nobody would give the
 * connection back. */
static enum err seal(struct tx *tx) {
    char room[8192]; /* a head; what is told of LIVE_CHANGES_MAX rows, twice */
    struct arena small = arena_over(room, sizeof room), *was = tx->arena;
    tx->arena = &small;
    enum err e = tx->appended ? journal_seal(tx) : E_OK;
    if (e == E_OK && tx->p->changes_n) e = live_tell(tx);
    tx->arena = was;
    return e;
}

enum err tx_end(struct tx *tx, enum err e) {
    CHECK(tx->p && tx->p->open, "tx_end without tx_begin");
    if (e == E_OK) e = tx->p->fault;
    if (e == E_OK) e = seal(tx);
    tx->p->open = false;
    e = tx->store->driver->end(tx, e);
    if (e == E_OK && tx->p->changes_n) live_publish(tx->store, tx->p);
    return noted(tx, e);
}

void tx_abandon(struct tx *tx) {
    if (!tx->p || !tx->p->open) return;
    tx->p->open = false;
    enum err ignored = tx->store->driver->end(tx, E_TOO_LARGE);
    (void)ignored;
}

void tx_event(struct tx *tx, const char *event, struct str why) {
    tx->event = event;
    tx->why = why;
}

enum err tx_fault(struct tx *tx, enum err e, const char *statement, const char *why) {
    if (tx->p->fault) return e;
    tx->p->fault = e;
    snprintf(tx->p->why, sizeof tx->p->why, "%s", why);
    if (!str_is(tx->actor.door, "cli")) /* a command says it itself, in its one line */
        log_error("store fault=%s statement=%s why=\"%s\"", err_meaning(e)->name, statement, why);
    return e;
}

struct number_sink {
    struct row_sink sink;
    int64_t number;
};

static enum err take_number(struct row_sink *sink, const struct cell *v, int n) {
    if (n != 1 || v->kind != CELL_INT) return E_BROKEN;
    ((struct number_sink *)sink)->number = v->i;
    return E_OK;
}

enum err tx_number(struct tx *tx, const char *select, int64_t *out) {
    struct number_sink to = {.sink = {.row = take_number}};
    TRY(tx->store->driver->dump(tx, select, &to.sink));
    *out = to.number;
    return E_OK;
}

void *rows_next(struct arena *a, struct sql_rows *rows, const struct sql_query *q) {
    if (rows->n == rows->cap) {
        ptrdiff_t cap = rows->cap ? rows->cap * 2 : q->kind == SQL_KIND_one ? 1 : 16;
        ptrdiff_t old = rows->cap * q->row_size;
        char *grown = arena_alloc(a, q->row_size, 16, cap);
        if (old) memcpy(grown, rows->v, (size_t)old);
        rows->v = grown;
        rows->cap = cap;
    }
    return rows->v + q->row_size * rows->n++;
}

enum err query_one(struct tx *tx, const struct sql_query *q, const void *in, void *row) {
    struct sql_rows rows = {0};
    TRY(tx->store->driver->run(tx, q, in, &rows));
    if (rows.n == 0) return E_UNKNOWN;
    memcpy(row, rows.v, (size_t)q->row_size);
    return E_OK;
}

enum err query_many(struct tx *tx, const struct sql_query *q, const void *in, void *rows) {
    struct {
        void *v;
        ptrdiff_t n;
    } out; /* the shape of every X_rows */
    struct sql_rows read = {0};
    TRY(tx->store->driver->run(tx, q, in, &read));
    out.v = read.v;
    out.n = read.n;
    memcpy(rows, &out, sizeof out);
    return E_OK;
}

enum err query_exec(struct tx *tx, const struct sql_query *q, const void *in) {
    CHECK(tx->mode == TX_WRITE, "a write in a read transaction");
    return tx->store->driver->run(tx, q, in, NULL);
}

enum err query_later(struct tx *tx, const struct sql_query *q, const void *in) {
    enum err e = query_exec(tx, q, in);
    tx->changed = 0; /* on no engine is it known */
    return e;
}
