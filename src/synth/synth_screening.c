/*
 * The screening of a synthetic patient is decided by the clinic's own rules over what its
 * chart holds: the row keeps the answers, and the decision with its findings as `cairn
 * screen` prints them. Somebody who is declined had a reason of their own, told in the move.
 */
#include "synth/synth_screening.h"

#include "app/screening.h"
#include "app/seal.h"
#include "synth/synth_measure.h"
#include "synth/synth_person.h"
#include "base/clock.h"

/* What is known ---------------------------------------------------------------------------- */

static void number(struct candidate *c, enum candidate_field f, double value) {
    c->v[f] = (struct candidate_value){true, value};
}

static void word(struct candidate *c, enum candidate_field f, struct str text) {
    int index = candidate_word(f, text);
    c->v[f] = (struct candidate_value){index >= 0, index};
}

static void answer_all(struct synth_life *l, struct candidate *c) {
    static const enum candidate_field ready[] = {
        CANDIDATE_READY_EMOTIONAL, CANDIDATE_READY_INTENTION,   CANDIDATE_READY_SUPPORT,
        CANDIDATE_READY_STABILITY, CANDIDATE_READY_INTEGRATION, CANDIDATE_READY_EXPECTATIONS};
    static const enum candidate_field no[] = {
        CANDIDATE_BEHAVIOUR_3_MONTHS, CANDIDATE_BEHAVIOUR_LIFETIME, CANDIDATE_PREGNANT,
        CANDIDATE_BREASTFEEDING,      CANDIDATE_PLANNING,           CANDIDATE_IDEATION,
        CANDIDATE_MOOD_STABILISER};
    bool esk = l->story.route && str_is(str_from(l->story.route), "esk");
    word(c, CANDIDATE_SEX, l->patient.sex);
    word(c, CANDIDATE_PROGRAMME, esk ? STR("esketamine") : STR("racemic"));
    word(c, CANDIDATE_SETTING, STR("clinic"));
    word(c, CANDIDATE_TSH, STR("normal"));
    word(c, CANDIDATE_HCG, STR("negative"));
    number(c, CANDIDATE_WEIGHT_KG, l->weight_kg);
    number(c, CANDIDATE_HEIGHT_CM, l->height_cm);
    number(c, CANDIDATE_HR, l->heart_rate);
    number(c, CANDIDATE_SPO2, 98);
    number(c, CANDIDATE_ALT_ULN, draw_between(&l->draw, 4, 12) / 10.0);
    number(c, CANDIDATE_AST_ULN, draw_between(&l->draw, 4, 12) / 10.0);
    number(c, CANDIDATE_EGFR, draw_between(&l->draw, 72, 108));
    number(c, CANDIDATE_AUDIT, draw_between(&l->draw, 0, 6));
    number(c, CANDIDATE_DAST10, draw_below(&l->draw, 2));
    number(c, CANDIDATE_YMRS, draw_below(&l->draw, 4));
    number(c, CANDIDATE_DES2, draw_between(&l->draw, 2, 18));
    number(c, CANDIDATE_PHQ9, l->phq9);
    number(c, CANDIDATE_PREGNANCY_POSSIBLE, str_is(l->patient.sex, "female"));
    for (int i = 0; i < 7; i++) number(c, no[i], 0);
    for (int i = 0; i < 6; i++) number(c, ready[i], draw_chance(&l->draw, 75) ? 2 : 1);
}

static struct candidate candidate_of(struct synth_life *l) {
    struct candidate c = candidate_unknown(clock_today(l->opened_ms));
    struct faults faults = {.arena = l->arena};
    candidate_set_born(&c, l->patient.birth_date, &faults);
    CHECK(faults.n == 0, "a birth date that was just made");
    c.indication = l->patient.indication;
    answer_all(l, &c);
    c.readings[0] = (struct blood_pressure){l->systolic, l->diastolic};
    c.readings[1] = (struct blood_pressure){l->systolic - 2, l->diastolic - 1};
    c.reading_count = 2;
    c.conditions = (struct candidate_conditions){true, l->condition_n, l->conditions};
    c.medications = (struct candidate_texts){true, l->medicine_n, l->medicines};
    c.allergies = (struct candidate_texts){true, l->allergy.s != NULL, &l->allergy};
    c.uds = c.family_history = c.history = (struct candidate_texts){.known = true};
    return c;
}

/* As text ---------------------------------------------------------------------------------- */

static void put_value(struct buf *b, enum candidate_field f, const struct candidate_value *v) {
    enum candidate_kind kind = candidate_meaning(f)->kind;
    if (kind == CANDIDATE_WORD)
        buf_put(b, candidate_word_text(f, (int)v->value));
    else if (kind == CANDIDATE_TRUTH)
        buf_z(b, v->value != 0 ? "yes" : "no");
    else
        buf_real_exact(b, v->value);
}

/* What the screening's questions got: "guide_htn=no readiness.support=2 ...". Nobody here has
 * a yes that the chart does not show. */
static struct str answers_of(struct synth_life *l, const struct candidate *c) {
    struct buf b = buf_new(l->arena, 1024);
    for (int i = 0; i < screening_question_count; i++) {
        const struct question *q = &screening_questions[i];
        const char *key = screening_question_key(q);
        bool value = q->kind == QUESTION_VALUE;
        if (!key || (value && !c->v[q->field].known)) continue;
        if (b.n) buf_char(&b, ' ');
        buf_z(&b, key);
        buf_char(&b, '=');
        if (value) put_value(&b, (enum candidate_field)q->field, &c->v[q->field]);
        else buf_z(&b,
                   q->kind == QUESTION_CHART ? "yes" : q->kind == QUESTION_WORDS ? "none" : "no");
    }
    return buf_str(&b);
}

/* The screening ------------------------------------------------------------------------------ */

static void sign(struct synth_life *l, struct screening *row, const struct candidate *c) {
    struct decision d = screening_decide(l->arena, l->of->content->screening, c);
    row->state = STR("signed");
    row->rule_set = STR("screening 1");
    row->decision = str_from(screening_outcome(d.outcome));
    row->findings = screening_document(l->arena, &d);
    if (d.outcome == OUTCOME_CONDITIONAL && l->story.phase != PHASE_DECLINED)
        row->override_reason = STR("Seen with the patient: what is relative here is treated and "
                                   "stable; closer watch on dosing days.");
    row->signed_ms = (struct maybe_int){true, l->signed_ms};
    row->signed_by = l->of->staff.prescriber;
    row->seal = SEAL(l->arena, row->findings, row->decision, row->signed_by,
                     str_format(l->arena, "%lld", (long long)l->signed_ms));
}

void synth_screening(struct synth_life *l) {
    static const char *const measures[] = {"phq9", "gad7", "pcl5", "audit", "dast10", "cssrs"};
    bool done = l->signed_ms > 0, full = (l->story.marks & MARK_FULL) != 0;
    int64_t at_ms = l->opened_ms + 30 * MINUTE_MS;
    struct str by = l->of->staff.prescriber;
    synth_observation(l, "8480-6", l->systolic, 0, at_ms, STR_ABSENT);
    synth_observation(l, "8462-4", l->diastolic, 0, at_ms, STR_ABSENT);
    for (int i = 0; i < (full ? 6 : 2); i++)
        synth_measure(l, str_from(measures[i]), at_ms, STR_ABSENT, by);
    struct candidate c = candidate_of(l);
    struct screening row = {.id = synth_id(l),
                            .patient_id = l->patient.id,
                            .opened_ms = l->opened_ms,
                            .state = STR("open"),
                            .answers = answers_of(l, &c)};
    if (done) sign(l, &row, &c);
    SYNTH_ADD(l->rows, screening,
              synth_act(done ? l->signed_ms : l->opened_ms, by,
                        done ? "screening_signed" : "screening_saved", STR_ABSENT),
              &row);
}
