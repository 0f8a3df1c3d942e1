/* Reading a protocol: rows to steps, steps in order, then the file's own tests. */
#include "core/protocol.h"

#include "base/lines.h"

static const char *const type_names[STEP_TYPES] = {
    [STEP_SCREEN] = "screen",   [STEP_PREP] = "prep",       [STEP_DOSE] = "dose",
    [STEP_INTEGRATION] = "integration", [STEP_MEASURE] = "measure", [STEP_REVIEW] = "review",
    [STEP_BOOSTER] = "booster", [STEP_FOLLOWUP] = "followup",
};

const char *protocol_type_name(enum step_type type) { return type_names[type]; }

bool protocol_type_parse(struct str text, enum step_type *type) {
    for (int i = 0; i < STEP_TYPES; i++)
        if (str_is(text, type_names[i])) {
            *type = (enum step_type)i;
            return true;
        }
    return false;
}

bool protocol_is_dose(enum step_type type) { return type == STEP_DOSE || type == STEP_BOOSTER; }

bool protocol_has_route(const struct protocol *p, struct str route) {
    struct str rest = p->routes;
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest))
        if (str_eq(w, route)) return true;
    return false;
}

const struct protocol_dose *protocol_planned(const struct protocol *p, struct str route) {
    for (int i = 0; i < p->planned_n; i++)
        if (str_eq(p->planned[i].route, route)) return &p->planned[i];
    return NULL;
}

/* The tests wait here until every step is known. */
enum { TESTS_MAX = 32 };

struct reader {
    struct lines lines;
    struct protocol p;
    struct lines_tests tests;
    int rows;
};

static bool day_parse(struct str word, int *day) {
    int64_t v;
    if (word.n > 1 && word.s[0] == '+') word = str_slice(word, 1, word.n);
    if (!str_to_int(word, &v) || v < -PROTOCOL_DAY_MAX || v > PROTOCOL_DAY_MAX) return false;
    *day = (int)v;
    return true;
}

static bool id_ok_here(struct str id) {
    for (ptrdiff_t i = 0; i < id.n; i++) {
        char c = id.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return id.n > 0;
}

static void read_head(struct reader *r) {
    struct str rest = r->lines.value;
    int64_t version = 0;
    r->p.id = word_next(&rest);
    if (!id_ok_here(r->p.id))
        lines_fault(&r->lines, "syntax", "an id is lower-case letters, digits and '-'");
    if (!str_to_int(word_next(&rest), &version) || version < 1 || version > 9999)
        lines_fault(&r->lines, "syntax", "after the id stands its version, 1 or more");
    r->p.version = (int)version;
}

static void read_planned(struct reader *r) {
    struct str rest = r->lines.value;
    struct protocol_dose d;
    d.route = part_next(&rest);
    d.order = part_next(&rest);
    d.source = part_next(&rest);
    if (d.order.n <= 0 || d.source.n <= 0)
        lines_fault(&r->lines, "syntax", "planned ROUTE | DOSE | SOURCE");
    else if (r->p.planned_n == PROTOCOL_ROUTES_MAX)
        lines_fault(&r->lines, "limit", "more than %d planned doses", PROTOCOL_ROUTES_MAX);
    else
        r->p.planned[r->p.planned_n++] = d;
}

static void read_integration(struct reader *r) {
    struct str rest = r->lines.value;
    struct str hours = part_next(&rest);
    int64_t from, to;
    bool ok = str_to_int(word_next(&hours), &from) && str_to_int(word_next(&hours), &to) &&
              str_is(word_next(&hours), "h") && !word_next(&hours).s;
    r->p.window_source = part_next(&rest);
    if (!ok || from < 0 || to <= from || to > 24 * 14 || r->p.window_source.n <= 0) {
        lines_fault(&r->lines, "syntax", "integration FROM TO h | SOURCE, as 24 48 h | GUIDE");
        return;
    }
    r->p.window_open_h = (int)from;
    r->p.window_close_h = (int)to;
}

static void read_rule(struct reader *r) {
    struct str rest = r->lines.value;
    struct protocol_rule rule;
    rule.text = part_next(&rest);
    rule.source = part_next(&rest);
    if (rule.source.n <= 0)
        lines_fault(&r->lines, "syntax", "rule TEXT | SOURCE");
    else if (r->p.rules_n == PROTOCOL_RULES_MAX)
        lines_fault(&r->lines, "limit", "more than %d rules", PROTOCOL_RULES_MAX);
    else
        r->p.rules[r->p.rules_n++] = rule;
}

/* Kept in order as they come: by day, and on one day as the rows stand. */
static void insert_step(struct reader *r, struct protocol_step s) {
    if (r->p.n == PROTOCOL_STEPS_MAX) {
        lines_fault(&r->lines, "limit", "more than %d steps", PROTOCOL_STEPS_MAX);
        return;
    }
    int at = r->p.n++;
    for (; at > 0 && r->p.steps[at - 1].day > s.day; at--) r->p.steps[at] = r->p.steps[at - 1];
    r->p.steps[at] = s;
}

static bool read_window(struct str text, struct protocol_step *s) {
    return day_parse(word_next(&text), &s->from) && day_parse(word_next(&text), &s->to) &&
           !word_next(&text).s && s->from <= 0 && s->to >= 0;
}

static bool read_minutes(struct str text, int *minutes) {
    int64_t v;
    if (!str_to_int(text, &v) || v < 5 || v > 720) return false;
    *minutes = (int)v;
    return true;
}

static void add_days(struct reader *r, struct str days, struct protocol_step s) {
    int from = s.from, to = s.to, previous = -PROTOCOL_DAY_MAX - 1;
    for (struct str w = word_next(&days); w.s; w = word_next(&days)) {
        if (!day_parse(w, &s.day) || s.day <= previous) {
            lines_fault(&r->lines, "syntax", "day '%.*s': whole days, each after the one before",
                        STR_ARG(w));
            return;
        }
        previous = s.day;
        s.from = s.day + from;
        s.to = s.day + to;
        insert_step(r, s);
    }
}

static void read_step(struct reader *r) {
    struct str rest = r->lines.value;
    struct protocol_step s = {.line = r->lines.number};
    struct str type = part_next(&rest), days = part_next(&rest), window = part_next(&rest);
    struct str minutes = part_next(&rest);
    s.role = part_next(&rest);
    s.title = part_next(&rest);
    s.instruments = part_next(&rest);
    s.source = part_next(&rest);
    r->rows++;
    if (s.source.n <= 0 || s.role.n <= 0 || s.title.n <= 0 || days.n <= 0 || rest.s)
        lines_fault(&r->lines, "syntax",
                    "step TYPE | DAYS | FROM TO | MINUTES | ROLE | TITLE | INSTRUMENTS | SOURCE");
    else if (!protocol_type_parse(type, &s.type))
        lines_fault(&r->lines, "unknown",
                    "'%.*s' is no type; there are screen prep dose integration measure review "
                    "booster followup",
                    STR_ARG(type));
    else if (!read_window(window, &s))
        lines_fault(&r->lines, "syntax", "window '%.*s': two numbers of days around 0, as -2 +2",
                    STR_ARG(window));
    else if (!read_minutes(minutes, &s.minutes))
        lines_fault(&r->lines, "range", "minutes '%.*s': 5 to 720", STR_ARG(minutes));
    else
        add_days(r, days, s);
}

static void read_line(struct reader *r) {
    struct str k = r->lines.keyword;
    if (str_is(k, "protocol")) read_head(r);
    else if (str_is(k, "title")) r->p.title = r->lines.value;
    else if (str_is(k, "source")) r->p.source = r->lines.value;
    else if (str_is(k, "evidence")) r->p.evidence = r->lines.value;
    else if (str_is(k, "routes")) r->p.routes = r->lines.value;
    else if (str_is(k, "planned")) read_planned(r);
    else if (str_is(k, "integration")) read_integration(r);
    else if (str_is(k, "step")) read_step(r);
    else if (str_is(k, "rule")) read_rule(r);
    else if (str_is(k, "test")) lines_keep(&r->lines, &r->tests, r->lines.value);
    else
        lines_fault(&r->lines, "unknown", "a protocol has no line '%.*s'", STR_ARG(k));
}

/* "Dosing {n}" becomes "Dosing 3". */
static struct str numbered(struct arena *a, struct str title, int n) {
    ptrdiff_t at = str_find(title, STR("{n}"));
    if (at < 0) return title;
    return str_format(a, "%.*s%d%.*s", (int)at, title.s, n, (int)(title.n - at - 3),
                      title.s + at + 3);
}

static void number_steps(struct reader *r) {
    int count[STEP_TYPES] = {0};
    for (int i = 0; i < r->p.n; i++) {
        struct protocol_step *s = &r->p.steps[i];
        s->nth = ++count[s->type];
        s->title = numbered(r->lines.arena, s->title, s->nth);
    }
}

/* Each dose has its integration, and inside the window: that is what makes it KAP (GUIDE). */
static void check_doses(struct reader *r) {
    int doses = 0, first = 0;
    for (int i = 0; i < r->p.n; i++) {
        const struct protocol_step *s = &r->p.steps[i];
        if (!protocol_is_dose(s->type)) continue;
        if (doses++ == 0) first = s->day;
        int j = i + 1;
        while (j < r->p.n && r->p.steps[j].type != STEP_INTEGRATION &&
               !protocol_is_dose(r->p.steps[j].type))
            j++;
        bool has = j < r->p.n && r->p.steps[j].type == STEP_INTEGRATION;
        int last_day = s->day + (r->p.window_close_h + 23) / 24;
        if (!has || r->p.steps[j].to > last_day || r->p.steps[j].from < s->day)
            lines_fault(&r->lines, "window",
                        "the dose of day %d has no integration inside %d hours", s->day,
                        r->p.window_close_h);
    }
    if (doses == 0) lines_fault(&r->lines, "required", "no step is a dose");
    else if (first != 0) lines_fault(&r->lines, "day", "the first dose is on day %d, not 0", first);
}

static void check_head(struct reader *r) {
    const struct protocol *p = &r->p;
    if (!p->id.s) lines_fault(&r->lines, "required", "no line 'protocol ID VERSION'");
    if (p->title.n <= 0) lines_fault(&r->lines, "required", "no title");
    if (p->source.n <= 0) lines_fault(&r->lines, "required", "no source");
    if (p->routes.n <= 0) lines_fault(&r->lines, "required", "no routes");
    if (p->window_close_h == 0) lines_fault(&r->lines, "required", "no integration window");
    for (int i = 0; i < p->planned_n; i++)
        if (!protocol_has_route(p, p->planned[i].route))
            lines_fault(&r->lines, "unknown",
                        "a dose is planned for '%.*s', which is no route here",
                        STR_ARG(p->planned[i].route));
}

static const struct protocol_step *nth_of(const struct protocol *p, enum step_type type,
                                          int64_t n) {
    for (int i = 0; i < p->n; i++)
        if (p->steps[i].type == type && p->steps[i].nth == n) return &p->steps[i];
    return NULL;
}

static void expect_day(struct reader *r, const char *what, int32_t expected, int32_t got) {
    if (expected == got) return;
    lines_fault(&r->lines, "test", "%s: the test says %.*s, the rows give %.*s", what,
                STR_ARG(date_text(r->lines.arena, expected)),
                STR_ARG(date_text(r->lines.arena, got)));
}

/* TYPE N on DATE [from DATE to DATE] */
static bool test_step(struct reader *r, int32_t start, struct str type_word, struct str rest) {
    enum step_type type;
    int64_t n;
    int32_t day;
    if (!protocol_type_parse(type_word, &type) || !str_to_int(word_next(&rest), &n)) return false;
    const struct protocol_step *s = nth_of(&r->p, type, n);
    if (!s) {
        lines_fault(&r->lines, "test", "there is no %s %lld", type_names[type], (long long)n);
        return true;
    }
    for (struct str w = word_next(&rest); w.s; w = word_next(&rest)) {
        if (!date_parse(word_next(&rest), &day)) return false;
        if (str_is(w, "on")) expect_day(r, "day", day, start + s->day);
        else if (str_is(w, "from")) expect_day(r, "window from", day, start + s->from);
        else if (str_is(w, "to")) expect_day(r, "window to", day, start + s->to);
        else return false;
    }
    return true;
}

static bool run_test(struct reader *r, struct str rest) {
    int32_t start;
    int64_t n;
    if (!str_is(word_next(&rest), "start") || !date_parse(word_next(&rest), &start)) return false;
    if (!str_is(word_next(&rest), "->")) return false;
    struct str first = word_next(&rest);
    if (!str_to_int(first, &n)) return test_step(r, start, first, rest);
    if (!str_is(rest, "steps")) return false;
    if (n != r->p.n)
        lines_fault(&r->lines, "test", "the test says %lld steps, the rows give %d", (long long)n,
                    r->p.n);
    return true;
}

static void run_tests(struct reader *r) {
    if (r->tests.n == 0) lines_fault(&r->lines, "test", "a protocol without a test is refused");
    for (int i = 0; i < r->tests.n; i++)
        if (!run_test(r, lines_kept(&r->lines, &r->tests, i)))
            lines_fault(&r->lines, "syntax",
                        "test start DATE -> TYPE N on DATE [from DATE to DATE], or -> N steps");
}

struct protocol protocol_read(struct arena *a, struct str file, struct str text,
                              struct faults *faults) {
    struct reader r = {.lines = lines_open(a, file, text, faults), .tests.most = TESTS_MAX};
    int before = faults->n + faults->dropped;
    r.p.steps = NEWS(a, struct protocol_step, PROTOCOL_STEPS_MAX);
    while (lines_next(&r.lines)) read_line(&r);
    check_head(&r);
    if (faults->n + faults->dropped > before) return r.p;
    number_steps(&r);
    check_doses(&r);
    run_tests(&r);
    return r.p;
}
