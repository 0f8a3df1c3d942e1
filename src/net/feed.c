/*
 * One round of the thread:
 *
 *     wait ─ accept ─ read what is there ─ cut into blocks ─ batch() ─ queue answers ─ send
 *       └─ once a second: who is too slow, who is silent
 *
 * A connection's blocks lie in its own room and hold until it is read again, which is not
 * before their batch has been answered.
 */
#include "net/feed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "codec/mllp.h"
#include "net/listen.h"

enum {
    EVENTS_MAX = 64,
    ROOM_BYTES = FEED_BLOCK_MAX + FEED_ANSWERS_MAX + 4096,
    TICK_MS = 1000,
    DRAIN_SECONDS = 2,
};

#define SECOND_NS INT64_C(1000000000)

/* CLOSING: its answers leave, then nothing more is sent. DRAINING: what it still sends is thrown
 * away for a moment, because closing on unread bytes would take our answer back (TCP reset). */
enum life { CONN_FREE, CONN_OPEN, CONN_CLOSING, CONN_DRAINING };

struct conn {
    enum life life;
    int fd;
    bool more;      /* there may be blocks in its room that no batch has had */
    bool blocked;   /* the socket takes no more bytes for now */
    bool busy;      /* a batch has blocks of its room: it must neither be read nor closed */
    struct arena arena;
    struct mllp in;
    char *out;      /* FEED_ANSWERS_MAX bytes */
    ptrdiff_t out_n;
    int64_t heard_ns, begun_ns; /* last byte; first byte of the block that is not ended */
    int64_t draining_ns;        /* since when */
    int64_t garbage;            /* of in.garbage, what was reported */
    char peer[INET6_ADDRSTRLEN];
};

struct feed_server {
    struct listener listener;
    struct feed_app app;
    int64_t block_ns, idle_ns;
    int epoll, stop;
    pthread_t thread;
    struct conn *conns, stranger;
    struct feed_block batch[FEED_BATCH_MAX];
    struct conn *from[FEED_BATCH_MAX];
    int batch_n;
};

/* Connections -------------------------------------------------------------------------------*/

static void watch(struct feed_server *s, struct conn *c, int op) {
    struct epoll_event e = {.data.ptr = c};
    bool reads = (c->life == CONN_OPEN && !c->more) || c->life == CONN_DRAINING;
    e.events = (reads ? EPOLLIN | EPOLLRDHUP : 0u) | (c->blocked ? EPOLLOUT : 0u);
    epoll_ctl(s->epoll, op, c->fd, &e);
}

static void close_conn(struct conn *c) {
    if (c->life == CONN_FREE) return;
    close(c->fd); /* epoll forgets it */
    arena_close(&c->arena);
    *c = (struct conn){0};
}

/* A version 4 address that came in on a version 6 socket is written as what it is. */
static void name_peer(const struct sockaddr_storage *at, socklen_t n, char out[INET6_ADDRSTRLEN]) {
    char name[INET6_ADDRSTRLEN] = "";
    getnameinfo((const struct sockaddr *)at, n, name, sizeof name, NULL, 0, NI_NUMERICHOST);
    bool mapped = strncmp(name, "::ffff:", 7) == 0 && strchr(name, '.');
    memcpy(out, mapped ? name + 7 : name, sizeof name - (mapped ? 7 : 0));
}

static void add_block(struct feed_server *s, struct conn *c, struct feed_block b) {
    b.peer = str_from(c->peer);
    c->busy = true;
    s->from[s->batch_n] = c;
    s->batch[s->batch_n++] = b;
}

static struct conn *free_conn(struct feed_server *s) {
    for (int i = 0; i < FEED_CONNECTIONS_MAX; i++)
        if (s->conns[i].life == CONN_FREE) return &s->conns[i];
    return NULL;
}

/* A stranger is closed without a word; that somebody tried is told with the next batch. */
static bool take_in(struct feed_server *s, int fd, const char *peer) {
    struct conn *c = free_conn(s);
    if (!s->app.admit(s->app.user, str_from(peer))) {
        memcpy(s->stranger.peer, peer, sizeof s->stranger.peer);
        if (!s->stranger.busy)
            add_block(s, &s->stranger, (struct feed_block){.what = FEED_STRANGER});
        return false;
    }
    if (!c) {
        log_error("feed full connections=%d", FEED_CONNECTIONS_MAX);
        return false;
    }
    *c = (struct conn){.life = CONN_OPEN, .fd = fd, .heard_ns = clock_monotonic_ns()};
    arena_open(&c->arena, ROOM_BYTES);
    c->in = mllp_over(NEWS(&c->arena, char, FEED_BLOCK_MAX), FEED_BLOCK_MAX);
    c->out = NEWS(&c->arena, char, FEED_ANSWERS_MAX);
    memcpy(c->peer, peer, sizeof c->peer);
    watch(s, c, EPOLL_CTL_ADD);
    return true;
}

static void accept_all(struct feed_server *s) {
    while (s->batch_n < FEED_BATCH_MAX) {
        struct sockaddr_storage at = {0};
        socklen_t n = sizeof at;
        char peer[INET6_ADDRSTRLEN];
        int fd = accept4(s->listener.fd, (struct sockaddr *)&at, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        name_peer(&at, n, peer);
        if (take_in(s, fd, peer)) continue;
        close(fd);
    }
}

/* In ----------------------------------------------------------------------------------------*/

static void report_garbage(struct feed_server *s, struct conn *c) {
    int64_t n = c->in.garbage - c->garbage;
    if (n == 0 || s->batch_n == FEED_BATCH_MAX) return;
    c->garbage = c->in.garbage;
    add_block(s, c, (struct feed_block){.what = FEED_GARBAGE, .n = n});
    if (c->in.garbage > FEED_GARBAGE_MAX) c->life = CONN_CLOSING;
}

/* The blocks in its room, as many as the batch has place for. */
static void cut(struct feed_server *s, struct conn *c) {
    static const enum feed_what whats[] = {
        [MLLP_BLOCK] = FEED_BLOCK, [MLLP_UNENDED] = FEED_UNENDED, [MLLP_TOO_LARGE] = FEED_LARGE};
    c->more = true;
    while (s->batch_n < FEED_BATCH_MAX) {
        struct feed_block b = {0};
        enum mllp_event e = mllp_next(&c->in, &b.bytes);
        if (e == MLLP_MORE) {
            c->more = false;
            break;
        }
        b.what = whats[e];
        c->begun_ns = e == MLLP_UNENDED ? c->heard_ns : 0;
        add_block(s, c, b);
        if (e != MLLP_TOO_LARGE) continue;
        c->life = CONN_CLOSING;
        return;
    }
    if (mllp_half(&c->in) && !c->begun_ns) c->begun_ns = c->heard_ns;
    report_garbage(s, c);
}

static void read_some(struct feed_server *s, struct conn *c) {
    ptrdiff_t fits;
    char *to = mllp_room(&c->in, &fits);
    ssize_t n = recv(c->fd, to, (size_t)fits, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n <= 0) {
        close_conn(c); /* what was begun and not ended was never a message */
        return;
    }
    c->heard_ns = clock_monotonic_ns();
    mllp_came(&c->in, n);
    cut(s, c);
}

/* Out ---------------------------------------------------------------------------------------*/

static void drain(struct conn *c) {
    shutdown(c->fd, SHUT_WR);
    c->life = CONN_DRAINING;
    c->draining_ns = clock_monotonic_ns();
}

static void send_some(struct feed_server *s, struct conn *c) {
    bool gone = false;
    while (c->out_n) {
        ssize_t n = send(c->fd, c->out, (size_t)c->out_n, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        gone = n < 0 && errno != EAGAIN;
        if (n <= 0) break;
        memmove(c->out, c->out + n, (size_t)(c->out_n - n));
        c->out_n -= n;
    }
    c->blocked = c->out_n > 0 && !gone;
    if (gone) c->life = CONN_CLOSING, c->out_n = 0;
    if (gone && !c->busy) {
        close_conn(c);
        return;
    }
    if (c->life == CONN_CLOSING && !c->blocked && !c->busy) drain(c);
    watch(s, c, EPOLL_CTL_MOD);
}

/* Reads and forgets. */
static void throw_away(struct conn *c) {
    ssize_t n = recv(c->fd, c->in.p, (size_t)c->in.cap, 0);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) close_conn(c);
}

static void queue_answer(struct conn *c, struct str answer) {
    if (!answer.n || c->life == CONN_FREE || c->life == CONN_DRAINING) return;
    if (c->out_n + answer.n > FEED_ANSWERS_MAX) { /* it sends and never reads */
        c->life = CONN_CLOSING;
        c->out_n = 0;
        return;
    }
    memcpy(c->out + c->out_n, answer.s, (size_t)answer.n);
    c->out_n += answer.n;
}

static void run_batch(struct feed_server *s) {
    int n = s->batch_n;
    if (!n) return;
    s->app.batch(s->app.user, s->batch, n);
    for (int i = 0; i < n; i++) {
        queue_answer(s->from[i], s->batch[i].answer);
    }
    s->batch_n = 0;
    memset(s->batch, 0, (size_t)n * sizeof *s->batch);
    for (int i = 0; i < n; i++) s->from[i]->busy = false;
    for (int i = 0; i < n; i++)
        if (s->from[i]->life != CONN_FREE) send_some(s, s->from[i]);
}

/* The thread --------------------------------------------------------------------------------*/

static void look_at_time(struct feed_server *s) {
    int64_t now_ns = clock_monotonic_ns(), open = 0;
    for (int i = 0; i < FEED_CONNECTIONS_MAX; i++) {
        struct conn *c = &s->conns[i];
        open += c->life != CONN_FREE;
        if (c->life == CONN_FREE || c->busy) continue;
        bool drained = c->life == CONN_DRAINING &&
                       now_ns - c->draining_ns > DRAIN_SECONDS * SECOND_NS;
        bool slow = c->begun_ns && mllp_half(&c->in) && now_ns - c->begun_ns > s->block_ns;
        if (slow && c->life == CONN_OPEN && s->batch_n < FEED_BATCH_MAX) {
            c->life = CONN_CLOSING;
            add_block(s, c, (struct feed_block){.what = FEED_SLOW,
                                                .bytes = {c->in.p + c->in.from,
                                                          c->in.n - c->in.from}});
        } else if (drained || now_ns - c->heard_ns > s->idle_ns) {
            close_conn(c);
        }
    }
    if (s->app.connections) __atomic_store_n(s->app.connections, open, __ATOMIC_RELAXED);
}

/* Those whose room still has blocks come before those whose sockets have more. */
static bool cut_waiting(struct feed_server *s) {
    bool waiting = false;
    for (int i = 0; i < FEED_CONNECTIONS_MAX && s->batch_n < FEED_BATCH_MAX; i++) {
        struct conn *c = &s->conns[i];
        if (c->life != CONN_OPEN || !c->more) continue;
        cut(s, c);
        if (c->more) waiting = true;
        else watch(s, c, EPOLL_CTL_MOD);
    }
    return waiting || s->batch_n > 0;
}

static void serve_event(struct feed_server *s, const struct epoll_event *e) {
    struct conn *c = e->data.ptr;
    bool in = e->events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
    if (!c) {
        accept_all(s);
        return;
    }
    if (c->life != CONN_FREE && e->events & EPOLLOUT) send_some(s, c);
    if (!in || c->busy) return; /* its turn comes when the batch is answered */
    if (c->life == CONN_OPEN && !c->more) read_some(s, c);
    else if (c->life == CONN_DRAINING) throw_away(c);
    else if (c->life == CONN_CLOSING && e->events & (EPOLLHUP | EPOLLERR)) close_conn(c);
}

/* false: it was told to stop. */
static bool round_of(struct feed_server *s) {
    struct epoll_event events[EVENTS_MAX];
    bool waiting = cut_waiting(s);
    int n = epoll_wait(s->epoll, events, EVENTS_MAX, waiting ? 0 : TICK_MS);
    for (int i = 0; i < n; i++) {
        if (events[i].data.ptr == &s->stop) return false;
        if (s->batch_n < FEED_BATCH_MAX) serve_event(s, &events[i]);
    }
    return true;
}

static void *serve(void *user) {
    struct feed_server *s = user;
    int64_t looked_ns = clock_monotonic_ns();
    for (bool goes_on = true; goes_on;) {
        goes_on = round_of(s);
        if (clock_monotonic_ns() - looked_ns >= SECOND_NS) {
            looked_ns = clock_monotonic_ns();
            look_at_time(s);
        }
        run_batch(s);
    }
    for (int i = 0; i < FEED_CONNECTIONS_MAX; i++) close_conn(&s->conns[i]);
    return NULL;
}

static enum err open_all(struct feed_server *s) {
    s->epoll = epoll_create1(EPOLL_CLOEXEC);
    s->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
    struct epoll_event stopping = {.events = EPOLLIN, .data.ptr = &s->stop};
    bool ok = s->epoll >= 0 && s->stop >= 0 &&
              epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener.fd, &listening) == 0 &&
              epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->stop, &stopping) == 0 &&
              pthread_create(&s->thread, NULL, serve, s) == 0;
    return ok ? E_OK : E_WORLD;
}

enum err feed_start(struct arena *a, struct feed_options options, struct feed_app app,
                    struct feed_server **out, struct str *why) {
    struct feed_server *s = NEW(a, struct feed_server);
    s->app = app;
    s->conns = NEWS(a, struct conn, FEED_CONNECTIONS_MAX);
    s->block_ns = (options.block_seconds ? options.block_seconds : FEED_BLOCK_SECONDS) * SECOND_NS;
    s->idle_ns = (options.idle_seconds ? options.idle_seconds : FEED_IDLE_SECONDS) * SECOND_NS;
    TRY(listener_open(a, options.listen, &s->listener, why));
    enum err e = open_all(s);
    if (e) *why = str_format(a, "%s", strerror(errno));
    *out = s;
    return e;
}

struct str feed_address(const struct feed_server *s) { return s->listener.address; }

void feed_stop(struct feed_server *s) {
    uint64_t one = 1;
    ssize_t ignored = write(s->stop, &one, sizeof one);
    (void)ignored;
    pthread_join(s->thread, NULL);
    close(s->listener.fd);
    close(s->epoll);
    close(s->stop);
}
