-- What a room and its people have for the day: said by a person, by content/monitoring/room.txt. Of
-- several of one day the last counts.
CREATE TABLE room_ready ( -- chart
    clinic_id   TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    room_id     TEXT    NOT NULL,
    date        TEXT    NOT NULL,
    answers     TEXT    NOT NULL,
    findings    TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('ready', 'incomplete')),
    said_by     TEXT    NOT NULL,
    said_ms     INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX room_ready_day ON room_ready (clinic_id, date, room_id, said_ms);
