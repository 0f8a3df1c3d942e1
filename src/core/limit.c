#include "core/limit.h"

#include <math.h>

#include "base/lines.h"

static bool part_read(struct str text, double *v, bool *open) {
    *open = str_is(text, "-");
    *v = 0;
    return *open || str_to_real(text, v);
}

static bool numbers_read(struct str text, struct limit *l) {
    struct str second;
    struct str first = str_cut(text, '/', &second);
    l->parts = second.s ? 2 : 1;
    if (!part_read(first, &l->v[0], &l->open[0])) return false;
    return !second.s || part_read(second, &l->v[1], &l->open[1]);
}

static bool op_read(struct str word, enum limit_op *op) {
    static const char *const ops[] = {"<", "<=", ">", ">="};
    int i = str_index(word, ops, 4);
    if (i >= 0) *op = (enum limit_op)i;
    return i >= 0;
}

static bool level_read(struct str word, const char *const *levels, int n, int *level) {
    for (int i = 0; i < n; i++)
        if (levels[i] && str_is(word, levels[i])) {
            *level = i;
            return true;
        }
    return false;
}

/* held N min, then [SOURCE]; both optional. */
static const char *tail_read(struct str rest, struct limit *l) {
    int64_t minutes;
    if (str_starts(rest, STR("held "))) {
        (void)word_next(&rest);
        if (!str_to_int(word_next(&rest), &minutes) || minutes < 1 || minutes > 240 ||
            !str_is(word_next(&rest), "min"))
            return "write 'held N min', 1 to 240";
        l->held_min = (int)minutes;
    }
    if (rest.n <= 0) return NULL;
    if (rest.s[0] != '[' || rest.s[rest.n - 1] != ']' || rest.n < 3)
        return "after the number may stand 'held N min' and [SOURCE]";
    l->source = str_slice(rest, 1, rest.n - 1);
    return NULL;
}

static const char *clause_read(struct str text, const char *const *levels, int level_n,
                               struct limit *l) {
    struct str word = word_next(&text);
    if (!level_read(word, levels, level_n, &l->level)) return "a clause begins with its level";
    word = word_next(&text);
    if (str_is(word, "rise")) l->basis = LIMIT_RISE;
    if (str_is(word, "change")) l->basis = LIMIT_CHANGE;
    if (l->basis != LIMIT_ABSOLUTE) word = word_next(&text);
    if (!op_read(word, &l->op)) return "after the level stands < <= > or >=";
    if (!numbers_read(word_next(&text), l)) return "a limit is a number, or two with '/' between";
    return tail_read(text.s ? text : STR(""), l);
}

/* Cut at the next comma that stands outside of [ ]. */
static struct str clause_next(struct str *rest) {
    struct str all = *rest;
    bool inside = false;
    for (ptrdiff_t i = 0; i < all.n; i++) {
        if (all.s[i] == '[' || all.s[i] == ']') inside = all.s[i] == '[';
        if (all.s[i] != ',' || inside) continue;
        *rest = str_slice(all, i + 1, all.n);
        return str_trim(str_slice(all, 0, i));
    }
    *rest = STR_ABSENT;
    return str_trim(all);
}

bool limit_read(struct str text, const char *const *levels, int level_n, struct limits *out,
                const char **why) {
    *out = (struct limits){0};
    *why = "no limit";
    while (text.s) {
        struct str clause = clause_next(&text);
        if (out->n == LIMITS_MAX) {
            *why = "too many limits in one row";
            return false;
        }
        struct limit *l = &out->v[out->n++];
        *why = clause_read(clause, levels, level_n, l);
        if (*why) return false;
    }
    return out->n > 0;
}

bool limit_measured_read(struct str text, struct measured *out) {
    struct str second;
    struct str first = str_cut(text, '/', &second);
    *out = (struct measured){0};
    if (!str_to_real(first, &out->v[0])) return false;
    if (second.s && !str_to_real(second, &out->v[1])) return false;
    out->parts = second.s ? 2 : 1;
    return true;
}

static bool beyond(enum limit_op op, double v, double line) {
    switch (op) {
    case LIMIT_BELOW: return v < line;
    case LIMIT_AT_MOST: return v <= line;
    case LIMIT_ABOVE: return v > line;
    default: return v >= line;
    }
}

/* The number that the line is drawn through; false: it cannot be known. A change is rounded
 * to a millionth of a per cent, so that 20% of 130 lies on the line and not beside it. */
static bool on_basis(const struct limit *l, int part, struct measured value,
                     struct measured baseline, double *v) {
    *v = value.v[part];
    if (l->basis == LIMIT_ABSOLUTE) return true;
    if (part >= baseline.parts) return false;
    *v -= baseline.v[part];
    if (l->basis == LIMIT_RISE) return true;
    if (baseline.v[part] == 0) return false;
    *v = round(fabs(*v) / fabs(baseline.v[part]) * 100 * 1e6) / 1e6;
    return true;
}

enum limit_side limit_side(const struct limit *l, struct measured value, struct measured baseline,
                           int *part) {
    enum limit_side side = LIMIT_INSIDE;
    for (int i = 0; i < l->parts; i++) {
        double v;
        if (l->open[i]) continue;
        if (i >= value.parts || !on_basis(l, i, value, baseline, &v)) {
            side = LIMIT_UNKNOWN;
        } else if (beyond(l->op, v, l->v[i])) {
            if (part) *part = i;
            return LIMIT_PASSED;
        }
    }
    return side;
}

/* As few decimals as it needs, three at most. */
static void number_put(struct buf *b, double v) {
    int decimals = 0;
    for (double scale = 1; decimals < 3 && fabs(v * scale - round(v * scale)) > 1e-6; scale *= 10)
        decimals++;
    buf_real(b, v, decimals);
}

void limit_words(struct buf *b, const struct limit *l, int part) {
    static const char *const names[] = {"systolic ", "diastolic "};
    double v = l->v[part];
    bool down = l->op == LIMIT_BELOW || l->op == LIMIT_AT_MOST;
    if (l->parts == 2) buf_z(b, names[part]);
    if (l->basis == LIMIT_RISE) {
        buf_z(b, down ? "a fall of " : "a rise of ");
        v = fabs(v);
    }
    if (l->basis == LIMIT_CHANGE) buf_z(b, "a change of ");
    bool strict = l->op == LIMIT_BELOW || l->op == LIMIT_ABOVE;
    bool more = !down || l->basis == LIMIT_RISE;
    if (strict) buf_z(b, more ? "more than " : "below ");
    number_put(b, v);
    if (l->basis == LIMIT_CHANGE) buf_z(b, "%");
    if (!strict) buf_z(b, more ? " or more" : " or less");
    if (l->basis != LIMIT_ABSOLUTE) buf_z(b, " from baseline");
    if (l->held_min) buf_format(b, " for %d min", l->held_min);
}

void limit_measured_put(struct buf *b, struct measured m) {
    for (int i = 0; i < m.parts; i++) {
        if (i) buf_char(b, '/');
        number_put(b, m.v[i]);
    }
}
