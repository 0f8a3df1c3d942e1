-- Rooms, and who was in which during a session.

CREATE TABLE room ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    position    INTEGER NOT NULL,               -- its place on the floor, counted from 1
    state       TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    PRIMARY KEY (clinic_id, id),
    UNIQUE (clinic_id, name)
) STRICT;

-- A room is in use while a row of it has no end and its session is neither stopped nor
-- discharged. A patient who is moved gets a new row; the old one ends.
CREATE TABLE dosing_room ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    patient_id  TEXT    NOT NULL,
    dosing_id   TEXT    NOT NULL,
    room_id     TEXT    NOT NULL,
    from_ms     INTEGER NOT NULL,
    to_ms       INTEGER,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX dosing_room_dosing ON dosing_room (clinic_id, dosing_id, from_ms);
CREATE INDEX dosing_room_open ON dosing_room (clinic_id, room_id) WHERE to_ms IS NULL;
