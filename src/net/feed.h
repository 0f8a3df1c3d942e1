/*
 * feed: the server of senders that keep a connection open and speak in blocks (MLLP), as a
 * library that knows no patient.
 *
 *     sockets ── one epoll thread ── blocks of all who are ready ── batch() ── answers go back
 *                     ▲                (at most FEED_BATCH_MAX)     │
 *                     └──────────── what came meanwhile ◄───────────┘ may block on the disk
 *
 * One thread: while batch() commits, the senders' bytes wait in the sockets, and what has come
 * by then is the next batch. So a batch grows with the load, and one commit carries all of it.
 * Answers leave in the order of the blocks. A sender that does not read its answers, does not
 * end its block, or sends only noise is closed.
 */
#ifndef CAIRN_FEED_H
#define CAIRN_FEED_H

#include "base/buf.h"
#include "base/err.h"

enum {
    FEED_CONNECTIONS_MAX = 512,     /* past it a new one is closed: more than a clinic's monitors */
    FEED_BLOCK_MAX = 256 << 10,     /* a monitor's message has 1 to 20 KiB */
    FEED_ANSWERS_MAX = 64 << 10,    /* that wait for a sender to read them */
    FEED_BATCH_MAX = 128,           /* blocks that share a commit */
    FEED_GARBAGE_MAX = 64 << 10,    /* bytes between blocks, of one connection, before it closes */
    FEED_BLOCK_SECONDS = 30,        /* from a block's first byte to its last */
    FEED_IDLE_SECONDS = 900,        /* of silence: some monitors speak every ten minutes */
};

enum feed_what {
    FEED_BLOCK,    /* bytes: a message */
    FEED_UNENDED,  /* another block began before this one ended */
    FEED_LARGE,    /* past FEED_BLOCK_MAX; bytes: its beginning; the connection closes */
    FEED_SLOW,     /* never ended; the connection closes */
    FEED_GARBAGE,  /* n bytes that are no block */
    FEED_STRANGER, /* a peer that is not admitted was closed */
};

struct feed_block {
    enum feed_what what;
    struct str bytes; /* valid during batch() */
    struct str peer;  /* the address of the other end, without its port */
    int64_t n;        /* FEED_GARBAGE: how many bytes */
    struct str answer; /* set by batch(): sent as it is; absent: nothing */
};

struct feed_app {
    void *user;
    bool (*admit)(void *user, struct str peer);
    /* Answers may lie in the app's own memory until the next call. */
    void (*batch)(void *user, struct feed_block *v, int n);
    int64_t *connections; /* how many are open: written once a second, atomic; NULL: not asked */
};

struct feed_options {
    const char *listen;              /* as http_options.listen */
    int block_seconds, idle_seconds; /* 0: as above */
};

struct feed_server;

/* E_INVALID, E_WORLD: *why is a sentence. */
MUST enum err feed_start(struct arena *a, struct feed_options options, struct feed_app app,
                         struct feed_server **out, struct str *why);
struct str feed_address(const struct feed_server *s);
/* The batch at hand is answered; then every connection is closed and the thread ends. */
void feed_stop(struct feed_server *s);

#endif
