#include "web/door.h"

#include <sodium.h>

#include "base/clock.h"
#include "store/sql.h"
#include "web/html.h"
#include "web/route.h"

/* Where from ---------------------------------------------------------------------------------*/

static bool from_this_machine(const struct http_request *http) {
    return str_starts(http->peer, STR("127.")) || str_is(http->peer, "::1");
}

struct str door_peer(const struct http_request *http) {
    struct str list = http_header(http, "x-forwarded-for"), last = http->peer;
    if (!from_this_machine(http)) return http->peer;
    while (list.s) last = str_trim(str_cut(list, ',', &list)); /* the proxy adds at the end */
    return last.n ? last : http->peer;
}

static bool over_tls(const struct request *rq) {
    if (web_options_of(rq->web)->cookies == WEB_BEHIND_TLS) return true;
    return from_this_machine(rq->http) &&
           str_is(http_header(rq->http, "x-forwarded-proto"), "https");
}

bool door_is_private(const struct request *rq) {
    return over_tls(rq) || web_on_loopback(rq->web);
}

/* The `__Host-` name binds the cookie to this host and to TLS. On plain HTTP not every browser
 * takes it, so there, and only where nobody but this machine can listen in, it has a plain
 * name; on a network without TLS no browser keeps it, and that is meant. */
static bool is_plain(const struct request *rq) {
    return !over_tls(rq) && web_on_loopback(rq->web);
}

static const char *cookie_name(const struct request *rq) {
    return is_plain(rq) ? "cairn" : "__Host-cairn";
}

struct str door_token(const struct request *rq) {
    return http_cookie(rq->http, cookie_name(rq));
}

void door_set_token(struct request *rq, struct str token) {
    struct str value = str_format(rq->arena, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%s",
                                  cookie_name(rq), STR_ARG(token), is_plain(rq) ? "" : "; Secure",
                                  token.n ? "" : "; Max-Age=0");
    http_answer_header(rq->http, rq->answer, "Set-Cookie", value);
}

/* What was just done -------------------------------------------------------------------------*/

static const struct notice {
    const char *event, *words, *level;
} notices[] = {
#define NOTICE(event, words) {#event, words, "fine"},
#define HELD(event, words) {#event, words, "advisory"},
#include "web/notices.def"
#undef NOTICE
#undef HELD
};

static const struct notice *notice_of(struct str event) {
    for (size_t i = 0; i < sizeof notices / sizeof *notices; i++)
        if (str_is(event, notices[i].event)) return &notices[i];
    return NULL;
}

static void set_notice(struct request *rq, const char *event, const char *seconds) {
    http_answer_header(rq->http, rq->answer, "Set-Cookie",
                       str_format(rq->arena,
                                  "done=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%s%s", event,
                                  seconds, over_tls(rq) ? "; Secure" : ""));
}

/* The cookie is a word of the table or it is nothing. */
struct str door_notice(struct request *rq, struct str *level) {
    struct str event = http_cookie(rq->http, "done");
    if (!event.n) return STR_ABSENT;
    const struct notice *notice = notice_of(event);
    set_notice(rq, "", "0");
    if (!notice) return STR_ABSENT;
    *level = str_from(notice->level);
    struct buf b = buf_new(rq->arena, 96);
    buf_format(&b, "%s, ", notice->words);
    clock_put_time(&b, rq->now_ms);
    buf_char(&b, '.');
    return buf_str(&b);
}

static void keep_notice(struct request *rq) {
    const struct route *route = rq->route;
    if (!route || route->method != METHOD_POST || !route->audit) return;
    const char *event = rq->done ? rq->done : route->audit;
    if (notice_of(str_from(event))) set_notice(rq, event, "30");
}

bool door_wants_page(const struct request *rq) {
    struct str accept = http_header(rq->http, "accept");
    if (rq->route && rq->route->flags & API) return false;
    if (str_find(accept, STR("text/html")) >= 0) return true;
    bool json = str_find(accept, STR("json")) >= 0;
    return !accept.n || (str_find(accept, STR("*/*")) >= 0 && !json);
}

struct str door_local_path(struct str path) {
    bool ok = path.n > 0 && path.n < 500 && path.s[0] == '/' &&
              (path.n == 1 || (path.s[1] != '/' && path.s[1] != '\\'));
    for (ptrdiff_t i = 0; ok && i < path.n; i++) ok = path.s[i] > 0x20 && path.s[i] < 0x7F;
    return ok ? path : STR("/");
}

/* The body -----------------------------------------------------------------------------------*/

static struct str media_type(struct str content_type) {
    struct str rest;
    return str_trim(str_cut(content_type, ';', &rest));
}

/* An upload's plain fields are fields like any other. */
static enum err read_upload(struct request *rq) {
    const char *why = NULL;
    enum err e = multipart_parse(rq->arena, rq->http->content_type, rq->http->body, &rq->parts,
                                 &why);
    if (e) fault_add(&rq->faults, STR(""), "syntax", "%s", why);
    TRY(e);
    rq->typed.v = NEWS(rq->arena, struct form_pair, rq->parts.n);
    for (ptrdiff_t i = 0; i < rq->parts.n; i++) {
        const struct part *p = &rq->parts.v[i];
        if (p->filename.s) continue;
        if (!str_utf8_ok(p->bytes)) {
            fault_add(&rq->faults, p->name, "encoding", "This is not UTF-8 text.");
            return E_SYNTAX;
        }
        rq->typed.v[rq->typed.n++] = (struct form_pair){p->name, p->bytes};
    }
    return E_OK;
}

enum err door_read_body(struct request *rq) {
    struct str type = media_type(rq->http->content_type);
    bool json = str_eq_fold(type, STR("application/json"));
    if (rq->route->flags & API) {
        if (!json) fault_add(&rq->faults, STR(""), "type", "The body is application/json.");
        return json ? E_OK : E_SYNTAX;
    }
    if (rq->route->flags & UPLOAD && multipart_is(type)) {
        TRY(read_upload(rq));
    } else if (rq->http->body.n == 0 ||
               str_eq_fold(type, STR("application/x-www-form-urlencoded"))) {
        TRY(form_parse(rq->arena, rq->http->body, &rq->typed, &rq->faults));
    } else {
        fault_add(&rq->faults, STR(""), "type", "A form is sent as "
                  "application/x-www-form-urlencoded%s.",
                  rq->route->flags & UPLOAD ? " or multipart/form-data" : "");
        return E_SYNTAX;
    }
    struct str version = web_typed(rq, "version");
    if (version.n && (!str_to_int(version, &rq->version) || rq->version < 0)) {
        fault_add(&rq->faults, STR("version"), "type", "The version of a record is a number.");
        return E_SYNTAX;
    }
    return E_OK;
}

/* Forgery ------------------------------------------------------------------------------------*/

/* What the browser itself says of where the form was; it cannot be made to lie by a page. */
enum err door_check_origin(struct request *rq) {
    struct str site = http_header(rq->http, "sec-fetch-site");
    struct str origin = http_header(rq->http, "origin");
    if (site.s && !str_is(site, "same-origin") && !str_is(site, "none")) return E_FORGED;
    if (!origin.s) return E_OK;
    ptrdiff_t at = str_find(origin, STR("://"));
    if (at < 0) return E_FORGED;
    struct str host = str_slice(origin, at + 3, origin.n);
    return str_eq_fold(host, http_header(rq->http, "host")) ? E_OK : E_FORGED;
}

static bool same_secret(struct str a, struct str b) {
    return a.n == b.n && a.n > 0 && sodium_memcmp(a.s, b.s, (size_t)a.n) == 0;
}

enum err door_check_token(struct request *rq) {
    if (rq->route->flags & ANON) return E_OK;
    struct str token = web_typed(rq, "csrf");
    if (!token.s) token = http_header(rq->http, "x-csrf-token");
    return same_secret(token, rq->session.csrf) ? E_OK : E_FORGED;
}

/* Refusals -----------------------------------------------------------------------------------*/

static void put_problem(struct request *rq, enum err e) {
    const struct err_meaning *m = err_meaning(e);
    rq->answer->content_type = STR("application/problem+json");
    buf_format(rq->out, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"faults\":[",
               m->text, m->http_status);
    for (int i = 0; i < rq->faults.n; i++) {
        const struct fault *f = &rq->faults.v[i];
        buf_z(rq->out, i ? ",{\"field\":" : "{\"field\":");
        buf_json(rq->out, f->field);
        buf_z(rq->out, ",\"code\":");
        buf_json(rq->out, f->code);
        buf_z(rq->out, ",\"message\":");
        buf_json(rq->out, f->message);
        buf_char(rq->out, '}');
    }
    buf_z(rq->out, "]}\n");
}

static const struct refusal {
    enum err error;
    const char *heading, *what, *todo;
} refusals[] = {
#define REFUSAL(error, heading, what, todo) {error, heading, what, todo},
#include "web/refusals.def"
#undef REFUSAL
};
enum { REFUSALS = sizeof refusals / sizeof *refusals };

/* The last row speaks for what has none: the world failed. */
static const struct refusal *refusal_of(enum err e) {
    int i = 0;
    while (i < REFUSALS - 1 && refusals[i].error != e) i++;
    return &refusals[i];
}

/* The rule that spoke, or the first fault. */
static struct str rule_of(const struct request *rq) {
    return rq->faults.n ? rq->faults.v[0].message : STR_ABSENT;
}

static void put_page(struct request *rq, enum err e, struct str link, struct str act) {
    const struct refusal *w = refusal_of(e);
    struct view_error_page v = {.status = rq->answer->status, .heading = str_from(w->heading),
                                .what = str_from(w->what), .rule = rule_of(rq),
                                .todo = str_from(w->todo), .link = link, .act = act};
    page_open(rq, "", v.heading);
    html_error_page(rq->out, &v);
    page_close(rq);
}

void door_error(struct request *rq, enum err e) {
    rq->answer->status = err_meaning(e)->http_status;
    rq->answer->content_type = STR("text/html; charset=utf-8");
    if (e == E_METHOD) http_answer_header(rq->http, rq->answer, "Allow", STR("GET, HEAD, POST"));
    if (e == E_TOO_MANY) http_answer_header(rq->http, rq->answer, "Retry-After", STR("60"));
    if (!door_wants_page(rq)) put_problem(rq, e);
    else if (rq->failed_page.n) put_page(rq, e, rq->failed_page, STR("Back to the page"));
    else if (rq->account.id.s) put_page(rq, e, STR("/"), STR("To the start"));
    else put_page(rq, e, STR("/login"), STR("Log in"));
}

void door_error_plain(struct request *rq, enum err e) {
    rq->answer->status = err_meaning(e)->http_status;
    rq->answer->content_type = STR("text/plain; charset=utf-8");
    buf_format(rq->out, "%s\n", err_meaning(e)->text);
}

/* The login ended while a form was open: what it holds becomes a draft of its account. */
static enum err keep_typed(struct request *rq) {
    if (rq->session.state != SESSION_EXPIRED || rq->route->method != METHOD_POST) return E_REFUSED;
    if (rq->route->form && form_info(rq->route->form)->flag == SECRET) return E_REFUSED;
    TRY(door_read_body(rq));
    TRY(door_check_origin(rq));
    TRY(door_check_token(rq));
    struct str key = rq->http->path;
    struct form_pairs pairs = rq->typed;
    if (str_is(key, "/draft")) {
        key = web_typed(rq, "key");
        TRY(form_parse(rq->arena, web_typed(rq, "body"), &pairs, &rq->faults));
    }
    TRY(web_begin(rq, TX_WRITE));
    return web_end(rq, draft_keep(rq, rq->session.account_id, key, &pairs));
}

static struct str login_url(struct request *rq, struct str next) {
    struct buf b = buf_new(rq->arena, 256);
    form_put(&b, STR("next"), next);
    return str_format(rq->arena, "/login?%.*s", STR_ARG(buf_str(&b)));
}

void door_login_needed(struct request *rq) {
    if (rq->redirect.s) return; /* a password must be changed first */
    bool get = rq->route->method == METHOD_GET;
    struct str next = rq->http->path;
    if (get && rq->http->query.n)
        next = str_format(rq->arena, "%.*s?%.*s", STR_ARG(next), STR_ARG(rq->http->query));
    if (get && door_wants_page(rq)) {
        web_redirect(rq, "%.*s", STR_ARG(login_url(rq, next)));
        return;
    }
    bool kept = !get && keep_typed(rq) == E_OK;
    rq->faults.n = 0;
    if (kept)
        fault_add(&rq->faults, STR(""), "draft",
                  "What you typed was kept and is offered again on its page.");
    const struct route *page;
    struct str parts[WEB_PATH_PARTS];
    int n;
    if (!get && route_of_form(rq->arena, rq->http->path, &page, parts, &n)) next = STR("/");
    rq->answer->status = err_meaning(E_LOGIN)->http_status;
    if (door_wants_page(rq)) put_page(rq, E_LOGIN, login_url(rq, next), STR("Log in"));
    else put_problem(rq, E_LOGIN);
}

/* The last touch -----------------------------------------------------------------------------*/

static void header(struct request *rq, const char *name, const char *value) {
    http_answer_header(rq->http, rq->answer, name, str_from(value));
}

void door_finish(struct request *rq) {
    if (rq->redirect.s) {
        rq->answer->status = 303;
        rq->out->n = 0;
        header(rq, "Location", str_z(rq->arena, rq->redirect));
        keep_notice(rq);
    }
    header(rq, "X-Content-Type-Options", "nosniff");
    if (str_is(rq->answer->content_type, "text/plain")) return; /* no browser draws it */
    header(rq, "Content-Security-Policy",
           "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
           "frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    header(rq, "Referrer-Policy", "no-referrer");
    if (over_tls(rq)) header(rq, "Strict-Transport-Security", "max-age=31536000");
    bool constant = rq->answer->constant.s && rq->answer->status == 200;
    if (!constant) header(rq, "Cache-Control", "no-store");
}
