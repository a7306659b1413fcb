BEGIN;

-- What happened to an opinion is read by whoever sees the opinion: a complaint
-- about the committee's own staff leaves no trace for them to read.
DROP POLICY by_street ON audit_events;
CREATE POLICY by_street ON audit_events FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (kind <> 'opinion'
                OR EXISTS (SELECT FROM opinions o WHERE o.street_id = audit_events.street_id AND o.id = audit_events.subject_id)));

END;
