/*
 * forecast_update: one move of the planner's slider, timed: the fit of the regimen, 1,000
 * virtual patients, the quantiles, both pictures and the page's fragment as bytes. Every
 * route in turn, a new dose each time. What is counted is the time of one core (this thread's
 * own), so that a busy machine does not change the answer.
 *
 *     bench_forecast_update [UPDATES]      0 where p99 is 10 ms or less
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "web/forecast_view.h"

enum { WARM = 20, UPDATES_MAX = 100000 };

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double core_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double update_ms(struct arena a, const struct content *content, int i) {
    static const char *const routes[] = {"iv", "im", "sl", "in", "po", "esk"};
    const char *route = routes[i % 6];
    int64_t ug = i % 6 == 5 ? 28000 * (1 + i % 3) : 20000 + 500 * (i % 160);
    struct forecast_dose d = {str_from(route), STR_ABSENT, ug, 0, {i % 6 == 0, 40}};
    struct forecast_case c = {content, {true, 50 + i % 60}, 40, &d, 1};
    double from = core_ms();
    struct view_forecast v = forecast_plan(&a, &c);
    struct buf page = buf_new(&a, 64 << 10);
    html_forecast(&page, &v);
    double ms = core_ms() - from;
    if (!v.figure || page.n < 1000) {
        fprintf(stderr, "forecast_update: %s %lld ug was not drawn\n", route, (long long)ug);
        exit(3);
    }
    return ms;
}

int main(int argc, char **argv) {
    struct arena a;
    struct content content;
    int64_t n = 1200;
    arena_open(&a, (ptrdiff_t)1 << 30);
    if (argc > 1 && (!str_to_int(str_from(argv[1]), &n) || n < 100 || n > UPDATES_MAX)) return 2;
    if (content_boot(&a, NULL, &content)) return 3;
    double *ms = NEWS(&a, double, n);
    for (int i = 0; i < WARM; i++) update_ms(a, &content, i);
    for (int i = 0; i < n; i++) ms[i] = update_ms(a, &content, i);
    qsort(ms, (size_t)n, sizeof *ms, ascending);
    double p50 = ms[n / 2], p99 = ms[n * 99 / 100];
    printf("%lld updates, %d virtual patients, %d lanes: p50 %.2f ms, p99 %.2f ms, worst %.2f ms; "
           "limit 10 ms\n", (long long)n, FORECAST_PEOPLE, (int)pk_lanes_best(), p50, p99,
           ms[n - 1]);
    return p99 <= 10 ? 0 : 1;
}
