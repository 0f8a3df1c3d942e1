-- The work-up: earlier treatment trials, what was looked at and when.

-- many trial_of_patient (patient_id text) -> treatment_trial
-- Oldest first; what was struck out stays in the journal.
SELECT {treatment_trial} FROM treatment_trial WHERE clinic_id = $clinic AND patient_id = $1
   AND state = 'active' ORDER BY recorded_ms, id LIMIT 200;
