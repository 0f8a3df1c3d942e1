#include "core/adverse.h"

#include "base/buf.h"
#include "base/grammar.h"

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
    return STR_FIND(r->terms, r->terms_n, id, id);
}

const struct adverse_term *adverse_of_event(const struct adverse_rules *r, struct str event) {
    for (int i = 0; i < r->terms_n; i++)
        if (word_among(r->terms[i].events, event)) return &r->terms[i];
    return NULL;
}

const struct adverse_tell *adverse_tell(const struct adverse_rules *r, struct str id) {
    return STR_FIND(r->tells, r->tells_n, id, id);
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

static int trial_of(const struct adverse_rules *r, struct str id) {
    int i = 0;
    while (i < r->trials_n && !str_eq(r->trials[i].id, id)) i++;
    return i;
}

static bool read_group(struct lines *l, struct str id, void *field) {
    const struct adverse_rules *r = l->into;
    int *group = field;
    while (*group < r->groups_n && !str_eq(r->groups[*group].id, id)) ++*group;
    return *group < r->groups_n;
}

static bool read_events(struct lines *l, struct str events, void *field) {
    (void)l;
    *(struct str *)field = str_is(events, "-") ? STR("") : events;
    return true;
}

struct rate_line {
    struct str term, trial;
    struct adverse_rate rate;
};

static bool put_rate(struct lines *l, void *row) {
    struct rate_line *line = row;
    struct adverse_rules *r = l->into;
    struct adverse_term *t = (struct adverse_term *)adverse_term(r, line->term);
    int trial = trial_of(r, line->trial);
    if (!t || trial == r->trials_n || t->rates[trial].is) return false;
    line->rate.is = true;
    t->rates[trial] = line->rate;
    return true;
}

struct imply_line {
    int grade;
    unsigned bits;
};

static bool read_criteria(struct lines *l, struct str words, void *field) {
    (void)l;
    return adverse_criteria_parse(words, field);
}

static bool put_imply(struct lines *l, void *row) {
    const struct imply_line *line = row;
    ((struct adverse_rules *)l->into)->implied[line->grade] = line->bits;
    return true;
}

struct asked {
    int grade;
    unsigned bits;
    struct str of, want;
};

static bool test_event(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct adverse_term *got = adverse_of_event(l->into, t->of);
    return grammar_expect(l, t->want, got ? got->id : STR("-"));
}

static bool test_tell(struct lines *l, void *row) {
    const struct asked *t = row;
    const struct adverse_rules *r = l->into;
    struct buf got = buf_new(l->arena, 80);
    for (int i = 0; i < r->tells_n; i++)
        if (adverse_tells(&r->tells[i], t->of))
            buf_format(&got, "%s%.*s %d", got.n ? " " : "", STR_ARG(r->tells[i].id),
                       r->tells[i].hours);
    return grammar_expect(l, t->want, buf_str(&got));
}

static bool test_grade(struct lines *l, void *row) {
    static const char *const words[] = {"not serious", "serious", "asks"};
    const struct asked *t = row;
    enum adverse_seriousness got = adverse_seriousness(l->into, t->grade, t->bits);
    return grammar_expect(l, t->want, str_from(words[got]));
}

#define RULES(list, most) LIST(adverse_rules, list, list##_n, most), .unique = true
#define CRITERIA(type) OWN(type, bits, read_criteria, "words of the criteria")
static const struct grammar_line grammar[] = {
    {"adverse VERSION", AT_MOST_ONCE, .slots = {SAID}},
    {"title TEXT", AT_MOST_ONCE, .slots = {SAID}},
    {"source TEXT", SOME, .slots = {SAID}},
    {"trial ID | TITLE | DRUG-N | CONTROL-N | SOURCE", ANY, RULES(trials, ADVERSE_TRIALS_MAX),
     .slots = {AT(adverse_trial, id), AT(adverse_trial, title),
               WITHIN(adverse_trial, drug_n, 1, 100000),
               WITHIN(adverse_trial, control_n, 1, 100000), AT(adverse_trial, source)}},
    {"group ID | TITLE", ANY, RULES(groups, ADVERSE_GROUPS_MAX),
     .slots = {AT(adverse_named, id), AT(adverse_named, title)}},
    {"term ID | GROUP | TITLE | EVENTS | SOURCE", SOME, RULES(terms, ADVERSE_TERMS_MAX),
     .slots = {AT(adverse_term, id), OWN(adverse_term, group, read_group, "a group above"),
               AT(adverse_term, title), OWN(adverse_term, events, read_events, "events or -"),
               AT(adverse_term, source)}},
    {"rate TERM | TRIAL | DRUG-PCT | CONTROL-PCT | SOURCE", ANY, ROW(rate_line), .put = put_rate,
     .slots = {AT(rate_line, term), AT(rate_line, trial), WITHIN(rate_line, rate.drug_pct, 0, 100),
               WITHIN(rate_line, rate.control_pct, 0, 100), SAID}},
    {"imply GRADE CRITERIA", ANY, ROW(imply_line), .put = put_imply,
     .slots = {WITHIN(imply_line, grade, 1, ADVERSE_GRADES), CRITERIA(imply_line)}},
    {"tell ID | ROUTES | N h | WHOM | SOURCE", SOME, RULES(tells, ADVERSE_TELLS_MAX),
     .slots = {AT(adverse_tell, id), AT(adverse_tell, routes), WITHIN(adverse_tell, hours, 1, 8784),
               AT(adverse_tell, whom), AT(adverse_tell, source)}},
    {"test event EVENT -> TERM", SOME, ROW(asked), .test = test_event,
     .slots = {AT(asked, of), AT(asked, want)}},
    {"test tell [ROUTE] -> [TELLS]", ANY, ROW(asked), .test = test_tell,
     .slots = {AT(asked, of), AT(asked, want)}},
    {"test grade GRADE [CRITERIA] -> SERIOUSNESS", ANY, ROW(asked), .test = test_grade,
     .slots = {WITHIN(asked, grade, 1, ADVERSE_GRADES), CRITERIA(asked), AT(asked, want)}},
};

const struct adverse_rules *adverse_read(struct arena *a, struct str file, struct str text,
                                         struct faults *faults) {
    struct adverse_rules *r = NEW(a, struct adverse_rules);
    struct lines l = lines_open(a, file, text, faults);
    GRAMMAR_READ(&l, grammar, r);
    grammar_test(&l);
    return r;
}
