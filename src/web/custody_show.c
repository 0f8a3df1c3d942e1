#include "web/custody_show.h"

#include <math.h>

#include "base/clock.h"
#include "base/date.h"
#include "core/dose.h"

/* At most three decimals, and none that say nothing. */
static void put_number(struct buf *b, double v) { buf_real_exact(b, round(v * 1000) / 1000); }

struct str custody_show_amount(struct arena *a, const struct container *c, int64_t ug) {
    struct buf b = buf_new(a, 48);
    put_number(&b, (double)ug / 1000);
    buf_z(&b, " mg");
    if (c->ug_per_ml.is) {
        buf_z(&b, " (");
        put_number(&b, (double)ug / (double)c->ug_per_ml.v);
        buf_z(&b, " mL)");
    } else if (c->piece_ug.is && c->piece_ug.v != ug) {
        buf_z(&b, " (");
        put_number(&b, (double)ug / (double)c->piece_ug.v);
        buf_z(&b, " of ");
        put_number(&b, (double)c->piece_ug.v / 1000);
        buf_z(&b, " mg)");
    }
    return buf_str(&b);
}

static struct str words_of(struct arena *a, const struct container *c) {
    return str_format(a, "%.*s, %.*s, %.*s, lot %.*s, %.*s left", STR_ARG(c->number),
                      STR_ARG(c->form), STR_ARG(c->product), STR_ARG(c->lot),
                      STR_ARG(custody_show_amount(a, c, c->left_ug)));
}

static double value_of(const struct request *rq, const struct container *c, const char *item) {
    int32_t expiry = 0;
    if (str_is(str_from(item), "expiry"))
        return date_parse(c->expiry_date, &expiry) ? expiry - clock_today(rq->now_ms) : 0;
    double passed = (double)(rq->now_ms - c->opened_ms.v);
    return passed / (double)(str_is(c->form, "syringe") ? HOUR_MS : DAY_MS);
}

struct view_tag *custody_show_tag(struct request *rq, const struct container *c, const char *item,
                                  const char *caution, const char *hold) {
    const struct criteria *rules = rq->app->content->custody;
    struct criteria_value v = {.item = str_from(item), .state = VALUE_KNOWN,
                               .v = {1, {value_of(rq, c, item)}}};
    if (str_is(v.item, "opened") && !c->opened_ms.is) return NULL;
    struct ruling r = criteria_rule(rq->arena, rules, criteria_find(rules, c->form, item), &v);
    if (r.outcome == RULING_PASS) return NULL;
    bool held = r.outcome == RULING_HOLD;
    return show_tag(rq->arena, held ? "urgent" : "advisory", str_from(held ? hold : caution));
}

struct view_item custody_show_incident(struct request *rq, const struct custody_incident *r) {
    return (struct view_item){
        .link = str_format(rq->arena, "/register/incident/%.*s", STR_ARG(r->id)),
        .what = str_format(rq->arena, "Incident: %.*s, lot %.*s", STR_ARG(r->product),
                           STR_ARG(r->lot)),
        .when = show_datetime(rq->arena, r->opened_ms),
        .detail = r->told,
        .tag = show_tag(rq->arena, str_is(r->state, "open") ? "urgent" : "advisory", r->state)};
}

void custody_show_counts(struct request *rq, const struct count_between_rows *rows,
                         struct view_list_panel *panel) {
    panel->empty = show_empty(rq->arena, "Nothing was counted.");
    panel->rows.v = NEWS(rq->arena, struct view_item, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++) {
        const struct count_between_row *r = &rows->v[i];
        const char *kind = str_is(r->kind, "inventory") ? "Inventory" : "Count";
        panel->rows.v[panel->rows.n++] = (struct view_item){
            .link = str_format(rq->arena, "/register/counted/%.*s", STR_ARG(r->id)),
            .what = str_format(rq->arena, "%s, %.*s", kind, STR_ARG(r->place)),
            .who = str_format(rq->arena, "%.*s and %.*s", STR_ARG(r->who), STR_ARG(r->second)),
            .when = show_datetime(rq->arena, r->at_ms),
            .tag = r->incidents ? show_tag(rq->arena, "urgent", STR("did not agree"))
                                : show_tag(rq->arena, "fine", STR("agreed"))};
    }
}

struct view_item custody_show_item(struct request *rq, const struct container *c, const char *what,
                                   const struct view_tag *tag) {
    return (struct view_item){
        .link = str_format(rq->arena, "/register/container/%.*s", STR_ARG(c->id)),
        .what = str_format(rq->arena, "%.*s %s", STR_ARG(c->number), what),
        .who = c->product,
        .when = c->opened_ms.is ? show_datetime(rq->arena, c->opened_ms.v)
                                : show_date(rq->arena, c->expiry_date),
        .detail = str_format(rq->arena, "%.*s left, %.*s",
                             STR_ARG(custody_show_amount(rq->arena, c, c->left_ug)),
                             STR_ARG(c->place)),
        .tag = tag};
}

struct str custody_show_count(struct request *rq, struct str place) {
    struct buf b = buf_new(rq->arena, 64);
    buf_z(&b, "/register/count/");
    buf_url_part(&b, place);
    return buf_str(&b);
}

/* At a change of shift, by content; a clinic that counts less often says so there. */
static enum err put_counts(struct request *rq, const struct custody_places *places,
                           struct view_item_list *out) {
    double hours = 0;
    CHECK(criteria_setting(rq->app->content->custody, "count_hours", &hours), "custody_check");
    int64_t before_ms = rq->now_ms - (int64_t)(hours * HOUR_MS);
    for (int i = 0; i < places->n; i++) {
        struct count_wanted_row last;
        enum err e =
            count_wanted(rq->tx, &(struct count_wanted_in){places->v[i], before_ms}, &last);
        if (e == E_UNKNOWN) continue;
        TRY(e);
        out->v[out->n++] = (struct view_item){
            .link = web_allows(rq, CAP_CUSTODY_WRITE) ? custody_show_count(rq, places->v[i])
                                                      : STR("/register"),
            .what = str_format(rq->arena, "Count %.*s", STR_ARG(places->v[i])),
            .when = last.at_ms.is ? str_format(rq->arena, "last %.*s",
                                               STR_ARG(show_datetime(rq->arena, last.at_ms.v)))
                                  : STR("never counted"),
            .tag = show_tag(rq->arena, "advisory",
                            str_format(rq->arena, "not counted for %d h", (int)hours))};
    }
    return E_OK;
}

enum err custody_show_wants(struct request *rq, struct view_item_list *out) {
    struct custody_incident_rows incidents;
    struct container_rows rest;
    struct custody_places places;
    TRY(incident_open(rq->tx, &incidents));
    TRY(container_rest(rq->tx, &(struct container_rest_in){.now_ms = rq->now_ms}, &rest));
    TRY(custody_places(rq->tx, &places));
    *out = (struct view_item_list){
        NEWS(rq->arena, struct view_item, incidents.n + rest.n + places.n), 0};
    for (ptrdiff_t i = 0; i < incidents.n; i++)
        out->v[out->n++] = custody_show_incident(rq, &incidents.v[i]);
    for (ptrdiff_t i = 0; i < rest.n; i++)
        out->v[out->n++] = custody_show_item(rq, &rest.v[i], "holds the rest of a dose",
                                             show_tag(rq->arena, "advisory", STR("waste it now")));
    return put_counts(rq, &places, out);
}

enum err custody_part(struct request *rq, enum form_id form, struct str action, const char *title,
                      const void *values, struct view_session_part_list *parts) {
    struct view_session_part *part = &parts->v[parts->n++];
    struct str id = str_format(rq->arena, "part-%s", form_info(form)->name);
    *part = (struct view_session_part){.id = id, .title = str_from(title)};
    TRY(web_form(rq, form, action, values, 0, &part->form));
    part->open = part->form.faults.n || part->form.draft;
    return E_OK;
}

/* Choices ------------------------------------------------------------------------------------ */

enum err choices_custody_places(struct request *rq, struct field_choices *out) {
    struct custody_places places;
    TRY(custody_places(rq->tx, &places));
    out->v = NEWS(rq->arena, struct field_choice, places.n);
    for (int i = 0; i < places.n; i++)
        out->v[out->n++] = (struct field_choice){places.v[i], places.v[i]};
    return E_OK;
}

static enum err list_containers(struct request *rq, struct field_choices *out) {
    struct step step;
    struct course course;
    struct container_rows rows;
    TRY(step_load(rq->tx, rq->path[1], &step));
    TRY(course_load(rq->tx, step.course_id, &course));
    struct container_for_dose_in in = {dose_drug(course.route), rq->path[0]};
    TRY(container_for_dose(rq->tx, &in, &rows));
    out->v = NEWS(rq->arena, struct field_choice, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++)
        if (custody_serves(rows.v[i].form, course.route) &&
            value_of(rq, &rows.v[i], "expiry") >= 0)
            out->v[out->n++] = (struct field_choice){
                rows.v[i].id, words_of(rq->arena, &rows.v[i])};
    return E_OK;
}

/* The dose's form is read outside a transaction: a second person's password takes its time. */
enum err choices_dose_containers(struct request *rq, struct field_choices *out) {
    if (rq->tx) return list_containers(rq, out);
    TRY(web_begin(rq, TX_READ));
    return web_end(rq, list_containers(rq, out));
}
