#include "core/screening_read.h"

#include "base/grammar.h"
#include "core/screening_test.h"

struct rules_reader {
    struct screening_rules *s;
    struct rule *rule; /* the one at hand; NULL before the first */
    struct str source, base;
    int first, tests;
    struct screening_trial *trials;
};

static struct rules_reader *reading(struct lines *l) { return l->into; }

struct screening_rules screening_new(struct arena *a, const struct codes *codes) {
    return (struct screening_rules){.codes = codes,
                              .rules = NEWS(a, struct rule, RULES_TOTAL_MAX),
                              .prescribed = NEWS(a, struct prescribed, PRESCRIBED_MAX)};
}

/* ---- terms ---- */

static int fact_named(struct str name) {
    for (int f = 0; f < FACT_INDICATION; f++)
        if (str_is(name, screening_fact_name((enum fact)f))) return f;
    return -1;
}

static bool read_compare(struct str word, enum compare *out) {
    static const char *const words[] = {"<", "<=", "=", ">=", ">"};
    int i = str_index(word, words, COUNT(words));
    if (i >= 0) *out = (enum compare)i;
    return i >= 0;
}

static bool read_value(struct rule_term *t, struct str word) {
    enum candidate_field f = t->index == FACT_HCG ? CANDIDATE_HCG : (enum candidate_field)t->index;
    if (str_is(word, "yes") || str_is(word, "no")) {
        t->value = str_is(word, "yes");
        return true;
    }
    if ((int)f < CANDIDATE_FIELDS && candidate_meaning(f)->kind == CANDIDATE_WORD) {
        int i = candidate_word(f, word);
        t->value = i;
        return i >= 0 && t->compare == COMPARE_IS;
    }
    return str_to_real(word, &t->value);
}

static bool read_fact(struct lines *l, struct rule_term *t, struct str name,
                      struct str *rest) {
    t->kind = TERM_FACT;
    t->index = fact_named(name);
    if (t->index < 0) {
        lines_fault(l, "unknown", "there is no fact `%.*s`", STR_ARG(name));
        return false;
    }
    struct str op = word_next(rest), value = word_next(rest);
    if (read_compare(op, &t->compare) && read_value(t, value)) return true;
    lines_fault(l, "syntax", "`%.*s %.*s` after %.*s is no comparison", STR_ARG(op),
                STR_ARG(value), STR_ARG(name));
    return false;
}

static bool read_class(struct lines *l, struct rule_term *t, const struct code_table *table,
                       struct str *rest) {
    struct str id = word_next(rest);
    t->index = codes_class(table, id);
    if (t->index >= 0) return true;
    lines_fault(l, "unknown", "there is no class `%.*s`", STR_ARG(id));
    return false;
}

static bool read_statuses(struct str word, unsigned *out) {
    enum condition_status s;
    if (str_is(word, "any")) *out = 7;
    else if (str_is(word, "current")) *out = 1u << CONDITION_ACTIVE | 1u << CONDITION_TREATED;
    else if (candidate_status(word, &s)) *out = 1u << s;
    else return false;
    return true;
}

/* The words between two terms: a status, `if given`, `or unknown`, `and`. */
static bool read_tail(struct lines *l, struct rule_term *t, struct str *rest, bool *more) {
    struct str word;
    *more = false;
    while ((word = word_next(rest)).s) {
        if (str_is(word, "and")) {
            *more = true;
            return true;
        }
        if (t->kind == TERM_CONDITION && read_statuses(word, &t->statuses)) continue;
        struct str second = word_next(rest);
        if (str_is(word, "if") && str_is(second, "given")) t->if_given = true;
        else if (str_is(word, "or") && str_is(second, "unknown")) t->or_unknown = true;
        else {
            lines_fault(l, "syntax", "`%.*s` after a term; join terms with `and`",
                        STR_ARG(word));
            return false;
        }
    }
    return true;
}

static bool read_word_term(struct rule_term *t, enum term_kind kind, struct str word) {
    t->kind = kind;
    t->word = word;
    return word.n > 0;
}

static bool read_term(struct lines *l, struct rule_term *t, struct str *rest) {
    struct str name = word_next(rest);
    if (str_is(name, "no")) {
        t->negated = true;
        name = word_next(rest);
    }
    if (str_is(name, "condition")) {
        t->kind = TERM_CONDITION;
        t->statuses = 1u << CONDITION_ACTIVE | 1u << CONDITION_TREATED;
        return read_class(l, t, &reading(l)->s->codes->icd10, rest);
    }
    if (str_is(name, "medicine") || str_is(name, "allergy")) {
        t->kind = str_is(name, "medicine") ? TERM_MEDICINE : TERM_ALLERGY;
        return read_class(l, t, &reading(l)->s->codes->medicines, rest);
    }
    if (str_is(name, "family")) return read_word_term(t, TERM_FAMILY, word_next(rest));
    if (str_is(name, "history")) return read_word_term(t, TERM_HISTORY, word_next(rest));
    if (str_is(name, "uds")) return read_word_term(t, TERM_UDS, word_next(rest));
    if (str_is(name, "indication")) return read_word_term(t, TERM_INDICATION, word_next(rest));
    return read_fact(l, t, name, rest);
}

static bool read_condition(struct lines *l, struct rule_line *line, struct str rest) {
    bool more = true;
    while (more) {
        if (line->n == RULE_TERMS_MAX) {
            lines_fault(l, "too-many", "more than %d terms", RULE_TERMS_MAX);
            return false;
        }
        struct rule_term *t = &line->terms[line->n++];
        if (!read_term(l, t, &rest) || !read_tail(l, t, &rest, &more)) return false;
    }
    return true;
}

/* ---- lines ---- */

static void *rule_at_hand(struct lines *l) { return reading(l)->rule; }

static void read_rule(struct lines *l) {
    struct rules_reader *r = reading(l);
    struct str rest = l->value, id = word_next(&rest);
    for (int i = 0; i < r->s->rule_count; i++)
        if (str_eq(r->s->rules[i].id, id))
            lines_fault(l, "twice", "rule %.*s stands already", STR_ARG(id));
    if (id.n == 0 || rest.n == 0 || r->s->rule_count == RULES_TOTAL_MAX) {
        lines_fault(l, "syntax", "write `rule ID TITLE`; %d rules at most", RULES_TOTAL_MAX);
        return;
    }
    r->rule = &r->s->rules[r->s->rule_count++];
    *r->rule = (struct rule){.id = id, .title = rest, .source = r->source,
                             .lines = NEWS(l->arena, struct rule_line, RULE_LINES_MAX)};
}

static const char *const severities[] = {[SEVERITY_ABSOLUTE] = "absolute",
                                         [SEVERITY_RELATIVE] = "relative",
                                         [SEVERITY_CAUTION] = "caution", [SEVERITY_INFO] = "info"};

static void read_severity(struct lines *l) {
    enum severity severity = (enum severity)str_index(l->keyword, severities, COUNT(severities));
    struct str why, condition = str_trim(str_cut(l->value, ':', &why));
    struct rule_line line = {.severity = severity, .why = str_trim(why)};
    struct rule *rule = reading(l)->rule;
    if (!rule || rule->n == RULE_LINES_MAX) {
        lines_fault(l, "syntax", "a rule stands above it, with %d lines at most", RULE_LINES_MAX);
    } else if (line.why.n == 0) {
        lines_fault(l, "required", "write the condition, then `:`, then why");
    } else if (rule->n && rule->lines[rule->n - 1].severity > severity) {
        lines_fault(l, "order", "the gravest lines of a rule come first");
    } else if (read_condition(l, &line, condition)) {
        rule->lines[rule->n++] = line;
    }
}

static void read_source(struct lines *l) {
    struct rules_reader *r = reading(l);
    *(r->rule ? &r->rule->source : &r->source) = l->value;
}

static void read_prescribed(struct lines *l) {
    struct screening_rules *s = reading(l)->s;
    struct str rest, words = str_cut(l->value, ':', &rest), word;
    struct rule_term t;
    if (!read_class(l, &t, &s->codes->medicines, &rest)) return;
    while ((word = word_next(&words)).s)
        if (grammar_room(l, s->prescribed_count, PRESCRIBED_MAX))
            s->prescribed[s->prescribed_count++] = (struct prescribed){word, t.index};
}

static void read_test(struct lines *l) {
    struct rules_reader *r = reading(l);
    if (grammar_room(l, r->tests, SCREEN_TESTS_MAX))
        r->trials[r->tests++] = (struct screening_trial){
            .file = l->file, .base = r->base, .text = l->value, .line = l->number};
}

static const char *const overrides[] = {[OVERRIDE_NONE] = "none",
                                        [OVERRIDE_PRESCRIBER] = "prescriber",
                                        [OVERRIDE_THERAPIST] = "therapist"};

#define SEVERITY(word) {word " CONDITION : WHY", ANY, .read = read_severity}
static const struct grammar_line grammar[] = {
    {"source TEXT", SOME, .read = read_source},
    {"rule ID TITLE", ANY, .read = read_rule},
    SEVERITY("absolute"),
    SEVERITY("relative"),
    SEVERITY("caution"),
    SEVERITY("info"),
    {"override WHO", ANY, .at = rule_at_hand, .slots = {ONE_OF(rule, override, overrides)}},
    {"recheck DAYS", ANY, .at = rule_at_hand, .slots = {WITHIN(rule, recheck_days, 0, 3660)}},
    {"prescribed WORDS : CLASS", ANY, .read = read_prescribed},
    {"base PARTS", ANY, .slots = {AT(rules_reader, base)}},
    {"test PART | PART -> WANTED, WANTED", SOME, .read = read_test},
};

/* Tests see the rules of their own file alone, so that files can be reviewed one by one. */
static void run_tests(struct lines *l) {
    enum { SCRATCH = 256 << 10 };
    struct rules_reader *r = reading(l);
    struct screening_rules own = *r->s;
    own.rules += r->first;
    own.rule_count -= r->first;
    struct shown shown[RULES_TOTAL_MAX] = {{false, false}};
    char *memory = NEWS(l->arena, char, SCRATCH);
    for (int i = 0; i < r->tests; i++) {
        struct arena scratch = arena_over(memory, SCRATCH);
        scratch.out = l->arena->out;
        screening_test(&scratch, &own, r->trials[i], shown, l->faults);
    }
    for (int i = 0; i < own.rule_count; i++) {
        if (shown[i].speaks && shown[i].silent) continue;
        fault_add(l->faults, l->file, "test", "no test shows %.*s %s",
                  STR_ARG(own.rules[i].id), shown[i].speaks ? "silent" : "speaking");
    }
}

enum err screening_read(struct arena *a, struct str file, struct str text,
                        struct screening_rules *out, struct faults *faults) {
    struct lines l = lines_open(a, file, text, faults);
    struct rules_reader r = {.s = out, .first = out->rule_count,
                             .trials = NEWS(a, struct screening_trial, SCREEN_TESTS_MAX)};
    if (!str_utf8_ok(text)) {
        fault_add(faults, file, "encoding", "the file is not UTF-8");
        return E_INVALID;
    }
    GRAMMAR_READ(&l, grammar, &r);
    for (int i = r.first; i < out->rule_count; i++)
        if (out->rules[i].n == 0)
            lines_fault(&l, "required", "rule %.*s has no line", STR_ARG(out->rules[i].id));
    if (faults->n + faults->dropped > l.faults_before) return E_INVALID;
    struct arena mark = *a;
    run_tests(&l);
    if (faults->n + faults->dropped > l.faults_before) return E_INVALID;
    *a = mark;
    return E_OK;
}
