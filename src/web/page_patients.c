/* patients: find one, or begin one: a referral typed in, or imported as a FHIR bundle. */
#include "web/form_view.h"
#include "web/show.h"

enum { SHOWN = 100 }; /* the query brings one more, to know whether there are more */

static enum err phases(struct request *rq, struct str chosen, struct view_patients *view) {
    struct patient_phase_count_rows rows;
    TRY(patient_phase_count(rq->tx, &rows));
    view->phases.v = NEWS(rq->arena, struct view_phase_choice, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        view->phases.v[view->phases.n++] = (struct view_phase_choice){
            rows.v[i].phase, rows.v[i].n, str_eq(rows.v[i].phase, chosen)};
    return E_OK;
}

static struct str next_page(struct request *rq, const struct patient_search_in *in,
                            const struct patient_search_row *last) {
    struct buf query = {.arena = rq->arena}, url = {.arena = rq->arena};
    form_put(&query, STR("words"), in->words);
    form_put(&query, STR("phase"), in->phase);
    form_put(&query, STR("after"),
             str_format(rq->arena, "%.*s %.*s %.*s", STR_ARG(last->family_name),
                        STR_ARG(last->given_name), STR_ARG(last->mrn)));
    buf_z(&url, "/patients?");
    buf_put(&url, buf_str(&query));
    return buf_str(&url);
}

static struct str query_or_empty(struct request *rq, const char *name) {
    struct str value = str_trim(web_query(rq, name));
    return value.s ? value : STR("");
}

enum err page_patients(struct request *rq) {
    struct patient_search_in in = {query_or_empty(rq, "words"), query_or_empty(rq, "phase"),
                                   query_or_empty(rq, "after")};
    struct view_patients view = {.words = in.words,
                                 .may_add = web_allows(rq, CAP_REFERRAL_WRITE)};
    TRY(patient_search(rq->tx, &in, &view.rows));
    TRY(phases(rq, in.phase, &view));
    for (ptrdiff_t i = 0; i < view.rows.n; i++)
        view.rows.v[i].indication =
            field_label(rq, FORM_patient, "indication", view.rows.v[i].indication);
    if (view.rows.n > SHOWN) {
        view.rows.n = SHOWN;
        view.more = next_page(rq, &in, &view.rows.v[SHOWN - 1]);
    }
    page_open(rq, "Patients", STR("Patients"));
    html_patients(rq->out, &view);
    page_close(rq);
    return E_OK;
}

