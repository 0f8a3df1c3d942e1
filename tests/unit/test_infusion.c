/* core/infusion: what ran in, by what was done at the pump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/infusion.h"

#define MIN INT64_C(60000)

static const struct infusion_order order = {40000, 0, 40}; /* 40 mg over 40 min: 1 mg/min */

static const struct {
    const char *what;
    struct infusion_change v[5];
    int n;
    int64_t now_min;
    enum infusion_state state;
    int64_t delivered_ug, end_min;
} cases[] = {
    {"before it began", {{0}}, 0, -1, INFUSION_RUNNING, 0, 40},
    {"begun", {{0}}, 0, 0, INFUSION_RUNNING, 0, 40},
    {"half way", {{0}}, 0, 20, INFUSION_RUNNING, 20000, 40},
    {"a minute before its end", {{0}}, 0, 39, INFUSION_RUNNING, 39000, 40},
    {"at its end", {{0}}, 0, 40, INFUSION_DONE, 40000, 40},
    {"long after", {{0}}, 0, 400, INFUSION_DONE, 40000, 40},
    {"paused", {{INFUSION_PAUSE, 10 * MIN, 0}}, 1, 25, INFUSION_PAUSED, 10000, 55},
    {"resumed", {{INFUSION_PAUSE, 10 * MIN, 0}, {INFUSION_RESUME, 20 * MIN, 0}}, 2, 25,
     INFUSION_RUNNING, 15000, 50},
    {"slower", {{INFUSION_RATE, 10 * MIN, 500}}, 1, 30, INFUSION_RUNNING, 20000, 70},
    {"slower while paused", {{INFUSION_PAUSE, 10 * MIN, 0}, {INFUSION_RATE, 12 * MIN, 500},
     {INFUSION_RESUME, 20 * MIN, 0}}, 3, 30, INFUSION_RUNNING, 15000, 80},
    {"stopped", {{INFUSION_STOP, 12 * MIN, 0}}, 1, 60, INFUSION_STOPPED, 12000, 12},
    {"stopped while paused", {{INFUSION_PAUSE, 10 * MIN, 0}, {INFUSION_STOP, 15 * MIN, 0}}, 2, 60,
     INFUSION_STOPPED, 10000, 15},
    {"nothing after a stop", {{INFUSION_STOP, 12 * MIN, 0}, {INFUSION_RESUME, 13 * MIN, 0}}, 2, 60,
     INFUSION_STOPPED, 12000, 12},
    {"a change after all was in", {{INFUSION_RATE, 50 * MIN, 9000}}, 1, 60, INFUSION_DONE, 40000,
     40},
    {"what is still to come does not count", {{INFUSION_STOP, 30 * MIN, 0}}, 1, 20,
     INFUSION_RUNNING, 20000, 40},
};

static void what_ran_in(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct infusion in;
        int64_t sum = 0;
        print_message("%s\n", cases[i].what);
        infusion_at(&order, cases[i].v, cases[i].n, cases[i].now_min * MIN, &in);
        assert_int_equal(in.state, cases[i].state);
        assert_int_equal(in.delivered_ug, cases[i].delivered_ug);
        assert_int_equal(in.end_ms, cases[i].end_min * MIN);
        for (int k = 0; k < in.n; k++) sum += in.parts[k].amount_ug;
        assert_int_equal(sum, in.delivered_ug);
    }
}

/* However often it is looked at or changed, never more than was ordered, and never less. */
static void nothing_runs_past_the_order(void **state) {
    struct infusion_change v[40];
    (void)state;
    for (int n = 0; n <= 40; n++) {
        struct infusion in;
        for (int i = 0; i < n; i++)
            v[i] = (struct infusion_change){INFUSION_RATE, (i + 1) * 37001, 333 + 211 * (i % 7)};
        infusion_at(&order, v, n, 1000 * MIN, &in);
        assert_int_equal(in.state, INFUSION_DONE);
        assert_int_equal(in.delivered_ug, order.amount_ug);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_ran_in),
                                       cmocka_unit_test(nothing_runs_past_the_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
