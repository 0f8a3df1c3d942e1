#include "core/risk.h"

#include "base/lines.h"
#include "core/page.h"

enum { GRADE_MAX = 8, RISK_TESTS_MAX = 48 }; /* patient pages read at grade 8 (DESIGN.md) */

struct risk_reader {
    struct arena *arena;
    int before; /* faults of others */
    struct faults *faults;
    struct risk_rules *rules;
    struct lines lines; /* of the file at hand */
    struct hours hours; /* of the tests */
    struct lines_tests tests;
};

struct risk_reader *risk_reader_new(struct arena *a, struct faults *faults) {
    struct risk_reader *r = NEW(a, struct risk_reader);
    *r = (struct risk_reader){.arena = a,
                              .before = faults->n + faults->dropped,
                              .faults = faults,
                              .rules = NEW(a, struct risk_rules),
                              .tests.most = RISK_TESTS_MAX};
    return r;
}

static bool bad(struct risk_reader *r, const char *form) {
    lines_fault(&r->lines, "syntax", "%s", form);
    return false;
}

static struct risk_row *row_of(struct risk_reader *r, struct risk_rows *rows) {
    if (rows->n < RISK_ROWS_MAX) return &rows->v[rows->n++];
    lines_fault(&r->lines, "limit", "more than %d lines '%.*s'", RISK_ROWS_MAX,
                STR_ARG(r->lines.keyword));
    return NEW(r->arena, struct risk_row);
}

static bool read_minutes(struct str *rest, int *minutes) {
    enum { LONGEST_H = 24 * 30 };
    int64_t n;
    struct str number = word_next(rest), unit = word_next(rest);
    if (!unit.s || !str_to_int(number, &n) || n < 1 || n > LONGEST_H * 60) return false;
    *minutes = (int)(str_is(unit, "h") ? n * 60 : n);
    return str_is(unit, "h") || str_is(unit, "min");
}

static bool read_time(struct str text, struct risk_time *t) {
    struct str rest = text, first = word_next(&rest);
    if (str_is(first, "next") && str_is(word_next(&rest), "day")) t->kind = RISK_TIME_NEXT_DAY;
    else if (str_is(first, "day") && read_minutes(&rest, &t->minutes) &&
             read_minutes(&rest, &t->least))
        t->kind = RISK_TIME_DAY;
    else if (rest = text, read_minutes(&rest, &t->minutes))
        t->kind = RISK_TIME_SPAN;
    else
        return false;
    return !word_next(&rest).s;
}

static bool read_timer(struct risk_reader *r, struct str *rest) {
    struct str head = part_next(rest);
    struct risk_time t = {0};
    enum alert_level level;
    enum risk_state state = RISK_OPEN;
    bool each = str_is(r->lines.keyword, "timer");
    if (!risk_level_parse(word_next(&head), &level) ||
        (each && (!risk_state_parse(word_next(&head), &state) || state == RISK_CLOSED)) ||
        !read_time(part_next(rest), &t) || !part_next(rest).n)
        return bad(r, "timer LEVEL STATE | TIME | SOURCE; again LEVEL | TIME | SOURCE");
    if (each) r->rules->timers[level][state] = t;
    else r->rules->again[level] = t;
    return true;
}

/* Rows: what each letter reads of the part at hand; `|` goes on to the next part.
 *   p i w  place, item, word     n t l  name, text, list     L S  level, state     s  a source */
static const struct form {
    const char *keyword;
    ptrdiff_t rows;
    const char *parts, *usage;
} forms[] = {
#define FORM(keyword, rows, parts, usage) \
    {keyword, offsetof(struct risk_rules, rows), parts, keyword " " usage}
    FORM("concern", concerns, "n|t|l", "NAME | words | INSTRUMENT ..."),
    FORM("signal", signals, "piw|L|n|t|s", "PLACE ITEM WORD | LEVEL | CONCERN | words | SOURCE"),
    FORM("rise", rises, "pi|L|t|s", "INSTRUMENT ITEM | LEVEL | words | SOURCE"),
    FORM("plan", plans, "n|t|l|s", "NAME | words | LEVEL ... | SOURCE"),
    FORM("advice", advice, "LS|t|s", "LEVEL STATE | what to do | SOURCE"),
    FORM("resource", resources, "pi|n|t|s", "call|text|web ADDRESS | button | words | SOURCE"),
#undef FORM
};
enum { FORMS = sizeof forms / sizeof *forms };

static bool put_part(struct risk_row *row, char what, struct str *part) {
    switch (what) {
    case 'p': return (row->place = word_next(part)).n > 0;
    case 'i': return (row->item = word_next(part)).n > 0;
    case 'w': return (row->word = word_next(part)).n > 0;
    case 'n': return (row->name = *part).n > 0;
    case 't': return (row->text = *part).n > 0;
    case 'l': return (row->list = *part).n > 0;
    case 'L': return risk_level_parse(word_next(part), &row->level);
    case 'S': return risk_state_parse(word_next(part), &row->state);
    default: return part->n > 0;
    }
}

static bool read_row(struct risk_reader *r, const struct form *f, struct str rest) {
    struct risk_row *row = row_of(r, (struct risk_rows *)((char *)r->rules + f->rows));
    struct str part = part_next(&rest);
    for (const char *c = f->parts; *c; c++) {
        if (*c == '|') part = part_next(&rest);
        else if (!put_part(row, *c, &part)) return bad(r, f->usage);
    }
    return true;
}

static bool read_chain(struct risk_reader *r, struct str *rest) {
    struct str roles = part_next(rest);
    struct risk_rules *rules = r->rules;
    for (struct str w = word_next(&roles); w.s && rules->chain_n < RISK_CHAIN_MAX;
         w = word_next(&roles))
        rules->chain[rules->chain_n++] = w;
    return (rules->chain_n > 0 && part_next(rest).n) || bad(r, "chain ROLE ... | SOURCE");
}

static bool read_say(struct risk_reader *r, struct str *rest) {
    struct str text = *rest;
    double grade = page_grade(text);
    row_of(r, &r->rules->says)->text = text;
    if (grade > GRADE_MAX)
        lines_fault(&r->lines, "test", "it reads at grade %.1f; %d at most", grade, GRADE_MAX);
    return text.n || bad(r, "say WORDS");
}

static bool read_hours(struct risk_reader *r, struct str *rest) {
    return hours_read(*rest, &r->hours) || bad(r, "hours Mon-Fri 08:00-18:00");
}

static bool keep_test(struct risk_reader *r, struct str *rest) {
    lines_keep(&r->lines, &r->tests, *rest);
    return true;
}

static bool passed_over(struct risk_reader *r, struct str *rest) {
    return rest->n || bad(r, "the line has no words");
}

static const struct {
    const char *keyword;
    bool (*read)(struct risk_reader *, struct str *rest);
} keywords[] = {{"risk", passed_over},    {"title", passed_over},  {"source", passed_over},
                {"timer", read_timer},    {"again", read_timer},   {"chain", read_chain},
                {"say", read_say},        {"hours", read_hours},   {"test", keep_test}};
enum { KEYWORDS = sizeof keywords / sizeof *keywords };

/* A fault has been said where a line is not what it should be. */
static bool read_line(struct risk_reader *r) {
    struct str rest = r->lines.value;
    for (int i = 0; i < FORMS; i++)
        if (str_is(r->lines.keyword, forms[i].keyword)) return read_row(r, &forms[i], rest);
    for (int i = 0; i < KEYWORDS; i++)
        if (str_is(r->lines.keyword, keywords[i].keyword)) return keywords[i].read(r, &rest);
    lines_fault(&r->lines, "unknown", "risk has no line '%.*s'", STR_ARG(r->lines.keyword));
    return false;
}

void risk_read(struct risk_reader *r, struct str file, struct str text) {
    int tests = r->tests.n;
    r->lines = lines_open(r->arena, file, text, r->faults);
    while (lines_next(&r->lines)) read_line(r);
    if (r->tests.n == tests) lines_fault(&r->lines, "required", "the file has no line 'test'");
}

/* The tests of the files ------------------------------------------------------------------- */

static const int32_t A_MONDAY = 18260; /* days since 1970: 2019-12-30 */

/* "low open Mon 10:00" against the same week; what is earlier is in the week after. */
static bool test_due(struct risk_reader *r, struct str in, struct str want) {
    enum alert_level level;
    enum risk_state state;
    if (!risk_level_parse(word_next(&in), &level) || !risk_state_parse(word_next(&in), &state) ||
        state == RISK_CLOSED)
        return false;
    int on = weekday_read(word_next(&in));
    struct civil_minute from = {A_MONDAY + on, minute_read(word_next(&in))};
    if (on < 0 || from.minute < 0) return false;
    struct risk_due due = risk_time_due(&r->rules->timers[level][state], &r->hours, from);
    int day = weekday_read(word_next(&want)), minute = minute_read(word_next(&want));
    return day >= 0 && minute >= 0 && date_weekday(due.at.days) == day && due.at.minute == minute;
}

static bool says(const struct risk_rules *r, struct str phrase) {
    for (int i = 0; i < r->resources.n; i++)
        if (str_has_fold(r->resources.v[i].text, phrase) ||
            str_has_fold(r->resources.v[i].name, phrase))
            return true;
    for (int i = 0; i < r->says.n; i++)
        if (str_has_fold(r->says.v[i].text, phrase)) return true;
    return false;
}

static bool test_holds(struct risk_reader *r, struct str text) {
    struct str kind = word_next(&text);
    if (str_is(kind, "says")) return says(r->rules, text);
    ptrdiff_t arrow = str_find(text, STR("->"));
    if (arrow < 0) return false;
    struct str in = str_slice(text, 0, arrow);
    struct str want = str_trim(str_slice(text, arrow + 2, text.n));
    if (str_is(kind, "due")) return test_due(r, in, want);
    struct str first = word_next(&in);
    if (str_is(kind, "concern")) return str_eq(risk_concern(r->rules, first), want);
    if (!str_is(kind, "signal")) return false;
    struct str item = word_next(&in), word = word_next(&in);
    const struct risk_row *s = risk_signal(r->rules, str_z(r->arena, first), item, word);
    return s ? str_is(want, risk_level_name(s->level)) : str_is(want, "-");
}

static void check_whole(struct risk_reader *r) {
    const struct risk_rules *u = r->rules;
    struct str file = STR("risk/");
    for (int l = 0; l < RISK_LEVELS; l++) {
        const char *level = risk_level_name((enum alert_level)l);
        for (int s = 0; s < RISK_CLOSED; s++)
            if (!u->timers[l][s].kind)
                fault_add(r->faults, file, "required", "there is no line 'timer %s %s'", level,
                          risk_state_name((enum risk_state)s));
        if (!u->again[l].kind)
            fault_add(r->faults, file, "required", "there is no line 'again %s'", level);
    }
    if (!u->concerns.n || !u->chain_n || !u->plans.n || !u->says.n || !u->resources.n)
        fault_add(r->faults, file, "required",
                  "concern, chain, plan, say and resource: each has a line at least");
}

const struct risk_rules *risk_reader_end(struct risk_reader *r) {
    if (r->faults->n + r->faults->dropped == r->before) check_whole(r);
    if (r->faults->n + r->faults->dropped > r->before) return r->rules;
    for (int i = 0; i < r->tests.n; i++) {
        struct str test = lines_kept(&r->lines, &r->tests, i);
        if (!test_holds(r, test))
            lines_fault(&r->lines, "test", "it does not hold: %.*s", STR_ARG(test));
    }
    return r->rules;
}
