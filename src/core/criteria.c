/* Reading a table of criteria, judging values by it, and the sentences. */
#include "core/criteria.h"

#include "base/lines.h"

static const char *const outcome_words[RULING_OUTCOMES] = {"pass", "caution", "hold", "missing"};

enum { TESTS_MAX = 96, TEST_VALUES_MAX = 24 };

struct reader {
    struct lines lines;
    struct criteria *c;
    struct lines_tests tests;
};

static bool outcome_read(struct str word, int last, enum ruling_outcome *o) {
    for (int i = 0; i <= last; i++)
        if (str_is(word, outcome_words[i])) {
            *o = (enum ruling_outcome)i;
            return true;
        }
    return false;
}

static void read_head(struct reader *r) {
    struct str rest = r->lines.value;
    int64_t version = 0;
    r->c->id = word_next(&rest);
    if (!r->c->id.s || !str_to_int(word_next(&rest), &version) || version < 1)
        lines_fault(&r->lines, "syntax", "criteria ID VERSION");
    r->c->version = (int)version;
}

static void add_row(struct reader *r, struct criteria_row row) {
    if (row.item.n <= 0 || row.routes.n <= 0 || row.name.n <= 0 || row.source.n <= 0)
        lines_fault(&r->lines, "syntax",
                    "number ITEM | ROUTES | NAME | UNIT | LIMITS | SOURCE, or choice ITEM | "
                    "ROUTES | NAME | WORD OUTCOME, ... | SOURCE");
    else if (r->c->n == CRITERIA_MAX)
        lines_fault(&r->lines, "limit", "more than %d rows", CRITERIA_MAX);
    else
        r->c->v[r->c->n++] = row;
}

static void read_number(struct reader *r) {
    /* `pass` and `missing` are no levels of a limit. */
    static const char *const levels[] = {NULL, "caution", "hold"};
    struct str rest = r->lines.value;
    struct criteria_row row = {.item = part_next(&rest)};
    const char *why;
    row.routes = part_next(&rest);
    row.name = part_next(&rest);
    row.unit = part_next(&rest);
    struct str limits = part_next(&rest);
    row.source = part_next(&rest);
    if (limits.n > 0 && !limit_read(limits, levels, 3, &row.limits, &why)) {
        lines_fault(&r->lines, "syntax", "limits '%.*s': %s", STR_ARG(limits), why);
        return;
    }
    add_row(r, row);
}

static bool read_choices(struct str text, struct criteria_row *row) {
    while (text.s) {
        struct str clause = str_cut(text, ',', &text);
        if (row->choices_n == CRITERIA_CHOICES_MAX) return false;
        struct str word = word_next(&clause);
        if (!outcome_read(word_next(&clause), RULING_HOLD, &row->choices[row->choices_n].outcome))
            return false;
        row->choices[row->choices_n++].word = word;
        if (clause.n > 0) return false;
    }
    return row->choices_n > 1;
}

static void read_choice(struct reader *r) {
    struct str rest = r->lines.value;
    struct criteria_row row = {.is_choice = true};
    row.item = part_next(&rest);
    row.routes = part_next(&rest);
    row.name = part_next(&rest);
    struct str choices = part_next(&rest);
    row.source = part_next(&rest);
    if (!read_choices(choices, &row)) {
        lines_fault(&r->lines, "syntax",
                    "choices '%.*s': two to %d of WORD OUTCOME with commas between; outcomes are "
                    "pass, caution, hold",
                    STR_ARG(choices), CRITERIA_CHOICES_MAX);
        return;
    }
    add_row(r, row);
}

static void read_say(struct reader *r) {
    struct str text = r->lines.value;
    struct str head = part_next(&text);
    struct str item = word_next(&head);
    enum ruling_outcome o;
    if (!outcome_read(word_next(&head), RULING_MISSING, &o) || text.n <= 0)
        lines_fault(&r->lines, "syntax", "say ITEM pass|caution|hold|missing | TEXT");
    else if (r->c->says_n == CRITERIA_SAYS_MAX)
        lines_fault(&r->lines, "limit", "more than %d say lines", CRITERIA_SAYS_MAX);
    else {
        r->c->says[r->c->says_n].item = item;
        r->c->says[r->c->says_n].outcome = o;
        r->c->says[r->c->says_n++].text = str_trim(text);
    }
}

static void read_set(struct reader *r) {
    struct str rest = r->lines.value;
    struct str head = part_next(&rest), source = part_next(&rest);
    struct str name = word_next(&head);
    double v;
    if (!str_to_real(word_next(&head), &v) || head.n <= 0 || source.n <= 0)
        lines_fault(&r->lines, "syntax", "set NAME NUMBER UNIT | SOURCE");
    else if (r->c->settings_n == CRITERIA_SETTINGS_MAX)
        lines_fault(&r->lines, "limit", "more than %d settings", CRITERIA_SETTINGS_MAX);
    else {
        int i = r->c->settings_n++;
        r->c->settings[i].name = name;
        r->c->settings[i].v = v;
        r->c->settings[i].unit = head;
        r->c->settings[i].source = source;
    }
}

static void read_note(struct reader *r) {
    struct str rest = r->lines.value;
    struct str name = part_next(&rest), text = part_next(&rest), source = part_next(&rest);
    if (source.n <= 0) lines_fault(&r->lines, "syntax", "note NAME | TEXT | SOURCE");
    else if (r->c->notes_n == CRITERIA_NOTES_MAX)
        lines_fault(&r->lines, "limit", "more than %d notes", CRITERIA_NOTES_MAX);
    else {
        r->c->notes[r->c->notes_n].name = name;
        r->c->notes[r->c->notes_n].text = text;
        r->c->notes[r->c->notes_n++].source = source;
    }
}

static void read_line(struct reader *r) {
    struct str k = r->lines.keyword;
    if (str_is(k, "criteria")) read_head(r);
    else if (str_is(k, "title")) r->c->title = r->lines.value;
    else if (str_is(k, "source")) r->c->source = r->lines.value;
    else if (str_is(k, "number")) read_number(r);
    else if (str_is(k, "choice")) read_choice(r);
    else if (str_is(k, "say")) read_say(r);
    else if (str_is(k, "set")) read_set(r);
    else if (str_is(k, "note")) read_note(r);
    else if (str_is(k, "test")) lines_keep(&r->lines, &r->tests, r->lines.value);
    else
        lines_fault(&r->lines, "unknown", "criteria have no line '%.*s'", STR_ARG(k));
}

static bool names_route(struct str routes, struct str route) {
    for (struct str w = word_next(&routes); w.s; w = word_next(&routes))
        if (str_eq(w, route)) return true;
    return false;
}

static const struct criteria_row *row_of(const struct criteria *c, struct str route,
                                      struct str item) {
    const struct criteria_row *any = NULL;
    for (int i = 0; i < c->n; i++) {
        const struct criteria_row *row = &c->v[i];
        if (!str_eq(row->item, item)) continue;
        if (names_route(row->routes, route)) return row;
        if (!any && str_is(row->routes, "*")) any = row;
    }
    return any;
}

const struct criteria_row *criteria_find(const struct criteria *c, struct str route,
                                     const char *item) {
    return row_of(c, route, str_from(item));
}

const struct criteria_row *criteria_row_at(const struct criteria *c, struct str route, int at) {
    for (int i = 0; i < c->n; i++)
        if (row_of(c, route, c->v[i].item) == &c->v[i] && at-- == 0) return &c->v[i];
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
    for (ptrdiff_t i = 0; i < values.n; i++)
        if (str_eq(values.v[i].item, item)) return &values.v[i];
    return NULL;
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

static void rule_choice(const struct criteria_row *row, const struct criteria_value *value,
                        struct ruling *r) {
    r->saw = value->word;
    for (int i = 0; i < row->choices_n; i++)
        if (str_eq(row->choices[i].word, value->word)) r->outcome = row->choices[i].outcome;
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

static bool choice_known(const struct criteria_row *row, struct str word) {
    for (int i = 0; i < row->choices_n; i++)
        if (str_eq(row->choices[i].word, word)) return true;
    return false;
}

static const char *value_read(const struct criteria *c, struct str route, struct str name,
                              struct str text, struct criteria_value *v) {
    const struct criteria_row *row = row_of(c, route, name);
    if (!row) return "is not asked here";
    v->item = row->item;
    v->state = VALUE_KNOWN;
    v->word = text;
    if (row->is_choice) return choice_known(row, text) ? NULL : "is none of the choices";
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

/* ROUTE [ITEM=VALUE ...] -> ITEM OUTCOME; base.ITEM=VALUE gives an item its baseline. */
struct test {
    struct str route;
    struct criteria_value values[TEST_VALUES_MAX];
    ptrdiff_t n;
};

static bool test_value(struct reader *r, struct test *t, struct str word) {
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
    return t->n < TEST_VALUES_MAX &&
           !value_read(r->c, t->route, name, text, &t->values[t->n++]);
}

static bool run_test(struct reader *r, struct str rest) {
    struct test t = {.route = word_next(&rest)};
    struct str word = word_next(&rest);
    for (; word.s && !str_is(word, "->"); word = word_next(&rest))
        if (!test_value(r, &t, word)) return false;
    struct str item = word_next(&rest);
    enum ruling_outcome expected;
    if (!outcome_read(word_next(&rest), RULING_MISSING, &expected)) return false;
    const struct criteria_row *row = row_of(r->c, t.route, item);
    if (!row) return false;
    struct ruling got = criteria_rule(r->lines.arena, r->c, row,
                                      criteria_value_of((struct criteria_values){t.values, t.n},
                                                        item));
    if (got.outcome != expected)
        lines_fault(&r->lines, "test", "the test says %s, the rows give %s: %.*s",
                    outcome_words[expected], outcome_words[got.outcome], STR_ARG(got.text));
    return true;
}

static void run_tests(struct reader *r) {
    if (r->tests.n == 0) lines_fault(&r->lines, "test", "criteria without a test are refused");
    for (int i = 0; i < r->tests.n; i++)
        if (!run_test(r, lines_kept(&r->lines, &r->tests, i)))
            lines_fault(&r->lines, "syntax", "test ROUTE [ITEM=VALUE ...] -> ITEM OUTCOME");
}

static void check_says(struct reader *r) {
    for (int i = 0; i < r->c->says_n; i++) {
        bool found = false;
        for (int j = 0; j < r->c->n; j++)
            found |= str_eq(r->c->v[j].item, r->c->says[i].item);
        if (!found)
            lines_fault(&r->lines, "unknown", "a say line speaks of '%.*s', which no row asks",
                        STR_ARG(r->c->says[i].item));
    }
}

const struct criteria *criteria_read(struct arena *a, struct str file, struct str text,
                                     struct faults *faults) {
    struct criteria *c = NEW(a, struct criteria);
    struct reader *r = NEW(a, struct reader);
    int before = faults->n + faults->dropped;
    r->lines = lines_open(a, file, text, faults);
    r->tests.most = TESTS_MAX;
    r->c = c;
    while (lines_next(&r->lines)) read_line(r);
    if (!c->id.s) lines_fault(&r->lines, "required", "no line 'criteria ID VERSION'");
    if (c->title.n <= 0 || c->source.n <= 0)
        lines_fault(&r->lines, "required", "no title or no source");
    check_says(r);
    if (faults->n + faults->dropped == before) run_tests(r);
    return c;
}
