/*
 * referral: a person who was sent here becomes a patient of this clinic, in phase `referred`.
 *
 *     intake (a FHIR file, a typed form) ── the same file? ── the same person? ── rows
 *                                            E_CONFLICT        E_BLOCKED
 *
 * One transaction writes the patient, the first phase change, the referral and its rows, or
 * nothing. A file that was received before is refused with who and when. A person of the
 * same name and birth date is a possible duplicate: that is said, and goes on only when
 * somebody has acknowledged it.
 */
#ifndef CAIRN_APP_REFERRAL_H
#define CAIRN_APP_REFERRAL_H

#include "core/intake.h"
#include "store/sql.h"

enum referral_duplicates { REFERRAL_ASK, REFERRAL_ACKNOWLEDGED };

struct referral_done {
    struct str patient_id, mrn, referral_id;
};

/* A file: `bytes` is what was received, `in` what import_read made of it. */
MUST enum err referral_import(struct tx *tx, struct intake *in, struct str bytes,
                              enum referral_duplicates duplicates, struct faults *faults,
                              struct referral_done *out);
/* A typed one: its texts are the form's. */
MUST enum err referral_type(struct tx *tx, struct intake *in, enum referral_duplicates duplicates,
                            struct faults *faults, struct referral_done *out);

/* The next number of the clinic: K-000001, K-000002, ... to K-999999. */
MUST enum err referral_next_mrn(struct tx *tx, struct str *mrn);
struct str referral_mrn(struct arena *a, int64_t number);

/* One line for a person to read: what was taken, and what was left out. */
struct str referral_line(struct arena *a, const struct intake *in, struct str mrn);

#endif
