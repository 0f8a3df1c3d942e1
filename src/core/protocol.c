/* Reading a protocol: rows to steps, steps in order, then the file's own tests. */
#include "core/protocol.h"

#include "base/grammar.h"

static const char *const type_names[STEP_TYPES] = {
    [STEP_SCREEN] = "screen",   [STEP_PREP] = "prep",       [STEP_DOSE] = "dose",
    [STEP_INTEGRATION] = "integration", [STEP_MEASURE] = "measure", [STEP_REVIEW] = "review",
    [STEP_BOOSTER] = "booster", [STEP_FOLLOWUP] = "followup",
};

const char *protocol_type_name(enum step_type type) { return type_names[type]; }

bool protocol_type_parse(struct str text, enum step_type *type) {
    int i = str_index(text, type_names, STEP_TYPES);
    if (i >= 0) *type = (enum step_type)i;
    return i >= 0;
}

bool protocol_is_dose(enum step_type type) { return type == STEP_DOSE || type == STEP_BOOSTER; }

bool protocol_has_route(const struct protocol *p, struct str route) {
    return word_among(p->routes, route);
}

const struct protocol_dose *protocol_planned(const struct protocol *p, struct str route) {
    return STR_FIND(p->planned, p->planned_n, route, route);
}

static bool id_ok_here(struct str id) {
    for (ptrdiff_t i = 0; i < id.n; i++) {
        char c = id.s[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')) return false;
    }
    return id.n > 0;
}

static bool put_head(struct lines *l, void *into) {
    if (id_ok_here(((struct protocol *)into)->id)) return true;
    lines_fault(l, "syntax", "an id is lower-case letters, digits and '-'");
    return false;
}

static bool put_window(struct lines *l, void *into) {
    (void)l;
    const struct protocol *p = into;
    return p->window_close_h > p->window_open_h;
}

/* Kept in order as they come: by day, and on one day as the rows stand. */
static void insert_step(struct lines *l, struct protocol_step s) {
    struct protocol *p = l->into;
    if (!grammar_room(l, p->n, PROTOCOL_STEPS_MAX)) return;
    int at = p->n++;
    for (; at > 0 && p->steps[at - 1].day > s.day; at--) p->steps[at] = p->steps[at - 1];
    p->steps[at] = s;
}

struct step_line {
    struct protocol_step s; /* from, to: from its day */
    struct str days;
};

static bool put_step(struct lines *l, void *row) {
    struct step_line *line = row;
    struct protocol_step s = line->s;
    int64_t day, previous = -PROTOCOL_DAY_MAX - 1;
    for (struct str w = word_next(&line->days); w.s; w = word_next(&line->days)) {
        if (!str_to_int(w, &day) || day <= previous || day > PROTOCOL_DAY_MAX) {
            lines_fault(l, "syntax", "day '%.*s': whole days, each after the one before",
                        STR_ARG(w));
            return false;
        }
        s.day = (int)day;
        s.from = s.day + line->s.from;
        s.to = s.day + line->s.to;
        s.line = l->number;
        insert_step(l, s);
        previous = day;
    }
    return true;
}

/* "Dosing {n}" becomes "Dosing 3". */
static struct str numbered(struct arena *a, struct str title, int n) {
    ptrdiff_t at = str_find(title, STR("{n}"));
    if (at < 0) return title;
    return str_format(a, "%.*s%d%.*s", (int)at, title.s, n, (int)(title.n - at - 3),
                      title.s + at + 3);
}

static void number_steps(struct lines *l, struct protocol *p) {
    int count[STEP_TYPES] = {0};
    for (int i = 0; i < p->n; i++) {
        struct protocol_step *s = &p->steps[i];
        s->nth = ++count[s->type];
        s->title = numbered(l->arena, s->title, s->nth);
    }
}

/* Each dose has its integration, and inside the window: that is what makes it KAP (GUIDE). */
static void check_doses(struct lines *l, const struct protocol *p) {
    int doses = 0, first = 0;
    for (int i = 0; i < p->n; i++) {
        const struct protocol_step *s = &p->steps[i];
        if (!protocol_is_dose(s->type)) continue;
        if (doses++ == 0) first = s->day;
        int j = i + 1;
        while (j < p->n && p->steps[j].type != STEP_INTEGRATION &&
               !protocol_is_dose(p->steps[j].type))
            j++;
        bool has = j < p->n && p->steps[j].type == STEP_INTEGRATION;
        int last_day = s->day + (p->window_close_h + 23) / 24;
        if (!has || p->steps[j].to > last_day || p->steps[j].from < s->day)
            lines_fault(l, "window",
                        "the dose of day %d has no integration inside %d hours", s->day,
                        p->window_close_h);
    }
    if (doses == 0) lines_fault(l, "required", "no step is a dose");
    else if (first != 0) lines_fault(l, "day", "the first dose is on day %d, not 0", first);
}

static void check_routes(struct lines *l, const struct protocol *p) {
    for (int i = 0; i < p->planned_n; i++)
        if (!protocol_has_route(p, p->planned[i].route))
            lines_fault(l, "unknown", "a dose is planned for '%.*s', which is no route here",
                        STR_ARG(p->planned[i].route));
}

static const struct protocol_step *nth_of(const struct protocol *p, enum step_type type,
                                          int64_t n) {
    for (int i = 0; i < p->n; i++)
        if (p->steps[i].type == type && p->steps[i].nth == n) return &p->steps[i];
    return NULL;
}

struct asked {
    int32_t start, on, from, to;
    struct str what;
    enum step_type type;
    int n;
};

static bool read_date(struct lines *l, struct str text, void *field) {
    (void)l;
    return date_parse(text, field);
}
#define DATE(field) OWN(asked, field, read_date, "a date")

static void expect_day(struct lines *l, const char *what, int32_t expected, int32_t got) {
    if (expected != got)
        lines_fault(l, "test", "%s: the test says %.*s, the rows give %.*s", what,
                    STR_ARG(date_text(l->arena, expected)), STR_ARG(date_text(l->arena, got)));
}

static void test_step(struct lines *l, const struct asked *t) {
    const struct protocol_step *s = nth_of(l->into, t->type, t->n);
    if (!s) {
        lines_fault(l, "test", "there is no %s %d", type_names[t->type], t->n);
        return;
    }
    expect_day(l, "day", t->on, t->start + s->day);
    if (t->from) expect_day(l, "window from", t->from, t->start + s->from);
    if (t->to) expect_day(l, "window to", t->to, t->start + s->to);
}

static bool test_start(struct lines *l, void *row) {
    struct asked *t = row;
    const struct protocol *p = l->into;
    if (GRAMMAR_FITS(l, t->what, "N steps", t, AT(asked, n))) {
        if (t->n != p->n)
            lines_fault(l, "test", "the test says %d steps, the rows give %d", t->n, p->n);
        return true;
    }
    if (!GRAMMAR_FITS(l, t->what, "TYPE N on DATE", t, ONE_OF(asked, type, type_names),
                      AT(asked, n), DATE(on)) &&
        !GRAMMAR_FITS(l, t->what, "TYPE N on DATE from DATE to DATE", t,
                      ONE_OF(asked, type, type_names), AT(asked, n), DATE(on), DATE(from),
                      DATE(to)))
        lines_fault(l, "syntax",
                    "write `test start DATE -> TYPE N on DATE [from DATE to DATE]`, or `-> N "
                    "steps`");
    else test_step(l, t);
    return true;
}

static const struct grammar_line grammar[] = {
    {"protocol ID VERSION", ONCE, .put = put_head,
     .slots = {AT(protocol, id), WITHIN(protocol, version, 1, 9999)}},
    {"title TEXT", ONCE, .slots = {AT(protocol, title)}},
    {"source TEXT", ONCE, .slots = {AT(protocol, source)}},
    {"evidence TEXT", AT_MOST_ONCE, .slots = {AT(protocol, evidence)}},
    {"routes ROUTES", ONCE, .slots = {AT(protocol, routes)}},
    {"planned ROUTE | DOSE | SOURCE", ANY, LIST(protocol, planned, planned_n, PROTOCOL_ROUTES_MAX),
     .unique = true,
     .slots = {AT(protocol_dose, route), AT(protocol_dose, order), AT(protocol_dose, source)}},
    {"integration FROM TO h | SOURCE", ONCE, .put = put_window,
     .slots = {WITHIN(protocol, window_open_h, 0, 24 * 14),
               WITHIN(protocol, window_close_h, 1, 24 * 14), AT(protocol, window_source)}},
    {"step TYPE | DAYS | FROM TO | MINUTES | ROLE | TITLE | [INSTRUMENTS] | SOURCE", ANY,
     ROW(step_line), .put = put_step,
     .slots = {ONE_OF(step_line, s.type, type_names), AT(step_line, days),
               WITHIN(step_line, s.from, -PROTOCOL_DAY_MAX, 0),
               WITHIN(step_line, s.to, 0, PROTOCOL_DAY_MAX), WITHIN(step_line, s.minutes, 5, 720),
               AT(step_line, s.role), AT(step_line, s.title), AT(step_line, s.instruments),
               AT(step_line, s.source)}},
    {"rule TEXT | SOURCE", ANY, LIST(protocol, rules, rules_n, PROTOCOL_RULES_MAX),
     .slots = {AT(protocol_rule, text), AT(protocol_rule, source)}},
    {"test start DATE -> WHAT", SOME, ROW(asked), .test = test_start,
     .slots = {DATE(start), AT(asked, what)}},
};

struct protocol protocol_read(struct arena *a, struct str file, struct str text,
                              struct faults *faults) {
    struct protocol p = {.steps = NEWS(a, struct protocol_step, PROTOCOL_STEPS_MAX)};
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, &p);
    check_routes(&l, &p);
    if (faults->n + faults->dropped > l.faults_before) return p;
    number_steps(&l, &p);
    check_doses(&l, &p);
    grammar_test(&l);
    return p;
}
