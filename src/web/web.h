/*
 * web: the door for people. A page is one row of routes.def, one function and one .html.
 *
 *     request ── web_answer() ── handler(rq) ── use case (app) ── answer
 *                (web.c: match, who, may they, token, rate, fields, transaction, audit)
 *
 * By the time a handler runs, its capability was checked, its form is typed and valid, its
 * transaction is open (GET: read; POST: write) and rq->account says who asks. It returns an
 * error of errors.def; what a person then sees is decided in web.c.
 *
 *     enum err page_people(struct request *rq)        GET: read rows, fill a view, render
 *     enum err post_people(struct request *rq)        POST: call a use case, web_redirect
 *
 * When a POST is refused with faults (E_INVALID), by a rule (E_BLOCKED) or because somebody
 * saved first (E_CONFLICT), the page of its form is shown again with what was typed: the GET
 * row of the same path, or of the nearest path above it.
 */
#ifndef CAIRN_WEB_H
#define CAIRN_WEB_H

#include "app/app.h"
#include "app/session.h"
#include "codec/form.h"
#include "codec/multipart.h"
#include "net/http.h"
#include "web/field.h"

enum {
    WEB_PATH_PARTS = 4,           /* {parameters} in one path */
    WEB_BODY_MAX = 256 << 10,     /* a form */
    WEB_UPLOAD_MAX = 4 << 20,     /* a form with a file: flag UPLOAD */
    WEB_TRIES = 5,                /* of a transaction that the database asks to run again */
};

struct web;   /* of the process: web.c */
struct route; /* a row of routes.def: route.h */

struct web_account {
    struct str id, login_name, name, credentials;
    struct str patient_id; /* a patient's own chart; absent for staff */
    enum role role;
};

struct request {
    struct web *web;
    struct app *app;
    const struct route *route;
    struct http_request *http;
    struct http_answer *answer;
    struct arena *arena;
    struct buf *out;          /* the page */
    struct tx *tx;            /* NULL under OWN_TX */
    struct tx own;            /* the memory of it */
    int64_t now_ms;
    struct str peer;          /* where the request comes from, behind a proxy too */

    struct session session;
    struct web_account account;

    struct str path[WEB_PATH_PARTS]; /* what stands for {..}, decoded */
    int path_n;
    struct form_pairs query, typed;  /* as sent, decoded */
    struct parts parts;              /* of an upload */
    union form form;                 /* POST: the row's form, typed and valid */
    int64_t version;                 /* POST: the record's version that the form was made from */
    int64_t entered_ms;              /* POST: when a device says that it was typed; 0: now */
    struct faults faults;            /* a use case adds; then E_INVALID or E_BLOCKED */

    struct str patient_id; /* for the journal and the head; on CLINICAL pages the {id} */
    struct str audit_why;  /* for the audit entry; may be absent */
    struct str redirect;   /* set by web_redirect */
    const char *done;      /* POST: the event that the next page tells of; NULL: the route's */
    int appended;          /* journal entries of the handler's transactions */
    enum err shown_again;  /* why the form's page is being shown again; E_OK: it is not */
    struct str failed_path;
    struct str failed_page; /* the page's own path */
    bool said_why;          /* a form of that page has said so */
    const char *conflict_table; /* E_CONFLICT: which record somebody saved first */
    struct str conflict_id;
    struct str overlay_action; /* form_view: the form whose values are overlaid, and by what */
    struct form_pairs overlay;
    int form_count;
    const struct view_shell *shell; /* between page_open and page_close */
};

/* 303 to a path of ours, once the transaction is committed. */
__attribute__((format(printf, 2, 3))) enum err web_redirect(struct request *rq,
                                                            const char *format, ...);
/* A form-level fault, and E_BLOCKED: the rule that held the act back, in a sentence. */
__attribute__((format(printf, 2, 3))) enum err web_block(struct request *rq, const char *format,
                                                         ...);
/* A raw field of the body, or of the query; absent when it was not sent. */
struct str web_typed(const struct request *rq, const char *name);
struct str web_query(const struct request *rq, const char *name);
struct actor web_actor(const struct request *rq);
bool web_allows(const struct request *rq, enum capability c);

/* Under OWN_TX: work that must not stand in a transaction (a password's hash, a large
 * parse) comes first, then this. The use cases of app/people.h begin their own; after one,
 * web_audited says that it wrote its entry. */
MUST enum err web_begin(struct request *rq, enum tx_mode mode);
MUST enum err web_end(struct request *rq, enum err e);
void web_audited(struct request *rq);

/* The shell around a page. `here` is the room in the bar. Everything that the page writes
 * into rq->out stands between the two. page_open_patient puts the patient's head on top. */
struct view_patient_head;
void page_open(struct request *rq, const char *here, struct str title);
void page_open_patient(struct request *rq, const char *here, struct str title,
                       const struct view_patient_head *head);
void page_close(struct request *rq);

/* Of the process. */
struct web_options {
    enum { WEB_PLAIN_LOOPBACK, WEB_BEHIND_TLS } cookies;
};
struct web *web_open(struct arena *boot, struct app *app, struct web_options options);
struct http_app web_http(struct web *w);
/* Where http_start writes the server: /metrics and cookies ask it. */
struct http_server **web_server(struct web *w);
/* Pages hear of changes from here on; E_WORLD: no thread. Ended before the server stops. */
MUST enum err web_live(struct web *w, struct arena *boot);
void web_live_end(struct web *w);
struct stream_hub *web_hub(const struct web *w); /* NULL: nothing is heard live */

#endif
