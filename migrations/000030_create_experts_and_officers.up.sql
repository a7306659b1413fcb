BEGIN;

-- Two of the four support teams: consulting experts (a certificate, a term) and the
-- liaison and information officers of the communities (domain.md §3 i).

CREATE TABLE experts (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL REFERENCES streets (id),
    person_id   bigint      NOT NULL,
    field       text        NOT NULL,
    title       text        NOT NULL DEFAULT '',
    since       date,
    key         text        NOT NULL,
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT experts_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT experts_person_once UNIQUE (street_id, person_id),
    CONSTRAINT experts_key_once UNIQUE (street_id, key),
    CONSTRAINT experts_field_known CHECK (field IN ('audit', 'law', 'construction', 'environment', 'education', 'health', 'information', 'other')),
    CONSTRAINT experts_title_short CHECK (length(title) <= 50)
);

COMMENT ON TABLE experts IS 'Who is, was or is to become a consulting expert. Only the committee sees those who are yet to become one.';
COMMENT ON COLUMN experts.title IS '职称; where they work stands in people.';
COMMENT ON COLUMN experts.since IS 'The first day on which they were an expert; NULL until the first certificate is issued.';

CREATE INDEX experts_by_id ON experts (id);
CREATE INDEX experts_of_street ON experts (street_id, id) WHERE since IS NOT NULL;

CREATE TABLE expert_terms (
    id                   bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id            bigint      NOT NULL REFERENCES streets (id),
    expert_id            bigint      NOT NULL,
    state                text        NOT NULL DEFAULT 'recommended',
    recommended_on       date        NOT NULL,
    recommender          text        NOT NULL,
    person_consent_on    date,
    unit_consent_on      date,
    no_unit              text        NOT NULL DEFAULT '',
    reviewed_on          date,
    reviewer             text        NOT NULL DEFAULT '',
    review               text        NOT NULL DEFAULT '',
    met_on               date,
    chair_post_id        bigint,
    met_due              integer,
    met_present          integer,
    met_for              integer,
    public_from          date,
    public_until         date,
    public_result        text        NOT NULL DEFAULT '',
    certificate          text        NOT NULL DEFAULT '',
    certified_on         date,
    certifier_post_id    bigint,
    holder               text        NOT NULL DEFAULT '',
    holder_field         text        NOT NULL DEFAULT '',
    from_on              date,
    until_on             date,
    declined_on          date,
    declined_why         text        NOT NULL DEFAULT '',
    ended_on             date,
    ended_why            text        NOT NULL DEFAULT '',
    ended_note           text        NOT NULL DEFAULT '',
    ender_post_id        bigint,
    key                  text        NOT NULL,
    version              integer     NOT NULL DEFAULT 1,
    created_at           timestamptz NOT NULL DEFAULT now(),
    modified_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT expert_terms_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts (street_id, id),
    CONSTRAINT expert_terms_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT expert_terms_certifier FOREIGN KEY (street_id, certifier_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT expert_terms_ender FOREIGN KEY (street_id, ender_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT expert_terms_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_terms_state_known CHECK (state IN ('recommended', 'reviewed', 'approved', 'publicised', 'engaged', 'dismissed', 'declined')),
    CONSTRAINT expert_terms_recommender_filled CHECK (recommender <> ''),
    CONSTRAINT expert_terms_consented CHECK (
        state IN ('recommended', 'declined') OR person_consent_on IS NOT NULL AND (unit_consent_on IS NOT NULL OR no_unit <> '')),
    CONSTRAINT expert_terms_reviewed CHECK (state IN ('recommended', 'declined') OR reviewed_on IS NOT NULL),
    CONSTRAINT expert_terms_met_whole CHECK (num_nulls(met_on, chair_post_id, met_due, met_present, met_for) IN (0, 5)),
    CONSTRAINT expert_terms_met_counted CHECK (met_for BETWEEN 0 AND met_present AND met_present <= met_due),
    CONSTRAINT expert_terms_met_quorum CHECK (2 * met_present > met_due),
    CONSTRAINT expert_terms_met_passed CHECK (state IN ('recommended', 'reviewed', 'declined') OR met_on IS NOT NULL AND 2 * met_for > met_due),
    CONSTRAINT expert_terms_in_order CHECK (reviewed_on >= recommended_on AND met_on >= reviewed_on AND public_from >= met_on AND certified_on >= met_on),
    CONSTRAINT expert_terms_publicity_whole CHECK (public_until >= public_from AND (public_from IS NULL) = (public_until IS NULL)),
    CONSTRAINT expert_terms_publicity_over CHECK (certified_on IS NULL OR public_until IS NULL OR public_until < certified_on AND public_result <> ''),
    CONSTRAINT expert_terms_certified CHECK ((state IN ('engaged', 'dismissed')) = (certified_on IS NOT NULL)),
    CONSTRAINT expert_terms_certified_whole CHECK (
        (certified_on IS NULL) = (certificate = '') AND (certified_on IS NULL) = (holder = '') AND (certified_on IS NULL) = (holder_field = '')
        AND num_nulls(certified_on, certifier_post_id, from_on, until_on) IN (0, 4)),
    CONSTRAINT expert_terms_from_decision CHECK (from_on >= met_on AND until_on >= from_on),
    CONSTRAINT expert_terms_declined CHECK ((state = 'declined') = (declined_on IS NOT NULL) AND (declined_on IS NULL) = (declined_why = '')),
    CONSTRAINT expert_terms_ended CHECK (
        (state = 'dismissed') = (ended_on IS NOT NULL) AND (ended_on IS NULL) = (ended_why = '') AND (ended_on IS NULL) = (ender_post_id IS NULL)),
    CONSTRAINT expert_terms_ended_why_known CHECK (ended_why IN ('', 'improper', 'moved', 'health', 'request')),
    CONSTRAINT expert_terms_ended_within CHECK (ended_on BETWEEN from_on AND until_on),
    -- int8range(n, n, '[]') stands for = n: ranges have GiST support of their own.
    CONSTRAINT expert_terms_apart EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, int8range(expert_id, expert_id, '[]') WITH &&,
        daterange(from_on, coalesce(ended_on, until_on + 1)) WITH &&) WHERE (certified_on IS NOT NULL)
);

COMMENT ON TABLE expert_terms IS
'One engagement of an expert, from the recommendation to its end. It holds from from_on to until_on and not from ended_on on; renewing is another row.';
COMMENT ON COLUMN expert_terms.no_unit IS 'Why no unit has to consent, such as retirement.';
COMMENT ON COLUMN expert_terms.met_on IS 'The directors'' meeting (工委主任会议) that decided.';
COMMENT ON COLUMN expert_terms.holder IS 'The name on the certificate, as issued; so is holder_field.';

CREATE UNIQUE INDEX expert_terms_one_open ON expert_terms (street_id, expert_id) WHERE state IN ('recommended', 'reviewed', 'approved', 'publicised');
CREATE UNIQUE INDEX expert_terms_certificate_once ON expert_terms (street_id, certificate) WHERE certificate <> '';
CREATE INDEX expert_terms_of_expert ON expert_terms (street_id, expert_id, from_on);
CREATE INDEX expert_terms_waiting ON expert_terms (street_id, state) WHERE state IN ('recommended', 'reviewed', 'approved', 'publicised');
CREATE INDEX expert_terms_expiring ON expert_terms (street_id, until_on) WHERE state = 'engaged';

CREATE TABLE expert_statements (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL REFERENCES streets (id),
    expert_id   bigint      NOT NULL,
    units       text[]      NOT NULL DEFAULT '{}',
    matters     text[]      NOT NULL DEFAULT '{}',
    declared_on date        NOT NULL,
    declarant   text        NOT NULL,
    by_expert   boolean     NOT NULL,
    key         text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT expert_statements_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts (street_id, id),
    CONSTRAINT expert_statements_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_statements_short CHECK (cardinality(units) <= 50 AND cardinality(matters) <= 50)
);

COMMENT ON TABLE expert_statements IS
'What an expert stands back from (回避事项), each time they declare it as a whole; the newest statement holds. Rows never change.';

CREATE INDEX expert_statements_newest ON expert_statements (street_id, expert_id, id);

CREATE TABLE expert_works (
    id           bigint       NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint       NOT NULL REFERENCES streets (id),
    expert_id    bigint       NOT NULL,
    kind         text         NOT NULL,
    done_on      date         NOT NULL,
    subject      text         NOT NULL,
    about        text         NOT NULL DEFAULT '',
    text         text         NOT NULL DEFAULT '',
    hours        numeric(5,1) NOT NULL,
    by_expert    boolean      NOT NULL,
    entered_by   text         NOT NULL,
    state        text         NOT NULL DEFAULT 'entered',
    decided_on   date,
    decided_by   text         NOT NULL DEFAULT '',
    refused_why  text         NOT NULL DEFAULT '',
    adoption     text         NOT NULL DEFAULT '',
    adoption_why text         NOT NULL DEFAULT '',
    key          text         NOT NULL,
    version      integer      NOT NULL DEFAULT 1,
    created_at   timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT expert_works_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts (street_id, id),
    CONSTRAINT expert_works_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_works_kind_known CHECK (kind IN ('review', 'meeting', 'comment')),
    CONSTRAINT expert_works_subject_filled CHECK (subject <> '' AND length(subject) <= 100),
    CONSTRAINT expert_works_hours_plausible CHECK (hours > 0 AND hours <= 200),
    CONSTRAINT expert_works_state_known CHECK (state IN ('entered', 'confirmed', 'refused')),
    CONSTRAINT expert_works_decided CHECK ((state = 'entered') = (decided_on IS NULL) AND (state = 'refused') = (refused_why <> '')),
    CONSTRAINT expert_works_adoption_known CHECK (adoption IN ('', 'adopted', 'partly', 'not')),
    CONSTRAINT expert_works_adoption_of_confirmed CHECK (adoption = '' OR state = 'confirmed'),
    CONSTRAINT expert_works_adoption_reasoned CHECK (adoption NOT IN ('partly', 'not') OR adoption_why <> '')
);

COMMENT ON COLUMN expert_works.about IS 'The unit that the work was about; an expert does not work on what they stand back from.';
COMMENT ON COLUMN expert_works.adoption IS 'What became of the expert''s opinion: adopted, partly, not; "" while open or where there was none.';

CREATE INDEX expert_works_newest ON expert_works (street_id, expert_id, done_on DESC, id DESC);
CREATE INDEX expert_works_to_confirm ON expert_works (street_id, id) WHERE state = 'entered';

CREATE TABLE officers (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL REFERENCES streets (id),
    person_id   bigint      NOT NULL,
    key         text        NOT NULL,
    version     integer     NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT officers_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT officers_person_once UNIQUE (street_id, person_id),
    CONSTRAINT officers_key_once UNIQUE (street_id, key)
);

COMMENT ON TABLE officers IS 'Who is, was or is proposed as a liaison or information officer: one row a person, whatever posts they have.';

CREATE INDEX officers_by_id ON officers (id);

CREATE TABLE officer_posts (
    id                bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id         bigint      NOT NULL REFERENCES streets (id),
    officer_id        bigint      NOT NULL,
    role              text        NOT NULL,
    community_id      bigint      NOT NULL,
    state             text        NOT NULL DEFAULT 'proposed',
    proposed_on       date        NOT NULL,
    proposer          text        NOT NULL,
    appointed_on      date,
    appointer_post_id bigint,
    from_on           date,
    declined_on       date,
    declined_why      text        NOT NULL DEFAULT '',
    ended_on          date,
    ended_why         text        NOT NULL DEFAULT '',
    ended_note        text        NOT NULL DEFAULT '',
    ender_post_id     bigint,
    created_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT officer_posts_officer FOREIGN KEY (street_id, officer_id) REFERENCES officers (street_id, id),
    CONSTRAINT officer_posts_community FOREIGN KEY (street_id, community_id) REFERENCES communities (street_id, id),
    CONSTRAINT officer_posts_appointer FOREIGN KEY (street_id, appointer_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT officer_posts_ender FOREIGN KEY (street_id, ender_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT officer_posts_role_known CHECK (role IN ('liaison', 'information')),
    CONSTRAINT officer_posts_state_known CHECK (state IN ('proposed', 'in_post', 'declined', 'dismissed')),
    CONSTRAINT officer_posts_proposer_filled CHECK (proposer <> ''),
    CONSTRAINT officer_posts_appointed CHECK ((state IN ('in_post', 'dismissed')) = (appointed_on IS NOT NULL)),
    CONSTRAINT officer_posts_appointed_whole CHECK (num_nulls(appointed_on, appointer_post_id, from_on) IN (0, 3)),
    CONSTRAINT officer_posts_in_order CHECK (appointed_on >= proposed_on AND from_on >= appointed_on),
    CONSTRAINT officer_posts_declined CHECK ((state = 'declined') = (declined_on IS NOT NULL) AND (declined_on IS NULL) = (declined_why = '')),
    CONSTRAINT officer_posts_ended CHECK (
        (state = 'dismissed') = (ended_on IS NOT NULL) AND (ended_on IS NULL) = (ended_why = '') AND (ended_on IS NULL) = (ender_post_id IS NULL)),
    CONSTRAINT officer_posts_ended_why_known CHECK (ended_why IN ('', 'request', 'moved', 'health', 'unfit', 'not_confirmed', 'died')),
    CONSTRAINT officer_posts_ended_after CHECK (ended_on >= from_on),
    CONSTRAINT officer_posts_apart EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, int8range(officer_id, officer_id, '[]') WITH &&,
        int8range(community_id, community_id, '[]') WITH &&,
        int4range((role = 'liaison')::integer, (role = 'liaison')::integer, '[]') WITH &&,
        daterange(from_on, ended_on) WITH &&) WHERE (appointed_on IS NOT NULL)
);

COMMENT ON TABLE officer_posts IS
'A person as liaison or information officer of a community, from the community''s proposal on. In post from from_on until, not including, ended_on.';

CREATE UNIQUE INDEX officer_posts_one_proposal ON officer_posts (street_id, officer_id, role, community_id) WHERE state = 'proposed';
CREATE INDEX officer_posts_of_officer ON officer_posts (street_id, officer_id, id);
CREATE INDEX officer_posts_of_community ON officer_posts (street_id, community_id, role) WHERE state = 'in_post';
CREATE INDEX officer_posts_proposed ON officer_posts (street_id, id) WHERE state = 'proposed';

CREATE TABLE officer_confirmations (
    street_id    bigint  NOT NULL REFERENCES streets (id),
    post_id      bigint  NOT NULL,
    year         integer NOT NULL,
    confirmed_on date    NOT NULL,
    confirmer    text    NOT NULL,
    PRIMARY KEY (street_id, post_id, year),
    CONSTRAINT officer_confirmations_post FOREIGN KEY (street_id, post_id) REFERENCES officer_posts (street_id, id),
    CONSTRAINT officer_confirmations_in_year CHECK (extract(year FROM confirmed_on) = year)
);

COMMENT ON TABLE officer_confirmations IS 'That somebody goes on as an officer is confirmed once a year.';

-- What presides and signs is in post on that day (domain.md hard rule 5).
CREATE TRIGGER chair_in_post BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');
CREATE TRIGGER expert_terms_all_due BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER certifier_in_post BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('certifier_post_id', 'certified_on', 'self');
CREATE TRIGGER ender_in_post BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('ender_post_id', 'ended_on', 'self');
CREATE TRIGGER appointer_in_post BEFORE INSERT OR UPDATE ON officer_posts
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('appointer_post_id', 'appointed_on', 'self');
CREATE TRIGGER ender_in_post BEFORE INSERT OR UPDATE ON officer_posts
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('ender_post_id', 'ended_on', 'self');

-- What was decided and signed does not change (domain.md hard rule 12): the columns
-- named first say when, those after them may change once all the same.
CREATE FUNCTION app.expert_term_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD) - ARRAY ['version', 'modified_at'];
    now jsonb := to_jsonb(NEW) - ARRAY ['version', 'modified_at'];
BEGIN
    IF OLD.ended_on IS NULL AND OLD.declined_on IS NULL THEN
        IF OLD.certified_on IS NOT NULL THEN
            was := was - ARRAY ['state', 'ended_on', 'ended_why', 'ended_note', 'ender_post_id'];
            now := now - ARRAY ['state', 'ended_on', 'ended_why', 'ended_note', 'ender_post_id'];
        ELSIF OLD.met_on IS NOT NULL THEN
            was := jsonb_build_array(OLD.expert_id, OLD.recommended_on, OLD.reviewed_on, OLD.met_on, OLD.chair_post_id, OLD.met_due, OLD.met_present, OLD.met_for);
            now := jsonb_build_array(NEW.expert_id, NEW.recommended_on, NEW.reviewed_on, NEW.met_on, NEW.chair_post_id, NEW.met_due, NEW.met_present, NEW.met_for);
        ELSE
            RETURN NEW;
        END IF;
    END IF;
    IF was IS DISTINCT FROM now THEN
        RAISE EXCEPTION 'term % of an expert is signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'expert_terms_signed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_stays BEFORE UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.expert_term_stays();

CREATE FUNCTION app.officer_post_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    now jsonb := to_jsonb(NEW);
BEGIN
    IF OLD.ended_on IS NULL AND OLD.declined_on IS NULL THEN
        IF OLD.appointed_on IS NULL THEN
            RETURN NEW;
        END IF;
        was := was - ARRAY ['state', 'ended_on', 'ended_why', 'ended_note', 'ender_post_id'];
        now := now - ARRAY ['state', 'ended_on', 'ended_why', 'ended_note', 'ender_post_id'];
    END IF;
    IF was IS DISTINCT FROM now THEN
        RAISE EXCEPTION 'post % of an officer is signed', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_posts_signed', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_stays BEFORE UPDATE ON officer_posts FOR EACH ROW EXECUTE FUNCTION app.officer_post_stays();

CREATE TRIGGER expert_statements_never_change BEFORE UPDATE OR DELETE ON expert_statements
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER officer_confirmations_never_change BEFORE UPDATE OR DELETE ON officer_confirmations
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- Nobody is an expert before the decision and the certificate.
CREATE FUNCTION app.expert_since_certified() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.since IS NOT NULL
       AND NOT EXISTS (SELECT FROM expert_terms t
                       WHERE t.street_id = NEW.street_id AND t.expert_id = NEW.id AND t.certified_on IS NOT NULL AND t.from_on = NEW.since) THEN
        RAISE EXCEPTION 'expert % has no certificate', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_since_certified', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER since_certified BEFORE INSERT OR UPDATE OF since ON experts FOR EACH ROW EXECUTE FUNCTION app.expert_since_certified();

-- Whether two texts name the same thing: one holds the other, spaces aside.
CREATE FUNCTION app.names_same(a text, b text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN length(replace(a, ' ', '')) > 1 AND length(replace(b, ' ', '')) > 1
       AND (strpos(replace(a, ' ', ''), replace(b, ' ', '')) > 0 OR strpos(replace(b, ' ', ''), replace(a, ' ', '')) > 0);

-- Why an expert must stand back from what is named, one row a reason; none where
-- they need not. It asks their newest statement and where they work.
CREATE FUNCTION app.conflicts(street bigint, expert bigint, named text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH newest AS (
        SELECT s.units, s.matters
        FROM expert_statements s
        WHERE s.street_id = street AND s.expert_id = expert
        ORDER BY s.id DESC
        LIMIT 1)
    SELECT '所在单位：' || p.work
    FROM experts e
    JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
    WHERE e.street_id = street AND e.id = expert AND app.names_same(p.work, named)
    UNION ALL
    SELECT '申报回避的单位：' || u.unit FROM newest, unnest(newest.units) AS u (unit) WHERE app.names_same(u.unit, named)
    UNION ALL
    SELECT '申报回避的事项：' || m.matter FROM newest, unnest(newest.matters) AS m (matter) WHERE app.names_same(m.matter, named)
$$;

-- An expert works as one only while engaged, and not on what they stand back from.
CREATE FUNCTION app.expert_work_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'entered' AND (to_jsonb(OLD) - ARRAY ['adoption', 'adoption_why', 'version'])
       IS DISTINCT FROM (to_jsonb(NEW) - ARRAY ['adoption', 'adoption_why', 'version']) THEN
        broken := 'expert_works_decided_stays';
    ELSIF NOT EXISTS (SELECT FROM expert_terms t
                   WHERE t.street_id = NEW.street_id AND t.expert_id = NEW.expert_id AND t.certified_on IS NOT NULL
                     AND NEW.done_on BETWEEN t.from_on AND t.until_on AND (t.ended_on IS NULL OR NEW.done_on < t.ended_on)) THEN
        broken := 'expert_works_in_term';
    ELSIF TG_OP = 'INSERT' AND EXISTS (SELECT FROM app.conflicts(NEW.street_id, NEW.expert_id, NEW.about)) THEN
        broken := 'expert_works_no_conflict';
    ELSE
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'work of expert %: %', NEW.expert_id, broken
        USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER work_fits BEFORE INSERT OR UPDATE ON expert_works FOR EACH ROW EXECUTE FUNCTION app.expert_work_fits();

-- Confirmed is who is in post on that day.
CREATE FUNCTION app.officer_confirmation_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM officer_posts p
                   WHERE p.street_id = NEW.street_id AND p.id = NEW.post_id AND p.state = 'in_post' AND p.from_on <= NEW.confirmed_on) THEN
        RAISE EXCEPTION 'post % of an officer is not held on %', NEW.post_id, NEW.confirmed_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'officer_confirmations_in_post', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_fits BEFORE INSERT ON officer_confirmations FOR EACH ROW EXECUTE FUNCTION app.officer_confirmation_fits();

-- Who works on the teams sees all of their street; the city and who reads along
-- see experts once they are certified; an expert and an officer see themselves.
ALTER TABLE experts               ENABLE ROW LEVEL SECURITY;
ALTER TABLE experts               FORCE  ROW LEVEL SECURITY;
ALTER TABLE expert_terms          ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_terms          FORCE  ROW LEVEL SECURITY;
ALTER TABLE expert_statements     ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_statements     FORCE  ROW LEVEL SECURITY;
ALTER TABLE expert_works          ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_works          FORCE  ROW LEVEL SECURITY;
ALTER TABLE officers              ENABLE ROW LEVEL SECURITY;
ALTER TABLE officers              FORCE  ROW LEVEL SECURITY;
ALTER TABLE officer_posts         ENABLE ROW LEVEL SECURITY;
ALTER TABLE officer_posts         FORCE  ROW LEVEL SECURITY;
ALTER TABLE officer_confirmations ENABLE ROW LEVEL SECURITY;
ALTER TABLE officer_confirmations FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_committee ON experts FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'clerk', 'operator'));
CREATE POLICY by_reader ON experts FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND since IS NOT NULL
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'party_reader', 'counter'));
CREATE POLICY by_self ON experts FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND since IS NOT NULL AND (SELECT app.role()) = 'expert'
           AND (street_id, person_id) IN (SELECT p.street_id, p.id FROM people p
                                      WHERE p.street_id = (SELECT app.street()) AND p.user_id = (SELECT app.user_id())));
CREATE POLICY added_by_keeper ON experts FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON experts FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_committee ON expert_terms FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'clerk', 'operator'));
CREATE POLICY by_reader ON expert_terms FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND certified_on IS NOT NULL
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'party_reader', 'counter'));
CREATE POLICY by_self ON expert_terms FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND certified_on IS NOT NULL AND (SELECT app.role()) = 'expert'
           AND (SELECT true FROM experts e WHERE e.street_id = expert_terms.street_id AND e.id = expert_id));
CREATE POLICY added_by_keeper ON expert_terms FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON expert_terms FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY with_expert ON expert_statements FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'clerk', 'operator')
                OR (SELECT true FROM experts e WHERE e.street_id = expert_statements.street_id AND e.id = expert_id)));
CREATE POLICY added ON expert_statements FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND ((SELECT app.role()) IN ('staff', 'operator') OR (SELECT app.role()) = 'expert' AND by_expert)
                AND (SELECT true FROM experts e WHERE e.street_id = expert_statements.street_id AND e.id = expert_id));

CREATE POLICY with_expert ON expert_works FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'clerk', 'operator')
                OR (SELECT true FROM experts e WHERE e.street_id = expert_works.street_id AND e.id = expert_id)));
CREATE POLICY added ON expert_works FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND ((SELECT app.role()) IN ('staff', 'operator') OR (SELECT app.role()) = 'expert' AND by_expert AND state = 'entered')
                AND (SELECT true FROM experts e WHERE e.street_id = expert_works.street_id AND e.id = expert_id));
CREATE POLICY changed_by_keeper ON expert_works FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_reader ON officers FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'clerk', 'operator',
                                       'city_leader', 'city_office', 'city_deputy', 'city_finance', 'counter'));
CREATE POLICY by_self ON officers FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('liaison', 'info_officer')
           AND (street_id, person_id) IN (SELECT p.street_id, p.id FROM people p
                                      WHERE p.street_id = (SELECT app.street()) AND p.user_id = (SELECT app.user_id())));
CREATE POLICY added_by_keeper ON officers FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON officers FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_reader ON officer_posts FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'clerk', 'operator',
                                       'city_leader', 'city_office', 'city_deputy', 'city_finance', 'counter'));
CREATE POLICY by_self ON officer_posts FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('liaison', 'info_officer')
           AND (SELECT true FROM officers o WHERE o.street_id = officer_posts.street_id AND o.id = officer_id));
CREATE POLICY added_by_keeper ON officer_posts FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON officer_posts FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY with_post ON officer_confirmations FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT true FROM officer_posts p WHERE p.street_id = officer_confirmations.street_id AND p.id = post_id));
CREATE POLICY added_by_keeper ON officer_confirmations FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

-- What happened to an expert or an officer is read by whoever sees them.
CREATE POLICY with_expert ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'expert' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM experts e WHERE e.street_id = audit_events.street_id AND e.id = subject_id));
CREATE POLICY with_officer ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'officer' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM officers o WHERE o.street_id = audit_events.street_id AND o.id = subject_id));

GRANT SELECT, INSERT, UPDATE ON experts, expert_terms, expert_works, officers, officer_posts TO portal_app;
GRANT SELECT, INSERT ON expert_statements, officer_confirmations TO portal_app;

END;
