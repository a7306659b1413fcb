BEGIN;

-- Who reads the whole record of a street, who adds to it, and who confirms.
CREATE FUNCTION app.reads_performance() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator', 'counter', 'clerk');
END $$;

CREATE FUNCTION app.supplements_performance() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_deputy', 'staff', 'operator');
END $$;

CREATE FUNCTION app.confirms_performance() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_deputy', 'director', 'deputy_director', 'staff', 'operator');
END $$;

CREATE FUNCTION app.publishes_performance() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('director', 'deputy_director', 'staff', 'operator');
END $$;

-- What the portal could not see (补录, domain.md §3 g): who was at a session of the
-- congress, an award, an activity of the city. It counts once somebody else than who
-- entered it has confirmed it against the proof.
CREATE TABLE performance_supplements (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    class        text        NOT NULL,
    title        text        NOT NULL,
    held_on      date        NOT NULL,
    attended     integer     NOT NULL DEFAULT 0,
    excused      integer     NOT NULL DEFAULT 0,
    missed       integer     NOT NULL DEFAULT 0,
    note         text        NOT NULL DEFAULT '',
    state        text        NOT NULL DEFAULT 'waiting',
    entered_by   bigint      NOT NULL,
    enterer      text        NOT NULL,
    entered_at   timestamptz NOT NULL,
    confirmed_by bigint,
    confirmer    text        NOT NULL DEFAULT '',
    confirmed_at timestamptz,
    ended_by     bigint,
    ender        text        NOT NULL DEFAULT '',
    ended_at     timestamptz,
    ended_why    text        NOT NULL DEFAULT '',
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT performance_supplements_key_once UNIQUE (street_id, key),
    CONSTRAINT performance_supplements_class_known CHECK (class IN ('congress', 'outside', 'award')),
    CONSTRAINT performance_supplements_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT performance_supplements_note_short CHECK (length(note) <= 500 AND length(ended_why) <= 500),
    CONSTRAINT performance_supplements_half_days CHECK (attended BETWEEN 0 AND 60 AND excused BETWEEN 0 AND 60 AND missed BETWEEN 0 AND 60),
    CONSTRAINT performance_supplements_days_of_sessions CHECK ((class = 'congress') = (attended + excused + missed > 0)),
    CONSTRAINT performance_supplements_state_known CHECK (state IN ('waiting', 'confirmed', 'refused', 'withdrawn', 'revoked')),
    CONSTRAINT performance_supplements_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL) AND (state IN ('confirmed', 'revoked')) = (confirmed_at IS NOT NULL)),
    CONSTRAINT performance_supplements_confirmed_by_another CHECK (confirmed_by <> entered_by),
    CONSTRAINT performance_supplements_ended CHECK (
        (ended_at IS NULL) = (ended_by IS NULL) AND (state IN ('refused', 'withdrawn', 'revoked')) = (ended_at IS NOT NULL)
        AND (ended_at IS NULL) = (ended_why = ''))
);

COMMENT ON COLUMN performance_supplements.held_on IS 'The day; of a session of the congress its first day, which tells sessions apart.';
COMMENT ON COLUMN performance_supplements.attended IS 'Half days of a session of the congress that the deputies attended; excused: with leave; missed: without.';
COMMENT ON COLUMN performance_supplements.state IS 'revoked: it had been confirmed and turned out wrong; the right one is entered anew.';

CREATE INDEX performance_supplements_newest ON performance_supplements (street_id, entered_at DESC, id DESC);
CREATE INDEX performance_supplements_by_id ON performance_supplements (id);
CREATE INDEX performance_supplements_waiting ON performance_supplements (street_id) WHERE state = 'waiting';
CREATE INDEX performance_supplements_of_period ON performance_supplements (street_id, held_on) WHERE state = 'confirmed';

CREATE TABLE performance_supplement_deputies (
    street_id     bigint NOT NULL,
    supplement_id bigint NOT NULL,
    deputy_id     bigint NOT NULL,
    PRIMARY KEY (street_id, supplement_id, deputy_id),
    CONSTRAINT performance_supplement_deputies_supplement FOREIGN KEY (street_id, supplement_id) REFERENCES performance_supplements (street_id, id),
    CONSTRAINT performance_supplement_deputies_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id)
);
CREATE INDEX performance_supplement_deputies_of ON performance_supplement_deputies (street_id, deputy_id);

CREATE FUNCTION app.guard_performance_supplement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free   constant text[] := '{state,confirmed_by,confirmer,confirmed_at,ended_by,ender,ended_at,ended_why,version,modified_at}';
    broken text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' OR NEW.entered_by <> app.user_id() THEN
            RAISE EXCEPTION 'a supplement waits for somebody else' USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_supplements_wait';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state = 'confirmed' AND OLD.state = 'waiting' AND NEW.class = 'congress' THEN
        PERFORM pg_advisory_xact_lock(44190095, OLD.street_id::integer);
    END IF;
    broken := CASE
        WHEN to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'performance_supplements_stay'
        WHEN (OLD.state, NEW.state) NOT IN (('waiting', 'confirmed'), ('waiting', 'refused'), ('waiting', 'withdrawn'), ('confirmed', 'revoked')) THEN 'performance_supplements_forward'
        WHEN NEW.state = 'confirmed' AND NEW.confirmed_by IS DISTINCT FROM app.user_id()
             OR NEW.state <> 'confirmed' AND NEW.ended_by IS DISTINCT FROM app.user_id()
             OR NEW.state = 'withdrawn' AND OLD.entered_by <> app.user_id()
             OR NEW.state <> 'withdrawn' AND NOT app.confirms_performance() THEN 'performance_supplements_decided_by_whom'
        WHEN OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_by, NEW.confirmer, NEW.confirmed_at) IS DISTINCT FROM (OLD.confirmed_by, OLD.confirmer, OLD.confirmed_at)
            THEN 'performance_supplements_stay'
        WHEN NEW.state = 'confirmed' AND NOT EXISTS (SELECT FROM files f WHERE f.street_id = NEW.street_id AND f.owner_kind = 'performance_supplement' AND f.owner_id = NEW.id)
            THEN 'performance_supplements_proved'
        WHEN NEW.state = 'confirmed' AND NOT EXISTS (SELECT FROM performance_supplement_deputies x WHERE x.street_id = NEW.street_id AND x.supplement_id = NEW.id)
            THEN 'performance_supplements_about_somebody'
        WHEN NEW.state = 'confirmed' AND NEW.class = 'congress'
             AND EXISTS (SELECT
                         FROM performance_supplement_deputies x
                         JOIN performance_supplement_deputies y ON y.street_id = x.street_id AND y.deputy_id = x.deputy_id AND y.supplement_id <> x.supplement_id
                         JOIN performance_supplements s ON s.street_id = y.street_id AND s.id = y.supplement_id AND s.class = 'congress' AND s.state = 'confirmed' AND s.held_on = NEW.held_on
                         WHERE x.street_id = NEW.street_id AND x.supplement_id = NEW.id) THEN 'performance_supplements_session_once'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'supplement % breaks %', OLD.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_supplements_guarded BEFORE INSERT OR UPDATE ON performance_supplements FOR EACH ROW EXECUTE FUNCTION app.guard_performance_supplement();

-- Whom it is about is told with the supplement and never added to.
CREATE FUNCTION app.guard_performance_supplement_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT s.xmin FROM performance_supplements s WHERE s.street_id = NEW.street_id AND s.id = NEW.supplement_id) <> pg_current_xact_id()::xid THEN
        RAISE EXCEPTION 'supplement % names its deputies', NEW.supplement_id USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_supplements_stay';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_supplement_deputies_guarded BEFORE INSERT ON performance_supplement_deputies FOR EACH ROW EXECUTE FUNCTION app.guard_performance_supplement_deputy();

-- 视察、调研 and 评议 have a column of their own; the parts of a 人大活动周 do not count
-- beside the week.
CREATE OR REPLACE VIEW performance_rows WITH (security_invoker = true) AS
SELECT street_id, deputy_id, held_on, CASE WHEN NOT due THEN 'guest' WHEN class IN ('inspection', 'appraisal') THEN 'inspection' ELSE kind END AS class,
       capacity AS detail, outcome,
       CASE WHEN outcome IN ('present', 'late', 'early') THEN 1 ELSE 0 END AS done,
       CASE WHEN due THEN 1 ELSE 0 END AS due,
       CASE WHEN due AND outcome = 'leave' THEN 1 ELSE 0 END AS excused,
       0 AS tenths, title, 'gathering' AS source, gathering_id AS source_id
FROM (SELECT DISTINCT ON (d.street_id, d.id, a.held_on, a.gathering_id)
             d.street_id, d.id AS deputy_id, a.held_on, a.gathering_id, a.capacity, a.outcome, a.due, g.kind, g.title, t.class
      FROM deputies d
      JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
      JOIN people p ON p.street_id = h.street_id AND (p.id = coalesce(h.merged_into, h.id) OR p.merged_into = coalesce(h.merged_into, h.id))
      JOIN attendances a ON a.person_street_id = p.street_id AND a.person_id = p.id AND a.held_on >= d.since AND a.held_on < coalesce(d.ended_on, 'infinity')
      JOIN gatherings g ON g.street_id = a.street_id AND g.id = a.gathering_id
      LEFT JOIN activities t ON t.street_id = g.street_id AND t.id = g.record_id AND g.kind = 'activity'
      WHERE d.level = 'city' AND d.ended_why <> 'duplicate' AND g.state = 'closed' AND t.parent_id IS NULL
      ORDER BY d.street_id, d.id, a.held_on, a.gathering_id, a.due DESC, a.arrived_at, a.id) AS called
WHERE due OR outcome IN ('present', 'late', 'early')
UNION ALL
SELECT v.street_id, x.deputy_id, v.held_on, 'reception', '', 'done', 1, 0, 0, 0,
       (SELECT s.name FROM stations s WHERE s.street_id = v.street_id AND s.id = v.station_id), 'visit', v.id
FROM visits v
JOIN visit_deputies x ON x.street_id = v.street_id AND x.visit_id = v.id
UNION ALL
-- Complaints about deputies and the office are the director's alone and count for nobody.
SELECT o.street_id, o.deputy_id, o.received_on, 'opinion', o.kind, o.state, 1, 0, 0, 0, o.number, 'opinion', o.id
FROM opinions o
WHERE o.deputy_id IS NOT NULL AND NOT o.sensitive AND o.state NOT IN ('declined', 'merged', 'withdrawn')
UNION ALL
SELECT s.street_id, x.deputy_id, s.submitted_on, CASE WHEN s.class = 'street' THEN 'street' WHEN x.deputy_id = s.lead_id THEN 'lead' ELSE 'signed' END,
       CASE WHEN s.key_on IS NULL THEN '' ELSE 'key' END, s.state, 1, 0, 0, 0, s.title, 'suggestion', s.id
FROM suggestions s, unnest(s.signers) AS x (deputy_id)
WHERE s.submitted_on IS NOT NULL AND s.state NOT IN ('review', 'sent_back', 'to_letter', 'merged', 'withdrawn')
UNION ALL
SELECT s.street_id, s.lead_id, (r.replied_at AT TIME ZONE 'Asia/Shanghai')::date, 'rating', '',
       CASE WHEN g.rated_at IS NOT NULL THEN 'rated' WHEN s.state = 'replied' THEN 'open' ELSE 'unrated' END,
       CASE WHEN g.rated_at IS NOT NULL THEN 1 ELSE 0 END, CASE WHEN g.rated_at IS NULL AND s.state = 'replied' THEN 0 ELSE 1 END, 0, 0, s.title, 'suggestion', s.id
FROM suggestion_replies r
JOIN suggestions s ON s.street_id = r.street_id AND s.id = r.suggestion_id
LEFT JOIN suggestion_ratings g ON g.street_id = r.street_id AND g.suggestion_id = r.suggestion_id AND g.round = r.round
WHERE r.kind = 'reply' AND s.state NOT IN ('merged', 'withdrawn')
UNION ALL
SELECT street_id, deputy_id, held_on, 'training', '', CASE WHEN signed_at IS NULL THEN 'absent' ELSE 'present' END,
       CASE WHEN signed_at IS NULL THEN 0 ELSE 1 END, 1, 0, CASE WHEN signed_at IS NULL THEN 0 ELSE tenths END, title, 'training', training_id
FROM (SELECT DISTINCT ON (d.street_id, d.id, t.held_on, t.id)
             d.street_id, d.id AS deputy_id, t.held_on, t.id AS training_id, t.title, (t.hours * 10)::integer AS tenths, x.signed_at
      FROM deputies d
      JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
      JOIN people p ON p.street_id = h.street_id AND (p.id = coalesce(h.merged_into, h.id) OR p.merged_into = coalesce(h.merged_into, h.id))
      JOIN training_participants x ON x.street_id = p.street_id AND x.person_id = p.id
      JOIN trainings t ON t.street_id = x.street_id AND t.id = x.training_id AND t.held_on >= d.since AND t.held_on < coalesce(d.ended_on, 'infinity')
      WHERE d.level = 'city' AND d.ended_why <> 'duplicate' AND t.state = 'closed'
      ORDER BY d.street_id, d.id, t.held_on, t.id, x.signed_at, x.id) AS listed
UNION ALL
-- What was confirmed against a proof; of a session of the congress in half days.
SELECT s.street_id, x.deputy_id, s.held_on, s.class, '', CASE WHEN s.class = 'congress' AND s.attended = 0 THEN CASE WHEN s.missed > 0 THEN 'absent' ELSE 'leave' END ELSE 'present' END,
       CASE WHEN s.class = 'congress' THEN s.attended ELSE 1 END, s.attended + s.excused + s.missed, s.excused, 0, s.title, 'performance_supplement', s.id
FROM performance_supplements s
JOIN performance_supplement_deputies x ON x.street_id = s.street_id AND x.supplement_id = s.id
WHERE s.state = 'confirmed';

-- Who stayed away from whole sessions of the congress without leave: the second time
-- ends the seat (DEP62(3)).
CREATE VIEW performance_absences WITH (security_invoker = true) AS
SELECT x.street_id, x.deputy_id, count(DISTINCT s.held_on)::integer AS sessions, max(s.held_on) AS last_on
FROM performance_supplement_deputies x
JOIN performance_supplements s ON s.street_id = x.street_id AND s.id = x.supplement_id
JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
WHERE s.class = 'congress' AND s.state = 'confirmed' AND s.missed > 0 AND s.attended = 0 AND s.excused = 0
  AND d.ended_on IS NULL AND s.held_on >= d.since
GROUP BY x.street_id, x.deputy_id;

GRANT SELECT ON performance_absences TO portal_app;

-- The cells of a period, of each deputy in office on any day of it.
CREATE FUNCTION app.performance_cells(street bigint, from_on date, to_on date)
    RETURNS TABLE (deputy_id bigint, class text, done integer, due integer, excused integer, tenths integer)
    LANGUAGE sql STABLE AS $$
    SELECT d.id, c.class, coalesce(sum(r.done), 0)::integer, coalesce(sum(r.due), 0)::integer, coalesce(sum(r.excused), 0)::integer, coalesce(sum(r.tenths), 0)::integer
    FROM deputies d
    CROSS JOIN (VALUES ('congress'), ('inspection'), ('activity'), ('meeting'), ('guest'), ('reception'), ('opinion'), ('lead'), ('signed'), ('street'), ('rating'), ('training'),
                       ('reportback'), ('outside'), ('award')) AS c (class)
    LEFT JOIN performance_rows r ON r.street_id = street AND r.held_on BETWEEN from_on AND to_on AND r.deputy_id = d.id AND r.class = c.class
    WHERE d.street_id = street AND d.level = 'city' AND d.ended_why <> 'duplicate' AND d.since <= to_on AND (d.ended_on IS NULL OR d.ended_on > from_on)
    GROUP BY d.id, c.class
$$;

-- What was published of a quarter, by whom and when (季度公布). Nobody changes it; a
-- later publication of the same quarter says why it differs.
CREATE TABLE performance_publications (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    year         integer     NOT NULL,
    quarter      integer     NOT NULL,
    revision     integer     NOT NULL,
    why          text        NOT NULL DEFAULT '',
    from_on      date        NOT NULL GENERATED ALWAYS AS (make_date(year, quarter * 3 - 2, 1)) STORED,
    to_on        date        NOT NULL GENERATED ALWAYS AS ((make_date(year, quarter * 3, 1) + interval '1 month - 1 day')::date) STORED,
    published_on date        NOT NULL,
    published_at timestamptz NOT NULL,
    published_by bigint      NOT NULL,
    publisher    text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT performance_publications_revision_once UNIQUE (street_id, year, quarter, revision),
    CONSTRAINT performance_publications_year CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT performance_publications_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT performance_publications_after_the_quarter CHECK (published_on >= (make_date(year, quarter * 3, 1) + interval '1 month')::date),
    CONSTRAINT performance_publications_why CHECK (revision >= 1 AND (revision = 1) = (why = '') AND length(why) <= 500)
);
CREATE INDEX performance_publications_newest ON performance_publications (street_id, published_at DESC, id DESC);
CREATE INDEX performance_publications_by_id ON performance_publications (id);

CREATE TABLE performance_published (
    street_id      bigint  NOT NULL,
    publication_id bigint  NOT NULL,
    deputy_id      bigint  NOT NULL,
    class          text    NOT NULL,
    done           integer NOT NULL,
    due            integer NOT NULL,
    excused        integer NOT NULL,
    tenths         integer NOT NULL,
    PRIMARY KEY (street_id, publication_id, deputy_id, class),
    CONSTRAINT performance_published_publication FOREIGN KEY (street_id, publication_id) REFERENCES performance_publications (street_id, id),
    CONSTRAINT performance_published_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id)
);
COMMENT ON TABLE performance_published IS 'The cells as they were counted when the quarter was published; a trigger refuses any other number.';
CREATE INDEX performance_published_of ON performance_published (street_id, deputy_id);

CREATE FUNCTION app.guard_performance_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.published_by <> app.user_id()
       OR NEW.revision <> (SELECT count(*) + 1 FROM performance_publications p WHERE p.street_id = NEW.street_id AND p.year = NEW.year AND p.quarter = NEW.quarter) THEN
        RAISE EXCEPTION 'a publication is its publisher''s, one after the other' USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_publications_in_order';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_publications_guarded BEFORE INSERT ON performance_publications FOR EACH ROW EXECUTE FUNCTION app.guard_performance_publication();

-- What is published is what was counted, whole, in the transaction that publishes.
CREATE FUNCTION app.guard_performance_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p performance_publications;
BEGIN
    FOR p IN SELECT x.* FROM performance_publications x WHERE (x.street_id, x.id) IN (SELECT a.street_id, a.publication_id FROM added a) LOOP
        IF (SELECT x.xmin FROM performance_publications x WHERE x.street_id = p.street_id AND x.id = p.id) <> pg_current_xact_id()::xid THEN
            RAISE EXCEPTION 'publication % is out', p.id USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_published_frozen';
        ELSIF EXISTS (SELECT a.deputy_id, a.class, a.done, a.due, a.excused, a.tenths FROM added a WHERE a.publication_id = p.id
                      EXCEPT SELECT c.deputy_id, c.class, c.done, c.due, c.excused, c.tenths FROM app.performance_cells(p.street_id, p.from_on, p.to_on) c)
           OR EXISTS (SELECT c.deputy_id, c.class FROM app.performance_cells(p.street_id, p.from_on, p.to_on) c
                      EXCEPT SELECT a.deputy_id, a.class FROM added a WHERE a.publication_id = p.id) THEN
            RAISE EXCEPTION 'what is published is what was counted' USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_published_as_counted';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER performance_published_guarded AFTER INSERT ON performance_published REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION app.guard_performance_published();

-- A deputy's objection to what was published (申诉), within the days that a deadline of
-- the publication gives. The answer leads to a correction where the entry comes from,
-- or to a supplement; it changes no number itself.
CREATE TABLE performance_disputes (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL,
    deputy_id      bigint      NOT NULL,
    publication_id bigint      NOT NULL,
    class          text        NOT NULL,
    source         text        NOT NULL DEFAULT '',
    source_id      bigint      NOT NULL DEFAULT 0,
    entry          text        NOT NULL DEFAULT '',
    reason         text        NOT NULL,
    state          text        NOT NULL DEFAULT 'open',
    filed_on       date        NOT NULL,
    filed_at       timestamptz NOT NULL,
    filer          text        NOT NULL,
    remedy         text        NOT NULL DEFAULT '',
    supplement_id  bigint,
    answer         text        NOT NULL DEFAULT '',
    answered_by    bigint,
    answerer       text        NOT NULL DEFAULT '',
    answered_at    timestamptz,
    key            text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    modified_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT performance_disputes_key_once UNIQUE (street_id, key),
    CONSTRAINT performance_disputes_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT performance_disputes_publication FOREIGN KEY (street_id, publication_id) REFERENCES performance_publications (street_id, id),
    CONSTRAINT performance_disputes_supplement FOREIGN KEY (street_id, supplement_id) REFERENCES performance_supplements (street_id, id),
    CONSTRAINT performance_disputes_entry CHECK ((source = '') = (source_id = 0) AND (source = '') = (entry = '') AND length(entry) <= 200),
    CONSTRAINT performance_disputes_reason_filled CHECK (reason <> '' AND length(reason) <= 1000),
    CONSTRAINT performance_disputes_state_known CHECK (state IN ('open', 'granted', 'refused', 'withdrawn')),
    CONSTRAINT performance_disputes_answered CHECK (
        (state IN ('granted', 'refused')) = (answered_at IS NOT NULL) AND (answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer = '')
        AND length(answer) <= 1000),
    CONSTRAINT performance_disputes_remedy CHECK (
        remedy IN ('', 'source', 'supplement') AND (state = 'granted') = (remedy <> '') AND (remedy = 'supplement') = (supplement_id IS NOT NULL))
);
COMMENT ON COLUMN performance_disputes.source IS 'The record that the disputed entry comes from; empty where the deputy misses an entry.';
CREATE INDEX performance_disputes_newest ON performance_disputes (street_id, filed_at DESC, id DESC);
CREATE INDEX performance_disputes_by_id ON performance_disputes (id);
CREATE INDEX performance_disputes_open ON performance_disputes (street_id) WHERE state = 'open';
CREATE INDEX performance_disputes_of ON performance_disputes (street_id, deputy_id, filed_at DESC, id DESC);
CREATE UNIQUE INDEX performance_disputes_entry_once ON performance_disputes (street_id, deputy_id, publication_id, class, source, source_id) WHERE state = 'open' AND source <> '';

CREATE FUNCTION app.guard_performance_dispute() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free   constant text[] := '{state,remedy,supplement_id,answer,answered_by,answerer,answered_at,version,modified_at}';
    broken text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        broken := CASE
            WHEN NEW.state <> 'open' OR NEW.filed_on <> (NEW.filed_at AT TIME ZONE 'Asia/Shanghai')::date THEN 'performance_disputes_begin_open'
            WHEN NOT EXISTS (SELECT FROM performance_published x
                             WHERE x.street_id = NEW.street_id AND x.publication_id = NEW.publication_id AND x.deputy_id = NEW.deputy_id AND x.class = NEW.class)
                THEN 'performance_disputes_of_published'
            WHEN NOT EXISTS (SELECT FROM deadlines d
                             WHERE d.street_id = NEW.street_id AND d.kind = 'performance_publication' AND d.subject_id = NEW.publication_id AND d.name = 'dispute'
                               AND d.due_on >= NEW.filed_on) THEN 'performance_disputes_in_time'
            END;
    ELSE
        broken := CASE
            WHEN to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'performance_disputes_stay'
            WHEN OLD.state <> 'open' OR NEW.state = 'open' THEN 'performance_disputes_forward'
            WHEN NEW.state = 'withdrawn' AND NEW.deputy_id IS DISTINCT FROM app.deputy()
                 OR NEW.state <> 'withdrawn' AND (NOT app.confirms_performance() OR NEW.answered_by <> app.user_id()) THEN 'performance_disputes_answered_by_whom'
            WHEN NEW.remedy = 'source' AND OLD.source = '' THEN 'performance_disputes_source_named'
            WHEN NEW.supplement_id IS NOT NULL
                 AND NOT EXISTS (SELECT
                                 FROM performance_supplement_deputies x
                                 JOIN performance_supplements s ON s.street_id = x.street_id AND s.id = x.supplement_id AND s.state IN ('waiting', 'confirmed')
                                 WHERE x.street_id = NEW.street_id AND x.supplement_id = NEW.supplement_id AND x.deputy_id = NEW.deputy_id)
                THEN 'performance_disputes_own_supplement'
            END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'dispute breaks %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_disputes_guarded BEFORE INSERT OR UPDATE ON performance_disputes FOR EACH ROW EXECUTE FUNCTION app.guard_performance_dispute();

-- How a street turns what happened into points in a year, each change a version with
-- its reason. Without a version, or where the newest is not active, there are none.
CREATE TABLE performance_schemes (
    id        bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint      NOT NULL REFERENCES streets (id),
    year      integer     NOT NULL,
    revision  integer     NOT NULL,
    active    boolean     NOT NULL,
    good      integer     NOT NULL,
    fair      integer     NOT NULL,
    pass      integer     NOT NULL,
    reason    text        NOT NULL,
    made_by   bigint      NOT NULL,
    maker     text        NOT NULL,
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT performance_schemes_revision_once UNIQUE (street_id, year, revision),
    CONSTRAINT performance_schemes_year CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT performance_schemes_bands CHECK (good <= 100 AND good > fair AND fair > pass AND pass > 0),
    CONSTRAINT performance_schemes_reason_filled CHECK (reason <> '' AND length(reason) <= 500)
);
COMMENT ON COLUMN performance_schemes.good IS 'Per cent of the points that could be had from which on the grade is 好; fair: 较好; pass: 一般; below it 差.';

CREATE TABLE performance_scheme_items (
    street_id bigint  NOT NULL,
    scheme_id bigint  NOT NULL,
    item      text    NOT NULL,
    top       integer NOT NULL,
    each      integer NOT NULL,
    extra     integer NOT NULL,
    PRIMARY KEY (street_id, scheme_id, item),
    CONSTRAINT performance_scheme_items_scheme FOREIGN KEY (street_id, scheme_id) REFERENCES performance_schemes (street_id, id),
    CONSTRAINT performance_scheme_items_known CHECK (item IN ('congress', 'activity', 'reception', 'suggestion', 'opinion', 'training', 'reportback', 'award')),
    CONSTRAINT performance_scheme_items_sensible CHECK (top BETWEEN 0 AND 10000 AND each BETWEEN 0 AND 10000 AND extra BETWEEN 0 AND 10000)
);
COMMENT ON TABLE performance_scheme_items IS 'Hundredths of a point: at most top; each for one, extra for what counts more or less than one.';

CREATE FUNCTION app.guard_performance_scheme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.made_by <> app.user_id()
       OR NEW.revision <> (SELECT count(*) + 1 FROM performance_schemes p WHERE p.street_id = NEW.street_id AND p.year = NEW.year) THEN
        RAISE EXCEPTION 'a scheme is its maker''s, one version after the other' USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_schemes_in_order';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_schemes_guarded BEFORE INSERT ON performance_schemes FOR EACH ROW EXECUTE FUNCTION app.guard_performance_scheme();

CREATE FUNCTION app.guard_performance_scheme_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT s.xmin FROM performance_schemes s WHERE s.street_id = NEW.street_id AND s.id = NEW.scheme_id) <> pg_current_xact_id()::xid THEN
        RAISE EXCEPTION 'a scheme is changed by a new version' USING ERRCODE = 'check_violation', CONSTRAINT = 'performance_schemes_stay';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER performance_scheme_items_guarded BEFORE INSERT ON performance_scheme_items FOR EACH ROW EXECUTE FUNCTION app.guard_performance_scheme_item();

ALTER TABLE performance_supplements         ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_supplements         FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_supplement_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_supplement_deputies FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_publications        ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_publications        FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_published           ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_published           FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_disputes            ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_disputes            FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_schemes             ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_schemes             FORCE  ROW LEVEL SECURITY;
ALTER TABLE performance_scheme_items        ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_scheme_items        FORCE  ROW LEVEL SECURITY;

-- Deputies see what has been confirmed of them, what is published, their own disputes,
-- and how points are given.
CREATE POLICY by_desk ON performance_supplements FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_performance()));
CREATE POLICY by_self ON performance_supplements FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND state IN ('confirmed', 'revoked') AND (SELECT app.role()) IN ('deputy', 'group_leader')
           AND EXISTS (SELECT FROM performance_supplement_deputies x
                       WHERE x.street_id = performance_supplements.street_id AND x.supplement_id = performance_supplements.id AND x.deputy_id = (SELECT app.deputy())));
CREATE POLICY entered_by_office ON performance_supplements FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.supplements_performance()));
CREATE POLICY decided_by_office ON performance_supplements FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.confirms_performance()));

CREATE POLICY by_desk ON performance_supplement_deputies FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_performance()));
CREATE POLICY by_self ON performance_supplement_deputies FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND (SELECT app.role()) IN ('deputy', 'group_leader') AND deputy_id = (SELECT app.deputy()));
CREATE POLICY entered_by_office ON performance_supplement_deputies FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.supplements_performance()));

CREATE POLICY by_desk ON performance_publications FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.reads_performance()) OR (SELECT app.role()) IN ('deputy', 'group_leader')));
CREATE POLICY by_public ON performance_publications FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public');
CREATE POLICY published_by_office ON performance_publications FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.publishes_performance()));
CREATE POLICY by_desk ON performance_published FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.reads_performance()) OR (SELECT app.role()) IN ('deputy', 'group_leader')));
CREATE POLICY by_public ON performance_published FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public');
CREATE POLICY published_by_office ON performance_published FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.publishes_performance()));

CREATE POLICY by_desk ON performance_disputes FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_performance()));
CREATE POLICY by_self ON performance_disputes TO portal_app
    USING (street_id = (SELECT app.street()) AND (SELECT app.role()) IN ('deputy', 'group_leader') AND deputy_id = (SELECT app.deputy()));
CREATE POLICY answered_by_office ON performance_disputes FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.confirms_performance()));

CREATE POLICY by_desk ON performance_schemes FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.reads_performance()) OR (SELECT app.role()) IN ('deputy', 'group_leader')));
CREATE POLICY made_by_head ON performance_schemes FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('director', 'deputy_director', 'operator'));
CREATE POLICY by_desk ON performance_scheme_items FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.reads_performance()) OR (SELECT app.role()) IN ('deputy', 'group_leader')));
CREATE POLICY made_by_head ON performance_scheme_items FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('director', 'deputy_director', 'operator'));

CREATE POLICY by_performance ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE kind
                   WHEN 'performance_publication' THEN EXISTS (SELECT FROM performance_publications p WHERE p.street_id = deadlines.street_id AND p.id = deadlines.subject_id)
                   WHEN 'performance_dispute' THEN EXISTS (SELECT FROM performance_disputes p WHERE p.street_id = deadlines.street_id AND p.id = deadlines.subject_id)
                   ELSE false
               END);

CREATE POLICY with_performance_supplement ON files TO portal_app
    USING (owner_kind = 'performance_supplement'
           AND EXISTS (SELECT FROM performance_supplements s WHERE s.street_id = files.street_id AND s.id = files.owner_id))
    WITH CHECK (owner_kind = 'performance_supplement' AND (SELECT app.supplements_performance())
                AND EXISTS (SELECT FROM performance_supplements s
                            WHERE s.street_id = files.street_id AND s.id = files.owner_id AND s.state = 'waiting' AND s.entered_by = (SELECT app.user_id())));

GRANT SELECT, INSERT, UPDATE ON performance_supplements TO portal_app;
GRANT SELECT, INSERT ON performance_supplement_deputies, performance_publications, performance_published, performance_schemes, performance_scheme_items TO portal_app;
GRANT SELECT, INSERT, UPDATE ON performance_disputes TO portal_app;
GRANT SELECT (id, street_id, year, quarter, revision, why, from_on, to_on, published_on) ON performance_publications TO portal_public;
GRANT SELECT ON performance_published TO portal_public;

END;
