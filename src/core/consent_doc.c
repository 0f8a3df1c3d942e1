#include "core/consent_doc.h"

#include "base/grammar.h"

bool consent_doc_required(const struct consent_doc *doc, struct str route) {
    return doc->required && (doc->routes.n == 0 || word_among(doc->routes, route));
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

/* Reading ----------------------------------------------------------------------------------- */

static bool put_part(struct lines *l, void *row) {
    ((struct consent_part *)row)->is_heading = str_is(l->keyword, "heading");
    return true;
}

static bool read_required(struct lines *l, struct str text, void *row) {
    struct consent_doc *doc = row;
    doc->required = str_is(word_next(&text), "dose");
    doc->routes = text.n > 0 ? text : STR("");
    return doc->required || str_is(l->value, "off");
}

static bool test_says(struct lines *l, void *phrase) {
    const struct str *said = phrase;
    if (!str_has_fold(((const struct consent_doc *)l->into)->text, *said))
        lines_fault(l, "test", "the text does not say `%.*s`", STR_ARG(*said));
    return true;
}

#define PART LIST(consent_doc, parts, parts_n, CONSENT_PARTS_MAX), .put = put_part,               \
             .slots = {AT(consent_part, text)}
static const struct grammar_line grammar[] = {
    {"consent ID VERSION", ONCE,
     .slots = {AT(consent_doc, id), WITHIN(consent_doc, version, 1, 9999)}},
    {"language CODE", ONCE, .slots = {AT(consent_doc, language)}},
    {"title TEXT", ONCE, .slots = {AT(consent_doc, title)}},
    {"source TEXT", ONCE, .slots = {AT(consent_doc, source)}},
    {"meaning TEXT", ONCE, .slots = {AT(consent_doc, meaning)}},
    {"required WHEN", AT_MOST_ONCE,
     .slots = {OWN_ROW(read_required, "`dose`, with routes or without, or `off`")}},
    {"valid N months | SOURCE", ONCE,
     .slots = {WITHIN(consent_doc, valid_months, 1, 120), AT(consent_doc, valid_source)}},
    {"heading TEXT", ANY, PART},
    {"text TEXT", SOME, PART},
    {"test says PHRASE", SOME, ROW(str), .slots = {{SLOT_TEXT, 0}}, .test = test_says},
};

struct consent_doc consent_doc_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults) {
    struct consent_doc doc = {0};
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, &doc);
    doc.text = exact_text(a, &doc);
    grammar_test(&l);
    return doc;
}
