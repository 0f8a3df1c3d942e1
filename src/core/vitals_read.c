/* Reading content/monitoring/session.txt, and the tests that it carries. */
#include "base/lines.h"
#include "core/stage.h"

enum { TESTS_MAX = 160, TEST_READINGS_MAX = 8 };

static const char *const levels[VITALS_LEVELS] = {NULL, "advisory", "urgent", "critical"};

struct reader {
    struct lines lines;
    struct session_rules *r;
    struct lines_tests tests;
};

static void full(struct reader *r, int most) {
    lines_fault(&r->lines, "limit", "more than %d lines of this kind", most);
}

static void read_sign(struct reader *r) {
    struct str rest = r->lines.value;
    struct vitals_sign s = {.item = part_next(&rest)};
    const char *why;
    s.name = part_next(&rest);
    s.unit = part_next(&rest);
    struct str limits = part_next(&rest);
    s.source = part_next(&rest);
    if (s.item.n <= 0 || s.source.n <= 0)
        lines_fault(&r->lines, "syntax", "sign ITEM | NAME | UNIT | LIMITS | SOURCE");
    else if (!limit_read(limits, levels, VITALS_LEVELS, &s.limits, &why))
        lines_fault(&r->lines, "syntax", "limits '%.*s': %s", STR_ARG(limits), why);
    else if (r->r->signs_n == VITALS_SIGNS_MAX) full(r, VITALS_SIGNS_MAX);
    else r->r->signs[r->r->signs_n++] = s;
}

static bool level_read(struct str word, enum vitals_level *level) {
    for (int i = 0; i < VITALS_LEVELS; i++)
        if (str_is(word, vitals_level_name((enum vitals_level)i))) {
            *level = (enum vitals_level)i;
            return true;
        }
    return false;
}

static bool flags_read(struct str flags, struct vitals_event *e) {
    if (str_is(flags, "-")) return true;
    for (struct str w = word_next(&flags); w.s; w = word_next(&flags)) {
        if (str_is(w, "adverse")) e->adverse = true;
        else if (!level_read(w, &e->level)) return false;
    }
    return e->adverse || e->level != VITALS_FINE;
}

static void read_event(struct reader *r) {
    struct str rest = r->lines.value;
    struct vitals_event e = {.id = part_next(&rest)};
    e.group = part_next(&rest);
    struct str flags = part_next(&rest);
    e.text = part_next(&rest);
    e.source = part_next(&rest);
    if (e.id.n <= 0 || e.source.n <= 0 || rest.s || !flags_read(flags, &e))
        lines_fault(&r->lines, "syntax",
                    "event ID | GROUP | adverse and a level, or - | TEXT | SOURCE");
    else if (r->r->events_n == VITALS_EVENTS_MAX) full(r, VITALS_EVENTS_MAX);
    else r->r->events[r->r->events_n++] = e;
}

static bool minutes_read(struct str word, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < 1 || v > 600) return false;
    *out = (int)v;
    return true;
}

static bool when_read(struct str when, struct checkpoint_rule *c) {
    struct str rest = when;
    struct str word = word_next(&rest);
    int minute, previous = 0;
    if (str_is(when, "baseline")) {
        c->when = CHECKPOINT_BASELINE;
        return true;
    }
    if (str_is(word, "every")) {
        if (!minutes_read(word_next(&rest), &c->every_min)) return false;
        word = word_next(&rest);
        c->when = str_is(word, "during") ? CHECKPOINT_DURING : CHECKPOINT_AFTER;
        if (c->when == CHECKPOINT_DURING) return rest.n <= 0;
        return str_is(word, "after") && minutes_read(word_next(&rest), &c->least_min);
    }
    c->when = CHECKPOINT_AT;
    c->minutes = when;
    for (; word.s; word = word_next(&rest)) {
        if (!minutes_read(word, &minute) || minute <= previous) return false;
        previous = minute;
    }
    return previous > 0;
}

/* One form for checkpoints and for scales. */
static bool checkpoint_read(struct str rest, struct checkpoint_rule *c) {
    *c = (struct checkpoint_rule){.routes = part_next(&rest)};
    struct str when = part_next(&rest);
    c->signs = part_next(&rest);
    c->source = part_next(&rest);
    return c->source.n > 0 && when_read(when, c);
}

static void read_scale(struct reader *r) {
    struct checkpoint_rule c;
    if (!checkpoint_read(r->lines.value, &c))
        lines_fault(&r->lines, "syntax", "scale ROUTES | WHEN | INSTRUMENT | SOURCE");
    else if (r->r->scales_n == VITALS_SCALES_MAX) full(r, VITALS_SCALES_MAX);
    else r->r->scales[r->r->scales_n++] = c;
}

static void read_checkpoint(struct reader *r) {
    struct checkpoint_rule c;
    if (!checkpoint_read(r->lines.value, &c))
        lines_fault(&r->lines, "syntax",
                    "checkpoint ROUTES | baseline, or minutes, or every N during, or every N "
                    "after M | SIGNS | SOURCE");
    else if (r->r->checkpoints_n == VITALS_CHECKPOINTS_MAX) full(r, VITALS_CHECKPOINTS_MAX);
    else r->r->checkpoints[r->r->checkpoints_n++] = c;
}

/* "peak 10 after start" */
static bool after_read(struct str part, const char *word, int *minutes, bool *from_end) {
    int64_t n;
    if (!str_is(word_next(&part), word) || !str_to_int(word_next(&part), &n) || n < 0 || n > 600 ||
        !str_is(word_next(&part), "after"))
        return false;
    struct str from = word_next(&part);
    *minutes = (int)n;
    *from_end = str_is(from, "end");
    return part.n <= 0 && (*from_end || str_is(from, "start"));
}

static void read_stage(struct reader *r) {
    struct str rest = r->lines.value;
    struct stage_rule s = {.routes = part_next(&rest)};
    bool from_end = false;
    bool ok = after_read(part_next(&rest), "peak", &s.peak_min, &s.peak_from_end) &&
              after_read(part_next(&rest), "recovering", &s.recovering_min, &from_end) && from_end;
    s.source = part_next(&rest);
    if (!ok || s.source.n <= 0)
        lines_fault(&r->lines, "syntax",
                    "stage ROUTES | peak N after start or end | recovering N after end | SOURCE");
    else if (r->r->stages_n == VITALS_STAGES_MAX) full(r, VITALS_STAGES_MAX);
    else r->r->stages[r->r->stages_n++] = s;
}

static void read_grace(struct reader *r) {
    struct str rest = r->lines.value;
    struct str head = part_next(&rest);
    if (!minutes_read(word_next(&head), &r->r->grace_min) || !str_is(head, "min") || !rest.s)
        lines_fault(&r->lines, "syntax", "grace N min | SOURCE");
}

static void read_head(struct reader *r) {
    int64_t version = 0;
    if (!str_to_int(r->lines.value, &version) || version < 1)
        lines_fault(&r->lines, "syntax", "session VERSION");
    r->r->version = (int)version;
}

static void read_line(struct reader *r) {
    struct str k = r->lines.keyword;
    if (str_is(k, "session")) read_head(r);
    else if (str_is(k, "title")) r->r->title = r->lines.value;
    else if (str_is(k, "source")) r->r->source = r->lines.value;
    else if (str_is(k, "sign")) read_sign(r);
    else if (str_is(k, "event")) read_event(r);
    else if (str_is(k, "checkpoint")) read_checkpoint(r);
    else if (str_is(k, "scale")) read_scale(r);
    else if (str_is(k, "stage")) read_stage(r);
    else if (str_is(k, "grace")) read_grace(r);
    else if (str_is(k, "test")) lines_keep(&r->lines, &r->tests, r->lines.value);
    else
        lines_fault(&r->lines, "unknown", "a session has no line '%.*s'", STR_ARG(k));
}

static void check_whole(struct reader *r) {
    if (r->r->version == 0) lines_fault(&r->lines, "required", "no line 'session VERSION'");
    if (r->r->grace_min == 0) lines_fault(&r->lines, "required", "no line 'grace N min | SOURCE'");
    for (int i = 0; i < r->r->checkpoints_n; i++) {
        struct str rest = r->r->checkpoints[i].signs;
        for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
            if (!vitals_sign(r->r, w))
                lines_fault(&r->lines, "unknown", "a checkpoint asks for '%.*s', no sign here",
                            STR_ARG(w));
    }
    if (r->tests.n == 0) lines_fault(&r->lines, "test", "a session without a test is refused");
}

static void expect_level(struct reader *r, enum vitals_level expected, enum vitals_level got,
                         struct str text) {
    if (expected != got)
        lines_fault(&r->lines, "test", "the test says %s, the rows give %s: %.*s",
                    vitals_level_name(expected), vitals_level_name(got), STR_ARG(text));
}

/* ITEM VALUE [@MIN] ... [base VALUE] -> LEVEL */
static bool test_sign(struct reader *r, const struct vitals_sign *s, struct str rest) {
    struct vitals_reading readings[TEST_READINGS_MAX] = {0};
    struct measured base = {0};
    int n = 0;
    struct str w = word_next(&rest);
    for (; w.s && !str_is(w, "->"); w = word_next(&rest)) {
        int64_t minute;
        if (str_is(w, "base")) {
            if (!limit_measured_read(word_next(&rest), &base)) return false;
        } else if (w.s[0] == '@') {
            if (n == 0 || !str_to_int(str_slice(w, 1, w.n), &minute)) return false;
            readings[n - 1].at_ms = minute * 60000;
        } else if (n == TEST_READINGS_MAX || !limit_measured_read(w, &readings[n++].v)) {
            return false;
        }
    }
    enum vitals_level expected;
    if (n == 0 || !level_read(word_next(&rest), &expected)) return false;
    struct vitals_alert got = vitals_judge(r->lines.arena, s, readings, n, base);
    expect_level(r, expected, got.level, got.text);
    return true;
}

static bool test_event(struct reader *r, struct str rest) {
    const struct vitals_event *e = vitals_event(r->r, word_next(&rest));
    enum vitals_level expected;
    if (!e || !str_is(word_next(&rest), "->") || !level_read(word_next(&rest), &expected))
        return false;
    expect_level(r, expected, e->level, e->text);
    return true;
}

/* checkpoints ROUTE INFUSION_MIN -> MIN ... : as planned when the dose is given. */
static bool test_checkpoints(struct reader *r, struct str rest) {
    struct checkpoints *got = NEW(r->lines.arena, struct checkpoints);
    struct str route = word_next(&rest);
    int64_t infusion, minute;
    int i = 0;
    if (!str_to_int(word_next(&rest), &infusion) || !str_is(word_next(&rest), "->")) return false;
    struct vitals_times t = {0, 0, infusion * 60000, VITALS_NO_TIME};
    vitals_checkpoints(r->r, route, t, NULL, 0, 0, got);
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest), i++) {
        if (!str_to_int(w, &minute)) return false;
        if (i >= got->n || got->v[i].minute != minute) {
            lines_fault(&r->lines, "test", "there is no checkpoint %d at minute %lld", i + 1,
                        (long long)minute);
            return true;
        }
    }
    if (i != got->n)
        lines_fault(&r->lines, "test", "the test has %d checkpoints, the rows give %d", i, got->n);
    return true;
}

/* stage ROUTE INFUSION_MIN MIN [EVENT] -> STAGE: so many minutes after the start of the dose,
 * with the event just seen. */
static bool test_stage(struct reader *r, struct str rest) {
    struct stage_facts f = stage_nothing();
    int64_t infusion, minute;
    f.route = word_next(&rest);
    if (!str_to_int(word_next(&rest), &infusion) || !str_to_int(word_next(&rest), &minute))
        return false;
    f.checked_in_ms = f.gate_passed_ms = f.dose_ms = 0;
    f.dose_end_ms = infusion * 60000;
    struct str w = word_next(&rest);
    if (str_is(w, "peak")) f.peak_ms = minute * 60000, w = word_next(&rest);
    else if (str_is(w, "offset")) f.offset_ms = minute * 60000, w = word_next(&rest);
    if (!str_is(w, "->")) return false;
    const char *got = stage_name(stage_of(r->r, &f, minute * 60000));
    if (!str_is(word_next(&rest), got)) lines_fault(&r->lines, "test", "the rows give %s", got);
    return true;
}

static bool run_test(struct reader *r, struct str rest) {
    struct str first = word_next(&rest);
    if (str_is(first, "event")) return test_event(r, rest);
    if (str_is(first, "stage")) return test_stage(r, rest);
    if (str_is(first, "checkpoints")) return test_checkpoints(r, rest);
    const struct vitals_sign *s = vitals_sign(r->r, first);
    return s && test_sign(r, s, rest);
}

const struct session_rules *vitals_read(struct arena *a, struct str file, struct str text,
                                        struct faults *faults) {
    struct reader *r = NEW(a, struct reader);
    int before = faults->n + faults->dropped;
    r->r = NEW(a, struct session_rules);
    r->tests.most = TESTS_MAX;
    r->lines = lines_open(a, file, text, faults);
    while (lines_next(&r->lines)) read_line(r);
    check_whole(r);
    if (faults->n + faults->dropped > before) return r->r;
    for (int i = 0; i < r->tests.n; i++)
        if (!run_test(r, lines_kept(&r->lines, &r->tests, i)))
            lines_fault(&r->lines, "syntax",
                        "test ITEM VALUE [@MIN] ... [base VALUE] -> LEVEL, test event ID -> "
                        "LEVEL, test stage ROUTE INFUSION_MIN MIN [EVENT] -> STAGE, or test "
                        "checkpoints ROUTE INFUSION_MIN -> MIN ...");
    return r->r;
}
