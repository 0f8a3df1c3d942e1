#include "fhir/questionnaire.h"

#include "base/lines.h"
#include "fhir/datatype.h"
#include "fhir/questionnaire_bind.h"

static const char types[] =
    "group display boolean decimal integer date dateTime time string text url choice open-choice "
    "attachment reference quantity";

/* Texts ------------------------------------------------------------------------------------- */

/* White space folded to one space, since a line of content is one line; else as it came. */
static struct str folded(struct arena *a, struct str text) {
    struct buf b = buf_new(a, text.n + 1);
    bool space = false;
    text = str_trim(text);
    for (ptrdiff_t i = 0; i < text.n; i++) {
        char c = text.s[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank)
            buf_char(&b, c);
        else if (!space)
            buf_char(&b, ' ');
        space = blank;
    }
    return buf_str(&b);
}

struct str questionnaire_words(struct datatype_reader *r, const struct json *object,
                               const char *name) {
    struct str text = datatype_text(r, object, name);
    if (!text.s) return text;
    text = folded(r->arena, text);
    if (text.n > QUESTIONNAIRE_TEXT_MAX)
        json_fault(r->faults, r->doc, json_get(object, name), "length",
                   "the text has more than %d bytes", QUESTIONNAIRE_TEXT_MAX);
    else if (!wording_may_say(text))
        json_fault(r->faults, r->doc, json_get(object, name), "syntax",
                   "a `|` or a control character stands in the text; content cannot keep it");
    return text;
}

static struct str joined(struct arena *a, struct str before, struct str more) {
    if (!more.n) return before;
    return before.n ? str_format(a, "%.*s %.*s", STR_ARG(before), STR_ARG(more)) : more;
}

/* Which instrument -------------------------------------------------------------------------- */

static const struct instrument *by_codes(struct instruments all, const struct json *codes) {
    const struct instrument *in = NULL;
    for (const struct json *c = codes ? codes->first : NULL; c && !in; c = c->next)
        in = instrument_find_loinc(all, json_text(json_get(c, "code")));
    return in;
}

static const struct instrument *by_name(struct arena *a, struct instruments all,
                                        const struct json *root) {
    static const char *const names[] = {"name", "title", "id", "url"};
    const struct instrument *in = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !in; i++) {
        struct str text = json_text(json_get(root, names[i])), rest = text;
        while (str_is(str_from(names[i]), "url") && rest.s) text = str_cut(rest, '/', &rest);
        if (text.n) in = instrument_find(all, questionnaire_plain(a, text));
    }
    return in;
}

/* How many of the instrument's required items have their code somewhere below `list`. */
static int codes_below(const struct instrument *in, const struct json *list) {
    int n = 0;
    for (const struct json *i = list ? list->first : NULL; i; i = i->next) {
        const struct json *codes = json_get(i, "code");
        for (const struct json *c = codes ? codes->first : NULL; c; c = c->next) {
            int at = instrument_item(in, json_text(json_get(c, "code")));
            n += at >= 0 && !in->items[at].optional;
        }
        n += codes_below(in, json_get(i, "item"));
    }
    return n;
}

/* The longest instrument all of whose required items are there by their codes: AUDIT, and not
 * AUDIT-C, which is a part of it. */
static const struct instrument *by_items(struct instruments all, const struct json *root) {
    const struct instrument *best = NULL;
    for (int i = 0; i < all.n; i++) {
        const struct instrument *in = all.v[i];
        int needed = 0;
        for (int k = 0; k < in->item_count; k++) needed += !in->items[k].optional;
        bool whole = codes_below(in, json_get(root, "item")) >= needed && needed > 0;
        if (whole && (!best || in->item_count > best->item_count)) best = in;
    }
    return best;
}

static const struct instrument *which(struct datatype_reader *r, struct instruments all,
                                      struct str as) {
    const struct json *root = r->doc->root;
    const struct instrument *in = NULL;
    if (as.n) {
        in = instrument_find(all, str_lower(r->arena, as));
        if (!in)
            fault_add(r->faults, STR("--as"), "unknown", "there is no instrument `%.*s`",
                      STR_ARG(str_brief(as, 40)));
        return in;
    }
    in = by_codes(all, datatype_member(r, root, "code", JSON_LIST));
    for (const struct json *i = json_at(json_get(root, "item"), 0); i && !in; i = i->next)
        if (json_get(i, "item")) in = by_codes(all, json_get(i, "code"));
    if (!in) in = by_name(r->arena, all, root);
    if (!in) in = by_items(all, root);
    if (!in)
        json_fault(r->faults, r->doc, root, "unknown",
                   "neither code, name, url nor the items' codes say which instrument this is; "
                   "say it with --as ID");
    return in;
}

/* The items --------------------------------------------------------------------------------- */

struct walk {
    struct datatype_reader *r;
    struct questionnaire *q;
    struct str heading; /* what was said since the last item */
    int last;           /* index of the last item bound; -1: none yet */
};

static void say(struct walk *w, const struct json *item) {
    struct str text = questionnaire_words(w->r, item, "text");
    struct str *into = w->last < 0 ? &w->q->words.stem : &w->heading;
    *into = joined(w->r->arena, *into, text);
}

/* A total, or what the form computes: ours is computed by our own scoring. */
static bool is_computed(const struct instrument *in, const struct json *item) {
    bool read_only = false;
    const struct json *codes = json_get(item, "code"), *more = json_get(item, "extension");
    for (const struct json *c = codes ? codes->first : NULL; c; c = c->next)
        if (in->total_loinc.n && str_eq(json_text(json_get(c, "code")), in->total_loinc))
            return true;
    for (const struct json *e = more ? more->first : NULL; e; e = e->next)
        if (str_ends(json_text(json_get(e, "url")), STR("-calculatedExpression"))) return true;
    return json_truth(json_get(item, "readOnly"), &read_only) && read_only;
}

static void take_question(struct walk *w, const struct json *item) {
    struct questionnaire *q = w->q;
    int at = questionnaire_item(w->r, q, item);
    if (at < 0 && is_computed(q->in, item)) {
        q->passed_over++;
        return;
    }
    if (at < 0) {
        json_fault(w->r->faults, w->r->doc, item, "unknown",
                   "neither its codes nor its linkId bind it to an item of %.*s; a LOINC code or "
                   "a linkId such as q1 would",
                   STR_ARG(q->in->id));
        return;
    }
    if (at <= w->last) {
        json_fault(w->r->faults, w->r->doc, item, "order",
                   "%s %.*s; the items stand once each, in the order of %.*s",
                   at == w->last ? "it binds once more to" : "here stands",
                   STR_ARG(q->in->items[at].id), STR_ARG(q->in->id));
        return;
    }
    struct wording_item *words = &q->words.items[q->words.n++];
    words->id = q->in->items[at].id;
    words->text = questionnaire_words(w->r, item, "text");
    words->heading = w->heading.n ? w->heading : STR_ABSENT;
    w->heading = STR_ABSENT;
    w->last = at;
    if (!words->text.s)
        json_fault(w->r->faults, w->r->doc, item, "required", "the item has no text");
    questionnaire_answers(w->r, q, &q->in->items[at], item, words);
}

static void take_items(struct walk *w, const struct json *holder) {
    const struct json *list = datatype_member(w->r, holder, "item", JSON_LIST);
    for (const struct json *i = list ? list->first : NULL; i; i = i->next) {
        struct str type = datatype_code(w->r, i, "type", types);
        if (!type.s)
            json_fault(w->r->faults, w->r->doc, i, "required", "an item has a type");
        else if (str_is(type, "group") || str_is(type, "display"))
            say(w, i);
        else
            take_question(w, i);
        take_items(w, i);
    }
}

/* The whole --------------------------------------------------------------------------------- */

static void take_head(struct datatype_reader *r, struct wording *w) {
    const struct json *root = r->doc->root;
    struct str publisher = questionnaire_words(r, root, "publisher");
    struct str version = questionnaire_words(r, root, "version");
    struct str date = questionnaire_words(r, root, "date");
    struct str url = questionnaire_words(r, root, "url");
    struct buf b = buf_new(r->arena, 256);
    const struct str parts[] = {publisher, version, date, url};
    buf_z(&b, "FHIR Questionnaire");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].n) buf_format(&b, "%s%.*s", i == 0 ? " of " : ", ", STR_ARG(parts[i]));
    w->source = buf_str(&b);
    w->licence = STR("The words are the clinic's own copy, under its own licence");
    w->notice = questionnaire_words(r, root, "copyright");
    w->language = questionnaire_words(r, root, "language");
    if (!w->language.s || str_starts(w->language, STR("en-"))) w->language = STR("en");
    w->title = questionnaire_words(r, root, "title");
}

enum err questionnaire_read(struct arena *a, struct str bytes, struct instruments all,
                            struct str as, struct faults *faults, struct questionnaire *out) {
    struct json_doc doc;
    *out = (struct questionnaire){0};
    TRY(json_parse(a, bytes, &doc, faults));
    struct datatype_reader r = {.arena = a, .doc = &doc, .faults = faults};
    struct walk w = {.r = &r, .q = out, .last = -1};
    if (!str_is(json_text(json_get(doc.root, "resourceType")), "Questionnaire")) {
        fault_add(faults, STR("resourceType"), "unknown", "this is no FHIR Questionnaire");
        return E_INVALID;
    }
    out->in = which(&r, all, as);
    TRY(faults_err(faults));
    out->words.id = out->in->id;
    out->words.of = out->in->version;
    take_head(&r, &out->words);
    if (!out->words.title.s) out->words.title = out->in->title;
    take_items(&w, doc.root);
    return faults_err(faults);
}
