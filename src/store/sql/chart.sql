-- What a chart shows: lists of one patient, newest first. Every list has a LIMIT.

-- many patient_search (words text, phase text, after text) -> (id text, mrn text, family_name text, given_name text, preferred_name text?, birth_date text, phase text, phase_since_ms int, indication text?)
-- By name or number, in the order of names; `after` is the last key of the page before. What is
-- typed is no pattern: a % or _ is itself, and so is a backslash, which one engine takes for more.
SELECT id, mrn, family_name, given_name, preferred_name, birth_date, phase, phase_since_ms, indication
  FROM patient
 WHERE clinic_id = $clinic
   AND ($1 = '' OR lower(family_name || ' ' || given_name || ' ' || family_name || ' ' || mrn) LIKE '%' || replace(replace(replace(lower($1), '!', '!!'), '%', '!%'), '_', '!_') || '%' ESCAPE '!')
   AND ($2 = '' OR phase = $2)
   AND (family_name || ' ' || given_name || ' ' || mrn) > $3
 ORDER BY family_name, given_name, mrn
 LIMIT 101;

-- one patient_named (id_or_mrn text) -> patient
-- By the id or by the clinic's number.
SELECT {patient} FROM patient WHERE clinic_id = $clinic AND (id = $1 OR mrn = $1)
 ORDER BY id LIMIT 1;

-- many patient_phase_count () -> (phase text, n int)
SELECT phase, count(*) FROM patient WHERE clinic_id = $clinic GROUP BY phase ORDER BY phase LIMIT 20;

-- many condition_of_patient (patient_id text) -> condition
SELECT {condition} FROM condition WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY CASE status WHEN 'active' THEN 0 WHEN 'treated' THEN 1 ELSE 2 END, recorded_ms DESC, id LIMIT 500;

-- many medication_of_patient (patient_id text) -> medication
SELECT {medication} FROM medication WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY CASE status WHEN 'active' THEN 0 ELSE 1 END, recorded_ms DESC, id LIMIT 500;

-- many allergy_of_patient (patient_id text) -> allergy
SELECT {allergy} FROM allergy WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY status, recorded_ms DESC, id LIMIT 200;

-- many referral_of_patient (patient_id text) -> referral
SELECT {referral} FROM referral WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY received_ms DESC, id LIMIT 20;

-- many phase_change_of_patient (patient_id text) -> phase_change
SELECT {phase_change} FROM phase_change WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY at_ms DESC, id DESC LIMIT 100;

-- many note_of_patient (patient_id text) -> (id text, kind text, step_id text?, dose_id text?, title text, text text, level text?, at_ms int, author text?)
SELECT n.id, n.kind, n.step_id, n.dose_id, n.title, n.text, n.level, n.at_ms, a.display_name
  FROM note n LEFT JOIN account a ON a.clinic_id = n.clinic_id AND a.id = n.account_id
 WHERE n.clinic_id = $clinic AND n.patient_id = $1 ORDER BY n.at_ms DESC, n.id DESC LIMIT 200;

-- many response_of_patient (patient_id text, instrument text) -> response
-- Oldest first: an outcome curve reads left to right. An empty instrument: all of them.
-- Past the limit the oldest are left out: what counts today is the newest.
SELECT {response}
  FROM (SELECT * FROM response WHERE clinic_id = $clinic AND patient_id = $1
           AND ($2 = '' OR instrument = $2) ORDER BY at_ms DESC, id DESC LIMIT 2000) r
 ORDER BY at_ms, id LIMIT 2000;

-- many response_of_session (patient_id text, from_ms int, to_ms int) -> (instrument text, at_ms int, total real?)
-- What was filled in while a session ran, oldest first.
SELECT instrument, at_ms, total FROM response
 WHERE clinic_id = $clinic AND patient_id = $1 AND at_ms BETWEEN $2 AND $3
 ORDER BY at_ms, id LIMIT 200;

-- one observation_last (patient_id text, code text) -> observation
-- The last of one kind (LOINC).
SELECT {observation} FROM observation WHERE clinic_id = $clinic AND patient_id = $1 AND code = $2
 ORDER BY at_ms DESC, id DESC LIMIT 1;

-- many observation_of_code (patient_id text, code text) -> observation
SELECT {observation} FROM observation WHERE clinic_id = $clinic AND patient_id = $1 AND code = $2
 ORDER BY at_ms DESC, id DESC LIMIT 20;

-- many chart_entry (patient_id text, before_ms int, before_id text) -> (at_ms int, kind text, id text, what text, value text?, unit text?, who text?)
-- The chart as one list, newest first: what was seen, given, said and decided. `who` is an
-- account's id; `before` is the last entry of the page before. Each part comes in the list's
-- order, so that the engine merges them and stops at the limit; a join around it would sort
-- all of it once more.
SELECT at_ms, 'observation' AS kind, id, display AS what, value_text AS value, unit, account_id AS who
  FROM observation WHERE clinic_id = $clinic AND patient_id = $1 AND (at_ms, id) < ($2, $3)
UNION ALL
SELECT at_ms, 'measure', id, instrument, CAST(CAST(floor(total + 0.5) AS BIGINT) AS TEXT), band, account_id
  FROM response WHERE clinic_id = $clinic AND patient_id = $1 AND (at_ms, id) < ($2, $3)
UNION ALL
SELECT at_ms, 'note', id, title, NULL, kind, account_id
  FROM note WHERE clinic_id = $clinic AND patient_id = $1 AND (at_ms, id) < ($2, $3)
UNION ALL
SELECT given_ms, 'dose', id, drug || ' ' || route, CAST(amount_ug / 1000 AS TEXT), 'mg', given_by
  FROM dose_given WHERE clinic_id = $clinic AND patient_id = $1 AND (given_ms, id) < ($2, $3)
UNION ALL
SELECT signed_ms, 'consent', id, document, 'version ' || CAST(document_version AS TEXT), NULL, witness_id
  FROM consent WHERE clinic_id = $clinic AND patient_id = $1 AND (signed_ms, id) < ($2, $3)
UNION ALL
SELECT at_ms, 'phase', id, reason, to_phase, NULL, account_id
  FROM phase_change WHERE clinic_id = $clinic AND patient_id = $1 AND (at_ms, id) < ($2, $3)
 ORDER BY at_ms DESC, id DESC LIMIT 301;

-- many journal_of_patient (patient_id text, before_seq int) -> (seq int, at_ms int, who text?, door text, event text, record_table text?, record_id text?, record_version int?, why text?, image text?)
SELECT j.seq, j.at_ms, a.display_name, j.door, j.event, j.record_table, j.record_id, j.record_version, j.why, j.image
  FROM journal j LEFT JOIN account a ON a.clinic_id = j.clinic_id AND a.id = j.account_id
 WHERE j.clinic_id = $clinic AND j.patient_id = $1 AND j.seq < $2 ORDER BY j.seq DESC LIMIT 101;

-- one screening_latest (patient_id text) -> screening
SELECT {screening} FROM screening WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY opened_ms DESC, id DESC LIMIT 1;

-- many consent_of_patient (patient_id text) -> consent
SELECT {consent} FROM consent WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY signed_ms DESC, id DESC LIMIT 100;
