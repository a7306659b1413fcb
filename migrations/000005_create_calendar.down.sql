BEGIN;
DROP TABLE deadline_moves, deadlines, calendar_years, calendar_days, calendar_revision;
DROP FUNCTION app.calendar_changed();
END;
