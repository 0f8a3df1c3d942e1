/* serve: the web application over a store, until it is told to stop. `demo` uses it too. */
#ifndef CAIRN_CLI_SERVE_H
#define CAIRN_CLI_SERVE_H

#include "store/store.h"

struct serving;

struct serve_options {
    struct store *store;     /* ready */
    const char *listen;      /* NULL: 127.0.0.1:8080 */
    const char *content_dir; /* NULL: only what is in the program */
    const char *mllp;        /* where monitors speak; NULL: nowhere */
    const char *proxy;       /* "tls": a proxy that speaks TLS stands before every request */
};

/* 0 and *out, or the exit status after one line on standard error. On success
 * `ready http://ADDRESS` stands on standard output. */
MUST int serve_start(struct arena *boot, struct serve_options options, struct serving **out);
/* Waits for SIGTERM or SIGINT, lets running answers leave, closes the store. 0. */
int serve_until_stopped(struct serving *s);

#endif
