#include "app/screening.h"

#include "app/chart.h"
#include "app/measure.h"
#include "app/risk.h"
#include "app/seal.h"
#include "app/trials.h"
#include "app/way.h"
#include "app/words.h"
#include "app/workup.h"
#include "base/clock.h"
#include "codec/json_out.h"

const struct question screening_questions[] = {
#define GROUP(legend, help) {QUESTION_GROUP, NULL, legend, help, NULL, NULL, 0},
#define YES(key, list, word, text) {QUESTION_YES, #key, text, "", #list, word, 0},
#define VALUE(field, text, unit) \
    {QUESTION_VALUE, NULL, text, unit, NULL, NULL, CANDIDATE_##field},
#define WORDS(key, list, text, help) {QUESTION_WORDS, #key, text, help, #list, NULL, 0},
#define WHOLE_CHART(text) {QUESTION_CHART, "whole_chart", text, "", NULL, NULL, 0},
#include "app/questions.def"
#undef GROUP
#undef YES
#undef VALUE
#undef WORDS
#undef WHOLE_CHART
};
const int screening_question_count = sizeof screening_questions / sizeof *screening_questions;

const char *screening_question_key(const struct question *q) {
    if (q->kind != QUESTION_VALUE) return q->key;
    return candidate_meaning((enum candidate_field)q->field)->path;
}

/* The document ------------------------------------------------------------------------------ */

static void put_finding(struct json_out *o, const struct finding *f) {
    json_out_object(o, NULL);
    json_out_text(o, "rule", f->id);
    json_out_text(o, "severity", str_from(screening_severity(f->severity)));
    json_out_text(o, "saw", f->saw);
    json_out_text(o, "field", f->field);
    json_out_text(o, "why", f->why);
    json_out_text(o, "source", f->source);
    if (f->rule) json_out_text(o, "override", str_from(screening_override(f->rule->override)));
    json_out_end(o);
}

struct str screening_document(struct arena *a, const struct decision *d) {
    struct buf b = buf_new(a, 4096);
    struct json_out o = json_out_new(&b);
    json_out_object(&o, NULL);
    json_out_text(&o, "decision", str_from(screening_outcome(d->outcome)));
    json_out_list(&o, "findings");
    for (int i = 0; i < d->n; i++) put_finding(&o, &d->v[i]);
    json_out_end(&o);
    json_out_end(&o);
    return buf_str(&b);
}

/* The candidate, from the answers ----------------------------------------------------------- */

static struct candidate_texts *list_of(struct candidate *c, const char *name) {
    if (str_is(STR("history"), name)) return &c->history;
    return str_is(STR("uds"), name) ? &c->uds : &c->family_history;
}

static void add_word(struct arena *a, struct candidate_texts *list, struct str word) {
    struct str *grown = NEWS(a, struct str, list->n + 1);
    for (int i = 0; i < list->n; i++) grown[i] = list->v[i];
    grown[list->n] = word;
    *list = (struct candidate_texts){true, list->n + 1, grown};
}

static void take_value(struct candidate *c, enum candidate_field field, struct str value,
                       struct faults *faults) {
    double number;
    switch (candidate_meaning(field)->kind) {
    case CANDIDATE_TRUTH:
        candidate_set_truth(c, field, str_is(value, "yes"));
        return;
    case CANDIDATE_WORD:
        candidate_set_word(c, field, value, faults);
        return;
    default:
        if (str_to_real(value, &number))
            candidate_set_number(c, field, number, faults);
        else
            fault_add(faults, str_from(candidate_meaning(field)->path), "type",
                      "Write a number, as 1.2.");
    }
}

static void take_words(struct arena *a, struct candidate_texts *list, struct str value) {
    list->known = true;
    while (value.n > 0) {
        struct str word = str_trim(str_cut(value, ',', &value));
        if (word.n && !str_is(word, "none")) add_word(a, list, word);
    }
}

static void take_answer(struct arena *a, struct candidate *c, const struct question *q,
                        struct str value, struct faults *faults) {
    if (q->kind == QUESTION_VALUE) take_value(c, (enum candidate_field)q->field, value, faults);
    if (q->kind == QUESTION_WORDS) take_words(a, list_of(c, q->list), value);
    if (q->kind == QUESTION_CHART) c->conditions.known = str_is(value, "yes");
    if (q->kind == QUESTION_YES && str_is(value, "yes"))
        add_word(a, list_of(c, q->list), str_from(q->word));
}

/* A list is known when every question that belongs to it was answered. */
static void from_answers(struct arena *a, struct candidate *c, struct str answers,
                         struct screening_view *view, struct faults *faults) {
    c->history.known = c->family_history.known = true;
    for (int i = 0; i < screening_question_count; i++) {
        const struct question *q = &screening_questions[i];
        struct str value = pair_value(answers, str_from(screening_question_key(q)));
        if (value.n) take_answer(a, c, q, value, faults);
        if (value.n || q->kind != QUESTION_YES) continue;
        list_of(c, q->list)->known = false;
        view->unanswered += str_starts(str_from(q->key), STR("guide_"));
    }
}

/* The candidate, from the chart ------------------------------------------------------------- */

static enum err take_conditions(struct tx *tx, struct str patient_id, struct candidate *c) {
    struct condition_rows rows;
    TRY(condition_of_patient(tx, &(struct condition_of_patient_in){patient_id}, &rows));
    struct candidate_condition *v = NEWS(tx->arena, struct candidate_condition, rows.n);
    int n = 0;
    for (ptrdiff_t i = 0; i < rows.n && n < CANDIDATE_LIST_MAX; i++) {
        const struct condition *r = &rows.v[i];
        v[n] = (struct candidate_condition){.text = r->display};
        if (str_is(r->code_system, "icd10cm")) v[n].icd10 = r->code;
        if (str_is(r->code_system, "snomed")) v[n].snomed = r->code;
        if (candidate_status(r->status, &v[n].status)) n++;
    }
    c->conditions.v = v;
    c->conditions.n = n;
    return E_OK;
}

static enum err take_medicines(struct tx *tx, struct str patient_id, struct candidate *c) {
    struct medication_rows rows;
    TRY(medication_of_patient(tx, &(struct medication_of_patient_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n && i < CANDIDATE_LIST_MAX; i++)
        if (str_is(rows.v[i].status, "active"))
            add_word(tx->arena, &c->medications, rows.v[i].display);
    return E_OK;
}

static enum err take_allergies(struct tx *tx, struct str patient_id, struct candidate *c) {
    struct allergy_rows rows;
    TRY(allergy_of_patient(tx, &(struct allergy_of_patient_in){patient_id}, &rows));
    for (ptrdiff_t i = 0; i < rows.n && i < CANDIDATE_LIST_MAX; i++)
        if (str_is(rows.v[i].status, "active"))
            add_word(tx->arena, &c->allergies, rows.v[i].display);
    return E_OK;
}

/* The readings of the last two weeks, each a systolic with the diastolic of its time. */
static enum err take_pressure(struct tx *tx, struct str patient_id, struct candidate *c,
                              struct faults *faults) {
    struct observation_rows high, low;
    struct str codes[] = {str_from(vital_meanings[VITAL_systolic].loinc),
                          str_from(vital_meanings[VITAL_diastolic].loinc)};
    TRY(observation_of_code(tx, &(struct observation_of_code_in){patient_id, codes[0]}, &high));
    TRY(observation_of_code(tx, &(struct observation_of_code_in){patient_id, codes[1]}, &low));
    for (ptrdiff_t i = 0; i < high.n && c->reading_count < READINGS_MAX; i++)
        for (ptrdiff_t k = 0; k < low.n; k++)
            if (high.v[i].at_ms == low.v[k].at_ms && high.v[i].value.is && low.v[k].value.is &&
                tx->now_ms - high.v[i].at_ms < 14 * DAY_MS) {
                candidate_add_reading(
                    c, (struct blood_pressure){high.v[i].value.v, low.v[k].value.v}, faults);
                break;
            }
    return E_OK;
}

static enum err take_vital(struct tx *tx, struct str patient_id, enum vital_kind kind,
                           enum candidate_field field, struct candidate *c,
                           struct faults *faults) {
    struct vital_last last;
    TRY(chart_vital_last(tx, patient_id, kind, &last));
    if (last.value.is) candidate_set_number(c, field, last.value.v, faults);
    return E_OK;
}

/* Where and when it was found; a value too old for its item says so. */
static struct str found(struct tx *tx, const struct workup_item *item, struct str from,
                        int64_t at_ms, bool stale) {
    struct buf b = buf_new(tx->arena, 80);
    buf_put(&b, from);
    buf_z(&b, ", ");
    date_put_words(&b, clock_today(at_ms));
    if (stale) buf_format(&b, ", older than %d days", item->valid_days);
    return buf_str(&b);
}

static void take_found(struct tx *tx, struct candidate *c, const struct workup_item *item,
                       const struct workup_value *v, enum candidate_field field, int32_t on,
                       struct faults *faults) {
    if (candidate_meaning(field)->kind == CANDIDATE_WORD)
        candidate_set_word(c, field, v->word, faults);
    else if (v->is_number) candidate_set_number(c, field, v->number, faults);
    else return;
    c->v[field].stale = workup_stale(item, clock_today(v->at_ms), on);
    c->v[field].from = found(tx, item, v->from, v->at_ms, c->v[field].stale);
}

/* Single answers of a measure, where they are newer than what was asked. What the measure did
 * not ask, because of an answer before it, is no. */
static void take_answered(struct tx *tx, const struct content *content, struct candidate *c,
                          const struct workup_item *item, const struct workup_value *v,
                          const struct workup_answers *asked, int32_t on) {
    const struct response *r = &v->response;
    const struct instrument *in =
        r->id.s ? instrument_find(content->instruments, item->measure) : NULL;
    int answers[ITEMS_MAX];
    if (!in) return;
    measure_answers(in, r->answers, answers);
    for (int i = 0; i < item->answers_n; i++) {
        enum candidate_field f = item->answers[i].field;
        int k = instrument_item(in, item->answers[i].item);
        bool no = k >= 0 && !score_asked(in, answers, k);
        if (k < 0 || (answers[k] == ANSWER_MISSING && !no)) continue;
        if (workup_answered_ms(asked, str_from(candidate_meaning(f)->path)) > v->at_ms) continue;
        candidate_set_truth(c, f, !no && answers[k] > 0);
        c->v[f].stale = workup_stale(item, clock_today(v->at_ms), on);
        c->v[f].from = found(tx, item, v->from, v->at_ms, c->v[f].stale);
    }
}

/* The newest of what the chart holds and what was asked, of every item that a rule reads. */
static enum err take_workup(struct tx *tx, const struct content *content, struct str patient_id,
                            struct candidate *c, struct screening_view *view,
                            struct faults *faults) {
    bool is_signed = view->has && str_is(view->row.state, "signed");
    int32_t on = clock_today(is_signed ? view->row.signed_ms.v : tx->now_ms);
    struct workup_answers asked;
    TRY(workup_answers_load(tx, patient_id, &asked));
    for (int i = 0; i < content->workup->n; i++) {
        const struct workup_item *item = &content->workup->v[i];
        struct workup_value v;
        if (item->fills < 0 && item->kind != WORKUP_WORDS) continue;
        TRY(workup_value_of(tx, content, item, patient_id, &asked, &v));
        if (!v.has) continue;
        if (item->fills >= 0)
            take_found(tx, c, item, &v, (enum candidate_field)item->fills, on, faults);
        else if (str_is(item->id, "uds")) {
            bool stale = workup_stale(item, clock_today(v.at_ms), on);
            c->uds = (struct candidate_texts){0};
            take_words(tx->arena, &c->uds, v.word);
            c->uds.from = found(tx, item, v.from, v.at_ms, stale);
            c->uds.known = !stale; /* what it found still speaks */
        }
        take_answered(tx, content, c, item, &v, &asked, on);
    }
    view->has_phq9 = c->v[CANDIDATE_PHQ9].known;
    return E_OK;
}

/* How many trials failed, where the record can tell. */
static enum err take_trials(struct tx *tx, const struct trial_rules *rules, struct str patient_id,
                            struct candidate *c) {
    static const enum candidate_field fields[] = {[TRD_EPISODE] = CANDIDATE_TRIALS_EPISODE,
                                                  [TRD_LIFETIME] = CANDIDATE_TRIALS_LIFETIME};
    struct trials_view trials;
    TRY(trials_load(tx, patient_id, &trials));
    c->v[CANDIDATE_TRIALS_RECORDED] = (struct candidate_value){true, trials.count.trials};
    for (int by = 0; by < TRD_DEFINITIONS; by++)
        if (trial_settled(&trials.count, rules, (enum trd)by))
            c->v[fields[by]] = (struct candidate_value){true, trials.count.failed[by]};
    return E_OK;
}

static enum err from_chart(struct tx *tx, const struct content *content, const struct patient *p,
                           struct candidate *c, struct screening_view *view,
                           struct faults *faults) {
    candidate_set_born(c, p->birth_date, faults);
    candidate_set_word(c, CANDIDATE_SEX, p->sex, faults);
    c->indication = p->indication;
    bool whole = c->conditions.known; /* asked as one question for the three lists */
    TRY(take_conditions(tx, p->id, c));
    TRY(take_medicines(tx, p->id, c));
    TRY(take_allergies(tx, p->id, c));
    /* what is on a list speaks even where nobody has said that the list is complete */
    c->conditions.known = c->medications.known = c->allergies.known = whole;
    TRY(take_trials(tx, content->trials, p->id, c));
    TRY(take_pressure(tx, p->id, c, faults));
    view->has_bp = c->reading_count > 0;
    TRY(take_vital(tx, p->id, VITAL_heart_rate, CANDIDATE_HR, c, faults));
    TRY(take_vital(tx, p->id, VITAL_spo2, CANDIDATE_SPO2, c, faults));
    TRY(take_vital(tx, p->id, VITAL_weight, CANDIDATE_WEIGHT_KG, c, faults));
    TRY(take_vital(tx, p->id, VITAL_height, CANDIDATE_HEIGHT_CM, c, faults));
    return take_workup(tx, content, p->id, c, view, faults);
}

enum err screening_view_load(struct tx *tx, const struct content *content,
                             const struct patient *p, struct screening_view *out) {
    /* what stands in the store was checked when it came in: faults here change nothing */
    struct faults ignored = {.arena = tx->arena};
    struct candidate c = candidate_unknown(clock_today(tx->now_ms));
    *out = (struct screening_view){0};
    enum err e = screening_latest(tx, &(struct screening_latest_in){p->id}, &out->row);
    if (e != E_OK && e != E_UNKNOWN) return e;
    out->has = e == E_OK;
    from_answers(tx->arena, &c, out->has ? out->row.answers : STR(""), out, &ignored);
    TRY(from_chart(tx, content, p, &c, out, &ignored));
    out->decision = screening_decide(tx->arena, content->screening, &c);
    return E_OK;
}

/* Saving and signing ------------------------------------------------------------------------ */

/* When each answer was given: now where it changed, else when it was first so. */
static enum err put_said(struct tx *tx, const struct screening *row,
                         const struct workup_answers *before) {
    struct screening_said said;
    struct buf times = buf_new(tx->arena, 512);
    struct str rest = row->answers;
    while (rest.n > 0) {
        struct str value, key = str_cut(str_cut(rest, ' ', &rest), '=', &value);
        int64_t at_ms = str_eq(pair_value(before->answers, key), value)
                            ? workup_answered_ms(before, key)
                            : tx->now_ms;
        pair_put(&times, key, str_format(tx->arena, "%lld", (long long)at_ms));
    }
    enum err e = screening_said_load(tx, row->id, &said);
    struct screening_said fresh = {.id = row->id, .patient_id = row->patient_id};
    if (e == E_UNKNOWN) said = fresh;
    else TRY(e);
    said.times = buf_str(&times);
    return screening_said_put(tx, &said);
}

enum err screening_save(struct tx *tx, const struct content *content, struct str patient_id,
                        struct str answers, struct str notes, int64_t expect,
                        struct faults *faults) {
    struct patient p;
    struct screening_view view, typed = {0};
    struct candidate c = candidate_unknown(clock_today(tx->now_ms));
    struct workup_answers before;
    from_answers(tx->arena, &c, answers, &typed, faults);
    TRY(faults_err(faults));
    TRY(workup_answers_load(tx, patient_id, &before));
    TRY(patient_load(tx, patient_id, &p));
    TRY(screening_view_load(tx, content, &p, &view));
    if (expect && view.has && view.row.version != expect) return E_CONFLICT;
    if (!view.has || str_is(view.row.state, "signed")) {
        view.row = (struct screening){
            .patient_id = p.id, .opened_ms = tx->now_ms, .state = STR("open")};
        if (way_may(&p, ACT_OPEN_SCREENING)) TRY(way_act(tx, &p, ACT_OPEN_SCREENING, STR_ABSENT));
    }
    view.row.answers = answers;
    view.row.notes = notes.n ? notes : STR_ABSENT;
    tx_event(tx, "screening_saved", STR_ABSENT);
    TRY(screening_put(tx, &view.row));
    TRY(put_said(tx, &view.row, &before));
    return risk_of_answers(tx, content, "screening", p.id, view.row.id, answers);
}

static bool has_severity(const struct decision *d, enum severity severity) {
    for (int i = 0; i < d->n; i++)
        if (d->v[i].severity == severity) return true;
    return false;
}

static void check_eligible(const struct screening_view *view, struct str reason,
                           struct faults *faults) {
    if (view->decision.outcome == OUTCOME_INELIGIBLE)
        for (int i = 0; i < view->decision.n; i++)
            if (view->decision.v[i].severity == SEVERITY_ABSOLUTE)
                fault_add(faults, STR("declare"), "absolute",
                          "%.*s: %.*s. No override is possible.",
                          STR_ARG(view->decision.v[i].id), STR_ARG(view->decision.v[i].why));
    if (view->unanswered)
        fault_add(faults, STR("declare"), "missing",
                  "%d of the guide's seven contraindications are not answered.", view->unanswered);
    if (!view->has_phq9)
        fault_add(faults, STR("declare"), "missing", "There is no PHQ-9 yet: it is the baseline.");
    if (!view->has_bp)
        fault_add(faults, STR("declare"), "missing",
                  "There is no blood pressure of the last two weeks.");
    if (has_severity(&view->decision, SEVERITY_RELATIVE) && str_trim(reason).n == 0)
        fault_add(faults, STR("reason"), "required",
                  "There are relative findings or missing answers: write why the patient may be "
                  "treated all the same.");
}

static enum err seal_and_put(struct tx *tx, struct screening *row, const struct decision *d,
                             struct str declared, struct str reason) {
    row->state = STR("signed");
    row->rule_set = STR("content/screening");
    row->decision = declared;
    row->findings = screening_document(tx->arena, d);
    row->override_reason = reason.n ? reason : STR_ABSENT;
    row->signed_ms = (struct maybe_int){true, tx->now_ms};
    row->signed_by = tx->actor.account_id;
    row->seal = SEAL(tx->arena, row->findings, row->decision, row->override_reason, row->answers,
                     row->signed_by, str_format(tx->arena, "%lld", (long long)tx->now_ms));
    tx_event(tx, "screening_signed", reason);
    return screening_put(tx, row);
}

enum err screening_sign(struct tx *tx, const struct content *content,
                        const struct screening_sign_in *in, struct faults *faults) {
    static const char *const words[] = {"eligible", "declined", NULL};
    struct patient p;
    struct screening_view view;
    TRY(patient_load(tx, in->patient_id, &p));
    TRY(screening_view_load(tx, content, &p, &view));
    if (!view.has || !str_is(view.row.state, "open")) {
        fault_add(faults, STR(""), "state",
                  "There is no open screening to sign: save answers first.");
        return E_BLOCKED;
    }
    if (in->expect && view.row.version != in->expect) return E_CONFLICT;
    bool eligible = str_is(in->declare, "eligible");
    if (!word_in(in->declare, words))
        fault_add(faults, STR("declare"), "unknown", "Declare the patient eligible, or decline.");
    if (eligible) check_eligible(&view, in->reason, faults);
    else if (str_trim(in->reason).n == 0)
        fault_add(faults, STR("reason"), "required", "Write why the patient is declined.");
    TRY(faults_err(faults));
    const char *declared = !eligible ? "declined" : screening_outcome(view.decision.outcome);
    TRY(seal_and_put(tx, &view.row, &view.decision, str_from(declared), in->reason));
    return way_act(tx, &p, eligible ? ACT_DECLARE_ELIGIBLE : ACT_DECLINE, in->reason);
}
