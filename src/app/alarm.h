/*
 * alarm: what calls for somebody during a session, and who answered.
 *
 *     raised ──────> acknowledged (who, when) ────────┐
 *       │  └─ nobody does: monitor -> prescriber -> everyone   (alarm_tick, by the content)
 *       │                                             ├──> ended, by a person, with a reason
 *       └──> over: "back inside since 10:52" ─────────┘
 *
 * One open alarm for each session, kind and subject. Raised again at its level or below, it
 * stays as it is; raised higher, or again after its cause was gone, it is a new call: the
 * acknowledgement and the silence before do not count. Nothing resets by itself: when the
 * cause is gone the alarm says so and stays. It ends by a person, when its cause is over; of
 * what somebody saw (kind `event`) only a person sees the end.
 *
 * Kinds: vital (subject: the sign), checkpoint, presence, signal (loss of a monitor), event.
 */
#ifndef CAIRN_ALARM_H
#define CAIRN_ALARM_H

#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

/* Of `want`: patient_id, dosing_id, kind, subject, level, text and source; room_id and
 * device_id where they are known; cause_ms, when it was measured or seen; over_ms set where the
 * cause is gone already (a late entry). It is raised now, and who is told by when counts from now.
 * *out is the alarm as it then stands. */
MUST enum err alarm_raise(struct tx *tx, const struct alarm *want, struct alarm *out);
/* The cause is gone: the open alarm about it, if there is one, says so from now on. */
MUST enum err alarm_over(struct tx *tx, struct str dosing_id, const char *kind,
                         struct str subject);
/* What a person does about it, during the session that it belongs to. */
struct alarm_act {
    struct str patient_id, alarm_id, reason;
};
/* Somebody has seen it and answers: it goes on to nobody else. */
MUST enum err alarm_acknowledge(struct tx *tx, const struct alarm_act *act,
                                struct faults *faults);
/* No sound for as long as the content lets its level be silent. */
MUST enum err alarm_silence(struct tx *tx, const struct content *content,
                            const struct alarm_act *act, struct faults *faults);
/* A person ends it, with a reason. E_BLOCKED while its cause lasts. */
MUST enum err alarm_end(struct tx *tx, const struct alarm_act *act, struct faults *faults);
/* Who ends the session ends what is still open of it. */
MUST enum err alarm_end_all(struct tx *tx, struct str dosing_id, struct str reason);

/* watch.h */
MUST enum err alarm_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err alarm_tick(struct tx *tx, const struct app *app);

#endif
