BEGIN;

-- Who keeps accounts chooses, and who approves roles reads, the names of what a
-- role is bound to. What else these tables hold, their pages never read.
CREATE POLICY by_security ON units FOR SELECT
    USING (app.role() = 'security_admin'
           AND street_id = ANY ((SELECT array_agg(s.id) FROM streets s WHERE s.city_id = app.city())::bigint[]));
CREATE POLICY by_accounts ON deputies FOR SELECT
    USING (app.role() IN ('system_admin', 'security_admin')
           AND street_id = ANY ((SELECT array_agg(s.id) FROM streets s WHERE s.city_id = app.city())::bigint[]));

-- The history of accounts; nothing of what people do in their roles.
CREATE POLICY by_accounts ON audit_events FOR SELECT
    USING (app.role() IN ('system_admin', 'security_admin') AND kind = 'account' AND city_id = app.city());

END;
