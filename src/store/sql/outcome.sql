-- Outcomes of the whole clinic, in pages of courses by patient.

-- many outcome_course (after_patient text, after_id text) -> (id text, patient_id text, first_ms int?, last_ms int?, planned int)
-- A course with its first and last dose, and how many doses are still planned.
SELECT c.id, c.patient_id,
       (SELECT MIN(d.first_dose_ms) FROM dosing d WHERE d.clinic_id = c.clinic_id AND d.patient_id = c.patient_id AND d.course_id = c.id),
       (SELECT MAX(d.last_dose_ms) FROM dosing d WHERE d.clinic_id = c.clinic_id AND d.patient_id = c.patient_id AND d.course_id = c.id),
       (SELECT COUNT(*) FROM step s WHERE s.clinic_id = c.clinic_id AND s.course_id = c.id AND s.type = 'dose' AND s.state = 'planned')
  FROM course c
 WHERE c.clinic_id = $clinic AND (c.patient_id > $1 OR (c.patient_id = $1 AND c.id > $2))
 ORDER BY c.patient_id, c.id LIMIT 200;

-- many outcome_response (instrument text, from_patient text, to_patient text) -> (patient_id text, at_ms int, total real)
-- The totals of one instrument for the patients of a page, by patient and time.
SELECT patient_id, at_ms, total FROM response
 WHERE clinic_id = $clinic AND instrument = $1 AND patient_id >= $2 AND patient_id <= $3
   AND total IS NOT NULL
 ORDER BY patient_id, at_ms, id LIMIT 40000;
