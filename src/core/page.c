#include "core/page.h"

#include "base/grammar.h"

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static bool vowel(char c) {
    switch (c | 0x20) {
    case 'a': case 'e': case 'i': case 'o': case 'u': case 'y': return true;
    default: return false;
    }
}

/* Groups of vowels, without a silent e at the end; one at least. */
static int syllables(const char *s, ptrdiff_t n) {
    int count = 0;
    for (ptrdiff_t i = 0; i < n; i++) count += vowel(s[i]) && (i == 0 || !vowel(s[i - 1]));
    bool silent = n > 2 && (s[n - 1] | 0x20) == 'e' && !vowel(s[n - 2]) && (s[n - 2] | 0x20) != 'l';
    count -= silent;
    return count > 0 ? count : 1;
}

double page_grade(struct str text) {
    int words = 0, sentences = 0, sounds = 0;
    bool open = false; /* a sentence has begun */
    for (ptrdiff_t i = 0; i < text.n; i++) {
        if (letter(text.s[i])) {
            ptrdiff_t from = i;
            while (i + 1 < text.n && (letter(text.s[i + 1]) || text.s[i + 1] == '\'')) i++;
            sounds += syllables(text.s + from, i + 1 - from);
            words++;
            open = true;
        } else if (open && (text.s[i] == '.' || text.s[i] == '?' || text.s[i] == ':' ||
                            text.s[i] == '\n')) {
            sentences++;
            open = false;
        }
    }
    sentences += open;
    if (words == 0) return 0;
    return 0.39 * words / sentences + 11.8 * sounds / words - 15.59;
}

static struct str whole(struct arena *a, const struct page *p) {
    struct buf b = buf_new(a, 4096);
    for (int i = 0; i < p->parts_n; i++) {
        buf_put(&b, p->parts[i].text);
        buf_char(&b, '\n');
    }
    return buf_str(&b);
}

/* Reading ----------------------------------------------------------------------------------- */

static bool put_part(struct lines *l, void *row) {
    static const char *const kinds[] = {"heading", "text", "point"};
    ((struct page_part *)row)->kind = (enum page_part_kind)str_index(l->keyword, kinds, 3);
    return true;
}

static bool test_says(struct lines *l, void *phrase) {
    const struct str *said = phrase;
    if (!str_has_fold(whole(l->arena, l->into), *said))
        lines_fault(l, "test", "the page does not say '%.*s'", STR_ARG(*said));
    return true;
}

#define PART LIST(page, parts, parts_n, PAGE_PARTS_MAX), .put = put_part,                         \
             .slots = {AT(page_part, text)}
static const struct grammar_line grammar[] = {
    {"page ID VERSION", ONCE, .slots = {AT(page, id), WITHIN(page, version, 1, 9999)}},
    {"language CODE", ONCE, .slots = {AT(page, language)}},
    {"title TEXT", ONCE, .slots = {AT(page, title)}},
    {"when WHEN", ONCE, .slots = {AT(page, when)}},
    {"source TEXT", ONCE, .slots = {AT(page, source)}},
    {"grade N", ONCE, .slots = {WITHIN(page, grade, 1, 12)}},
    {"heading TEXT", ANY, PART},
    {"text TEXT", SOME, PART},
    {"point TEXT", ANY, PART},
    {"test says PHRASE", SOME, ROW(str), .slots = {{SLOT_TEXT, 0}}, .test = test_says},
};

static void check_whole(struct lines *l, const struct page *p) {
    struct str text = whole(l->arena, p);
    double grade = page_grade(text);
    if (str_find(text, STR("988")) < 0)
        lines_fault(l, "test", "a page for patients names the crisis line, 988");
    if (grade > p->grade)
        lines_fault(l, "test", "it reads at grade %.1f; it says %d", grade, p->grade);
}

const struct page *page_read(struct arena *a, struct str file, struct str text,
                             struct faults *faults) {
    struct page *p = NEW(a, struct page);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, p);
    if (faults->n + faults->dropped == l.faults_before) check_whole(&l, p);
    grammar_test(&l);
    return p;
}
