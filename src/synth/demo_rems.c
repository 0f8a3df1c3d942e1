#include "synth/demo_rems.h"

#include "app/enrolment.h"
#include "app/rems.h"
#include "base/clock.h"
#include "base/date.h"

static struct str ago(const struct tx *tx, int days) {
    return date_text(tx->arena, clock_today(tx->now_ms) - days);
}

enum err demo_rems_clinic(struct tx *tx, const struct content *content, struct str prescriber) {
    enum { CERTIFIED = 400, READ = 410 };
    struct faults faults = {.arena = tx->arena};
    struct rems_enrolment all[] = {
        {.kind = STR("site"), .name = STR("Cairn Demo Clinic"), .number = STR("S-20417"),
         .representative = STR("Ines Calloway, MD"), .reviewed_date = ago(tx, READ),
         .address = STR("12 Aspen Way"), .city = STR("Boulder"), .us_state = STR("CO"),
         .zip = STR("80302"), .phone = STR("303 555 0100"), .email = STR("rems@clinic.example")},
        {.kind = STR("pharmacy"), .name = STR("Canyon Pharmacy"), .number = STR("F-7781"),
         .until_date = ago(tx, -40)},
        {.kind = STR("prescriber"), .account_id = prescriber, .number = STR("H-11902")}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        all[i].from_date = ago(tx, CERTIFIED);
        TRY(enrolment_save(tx, content, &all[i], &faults));
    }
    return E_OK;
}

/* What is asked is answered with no; what was not taken is said. */
static enum err complete(struct tx *tx, const struct content *content, struct str form_id) {
    struct faults faults = {.arena = tx->arena};
    struct str answers[REMS_FIELDS_MAX] = {{0}};
    struct rems_sheet s;
    struct rems_send_in in = {.form_id = form_id, .way = STR("online"),
                              .reason = STR("Not taken that day; the patient has left.")};
    TRY(rems_sheet_load(tx, content, form_id, &s));
    for (int i = 0; i < content->rems->fields_n; i++)
        if (content->rems->fields[i].kind == REMS_YESNO && rems_asks(content->rems, &s.filled, i))
            answers[i] = STR("no");
    TRY(rems_record(tx, content, form_id, answers, &faults));
    return rems_send(tx, content, &in, &faults);
}

/* A day after the session it is sent, and confirmed another day later. The last but one waits for
 * its confirmation; the two before were forgotten: one falls due, one is late. */
static enum err one_form(struct tx *tx, const struct content *content, const struct dosing *row,
                         int nth_last) {
    enum { LATE = 4, DUE = 3, SENT = 2 };
    struct faults faults = {.arena = tx->arena};
    struct rems_form form;
    tx->now_ms = row->discharged_ms.v;
    TRY(rems_draft(tx, content, row));
    if (nth_last == LATE || nth_last == DUE || nth_last < SENT) return E_OK;
    TRY(rems_form_of_dosing(tx, &(struct rems_form_of_dosing_in){row->id}, &form));
    tx->now_ms += DAY_MS;
    TRY(complete(tx, content, form.id));
    if (nth_last == SENT) return E_OK;
    tx->now_ms += DAY_MS;
    return rems_confirm(tx, form.id,
                        str_format(tx->arena, "RX-%d", 90000 + (int)(tx->now_ms / DAY_MS % 1000)),
                        0, &faults);
}

static enum err forms(struct tx *tx, const struct content *content, struct str patient_id) {
    struct dose_rows doses;
    struct dosing row;
    int64_t now_ms = tx->now_ms;
    TRY(dose_of_patient(tx, &(struct dose_of_patient_in){patient_id}, &doses));
    for (ptrdiff_t i = 0; i < doses.n; i++) {
        TRY(dosing_load(tx, doses.v[i].dosing_id, &row));
        if (row.discharged_ms.is) TRY(one_form(tx, content, &row, (int)(doses.n - i)));
        tx->now_ms = now_ms;
    }
    return E_OK;
}

enum err demo_rems_patient(struct tx *tx, const struct content *content, struct str patient_id,
                           struct str prescriber) {
    struct faults faults = {.arena = tx->arena};
    struct consent_rows consents;
    TRY(consent_of_patient(tx, &(struct consent_of_patient_in){patient_id}, &consents));
    for (ptrdiff_t i = 0; i < consents.n; i++) {
        if (!str_is(consents.v[i].document, "esketamine")) continue;
        struct str signed_date = clock_date_text(tx->arena, consents.v[i].signed_ms);
        struct rems_enrolment row = {.kind = STR("patient"), .patient_id = patient_id,
                                     .account_id = prescriber, .number = STR("P-30562"),
                                     .patient_signed_date = signed_date,
                                     .prescriber_signed_date = signed_date};
        TRY(enrolment_save(tx, content, &row, &faults));
    }
    return forms(tx, content, patient_id);
}
