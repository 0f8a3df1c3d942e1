/*
 * http: the HTTP/1.1 server, as a library that knows no patient.
 *
 *     socket ── epoll thread ── guard ── plan ──┬── INLINE: handle() right here
 *               (one a core)   (headers) (route)└── WORKER: the connection sleeps, a worker
 *                  ▲                                        thread runs handle(), which may
 *                  └────────────── resume ◄──────────────── block on the disk, and wakes it
 *
 * An exchange (one request and its answer) owns one arena from the moment that its headers
 * are whole until its last byte has left. The body is gathered there, the handler works
 * there, and the answer is sent from there without a copy. Idle connections own none.
 *
 * Every limit is a constant here, beside its reason. What the library below would let pass
 * is refused by our own guard (guard.h) before any route is looked at.
 */
#ifndef CAIRN_HTTP_H
#define CAIRN_HTTP_H

#include "base/buf.h"
#include "base/err.h"

enum {
    HTTP_CONNECTIONS_MAX = 1024,      /* open sockets; past it they wait in the backlog */
    HTTP_CONNECTION_BYTES = 32 << 10, /* a request's line and headers, and the write buffer */
    HTTP_TARGET_MAX = 2048,           /* path and query; longer is 414 */
    HTTP_HEADERS_MAX = 64,            /* browsers send about 20, HAProxy adds a few */
    HTTP_ANSWER_HEADERS_MAX = 16,
    HTTP_WORKERS_MAX = 32,            /* that wait together for one commit, a page each */
    HTTP_WORKER_STACK = 512 << 10,    /* handlers keep their data in the arena */
    HTTP_ARENA_BYTES = 64 << 20,      /* address space of an exchange; touched as used */
    HTTP_WARM = 32,                   /* exchanges at once that may keep their pages warm */
    HTTP_CROWDED_BYTES = 16 << 10,    /* what each keeps when there are more */
    HTTP_IDLE_SECONDS = 30,           /* of silence, after which a connection is closed */
    HTTP_STOP_SECONDS = 10,           /* that a graceful stop waits for answers to leave */
};

struct http_header {
    struct str name, value;
};

struct http_request {
    struct str method, path, query; /* path and query as sent: still percent-encoded */
    struct str content_type, body;
    struct str peer;                /* the address of the other end, without its port */
    struct arena *arena;            /* lives until the answer has left */
    struct http_header headers[HTTP_HEADERS_MAX];
    int header_count;
};

/* An answer that does not end by itself: bytes as they come (net/stream.h). All three are
 * called on the connection's epoll thread; leave in any case, when the connection is done. */
struct exchange;
enum { HTTP_STREAM_END = -1 };
struct http_stream {
    void (*begin)(void *user, struct exchange *x);
    /* Bytes written; 0 after http_stream_sleep; HTTP_STREAM_END. */
    ptrdiff_t (*read)(void *user, char *out, ptrdiff_t room);
    void (*leave)(void *user);
    void *user;
};

struct http_answer {
    int status;
    struct http_stream stream; /* instead of a body, where it has a user */
    struct str content_type;
    struct buf body;       /* in the request's arena */
    struct str constant;   /* instead of body: bytes that outlive the server (embedded files) */
    struct http_header headers[HTTP_ANSWER_HEADERS_MAX];
    int header_count;
};

/* What is known of a request once its headers are whole. */
enum http_where { HTTP_WORKER, HTTP_INLINE };
struct http_plan {
    enum http_where where;
    ptrdiff_t body_max; /* bytes; past it the answer is 413 and handle() is not called */
};

struct http_app {
    void *user;
    struct http_plan (*plan)(void *user, const struct http_request *rq);
    void (*handle)(void *user, struct http_request *rq, struct http_answer *out);
};

struct http_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:8080", ":8080", "127.0.0.1:0" */
    int workers;        /* 0: HTTP_WORKERS_MAX */
    int idle_seconds;   /* 0: HTTP_IDLE_SECONDS */
};

struct http_stats {
    int64_t requests, refused, in_flight, waiting;
};

struct http_server;

/* *out is written before the first request is answered. E_INVALID: the address is not one; E_WORLD:
 * it is taken or may not be opened; *why says. */
MUST enum err http_start(struct arena *a, struct http_options options, struct http_app app,
                         struct http_server **out, struct str *why);
/* Where it listens, with the port that the system chose for 0. */
struct str http_address(const struct http_server *s);
bool http_is_loopback(const struct http_server *s);
struct http_stats http_stats_of(struct http_server *s);
/* Takes no new connection, lets running answers leave, ends the threads. */
void http_stop(struct http_server *s);

/* Header lookup, ASCII case folded; absent when there is none. */
struct str http_header(const struct http_request *rq, const char *name);
/* The first cookie of that name; absent when there is none. */
struct str http_cookie(const struct http_request *rq, const char *name);
/* The value is copied; control bytes in it are a fault of the program. */
void http_answer_header(struct http_request *rq, struct http_answer *out, const char *name,
                        struct str value);

/* Of a stream. sleep: from its read; wake: from any thread, once for each sleep; cut: shuts the
 * socket of one that does not read. Not after its leave. */
void http_stream_sleep(struct exchange *x);
void http_stream_wake(struct exchange *x);
void http_stream_cut(struct exchange *x);

#endif
