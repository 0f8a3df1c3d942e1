/* wording and questionnaire: the words of an instrument apart from its scoring, read, bound,
 * written, and taken from a FHIR Questionnaire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/embed.h"
#include "base/file.h"
#include "core/instrument_read.h"
#include "core/score.h"
#include "fhir/questionnaire.h"

static struct arena arena;

static const struct instrument *read(const char *text) {
    struct faults faults = {.arena = &arena};
    const struct instrument *in = instrument_read(&arena, STR("x.txt"), str_from(text), &faults);
    assert_non_null(in);
    return in;
}

/* Two items by choices, one by a number, one that may be left out. */
static const struct instrument *sample(void) {
    return read("instrument abc 3\ntitle Abc\nsource s\nlicence l\nship score\nalso abcscale\n"
                "loinc 1-8 total 2-6\nscale f 0 no | 1 some | 2 much\ncodes f LA1-0 | LA2-0 | LA3-0\n"
                "range n 0 4\nitem q1 f 11-1 | One\nitem q2 f - | Two\nitem q3 n - | Three\n"
                "item q4 f - optional | Four\nscore total = sum q1 .. q3\ntest 1 1 1 -> 3\n");
}

#define WORDS "wording abc 2 of 3\nlanguage en\ntitle T\nsource s\nlicence l\n"
#define ITEMS "item q1 | A?\nitem q2 | B?\nitem q3 | C?\n"

static const struct instrument *bind(const char *text, struct faults *faults) {
    *faults = (struct faults){.arena = &arena};
    const struct wording *w = wording_read(&arena, STR("w.txt"), str_from(text), faults);
    return w ? wording_bind(&arena, sample(), w, STR("w.txt"), faults) : NULL;
}

static void words_take_the_place_of_labels_and_leave_the_scoring(void **state) {
    (void)state;
    struct faults faults;
    const struct instrument *in =
        bind(WORDS "stem S\nheading q2 | Part two\n" ITEMS
                   "choices q1 q2 | 0 Never | 1 Now and then | 2 Often\n"
                   "choices q3 | 0 a | 1 b | 2 c | 3 d | 4 e\n", &faults);
    assert_non_null(in);
    assert_true(str_is(in->items[0].text, "A?") && str_is(in->items[1].heading, "Part two"));
    assert_true(str_is(item_answer_text(&in->items[0], 1), "Now and then"));
    assert_true(str_is(in->items[0].scale->choices[1].code, "LA2-0"));
    assert_true(str_is(item_answer_text(&in->items[2], 4), "e"));
    assert_true(str_is(item_answer_text(&in->items[3], 2), "much"));
    assert_int_equal(in->wording, 2);
    int answers[] = {2, 1, 4, ANSWER_MISSING};
    assert_true(score_compute(in, answers).total.value == 7);
    assert_true(score_compute(sample(), answers).total.value == 7);
}

static void words_that_do_not_fit_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *field, *code;
    } cases[] = {
        {WORDS "item q1 | A?\nitem q2 | B?\n", "w.txt: q3", "required"},
        {WORDS ITEMS "item q9 | Z?\n", "w.txt: q9", "unknown"},
        {WORDS ITEMS "choices q1 | 0 No | 1 Yes\n", "w.txt: q1", "required"},
        {WORDS ITEMS "choices q1 | 0 No | 1 Yes | 2 Much | 3 Most\n", "w.txt: q1", "range"},
        {WORDS ITEMS "choices q3 | 0 a | 2 b | 4 c\n", "w.txt: q3", "required"},
        {WORDS ITEMS "choices q1 | 1 a | 0 b | 2 c\n", "w.txt: q1", "order"},
        {WORDS ITEMS "choices q1 | 0 a | 1 b | 1 b | 2 c\n", "w.txt: q1", "order"},
        {WORDS ITEMS "item q1 | Again?\n", "w.txt:9", "twice"},
        {WORDS ITEMS "choices q1 | zero\n", "w.txt:9", "syntax"},
        {WORDS ITEMS "score total = sum q1\n", "w.txt:9", "unknown"},
        {WORDS "item q1 |\n", "w.txt:6", "required"},
        {"wording abc two of 3\n" ITEMS, "w.txt:1", "range"},
        {ITEMS, "w.txt:3", "required"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults;
        assert_null(bind(cases[i].text, &faults));
        const struct fault *f = fault_of(&faults, str_from(cases[i].field));
        if (!f) print_message("case %zu\n", i);
        assert_non_null(f);
        assert_true(str_is(f->code, cases[i].code));
    }
}

/* What wording_put writes of any instrument reads back, binds, and writes the same again: so a
 * text that was kept with an answer shows what was shown. */
static void every_instrument_is_written_and_read_back(void **state) {
    (void)state;
    int n = 0;
    for (ptrdiff_t i = 0; i < embed_count; i++) {
        struct embedded e = *embed_at(i);
        struct faults faults = {.arena = &arena};
        if (!str_starts(e.path, STR("content/instruments/")) || !str_ends(e.path, STR(".txt")))
            continue;
        const struct instrument *in = instrument_read(&arena, e.path, e.bytes, &faults);
        struct buf first = buf_new(&arena, 1024), again = buf_new(&arena, 1024);
        wording_put(&first, in);
        const struct wording *w = wording_read(&arena, e.path, buf_str(&first), &faults);
        assert_non_null(w);
        const struct instrument *bound = wording_bind(&arena, in, w, e.path, &faults);
        for (int k = 0; k < faults.n; k++)
            print_message("%.*s %.*s\n", STR_ARG(faults.v[k].field), STR_ARG(faults.v[k].message));
        assert_non_null(bound);
        wording_put(&again, bound);
        assert_true(str_eq(buf_str(&first), buf_str(&again)));
        n++;
    }
    assert_true(n > 30);
}

/* Questionnaires ---------------------------------------------------------------------------- */

static struct questionnaire q;

static enum err take(const char *json, const char *as, struct faults *faults) {
    static const struct instrument *all[1];
    all[0] = sample();
    *faults = (struct faults){.arena = &arena};
    return questionnaire_read(&arena, str_from(json), (struct instruments){all, 1}, str_from(as),
                              faults, &q);
}

#define Q(head, items) "{\"resourceType\":\"Questionnaire\"," head "\"item\":[" items "]}"
#define CODE "\"code\":[{\"system\":\"http://loinc.org\",\"code\":\"1-8\"}],"
#define OPT(text, more) "{\"valueCoding\":{\"display\":\"" text "\"" more "}}"
#define ORD(n) ",\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/ordinalValue\"," \
               "\"valueDecimal\":" #n "}]"
#define CHOICE(link, options) \
    "{\"linkId\":\"" link "\",\"type\":\"choice\",\"text\":\"T " link "\",\"answerOption\":[" options "]}"
#define THREE OPT("Never", ORD(0)) "," OPT("Some", ORD(1)) "," OPT("Much", ORD(2))
#define NUMBER(link) "{\"linkId\":\"" link "\",\"type\":\"integer\",\"text\":\"T " link "\"}"
#define REST CHOICE("q2", THREE) "," NUMBER("q3")

static void a_questionnaire_binds(void **state) {
    (void)state;
    static const struct {
        const char *json, *as, *first; /* the words of the first item's value 1 */
    } cases[] = {
        {Q(CODE, CHOICE("q1", THREE) "," REST), NULL, "Some"},
        {Q("\"name\":\"ABC\",", CHOICE("1", THREE) "," REST), NULL, "Some"},
        {Q("\"url\":\"http://x.org/Questionnaire/abc-scale\",", CHOICE("ABC-1", THREE) "," REST), NULL, "Some"},
        {Q("", CHOICE("/11-1", THREE) "," REST), "ABC", "Some"},
        /* listed downwards, each with its value */
        {Q(CODE, CHOICE("q1", OPT("Most", ORD(2)) "," OPT("Few", ORD(1)) "," OPT("None", ORD(0))) "," REST), NULL, "Few"},
        /* by the answer's LOINC code, and by our own words */
        {Q(CODE, CHOICE("q1", OPT("x", ",\"code\":\"LA3-0\"") "," OPT("y", ",\"code\":\"LA1-0\"") "," OPT("z", ",\"code\":\"LA2-0\"")) "," REST), NULL, "z"},
        {Q(CODE, CHOICE("q1", OPT("Much", "") "," OPT("Some", "") "," OPT("No", "")) "," REST), NULL, "Some"},
        /* by their order */
        {Q(CODE, CHOICE("q1", OPT("Nie", "") "," OPT("Etwas", "") "," OPT("Sehr", "")) "," REST), NULL, "Etwas"},
        /* a group's words above an item, a total that is passed over */
        {Q(CODE, "{\"linkId\":\"g\",\"type\":\"group\",\"text\":\"Say how often\",\"item\":[" CHOICE("q1", THREE) "]},"
                 "{\"linkId\":\"d\",\"type\":\"display\",\"text\":\"Part two\"}," REST ","
                 "{\"linkId\":\"t\",\"type\":\"decimal\",\"text\":\"sum\",\"code\":[{\"code\":\"2-6\"}]}"), NULL, "Some"},
        /* answers in a contained list */
        {Q("\"contained\":[{\"resourceType\":\"ValueSet\",\"id\":\"v\",\"compose\":{\"include\":[{\"concept\":["
           "{\"code\":\"a\",\"display\":\"A\"" ORD(0) "},{\"code\":\"b\",\"display\":\"B\"" ORD(1) "},{\"code\":\"c\",\"display\":\"C\"" ORD(2) "}]}]}}]," CODE,
           "{\"linkId\":\"q1\",\"type\":\"choice\",\"text\":\"x\",\"answerValueSet\":\"#v\"}," REST), NULL, "B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults;
        enum err e = take(cases[i].json, cases[i].as, &faults);
        for (int k = 0; k < faults.n; k++)
            print_message("case %zu: %.*s %.*s\n", i, STR_ARG(faults.v[k].field), STR_ARG(faults.v[k].message));
        assert_int_equal(e, E_OK);
        const struct instrument *in = wording_bind(&arena, q.in, &q.words, STR("f"), &faults);
        assert_non_null(in);
        assert_true(str_is(item_answer_text(&in->items[0], 1), cases[i].first));
    }
}

static void a_questionnaire_that_does_not_fit_is_refused_with_its_path(void **state) {
    (void)state;
    static const struct {
        const char *json, *as, *field, *code;
    } cases[] = {
        {"{", NULL, "", "structure"},
        {"{\"resourceType\":\"Patient\"}", NULL, "resourceType", "unknown"},
        {Q("\"name\":\"Xyz\",", NUMBER("q3")), NULL, "", "unknown"},
        {Q(CODE, ""), "nothing", "--as", "unknown"},
        {Q(CODE, CHOICE("q7", THREE)), NULL, "item[0]", "unknown"},
        {Q(CODE, CHOICE("12", THREE)), NULL, "item[0]", "unknown"},
        {Q(CODE, CHOICE("1.2", THREE)), NULL, "item[0]", "unknown"},
        {Q(CODE, CHOICE("q2", THREE) "," CHOICE("q1", THREE)), NULL, "item[1]", "order"},
        {Q(CODE, CHOICE("q1", THREE) "," CHOICE("q1", THREE)), NULL, "item[1]", "order"},
        {Q(CODE, CHOICE("q1", OPT("a", ORD(0)) "," OPT("b", ORD(7)))), NULL, "item[0].answerOption[1]", "range"},
        {Q(CODE, CHOICE("q1", OPT("a", ORD(0)) "," OPT("b", ORD(0.5)))), NULL, "item[0].answerOption[1]", "type"},
        {Q(CODE, CHOICE("q1", OPT("a", "") "," OPT("b", ""))), NULL, "item[0]", "required"},
        {Q(CODE, CHOICE("q1", OPT("a", ORD(0)) "," OPT("b", "") "," OPT("c", ""))), NULL, "item[0]", "required"},
        {Q(CODE, NUMBER("q1")), NULL, "item[0]", "required"},
        {Q(CODE, CHOICE("q1", OPT("a|b", ORD(0)))), NULL, "item[0].answerOption[0].valueCoding.display", "syntax"},
        {Q(CODE, "{\"linkId\":\"q1\",\"type\":\"choice\",\"text\":\"x\",\"answerValueSet\":\"http://e.org/v\"}"), NULL, "item[0].answerValueSet", "unknown"},
        {Q(CODE, "{\"linkId\":\"q1\",\"type\":\"quiz\"}"), NULL, "item[0].type", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults;
        if (take(cases[i].json, cases[i].as, &faults) == E_OK) print_message("case %zu is taken\n", i);
        assert_int_not_equal(faults.n, 0);
        const struct fault *f = fault_of(&faults, str_from(cases[i].field));
        if (!f || !str_is(f->code, cases[i].code))
            print_message("case %zu: %.*s %.*s %.*s\n", i, STR_ARG(faults.v[0].field), STR_ARG(faults.v[0].code), STR_ARG(faults.v[0].message));
        assert_non_null(f);
        assert_true(str_is(f->code, cases[i].code));
    }
}

/* Ours stands in for a stem that is not said, but not in another language. */
static void a_language_is_kept_apart(void **state) {
    (void)state;
    static const struct {
        const char *said, *kept;
    } cases[] = {{"", "en"}, {"\"language\":\"en-US\",", "en"}, {"\"language\":\"es\",", "es"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct faults faults;
        const char *json = str_z(&arena, str_format(&arena, "{%s\"resourceType\":\"Questionnaire\"," CODE
                                                    "\"item\":[" CHOICE("q1", THREE) "," REST "]}", cases[i].said));
        assert_int_equal(take(json, NULL, &faults), E_OK);
        assert_true(str_is(q.words.language, cases[i].kept));
        struct instrument in = *q.in;
        in.stem = STR("In the last week");
        const struct instrument *bound = wording_bind(&arena, &in, &q.words, STR("f"), &faults);
        assert_non_null(bound);
        assert_true(str_is(bound->stem, "In the last week") == str_is(q.words.language, "en"));
    }
}

static void what_is_left_out_is_named(void **state) {
    (void)state;
    struct faults faults;
    assert_int_equal(take(Q(CODE, CHOICE("q1", THREE) "," NUMBER("q3")), NULL, &faults), E_OK);
    assert_null(wording_bind(&arena, q.in, &q.words, STR("abc"), &faults));
    assert_non_null(fault_of(&faults, STR("abc: q2")));
}

static int make(void **state) {
    (void)state;
    arena_open(&arena, 512 << 20);
    return 0;
}

static int drop(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_take_the_place_of_labels_and_leave_the_scoring),
        cmocka_unit_test(words_that_do_not_fit_are_refused),
        cmocka_unit_test(every_instrument_is_written_and_read_back),
        cmocka_unit_test(a_questionnaire_binds),
        cmocka_unit_test(a_questionnaire_that_does_not_fit_is_refused_with_its_path),
        cmocka_unit_test(a_language_is_kept_apart),
        cmocka_unit_test(what_is_left_out_is_named),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
