#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/embed.h"

static void finds_what_is_there(void **state) {
    (void)state;
    const struct embedded *css = embed_find(STR("static/app.css"));
    assert_non_null(css);
    assert_true(css->bytes.n > 10);
    assert_int_equal(css->bytes.s[css->bytes.n], 0);
    assert_null(embed_find(STR("static/app.cs")));
    assert_null(embed_find(STR("static/app.css2")));
    assert_null(embed_find(STR("")));
    assert_null(embed_find(STR_ABSENT));
}

static void is_sorted_and_each_is_found(void **state) {
    (void)state;
    ptrdiff_t n = 0;
    for (const struct embedded *e, *last = NULL; (e = embed_at(n)); last = e, n++) {
        if (last) assert_true(str_cmp(last->path, e->path) < 0);
        assert_ptr_equal(embed_find(e->path), e);
    }
    assert_true(n > 0);
    assert_null(embed_at(-1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_is_there),
        cmocka_unit_test(is_sorted_and_each_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
