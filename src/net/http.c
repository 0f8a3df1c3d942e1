/*
 * The exchange, from accept to the last byte.
 *
 *   uri_seen     first line read: take a slot, keep the target as sent (the library decodes
 *                it in place afterwards, and "%2F" must not become a separator)
 *   step 1       headers whole: guard, plan; a refusal is answered here and closes
 *   step 2..n    body bytes, into the exchange's arena
 *   last step    INLINE: handle and queue. WORKER: suspend, hand to the workers
 *   after resume queue the answer the worker made
 *   completed    reset the arena, give the slot back
 *
 * A slot belongs to its epoll thread, except between the push into the queue and the
 * resume, when it belongs to one worker. The queue's lock orders the two.
 */
#include "net/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "net/guard.h"
#include "net/listen.h"

/* It takes the listener out of the library's epoll sets while the library's own threads may do
 * the same, and whoever comes second ends the program ("Failed to remove listen FD from epoll
 * set": 0.9.75 and, unmended, later; about one stop of five thousand under traffic). */
#pragma GCC poison MHD_quiesce_daemon

enum state { EXCHANGE_NEW, EXCHANGE_BODY, EXCHANGE_WAITING, EXCHANGE_READY, EXCHANGE_SENT };

/* A chunked body past its limit is read to its end, so that the client can hear why, but
 * not for ever. */
enum { OVERFLOW_MAX = 1 << 20, STREAM_BLOCK = 8 << 10 };

struct exchange {
    struct exchange *next; /* in the free list, or in the queue */
    struct http_server *server;
    struct MHD_Connection *connection;
    enum state state;
    struct arena arena;
    struct http_request rq;
    struct http_answer answer;
    struct http_plan plan;
    struct buf body;
    ptrdiff_t overflow; /* bytes past the limit */
    int headers_seen;
    ptrdiff_t target_n;
    char target[HTTP_TARGET_MAX];
    char peer[INET6_ADDRSTRLEN];
};

struct http_server {
    struct MHD_Daemon *daemon;
    struct http_app app;
    struct listener listener;
    struct arena slots;
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    struct exchange *free;
    struct exchange *first, *last; /* the queue */
    int queued, in_flight;
    bool stopping;
    int64_t requests, refused;
    int worker_count;
    pthread_t workers[HTTP_WORKERS_MAX];
};

/* The request -------------------------------------------------------------------------------*/

struct str http_header(const struct http_request *rq, const char *name) {
    for (int i = 0; i < rq->header_count; i++)
        if (str_eq_fold(rq->headers[i].name, str_from(name))) return rq->headers[i].value;
    return STR_ABSENT;
}

struct str http_cookie(const struct http_request *rq, const char *name) {
    struct str rest = http_header(rq, "cookie");
    while (rest.s) {
        struct str value, pair = str_trim(str_cut(rest, ';', &rest));
        struct str key = str_cut(pair, '=', &value);
        if (value.s && str_is(key, name)) return value;
    }
    return STR_ABSENT;
}

void http_answer_header(struct http_request *rq, struct http_answer *out, const char *name,
                        struct str value) {
    CHECK(out->header_count < HTTP_ANSWER_HEADERS_MAX, "more answer headers than have room");
    for (ptrdiff_t i = 0; i < value.n; i++)
        CHECK((unsigned char)value.s[i] >= 0x20, "a control byte in an answer's header");
    out->headers[out->header_count++] =
        (struct http_header){str_from(name), {str_z(rq->arena, value), value.n}};
}

static enum MHD_Result take_header(void *user, enum MHD_ValueKind kind, const char *name,
                                   size_t name_n, const char *value, size_t value_n) {
    struct exchange *x = user;
    (void)kind;
    x->headers_seen++;
    if (x->rq.header_count == HTTP_HEADERS_MAX) return MHD_YES;
    x->rq.headers[x->rq.header_count++] = (struct http_header){
        {name, (ptrdiff_t)name_n}, {value ? value : "", (ptrdiff_t)value_n}};
    return MHD_YES;
}

static void take_peer(struct exchange *x) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *at = info ? info->client_addr : NULL;
    const void *number = NULL;
    if (at && at->sa_family == AF_INET)
        number = &((const struct sockaddr_in *)(const void *)at)->sin_addr;
    if (at && at->sa_family == AF_INET6)
        number = &((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
    if (!number || !inet_ntop(at->sa_family, number, x->peer, sizeof x->peer)) x->peer[0] = 0;
    x->rq.peer = str_from(x->peer);
}

static void take_request(struct exchange *x, const char *method) {
    struct http_request *rq = &x->rq;
    rq->arena = &x->arena;
    rq->method = str_from(method);
    struct str target = {x->target, x->target_n};
    rq->path = str_cut(target, '?', &rq->query);
    MHD_get_connection_values_n(x->connection, MHD_HEADER_KIND, take_header, x);
    rq->content_type = http_header(rq, "content-type");
    take_peer(x);
}

/* The answer --------------------------------------------------------------------------------*/

static ssize_t stream_more(void *user, uint64_t position, char *out, size_t room) {
    struct exchange *x = user;
    (void)position;
    ptrdiff_t n = x->answer.stream.read(x->answer.stream.user, out, (ptrdiff_t)room);
    return n == HTTP_STREAM_END ? (ssize_t)MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)n;
}

static struct MHD_Response *response_of(struct exchange *x) {
    const struct http_answer *answer = &x->answer;
    struct str body = answer->constant.s ? answer->constant : buf_str(&answer->body);
    if (answer->stream.user) {
        answer->stream.begin(answer->stream.user, x);
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_more, x,
                                                 NULL);
    }
    /* Persistent: the bytes are in the arena, which lives until `completed`. */
    return MHD_create_response_from_buffer((size_t)body.n, (void *)(uintptr_t)body.s,
                                           MHD_RESPMEM_PERSISTENT);
}

void http_stream_sleep(struct exchange *x) { MHD_suspend_connection(x->connection); }
void http_stream_wake(struct exchange *x) { MHD_resume_connection(x->connection); }

void http_stream_cut(struct exchange *x) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    if (info) shutdown(info->connect_fd, SHUT_RDWR);
}

static enum MHD_Result send_answer(struct exchange *x) {
    const struct http_answer *answer = &x->answer;
    x->state = EXCHANGE_SENT;
    struct MHD_Response *response = response_of(x);
    if (!response) return MHD_NO;
    enum MHD_Result ok = MHD_YES;
    if (answer->content_type.n)
        ok = MHD_add_response_header(response, "Content-Type",
                                     str_z(&x->arena, answer->content_type));
    for (int i = 0; i < answer->header_count && ok == MHD_YES; i++)
        ok = MHD_add_response_header(response, answer->headers[i].name.s,
                                     answer->headers[i].value.s);
    if (ok == MHD_YES)
        ok = MHD_queue_response(x->connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    if (answer->stream.user) arena_trim(&x->arena, STREAM_BLOCK); /* it stays for long */
    return ok;
}

static enum MHD_Result refuse(struct exchange *x, struct guard_refusal refusal) {
    pthread_mutex_lock(&x->server->lock);
    x->server->refused++;
    pthread_mutex_unlock(&x->server->lock);
    x->answer = (struct http_answer){.status = refusal.status,
                                     .content_type = STR("text/plain; charset=utf-8"),
                                     .body = buf_new(&x->arena, 128)};
    buf_format(&x->answer.body, "%s\n", refusal.why);
    http_answer_header(&x->rq, &x->answer, "Connection", STR("close"));
    http_answer_header(&x->rq, &x->answer, "X-Content-Type-Options", STR("nosniff"));
    return send_answer(x);
}

/* The workers -------------------------------------------------------------------------------*/

static void hand_to_workers(struct http_server *s, struct exchange *x) {
    x->state = EXCHANGE_WAITING;
    MHD_suspend_connection(x->connection);
    pthread_mutex_lock(&s->lock);
    x->next = NULL;
    if (s->last) s->last->next = x;
    else s->first = x;
    s->last = x;
    s->queued++;
    pthread_cond_signal(&s->work);
    pthread_mutex_unlock(&s->lock);
}

static struct exchange *next_work(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    while (!s->first && !s->stopping) pthread_cond_wait(&s->work, &s->lock);
    struct exchange *x = s->first;
    if (x) {
        s->first = x->next;
        if (!s->first) s->last = NULL;
        s->queued--;
    }
    pthread_mutex_unlock(&s->lock);
    return x;
}

static void *work(void *user) {
    struct http_server *s = user;
    for (struct exchange *x; (x = next_work(s));) {
        s->app.handle(s->app.user, &x->rq, &x->answer);
        x->state = EXCHANGE_READY;
        MHD_resume_connection(x->connection);
    }
    return NULL;
}

/* The epoll thread's side -------------------------------------------------------------------*/

static struct exchange *take_slot(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    struct exchange *x = s->free;
    if (x) {
        s->free = x->next;
        s->in_flight++;
        s->requests++;
    }
    pthread_mutex_unlock(&s->lock);
    return x;
}

static void *uri_seen(void *user, const char *uri, struct MHD_Connection *connection) {
    struct http_server *s = user;
    struct exchange *x = take_slot(s);
    if (!x) return NULL;
    if (!x->arena.beg) arena_open(&x->arena, HTTP_ARENA_BYTES);
    x->server = s;
    x->connection = connection;
    x->state = EXCHANGE_NEW;
    x->rq = (struct http_request){0};
    x->answer = (struct http_answer){0};
    x->body = (struct buf){0};
    x->overflow = 0;
    x->headers_seen = 0;
    size_t n = strnlen(uri, HTTP_TARGET_MAX);
    memcpy(x->target, uri, n);
    x->target_n = (ptrdiff_t)n;
    return x;
}

static enum MHD_Result headers_whole(struct exchange *x, const char *method) {
    x->state = EXCHANGE_BODY;
    take_request(x, method);
    struct guard_refusal refusal = guard_check(&x->rq, x->headers_seen);
    if (refusal.status) return refuse(x, refusal);
    x->plan = x->server->app.plan(x->server->app.user, &x->rq);
    refusal = guard_length(&x->rq, x->plan.body_max);
    return refusal.status ? refuse(x, refusal) : MHD_YES;
}

static enum MHD_Result take_body(struct exchange *x, const char *bytes, size_t *n) {
    ptrdiff_t room = x->plan.body_max - x->body.n, size = (ptrdiff_t)*n;
    *n = 0;
    if (size > room || x->overflow) {
        x->overflow += size;
        return x->overflow > OVERFLOW_MAX ? MHD_NO : MHD_YES;
    }
    x->body.arena = &x->arena;
    buf_bytes(&x->body, bytes, size);
    return MHD_YES;
}

static enum MHD_Result request_whole(struct exchange *x) {
    if (x->overflow)
        return refuse(x, (struct guard_refusal){413, "the body is larger than this page takes"});
    x->rq.body = buf_str(&x->body);
    if (x->plan.where == HTTP_WORKER) {
        hand_to_workers(x->server, x);
        return MHD_YES;
    }
    x->server->app.handle(x->server->app.user, &x->rq, &x->answer);
    return send_answer(x);
}

static enum MHD_Result step(void *user, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *bytes,
                            size_t *n, void **context) {
    (void)user, (void)url, (void)version, (void)connection;
    struct exchange *x = *context;
    if (!x) return MHD_NO; /* no slot: more requests than connections cannot be */
    switch (x->state) {
    case EXCHANGE_NEW: return headers_whole(x, method);
    case EXCHANGE_BODY: return *n ? take_body(x, bytes, n) : request_whole(x);
    case EXCHANGE_READY: return send_answer(x);
    case EXCHANGE_SENT: *n = 0; return MHD_YES; /* the rest of a refused body */
    case EXCHANGE_WAITING: break;
    }
    return MHD_YES;
}

static void completed(void *user, struct MHD_Connection *connection, void **context,
                      enum MHD_RequestTerminationCode code) {
    struct http_server *s = user;
    struct exchange *x = *context;
    (void)connection, (void)code;
    if (!x) return;
    *context = NULL;
    if (x->answer.stream.user) x->answer.stream.leave(x->answer.stream.user);
    x->arena.out = NULL;
    pthread_mutex_lock(&s->lock);
    bool crowded = s->in_flight > HTTP_WARM;
    pthread_mutex_unlock(&s->lock);
    if (crowded) arena_trim(&x->arena, HTTP_CROWDED_BYTES);
    else arena_reset(&x->arena);
    pthread_mutex_lock(&s->lock);
    x->next = s->free; /* last used, first taken: its pages are warm */
    s->free = x;
    s->in_flight--;
    if (s->in_flight == 0) pthread_cond_broadcast(&s->idle);
    pthread_mutex_unlock(&s->lock);
}

/* The library's own log is about what clients do wrong; that is counted, not written down. */
static void no_log(void *user, const char *format, va_list args) {
    (void)user, (void)format, (void)args;
}

/* Boot and end ------------------------------------------------------------------------------*/

static void start_workers(struct http_server *s, int count) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, HTTP_WORKER_STACK);
    for (int i = 0; i < count; i++)
        CHECK(pthread_create(&s->workers[i], &attributes, work, s) == 0,
              "the system gives no thread");
    pthread_attr_destroy(&attributes);
    s->worker_count = count;
}

static bool start_daemon(struct http_server *s, int idle_seconds) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = cores < 1 ? 1 : cores > 16 ? 16 : (unsigned)cores;
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
            MHD_USE_ERROR_LOG,
        0, NULL, NULL, step, s, MHD_OPTION_EXTERNAL_LOGGER, no_log, NULL,
        MHD_OPTION_LISTEN_SOCKET, s->listener.fd, MHD_OPTION_THREAD_POOL_SIZE, threads,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_BYTES,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)idle_seconds, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, uri_seen, s, MHD_OPTION_NOTIFY_COMPLETED, completed, s,
        MHD_OPTION_END);
    return s->daemon != NULL;
}

enum err http_start(struct arena *a, struct http_options options, struct http_app app,
                    struct http_server **out, struct str *why) {
    struct http_server *s = NEW(a, struct http_server);
    s->app = app;
    TRY(listener_open(a, options.listen, &s->listener, why));
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->idle, NULL);
    arena_open(&s->slots, (ptrdiff_t)sizeof(struct exchange) * (HTTP_CONNECTIONS_MAX + 1));
    /* Not NEWS, which would touch every page: fresh pages are zero. */
    struct exchange *slots = (struct exchange *)(void *)s->slots.beg;
    for (int i = HTTP_CONNECTIONS_MAX - 1; i >= 0; i--) {
        slots[i].next = s->free;
        s->free = &slots[i];
    }
    *out = s;
    start_workers(s, options.workers ? options.workers : HTTP_WORKERS_MAX);
    if (!start_daemon(s, options.idle_seconds ? options.idle_seconds : HTTP_IDLE_SECONDS)) {
        *why = str_format(a, "the server cannot start: %s", strerror(errno));
        return E_WORLD;
    }
    return E_OK;
}

struct str http_address(const struct http_server *s) { return s->listener.address; }
bool http_is_loopback(const struct http_server *s) { return s->listener.loopback; }

struct http_stats http_stats_of(struct http_server *s) {
    pthread_mutex_lock(&s->lock);
    struct http_stats stats = {s->requests, s->refused, s->in_flight, s->queued};
    pthread_mutex_unlock(&s->lock);
    return stats;
}

static void wait_until_idle(struct http_server *s) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += HTTP_STOP_SECONDS;
    pthread_mutex_lock(&s->lock);
    while (s->in_flight && pthread_cond_timedwait(&s->idle, &s->lock, &until) == 0) {}
    s->stopping = true;
    pthread_cond_broadcast(&s->work);
    pthread_mutex_unlock(&s->lock);
}

/* While the last answers leave, the library's threads look at the closed door in vain; that
 * costs a core for a moment, HTTP_STOP_SECONDS at most. The library closes the listener. */
void http_stop(struct http_server *s) {
    shutdown(s->listener.fd, SHUT_RDWR); /* new connections are refused from here on */
    wait_until_idle(s);
    for (int i = 0; i < s->worker_count; i++) pthread_join(s->workers[i], NULL);
    MHD_stop_daemon(s->daemon);
    struct exchange *slots = (struct exchange *)(void *)s->slots.beg;
    for (int i = 0; i < HTTP_CONNECTIONS_MAX; i++) arena_close(&slots[i].arena);
    arena_close(&s->slots);
}
