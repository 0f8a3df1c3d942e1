/*
 * The people of the clinic: the model of a page. A GET reads rows, fills a view and renders;
 * a POST hands its typed form to a use case and redirects. docs/adding.md walks through it.
 */
#include "app/people.h"
#include "web/form_view.h"
#include "web/route.h"

static struct view_tag state_of(const struct account_list_row *row, int64_t now_ms) {
    if (!row->active) return (struct view_tag){STR("information"), STR("closed")};
    if (row->locked_until_ms.is && row->locked_until_ms.v > now_ms)
        return (struct view_tag){STR("advisory"), STR("waits after failed logins")};
    if (row->must_change.is && row->must_change.v)
        return (struct view_tag){STR("information"), STR("first password not changed")};
    return (struct view_tag){STR("fine"), STR("active")};
}

enum err page_people(struct request *rq) {
    struct account_list_rows rows;
    struct view_people v = {0};
    TRY(account_list(rq->tx, &rows));
    v.rows.v = NEWS(rq->arena, struct view_people_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct account_list_row *r = &rows.v[i];
        v.rows.v[v.rows.n++] = (struct view_people_row){
            .id = r->id, .name = r->display_name, .credentials = r->credentials,
            .login_name = r->login_name, .role = r->role, .seen_ms = r->seen_ms,
            .state = state_of(r, rq->now_ms)};
    }
    TRY(web_form(rq, FORM_person_new, STR("/people"), NULL, 0, &v.form));
    page_open(rq, "People", STR("People"));
    html_people(rq->out, &v);
    page_close(rq);
    return E_OK;
}

static void show_password(struct request *rq, struct str name, struct str login_name,
                          struct str password) {
    struct view_first_password v = {name, login_name, password, STR("/people"),
                                    STR("To all people")};
    page_open(rq, "People", STR("First password"));
    html_first_password(rq->out, &v);
    page_close(rq);
}

/* OWN_TX: a password's hash takes 31 ms and must not stand in a transaction. */
enum err post_people(struct request *rq) {
    const struct form_person_new *f = &rq->form.person_new;
    struct person_new person = {.login_name = str_lower(rq->arena, f->login_name),
                                .display_name = f->display_name,
                                .credentials = f->credentials,
                                .password = f->password};
    struct str id, password;
    CHECK(role_parse(f->role, &person.role), "the form offers roles only");
    TRY(people_create(rq->app, rq->arena, web_actor(rq), &person, &rq->faults, &id, &password));
    web_audited(rq);
    if (f->password.s) return web_redirect(rq, "/people");
    show_password(rq, person.display_name, person.login_name, password);
    return E_OK;
}

/* One person ---------------------------------------------------------------------------------*/

static struct str url_of(struct request *rq, const char *end) {
    return str_format(rq->arena, "/people/%.*s%s", STR_ARG(rq->path[0]), end);
}

enum err page_person(struct request *rq) {
    struct account a;
    TRY(account_load(rq->tx, rq->path[0], &a));
    struct view_person v = {.id = a.id, .name = a.display_name, .login_name = a.login_name,
                            .active = a.active, .csrf = rq->session.csrf};
    struct form_person values = {a.display_name, a.credentials, a.role};
    TRY(web_form(rq, FORM_person, url_of(rq, ""), &values, a.version, &v.form));
    struct form_person_state state = {a.active ? STR("closed") : STR("active")};
    TRY(web_form(rq, FORM_person_state, url_of(rq, "/state"), &state, a.version, &v.state));
    v.state.submit = a.active ? STR("Close the account") : STR("Open it again");
    v.state.danger = a.active;
    page_open(rq, "People", a.display_name);
    html_person(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_person(struct request *rq) {
    const struct form_person *f = &rq->form.person;
    struct person_edit edit = {.id = rq->path[0], .version = rq->version,
                               .display_name = f->display_name, .credentials = f->credentials};
    CHECK(role_parse(f->role, &edit.role), "the form offers roles only");
    TRY(people_edit(rq->tx, &edit, &rq->faults));
    return web_redirect(rq, "/people");
}

enum err post_person_state(struct request *rq) {
    bool close = str_is(rq->form.person_state.state, "closed");
    TRY(people_set(rq->tx, rq->path[0], rq->version, close ? PERSON_CLOSED : PERSON_ACTIVE,
                   &rq->faults));
    return web_redirect(rq, "/people/%.*s", STR_ARG(rq->path[0]));
}

static enum err load_account(struct request *rq, struct account *a) {
    TRY(web_begin(rq, TX_READ));
    return web_end(rq, account_load(rq->tx, rq->path[0], a));
}

enum err post_person_password(struct request *rq) {
    struct account a;
    struct str password;
    TRY(load_account(rq, &a));
    TRY(people_reset(rq->app, rq->arena, web_actor(rq), a.id, &password));
    web_audited(rq);
    show_password(rq, a.display_name, a.login_name, password);
    return E_OK;
}
