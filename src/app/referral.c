#include "app/referral.h"

#include <sodium.h>

#include "base/clock.h"

enum { MRN_DIGITS = 6, MRN_LAST = 999999 };

/* BLAKE2b-256, as `b2sum -l 256` prints it. */
static struct str hash_of(struct arena *a, struct str bytes) {
    unsigned char hash[32];
    char *text = NEWS(a, char, 65);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)bytes.s,
                       (unsigned long long)bytes.n, NULL, 0);
    sodium_bin2hex(text, 65, hash, sizeof hash);
    return (struct str){text, 64};
}

struct str referral_mrn(struct arena *a, int64_t number) {
    return str_format(a, "K-%0*lld", MRN_DIGITS, (long long)number);
}

enum err referral_next_mrn(struct tx *tx, struct str *mrn) {
    struct referral_last_mrn_row last;
    int64_t number = 0;
    enum err e = referral_last_mrn(tx, &last);
    if (e == E_OK) CHECK(str_to_int(str_slice(last.mrn, 2, last.mrn.n), &number), "K-000001");
    else if (e != E_UNKNOWN) return e;
    if (number >= MRN_LAST) return E_TOO_LARGE;
    *mrn = referral_mrn(tx->arena, number + 1);
    return E_OK;
}

/* Seen before? ---------------------------------------------------------------------------- */

static enum err refuse_same_file(struct tx *tx, struct str hash, struct faults *faults) {
    struct referral_of_hash_in in = {hash};
    struct referral_of_hash_row seen;
    enum err e = referral_of_hash(tx, &in, &seen);
    if (e == E_UNKNOWN) return E_OK;
    if (e) return e;
    struct buf when = buf_new(tx->arena, 32);
    clock_put_datetime(&when, seen.received_ms);
    fault_add(faults, STR("file"), "duplicate",
              "this file was received before: on %.*s, by %.*s, as %.*s; nothing was changed",
              STR_ARG(buf_str(&when)), STR_ARG(seen.who.s ? seen.who : STR("the command line")),
              STR_ARG(seen.mrn));
    return E_CONFLICT;
}

static struct str first_word(struct str text) {
    struct str rest;
    return str_cut(str_trim(text), ' ', &rest);
}

/* The family name and birth date are the query's; twins share them, and differ in the given
 * name. Someone of one name is compared by that alone. */
static bool same_person(struct str given, struct str other) {
    struct str a = first_word(given), b = first_word(other);
    return a.n == 0 || b.n == 0 || str_eq_fold(a, b);
}

static enum err refuse_same_person(struct tx *tx, const struct intake *in, struct faults *faults) {
    struct referral_same_person_in key = {in->family_name, in->birth_date};
    struct referral_same_person_rows rows;
    TRY(referral_same_person(tx, &key, &rows));
    bool found = false;
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        if (!same_person(in->given_name, rows.v[i].given_name)) continue;
        found = true;
        fault_add(faults, STR("duplicate"), "duplicate",
                  "%.*s %.*s, born %.*s, is here already as %.*s (%.*s); is this somebody else?",
                  STR_ARG(rows.v[i].given_name), STR_ARG(rows.v[i].family_name),
                  STR_ARG(in->birth_date), STR_ARG(rows.v[i].mrn), STR_ARG(rows.v[i].phase));
    }
    return found ? E_BLOCKED : E_OK;
}

/* Rows ------------------------------------------------------------------------------------ */

static enum err put_patient(struct tx *tx, const struct intake *in, struct str reason,
                            struct referral_done *out) {
    struct patient p = {.family_name = in->family_name,
                        .given_name = in->given_name.s ? in->given_name : STR(""),
                        .preferred_name = in->preferred_name,
                        .pronouns = in->pronouns,
                        .birth_date = in->birth_date,
                        .sex = in->sex,
                        .phone = in->phone,
                        .email = in->email,
                        .address = in->address,
                        .emergency_contact = in->emergency_contact,
                        .phase = STR("referred"),
                        .phase_since_ms = tx->now_ms,
                        .indication = in->indication};
    TRY(referral_next_mrn(tx, &p.mrn));
    TRY(patient_put(tx, &p));
    out->patient_id = p.id;
    out->mrn = p.mrn;
    struct phase_change first = {.patient_id = p.id,
                                 .to_phase = p.phase,
                                 .at_ms = tx->now_ms,
                                 .account_id = tx->actor.account_id,
                                 .reason = reason};
    return phase_change_put(tx, &first);
}

static enum err put_conditions(struct tx *tx, const struct intake *in, struct str patient_id) {
    for (ptrdiff_t i = 0; i < in->condition_n; i++) {
        const struct intake_condition *c = &in->conditions[i];
        struct condition row = {.patient_id = patient_id, .code_system = c->code_system,
                                .code = c->code, .display = c->display, .status = c->status,
                                .onset_date = c->onset_date, .recorded_ms = tx->now_ms};
        TRY(condition_put(tx, &row));
    }
    return E_OK;
}

static enum err put_medications(struct tx *tx, const struct intake *in, struct str patient_id) {
    for (ptrdiff_t i = 0; i < in->medication_n; i++) {
        const struct intake_medication *m = &in->medications[i];
        struct medication row = {.patient_id = patient_id, .code_system = m->code_system,
                                 .code = m->code, .display = m->display, .dosage = m->dosage,
                                 .status = m->status, .start_date = m->start_date,
                                 .recorded_ms = tx->now_ms};
        TRY(medication_put(tx, &row));
    }
    return E_OK;
}

static enum err put_allergies(struct tx *tx, const struct intake *in, struct str patient_id) {
    for (ptrdiff_t i = 0; i < in->allergy_n; i++) {
        const struct intake_allergy *g = &in->allergies[i];
        struct allergy row = {.patient_id = patient_id, .code_system = g->code_system,
                              .code = g->code, .display = g->display,
                              .criticality = g->criticality, .status = g->status,
                              .recorded_ms = tx->now_ms};
        TRY(allergy_put(tx, &row));
    }
    return E_OK;
}

static enum err put_observations(struct tx *tx, const struct intake *in, struct str patient_id,
                                 struct str source) {
    for (ptrdiff_t i = 0; i < in->observation_n; i++) {
        const struct intake_observation *o = &in->observations[i];
        struct observation row = {.patient_id = patient_id, .code = o->code,
                                  .display = o->display, .value = {o->is_number, o->value},
                                  .value_text = o->value_text, .unit = o->unit,
                                  .at_ms = o->at_ms, .recorded_ms = tx->now_ms,
                                  .source = source};
        TRY(observation_put(tx, &row));
    }
    return E_OK;
}

static enum err receive(struct tx *tx, struct intake *in, struct str source, struct str hash,
                        struct referral_done *out) {
    struct str reason = in->reason.s ? in->reason : STR("referred");
    tx_event(tx, "referral_received", in->reason);
    TRY(put_patient(tx, in, reason, out));
    struct referral row = {.patient_id = out->patient_id, .received_ms = tx->now_ms,
                           .source = source, .referrer = in->referrer, .reason = in->reason,
                           .source_hash = hash, .source_id = in->source_id,
                           .taken = in->taken, .left_out = in->left_out};
    TRY(referral_put(tx, &row));
    out->referral_id = row.id;
    TRY(put_conditions(tx, in, out->patient_id));
    TRY(put_medications(tx, in, out->patient_id));
    TRY(put_allergies(tx, in, out->patient_id));
    return put_observations(tx, in, out->patient_id, source);
}

enum err referral_import(struct tx *tx, struct intake *in, struct str bytes,
                         enum referral_duplicates duplicates, struct faults *faults,
                         struct referral_done *out) {
    struct str hash = hash_of(tx->arena, bytes);
    intake_check(in, clock_today(tx->now_ms), faults);
    TRY(faults_err(faults));
    TRY(refuse_same_file(tx, hash, faults));
    if (duplicates == REFERRAL_ASK) TRY(refuse_same_person(tx, in, faults));
    return receive(tx, in, STR("fhir"), hash, out);
}

enum err referral_type(struct tx *tx, struct intake *in, enum referral_duplicates duplicates,
                       struct faults *faults, struct referral_done *out) {
    intake_check(in, clock_today(tx->now_ms), faults);
    TRY(faults_err(faults));
    if (duplicates == REFERRAL_ASK) TRY(refuse_same_person(tx, in, faults));
    in->taken = 1 + in->condition_n + in->medication_n + in->allergy_n + in->observation_n;
    return receive(tx, in, STR("typed"), STR_ABSENT, out);
}

static void put_count(struct buf *b, ptrdiff_t n, const char *one, const char *many) {
    if (n) buf_format(b, ", %td %s", n, n == 1 ? one : many);
}

struct str referral_line(struct arena *a, const struct intake *in, struct str mrn) {
    struct buf b = buf_new(a, 256);
    buf_format(&b, "%.*s %.*s, %.*s, born %.*s: took %lld", STR_ARG(mrn), STR_ARG(in->family_name),
               STR_ARG(in->given_name), STR_ARG(in->birth_date), (long long)in->taken);
    put_count(&b, in->condition_n, "condition", "conditions");
    put_count(&b, in->medication_n, "medicine", "medicines");
    put_count(&b, in->allergy_n, "allergy", "allergies");
    put_count(&b, in->observation_n, "observation", "observations");
    buf_z(&b, "; left out ");
    buf_put(&b, in->left_out.s ? in->left_out : STR("nothing"));
    return buf_str(&b);
}
