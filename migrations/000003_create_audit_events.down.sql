BEGIN;
DROP TABLE audit_events;
DROP FUNCTION app.refuse_change();
END;
