-- What a device sent, by an id of the device's own: an entry that waited for the network, or was
-- sent twice because the answer was lost, is kept once. Not chart: the entry itself is.
CREATE TABLE client_entry (
    clinic_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,              -- a UUID that the device made
    account_id   TEXT    NOT NULL,
    path         TEXT    NOT NULL,              -- where it was sent
    entered_ms   INTEGER NOT NULL,              -- when it was typed, by the server's clock
    received_ms  INTEGER NOT NULL,
    PRIMARY KEY (clinic_id, id)
) STRICT;
CREATE INDEX client_entry_received ON client_entry (clinic_id, received_ms);
