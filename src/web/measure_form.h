/* measure_form: an instrument drawn as a form and read back as answers, the same for staff
 * and for the patient. Item wording is shown where it may be given out, else our own label. */
#ifndef CAIRN_MEASURE_FORM_H
#define CAIRN_MEASURE_FORM_H

#include "app/rating.h"
#include "web/form_view.h"

/* The instrument in the language that the page was asked for, or that the form says; in the words
 * that are in use where there is none. NULL: no such instrument. */
const struct instrument *measure_instrument(struct request *rq, struct str id);
/* WHO_STAFF: asks also how it was taken, and of a clinician's rating by whom. */
enum measure_who { WHO_PATIENT, WHO_STAFF };
MUST enum err measure_form(struct request *rq, enum measure_who who, const struct instrument *in,
                           struct str action, struct view_measure_page *out);
/* Answers in item order; faults for each value that is none. */
MUST enum err measure_form_read(struct request *rq, const struct instrument *in, int answers[]);

/* What the form says of how it was taken. */
MUST enum err measure_form_how(struct request *rq, struct rating_in *how);

#endif
