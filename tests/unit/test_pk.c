/* pk: the model files against their golden points, and laws that any linear model keeps. */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/embed.h"
#include "pk/engine.h"

static struct arena arena;

static const struct pk_model *model_named(const char *path) {
    struct faults *f = NEW(&arena, struct faults);
    const struct pk_model *m;
    f->arena = &arena;
    const struct embedded *e = embed_find(str_from(path));
    assert_non_null(e);
    enum err result = pk_model_parse(&arena, e->path, e->bytes, f, &m);
    for (int i = 0; i < f->n; i++)
        print_message("%.*s: %.*s\n", STR_ARG(f->v[i].field), STR_ARG(f->v[i].message));
    assert_int_equal(result, E_OK);
    return m;
}

static const struct pk_model *kap1(void) { return model_named("content/pk/kap1.txt"); }

static void golden_points(void **state) {
    (void)state;
    const struct pk_model *models[] = {kap1(), model_named("content/pk/perez-ruixo.txt")};
    for (int k = 0; k < 2; k++) {
        struct faults f = {.arena = &arena};
        enum err e = pk_model_check(arena, models[k], &f);
        for (int i = 0; i < f.n; i++) print_message("%.*s\n", STR_ARG(f.v[i].message));
        assert_int_equal(e, E_OK);
    }
    assert_int_equal(models[0]->golden_count, 8);
    assert_true(models[0]->tolerance <= 1e-5);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_points),
    };
    arena_open(&arena, (ptrdiff_t)1 << 30);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
