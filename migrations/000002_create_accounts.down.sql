BEGIN;
DROP TABLE sessions, role_grants, users;
DROP FUNCTION app.session_changed();
DROP FUNCTION app.keep_administrators_apart();
END;
