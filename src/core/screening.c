#include "core/screening.h"

#include <math.h>

#include "base/buf.h"

/* The candidate as the rules see it: facts as values, lists as sets of classes. */
enum state { STATE_UNKNOWN, STATE_PROVISIONAL, STATE_KNOWN };

struct fact_value {
    enum state state;
    double value;
    enum fact ask; /* what to ask for where it is not known */
};

struct view {
    const struct screening_rules *s;
    const struct candidate *c;
    struct fact_value facts[FACTS];
    uint64_t conditions[3]; /* by status */
    uint64_t *condition_classes, *medicine_classes, *allergy_classes;
    uint64_t medicines, allergies;
    int unprescribed; /* index in the urine screen; -1: none */
};

static const char *const derived[][2] = {
    {"age", "birthDate"},
    {"bmi", "weight_kg"},
    {"sbp", "vitals.bp"},
    {"dbp", "vitals.bp"},
    {"ready", "readiness"},
    {"pregnant", "pregnancy.pregnant"},
    {"hcg", "labs.hcg"},
    {"breastfeeding", "pregnancy.breastfeeding"},
    {"mood_stabiliser", "mood_stabiliser"},
    {"indication", "indication"},
    {"conditions", "conditions"},
    {"medications", "medications"},
    {"allergies", "allergies"},
    {"uds", "labs.uds"},
    {"family_history", "family_history"},
    {"history", "history"},
};

const char *screening_fact_name(enum fact f) {
    return (int)f < CANDIDATE_FIELDS ? candidate_meaning((enum candidate_field)f)->name
                                     : derived[f - FACT_AGE][0];
}

static const char *fact_path(enum fact f) {
    return (int)f < CANDIDATE_FIELDS ? candidate_meaning((enum candidate_field)f)->path
                                     : derived[f - FACT_AGE][1];
}

const char *screening_severity(enum severity s) {
    static const char *const words[] = {"absolute", "relative", "caution", "info"};
    return words[s];
}

const char *screening_outcome(enum outcome o) {
    static const char *const words[] = {"eligible", "conditional", "ineligible"};
    return words[o];
}

const char *screening_override(enum override o) {
    static const char *const words[] = {"none", "prescriber", "therapist"};
    return words[o];
}

/* ---- facts ---- */

static void know(struct view *v, enum fact f, double value) {
    v->facts[f] = (struct fact_value){STATE_KNOWN, value, f};
}

static void ask(struct view *v, enum fact f, enum fact what) {
    v->facts[f] = (struct fact_value){STATE_UNKNOWN, 0, what};
}

static bool known(const struct view *v, enum candidate_field f) { return v->c->v[f].known; }
static bool yes(const struct view *v, enum candidate_field f) {
    return v->c->v[f].known && v->c->v[f].value != 0;
}

static void view_body(struct view *v) {
    const struct candidate *c = v->c;
    if (c->born == DATE_NONE) ask(v, FACT_AGE, FACT_AGE);
    else know(v, FACT_AGE, date_age_years(c->born, c->on));
    double m = c->v[CANDIDATE_HEIGHT_CM].value / 100;
    if (known(v, CANDIDATE_WEIGHT_KG) && known(v, CANDIDATE_HEIGHT_CM))
        know(v, FACT_BMI, c->v[CANDIDATE_WEIGHT_KG].value / (m * m));
    else ask(v, FACT_BMI, known(v, CANDIDATE_WEIGHT_KG) ? (enum fact)CANDIDATE_HEIGHT_CM
                                                        : (enum fact)CANDIDATE_WEIGHT_KG);
}

/* The rule is the mean of two seated readings or more; one alone may show that it is high,
 * never that it is not. */
static void view_pressure(struct view *v) {
    double systolic = 0, diastolic = 0;
    int n = v->c->reading_count;
    ask(v, FACT_SBP, FACT_SBP);
    ask(v, FACT_DBP, FACT_SBP);
    if (n == 0) return;
    for (int i = 0; i < n; i++) {
        systolic += v->c->readings[i].systolic;
        diastolic += v->c->readings[i].diastolic;
    }
    v->facts[FACT_SBP].value = systolic / n;
    v->facts[FACT_DBP].value = diastolic / n;
    v->facts[FACT_SBP].state = v->facts[FACT_DBP].state = n > 1 ? STATE_KNOWN : STATE_PROVISIONAL;
}

static void view_ready(struct view *v) {
    double sum = 0;
    for (int f = CANDIDATE_READY_EMOTIONAL; f <= CANDIDATE_READY_EXPECTATIONS; f++) {
        if (!v->c->v[f].known) {
            ask(v, FACT_READY, (enum fact)f);
            return;
        }
        sum += v->c->v[f].value;
    }
    know(v, FACT_READY, sum);
}

/* Whether it can be is asked once; where it cannot, nothing more is. A man is asked nothing
 * unless somebody says that he can. */
static void view_pregnancy(struct view *v) {
    const struct candidate *c = v->c;
    bool said = known(v, CANDIDATE_PREGNANCY_POSSIBLE);
    bool male = known(v, CANDIDATE_SEX) &&
                (int)c->v[CANDIDATE_SEX].value == candidate_word(CANDIDATE_SEX, STR("male"));
    bool impossible = said ? !yes(v, CANDIDATE_PREGNANCY_POSSIBLE) : male;
    enum fact possible = (enum fact)CANDIDATE_PREGNANCY_POSSIBLE;
    enum candidate_field sex = CANDIDATE_SEX;
    if (!said && !male) possible = known(v, sex) ? possible : (enum fact)sex;
    if (known(v, CANDIDATE_PREGNANT)) know(v, FACT_PREGNANT, c->v[CANDIDATE_PREGNANT].value);
    else if (impossible) know(v, FACT_PREGNANT, 0);
    else ask(v, FACT_PREGNANT, said ? FACT_PREGNANT : possible);
    if (known(v, CANDIDATE_HCG)) {
        know(v, FACT_HCG, c->v[CANDIDATE_HCG].value);
        if (c->v[CANDIDATE_HCG].stale) v->facts[FACT_HCG].state = STATE_PROVISIONAL;
    } else if (impossible) know(v, FACT_HCG, candidate_word(CANDIDATE_HCG, STR("negative")));
    else ask(v, FACT_HCG, said ? FACT_HCG : possible);
    if (known(v, CANDIDATE_BREASTFEEDING))
        know(v, FACT_BREASTFEEDING, c->v[CANDIDATE_BREASTFEEDING].value);
    else if (male) know(v, FACT_BREASTFEEDING, 0);
    else ask(v, FACT_BREASTFEEDING, FACT_BREASTFEEDING);
}

static enum state state_of(const struct candidate_value *c) {
    return !c->known ? STATE_UNKNOWN : c->stale ? STATE_PROVISIONAL : STATE_KNOWN;
}

static void view_facts(struct view *v) {
    for (int f = 0; f < CANDIDATE_FIELDS; f++)
        v->facts[f] = (struct fact_value){state_of(&v->c->v[f]), v->c->v[f].value, (enum fact)f};
    view_body(v);
    view_pressure(v);
    view_ready(v);
    view_pregnancy(v);
}

/* ---- lists ---- */

static void view_conditions(struct view *v, struct arena *a) {
    const struct candidate_conditions *list = &v->c->conditions;
    v->condition_classes = NEWS(a, uint64_t, list->n);
    for (int i = 0; i < list->n; i++) {
        const struct candidate_condition *k = &list->v[i];
        uint64_t classes = 0;
        if (k->icd10.n) classes |= codes_of_icd10(v->s->codes, k->icd10);
        if (k->snomed.n) classes |= codes_of_snomed(v->s->codes, k->snomed);
        v->condition_classes[i] = classes;
        v->conditions[k->status] |= classes;
    }
}

static uint64_t *classes_of(struct view *v, struct arena *a, const struct candidate_texts *list,
                            uint64_t *all) {
    uint64_t *classes = NEWS(a, uint64_t, list->n);
    for (int i = 0; i < list->n; i++)
        *all |= classes[i] = codes_of_medicine(v->s->codes, list->v[i]);
    return classes;
}

/* A positive that a medicine of the list explains: by its own name, or by the class that the
 * panel's word stands for. */
static bool explained(const struct view *v, struct str positive) {
    for (int i = 0; i < v->c->medications.n; i++)
        if (str_has_fold(v->c->medications.v[i], positive)) return true;
    for (int i = 0; i < v->s->prescribed_count; i++)
        if (str_eq_fold(v->s->prescribed[i].word, positive) &&
            (v->medicines >> v->s->prescribed[i].medicine_class & 1))
            return true;
    return false;
}

static void view_lists(struct view *v, struct arena *a) {
    view_conditions(v, a);
    v->medicine_classes = classes_of(v, a, &v->c->medications, &v->medicines);
    v->allergy_classes = classes_of(v, a, &v->c->allergies, &v->allergies);
    v->unprescribed = -1;
    for (int i = v->c->uds.n - 1; i >= 0; i--)
        if (!str_eq_fold(v->c->uds.v[i], STR("negative")) && !explained(v, v->c->uds.v[i]))
            v->unprescribed = i;
    int stabiliser = codes_class(&v->s->codes->medicines, STR("mood_stabiliser"));
    if (stabiliser >= 0 && (v->medicines >> stabiliser & 1)) know(v, FACT_MOOD_STABILISER, 1);
    else if (known(v, CANDIDATE_MOOD_STABILISER))
        know(v, FACT_MOOD_STABILISER, v->c->v[CANDIDATE_MOOD_STABILISER].value);
    else if (v->c->medications.known) know(v, FACT_MOOD_STABILISER, 0);
    else ask(v, FACT_MOOD_STABILISER, FACT_MEDICATIONS);
}

/* ---- terms ---- */

enum truth { NO, YES, UNKNOWN };

static enum truth compare(const struct rule_term *t, double value) {
    bool holds = false;
    switch (t->compare) {
    case COMPARE_LESS: holds = value < t->value; break;
    case COMPARE_AT_MOST: holds = value <= t->value; break;
    case COMPARE_IS: holds = value == t->value; break;
    case COMPARE_AT_LEAST: holds = value >= t->value; break;
    case COMPARE_MORE: holds = value > t->value; break;
    }
    return holds ? YES : NO;
}

static enum truth fact_holds(const struct view *v, const struct rule_term *t) {
    const struct fact_value *f = &v->facts[t->index];
    if (f->state == STATE_UNKNOWN) return UNKNOWN;
    enum truth truth = compare(t, f->value);
    return truth == NO && f->state == STATE_PROVISIONAL ? UNKNOWN : truth;
}

static enum truth condition_holds(const struct view *v, const struct rule_term *t) {
    for (int status = 0; status < 3; status++)
        if ((t->statuses >> status & 1) && (v->conditions[status] >> t->index & 1)) return YES;
    return v->c->conditions.known ? NO : UNKNOWN;
}

static int text_at(const struct candidate_texts *list, struct str word) {
    for (int i = 0; i < list->n; i++)
        if (str_eq_fold(list->v[i], word)) return i;
    return -1;
}

static enum truth list_holds(bool found, bool is_known) {
    return found ? YES : is_known ? NO : UNKNOWN;
}

static enum truth plain_truth(const struct view *v, const struct rule_term *t) {
    const struct candidate *c = v->c;
    switch (t->kind) {
    case TERM_FACT: return fact_holds(v, t);
    case TERM_CONDITION: return condition_holds(v, t);
    case TERM_MEDICINE: return list_holds(v->medicines >> t->index & 1, c->medications.known);
    case TERM_ALLERGY: return list_holds(v->allergies >> t->index & 1, c->allergies.known);
    case TERM_FAMILY:
        return list_holds(text_at(&c->family_history, t->word) >= 0, c->family_history.known);
    case TERM_HISTORY: return list_holds(text_at(&c->history, t->word) >= 0, c->history.known);
    case TERM_UDS: return list_holds(v->unprescribed >= 0, c->uds.known);
    case TERM_INDICATION: return list_holds(str_eq(c->indication, t->word), c->indication.n > 0);
    }
    return UNKNOWN;
}

static enum truth term_holds(const struct view *v, const struct rule_term *t) {
    enum truth truth = plain_truth(v, t);
    if (truth == UNKNOWN) return t->if_given ? NO : t->or_unknown ? YES : UNKNOWN;
    if (t->negated) return truth == YES ? NO : YES;
    return truth;
}

static enum fact missing_of(const struct view *v, const struct rule_term *t) {
    static const enum fact lists[] = {[TERM_CONDITION] = FACT_CONDITIONS,
                                      [TERM_MEDICINE] = FACT_MEDICATIONS,
                                      [TERM_ALLERGY] = FACT_ALLERGIES,
                                      [TERM_FAMILY] = FACT_FAMILY,
                                      [TERM_HISTORY] = FACT_HISTORY,
                                      [TERM_UDS] = FACT_UDS,
                                      [TERM_INDICATION] = FACT_INDICATION};
    return t->kind == TERM_FACT ? v->facts[t->index].ask : lists[t->kind];
}

/* UNKNOWN leaves in *missing what would decide it. */
static enum truth line_holds(const struct view *v, const struct rule_line *line,
                             uint64_t *missing) {
    enum truth all = YES;
    *missing = 0;
    for (int i = 0; i < line->n; i++) {
        enum truth t = term_holds(v, &line->terms[i]);
        if (t == NO) return NO;
        if (t == YES) continue;
        all = UNKNOWN;
        *missing |= UINT64_C(1) << missing_of(v, &line->terms[i]);
    }
    return all;
}

/* ---- what was seen ---- */

static void put_condition(struct buf *b, const struct candidate_condition *k) {
    struct str code = k->icd10.n ? k->icd10 : k->snomed;
    buf_put(b, code);
    if (k->text.n) {
        if (code.n) buf_char(b, ' ');
        buf_put(b, k->text);
    }
    buf_z(b, " (");
    buf_z(b, candidate_status_word(k->status));
    buf_char(b, ')');
}

static bool is_truth(enum fact f) {
    if ((int)f < CANDIDATE_FIELDS)
        return candidate_meaning((enum candidate_field)f)->kind == CANDIDATE_TRUTH;
    return f == FACT_PREGNANT || f == FACT_BREASTFEEDING || f == FACT_MOOD_STABILISER;
}

static bool is_word(enum fact f) {
    return (int)f < CANDIDATE_FIELDS &&
           candidate_meaning((enum candidate_field)f)->kind == CANDIDATE_WORD;
}

static void put_pressure(struct buf *b, const struct view *v) {
    buf_real(b, v->facts[FACT_SBP].value, 0);
    buf_char(b, '/');
    buf_real(b, v->facts[FACT_DBP].value, 0);
    buf_format(b, " mmHg (mean of %d)", v->c->reading_count);
}

static void put_from(struct buf *b, struct str from) {
    if (from.n) buf_format(b, " (%.*s)", STR_ARG(from));
}

static void put_fact(struct buf *b, const struct view *v, enum fact f) {
    double value = v->facts[f].value;
    bool whole = fabs(value - nearbyint(value)) < 0.005;
    if (f == FACT_SBP || f == FACT_DBP) {
        put_pressure(b, v);
        return;
    }
    buf_z(b, (int)f < CANDIDATE_FIELDS ? fact_path(f) : screening_fact_name(f));
    buf_char(b, ' ');
    if (is_truth(f)) buf_z(b, value != 0 ? "yes" : "no");
    else if (f == FACT_HCG) buf_put(b, candidate_word_text(CANDIDATE_HCG, (int)value));
    else if (is_word(f)) buf_put(b, candidate_word_text((enum candidate_field)f, (int)value));
    else buf_real(b, value, whole ? 0 : 1);
    if ((int)f < CANDIDATE_FIELDS) put_from(b, v->c->v[f].from);
    else if (f == FACT_HCG) put_from(b, v->c->v[CANDIDATE_HCG].from);
}

static int first_with(const uint64_t *classes, int n, int index) {
    for (int i = 0; i < n; i++)
        if (classes[i] >> index & 1) return i;
    return -1;
}

static int first_condition(const struct view *v, const struct rule_term *t) {
    for (int i = 0; i < v->c->conditions.n; i++)
        if ((v->condition_classes[i] >> t->index & 1) &&
            (t->statuses >> v->c->conditions.v[i].status & 1))
            return i;
    return -1;
}

static void put_text(struct buf *b, const struct candidate_texts *list, int i) {
    if (i >= 0) buf_put(b, list->v[i]);
}

/* Writes what one term saw; the answer is where it came from, absent for a term that saw
 * nothing (a `no` term). */
static struct str put_seen(struct buf *b, struct arena *a, const struct view *v,
                           const struct rule_term *t) {
    const struct candidate *c = v->c;
    int i = -1;
    if (plain_truth(v, t) != YES) return STR_ABSENT;
    switch (t->kind) {
    case TERM_FACT:
        put_fact(b, v, (enum fact)t->index);
        return str_from(fact_path((enum fact)t->index));
    case TERM_CONDITION:
        i = first_condition(v, t);
        put_condition(b, &c->conditions.v[i]);
        return str_format(a, "conditions[%d]", i);
    case TERM_MEDICINE:
        i = first_with(v->medicine_classes, c->medications.n, t->index);
        put_text(b, &c->medications, i);
        return str_format(a, "medications[%d]", i);
    case TERM_ALLERGY:
        i = first_with(v->allergy_classes, c->allergies.n, t->index);
        put_text(b, &c->allergies, i);
        return str_format(a, "allergies[%d]", i);
    case TERM_FAMILY:
        buf_put(b, t->word);
        return STR("family_history");
    case TERM_HISTORY:
        buf_put(b, t->word);
        return STR("history");
    case TERM_UDS:
        put_text(b, &c->uds, v->unprescribed);
        put_from(b, c->uds.from);
        return STR("labs.uds");
    case TERM_INDICATION:
        buf_put(b, c->indication);
        return STR("indication");
    }
    return STR_ABSENT;
}

/* What each term of the line saw, once each. */
static void put_line(struct buf *b, struct arena *a, const struct view *v,
                     const struct rule_line *line, struct str *field) {
    for (int i = 0; i < line->n; i++) {
        struct buf piece = {.arena = a};
        struct str from = put_seen(&piece, a, v, &line->terms[i]);
        if (piece.n == 0 || str_find(buf_str(b), buf_str(&piece)) >= 0) continue;
        if (b->n) buf_z(b, "; ");
        buf_put(b, buf_str(&piece));
        if (!field->s) *field = from;
    }
}

/* ---- the decision ---- */

_Static_assert(FACTS <= 64, "what is missing is a set of bits");

struct asked {
    uint64_t fields;
    const struct rule *by[FACTS];
};

static void note_missing(struct asked *asked, uint64_t missing, const struct rule *rule) {
    for (int f = 0; f < FACTS; f++)
        if ((missing & ~asked->fields) >> f & 1) asked->by[f] = rule;
    asked->fields |= missing;
}

static bool apply_rule(struct arena *a, const struct view *v, const struct rule *rule,
                       struct asked *asked, struct finding *out) {
    struct buf saw = {.arena = a};
    bool held = false;
    for (int i = 0; i < rule->n; i++) {
        const struct rule_line *line = &rule->lines[i];
        uint64_t missing;
        if (held && line->severity > out->severity) break;
        enum truth t = line_holds(v, line, &missing);
        if (t == UNKNOWN && !held && line->severity <= SEVERITY_RELATIVE)
            note_missing(asked, missing, rule);
        if (t != YES) continue;
        if (!held)
            *out = (struct finding){.rule = rule, .id = rule->id, .severity = line->severity,
                                    .why = line->why, .source = rule->source};
        held = true;
        put_line(&saw, a, v, line, &out->field);
    }
    if (held) out->saw = saw.n ? buf_str(&saw) : STR("");
    return held;
}

/* What is asked for: it is not known, or what is known is too old. */
static struct str asked_for(struct arena *a, const struct view *v, enum fact f) {
    bool old = v->facts[f].state == STATE_PROVISIONAL && f != FACT_SBP;
    struct buf b = {.arena = a};
    if (!old) return STR("not known");
    put_fact(&b, v, f);
    return buf_str(&b);
}

static void add_missing(struct arena *a, struct decision *d, const struct view *v,
                        const struct asked *asked) {
    for (int f = 0; f < FACTS; f++) {
        if (!(asked->fields >> f & 1)) continue;
        const struct rule *by = asked->by[f];
        struct str path = str_from(fact_path((enum fact)f));
        d->v[d->n++] = (struct finding){
            .id = str_format(a, "MISSING:%.*s", STR_ARG(path)), .severity = SEVERITY_RELATIVE,
            .saw = asked_for(a, v, (enum fact)f), .field = path, .source = by->source,
            .why = str_format(a, "%.*s asks for it: %.*s", STR_ARG(by->id), STR_ARG(by->title))};
    }
}

/* A condition that no rule can read is said, not passed over: one without a code is asked for;
 * a SNOMED CT code that the tables do not hold is left to the reader. */
static void add_unread(struct arena *a, struct decision *d, const struct view *v) {
    for (int i = 0; i < v->c->conditions.n; i++) {
        const struct candidate_condition *k = &v->c->conditions.v[i];
        if (k->icd10.n || v->condition_classes[i]) continue;
        struct buf saw = {.arena = a};
        put_condition(&saw, k);
        struct str field = str_format(a, "conditions[%d]", i);
        struct finding f = {.saw = buf_str(&saw), .field = field, .source = STR("DESIGN")};
        if (k->snomed.n) {
            f.id = str_format(a, "UNREAD:%.*s", STR_ARG(field));
            f.severity = SEVERITY_CAUTION;
            f.why = STR("no rule knows this SNOMED CT code: read it yourself");
        } else {
            f.id = str_format(a, "MISSING:%.*s.icd10", STR_ARG(field));
            f.severity = SEVERITY_RELATIVE;
            f.why = STR("a condition without a code cannot be read by any rule");
        }
        d->v[d->n++] = f;
    }
}

static bool some_rule_reads(const struct screening_rules *s, enum term_kind kind, struct str word) {
    for (int i = 0; i < s->rule_count; i++)
        for (int k = 0; k < s->rules[i].n; k++)
            for (int t = 0; t < s->rules[i].lines[k].n; t++) {
                const struct rule_term *term = &s->rules[i].lines[k].terms[t];
                if (term->kind == kind && str_eq_fold(term->word, word)) return true;
            }
    return false;
}

static void add_unread_words(struct arena *a, struct decision *d, const struct screening_rules *s,
                             const struct candidate_texts *list, enum term_kind kind) {
    const char *path = kind == TERM_HISTORY ? "history" : "family_history";
    for (int i = 0; i < list->n; i++) {
        if (some_rule_reads(s, kind, list->v[i])) continue;
        struct str field = str_format(a, "%s[%d]", path, i);
        d->v[d->n++] = (struct finding){.id = str_format(a, "UNREAD:%.*s", STR_ARG(field)),
                                        .severity = SEVERITY_CAUTION,
                                        .saw = list->v[i],
                                        .field = field,
                                        .why = STR("no rule knows this word: read it yourself"),
                                        .source = STR("DESIGN")};
    }
}

static void sort_findings(struct arena *a, struct decision *d) {
    struct finding *sorted = NEWS(a, struct finding, d->n);
    int n = 0;
    for (int severity = SEVERITY_ABSOLUTE; severity <= SEVERITY_INFO; severity++)
        for (int i = 0; i < d->n; i++)
            if ((int)d->v[i].severity == severity) sorted[n++] = d->v[i];
    d->v = sorted;
}

struct decision screening_decide(struct arena *a, const struct screening_rules *s,
                                 const struct candidate *c) {
    struct view v = {.s = s, .c = c};
    struct asked asked = {0};
    int max = s->rule_count + FACTS + c->conditions.n + c->history.n + c->family_history.n;
    struct decision d = {.v = NEWS(a, struct finding, max)};
    view_facts(&v);
    view_lists(&v, a);
    for (int i = 0; i < s->rule_count; i++)
        if (apply_rule(a, &v, &s->rules[i], &asked, &d.v[d.n])) d.n++;
    add_missing(a, &d, &v, &asked);
    add_unread(a, &d, &v);
    add_unread_words(a, &d, s, &c->history, TERM_HISTORY);
    add_unread_words(a, &d, s, &c->family_history, TERM_FAMILY);
    sort_findings(a, &d);
    if (d.n && d.v[0].severity == SEVERITY_ABSOLUTE) d.outcome = OUTCOME_INELIGIBLE;
    else if (d.n && d.v[0].severity == SEVERITY_RELATIVE) d.outcome = OUTCOME_CONDITIONAL;
    return d;
}
