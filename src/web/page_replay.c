/*
 * The replay of a session: what was so at a minute, from the rows as they are, for teaching and
 * review.
 *
 *     doses, signs, events, alarms, people ──> rows by time, each with how things stood then
 *                                              └─> the minute asked for: the last row before it
 *
 * The page holds all rows at once; static/replay.js only shows them up to a minute and moves the
 * mark on the figure, so any speed costs the server nothing. Without a script the minute is
 * asked for by a form.
 */
#include <math.h>
#include <stdlib.h>

#include "app/chart.h"
#include "base/clock.h"
#include "web/adverse_show.h"
#include "web/route.h"
#include "web/session_figure.h"
#include "web/show.h"

struct replay {
    struct request *rq;
    struct dosing_day day;
    struct view_replay_row *v;
    ptrdiff_t n;
};

__attribute__((format(printf, 4, 5))) static struct view_replay_row *
add(struct replay *r, int64_t at_ms, const char *kind, const char *format, ...) {
    struct view_replay_row *row = &r->v[r->n++];
    va_list args;
    va_start(args, format);
    *row = (struct view_replay_row){.at_ms = at_ms, .kind = str_from(kind),
                                    .text = str_vformat(r->rq->arena, format, args)};
    va_end(args);
    return row;
}

static void add_state(struct replay *r, struct maybe_int at, const char *word) {
    if (at.is) add(r, at.v, "state", "%s", word)->state = str_from(word);
}

static void add_states(struct replay *r) {
    const struct dosing *d = &r->day.row;
    struct maybe_int began = {true, d->checked_in_ms};
    add_state(r, began, "checked in");
    add_state(r, d->gate_passed_ms, "gate passed");
    add_state(r, d->first_dose_ms, "dosing");
    add_state(r, d->discharged_ms, "went home");
}

static void add_doses(struct replay *r) {
    for (ptrdiff_t i = 0; i < r->day.doses.n; i++) {
        const struct dose_of_dosing_row *d = &r->day.doses.v[i];
        add(r, d->given_ms, "dose", "%.*s, given by %.*s, checked by %.*s",
            STR_ARG(show_dose_mark(r->rq->arena, d->route, d->given_ug)), STR_ARG(d->giver),
            STR_ARG(d->checker));
    }
}

/* What was measured at one time is one row. */
static void add_signs(struct replay *r) {
    const struct observation_of_dosing_rows *all = &r->day.observations;
    for (ptrdiff_t i = 0, next; i < all->n; i = next) {
        struct buf b = buf_new(r->rq->arena, 96);
        for (next = i; next < all->n && all->v[next].at_ms == all->v[i].at_ms; next++) {
            const struct observation_of_dosing_row *o = &all->v[next];
            buf_format(&b, "%s%.*s ", b.n ? ", " : "", STR_ARG(o->display));
            if (o->value.is) buf_real(&b, o->value.v, o->value.v == floor(o->value.v) ? 0 : 1);
            else buf_put(&b, o->value_text);
        }
        struct view_replay_row *row =
            add(r, all->v[i].at_ms, "sign", "%.*s", STR_ARG(buf_str(&b)));
        row->signs = str_format(r->rq->arena, "%.*s (%.*s)", STR_ARG(row->text),
                                STR_ARG(show_time(r->rq->arena, row->at_ms)));
    }
}

static void add_events(struct replay *r) {
    for (ptrdiff_t i = 0; i < r->day.events.n; i++) {
        const struct session_event_of_dosing_row *e = &r->day.events.v[i];
        const struct vitals_event *kind =
            vitals_event(r->rq->app->content->session, e->kind);
        add(r, e->at_ms, "event", "%.*s%s%.*s", STR_ARG(kind ? kind->text : e->kind),
            e->text.n ? ": " : "", STR_ARG(e->text));
    }
}

static void add_act(struct replay *r, struct maybe_int at_ms, const char *act,
                    struct str account_id, struct str text) {
    if (at_ms.is)
        add(r, at_ms.v, "alarm", "%s by %.*s: %.*s", act,
            STR_ARG(show_account(r->rq, account_id)), STR_ARG(text));
}

static void add_alarms(struct replay *r, const struct alarm_rows *alarms) {
    for (const struct alarm *a = alarms->v; a < alarms->v + alarms->n; a++) {
        add(r, a->raised_ms, "alarm", "Alarm, %.*s: %.*s", STR_ARG(a->level), STR_ARG(a->text));
        add_act(r, a->acknowledged_ms, "Acknowledged", a->acknowledged_by, a->text);
        add_act(r, a->ended_ms, "Ended", a->ended_by,
                str_format(r->rq->arena, "%.*s %.*s", STR_ARG(a->text), STR_ARG(a->reason)));
    }
}

static enum err add_adverse(struct replay *r, const struct adverse_event_rows *rows) {
    for (const struct adverse_event *e = rows->v; e < rows->v + rows->n; e++) {
        struct view_item item;
        TRY(adverse_show_item(r->rq, e, &item));
        add(r, e->onset_ms, "event", "Adverse event: %.*s, %.*s; %.*s", STR_ARG(item.what),
            STR_ARG(item.tag->word), STR_ARG(item.detail));
        if (e->resolved_ms.is)
            add(r, e->resolved_ms.v, "event", "Adverse event over: %.*s", STR_ARG(item.what));
    }
    return E_OK;
}

static void add_people(struct replay *r, const struct presence_of_dosing_rows *people) {
    for (ptrdiff_t i = 0; i < people->n; i++) {
        const struct presence_of_dosing_row *p = &people->v[i];
        add(r, p->from_ms, "presence", "%.*s is with the patient", STR_ARG(p->name));
        if (p->to_ms.is) add(r, p->to_ms.v, "presence", "%.*s leaves", STR_ARG(p->name));
    }
}

static struct str here_at(struct replay *r, const struct presence_of_dosing_rows *people,
                          int64_t at_ms) {
    struct buf b = buf_new(r->rq->arena, 64);
    for (ptrdiff_t i = 0; i < people->n; i++) {
        const struct presence_of_dosing_row *p = &people->v[i];
        if (p->from_ms <= at_ms && (!p->to_ms.is || p->to_ms.v > at_ms))
            buf_format(&b, "%s%.*s", b.n ? ", " : "", STR_ARG(p->name));
    }
    return b.n ? buf_str(&b) : STR("nobody is marked");
}

static int by_time(const void *x, const void *y) {
    const struct view_replay_row *a = x, *b = y;
    return (a->at_ms > b->at_ms) - (a->at_ms < b->at_ms);
}

/* Each row carries how things stood once it had happened. */
static enum err make_rows(struct replay *r) {
    struct alarm_rows alarms;
    struct presence_of_dosing_rows people;
    struct adverse_event_rows adverse;
    struct str id = r->day.row.id, state = STR(""), signs = STR("none yet");
    TRY(alarm_of_dosing(r->rq->tx, &(struct alarm_of_dosing_in){id}, &alarms));
    TRY(presence_of_dosing(r->rq->tx, &(struct presence_of_dosing_in){id}, &people));
    TRY(adverse_of_session(r->rq->tx, &(struct adverse_of_session_in){id}, &adverse));
    r->v = NEWS(r->rq->arena, struct view_replay_row,
                4 + r->day.doses.n + r->day.observations.n + r->day.events.n + 3 * alarms.n +
                    2 * adverse.n + 2 * people.n);
    add_states(r);
    add_doses(r);
    add_signs(r);
    add_events(r);
    TRY(add_adverse(r, &adverse));
    add_alarms(r, &alarms);
    add_people(r, &people);
    qsort(r->v, (size_t)r->n, sizeof *r->v, by_time);
    for (struct view_replay_row *row = r->v; row < r->v + r->n; row++) {
        state = row->state = row->state.n ? row->state : state;
        signs = row->signs = row->signs.n ? row->signs : signs;
        row->here = here_at(r, &people, row->at_ms);
    }
    return E_OK;
}

/* The last minute is that of the last row: what came after the way home is in the chart. */
static void choose(struct replay *r, struct view_replay *v) {
    int64_t minute;
    v->from_ms = r->v[0].at_ms;
    v->minutes = (r->v[r->n - 1].at_ms - v->from_ms) / MINUTE_MS + 1;
    bool asked = str_to_int(web_query(r->rq, "minute"), &minute);
    v->minute = !asked || minute < 0 ? 0 : minute > v->minutes ? v->minutes : minute;
    v->at_ms = v->from_ms + v->minute * MINUTE_MS;
    v->dose_ms = r->day.row.first_dose_ms;
    for (struct view_replay_row *row = r->v; row < r->v + r->n; row++) {
        row->ahead = row->at_ms > v->at_ms;
        if (row->ahead) continue;
        v->state = row->state;
        v->here = row->here;
        v->signs = row->signs;
    }
    v->rows.v = r->v;
    v->rows.n = r->n;
}

enum err page_replay(struct request *rq) {
    struct replay r = {.rq = rq};
    struct patient p;
    struct view_replay v = {0};
    struct session_figure figure;
    TRY(dosing_load_day(rq->tx, rq->path[0], rq->path[1], &r.day));
    if (!r.day.has) return E_UNKNOWN;
    TRY(make_rows(&r));
    choose(&r, &v);
    v.title = str_format(rq->arena, "Replay: %.*s", STR_ARG(r.day.step.title));
    TRY(show_patient(rq, v.title, &p));
    v.back = show_link(rq->arena, p.id, "/dosing/%.*s", STR_ARG(rq->path[1]));
    TRY(session_figure(rq, &r.day, p.birth_date, v.at_ms, &figure));
    v.vitals = figure.vitals;
    if (figure.forecast && figure.forecast->figure) {
        struct view_forecast *forecast = NEW(rq->arena, struct view_forecast);
        *forecast = *figure.forecast;
        forecast->lines.n = 0; /* they tell how it ends */
        v.forecast = forecast;
    }
    html_replay(rq->out, &v);
    page_close(rq);
    return E_OK;
}
