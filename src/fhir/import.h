/*
 * import: a referral as another system exports it, FHIR R4, to an intake.
 *
 * Taken: a Bundle (transaction, collection, searchset, batch, document) about exactly one
 * Patient, or a Patient with what it contains. Patient, Condition, MedicationRequest,
 * MedicationStatement, AllergyIntolerance, Observation (each component a row of its own) and
 * ServiceRequest find a place; Practitioner and Organization name the referrer. Everything
 * else is counted by type in `left_out`, never dropped silently; so is an entry that its
 * sender calls an error, refuted, or only planned.
 *
 * What is stopped or resolved is history; what is unknown counts as current, because a
 * medicine that may be taken must be seen. A reference that leads to another patient is
 * refused. Every fault names its element and line: E_SYNTAX, E_TOO_LARGE, E_INVALID.
 */
#ifndef CAIRN_FHIR_IMPORT_H
#define CAIRN_FHIR_IMPORT_H

#include "core/intake.h"

enum {
    IMPORT_BYTES_MAX = 8 << 20,
    IMPORT_ENTRIES_MAX = 5000,
    IMPORT_TEXT_MAX = 500, /* code points of what a chart row shows */
};

/* The texts of *out point into `bytes` or `a`: both must live as long. */
MUST enum err import_read(struct arena *a, struct str bytes, int64_t now_ms, struct intake *out,
                          struct faults *faults);

#endif
