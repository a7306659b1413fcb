BEGIN;

REVOKE DELETE ON officers, officer_posts, trainings, selection_candidates FROM portal_app;
DROP TRIGGER selection_candidates_removed_in_time ON selection_candidates;
DROP POLICY removed_with_import ON selection_candidates;
ALTER TABLE selection_candidates DROP COLUMN version;
DROP POLICY removed_with_import ON trainings;
DROP POLICY removed_with_import ON officers;
DROP POLICY removed_with_import ON officer_posts;

END;
