-- People, what they log in with, their sessions and drafts; the clinic; the settings.

-- one account_by_login (login_name text) -> account
SELECT {account} FROM account WHERE clinic_id = $clinic AND login_name = $1;

-- many account_list () -> (id text, version int, login_name text, display_name text, credentials text?, role text, active int, must_change int?, locked_until_ms int?, seen_ms int?)
-- Everybody, with when they were last seen; administrators first, and patients last,
-- whom their charts also lead to.
SELECT a.id, a.version, a.login_name, a.display_name, a.credentials, a.role, a.active,
       c.must_change, c.locked_until_ms,
       (SELECT MAX(s.seen_ms) FROM login_session s
         WHERE s.clinic_id = a.clinic_id AND s.account_id = a.id)
  FROM account a LEFT JOIN credential c ON c.clinic_id = a.clinic_id AND c.account_id = a.id
 WHERE a.clinic_id = $clinic ORDER BY a.active DESC, CASE a.role WHEN 'admin' THEN 0 WHEN 'patient' THEN 2 ELSE 1 END,
       a.display_name, a.id LIMIT 1000;

-- one account_of_patient (patient_id text) -> account
-- A patient's own login.
SELECT {account} FROM account
 WHERE clinic_id = $clinic AND role = 'patient' AND chart_patient_id = $1 LIMIT 1;

-- many account_staff () -> (id text, display_name text, role text)
-- Everybody who works here, by name.
SELECT id, display_name, role FROM account
 WHERE clinic_id = $clinic AND role <> 'patient' AND active = 1 ORDER BY display_name, id LIMIT 500;

-- one account_admins () -> (n int)
-- How many could still let somebody in.
SELECT COUNT(*) FROM account WHERE clinic_id = $clinic AND role = 'admin' AND active = 1;

-- one credential_get (account_id text) -> (password_hash text, changed_ms int, must_change int, failed_count int, locked_until_ms int)
SELECT password_hash, changed_ms, must_change, failed_count, locked_until_ms
  FROM credential WHERE clinic_id = $clinic AND account_id = $1;

-- exec credential_set (account_id text, password_hash text, changed_ms int, must_change int)
-- A new password also ends a lock.
INSERT INTO credential (clinic_id, account_id, password_hash, changed_ms, must_change,
                        failed_count, locked_until_ms)
VALUES ($clinic, $1, $2, $3, $4, 0, 0)
    ON CONFLICT (clinic_id, account_id) DO UPDATE
   SET password_hash = excluded.password_hash, changed_ms = excluded.changed_ms,
       must_change = excluded.must_change, failed_count = 0, locked_until_ms = 0;

-- exec credential_attempt (account_id text, failed_count int, locked_until_ms int)
UPDATE credential SET failed_count = $2, locked_until_ms = $3
 WHERE clinic_id = $clinic AND account_id = $1;

-- exec session_add (token_hash text, account_id text, csrf text, created_ms int)
INSERT INTO login_session (clinic_id, token_hash, account_id, csrf, created_ms, seen_ms)
VALUES ($clinic, $1, $2, $3, $4, $4);

-- one session_get (token_hash text) -> (account_id text, csrf text, created_ms int, seen_ms int, ended_ms int?, login_name text, display_name text, credentials text?, role text, chart_patient_id text?, active int, must_change int)
-- Ended and expired ones too: an expired form keeps its text for its account.
SELECT s.account_id, s.csrf, s.created_ms, s.seen_ms, s.ended_ms, a.login_name, a.display_name,
       a.credentials, a.role, a.chart_patient_id, a.active, c.must_change
  FROM login_session s
  JOIN account a ON a.clinic_id = s.clinic_id AND a.id = s.account_id
  JOIN credential c ON c.clinic_id = s.clinic_id AND c.account_id = s.account_id
 WHERE s.clinic_id = $clinic AND s.token_hash = $1;

-- exec session_seen (token_hash text, seen_ms int)
UPDATE login_session SET seen_ms = $2
 WHERE clinic_id = $clinic AND token_hash = $1 AND seen_ms < $2;

-- exec session_end (token_hash text, ended_ms int)
UPDATE login_session SET ended_ms = $2
 WHERE clinic_id = $clinic AND token_hash = $1 AND ended_ms IS NULL;

-- exec session_end_all (account_id text, ended_ms int)
UPDATE login_session SET ended_ms = $2
 WHERE clinic_id = $clinic AND account_id = $1 AND ended_ms IS NULL;

-- exec session_sweep (before_ms int)
-- Long dead ones; the journal remembers the logins.
DELETE FROM login_session WHERE clinic_id = $clinic AND created_ms < $1;

-- exec draft_set (account_id text, form_key text, body text, saved_ms int)
INSERT INTO draft (clinic_id, account_id, form_key, body, saved_ms)
VALUES ($clinic, $1, $2, $3, $4)
    ON CONFLICT (clinic_id, account_id, form_key) DO UPDATE
   SET body = excluded.body, saved_ms = excluded.saved_ms;

-- one draft_get (account_id text, form_key text) -> (body text, saved_ms int)
SELECT body, saved_ms FROM draft
 WHERE clinic_id = $clinic AND account_id = $1 AND form_key = $2;

-- exec draft_drop (account_id text, form_key text)
DELETE FROM draft WHERE clinic_id = $clinic AND account_id = $1 AND form_key = $2;

-- one draft_count (account_id text) -> (n int)
SELECT COUNT(*) FROM draft WHERE clinic_id = $clinic AND account_id = $1;

-- many setting_all () -> setting
SELECT {setting} FROM setting WHERE clinic_id = $clinic ORDER BY id LIMIT 500;

-- many journal_browse (before_seq int) -> (seq int, at_ms int, account_id text?, who text?, door text, event text, patient_id text?, mrn text?, record_table text?, record_id text?, record_version int?, why text?, hash text)
-- A page of the journal, newest first, before the given number.
SELECT j.seq, j.at_ms, j.account_id, a.display_name, j.door, j.event, j.patient_id, p.mrn,
       j.record_table, j.record_id, j.record_version, j.why, j.hash
  FROM journal j
  LEFT JOIN account a ON a.clinic_id = j.clinic_id AND a.id = j.account_id
  LEFT JOIN patient p ON p.clinic_id = j.clinic_id AND p.id = j.patient_id
 WHERE j.clinic_id = $clinic AND j.seq < $1
 ORDER BY j.seq DESC LIMIT 101;

-- many journal_browse_event (event text, before_seq int) -> (seq int, at_ms int, account_id text?, who text?, door text, event text, patient_id text?, mrn text?, record_table text?, record_id text?, record_version int?, why text?, hash text)
SELECT j.seq, j.at_ms, j.account_id, a.display_name, j.door, j.event, j.patient_id, p.mrn,
       j.record_table, j.record_id, j.record_version, j.why, j.hash
  FROM journal j
  LEFT JOIN account a ON a.clinic_id = j.clinic_id AND a.id = j.account_id
  LEFT JOIN patient p ON p.clinic_id = j.clinic_id AND p.id = j.patient_id
 WHERE j.clinic_id = $clinic AND j.event = $1 AND j.seq < $2
 ORDER BY j.seq DESC LIMIT 101;

