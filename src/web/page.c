/* page: the shell around every page: where I am, who I am, the rooms I may go into. */
#include "app/settings.h"
#include "base/clock.h"
#include "web/door.h"
#include "web/html.h"
#include "web/static.h"

static const struct {
    const char *path, *label;
    enum capability capability;
} rooms[] = {
#define NAV(path, label, capability) {path, label, CAP_##capability},
#include "web/nav.def"
#undef NAV
};
enum { ROOMS = sizeof rooms / sizeof *rooms };

static struct str one_of(struct str value, const char *list) {
    for (struct str rest = str_from(list); rest.s;)
        if (str_eq(str_cut(rest, ' ', &rest), value)) return value;
    return STR("");
}

static void put_rooms(struct request *rq, const char *here, struct view_shell *v) {
    v->nav.v = NEWS(rq->arena, struct view_nav_item, ROOMS);
    for (int i = 0; i < ROOMS; i++)
        if (web_allows(rq, rooms[i].capability))
            v->nav.v[v->nav.n++] = (struct view_nav_item){
                .link = str_from(rooms[i].path), .label = str_from(rooms[i].label),
                .here = str_is(str_from(here), rooms[i].label)};
}

/* Risk alerts that wait for this role, or are late with it: seen from every page. */
static void put_risk(struct request *rq, struct view_shell *v) {
    struct risk_calls_row calls;
    struct risk_calls_in in = {str_from(role_name(rq->account.role)), rq->now_ms};
    if (!rq->tx || !v->nav.n || !web_allows(rq, CAP_RISK_ANSWER)) return;
    if (risk_calls(rq->tx, &in, &calls) || !calls.n) return;
    v->nav.v[0].count = (struct maybe_int){true, calls.n};
}

static struct str test_clock(struct request *rq) {
    if (!clock_is_test()) return STR_ABSENT;
    struct buf b = buf_new(rq->arena, 32);
    clock_put_datetime(&b, rq->now_ms);
    return buf_str(&b);
}

static struct view_shell shell_of(struct request *rq, const char *here, struct str title) {
    struct view_shell v = {
        .title = title, .clinic = rq->app->clinic_name, .here = str_from(here),
        .theme = one_of(http_cookie(rq->http, "theme"), "light dark session"),
        .dim = one_of(http_cookie(rq->http, "dim"), "1 2 3"),
        .name = STR(""), .role = STR(""), .csrf = STR(""), .test_clock = test_clock(rq),
        .version = static_version(), .now_ms = rq->now_ms};
    if (!rq->account.id.s) return v;
    v.name = rq->account.name;
    v.role = str_from(role_name(rq->account.role));
    v.csrf = rq->session.csrf;
    v.account = rq->account.id;
    v.notice = rq->shown_again ? STR_ABSENT : door_notice(rq, &v.notice_level);
    v.session_ends_ms = (struct maybe_int){true, rq->session.ends_ms};
    put_rooms(rq, here, &v);
    put_risk(rq, &v);
    if (rq->account.role == ROLE_patient && rq->tx)
        if (setting_text(rq->tx, SETTING_crisis_line, &v.crisis)) v.crisis = STR_ABSENT;
    return v;
}

void page_open_patient(struct request *rq, const char *here, struct str title,
                       const struct view_patient_head *head) {
    struct view_shell *v = NEW(rq->arena, struct view_shell);
    *v = shell_of(rq, here, title);
    v->patient = head;
    rq->shell = v;
    html_shell_begin(rq->out, v);
}

void page_open(struct request *rq, const char *here, struct str title) {
    page_open_patient(rq, here, title, NULL);
}

void page_close(struct request *rq) { html_shell_end(rq->out, rq->shell); }
