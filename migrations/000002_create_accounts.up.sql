BEGIN;

CREATE TABLE users (
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    city_id       bigint      NOT NULL REFERENCES cities (id),
    login         text        NOT NULL,
    name          text        NOT NULL,
    password_hash text        NOT NULL,
    must_change   boolean     NOT NULL DEFAULT true,
    totp_sealed   bytea,
    totp_at       timestamptz,
    totp_step     bigint      NOT NULL DEFAULT 0,
    demo          boolean     NOT NULL DEFAULT false,
    disabled_at   timestamptz,
    form_key      text,
    version       integer     NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT users_login_shape CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,48}[a-z0-9]$'),
    CONSTRAINT users_login_once UNIQUE (login),
    CONSTRAINT users_form_once UNIQUE (city_id, form_key),
    CONSTRAINT users_name_filled CHECK (name <> '' AND length(name) <= 50)
);

COMMENT ON COLUMN users.must_change IS 'The password was issued by somebody else; the person chooses their own first.';
COMMENT ON COLUMN users.totp_sealed IS 'The second factor''s secret, encrypted; it counts from totp_at, when a first code was right.';
COMMENT ON COLUMN users.totp_step IS 'The newest time step used, so that no code works twice.';
COMMENT ON COLUMN users.form_key IS 'Of the form that made the account: sent twice, it makes one.';
COMMENT ON COLUMN users.demo IS 'Made with the demonstration data; may sign in only in demonstration mode.';

CREATE INDEX users_of_city ON users (city_id, login);

CREATE TABLE role_grants (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    user_id      bigint      NOT NULL REFERENCES users (id),
    city_id      bigint      NOT NULL REFERENCES cities (id),
    role         text        NOT NULL,
    street_id    bigint      NOT NULL DEFAULT 0,
    community_id bigint      NOT NULL DEFAULT 0,
    unit_id      bigint      NOT NULL DEFAULT 0,
    deputy_id    bigint      NOT NULL DEFAULT 0,
    requested_by bigint      NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by   bigint,
    decided_at   timestamptz,
    approved     boolean     NOT NULL DEFAULT false,
    reason       text        NOT NULL DEFAULT '',
    revoked_by   bigint,
    revoked_at   timestamptz,
    CONSTRAINT role_grants_two_persons CHECK (decided_by IS NULL OR decided_by <> requested_by OR requested_by = 0),
    CONSTRAINT role_grants_not_for_oneself CHECK (decided_by IS NULL OR decided_by <> user_id),
    CONSTRAINT role_grants_decided_once CHECK ((decided_by IS NULL) = (decided_at IS NULL) AND (NOT approved OR decided_by IS NOT NULL)),
    CONSTRAINT role_grants_scope CHECK (CASE
        WHEN role IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'system_admin', 'security_admin', 'audit_admin')
            THEN street_id = 0
        WHEN role IN ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'voter_rep', 'expert', 'info_officer')
            THEN street_id <> 0
        WHEN role IN ('office_dispatch', 'unit') THEN street_id <> 0 AND unit_id <> 0
        WHEN role IN ('deputy', 'group_leader') THEN street_id <> 0 AND deputy_id <> 0
        WHEN role = 'liaison' THEN street_id <> 0 AND community_id <> 0
        ELSE false END)
);

COMMENT ON COLUMN role_grants.requested_by IS
'0: the operator, who has a shell on the server and makes the first administrators alone.';

CREATE UNIQUE INDEX role_grants_once ON role_grants (user_id, role, street_id, unit_id, deputy_id, community_id)
    WHERE revoked_at IS NULL AND (approved OR decided_at IS NULL);
CREATE INDEX role_grants_waiting ON role_grants (city_id, requested_at, id) WHERE decided_at IS NULL AND revoked_at IS NULL;
CREATE INDEX role_grants_newest ON role_grants (city_id, requested_at DESC, id DESC);

-- Three administrators kept apart (domain.md §2, §6): who is one of them is
-- neither another of them nor anything else.
CREATE FUNCTION app.keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    admins constant text[] := ARRAY ['system_admin', 'security_admin', 'audit_admin'];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('role_grants', NEW.user_id));
    IF NEW.revoked_at IS NULL AND (NEW.approved OR NEW.decided_at IS NULL) AND EXISTS (
        SELECT FROM role_grants g
        WHERE g.user_id = NEW.user_id
          AND g.id <> NEW.id
          AND g.revoked_at IS NULL
          AND (g.approved OR g.decided_at IS NULL)
          AND g.role <> NEW.role
          AND (g.role = ANY (admins) OR NEW.role = ANY (admins)))
    THEN
        RAISE EXCEPTION 'an administrator holds one role only'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'role_grants_administrators_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER role_grants_administrators_apart BEFORE INSERT OR UPDATE ON role_grants
    FOR EACH ROW EXECUTE FUNCTION app.keep_administrators_apart();

CREATE TABLE sessions (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    token_hash   bytea       NOT NULL,
    user_id      bigint      NOT NULL REFERENCES users (id),
    grant_id     bigint      REFERENCES role_grants (id),
    verified     boolean     NOT NULL DEFAULT false,
    created_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    address      text        NOT NULL DEFAULT '',
    agent        text        NOT NULL DEFAULT '',
    ended_at     timestamptz,
    CONSTRAINT sessions_token_once UNIQUE (token_hash)
);

COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie: who reads this table cannot take a session over.';
COMMENT ON COLUMN sessions.verified IS 'The second factor was given in this session.';

CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

-- Whoever keeps sessions in memory hears at once that one has ended or changed.
CREATE FUNCTION app.session_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ended_at IS DISTINCT FROM OLD.ended_at OR NEW.grant_id IS DISTINCT FROM OLD.grant_id OR NEW.verified <> OLD.verified
        OR NEW.token_hash <> OLD.token_hash
    THEN
        PERFORM pg_notify('portal_sessions', encode(OLD.token_hash, 'hex'));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION app.session_changed();

ALTER TABLE users       ENABLE ROW LEVEL SECURITY;
ALTER TABLE users       FORCE  ROW LEVEL SECURITY;
ALTER TABLE role_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_grants FORCE  ROW LEVEL SECURITY;
ALTER TABLE sessions    ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions    FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_auth ON users USING ((SELECT app.role()) IN ('auth', 'operator'));
CREATE POLICY by_self ON users USING (id = (SELECT app.user_id()) AND id <> 0);
CREATE POLICY by_admin ON users
    USING ((SELECT app.role()) IN ('system_admin', 'security_admin') AND city_id = (SELECT app.city()));

CREATE POLICY by_auth ON role_grants USING ((SELECT app.role()) IN ('auth', 'operator'));
CREATE POLICY by_self ON role_grants FOR SELECT USING (user_id = (SELECT app.user_id()));
CREATE POLICY by_admin ON role_grants
    USING ((SELECT app.role()) IN ('system_admin', 'security_admin') AND city_id = (SELECT app.city()));
-- Nobody asks in another's name, least of all in the operator's.
CREATE POLICY asked_by_self ON role_grants AS RESTRICTIVE FOR INSERT
    WITH CHECK (requested_by = coalesce((SELECT app.user_id()), 0));

CREATE POLICY by_auth ON sessions USING ((SELECT app.role()) IN ('auth', 'operator'));
CREATE POLICY by_self ON sessions USING (user_id = (SELECT app.user_id()) AND user_id <> 0);
CREATE POLICY by_admin ON sessions
    USING ((SELECT app.role()) = 'system_admin'
           AND user_id IN (SELECT u.id FROM users u WHERE u.city_id = (SELECT app.city())));

GRANT SELECT, INSERT, UPDATE ON users TO portal_app;
GRANT SELECT, INSERT ON role_grants TO portal_app;
GRANT UPDATE (decided_by, decided_at, approved, reason, revoked_by, revoked_at) ON role_grants TO portal_app;
GRANT SELECT, UPDATE ON sessions TO portal_app;
GRANT SELECT ON users, role_grants TO portal_auth;
GRANT UPDATE (password_hash, must_change, totp_step) ON users TO portal_auth;
GRANT SELECT, INSERT, UPDATE ON sessions TO portal_auth;

END;
