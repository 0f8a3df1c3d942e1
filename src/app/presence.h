/*
 * presence: who is in the room with the patient, from and until when. One tap in, one tap out;
 * whoever gives the dose is there until they say that they leave. From the first dose on, a
 * gap is an alarm (vigil.h, content/monitoring/alarms.txt).
 */
#ifndef CAIRN_PRESENCE_H
#define CAIRN_PRESENCE_H

#include "app/content.h"
#include "store/sql.h"

struct presence_in {
    struct str account_id;
    int64_t at_ms; /* 0: now; never later than now, nor before check-in */
};
/* Somebody who is there already is there: E_OK, nothing written. An account that may not run a
 * session, or is closed: E_INVALID with a fault at `account`. */
MUST enum err presence_enter(struct tx *tx, const struct content *content,
                             const struct dosing *d, const struct presence_in *in,
                             struct faults *faults);
MUST enum err presence_leave(struct tx *tx, const struct content *content,
                             const struct dosing *d, const struct presence_in *in,
                             struct faults *faults);
/* The session is over: everybody has left. */
MUST enum err presence_end(struct tx *tx, struct str dosing_id);

#endif
