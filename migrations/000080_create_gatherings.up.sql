BEGIN;

-- What an activity and a meeting have in common: people called to a place at a
-- time (domain.md §3 d, f). Each activity and each meeting owns one gathering; who
-- was called, who answered, who came and who was missed stands here and nowhere else.
CREATE TABLE gatherings (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL REFERENCES streets (id),
    kind        text        NOT NULL,
    record_id   bigint      NOT NULL,
    group_id    bigint,
    title       text        NOT NULL,
    place       text        NOT NULL,
    held_on     date        NOT NULL,
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL,
    grace       integer     NOT NULL DEFAULT 10,
    state       text        NOT NULL DEFAULT 'planned',
    called_at   timestamptz,
    opened_at   timestamptz,
    closed_at   timestamptz,
    why         text        NOT NULL DEFAULT '',
    sequence    integer     NOT NULL DEFAULT 0,
    sealed      boolean     NOT NULL DEFAULT false,
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT gatherings_with_day UNIQUE (street_id, id, held_on),
    CONSTRAINT gatherings_record_once UNIQUE (street_id, kind, record_id),
    CONSTRAINT gatherings_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    CONSTRAINT gatherings_kind_known CHECK (kind IN ('activity', 'meeting')),
    CONSTRAINT gatherings_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT gatherings_place_filled CHECK (place <> '' AND length(place) <= 100),
    CONSTRAINT gatherings_day_of_start CHECK (held_on = (starts_at AT TIME ZONE 'Asia/Shanghai')::date),
    CONSTRAINT gatherings_end_after_start CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '31 days'),
    CONSTRAINT gatherings_grace_minutes CHECK (grace BETWEEN 0 AND 120),
    CONSTRAINT gatherings_state_known CHECK (state IN ('planned', 'called', 'open', 'closed', 'cancelled')),
    CONSTRAINT gatherings_in_order CHECK (
        (state NOT IN ('called', 'open', 'closed') OR called_at IS NOT NULL)
        AND (state <> 'planned' OR called_at IS NULL)
        AND (state IN ('open', 'closed')) = (opened_at IS NOT NULL)
        AND (state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)),
    CONSTRAINT gatherings_opened_on_the_day CHECK ((opened_at AT TIME ZONE 'Asia/Shanghai')::date >= held_on),
    CONSTRAINT gatherings_cancelled_with_reason CHECK (state <> 'cancelled' OR why <> ''),
    CONSTRAINT gatherings_sealed_when_closed CHECK (NOT sealed OR state = 'closed'),
    CONSTRAINT gatherings_why_short CHECK (length(why) <= 500)
);

COMMENT ON COLUMN gatherings.record_id IS 'The activity or meeting that owns the gathering; its room refers back.';
COMMENT ON COLUMN gatherings.group_id IS 'The deputies'' group that holds it, whose leader keeps it beside the office; NULL where the committee does.';
COMMENT ON COLUMN gatherings.held_on IS 'The day of starts_at in Asia/Shanghai; attendances carry it, so that one index finds a person''s year.';
COMMENT ON COLUMN gatherings.grace IS 'Minutes: who comes later than that is late, who leaves earlier than that leaves early.';
COMMENT ON COLUMN gatherings.why IS 'Why it was cancelled, or moved the last time.';
COMMENT ON COLUMN gatherings.sequence IS 'Raised by every change after the notice: SEQUENCE of iCalendar (RFC 5545).';
COMMENT ON COLUMN gatherings.sealed IS 'Set by the owner, for example when the minutes are issued: from then on not even a correction is possible.';

CREATE INDEX gatherings_by_day ON gatherings (street_id, held_on DESC, id DESC);
CREATE INDEX gatherings_by_id ON gatherings (id);
CREATE INDEX gatherings_of_group ON gatherings (street_id, group_id) WHERE group_id IS NOT NULL;
CREATE INDEX gatherings_running ON gatherings (street_id, held_on) WHERE state IN ('planned', 'called', 'open');

-- The way in: four digits to type, a token in the address of the QR code. Only who
-- keeps the door sees them.
CREATE TABLE gathering_doors (
    street_id    bigint NOT NULL,
    gathering_id bigint NOT NULL,
    code         text   NOT NULL,
    token        text   NOT NULL,
    PRIMARY KEY (street_id, gathering_id),
    CONSTRAINT gathering_doors_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings (street_id, id),
    CONSTRAINT gathering_doors_four_digits CHECK (code ~ '^[0-9]{4}$'),
    CONSTRAINT gathering_doors_token_long CHECK (length(token) >= 26)
);

CREATE INDEX gathering_doors_by_token ON gathering_doors (token);

CREATE TABLE attendances (
    id               bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id        bigint      NOT NULL,
    gathering_id     bigint      NOT NULL,
    held_on          date        NOT NULL,
    person_street_id bigint      NOT NULL,
    person_id        bigint,
    deputy_id        bigint,
    post_id          bigint,
    unit_id          bigint,
    name             text        NOT NULL,
    duty             text        NOT NULL DEFAULT '',
    capacity         text        NOT NULL,
    due              boolean     NOT NULL,
    added_why        text        NOT NULL DEFAULT '',
    received_at      timestamptz,
    received_how     text        NOT NULL DEFAULT '',
    leave_state      text        NOT NULL DEFAULT '',
    leave_why        text        NOT NULL DEFAULT '',
    leave_asked_at   timestamptz,
    leave_by         text        NOT NULL DEFAULT '',
    leave_at         timestamptz,
    leave_note       text        NOT NULL DEFAULT '',
    arrived_at       timestamptz,
    arrived_how      text        NOT NULL DEFAULT '',
    left_at          timestamptz,
    tries            integer     NOT NULL DEFAULT 0,
    outcome          text        NOT NULL DEFAULT '',
    corrected_why    text        NOT NULL DEFAULT '',
    corrected_at     timestamptz,
    version          integer     NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    modified_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT attendances_gathering FOREIGN KEY (street_id, gathering_id, held_on) REFERENCES gatherings (street_id, id, held_on) ON UPDATE CASCADE,
    CONSTRAINT attendances_person FOREIGN KEY (person_street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT attendances_deputy FOREIGN KEY (person_street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT attendances_post FOREIGN KEY (street_id, post_id) REFERENCES posts (street_id, id),
    CONSTRAINT attendances_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT attendances_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT attendances_duty_short CHECK (length(duty) <= 100),
    CONSTRAINT attendances_capacity_known CHECK (capacity IN ('deputy', 'member', 'representative', 'expert', 'officer', 'staff', 'unit', 'guest')),
    CONSTRAINT attendances_who CHECK (
        (person_id IS NULL OR unit_id IS NULL)
        AND (unit_id IS NULL OR capacity = 'unit')
        AND (deputy_id IS NULL OR capacity = 'deputy' AND person_id IS NOT NULL)
        AND (post_id IS NULL OR capacity = 'member' AND person_id IS NOT NULL AND person_street_id = street_id)
        AND (person_street_id = street_id OR person_id IS NOT NULL)
        AND (person_id IS NOT NULL OR NOT due)),
    CONSTRAINT attendances_received_how CHECK ((received_at IS NULL) = (received_how = '') AND received_how IN ('', 'self', 'hand')),
    CONSTRAINT attendances_leave_known CHECK (leave_state IN ('', 'asked', 'granted', 'refused')),
    CONSTRAINT attendances_leave_whole CHECK (
        (leave_state = '') = (leave_why = '') AND (leave_state = '') = (leave_asked_at IS NULL)
        AND (leave_state IN ('granted', 'refused')) = (leave_at IS NOT NULL) AND (leave_at IS NULL) = (leave_by = '')
        AND (leave_state <> 'refused' OR leave_note <> '')),
    CONSTRAINT attendances_arrived_how CHECK ((arrived_at IS NULL) = (arrived_how = '') AND arrived_how IN ('', 'qr', 'code', 'hand')),
    CONSTRAINT attendances_left_after_arriving CHECK (left_at IS NULL OR left_at >= arrived_at),
    CONSTRAINT attendances_left_arrived CHECK (left_at IS NULL OR arrived_at IS NOT NULL),
    CONSTRAINT attendances_outcome_known CHECK (outcome IN ('', 'present', 'late', 'early', 'leave', 'absent')),
    CONSTRAINT attendances_corrected_with_reason CHECK ((corrected_at IS NULL) = (corrected_why = '')),
    CONSTRAINT attendances_texts_short CHECK (
        length(added_why) <= 200 AND length(leave_why) <= 200 AND length(leave_note) <= 200 AND length(corrected_why) <= 200)
);

COMMENT ON COLUMN attendances.person_street_id IS 'The street of the person, who may be of another one where the gathering is a joint one.';
COMMENT ON COLUMN attendances.name IS 'Name and duty as of the notice: later changes never rewrite a list.';
COMMENT ON COLUMN attendances.due IS 'Counts in 应到 and may vote; else the person attends without a vote (列席).';
COMMENT ON COLUMN attendances.post_id IS 'The post in the committee by which the person is due.';
COMMENT ON COLUMN attendances.unit_id IS 'A handling unit that is called as such; its account answers and checks in.';
COMMENT ON COLUMN attendances.added_why IS 'Why the person was called after the notice (补充通知); empty for everybody on the first list.';
COMMENT ON COLUMN attendances.tries IS 'Wrong codes; after five only the office checks the person in.';
COMMENT ON COLUMN attendances.outcome IS 'Computed by trigger from arrival, leaving, leave and the gathering''s state and times; empty while it is open.';
COMMENT ON COLUMN attendances.corrected_why IS 'Why what was recorded has been corrected, the last time; the record keeps every time.';

CREATE INDEX attendances_of_gathering ON attendances (street_id, gathering_id, id);
CREATE INDEX attendances_of_person ON attendances (person_street_id, person_id, held_on DESC, id DESC);
CREATE INDEX attendances_leave_asked ON attendances (street_id, gathering_id) WHERE leave_state = 'asked';
CREATE INDEX attendances_of_unit ON attendances (street_id, unit_id, held_on DESC, id DESC) WHERE unit_id IS NOT NULL;
CREATE UNIQUE INDEX attendances_person_once ON attendances (street_id, gathering_id, person_street_id, person_id) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX attendances_unit_once ON attendances (street_id, gathering_id, unit_id) WHERE unit_id IS NOT NULL;

-- Who reads all gatherings of a street, and who keeps them.
CREATE FUNCTION app.reads_gatherings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff',
                          'operator', 'counter', 'clerk');
END $$;

CREATE FUNCTION app.keeps_gatherings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('director', 'deputy_director', 'staff', 'operator');
END $$;

-- The groups that the acting deputy leads today, and the gatherings of these groups.
CREATE FUNCTION app.led_groups() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF app.role() <> 'group_leader' THEN
        RETURN '{}'::bigint[];
    END IF;
    RETURN (SELECT coalesce(array_agg(l.group_id), '{}') FROM group_leaders l
            WHERE l.street_id = app.street() AND l.deputy_id = app.deputy()
              AND l.from_on <= current_date AND (l.until_on IS NULL OR l.until_on > current_date));
END $$;

CREATE FUNCTION app.led_gatherings() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(g.id), '{}') FROM gatherings g WHERE g.street_id = app.street() AND g.group_id = ANY (app.led_groups()));
END $$;

-- The rows of people that are the acting person: by account, or as the deputy that
-- they act as; two rows that are one human count both.
CREATE FUNCTION app.own_people() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    kept bigint[];
BEGIN
    SELECT array_agg(coalesce(p.merged_into, p.id)) INTO kept
    FROM people p
    WHERE p.street_id = app.street()
      AND p.id IN (SELECT x.id FROM people x WHERE x.street_id = app.street() AND x.user_id = app.user_id()
                   UNION ALL
                   SELECT d.person_id FROM deputies d WHERE d.street_id = app.street() AND d.id = app.deputy());
    IF kept IS NULL THEN
        RETURN '{}'::bigint[];
    END IF;
    RETURN kept || (SELECT coalesce(array_agg(m.id), '{}') FROM people m WHERE m.street_id = app.street() AND m.merged_into = ANY (kept));
END $$;

-- What a gathering is, whoever asks, under a lock for which its closing waits. Take
-- it before any of its attendances: who comes and who closes then never wait in a ring.
CREATE FUNCTION app.held_gathering(street bigint, gathering bigint) RETURNS gatherings
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    g gatherings;
BEGIN
    SELECT * INTO g FROM gatherings x WHERE x.street_id = street AND x.id = gathering FOR SHARE;
    RETURN g;
END $$;

REVOKE EXECUTE ON FUNCTION app.held_gathering(bigint, bigint) FROM PUBLIC;

-- How many are due, how many of them have come, and how many of those are still
-- here: the base and the number of every quorum.
CREATE FUNCTION app.gathering_present(street bigint, gathering bigint, OUT due integer, OUT present integer, OUT here integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    SELECT count(*), count(*) FILTER (WHERE a.arrived_at IS NOT NULL), count(*) FILTER (WHERE a.arrived_at IS NOT NULL AND a.left_at IS NULL)
    INTO due, present, here
    FROM attendances a
    WHERE a.street_id = street AND a.gathering_id = gathering AND a.due AND street = ANY (app.streets());
END $$;

-- Forward only; what was told is changed with a reason and a higher sequence; what
-- is over stays (hard rule 12).
CREATE FUNCTION app.guard_gathering() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved constant boolean := (NEW.title, NEW.place, NEW.starts_at, NEW.ends_at, NEW.grace) IS DISTINCT FROM (OLD.title, OLD.place, OLD.starts_at, OLD.ends_at, OLD.grace);
BEGIN
    IF (NEW.kind, NEW.record_id, NEW.group_id) IS DISTINCT FROM (OLD.kind, OLD.record_id, OLD.group_id) THEN
        RAISE EXCEPTION 'gathering % keeps its owner', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_owner_fixed';
    ELSIF OLD.sealed THEN
        RAISE EXCEPTION 'gathering % is sealed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_sealed';
    ELSIF OLD.state IN ('closed', 'cancelled')
          AND (moved OR (NEW.state, NEW.called_at, NEW.opened_at, NEW.closed_at, NEW.why, NEW.sequence)
                        IS DISTINCT FROM (OLD.state, OLD.called_at, OLD.opened_at, OLD.closed_at, OLD.why, OLD.sequence)) THEN
        RAISE EXCEPTION 'gathering % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_over';
    ELSIF NEW.state <> OLD.state
          AND (OLD.state, NEW.state) NOT IN (('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'closed'))
          OR OLD.state = 'open' AND moved THEN
        RAISE EXCEPTION 'gathering % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_forward';
    ELSIF OLD.state = 'called' AND (moved OR NEW.state = 'cancelled') AND (NEW.sequence <= OLD.sequence OR NEW.why = '') THEN
        RAISE EXCEPTION 'a change of gathering % is told with a reason', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_change_told';
    ELSIF NEW.state = 'called' AND OLD.state = 'planned'
          AND NOT EXISTS (SELECT FROM attendances a WHERE a.street_id = OLD.street_id AND a.gathering_id = OLD.id) THEN
        RAISE EXCEPTION 'nobody is called to gathering %', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_somebody_called';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER gatherings_guarded BEFORE UPDATE ON gatherings FOR EACH ROW EXECUTE FUNCTION app.guard_gathering();

CREATE FUNCTION app.guard_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it        constant attendances := coalesce(NEW, OLD);
    g         constant gatherings  := app.held_gathering(it.street_id, it.gathering_id);
    corrected constant boolean     := TG_OP = 'UPDATE' AND NEW.corrected_why <> '' AND (NEW.corrected_at, NEW.corrected_why) IS DISTINCT FROM (OLD.corrected_at, OLD.corrected_why)
                                      AND app.role() IN ('staff', 'operator');
    came      boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF g.state <> 'planned' THEN
            RAISE EXCEPTION 'the list of gathering % is frozen', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_frozen';
        END IF;
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        IF g.id IS NULL OR g.state NOT IN ('planned', 'called', 'open') THEN
            RAISE EXCEPTION 'the list of gathering % is closed', NEW.gathering_id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_over';
        ELSIF (g.state = 'planned') <> (NEW.added_why = '') THEN
            RAISE EXCEPTION 'who is called after the notice is called with a reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_added_with_reason';
        ELSIF NEW.arrived_at IS NOT NULL OR NEW.left_at IS NOT NULL OR NEW.leave_state <> '' OR NEW.received_at IS NOT NULL OR NEW.corrected_at IS NOT NULL THEN
            RAISE EXCEPTION 'first called, then all else' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_called_first';
        END IF;
        NEW.outcome := '';
        RETURN NEW;
    END IF;
    came := (NEW.arrived_at, NEW.arrived_how, NEW.left_at) IS DISTINCT FROM (OLD.arrived_at, OLD.arrived_how, OLD.left_at);
    IF (NEW.gathering_id, NEW.added_why) IS DISTINCT FROM (OLD.gathering_id, OLD.added_why)
       OR g.state <> 'planned'
          AND (NEW.person_street_id, NEW.person_id, NEW.deputy_id, NEW.post_id, NEW.unit_id, NEW.name, NEW.duty, NEW.capacity, NEW.due)
              IS DISTINCT FROM (OLD.person_street_id, OLD.person_id, OLD.deputy_id, OLD.post_id, OLD.unit_id, OLD.name, OLD.duty, OLD.capacity, OLD.due) THEN
        RAISE EXCEPTION 'the list of gathering % is frozen', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_frozen';
    ELSIF came OR (NEW.received_at, NEW.leave_state, NEW.leave_why, NEW.leave_at, NEW.leave_note, NEW.corrected_at)
                  IS DISTINCT FROM (OLD.received_at, OLD.leave_state, OLD.leave_why, OLD.leave_at, OLD.leave_note, OLD.corrected_at) THEN
        IF g.sealed THEN
            RAISE EXCEPTION 'gathering % is sealed', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_sealed';
        ELSIF g.state IN ('planned', 'cancelled') OR g.state = 'closed' AND NOT corrected THEN
            RAISE EXCEPTION 'gathering % is %', g.id, g.state USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_over';
        ELSIF came AND g.state = 'called' THEN
            RAISE EXCEPTION 'gathering % is not open', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_not_open';
        ELSIF came AND (OLD.arrived_at IS NOT NULL AND (NEW.arrived_at, NEW.arrived_how) IS DISTINCT FROM (OLD.arrived_at, OLD.arrived_how)
                        OR OLD.left_at IS NOT NULL AND NEW.left_at IS DISTINCT FROM OLD.left_at) AND NOT corrected THEN
            RAISE EXCEPTION 'what was recorded is corrected with a reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_correct_with_reason';
        END IF;
    END IF;
    NEW.version := OLD.version + 1;
    NEW.outcome := app.attendance_outcome(NEW, g);
    RETURN NEW;
END $$;

-- What came of it. Who was late and left early is late.
CREATE FUNCTION app.attendance_outcome(a attendances, g gatherings) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF g.state IN ('planned', 'cancelled') THEN
        RETURN '';
    ELSIF a.arrived_at > g.starts_at + make_interval(mins => g.grace) THEN
        RETURN 'late';
    ELSIF a.left_at < least(g.ends_at, g.closed_at) - make_interval(mins => g.grace) THEN
        RETURN 'early';
    ELSIF a.arrived_at IS NOT NULL THEN
        RETURN 'present';
    ELSIF a.leave_state = 'granted' THEN
        RETURN 'leave';
    ELSIF g.state = 'closed' THEN
        RETURN 'absent';
    END IF;
    RETURN '';
END $$;

CREATE TRIGGER attendances_guarded BEFORE INSERT OR UPDATE OR DELETE ON attendances FOR EACH ROW EXECUTE FUNCTION app.guard_attendance();

-- A gathering that closes, or whose times change, gives everybody their outcome anew.
CREATE FUNCTION app.conclude_gathering() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE attendances SET outcome = outcome WHERE street_id = NEW.street_id AND gathering_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER gatherings_concluded AFTER UPDATE ON gatherings FOR EACH ROW
    WHEN (NEW.state IN ('closed', 'cancelled') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION app.conclude_gathering();

-- Whom a street may call from another street of its city: those who are publicly in
-- office there, deputies and the committee. Of nobody else does it learn the name.
CREATE FUNCTION app.called_from(street bigint, team text, on_day date)
    RETURNS TABLE (person_id bigint, name text, duty text, deputy_id bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF NOT (app.keeps_gatherings() OR app.role() = 'group_leader')
       OR app.role() <> 'operator' AND NOT EXISTS (SELECT FROM streets s WHERE s.id = street AND s.city_id = app.city()) THEN
        RETURN;
    ELSIF team = 'deputy' THEN
        RETURN QUERY
            SELECT DISTINCT ON (coalesce(h.merged_into, h.id)) coalesce(h.merged_into, h.id), h.name, '市人大代表', d.id
            FROM deputies d
            JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
            WHERE d.street_id = street AND d.level = 'city' AND d.state <> 'suspended' AND d.since <= on_day AND (d.ended_on IS NULL OR d.ended_on > on_day);
    ELSIF team = 'member' THEN
        RETURN QUERY
            SELECT DISTINCT ON (coalesce(h.merged_into, h.id)) coalesce(h.merged_into, h.id), h.name,
                   CASE p.post WHEN 'director' THEN '工委主任' WHEN 'deputy_director' THEN '工委副主任' ELSE '工委委员' END, NULL::bigint
            FROM posts p
            JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
            WHERE p.street_id = street AND p.published_on IS NOT NULL AND p.since <= on_day AND (p.until_on IS NULL OR p.until_on > on_day);
    END IF;
END $$;

-- The row of the acting person, or of the acting unit, on a gathering's list; locked.
CREATE FUNCTION app.own_attendance(street bigint, gathering bigint) RETURNS attendances
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    own constant bigint[] := app.own_people();
    a   attendances;
BEGIN
    SELECT * INTO a
    FROM attendances x
    WHERE x.street_id = street AND x.gathering_id = gathering
      AND (x.person_street_id = app.street() AND x.person_id = ANY (own)
           OR x.street_id = app.street() AND x.unit_id = app.unit() AND app.role() IN ('unit', 'office_dispatch'))
    ORDER BY x.due DESC, x.id
    LIMIT 1
    FOR UPDATE;
    RETURN a;
END $$;

REVOKE EXECUTE ON FUNCTION app.own_attendance(bigint, bigint) FROM PUBLIC;

-- The gathering behind a token; nothing where there is none.
CREATE FUNCTION app.gathering_at(given text, OUT street bigint, OUT gathering bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    SELECT d.street_id, d.gathering_id INTO street, gathering
    FROM gathering_doors d
    JOIN streets s ON s.id = d.street_id
    WHERE d.token = given AND s.city_id = app.city();
END $$;

-- Checks the acting person in, with the token of the QR code or the four digits:
-- 'arrived', 'already' with when, 'wrong', 'locked' after five wrong codes, 'closed'
-- where the gathering is not open, or 'stranger'.
CREATE FUNCTION app.arrive(street bigint, gathering bigint, typed text, way text, at timestamptz, OUT result text, OUT arrived timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    g constant gatherings := app.held_gathering(street, gathering);
    a constant attendances := app.own_attendance(street, gathering);
BEGIN
    arrived := a.arrived_at;
    IF a.id IS NULL THEN
        result := 'stranger';
    ELSIF a.arrived_at IS NOT NULL THEN
        result := 'already';
    ELSIF g.state <> 'open' THEN
        result := 'closed';
    ELSIF way = 'code' AND a.tries >= 5 THEN
        result := 'locked';
    ELSIF NOT EXISTS (SELECT FROM gathering_doors d WHERE d.street_id = street AND d.gathering_id = gathering AND typed = CASE way WHEN 'qr' THEN d.token WHEN 'code' THEN d.code END) THEN
        result := 'wrong';
        UPDATE attendances SET tries = tries + 1 WHERE street_id = street AND id = a.id;
    ELSE
        result := 'arrived';
        arrived := at;
        UPDATE attendances SET arrived_at = at, arrived_how = way, modified_at = at WHERE street_id = street AND id = a.id;
    END IF;
END $$;

-- The acting person's answer to the call: a receipt, or where why is given a request
-- for leave. 'done', 'over' once the gathering has ended, 'arrived' for who is
-- there, or 'stranger'.
CREATE FUNCTION app.answer_call(street bigint, gathering bigint, why text, at timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    g constant gatherings := app.held_gathering(street, gathering);
    a constant attendances := app.own_attendance(street, gathering);
BEGIN
    IF a.id IS NULL OR g.called_at IS NULL THEN
        RETURN 'stranger';
    ELSIF g.state NOT IN ('called', 'open') THEN
        RETURN 'over';
    ELSIF a.arrived_at IS NOT NULL THEN
        RETURN 'arrived';
    ELSIF why <> '' THEN
        UPDATE attendances
        SET leave_state = 'asked', leave_why = why, leave_asked_at = at, leave_at = NULL, leave_by = '', leave_note = '',
            received_at = coalesce(received_at, at), received_how = CASE WHEN received_at IS NULL THEN 'self' ELSE received_how END, modified_at = at
        WHERE street_id = a.street_id AND id = a.id;
    ELSE
        UPDATE attendances
        SET received_at = coalesce(received_at, at), received_how = CASE WHEN received_at IS NULL THEN 'self' ELSE received_how END,
            leave_state = '', leave_why = '', leave_asked_at = NULL, leave_at = NULL, leave_by = '', leave_note = '', modified_at = at
        WHERE street_id = a.street_id AND id = a.id;
    END IF;
    RETURN 'done';
END $$;

REVOKE EXECUTE ON FUNCTION app.arrive(bigint, bigint, text, text, timestamptz), app.answer_call(bigint, bigint, text, timestamptz),
    app.gathering_at(text), app.called_from(bigint, text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.arrive(bigint, bigint, text, text, timestamptz), app.answer_call(bigint, bigint, text, timestamptz),
    app.gathering_at(text), app.called_from(bigint, text, date) TO portal_app;

ALTER TABLE gatherings      ENABLE ROW LEVEL SECURITY;
ALTER TABLE gatherings      FORCE  ROW LEVEL SECURITY;
ALTER TABLE gathering_doors ENABLE ROW LEVEL SECURITY;
ALTER TABLE gathering_doors FORCE  ROW LEVEL SECURITY;
ALTER TABLE attendances     ENABLE ROW LEVEL SECURITY;
ALTER TABLE attendances     FORCE  ROW LEVEL SECURITY;

-- The committee and the city see all of a street; the leader of a group what the
-- group holds; who is called, and the committee of their street, sees it once the
-- notice has gone out.
CREATE POLICY by_desk ON gatherings FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_gatherings()));
CREATE POLICY by_called ON gatherings FOR SELECT TO portal_app
    USING (called_at IS NOT NULL
           AND EXISTS (SELECT FROM attendances a WHERE a.street_id = gatherings.street_id AND a.gathering_id = gatherings.id));
CREATE POLICY planned_by_keeper ON gatherings FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()) AND state = 'planned' AND NOT sealed);
CREATE POLICY kept_by_keeper ON gatherings FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_leader ON gatherings FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]));
CREATE POLICY planned_by_leader ON gatherings FOR INSERT TO portal_app
    WITH CHECK (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]) AND state = 'planned' AND NOT sealed);
CREATE POLICY kept_by_leader ON gatherings FOR UPDATE TO portal_app
    USING (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]));

CREATE POLICY by_keeper ON gathering_doors TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_leader ON gathering_doors TO portal_app
    USING (street_id = (SELECT app.street()) AND gathering_id = ANY ((SELECT app.led_gatherings())::bigint[]));

CREATE POLICY by_desk ON attendances FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_gatherings()));
CREATE POLICY by_desk_of_person ON attendances FOR SELECT TO portal_app
    USING (person_street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_gatherings()));
CREATE POLICY by_self ON attendances FOR SELECT TO portal_app
    USING (person_street_id = (SELECT app.street()) AND person_id = ANY ((SELECT app.own_people())::bigint[]));
CREATE POLICY by_unit ON attendances FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND unit_id = (SELECT app.unit()) AND (SELECT app.role()) IN ('unit', 'office_dispatch'));
CREATE POLICY called_by_keeper ON attendances FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings())
                AND (person_street_id = street_id
                     OR EXISTS (SELECT FROM app.called_from(person_street_id, 'deputy', held_on) c WHERE c.person_id = attendances.person_id)
                     OR EXISTS (SELECT FROM app.called_from(person_street_id, 'member', held_on) c WHERE c.person_id = attendances.person_id)));
CREATE POLICY kept_by_keeper ON attendances FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY struck_by_keeper ON attendances FOR DELETE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_leader ON attendances TO portal_app
    USING (street_id = (SELECT app.street()) AND person_street_id = street_id AND gathering_id = ANY ((SELECT app.led_gatherings())::bigint[]));

-- What runs as the owner: guards, outcomes, checking in, answering, and whom another
-- street may call.
CREATE POLICY guarded ON gatherings TO portal_owner USING (true);
CREATE POLICY guarded ON gathering_doors FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON attendances TO portal_owner USING (true);
CREATE POLICY called ON people FOR SELECT TO portal_owner USING (true);
CREATE POLICY called ON deputies FOR SELECT TO portal_owner USING (true);
CREATE POLICY called ON group_leaders FOR SELECT TO portal_owner USING (true);

GRANT SELECT, INSERT, UPDATE ON gatherings TO portal_app;
GRANT SELECT, INSERT ON gathering_doors TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON attendances TO portal_app;

-- A notice can be for one account alone, and goes to another street with a call.
ALTER TABLE notices ADD COLUMN to_user bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN notices.to_user IS 'The account it is for alone; 0 for everybody in the role.';
DROP POLICY by_addressee ON notices;
CREATE POLICY by_addressee ON notices FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (to_role = (SELECT app.role()) OR to_role = 'deputy' AND (SELECT app.role()) = 'group_leader')
           AND (to_unit = 0 OR to_unit = (SELECT app.unit()))
           AND (to_deputy = 0 OR to_deputy = (SELECT app.deputy()))
           AND (to_user = 0 OR to_user = (SELECT app.user_id())));
CREATE POLICY by_caller ON notices FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.keeps_gatherings())
                AND EXISTS (SELECT FROM attendances a
                            WHERE a.street_id = ANY ((SELECT app.streets())::bigint[]) AND a.person_street_id = notices.street_id
                              AND link = '/gatherings/' || a.gathering_id));

END;
