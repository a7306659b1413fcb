BEGIN;

-- Appointment and removal (domain.md §3(c)): the street prepares and submits, the
-- city's standing committee decides. What is passed is carried out by a trigger,
-- which alone writes posts.
CREATE TABLE appointments (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    title          text        NOT NULL,
    ground         text        NOT NULL DEFAULT '',
    state          text        NOT NULL DEFAULT 'preparing',
    signed_by      text        NOT NULL DEFAULT '',
    submitted_on   date,
    session_on     date,
    papers_days    integer     NOT NULL DEFAULT 10,
    late_reason    text        NOT NULL DEFAULT '',
    returned_why   text        NOT NULL DEFAULT '',
    tabled_on      date,
    session        text        NOT NULL DEFAULT '',
    deliberated_on date,
    explained_by   text        NOT NULL DEFAULT '',
    voted_on       date,
    published_on   date,
    notice         text        NOT NULL DEFAULT '',
    certified_on   date,
    signer         text        NOT NULL DEFAULT '',
    withdrawn_why  text        NOT NULL DEFAULT '',
    creator        text        NOT NULL,
    key            text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    modified_at    timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT appointments_key_once UNIQUE (street_id, key),
    CONSTRAINT appointments_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT appointments_state_known CHECK (state IN ('preparing', 'submitted', 'tabled', 'deliberated', 'passed', 'failed', 'published', 'in_post', 'concluded', 'withdrawn')),
    CONSTRAINT appointments_submitted_whole CHECK (state IN ('preparing', 'withdrawn') OR submitted_on IS NOT NULL AND session_on IS NOT NULL AND signed_by <> ''),
    CONSTRAINT appointments_tabled_whole CHECK (state IN ('preparing', 'submitted', 'withdrawn') OR tabled_on IS NOT NULL AND session <> ''),
    CONSTRAINT appointments_deliberated_whole CHECK (state IN ('preparing', 'submitted', 'tabled', 'withdrawn') OR deliberated_on IS NOT NULL AND explained_by <> ''),
    CONSTRAINT appointments_voted_whole CHECK (state NOT IN ('passed', 'failed', 'published', 'in_post', 'concluded') OR voted_on IS NOT NULL),
    CONSTRAINT appointments_published_whole CHECK (state NOT IN ('published', 'in_post', 'concluded') OR published_on IS NOT NULL AND notice <> ''),
    CONSTRAINT appointments_certified_whole CHECK (state <> 'in_post' OR certified_on IS NOT NULL AND signer <> ''),
    CONSTRAINT appointments_withdrawn_with_reason CHECK (state <> 'withdrawn' OR withdrawn_why <> ''),
    -- Papers reach the standing committee some days before its session, or a reason is given.
    CONSTRAINT appointments_papers_in_time CHECK (session_on - submitted_on >= papers_days OR late_reason <> ''),
    CONSTRAINT appointments_days_in_order CHECK (submitted_on <= tabled_on AND tabled_on <= deliberated_on AND deliberated_on <= voted_on
                                                AND voted_on <= published_on AND published_on <= certified_on),
    CONSTRAINT appointments_not_ahead CHECK (greatest(submitted_on, tabled_on, deliberated_on, voted_on, published_on, certified_on)
                                             <= (modified_at AT TIME ZONE 'Asia/Shanghai')::date)
);

COMMENT ON TABLE appointments IS '任免: a file by which the city''s standing committee is asked to appoint, remove or let go holders of a street committee''s posts.';
COMMENT ON COLUMN appointments.signed_by IS 'The head of the submitting organ who signed the motion 任免案.';
COMMENT ON COLUMN appointments.session_on IS 'The day of the standing committee''s session it is meant for.';
COMMENT ON COLUMN appointments.papers_days IS 'How many days before the session papers were due when it was submitted.';
COMMENT ON COLUMN appointments.tabled_on IS 'The day on which the city''s chairpersons'' meeting decided to put it to the standing committee.';
COMMENT ON COLUMN appointments.voted_on IS 'The day of the vote: who is appointed is in post from this day on.';

CREATE INDEX appointments_by_id ON appointments (id);
CREATE INDEX appointments_newest ON appointments (street_id, created_at DESC, id DESC);
CREATE INDEX appointments_of_city ON appointments (created_at DESC, id DESC);

CREATE TABLE appointees (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL,
    appointment_id bigint      NOT NULL,
    person_id      bigint      NOT NULL,
    act            text        NOT NULL,
    post           text        NOT NULL,
    post_id        bigint,
    other_office   text        NOT NULL DEFAULT '',
    total          integer,
    present        integer,
    votes_for      integer,
    votes_against  integer,
    abstained      integer,
    not_pressed    integer,
    passed         boolean GENERATED ALWAYS AS (votes_for * 2 > total) STORED,
    certificate    text        NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT appointees_appointment FOREIGN KEY (street_id, appointment_id) REFERENCES appointments (street_id, id),
    CONSTRAINT appointees_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT appointees_post FOREIGN KEY (street_id, post_id) REFERENCES posts (street_id, id),
    CONSTRAINT appointees_once UNIQUE (street_id, appointment_id, person_id, act),
    CONSTRAINT appointees_act_known CHECK (act IN ('appoint', 'remove', 'resign')),
    CONSTRAINT appointees_post_known CHECK (post IN ('director', 'deputy_director', 'member')),
    CONSTRAINT appointees_post_to_leave CHECK ((act = 'appoint') = (post_id IS NULL)),
    CONSTRAINT appointees_other_office_short CHECK (length(other_office) <= 100),
    CONSTRAINT appointees_vote_whole CHECK (num_nulls(total, present, votes_for, votes_against, abstained, not_pressed) IN (0, 6)),
    CONSTRAINT appointees_vote_possible CHECK (least(total, present, votes_for, votes_against, abstained, not_pressed) >= 0 AND present <= total),
    CONSTRAINT appointees_quorum CHECK (present * 2 > total),
    CONSTRAINT appointees_vote_adds_up CHECK (votes_for + votes_against + abstained + not_pressed = present)
);

COMMENT ON TABLE appointees IS 'Whom a file is about, each with a vote of their own.';
COMMENT ON COLUMN appointees.total IS 'All members of the standing committee; more than half of them is what passes (GDA 20).';
COMMENT ON COLUMN appointees.other_office IS 'An administrative, supervisory, judicial or procuratorial office that the person holds: shown as a warning.';
COMMENT ON COLUMN appointees.post_id IS 'The term that a removal or resignation ends.';
COMMENT ON COLUMN appointees.not_pressed IS 'Members present who pressed no key, or handed in no ballot.';

CREATE INDEX appointees_of_appointment ON appointees (street_id, appointment_id, id);
CREATE INDEX appointees_by_id ON appointees (id);

ALTER TABLE posts ADD CONSTRAINT posts_appointee FOREIGN KEY (street_id, appointee_id) REFERENCES appointees (street_id, id);

ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments FORCE ROW LEVEL SECURITY;
ALTER TABLE appointees ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointees FORCE ROW LEVEL SECURITY;

-- Who may know of it before it is published.
CREATE POLICY by_insiders ON appointments FOR SELECT
    USING ((SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator')
           AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY begun_by_street ON appointments FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY moved ON appointments FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'director', 'city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY with_appointment ON appointees FOR SELECT
    USING (EXISTS (SELECT FROM appointments a WHERE a.street_id = appointees.street_id AND a.id = appointment_id));
CREATE POLICY added_by_street ON appointees FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY moved ON appointees FOR UPDATE
    USING ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY taken_out_by_street ON appointees FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

GRANT SELECT, UPDATE ON appointments TO portal_app;
GRANT INSERT (street_id, title, ground, creator, key, created_at, modified_at) ON appointments TO portal_app;
GRANT SELECT, DELETE ON appointees TO portal_app;
GRANT INSERT (street_id, appointment_id, person_id, act, post, post_id, other_office, created_at) ON appointees TO portal_app;
GRANT UPDATE (total, present, votes_for, votes_against, abstained, not_pressed, certificate) ON appointees TO portal_app;

-- The papers: the motion belongs to the file, the form and the review (or the
-- grounds of a removal, or the letter of resignation) to the person. They are
-- added while the file is prepared.
CREATE POLICY with_appointment ON files FOR SELECT TO portal_app
    USING (owner_kind = 'appointment' AND EXISTS (SELECT FROM appointments a WHERE a.street_id = files.street_id AND a.id = owner_id)
           OR owner_kind IN ('appointee_form', 'appointee_review')
              AND EXISTS (SELECT FROM appointees a WHERE a.street_id = files.street_id AND a.id = owner_id));
CREATE POLICY added_to_appointment ON files FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator')
                AND (owner_kind = 'appointment' AND EXISTS (SELECT FROM appointments a WHERE a.street_id = files.street_id AND a.id = owner_id AND a.state = 'preparing')
                     OR owner_kind IN ('appointee_form', 'appointee_review')
                        AND EXISTS (SELECT FROM appointees p JOIN appointments a ON a.street_id = p.street_id AND a.id = p.appointment_id
                                    WHERE p.street_id = files.street_id AND p.id = owner_id AND a.state = 'preparing')));
-- Names of who may be appointed stand in the record of what was done.
CREATE POLICY insiders_only ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind NOT IN ('appointment', 'appointee_form', 'appointee_review')
           OR (SELECT app.role()) IN ('audit_admin', 'city_leader', 'city_office', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator'));

-- What each step may change, and whose it is: the street's people prepare and
-- submit, the city's do the rest, and nobody else does anything.
CREATE FUNCTION app.appointment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    theirs constant text[] := ARRAY ['staff', 'director', 'operator'];
    city   constant text[] := ARRAY ['city_office', 'city_deputy', 'operator'];
    who    text[];
    may    text[];
BEGIN
    CASE OLD.state || ' ' || NEW.state
    WHEN 'preparing preparing' THEN who := theirs; may := '{title,ground}';
    WHEN 'preparing submitted' THEN who := theirs; may := '{signed_by,submitted_on,session_on,papers_days,late_reason}';
    WHEN 'preparing withdrawn', 'submitted withdrawn' THEN who := theirs; may := '{withdrawn_why}';
    WHEN 'submitted preparing' THEN who := city; may := '{returned_why}';
    WHEN 'submitted tabled' THEN who := city; may := '{tabled_on,session,session_on,late_reason}';
    WHEN 'tabled deliberated' THEN who := city; may := '{deliberated_on,explained_by}';
    WHEN 'deliberated passed', 'deliberated failed' THEN who := city; may := '{voted_on}';
    WHEN 'passed published', 'passed concluded' THEN who := city; may := '{published_on,notice}';
    WHEN 'published in_post' THEN who := city; may := '{certified_on,signer}';
    ELSE
        RAISE EXCEPTION 'no step from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_step', TABLE = TG_TABLE_NAME;
    END CASE;
    IF app.role() <> ALL (who) THEN
        RAISE EXCEPTION 'the step from % to % is not for %', OLD.state, NEW.state, app.role() USING ERRCODE = 'insufficient_privilege';
    END IF;
    may := may || '{state,version,modified_at}'::text[];
    IF to_jsonb(NEW) - may <> to_jsonb(OLD) - may THEN
        RAISE EXCEPTION 'the step from % to % changes no more than %', OLD.state, NEW.state, may
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appointments_step', TABLE = TG_TABLE_NAME;
    END IF;
    PERFORM app.appointment_complete(OLD.state, NEW);
    RETURN NEW;
END $$;

-- The papers are there before it is submitted, every vote is counted before it is
-- passed, every certificate has its number before it is handed over.
CREATE FUNCTION app.appointment_complete(was text, f appointments) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    broken text := '';
BEGIN
    IF f.state = 'submitted' AND NOT EXISTS (SELECT FROM appointees p WHERE p.street_id = f.street_id AND p.appointment_id = f.id) THEN
        broken := 'appointments_people';
    ELSIF f.state = 'submitted'
          AND (NOT EXISTS (SELECT FROM files x WHERE x.street_id = f.street_id AND x.owner_kind = 'appointment' AND x.owner_id = f.id)
               OR EXISTS (SELECT FROM appointees p
                          CROSS JOIN (VALUES ('appointee_form'), ('appointee_review')) AS k (kind)
                          WHERE p.street_id = f.street_id AND p.appointment_id = f.id
                            AND NOT EXISTS (SELECT FROM files x WHERE x.street_id = p.street_id AND x.owner_kind = k.kind AND x.owner_id = p.id))) THEN
        broken := 'appointments_papers';
    ELSIF was = 'deliberated'
          AND (EXISTS (SELECT FROM appointees p WHERE p.street_id = f.street_id AND p.appointment_id = f.id AND p.passed IS NULL)
               OR (f.state = 'passed') <> EXISTS (SELECT FROM appointees p WHERE p.street_id = f.street_id AND p.appointment_id = f.id AND p.passed)) THEN
        broken := 'appointments_votes';
    ELSIF was = 'passed'
          AND (f.state = 'published') <> EXISTS (SELECT FROM appointees p
                                                 WHERE p.street_id = f.street_id AND p.appointment_id = f.id AND p.passed AND p.act = 'appoint') THEN
        broken := 'appointments_step';
    ELSIF was = 'published'
          AND EXISTS (SELECT FROM appointees p
                      WHERE p.street_id = f.street_id AND p.appointment_id = f.id AND p.passed AND p.act = 'appoint' AND p.certificate = '') THEN
        broken := 'appointments_certificates';
    END IF;
    IF broken <> '' THEN
        RAISE EXCEPTION 'appointment %: %', f.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = 'appointments';
    END IF;
END $$;

CREATE TRIGGER appointments_moves BEFORE UPDATE ON appointments
    FOR EACH ROW EXECUTE FUNCTION app.appointment_moves();

-- (A generated column, such as passed, is not there yet in a trigger before the change.)
-- Persons are added and taken out while the file is prepared; their votes are
-- entered after the deliberation, once; certificates are numbered after the
-- publication.
CREATE FUNCTION app.appointee_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r     constant appointees := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    state text;
BEGIN
    SELECT a.state INTO state FROM appointments a WHERE a.street_id = r.street_id AND a.id = r.appointment_id FOR SHARE;
    IF TG_OP = 'UPDATE' AND app.role() IN ('city_office', 'city_deputy', 'operator')
       AND (state = 'deliberated' AND to_jsonb(NEW) - '{total,present,votes_for,votes_against,abstained,not_pressed,passed}'::text[]
                                    = to_jsonb(OLD) - '{total,present,votes_for,votes_against,abstained,not_pressed,passed}'::text[]
            OR state = 'published' AND OLD.certificate = '' AND to_jsonb(NEW) - '{certificate,passed}'::text[] = to_jsonb(OLD) - '{certificate,passed}'::text[])
       OR TG_OP IN ('INSERT', 'DELETE') AND app.role() IN ('staff', 'operator') AND state = 'preparing' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'persons of appointment % do not change now', r.appointment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_fixed', TABLE = TG_TABLE_NAME;
END $$;

CREATE TRIGGER appointees_changes BEFORE INSERT OR DELETE OR UPDATE ON appointees
    FOR EACH ROW EXECUTE FUNCTION app.appointee_changes();

-- Carries out what was passed: terms end and begin on the day of the vote. Runs as
-- the owner, who alone may write posts.
CREATE FUNCTION app.appointment_carried_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.state = 'deliberated' AND NEW.state = 'passed' THEN
        IF EXISTS (SELECT FROM public.appointees p
                   JOIN public.posts t ON t.street_id = p.street_id AND t.id = p.post_id
                   WHERE p.street_id = NEW.street_id AND p.appointment_id = NEW.id AND p.passed
                     AND (t.until_on IS NOT NULL OR t.since > NEW.voted_on OR t.person_id <> p.person_id OR t.post <> p.post)) THEN
            RAISE EXCEPTION 'who is to leave is not in post' USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_in_post', TABLE = 'appointees';
        END IF;
        UPDATE public.posts t
        SET until_on = NEW.voted_on, ended_why = CASE p.act WHEN 'resign' THEN 'resigned' ELSE 'removed' END, modified_at = NEW.modified_at
        FROM public.appointees p
        WHERE p.street_id = NEW.street_id AND p.appointment_id = NEW.id AND p.passed
          AND t.street_id = p.street_id AND t.id = p.post_id;
        INSERT INTO public.posts (street_id, person_id, post, appointee_id, since, created_at, modified_at)
        SELECT p.street_id, p.person_id, p.post, p.id, NEW.voted_on, NEW.modified_at, NEW.modified_at
        FROM public.appointees p
        WHERE p.street_id = NEW.street_id AND p.appointment_id = NEW.id AND p.passed AND p.act = 'appoint'
        ORDER BY p.id;
    ELSIF OLD.state = 'passed' THEN
        UPDATE public.posts t
        SET published_on = NEW.published_on, modified_at = NEW.modified_at
        FROM public.appointees p
        WHERE p.street_id = NEW.street_id AND p.appointment_id = NEW.id
          AND t.street_id = p.street_id AND t.appointee_id = p.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER appointments_carried_out AFTER UPDATE ON appointments
    FOR EACH ROW EXECUTE FUNCTION app.appointment_carried_out();

-- A term that ends by itself is filed for the record (GDA 15).
CREATE TABLE post_endings (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL,
    post_id    bigint      NOT NULL,
    why        text        NOT NULL,
    ended_on   date        NOT NULL,
    document   text        NOT NULL,
    creator    text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT post_endings_post FOREIGN KEY (street_id, post_id) REFERENCES posts (street_id, id),
    CONSTRAINT post_endings_once UNIQUE (street_id, post_id),
    CONSTRAINT post_endings_why_known CHECK (why IN ('died', 'abolished')),
    CONSTRAINT post_endings_document_filled CHECK (document <> '' AND length(document) <= 100),
    CONSTRAINT post_endings_not_ahead CHECK (ended_on <= (created_at AT TIME ZONE 'Asia/Shanghai')::date)
);

COMMENT ON TABLE post_endings IS 'Posts that ended without a vote: death, or the body abolished.';

ALTER TABLE post_endings ENABLE ROW LEVEL SECURITY;
ALTER TABLE post_endings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON post_endings FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_city ON post_endings FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT ON post_endings TO portal_app;

CREATE FUNCTION app.post_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE public.posts
    SET until_on = NEW.ended_on, ended_why = NEW.why, modified_at = NEW.created_at
    WHERE street_id = NEW.street_id AND id = NEW.post_id AND until_on IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'post % has ended' , NEW.post_id USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_in_post', TABLE = 'post_endings';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER post_endings_end AFTER INSERT ON post_endings
    FOR EACH ROW EXECUTE FUNCTION app.post_ended();

END;
