-- What the work-up found, where no observation or measure holds it already; and when each answer
-- of a screening was given, so that a newer result goes before it.

CREATE TABLE workup_result ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    item         TEXT    NOT NULL,              -- an item of content/workup/
    result       TEXT    NOT NULL,              -- as typed: 1.2, negative, none, done
    value        REAL,                          -- of a number
    unit         TEXT,
    at_ms        INTEGER NOT NULL,              -- when it was taken or done
    told_by      TEXT    NOT NULL,              -- here, laboratory, record, patient
    note         TEXT,
    state        TEXT    NOT NULL,              -- active, struck: entered in error
    struck_why   TEXT,
    recorded_ms  INTEGER NOT NULL,
    account_id   TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX workup_result_patient ON workup_result (clinic_id, patient_id, item, at_ms);

CREATE TABLE screening_said ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,              -- the screening's
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    times        TEXT    NOT NULL,              -- "labs.egfr=1790000000000 ...", one an answer
    PRIMARY KEY (clinic_id, id)
) STRICT;
