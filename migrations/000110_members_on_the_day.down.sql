BEGIN;

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
    ELSIF came OR (NEW.received_at, NEW.received_how, NEW.leave_state, NEW.leave_why, NEW.leave_asked_at, NEW.leave_by, NEW.leave_at, NEW.leave_note,
                   NEW.tries, NEW.corrected_at, NEW.corrected_why)
                  IS DISTINCT FROM (OLD.received_at, OLD.received_how, OLD.leave_state, OLD.leave_why, OLD.leave_asked_at, OLD.leave_by, OLD.leave_at, OLD.leave_note,
                                    OLD.tries, OLD.corrected_at, OLD.corrected_why) THEN
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

CREATE OR REPLACE FUNCTION app.attendance_outcome(a attendances, g gatherings) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF g.state IN ('planned', 'cancelled') THEN
        RETURN '';
    ELSIF a.arrived_at > g.starts_at + make_interval(mins => g.grace) THEN
        RETURN 'late';
    ELSIF a.left_at < least(g.ends_at, g.closed_at) - make_interval(mins => g.grace) THEN
        RETURN 'early';
    ELSIF a.arrived_at IS NOT NULL THEN
        RETURN 'present';
    ELSIF a.leave_state = 'granted' THEN
        RETURN 'leave';
    ELSIF g.state = 'closed' THEN
        RETURN 'absent';
    END IF;
    RETURN '';
END $$;

CREATE OR REPLACE FUNCTION app.guard_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION app.meeting_now(meeting bigint, OUT due bigint, OUT present bigint)
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

DROP TRIGGER attendances_of_meetings ON attendances;
CREATE TRIGGER attendances_of_meetings BEFORE INSERT ON attendances FOR EACH ROW WHEN (NEW.due) EXECUTE FUNCTION app.guard_meeting_list();
DROP FUNCTION app.due_as_member(attendances, gatherings);
DROP FUNCTION app.meeting_surplus(bigint, text, bigint, date);
ALTER TABLE attendances DROP CONSTRAINT attendances_ceased, DROP COLUMN ceased;

END;
