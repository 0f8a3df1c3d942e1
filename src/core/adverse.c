#include "core/adverse.h"

#include "base/buf.h"
#include "base/lines.h"

/* Asking ------------------------------------------------------------------------------------ */

static const struct {
    const char *word, *text;
} criteria[] = {
#define CRITERION(name, text) {#name, text},
#include "core/adverse.def"
#undef CRITERION
};

const char *adverse_criterion_word(enum adverse_criterion c) { return criteria[c].word; }
const char *adverse_criterion_text(enum adverse_criterion c) { return criteria[c].text; }

bool adverse_criteria_parse(struct str words, unsigned *bits) {
    *bits = 0;
    for (struct str w = word_next(&words); w.s; w = word_next(&words)) {
        int c = 0;
        while (c < ADVERSE_CRITERIA && !str_is(w, criteria[c].word)) c++;
        if (c == ADVERSE_CRITERIA) return false;
        *bits |= 1u << c;
    }
    return true;
}

const struct adverse_term *adverse_term(const struct adverse_rules *r, struct str id) {
    for (int i = 0; i < r->terms_n; i++)
        if (str_eq(r->terms[i].id, id)) return &r->terms[i];
    return NULL;
}

const struct adverse_term *adverse_of_event(const struct adverse_rules *r, struct str event) {
    for (int i = 0; i < r->terms_n; i++)
        if (word_among(r->terms[i].events, event)) return &r->terms[i];
    return NULL;
}

const struct adverse_tell *adverse_tell(const struct adverse_rules *r, struct str id) {
    for (int i = 0; i < r->tells_n; i++)
        if (str_eq(r->tells[i].id, id)) return &r->tells[i];
    return NULL;
}

bool adverse_tells(const struct adverse_tell *t, struct str route) {
    return str_is(t->routes, "*") || (route.n && word_among(t->routes, route));
}

enum adverse_seriousness adverse_seriousness(const struct adverse_rules *r, int grade,
                                             unsigned bits) {
    unsigned implied = grade >= 1 && grade <= ADVERSE_GRADES ? r->implied[grade] : 0;
    if (implied && !(implied & bits)) return ADVERSE_ASKS;
    return bits ? ADVERSE_SERIOUS : ADVERSE_NOT_SERIOUS;
}

/* Reading ----------------------------------------------------------------------------------- */

struct reader {
    struct lines l;
    struct adverse_rules *r;
    int tests, sources;
};

static bool whole(struct str word, int least, int most, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < least || v > most) return false;
    *out = (int)v;
    return true;
}

static bool share(struct str word, double *out) {
    return str_to_real(word, out) && *out >= 0 && *out <= 100;
}

static int trial_of(const struct adverse_rules *r, struct str id) {
    int i = 0;
    while (i < r->trials_n && !str_eq(r->trials[i].id, id)) i++;
    return i;
}

static bool read_trial(struct adverse_rules *r, struct str rest) {
    struct adverse_trial t = {.id = part_next(&rest), .title = part_next(&rest)};
    bool ok = whole(part_next(&rest), 1, 100000, &t.drug_n) &&
              whole(part_next(&rest), 1, 100000, &t.control_n);
    t.source = part_next(&rest);
    if (!ok || t.source.n <= 0 || r->trials_n == ADVERSE_TRIALS_MAX ||
        trial_of(r, t.id) < r->trials_n)
        return false;
    r->trials[r->trials_n++] = t;
    return true;
}

static bool read_group(struct adverse_rules *r, struct str rest) {
    struct adverse_named g = {.id = part_next(&rest), .title = part_next(&rest)};
    if (g.id.n <= 0 || g.title.n <= 0 || r->groups_n == ADVERSE_GROUPS_MAX) return false;
    r->groups[r->groups_n++] = g;
    return true;
}

static bool read_term(struct adverse_rules *r, struct str rest) {
    struct adverse_term t = {.id = part_next(&rest)};
    struct str group = part_next(&rest);
    t.title = part_next(&rest);
    t.events = part_next(&rest);
    t.source = part_next(&rest);
    if (str_is(t.events, "-")) t.events = STR("");
    while (t.group < r->groups_n && !str_eq(r->groups[t.group].id, group)) t.group++;
    if (t.group == r->groups_n || t.source.n <= 0 || r->terms_n == ADVERSE_TERMS_MAX ||
        adverse_term(r, t.id))
        return false;
    r->terms[r->terms_n++] = t;
    return true;
}

static bool read_rate(struct adverse_rules *r, struct str rest) {
    struct str id = part_next(&rest);
    int trial = trial_of(r, part_next(&rest));
    struct adverse_rate rate = {.is = true};
    bool ok = share(part_next(&rest), &rate.drug_pct) && share(part_next(&rest), &rate.control_pct);
    struct adverse_term *t = NULL;
    for (int i = 0; i < r->terms_n; i++)
        if (str_eq(r->terms[i].id, id)) t = &r->terms[i];
    if (!ok || !t || trial == r->trials_n || part_next(&rest).n <= 0 || t->rates[trial].is)
        return false;
    t->rates[trial] = rate;
    return true;
}

static bool read_imply(struct adverse_rules *r, struct str rest) {
    int grade;
    return whole(word_next(&rest), 1, ADVERSE_GRADES, &grade) &&
           adverse_criteria_parse(rest, &r->implied[grade]) && r->implied[grade];
}

static bool read_tell(struct adverse_rules *r, struct str rest) {
    struct adverse_tell t = {.id = part_next(&rest), .routes = part_next(&rest)};
    struct str time = part_next(&rest);
    bool ok = whole(word_next(&time), 1, 8784, &t.hours) && str_is(word_next(&time), "h");
    t.whom = part_next(&rest);
    t.source = part_next(&rest);
    if (!ok || t.source.n <= 0 || r->tells_n == ADVERSE_TELLS_MAX || adverse_tell(r, t.id))
        return false;
    r->tells[r->tells_n++] = t;
    return true;
}

/* What the rules say to a test: false, it cannot be read. */
static bool answer(const struct adverse_rules *r, struct str ask, struct buf *got) {
    static const char *const words[] = {"not serious", "serious", "asks"};
    struct str about = word_next(&ask);
    int grade;
    unsigned bits;
    if (str_is(about, "event")) {
        const struct adverse_term *t = adverse_of_event(r, str_trim(ask));
        buf_put(got, t ? t->id : STR("-"));
        return true;
    }
    if (str_is(about, "tell")) {
        for (int i = 0; i < r->tells_n; i++)
            if (adverse_tells(&r->tells[i], str_trim(ask)))
                buf_format(got, "%s%.*s %d", got->n ? " " : "", STR_ARG(r->tells[i].id),
                           r->tells[i].hours);
        return true;
    }
    if (!str_is(about, "grade") || !whole(word_next(&ask), 1, ADVERSE_GRADES, &grade) ||
        !adverse_criteria_parse(ask, &bits))
        return false;
    buf_z(got, words[adverse_seriousness(r, grade, bits)]);
    return true;
}

static bool run_test(struct reader *r) {
    ptrdiff_t arrow = str_find(r->l.value, STR("->"));
    struct buf got = buf_new(r->l.arena, 200);
    r->tests++;
    if (arrow < 0 || !answer(r->r, str_slice(r->l.value, 0, arrow), &got)) return false;
    if (!str_eq(str_trim(str_slice(r->l.value, arrow + 2, r->l.value.n)), buf_str(&got)))
        lines_fault(&r->l, "test", "it is %.*s", STR_ARG(buf_str(&got)));
    return true;
}

static void read_line(struct reader *r) {
    struct str k = r->l.keyword, v = r->l.value;
    bool ok = true;
    if (str_is(k, "source")) r->sources++;
    else if (str_is(k, "adverse") || str_is(k, "title")) ok = v.n > 0;
    else if (str_is(k, "trial")) ok = read_trial(r->r, v);
    else if (str_is(k, "group")) ok = read_group(r->r, v);
    else if (str_is(k, "term")) ok = read_term(r->r, v);
    else if (str_is(k, "rate")) ok = read_rate(r->r, v);
    else if (str_is(k, "imply")) ok = read_imply(r->r, v);
    else if (str_is(k, "tell")) ok = read_tell(r->r, v);
    else if (str_is(k, "test")) ok = run_test(r);
    else ok = false;
    if (!ok)
        lines_fault(&r->l, "syntax", "this `%.*s` line cannot be read: see the head of the file",
                    STR_ARG(k));
}

const struct adverse_rules *adverse_read(struct arena *a, struct str file, struct str text,
                                         struct faults *faults) {
    struct reader r = {.l = lines_open(a, file, text, faults), .r = NEW(a, struct adverse_rules)};
    while (lines_next(&r.l)) read_line(&r);
    if (!(r.r->terms_n && r.r->tells_n && r.tests && r.sources))
        fault_add(faults, file, "required", "the file has `source`, `term`, `tell` and `test`");
    return r.r;
}
