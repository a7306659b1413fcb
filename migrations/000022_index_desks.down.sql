BEGIN;

DROP INDEX opinions_open_of_unit;

END;
