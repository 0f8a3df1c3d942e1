/* fhir/import: what is taken and what is left out, from samples of our own and, where they
 * are at hand, from the bundles of another system; and what is refused, and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "fhir/import.h"

static struct arena arena;
static int64_t now_ms;

static struct str file(const char *path) {
    struct str text;
    if (file_read(&arena, path, IMPORT_BYTES_MAX, &text) != E_OK) return STR_ABSENT;
    return text;
}

static struct str sample(const char *name) {
    struct str path = str_format(&arena, "%s/%s", TEST_FHIR, name);
    struct str text = file(str_z(&arena, path));
    assert_non_null(text.s);
    return text;
}

static void expect(struct str is, const char *wanted) {
    if (wanted ? str_is(is, wanted) : !is.s) return;
    fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(is), wanted ? wanted : "(absent)");
}

static struct intake taken(struct str text) {
    struct intake in;
    struct faults faults = {.arena = &arena};
    if (import_read(&arena, text, now_ms, &in, &faults) != E_OK)
        fail_msg("%.*s: %.*s", STR_ARG(faults.v[0].field), STR_ARG(faults.v[0].message));
    return in;
}

static void a_bundle_becomes_an_intake(void **state) {
    (void)state;
    struct intake in = taken(sample("referral.json"));
    expect(in.family_name, "Sable");
    expect(in.given_name, "Wren Ada");
    expect(in.preferred_name, "Ren");
    expect(in.birth_date, "1984-02-29");
    expect(in.sex, "female");
    expect(in.phone, "555-0102");
    expect(in.email, "wren@example.org");
    expect(in.address, "3 Harbour Row, Duluth, MN 55802");
    expect(in.emergency_contact, "Jo Sable, 555-0103");
    expect(in.source_id, "H-4711");
    expect(in.referrer, "Lee Ames; Lakeside Primary Care");
    expect(in.reason, "Depression after three adequate trials");
    expect(in.left_out, "Claim 1, Condition entered in error 1, Immunization 2, "
                        "MedicationRequest only planned 1, Observation without a LOINC code 1");
    assert_int_equal(in.taken, 14);
}

static void rows_carry_what_was_sent(void **state) {
    (void)state;
    struct intake in = taken(sample("referral.json"));
    assert_int_equal(in.condition_n, 2);
    expect(in.conditions[0].code_system, "snomed");
    expect(in.conditions[0].display, "Recurrent major depression (since 2015-03)");
    expect(in.conditions[0].onset_date, NULL);
    expect(in.conditions[0].status, "active");
    expect(in.conditions[1].status, "history");
    expect(in.conditions[1].code_system, NULL);
    expect(in.conditions[1].onset_date, "2019-07-08");

    assert_int_equal(in.medication_n, 3);
    expect(in.medications[0].code, "312938");
    expect(in.medications[0].display, "Sertraline 50 MG Oral Tablet");
    expect(in.medications[0].dosage, "2 tablet, once every 1 d");
    expect(in.medications[0].start_date, "2023-11-02");
    expect(in.medications[1].status, "stopped");
    expect(in.medications[1].dosage, "one each morning");
    expect(in.medications[2].status, "active"); /* unknown is never treated as absent */
    expect(in.medications[2].dosage, "as needed");

    assert_int_equal(in.allergy_n, 1);
    expect(in.allergies[0].criticality, "high");

    assert_int_equal(in.observation_n, 4);
    expect(in.observations[0].code, "8480-6");
    expect(in.observations[0].value_text, "128.50");
    expect(in.observations[0].unit, "mm[Hg]");
    assert_true(in.observations[0].is_number && in.observations[0].value == 128.5);
    expect(in.observations[2].unit, "kg");
    expect(in.observations[2].value_text, "150.0 [lb_av]");
    assert_true(in.observations[2].value > 68.03 && in.observations[2].value < 68.04);
    expect(in.observations[3].value_text, "<0.01");
    assert_false(in.observations[3].is_number);
}

static void one_patient_with_what_it_contains(void **state) {
    (void)state;
    struct intake in = taken(sample("single.json"));
    expect(in.family_name, "Fallow");
    expect(in.given_name, "Zoë Marie");
    expect(in.sex, "unknown");
    expect(in.source_id, "lone");
    expect(in.left_out, NULL);
    assert_int_equal(in.condition_n, 1);
    assert_int_equal(in.observation_n, 1);
    expect(in.observations[0].value_text, "17");
}

/* What a reviewer should see of the six real ones. ';' separates; '!' means: as history. */
static const struct real {
    const char *file, *name, *born, *conditions, *medicines;
    int allergies;
    const char *left_out;
} real[] = {
    {"Alberto_Atencio_fc712d1f-5a2e-4407-9c55-a2a2bad623c2.json", "Atencio", "1993-06-07",
     "Epilepsy", "Carbamazepine[Tegretol];Clonazepam [Klonopin]", 0,
     "Claim 8, DiagnosticReport 1, Encounter 6, ExplanationOfBenefit 6, Immunization 7, "
     "Procedure 3"},
    {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac.json", "Ferry", "1937-06-03",
     "Coronary Heart Disease;Hypertension;Body mass index 30+ - obesity (finding)",
     "Clopidogrel 75 MG Oral Tablet;Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray", 0,
     "CarePlan 1, Claim 23, DiagnosticReport 5, Encounter 16, ExplanationOfBenefit 16, "
     "Immunization 11, Procedure 6"},
    {"Thanh_Considine_b7a86b8b-bbf8-4107-96e6-76a948fba0e8.json", "Considine", "1970-10-27",
     "Epilepsy;Hypertension;Body mass index 30+ - obesity (finding)",
     "!Acetaminophen 300 MG / HYDROcodone Bitartrate 5 MG [Vicodin]", 0,
     "CarePlan 2, Claim 24, DiagnosticReport 14, Encounter 16, ExplanationOfBenefit 16, "
     "Immunization 8, Procedure 1"},
    {"Karena_Pfeffer_1f99a0cb-594b-476a-b9cb-502594c1ee6b.json", "Pfeffer", "1994-12-21",
     "Hypertension;!Normal pregnancy", "Liletta 52 MG Intrauterine System", 6,
     "CarePlan 4, Claim 38, DiagnosticReport 1, Encounter 26, ExplanationOfBenefit 26, "
     "ImagingStudy 1, Immunization 8, Procedure 18"},
    {"Jacob_Larson_0b324782-31d1-4659-89ab-58e075d6e61f.json", "Larson", "1981-02-14",
     "Hypertension;Chronic intractable migraine without aura", "Hydrochlorothiazide 25 MG", 0,
     "Claim 9, DiagnosticReport 5, Encounter 7, ExplanationOfBenefit 7, Immunization 6, "
     "Procedure 3"},
    {"Liz_Conn_27c911c6-f045-4ffa-af5d-6eba57ac94b2.json", "Conn", "1986-11-28",
     "Hypertension", "Hydrochlorothiazide 25 MG", 0,
     "CarePlan 1, Claim 8, DiagnosticReport 2, Encounter 7, ExplanationOfBenefit 7, "
     "Immunization 4, Procedure 3"},
};

/* Every name in `wanted` stands in the intake, current or past as it says. */
static void seen(const struct intake *in, const char *wanted, bool medicines) {
    struct str rest = str_from(wanted);
    while (rest.s) {
        struct str want = str_cut(rest, ';', &rest);
        bool past = want.s[0] == '!', found = false;
        want = str_slice(want, past, want.n);
        for (ptrdiff_t k = 0; k < (medicines ? in->medication_n : in->condition_n); k++) {
            struct str name = medicines ? in->medications[k].display : in->conditions[k].display;
            struct str status = medicines ? in->medications[k].status : in->conditions[k].status;
            if (!str_eq(name, want)) continue;
            found = true;
            expect(status, !past ? "active" : medicines ? "stopped" : "history");
        }
        if (!found) fail_msg("%.*s: no %.*s", STR_ARG(in->family_name), STR_ARG(want));
    }
}

static void real_referrals_give_what_a_reviewer_should_see(void **state) {
    (void)state;
    const char *folder = getenv("CAIRN_REFERRALS");
    struct str shared = str_from(folder ? folder : TEST_SHARED "/referrals");
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        struct arena keep = arena;
        struct str path = str_format(&arena, "%.*s/%s", STR_ARG(shared), real[i].file);
        struct str bytes = file(str_z(&arena, path));
        if (!bytes.s) skip();
        struct intake in = taken(bytes);
        expect(in.family_name, real[i].name);
        expect(in.birth_date, real[i].born);
        expect(in.left_out, real[i].left_out);
        assert_int_equal(in.allergy_n, real[i].allergies);
        seen(&in, real[i].conditions, false);
        seen(&in, real[i].medicines, true);
        bool systolic = false;
        for (ptrdiff_t k = 0; k < in.observation_n; k++)
            systolic |= str_is(in.observations[k].code, "8480-6");
        assert_true(systolic);
        arena = keep;
    }
}

#define PATIENT(more)                                                                        \
    "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"A\"}]" \
    more "}}"
#define BORN ",\"birthDate\":\"1990-01-01\""
#define BUNDLE(entries) "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n" entries "]}"

static void bad_files_say_where(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum err e;
        const char *field, *says;
    } cases[] = {
        {"", E_SYNTAX, "", "the text ends"},
        {"{\"resourceType\":\"Bundle\",\"type\":\"coll", E_SYNTAX, "", "never closed"},
        {"[]", E_INVALID, "", "no FHIR resource"},
        {"{\"resourceType\":\"Questionnaire\"}", E_INVALID, "resourceType", "a FHIR Questionnaire"},
        {"{\"resourceType\":\"Bundle\",\"type\":\"history\"}", E_INVALID, "type", "\"history\" is none of"},
        {"{\"resourceType\":\"Bundle\"}", E_INVALID, "", "needs a type"},
        {"{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":{}}", E_INVALID, "entry", "an object stands where a list"},
        {BUNDLE(""), E_INVALID, "", "there is no Patient"},
        {BUNDLE("{}"), E_INVALID, "entry[0]", "no resource, line 2"},
        {BUNDLE("{\"resource\":{\"id\":\"x\"}}"), E_INVALID, "entry[0].resource", "needs a resourceType"},
        {BUNDLE(PATIENT(BORN) ",\n" PATIENT(BORN)), E_INVALID, "entry[1].resource", "a second Patient; a referral is about one, line 3"},
        {BUNDLE(PATIENT("")), E_INVALID, "entry[0].resource", "a birth date is needed"},
        {BUNDLE(PATIENT(",\n\"birthDate\":\"1990-02-30\"")), E_INVALID, "entry[0].resource.birthDate", "\"1990-02-30\" is no date of the calendar; YYYY-MM-DD is, line 3"},
        {BUNDLE(PATIENT(",\"birthDate\":\"2999-01-01\"")), E_INVALID, "entry[0].resource.birthDate", "lies in the future"},
        {BUNDLE(PATIENT(",\"birthDate\":\"1801-01-01\"")), E_INVALID, "entry[0].resource.birthDate", "older than"},
        {BUNDLE(PATIENT(",\"birthDate\":1990")), E_INVALID, "entry[0].resource.birthDate", "a number stands where a text"},
        {BUNDLE(PATIENT(BORN ",\"gender\":\"F\"")), E_INVALID, "entry[0].resource.gender", "\"F\" is none of"},
        {BUNDLE(PATIENT(BORN ",\"deceasedBoolean\":true")), E_INVALID, "entry[0].resource.deceasedBoolean", "recorded as dead"},
        {BUNDLE("{\"resource\":{\"resourceType\":\"Patient\"" BORN "}}"), E_INVALID, "entry[0].resource", "a family name is needed"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"Condition\"}}"), E_INVALID, "entry[1].resource", "code says neither"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"x\"},\"onsetDateTime\":\"soon\"}}"), E_INVALID, "entry[1].resource.onsetDateTime", "is no date or time"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"x\"},\"onsetDateTime\":\"2999\"}}"), E_INVALID, "entry[1].resource.onsetDateTime", "future"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/q\"}}}"), E_INVALID, "entry[1].resource.subject", "somebody other"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"medicationReference\":{\"reference\":\"#m\"}}}"), E_INVALID, "entry[1].resource.medicationReference", "leads to no medicine"},
        {BUNDLE(PATIENT(BORN) ",{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"effectiveDateTime\":\"2020\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"29463-7\"}]},\"valueQuantity\":{\"value\":-5,\"unit\":\"kg\"}}}"), E_INVALID, "entry[1].resource", "29463-7 of -5 kg cannot be"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct intake in;
        struct faults faults = {.arena = &arena};
        enum err e = import_read(&arena, str_from(cases[i].text), now_ms, &in, &faults);
        if (e != cases[i].e || faults.n < 1 || !str_is(faults.v[0].field, cases[i].field) ||
            str_find(faults.v[0].message, str_from(cases[i].says)) < 0)
            fail_msg("case %zu: %s: \"%.*s\": %.*s", i, err_meaning(e)->name,
                     STR_ARG(faults.v[0].field), STR_ARG(faults.v[0].message));
    }
}

static void all_faults_are_told_at_once(void **state) {
    (void)state;
    struct intake in;
    struct faults faults = {.arena = &arena};
    struct str text = STR(BUNDLE(PATIENT(",\"birthDate\":\"1990-13-01\",\"gender\":\"x\"")
                                 ",{\"resource\":{\"resourceType\":\"Condition\"}}"));
    assert_int_equal(import_read(&arena, text, now_ms, &in, &faults), E_INVALID);
    assert_int_equal(faults.n, 2);
    text = STR(BUNDLE(PATIENT(",\"birthDate\":\"1990-13-01\"")
                      ",{\"resource\":{\"resourceType\":\"Condition\"}}"));
    faults.n = 0;
    assert_int_equal(import_read(&arena, text, now_ms, &in, &faults), E_INVALID);
    assert_int_equal(faults.n, 2);
}

static void too_large_is_refused_unread(void **state) {
    (void)state;
    struct intake in;
    struct faults faults = {.arena = &arena};
    struct str text = {NEWS(&arena, char, IMPORT_BYTES_MAX + 1), IMPORT_BYTES_MAX + 1};
    assert_int_equal(import_read(&arena, text, now_ms, &in, &faults), E_TOO_LARGE);
    assert_int_equal(faults.n, 1);
}

int main(void) {
    arena_open(&arena, 512 << 20);
    now_ms = clock_instant(20000, 12, 0); /* 2024-10-04 */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_becomes_an_intake),
        cmocka_unit_test(rows_carry_what_was_sent),
        cmocka_unit_test(one_patient_with_what_it_contains),
        cmocka_unit_test(real_referrals_give_what_a_reviewer_should_see),
        cmocka_unit_test(bad_files_say_where),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(too_large_is_refused_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
