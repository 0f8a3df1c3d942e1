/* Reading content/codes/monitors.txt, and the tests that it carries. */
#include "base/lines.h"
#include "core/monitor.h"

enum { TESTS_MAX = 128 };

struct reader {
    struct arena *arena;
    struct lines lines;
    struct monitors *m;
    struct lines_tests tests;
};

static void full(struct reader *r, int most) {
    lines_fault(&r->lines, "limit", "more than %d lines of this kind", most);
}

static bool range_read(struct str text, double *low, double *high) {
    return str_to_real(word_next(&text), low) && str_to_real(word_next(&text), high) &&
           text.n <= 0 && *low < *high;
}

static bool class_read(struct str word, enum monitor_class *out) {
    static const char *const names[] = {"other", "cuff", "arterial"};
    for (int i = 0; i < 3; i++)
        if (str_is(word, names[i])) {
            *out = (enum monitor_class)i;
            return true;
        }
    return false;
}

static bool vital_read(struct str text, struct monitor_sign *s) {
    int64_t rank;
    if (str_is(text, "-")) return true;
    s->vital = word_next(&text);
    if (!str_to_int(word_next(&text), &rank) || rank < 1 || rank > 9) return false;
    s->rank = (int)rank;
    return s->class != MONITOR_ARTERIAL; /* no line of the table can make it a cuff's */
}

static void read_sign(struct reader *r) {
    struct str rest = r->lines.value;
    struct monitor_sign s = {.id = part_next(&rest)};
    s.loinc = part_next(&rest);
    s.name = part_next(&rest);
    s.unit = part_next(&rest);
    bool ok = range_read(part_next(&rest), &s.lowest, &s.highest);
    ok = class_read(part_next(&rest), &s.class) && ok;
    ok = vital_read(part_next(&rest), &s) && ok;
    s.source = part_next(&rest);
    if (!ok || s.id.n <= 0 || s.source.n <= 0 || rest.n > 0)
        lines_fault(&r->lines, "syntax",
                    "sign ID | LOINC | NAME | UNIT | LOWEST HIGHEST | cuff, arterial or other | "
                    "VITAL RANK or - | SOURCE; what an arterial line measured has no VITAL");
    else if (monitor_sign(r->m, s.id))
        lines_fault(&r->lines, "unique", "sign '%.*s' stands here twice", STR_ARG(s.id));
    else if (r->m->signs_n == MONITOR_SIGNS_MAX) full(r, MONITOR_SIGNS_MAX);
    else r->m->signs[r->m->signs_n++] = s;
}

static void add_code(struct reader *r, struct str system, struct str code, int sign) {
    struct monitors *m = r->m;
    for (int i = 0; i < m->codes_n; i++)
        if (str_eq(m->codes[i].system, system) && str_eq(m->codes[i].code, code))
            lines_fault(&r->lines, "unique", "%.*s %.*s stands here twice", STR_ARG(system),
                        STR_ARG(code));
    if (m->codes_n == MONITOR_CODES_MAX) full(r, MONITOR_CODES_MAX);
    else m->codes[m->codes_n++] = (struct monitor_code){system, code, sign};
}

static void read_code(struct reader *r) {
    struct str rest = r->lines.value, id = part_next(&rest), system = part_next(&rest),
               codes = part_next(&rest), source = part_next(&rest);
    const struct monitor_sign *s = monitor_sign(r->m, id);
    if (source.n <= 0 || rest.n > 0 || codes.n <= 0 || (!s && !str_is(id, "-"))) {
        lines_fault(&r->lines, "syntax", "code SIGN or - | SYSTEM | CODE ... | SOURCE");
        return;
    }
    int sign = s ? (int)(s - r->m->signs) : -1;
    for (struct str c = word_next(&codes); c.s; c = word_next(&codes))
        add_code(r, system, c, sign);
}

static void read_unit(struct reader *r) {
    struct str rest = r->lines.value;
    struct monitor_unit u = {.unit = part_next(&rest)};
    struct str numbers = part_next(&rest);
    bool ok = str_to_real(word_next(&numbers), &u.factor) &&
              str_to_real(word_next(&numbers), &u.offset) && u.factor > 0;
    u.names = part_next(&rest);
    struct str source = part_next(&rest);
    if (!ok || u.names.n <= 0 || source.n <= 0 || rest.n > 0)
        lines_fault(&r->lines, "syntax", "unit UNIT | FACTOR OFFSET | NAME ... | SOURCE");
    else if (r->m->units_n == MONITOR_UNITS_MAX) full(r, MONITOR_UNITS_MAX);
    else r->m->units[r->m->units_n++] = u;
}

static void read_flag(struct reader *r) {
    struct str rest = r->lines.value, kind = part_next(&rest), words = part_next(&rest),
               source = part_next(&rest);
    bool demo = str_is(kind, "demo");
    if ((!demo && !str_is(kind, "invalid")) || words.n <= 0 || source.n <= 0)
        lines_fault(&r->lines, "syntax", "flag demo or invalid | WORD ... | SOURCE");
    else if (demo) r->m->demo = words;
    else r->m->invalid = words;
}

static void read_sentinels(struct reader *r) {
    struct str rest = r->lines.value, numbers = part_next(&rest), source = part_next(&rest);
    if (source.n <= 0) lines_fault(&r->lines, "syntax", "sentinel NUMBER ... | SOURCE");
    for (struct str w = word_next(&numbers); w.s; w = word_next(&numbers)) {
        double v;
        if (!str_to_real(w, &v)) lines_fault(&r->lines, "type", "'%.*s' is no number", STR_ARG(w));
        else if (r->m->sentinels_n == MONITOR_WORDS_MAX) full(r, MONITOR_WORDS_MAX);
        else r->m->sentinels[r->m->sentinels_n++] = v;
    }
}

static void read_test(struct reader *r) { lines_keep(&r->lines, &r->tests, r->lines.value); }

static void read_line(struct reader *r) {
    static const struct {
        const char *word;
        void (*read)(struct reader *);
    } kinds[] = {{"sign", read_sign},         {"code", read_code},     {"unit", read_unit},
                 {"flag", read_flag},         {"test", read_test},
                 {"sentinel", read_sentinels}};
    struct str word = r->lines.keyword;
    int64_t version;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (str_is(word, kinds[i].word)) {
            kinds[i].read(r);
            return;
        }
    if (str_is(word, "title")) r->m->title = r->lines.value;
    else if (str_is(word, "source")) r->m->source = r->lines.value;
    else if (str_is(word, "monitors") && str_to_int(r->lines.value, &version) && version > 0)
        r->m->version = (int)version;
    else lines_fault(&r->lines, "unknown", "no line begins with '%.*s' here", STR_ARG(word));
}

static struct str before_arrow(struct str text, struct str *after) {
    ptrdiff_t at = str_find(text, STR("->"));
    *after = at < 0 ? STR_ABSENT : str_trim(str_slice(text, at + 2, text.n));
    return at < 0 ? text : str_trim(str_slice(text, 0, at));
}

static void run_test(struct reader *r, struct str test) {
    struct str want, text = before_arrow(test, &want), got;
    struct monitor_raw raw = {.system = word_next(&text), .code = word_next(&text)};
    struct monitor_reading reading;
    raw.value = word_next(&text);
    raw.unit = word_next(&text);
    raw.flag = word_next(&text);
    enum monitor_fate fate = monitor_judge(r->arena, r->m, &raw, &reading);
    got = fate == MONITOR_TAKEN ? str_format(r->arena, "%.*s %.*s", STR_ARG(reading.sign->id),
                                             STR_ARG(reading.text))
                                : str_from(monitor_fate_name(fate));
    if (!str_eq(got, want))
        lines_fault(&r->lines, "test", "this gives '%.*s'", STR_ARG(got));
}

/* A code that no line tests, a sign's at that, could be written wrongly for years. */
static void check_whole(struct reader *r) {
    const struct monitors *m = r->m;
    struct str file = r->lines.file;
    if (!m->version || m->source.n <= 0 || m->demo.n <= 0 || !m->sentinels_n)
        fault_add(r->lines.faults, file, "required",
                  "monitors N, source, flag demo and sentinel must be there");
    if (!r->tests.n) fault_add(r->lines.faults, file, "required", "there is no test");
    for (int i = 0; i < m->signs_n; i++) {
        const struct monitor_sign *s = &m->signs[i];
        bool known = false;
        for (int k = 0; k < m->units_n; k++) known |= str_eq(m->units[k].unit, s->unit);
        if (!known)
            fault_add(r->lines.faults, file, "unknown", "sign %.*s: no line says what '%.*s' is",
                      STR_ARG(s->id), STR_ARG(s->unit));
    }
}

const struct monitors *monitor_read(struct arena *a, struct str file, struct str text,
                                    struct faults *faults) {
    struct reader *r = NEW(a, struct reader);
    int before = faults->n + faults->dropped;
    r->arena = a;
    r->m = NEW(a, struct monitors);
    r->tests.most = TESTS_MAX;
    r->lines = lines_open(a, file, text, faults);
    while (lines_next(&r->lines)) read_line(r);
    check_whole(r);
    for (int i = 0; i < r->tests.n && faults->n + faults->dropped == before; i++)
        run_test(r, lines_kept(&r->lines, &r->tests, i));
    return r->m;
}
