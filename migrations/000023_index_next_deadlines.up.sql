BEGIN;

-- Lists show the deadline of each row that is due next: read it without sorting.
CREATE INDEX deadlines_next_of_subject ON deadlines (street_id, kind, subject_id, due_on, id) WHERE ended_on IS NULL;

END;
