/* core/hours, core/risk and app/risk: by when, who is next, what may be done; and that nothing
 * is lost on the way from an answer to a signature. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/dosing.h"
#include "app/measure.h"
#include "app/risk.h"
#include "app/safety_plan.h"
#include "base/clock.h"

static struct arena boot, arena;
static struct store *store;
static struct content content;
static struct app app;
static struct str patient_id, therapist, prescriber;
static struct faults faults;
static int64_t now_ms;

enum { MONDAY = 18260 + 7 * 320 }; /* a Monday of 2026 */

/* The pure part ------------------------------------------------------------------------------ */

static void hours_are_read_or_refused(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool ok;
    } rows[] = {{"Mon-Fri 08:00-18:00", true},
                {"Mon-Fri 08:00-18:00, Sat 09:00-13:00", true},
                {"Sun 00:00-24:00", true},
                {"", false},
                {"Mon-Fri", false},
                {"Fri-Mon 08:00-18:00", false},
                {"Mon 18:00-08:00", false},
                {"Mon 08:00-08:00", false},
                {"Mon 08:00-24:01", false},
                {"Mon 8:00-18:00", false},
                {"Mon 08:60-18:00", false},
                {"Mon-Fri 08:00-12:00, Fri 13:00-18:00", false},
                {"Mon 08:00-18:00 and more", false},
                {"Mon 08:00-18:00,", false},
                {"whenever", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hours h;
        if (hours_read(str_from(rows[i].text), &h) != rows[i].ok) fail_msg("%s", rows[i].text);
    }
}

static void opening_has_two_sides(void **state) {
    (void)state;
    struct hours h;
    assert_true(hours_read(STR("Mon-Fri 08:00-18:00"), &h));
    static const struct {
        int day, minute;
        bool open;
        int next_day, next_minute;
    } rows[] = {{0, 479, false, 0, 480}, {0, 480, true, 1, 480},   {0, 1079, true, 1, 480},
                {0, 1080, false, 1, 480}, {4, 1200, false, 7, 480}, {6, 600, false, 7, 480}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct civil_minute at = {MONDAY + rows[i].day, rows[i].minute};
        struct civil_minute next = hours_next(&h, at);
        assert_int_equal(hours_open(&h, at), rows[i].open);
        assert_int_equal(next.days, MONDAY + rows[i].next_day);
        assert_int_equal(next.minute, rows[i].next_minute);
    }
}

/* Every act in every state: one way through, and one out where nothing was found. */
static void each_state_has_its_act(void **state) {
    (void)state;
    for (int s = 0; s < RISK_STATES; s++)
        for (int act = 0; act < RISK_ACTS; act++) {
            enum risk_state to;
            bool some = risk_allows((enum risk_state)s, RISK_FINDING_SOME, (enum risk_act)act, &to);
            assert_int_equal(some, s == act);
            if (some) assert_int_equal(to, s + 1);
            bool none = risk_allows((enum risk_state)s, RISK_FINDING_NONE, (enum risk_act)act, &to);
            assert_int_equal(none, s == act || (s == RISK_ASSESSED && act == RISK_CLOSE));
        }
}

/* What to do next stands beside an alert, and is another thing in each state. */
static void each_state_has_its_advice(void **state) {
    (void)state;
    static const struct {
        enum alert_level level;
        enum risk_state state;
        const char *says;
    } cases[] = {
        {ALERT_HIGH, RISK_OPEN, "Do not leave the patient alone"},
        {ALERT_HIGH, RISK_CONTACTED, "evaluated for possible hospitalisation"},
        {ALERT_MODERATE, RISK_OPEN, "No dose before this is done"},
        {ALERT_MODERATE, RISK_ASSESSED, "Safety plan with the patient"},
        {ALERT_LOW, RISK_OPEN, "by the end of the next working day"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str text = risk_advice(content.risk, cases[i].level, cases[i].state);
        assert_true(str_find(text, str_from(cases[i].says)) >= 0);
    }
    assert_false(risk_advice(content.risk, ALERT_LOW, RISK_CLOSED).n);
}

static void the_chain_has_an_end(void **state) {
    (void)state;
    const struct risk_rules *r = content.risk;
    assert_true(str_is(risk_next_role(r, STR("therapist")), "prescriber"));
    assert_true(str_is(risk_next_role(r, STR("prescriber")), "director"));
    assert_false(risk_next_role(r, STR("director")).n);
    assert_true(str_is(risk_next_role(r, STR("monitor")), "therapist"));
    assert_true(risk_plan_allows(r, STR("resources"), ALERT_LOW));
    assert_false(risk_plan_allows(r, STR("resources"), ALERT_MODERATE));
    assert_false(risk_plan_allows(r, STR("prayer"), ALERT_LOW));
}

static void a_number_is_found_in_a_line(void **state) {
    (void)state;
    static const struct {
        const char *line, *number;
    } rows[] = {{"Maria (sister), 303 555 0142", "3035550142"},
                {"Sam +1 (303) 555-0142 at night", "+13035550142"},
                {"988, call or text", "988"},
                {"911", "911"},
                {"12 Main St", NULL},
                {"Room 4", NULL},
                {"555 01", NULL},
                {"5550142", "5550142"},
                {"the bakery in the morning", NULL},
                {"1234567890123456", NULL},
                {"", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str found = risk_phone(&arena, str_from(rows[i].line));
        if (rows[i].number ? !str_is(found, rows[i].number) : found.n > 0)
            fail_msg("%s: %.*s", rows[i].line, STR_ARG(found));
    }
}

static void bad_content_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *line, *says;
    } bad[] = {{"timer high open | soon | DESIGN", "timer LEVEL STATE"},
               {"timer high closed | 5 min | DESIGN", "timer LEVEL STATE"},
               {"timer awful open | 5 min | DESIGN", "timer LEVEL STATE"},
               {"timer high open | 15 min", "SOURCE"},
               {"signal gate risk | high | suicide | x | S1", "signal PLACE"},
               {"rise phq9 q9 | high | | S1", "rise INSTRUMENT"},
               {"plan x | words | low", "plan NAME"},
               {"advice low open | | S1", "advice LEVEL"},
               {"resource web", "resource HOW"},
               {"resource call 988 | b | w", "resource HOW"},
               {"chain | S1", "chain ROLES"},
               {"hours always", "as Mon-Fri"},
               {"say Notwithstanding institutional considerations, individuals experiencing "
                "psychological destabilisation immediately communicate.", "it reads at grade"},
               {"colour blue", "no line 'colour'"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults f = {.arena = &arena};
        struct risk_reader *r = risk_reader_new(&arena, &f);
        risk_read(r, STR("x.txt"), str_format(&arena, "%s\ntest says x\n", bad[i].line));
        assert_non_null(risk_reader_end(r));
        if (!f.n || str_find(f.v[0].message, str_from(bad[i].says)) < 0)
            fail_msg("%s: %.*s", bad[i].line, STR_ARG(f.n ? f.v[0].message : STR("accepted")));
    }
    struct faults f = {.arena = &arena};
    struct risk_reader *r = risk_reader_new(&arena, &f);
    risk_read(r, STR("x.txt"), STR("chain director | DESIGN\ntest says x\n"));
    assert_non_null(risk_reader_end(r)); /* not whole */
    assert_true(f.n > 10);
}

/* With rows ---------------------------------------------------------------------------------- */

static struct tx begin(struct str who) {
    struct tx tx;
    struct actor actor = {STR("clinic-a"), who, STR("web")};
    faults = (struct faults){.arena = &arena};
    assert_int_equal(tx_begin(&tx, store, &arena, TX_WRITE, actor, now_ms), E_OK);
    return tx;
}

static void at(int day, int hour, int minute) {
    now_ms = clock_instant(MONDAY + day, hour, minute);
}

static void phq9(int item9) {
    int answers[ITEMS_MAX];
    struct measure_done done;
    struct tx tx = begin(STR_ABSENT);
    for (int i = 0; i < ITEMS_MAX; i++) answers[i] = i < 8 ? 1 : i == 8 ? item9 : ANSWER_MISSING;
    struct measure_in in = {.patient_id = patient_id, .answers = answers,
                            .instrument = instrument_find(content.instruments, STR("phq9")),
                            .how = {.mode = STR("portal")}};
    assert_int_equal(tx_end(&tx, measure_record(&tx, &content, &in, &faults, &done)), E_OK);
    assert_int_equal(done.seen, item9 == ANSWER_MISSING ? RISK_SEEN_ALERT
                                : item9 > 0             ? RISK_SEEN_CRISIS
                                                        : RISK_SEEN_NOTHING);
}

static struct risk_alert_rows unclosed(void) {
    struct risk_alert_rows rows;
    struct tx tx = begin(STR_ABSENT);
    assert_int_equal(tx_end(&tx, risk_unclosed(&tx, &(struct risk_unclosed_in){patient_id}, &rows)),
                     E_OK);
    return rows;
}

static enum err act(struct str who, struct risk_do_in in) {
    struct risk_alert_rows rows = unclosed();
    struct tx tx = begin(who);
    in.patient_id = patient_id;
    if (!in.alert_id.n) in.alert_id = rows.v[0].id;
    return tx_end(&tx, risk_do(&tx, &content, &in, &faults));
}

static struct str gate_word(void) {
    struct str word;
    struct tx tx = begin(STR_ABSENT);
    assert_int_equal(tx_end(&tx, risk_gate_word(&tx, patient_id, &word)), E_OK);
    return word;
}

static bool tick(void) {
    bool due = false;
    struct tx tx = begin(STR_ABSENT);
    assert_int_equal(risk_due(&tx, &app, &due), E_OK);
    assert_int_equal(tx_end(&tx, due ? risk_tick(&tx, &app) : E_OK), E_OK);
    return due;
}

static void one_answer_opens_one_alert(void **state) {
    (void)state;
    at(0, 10, 0);
    phq9(0);
    assert_int_equal(unclosed().n, 0);
    assert_true(str_is(gate_word(), "none"));
    phq9(ANSWER_MISSING);
    assert_true(str_is(gate_word(), "open_low"));
    phq9(1); /* joins it, and raises it: two triggers, one alert */
    struct risk_alert_rows rows = unclosed();
    assert_int_equal(rows.n, 1);
    assert_true(str_is(rows.v[0].level, "moderate") && str_is(rows.v[0].state, "open"));
    assert_int_equal(rows.v[0].due_ms.v, clock_instant(MONDAY, 18, 0));
    assert_true(str_is(gate_word(), "open"));
    struct risk_trigger_of_rows triggers;
    struct tx tx = begin(STR_ABSENT);
    assert_int_equal(risk_trigger_of(&tx, &(struct risk_trigger_of_in){rows.v[0].id}, &triggers),
                     E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(triggers.n, 2);
    /* A person who says the same on another day is not taken for the same trigger. */
    tx = begin(therapist);
    assert_int_equal(tx_end(&tx, risk_of_person(&tx, &content, patient_id, STR("low"),
                                                STR("Said he is a burden."), &faults)), E_OK);
    assert_int_equal(unclosed().n, 1);
    tx = begin(therapist);
    assert_int_equal(tx_end(&tx, risk_of_person(&tx, &content, patient_id, STR("awful"), STR(" "),
                                                &faults)), E_INVALID);
    assert_int_equal(faults.n, 2);
}

static void nobody_answers_and_it_goes_on(void **state) {
    (void)state;
    at(0, 17, 59);
    assert_false(tick());
    at(0, 18, 0);
    assert_true(tick());
    struct risk_alert a = unclosed().v[0];
    assert_true(str_is(a.owner_role, "prescriber") && a.escalate_ms.is);
    assert_int_equal(a.escalate_ms.v, clock_instant(MONDAY, 20, 0));
    assert_int_equal(a.due_ms.v, clock_instant(MONDAY, 18, 0)); /* late stays late */
    at(0, 19, 59);
    assert_false(tick());
    at(0, 20, 1);
    assert_true(tick());
    a = unclosed().v[0];
    assert_true(str_is(a.owner_role, "director") && !a.escalate_ms.is);
    at(3, 0, 0);
    assert_false(tick());
    assert_true(str_is(unclosed().v[0].state, "open"));
}

static void it_is_worked_in_order(void **state) {
    (void)state;
    at(1, 8, 0);
    struct str why = STR("x");
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_ASSESS, .text = why,
                                                        .category = STR("low")}), E_BLOCKED);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CLOSE, .text = why}),
                     E_BLOCKED);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CONTACT, .text = STR(" ")}),
                     E_INVALID);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CONTACT, .text = why,
                                                        .not_reached = true}), E_OK);
    assert_true(str_is(unclosed().v[0].state, "open"));
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CONTACT, .text = why,
                                                        .expect = 1}), E_CONFLICT);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CONTACT, .text = why}), E_OK);
    struct risk_alert a = unclosed().v[0];
    assert_true(str_is(a.state, "contacted") && str_eq(a.owner_id, therapist) &&
                str_is(a.owner_role, "therapist"));
    assert_true(str_is(gate_word(), "open")); /* not assessed yet */
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_ASSESS, .text = why,
                                                        .category = STR("dire")}), E_INVALID);
    assert_int_equal(act(prescriber, (struct risk_do_in){.act = RISK_ASSESS, .text = why,
                                                         .category = STR("high")}), E_OK);
    a = unclosed().v[0];
    assert_int_equal(a.due_ms.v, now_ms + 30 * MINUTE_MS);
    assert_true(str_is(gate_word(), "high"));
    assert_int_equal(act(prescriber, (struct risk_do_in){.act = RISK_PLAN, .text = why,
                                                         .how = STR("resources")}), E_INVALID);
    assert_int_equal(act(prescriber, (struct risk_do_in){.act = RISK_PLAN, .text = why,
                                                         .how = STR("safety_plan")}), E_BLOCKED);
}

static void a_plan_is_kept_in_versions(void **state) {
    (void)state;
    struct safety_plan plan = {.patient_id = patient_id, .signs = STR("a"), .alone = STR("b"),
                               .company = STR("c"), .people = STR("d"), .helpers = STR("e"),
                               .safer_place = STR("f")};
    struct safety_plan_of_rows rows;
    struct tx tx = begin(therapist);
    assert_int_equal(tx_end(&tx, safety_plan_review(&tx, patient_id)), E_UNKNOWN);
    tx = begin(therapist);
    struct safety_plan first = plan;
    assert_int_equal(tx_end(&tx, safety_plan_write(&tx, &first, 0, &faults)), E_OK);
    tx = begin(therapist);
    struct safety_plan again = plan;
    assert_int_equal(tx_end(&tx, safety_plan_write(&tx, &again, 1, &faults)), E_INVALID);
    tx = begin(therapist);
    struct safety_plan blind = plan;
    assert_int_equal(tx_end(&tx, safety_plan_write(&tx, &blind, 0, &faults)), E_CONFLICT);
    tx = begin(therapist);
    struct safety_plan second = plan;
    second.people = STR("d, 303 555 0142");
    assert_int_equal(tx_end(&tx, safety_plan_write(&tx, &second, 1, &faults)), E_OK);
    tx = begin(therapist);
    assert_int_equal(safety_plan_of(&tx, &(struct safety_plan_of_in){patient_id}, &rows), E_OK);
    assert_int_equal(tx_end(&tx, E_OK), E_OK);
    assert_int_equal(rows.n, 2);
    assert_int_equal(rows.v[0].number, 2);
}

static void it_is_closed_with_a_seal(void **state) {
    (void)state;
    struct str why = STR("x");
    assert_int_equal(act(prescriber, (struct risk_do_in){.act = RISK_PLAN, .text = why,
                                                         .how = STR("safety_plan")}), E_OK);
    assert_int_equal(unclosed().v[0].due_ms.v, now_ms + DAY_MS);
    phq9(2); /* after the assessment: an alert of its own */
    assert_int_equal(unclosed().n, 2);
    struct risk_alert_rows rows = unclosed();
    const struct risk_alert *old = str_is(rows.v[0].state, "planned") ? &rows.v[0] : &rows.v[1];
    struct str id = str_copy(&boot, old->id);
    at(2, 8, 0);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_FOLLOW, .text = why,
                                                        .alert_id = id}), E_OK);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CLOSE, .text = why,
                                                        .alert_id = id}), E_OK);
    assert_int_equal(unclosed().n, 1);
    struct risk_alert a;
    struct tx tx = begin(therapist);
    assert_int_equal(tx_end(&tx, risk_alert_load(&tx, id, &a)), E_OK);
    assert_true(a.seal.n == 64 && !a.due_ms.is && str_eq(a.closed_by, therapist));
    /* Nothing found: closed from the assessment. */
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CONTACT, .text = why}), E_OK);
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_ASSESS, .text = why,
                                                        .category = STR("none")}), E_OK);
    assert_true(str_is(gate_word(), "low"));
    assert_int_equal(act(therapist, (struct risk_do_in){.act = RISK_CLOSE, .text = why}), E_OK);
    assert_true(str_is(gate_word(), "none"));
}

/* What was written before there were alerts, or by another door, gets its own once. */
static void what_was_written_elsewhere_is_adopted(void **state) {
    (void)state;
    at(4, 23, 30);
    struct response r = {.patient_id = patient_id, .instrument = STR("phq9"),
                         .instrument_version = 1, .at_ms = now_ms, .answers = STR("q9=3"),
                         .alerts = STR("of a version that is gone\nand another")};
    struct tx tx = begin(STR_ABSENT);
    tx_event(&tx, "measure_recorded", STR_ABSENT);
    assert_int_equal(tx_end(&tx, response_put(&tx, &r)), E_OK);
    assert_int_equal(risk_adopt(&app, &arena, now_ms), E_OK);
    assert_int_equal(risk_adopt(&app, &arena, now_ms), E_OK);
    struct risk_alert_rows rows = unclosed();
    assert_int_equal(rows.n, 1);
    assert_true(str_is(rows.v[0].level, "moderate"));
    assert_int_equal(rows.v[0].due_ms.v, clock_instant(MONDAY + 5, 11, 30)); /* a Friday night */
}

/* Answers of the day and of screening, by the content's signals; the same one once. */
static void answers_are_signals(void **state) {
    (void)state;
    at(7, 9, 0);
    static const struct {
        const char *place, *answers, *level; /* NULL: nothing */
    } rows[] = {{"discharge", "moaas=5 suicidal=no", NULL},
                {"gate", "risk=low", NULL},
                {"gate", "escort=yes risk=high", "high"},
                {"discharge", "suicidal=yes", "high"},
                {"screening", "cssrs.ideation_past_month=0", NULL},
                {"screening", "cssrs.ideation_past_month=3 hcg=negative", "moderate"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct patient p = {.mrn = str_format(&arena, "K-1%zu", i), .family_name = STR("K"),
                            .given_name = STR("Zoë"), .birth_date = STR("1980-02-29"),
                            .sex = STR("female"), .phase = STR("eligible"),
                            .phase_since_ms = now_ms};
        struct tx tx = begin(therapist);
        tx_event(&tx, "patient_changed", STR("a test"));
        assert_int_equal(patient_put(&tx, &p), E_OK);
        patient_id = p.id;
        for (int twice = 0; twice < 2; twice++)
            assert_int_equal(risk_of_answers(&tx, &content, rows[i].place, p.id, STR("d-1"),
                                             str_from(rows[i].answers)), E_OK);
        assert_int_equal(tx_end(&tx, E_OK), E_OK);
        struct risk_alert_rows open = unclosed();
        assert_int_equal(open.n, rows[i].level ? 1 : 0);
        if (rows[i].level) assert_true(str_is(open.v[0].level, rows[i].level));
        if (open.n) assert_int_equal(open.v[0].version, 1); /* the second time changed nothing */
    }
}

static struct str person(const char *name, const char *role) {
    struct account a = {.login_name = str_from(name), .display_name = str_from(name),
                        .role = str_from(role), .active = 1};
    struct tx tx = begin(STR_ABSENT);
    tx_event(&tx, "account_created", STR("a test"));
    assert_int_equal(tx_end(&tx, account_put(&tx, &a)), E_OK);
    return str_copy(&boot, a.id);
}

static char folder[] = "/tmp/cairn-test-XXXXXX";

static int tear_down(void **state) {
    (void)state;
    store_close(store);
    const char *const parts[] = {"cairn.db", "cairn.db-wal", "cairn.db-shm"};
    for (int i = 0; i < 3; i++) unlink(str_format(&boot, "%s/%s", folder, parts[i]).s);
    return rmdir(folder);
}

static int set_up(void **state) {
    (void)state;
    struct str why = STR_ABSENT;
    int applied;
    setenv("TZ", "America/Denver", 1);
    assert_non_null(mkdtemp(folder));
    struct str url = str_format(&boot, "sqlite:%s/cairn.db", folder);
    assert_int_equal(store_open(&boot, url, STORE_CREATE, &store, &why), E_OK);
    assert_int_equal(store_migrate(store, &boot, &applied, &why), E_OK);
    app = (struct app){.store = store, .content = &content, .clinic_id = STR("clinic-a")};
    at(0, 9, 0);
    therapist = person("tomas", "therapist");
    prescriber = person("ada", "prescriber");
    struct patient p = {.mrn = STR("K-1"), .family_name = STR("K"), .given_name = STR("Zoë"),
                        .birth_date = STR("1980-02-29"), .sex = STR("female"),
                        .phase = STR("eligible"), .phase_since_ms = now_ms};
    struct tx tx = begin(STR_ABSENT);
    tx_event(&tx, "patient_changed", STR("a test"));
    assert_int_equal(tx_end(&tx, patient_put(&tx, &p)), E_OK);
    patient_id = str_copy(&boot, p.id);
    return 0;
}

int main(void) {
    arena_open(&boot, 256 << 20);
    arena_open(&arena, 256 << 20);
    if (content_boot(&boot, NULL, &content)) return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hours_are_read_or_refused),
        cmocka_unit_test(opening_has_two_sides),
        cmocka_unit_test(each_state_has_its_act),
        cmocka_unit_test(each_state_has_its_advice),
        cmocka_unit_test(the_chain_has_an_end),
        cmocka_unit_test(a_number_is_found_in_a_line),
        cmocka_unit_test(bad_content_is_refused_by_name),
        cmocka_unit_test(one_answer_opens_one_alert),
        cmocka_unit_test(nobody_answers_and_it_goes_on),
        cmocka_unit_test(it_is_worked_in_order),
        cmocka_unit_test(a_plan_is_kept_in_versions),
        cmocka_unit_test(it_is_closed_with_a_seal),
        cmocka_unit_test(what_was_written_elsewhere_is_adopted),
        cmocka_unit_test(answers_are_signals),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
