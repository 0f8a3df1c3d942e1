/* app/referral: a referral becomes a patient once, whole, and nothing otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/referral.h"
#include "base/clock.h"
#include "base/file.h"
#include "fhir/import.h"
#include "scratch_store.h"

static struct arena boot, arena;
static struct store *store;
static const struct actor actor = {{"clinic-a", 8}, {0}, {"cli", 3}};
static int64_t now_ms;

static struct tx tx_of(enum tx_mode mode) {
    struct tx tx;
    assert_int_equal(tx_begin(&tx, store, &arena, mode, actor, now_ms), E_OK);
    return tx;
}

static struct str bytes_of(const char *name) {
    struct str text;
    struct str path = str_format(&arena, "%s/%s", TEST_FHIR, name);
    assert_int_equal(file_read(&arena, str_z(&arena, path), IMPORT_BYTES_MAX, &text), E_OK);
    return text;
}

static enum err import(struct str bytes, enum referral_duplicates seen, struct faults *faults,
                       struct referral_done *done) {
    struct intake in;
    *faults = (struct faults){.arena = &arena};
    assert_int_equal(import_read(&arena, bytes, now_ms, &in, faults), E_OK);
    struct tx tx = tx_of(TX_WRITE);
    return tx_end(&tx, referral_import(&tx, &in, bytes, seen, faults, done));
}

static void a_file_is_taken_once(void **state) {
    (void)state;
    struct faults faults;
    struct referral_done done;
    struct str bytes = bytes_of("referral.json");
    assert_int_equal(import(bytes, REFERRAL_ASK, &faults, &done), E_OK);
    assert_true(str_is(done.mrn, "K-000001"));

    struct tx tx = tx_of(TX_READ);
    struct patient p;
    assert_int_equal(patient_load(&tx, done.patient_id, &p), E_OK);
    assert_true(str_is(p.phase, "referred") && str_is(p.birth_date, "1984-02-29"));
    struct medication_rows medicines;
    assert_int_equal(medication_of_patient(&tx, &(struct medication_of_patient_in){p.id},
                                           &medicines), E_OK);
    assert_int_equal(medicines.n, 3);
    struct observation weight;
    assert_int_equal(observation_last(&tx, &(struct observation_last_in){p.id, STR("29463-7")},
                                      &weight), E_OK);
    assert_true(weight.value.is && str_is(weight.value_text, "150.0 [lb_av]"));
    struct referral_rows referrals;
    assert_int_equal(referral_of_patient(&tx, &(struct referral_of_patient_in){p.id}, &referrals),
                     E_OK);
    assert_int_equal(referrals.n, 1);
    assert_true(referrals.v[0].taken == 14 && str_is(referrals.v[0].source_id, "H-4711"));
    struct phase_change_rows changes;
    assert_int_equal(phase_change_of_patient(&tx, &(struct phase_change_of_patient_in){p.id},
                                             &changes), E_OK);
    assert_true(changes.n == 1 && !changes.v[0].from_phase.s);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);

    assert_int_equal(import(bytes, REFERRAL_ACKNOWLEDGED, &faults, &done), E_CONFLICT);
    assert_true(str_find(faults.v[0].message, STR("K-000001")) > 0);
    assert_true(str_find(faults.v[0].message, STR("the command line")) > 0);
}

static void the_same_person_is_asked_about(void **state) {
    (void)state;
    struct faults faults;
    struct referral_done done;
    struct str bytes = bytes_of("referral.json");
    struct str another = str_format(&arena, "%.*s\n", STR_ARG(bytes)); /* another export */
    assert_int_equal(import(another, REFERRAL_ASK, &faults, &done), E_BLOCKED);
    assert_true(str_find(faults.v[0].message, STR("here already as K-000001")) > 0);
    assert_int_equal(import(another, REFERRAL_ACKNOWLEDGED, &faults, &done), E_OK);
    assert_true(str_is(done.mrn, "K-000002"));
}

static enum err type(struct intake *in, struct faults *faults, struct referral_done *done) {
    *faults = (struct faults){.arena = &arena};
    struct tx tx = tx_of(TX_WRITE);
    return tx_end(&tx, referral_type(&tx, in, REFERRAL_ASK, faults, done));
}

static void a_typed_one_meets_the_same_check(void **state) {
    (void)state;
    struct faults faults;
    struct referral_done done;
    struct intake_condition condition = {.display = STR("PTSD"), .status = STR("active")};
    struct intake in = {.family_name = STR("Sable"), .given_name = STR("Moss"),
                        .birth_date = STR("1984-02-29"), .sex = STR("male"),
                        .conditions = &condition, .condition_n = 1};
    assert_int_equal(type(&in, &faults, &done), E_OK); /* a twin is no duplicate */
    assert_true(str_is(done.mrn, "K-000003"));
    assert_int_equal(type(&in, &faults, &done), E_BLOCKED);

    condition.status = STR("cured");
    struct intake bad = {.birth_date = STR("2984-02-29"), .sex = STR("x"),
                         .conditions = &condition, .condition_n = 1};
    assert_int_equal(type(&bad, &faults, &done), E_INVALID);
    assert_int_equal(faults.n, 4); /* name, birth date, sex, status: all at once */
    assert_non_null(fault_of(&faults, STR("birth_date")));
    assert_non_null(fault_of(&faults, STR("condition")));
}

static void what_was_refused_left_nothing(void **state) {
    (void)state;
    struct tx tx = tx_of(TX_READ);
    struct patient_phase_count_rows phases;
    assert_int_equal(patient_phase_count(&tx, &phases), E_OK);
    assert_true(phases.n == 1 && phases.v[0].n == 3);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
}

int main(void) {
    struct scratch_store scratch;
    arena_open(&boot, 8 << 20);
    arena_open(&arena, 64 << 20);
    now_ms = clock_instant(20000, 12, 0);
    if (!scratch_open(&scratch, &boot)) return 3;
    store = scratch.store;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_taken_once),
        cmocka_unit_test(the_same_person_is_asked_about),
        cmocka_unit_test(a_typed_one_meets_the_same_check),
        cmocka_unit_test(what_was_refused_left_nothing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    scratch_close(&scratch, &boot);
    return failed;
}
