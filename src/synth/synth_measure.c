#include "synth/synth_measure.h"

#include <math.h>
#include <string.h>

#include "app/course.h"
#include "app/measure.h"
#include "app/words.h"
#include "base/clock.h"
#include "core/score.h"

/* The arc ------------------------------------------------------------------------------------ */

/* What is left of the baseline when the series has done its work, and half a year later. */
static const struct {
    double after, later;
} arcs[] = {
    [ARC_REMISSION] = {0.14, 0.16}, [ARC_RESPONSE] = {0.38, 0.42}, [ARC_PARTIAL] = {0.66, 0.72},
    [ARC_NONE] = {0.92, 0.95},      [ARC_RELAPSE] = {0.34, 0.88},  [ARC_WORSE] = {1.16, 1.08},
};

double synth_burden(const struct synth_life *l, int day) {
    double after = arcs[l->story.arc].after, later = arcs[l->story.arc].later;
    if (day <= 0) return 1;
    double worked = 1 - exp(-day / 13.0); /* most of it by the third dose */
    double back = day <= 56 ? 0 : day >= 140 ? 1 : (day - 56) / 84.0;
    return 1 + (after - 1) * worked + (later - after) * back;
}

/* Answers ------------------------------------------------------------------------------------ */

/* The next greater answer of an item; ANSWER_MISSING: there is none. */
static int next_up(const struct item *item, int value) {
    const struct scale *s = item->scale;
    int best = ANSWER_MISSING;
    if (!s->choice_count) return value + s->step <= s->high ? value + s->step : ANSWER_MISSING;
    for (int i = 0; i < s->choice_count; i++) {
        int v = s->choices[i].value;
        if (v > value && v != s->not_assessed && (best == ANSWER_MISSING || v < best)) best = v;
    }
    return best;
}

static int least(const struct item *item) {
    const struct scale *s = item->scale;
    int low = s->choice_count ? s->choices[0].value : s->low;
    for (int i = 1; i < s->choice_count; i++)
        if (s->choices[i].value < low && s->choices[i].value != s->not_assessed)
            low = s->choices[i].value;
    return low;
}

/* Does a higher answer to this item raise an alert by itself? */
static bool guarded(const struct instrument *in, int item) {
    for (int i = 0; i < in->alert_count; i++)
        for (int t = 0; t < in->alerts[i].when.n; t++)
            if (in->alerts[i].when.terms[t].ref == item &&
                in->alerts[i].when.terms[t].op != OP_MISSING)
                return true;
    return false;
}

/* Items rise one answer at a time, drawn in turn, until the total is reached. A guarded one
 * stays where the story leaves it. */
static void fill(struct synth_life *l, const struct instrument *in, int total, int answers[]) {
    int sum = 0, open[ITEMS_MAX], n = 0;
    for (int i = 0; i < in->item_count; i++) {
        answers[i] = least(&in->items[i]);
        if (in->items[i].unscored) continue;
        sum += answers[i];
        if (!guarded(in, i)) open[n++] = i;
    }
    while (sum < total && n > 0) {
        int at = draw_below(&l->draw, n), item = open[at];
        int up = next_up(&in->items[item], answers[item]);
        if (up == ANSWER_MISSING) {
            open[at] = open[--n];
            continue;
        }
        sum += up - answers[item];
        answers[item] = up;
    }
    for (int i = 0; i < in->item_count; i++)
        if (!score_asked(in, answers, i)) answers[i] = ANSWER_MISSING;
}

static int target(struct synth_life *l, const struct instrument *in, int day) {
    double low, high, burden = synth_burden(l, day);
    instrument_range(in, &low, &high);
    double base = (double)l->phq9 / 27.0;
    if (!str_is(in->id, "phq9") && !str_is(in->id, "gad7") && !str_is(in->id, "wsas") &&
        !str_starts(in->id, STR("pcl5")) &&
        !str_eq(in->id, course_scale(l->of->content, l->patient.indication)))
        return (int)(low +
                     (high - low) * 0.08 * draw_real(&l->draw)); /* screens: hardly anything */
    if (str_starts(in->id, STR("pcl5")) && !str_is(l->patient.indication, "ptsd")) base *= 0.3;
    double value = low + (high - low) * base * burden + draw_normal(&l->draw, 0, (high - low) / 22);
    if (in->high_is_better) value = high + low - value;
    return (int)(value < low ? low : value > high ? high : value + 0.5);
}

static int day_of(const struct synth_life *l, int64_t at_ms) {
    return clock_today(at_ms) - l->day0;
}

/* The story's alert: in the last PHQ-9 of a life that has one. */
static bool alarming(const struct synth_life *l, const struct instrument *in, int64_t at_ms) {
    bool marked = (l->story.marks & (MARK_RISK | MARK_REVIEWED)) != 0;
    return marked && str_is(in->id, "phq9") && l->of->now_ms - at_ms < 8 * DAY_MS;
}

void synth_measure(struct synth_life *l, struct str instrument, int64_t at_ms, struct str step_id,
                   struct str by) {
    const struct instrument *in = instrument_find(l->of->content->instruments, instrument);
    int answers[ITEMS_MAX];
    if (!in || at_ms > l->of->now_ms) return;
    fill(l, in, target(l, in, day_of(l, at_ms)), answers);
    if (alarming(l, in, at_ms)) answers[instrument_item(in, STR("q9"))] = 1;
    struct score score = score_compute(in, answers);
    struct response row = measure_row(l->arena, in, answers, &score);
    row.id = synth_id(l);
    row.patient_id = l->patient.id;
    row.at_ms = at_ms;
    row.account_id = by;
    row.step_id = step_id;
    SYNTH_ADD(l->rows, response, synth_act(at_ms, by, "measure_recorded", STR_ABSENT), &row);
}

/* Notes --------------------------------------------------------------------------------------- */

void synth_note(struct synth_life *l, const char *kind, const char *title, struct str text,
                int64_t at_ms, struct str step_id, struct str by) {
    bool risk = strcmp(kind, "risk_review") == 0, integration = strcmp(kind, "integration") == 0;
    struct note row = {.id = synth_id(l),
                       .patient_id = l->patient.id,
                       .kind = str_from(kind),
                       .step_id = step_id,
                       .dose_id = integration ? l->last_dose_id : STR_ABSENT,
                       .title = str_from(title),
                       .text = text,
                       .level = risk ? STR("low") : STR_ABSENT,
                       .at_ms = at_ms,
                       .account_id = by};
    if (at_ms > l->of->now_ms) return;
    SYNTH_ADD(l->rows, note,
              synth_act(at_ms, by, risk ? "risk_reviewed" : "note_written", STR_ABSENT), &row);
}

struct str synth_integration_text(struct synth_life *l, int number) {
    static const char *const saw[] = {
        "Came with a picture from the session: a house with the lights on.",
        "Spoke of the wave of grief in the second half, and that it passed.",
        "Little came back in images; the body felt lighter for a day.",
        "Remembered the sister's voice; wants to call her.",
        "The fear at the start was the same as at work, seen from outside."};
    static const char *const does[] = {
        "Walks before breakfast, four days this week.", "Writes ten minutes each evening.",
        "Will say no to the extra shift.", "Breathing exercise when the chest tightens.",
        "Two meals with other people this week."};
    static const char *const goes[] = {
        [ARC_REMISSION] = "Sleep and interest are back; holds without effort.",
        [ARC_RESPONSE] = "Clearly better; mornings are still slow.",
        [ARC_PARTIAL] = "Some days lighten, others do not.",
        [ARC_NONE] = "Hardly a change so far; talked about what else there is.",
        [ARC_RELAPSE] = "Better since the first weeks.",
        [ARC_WORSE] = "Feels worse than before; agreed on closer contact."};
    struct draw *d = &l->draw;
    return str_format(l->arena, "Session %d. %s %s Commitment: %s", number, saw[draw_below(d, 5)],
                      goes[l->story.arc], does[draw_below(d, 5)]);
}
