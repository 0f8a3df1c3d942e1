/* pk: x * y + z rounded once, as a processor without the operation computes it, against the C
 * library's, to the last bit: at random, where nearly all cancels, and where it is nearly a tie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdbool.h>

#define LANES 2
#define FN static inline
#define v_sqrt(x) (x)
#include "pk/vmath.inc"

static uint64_t source = 20261124;

static uint64_t bits(void) {
    source = source * UINT64_C(6364136223846793005) + 1442695040888963407;
    return source ^ source >> 29;
}

/* A number of either sign with so many bits, of the size of 2 ^ +-spread. */
static double number(int significant, int spread) {
    double x = ldexp((double)(bits() >> (64 - significant)) + 1, -significant);
    return ldexp(bits() & 1024 ? -x : x, (int)(bits() % (2 * (unsigned)spread + 1)) - spread);
}

static void same(double x, double y, double z) {
    vd got = v_fma(v_all(x), v_all(y), v_all(z));
    double want = fma(x, y, z);
    if (got[0] == want && got[1] == want) return;
    fail_msg("%a * %a + %a: %a, not %a", x, y, z, want, got[0]);
}

static void at_random(void **state) {
    (void)state;
    for (int i = 0; i < 400000; i++) same(number(53, 60), number(53, 60), number(53, 120));
}

static void where_nearly_all_cancels(void **state) {
    (void)state;
    for (int i = 0; i < 200000; i++) {
        double x = number(53, 100), y = number(53, 100), z = -(x * y);
        same(x, y, z);
        same(x, y, nextafter(z, bits() & 4096 ? INFINITY : -INFINITY));
        same(x, y, z * (1 + number(20, 20)));
    }
}

/* Half of z's last bit and 2^-106 of it more or less: a sum rounded twice would call it a tie. */
static void where_it_is_nearly_a_tie(void **state) {
    (void)state;
    for (int i = 0; i < 400000; i++) {
        double x = 1 + ldexp((double)(bits() >> 12), -52), z = 1 + ldexp((double)(bits() >> 12), -52);
        same(ldexp(x, -53), 1 / x, z), same(ldexp(x, -53), 1 / x, -z);
        same(ldexp(-x, -53), 1 / x, z), same(number(20, 3), number(20, 3), number(4, 60));
    }
}

static void nothing_stays_nothing(void **state) {
    (void)state;
    same(0, 3, 0), same(0, 3, 0.1), same(-2, 0, 0.1), same(0.1, 0.2, 0), same(1, 1, -1);
    assert_true(isnan(v_fma(v_all(NAN), v_all(1), v_all(1))[0]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_random),
        cmocka_unit_test(where_nearly_all_cancels),
        cmocka_unit_test(where_it_is_nearly_a_tie),
        cmocka_unit_test(nothing_stays_nothing),
    };
    return cmocka_run_group_tests_name("pk_fma", tests, NULL, NULL);
}
