#include "core/page.h"

#include "base/lines.h"

struct reader {
    struct lines lines;
    struct page *p;
    struct lines_tests tests; /* the phrases */
};

static void read_head(struct reader *r) {
    struct str rest = r->lines.value;
    int64_t version = 0;
    r->p->id = word_next(&rest);
    if (!r->p->id.s || !str_to_int(word_next(&rest), &version) || version < 1 || version > 9999)
        lines_fault(&r->lines, "syntax", "page ID VERSION");
    r->p->version = (int)version;
}

static void read_grade(struct reader *r) {
    int64_t grade = 0;
    if (!str_to_int(r->lines.value, &grade) || grade < 1 || grade > 12)
        lines_fault(&r->lines, "range", "grade is 1 to 12");
    r->p->grade = (int)grade;
}

static void add_part(struct reader *r, enum page_part_kind kind) {
    if (r->lines.value.n == 0)
        lines_fault(&r->lines, "required", "the line has no words");
    else if (r->p->parts_n == PAGE_PARTS_MAX)
        lines_fault(&r->lines, "limit", "more than %d parts", PAGE_PARTS_MAX);
    else
        r->p->parts[r->p->parts_n++] = (struct page_part){kind, r->lines.value};
}

static void keep_test(struct reader *r) {
    struct str rest = r->lines.value;
    if (!str_is(word_next(&rest), "says") || rest.n <= 0)
        lines_fault(&r->lines, "syntax", "test says PHRASE");
    else lines_keep(&r->lines, &r->tests, rest);
}

static void read_line(struct reader *r) {
    struct str k = r->lines.keyword;
    if (str_is(k, "page")) read_head(r);
    else if (str_is(k, "language")) r->p->language = r->lines.value;
    else if (str_is(k, "title")) r->p->title = r->lines.value;
    else if (str_is(k, "when")) r->p->when = r->lines.value;
    else if (str_is(k, "source")) r->p->source = r->lines.value;
    else if (str_is(k, "grade")) read_grade(r);
    else if (str_is(k, "heading")) add_part(r, PAGE_HEADING);
    else if (str_is(k, "text")) add_part(r, PAGE_TEXT);
    else if (str_is(k, "point")) add_part(r, PAGE_POINT);
    else if (str_is(k, "test")) keep_test(r);
    else
        lines_fault(&r->lines, "unknown", "a page has no line '%.*s'", STR_ARG(k));
}

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

static void check_head(struct reader *r) {
    const struct page *p = r->p;
    const struct {
        const char *keyword;
        bool there;
    } needs[] = {{"page", p->version > 0},       {"language", p->language.n > 0},
                 {"title", p->title.n > 0},      {"when", p->when.n > 0},
                 {"source", p->source.n > 0},    {"grade", p->grade > 0},
                 {"text", p->parts_n > 0},       {"test", r->tests.n > 0}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (!needs[i].there)
            lines_fault(&r->lines, "required", "the page has no line '%s'", needs[i].keyword);
}

static void run_tests(struct reader *r) {
    struct str text = whole(r->lines.arena, r->p);
    double grade = page_grade(text);
    if (str_find(text, STR("988")) < 0)
        lines_fault(&r->lines, "test", "a page for patients names the crisis line, 988");
    if (grade > r->p->grade)
        lines_fault(&r->lines, "test", "it reads at grade %.1f; it says %d", grade, r->p->grade);
    for (int i = 0; i < r->tests.n; i++) {
        struct str phrase = lines_kept(&r->lines, &r->tests, i);
        if (!str_has_fold(text, phrase))
            lines_fault(&r->lines, "test", "the page does not say '%.*s'", STR_ARG(phrase));
    }
}

const struct page *page_read(struct arena *a, struct str file, struct str text,
                             struct faults *faults) {
    struct reader r = {.lines = lines_open(a, file, text, faults),
                       .p = NEW(a, struct page),
                       .tests.most = PAGE_TESTS_MAX};
    int before = faults->n + faults->dropped;
    while (lines_next(&r.lines)) read_line(&r);
    check_head(&r);
    if (faults->n + faults->dropped == before) run_tests(&r);
    return r.p;
}
