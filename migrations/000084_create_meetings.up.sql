BEGIN;

-- Meetings (domain.md §3 d, h): the directors' meeting of a street's committee and the
-- meeting of its voter representatives. Who is called and who came is the gathering's;
-- here stand the topics, the rules as they were when the notice went out, the votes,
-- the record, the minutes and what was decided.

-- The smallest number that is MORE than num/den of base: the one place where a quorum
-- or a majority is computed. More than 1/2 of 11 is 6; more than 2/3 of 36 is 25.
CREATE FUNCTION app.more_than(base bigint, num bigint, den bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT base * num / den + 1
$$;

CREATE TABLE meetings (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    kind           text        NOT NULL,
    gathering_id   bigint,
    held_on        date        NOT NULL,
    state          text        NOT NULL DEFAULT 'planned',
    chair_post_id  bigint,
    called_on      date,
    urgent_why     text        NOT NULL DEFAULT '',
    notice_days    integer,
    quorum_num     integer,
    quorum_den     integer,
    pass_base      text        NOT NULL DEFAULT '',
    pass_num       integer,
    pass_den       integer,
    chair_rule     text        NOT NULL DEFAULT '',
    agenda_for     integer,
    agenda_present integer,
    began_at       timestamptz,
    ended_at       timestamptz,
    outcome_why    text        NOT NULL DEFAULT '',
    talk           boolean     NOT NULL DEFAULT false,
    cloned_from    bigint,
    archived_on    date,
    creator        text        NOT NULL,
    key            text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    modified_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT meetings_gathering FOREIGN KEY (street_id, gathering_id, held_on) REFERENCES gatherings (street_id, id, held_on) ON UPDATE CASCADE,
    CONSTRAINT meetings_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT meetings_cloned_from FOREIGN KEY (street_id, cloned_from) REFERENCES meetings (street_id, id),
    CONSTRAINT meetings_key_once UNIQUE (street_id, key),
    CONSTRAINT meetings_kind_known CHECK (kind IN ('directors', 'representatives')),
    CONSTRAINT meetings_state_known CHECK (state IN ('planned', 'called', 'open', 'sitting', 'talk', 'ended', 'recorded', 'drafting', 'signed', 'issued', 'archived', 'failed', 'cancelled')),
    CONSTRAINT meetings_rules_whole CHECK (
        (called_on IS NULL) = (notice_days IS NULL) AND (called_on IS NULL) = (quorum_num IS NULL) AND (called_on IS NULL) = (quorum_den IS NULL)
        AND (called_on IS NULL) = (pass_num IS NULL) AND (called_on IS NULL) = (pass_den IS NULL)
        AND (called_on IS NULL) = (pass_base = '') AND (called_on IS NULL) = (chair_rule = '')),
    CONSTRAINT meetings_rules_sound CHECK (
        notice_days BETWEEN 0 AND 60 AND quorum_num >= 0 AND quorum_den > quorum_num AND pass_num > 0 AND pass_den > pass_num),
    CONSTRAINT meetings_rules_known CHECK (pass_base IN ('', 'all', 'present') AND chair_rule IN ('', 'presiding', 'post')),
    CONSTRAINT meetings_called CHECK (state IN ('planned', 'cancelled') OR called_on IS NOT NULL AND chair_post_id IS NOT NULL),
    CONSTRAINT meetings_began_whole CHECK ((began_at IS NULL) = (agenda_for IS NULL) AND (began_at IS NULL) = (agenda_present IS NULL)),
    CONSTRAINT meetings_agenda_adopted CHECK (agenda_for <= agenda_present AND agenda_for >= app.more_than(agenda_present, 1, 2)),
    CONSTRAINT meetings_without_quorum_says_why CHECK ((state IN ('failed', 'cancelled') OR talk) = (outcome_why <> '')),
    CONSTRAINT meetings_ended CHECK ((state IN ('ended', 'recorded', 'drafting', 'signed', 'issued', 'archived', 'failed')) = (ended_at IS NOT NULL)),
    CONSTRAINT meetings_archived CHECK ((state = 'archived') = (archived_on IS NOT NULL)),
    CONSTRAINT meetings_texts_short CHECK (length(urgent_why) <= 500 AND length(outcome_why) <= 500)
);

COMMENT ON COLUMN meetings.gathering_id IS 'Who is called and came. Its day is held_on, by a foreign key ON UPDATE CASCADE.';
COMMENT ON COLUMN meetings.notice_days IS 'The rules as the settings were when the notice went out; they never change afterwards. A fraction means MORE than num/den.';
COMMENT ON COLUMN meetings.pass_base IS 'all: of all who are due; present: of those present.';
COMMENT ON COLUMN meetings.chair_rule IS 'presiding: whom app.may_preside accepts; post: anybody in post in the committee.';
COMMENT ON COLUMN meetings.urgent_why IS 'Why the notice went out later than notice_days before.';
COMMENT ON COLUMN meetings.agenda_for IS 'How many of those present adopted the agenda at the opening.';
COMMENT ON COLUMN meetings.talk IS 'It became a discussion (座谈会) for want of a quorum: nothing is decided.';
COMMENT ON COLUMN meetings.outcome_why IS 'Why it became a discussion, was given up or cancelled.';

CREATE INDEX meetings_by_day ON meetings (street_id, held_on DESC, id DESC);
CREATE INDEX meetings_by_day_anywhere ON meetings (held_on DESC, id DESC);
CREATE INDEX meetings_by_id ON meetings (id);
CREATE INDEX meetings_of_gathering ON meetings (street_id, gathering_id);
CREATE INDEX meetings_running ON meetings (street_id, state) WHERE state NOT IN ('archived', 'failed', 'cancelled');

CREATE TABLE meeting_topics (
    id                bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id         bigint      NOT NULL REFERENCES streets (id),
    kind              text        NOT NULL,
    type              text        NOT NULL,
    title             text        NOT NULL,
    content           text        NOT NULL DEFAULT '',
    proposer          text        NOT NULL,
    subject           text        NOT NULL DEFAULT '',
    measure           text        NOT NULL DEFAULT '',
    unit_id           bigint,
    state             text        NOT NULL DEFAULT 'proposed',
    party_on          date,
    party_note        text        NOT NULL DEFAULT '',
    confirmed_post_id bigint,
    confirmed_on      date,
    why               text        NOT NULL DEFAULT '',
    created_by        bigint      NOT NULL DEFAULT 0,
    creator           text        NOT NULL,
    key               text        NOT NULL,
    version           integer     NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    modified_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_topics_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT meeting_topics_confirmed_post FOREIGN KEY (street_id, confirmed_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT meeting_topics_key_once UNIQUE (street_id, key),
    CONSTRAINT meeting_topics_kind_known CHECK (kind IN ('directors', 'representatives')),
    CONSTRAINT meeting_topics_type_known CHECK (type IN ('study', 'plan', 'report', 'supervision', 'opinions', 'team', 'institution', 'project', 'budget', 'other')),
    CONSTRAINT meeting_topics_title_filled CHECK (title <> '' AND length(title) <= 80),
    CONSTRAINT meeting_topics_texts_short CHECK (length(content) <= 2000 AND length(party_note) <= 500 AND length(why) <= 500 AND proposer <> '' AND length(proposer) <= 50),
    CONSTRAINT meeting_topics_state_known CHECK (state IN ('proposed', 'compiled', 'confirmed', 'scheduled', 'considered', 'postponed', 'withdrawn', 'declined')),
    CONSTRAINT meeting_topics_confirmed_whole CHECK ((confirmed_on IS NULL) = (confirmed_post_id IS NULL)),
    CONSTRAINT meeting_topics_party_whole CHECK ((party_on IS NULL) = (party_note = '')),
    CONSTRAINT meeting_topics_declined_says_why CHECK (state NOT IN ('declined', 'withdrawn') OR why <> ''),
    CONSTRAINT meeting_topics_supervision_whole CHECK (
        (type IN ('report', 'supervision', 'budget')) = (subject <> '') AND (subject = '') = (measure = '') AND (subject = '') = (unit_id IS NULL))
);

COMMENT ON COLUMN meeting_topics.subject IS 'Of supervision: what it is about and which measure, as in mandate_acts; a live matter must cover it (hard rule 2).';
COMMENT ON COLUMN meeting_topics.party_on IS 'When the street''s Party working committee was told of a major matter beforehand, and what it said.';
COMMENT ON COLUMN meeting_topics.confirmed_post_id IS 'The post of who put the topic through for an agenda.';

CREATE INDEX meeting_topics_newest ON meeting_topics (street_id, created_at DESC, id DESC);
CREATE INDEX meeting_topics_by_id ON meeting_topics (id);

CREATE TRIGGER meeting_topics_confirmed_in_post BEFORE INSERT OR UPDATE ON meeting_topics
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('confirmed_post_id', 'confirmed_on', 'self');
CREATE TRIGGER meeting_topics_confirmed_presiding BEFORE INSERT OR UPDATE ON meeting_topics
    FOR EACH ROW EXECUTE FUNCTION app.only_presiding('confirmed_post_id', 'confirmed_on');

CREATE TABLE meeting_items (
    id              bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id       bigint      NOT NULL,
    meeting_id      bigint      NOT NULL,
    topic_id        bigint      NOT NULL,
    position        integer     NOT NULL,
    reporter        text        NOT NULL DEFAULT '',
    temporary       boolean     NOT NULL DEFAULT false,
    consent_for     integer,
    consent_present integer,
    act_id          bigint,
    outcome         text        NOT NULL DEFAULT '',
    note            text        NOT NULL DEFAULT '',
    concluded_at    timestamptz,
    PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_items_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_items_topic FOREIGN KEY (street_id, topic_id) REFERENCES meeting_topics (street_id, id),
    CONSTRAINT meeting_items_act FOREIGN KEY (street_id, act_id) REFERENCES mandate_acts (street_id, id),
    CONSTRAINT meeting_items_once UNIQUE (street_id, meeting_id, topic_id),
    CONSTRAINT meeting_items_of_meeting UNIQUE (street_id, meeting_id, id),
    CONSTRAINT meeting_items_consent CHECK (
        temporary = (consent_for IS NOT NULL) AND temporary = (consent_present IS NOT NULL)
        AND (consent_for IS NULL OR consent_for <= consent_present AND consent_for >= app.more_than(consent_present, 1, 2))),
    CONSTRAINT meeting_items_outcome_known CHECK (outcome IN ('', 'passed', 'rejected', 'heard', 'postponed', 'withdrawn')),
    CONSTRAINT meeting_items_concluded CHECK ((outcome = '') = (concluded_at IS NULL)),
    CONSTRAINT meeting_items_texts_short CHECK (length(reporter) <= 50 AND length(note) <= 4000)
);

COMMENT ON TABLE meeting_items IS 'The agenda: which topics a meeting takes up, and what came of each.';
COMMENT ON COLUMN meeting_items.temporary IS 'Put on the agenda during the meeting, with the consent of more than half of those present (default).';
COMMENT ON COLUMN meeting_items.act_id IS 'The act of supervision that the item is, covered by a live matter of an authorisation.';

CREATE INDEX meeting_items_of_topic ON meeting_items (street_id, topic_id);

CREATE TABLE meeting_votes (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    meeting_id    bigint      NOT NULL,
    item_id       bigint      NOT NULL,
    way           text        NOT NULL,
    question      text        NOT NULL,
    state         text        NOT NULL,
    opened_at     timestamptz NOT NULL,
    closed_at     timestamptz,
    due           integer     NOT NULL DEFAULT 0,
    present       integer     NOT NULL DEFAULT 0,
    recused       integer     NOT NULL DEFAULT 0,
    quorum        integer     NOT NULL DEFAULT 0,
    needed        integer     NOT NULL DEFAULT 0,
    for_count     integer     NOT NULL DEFAULT 0,
    against_count integer     NOT NULL DEFAULT 0,
    abstain_count integer     NOT NULL DEFAULT 0,
    passed        boolean,
    PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_votes_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items (street_id, meeting_id, id),
    CONSTRAINT meeting_votes_way_known CHECK (way IN ('hands', 'named', 'anonymous')),
    CONSTRAINT meeting_votes_question_filled CHECK (question <> '' AND length(question) <= 200),
    CONSTRAINT meeting_votes_state_known CHECK (state IN ('open', 'closed', 'void')),
    CONSTRAINT meeting_votes_closed CHECK ((state = 'open') = (closed_at IS NULL) AND (state = 'closed') = (passed IS NOT NULL)),
    CONSTRAINT meeting_votes_not_below_zero CHECK (for_count >= 0 AND against_count >= 0 AND abstain_count >= 0),
    CONSTRAINT meeting_votes_no_more_than_present CHECK (for_count + against_count + abstain_count <= present - recused),
    CONSTRAINT meeting_votes_quorum CHECK (state = 'void' OR present >= quorum),
    CONSTRAINT meeting_votes_follow_counts CHECK (passed IS NULL OR passed = (for_count >= needed))
);

COMMENT ON COLUMN meeting_votes.way IS 'hands: counted in the room; named: a row a member in meeting_voices; anonymous: a poll.';
COMMENT ON COLUMN meeting_votes.due IS 'This and the four that follow are computed by trigger from the list and the meeting''s rules at that moment.';
COMMENT ON COLUMN meeting_votes.recused IS 'Present, but not voting on this topic (回避); they stay in every base.';

CREATE UNIQUE INDEX meeting_votes_one_an_item ON meeting_votes (street_id, item_id) WHERE state <> 'void';
CREATE UNIQUE INDEX meeting_votes_one_open ON meeting_votes (street_id, meeting_id) WHERE state = 'open';
CREATE INDEX meeting_votes_by_id ON meeting_votes (id);

CREATE TABLE meeting_voices (
    street_id     bigint      NOT NULL,
    vote_id       bigint      NOT NULL,
    attendance_id bigint      NOT NULL,
    choice        text        NOT NULL,
    how           text        NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (street_id, vote_id, attendance_id),
    CONSTRAINT meeting_voices_vote FOREIGN KEY (street_id, vote_id) REFERENCES meeting_votes (street_id, id),
    CONSTRAINT meeting_voices_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances (street_id, id),
    CONSTRAINT meeting_voices_choice_known CHECK (choice IN ('for', 'against', 'abstain')),
    CONSTRAINT meeting_voices_how_known CHECK (how IN ('self', 'hand'))
);
COMMENT ON TABLE meeting_voices IS 'Named votes: the primary key says that nobody votes twice. Until the vote closes one''s own may be changed.';

CREATE TABLE meeting_recusals (
    street_id     bigint NOT NULL,
    meeting_id    bigint NOT NULL,
    item_id       bigint NOT NULL,
    attendance_id bigint NOT NULL,
    why           text   NOT NULL,
    PRIMARY KEY (street_id, item_id, attendance_id),
    CONSTRAINT meeting_recusals_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items (street_id, meeting_id, id),
    CONSTRAINT meeting_recusals_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances (street_id, id),
    CONSTRAINT meeting_recusals_why_filled CHECK (why <> '' AND length(why) <= 200)
);

CREATE TABLE meeting_remotes (
    street_id     bigint NOT NULL,
    meeting_id    bigint NOT NULL,
    attendance_id bigint NOT NULL,
    how           text   NOT NULL,
    PRIMARY KEY (street_id, meeting_id, attendance_id),
    CONSTRAINT meeting_remotes_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_remotes_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances (street_id, id),
    CONSTRAINT meeting_remotes_how_filled CHECK (how <> '' AND length(how) <= 50)
);
COMMENT ON TABLE meeting_remotes IS 'Who takes part from elsewhere, and by what; they are present, and the papers say so.';

CREATE TABLE meeting_records (
    street_id   bigint      NOT NULL,
    meeting_id  bigint      NOT NULL,
    text        text        NOT NULL,
    writer      text        NOT NULL,
    checker     text        NOT NULL DEFAULT '',
    checked_at  timestamptz,
    PRIMARY KEY (street_id, meeting_id),
    CONSTRAINT meeting_records_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_records_text_short CHECK (text <> '' AND length(text) <= 50000),
    CONSTRAINT meeting_records_checked CHECK ((checked_at IS NULL) = (checker = ''))
);
COMMENT ON TABLE meeting_records IS '会议记录: what was said, word for word; another document than the minutes.';

CREATE TABLE meeting_minutes (
    street_id      bigint NOT NULL,
    meeting_id     bigint NOT NULL,
    title          text   NOT NULL,
    body           text   NOT NULL,
    present        text   NOT NULL,
    absent         text   NOT NULL,
    attending      text   NOT NULL,
    signed_post_id bigint,
    signed_on      date,
    signer         text   NOT NULL DEFAULT '',
    number         text   NOT NULL DEFAULT '',
    issued_on      date,
    PRIMARY KEY (street_id, meeting_id),
    CONSTRAINT meeting_minutes_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_minutes_signed_post FOREIGN KEY (street_id, signed_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT meeting_minutes_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT meeting_minutes_body_filled CHECK (body <> '' AND length(body) <= 20000 AND length(present) <= 20000 AND length(absent) <= 20000 AND length(attending) <= 20000),
    CONSTRAINT meeting_minutes_signed_whole CHECK ((signed_on IS NULL) = (signed_post_id IS NULL) AND (signed_on IS NULL) = (signer = '') AND (number = '' OR signed_on IS NOT NULL)),
    CONSTRAINT meeting_minutes_issued_numbered CHECK (issued_on IS NULL OR number <> '' AND issued_on >= signed_on)
);
COMMENT ON TABLE meeting_minutes IS '会议纪要: what was decided; from its signature on it does not change (hard rule 12).';

CREATE TRIGGER meeting_minutes_only_in_post BEFORE INSERT OR UPDATE ON meeting_minutes
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signed_post_id', 'signed_on', 'self');

CREATE TABLE meeting_tasks (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    meeting_id  bigint      NOT NULL,
    item_id     bigint      NOT NULL,
    text        text        NOT NULL,
    owner       text        NOT NULL,
    co_owner    text        NOT NULL DEFAULT '',
    due_on      date        NOT NULL,
    state       text        NOT NULL DEFAULT 'waiting',
    progress    text        NOT NULL DEFAULT '',
    done_on     date,
    replaced_by bigint,
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_tasks_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items (street_id, meeting_id, id),
    CONSTRAINT meeting_tasks_replaced_by FOREIGN KEY (street_id, replaced_by) REFERENCES meeting_tasks (street_id, id),
    CONSTRAINT meeting_tasks_text_filled CHECK (text <> '' AND length(text) <= 500 AND length(progress) <= 1000),
    CONSTRAINT meeting_tasks_owner_filled CHECK (owner <> '' AND length(owner) <= 50 AND length(co_owner) <= 100),
    CONSTRAINT meeting_tasks_state_known CHECK (state IN ('waiting', 'doing', 'done', 'adjusted')),
    CONSTRAINT meeting_tasks_done CHECK ((state = 'done') = (done_on IS NOT NULL) AND (state <> 'done' OR progress <> '')),
    CONSTRAINT meeting_tasks_adjusted_by_decision CHECK ((state = 'adjusted') = (replaced_by IS NOT NULL))
);
COMMENT ON TABLE meeting_tasks IS '议定事项: what follows from an item that was passed. Overdue is computed: not done, and due_on is past.';
COMMENT ON COLUMN meeting_tasks.replaced_by IS 'The task of a later meeting that decided anew (调整).';

CREATE INDEX meeting_tasks_open ON meeting_tasks (street_id, due_on, id) WHERE state IN ('waiting', 'doing');
CREATE INDEX meeting_tasks_by_due ON meeting_tasks (street_id, due_on DESC, id DESC);
CREATE INDEX meeting_tasks_by_due_anywhere ON meeting_tasks (due_on DESC, id DESC);
CREATE INDEX meeting_tasks_by_id ON meeting_tasks (id);

-- What was still to be done when a meeting began, as it stood then.
CREATE TABLE meeting_carried (
    street_id  bigint NOT NULL,
    meeting_id bigint NOT NULL,
    task_id    bigint NOT NULL,
    state      text   NOT NULL,
    due_on     date   NOT NULL,
    progress   text   NOT NULL,
    PRIMARY KEY (street_id, meeting_id, task_id),
    CONSTRAINT meeting_carried_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_carried_task FOREIGN KEY (street_id, task_id) REFERENCES meeting_tasks (street_id, id),
    CONSTRAINT meeting_carried_open CHECK (state IN ('waiting', 'doing'))
);

CREATE TABLE meeting_opinions (
    street_id  bigint NOT NULL,
    meeting_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    PRIMARY KEY (street_id, meeting_id, opinion_id),
    CONSTRAINT meeting_opinions_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings (street_id, id),
    CONSTRAINT meeting_opinions_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id)
);
COMMENT ON TABLE meeting_opinions IS 'Opinions that were raised in a meeting of voter representatives.';

CREATE FUNCTION app.keeps_meetings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('director', 'deputy_director', 'staff', 'operator');
END $$;

CREATE FUNCTION app.reads_meetings() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('director', 'deputy_director', 'member', 'staff', 'operator', 'counter', 'clerk');
END $$;

CREATE FUNCTION app.of_city() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance');
END $$;

-- Who belongs to a meeting of a kind on a day, each human once: everybody in post in
-- the committee, or every voter representative in office.
CREATE FUNCTION app.meeting_members(street bigint, kind text, on_day date) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF kind = 'directors' THEN
        RETURN QUERY
            SELECT DISTINCT coalesce(h.merged_into, h.id)
            FROM posts p
            JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
            WHERE p.street_id = street AND p.since <= on_day AND (p.until_on IS NULL OR on_day < p.until_on);
    ELSE
        RETURN QUERY
            SELECT DISTINCT coalesce(h.merged_into, h.id)
            FROM voter_representatives v
            JOIN people h ON h.street_id = v.street_id AND h.id = v.person_id
            WHERE v.street_id = street AND v.since <= on_day AND v.until_on >= on_day AND (v.ended_on IS NULL OR on_day < v.ended_on);
    END IF;
END $$;

-- Those due by the list, each human once.
CREATE FUNCTION app.meeting_listed(street bigint, gathering bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT coalesce(h.merged_into, h.id)
        FROM attendances a
        JOIN people h ON h.street_id = a.person_street_id AND h.id = a.person_id
        WHERE a.street_id = street AND a.gathering_id = gathering AND a.due;
END $$;

-- How many the list of a meeting has too many or too few: 0 where those due are
-- exactly the members of that day.
CREATE FUNCTION app.meeting_gap(street bigint, kind text, gathering bigint, on_day date) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*)
            FROM app.meeting_members(street, kind, on_day) AS m (id)
            FULL JOIN app.meeting_listed(street, gathering) AS l (id) ON l.id = m.id
            WHERE m.id IS NULL OR l.id IS NULL);
END $$;

-- How many are due and how many of them are there at that moment. People that are
-- one human count once (app.own_people, people.merged_into).
CREATE FUNCTION app.meeting_present(street bigint, gathering bigint, at timestamptz, OUT due bigint, OUT present bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    SELECT count(DISTINCT coalesce(h.merged_into, h.id)),
           count(DISTINCT coalesce(h.merged_into, h.id)) FILTER (WHERE a.arrived_at <= at AND coalesce(a.left_at > at, true))
    INTO due, present
    FROM attendances a
    JOIN people h ON h.street_id = a.person_street_id AND h.id = a.person_id
    WHERE a.street_id = street AND a.gathering_id = gathering AND a.due AND street = ANY (app.streets());
END $$;

-- The same for who looks at a meeting now; before the notice, who would be due.
CREATE FUNCTION app.meeting_now(meeting bigint, OUT due bigint, OUT present bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    m meetings;
BEGIN
    SELECT * INTO m FROM meetings x WHERE x.id = meeting AND x.street_id = ANY (app.streets());
    SELECT p.due, p.present INTO due, present FROM app.meeting_present(m.street_id, m.gathering_id, 'infinity') AS p;
    IF m.called_on IS NULL THEN
        due := (SELECT count(*) FROM app.meeting_members(m.street_id, m.kind, m.held_on));
    END IF;
END $$;

-- How many have voted in the vote that is open; who and how is nobody's to know.
CREATE FUNCTION app.meeting_voted(meeting bigint) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*)
            FROM meeting_votes v
            JOIN meeting_voices c ON c.street_id = v.street_id AND c.vote_id = v.id
            WHERE v.meeting_id = meeting AND v.state = 'open' AND v.street_id = ANY (app.streets()));
END $$;

REVOKE EXECUTE ON FUNCTION app.meeting_now(bigint) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION app.meeting_voted(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.meeting_now(bigint) TO portal_app;
GRANT EXECUTE ON FUNCTION app.meeting_voted(bigint) TO portal_app;
REVOKE EXECUTE ON FUNCTION app.meeting_members(bigint, text, date) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION app.meeting_listed(bigint, bigint) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION app.meeting_gap(bigint, text, bigint, date) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION app.meeting_present(bigint, bigint, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.meeting_present(bigint, bigint, timestamptz) TO portal_app;

-- Nobody is due in a meeting but its members: a guest never enters a base.
CREATE FUNCTION app.guard_meeting_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    of_kind constant text := (SELECT m.kind FROM gatherings g JOIN meetings m ON m.street_id = g.street_id AND m.id = g.record_id
                              WHERE g.street_id = NEW.street_id AND g.id = NEW.gathering_id AND g.kind = 'meeting');
    who     constant bigint := (SELECT coalesce(h.merged_into, h.id) FROM people h WHERE h.street_id = NEW.person_street_id AND h.id = NEW.person_id);
BEGIN
    IF of_kind IS NOT NULL
       AND (NEW.person_street_id <> NEW.street_id OR NOT EXISTS (SELECT FROM app.meeting_members(NEW.street_id, of_kind, NEW.held_on) AS m (id) WHERE m.id = who)) THEN
        RAISE EXCEPTION 'only members of the meeting are due' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_due_are_members', TABLE = 'attendances';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attendances_of_meetings BEFORE INSERT ON attendances FOR EACH ROW WHEN (NEW.due) EXECUTE FUNCTION app.guard_meeting_list();

-- Whether every topic of supervision on the agenda is an act that a live matter covers
-- on the day of the meeting (hard rule 2).
CREATE FUNCTION app.meeting_covered(street bigint, meeting bigint, on_day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM meeting_items i
        JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
        WHERE i.street_id = street AND i.meeting_id = meeting AND t.subject <> '' AND i.outcome = ''
          AND NOT EXISTS (SELECT FROM mandate_acts a
                          WHERE a.street_id = i.street_id AND a.id = i.act_id AND a.kind = 'meeting' AND a.subject_id = meeting AND a.act_on = on_day
                            AND a.subject = t.subject AND a.measure = t.measure AND a.unit_id = t.unit_id AND a.cancelled_on IS NULL));
END $$;
REVOKE EXECUTE ON FUNCTION app.meeting_covered(bigint, bigint, date) FROM PUBLIC;

-- What must never happen to a meeting, whoever writes. The operator's shell enters
-- meetings of the past as they ended.
CREATE FUNCTION app.guard_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    free   constant text[] := '{version,modified_at,gathering_id}';
    g      gatherings;
    listed bigint;
    there  bigint;
    quorum bigint;
    broken text;
BEGIN
    IF NEW.chair_post_id IS NOT NULL
       AND (TG_OP = 'INSERT' OR (NEW.chair_post_id, NEW.held_on, NEW.chair_rule) IS DISTINCT FROM (OLD.chair_post_id, OLD.held_on, OLD.chair_rule))
       AND NOT (CASE WHEN NEW.chair_rule = 'post'
               THEN EXISTS (SELECT FROM posts x WHERE x.street_id = NEW.street_id AND x.id = NEW.chair_post_id
                            AND x.since <= NEW.held_on AND (x.until_on IS NULL OR NEW.held_on < x.until_on))
               ELSE app.may_preside(NEW.street_id, NEW.chair_post_id, NEW.held_on) END) THEN
        RAISE EXCEPTION 'post % does not preside on %', NEW.chair_post_id, NEW.held_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_presiding', TABLE = TG_TABLE_NAME;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' AND app.role() <> 'operator' THEN
            RAISE EXCEPTION 'a meeting begins as a plan' USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_begin_as_plan';
        END IF;
        RETURN NEW;
    END IF;
    IF app.role() = 'operator' AND OLD.gathering_id IS NULL THEN
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state THEN
        g := app.held_gathering(NEW.street_id, NEW.gathering_id);
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state = 'open' OR NEW.state IN ('talk', 'failed')) THEN
        SELECT n.due, n.present INTO listed, there FROM app.meeting_present(NEW.street_id, NEW.gathering_id, coalesce(NEW.began_at, NEW.modified_at)) AS n;
        IF OLD.state = 'sitting' THEN
            SELECT n.due, n.present INTO listed, there FROM app.meeting_present(NEW.street_id, NEW.gathering_id, NEW.modified_at) AS n;
        END IF;
        quorum := app.more_than(listed, NEW.quorum_num, NEW.quorum_den);
    END IF;
    broken := CASE
        WHEN (NEW.kind, NEW.key, NEW.cloned_from, NEW.creator) IS DISTINCT FROM (OLD.kind, OLD.key, OLD.cloned_from, OLD.creator)
             OR OLD.gathering_id IS NOT NULL AND NEW.gathering_id <> OLD.gathering_id THEN 'meetings_stay_what_they_are'
        WHEN OLD.state IN ('archived', 'failed', 'cancelled') AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'meetings_over'
        WHEN NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'sitting'), ('open', 'talk'), ('open', 'failed'),
            ('sitting', 'talk'), ('sitting', 'ended'), ('talk', 'ended'), ('ended', 'recorded'), ('recorded', 'drafting'), ('drafting', 'signed'),
            ('signed', 'issued'), ('issued', 'archived')) THEN 'meetings_forward'
        WHEN OLD.called_on IS NOT NULL
             AND (NEW.called_on, NEW.notice_days, NEW.quorum_num, NEW.quorum_den, NEW.pass_base, NEW.pass_num, NEW.pass_den, NEW.chair_rule)
                 IS DISTINCT FROM (OLD.called_on, OLD.notice_days, OLD.quorum_num, OLD.quorum_den, OLD.pass_base, OLD.pass_num, OLD.pass_den, OLD.chair_rule)
            THEN 'meetings_rules_fixed'
        WHEN OLD.state NOT IN ('planned', 'called') AND NEW.held_on <> OLD.held_on THEN 'meetings_stay_what_they_are'
        WHEN OLD.state NOT IN ('planned', 'called', 'open') AND (NEW.chair_post_id, NEW.began_at, NEW.agenda_for, NEW.agenda_present)
             IS DISTINCT FROM (OLD.chair_post_id, OLD.began_at, OLD.agenda_for, OLD.agenda_present) THEN 'meetings_stay_what_they_are'
        WHEN OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.talk, NEW.outcome_why) IS DISTINCT FROM (OLD.ended_at, OLD.talk, OLD.outcome_why) THEN 'meetings_stay_what_they_are'
        WHEN NEW.state = OLD.state THEN NULL
        WHEN g.state <> CASE WHEN NEW.state IN ('planned', 'called', 'cancelled', 'open') THEN NEW.state WHEN NEW.state IN ('sitting', 'talk') THEN 'open' ELSE 'closed' END
            THEN 'meetings_with_gathering'
        WHEN NEW.state = 'called' AND app.meeting_gap(NEW.street_id, NEW.kind, NEW.gathering_id, NEW.held_on) <> 0 THEN 'meetings_list_whole'
        WHEN NEW.state = 'called' AND NEW.held_on - NEW.called_on < NEW.notice_days AND NEW.urgent_why = '' THEN 'meetings_noticed_in_time'
        WHEN NEW.state = 'called' AND NOT EXISTS (SELECT FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.meeting_id = NEW.id) THEN 'meetings_have_an_agenda'
        WHEN NEW.state IN ('called', 'open', 'sitting') AND NOT app.meeting_covered(NEW.street_id, NEW.id, NEW.held_on) THEN 'meetings_need_mandate'
        WHEN NEW.state = 'sitting' AND app.meeting_gap(NEW.street_id, NEW.kind, NEW.gathering_id, NEW.held_on) <> 0 THEN 'meetings_list_whole'
        WHEN NEW.state = 'sitting' AND there < quorum THEN 'meetings_quorum'
        WHEN NEW.state = 'sitting' AND NEW.agenda_present <> there THEN 'meetings_agenda_of_present'
        WHEN NEW.state = 'sitting' AND NOT EXISTS (
            SELECT FROM attendances a
            JOIN people h ON h.street_id = a.person_street_id AND h.id = a.person_id
            JOIN posts x ON x.street_id = NEW.street_id AND x.id = NEW.chair_post_id
            JOIN people c ON c.street_id = x.street_id AND c.id = x.person_id
            WHERE a.street_id = NEW.street_id AND a.gathering_id = NEW.gathering_id AND a.arrived_at IS NOT NULL AND a.left_at IS NULL
              AND coalesce(h.merged_into, h.id) = coalesce(c.merged_into, c.id)) THEN 'meetings_chair_is_there'
        WHEN NEW.state IN ('talk', 'failed') AND there >= quorum THEN 'meetings_have_quorum'
        WHEN NEW.state = 'talk' AND NOT NEW.talk THEN 'meetings_forward'
        WHEN NEW.state IN ('talk', 'ended') AND EXISTS (SELECT FROM meeting_votes v WHERE v.street_id = NEW.street_id AND v.meeting_id = NEW.id AND v.state = 'open')
            THEN 'meetings_vote_is_open'
        WHEN NEW.state = 'ended' AND EXISTS (SELECT FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.meeting_id = NEW.id AND i.outcome = '')
            THEN 'meetings_items_concluded'
        WHEN NEW.state = 'recorded' AND NOT EXISTS (SELECT FROM meeting_records r WHERE r.street_id = NEW.street_id AND r.meeting_id = NEW.id AND r.checked_at IS NOT NULL)
            THEN 'meetings_record_checked'
        WHEN NEW.state = 'drafting' AND NOT EXISTS (SELECT FROM meeting_minutes r WHERE r.street_id = NEW.street_id AND r.meeting_id = NEW.id) THEN 'meetings_minutes_drafted'
        WHEN NEW.state = 'signed' AND NOT EXISTS (SELECT FROM meeting_minutes r WHERE r.street_id = NEW.street_id AND r.meeting_id = NEW.id AND r.number <> '')
            THEN 'meetings_minutes_signed'
        WHEN NEW.state = 'issued' AND (NOT g.sealed OR NOT EXISTS (SELECT FROM meeting_minutes r WHERE r.street_id = NEW.street_id AND r.meeting_id = NEW.id AND r.issued_on IS NOT NULL))
            THEN 'meetings_minutes_issued'
        WHEN NEW.state = 'archived' AND EXISTS (SELECT FROM meeting_tasks k WHERE k.street_id = NEW.street_id AND k.meeting_id = NEW.id AND k.state IN ('waiting', 'doing'))
            THEN 'meetings_tasks_done'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'meeting %: %', OLD.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_guarded BEFORE INSERT OR UPDATE ON meetings FOR EACH ROW EXECUTE FUNCTION app.guard_meeting();

-- A topic goes its way, and does not change once somebody put it through.
CREATE FUNCTION app.guard_topic() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    broken text;
BEGIN
    broken := CASE
        WHEN TG_OP = 'INSERT' THEN CASE WHEN NEW.state <> 'proposed' AND app.role() <> 'operator' THEN 'meeting_topics_forward' END
        WHEN (NEW.kind, NEW.key, NEW.created_by, NEW.creator) IS DISTINCT FROM (OLD.kind, OLD.key, OLD.created_by, OLD.creator) THEN 'meeting_topics_stay'
        WHEN OLD.state NOT IN ('proposed', 'compiled')
             AND (NEW.type, NEW.title, NEW.content, NEW.proposer, NEW.subject, NEW.measure, NEW.unit_id)
                 IS DISTINCT FROM (OLD.type, OLD.title, OLD.content, OLD.proposer, OLD.subject, OLD.measure, OLD.unit_id) THEN 'meeting_topics_stay'
        WHEN NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
            ('proposed', 'compiled'), ('proposed', 'declined'), ('proposed', 'withdrawn'), ('compiled', 'confirmed'), ('compiled', 'declined'), ('compiled', 'withdrawn'),
            ('confirmed', 'scheduled'), ('confirmed', 'withdrawn'), ('postponed', 'scheduled'), ('postponed', 'withdrawn'), ('proposed', 'scheduled'), ('compiled', 'scheduled'),
            ('scheduled', 'confirmed'), ('scheduled', 'considered'), ('scheduled', 'postponed'), ('scheduled', 'withdrawn'), ('considered', 'compiled')) THEN 'meeting_topics_forward'
        WHEN NEW.state = 'confirmed' AND OLD.state = 'compiled' AND NEW.confirmed_on IS NULL THEN 'meeting_topics_confirmed_by_director'
        WHEN NEW.state = 'scheduled' AND OLD.state IN ('proposed', 'compiled')
             AND NOT EXISTS (SELECT FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.topic_id = NEW.id AND i.temporary AND i.outcome = '')
            THEN 'meeting_topics_confirmed_by_director'
        WHEN NEW.state = 'considered' AND NOT EXISTS (
            SELECT FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.topic_id = NEW.id AND i.outcome IN ('passed', 'rejected', 'heard')) THEN 'meeting_topics_considered'
        WHEN NEW.state = 'compiled' AND OLD.state = 'considered' AND NOT EXISTS (
            SELECT FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.topic_id = NEW.id AND i.outcome = 'rejected'
              AND i.id = (SELECT max(y.id) FROM meeting_items y WHERE y.street_id = i.street_id AND y.topic_id = i.topic_id)) THEN 'meeting_topics_retabled'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'topic: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_topics_guarded BEFORE INSERT OR UPDATE ON meeting_topics FOR EACH ROW EXECUTE FUNCTION app.guard_topic();

-- The agenda: made before the notice, added to in the meeting with consent; each item
-- is concluded once, as its vote says.
CREATE FUNCTION app.guard_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it     constant meeting_items := coalesce(NEW, OLD);
    m      meetings;
    t      meeting_topics;
    v      meeting_votes;
    p      record;
    broken text;
BEGIN
    SELECT * INTO m FROM meetings x WHERE x.street_id = it.street_id AND x.id = it.meeting_id;
    SELECT * INTO t FROM meeting_topics x WHERE x.street_id = it.street_id AND x.id = it.topic_id;
    IF TG_OP = 'DELETE' THEN
        broken := CASE WHEN m.state <> 'planned' THEN 'meeting_items_fixed' END;
    ELSIF TG_OP = 'INSERT' AND app.role() = 'operator' AND m.ended_at IS NOT NULL THEN
        broken := CASE WHEN t.kind <> m.kind THEN 'meeting_items_of_kind' END;
    ELSIF TG_OP = 'INSERT' THEN
        SELECT * INTO p FROM app.meeting_present(m.street_id, m.gathering_id, m.modified_at);
        broken := CASE
            WHEN t.kind <> m.kind THEN 'meeting_items_of_kind'
            WHEN NEW.outcome <> '' OR NOT (m.state = 'planned' AND NOT NEW.temporary OR m.state = 'sitting' AND NEW.temporary) THEN 'meeting_items_fixed'
            WHEN NOT NEW.temporary AND t.state NOT IN ('confirmed', 'postponed') THEN 'meeting_topics_confirmed_by_director'
            WHEN NEW.temporary AND t.state NOT IN ('proposed', 'compiled', 'confirmed', 'postponed') THEN 'meeting_topics_confirmed_by_director'
            WHEN NEW.temporary AND NEW.consent_present <> p.present THEN 'meeting_items_consent'
            WHEN NEW.temporary AND p.present < app.more_than(p.due, m.quorum_num, m.quorum_den) THEN 'meeting_votes_quorum'
            END;
    ELSE
        SELECT * INTO v FROM meeting_votes x WHERE x.street_id = it.street_id AND x.item_id = it.id AND x.state <> 'void';
        broken := CASE
            WHEN (NEW.meeting_id, NEW.topic_id, NEW.temporary, NEW.consent_for, NEW.consent_present)
                 IS DISTINCT FROM (OLD.meeting_id, OLD.topic_id, OLD.temporary, OLD.consent_for, OLD.consent_present) THEN 'meeting_items_fixed'
            WHEN OLD.outcome <> '' THEN 'meeting_items_concluded_once'
            WHEN m.state NOT IN ('planned', 'called', 'sitting', 'talk') AND NEW.act_id IS NOT DISTINCT FROM OLD.act_id THEN 'meeting_items_fixed'
            WHEN (NEW.position, NEW.reporter) IS DISTINCT FROM (OLD.position, OLD.reporter) AND m.state NOT IN ('planned', 'called') THEN 'meeting_items_fixed'
            WHEN NEW.outcome = '' THEN NULL
            WHEN v.state = 'open' THEN 'meetings_vote_is_open'
            WHEN m.state = 'talk' AND NEW.outcome NOT IN ('heard', 'postponed', 'withdrawn') OR m.state NOT IN ('sitting', 'talk') THEN 'meeting_items_decided_in_session'
            WHEN NEW.outcome = 'passed' AND v.passed IS DISTINCT FROM true OR NEW.outcome = 'rejected' AND v.passed IS DISTINCT FROM false
                 OR NEW.outcome NOT IN ('passed', 'rejected') AND v.id IS NOT NULL THEN 'meeting_items_follow_the_vote'
            WHEN t.subject <> '' AND NEW.outcome IN ('passed', 'rejected', 'heard')
                 AND NOT EXISTS (SELECT FROM mandate_acts a WHERE a.street_id = it.street_id AND a.id = it.act_id AND a.completed_on IS NOT NULL AND a.cancelled_on IS NULL)
                THEN 'meetings_need_mandate'
            END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'item of meeting %: %', it.meeting_id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN it;
END $$;
CREATE TRIGGER meeting_items_guarded BEFORE INSERT OR UPDATE OR DELETE ON meeting_items FOR EACH ROW EXECUTE FUNCTION app.guard_item();

-- A vote: who is due and present, the quorum and what is needed are computed here and
-- nowhere else; the result follows from the counts; a closed vote stays.
CREATE FUNCTION app.guard_vote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    m        meetings;
    i        meeting_items;
    p        record;
    at       constant timestamptz := coalesce(NEW.closed_at, NEW.opened_at);
    of_past  boolean;
    broken   text;
BEGIN
    SELECT * INTO m FROM meetings x WHERE x.street_id = NEW.street_id AND x.id = NEW.meeting_id FOR SHARE;
    SELECT * INTO i FROM meeting_items x WHERE x.street_id = NEW.street_id AND x.id = NEW.item_id;
    of_past := app.role() = 'operator' AND m.ended_at IS NOT NULL AND TG_OP = 'INSERT';
    broken := CASE
        WHEN TG_OP = 'UPDATE' AND OLD.state <> 'open' THEN 'meeting_votes_final'
        WHEN TG_OP = 'UPDATE' AND (NEW.meeting_id, NEW.item_id, NEW.way, NEW.question, NEW.opened_at) IS DISTINCT FROM (OLD.meeting_id, OLD.item_id, OLD.way, OLD.question, OLD.opened_at)
            THEN 'meeting_votes_final'
        WHEN TG_OP = 'INSERT' AND NEW.way <> 'hands' AND NEW.state <> 'open' AND NOT of_past OR TG_OP = 'INSERT' AND NEW.way = 'hands' AND NEW.state <> 'closed' THEN 'meeting_votes_by_way'
        WHEN NEW.way = 'anonymous' THEN 'meeting_votes_by_way'
        WHEN m.state <> 'sitting' AND NOT of_past THEN 'meeting_votes_in_session'
        WHEN TG_OP = 'INSERT' AND i.outcome <> '' AND NOT of_past THEN 'meeting_items_concluded_once'
        END;
    IF broken IS NULL AND NEW.state <> 'void' THEN
        SELECT * INTO p FROM app.meeting_present(NEW.street_id, m.gathering_id, at);
        NEW.due := p.due;
        NEW.present := p.present;
        NEW.quorum := app.more_than(p.due, m.quorum_num, m.quorum_den);
        NEW.needed := app.more_than(CASE m.pass_base WHEN 'all' THEN p.due ELSE p.present END, m.pass_num, m.pass_den);
        NEW.recused := (SELECT count(*) FROM meeting_recusals r JOIN attendances a ON a.street_id = r.street_id AND a.id = r.attendance_id
                        WHERE r.street_id = NEW.street_id AND r.item_id = NEW.item_id AND a.arrived_at <= at AND (a.left_at IS NULL OR a.left_at > at));
        IF NEW.way = 'named' AND NOT of_past THEN
            SELECT count(*) FILTER (WHERE x.choice = 'for'), count(*) FILTER (WHERE x.choice = 'against'), count(*) FILTER (WHERE x.choice = 'abstain')
            INTO NEW.for_count, NEW.against_count, NEW.abstain_count
            FROM meeting_voices x
            WHERE x.street_id = NEW.street_id AND x.vote_id = NEW.id AND NEW.state = 'closed';
        ELSIF NEW.state = 'open' THEN
            NEW.for_count := 0;
            NEW.against_count := 0;
            NEW.abstain_count := 0;
        END IF;
        NEW.passed := CASE WHEN NEW.state = 'closed' THEN NEW.for_count >= NEW.needed END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'vote: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_votes_guarded BEFORE INSERT OR UPDATE ON meeting_votes FOR EACH ROW EXECUTE FUNCTION app.guard_vote();

-- A voice counts while the vote is open, of somebody who is due, there, and not
-- recused; by themselves, or entered by the office at a roll call. Closing holds the
-- vote exclusively, a voice shared: it comes wholly before or is refused.
CREATE FUNCTION app.guard_voice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    v      meeting_votes;
    a      attendances;
    broken text;
BEGIN
    SELECT * INTO v FROM meeting_votes x WHERE x.street_id = NEW.street_id AND x.id = NEW.vote_id FOR SHARE;
    SELECT * INTO a FROM attendances x WHERE x.street_id = NEW.street_id AND x.id = NEW.attendance_id;
    broken := CASE
        WHEN TG_OP = 'UPDATE' AND (NEW.vote_id, NEW.attendance_id) IS DISTINCT FROM (OLD.vote_id, OLD.attendance_id) THEN 'meeting_voices_final'
        WHEN v.way IS DISTINCT FROM 'named' OR v.state <> 'open' THEN 'meeting_voices_over'
        WHEN NOT a.due OR a.gathering_id <> (SELECT m.gathering_id FROM meetings m WHERE m.street_id = v.street_id AND m.id = v.meeting_id) THEN 'meeting_voices_of_members'
        WHEN a.arrived_at IS NULL OR a.left_at IS NOT NULL THEN 'meeting_voices_of_present'
        WHEN EXISTS (SELECT FROM meeting_recusals r WHERE r.street_id = v.street_id AND r.item_id = v.item_id AND r.attendance_id = a.id) THEN 'meeting_voices_recused'
        WHEN NEW.how = 'hand' AND app.role() NOT IN ('staff', 'operator')
             OR NEW.how = 'self' AND NOT (a.person_street_id = app.street() AND a.person_id = ANY (app.own_people())) AND app.role() <> 'operator' THEN 'meeting_voices_own'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'voice: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_voices_guarded BEFORE INSERT OR UPDATE ON meeting_voices FOR EACH ROW EXECUTE FUNCTION app.guard_voice();

-- Who is recused is due, and says so before the vote.
CREATE FUNCTION app.guard_recusal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM meeting_votes v WHERE v.street_id = NEW.street_id AND v.item_id = NEW.item_id AND v.state <> 'void') AND app.role() <> 'operator'
       OR NOT EXISTS (SELECT FROM attendances a JOIN meetings m ON m.street_id = a.street_id AND m.gathering_id = a.gathering_id
                      WHERE a.street_id = NEW.street_id AND a.id = NEW.attendance_id AND m.id = NEW.meeting_id AND a.due) THEN
        RAISE EXCEPTION 'recused before the vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_recusals_before_vote', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_recusals_guarded BEFORE INSERT ON meeting_recusals FOR EACH ROW EXECUTE FUNCTION app.guard_recusal();

CREATE FUNCTION app.guard_remote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM attendances a JOIN meetings m ON m.street_id = a.street_id AND m.gathering_id = a.gathering_id
                   WHERE a.street_id = NEW.street_id AND a.id = NEW.attendance_id AND m.id = NEW.meeting_id
                     AND (m.state IN ('called', 'open', 'sitting', 'talk') OR app.role() = 'operator')) THEN
        RAISE EXCEPTION 'not on the list of this meeting' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_remotes_listed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_remotes_guarded BEFORE INSERT ON meeting_remotes FOR EACH ROW EXECUTE FUNCTION app.guard_remote();

-- The record is written until it is checked.
CREATE FUNCTION app.guard_meeting_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    now_in constant text := (SELECT m.state FROM meetings m WHERE m.street_id = NEW.street_id AND m.id = NEW.meeting_id);
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.checked_at IS NOT NULL
       OR now_in NOT IN ('open', 'sitting', 'talk', 'ended') AND NOT (app.role() = 'operator' AND TG_OP = 'INSERT')
       OR NEW.checked_at IS NOT NULL AND now_in <> 'ended' AND app.role() <> 'operator' THEN
        RAISE EXCEPTION 'the record of meeting % stays', NEW.meeting_id USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_records_final', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_records_guarded BEFORE INSERT OR UPDATE ON meeting_records FOR EACH ROW EXECUTE FUNCTION app.guard_meeting_record();

-- Minutes are edited while they are drafted; signed by the director, or by whom the
-- director delegated signing to; then they stay, but that they are issued, once.
CREATE FUNCTION app.guard_minutes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    now_in constant text := (SELECT m.state FROM meetings m WHERE m.street_id = NEW.street_id AND m.id = NEW.meeting_id);
    broken text;
BEGIN
    broken := CASE
        WHEN NEW.signed_on IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.signed_on IS NULL) AND NOT app.holds_power(NEW.street_id, NEW.signed_post_id, 'sign', NEW.signed_on)
            THEN 'meeting_minutes_signed_by_director'
        WHEN TG_OP = 'INSERT' THEN CASE WHEN app.role() <> 'operator' AND (NEW.signed_on IS NOT NULL OR now_in <> 'recorded') THEN 'meeting_minutes_fixed' END
        WHEN OLD.issued_on IS NOT NULL THEN 'meeting_minutes_fixed'
        WHEN OLD.signed_on IS NOT NULL
             AND to_jsonb(NEW) - '{issued_on,number}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{issued_on,number}'::text[] THEN 'meeting_minutes_fixed'
        WHEN OLD.number <> '' AND NEW.number <> OLD.number THEN 'meeting_minutes_fixed'
        WHEN OLD.signed_on IS NULL AND now_in <> 'drafting' THEN 'meeting_minutes_fixed'
        WHEN NEW.issued_on IS NOT NULL AND now_in <> 'signed' THEN 'meeting_minutes_fixed'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'minutes of meeting %: %', NEW.meeting_id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_minutes_guarded BEFORE INSERT OR UPDATE ON meeting_minutes FOR EACH ROW EXECUTE FUNCTION app.guard_minutes();

-- What is to be done follows from what was passed; it ends done, or is replaced by
-- what a later meeting passed.
CREATE FUNCTION app.guard_task() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    m      meetings;
    broken text;
BEGIN
    SELECT * INTO m FROM meetings x WHERE x.street_id = NEW.street_id AND x.id = NEW.meeting_id;
    broken := CASE
        WHEN TG_OP = 'INSERT' THEN CASE
            WHEN (SELECT i.outcome FROM meeting_items i WHERE i.street_id = NEW.street_id AND i.id = NEW.item_id) <> 'passed' THEN 'meeting_tasks_of_passed_items'
            WHEN m.state NOT IN ('sitting', 'ended', 'recorded', 'drafting') AND app.role() <> 'operator' THEN 'meeting_tasks_before_signature'
            WHEN NEW.state <> 'waiting' AND app.role() <> 'operator' OR NEW.due_on < m.held_on THEN 'meeting_tasks_after_meeting' END
        WHEN OLD.state IN ('done', 'adjusted') THEN 'meeting_tasks_final'
        WHEN (NEW.meeting_id, NEW.item_id, NEW.text, NEW.owner, NEW.co_owner, NEW.due_on, NEW.created_at)
             IS DISTINCT FROM (OLD.meeting_id, OLD.item_id, OLD.text, OLD.owner, OLD.co_owner, OLD.due_on, OLD.created_at) THEN 'meeting_tasks_stay'
        WHEN NEW.state = 'adjusted' AND NOT EXISTS (SELECT FROM meeting_tasks k JOIN meetings x ON x.street_id = k.street_id AND x.id = k.meeting_id
                                                    WHERE k.street_id = NEW.street_id AND k.id = NEW.replaced_by AND x.kind = m.kind AND k.meeting_id <> NEW.meeting_id AND x.held_on >= m.held_on)
            THEN 'meeting_tasks_adjusted_by_decision'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'task: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meeting_tasks_guarded BEFORE INSERT OR UPDATE ON meeting_tasks FOR EACH ROW EXECUTE FUNCTION app.guard_task();

ALTER TABLE meetings         ENABLE ROW LEVEL SECURITY;
ALTER TABLE meetings         FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_topics   ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_topics   FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_items    ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_items    FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_votes    ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_votes    FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_voices   ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_voices   FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_recusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_recusals FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_remotes  ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_remotes  FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_records  ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_records  FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_minutes  ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_minutes  FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_tasks    ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_tasks    FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_carried  ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_carried  FORCE  ROW LEVEL SECURITY;
ALTER TABLE meeting_opinions ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_opinions FORCE  ROW LEVEL SECURITY;

-- The committee sees its meetings, the city what the notice has gone out of, who is
-- called the same.
CREATE POLICY by_desk ON meetings FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND ((SELECT app.reads_meetings()) OR (SELECT app.of_city()) AND called_on IS NOT NULL));
CREATE POLICY by_called ON meetings FOR SELECT TO portal_app
    USING (called_on IS NOT NULL AND EXISTS (SELECT FROM attendances a WHERE a.street_id = meetings.street_id AND a.gathering_id = meetings.gathering_id));
CREATE POLICY planned_by_keeper ON meetings FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY kept_by_keeper ON meetings FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));

CREATE POLICY by_desk ON meeting_topics FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_meetings()));
CREATE POLICY by_proposer ON meeting_topics FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND created_by = (SELECT app.user_id()));
CREATE POLICY with_meeting ON meeting_topics FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meeting_items i WHERE i.street_id = meeting_topics.street_id AND i.topic_id = meeting_topics.id));
CREATE POLICY proposed ON meeting_topics FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND ((SELECT app.keeps_meetings()) OR (SELECT app.role()) IN ('member', 'deputy', 'group_leader', 'voter_rep') AND created_by = (SELECT app.user_id())));
CREATE POLICY kept_by_keeper ON meeting_topics FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));

CREATE POLICY with_meeting ON meeting_items FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_items.street_id AND m.id = meeting_items.meeting_id));
CREATE POLICY by_keeper ON meeting_items TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY with_meeting ON meeting_votes FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_votes.street_id AND m.id = meeting_votes.meeting_id));
CREATE POLICY by_keeper ON meeting_votes TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY with_vote ON meeting_voices FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meeting_votes v WHERE v.street_id = meeting_voices.street_id AND v.id = meeting_voices.vote_id AND v.state = 'closed')
           OR EXISTS (SELECT FROM attendances a WHERE a.street_id = meeting_voices.street_id AND a.id = meeting_voices.attendance_id
                      AND a.person_id = ANY ((SELECT app.own_people())::bigint[]))
           OR street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY cast_by_member ON meeting_voices FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_member ON meeting_voices FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY with_meeting ON meeting_recusals FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_recusals.street_id AND m.id = meeting_recusals.meeting_id));
CREATE POLICY by_keeper ON meeting_recusals FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY with_meeting ON meeting_remotes FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_remotes.street_id AND m.id = meeting_remotes.meeting_id));
CREATE POLICY by_keeper ON meeting_remotes FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));

-- The word-for-word record stays with the committee; minutes go out when issued.
CREATE POLICY by_desk ON meeting_records FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_meetings()));
CREATE POLICY by_keeper ON meeting_records TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY by_desk ON meeting_minutes FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_meetings()));
CREATE POLICY issued ON meeting_minutes FOR SELECT TO portal_app
    USING (issued_on IS NOT NULL AND EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_minutes.street_id AND m.id = meeting_minutes.meeting_id));
CREATE POLICY by_keeper ON meeting_minutes TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));

CREATE POLICY with_meeting ON meeting_tasks FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_tasks.street_id AND m.id = meeting_tasks.meeting_id));
CREATE POLICY by_keeper ON meeting_tasks TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY with_meeting ON meeting_carried FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_carried.street_id AND m.id = meeting_carried.meeting_id));
CREATE POLICY by_keeper ON meeting_carried FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));
CREATE POLICY with_meeting ON meeting_opinions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM meetings m WHERE m.street_id = meeting_opinions.street_id AND m.id = meeting_opinions.meeting_id));
CREATE POLICY by_keeper ON meeting_opinions FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_meetings()));

-- What runs as the owner: the guards.
CREATE POLICY guarded ON meetings TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_topics FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_items FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_votes TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_voices FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_recusals FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_records FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_minutes FOR SELECT TO portal_owner USING (true);
CREATE POLICY guarded ON meeting_tasks FOR SELECT TO portal_owner USING (true);
CREATE POLICY of_meetings ON voter_representatives FOR SELECT TO portal_owner USING (true);
CREATE POLICY of_meetings ON delegations FOR SELECT TO portal_owner USING (true);
CREATE POLICY of_meetings ON mandate_acts FOR SELECT TO portal_owner USING (true);

CREATE POLICY with_meeting ON files TO portal_app
    USING (owner_kind = 'meeting' AND EXISTS (SELECT FROM meetings m WHERE m.street_id = files.street_id AND m.id = files.owner_id))
    WITH CHECK (owner_kind = 'meeting' AND (SELECT app.keeps_meetings())
                AND EXISTS (SELECT FROM meetings m WHERE m.street_id = files.street_id AND m.id = files.owner_id));

GRANT SELECT, INSERT, UPDATE ON meetings, meeting_topics, meeting_votes, meeting_voices, meeting_records, meeting_minutes, meeting_tasks TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON meeting_items TO portal_app;
GRANT SELECT, INSERT ON meeting_recusals, meeting_remotes, meeting_carried, meeting_opinions TO portal_app;

END;
