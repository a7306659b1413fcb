BEGIN;

CREATE TABLE audit_events (
    id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    city_id     bigint      NOT NULL,
    street_id   bigint      NOT NULL DEFAULT 0,
    user_id     bigint      NOT NULL DEFAULT 0,
    user_name   text        NOT NULL,
    role        text        NOT NULL,
    kind        text        NOT NULL,
    subject_id  bigint      NOT NULL,
    action      text        NOT NULL,
    title       text        NOT NULL,
    reason      text        NOT NULL DEFAULT '',
    detail      jsonb       NOT NULL DEFAULT '{}'
);

COMMENT ON COLUMN audit_events.at IS 'When the act took place, by the portal''s clock; recorded_at is PostgreSQL''s.';
COMMENT ON COLUMN audit_events.user_name IS 'The name at the time: renaming a person does not rewrite history.';
COMMENT ON COLUMN audit_events.street_id IS '0 for a matter of the whole city.';

CREATE INDEX audit_events_of_subject ON audit_events (kind, subject_id, at, id);
CREATE INDEX audit_events_newest ON audit_events (city_id, at DESC, id DESC);
CREATE INDEX audit_events_of_street ON audit_events (street_id, at DESC, id DESC);

ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;

-- An act can only be recorded in one's own name.
CREATE POLICY by_actor ON audit_events FOR INSERT
    WITH CHECK (user_id = coalesce(app.user_id(), 0) AND role = app.role());
-- A timeline is read with the record it belongs to, by whoever sees that street.
CREATE POLICY by_street ON audit_events FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_auditor ON audit_events FOR SELECT
    USING (app.role() = 'audit_admin' AND city_id = app.city());
-- What city roles and administrators did themselves, and their own account's history.
CREATE POLICY by_self ON audit_events FOR SELECT
    USING (user_id = app.user_id() AND user_id <> 0);

GRANT SELECT, INSERT ON audit_events TO portal_app;
GRANT INSERT ON audit_events TO portal_auth, portal_public;

-- Nobody but a superuser who disables the trigger can rewrite the record.
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

END;
