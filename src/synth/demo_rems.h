/* demo_rems: the demo's clinic in the REMS: the site, its pharmacy and its prescriber; who is
 * given esketamine, with a form for each session: the old ones confirmed, one sent, one late. */
#ifndef CAIRN_DEMO_REMS_H
#define CAIRN_DEMO_REMS_H

#include "app/content.h"
#include "store/sql.h"

/* The clinic's own enrolments, so many days ago. */
MUST enum err demo_rems_clinic(struct tx *tx, const struct content *content,
                               struct str prescriber);
/* Who signed the consent is enrolled; forms for the sessions that are over. */
MUST enum err demo_rems_patient(struct tx *tx, const struct content *content,
                                struct str patient_id, struct str prescriber);

#endif
