BEGIN;

-- Undoing an import removes the units that it added and nothing else. A unit that
-- an account acts for is kept like one that a row refers to.
CREATE POLICY removed_by_keeper ON units FOR DELETE
    USING (app.role() IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY removed_with_import ON units AS RESTRICTIVE FOR DELETE
    USING (app.added_by_import('units', street_id, id));
GRANT DELETE ON units TO portal_app;

CREATE POLICY asked_by_units ON role_grants FOR SELECT TO CURRENT_USER USING (true);

-- Runs as the owner: who keeps units need not see accounts.
CREATE FUNCTION app.unit_unused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT FROM public.role_grants g WHERE g.street_id = OLD.street_id AND g.unit_id = OLD.id) THEN
        RAISE EXCEPTION 'an account acts for unit %', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'units_unused', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER units_unused BEFORE DELETE ON units FOR EACH ROW EXECUTE FUNCTION app.unit_unused();

END;
