/* The reader of content/risk/: levels, chain, plans, and whom each is told. */
#include "core/risk.h"

#include "base/grammar.h"
#include "core/page.h"

enum { GRADE_MAX = 8, LONGEST_H = 24 * 30 }; /* patient pages read at grade 8 (DESIGN.md) */

struct risk_reader {
    struct risk_rules rules; /* first: what is read into is both */
    struct lines lines; /* of the file at hand */
    struct hours hours; /* of the tests */
};

struct risk_reader *risk_reader_new(struct arena *a, struct faults *faults) {
    struct risk_reader *r = NEW(a, struct risk_reader);
    r->lines = lines_open(a, STR("risk/"), STR(""), faults);
    return r;
}

static bool read_minutes(struct str *rest, int *minutes) {
    int64_t n;
    struct str number = word_next(rest), unit = word_next(rest);
    if (!unit.s || !str_to_int(number, &n) || n < 1 || n > LONGEST_H * 60) return false;
    *minutes = (int)(str_is(unit, "h") ? n * 60 : n);
    return str_is(unit, "h") || str_is(unit, "min");
}

static bool read_time(struct lines *l, struct str text, void *field) {
    struct risk_time *t = field;
    struct str rest = text, first = word_next(&rest);
    (void)l;
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

struct timer_line {
    enum alert_level level;
    enum risk_state state;
    struct risk_time time;
};

static bool put_timer(struct lines *l, void *row) {
    const struct timer_line *t = row;
    struct risk_rules *rules = l->into;
    if (t->state == RISK_CLOSED) return false;
    if (str_is(l->keyword, "timer")) rules->timers[t->level][t->state] = t->time;
    else rules->again[t->level] = t->time;
    return true;
}

static bool read_chain(struct lines *l, struct str roles, void *field) {
    struct risk_rules *rules = field;
    for (struct str w = word_next(&roles); w.s; w = word_next(&roles))
        GRAMMAR_ADD(l, rules->chain, rules->chain_n, w);
    return true;
}

static bool put_say(struct lines *l, void *row) {
    double grade = page_grade(((const struct risk_row *)row)->text);
    if (grade > GRADE_MAX)
        lines_fault(l, "test", "it reads at grade %.1f; %d at most", grade, GRADE_MAX);
    return true;
}

static bool read_hours(struct lines *l, struct str text, void *field) {
    (void)l;
    return hours_read(text, field);
}

/* The tests of the files ------------------------------------------------------------------- */

static const int32_t A_MONDAY = 18260; /* days since 1970: 2019-12-30 */

struct asked {
    enum alert_level level;
    enum risk_state state;
    struct str place, item, word, want;
    int day, minute, want_day, want_minute;
};

static bool read_day(struct lines *l, struct str word, void *field) {
    (void)l;
    return (*(int *)field = weekday_read(word)) >= 0;
}

static bool read_clock(struct lines *l, struct str word, void *field) {
    (void)l;
    return (*(int *)field = minute_read(word)) >= 0;
}

/* Against the same week; what is earlier is in the week after. */
static bool test_due(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct risk_reader *r = l->into;
    if (t->state == RISK_CLOSED) return false;
    struct risk_due due = risk_time_due(&r->rules.timers[t->level][t->state], &r->hours,
                                        (struct civil_minute){A_MONDAY + t->day, t->minute});
    if (date_weekday(due.at.days) != t->want_day || due.at.minute != t->want_minute)
        lines_fault(l, "test", "it does not hold: it is due on day %d of the week at %02d:%02d",
                    date_weekday(due.at.days) + 1, due.at.minute / 60, due.at.minute % 60);
    return true;
}

static bool test_concern(struct lines *l, void *row) {
    const struct asked *t = row;
    return grammar_expect(l, t->want, risk_concern(l->into, t->item));
}

static bool test_signal(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct risk_row *s = risk_signal(l->into, str_z(l->arena, t->place), t->item, t->word);
    return grammar_expect(l, t->want, s ? str_from(risk_levels[s->level]) : STR("-"));
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

static bool test_says(struct lines *l, void *row) {
    const struct asked *t = row;
    if (!says(l->into, t->want))
        lines_fault(l, "test", "it does not hold: nothing says %.*s", STR_ARG(t->want));
    return true;
}

#define LEVEL(type) ONE_OF(type, level, risk_levels)
#define STATE(type) ONE_OF(type, state, risk_states)
#define ROWS(list) LIST(risk_reader, rules.list.v, rules.list.n, RISK_ROWS_MAX)
#define TIME OWN(timer_line, time, read_time, "N min, N h, next day, or day N h N min")
static const struct grammar_line grammar[] = {
    {"risk ID", ANY, .slots = {SAID}},
    {"title TEXT", ANY, .slots = {SAID}},
    {"source TEXT", ANY, .slots = {SAID}},
    {"timer LEVEL STATE | TIME | SOURCE", ANY, ROW(timer_line), .put = put_timer,
     .slots = {LEVEL(timer_line), STATE(timer_line), TIME, SAID}},
    {"again LEVEL | TIME | SOURCE", ANY, ROW(timer_line), .put = put_timer,
     .slots = {LEVEL(timer_line), TIME, SAID}},
    {"concern NAME | WORDS | [INSTRUMENT] ...", ANY, ROWS(concerns),
     .slots = {AT(risk_row, name), AT(risk_row, text), AT(risk_row, list)}},
    {"signal PLACE ITEM WORD | LEVEL | CONCERN | WORDS | SOURCE", ANY, ROWS(signals),
     .slots = {AT(risk_row, place), AT(risk_row, item), AT(risk_row, word), LEVEL(risk_row),
               AT(risk_row, name), AT(risk_row, text), SAID}},
    {"rise INSTRUMENT ITEM | LEVEL | WORDS | SOURCE", ANY, ROWS(rises),
     .slots = {AT(risk_row, place), AT(risk_row, item), LEVEL(risk_row), AT(risk_row, text), SAID}},
    {"plan NAME | WORDS | LEVELS | SOURCE", ANY, ROWS(plans),
     .slots = {AT(risk_row, name), AT(risk_row, text), AT(risk_row, list), SAID}},
    {"advice LEVEL STATE | WORDS | SOURCE", ANY, ROWS(advice),
     .slots = {LEVEL(risk_row), STATE(risk_row), AT(risk_row, text), SAID}},
    {"resource HOW ADDRESS | BUTTON | WORDS | SOURCE", ANY, ROWS(resources),
     .slots = {AT(risk_row, place), AT(risk_row, item), AT(risk_row, name), AT(risk_row, text),
               SAID}},
    {"chain ROLES | SOURCE", ANY, .slots = {OWN_ROW(read_chain, "roles"), SAID}},
    {"say WORDS", ANY, ROWS(says), .put = put_say, .slots = {AT(risk_row, text)}},
    {"hours HOURS", ANY,
     .slots = {OWN(risk_reader, hours, read_hours, "as Mon-Fri 08:00-18:00")}},
    {"test due LEVEL STATE DAY TIME -> DAY TIME", SOME, ROW(asked), .test = test_due,
     .slots = {LEVEL(asked), STATE(asked), OWN(asked, day, read_day, "Mon to Sun"),
               OWN(asked, minute, read_clock, "as 08:30"),
               OWN(asked, want_day, read_day, "Mon to Sun"),
               OWN(asked, want_minute, read_clock, "as 08:30")}},
    {"test concern INSTRUMENT -> CONCERN", ANY, ROW(asked), .test = test_concern,
     .slots = {AT(asked, item), AT(asked, want)}},
    {"test signal PLACE ITEM WORD -> LEVEL", ANY, ROW(asked), .test = test_signal,
     .slots = {AT(asked, place), AT(asked, item), AT(asked, word), AT(asked, want)}},
    {"test says PHRASE", ANY, ROW(asked), .test = test_says, .slots = {AT(asked, want)}},
};

/* The tests wait until all files are read. */
void risk_read(struct risk_reader *r, struct str file, struct str text) {
    struct lines before = r->lines;
    r->lines = lines_open(before.arena, file, text, before.faults);
    r->lines.faults_before = before.faults_before;
    r->lines.tests = before.tests;
    r->lines.tests_n = before.tests_n;
    r->lines.tests_room = before.tests_room;
    GRAMMAR_READ(&r->lines, grammar, r);
}

static void check_whole(struct risk_reader *r) {
    const struct risk_rules *u = &r->rules;
    struct str file = STR("risk/");
    for (int l = 0; l < RISK_LEVELS; l++) {
        const char *level = risk_level_name((enum alert_level)l);
        for (int s = 0; s < RISK_CLOSED; s++)
            if (!u->timers[l][s].kind)
                fault_add(r->lines.faults, file, "required", "there is no line 'timer %s %s'",
                          level, risk_state_name((enum risk_state)s));
        if (!u->again[l].kind)
            fault_add(r->lines.faults, file, "required", "there is no line 'again %s'", level);
    }
    if (!u->concerns.n || !u->chain_n || !u->plans.n || !u->says.n || !u->resources.n)
        fault_add(r->lines.faults, file, "required",
                  "concern, chain, plan, say and resource: each has a line at least");
}

const struct risk_rules *risk_reader_end(struct risk_reader *r) {
    const struct faults *faults = r->lines.faults;
    r->lines.into = r;
    if (faults->n + faults->dropped == r->lines.faults_before) check_whole(r);
    grammar_test(&r->lines);
    return &r->rules;
}
