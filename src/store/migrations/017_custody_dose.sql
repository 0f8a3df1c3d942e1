-- One dose may come from several containers, and what of an infusion did not run in goes back
-- to the container that it came from, by an entry of its own: none is changed.
--
-- A CHECK cannot be altered, so both tables are made again, as 004_custody.sql made them but for
-- the lines that name `undelivered` and the UNIQUE of dose_id. What they hold is kept.

CREATE TEMPORARY TABLE custody_entry_was AS SELECT * FROM custody_entry;
CREATE TEMPORARY TABLE container_was AS SELECT * FROM container;
DROP TABLE container;
DROP TABLE custody_entry;

CREATE TABLE custody_entry ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version = 1),
    patient_id   TEXT,                          -- of `administer`, `undelivered`
    container_id TEXT    NOT NULL,
    seq          INTEGER NOT NULL CHECK (seq >= 1),
    before_seq   INTEGER,                       -- the first has none before it
    before_ug    INTEGER,
    kind         TEXT    NOT NULL,              -- core/custody.def
    amount_ug    INTEGER NOT NULL,              -- below 0 only where less was found (adjust)
    left_ug      INTEGER NOT NULL CHECK (left_ug >= 0),
    counted_ug   INTEGER,                       -- of `count`: what was seen, before anybody told
    dose_id      TEXT,                          -- of `administer`, `undelivered`
    child_id     TEXT,                          -- of `draw`: the syringe
    place        TEXT    NOT NULL,              -- where it stood after it
    at_ms        INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    second_id    TEXT,                          -- the second person, by their own password
    reason       TEXT,
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, container_id, seq),
    UNIQUE (clinic_id, container_id, seq, left_ug),
    UNIQUE (clinic_id, dose_id, container_id, kind),
    FOREIGN KEY (clinic_id, container_id, before_seq, before_ug)
        REFERENCES custody_entry (clinic_id, container_id, seq, left_ug)
        DEFERRABLE INITIALLY IMMEDIATE,
    CHECK ((seq = 1) = (kind = 'receive')),
    CHECK ((seq = 1) = (before_seq IS NULL) AND (seq = 1) = (before_ug IS NULL)),
    CHECK (seq = 1 OR before_seq = seq - 1),
    CHECK (CASE kind
           WHEN 'receive' THEN amount_ug > 0 AND left_ug = amount_ug
           WHEN 'draw' THEN amount_ug > 0 AND left_ug = before_ug - amount_ug
           WHEN 'administer' THEN amount_ug > 0 AND left_ug = before_ug - amount_ug
           WHEN 'undelivered' THEN amount_ug > 0 AND left_ug = before_ug + amount_ug
           WHEN 'waste' THEN amount_ug > 0 AND left_ug = before_ug - amount_ug
           WHEN 'loss' THEN amount_ug > 0 AND left_ug = before_ug - amount_ug
           WHEN 'return' THEN amount_ug = before_ug AND left_ug = 0
           WHEN 'destroy' THEN amount_ug = before_ug AND left_ug = 0
           WHEN 'adjust' THEN amount_ug <> 0 AND left_ug = before_ug + amount_ug
           WHEN 'open' THEN amount_ug = 0 AND left_ug = before_ug
           WHEN 'transfer' THEN amount_ug = 0 AND left_ug = before_ug
           WHEN 'count' THEN amount_ug = 0 AND left_ug = before_ug AND counted_ug >= 0
           WHEN 'recall' THEN amount_ug = 0 AND left_ug = before_ug
           ELSE 1 = 0 END),
    CHECK (kind NOT IN ('waste', 'destroy', 'loss', 'adjust', 'count') OR second_id IS NOT NULL),
    CHECK (second_id IS NULL OR second_id <> account_id),
    CHECK (kind NOT IN ('destroy', 'loss', 'adjust', 'return', 'recall', 'undelivered')
           OR reason IS NOT NULL),
    CHECK ((kind IN ('administer', 'undelivered')) = (dose_id IS NOT NULL AND patient_id IS NOT NULL)),
    CHECK ((kind = 'draw') = (child_id IS NOT NULL)),
    CHECK (kind = 'count' OR counted_ug IS NULL)
) STRICT;
CREATE INDEX custody_entry_patient ON custody_entry (clinic_id, patient_id, at_ms);
CREATE INDEX custody_entry_dose ON custody_entry (clinic_id, dose_id);

CREATE TABLE container ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    number       TEXT    NOT NULL,              -- the clinic's own, written on it: C-000123
    parent_id    TEXT,                          -- a syringe: the vial it was drawn from
    drug         TEXT    NOT NULL CHECK (drug IN ('ketamine', 'esketamine')),
    form         TEXT    NOT NULL CHECK (form IN ('vial', 'syringe', 'lozenge', 'device')),
    product      TEXT    NOT NULL,              -- as on the label: Ketamine 500 mg in 10 mL
    ug_per_ml    INTEGER CHECK (ug_per_ml > 0), -- of a liquid
    piece_ug     INTEGER CHECK (piece_ug > 0),  -- of lozenges and devices: one of them
    lot          TEXT    NOT NULL,
    expiry_date  TEXT    NOT NULL,
    place        TEXT    NOT NULL,
    supplier     TEXT,
    invoice      TEXT,
    received_date TEXT   NOT NULL,              -- the day it really came
    state        TEXT    NOT NULL CHECK (state IN ('sealed', 'open', 'empty', 'recalled',
                                                   'returned', 'destroyed')),
    opened_ms    INTEGER,                       -- a syringe: when it was drawn
    entries      INTEGER NOT NULL CHECK (entries >= 1),
    received_ug  INTEGER NOT NULL CHECK (received_ug > 0),
    given_ug     INTEGER NOT NULL CHECK (given_ug >= 0),
    wasted_ug    INTEGER NOT NULL CHECK (wasted_ug >= 0),
    drawn_ug     INTEGER NOT NULL CHECK (drawn_ug >= 0),
    returned_ug  INTEGER NOT NULL CHECK (returned_ug >= 0),
    destroyed_ug INTEGER NOT NULL CHECK (destroyed_ug >= 0),
    lost_ug      INTEGER NOT NULL CHECK (lost_ug >= 0),
    adjusted_ug  INTEGER NOT NULL,              -- found (above 0) or missing (below) at a count
    left_ug      INTEGER NOT NULL CHECK (left_ug >= 0),
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, number),
    FOREIGN KEY (clinic_id, id, entries, left_ug)
        REFERENCES custody_entry (clinic_id, container_id, seq, left_ug)
        DEFERRABLE INITIALLY IMMEDIATE,
    CHECK (received_ug + adjusted_ug = given_ug + wasted_ug + drawn_ug + returned_ug
           + destroyed_ug + lost_ug + left_ug),
    CHECK (state NOT IN ('empty', 'returned', 'destroyed') OR left_ug = 0)
) STRICT;
CREATE INDEX container_state ON container (clinic_id, state, place, expiry_date);
CREATE INDEX container_lot ON container (clinic_id, lot);
CREATE INDEX container_parent ON container (clinic_id, parent_id);

INSERT INTO custody_entry (
    clinic_id, id, version, patient_id, container_id, seq, before_seq, before_ug, kind, amount_ug,
    left_ug, counted_ug, dose_id, child_id, place, at_ms, account_id, second_id, reason)
SELECT
    clinic_id, id, version, patient_id, container_id, seq, before_seq, before_ug, kind, amount_ug,
    left_ug, counted_ug, dose_id, child_id, place, at_ms, account_id, second_id, reason
  FROM custody_entry_was;
INSERT INTO container (
    clinic_id, id, version, number, parent_id, drug, form, product, ug_per_ml, piece_ug, lot,
    expiry_date, place, supplier, invoice, received_date, state, opened_ms, entries, received_ug,
    given_ug, wasted_ug, drawn_ug, returned_ug, destroyed_ug, lost_ug, adjusted_ug, left_ug)
SELECT
    clinic_id, id, version, number, parent_id, drug, form, product, ug_per_ml, piece_ug, lot,
    expiry_date, place, supplier, invoice, received_date, state, opened_ms, entries, received_ug,
    given_ug, wasted_ug, drawn_ug, returned_ug, destroyed_ug, lost_ug, adjusted_ug, left_ug
  FROM container_was;
DROP TABLE container_was;
DROP TABLE custody_entry_was;

-- What had run in when something was done at the pump, so that what is added up need not run the
-- pump again. NULL: written down before this column was; then the dose counts as ordered.
ALTER TABLE pump_event ADD COLUMN delivered_ug INTEGER CHECK (delivered_ug >= 0);
CREATE INDEX pump_event_dose ON pump_event (clinic_id, dose_id);

-- The doses as they count, everywhere: an infusion that was stopped is what ran in.
CREATE VIEW dose_given AS
SELECT d.clinic_id, d.id, d.version, d.patient_id, d.dosing_id, d.drug, d.route,
       d.amount_ug AS ordered_ug,
       COALESCE((SELECT MAX(p.delivered_ug) FROM pump_event p
                  WHERE p.clinic_id = d.clinic_id AND p.dose_id = d.id AND p.kind = 'stop'),
                d.amount_ug) AS amount_ug,
       d.given_ms, d.minutes, d.recorded_ms, d.given_by, d.checked_by, d.lot, d.expiry_date,
       d.site, d.reason
  FROM dose d;
