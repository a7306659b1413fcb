BEGIN;

CREATE TABLE visits (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    station_id   bigint      NOT NULL,
    reception_id bigint,
    held_on      date        NOT NULL,
    from_time    time,
    to_time      time,
    residents    integer     NOT NULL,
    staff        text        NOT NULL DEFAULT '',
    note         text        NOT NULL DEFAULT '',
    logged_by    bigint      NOT NULL,
    logger       text        NOT NULL,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, station_id) REFERENCES stations (street_id, id),
    FOREIGN KEY (street_id, reception_id) REFERENCES receptions (street_id, id),
    CONSTRAINT visits_key_once UNIQUE (street_id, key),
    CONSTRAINT visits_residents_sensible CHECK (residents BETWEEN 0 AND 999),
    CONSTRAINT visits_times CHECK (to_time IS NULL OR from_time IS NULL OR to_time > from_time)
);

COMMENT ON TABLE visits IS 'A reception that took place at a station. residents is 联系群众人次; the rows of visit_deputies are 代表进站人次.';

CREATE INDEX visits_newest ON visits (street_id, held_on DESC, id DESC);
CREATE INDEX visits_newest_anywhere ON visits (held_on DESC, id DESC);
CREATE INDEX visits_of_station ON visits (street_id, station_id, held_on DESC);
CREATE INDEX visits_by_id ON visits (id);
CREATE INDEX visits_of_reception ON visits (reception_id) WHERE reception_id IS NOT NULL;

CREATE TABLE visit_deputies (
    street_id bigint NOT NULL,
    visit_id  bigint NOT NULL,
    deputy_id bigint NOT NULL,
    PRIMARY KEY (street_id, visit_id, deputy_id),
    FOREIGN KEY (street_id, visit_id) REFERENCES visits (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id)
);

CREATE INDEX visit_deputies_of_deputy ON visit_deputies (street_id, deputy_id);

-- What was typed and not yet saved, encrypted: it may hold residents' numbers.
CREATE TABLE visit_drafts (
    street_id bigint      NOT NULL REFERENCES streets (id),
    user_id   bigint      NOT NULL,
    sealed    bytea       NOT NULL,
    saved_at  timestamptz NOT NULL,
    PRIMARY KEY (street_id, user_id)
);

ALTER TABLE visits         ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits         FORCE  ROW LEVEL SECURITY;
ALTER TABLE visit_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_deputies FORCE  ROW LEVEL SECURITY;
ALTER TABLE visit_drafts   ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_drafts   FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_street ON visit_deputies USING (street_id = ANY ((SELECT app.streets())::bigint[]));
-- Deputies see the visits they attended or logged, liaison officers those of
-- their community's stations, everybody else with an account the street's.
CREATE POLICY by_scope ON visits
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE
               WHEN (SELECT app.role()) IN ('deputy', 'group_leader') THEN
                   logged_by = (SELECT app.user_id())
                   OR EXISTS (SELECT FROM visit_deputies d
                              WHERE d.street_id = visits.street_id AND d.visit_id = visits.id AND d.deputy_id = (SELECT app.deputy()))
               WHEN (SELECT app.role()) = 'liaison' THEN
                   logged_by = (SELECT app.user_id())
                   OR EXISTS (SELECT FROM stations s
                              WHERE s.street_id = visits.street_id AND s.id = visits.station_id
                                AND s.community_id = (SELECT app.community()))
               ELSE (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director',
                                            'member', 'staff', 'party_reader', 'counter', 'clerk', 'operator')
               END);
CREATE POLICY by_self ON visit_drafts
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND user_id = (SELECT app.user_id()));

GRANT SELECT, INSERT, UPDATE ON visits TO portal_app;
GRANT SELECT, INSERT, DELETE ON visit_deputies TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON visit_drafts TO portal_app;

END;
