BEGIN;

-- Undoing an import takes back the recommendations that it added, as long as nobody
-- has reviewed them; nothing else removes an expert.
CREATE POLICY removed_with_import ON expert_terms FOR DELETE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND state = 'recommended' AND app.added_by_import('experts', street_id, expert_id));
CREATE POLICY removed_with_import ON experts FOR DELETE TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND since IS NULL AND app.added_by_import('experts', street_id, id));
GRANT DELETE ON experts, expert_terms TO portal_app;

END;
