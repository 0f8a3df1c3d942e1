/* The disk gives out under a clinic that is served: what is written is refused with 503, what is
 * only looked at goes on, readiness says why; and once there is room, everything goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>

#include "web_fixture.h"

static atomic_int disk_says; /* an errno, 0: it takes what is written. SQLite writes by pwrite. */

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
    if (!disk_says) return real(fd, p, n, at);
    errno = disk_says;
    return -1;
}

static int boot(void **state) {
    (void)state;
    return house_open("sqlite");
}

static int end(void **state) {
    (void)state;
    disk_says = 0;
    return house_close();
}

static int ready(struct str *said) {
    struct reply r = house_ask("GET", "/readyz", STR_ABSENT, "", STR_ABSENT);
    *said = r.body;
    return r.status;
}

static void the_clinic_goes_on_reading(void **state) {
    (void)state;
    static const struct {
        int says;
        const char *why;
    } rows[] = {{ENOSPC, "full"}, {EROFS, ""}, {EIO, ""}};
    struct login l = house_login_as(ROLE_admin);
    struct str said;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str value = str_format(&house.arena, "value=%d&version=%d", 30 + (int)i, (int)i);
        struct str next = str_format(&house.arena, "value=50&version=%d", (int)i + 1);
        assert_int_equal(house_post("/settings/session_idle_min", &l, value.s).status, 303);
        assert_int_equal(ready(&said), 200);
        disk_says = rows[i].says;
        assert_int_equal(house_post("/settings/session_idle_min", &l, next.s).status, 503);
        assert_int_equal(house_get("/settings", &l).status, 200);
        /* who looks at patients is written down: what cannot be, is not shown */
        assert_int_equal(house_get("/journal", &l).status, 503);
        assert_int_equal(house_ask("GET", "/login", STR_ABSENT, "", STR_ABSENT).status, 200);
        assert_int_equal(house_ask("GET", "/healthz", STR_ABSENT, "", STR_ABSENT).status, 200);
        assert_int_equal(ready(&said), 503);
        assert_true(str_find(said, str_from(rows[i].why)) >= 0 && said.n > 1);
        assert_int_equal(ready(&said), 503); /* and again: to ask does not make it well */
        disk_says = 0;
        assert_int_equal(ready(&said), 200);
        struct reply page = house_get("/settings", &l);
        struct str kept = str_format(&house.arena, "value=\"%d\"", 30 + (int)i);
        assert_true(str_find(page.body, kept) >= 0 && str_find(page.body, STR("\"50\"")) < 0);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_clinic_goes_on_reading, boot, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
