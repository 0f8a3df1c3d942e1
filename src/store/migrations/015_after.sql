-- After the dose: the look at the patient a day after leaving, and what was given elsewhere.

CREATE TABLE home_check ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    due_ms       INTEGER NOT NULL,
    tries        INTEGER NOT NULL,              -- not reached, so often
    done_ms      INTEGER,
    how          TEXT,                          -- phone, portal, visit
    outcome      TEXT,                          -- well, unwell, help
    text         TEXT,
    account_id   TEXT,                          -- who tried or spoke last
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX home_check_due ON home_check (clinic_id, due_ms) WHERE done_ms IS NULL;
CREATE INDEX home_check_patient ON home_check (clinic_id, patient_id, due_ms);

CREATE TABLE exposure_elsewhere ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    route        TEXT    NOT NULL,
    sessions     INTEGER NOT NULL CHECK (sessions > 0),
    amount_ug    INTEGER,                       -- in all; NULL: not known
    text         TEXT    NOT NULL,              -- where and when
    told_by      TEXT    NOT NULL,              -- patient, record, referrer
    recorded_ms  INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX exposure_elsewhere_patient ON exposure_elsewhere (clinic_id, patient_id, recorded_ms);
