BEGIN;

DROP POLICY by_calendar ON notices;
COMMENT ON COLUMN deadlines.kind IS NULL;
DROP POLICY by_deadline ON deadline_moves;
CREATE POLICY by_street ON deadline_moves
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
DROP POLICY by_opinion ON deadlines;
CREATE POLICY by_street ON deadlines
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));

END;
