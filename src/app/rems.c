#include "app/rems.h"

#include "app/chart.h"
#include "app/dosing.h"
#include "app/enrolment.h"
#include "app/seal.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/date.h"
#include "core/screening.h"

/* Drafting --------------------------------------------------------------------------------- */

static bool taken_on(const struct medication *m, struct str day) {
    return str_is(m->status, "active") && !(m->start_date.n && str_cmp(m->start_date, day) > 0);
}

static enum err medicines_of(struct tx *tx, struct str patient_id, struct str day,
                             struct buf *out) {
    struct medication_rows rows;
    TRY(medication_of_patient(tx, &(struct medication_of_patient_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (taken_on(&rows.v[i], day))
            buf_format(out, "%s%.*s", out->n ? "\n" : "", STR_ARG(rows.v[i].display));
    return E_OK;
}

enum err rems_draft(struct tx *tx, const struct content *content, const struct dosing *row) {
    struct rems_form form;
    if (!str_is(row->route, "esk") || !row->first_dose_ms.is) return E_OK;
    enum err e = rems_form_of_dosing(tx, &(struct rems_form_of_dosing_in){row->id}, &form);
    if (e != E_UNKNOWN) return e;
    int32_t treated = clock_civil(row->first_dose_ms.v).days;
    struct buf medicines = buf_new(tx->arena, 200);
    form = (struct rems_form){
        .patient_id = row->patient_id,
        .dosing_id = row->id,
        .step_id = row->step_id,
        .treated_date = date_text(tx->arena, treated),
        .due_date = date_text(tx->arena, rems_last_day(content->rems, treated)),
        .state = STR("drafted"),
        .drafted_ms = tx->now_ms};
    TRY(medicines_of(tx, row->patient_id, form.treated_date, &medicines));
    form.medicines = buf_str(&medicines);
    tx_event(tx, "rems_drafted", STR_ABSENT);
    return rems_form_put(tx, &form);
}

/* The facts of the session ----------------------------------------------------------------- */

enum { LIST_MAX = 400 };

struct facts {
    struct tx *tx;
    const struct rems_form *form;
    struct dosing_day day;
    struct rems_facts f;
    struct rems_sign *signs;
    struct rems_seen *seen;
    int unsettled;
};

static int minute_of(const struct facts *x, int64_t at_ms) {
    int64_t after_ms = at_ms - x->day.row.first_dose_ms.v;
    return (int)((after_ms < 0 ? after_ms - MINUTE_MS + 1 : after_ms) / MINUTE_MS);
}

static struct rems_minute maybe_minute(const struct facts *x, struct maybe_int at_ms) {
    return (struct rems_minute){at_ms.is, at_ms.is ? minute_of(x, at_ms.v) : 0};
}

static void add_signs(struct facts *x) {
    static const struct { enum vital_kind kind; const char *sign; } kinds[] = {
        {VITAL_systolic, "bp"}, {VITAL_moaas, "moaas"}, {VITAL_respiration, "rr"}};
    const struct dosing_day *d = &x->day;
    x->signs = NEWS(x->tx->arena, struct rems_sign, d->observations.n + 1);
    for (ptrdiff_t i = 0; i < d->observations.n; i++) {
        const struct observation_of_dosing_row *o = &d->observations.v[i];
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            if (!o->value.is || !str_is(o->code, vital_meanings[kinds[k].kind].loinc)) continue;
            struct maybe_real low =
                dosing_value_at(d, o->at_ms, vital_meanings[VITAL_diastolic].loinc);
            if (!k && !low.is) continue; /* half a pressure is none */
            x->signs[x->f.signs_n++] = (struct rems_sign){
                str_from(kinds[k].sign), minute_of(x, o->at_ms), o->value.v, k ? 0 : low.v};
        }
    }
    x->f.signs = x->signs;
}

static void put_serious(struct buf *b, const struct adverse_event *e) {
    buf_format(b, "%s%.*s, %.*s, %.*s%s%.*s", b->n ? "; " : "", STR_ARG(e->term),
               STR_ARG(e->serious), STR_ARG(e->outcome), e->text.n ? ": " : "", STR_ARG(e->text));
}

static enum err add_seen(struct facts *x) {
    struct adverse_event_rows rows;
    struct buf serious = buf_new(x->tx->arena, 120);
    TRY(adverse_of_patient(x->tx, &(struct adverse_of_patient_in){x->form->patient_id}, &rows));
    x->seen = NEWS(x->tx->arena, struct rems_seen, x->day.events.n + rows.n + 1);
    for (ptrdiff_t i = 0; i < x->day.events.n; i++)
        x->seen[x->f.seen_n++] = (struct rems_seen){
            .name = x->day.events.v[i].kind, .minute = minute_of(x, x->day.events.v[i].at_ms)};
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct adverse_event *e = &rows.v[i];
        if (!str_eq(e->dosing_id, x->form->dosing_id)) continue;
        x->unsettled += str_is(e->state, "draft");
        x->seen[x->f.seen_n++] = (struct rems_seen){e->term, minute_of(x, e->onset_ms), true,
                                                    maybe_minute(x, e->resolved_ms)};
        if (e->serious.n) put_serious(&serious, e);
    }
    x->f.seen = x->seen;
    if (serious.n) x->f.text[REMS_FACT_serious] = STR("yes");
    if (serious.n) x->f.text[REMS_FACT_serious_details] = buf_str(&serious);
    return E_OK;
}

/* What was on the list when the form was drafted, and what was added to it since for that day:
 * neither a medicine that ended later nor one that was written down late is lost. */
static enum err add_medicines(struct facts *x) {
    struct medication_rows rows;
    struct str *v, rest = x->form->medicines;
    TRY(medication_of_patient(x->tx, &(struct medication_of_patient_in){x->form->patient_id},
                              &rows));
    v = NEWS(x->tx->arena, struct str, rows.n + LIST_MAX);
    while (rest.n > 0 && x->f.medicines_n < LIST_MAX)
        v[x->f.medicines_n++] = str_cut(rest, '\n', &rest);
    int before = x->f.medicines_n;
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        bool known = !taken_on(&rows.v[i], x->form->treated_date);
        for (int k = 0; k < before; k++) known |= str_eq(v[k], rows.v[i].display);
        if (!known) v[x->f.medicines_n++] = rows.v[i].display;
    }
    struct str said = pair_value(x->day.row.gate_answers, STR("medicine"));
    x->f.reviewed = str_is(said, "none") || str_is(said, "reviewed");
    x->f.medicines = v;
    return E_OK;
}

static enum err add_patient(struct facts *x) {
    struct patient p;
    struct rems_enrolment own;
    struct rems_before_row before;
    struct str *t = x->f.text, id = x->form->patient_id;
    TRY(patient_load(x->tx, id, &p));
    t[REMS_FACT_family_name] = p.family_name;
    t[REMS_FACT_given_name] = p.given_name;
    t[REMS_FACT_birth_date] = p.birth_date;
    t[REMS_FACT_sex] = p.sex;
    t[REMS_FACT_treated_date] = x->form->treated_date;
    TRY(rems_before(x->tx,
                    &(struct rems_before_in){id, x->form->dosing_id,
                                             x->day.row.first_dose_ms.v},
                    &before));
    t[REMS_FACT_first_treatment] = before.sessions ? STR("no") : STR("yes");
    enum err e = enrolment_on(x->tx, "patient", id, x->form->treated_date, &own);
    if (e != E_OK && e != E_UNKNOWN) return e;
    t[REMS_FACT_enrolled] = e ? STR("no") : STR("yes");
    if (!e) t[REMS_FACT_enrolment_number] = own.number;
    return E_OK;
}

static enum err add_place(struct facts *x) {
    struct account who;
    struct rems_enrolment site;
    struct str *t = x->f.text;
    if (x->day.row.gate_passed_ms.is) t[REMS_FACT_vitals_before] = STR("yes");
    if (x->day.row.discharged_ms.is) {
        t[REMS_FACT_vitals_end] = STR("yes");
        TRY(account_load(x->tx, x->day.row.discharged_by, &who));
        t[REMS_FACT_clinician] = who.display_name;
    }
    enum err e = enrolment_on(x->tx, "site", STR_ABSENT, x->form->treated_date, &site);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    t[REMS_FACT_setting_name] = site.name;
    t[REMS_FACT_setting_address] = site.address;
    t[REMS_FACT_setting_city] = site.city;
    t[REMS_FACT_setting_state] = site.us_state;
    t[REMS_FACT_setting_zip] = site.zip;
    t[REMS_FACT_clinician_phone] = site.phone;
    t[REMS_FACT_clinician_email] = site.email;
    return E_OK;
}

static enum err gather(struct facts *x) {
    TRY(dosing_load_day(x->tx, x->form->patient_id, x->form->step_id, &x->day));
    if (!x->day.has || !x->day.row.first_dose_ms.is) return E_UNKNOWN;
    struct str *lots = NEWS(x->tx->arena, struct str, x->day.doses.n + 1);
    for (ptrdiff_t i = 0; i < x->day.doses.n; i++) lots[i] = x->day.doses.v[i].lot;
    x->f.lots = lots;
    x->f.lots_n = (int)x->day.doses.n;
    x->f.given_ug = x->day.given_ug;
    x->f.end_min = maybe_minute(x, x->day.row.discharged_ms);
    x->f.ready_min = maybe_minute(x, x->day.row.ready_ms);
    add_signs(x);
    TRY(add_seen(x));
    TRY(add_medicines(x));
    TRY(add_patient(x));
    return add_place(x);
}

/* The sheet -------------------------------------------------------------------------------- */

static enum err load_answers(struct tx *tx, const struct rems_rules *r, struct rems_sheet *s) {
    struct rems_answer_rows rows;
    TRY(rems_answer_of(tx, &(struct rems_answer_of_in){s->form.id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        int field = rems_field(r, rows.v[i].field);
        if (field >= 0) s->answers[field] = rows.v[i];
    }
    return E_OK;
}

enum err rems_sheet_load(struct tx *tx, const struct content *content, struct str form_id,
                         struct rems_sheet *out) {
    const struct rems_rules *r = content->rems;
    struct str answers[REMS_FIELDS_MAX] = {{0}};
    struct facts x = {.tx = tx, .form = &out->form};
    *out = (struct rems_sheet){0};
    TRY(rems_form_load(tx, form_id, &out->form));
    TRY(gather(&x));
    TRY(load_answers(tx, r, out));
    for (int i = 0; i < r->fields_n; i++) answers[i] = out->answers[i].value;
    rems_fill(tx->arena, r, content->screening->codes, &x.f, answers, &out->filled);
    out->unsettled = x.unsettled;
    out->now = rems_lines(tx->arena, r, &out->filled);
    out->sent = rems_thaw(tx->arena, out->form.sent_text);
    return E_OK;
}

int rems_days_left(const struct rems_form *form, int64_t now_ms) {
    int32_t due;
    CHECK(date_parse(form->due_date, &due), "a stored date");
    return due - clock_today(now_ms);
}

/* Acts ------------------------------------------------------------------------------------- */

static enum err open_form(struct tx *tx, struct str form_id, int64_t expect,
                          struct rems_form *out) {
    TRY(rems_form_load(tx, form_id, out));
    return expect && out->version != expect ? E_CONFLICT : E_OK;
}

static enum err not_so(struct faults *faults, const char *why) {
    fault_add(faults, STR(""), "state", "%s", why);
    return E_BLOCKED;
}

static enum err put_answer(struct tx *tx, const struct rems_form *form, struct str field,
                           struct str value, struct rems_answer row) {
    if (str_eq(row.value, value) || (!row.version && !value.n)) return E_OK;
    row.patient_id = form->patient_id;
    row.form_id = form->id;
    row.field = field;
    row.value = value;
    row.at_ms = tx->now_ms;
    row.account_id = tx->actor.account_id;
    return rems_answer_put(tx, &row);
}

enum err rems_record(struct tx *tx, const struct content *content, struct str form_id,
                     const struct str *answers, struct faults *faults) {
    const struct rems_rules *r = content->rems;
    struct rems_sheet sheet;
    TRY(rems_sheet_load(tx, content, form_id, &sheet));
    if (!str_is(sheet.form.state, "drafted"))
        return not_so(faults, "The form was sent: take it back to a draft first.");
    for (int i = 0; i < r->fields_n; i++) {
        const char *wrong = answers[i].n ? rems_answer_wrong(&r->fields[i], answers[i]) : NULL;
        if (wrong) fault_add(faults, r->fields[i].id, "range", "%s", wrong);
        if (answers[i].n && sheet.filled.v[i].state == REMS_RECORDED)
            fault_add(faults, r->fields[i].id, "recorded",
                      "The session says %.*s: mend it there.",
                      STR_ARG(sheet.filled.v[i].text));
    }
    TRY(faults_err(faults));
    tx_event(tx, "rems_answered", STR_ABSENT);
    for (int i = 0; i < r->fields_n; i++)
        if (answers[i].s && r->fields[i].may_answer)
            TRY(put_answer(tx, &sheet.form, r->fields[i].id, answers[i], sheet.answers[i]));
    return rems_form_put(tx, &sheet.form); /* who answered beside it has to look again */
}

enum err rems_send(struct tx *tx, const struct content *content, const struct rems_send_in *in,
                   struct faults *faults) {
    struct rems_sheet s;
    TRY(rems_sheet_load(tx, content, in->form_id, &s));
    struct rems_form *form = &s.form;
    if (in->expect && form->version != in->expect) return E_CONFLICT;
    if (!str_is(form->state, "drafted")) return not_so(faults, "The form was sent already.");
    if (s.unsettled)
        return not_so(faults, "An adverse event of this session is to be completed first.");
    if (s.filled.missing && !str_trim(in->reason).n) {
        fault_add(faults, STR("reason"), "missing",
                  "%d are missing. Record them; or write why they cannot be recorded any more: "
                  "they stay empty.",
                  s.filled.missing);
        return E_BLOCKED;
    }
    form->state = STR("sent");
    form->sent_ms = (struct maybe_int){true, tx->now_ms};
    form->sent_by = tx->actor.account_id;
    form->sent_way = in->way;
    form->sent_text = rems_freeze(tx->arena, content->rems, s.now);
    form->sent_hash = SEAL(tx->arena, form->sent_text);
    form->missing_reason = s.filled.missing ? in->reason : STR_ABSENT;
    tx_event(tx, "rems_sent", form->missing_reason);
    return rems_form_put(tx, form);
}

enum err rems_confirm(struct tx *tx, struct str form_id, struct str confirmation, int64_t expect,
                      struct faults *faults) {
    struct rems_form form;
    TRY(open_form(tx, form_id, expect, &form));
    if (!str_is(form.state, "sent"))
        return not_so(faults, "Only a form that was sent, and not confirmed yet, is confirmed.");
    form.state = STR("confirmed");
    form.confirmed_ms = (struct maybe_int){true, tx->now_ms};
    form.confirmed_by = tx->actor.account_id;
    form.confirmation = confirmation;
    tx_event(tx, "rems_confirmed", STR_ABSENT);
    return rems_form_put(tx, &form);
}

enum err rems_reopen(struct tx *tx, struct str form_id, struct str reason, int64_t expect,
                     struct faults *faults) {
    struct rems_form form;
    TRY(open_form(tx, form_id, expect, &form));
    if (str_is(form.state, "drafted")) return not_so(faults, "The form is a draft already.");
    form.state = STR("drafted");
    form.sent_ms = form.confirmed_ms = (struct maybe_int){0};
    form.sent_by = form.sent_way = form.sent_text = form.sent_hash = STR_ABSENT;
    form.confirmed_by = form.confirmation = form.missing_reason = form.told = STR_ABSENT;
    tx_event(tx, "rems_drafted", reason);
    return rems_form_put(tx, &form);
}

/* The seven days --------------------------------------------------------------------------- */

static enum err untold(struct tx *tx, struct rems_form_rows *rows) {
    struct str today = clock_date_text(tx->arena, tx->now_ms);
    return rems_untold(tx, &(struct rems_untold_in){today}, rows);
}

enum err rems_due(struct tx *tx, const struct app *app, bool *due) {
    struct rems_form_rows rows;
    (void)app;
    TRY(untold(tx, &rows));
    *due = rows.n > 0;
    return E_OK;
}

enum err rems_tick(struct tx *tx, const struct app *app) {
    struct rems_form_rows rows;
    (void)app;
    TRY(untold(tx, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        bool late = rems_days_left(&rows.v[i], tx->now_ms) < 0;
        rows.v[i].told = late ? STR("late") : STR("due");
        tx_event(tx, "rems_told", rows.v[i].told);
        TRY(rems_form_put(tx, &rows.v[i]));
    }
    return E_OK;
}
