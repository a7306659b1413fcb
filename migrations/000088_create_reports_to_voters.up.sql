BEGIN;

-- Deputies report to the voters of the district that elected them, once a term each
-- (law on deputies, art. 58; domain.md §3 g): one session may hear several.
CREATE TABLE report_sessions (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    term         text        NOT NULL,
    district     text        NOT NULL,
    gathering_id bigint,
    state        text        NOT NULL DEFAULT 'planned',
    why          text        NOT NULL DEFAULT '',
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT report_sessions_key_once UNIQUE (street_id, key),
    CONSTRAINT report_sessions_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings (street_id, id),
    CONSTRAINT report_sessions_district_filled CHECK (district <> '' AND length(district) <= 100 AND length(term) <= 20),
    CONSTRAINT report_sessions_state_known CHECK (state IN ('planned', 'called', 'open', 'closed', 'cancelled')),
    CONSTRAINT report_sessions_cancelled_with_reason CHECK ((state = 'cancelled') = (why <> '') AND length(why) <= 500)
);

COMMENT ON TABLE report_sessions IS '述职会. Title, time, place and list are its gathering''s.';
COMMENT ON COLUMN report_sessions.district IS 'The electoral district or districts whose voters hear the reports.';

CREATE INDEX report_sessions_by_id ON report_sessions (id);

-- One deputy's report: the text, the speech, the rating, what came of it.
CREATE TABLE deputy_reports (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL,
    session_id   bigint      NOT NULL,
    deputy_id    bigint      NOT NULL,
    term         text        NOT NULL,
    held_on      date        NOT NULL,
    state        text        NOT NULL DEFAULT 'due',
    text         text        NOT NULL DEFAULT '',
    written_at   timestamptz,
    spoken_at    timestamptz,
    poll_id      bigint,
    published_at timestamptz,
    archived_at  timestamptz,
    why          text        NOT NULL DEFAULT '',
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_reports_session FOREIGN KEY (street_id, session_id) REFERENCES report_sessions (street_id, id),
    CONSTRAINT deputy_reports_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT deputy_reports_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls (street_id, id),
    CONSTRAINT deputy_reports_state_known CHECK (state IN ('due', 'written', 'spoken', 'rating', 'published', 'archived', 'dropped')),
    CONSTRAINT deputy_reports_text_short CHECK (length(text) <= 20000 AND length(why) <= 500),
    CONSTRAINT deputy_reports_in_order CHECK (
        (state = 'due' OR state = 'dropped' OR text <> '' AND written_at IS NOT NULL)
        AND (state IN ('spoken', 'rating', 'published', 'archived')) = (spoken_at IS NOT NULL)
        AND (state IN ('rating', 'published', 'archived')) = (poll_id IS NOT NULL)
        AND (state IN ('published', 'archived')) = (published_at IS NOT NULL)
        AND (state = 'archived') = (archived_at IS NOT NULL)
        AND (state = 'dropped') = (why <> ''))
);

COMMENT ON COLUMN deputy_reports.poll_id IS 'The rating without names that stands.';
COMMENT ON COLUMN deputy_reports.why IS 'Why the deputy did not report in this session.';

-- Once a term (domain.md §3 g).
CREATE UNIQUE INDEX deputy_reports_once_a_term ON deputy_reports (street_id, deputy_id, term) WHERE state <> 'dropped';
CREATE INDEX deputy_reports_of_session ON deputy_reports (street_id, session_id, id);
CREATE INDEX deputy_reports_of_deputy ON deputy_reports (street_id, deputy_id, held_on DESC, id DESC);
CREATE INDEX deputy_reports_by_day ON deputy_reports (street_id, held_on DESC, id DESC);
CREATE INDEX deputy_reports_by_id ON deputy_reports (id);

-- What voters asked and what they think, and what the deputy said to it.
CREATE TABLE report_remarks (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    report_id   bigint      NOT NULL,
    kind        text        NOT NULL,
    text        text        NOT NULL,
    author      text        NOT NULL DEFAULT '',
    answer      text        NOT NULL DEFAULT '',
    answered_at timestamptz,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT report_remarks_report FOREIGN KEY (street_id, report_id) REFERENCES deputy_reports (street_id, id),
    CONSTRAINT report_remarks_kind_known CHECK (kind IN ('question', 'opinion')),
    CONSTRAINT report_remarks_filled CHECK (text <> '' AND length(text) <= 2000 AND length(author) <= 50 AND length(answer) <= 5000),
    CONSTRAINT report_remarks_answered CHECK ((answer = '') = (answered_at IS NULL)),
    CONSTRAINT report_remarks_questions_on_the_spot CHECK (kind = 'opinion' OR answered_at IS NOT NULL)
);

COMMENT ON COLUMN report_remarks.kind IS 'question: asked and answered on the spot; opinion: answered in writing within a time (意见书面反馈).';
COMMENT ON COLUMN report_remarks.author IS 'Who said it, where they want to be named.';

CREATE INDEX report_remarks_of_report ON report_remarks (street_id, report_id, id);

-- Forward only; what was delivered, published and archived stays (hard rule 12).
CREATE FUNCTION app.guard_deputy_report() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('archived', 'dropped') THEN
        RAISE EXCEPTION 'report % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_over';
    ELSIF (NEW.session_id, NEW.deputy_id, NEW.term) IS DISTINCT FROM (OLD.session_id, OLD.deputy_id, OLD.term)
          OR NEW.text <> OLD.text AND OLD.state NOT IN ('due', 'written')
          OR OLD.published_at IS NOT NULL AND (NEW.published_at, NEW.poll_id) IS DISTINCT FROM (OLD.published_at, OLD.poll_id) THEN
        RAISE EXCEPTION 'report % stays as it was delivered', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_fixed';
    ELSIF app.role() IN ('deputy', 'group_leader')
          AND (NEW.spoken_at, NEW.poll_id, NEW.published_at, NEW.archived_at, NEW.why) IS DISTINCT FROM (OLD.spoken_at, OLD.poll_id, OLD.published_at, OLD.archived_at, OLD.why) THEN
        RAISE EXCEPTION 'deputies write report %, the office does the rest', OLD.id USING ERRCODE = 'insufficient_privilege';
    ELSIF NEW.state <> OLD.state
          AND (OLD.state, NEW.state) NOT IN (('due', 'written'), ('written', 'spoken'), ('spoken', 'rating'), ('rating', 'spoken'), ('rating', 'published'), ('published', 'archived'),
                                             ('due', 'dropped'), ('written', 'dropped')) THEN
        RAISE EXCEPTION 'report % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_forward';
    ELSIF NEW.state = 'spoken' AND OLD.state = 'written'
          AND NOT EXISTS (SELECT FROM report_sessions s WHERE s.street_id = OLD.street_id AND s.id = OLD.session_id AND s.state = 'open') THEN
        RAISE EXCEPTION 'report % is delivered in its session', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_in_session';
    ELSIF NEW.state = 'published' AND OLD.state = 'rating'
          AND NOT EXISTS (SELECT FROM polls p WHERE p.street_id = OLD.street_id AND p.id = NEW.poll_id AND p.kind = 'report' AND p.record_id = OLD.id AND p.state = 'closed') THEN
        RAISE EXCEPTION 'the rating of report % is not closed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_rated';
    ELSIF NEW.state = 'archived'
          AND EXISTS (SELECT FROM report_remarks r WHERE r.street_id = OLD.street_id AND r.report_id = OLD.id AND r.answered_at IS NULL) THEN
        RAISE EXCEPTION 'opinions about report % wait for an answer', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_answered';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER deputy_reports_guarded BEFORE UPDATE OR DELETE ON deputy_reports FOR EACH ROW EXECUTE FUNCTION app.guard_deputy_report();

CREATE FUNCTION app.guard_report_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF OLD.state IN ('closed', 'cancelled') OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'session % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_over';
    ELSIF NEW.state <> OLD.state
          AND (OLD.state, NEW.state) NOT IN (('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'closed')) THEN
        RAISE EXCEPTION 'session % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_forward';
    ELSIF NEW.state = 'closed'
          AND EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = OLD.street_id AND r.session_id = OLD.id AND r.state IN ('due', 'written', 'spoken', 'rating')) THEN
        RAISE EXCEPTION 'session % has reports that are not published', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_all_heard';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER report_sessions_guarded BEFORE UPDATE OR DELETE ON report_sessions FOR EACH ROW EXECUTE FUNCTION app.guard_report_session();

CREATE FUNCTION app.guard_report_remark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it    record := coalesce(NEW, OLD);
    state text;
BEGIN
    SELECT r.state INTO state FROM deputy_reports r WHERE r.street_id = it.street_id AND r.id = it.report_id FOR SHARE;
    IF state IN ('archived', 'dropped') OR TG_OP = 'DELETE' OR TG_OP = 'INSERT' AND state NOT IN ('spoken', 'rating', 'published') THEN
        RAISE EXCEPTION 'report % takes no remarks', it.report_id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_remarks_over';
    ELSIF TG_OP = 'UPDATE' AND ((NEW.report_id, NEW.kind, NEW.text, NEW.author) IS DISTINCT FROM (OLD.report_id, OLD.kind, OLD.text, OLD.author) OR OLD.answered_at IS NOT NULL) THEN
        RAISE EXCEPTION 'remark % stays', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_remarks_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER report_remarks_guarded BEFORE INSERT OR UPDATE OR DELETE ON report_remarks FOR EACH ROW EXECUTE FUNCTION app.guard_report_remark();

-- Reports to voters call people together as activities and meetings do.
ALTER TABLE gatherings DROP CONSTRAINT gatherings_kind_known;
ALTER TABLE gatherings ADD CONSTRAINT gatherings_kind_known CHECK (kind IN ('activity', 'meeting', 'report_session'));

-- The rating of a published report: sums only, for the deputy and for everybody.
CREATE FUNCTION app.published_rating(report bigint) RETURNS TABLE (number integer, question text, option text, votes integer, circle integer, ballots integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT q.number, q.text, s.option, s.votes,
               (SELECT count(*) FROM poll_voters v WHERE v.street_id = r.street_id AND v.poll_id = r.poll_id)::integer,
               ((SELECT count(*) FROM poll_voters v WHERE v.street_id = r.street_id AND v.poll_id = r.poll_id AND v.took_part)
                + (SELECT count(*) FROM poll_slips x WHERE x.street_id = r.street_id AND x.poll_id = r.poll_id AND x.used)
                + (SELECT coalesce(max(c.collected) FILTER (WHERE c.entry = 2), 0) FROM poll_counts c WHERE c.street_id = r.street_id AND c.poll_id = r.poll_id))::integer
        FROM deputy_reports r
        CROSS JOIN LATERAL app.poll_sums(r.street_id, r.poll_id) AS s
        JOIN poll_questions q ON q.street_id = r.street_id AND q.poll_id = r.poll_id AND q.number = s.number
        WHERE r.id = report AND r.state IN ('published', 'archived') AND (app.role() = 'public' OR r.street_id = ANY (app.streets()));
END $$;

REVOKE EXECUTE ON FUNCTION app.published_rating(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.published_rating(bigint) TO portal_app, portal_public;

ALTER TABLE report_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_sessions FORCE  ROW LEVEL SECURITY;
ALTER TABLE deputy_reports  ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_reports  FORCE  ROW LEVEL SECURITY;
ALTER TABLE report_remarks  ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_remarks  FORCE  ROW LEVEL SECURITY;

-- The committee and the city see all of a street; deputies the sessions of their
-- street, what is published and their own report; everybody what is published.
CREATE POLICY by_street ON report_sessions FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.reads_gatherings()) OR (SELECT app.role()) IN ('deputy', 'group_leader')));
CREATE POLICY kept ON report_sessions TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY by_desk ON deputy_reports FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.reads_gatherings()));
CREATE POLICY by_deputy ON deputy_reports FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND (SELECT app.role()) IN ('deputy', 'group_leader')
           AND (deputy_id = (SELECT app.deputy()) OR state IN ('published', 'archived')));
CREATE POLICY kept ON deputy_reports TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY written_by_deputy ON deputy_reports FOR UPDATE TO portal_app
    USING (street_id = (SELECT app.street()) AND deputy_id = (SELECT app.deputy()) AND (SELECT app.role()) IN ('deputy', 'group_leader')
           AND state IN ('due', 'written', 'spoken', 'rating', 'published'))
    WITH CHECK (state IN ('written', 'spoken', 'rating', 'published'));
CREATE POLICY by_public ON deputy_reports FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND state IN ('published', 'archived'));
CREATE POLICY by_report ON report_remarks FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = report_remarks.street_id AND r.id = report_remarks.report_id
                   AND ((SELECT app.reads_gatherings()) OR r.deputy_id = (SELECT app.deputy()))));
CREATE POLICY kept ON report_remarks TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_gatherings()));
CREATE POLICY answered_by_deputy ON report_remarks FOR UPDATE TO portal_app
    USING (EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = report_remarks.street_id AND r.id = report_remarks.report_id AND r.deputy_id = (SELECT app.deputy()))
           AND (SELECT app.role()) IN ('deputy', 'group_leader'));

CREATE POLICY guarded ON report_sessions TO portal_owner USING (true);
CREATE POLICY guarded ON deputy_reports TO portal_owner USING (true);
CREATE POLICY guarded ON report_remarks TO portal_owner USING (true);

CREATE POLICY by_deputy_report ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE kind
               WHEN 'deputy_report' THEN EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = deadlines.street_id AND r.id = subject_id)
               WHEN 'report_remark' THEN EXISTS (SELECT FROM report_remarks r WHERE r.street_id = deadlines.street_id AND r.id = subject_id)
               END);
CREATE POLICY with_deputy_report ON files TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND owner_kind = 'deputy_report'
           AND EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = files.street_id AND r.id = owner_id));

GRANT SELECT, INSERT, UPDATE ON report_sessions, deputy_reports, report_remarks TO portal_app;
GRANT SELECT (id, street_id, deputy_id, term, held_on, state, text, published_at) ON deputy_reports TO portal_public;

END;
