#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "web/words.h"

static char memory[4096];

static void until(void **state) {
    (void)state;
    static const struct {
        int64_t ahead_ms;
        const char *as;
    } rows[] = {
        {0, "now"}, {59999, "now"}, {-59999, "now"}, {MINUTE_MS, "in 1 min"},
        {59 * MINUTE_MS, "in 59 min"}, {HOUR_MS, "in 1 h"}, {26 * HOUR_MS + 1, "in 26 h"},
        {HOUR_MS - 1, "in 59 min"}, {DAY_MS - 1, "in 24 h"},
        {DAY_MS - MINUTE_MS, "in 23 h"}, {2 * DAY_MS - MINUTE_MS, "in 47 h"}, {-DAY_MS + 1, "23 h late"}, {2 * DAY_MS, "in 2 days"}, {-5 * HOUR_MS, "5 h late"},
        {-3 * DAY_MS, "3 days late"}, {-12 * MINUTE_MS, "12 min late"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        struct str saw = words_until(&a, 1000 + rows[i].ahead_ms, 1000);
        if (!str_is(saw, rows[i].as)) fail_msg("expected %s, saw %.*s", rows[i].as, STR_ARG(saw));
    }
}

static void since(void **state) {
    (void)state;
    static const struct {
        int64_t passed_ms;
        const char *as;
    } rows[] = {{-5, "0 min"}, {72 * MINUTE_MS, "72 min"}, {3 * HOUR_MS - 1, "179 min"}, {3 * HOUR_MS, "3 h"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena a = arena_over(memory, sizeof memory);
        assert_true(str_is(words_since(&a, 1000, 1000 + rows[i].passed_ms), rows[i].as));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(until), cmocka_unit_test(since)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
