#include "app/measure.h"

#include "app/words.h"
#include "base/clock.h"

void measure_answers(const struct instrument *in, struct str pairs, int answers[]) {
    for (int i = 0; i < in->item_count; i++) {
        int64_t value;
        struct str text = pair_value(pairs, in->items[i].id);
        answers[i] = text.s && str_to_int(text, &value) ? (int)value : ANSWER_MISSING;
    }
}

static struct str answers_text(struct arena *a, const struct instrument *in,
                               const int answers[]) {
    struct buf pairs = buf_new(a, 16 * in->item_count);
    for (int i = 0; i < in->item_count; i++) {
        if (answers[i] == ANSWER_MISSING) continue;
        buf_format(&pairs, "%s%.*s=", pairs.n ? " " : "", STR_ARG(in->items[i].id));
        buf_int(&pairs, answers[i]);
    }
    return buf_str(&pairs);
}

static struct str alerts_text(struct arena *a, const struct score *score) {
    struct buf lines = {.arena = a};
    for (int i = 0; i < score->alert_count; i++) {
        if (i) buf_char(&lines, '\n');
        buf_put(&lines, score->alerts[i]->text);
    }
    return lines.n ? buf_str(&lines) : STR_ABSENT;
}

struct response measure_row(struct arena *a, const struct instrument *in, const int answers[],
                            const struct score *score) {
    return (struct response){.instrument = in->id,
                             .instrument_version = in->version,
                             .answers = answers_text(a, in, answers),
                             .total = {score->total.known, score->total.value},
                             .band = score->band,
                             .complete = score->complete,
                             .alerts = alerts_text(a, score)};
}

/* The planned step that this measure answers: open today and naming the instrument. */
static const struct step *due_step(const struct step_rows *steps, struct str instrument,
                                   struct str today) {
    for (ptrdiff_t i = 0; i < steps->n; i++) {
        const struct step *s = &steps->v[i];
        bool open = str_cmp(s->window_from, today) <= 0 && str_cmp(s->window_to, today) >= 0;
        if (str_is(s->state, "planned") && open && word_among(s->instruments, instrument))
            return s;
    }
    return NULL;
}

/* Has each instrument of the step a response inside its window? */
static enum err all_answered(struct tx *tx, const struct step *s, bool *all) {
    int32_t from;
    struct str list = s->instruments;
    *all = date_parse(s->window_from, &from);
    while (*all && list.n > 0) {
        struct str id = str_cut(list, ' ', &list);
        struct response_rows rows;
        TRY(response_of_patient(tx, &(struct response_of_patient_in){s->patient_id, id}, &rows));
        *all = rows.n > 0 && rows.v[rows.n - 1].at_ms >= clock_instant(from, 0, 0);
    }
    return E_OK;
}

static enum err finish_step(struct tx *tx, const struct step *due) {
    bool all;
    if (!str_is(due->type, "measure")) return E_OK;
    TRY(all_answered(tx, due, &all));
    if (!all) return E_OK;
    struct step done = *due;
    done.state = STR("done");
    done.done_ms = (struct maybe_int){true, tx->now_ms};
    done.done_by = tx->actor.account_id;
    tx_event(tx, "step_changed", STR("all its measures were answered"));
    return step_put(tx, &done);
}

static enum err find_due(struct tx *tx, const struct measure_in *in, int64_t at_ms,
                         const struct step **due) {
    struct course course;
    struct step_rows steps;
    *due = NULL;
    enum err e = course_active(tx, &(struct course_active_in){in->patient_id}, &course);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    TRY(step_of_course(tx, &(struct step_of_course_in){course.id}, &steps));
    struct str today = clock_date_text(tx->arena, at_ms);
    *due = due_step(&steps, in->instrument->id, today);
    return E_OK;
}

static void check(const struct measure_in *in, int64_t now_ms, struct faults *faults) {
    int given = 0;
    for (int i = 0; i < in->instrument->item_count; i++) {
        const struct item *item = &in->instrument->items[i];
        given += in->answers[i] != ANSWER_MISSING;
        if (!item_accepts(item, in->answers[i]))
            fault_add(faults, item->id, "range", "%d is no answer to this question.",
                      in->answers[i]);
    }
    for (int i = 0; i < in->instrument->item_count; i++)
        if (in->answers[i] > in->instrument->items[i].scale->low &&
            !score_asked(in->instrument, in->answers, i))
            fault_add(faults, in->instrument->items[i].id, "unasked",
                      "By the answers above this is not asked. Leave it empty, or mend those.");
    rating_check(&in->how, in->instrument, faults);
    if (given == 0)
        fault_add(faults, in->instrument->items[0].id, "required", "Answer at least one question.");
    if (in->at_ms > now_ms + MINUTE_MS)
        fault_add(faults, STR("at"), "range", "A measure is taken before it is written down.");
}

enum err measure_record(struct tx *tx, const struct content *content,
                        const struct measure_in *in, struct faults *faults,
                        struct measure_done *out) {
    const struct step *due;
    struct patient p;
    check(in, tx->now_ms, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, in->patient_id, &p));
    struct score score = score_compute(in->instrument, in->answers);
    int64_t at_ms = in->at_ms ? in->at_ms : tx->now_ms;
    TRY(find_due(tx, in, at_ms, &due));
    out->row = measure_row(tx->arena, in->instrument, in->answers, &score);
    out->row.patient_id = in->patient_id;
    out->row.at_ms = at_ms;
    out->row.account_id = tx->actor.account_id;
    out->row.step_id = due ? due->id : STR_ABSENT;
    tx_event(tx, "measure_recorded", STR_ABSENT);
    TRY(response_put(tx, &out->row));
    TRY(rating_record(tx, &in->how, &out->row, &score));
    TRY(risk_of_response(tx, content, &out->row, &out->seen));
    return due ? finish_step(tx, due) : E_OK;
}
