/* Reading a table of criteria, judging values by it, and the sentences. */
#include "core/criteria.h"

#include "base/grammar.h"

enum { TEST_VALUES_MAX = 24 };

static const char *const outcome_words[RULING_OUTCOMES] = {"pass", "caution", "hold", "missing"};

const struct criteria_score *criteria_score(const struct criteria *c, struct str item) {
    return STR_FIND(c->scores, c->scores_n, item, item);
}

static const struct criteria_row *row_of(const struct criteria *c, struct str route,
                                      struct str item) {
    const struct criteria_row *any = NULL;
    for (int i = 0; i < c->n; i++) {
        const struct criteria_row *row = &c->v[i];
        if (!str_eq(row->item, item)) continue;
        if (word_among(row->routes, route)) return row;
        if (!any && str_is(row->routes, "*")) any = row;
    }
    return any;
}

/* What belongs to scores is asked where one of them is; what belongs to none, always. */
static bool asked(const struct criteria *c, struct str item) {
    bool part = false;
    for (int i = 0; i < c->scores_n; i++) {
        const struct criteria_score *s = &c->scores[i];
        if (!str_eq(s->item, item) && !word_among(s->parts, item)) continue;
        if (s->asked) return true;
        part = true;
    }
    return !part;
}

const struct criteria_row *criteria_find(const struct criteria *c, struct str route,
                                     const char *item) {
    return row_of(c, route, str_from(item));
}

const struct criteria_row *criteria_row_at(const struct criteria *c, struct str route, int at) {
    for (int i = 0; i < c->n; i++)
        if (row_of(c, route, c->v[i].item) == &c->v[i] && asked(c, c->v[i].item) && at-- == 0)
            return &c->v[i];
    return NULL;
}

bool criteria_setting(const struct criteria *c, const char *name, double *v) {
    for (int i = 0; i < c->settings_n; i++)
        if (str_is(c->settings[i].name, name)) {
            *v = c->settings[i].v;
            return true;
        }
    return false;
}

struct str criteria_note(const struct criteria *c, const char *name) {
    for (int i = 0; i < c->notes_n; i++)
        if (str_is(c->notes[i].name, name)) return c->notes[i].text;
    return STR_ABSENT;
}

struct str criteria_say(const struct criteria *c, struct str item, enum ruling_outcome o) {
    for (int i = 0; i < c->says_n; i++)
        if (c->says[i].outcome == o && str_eq(c->says[i].item, item)) return c->says[i].text;
    return STR_ABSENT;
}

const struct criteria_value *criteria_value_of(struct criteria_values values, struct str item) {
    return STR_FIND(values.v, values.n, item, item);
}

/* "Blood pressure 172/98 mmHg at 10:40. Hold: systolic 160 or more (clinic rule, design
 * default). Rest ten minutes and repeat." */
static struct str sentence(struct arena *a, const struct criteria *c,
                           const struct criteria_row *row, const struct ruling *r,
                           struct str when) {
    static const char *const said[] = {". ", ". Caution", ". Hold", ""};
    struct buf b = buf_new(a, 160);
    buf_put(&b, row->name);
    if (r->outcome == RULING_MISSING) {
        buf_z(&b, " is not known.");
    } else {
        buf_z(&b, row->is_choice ? ": " : " ");
        buf_put(&b, r->saw);
        if (row->unit.n > 0) buf_char(&b, ' '), buf_put(&b, row->unit);
        if (when.n > 0) buf_z(&b, " at "), buf_put(&b, when);
        buf_z(&b, r->outcome == RULING_PASS ? "." : said[r->outcome]);
    }
    if (r->outcome == RULING_CAUTION || r->outcome == RULING_HOLD) {
        if (r->limit.n > 0) buf_z(&b, ": "), buf_put(&b, r->limit);
        buf_z(&b, " (");
        buf_put(&b, ruling_source_words(a, r->source));
        buf_z(&b, ").");
    }
    struct str say = criteria_say(c, row->item, r->outcome);
    if (say.s) buf_char(&b, ' '), buf_put(&b, say);
    return buf_str(&b);
}

/* The worst line that the value passes; a baseline that is wanted and not there is missing. */
static void rule_number(struct arena *a, const struct criteria_row *row,
                        const struct criteria_value *value, struct ruling *r) {
    const struct limit *worst = NULL;
    int worst_part = 0;
    bool unknown = value->v.parts == 0;
    for (int i = 0; i < row->limits.n; i++) {
        const struct limit *l = &row->limits.v[i];
        int part = 0;
        enum limit_side side = limit_side(l, value->v, value->baseline, &part);
        unknown |= side == LIMIT_UNKNOWN;
        if (side != LIMIT_PASSED || (worst && worst->level >= l->level)) continue;
        worst = l;
        worst_part = part;
    }
    struct buf saw = buf_new(a, 16);
    limit_measured_put(&saw, value->v);
    if (value->v.parts) r->saw = buf_str(&saw);
    r->outcome = unknown ? RULING_MISSING : RULING_PASS;
    /* A line that is passed holds, whatever else is not known. */
    if (!worst || (unknown && worst->level != RULING_HOLD)) return;
    struct buf words = buf_new(a, 48);
    limit_words(&words, worst, worst_part);
    r->limit = buf_str(&words);
    r->outcome = (enum ruling_outcome)worst->level;
    if (worst->source.s) r->source = worst->source;
}

/* Which of its words, from 0; -1: none of them. */
static int choice_at(const struct criteria_row *row, struct str word) {
    const struct criteria_choice *c = STR_FIND(row->choices.v, row->choices.n, word, word);
    return c ? (int)(c - row->choices.v) : -1;
}

static void rule_choice(const struct criteria_row *row, const struct criteria_value *value,
                        struct ruling *r) {
    int at = choice_at(row, value->word);
    r->saw = value->word;
    if (at >= 0) r->outcome = row->choices.v[at].outcome;
}

struct ruling criteria_rule(struct arena *a, const struct criteria *c,
                            const struct criteria_row *row, const struct criteria_value *value) {
    struct ruling r = {.item = row->item, .name = row->name, .outcome = RULING_MISSING,
                       .source = row->source};
    if (value && value->state == VALUE_KNOWN) {
        if (row->is_choice) rule_choice(row, value, &r);
        else rule_number(a, row, value, &r);
    }
    r.text = sentence(a, c, row, &r, value ? value->when : STR_ABSENT);
    return r;
}

void criteria_judge(const struct criteria *c, struct str route, struct criteria_values values,
                    struct rulings *out) {
    const struct criteria_row *row;
    for (int i = 0; (row = criteria_row_at(c, route, i)); i++) {
        const struct criteria_value *value = criteria_value_of(values, row->item);
        if (value && value->state == VALUE_NOT_ASKED) continue;
        ruling_add(out, criteria_rule(out->arena, c, row, value));
    }
}

struct measured criteria_sum(const struct criteria *c, const struct criteria_score *score,
                             struct criteria_values values) {
    struct measured sum = {score->parts.n > 0, {0}};
    struct str rest = score->parts;
    for (struct str item = word_next(&rest); item.s; item = word_next(&rest)) {
        const struct criteria_value *v = criteria_value_of(values, item);
        const struct criteria_row *row = STR_FIND(c->v, c->n, item, item);
        int at = v && v->state == VALUE_KNOWN ? choice_at(row, v->word) : -1;
        if (at < 0) return (struct measured){0};
        sum.v[0] += row->choices.n - 1 - at;
    }
    return sum;
}

static const char *value_read(const struct criteria *c, struct str route, struct str name,
                              struct str text, struct criteria_value *v) {
    const struct criteria_row *row = row_of(c, route, name);
    if (!row) return "is not asked here";
    v->item = row->item;
    v->state = VALUE_KNOWN;
    v->word = text;
    if (row->is_choice) return choice_at(row, text) >= 0 ? NULL : "is none of the choices";
    return limit_measured_read(text, &v->v) ? NULL : "is no number";
}

struct criteria_values criteria_values_read(struct arena *a, const struct criteria *c,
                                            struct str route, struct str text,
                                            struct faults *faults) {
    struct criteria_value *v = NEWS(a, struct criteria_value, CRITERIA_MAX);
    ptrdiff_t n = 0;
    for (struct str w = word_next(&text); w.s; w = word_next(&text)) {
        struct str value;
        struct str name = str_cut(w, '=', &value);
        if (n == CRITERIA_MAX || !value.s) {
            fault_add(faults, name, "syntax", "write ITEM=VALUE");
            continue;
        }
        const char *why = value_read(c, route, name, value, &v[n]);
        if (why) fault_add(faults, name, "type", "'%.*s' %s", STR_ARG(w), why);
        else n++;
    }
    return (struct criteria_values){v, n};
}

/* Reading ----------------------------------------------------------------------------------- */

static bool read_limits(struct lines *l, struct str text, void *field) {
    /* `pass` and `missing` are no levels of a limit. */
    static const char *const levels[] = {NULL, "caution", "hold"};
    const char *why;
    if (limit_read(text, levels, 3, field, &why)) return true;
    lines_fault(l, "syntax", "limits '%.*s': %s", STR_ARG(text), why);
    return false;
}

static bool read_choices(struct lines *l, struct str text, void *field) {
    struct criteria_choices *c = field;
    while (text.s) {
        struct str clause = str_trim(str_cut(text, ',', &text));
        if (c->n == CRITERIA_CHOICES_MAX ||
            !GRAMMAR_FITS(l, clause, "WORD OUTCOME", &c->v[c->n++], AT(criteria_choice, word),
                          ONE_OF(criteria_choice, outcome, outcome_words)) ||
            c->v[c->n - 1].outcome > RULING_HOLD)
            return false;
    }
    return c->n > 1;
}

static bool put_choice(struct lines *l, void *row) {
    (void)l;
    return ((struct criteria_row *)row)->is_choice = true;
}

/* ROUTE [ITEM=VALUE ...] -> ITEM OUTCOME; base.ITEM=VALUE gives an item its baseline. */
struct test {
    struct str route, given, item;
    enum ruling_outcome outcome;
    struct criteria_value values[TEST_VALUES_MAX];
    ptrdiff_t n;
};

static bool test_value(const struct criteria *c, struct test *t, struct str word) {
    struct str text;
    struct str name = str_cut(word, '=', &text);
    if (!text.s) return false;
    if (str_starts(name, STR("base."))) {
        name = str_slice(name, 5, name.n);
        for (ptrdiff_t i = 0; i < t->n; i++)
            if (str_eq(t->values[i].item, name))
                return limit_measured_read(text, &t->values[i].baseline);
        return false;
    }
    return t->n < TEST_VALUES_MAX && !value_read(c, t->route, name, text, &t->values[t->n++]);
}

static bool test_row(struct lines *l, void *of) {
    struct test *t = of;
    for (struct str w = word_next(&t->given); w.s; w = word_next(&t->given))
        if (!test_value(l->into, t, w)) return false;
    const struct criteria_row *row = row_of(l->into, t->route, t->item);
    if (!row) return false;
    struct criteria_values known = {t->values, t->n};
    struct ruling got = criteria_rule(l->arena, l->into, row, criteria_value_of(known, t->item));
    if (got.outcome != t->outcome)
        lines_fault(l, "test", "the test says %s, the rows give %s: %.*s",
                    outcome_words[t->outcome], outcome_words[got.outcome], STR_ARG(got.text));
    return true;
}

static const char *const asked_words[] = {"not-asked", "asked"};
#define OUTCOME(type) ONE_OF(type, outcome, outcome_words)
static const struct grammar_line grammar[] = {
    {"criteria ID VERSION", ONCE, .slots = {AT(criteria, id), WITHIN(criteria, version, 1, 9999)}},
    {"title TEXT", ONCE, .slots = {AT(criteria, title)}},
    {"source TEXT", ONCE, .slots = {AT(criteria, source)}},
    {"number ITEM | ROUTES | NAME | [UNIT] | [LIMITS] | SOURCE", ANY,
     LIST(criteria, v, n, CRITERIA_MAX),
     .slots = {AT(criteria_row, item), AT(criteria_row, routes), AT(criteria_row, name),
               AT(criteria_row, unit), OWN(criteria_row, limits, read_limits, "limits"),
               AT(criteria_row, source)}},
    {"choice ITEM | ROUTES | NAME | CHOICES | SOURCE", ANY, LIST(criteria, v, n, CRITERIA_MAX),
     .put = put_choice,
     .slots = {AT(criteria_row, item), AT(criteria_row, routes), AT(criteria_row, name),
               OWN(criteria_row, choices, read_choices,
                   "two to 8 of WORD OUTCOME with commas; outcomes are pass, caution, hold"),
               AT(criteria_row, source)}},
    {"score ITEM | ASKED | [ITEMS] | SOURCE", ANY,
     LIST(criteria, scores, scores_n, CRITERIA_SCORES_MAX), .unique = true,
     .slots = {AT(criteria_score, item), ONE_OF(criteria_score, asked, asked_words),
               AT(criteria_score, parts), AT(criteria_score, source)}},
    {"say ITEM OUTCOME | TEXT", ANY, LIST(criteria, says, says_n, CRITERIA_SAYS_MAX),
     .slots = {AT(criteria_say, item), OUTCOME(criteria_say), AT(criteria_say, text)}},
    {"set NAME NUMBER UNIT | SOURCE", ANY,
     LIST(criteria, settings, settings_n, CRITERIA_SETTINGS_MAX), .unique = true,
     .slots = {AT(criteria_setting, name), AT(criteria_setting, v), AT(criteria_setting, unit),
               AT(criteria_setting, source)}},
    {"note NAME | TEXT | SOURCE", ANY, LIST(criteria, notes, notes_n, CRITERIA_NOTES_MAX),
     .unique = true,
     .slots = {AT(criteria_note, name), AT(criteria_note, text), AT(criteria_note, source)}},
    {"test ROUTE [ITEM=VALUE] ... -> ITEM OUTCOME", SOME, ROW(test), .test = test_row,
     .slots = {AT(test, route), AT(test, given), AT(test, item), OUTCOME(test)}},
};
#undef OUTCOME

static void check_says(struct lines *l, const struct criteria *c) {
    for (int i = 0; i < c->says_n; i++)
        if (!STR_FIND(c->v, c->n, item, c->says[i].item))
            lines_fault(l, "unknown", "a say line speaks of '%.*s', which no row asks",
                        STR_ARG(c->says[i].item));
}

/* A score is a number of this file, and its parts are choices of it. */
static void check_scores(struct lines *l, const struct criteria *c) {
    for (int i = 0; i < c->scores_n; i++) {
        struct str rest = c->scores[i].parts;
        const struct criteria_row *row = STR_FIND(c->v, c->n, item, c->scores[i].item);
        bool sound = row && !row->is_choice;
        for (struct str item = word_next(&rest); item.s; item = word_next(&rest)) {
            row = STR_FIND(c->v, c->n, item, item);
            sound &= row && row->is_choice;
        }
        if (!sound)
            lines_fault(l, "unknown", "score '%.*s' wants a number of that name, and choices as "
                        "its parts", STR_ARG(c->scores[i].item));
    }
}

const struct criteria *criteria_read(struct arena *a, struct str file, struct str text,
                                     struct faults *faults) {
    struct criteria *c = NEW(a, struct criteria);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, c);
    check_says(&l, c);
    check_scores(&l, c);
    grammar_test(&l);
    return c;
}
