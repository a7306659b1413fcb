BEGIN;

-- Sessions and reports begin at their beginning, whoever writes; a session may be
-- given another day until its reports are delivered, and keeps its list.
CREATE OR REPLACE FUNCTION app.guard_deputy_report() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'due' OR NEW.text <> '' OR NOT EXISTS (SELECT FROM report_sessions s WHERE s.street_id = NEW.street_id AND s.id = NEW.session_id AND s.state = 'planned') THEN
            RAISE EXCEPTION 'a report begins with its session' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_begin';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.state IN ('archived', 'dropped') THEN
        RAISE EXCEPTION 'report % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_over';
    ELSIF (NEW.session_id, NEW.deputy_id, NEW.term) IS DISTINCT FROM (OLD.session_id, OLD.deputy_id, OLD.term)
          OR (NEW.text, NEW.held_on) IS DISTINCT FROM (OLD.text, OLD.held_on) AND OLD.state NOT IN ('due', 'written')
          OR OLD.published_at IS NOT NULL AND (NEW.published_at, NEW.poll_id) IS DISTINCT FROM (OLD.published_at, OLD.poll_id) THEN
        RAISE EXCEPTION 'report % stays as it was delivered', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_reports_fixed';
    ELSIF app.role() IN ('deputy', 'group_leader')
          AND (NEW.held_on, NEW.spoken_at, NEW.poll_id, NEW.published_at, NEW.archived_at, NEW.why)
              IS DISTINCT FROM (OLD.held_on, OLD.spoken_at, OLD.poll_id, OLD.published_at, OLD.archived_at, OLD.why) THEN
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

CREATE OR REPLACE FUNCTION app.guard_report_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            RAISE EXCEPTION 'a session begins as planned' USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_begin';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('closed', 'cancelled') OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'session % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_over';
    ELSIF (NEW.term, NEW.gathering_id, NEW.key) IS DISTINCT FROM (OLD.term, coalesce(OLD.gathering_id, NEW.gathering_id), OLD.key) THEN
        RAISE EXCEPTION 'session % keeps its list', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_fixed';
    ELSIF NEW.state <> OLD.state
          AND (OLD.state, NEW.state) NOT IN (('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'closed')) THEN
        RAISE EXCEPTION 'session % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_forward';
    ELSIF NEW.state = 'closed'
          AND EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = OLD.street_id AND r.session_id = OLD.id AND r.state IN ('due', 'written', 'spoken', 'rating')) THEN
        RAISE EXCEPTION 'session % has reports that are not published', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'report_sessions_all_heard';
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER deputy_reports_guarded ON deputy_reports;
CREATE TRIGGER deputy_reports_guarded BEFORE INSERT OR UPDATE OR DELETE ON deputy_reports FOR EACH ROW EXECUTE FUNCTION app.guard_deputy_report();
DROP TRIGGER report_sessions_guarded ON report_sessions;
CREATE TRIGGER report_sessions_guarded BEFORE INSERT OR UPDATE OR DELETE ON report_sessions FOR EACH ROW EXECUTE FUNCTION app.guard_report_session();

END;
