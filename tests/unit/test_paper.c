/* paper: blocks over pages, every script, the same bytes twice, and its limits. The words on the
 * pages are read back by the scenarios (tests/http), which have pdftotext. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/file.h"
#include "paper/paper.h"

static struct arena arena;

static struct paper new(void) {
    return paper_new(&arena, (struct paper_head){.title = STR("A test"), .foot = STR("the foot"),
                                                 .made = STR("2027-03-15T16:00:00Z")});
}

static bool holds(struct str bytes, const char *words) {
    return str_find(bytes, str_from(words)) >= 0;
}

static void all_kinds(struct paper *p, ptrdiff_t rows) {
    static const struct paper_column columns[] = {{"When", 2, false}, {"What", 5, false},
                                                  {"Value", 1, true}};
    struct str *cells = NEWS(&arena, struct str, rows * 3);
    for (ptrdiff_t i = 0; i < rows; i++) {
        cells[3 * i] = STR("14:05");
        cells[3 * i + 1] = STR("Blood pressure, after ten minutes of rest");
        cells[3 * i + 2] = str_format(&arena, "%d", (int)i);
    }
    paper_title(p, STR("Consent"));
    paper_alert(p, STR("The signature is broken."));
    paper_heading(p, STR("Scripts"));
    paper_text(p, STR("Zoë Ångström, Дмитрий, 陳大文, حسين, नमस्ते, ישראל"));
    paper_point(p, STR("A point"));
    paper_pair(p, "Signed by", STR("Ana Rivera"));
    paper_pair(p, "Nothing", STR_ABSENT);
    paper_strokes(p, STR("M10 20 L30 40 L50,60 M 70 80 L 90 100.5"));
    paper_drawing(p, STR("<svg viewBox=\"0 0 10 5\"><title>x</title><rect class=\"c-a\" width=\"5\" height=\"2\"/></svg>"),
                  STR(".c-a { fill: #f00; }"));
    paper_table(p, columns, 3, cells, rows);
    paper_quiet(p, STR("The end"));
}

static void a_document_is_the_same_twice(void **state) {
    (void)state;
    struct str one, two;
    struct paper p = new();
    all_kinds(&p, 100);
    assert_int_equal(paper_pdf(&p, &arena, &one), E_OK);
    assert_int_equal(paper_pdf(&p, &arena, &two), E_OK);
    assert_true(str_starts(one, STR("%PDF-1.")) && str_eq(one, two));
    const char *keep = getenv("TEST_PAPER_OUT"); /* to look at it */
    if (keep) assert_int_equal(file_replace(keep, one), E_OK);
    assert_true(holds(one, "20270315160000") && holds(one, "/Count 4"));
    assert_true(holds(one, "/FontFile"));
}

static void what_cannot_be_drawn_does_no_harm(void **state) {
    (void)state;
    static const char *const odd[] = {"", "<svg", "<svg></svg>", "<p>x</p>", "<svg viewBox=\"0 0 0 0\"></svg>",
                                      "M", "L L L", "M1e9 0 L-1 nan", "M1 2 L3"};
    struct paper p = new();
    struct str out;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        paper_drawing(&p, str_from(odd[i]), STR("}{"));
        paper_strokes(&p, str_from(odd[i]));
        paper_text(&p, str_from(odd[i]));
    }
    assert_int_equal(paper_pdf(&p, &arena, &out), E_OK);
    assert_true(str_starts(out, STR("%PDF-1.")));
    struct paper empty = new();
    assert_int_equal(paper_pdf(&empty, &arena, &out), E_OK);
    assert_true(holds(out, "/Count 1"));
}

static void a_document_has_a_limit(void **state) {
    (void)state;
    struct paper p = new();
    struct str out;
    for (int i = 0; i < PAPER_PAGES_MAX; i++) {
        if (i) paper_break(&p);
        paper_text(&p, STR("one page"));
    }
    assert_int_equal(paper_pdf(&p, &arena, &out), E_OK);
    paper_break(&p);
    paper_text(&p, STR("and one more"));
    assert_int_equal(paper_pdf(&p, &arena, &out), E_TOO_LARGE);
}

static int make(void **state) {
    (void)state;
    arena_open(&arena, 256 << 20);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_the_same_twice),
        cmocka_unit_test(what_cannot_be_drawn_does_no_harm),
        cmocka_unit_test(a_document_has_a_limit),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
