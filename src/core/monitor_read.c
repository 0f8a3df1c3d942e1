/* Reading content/codes/monitors.txt, and the tests that it carries. */
#include "base/grammar.h"
#include "core/monitor.h"

/* A number and a rank, or `-`. No line of the table can make an arterial line's a cuff's. */
static bool read_vital(struct lines *l, struct str text, void *row) {
    struct monitor_sign *s = row;
    return str_is(text, "-") ||
           (GRAMMAR_FITS(l, text, "VITAL RANK", s, AT(monitor_sign, vital),
                         WITHIN(monitor_sign, rank, 1, 9)) &&
            s->class != MONITOR_ARTERIAL);
}

static bool put_sign(struct lines *l, void *row) {
    const struct monitor_sign *s = row;
    (void)l;
    return s->lowest < s->highest;
}

static void add_code(struct lines *l, struct monitors *m, struct monitor_code code) {
    for (int i = 0; i < m->codes_n; i++)
        if (str_eq(m->codes[i].system, code.system) && str_eq(m->codes[i].code, code.code))
            lines_fault(l, "unique", "%.*s %.*s stands here twice", STR_ARG(code.system),
                        STR_ARG(code.code));
    GRAMMAR_ADD(l, m->codes, m->codes_n, code);
}

struct code_line {
    struct str id, system, codes;
};

static bool put_codes(struct lines *l, void *row) {
    struct code_line *line = row;
    struct monitors *m = l->into;
    const struct monitor_sign *s = monitor_sign(m, line->id);
    int sign = s ? (int)(s - m->signs) : -1;
    for (struct str c = word_next(&line->codes); c.s; c = word_next(&line->codes))
        add_code(l, m, (struct monitor_code){line->system, c, sign});
    return s || str_is(line->id, "-");
}

static bool put_unit(struct lines *l, void *row) {
    const struct monitor_unit *u = row;
    (void)l;
    return u->factor > 0;
}

static bool read_sentinels(struct lines *l, struct str text, void *into) {
    struct monitors *m = into;
    for (struct str w = word_next(&text); w.s; w = word_next(&text)) {
        double v;
        if (!str_to_real(w, &v)) lines_fault(l, "type", "'%.*s' is no number", STR_ARG(w));
        else GRAMMAR_ADD(l, m->sentinels, m->sentinels_n, v);
    }
    return true;
}

struct asked {
    struct str given, want;
};

static bool test_value(struct lines *l, void *row) {
    struct asked *t = row;
    struct monitor_raw raw = {.system = word_next(&t->given), .code = word_next(&t->given)};
    struct monitor_reading reading;
    raw.value = word_next(&t->given);
    raw.unit = word_next(&t->given);
    raw.flag = word_next(&t->given);
    enum monitor_fate fate = monitor_judge(l->arena, l->into, &raw, &reading);
    struct str got = str_from(monitor_fate_name(fate));
    if (fate == MONITOR_TAKEN)
        got = str_format(l->arena, "%.*s %.*s", STR_ARG(reading.sign->id), STR_ARG(reading.text));
    return grammar_expect(l, t->want, got);
}

static const char *const classes[] = {"other", "cuff", "arterial"};

static const struct grammar_line grammar[] = {
    {"monitors VERSION", ONCE, .slots = {WITHIN(monitors, version, 1, 9999)}},
    {"title TEXT", AT_MOST_ONCE, .slots = {AT(monitors, title)}},
    {"source TEXT", ONCE, .slots = {AT(monitors, source)}},
    {"sign ID | LOINC | NAME | UNIT | LOWEST HIGHEST | CLASS | VITAL | SOURCE", ANY,
     LIST(monitors, signs, signs_n, MONITOR_SIGNS_MAX), .unique = true, .put = put_sign,
     .slots = {AT(monitor_sign, id), AT(monitor_sign, loinc), AT(monitor_sign, name),
               AT(monitor_sign, unit), AT(monitor_sign, lowest), AT(monitor_sign, highest),
               ONE_OF(monitor_sign, class, classes),
               OWN_ROW(read_vital, "VITAL RANK, or -; what an arterial line measured has none"),
               AT(monitor_sign, source)}},
    {"code SIGN | SYSTEM | CODES | SOURCE", ANY, ROW(code_line), .put = put_codes,
     .slots = {AT(code_line, id), AT(code_line, system), AT(code_line, codes), SAID}},
    {"unit UNIT | FACTOR OFFSET | NAMES | SOURCE", ANY,
     LIST(monitors, units, units_n, MONITOR_UNITS_MAX), .put = put_unit,
     .slots = {AT(monitor_unit, unit), AT(monitor_unit, factor), AT(monitor_unit, offset),
               AT(monitor_unit, names), SAID}},
    {"flag demo | WORDS | SOURCE", ONCE, .slots = {AT(monitors, demo), SAID}},
    {"flag invalid | WORDS | SOURCE", AT_MOST_ONCE, .slots = {AT(monitors, invalid), SAID}},
    {"sentinel NUMBERS | SOURCE", SOME, .slots = {OWN_ROW(read_sentinels, "numbers"), SAID}},
    {"test SYSTEM-CODE-VALUE-UNIT-FLAG ... -> WANT", SOME, ROW(asked), .test = test_value,
     .slots = {AT(asked, given), AT(asked, want)}},
};

/* A sign whose unit no line explains could be written wrongly for years. */
static void check_whole(struct lines *l, const struct monitors *m) {
    for (int i = 0; i < m->signs_n; i++) {
        const struct monitor_sign *s = &m->signs[i];
        bool known = false;
        for (int k = 0; k < m->units_n; k++) known |= str_eq(m->units[k].unit, s->unit);
        if (!known)
            lines_fault(l, "unknown", "sign %.*s: no line says what '%.*s' is", STR_ARG(s->id),
                        STR_ARG(s->unit));
    }
}

const struct monitors *monitor_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults) {
    struct monitors *m = NEW(a, struct monitors);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, m);
    check_whole(&l, m);
    grammar_test(&l);
    return m;
}
