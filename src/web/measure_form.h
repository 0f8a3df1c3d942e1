/* measure_form: an instrument drawn as a form and read back as answers, the same for staff
 * and for the patient. Item wording is shown where it may be given out, else our own label. */
#ifndef CAIRN_MEASURE_FORM_H
#define CAIRN_MEASURE_FORM_H

#include "core/instrument.h"
#include "web/form_view.h"

MUST enum err measure_form(struct request *rq, const struct instrument *in, struct str action,
                           struct view_measure_page *out);
/* Answers in item order; faults for each value that is none. */
MUST enum err measure_form_read(struct request *rq, const struct instrument *in, int answers[]);

#endif
