#include "core/consent_doc.h"

#include "base/lines.h"

struct reader {
    struct consent_doc *doc;
    struct lines lines;
    struct lines_tests tests; /* the phrases */
};

static void add_part(struct reader *r, struct str text, const char *kind) {
    if (text.n == 0) lines_fault(&r->lines, "required", "a %s needs its words", kind);
    if (r->doc->parts_n == CONSENT_PARTS_MAX) {
        lines_fault(&r->lines, "length", "more than %d parts", CONSENT_PARTS_MAX);
        return;
    }
    r->doc->parts[r->doc->parts_n++] = (struct consent_part){str_is(str_from(kind), "heading"),
                                                             text};
}

static void read_head(struct reader *r) {
    struct str rest = r->lines.value;
    int64_t version;
    r->doc->id = word_next(&rest);
    if (!r->doc->id.n || !str_to_int(rest, &version) || version < 1) {
        lines_fault(&r->lines, "syntax", "write `consent ID VERSION`, the version from 1");
        return;
    }
    r->doc->version = (int)version;
}

static void read_required(struct reader *r) {
    struct str rest = r->lines.value, word = word_next(&rest);
    r->doc->required = str_is(word, "dose");
    r->doc->routes = r->doc->required && rest.s ? rest : STR("");
    if (!r->doc->required && !str_is(r->lines.value, "off"))
        lines_fault(&r->lines, "unknown", "required is `dose`, with routes or without, or `off`");
}

bool consent_doc_required(const struct consent_doc *doc, struct str route) {
    struct str rest = doc->routes;
    if (!doc->required || doc->routes.n == 0) return doc->required;
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
        if (str_eq(w, route)) return true;
    return false;
}

static void read_valid(struct reader *r) {
    int64_t months;
    struct str rest = r->lines.value, span = part_next(&rest);
    struct str number = word_next(&span);
    r->doc->valid_source = rest.s ? str_trim(rest) : STR("");
    if (!number.n || !str_to_int(number, &months) || months < 1 || months > 120 ||
        !str_is(span, "months") || r->doc->valid_source.n == 0)
        lines_fault(&r->lines, "syntax", "write `valid 12 months | SOURCE`");
    else
        r->doc->valid_months = (int)months;
}

static void read_test(struct reader *r) {
    struct str rest = r->lines.value, word = word_next(&rest);
    if (!str_is(word, "says") || !rest.n)
        lines_fault(&r->lines, "syntax", "write `test says PHRASE`");
    else lines_keep(&r->lines, &r->tests, rest);
}

static void read_line(struct reader *r) {
    struct str keyword = r->lines.keyword;
    if (str_is(keyword, "consent")) read_head(r);
    else if (str_is(keyword, "language")) r->doc->language = r->lines.value;
    else if (str_is(keyword, "title")) r->doc->title = r->lines.value;
    else if (str_is(keyword, "source")) r->doc->source = r->lines.value;
    else if (str_is(keyword, "meaning")) r->doc->meaning = r->lines.value;
    else if (str_is(keyword, "required")) read_required(r);
    else if (str_is(keyword, "valid")) read_valid(r);
    else if (str_is(keyword, "heading")) add_part(r, r->lines.value, "heading");
    else if (str_is(keyword, "text")) add_part(r, r->lines.value, "text");
    else if (str_is(keyword, "test")) read_test(r);
    else lines_fault(&r->lines, "unknown", "no keyword `%.*s`", STR_ARG(keyword));
}

static struct str exact_text(struct arena *a, const struct consent_doc *doc) {
    struct buf b = buf_new(a, 4096);
    buf_format(&b, "%.*s\nversion %d, %.*s\n", STR_ARG(doc->title), doc->version,
               STR_ARG(doc->language));
    for (int i = 0; i < doc->parts_n; i++) {
        buf_z(&b, doc->parts[i].is_heading ? "\n# " : "\n");
        buf_put(&b, doc->parts[i].text);
        buf_char(&b, '\n');
    }
    buf_format(&b, "\n%.*s\n", STR_ARG(doc->meaning));
    return buf_str(&b);
}

static void check(struct reader *r) {
    const struct consent_doc *doc = r->doc;
    const struct {
        const char *keyword;
        bool there;
    } needs[] = {{"consent", doc->version > 0},        {"language", doc->language.n > 0},
                 {"title", doc->title.n > 0},          {"source", doc->source.n > 0},
                 {"meaning", doc->meaning.n > 0},      {"valid", doc->valid_months > 0},
                 {"text", doc->parts_n > 0},           {"test", r->tests.n > 0}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
        if (!needs[i].there)
            lines_fault(&r->lines, "required", "the file has no `%s` line", needs[i].keyword);
    for (int i = 0; i < r->tests.n; i++) {
        struct str phrase = lines_kept(&r->lines, &r->tests, i);
        if (!str_has_fold(doc->text, phrase))
            lines_fault(&r->lines, "test", "the text does not say `%.*s`", STR_ARG(phrase));
    }
}

struct consent_doc consent_doc_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults) {
    struct consent_doc doc = {0};
    struct reader r = {.doc = &doc,
                       .lines = lines_open(a, file, text, faults),
                       .tests.most = CONSENT_PARTS_MAX};
    while (lines_next(&r.lines)) read_line(&r);
    doc.text = exact_text(a, &doc);
    check(&r);
    return doc;
}
