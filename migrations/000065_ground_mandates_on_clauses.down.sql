BEGIN;
CREATE OR REPLACE VIEW clause_acts WITH (security_invoker = true) AS
    SELECT l.of_street_id, l.institution_id, l.number, l.suffix, l.street_id, l.kind, l.subject_id, l.title, l.acted_on
    FROM clause_links l
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
    WHERE 'opinion' = ANY (m.kinds) AND o.state NOT IN ('declined', 'merged', 'withdrawn');
CREATE OR REPLACE FUNCTION app.only_clause_in_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.of_street_id NOT IN (0, NEW.street_id) OR NOT EXISTS (
        SELECT
        FROM institution_versions v
        JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
        WHERE v.street_id = NEW.of_street_id AND v.institution_id = NEW.institution_id AND c.number = NEW.number AND c.suffix = NEW.suffix
          AND NOT c.repealed AND v.effective_on <= NEW.acted_on AND (v.ended_on IS NULL OR v.ended_on > NEW.acted_on)) THEN
        RAISE EXCEPTION 'no such clause in force' USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_in_force';
    END IF;
    RETURN NEW;
END $$;
DROP INDEX clause_links_of_record;
DROP VIEW clause_records;
DROP TRIGGER mandate_streets_ground ON mandate_streets;
DROP TRIGGER mandates_ground ON mandates;
DROP FUNCTION app.guard_ground_of_street();
DROP FUNCTION app.guard_ground();
ALTER TABLE mandates
    DROP COLUMN ground_street_id,
    DROP COLUMN ground_id,
    DROP COLUMN ground_number,
    DROP COLUMN ground_suffix;
COMMENT ON COLUMN mandates.basis IS 'Title of the document that it rests on; basis_clause names the clause.';
DROP FUNCTION app.mandate_stands(bigint, bigint, date);
DROP FUNCTION app.clause_stands(bigint, bigint, bigint, integer, integer, date);
END;
