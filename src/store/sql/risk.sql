-- When somebody may be in danger: alerts, what raised them, what was done, the safety plan.

-- many risk_unclosed (patient_id text) -> risk_alert
-- What is open of a patient, the gravest first.
SELECT {risk_alert} FROM risk_alert
 WHERE clinic_id = $clinic AND patient_id = $1 AND state <> 'closed'
 ORDER BY CASE level WHEN 'high' THEN 0 WHEN 'moderate' THEN 1 ELSE 2 END, opened_ms, id LIMIT 50;

-- many risk_closed_of (patient_id text) -> risk_alert
SELECT {risk_alert} FROM risk_alert
 WHERE clinic_id = $clinic AND patient_id = $1 AND state = 'closed'
 ORDER BY closed_ms DESC, id DESC LIMIT 50;

-- many risk_trigger_of (alert_id text) -> (id text, source text, source_id text?, level text, text text, at_ms int, who text?)
SELECT t.id, t.source, t.source_id, t.level, t.text, t.at_ms, a.display_name
  FROM risk_trigger t LEFT JOIN account a ON a.clinic_id = t.clinic_id AND a.id = t.account_id
 WHERE t.clinic_id = $clinic AND t.alert_id = $1 ORDER BY t.at_ms, t.id LIMIT 100;

-- many risk_entry_of (alert_id text) -> (id text, act text, how text?, category text?, text text?, at_ms int, who text?)
SELECT e.id, e.act, e.how, e.category, e.text, e.at_ms, a.display_name
  FROM risk_entry e LEFT JOIN account a ON a.clinic_id = e.clinic_id AND a.id = e.account_id
 WHERE e.clinic_id = $clinic AND e.alert_id = $1 ORDER BY e.at_ms, e.id LIMIT 200;

-- many risk_waiting (now_ms int) -> risk_alert
-- Alerts whose next person is due: what the clock has to do.
SELECT {risk_alert} FROM risk_alert WHERE clinic_id = $clinic AND escalate_ms <= $1
 ORDER BY escalate_ms, id LIMIT 50;

-- many risk_unraised () -> response
-- Measures with an alert that no risk alert and no review knows: written before there were any,
-- or by another door.
SELECT {r: response} FROM response r
 WHERE r.clinic_id = $clinic AND r.alerts IS NOT NULL AND r.alerts <> ''
   AND NOT EXISTS (SELECT 1 FROM risk_trigger t WHERE t.clinic_id = r.clinic_id AND t.source_id = r.id)
   AND NOT EXISTS (SELECT 1 FROM note n WHERE n.clinic_id = r.clinic_id AND n.patient_id = r.patient_id
                      AND n.kind = 'risk_review' AND n.at_ms >= r.at_ms)
 ORDER BY r.at_ms, r.id LIMIT 200;

-- one risk_before_dose (patient_id text, instrument text, before_ms int) -> response
-- The last answers before the last dose that was before a time.
SELECT {r: response} FROM response r
 WHERE r.clinic_id = $clinic AND r.patient_id = $1 AND r.instrument = $2
   AND r.at_ms < (SELECT max(d.given_ms) FROM dose d WHERE d.clinic_id = $clinic AND d.patient_id = $1 AND d.given_ms < $3)
 ORDER BY r.at_ms DESC, r.id DESC LIMIT 1;

-- many today_risk () -> (id text, patient_id text, level text, state text, due_ms int, owner_role text, owner text?, text text?, mrn text, family_name text, given_name text, preferred_name text?)
-- Every alert that is not closed: the longest late first.
SELECT r.id, r.patient_id, r.level, r.state, r.due_ms, r.owner_role, a.display_name,
       (SELECT t.text FROM risk_trigger t WHERE t.clinic_id = r.clinic_id AND t.alert_id = r.id
         ORDER BY t.at_ms, t.id LIMIT 1),
       p.mrn, p.family_name, p.given_name, p.preferred_name
  FROM risk_alert r JOIN patient p ON p.clinic_id = r.clinic_id AND p.id = r.patient_id
                    LEFT JOIN account a ON a.clinic_id = r.clinic_id AND a.id = r.owner_id
 WHERE r.clinic_id = $clinic AND r.due_ms IS NOT NULL
 ORDER BY r.due_ms, r.id LIMIT 100;

-- one risk_calls (role text, now_ms int) -> (n int)
-- Alerts that a role has to answer, or is late with.
SELECT count(*) FROM risk_alert
 WHERE clinic_id = $clinic AND due_ms IS NOT NULL AND owner_role = $1 AND (owner_id IS NULL OR due_ms <= $2);

-- one safety_plan_latest (patient_id text) -> safety_plan
SELECT {safety_plan} FROM safety_plan WHERE clinic_id = $clinic AND patient_id = $1
 ORDER BY number DESC LIMIT 1;

-- many safety_plan_of (patient_id text) -> (id text, number int, written_ms int, reviewed_ms int, who text?)
SELECT s.id, s.number, s.written_ms, s.reviewed_ms, a.display_name
  FROM safety_plan s LEFT JOIN account a ON a.clinic_id = s.clinic_id AND a.id = s.written_by
 WHERE s.clinic_id = $clinic AND s.patient_id = $1 ORDER BY s.number DESC LIMIT 50;
