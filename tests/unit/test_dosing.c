/* app/dosing: one dosing day through its gates, and what stops it. The rules themselves are
 * tested in core; here it is that the rows reach them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/chart.h"
#include "app/consent.h"
#include "app/dosing.h"
#include "app/course.h"
#include "app/measure.h"
#include "app/seal.h"
#include "base/clock.h"
#include "scratch_store.h"

static struct arena boot, arena;
static struct store *store;
static struct content content;
static const struct actor nurse = {{"clinic-a", 8}, {"nurse", 5}, {"web", 3}};
static int64_t now_ms;
static struct str patient_id, step_id;
static struct faults faults;

enum { DAY = 20500 }; /* the day of the first dose */

static struct tx begin(void) {
    struct tx tx;
    faults = (struct faults){.arena = &arena};
    assert_int_equal(tx_begin(&tx, store, &arena, TX_WRITE, nurse, now_ms), E_OK);
    return tx;
}

static bool faults_say(const char *words) {
    for (int i = 0; i < faults.n; i++)
        if (str_find(faults.v[i].message, str_from(words)) >= 0) return true;
    for (int i = 0; i < faults.n; i++) print_message("%.*s\n", STR_ARG(faults.v[i].message));
    return false;
}

static void at(int hour, int minute) { now_ms = clock_instant(DAY, hour, minute); }

static void sign(const char *document) {
    struct tx tx = begin();
    const struct consent_doc *doc = content_consent(&content, str_from(document));
    assert_non_null(doc);
    struct consent_signature in = {patient_id,   doc->id,     SEAL(&arena, doc->text),
                                   STR("Zoë K"), STR("self"), STR("M1 1 L9 9"), STR("1")};
    assert_int_equal(tx_end(&tx, consent_sign(&tx, &content, &in, &faults)), E_OK);
}

static enum err start(const char *route, const char *protocol, const char *dose) {
    struct course course;
    struct tx tx = begin();
    struct course_start_in in = {patient_id, str_from(protocol), str_from(route), str_from(dose),
                                 date_text(&arena, DAY)};
    return tx_end(&tx, course_start(&tx, &content, &in, &faults, &course));
}

static void find_first_dose(void) {
    struct course_view view;
    struct tx tx = begin();
    assert_int_equal(course_view_load(&tx, &content, patient_id, &view), E_OK);
    for (ptrdiff_t i = 0; i < view.rows.n; i++) {
        if (view.steps[i].type == STEP_SCREEN) assert_int_equal(view.steps[i].state, STEP_DONE);
        if (protocol_is_dose(view.steps[i].type) && view.steps[i].due == DAY)
            step_id = str_copy(&boot, view.rows.v[i].id);
    }
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_non_null(step_id.s);
}

static void vitals(int systolic, int diastolic) {
    struct tx tx = begin();
    struct dosing_day d;
    assert_int_equal(dosing_load_day(&tx, patient_id, step_id, &d), E_OK);
    struct vitals_place place = {.patient_id = patient_id, .dosing_id = d.row.id};
    struct vitals v = {.systolic = {true, systolic}, .diastolic = {true, diastolic},
                       .heart_rate = {true, 72},     .spo2 = {true, 98},
                       .respiration = {true, 14},    .temperature = {true, 36.7}};
    assert_int_equal(tx_end(&tx, chart_vitals(&tx, &place, &v, &faults)), E_OK);
}

static const char sound[] = "solids=6 fluids=3 escort=yes pregnancy=negative risk=none "
                            "intoxicated=no illness=none medicine=none";

static enum err gate(const char *answers, enum role role, const char *reason,
                     struct gate_answer *out) {
    struct tx tx = begin();
    struct dosing_gate_in in = {.patient_id = patient_id, .step_id = step_id,
                                .answers = str_from(answers), .reason = str_from(reason),
                                .role = role};
    return tx_end(&tx, dosing_gate(&tx, &content, &in, &faults, out));
}

static enum err give(int64_t ug, const char *checked_by, const char *reason) {
    struct dose dose;
    struct tx tx = begin();
    struct dosing_give in = {.patient_id = patient_id, .step_id = step_id, .amount_ug = ug,
                             .lot = STR("L7"), .expiry_date = STR("2030-01-01"),
                             .checked_by = str_from(checked_by), .reason = str_from(reason)};
    return tx_end(&tx, dosing_give(&tx, &content, &in, &faults, &dose));
}

static const char well[] = "moaas=5 oriented=yes gait=steady nausea=none pain=minimal site=minimal "
                           "intake=both suicidal=no instructions=yes";

static enum err go_home(const char *answers, const char *phone, struct discharge_answer *out) {
    struct tx tx = begin();
    struct dosing_discharge_in in = {.patient_id = patient_id, .step_id = step_id,
                                     .answers = str_from(answers), .reason = STR(""),
                                     .escort_name = STR("Jan K"), .escort_relation = STR("brother"),
                                     .escort_phone = str_from(phone)};
    return tx_end(&tx, dosing_discharge(&tx, &content, &in, &faults, out));
}

static void measure(int each) {
    struct measure_done row;
    int answers[ITEMS_MAX];
    struct tx tx = begin();
    const struct instrument *phq9 = instrument_find(content.instruments, STR("phq9"));
    for (int i = 0; i < ITEMS_MAX; i++) answers[i] = i < 8 ? each : i == 8 ? 0 : ANSWER_MISSING;
    struct measure_in in = {patient_id, phq9, answers, 0};
    assert_int_equal(tx_end(&tx, measure_record(&tx, &content, &in, &faults, &row)), E_OK);
}

/* Any change of what was signed shows: of the text, of the signature, of what it belongs to. */
static void a_changed_consent_is_broken(void **state) {
    (void)state;
    struct consent_rows rows;
    at(8, 0);
    sign("touch");
    struct tx tx = begin();
    assert_int_equal(
        tx_end(&tx, consent_of_patient(&tx, &(struct consent_of_patient_in){patient_id}, &rows)),
        E_OK);
    assert_true(rows.n > 0);
    struct consent was = rows.v[0], now = was;
    assert_int_equal(consent_state(&arena, &content, &was, now_ms), CONSENT_CURRENT);
    now.text = str_format(&arena, "%.*s ", STR_ARG(was.text));
    assert_int_equal(consent_state(&arena, &content, &now, now_ms), CONSENT_BROKEN);
    assert_true(str_find(consent_broken_text(&arena, &now), STR("not the text")) > 0);
    now = was, now.strokes = STR("M1 1 L9 8");
    assert_int_equal(consent_state(&arena, &content, &now, now_ms), CONSENT_BROKEN);
    assert_true(str_find(consent_broken_text(&arena, &now), STR("not what was sealed")) > 0);
    now = was, now.signed_ms++;
    assert_int_equal(consent_state(&arena, &content, &now, now_ms), CONSENT_BROKEN);
    now = was, now.patient_id = STR("somebody");
    assert_int_equal(consent_state(&arena, &content, &now, now_ms), CONSENT_BROKEN);
}

/* Consents by route, before a course may start. */
static void a_course_wants_the_consents_of_its_route(void **state) {
    (void)state;
    at(8, 0);
    struct tx tx = begin();
    struct patient p = {.mrn = STR("K-1"), .family_name = STR("K"), .given_name = STR("Zoë"),
                        .birth_date = STR("1980-02-29"), .sex = STR("female"),
                        .phase = STR("eligible"), .phase_since_ms = now_ms};
    tx_event(&tx, "patient_changed", STR("a test"));
    assert_int_equal(tx_end(&tx, patient_put(&tx, &p)), E_OK);
    patient_id = str_copy(&boot, p.id);

    assert_int_equal(start("im", "kap-6in6", "0.5mg/kg"), E_BLOCKED);
    sign("treatment");
    assert_int_equal(start("im", "kap-6in6", "0.5mg/kg"), E_BLOCKED);
    assert_true(faults_say("Off-label"));
    assert_int_equal(start("esk", "spravato", "56mg"), E_BLOCKED);
    assert_int_equal(faults.n, 1);
    assert_true(faults_say("Esketamine"));
    sign("off-label");
    assert_int_equal(start("iv", "kap-6in6", "0.5mg/kg"), E_INVALID);
    assert_int_equal(start("im", "kap-6in6", "0.5mg/kg"), E_OK);
    find_first_dose();
}

static void the_gate_sees_what_was_measured(void **state) {
    (void)state;
    struct gate_answer g;
    struct dosing row;
    at(9, 0);
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED); /* nobody has checked in */
    struct tx tx = begin();
    struct dosing_check_in in = {.patient_id = patient_id, .step_id = step_id,
                                 .weight_kg = {true, 70}};
    assert_int_equal(tx_end(&tx, dosing_check_in(&tx, &in, &faults, &row)), E_OK);

    assert_int_equal(gate(sound, ROLE_prescriber, "", &g), E_OK);
    assert_int_equal(g.overall, RULING_HOLD);
    assert_int_equal(ruling_of(&g.rulings, "bp")->outcome, RULING_MISSING);
    assert_int_equal(ruling_of(&g.rulings, "consent")->outcome, RULING_PASS);
    assert_int_equal(ruling_of(&g.rulings, "phq9_age")->outcome, RULING_MISSING);
    measure(2);
    vitals(165, 95);
    assert_int_equal(gate(sound, ROLE_prescriber, "", &g), E_OK);
    assert_true(g.overall == RULING_HOLD && g.repeat_bp);
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED);
    at(9, 10);
    vitals(145, 88);
    assert_int_equal(gate(sound, ROLE_monitor, "rested", &g), E_BLOCKED); /* not the monitor's */
    assert_int_equal(gate(sound, ROLE_prescriber, "", &g), E_INVALID);    /* not without a reason */
    assert_int_equal(gate(sound, ROLE_prescriber, "white coat, 124 at home", &g), E_OK);
    assert_int_equal(g.overall, RULING_CAUTION);
}

static void allergy(struct allergy *row, const char *status) {
    struct tx tx = begin();
    *row = (struct allergy){.id = row->id, .version = row->version, .patient_id = patient_id,
                            .display = STR("Ketalar"), .status = str_from(status)};
    assert_int_equal(tx_end(&tx, chart_allergy(&tx, row, &faults)), E_OK);
}

/* A gate is passed for the dose that follows it, and by the patient as they are then. */
static void what_is_new_since_the_gate_is_heard(void **state) {
    (void)state;
    struct gate_answer g;
    struct allergy row = {0};
    at(11, 11);
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED);
    assert_true(faults_say("too long ago"));
    at(9, 12);
    allergy(&row, "active");
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED);
    assert_true(faults_say("Since the gate: Allergy"));
    allergy(&row, "resolved");
    vitals(165, 95);
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED);
    assert_true(faults_say("Since the gate: Blood pressure 165/95"));
    assert_int_equal(gate(sound, ROLE_prescriber, "x", &g), E_OK);
    assert_true(g.overall == RULING_HOLD && g.repeat_bp);
    assert_int_equal(give(35000, "doctor", ""), E_BLOCKED); /* what was passed is so no longer */
    assert_true(faults_say("the session is checked in"));
    /* a monitor fills the page with readings: the last of them speaks */
    for (int i = 0; i < 20; i++) {
        now_ms += 20000;
        vitals(124, 80);
    }
    at(9, 20);
    vitals(166, 80);
    assert_int_equal(gate(sound, ROLE_prescriber, "x", &g), E_OK);
    assert_int_equal(g.overall, RULING_HOLD);
    at(9, 21);
    vitals(134, 84);
    assert_int_equal(gate(sound, ROLE_monitor, "", &g), E_OK);
    assert_int_equal(g.overall, RULING_PASS);
}

static void the_dose_meets_its_rails(void **state) {
    (void)state;
    at(9, 22);
    assert_int_equal(give(35000, "nurse", ""), E_BLOCKED);
    assert_true(faults_say("is not the person who gives"));
    assert_int_equal(give(110000, "doctor", "tall"), E_BLOCKED);
    assert_true(faults_say("Lower the dose"));
    assert_int_equal(give(36000, "doctor", ""), E_INVALID);
    assert_true(faults_say("first dose"));
    assert_int_equal(give(35000, "doctor", ""), E_OK);
    assert_int_equal(give(20000, "doctor", "shallow"), E_BLOCKED); /* a supplement, too early */
    assert_true(faults_say("Wait"));
}

static void home_wants_time_criteria_and_escort(void **state) {
    (void)state;
    struct discharge_answer d;
    at(10, 52); /* 90 minutes after the dose */
    assert_int_equal(go_home(well, "555", &d), E_OK);
    assert_int_equal(d.overall, RULING_HOLD);
    /* what was measured before the dose does not count */
    assert_int_equal(ruling_of(&d.rulings, "bp")->outcome, RULING_MISSING);
    assert_int_equal(ruling_of(&d.rulings, "stay")->outcome, RULING_PASS);
    vitals(138, 86);
    assert_int_equal(go_home(well, "", &d), E_OK);
    assert_int_equal(d.overall, RULING_HOLD);
    assert_int_equal(ruling_of(&d.rulings, "escort")->outcome, RULING_HOLD);
    at(10, 53);
    assert_int_equal(go_home(well, "555", &d), E_OK);
    assert_int_equal(d.overall, RULING_PASS);
    assert_int_equal(d.padss, 10);

    struct dosing_day day;
    struct course_view view;
    struct tx tx = begin();
    assert_int_equal(dosing_load_day(&tx, patient_id, step_id, &day), E_OK);
    assert_true(str_is(day.row.state, "discharged"));
    assert_int_equal(day.row.no_driving_until_ms.v, clock_instant(DAY, 9, 22) + 24 * HOUR_MS);
    assert_int_equal(course_view_load(&tx, &content, patient_id, &view), E_OK);
    int open = 0;
    for (ptrdiff_t i = 0; i < view.rows.n; i++) {
        if (view.steps[i].opens_ms == COURSE_NO_TIME) continue;
        open++;
        assert_int_equal(view.steps[i].type, STEP_INTEGRATION);
        assert_int_equal(view.steps[i].closes_ms, clock_instant(DAY, 9, 22) + 48 * HOUR_MS);
    }
    assert_int_equal(open, 1);
    struct patient p;
    assert_int_equal(patient_load(&tx, patient_id, &p), E_OK);
    assert_true(str_is(p.phase, "dosing"));
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(go_home(well, "555", &d), E_BLOCKED); /* once */
}

int main(void) {
    struct scratch_store scratch;
    arena_open(&boot, 64 << 20);
    arena_open(&arena, 64 << 20);
    if (content_boot(&boot, NULL, &content)) return 3;
    if (!scratch_open(&scratch, &boot)) return 3;
    store = scratch.store;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_course_wants_the_consents_of_its_route),
        cmocka_unit_test(a_changed_consent_is_broken),
        cmocka_unit_test(the_gate_sees_what_was_measured),
        cmocka_unit_test(what_is_new_since_the_gate_is_heard),
        cmocka_unit_test(the_dose_meets_its_rails),
        cmocka_unit_test(home_wants_time_criteria_and_escort),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_close(&scratch, &boot);
    return failed;
}
