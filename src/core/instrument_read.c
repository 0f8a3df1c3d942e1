#include "core/instrument_read.h"

#include <math.h>

#include "base/lines.h"
#include "core/terms.h"
#include "core/instrument_test.h"

/*
 * One function a keyword, one row of the table a function. A function reads the value of its
 * line into the instrument, and says a fault where it cannot. Names are looked up among what
 * stands above the line, so a file reads from top to bottom as a person reads it.
 */

static bool room(struct reader *r, int count, int max, const char *what) {
    if (count < max) return true;
    lines_fault(&r->l, "too-many", "more than %d %s", max, what);
    return false;
}

static bool take_int(struct reader *r, struct str *rest, int *out, const char *what) {
    struct str word = word_next(rest);
    int64_t v;
    if (!str_to_int(word, &v) || v < -100000 || v > 100000) {
        lines_fault(&r->l, "type", "%s: `%.*s` is not a whole number", what, STR_ARG(word));
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

static void read_instrument(struct reader *r) {
    struct str rest = r->l.value;
    struct instrument *in = r->in;
    if (in->id.s) lines_fault(&r->l, "twice", "a file holds one instrument");
    in->id = word_next(&rest);
    if (!id_like(in->id))
        lines_fault(&r->l, "id", "an id has 1 to 32 lower-case letters and digits");
    if (take_int(r, &rest, &in->version, "version") && in->version < 1)
        lines_fault(&r->l, "range", "versions count from 1");
}

static struct str *text_field(struct instrument *in, struct str keyword) {
    if (str_is(keyword, "title")) return &in->title;
    if (str_is(keyword, "source")) return &in->source;
    if (str_is(keyword, "licence")) return &in->licence;
    if (str_is(keyword, "notice")) return &in->notice;
    if (str_is(keyword, "recall")) return &in->recall;
    if (str_is(keyword, "stem")) return &in->stem;
    return &in->snomed;
}

static void read_text(struct reader *r) {
    struct str *field = text_field(r->in, r->l.keyword);
    if (field->s) lines_fault(&r->l, "twice", "%.*s is said twice", STR_ARG(r->l.keyword));
    if (r->l.value.n == 0) lines_fault(&r->l, "required", "%.*s is empty", STR_ARG(r->l.keyword));
    *field = r->l.value;
}

static void read_ship(struct reader *r) {
    if (str_is(r->l.value, "yes")) r->in->ship = SHIP_YES;
    else if (str_is(r->l.value, "separate")) r->in->ship = SHIP_SEPARATE;
    else if (str_is(r->l.value, "score")) r->in->ship = SHIP_SCORE;
    else lines_fault(&r->l, "unknown", "ship is yes, separate or score");
}

static void read_rater(struct reader *r) {
    if (str_is(r->l.value, "clinician")) r->in->rater = RATER_CLINICIAN;
    else if (!str_is(r->l.value, "self"))
        lines_fault(&r->l, "unknown", "rater is self or clinician");
}

static void read_direction(struct reader *r) {
    if (str_is(r->l.value, "better")) r->in->high_is_better = true;
    else if (!str_is(r->l.value, "worse"))
        lines_fault(&r->l, "unknown", "direction is worse or better: what a high total means");
}

static void read_also(struct reader *r) {
    struct str rest = r->l.value, word;
    while ((word = word_next(&rest)).s) {
        if (!room(r, r->in->alias_count, ALIASES_MAX, "other names")) return;
        if (!id_like(word)) lines_fault(&r->l, "id", "`%.*s` is not an id", STR_ARG(word));
        r->in->aliases[r->in->alias_count++] = word;
    }
}

static struct str code_or_absent(struct str word) { return str_is(word, "-") ? STR_ABSENT : word; }

static void read_loinc(struct reader *r) {
    struct str rest = r->l.value;
    r->in->panel_loinc = code_or_absent(word_next(&rest));
    struct str word = word_next(&rest);
    if (!word.s) return;
    if (!str_is(word, "total") || rest.n == 0)
        lines_fault(&r->l, "syntax", "write `loinc PANEL total CODE`");
    r->in->total_loinc = code_or_absent(word_next(&rest));
}

static struct scale *scale_named(struct instrument *in, struct str name) {
    for (int i = 0; i < in->scale_count; i++)
        if (str_eq(in->scales[i].name, name)) return &in->scales[i];
    return NULL;
}

static struct scale *new_scale(struct reader *r, struct str name) {
    if (!room(r, r->in->scale_count, SCALES_MAX, "scales")) return NULL;
    if (name.n == 0 || scale_named(r->in, name)) {
        lines_fault(&r->l, "twice", "a scale needs a name of its own");
        return NULL;
    }
    struct scale *s = &r->in->scales[r->in->scale_count++];
    *s = (struct scale){.name = name, .step = 1, .not_assessed = ANSWER_MISSING};
    return s;
}

static void read_scale(struct reader *r) {
    struct str rest = r->l.value, part;
    struct scale *s = new_scale(r, word_next(&rest));
    if (!s) return;
    while ((part = part_next(&rest)).s) {
        struct choice c = {0};
        if (!room(r, s->choice_count, CHOICES_MAX, "choices")) return;
        if (!take_int(r, &part, &c.value, "choice")) return;
        c.text = part;
        if (c.text.n == 0) lines_fault(&r->l, "required", "choice %d has no words", c.value);
        if (s->choice_count && c.value <= s->choices[s->choice_count - 1].value)
            lines_fault(&r->l, "order", "choices go upwards; %d does not", c.value);
        s->choices[s->choice_count++] = c;
    }
    if (s->choice_count < 2) {
        lines_fault(&r->l, "required", "a scale has two choices or more");
        return;
    }
    s->low = s->choices[0].value;
    s->high = s->choices[s->choice_count - 1].value;
}

static struct scale *take_scale(struct reader *r, struct str *rest) {
    struct str name = word_next(rest);
    struct scale *s = scale_named(r->in, name);
    if (!s) lines_fault(&r->l, "unknown", "there is no scale `%.*s` above", STR_ARG(name));
    return s;
}

static void read_codes(struct reader *r) {
    struct str rest = r->l.value, part;
    struct scale *s = take_scale(r, &rest);
    int n = 0;
    if (!s) return;
    while ((part = part_next(&rest)).s) {
        if (n < s->choice_count) s->choices[n].code = code_or_absent(part);
        n++;
    }
    if (n != s->choice_count)
        lines_fault(&r->l, "length", "%d codes for %d choices", n, s->choice_count);
}

static void read_range(struct reader *r) {
    struct str ends = r->l.value;
    struct str rest = part_next(&ends);
    struct scale *s = new_scale(r, word_next(&rest));
    if (!s || !take_int(r, &rest, &s->low, "low") || !take_int(r, &rest, &s->high, "high")) return;
    struct str word = word_next(&rest);
    if (word.s && (!str_is(word, "step") || !take_int(r, &rest, &s->step, "step") || s->step < 1))
        lines_fault(&r->l, "syntax", "write `range NAME LOW HIGH step N`, N from 1");
    if (s->step < 1) s->step = 1;
    if (s->high <= s->low) lines_fault(&r->l, "range", "high must be above low");
    s->low_text = part_next(&ends);
    s->high_text = part_next(&ends);
}

static void read_not_assessed(struct reader *r) {
    struct str rest = r->l.value;
    struct scale *s = take_scale(r, &rest);
    int value;
    if (!s || !take_int(r, &rest, &value, "value")) return;
    s->not_assessed = value;
    if (value == s->high && s->choice_count > 1) s->high = s->choices[s->choice_count - 2].value;
    else if (value == s->low && s->choice_count > 1) s->low = s->choices[1].value;
    else lines_fault(&r->l, "range", "it must be the first or the last choice of the scale");
}

static void read_item_words(struct reader *r, struct item *it, struct str rest) {
    struct str word;
    bool coded = false;
    while ((word = word_next(&rest)).s) {
        if (str_is(word, "optional")) it->optional = true;
        else if (str_is(word, "unscored")) it->unscored = it->optional = true;
        else if (!coded) it->code = code_or_absent(word), coded = true;
        else
            lines_fault(&r->l, "unknown", "`%.*s` is neither optional nor unscored", STR_ARG(word));
    }
}

static void read_item(struct reader *r) {
    struct str parts = r->l.value;
    struct str head = part_next(&parts);
    struct item it = {.id = word_next(&head)};
    if (!room(r, r->in->item_count, ITEMS_MAX, "items")) return;
    if (it.id.n == 0 || terms_ref(r, it.id) >= 0) {
        lines_fault(&r->l, "twice", "an item needs a name of its own");
        return;
    }
    if (!(it.scale = take_scale(r, &head))) return;
    read_item_words(r, &it, head);
    it.label = part_next(&parts);
    it.text = part_next(&parts);
    if (it.label.n == 0) lines_fault(&r->l, "required", "the item has no label after `|`");
    if (it.text.s && r->in->ship == SHIP_SCORE)
        lines_fault(&r->l, "licence", "this instrument's text may not be given out: labels only");
    r->in->items[r->in->item_count++] = it;
}

static void read_band(struct reader *r) {
    struct str rest = r->l.value, part;
    if (!str_is(word_next(&rest), "total")) {
        lines_fault(&r->l, "syntax", "write `band total FROM LABEL | ...`");
        return;
    }
    while ((part = part_next(&rest)).s) {
        struct band b = {0};
        struct str word = word_next(&part);
        if (!room(r, r->in->band_count, BANDS_MAX, "bands")) return;
        if (!str_to_real(word, &b.from))
            lines_fault(&r->l, "type", "`%.*s` is not a number", STR_ARG(word));
        b.label = part;
        if (b.label.n == 0) lines_fault(&r->l, "required", "a band has a label");
        if (r->in->band_count && b.from <= r->in->bands[r->in->band_count - 1].from)
            lines_fault(&r->l, "order", "bands go upwards");
        r->in->bands[r->in->band_count++] = b;
    }
}

/* Splits `CONDITION : TEXT`. */
static bool take_condition_text(struct reader *r, struct criterion *when, struct str *options,
                                struct str *text) {
    struct str rest, head = str_cut(r->l.value, ':', &rest);
    *text = str_trim(rest);
    if (!rest.s || text->n == 0) {
        lines_fault(&r->l, "syntax", "write the condition, then `:`, then what to say");
        return false;
    }
    struct str condition = str_trim(str_cut(head, ',', options));
    *options = str_trim(*options);
    return terms_condition(r, condition, when);
}

static void read_alert(struct reader *r) {
    struct alert a = {.level = ALERT_MODERATE};
    struct str level;
    if (!room(r, r->in->alert_count, RULES_MAX, "alerts")) return;
    if (!take_condition_text(r, &a.when, &level, &a.text)) return;
    if (str_is(level, "low")) a.level = ALERT_LOW;
    else if (str_is(level, "high")) a.level = ALERT_HIGH;
    else if (level.n && !str_is(level, "moderate"))
        lines_fault(&r->l, "unknown", "an alert is low, moderate or high");
    r->in->alerts[r->in->alert_count++] = a;
}

static void read_note(struct reader *r) {
    struct remark n = {0};
    struct str options;
    if (!room(r, r->in->note_count, RULES_MAX, "notes")) return;
    if (take_condition_text(r, &n.when, &options, &n.text))
        r->in->notes[r->in->note_count++] = n;
}

static void read_class(struct reader *r) {
    struct remark n = {0};
    struct str condition;
    n.text = str_trim(str_cut(r->l.value, ':', &condition));
    if (!room(r, r->in->class_count, RULES_MAX, "classes")) return;
    if (n.text.n == 0 || !condition.s) {
        lines_fault(&r->l, "syntax", "write `class LABEL : CONDITION`");
        return;
    }
    if (terms_condition(r, str_trim(condition), &n.when))
        r->in->classes[r->in->class_count++] = n;
}

static void read_ask(struct reader *r) {
    struct ask ask = {0};
    struct str rest = r->l.value, word;
    if (!room(r, r->in->ask_count, RULES_MAX, "asks")) return;
    while ((word = word_next(&rest)).s && !str_is(word, "when")) {
        int item = terms_ref(r, word);
        if (item >= 0 && item < REF_SCORE) ask.item[item] = true;
        else lines_fault(&r->l, "unknown", "there is no item `%.*s` above", STR_ARG(word));
    }
    ask.rule = rest;
    if (!terms_condition(r, rest, &ask.when)) return;
    for (int i = 0; i < ask.when.n; i++)
        if (ask.when.terms[i].ref >= REF_SCORE)
            lines_fault(&r->l, "unknown", "what is asked depends on items, not on scores");
    r->in->asks[r->in->ask_count++] = ask;
}

static void read_floor(struct reader *r) {
    if (!str_to_real(r->l.value, &r->in->floor)) lines_fault(&r->l, "type", "floor is a number");
}

static void read_test(struct reader *r) {
    if (!room(r, r->in->test_count, TESTS_MAX, "tests")) return;
    r->in->tests[r->in->test_count++] =
        (struct content_test){r->l.file, r->l.number, r->l.value};
}

static const struct {
    const char *keyword;
    void (*read)(struct reader *r);
} keywords[] = {
    {"instrument", read_instrument}, {"title", read_text},     {"source", read_text},
    {"licence", read_text},          {"notice", read_text},    {"recall", read_text},
    {"stem", read_text},             {"snomed", read_text},    {"ship", read_ship},
    {"rater", read_rater},           {"also", read_also},      {"direction", read_direction},
    {"loinc", read_loinc},           {"scale", read_scale},    {"codes", read_codes},
    {"range", read_range},           {"item", read_item},      {"not-assessed", read_not_assessed},
    {"score", terms_score},         {"part", terms_score},   {"band", read_band},
    {"class", read_class},           {"alert", read_alert},    {"note", read_note},
    {"ask", read_ask},               {"floor", read_floor},    {"response", terms_threshold},
    {"remission", terms_threshold}, {"test", read_test},      {"meaningful", terms_threshold},
    {"reliable", terms_threshold},  {"deterioration", terms_threshold},
    {"partial", terms_threshold},   {"little", terms_threshold},
    {"relapse", terms_relapse},
};

static void read_line(struct reader *r) {
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (str_is(r->l.keyword, keywords[i].keyword)) {
            keywords[i].read(r);
            return;
        }
    lines_fault(&r->l, "unknown", "no keyword `%.*s`", STR_ARG(r->l.keyword));
}

static void require(struct reader *r, bool there, const char *what) {
    if (!there) fault_add(r->l.faults, r->l.file, "required", "the file has no `%s`", what);
}

static void check_whole(struct reader *r) {
    const struct instrument *in = r->in;
    require(r, in->id.n > 0, "instrument");
    require(r, in->title.n > 0, "title");
    require(r, in->source.n > 0, "source");
    require(r, in->licence.n > 0, "licence");
    require(r, in->item_count > 0, "item");
    require(r, in->test_count > 0, "test");
    require(r, in->band_count == 0 || in->total >= 0, "score total");
}

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
    struct reader r = {.l = lines_open(a, file, text, faults), .in = blank(a)};
    if (!str_utf8_ok(text)) {
        fault_add(faults, file, "encoding", "the file is not UTF-8");
        return NULL;
    }
    while (lines_next(&r.l)) read_line(&r);
    check_whole(&r);
    if (faults->n + faults->dropped == before) run_tests(a, r.in, faults);
    return faults->n + faults->dropped == before ? r.in : NULL;
}
