-- Entries by the id that a device gave them.

-- one client_entry_get (id text) -> (account_id text, path text, received_ms int)
SELECT account_id, path, received_ms FROM client_entry WHERE clinic_id = $clinic AND id = $1;

-- exec client_entry_add (id text, account_id text, path text, entered_ms int, received_ms int)
INSERT INTO client_entry (clinic_id, id, account_id, path, entered_ms, received_ms)
VALUES ($clinic, $1, $2, $3, $4, $5);

-- exec client_entry_sweep (before_ms int)
DELETE FROM client_entry WHERE clinic_id = $clinic AND received_ms < $1;
