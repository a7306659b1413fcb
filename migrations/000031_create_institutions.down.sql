BEGIN;
DROP POLICY institution_unseen ON audit_events;
DROP POLICY with_institution ON audit_events;
DROP POLICY with_landing ON files;
DROP VIEW clause_acts;
DROP TABLE landings, clause_links, clause_marks, institution_filing_comments, institution_filings, institution_votes, institution_meetings,
    institution_opinions, institution_clauses, institution_versions, institutions;
DROP FUNCTION app.only_core_rule();
DROP FUNCTION app.only_clause_in_force();
DROP FUNCTION app.only_in_draft();
DROP FUNCTION app.step_institution();
DROP FUNCTION app.sees_institution(bigint, bigint, boolean);
END;
