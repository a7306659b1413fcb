BEGIN;

-- Who keeps a street's people ties accounts to them by their login, and sees no
-- more of accounts than whether there is one that acts in the street.
CREATE POLICY found_by_login ON users FOR SELECT TO portal_owner USING (true);
CREATE POLICY found_by_login ON role_grants FOR SELECT TO portal_owner USING (true);

CREATE FUNCTION app.street_account(street bigint, of_login text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF app.role() NOT IN ('staff', 'operator') OR street <> ALL (app.streets()) THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT u.id
        FROM public.users u
        WHERE u.login = of_login
          AND EXISTS (SELECT FROM public.role_grants g
                      WHERE g.user_id = u.id AND g.street_id = street_account.street AND g.approved AND g.revoked_at IS NULL));
END $$;

COMMENT ON FUNCTION app.street_account IS 'The account with that login that has a role in the street; NULL for none.';

REVOKE ALL ON FUNCTION app.street_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.street_account TO portal_app;

END;
