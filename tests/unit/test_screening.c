/* screening: the content's own tests, and what only C can show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/embed.h"
#include "core/screening_read.h"

static struct arena arena;
static struct codes codes;
static struct screening rules;

static void say(const struct faults *f) {
    for (int k = 0; k < f->n; k++)
        printf("%.*s: %.*s\n", STR_ARG(f->v[k].field), STR_ARG(f->v[k].message));
}

static struct str content(const char *path) {
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    return e->bytes;
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
    static const char *const files[] = {"contraindications", "interactions", "readiness"};
    rules = screening_new(&arena, &codes);
    for (int i = 0; i < 3; i++) {
        char path[80];
        snprintf(path, sizeof path, "content/screening/%s.txt", files[i]);
        struct faults faults = {.arena = &arena};
        enum err e = screening_read(&arena, str_from(path), content(path), &rules, &faults);
        say(&faults);
        assert_int_equal(e, E_OK);
    }
    assert_true(rules.rule_count >= 27 + 17 + 1);
}

int main(void) {
    arena_open(&arena, 1 << 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_codes_pass_their_own_tests),
        cmocka_unit_test(every_rule_speaks_and_is_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
