/*
 * enrolment: who takes part in the REMS of esketamine: the setting with its authorised
 * representative, the pharmacy, each prescriber, each patient (CLINICAL 4.5: S10, S77, S79).
 *
 *     site ── pharmacy ── prescriber ── patient      a row each, in force from its date until it
 *        └───────┴────────────┴───────────┘          expires or is withdrawn, with a reason
 *                         │
 *             enrolment_gate_word: four rows of the gate before a dose of esketamine
 *
 * A patient is enrolled by a form of the programme that both signed before treatment; Cairn keeps
 * that it was, and wants the clinic's own consent to esketamine (content/consents) in force first.
 */
#ifndef CAIRN_ENROLMENT_H
#define CAIRN_ENROLMENT_H

#include "app/content.h"
#include "store/sql.h"

/* A row with an id replaces its version. Name, kind, subject and who signed are set here. */
MUST enum err enrolment_save(struct tx *tx, const struct content *content,
                             struct rems_enrolment *row, struct faults *faults);
/* patient_id: whose it must be; absent: of the clinic. */
MUST enum err enrolment_withdraw(struct tx *tx, struct str id, struct str patient_id,
                                 struct str reason, struct faults *faults);

/* The enrolment that holds on a day (YYYY-MM-DD); E_UNKNOWN: none. subject: the patient, the
 * prescriber's account, else empty. */
MUST enum err enrolment_on(struct tx *tx, const char *kind, struct str subject, struct str day,
                           struct rems_enrolment *out);

/* The word of a row of the gate (rems_site, rems_pharmacy, rems_prescriber, rems_patient): yes or
 * no, today. The prescriber is who started the course, or who judges the gate now. */
MUST enum err enrolment_gate_word(struct tx *tx, const struct course *course, const char *kind,
                                  struct str *word);

#endif
