-- Alarms of a session. What raised it, who knows of it, what was done about it: nothing of that
-- resets by itself, and an alarm ends by a person, with a reason (src/app/alarm.h).

CREATE TABLE alarm ( -- chart
    clinic_id         TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    patient_id        TEXT    NOT NULL,
    dosing_id         TEXT    NOT NULL,
    room_id           TEXT,
    device_id         TEXT,
    kind              TEXT    NOT NULL,           -- vital, checkpoint, presence, signal, event
    subject           TEXT    NOT NULL,           -- the sign, the event, or what is watched
    level             TEXT    NOT NULL,           -- advisory, urgent, critical: the worst so far
    text              TEXT    NOT NULL,           -- the sentence
    source            TEXT    NOT NULL,           -- whose rule it is
    raised_ms         INTEGER NOT NULL,           -- to this level
    repeat_ms         INTEGER,                    -- a reading to be confirmed: when to repeat it
    told              TEXT    NOT NULL,           -- monitor, prescriber, everyone: as far as it went
    escalated_ms      INTEGER,
    acknowledged_ms   INTEGER,
    acknowledged_by   TEXT,
    silenced_until_ms INTEGER,
    silenced_by       TEXT,
    over_ms           INTEGER,                    -- since when its cause is gone
    ended_ms          INTEGER,
    ended_by          TEXT,
    reason            TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX alarm_dosing ON alarm (clinic_id, dosing_id, raised_ms);
CREATE INDEX alarm_open ON alarm (clinic_id, raised_ms) WHERE ended_ms IS NULL;
