/*
 * The book: the entries of the register in a period, of every container, the empty ones too, with
 * its counts and its incidents, open and closed. It is what 21 CFR 1304.21 and 1304.22(c) ask to be
 * at hand: what was received, given and disposed of, when, how much, to whom (name and address),
 * and by whom. Nothing is decided here.
 */
#include "base/clock.h"
#include "base/date.h"
#include "core/custody.h"
#include "web/custody_show.h"

enum { DAYS = 31, ENTRIES_MAX = 2000, COUNTS_MAX = 500 };

struct period {
    int32_t from, until; /* both days are of it */
    int64_t from_ms, until_ms;
};

/* As asked for; a day that cannot be read, or an end before its start, gives the last month. */
static struct period period_of(const struct request *rq) {
    struct period p;
    bool read = date_parse(web_query(rq, "from"), &p.from) &&
                date_parse(web_query(rq, "until"), &p.until) && p.from <= p.until;
    if (!read) {
        p.until = clock_today(rq->now_ms);
        p.from = p.until - DAYS;
    }
    p.from_ms = clock_instant(p.from, 0, 0);
    p.until_ms = clock_instant(p.until + 1, 0, 0);
    return p;
}

/* Name and number, and the address that the dispensing record asks for. */
static void put_patient(struct request *rq, const struct custody_between_row *r,
                        struct view_book_row *row) {
    if (!r->patient_id.s) return;
    row->patient = r->mrn;
    if (!web_allows(rq, CAP_CHART_READ)) return;
    row->patient = show_who(rq->arena, STR_ABSENT, r->given_name, r->family_name, r->mrn);
    row->patient_page = show_link(rq->arena, r->patient_id, "%s", "");
    if (row->why.n) return;
    row->why = r->address.n ? r->address : STR("no address is written down");
}

static struct view_book_row row_of(struct request *rq, const struct custody_between_row *r) {
    enum custody_kind kind;
    struct container unit = {.ug_per_ml = r->ug_per_ml, .piece_ug = r->piece_ug};
    CHECK(custody_parse(r->kind, &kind), "the table holds kinds of custody.def");
    struct view_book_row row = {
        .at_ms = r->at_ms,
        .container_page =
            str_format(rq->arena, "/register/container/%.*s", STR_ARG(r->container_id)),
        .number = r->number,
        .product = r->product,
        .lot = r->lot,
        .what = str_from(custody_text(kind)),
        .amount = STR(""),
        .left = custody_show_amount(rq->arena, &unit, r->left_ug),
        .who = r->who,
        .second = r->second,
        .why = kind == CUSTODY_transfer ? r->place : r->reason};
    int64_t ug = r->counted_ug.is ? r->counted_ug.v : r->amount_ug;
    if (ug) row.amount = custody_show_amount(rq->arena, &unit, ug);
    put_patient(rq, r, &row);
    return row;
}

static enum err put_beside(struct request *rq, const struct period *p, struct view_book *v) {
    struct count_between_rows counts;
    struct custody_incident_rows incidents;
    TRY(count_between(rq->tx, &(struct count_between_in){p->from_ms, p->until_ms, COUNTS_MAX},
                      &counts));
    TRY(incident_between(rq->tx, &(struct incident_between_in){p->from_ms, p->until_ms},
                         &incidents));
    v->counts = (struct view_list_panel){.id = STR("counts"), .title = STR("Counts")};
    custody_show_counts(rq, &counts, &v->counts);
    v->incidents = (struct view_list_panel){.id = STR("incidents"), .title = STR("Incidents"),
                                            .empty = show_empty(rq->arena, "There was none.")};
    v->incidents.rows.v = NEWS(rq->arena, struct view_item, incidents.n);
    for (ptrdiff_t i = 0; i < incidents.n; i++)
        v->incidents.rows.v[v->incidents.rows.n++] =
            custody_show_incident(rq, &incidents.v[i]);
    return E_OK;
}

static void put_rules(struct request *rq, struct view_book *v) {
    static const char *const notes[] = {"dispensed", "keep", "store"};
    v->rules.v = NEWS(rq->arena, struct str, sizeof notes / sizeof *notes);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct str line = criteria_note(rq->app->content->custody, notes[i]);
        if (line.n) v->rules.v[v->rules.n++] = line;
    }
}

enum err page_book(struct request *rq) {
    struct period p = period_of(rq);
    struct custody_between_rows rows;
    struct view_book v = {.from = date_text(rq->arena, p.from),
                          .until = date_text(rq->arena, p.until),
                          .clinic = rq->app->clinic_name};
    TRY(custody_between(rq->tx, &(struct custody_between_in){p.from_ms, p.until_ms, ENTRIES_MAX},
                        &rows));
    TRY(put_beside(rq, &p, &v));
    put_rules(rq, &v);
    v.said = str_format(rq->arena, "%d entries from %.*s to %.*s, the newest first.", (int)rows.n,
                        STR_ARG(show_date(rq->arena, v.from)),
                        STR_ARG(show_date(rq->arena, v.until)));
    if (rows.n == ENTRIES_MAX)
        v.cut = STR("There are more: these are the newest. Choose a shorter period.");
    v.rows.v = NEWS(rq->arena, struct view_book_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) v.rows.v[v.rows.n++] = row_of(rq, &rows.v[i]);
    page_open(rq, "Register", STR("The book"));
    html_book(rq->out, &v);
    page_close(rq);
    return E_OK;
}
