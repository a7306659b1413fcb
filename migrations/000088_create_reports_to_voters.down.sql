BEGIN;

DROP POLICY by_deputy_report ON deadlines;
DROP POLICY with_deputy_report ON files;
DROP FUNCTION app.published_rating(bigint);
ALTER TABLE gatherings DROP CONSTRAINT gatherings_kind_known;
ALTER TABLE gatherings ADD CONSTRAINT gatherings_kind_known CHECK (kind IN ('activity', 'meeting'));
DROP TABLE report_remarks;
DROP TABLE deputy_reports;
DROP TABLE report_sessions;
DROP FUNCTION app.guard_report_remark();
DROP FUNCTION app.guard_report_session();
DROP FUNCTION app.guard_deputy_report();

END;
