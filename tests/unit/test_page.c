/* page, consent_doc: what patients read and sign; a file that says too little or reads too
 * hard is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/embed.h"
#include "core/consent_doc.h"
#include "core/page.h"

static struct arena arena;

static void grade_counts_words_and_sounds(void **state) {
    (void)state;
    /* 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 - 15.59 = -1.45 */
    assert_float_equal(page_grade(STR("The cat sat on the mat.")), -1.45, 1e-9);
    /* two words, nine syllables (un-com-pre-hen-si-ble con-ver-sa-tion counts 6 + 4) */
    assert_true(page_grade(STR("Uncomprehensible conversation.")) > 20);
    assert_float_equal(page_grade(STR("")), 0, 0);
    assert_float_equal(page_grade(STR(" 12. ")), 0, 0);
    /* a sentence without its full stop is one all the same */
    assert_float_equal(page_grade(STR("The cat sat on the mat")), -1.45, 1e-9);
}

static void every_page_holds_its_own_tests(void **state) {
    (void)state;
    int pages = 0, consents = 0;
    struct faults faults = {.arena = &arena};
    for (ptrdiff_t i = 0; i < embed_count; i++) {
        const struct embedded *e = embed_at(i);
        if (str_starts(e->path, STR("content/education/"))) {
            const struct page *p = page_read(&arena, e->path, e->bytes, &faults);
            assert_true(p->parts_n > 4);
            pages++;
        }
        if (str_starts(e->path, STR("content/consents/"))) {
            (void)consent_doc_read(&arena, e->path, e->bytes, &faults);
            consents++;
        }
    }
    for (int f = 0; f < faults.n; f++)
        print_message("%.*s: %.*s\n", STR_ARG(faults.v[f].field), STR_ARG(faults.v[f].message));
    assert_int_equal(faults.n, 0);
    assert_true(pages >= 4 && consents >= 3);
}

#define HEAD "page x 1\nlanguage en\ntitle X\nwhen day\nsource GUIDE\ngrade 8\n"

static void a_bad_page_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } bad[] = {
        {HEAD "text Call 988.\n", "f:7", "no line 'test'"},
        {HEAD "text Call us.\ntest says call\n", "f:8", "988"},
        {HEAD "text Call 988.\ntest says ride\n", "f:8", "does not say 'ride'"},
        {HEAD "text Call 988.\ntest ride\n", "f:8", "test says PHRASE"},
        {HEAD "text Interdisciplinary psychopharmacological considerations necessitate 988.\n"
              "test says 988\n",
         "f:8", "it reads at grade"},
        {HEAD "text\ntest says 988\n", "f:7", "text TEXT"},
        {HEAD "paint x\n", "f:7", "no line 'paint'"},
        {"page x\n", "f:1", "page ID VERSION"},
        {"page x 1\ngrade 13\n", "f:2", "1 to 12"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults faults = {.arena = &arena};
        (void)page_read(&arena, STR("f"), str_from(bad[i].text), &faults);
        bool found = false;
        for (int f = 0; f < faults.n; f++)
            found |= str_is(faults.v[f].field, bad[i].place) &&
                     str_find(faults.v[f].message, str_from(bad[i].says)) >= 0;
        if (!found) print_message("case %zu, %d faults\n", i, faults.n);
        assert_true(found);
    }
}

#define CONSENT                                                                             \
    "consent x 2\nlanguage en\ntitle X\nsource CLINICAL 9.2\nrequired dose\n"              \
    "valid 12 months | DESIGN\nmeaning I agree.\nheading What\ntext You may stop.\n"

static void the_exact_text_is_all_of_it(void **state) {
    (void)state;
    struct faults faults = {.arena = &arena};
    struct consent_doc d =
        consent_doc_read(&arena, STR("f"), STR(CONSENT "test says may stop\n"), &faults);
    assert_int_equal(faults.n, 0);
    assert_true(str_is(d.text, "X\nversion 2, en\n\n# What\n\nYou may stop.\n\nI agree.\n"));
    assert_true(d.required && d.valid_months == 12);
    assert_true(consent_doc_required(&d, STR("esk")) && consent_doc_required(&d, STR_ABSENT));
    d.routes = STR("iv sl unplanned");
    assert_true(consent_doc_required(&d, STR("sl")) && consent_doc_required(&d, STR("iv")));
    assert_false(consent_doc_required(&d, STR("esk")) || consent_doc_required(&d, STR_ABSENT));
    d.required = false;
    assert_false(consent_doc_required(&d, STR("iv")));
    static const struct {
        const char *text, *says;
    } bad[] = {
        {CONSENT, "no line 'test'"},
        {CONSENT "test says bladder\n", "does not say `bladder`"},
        {"required maybe\n", "WHEN is `dose`"},
        {"valid 0 months | DESIGN\n", "from 1 to 120, not `0`"},
        {"valid 12 months\n", "valid N months | SOURCE"},
        {"consent x\n", "VERSION is a whole number from 1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct faults again = {.arena = &arena};
        (void)consent_doc_read(&arena, STR("f"), str_from(bad[i].text), &again);
        bool found = false;
        for (int f = 0; f < again.n; f++)
            found |= str_find(again.v[f].message, str_from(bad[i].says)) >= 0;
        if (!found) print_message("case %zu\n", i);
        assert_true(found);
    }
}

int main(void) {
    arena_open(&arena, 64 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grade_counts_words_and_sounds),
        cmocka_unit_test(every_page_holds_its_own_tests),
        cmocka_unit_test(a_bad_page_is_refused_by_name),
        cmocka_unit_test(the_exact_text_is_all_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
