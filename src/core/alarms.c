#include "core/alarms.h"

#include "base/lines.h"

enum { TESTS_MAX = 96 };
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)

static const char *const told_names[TOLD_COUNT] = {"monitor", "prescriber", "everyone"};

const char *alarms_told_name(enum alarms_told t) { return told_names[t]; }

bool alarms_level_parse(struct str word, enum vitals_level *out) {
    for (int i = 0; i < VITALS_LEVELS; i++)
        if (str_is(word, vitals_level_name((enum vitals_level)i))) {
            *out = (enum vitals_level)i;
            return true;
        }
    return false;
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
    for (int i = 0; i < r->waits_n; i++)
        if (str_eq(r->waits[i].kind, kind)) return &r->waits[i];
    return NULL;
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
    if (str_is(list, "*")) return true;
    for (struct str w = word_next(&list); w.s; w = word_next(&list))
        if (str_eq(w, word)) return true;
    return false;
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
    for (int i = 0; i < r->reasons_n; i++)
        if (str_eq(r->reasons[i].id, id)) return &r->reasons[i];
    return NULL;
}

bool alarms_silent(const struct alarms_rules *r, enum vitals_level level, int64_t until_ms,
                   int64_t now_ms) {
    return now_ms < until_ms && until_ms - now_ms <= r->levels[level].silence_ms;
}

/* Reading ----------------------------------------------------------------------------------- */

struct reader {
    struct lines lines;
    struct alarms_rules *r;
    struct lines_tests tests;
};

static bool number(struct str *rest, int64_t *out) {
    return str_to_int(word_next(rest), out) && *out >= 0 && *out <= 86400;
}

/* "3 pulses every 15 s" */
static bool sound_read(struct str text, struct alarms_level *l) {
    int64_t pulses, every;
    if (!number(&text, &pulses) || pulses < 1 || pulses > 20) return false;
    struct str word = word_next(&text);
    if (!str_is(word, "pulse") && !str_is(word, "pulses")) return false;
    if (!str_is(word_next(&text), "every") || !number(&text, &every) || every < 1) return false;
    l->pulses = (int)pulses;
    l->every_s = (int)every;
    return str_is(word_next(&text), "s") && text.n <= 0;
}

/* "prescriber 15, everyone 30": later ones later. */
static bool told_read(struct str text, struct alarms_level *l) {
    int who = TOLD_PRESCRIBER;
    while (text.s) {
        int64_t minutes;
        struct str part = str_trim(str_cut(text, ',', &text));
        if (who == TOLD_COUNT || !str_is(word_next(&part), told_names[who]) ||
            !number(&part, &minutes) || part.n > 0)
            return false;
        l->told_after_ms[who] = minutes * MINUTE;
        if (l->told_after_ms[who] < l->told_after_ms[who - 1]) return false;
        who++;
    }
    return who == TOLD_COUNT;
}

static bool silence_read(struct str text, struct alarms_level *l) {
    int64_t minutes;
    if (!number(&text, &minutes) || minutes < 1) return false;
    l->silence_ms = minutes * MINUTE;
    return str_is(word_next(&text), "min") && text.n <= 0;
}

static void read_level(struct reader *r) {
    struct str rest = r->lines.value;
    struct alarms_level l = {0};
    enum vitals_level level;
    bool known = alarms_level_parse(part_next(&rest), &level) && level != VITALS_FINE;
    l.priority = part_next(&rest);
    struct str sound = part_next(&rest), told = part_next(&rest), silence = part_next(&rest);
    bool ok = sound_read(sound, &l) && told_read(told, &l) && silence_read(silence, &l);
    l.source = part_next(&rest);
    if (!known || !ok || l.source.n <= 0)
        lines_fault(&r->lines, "syntax",
                    "level LEVEL | PRIORITY | N pulses every N s | prescriber N, everyone N | "
                    "N min | SOURCE");
    else r->r->levels[level] = l;
}

/* "advisory after 8 s, urgent after 3 min" */
static bool after_read(struct str text, struct alarms_wait *w) {
    for (int i = 0; i < VITALS_LEVELS; i++) w->after_ms[i] = ALARMS_NEVER;
    while (text.s) {
        int64_t n;
        enum vitals_level level;
        struct str part = str_trim(str_cut(text, ',', &text));
        if (!alarms_level_parse(word_next(&part), &level) || level == VITALS_FINE ||
            !str_is(word_next(&part), "after") || !number(&part, &n))
            return false;
        struct str unit = word_next(&part);
        if ((!str_is(unit, "s") && !str_is(unit, "min")) || part.n > 0) return false;
        w->after_ms[level] = n * (str_is(unit, "s") ? SECOND : MINUTE);
    }
    return true;
}

static void read_wait(struct reader *r) {
    struct str rest = r->lines.value;
    struct alarms_wait w = {.kind = part_next(&rest)};
    bool ok = after_read(part_next(&rest), &w);
    w.source = part_next(&rest);
    if (w.kind.n <= 0 || !ok || w.source.n <= 0)
        lines_fault(&r->lines, "syntax", "wait KIND | LEVEL after N s|min, ... | SOURCE");
    else if (r->r->waits_n == ALARMS_WAITS_MAX)
        lines_fault(&r->lines, "limit", "more than %d lines of this kind", ALARMS_WAITS_MAX);
    else r->r->waits[r->r->waits_n++] = w;
}

static void read_act(struct reader *r) {
    struct str rest = r->lines.value;
    struct alarms_act a = {.id = part_next(&rest)};
    a.routes = part_next(&rest);
    bool ok = alarms_level_parse(part_next(&rest), &a.level);
    a.kinds = part_next(&rest);
    a.text = part_next(&rest);
    a.source = part_next(&rest);
    if (!ok || a.source.n <= 0)
        lines_fault(&r->lines, "syntax", "act ID | ROUTES | LEVEL | KINDS | SENTENCE | SOURCE");
    else if (r->r->acts_n == ALARMS_ACTS_MAX)
        lines_fault(&r->lines, "limit", "more than %d lines of this kind", ALARMS_ACTS_MAX);
    else r->r->acts[r->r->acts_n++] = a;
}

static void read_reason(struct reader *r) {
    struct str rest = r->lines.value;
    struct alarms_reason x = {.id = part_next(&rest)};
    x.text = part_next(&rest);
    if (x.id.n <= 0 || x.text.n <= 0) lines_fault(&r->lines, "syntax", "reason ID | TEXT");
    else if (r->r->reasons_n == ALARMS_REASONS_MAX)
        lines_fault(&r->lines, "limit", "more than %d lines of this kind", ALARMS_REASONS_MAX);
    else r->r->reasons[r->r->reasons_n++] = x;
}

static void read_head(struct reader *r) {
    int64_t version = 0;
    if (!str_to_int(r->lines.value, &version) || version < 1)
        lines_fault(&r->lines, "syntax", "alarms VERSION");
    r->r->version = (int)version;
}

static void read_line(struct reader *r) {
    struct str k = r->lines.keyword;
    if (str_is(k, "alarms")) read_head(r);
    else if (str_is(k, "title")) r->r->title = r->lines.value;
    else if (str_is(k, "source")) r->r->source = r->lines.value;
    else if (str_is(k, "level")) read_level(r);
    else if (str_is(k, "wait")) read_wait(r);
    else if (str_is(k, "act")) read_act(r);
    else if (str_is(k, "reason")) read_reason(r);
    else if (str_is(k, "test")) lines_keep(&r->lines, &r->tests, r->lines.value);
    else lines_fault(&r->lines, "unknown", "alarms have no line '%.*s'", STR_ARG(k));
}

static void check_whole(struct reader *r) {
    static const char *const kinds[] = {"checkpoint", "presence", "signal"};
    if (r->r->version == 0) lines_fault(&r->lines, "required", "no line 'alarms VERSION'");
    for (int i = VITALS_ADVISORY; i < VITALS_LEVELS; i++)
        if (r->r->levels[i].pulses == 0)
            lines_fault(&r->lines, "required", "no line 'level %s'",
                        vitals_level_name((enum vitals_level)i));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!wait_of(r->r, str_from(kinds[i])))
            lines_fault(&r->lines, "required", "no line 'wait %s'", kinds[i]);
    if (r->r->reasons_n == 0) lines_fault(&r->lines, "required", "no line 'reason ID | TEXT'");
    if (r->tests.n == 0) lines_fault(&r->lines, "test", "alarms without a test are refused");
}

/* The tests --------------------------------------------------------------------------------- */

static const char *test_told(struct reader *r, struct str *rest) {
    enum vitals_level level;
    int64_t minutes;
    if (!alarms_level_parse(word_next(rest), &level) || !number(rest, &minutes)) return NULL;
    return told_names[alarms_told(r->r, level, minutes * MINUTE, TOLD_MONITOR)];
}

static const char *test_wait(struct reader *r, struct str *rest) {
    struct str kind = word_next(rest);
    int64_t seconds;
    if (!number(rest, &seconds)) return NULL;
    return vitals_level_name(alarms_wait(r->r, kind, seconds * SECOND));
}

static const char *test_act(struct reader *r, struct str *rest) {
    struct str route = word_next(rest);
    enum vitals_level level;
    if (!alarms_level_parse(word_next(rest), &level)) return NULL;
    const struct alarms_act *act = alarms_act(r->r, route, level, word_next(rest));
    return act ? str_z(r->lines.arena, act->id) : "none";
}

static const char *test_silence(struct reader *r, struct str *rest) {
    enum vitals_level level;
    int64_t minutes;
    if (!alarms_level_parse(word_next(rest), &level) || !number(rest, &minutes)) return NULL;
    return minutes * MINUTE <= r->r->levels[level].silence_ms ? "yes" : "no";
}

static void run_test(struct reader *r, struct str rest) {
    struct str what = word_next(&rest);
    const char *got = NULL;
    if (str_is(what, "told")) got = test_told(r, &rest);
    else if (str_is(what, "wait")) got = test_wait(r, &rest);
    else if (str_is(what, "act")) got = test_act(r, &rest);
    else if (str_is(what, "silence")) got = test_silence(r, &rest);
    if (!got || !str_is(word_next(&rest), "->"))
        lines_fault(&r->lines, "syntax", "test told|wait|act|silence ... -> ANSWER");
    else if (!str_is(word_next(&rest), got))
        lines_fault(&r->lines, "test", "the rows give %s", got);
}

const struct alarms_rules *alarms_read(struct arena *a, struct str file, struct str text,
                                       struct faults *faults) {
    struct reader *r = NEW(a, struct reader);
    int before = faults->n + faults->dropped;
    r->r = NEW(a, struct alarms_rules);
    r->tests.most = TESTS_MAX;
    r->lines = lines_open(a, file, text, faults);
    while (lines_next(&r->lines)) read_line(r);
    check_whole(r);
    for (int i = 0; faults->n + faults->dropped == before && i < r->tests.n; i++)
        run_test(r, lines_kept(&r->lines, &r->tests, i));
    return r->r;
}
