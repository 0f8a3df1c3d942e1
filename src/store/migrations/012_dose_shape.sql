-- How a dose was given, by its route: beside the dose, which holds what every route has.
CREATE TABLE dose_shape ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    dose_id      TEXT    NOT NULL,
    syringe      TEXT,                          -- im sc: "1 mL, 50 mg/mL"
    form         TEXT,                          -- sl: rdt, troche
    strength_ug  INTEGER,                       -- sl: of one lozenge
    pieces       INTEGER,                       -- sl: lozenges; esk: devices
    end_action   TEXT,                          -- sl: swallow, spit
    nostrils     TEXT,                          -- in esk: both, left, right
    rounds       INTEGER,                       -- in: how often both were gone through
    device       INTEGER,                       -- esk: the first, second or third of the session
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX dose_shape_dosing ON dose_shape (clinic_id, dosing_id);

-- What was done at the pump after an infusion began. The start is the dose itself.
CREATE TABLE pump_event ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    dose_id      TEXT    NOT NULL,
    kind         TEXT    NOT NULL,              -- rate, pause, resume, stop
    rate_ug_min  INTEGER,                       -- kind rate: from here on
    at_ms        INTEGER NOT NULL,
    recorded_ms  INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    reason       TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX pump_event_dosing ON pump_event (clinic_id, dosing_id, at_ms);
