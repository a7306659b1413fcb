BEGIN;

-- Each meeting carries out an item of the annual plan or says why it is outside the
-- plan (domain.md §3 d, e), as activities do. What the operator enters from the past
-- stands in no plan of the portal.
ALTER TABLE meetings
    ADD COLUMN plan_item_id bigint, ADD COLUMN outside_plan_reason text NOT NULL DEFAULT '', ADD COLUMN entered boolean NOT NULL DEFAULT true;
ALTER TABLE meetings ALTER COLUMN entered SET DEFAULT false;
ALTER TABLE meetings
    ADD CONSTRAINT meetings_plan_item FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items (street_id, id),
    ADD CONSTRAINT meetings_planned_or_reason CHECK (entered OR (plan_item_id IS NULL) = (outside_plan_reason <> '')),
    ADD CONSTRAINT meetings_outside_plan_short CHECK (length(outside_plan_reason) <= 200);
COMMENT ON COLUMN meetings.outside_plan_reason IS 'Why it is not in the annual plan (计划外).';
COMMENT ON COLUMN meetings.entered IS 'Entered by the operator from a register of the past.';
CREATE INDEX meetings_of_item ON meetings (street_id, plan_item_id) WHERE plan_item_id IS NOT NULL;

-- Which item a meeting carries out is settled before it begins.
CREATE FUNCTION app.keep_meeting_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.entered AND app.role() <> 'operator' THEN
        RAISE EXCEPTION 'only the operator enters meetings of the past' USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_entered_by_operator', TABLE = TG_TABLE_NAME;
    ELSIF TG_OP = 'UPDATE' AND (NEW.entered <> OLD.entered OR OLD.state NOT IN ('planned', 'called')
          AND (NEW.plan_item_id, NEW.outside_plan_reason) IS DISTINCT FROM (OLD.plan_item_id, OLD.outside_plan_reason)) THEN
        RAISE EXCEPTION 'meeting % is in the plan as it began' , NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'meetings_stay_what_they_are', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER meetings_plan_kept BEFORE INSERT OR UPDATE ON meetings FOR EACH ROW EXECUTE FUNCTION app.keep_meeting_plan();
CREATE TRIGGER meetings_in_plan BEFORE INSERT OR UPDATE OF plan_item_id ON meetings FOR EACH ROW EXECUTE FUNCTION app.only_planned_item('held_on');

END;
