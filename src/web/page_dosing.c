/*
 * The dosing day of one step on one page: check-in, gate, dose, vital signs, events, the way
 * home. Which forms it shows follows from the state of the session and from the role; what
 * they do is app/dosing.h.
 */
#include "app/chart.h"
#include "app/dosing.h"
#include "app/infusion.h"
#include "app/observe.h"
#include "app/level.h"
#include "base/clock.h"
#include "web/adverse_show.h"
#include "web/criteria_form.h"
#include "web/custody_show.h"
#include "web/session_figure.h"
#include "web/session_live.h"
#include "web/signer.h"
#include "web/show.h"
#include "web/words.h"

enum part_state { PART_FOLDED, PART_NOW };
struct work {
    const char *id, *title, *act; /* act: the last part of the path it posts to */
    enum part_state state;
};
enum { RESTS_MAX = 12, PARTS_MAX = RESTS_MAX + 12 }; /* rests: syringes of one session */

struct session_page {
    struct patient p;
    struct dosing_day day;
    struct str at; /* the page's path */
    struct str room_id;
    enum stage stage;
    bool runs;    /* an infusion, or it is paused */
    bool late;    /* one ran to its end, as far as anybody wrote down */
    bool stopped; /* one did not */
    struct view_session view;
};

static bool in_state(const struct session_page *s, const char *state) {
    return s->day.has && str_is(s->day.row.state, state);
}

static bool had_dose(const struct session_page *s) { return s->day.doses.n > 0; }

static bool is_over(const struct session_page *s) {
    return in_state(s, "discharged") || in_state(s, "stopped");
}

static struct str action(struct request *rq, const struct session_page *s, const char *act) {
    return str_format(rq->arena, "%.*s/%s", STR_ARG(s->at), act);
}

/* Forms ------------------------------------------------------------------------------------- */

/* The parts of the work, in the order in which it is done; those that are not needed now are
 * folded. One with something to say (faults, a draft) is open. */
static void put_part(struct session_page *s, const char *id, const char *title,
                     enum part_state state, const struct view_form *form) {
    s->view.parts.v[s->view.parts.n++] = (struct view_session_part){
        .id = str_from(id),
        .title = str_from(title),
        .open = state == PART_NOW || form->faults.n || form->conflict || form->draft,
        .form = *form};
}

static enum err add_form(struct request *rq, struct session_page *s, enum form_id id,
                         const struct work *w, const void *values) {
    struct view_form form;
    int64_t version = s->day.has ? s->day.row.version : 0;
    TRY(web_form(rq, id, action(rq, s, w->act), values, version, &form));
    put_part(s, w->id, w->title, w->state, &form);
    return E_OK;
}

static struct criteria_form gate_questions(struct request *rq, const struct dosing_day *d) {
    return (struct criteria_form){.criteria = rq->app->content->gate,
                                  .route = d->course.route,
                                  .known = dosing_gate_known,
                                  .answers = d->row.gate_answers};
}

static struct criteria_form home_questions(struct request *rq, const struct dosing_day *d) {
    return (struct criteria_form){.criteria = rq->app->content->discharge,
                                  .route = d->course.route,
                                  .known = dosing_discharge_known,
                                  .answers = d->row.discharge_answers};
}

static struct view_form_field line_field(struct request *rq, struct str at, const char *name,
                                         const char *label, const char *help, struct str value) {
    struct field f = {.kind = KIND_text, .name = name, .label = label, .unit = "", .max = 500,
                      .need = JUDGED, .choices = "", .help = help};
    return web_field(rq, at, &f, value, &(struct field_choices){0});
}

static void reason_group(struct request *rq, struct view_form *form, struct str at) {
    struct view_form_field *reason = NEW(rq->arena, struct view_form_field);
    *reason = line_field(rq, at, "reason", "Reason, where there is a caution",
                         "Stays with the record.", STR(""));
    web_form_group(rq, form, NULL, NULL, reason, 1);
}

static enum err gate_form(struct request *rq, struct session_page *s, enum part_state state) {
    struct view_form form;
    struct str at = action(rq, s, "gate");
    struct criteria_form questions = gate_questions(rq, &s->day);
    TRY(web_form_blank(rq, at, "Judge the gate", PLAIN, &form));
    form.version = (struct maybe_int){true, s->day.row.version};
    criteria_form_fields(rq, &questions, at, &form);
    reason_group(rq, &form, at);
    const char *title = state == PART_NOW ? "Before the dose" : "Judge the gate again";
    put_part(s, "gate", title, state, &form);
    return E_OK;
}

static enum err discharge_form(struct request *rq, struct session_page *s, enum part_state state) {
    struct view_form form;
    struct str at = action(rq, s, "discharge");
    struct criteria_form questions = home_questions(rq, &s->day);
    const struct dosing *row = &s->day.row;
    TRY(web_form_blank(rq, at, "Sign the discharge", PLAIN, &form));
    form.version = (struct maybe_int){true, row->version};
    criteria_form_fields(rq, &questions, at, &form);
    struct view_form_field *escort = NEWS(rq->arena, struct view_form_field, 3);
    escort[0] = line_field(rq, at, "escort_name", "Escort", "", row->escort_name);
    escort[1] = line_field(rq, at, "escort_relation", "Relation", "", row->escort_relation);
    escort[2] = line_field(rq, at, "escort_phone", "Phone", "", row->escort_phone);
    web_form_group(rq, &form, "Who takes the patient home", NULL, escort, 3);
    reason_group(rq, &form, at);
    put_part(s, "going", "Going home", state, &form);
    return E_OK;
}

/* The dose that the course plans, for this weight, as a start. */
static struct form_dose planned_dose(struct request *rq, struct session_page *s) {
    struct dose_order order;
    const char *why;
    double device_mg;
    struct form_dose f = {0};
    if (str_is(s->day.course.route, "esk") &&
        criteria_setting(rq->app->content->guardrails, "device", &device_mg)) {
        f.amount = (struct maybe_int){true, (int64_t)(device_mg * 1000)}; /* one by one */
        return f;
    }
    if (had_dose(s) || !dose_order_read(s->day.course.planned_dose, &order, &why)) return f;
    double weight_kg = s->day.row.weight_kg.is ? s->day.row.weight_kg.v : 0;
    int64_t ug = dose_amount_ug(order, weight_kg);
    f.amount = (struct maybe_int){ug > 0, ug};
    return f;
}

/* In a session nobody is measured and weighed: of the second group only the time is asked. */
static enum err vitals_part(struct request *rq, struct session_page *s, enum part_state state) {
    enum { BODY = 1, BODY_FIELDS = 2 };
    struct work w = {"signs", "Vital signs", "vitals", state};
    if (!web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    TRY(add_form(rq, s, FORM_vitals, &w, NULL));
    struct view_form_group *group = &s->view.parts.v[s->view.parts.n - 1].form.groups.v[BODY];
    group->legend = STR_ABSENT;
    group->fields.v += BODY_FIELDS;
    group->fields.n -= BODY_FIELDS;
    return E_OK;
}

/* How a dose is given differs by its route: which of these fields are asked, and two names. */
static const struct {
    const char *route, *asked, *minutes, *site;
} shapes[] = {{"iv", "minutes site", "Length of the infusion", "Vein"},
              {"im", "syringe site", "", "Site"},
              {"sc", "syringe site", "", "Site"},
              {"sl", "strength pieces form minutes end_action", "Time held in the mouth", ""},
              {"in", "nostrils rounds", "", ""},
              {"esk", "nostrils", "", ""}};
static const char by_route[] =
    "strength pieces form minutes end_action syringe nostrils rounds site";

static bool names(const char *list, struct str name) {
    struct str rest = str_from(list);
    while (rest.s)
        if (str_eq(str_cut(rest, ' ', &rest), name)) return true;
    return false;
}

static void shape_fields(struct str route, struct view_form *form) {
    size_t r = 0, all = sizeof shapes / sizeof *shapes;
    while (r < all && !str_is(dose_plain_route(route), shapes[r].route)) r++;
    if (r == all) return;
    if (shapes[r].minutes[0])
        web_form_field(form, "minutes")->label = str_from(shapes[r].minutes);
    if (shapes[r].site[0]) web_form_field(form, "site")->label = str_from(shapes[r].site);
    struct view_form_field_list *fields = &form->groups.v[0].fields;
    ptrdiff_t kept = 0;
    for (ptrdiff_t i = 0; i < fields->n; i++)
        if (!names(by_route, fields->v[i].name) || names(shapes[r].asked, fields->v[i].name))
            fields->v[kept++] = fields->v[i];
    fields->n = kept;
}

/* The pump, while an infusion runs; open where an alarm asks for it. */
static enum err pump_part(struct request *rq, struct session_page *s) {
    struct work w = {"pump", "At the pump", "pump", PART_FOLDED};
    for (ptrdiff_t i = 0; s->view.live && i < s->view.live->alarms.n; i++)
        if (s->view.live->alarms.v[i].act.n) w.state = PART_NOW;
    if (s->late) w.title = "The pump was stopped before the end";
    return (s->runs || s->late) && web_allows(rq, CAP_DOSE_GIVE)
               ? add_form(rq, s, FORM_pump, &w, NULL)
               : E_OK;
}

static enum err dose_part(struct request *rq, struct session_page *s) {
    enum { MORE = 1 }; /* the group of the second and third container */
    struct form_dose planned = planned_dose(rq, s);
    struct work w = {"give", had_dose(s) ? "Another dose" : "Give the dose", "dose",
                        had_dose(s) ? PART_FOLDED : PART_NOW};
    if (!web_allows(rq, CAP_DOSE_GIVE)) return E_OK;
    TRY(add_form(rq, s, FORM_dose, &w, &planned));
    shape_fields(s->day.row.route, &s->view.parts.v[s->view.parts.n - 1].form);
    struct view_form_group *first = s->view.parts.v[s->view.parts.n - 1].form.groups.v;
    ptrdiff_t containers = first->fields.v[0].choices.n;
    if (containers == 0) { /* there is no register here, or nothing in it */
        first->fields.v++;
        first->fields.n--;
    }
    if (containers < 2 || str_is(s->day.row.route, "esk")) /* one device is out of one kit */
        first[MORE] = (struct view_form_group){0};
    return E_OK;
}

/* What is left in a syringe after its dose is wasted now; open where an infusion was stopped. */
static enum err rest_part(struct request *rq, struct session_page *s) {
    struct container_rows rest;
    if (!had_dose(s) || s->runs || !web_allows(rq, CAP_CUSTODY_WRITE)) return E_OK;
    TRY(container_rest(rq->tx, &(struct container_rest_in){rq->now_ms, s->day.row.id}, &rest));
    for (ptrdiff_t i = 0; i < rest.n && i < RESTS_MAX; i++) {
        const struct container *c = &rest.v[i];
        struct form_custody_waste all = {.amount = {true, c->left_ug}};
        struct str title = str_format(rq->arena, "Waste the rest: %.*s", STR_ARG(c->number));
        TRY(custody_part(rq, FORM_custody_waste,
                         str_format(rq->arena, "/register/container/%.*s/waste", STR_ARG(c->id)),
                         "", &all, &s->view.parts));
        struct view_session_part *part = &s->view.parts.v[s->view.parts.n - 1];
        part->title = title;
        part->id = str_format(rq->arena, "rest-%.*s", STR_ARG(c->number));
        part->open |= s->stopped;
    }
    return E_OK;
}

/* One button for each event that the content says is one touch. */
static enum err taps(struct request *rq, struct session_page *s) {
    const struct session_rules *rules = rq->app->content->session;
    struct view_session_taps *view = NEW(rq->arena, struct view_session_taps);
    struct view_form frame;
    TRY(web_form_blank(rq, action(rq, s, "event"), "", SECRET, &frame));
    *view = (struct view_session_taps){.action = frame.action, .csrf = frame.csrf};
    view->taps.v = NEWS(rq->arena, struct view_session_tap, rules->events_n);
    for (int i = 0; i < rules->events_n; i++)
        if (rules->events[i].tap)
            view->taps.v[view->taps.n++] =
                (struct view_session_tap){rules->events[i].id, rules->events[i].text};
    s->view.taps = view->taps.n ? view : NULL;
    return E_OK;
}

static enum err event_part(struct request *rq, struct session_page *s) {
    struct work w = {"happened", "Something happened", "event", PART_FOLDED};
    if (!web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    if (had_dose(s)) TRY(taps(rq, s));
    return add_form(rq, s, FORM_session_event, &w, NULL);
}

static enum err home_part(struct request *rq, struct session_page *s) {
    bool now = s->stage >= STAGE_RECOVERING || s->day.row.discharge_findings.n;
    if (!had_dose(s) || !web_allows(rq, CAP_DISCHARGE)) return E_OK;
    return discharge_form(rq, s, now ? PART_NOW : PART_FOLDED);
}

static enum err stop_part(struct request *rq, struct session_page *s) {
    struct work w = {"stop", "Stop the session", "stop", PART_FOLDED};
    bool done = s->stage == STAGE_READY || s->day.row.stopped_reason.n;
    if (done || !web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    TRY(add_form(rq, s, FORM_stop, &w, NULL));
    s->view.parts.v[s->view.parts.n - 1].form.danger = true;
    return E_OK;
}

/* A clinic that has named no rooms is not asked for one: the field is the last of its group. */
static void drop_room(struct session_page *s, const struct view_form_field *room) {
    if (room->choices.n == 0) s->view.parts.v[s->view.parts.n - 1].form.groups.v[0].fields.n--;
}

/* The laboratory answers after the patient has gone home too. */
static enum err level_part(struct request *rq, struct session_page *s) {
    struct work w = {"level", "A level was measured", "level", PART_FOLDED};
    if (!had_dose(s) || !web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    return add_form(rq, s, FORM_level, &w, NULL);
}

static struct str last_intention(struct request *rq, struct str patient_id) {
    struct intention_last_row last;
    struct intention_note_row note;
    if (intention_last(rq->tx, &(struct intention_last_in){patient_id}, &last) == E_OK)
        return last.text;
    if (intention_note(rq->tx, &(struct intention_note_in){patient_id}, &note) == E_OK)
        return note.text;
    return STR_ABSENT;
}

static enum err check_in_part(struct request *rq, struct session_page *s) {
    struct work w = {"check-in", "Check in", "check-in", PART_NOW};
    if (!web_allows(rq, CAP_SESSION_RUN) || !str_is(s->day.step.state, "planned")) return E_OK;
    struct form_check_in known = {.intention = last_intention(rq, s->p.id)};
    TRY(add_form(rq, s, FORM_check_in, &w, &known));
    drop_room(s, web_form_field(&s->view.parts.v[s->view.parts.n - 1].form, "room"));
    return E_OK;
}

static enum err room_part(struct request *rq, struct session_page *s) {
    struct form_session_room here = {s->room_id};
    struct work w = {"room", s->room_id.n ? "Move to another room" : "Give a room", "room",
                     PART_FOLDED};
    if (!web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    TRY(add_form(rq, s, FORM_session_room, &w, &here));
    struct view_session_part *part = &s->view.parts.v[s->view.parts.n - 1];
    if (web_form_field(&part->form, "room")->choices.n == 0) s->view.parts.n--;
    return E_OK;
}

static enum err parts(struct request *rq, struct session_page *s) {
    s->view.parts.v = NEWS(rq->arena, struct view_session_part, PARTS_MAX);
    if (!s->day.has || in_state(s, "stopped")) return check_in_part(rq, s);
    if (is_over(s)) {
        TRY(rest_part(rq, s));
        return level_part(rq, s);
    }
    if (in_state(s, "gate_passed")) {
        TRY(dose_part(rq, s));
        TRY(vitals_part(rq, s, PART_FOLDED));
    } else {
        TRY(vitals_part(rq, s, PART_NOW));
    }
    if (!had_dose(s) && web_allows(rq, CAP_GATE_CLEAR))
        TRY(gate_form(rq, s, in_state(s, "checked_in") ? PART_NOW : PART_FOLDED));
    TRY(pump_part(rq, s));
    TRY(rest_part(rq, s));
    TRY(event_part(rq, s));
    TRY(home_part(rq, s));
    if (in_state(s, "dosing")) TRY(dose_part(rq, s));
    TRY(room_part(rq, s));
    TRY(level_part(rq, s));
    return stop_part(rq, s);
}

/* What was written -------------------------------------------------------------------------- */

static struct view_list_panel *new_panel(struct request *rq, const char *id, const char *title,
                                         ptrdiff_t rows) {
    struct view_list_panel *panel = NEW(rq->arena, struct view_list_panel);
    *panel = (struct view_list_panel){.id = str_from(id), .title = str_from(title)};
    panel->rows.v = NEWS(rq->arena, struct view_item, rows);
    panel->empty = show_empty(rq->arena, "Nothing yet.");
    return panel;
}

/* The time, and both times where it was written down late. */
static struct str when_of(struct request *rq, const struct session_page *s, int64_t at_ms,
                          int64_t recorded_ms) {
    struct str clock = show_time(rq->arena, at_ms);
    if (s->day.row.first_dose_ms.is)
        clock = str_format(rq->arena, "%.*s, T%+d min", STR_ARG(clock),
                           (int)((at_ms - s->day.row.first_dose_ms.v) / MINUTE_MS));
    if (recorded_ms - at_ms < SHOW_LATE_MS) return clock;
    return str_format(rq->arena, "%.*s, written late at %.*s", STR_ARG(clock),
                      STR_ARG(show_time(rq->arena, recorded_ms)));
}

/* What of the shape is not in the dose's own words. */
static void put_shape(struct buf *b, const struct dose_shape *x) {
    if (x->device.is) buf_format(b, "; device %d", (int)x->device.v);
    if (x->pieces.is)
        buf_format(b, "; %d of %g mg", (int)x->pieces.v, (double)x->strength_ug.v / 1000);
    if (x->syringe.n) buf_format(b, "; %.*s", STR_ARG(x->syringe));
    if (x->nostrils.n) buf_format(b, "; nostrils: %.*s", STR_ARG(x->nostrils));
    if (x->rounds.is) buf_format(b, "; %d rounds", (int)x->rounds.v);
}

/* While it runs in, whole milligrams say enough. */
static int64_t so_far(int64_t ug, bool runs) { return runs ? ug / 1000 * 1000 : ug; }

static enum err put_infusion(struct request *rq, struct session_page *s,
                             const struct dose_of_dosing_row *d, struct buf *b) {
    struct infusion in;
    if (!str_is(d->route, "iv") || !d->minutes.is) return E_OK;
    TRY(infusion_of(rq->tx, s->day.row.id, d, &in));
    bool runs = in.state == INFUSION_RUNNING || in.state == INFUSION_PAUSED;
    s->runs |= runs;
    s->late = in.state == INFUSION_DONE && !is_over(s);
    s->stopped |= in.state == INFUSION_STOPPED;
    buf_format(b, "; %.*s of it in, %s", STR_ARG(show_mg(rq->arena, so_far(in.delivered_ug, runs))),
               infusion_state_name(in.state));
    if (in.state == INFUSION_RUNNING)
        buf_format(b, " at %.2f mg/min until %.*s", in.rate_ug_min / 1000,
                   STR_ARG(show_time(rq->arena, in.end_ms)));
    return E_OK;
}

static enum err dose_detail(struct request *rq, struct session_page *s,
                            const struct dose_shape_rows *shapes_of,
                            const struct dose_of_dosing_row *d, struct str *out) {
    struct buf b = buf_new(rq->arena, 160);
    buf_format(&b, "lot %.*s, expires %.*s", STR_ARG(d->lot),
               STR_ARG(show_date(rq->arena, d->expiry_date)));
    if (d->site.n) buf_format(&b, "; %.*s", STR_ARG(d->site));
    for (ptrdiff_t i = 0; i < shapes_of->n; i++)
        if (str_eq(shapes_of->v[i].dose_id, d->id)) put_shape(&b, &shapes_of->v[i]);
    TRY(put_infusion(rq, s, d, &b));
    if (d->reason.n) buf_format(&b, "; %.*s", STR_ARG(d->reason));
    *out = buf_str(&b);
    return E_OK;
}

/* Both totals: in mg, and for each kg where the weight is known. */
static void total(struct request *rq, struct session_page *s) {
    struct buf b = buf_new(rq->arena, 60);
    double kg = s->day.row.weight_kg.is ? s->day.row.weight_kg.v : 0;
    int64_t ug = so_far(s->day.delivered_ug, s->runs);
    if (!s->day.doses.n) return;
    buf_put(&b, show_mg(rq->arena, ug));
    if (kg > 0) buf_format(&b, ", %.2f mg/kg,", (double)ug / 1000 / kg);
    buf_z(&b, s->runs ? " so far" : " in all");
    s->view.total = buf_str(&b);
}

static enum err list_doses(struct request *rq, struct session_page *s) {
    struct view_list_panel *panel = new_panel(rq, "doses", "Doses", s->day.doses.n);
    struct dose_shape_rows shapes_of;
    TRY(shape_of_dosing(rq->tx, &(struct shape_of_dosing_in){s->day.row.id}, &shapes_of));
    for (ptrdiff_t i = 0; i < s->day.doses.n; i++) {
        const struct dose_of_dosing_row *d = &s->day.doses.v[i];
        struct view_item *item = &panel->rows.v[panel->rows.n++];
        *item = (struct view_item){
            .what = str_format(rq->arena, "%.*s %.*s, %.*s", STR_ARG(d->drug),
                               STR_ARG(show_mg(rq->arena, d->amount_ug)),
                               STR_ARG(str_is(d->route, "esk") ? STR("intranasal")
                                                               : show_route_word(d->route))),
            .who = str_format(rq->arena, "given by %.*s, checked by %.*s", STR_ARG(d->giver),
                              STR_ARG(d->checker)),
            .when = when_of(rq, s, d->given_ms, d->recorded_ms)};
        TRY(dose_detail(rq, s, &shapes_of, d, &item->detail));
    }
    if (s->day.doses.n) s->view.doses = panel;
    total(rq, s);
    return E_OK;
}

static enum err mistaken_form(struct request *rq, struct session_page *s, struct str event_id,
                              struct view_item *item) {
    struct view_form *form = NEW(rq->arena, struct view_form);
    if (!web_allows(rq, CAP_SESSION_RUN)) return E_OK;
    item->undo = form;
    return web_form_blank(rq, str_format(rq->arena, "%.*s/event/%.*s/mistaken", STR_ARG(s->at),
                                         STR_ARG(event_id)),
                          "Strike it out", SECRET, form);
}

static enum err list_events(struct request *rq, struct session_page *s) {
    const struct session_rules *rules = rq->app->content->session;
    struct view_list_panel *panel = new_panel(rq, "events", "Events", s->day.events.n);
    for (ptrdiff_t i = s->day.events.n; i-- > 0;) {
        const struct session_event_of_dosing_row *e = &s->day.events.v[i];
        const struct vitals_event *kind = vitals_event(rules, e->kind);
        struct view_item *item = &panel->rows.v[panel->rows.n++];
        *item = (struct view_item){.what = kind ? kind->text : e->kind,
                                   .who = e->who.n ? e->who : STR("a device"),
                                   .when = when_of(rq, s, e->at_ms, e->recorded_ms),
                                   .detail = e->text};
        if (kind && kind->level != VITALS_FINE)
            item->tag = show_tag(rq->arena, vitals_level_name(kind->level),
                                 str_from(vitals_level_name(kind->level)));
        TRY(adverse_show_tap(rq, s->p.id, e->id, e->kind, item));
        if (kind && !kind->itself) TRY(mistaken_form(rq, s, e->id, item));
    }
    if (s->day.events.n) s->view.events = panel;
    return E_OK;
}

/* Vital signs ------------------------------------------------------------------------------- */

static enum err draw(struct request *rq, struct session_page *s) {
    struct session_figure figure;
    TRY(session_figure(rq, &s->day, s->p.birth_date, is_over(s) ? 0 : rq->now_ms, &figure));
    s->view.vitals = figure.vitals;
    s->view.forecast = figure.forecast;
    return E_OK;
}

/* The last values, large: what, when and by whom. */
static const struct observation_of_dosing_row *last_of(const struct dosing_day *d,
                                                       enum vital_kind kind) {
    for (ptrdiff_t i = d->observations.n; i-- > 0;)
        if (str_is(d->observations.v[i].code, vital_meanings[kind].loinc))
            return &d->observations.v[i];
    return NULL;
}

static void now_value(struct request *rq, struct session_page *s, enum vital_kind kind,
                      const char *name, const char *unit) {
    const struct observation_of_dosing_row *o = last_of(&s->day, kind);
    struct maybe_real low;
    if (!o || !o->value.is) return;
    struct buf b = buf_new(rq->arena, 32);
    buf_real(&b, o->value.v, vital_meanings[kind].decimals);
    if (kind == VITAL_systolic) {
        low = dosing_value_at(&s->day, o->at_ms, vital_meanings[VITAL_diastolic].loinc);
        buf_char(&b, '/');
        if (low.is) buf_real(&b, low.v, 0);
    }
    s->view.now.v[s->view.now.n++] = (struct view_vital_now){
        .name = str_from(name),
        .value = buf_str(&b),
        .unit = str_from(unit),
        .aged_ms = show_aged_ms(rq, o->at_ms),
        .aged = show_aged(rq, o->at_ms),
        .by = str_format(rq->arena, "%.*s, %.*s", STR_ARG(show_time(rq->arena, o->at_ms)),
                         STR_ARG(o->who.n ? o->who : STR("a device")))};
}

static void now_values(struct request *rq, struct session_page *s) {
    s->view.now.v = NEWS(rq->arena, struct view_vital_now, VITAL_COUNT);
    now_value(rq, s, VITAL_systolic, "Blood pressure", "mmHg");
    now_value(rq, s, VITAL_heart_rate, "Pulse", "/min");
    now_value(rq, s, VITAL_spo2, "SpO\u2082", "%");
    now_value(rq, s, VITAL_respiration, "Breaths", "/min");
    now_value(rq, s, VITAL_moaas, "MOAA/S", "of 5");
}

/* The page ---------------------------------------------------------------------------------- */

static const char *level_of_stage(enum stage stage) {
    if (stage == STAGE_PLANNED) return "";
    if (stage == STAGE_DISCHARGED || stage == STAGE_READY) return "fine";
    return stage == STAGE_STOPPED ? "advisory" : "information";
}

static struct str intention_of(const struct dosing_day *d) {
    for (ptrdiff_t i = d->events.n; i-- > 0;)
        if (str_is(d->events.v[i].kind, "intention")) return d->events.v[i].text;
    return STR_ABSENT;
}

static void head(struct request *rq, struct session_page *s) {
    const struct dosing *row = &s->day.row;
    s->view.title = s->day.step.title;
    if (s->day.has) s->view.pdf = action(rq, s, "pdf");
    if (s->day.has) s->view.replay = action(rq, s, "replay");
    if (str_is(s->day.course.route, "esk") && web_allows(rq, CAP_REMS_READ))
        s->view.rems = show_link(rq->arena, s->p.id, "/rems");
    s->view.state =
        *show_tag(rq->arena, level_of_stage(s->stage),
                  s->day.has ? str_from(stage_word(s->stage)) : STR("not checked in"));
    s->view.intention = intention_of(&s->day);
    s->view.stop_reason = row->stopped_reason;
    if (!had_dose(s) && !is_over(s) && web_allows(rq, CAP_GATE_CLEAR))
        s->view.plan = show_link(rq->arena, s->p.id, "/forecast");
    if (row->first_dose_ms.is && !is_over(s)) {
        s->view.dose_ms = row->first_dose_ms;
        s->view.clock = words_since(rq->arena, row->first_dose_ms.v, rq->now_ms);
    }
    if (row->no_driving_until_ms.is) {
        bool ahead = row->no_driving_until_ms.v > rq->now_ms;
        int64_t at_ms = ahead ? row->no_driving_until_ms.v : row->discharged_ms.v;
        const char *what = ahead ? "No driving before" : "Went home";
        s->view.driving =
            str_format(rq->arena, "%s %.*s.", what, STR_ARG(show_datetime(rq->arena, at_ms)));
        s->view.handout = action(rq, s, "handout");
    }
}

static enum err find_room(struct request *rq, struct session_page *s) {
    struct room_of_dosing_row row;
    enum err e = room_of_dosing(rq->tx, &(struct room_of_dosing_in){s->day.row.id}, &row);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    s->room_id = row.room_id;
    s->view.room = row.name;
    return E_OK;
}

/* Where the day stands: what is behind carries its time, where there is one. */
static void stage_view(struct request *rq, struct session_page *s, enum stage stage,
                       const char *word, struct maybe_int at_ms) {
    bool done = s->stage == STAGE_STOPPED ? at_ms.is : s->stage > stage;
    bool here = s->stage == stage && !is_over(s);
    s->view.stages.v[s->view.stages.n++] = (struct view_session_stage){
        .word = str_from(word),
        .state = done ? STR("done") : here ? STR("now") : STR("ahead"),
        .here = here,
        .said = at_ms.is ? show_time(rq->arena, at_ms.v) : here ? STR("now") : STR("")};
}

/* A stage is behind when the next one has begun; its time is that of the act that ended it. */
static void stages(struct request *rq, struct session_page *s) {
    const struct dosing *row = &s->day.row;
    struct stage_facts f = dosing_stage_facts(&s->day);
    struct maybe_int checked_in = {s->day.has, row->checked_in_ms};
    struct maybe_int peak = {f.peak_ms != VITALS_NO_TIME, f.peak_ms};
    struct maybe_int onset = {0};
    for (ptrdiff_t i = 0; i < s->day.events.n && !onset.is; i++)
        if (str_is(s->day.events.v[i].kind, "onset"))
            onset = (struct maybe_int){true, s->day.events.v[i].at_ms};
    struct maybe_int fading = {f.offset_ms != VITALS_NO_TIME, f.offset_ms};
    s->view.stages.v = NEWS(rq->arena, struct view_session_stage, 7);
    stage_view(rq, s, STAGE_PLANNED, "Check in", checked_in);
    stage_view(rq, s, STAGE_CHECKED_IN, "Gate", row->gate_passed_ms);
    stage_view(rq, s, STAGE_GATE_PASSED, "Dose", row->first_dose_ms);
    stage_view(rq, s, STAGE_DOSING, "Onset", onset);
    stage_view(rq, s, STAGE_PEAK, "Peak", peak);
    stage_view(rq, s, STAGE_RECOVERING, "Recovery", fading);
    stage_view(rq, s, STAGE_READY, "Home", row->discharged_ms.is ? row->discharged_ms
                                                                  : row->ready_ms);
}

/* Who let the day go on, when, and why where there was a caution. */
static struct str passed_by(struct request *rq, const struct dosing *row) {
    if (!row->gate_passed_ms.is) return STR_ABSENT;
    return str_format(rq->arena, "Passed at %.*s by %.*s.%s%.*s",
                      STR_ARG(show_time(rq->arena, row->gate_passed_ms.v)),
                      STR_ARG(show_account(rq, row->gate_passed_by)),
                      row->gate_reason.n ? " Caution cleared: " : "", STR_ARG(row->gate_reason));
}

static void documents(struct request *rq, struct session_page *s) {
    struct view_list_panel *gate = NEW(rq->arena, struct view_list_panel);
    struct view_list_panel *home = NEW(rq->arena, struct view_list_panel);
    *gate = criteria_rulings(rq, "gate-rulings", "What the gate said", s->day.row.gate_findings);
    gate->note = passed_by(rq, &s->day.row);
    *home = criteria_rulings(rq, "home-rulings", "What the discharge gate said",
                             s->day.row.discharge_findings);
    bool gate_now = in_state(s, "checked_in"), home_now = !is_over(s);
    if (s->day.row.gate_findings.n) *(gate_now ? &s->view.gate : &s->view.gate_past) = gate;
    if (s->day.row.discharge_findings.n) *(home_now ? &s->view.home : &s->view.home_past) = home;
}

enum err page_dosing(struct request *rq) {
    struct session_page s = {0};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &s.day));
    TRY(show_patient(rq, s.day.step.title, &s.p));
    s.at = show_link(rq->arena, s.p.id, "/dosing/%.*s", STR_ARG(rq->path[1]));
    s.stage = dosing_stage(rq->app->content, &s.day, rq->now_ms);
    head(rq, &s);
    stages(rq, &s);
    if (s.day.has) {
        TRY(find_room(rq, &s));
        now_values(rq, &s);
        struct view_session_live *live = NEW(rq->arena, struct view_session_live);
        TRY(session_live(rq, &s.day, s.at, live));
        s.view.live = live;
        TRY(session_alarms_past(rq, &s.day, &s.view.alarms_past));
        TRY(draw(rq, &s));
        documents(rq, &s);
        TRY(list_doses(rq, &s));
        TRY(list_events(rq, &s));
    }
    TRY(parts(rq, &s));
    html_session(rq->out, &s.view);
    page_close(rq);
    return E_OK;
}

/* Acts -------------------------------------------------------------------------------------- */

static enum err back(struct request *rq) {
    return web_redirect(rq, "/patient/%.*s/dosing/%.*s", STR_ARG(rq->path[0]),
                        STR_ARG(rq->path[1]));
}

enum err post_check_in(struct request *rq) {
    const struct form_check_in *f = &rq->form.check_in;
    struct dosing made;
    struct dosing_check_in in = {.patient_id = rq->path[0],
                                 .step_id = rq->path[1],
                                 .weight_kg = f->weight,
                                 .escort_name = f->escort_name,
                                 .escort_relation = f->escort_relation,
                                 .escort_phone = f->escort_phone,
                                 .intention = f->intention,
                                 .room_id = f->room};
    TRY(dosing_check_in(rq->tx, &in, &rq->faults, &made));
    return back(rq);
}

enum err post_session_vitals(struct request *rq) {
    const struct form_vitals *f = &rq->form.vitals;
    struct dosing_day d;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &d));
    if (!d.has) return E_UNKNOWN;
    struct vitals_place place = {.patient_id = rq->path[0],
                                 .dosing_id = d.row.id,
                                 .at_ms = f->at.is ? f->at.v : rq->entered_ms};
    struct vitals v = {
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) .name = f->name,
#include "app/vitals.def"
#undef VITAL
    };
    TRY(dosing_observe(rq->tx, rq->app->content, &place, &v, &rq->faults));
    return back(rq);
}

static enum err judge_gate(struct request *rq, struct str *answers) {
    struct dosing_day d;
    struct gate_answer answer;
    struct dosing_gate_in in = {.patient_id = rq->path[0],
                                .step_id = rq->path[1],
                                .expect = rq->version,
                                .reason = str_trim(web_typed(rq, "reason")),
                                .role = rq->account.role};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &d));
    struct criteria_form questions = gate_questions(rq, &d);
    TRY(criteria_form_read(rq, &questions, &in.answers));
    *answers = in.answers;
    TRY(dosing_gate(rq->tx, rq->app->content, &in, &rq->faults, &answer));
    rq->done = rq->tx->event; /* passed or held */
    return back(rq);
}

/* A gate that this person may not pass keeps nothing, but what it heard of suicide is heard. */
enum err post_gate(struct request *rq) {
    struct str answers = STR_ABSENT;
    TRY(web_begin(rq, TX_WRITE));
    enum err e = web_end(rq, judge_gate(rq, &answers));
    if (e != E_BLOCKED && e != E_INVALID) return e;
    TRY(web_begin(rq, TX_WRITE));
    TRY(web_end(rq, dosing_gate_heard(rq->tx, rq->app->content, rq->path[0], rq->path[1],
                                      answers)));
    return e;
}

enum err post_dose(struct request *rq) {
    const struct form_dose *f = &rq->form.dose;
    struct str checker;
    struct dose given;
    TRY(signer_second(rq, f->checker_name, f->checker_password, CAP_SESSION_RUN, &checker));
    struct dosing_give in = {.patient_id = rq->path[0],
                             .step_id = rq->path[1],
                             .expect = rq->version,
                             .amount_ug = f->amount.v,
                             .minutes = f->minutes,
                             .given_ms = f->given_at.is ? f->given_at.v : 0,
                             .lot = f->lot,
                             .expiry_date = f->expiry,
                             .site = f->site,
                             .reason = f->reason,
                             .checked_by = checker,
                             .shape = {.syringe = f->syringe,
                                       .form = f->form,
                                       .strength_ug = f->strength,
                                       .pieces = f->pieces,
                                       .end_action = f->end_action,
                                       .nostrils = f->nostrils,
                                       .rounds = f->rounds}};
    const struct custody_portion from[] = {
        {.container_id = f->container},
        {.container_id = f->container2, .amount_ug = f->amount2.v},
        {.container_id = f->container3, .amount_ug = f->amount3.v}};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++)
        if (from[i].container_id.n) in.from.v[in.from.n++] = from[i];
    TRY(web_begin(rq, TX_WRITE));
    TRY(web_end(rq, dosing_give(rq->tx, rq->app->content, &in, &rq->faults, &given)));
    return back(rq);
}

enum err post_pump(struct request *rq) {
    const struct form_pump *f = &rq->form.pump;
    struct infusion_act act = {.patient_id = rq->path[0],
                               .step_id = rq->path[1],
                               .kind = f->kind,
                               .rate_ug_min = f->rate,
                               .at_ms = f->at.is ? f->at.v : 0,
                               .reason = f->reason};
    TRY(infusion_change(rq->tx, rq->app->content, &act, &rq->faults));
    return back(rq);
}

enum err post_session_event(struct request *rq) {
    const struct form_session_event *f = &rq->form.session_event;
    struct session_event row = {.patient_id = rq->path[0],
                                .kind = f->kind,
                                .severity = f->severity,
                                .text = f->text,
                                .at_ms = f->at.is ? f->at.v : rq->entered_ms};
    TRY(dosing_event(rq->tx, rq->app->content, &row, rq->path[1], &rq->faults));
    return back(rq);
}

enum err post_event_mistaken(struct request *rq) {
    TRY(dosing_event_mistaken(rq->tx, rq->app->content, rq->path[0], rq->path[2], &rq->faults));
    return back(rq);
}

enum err post_level(struct request *rq) {
    const struct form_level *f = &rq->form.level;
    struct level_in in = {rq->path[0], rq->path[1], f->code, f->level.v, f->drawn.v};
    TRY(level_record(rq->tx, &in, &rq->faults));
    return back(rq);
}

enum err choices_levels(struct request *rq, struct field_choices *out) {
    const struct level_meaning *m = level_meanings;
    out->v = NEWS(rq->arena, struct field_choice, LEVELS);
    for (; m < level_meanings + LEVELS; m++)
        out->v[out->n++] = (struct field_choice){str_from(m->code), str_from(m->text)};
    return E_OK;
}

enum err post_stop(struct request *rq) {
    TRY(dosing_stop(rq->tx, rq->app->content, rq->path[0], rq->path[1], rq->form.stop.reason,
                    &rq->faults));
    return back(rq);
}

enum err post_discharge(struct request *rq) {
    struct dosing_day d;
    struct discharge_answer answer;
    struct dosing_discharge_in in = {.patient_id = rq->path[0],
                                     .step_id = rq->path[1],
                                     .expect = rq->version,
                                     .reason = str_trim(web_typed(rq, "reason")),
                                     .escort_name = str_trim(web_typed(rq, "escort_name")),
                                     .escort_relation = str_trim(web_typed(rq, "escort_relation")),
                                     .escort_phone = str_trim(web_typed(rq, "escort_phone"))};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &d));
    struct criteria_form questions = home_questions(rq, &d);
    TRY(criteria_form_read(rq, &questions, &in.answers));
    TRY(dosing_discharge(rq->tx, rq->app->content, &in, &rq->faults, &answer));
    bool goes = answer.overall == RULING_PASS || (answer.overall == RULING_CAUTION && in.reason.n);
    rq->done = goes ? "discharged" : "discharge_held";
    return back(rq);
}

enum err choices_session_events(struct request *rq, struct field_choices *out) {
    const struct session_rules *rules = rq->app->content->session;
    out->v = NEWS(rq->arena, struct field_choice, rules->events_n);
    for (int i = 0; i < rules->events_n; i++)
        if (!rules->events[i].itself)
            out->v[out->n++] = (struct field_choice){rules->events[i].id, rules->events[i].text};
    return E_OK;
}

enum err page_handout(struct request *rq) {
    struct session_page s = {0};
    static const char *const notes[] = {"driving_hours", "driving_sleep", "driving_also"};
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &s.day));
    if (!s.day.has || !s.day.row.no_driving_until_ms.is) return E_UNKNOWN;
    TRY(show_patient(rq, STR("Handout"), &s.p));
    struct view_handout view = {
        .name = show_name(rq->arena, STR_ABSENT, s.p.given_name, s.p.family_name),
        .clinic = rq->app->clinic_name,
        .date = show_day(rq->arena, s.day.row.discharged_ms.v),
        .until = show_datetime(rq->arena, s.day.row.no_driving_until_ms.v),
        .back = show_link(rq->arena, s.p.id, "/dosing/%.*s", STR_ARG(rq->path[1])),
        .pdf = show_link(rq->arena, s.p.id, "/dosing/%.*s/handout/pdf", STR_ARG(rq->path[1])),
        .escort = s.day.row.escort_name};
    view.lines.v = NEWS(rq->arena, struct str, 3);
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct str line = criteria_note(rq->app->content->discharge, notes[i]);
        if (line.n) view.lines.v[view.lines.n++] = line;
    }
    html_handout(rq->out, &view);
    page_close(rq);
    return E_OK;
}
