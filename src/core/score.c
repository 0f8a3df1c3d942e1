#include "core/score.h"

#include <math.h>

/* What the members of one score add up to, before its method is applied. */
struct tally {
    double sum, of, max; /* of: the most that the answered ones could sum to */
    int answered, missing, count, rank;
};

static void tally_value(struct tally *t, const struct score_rule *r, int i, double value) {
    t->sum += value;
    t->answered++;
    if (t->answered == 1 || value > t->max) t->max = value;
    if (value >= r->at_least[i]) t->count++;
    if (value >= 1) t->rank = i + 1;
}

static void tally_item(struct tally *t, const struct score_rule *r, int i, const struct item *item,
                       int answer) {
    const struct scale *s = item->scale;
    if (answer != ANSWER_MISSING && answer == s->not_assessed) return;
    if (answer == ANSWER_MISSING) {
        if (!r->optional[i]) t->missing++;
        return;
    }
    t->of += s->high;
    tally_value(t, r, i, r->reversed[i] ? s->low + s->high - answer : answer);
}

static struct tally tally_rule(const struct instrument *in, const struct score_rule *r,
                               const int answers[], const struct score *sofar) {
    struct tally t = {0};
    for (int i = 0; i < r->n; i++) {
        int m = r->member[i];
        if (m < REF_SCORE) {
            tally_item(&t, r, i, &in->items[m], answers[m]);
        } else if (sofar->scores[m - REF_SCORE].known) {
            tally_value(&t, r, i, sofar->scores[m - REF_SCORE].value);
        } else if (!r->optional[i]) {
            t.missing++;
        }
    }
    return t;
}

/* The sum that `missing` more members like the answered ones would give, rounded half up. */
static double prorated_sum(const struct tally *t) {
    if (t->missing == 0) return t->sum;
    return floor(t->sum * (t->answered + t->missing) / t->answered + 0.5);
}

static struct score_value apply(const struct score_rule *r, const struct tally *t) {
    struct score_value unknown = {0};
    bool tolerant = r->method == METHOD_MAX || r->method == METHOD_RANK;
    if (t->answered == 0 || (!tolerant && t->missing > r->prorate_up_to)) return unknown;
    double v = 0;
    switch (r->method) {
    case METHOD_SUM: v = prorated_sum(t); break;
    case METHOD_MEAN: v = t->sum / t->answered; break;
    case METHOD_MAX: v = t->max; break;
    case METHOD_COUNT: v = t->count; break;
    case METHOD_PERCENT: v = t->of > 0 ? 100 * t->sum / t->of : 0; break;
    case METHOD_RANK: v = t->rank; break;
    }
    return (struct score_value){true, v * r->times};
}

enum truth { NO, YES, UNKNOWN };

static enum truth term_holds(const struct term *t, const int answers[], const struct score *s) {
    bool known;
    double value = 0;
    if (t->ref >= REF_SCORE) {
        known = s && s->scores[t->ref - REF_SCORE].known;
        if (known) value = s->scores[t->ref - REF_SCORE].value;
    } else {
        known = answers[t->ref] != ANSWER_MISSING;
        if (known) value = answers[t->ref];
    }
    if (t->op == OP_MISSING) return known ? NO : YES;
    if (!known) return UNKNOWN;
    if (t->op == OP_AT_LEAST) return value >= t->value ? YES : NO;
    if (t->op == OP_AT_MOST) return value <= t->value ? YES : NO;
    return value == t->value ? YES : NO;
}

static enum truth holds(const struct criterion *c, const int answers[], const struct score *s) {
    enum truth all = YES;
    for (int i = 0; i < c->n; i++) {
        enum truth t = term_holds(&c->terms[i], answers, s);
        if (t == NO) return NO;
        if (t == UNKNOWN) all = UNKNOWN;
    }
    return all;
}

bool score_asked(const struct instrument *in, const int answers[], int item) {
    for (int i = 0; i < in->ask_count; i++)
        if (in->asks[i].item[item] && holds(&in->asks[i].when, answers, NULL) == NO) return false;
    return true;
}

static void count_missing(struct score *s, const struct instrument *in, const int answers[]) {
    s->complete = true;
    for (int i = 0; i < in->item_count; i++) {
        const struct item *item = &in->items[i];
        if (item->unscored) continue;
        if (answers[i] != ANSWER_MISSING) {
            if (answers[i] == item->scale->not_assessed) s->not_assessed++, s->complete = false;
            continue;
        }
        if (in->ask_count && !score_asked(in, answers, i)) continue;
        s->missing++;
        if (!item->optional) s->complete = false;
    }
}

static struct str classify(const struct instrument *in, const int answers[],
                           const struct score *s) {
    for (int i = 0; i < in->class_count; i++)
        if (holds(&in->classes[i].when, answers, s) == YES) return in->classes[i].text;
    return s->total.known ? instrument_band(in, s->total.value) : STR_ABSENT;
}

struct score score_compute(const struct instrument *in, const int answers[]) {
    struct score s = {.of = in};
    for (int i = 0; i < in->score_count; i++) {
        struct tally t = tally_rule(in, &in->scores[i], answers, &s);
        s.scores[i] = apply(&in->scores[i], &t);
        if (i == in->total) s.prorated = s.scores[i].known && t.missing > 0;
    }
    if (in->total >= 0) s.total = s.scores[in->total];
    count_missing(&s, in, answers);
    if (in->total >= 0 && !s.total.known) s.complete = false;
    s.band = classify(in, answers, &s);
    for (int i = 0; i < in->alert_count; i++)
        if (holds(&in->alerts[i].when, answers, &s) == YES)
            s.alerts[s.alert_count++] = &in->alerts[i];
    for (int i = 0; i < in->note_count; i++)
        if (holds(&in->notes[i].when, answers, &s) == YES) s.notes[s.note_count++] = &in->notes[i];
    return s;
}

static void read_answer(const struct item *item, struct str word, int *out, struct faults *faults) {
    int64_t v;
    *out = ANSWER_MISSING;
    if (str_is(word, "-")) return;
    if (!str_to_int(word, &v) || v < -1000000 || v > 1000000) {
        fault_add(faults, item->id, "type", "`%.*s` is not a whole number; `-` is a missing answer",
                  STR_ARG(word));
        return;
    }
    if (item_accepts(item, (int)v)) {
        *out = (int)v;
        return;
    }
    const struct scale *s = item->scale;
    const char *steps = s->choice_count || s->step > 1 ? ", by its own steps" : "";
    fault_add(faults, item->id, "range", "%d is not an answer to this item; it takes %d to %d%s",
              (int)v, s->low, s->high, steps);
}

enum err score_read_answers(const struct instrument *in, struct str words, int answers[],
                            struct faults *faults) {
    int n = 0, least = in->item_count;
    struct str word;
    while (least > 0 && in->items[least - 1].optional) least--;
    for (int i = 0; i < in->item_count; i++) answers[i] = ANSWER_MISSING;
    while ((word = word_next(&words)).s) {
        if (n < in->item_count) read_answer(&in->items[n], word, &answers[n], faults);
        n++;
    }
    if (n < least || n > in->item_count)
        fault_add(faults, in->id, "length", "%d answers were given; it has %d items%s", n,
                  in->item_count, least < in->item_count ? " (the last may be left out)" : "");
    return faults_err(faults);
}

void score_put(struct buf *b, double value) {
    double hundredths = floor(value * 100 + 0.5);
    if (fmod(hundredths, 100) == 0) {
        buf_int(b, (int64_t)(hundredths / 100));
    } else {
        buf_real(b, value, fmod(hundredths, 10) == 0 ? 1 : 2);
    }
}
