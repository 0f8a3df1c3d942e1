-- Clinics and the schema's own version.

-- exec clinic_insert (name text, zone text, created_ms int)
INSERT INTO clinic (clinic_id, name, zone, created_ms) VALUES ($clinic, $1, $2, $3);

-- many clinics () -> (clinic_id text, name text, zone text)
-- across clinics: what the command line and the start of the server see.
SELECT clinic_id, name, zone FROM clinic ORDER BY clinic_id LIMIT 1000;

-- many clinics_of_journal () -> (clinic_id text)
-- across clinics: every clinic that has a chain, a head or a name: verify looks at all.
SELECT clinic_id FROM clinic
    UNION SELECT clinic_id FROM journal_head
    UNION SELECT clinic_id FROM journal
    ORDER BY clinic_id LIMIT 1000;

-- one schema_version () -> (version int)
-- across clinics.
SELECT coalesce(max(version), 0) FROM schema_migration;

-- exec schema_migrated (version int, name text, applied_ms int)
-- across clinics.
INSERT INTO schema_migration (version, name, applied_ms) VALUES ($1, $2, $3);
