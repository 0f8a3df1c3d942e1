#include "synth/synth_person.h"

#include <string.h>

#include "app/chart.h"
#include "base/clock.h"

struct given_name {
    const char *name, *sex;
};

static const struct given_name given_names[] = {
#define GIVEN(name, sex) {name, sex},
#include "synth/synth_names.def"
#undef GIVEN
};
static const char *const family_names[] = {
#define FAMILY(name) name,
#include "synth/synth_names.def"
#undef FAMILY
};
static const char *const streets[] = {
#define STREET(name) name,
#include "synth/synth_names.def"
#undef STREET
};
static const char *const towns[] = {
#define TOWN(name) name,
#include "synth/synth_names.def"
#undef TOWN
};

struct presenting {
    const char *indication;
    int weight;
    const char *code, *display, *medicine, *second, *reason;
};
static const struct presenting cases[] = {
#define CASE(indication, weight, code, display, medicine, second, reason)                          \
    {indication, weight, code, display, medicine, second, reason},
#include "synth/synth_cases.def"
#undef CASE
};

struct beside {
    const char *code, *display;
    int percent;
    const char *medicine;
};
static const struct beside besides[] = {
#define BESIDE(code, display, percent, medicine) {code, display, percent, medicine},
#include "synth/synth_cases.def"
#undef BESIDE
};
static const char *const allergies[] = {
#define ALLERGY(display) display,
#include "synth/synth_cases.def"
#undef ALLERGY
};

#define TEXT(literal) {literal, sizeof(literal) - 1}
static const struct treatment_trial trieds[] = {
#define TRIED(name, mg, length, brought)                                                           \
    {.drug = TEXT(name), .dose_mg = {true, mg}, .weeks = {true, length}, .outcome = TEXT(brought)},
#include "synth/synth_cases.def"
#undef TRIED
};

#define COUNT(list) ((int)(sizeof(list) / sizeof *(list)))

/* Who ------------------------------------------------------------------------------------- */

/* The first few thousand pairs of names do not repeat: the number walks over all of them. */
static void name_person(struct synth_life *l, int64_t number) {
    int given = (int)((number * 31 + number / COUNT(given_names)) % COUNT(given_names));
    int family = (int)((number * 17 + number / COUNT(family_names)) % COUNT(family_names));
    struct patient *p = &l->patient;
    p->given_name = str_from(given_names[given].name);
    p->sex = str_from(given_names[given].sex);
    p->family_name = str_from(family_names[family]);
    if (str_is(p->sex, "other")) p->pronouns = STR("they/them");
}

static void place_person(struct synth_life *l, int64_t number) {
    struct draw *d = &l->draw;
    struct patient *p = &l->patient;
    int age_days = (int)(365.25 * draw_normal(d, 43, 11));
    if (age_days < 20 * 365) age_days = 20 * 365 + draw_below(d, 3000);
    if (age_days > 76 * 365) age_days = 76 * 365 - draw_below(d, 3000);
    p->birth_date = date_text(l->arena, l->of->today - age_days);
    p->phone = str_format(l->arena, "555-01%02d-%04d", draw_below(d, 100), draw_below(d, 10000));
    struct str given = str_lower(l->arena, p->given_name);
    p->email = str_format(l->arena, "%.*s.%lld@example.org", STR_ARG(given), (long long)number);
    p->address =
        str_format(l->arena, "%d %s, %s", draw_between(d, 1, 240),
                   streets[draw_below(d, COUNT(streets))], towns[draw_below(d, COUNT(towns))]);
    int near = draw_below(d, COUNT(given_names)); /* a relative, not a namesake */
    if (str_is(p->given_name, given_names[near].name)) near = (near + 1) % COUNT(given_names);
    p->emergency_contact = str_format(
        l->arena, "%s %.*s, 555-01%02d-%04d", given_names[near].name,
        STR_ARG(p->family_name), draw_below(d, 100), draw_below(d, 10000));
}

static void body_of(struct synth_life *l) {
    struct draw *d = &l->draw;
    bool woman = str_is(l->patient.sex, "female");
    l->height_cm = (int)draw_normal(d, woman ? 164 : 177, 6);
    double bmi = draw_normal(d, 26.5, 4);
    if (bmi < 18.5) bmi = 18.5 + draw_real(d);
    if (bmi > 38) bmi = 38 - draw_real(d);
    l->weight_kg = (int)(bmi * l->height_cm * l->height_cm / 10000 * 10) / 10.0;
    l->systolic = draw_between(d, 108, 132);
    l->diastolic = draw_between(d, 66, 84);
    l->heart_rate = draw_between(d, 58, 84);
}

/* What was told --------------------------------------------------------------------------- */

void synth_observation(struct synth_life *l, const char *code, double value, int decimals,
                       int64_t at_ms, struct str dosing_id) {
    const struct vital_meaning *m = vital_meanings;
    while (strcmp(m->loinc, code) != 0) m++;
    struct buf text = buf_new(l->arena, 8);
    int64_t unit = decimals ? 10 : 1;
    value = (double)(int64_t)(value * (double)unit + 0.5) / (double)unit;
    buf_real(&text, value, decimals);
    bool here = at_ms > l->referred_ms;
    struct observation row = {.id = synth_id(l),
                              .patient_id = l->patient.id,
                              .code = str_from(code),
                              .display = str_from(m->text),
                              .value = {true, value},
                              .value_text = buf_str(&text),
                              .unit = str_from(m->unit),
                              .at_ms = at_ms,
                              .recorded_ms = at_ms,
                              .account_id = here ? l->of->staff.monitor : STR_ABSENT,
                              .dosing_id = dosing_id,
                              .source = STR("typed")};
    struct str who = here ? l->of->staff.monitor : l->of->staff.coordinator;
    SYNTH_ADD(l->rows, observation,
              synth_act(at_ms, who, here ? "vitals_recorded" : "referral_received", STR_ABSENT),
              &row);
}

static struct synth_act received(const struct synth_life *l) {
    return synth_act(l->referred_ms, l->of->staff.coordinator, "referral_received", STR_ABSENT);
}

static void add_condition(struct synth_life *l, const char *code, const char *display, int years) {
    CHECK(l->condition_n < SYNTH_CONDITIONS_MAX, "a case with that many conditions");
    l->conditions[l->condition_n++] = (struct candidate_condition){
        .icd10 = str_from(code), .text = str_from(display), .status = CONDITION_ACTIVE};
    int32_t onset = l->of->today - years * 365 - draw_below(&l->draw, 300);
    struct condition row = {.id = synth_id(l),
                            .patient_id = l->patient.id,
                            .code_system = STR("icd10cm"),
                            .code = str_from(code),
                            .display = str_from(display),
                            .status = STR("active"),
                            .onset_date = date_text(l->arena, onset),
                            .recorded_ms = l->referred_ms};
    SYNTH_ADD(l->rows, condition, received(l), &row);
}

static void add_medicine(struct synth_life *l, const char *display) {
    if (!*display) return;
    CHECK(l->medicine_n < SYNTH_MEDICINES_MAX, "a case with that many medicines");
    l->medicines[l->medicine_n++] = str_from(display);
    int32_t start = l->of->today - draw_between(&l->draw, 90, 1200);
    struct medication row = {.id = synth_id(l),
                             .patient_id = l->patient.id,
                             .display = str_from(display),
                             .dosage = STR("once a day"),
                             .status = STR("active"),
                             .start_date = date_text(l->arena, start),
                             .recorded_ms = l->referred_ms};
    SYNTH_ADD(l->rows, medication, received(l), &row);
}

static void add_allergy(struct synth_life *l) {
    struct allergy row = {.id = synth_id(l),
                          .patient_id = l->patient.id,
                          .display = str_from(allergies[draw_below(&l->draw, COUNT(allergies))]),
                          .criticality = STR("low"),
                          .status = STR("active"),
                          .recorded_ms = l->referred_ms};
    l->allergy = row.display;
    SYNTH_ADD(l->rows, allergy, received(l), &row);
}

static const struct presenting *draw_case(struct synth_life *l) {
    const char *wanted = l->story.indication;
    int total = 0;
    for (int i = 0; i < COUNT(cases); i++)
        if (!wanted || strcmp(wanted, cases[i].indication) == 0) total += cases[i].weight;
    CHECK(total > 0, "a story with an indication that has no case");
    int at = draw_below(&l->draw, total);
    for (int i = 0; i < COUNT(cases); i++) {
        if (wanted && strcmp(wanted, cases[i].indication) != 0) continue;
        if ((at -= cases[i].weight) < 0) return &cases[i];
    }
    return &cases[0];
}

static void add_beside(struct synth_life *l) {
    int more = 0;
    for (int i = 0; i < COUNT(besides) && more < 2; i++) {
        if (!draw_chance(&l->draw, besides[i].percent)) continue;
        if (strcmp(besides[i].code, "F41.1") == 0 && str_is(l->patient.indication, "gad")) continue;
        if (strcmp(besides[i].code, "I10") == 0) l->systolic += 8, l->diastolic += 4;
        add_condition(l, besides[i].code, besides[i].display, draw_between(&l->draw, 1, 12));
        add_medicine(l, besides[i].medicine);
        more++;
    }
    if (draw_chance(&l->draw, 25)) add_allergy(l);
}

static void add_referral(struct synth_life *l, const struct presenting *of) {
    static const char *const referrers[] = {"Dr. Amos Pike, Riverbend Family Medicine",
                                            "Nadia Thorne, PMHNP, Stonebrook Psychiatry",
                                            "Dr. Lena Ford, Fairwater Clinic", "Self-referred",
                                            "Dr. Imre Vance, Highcairn Pain Service"};
    struct referral row = {.id = synth_id(l),
                           .patient_id = l->patient.id,
                           .received_ms = l->referred_ms,
                           .source = STR("typed"),
                           .referrer = str_from(referrers[draw_below(&l->draw, COUNT(referrers))]),
                           .reason = str_from(of->reason),
                           .taken = 1};
    SYNTH_ADD(l->rows, referral, received(l), &row);
}

/* Two or three treatments before, judged by the clinic's own table; the first lies further back. */
static void add_trials(struct synth_life *l) {
    int first = draw_below(&l->draw, COUNT(trieds)), n = draw_between(&l->draw, 2, 3);
    for (int i = 0; i < n; i++) {
        struct treatment_trial row = trieds[(first + i * 3) % COUNT(trieds)];
        struct trial_ruling ruling = trial_judge(l->arena, l->of->content->trials, row.drug,
                                                 row.dose_mg.v, row.weeks.v);
        row.id = synth_id(l);
        row.patient_id = l->patient.id;
        row.in_episode = i ? STR("yes") : STR("no");
        row.told_by = STR("referrer");
        row.rule_adequate = row.adequate = str_from(trial_adequacy_word(ruling.adequacy));
        row.rule_why = ruling.why;
        row.state = STR("active");
        row.recorded_ms = l->referred_ms;
        row.account_id = l->of->staff.coordinator;
        SYNTH_ADD(l->rows, treatment_trial, received(l), &row);
    }
}

void synth_person(struct synth_life *l, int64_t number, struct str mrn) {
    struct patient *p = &l->patient;
    *p = (struct patient){.id = synth_id(l),
                          .mrn = mrn,
                          .phase = str_from(phase_name(PHASE_REFERRED)),
                          .phase_since_ms = l->referred_ms};
    name_person(l, number);
    place_person(l, number);
    body_of(l);
    const struct presenting *of = draw_case(l);
    p->indication = str_from(of->indication);
    SYNTH_ADD(l->rows, patient, received(l), p);
    struct phase_change first = {.id = synth_id(l),
                                 .patient_id = p->id,
                                 .to_phase = p->phase,
                                 .at_ms = l->referred_ms,
                                 .account_id = l->of->staff.coordinator,
                                 .reason = str_from(of->reason)};
    SYNTH_ADD(l->rows, phase_change, received(l), &first);
    add_referral(l, of);
    add_condition(l, of->code, of->display, draw_between(&l->draw, 2, 18));
    add_medicine(l, of->medicine);
    if (draw_chance(&l->draw, 60)) add_medicine(l, of->second);
    add_beside(l);
    if (str_is(p->indication, "trd")) add_trials(l);
    synth_observation(l, "8302-2", l->height_cm, 0, l->referred_ms, STR_ABSENT);
    synth_observation(l, "29463-7", l->weight_kg, 1, l->referred_ms, STR_ABSENT);
}
