BEGIN;

-- An authorisation rests on a clause of the 1+5+X (domain.md §3 a, b), so that
-- what is done under it is done under the clause: clause, authorisation, matter, act.
CREATE FUNCTION app.clause_stands(in_city bigint, of_street bigint, rule bigint, no integer, sub integer, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM institutions i
        JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
        JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
        WHERE i.city_id = in_city AND i.street_id = of_street AND i.id = rule AND c.number = no AND c.suffix = sub
          AND NOT c.repealed AND v.effective_on <= on_day AND (v.ended_on IS NULL OR v.ended_on > on_day));
END $$;
COMMENT ON FUNCTION app.clause_stands IS 'Whether a clause of a rule of the city (of_street 0) or of a street was in force on a day.';

ALTER TABLE mandates
    ADD COLUMN ground_street_id bigint,
    ADD COLUMN ground_id        bigint,
    ADD COLUMN ground_number    integer,
    ADD COLUMN ground_suffix    integer,
    ADD FOREIGN KEY (ground_street_id, ground_id) REFERENCES institutions (street_id, id),
    ADD CONSTRAINT mandates_ground_whole CHECK (num_nulls(ground_street_id, ground_id, ground_number, ground_suffix) IN (0, 4));
COMMENT ON COLUMN mandates.ground_id IS 'The rule on whose clause it rests (ground_number, ground_suffix), in force on the day of the decision; ground_street_id 0 is the city''s.';
COMMENT ON COLUMN mandates.basis IS 'Title of another document that it rests on, such as the request of a street; basis_clause names the clause or number.';
CREATE INDEX mandates_of_clause ON mandates (ground_id, ground_number, ground_suffix) WHERE ground_id IS NOT NULL;

CREATE FUNCTION app.guard_ground() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' THEN
        IF (NEW.ground_street_id, NEW.ground_id, NEW.ground_number, NEW.ground_suffix)
           IS DISTINCT FROM (OLD.ground_street_id, OLD.ground_id, OLD.ground_number, OLD.ground_suffix) THEN
            RAISE EXCEPTION 'only a draft is rewritten' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_issued_is_final';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.ground_id IS NULL OR NEW.state = 'dropped' THEN
        RETURN NEW;
    END IF;
    IF NOT app.clause_stands(NEW.city_id, NEW.ground_street_id, NEW.ground_id, NEW.ground_number, NEW.ground_suffix,
                             coalesce(NEW.decided_on, (NEW.modified_at AT TIME ZONE 'Asia/Shanghai')::date)) THEN
        RAISE EXCEPTION 'no such clause in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_ground_in_force';
    END IF;
    IF NEW.ground_street_id <> 0 AND EXISTS (SELECT FROM mandate_streets s WHERE s.mandate_id = NEW.id AND s.street_id <> NEW.ground_street_id) THEN
        RAISE EXCEPTION 'a street''s own rule grounds what is authorised to it alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_ground_of_street';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandates_ground BEFORE INSERT OR UPDATE ON mandates FOR EACH ROW EXECUTE FUNCTION app.guard_ground();

CREATE FUNCTION app.guard_ground_of_street() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM mandates d WHERE d.id = NEW.mandate_id AND d.ground_street_id <> 0 AND d.ground_street_id <> NEW.street_id) THEN
        RAISE EXCEPTION 'a street''s own rule grounds what is authorised to it alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_ground_of_street';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_streets_ground BEFORE INSERT ON mandate_streets FOR EACH ROW EXECUTE FUNCTION app.guard_ground_of_street();

-- What is in force in a street is counted in figures and listed in the room: once said.
CREATE FUNCTION app.mandate_stands(in_street bigint, mandate bigint, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM mandate_streets s
        JOIN mandate_versions v ON v.mandate_id = s.mandate_id AND v.state IN ('in_force', 'superseded')
             AND v.effective_on <= on_day AND (v.until_on IS NULL OR v.until_on > on_day)
        JOIN mandate_matters x ON x.mandate_id = v.mandate_id AND x.version = v.version
             AND x.from_on <= on_day AND (x.through_on IS NULL OR x.through_on >= on_day)
        WHERE s.street_id = in_street AND s.mandate_id = mandate
          AND s.received_on <= on_day
          AND (s.withdrawn_on IS NULL OR s.withdrawn_on > on_day)
          AND (s.concluded_on IS NULL OR s.concluded_on > on_day));
END $$;
COMMENT ON FUNCTION app.mandate_stands IS 'Whether a street has signed for an authorisation by a day, and a matter of it is neither over, withdrawn nor concluded.';

-- Records that staff may link to the clause under which they were made. Rooms to
-- come add theirs here and nowhere else.
CREATE VIEW clause_records WITH (security_invoker = true) AS
    SELECT t.street_id, 'training' AS kind, t.id AS subject_id, t.title, t.held_on AS acted_on
    FROM trainings t
    WHERE t.state IN ('held', 'closed')
    UNION ALL
    SELECT s.street_id, 'mandate', s.mandate_id, d.title, s.received_on
    FROM mandate_streets s
    JOIN mandates d ON d.id = s.mandate_id
    WHERE s.received_on IS NOT NULL
    UNION ALL
    SELECT a.street_id, 'mandate_act', a.id, a.title, a.act_on
    FROM mandate_acts a
    WHERE a.cancelled_on IS NULL;
COMMENT ON VIEW clause_records IS 'What clause_links may name beside kind other, with the title and the day that the link takes from it.';
GRANT SELECT ON clause_records TO portal_app;

CREATE INDEX clause_links_of_record ON clause_links (street_id, kind, subject_id);

-- A link names a clause of the street's own city that was in force on the day,
-- and a record that there is.
CREATE OR REPLACE FUNCTION app.only_clause_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> 'other' THEN
        SELECT r.title, r.acted_on INTO NEW.title, NEW.acted_on
        FROM clause_records r
        WHERE r.street_id = NEW.street_id AND r.kind = NEW.kind AND r.subject_id = NEW.subject_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no such record' USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_links_of_record';
        END IF;
    END IF;
    IF NEW.of_street_id NOT IN (0, NEW.street_id)
       OR NOT app.clause_stands((SELECT s.city_id FROM streets s WHERE s.id = NEW.street_id), NEW.of_street_id, NEW.institution_id, NEW.number, NEW.suffix, NEW.acted_on) THEN
        RAISE EXCEPTION 'no such clause in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_in_force';
    END IF;
    RETURN NEW;
END $$;

-- An authorisation and the acts under it are done under the clause on which it
-- rests. A record that was cancelled since it was linked counts no more.
CREATE OR REPLACE VIEW clause_acts WITH (security_invoker = true) AS
    SELECT l.of_street_id, l.institution_id, l.number, l.suffix, l.street_id, l.kind, l.subject_id, l.title, l.acted_on
    FROM clause_links l
    WHERE l.kind = 'other'
       OR EXISTS (SELECT FROM clause_records r WHERE r.street_id = l.street_id AND r.kind = l.kind AND r.subject_id = l.subject_id)
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, v.street_id, 'visit', v.id, '', v.held_on
    FROM clause_marks m
    JOIN visits v ON m.street_id IN (0, v.street_id)
    WHERE 'visit' = ANY (m.kinds)
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, r.street_id, 'reception', r.id, '', r.held_on
    FROM clause_marks m
    JOIN receptions r ON m.street_id IN (0, r.street_id)
    WHERE 'reception' = ANY (m.kinds) AND r.state = 'published'
    UNION ALL
    SELECT m.street_id, m.institution_id, m.number, m.suffix, o.street_id, 'opinion', o.id, '', o.received_on
    FROM clause_marks m
    JOIN opinions o ON m.street_id IN (0, o.street_id)
    WHERE 'opinion' = ANY (m.kinds) AND o.state NOT IN ('declined', 'merged', 'withdrawn')
    UNION ALL
    SELECT d.ground_street_id, d.ground_id, d.ground_number, d.ground_suffix, s.street_id, 'mandate', d.id, d.title, d.issued_on
    FROM mandates d
    JOIN mandate_streets s ON s.mandate_id = d.id AND s.state <> 'planned'
    WHERE d.ground_id IS NOT NULL
    UNION ALL
    SELECT d.ground_street_id, d.ground_id, d.ground_number, d.ground_suffix, a.street_id, 'mandate_act', a.id, a.title, a.act_on
    FROM mandates d
    JOIN mandate_acts a ON a.mandate_id = d.id AND a.cancelled_on IS NULL
    WHERE d.ground_id IS NOT NULL;

END;
