/* Judging readings, and the list of checkpoints. Reading the file is in vitals_read.c. */
#include "core/vitals.h"

#include "base/lines.h"
#include "core/ruling.h"

#define MINUTE INT64_C(60000)

const char *const vitals_levels[VITALS_LEVELS] = {"fine", "advisory", "urgent", "critical"};
static const char *const state_names[] = {"ahead", "due", "overdue", "taken", "late", "missed"};

const char *vitals_level_name(enum vitals_level l) { return vitals_levels[l]; }
const char *vitals_checkpoint_name(enum checkpoint_state s) { return state_names[s]; }

const struct vitals_sign *vitals_sign(const struct session_rules *r, struct str item) {
    return STR_FIND(r->signs, r->signs_n, item, item);
}

const struct vitals_event *vitals_event(const struct session_rules *r, struct str id) {
    return STR_FIND(r->events, r->events_n, id, id);
}

/* Passed by the last reading, and where the line wants it held, by every reading back to one
 * that is so much older; short of that, *left_min is what is left of it. */
static bool passes(const struct limit *l, const struct vitals_reading *r, int n,
                   struct measured baseline, int *part, int *left_min) {
    int64_t since_ms = r[n - 1].at_ms;
    *left_min = 0;
    if (limit_side(l, r[n - 1].v, baseline, part) != LIMIT_PASSED) return false;
    if (l->held_min == 0) return true;
    for (int i = n - 2; i >= 0; i--) {
        if (limit_side(l, r[i].v, baseline, NULL) != LIMIT_PASSED) break;
        since_ms = r[i].at_ms;
        if (r[n - 1].at_ms - since_ms >= l->held_min * MINUTE) return true;
    }
    int64_t left_ms = l->held_min * MINUTE - (r[n - 1].at_ms - since_ms);
    *left_min = (int)((left_ms + MINUTE - 1) / MINUTE);
    return false;
}

static struct str sentence(struct arena *a, const struct vitals_sign *s,
                           const struct vitals_reading *last, const struct vitals_alert *alert) {
    static const char *const said[VITALS_LEVELS] = {".", ". Advisory: ", ". Urgent: ",
                                                    ". Critical: "};
    static const char *const what[VITALS_LEVELS] = {
        "", " Look at the patient and repeat.", " Notify the prescriber now.",
        " Stop the drug and follow the emergency pathway."};
    struct buf b = buf_new(a, 128);
    buf_put(&b, s->name);
    buf_char(&b, ' ');
    limit_measured_put(&b, last->v);
    if (s->unit.n > 0) buf_char(&b, ' '), buf_put(&b, s->unit);
    if (last->when.n > 0) buf_z(&b, " at "), buf_put(&b, last->when);
    buf_z(&b, said[alert->level]);
    if (alert->level == VITALS_FINE) return buf_str(&b);
    buf_put(&b, alert->limit);
    buf_z(&b, " (");
    buf_put(&b, ruling_source_words(a, alert->source));
    buf_z(&b, ").");
    buf_z(&b, what[alert->level]);
    if (alert->confirm_min)
        buf_format(&b, " Repeat in %d min: it is graver if it stays.", alert->confirm_min);
    return buf_str(&b);
}

struct vitals_alert vitals_judge(struct arena *a, const struct vitals_sign *s,
                                 const struct vitals_reading *readings, int n,
                                 struct measured baseline) {
    struct vitals_alert alert = {.level = VITALS_FINE};
    int confirm_level = VITALS_FINE;
    CHECK(n > 0, "a reading to judge");
    for (int i = 0; i < s->limits.n; i++) {
        const struct limit *l = &s->limits.v[i];
        int part = 0, left_min;
        if ((int)alert.level >= l->level) continue;
        if (!passes(l, readings, n, baseline, &part, &left_min)) {
            if (left_min) alert.confirm_min = left_min, confirm_level = l->level;
            continue;
        }
        struct buf words = buf_new(a, 48);
        limit_words(&words, l, part);
        alert.level = (enum vitals_level)l->level;
        alert.limit = buf_str(&words);
        alert.source = l->source.s ? l->source : s->source;
    }
    if (confirm_level <= (int)alert.level) alert.confirm_min = 0;
    alert.text = sentence(a, s, &readings[n - 1], &alert);
    return alert;
}

/* In order of time; of two rules for one minute the first stands. */
static void plan_add(struct checkpoints *out, const struct checkpoint_rule *rule, int64_t at_ms,
                     int minute) {
    if (out->n == VITALS_PLAN_MAX) return;
    int at = out->n;
    while (at > 0 && out->v[at - 1].at_ms >= at_ms && !out->v[at - 1].baseline) {
        if (out->v[at - 1].at_ms == at_ms) return;
        at--;
    }
    for (int i = out->n++; i > at; i--) out->v[i] = out->v[i - 1];
    out->v[at] = (struct checkpoint){.minute = minute, .at_ms = at_ms,
                                     .baseline = rule->when == CHECKPOINT_BASELINE,
                                     .taken_ms = VITALS_NO_TIME, .signs = rule->signs,
                                     .source = rule->source};
}

static void plan_list(struct checkpoints *out, const struct checkpoint_rule *rule,
                      int64_t dose_ms) {
    struct str rest = rule->minutes;
    int64_t minute;
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
        if (str_to_int(w, &minute)) plan_add(out, rule, dose_ms + minute * MINUTE, (int)minute);
}

/* After the least time it goes on, one checkpoint ahead of now, until the patient leaves. */
static void plan_after(struct checkpoints *out, const struct checkpoint_rule *rule,
                       struct vitals_times t, int64_t now_ms) {
    int64_t step = rule->every_min * MINUTE, until = t.dose_end_ms + rule->least_min * MINUTE;
    int64_t here = t.left_ms == VITALS_NO_TIME ? now_ms + step : t.left_ms;
    if (here > until) until = here;
    for (int64_t at = t.dose_end_ms + step; at <= until && out->n < VITALS_PLAN_MAX; at += step)
        plan_add(out, rule, at, (int)((at - t.dose_ms) / MINUTE));
}

static void plan_rule(struct checkpoints *out, const struct checkpoint_rule *rule,
                      struct vitals_times t, int64_t now_ms) {
    int64_t step = rule->every_min * MINUTE;
    if (rule->when == CHECKPOINT_BASELINE) {
        plan_add(out, rule, t.checked_in_ms, 0);
        return;
    }
    if (t.dose_ms == VITALS_NO_TIME) return;
    if (rule->when == CHECKPOINT_AT) plan_list(out, rule, t.dose_ms);
    else if (rule->when == CHECKPOINT_AFTER) plan_after(out, rule, t, now_ms);
    else
        for (int64_t at = t.dose_ms + step; at <= t.dose_end_ms; at += step)
            plan_add(out, rule, at, (int)((at - t.dose_ms) / MINUTE));
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* From when a reading counts for checkpoint i: the grace before it, and never more than half
 * of the way back to the one before, so that readings every five minutes find their own. */
static int64_t begins(const struct checkpoints *all, int i, int64_t dose_ms, int64_t grace) {
    if (i >= all->n) return INT64_MAX;
    if (all->v[i].baseline) return INT64_MIN;
    int64_t before = i > 0 && !all->v[i - 1].baseline ? all->v[i - 1].at_ms : dose_ms;
    return all->v[i].at_ms - least(grace, (all->v[i].at_ms - before) / 2);
}

static int64_t ends(const struct checkpoints *all, int i, struct vitals_times t, int64_t grace) {
    if (all->v[i].baseline)
        return t.dose_ms == VITALS_NO_TIME ? INT64_MAX : t.dose_ms + 1; /* at the dose counts */
    return begins(all, i + 1, t.dose_ms, grace);
}

/* over: the patient was looked at since, or has left. Until then what nobody took stays overdue,
 * whatever falls due besides. */
static void settle(struct checkpoint *c, int64_t begin, bool over, int64_t grace,
                   int64_t now_ms) {
    int64_t seen = c->taken_ms == VITALS_NO_TIME ? now_ms : c->taken_ms;
    bool late = !c->baseline && seen > c->at_ms + grace;
    c->late_min = late ? (int)((seen - c->at_ms) / MINUTE) : 0;
    if (c->taken_ms != VITALS_NO_TIME) c->state = late ? CHECKPOINT_LATE : CHECKPOINT_TAKEN;
    else if (over) c->state = CHECKPOINT_MISSED;
    else if (now_ms < begin) c->state = CHECKPOINT_AHEAD;
    else c->state = late ? CHECKPOINT_OVERDUE : CHECKPOINT_DUE;
    if (c->state == CHECKPOINT_MISSED || c->state == CHECKPOINT_AHEAD) c->late_min = 0;
}

static void settle_all(struct checkpoints *out, struct vitals_times t, const int64_t *taken_ms,
                       int taken_n, int64_t grace, int64_t now_ms) {
    int next = 0;
    for (int i = 0; i < out->n; i++) {
        int64_t begin = begins(out, i, t.dose_ms, grace), end = ends(out, i, t, grace);
        while (next < taken_n && taken_ms[next] < begin) next++;
        if (next < taken_n && taken_ms[next] < end) out->v[i].taken_ms = taken_ms[next++];
        bool seen = next < taken_n || t.left_ms != VITALS_NO_TIME || out->v[i].baseline;
        settle(&out->v[i], begin, seen && now_ms >= end, grace, now_ms);
    }
}

void vitals_checkpoints(const struct session_rules *r, struct str route, struct vitals_times t,
                        const int64_t *taken_ms, int taken_n, int64_t now_ms,
                        struct checkpoints *out) {
    out->n = 0;
    for (int i = 0; i < r->checkpoints_n; i++)
        if (word_among(r->checkpoints[i].routes, route))
            plan_rule(out, &r->checkpoints[i], t, now_ms);
    settle_all(out, t, taken_ms, taken_n, r->grace_min * MINUTE, now_ms);
}

void vitals_scale(const struct session_rules *r, struct str asked, struct str route,
                  struct vitals_times t, struct vitals_taken taken, int64_t now_ms,
                  struct checkpoints *out) {
    out->n = 0;
    for (int i = 0; i < r->scales_n; i++)
        if (word_among(r->scales[i].routes, route) && word_among(r->scales[i].signs, asked))
            plan_rule(out, &r->scales[i], t, now_ms);
    for (int i = 0; i < r->checkpoints_n; i++)
        if (word_among(r->checkpoints[i].routes, route) &&
            word_among(r->checkpoints[i].signs, asked))
            plan_rule(out, &r->checkpoints[i], t, now_ms);
    settle_all(out, t, taken.ms, taken.n, r->grace_min * MINUTE, now_ms);
}

struct str vitals_watch(const struct session_rules *r, struct str route) {
    for (int i = 0; i < r->watches_n; i++)
        if (word_among(r->watches[i].routes, route)) return r->watches[i].text;
    return STR_ABSENT;
}

const struct checkpoint *vitals_next_checkpoint(const struct checkpoints *all) {
    for (int i = 0; i < all->n; i++)
        if (all->v[i].state <= CHECKPOINT_OVERDUE) return &all->v[i];
    return NULL;
}

const struct checkpoint *vitals_left_out(const struct checkpoints *sign,
                                         const struct checkpoints *looks) {
    const struct checkpoint *c = vitals_next_checkpoint(sign);
    const struct checkpoint *look = vitals_next_checkpoint(looks);
    return c && !c->baseline && (!look || c->at_ms < look->at_ms) ? c : NULL;
}

struct str vitals_unit(struct str ucum) {
    if (str_is(ucum, "mm[Hg]")) return STR("mmHg");
    if (str_is(ucum, "Cel")) return STR("\u00b0C");
    return str_is(ucum, "1") || str_starts(ucum, STR("{")) ? STR_ABSENT : ucum;
}
