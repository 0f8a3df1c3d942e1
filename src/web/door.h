/*
 * door: the parts of a request's life that are about HTTP and browsers, not about the page:
 * cookies, the token of a form, where a request really comes from, the answer's headers, and
 * what a refusal looks like.
 */
#ifndef CAIRN_DOOR_H
#define CAIRN_DOOR_H

#include "web/web.h"

enum { DOOR_PAGE_BYTES = 16 << 10 };
enum door_touch { DOOR_SEEN, DOOR_TOUCH };

struct web_figures {
    int64_t answers[6]; /* by the first digit of the status */
    int64_t busy_ns;
    struct http_stats http;
};
struct web_figures web_figures(struct web *w);
const struct web_options *web_options_of(const struct web *w);
bool web_on_loopback(const struct web *w); /* only this machine can reach it */
/* A login can be kept: over TLS, or on the machine itself. */
bool door_is_private(const struct request *rq);

/* The address of the person's machine: behind a proxy on this machine, what it says. */
struct str door_peer(const struct http_request *http);
/* The session cookie; absent when there is none. */
struct str door_token(const struct request *rq);
void door_set_token(struct request *rq, struct str token); /* absent: takes the cookie back */
/* Somebody who wants a page, and not JSON. */
bool door_wants_page(const struct request *rq);

/* What was just done, for the page that a redirect leads to: an event, kept in a cookie for
 * half a minute, told once, with its level. Absent: nothing. */
struct str door_notice(struct request *rq, struct str *level);

/* A path of this house that a person may be sent to, or the start. */
struct str door_local_path(struct str path);

/* E_SYNTAX, E_TOO_LARGE: the body is no form. */
MUST enum err door_read_body(struct request *rq);
/* E_FORGED: another site sent it. */
MUST enum err door_check_origin(struct request *rq);
MUST enum err door_check_token(struct request *rq);

/* The answers when it goes otherwise. */
void door_login_needed(struct request *rq);
void door_error(struct request *rq, enum err e);
void door_error_plain(struct request *rq, enum err e);
/* Redirect, length, security headers: the last touch on every answer. */
void door_finish(struct request *rq);

/* Keeps what was typed as a draft of its account; the caller has a write transaction. */
MUST enum err draft_keep(struct request *rq, struct str account_id, struct str key,
                         const struct form_pairs *pairs);

#endif
