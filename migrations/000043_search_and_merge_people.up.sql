BEGIN;

-- Searching people. Every character and every two neighbouring characters of a name,
-- and every two of where somebody works, lead to the person in the order of names:
-- under row-level security no GIN index is used, and an equality on an ordered index
-- pages as fast with a hundred thousand people as with a hundred.
CREATE TABLE people_grams (
    street_id bigint NOT NULL,
    gram      text   COLLATE "C" NOT NULL,
    name      text   COLLATE "C" NOT NULL,
    person_id bigint NOT NULL,
    PRIMARY KEY (street_id, gram, name, person_id),
    FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id) ON DELETE CASCADE
);

COMMENT ON TABLE people_grams IS 'What people are found by. Kept by trigger from people; nobody writes here.';

CREATE INDEX people_grams_of ON people_grams (street_id, person_id);

CREATE FUNCTION app.grams(name text, work text) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT substr(name, i, 1) FROM generate_series(1, length(name)) i
    UNION
    SELECT substr(name, i, 2) FROM generate_series(1, length(name) - 1) i
    UNION
    SELECT substr(work, i, 2) FROM generate_series(1, length(work) - 1) i;
END;

ALTER TABLE people_grams ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_grams FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON people_grams FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) NOT IN ('office_dispatch', 'unit', 'voter_rep', 'expert', 'info_officer'));
CREATE POLICY kept_by_trigger ON people_grams TO CURRENT_USER USING (true);
GRANT SELECT ON people_grams TO portal_app;

-- Likely duplicates: the same name, and the same number, year of birth or work.
CREATE TABLE person_pairs (
    street_id    bigint      NOT NULL,
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    first_id     bigint      NOT NULL,
    second_id    bigint      NOT NULL,
    same         text[]      NOT NULL,
    found_at     timestamptz NOT NULL DEFAULT now(),
    apart_at     timestamptz,
    apart_by     text        NOT NULL DEFAULT '',
    apart_why    text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT person_pairs_once UNIQUE (street_id, first_id, second_id),
    FOREIGN KEY (street_id, first_id) REFERENCES people (street_id, id) ON DELETE CASCADE,
    FOREIGN KEY (street_id, second_id) REFERENCES people (street_id, id) ON DELETE CASCADE,
    CONSTRAINT person_pairs_ordered CHECK (first_id < second_id),
    CONSTRAINT person_pairs_apart_with_reason CHECK ((apart_at IS NULL) = (apart_by = '') AND (apart_at IS NULL) = (apart_why = ''))
);

COMMENT ON TABLE person_pairs IS 'Two rows that may be one human, found as they were written; apart_at: somebody looked and says that they are two.';
COMMENT ON COLUMN person_pairs.same IS 'What is the same beside the name: phone, born, work.';

CREATE INDEX person_pairs_open ON person_pairs (street_id, id) WHERE apart_at IS NULL;
CREATE INDEX person_pairs_second ON person_pairs (street_id, second_id);

ALTER TABLE person_pairs ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_pairs FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON person_pairs
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY found_by_trigger ON person_pairs TO CURRENT_USER USING (true);
GRANT SELECT ON person_pairs TO portal_app;
GRANT UPDATE (apart_at, apart_by, apart_why) ON person_pairs TO portal_app;

-- Runs as the owner: whoever may write a person need not be able to write here.
CREATE FUNCTION app.index_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.people_grams WHERE street_id = OLD.street_id AND person_id = OLD.id;
    END IF;
    IF NEW.merged_into IS NULL THEN
        INSERT INTO public.people_grams (street_id, gram, name, person_id)
        SELECT NEW.street_id, g, NEW.name, NEW.id FROM app.grams(NEW.name, NEW.work) AS g WHERE g <> '';
        INSERT INTO public.person_pairs (street_id, first_id, second_id, same)
        SELECT NEW.street_id, least(o.id, NEW.id), greatest(o.id, NEW.id),
               array_remove(ARRAY [CASE WHEN o.phone_mark = NEW.phone_mark THEN 'phone' END, CASE WHEN o.born = NEW.born THEN 'born' END,
                                   CASE WHEN o.work = NEW.work AND o.work <> '' THEN 'work' END], NULL)
        FROM public.people o
        WHERE o.street_id = NEW.street_id AND o.name COLLATE "C" = NEW.name AND o.id <> NEW.id AND o.merged_into IS NULL
          AND (o.phone_mark = NEW.phone_mark OR o.born = NEW.born OR o.work = NEW.work AND o.work <> '')
        LIMIT 20
        ON CONFLICT (street_id, first_id, second_id) DO NOTHING;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER people_indexed AFTER INSERT OR UPDATE OF name, work, born, phone_mark, merged_into ON people
    FOR EACH ROW EXECUTE FUNCTION app.index_person();

SELECT set_config('app.role', 'operator', true);
INSERT INTO people_grams (street_id, gram, name, person_id)
SELECT p.street_id, g, p.name, p.id FROM people p, app.grams(p.name, p.work) AS g WHERE p.merged_into IS NULL AND g <> '';

-- Mergings of two rows that are one human: who, why, what the merged row said, and
-- the undoing, possible for 30 days.
CREATE TABLE person_merges (
    street_id  bigint      NOT NULL,
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    kept_id    bigint      NOT NULL,
    merged_id  bigint      NOT NULL,
    why        text        NOT NULL,
    name       text        NOT NULL,
    sex        text        NOT NULL,
    born       integer,
    work       text        NOT NULL,
    user_id    bigint,
    merged_by  bigint      NOT NULL,
    merger     text        NOT NULL,
    merged_at  timestamptz NOT NULL,
    undone_by  bigint,
    undoer     text        NOT NULL DEFAULT '',
    undone_at  timestamptz,
    undone_why text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, kept_id) REFERENCES people (street_id, id),
    FOREIGN KEY (street_id, merged_id) REFERENCES people (street_id, id),
    CONSTRAINT person_merges_two CHECK (kept_id <> merged_id),
    CONSTRAINT person_merges_with_reason CHECK (why <> '' AND length(why) <= 200),
    CONSTRAINT person_merges_undone_whole CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_why = '')),
    CONSTRAINT person_merges_undone_within CHECK (undone_at IS NULL OR undone_at BETWEEN merged_at AND merged_at + interval '30 days')
);

COMMENT ON COLUMN person_merges.name IS 'What the merged row said before: it shows the kept one''s facts while it is merged.';
COMMENT ON COLUMN person_merges.user_id IS 'The account that passed from the merged row to the kept one.';

CREATE UNIQUE INDEX person_merges_open ON person_merges (street_id, merged_id) WHERE undone_at IS NULL;
CREATE INDEX person_merges_kept ON person_merges (street_id, kept_id);
CREATE INDEX person_merges_newest ON person_merges (street_id, merged_at DESC, id DESC);

ALTER TABLE person_merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_merges FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON person_merges FOR SELECT
    USING ((SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'city_deputy', 'city_office', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY made_by_keeper ON person_merges FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY undone_by_keeper ON person_merges FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT SELECT, INSERT ON person_merges TO portal_app;
GRANT UPDATE (undone_by, undoer, undone_at, undone_why) ON person_merges TO portal_app;

CREATE FUNCTION app.merge_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'a merging that was undone is history' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_merges_history';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_merges_history BEFORE UPDATE ON person_merges FOR EACH ROW EXECUTE FUNCTION app.merge_is_history();

-- A row is merged only by an open row of person_merges and parts again only when
-- that was undone. A row that others were merged into stays whole, and nothing is
-- merged into a merged row, so that one step leads to the human.
CREATE FUNCTION app.merge_is_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into IS NOT NULL THEN
        IF NOT EXISTS (SELECT FROM person_merges m WHERE m.street_id = NEW.street_id AND m.merged_id = NEW.id AND m.kept_id = NEW.merged_into AND m.undone_at IS NULL) THEN
            RAISE EXCEPTION 'a merging has its record' USING ERRCODE = 'check_violation', CONSTRAINT = 'people_merge_recorded';
        END IF;
        IF EXISTS (SELECT FROM people p WHERE p.street_id = NEW.street_id AND p.merged_into = NEW.id)
           OR EXISTS (SELECT FROM people p WHERE p.street_id = NEW.street_id AND p.id = NEW.merged_into AND p.merged_into IS NOT NULL) THEN
            RAISE EXCEPTION 'one step leads to the human' USING ERRCODE = 'check_violation', CONSTRAINT = 'people_merge_one_step';
        END IF;
    ELSIF EXISTS (SELECT FROM person_merges m WHERE m.street_id = NEW.street_id AND m.merged_id = NEW.id AND m.undone_at IS NULL) THEN
        RAISE EXCEPTION 'a merging is undone by its record' USING ERRCODE = 'check_violation', CONSTRAINT = 'people_merge_recorded';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_merge_recorded BEFORE UPDATE OF merged_into ON people FOR EACH ROW
    WHEN (NEW.merged_into IS DISTINCT FROM OLD.merged_into) EXECUTE FUNCTION app.merge_is_recorded();

-- A merged row says what the kept one says, so that every register shows the name
-- of the human.
CREATE FUNCTION app.merged_say_the_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people SET name = NEW.name, sex = NEW.sex, born = NEW.born, work = NEW.work
    WHERE street_id = NEW.street_id AND merged_into = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER people_merged_say_the_same AFTER UPDATE OF name, sex, born, work ON people FOR EACH ROW
    WHEN ((NEW.name, NEW.sex, NEW.born, NEW.work) IS DISTINCT FROM (OLD.name, OLD.sex, OLD.born, OLD.work))
    EXECUTE FUNCTION app.merged_say_the_same();

-- Undoing an import removes what it added and nothing else: the deputies, their first
-- membership, and the persons whom nothing else refers to.
CREATE POLICY removed_with_import ON deputies FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND app.added_by_import('deputies', street_id, id));
CREATE POLICY removed_with_import ON group_members AS RESTRICTIVE FOR DELETE
    USING (app.added_by_import('deputies', street_id, deputy_id));
CREATE POLICY removed_with_import ON people FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND key LIKE '%:import-%' AND user_id IS NULL
           AND EXISTS (SELECT FROM imports i WHERE i.street_id = people.street_id AND i.state = 'undoing'));
GRANT DELETE ON deputies, group_members, people TO portal_app;

END;
