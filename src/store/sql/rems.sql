-- The REMS of esketamine.

-- one rems_in_force (kind text, subject text, day text) -> rems_enrolment
-- The newest enrolment that holds on a day. subject: the patient, the prescriber's account, or
-- nothing for a site and a pharmacy.
SELECT {rems_enrolment} FROM rems_enrolment
 WHERE clinic_id = $clinic AND kind = $1 AND withdrawn_ms IS NULL
   AND CASE kind WHEN 'patient' THEN patient_id WHEN 'prescriber' THEN account_id ELSE '' END = $2
   AND from_date <= $3 AND (until_date IS NULL OR until_date >= $3)
 ORDER BY from_date DESC, id DESC LIMIT 1;

-- many rems_enrolled () -> rems_enrolment
-- Site, pharmacy and prescribers: what holds before what was withdrawn.
SELECT {rems_enrolment} FROM rems_enrolment WHERE clinic_id = $clinic AND kind <> 'patient'
 ORDER BY CASE WHEN withdrawn_ms IS NULL THEN 0 ELSE 1 END,
          CASE kind WHEN 'site' THEN 0 WHEN 'pharmacy' THEN 1 ELSE 2 END, from_date DESC, id DESC LIMIT 200;

-- many rems_enrolment_of_patient (patient_id text) -> rems_enrolment
SELECT {rems_enrolment} FROM rems_enrolment WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY from_date DESC, id DESC LIMIT 20;

-- one rems_form_of_dosing (dosing_id text) -> rems_form
SELECT {rems_form} FROM rems_form WHERE clinic_id = $clinic AND dosing_id = $1;

-- many rems_form_of_patient (patient_id text) -> rems_form
SELECT {rems_form} FROM rems_form WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY treated_date DESC, id DESC LIMIT 100;

-- many rems_answer_of (form_id text) -> rems_answer
SELECT {rems_answer} FROM rems_answer WHERE clinic_id = $clinic AND form_id = $1 ORDER BY field LIMIT 100;

-- many rems_queue (state text) -> (id text, patient_id text, state text, treated_date text, due_date text, sent_ms int?, sent_way text?, confirmed_ms int?, confirmation text?, mrn text, family_name text, given_name text, preferred_name text?)
-- The longest due first; of what is confirmed, the newest.
SELECT f.id, f.patient_id, f.state, f.treated_date, f.due_date, f.sent_ms, f.sent_way, f.confirmed_ms,
       f.confirmation, p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM rems_form f JOIN patient p ON p.clinic_id = f.clinic_id AND p.id = f.patient_id
 WHERE f.clinic_id = $clinic AND f.state = $1
 ORDER BY CASE WHEN f.state = 'confirmed' THEN NULL ELSE f.due_date END, f.confirmed_ms DESC, f.id DESC LIMIT 200;

-- many rems_untold (today text) -> rems_form
-- What falls due today or is late, and nobody was told.
SELECT {rems_form} FROM rems_form WHERE clinic_id = $clinic AND state = 'drafted'
   AND ((told IS NULL AND due_date <= $1) OR (told = 'due' AND due_date < $1))
 ORDER BY due_date, id LIMIT 50;

-- one rems_before (patient_id text, dosing_id text, before_ms int) -> (sessions int)
-- Esketamine before this session, here or elsewhere.
SELECT (SELECT count(*) FROM dose WHERE clinic_id = $clinic AND patient_id = $1 AND route = 'esk'
           AND dosing_id <> $2 AND given_ms < $3)
     + (SELECT count(*) FROM exposure_elsewhere WHERE clinic_id = $clinic AND patient_id = $1 AND route = 'esk');
