BEGIN;

-- Undoing an import takes back what it added to the teams' lists, as long as nobody
-- has worked on it; nothing else removes these rows.
CREATE POLICY removed_with_import ON officer_posts FOR DELETE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND state = 'proposed' AND app.added_by_import('officers', street_id, officer_id));
CREATE POLICY removed_with_import ON officers FOR DELETE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND app.added_by_import('officers', street_id, id));
GRANT DELETE ON officers, officer_posts TO portal_app;

CREATE POLICY removed_with_import ON trainings FOR DELETE TO portal_app
    USING ((SELECT app.keeps_trainings()) AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND state = 'planned' AND app.added_by_import('trainings', street_id, id));
GRANT DELETE ON trainings TO portal_app;

ALTER TABLE selection_candidates ADD COLUMN version integer NOT NULL DEFAULT 1;
CREATE POLICY removed_with_import ON selection_candidates AS RESTRICTIVE FOR DELETE TO portal_app
    USING (dropped_why = '' AND app.added_by_import('voter-candidates', street_id, id));
CREATE TRIGGER selection_candidates_removed_in_time BEFORE DELETE ON selection_candidates
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('recommending');
GRANT DELETE ON selection_candidates TO portal_app;

END;
