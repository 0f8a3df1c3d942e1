#include "app/course.h"

#include "app/consent.h"
#include "app/way.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/lines.h"
#include "core/dose.h"

/* Rows and steps ---------------------------------------------------------------------------- */

static int32_t days_of(struct str date) {
    int32_t days;
    CHECK(date_parse(date, &days), "a date in the store is no date");
    return days;
}

static int64_t time_or_none(struct maybe_int v) { return v.is ? v.v : COURSE_NO_TIME; }

static struct course_step step_of_row(const struct step *row) {
    struct course_step s = {.due = days_of(row->due_date),
                            .from = days_of(row->window_from),
                            .to = days_of(row->window_to),
                            .opens_ms = time_or_none(row->opens_ms),
                            .closes_ms = time_or_none(row->closes_ms)};
    CHECK(protocol_type_parse(row->type, &s.type), "a step in the store has no known type");
    CHECK(course_state_parse(row->state, &s.state), "a step in the store has no known state");
    return s;
}

/* The rows of a course as core/course.h sees them, one for one. */
static struct course_step *steps_of(struct arena *a, const struct step_rows *rows) {
    struct course_step *steps = NEWS(a, struct course_step, rows->n);
    for (ptrdiff_t i = 0; i < rows->n; i++) steps[i] = step_of_row(&rows->v[i]);
    return steps;
}

static enum err put_step(struct tx *tx, struct step *row, const struct course_step *s) {
    row->due_date = date_text(tx->arena, s->due);
    row->window_from = date_text(tx->arena, s->from);
    row->window_to = date_text(tx->arena, s->to);
    row->state = str_from(course_state_name(s->state));
    row->opens_ms = (struct maybe_int){s->opens_ms != COURSE_NO_TIME, s->opens_ms};
    row->closes_ms = (struct maybe_int){s->closes_ms != COURSE_NO_TIME, s->closes_ms};
    return step_put(tx, row);
}

enum err course_view_load(struct tx *tx, const struct content *content, struct str patient_id,
                          struct course_view *out) {
    *out = (struct course_view){.next = -1};
    enum err e = course_latest(tx, &(struct course_latest_in){patient_id}, &out->course);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    TRY(step_of_course(tx, &(struct step_of_course_in){out->course.id}, &out->rows));
    out->has = true;
    out->protocol = content_protocol(content, out->course.protocol);
    out->steps = steps_of(tx->arena, &out->rows);
    out->next = str_is(out->course.state, "active") ? course_next(out->steps, (int)out->rows.n)
        : -1;
    return E_OK;
}

/* Starting ---------------------------------------------------------------------------------- */

static const struct protocol *check_start(const struct content *content,
                                          const struct course_start_in *in, int32_t *start,
                                          struct faults *faults) {
    const struct protocol *p = content_protocol(content, in->protocol);
    struct dose_order order;
    const char *why;
    if (!p)
        fault_add(faults, STR("protocol"), "unknown", "There is no protocol `%.*s`.",
                  STR_ARG(in->protocol));
    else if (!protocol_has_route(p, in->route))
        fault_add(faults, STR("route"), "unknown", "This protocol is given by %.*s.",
                  STR_ARG(p->routes));
    if (!date_parse(in->start_date, start))
        fault_add(faults, STR("start_date"), "date", "Write the first dosing day as 2026-03-02.");
    if (!dose_order_read(in->planned_dose, &order, &why))
        fault_add(faults, STR("planned_dose"), "syntax", "%s", why);
    return p;
}

static enum err may_start(struct tx *tx, const struct content *content, struct str route,
                          struct patient *p, struct faults *faults) {
    struct course active;
    struct consent_statuses consents;
    if (!way_may(p, ACT_START_COURSE))
        fault_add(faults, STR(""), "blocked",
                  "A course starts when the patient is eligible; this one is %.*s.",
                  STR_ARG(p->phase));
    enum err e = course_active(tx, &(struct course_active_in){p->id}, &active);
    if (e != E_OK && e != E_UNKNOWN) return e;
    if (e == E_OK) fault_add(faults, STR(""), "blocked", "There is an active course already.");
    TRY(consent_status_for(tx, content, p->id, route, &consents));
    for (ptrdiff_t i = 0; i < consents.n; i++)
        if (consents.v[i].required && consents.v[i].state != CONSENT_CURRENT)
            fault_add(faults, STR(""), "blocked", "Consent is %s: %.*s.",
                      consent_state_word(consents.v[i].state), STR_ARG(consents.v[i].title));
    return faults->n ? E_BLOCKED : E_OK;
}

/* Who starts a course has been screened: the patient would not be eligible otherwise. */
static void screened(struct tx *tx, struct step *row, struct course_step *laid) {
    laid->state = STEP_DONE;
    row->done_ms = (struct maybe_int){true, tx->now_ms};
    row->done_by = tx->actor.account_id;
    row->reason = STR("before the course");
}

struct str course_scale(const struct content *content, struct str indication) {
    for (int i = 0; indication.n && i < content->protocols_n; i++)
        for (int k = 0; k < content->protocols[i].n; k++) {
            const struct protocol_step *s = &content->protocols[i].steps[k];
            struct str list = s->instruments, word, only;
            while (s->type == STEP_REVIEW && (word = word_next(&list)).s) {
                struct str id = str_cut(word, '@', &only);
                if (only.s && str_eq(only, indication)) return id;
            }
        }
    return STR_ABSENT;
}

static struct str measures_for(struct arena *a, struct str list, struct str indication) {
    struct buf b = buf_new(a, list.n + 1);
    struct str word, only;
    while ((word = word_next(&list)).s) {
        struct str id = str_cut(word, '@', &only);
        if (only.s && !str_eq(only, indication)) continue;
        if (b.n) buf_char(&b, ' ');
        buf_put(&b, id);
    }
    return b.n ? buf_str(&b) : STR_ABSENT;
}

struct step course_row(struct arena *a, const struct course *course, struct str indication,
                       const struct protocol_step *of, int ordinal) {
    return (struct step){.patient_id = course->patient_id,
                         .course_id = course->id,
                         .ordinal = ordinal,
                         .type = str_from(protocol_type_name(of->type)),
                         .title = of->title,
                         .minutes = of->minutes,
                         .role = of->role,
                         .instruments = measures_for(a, of->instruments, indication)};
}

static enum err lay_steps(struct tx *tx, const struct course *course, struct str indication,
                          const struct protocol *p, int32_t start) {
    struct course_step *laid = course_lay(tx->arena, p, start);
    for (int i = 0; i < p->n; i++) {
        const struct protocol_step *of = &p->steps[i];
        struct step row = course_row(tx->arena, course, indication, of, i + 1);
        if (of->type == STEP_SCREEN) screened(tx, &row, &laid[i]);
        TRY(put_step(tx, &row, &laid[i]));
    }
    return E_OK;
}

enum err course_start(struct tx *tx, const struct content *content,
                      const struct course_start_in *in, struct faults *faults,
                      struct course *out) {
    struct patient p;
    int32_t start = 0;
    const struct protocol *protocol = check_start(content, in, &start, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, in->patient_id, &p));
    TRY(may_start(tx, content, in->route, &p, faults));
    *out = (struct course){.patient_id = p.id,
                           .protocol = protocol->id,
                           .protocol_version = protocol->version,
                           .route = in->route,
                           .planned_dose = in->planned_dose,
                           .start_date = in->start_date,
                           .state = STR("active"),
                           .started_by = tx->actor.account_id};
    tx_event(tx, "course_started", STR_ABSENT);
    TRY(course_put(tx, out));
    TRY(lay_steps(tx, out, p.indication, protocol, start));
    return way_act(tx, &p, ACT_START_COURSE, STR_ABSENT);
}

/* Steps ------------------------------------------------------------------------------------- */

/* How much of the series is still to come. */
struct series {
    int doses_left, integrations_left;
};

static struct series series_left(const struct course_step *steps, int n) {
    struct series left = {0};
    for (int i = 0; i < n; i++) {
        if (steps[i].state != STEP_PLANNED) continue;
        left.doses_left += protocol_is_dose(steps[i].type);
        left.integrations_left += steps[i].type == STEP_INTEGRATION;
    }
    return left;
}

/* The way follows what has been done: the last dose ends the series, the last integration
 * leads to follow-up. */
static enum err follow_way(struct tx *tx, struct str patient_id, struct str course_id) {
    struct patient p;
    struct step_rows rows;
    TRY(patient_load(tx, patient_id, &p));
    TRY(step_of_course(tx, &(struct step_of_course_in){course_id}, &rows));
    struct series left = series_left(steps_of(tx->arena, &rows), (int)rows.n);
    if (left.doses_left == 0 && way_may(&p, ACT_END_SERIES))
        TRY(way_act(tx, &p, ACT_END_SERIES, STR_ABSENT));
    if (left.doses_left == 0 && left.integrations_left == 0 && way_may(&p, ACT_END_INTEGRATION))
        TRY(way_act(tx, &p, ACT_END_INTEGRATION, STR_ABSENT));
    return E_OK;
}

static enum err find_step(const struct step_rows *rows, struct str step_id, int *at) {
    for (*at = 0; *at < (int)rows->n; (*at)++)
        if (str_eq(rows->v[*at].id, step_id)) return E_OK;
    return E_UNKNOWN;
}

static enum err move_steps(struct tx *tx, struct step_rows *rows, int at,
                           struct str date, struct faults *faults) {
    int32_t to;
    char moved[PROTOCOL_STEPS_MAX] = {0};
    struct course_step *steps = steps_of(tx->arena, rows);
    if (!date_parse(date, &to)) {
        fault_add(faults, STR("date"), "date", "Write the new day as 2026-03-02.");
        return E_INVALID;
    }
    TRY(course_move(steps, (int)rows->n, at, to, moved, faults));
    for (int i = 0; i < (int)rows->n; i++) {
        if (!moved[i]) continue;
        rows->v[i].reason = tx->why;
        TRY(put_step(tx, &rows->v[i], &steps[i]));
    }
    return E_OK;
}

static enum err mark_step(struct tx *tx, struct step *row, enum step_act act) {
    static const char *const words[] = {"done", "missed", "cancelled"};
    row->state = str_from(words[act]);
    if (act == STEP_ACT_DONE) {
        row->done_ms = (struct maybe_int){true, tx->now_ms};
        row->done_by = tx->actor.account_id;
    } else {
        row->reason = tx->why;
    }
    return step_put(tx, row);
}

static void check_mark(const struct step_mark *in, const struct step *row, struct faults *faults) {
    enum step_type type;
    if (in->act != STEP_ACT_DONE && str_trim(in->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Say why: it stays with the step.");
    if (!str_is(row->state, "planned"))
        fault_add(faults, STR(""), "blocked", "This step is %.*s already.", STR_ARG(row->state));
    if (in->act == STEP_ACT_DONE && protocol_type_parse(row->type, &type) && protocol_is_dose(type))
        fault_add(faults, STR(""), "blocked",
                  "A dose is marked done by its session, when the patient is discharged.");
}

enum err course_mark(struct tx *tx, const struct content *content, const struct step_mark *in,
                     struct faults *faults) {
    struct course_view view;
    int at;
    TRY(course_view_load(tx, content, in->patient_id, &view));
    if (!view.has) return E_UNKNOWN;
    TRY(find_step(&view.rows, in->step_id, &at));
    if (in->expect && view.rows.v[at].version != in->expect) return E_CONFLICT;
    check_mark(in, &view.rows.v[at], faults);
    TRY(faults_err(faults));
    tx_event(tx, "step_changed", in->reason);
    if (in->act == STEP_ACT_MOVE)
        TRY(move_steps(tx, &view.rows, at, in->date, faults));
    else
        TRY(mark_step(tx, &view.rows.v[at], in->act));
    return follow_way(tx, in->patient_id, view.course.id);
}

enum err course_dose_done(struct tx *tx, const struct content *content, struct str step_id,
                          int64_t dose_end_ms) {
    struct step row;
    struct patient p;
    struct course_view view;
    int at;
    TRY(step_load(tx, step_id, &row));
    TRY(course_view_load(tx, content, row.patient_id, &view));
    TRY(find_step(&view.rows, step_id, &at));
    tx_event(tx, "step_changed", STR("the dose was given"));
    if (str_is(view.rows.v[at].state, "planned")) {
        TRY(mark_step(tx, &view.rows.v[at], STEP_ACT_DONE));
        view.steps[at].state = STEP_DONE;
    }
    int window = course_window_step(view.steps, (int)view.rows.n, at);
    if (window >= 0 && view.protocol) {
        struct course_window_hours hours = {view.protocol->window_open_h,
                                            view.protocol->window_close_h};
        course_window_set(&view.steps[window], hours, dose_end_ms);
        TRY(put_step(tx, &view.rows.v[window], &view.steps[window]));
    }
    TRY(patient_load(tx, row.patient_id, &p));
    TRY(way_act(tx, &p, ACT_GIVE_DOSE, STR_ABSENT));
    return follow_way(tx, p.id, view.course.id);
}

/* Closing ----------------------------------------------------------------------------------- */

static enum err cancel_rest(struct tx *tx, struct step_rows *rows) {
    tx_event(tx, "step_changed", STR("the course was closed"));
    for (ptrdiff_t i = 0; i < rows->n; i++)
        if (str_is(rows->v[i].state, "planned"))
            TRY(mark_step(tx, &rows->v[i], STEP_ACT_CANCEL));
    return E_OK;
}

enum err course_close(struct tx *tx, struct str patient_id, struct str outcome,
                      struct str outcome_note, struct faults *faults) {
    static const char *const outcomes[] = {"remission", "response", "partial", "none",
                                           "relapsed",  "stopped",  NULL};
    struct course course;
    struct patient p;
    struct step_rows rows;
    if (!word_in(outcome, outcomes))
        fault_add(faults, STR("outcome"), "unknown",
                  "The outcome is remission, response, partial, none, relapsed or stopped.");
    if (str_trim(outcome_note).n == 0)
        fault_add(faults, STR("outcome_note"), "required", "Say in a sentence how it ended.");
    TRY(faults_err(faults));
    TRY(patient_load(tx, patient_id, &p));
    TRY(course_active(tx, &(struct course_active_in){patient_id}, &course));
    TRY(step_of_course(tx, &(struct step_of_course_in){course.id}, &rows));
    TRY(cancel_rest(tx, &rows));
    course.state = STR("closed");
    course.closed_ms = (struct maybe_int){true, tx->now_ms};
    course.outcome = outcome;
    course.outcome_note = outcome_note;
    tx_event(tx, "course_closed", outcome_note);
    TRY(course_put(tx, &course));
    return way_act(tx, &p, ACT_CLOSE, outcome_note);
}
