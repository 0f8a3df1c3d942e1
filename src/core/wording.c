#include "core/wording.h"

#include "base/grammar.h"

/* Reading ----------------------------------------------------------------------------------- */

const struct wording_item *wording_item(const struct wording *w, struct str id) {
    return STR_FIND(w->items, w->n, id, id);
}

/* The item of that id, made where it is new; NULL with a fault where there is no room. */
static struct wording_item *item_of(struct lines *l, struct str id) {
    struct wording *w = l->into;
    struct wording_item *it = (struct wording_item *)wording_item(w, id);
    if (it) return it;
    if (id.n == 0) lines_fault(l, "required", "the item has no id");
    if (id.n == 0 || !grammar_room(l, w->n, ITEMS_MAX)) return NULL;
    it = &w->items[w->n++];
    it->id = id;
    return it;
}

/* `item q1 | TEXT`, `heading q1 | TEXT` */
static void read_text(struct lines *l) {
    struct str rest = l->value;
    struct wording_item *it = item_of(l, part_next(&rest));
    if (!it) return;
    struct str *field = str_is(l->keyword, "item") ? &it->text : &it->heading;
    struct str text = part_next(&rest);
    if (field->s || rest.s) lines_fault(l, "twice", "one text belongs to an item");
    if (text.n == 0) lines_fault(l, "required", "the item has no words after `|`");
    *field = text;
}

static void read_ends(struct lines *l) {
    struct str rest = l->value;
    struct wording_item *it = item_of(l, part_next(&rest));
    if (!it) return;
    it->low_text = part_next(&rest);
    it->high_text = part_next(&rest);
    if (it->high_text.n == 0)
        lines_fault(l, "syntax", "write `ends ID | LOW TEXT | HIGH TEXT`");
}

static bool read_choice(struct lines *l, struct str part, struct wording_item *into) {
    struct choice c = {0};
    int64_t value;
    if (!str_to_int(word_next(&part), &value) || value < -100000 || value > 100000 || part.n == 0 ||
        into->choice_count == CHOICES_MAX) {
        lines_fault(l, "syntax", "a choice is `VALUE TEXT`, and an item has at most %d",
                    CHOICES_MAX);
        return false;
    }
    c.value = (int)value;
    c.text = part;
    into->choices[into->choice_count++] = c;
    return true;
}

static void read_choices(struct lines *l) {
    struct str rest = l->value, ids = part_next(&rest), part;
    struct wording_item read = {0};
    while ((part = part_next(&rest)).s)
        if (!read_choice(l, part, &read)) return;
    for (struct str id = word_next(&ids); id.s; id = word_next(&ids)) {
        struct wording_item *it = item_of(l, id);
        if (!it) return;
        if (it->choice_count) lines_fault(l, "twice", "an item has its choices once");
        it->choice_count = read.choice_count;
        memcpy(it->choices, read.choices, sizeof read.choices);
    }
}

#define TEXT(keyword, times, field) {keyword " TEXT", times, .slots = {AT(wording, field)}}
static const struct grammar_line grammar[] = {
    {"wording ID VERSION of VERSION-OF-THE-INSTRUMENT", ONCE,
     .slots = {AT(wording, id), WITHIN(wording, version, 0, 99999), WITHIN(wording, of, 1, 99999)}},
    TEXT("language", ONCE, language),
    TEXT("title", ONCE, title),
    TEXT("source", ONCE, source),
    TEXT("licence", ONCE, licence),
    TEXT("notice", AT_MOST_ONCE, notice),
    TEXT("recall", AT_MOST_ONCE, recall),
    TEXT("stem", AT_MOST_ONCE, stem),
    {"item ID | TEXT", SOME, .read = read_text},
    {"heading ID | TEXT", ANY, .read = read_text},
    {"choices IDS | VALUE TEXT | VALUE TEXT ...", ANY, .read = read_choices},
    {"ends ID | LOW TEXT | HIGH TEXT", ANY, .read = read_ends},
};

const struct wording *wording_read(struct arena *a, struct str file, struct str text,
                                   struct faults *faults) {
    struct lines l = lines_open(a, file, text, faults);
    struct wording *w = NEW(a, struct wording);
    if (!str_utf8_ok(text)) fault_add(faults, file, "encoding", "the file is not UTF-8");
    else GRAMMAR_READ(&l, grammar, w);
    return faults->n + faults->dropped == l.faults_before ? w : NULL;
}

struct str wording_answer(const struct wording_item *item, int value) {
    for (int i = 0; i < item->choice_count; i++)
        if (item->choices[i].value == value) return item->choices[i].text;
    return STR_ABSENT;
}

/* Binding ----------------------------------------------------------------------------------- */

struct binder {
    const struct instrument *in;
    struct str field;
    struct faults *faults;
};

#define WRONG(b, id, code, ...)                                                                    \
    fault_add((b)->faults,                                                                         \
              str_format((b)->faults->arena, "%.*s: %.*s", STR_ARG((b)->field), STR_ARG(id)),      \
              (code), __VA_ARGS__)

/* The answers that the item takes and the words leave out, but for `not assessed`. */
static int left_out(const struct item *item, const struct wording_item *w) {
    const struct scale *s = item->scale;
    for (int v = s->low; v <= s->high; v += s->step) {
        bool there = !item_accepts(item, v) || v == s->not_assessed;
        for (int i = 0; i < w->choice_count && !there; i++) there = w->choices[i].value == v;
        if (!there) return v;
    }
    return ANSWER_MISSING;
}

static void check_choices(struct binder *b, const struct item *item, const struct wording_item *w) {
    for (int i = 0; i < w->choice_count; i++) {
        int value = w->choices[i].value;
        if (!item_accepts(item, value))
            WRONG(b, item->id, "range", "%d is not an answer to this item; it takes %d to %d",
                  value, item->scale->low, item->scale->high);
        if (i && value <= w->choices[i - 1].value)
            WRONG(b, item->id, "order", "the answers go upwards; %d does not", value);
    }
    int missing = left_out(item, w);
    if (missing != ANSWER_MISSING)
        WRONG(b, item->id, "required", "no answer has the value %d; the item takes %d to %d",
              missing, item->scale->low, item->scale->high);
}

/* The item's scale with the words of the clinic; codes and `not assessed` stay as they are. */
static const struct scale *reworded(struct arena *a, const struct scale *s,
                                    const struct wording_item *w) {
    struct scale *out = NEW(a, struct scale);
    *out = *s;
    if (w->low_text.s) out->low_text = w->low_text;
    if (w->high_text.s) out->high_text = w->high_text;
    if (w->choice_count && s->choice_count == 0) out->choice_count = w->choice_count;
    if (w->choice_count && s->choice_count == 0)
        memcpy(out->choices, w->choices, sizeof w->choices);
    for (int i = 0; i < s->choice_count; i++) {
        struct str text = wording_answer(w, s->choices[i].value);
        if (text.s) out->choices[i].text = text;
    }
    return out;
}

static void bind_item(struct arena *a, struct binder *b, const struct wording_item *w,
                      struct item *item) {
    if (w->choice_count) check_choices(b, item, w);
    if (w->text.s) item->text = w->text;
    item->heading = w->heading;
    item->scale = reworded(a, item->scale, w);
}

static void bind_items(struct arena *a, struct binder *b, const struct wording *w,
                       struct item *items) {
    for (int i = 0; i < w->n; i++)
        if (instrument_item(b->in, w->items[i].id) < 0)
            WRONG(b, w->items[i].id, "unknown", "%.*s %d has no such item", STR_ARG(b->in->id),
                  b->in->version);
    for (int i = 0; i < b->in->item_count; i++) {
        const struct wording_item *words = wording_item(w, items[i].id);
        if (words && words->text.n)
            bind_item(a, b, words, &items[i]);
        else if (!items[i].optional && !items[i].unscored)
            WRONG(b, items[i].id, "required", "the words of this item (%.*s) are missing",
                  STR_ARG(items[i].label));
    }
}

const struct instrument *wording_bind(struct arena *a, const struct instrument *in,
                                      const struct wording *w, struct str field,
                                      struct faults *faults) {
    int before = faults->n + faults->dropped;
    struct binder b = {in, field, faults};
    struct instrument *out = NEW(a, struct instrument);
    *out = *in;
    out->items = NEWS(a, struct item, in->item_count);
    memcpy(out->items, in->items, sizeof *in->items * (size_t)in->item_count);
    out->title = w->title;
    out->source = w->source;
    out->licence = w->licence;
    out->notice = w->notice;
    out->language = w->language;
    out->wording = w->version;
    bool same = str_eq(w->language, in->language); /* ours stands in for what is not said */
    if (w->recall.s || !same) out->recall = w->recall;
    if (w->stem.s || !same) out->stem = w->stem;
    bind_items(a, &b, w, out->items);
    return faults->n + faults->dropped == before ? out : NULL;
}

/* Writing ----------------------------------------------------------------------------------- */

bool wording_may_say(struct str text) {
    for (ptrdiff_t i = 0; i < text.n; i++)
        if (text.s[i] == '|' || (unsigned char)text.s[i] < ' ') return false;
    return text.n > 0 && str_utf8_ok(text);
}

static void put_line(struct buf *b, const char *keyword, struct str text) {
    if (text.n) buf_format(b, "%-8s %.*s\n", keyword, STR_ARG(text));
}

static bool same_choices(const struct scale *a, const struct scale *b) {
    if (a->choice_count != b->choice_count) return false;
    for (int i = 0; i < a->choice_count; i++)
        if (a->choices[i].value != b->choices[i].value ||
            !str_eq(a->choices[i].text, b->choices[i].text))
            return false;
    return true;
}

/* One line for all items that are answered alike; nothing where an earlier item said it. */
static void put_choices(struct buf *b, const struct instrument *in, int i) {
    const struct scale *s = in->items[i].scale;
    for (int j = 0; j < i; j++)
        if (same_choices(in->items[j].scale, s)) return;
    buf_z(b, "choices ");
    for (int j = i; j < in->item_count; j++)
        if (same_choices(in->items[j].scale, s)) {
            buf_char(b, ' ');
            buf_put(b, in->items[j].id);
        }
    for (int k = 0; k < s->choice_count; k++)
        buf_format(b, " | %d %.*s", s->choices[k].value, STR_ARG(s->choices[k].text));
    buf_char(b, '\n');
}

static void put_item(struct buf *b, const struct instrument *in, int i) {
    const struct item *it = &in->items[i];
    struct str text = it->text.n ? it->text : it->label;
    if (it->heading.n)
        buf_format(b, "heading  %.*s | %.*s\n", STR_ARG(it->id), STR_ARG(it->heading));
    buf_format(b, "item     %.*s | %.*s\n", STR_ARG(it->id), STR_ARG(text));
    if (it->scale->choice_count)
        put_choices(b, in, i);
    else if (it->scale->low_text.n && it->scale->high_text.n)
        buf_format(b, "ends     %.*s | %.*s | %.*s\n", STR_ARG(it->id),
                   STR_ARG(it->scale->low_text), STR_ARG(it->scale->high_text));
}

void wording_put(struct buf *b, const struct instrument *in) {
    buf_format(b, "wording  %.*s %d of %d\n", STR_ARG(in->id), in->wording, in->version);
    put_line(b, "language", in->language);
    put_line(b, "title", in->title);
    put_line(b, "source", in->source);
    put_line(b, "licence", in->licence);
    put_line(b, "notice", in->notice);
    put_line(b, "recall", in->recall);
    put_line(b, "stem", in->stem);
    for (int i = 0; i < in->item_count; i++) put_item(b, in, i);
}
