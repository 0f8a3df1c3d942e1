/*
 * The life of a request is life(), from the match to the audit entry; every door that is a
 * row of routes.def goes through it, and there is no other way in.
 *
 *   match ─ who ─ may they ─ how often ─ body ─ token ─ fields ─ handler in its tx ─ audit
 *     │      │       │          │         │       │       │          │
 *    404    401     403        429       400     403     422   409, 422, 503     any of these:
 *    405  (login) (journal)                    (journal)                         fail()
 *
 * A GET reads who asks and what is shown in one snapshot; its audit entry is a short write
 * after it, and the answer waits for that commit. A POST's use case writes its own entry in
 * its own transaction, and life() refuses to commit one that did not.
 */
#include "web/web.h"

#include <pthread.h>
#include <setjmp.h>
#include <string.h>

#include "app/entry.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "net/stream.h"
#include "store/live.h"
#include "store/sql.h"
#include "web/door.h"
#include "web/rate.h"
#include "web/route.h"
#include "web/static.h"

struct web {
    struct app *app;
    struct web_options options;
    struct http_server *server;
    struct stream_hub *hub;
    struct rate *rate;
    pthread_mutex_t lock;
    struct web_figures figures;
};

/* What handlers are given --------------------------------------------------------------------*/

/* What a parameter brought into the path cannot leave this house or begin a new header. */
enum err web_redirect(struct request *rq, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = str_vformat(rq->arena, format, args);
    va_end(args);
    struct buf b = buf_new(rq->arena, text.n + 1);
    for (ptrdiff_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];
        if (c > 0x20 && c < 0x7F) buf_char(&b, (char)c);
        else buf_url_part(&b, str_slice(text, i, i + 1));
    }
    struct str to = buf_str(&b);
    bool ours = to.n > 0 && to.s[0] == '/' &&
                (to.n == 1 || (to.s[1] != '/' && to.s[1] != '\\'));
    rq->redirect = ours ? to : STR("/");
    return E_OK;
}

enum err web_block(struct request *rq, const char *format, ...) {
    va_list args;
    va_start(args, format);
    struct str text = str_vformat(rq->arena, format, args);
    va_end(args);
    fault_add(&rq->faults, STR(""), "rule", "%.*s", STR_ARG(text));
    return E_BLOCKED;
}

struct str web_typed(const struct request *rq, const char *name) {
    return form_get(&rq->typed, str_from(name));
}
struct str web_query(const struct request *rq, const char *name) {
    return form_get(&rq->query, str_from(name));
}
bool web_allows(const struct request *rq, enum capability c) {
    return rq->account.id.s && access_allows(rq->account.role, c);
}
struct actor web_actor(const struct request *rq) {
    return (struct actor){rq->app->clinic_id, rq->account.id, STR("web")};
}

enum err web_begin(struct request *rq, enum tx_mode mode) {
    CHECK(!rq->tx, "one transaction at a time");
    TRY(tx_begin(&rq->own, rq->app->store, rq->arena, mode, web_actor(rq), rq->now_ms));
    rq->tx = &rq->own;
    return E_OK;
}

enum err web_end(struct request *rq, enum err e) {
    rq->tx = NULL;
    if (rq->own.conflict_table) {
        rq->conflict_table = rq->own.conflict_table;
        rq->conflict_id = rq->own.conflict_id;
    }
    e = tx_end(&rq->own, e);
    if (!e) rq->appended += rq->own.appended;
    return e;
}

void web_audited(struct request *rq) { rq->appended++; }

/* The steps of the life ----------------------------------------------------------------------*/

static bool has(const struct request *rq, enum route_flag flag) {
    return rq->route && rq->route->flags & flag;
}
static bool is_post(const struct request *rq) {
    return rq->route && rq->route->method == METHOD_POST;
}

static enum err find_session(struct request *rq) {
    struct session *s = &rq->session;
    TRY(session_find(rq->tx, door_token(rq), s));
    if (s->state != SESSION_LIVE) return E_OK;
    rq->account = (struct web_account){s->account_id,  s->login_name,       s->display_name,
                                       s->credentials, s->chart_patient_id, s->role};
    rq->own.actor = web_actor(rq);
    return E_OK;
}

/* Who asks. A GET goes on in the same snapshot. */
static enum err attend(struct request *rq) {
    if (has(rq, ANON) && has(rq, OWN_TX)) return E_OK;
    TRY(web_begin(rq, TX_READ));
    enum err e = find_session(rq);
    if (e || is_post(rq) || has(rq, OWN_TX)) e = web_end(rq, e);
    return e;
}

/* All that is open before a first password was changed. */
static bool is_about_password(const struct request *rq) {
    struct str path = str_from(rq->route->path);
    return str_starts(path, STR("/password")) || str_starts(path, STR("/logout"));
}

static enum err admit(struct request *rq) {
    if (has(rq, ANON)) return E_OK;
    if (rq->session.state != SESSION_LIVE) return E_LOGIN;
    if (!access_allows(rq->account.role, rq->route->capability)) return E_REFUSED;
    if (rq->session.must_change && !is_about_password(rq)) {
        rq->redirect = STR("/password");
        return E_LOGIN;
    }
    return E_OK;
}

static enum err take_rate(struct request *rq) {
    if (rq->route->rate == 0) return E_OK;
    struct str who = rq->account.id.s ? rq->account.id : rq->peer;
    bool within = rate_take(rq->web->rate, who, (int)(rq->route - routes), rq->route->rate,
                            rq->now_ms);
    return within ? E_OK : E_TOO_MANY;
}

/* The form was accepted: what was kept of it while it was typed is no longer needed. */
static enum err drop_draft(struct request *rq) {
    if (!is_post(rq) || has(rq, ANON) || has(rq, UNSAVED)) return E_OK;
    if (rq->route->form && form_info(rq->route->form)->flag == SECRET) return E_OK;
    return draft_drop(rq->tx, &(struct draft_drop_in){rq->account.id, rq->http->path});
}

/* A form that a device gave an id is kept once (app/entry.h): the second time its page is shown
 * as after the first. */
static enum err take_entry(struct request *rq, bool *again) {
    struct entry entry = {.id = web_typed(rq, "client_id"), .path = rq->http->path};
    if (!entry.id.n || has(rq, UNSAVED)) return E_OK;
    if (!str_to_int(web_typed(rq, "client_ms"), &entry.entered_ms)) entry.entered_ms = 0;
    TRY(entry_take(rq->tx, &entry, again, &rq->faults));
    rq->entered_ms = entry.entered_ms;
    ptrdiff_t end = rq->http->path.n;
    while (end > 1 && rq->http->path.s[end - 1] != '/') end--;
    return *again ? web_redirect(rq, "%.*s", (int)end - 1, rq->http->path.s) : E_OK;
}

static enum err handle_once(struct request *rq) {
    if (has(rq, OWN_TX)) return rq->route->handler(rq);
    if (!rq->tx) TRY(web_begin(rq, is_post(rq) ? TX_WRITE : TX_READ));
    bool again = false;
    enum err e = is_post(rq) ? take_entry(rq, &again) : E_OK;
    if (!e && !again) e = rq->route->handler(rq);
    if (!e && is_post(rq) && !has(rq, UNSAVED) && rq->own.appended == 0) {
        log_error("web unaudited handler=%s", rq->route->handler_name);
        e = E_BROKEN;
    }
    if (!e) e = drop_draft(rq);
    return web_end(rq, e);
}

/* The handler, again where the database asks for it: the arena and the page start over. */
static enum err handle(struct request *rq) {
    for (int tries = 1;; tries++) {
        enum err e = handle_once(rq);
        if (e != E_RETRY || tries == WEB_TRIES) {
            if (!e && has(rq, OWN_TX) && !has(rq, UNSAVED) && is_post(rq) && rq->appended == 0) {
                log_error("web unaudited handler=%s", rq->route->handler_name);
                return E_BROKEN;
            }
            return e;
        }
        if (!rq->shown_again) rq->faults.n = 0;
        rq->form_count = 0;
        *rq->out = buf_new(rq->arena, DOOR_PAGE_BYTES);
    }
}

static enum err write_audit(struct request *rq, enum door_touch touch) {
    if (touch == DOOR_TOUCH) TRY(session_touch(rq->tx, &rq->session));
    if (is_post(rq)) return has(rq, OWN_TX) ? drop_draft(rq) : E_OK;
    if (!rq->route->audit || rq->redirect.s) return E_OK;
    return journal_append(rq->tx, rq->route->audit, rq->patient_id, rq->audit_why);
}

static enum err audit(struct request *rq) {
    bool due = rq->session.state == SESSION_LIVE &&
               rq->now_ms - rq->session.seen_ms >= SESSION_TOUCH_MS;
    bool own_post = is_post(rq) && has(rq, OWN_TX) && !has(rq, ANON);
    bool read = !is_post(rq) && rq->route->audit && !rq->redirect.s; /* sent on: nothing seen */
    if (!due && !own_post && !read) return E_OK;
    for (int tries = 1;; tries++) {
        TRY(web_begin(rq, TX_WRITE));
        enum err e = web_end(rq, write_audit(rq, due ? DOOR_TOUCH : DOOR_SEEN));
        if (e != E_RETRY || tries == WEB_TRIES) return e;
    }
}

static enum err life(struct request *rq) {
    TRY(route_match(rq->arena, rq->http->method, rq->http->path, &rq->route, rq->path,
                    &rq->path_n));
    if (has(rq, INLINE)) return rq->route->handler(rq);
    *rq->out = buf_new(rq->arena, DOOR_PAGE_BYTES);
    if (has(rq, CLINICAL) && rq->path_n) rq->patient_id = rq->path[0];
    TRY(form_parse(rq->arena, rq->http->query, &rq->query, &rq->faults));
    TRY(attend(rq));
    TRY(admit(rq));
    TRY(take_rate(rq));
    if (is_post(rq)) {
        TRY(door_read_body(rq));
        TRY(door_check_origin(rq));
        TRY(door_check_token(rq));
        TRY(web_begin(rq, TX_READ)); /* lists of choices may be rows */
        TRY(web_end(rq, field_read(rq, rq->route->form, &rq->form)));
    }
    TRY(handle(rq));
    return audit(rq);
}

/* When it went otherwise ---------------------------------------------------------------------*/

/* As much of a path as its page's pattern has. */
static struct str page_path(struct str path, const char *pattern) {
    ptrdiff_t n = 0;
    for (; *pattern; pattern++)
        if (*pattern == '/')
            for (n++; n < path.n && path.s[n] != '/';) n++;
    return str_slice(path, 0, n);
}

/* The page of the refused form, with what was typed and what was wrong with it. */
static enum err show_again(struct request *rq, enum err why) {
    struct str failed_path = rq->http->path;
    TRY(route_of_form(rq->arena, failed_path, &rq->route, rq->path, &rq->path_n));
    TRY(admit(rq));
    rq->shown_again = why;
    rq->failed_path = failed_path;
    rq->failed_page = page_path(failed_path, rq->route->path);
    rq->answer->status = err_meaning(why)->http_status;
    TRY(handle(rq));
    TRY(audit(rq));
    if (rq->said_why) return E_OK;
    /* The form stands on its page no longer: that page would pass the refusal over in silence. */
    *rq->out = buf_new(rq->arena, DOOR_PAGE_BYTES);
    return E_UNKNOWN;
}

static bool form_can_be_shown(const struct request *rq, enum err e) {
    return is_post(rq) && door_wants_page(rq) &&
           (e == E_INVALID || e == E_BLOCKED || e == E_CONFLICT);
}

static enum err write_refusal(struct request *rq, enum err e) {
    struct str why = str_format(rq->arena, "%s %s (%s)%s",
                                rq->route->method == METHOD_GET ? "GET" : "POST",
                                rq->route->path, capability_name(rq->route->capability),
                                e == E_FORGED ? ": forged token" : "");
    struct str patient_id = id_ok(rq->patient_id) ? rq->patient_id : STR_ABSENT;
    return journal_append(rq->tx, "refused", patient_id, why);
}

/* A refusal to somebody who is logged in goes into the journal. */
static enum err journal_refusal(struct request *rq, enum err e) {
    if ((e != E_REFUSED && e != E_FORGED) || !rq->account.id.s) return e;
    for (int tries = 1;; tries++) {
        TRY(web_begin(rq, TX_WRITE));
        enum err failed = web_end(rq, write_refusal(rq, e));
        if (failed != E_RETRY || tries == WEB_TRIES) return failed ? failed : e;
    }
}

/* A stream that was joined before something else went wrong. */
static void drop_stream(struct http_answer *answer) {
    if (answer->stream.user) answer->stream.leave(answer->stream.user);
    answer->stream = (struct http_stream){0};
}

static void fail(struct request *rq, enum err e) {
    drop_stream(rq->answer);
    if (rq->tx) e = web_end(rq, e);
    *rq->out = buf_new(rq->arena, DOOR_PAGE_BYTES);
    rq->form_count = 0;
    e = journal_refusal(rq, e);
    if (e == E_LOGIN) {
        door_login_needed(rq);
        return;
    }
    if (form_can_be_shown(rq, e)) {
        enum err again = show_again(rq, e);
        if (!again) return;
        if (rq->tx) again = web_end(rq, again);
        if (again != E_UNKNOWN) e = again;
    }
    rq->redirect = STR_ABSENT;
    if (err_meaning(e)->http_status >= 500)
        log_error("web status=%d error=%s path=%s", err_meaning(e)->http_status,
                  err_meaning(e)->name, rq->route ? rq->route->path : "?");
    door_error(rq, e);
}

/* The arena is full: what was begun is dropped, and the page says so in few bytes. */
static void ran_over(struct request *rq, char *mark) {
    if (rq->tx) tx_abandon(rq->tx);
    rq->tx = NULL;
    rq->redirect = STR_ABSENT;
    drop_stream(rq->answer);
    rq->arena->out = NULL;
    rq->arena->at = mark;
    log_error("web arena full path=%s", rq->route ? rq->route->path : "?");
    *rq->out = buf_new(rq->arena, 1024);
    rq->answer->header_count = 0;
    door_error_plain(rq, E_TOO_LARGE);
}

static struct request *request_new(struct web *w, struct http_request *http,
                                   struct http_answer *answer) {
    struct request *rq = NEW(http->arena, struct request);
    rq->web = w;
    rq->app = w->app;
    rq->http = http;
    rq->answer = answer;
    rq->arena = http->arena;
    rq->out = &answer->body;
    rq->now_ms = clock_now_ms();
    rq->faults.arena = rq->arena;
    rq->peer = door_peer(http);
    answer->body.arena = rq->arena;
    answer->status = 200;
    answer->content_type = STR("text/html; charset=utf-8");
    return rq;
}

static void count(struct web *w, const struct http_answer *answer, int64_t ns) {
    pthread_mutex_lock(&w->lock);
    if (answer->status >= 100 && answer->status < 600)
        w->figures.answers[answer->status / 100]++;
    w->figures.busy_ns += ns;
    pthread_mutex_unlock(&w->lock);
}

static void web_answer(void *user, struct http_request *http, struct http_answer *answer) {
    struct web *w = user;
    int64_t began_ns = clock_monotonic_ns();
    struct request *const rq = request_new(w, http, answer);
    char *const mark = http->arena->at;
    jmp_buf full;
    http->arena->out = &full;
    if (setjmp(full)) {
        ran_over(rq, mark);
    } else {
        enum err e = life(rq);
        if (e) fail(rq, e);
    }
    door_finish(rq);
    http->arena->out = NULL;
    count(w, answer, clock_monotonic_ns() - began_ns);
}

/* Of the process -----------------------------------------------------------------------------*/

static struct http_plan plan(void *user, const struct http_request *http) {
    (void)user;
    char memory[4096];
    struct arena scratch = arena_over(memory, sizeof memory);
    jmp_buf full;
    scratch.out = &full;
    struct http_plan plain = {HTTP_WORKER, 0}, unknown = {HTTP_WORKER, WEB_BODY_MAX};
    const struct route *route;
    struct str parts[WEB_PATH_PARTS];
    int n;
    if (setjmp(full)) return unknown;
    /* What is no page is read like a form, so that 404 or 405 can be heard. */
    if (route_match(&scratch, http->method, http->path, &route, parts, &n)) return unknown;
    if (route->flags & INLINE) return (struct http_plan){HTTP_INLINE, 0};
    if (route->method == METHOD_GET) return plain;
    return (struct http_plan){HTTP_WORKER, route->flags & UPLOAD ? WEB_UPLOAD_MAX : WEB_BODY_MAX};
}

struct web *web_open(struct arena *boot, struct app *app, struct web_options options) {
    struct web *w = NEW(boot, struct web);
    w->app = app;
    w->options = options;
    w->rate = rate_open(boot);
    static_open();
    pthread_mutex_init(&w->lock, NULL);
    return w;
}

struct http_app web_http(struct web *w) { return (struct http_app){w, plan, web_answer}; }
struct http_server **web_server(struct web *w) { return &w->server; }

/* A login that ended takes back what it listens to. */
static void told(void *user, struct str topic, struct str id) {
    struct web *w = user;
    if (str_is(topic, "login")) stream_end(w->hub, id);
    else if (str_is(topic, "all")) stream_resync(w->hub);
    else stream_publish(w->hub, topic, id);
}

enum err web_live(struct web *w, struct arena *boot) {
    w->hub = stream_open(boot, clock_now_ms);
    return live_listen(w->app->store, boot, w->app->clinic_id, told, w);
}

void web_live_end(struct web *w) { stream_close(w->hub); }
struct stream_hub *web_hub(const struct web *w) { return w->hub; }

struct web_figures web_figures(struct web *w) {
    pthread_mutex_lock(&w->lock);
    struct web_figures figures = w->figures;
    pthread_mutex_unlock(&w->lock);
    if (w->server) figures.http = http_stats_of(w->server);
    return figures;
}

const struct web_options *web_options_of(const struct web *w) { return &w->options; }
bool web_on_loopback(const struct web *w) { return !w->server || http_is_loopback(w->server); }
