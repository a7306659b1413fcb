BEGIN;

-- The 1+5+X (domain.md §3 a). A rule is one row for as long as it lives; its text
-- is in its versions, each of which goes through the whole procedure.
CREATE TABLE institutions (
    id                bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id           bigint      NOT NULL REFERENCES cities (id),
    street_id         bigint      NOT NULL DEFAULT 0,
    in_street         bigint      GENERATED ALWAYS AS (nullif(street_id, 0)) STORED,
    tier              text        NOT NULL,
    core              text        NOT NULL DEFAULT '',
    title             text        NOT NULL,
    replaces_id       bigint,
    adopted_street_id bigint,
    adopted_id        bigint,
    opened            boolean     NOT NULL DEFAULT false,
    published         boolean     NOT NULL DEFAULT false,
    key               text        NOT NULL,
    version           integer     NOT NULL DEFAULT 1,
    created_at        timestamptz NOT NULL DEFAULT now(),
    modified_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (city_id, in_street) REFERENCES streets (city_id, id),
    FOREIGN KEY (street_id, replaces_id) REFERENCES institutions (street_id, id),
    CONSTRAINT institutions_key_once UNIQUE (city_id, street_id, key),
    CONSTRAINT institutions_tier_known CHECK (tier IN ('1', '5', 'X')),
    CONSTRAINT institutions_street_makes_x CHECK ((tier = 'X') = (street_id <> 0)),
    CONSTRAINT institutions_core_known CHECK (core IN ('', 'duties', 'director', 'meeting', 'voters', 'groups')),
    CONSTRAINT institutions_core_of_tier_5 CHECK ((tier = '5') = (core <> '')),
    CONSTRAINT institutions_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT institutions_replaces_another CHECK (replaces_id <> id),
    CONSTRAINT institutions_lineage_whole CHECK ((adopted_street_id IS NULL) = (adopted_id IS NULL))
);

COMMENT ON TABLE institutions IS
'制度文件: the city''s master document (1) and five core rules (5), which have street_id 0, and each street''s own rules (X).';
COMMENT ON COLUMN institutions.in_street IS 'street_id as a foreign key can check it.';
COMMENT ON COLUMN institutions.adopted_id IS 'The published rule of another street whose text this one began with.';
COMMENT ON COLUMN institutions.opened IS 'A version went out for opinions: those who were asked see it.';
COMMENT ON COLUMN institutions.published IS 'A version took effect: everybody reads it.';

CREATE UNIQUE INDEX institutions_core_once ON institutions (city_id, street_id, core) WHERE core <> '';
CREATE INDEX institutions_by_id ON institutions (id);
CREATE INDEX institutions_replaced ON institutions (street_id, replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TABLE institution_versions (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL,
    institution_id bigint      NOT NULL,
    ordinal        integer     NOT NULL,
    state          text        NOT NULL DEFAULT 'draft',
    reason         text        NOT NULL DEFAULT '',
    opened         boolean     NOT NULL DEFAULT false,
    published      boolean     NOT NULL DEFAULT false,
    consulted_on   date,
    consult_until  date,
    passed_on      date,
    doc_number     text        NOT NULL DEFAULT '',
    signed_on      date,
    signer_post_id bigint,
    signer         text        NOT NULL DEFAULT '',
    trial_until    date,
    recorded_on    date,
    effective_on   date,
    ended_on       date,
    ended_how      text        NOT NULL DEFAULT '',
    ended_why      text        NOT NULL DEFAULT '',
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, institution_id) REFERENCES institutions (street_id, id),
    FOREIGN KEY (street_id, signer_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT institution_versions_once UNIQUE (street_id, institution_id, ordinal),
    CONSTRAINT institution_versions_number_once UNIQUE (street_id, id, doc_number),
    CONSTRAINT institution_versions_state_known CHECK (state IN ('draft', 'consulting', 'deliberating', 'revising', 'rejected', 'passed', 'signed',
        'filed', 'accepted', 'returned', 'reworked', 'recorded', 'in_force', 'revised', 'repealed')),
    CONSTRAINT institution_versions_reason_short CHECK (length(reason) <= 500 AND (ordinal = 1 OR reason <> '')),
    CONSTRAINT institution_versions_signed_whole CHECK ((signed_on IS NULL) = (doc_number = '') AND (signed_on IS NULL) = (signer = '')),
    CONSTRAINT institution_versions_signed CHECK (state IN ('draft', 'consulting', 'deliberating', 'revising', 'rejected', 'passed') = (signed_on IS NULL)),
    CONSTRAINT institution_versions_signed_by_post CHECK (signed_on IS NULL OR street_id = 0 OR signer_post_id IS NOT NULL),
    CONSTRAINT institution_versions_passed CHECK (signed_on IS NULL OR passed_on <= signed_on),
    CONSTRAINT institution_versions_recorded CHECK (state NOT IN ('recorded', 'in_force', 'revised', 'repealed') OR street_id = 0 OR recorded_on >= signed_on),
    CONSTRAINT institution_versions_effective CHECK ((state IN ('in_force', 'revised', 'repealed')) = (effective_on IS NOT NULL)),
    CONSTRAINT institution_versions_effective_late CHECK (effective_on >= signed_on AND (street_id = 0 OR effective_on >= recorded_on)),
    CONSTRAINT institution_versions_trial_ahead CHECK (trial_until > effective_on),
    CONSTRAINT institution_versions_ended CHECK ((state IN ('revised', 'repealed')) = (ended_on IS NOT NULL)),
    CONSTRAINT institution_versions_ended_late CHECK (ended_on >= effective_on),
    CONSTRAINT institution_versions_ended_how CHECK (ended_how IN ('', 'revised', 'repealed', 'replaced') AND (ended_on IS NULL) = (ended_how = '')),
    -- One version of a rule is in force at a time.
    CONSTRAINT institution_versions_one_in_force EXCLUDE USING gist (
        int8range(institution_id, institution_id, '[]') WITH &&, daterange(effective_on, ended_on) WITH &&) WHERE (effective_on IS NOT NULL)
);

COMMENT ON TABLE institution_versions IS
'One text of a rule and where it stands in the procedure. From its signing the text is never altered: what changes is a new version.';
COMMENT ON COLUMN institution_versions.effective_on IS 'In force from this day until the day before ended_on.';
COMMENT ON COLUMN institution_versions.trial_until IS 'The last day of the trial period (试行); NULL: it has none.';
COMMENT ON COLUMN institution_versions.signer_post_id IS 'The director''s post in which a street''s rule was signed.';

CREATE INDEX institution_versions_by_id ON institution_versions (id);
CREATE INDEX institution_versions_in_force ON institution_versions (street_id, effective_on) WHERE effective_on IS NOT NULL;
CREATE INDEX institution_versions_open ON institution_versions (street_id, state) WHERE state NOT IN ('in_force', 'revised', 'repealed', 'rejected', 'reworked');

CREATE TABLE institution_clauses (
    street_id         bigint  NOT NULL,
    version_id        bigint  NOT NULL,
    number            integer NOT NULL,
    suffix            integer NOT NULL DEFAULT 0,
    text              text    NOT NULL,
    repealed          boolean NOT NULL DEFAULT false,
    rests_street_id   bigint,
    rests_id          bigint,
    rests_number      integer,
    rests_suffix      integer,
    PRIMARY KEY (street_id, version_id, number, suffix),
    FOREIGN KEY (street_id, version_id) REFERENCES institution_versions (street_id, id),
    CONSTRAINT institution_clauses_number CHECK (number BETWEEN 1 AND 999 AND suffix BETWEEN 0 AND 99),
    CONSTRAINT institution_clauses_text CHECK (length(text) <= 5000 AND (text = '') = repealed),
    CONSTRAINT institution_clauses_rest_whole CHECK ((rests_id IS NULL) = (rests_number IS NULL) AND (rests_id IS NULL) = (rests_suffix IS NULL)
        AND (rests_id IS NULL) = (rests_street_id IS NULL))
);

COMMENT ON TABLE institution_clauses IS
'The text, clause by clause. (number, suffix) is the clause for as long as the rule lives: 第三条之一 is (3, 1), a repealed clause keeps its number.';
COMMENT ON COLUMN institution_clauses.rests_id IS 'The rule of the city, and its clause, on which this clause rests.';

CREATE TABLE institution_opinions (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    version_id  bigint      NOT NULL,
    number      integer,
    suffix      integer,
    source      text        NOT NULL,
    author      text        NOT NULL,
    text        text        NOT NULL,
    given_on    date        NOT NULL,
    given_by    bigint      NOT NULL,
    answer      text        NOT NULL DEFAULT '',
    answer_text text        NOT NULL DEFAULT '',
    answered_on date,
    answerer    text        NOT NULL DEFAULT '',
    key         text        NOT NULL,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, version_id) REFERENCES institution_versions (street_id, id),
    CONSTRAINT institution_opinions_key_once UNIQUE (street_id, version_id, key),
    CONSTRAINT institution_opinions_source_known CHECK (source IN ('party', 'city', 'deputy', 'street', 'other')),
    CONSTRAINT institution_opinions_text CHECK (text <> '' AND length(text) <= 2000 AND author <> '' AND length(author) <= 50),
    CONSTRAINT institution_opinions_answer_known CHECK (answer IN ('', 'adopted', 'not_adopted')),
    CONSTRAINT institution_opinions_answered CHECK ((answer = '') = (answered_on IS NULL) AND (answer <> 'not_adopted' OR answer_text <> '') AND length(answer_text) <= 500)
);

COMMENT ON TABLE institution_opinions IS '征求意见: what the Party working committee, the city''s committees and deputies said of a draft, and what became of it.';

CREATE INDEX institution_opinions_of_version ON institution_opinions (street_id, version_id, id);

CREATE TABLE institution_meetings (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    version_id    bigint      NOT NULL,
    met_on        date        NOT NULL,
    chair_post_id bigint      NOT NULL,
    met_due       integer     NOT NULL,
    met_present   integer     NOT NULL,
    met_for       integer     NOT NULL,
    verdict       text        NOT NULL,
    note          text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, version_id) REFERENCES institution_versions (street_id, id),
    FOREIGN KEY (street_id, chair_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT institution_meetings_counts CHECK (met_due > 0 AND met_for BETWEEN 0 AND met_present AND met_present <= met_due),
    CONSTRAINT institution_meetings_quorum CHECK (met_present * 2 > met_due),
    CONSTRAINT institution_meetings_verdict_known CHECK (verdict IN ('passed', 'revise', 'rejected')),
    CONSTRAINT institution_meetings_majority CHECK ((verdict = 'passed') <= (met_for * 2 > met_due)),
    CONSTRAINT institution_meetings_note CHECK (length(note) <= 500 AND (verdict = 'passed' OR note <> ''))
);

COMMENT ON TABLE institution_meetings IS '工委主任会议审议: each time a street''s directors'' meeting dealt with a version. Append-only.';

CREATE INDEX institution_meetings_of_version ON institution_meetings (street_id, version_id, id);

CREATE TABLE institution_votes (
    id         bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint  NOT NULL DEFAULT 0,
    version_id bigint  NOT NULL,
    session    text    NOT NULL,
    voted_on   date    NOT NULL,
    members    integer NOT NULL,
    present    integer NOT NULL,
    in_favour  integer NOT NULL,
    against    integer NOT NULL,
    abstained  integer NOT NULL,
    passed     boolean GENERATED ALWAYS AS (in_favour * 2 > members) STORED,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, version_id) REFERENCES institution_versions (street_id, id),
    CONSTRAINT institution_votes_session CHECK (session <> '' AND length(session) <= 100),
    CONSTRAINT institution_votes_of_city CHECK (street_id = 0),
    CONSTRAINT institution_votes_counts CHECK (members > 0 AND present <= members AND in_favour >= 0 AND against >= 0 AND abstained >= 0
        AND in_favour + against + abstained <= present),
    CONSTRAINT institution_votes_quorum CHECK (present * 2 > members)
);

COMMENT ON TABLE institution_votes IS 'Votes of the city standing committee on its own rules; more than half of all members must be in favour. Append-only.';

CREATE INDEX institution_votes_of_version ON institution_votes (street_id, version_id, id);

CREATE TABLE institution_filings (
    id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint NOT NULL,
    version_id  bigint NOT NULL,
    doc_number  text   NOT NULL,
    sent_on     date   NOT NULL,
    sender      text   NOT NULL,
    accepted_on date,
    acceptor    text   NOT NULL DEFAULT '',
    verdict     text   NOT NULL DEFAULT '',
    comment     text   NOT NULL DEFAULT '',
    decided_on  date,
    decider     text   NOT NULL DEFAULT '',
    reply_number text NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, version_id) REFERENCES institution_versions (street_id, id),
    CONSTRAINT institution_filings_once UNIQUE (street_id, version_id),
    CONSTRAINT institution_filings_number CHECK (doc_number <> ''),
    CONSTRAINT institution_filings_verdict_known CHECK (verdict IN ('', 'returned', 'recorded')),
    CONSTRAINT institution_filings_accepted CHECK (accepted_on >= sent_on),
    CONSTRAINT institution_filings_decided CHECK ((verdict = '') = (decided_on IS NULL) AND (verdict = '') = (reply_number = '') AND (verdict <> 'returned' OR comment <> '') AND length(comment) <= 2000),
    CONSTRAINT institution_filings_decided_late CHECK (decided_on >= accepted_on)
);

COMMENT ON TABLE institution_filings IS '备案: each report of a signed rule to the city, and what the city answered. A rule that was returned is filed again as its next version; both stay.';

CREATE TABLE institution_filing_comments (
    street_id bigint  NOT NULL,
    filing_id bigint  NOT NULL,
    number    integer NOT NULL,
    suffix    integer NOT NULL,
    text      text    NOT NULL,
    PRIMARY KEY (street_id, filing_id, number, suffix),
    FOREIGN KEY (street_id, filing_id) REFERENCES institution_filings (street_id, id),
    CONSTRAINT institution_filing_comments_text CHECK (text <> '' AND length(text) <= 2000)
);

COMMENT ON COLUMN institution_filings.reply_number IS 'Of the city''s letter (备案反馈函).';

COMMENT ON TABLE institution_filing_comments IS 'What the city had to say of single clauses. Append-only.';

CREATE TABLE clause_marks (
    street_id      bigint  NOT NULL,
    institution_id bigint  NOT NULL,
    number         integer NOT NULL,
    suffix         integer NOT NULL DEFAULT 0,
    obliging       boolean NOT NULL,
    kinds          text[]  NOT NULL DEFAULT '{}',
    PRIMARY KEY (street_id, institution_id, number, suffix),
    FOREIGN KEY (street_id, institution_id) REFERENCES institutions (street_id, id),
    CONSTRAINT clause_marks_kinds_known CHECK (kinds <@ ARRAY ['visit', 'reception', 'opinion'])
);

COMMENT ON TABLE clause_marks IS 'What is known of a clause beside its text. Without a row a clause obliges where its text says so.';
COMMENT ON COLUMN clause_marks.kinds IS 'Every record of these kinds is something done under the clause.';

CREATE TABLE clause_links (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    of_street_id   bigint      NOT NULL,
    institution_id bigint      NOT NULL,
    number         integer     NOT NULL,
    suffix         integer     NOT NULL DEFAULT 0,
    kind           text        NOT NULL,
    subject_id     bigint      NOT NULL,
    title          text        NOT NULL,
    acted_on       date        NOT NULL,
    linked_by      bigint      NOT NULL,
    linker         text        NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT clause_links_once UNIQUE (street_id, institution_id, number, suffix, kind, subject_id),
    CONSTRAINT clause_links_kind CHECK (kind ~ '^[a-z_]{1,40}$'),
    CONSTRAINT clause_links_title CHECK (title <> '' AND length(title) <= 100)
);

COMMENT ON TABLE clause_links IS 'What was done under a clause: a record (kind, subject_id) of a street, on a day. of_street_id is whose rule it is, 0 the city''s.';
COMMENT ON COLUMN clause_links.subject_id IS 'The record; of kind other, which has none, a number of its own.';

CREATE INDEX clause_links_of_clause ON clause_links (street_id, institution_id, number, suffix, acted_on DESC);

-- Everything done under clauses, linked one by one or by kind.
CREATE VIEW clause_acts WITH (security_invoker = true) AS
    SELECT l.of_street_id, l.institution_id, l.number, l.suffix, l.street_id, l.kind, l.subject_id, l.title, l.acted_on
    FROM clause_links l
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, v.street_id, 'visit', v.id, '', v.held_on
    FROM clause_marks m
    JOIN visits v ON m.street_id IN (0, v.street_id)
    WHERE 'visit' = ANY (m.kinds)
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, r.street_id, 'reception', r.id, '', r.held_on
    FROM clause_marks m
    JOIN receptions r ON m.street_id IN (0, r.street_id)
    WHERE 'reception' = ANY (m.kinds) AND r.state = 'published'
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, o.street_id, 'opinion', o.id, '', o.received_on
    FROM clause_marks m
    JOIN opinions o ON m.street_id IN (0, o.street_id)
    WHERE 'opinion' = ANY (m.kinds) AND o.state NOT IN ('declined', 'merged', 'withdrawn');

CREATE TABLE landings (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    institution_id bigint      NOT NULL,
    status         text        NOT NULL,
    landed_on      date        NOT NULL,
    note           text        NOT NULL DEFAULT '',
    rule_id        bigint,
    version        integer     NOT NULL DEFAULT 1,
    modified_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, rule_id) REFERENCES institutions (street_id, id),
    CONSTRAINT landings_once UNIQUE (street_id, institution_id),
    CONSTRAINT landings_status_known CHECK (status IN ('forwarded', 'detailed')),
    CONSTRAINT landings_note_short CHECK (length(note) <= 500)
);

COMMENT ON TABLE landings IS '落实情况 of a core rule in a street: 已转发 or 已制定实施细则. A street without a row has not carried it out (未落实).';
COMMENT ON COLUMN landings.institution_id IS 'A core rule of the city.';
COMMENT ON COLUMN landings.rule_id IS 'The street''s own rule that details it.';

CREATE INDEX landings_by_id ON landings (id);

-- What may happen next, by whom and on what ground. internal/institution knows
-- the same table; here it holds for every statement.
CREATE FUNCTION app.step_institution() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asking constant text := app.role();
    by_city constant boolean := asking IN ('city_leader', 'city_office', 'city_deputy', 'city_finance');
    may boolean;
BEGIN
    IF OLD.signed_on IS NOT NULL AND
       (NEW.signed_on, NEW.doc_number, NEW.signer, NEW.signer_post_id, NEW.passed_on, NEW.reason, NEW.ordinal, NEW.institution_id, NEW.trial_until)
       IS DISTINCT FROM
       (OLD.signed_on, OLD.doc_number, OLD.signer, OLD.signer_post_id, OLD.passed_on, OLD.reason, OLD.ordinal, OLD.institution_id, OLD.trial_until)
       OR OLD.effective_on IS NOT NULL AND NEW.effective_on IS DISTINCT FROM OLD.effective_on
       OR OLD.ended_on IS NOT NULL AND (NEW.ended_on, NEW.ended_how, NEW.ended_why) IS DISTINCT FROM (OLD.ended_on, OLD.ended_how, OLD.ended_why) THEN
        RAISE EXCEPTION 'a signed rule is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_signed';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    may := CASE
        WHEN OLD.street_id = 0 THEN (OLD.state, NEW.state) IN (
            ('draft', 'consulting'), ('consulting', 'deliberating'), ('revising', 'deliberating'), ('deliberating', 'passed'), ('deliberating', 'revising'),
            ('deliberating', 'rejected'), ('passed', 'signed'), ('signed', 'in_force'), ('in_force', 'revised'), ('in_force', 'repealed'))
        ELSE (OLD.state, NEW.state) IN (
            ('draft', 'consulting'), ('consulting', 'deliberating'), ('revising', 'deliberating'), ('deliberating', 'passed'), ('deliberating', 'revising'),
            ('deliberating', 'rejected'), ('passed', 'signed'), ('signed', 'filed'), ('filed', 'accepted'), ('accepted', 'returned'), ('accepted', 'recorded'),
            ('returned', 'reworked'), ('recorded', 'in_force'), ('in_force', 'revised'), ('in_force', 'repealed'))
        END;
    IF NOT may THEN
        RAISE EXCEPTION 'no step from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_step';
    END IF;
    IF asking <> 'operator' AND by_city <> (OLD.street_id = 0 OR NEW.state IN ('accepted', 'returned', 'recorded')) THEN
        RAISE EXCEPTION '% does not take this step', asking USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_step_by';
    END IF;
    IF NEW.state = 'deliberating' AND EXISTS (
        SELECT FROM institution_opinions o WHERE o.street_id = NEW.street_id AND o.version_id = NEW.id AND o.answer = '') THEN
        RAISE EXCEPTION 'opinions wait for an answer' USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_opinions_answered_first';
    END IF;
    IF NEW.state = 'passed' AND NOT (CASE WHEN NEW.street_id = 0
        THEN EXISTS (SELECT FROM institution_votes v WHERE v.street_id = 0 AND v.version_id = NEW.id AND v.passed AND v.voted_on = NEW.passed_on)
        ELSE EXISTS (SELECT FROM institution_meetings m
                     WHERE m.street_id = NEW.street_id AND m.version_id = NEW.id AND m.verdict = 'passed' AND m.met_on = NEW.passed_on) END) THEN
        RAISE EXCEPTION 'no meeting passed it' USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_passed_by_meeting';
    END IF;
    IF NEW.state IN ('filed', 'accepted', 'returned', 'recorded') AND NOT EXISTS (
        SELECT FROM institution_filings f
        WHERE f.street_id = NEW.street_id AND f.version_id = NEW.id
          AND f.verdict = (CASE WHEN NEW.state IN ('returned', 'recorded') THEN NEW.state ELSE '' END)
          AND (NEW.state = 'filed' OR f.accepted_on IS NOT NULL)) THEN
        RAISE EXCEPTION 'the filing does not say so' USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_filed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER institution_versions_step BEFORE UPDATE ON institution_versions
    FOR EACH ROW EXECUTE FUNCTION app.step_institution();

-- Who signs or presides is in post on that day; who is due is everybody in post.
CREATE TRIGGER institution_versions_in_post BEFORE INSERT OR UPDATE ON institution_versions
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signer_post_id', 'signed_on', 'self');
CREATE TRIGGER institution_meetings_in_post BEFORE INSERT ON institution_meetings
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');

CREATE TRIGGER institution_meetings_all_due BEFORE INSERT ON institution_meetings
    FOR EACH ROW EXECUTE FUNCTION app.only_all_due();

-- The text can be typed until it has been passed.
CREATE FUNCTION app.only_in_draft() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    street constant bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.street_id ELSE NEW.street_id END;
    version constant bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.version_id ELSE NEW.version_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.street_id, OLD.version_id) IS DISTINCT FROM (street, version)
       OR NOT EXISTS (SELECT FROM institution_versions v WHERE v.street_id = street AND v.id = version AND v.state IN ('draft', 'consulting', 'revising')) THEN
        RAISE EXCEPTION 'a passed rule is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'institution_signed';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER institution_clauses_in_draft BEFORE INSERT OR UPDATE OR DELETE ON institution_clauses
    FOR EACH ROW EXECUTE FUNCTION app.only_in_draft();

-- A link names a clause that was in force on the day.
CREATE FUNCTION app.only_clause_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.of_street_id NOT IN (0, NEW.street_id) OR NOT EXISTS (
        SELECT
        FROM institution_versions v
        JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
        WHERE v.street_id = NEW.of_street_id AND v.institution_id = NEW.institution_id AND c.number = NEW.number AND c.suffix = NEW.suffix
          AND NOT c.repealed AND v.effective_on <= NEW.acted_on AND (v.ended_on IS NULL OR v.ended_on > NEW.acted_on)) THEN
        RAISE EXCEPTION 'no such clause in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_in_force';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER clause_links_in_force BEFORE INSERT ON clause_links
    FOR EACH ROW EXECUTE FUNCTION app.only_clause_in_force();

-- A landing is of a core rule of the street's own city.
CREATE FUNCTION app.only_core_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM institutions i
                   JOIN streets s ON s.city_id = i.city_id
                   WHERE s.id = NEW.street_id AND i.street_id = 0 AND i.id = NEW.institution_id AND i.tier = '5' AND i.published) THEN
        RAISE EXCEPTION 'no core rule of this city' USING ERRCODE = 'check_violation', CONSTRAINT = 'landings_of_core_rule';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER landings_of_core_rule BEFORE INSERT OR UPDATE ON landings
    FOR EACH ROW EXECUTE FUNCTION app.only_core_rule();

CREATE TRIGGER institution_meetings_append_only BEFORE UPDATE OR DELETE ON institution_meetings
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER institution_votes_append_only BEFORE UPDATE OR DELETE ON institution_votes
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER institution_filing_comments_append_only BEFORE UPDATE OR DELETE ON institution_filing_comments
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE institutions                ENABLE ROW LEVEL SECURITY;
ALTER TABLE institutions                FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_versions        ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_versions        FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_clauses         ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_clauses         FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_opinions        ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_opinions        FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_meetings        ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_meetings        FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_votes           ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_votes           FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_filings         ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_filings         FORCE  ROW LEVEL SECURITY;
ALTER TABLE institution_filing_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_filing_comments FORCE  ROW LEVEL SECURITY;
ALTER TABLE clause_marks                ENABLE ROW LEVEL SECURITY;
ALTER TABLE clause_marks                FORCE  ROW LEVEL SECURITY;
ALTER TABLE clause_links                ENABLE ROW LEVEL SECURITY;
ALTER TABLE clause_links                FORCE  ROW LEVEL SECURITY;
ALTER TABLE landings                    ENABLE ROW LEVEL SECURITY;
ALTER TABLE landings                    FORCE  ROW LEVEL SECURITY;

-- Who sees a rule or a version that is not published: the committee itself; from
-- the consultation on, those who were asked and the city. Of the city's own
-- rules: the city, and from the consultation on its streets.
CREATE FUNCTION app.sees_institution(city bigint, street bigint, opened boolean) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    asking constant text := app.role();
BEGIN
    RETURN CASE
        WHEN asking = 'operator' THEN true
        WHEN street = 0 AND asking IN ('city_leader', 'city_office', 'city_deputy', 'city_finance') THEN city = app.city()
        WHEN street = 0 THEN opened AND city = app.city() AND app.streets() <> '{}'
        WHEN NOT street = ANY (app.streets()) THEN false
        WHEN asking IN ('director', 'deputy_director', 'member', 'staff', 'clerk', 'counter') THEN true
        ELSE opened AND asking IN ('party_reader', 'deputy', 'group_leader', 'city_leader', 'city_office', 'city_deputy', 'city_finance')
    END;
END $$;

CREATE POLICY published ON institutions FOR SELECT USING (published);
CREATE POLICY by_sight ON institutions FOR SELECT USING (app.sees_institution(city_id, street_id, opened));
CREATE POLICY added_by_maker ON institutions FOR INSERT
    WITH CHECK ((SELECT app.role()) = 'operator'
                OR street_id = 0 AND (SELECT app.role()) = 'city_office' AND city_id = (SELECT app.city())
                OR (SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_maker ON institutions FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'city_office', 'city_deputy', 'city_finance', 'party_reader', 'deputy', 'group_leader', 'operator')
           AND app.sees_institution(city_id, street_id, opened))
    WITH CHECK (app.sees_institution(city_id, street_id, opened));

CREATE POLICY published ON institution_versions FOR SELECT USING (published);
CREATE POLICY by_sight ON institution_versions FOR SELECT
    USING (app.sees_institution((SELECT i.city_id FROM institutions i WHERE i.street_id = institution_versions.street_id AND i.id = institution_id), street_id, opened));
CREATE POLICY added_by_maker ON institution_versions FOR INSERT
    WITH CHECK (state = 'draft' AND NOT opened AND NOT published
                AND ((SELECT app.role()) = 'operator'
                     OR street_id = 0 AND (SELECT app.role()) = 'city_office'
                        AND EXISTS (SELECT FROM institutions i WHERE i.street_id = 0 AND i.id = institution_id AND i.city_id = (SELECT app.city()))
                     OR (SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[])));
CREATE POLICY changed_by_maker ON institution_versions FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'city_office', 'city_deputy', 'operator')
           AND app.sees_institution((SELECT i.city_id FROM institutions i WHERE i.street_id = institution_versions.street_id AND i.id = institution_id), street_id, opened));

-- What belongs to a version is seen with it.
CREATE POLICY with_version ON institution_clauses FOR SELECT
    USING (EXISTS (SELECT FROM institution_versions v WHERE v.street_id = institution_clauses.street_id AND v.id = version_id));
CREATE POLICY by_maker ON institution_clauses
    USING (EXISTS (SELECT FROM institution_versions v WHERE v.street_id = institution_clauses.street_id AND v.id = version_id)
           AND ((SELECT app.role()) = 'operator'
                OR street_id = 0 AND (SELECT app.role()) = 'city_office'
                OR (SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[])));

CREATE POLICY with_version ON institution_opinions FOR SELECT
    USING ((street_id = 0 OR street_id = ANY ((SELECT app.streets())::bigint[]))
           AND EXISTS (SELECT FROM institution_versions v WHERE v.street_id = institution_opinions.street_id AND v.id = version_id AND v.opened));
CREATE POLICY given_while_asked ON institution_opinions FOR INSERT
    WITH CHECK (answer = '' AND given_by = coalesce((SELECT app.user_id()), 0)
                AND (street_id = 0 OR street_id = ANY ((SELECT app.streets())::bigint[]))
                AND CASE source
                    WHEN 'party' THEN (SELECT app.role()) IN ('party_reader', 'staff', 'operator')
                    WHEN 'city' THEN (SELECT app.role()) IN ('city_office', 'city_deputy', 'city_finance', 'staff', 'operator')
                    WHEN 'deputy' THEN (SELECT app.role()) IN ('deputy', 'group_leader', 'staff', 'city_office', 'operator')
                    ELSE (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'city_office', 'operator') END
                AND EXISTS (SELECT FROM institution_versions v
                            WHERE v.street_id = institution_opinions.street_id AND v.id = version_id AND v.state = 'consulting'));
CREATE POLICY answered_by_maker ON institution_opinions FOR UPDATE
    USING (((SELECT app.role()) = 'operator'
            OR street_id = 0 AND (SELECT app.role()) = 'city_office'
            OR (SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[]))
           AND EXISTS (SELECT FROM institution_versions v
                       WHERE v.street_id = institution_opinions.street_id AND v.id = version_id AND v.state = 'consulting'));

CREATE POLICY by_street ON institution_meetings FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND EXISTS (SELECT FROM institution_versions v WHERE v.street_id = institution_meetings.street_id AND v.id = version_id));
CREATE POLICY held_by_street ON institution_meetings FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
                AND EXISTS (SELECT FROM institution_versions v
                            WHERE v.street_id = institution_meetings.street_id AND v.id = version_id AND v.state = 'deliberating'));

CREATE POLICY with_version ON institution_votes FOR SELECT
    USING (EXISTS (SELECT FROM institution_versions v WHERE v.street_id = institution_votes.street_id AND v.id = version_id));
CREATE POLICY counted_by_city ON institution_votes FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('city_office', 'operator')
                AND EXISTS (SELECT FROM institution_versions v WHERE v.street_id = 0 AND v.id = version_id AND v.state = 'deliberating'));

CREATE POLICY by_street ON institution_filings FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY sent_by_street ON institution_filings FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]) AND accepted_on IS NULL
                AND EXISTS (SELECT FROM institution_versions v
                            WHERE v.street_id = institution_filings.street_id AND v.id = version_id AND v.state = 'signed'));
CREATE POLICY answered_by_city ON institution_filings FOR UPDATE
    USING ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]) AND verdict = '')
    WITH CHECK (true);

CREATE POLICY by_street ON institution_filing_comments FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY made_by_city ON institution_filing_comments FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
                AND EXISTS (SELECT FROM institution_filings f WHERE f.street_id = institution_filing_comments.street_id AND f.id = filing_id AND f.verdict = ''));

CREATE POLICY with_rule ON clause_marks FOR SELECT
    USING (EXISTS (SELECT FROM institutions i WHERE i.street_id = clause_marks.street_id AND i.id = institution_id));
CREATE POLICY by_maker ON clause_marks
    USING ((SELECT app.role()) = 'operator'
           OR (SELECT app.role()) = 'staff' AND street_id = ANY ((SELECT app.streets())::bigint[])
           OR street_id = 0 AND (SELECT app.role()) = 'city_office'
              AND EXISTS (SELECT FROM institutions i WHERE i.street_id = 0 AND i.id = institution_id AND i.city_id = (SELECT app.city())));

CREATE POLICY by_street ON clause_links FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY added_in_street ON clause_links FOR INSERT
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND linked_by = coalesce((SELECT app.user_id()), 0)
                AND (SELECT app.role()) NOT LIKE 'city%');
CREATE POLICY removed_by_staff ON clause_links FOR DELETE
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));

CREATE POLICY by_street ON landings FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_staff ON landings
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY with_landing ON files TO portal_app
    USING (owner_kind = 'landing'
           AND EXISTS (SELECT FROM landings l WHERE l.street_id = files.street_id AND l.id = owner_id));

-- What happened to a rule is read by whoever sees the rule, the city's too.
CREATE POLICY with_institution ON audit_events FOR SELECT
    USING (street_id = 0 AND kind = 'institution'
           AND EXISTS (SELECT FROM institutions i WHERE i.street_id = 0 AND i.id = subject_id AND i.city_id = (SELECT app.city()))
           AND (SELECT app.streets()) <> '{}');
CREATE POLICY institution_unseen ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'institution' OR (SELECT app.role()) = 'audit_admin'
           OR EXISTS (SELECT FROM institutions i WHERE i.street_id = audit_events.street_id AND i.id = subject_id));

GRANT SELECT, INSERT ON institutions, institution_versions, institution_meetings, institution_votes, institution_filings, institution_filing_comments, institution_opinions TO portal_app;
GRANT UPDATE (title, opened, published, version, modified_at) ON institutions TO portal_app;
GRANT UPDATE (state, opened, published, consulted_on, consult_until, passed_on, doc_number, signed_on, signer_post_id, signer, trial_until, recorded_on, effective_on,
              ended_on, ended_how, ended_why) ON institution_versions TO portal_app;
GRANT UPDATE (answer, answer_text, answered_on, answerer) ON institution_opinions TO portal_app;
GRANT UPDATE (accepted_on, acceptor, verdict, comment, decided_on, decider, reply_number) ON institution_filings TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON institution_clauses TO portal_app;
GRANT SELECT, INSERT, UPDATE ON clause_marks, landings TO portal_app;
GRANT SELECT, INSERT, DELETE ON clause_links TO portal_app;
GRANT SELECT ON clause_acts TO portal_app;
GRANT SELECT (id, city_id, street_id, tier, core, title, replaces_id, published, created_at, modified_at) ON institutions TO portal_public;
GRANT SELECT (id, street_id, institution_id, ordinal, state, reason, published, doc_number, signed_on, trial_until, effective_on, ended_on, ended_how, ended_why)
    ON institution_versions TO portal_public;
GRANT SELECT ON institution_clauses TO portal_public;

END;
