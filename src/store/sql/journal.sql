-- The journal's own statements (journal.c, verify.c) and what people read of it.

-- one journal_head_get () -> (seq int, hash text)
SELECT seq, hash FROM journal_head WHERE clinic_id = $clinic;

-- later journal_head_put (seq int, hash text)
INSERT INTO journal_head (clinic_id, seq, hash) VALUES ($clinic, $1, $2)
    ON CONFLICT (clinic_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;

-- later journal_insert (seq int, at_ms int, account_id text?, door text, event text,
--                      patient_id text?, record_table text?, record_id text?,
--                      record_version int?, why text?, image text?, hash text)
INSERT INTO journal (clinic_id, seq, at_ms, account_id, door, event, patient_id, record_table,
                     record_id, record_version, why, image, hash)
    VALUES ($clinic, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- many journal_page (after int) -> (seq int, at_ms int, account_id text?, door text, event text,
--                      patient_id text?, record_table text?, record_id text?,
--                      record_version int?, why text?, image text?, hash text)
-- The chain in order, for verification and export.
SELECT seq, at_ms, account_id, door, event, patient_id, record_table, record_id, record_version,
       why, image, hash
    FROM journal WHERE clinic_id = $clinic AND seq > $1 ORDER BY seq LIMIT 500;

-- many journal_of_table (record_table text, after_id text, after_version int)
--     -> (record_id text, record_version int, image text?)
-- Every version of every record of a table, in the order of the records.
SELECT record_id, record_version, image FROM journal
    WHERE clinic_id = $clinic AND record_table = $1 AND (record_id, record_version) > ($2, $3)
    ORDER BY record_id, record_version LIMIT 200;

-- many journal_of_record (record_table text, record_id text)
--     -> (seq int, at_ms int, account_id text?, event text, record_version int, why text?,
--         image text)
-- One record's versions, newest first.
SELECT seq, at_ms, account_id, event, record_version, why, image FROM journal
    WHERE clinic_id = $clinic AND record_table = $1 AND record_id = $2
    ORDER BY record_version DESC LIMIT 200;
