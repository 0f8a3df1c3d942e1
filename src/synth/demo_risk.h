/* demo_risk: the demo's lives at risk: one whose alert waits, one that a therapist works. */
#ifndef CAIRN_DEMO_RISK_H
#define CAIRN_DEMO_RISK_H

#include "app/content.h"
#include "store/sql.h"

enum demo_risk_told { DEMO_RISK_WAITS, DEMO_RISK_WORKED };
/* Opens the alerts of the patient's measures at their time, and does what was done since. */
MUST enum err demo_risk(struct tx *tx, const struct content *content, struct str patient_id,
                        struct str therapist, enum demo_risk_told told);
MUST enum err demo_safety_plan(struct tx *tx, struct str patient_id);

#endif
