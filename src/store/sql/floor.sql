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

-- one dosing_room_open (dosing_id text) -> dosing_room
SELECT {dosing_room} FROM dosing_room
 WHERE clinic_id = $clinic AND dosing_id = $1 AND to_ms IS NULL
 ORDER BY from_ms DESC, id DESC LIMIT 1;

-- many rooms_in_use () -> (room_id text)
SELECT r.room_id FROM dosing_room r JOIN dosing d ON d.clinic_id = r.clinic_id AND d.id = r.dosing_id
 WHERE r.clinic_id = $clinic AND r.to_ms IS NULL AND d.state NOT IN ('stopped', 'discharged')
 ORDER BY r.room_id LIMIT 500;

-- many dosing_running () -> dosing
-- Sessions whose patient is here, first come first.
SELECT {dosing} FROM dosing WHERE clinic_id = $clinic
   AND state IN ('checked_in', 'gate_passed', 'dosing', 'recovering')
 ORDER BY checked_in_ms, id LIMIT 500;
