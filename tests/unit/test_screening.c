/* screening: the content's own tests, and what only C can show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cli/screen_input.h"
#include "codec/json.h"
#include "core/screening_read.h"
#include "content.h"

static struct arena arena;
static struct codes codes;
static struct screening_rules rules;

static void say(const struct faults *f) {
    for (int k = 0; k < f->n; k++)
        printf("%.*s: %.*s\n", STR_ARG(f->v[k].field), STR_ARG(f->v[k].message));
}

static void the_codes_pass_their_own_tests(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct str m = STR("content/codes/medicines.txt"), c = STR("content/codes/conditions.txt");
    enum err a = codes_read_medicines(&arena, m, content(m.s), &codes, &faults);
    enum err b = codes_read_conditions(&arena, c, content(c.s), &codes, &faults);
    say(&faults);
    assert_true(a == E_OK && b == E_OK);
}

static void every_rule_speaks_and_is_silent(void **state) {
    (void)state;
    static const char *const files[] = {"contraindications", "interactions", "readiness",
                                        "guide", "indications"};
    rules = screening_new(&arena, &codes);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[80];
        snprintf(path, sizeof path, "content/screening/%s.txt", files[i]);
        struct faults faults = {.arena = &arena};
        enum err e = screening_read(&arena, str_from(path), content(path), &rules, &faults);
        say(&faults);
        assert_int_equal(e, E_OK);
    }
    assert_true(rules.rule_count >= 27 + 17 + 1);
}

static const char all_is_well[] =
    "{\"birthDate\":\"1985-04-02\",\"sex\":\"female\",\"weight_kg\":70,\"height_cm\":168,"
    "\"indication\":\"trd\",\"programme\":\"racemic\",\"setting\":\"clinic\","
    "\"conditions\":[{\"icd10\":\"F33.2\",\"status\":\"active\"}],\"medications\":[],"
    "\"mood_stabiliser\":false,\"allergies\":[],\"vitals\":{\"bp\":[[122,78],[118,76]],\"hr\":78,"
    "\"spo2\":98},\"labs\":{\"alt_uln\":1.2,\"ast_uln\":1.0,\"egfr\":88,\"tsh\":\"normal\","
    "\"hcg\":\"negative\",\"uds\":[]},\"scores\":{\"audit\":5,\"dast10\":0,\"ymrs\":3,\"des2\":12},"
    "\"cssrs\":{\"ideation_past_month\":0,\"behaviour_3_months\":false,"
    "\"behaviour_lifetime\":false},\"pregnancy\":{\"possible\":true,\"pregnant\":false,"
    "\"breastfeeding\":false},\"family_history\":[],\"history\":[],\"readiness\":{\"emotional\":2,"
    "\"intention\":2,\"support\":1,\"stability\":2,\"integration\":2,\"expectations\":2}}";

static int32_t today(void) {
    int32_t days;
    assert_true(date_parse(STR("2026-11-23"), &days));
    return days;
}

static struct decision decide(const char *json) {
    struct candidate c;
    struct faults faults = {.arena = &arena};
    enum err e = screen_input_read(&arena, str_from(json), today(), &c, &faults);
    say(&faults);
    assert_int_equal(e, E_OK);
    return screening_decide(&arena, &rules, &c);
}

static const struct finding *finding(const struct decision *d, const char *id) {
    for (int i = 0; i < d->n; i++)
        if (str_is(d->v[i].id, id)) return &d->v[i];
    return NULL;
}

static void a_whole_answer_is_eligible(void **state) {
    (void)state;
    struct decision d = decide(all_is_well);
    assert_true(d.outcome == OUTCOME_ELIGIBLE);
    assert_true(d.n == 1 && str_is(d.v[0].id, "CI-12")); /* contraception is to be recorded */
}

static void nothing_known_is_asked_for_and_never_eligible(void **state) {
    (void)state;
    static const char *const asked[] = {
        "birthDate", "sex", "conditions", "medications", "allergies", "vitals.bp", "labs.alt_uln",
        "labs.ast_uln", "labs.egfr", "labs.tsh", "labs.uds", "scores.audit", "scores.dast10",
        "scores.ymrs", "cssrs.ideation_past_month", "cssrs.behaviour_3_months", "history",
        "pregnancy.breastfeeding", "programme", "setting",
    };
    struct decision d = decide("{}");
    assert_true(d.outcome == OUTCOME_CONDITIONAL);
    assert_int_equal(d.n, sizeof asked / sizeof *asked);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        char id[64];
        snprintf(id, sizeof id, "MISSING:%s", asked[i]);
        const struct finding *f = finding(&d, id);
        if (!f || f->severity != SEVERITY_RELATIVE) fail_msg("%s is not asked for", asked[i]);
        if (!str_is(f->saw, "not known")) fail_msg("%s: it saw %.*s", asked[i], STR_ARG(f->saw));
    }
}

static void a_finding_says_what_it_saw_and_where(void **state) {
    (void)state;
    struct decision d = decide("{\"medications\":[\"Aspirin\",\"Phenelzine 15 MG\"],"
                               "\"vitals\":{\"bp\":[[170,104],[160,100]]},\"labs\":{\"alt_uln\":6.5},"
                               "\"conditions\":[{\"text\":\"something\"},{\"snomed\":\"999999999\"}],"
                               "\"history\":[\"walked on the moon\"]}");
    const struct finding *f = finding(&d, "IX-06");
    assert_true(f && str_is(f->saw, "Phenelzine 15 MG") && str_is(f->field, "medications[1]"));
    f = finding(&d, "CI-05");
    assert_true(f && str_is(f->saw, "165/102 mmHg (mean of 2)") && str_is(f->field, "vitals.bp"));
    f = finding(&d, "CI-13");
    assert_true(f && str_is(f->saw, "labs.alt_uln 6.5") && f->severity == SEVERITY_ABSOLUTE);
    assert_non_null(finding(&d, "MISSING:conditions[0].icd10"));
    assert_non_null(finding(&d, "UNREAD:conditions[1]"));
    assert_non_null(finding(&d, "UNREAD:history[0]"));
    for (int i = 1; i < d.n; i++) assert_true(d.v[i - 1].severity <= d.v[i].severity);
}

static void bad_input_names_its_field(void **state) {
    (void)state;
    static const struct {
        const char *json, *field;
    } cases[] = {
        {"{\"x\":1}", "x"},
        {"{\"labs\":{\"x\":1}}", "labs.x"},
        {"{\"labs\":[]}", "labs"},
        {"{\"labs\":{\"alt_uln\":\"6\"}}", "labs.alt_uln"},
        {"{\"labs\":{\"alt_uln\":-1}}", "labs.alt_uln"},
        {"{\"labs\":{\"tsh\":\"odd\"}}", "labs.tsh"},
        {"{\"scores\":{\"audit\":41}}", "scores.audit"},
        {"{\"scores\":{\"audit\":4.5}}", "scores.audit"},
        {"{\"weight_kg\":-70}", "weight_kg"},
        {"{\"sex\":1}", "sex"},
        {"{\"sex\":\"f\"}", "sex"},
        {"{\"birthDate\":\"1985-02-30\"}", "birthDate"},
        {"{\"birthDate\":\"2026-11-24\"}", "birthDate"},
        {"{\"birthDate\":\"1885-01-01\"}", "birthDate"},
        {"{\"birthDate\":1985}", "birthDate"},
        {"{\"mood_stabiliser\":\"no\"}", "mood_stabiliser"},
        {"{\"medications\":\"x\"}", "medications"},
        {"{\"medications\":[1]}", "medications[0]"},
        {"{\"medications\":[\"\"]}", "medications[0]"},
        {"{\"conditions\":[{\"icd10\":\"33\"}]}", "conditions[0].icd10"},
        {"{\"conditions\":[{\"icd10\":\"F33.2\",\"status\":\"cured\"}]}", "conditions[0].status"},
        {"{\"conditions\":[{\"status\":\"active\"}]}", "conditions[0]"},
        {"{\"conditions\":[{\"icd9\":\"1\"}]}", "conditions[0].icd9"},
        {"{\"vitals\":{\"bp\":[[120]]}}", "vitals.bp[0]"},
        {"{\"vitals\":{\"bp\":[[80,120]]}}", "vitals.bp"},
        {"{\"readiness\":{\"support\":3}}", "readiness.support"},
        {"{\"cssrs\":{\"ideation_past_month\":6}}", "cssrs.ideation_past_month"},
        {"{\"programme\":\"racemic ketamine\"}", "programme"},
        {"[]", "candidate"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct candidate c;
        struct faults faults = {.arena = &arena};
        enum err e =
            screen_input_read(&arena, str_from(cases[i].json), today(), &c, &faults);
        if (e != E_INVALID || !str_is(faults.v[0].field, cases[i].field))
            fail_msg("%s: %.*s: %.*s", cases[i].json, STR_ARG(faults.v[0].field),
                     STR_ARG(faults.v[0].message));
    }
    struct candidate c;
    struct faults faults = {.arena = &arena};
    assert_int_equal(screen_input_read(&arena, STR("{\"sex\":null}"), today(), &c, &faults), E_OK);
    assert_false(c.v[CANDIDATE_SEX].known);
}

/* ---- the real referrals: conditions and medicines as another EHR exports them ---- */

struct referral {
    struct candidate c;
    struct candidate_condition conditions[64];
    struct str medicines[64];
};

static void take_condition(struct referral *r, const struct json *v) {
    const struct json *coding = json_at(json_get(json_get(v, "code"), "coding"), 0);
    const struct json *status =
        json_at(json_get(json_get(v, "clinicalStatus"), "coding"), 0);
    r->conditions[r->c.conditions.n++] = (struct candidate_condition){
        .snomed = json_text(json_get(coding, "code")),
        .text = json_text(json_get(coding, "display")),
        .status = str_is(json_text(json_get(status, "code")), "active") ? CONDITION_ACTIVE
                                                                       : CONDITION_HISTORY};
}

static void take_resource(struct referral *r, const struct json *v) {
    struct str type = json_text(json_get(v, "resourceType"));
    struct faults faults = {.arena = &arena};
    if (str_is(type, "Patient")) {
        candidate_set_born(&r->c, json_text(json_get(v, "birthDate")), &faults);
        candidate_set_word(&r->c, CANDIDATE_SEX, json_text(json_get(v, "gender")), &faults);
    } else if (str_is(type, "Condition")) {
        take_condition(r, v);
    } else if (str_is(type, "MedicationRequest") &&
               str_is(json_text(json_get(v, "status")), "active")) {
        r->medicines[r->c.medications.n++] =
            json_text(json_get(json_get(v, "medicationCodeableConcept"), "text"));
    }
    assert_int_equal(faults.n, 0);
}

static bool read_referral(const char *file, struct referral *r) {
    struct faults faults = {.arena = &arena};
    struct json_doc doc;
    struct str text;
    const char *path = str_z(&arena, str_format(&arena, "%s/referrals/%s.json", TEST_SHARED, file));
    if (file_read(&arena, path, 8 << 20, &text)) return false;
    assert_int_equal(json_parse(&arena, text, &doc, &faults), E_OK);
    *r = (struct referral){.c = candidate_unknown(today())};
    r->c.conditions = (struct candidate_conditions){true, 0, r->conditions};
    r->c.medications = (struct candidate_texts){true, 0, r->medicines};
    const struct json *entries = json_get(doc.root, "entry");
    for (const struct json *e = entries ? entries->first : NULL; e; e = e->next)
        take_resource(r, json_get(e, "resource"));
    return true;
}

static void real_referrals_give_the_findings_that_a_reviewer_should_see(void **state) {
    (void)state;
    static const struct {
        const char *file, *rule, *saw; /* saw NULL: silent */
        enum severity severity;
    } expected[] = {
        {"Alberto_Atencio_fc712d1f-5a2e-4407-9c55-a2a2bad623c2", "CI-20", "Seizure disorder",
         SEVERITY_RELATIVE},
        {"Alberto_Atencio_fc712d1f-5a2e-4407-9c55-a2a2bad623c2", "IX-01",
         "Clonazepam [Klonopin]", SEVERITY_CAUTION},
        {"Alberto_Atencio_fc712d1f-5a2e-4407-9c55-a2a2bad623c2", "IX-12",
         "Carbamazepine[Tegretol]", SEVERITY_INFO},
        {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac", "CI-06", "Coronary Heart Disease",
         SEVERITY_RELATIVE},
        {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac", "CI-05", "Hypertension",
         SEVERITY_CAUTION},
        {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac", "CI-24", "age 89", SEVERITY_CAUTION},
        {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac", "IX-11", "Clopidogrel",
         SEVERITY_CAUTION},
        {"Gayla_Ferry_259bc6c6-9c1d-43e9-bd25-7539cf07f8ac", "CI-19", "obesity", SEVERITY_INFO},
        {"Thanh_Considine_b7a86b8b-bbf8-4107-96e6-76a948fba0e8", "CI-20", "Seizure disorder",
         SEVERITY_RELATIVE},
        {"Thanh_Considine_b7a86b8b-bbf8-4107-96e6-76a948fba0e8", "CI-05", "Hypertension",
         SEVERITY_CAUTION},
        /* Hydrocodone ended in 2016: history, not current. */
        {"Thanh_Considine_b7a86b8b-bbf8-4107-96e6-76a948fba0e8", "IX-08", NULL, 0},
        {"Karena_Pfeffer_1f99a0cb-594b-476a-b9cb-502594c1ee6b", "CI-05", "Hypertension",
         SEVERITY_CAUTION},
        {"Karena_Pfeffer_1f99a0cb-594b-476a-b9cb-502594c1ee6b", "CI-12", "Liletta", SEVERITY_INFO},
        {"Karena_Pfeffer_1f99a0cb-594b-476a-b9cb-502594c1ee6b", "CI-01", NULL, 0},
        {"Jacob_Larson_0b324782-31d1-4659-89ab-58e075d6e61f", "CI-05", "Hypertension",
         SEVERITY_CAUTION},
        {"Liz_Conn_27c911c6-f045-4ffa-af5d-6eba57ac94b2", "CI-05", "Hypertension",
         SEVERITY_CAUTION},
    };
    static struct referral r;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        if (!read_referral(expected[i].file, &r)) skip();
        struct decision d = screening_decide(&arena, &rules, &r.c);
        const struct finding *f = finding(&d, expected[i].rule);
        bool right = expected[i].saw ? f && f->severity == expected[i].severity &&
                                           str_has_fold(f->saw, str_from(expected[i].saw))
                                     : !f;
        if (!right)
            fail_msg("%s: %s: %.*s", expected[i].file, expected[i].rule,
                     f ? (int)f->saw.n : 6, f ? f->saw.s : "silent");
        for (int k = 0; k < d.n; k++)
            if (str_starts(d.v[k].id, STR("UNREAD")))
                fail_msg("%s: unread: %.*s", expected[i].file, STR_ARG(d.v[k].saw));
    }
}

static void medicines_are_found_as_whole_words(void **state) {
    (void)state;
    int opioid = codes_class(&codes.medicines, STR("opioid"));
    assert_true(opioid >= 0);
    assert_true(str_is(codes_ingredient(&codes, STR("NORCO 5-325"), opioid), "hydrocodone"));
    static const char *const none[] = {"", " ", "[", "norcotic", "MS", "Contin MS", "ketamin", "é"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_true(codes_of_medicine(&codes, str_from(none[i])) == 0);
    assert_false(codes_icd10_ok(STR("F3")) || codes_icd10_ok(STR("3F3.2")) ||
                 codes_icd10_ok(STR("F33..2")) || codes_icd10_ok(STR("F33.")) ||
                 codes_icd10_ok(STR("F33.20000")));
    assert_true(codes_icd10_ok(STR("F33")) && codes_icd10_ok(STR("S06.0X0A")) &&
                codes_icd10_ok(STR("f332")));
}

static void a_bad_rule_is_refused_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *code;
    } cases[] = {
        {"source S\nrule A a\ncaution age > 1 : x\n", "r:3", "required"}, /* no test */
        {"source S\nrule A a\ncaution age > 1 : x\ntest age 2 -> A caution\n", "r", "test"},
        {"source S\nrule A a\ncaution age > 1 : x\ntest age 1 -> A caution, no A\n", "r:4", "test"},
        {"source S\nrule A a\ncaution aged > 1 : x\ntest age 1 -> no A\n", "r:3", "unknown"},
        {"source S\nrule A a\ncaution age 1 : x\ntest age 1 -> no A\n", "r:3", "syntax"},
        {"source S\nrule A a\ncaution age > 1\ntest age 1 -> no A\n", "r:3", "required"},
        {"source S\nrule A a\ncaution age > 1 : x\nabsolute age > 2 : x\ntest age 1 -> no A\n",
         "r:4", "order"},
        {"source S\nrule A a\ncaution condition flu : x\ntest age 1 -> no A\n", "r:3", "unknown"},
        {"source S\ncaution age > 1 : x\ntest age 1 -> no A\n", "r:2", "syntax"},
        {"rule A a\ncaution age > 1 : x\ntest age 1 -> no A\n", "r:3", "required"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults = {.arena = &arena};
        struct screening_rules s = screening_new(&arena, &codes);
        assert_int_equal(screening_read(&arena, STR("r"), str_from(cases[i].text), &s, &faults),
                         E_INVALID);
        if (!str_is(faults.v[0].field, cases[i].place) || !str_is(faults.v[0].code, cases[i].code))
            fail_msg("case %zu: %.*s %.*s", i, STR_ARG(faults.v[0].field),
                     STR_ARG(faults.v[0].message));
    }
}

int main(void) {
    arena_open(&arena, 1 << 29);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_codes_pass_their_own_tests),
        cmocka_unit_test(every_rule_speaks_and_is_silent),
        cmocka_unit_test(a_whole_answer_is_eligible),
        cmocka_unit_test(nothing_known_is_asked_for_and_never_eligible),
        cmocka_unit_test(a_finding_says_what_it_saw_and_where),
        cmocka_unit_test(bad_input_names_its_field),
        cmocka_unit_test(real_referrals_give_the_findings_that_a_reviewer_should_see),
        cmocka_unit_test(medicines_are_found_as_whole_words),
        cmocka_unit_test(a_bad_rule_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
