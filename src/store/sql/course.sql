-- The course and its steps.

-- one course_active (patient_id text) -> course
SELECT {course} FROM course WHERE clinic_id = $clinic AND patient_id = $1 AND state = 'active'
 ORDER BY start_date DESC, id DESC LIMIT 1;

-- one course_latest (patient_id text) -> course
-- The course that a chart shows: the active one, else the last.
SELECT {course} FROM course WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY CASE state WHEN 'active' THEN 0 ELSE 1 END, start_date DESC, id DESC LIMIT 1;

-- many step_of_course (course_id text) -> step
SELECT {step} FROM step WHERE clinic_id = $clinic AND course_id = $1
 ORDER BY due_date, ordinal, id LIMIT 200;

-- one dose_progress (patient_id text) -> (given int, planned int)
-- Of the course that a chart shows: doses given, and all that are planned.
SELECT coalesce(sum(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0), count(*) FROM step
 WHERE clinic_id = $clinic AND patient_id = $1 AND type = 'dose' AND state <> 'cancelled'
   AND course_id = (SELECT id FROM course WHERE clinic_id = $clinic AND patient_id = $1
        ORDER BY CASE state WHEN 'active' THEN 0 ELSE 1 END, start_date DESC, id DESC LIMIT 1);

-- many dose_of_patient (patient_id text) -> dose
-- As they count: an infusion that was stopped is what ran in. Oldest first; past the limit the oldest are left out, for the guard rails look at the last days.
SELECT {dose}
  FROM (SELECT * FROM dose_given WHERE clinic_id = $clinic AND patient_id = $1
         ORDER BY given_ms DESC, id DESC LIMIT 1000) d
 ORDER BY given_ms, id LIMIT 1000;

-- one dosing_open (patient_id text) -> (step_id text, checked_in_ms int, title text)
-- The session that a patient is in.
SELECT d.step_id, d.checked_in_ms, s.title
  FROM dosing d JOIN step s ON s.clinic_id = d.clinic_id AND s.id = d.step_id
 WHERE d.clinic_id = $clinic AND d.patient_id = $1 AND d.state NOT IN ('stopped', 'discharged')
 ORDER BY d.checked_in_ms DESC, d.id DESC LIMIT 1;

-- many dosing_of_patient (patient_id text) -> dosing
-- Every session, the oldest first.
SELECT {dosing} FROM dosing WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY checked_in_ms, id LIMIT 500;

-- one dosing_of_step (step_id text) -> dosing
SELECT {dosing} FROM dosing WHERE clinic_id = $clinic AND step_id = $1
 ORDER BY checked_in_ms DESC, id DESC LIMIT 1;

-- many dose_of_dosing (dosing_id text) -> (id text, drug text, route text, amount_ug int, given_ug int, acts int, given_ms int, minutes int?, recorded_ms int, lot text, expiry_date text, site text?, reason text?, giver text?, checker text?)
-- amount_ug as ordered, given_ug as it counts; acts: how much was done at the pump.
SELECT d.id, d.drug, d.route, d.ordered_ug, d.amount_ug,
       (SELECT count(*) FROM pump_event p WHERE p.clinic_id = d.clinic_id AND p.dose_id = d.id), d.given_ms, d.minutes, d.recorded_ms, d.lot, d.expiry_date, d.site, d.reason, g.display_name, c.display_name
  FROM dose_given d LEFT JOIN account g ON g.clinic_id = d.clinic_id AND g.id = d.given_by
              LEFT JOIN account c ON c.clinic_id = d.clinic_id AND c.id = d.checked_by
 WHERE d.clinic_id = $clinic AND d.dosing_id = $1 ORDER BY d.given_ms, d.id LIMIT 50;

-- many observation_of_dosing (dosing_id text) -> (id text, code text, display text, value real?, value_text text?, unit text?, at_ms int, recorded_ms int, who text?)
-- In the order of time. A monitor files a row a sign and minute: past the limit (fourteen hours of
-- seven signs) it is the oldest that are left out, never what the patient is like now.
SELECT o.id, o.code, o.display, o.value, o.value_text, o.unit, o.at_ms, o.recorded_ms, a.display_name
  FROM (SELECT * FROM observation WHERE clinic_id = $clinic AND dosing_id = $1
         ORDER BY at_ms DESC, id DESC LIMIT 6000) o
  LEFT JOIN account a ON a.clinic_id = o.clinic_id AND a.id = o.account_id
 ORDER BY o.at_ms, o.id LIMIT 6000;

-- many session_event_of_dosing (dosing_id text) -> (id text, kind text, severity text?, text text?, at_ms int, recorded_ms int, who text?)
SELECT e.id, e.kind, e.severity, e.text, e.at_ms, e.recorded_ms, a.display_name
  FROM (SELECT * FROM session_event WHERE clinic_id = $clinic AND dosing_id = $1
         ORDER BY at_ms DESC, id DESC LIMIT 1000) e
  LEFT JOIN account a ON a.clinic_id = e.clinic_id AND a.id = e.account_id
 ORDER BY e.at_ms, e.id LIMIT 1000;

-- one dose_counted (id text) -> (route text, amount_ug int)
-- A dose as it counts: an infusion that was stopped is what ran in.
SELECT route, amount_ug FROM dose_given WHERE clinic_id = $clinic AND id = $1;

-- one dose_last_before (patient_id text, before_ms int) -> dose
SELECT {dose} FROM dose WHERE clinic_id = $clinic AND patient_id = $1 AND given_ms < $2
 ORDER BY given_ms DESC, id DESC LIMIT 1;

-- one driving_last (patient_id text) -> (no_driving_until_ms int)
-- Until when the last discharge forbade driving.
SELECT no_driving_until_ms FROM dosing
 WHERE clinic_id = $clinic AND patient_id = $1 AND no_driving_until_ms IS NOT NULL
 ORDER BY checked_in_ms DESC LIMIT 1;

-- one dosing_previous (patient_id text, before_ms int) -> (id text, weight_kg real?, grave int)
-- The session with a dose before this one: the weight used, and whether it had an adverse
-- event of grade 2 or more, had pressure or oxygen outside their lines, or was stopped.
SELECT d.id, d.weight_kg,
       (SELECT count(*) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id
           AND e.severity IN ('2', '3', '4', '5'))
       + (SELECT count(*) FROM adverse_event a WHERE a.clinic_id = d.clinic_id AND a.dosing_id = d.id
           AND a.grade >= 2 AND a.state <> 'struck')
       + (SELECT count(*) FROM alarm x WHERE x.clinic_id = d.clinic_id AND x.dosing_id = d.id
           AND x.kind = 'vital' AND x.subject IN ('bp', 'spo2'))
       + CASE WHEN d.stopped_reason IS NULL THEN 0 ELSE 1 END
  FROM dosing d
 WHERE d.clinic_id = $clinic AND d.patient_id = $1 AND d.checked_in_ms < $2 AND d.first_dose_ms IS NOT NULL
 ORDER BY d.checked_in_ms DESC, d.id DESC LIMIT 1;
