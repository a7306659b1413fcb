BEGIN;

-- Anonymous questions put to a closed circle (domain.md §3 d, f, g; hard rule 7): a
-- vote on a topic of a meeting, the rating of an appraised unit or of a deputy who
-- reports. Their owners open, close and read them.
CREATE TABLE polls (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    kind         text        NOT NULL,
    record_id    bigint      NOT NULL,
    round        integer     NOT NULL,
    gathering_id bigint,
    capacities   text[]      NOT NULL DEFAULT '{}',
    recused      bigint[]    NOT NULL DEFAULT '{}',
    title        text        NOT NULL,
    link         text        NOT NULL,
    held_on      date        NOT NULL,
    state        text        NOT NULL DEFAULT 'open',
    opened_at    timestamptz NOT NULL,
    closed_at    timestamptz,
    why          text        NOT NULL DEFAULT '',
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT polls_round_once UNIQUE (street_id, kind, record_id, round),
    CONSTRAINT polls_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings (street_id, id),
    CONSTRAINT polls_kind_known CHECK (kind IN ('topic', 'appraisal', 'report')),
    CONSTRAINT polls_round_counts CHECK (round >= 1),
    CONSTRAINT polls_title_filled CHECK (title <> '' AND length(title) <= 200),
    CONSTRAINT polls_link_path CHECK (link ~ '^/[a-z]' AND length(link) <= 200),
    CONSTRAINT polls_state_known CHECK (state IN ('open', 'closed', 'cancelled')),
    CONSTRAINT polls_in_order CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT polls_cancelled_with_reason CHECK ((state = 'cancelled') = (why <> '') AND length(why) <= 500)
);

COMMENT ON COLUMN polls.record_id IS 'The topic, activity or report that the question is about; its room refers back.';
COMMENT ON COLUMN polls.round IS 'Several polls of one record, such as a vote again or the rating after rectification, are told apart by it.';
COMMENT ON COLUMN polls.gathering_id IS 'The gathering whose people are the circle, once they have come; NULL where a list of persons is.';
COMMENT ON COLUMN polls.capacities IS 'Of the gathering''s people those called in these parts; empty: those who are due.';
COMMENT ON COLUMN polls.recused IS 'Rows of people who take no part (回避).';
COMMENT ON COLUMN polls.link IS 'The page of the record, from where the poll is closed.';
COMMENT ON COLUMN polls.why IS 'Why it was cancelled; its ballots are then gone.';

CREATE UNIQUE INDEX polls_one_open ON polls (street_id, kind, record_id) WHERE state = 'open';
CREATE INDEX polls_by_day ON polls (street_id, held_on DESC, id DESC);
CREATE INDEX polls_by_id ON polls (id);
CREATE INDEX polls_of_gathering ON polls (street_id, gathering_id) WHERE gathering_id IS NOT NULL;

CREATE TABLE poll_questions (
    street_id bigint  NOT NULL,
    poll_id   bigint  NOT NULL,
    number    integer NOT NULL,
    text      text    NOT NULL,
    scale     text    NOT NULL,
    PRIMARY KEY (street_id, poll_id, number),
    CONSTRAINT poll_questions_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls (street_id, id),
    CONSTRAINT poll_questions_numbered CHECK (number BETWEEN 1 AND 20),
    CONSTRAINT poll_questions_text_filled CHECK (text <> '' AND length(text) <= 200),
    CONSTRAINT poll_questions_scale_known CHECK (scale IN ('vote', 'rating'))
);

-- The circle: who may, in which way, and whether they have. When they did is
-- written nowhere.
CREATE TABLE poll_voters (
    id            bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint  NOT NULL,
    poll_id       bigint  NOT NULL,
    attendance_id bigint,
    person_id     bigint,
    name          text    NOT NULL,
    duty          text    NOT NULL DEFAULT '',
    channel       text    NOT NULL DEFAULT '',
    took_part     boolean NOT NULL DEFAULT false,
    PRIMARY KEY (street_id, id),
    CONSTRAINT poll_voters_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls (street_id, id),
    CONSTRAINT poll_voters_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances (street_id, id),
    CONSTRAINT poll_voters_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT poll_voters_who CHECK ((attendance_id IS NULL) <> (person_id IS NULL)),
    CONSTRAINT poll_voters_name_filled CHECK (name <> '' AND length(name) <= 50 AND length(duty) <= 100),
    CONSTRAINT poll_voters_channel_known CHECK (channel IN ('', 'slip', 'paper')),
    CONSTRAINT poll_voters_one_way CHECK (NOT took_part OR channel = '')
);

COMMENT ON COLUMN poll_voters.channel IS 'Empty: signed in. slip: has drawn one of the code slips, nobody knows which. paper: has a paper ballot.';
COMMENT ON COLUMN poll_voters.took_part IS 'Of who is signed in; of slips and paper only the number is known.';

CREATE UNIQUE INDEX poll_voters_attendance_once ON poll_voters (street_id, poll_id, attendance_id) WHERE attendance_id IS NOT NULL;
CREATE UNIQUE INDEX poll_voters_person_once ON poll_voters (street_id, poll_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX poll_voters_of_attendance ON poll_voters (street_id, attendance_id) WHERE attendance_id IS NOT NULL;
CREATE INDEX poll_voters_of_person ON poll_voters (street_id, person_id) WHERE person_id IS NOT NULL;

-- The ballots: what was chosen. No person, no time, no order; the key is random,
-- and closing writes all rows anew in the order of new keys (docs/adr/0087).
CREATE TABLE poll_choices (
    street_id bigint  NOT NULL,
    poll_id   bigint  NOT NULL,
    key       uuid    NOT NULL DEFAULT gen_random_uuid(),
    number    integer NOT NULL,
    option    text    NOT NULL,
    PRIMARY KEY (street_id, poll_id, key),
    CONSTRAINT poll_choices_question FOREIGN KEY (street_id, poll_id, number) REFERENCES poll_questions (street_id, poll_id, number),
    CONSTRAINT poll_choices_option_known CHECK (option IN ('for', 'against', 'abstain', 'satisfied', 'basically', 'dissatisfied'))
);

-- One-time codes for people without an account. They are printed once and drawn
-- from a box; only the hash is kept, and no row says who holds which.
CREATE TABLE poll_slips (
    street_id bigint  NOT NULL,
    poll_id   bigint  NOT NULL,
    hash      bytea   NOT NULL,
    used      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (street_id, poll_id, hash),
    CONSTRAINT poll_slips_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls (street_id, id),
    CONSTRAINT poll_slips_hashed CHECK (length(hash) = 32)
);

CREATE INDEX poll_slips_by_hash ON poll_slips (poll_id, hash);

-- Paper ballots, counted twice by two people who do not see each other's numbers.
CREATE TABLE poll_counts (
    street_id bigint  NOT NULL,
    poll_id   bigint  NOT NULL,
    entry     integer NOT NULL,
    counter   text    NOT NULL,
    collected integer NOT NULL,
    totals    text[]  NOT NULL,
    PRIMARY KEY (street_id, poll_id, entry),
    CONSTRAINT poll_counts_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls (street_id, id),
    CONSTRAINT poll_counts_twice CHECK (entry IN (1, 2)),
    CONSTRAINT poll_counts_counter_named CHECK (counter <> '' AND length(counter) <= 50),
    CONSTRAINT poll_counts_collected CHECK (collected BETWEEN 0 AND 2000)
);

COMMENT ON COLUMN poll_counts.entry IS '1: the teller (唱票人); 2: the scrutineer (监票人).';
COMMENT ON COLUMN poll_counts.totals IS 'number:option:votes, each question''s options and invalid, in order; readable to nobody, only added to the result.';

-- The options of a scale, in the order of the ballot.
CREATE FUNCTION app.poll_options(scale text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE scale
        WHEN 'vote'   THEN ARRAY ['for', 'against', 'abstain']
        WHEN 'rating' THEN ARRAY ['satisfied', 'basically', 'dissatisfied']
    END;
END $$;

-- A poll under a lock: shared for who casts, for whom a closing waits.
CREATE FUNCTION app.held_poll(street bigint, poll bigint) RETURNS polls
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p polls;
BEGIN
    SELECT * INTO p FROM polls x WHERE x.street_id = street AND x.id = poll FOR SHARE;
    RETURN p;
END $$;

-- The same, exclusively, for who keeps the poll.
CREATE FUNCTION app.kept_poll(street bigint, poll bigint) RETURNS polls
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p polls;
BEGIN
    IF app.keeps_gatherings() AND street = ANY (app.streets()) THEN
        SELECT * INTO p FROM polls x WHERE x.street_id = street AND x.id = poll FOR UPDATE;
    END IF;
    IF p.id IS NULL THEN
        RAISE EXCEPTION 'poll % is not kept by whoever asks', poll USING ERRCODE = 'insufficient_privilege';
    ELSIF p.state <> 'open' THEN
        RAISE EXCEPTION 'poll % is over', poll USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_over';
    END IF;
    RETURN p;
END $$;

-- What is closed stays (hard rule 12), for the owner of the schema, too.
CREATE FUNCTION app.guard_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'open' THEN
        RAISE EXCEPTION 'poll % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_over';
    ELSIF (NEW.kind, NEW.record_id, NEW.round, NEW.gathering_id, NEW.capacities, NEW.recused, NEW.title, NEW.held_on, NEW.opened_at)
          IS DISTINCT FROM (OLD.kind, OLD.record_id, OLD.round, OLD.gathering_id, OLD.capacities, OLD.recused, OLD.title, OLD.held_on, OLD.opened_at) THEN
        RAISE EXCEPTION 'poll % stays as it was opened', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER polls_guarded BEFORE UPDATE OR DELETE ON polls FOR EACH ROW EXECUTE FUNCTION app.guard_poll();

CREATE FUNCTION app.guard_poll_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it record := coalesce(NEW, OLD);
    p  constant polls := app.held_poll(it.street_id, it.poll_id);
BEGIN
    IF p.state <> 'open' THEN
        RAISE EXCEPTION 'poll % is over', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_over';
    ELSIF TG_TABLE_NAME = 'poll_questions' AND TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'the questions of poll % stay', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_fixed';
    ELSIF TG_TABLE_NAME = 'poll_questions' AND EXISTS (SELECT FROM poll_choices c WHERE c.street_id = p.street_id AND c.poll_id = p.id) THEN
        RAISE EXCEPTION 'somebody has cast in poll %', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_fixed';
    END IF;
    RETURN it;
END $$;

CREATE TRIGGER poll_questions_guarded BEFORE INSERT OR UPDATE OR DELETE ON poll_questions FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
CREATE TRIGGER poll_choices_guarded BEFORE INSERT OR UPDATE OR DELETE ON poll_choices FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
CREATE TRIGGER poll_slips_guarded BEFORE INSERT OR UPDATE OR DELETE ON poll_slips FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
CREATE TRIGGER poll_counts_guarded BEFORE INSERT OR UPDATE OR DELETE ON poll_counts FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();

-- Of a gathering only those who have come are in the circle. Nobody's way changes
-- once they have taken part, and who has drawn a slip keeps it.
CREATE FUNCTION app.guard_poll_voter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it record := coalesce(NEW, OLD);
    p  constant polls := app.held_poll(it.street_id, it.poll_id);
BEGIN
    IF p.state <> 'open' THEN
        RAISE EXCEPTION 'poll % is over', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_over';
    ELSIF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'the circle of poll % stays', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_fixed';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.took_part OR NEW.channel <> ''
           OR (p.gathering_id IS NULL) <> (NEW.attendance_id IS NULL)
           OR p.gathering_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM attendances a
                              WHERE a.street_id = p.street_id AND a.id = NEW.attendance_id AND a.gathering_id = p.gathering_id AND a.arrived_at IS NOT NULL
                                AND (a.due AND p.capacities = '{}' OR a.capacity = ANY (p.capacities)) AND (a.person_id IS NULL OR NOT a.person_id = ANY (p.recused))) THEN
            RAISE EXCEPTION 'not of the circle of poll %', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_voters_of_circle';
        END IF;
    ELSIF (NEW.id, NEW.poll_id, NEW.attendance_id, NEW.person_id, NEW.name, NEW.duty) IS DISTINCT FROM (OLD.id, OLD.poll_id, OLD.attendance_id, OLD.person_id, OLD.name, OLD.duty)
          OR OLD.took_part AND NOT NEW.took_part OR NEW.channel <> OLD.channel AND (OLD.took_part OR OLD.channel = 'slip') THEN
        RAISE EXCEPTION 'the circle of poll % stays', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_fixed';
    ELSIF NEW.channel <> OLD.channel AND 'paper' IN (NEW.channel, OLD.channel) AND EXISTS (SELECT FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id) THEN
        RAISE EXCEPTION 'paper of poll % is being counted', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_voters_paper_counted';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER poll_voters_guarded BEFORE INSERT OR UPDATE OR DELETE ON poll_voters FOR EACH ROW EXECUTE FUNCTION app.guard_poll_voter();

-- The rows in which the acting person is of a circle.
CREATE FUNCTION app.own_votes() RETURNS TABLE (street_id bigint, poll_id bigint, voter_id bigint, channel text, took_part boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
#variable_conflict use_column
DECLARE
    own constant bigint[] := app.own_people();
BEGIN
    IF app.role() NOT IN ('director', 'deputy_director', 'member', 'deputy', 'group_leader', 'voter_rep', 'expert', 'liaison', 'info_officer') OR own = '{}' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT v.street_id, v.poll_id, v.id, v.channel, v.took_part
        FROM poll_voters v
        WHERE v.street_id = app.street() AND v.person_id = ANY (own)
        UNION ALL
        SELECT v.street_id, v.poll_id, v.id, v.channel, v.took_part
        FROM attendances a
        JOIN poll_voters v ON v.street_id = a.street_id AND v.attendance_id = a.id
        WHERE a.person_street_id = app.street() AND a.person_id = ANY (own);
END $$;

CREATE FUNCTION app.own_polls() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(v.poll_id), '{}') FROM app.own_votes() v);
END $$;

CREATE FUNCTION app.sees_poll(street bigint, poll bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN street = ANY (app.streets()) AND app.reads_gatherings() OR poll = ANY (app.own_polls());
END $$;

-- Adds the choices of one ballot, an option for each question in order. False where
-- one is missing or is none of the question's.
CREATE FUNCTION app.add_choices(street bigint, poll bigint, chosen text[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM poll_questions q
               WHERE q.street_id = street AND q.poll_id = poll AND NOT coalesce(chosen[q.number] = ANY (app.poll_options(q.scale)), false))
       OR cardinality(chosen) <> (SELECT count(*) FROM poll_questions q WHERE q.street_id = street AND q.poll_id = poll) THEN
        RETURN false;
    END IF;
    INSERT INTO poll_choices (street_id, poll_id, number, option)
    SELECT street, poll, q.number, chosen[q.number]
    FROM poll_questions q
    WHERE q.street_id = street AND q.poll_id = poll;
    RETURN true;
END $$;

-- Casts the acting person's ballot: marks that they have taken part and adds what
-- they chose, or neither. 'cast'; 'already'; 'closed'; 'other' where they hold a
-- slip or paper; 'incomplete'; 'stranger'.
CREATE FUNCTION app.cast_ballot(poll bigint, chosen text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p polls;
    v poll_voters;
BEGIN
    SELECT x.* INTO v FROM app.own_votes() o JOIN poll_voters x ON x.street_id = o.street_id AND x.id = o.voter_id WHERE o.poll_id = poll ORDER BY x.id LIMIT 1;
    IF v.id IS NULL THEN
        RETURN 'stranger';
    END IF;
    p := app.held_poll(v.street_id, poll);
    SELECT * INTO v FROM poll_voters x WHERE x.street_id = v.street_id AND x.id = v.id FOR UPDATE;
    IF v.took_part THEN
        RETURN 'already';
    ELSIF p.state <> 'open' THEN
        RETURN 'closed';
    ELSIF v.channel <> '' THEN
        RETURN 'other';
    ELSIF NOT app.add_choices(p.street_id, poll, chosen) THEN
        RETURN 'incomplete';
    END IF;
    UPDATE poll_voters SET took_part = true WHERE street_id = v.street_id AND id = v.id;
    RETURN 'cast';
END $$;

-- The same with a slip, by whoever holds it. 'stranger' for a code that is none.
CREATE FUNCTION app.cast_slip(poll bigint, code bytea, chosen text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p polls;
    s poll_slips;
BEGIN
    SELECT * INTO s FROM poll_slips x WHERE x.poll_id = poll AND x.hash = code;
    IF s.poll_id IS NULL THEN
        RETURN 'stranger';
    END IF;
    p := app.held_poll(s.street_id, poll);
    SELECT * INTO s FROM poll_slips x WHERE x.street_id = p.street_id AND x.poll_id = poll AND x.hash = code FOR UPDATE;
    IF s.poll_id IS NULL THEN
        RETURN 'stranger';
    ELSIF s.used THEN
        RETURN 'already';
    ELSIF p.state <> 'open' THEN
        RETURN 'closed';
    ELSIF NOT app.add_choices(p.street_id, poll, chosen) THEN
        RETURN 'incomplete';
    END IF;
    UPDATE poll_slips SET used = true WHERE street_id = s.street_id AND poll_id = poll AND hash = code;
    RETURN 'cast';
END $$;

-- What the holder of a slip is asked.
CREATE FUNCTION app.slip_questions(poll bigint, given bytea)
    RETURNS TABLE (title text, committee text, state text, used boolean, number integer, question text, scale text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT p.title, s.committee, p.state, x.used, q.number, q.text, q.scale
        FROM poll_slips x
        JOIN polls p ON p.street_id = x.street_id AND p.id = x.poll_id
        JOIN streets s ON s.id = p.street_id
        JOIN poll_questions q ON q.street_id = p.street_id AND q.poll_id = p.id
        WHERE x.poll_id = poll AND x.hash = given
        ORDER BY q.number;
END $$;

-- Makes slips for people of the circle, one each; with renew those that nobody has
-- used are void and as many new ones take their place. Never more than were drawn.
CREATE FUNCTION app.issue_slips(street bigint, poll bigint, voters bigint[], codes bytea[], renew boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p constant polls := app.kept_poll(street, poll);
BEGIN
    UPDATE poll_voters v SET channel = 'slip' WHERE v.street_id = p.street_id AND v.poll_id = p.id AND v.id = ANY (voters) AND v.channel = '' AND NOT v.took_part;
    IF renew THEN
        DELETE FROM poll_slips s WHERE s.street_id = p.street_id AND s.poll_id = p.id AND NOT s.used;
    END IF;
    INSERT INTO poll_slips (street_id, poll_id, hash) SELECT p.street_id, p.id, c.hash FROM unnest(codes) AS c (hash) ORDER BY c.hash;
    IF (SELECT count(*) FROM poll_slips s WHERE s.street_id = p.street_id AND s.poll_id = p.id)
       <> (SELECT count(*) FROM poll_voters v WHERE v.street_id = p.street_id AND v.poll_id = p.id AND v.channel = 'slip') THEN
        RAISE EXCEPTION 'poll % has a slip for each who drew one', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_slips_one_each';
    END IF;
END $$;

-- Enters a count of the paper ballots: totals lists number:option:votes for each
-- option and for invalid of each question in order. 'entered', or 'differs' where
-- the second count is not the first, and 'same' where one person counts twice.
CREATE FUNCTION app.enter_count(street bigint, poll bigint, pass integer, who text, gathered integer, counted text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p constant polls := app.kept_poll(street, poll);
    first poll_counts;
BEGIN
    IF gathered > (SELECT count(*) FROM poll_voters v WHERE v.street_id = p.street_id AND v.poll_id = p.id AND v.channel = 'paper') THEN
        RAISE EXCEPTION 'poll % has no more paper than was handed out', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_counts_never_more';
    ELSIF counted <> coalesce((SELECT array_agg(q.number || ':' || o.option || ':' || coalesce((SELECT split_part(t.line, ':', 3)::integer FROM unnest(counted) AS t (line)
                                        WHERE split_part(t.line, ':', 1) = q.number::text AND split_part(t.line, ':', 2) = o.option), -1) ORDER BY q.number, o.place)
                               FROM poll_questions q, unnest(app.poll_options(q.scale) || ARRAY ['invalid']) WITH ORDINALITY AS o (option, place)
                               WHERE q.street_id = p.street_id AND q.poll_id = p.id), '{}')
          OR EXISTS (SELECT FROM unnest(counted) AS t (line) WHERE split_part(t.line, ':', 3)::integer < 0)
          OR EXISTS (SELECT FROM unnest(counted) AS t (line) GROUP BY split_part(t.line, ':', 1) HAVING sum(split_part(t.line, ':', 3)::integer) <> gathered) THEN
        RAISE EXCEPTION 'the count of poll % does not add up', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'poll_counts_add_up';
    END IF;
    IF pass = 1 THEN
        DELETE FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id;
    ELSE
        SELECT * INTO first FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id AND c.entry = 1;
        IF first.poll_id IS NULL OR first.collected <> gathered OR first.totals <> counted THEN
            RETURN 'differs';
        ELSIF first.counter = who THEN
            RETURN 'same';
        END IF;
        DELETE FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id AND c.entry = 2;
    END IF;
    INSERT INTO poll_counts (street_id, poll_id, entry, counter, collected, totals) VALUES (p.street_id, p.id, pass, who, gathered, counted);
    RETURN 'entered';
END $$;

-- Closes a poll. Whoever was told that they have cast is in it; paper must have
-- been counted twice. All rows are written anew, choices in the order of new random
-- keys: what PostgreSQL keeps of who wrote a row when is the same for all of them.
CREATE FUNCTION app.close_poll(street bigint, poll bigint, at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p constant polls := app.kept_poll(street, poll);
BEGIN
    IF EXISTS (SELECT FROM poll_voters v WHERE v.street_id = p.street_id AND v.poll_id = p.id AND v.channel = 'paper')
       AND (SELECT count(*) FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id) < 2 THEN
        RAISE EXCEPTION 'the paper of poll % is not counted', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'polls_paper_counted';
    END IF;
    PERFORM app.mix_poll(p.street_id, p.id);
    UPDATE polls SET state = 'closed', closed_at = at, version = version + 1, modified_at = at WHERE street_id = p.street_id AND id = p.id;
END $$;

CREATE FUNCTION app.mix_poll(street bigint, poll bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    numbers integer[];
    options text[];
BEGIN
    SELECT array_agg(c.number), array_agg(c.option) INTO numbers, options FROM poll_choices c WHERE c.street_id = street AND c.poll_id = poll;
    DELETE FROM poll_choices c WHERE c.street_id = street AND c.poll_id = poll;
    INSERT INTO poll_choices (street_id, poll_id, key, number, option)
    SELECT street, poll, x.key, x.number, x.option
    FROM (SELECT gen_random_uuid() AS key, c.number, c.option FROM unnest(numbers, options) AS c (number, option)) AS x
    ORDER BY x.key;
    UPDATE poll_voters v SET took_part = v.took_part WHERE v.street_id = street AND v.poll_id = poll;
    UPDATE poll_slips s SET used = s.used WHERE s.street_id = street AND s.poll_id = poll;
END $$;

-- Gives a poll up: what was chosen is gone.
CREATE FUNCTION app.cancel_poll(street bigint, poll bigint, reason text, at timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p constant polls := app.kept_poll(street, poll);
BEGIN
    DELETE FROM poll_choices c WHERE c.street_id = p.street_id AND c.poll_id = p.id;
    DELETE FROM poll_counts c WHERE c.street_id = p.street_id AND c.poll_id = p.id;
    UPDATE polls SET state = 'cancelled', closed_at = at, why = reason, version = version + 1, modified_at = at WHERE street_id = p.street_id AND id = p.id;
END $$;

-- How many are in the circle and have taken part: no choice is in it.
CREATE FUNCTION app.poll_turnout(street bigint, poll bigint, OUT circle integer, OUT signed integer, OUT slips integer, OUT used integer, OUT papers integer, OUT collected integer, OUT counts integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    SELECT count(*), count(*) FILTER (WHERE v.took_part), count(*) FILTER (WHERE v.channel = 'slip'), count(*) FILTER (WHERE v.channel = 'paper')
    INTO circle, signed, slips, papers
    FROM poll_voters v
    WHERE v.street_id = street AND v.poll_id = poll AND app.sees_poll(street, poll);
    SELECT count(*) INTO used FROM poll_slips s WHERE s.street_id = street AND s.poll_id = poll AND s.used AND app.sees_poll(street, poll);
    SELECT coalesce(max(c.collected) FILTER (WHERE c.entry = 2), 0), count(*) INTO collected, counts
    FROM poll_counts c
    WHERE c.street_id = street AND c.poll_id = poll AND app.sees_poll(street, poll);
END $$;

-- The sums of a closed poll, by whatever way they were cast; nothing where fewer
-- than three ballots were. For other functions, which say who may read them.
CREATE FUNCTION app.poll_sums(street bigint, poll bigint) RETURNS TABLE (number integer, option text, votes integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    ballots integer;
BEGIN
    SELECT (SELECT count(*) FROM poll_voters v WHERE v.street_id = street AND v.poll_id = poll AND v.took_part)
         + (SELECT count(*) FROM poll_slips s WHERE s.street_id = street AND s.poll_id = poll AND s.used)
         + (SELECT coalesce(max(c.collected) FILTER (WHERE c.entry = 2), 0) FROM poll_counts c WHERE c.street_id = street AND c.poll_id = poll)
    INTO ballots;
    IF ballots < 3 OR NOT EXISTS (SELECT FROM polls p WHERE p.street_id = street AND p.id = poll AND p.state = 'closed') THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT q.number, o.option,
               ((SELECT count(*) FROM poll_choices c WHERE c.street_id = street AND c.poll_id = poll AND c.number = q.number AND c.option = o.option)
                + coalesce((SELECT sum(split_part(t.line, ':', 3)::integer)
                            FROM poll_counts c, unnest(c.totals) AS t (line)
                            WHERE c.street_id = street AND c.poll_id = poll AND c.entry = 2
                              AND split_part(t.line, ':', 1) = q.number::text AND split_part(t.line, ':', 2) = o.option), 0))::integer
        FROM poll_questions q, unnest(app.poll_options(q.scale) || ARRAY ['invalid']) WITH ORDINALITY AS o (option, place)
        WHERE q.street_id = street AND q.poll_id = poll
        ORDER BY q.number, o.place;
END $$;

CREATE FUNCTION app.poll_result(street bigint, poll bigint) RETURNS TABLE (number integer, option text, votes integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF app.sees_poll(street, poll) THEN
        RETURN QUERY SELECT s.number, s.option, s.votes FROM app.poll_sums(street, poll) s;
    END IF;
END $$;

-- Polls of the past as the operator's shell knows them: each row of chosen is a
-- ballot of somebody of the circle, in the order of the list.
CREATE FUNCTION app.replay_ballots(street bigint, poll bigint, options text[], asked integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF app.role() <> 'operator' THEN
        RAISE EXCEPTION 'only the operator replays' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO poll_choices (street_id, poll_id, number, option)
    SELECT street, poll, (c.n - 1) % asked + 1, c.option FROM unnest(options) WITH ORDINALITY AS c (option, n);
    UPDATE poll_voters v
    SET took_part = true
    FROM (SELECT x.id FROM poll_voters x WHERE x.street_id = street AND x.poll_id = poll ORDER BY x.id LIMIT cardinality(options) / asked) AS few
    WHERE v.street_id = street AND v.id = few.id;
END $$;

REVOKE EXECUTE ON FUNCTION app.held_poll(bigint, bigint), app.kept_poll(bigint, bigint), app.add_choices(bigint, bigint, text[]), app.mix_poll(bigint, bigint),
    app.poll_sums(bigint, bigint), app.own_votes(), app.own_polls(), app.cast_ballot(bigint, text[]), app.cast_slip(bigint, bytea, text[]),
    app.slip_questions(bigint, bytea), app.issue_slips(bigint, bigint, bigint[], bytea[], boolean), app.enter_count(bigint, bigint, integer, text, integer, text[]),
    app.close_poll(bigint, bigint, timestamptz), app.cancel_poll(bigint, bigint, text, timestamptz), app.poll_turnout(bigint, bigint), app.poll_result(bigint, bigint),
    app.replay_ballots(bigint, bigint, text[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.own_votes(), app.own_polls(), app.cast_ballot(bigint, text[]), app.issue_slips(bigint, bigint, bigint[], bytea[], boolean),
    app.enter_count(bigint, bigint, integer, text, integer, text[]), app.close_poll(bigint, bigint, timestamptz), app.cancel_poll(bigint, bigint, text, timestamptz),
    app.poll_turnout(bigint, bigint), app.poll_result(bigint, bigint), app.replay_ballots(bigint, bigint, text[], integer) TO portal_app;
GRANT EXECUTE ON FUNCTION app.cast_slip(bigint, bytea, text[]), app.slip_questions(bigint, bytea) TO portal_public;

ALTER TABLE polls          ENABLE ROW LEVEL SECURITY;
ALTER TABLE polls          FORCE  ROW LEVEL SECURITY;
ALTER TABLE poll_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_questions FORCE  ROW LEVEL SECURITY;
ALTER TABLE poll_voters    ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_voters    FORCE  ROW LEVEL SECURITY;
ALTER TABLE poll_choices   ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_choices   FORCE  ROW LEVEL SECURITY;
ALTER TABLE poll_slips     ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_slips     FORCE  ROW LEVEL SECURITY;
ALTER TABLE poll_counts    ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_counts    FORCE  ROW LEVEL SECURITY;

-- The committee and the city see that there is a poll, its circle sees it, too; who
-- keeps it sees the list of the circle. Choices, slips and counts nobody reads.
CREATE POLICY by_desk ON polls FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_gatherings()));
CREATE POLICY by_voter ON polls FOR SELECT TO portal_app
    USING (id = ANY ((SELECT app.own_polls())::bigint[]));
CREATE POLICY opened_by_keeper ON polls FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()) AND state = 'open');
CREATE POLICY kept_by_keeper ON polls FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_poll ON poll_questions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM polls p WHERE p.street_id = poll_questions.street_id AND p.id = poll_questions.poll_id));
CREATE POLICY asked_by_keeper ON poll_questions FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_keeper ON poll_voters TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));

CREATE POLICY guarded ON polls TO portal_owner USING (true);
CREATE POLICY guarded ON poll_questions TO portal_owner USING (true);
CREATE POLICY guarded ON poll_voters TO portal_owner USING (true);
CREATE POLICY guarded ON poll_choices TO portal_owner USING (true);
CREATE POLICY guarded ON poll_slips TO portal_owner USING (true);
CREATE POLICY guarded ON poll_counts TO portal_owner USING (true);

GRANT SELECT, INSERT ON polls TO portal_app;
GRANT UPDATE (version, modified_at) ON polls TO portal_app;
GRANT SELECT, INSERT ON poll_questions, poll_voters TO portal_app;
GRANT UPDATE (channel) ON poll_voters TO portal_app;

END;
