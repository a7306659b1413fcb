BEGIN;
DROP POLICY by_street ON audit_events;
CREATE POLICY by_street ON audit_events FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
END;
