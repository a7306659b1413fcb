BEGIN;

-- Each activity carries out an item of the annual plan or says why it is outside the
-- plan (domain.md §3 e, f). What is entered from a register of the past was approved
-- by committees that the portal does not know, and stands in no plan of its.
ALTER TABLE activities DROP CONSTRAINT activities_texts_short;
ALTER TABLE activities RENAME COLUMN unplanned_why TO outside_plan_reason;
ALTER TABLE activities ADD COLUMN plan_item_id bigint, ADD COLUMN entered boolean NOT NULL DEFAULT false;
ALTER TABLE activities
    ADD CONSTRAINT activities_texts_short CHECK (
        length(purpose) <= 2000 AND length(returned_why) <= 500 AND length(survey) <= 4000 AND length(visited) <= 1000
        AND length(summary) <= 4000 AND length(report) <= 8000 AND length(unforwarded_why) <= 500 AND length(cancelled_why) <= 500),
    ADD CONSTRAINT activities_plan_item FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items (street_id, id),
    ADD CONSTRAINT activities_planned_or_reason CHECK (entered OR (plan_item_id IS NULL) = (outside_plan_reason <> '')),
    ADD CONSTRAINT activities_outside_plan_short CHECK (length(outside_plan_reason) <= 200),
    DROP CONSTRAINT activities_approved,
    ADD CONSTRAINT activities_approved CHECK (
        (entered OR (approver_post_id IS NULL) = (approved_on IS NULL)) AND (state IN ('draft', 'approval', 'cancelled') OR approved_on IS NOT NULL)
        AND (state NOT IN ('draft', 'approval') OR approved_on IS NULL));
COMMENT ON COLUMN activities.outside_plan_reason IS 'Why it is not in the annual plan (计划外).';
COMMENT ON COLUMN activities.entered IS 'Entered by the operator from a register of the past.';
CREATE INDEX activities_of_item ON activities (street_id, plan_item_id) WHERE plan_item_id IS NOT NULL;
CREATE TRIGGER activities_in_plan BEFORE INSERT OR UPDATE OF plan_item_id ON activities FOR EACH ROW EXECUTE FUNCTION app.only_planned_item('held_on');

-- What must never happen, whoever writes.
CREATE OR REPLACE FUNCTION app.guard_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free   constant text[] := '{version,modified_at,units,class}';
    broken text;
BEGIN
    IF NEW.partners <> '{}' AND (TG_OP = 'INSERT' OR NEW.partners <> OLD.partners)
       AND EXISTS (SELECT FROM unnest(NEW.partners) p
                   WHERE NOT EXISTS (SELECT FROM streets s JOIN streets own ON own.id = NEW.street_id AND own.city_id = s.city_id WHERE s.id = p)) THEN
        broken := 'activities_partners_of_city';
    ELSIF NEW.parent_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR (NEW.starts_at, NEW.ends_at) <> (OLD.starts_at, OLD.ends_at))
       AND NOT EXISTS (SELECT FROM activities p WHERE p.street_id = NEW.street_id AND p.id = NEW.parent_id AND p.kind = 'week' AND p.state <> 'cancelled'
                       AND NEW.held_on BETWEEN p.held_on AND (p.ends_at AT TIME ZONE 'Asia/Shanghai')::date) THEN
        broken := 'activities_part_of_week';
    ELSIF TG_OP = 'INSERT' THEN
        broken := CASE WHEN NEW.state <> 'draft' THEN 'activities_begin_as_draft' WHEN NEW.entered AND app.role() <> 'operator' THEN 'activities_entered_by_operator' END;
    ELSE
        broken := CASE
            WHEN (NEW.street_id, NEW.id, NEW.key, NEW.creator, NEW.group_id) IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.key, OLD.creator, OLD.group_id)
                 OR OLD.gathering_id IS NOT NULL AND NEW.gathering_id IS DISTINCT FROM OLD.gathering_id THEN 'activities_stay_themselves'
            WHEN OLD.state IN ('archived', 'cancelled') AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'activities_ended_is_final'
            WHEN NOT app.may_move_activity(OLD.state, NEW.state) THEN 'activities_moved_by_whom'
            WHEN OLD.state <> 'draft'
                 AND (NEW.kind, NEW.purpose, NEW.themes, NEW.parent_id, NEW.partners, NEW.supervises, NEW.subject, NEW.unit_id, NEW.concentrated, NEW.plan_item_id, NEW.outside_plan_reason, NEW.entered)
                     IS DISTINCT FROM (OLD.kind, OLD.purpose, OLD.themes, OLD.parent_id, OLD.partners, OLD.supervises, OLD.subject, OLD.unit_id, OLD.concentrated, OLD.plan_item_id, OLD.outside_plan_reason, OLD.entered)
                THEN 'activities_submitted_text'
            WHEN OLD.state NOT IN ('draft', 'approved', 'notified') AND (NEW.title, NEW.place, NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.title, OLD.place, OLD.starts_at, OLD.ends_at)
                THEN 'activities_rescheduled_in_time'
            WHEN OLD.state NOT IN ('notified', 'open', 'held') AND NEW.survey <> OLD.survey AND app.role() <> 'operator' THEN 'activities_surveyed_in_time'
            WHEN OLD.state NOT IN ('held', 'recorded') AND (NEW.summary, NEW.visited) <> (OLD.summary, OLD.visited) AND app.role() <> 'operator' THEN 'activities_recorded_in_time'
            WHEN OLD.report <> '' AND NEW.report <> OLD.report THEN 'activities_reported_once'
            WHEN OLD.forwarded_on IS NOT NULL AND (NEW.forwarded_on, NEW.forward_post_id, NEW.number) IS DISTINCT FROM (OLD.forwarded_on, OLD.forward_post_id, OLD.number)
                THEN 'activities_forwarded_once'
            WHEN NEW.supervises AND NEW.state NOT IN ('draft', 'cancelled')
                 AND (NEW.state, NEW.held_on, NEW.act_id, NEW.unit_id, NEW.subject) IS DISTINCT FROM (OLD.state, OLD.held_on, OLD.act_id, OLD.unit_id, OLD.subject)
                 AND NOT app.activity_is_covered(NEW) THEN 'activities_need_authority'
            WHEN NEW.state <> OLD.state AND NEW.state IN ('notified', 'open', 'held', 'recorded', 'reported', 'forwarded', 'archived')
                 AND NOT EXISTS (SELECT FROM gatherings g
                                 WHERE g.street_id = NEW.street_id AND g.id = NEW.gathering_id AND g.kind = 'activity' AND g.record_id = NEW.id
                                   AND g.state = CASE NEW.state WHEN 'notified' THEN 'called' WHEN 'open' THEN 'open' ELSE 'closed' END) THEN 'activities_with_gathering'
            WHEN NEW.state = 'forwarded' AND OLD.state <> 'forwarded'
                 AND NOT EXISTS (SELECT FROM activity_forwardings f WHERE f.street_id = NEW.street_id AND f.activity_id = NEW.id) THEN 'activities_forwarded_to_units'
            WHEN NEW.state = 'archived' AND EXISTS (SELECT FROM activity_forwardings f
                                                    WHERE f.street_id = NEW.street_id AND f.activity_id = NEW.id AND f.waived_at IS NULL
                                                      AND (f.answered_at IS NULL OR f.rectify_by IS NOT NULL AND f.rectified_at IS NULL)) THEN 'activities_answered_by_all'
            WHEN NEW.state = 'archived' AND NEW.kind IN ('inspection', 'study', 'appraisal', 'law_check')
                 AND (NEW.reported_on IS NULL OR NEW.unforwarded_why = '' AND NEW.forwarded_on IS NULL) THEN 'activities_reported_and_forwarded'
            END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'activity %: %', NEW.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;

END;
