BEGIN;

SELECT set_config('app.role', 'operator', true);

DROP POLICY removed_with_import ON deputy_elections;
REVOKE DELETE ON deputy_elections FROM portal_app;
DROP POLICY removed_with_import ON deputies;
CREATE POLICY removed_with_import ON deputies FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND app.added_by_import('deputies', street_id, id));
DROP POLICY added_by_city ON deputies;
CREATE POLICY added_by_keeper ON deputies FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE OR REPLACE FUNCTION app.guard_election() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'elected' THEN
        RAISE EXCEPTION 'the election is decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_final';
    END IF;
    IF NEW.state <> OLD.state AND app.role() NOT IN ('city_deputy', 'operator', '') THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_by_city';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION app.place_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.elected_how = 'by_election' AND app.role() = 'staff' THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_confirmed_by_city';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.person_id IS NULL THEN
        INSERT INTO people (street_id, name, sex, key) VALUES (NEW.street_id, NEW.name, NEW.sex, 'deputy:' || NEW.key)
        ON CONFLICT (street_id, key) DO UPDATE SET modified_at = people.modified_at
        RETURNING coalesce(merged_into, id) INTO NEW.person_id;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.district_id IS NOT NULL OR TG_OP = 'UPDATE' AND NEW.district_id IS DISTINCT FROM OLD.district_id THEN
        SELECT name, term INTO NEW.electoral_district, NEW.term FROM electoral_districts WHERE street_id = NEW.street_id AND id = NEW.district_id;
    ELSIF TG_OP = 'INSERT' OR (NEW.electoral_district, NEW.term) IS DISTINCT FROM (OLD.electoral_district, OLD.term) THEN
        INSERT INTO electoral_districts (street_id, term, name) VALUES (NEW.street_id, NEW.term, NEW.electoral_district)
        ON CONFLICT (street_id, term, name) DO NOTHING;
        NEW.district_id := (SELECT id FROM electoral_districts WHERE street_id = NEW.street_id AND term = NEW.term AND name = NEW.electoral_district);
    END IF;
    IF NEW.ended_on IS NOT NULL THEN
        NEW.state := 'ended';
    ELSIF NEW.state = 'ended' THEN
        NEW.state := 'in_office';
    END IF;
    RETURN NEW;
END $$;

DROP INDEX deputy_elections_person_once;
DROP INDEX deputy_elections_fill_once;
ALTER TABLE deputy_elections DISABLE TRIGGER deputy_elections_guarded;
DELETE FROM deputy_elections WHERE state = 'withdrawn' OR elected_on IS NULL;
ALTER TABLE deputy_elections ENABLE TRIGGER deputy_elections_guarded;
CREATE UNIQUE INDEX deputy_elections_fill_once ON deputy_elections (street_id, fills) WHERE fills IS NOT NULL AND state <> 'void';
ALTER TABLE deputy_elections
    DROP CONSTRAINT deputy_elections_majority,
    DROP CONSTRAINT deputy_elections_general_begins,
    DROP CONSTRAINT deputy_elections_by_election_dated,
    DROP CONSTRAINT deputy_elections_withdrawn_with_reason,
    DROP CONSTRAINT deputy_elections_decided,
    ADD CONSTRAINT deputy_elections_decided CHECK (state = 'elected' OR decided_on IS NOT NULL AND document <> ''),
    DROP CONSTRAINT deputy_elections_state_known,
    ADD CONSTRAINT deputy_elections_state_known CHECK (state IN ('elected', 'confirmed', 'void')),
    ALTER COLUMN elected_on SET NOT NULL,
    DROP COLUMN rerun,
    DROP COLUMN since;

ALTER TABLE deputy_steps
    DROP CONSTRAINT deputy_steps_documented,
    ADD CONSTRAINT deputy_steps_documented CHECK (document <> '' OR step NOT IN ('suspension', 'resumption', 'acceptance', 'termination', 'recall', 'transfer'));

ALTER TABLE deputies
    DROP CONSTRAINT deputies_since_confirmed,
    DROP CONSTRAINT deputies_credentials_whole,
    DROP CONSTRAINT deputies_credentials_short,
    DROP COLUMN confirmed_on,
    DROP COLUMN credentials;

SELECT set_config('app.role', '', true);

END;
