/* field: each kind on both sides of its line, and all faults at once. The forms are the
 * program's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "web/web.h"

static struct arena arena;

static struct request asked(const char *body) {
    struct request rq = {.arena = &arena, .now_ms = INT64_C(1803902400000)}; /* noon, 1 Mar 2027 */
    struct faults *faults = NEW(&arena, struct faults);
    faults->arena = &arena;
    rq.faults.arena = &arena;
    assert_int_equal(form_parse(&arena, str_from(body), &rq.typed, faults), E_OK);
    return rq;
}

static void each_kind_has_its_line(void **state) {
    (void)state;
    static const struct {
        enum form_id form;
        const char *body, *field, *code; /* code NULL: no fault at that field */
    } cases[] = {
        {FORM_dose, "amount=35", "amount", NULL},
        {FORM_dose, "amount=0.001", "amount", NULL},
        {FORM_dose, "amount=0.0005", "amount", "type"},
        {FORM_dose, "amount=0", "amount", "range"},
        {FORM_dose, "amount=-5", "amount", "range"},
        {FORM_dose, "amount=1000.001", "amount", "range"},
        {FORM_dose, "amount=35+mg", "amount", "type"},
        {FORM_dose, "amount=1e3", "amount", "type"},
        {FORM_dose, "amount=", "amount", "required"},
        {FORM_dose, "minutes=40", "minutes", NULL},
        {FORM_dose, "minutes=", "minutes", NULL},
        {FORM_dose, "minutes=40.5", "minutes", "type"},
        {FORM_dose, "minutes=0", "minutes", "range"},
        {FORM_dose, "minutes=99999999999999999999", "minutes", "type"},
        {FORM_dose, "expiry=2028-02-29", "expiry", NULL},
        {FORM_dose, "expiry=2027-02-29", "expiry", "date"},
        {FORM_dose, "expiry=29.2.2028", "expiry", "date"},
        {FORM_dose, "expiry=2999-01-01", "expiry", "range"},
        {FORM_dose, "given_at=2027-03-01T00:10", "given_at", NULL},
        {FORM_dose, "given_at=2027-03-01", "given_at", "date"},
        {FORM_dose, "given_at=2027-03-01T24:00", "given_at", "date"},
        {FORM_dose, "given_at=2027-02-20T09:00", "given_at", "range"},
        {FORM_dose, "given_at=2027-03-05T09:00", "given_at", "range"},
        {FORM_patient, "birth_date=2027-03-01", "birth_date", NULL},
        {FORM_patient, "birth_date=2027-03-02", "birth_date", "range"},
        {FORM_patient, "indication=ptsd", "indication", NULL},
        {FORM_patient, "indication=sadness", "indication", "unknown"},
        {FORM_patient, "family_name=+Kowalska+", "family_name", NULL},
        {FORM_patient, "family_name=+++", "family_name", "required"},
        {FORM_patient, "family_name=two%0Alines", "family_name", "encoding"},
        {FORM_patient, "family_name=a%01b", "family_name", "encoding"},
        {FORM_consent, "agree=1", "agree", NULL},
        {FORM_consent, "", "agree", "required"},
        {FORM_check_in, "weight=24.9", "weight", "range"},
        {FORM_check_in, "weight=25", "weight", NULL},
        {FORM_vitals, "systolic=172", "systolic", NULL}, /* its limits are the use case's */
        {FORM_check_in, "weight=NaN", "weight", "type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request rq = asked(cases[i].body);
        union form form = {0};
        enum err e = field_read(&rq, cases[i].form, &form);
        const struct fault *fault = fault_of(&rq.faults, str_from(cases[i].field));
        bool as_expected = cases[i].code ? fault && str_is(fault->code, cases[i].code) : !fault;
        if (!as_expected || (rq.faults.n > 0) != (e == E_INVALID))
            fail_msg("%s: %.*s", cases[i].body, STR_ARG(fault ? fault->code : STR("no fault")));
    }
}

static void values_are_typed(void **state) {
    (void)state;
    struct request rq = asked("amount=0.35&minutes=40&given_at=2027-03-01T00%3A30&expiry=2028-01-01");
    union form form = {0};
    assert_int_equal(field_read(&rq, FORM_dose, &form), E_INVALID); /* others are missing */
    assert_true(form.dose.amount.is && form.dose.amount.v == 350);
    assert_true(form.dose.minutes.is && form.dose.minutes.v == 40);
    assert_true(form.dose.given_at.is && form.dose.given_at.v == rq.now_ms - 690 * MINUTE_MS);
    assert_true(str_is(form.dose.expiry, "2028-01-01"));
    assert_true(rq.faults.n >= 2); /* all of them, not the first */
}

static void a_long_text_is_counted_in_signs(void **state) {
    (void)state;
    struct buf b = buf_new(&arena, 1024);
    buf_z(&b, "display_name=");
    for (int i = 0; i < 80; i++) buf_z(&b, "%C3%AB");
    struct request rq = asked(str_z(&arena, buf_str(&b)));
    union form form = {0};
    assert_int_equal(field_read(&rq, FORM_person_new, &form), E_INVALID);
    assert_null(fault_of(&rq.faults, STR("display_name")));
    assert_int_equal(form.person_new.display_name.n, 160);
    buf_z(&b, "x");
    rq = asked(str_z(&arena, buf_str(&b)));
    assert_int_equal(field_read(&rq, FORM_person_new, &form), E_INVALID);
    assert_true(str_is(fault_of(&rq.faults, STR("display_name"))->code, "length"));
}

static void items_of_content_are_read_one_by_one(void **state) {
    (void)state;
    struct request rq = asked("q1=3&q2=&q3=9&q4=x&note=one%0Atwo");
    struct maybe_int v;
    struct str text;
    assert_true(field_int(&rq, STR("q1"), "Sleep", REQUIRED, 0, 3, &v) && v.is && v.v == 3);
    assert_true(field_int(&rq, STR("q2"), "Sleep", OPTIONAL, 0, 3, &v) && !v.is);
    assert_false(field_int(&rq, STR("q2"), "Sleep", REQUIRED, 0, 3, &v));
    assert_false(field_int(&rq, STR("q3"), "Sleep", REQUIRED, 0, 3, &v) || v.is);
    assert_false(field_int(&rq, STR("q4"), "Sleep", REQUIRED, 0, 3, &v) || v.is);
    assert_true(field_text(&rq, STR("note"), "Note", OPTIONAL, 100, &text));
    assert_true(str_is(text, "one\ntwo"));
    assert_int_equal(rq.faults.n, 3);
}

/* What a form shows of a record reads back as the record. */
static void shown_values_read_back(void **state) {
    (void)state;
    union form form = {.dose = {.amount = {true, 12345}, .minutes = {true, 40},
                                .expiry = STR("2028-01-01"), .given_at = {true, 60000}}};
    const struct form_info *info = form_info(FORM_dose);
    for (int i = 0; i < info->n; i++) {
        if (!info->fields[i].name) continue;
        struct str text = field_text_of(&arena, &info->fields[i], &form.dose);
        if (str_is(str_from(info->fields[i].name), "amount")) assert_true(str_is(text, "12.345"));
        if (str_is(str_from(info->fields[i].name), "minutes")) assert_true(str_is(text, "40"));
        if (str_is(str_from(info->fields[i].name), "given_at"))
            assert_true(str_is(text, "1970-01-01T00:01"));
    }
}

int main(void) {
    setenv("TZ", "UTC", 1);
    arena_open(&arena, 1 << 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_has_its_line),
        cmocka_unit_test(values_are_typed),
        cmocka_unit_test(a_long_text_is_counted_in_signs),
        cmocka_unit_test(items_of_content_are_read_one_by_one),
        cmocka_unit_test(shown_values_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
