BEGIN;

CREATE TABLE stations (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    community_id bigint,
    kind         text        NOT NULL,
    name         text        NOT NULL,
    code         text        NOT NULL,
    address      text        NOT NULL DEFAULT '',
    hours        text        NOT NULL DEFAULT '',
    phone        text        NOT NULL DEFAULT '',
    head         text        NOT NULL DEFAULT '',
    liaison      text        NOT NULL DEFAULT '',
    opened_on    date        NOT NULL,
    closed_on    date,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, community_id) REFERENCES communities (street_id, id),
    CONSTRAINT stations_key_once UNIQUE (street_id, key),
    CONSTRAINT stations_code_once UNIQUE (street_id, code),
    CONSTRAINT stations_name_once UNIQUE (street_id, name),
    CONSTRAINT stations_kind_known CHECK (kind IN ('central', 'community', 'contact')),
    CONSTRAINT stations_code_digits CHECK (code ~ '^[0-9]{2,4}$'),
    CONSTRAINT stations_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT stations_closed_after_opened CHECK (closed_on IS NULL OR closed_on >= opened_on)
);

COMMENT ON COLUMN stations.code IS '站码, part of every opinion number.';
COMMENT ON COLUMN stations.phone IS 'The public line of the office, not a person''s.';

CREATE INDEX stations_by_code ON stations (street_id, code, id);
CREATE INDEX stations_by_id ON stations (id);

CREATE TABLE station_deputies (
    street_id  bigint NOT NULL,
    id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    station_id bigint NOT NULL,
    deputy_id  bigint NOT NULL,
    from_on    date   NOT NULL,
    until_on   date,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, station_id) REFERENCES stations (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT station_deputies_until_after_from CHECK (until_on IS NULL OR until_on >= from_on)
);

CREATE UNIQUE INDEX station_deputies_once ON station_deputies (street_id, station_id, deputy_id) WHERE until_on IS NULL;
CREATE INDEX station_deputies_of_deputy ON station_deputies (street_id, deputy_id);

CREATE TABLE receptions (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    station_id    bigint      NOT NULL,
    held_on       date        NOT NULL,
    from_time     time        NOT NULL,
    to_time       time        NOT NULL,
    theme         text        NOT NULL DEFAULT '',
    state         text        NOT NULL DEFAULT 'planned',
    published_at  timestamptz,
    cancel_reason text        NOT NULL DEFAULT '',
    key           text        NOT NULL,
    version       integer     NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, station_id) REFERENCES stations (street_id, id),
    CONSTRAINT receptions_key_once UNIQUE (street_id, key),
    CONSTRAINT receptions_state_known CHECK (state IN ('planned', 'published', 'cancelled')),
    CONSTRAINT receptions_published_at CHECK (state <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT receptions_cancelled_why CHECK (state <> 'cancelled' OR cancel_reason <> ''),
    CONSTRAINT receptions_times CHECK (to_time > from_time)
);

CREATE UNIQUE INDEX receptions_once ON receptions (street_id, station_id, held_on, from_time) WHERE state <> 'cancelled';
CREATE INDEX receptions_next ON receptions (street_id, held_on, id);
CREATE INDEX receptions_by_id ON receptions (id);

CREATE TABLE reception_deputies (
    street_id    bigint NOT NULL,
    reception_id bigint NOT NULL,
    deputy_id    bigint NOT NULL,
    PRIMARY KEY (street_id, reception_id, deputy_id),
    FOREIGN KEY (street_id, reception_id) REFERENCES receptions (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id)
);

ALTER TABLE stations           ENABLE ROW LEVEL SECURITY;
ALTER TABLE stations           FORCE  ROW LEVEL SECURITY;
ALTER TABLE station_deputies   ENABLE ROW LEVEL SECURITY;
ALTER TABLE station_deputies   FORCE  ROW LEVEL SECURITY;
ALTER TABLE receptions         ENABLE ROW LEVEL SECURITY;
ALTER TABLE receptions         FORCE  ROW LEVEL SECURITY;
ALTER TABLE reception_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE reception_deputies FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_street ON stations           USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON station_deputies   USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON receptions         USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON reception_deputies USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_public ON stations           FOR SELECT USING ((SELECT app.role()) = 'public' AND closed_on IS NULL);
CREATE POLICY by_public ON station_deputies   FOR SELECT USING ((SELECT app.role()) = 'public' AND until_on IS NULL);
CREATE POLICY by_public ON receptions         FOR SELECT USING ((SELECT app.role()) = 'public' AND published_at IS NOT NULL);
CREATE POLICY by_public ON reception_deputies FOR SELECT
    USING ((SELECT app.role()) = 'public'
           AND EXISTS (SELECT FROM receptions r WHERE r.street_id = reception_deputies.street_id AND r.id = reception_id));

GRANT SELECT, INSERT, UPDATE ON stations, station_deputies, receptions TO portal_app;
GRANT SELECT, INSERT, DELETE ON reception_deputies TO portal_app;
GRANT SELECT ON stations, station_deputies, receptions, reception_deputies TO portal_public;

END;
