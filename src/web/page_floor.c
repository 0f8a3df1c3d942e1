/*
 * The floor: every room on one page, and the stream of what changes on it.
 *
 *     /floor          the page, whole; right after a reload, whatever happened to the stream
 *     /floor/events   says which session or room changed
 *     /floor/cards    those cards again: ?of=ID,ID by room, or by session where it has no room
 *
 * A card is made from the rows each time and from nothing else, so that a page that missed an
 * event is mended by asking again.
 */
#include "app/chart.h"
#include "app/dosing.h"
#include "app/room.h"
#include "app/vigil.h"
#include "base/clock.h"
#include "core/alarms.h"
#include "net/stream.h"
#include "web/session_figure.h"
#include "web/route.h"
#include "web/show.h"
#include "web/words.h"

enum { ALARMS_SHOWN = 2 };

/* Says what changed, never how: it holds nothing of a patient, and reads no chart. */
enum err page_floor_events(struct request *rq) {
    struct stream_hub *hub = web_hub(rq->web);
    if (!hub) return E_WORLD;
    return stream_join(hub, rq->account.id, http_header(rq->http, "last-event-id"),
                       rq->session.ends_ms, rq->answer);
}

/* What stands on a card ---------------------------------------------------------------------- */

static struct str sign_value(struct arena *a, const struct floor_sign_rows *top,
                             const struct floor_sign_rows *low, ptrdiff_t i, int decimals) {
    struct buf b = buf_new(a, 16);
    buf_real(&b, top->v[i].value.v, decimals);
    if (low && low->n > i && low->v[i].at_ms == top->v[i].at_ms)
        buf_char(&b, '/'), buf_real(&b, low->v[i].value.v, 0);
    return buf_str(&b);
}

/* The last value and where it came from; no threshold: the one before stands beside it. */
static enum err put_sign(struct request *rq, const struct floor_session_row *s,
                         enum vital_kind kind, const char *name, const char *unit,
                         struct view_room_card *card) {
    struct floor_sign_rows top, low = {0};
    const struct vital_meaning *m = &vital_meanings[kind];
    bool pressure = kind == VITAL_systolic;
    struct floor_sign_in in = {s->patient_id, str_from(m->loinc), s->id};
    TRY(floor_sign(rq->tx, &in, &top));
    in.code = str_from(vital_meanings[VITAL_diastolic].loinc);
    if (pressure && top.n) TRY(floor_sign(rq->tx, &in, &low));
    if (!top.n) return E_OK;
    struct view_floor_sign *v = &card->signs.v[card->signs.n++];
    *v = (struct view_floor_sign){
        .name = str_from(name),
        .unit = str_from(unit),
        .value = sign_value(rq->arena, &top, pressure ? &low : NULL, 0, m->decimals),
        .trend = STR(""),
        .at = show_time(rq->arena, top.v[0].at_ms),
        .aged_ms = show_aged_ms(rq, top.v[0].at_ms),
        .aged = show_aged(rq, top.v[0].at_ms)};
    if (top.n < 2) return E_OK;
    double change = top.v[0].value.v - top.v[1].value.v;
    v->trend = change > 0 ? STR("up from") : change < 0 ? STR("down from") : STR("as before,");
    v->was = sign_value(rq->arena, &top, pressure ? &low : NULL, 1, m->decimals);
    return E_OK;
}

static enum err put_signs(struct request *rq, const struct floor_session_row *s,
                          struct view_room_card *card) {
    card->signs.v = NEWS(rq->arena, struct view_floor_sign, 4);
    TRY(put_sign(rq, s, VITAL_systolic, "Blood pressure", "mmHg", card));
    TRY(put_sign(rq, s, VITAL_heart_rate, "Pulse", "/min", card));
    TRY(put_sign(rq, s, VITAL_spo2, "SpO\u2082", "%", card));
    return put_sign(rq, s, VITAL_respiration, "Breaths", "/min", card);
}

static enum err put_check(struct request *rq, const struct floor_session_row *s,
                          struct view_room_card *card) {
    struct checkpoints *all = NEW(rq->arena, struct checkpoints);
    struct dosing d = {.id = s->id,
                       .route = s->route,
                       .checked_in_ms = s->checked_in_ms,
                       .first_dose_ms = s->first_dose_ms,
                       .last_dose_ms = s->last_dose_ms};
    TRY(vigil_checkpoints(rq->tx, rq->app->content, &d, all));
    const struct checkpoint *next = vitals_next_checkpoint(all);
    if (!next) return E_OK;
    card->check = next->baseline ? STR("baseline, before the dose")
                                 : show_time(rq->arena, next->at_ms);
    card->check_ms = (struct maybe_int){!next->baseline, next->at_ms};
    return E_OK;
}

static enum vitals_level level_of(const struct alarm *a) {
    enum vitals_level level;
    CHECK(alarms_level_parse(a->level, &level), "an alarm of a known level");
    return level;
}

static void put_alarm(struct request *rq, const struct alarm *a, struct view_room_card *card) {
    struct str since = str_format(rq->arena, "since %.*s%s",
                                  STR_ARG(show_time(rq->arena, a->raised_ms)),
                                  a->over_ms.is ? "; over" : "");
    card->alarms.v[card->alarms.n++] = (struct view_floor_alarm){
        .level = a->level, .text = a->text, .since = since, .calling = !a->acknowledged_ms.is};
}

/* The worst first; of more than two it is said that there are. */
static enum err put_alarms(struct request *rq, const struct floor_session_row *s,
                           struct view_room_card *card) {
    struct alarm_rows open;
    TRY(alarm_open_of_dosing(rq->tx, &(struct alarm_open_of_dosing_in){s->id}, &open));
    card->alarms.v = NEWS(rq->arena, struct view_floor_alarm, ALARMS_SHOWN);
    for (int level = VITALS_CRITICAL; level > VITALS_FINE; level--)
        for (ptrdiff_t i = 0; i < open.n && card->alarms.n < ALARMS_SHOWN; i++)
            if ((int)level_of(&open.v[i]) == level) put_alarm(rq, &open.v[i], card);
    if (open.n > ALARMS_SHOWN)
        card->more = str_format(rq->arena, "and %d more", (int)(open.n - ALARMS_SHOWN));
    if (open.n) card->level = card->alarms.v[0].level;
    return E_OK;
}

static enum err put_here(struct request *rq, const struct floor_session_row *s,
                         struct view_room_card *card) {
    struct presence_of_dosing_rows rows;
    struct buf names = buf_new(rq->arena, 64);
    TRY(presence_of_dosing(rq->tx, &(struct presence_of_dosing_in){s->id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n; i++) {
        if (rows.v[i].to_ms.is) continue;
        if (names.n) buf_z(&names, ", ");
        buf_put(&names, rows.v[i].name.n ? rows.v[i].name : STR("somebody"));
    }
    if (names.n) card->here = buf_str(&names);
    return E_OK;
}

/* Where the typical effect stands, and what was given. */
static enum err put_doses(struct request *rq, const struct floor_session_row *s,
                          struct view_room_card *card) {
    struct dose_of_dosing_rows given;
    struct forecast_dose *doses;
    ptrdiff_t n;
    int64_t sum_ug = 0;
    int32_t born;
    if (!s->first_dose_ms.is) return E_OK;
    TRY(dose_of_dosing(rq->tx, &(struct dose_of_dosing_in){s->id}, &given));
    TRY(session_figure_doses(rq, s->id, &given, &doses, &n));
    for (ptrdiff_t i = 0; i < given.n; i++) sum_ug += given.v[i].given_ug;
    struct forecast_case c = {.content = rq->app->content,
                              .weight_kg = s->weight_kg,
                              .doses = doses,
                              .dose_count = n};
    if (n && date_parse(s->birth_date, &born))
        c.age_years = date_age_years(born, clock_today(doses[0].at_ms));
    card->effect = forecast_phase(rq->arena, &c, rq->now_ms);
    if (given.n) card->dose = show_dose_mark(rq->arena, given.v[0].route, sum_ug);
    return E_OK;
}

static enum err put_session(struct request *rq, const struct floor_session_row *s,
                            struct view_room_card *card) {
    card->dosing = s->id;
    card->link = show_link(rq->arena, s->patient_id, "/dosing/%.*s", STR_ARG(s->step_id));
    card->name = show_name(rq->arena, s->preferred_name, s->given_name, s->family_name);
    card->stage = show_stage(rq->app->content, DOSING_FACTS(s), rq->now_ms);
    card->dose_ms = s->first_dose_ms;
    if (s->first_dose_ms.is)
        card->clock = words_since(rq->arena, s->first_dose_ms.v, rq->now_ms);
    TRY(put_alarms(rq, s, card));
    TRY(put_signs(rq, s, card));
    TRY(put_check(rq, s, card));
    TRY(put_doses(rq, s, card));
    return put_here(rq, s, card);
}

/* The whole ---------------------------------------------------------------------------------- */

struct floor {
    struct room_rows rooms;
    struct floor_session_rows sessions;
    struct room_ready_on_rows ready;
    struct str of; /* absent: every card; else the ids that are asked for */
    struct view_floor_cards *out;
};

static bool is_wanted(const struct floor *f, struct str id) {
    struct str rest = f->of;
    if (!f->of.s) return true;
    while (rest.s)
        if (str_eq(str_cut(rest, ',', &rest), id)) return true;
    return false;
}

static const struct floor_session_row *session_in(const struct floor *f, struct str room_id) {
    return STR_FIND(f->sessions.v, f->sessions.n, room_id, room_id);
}

/* Whether its list was gone through today: of use until the dose. */
static void put_ready(struct request *rq, const struct floor *f, struct view_room_card *card) {
    const struct room_ready_on_row *said = STR_FIND(f->ready.v, f->ready.n, room_id, card->id);
    bool ready = said && str_is(said->state, "ready");
    const char *word =
        !said ? "not gone through today" : ready ? "ready today" : "not all is ready";
    card->ready = show_tag(rq->arena, ready ? "fine" : "advisory", str_from(word));
    if (web_allows(rq, CAP_SESSION_RUN))
        card->ready_at = str_format(rq->arena, "/rooms/%.*s/ready", STR_ARG(card->id));
}

static enum err add_card(struct request *rq, struct floor *f, struct str id, struct str name,
                         const struct floor_session_row *s) {
    if (!is_wanted(f, id)) return E_OK;
    struct view_room_card *card = &f->out->cards.v[f->out->cards.n++];
    *card = (struct view_room_card){
        .id = id, .room = name, .dosing = STR(""), .level = s ? STR("taken") : STR("free")};
    if (!s || (s->room_id.n && !s->first_dose_ms.is)) put_ready(rq, f, card);
    return s ? put_session(rq, s, card) : E_OK;
}

static enum err make_cards(struct request *rq, struct floor *f) {
    TRY(room_list(rq->tx, &f->rooms));
    TRY(floor_session(rq->tx, &f->sessions));
    TRY(room_ready_today(rq->tx, &f->ready));
    f->out->cards.v = NEWS(rq->arena, struct view_room_card, f->rooms.n + f->sessions.n);
    for (ptrdiff_t i = 0; i < f->rooms.n; i++) {
        const struct room *room = &f->rooms.v[i];
        const struct floor_session_row *s = session_in(f, room->id);
        if (s || str_is(room->state, "open")) TRY(add_card(rq, f, room->id, room->name, s));
    }
    for (ptrdiff_t i = 0; i < f->sessions.n; i++)
        if (!f->sessions.v[i].room_id.n)
            TRY(add_card(rq, f, f->sessions.v[i].id, STR("No room yet"), &f->sessions.v[i]));
    return E_OK;
}

static enum err summary(struct request *rq, const struct floor *f, struct view_floor_summary *v) {
    struct alarm_rows open;
    enum vitals_level worst = VITALS_FINE;
    int calling = 0;
    TRY(alarm_open(rq->tx, &open));
    for (ptrdiff_t i = 0; i < open.n; i++) {
        if (level_of(&open.v[i]) > worst) worst = level_of(&open.v[i]);
        calling += !open.v[i].acknowledged_ms.is;
    }
    v->text = str_format(rq->arena, "Patients here: %td; open alarms: %td, not acknowledged: %d",
                         f->sessions.n, open.n, calling);
    const char *name = vitals_level_name(worst);
    if (worst != VITALS_FINE) v->worst = show_tag(rq->arena, name, str_from(name));
    return E_OK;
}

static enum err make(struct request *rq, struct str of, struct view_floor_cards *v) {
    struct floor f = {.of = of, .out = v};
    TRY(make_cards(rq, &f));
    return summary(rq, &f, &v->summary);
}

enum err page_floor(struct request *rq) {
    struct view_floor v = {.rooms_at = web_allows(rq, CAP_ROOM_WRITE) ? STR("/rooms") : STR_ABSENT};
    TRY(make(rq, STR_ABSENT, &v.all));
    page_open(rq, "Floor", STR("Floor"));
    html_floor(rq->out, &v);
    page_close(rq);
    return E_OK;
}

enum err page_floor_cards(struct request *rq) {
    struct view_floor_cards v = {0};
    TRY(make(rq, web_query(rq, "of"), &v));
    html_floor_cards(rq->out, &v);
    return E_OK;
}
