/*
 * chart: entries that anyone caring for the patient adds: conditions, medicines, allergies,
 * vital signs. Each is one row, journalled with its author; a correction is a new version.
 */
#ifndef CAIRN_CHART_H
#define CAIRN_CHART_H

#include "store/sql.h"

/* Demographics. `row` is the patient as loaded, with the new values; `expect` is the version
 * that was shown (E_CONFLICT when somebody saved since). */
MUST enum err chart_demographics(struct tx *tx, struct patient *row, int64_t expect,
                                 struct faults *faults);
MUST enum err chart_condition(struct tx *tx, struct condition *row, struct faults *faults);
MUST enum err chart_medication(struct tx *tx, struct medication *row, struct faults *faults);
MUST enum err chart_allergy(struct tx *tx, struct allergy *row, struct faults *faults);

/* What was measured at one time; what is absent was not measured. */
struct vitals {
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) struct maybe_real name;
#include "app/vitals.def"
#undef VITAL
};

enum vital_kind {
#define VITAL(name, loinc, unit, lowest, highest, decimals, text) VITAL_##name,
#include "app/vitals.def"
#undef VITAL
    VITAL_COUNT
};

struct vital_meaning {
    const char *name, *loinc, *unit;
    double lowest, highest;
    int decimals;
    const char *text;
};
extern const struct vital_meaning vital_meanings[VITAL_COUNT];

/* Where and when vital signs were taken. */
struct vitals_place {
    struct str patient_id, dosing_id; /* dosing_id: absent outside a session */
    int64_t at_ms;                    /* 0: now; never later than now */
    struct str source;                /* device, fhir; absent: typed */
};

/* One observation row for each value given; blood pressure comes in pairs. */
MUST enum err chart_vitals(struct tx *tx, const struct vitals_place *place,
                           const struct vitals *v, struct faults *faults);

/* The last value of a kind, with its time; `is` false when there is none. */
struct vital_last {
    struct maybe_real value;
    int64_t at_ms;
};
MUST enum err chart_vital_last(struct tx *tx, struct str patient_id, enum vital_kind kind,
                               struct vital_last *out);

#endif
