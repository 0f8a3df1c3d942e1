-- A monitor that is carried to another room says its last numbers again there: they are those of the
-- patient whom it left.
ALTER TABLE device ADD COLUMN room_since_ms INTEGER; -- when it came from another room; NULL: it did not
