/* Counting a place, blind: the page asks and does not say what it expects. Then what was counted
 * beside the register, and the incidents that came of it. */
#include <math.h>

#include "base/clock.h"
#include "base/date.h"
#include "web/custody_show.h"

enum { GROUP_FIELDS = 7, FRAME_GROUPS = 2, COUNT_MAX = 10000 };

/* What there is to count, as fields: sealed ones by lot, the others one by one. */
struct asked {
    struct str key, label, unit, help;
    double ug_per_unit; /* 0: containers */
};
struct asked_list {
    struct asked *v;
    ptrdiff_t n;
};

static struct asked of_group(struct request *rq, const struct sealed_group_row *g) {
    return (struct asked){.key = g->key,
                          .label = str_format(rq->arena, "%.*s, lot %.*s", STR_ARG(g->product),
                                              STR_ARG(g->lot)),
                          .unit = STR("sealed"),
                          .help = str_format(rq->arena, "Expires %.*s.",
                                             STR_ARG(show_date(rq->arena, g->expiry_date)))};
}

static struct asked of_open(struct request *rq, const struct container *c) {
    struct asked a = {.key = c->id,
                      .label = str_format(rq->arena, "%.*s, %.*s", STR_ARG(c->number),
                                          STR_ARG(c->form)),
                      .unit = STR("mg"),
                      .help = str_format(rq->arena, "%.*s, lot %.*s: what is left in it.",
                                         STR_ARG(c->product), STR_ARG(c->lot)),
                      .ug_per_unit = 1000};
    if (c->ug_per_ml.is) a.unit = STR("mL"), a.ug_per_unit = (double)c->ug_per_ml.v;
    else if (c->piece_ug.is) a.unit = STR("pieces"), a.ug_per_unit = (double)c->piece_ug.v;
    return a;
}

static enum err what_to_count(struct request *rq, struct str place, struct asked_list *out) {
    struct sealed_group_rows groups;
    struct container_rows open;
    TRY(sealed_group(rq->tx, &(struct sealed_group_in){place}, &groups));
    TRY(container_opened(rq->tx, &(struct container_opened_in){place}, &open));
    out->v = NEWS(rq->arena, struct asked, groups.n + open.n);
    for (ptrdiff_t i = 0; i < groups.n; i++) out->v[out->n++] = of_group(rq, &groups.v[i]);
    for (ptrdiff_t i = 0; i < open.n; i++) out->v[out->n++] = of_open(rq, &open.v[i]);
    return E_OK;
}

static void put_asked(struct request *rq, struct str action, const struct asked_list *asked,
                      struct view_form *form) {
    struct view_form_field *fields = NEWS(rq->arena, struct view_form_field, asked->n);
    for (ptrdiff_t i = 0; i < asked->n; i++) {
        const struct asked *a = &asked->v[i];
        struct field f = {.kind = a->ug_per_unit > 0 ? KIND_real : KIND_int,
                          .name = str_z(rq->arena, a->key), .label = str_z(rq->arena, a->label),
                          .unit = str_z(rq->arena, a->unit), .need = REQUIRED, .choices = "",
                          .help = str_z(rq->arena, a->help)};
        fields[i] = web_field(rq, action, &f, STR(""), NULL);
    }
    for (ptrdiff_t i = 0; i < asked->n; i += GROUP_FIELDS) {
        ptrdiff_t n = asked->n - i < GROUP_FIELDS ? asked->n - i : GROUP_FIELDS;
        web_form_group(rq, form, i ? NULL : "What is there", NULL, fields + i, n);
    }
    /* above what is asked of every count */
    struct view_form_group_list all = {NEWS(rq->arena, struct view_form_group, form->groups.n), 0};
    for (ptrdiff_t i = 0; i < form->groups.n; i++)
        all.v[all.n++] = form->groups.v[(i + FRAME_GROUPS) % form->groups.n];
    form->groups = all;
}

enum err page_count(struct request *rq) {
    struct asked_list asked = {0};
    struct str place = rq->path[0], action = custody_show_count(rq, place);
    struct view_form_page v = {.title = str_format(rq->arena, "Count %.*s", STR_ARG(place)),
                               .lead = STR("Count what is there, together. What the register "
                                           "expects is shown once the numbers are in.")};
    TRY(what_to_count(rq, place, &asked));
    TRY(web_form(rq, FORM_custody_count, action, NULL, 0, &v.form));
    put_asked(rq, action, &asked, &v.form);
    v.notes.v = NEWS(rq->arena, struct str, 1);
    v.notes.v[v.notes.n++] = criteria_note(rq->app->content->custody, "inventory");
    page_open(rq, "Register", v.title);
    html_form_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}

/* A number of containers, or an amount in the unit that was asked for. */
static void read_line(struct request *rq, const struct asked *a, struct custody_line *line) {
    struct maybe_int n = {0};
    double v = 0;
    line->key = a->key;
    if (a->ug_per_unit <= 0) {
        field_int(rq, a->key, "Counted", REQUIRED, 0, COUNT_MAX, &n);
        line->counted = n.v;
    } else if (!str_to_real(str_trim(web_typed(rq, str_z(rq->arena, a->key))), &v) || v < 0 ||
               v > COUNT_MAX) {
        fault_add(&rq->faults, a->key, "type", "Write what is left in it, in %.*s; 0 for nothing.",
                  STR_ARG(a->unit));
    }
    line->counted_ug = llround(v * a->ug_per_unit);
}

static enum err take(struct request *rq, struct custody_count_in *in, struct str *id) {
    struct asked_list asked = {0};
    TRY(what_to_count(rq, in->place, &asked));
    struct custody_line *lines = NEWS(rq->arena, struct custody_line, asked.n);
    for (ptrdiff_t i = 0; i < asked.n; i++) read_line(rq, &asked.v[i], &lines[i]);
    TRY(faults_err(&rq->faults));
    in->lines = lines;
    in->n = asked.n;
    return custody_take_count(rq->tx, rq->app->content, in, &rq->faults, id);
}

enum err post_count(struct request *rq) {
    const struct form_custody_count *f = &rq->form.custody_count;
    struct str id;
    struct custody_count_in in = {
        .place = rq->path[0], .kind = f->kind, .moment = f->moment, .note = f->note};
    TRY(signer_second(rq, f->checker_name, f->checker_password, CAP_CUSTODY_WITNESS,
                      &in.second_id));
    TRY(web_begin(rq, TX_WRITE));
    TRY(web_end(rq, take(rq, &in, &id)));
    return web_redirect(rq, "/register/counted/%.*s", STR_ARG(id));
}

/* What was counted ---------------------------------------------------------------------------- */

static struct str line_words(struct request *rq, bool sealed, int64_t n, int64_t ug) {
    struct str mg = show_mg(rq->arena, ug);
    return sealed ? str_format(rq->arena, "%lld sealed, %.*s", (long long)n, STR_ARG(mg)) : mg;
}

static struct view_count_row count_row(struct request *rq,
                                       const struct count_line_of_count_row *l) {
    bool sealed = !l->number.s;
    return (struct view_count_row){
        .number = l->number, .product = l->product, .form = l->form, .lot = l->lot,
        .expiry = l->expiry_date,
        .expected = line_words(rq, sealed, l->expected, l->expected_ug),
        .counted = line_words(rq, sealed, l->counted, l->counted_ug),
        .incident = l->incident_id.s ? str_format(rq->arena, "/register/incident/%.*s",
                                                  STR_ARG(l->incident_id))
                                     : STR_ABSENT};
}

enum err page_counted(struct request *rq) {
    struct custody_count c;
    struct count_line_of_count_rows lines;
    struct account who, second;
    struct view_count_taken v = {0};
    TRY(custody_count_load(rq->tx, rq->path[0], &c));
    TRY(count_line_of_count(rq->tx, &(struct count_line_of_count_in){c.id}, &lines));
    TRY(account_load(rq->tx, c.account_id, &who));
    TRY(account_load(rq->tx, c.second_id, &second));
    bool inventory = str_is(c.kind, "inventory");
    v.title = str_format(rq->arena, "%s of %.*s", inventory ? "Inventory" : "Count",
                         STR_ARG(c.place));
    v.lead = str_format(rq->arena, "%.*s%s, by %.*s and %.*s. %.*s",
                        STR_ARG(show_datetime(rq->arena, c.at_ms)),
                        !inventory                   ? ", at a change of shift"
                        : str_is(c.moment, "open") ? ", at the opening of business"
                                                     : ", at the close of business",
                        STR_ARG(who.display_name), STR_ARG(second.display_name),
                        STR_ARG(rq->app->clinic_name));
    v.rows.v = NEWS(rq->arena, struct view_count_row, lines.n);
    for (ptrdiff_t i = 0; i < lines.n; i++) {
        v.incidents += lines.v[i].incident_id.s != NULL;
        v.rows.v[v.rows.n++] = count_row(rq, &lines.v[i]);
    }
    v.note = c.note;
    if (inventory) v.rule = criteria_note(rq->app->content->custody, "inventory");
    page_open(rq, "Register", v.title);
    html_count_taken(rq->out, &v);
    page_close(rq);
    return E_OK;
}

/* Incidents ----------------------------------------------------------------------------------- */

static enum err person_fact(struct request *rq, struct view_incident *v, const char *name,
                            struct maybe_int at_ms, struct str account_id) {
    struct account a = {0};
    if (!at_ms.is) return E_OK;
    if (account_id.s) TRY(account_load(rq->tx, account_id, &a));
    struct str when = show_datetime(rq->arena, at_ms.v);
    v->facts.v[v->facts.n++] = (struct view_fact){
        .name = str_from(name),
        .value = a.display_name.n ? str_format(rq->arena, "%.*s, %.*s", STR_ARG(when),
                                               STR_ARG(a.display_name))
                                  : when};
    return E_OK;
}

static void text_fact(struct view_incident *v, const char *name, struct str value) {
    if (value.n)
        v->facts.v[v->facts.n++] = (struct view_fact){.name = str_from(name), .value = value};
}

static enum err story(struct request *rq, const struct custody_incident *r,
                      struct view_incident *v) {
    v->facts.v = NEWS(rq->arena, struct view_fact, 12);
    text_fact(v, "Place", r->place);
    text_fact(v, r->missing_ug >= 0 ? "Missing" : "Too much",
              show_mg(rq->arena, r->missing_ug >= 0 ? r->missing_ug : -r->missing_ug));
    TRY(person_fact(rq, v, "Opened", (struct maybe_int){true, r->opened_ms}, r->opened_by));
    TRY(person_fact(rq, v, "Looked into", r->investigated_ms, r->investigated_by));
    text_fact(v, "Found", r->finding);
    TRY(person_fact(rq, v, "DEA told", r->notified_ms, r->reported_by));
    TRY(person_fact(rq, v, "Form 106 sent", r->form106_ms, r->reported_by));
    TRY(person_fact(rq, v, "Closed", r->closed_ms, r->closed_by));
    TRY(person_fact(rq, v, "And by", r->closed_ms, r->closed_second));
    text_fact(v, "Outcome", r->outcome);
    return E_OK;
}

/* One business day and 45 days from when it was found, with the rule that says so. */
static void due_dates(struct request *rq, const struct custody_incident *r,
                      struct view_incident *v) {
    const struct criteria *rules = rq->app->content->custody;
    double days = 0, business = 0;
    int32_t opened = clock_today(r->opened_ms);
    v->rules.v = NEWS(rq->arena, struct str, 2);
    if (!criteria_setting(rules, "notify_days", &business) ||
        !criteria_setting(rules, "form_days", &days))
        return;
    const struct {
        const char *note;
        int32_t due;
        bool done;
    } lines[] = {{"notify", custody_business_day(rules, opened, (int)business), r->notified_ms.is},
                 {"form", opened + (int32_t)days, r->form106_ms.is}};
    for (int i = 0; i < 2; i++) {
        struct buf b = buf_new(rq->arena, 256);
        buf_put(&b, criteria_note(rules, lines[i].note));
        buf_z(&b, lines[i].done ? " Done." : " Here: by ");
        if (!lines[i].done) date_put_words(&b, lines[i].due), buf_char(&b, '.');
        v->rules.v[v->rules.n++] = buf_str(&b);
    }
}

enum err page_incident(struct request *rq) {
    struct custody_incident r;
    TRY(custody_incident_load(rq->tx, rq->path[0], &r));
    struct view_incident v = {
        .title = str_format(rq->arena, "Incident: %.*s, lot %.*s", STR_ARG(r.product),
                            STR_ARG(r.lot)),
        .state = *show_tag(rq->arena, str_is(r.state, "closed") ? "fine" : "urgent", r.state),
        .told = r.told};
    struct str path = str_format(rq->arena, "/register/incident/%.*s", STR_ARG(r.id));
    struct form_incident values = {r.finding, r.notified_ms.is, r.form106_ms.is};
    TRY(story(rq, &r, &v));
    v.parts.v = NEWS(rq->arena, struct view_session_part, 2);
    if (!str_is(r.state, "closed")) {
        due_dates(rq, &r, &v);
        if (web_allows(rq, CAP_CUSTODY_WRITE)) {
            TRY(custody_part(rq, FORM_incident, path, "What was found", &values, &v.parts));
            v.parts.v[0].open = true;
            v.parts.v[0].form.version = (struct maybe_int){true, r.version};
        }
        if (web_allows(rq, CAP_CUSTODY_SETTLE))
            TRY(custody_part(rq, FORM_incident_close,
                             str_format(rq->arena, "%.*s/close", STR_ARG(path)), "Close it", NULL,
                             &v.parts));
    }
    page_open(rq, "Register", v.title);
    html_incident(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_incident(struct request *rq) {
    const struct form_incident *f = &rq->form.incident;
    struct custody_step in = {.id = rq->path[0], .expect = rq->version, .finding = f->finding,
                              .notified = f->notified, .form106 = f->form106};
    TRY(custody_investigate(rq->tx, &in, &rq->faults));
    return web_redirect(rq, "/register/incident/%.*s", STR_ARG(in.id));
}

enum err post_incident_close(struct request *rq) {
    const struct form_incident_close *f = &rq->form.incident_close;
    struct str second;
    TRY(signer_second(rq, f->checker_name, f->checker_password, CAP_CUSTODY_WITNESS, &second));
    TRY(web_begin(rq, TX_WRITE));
    TRY(web_end(rq, custody_close(rq->tx, rq->path[0], second, f->outcome, &rq->faults)));
    return web_redirect(rq, "/register/incident/%.*s", STR_ARG(rq->path[0]));
}
