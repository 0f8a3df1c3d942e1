/* The journal, for whoever audits: newest first, a hundred a page, or of one event. */
#include "store/sql.h"
#include "web/form_view.h"
#include "web/route.h"

enum { PAGE_ROWS = 100, HASH_SHOWN = 12 };

static void put_events(struct request *rq, struct str chosen, struct view_journal *v) {
    v->events.v = NEWS(rq->arena, struct view_form_choice, EVENTS);
    for (const struct event_meaning *e = event_meanings; e < event_meanings + EVENTS; e++)
        v->events.v[v->events.n++] = (struct view_form_choice){
            .value = str_from(e->name), .label = str_from(e->text),
            .on = str_is(chosen, e->name)};
}

static struct view_journal_row row_of(struct request *rq, const struct journal_browse_row *r) {
    struct view_journal_row v = {
        .seq = r->seq, .at_ms = r->at_ms, .door = r->door, .what = event_text(r->event),
        .who = r->who.s ? r->who : r->account_id.s ? r->account_id : STR("Cairn"),
        .patient = r->mrn, .why = r->why, .hash = str_slice(r->hash, 0, HASH_SHOWN)};
    if (r->record_table.s)
        v.record = str_format(rq->arena, "%.*s, version %lld", STR_ARG(r->record_table),
                              (long long)(r->record_version.is ? r->record_version.v : 0));
    return v;
}

/* The two queries give the same columns. */
static enum err read_rows(struct request *rq, struct str event, int64_t before,
                          struct journal_browse_rows *out) {
    if (!event.n) return journal_browse(rq->tx, &(struct journal_browse_in){before}, out);
    struct journal_browse_event_rows some;
    _Static_assert(sizeof *some.v == sizeof *out->v, "the same columns");
    TRY(journal_browse_event(rq->tx, &(struct journal_browse_event_in){event, before}, &some));
    *out = (struct journal_browse_rows){(struct journal_browse_row *)(void *)some.v, some.n};
    return E_OK;
}

enum err page_journal(struct request *rq) {
    struct view_journal v = {0};
    int64_t before = INT64_MAX;
    struct str wanted = web_query(rq, "before"), event = web_query(rq, "event");
    if (wanted.n && (!str_to_int(wanted, &before) || before < 0)) {
        fault_add(&rq->faults, STR("before"), "type", "The number of an entry is a whole number.");
        return E_INVALID;
    }
    struct journal_browse_rows rows;
    TRY(read_rows(rq, event, before, &rows));
    v.rows.v = NEWS(rq->arena, struct view_journal_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n && i < PAGE_ROWS; i++)
        v.rows.v[v.rows.n++] = row_of(rq, &rows.v[i]);
    put_events(rq, event, &v);
    if (wanted.n) v.newest = STR("/journal");
    if (rows.n > PAGE_ROWS)
        v.older = str_format(rq->arena, "/journal?event=%.*s&before=%lld", STR_ARG(event),
                             (long long)v.rows.v[v.rows.n - 1].seq);
    page_open(rq, "Journal", STR("Journal"));
    html_journal(rq->out, &v);
    page_close(rq);
    return E_OK;
}
