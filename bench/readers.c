/*
 * readers: many logged-in people who read charts at once.
 *
 *     bench_readers CAIRN CLIENTS ENTRIES P99_MS RESIDENT_MIB      (0: no limit)
 *
 * Each client is a thread with its own account, session and keep-alive connection, that asks
 * for the first page of one chart again as soon as it has it. The load stands on the same
 * machine as the server, and its processor time is part of what is measured. Where other
 * programs took more than OTHERS_MAX of the machine, the wall's clock tells of them and not
 * of us: then the p99 that is judged is one of processor time. What a chart cost on average
 * under the load, for all clients but one, and for that one the p99 of what a chart costs the
 * server when one client asks alone, shared among the cores: the time that a dear chart takes
 * when everybody else stands before it. Which of the two was judged is printed. Resident
 * memory is the highest seen while the answers were on their way.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

enum { CLIENTS_MAX = 512, SAMPLES_MAX = 20000, PAGE_BYTES_MAX = 1 << 20, SECONDS = 6,
       WARM_SECONDS = 1, LOOKS_A_SECOND = 20, ALONE = 500 };
static const double OTHERS_MAX = 0.1;

struct reader {
    struct house *h;
    struct str request;
    double *us; /* of each answer */
    ptrdiff_t n;
};

static atomic_bool over, counted;

static void *read_charts(void *user) {
    struct reader *r = user;
    struct house_line line = house_connect(r->h, PAGE_BYTES_MAX);
    while (!over) {
        int64_t from = clock_monotonic_ns();
        house_ask(&line, r->request);
        CHECK(line.status == 200, "the chart is shown");
        if (counted && r->n < SAMPLES_MAX)
            r->us[r->n++] = (double)(clock_monotonic_ns() - from) / 1e3;
    }
    close(line.fd);
    free(line.bytes);
    return NULL;
}

static int64_t watch(struct house *h, int seconds) {
    int64_t highest = 0;
    for (int i = 0; i < seconds * LOOKS_A_SECOND; i++) {
        int64_t kib = house_resident_kib(h->server);
        if (kib > highest) highest = kib;
        usleep(1000000 / LOOKS_A_SECOND);
    }
    return highest;
}

struct cost {
    double server_us, load_us, others; /* processor time; the part others took */
    double alone_p99_us;               /* of one chart in the server */
    int64_t kib;
};

static double alone_p99_us(struct house *h, struct str request) {
    static double us[ALONE];
    struct house_line line = house_connect(h, PAGE_BYTES_MAX);
    for (int i = 0; i < ALONE; i++) {
        double from = house_processor_us(h->server);
        house_ask(&line, request);
        us[i] = house_processor_us(h->server) - from;
    }
    close(line.fd);
    free(line.bytes);
    return house_quantile(us, ALONE, 0.99);
}

static struct cost measure(struct house *h, int seconds) {
    struct cost c = {-house_processor_us(h->server), -house_processor_us(getpid()), 0, 0, 0};
    house_others(0);
    counted = true;
    c.kib = watch(h, seconds);
    counted = false;
    c.server_us += house_processor_us(h->server);
    c.load_us += house_processor_us(getpid());
    c.others = house_others(c.server_us + c.load_us);
    return c;
}

/* The p99 that is judged, in milliseconds. */
static double print_times(double *us, ptrdiff_t n, int clients, struct cost c) {
    double cores = (double)sysconf(_SC_NPROCESSORS_ONLN), load_us = c.load_us / (double)n;
    double wall = house_quantile(us, n, 0.99) / 1e3;
    double mean_us = (c.server_us + c.load_us) / (double)n;
    double computed = (mean_us * (clients - 1) + c.alone_p99_us + load_us) / cores / 1e3;
    printf("clients      %8d, %.0f charts a second; other programs took %.0f %% of the machine\n"
           "processor    %8.0f us a chart in the server, %.0f us in the clients\n"
           "by the wall  %8.2f ms p50, %.2f ms p99\n"
           "computed     %8.2f ms p99, with %.0f us, the p99 of one chart's processor time\n"
           "judged       %s\n",
           clients, (double)n / SECONDS, c.others * 100, c.server_us / (double)n, load_us,
           house_quantile(us, n, 0.5) / 1e3, wall, computed, c.alone_p99_us,
           c.others > OTHERS_MAX ? "the computed one: the machine is busy" : "by the wall");
    return c.others > OTHERS_MAX ? computed : wall;
}

static int report(struct reader *r, int clients, struct cost c, const int64_t limits[2]) {
    static double all[CLIENTS_MAX * (ptrdiff_t)SAMPLES_MAX];
    ptrdiff_t n = 0;
    for (int i = 0; i < clients; i++)
        for (ptrdiff_t k = 0; k < r[i].n; k++) all[n++] = r[i].us[k];
    double p99 = print_times(all, n, clients, c), mib = (double)c.kib / 1024;
    if (limits[0]) printf("p99          %8.2f ms  (under %lld)\n", p99, (long long)limits[0]);
    printf("resident     %8.1f MiB", mib);
    if (limits[1]) printf("  (under %lld)", (long long)limits[1]);
    printf("\n");
    return (limits[0] && p99 >= (double)limits[0]) || (limits[1] && mib >= (double)limits[1]);
}

int main(int argc, char **argv) {
    int64_t v[4] = {0};
    for (int i = 0; i < 4; i++)
        if (argc != 6 || !str_to_int(str_from(argv[i + 2]), &v[i]) || v[0] > CLIENTS_MAX)
            return fprintf(stderr, "usage: bench_readers CAIRN CLIENTS ENTRIES P99_MS MIB\n"), 2;
    int clients = (int)v[0];
    static struct reader readers[CLIENTS_MAX];
    pthread_t threads[CLIENTS_MAX];
    struct house h;
    house_open(&h, clients);
    struct str patient_id = house_patient(&h, (int)v[1]);
    struct str path = str_format(&h.arena, "/patient/%.*s", STR_ARG(patient_id));
    house_serve(&h, argv[1], NULL);
    for (int i = 0; i < clients; i++) {
        readers[i] = (struct reader){.h = &h, .request = house_get(&h.arena, &h.logins[i], path),
                                     .us = malloc(SAMPLES_MAX * sizeof(double))};
        CHECK(pthread_create(&threads[i], NULL, read_charts, &readers[i]) == 0, "a thread");
    }
    watch(&h, WARM_SECONDS);
    struct cost c = measure(&h, SECONDS);
    over = true;
    for (int i = 0; i < clients; i++) pthread_join(threads[i], NULL);
    c.alone_p99_us = alone_p99_us(&h, readers[0].request);
    int failed = report(readers, clients, c, v + 2);
    house_close(&h);
    return failed;
}
