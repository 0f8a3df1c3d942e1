-- What is still planned is sought by day, by the end of its window, by the hour it closes. Only
-- planned steps stand in these: an index that also begins with the state was taken, where there are
-- no statistics, for one patient's steps, and read every planned step of the clinic for each.
DROP INDEX step_due;
DROP INDEX step_window;
CREATE INDEX step_due ON step (clinic_id, due_date) WHERE state = 'planned';
CREATE INDEX step_late ON step (clinic_id, window_to) WHERE state = 'planned';
CREATE INDEX step_window ON step (clinic_id, closes_ms) WHERE state = 'planned' AND closes_ms IS NOT NULL;
