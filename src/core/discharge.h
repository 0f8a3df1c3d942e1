/*
 * discharge: may the patient go home? Minimum stay AND criteria AND escort, by the rows of
 * content/monitoring/discharge.txt (CLINICAL 4.6); and until when there is no driving.
 *
 * The discharge score (PADSS, the variant of S81) is computed from what is asked anyway:
 *
 *     vital signs   worst of systolic, diastolic, heart rate against baseline:
 *                   within 20% 2, within 40% 1, beyond 0
 *     activity      oriented and steady 2, one of them 1, neither 0
 *     comfort       nausea and pain, the worse of them: minimal 2, moderate 1, severe 0
 *     bleeding      at the injection or IV site, likewise
 *     intake        drunk and passed water 2, one 1, neither 0
 *
 * Beside it, or instead of it, what a clinic has chosen by a `score` (the modified Aldrete score).
 * A part that is not known leaves the score unknown, and what is unknown holds. Pure.
 */
#ifndef CAIRN_DISCHARGE_H
#define CAIRN_DISCHARGE_H

#include "core/criteria.h"

struct discharge_facts {
    struct str route;
    int stay_min;         /* since the end of the last dose; < 0: no dose is recorded */
    struct measured bp, hr, spo2;                /* the last of each; parts 0: not known */
    struct measured bp_base, hr_base, spo2_base; /* before the dose */
    int vitals_min;       /* since the older of the last pressure and oxygen; < 0: not known */
    struct str when;      /* of the last vital signs: "12:40"; may be absent */
    struct criteria_values answers; /* moaas oriented gait nausea pain site intake suicidal escort
                                       instructions resolved */
};

enum { DISCHARGE_PADSS_UNKNOWN = -1 };

struct discharge_answer {
    struct rulings rulings;
    enum ruling_outcome overall; /* pass: ready; caution: with a reason; hold */
    int padss;                   /* 0 to 10, or DISCHARGE_PADSS_UNKNOWN */
};

/* What discharge.txt must hold; a fault for each thing it lacks. */
void discharge_check(const struct criteria *d, struct str file, struct faults *faults);
int discharge_padss(const struct criteria *d, const struct discharge_facts *f);
void discharge_judge(struct arena *a, const struct criteria *d, const struct discharge_facts *f,
                     struct discharge_answer *out);

/* The local hour that discharge_no_driving wants as morning. */
int discharge_morning_hour(const struct criteria *d);
/* The later of 24 hours after the end of the last dose (GUIDE) and the morning of the next
 * calendar day (the label's next day after a restful sleep, S11, S15). next_morning_ms: the
 * instant of discharge_morning_hour on the day after the local day on which the dose ended. */
int64_t discharge_no_driving(const struct criteria *d, int64_t dose_end_ms,
                             int64_t next_morning_ms);

#endif
