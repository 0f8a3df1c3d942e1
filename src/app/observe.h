/*
 * observe: the one door by which something measured enters a session, whoever measured it: a
 * hand on the page, a monitor, a device's message. It is written down, judged by
 * content/monitoring/session.txt, and what is out of its limits becomes an alarm.
 *
 *     typed ─┐
 *     monitor┼─> dosing_observe ─> chart_vitals (rows) ─> vitals_judge ─> alarm_raise / alarm_over
 *     REST  ─┘                                        └─> vigil_look: the checkpoint is taken
 *
 * Every reading is judged as of its own time, so that one written down late raises what it would
 * have raised; a later reading that is fine says that it is over.
 */
#ifndef CAIRN_OBSERVE_H
#define CAIRN_OBSERVE_H

#include "app/chart.h"
#include "app/content.h"

/* place->dosing_id is a session; E_UNKNOWN: there is none of that id, or it is another
 * patient's. E_BLOCKED: it is over. The journal's event afterwards is vitals_recorded. */
MUST enum err dosing_observe(struct tx *tx, const struct content *content,
                             const struct vitals_place *place, const struct vitals *v,
                             struct faults *faults);

/* The sign of session.txt that a kind is judged by; NULL: none (diastolic goes with systolic). */
const char *observe_item(enum vital_kind kind);

#endif
