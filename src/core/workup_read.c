/* The reader of content/workup/, and the tests that each item carries. */
#include "base/grammar.h"
#include "core/workup.h"

struct workup_reader {
    struct workup_rules rules;
    const struct codes *codes;
    struct workup_item file; /* whose source is the file's own */
    uint64_t tested;         /* a bit an item */
};

enum { DAYS_MAX = 3660 };

static bool whole(struct str word, int least, int most, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < least || v > most) return false;
    *out = (int)v;
    return true;
}

static void *item_at_hand(struct lines *l) {
    struct workup_rules *r = &((struct workup_reader *)l->into)->rules;
    return r->n ? &r->v[r->n - 1] : NULL;
}

static void *item_or_file(struct lines *l) {
    void *item = item_at_hand(l);
    return item ? item : &((struct workup_reader *)l->into)->file;
}

static bool put_item(struct lines *l, void *row) {
    (void)l;
    ((struct workup_item *)row)->fills = -1;
    return true;
}

static bool read_kind(struct lines *l, struct str rest, void *row) {
    static const char *const words[] = {"number", "choice", "words", "done",
                                        "vital",  "measure", "trials"};
    struct workup_item *i = row;
    int kind = str_index(word_next(&rest), words, COUNT(words));
    (void)l;
    if (kind < 0) return false;
    i->kind = (enum workup_kind)kind;
    if (i->kind == WORKUP_NUMBER) i->unit = rest;
    if (i->kind == WORKUP_CHOICE) i->choices = rest;
    return (rest.n > 0) == (i->kind == WORKUP_NUMBER || i->kind == WORKUP_CHOICE);
}

static bool read_loinc(struct lines *l, struct str rest, void *row) {
    struct workup_item *i = row;
    struct str head = part_next(&rest);
    (void)l;
    struct workup_loinc c = {.code = word_next(&head), .source = str_trim(rest)};
    struct str word = word_next(&head);
    bool ok = true;
    if (str_is(word, "per")) ok = str_to_real(word_next(&head), &c.per) && c.per > 0;
    else if (str_is(word, "between"))
        ok = str_to_real(word_next(&head), &c.low) && str_to_real(word_next(&head), &c.high) &&
             c.high > c.low;
    else ok = !word.s;
    if (!ok || c.code.n == 0 || (word.s && c.source.n == 0) || i->loinc_n == WORKUP_LOINC_MAX)
        return false;
    i->loinc[i->loinc_n++] = c;
    return true;
}

static bool read_answer(struct lines *l, struct str rest, void *row) {
    struct workup_item *i = row;
    struct str item = word_next(&rest);
    (void)l;
    int field = candidate_field(word_next(&rest));
    if (field < 0 || i->answers_n == WORKUP_ANSWERS_MAX) return false;
    if (candidate_meaning((enum candidate_field)field)->kind != CANDIDATE_TRUTH) return false;
    i->answers[i->answers_n].item = item;
    i->answers[i->answers_n++].field = (enum candidate_field)field;
    return true;
}

static bool read_field(struct lines *l, struct str name, void *field) {
    (void)l;
    return (*(int *)field = candidate_field(name)) >= 0;
}

static bool read_classes(struct lines *l, struct str classes, void *row) {
    const struct workup_reader *w = l->into;
    struct workup_item *i = row;
    for (struct str word = word_next(&classes); word.s; word = word_next(&classes)) {
        int class = codes_class(&w->codes->icd10, word);
        if (class < 0) return false;
        i->if_classes |= UINT64_C(1) << class;
    }
    return true;
}

static bool put_if(struct lines *l, void *row) {
    struct workup_item *i = row;
    i->if_childbearing |= str_is(l->value, "childbearing");
    return i->conditional = true;
}

static bool put_at(struct lines *l, void *row) {
    static const char *const words[] = {"screening", "dose", "maintenance", "monthly", "exposure"};
    struct str rest = l->value;
    ((struct workup_item *)row)->at |= 1u << str_index(word_next(&rest), words, COUNT(words));
    return true;
}

/* Tests ------------------------------------------------------------------------------------- */

struct workup_trial {
    struct workup_facts f;
    int32_t done;
};

static bool read_stage(struct str word, enum workup_stage *out) {
    static const char *const words[] = {"screening", "course", "maintenance", "over"};
    int i = str_index(word, words, COUNT(words));
    if (i >= 0) *out = (enum workup_stage)i;
    return i >= 0;
}

static bool read_part(struct workup_reader *w, struct workup_trial *t, struct str part) {
    struct str name = word_next(&part);
    struct workup_facts *f = &t->f;
    int days = 0;
    if (str_is(name, "phase")) return read_stage(part, &f->stage);
    if (str_is(name, "done") && str_is(part, "never")) return true;
    if (str_is(name, "monthly")) return (f->monthly = str_is(part, "yes")) || str_is(part, "no");
    if (str_is(name, "childbearing")) {
        f->childbearing = str_is(part, "yes")  ? ANSWER_YES
                          : str_is(part, "no") ? ANSWER_NO
                                               : ANSWER_NOT_KNOWN;
        return f->childbearing || str_is(part, "?");
    }
    if (str_is(name, "condition")) {
        int class = codes_class(&w->codes->icd10, part);
        if (class >= 0) f->classes |= UINT64_C(1) << class;
        return class >= 0;
    }
    if (str_is(name, "age")) {
        f->born = whole(part, 0, 120, &days) ? date_add_months(f->today, -12 * days) : DATE_NONE;
        return f->born != DATE_NONE || str_is(part, "?");
    }
    if (!whole(part, -3660, 3660, &days)) return false;
    if (str_is(name, "opened")) f->opened = f->today - days;
    else if (str_is(name, "done")) t->done = f->today - days;
    else if (str_is(name, "next")) f->next_dose = f->today + days;
    else if (str_is(name, "exposure")) f->exposure = f->today + days;
    else return false;
    return true;
}

/* A test stands below its item. */
static void run_test(struct lines *l) {
    enum { ANY_DAY = 20000 };
    struct workup_reader *w = l->into;
    struct workup_item *item = item_at_hand(l);
    ptrdiff_t arrow = str_find(l->value, STR(" -> "));
    struct workup_trial t = {.f = {.today = ANY_DAY, .opened = ANY_DAY, .next_dose = DATE_NONE,
                                   .exposure = DATE_NONE, .childbearing = ANSWER_NO},
                             .done = DATE_NONE};
    t.f.born = date_add_months(ANY_DAY, -12 * 40);
    struct str parts = str_slice(l->value, 0, arrow < 0 ? 0 : arrow), part;
    bool ok = arrow >= 0 && item;
    while (ok && (part = part_next(&parts)).s) ok = read_part(w, &t, part);
    if (!ok) {
        lines_fault(l, "syntax", "write `test PART | PART ... -> STATE` below its item");
        return;
    }
    w->tested |= UINT64_C(1) << (w->rules.n - 1);
    struct str wanted = str_trim(str_slice(l->value, arrow + 4, l->value.n));
    struct workup_ruling got = workup_judge(item, &t.f, t.done);
    if (!str_is(wanted, workup_state_word(got.state)))
        lines_fault(l, "test", "it is %s: %s", workup_state_word(got.state), got.why);
}

/* Lines ------------------------------------------------------------------------------------- */

#define ITEM(name) {AT(workup_item, name)}
#define DAYS(when) {WITHIN(workup_item, days[WORKUP_##when], 1, DAYS_MAX), SAID}
static const struct grammar_line grammar[] = {
    {"source TEXT", SOME, .at = item_or_file, .slots = ITEM(source)},
    {"monthly N in DAYS | SOURCE", ONCE,
     .slots = {WITHIN(workup_reader, rules.monthly_doses, 1, 99),
               WITHIN(workup_reader, rules.monthly_days, 1, DAYS_MAX), SAID}},
    {"exposure N sessions | SOURCE", ONCE,
     .slots = {WITHIN(workup_reader, rules.exposure_sessions, 1, 999), SAID}},
    {"item ID TITLE", SOME, LIST(workup_reader, rules.v, rules.n, WORKUP_ITEMS_MAX),
     .unique = true, .put = put_item, .slots = {AT(workup_item, id), AT(workup_item, title)}},
    {"kind KIND", ANY, .at = item_at_hand,
     .slots = {OWN_ROW(read_kind,
                       "number UNIT, choice WORDS, words, done, vital, measure or trials")}},
    {"help TEXT", ANY, .at = item_at_hand, .slots = ITEM(help)},
    {"measure INSTRUMENT", ANY, .at = item_at_hand, .slots = ITEM(measure)},
    {"loinc CODE ...", ANY, .at = item_at_hand,
     .slots = {OWN_ROW(read_loinc, "CODE, CODE per N | SOURCE, CODE between LOW HIGH | SOURCE")}},
    {"answer ITEM", ANY, .at = item_at_hand, .slots = {OWN_ROW(read_answer, "ITEM FIELD")}},
    {"fills FIELD", ANY, .at = item_at_hand,
     .slots = {OWN(workup_item, fills, read_field, "a field of a candidate")}},
    {"if age N", ANY, .at = item_at_hand, .put = put_if,
     .slots = {WITHIN(workup_item, if_age, 1, 120)}},
    {"if childbearing", ANY, .at = item_at_hand, .put = put_if},
    {"if condition CLASSES", ANY, .at = item_at_hand, .put = put_if,
     .slots = {OWN_ROW(read_classes, "classes of conditions")}},
    {"at screening within N | SOURCE", ANY, .at = item_at_hand, .put = put_at,
     .slots = DAYS(SCREENING)},
    {"at dose within N | SOURCE", ANY, .at = item_at_hand, .put = put_at, .slots = DAYS(DOSE)},
    {"at maintenance every N | SOURCE", ANY, .at = item_at_hand, .put = put_at,
     .slots = DAYS(MAINTENANCE)},
    {"at monthly every N | SOURCE", ANY, .at = item_at_hand, .put = put_at,
     .slots = DAYS(MONTHLY)},
    {"at exposure within N | SOURCE", ANY, .at = item_at_hand, .put = put_at,
     .slots = DAYS(EXPOSURE)},
    {"valid N | SOURCE", ANY, .at = item_at_hand,
     .slots = {WITHIN(workup_item, valid_days, 1, DAYS_MAX), SAID}},
    {"test PART | PART -> STATE", SOME, .read = run_test},
};

static void check_item(struct lines *l, const struct workup_item *i, bool tested) {
    if (i->source.n == 0 || i->at == 0 || i->valid_days == 0 || !tested)
        lines_fault(l, "required", "item %.*s has `source`, `at`, `valid` and `test` lines",
                    STR_ARG(i->id));
    if ((i->kind == WORKUP_MEASURE) != (i->measure.n > 0))
        lines_fault(l, "required", "kind measure goes with a `measure` line (%.*s)",
                    STR_ARG(i->id));
}

const struct workup_rules *workup_read(struct arena *a, struct str file, struct str text,
                                       const struct codes *codes, struct faults *faults) {
    struct workup_reader *w = NEW(a, struct workup_reader);
    struct lines l = lines_open(a, file, text, faults);
    w->codes = codes;
    w->rules.v = NEWS(a, struct workup_item, WORKUP_ITEMS_MAX);
    GRAMMAR_READ(&l, grammar, w);
    if (!w->file.source.n) lines_fault(&l, "required", "no `source` stands above the items");
    for (int i = 0; i < w->rules.n; i++)
        check_item(&l, &w->rules.v[i], w->tested >> i & 1);
    return &w->rules;
}
