/*
 * questionnaire: a FHIR R4 Questionnaire (https://hl7.org/fhir/R4/questionnaire.html) read as the
 * words of an instrument that we score. The file gives texts and answers; what they add up to is
 * ours and is not taken from it: no total, no expression, no enableWhen.
 *
 *     Questionnaire.code, item codes, url, name ──> which instrument
 *     item.code (LOINC), or linkId (q3, 3, PHQ9-3) ──> which item
 *     answerOption: ordinalValue or itemWeight, a LOINC answer code, a number, the same words as
 *         ours, or the order of the answers ──> which value
 *     group and display texts ──> the stem above the first item, a heading above a later one
 *
 * Nothing is guessed past that: an item that binds to none of ours, items in another order, an
 * answer outside the item's range, answers that are too few: each is a fault with its path.
 */
#ifndef CAIRN_QUESTIONNAIRE_H
#define CAIRN_QUESTIONNAIRE_H

#include "core/wording.h"

enum { QUESTIONNAIRE_BYTES_MAX = 2 << 20, QUESTIONNAIRE_TEXT_MAX = 4000 };

struct questionnaire {
    struct wording words; /* version 0: whoever keeps it numbers it */
    const struct instrument *in;
    int by_code, by_link; /* how many items were bound by what */
    int by_order;         /* of how many the answers were taken in their order */
    int passed_over;      /* totals and other things that are computed */
};

/* `as`: the id of the instrument, where the file's codes do not say; may be absent.
 * E_SYNTAX, E_TOO_LARGE, E_INVALID: the faults say where. */
MUST enum err questionnaire_read(struct arena *a, struct str bytes, struct instruments all,
                                 struct str as, struct faults *faults, struct questionnaire *out);

#endif
