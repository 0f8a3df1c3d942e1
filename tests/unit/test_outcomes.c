/* outcomes: a clinic of eight courses, counted by hand. Day 0 is the last dose of each; the
 * first was fourteen days before. PHQ-9; response is half or less, remission below 5, relapse
 * two measures of 10 or more a week apart with the response lost. */
#include "store_fixture.h"

#include <math.h>

#include "app/content.h"
#include "app/outcomes.h"
#include "base/clock.h"

static struct content content;
static const int64_t day_0 = 20000 * DAY_MS;

struct course_of { /* totals by day */
    const char *mrn, *step; /* the state of a further dose step, NULL: there is none */
    struct {
        int day, total;
    } v[5];
    int n;
};

static const struct course_of courses[] = {
    {"K-1", NULL, {{-21, 20}, {10, 8}, {40, 12}, {50, 14}}, 4}, /* responds; relapses on day 50 */
    {"K-2", NULL, {{-21, 18}, {7, 4}, {100, 6}}, 3},            /* remission; holds to day 100 */
    {"K-3", NULL, {{-14, 16}, {5, 12}}, 2},                     /* a quarter better: no response */
    {"K-4", NULL, {{-30, 22}, {40, 3}}, 2},                     /* measured too late: lost */
    {"K-5", NULL, {{-20, 9}, {5, 2}}, 2},                       /* below the floor of 10 */
    {"K-6", NULL, {{-10, 20}, {5, 5}}, 2},                      /* nothing before the first dose */
    {"K-7", "planned", {{-20, 20}, {5, 5}}, 2},                 /* a dose is still to come */
    {"K-8", "done", {{-20, 20}, {14, 10}}, 2},                  /* half, exactly; then no more */
};

static enum err put_dosing(struct tx *tx, struct str patient_id, struct str course_id) {
    struct dosing d = {.patient_id = patient_id, .course_id = course_id, .step_id = STR("s"),
                       .state = STR("discharged"), .route = STR("im"),
                       .checked_in_ms = day_0 - 14 * DAY_MS,
                       .first_dose_ms = {true, day_0 - 14 * DAY_MS},
                       .last_dose_ms = {true, day_0}};
    return dosing_put(tx, &d);
}

static enum err put_step(struct tx *tx, struct str patient_id, struct str course_id,
                         const char *state) {
    struct step s = {.patient_id = patient_id, .course_id = course_id, .ordinal = 9,
                     .type = STR("dose"), .title = STR("Dosing 9"), .minutes = 150,
                     .role = STR("monitor"), .due_date = STR("2024-11-01"),
                     .window_from = STR("2024-11-01"), .window_to = STR("2024-11-02"),
                     .state = str_from(state)};
    return state ? step_put(tx, &s) : E_OK;
}

static enum err put_course(struct tx *tx, const struct course_of *of) {
    struct patient p = a_patient(of->mrn);
    TRY(put_patient(tx, &p));
    struct course c = {.patient_id = p.id, .protocol = STR("kap"), .protocol_version = 1,
                       .route = STR("im"), .planned_dose = STR("0.5mg/kg"),
                       .start_date = STR("2024-09-20"), .state = STR("active")};
    TRY(course_put(tx, &c));
    TRY(put_dosing(tx, p.id, c.id));
    TRY(put_step(tx, p.id, c.id, of->step));
    for (int i = 0; i < of->n; i++) {
        struct response r = {.patient_id = p.id, .instrument = STR("phq9"),
                             .instrument_version = 1, .at_ms = day_0 + of->v[i].day * DAY_MS,
                             .answers = STR("-"), .total = {true, of->v[i].total},
                             .complete = 1};
        TRY(response_put(tx, &r));
    }
    return E_OK;
}

static void load(struct outcomes *out) {
    struct tx tx = a_tx(TX_WRITE);
    enum err e = E_OK;
    for (size_t i = 0; e == E_OK && i < sizeof courses / sizeof *courses; i++)
        e = put_course(&tx, &courses[i]);
    assert_int_equal(tx_end(&tx, e), E_OK);
    tx = a_tx(TX_READ);
    assert_int_equal(tx_end(&tx, outcomes_load(&tx, &content, out)), E_OK);
}

static void eight_courses_are_counted_as_by_hand(void **state) {
    (void)state;
    struct outcomes o;
    load(&o);
    assert_int_equal(o.courses, 8);
    assert_int_equal(o.running, 1);     /* K-7 */
    assert_int_equal(o.below_floor, 1); /* K-5 */
    assert_int_equal(o.no_baseline, 1); /* K-6 */
    assert_int_equal(o.lost.n, 1);      /* K-4 of K-1 2 3 4 8 */
    assert_int_equal(o.lost.of, 5);
    assert_int_equal(o.response.n, 3); /* K-1 2 8 */
    assert_int_equal(o.response.of, 4);
    assert_int_equal(o.remission.n, 1); /* K-2 */
    assert_int_equal(o.remission.of, 4);
    assert_int_equal(o.response_all.n, 3);
    assert_int_equal(o.response_all.of, 5);
    /* Wilson, 3 of 4: (0.75 + 0.4802 -+ 0.6408) / 1.9604, with z = 1.96 */
    assert_float_equal(o.response.lo, 0.3006, 0.0002);
    assert_float_equal(o.response.hi, 0.9544, 0.0002);
}

static void who_responded_is_followed_to_the_relapse_or_the_last_measure(void **state) {
    (void)state;
    static const struct {
        int week, at_risk;
        double survival;
    } rows[] = {{4, 2, 1}, {8, 1, 0.5}, {12, 1, 0.5}, {26, 0, 0.5}};
    struct outcomes o;
    load(&o);
    /* K-8 leaves on day 14, K-1 relapses on day 50 with two at risk, K-2 leaves on day 100. */
    assert_int_equal(o.held.subjects, 3);
    assert_int_equal(o.held.events, 1);
    for (int i = 0; i < OUTCOMES_WEEKS; i++) {
        assert_int_equal(outcomes_weeks[i], rows[i].week);
        assert_int_equal(o.at[i].at_risk, rows[i].at_risk);
        if (o.at[i].at_risk) assert_float_equal(o.at[i].survival, rows[i].survival, 1e-12);
    }
    assert_float_equal(o.median_weeks, 50 / 7.0, 1e-9);
}

static void an_empty_clinic_has_no_share(void **state) {
    (void)state;
    struct outcomes o;
    struct tx tx = a_tx(TX_READ);
    assert_int_equal(tx_end(&tx, outcomes_load(&tx, &content, &o)), E_OK);
    assert_int_equal(o.courses, 0);
    assert_int_equal(o.response.of, 0);
    assert_int_equal(o.held.subjects, 0);
    assert_true(isnan(o.median_weeks));
}

int main(void) {
    static struct arena boot;
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(eight_courses_are_counted_as_by_hand),
        FIXTURE_TEST(who_responded_is_followed_to_the_relapse_or_the_last_measure),
        FIXTURE_TEST(an_empty_clinic_has_no_share),
    };
    arena_open(&boot, 256 << 20);
    if (content_boot(&boot, NULL, &content)) return 1;
    return on_both_engines("outcomes", tests, sizeof tests / sizeof *tests);
}
