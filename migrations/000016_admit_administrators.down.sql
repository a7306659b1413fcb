BEGIN;

DROP POLICY by_accounts ON audit_events;
DROP POLICY by_accounts ON deputies;
DROP POLICY by_security ON units;

END;
