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
