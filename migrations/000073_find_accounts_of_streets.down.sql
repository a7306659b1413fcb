BEGIN;

DROP FUNCTION app.street_account(bigint, text);
DROP POLICY found_by_login ON role_grants;
DROP POLICY found_by_login ON users;

END;
