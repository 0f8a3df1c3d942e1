#include "synth/synth_rows.h"

#include <stdlib.h>
#include <string.h>

#define X(name)                                                                                    \
    static MUST enum err put_##name(struct tx *tx, void *row) {                                    \
        return name##_put(tx, (struct name *)row);                                                 \
    }
SYNTH_TABLES(X)
#undef X

static const struct {
    ptrdiff_t size;
    enum err (*put)(struct tx *tx, void *row);
} tables[] = {
#define X(name) {(ptrdiff_t)sizeof(struct name), put_##name},
    SYNTH_TABLES(X)
#undef X
};

struct synth_rows synth_rows_new(struct arena *a) {
    enum { FIRST_CAP = 512 };
    return (struct synth_rows){
        .arena = a, .v = NEWS(a, struct synth_entry, FIRST_CAP), .cap = FIRST_CAP};
}

void synth_rows_add(struct synth_rows *rows, enum synth_table table, struct synth_act act,
                    const void *row) {
    if (rows->n == rows->cap) {
        struct synth_entry *more = NEWS(rows->arena, struct synth_entry, rows->cap * 2);
        memcpy(more, rows->v, (size_t)rows->n * sizeof *more);
        rows->v = more;
        rows->cap *= 2;
    }
    void *copy = arena_alloc(rows->arena, tables[table].size, 16, 1);
    memcpy(copy, row, (size_t)tables[table].size);
    rows->v[rows->n] = (struct synth_entry){act, rows->n, table, copy};
    rows->n++;
}

static int by_time(const void *a, const void *b) {
    const struct synth_entry *x = a, *y = b;
    if (x->act.at_ms != y->act.at_ms) return x->act.at_ms < y->act.at_ms ? -1 : 1;
    return x->order - y->order;
}

void synth_rows_sort(struct synth_rows *rows) {
    qsort(rows->v, (size_t)rows->n, sizeof *rows->v, by_time);
}

void synth_rows_at(struct tx *tx, const struct synth_entry *e) {
    tx->now_ms = e->act.at_ms;
    tx->actor.account_id = e->act.account_id;
}

enum err synth_rows_put(struct tx *tx, struct synth_entry *e) {
    synth_rows_at(tx, e);
    tx_event(tx, e->act.event, e->act.why);
    return tables[e->table].put(tx, e->row);
}

enum err synth_rows_write(struct tx *tx, struct synth_rows *rows) {
    synth_rows_sort(rows);
    for (int i = 0; i < rows->n; i++) TRY(synth_rows_put(tx, &rows->v[i]));
    return E_OK;
}
