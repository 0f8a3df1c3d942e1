/* demographics: a FHIR R4 Patient as the person of an intake. US Core's must-support
 * elements and the emergency contact; everything else of the resource stays behind. */
#ifndef CAIRN_FHIR_DEMOGRAPHICS_H
#define CAIRN_FHIR_DEMOGRAPHICS_H

#include "core/intake.h"
#include "fhir/datatype.h"

/* Fills the person's fields and checks them against today; faults name the element. */
void demographics_read(struct datatype_reader *r, const struct json *patient, int32_t today,
                       struct intake *out);

#endif
