BEGIN;

DROP TRIGGER meetings_stay_in_plan ON meetings;
DROP TRIGGER activities_stay_in_plan ON activities;
DROP FUNCTION app.keep_meeting_year();
DROP FUNCTION app.keep_planned_year();

END;
