BEGIN;

-- A deadline shows to whoever sees its record, and to nobody else: a unit must
-- not read from the clocks what the opinions hide from it. Each kind of record
-- brings a policy of its own; a kind without one is seen by nobody.
--
-- The subquery is scalar on purpose: PostgreSQL would answer an EXISTS by
-- hashing every opinion of the city where it expects many deadlines.
DROP POLICY by_street ON deadlines;
CREATE POLICY by_opinion ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'opinion'
           AND (SELECT true FROM opinions o WHERE o.street_id = deadlines.street_id AND o.id = deadlines.subject_id));

DROP POLICY by_street ON deadline_moves;
CREATE POLICY by_deadline ON deadline_moves TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT true FROM deadlines d WHERE d.street_id = deadline_moves.street_id AND d.id = deadline_moves.deadline_id));

COMMENT ON COLUMN deadlines.kind IS
'The kind of record, such as opinion. A new kind needs a policy that says who sees its deadlines.';

-- Whoever corrects the calendar tells the streets whose clocks it moved.
CREATE POLICY by_calendar ON notices FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'system_admin' AND link LIKE '/calendar%');

END;
