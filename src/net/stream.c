/*
 * One lock for the hub. It is held for a copy of at most a buffer's bytes, or for one pass
 * over the clients at a flush. A client sleeps (its connection is suspended) while there is
 * nothing for it; that is decided and said under the lock, so that no waking is lost.
 */
#include "net/stream.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { TEXT_MAX = 160, MS_NS = 1000000 };

struct event {
    int n;
    char text[TEXT_MAX];
};

struct name {
    char topic[STREAM_TOPIC_MAX], id[STREAM_ID_MAX];
};

struct client {
    struct stream_hub *hub;
    struct exchange *exchange; /* from the moment that its answer began */
    bool used, asleep, over;
    bool greet, beat, resync;  /* what it is told before its next event */
    uint64_t next;             /* the number of the next event for it */
    int64_t until_ns, ends_ms;
    char key[STREAM_KEY_MAX];
};

struct stream_hub {
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t thread;
    bool closing;
    int64_t (*now)(void);
    char epoch[20];
    uint64_t next; /* the number of the next event; the ring holds those before it */
    struct event ring[STREAM_RING];
    struct name pending[STREAM_PENDING_MAX];
    int pending_n;
    bool resync;
    int64_t flushed_ns, beat_ns;
    struct client clients[STREAM_CLIENTS_MAX];
    struct stream_stats stats;
};

/* Waking and ending, under the lock --------------------------------------------------------- */

static void wake(struct client *c) {
    if (!c->asleep) return;
    c->asleep = false;
    http_stream_wake(c->exchange);
}

static void finish(struct client *c) {
    c->over = true;
    wake(c);
}

/* It does not read: its socket is shut, for its reader will not be asked again. */
static void cut(struct client *c) {
    c->hub->stats.cut++;
    c->over = true;
    if (c->exchange) http_stream_cut(c->exchange);
    wake(c);
}

/* Publishing -------------------------------------------------------------------------------- */

static void take_name(char *to, int room, struct str from) {
    static const char signs[] = "abcdefghijklmnopqrstuvwxyz0123456789-_"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    CHECK(from.n < room, "a topic or id is longer than an event's");
    memcpy(to, from.s, (size_t)from.n);
    to[from.n] = 0;
    CHECK(to[strspn(to, signs)] == 0, "a sign in a topic or id that no event has");
}

/* By a look at each: between two flushes there are few, and past the limit it is one resync. */
static void add_pending(struct stream_hub *h, const struct name *n) {
    for (const struct name *p = h->pending; p < h->pending + h->pending_n; p++)
        if (strcmp(p->id, n->id) == 0 && strcmp(p->topic, n->topic) == 0) {
            h->stats.merged++;
            return;
        }
    if (h->pending_n < STREAM_PENDING_MAX) h->pending[h->pending_n++] = *n;
    else h->resync = true;
}

/* NULL: everything. */
static void publish(struct stream_hub *h, const struct name *n) {
    pthread_mutex_lock(&h->lock);
    if (n) add_pending(h, n);
    else h->resync = true;
    pthread_cond_signal(&h->work);
    pthread_mutex_unlock(&h->lock);
}

void stream_publish(struct stream_hub *h, struct str topic, struct str id) {
    struct name n;
    take_name(n.topic, STREAM_TOPIC_MAX, topic);
    take_name(n.id, STREAM_ID_MAX, id);
    publish(h, &n);
}

void stream_resync(struct stream_hub *h) { publish(h, NULL); }

void stream_end(struct stream_hub *h, struct str key) {
    pthread_mutex_lock(&h->lock);
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++)
        if (h->clients[i].used && str_is(key, h->clients[i].key)) finish(&h->clients[i]);
    pthread_mutex_unlock(&h->lock);
}

/* The hub's thread -------------------------------------------------------------------------- */

static void write_event(struct stream_hub *h, struct name n) {
    struct event *e = &h->ring[h->next % STREAM_RING];
    e->n = snprintf(e->text, sizeof e->text,
                    "id: %s-%llu\ndata: {\"topic\":\"%s\",\"id\":\"%s\"}\n\n", h->epoch,
                    (unsigned long long)h->next, n.topic, n.id);
    h->next++;
    h->stats.events++;
}

static void flush(struct stream_hub *h, int64_t now_ns) {
    for (int i = 0; i < h->pending_n; i++) write_event(h, h->pending[i]);
    h->pending_n = 0;
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++) {
        struct client *c = &h->clients[i];
        if (!c->used || c->over) continue;
        c->resync |= h->resync;
        if (h->next - c->next > STREAM_LAG_MAX) cut(c);
        else wake(c);
    }
    h->resync = false;
    h->flushed_ns = now_ns;
}

static void beat(struct stream_hub *h, int64_t now_ns) {
    int64_t now_ms = h->now();
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++) {
        struct client *c = &h->clients[i];
        if (!c->used || c->over) continue;
        c->beat = true;
        if (now_ns >= c->until_ns || now_ms >= c->ends_ms) c->over = true;
        wake(c);
    }
    h->beat_ns = now_ns;
}

static void wait_until(struct stream_hub *h, int64_t until_ns) {
    struct timespec until = {.tv_sec = until_ns / 1000 / MS_NS,
                             .tv_nsec = until_ns % (INT64_C(1000) * MS_NS)};
    pthread_cond_timedwait(&h->work, &h->lock, &until);
}

static void *serve(void *user) {
    struct stream_hub *h = user;
    pthread_mutex_lock(&h->lock);
    while (!h->closing) {
        int64_t now_ns = clock_monotonic_ns();
        int64_t beat_ns = h->beat_ns + STREAM_BEAT_MS * (int64_t)MS_NS;
        int64_t flush_ns = h->flushed_ns + STREAM_FLUSH_MS * (int64_t)MS_NS;
        bool news = h->pending_n || h->resync;
        if (news && now_ns >= flush_ns) flush(h, now_ns);
        else if (now_ns >= beat_ns) beat(h, now_ns);
        else wait_until(h, news && flush_ns < beat_ns ? flush_ns : beat_ns);
    }
    pthread_mutex_unlock(&h->lock);
    return NULL;
}

struct stream_hub *stream_open(struct arena *boot, int64_t (*now)(void)) {
    struct stream_hub *h = NEW(boot, struct stream_hub);
    pthread_condattr_t by_monotonic;
    h->now = now;
    h->next = 1;
    h->beat_ns = clock_monotonic_ns();
    snprintf(h->epoch, sizeof h->epoch, "%llx", (unsigned long long)now());
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&by_monotonic);
    pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&h->work, &by_monotonic);
    pthread_condattr_destroy(&by_monotonic);
    CHECK(pthread_create(&h->thread, NULL, serve, h) == 0, "the system gives no thread");
    return h;
}

void stream_close(struct stream_hub *h) {
    pthread_mutex_lock(&h->lock);
    h->closing = true;
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++)
        if (h->clients[i].used) finish(&h->clients[i]);
    pthread_cond_signal(&h->work);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
}

struct stream_stats stream_stats_of(struct stream_hub *h) {
    pthread_mutex_lock(&h->lock);
    struct stream_stats stats = h->stats;
    pthread_mutex_unlock(&h->lock);
    return stats;
}

/* The epoll thread's side ------------------------------------------------------------------- */

/* What is said before events: who begins learns where it begins, so that coming again works
 * also when nothing has happened yet. */
static ptrdiff_t write_signs(struct client *c, char *out, ptrdiff_t room) {
    long long now_ms = (long long)c->hub->now();
    unsigned long long last = c->next - 1;
    int n = 0;
    if (c->greet)
        n += snprintf(out, (size_t)room, "retry: 400\nevent: hello\nid: %s-%llu\ndata: %lld\n\n",
                      c->hub->epoch, last, now_ms);
    if (c->resync)
        n += snprintf(out + n, (size_t)(room - n), "event: resync\ndata: %lld\n\n", now_ms);
    if (c->beat && !c->greet)
        n += snprintf(out + n, (size_t)(room - n), "event: beat\ndata: %lld\n\n", now_ms);
    c->greet = c->resync = c->beat = false;
    return n;
}

static ptrdiff_t write_events(struct client *c, char *out, ptrdiff_t room) {
    ptrdiff_t n = 0;
    for (; c->next < c->hub->next; c->next++) {
        const struct event *e = &c->hub->ring[c->next % STREAM_RING];
        if (n + e->n > room) break;
        memcpy(out + n, e->text, (size_t)e->n);
        n += e->n;
    }
    return n;
}

static ptrdiff_t read_more(void *user, char *out, ptrdiff_t room) {
    enum { SIGNS_MAX = 256 };
    struct client *c = user;
    struct stream_hub *h = c->hub;
    if (room < SIGNS_MAX) return HTTP_STREAM_END;
    pthread_mutex_lock(&h->lock);
    ptrdiff_t n = c->over ? HTTP_STREAM_END : write_signs(c, out, room);
    if (n >= 0) n += write_events(c, out + n, room - n);
    if (n == 0) {
        c->asleep = true;
        http_stream_sleep(c->exchange);
    }
    pthread_mutex_unlock(&h->lock);
    return n;
}

static void begin(void *user, struct exchange *x) {
    struct client *c = user;
    pthread_mutex_lock(&c->hub->lock);
    c->exchange = x;
    pthread_mutex_unlock(&c->hub->lock);
}

static void leave(void *user) {
    struct client *c = user;
    struct stream_hub *h = c->hub;
    pthread_mutex_lock(&h->lock);
    c->used = c->asleep = false;
    c->exchange = NULL;
    h->stats.clients--;
    pthread_mutex_unlock(&h->lock);
}

/* Where it goes on: behind the last event that it saw, when the ring still holds the rest. */
static void place(struct stream_hub *h, struct client *c, struct str last) {
    int64_t number;
    struct str rest = STR_ABSENT, epoch = str_cut(last, '-', &rest);
    c->next = h->next;
    c->greet = true;
    if (!last.n) return;
    bool ours = str_is(epoch, h->epoch) && str_to_int(rest, &number) && number >= 0 &&
                (uint64_t)number < h->next;
    if (ours && h->next - (uint64_t)number - 1 <= STREAM_LAG_MAX) c->next = (uint64_t)number + 1;
    else c->resync = true;
}

static struct client *take_client(struct stream_hub *h) {
    for (int i = 0; i < STREAM_CLIENTS_MAX; i++)
        if (!h->clients[i].used) return &h->clients[i];
    return NULL;
}

enum err stream_join(struct stream_hub *h, struct str key, struct str last, int64_t ends_ms,
                     struct http_answer *out) {
    CHECK(key.n < STREAM_KEY_MAX, "a stream's key is an id");
    pthread_mutex_lock(&h->lock);
    struct client *c = h->closing ? NULL : take_client(h);
    enum err e = h->closing ? E_WORLD : c ? E_OK : E_TOO_MANY;
    if (c) {
        *c = (struct client){.hub = h, .used = true, .ends_ms = ends_ms};
        c->until_ns = clock_monotonic_ns() + STREAM_LIFE_MS * (int64_t)MS_NS;
        memcpy(c->key, key.s, (size_t)key.n);
        place(h, c, last);
        h->stats.clients++;
        out->stream = (struct http_stream){begin, read_more, leave, c};
        out->content_type = STR("text/event-stream");
    }
    pthread_mutex_unlock(&h->lock);
    return e;
}
