BEGIN;

DROP INDEX suggestion_replies_of_period;
DROP VIEW performance_rows;

END;
