#include "core/instrument_read.h"

#include <math.h>

#include "base/grammar.h"
#include "core/terms.h"
#include "core/instrument_test.h"

/*
 * A line that is values in places is a row of the grammar; one that is more has a function, which
 * reads it into the instrument, and says a fault where it cannot. Names are looked up among what
 * stands above the line, so a file reads from top to bottom as a person reads it.
 */

static bool take_int(struct lines *l, struct str *rest, int *out, const char *what) {
    struct str word = word_next(rest);
    int64_t v;
    if (!str_to_int(word, &v) || v < -100000 || v > 100000) {
        lines_fault(l, "type", "%s: `%.*s` is not a whole number", what, STR_ARG(word));
        return false;
    }
    *out = (int)v;
    return true;
}

static bool id_like(struct str s) {
    for (ptrdiff_t i = 0; i < s.n; i++)
        if (!((s.s[i] >= 'a' && s.s[i] <= 'z') || (s.s[i] >= '0' && s.s[i] <= '9'))) return false;
    return s.n > 0 && s.n <= 32;
}

static bool put_instrument(struct lines *l, void *into) {
    if (id_like(((struct instrument *)into)->id)) return true;
    lines_fault(l, "id", "an id has 1 to 32 lower-case letters and digits");
    return false;
}

static void read_also(struct lines *l) {
    struct str rest = l->value, word;
    while ((word = word_next(&rest)).s) {
        if (!grammar_room(l, terms_in(l)->alias_count, ALIASES_MAX)) return;
        if (!id_like(word)) lines_fault(l, "id", "`%.*s` is not an id", STR_ARG(word));
        terms_in(l)->aliases[terms_in(l)->alias_count++] = word;
    }
}

static struct str code_or_absent(struct str word) { return str_is(word, "-") ? STR_ABSENT : word; }

static void read_loinc(struct lines *l) {
    struct str rest = l->value;
    terms_in(l)->panel_loinc = code_or_absent(word_next(&rest));
    struct str word = word_next(&rest);
    if (!word.s) return;
    if (!str_is(word, "total") || rest.n == 0)
        lines_fault(l, "syntax", "write `loinc PANEL total CODE`");
    terms_in(l)->total_loinc = code_or_absent(word_next(&rest));
}

static struct scale *scale_named(struct instrument *in, struct str name) {
    return STR_FIND(in->scales, in->scale_count, name, name);
}

static struct scale *new_scale(struct lines *l, struct str name) {
    if (!grammar_room(l, terms_in(l)->scale_count, SCALES_MAX)) return NULL;
    if (name.n == 0 || scale_named(terms_in(l), name)) {
        lines_fault(l, "twice", "a scale needs a name of its own");
        return NULL;
    }
    struct scale *s = &terms_in(l)->scales[terms_in(l)->scale_count++];
    *s = (struct scale){.name = name, .step = 1, .not_assessed = ANSWER_MISSING};
    return s;
}

static void read_scale(struct lines *l) {
    struct str rest = l->value, part;
    struct scale *s = new_scale(l, word_next(&rest));
    if (!s) return;
    while ((part = part_next(&rest)).s) {
        struct choice c = {0};
        if (!grammar_room(l, s->choice_count, CHOICES_MAX)) return;
        if (!take_int(l, &part, &c.value, "choice")) return;
        c.text = part;
        if (c.text.n == 0) lines_fault(l, "required", "choice %d has no words", c.value);
        if (s->choice_count && c.value <= s->choices[s->choice_count - 1].value)
            lines_fault(l, "order", "choices go upwards; %d does not", c.value);
        s->choices[s->choice_count++] = c;
    }
    if (s->choice_count < 2) {
        lines_fault(l, "required", "a scale has two choices or more");
        return;
    }
    s->low = s->choices[0].value;
    s->high = s->choices[s->choice_count - 1].value;
}

static struct scale *take_scale(struct lines *l, struct str *rest) {
    struct str name = word_next(rest);
    struct scale *s = scale_named(terms_in(l), name);
    if (!s) lines_fault(l, "unknown", "there is no scale `%.*s` above", STR_ARG(name));
    return s;
}

static void read_codes(struct lines *l) {
    struct str rest = l->value, part;
    struct scale *s = take_scale(l, &rest);
    int n = 0;
    if (!s) return;
    while ((part = part_next(&rest)).s) {
        if (n < s->choice_count) s->choices[n].code = code_or_absent(part);
        n++;
    }
    if (n != s->choice_count)
        lines_fault(l, "length", "%d codes for %d choices", n, s->choice_count);
}

static void read_range(struct lines *l) {
    struct str ends = l->value;
    struct str rest = part_next(&ends);
    struct scale *s = new_scale(l, word_next(&rest));
    if (!s || !take_int(l, &rest, &s->low, "low") || !take_int(l, &rest, &s->high, "high")) return;
    struct str word = word_next(&rest);
    if (word.s && (!str_is(word, "step") || !take_int(l, &rest, &s->step, "step") || s->step < 1))
        lines_fault(l, "syntax", "write `range NAME LOW HIGH step N`, N from 1");
    if (s->step < 1) s->step = 1;
    if (s->high <= s->low) lines_fault(l, "range", "high must be above low");
    s->low_text = part_next(&ends);
    s->high_text = part_next(&ends);
}

static void read_not_assessed(struct lines *l) {
    struct str rest = l->value;
    struct scale *s = take_scale(l, &rest);
    int value;
    if (!s || !take_int(l, &rest, &value, "value")) return;
    s->not_assessed = value;
    if (value == s->high && s->choice_count > 1) s->high = s->choices[s->choice_count - 2].value;
    else if (value == s->low && s->choice_count > 1) s->low = s->choices[1].value;
    else lines_fault(l, "range", "it must be the first or the last choice of the scale");
}

static void read_item_words(struct lines *l, struct item *it, struct str rest) {
    struct str word;
    bool coded = false;
    while ((word = word_next(&rest)).s) {
        if (str_is(word, "optional")) it->optional = true;
        else if (str_is(word, "unscored")) it->unscored = it->optional = true;
        else if (!coded) it->code = code_or_absent(word), coded = true;
        else
            lines_fault(l, "unknown", "`%.*s` is neither optional nor unscored", STR_ARG(word));
    }
}

static void read_item(struct lines *l) {
    struct str parts = l->value;
    struct str head = part_next(&parts);
    struct item it = {.id = word_next(&head)};
    if (!grammar_room(l, terms_in(l)->item_count, ITEMS_MAX)) return;
    if (it.id.n == 0 || terms_ref(l, it.id) >= 0) {
        lines_fault(l, "twice", "an item needs a name of its own");
        return;
    }
    if (!(it.scale = take_scale(l, &head))) return;
    read_item_words(l, &it, head);
    it.label = part_next(&parts);
    it.text = part_next(&parts);
    if (it.label.n == 0) lines_fault(l, "required", "the item has no label after `|`");
    if (it.text.s && terms_in(l)->ship == SHIP_SCORE)
        lines_fault(l, "licence", "this instrument's text may not be given out: labels only");
    terms_in(l)->items[terms_in(l)->item_count++] = it;
}

static void read_band(struct lines *l) {
    struct str rest = l->value, part;
    if (!str_is(word_next(&rest), "total")) {
        lines_fault(l, "syntax", "write `band total FROM LABEL | ...`");
        return;
    }
    while ((part = part_next(&rest)).s) {
        struct band b = {0};
        struct str word = word_next(&part);
        if (!grammar_room(l, terms_in(l)->band_count, BANDS_MAX)) return;
        if (!str_to_real(word, &b.from))
            lines_fault(l, "type", "`%.*s` is not a number", STR_ARG(word));
        b.label = part;
        if (b.label.n == 0) lines_fault(l, "required", "a band has a label");
        const struct band *last = &terms_in(l)->bands[terms_in(l)->band_count];
        if (terms_in(l)->band_count && b.from <= last[-1].from)
            lines_fault(l, "order", "bands go upwards");
        terms_in(l)->bands[terms_in(l)->band_count++] = b;
    }
}

/* Splits `CONDITION : TEXT`. */
static bool take_condition_text(struct lines *l, struct criterion *when, struct str *options,
                                struct str *text) {
    struct str rest, head = str_cut(l->value, ':', &rest);
    *text = str_trim(rest);
    if (!rest.s || text->n == 0) {
        lines_fault(l, "syntax", "write the condition, then `:`, then what to say");
        return false;
    }
    struct str condition = str_trim(str_cut(head, ',', options));
    *options = str_trim(*options);
    return terms_condition(l, condition, when);
}

static void read_alert(struct lines *l) {
    struct alert a = {.level = ALERT_MODERATE};
    struct str level;
    if (!grammar_room(l, terms_in(l)->alert_count, RULES_MAX)) return;
    if (!take_condition_text(l, &a.when, &level, &a.text)) return;
    if (str_is(level, "low")) a.level = ALERT_LOW;
    else if (str_is(level, "high")) a.level = ALERT_HIGH;
    else if (level.n && !str_is(level, "moderate"))
        lines_fault(l, "unknown", "an alert is low, moderate or high");
    terms_in(l)->alerts[terms_in(l)->alert_count++] = a;
}

static void read_note(struct lines *l) {
    struct remark n = {0};
    struct str options;
    if (!grammar_room(l, terms_in(l)->note_count, RULES_MAX)) return;
    if (take_condition_text(l, &n.when, &options, &n.text))
        terms_in(l)->notes[terms_in(l)->note_count++] = n;
}

static void read_class(struct lines *l) {
    struct remark n = {0};
    struct str condition;
    n.text = str_trim(str_cut(l->value, ':', &condition));
    if (!grammar_room(l, terms_in(l)->class_count, RULES_MAX)) return;
    if (n.text.n == 0 || !condition.s) {
        lines_fault(l, "syntax", "write `class LABEL : CONDITION`");
        return;
    }
    if (terms_condition(l, str_trim(condition), &n.when))
        terms_in(l)->classes[terms_in(l)->class_count++] = n;
}

static void read_ask(struct lines *l) {
    struct ask ask = {0};
    struct str rest = l->value, word;
    if (!grammar_room(l, terms_in(l)->ask_count, RULES_MAX)) return;
    while ((word = word_next(&rest)).s && !str_is(word, "when")) {
        int item = terms_ref(l, word);
        if (item >= 0 && item < REF_SCORE) ask.item[item] = true;
        else lines_fault(l, "unknown", "there is no item `%.*s` above", STR_ARG(word));
    }
    ask.rule = rest;
    if (!terms_condition(l, rest, &ask.when)) return;
    for (int i = 0; i < ask.when.n; i++)
        if (ask.when.terms[i].ref >= REF_SCORE)
            lines_fault(l, "unknown", "what is asked depends on items, not on scores");
    terms_in(l)->asks[terms_in(l)->ask_count++] = ask;
}

static void read_test(struct lines *l) {
    if (!grammar_room(l, terms_in(l)->test_count, TESTS_MAX)) return;
    terms_in(l)->tests[terms_in(l)->test_count++] =
        (struct content_test){l->file, l->number, l->value};
}

static const char *const ships[] = {"yes", "separate", "score"};
static const char *const raters[] = {"self", "clinician"};
static const char *const directions[] = {"worse", "better"};

#define TEXT(keyword, times, field) {keyword " TEXT", times, .slots = {AT(instrument, field)}}
static const struct grammar_line grammar[] = {
    {"instrument ID VERSION", ONCE, .put = put_instrument,
     .slots = {AT(instrument, id), WITHIN(instrument, version, 1, 9999)}},
    TEXT("title", ONCE, title),
    TEXT("source", ONCE, source),
    TEXT("licence", ONCE, licence),
    TEXT("notice", AT_MOST_ONCE, notice),
    TEXT("recall", AT_MOST_ONCE, recall),
    TEXT("stem", AT_MOST_ONCE, stem),
    TEXT("snomed", AT_MOST_ONCE, snomed),
    {"ship WHAT", ANY, .slots = {ONE_OF(instrument, ship, ships)}},
    {"rater WHO", ANY, .slots = {ONE_OF(instrument, rater, raters)}},
    {"direction OF-A-HIGH-TOTAL", ANY, .slots = {ONE_OF(instrument, high_is_better, directions)}},
    {"also IDS", ANY, .read = read_also},
    {"loinc PANEL [total CODE]", ANY, .read = read_loinc},
    {"scale NAME VALUE TEXT | VALUE TEXT ...", ANY, .read = read_scale},
    {"codes NAME CODE | CODE ...", ANY, .read = read_codes},
    {"range NAME LOW HIGH | LOW TEXT | HIGH TEXT", ANY, .read = read_range},
    {"item ID SCALE CODE | LABEL | TEXT", SOME, .read = read_item},
    {"not-assessed SCALE VALUE", ANY, .read = read_not_assessed},
    {"score NAME = METHOD MEMBERS", ANY, .read = terms_score},
    {"part NAME = METHOD MEMBERS", ANY, .read = terms_score},
    {"band total FROM LABEL | FROM LABEL ...", ANY, .read = read_band},
    {"class LABEL : CONDITION", ANY, .read = read_class},
    {"alert CONDITION : TEXT", ANY, .read = read_alert},
    {"note CONDITION : TEXT", ANY, .read = read_note},
    {"ask ITEMS when CONDITION", ANY, .read = read_ask},
    {"floor N", ANY, .slots = {AT(instrument, floor)}},
    {"response ID MEASURE", ANY, .read = terms_threshold},
    {"remission ID MEASURE", ANY, .read = terms_threshold},
    {"meaningful ID MEASURE", ANY, .read = terms_threshold},
    {"reliable ID MEASURE", ANY, .read = terms_threshold},
    {"deterioration ID MEASURE", ANY, .read = terms_threshold},
    {"partial ID MEASURE", ANY, .read = terms_threshold},
    {"little ID MEASURE", ANY, .read = terms_threshold},
    {"relapse ID from N", ANY, .read = terms_relapse},
    {"test ANSWERS -> TOTAL [BAND]", SOME, .read = read_test},
};

static struct instrument *blank(struct arena *a) {
    struct instrument *in = NEW(a, struct instrument);
    in->total = -1;
    in->language = STR("en");
    in->floor = NAN;
    in->items = NEWS(a, struct item, ITEMS_MAX);
    in->scales = NEWS(a, struct scale, SCALES_MAX);
    in->scores = NEWS(a, struct score_rule, SCORES_MAX);
    in->bands = NEWS(a, struct band, BANDS_MAX);
    in->alerts = NEWS(a, struct alert, RULES_MAX);
    in->notes = NEWS(a, struct remark, RULES_MAX);
    in->classes = NEWS(a, struct remark, RULES_MAX);
    in->asks = NEWS(a, struct ask, RULES_MAX);
    in->thresholds = NEWS(a, struct threshold, THRESHOLDS_MAX);
    in->relapses = NEWS(a, struct relapse, RELAPSES_MAX);
    in->tests = NEWS(a, struct content_test, TESTS_MAX);
    return in;
}

/* The faults may live in the same arena, so the scratch is a piece of it, given back when the
 * tests pass. */
static void run_tests(struct arena *a, const struct instrument *in, struct faults *faults) {
    enum { SCRATCH = 32 << 10 }; /* the longest test line and the faults of its answers */
    struct arena before = *a;
    int count = faults->n + faults->dropped;
    struct arena scratch = arena_over(NEWS(a, char, SCRATCH), SCRATCH);
    scratch.out = a->out;
    instrument_test(scratch, in, faults);
    if (faults->n + faults->dropped == count) *a = before;
}

const struct instrument *instrument_read(struct arena *a, struct str file, struct str text,
                                         struct faults *faults) {
    int before = faults->n + faults->dropped;
    struct lines l = lines_open(a, file, text, faults);
    struct instrument *in = blank(a);
    if (!str_utf8_ok(text)) {
        fault_add(faults, file, "encoding", "the file is not UTF-8");
        return NULL;
    }
    GRAMMAR_READ(&l, grammar, in);
    if (in->band_count && in->total < 0)
        lines_fault(&l, "required", "bands go with a line `score total`");
    if (faults->n + faults->dropped == before) run_tests(a, in, faults);
    return faults->n + faults->dropped == before ? in : NULL;
}
