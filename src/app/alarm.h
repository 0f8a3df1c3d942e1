/*
 * alarm: what calls for somebody during a session, and who answered.
 *
 *     raised ──────> acknowledged (who, when) ────────┐
 *       │  └─ nobody does: monitor -> prescriber -> everyone   (alarm_tick, by the content)
 *       │                                             ├──> ended, by a person, with a reason
 *       └──> over: "back inside since 10:52" ─────────┘
 *
 * One open alarm for each session, kind and subject. Raised again at its level or below, it
 * stays as it is; raised higher, it is a new call: the acknowledgement and the silence before
 * do not count. Nothing resets by itself: when the cause is gone the alarm says so and stays.
 * It ends only when its cause is over, or when a person says that it never was a cause (kind
 * `event`, which nothing but a person can see the end of).
 *
 * Kinds: vital (subject: the sign), checkpoint, presence, signal (loss of a monitor), event.
 */
#ifndef CAIRN_ALARM_H
#define CAIRN_ALARM_H

#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

/* Of `want`: patient_id, dosing_id, kind, subject, level, text and source; room_id and
 * device_id where they are known; over_ms set where the cause is gone already (a late entry).
 * *out is the alarm as it then stands. */
MUST enum err alarm_raise(struct tx *tx, const struct alarm *want, struct alarm *out);
/* The cause is gone: the open alarm about it, if there is one, says so from now on. */
MUST enum err alarm_over(struct tx *tx, struct str dosing_id, const char *kind,
                         struct str subject);
/* A person ends it. E_BLOCKED while its cause lasts. */
MUST enum err alarm_end(struct tx *tx, struct str alarm_id, struct str reason,
                        struct faults *faults);

/* watch.h */
MUST enum err alarm_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err alarm_tick(struct tx *tx, const struct app *app);

#endif
