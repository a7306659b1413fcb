BEGIN;

-- Training of deputies and the four support teams (domain.md §3 i): the plan, who
-- is to come, who signed in, and an optional test.
CREATE TABLE trainings (
    id          bigint       NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint       NOT NULL REFERENCES streets (id),
    title       text         NOT NULL,
    theme       text         NOT NULL,
    teacher     text         NOT NULL,
    held_on     date         NOT NULL,
    starts_at   text         NOT NULL DEFAULT '',
    hours       numeric(4,1) NOT NULL,
    place       text         NOT NULL,
    audience    text[]       NOT NULL,
    pass_mark   integer      NOT NULL DEFAULT 60,
    state       text         NOT NULL DEFAULT 'planned',
    notified_at timestamptz,
    opened_at   timestamptz,
    closed_at   timestamptz,
    outcome     text         NOT NULL DEFAULT '',
    key         text         NOT NULL,
    version     integer      NOT NULL DEFAULT 1,
    created_at  timestamptz  NOT NULL DEFAULT now(),
    modified_at timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT trainings_key_once UNIQUE (street_id, key),
    CONSTRAINT trainings_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT trainings_theme_filled CHECK (theme <> '' AND length(theme) <= 200),
    CONSTRAINT trainings_teacher_filled CHECK (teacher <> '' AND length(teacher) <= 100),
    CONSTRAINT trainings_place_filled CHECK (place <> '' AND length(place) <= 100),
    CONSTRAINT trainings_hours_plausible CHECK (hours > 0 AND hours <= 80),
    CONSTRAINT trainings_pass_mark_percent CHECK (pass_mark BETWEEN 1 AND 100),
    CONSTRAINT trainings_audience_known CHECK (
        cardinality(audience) > 0 AND audience <@ ARRAY ['deputy', 'member', 'voter', 'expert', 'liaison', 'information']),
    CONSTRAINT trainings_state_known CHECK (state IN ('planned', 'notified', 'held', 'closed', 'cancelled')),
    CONSTRAINT trainings_in_order CHECK (
        (state NOT IN ('notified', 'held', 'closed') OR notified_at IS NOT NULL)
        AND (state IN ('held', 'closed')) = (opened_at IS NOT NULL)
        AND (state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)),
    CONSTRAINT trainings_cancelled_with_reason CHECK (state <> 'cancelled' OR outcome <> ''),
    CONSTRAINT trainings_outcome_short CHECK (length(outcome) <= 500)
);

COMMENT ON COLUMN trainings.theme IS 'What exactly is taught: small and special (小而专).';
COMMENT ON COLUMN trainings.hours IS '学时 of who attends the whole.';
COMMENT ON COLUMN trainings.pass_mark IS 'Per cent of a test; there is one where training_questions has rows, or results that the office enters.';
COMMENT ON COLUMN trainings.outcome IS 'How it went, or why it was cancelled.';

CREATE INDEX trainings_by_day ON trainings (street_id, held_on DESC, id DESC);
CREATE INDEX trainings_by_id ON trainings (id);
CREATE INDEX trainings_open ON trainings (street_id, held_on) WHERE state IN ('planned', 'notified', 'held');

-- The code that who is present types on a phone. Only the office sees it.
CREATE TABLE training_codes (
    street_id   bigint NOT NULL,
    training_id bigint NOT NULL,
    code        text   NOT NULL,
    PRIMARY KEY (street_id, training_id),
    CONSTRAINT training_codes_training FOREIGN KEY (street_id, training_id) REFERENCES trainings (street_id, id),
    CONSTRAINT training_codes_six_digits CHECK (code ~ '^[0-9]{6}$')
);

CREATE TABLE training_participants (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    training_id bigint      NOT NULL,
    team        text        NOT NULL,
    person_id   bigint      NOT NULL,
    signed_at   timestamptz,
    signed_way  text        NOT NULL DEFAULT '',
    tries       integer     NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT training_participants_training FOREIGN KEY (street_id, training_id) REFERENCES trainings (street_id, id),
    CONSTRAINT training_participants_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT training_participants_person_once UNIQUE (street_id, training_id, person_id),
    CONSTRAINT training_participants_team_known CHECK (team IN ('deputy', 'member', 'voter', 'expert', 'liaison', 'information')),
    CONSTRAINT training_participants_signed CHECK ((signed_at IS NULL) = (signed_way = '') AND signed_way IN ('', 'desk', 'code'))
);

COMMENT ON COLUMN training_participants.team IS 'The team for which the hours count; who is in two comes for one.';
COMMENT ON COLUMN training_participants.tries IS 'Wrong codes; after five only the office signs the person in.';

CREATE INDEX training_participants_of_person ON training_participants (street_id, person_id);

-- The test: questions with one right answer each. The answers stand apart, where
-- who takes the test does not see them.
CREATE TABLE training_questions (
    street_id   bigint  NOT NULL,
    training_id bigint  NOT NULL,
    number      integer NOT NULL,
    text        text    NOT NULL,
    options     text[]  NOT NULL,
    PRIMARY KEY (street_id, training_id, number),
    CONSTRAINT training_questions_training FOREIGN KEY (street_id, training_id) REFERENCES trainings (street_id, id),
    CONSTRAINT training_questions_number CHECK (number BETWEEN 1 AND 50),
    CONSTRAINT training_questions_filled CHECK (text <> '' AND length(text) <= 300 AND cardinality(options) BETWEEN 2 AND 6)
);

CREATE TABLE training_answers (
    street_id   bigint  NOT NULL,
    training_id bigint  NOT NULL,
    number      integer NOT NULL,
    answer      integer NOT NULL,
    PRIMARY KEY (street_id, training_id, number),
    CONSTRAINT training_answers_question FOREIGN KEY (street_id, training_id, number)
        REFERENCES training_questions (street_id, training_id, number) ON DELETE CASCADE,
    CONSTRAINT training_answers_number CHECK (answer BETWEEN 1 AND 6)
);

CREATE TABLE training_tests (
    street_id      bigint      NOT NULL,
    training_id    bigint      NOT NULL,
    participant_id bigint      NOT NULL,
    attempt        integer     NOT NULL,
    way            text        NOT NULL,
    chosen         integer[]   NOT NULL DEFAULT '{}',
    score          integer     NOT NULL,
    passed         boolean     NOT NULL,
    entered_by     bigint      NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, participant_id, attempt),
    CONSTRAINT training_tests_participant FOREIGN KEY (street_id, participant_id) REFERENCES training_participants (street_id, id),
    CONSTRAINT training_tests_twice CHECK (attempt BETWEEN 1 AND 2),
    CONSTRAINT training_tests_way_known CHECK (way IN ('portal', 'desk')),
    CONSTRAINT training_tests_score_percent CHECK (score BETWEEN 0 AND 100)
);

COMMENT ON TABLE training_tests IS 'Results, which never change: the first, and a second for who did not pass. Of the portal''s own tests the database counts the score.';

-- What was signed in, answered and closed stays (hard rule 12).
CREATE FUNCTION app.guard_training() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('closed', 'cancelled') THEN
        RAISE EXCEPTION 'training % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'trainings_over';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER trainings_guarded BEFORE UPDATE ON trainings FOR EACH ROW EXECUTE FUNCTION app.guard_training();

-- The state of a training, whoever asks: what hangs on it is guarded by it, under
-- a lock that a closing training waits for.
CREATE FUNCTION app.training_state(street bigint, training bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT t.state FROM trainings t WHERE t.street_id = street AND t.id = training FOR SHARE);
END $$;

CREATE FUNCTION app.guard_training_participant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it     constant training_participants := coalesce(NEW, OLD);
    now_in constant text := app.training_state(it.street_id, it.training_id);
BEGIN
    IF now_in IS NULL OR now_in NOT IN ('planned', 'notified', 'held')
       OR TG_OP = 'DELETE' AND OLD.signed_at IS NOT NULL
       OR TG_OP = 'UPDATE' AND ROW (NEW.training_id, NEW.team, NEW.person_id) IS DISTINCT FROM ROW (OLD.training_id, OLD.team, OLD.person_id) THEN
        RAISE EXCEPTION 'the list of training % is closed', it.training_id USING ERRCODE = 'check_violation', CONSTRAINT = 'training_list_closed';
    ELSIF TG_OP <> 'DELETE' AND NEW.signed_at IS NOT NULL AND now_in <> 'held' THEN
        RAISE EXCEPTION 'training % is not being held', it.training_id USING ERRCODE = 'check_violation', CONSTRAINT = 'training_not_held';
    END IF;
    RETURN it;
END $$;

CREATE TRIGGER training_participants_guarded BEFORE INSERT OR UPDATE OR DELETE ON training_participants
    FOR EACH ROW EXECUTE FUNCTION app.guard_training_participant();

CREATE FUNCTION app.guard_training_question() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it constant training_questions := coalesce(NEW, OLD);
BEGIN
    IF coalesce(app.training_state(it.street_id, it.training_id), '') NOT IN ('planned', 'notified') THEN
        RAISE EXCEPTION 'the questions of training % are fixed', it.training_id USING ERRCODE = 'check_violation', CONSTRAINT = 'training_questions_fixed';
    END IF;
    RETURN it;
END $$;

CREATE TRIGGER training_questions_guarded BEFORE INSERT OR UPDATE OR DELETE ON training_questions
    FOR EACH ROW EXECUTE FUNCTION app.guard_training_question();

CREATE FUNCTION app.score_training_test() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    asked constant integer := (SELECT count(*) FROM training_questions q WHERE q.street_id = NEW.street_id AND q.training_id = NEW.training_id);
    p training_participants;
BEGIN
    SELECT * INTO p FROM training_participants x WHERE x.street_id = NEW.street_id AND x.id = NEW.participant_id FOR UPDATE;
    IF p.id IS NULL OR p.training_id <> NEW.training_id OR p.signed_at IS NULL
       OR app.training_state(NEW.street_id, NEW.training_id) <> 'held' THEN
        RAISE EXCEPTION 'participant % cannot be tested', NEW.participant_id USING ERRCODE = 'check_violation', CONSTRAINT = 'training_tests_of_present';
    ELSIF EXISTS (SELECT FROM training_tests t WHERE t.street_id = NEW.street_id AND t.participant_id = NEW.participant_id AND t.passed) THEN
        RAISE EXCEPTION 'participant % has passed', NEW.participant_id USING ERRCODE = 'check_violation', CONSTRAINT = 'training_tests_passed';
    ELSIF NEW.way = 'portal' AND (asked = 0 OR cardinality(NEW.chosen) <> asked) THEN
        RAISE EXCEPTION '% answers to % questions', cardinality(NEW.chosen), asked USING ERRCODE = 'check_violation', CONSTRAINT = 'training_tests_whole';
    END IF;
    NEW.attempt := 1 + (SELECT count(*) FROM training_tests t WHERE t.street_id = NEW.street_id AND t.participant_id = NEW.participant_id);
    IF NEW.way = 'portal' THEN
        NEW.score := (SELECT count(*) FILTER (WHERE NEW.chosen[a.number] = a.answer) * 100 / asked
                      FROM training_answers a
                      WHERE a.street_id = NEW.street_id AND a.training_id = NEW.training_id);
    END IF;
    NEW.passed := NEW.score >= (SELECT t.pass_mark FROM trainings t WHERE t.street_id = NEW.street_id AND t.id = NEW.training_id);
    RETURN NEW;
END $$;

CREATE TRIGGER training_tests_scored BEFORE INSERT ON training_tests FOR EACH ROW EXECUTE FUNCTION app.score_training_test();

-- Whether a participant is the acting person: by their account, or as the deputy
-- that they act as.
CREATE FUNCTION app.is_participant(street bigint, person bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM people p
                   LEFT JOIN people s ON s.street_id = p.street_id AND s.id = p.merged_into
                   WHERE p.street_id = street AND p.id = person AND app.user_id() IN (p.user_id, s.user_id))
        OR EXISTS (SELECT FROM deputies d WHERE d.street_id = street AND d.id = app.deputy() AND d.person_id = person);
END $$;

-- Signs the acting person in with the code: 'signed', 'wrong', 'locked' after five
-- wrong codes, 'closed' where the training is not being held, or 'stranger'.
CREATE FUNCTION app.sign_in_to_training(street bigint, training bigint, typed text, at timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    p training_participants;
BEGIN
    SELECT * INTO p FROM training_participants x
    WHERE x.street_id = street AND x.training_id = training AND street = ANY (app.streets()) AND app.is_participant(street, x.person_id)
    FOR UPDATE;
    IF p.id IS NULL THEN
        RETURN 'stranger';
    ELSIF p.signed_at IS NOT NULL THEN
        RETURN 'signed';
    ELSIF app.training_state(street, training) <> 'held' THEN
        RETURN 'closed';
    ELSIF p.tries >= 5 THEN
        RETURN 'locked';
    ELSIF NOT EXISTS (SELECT FROM training_codes c WHERE c.street_id = street AND c.training_id = training AND c.code = typed) THEN
        UPDATE training_participants SET tries = tries + 1 WHERE street_id = street AND id = p.id;
        RETURN 'wrong';
    END IF;
    UPDATE training_participants SET signed_at = at, signed_way = 'code' WHERE street_id = street AND id = p.id;
    RETURN 'signed';
END $$;

REVOKE EXECUTE ON FUNCTION app.sign_in_to_training(bigint, bigint, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.sign_in_to_training(bigint, bigint, text, timestamptz) TO portal_app;

ALTER TABLE trainings             ENABLE ROW LEVEL SECURITY;
ALTER TABLE trainings             FORCE  ROW LEVEL SECURITY;
ALTER TABLE training_codes        ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_codes        FORCE  ROW LEVEL SECURITY;
ALTER TABLE training_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_participants FORCE  ROW LEVEL SECURITY;
ALTER TABLE training_questions    ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_questions    FORCE  ROW LEVEL SECURITY;
ALTER TABLE training_answers      ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_answers      FORCE  ROW LEVEL SECURITY;
ALTER TABLE training_tests        ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_tests        FORCE  ROW LEVEL SECURITY;

CREATE FUNCTION app.reads_trainings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'staff', 'operator', 'counter', 'clerk');
END $$;

CREATE FUNCTION app.keeps_trainings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('staff', 'operator');
END $$;

-- The committee and the city see all; who is to come sees it once it is announced,
-- and of the list only themselves.
CREATE POLICY by_desk ON trainings FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_trainings()));
CREATE POLICY by_participant ON trainings FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND notified_at IS NOT NULL
           AND EXISTS (SELECT FROM training_participants p WHERE p.street_id = trainings.street_id AND p.training_id = trainings.id
                       AND app.is_participant(p.street_id, p.person_id)));
CREATE POLICY planned_by_office ON trainings FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()) AND state = 'planned');
CREATE POLICY kept_by_office ON trainings FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()));

CREATE POLICY by_office ON training_codes TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()));

CREATE POLICY by_desk ON training_participants FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_trainings()));
CREATE POLICY by_self ON training_participants FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND app.is_participant(street_id, person_id));
CREATE POLICY by_office ON training_participants TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()));

CREATE POLICY with_training ON training_questions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM trainings t WHERE t.street_id = training_questions.street_id AND t.id = training_questions.training_id
                   AND ((SELECT app.reads_trainings()) OR t.state IN ('held', 'closed'))));
CREATE POLICY by_office ON training_questions TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()));
CREATE POLICY by_office ON training_answers TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_trainings()));

CREATE POLICY with_participant ON training_tests FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM training_participants p WHERE p.street_id = training_tests.street_id AND p.id = training_tests.participant_id));
CREATE POLICY entered_by_office ON training_tests FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND way = 'desk' AND (SELECT app.keeps_trainings()));
CREATE POLICY taken_by_self ON training_tests FOR INSERT TO portal_app
    WITH CHECK (way = 'portal' AND street_id = ANY ((SELECT app.streets())::bigint[])
                AND EXISTS (SELECT FROM training_participants p WHERE p.street_id = training_tests.street_id AND p.id = training_tests.participant_id
                            AND ((SELECT app.role()) = 'operator' OR app.is_participant(p.street_id, p.person_id))));

-- What runs as the owner: guards, the score, signing in.
CREATE POLICY guarded ON trainings TO portal_owner USING (true);
CREATE POLICY guarded ON training_codes FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON training_participants TO portal_owner USING (true);
CREATE POLICY guarded ON training_questions FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON training_answers FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON training_tests FOR SELECT TO portal_owner USING (true);

CREATE POLICY with_training ON files TO portal_app
    USING (owner_kind = 'training' AND EXISTS (SELECT FROM trainings t WHERE t.street_id = files.street_id AND t.id = files.owner_id))
    WITH CHECK (owner_kind = 'training' AND (SELECT app.keeps_trainings())
                AND EXISTS (SELECT FROM trainings t WHERE t.street_id = files.street_id AND t.id = files.owner_id));

GRANT SELECT, INSERT, UPDATE ON trainings TO portal_app;
GRANT SELECT, INSERT ON training_codes, training_tests TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON training_participants TO portal_app;
GRANT SELECT, INSERT, DELETE ON training_questions, training_answers TO portal_app;

END;
