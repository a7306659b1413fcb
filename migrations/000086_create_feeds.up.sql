BEGIN;

-- Calendars to subscribe to (iCalendar, RFC 5545): of a person, what they are called
-- to; of a street, all its meetings and activities; of a station, its receptions. Each
-- has a secret address, of which the database keeps the SHA-256 only.
CREATE TABLE feeds (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    kind       text        NOT NULL,
    station_id bigint,
    token_hash bytea       NOT NULL,
    user_id    bigint      NOT NULL,
    maker      text        NOT NULL,
    made_at    timestamptz NOT NULL,
    revoked_at timestamptz,
    revoker    text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT feeds_station FOREIGN KEY (street_id, station_id) REFERENCES stations (street_id, id),
    CONSTRAINT feeds_token_once UNIQUE (street_id, token_hash),
    CONSTRAINT feeds_kind_known CHECK (kind IN ('person', 'street', 'station')),
    CONSTRAINT feeds_of_station CHECK ((kind = 'station') = (station_id IS NOT NULL)),
    CONSTRAINT feeds_hash_whole CHECK (length(token_hash) = 32),
    CONSTRAINT feeds_revoked CHECK ((revoked_at IS NULL) = (revoker = ''))
);

COMMENT ON COLUMN feeds.token_hash IS 'SHA-256 of the address: who reads this table cannot read a calendar.';
COMMENT ON COLUMN feeds.user_id IS 'Whose it is. It ends with their last role in the street.';

CREATE INDEX feeds_by_token ON feeds (token_hash);
CREATE UNIQUE INDEX feeds_one_live ON feeds (street_id, user_id, kind, coalesce(station_id, 0)) WHERE revoked_at IS NULL;

-- A feed goes one way only: it is made, and revoked.
CREATE FUNCTION app.guard_feed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL THEN
        RAISE EXCEPTION 'feed % stays revoked', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'feeds_stay_revoked';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER feeds_guarded BEFORE UPDATE ON feeds FOR EACH ROW EXECUTE FUNCTION app.guard_feed();

-- The live feed behind an address; no row where there is none, where it was revoked,
-- and where its owner's account or last role in the street that it needs is gone.
CREATE FUNCTION app.feed_at(given bytea) RETURNS SETOF feeds LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT f.*
        FROM feeds f
        JOIN users u ON u.id = f.user_id AND u.disabled_at IS NULL
        WHERE f.token_hash = given AND f.revoked_at IS NULL
          AND EXISTS (SELECT FROM role_grants g
                      WHERE g.user_id = f.user_id AND g.street_id = f.street_id AND g.approved AND g.revoked_at IS NULL
                        AND CASE f.kind
                            WHEN 'street' THEN g.role IN ('director', 'deputy_director', 'member', 'staff')
                            WHEN 'station' THEN g.role IN ('staff', 'liaison')
                            ELSE true END);
END $$;

REVOKE EXECUTE ON FUNCTION app.feed_at(bytea) FROM PUBLIC;

-- The name of the calendar behind an address.
CREATE FUNCTION app.feed_name(given bytea, OUT kind text, OUT name text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    SELECT f.kind, CASE f.kind
           WHEN 'station' THEN (SELECT s.name FROM stations s WHERE s.street_id = f.street_id AND s.id = f.station_id)
           ELSE (SELECT t.name FROM streets t WHERE t.id = f.street_id) END
    INTO kind, name
    FROM app.feed_at(given) f;
END $$;

-- What stands in it from a day on: time, place and title, and nothing about anybody. A
-- gathering shows once its notice has gone out, a reception once it was announced;
-- what was cancelled then stays, marked, as long as the rest.
CREATE FUNCTION app.feed_events(given bytea, since date)
    RETURNS TABLE (kind text, id bigint, station_id bigint, sequence integer, title text, place text, organiser text, starts_at timestamptz, ends_at timestamptz, cancelled boolean, modified_at timestamptz)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    f feeds;
    own bigint[];
    deputy_ids bigint[];
    unit_ids bigint[];
BEGIN
    SELECT * INTO f FROM app.feed_at(given);
    IF f.id IS NULL THEN
        RETURN;
    END IF;
    IF f.kind = 'person' THEN
        SELECT coalesce(array_agg(g.deputy_id) FILTER (WHERE g.deputy_id <> 0), '{}'),
               coalesce(array_agg(g.unit_id) FILTER (WHERE g.unit_id <> 0 AND g.role IN ('unit', 'office_dispatch')), '{}')
        INTO deputy_ids, unit_ids
        FROM role_grants g
        WHERE g.user_id = f.user_id AND g.street_id = f.street_id AND g.approved AND g.revoked_at IS NULL;
        SELECT coalesce(array_agg(DISTINCT coalesce(p.merged_into, p.id)), '{}') INTO own
        FROM people p
        WHERE p.street_id = f.street_id
          AND (p.user_id = f.user_id OR p.id IN (SELECT d.person_id FROM deputies d WHERE d.street_id = f.street_id AND d.id = ANY (deputy_ids)));
        own := own || (SELECT coalesce(array_agg(m.id), '{}') FROM people m WHERE m.street_id = f.street_id AND m.merged_into = ANY (own));
    END IF;
    RETURN QUERY
        SELECT g.kind, g.id, 0::bigint, g.sequence, g.title, g.place, s.committee, g.starts_at, g.ends_at, g.state = 'cancelled', g.modified_at
        FROM gatherings g
        JOIN streets s ON s.id = g.street_id
        WHERE g.called_at IS NOT NULL AND g.held_on >= since
          AND (f.kind = 'street' AND g.street_id = f.street_id
               OR f.kind = 'person' AND EXISTS (
                    SELECT FROM attendances a
                    WHERE a.street_id = g.street_id AND a.gathering_id = g.id
                      AND (a.person_street_id = f.street_id AND a.person_id = ANY (own) OR a.street_id = f.street_id AND a.unit_id = ANY (unit_ids))))
        UNION ALL
        SELECT 'reception', r.id, r.station_id, r.version, '代表接待日' || CASE r.theme WHEN '' THEN '' ELSE '：' || r.theme END, t.name || CASE t.address WHEN '' THEN '' ELSE '，' || t.address END, s.committee,
               (r.held_on + r.from_time) AT TIME ZONE 'Asia/Shanghai', (r.held_on + r.to_time) AT TIME ZONE 'Asia/Shanghai', r.state = 'cancelled', r.published_at
        FROM receptions r
        JOIN stations t ON t.street_id = r.street_id AND t.id = r.station_id
        JOIN streets s ON s.id = r.street_id
        WHERE r.street_id = f.street_id AND r.published_at IS NOT NULL AND r.held_on >= since
          AND (f.kind = 'station' AND r.station_id = f.station_id
               OR f.kind = 'person' AND EXISTS (
                    SELECT FROM reception_deputies d WHERE d.street_id = r.street_id AND d.reception_id = r.id AND d.deputy_id = ANY (deputy_ids)))
        ORDER BY 8, 1, 2
        LIMIT 1000;
END $$;

REVOKE EXECUTE ON FUNCTION app.feed_name(bytea), app.feed_events(bytea, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.feed_name(bytea), app.feed_events(bytea, date) TO portal_public;

ALTER TABLE feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE feeds FORCE  ROW LEVEL SECURITY;

-- One's own, and for who keeps the street those of the street and its stations.
CREATE POLICY own ON feeds FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND (user_id = (SELECT app.user_id())
           OR kind <> 'person' AND (SELECT app.role()) IN ('director', 'deputy_director', 'staff')));
CREATE POLICY made ON feeds FOR INSERT TO portal_app
    WITH CHECK (street_id = (SELECT app.street()) AND user_id = (SELECT app.user_id()) AND user_id <> 0 AND revoked_at IS NULL
                AND CASE kind
                    WHEN 'street' THEN (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff')
                    WHEN 'station' THEN (SELECT app.role()) IN ('staff', 'liaison')
                    ELSE true END);
CREATE POLICY revoked ON feeds FOR UPDATE TO portal_app
    USING (street_id = (SELECT app.street()) AND (user_id = (SELECT app.user_id())
           OR kind <> 'person' AND (SELECT app.role()) IN ('director', 'deputy_director', 'staff')));

CREATE POLICY fed ON feeds FOR SELECT TO portal_owner USING (true);
CREATE POLICY fed ON receptions FOR SELECT TO portal_owner USING (true);
CREATE POLICY fed ON reception_deputies FOR SELECT TO portal_owner USING (true);
CREATE POLICY fed ON stations FOR SELECT TO portal_owner USING (true);

GRANT SELECT (id, street_id, kind, station_id, user_id, maker, made_at, revoked_at), INSERT ON feeds TO portal_app;
GRANT UPDATE (revoked_at, revoker) ON feeds TO portal_app;

END;
