BEGIN;

-- An import makes tables many times larger within seconds. Until autovacuum comes
-- by, PostgreSQL would go on with plans that it made when they were empty, and read
-- all of a street for each row. This measures again what has grown by half since it
-- was last measured, as autovacuum would within a minute or so, and changes nothing.
-- It goes by the size of the files, which is known at once.
CREATE FUNCTION app.catch_up_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    t regclass;
BEGIN
    FOR t IN
        SELECT c.oid
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
          AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
          AND pg_relation_size(c.oid) > 8192 * (2 + 1.5 * greatest(c.relpages, 0))
    LOOP
        EXECUTE format('ANALYZE %s', t);
    END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION app.catch_up_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.catch_up_statistics() TO portal_app;

-- Undoing an import removes people and deputies whom nothing refers to: to see that
-- nothing does, PostgreSQL needs an index for each reference.
CREATE INDEX appointees_of_person ON appointees (street_id, person_id);
CREATE INDEX deputies_that_fill ON deputies (street_id, fills) WHERE fills IS NOT NULL;
CREATE INDEX deputy_elections_of_deputy ON deputy_elections (street_id, deputy_id) WHERE deputy_id IS NOT NULL;
CREATE INDEX deputy_elections_to_fill ON deputy_elections (street_id, fills) WHERE fills IS NOT NULL;
CREATE INDEX deputy_elections_of_person ON deputy_elections (street_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX reception_deputies_of_deputy ON reception_deputies (street_id, deputy_id);
CREATE INDEX person_merges_of_merged ON person_merges (street_id, merged_id);

END;
