/*
 * room: the rooms of the clinic, and which session stands in which.
 *
 *     room_save  an administrator names them and puts them in order
 *     room_take  a session goes into a room at check-in, or moves to another
 *     room_leave it is over; the room is free
 *     room_ready_say  what it has for the day was gone through, by content/monitoring/room.txt
 *
 * A room holds one session at a time. That is looked at in the transaction that takes it, so
 * two who press at once do not both get it.
 */
#ifndef CAIRN_ROOM_H
#define CAIRN_ROOM_H

#include "core/criteria.h"
#include "store/sql.h"

/* id absent: a new one. Faults at the fields name, position, state. */
MUST enum err room_save(struct tx *tx, struct room *row, struct faults *faults);
/* E_INVALID with a fault at the field `room` when it is in use, closed or unknown. A session
 * that is in another room leaves it; in this one already, nothing is written and E_OK. */
MUST enum err room_take(struct tx *tx, const struct dosing *session, struct str room_id,
                        int64_t from_ms, struct faults *faults);
/* Who says it, and when, is kept; of several of a day the last counts. */
MUST enum err room_ready_say(struct tx *tx, const struct criteria *list, struct str room_id,
                             struct str answers, struct faults *faults);
/* What was said last of each room today. */
MUST enum err room_ready_today(struct tx *tx, struct room_ready_on_rows *rows);
/* For the gate of a session: ready, incomplete, not-said; absent: it has no room. */
MUST enum err room_ready_word(struct tx *tx, struct str dosing_id, struct str *word);
/* Does nothing where the session has no room. */
MUST enum err room_leave(struct tx *tx, const struct dosing *session);

#endif
