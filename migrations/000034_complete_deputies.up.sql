BEGIN;

-- The register of deputies in full: the person, the electoral district and the
-- term as rows, what happened to the seat step by step, and the groups with their
-- members, leaders and yearly plans over time (domain.md §1, §3 f, g).
SELECT set_config('app.role', 'operator', true);

-- Terms 届 of the city's congress.
CREATE TABLE congress_terms (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    city_id    bigint      NOT NULL REFERENCES cities (id),
    name       text        NOT NULL,
    from_on    date        NOT NULL,
    until_on   date        NOT NULL,
    version    integer     NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT congress_terms_once UNIQUE (city_id, name),
    CONSTRAINT congress_terms_name_filled CHECK (name <> '' AND length(name) <= 20),
    CONSTRAINT congress_terms_dates CHECK (until_on > from_on),
    CONSTRAINT congress_terms_apart EXCLUDE USING gist (int8range(city_id, city_id, '[]') WITH &&, daterange(from_on, until_on) WITH &&)
);

COMMENT ON COLUMN congress_terms.until_on IS 'The day on which the next congress first meets: no longer part of this term.';

ALTER TABLE congress_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE congress_terms FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON congress_terms FOR SELECT
    USING ((SELECT app.role()) IN ('operator', 'clerk', 'public', 'feed') OR city_id = (SELECT app.city()));
CREATE POLICY kept_by_city ON congress_terms
    USING ((SELECT app.role()) = 'operator' OR (SELECT app.role()) = 'city_deputy' AND city_id = (SELECT app.city()));
GRANT SELECT, INSERT, UPDATE ON congress_terms TO portal_app;

-- Electoral districts 选区 of a term. seats is empty where nobody has entered it.
CREATE TABLE electoral_districts (
    street_id   bigint      NOT NULL REFERENCES streets (id),
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    term        text        NOT NULL,
    name        text        NOT NULL,
    seats       integer,
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT electoral_districts_once UNIQUE (street_id, term, name),
    CONSTRAINT electoral_districts_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT electoral_districts_seats CHECK (seats BETWEEN 1 AND 100)
);

COMMENT ON TABLE electoral_districts IS
'An electoral district 选区 of one term: deputies are elected in it, and voters'' representatives chosen.';

ALTER TABLE electoral_districts ENABLE ROW LEVEL SECURITY;
ALTER TABLE electoral_districts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON electoral_districts FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY kept_by_keeper ON electoral_districts
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_public ON electoral_districts FOR SELECT TO portal_public USING ((SELECT app.role()) IN ('public', 'feed'));
GRANT SELECT, INSERT, UPDATE ON electoral_districts TO portal_app;
GRANT SELECT (street_id, id, term, name, seats) ON electoral_districts TO portal_public;

-- Groups 代表小组: the four professional types of each street, and joint groups.
CREATE TABLE deputy_groups (
    street_id    bigint      NOT NULL REFERENCES streets (id),
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind         text        NOT NULL,
    name         text        NOT NULL,
    professional boolean     NOT NULL GENERATED ALWAYS AS (kind <> 'joint') STORED,
    closed_on    date,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_groups_by_nature UNIQUE (street_id, id, professional),
    CONSTRAINT deputy_groups_name_once UNIQUE (street_id, name),
    CONSTRAINT deputy_groups_kind_known CHECK (kind IN ('law', 'finance', 'construction', 'education', 'joint')),
    CONSTRAINT deputy_groups_name_filled CHECK (name <> '' AND length(name) <= 30)
);

CREATE UNIQUE INDEX deputy_groups_kind_once ON deputy_groups (street_id, kind) WHERE kind <> 'joint';
CREATE INDEX deputy_groups_by_id ON deputy_groups (id);

ALTER TABLE deputy_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON deputy_groups FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY kept_by_keeper ON deputy_groups
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT, UPDATE ON deputy_groups TO portal_app;

CREATE FUNCTION app.group_name(kind text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE kind WHEN 'law' THEN '法制与社会建设' WHEN 'finance' THEN '财经' WHEN 'construction' THEN '城建环境与资源保护' WHEN 'education' THEN '教科文卫华侨外事' END;

-- A street has its four professional groups from the beginning.
CREATE FUNCTION app.found_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deputy_groups (street_id, kind, name)
    SELECT NEW.id, k, app.group_name(k)
    FROM unnest(ARRAY ['law', 'finance', 'construction', 'education']) WITH ORDINALITY AS g (k, n)
    ORDER BY n;
    RETURN NULL;
END $$;

INSERT INTO deputy_groups (street_id, kind, name)
SELECT s.id, k, app.group_name(k)
FROM streets s, unnest(ARRAY ['law', 'finance', 'construction', 'education']) WITH ORDINALITY AS g (k, n)
ORDER BY s.id, n;

CREATE TRIGGER streets_found_groups AFTER INSERT ON streets FOR EACH ROW EXECUTE FUNCTION app.found_groups();

-- The deputy's person, district, level, election, state and photograph.
ALTER TABLE deputies
    ADD COLUMN person_id        bigint,
    ADD COLUMN district_id      bigint,
    ADD COLUMN level            text NOT NULL DEFAULT 'city',
    ADD COLUMN elected_how      text NOT NULL DEFAULT 'general',
    ADD COLUMN elected_on       date,
    ADD COLUMN fills            bigint,
    ADD COLUMN moved_from       bigint,
    ADD COLUMN state            text NOT NULL DEFAULT 'in_office',
    ADD COLUMN photo_id         bigint,
    ADD COLUMN photo_consent_on date,
    DROP CONSTRAINT deputies_ended_why_known,
    ADD CONSTRAINT deputies_ended_why_known CHECK (ended_why IN ('', 'expired', 'resigned', 'terminated', 'recalled', 'moved', 'died', 'duplicate')),
    DROP CONSTRAINT deputies_group_known,
    ADD CONSTRAINT deputies_group_known CHECK (professional_group IN ('', 'law', 'finance', 'construction', 'education')),
    ALTER COLUMN professional_group SET DEFAULT '',
    ADD CONSTRAINT deputies_level_known CHECK (level IN ('nation', 'province', 'city')),
    ADD CONSTRAINT deputies_elected_how_known CHECK (elected_how IN ('general', 'by_election')),
    ADD CONSTRAINT deputies_fills_by_election CHECK (fills IS NULL OR elected_how = 'by_election'),
    ADD CONSTRAINT deputies_fills_another CHECK (fills <> id),
    ADD CONSTRAINT deputies_state_known CHECK (state IN ('in_office', 'suspended', 'resigning', 'ended'));

COMMENT ON COLUMN deputies.professional_group IS
'The professional group of the open membership in group_members, kept by trigger so that lists can follow an index. On entry it opens the first membership; changed it is only by a membership. It keeps the last one after the end.';
COMMENT ON COLUMN deputies.electoral_district IS 'The name of district_id, kept by trigger; on entry a name alone finds or makes the district.';
COMMENT ON COLUMN deputies.fills IS 'The deputy whose seat a by-election filled.';
COMMENT ON COLUMN deputies.moved_from IS 'The row of the same deputy in the street that they moved from: another street''s, so no key refers to it.';
COMMENT ON COLUMN deputies.photo_consent_on IS 'When the deputy agreed in writing that residents may see the photograph (PIPL arts 25, 29).';

INSERT INTO people (street_id, name, sex, key, created_at)
SELECT street_id, name, sex, 'deputy:' || key, created_at FROM deputies;
INSERT INTO electoral_districts (street_id, term, name)
SELECT DISTINCT street_id, term, electoral_district FROM deputies;
UPDATE deputies d
SET person_id = (SELECT p.id FROM people p WHERE p.street_id = d.street_id AND p.key = 'deputy:' || d.key),
    district_id = (SELECT e.id FROM electoral_districts e WHERE e.street_id = d.street_id AND e.term = d.term AND e.name = d.electoral_district),
    state = CASE WHEN ended_on IS NULL THEN 'in_office' ELSE 'ended' END;

-- The terms that the register knows: from the first deputy on, five years.
INSERT INTO congress_terms (city_id, name, from_on, until_on)
SELECT city_id, term, from_on, coalesce(least(next, (from_on + interval '5 years')::date), (from_on + interval '5 years')::date)
FROM (SELECT s.city_id, d.term, min(d.since) AS from_on, lead(min(d.since)) OVER (PARTITION BY s.city_id ORDER BY min(d.since)) AS next
      FROM deputies d
      JOIN streets s ON s.id = d.street_id
      GROUP BY s.city_id, d.term) AS known
WHERE next IS NULL OR next > from_on;

ALTER TABLE deputies
    ALTER COLUMN person_id SET NOT NULL,
    ALTER COLUMN district_id SET NOT NULL,
    ADD CONSTRAINT deputies_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    ADD CONSTRAINT deputies_district FOREIGN KEY (street_id, district_id) REFERENCES electoral_districts (street_id, id),
    ADD CONSTRAINT deputies_fills FOREIGN KEY (street_id, fills) REFERENCES deputies (street_id, id),
    ADD CONSTRAINT deputies_ended_state CHECK ((state = 'ended') = (ended_on IS NOT NULL)),
    -- A person has one seat at a time in the city's congress.
    ADD CONSTRAINT deputies_one_seat EXCLUDE USING gist (
        int8range(person_id, person_id, '[]') WITH &&, daterange(since, ended_on) WITH &&) WHERE (level = 'city' AND ended_why <> 'duplicate');

CREATE UNIQUE INDEX deputies_fill_once ON deputies (street_id, fills) WHERE fills IS NOT NULL AND ended_why <> 'duplicate';
CREATE INDEX deputies_of_person ON deputies (street_id, person_id);
CREATE INDEX deputies_of_district ON deputies (street_id, district_id);
DROP INDEX deputies_by_name;
CREATE INDEX deputies_by_name ON deputies (street_id, name COLLATE "C", id);
CREATE INDEX deputies_in_office ON deputies (street_id, name COLLATE "C", id) WHERE ended_on IS NULL;
CREATE INDEX deputies_ended ON deputies (street_id, name COLLATE "C", id) WHERE ended_on IS NOT NULL;
CREATE INDEX deputies_in_group ON deputies (street_id, professional_group, name COLLATE "C", id) WHERE ended_on IS NULL;
CREATE INDEX deputies_not_well ON deputies (street_id, state, id) WHERE state IN ('suspended', 'resigning');

-- Members of groups over time; from_on is the first day, until_on the first day after.
CREATE TABLE group_members (
    street_id    bigint      NOT NULL,
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id     bigint      NOT NULL,
    deputy_id    bigint      NOT NULL,
    professional boolean     NOT NULL,
    from_on      date        NOT NULL,
    until_on     date,
    with_deputy  boolean     NOT NULL DEFAULT false,
    note         text        NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, group_id, professional) REFERENCES deputy_groups (street_id, id, professional),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT group_members_dates CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT group_members_note_short CHECK (length(note) <= 500),
    -- One active professional group a deputy (domain.md §3 f); of joint groups, each once.
    CONSTRAINT group_members_one_professional EXCLUDE USING gist (
        int8range(deputy_id, deputy_id, '[]') WITH &&, daterange(from_on, until_on) WITH &&) WHERE (professional),
    CONSTRAINT group_members_once EXCLUDE USING gist (
        int8range(deputy_id, deputy_id, '[]') WITH &&, int8range(group_id, group_id, '[]') WITH &&, daterange(from_on, until_on) WITH &&) WHERE (NOT professional)
);

COMMENT ON COLUMN group_members.with_deputy IS 'Ended with the deputy''s time, and opened again should that be reversed.';

CREATE INDEX group_members_of_group ON group_members (street_id, group_id, from_on);
CREATE INDEX group_members_of_deputy ON group_members (street_id, deputy_id, from_on);

-- Leaders 组长 over time: one at a time, a member of the group.
CREATE TABLE group_leaders (
    street_id   bigint      NOT NULL,
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id    bigint      NOT NULL,
    deputy_id   bigint      NOT NULL,
    from_on     date        NOT NULL,
    until_on    date,
    with_deputy boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT group_leaders_dates CHECK (until_on IS NULL OR until_on >= from_on),
    CONSTRAINT group_leaders_one EXCLUDE USING gist (
        int8range(group_id, group_id, '[]') WITH &&, daterange(from_on, until_on) WITH &&)
);

CREATE INDEX group_leaders_of_deputy ON group_leaders (street_id, deputy_id, from_on);

ALTER TABLE group_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_members FORCE ROW LEVEL SECURITY;
ALTER TABLE group_leaders ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_leaders FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON group_members FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON group_leaders FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY kept_by_keeper ON group_members
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY kept_by_keeper ON group_leaders
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT, UPDATE ON group_members, group_leaders TO portal_app;

-- Assignments to stations that ended with the deputy's time.
ALTER TABLE station_deputies ADD COLUMN with_deputy boolean NOT NULL DEFAULT false;

INSERT INTO group_members (street_id, group_id, deputy_id, professional, from_on, until_on, with_deputy)
SELECT d.street_id, g.id, d.id, true, d.since, d.ended_on, d.ended_on IS NOT NULL
FROM deputies d
JOIN deputy_groups g ON g.street_id = d.street_id AND g.kind = d.professional_group
WHERE d.professional_group <> '';

-- On entry words become rows: who writes a register row names the district and the
-- person, and finds them or makes them.
CREATE FUNCTION app.place_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.elected_how = 'by_election' AND app.role() = 'staff' THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_confirmed_by_city';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.person_id IS NULL THEN
        INSERT INTO people (street_id, name, sex, key) VALUES (NEW.street_id, NEW.name, NEW.sex, 'deputy:' || NEW.key)
        ON CONFLICT (street_id, key) DO UPDATE SET modified_at = people.modified_at
        RETURNING coalesce(merged_into, id) INTO NEW.person_id;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.district_id IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.district_id IS DISTINCT FROM OLD.district_id THEN
        SELECT name, term INTO NEW.electoral_district, NEW.term FROM electoral_districts WHERE street_id = NEW.street_id AND id = NEW.district_id;
    ELSIF TG_OP = 'INSERT' OR (NEW.electoral_district, NEW.term) IS DISTINCT FROM (OLD.electoral_district, OLD.term) THEN
        INSERT INTO electoral_districts (street_id, term, name) VALUES (NEW.street_id, NEW.term, NEW.electoral_district)
        ON CONFLICT (street_id, term, name) DO NOTHING;
        NEW.district_id := (SELECT id FROM electoral_districts WHERE street_id = NEW.street_id AND term = NEW.term AND name = NEW.electoral_district);
    END IF;
    IF NEW.ended_on IS NOT NULL THEN
        NEW.state := 'ended';
    ELSIF NEW.state = 'ended' THEN
        NEW.state := 'in_office';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER deputies_place BEFORE INSERT OR UPDATE ON deputies FOR EACH ROW EXECUTE FUNCTION app.place_deputy();

CREATE FUNCTION app.open_first_memberships() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO group_members (street_id, group_id, deputy_id, professional, from_on, until_on, with_deputy)
    SELECT d.street_id, g.id, d.id, true, d.since, d.ended_on, d.ended_on IS NOT NULL
    FROM entered d
    JOIN deputy_groups g ON g.street_id = d.street_id AND g.kind = d.professional_group
    WHERE d.professional_group <> '';
    RETURN NULL;
END $$;

CREATE TRIGGER deputies_first_membership AFTER INSERT ON deputies REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION app.open_first_memberships();

-- What may not be changed by hand, and whose word ends a deputy's time.
CREATE FUNCTION app.guard_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.professional_group <> OLD.professional_group AND NEW.professional_group <> coalesce((
        SELECT g.kind
        FROM group_members m
        JOIN deputy_groups g ON g.street_id = m.street_id AND g.id = m.group_id
        WHERE m.street_id = NEW.street_id AND m.deputy_id = NEW.id AND m.professional AND m.until_on IS NULL), '') THEN
        RAISE EXCEPTION 'the professional group of a deputy changes by a membership' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_group_by_membership';
    END IF;
    IF app.role() = 'staff' AND ((NEW.ended_on, NEW.ended_why) IS DISTINCT FROM (OLD.ended_on, OLD.ended_why) AND 'duplicate' NOT IN (NEW.ended_why, OLD.ended_why)
        OR NEW.state IS DISTINCT FROM OLD.state AND NOT (
            (OLD.state, NEW.state) IN (('in_office', 'resigning'), ('resigning', 'in_office')) OR 'duplicate' IN (NEW.ended_why, OLD.ended_why))) THEN
        RAISE EXCEPTION 'the standing committee ends or suspends a deputy''s time' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_ended_by_city';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER deputies_guarded AFTER UPDATE ON deputies FOR EACH ROW
    WHEN ((NEW.professional_group, NEW.state, NEW.ended_on, NEW.ended_why) IS DISTINCT FROM (OLD.professional_group, OLD.state, OLD.ended_on, OLD.ended_why))
    EXECUTE FUNCTION app.guard_deputy();

-- Whose time ends leaves groups and stations the same day. Taking the end back
-- opens again what ended with it.
CREATE FUNCTION app.end_with_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_on IS NULL THEN
        UPDATE group_members SET until_on = NEW.ended_on, with_deputy = true
        WHERE street_id = NEW.street_id AND deputy_id = NEW.id AND until_on IS NULL;
        UPDATE group_leaders SET until_on = NEW.ended_on, with_deputy = true
        WHERE street_id = NEW.street_id AND deputy_id = NEW.id AND until_on IS NULL;
        UPDATE station_deputies SET until_on = greatest(NEW.ended_on, from_on), with_deputy = true
        WHERE street_id = NEW.street_id AND deputy_id = NEW.id AND until_on IS NULL;
    ELSE
        UPDATE group_members SET until_on = NEW.ended_on, with_deputy = NEW.ended_on IS NOT NULL
        WHERE street_id = NEW.street_id AND deputy_id = NEW.id AND with_deputy;
        UPDATE group_leaders l SET until_on = NEW.ended_on, with_deputy = NEW.ended_on IS NOT NULL
        WHERE l.street_id = NEW.street_id AND l.deputy_id = NEW.id AND l.with_deputy
          AND (NEW.ended_on IS NOT NULL OR NOT EXISTS (
            SELECT FROM group_leaders o WHERE o.street_id = l.street_id AND o.group_id = l.group_id AND o.id <> l.id AND (o.until_on IS NULL OR o.until_on > l.from_on)
              AND o.from_on >= l.until_on));
        UPDATE station_deputies sd SET until_on = CASE WHEN NEW.ended_on IS NOT NULL THEN greatest(NEW.ended_on, from_on) END, with_deputy = NEW.ended_on IS NOT NULL
        WHERE sd.street_id = NEW.street_id AND sd.deputy_id = NEW.id AND sd.with_deputy
          AND NOT EXISTS (SELECT FROM stations t WHERE t.street_id = sd.street_id AND t.id = sd.station_id AND t.closed_on IS NOT NULL);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER deputies_end_all AFTER UPDATE ON deputies FOR EACH ROW WHEN (NEW.ended_on IS DISTINCT FROM OLD.ended_on)
    EXECUTE FUNCTION app.end_with_deputy();

-- A correction of the first day is one of the first membership too.
CREATE FUNCTION app.begin_with_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE group_members SET from_on = NEW.since
    WHERE street_id = NEW.street_id AND deputy_id = NEW.id AND (from_on = OLD.since OR from_on < NEW.since);
    RETURN NULL;
END $$;

CREATE TRIGGER deputies_begin_all AFTER UPDATE ON deputies FOR EACH ROW WHEN (NEW.since IS DISTINCT FROM OLD.since)
    EXECUTE FUNCTION app.begin_with_deputy();

-- A membership lies within the deputy's time, the register shows the open one, and
-- a leader who leaves the group leads it no more.
CREATE FUNCTION app.follow_membership() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
    kind_now text;
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        RETURN NULL; -- the first membership, which is what the register says
    END IF;
    SELECT since, ended_on, professional_group INTO d FROM deputies WHERE street_id = NEW.street_id AND id = NEW.deputy_id;
    IF NEW.from_on < d.since OR d.ended_on IS NOT NULL AND (NEW.until_on IS NULL OR NEW.until_on > d.ended_on) THEN
        RAISE EXCEPTION 'a membership outside the deputy''s time' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_members_within_term';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.until_on IS NOT NULL AND OLD.until_on IS NULL THEN
        UPDATE group_leaders SET until_on = greatest(NEW.until_on, from_on), with_deputy = NEW.with_deputy
        WHERE street_id = NEW.street_id AND group_id = NEW.group_id AND deputy_id = NEW.deputy_id AND until_on IS NULL;
    END IF;
    IF NEW.professional AND d.ended_on IS NULL THEN
        kind_now := coalesce((
            SELECT g.kind
            FROM group_members m
            JOIN deputy_groups g ON g.street_id = m.street_id AND g.id = m.group_id
            WHERE m.street_id = NEW.street_id AND m.deputy_id = NEW.deputy_id AND m.professional AND m.until_on IS NULL), '');
        IF kind_now <> d.professional_group THEN
            UPDATE deputies SET professional_group = kind_now WHERE street_id = NEW.street_id AND id = NEW.deputy_id;
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER group_members_followed AFTER INSERT OR UPDATE ON group_members FOR EACH ROW EXECUTE FUNCTION app.follow_membership();

CREATE FUNCTION app.only_members_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM group_members m
        WHERE m.street_id = NEW.street_id AND m.group_id = NEW.group_id AND m.deputy_id = NEW.deputy_id
          AND m.from_on <= NEW.from_on AND (m.until_on IS NULL OR m.until_on > NEW.from_on)) THEN
        RAISE EXCEPTION 'the leader is no member of the group on that day' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_leaders_member';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER group_leaders_member BEFORE INSERT ON group_leaders FOR EACH ROW EXECUTE FUNCTION app.only_members_lead();

-- What happened to a seat, a row a step: never changed.
CREATE TABLE deputy_steps (
    street_id    bigint      NOT NULL,
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    deputy_id    bigint      NOT NULL,
    step         text        NOT NULL,
    on_day       date        NOT NULL,
    until_on     date,
    ground       text        NOT NULL DEFAULT '',
    document     text        NOT NULL DEFAULT '',
    announced_on date,
    note         text        NOT NULL DEFAULT '',
    actor        text        NOT NULL,
    created_by   bigint      NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT deputy_steps_known CHECK (step IN ('confirmation', 'report', 'suspension', 'resumption', 'resignation', 'retraction', 'acceptance',
        'termination', 'recall', 'transfer', 'death', 'expiry', 'reinstatement')),
    CONSTRAINT deputy_steps_until CHECK (until_on IS NULL OR step = 'suspension' AND until_on > on_day),
    -- Law on deputies, arts 61 (suspension) and 62 (termination).
    CONSTRAINT deputy_steps_ground CHECK (CASE step
        WHEN 'suspension' THEN ground IN ('detained', 'serving')
        WHEN 'termination' THEN ground IN ('moved_away', 'absent_twice', 'lost_nationality', 'lost_rights', 'lost_capacity')
        WHEN 'report' THEN ground IN ('detained', 'serving', 'released', 'moved_away', 'absent_twice', 'lost_nationality', 'lost_rights', 'lost_capacity', 'died')
        ELSE ground = '' END),
    -- What the standing committee decides has its document.
    CONSTRAINT deputy_steps_documented CHECK (document <> '' OR step NOT IN ('suspension', 'resumption', 'acceptance', 'termination', 'recall', 'transfer'))
);

COMMENT ON COLUMN deputy_steps.document IS 'The decision or announcement of the standing committee, with its number.';

CREATE INDEX deputy_steps_of_deputy ON deputy_steps (street_id, deputy_id, id);
CREATE INDEX deputy_steps_reports ON deputy_steps (street_id, created_at) WHERE step = 'report';
CREATE TRIGGER deputy_steps_kept BEFORE UPDATE OR DELETE ON deputy_steps FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE deputy_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_steps FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON deputy_steps FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.role()) NOT IN ('office_dispatch', 'unit', 'voter_rep', 'expert', 'info_officer')));
-- The street's office prepares, the city decides.
CREATE POLICY by_street_office ON deputy_steps FOR INSERT
    WITH CHECK ((SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[]) AND step IN ('report', 'resignation', 'retraction'));
CREATE POLICY by_city_office ON deputy_steps FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT ON deputy_steps TO portal_app;

-- Who was elected and waits for the standing committee to confirm their
-- credentials 代表资格. Nobody is a deputy before: no row of deputies.
CREATE TABLE deputy_elections (
    street_id    bigint      NOT NULL,
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    district_id  bigint      NOT NULL,
    person_id    bigint      NOT NULL,
    how          text        NOT NULL,
    fills        bigint,
    group_kind   text        NOT NULL,
    elected_on   date        NOT NULL,
    voters       integer,
    ballots      integer,
    votes        integer,
    intro        text        NOT NULL DEFAULT '',
    state        text        NOT NULL DEFAULT 'elected',
    decided_on   date,
    document     text        NOT NULL DEFAULT '',
    announced_on date,
    note         text        NOT NULL DEFAULT '',
    deputy_id    bigint,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, district_id) REFERENCES electoral_districts (street_id, id),
    FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    FOREIGN KEY (street_id, fills) REFERENCES deputies (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT deputy_elections_key_once UNIQUE (street_id, key),
    CONSTRAINT deputy_elections_how_known CHECK (how IN ('general', 'by_election')),
    CONSTRAINT deputy_elections_fills CHECK (fills IS NULL OR how = 'by_election'),
    CONSTRAINT deputy_elections_group_known CHECK (group_kind IN ('law', 'finance', 'construction', 'education')),
    CONSTRAINT deputy_elections_state_known CHECK (state IN ('elected', 'confirmed', 'void')),
    CONSTRAINT deputy_elections_counted CHECK (votes <= ballots AND ballots <= voters AND votes > 0),
    CONSTRAINT deputy_elections_decided CHECK (state = 'elected' OR decided_on IS NOT NULL AND document <> ''),
    CONSTRAINT deputy_elections_decided_after CHECK (decided_on >= elected_on AND announced_on >= decided_on),
    CONSTRAINT deputy_elections_confirmed CHECK ((state = 'confirmed') = (deputy_id IS NOT NULL))
);

CREATE UNIQUE INDEX deputy_elections_fill_once ON deputy_elections (street_id, fills) WHERE fills IS NOT NULL AND state <> 'void';
CREATE INDEX deputy_elections_waiting ON deputy_elections (street_id, elected_on, id) WHERE state = 'elected';
CREATE INDEX deputy_elections_by_id ON deputy_elections (id);

CREATE FUNCTION app.guard_election() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'elected' THEN
        RAISE EXCEPTION 'the election is decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_final';
    END IF;
    IF NEW.state <> OLD.state AND app.role() NOT IN ('city_deputy', 'operator', '') THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_by_city';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER deputy_elections_guarded BEFORE UPDATE ON deputy_elections FOR EACH ROW EXECUTE FUNCTION app.guard_election();

ALTER TABLE deputy_elections ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_elections FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON deputy_elections FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.role()) NOT IN ('office_dispatch', 'unit', 'voter_rep', 'expert', 'info_officer')));
CREATE POLICY added_by_keeper ON deputy_elections FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]) AND state = 'elected');
CREATE POLICY changed_by_keeper ON deputy_elections FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT, UPDATE ON deputy_elections TO portal_app;

-- Yearly plans 年度计划 of groups. Once sent they stay; a correction is a new edition.
CREATE TABLE group_plans (
    street_id  bigint      NOT NULL,
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id   bigint      NOT NULL,
    year       integer     NOT NULL,
    edition    integer     NOT NULL DEFAULT 1,
    reason     text        NOT NULL DEFAULT '',
    state      text        NOT NULL DEFAULT 'draft',
    passed_on  date,
    present    integer,
    members    integer,
    sent_on    date,
    key        text        NOT NULL,
    version    integer     NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    CONSTRAINT group_plans_key_once UNIQUE (street_id, key),
    CONSTRAINT group_plans_once UNIQUE (street_id, group_id, year, edition),
    CONSTRAINT group_plans_year CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT group_plans_state_known CHECK (state IN ('draft', 'passed', 'sent')),
    CONSTRAINT group_plans_reasoned CHECK ((edition = 1) = (reason = '')),
    CONSTRAINT group_plans_passed CHECK (state = 'draft' OR passed_on IS NOT NULL AND present IS NOT NULL AND members IS NOT NULL),
    -- More than half of the members must be there (default).
    CONSTRAINT group_plans_quorum CHECK (present * 2 > members AND present <= members),
    CONSTRAINT group_plans_sent CHECK ((state = 'sent') = (sent_on IS NOT NULL))
);

CREATE INDEX group_plans_by_id ON group_plans (id);
CREATE UNIQUE INDEX group_plans_one_draft ON group_plans (street_id, group_id, year) WHERE state <> 'sent';

CREATE TABLE group_plan_items (
    street_id bigint  NOT NULL,
    id        bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    plan_id   bigint  NOT NULL,
    month     integer NOT NULL,
    theme     text    NOT NULL,
    kind      text    NOT NULL,
    output    text    NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, plan_id) REFERENCES group_plans (street_id, id),
    CONSTRAINT group_plan_items_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT group_plan_items_theme_filled CHECK (theme <> '' AND length(theme) <= 100),
    CONSTRAINT group_plan_items_output_short CHECK (length(output) <= 200),
    CONSTRAINT group_plan_items_kind_known CHECK (kind IN ('inspection', 'study', 'appraisal', 'group_day', 'walk', 'enterprise', 'training', 'talk', 'report', 'other'))
);

CREATE INDEX group_plan_items_of_plan ON group_plan_items (street_id, plan_id, month, id);

CREATE FUNCTION app.guard_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'sent' THEN
        RAISE EXCEPTION 'a plan that was sent stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_plans_final';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER group_plans_guarded BEFORE UPDATE ON group_plans FOR EACH ROW EXECUTE FUNCTION app.guard_plan();

CREATE FUNCTION app.guard_plan_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r group_plan_items := coalesce(NEW, OLD);
BEGIN
    IF (SELECT state FROM group_plans WHERE street_id = r.street_id AND id = r.plan_id FOR SHARE) <> 'draft' THEN
        RAISE EXCEPTION 'the plan is no draft any more' USING ERRCODE = 'check_violation', CONSTRAINT = 'group_plan_items_draft';
    END IF;
    RETURN r;
END $$;

CREATE TRIGGER group_plan_items_guarded BEFORE INSERT OR UPDATE OR DELETE ON group_plan_items FOR EACH ROW EXECUTE FUNCTION app.guard_plan_item();

ALTER TABLE group_plans      ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_plans      FORCE  ROW LEVEL SECURITY;
ALTER TABLE group_plan_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_plan_items FORCE  ROW LEVEL SECURITY;

-- A leader writes the plan of the group that they lead; the office that of any.
CREATE FUNCTION app.plans_group(street bigint, grp bigint) RETURNS boolean LANGUAGE sql STABLE
RETURN app.role() IN ('staff', 'operator')
    OR app.role() = 'group_leader' AND EXISTS (
        SELECT FROM group_leaders l
        WHERE l.street_id = street AND l.group_id = grp AND l.deputy_id = app.deputy() AND l.until_on IS NULL);

CREATE POLICY by_street ON group_plans FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON group_plan_items FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY kept_by_planner ON group_plans
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND app.plans_group(street_id, group_id));
CREATE POLICY kept_by_planner ON group_plan_items
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.plans_group(p.street_id, p.group_id) FROM group_plans p WHERE p.street_id = group_plan_items.street_id AND p.id = plan_id));
GRANT SELECT, INSERT, UPDATE ON group_plans TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON group_plan_items TO portal_app;

-- The photograph: kept for whoever sees the deputy, for residents with consent.
CREATE POLICY with_deputy ON files TO portal_app
    USING (owner_kind = 'deputy' AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND EXISTS (SELECT FROM deputies d WHERE d.street_id = files.street_id AND d.id = owner_id));
CREATE POLICY by_consent ON files FOR SELECT TO portal_public
    USING (owner_kind = 'deputy' AND (SELECT app.role()) = 'public'
           AND EXISTS (SELECT FROM deputies d
                       WHERE d.street_id = files.street_id AND d.id = owner_id AND d.photo_id = files.id AND d.photo_consent_on IS NOT NULL AND d.ended_on IS NULL));
GRANT SELECT (level, elected_how, state, photo_id, photo_consent_on) ON deputies TO portal_public;

SELECT set_config('app.role', '', true);

END;
