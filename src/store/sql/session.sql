-- The hours of a session: its alarms.

-- one alarm_same (dosing_id text, kind text, subject text) -> alarm
-- The open alarm about one thing.
SELECT {alarm} FROM alarm
 WHERE clinic_id = $clinic AND dosing_id = $1 AND kind = $2 AND subject = $3 AND ended_ms IS NULL
 ORDER BY raised_ms DESC, id DESC LIMIT 1;

-- many alarm_of_dosing (dosing_id text) -> alarm
-- All alarms of a session, the newest first.
SELECT {alarm} FROM alarm WHERE clinic_id = $clinic AND dosing_id = $1
 ORDER BY raised_ms DESC, id DESC LIMIT 200;

-- many alarm_open () -> alarm
-- Every alarm of the clinic that nobody has ended, the oldest first.
SELECT {alarm} FROM alarm WHERE clinic_id = $clinic AND ended_ms IS NULL
 ORDER BY raised_ms, id LIMIT 500;

-- many alarm_waiting () -> alarm
-- Those that nobody has acknowledged and that can still go on to somebody.
SELECT {alarm} FROM alarm WHERE clinic_id = $clinic AND ended_ms IS NULL
   AND acknowledged_ms IS NULL AND told <> 'everyone' ORDER BY raised_ms, id LIMIT 500;

-- many alarm_open_of_dosing (dosing_id text) -> alarm
SELECT {alarm} FROM alarm WHERE clinic_id = $clinic AND dosing_id = $1 AND ended_ms IS NULL
 ORDER BY raised_ms DESC, id DESC LIMIT 100;

-- many vigil_dosing (now_ms int, latest_ms int) -> dosing
-- Running sessions that are to be looked at now. One that is to be looked at later than ever
-- planned was planned by another clock.
SELECT {d: dosing} FROM dosing d LEFT JOIN dosing_watch w ON w.clinic_id = d.clinic_id AND w.dosing_id = d.id
 WHERE d.clinic_id = $clinic AND d.state IN ('checked_in', 'gate_passed', 'dosing', 'recovering')
   AND (w.next_ms IS NULL OR w.next_ms <= $1 OR w.next_ms > $2)
 ORDER BY d.checked_in_ms, d.id LIMIT 50;

-- exec vigil_set (dosing_id text, next_ms int)
INSERT INTO dosing_watch (clinic_id, dosing_id, next_ms) VALUES ($clinic, $1, $2)
 ON CONFLICT (clinic_id, dosing_id) DO UPDATE SET next_ms = excluded.next_ms;

-- many observed_times (dosing_id text, code text) -> (at_ms int)
-- When a sign was taken. A checkpoint is taken with the pressure, which every one asks for first: an
-- oximeter that says its number each minute is no look at the patient. Past the limit the oldest are
-- left out.
SELECT o.at_ms
  FROM (SELECT DISTINCT at_ms FROM observation WHERE clinic_id = $clinic AND dosing_id = $1
           AND code = $2
         ORDER BY at_ms DESC LIMIT 6000) o
 ORDER BY o.at_ms LIMIT 6000;

-- many observed_since (dosing_id text, since_ms int) -> (code text, value real?, at_ms int)
-- What was measured in a session since then, the newest first.
SELECT code, value, at_ms FROM observation
 WHERE clinic_id = $clinic AND dosing_id = $1 AND at_ms >= $2 ORDER BY at_ms DESC, id DESC LIMIT 500;

-- many observed_before (dosing_id text, before_ms int, code text) -> (code text, value real?, at_ms int)
-- The last of one sign before an instant, with the other half where it is a pressure: a monitor's
-- minutes of the other signs do not stand between.
SELECT code, value, at_ms FROM observation
 WHERE clinic_id = $clinic AND dosing_id = $1 AND at_ms < $2
   AND (code = $3 OR ($3 = '8480-6' AND code = '8462-4')) ORDER BY at_ms DESC, id DESC LIMIT 20;

-- many presence_of_dosing (dosing_id text) -> (id text, account_id text, from_ms int, recorded_ms int, to_ms int?, to_recorded_ms int?, name text?, role text?)
SELECT p.id, p.account_id, p.from_ms, p.recorded_ms, p.to_ms, p.to_recorded_ms, a.display_name, a.role
  FROM presence p LEFT JOIN account a ON a.clinic_id = p.clinic_id AND a.id = p.account_id
 WHERE p.clinic_id = $clinic AND p.dosing_id = $1 ORDER BY p.from_ms, p.id LIMIT 200;

-- one presence_open (dosing_id text, account_id text) -> presence
SELECT {presence} FROM presence WHERE clinic_id = $clinic AND dosing_id = $1 AND account_id = $2
   AND to_ms IS NULL ORDER BY from_ms DESC, id DESC LIMIT 1;

-- many presence_elsewhere (account_id text, dosing_id text) -> presence
-- Where else somebody is marked as there: with a session in another room than this one has.
SELECT {p: presence} FROM presence p
  JOIN dosing_room o ON o.clinic_id = p.clinic_id AND o.dosing_id = p.dosing_id AND o.to_ms IS NULL
  JOIN dosing_room h ON h.clinic_id = p.clinic_id AND h.dosing_id = $2 AND h.to_ms IS NULL
 WHERE p.clinic_id = $clinic AND p.account_id = $1 AND p.to_ms IS NULL AND o.room_id <> h.room_id
 ORDER BY p.from_ms, p.id LIMIT 20;

-- many presence_all_open (dosing_id text) -> presence
SELECT {presence} FROM presence WHERE clinic_id = $clinic AND dosing_id = $1 AND to_ms IS NULL
 ORDER BY from_ms, id LIMIT 50;

-- one presence_gone (dosing_id text) -> (here int, to_ms int)
-- How many are with the patient, and when the last of the others left (0: nobody was there).
SELECT coalesce(sum(CASE WHEN to_ms IS NULL THEN 1 ELSE 0 END), 0), coalesce(max(to_ms), 0)
  FROM presence WHERE clinic_id = $clinic AND dosing_id = $1;

-- one intention_last (patient_id text) -> (text text?)
-- What the patient meant to do, the last time it was written down.
SELECT text FROM session_event WHERE clinic_id = $clinic AND kind = 'intention' AND text IS NOT NULL
   AND dosing_id IN (SELECT id FROM dosing WHERE clinic_id = $clinic AND patient_id = $1)
 ORDER BY at_ms DESC, id DESC LIMIT 1;

-- one intention_note (patient_id text) -> (text text?)
-- Before the first session: the last note of preparation.
SELECT text FROM note WHERE clinic_id = $clinic AND patient_id = $1 AND kind = 'preparation'
 ORDER BY at_ms DESC, id DESC LIMIT 1;

-- one session_stamp (dosing_id text) -> (calls int, seen int, events int, doses int, here int, row int)
-- Moves whenever something of a session does that its page shows by itself; no patient's data.
SELECT (SELECT coalesce(sum(version), 0) FROM alarm WHERE clinic_id = $clinic AND ended_ms IS NULL),
       (SELECT count(*) FROM observation WHERE clinic_id = $clinic AND dosing_id = $1),
       (SELECT count(*) FROM session_event WHERE clinic_id = $clinic AND dosing_id = $1),
       (SELECT count(*) FROM dose WHERE clinic_id = $clinic AND dosing_id = $1),
       (SELECT coalesce(sum(version), 0) FROM presence WHERE clinic_id = $clinic AND dosing_id = $1),
       (SELECT coalesce(max(version), 0) FROM dosing WHERE clinic_id = $clinic AND id = $1);

-- many session_beside (dosing_id text) -> (id text, patient_id text, step_id text, route text, checked_in_ms int, gate_passed_ms int?, first_dose_ms int?, last_dose_ms int?, peak_ms int?, offset_ms int?, ready_ms int?, discharged_ms int?, stopped_reason text?, given_name text, preferred_name text?, room text?)
-- The other sessions that are running, by room.
SELECT d.id, d.patient_id, d.step_id, d.route, d.checked_in_ms, d.gate_passed_ms, d.first_dose_ms, d.last_dose_ms,
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'peak'),
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'offset'),
       d.ready_ms, d.discharged_ms, d.stopped_reason, p.given_name, p.preferred_name,
       (SELECT m.name FROM dosing_room r JOIN room m ON m.clinic_id = r.clinic_id AND m.id = r.room_id
         WHERE r.clinic_id = d.clinic_id AND r.dosing_id = d.id AND r.to_ms IS NULL
         ORDER BY r.from_ms DESC LIMIT 1)
  FROM dosing d JOIN patient p ON p.clinic_id = d.clinic_id AND p.id = d.patient_id
 WHERE d.clinic_id = $clinic AND d.state IN ('checked_in', 'gate_passed', 'dosing', 'recovering') AND d.id <> $1
 ORDER BY d.checked_in_ms, d.id LIMIT 12;

-- many pump_of_dose (dose_id text, dosing_id text) -> pump_event
SELECT {pump_event} FROM pump_event WHERE clinic_id = $clinic AND dose_id = $1 AND dosing_id = $2
 ORDER BY at_ms, id LIMIT 60;

-- many shape_of_dosing (dosing_id text) -> dose_shape
SELECT {dose_shape} FROM dose_shape WHERE clinic_id = $clinic AND dosing_id = $1 ORDER BY id LIMIT 50;
