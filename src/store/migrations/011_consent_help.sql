-- Who interpreted when a consent was read and signed: beside the consent, under its id.
CREATE TABLE consent_help ( -- chart
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,              -- the consent's
    version      INTEGER NOT NULL,
    patient_id   TEXT    NOT NULL,
    interpreter  TEXT    NOT NULL,              -- printed name, and into which language
    seal         TEXT    NOT NULL,              -- over the consent's seal and this
    PRIMARY KEY (clinic_id, id)
) STRICT;
