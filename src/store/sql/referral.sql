-- Receiving a referral: was this file seen, is this person here, which number comes next.

-- one referral_of_hash (source_hash text) -> (received_ms int, mrn text, who text?)
-- The file's first arrival; who, from the phase change written with it.
SELECT r.received_ms, p.mrn, a.display_name
  FROM referral r
  JOIN patient p ON p.clinic_id = r.clinic_id AND p.id = r.patient_id
  LEFT JOIN phase_change c ON c.clinic_id = r.clinic_id AND c.patient_id = r.patient_id
                          AND c.from_phase IS NULL
  LEFT JOIN account a ON a.clinic_id = c.clinic_id AND a.id = c.account_id
 WHERE r.clinic_id = $clinic AND r.source_hash = $1 ORDER BY r.received_ms LIMIT 1;

-- many referral_same_person (family_name text, birth_date text) -> (mrn text, given_name text, family_name text, phase text)
SELECT mrn, given_name, family_name, phase FROM patient
 WHERE clinic_id = $clinic AND lower(family_name) = lower($1) AND birth_date = $2
 ORDER BY mrn LIMIT 10;

-- one referral_last_mrn () -> (mrn text)
-- Numbers have a fixed width, so the last in the order of text is the last given.
SELECT mrn FROM patient WHERE clinic_id = $clinic AND mrn >= 'K-000000' AND mrn <= 'K-999999'
 ORDER BY mrn DESC LIMIT 1;
