#include "core/instrument_test.h"

#include <math.h>

#include "base/lines.h"
#include "core/score.h"

/* One test: `ANSWERS -> TOTAL [BAND] [; SCORE N ...] [! ALERT | ALERT ...]` */
struct trial {
    const struct instrument *in;
    const struct content_test *test;
    struct faults *faults;
    struct score got;
};

static void say(struct trial *t, const char *what, struct str wanted, struct str got) {
    struct str place =
        str_format(t->faults->arena, "%.*s:%d", STR_ARG(t->test->file), t->test->line);
    fault_add(t->faults, place, "test", "the test wants %s `%.*s`; the scoring gives `%.*s`", what,
              STR_ARG(wanted), STR_ARG(got));
}

static struct str number(struct arena *a, struct score_value v) {
    struct buf b = buf_new(a, 24);
    if (v.known) score_put(&b, v.value);
    else buf_char(&b, '-');
    return buf_str(&b);
}

enum { TEST_TEXT_MAX = 4096 }; /* past any test of ITEMS_MAX answers */

/* Writes `2*17` out as seventeen 2s. */
static struct str spread(struct arena *a, struct str answers) {
    struct buf b = buf_new(a, 256);
    struct str word;
    while ((word = word_next(&answers)).s && b.n + word.n < TEST_TEXT_MAX) {
        struct str times, value = str_cut(word, '*', &times);
        int64_t n = 1;
        if (times.s && (!str_to_int(times, &n) || n < 1 || n > ITEMS_MAX)) value = word, n = 1;
        for (int64_t i = 0; i < n && b.n < TEST_TEXT_MAX; i++) {
            buf_put(&b, value);
            buf_char(&b, ' ');
        }
    }
    return buf_str(&b);
}

static void compare_score(struct trial *t, struct arena *a, struct str name, struct str wanted) {
    struct score_value v = {0};
    bool found = false;
    for (int i = 0; i < t->in->score_count; i++)
        if (str_eq(t->in->scores[i].name, name)) v = t->got.scores[i], found = true;
    struct str got = found ? number(a, v) : STR("no such score");
    if (!str_eq(got, wanted)) say(t, "a score of", wanted, got);
}

static void compare_alerts(struct trial *t, struct str wanted) {
    struct str part;
    int n = 0;
    for (; (part = part_next(&wanted)).s; n++) {
        struct str got = n < t->got.alert_count ? t->got.alerts[n]->text : STR("nothing");
        if (!str_eq(part, got)) say(t, "the alert", part, got);
    }
    for (; n < t->got.alert_count; n++) say(t, "no alert", STR(""), t->got.alerts[n]->text);
}

/* Cuts `text` at ` mark `; what is after it in *rest, absent when the mark is not there. */
static struct str cut_at(struct str text, struct str mark, struct str *rest) {
    ptrdiff_t at = str_find(text, mark);
    *rest = at < 0 ? STR_ABSENT : str_trim(str_slice(text, at + mark.n, text.n));
    return at < 0 ? text : str_trim(str_slice(text, 0, at));
}

static void run(struct trial *t, struct arena a) {
    struct str right, alerts, scores;
    int answers[ITEMS_MAX];
    struct faults wrong = {.arena = &a};
    struct str left = cut_at(t->test->text, STR("->"), &right);
    if (!right.s) {
        say(t, "an arrow", STR("ANSWERS -> TOTAL [BAND]"), t->test->text);
        return;
    }
    if (score_read_answers(t->in, spread(&a, left), answers, &wrong)) {
        say(t, "answers", left, wrong.v[0].message);
        return;
    }
    t->got = score_compute(t->in, answers);
    struct str head = cut_at(right, STR("!"), &alerts);
    head = cut_at(head, STR(";"), &scores);
    struct str total = word_next(&head), got = number(&a, t->got.total);
    if (!str_eq(total, got)) say(t, "a total of", total, got);
    if (!str_eq(head.s ? head : STR(""), t->got.band.s ? t->got.band : STR("")))
        say(t, "the band", head, t->got.band);
    while (scores.s && scores.n > 0) {
        struct str name = word_next(&scores);
        compare_score(t, &a, name, word_next(&scores));
    }
    compare_alerts(t, alerts);
}

void instrument_test(struct arena scratch, const struct instrument *in, struct faults *faults) {
    for (int i = 0; i < in->test_count; i++) {
        struct trial t = {.in = in, .test = &in->tests[i], .faults = faults};
        run(&t, scratch);
    }
}
