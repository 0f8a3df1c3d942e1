/* The one reader of content files: what a form takes, what it refuses, and what it says then. */
#include "base/buf.h"
#include "base/grammar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena arena;

struct stone {
    struct str id, words, rest;
    int n, colour;
    double share;
    bool late;
};

struct cairn {
    struct str title;
    int version;
    struct stone stones[2];
    int stones_n;
};

static const char *const colours[] = {"grey", "red"};
static const char *const truths[] = {"no", "yes"};

struct asked {
    struct str given, want;
};

static bool test_last(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct cairn *c = l->into;
    return c->stones_n > 0 && str_is(t->given, "last") &&
           grammar_expect(l, t->want, c->stones[c->stones_n - 1].id);
}

static const struct grammar_line grammar[] = {
    {"cairn VERSION", ONCE, .slots = {WITHIN(cairn, version, 1, 9)}},
    {"title TEXT", AT_MOST_ONCE, .slots = {AT(cairn, title)}},
    {"stone ID COLOUR | N pulse(s), every SHARE, LATE | [WORDS] | SOURCE | [PART] ...", ANY,
     LIST(cairn, stones, stones_n, 2), .unique = true,
     .slots = {AT(stone, id), ONE_OF(stone, colour, colours), AT(stone, n),
               WITHIN(stone, share, 0, 1), ONE_OF(stone, late, truths), AT(stone, words), SAID,
               AT(stone, rest)}},
    {"test GIVEN ... -> WANT", SOME, ROW(asked), .slots = {AT(asked, given), AT(asked, want)},
     .test = test_last},
};

static struct cairn *read_text(const char *text, struct faults *faults) {
    struct cairn *c = NEW(&arena, struct cairn);
    struct lines l = lines_open(&arena, STR("f"), str_from(text), faults);
    GRAMMAR_READ(&l, grammar, c);
    grammar_test(&l);
    return c;
}

static void each_value_goes_to_its_place(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    const struct cairn *c =
        read_text("cairn 3\ntitle A | B\nstone a red | 1 pulse, every 0.5, yes | x y | S\n"
                  "stone b grey | 2 pulses, every 1, no | | S | p | q\ntest last -> b\n",
                  &faults);
    assert_int_equal(faults.n, 0);
    assert_true(c->version == 3 && str_is(c->title, "A | B") && c->stones_n == 2);
    const struct stone *a = &c->stones[0], *b = &c->stones[1];
    assert_true(str_is(a->id, "a") && a->colour == 1 && a->n == 1 && a->late && a->share == 0.5);
    assert_true(str_is(a->words, "x y") && a->rest.n == 0);
    assert_true(b->colour == 0 && b->n == 2 && !b->late && b->words.n == 0);
    assert_true(str_is(b->rest, "p | q"));
}

#define HEAD "cairn 1\ntest last -> a\n"
#define STONE "stone a red | 1 pulse, every 1, no | | S\n"

static void what_is_not_so_is_said_with_what_would_be(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } bad[] = {
        {"", "f:0", "there is no line 'cairn': write `cairn VERSION`"},
        {"cairn 1\n" STONE, "f:2", "there is no line 'test'"},
        {"cairn 0\n", "f:1", "VERSION is a whole number from 1 to 9, not `0`"},
        {"cairn 10\n", "f:1", "not `10`"},
        {"cairn 1 2\n", "f:1", "not `1 2`"},
        {"cairn 1\ncairn 1\n", "f:2", "said twice"},
        {"stoan a\n", "f:1", "no line 'stoan' here; there are cairn, title, stone, test"},
        {"title\n", "f:1", "TEXT is some words"},
        {"stone a blue | 1 pulse, every 1, no | | S\n", "f:1", "COLOUR is grey, red, not `blue`"},
        {"stone a red | 1 puls, every 1, no | | S\n", "f:1", "write `stone ID COLOUR"},
        {"stone a red | 1 pulse every 1, no | | S\n", "f:1", "write `stone ID COLOUR"},
        {"stone a red | 1 pulse, every 1.1, no | | S\n", "f:1", "SHARE is a number from 0 to 1"},
        {"stone a red | -1 pulse, every 1, no | | S\n", "f:1", "N is a whole number"},
        {"stone a red | 1 pulse, every 1, no | | \n", "f:1", "SOURCE is"},
        {STONE STONE, "f:2", "`a` is said twice"},
        {STONE "stone x red | 1 pulse, every 1, no | | S\n"
               "stone y red | 1 pulse, every 1, no | | S\n",
         "f:3", "more than 2 lines `stone`"},
        {HEAD STONE "test last -> b\n", "f:4", "the test says b, the rows give a"},
        {HEAD STONE "test first -> a\n", "f:4", "write `test GIVEN ... -> WANT`"},
        {HEAD STONE "test last a\n", "f:4", "write `test GIVEN ... -> WANT`"},
    };
    for (int i = 0; i < COUNT(bad); i++) {
        struct faults faults = {.arena = &arena};
        read_text(bad[i].text, &faults);
        bool found = false;
        for (int f = 0; f < faults.n; f++)
            found |= str_is(faults.v[f].field, bad[i].place) &&
                     str_find(faults.v[f].message, str_from(bad[i].says)) >= 0;
        for (int f = 0; !found && f < faults.n; f++)
            print_message("%d: %.*s %.*s\n", i, STR_ARG(faults.v[f].field),
                          STR_ARG(faults.v[f].message));
        assert_true(found);
    }
}

static void many_tests_are_kept(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct buf b = buf_new(&arena, 4096);
    buf_z(&b, "cairn 1\n" STONE);
    for (int i = 0; i < 200; i++) buf_z(&b, i == 150 ? "test last -> x\n" : "test last -> a\n");
    buf_char(&b, '\0');
    read_text(b.p, &faults);
    assert_int_equal(faults.n, 1);
    assert_true(str_is(faults.v[0].field, "f:153"));
}

int main(void) {
    arena_open(&arena, 4 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_goes_to_its_place),
        cmocka_unit_test(what_is_not_so_is_said_with_what_would_be),
        cmocka_unit_test(many_tests_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
