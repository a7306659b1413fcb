BEGIN;

DROP POLICY by_mandate ON audit_events;
DROP POLICY with_mandate_report ON files;
DROP POLICY by_mandate ON deadlines;
ALTER TABLE mandates DROP CONSTRAINT mandates_request_street_id_request_id_fkey;
DROP TABLE mandate_requests, mandate_acts, mandate_report_matters, mandate_reports, mandate_streets, mandate_matters, mandate_versions, mandates;
DROP FUNCTION app.guard_mandate_request(), app.guard_mandate_report(), app.settle_acts(), app.act_begins(), app.guard_act(),
    app.covering_matter(bigint, text, text, text, date), app.live_matter(bigint, text, text, text, date, bigint), app.guard_mandate_street(),
    app.guard_mandate_matter(), app.guard_mandate_version(), app.change_takes_force(), app.withdrawal_takes_force(), app.guard_mandate(), app.may_step(text[], text, text), app.reads_mandates(), app.city_role();

END;
