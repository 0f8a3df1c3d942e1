-- When a running session is next looked at (src/app/vigil.h). Not a record: it can be lost.
CREATE TABLE dosing_watch (
    clinic_id  TEXT    NOT NULL,
    dosing_id  TEXT    NOT NULL,
    next_ms    INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, dosing_id)
) STRICT;

-- Who is with the patient, from and until when.
CREATE TABLE presence ( -- chart
    clinic_id        TEXT    NOT NULL,
    id               TEXT    NOT NULL,
    version          INTEGER NOT NULL,
    patient_id       TEXT    NOT NULL,
    dosing_id        TEXT    NOT NULL,
    account_id       TEXT    NOT NULL,           -- who was there
    from_ms          INTEGER NOT NULL,
    recorded_ms      INTEGER NOT NULL,
    to_ms            INTEGER,
    to_recorded_ms   INTEGER,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX presence_dosing ON presence (clinic_id, dosing_id, from_ms);
