/*
 * oru: a monitor's ORU message (HL7 v2, R01 and IHE's R40) as readings. It only reads: what is
 * done with them is app/device.h's.
 *
 * The device is the EUI-64 of MSH-3; where a sender has none, the name of MSH-3, its facility,
 * the address it speaks from and the bed of PV1-3, so that two never become one. A time without
 * a zone is the clinic's; a reading without a time has its OBR's, then the message's, then that
 * of its arrival. OBX-8 or MSH-11 may say that nothing of it is of a patient.
 *
 * The text of a monitor's alarm is kept as that, and no number is ever taken out of it.
 */
#ifndef CAIRN_ORU_H
#define CAIRN_ORU_H

#include "codec/hl7.h"
#include "core/monitor.h"

struct oru_from {
    struct str peer; /* the sender's address */
    int64_t arrived_ms;
};

/* E_INVALID with *refusal: not a message that is taken here. */
MUST enum err oru_read(struct arena *a, const struct monitors *table, const struct hl7_message *m,
                       struct oru_from from, struct monitor_message *out,
                       struct hl7_refusal *refusal);

#endif
