-- Rooms, and the floor: every room with the session that stands in it.

-- many room_list () -> room
-- In the order of the floor; closed ones too.
SELECT {room} FROM room WHERE clinic_id = $clinic ORDER BY position, name, id LIMIT 500;

-- one room_named (name text) -> room
SELECT {room} FROM room WHERE clinic_id = $clinic AND name = $1;

-- one room_user (room_id text) -> (dosing_id text, patient_id text, step_id text, from_ms int)
-- The session that stands in a room.
SELECT r.dosing_id, r.patient_id, d.step_id, r.from_ms
  FROM dosing_room r JOIN dosing d ON d.clinic_id = r.clinic_id AND d.id = r.dosing_id
 WHERE r.clinic_id = $clinic AND r.room_id = $1 AND r.to_ms IS NULL
   AND d.state NOT IN ('stopped', 'discharged')
 ORDER BY r.from_ms DESC, r.id DESC LIMIT 1;

-- one room_of_dosing (dosing_id text) -> (room_id text, name text, from_ms int)
-- Where a session stands now, or stood last.
SELECT r.room_id, m.name, r.from_ms
  FROM dosing_room r JOIN room m ON m.clinic_id = r.clinic_id AND m.id = r.room_id
 WHERE r.clinic_id = $clinic AND r.dosing_id = $1
 ORDER BY r.from_ms DESC, r.id DESC LIMIT 1;

-- many room_ready_on (date text) -> (room_id text, state text, answers text, findings text, said_ms int, by text?)
-- What was said last of each room, of its day.
SELECT y.room_id, y.state, y.answers, y.findings, y.said_ms, a.display_name
  FROM room_ready y LEFT JOIN account a ON a.clinic_id = y.clinic_id AND a.id = y.said_by
 WHERE y.clinic_id = $clinic AND y.date = $1 AND NOT EXISTS (
       SELECT 1 FROM room_ready l WHERE l.clinic_id = $clinic AND l.date = $1 AND l.room_id = y.room_id
          AND (l.said_ms > y.said_ms OR (l.said_ms = y.said_ms AND l.id > y.id)))
 ORDER BY y.room_id LIMIT 500;

-- one room_ready_for (dosing_id text, date text) -> (state text)
-- What was said last, of that day, of the room in which a session stands; E_UNKNOWN: it has no room.
SELECT COALESCE((SELECT y.state FROM room_ready y
                  WHERE y.clinic_id = $clinic AND y.room_id = r.room_id AND y.date = $2
                  ORDER BY y.said_ms DESC, y.id DESC LIMIT 1), 'not-said')
  FROM dosing_room r WHERE r.clinic_id = $clinic AND r.dosing_id = $1 AND r.to_ms IS NULL
 ORDER BY r.from_ms DESC, r.id DESC LIMIT 1;

-- one dosing_room_open (dosing_id text) -> dosing_room
SELECT {dosing_room} FROM dosing_room
 WHERE clinic_id = $clinic AND dosing_id = $1 AND to_ms IS NULL
 ORDER BY from_ms DESC, id DESC LIMIT 1;

-- many room_use () -> (id text, name text, position int, state text, level text)
-- The rooms as they are now: free, in use or closed.
SELECT m.id, m.name, m.position,
       CASE WHEN u.room_id IS NOT NULL THEN 'in use' WHEN m.state = 'closed' THEN 'closed' ELSE 'free' END,
       CASE WHEN u.room_id IS NULL AND m.state = 'open' THEN 'fine' ELSE 'information' END
  FROM room m LEFT JOIN (
       SELECT DISTINCT r.room_id FROM dosing_room r JOIN dosing d ON d.clinic_id = r.clinic_id AND d.id = r.dosing_id
        WHERE r.clinic_id = $clinic AND r.to_ms IS NULL AND d.state NOT IN ('stopped', 'discharged')) u ON u.room_id = m.id
 WHERE m.clinic_id = $clinic ORDER BY m.position, m.name, m.id LIMIT 500;

-- many dosing_running () -> dosing
-- Sessions whose patient is here, first come first.
SELECT {dosing} FROM dosing WHERE clinic_id = $clinic
   AND state IN ('checked_in', 'gate_passed', 'dosing', 'recovering')
 ORDER BY checked_in_ms, id LIMIT 500;

-- many floor_session () -> (id text, patient_id text, step_id text, route text, weight_kg real?, checked_in_ms int, gate_passed_ms int?, first_dose_ms int?, last_dose_ms int?, peak_ms int?, offset_ms int?, ready_ms int?, discharged_ms int?, stopped_reason text?, given_name text, preferred_name text?, family_name text, birth_date text, room_id text?)
-- Every session whose patient is here, with the room it stands in.
SELECT d.id, d.patient_id, d.step_id, d.route, d.weight_kg, d.checked_in_ms, d.gate_passed_ms, d.first_dose_ms, d.last_dose_ms,
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'peak'),
       (SELECT MAX(e.at_ms) FROM session_event e WHERE e.clinic_id = d.clinic_id AND e.dosing_id = d.id AND e.kind = 'offset'),
       d.ready_ms, d.discharged_ms, d.stopped_reason,
       p.given_name, p.preferred_name, p.family_name, p.birth_date, r.room_id
  FROM dosing d JOIN patient p ON p.clinic_id = d.clinic_id AND p.id = d.patient_id
  LEFT JOIN dosing_room r ON r.clinic_id = d.clinic_id AND r.dosing_id = d.id AND r.to_ms IS NULL
 WHERE d.clinic_id = $clinic AND d.state IN ('checked_in', 'gate_passed', 'dosing', 'recovering')
 ORDER BY d.checked_in_ms, d.id LIMIT 500;

-- many floor_sign (patient_id text, code text, dosing_id text) -> (value real?, at_ms int)
-- The last two values of a sign in a session.
SELECT value, at_ms FROM observation
 WHERE clinic_id = $clinic AND patient_id = $1 AND code = $2 AND dosing_id = $3 AND value IS NOT NULL
 ORDER BY at_ms DESC, id DESC LIMIT 2;
