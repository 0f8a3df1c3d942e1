#include "app/adverse.h"

#include "base/clock.h"

/* The session before it, unless it was tapped in one. */
static enum err find_session(struct tx *tx, struct adverse_event *row) {
    struct dosing d;
    if (row->event_id.n) return E_OK;
    struct adverse_session_in in = {row->patient_id, row->onset_ms};
    enum err e = adverse_session(tx, &in, &d);
    if (e != E_OK && e != E_UNKNOWN) return e;
    row->dosing_id = e == E_OK ? d.id : STR_ABSENT;
    return E_OK;
}

enum err adverse_from_event(struct tx *tx, const struct content *content, struct str patient_id,
                            struct str event_id, struct adverse_event *out) {
    struct session_event event;
    int64_t grade;
    TRY(session_event_load(tx, event_id, &event));
    const struct adverse_term *term = adverse_of_event(content->adverse, event.kind);
    if (!term || !str_eq(event.patient_id, patient_id)) return E_UNKNOWN;
    tx_event(tx, "adverse_recorded", STR_ABSENT);
    enum err e = adverse_of_event_row(tx, &(struct adverse_of_event_row_in){event_id}, out);
    if (e == E_OK) return adverse_event_put(tx, out); /* the same again: seen, and unchanged */
    if (e != E_UNKNOWN) return e;
    *out = (struct adverse_event){.patient_id = patient_id,
                                  .dosing_id = event.dosing_id,
                                  .event_id = event_id,
                                  .state = STR("draft"),
                                  .term = term->id,
                                  .text = event.text,
                                  .onset_ms = event.at_ms,
                                  .recorded_ms = tx->now_ms,
                                  .account_id = tx->actor.account_id};
    if (event.severity.n && str_to_int(event.severity, &grade))
        out->grade = (struct maybe_int){true, grade};
    return adverse_event_put(tx, out);
}

/* Judging ----------------------------------------------------------------------------------- */

static void check_times(const struct tx *tx, const struct adverse_event *row,
                        struct faults *faults) {
    if (row->onset_ms > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("onset"), "range", "It is written down after it began.");
    if (!row->resolved_ms.is) {
        if (str_is(row->outcome, "recovered"))
            fault_add(faults, STR("resolved"), "required", "Write when it was over.");
        return;
    }
    if (row->resolved_ms.v < row->onset_ms || row->resolved_ms.v > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("resolved"), "range", "After it began, and not in the future.");
}

static void check_serious(const struct adverse_rules *r, const struct adverse_event *row,
                          struct faults *faults) {
    unsigned bits;
    int grade = row->grade.is ? (int)row->grade.v : 0;
    if (!adverse_criteria_parse(row->serious, &bits)) {
        fault_add(faults, STR("serious"), "unknown", "No such criterion.");
        return;
    }
    if (adverse_seriousness(r, grade, bits) == ADVERSE_ASKS)
        fault_add(faults, STR("grade"), "serious",
                  "Grade %d is serious by itself: tick below what made it so.", grade);
    bool died = bits >> CRITERION_death & 1;
    if (died != str_is(row->outcome, "fatal"))
        fault_add(faults, STR("outcome"), "death", "Death as a criterion and as the outcome go "
                                                   "together.");
}

/* A report for each who is to be told, once. */
static enum err owe(struct tx *tx, const struct adverse_rules *r, const struct adverse_event *row) {
    struct dosing d = {0};
    struct adverse_report_rows have;
    if (row->dosing_id.n) TRY(dosing_load(tx, row->dosing_id, &d));
    TRY(adverse_report_of(tx, &(struct adverse_report_of_in){row->id}, &have));
    for (int i = 0; i < r->tells_n; i++) {
        const struct adverse_tell *t = &r->tells[i];
        bool known = !adverse_tells(t, d.route);
        for (ptrdiff_t k = 0; k < have.n; k++) known |= str_eq(have.v[k].body, t->id);
        if (known) continue;
        struct adverse_report report = {.patient_id = row->patient_id,
                                        .adverse_id = row->id,
                                        .body = t->id,
                                        .due_ms = tx->now_ms + t->hours * HOUR_MS};
        TRY(adverse_report_put(tx, &report));
    }
    return E_OK;
}

enum err adverse_save(struct tx *tx, const struct content *content, struct adverse_event *row,
                      struct faults *faults) {
    struct patient p;
    const struct adverse_rules *r = content->adverse;
    if (!adverse_term(r, row->term))
        fault_add(faults, STR("term"), "unknown", "Choose one of the terms.");
    check_times(tx, row, faults);
    check_serious(r, row, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, row->patient_id, &p));
    TRY(find_session(tx, row));
    if (!str_is(row->state, "struck")) row->state = STR("recorded");
    if (!row->version) row->recorded_ms = tx->now_ms;
    if (!row->version) row->account_id = tx->actor.account_id;
    row->serious = row->serious.n ? row->serious : STR_ABSENT;
    tx_event(tx, "adverse_recorded", STR_ABSENT);
    TRY(adverse_event_put(tx, row));
    bool owes = row->serious.n && !str_is(row->state, "struck");
    return owes ? owe(tx, r, row) : E_OK;
}

enum err adverse_told(struct tx *tx, const struct adverse_told_in *in, struct faults *faults) {
    struct adverse_report r;
    TRY(adverse_report_load(tx, in->report_id, &r));
    if (!str_eq(r.adverse_id, in->adverse_id)) return E_UNKNOWN;
    if (r.told_ms.is) {
        fault_add(faults, STR(""), "state", "Somebody has written down that they were told.");
        return E_BLOCKED;
    }
    if (in->told_ms > tx->now_ms + MINUTE_MS)
        fault_add(faults, STR("told_at"), "range", "Not in the future.");
    TRY(faults_err(faults));
    r.told_ms = (struct maybe_int){true, in->told_ms ? in->told_ms : tx->now_ms};
    r.told_words = in->words;
    r.told_by = tx->actor.account_id;
    tx_event(tx, "adverse_told", STR_ABSENT);
    return adverse_report_put(tx, &r);
}
