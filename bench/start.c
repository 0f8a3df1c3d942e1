/*
 * start: from exec to the line `ready`, on a clinic of 1,000 patients.
 *
 *     bench_start CAIRN [PATIENTS] [LIMIT_MS]
 *
 * The clinic is made by `cairn synth`; then the server is started and stopped a number of
 * times. Judged is the median by the wall's clock, which a busy machine stretches: beside it
 * stands the processor time from exec to the line, and the best start.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

enum { STARTS = 15 };

static void make_patients(struct house *h, const char *program, const char *patients) {
    const char *const args[] = {"synth", "--db", h->url, "--patients", patients, "--seed", "1",
                                NULL};
    char said[256];
    int out, status;
    pid_t pid = house_run(program, args, NULL, &out);
    while (read(out, said, sizeof said) > 0) {}
    CHECK(waitpid(pid, &status, 0) == pid && status == 0, "cairn synth makes the patients");
    close(out);
}

int main(int argc, char **argv) {
    int64_t limit_ms = 100;
    if (argc < 2 || (argc > 3 && !str_to_int(str_from(argv[3]), &limit_ms)))
        return fprintf(stderr, "usage: bench_start CAIRN [PATIENTS] [LIMIT_MS]\n"), 2;
    struct house h;
    double wall_ms[STARTS], processor_ms[STARTS];
    house_folder(&h);
    make_patients(&h, argv[1], argc > 2 ? argv[2] : "1000");
    for (int i = 0; i < STARTS; i++) {
        int64_t from = clock_monotonic_ns();
        house_serve(&h, argv[1], NULL);
        wall_ms[i] = (double)(clock_monotonic_ns() - from) / 1e6;
        processor_ms[i] = house_processor_us(h.server) / 1e3;
        kill(h.server, SIGTERM);
        waitpid(h.server, NULL, 0);
        h.server = 0;
    }
    double median = house_quantile(wall_ms, STARTS, 0.5);
    printf("start to ready  %6.1f ms, the best %.1f ms  (under %lld)\n"
           "processor time  %6.1f ms\n",
           median, wall_ms[0], (long long)limit_ms, house_quantile(processor_ms, STARTS, 0.5));
    house_close(&h);
    return median >= (double)limit_ms;
}
