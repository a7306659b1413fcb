BEGIN;

-- What carries out an item of a plan stays in the year of that plan when it is moved to
-- another day: app.only_planned_item looks when the item is named, this when the day
-- is changed.
CREATE FUNCTION app.keep_planned_year() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT
                   FROM plan_items i
                   JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
                   WHERE i.street_id = NEW.street_id AND i.id = NEW.plan_item_id AND p.year = extract(year FROM NEW.held_on)) THEN
        RAISE EXCEPTION 'item % is not in the plan of the year', NEW.plan_item_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_planned_item', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_stay_in_plan BEFORE UPDATE ON activities FOR EACH ROW
    WHEN (NEW.held_on <> OLD.held_on AND NEW.plan_item_id IS NOT NULL)
    EXECUTE FUNCTION app.keep_planned_year();

-- A meeting's day follows its gathering's by a foreign key, before its item is changed
-- with it: what counts is how both stand in the end.
CREATE FUNCTION app.keep_meeting_year() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT
               FROM meetings m
               JOIN plan_items i ON i.street_id = m.street_id AND i.id = m.plan_item_id
               JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
               WHERE m.street_id = NEW.street_id AND m.id = NEW.id AND p.year <> extract(year FROM m.held_on)) THEN
        RAISE EXCEPTION 'meeting % is not in the plan of its year', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'only_planned_item', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER meetings_stay_in_plan AFTER UPDATE ON meetings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.held_on <> OLD.held_on AND NEW.plan_item_id IS NOT NULL)
    EXECUTE FUNCTION app.keep_meeting_year();

END;
