#include "core/course.h"

#define HOUR INT64_C(3600000)

static const char *const state_names[STEP_STATES] = {"planned", "done", "missed", "cancelled"};

const char *course_state_name(enum step_state s) { return state_names[s]; }

bool course_state_parse(struct str text, enum step_state *s) {
    int i = str_index(text, state_names, STEP_STATES);
    if (i >= 0) *s = (enum step_state)i;
    return i >= 0;
}

struct course_step *course_lay(struct arena *a, const struct protocol *p, int32_t start) {
    struct course_step *steps = NEWS(a, struct course_step, p->n);
    for (int i = 0; i < p->n; i++) {
        const struct protocol_step *s = &p->steps[i];
        steps[i] = (struct course_step){.type = s->type,
                                        .due = start + s->day,
                                        .from = start + s->from,
                                        .to = start + s->to,
                                        .opens_ms = COURSE_NO_TIME,
                                        .closes_ms = COURSE_NO_TIME};
    }
    return steps;
}

struct stone course_stone(const struct course_step *s, int32_t today) {
    int32_t last = s->to > s->due ? s->to : s->due;
    switch (s->state) {
    case STEP_DONE: return (struct stone){STONE_DONE, 0};
    case STEP_MISSED: return (struct stone){STONE_MISSED, 0};
    case STEP_CANCELLED: return (struct stone){STONE_CANCELLED, 0};
    default: break;
    }
    if (today < s->due) return (struct stone){STONE_AHEAD, s->due - today};
    if (today <= last) return (struct stone){STONE_TODAY, last - today};
    return (struct stone){STONE_LATE, today - last};
}

int course_next(const struct course_step *steps, int n) {
    int best = -1;
    for (int i = 0; i < n; i++)
        if (steps[i].state == STEP_PLANNED && (best < 0 || steps[i].due < steps[best].due))
            best = i;
    return best;
}

static bool follows_a_dose(enum step_type t) {
    return t == STEP_INTEGRATION || t == STEP_MEASURE;
}

int course_window_step(const struct course_step *steps, int n, int i) {
    for (int j = i + 1; j < n && !protocol_is_dose(steps[j].type); j++)
        if (steps[j].type == STEP_INTEGRATION) return j;
    return -1;
}

void course_window_set(struct course_step *s, struct course_window_hours h, int64_t dose_end_ms) {
    s->opens_ms = dose_end_ms;
    s->closes_ms = dose_end_ms + h.close_h * HOUR;
}

struct course_window course_window(const struct course_step *s, struct course_window_hours h,
                                   int64_t now_ms) {
    if (s->opens_ms == COURSE_NO_TIME || s->closes_ms == COURSE_NO_TIME)
        return (struct course_window){.state = WINDOW_NONE};
    struct course_window w = {.opens_ms = s->opens_ms, .closes_ms = s->closes_ms};
    if (now_ms >= w.closes_ms) {
        w.state = WINDOW_CLOSED;
        w.hours_closed = (int)((now_ms - w.closes_ms) / HOUR);
        return w;
    }
    w.state = now_ms < w.opens_ms + h.open_h * HOUR ? WINDOW_OPEN : WINDOW_CLOSING;
    w.hours_left = (int)((w.closes_ms - now_ms + HOUR - 1) / HOUR);
    return w;
}

/* The nearest dose before (by = -1) or after (by = +1) that still stands; -1: none. */
static int neighbour(const struct course_step *steps, int n, int i, int by) {
    for (int j = i + by; j >= 0 && j < n; j += by)
        if (protocol_is_dose(steps[j].type) && steps[j].state != STEP_CANCELLED &&
            steps[j].state != STEP_MISSED)
            return j;
    return -1;
}

static void check_move(const struct course_step *steps, int n, int i, int32_t to,
                       struct faults *faults) {
    const struct str field = STR("date");
    if (steps[i].state != STEP_PLANNED)
        fault_add(faults, field, "state", "This step is %s; only a planned step can be moved.",
                  state_names[steps[i].state]);
    if (!protocol_is_dose(steps[i].type)) return;
    int before = neighbour(steps, n, i, -1), after = neighbour(steps, n, i, +1);
    if (before >= 0 && to <= steps[before].due)
        fault_add(faults, field, "range",
                  "The dose before it is on %.*s; choose a later day, or move that one first.",
                  STR_ARG(date_text(faults->arena, steps[before].due)));
    if (after >= 0 && to >= steps[after].due)
        fault_add(faults, field, "range",
                  "The dose after it is on %.*s; choose an earlier day, or move that one first.",
                  STR_ARG(date_text(faults->arena, steps[after].due)));
}

static void shift(struct course_step *s, int days, char *moved) {
    s->due += days;
    s->from += days;
    s->to += days;
    if (moved) *moved = 1;
}

enum err course_move(struct course_step *steps, int n, int i, int32_t to, char *moved,
                     struct faults *faults) {
    CHECK(i >= 0 && i < n, "the step is one of the course");
    check_move(steps, n, i, to, faults);
    TRY(faults_err(faults));
    int days = to - steps[i].due;
    if (!protocol_is_dose(steps[i].type)) {
        /* Its window stays: a step put outside of it is late, and is shown so. */
        steps[i].due = to;
        if (moved) moved[i] = 1;
        return E_OK;
    }
    shift(&steps[i], days, moved ? &moved[i] : NULL);
    for (int j = i + 1; j < n && !protocol_is_dose(steps[j].type); j++)
        if (follows_a_dose(steps[j].type) && steps[j].state == STEP_PLANNED)
            shift(&steps[j], days, moved ? &moved[j] : NULL);
    return E_OK;
}
