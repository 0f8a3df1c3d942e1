/* Logging in and out, and one's own password. */
#include "app/people.h"
#include "app/settings.h"
#include "base/clock.h"
#include "web/door.h"
#include "web/form_view.h"
#include "web/route.h"

enum err page_login(struct request *rq) {
    if (rq->account.id.s) return web_redirect(rq, "/");
    struct view_login_page v = {.clinic = rq->app->clinic_name};
    TRY(setting_text(rq->tx, SETTING_login_note, &v.lead));
    if (!door_is_private(rq))
        v.lead = STR("This connection is not encrypted, and no browser keeps a login on it. "
                     "Use the address that begins with https.");
    struct form_login values = {.next = door_local_path(web_query(rq, "next"))};
    TRY(web_form(rq, FORM_login, STR("/login"), &values, 0, &v.form));
    page_open(rq, "", STR("Log in"));
    html_login_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}

static void put_wait(struct request *rq, int64_t wait_ms) {
    int64_t minutes = (wait_ms + MINUTE_MS - 1) / MINUTE_MS;
    fault_add(&rq->faults, STR(""), "wait",
              "There were too many attempts. Wait %lld minute%s, then try again.",
              (long long)minutes, minutes == 1 ? "" : "s");
}

enum err post_login(struct request *rq) {
    const struct form_login *f = &rq->form.login;
    struct login_in in = {f->login_name, f->password, rq->peer};
    struct login_out out;
    enum err e = people_login(rq->app, rq->arena, &in, &out);
    if (e == E_REFUSED) {
        fault_add(&rq->faults, STR(""), "login",
                  "This login name and this password do not belong together.");
        return E_INVALID;
    }
    if (e == E_TOO_MANY) put_wait(rq, out.wait_ms);
    TRY(e);
    web_audited(rq);
    door_set_token(rq, out.token);
    if (out.must_change) return web_redirect(rq, "/password");
    return web_redirect(rq, "%.*s", STR_ARG(door_local_path(f->next)));
}

enum err post_logout(struct request *rq) {
    TRY(session_close(rq->tx, &rq->session));
    door_set_token(rq, STR_ABSENT);
    return web_redirect(rq, "/login");
}

enum err post_logout_all(struct request *rq) {
    TRY(session_close_all(rq->tx, rq->account.id));
    door_set_token(rq, STR_ABSENT);
    return web_redirect(rq, "/login");
}

/* The password -------------------------------------------------------------------------------*/

enum err page_password(struct request *rq) {
    struct view_password_page v = {.must_change = rq->session.must_change,
                                   .csrf = rq->session.csrf};
    TRY(web_form(rq, FORM_password, STR("/password"), NULL, 0, &v.form));
    page_open(rq, "", STR("Change your password"));
    html_password_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_password(struct request *rq) {
    const struct form_password *f = &rq->form.password;
    if (!str_eq(f->wanted, f->again)) {
        fault_add(&rq->faults, STR("again"), "differs", "This is not the same as above.");
        return E_INVALID;
    }
    struct str token;
    TRY(people_change_password(rq->app, rq->arena, web_actor(rq), f->present, f->wanted,
                               &rq->faults, &token));
    web_audited(rq);
    door_set_token(rq, token);
    return web_redirect(rq, "/");
}
