/* Reading content/monitoring/session.txt, and the tests that it carries. */
#include "base/grammar.h"
#include "core/stage.h"

enum { TEST_READINGS_MAX = 8, MINUTES_MAX = 600 };

static bool read_limits(struct lines *l, struct str text, void *field) {
    static const char *const levels[VITALS_LEVELS] = {NULL, "advisory", "urgent", "critical"};
    const char *why;
    if (limit_read(text, levels, VITALS_LEVELS, field, &why)) return true;
    lines_fault(l, "syntax", "limits '%.*s': %s", STR_ARG(text), why);
    return false;
}

static bool read_flags(struct lines *l, struct str flags, void *row) {
    struct vitals_event *e = row;
    (void)l;
    if (str_is(flags, "-")) return true;
    for (struct str w = word_next(&flags); w.s; w = word_next(&flags)) {
        int level = str_index(w, vitals_levels, VITALS_LEVELS);
        if (str_is(w, "adverse")) e->adverse = true;
        else if (str_is(w, "tap")) e->tap = true;
        else if (str_is(w, "itself")) e->itself = true;
        else if (level < 0) return false;
        else e->level = (enum vitals_level)level;
    }
    return e->adverse || e->tap || e->itself || e->level != VITALS_FINE;
}

static bool minutes_read(struct str minutes) {
    int64_t minute, previous = 0;
    for (struct str w = word_next(&minutes); w.s; w = word_next(&minutes)) {
        if (!str_to_int(w, &minute) || minute <= previous || minute > MINUTES_MAX) return false;
        previous = minute;
    }
    return previous > 0;
}

static bool read_when(struct lines *l, struct str text, void *field) {
    struct checkpoint_rule *c = field;
    c->minutes = STR_ABSENT;
    if (str_is(text, "baseline")) {
        c->when = CHECKPOINT_BASELINE;
    } else if (GRAMMAR_FITS(l, text, "every N during", c,
                            WITHIN(checkpoint_rule, every_min, 1, MINUTES_MAX))) {
        c->when = CHECKPOINT_DURING;
    } else if (GRAMMAR_FITS(l, text, "every N after M", c,
                            WITHIN(checkpoint_rule, every_min, 1, MINUTES_MAX),
                            WITHIN(checkpoint_rule, least_min, 1, MINUTES_MAX))) {
        c->when = CHECKPOINT_AFTER;
    } else {
        c->when = CHECKPOINT_AT;
        c->minutes = text;
        return minutes_read(text);
    }
    return true;
}

/* The tests --------------------------------------------------------------------------------- */

struct asked {
    struct str item, given, want, event;
    enum vitals_level level;
    int infusion_min, minute;
};

static void expect_level(struct lines *l, enum vitals_level expected, enum vitals_level got,
                         struct str text) {
    if (expected != got)
        lines_fault(l, "test", "the test says %s, the rows give %s: %.*s",
                    vitals_levels[expected], vitals_levels[got], STR_ARG(text));
}

static bool test_event(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct vitals_event *e = vitals_event(l->into, t->item);
    if (e) expect_level(l, t->level, e->level, e->text);
    return e;
}

/* The checkpoints as planned when the dose is given. */
static bool test_checkpoints(struct lines *l, void *row) {
    const struct asked *t = row;
    struct checkpoints *got = NEW(l->arena, struct checkpoints);
    struct vitals_times times = {0, 0, t->infusion_min * INT64_C(60000), VITALS_NO_TIME};
    struct buf minutes = buf_new(l->arena, 64);
    vitals_checkpoints(l->into, t->item, times, NULL, 0, 0, got);
    for (int i = 0; i < got->n; i++) buf_format(&minutes, "%s%d", i ? " " : "", got->v[i].minute);
    return grammar_expect(l, t->want, buf_str(&minutes));
}

/* So many minutes after the start of the dose, with the event just seen. */
static bool test_stage(struct lines *l, void *row) {
    const struct asked *t = row;
    struct stage_facts f = stage_nothing();
    int64_t now_ms = t->minute * INT64_C(60000);
    f.route = t->item;
    f.checked_in_ms = f.gate_passed_ms = f.dose_ms = 0;
    f.dose_end_ms = t->infusion_min * INT64_C(60000);
    if (str_is(t->event, "peak")) f.peak_ms = now_ms;
    else if (str_is(t->event, "offset")) f.offset_ms = now_ms;
    else if (t->event.n) return false;
    return grammar_expect(l, t->want, str_from(stage_name(stage_of(l->into, &f, now_ms))));
}

/* VALUE [@MIN] ... [base VALUE] */
static bool readings_read(struct str given, struct vitals_reading *readings, int *n,
                          struct measured *base) {
    for (struct str w = word_next(&given); w.s; w = word_next(&given)) {
        int64_t minute;
        if (str_is(w, "base")) {
            if (!limit_measured_read(word_next(&given), base)) return false;
        } else if (w.s[0] == '@') {
            if (*n == 0 || !str_to_int(str_slice(w, 1, w.n), &minute)) return false;
            readings[*n - 1].at_ms = minute * 60000;
        } else if (*n == TEST_READINGS_MAX || !limit_measured_read(w, &readings[(*n)++].v)) {
            return false;
        }
    }
    return *n > 0;
}

static bool test_sign(struct lines *l, void *row) {
    const struct asked *t = row;
    struct vitals_reading readings[TEST_READINGS_MAX] = {0};
    struct measured base = {0};
    int n = 0;
    const struct vitals_sign *s = vitals_sign(l->into, t->item);
    if (!s || !readings_read(t->given, readings, &n, &base)) {
        lines_fault(l, "syntax", "write `test ITEM VALUE [@MIN] ... [base VALUE] -> LEVEL`");
        return false;
    }
    struct vitals_alert got = vitals_judge(l->arena, s, readings, n, base);
    expect_level(l, t->level, got.level, got.text);
    return true;
}

#define RULES(list, most) LIST(session_rules, list, list##_n, most)
#define CHECKPOINT_SLOTS                                                                          \
    {AT(checkpoint_rule, routes),                                                                 \
     OWN_ROW(read_when, "baseline, or minutes, or every N during, or every N after M"),           \
     AT(checkpoint_rule, signs), AT(checkpoint_rule, source)}
static const char *const ends[] = {"start", "end"};

static const struct grammar_line grammar[] = {
    {"session VERSION", ONCE, .slots = {WITHIN(session_rules, version, 1, 9999)}},
    {"title TEXT", AT_MOST_ONCE, .slots = {AT(session_rules, title)}},
    {"source TEXT", AT_MOST_ONCE, .slots = {AT(session_rules, source)}},
    {"sign ITEM | NAME | [UNIT] | LIMITS | SOURCE", ANY, RULES(signs, VITALS_SIGNS_MAX),
     .unique = true,
     .slots = {AT(vitals_sign, item), AT(vitals_sign, name), AT(vitals_sign, unit),
               OWN(vitals_sign, limits, read_limits, "limits"), AT(vitals_sign, source)}},
    {"event ID | GROUP | FLAGS | TEXT | SOURCE", ANY, RULES(events, VITALS_EVENTS_MAX),
     .unique = true,
     .slots = {AT(vitals_event, id), AT(vitals_event, group),
               OWN_ROW(read_flags, "adverse and a level, or -"), AT(vitals_event, text),
               AT(vitals_event, source)}},
    {"checkpoint ROUTES | WHEN | SIGNS | SOURCE", ANY, RULES(checkpoints, VITALS_CHECKPOINTS_MAX),
     .slots = CHECKPOINT_SLOTS},
    {"scale ROUTES | WHEN | INSTRUMENT | SOURCE", ANY, RULES(scales, VITALS_SCALES_MAX),
     .slots = CHECKPOINT_SLOTS},
    {"watch ROUTES | TEXT | SOURCE", ANY, RULES(watches, VITALS_WATCHES_MAX),
     .slots = {AT(watch_rule, routes), AT(watch_rule, text), AT(watch_rule, source)}},
    {"stage ROUTES | peak N after FROM | recovering N after end | SOURCE", ANY,
     RULES(stages, VITALS_STAGES_MAX),
     .slots = {AT(stage_rule, routes), WITHIN(stage_rule, peak_min, 0, MINUTES_MAX),
               ONE_OF(stage_rule, peak_from_end, ends),
               WITHIN(stage_rule, recovering_min, 0, MINUTES_MAX), AT(stage_rule, source)}},
    {"grace N min | SOURCE", ONCE,
     .slots = {WITHIN(session_rules, grace_min, 1, MINUTES_MAX), SAID}},
    {"aged N min | SOURCE", ONCE,
     .slots = {WITHIN(session_rules, aged_min, 1, MINUTES_MAX), SAID}},
    {"test event ID -> LEVEL", SOME, ROW(asked), .test = test_event,
     .slots = {AT(asked, item), ONE_OF(asked, level, vitals_levels)}},
    {"test stage ROUTE INFUSION_MIN MIN [EVENT] -> STAGE", ANY, ROW(asked), .test = test_stage,
     .slots = {AT(asked, item), AT(asked, infusion_min), AT(asked, minute), AT(asked, event),
               AT(asked, want)}},
    {"test checkpoints ROUTE INFUSION_MIN -> [MIN] ...", ANY, ROW(asked), .test = test_checkpoints,
     .slots = {AT(asked, item), AT(asked, infusion_min), AT(asked, want)}},
    {"test ITEM VALUES ... -> LEVEL", ANY, ROW(asked), .test = test_sign,
     .slots = {AT(asked, item), AT(asked, given), ONE_OF(asked, level, vitals_levels)}},
};

static void check_whole(struct lines *l, const struct session_rules *r) {
    for (int i = 0; i < r->checkpoints_n; i++) {
        struct str rest = r->checkpoints[i].signs;
        for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
            if (!vitals_sign(r, w))
                lines_fault(l, "unknown", "a checkpoint asks for '%.*s', no sign here", STR_ARG(w));
    }
}

const struct session_rules *vitals_read(struct arena *a, struct str file, struct str text,
                                        struct faults *faults) {
    struct session_rules *r = NEW(a, struct session_rules);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, r);
    check_whole(&l, r);
    grammar_test(&l);
    return r;
}
