/*
 * healthz: how much of libmicrohttpd's speed is left once a request has gone through our
 * guard, our exchange and the route table.
 *
 *     bench_healthz CAIRN [SECONDS]
 *
 * A bare server of the same library (epoll, a thread a core, one constant answer) and
 * `CAIRN serve` of a fresh clinic run at the same time, and the same client asks them in turn,
 * a second each, so that what else the machine does falls on both alike. The figures are
 * medians of the ratios of neighbouring seconds; processor time is the one that another
 * program on the machine disturbs least.
 */
#include <microhttpd.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/wait.h>

#include "../tests/unit/client.h"
#include "base/clock.h"

enum { CLIENT_THREADS = 2, CONNECTIONS = 16, ROUNDS_MAX = 64 };

static enum MHD_Result bare(void *user, struct MHD_Connection *c, const char *url,
                            const char *method, const char *version, const char *data, size_t *n,
                            void **context) {
    static int seen;
    (void)url, (void)method, (void)version, (void)data, (void)n;
    if (!*context) {
        *context = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(c, 200, user);
}

static struct str serve_bare(struct arena *a) {
    struct MHD_Response *answer =
        MHD_create_response_from_buffer(3, (void *)"ok\n", MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(answer, "Content-Type", "text/plain");
    struct MHD_Daemon *d = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, bare, answer,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)sysconf(_SC_NPROCESSORS_ONLN), MHD_OPTION_END);
    CHECK(d, "the bare server starts");
    return str_format(a, "127.0.0.1:%d", MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port);
}

/* The bare server in a process of its own, as ours is. */
static pid_t fork_bare(struct arena *a, struct str *address) {
    int out[2];
    char line[64] = {0};
    CHECK(pipe(out) == 0, "a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        struct str at = serve_bare(a);
        CHECK(write(out[1], at.s, (size_t)at.n) == at.n, "the address is said");
        for (;;) pause();
    }
    CHECK(read(out[0], line, sizeof line - 1) > 0, "the bare server says where it listens");
    *address = str_copy(a, str_from(line));
    return pid;
}

static pid_t fork_cairn(struct arena *a, const char *program, const char *url,
                        struct str *address) {
    int out[2];
    char line[128] = {0};
    CHECK(pipe(out) == 0, "a pipe");
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        execl(program, program, "serve", "--db", url, "--listen", "127.0.0.1:0", (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    CHECK(read(out[0], line, sizeof line - 1) > 0, "cairn serve says that it is ready");
    struct str said = str_trim(str_copy(a, str_from(line)));
    CHECK(str_starts(said, STR("ready http://")), "cairn serve is ready");
    *address = str_slice(said, 13, said.n);
    return pid;
}

static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
static atomic_bool over;
static atomic_long answers;
static struct str target;

/* Keeps one request under way on each of its connections. */
static void *client(void *unused) {
    struct pollfd p[CONNECTIONS];
    char bytes[4096];
    for (int i = 0; i < CONNECTIONS; i++) {
        int on = 1;
        p[i] = (struct pollfd){client_connect(target), POLLIN, 0};
        CHECK(p[i].fd >= 0, "the server answers its address");
        setsockopt(p[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        client_send(p[i].fd, (struct str){request, sizeof request - 1});
    }
    while (!over) {
        if (poll(p, CONNECTIONS, 100) <= 0) continue;
        for (int i = 0; i < CONNECTIONS; i++) {
            if (!(p[i].revents & POLLIN)) continue;
            ssize_t n = recv(p[i].fd, bytes, sizeof bytes, 0);
            CHECK(n > 12 && memcmp(bytes + 9, "200", 3) == 0, "the answer is 200");
            answers++;
            client_send(p[i].fd, (struct str){request, sizeof request - 1});
        }
    }
    for (int i = 0; i < CONNECTIONS; i++) close(p[i].fd);
    return unused;
}

/* Nanoseconds of processor that the process has used. */
static double processor_ns(pid_t pid) {
    clockid_t id;
    struct timespec t;
    CHECK(clock_getcpuclockid(pid, &id) == 0 && clock_gettime(id, &t) == 0, "its clock is read");
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct second {
    double rate, processor_us; /* answers a second; microseconds of processor an answer */
};

static struct second ask(struct str address, pid_t pid, double seconds) {
    pthread_t t[CLIENT_THREADS];
    struct timespec nap = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    target = address;
    over = false;
    answers = 0;
    int64_t from = clock_monotonic_ns();
    double used_ns = processor_ns(pid);
    for (int i = 0; i < CLIENT_THREADS; i++) pthread_create(&t[i], NULL, client, NULL);
    nanosleep(&nap, NULL);
    over = true;
    for (int i = 0; i < CLIENT_THREADS; i++) pthread_join(t[i], NULL);
    double ns = (double)(clock_monotonic_ns() - from);
    return (struct second){(double)answers / (ns / 1e9),
                           (processor_ns(pid) - used_ns) / 1e3 / (double)answers};
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void make_clinic(const char *program, const char *url) {
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        CHECK(freopen("/dev/null", "w", stdout), "nothing is said");
        execl(program, program, "init", "--db", url, (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0, "cairn init makes the clinic");
}

int main(int argc, char **argv) {
    if (argc < 2) return fprintf(stderr, "usage: bench_healthz CAIRN [SECONDS]\n"), 2;
    int64_t rounds = 0;
    if (argc > 2) CHECK(str_to_int(str_from(argv[2]), &rounds), "SECONDS is a number");
    rounds = rounds < 2 ? 5 : rounds / 2 > ROUNDS_MAX ? ROUNDS_MAX : rounds / 2;
    struct arena a;
    arena_open(&a, 1 << 20);
    char folder[] = "/tmp/cairn-bench-XXXXXX";
    CHECK(mkdtemp(folder), "a folder");
    const char *url = str_format(&a, "sqlite:%s/clinic.db", folder).s;
    make_clinic(argv[1], url);
    struct str at_bare, at_cairn;
    pid_t bare_pid = fork_bare(&a, &at_bare), cairn_pid = fork_cairn(&a, argv[1], url, &at_cairn);
    double rates[ROUNDS_MAX], processor[ROUNDS_MAX];
    struct second b = {0}, c = {0};
    for (int i = 0; i < rounds; i++) {
        b = ask(at_bare, bare_pid, 1);
        c = ask(at_cairn, cairn_pid, 1);
        rates[i] = c.rate / b.rate;
        processor[i] = b.processor_us / c.processor_us;
    }
    qsort(rates, (size_t)rounds, sizeof *rates, by_value);
    qsort(processor, (size_t)rounds, sizeof *processor, by_value);
    printf("bare libmicrohttpd   %9.0f /s  %6.2f us of processor an answer\n"
           "cairn healthz        %9.0f /s  %6.2f us of processor an answer\n"
           "ratio of rates       %9.2f\nratio of processor   %9.2f\n",
           b.rate, b.processor_us, c.rate, c.processor_us, rates[rounds / 2],
           processor[rounds / 2]);
    kill(bare_pid, SIGTERM);
    kill(cairn_pid, SIGTERM);
    while (wait(NULL) > 0) {}
    for (size_t i = 0; i < 3; i++)
        unlink(str_format(&a, "%s/clinic.db%s", folder, (const char *[]){"", "-wal", "-shm"}[i]).s);
    rmdir(folder);
    return 0;
}
