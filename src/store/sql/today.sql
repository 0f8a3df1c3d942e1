-- What needs me now: one list a concern; the page of a role takes those that are its own.

-- many today_step (from_date text, to_date text, type text) -> (step_id text, patient_id text, type text, title text, due_date text, window_to text, state text, role text, running int, minutes int, mrn text, family_name text, given_name text, preferred_name text?, route text, planned_dose text)
-- Planned steps that fall due between two dates. An empty type: all of them.
SELECT s.id, s.patient_id, s.type, s.title, s.due_date, s.window_to, s.state, s.role,
       CASE WHEN EXISTS (SELECT 1 FROM dosing d WHERE d.clinic_id = s.clinic_id AND d.step_id = s.id
                            AND d.state NOT IN ('stopped', 'discharged')) THEN 1 ELSE 0 END,
       s.minutes, p.mrn, p.family_name, p.given_name, p.preferred_name, c.route, c.planned_dose
  FROM step s JOIN patient p ON p.clinic_id = s.clinic_id AND p.id = s.patient_id
              JOIN course c ON c.clinic_id = s.clinic_id AND c.id = s.course_id
 WHERE s.clinic_id = $clinic AND s.state = 'planned' AND c.state = 'active'
   AND s.due_date >= $1 AND s.due_date <= $2 AND ($3 = '' OR s.type = $3)
 ORDER BY s.due_date, p.family_name, p.given_name, s.ordinal LIMIT 200;

-- many today_late (before_date text) -> (step_id text, patient_id text, type text, title text, due_date text, window_to text, mrn text, family_name text, given_name text, preferred_name text?)
-- Planned steps whose window has passed: the longest late first.
SELECT s.id, s.patient_id, s.type, s.title, s.due_date, s.window_to, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM step s JOIN patient p ON p.clinic_id = s.clinic_id AND p.id = s.patient_id
              JOIN course c ON c.clinic_id = s.clinic_id AND c.id = s.course_id
 WHERE s.clinic_id = $clinic AND s.state = 'planned' AND c.state = 'active' AND s.window_to < $1
 ORDER BY s.window_to, p.family_name, s.id LIMIT 100;

-- many today_window (closes_after_ms int, closes_before_ms int) -> (step_id text, patient_id text, title text, opens_ms int?, closes_ms int?, mrn text, family_name text, given_name text, preferred_name text?)
-- Integration windows that are open and not used: the first to close first.
SELECT s.id, s.patient_id, s.title, s.opens_ms, s.closes_ms, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM step s JOIN patient p ON p.clinic_id = s.clinic_id AND p.id = s.patient_id
 WHERE s.clinic_id = $clinic AND s.state = 'planned' AND s.closes_ms > $1 AND s.closes_ms <= $2
 ORDER BY s.closes_ms, s.id LIMIT 100;

-- many today_session () -> (id text, patient_id text, step_id text, route text, checked_in_ms int, gate_passed_ms int?, first_dose_ms int?, last_dose_ms int?, peak_ms int?, offset_ms int?, ready_ms int?, discharged_ms int?, stopped_reason text?, mrn text, family_name text, given_name text, preferred_name text?)
-- Sessions that are running, with what their stage follows from (STAGE_FACTS).
SELECT d.id, d.patient_id, d.step_id, d.route, d.checked_in_ms, d.gate_passed_ms, d.first_dose_ms, d.last_dose_ms,
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'peak'),
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'offset'),
       d.ready_ms, d.discharged_ms, d.stopped_reason, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM dosing d JOIN patient p ON p.clinic_id = d.clinic_id AND p.id = d.patient_id
 WHERE d.clinic_id = $clinic AND d.state IN ('checked_in', 'gate_passed', 'dosing', 'recovering')
 ORDER BY d.checked_in_ms, d.id LIMIT 100;

-- many today_phase_count () -> (phase text, n int)
-- How many patients there are in each phase.
SELECT phase, COUNT(*) FROM patient WHERE clinic_id = $clinic GROUP BY phase ORDER BY phase LIMIT 20;

-- many today_phase (phase text) -> (patient_id text, mrn text, family_name text, given_name text, preferred_name text?, phase_since_ms int, indication text?)
-- Patients that wait in a phase: the longest first.
SELECT id, mrn, family_name, given_name, preferred_name, phase_since_ms, indication FROM patient
 WHERE clinic_id = $clinic AND phase = $1 ORDER BY phase_since_ms, id LIMIT 100;
