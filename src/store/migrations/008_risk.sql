-- When somebody may be in danger: the alert, what raised it, what was done, and the safety plan
-- that patient and therapist wrote together. core/risk.h has the states.

CREATE TABLE risk_alert ( -- chart
    clinic_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    patient_id    TEXT    NOT NULL,
    concern       TEXT    NOT NULL,             -- content/risk: suicide, health
    level         TEXT    NOT NULL,             -- low, moderate, high
    state         TEXT    NOT NULL,             -- open contacted assessed planned follow_up closed
    opened_ms     INTEGER NOT NULL,             -- of the first trigger: the times run from it
    since_ms      INTEGER NOT NULL,             -- of the state
    due_ms        INTEGER,                      -- by when the state is left; NULL: closed
    escalate_ms   INTEGER,                      -- when the next of the chain has it; NULL: never
    owner_role    TEXT    NOT NULL,             -- whose it is
    owner_id      TEXT,                         -- who has answered
    category      TEXT,                         -- as assessed: none, low, moderate, high
    plan          TEXT,                         -- content/risk: resources, safety_plan, ...
    closed_ms     INTEGER,
    closed_by     TEXT,
    closed_reason TEXT,
    seal          TEXT,                         -- over the alert, its triggers and acts, the signer
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX risk_alert_patient ON risk_alert (clinic_id, patient_id, opened_ms);
CREATE INDEX risk_alert_due ON risk_alert (clinic_id, due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX risk_alert_escalate ON risk_alert (clinic_id, escalate_ms) WHERE escalate_ms IS NOT NULL;

CREATE TABLE risk_trigger ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    alert_id     TEXT    NOT NULL,
    source       TEXT    NOT NULL,              -- response, gate, discharge, screening, person
    source_id    TEXT,                          -- the record it stands in
    level        TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    at_ms        INTEGER NOT NULL,
    account_id   TEXT,                          -- who answered or saw it
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX risk_trigger_alert ON risk_trigger (clinic_id, alert_id, at_ms);
CREATE INDEX risk_trigger_source ON risk_trigger (clinic_id, source_id);

CREATE TABLE risk_entry ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    alert_id     TEXT    NOT NULL,
    act          TEXT    NOT NULL,              -- tried contacted assessed planned follow_up closed escalated
    how          TEXT,                          -- phone, visit, ...; the plan; the role it went to
    category     TEXT,                          -- assessed
    text         TEXT,
    at_ms        INTEGER NOT NULL,
    account_id   TEXT,                          -- NULL: the program
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX risk_entry_alert ON risk_entry (clinic_id, alert_id, at_ms);

-- One row a version: what was agreed before is never changed. Steps in our own words, one thing
-- a line.
CREATE TABLE safety_plan ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    number       INTEGER NOT NULL,              -- 1, 2, ... of this patient
    signs        TEXT    NOT NULL,              -- how I notice that it begins
    alone        TEXT    NOT NULL,              -- what I can do by myself
    company      TEXT    NOT NULL,              -- people and places that take my mind off it
    people       TEXT    NOT NULL,              -- whom I ask for help
    helpers      TEXT    NOT NULL,              -- professionals and crisis lines
    safer_place  TEXT    NOT NULL,              -- how the place is made safe
    means_note   TEXT,                          -- the counselling on lethal means: staff only
    written_ms   INTEGER NOT NULL,
    written_by   TEXT    NOT NULL,
    reviewed_ms  INTEGER NOT NULL,              -- last gone through with the patient
    reviewed_by  TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX safety_plan_patient ON safety_plan (clinic_id, patient_id, number);
