/*
 * intake: what a referral says about a person, before it is anyone's chart.
 *
 *     FHIR bundle ── fhir/import ──┐
 *                                  ├── struct intake ── intake_check ── app/referral ── rows
 *     a typed form ── web ─────────┘
 *
 * Both doors fill the same values and meet the same check, so neither lets in what the other
 * refuses. Words are those of the tables: status of a condition is active, treated or
 * history; of a medicine active or stopped; of an allergy active or resolved. Pure.
 */
#ifndef CAIRN_CORE_INTAKE_H
#define CAIRN_CORE_INTAKE_H

#include "base/err.h"

struct intake_condition {
    struct str code_system, code, display, status;
    struct str onset_date; /* YYYY-MM-DD; absent: not known to the day */
};

struct intake_medication {
    struct str code_system, code, display, dosage, status, start_date;
};

struct intake_allergy {
    struct str code_system, code, display, criticality, status;
};

struct intake_observation {
    struct str field;          /* what the input calls it, for faults */
    struct str code, display;  /* LOINC */
    bool is_number;
    double value;
    struct str value_text;     /* as given: a decimal keeps its digits */
    struct str unit;           /* UCUM */
    int64_t at_ms;
};

struct intake {
    struct str family_name, given_name, preferred_name, pronouns, birth_date, sex;
    int32_t birth_days;
    struct str phone, email, address, emergency_contact;
    struct str source_id; /* the patient's number at the sender */
    struct str referrer, reason, indication;
    struct intake_condition *conditions;
    struct intake_medication *medications;
    struct intake_allergy *allergies;
    struct intake_observation *observations;
    ptrdiff_t condition_n, medication_n, allergy_n, observation_n;
    int64_t taken;        /* resources that found a place */
    struct str left_out;  /* "Claim 8, Immunization 7"; absent: nothing */
};

/* All faults of the values: names, the birth date against today, sex, measured values that
 * no living person has. Fills birth_days. */
void intake_check(struct intake *in, int32_t today, struct faults *faults);
/* Its two halves, for a door that tells places its own way. */
void intake_check_person(struct intake *in, int32_t today, struct faults *faults);
void intake_check_observation(const struct intake_observation *o, struct faults *faults);

/* Weight, height and temperature in the units that the charts are drawn in: pounds, inches
 * and degrees Fahrenheit are converted, and value_text keeps what was given. */
void intake_metric(struct arena *a, struct intake_observation *o);

#endif
