/* Reading the monitoring form, and its own tests. */
#include "core/rems.h"

#include "base/buf.h"
#include "base/date.h"

enum { TESTS_MAX = 160, TEST_FACTS_MAX = 16 };

struct reader {
    struct lines l;
    struct rems_rules *r;
    const struct codes *codes;
    struct lines_tests tests;
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

static int word_at(struct str word, const char *const *words, int n) {
    int i = 0;
    while (i < n && !str_is(word, words[i])) i++;
    return i;
}

static bool whole(struct str word, int least, int most, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < least || v > most) return false;
    *out = (int)v;
    return true;
}

static int named(const struct rems_named *v, int n, struct str id) {
    int i = 0;
    while (i < n && !str_eq(v[i].id, id)) i++;
    return i;
}

static bool read_named(struct rems_named *v, int *n, int most, struct str rest) {
    struct rems_named x = {.id = part_next(&rest)};
    x.title = part_next(&rest);
    x.source = part_next(&rest);
    if (x.id.n <= 0 || x.title.n <= 0 || *n == most || named(v, *n, x.id) < *n) return false;
    v[(*n)++] = x;
    return true;
}

static bool read_set(struct rems_rules *r, struct str rest) {
    static const char *const names[] = {"due_days", "peak_at", "peak_near", "end_near",
                                        "over_within"};
    int *const values[] = {&r->due_days, &r->peak_at_min, &r->peak_near_min, &r->end_near_min,
                           &r->over_within_min};
    struct str value = part_next(&rest);
    int i = word_at(word_next(&value), names, 5);
    return i < 5 && whole(word_next(&value), 1, REMS_MINUTES_MAX, values[i]) &&
           str_is(word_next(&value), i ? "min" : "days") && part_next(&rest).n > 0;
}

static bool read_effect(struct rems_rules *r, struct str rest) {
    struct rems_effect e = {.id = part_next(&rest)};
    e.names = part_next(&rest);
    struct str sign = part_next(&rest), clear = part_next(&rest);
    bool ok = true;
    if (!str_is(sign, "-")) {
        e.sign = word_next(&sign);
        ok = str_is(word_next(&sign), "<") && str_to_real(word_next(&sign), &e.below);
    }
    if (!str_is(clear, "-"))
        ok = ok && e.sign.n && str_is(word_next(&clear), "clear") &&
             whole(word_next(&clear), 1, 100, &e.clear);
    e.source = part_next(&rest);
    if (!ok || e.source.n <= 0 || r->effects_n == REMS_EFFECTS_MAX) return false;
    r->effects[r->effects_n++] = e;
    return true;
}

static bool read_kind(struct str text, struct rems_field *f) {
    static const char *const kinds[] = {"text", "date", "mg", "mmHg", "minutes", "yesno"};
    int k = word_at(word_next(&text), kinds, 6);
    f->kind = (enum rems_kind)k;
    struct str than = word_next(&text);
    return k < 6 && (!than.s || (f->kind == REMS_MINUTES && str_is(than, ">=") &&
                                 whole(word_next(&text), 1, REMS_MINUTES_MAX, &f->least)));
}

static bool read_effect_part(const struct rems_rules *r, struct str rest, struct rems_field *f) {
    static const char *const parts[] = {"seen", "onset", "over", "within"};
    struct str id = word_next(&rest);
    while (f->of < r->effects_n && !str_eq(r->effects[f->of].id, id)) f->of++;
    f->part = (enum rems_part)word_at(word_next(&rest), parts, 4);
    return f->of < r->effects_n && f->part <= REMS_WITHIN;
}

static bool read_from(struct reader *r, struct str text, struct rems_field *f) {
    struct str rest, from = str_trim(str_cut(text, ',', &rest)), word = word_next(&from);
    bool also = str_is(str_trim(rest), "or answer");
    f->may_answer = also || str_is(word, "answer");
    if (rest.s && !also) return false;
    if (str_is(word, "answer")) f->from = REMS_FROM_ANSWER;
    else if (str_is(word, "class")) f->from = REMS_FROM_CLASS;
    else if (str_is(word, "effect")) f->from = REMS_FROM_EFFECT;
    else if (!str_is(word, "record")) return false;
    if (f->from == REMS_FROM_EFFECT) return read_effect_part(r->r, from, f);
    if (f->from == REMS_FROM_CLASS)
        return (f->of = codes_class(&r->codes->medicines, word_next(&from))) >= 0;
    if (f->from == REMS_FROM_ANSWER) return true;
    f->of = word_at(f->id, facts, REMS_FACTS);
    if (f->of < REMS_FACTS) return true;
    f->from = REMS_FROM_FOUND;
    f->of = word_at(f->id, founds, REMS_FOUNDS);
    return f->of < REMS_FOUNDS;
}

static bool read_need(const struct rems_rules *r, struct str text, struct rems_field *f) {
    struct str word = word_next(&text);
    f->needs = -1;
    if (str_is(word, "always")) return true;
    f->needs = rems_field(r, word_next(&text));
    return str_is(word, "if") && f->needs >= 0 && r->fields[f->needs].kind == REMS_YESNO;
}

static bool read_copies(const struct rems_rules *r, struct str words) {
    bool ok = words.n > 0;
    for (struct str w = word_next(&words); w.s; w = word_next(&words))
        ok &= named(r->copies, r->copies_n, w) < r->copies_n;
    return ok;
}

static bool read_field(struct reader *reader, struct str rest) {
    struct rems_rules *r = reader->r;
    struct rems_field f = {.id = part_next(&rest)};
    struct str group = part_next(&rest), kind = part_next(&rest), from = part_next(&rest),
               need = part_next(&rest);
    f.copies = part_next(&rest);
    f.label = part_next(&rest);
    f.where = part_next(&rest);
    f.source = part_next(&rest);
    f.group = named(r->groups, r->groups_n, group);
    if (f.group == r->groups_n || f.source.n <= 0 || r->fields_n == REMS_FIELDS_MAX ||
        rems_field(r, f.id) >= 0 || !read_kind(kind, &f) || !read_from(reader, from, &f) ||
        !read_need(r, need, &f) || !read_copies(r, f.copies))
        return false;
    r->fields[r->fields_n++] = f;
    return true;
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
    int64_t min, over_min;
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

static bool answer(struct reader *r, struct str given, struct str field, struct str *got) {
    struct test *t = NEW(r->l.arena, struct test);
    struct rems_filled filled;
    int i = rems_field(r->r, field);
    for (struct str w = word_next(&given); w.s; w = word_next(&given))
        if (!read_fact(r->r, t, w)) return false;
    if (i < 0) return false;
    t->f.lots = t->lots;
    t->f.medicines = t->medicines;
    t->f.signs = t->signs;
    t->f.seen = t->seen;
    rems_fill(r->l.arena, r->r, r->codes, &t->f, t->answers, &filled);
    *got = filled.v[i].state == REMS_MISSING      ? STR("missing")
           : filled.v[i].state == REMS_NOT_NEEDED ? STR("none")
                                                  : rems_value_text(r->l.arena, &filled.v[i]);
    return true;
}

static bool answer_due(const struct rems_rules *r, struct str ask, struct str *got) {
    int32_t treated, today;
    if (!date_parse(word_next(&ask), &treated)) return false;
    if (!date_parse(word_next(&ask), &today)) return false;
    *got = rems_is_late(rems_last_day(r, treated), today) ? STR("late") : STR("open");
    return true;
}

static void run_test(struct reader *r, struct str text) {
    ptrdiff_t arrow = str_find(text, STR("->"));
    struct str got = STR_ABSENT, ask = str_slice(text, 0, arrow < 0 ? 0 : arrow), after = ask,
               wanted = str_slice(text, arrow < 0 ? text.n : arrow + 2, text.n);
    bool due = str_is(word_next(&after), "due");
    bool ok = arrow >= 0 && (due ? answer_due(r->r, after, &got)
                                 : answer(r, ask, word_next(&wanted), &got));
    if (!ok) lines_fault(&r->l, "syntax", "this test cannot be read: see the head of the file");
    else if (!str_eq(str_trim(wanted), got))
        lines_fault(&r->l, "test", "it is %.*s", STR_ARG(got));
}

static void read_line(struct reader *r) {
    struct str k = r->l.keyword, v = r->l.value;
    struct rems_rules *rules = r->r;
    bool ok = true;
    if (str_is(k, "rems"))
        ok = word_next(&v).n > 0 && whole(word_next(&v), 1, 999, &rules->version);
    else if (str_is(k, "title")) rules->title = v;
    else if (str_is(k, "source")) rules->source = v;
    else if (str_is(k, "note")) rules->note = v;
    else if (str_is(k, "form"))
        ok = read_named(rules->copies, &rules->copies_n, REMS_COPIES_MAX, v);
    else if (str_is(k, "group"))
        ok = read_named(rules->groups, &rules->groups_n, REMS_GROUPS_MAX, v);
    else if (str_is(k, "set")) ok = read_set(rules, v);
    else if (str_is(k, "effect")) ok = read_effect(rules, v);
    else if (str_is(k, "field")) ok = read_field(r, v);
    else if (str_is(k, "test")) lines_keep(&r->l, &r->tests, v);
    else ok = false;
    if (!ok)
        lines_fault(&r->l, "syntax", "this `%.*s` line cannot be read: see the head of the file",
                    STR_ARG(k));
}

const struct rems_rules *rems_read(struct arena *a, struct str file, struct str text,
                                   const struct codes *codes, struct faults *faults) {
    struct reader r = {.l = lines_open(a, file, text, faults), .r = NEW(a, struct rems_rules),
                       .codes = codes, .tests = {.most = TESTS_MAX}};
    const struct rems_rules *x = r.r;
    while (lines_next(&r.l)) read_line(&r);
    if (!(x->fields_n && x->version && x->title.n && x->source.n && x->due_days &&
          x->peak_at_min && x->peak_near_min && x->end_near_min && x->over_within_min &&
          r.tests.n))
        fault_add(faults, file, "required",
                  "the file has `rems`, `title`, `source`, every `set`, `field` and `test`");
    for (int i = 0; i < r.tests.n; i++) run_test(&r, lines_kept(&r.l, &r.tests, i));
    return r.r;
}
