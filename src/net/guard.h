/*
 * guard: what a request must be before anybody looks at what it asks. Pure.
 *
 * libmicrohttpd (0.9.75, strict) lets some requests pass that two servers in a row could
 * read differently (request smuggling): two Content-Lengths, Content-Length beside
 * Transfer-Encoding, several Hosts. Those are refused here, with control bytes and
 * everything past our limits. What stays open is said in docs/operating.md: a server that
 * faces the internet stands behind HAProxy.
 */
#ifndef CAIRN_GUARD_H
#define CAIRN_GUARD_H

#include "net/http.h"

struct guard_refusal {
    int status; /* 0: none, the request may pass */
    const char *why;
};

/* `headers_seen` counts all headers, also those past HTTP_HEADERS_MAX. */
struct guard_refusal guard_check(const struct http_request *rq, int headers_seen);
/* The declared length against what the route allows. */
struct guard_refusal guard_length(const struct http_request *rq, ptrdiff_t body_max);

#endif
