BEGIN;

CREATE OR REPLACE FUNCTION app.own_people() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    kept bigint[];
BEGIN
    SELECT array_agg(coalesce(p.merged_into, p.id)) INTO kept
    FROM people p
    WHERE p.street_id = app.street()
      AND p.id IN (SELECT x.id FROM people x WHERE x.street_id = app.street() AND x.user_id = app.user_id()
                   UNION ALL
                   SELECT d.person_id FROM deputies d WHERE d.street_id = app.street() AND d.id = app.deputy());
    IF kept IS NULL THEN
        RETURN '{}'::bigint[];
    END IF;
    RETURN kept || (SELECT coalesce(array_agg(m.id), '{}') FROM people m WHERE m.street_id = app.street() AND m.merged_into = ANY (kept));
END $$;

DROP INDEX people_of_user;

CREATE OR REPLACE FUNCTION app.answer_call(street bigint, gathering bigint, why text, at timestamptz) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    g constant gatherings := app.held_gathering(street, gathering);
    a constant attendances := app.own_attendance(street, gathering);
BEGIN
    IF a.id IS NULL OR g.called_at IS NULL THEN
        RETURN 'stranger';
    ELSIF g.state NOT IN ('called', 'open') THEN
        RETURN 'over';
    ELSIF a.arrived_at IS NOT NULL THEN
        RETURN 'arrived';
    ELSIF why <> '' THEN
        UPDATE attendances
        SET leave_state = 'asked', leave_why = why, leave_asked_at = at, leave_at = NULL, leave_by = '', leave_note = '',
            received_at = coalesce(received_at, at), received_how = CASE WHEN received_at IS NULL THEN 'self' ELSE received_how END, modified_at = at
        WHERE street_id = a.street_id AND id = a.id;
    ELSE
        UPDATE attendances
        SET received_at = coalesce(received_at, at), received_how = CASE WHEN received_at IS NULL THEN 'self' ELSE received_how END,
            leave_state = '', leave_why = '', leave_asked_at = NULL, leave_at = NULL, leave_by = '', leave_note = '', modified_at = at
        WHERE street_id = a.street_id AND id = a.id;
    END IF;
    RETURN 'done';
END $$;

CREATE OR REPLACE FUNCTION app.arrive(street bigint, gathering bigint, typed text, way text, at timestamptz, OUT result text, OUT arrived timestamptz)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    g constant gatherings := app.held_gathering(street, gathering);
    a constant attendances := app.own_attendance(street, gathering);
BEGIN
    arrived := a.arrived_at;
    IF a.id IS NULL THEN
        result := 'stranger';
    ELSIF a.arrived_at IS NOT NULL THEN
        result := 'already';
    ELSIF g.state <> 'open' THEN
        result := 'closed';
    ELSIF way = 'code' AND a.tries >= 5 THEN
        result := 'locked';
    ELSIF NOT EXISTS (SELECT FROM gathering_doors d WHERE d.street_id = street AND d.gathering_id = gathering AND typed = CASE way WHEN 'qr' THEN d.token WHEN 'code' THEN d.code END) THEN
        result := 'wrong';
        UPDATE attendances SET tries = tries + 1 WHERE street_id = street AND id = a.id;
    ELSE
        result := 'arrived';
        arrived := at;
        UPDATE attendances SET arrived_at = at, arrived_how = way, modified_at = at WHERE street_id = street AND id = a.id;
    END IF;
END $$;

CREATE OR REPLACE FUNCTION app.guard_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it        constant attendances := coalesce(NEW, OLD);
    g         constant gatherings  := app.held_gathering(it.street_id, it.gathering_id);
    corrected constant boolean     := TG_OP = 'UPDATE' AND NEW.corrected_why <> '' AND (NEW.corrected_at, NEW.corrected_why) IS DISTINCT FROM (OLD.corrected_at, OLD.corrected_why)
                                      AND app.role() IN ('staff', 'operator');
    came      boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF g.state <> 'planned' THEN
            RAISE EXCEPTION 'the list of gathering % is frozen', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_frozen';
        END IF;
        RETURN OLD;
    ELSIF TG_OP = 'INSERT' THEN
        IF g.id IS NULL OR g.state NOT IN ('planned', 'called', 'open') THEN
            RAISE EXCEPTION 'the list of gathering % is closed', NEW.gathering_id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_over';
        ELSIF (g.state = 'planned') <> (NEW.added_why = '') THEN
            RAISE EXCEPTION 'who is called after the notice is called with a reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_added_with_reason';
        ELSIF NEW.arrived_at IS NOT NULL OR NEW.left_at IS NOT NULL OR NEW.leave_state <> '' OR NEW.received_at IS NOT NULL OR NEW.corrected_at IS NOT NULL THEN
            RAISE EXCEPTION 'first called, then all else' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_called_first';
        END IF;
        NEW.outcome := '';
        RETURN NEW;
    END IF;
    came := (NEW.arrived_at, NEW.arrived_how, NEW.left_at) IS DISTINCT FROM (OLD.arrived_at, OLD.arrived_how, OLD.left_at);
    IF (NEW.gathering_id, NEW.added_why) IS DISTINCT FROM (OLD.gathering_id, OLD.added_why)
       OR g.state <> 'planned'
          AND (NEW.person_street_id, NEW.person_id, NEW.deputy_id, NEW.post_id, NEW.unit_id, NEW.name, NEW.duty, NEW.capacity, NEW.due)
              IS DISTINCT FROM (OLD.person_street_id, OLD.person_id, OLD.deputy_id, OLD.post_id, OLD.unit_id, OLD.name, OLD.duty, OLD.capacity, OLD.due) THEN
        RAISE EXCEPTION 'the list of gathering % is frozen', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_frozen';
    ELSIF came OR (NEW.received_at, NEW.leave_state, NEW.leave_why, NEW.leave_at, NEW.leave_note, NEW.corrected_at)
                  IS DISTINCT FROM (OLD.received_at, OLD.leave_state, OLD.leave_why, OLD.leave_at, OLD.leave_note, OLD.corrected_at) THEN
        IF g.sealed THEN
            RAISE EXCEPTION 'gathering % is sealed', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_sealed';
        ELSIF g.state IN ('planned', 'cancelled') OR g.state = 'closed' AND NOT corrected THEN
            RAISE EXCEPTION 'gathering % is %', g.id, g.state USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_over';
        ELSIF came AND g.state = 'called' THEN
            RAISE EXCEPTION 'gathering % is not open', g.id USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_not_open';
        ELSIF came AND (OLD.arrived_at IS NOT NULL AND (NEW.arrived_at, NEW.arrived_how) IS DISTINCT FROM (OLD.arrived_at, OLD.arrived_how)
                        OR OLD.left_at IS NOT NULL AND NEW.left_at IS DISTINCT FROM OLD.left_at) AND NOT corrected THEN
            RAISE EXCEPTION 'what was recorded is corrected with a reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'attendances_correct_with_reason';
        END IF;
    END IF;
    NEW.version := OLD.version + 1;
    NEW.outcome := app.attendance_outcome(NEW, g);
    RETURN NEW;
END $$;

DROP FUNCTION app.leave_reasons(bigint);
REVOKE SELECT (
    id, street_id, gathering_id, held_on, person_street_id, person_id, deputy_id, post_id, unit_id, name, duty, capacity, due, added_why, received_at,
    received_how, leave_state, leave_asked_at, leave_by, leave_at, arrived_at, arrived_how, left_at, tries, outcome, corrected_why, corrected_at,
    version, created_at, modified_at
) ON attendances FROM portal_app;
GRANT SELECT ON attendances TO portal_app;

END;
