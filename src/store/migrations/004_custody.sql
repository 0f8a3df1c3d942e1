-- The controlled-substance register (CLINICAL 9.1): every vial, syringe, lozenge and device.
-- Written on 21 CFR 1304 (records, inventories) and 1317.95 (destruction).
--
-- What no door can break, because these tables hold it themselves:
--   * for each container, received + found = given + wasted + drawn + returned + destroyed +
--     lost + left, none of them below nothing (CHECK of `container`);
--   * each entry begins with what the one before it left, and leaves what its kind says (CHECK
--     and the entry's own foreign key);
--   * a container says what its last entry says (its foreign key);
--   * an entry is written once (version = 1), and whatever needs two people has two.
-- Who edits the tables beside the program with the checks turned off is found by `cairn verify`.

CREATE TABLE custody_entry ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version = 1),
    patient_id   TEXT,                          -- of `administer`
    container_id TEXT    NOT NULL,
    seq          INTEGER NOT NULL CHECK (seq >= 1),
    before_seq   INTEGER,                       -- the first has none before it
    before_ug    INTEGER,
    kind         TEXT    NOT NULL,              -- core/custody.def
    amount_ug    INTEGER NOT NULL,              -- below 0 only where less was found (adjust)
    left_ug      INTEGER NOT NULL CHECK (left_ug >= 0),
    counted_ug   INTEGER,                       -- of `count`: what was seen, before anybody told
    dose_id      TEXT,                          -- of `administer`
    child_id     TEXT,                          -- of `draw`: the syringe
    place        TEXT    NOT NULL,              -- where it stood after it
    at_ms        INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    second_id    TEXT,                          -- the second person, by their own password
    reason       TEXT,
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, container_id, seq),
    UNIQUE (clinic_id, container_id, seq, left_ug),
    UNIQUE (clinic_id, dose_id),
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
    CHECK (kind NOT IN ('destroy', 'loss', 'adjust', 'return', 'recall') OR reason IS NOT NULL),
    CHECK ((kind = 'administer') = (dose_id IS NOT NULL AND patient_id IS NOT NULL)),
    CHECK ((kind = 'draw') = (child_id IS NOT NULL)),
    CHECK (kind = 'count' OR counted_ug IS NULL)
) STRICT;
CREATE INDEX custody_entry_patient ON custody_entry (clinic_id, patient_id, at_ms);

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

-- A count of one place by two people: at a change of shift, or the inventory of every two years
-- (21 CFR 1304.11), at the opening or the close of business.
CREATE TABLE custody_count ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version = 1),
    place        TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('shift', 'inventory')),
    moment       TEXT    CHECK (moment IN ('open', 'close')),
    at_ms        INTEGER NOT NULL,
    account_id   TEXT    NOT NULL,
    second_id    TEXT    NOT NULL,
    note         TEXT,
    PRIMARY KEY (clinic_id, id),
    CHECK (account_id <> second_id),
    CHECK ((kind = 'inventory') = (moment IS NOT NULL))
) STRICT;
CREATE INDEX custody_count_place ON custody_count (clinic_id, place, at_ms);

-- One line a container that is open, or a lot of sealed ones.
CREATE TABLE custody_count_line ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL CHECK (version = 1),
    count_id     TEXT    NOT NULL,
    position     INTEGER NOT NULL,
    container_id TEXT,                          -- of an open one
    product      TEXT    NOT NULL,
    drug         TEXT    NOT NULL,
    form         TEXT    NOT NULL,
    lot          TEXT    NOT NULL,
    expiry_date  TEXT    NOT NULL,
    expected     INTEGER NOT NULL,              -- containers
    counted      INTEGER NOT NULL,
    expected_ug  INTEGER NOT NULL,
    counted_ug   INTEGER NOT NULL,
    incident_id  TEXT,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX custody_count_line_count ON custody_count_line (clinic_id, count_id, position);

-- What does not agree stays open until two people close it.
CREATE TABLE custody_incident ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    container_id TEXT,
    product      TEXT    NOT NULL,
    lot          TEXT    NOT NULL,
    place        TEXT    NOT NULL,
    cause        TEXT    NOT NULL CHECK (cause IN ('count', 'loss')),
    missing_ug   INTEGER NOT NULL,              -- below 0: too much
    opened_ms    INTEGER NOT NULL,
    opened_by    TEXT    NOT NULL,
    told         TEXT    NOT NULL,              -- what was seen
    state        TEXT    NOT NULL CHECK (state IN ('open', 'investigated', 'reported', 'closed')),
    finding      TEXT,
    investigated_ms INTEGER,
    investigated_by TEXT,
    notified_ms  INTEGER,                       -- the DEA field office was told
    form106_ms   INTEGER,                       -- DEA Form 106 was sent
    reported_by  TEXT,
    closed_ms    INTEGER,
    closed_by    TEXT,
    closed_second TEXT,
    outcome      TEXT,
    PRIMARY KEY (clinic_id, id),
    CHECK (state = 'open' OR finding IS NOT NULL OR notified_ms IS NOT NULL),
    CHECK ((state = 'closed') = (closed_ms IS NOT NULL AND closed_by IS NOT NULL
           AND closed_second IS NOT NULL AND outcome IS NOT NULL)),
    CHECK (state <> 'closed' OR finding IS NOT NULL),
    CHECK (closed_by IS NULL OR closed_by <> closed_second)
) STRICT;
CREATE INDEX custody_incident_state ON custody_incident (clinic_id, state, opened_ms);
