-- The first schema. Written once, in SQLite STRICT; PostgreSQL gets the same text through
-- a four-word map (TEXT -> TEXT COLLATE "C", INTEGER -> BIGINT, REAL -> DOUBLE PRECISION,
-- STRICT -> nothing), so that both engines order text by its bytes.
--
-- A table under the word `chart` is journalled: its rows are written by chart_put only,
-- which appends the after-image to the journal in the same transaction. Every chart table
-- begins with clinic_id, id, version; `patient_id`, where there is one, comes fourth.
-- Instants are UTC ms (*_ms), civil dates YYYY-MM-DD (*_date), booleans 0/1, drug in ug.

CREATE TABLE schema_migration (
    version     INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,               -- 001_house
    applied_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE clinic (
    clinic_id   TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    zone        TEXT    NOT NULL,               -- IANA name, as America/Denver
    created_ms  INTEGER NOT NULL
) STRICT;

-- The chain. hash = BLAKE2b-256 over the entry's fields, each with its length, and the
-- hash before it. The head is kept apart so that a cut tail shows.
CREATE TABLE journal (
    clinic_id      TEXT    NOT NULL,
    seq            INTEGER NOT NULL,
    at_ms          INTEGER NOT NULL,
    account_id     TEXT,                        -- who; NULL: the program itself
    door           TEXT    NOT NULL,            -- web, cli, fhir, hl7, synth
    event          TEXT    NOT NULL,            -- a row of events.def
    patient_id     TEXT,
    record_table   TEXT,
    record_id      TEXT,
    record_version INTEGER,
    why            TEXT,                        -- the reason given, where one was
    image          TEXT,                        -- the row after the write, JSON in column order
    hash           TEXT    NOT NULL,            -- 64 hexadecimal digits
    PRIMARY KEY (clinic_id, seq)
) STRICT;
CREATE INDEX journal_patient ON journal (clinic_id, patient_id, seq);
CREATE INDEX journal_record ON journal (clinic_id, record_table, record_id, record_version);

CREATE TABLE journal_head (
    clinic_id  TEXT    NOT NULL PRIMARY KEY,
    seq        INTEGER NOT NULL,
    hash       TEXT    NOT NULL
) STRICT;

-- People ------------------------------------------------------------------------------------

CREATE TABLE account ( -- chart
    clinic_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    login_name    TEXT    NOT NULL,             -- lower case
    display_name  TEXT    NOT NULL,
    credentials   TEXT,                         -- MD, NP, RN, LCSW ...
    role          TEXT    NOT NULL,             -- a row of roles.def
    chart_patient_id TEXT,                      -- a patient's own account: whose chart
    active        INTEGER NOT NULL CHECK (active IN (0, 1)),
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, login_name)
) STRICT;

-- Not chart: a hash of a password belongs in no history.
CREATE TABLE credential (
    clinic_id       TEXT    NOT NULL,
    account_id      TEXT    NOT NULL,
    password_hash   TEXT    NOT NULL,           -- argon2id, libsodium's own string
    changed_ms      INTEGER NOT NULL,
    must_change     INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    failed_count    INTEGER NOT NULL,
    locked_until_ms INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, account_id)
) STRICT;

CREATE TABLE login_session (
    clinic_id   TEXT    NOT NULL,
    token_hash  TEXT    NOT NULL,               -- BLAKE2b of the cookie; the cookie is not kept
    account_id  TEXT    NOT NULL,
    csrf        TEXT    NOT NULL,
    created_ms  INTEGER NOT NULL,
    seen_ms     INTEGER NOT NULL,
    ended_ms    INTEGER,
    PRIMARY KEY (clinic_id, token_hash)
) STRICT;
CREATE INDEX login_session_account ON login_session (clinic_id, account_id);

-- What is being typed, by person and form. Offered again; gone when the form is accepted.
CREATE TABLE draft (
    clinic_id   TEXT    NOT NULL,
    account_id  TEXT    NOT NULL,
    form_key    TEXT    NOT NULL,               -- the form's path
    body        TEXT    NOT NULL,               -- application/x-www-form-urlencoded
    saved_ms    INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, account_id, form_key)
) STRICT;

CREATE TABLE setting ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,               -- a row of settings.def
    version     INTEGER NOT NULL,
    value       TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;

-- The patient -------------------------------------------------------------------------------

CREATE TABLE patient ( -- chart
    clinic_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    mrn             TEXT    NOT NULL,           -- the clinic's number: K-000123
    family_name     TEXT    NOT NULL,
    given_name      TEXT    NOT NULL,
    preferred_name  TEXT,
    pronouns        TEXT,
    birth_date      TEXT    NOT NULL,
    sex             TEXT    NOT NULL,           -- FHIR administrative gender
    phone           TEXT,
    email           TEXT,
    address         TEXT,
    emergency_contact TEXT,
    phase           TEXT    NOT NULL,           -- core/phase.h
    phase_since_ms  INTEGER NOT NULL,
    indication      TEXT,                       -- trd, ptsd, gad, ... (PRODUCT: who is treated)
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, mrn)
) STRICT;
CREATE INDEX patient_phase ON patient (clinic_id, phase, phase_since_ms);
CREATE INDEX patient_name ON patient (clinic_id, family_name, given_name);

-- Each transition of the way has a time, a person and a reason.
CREATE TABLE phase_change ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    patient_id  TEXT    NOT NULL,
    from_phase  TEXT,
    to_phase    TEXT    NOT NULL,
    at_ms       INTEGER NOT NULL,
    account_id  TEXT,
    reason      TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX phase_change_patient ON phase_change (clinic_id, patient_id, at_ms);

CREATE TABLE referral ( -- chart
    clinic_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    patient_id    TEXT    NOT NULL,
    received_ms   INTEGER NOT NULL,
    source        TEXT    NOT NULL,             -- typed, fhir
    referrer      TEXT,                         -- who sent the patient
    reason        TEXT,
    source_hash   TEXT,                         -- BLAKE2b of the imported file: the same file twice is seen
    source_id     TEXT,                         -- the patient's id at the sender
    taken         INTEGER NOT NULL,             -- resources that found a place
    left_out      TEXT,                         -- "Claim 8, Immunization 7": counted and named
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX referral_patient ON referral (clinic_id, patient_id, received_ms);
CREATE INDEX referral_hash ON referral (clinic_id, source_hash);

CREATE TABLE condition ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    code_system  TEXT,                          -- icd10cm, snomed
    code         TEXT,
    display      TEXT    NOT NULL,
    status       TEXT    NOT NULL,              -- active, treated, history
    onset_date   TEXT,
    recorded_ms  INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX condition_patient ON condition (clinic_id, patient_id, recorded_ms);

CREATE TABLE medication ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    code_system  TEXT,                          -- rxnorm
    code         TEXT,
    display      TEXT    NOT NULL,
    dosage       TEXT,
    status       TEXT    NOT NULL,              -- active, stopped
    start_date   TEXT,
    recorded_ms  INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX medication_patient ON medication (clinic_id, patient_id, recorded_ms);

CREATE TABLE allergy ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    code_system  TEXT,
    code         TEXT,
    display      TEXT    NOT NULL,
    criticality  TEXT,                          -- low, high
    status       TEXT    NOT NULL,              -- active, resolved
    recorded_ms  INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX allergy_patient ON allergy (clinic_id, patient_id, recorded_ms);

CREATE TABLE observation ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    code         TEXT    NOT NULL,              -- LOINC
    display      TEXT    NOT NULL,
    value        REAL,
    value_text   TEXT,                          -- as given: a decimal keeps its digits
    unit         TEXT,                          -- UCUM
    at_ms        INTEGER NOT NULL,              -- when it was so
    recorded_ms  INTEGER NOT NULL,              -- when it was written down: later means late
    account_id   TEXT,                          -- who took it; NULL: imported
    dosing_id    TEXT,                          -- taken during that dosing session
    source       TEXT    NOT NULL,              -- typed, fhir, device
    PRIMARY KEY (clinic_id, id)
) STRICT;
-- With the id, which is the order of the chart's list: its page is then read off, not sorted.
CREATE INDEX observation_patient ON observation (clinic_id, patient_id, at_ms, id);
CREATE INDEX observation_code ON observation (clinic_id, patient_id, code, at_ms);
CREATE INDEX observation_dosing ON observation (clinic_id, dosing_id, at_ms);

-- A filled-in measure. Answers are `item=value` pairs, so a new instrument needs no table.
CREATE TABLE response ( -- chart
    clinic_id           TEXT    NOT NULL,
    id                  TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    patient_id          TEXT    NOT NULL,
    instrument          TEXT    NOT NULL,
    instrument_version  INTEGER NOT NULL,
    at_ms               INTEGER NOT NULL,
    account_id          TEXT,
    step_id             TEXT,                   -- the step of the course it was due in
    answers             TEXT    NOT NULL,       -- "q1=0 q2=3 q9=1"; a missing answer is not named
    total               REAL,
    band                TEXT,
    complete            INTEGER NOT NULL CHECK (complete IN (0, 1)),
    alerts              TEXT,                   -- sentences, one a line
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX response_patient ON response (clinic_id, patient_id, instrument, at_ms);
CREATE INDEX response_alert ON response (clinic_id, at_ms) WHERE alerts IS NOT NULL;

CREATE TABLE screening ( -- chart
    clinic_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    patient_id      TEXT    NOT NULL,
    opened_ms       INTEGER NOT NULL,
    answers         TEXT    NOT NULL,           -- "ci.psychosis=no ready.support=2 ..."
    notes           TEXT,
    state           TEXT    NOT NULL,           -- open, signed
    rule_set        TEXT,                       -- id and version of the content that decided
    decision        TEXT,                       -- eligible, conditional, ineligible
    findings        TEXT,                       -- the decision document, JSON
    override_reason TEXT,
    signed_ms       INTEGER,
    signed_by       TEXT,
    seal            TEXT,                       -- BLAKE2b over findings, decision, signer, time
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX screening_patient ON screening (clinic_id, patient_id, opened_ms);

CREATE TABLE consent ( -- chart
    clinic_id         TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    patient_id        TEXT    NOT NULL,
    document          TEXT    NOT NULL,         -- id of content/consents
    document_version  INTEGER NOT NULL,
    language          TEXT    NOT NULL,
    text_hash         TEXT    NOT NULL,         -- BLAKE2b of the exact text shown
    text              TEXT    NOT NULL,
    signer_name       TEXT    NOT NULL,
    signer_relation   TEXT    NOT NULL,         -- self, guardian
    signed_ms         INTEGER NOT NULL,
    meaning           TEXT    NOT NULL,         -- what the signature says
    strokes           TEXT,                     -- the drawn signature, SVG path data
    witness_id        TEXT,                     -- the account that held the tablet
    seal              TEXT    NOT NULL,         -- BLAKE2b over all of the above
    withdrawn_ms      INTEGER,
    withdrawn_reason  TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX consent_patient ON consent (clinic_id, patient_id, signed_ms);

-- The course --------------------------------------------------------------------------------

CREATE TABLE course ( -- chart
    clinic_id         TEXT    NOT NULL,
    id                TEXT    NOT NULL,
    version           INTEGER NOT NULL,
    patient_id        TEXT    NOT NULL,
    protocol          TEXT    NOT NULL,         -- id of content/protocols
    protocol_version  INTEGER NOT NULL,
    route             TEXT    NOT NULL,         -- iv im sl in esk
    planned_dose      TEXT    NOT NULL,         -- as written: 0.5mg/kg, 100mg
    start_date        TEXT    NOT NULL,         -- day 0: the first dosing
    state             TEXT    NOT NULL,         -- active, closed
    started_by        TEXT,
    closed_ms         INTEGER,
    outcome           TEXT,                     -- remission, response, partial, none, relapsed, stopped
    outcome_note      TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX course_patient ON course (clinic_id, patient_id, start_date);

CREATE TABLE step ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    course_id    TEXT    NOT NULL,
    ordinal      INTEGER NOT NULL,
    type         TEXT    NOT NULL,              -- screen prep dose integration measure review booster followup
    title        TEXT    NOT NULL,
    minutes      INTEGER NOT NULL,
    role         TEXT    NOT NULL,
    due_date     TEXT    NOT NULL,
    window_from  TEXT    NOT NULL,
    window_to    TEXT    NOT NULL,
    instruments  TEXT,                          -- "phq9 gad7"
    state        TEXT    NOT NULL,              -- planned, done, missed, cancelled
    done_ms      INTEGER,
    done_by      TEXT,
    reason       TEXT,                          -- why missed, moved or cancelled
    opens_ms     INTEGER,                       -- integration: the window counts from the dose
    closes_ms    INTEGER,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX step_patient ON step (clinic_id, patient_id, due_date, ordinal);
CREATE INDEX step_course ON step (clinic_id, course_id, ordinal);
CREATE INDEX step_due ON step (clinic_id, state, due_date);
CREATE INDEX step_window ON step (clinic_id, state, closes_ms);

-- The dosing day ----------------------------------------------------------------------------

CREATE TABLE dosing ( -- chart
    clinic_id       TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    patient_id      TEXT    NOT NULL,
    course_id       TEXT    NOT NULL,
    step_id         TEXT    NOT NULL,
    state           TEXT    NOT NULL,           -- checked_in, gate_passed, dosing, recovering, discharged, stopped
    route           TEXT    NOT NULL,
    weight_kg       REAL,
    checked_in_ms   INTEGER NOT NULL,
    checked_in_by   TEXT,
    gate_answers    TEXT,                       -- "fasting=yes escort=yes ..."
    gate_findings   TEXT,                       -- the gate's document, JSON
    gate_passed_ms  INTEGER,
    gate_passed_by  TEXT,
    gate_reason     TEXT,                       -- who cleared a caution, and why
    first_dose_ms   INTEGER,
    last_dose_ms    INTEGER,                    -- end of the last dose or infusion
    escort_name     TEXT,
    escort_relation TEXT,
    escort_phone    TEXT,
    discharge_answers  TEXT,
    discharge_findings TEXT,
    ready_ms        INTEGER,                    -- the criteria were met
    discharged_ms   INTEGER,                    -- the patient left
    discharged_by   TEXT,
    no_driving_until_ms INTEGER,
    stopped_reason  TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX dosing_patient ON dosing (clinic_id, patient_id, checked_in_ms);
CREATE INDEX dosing_step ON dosing (clinic_id, step_id);
CREATE INDEX dosing_state ON dosing (clinic_id, state, checked_in_ms);

CREATE TABLE dose ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    drug         TEXT    NOT NULL,              -- ketamine, esketamine
    route        TEXT    NOT NULL,
    amount_ug    INTEGER NOT NULL CHECK (amount_ug > 0),
    given_ms     INTEGER NOT NULL,
    minutes      INTEGER,                       -- an infusion's length; a lozenge's hold
    recorded_ms  INTEGER NOT NULL,
    given_by     TEXT    NOT NULL,
    checked_by   TEXT    NOT NULL,              -- the second person, by their own password
    lot          TEXT    NOT NULL,
    expiry_date  TEXT    NOT NULL,
    site         TEXT,                          -- left deltoid; swallow or spit
    reason       TEXT,                          -- where a soft guard rail was passed
    PRIMARY KEY (clinic_id, id),
    CHECK (given_by <> checked_by)
) STRICT;
CREATE INDEX dose_patient ON dose (clinic_id, patient_id, given_ms);
CREATE INDEX dose_dosing ON dose (clinic_id, dosing_id, given_ms);

CREATE TABLE session_event ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    dosing_id    TEXT    NOT NULL,
    kind         TEXT    NOT NULL,              -- onset peak nausea vomiting anxiety ... (content)
    severity     TEXT,                          -- grade 1-5 where it is an adverse event
    text         TEXT,
    at_ms        INTEGER NOT NULL,
    recorded_ms  INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX session_event_dosing ON session_event (clinic_id, dosing_id, at_ms);

CREATE TABLE note ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,              -- preparation, integration, progress, risk_review, journal
    step_id      TEXT,
    dose_id      TEXT,                          -- the dose an integration note speaks of
    title        TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    level        TEXT,                          -- risk_review: none, low, moderate, high
    at_ms        INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX note_patient ON note (clinic_id, patient_id, at_ms);
