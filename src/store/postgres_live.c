/*
 * What other servers of the same database tell: one connection that does nothing but LISTEN,
 * and its thread. While it is lost nothing is heard, so when it is back everybody is told to
 * look at everything.
 */
#include "store/postgres_live.h"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

enum { AGAIN_MS = 1000 };

struct postgres_live {
    struct store *store;
    const char *url;
    int stop; /* an eventfd */
    pthread_t thread;
};

/* false: it is to stop. */
static bool wait_for(const struct postgres_live *l, int fd, int ms) {
    struct pollfd fds[2] = {{.fd = l->stop, .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    poll(fds, fd >= 0 ? 2 : 1, ms);
    return !(fds[0].revents & POLLIN);
}

static PGconn *begin(const struct postgres_live *l) {
    PGconn *c = postgres_connect(l->url);
    PGresult *r = PQstatus(c) == CONNECTION_OK ? PQexec(c, "LISTEN cairn_live") : NULL;
    bool ok = r && PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    if (ok) return c;
    PQfinish(c);
    return NULL;
}

static bool hear(const struct postgres_live *l, PGconn *c) {
    if (!PQconsumeInput(c)) return false;
    for (PGnotify *n; (n = PQnotifies(c)); PQfreemem(n))
        live_heard(l->store, str_from(n->extra));
    return true;
}

static void *run(void *user) {
    struct postgres_live *l = user;
    PGconn *c = begin(l);
    while (wait_for(l, c ? PQsocket(c) : -1, c ? -1 : AGAIN_MS)) {
        if (c && hear(l, c)) continue;
        if (c) log_error("store live=lost");
        if (c) PQfinish(c);
        c = begin(l);
        if (c) l->store->live.told(l->store->live.user, STR("all"), STR(""));
    }
    if (c) PQfinish(c);
    return NULL;
}

enum err postgres_live_open(struct store *s, struct arena *boot, const char *url,
                            struct postgres_live **out) {
    struct postgres_live *l = NEW(boot, struct postgres_live);
    *l = (struct postgres_live){.store = s, .url = url, .stop = eventfd(0, EFD_CLOEXEC)};
    if (l->stop < 0 || pthread_create(&l->thread, NULL, run, l) != 0) return E_WORLD;
    *out = l;
    return E_OK;
}

void postgres_live_close(struct postgres_live *l) {
    uint64_t one = 1;
    ssize_t ignored = write(l->stop, &one, sizeof one);
    (void)ignored;
    pthread_join(l->thread, NULL);
    close(l->stop);
}
