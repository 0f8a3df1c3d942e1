/* questionnaire_bind: one item of a FHIR Questionnaire and one of ours: which it is, and what
 * its answers are worth. questionnaire.h says by what rules. */
#ifndef CAIRN_QUESTIONNAIRE_BIND_H
#define CAIRN_QUESTIONNAIRE_BIND_H

#include "fhir/datatype.h"
#include "fhir/questionnaire.h"

/* A member's text as a file of content can keep it; a fault where it cannot. */
struct str questionnaire_words(struct datatype_reader *r, const struct json *object,
                               const char *name);
/* Lower-case letters and digits only: "PHQ-9" is phq9. */
struct str questionnaire_plain(struct arena *a, struct str text);
/* Index of the item of ours; -1: none. Counts what it was bound by. */
int questionnaire_item(struct datatype_reader *r, struct questionnaire *q, const struct json *item);
/* Fills the choices of *words; faults where they are not answers to our item. */
void questionnaire_answers(struct datatype_reader *r, struct questionnaire *q,
                           const struct item *ours, const struct json *item,
                           struct wording_item *words);

#endif
