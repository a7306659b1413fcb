BEGIN;

DELETE FROM deadlines WHERE kind = 'activity';
DROP POLICY with_activity ON audit_events;
DROP POLICY with_activity ON files;
DROP POLICY by_activity ON deadlines;
DROP POLICY guarded ON mandate_acts;
DROP TABLE activity_forwardings;
DROP TABLE activity_statements;
DROP TABLE activity_findings;
DROP TRIGGER activities_guarded ON activities;
DROP FUNCTION app.guard_activity();
DROP FUNCTION app.activity_is_covered(activities);
DROP TABLE activities;
DROP FUNCTION app.note_activity_unit();
DROP FUNCTION app.guard_activity_forwarding();
DROP FUNCTION app.guard_activity_statement();
DROP FUNCTION app.guard_activity_finding();
DROP FUNCTION app.may_move_activity(text, text);
DROP FUNCTION app.keeps_activities();

END;
