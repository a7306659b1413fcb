BEGIN;

-- What is called off after the door was opened, for a storm, was not held: nobody is
-- absent, everybody called is told, and it counts for nobody.
ALTER TABLE gatherings
    DROP CONSTRAINT gatherings_in_order,
    ADD CONSTRAINT gatherings_in_order CHECK (
        (state NOT IN ('called', 'open', 'closed') OR called_at IS NOT NULL)
        AND (state <> 'planned' OR called_at IS NULL)
        AND (state = 'cancelled' OR (state IN ('open', 'closed')) = (opened_at IS NOT NULL))
        AND (state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL));

-- Forward only; what was told is changed with a reason and a higher sequence; what
-- is over stays (hard rule 12).
CREATE OR REPLACE FUNCTION app.guard_gathering() RETURNS trigger LANGUAGE plpgsql AS $$
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
          AND (OLD.state, NEW.state) NOT IN (('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'closed'), ('open', 'cancelled'))
          OR OLD.state = 'open' AND moved THEN
        RAISE EXCEPTION 'gathering % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_forward';
    ELSIF (OLD.state = 'called' AND moved OR OLD.state IN ('called', 'open') AND NEW.state = 'cancelled') AND (NEW.sequence <= OLD.sequence OR NEW.why = '') THEN
        RAISE EXCEPTION 'a change of gathering % is told with a reason', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_change_told';
    ELSIF NEW.state = 'called' AND OLD.state = 'planned'
          AND NOT EXISTS (SELECT FROM attendances a WHERE a.street_id = OLD.street_id AND a.gathering_id = OLD.id) THEN
        RAISE EXCEPTION 'nobody is called to gathering %', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_somebody_called';
    END IF;
    RETURN NEW;
END $$;

-- What an activity leaves behind when it ends: what is cancelled has no list that
-- counts; no rating runs on.
CREATE FUNCTION app.end_activity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    broken constant text := CASE
        WHEN EXISTS (SELECT FROM polls p WHERE p.street_id = NEW.street_id AND p.kind = 'appraisal' AND p.record_id = NEW.id AND p.state = 'open') THEN 'activities_rated_first'
        WHEN NEW.state = 'cancelled' AND EXISTS (SELECT FROM gatherings g WHERE g.street_id = NEW.street_id AND g.id = NEW.gathering_id AND g.state <> 'cancelled') THEN 'activities_with_gathering'
        END;
BEGIN
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'activity %: %', NEW.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_ended BEFORE UPDATE ON activities FOR EACH ROW
    WHEN (NEW.state <> OLD.state AND NEW.state IN ('held', 'archived', 'cancelled'))
    EXECUTE FUNCTION app.end_activity();

-- Whether on a day nothing more is corrected of who was at an activity: it is archived,
-- the quarter's record of that street's deputies is published, the days for disputes are
-- over, and no dispute about it waits for its answer or, granted, for the publication
-- that puts it right (domain.md hard rule 12, §3 g).
CREATE FUNCTION app.attendance_settled(street bigint, gathering bigint, of_street bigint, day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
    SELECT EXISTS (
        SELECT
        FROM gatherings g
        JOIN activities a ON a.street_id = g.street_id AND a.id = g.record_id AND a.state = 'archived'
        JOIN performance_publications p ON p.street_id = of_street AND g.held_on BETWEEN p.from_on AND p.to_on
        JOIN deadlines d ON d.street_id = p.street_id AND d.kind = 'performance_publication' AND d.subject_id = p.id AND d.name = 'dispute' AND d.ended_how <> 'dropped'
        WHERE g.street_id = street AND g.id = gathering AND g.kind = 'activity'
          AND d.due_on < day
          AND NOT EXISTS (SELECT FROM performance_publications n
                          WHERE n.street_id = p.street_id AND n.year = p.year AND n.quarter = p.quarter AND n.revision > p.revision)
          AND NOT EXISTS (SELECT FROM performance_disputes x
                          WHERE x.street_id = p.street_id AND x.publication_id = p.id AND x.source = 'gathering' AND x.source_id = g.id
                            AND (x.state = 'open' OR x.state = 'granted' AND x.remedy = 'source')))
$$;
REVOKE EXECUTE ON FUNCTION app.attendance_settled(bigint, bigint, bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.attendance_settled(bigint, bigint, bigint, date) TO portal_app;

CREATE FUNCTION app.settle_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF app.attendance_settled(NEW.street_id, NEW.gathering_id, NEW.person_street_id, (NEW.corrected_at AT TIME ZONE 'Asia/Shanghai')::date) THEN
        RAISE EXCEPTION 'the quarter of gathering % is settled', NEW.gathering_id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_settled', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attendances_settled BEFORE UPDATE ON attendances FOR EACH ROW
    WHEN (NEW.corrected_at IS DISTINCT FROM OLD.corrected_at)
    EXECUTE FUNCTION app.settle_attendance();

CREATE POLICY settled ON performance_publications FOR SELECT TO portal_owner USING (true);
CREATE POLICY settled ON performance_disputes FOR SELECT TO portal_owner USING (true);
CREATE POLICY settled ON deadlines FOR SELECT TO portal_owner USING (kind = 'performance_publication');

END;
