/* history: the journal of one chart: who wrote and who read, when, why, and the row after. */
#include "web/show.h"

enum { SHOWN = 100 };

enum err page_history(struct request *rq) {
    struct patient p;
    struct journal_of_patient_rows rows;
    struct view_history view = {0};
    int64_t before;
    struct str asked = web_query(rq, "before");
    if (!asked.s || !str_to_int(asked, &before)) before = INT64_MAX;
    TRY(show_patient(rq, STR("History"), &p));
    TRY(journal_of_patient(rq->tx, &(struct journal_of_patient_in){p.id, before}, &rows));
    ptrdiff_t n = rows.n > SHOWN ? SHOWN : rows.n;
    view.rows.v = NEWS(rq->arena, struct view_history_row, n);
    for (ptrdiff_t i = 0; i < n; i++) {
        const struct journal_of_patient_row *r = &rows.v[i];
        view.rows.v[view.rows.n++] = (struct view_history_row){
            .seq = r->seq,
            .at_ms = r->at_ms,
            .who = r->who,
            .door = r->door,
            .event = event_text(r->event),
            .record = r->record_table.n ? str_format(rq->arena, "%.*s, version %d",
                                                     STR_ARG(r->record_table),
                                                     (int)r->record_version.v)
                                        : STR_ABSENT,
            .why = r->why,
            .image = r->image};
    }
    if (rows.n > SHOWN)
        view.more = show_link(rq->arena, p.id, "/history?before=%lld",
                              (long long)rows.v[n - 1].seq);
    html_history(rq->out, &view);
    page_close(rq);
    return E_OK;
}
