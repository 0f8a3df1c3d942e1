/*
 * device: the monitors of the clinic, and what they send.
 *
 *     message (HL7, REST) ── device_take ──┬─ a monitor nobody knows: a row of state `new`
 *                                          ├─ resent: the same bytes are there already
 *                                          ├─ demo, empty: noted, that it spoke
 *                                          ├─ filed: it stands in a room with a running session
 *                                          └─ unassigned, and why: a person files or discards it
 *
 * Whose readings they are is said by a person who put the monitor into a room and by the session
 * that stands there; a patient's number in the message, where it is one of ours, must agree.
 * Nothing is guessed and nothing is dropped.
 *
 * A monitor speaks every second; a chart of every second could not be read. All of it is kept for
 * a while in device_message; into the chart, through the session's one door (app/observe.h), go a
 * cuff's pressures as they are taken, and of each continuous sign one value a minute and each
 * that crosses a line of content/monitoring/session.txt. What a monitor itself calls an alarm is
 * an event of the session, in the monitor's words and once in five minutes; Cairn judges the
 * numbers, not those words.
 */
#ifndef CAIRN_DEVICE_H
#define CAIRN_DEVICE_H

#include "app/content.h"
#include "app/watch.h"
#include "store/sql.h"

enum {
    DEVICES_MAX = 500,         /* past it an unknown one is refused: somebody makes names up */
    DEVICE_FILE_MS = 60000,    /* between two values of a continuous sign in the chart: DESIGN */
    DEVICE_BETTER_MS = 10000,  /* before a value that is back inside is written: DESIGN */
    DEVICE_EARLY_MS = 60000,   /* measured so long before check-in: not of this session */
    DEVICE_AHEAD_MS = 60000,   /* a clock further ahead than that is not believed */
    DEVICE_SAID_MS = 300000,   /* a monitor's own alarm that goes on is written again: DESIGN */
};

/* The event of a session that is a monitor's own alarm (content/monitoring/session.txt). */
#define DEVICE_ALARM_EVENT "monitor-alarm"

enum device_fate { DEVICE_FILED, DEVICE_UNASSIGNED, DEVICE_DEMO, DEVICE_EMPTY, DEVICE_RESENT };

/* One message, in the caller's write transaction. Times ahead of now are set to now. */
MUST enum err device_take(struct tx *tx, const struct content *content,
                          struct monitor_message *m, struct str peer, enum device_fate *out);
/* Something went wrong at the door: counted by sender and kind, the last text kept. */
MUST enum err device_fault(struct tx *tx, struct str peer, const char *kind, struct str text,
                           int64_t n);

/* A person names it, says where it stands, accepts or retires it. Fault: name; the rest the
 * caller has checked. */
MUST enum err device_save(struct tx *tx, struct device *row, struct faults *faults);
/* A gateway that speaks by REST, and its key, which is shown once. E_INVALID: the name. */
MUST enum err device_gateway(struct tx *tx, struct str name, struct faults *faults,
                             struct device *out, struct str *key);
/* The device of a key; E_LOGIN: none. */
MUST enum err device_of_bearer(struct tx *tx, struct str key, struct device *out);

/* What waits, from..to by the time of measuring: into a session, or discarded with a reason. */
enum device_verdict { DEVICE_FILE, DEVICE_DISCARD };
struct device_settle {
    struct str device_id, dosing_id, reason;
    int64_t from_ms, to_ms;
    enum device_verdict verdict;
};
MUST enum err device_settle(struct tx *tx, const struct content *content,
                            const struct device_settle *in, struct faults *faults);

/* watch.h: a monitor in a running session that fell silent; old messages that may go. */
MUST enum err device_due(struct tx *tx, const struct app *app, bool *due);
MUST enum err device_tick(struct tx *tx, const struct app *app);

#endif
