/* instrument and score: the reader's faults, the content files' own tests, and the scoring
 * rules that no content file can show alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/embed.h"
#include "core/instrument_read.h"
#include "core/score.h"

static struct arena arena;

#define HEAD "instrument x 1\ntitle X\nsource s\nlicence l\nscale f 0 no | 1 some | 2 much\n"

static const struct instrument *read(const char *text, struct faults *faults) {
    *faults = (struct faults){.arena = &arena};
    return instrument_read(&arena, STR("x.txt"), str_from(text), faults);
}

static struct score score(const struct instrument *in, const char *words) {
    int answers[ITEMS_MAX];
    struct faults faults = {.arena = &arena};
    assert_int_equal(score_read_answers(in, str_from(words), answers, &faults), E_OK);
    return score_compute(in, answers);
}

static void every_content_file_passes_its_own_tests(void **state) {
    (void)state;
    int n = 0;
    for (ptrdiff_t i = 0; i < embed_count; i++) {
        struct embedded e = *embed_at(i);
        struct faults faults = {.arena = &arena};
        if (!str_starts(e.path, STR("content/instruments/")) || !str_ends(e.path, STR(".txt")))
            continue;
        const struct instrument *in = instrument_read(&arena, e.path, e.bytes, &faults);
        for (int k = 0; k < faults.n; k++)
            printf("%.*s: %.*s\n", STR_ARG(faults.v[k].field), STR_ARG(faults.v[k].message));
        assert_non_null(in);
        n++;
    }
    assert_true(n >= 2);
}

static void a_file_that_is_wrong_is_refused_with_its_line(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *code;
    } cases[] = {
        {HEAD "item a f | A\nscore total = sum a\n", "x.txt:7", "required"}, /* no test */
        {HEAD "item a f | A\nscore total = sum a\ntest 1 -> 2\n", "x.txt:8", "test"},
        {HEAD "item a f | A\nscore total = sum a\ntest 3 -> 3\n", "x.txt:8", "test"},
        {HEAD "item a g | A\ntest 1 -> -\n", "x.txt:6", "unknown"},
        {HEAD "item a f\ntest 1 -> -\n", "x.txt:6", "required"},
        {HEAD "item a f | A\nitem a f | B\ntest 1 -> -\n", "x.txt:7", "twice"},
        {HEAD "item a f | A\nscore t = some a\ntest 1 -> -\n", "x.txt:7", "syntax"},
        {HEAD "item a f | A\nscore t = sum b\ntest 1 -> -\n", "x.txt:7", "unknown"},
        {HEAD "item a f | A\nalert a > 1 : x\ntest 1 -> -\n", "x.txt:7", "syntax"},
        {HEAD "item a f | A\nalert a >= 1\ntest 1 -> -\n", "x.txt:7", "syntax"},
        {HEAD "item a f | A\nresponse r fall 5\ntest 1 -> -\n", "x.txt:7", "syntax"},
        {HEAD "ship score\nitem a f | A | the published words\ntest 1 -> -\n", "x.txt:7", "licence"},
        {HEAD "wibble 3\nitem a f | A\ntest 1 -> -\n", "x.txt:6", "unknown"},
        {HEAD "item a f | A\nscore total = sum a\nband total 5 a | 3 b\ntest 1 -> 1\n", "x.txt:8",
         "order"},
        {"instrument X 1\n", "x.txt:1", "id"},
        {"instrument x zero\n", "x.txt:1", "range"},
        {"title \xff\n", "x.txt", "encoding"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults;
        assert_null(read(cases[i].text, &faults));
        assert_true(faults.n > 0);
        if (!str_is(faults.v[0].field, cases[i].place) || !str_is(faults.v[0].code, cases[i].code))
            fail_msg("case %zu: %.*s %.*s: %.*s", i, STR_ARG(faults.v[0].field),
                     STR_ARG(faults.v[0].code), STR_ARG(faults.v[0].message));
    }
}

static void a_missing_answer_is_never_a_zero(void **state) {
    (void)state;
    struct faults faults;
    const struct instrument *in =
        read(HEAD "item a f | A\nitem b f | B\nitem c f optional | C\n"
                  "score total = sum a b c, optional c\nscore mean = mean a b, prorate up to 1 missing\n"
                  "score back = sum a b c, reverse a, optional c\n"
                  "test 1 1 1 -> 3 ; mean 1 back 3\n",
             &faults);
    assert_non_null(in);
    struct score s = score(in, "2 - 1");
    assert_false(s.total.known || s.complete);
    assert_int_equal(s.missing, 1);
    assert_true(s.scores[1].known && s.scores[1].value == 2);
    s = score(in, "2 1 -");
    assert_true(s.total.known && s.total.value == 3 && s.complete && s.missing == 1);
    assert_true(s.scores[2].value == 1);
}

static void items_that_are_not_asked_are_not_missing(void **state) {
    (void)state;
    struct faults faults;
    const struct instrument *in =
        read(HEAD "item a f | A\nitem b f | B\nask b when a >= 1\nscore total = rank a b\n"
                  "class high : b >= 1\nclass low : a >= 1\nclass unknown : a >= 1 and b missing\n"
                  "test 0 - -> 0\ntest 1 0 -> 1 low\ntest 1 1 -> 2 high\n",
             &faults);
    assert_non_null(in);
    assert_true(score(in, "0 -").complete);
    assert_false(score(in, "1 -").complete);
    assert_false(score(in, "- -").complete);
    assert_int_equal(score(in, "1 -").missing, 1);
}

static void answers_outside_the_item_are_faults(void **state) {
    (void)state;
    struct faults faults;
    const struct instrument *in = read(HEAD "range v 0 100 step 10\nitem a f | A\nitem b v | B\n"
                                            "item c f unscored | C\nscore total = mean a b\n"
                                            "test 1 20 -> 10.5\n",
                                       &faults);
    assert_non_null(in);
    static const char *const bad[] = {"3 0", "1", "1 5", "1 110", "1 1x", "1 0 0 0", "1 0 7", "-1 0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int answers[ITEMS_MAX];
        struct faults wrong = {.arena = &arena};
        assert_int_equal(score_read_answers(in, str_from(bad[i]), answers, &wrong), E_INVALID);
        assert_true(wrong.n == 1);
    }
    assert_true(score(in, "1 20 -").total.value == 10.5);
}

static void thresholds_keep_their_parts(void **state) {
    (void)state;
    struct faults faults;
    const struct instrument *in =
        read(HEAD "item a f | A\nscore total = sum a\nresponse r1 improve 30% or improve 2\n"
                  "remission m1 to 30 and improve 10\nremission m2 to 6 and each 2\n"
                  "deterioration d worse 25%\ntest 1 -> 1\n",
             &faults);
    assert_non_null(in);
    const struct threshold *t = instrument_threshold(in, RESPONSE, STR_ABSENT);
    assert_true(t->any && t->improve_percent == 30 && t->improve_points == 2 && isnan(t->to));
    t = instrument_threshold(in, REMISSION, STR("m2"));
    assert_true(!t->any && t->to == 6 && t->each == 2 && isnan(t->improve_points));
    assert_null(instrument_threshold(in, RELIABLE, STR_ABSENT));
    assert_true(instrument_threshold(in, DETERIORATION, STR_ABSENT)->improve_percent == 25);
}

int main(void) {
    arena_open(&arena, 1 << 26);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_content_file_passes_its_own_tests),
        cmocka_unit_test(a_file_that_is_wrong_is_refused_with_its_line),
        cmocka_unit_test(a_missing_answer_is_never_a_zero),
        cmocka_unit_test(items_that_are_not_asked_are_not_missing),
        cmocka_unit_test(answers_outside_the_item_are_faults),
        cmocka_unit_test(thresholds_keep_their_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
