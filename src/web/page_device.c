/*
 * Monitors: which there are, when each was heard, where it stands; and what came without a
 * session, until a person says whose it is. Numbers are seen by those who may read charts.
 */
#include "app/device.h"
#include "base/clock.h"
#include "core/vitals.h"
#include "web/form_view.h"
#include "web/show.h"
#include "web/words.h"

static struct view_tag tag(const char *level, const char *word) {
    return (struct view_tag){str_from(level), str_from(word)};
}

static struct view_tag state_of(const struct request *rq, struct str state, struct maybe_int last) {
    if (str_is(state, "new")) return tag("advisory", "new");
    if (str_is(state, "retired")) return tag("information", "retired");
    bool heard = last.is && alarms_wait(rq->app->content->alarms, STR("signal"),
                                        rq->now_ms - last.v) == VITALS_FINE;
    return heard ? tag("fine", "speaking") : tag("information", "silent");
}

enum err page_devices(struct request *rq) {
    struct device_page_rows rows;
    struct device_faults_rows faults;
    struct view_devices v = {0};
    TRY(device_page(rq->tx, &(struct device_page_in){rq->now_ms - MINUTE_MS}, &rows));
    TRY(device_faults(rq->tx, &faults));
    v.faults = faults;
    v.rows.v = NEWS(rq->arena, struct view_device_row, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct device_page_row *r = &rows.v[i];
        v.rows.v[v.rows.n++] = (struct view_device_row){
            .id = r->id, .name = r->name, .room = r->room, .last_ms = r->last_ms,
            .minute_n = r->minute_n, .waiting_n = r->waiting_n,
            .state = state_of(rq, r->state, r->last_ms)};
    }
    if (web_allows(rq, CAP_DEVICE_KEY)) {
        struct view_form *form = NEW(rq->arena, struct view_form);
        TRY(web_form(rq, FORM_gateway, STR("/devices"), NULL, 0, form));
        v.gateway = form;
    }
    page_open(rq, "Monitors", STR("Monitors"));
    html_devices(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_devices(struct request *rq) {
    struct device row;
    struct view_device_key v;
    TRY(device_gateway(rq->tx, rq->form.gateway.name, &rq->faults, &row, &v.key));
    v.name = row.name;
    page_open(rq, "Monitors", STR("Key"));
    html_device_key(rq->out, &v);
    page_close(rq);
    return E_OK;
}

/* One monitor --------------------------------------------------------------------------------*/

/* "Heart rate 68 /min, Oxygen saturation 97 %": what a message said. */
static struct str words_of(struct request *rq, struct str readings) {
    struct monitor_message m = {0};
    struct buf b = buf_new(rq->arena, 256);
    monitor_take_back(rq->arena, rq->app->content->monitors, readings, &m);
    for (int i = 0; i < m.readings_n; i++)
        buf_format(&b, "%s%.*s %.*s %.*s", b.n ? ", " : "", STR_ARG(m.readings[i].sign->name),
                   STR_ARG(m.readings[i].text), STR_ARG(vitals_unit(m.readings[i].sign->unit)));
    for (int i = 0; i < m.alarms_n; i++)
        buf_format(&b, "%sthe monitor's own alarm: %.*s", b.n ? "; " : "",
                   STR_ARG(m.alarms[i].text));
    return b.n ? buf_str(&b) : STR("nothing");
}

static enum err put_messages(struct request *rq, struct str id, struct view_device_page *v) {
    struct device_recent_rows rows;
    TRY(device_recent(rq->tx, &(struct device_recent_in){id}, &rows));
    v->messages.v = NEWS(rq->arena, struct view_device_message, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct device_recent_row *r = &rows.v[i];
        v->messages.v[v->messages.n++] = (struct view_device_message){
            .at_ms = r->at_ms, .left_out = r->left_out, .why = r->why,
            .state = str_is(r->state, "unassigned") ? STR("waits") : r->state,
            .says = words_of(rq, r->readings)};
    }
    return E_OK;
}

static enum err put_waiting(struct request *rq, struct str id, struct view_device_page *v) {
    struct device_waiting_rows rows;
    bool clinical = web_allows(rq, CAP_CHART_READ);
    TRY(device_waiting(rq->tx, &(struct device_waiting_in){id}, &rows));
    v->waiting.v = NEWS(rq->arena, struct view_device_waiting, rows.n);
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct device_waiting_row *r = &rows.v[i];
        v->waiting.v[v->waiting.n++] = (struct view_device_waiting){
            .why = r->why, .n = r->n, .from_ms = r->from_ms, .to_ms = r->to_ms,
            .patient = clinical ? r->patient_number : STR_ABSENT};
    }
    return E_OK;
}

static struct str url_of(struct request *rq, const char *end) {
    return str_format(rq->arena, "/device/%.*s%s", STR_ARG(rq->path[0]), end);
}

static enum err put_forms(struct request *rq, const struct device *d, struct view_device_page *v) {
    struct view_form *forms = NEWS(rq->arena, struct view_form, 3);
    if (web_allows(rq, CAP_DEVICE_WRITE)) {
        bool retired = str_is(d->state, "retired");
        struct form_device values = {d->name, d->room_id, d->every_s,
                                     retired ? STR("retired") : STR("active")};
        TRY(web_form(rq, FORM_device, url_of(rq, ""), &values, d->version, &forms[0]));
        v->place = &forms[0];
    }
    if (!v->waiting.n || !web_allows(rq, CAP_READINGS_FILE)) return E_OK;
    v->file = &forms[1];
    v->discard = &forms[2];
    TRY(web_form(rq, FORM_device_file, url_of(rq, "/file"), NULL, 0, &forms[1]));
    return web_form(rq, FORM_device_discard, url_of(rq, "/discard"), NULL, 0, &forms[2]);
}

static enum err put_figures(struct request *rq, const struct device *d,
                            struct view_device_page *v) {
    struct device_figures_row f;
    struct device_figures_in in = {d->id, rq->now_ms - MINUTE_MS, rq->now_ms - DAY_MS};
    TRY(device_figures(rq->tx, &in, &f));
    v->minute_n = f.minute_n, v->day_n = f.day_n, v->left_out = f.left_out;
    v->waiting_n = f.waiting_n;
    v->state = state_of(rq, d->state, f.last_ms);
    v->heard = f.last_ms.is ? str_format(rq->arena, "Last heard %.*s, %.*s ago.",
                                         STR_ARG(show_datetime(rq->arena, f.last_ms.v)),
                                         STR_ARG(words_since(rq->arena, f.last_ms.v, rq->now_ms)))
                            : STR("Not heard yet.");
    return E_OK;
}

static enum err put_room(struct request *rq, const struct device *d, struct view_device_page *v) {
    struct device_room_now_row room;
    enum err e = device_room_now(rq->tx, &(struct device_room_now_in){d->id}, &room);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    v->room = room.name;
    if (room.patient_id.n && web_allows(rq, CAP_CHART_READ))
        v->session = show_link(rq->arena, room.patient_id, "/dosing/%.*s", STR_ARG(room.step_id));
    return E_OK;
}

enum err page_device(struct request *rq) {
    struct device d;
    TRY(device_load(rq->tx, rq->path[0], &d));
    struct view_device_page v = {.name = d.name, .identifier = d.identifier,
                                 .first_ms = d.first_ms};
    TRY(put_figures(rq, &d, &v));
    TRY(put_room(rq, &d, &v));
    TRY(put_waiting(rq, d.id, &v));
    if (web_allows(rq, CAP_CHART_READ)) TRY(put_messages(rq, d.id, &v));
    TRY(put_forms(rq, &d, &v));
    page_open(rq, "Monitors", d.name);
    html_device_page(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err post_device(struct request *rq) {
    const struct form_device *f = &rq->form.device;
    struct device row;
    TRY(device_load(rq->tx, rq->path[0], &row));
    row.version = rq->version;
    row.name = f->name;
    row.room_id = f->room;
    row.every_s = f->every;
    row.state = f->state;
    TRY(device_save(rq->tx, &row, &rq->faults));
    return web_redirect(rq, "/device/%.*s", STR_ARG(row.id));
}

static enum err settle(struct request *rq, struct device_settle in, struct maybe_int from,
                       struct maybe_int to) {
    in.device_id = rq->path[0];
    in.from_ms = from.is ? from.v : 0;
    in.to_ms = to.is ? to.v + MINUTE_MS - 1 : INT64_MAX; /* all of the minute that was written */
    TRY(device_settle(rq->tx, rq->app->content, &in, &rq->faults));
    return web_redirect(rq, "/device/%.*s", STR_ARG(rq->path[0]));
}

enum err post_device_file(struct request *rq) {
    const struct form_device_file *f = &rq->form.device_file;
    struct device_settle in = {.dosing_id = f->session, .reason = f->reason,
                               .verdict = DEVICE_FILE};
    return settle(rq, in, f->from, f->to);
}

enum err post_device_discard(struct request *rq) {
    const struct form_device_discard *f = &rq->form.device_discard;
    struct device_settle in = {.reason = f->reason, .verdict = DEVICE_DISCARD};
    return settle(rq, in, f->from, f->to);
}

/* Sessions of the last week, those that run now on top. */
enum err choices_sessions(struct request *rq, struct field_choices *out) {
    struct device_sessions_rows rows;
    TRY(device_sessions(rq->tx, &(struct device_sessions_in){rq->now_ms - 7 * DAY_MS}, &rows));
    *out = (struct field_choices){NEWS(rq->arena, struct field_choice, rows.n), 0};
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        const struct device_sessions_row *r = &rows.v[i];
        struct str who = show_who(rq->arena, STR_ABSENT, r->given_name, r->family_name, r->mrn);
        struct str when = show_datetime(rq->arena, r->checked_in_ms);
        out->v[out->n++] = (struct field_choice){
            r->dosing_id, str_format(rq->arena, "%.*s, %.*s (%.*s)", STR_ARG(who), STR_ARG(when),
                                     STR_ARG(show_session_word(r->state)))};
    }
    return E_OK;
}
