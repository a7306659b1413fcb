BEGIN;

-- Who is asking. internal/db sets these for one transaction; a missing or empty
-- setting reads as NULL, which no policy matches: nobody sees nothing.
CREATE SCHEMA app;
GRANT USAGE ON SCHEMA app TO portal_app, portal_auth, portal_public;
GRANT USAGE ON SCHEMA public TO portal_app, portal_auth, portal_public;

CREATE FUNCTION app.user_id() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.user_id', true), '')::bigint;

CREATE FUNCTION app.role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('app.role', true), '');

CREATE FUNCTION app.city() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.city_id', true), '')::bigint;

CREATE FUNCTION app.street() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.street_id', true), '')::bigint;

CREATE FUNCTION app.community() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.community_id', true), '')::bigint;

CREATE FUNCTION app.unit() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.unit_id', true), '')::bigint;

CREATE FUNCTION app.deputy() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.deputy_id', true), '')::bigint;

CREATE FUNCTION app.query_hash() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
RETURN decode(nullif(current_setting('app.query_hash', true), ''), 'hex');

CREATE TABLE cities (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name       text        NOT NULL,
    code       text        NOT NULL,
    demo       boolean     NOT NULL DEFAULT false,
    version    integer     NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cities_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT cities_code_once UNIQUE (code)
);

COMMENT ON COLUMN cities.demo IS
'The demonstration city. Only its accounts may sign in with the published password, and only in demonstration mode.';

CREATE TABLE streets (
    id            bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    city_id       bigint      NOT NULL REFERENCES cities (id),
    name          text        NOT NULL,
    code          text        NOT NULL,
    slug          text        NOT NULL,
    committee     text        NOT NULL,
    version       integer     NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    modified_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (city_id, id),
    CONSTRAINT streets_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT streets_code_nine_digits CHECK (code ~ '^[0-9]{9}$'),
    CONSTRAINT streets_code_once UNIQUE (code),
    CONSTRAINT streets_name_once UNIQUE (city_id, name)
);

COMMENT ON COLUMN streets.code IS '统计用区划代码, 9 digits; part of every opinion number.';
COMMENT ON COLUMN streets.slug IS 'Latin name, such as dongcheng; the start of demonstration account names.';
COMMENT ON COLUMN streets.committee IS 'Short name of the committee: 人大东城街道工委.';

-- The streets whose rows the actor may see: all of the city for city roles, one
-- for everybody else with an account, every street for the portal's own clerk
-- and the operator's shell, none for residents and administrators.
-- PL/pgSQL, because it keeps its plans: a function in SQL is planned anew in every
-- statement, which took longer than the lists that the policies guard.
CREATE FUNCTION app.streets() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    asking constant text := app.role();
BEGIN
    IF asking IN ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'office_dispatch', 'unit',
                  'deputy', 'group_leader', 'voter_rep', 'expert', 'liaison', 'info_officer') THEN
        RETURN ARRAY [app.street()];
    ELSIF asking IN ('city_leader', 'city_office', 'city_deputy', 'city_finance') THEN
        RETURN (SELECT coalesce(array_agg(id), '{}') FROM streets WHERE city_id = app.city());
    ELSIF asking = 'counter' THEN
        RETURN (SELECT coalesce(array_agg(id), '{}') FROM streets WHERE city_id = app.city() AND coalesce(app.street(), 0) IN (0, id));
    ELSIF asking IN ('clerk', 'operator') THEN
        RETURN (SELECT coalesce(array_agg(id), '{}') FROM streets);
    END IF;
    RETURN '{}'::bigint[];
END $$;

CREATE TABLE communities (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL REFERENCES streets (id),
    name        text        NOT NULL,
    code        text        NOT NULL,
    version     integer     NOT NULL DEFAULT 1,
    ended_on    date,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT communities_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT communities_code_twelve_digits CHECK (code ~ '^[0-9]{12}$')
);

-- A name or code may be given again once what bore it has ended.
CREATE UNIQUE INDEX communities_code_once ON communities (street_id, code) WHERE ended_on IS NULL;
CREATE UNIQUE INDEX communities_name_once ON communities (street_id, name) WHERE ended_on IS NULL;

CREATE TABLE units (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    name       text        NOT NULL,
    kind       text        NOT NULL,
    contact    text        NOT NULL DEFAULT '',
    version    integer     NOT NULL DEFAULT 1,
    ended_on   date,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT units_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT units_kind_known CHECK (kind IN ('dispatch', 'department', 'stationed', 'other'))
);

CREATE UNIQUE INDEX units_name_once ON units (street_id, name) WHERE ended_on IS NULL;
CREATE UNIQUE INDEX units_one_dispatch ON units (street_id) WHERE kind = 'dispatch' AND ended_on IS NULL;

COMMENT ON TABLE units IS '承办单位: a department of the sub-district office, a stationed agency, or its 党政办 (dispatch).';

-- Names of places are public facts: everybody reads them. Who may change them
-- is the policies below.
ALTER TABLE cities      ENABLE ROW LEVEL SECURITY;
ALTER TABLE cities      FORCE  ROW LEVEL SECURITY;
ALTER TABLE streets     ENABLE ROW LEVEL SECURITY;
ALTER TABLE streets     FORCE  ROW LEVEL SECURITY;
ALTER TABLE communities ENABLE ROW LEVEL SECURITY;
ALTER TABLE communities FORCE  ROW LEVEL SECURITY;
ALTER TABLE units       ENABLE ROW LEVEL SECURITY;
ALTER TABLE units       FORCE  ROW LEVEL SECURITY;

CREATE POLICY read_all ON cities FOR SELECT USING (true);
CREATE POLICY by_operator ON cities USING (app.role() = 'operator');

CREATE POLICY read_all ON streets FOR SELECT USING (true);
CREATE POLICY by_operator ON streets USING (app.role() = 'operator');
CREATE POLICY by_city ON streets
    USING (app.role() = 'system_admin' AND city_id = app.city());

CREATE POLICY read_all ON communities FOR SELECT USING (true);
CREATE POLICY by_operator ON communities USING (app.role() = 'operator');
CREATE POLICY by_city ON communities
    USING (app.role() = 'system_admin'
           AND street_id = ANY ((SELECT array_agg(s.id) FROM streets s WHERE s.city_id = app.city())::bigint[]));
CREATE POLICY by_street ON communities
    USING (app.role() = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_street ON units FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY added_by_keeper ON units FOR INSERT
    WITH CHECK (app.role() IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON units FOR UPDATE
    USING (app.role() IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_city ON units
    USING (app.role() = 'system_admin'
           AND street_id = ANY ((SELECT array_agg(s.id) FROM streets s WHERE s.city_id = app.city())::bigint[]));

GRANT SELECT ON cities, streets, communities TO portal_auth, portal_public;
GRANT SELECT, INSERT, UPDATE ON cities, streets, communities, units TO portal_app;

END;
