/*
 * verify: does the record still hold together?
 *
 * First the chain of each clinic, entry by entry: numbers without a gap, each hash that which
 * follows from the entry and the hash before it, the last one that of the head. After a break
 * the check goes on from the stored hash, so that one change is reported once, where it is.
 *
 * Then each chart table beside its entries, both in the order of the ids, as two hands moving
 * down two lists: a row without an entry, an entry without a row, a row that is not what its
 * last entry says. Everything is read in one snapshot, page by page.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/journal.h"

enum {
    REPORT_BYTES = 64 << 10, FINDING_MAX = 512,
    PAGE_BYTES = 512 << 20, /* address space; a page of 500 entries with long texts */
    PAGES_MAX = 2           /* a page and the one before it */
};

struct verify {
    struct tx tx;
    struct verify_result *out;
    struct buf report;
    int64_t findings;
    int64_t rows[SQL_TABLE_COUNT]; /* seen so far, of each chart table */
};

/* Pages of one list: the next is read into the other half, so that this one stays. */
struct pages {
    struct arena half[PAGES_MAX];
    int which;
};

static void pages_open(struct pages *p) {
    for (int i = 0; i < PAGES_MAX; i++) arena_open(&p->half[i], PAGE_BYTES);
}

static void pages_close(struct pages *p) {
    for (int i = 0; i < PAGES_MAX; i++) arena_close(&p->half[i]);
}

static struct arena *next_page(struct verify *v, struct pages *p) {
    p->which = (p->which + 1) % PAGES_MAX;
    v->tx.arena = &p->half[p->which];
    arena_reset(v->tx.arena);
    return v->tx.arena;
}

__attribute__((format(printf, 2, 3))) static void found(struct verify *v, const char *format,
                                                        ...) {
    char line[FINDING_MAX];
    va_list args;
    v->findings++;
    if (v->report.cap - v->report.n < 2 * FINDING_MAX) return; /* the rest is counted */
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    buf_bytes(&v->report, line, n < FINDING_MAX ? n : FINDING_MAX - 1);
    buf_char(&v->report, '\n');
}

/* The chain --------------------------------------------------------------------------------- */

struct chain {
    int64_t seq;
    char hash[65];
};

static void check_entry(struct verify *v, struct chain *c, const struct journal_page_row *e) {
    char hash[65];
    v->out->entries++;
    bool gap = e->seq != c->seq + 1;
    if (gap)
        found(v, "entry %lld: missing, as far as entry %lld", (long long)c->seq + 1,
              (long long)e->seq - 1);
    journal_hash(v->tx.actor.clinic_id, e, (struct str){c->hash, 64}, hash);
    if (!gap && !str_is(e->hash, hash))
        found(v, "entry %lld: its hash is not that of what it says and what stands before it",
              (long long)e->seq);
    c->seq = e->seq;
    memset(c->hash, '0', 64);
    if (e->hash.n == 64) memcpy(c->hash, e->hash.s, 64);
}

static enum err check_head(struct verify *v, const struct chain *c) {
    struct journal_head_get_row head;
    enum err e = journal_head_get(&v->tx, &head);
    if (e == E_UNKNOWN && c->seq == 0) return E_OK;
    if (e == E_UNKNOWN) {
        found(v, "head: missing");
        return E_OK;
    }
    if (e != E_OK) return e;
    if (head.seq != c->seq)
        found(v, "head: it says %lld entries, the journal ends at %lld", (long long)head.seq,
              (long long)c->seq);
    else if (!str_is(head.hash, c->hash))
        found(v, "head: its hash is not that of entry %lld", (long long)c->seq);
    return E_OK;
}

static enum err check_chain(struct verify *v, struct pages *pages, struct chain *c) {
    struct journal_page_rows page;
    *c = (struct chain){.hash = JOURNAL_START};
    do {
        next_page(v, pages);
        struct journal_page_in in = {c->seq};
        TRY(journal_page(&v->tx, &in, &page));
        for (ptrdiff_t i = 0; i < page.n; i++) check_entry(v, c, &page.v[i]);
    } while (page.n > 0);
    return check_head(v, c);
}

/* The tables -------------------------------------------------------------------------------- */

struct row_list {
    const struct table_info *t;
    struct pages pages;
    char *v;
    ptrdiff_t i, n;
    int64_t seen;
};

/* Every chart row begins with its id. */
static struct str id_at(const struct row_list *l, ptrdiff_t i) {
    struct str id;
    memcpy(&id, l->v + i * l->t->row_size, sizeof id);
    return id;
}

static enum err row_next(struct verify *v, struct row_list *l, const void **row) {
    if (l->i == l->n) {
        struct {
            char *v;
            ptrdiff_t n;
        } page;
        struct str after = l->n ? id_at(l, l->n - 1) : STR("");
        next_page(v, &l->pages);
        TRY(query_many(&v->tx, l->t->scan, &after, &page));
        l->v = page.v;
        l->n = page.n;
        l->i = 0;
    }
    *row = l->n ? l->v + l->i++ * l->t->row_size : NULL;
    if (*row) l->seen++;
    return E_OK;
}

struct entry_list {
    const struct table_info *t;
    struct pages pages;
    struct journal_of_table_rows page;
    ptrdiff_t i;
    bool over;
};

static enum err more_entries(struct verify *v, struct entry_list *l,
                             const struct journal_of_table_row *last) {
    struct journal_of_table_in in = {str_from(l->t->name), last ? last->record_id : STR(""),
                                     last ? last->record_version : 0};
    next_page(v, &l->pages);
    TRY(journal_of_table(&v->tx, &in, &l->page));
    l->i = 0;
    l->over = l->page.n == 0;
    return E_OK;
}

/* The next record's last version. */
static enum err entry_next(struct verify *v, struct entry_list *l,
                           const struct journal_of_table_row **entry) {
    *entry = NULL;
    for (;; l->i++) {
        if (l->i >= l->page.n && !l->over) TRY(more_entries(v, l, *entry));
        if (l->over) return E_OK;
        const struct journal_of_table_row *e = &l->page.v[l->i];
        if (*entry && !str_eq(e->record_id, (*entry)->record_id)) return E_OK;
        int64_t before = *entry ? (*entry)->record_version : 0;
        if (e->record_version != before + 1)
            found(v, "%s %.*s: version %lld follows version %lld", l->t->name,
                  STR_ARG(e->record_id), (long long)e->record_version, (long long)before);
        *entry = e;
    }
}

static void compare(struct verify *v, const struct table_info *t, const void *row,
                    const struct journal_of_table_row *e) {
    const char *field = chart_difference(*v->tx.arena, t, row, e->image);
    if (field)
        found(v, "%s %.*s: %s is not what its last entry, version %lld, says", t->name,
              STR_ARG(e->record_id), field, (long long)e->record_version);
}

static enum err walk_both(struct verify *v, struct row_list *rows, struct entry_list *entries) {
    const struct table_info *t = rows->t;
    const void *row;
    const struct journal_of_table_row *e;
    TRY(row_next(v, rows, &row));
    TRY(entry_next(v, entries, &e));
    while (row || e) {
        struct str id = row ? id_at(rows, rows->i - 1) : STR_ABSENT;
        int order = !row ? 1 : !e ? -1 : str_cmp(id, e->record_id);
        if (order < 0) found(v, "%s %.*s: a row that has no entry", t->name, STR_ARG(id));
        else if (order > 0)
            found(v, "%s %.*s: an entry whose row is gone", t->name, STR_ARG(e->record_id));
        else compare(v, t, row, e);
        if (order >= 0) TRY(entry_next(v, entries, &e));
        if (order <= 0) TRY(row_next(v, rows, &row));
    }
    return E_OK;
}

static enum err check_table(struct verify *v, const struct table_info *t) {
    struct row_list rows = {.t = t};
    struct entry_list entries = {.t = t};
    pages_open(&rows.pages);
    pages_open(&entries.pages);
    enum err e = walk_both(v, &rows, &entries);
    pages_close(&rows.pages);
    pages_close(&entries.pages);
    v->rows[t - sql_tables] += rows.seen;
    v->out->rows += rows.seen;
    return e;
}

/* A row under a clinic that has neither a name nor an entry would be seen by no walk. */
static enum err check_strays(struct verify *v, int table) {
    const char *name = sql_tables[table].name;
    char select[128];
    int64_t rows;
    snprintf(select, sizeof select, "SELECT count(*) FROM %s", name);
    TRY(tx_number(&v->tx, select, &rows));
    if (rows != v->rows[table])
        found(v, "%s: %lld row(s) of no clinic", name, (long long)(rows - v->rows[table]));
    return E_OK;
}

/* All of it --------------------------------------------------------------------------------- */

static enum err check_clinic(struct verify *v, struct pages *pages, struct arena *a) {
    struct chain chain;
    TRY(check_chain(v, pages, &chain));
    v->out->head = str_copy(a, (struct str){chain.hash, 64});
    for (int i = 0; i < SQL_TABLE_COUNT; i++)
        if (sql_tables[i].fields) TRY(check_table(v, &sql_tables[i]));
    return E_OK;
}

enum err verify_tx(struct tx *tx, struct arena *a, struct verify_result *out) {
    struct verify v = {.tx = *tx, .out = out, .report = buf_new(a, REPORT_BYTES)};
    struct pages pages = {.which = 0};
    struct clinics_of_journal_rows clinics;
    *out = (struct verify_result){.head = STR(JOURNAL_START)};
    v.tx.arena = a;
    TRY(clinics_of_journal(&v.tx, &clinics));
    pages_open(&pages);
    enum err e = E_OK;
    for (ptrdiff_t i = 0; e == E_OK && i < clinics.n; i++) {
        v.tx.actor.clinic_id = clinics.v[i].clinic_id;
        e = check_clinic(&v, &pages, a);
    }
    pages_close(&pages);
    for (int i = 0; e == E_OK && i < SQL_TABLE_COUNT; i++)
        if (sql_tables[i].fields) e = check_strays(&v, i);
    out->report = buf_str(&v.report);
    if (e == E_OK && v.findings) e = E_BROKEN;
    return e;
}

enum err store_verify(struct store *s, struct arena *a, struct verify_result *out) {
    struct tx tx;
    struct actor program = {.door = STR("cli")};
    TRY(tx_begin(&tx, s, a, TX_READ, program, clock_now_ms()));
    enum err e = verify_tx(&tx, a, out);
    return tx_end(&tx, e);
}
