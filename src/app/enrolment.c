#include "app/enrolment.h"

#include "app/consent.h"
#include "base/clock.h"
#include "base/date.h"

/* Dates are compared as text: they are of one form, and absent is before all. */
static bool later(struct str a, struct str b) { return a.n && b.n && str_cmp(a, b) > 0; }

static void check_dates(const struct tx *tx, const struct rems_enrolment *row,
                        struct faults *faults) {
    if (later(row->from_date, clock_date_text(tx->arena, tx->now_ms)))
        fault_add(faults, STR("from"), "range", "It is written down once it has happened.");
    if (later(row->from_date, row->until_date))
        fault_add(faults, STR("until"), "range", "The last day is after the first.");
    if (later(row->reviewed_date, row->from_date))
        fault_add(faults, STR("reviewed"), "range",
                  "The label and the overview are read before the site is enrolled.");
}

static enum err check_prescriber(struct tx *tx, struct rems_enrolment *row,
                                 struct faults *faults) {
    struct account a;
    enum err e = account_load(tx, row->account_id, &a);
    if (e && e != E_UNKNOWN) return e;
    if (e || !a.active || !str_is(a.role, "prescriber"))
        fault_add(faults, STR("account"), "unknown", "Choose a prescriber of this clinic.");
    else if (str_is(row->kind, "prescriber"))
        row->name = a.display_name;
    return E_OK;
}

/* Both have signed; the clinic's own consent says that it was gone through. */
static enum err check_patient(struct tx *tx, const struct content *content,
                              struct rems_enrolment *row, struct faults *faults) {
    struct patient p;
    struct consent_statuses all;
    struct rems_enrolment prescriber;
    TRY(patient_load(tx, row->patient_id, &p));
    TRY(consent_status_for(tx, content, p.id, STR("esk"), &all));
    const struct consent_status *s = consent_status_named(&all, STR("esketamine"));
    if (s && s->state != CONSENT_CURRENT)
        fault_add(faults, STR(""), "consent", "First the consent to esketamine: it is %s.",
                  consent_state_word(s->state));
    enum err e = enrolment_on(tx, "prescriber", row->account_id, row->prescriber_signed_date,
                              &prescriber);
    if (e == E_UNKNOWN)
        fault_add(faults, STR("account"), "unknown",
                  "This prescriber was not enrolled on the day of the signature.");
    else TRY(e);
    row->name = str_format(tx->arena, "%.*s %.*s", STR_ARG(p.given_name), STR_ARG(p.family_name));
    bool patient_last = later(row->patient_signed_date, row->prescriber_signed_date);
    row->from_date = patient_last ? row->patient_signed_date : row->prescriber_signed_date;
    return E_OK;
}

enum err enrolment_save(struct tx *tx, const struct content *content, struct rems_enrolment *row,
                        struct faults *faults) {
    bool of_patient = str_is(row->kind, "patient");
    if (of_patient || str_is(row->kind, "prescriber")) TRY(check_prescriber(tx, row, faults));
    if (of_patient) TRY(check_patient(tx, content, row, faults));
    check_dates(tx, row, faults);
    TRY(faults_err(faults));
    row->recorded_ms = tx->now_ms;
    row->recorded_by = tx->actor.account_id;
    tx_event(tx, "rems_enrolled", row->name);
    return rems_enrolment_put(tx, row);
}

enum err enrolment_withdraw(struct tx *tx, struct str id, struct str patient_id, struct str reason,
                            struct faults *faults) {
    struct rems_enrolment row;
    TRY(rems_enrolment_load(tx, id, &row));
    if (!str_eq(row.patient_id, patient_id)) return E_UNKNOWN;
    if (row.withdrawn_ms.is) {
        fault_add(faults, STR(""), "state", "It was withdrawn already.");
        return E_BLOCKED;
    }
    row.withdrawn_ms = (struct maybe_int){true, tx->now_ms};
    row.withdrawn_by = tx->actor.account_id;
    row.withdrawn_reason = reason;
    tx_event(tx, "rems_withdrawn", reason);
    return rems_enrolment_put(tx, &row);
}

enum err enrolment_on(struct tx *tx, const char *kind, struct str subject, struct str day,
                      struct rems_enrolment *out) {
    struct rems_in_force_in in = {str_from(kind), subject.n ? subject : STR(""), day};
    return rems_in_force(tx, &in, out);
}

enum err enrolment_gate_word(struct tx *tx, const struct course *course, const char *kind,
                             struct str *word) {
    struct rems_enrolment row;
    struct str kind_str = str_from(kind), subject = STR_ABSENT;
    struct str today = clock_date_text(tx->arena, tx->now_ms);
    bool prescriber = str_is(kind_str, "prescriber");
    if (str_is(kind_str, "patient")) subject = course->patient_id;
    if (prescriber) subject = course->started_by;
    enum err e = enrolment_on(tx, kind, subject, today, &row);
    if (e == E_UNKNOWN && prescriber)
        e = enrolment_on(tx, kind, tx->actor.account_id, today, &row);
    if (e != E_OK && e != E_UNKNOWN) return e;
    *word = e == E_OK ? STR("yes") : STR("no");
    return E_OK;
}
