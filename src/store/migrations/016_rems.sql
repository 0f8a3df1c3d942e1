-- The REMS of esketamine (CLINICAL 4.5): who is enrolled, and the form of each session.

CREATE TABLE rems_enrolment ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT,                          -- of kind patient
    kind         TEXT    NOT NULL CHECK (kind IN ('site', 'pharmacy', 'prescriber', 'patient')),
    account_id   TEXT,                          -- the prescriber; of a patient: who signed with them
    name         TEXT    NOT NULL,              -- as the programme has it
    number       TEXT    NOT NULL,              -- the programme's
    from_date    TEXT    NOT NULL,              -- certified or enrolled; patient: signed by both
    until_date   TEXT,                          -- the last day; NULL: until it is withdrawn
    representative TEXT,                        -- of a site: who enrolled it
    reviewed_date TEXT,                         -- and read the label and the programme overview
    address      TEXT,
    city         TEXT,
    us_state     TEXT,
    zip          TEXT,
    phone        TEXT,
    email        TEXT,
    patient_signed_date TEXT,
    prescriber_signed_date TEXT,
    recorded_ms  INTEGER NOT NULL,
    recorded_by  TEXT    NOT NULL,
    withdrawn_ms INTEGER,
    withdrawn_by TEXT,
    withdrawn_reason TEXT,
    PRIMARY KEY (clinic_id, id),
    CHECK ((kind = 'patient') = (patient_id IS NOT NULL)),
    CHECK ((withdrawn_ms IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
CREATE INDEX rems_enrolment_kind ON rems_enrolment (clinic_id, kind, from_date);
CREATE INDEX rems_enrolment_patient ON rems_enrolment (clinic_id, patient_id, from_date);

CREATE TABLE rems_form ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    step_id      TEXT    NOT NULL,
    treated_date TEXT    NOT NULL,              -- of the first device, in the clinic's zone
    due_date     TEXT    NOT NULL,              -- the last day in time
    state        TEXT    NOT NULL CHECK (state IN ('drafted', 'sent', 'confirmed')),
    drafted_ms   INTEGER NOT NULL,
    medicines    TEXT,                          -- active on the day, one a line
    told         TEXT,                          -- due, late: that the time has come was told
    sent_ms      INTEGER,
    sent_by      TEXT,
    sent_way     TEXT,                          -- online, fax
    sent_text    TEXT,                          -- exactly what was sent
    sent_hash    TEXT,                          -- BLAKE2b of it
    missing_reason TEXT,                        -- why something was missing when it was sent
    confirmed_ms INTEGER,
    confirmed_by TEXT,
    confirmation TEXT,                          -- the number of the programme
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, dosing_id),
    CHECK ((state = 'drafted') = (sent_ms IS NULL)),
    CHECK ((sent_ms IS NULL) = (sent_text IS NULL) AND (sent_ms IS NULL) = (sent_hash IS NULL)),
    CHECK ((state = 'confirmed') = (confirmed_ms IS NOT NULL AND confirmation IS NOT NULL))
) STRICT;
CREATE INDEX rems_form_due ON rems_form (clinic_id, state, due_date);
CREATE INDEX rems_form_patient ON rems_form (clinic_id, patient_id, treated_date);

-- What was asked on the form because it stands nowhere else, with who answered.
CREATE TABLE rems_answer ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    form_id      TEXT    NOT NULL,
    field        TEXT    NOT NULL,              -- content/rems
    value        TEXT    NOT NULL,              -- empty: taken back
    at_ms        INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, form_id, field)
) STRICT;
