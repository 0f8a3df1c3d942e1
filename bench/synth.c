/*
 * synth: `cairn synth --patients N --seed 1` on SQLite, timed.
 *
 *     bench_synth CAIRN [PATIENTS] [LIMIT_S]
 *
 * Judged by the wall's clock less the time that the command was ready to run but other
 * programs had the processors: what it would have taken on a machine of its own.
 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "house.h"

/* Seconds that the process waited for a processor, as the kernel counts them; 0 where it
 * does not. The process is a zombie then: its counters are still there. */
static double waited_s(pid_t pid) {
    char path[64];
    unsigned long long ran, waited = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f || fscanf(f, "%llu %llu", &ran, &waited) != 2) waited = 0;
    if (f) fclose(f);
    return (double)waited / 1e9;
}

int main(int argc, char **argv) {
    int64_t limit_s = 60;
    if (argc < 2 || (argc > 3 && !str_to_int(str_from(argv[3]), &limit_s)))
        return fprintf(stderr, "usage: bench_synth CAIRN [PATIENTS] [LIMIT_S]\n"), 2;
    struct house h;
    house_folder(&h);
    const char *const args[] = {"synth", "--db", h.url, "--patients", argc > 2 ? argv[2] : "10000",
                                "--seed", "1", NULL};
    char said[256] = {0};
    siginfo_t end;
    struct rusage used;
    int out, status;
    int64_t from = clock_monotonic_ns();
    pid_t pid = house_run(argv[1], args, NULL, &out);
    ptrdiff_t n = 0;
    for (ssize_t k; n < 255 && (k = read(out, said + n, (size_t)(255 - n))) > 0; n += k) {}
    CHECK(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT) == 0, "the command ends");
    double wall = (double)(clock_monotonic_ns() - from) / 1e9, waited = waited_s(pid);
    CHECK(wait4(pid, &status, 0, &used) == pid && status == 0, "cairn synth makes the patients");
    double processor = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("%stook            %6.1f s, %.1f s without waiting for a processor  (under %lld)\n"
           "processor time  %6.1f s\n", said, wall, wall - waited, (long long)limit_s, processor);
    house_close(&h);
    return wall - waited >= (double)limit_s;
}
