-- The work-up: what was tried before, and what was looked at.

CREATE TABLE treatment_trial ( -- chart
    clinic_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    patient_id      TEXT    NOT NULL,
    drug            TEXT    NOT NULL,           -- as it was told
    dose_mg         REAL,                       -- a day, the highest that was kept
    weeks           REAL,                       -- at that dose
    outcome         TEXT    NOT NULL,           -- none, partial, response, intolerant, unknown
    in_episode      TEXT    NOT NULL,           -- yes, no, unknown: in the episode of now
    told_by         TEXT    NOT NULL,           -- patient, family, referrer, record
    rule_adequate   TEXT    NOT NULL,           -- yes, no, unknown: by content/codes/antidepressants.txt
    rule_why        TEXT    NOT NULL,
    adequate        TEXT    NOT NULL,           -- yes, no, unknown: what counts
    override_reason TEXT,                       -- why it is not as the rule says
    state           TEXT    NOT NULL,           -- active, struck: entered in error
    recorded_ms     INTEGER NOT NULL,
    account_id      TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX treatment_trial_patient ON treatment_trial (clinic_id, patient_id, recorded_ms);
