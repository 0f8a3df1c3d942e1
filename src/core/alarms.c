#include "core/alarms.h"

#include "base/grammar.h"

enum { MINUTES_MAX = 1440 };
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)

static const char *const told_names[TOLD_COUNT] = {"monitor", "prescriber", "everyone"};

const char *alarms_told_name(enum alarms_told t) { return told_names[t]; }

bool alarms_level_parse(struct str word, enum vitals_level *out) {
    int i = str_index(word, vitals_levels, VITALS_LEVELS);
    if (i >= 0) *out = (enum vitals_level)i;
    return i >= 0;
}

/* Asking ------------------------------------------------------------------------------------ */

enum alarms_told alarms_told(const struct alarms_rules *r, enum vitals_level level,
                             int64_t waited_ms, enum alarms_told already) {
    enum alarms_told told = already;
    for (int who = already + 1; who < TOLD_COUNT; who++)
        if (waited_ms >= r->levels[level].told_after_ms[who]) told = (enum alarms_told)who;
    return told;
}

static const struct alarms_wait *wait_of(const struct alarms_rules *r, struct str kind) {
    return STR_FIND(r->waits, r->waits_n, kind, kind);
}

enum vitals_level alarms_wait(const struct alarms_rules *r, struct str kind, int64_t gone_ms) {
    const struct alarms_wait *w = wait_of(r, kind);
    enum vitals_level level = VITALS_FINE;
    for (int i = VITALS_ADVISORY; w && i < VITALS_LEVELS; i++)
        if (gone_ms >= w->after_ms[i]) level = (enum vitals_level)i;
    return level;
}

int64_t alarms_wait_next(const struct alarms_rules *r, struct str kind, int64_t since_ms,
                         int64_t now_ms) {
    const struct alarms_wait *w = wait_of(r, kind);
    int64_t next = INT64_MAX;
    for (int i = VITALS_ADVISORY; w && i < VITALS_LEVELS; i++) {
        if (w->after_ms[i] == ALARMS_NEVER) continue;
        int64_t at = since_ms + w->after_ms[i];
        if (at > now_ms && at < next) next = at;
    }
    return next;
}

struct str alarms_wait_source(const struct alarms_rules *r, struct str kind) {
    const struct alarms_wait *w = wait_of(r, kind);
    return w ? w->source : STR_ABSENT;
}

static bool names(struct str list, struct str word) {
    return str_is(list, "*") || word_among(list, word);
}

const struct alarms_act *alarms_act(const struct alarms_rules *r, struct str route,
                                    enum vitals_level level, struct str kind) {
    for (int i = 0; i < r->acts_n; i++) {
        const struct alarms_act *act = &r->acts[i];
        if (level >= act->level && names(act->routes, route) && names(act->kinds, kind))
            return act;
    }
    return NULL;
}

const struct alarms_reason *alarms_reason(const struct alarms_rules *r, struct str id) {
    return STR_FIND(r->reasons, r->reasons_n, id, id);
}

bool alarms_silent(const struct alarms_rules *r, enum vitals_level level, int64_t until_ms,
                   int64_t now_ms) {
    return now_ms < until_ms && until_ms - now_ms <= r->levels[level].silence_ms;
}

/* Reading ----------------------------------------------------------------------------------- */

/* Reading ----------------------------------------------------------------------------------- */

struct level_line {
    enum vitals_level level;
    int prescriber_min, everyone_min, silence_min;
    struct alarms_level row;
};

static bool put_level(struct lines *l, void *row) {
    struct level_line *line = row;
    line->row.told_after_ms[TOLD_PRESCRIBER] = line->prescriber_min * MINUTE;
    line->row.told_after_ms[TOLD_EVERYONE] = line->everyone_min * MINUTE;
    line->row.silence_ms = line->silence_min * MINUTE;
    ((struct alarms_rules *)l->into)->levels[line->level] = line->row;
    return line->level != VITALS_FINE && line->everyone_min >= line->prescriber_min;
}

/* "advisory after 8 s, urgent after 3 min" */
static bool read_after(struct lines *l, struct str text, void *field) {
    static const char *const units[] = {"s", "min"};
    struct after {
        enum vitals_level level;
        int n;
        bool minutes;
    } a;
    int64_t *after_ms = field;
    for (int i = 0; i < VITALS_LEVELS; i++) after_ms[i] = ALARMS_NEVER;
    while (text.s) {
        if (!GRAMMAR_FITS(l, str_trim(str_cut(text, ',', &text)), "LEVEL after N UNIT", &a,
                          ONE_OF(after, level, vitals_levels), WITHIN(after, n, 0, 86400),
                          ONE_OF(after, minutes, units)) ||
            a.level == VITALS_FINE)
            return false;
        after_ms[a.level] = a.n * (a.minutes ? MINUTE : SECOND);
    }
    return true;
}

/* The tests --------------------------------------------------------------------------------- */

struct asked {
    struct str route, kind, want;
    enum vitals_level level;
    int n;
};

static bool test_told(struct lines *l, void *row) {
    const struct asked *t = row;
    enum alarms_told got = alarms_told(l->into, t->level, t->n * MINUTE, TOLD_MONITOR);
    return grammar_expect(l, t->want, str_from(told_names[got]));
}

static bool test_wait(struct lines *l, void *row) {
    const struct asked *t = row;
    enum vitals_level got = alarms_wait(l->into, t->kind, t->n * SECOND);
    return grammar_expect(l, t->want, str_from(vitals_levels[got]));
}

static bool test_act(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct alarms_act *got = alarms_act(l->into, t->route, t->level, t->kind);
    return grammar_expect(l, t->want, got ? got->id : STR("none"));
}

static bool test_silence(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct alarms_rules *r = l->into;
    bool may = t->n * MINUTE <= r->levels[t->level].silence_ms;
    return grammar_expect(l, t->want, may ? STR("yes") : STR("no"));
}

#define LEVEL(type) ONE_OF(type, level, vitals_levels)
static const struct grammar_line grammar[] = {
    {"alarms VERSION", ONCE, .slots = {WITHIN(alarms_rules, version, 1, 9999)}},
    {"title TEXT", AT_MOST_ONCE, .slots = {AT(alarms_rules, title)}},
    {"source TEXT", ONCE, .slots = {AT(alarms_rules, source)}},
    {"level LEVEL | PRIORITY | N pulse(s) every N s | prescriber N, everyone N | N min | SOURCE",
     SOME, ROW(level_line), .put = put_level,
     .slots = {LEVEL(level_line), AT(level_line, row.priority),
               WITHIN(level_line, row.pulses, 1, 20), WITHIN(level_line, row.every_s, 1, 86400),
               WITHIN(level_line, prescriber_min, 0, MINUTES_MAX),
               WITHIN(level_line, everyone_min, 0, MINUTES_MAX),
               WITHIN(level_line, silence_min, 1, MINUTES_MAX), AT(level_line, row.source)}},
    {"wait KIND | AFTER | SOURCE", SOME,
     LIST(alarms_rules, waits, waits_n, ALARMS_WAITS_MAX), .unique = true,
     .slots = {AT(alarms_wait, kind), OWN(alarms_wait, after_ms, read_after,
                                         "LEVEL after N s, LEVEL after N min"),
               AT(alarms_wait, source)}},
    {"act ID | ROUTES | LEVEL | KINDS | SENTENCE | SOURCE", ANY,
     LIST(alarms_rules, acts, acts_n, ALARMS_ACTS_MAX), .unique = true,
     .slots = {AT(alarms_act, id), AT(alarms_act, routes), LEVEL(alarms_act),
               AT(alarms_act, kinds), AT(alarms_act, text), AT(alarms_act, source)}},
    {"reason ID | TEXT", SOME, LIST(alarms_rules, reasons, reasons_n, ALARMS_REASONS_MAX),
     .unique = true, .slots = {AT(alarms_reason, id), AT(alarms_reason, text)}},
    {"test told LEVEL MINUTES -> WHO", SOME, ROW(asked), .test = test_told,
     .slots = {LEVEL(asked), AT(asked, n), AT(asked, want)}},
    {"test wait KIND SECONDS -> LEVEL", ANY, ROW(asked), .test = test_wait,
     .slots = {AT(asked, kind), AT(asked, n), AT(asked, want)}},
    {"test act ROUTE LEVEL KIND -> ID", ANY, ROW(asked), .test = test_act,
     .slots = {AT(asked, route), LEVEL(asked), AT(asked, kind), AT(asked, want)}},
    {"test silence LEVEL MINUTES -> ANSWER", ANY, ROW(asked), .test = test_silence,
     .slots = {LEVEL(asked), AT(asked, n), AT(asked, want)}},
};
#undef LEVEL

static void check_whole(struct lines *l, const struct alarms_rules *r) {
    static const char *const kinds[] = {"checkpoint", "presence", "signal"};
    for (int i = VITALS_ADVISORY; i < VITALS_LEVELS; i++)
        if (r->levels[i].pulses == 0)
            lines_fault(l, "required", "no line 'level %s'", vitals_levels[i]);
    for (int i = 0; i < COUNT(kinds); i++)
        if (!wait_of(r, str_from(kinds[i])))
            lines_fault(l, "required", "no line 'wait %s'", kinds[i]);
}

const struct alarms_rules *alarms_read(struct arena *a, struct str file, struct str text,
                                       struct faults *faults) {
    struct alarms_rules *r = NEW(a, struct alarms_rules);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, r);
    check_whole(&l, r);
    grammar_test(&l);
    return r;
}
