-- Monitors, and what they send.

CREATE TABLE device ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('monitor', 'gateway')), -- gateway: speaks by REST
    identifier  TEXT    NOT NULL,               -- as its messages name it
    name        TEXT    NOT NULL,               -- as people call it
    room_id     TEXT,                           -- where it stands; NULL: nobody has said
    every_s     INTEGER,                        -- how often it sends; NULL: every second or so
    state       TEXT    NOT NULL CHECK (state IN ('new', 'active', 'retired')),
    key_hash    TEXT,                           -- of the key that it shows at the REST door
    first_ms    INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, identifier)
) STRICT;
CREATE INDEX device_room ON device (clinic_id, room_id);
CREATE UNIQUE INDEX device_key ON device (clinic_id, key_hash);

-- One row a message: that it came, so that a resend is stored once; when, so that silence shows;
-- and what it said, until it is filed, discarded or has grown old. Not a chart table: thousands
-- come in a minute. What of it is of a patient becomes an observation, and that is journalled.
CREATE TABLE device_message (
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    device_id    TEXT    NOT NULL,
    digest       TEXT    NOT NULL,              -- of all its bytes; of one without a time: its id
    at_ms        INTEGER NOT NULL,              -- measured, or sent
    received_ms  INTEGER NOT NULL,
    state        TEXT    NOT NULL,              -- filed, unassigned, discarded, empty, demo
    why          TEXT,                          -- unassigned, and why
    dosing_id    TEXT,                          -- filed: where
    patient_number TEXT,                        -- as the message said
    readings     TEXT    NOT NULL,              -- core/monitor.h: a line each
    left_out     INTEGER NOT NULL,              -- values that were not understood or not real
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, device_id, digest)
) STRICT;
CREATE INDEX device_message_last ON device_message (clinic_id, device_id, received_ms);
CREATE INDEX device_message_open ON device_message (clinic_id, device_id, at_ms)
    WHERE state = 'unassigned';

-- What went wrong at the door, counted by who and what.
CREATE TABLE device_fault (
    clinic_id   TEXT    NOT NULL,
    peer        TEXT    NOT NULL,               -- the address; empty: of many
    kind        TEXT    NOT NULL,               -- address, garbage, unended, large, slow, refused, resent, clock, ...
    text        TEXT    NOT NULL,               -- the last of them, in words
    n           INTEGER NOT NULL,
    first_ms    INTEGER NOT NULL,
    last_ms     INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, peer, kind)
) STRICT;
