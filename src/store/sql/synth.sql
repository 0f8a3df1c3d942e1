-- What synthetic data asks of a clinic.

-- one synth_stranger () -> (patient_id text)
-- A patient whom synth did not make: then it keeps away.
SELECT patient_id FROM journal
 WHERE clinic_id = $clinic AND record_table = 'patient' AND record_version = 1 AND door <> 'synth'
 LIMIT 1;
