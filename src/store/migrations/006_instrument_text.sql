-- The words that somebody answered, and how an answer was come by.

-- The exact words of an instrument as its form showed them (core/wording.h), once for each
-- different text: the id is the BLAKE2b of the text. What was answered names it, so that a later
-- text, or a clinic's removed file, changes nothing of what was asked.
CREATE TABLE instrument_text ( -- chart
    clinic_id           TEXT    NOT NULL,
    id                  TEXT    NOT NULL,
    version             INTEGER NOT NULL,
    instrument          TEXT    NOT NULL,
    instrument_version  INTEGER NOT NULL,       -- of the scoring
    wording             INTEGER NOT NULL,       -- of the clinic's own words; 0: ours
    language            TEXT    NOT NULL,
    text                TEXT    NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;

-- Beside each response, under its id: in which words, by whom, and under what conditions.
CREATE TABLE response_rating ( -- chart
    clinic_id     TEXT    NOT NULL,
    id            TEXT    NOT NULL,             -- the response's
    version       INTEGER NOT NULL,
    patient_id    TEXT    NOT NULL,
    text_id       TEXT    NOT NULL,
    mode          TEXT,                         -- in_person, telehealth, phone, paper, portal (rating_modes.def)
    rater         TEXT,                         -- printed name, where a clinician rated
    conditions    TEXT,                         -- what else bears on it, as said
    missing       INTEGER NOT NULL,             -- asked and not answered
    prorated      INTEGER NOT NULL CHECK (prorated IN (0, 1)),
    dose_id       TEXT,                         -- the last dose before it
    since_dose_min INTEGER,
    PRIMARY KEY (clinic_id, id)
) STRICT;
