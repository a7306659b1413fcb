BEGIN;
DROP INDEX deadlines_next_of_subject;
END;
