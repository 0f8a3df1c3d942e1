/*
 * way: the only door that moves a patient along the way (core/phase.h). An act leads where
 * the table of phases says; each move has a time, a person and a reason, kept as a
 * phase_change.
 */
#ifndef CAIRN_WAY_H
#define CAIRN_WAY_H

#include "core/phase.h"
#include "store/sql.h"

/* E_BLOCKED: the act does not belong to the patient's phase. An act that stays in the phase
 * writes nothing. An absent reason stands for the act's own words. */
MUST enum err way_act(struct tx *tx, struct patient *p, enum phase_act act, struct str reason);
/* Can the act be done now? */
bool way_may(const struct patient *p, enum phase_act act);

#endif
