-- Adverse events, and who is to be told of a serious one by when (CLINICAL 4.7).

CREATE TABLE adverse_event ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT,                          -- the session before it; NULL: before any dose
    event_id     TEXT,                          -- what was tapped in the session
    state        TEXT    NOT NULL,              -- draft (to be completed), recorded, struck
    term         TEXT    NOT NULL,              -- content/safety
    text         TEXT,
    onset_ms     INTEGER NOT NULL,
    resolved_ms  INTEGER,
    grade        INTEGER,                       -- 1 to 5
    causality    TEXT,                          -- unrelated unlikely possible probable definite
    action       TEXT,                          -- none reduced stopped drug ems
    outcome      TEXT,                          -- recovered recovering ongoing sequelae fatal unknown
    serious      TEXT,                          -- criteria, words of core/adverse.def
    recorded_ms  INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX adverse_event_patient ON adverse_event (clinic_id, patient_id, onset_ms);
CREATE INDEX adverse_event_session ON adverse_event (clinic_id, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX adverse_event_draft ON adverse_event (clinic_id, onset_ms) WHERE state = 'draft';

CREATE TABLE adverse_report ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    adverse_id   TEXT    NOT NULL,
    body         TEXT    NOT NULL,              -- content/safety: prescriber, rems, medwatch
    due_ms       INTEGER NOT NULL,
    told_ms      INTEGER,
    told_words   TEXT,                          -- to whom, the number of the report
    told_by      TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX adverse_report_event ON adverse_report (clinic_id, adverse_id);
CREATE INDEX adverse_report_due ON adverse_report (clinic_id, due_ms) WHERE told_ms IS NULL;
