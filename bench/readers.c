/*
 * readers: many logged-in people who read charts at once.
 *
 *     bench_readers CAIRN CLIENTS ENTRIES P99_MS RESIDENT_MIB      (0: no limit)
 *
 * Each client is a thread with its own account, session and keep-alive connection, that asks
 * for the first page of one chart again as soon as it has it. The load stands on the same
 * machine as the server, and so may other programs. Time that those took stretches every
 * answer alike, since all of it is processor time; so the p99 is judged times the part of
 * the machine that was left to us, and both figures are printed. Resident memory is the
 * highest that was seen while the answers were on their way.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

enum { CLIENTS_MAX = 512, SAMPLES_MAX = 20000, PAGE_BYTES_MAX = 1 << 20, SECONDS = 6,
       WARM_SECONDS = 1, LOOKS_A_SECOND = 20 };

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

static int report(struct reader *r, int clients, double others, int64_t kib,
                  const int64_t limits[2]) {
    static double all[CLIENTS_MAX * (ptrdiff_t)SAMPLES_MAX];
    ptrdiff_t n = 0;
    for (int i = 0; i < clients; i++)
        for (ptrdiff_t k = 0; k < r[i].n; k++) all[n++] = r[i].us[k];
    double p50 = house_quantile(all, n, 0.5) / 1e3, p99 = house_quantile(all, n, 0.99) / 1e3;
    double judged = p99 * (1 - others), mib = (double)kib / 1024;
    printf("clients      %8d, %.0f charts a second\n"
           "p50          %8.2f ms\n"
           "p99          %8.2f ms, %.2f ms without the %.0f %% that other programs took",
           clients, (double)n / SECONDS, p50, p99, judged, others * 100);
    if (limits[0]) printf("  (under %lld)", (long long)limits[0]);
    printf("\nresident     %8.1f MiB", mib);
    if (limits[1]) printf("  (under %lld)", (long long)limits[1]);
    printf("\n");
    return (limits[0] && judged >= (double)limits[0]) || (limits[1] && mib >= (double)limits[1]);
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
    double used = house_processor_us(h.server) + house_processor_us(getpid());
    house_others(0);
    counted = true;
    int64_t kib = watch(&h, SECONDS);
    counted = false;
    used = house_processor_us(h.server) + house_processor_us(getpid()) - used;
    double others = house_others(used);
    over = true;
    for (int i = 0; i < clients; i++) pthread_join(threads[i], NULL);
    int failed = report(readers, clients, others, kib, v + 2);
    house_close(&h);
    return failed;
}
