BEGIN;

DROP TRIGGER meetings_in_plan ON meetings;
DROP TRIGGER meetings_plan_kept ON meetings;
DROP FUNCTION app.keep_meeting_plan();
ALTER TABLE meetings DROP COLUMN plan_item_id, DROP COLUMN outside_plan_reason, DROP COLUMN entered;

END;
