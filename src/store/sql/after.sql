-- After the dose: checks at home, and all that a patient has had.

-- many today_home_check () -> (id text, patient_id text, due_ms int, tries int, mrn text, family_name text, given_name text, preferred_name text?)
-- Who is to be looked after on the day after: the longest late first.
SELECT h.id, h.patient_id, h.due_ms, h.tries, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM home_check h JOIN patient p ON p.clinic_id = h.clinic_id AND p.id = h.patient_id
 WHERE h.clinic_id = $clinic AND h.done_ms IS NULL ORDER BY h.due_ms, h.id LIMIT 100;

-- many exposure_of_patient (patient_id text) -> (place text, route text, sessions int, amount_ug int?, unknown int, last_ms int?, text text?)
-- All that was given, by route: here added up, elsewhere as it was told. unknown 1: no amount.
SELECT 'here', route, count(DISTINCT dosing_id), CAST(sum(amount_ug) AS BIGINT), 0, max(given_ms), NULL
  FROM dose_given WHERE clinic_id = $clinic AND patient_id = $1 GROUP BY route
UNION ALL
SELECT 'elsewhere', route, sessions, amount_ug, CASE WHEN amount_ug IS NULL THEN 1 ELSE 0 END, NULL, text
  FROM exposure_elsewhere WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY 1 DESC, 2, 3 LIMIT 60;
