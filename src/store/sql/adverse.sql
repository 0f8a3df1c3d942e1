-- Adverse events and their reports.

-- many adverse_of_patient (patient_id text) -> adverse_event
SELECT {adverse_event} FROM adverse_event
 WHERE clinic_id = $clinic AND patient_id = $1 AND state <> 'struck'
 ORDER BY onset_ms DESC, id DESC LIMIT 200;

-- many adverse_of_session (dosing_id text) -> adverse_event
-- Of one session, as they began.
SELECT {adverse_event} FROM adverse_event
 WHERE clinic_id = $clinic AND dosing_id = $1 AND state <> 'struck'
 ORDER BY onset_ms, id LIMIT 200;

-- one adverse_of_event_row (event_id text) -> adverse_event
-- What an event of a session was made; struck out, it can be made again.
SELECT {adverse_event} FROM adverse_event
 WHERE clinic_id = $clinic AND event_id = $1 AND state <> 'struck' ORDER BY id LIMIT 1;

-- one adverse_session (patient_id text, at_ms int) -> dosing
-- The session whose dose was the last before an instant.
SELECT {dosing} FROM dosing
 WHERE clinic_id = $clinic AND patient_id = $1 AND first_dose_ms <= $2
 ORDER BY first_dose_ms DESC, id DESC LIMIT 1;

-- many adverse_report_of (adverse_id text) -> adverse_report
SELECT {adverse_report} FROM adverse_report WHERE clinic_id = $clinic AND adverse_id = $1
 ORDER BY due_ms, body, id LIMIT 20;

-- many today_adverse_report () -> (adverse_id text, patient_id text, term text, body text, due_ms int, mrn text, family_name text, given_name text, preferred_name text?)
-- Who is still to be told of a serious event: the longest late first.
SELECT e.id, e.patient_id, e.term, r.body, r.due_ms, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM adverse_report r
  JOIN adverse_event e ON e.clinic_id = r.clinic_id AND e.id = r.adverse_id
  JOIN patient p ON p.clinic_id = r.clinic_id AND p.id = r.patient_id
 WHERE r.clinic_id = $clinic AND r.told_ms IS NULL AND e.state <> 'struck' AND e.serious IS NOT NULL
 ORDER BY r.due_ms, r.body, r.id LIMIT 100;

-- many today_adverse_draft () -> (adverse_id text, patient_id text, term text, onset_ms int, mrn text, family_name text, given_name text, preferred_name text?)
-- Made from a session in one tap, and not judged yet.
SELECT e.id, e.patient_id, e.term, e.onset_ms, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM adverse_event e JOIN patient p ON p.clinic_id = e.clinic_id AND p.id = e.patient_id
 WHERE e.clinic_id = $clinic AND e.state = 'draft' ORDER BY e.onset_ms, e.id LIMIT 100;

-- many adverse_count () -> (term text, patients int)
-- Patients with an event after a dose, by term.
SELECT term, count(DISTINCT patient_id) FROM adverse_event
 WHERE clinic_id = $clinic AND dosing_id IS NOT NULL AND state <> 'struck'
 GROUP BY term ORDER BY term LIMIT 200;

-- one adverse_exposed () -> (patients int)
SELECT count(DISTINCT patient_id) FROM dose WHERE clinic_id = $clinic;
