#include "app/workup.h"

#include <math.h>

#include "app/words.h"
#include "base/clock.h"
#include "core/screening.h"
#include "core/vitals.h"

/* What the chart holds, as facts ------------------------------------------------------------ */

struct seen_list {
    const struct workup_seen_row *v;
    ptrdiff_t n;
};

static const struct workup_seen_row *seen_find(const struct seen_list *l, const char *kind,
                                               struct str item) {
    for (ptrdiff_t i = 0; i < l->n; i++)
        if (str_is(l->v[i].kind, kind) && (!item.s || str_eq(l->v[i].item, item))) return &l->v[i];
    return NULL;
}

static const struct workup_seen_row *seen_first(const struct seen_list *l, const char *kind) {
    return seen_find(l, kind, STR_ABSENT);
}

static enum workup_stage stage_of(struct str phase) {
    if (str_is(phase, "referred") || str_is(phase, "screening") || str_is(phase, "eligible"))
        return STAGE_SCREENING;
    if (str_is(phase, "maintenance")) return STAGE_MAINTENANCE;
    return str_is(phase, "closed") || str_is(phase, "declined") ? STAGE_OVER : STAGE_COURSE;
}

static uint64_t classes_of(const struct codes *codes, const struct seen_list *l) {
    uint64_t classes = 0;
    for (ptrdiff_t i = 0; i < l->n; i++) {
        if (str_is(l->v[i].kind, "icd10cm")) classes |= codes_of_icd10(codes, l->v[i].item);
        if (str_is(l->v[i].kind, "snomed")) classes |= codes_of_snomed(codes, l->v[i].item);
    }
    return classes;
}

/* What was answered goes before the sex of the record. */
static enum workup_answer childbearing(const struct patient *p, const struct seen_list *l) {
    const struct workup_seen_row *s = seen_first(l, "answers");
    struct str said = s ? pair_value(s->item, STR("pregnancy.possible")) : STR_ABSENT;
    if (said.n) return str_is(said, "yes") ? ANSWER_YES : ANSWER_NO;
    return str_is(p->sex, "male") ? ANSWER_NO : ANSWER_NOT_KNOWN;
}

static struct workup_facts facts_of(const struct content *content, const struct patient *p,
                                    const struct seen_list *l, int64_t now_ms) {
    const struct workup_seen_row *doses = seen_first(l, "doses");
    const struct workup_seen_row *next = seen_first(l, "next");
    const struct workup_seen_row *answers = seen_first(l, "answers");
    struct workup_facts f = {.today = clock_today(now_ms), .born = DATE_NONE,
                             .childbearing = childbearing(p, l),
                             .classes = classes_of(content->screening->codes, l),
                             .stage = stage_of(p->phase), .next_dose = DATE_NONE,
                             .monthly = doses && doses->n >= content->workup->monthly_doses,
                             .exposure = DATE_NONE};
    bool screening = f.stage == STAGE_SCREENING && answers;
    f.opened = clock_today(screening ? answers->n : p->phase_since_ms);
    const struct workup_seen_row *had = seen_first(l, "exposure");
    if (had) f.exposure = clock_today(had->n);
    if (!date_parse(p->birth_date, &f.born)) f.born = DATE_NONE;
    if (next && !date_parse(next->item, &f.next_dose)) f.next_dose = DATE_NONE;
    return f;
}

/* Under which key the screening asks for this item. */
static struct str answer_key(const struct workup_item *item) {
    if (item->fills < 0) return item->id;
    return str_from(candidate_meaning((enum candidate_field)item->fills)->path);
}

int64_t workup_answered_ms(const struct workup_answers *w, struct str key) {
    struct str value = pair_value(w->answers, key);
    int64_t at_ms;
    if (value.n == 0 || str_is(value, "unknown")) return 0;
    return str_to_int(pair_value(w->times, key), &at_ms) ? at_ms : w->opened_ms;
}

enum err workup_answers_load(struct tx *tx, struct str patient_id, struct workup_answers *out) {
    struct screening row;
    struct screening_said said;
    *out = (struct workup_answers){0};
    enum err e = screening_latest(tx, &(struct screening_latest_in){patient_id}, &row);
    if (e) return e == E_UNKNOWN ? E_OK : e;
    *out = (struct workup_answers){.answers = row.answers, .opened_ms = row.opened_ms};
    e = screening_said_load(tx, row.id, &said);
    if (e == E_OK) out->times = said.times;
    return e == E_UNKNOWN ? E_OK : e;
}

/* When the item was last looked at, in whichever row; 0: never. */
static int64_t last_ms(const struct workup_item *item, const struct seen_list *l) {
    const struct workup_seen_row *s = seen_find(l, "result", item->id);
    int64_t at_ms = s ? s->n : 0;
    for (int i = 0; i < item->loinc_n; i++)
        if ((s = seen_find(l, "loinc", item->loinc[i].code)) && s->n > at_ms) at_ms = s->n;
    if (item->measure.n && (s = seen_find(l, "measure", item->measure)) && s->n > at_ms)
        at_ms = s->n;
    const struct workup_seen_row *answers = seen_first(l, "answers");
    const struct workup_seen_row *times = seen_first(l, "said");
    if (answers) {
        struct workup_answers w = {answers->item, times ? times->item : STR_ABSENT, answers->n};
        int64_t answered_ms = workup_answered_ms(&w, answer_key(item));
        if (answered_ms > at_ms) at_ms = answered_ms;
    }
    if (item->kind == WORKUP_TRIALS && (s = seen_first(l, "trials")) && s->n > at_ms) at_ms = s->n;
    return at_ms;
}

static struct workup_view view_of(struct arena *a, const struct content *content,
                                  const struct patient *p, const struct seen_list *l,
                                  int64_t now_ms) {
    struct workup_facts f = facts_of(content, p, l, now_ms);
    struct workup_view view = {.v = NEWS(a, struct workup_line, content->workup->n)};
    for (int i = 0; i < content->workup->n; i++) {
        struct workup_line *line = &view.v[view.n++];
        line->item = &content->workup->v[i];
        int64_t at_ms = last_ms(line->item, l);
        line->done = at_ms ? clock_today(at_ms) : DATE_NONE;
        line->ruling = workup_judge(line->item, &f, line->done);
        view.due += line->ruling.state == WORKUP_DUE;
        view.overdue += line->ruling.state >= WORKUP_STALE;
    }
    return view;
}

/* Of one patient, or without an id of all who wait. */
static enum err load_seen(struct tx *tx, const struct content *content, struct str patient_id,
                          struct workup_seen_rows *rows) {
    int64_t since_ms = tx->now_ms - content->workup->monthly_days * DAY_MS;
    return workup_seen(tx, &(struct workup_seen_in){
                              patient_id, since_ms, content->workup->exposure_sessions}, rows);
}

enum err workup_load(struct tx *tx, const struct content *content, const struct patient *p,
                     struct workup_view *out) {
    struct workup_seen_rows rows;
    TRY(load_seen(tx, content, p->id, &rows));
    *out = view_of(tx->arena, content, p, &(struct seen_list){rows.v, rows.n}, tx->now_ms);
    return E_OK;
}

enum err workup_late_of_clinic(struct tx *tx, const struct content *content,
                               struct workup_lates *out) {
    struct patient_rows patients;
    struct workup_seen_rows rows;
    TRY(workup_waiting(tx, &patients));
    TRY(load_seen(tx, content, STR(""), &rows));
    *out = (struct workup_lates){NEWS(tx->arena, struct workup_late, patients.n), 0};
    for (ptrdiff_t p = 0; p < patients.n; p++) {
        struct seen_list l = {rows.v, 0};
        const struct workup_seen_row *end = rows.v + rows.n;
        while (l.v < end && !str_eq(l.v->patient_id, patients.v[p].id)) l.v++;
        while (l.v + l.n < end && str_eq(l.v[l.n].patient_id, patients.v[p].id)) l.n++;
        struct workup_view view = view_of(tx->arena, content, &patients.v[p], &l, tx->now_ms);
        if (view.overdue) out->v[out->n++] = (struct workup_late){&patients.v[p], view};
    }
    return E_OK;
}

/* The last value --------------------------------------------------------------------------- */

static struct str number_text(struct arena *a, double v, struct str unit) {
    return str_format(a, "%g%s%.*s", nearbyint(v * 100) / 100, unit.n ? " " : "", STR_ARG(unit));
}

/* The choice that a laboratory's words mean: Pos, POSITIVE, "negative (urine)". */
static struct str choice_in(struct str choices, struct str text) {
    enum { LETTERS = 3 };
    struct str word;
    while ((word = word_next(&choices)).s)
        if (text.n >= LETTERS && word.n >= LETTERS &&
            str_eq_fold(str_slice(text, 0, LETTERS), str_slice(word, 0, LETTERS)))
            return word;
    return STR_ABSENT;
}

static void of_observation(struct arena *a, const struct workup_item *item,
                           const struct workup_loinc *c, const struct observation *o,
                           struct workup_value *out) {
    struct workup_value v = {.has = true, .at_ms = o->at_ms, .is_number = o->value.is,
                             .number = o->value.v, .shown = o->value_text};
    v.from = str_format(a, "%.*s %.*s%s%.*s", STR_ARG(o->display), STR_ARG(o->value_text),
                        o->unit.n ? " " : "", STR_ARG(vitals_unit(o->unit)));
    if (c->per > 0 && v.is_number) v.number /= c->per;
    if (c->high > 0 && v.is_number) {
        v.word = v.number < c->low ? STR("low") : v.number > c->high ? STR("high") : STR("normal");
        v.is_number = false;
    } else if (item->kind == WORKUP_CHOICE) {
        v.word = choice_in(item->choices, o->value_text);
        v.is_number = false;
    }
    if (v.is_number) v.shown = number_text(a, v.number, item->unit);
    else if (v.word.n) v.shown = v.word;
    if (v.is_number || v.word.n || item->kind == WORKUP_VITAL) *out = v;
}

static enum err from_observations(struct tx *tx, const struct workup_item *item,
                                  struct str patient_id, struct workup_value *out) {
    for (int i = 0; i < item->loinc_n; i++) {
        struct observation o;
        struct observation_last_in in = {patient_id, item->loinc[i].code};
        enum err e = observation_last(tx, &in, &o);
        if (e == E_UNKNOWN) continue;
        TRY(e);
        if (!out->has || o.at_ms > out->at_ms)
            of_observation(tx->arena, item, &item->loinc[i], &o, out);
    }
    return E_OK;
}

static enum err from_response(struct tx *tx, const struct content *content,
                              const struct workup_item *item, struct str patient_id,
                              struct workup_value *out) {
    struct response r;
    if (!item->measure.n) return E_OK;
    enum err e = response_last(tx, &(struct response_last_in){patient_id, item->measure}, &r);
    if (e == E_UNKNOWN) return E_OK;
    TRY(e);
    const struct instrument *in = instrument_find(content->instruments, item->measure);
    *out = (struct workup_value){.has = true, .at_ms = r.at_ms, .is_number = r.total.is,
                                 .number = r.total.v, .response = r,
                                 .from = in ? in->title : item->measure};
    struct buf b = buf_new(tx->arena, 32);
    if (r.total.is) buf_put(&b, number_text(tx->arena, r.total.v, STR_ABSENT));
    if (r.total.is && r.band.n) buf_char(&b, ' ');
    buf_put(&b, r.band);
    out->shown = b.n ? buf_str(&b) : STR("no total: answers are missing");
    return E_OK;
}

static enum err from_results(struct tx *tx, const struct workup_item *item, struct str patient_id,
                             struct workup_value *out) {
    struct workup_result r;
    enum err e =
        workup_result_last(tx, &(struct workup_result_last_in){patient_id, item->id}, &r);
    if (e == E_UNKNOWN || (e == E_OK && out->has && out->at_ms > r.at_ms)) return E_OK;
    TRY(e);
    *out = (struct workup_value){.has = true,
                                 .at_ms = r.at_ms,
                                 .is_number = r.value.is,
                                 .number = r.value.v,
                                 .word = r.value.is ? STR_ABSENT : r.result,
                                 .shown = r.value.is
                                              ? number_text(tx->arena, r.value.v, r.unit)
                                              : r.result,
                                 .from = str_format(tx->arena, "%.*s, by %.*s",
                                                    STR_ARG(item->title), STR_ARG(r.told_by))};
    return E_OK;
}

static void from_answers(struct arena *a, const struct workup_item *item,
                         const struct workup_answers *w, struct workup_value *out) {
    struct str key = answer_key(item), text = pair_value(w->answers, key);
    int64_t at_ms = workup_answered_ms(w, key);
    if (at_ms == 0 || (out->has && out->at_ms >= at_ms)) return;
    struct workup_value v = {.has = true, .at_ms = at_ms, .word = text, .shown = text,
                             .from = STR("asked in the screening")};
    v.is_number = str_to_real(text, &v.number);
    if (v.is_number) v.shown = number_text(a, v.number, item->unit);
    *out = v;
}

enum err workup_value_of(struct tx *tx, const struct content *content,
                         const struct workup_item *item, struct str patient_id,
                         const struct workup_answers *answers, struct workup_value *out) {
    *out = (struct workup_value){0};
    TRY(from_observations(tx, item, patient_id, out));
    TRY(from_response(tx, content, item, patient_id, out));
    TRY(from_results(tx, item, patient_id, out));
    from_answers(tx->arena, item, answers, out);
    return E_OK;
}

/* Typing a result --------------------------------------------------------------------------- */

static void check_number(const struct workup_item *item, struct workup_result *row,
                         struct faults *faults) {
    const struct candidate_meaning *m =
        item->fills >= 0 ? candidate_meaning((enum candidate_field)item->fills) : NULL;
    double v;
    if (!str_to_real(row->result, &v))
        fault_add(faults, STR("result"), "type", "Write a number, as 1.2.");
    else if (v < 0 || (m && (v < m->low || v > m->high)))
        fault_add(faults, STR("result"), "range", "From %g to %g %.*s.", m ? m->low : 0.0,
                  m ? m->high : 1e6, STR_ARG(item->unit));
    row->value = (struct maybe_real){true, v};
    row->unit = item->unit;
}

static void check_result(const struct workup_item *item, struct workup_result *row,
                         struct faults *faults) {
    row->result = item->kind == WORKUP_PLAIN ? STR("done") : str_trim(row->result);
    if (row->result.n == 0)
        fault_add(faults, STR("result"), "required", "Write what was found.");
    else if (item->kind == WORKUP_NUMBER) check_number(item, row, faults);
    else if (item->kind == WORKUP_CHOICE && !word_among(item->choices, row->result))
        fault_add(faults, STR("result"), "unknown", "One of: %.*s.", STR_ARG(item->choices));
}

enum err workup_record(struct tx *tx, const struct content *content, struct workup_result *row,
                       struct faults *faults) {
    struct patient p;
    const struct workup_item *item = workup_item(content->workup, row->item);
    if (!item || item->kind >= WORKUP_VITAL) return E_UNKNOWN; /* those have rooms of their own */
    check_result(item, row, faults);
    TRY(faults_err(faults));
    TRY(patient_load(tx, row->patient_id, &p));
    row->state = STR("active");
    row->recorded_ms = tx->now_ms;
    row->account_id = tx->actor.account_id;
    tx_event(tx, "workup_recorded", STR_ABSENT);
    return workup_result_put(tx, row);
}

enum err workup_strike(struct tx *tx, struct str patient_id, struct str item, struct str why,
                       struct faults *faults) {
    struct workup_result r;
    if (str_trim(why).n == 0)
        fault_add(faults, STR("note"), "required", "Write why it is struck out.");
    TRY(faults_err(faults));
    TRY(workup_result_last(tx, &(struct workup_result_last_in){patient_id, item}, &r));
    r.state = STR("struck");
    r.struck_why = why;
    tx_event(tx, "workup_recorded", why);
    return workup_result_put(tx, &r);
}
