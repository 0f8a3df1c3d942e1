/* The reader of content/workup/, and the tests that each item carries. */
#include "base/lines.h"
#include "core/workup.h"

struct workup_reader {
    struct lines l;
    struct workup_rules *r;
    const struct codes *codes;
    struct workup_item *item; /* the one at hand; NULL before the first */
    int tests, item_tests, sources;
};

static bool whole(struct str word, int least, int most, int *out) {
    int64_t v;
    if (!str_to_int(word, &v) || v < least || v > most) return false;
    *out = (int)v;
    return true;
}

static void close_item(struct workup_reader *w) {
    const struct workup_item *i = w->item;
    if (!i) return;
    if (i->source.n == 0 || i->at == 0 || i->valid_days == 0 || w->item_tests == 0)
        lines_fault(&w->l, "required", "item %.*s has `source`, `at`, `valid` and `test` lines",
                    STR_ARG(i->id));
    if ((i->kind == WORKUP_MEASURE) != (i->measure.n > 0))
        lines_fault(&w->l, "required", "kind measure goes with a `measure` line (%.*s)",
                    STR_ARG(i->id));
}

static void read_item(struct workup_reader *w) {
    struct str rest = w->l.value, id = word_next(&rest);
    close_item(w);
    w->item_tests = 0;
    if (id.n == 0 || rest.n == 0 || workup_item(w->r, id) || w->r->n == WORKUP_ITEMS_MAX) {
        lines_fault(&w->l, "syntax", "write `item ID TITLE`, each id once, %d at most",
                    WORKUP_ITEMS_MAX);
        return;
    }
    w->item = &w->r->v[w->r->n++];
    *w->item = (struct workup_item){.id = id, .title = rest, .fills = -1};
}

static bool read_kind(struct workup_item *i, struct str rest) {
    static const char *const words[] = {"number", "choice", "words", "done",
                                        "vital",  "measure", "trials"};
    struct str word = word_next(&rest);
    for (int k = 0; k < 7; k++)
        if (str_is(word, words[k])) {
            i->kind = (enum workup_kind)k;
            if (i->kind == WORKUP_NUMBER) i->unit = rest;
            if (i->kind == WORKUP_CHOICE) i->choices = rest;
            return (rest.n > 0) == (i->kind == WORKUP_NUMBER || i->kind == WORKUP_CHOICE);
        }
    return false;
}

static bool read_loinc(struct workup_item *i, struct str rest) {
    struct str head = part_next(&rest);
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

static bool read_answer(struct workup_item *i, struct str rest) {
    struct str item = word_next(&rest);
    int field = candidate_field(word_next(&rest));
    if (field < 0 || i->answers_n == WORKUP_ANSWERS_MAX) return false;
    if (candidate_meaning((enum candidate_field)field)->kind != CANDIDATE_TRUTH) return false;
    i->answers[i->answers_n].item = item;
    i->answers[i->answers_n++].field = (enum candidate_field)field;
    return true;
}

static bool read_if(struct workup_reader *w, struct workup_item *i, struct str rest) {
    struct str word = word_next(&rest);
    i->conditional = true;
    if (str_is(word, "age")) return whole(rest, 1, 120, &i->if_age);
    if (str_is(word, "childbearing")) return i->if_childbearing = true;
    if (!str_is(word, "condition")) return false;
    while ((word = word_next(&rest)).s) {
        int class = codes_class(&w->codes->icd10, word);
        if (class < 0) return false;
        i->if_classes |= UINT64_C(1) << class;
    }
    return i->if_classes != 0;
}

static bool read_at(struct workup_item *i, struct str rest) {
    static const char *const words[] = {"screening", "dose", "maintenance", "monthly", "exposure"};
    struct str head = part_next(&rest), word = word_next(&head), how = word_next(&head);
    for (int k = 0; k < WORKUP_WHENS; k++) {
        if (!str_is(word, words[k])) continue;
        i->at |= 1u << k;
        bool every = k == WORKUP_MAINTENANCE || k == WORKUP_MONTHLY;
        return str_is(how, every ? "every" : "within") && whole(head, 1, 3660, &i->days[k]) &&
               str_trim(rest).n > 0;
    }
    return false;
}

static bool read_valid(struct workup_item *i, struct str rest) {
    return whole(part_next(&rest), 1, 3660, &i->valid_days) && str_trim(rest).n > 0;
}

static void read_monthly(struct workup_reader *w) {
    struct str rest = w->l.value, head = part_next(&rest);
    struct workup_rules *r = w->r;
    if (!whole(word_next(&head), 1, 99, &r->monthly_doses) || !str_is(word_next(&head), "in") ||
        !whole(head, 1, 3660, &r->monthly_days) || str_trim(rest).n == 0)
        lines_fault(&w->l, "syntax", "write `monthly N in DAYS | SOURCE`");
}

static void read_exposure(struct workup_reader *w) {
    struct str rest = w->l.value, head = part_next(&rest);
    if (!whole(word_next(&head), 1, 999, &w->r->exposure_sessions) ||
        !str_is(word_next(&head), "sessions") || str_trim(rest).n == 0)
        lines_fault(&w->l, "syntax", "write `exposure N sessions | SOURCE`");
}

/* Tests ------------------------------------------------------------------------------------- */

struct workup_trial {
    struct workup_facts f;
    int32_t done;
};

static bool read_stage(struct str word, enum workup_stage *out) {
    static const char *const words[] = {"screening", "course", "maintenance", "over"};
    for (int i = 0; i < 4; i++)
        if (str_is(word, words[i])) {
            *out = (enum workup_stage)i;
            return true;
        }
    return false;
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

static void run_test(struct workup_reader *w) {
    enum { ANY_DAY = 20000 };
    ptrdiff_t arrow = str_find(w->l.value, STR(" -> "));
    struct workup_trial t = {.f = {.today = ANY_DAY, .opened = ANY_DAY, .next_dose = DATE_NONE,
                                   .exposure = DATE_NONE, .childbearing = ANSWER_NO},
                             .done = DATE_NONE};
    t.f.born = date_add_months(ANY_DAY, -12 * 40);
    w->tests++;
    w->item_tests++;
    struct str parts = str_slice(w->l.value, 0, arrow < 0 ? 0 : arrow), part;
    bool ok = arrow >= 0 && w->item;
    while (ok && (part = part_next(&parts)).s) ok = read_part(w, &t, part);
    if (!ok) {
        lines_fault(&w->l, "syntax", "write `test PART | PART ... -> STATE` below its item");
        return;
    }
    struct str wanted = str_trim(str_slice(w->l.value, arrow + 4, w->l.value.n));
    struct workup_ruling got = workup_judge(w->item, &t.f, t.done);
    if (!str_is(wanted, workup_state_word(got.state)))
        lines_fault(&w->l, "test", "it is %s: %s", workup_state_word(got.state), got.why);
}

/* Lines ------------------------------------------------------------------------------------- */

static bool read_of_item(struct workup_reader *w, struct workup_item *i) {
    struct str k = w->l.keyword, v = w->l.value;
    if (str_is(k, "kind")) return read_kind(i, v);
    if (str_is(k, "loinc")) return read_loinc(i, v);
    if (str_is(k, "answer")) return read_answer(i, v);
    if (str_is(k, "if")) return read_if(w, i, v);
    if (str_is(k, "at")) return read_at(i, v);
    if (str_is(k, "valid")) return read_valid(i, v);
    if (str_is(k, "fills")) return (i->fills = candidate_field(v)) >= 0;
    if (str_is(k, "source")) i->source = v;
    else if (str_is(k, "help")) i->help = v;
    else if (str_is(k, "measure")) i->measure = v;
    else return false;
    return v.n > 0;
}

const struct workup_rules *workup_read(struct arena *a, struct str file, struct str text,
                                       const struct codes *codes, struct faults *faults) {
    struct workup_reader w = {.l = lines_open(a, file, text, faults),
                              .r = NEW(a, struct workup_rules),
                              .codes = codes};
    w.r->v = NEWS(a, struct workup_item, WORKUP_ITEMS_MAX);
    while (lines_next(&w.l)) {
        if (str_is(w.l.keyword, "item")) read_item(&w);
        else if (str_is(w.l.keyword, "test")) run_test(&w);
        else if (!w.item && str_is(w.l.keyword, "source")) w.sources++;
        else if (!w.item && str_is(w.l.keyword, "monthly")) read_monthly(&w);
        else if (!w.item && str_is(w.l.keyword, "exposure")) read_exposure(&w);
        else if (!w.item || !read_of_item(&w, w.item))
            lines_fault(&w.l, "syntax", "`%.*s %.*s` is no line of a work-up item",
                        STR_ARG(w.l.keyword), STR_ARG(w.l.value));
    }
    close_item(&w);
    if (!w.sources || !w.tests || !w.r->n || !w.r->monthly_days ||
        !w.r->exposure_sessions)
        fault_add(faults, file, "required",
                  "the file has `source`, `monthly`, `exposure`, items and `test` lines");
    return w.r;
}
