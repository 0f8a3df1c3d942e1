#include "core/screening_read.h"

#include "base/lines.h"
#include "core/screening_test.h"

struct rules_reader {
    struct lines l;
    struct arena *a;
    struct screening_rules *s;
    struct rule *rule; /* the one at hand; NULL before the first */
    struct str source, base;
    int first, tests;
    struct screening_trial *trials;
};

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
    for (int i = 0; i < 5; i++)
        if (str_is(word, words[i])) {
            *out = (enum compare)i;
            return true;
        }
    return false;
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

static bool read_fact(struct rules_reader *r, struct rule_term *t, struct str name,
                      struct str *rest) {
    t->kind = TERM_FACT;
    t->index = fact_named(name);
    if (t->index < 0) {
        lines_fault(&r->l, "unknown", "there is no fact `%.*s`", STR_ARG(name));
        return false;
    }
    struct str op = word_next(rest), value = word_next(rest);
    if (read_compare(op, &t->compare) && read_value(t, value)) return true;
    lines_fault(&r->l, "syntax", "`%.*s %.*s` after %.*s is no comparison", STR_ARG(op),
                STR_ARG(value), STR_ARG(name));
    return false;
}

static bool read_class(struct rules_reader *r, struct rule_term *t, const struct code_table *table,
                       struct str *rest) {
    struct str id = word_next(rest);
    t->index = codes_class(table, id);
    if (t->index >= 0) return true;
    lines_fault(&r->l, "unknown", "there is no class `%.*s`", STR_ARG(id));
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
static bool read_tail(struct rules_reader *r, struct rule_term *t, struct str *rest, bool *more) {
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
            lines_fault(&r->l, "syntax", "`%.*s` after a term; join terms with `and`",
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

static bool read_term(struct rules_reader *r, struct rule_term *t, struct str *rest) {
    struct str name = word_next(rest);
    if (str_is(name, "no")) {
        t->negated = true;
        name = word_next(rest);
    }
    if (str_is(name, "condition")) {
        t->kind = TERM_CONDITION;
        t->statuses = 1u << CONDITION_ACTIVE | 1u << CONDITION_TREATED;
        return read_class(r, t, &r->s->codes->icd10, rest);
    }
    if (str_is(name, "medicine") || str_is(name, "allergy")) {
        t->kind = str_is(name, "medicine") ? TERM_MEDICINE : TERM_ALLERGY;
        return read_class(r, t, &r->s->codes->medicines, rest);
    }
    if (str_is(name, "family")) return read_word_term(t, TERM_FAMILY, word_next(rest));
    if (str_is(name, "history")) return read_word_term(t, TERM_HISTORY, word_next(rest));
    if (str_is(name, "uds")) return read_word_term(t, TERM_UDS, word_next(rest));
    if (str_is(name, "indication")) return read_word_term(t, TERM_INDICATION, word_next(rest));
    return read_fact(r, t, name, rest);
}

static bool read_condition(struct rules_reader *r, struct rule_line *line, struct str rest) {
    bool more = true;
    while (more) {
        if (line->n == RULE_TERMS_MAX) {
            lines_fault(&r->l, "too-many", "more than %d terms", RULE_TERMS_MAX);
            return false;
        }
        struct rule_term *t = &line->terms[line->n++];
        if (!read_term(r, t, &rest) || !read_tail(r, t, &rest, &more)) return false;
    }
    return true;
}

/* ---- lines ---- */

static void read_rule(struct rules_reader *r) {
    struct str rest = r->l.value, id = word_next(&rest);
    for (int i = 0; i < r->s->rule_count; i++)
        if (str_eq(r->s->rules[i].id, id))
            lines_fault(&r->l, "twice", "rule %.*s stands already", STR_ARG(id));
    if (id.n == 0 || rest.n == 0 || r->s->rule_count == RULES_TOTAL_MAX) {
        lines_fault(&r->l, "syntax", "write `rule ID TITLE`; %d rules at most", RULES_TOTAL_MAX);
        return;
    }
    r->rule = &r->s->rules[r->s->rule_count++];
    *r->rule = (struct rule){.id = id, .title = rest, .source = r->source,
                             .lines = NEWS(r->a, struct rule_line, RULE_LINES_MAX)};
}

static void read_severity(struct rules_reader *r, enum severity severity) {
    struct str why, condition = str_trim(str_cut(r->l.value, ':', &why));
    struct rule_line line = {.severity = severity, .why = str_trim(why)};
    struct rule *rule = r->rule;
    if (!rule || rule->n == RULE_LINES_MAX) {
        lines_fault(&r->l, "syntax", "a rule stands above it, with %d lines at most",
                    RULE_LINES_MAX);
    } else if (line.why.n == 0) {
        lines_fault(&r->l, "required", "write the condition, then `:`, then why");
    } else if (rule->n && rule->lines[rule->n - 1].severity > severity) {
        lines_fault(&r->l, "order", "the gravest lines of a rule come first");
    } else if (read_condition(r, &line, condition)) {
        rule->lines[rule->n++] = line;
    }
}

static void read_override(struct rules_reader *r) {
    for (int o = OVERRIDE_NONE; o <= OVERRIDE_THERAPIST && r->rule; o++)
        if (str_is(r->l.value, screening_override((enum override)o))) {
            r->rule->override = (enum override)o;
            return;
        }
    lines_fault(&r->l, "unknown", "after a rule: override none, prescriber or therapist");
}

static void read_recheck(struct rules_reader *r) {
    int64_t days;
    if (r->rule && str_to_int(r->l.value, &days) && days >= 0 && days <= 3660)
        r->rule->recheck_days = (int)days;
    else lines_fault(&r->l, "range", "after a rule: recheck DAYS, ten years at most");
}

static void read_source(struct rules_reader *r) {
    if (r->rule) r->rule->source = r->l.value;
    else r->source = r->l.value;
}

static void read_prescribed(struct rules_reader *r) {
    struct str rest, words = str_cut(r->l.value, ':', &rest), word;
    struct rule_term t;
    if (!read_class(r, &t, &r->s->codes->medicines, &rest)) return;
    while ((word = word_next(&words)).s) {
        if (r->s->prescribed_count == PRESCRIBED_MAX) {
            lines_fault(&r->l, "too-many", "more than %d words", PRESCRIBED_MAX);
            return;
        }
        r->s->prescribed[r->s->prescribed_count++] = (struct prescribed){word, t.index};
    }
}

static void read_test(struct rules_reader *r) {
    if (r->tests == SCREEN_TESTS_MAX) lines_fault(&r->l, "too-many", "too many tests");
    else r->trials[r->tests++] = (struct screening_trial){
        .file = r->l.file, .base = r->base, .text = r->l.value, .line = r->l.number};
}

static void read_line(struct rules_reader *r) {
    struct str k = r->l.keyword;
    for (int s = SEVERITY_ABSOLUTE; s <= SEVERITY_INFO; s++)
        if (str_is(k, screening_severity((enum severity)s))) {
            read_severity(r, (enum severity)s);
            return;
        }
    if (str_is(k, "rule")) read_rule(r);
    else if (str_is(k, "source")) read_source(r);
    else if (str_is(k, "override")) read_override(r);
    else if (str_is(k, "recheck")) read_recheck(r);
    else if (str_is(k, "prescribed")) read_prescribed(r);
    else if (str_is(k, "base")) r->base = r->l.value;
    else if (str_is(k, "test")) read_test(r);
    else lines_fault(&r->l, "unknown", "no keyword `%.*s`", STR_ARG(k));
}

/* Tests see the rules of their own file alone, so that files can be reviewed one by one. */
static void run_tests(struct rules_reader *r) {
    enum { SCRATCH = 256 << 10 };
    struct screening_rules own = *r->s;
    own.rules += r->first;
    own.rule_count -= r->first;
    struct shown shown[RULES_TOTAL_MAX] = {{false, false}};
    char *memory = NEWS(r->a, char, SCRATCH);
    for (int i = 0; i < r->tests; i++) {
        struct arena scratch = arena_over(memory, SCRATCH);
        scratch.out = r->a->out;
        screening_test(&scratch, &own, r->trials[i], shown, r->l.faults);
    }
    for (int i = 0; i < own.rule_count; i++) {
        if (shown[i].speaks && shown[i].silent) continue;
        fault_add(r->l.faults, r->l.file, "test", "no test shows %.*s %s",
                  STR_ARG(own.rules[i].id), shown[i].speaks ? "silent" : "speaking");
    }
}

static void check_rules(struct rules_reader *r) {
    if (!r->source.s) fault_add(r->l.faults, r->l.file, "required", "the file has no `source`");
    if (!r->tests) fault_add(r->l.faults, r->l.file, "required", "the file has no `test`");
    for (int i = r->first; i < r->s->rule_count; i++)
        if (r->s->rules[i].n == 0)
            fault_add(r->l.faults, r->l.file, "required", "rule %.*s has no line",
                      STR_ARG(r->s->rules[i].id));
}

enum err screening_read(struct arena *a, struct str file, struct str text,
                        struct screening_rules *out, struct faults *faults) {
    int before = faults->n + faults->dropped;
    struct rules_reader r = {.l = lines_open(a, file, text, faults), .a = a, .s = out,
                             .first = out->rule_count,
                             .trials = NEWS(a, struct screening_trial, SCREEN_TESTS_MAX)};
    if (!str_utf8_ok(text)) {
        fault_add(faults, file, "encoding", "the file is not UTF-8");
        return E_INVALID;
    }
    while (lines_next(&r.l)) read_line(&r);
    check_rules(&r);
    if (faults->n + faults->dropped > before) return E_INVALID;
    struct arena mark = *a;
    run_tests(&r);
    if (faults->n + faults->dropped > before) return E_INVALID;
    *a = mark;
    return E_OK;
}
