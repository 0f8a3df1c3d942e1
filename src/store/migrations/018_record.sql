-- What called may have been so before the alarm was raised: an entry made late has both times.
ALTER TABLE alarm ADD COLUMN cause_ms INTEGER; -- when it was measured or seen; NULL: as it was raised
