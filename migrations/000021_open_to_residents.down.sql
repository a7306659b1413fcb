BEGIN;

DROP POLICY by_feed ON deputies;
DROP POLICY by_feed ON stations;
DROP INDEX opinions_by_code;
REVOKE SELECT (id, street_id, name) ON units FROM portal_public;
REVOKE SELECT (street_id, kind, subject_id, name, due_on, ended_on) ON deadlines FROM portal_public;
REVOKE SELECT (id, at, street_id, kind, subject_id, action) ON audit_events FROM portal_public;
DROP POLICY by_code ON units;
DROP POLICY by_code ON deadlines;
DROP POLICY by_code ON audit_events;

END;
