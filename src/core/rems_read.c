/* Reading the monitoring form, and its own tests. */
#include "core/rems.h"

#include "base/date.h"
#include "base/grammar.h"

enum { TEST_FACTS_MAX = 16 };

struct rems_reader {
    struct rems_rules rules; /* first: what is read into is both */
    const struct codes *codes;
};

static const char *const facts[] = {
#define FACT(name) #name,
#include "core/rems.def"
#undef FACT
};
static const char *const founds[] = {
#define FOUND(name) #name,
#include "core/rems.def"
#undef FOUND
};
static const char *const kinds[] = {"text", "date", "mg", "mmHg", "minutes", "yesno"};

static int named(const struct rems_named *v, int n, struct str id) {
    int i = 0;
    while (i < n && !str_eq(v[i].id, id)) i++;
    return i;
}

static bool read_sign(struct lines *l, struct str text, void *row) {
    return str_is(text, "-") || GRAMMAR_FITS(l, text, "SIGN < N", row, AT(rems_effect, sign),
                                             AT(rems_effect, below));
}

static bool read_clear(struct lines *l, struct str text, void *row) {
    return str_is(text, "-") ||
           (GRAMMAR_FITS(l, text, "clear N", row, WITHIN(rems_effect, clear, 1, 100)) &&
            ((const struct rems_effect *)row)->sign.n > 0);
}

static bool read_group(struct lines *l, struct str id, void *field) {
    const struct rems_rules *r = l->into;
    return (*(int *)field = named(r->groups, r->groups_n, id)) < r->groups_n;
}

static bool read_kind(struct lines *l, struct str text, void *row) {
    return GRAMMAR_FITS(l, text, "KIND", row, ONE_OF(rems_field, kind, kinds)) ||
           (GRAMMAR_FITS(l, text, "KIND >= N", row, ONE_OF(rems_field, kind, kinds),
                         WITHIN(rems_field, least, 1, REMS_MINUTES_MAX)) &&
            ((const struct rems_field *)row)->kind == REMS_MINUTES);
}

static bool read_effect_part(const struct rems_rules *r, struct str rest, struct rems_field *f) {
    static const char *const parts[] = {"seen", "onset", "over", "within"};
    struct str id = word_next(&rest);
    while (f->of < r->effects_n && !str_eq(r->effects[f->of].id, id)) f->of++;
    f->part = (enum rems_part)str_index(word_next(&rest), parts, COUNT(parts));
    return f->of < r->effects_n && (int)f->part >= 0;
}

static bool read_from(struct lines *l, struct str text, void *row) {
    const struct rems_reader *r = l->into;
    struct rems_field *f = row;
    struct str rest, from = str_trim(str_cut(text, ',', &rest)), word = word_next(&from);
    bool also = str_is(str_trim(rest), "or answer");
    f->may_answer = also || str_is(word, "answer");
    if (rest.s && !also) return false;
    if (str_is(word, "answer")) f->from = REMS_FROM_ANSWER;
    else if (str_is(word, "class")) f->from = REMS_FROM_CLASS;
    else if (str_is(word, "effect")) f->from = REMS_FROM_EFFECT;
    else if (!str_is(word, "record")) return false;
    if (f->from == REMS_FROM_EFFECT) return read_effect_part(&r->rules, from, f);
    if (f->from == REMS_FROM_CLASS)
        return (f->of = codes_class(&r->codes->medicines, word_next(&from))) >= 0;
    if (f->from == REMS_FROM_ANSWER) return true;
    f->of = str_index(f->id, facts, REMS_FACTS);
    if (f->of >= 0) return true;
    f->from = REMS_FROM_FOUND;
    f->of = str_index(f->id, founds, REMS_FOUNDS);
    return f->of >= 0;
}

static bool read_need(struct lines *l, struct str text, void *row) {
    const struct rems_rules *r = l->into;
    struct rems_field *f = row;
    struct str word = word_next(&text);
    f->needs = -1;
    if (str_is(word, "always")) return true;
    f->needs = rems_field(r, word_next(&text));
    return str_is(word, "if") && f->needs >= 0 && r->fields[f->needs].kind == REMS_YESNO;
}

static bool read_copies(struct lines *l, struct str words, void *field) {
    const struct rems_rules *r = l->into;
    bool ok = true;
    *(struct str *)field = words;
    for (struct str w = word_next(&words); w.s; w = word_next(&words))
        ok &= named(r->copies, r->copies_n, w) < r->copies_n;
    return ok;
}

/* Tests ------------------------------------------------------------------------------------ */

struct test {
    struct rems_facts f;
    struct str lots[TEST_FACTS_MAX], medicines[TEST_FACTS_MAX], answers[REMS_FIELDS_MAX];
    struct rems_sign signs[TEST_FACTS_MAX];
    struct rems_seen seen[TEST_FACTS_MAX];
};

/* SIGN@MIN=N, bp@MIN=S/D, EVENT@MIN, EVENT@MIN-OVER */
static bool read_timed(struct test *t, struct str name, struct str at) {
    struct str value, low, over;
    int64_t min = 0, over_min = 0;
    struct str when = str_cut(at, '=', &value);
    if (value.s) {
        struct rems_sign *s = &t->signs[t->f.signs_n++];
        s->sign = name;
        bool ok = str_to_int(when, &min) && str_to_real(str_cut(value, '/', &low), &s->v);
        s->minute = (int)min;
        return ok && (!low.s || str_to_real(low, &s->v2));
    }
    struct rems_seen *s = &t->seen[t->f.seen_n++];
    s->name = name;
    bool ok = str_to_int(str_cut(when, '-', &over), &min);
    s->minute = (int)min;
    if (!over.s) return ok;
    s->closes = true;
    ok = ok && str_to_int(over, &over_min);
    s->over_min = (struct rems_minute){true, (int)over_min};
    return ok;
}

static bool read_fact(const struct rems_rules *r, struct test *t, struct str word) {
    struct str value, at, name = str_cut(word, '=', &value);
    int64_t n = 0;
    int field = rems_field(r, name);
    if (t->f.lots_n + t->f.medicines_n + t->f.signs_n + t->f.seen_n == TEST_FACTS_MAX) return false;
    if (str_find(word, STR("@")) > 0) {
        name = str_cut(word, '@', &at);
        return read_timed(t, name, at);
    }
    if (str_is(word, "reviewed")) return t->f.reviewed = true;
    bool number = str_to_int(value, &n);
    if (str_is(name, "medicine")) t->medicines[t->f.medicines_n++] = value;
    else if (str_is(name, "lot")) t->lots[t->f.lots_n++] = value;
    else if (str_is(name, "stay") && number) t->f.end_min = (struct rems_minute){true, (int)n};
    else if (str_is(name, "ready") && number) t->f.ready_min = (struct rems_minute){true, (int)n};
    else if (str_is(name, "mg") && number) t->f.given_ug = n * 1000;
    else if (field >= 0) t->answers[field] = value;
    return value.n > 0;
}

struct asked {
    struct str given, field, want, treated, today;
};

static bool test_field(struct lines *l, void *row) {
    struct asked *a = row;
    const struct rems_reader *r = l->into;
    struct test *t = NEW(l->arena, struct test);
    struct rems_filled filled;
    int i = rems_field(&r->rules, a->field);
    for (struct str w = word_next(&a->given); w.s; w = word_next(&a->given))
        if (!read_fact(&r->rules, t, w)) return false;
    if (i < 0) return false;
    t->f.lots = t->lots;
    t->f.medicines = t->medicines;
    t->f.signs = t->signs;
    t->f.seen = t->seen;
    rems_fill(l->arena, &r->rules, r->codes, &t->f, t->answers, &filled);
    const struct rems_value *got = &filled.v[i];
    return grammar_expect(l, a->want,
                          got->state == REMS_MISSING      ? STR("missing")
                          : got->state == REMS_NOT_NEEDED ? STR("none")
                                                          : rems_value_text(l->arena, got));
}

static bool test_due(struct lines *l, void *row) {
    const struct asked *a = row;
    int32_t treated, today;
    if (!date_parse(a->treated, &treated) || !date_parse(a->today, &today)) return false;
    bool late = rems_is_late(rems_last_day(l->into, treated), today);
    return grammar_expect(l, a->want, late ? STR("late") : STR("open"));
}

#define RULES(list, most) LIST(rems_rules, list, list##_n, most), .unique = true
#define SET(form, field)                                                                          \
    {"set " form " | SOURCE", ONCE, .slots = {WITHIN(rems_rules, field, 1, REMS_MINUTES_MAX), SAID}}
static const struct grammar_line grammar[] = {
    {"rems ID VERSION", ONCE, .slots = {SAID, WITHIN(rems_rules, version, 1, 999)}},
    {"title TEXT", ONCE, .slots = {AT(rems_rules, title)}},
    {"source TEXT", ONCE, .slots = {AT(rems_rules, source)}},
    {"note TEXT", AT_MOST_ONCE, .slots = {AT(rems_rules, note)}},
    {"form ID | WHICH-COPY | SOURCE", ANY, RULES(copies, REMS_COPIES_MAX),
     .slots = {AT(rems_named, id), AT(rems_named, title), AT(rems_named, source)}},
    {"group ID | TITLE", ANY, RULES(groups, REMS_GROUPS_MAX),
     .slots = {AT(rems_named, id), AT(rems_named, title)}},
    SET("due_days N days", due_days),
    SET("peak_at N min", peak_at_min),
    SET("peak_near N min", peak_near_min),
    SET("end_near N min", end_near_min),
    SET("over_within N min", over_within_min),
    {"effect ID | EVENTS | SIGN | CLEAR | SOURCE", ANY, RULES(effects, REMS_EFFECTS_MAX),
     .slots = {AT(rems_effect, id), AT(rems_effect, names), OWN_ROW(read_sign, "SIGN < N, or -"),
               OWN_ROW(read_clear, "clear N where there is a sign, or -"),
               AT(rems_effect, source)}},
    {"field ID | GROUP | KIND | FROM | NEED | COPIES | LABEL | WHERE | SOURCE", SOME,
     RULES(fields, REMS_FIELDS_MAX),
     .slots = {AT(rems_field, id), OWN(rems_field, group, read_group, "a group above"),
               OWN_ROW(read_kind, "text, date, mg, mmHg, minutes, minutes >= N or yesno"),
               OWN_ROW(read_from, "record, class CLASS, effect ID seen or onset or over or within, "
                                  "answer; `, or answer` may follow"),
               OWN_ROW(read_need, "always, or if FIELD, a yesno above"),
               OWN(rems_field, copies, read_copies, "forms above"), AT(rems_field, label),
               AT(rems_field, where), AT(rems_field, source)}},
    {"test due TREATED TODAY -> WANT", SOME, ROW(asked), .test = test_due,
     .slots = {AT(asked, treated), AT(asked, today), AT(asked, want)}},
    {"test [FACT] ... -> FIELD VALUE", ANY, ROW(asked), .test = test_field,
     .slots = {AT(asked, given), AT(asked, field), AT(asked, want)}},
};

const struct rems_rules *rems_read(struct arena *a, struct str file, struct str text,
                                   const struct codes *codes, struct faults *faults) {
    struct rems_reader *r = NEW(a, struct rems_reader);
    struct lines l = lines_open(a, file, text, faults);
    r->codes = codes;
    GRAMMAR_READ(&l, grammar, r);
    grammar_test(&l);
    return &r->rules;
}
