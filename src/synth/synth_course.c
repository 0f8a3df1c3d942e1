#include "synth/synth_course.h"

#include "app/consent.h"
#include "app/course.h"
#include "app/seal.h"
#include "synth/synth_measure.h"
#include "synth/synth_session.h"
#include "base/clock.h"
#include "core/course.h"

enum { COURSE_DAY = -13, CLOSE_DAY = 218 }; /* the course is started, and closed, on these days */

/* Consents ------------------------------------------------------------------------------------- */

static void sign(struct synth_life *l, const struct consent_doc *doc, int64_t at_ms) {
    struct consent row = {
        .id = synth_id(l),
        .patient_id = l->patient.id,
        .document = doc->id,
        .document_version = doc->version,
        .language = doc->language,
        .text_hash = SEAL(l->arena, doc->text),
        .text = doc->text,
        .signer_name = str_format(l->arena, "%.*s %.*s", STR_ARG(l->patient.given_name),
                                  STR_ARG(l->patient.family_name)),
        .signer_relation = STR("self"),
        .signed_ms = at_ms,
        .meaning = doc->meaning,
        .strokes = str_format(l->arena, "M12 %d L40 22 L55 61 L88 30 L120 52 L160 %d",
                              draw_between(&l->draw, 40, 60), draw_between(&l->draw, 30, 50)),
        .witness_id = l->of->staff.coordinator};
    row.seal = consent_seal(l->arena, &row);
    SYNTH_ADD(l->rows, consent, synth_act(at_ms, row.witness_id, "consent_signed", doc->title),
              &row);
}

void synth_consents(struct synth_life *l, int64_t at_ms) {
    const struct content *c = l->of->content;
    for (int i = 0; i < c->consents_n; i++)
        if (consent_doc_required(&c->consents[i], str_from(l->story.route)))
            sign(l, &c->consents[i], at_ms + i * 2 * MINUTE_MS);
}

/* Steps --------------------------------------------------------------------------------------- */

struct walk { /* along the steps */
    struct synth_life *l;
    struct step *rows;
    struct course_step *laid;
    int n;
    int64_t started_ms, closed_ms; /* closed_ms 0: it is open */
    int dose, prep, talk;          /* how many there were */
    int late_left;
};

static int last_dose_day(const struct protocol *p) {
    int last = 0;
    for (int i = 0; i < p->n; i++)
        if (protocol_is_dose(p->steps[i].type)) last = p->steps[i].day;
    return last;
}

static struct synth_staff staff(const struct walk *w) { return w->l->of->staff; }

static bool happened(const struct walk *w, int64_t at_ms) {
    return at_ms <= w->l->of->now_ms && (!w->closed_ms || at_ms < w->closed_ms);
}

static void mark_done(struct walk *w, int i, int64_t at_ms, struct str by) {
    w->laid[i].state = STEP_DONE;
    w->rows[i].done_ms = (struct maybe_int){true, at_ms};
    w->rows[i].done_by = by;
}

static void measures_of(struct walk *w, int i, int64_t at_ms, struct str by) {
    struct str list = w->rows[i].instruments;
    bool full = (w->l->story.marks & MARK_FULL) != 0;
    bool ptsd = str_is(w->l->patient.indication, "ptsd");
    while (list.n > 0) {
        struct str id = str_cut(list, ' ', &list);
        bool always = str_is(id, "phq9") || (str_is(id, "gad7") && w->laid[i].type != STEP_DOSE) ||
                      (ptsd && str_is(id, "pcl5"));
        if (full || always) synth_measure(w->l, id, at_ms, w->rows[i].id, by);
    }
}

static void open_window(struct walk *w, int i, int64_t dose_end_ms) {
    int at = course_window_step(w->laid, w->n, i);
    if (at < 0) return;
    struct course_window_hours h = {w->l->protocol->window_open_h, w->l->protocol->window_close_h};
    course_window_set(&w->laid[at], h, dose_end_ms);
}

/* When the session of this step begins: today's is where the story says, that of a closing
 * window two days ago; all others at their own hour of the day. */
static int64_t session_start(struct walk *w, int i) {
    struct synth_life *l = w->l;
    int32_t due = w->laid[i].due;
    if (due == l->of->today)
        return l->story.minutes == SYNTH_NO_SESSION ? INT64_MAX
                                                    : l->of->now_ms - l->story.minutes * MINUTE_MS;
    if (!(l->story.marks & MARK_CLOSING) || l->of->today - due > 2)
        return synth_at(l, due, draw_between(&l->draw, 9, 14));
    for (int hour = 9; hour < 17; hour++) { /* the first whose window is open for 90 min yet */
        int64_t at_ms = clock_instant(due, hour, 0);
        if (at_ms + 48 * HOUR_MS + SYNTH_DOSE_MIN * MINUTE_MS > l->of->now_ms + 90 * MINUTE_MS)
            return at_ms;
    }
    return clock_instant(due, 17, 0);
}

static void do_dose(struct walk *w, int i) {
    struct synth_life *l = w->l;
    struct synth_session in = {
        .step_id = w->rows[i].id, .check_in_ms = session_start(w, i), .number = w->dose + 1};
    int64_t dose_end_ms;
    bool left;
    if (!happened(w, in.check_in_ms)) return;
    measures_of(w, i, in.check_in_ms + 2 * MINUTE_MS, staff(w).monitor);
    bool dosed = synth_session(l, &in, &dose_end_ms, &left);
    if (!dosed) return;
    w->dose++;
    open_window(w, i, dose_end_ms);
    if (left)
        mark_done(w, i, in.check_in_ms + synth_session_minutes(l->course.route) * MINUTE_MS,
                  staff(w).monitor);
    if (w->dose == 1) l->first_dose_ms = dose_end_ms;
    if (left && w->laid[i].due - l->day0 >= last_dose_day(l->protocol))
        l->series_ms = w->rows[i].done_ms.v;
}

static void do_integration(struct walk *w, int i, int64_t at_ms) {
    struct synth_life *l = w->l;
    if (w->laid[i].opens_ms == COURSE_NO_TIME) return; /* the dose was not given */
    mark_done(w, i, at_ms, staff(w).therapist);
    if (l->series_ms) l->integrated_ms = at_ms;
    synth_note(l, "integration", "Integration", synth_integration_text(l, ++w->talk), at_ms,
               w->rows[i].id, staff(w).therapist);
}

static void do_visit(struct walk *w, int i, int64_t at_ms) {
    struct synth_life *l = w->l;
    bool prep = w->laid[i].type == STEP_PREP;
    bool prescriber = str_is(w->rows[i].role, "prescriber");
    struct str by = prescriber ? staff(w).prescriber : staff(w).therapist;
    measures_of(w, i, at_ms, by);
    mark_done(w, i, at_ms, by);
    if (prep && ++w->prep == 1)
        synth_note(
            l, "preparation", "Preparation",
            STR("Intention: to look at what is being avoided, kindly. Wants the eye shades and "
                "no words during the peak. Agreed on touch: a hand on the shoulder, asked first. "
                "Partner drives home and stays the evening."),
            at_ms, w->rows[i].id, by);
    if (w->laid[i].type == STEP_REVIEW && (l->story.marks & MARK_FULL))
        synth_note(l, "progress", "Review",
                   str_format(l->arena, "Burden at %d%% of the baseline. %s",
                              (int)(synth_burden(l, w->laid[i].due - l->day0) * 100),
                              l->story.arc == ARC_NONE
                                  ? "Options discussed; the series goes on as agreed."
                                  : "The plan stands."),
                   at_ms, w->rows[i].id, by);
}

/* What a life leaves undone: optional questionnaires, now and then a visit, and where the
 * story wants it the last things due. */
static bool left_undone(struct walk *w, int i) {
    struct synth_life *l = w->l;
    enum step_type type = w->laid[i].type;
    int ago = l->of->today - w->laid[i].due;
    bool over = w->laid[i].to < l->of->today;
    bool recent = ago < (type == STEP_INTEGRATION ? 8 : 30) && type != STEP_MEASURE;
    if ((l->story.marks & MARK_LATE) && over && recent && w->late_left > 0) {
        w->late_left--;
        return true;
    }
    if ((l->story.marks & MARK_CLOSING) && type == STEP_INTEGRATION && ago < 2) return true;
    if (over && (type == STEP_MEASURE || (type == STEP_FOLLOWUP && draw_chance(&l->draw, 12)))) {
        w->laid[i].state = STEP_MISSED;
        w->rows[i].reason = type == STEP_MEASURE ? STR("optional; not filled in")
                                                 : STR("did not come, two calls without answer");
        return true;
    }
    return w->laid[i].due == l->of->today && w->laid[i].type != STEP_DOSE; /* still to come today */
}

static void walk_step(struct walk *w, int i) {
    struct synth_life *l = w->l;
    int64_t at_ms = synth_at(l, w->laid[i].due, w->laid[i].type == STEP_INTEGRATION ? 14 : 10);
    if (protocol_is_dose(w->laid[i].type)) {
        do_dose(w, i);
    } else if (w->laid[i].type == STEP_SCREEN) {
        mark_done(w, i, l->signed_ms, staff(w).prescriber);
    } else if (happened(w, at_ms) && !left_undone(w, i)) {
        if (w->laid[i].type == STEP_INTEGRATION)
            do_integration(w, i, at_ms);
        else
            do_visit(w, i, at_ms);
    }
}

static void add_steps(struct walk *w) {
    struct synth_life *l = w->l;
    for (int i = 0; i < w->n; i++) {
        struct step *row = &w->rows[i];
        const struct course_step *s = &w->laid[i];
        if (w->closed_ms && s->state == STEP_PLANNED) {
            w->laid[i].state = STEP_CANCELLED;
            row->reason = STR("the course was closed");
        }
        row->state = str_from(course_state_name(s->state));
        row->due_date = date_text(l->arena, s->due);
        row->window_from = date_text(l->arena, s->from);
        row->window_to = date_text(l->arena, s->to);
        row->opens_ms = (struct maybe_int){s->opens_ms != COURSE_NO_TIME, s->opens_ms};
        row->closes_ms = (struct maybe_int){s->closes_ms != COURSE_NO_TIME, s->closes_ms};
        bool later = row->done_ms.is && row->done_ms.v > w->started_ms;
        struct synth_act act =
            later ? synth_act(row->done_ms.v, row->done_by, "step_changed", STR_ABSENT)
                  : synth_act(w->started_ms, staff(w).prescriber, "course_started", STR_ABSENT);
        SYNTH_ADD(l->rows, step, act, row);
    }
}

static void lay(struct walk *w) {
    struct synth_life *l = w->l;
    const struct protocol *p = l->protocol;
    w->n = p->n;
    w->laid = course_lay(l->arena, p, l->day0);
    w->rows = NEWS(l->arena, struct step, p->n);
    for (int i = 0; i < p->n; i++) {
        w->rows[i] = course_row(l->arena, &l->course, l->patient.indication, &p->steps[i], i + 1);
        w->rows[i].id = synth_id(l);
    }
}

/* The course ---------------------------------------------------------------------------------- */

static void add_course(struct walk *w) {
    static const char *const outcomes[][2] = {
        [ARC_REMISSION] = {"remission", "In remission at the last visit; knows the early signs."},
        [ARC_RESPONSE] = {"response", "Clearly better, holding; booster possible when asked for."},
        [ARC_PARTIAL] = {"partial", "Some gain; goes on with the referring psychiatrist."},
        [ARC_NONE] = {"none", "No benefit; other options discussed, referred back with a letter."},
        [ARC_RELAPSE] = {"relapsed", "Gain lost by month four; booster declined, ECT discussed."},
        [ARC_WORSE] = {"stopped", "Stopped after discussion; closer care arranged."}};
    struct synth_life *l = w->l;
    struct course *c = &l->course;
    struct synth_act act = synth_act(w->started_ms, c->started_by, "course_started", STR_ABSENT);
    SYNTH_ADD(l->rows, course, act, c);
    if (!w->closed_ms) return;
    c->version = 1;
    c->state = STR("closed");
    c->closed_ms = (struct maybe_int){true, w->closed_ms};
    c->outcome = str_from(outcomes[l->story.arc][0]);
    c->outcome_note = str_from(outcomes[l->story.arc][1]);
    act = synth_act(w->closed_ms, c->started_by, "course_closed", c->outcome_note);
    SYNTH_ADD(l->rows, course, act, c);
}

static struct str planned_dose(const struct synth_life *l) {
    const struct protocol_dose *dose = protocol_planned(l->protocol, l->course.route);
    CHECK(dose, "a story whose route its protocol does not offer");
    return dose->order;
}

static void review_risk(struct walk *w) {
    struct synth_life *l = w->l;
    bool demo = l->story.marks & MARK_FULL; /* its alerts are worked: demo_risk.c */
    if ((l->story.marks & MARK_REVIEWED) && !demo)
        synth_note(
            l, "risk_review", "Risk review: low",
            STR("Passive thoughts on bad nights, no plan, no intent, nothing prepared. Safety plan "
                "read together; partner informed with consent. Next contact in two days."),
            l->of->now_ms - HOUR_MS, STR_ABSENT, staff(w).prescriber);
}

void synth_course(struct synth_life *l) {
    struct walk w = {.l = l, .started_ms = synth_at(l, l->day0 + COURSE_DAY, 11), .late_left = 2};
    if (l->story.phase == PHASE_CLOSED) w.closed_ms = synth_at(l, l->day0 + CLOSE_DAY, 15);
    l->started_ms = w.started_ms;
    l->closed_ms = w.closed_ms;
    l->course = (struct course){.id = synth_id(l),
                                .patient_id = l->patient.id,
                                .protocol = l->protocol->id,
                                .protocol_version = l->protocol->version,
                                .route = str_from(l->story.route),
                                .start_date = date_text(l->arena, l->day0),
                                .state = STR("active"),
                                .started_by = staff(&w).prescriber};
    l->course.planned_dose = planned_dose(l);
    lay(&w);
    for (int i = 0; i < w.n; i++) walk_step(&w, i);
    add_steps(&w);
    add_course(&w);
    review_risk(&w);
}
