BEGIN;
DROP TABLE opinion_urges, opinion_extensions, opinion_replies, opinion_assignments, opinion_counters, opinions;
DROP FUNCTION app.guard_opinion();
DROP FUNCTION app.note_unit();
END;
