#include "app/outcomes.h"

#include <math.h>

#include "base/clock.h"
#include "core/outcome.h"
#include "store/sql.h"

const int outcomes_weeks[OUTCOMES_WEEKS] = {4, 8, 12, 26};

enum { PAGE = 200, DAYS_A_WEEK = 7 }; /* PAGE: as outcome_course in outcome.sql */

struct tally {
    const struct instrument *in;
    struct outcomes *out;
    struct arena *arena;
    int counted, measured, responded, remitted;
    struct survival_subject *held;
    int held_n, held_cap;
};

static struct survival_subject *add_held(struct tally *t) {
    if (t->held_n == t->held_cap) {
        int cap = t->held_cap ? 2 * t->held_cap : 64;
        t->held = arena_grow(t->arena, t->held, t->held_cap * (ptrdiff_t)sizeof *t->held,
                             cap * (ptrdiff_t)sizeof *t->held);
        t->held_cap = cap;
    }
    return &t->held[t->held_n++];
}

/* How long a response holds: the points after the last dose, from it on. */
static void add_responder(struct tally *t, double baseline, int32_t from,
                          const struct outcome_response_row *v, ptrdiff_t n, int64_t last_ms) {
    struct outcome_point *points = NEWS(t->arena, struct outcome_point, n);
    int points_n = 0;
    int32_t to = from;
    for (ptrdiff_t i = 0; i < n; i++) {
        int32_t day = clock_civil(v[i].at_ms).days;
        if (v[i].at_ms <= last_ms) continue;
        points[points_n++] = (struct outcome_point){day, v[i].total};
        to = day;
    }
    int32_t relapse = outcome_relapse(t->in, STR_ABSENT, baseline, points, points_n);
    bool event = relapse != DATE_NONE && relapse >= from;
    *add_held(t) = (struct survival_subject){(event ? relapse : to) - from, event};
}

/* One course whose doses are over, with its person's measures by time. */
static void add_course(struct tally *t, const struct outcome_course_row *c,
                       const struct outcome_response_row *v, ptrdiff_t n) {
    const struct outcome_response_row *before = NULL, *end = NULL;
    int64_t first_ms = c->first_ms.v, last_ms = c->last_ms.v;
    for (ptrdiff_t i = 0; i < n; i++) {
        if (v[i].at_ms <= first_ms) before = &v[i];
        else if (v[i].at_ms <= last_ms + OUTCOMES_END_DAYS * DAY_MS) end = &v[i];
    }
    if (!before) {
        t->out->no_baseline++;
        return;
    }
    struct outcome_measure baseline = outcome_of_total(before->total);
    struct outcome_measure now =
        end ? outcome_of_total(end->total) : (struct outcome_measure){.known = false};
    struct outcome_change change = outcome_classify(t->in, baseline, now);
    if (!isnan(t->in->floor) && before->total < t->in->floor) {
        t->out->below_floor++;
        return;
    }
    t->counted++;
    if (!end) return;
    t->measured++;
    t->responded += change.response;
    t->remitted += change.remission;
    if (change.response)
        add_responder(t, before->total, clock_civil(last_ms).days, v, n, last_ms);
}

static void add_page(struct tally *t, const struct outcome_course_rows *courses,
                     const struct outcome_response_rows *responses) {
    ptrdiff_t at = 0;
    for (ptrdiff_t i = 0; i < courses->n; i++) {
        const struct outcome_course_row *c = &courses->v[i];
        t->out->courses++;
        if (c->planned > 0 || !c->first_ms.is || !c->last_ms.is) {
            t->out->running++;
            continue;
        }
        while (at < responses->n && str_cmp(responses->v[at].patient_id, c->patient_id) < 0) at++;
        ptrdiff_t to = at;
        while (to < responses->n && str_eq(responses->v[to].patient_id, c->patient_id)) to++;
        add_course(t, c, responses->v + at, to - at);
    }
}

static void finish(struct tally *t) {
    struct outcomes *o = t->out;
    o->response = proportion_wilson(t->responded, t->measured);
    o->remission = proportion_wilson(t->remitted, t->measured);
    o->response_all = proportion_wilson(t->responded, t->counted);
    o->lost = proportion_wilson(t->counted - t->measured, t->counted);
    o->held = survival_curve(t->arena, t->held, t->held_n);
    for (int i = 0; i < OUTCOMES_WEEKS; i++)
        o->at[i] = survival_at(&o->held, outcomes_weeks[i] * DAYS_A_WEEK);
    o->median_weeks = survival_median_days(&o->held) / DAYS_A_WEEK;
}

static struct str definition_of(struct arena *a, const struct instrument *in) {
    const struct threshold *response = instrument_threshold(in, RESPONSE, STR_ABSENT);
    const struct threshold *remission = instrument_threshold(in, REMISSION, STR_ABSENT);
    return str_format(a, "%.*s %.*s %.*s", STR_ARG(response ? response->id : STR("-")),
                      STR_ARG(remission ? remission->id : STR("-")),
                      STR_ARG(in->relapse_count ? in->relapses[0].id : STR("-")));
}

enum err outcomes_load(struct tx *tx, const struct content *content, struct outcomes *out) {
    *out = (struct outcomes){.instrument = instrument_find(content->instruments, STR("phq9"))};
    struct tally t = {.in = out->instrument, .out = out, .arena = tx->arena};
    struct outcome_course_in page = {STR(""), STR("")};
    struct outcome_course_rows courses;
    if (!t.in) return E_UNKNOWN;
    out->definition = definition_of(tx->arena, t.in);
    do {
        struct outcome_response_rows responses;
        TRY(outcome_course(tx, &page, &courses));
        if (courses.n == 0) break;
        const struct outcome_course_row *last = &courses.v[courses.n - 1];
        TRY(outcome_response(tx, &(struct outcome_response_in){t.in->id, courses.v[0].patient_id,
                                                               last->patient_id},
                             &responses));
        add_page(&t, &courses, &responses);
        page = (struct outcome_course_in){last->patient_id, last->id};
    } while (courses.n == PAGE);
    finish(&t);
    return E_OK;
}
