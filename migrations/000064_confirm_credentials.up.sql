BEGIN;

-- Nobody is a deputy before the standing committee has confirmed their credentials
-- 代表资格 (electoral law, arts 47, 57): whoever was elected, at a general election too,
-- waits in deputy_elections until the city enters the paper. Only the city's own entry
-- may name the paper at once.
SELECT set_config('app.role', 'operator', true);

ALTER TABLE deputies
    ADD COLUMN credentials  text NOT NULL DEFAULT '',
    ADD COLUMN confirmed_on date,
    ADD CONSTRAINT deputies_credentials_short CHECK (length(credentials) <= 50),
    ADD CONSTRAINT deputies_credentials_whole CHECK ((credentials = '') = (confirmed_on IS NULL)),
    ADD CONSTRAINT deputies_since_confirmed CHECK (since >= confirmed_on);

COMMENT ON COLUMN deputies.credentials IS 'The paper by which the standing committee confirmed the credentials, with its number; empty where the seat is older than this rule.';

UPDATE deputies d
SET credentials = s.document, confirmed_on = s.on_day
FROM deputy_steps s
WHERE s.street_id = d.street_id AND s.deputy_id = d.id AND s.step = 'confirmation' AND s.document <> '' AND s.on_day <= d.since;

ALTER TABLE deputy_steps
    DROP CONSTRAINT deputy_steps_documented,
    ADD CONSTRAINT deputy_steps_documented CHECK (document <> '' OR step NOT IN ('confirmation', 'suspension', 'resumption', 'acceptance', 'termination', 'recall', 'transfer'));

ALTER TABLE deputy_elections
    ADD COLUMN since date,
    ADD COLUMN rerun boolean NOT NULL DEFAULT false,
    ALTER COLUMN elected_on DROP NOT NULL,
    DROP CONSTRAINT deputy_elections_state_known,
    ADD CONSTRAINT deputy_elections_state_known CHECK (state IN ('elected', 'confirmed', 'void', 'withdrawn')),
    DROP CONSTRAINT deputy_elections_decided,
    ADD CONSTRAINT deputy_elections_decided CHECK (state IN ('elected', 'withdrawn') OR decided_on IS NOT NULL AND document <> ''),
    ADD CONSTRAINT deputy_elections_withdrawn_with_reason CHECK (state <> 'withdrawn' OR note <> ''),
    ADD CONSTRAINT deputy_elections_by_election_dated CHECK (how = 'general' OR elected_on IS NOT NULL),
    ADD CONSTRAINT deputy_elections_general_begins CHECK (how <> 'general' OR since IS NOT NULL),
    -- Electoral law, art. 45: more than half of the votes; at a second poll 另行选举 a third.
    ADD CONSTRAINT deputy_elections_majority CHECK (votes * 2 > ballots OR rerun AND votes * 3 >= ballots) NOT VALID;

COMMENT ON COLUMN deputy_elections.since IS 'Of a general election: the day from which the elected is to be a deputy, should the credentials be confirmed by then.';
COMMENT ON COLUMN deputy_elections.rerun IS 'Elected at a second poll 另行选举, where a third of the votes is enough (electoral law, art. 45).';

DROP INDEX deputy_elections_fill_once;
CREATE UNIQUE INDEX deputy_elections_fill_once ON deputy_elections (street_id, fills) WHERE fills IS NOT NULL AND state IN ('elected', 'confirmed');
-- One person waits once.
CREATE UNIQUE INDEX deputy_elections_person_once ON deputy_elections (street_id, person_id) WHERE state = 'elected';

-- Which register row a deputy comes from: the street never writes one.
CREATE OR REPLACE FUNCTION app.place_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND app.role() NOT IN ('city_deputy', 'operator', '') THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_confirmed_by_city';
    ELSIF TG_OP = 'INSERT' AND app.role() <> '' AND NEW.credentials = '' AND NEW.moved_from IS NULL THEN
        RAISE EXCEPTION 'no paper confirms the credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputies_credentials_named';
    ELSIF TG_OP = 'UPDATE' AND app.role() NOT IN ('city_deputy', 'operator', '') AND (NEW.credentials, NEW.confirmed_on) IS DISTINCT FROM (OLD.credentials, OLD.confirmed_on) THEN
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

DROP POLICY added_by_keeper ON deputies;
CREATE POLICY added_by_city ON deputies FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

-- The street takes back what it proposed, the city decides.
CREATE OR REPLACE FUNCTION app.guard_election() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'elected' THEN
        RAISE EXCEPTION 'the election is decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_final';
    END IF;
    IF NEW.state NOT IN (OLD.state, 'withdrawn') AND app.role() NOT IN ('city_deputy', 'operator', '') THEN
        RAISE EXCEPTION 'the standing committee confirms credentials' USING ERRCODE = 'check_violation', CONSTRAINT = 'deputy_elections_by_city';
    END IF;
    RETURN NEW;
END $$;

-- Undoing an import takes out the proposals that it made. Their rows of the import
-- bear negative numbers: no row of deputies has one. A confirmed seat that the city
-- imported the street does not take out.
CREATE POLICY removed_with_import ON deputy_elections FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND state = 'elected' AND app.added_by_import('deputies', street_id, -id));
DROP POLICY removed_with_import ON deputies;
CREATE POLICY removed_with_import ON deputies FOR DELETE
    USING (((SELECT app.role()) IN ('city_deputy', 'operator') OR (SELECT app.role()) = 'staff' AND credentials = '')
           AND street_id = ANY ((SELECT app.streets())::bigint[]) AND app.added_by_import('deputies', street_id, id));
GRANT DELETE ON deputy_elections TO portal_app;

SELECT set_config('app.role', '', true);

END;
