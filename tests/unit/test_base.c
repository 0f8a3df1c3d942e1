/* base: text, numbers, dates and time, each on both sides of its line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "base/lines.h"

static struct arena arena;

static struct str text_of(double v, int decimals) {
    struct buf b = buf_new(&arena, 32);
    buf_real(&b, v, decimals);
    return buf_str(&b);
}

static void numbers_are_whole_or_refused(void **state) {
    (void)state;
    int64_t i;
    double r;
    assert_true(str_to_int(STR("-9223372036854775808"), &i) && i == INT64_MIN);
    assert_false(str_to_int(STR("9223372036854775808"), &i));
    assert_false(str_to_int(STR(" 1"), &i) || str_to_int(STR(""), &i) || str_to_int(STR("-"), &i));
    assert_true(str_to_real(STR("-12.50"), &r) && r == -12.5);
    assert_false(str_to_real(STR("1e3"), &r) || str_to_real(STR("."), &r) ||
                 str_to_real(STR("1."), &r) || str_to_real(STR("nan"), &r));
    assert_true(str_is(text_of(0.125, 2), "0.13") && str_is(text_of(-0.004, 2), "0.00"));
    assert_true(str_is(text_of(36.85, 1), "36.9") && str_is(text_of(72, 0), "72"));
}

static void text_is_utf8_or_refused(void **state) {
    (void)state;
    assert_true(str_utf8_ok(STR("Zoë КОКОНОВА 😀")));
    assert_false(str_utf8_ok(STR("\xC0\xAF")) || str_utf8_ok(STR("\xED\xA0\x80")) ||
                 str_utf8_ok(STR("a\0b")) || str_utf8_ok(STR("\xE2\x82")));
    struct buf b = buf_new(&arena, 8);
    buf_html(&b, STR("<a href=\"x\">'&"));
    assert_true(str_is(buf_str(&b), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"));
}

static void dates_are_of_the_calendar(void **state) {
    (void)state;
    int32_t d;
    assert_true(date_parse(STR("2024-02-29"), &d) && str_is(date_text(&arena, d), "2024-02-29"));
    assert_false(date_parse(STR("2023-02-29"), &d) || date_parse(STR("2023-13-01"), &d) ||
                 date_parse(STR("2023-1-1"), &d) || date_parse(STR("1799-12-31"), &d));
    assert_true(date_parse(STR("1970-01-01"), &d) && d == 0 && date_weekday(d) == 3);
    assert_true(date_parse(STR("2026-01-31"), &d));
    assert_true(str_is(date_text(&arena, date_add_months(d, 1)), "2026-02-28"));
    int32_t born, on = 0;
    assert_true(date_parse(STR("2000-03-01"), &born) && date_parse(STR("2018-02-28"), &on));
    assert_int_equal(date_age_years(born, on), 17);
    assert_int_equal(date_age_years(born, on + 1), 18);
    for (d = -60000; d < 370000; d += 7) assert_int_equal(date_to_days(date_from_days(d)), d);
}

static void instants_carry_their_zone(void **state) {
    (void)state;
    int64_t a, b;
    assert_true(clock_parse_rfc3339(STR("2026-03-01T12:00:00+02:00"), &a));
    assert_true(clock_parse_rfc3339(STR("2026-03-01T10:00:00.000Z"), &b));
    assert_int_equal(a, b);
    assert_false(clock_parse_rfc3339(STR("2026-03-01T24:00:00Z"), &a) ||
                 clock_parse_rfc3339(STR("2026-03-01T10:00:00"), &a));
}

static void ids_sort_by_time(void **state) {
    (void)state;
    struct str first = id_new(&arena, 1000), second = id_new(&arena, 2000);
    assert_true(id_ok(first) && id_ok(second) && str_cmp(first, second) < 0);
    assert_false(id_ok(STR("not-an-id")));
    for (int i = 0; i < 5000; i++, first = second) {
        second = id_new(&arena, 3000); /* one transaction has one time */
        assert_true(id_ok(second) && str_cmp(first, second) < 0);
    }
}

static void a_full_arena_leaves_by_its_jump(void **state) {
    (void)state;
    char memory[64];
    struct arena small = arena_over(memory, sizeof memory);
    jmp_buf out;
    small.out = &out;
    if (setjmp(out) == 0) {
        arena_alloc(&small, 1, 1, 65);
        fail_msg("the arena gave more than it has");
    }
}

static void content_lines_keep_their_place(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct lines l = lines_open(&arena, STR("x"), STR("# c\n\nband 0 low | 5 high\n   | 9 top\nend\n"), &faults);
    assert_true(lines_next(&l) && str_is(l.keyword, "band"));
    assert_true(str_is(l.value, "0 low | 5 high | 9 top"));
    struct str rest = l.value;
    assert_true(str_is(part_next(&rest), "0 low") && str_is(part_next(&rest), "5 high") &&
                str_is(part_next(&rest), "9 top") && !part_next(&rest).s);
    assert_true(lines_next(&l) && str_is(l.keyword, "end") && l.value.n == 0);
    lines_fault(&l, "unknown", "no keyword `end`");
    assert_true(str_is(faults.v[0].field, "x:5") && !lines_next(&l));
}

static void every_error_has_its_row(void **state) {
    (void)state;
    for (int e = E_OK; e <= E_WORLD; e++) assert_non_null(err_meaning((enum err)e)->name);
    assert_int_equal(err_meaning(E_INVALID)->exit_status, 2);
}

/* A message has an end, and it is never inside a sign. */
static void a_long_fault_stays_text(void **state) {
    (void)state;
    char quoted[1200];
    for (int i = 0; i < 600; i++) memcpy(quoted + 2 * i, "\xC3\xA9", 2);
    for (int lead = 0; lead < 2; lead++) {
        struct faults f = {.arena = &arena};
        fault_add(&f, STR("x"), "range", "%s%.*s", lead ? "a" : "", 1200, quoted);
        assert_true(str_utf8_ok(f.v[0].message) && f.v[0].message.n >= 510);
    }
}

int main(void) {
    arena_open(&arena, 1 << 24);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_whole_or_refused), cmocka_unit_test(text_is_utf8_or_refused),
        cmocka_unit_test(dates_are_of_the_calendar),    cmocka_unit_test(instants_carry_their_zone),
        cmocka_unit_test(ids_sort_by_time),             cmocka_unit_test(a_full_arena_leaves_by_its_jump),
        cmocka_unit_test(every_error_has_its_row),
        cmocka_unit_test(a_long_fault_stays_text),
        cmocka_unit_test(content_lines_keep_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
