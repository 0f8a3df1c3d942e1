/* synth_person: who a synthetic patient is, and the referral that brought them. */
#ifndef CAIRN_SYNTH_SYNTH_PERSON_H
#define CAIRN_SYNTH_SYNTH_PERSON_H

#include "synth/synth.h"

/* Fills the patient and adds its row, the referral and what it told: conditions, medicines,
 * allergies, weight, height, blood pressure. */
void synth_person(struct synth_life *l, int64_t number, struct str mrn);
/* One vital sign (LOINC) as the clinic or the referral recorded it. */
void synth_observation(struct synth_life *l, const char *code, double value, int decimals,
                       int64_t at_ms, struct str dosing_id);

#endif
