BEGIN;

DROP TRIGGER units_unused ON units;
DROP FUNCTION app.unit_unused();
DROP POLICY asked_by_units ON role_grants;
REVOKE DELETE ON units FROM portal_app;
DROP POLICY removed_with_import ON units;
DROP POLICY removed_by_keeper ON units;

END;
