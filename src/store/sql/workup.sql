-- The work-up: earlier treatment trials, what was looked at and when.

-- many trial_of_patient (patient_id text) -> treatment_trial
-- Oldest first; what was struck out stays in the journal.
SELECT {treatment_trial} FROM treatment_trial WHERE clinic_id = $clinic AND patient_id = $1
   AND state = 'active' ORDER BY recorded_ms, id LIMIT 200;

-- many workup_seen (patient_id text, doses_since_ms int, exposure_sessions int) -> (patient_id text, kind text, item text, n int)
-- All that the work-up is judged by: the last time of each result, observation and measure, the
-- doses since, the next dose, the conditions, the answers of the screening with their times. Of
-- one patient; without an id of those of workup_waiting. Patient by patient. CROSS JOIN: SQLite then
-- goes from those few to their rows; else the order wanted makes it read those of everybody. coded: from
-- one code to the next, so that of ten thousand observations a hand of rows is read.
WITH RECURSIVE waiting AS (
SELECT id FROM patient WHERE clinic_id = $clinic AND id = $1
UNION ALL
SELECT id FROM (SELECT id FROM patient WHERE clinic_id = $clinic AND $1 = ''
   AND phase IN ('referred', 'screening', 'eligible', 'maintenance') ORDER BY phase_since_ms, id LIMIT 150) late),
coded (patient_id, code) AS (
SELECT w.id, (SELECT min(o.code) FROM observation o WHERE o.clinic_id = $clinic AND o.patient_id = w.id)
  FROM waiting w
UNION ALL
SELECT c.patient_id, (SELECT min(o.code) FROM observation o
                       WHERE o.clinic_id = $clinic AND o.patient_id = c.patient_id AND o.code > c.code)
  FROM coded c WHERE c.code IS NOT NULL)
SELECT r.patient_id AS patient_id, 'result' AS kind, r.item AS item, max(r.at_ms) AS n
  FROM waiting w CROSS JOIN workup_result r
 WHERE r.clinic_id = $clinic AND r.patient_id = w.id AND r.state = 'active' GROUP BY r.patient_id, r.item
UNION ALL
SELECT c.patient_id, 'loinc', c.code, (SELECT max(o.at_ms) FROM observation o
        WHERE o.clinic_id = $clinic AND o.patient_id = c.patient_id AND o.code = c.code)
  FROM coded c WHERE c.code IS NOT NULL
UNION ALL
SELECT r.patient_id, 'measure', r.instrument, max(r.at_ms)
  FROM waiting w CROSS JOIN response r
 WHERE r.clinic_id = $clinic AND r.patient_id = w.id GROUP BY r.patient_id, r.instrument
UNION ALL
SELECT t.patient_id, 'trials', '', max(t.recorded_ms)
  FROM waiting w CROSS JOIN treatment_trial t
 WHERE t.clinic_id = $clinic AND t.patient_id = w.id AND t.state = 'active' GROUP BY t.patient_id
UNION ALL
SELECT d.patient_id, 'doses', '', count(DISTINCT d.dosing_id)
  FROM waiting w CROSS JOIN dose d
 WHERE d.clinic_id = $clinic AND d.patient_id = w.id AND d.given_ms >= $2 GROUP BY d.patient_id
UNION ALL
SELECT e.patient_id, 'exposure', '', max(e.at_ms)
  FROM (SELECT d.patient_id AS patient_id, d.first_dose_ms AS at_ms,
               row_number() OVER (PARTITION BY d.patient_id ORDER BY d.first_dose_ms, d.id) +
               coalesce((SELECT CAST(sum(x.sessions) AS BIGINT) FROM exposure_elsewhere x
                          WHERE x.clinic_id = $clinic AND x.patient_id = d.patient_id), 0) AS nth
          FROM waiting w CROSS JOIN dosing d
         WHERE d.clinic_id = $clinic AND d.patient_id = w.id AND d.first_dose_ms IS NOT NULL) e
 WHERE e.nth % $3 = 0 GROUP BY e.patient_id
UNION ALL
SELECT s.patient_id, 'next', min(s.due_date), 0
  FROM waiting w CROSS JOIN step s
                 JOIN course c ON c.clinic_id = s.clinic_id AND c.id = s.course_id
 WHERE s.clinic_id = $clinic AND s.patient_id = w.id
   AND s.type IN ('dose', 'booster') AND s.state = 'planned' AND c.state = 'active' GROUP BY s.patient_id
UNION ALL
SELECT DISTINCT k.patient_id, k.code_system, k.code, 0
  FROM waiting w CROSS JOIN condition k
 WHERE k.clinic_id = $clinic AND k.patient_id = w.id AND k.code_system IS NOT NULL AND k.code IS NOT NULL
UNION ALL
SELECT s.patient_id, 'answers', s.answers, s.opened_ms
  FROM waiting w CROSS JOIN screening s
 WHERE s.clinic_id = $clinic AND s.patient_id = w.id
   AND NOT EXISTS (SELECT 1 FROM screening o WHERE o.clinic_id = s.clinic_id AND o.patient_id = s.patient_id
                      AND o.opened_ms > s.opened_ms)
UNION ALL
SELECT s.patient_id, 'said', t.times, 0
  FROM waiting w CROSS JOIN screening s
                 JOIN screening_said t ON t.clinic_id = s.clinic_id AND t.id = s.id
 WHERE s.clinic_id = $clinic AND s.patient_id = w.id
   AND NOT EXISTS (SELECT 1 FROM screening o WHERE o.clinic_id = s.clinic_id AND o.patient_id = s.patient_id
                      AND o.opened_ms > s.opened_ms)
 ORDER BY patient_id LIMIT 15000;

-- many workup_waiting () -> patient
-- Whose work-up the page of the day looks at: those who wait for a decision, and maintenance.
SELECT {patient} FROM patient WHERE clinic_id = $clinic
   AND phase IN ('referred', 'screening', 'eligible', 'maintenance') ORDER BY phase_since_ms, id LIMIT 150;

-- one workup_result_last (patient_id text, item text) -> workup_result
SELECT {workup_result} FROM workup_result
 WHERE clinic_id = $clinic AND patient_id = $1 AND item = $2 AND state = 'active'
 ORDER BY at_ms DESC, recorded_ms DESC, id DESC LIMIT 1;

-- one response_last (patient_id text, instrument text) -> response
SELECT {response} FROM response WHERE clinic_id = $clinic AND patient_id = $1 AND instrument = $2
 ORDER BY at_ms DESC, id DESC LIMIT 1;

-- one capacity_latest (patient_id text) -> (level text?, at_ms int)
-- The last note on capacity: has, lacks, doubt.
SELECT level, at_ms FROM note WHERE clinic_id = $clinic AND patient_id = $1 AND kind = 'capacity'
 ORDER BY at_ms DESC, id DESC LIMIT 1;
