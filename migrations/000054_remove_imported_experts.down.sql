BEGIN;

REVOKE DELETE ON experts, expert_terms FROM portal_app;
DROP POLICY removed_with_import ON experts;
DROP POLICY removed_with_import ON expert_terms;

END;
