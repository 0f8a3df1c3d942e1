#include "core/terms.h"

#include <math.h>

#include "base/grammar.h"

int terms_ref(struct lines *l, struct str name) {
    if (name.n == 0) return -1;
    for (int i = 0; i < terms_in(l)->item_count; i++)
        if (str_eq(terms_in(l)->items[i].id, name)) return i;
    for (int i = 0; i < terms_in(l)->score_count; i++)
        if (str_eq(terms_in(l)->scores[i].name, name)) return REF_SCORE + i;
    return -1;
}

static bool known_ref(struct lines *l, struct str name, int *ref) {
    *ref = terms_ref(l, name);
    if (*ref >= 0) return true;
    lines_fault(l, "unknown", "there is no item or score `%.*s` above", STR_ARG(name));
    return false;
}

/* ---- conditions ---- */

static bool read_op(struct str word, enum op *op) {
    if (str_is(word, ">=")) *op = OP_AT_LEAST;
    else if (str_is(word, "<=")) *op = OP_AT_MOST;
    else if (str_is(word, "=")) *op = OP_IS;
    else if (str_is(word, "missing")) *op = OP_MISSING;
    else return false;
    return true;
}

static bool read_term(struct lines *l, struct str *rest, struct term *t) {
    if (!known_ref(l, word_next(rest), &t->ref)) return false;
    struct str word = word_next(rest);
    if (!read_op(word, &t->op)) {
        lines_fault(l, "syntax", "`%.*s` is none of >= <= = missing", STR_ARG(word));
        return false;
    }
    if (t->op == OP_MISSING) return true;
    word = word_next(rest);
    if (str_to_real(word, &t->value)) return true;
    lines_fault(l, "type", "`%.*s` is not a number", STR_ARG(word));
    return false;
}

bool terms_condition(struct lines *l, struct str text, struct criterion *out) {
    struct str word;
    *out = (struct criterion){0};
    do {
        if (out->n == TERMS_MAX) {
            lines_fault(l, "too-many", "more than %d terms", TERMS_MAX);
            return false;
        }
        if (!read_term(l, &text, &out->terms[out->n++])) return false;
        word = word_next(&text);
    } while (str_is(word, "and"));
    if (!word.s) return true;
    lines_fault(l, "syntax", "`%.*s` after a condition; join terms with `and`", STR_ARG(word));
    return false;
}

/* ---- scores ---- */

static const char *const methods[] = {
    [METHOD_SUM] = "sum",     [METHOD_MEAN] = "mean",       [METHOD_MAX] = "max",
    [METHOD_COUNT] = "count", [METHOD_PERCENT] = "percent", [METHOD_RANK] = "rank",
};

static bool read_method(struct str word, enum score_method *out) {
    int i = str_index(word, methods, COUNT(methods));
    if (i >= 0) *out = (enum score_method)i;
    return i >= 0;
}

static bool add_member(struct lines *l, struct score_rule *s, int ref) {
    if (s->n == ITEMS_MAX) {
        lines_fault(l, "too-many", "more than %d members", ITEMS_MAX);
        return false;
    }
    s->at_least[s->n] = 1;
    s->member[s->n++] = (int16_t)ref;
    return true;
}

/* `.. LAST` after a first item: every item up to it. */
static bool add_run(struct lines *l, struct score_rule *s, struct str *rest) {
    int first = s->n ? s->member[s->n - 1] : -1, last;
    if (!known_ref(l, word_next(rest), &last)) return false;
    if (first < 0 || first >= REF_SCORE || last >= REF_SCORE || last <= first) {
        lines_fault(l, "syntax", "`A .. B` runs from an item to a later item");
        return false;
    }
    for (int i = first + 1; i <= last; i++)
        if (!add_member(l, s, i)) return false;
    return true;
}

static bool read_members(struct lines *l, struct score_rule *s, struct str text) {
    struct str word;
    int from = 0, ref;
    while ((word = word_next(&text)).s) {
        if (str_is(word, "..")) {
            if (!add_run(l, s, &text)) return false;
        } else if (str_is(word, ">=")) {
            int64_t v;
            word = word_next(&text);
            if (s->method != METHOD_COUNT || !str_to_int(word, &v) || v < -1000 || v > 1000) {
                lines_fault(l, "syntax", "`>= N` belongs to count, and N is whole");
                return false;
            }
            while (from < s->n) s->at_least[from++] = (int16_t)v;
        } else if (!known_ref(l, word, &ref) || !add_member(l, s, ref)) {
            return false;
        }
    }
    if (s->n == 0) lines_fault(l, "required", "a score has members");
    return s->n > 0;
}

/* Marks the named members in `flags`. */
static bool mark(struct lines *l, struct score_rule *s, struct str names, bool flags[]) {
    struct str word;
    while ((word = word_next(&names)).s) {
        int ref, at = -1;
        if (!known_ref(l, word, &ref)) return false;
        for (int i = 0; i < s->n; i++)
            if (s->member[i] == ref) at = i;
        if (at < 0) {
            lines_fault(l, "unknown", "`%.*s` is not of this score", STR_ARG(word));
            return false;
        }
        flags[at] = true;
    }
    return true;
}

static bool whole(struct str word, int least, int most, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < least || v > most) return false;
    *out = (int)v;
    return true;
}

static bool read_option(struct lines *l, struct score_rule *s, struct str text) {
    struct str word = word_next(&text);
    if (str_is(word, "reverse")) return mark(l, s, text, s->reversed);
    if (str_is(word, "optional")) return mark(l, s, text, s->optional);
    if (str_is(word, "times") && whole(text, 1, 100, &s->times)) return true;
    if (str_is(word, "prorate") && str_is(word_next(&text), "up") &&
        str_is(word_next(&text), "to") && whole(word_next(&text), 1, s->n - 1, &s->prorate_up_to) &&
        str_is(text, "missing"))
        return true;
    lines_fault(l, "syntax",
                "an option is `prorate up to N missing`, `times N`, `reverse ITEMS` or "
                "`optional ITEMS`");
    return false;
}

void terms_score(struct lines *l) {
    struct instrument *in = terms_in(l);
    struct str rest = l->value, options;
    struct score_rule s = {.name = word_next(&rest), .times = 1};
    s.internal = str_is(l->keyword, "part");
    if (in->score_count == SCORES_MAX) {
        lines_fault(l, "too-many", "more than %d scores", SCORES_MAX);
        return;
    }
    if (s.name.n == 0 || terms_ref(l, s.name) >= 0) {
        lines_fault(l, "twice", "a score needs a name of its own");
        return;
    }
    if (!str_is(word_next(&rest), "=") || !read_method(word_next(&rest), &s.method)) {
        lines_fault(l, "syntax",
                    "write `score NAME = METHOD MEMBERS`; a method is sum, mean, max, percent, "
                    "rank or count");
        return;
    }
    if (!read_members(l, &s, str_cut(rest, ',', &options))) return;
    while (options.s)
        if (!read_option(l, &s, str_trim(str_cut(options, ',', &options)))) return;
    if (str_is(s.name, "total")) in->total = in->score_count;
    in->scores[in->score_count++] = s;
}

/* ---- thresholds ---- */

static const char *const threshold_names[] = {
    [RESPONSE] = "response",     [PARTIAL] = "partial",   [LITTLE] = "little",
    [REMISSION] = "remission",   [MEANINGFUL] = "meaningful",
    [RELIABLE] = "reliable",     [DETERIORATION] = "deterioration",
};

static bool read_measure(struct threshold *t, struct str word, struct str amount) {
    bool percent = str_ends(amount, STR("%"));
    double v;
    if (percent) amount = str_slice(amount, 0, amount.n - 1);
    if (!str_to_real(amount, &v)) return false;
    if (str_is(word, t->kind == DETERIORATION ? "worse" : "improve")) {
        *(percent ? &t->improve_percent : &t->improve_points) = v;
    } else if (str_is(word, "to") && !percent) {
        t->to = v;
    } else if (str_is(word, "each") && !percent) {
        t->each = v;
    } else {
        return false;
    }
    return true;
}

void terms_threshold(struct lines *l) {
    struct str rest = l->value, word;
    struct threshold t = {.kind = (enum threshold_kind)str_index(l->keyword, threshold_names,
                                                                COUNT(threshold_names)),
                          .id = word_next(&rest),
                          .improve_percent = NAN, .improve_points = NAN, .to = NAN, .each = NAN};
    if (terms_in(l)->threshold_count == THRESHOLDS_MAX) {
        lines_fault(l, "too-many", "more than %d thresholds", THRESHOLDS_MAX);
        return;
    }
    do {
        word = word_next(&rest);
        if (!read_measure(&t, word, word_next(&rest))) {
            lines_fault(l, "syntax",
                        "write an id, then `improve 50%%`, `improve 5`, `to 4`, `each 2` (or "
                        "`worse 5`, `worse 25%%` for deterioration), joined by `and` or `or`");
            return;
        }
        word = word_next(&rest);
        if (str_is(word, "or")) t.any = true;
    } while (str_is(word, "and") || str_is(word, "or"));
    if (word.s) lines_fault(l, "syntax", "`%.*s` is neither `and` nor `or`", STR_ARG(word));
    else terms_in(l)->thresholds[terms_in(l)->threshold_count++] = t;
}

/* ---- relapse ---- */

enum { NO_LIMIT_DAYS = 36500 };

/* `twice A [to B] days apart` */
static bool read_apart(struct lines *l, struct relapse *out, struct str text) {
    out->apart_max = NO_LIMIT_DAYS;
    return GRAMMAR_FITS(l, text, "twice A days apart", out, WITHIN(relapse, apart_min, 0, 3660)) ||
           (GRAMMAR_FITS(l, text, "twice A to B days apart", out,
                         WITHIN(relapse, apart_min, 0, 3660),
                         WITHIN(relapse, apart_max, 0, 3660)) &&
            out->apart_max >= out->apart_min);
}

void terms_relapse(struct lines *l) {
    struct str apart, rest = str_cut(l->value, ',', &apart);
    struct relapse out = {.id = word_next(&rest)};
    bool ok = str_is(word_next(&rest), "from") && str_to_real(word_next(&rest), &out.from);
    if (ok && rest.n) ok = out.response_lost = str_is(rest, "and response lost");
    if (!ok || !apart.s || !read_apart(l, &out, str_trim(apart)))
        lines_fault(l, "syntax",
                    "write `relapse ID from N [and response lost], twice A [to B] days apart`");
    else if (terms_in(l)->relapse_count == RELAPSES_MAX)
        lines_fault(l, "too-many", "more than %d relapses", RELAPSES_MAX);
    else terms_in(l)->relapses[terms_in(l)->relapse_count++] = out;
}
