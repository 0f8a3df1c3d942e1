-- Monitors: who they are, what they sent, what nobody has said the patient of.

-- one device_named (identifier text) -> device
SELECT {device} FROM device WHERE clinic_id = $clinic AND identifier = $1;

-- one device_of_key (key_hash text) -> device
SELECT {device} FROM device WHERE clinic_id = $clinic AND key_hash = $1 AND state = 'active';

-- one device_heard (identifier text, digest text) -> (id text, name text, state text, room_id text?, room_since_ms int?, resent int, dosing_id text?, patient_id text?, mrn text?, checked_in_ms int, room_ms int)
-- A monitor that says something: was the same message there before; the session that stands in its room,
-- since when, with what a message may say of its patient. Asked for every message: one device with its
-- room's stay is found first, the rest by their ids, the message by the order of one index, whatever a
-- planner without figures thinks.
SELECT v.id, v.name, v.state, v.room_id, v.room_since_ms,
       EXISTS (SELECT 1 FROM (SELECT digest FROM device_message
                               WHERE clinic_id = $clinic AND device_id = v.id AND digest >= $2
                               ORDER BY digest LIMIT 1) m WHERE m.digest = $2),
       d.id, d.patient_id, p.mrn, coalesce(d.checked_in_ms, 0), coalesce(r.from_ms, 0)
  FROM (SELECT id, name, state, room_id, room_since_ms,
               (SELECT x.id FROM dosing_room x JOIN dosing y ON y.clinic_id = x.clinic_id AND y.id = x.dosing_id
                 WHERE x.clinic_id = $clinic AND x.room_id = device.room_id AND x.to_ms IS NULL
                   AND y.state NOT IN ('stopped', 'discharged')
                 ORDER BY x.from_ms DESC, x.id DESC LIMIT 1) AS stay_id
          FROM device WHERE clinic_id = $clinic AND identifier = $1 LIMIT 1) v
  LEFT JOIN dosing_room r ON r.clinic_id = $clinic AND r.id = v.stay_id
  LEFT JOIN dosing d ON d.clinic_id = $clinic AND d.id = r.dosing_id
  LEFT JOIN patient p ON p.clinic_id = $clinic AND p.id = d.patient_id;

-- later device_message_add (id text, device_id text, digest text, at_ms int, received_ms int, state text, why text?, dosing_id text?, patient_number text?, readings text, left_out int)
INSERT INTO device_message (clinic_id, id, device_id, digest, at_ms, received_ms, state, why, dosing_id, patient_number, readings, left_out)
VALUES ($clinic, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- one device_patient (mrn text) -> (id text)
SELECT id FROM patient WHERE clinic_id = $clinic AND mrn = $1 LIMIT 1;

-- many device_page (minute_ms int) -> (id text, identifier text, name text, kind text, state text, room text?, last_ms int?, minute_n int, waiting_n int)
-- All monitors: when they were last heard, how often since `minute_ms`, what waits for a person.
SELECT d.id, d.identifier, d.name, d.kind, d.state, r.name,
       (SELECT max(m.received_ms) FROM device_message m WHERE m.clinic_id = d.clinic_id AND m.device_id = d.id),
       (SELECT count(*) FROM device_message m WHERE m.clinic_id = d.clinic_id AND m.device_id = d.id AND m.received_ms > $1),
       (SELECT count(*) FROM device_message m WHERE m.clinic_id = d.clinic_id AND m.device_id = d.id AND m.state = 'unassigned')
  FROM device d LEFT JOIN room r ON r.clinic_id = d.clinic_id AND r.id = d.room_id
 WHERE d.clinic_id = $clinic
 ORDER BY CASE d.state WHEN 'new' THEN 0 WHEN 'active' THEN 1 ELSE 2 END, d.name, d.id LIMIT 500;

-- one device_figures (device_id text, minute_ms int, day_ms int) -> (last_ms int?, minute_n int, day_n int, left_out int, waiting_n int, from_ms int?, to_ms int?)
SELECT (SELECT max(received_ms) FROM device_message WHERE clinic_id = $clinic AND device_id = $1),
       (SELECT count(*) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND received_ms > $2),
       (SELECT count(*) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND received_ms > $3),
       (SELECT coalesce(sum(left_out), 0) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND received_ms > $3),
       (SELECT count(*) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned'),
       (SELECT min(at_ms) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned'),
       (SELECT max(at_ms) FROM device_message WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned');

-- many device_recent (device_id text) -> (at_ms int, received_ms int, state text, why text?, patient_number text?, readings text, left_out int)
SELECT at_ms, received_ms, state, why, patient_number, readings, left_out FROM device_message
 WHERE clinic_id = $clinic AND device_id = $1 ORDER BY received_ms DESC, id DESC LIMIT 12;

-- many device_waiting (device_id text) -> (why text?, patient_number text?, n int, from_ms int, to_ms int)
-- What waits for a person, by what is known of it.
SELECT why, patient_number, count(*), min(at_ms), max(at_ms) FROM device_message
 WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned'
 GROUP BY why, patient_number ORDER BY min(at_ms), why, patient_number LIMIT 50;

-- many device_unassigned (device_id text, from_ms int, to_ms int) -> (id text, at_ms int, readings text)
-- Oldest first; the rest comes when these are settled.
SELECT id, at_ms, readings FROM device_message
 WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned' AND at_ms >= $2 AND at_ms <= $3
 ORDER BY at_ms, id LIMIT 5000;

-- exec device_settled (device_id text, from_ms int, to_ms int, state text, dosing_id text?, why text?)
UPDATE device_message SET state = $4, dosing_id = $5, why = $6
 WHERE clinic_id = $clinic AND device_id = $1 AND state = 'unassigned' AND at_ms >= $2 AND at_ms <= $3;

-- exec device_forget (before_id text)
-- What is in the chart already, or was nothing, is not kept for ever; what waits is. The ids are
-- in the order of time.
DELETE FROM device_message WHERE clinic_id = $clinic AND id < $1 AND state <> 'unassigned';

-- one device_oldest (before_id text) -> (id text)
-- Is there anything to forget?
SELECT id FROM device_message WHERE clinic_id = $clinic AND id < $1 AND state <> 'unassigned'
 ORDER BY id LIMIT 1;

-- later device_mark (id text, state text, why text?, dosing_id text?)
UPDATE device_message SET state = $2, why = $3, dosing_id = $4 WHERE clinic_id = $clinic AND id = $1;

-- one device_count () -> (n int)
SELECT count(*) FROM device WHERE clinic_id = $clinic;

-- one device_seen_at (dosing_id text, code text, at_ms int) -> (id text)
-- Is this measurement in the session already?
SELECT id FROM observation WHERE clinic_id = $clinic AND dosing_id = $1 AND at_ms = $3 AND code = $2 LIMIT 1;

-- many device_lately (dosing_id text, from_ms int) -> (code text, at_ms int, value real?)
-- What monitors brought into the session since then, the newest first.
SELECT code, at_ms, value FROM observation
 WHERE clinic_id = $clinic AND dosing_id = $1 AND at_ms >= $2 AND source = 'device'
 ORDER BY at_ms DESC, id DESC LIMIT 5000;

-- many monitor_said (dosing_id text, kind text, from_ms int, to_ms int) -> (text text?)
-- A monitor's own alarms in a session, around an instant.
SELECT text FROM session_event
 WHERE clinic_id = $clinic AND dosing_id = $1 AND kind = $2 AND at_ms > $3 AND at_ms < $4
 ORDER BY at_ms DESC, id DESC LIMIT 200;

-- many device_watched () -> (id text, name text, identifier text, every_s int?, room_id text, dosing_id text, patient_id text, checked_in_ms int, last_ms int?, alarm_level text?)
-- Monitors in a room with a running session, when each was last heard, and its open alarm.
SELECT v.id, v.name, v.identifier, v.every_s, v.room_id, d.id, d.patient_id, d.checked_in_ms,
       (SELECT max(m.received_ms) FROM device_message m WHERE m.clinic_id = v.clinic_id AND m.device_id = v.id),
       (SELECT a.level FROM alarm a WHERE a.clinic_id = v.clinic_id AND a.dosing_id = d.id
           AND a.kind = 'signal' AND a.subject = v.identifier AND a.ended_ms IS NULL AND a.over_ms IS NULL
         ORDER BY a.raised_ms DESC LIMIT 1)
  FROM device v JOIN dosing_room r ON r.clinic_id = v.clinic_id AND r.room_id = v.room_id AND r.to_ms IS NULL
                JOIN dosing d ON d.clinic_id = r.clinic_id AND d.id = r.dosing_id
 WHERE v.clinic_id = $clinic AND v.state = 'active' AND d.state NOT IN ('stopped', 'discharged')
 ORDER BY v.id LIMIT 500;

-- many device_left () -> (dosing_id text, subject text)
-- Alarms about a monitor whose session is over, or that no longer stands in its room.
SELECT a.dosing_id, a.subject FROM alarm a
  JOIN dosing d ON d.clinic_id = a.clinic_id AND d.id = a.dosing_id
 WHERE a.clinic_id = $clinic AND a.kind = 'signal' AND a.ended_ms IS NULL AND a.over_ms IS NULL
   AND (d.state IN ('stopped', 'discharged') OR NOT EXISTS
        (SELECT 1 FROM device v JOIN dosing_room r ON r.clinic_id = v.clinic_id AND r.room_id = v.room_id AND r.to_ms IS NULL
          WHERE v.clinic_id = a.clinic_id AND v.identifier = a.subject AND v.state = 'active' AND r.dosing_id = a.dosing_id))
 ORDER BY a.id LIMIT 100;

-- later device_fault_count (peer text, kind text, text text, at_ms int, n int)
INSERT INTO device_fault (clinic_id, peer, kind, text, n, first_ms, last_ms)
VALUES ($clinic, $1, $2, $3, $5, $4, $4)
    ON CONFLICT (clinic_id, peer, kind) DO UPDATE
   SET text = excluded.text, n = device_fault.n + excluded.n, last_ms = excluded.last_ms;

-- many device_faults () -> (peer text, kind text, text text, n int, first_ms int, last_ms int)
SELECT peer, kind, text, n, first_ms, last_ms FROM device_fault
 WHERE clinic_id = $clinic ORDER BY last_ms DESC, peer, kind LIMIT 50;

-- many device_sessions (since_ms int) -> (dosing_id text, patient_id text, family_name text, given_name text, mrn text, checked_in_ms int, state text)
-- Where readings may be filed: sessions that run, and those of the last days.
SELECT d.id, d.patient_id, p.family_name, p.given_name, p.mrn, d.checked_in_ms, d.state
  FROM dosing d JOIN patient p ON p.clinic_id = d.clinic_id AND p.id = d.patient_id
 WHERE d.clinic_id = $clinic AND d.checked_in_ms >= $1
 ORDER BY d.checked_in_ms DESC, d.id LIMIT 100;

-- one device_room_now (device_id text) -> (name text, patient_id text?, step_id text?)
-- The room that a monitor stands in, and the session there.
SELECT m.name, d.patient_id, d.step_id
  FROM device v JOIN room m ON m.clinic_id = v.clinic_id AND m.id = v.room_id
  LEFT JOIN dosing_room r ON r.clinic_id = m.clinic_id AND r.room_id = m.id AND r.to_ms IS NULL
  LEFT JOIN dosing d ON d.clinic_id = r.clinic_id AND d.id = r.dosing_id AND d.state NOT IN ('stopped', 'discharged')
 WHERE v.clinic_id = $clinic AND v.id = $1
 ORDER BY r.from_ms DESC LIMIT 1;

-- many monitor_faults () -> (kind text, n int)
-- What the door refused, and why, since ever.
SELECT kind, coalesce(sum(n), 0) FROM device_fault WHERE clinic_id = $clinic
 GROUP BY kind ORDER BY kind LIMIT 50;

-- one monitor_door () -> (waiting_n int, oldest_ms int?, last_ms int?)
-- What waits for a person, since when; when a monitor was last heard (ids are in the order of time).
SELECT (SELECT count(*) FROM device_message WHERE clinic_id = $clinic AND state = 'unassigned'),
       (SELECT min(at_ms) FROM device_message WHERE clinic_id = $clinic AND state = 'unassigned'),
       (SELECT received_ms FROM device_message WHERE clinic_id = $clinic ORDER BY id DESC LIMIT 1);
