BEGIN;

-- The register of official papers (发文登记簿): a number for each paper, allotted
-- when it is signed off. Who issues a paper is a street's committee, or with
-- street_id 0 the city's standing committee.
CREATE TABLE paper_prefixes (
    city_id     bigint      NOT NULL REFERENCES cities (id),
    street_id   bigint      NOT NULL DEFAULT 0,
    prefix      text        NOT NULL,
    version     integer     NOT NULL DEFAULT 1,
    modified_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (city_id, street_id),
    CONSTRAINT paper_prefixes_short CHECK (prefix <> '' AND length(prefix) <= 20),
    CONSTRAINT paper_prefixes_plain CHECK (prefix !~ '[〔〕[:space:][:cntrl:]]')
);

COMMENT ON TABLE paper_prefixes IS
'发文代字: what stands before the year in an issuer''s numbers, such as 莞人东城工委. Without a row app.paper_prefix says.';

CREATE TABLE paper_series (
    city_id   bigint  NOT NULL REFERENCES cities (id),
    street_id bigint  NOT NULL DEFAULT 0,
    year      integer NOT NULL,
    last      integer NOT NULL,
    PRIMARY KEY (city_id, street_id, year)
);

COMMENT ON TABLE paper_series IS
'The last number of each issuer in each year. Only papers_numbered writes here: its row lock keeps numbers of two sign-offs apart, and what rolls back gives its number back.';

CREATE TABLE papers (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id      bigint      NOT NULL REFERENCES cities (id),
    street_id    bigint      NOT NULL DEFAULT 0,
    kind         text        NOT NULL,
    subject_kind text        NOT NULL,
    subject_id   bigint      NOT NULL,
    title        text        NOT NULL,
    prefix       text        NOT NULL,
    year         integer     NOT NULL,
    number       integer     NOT NULL,
    signed_on    date        NOT NULL,
    issued_by    bigint      NOT NULL,
    issuer       text        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT papers_number_once UNIQUE (city_id, street_id, year, number),
    CONSTRAINT papers_kind_known CHECK (kind IN ('notice', 'report', 'request', 'letter', 'announcement', 'minutes', 'appointment', 'engagement')),
    CONSTRAINT papers_title_filled CHECK (title <> '' AND length(title) <= 300),
    CONSTRAINT papers_subject_filled CHECK (subject_kind <> '' AND subject_id > 0)
);

COMMENT ON TABLE papers IS '发文登记簿: what was issued under which number. Rows are never changed or deleted.';
COMMENT ON COLUMN papers.subject_kind IS 'The kind of record that the paper belongs to, such as mandate.';
COMMENT ON COLUMN papers.issued_by IS 'The account that signed the paper off; 0 for the operator.';
COMMENT ON COLUMN papers.issuer IS 'The name of who signed it off, as it was then.';

CREATE INDEX papers_by_day ON papers (city_id, signed_on DESC, id DESC);
CREATE INDEX papers_by_id ON papers (id);
CREATE INDEX papers_of_subject ON papers (street_id, subject_kind, subject_id);

CREATE FUNCTION app.paper_prefix(city bigint, street bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce(
        (SELECT p.prefix FROM paper_prefixes p WHERE p.city_id = city AND p.street_id = street),
        (SELECT right(regexp_replace(c.name, '市$', ''), 1) || '人' ||
                coalesce((SELECT regexp_replace(s.name, '街道$', '') || '工委' FROM streets s WHERE s.id = street), '常')
         FROM cities c WHERE c.id = city));
END $$;

COMMENT ON FUNCTION app.paper_prefix IS
'An issuer''s 代字: as chosen, else 莞人东城工委 and for the city 莞人常 (defaults, domain.md §5).';

-- Gives a paper the next number of its issuer and year. It runs as the owner, so
-- that no other statement can move a series.
CREATE FUNCTION app.number_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF NEW.street_id <> 0 THEN
        NEW.city_id := (SELECT s.city_id FROM streets s WHERE s.id = NEW.street_id);
    END IF;
    NEW.year := extract(year FROM NEW.signed_on);
    NEW.prefix := app.paper_prefix(NEW.city_id, NEW.street_id);
    INSERT INTO paper_series AS s (city_id, street_id, year, last)
    VALUES (NEW.city_id, NEW.street_id, NEW.year, 1)
    ON CONFLICT (city_id, street_id, year) DO UPDATE SET last = s.last + 1
    RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;

CREATE TRIGGER papers_numbered BEFORE INSERT ON papers FOR EACH ROW EXECUTE FUNCTION app.number_paper();

CREATE FUNCTION app.keep_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'paper % is issued and stays as it is', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'papers_fixed';
END $$;

CREATE TRIGGER papers_fixed BEFORE UPDATE OR DELETE ON papers FOR EACH ROW EXECUTE FUNCTION app.keep_paper();

ALTER TABLE paper_prefixes ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_prefixes FORCE  ROW LEVEL SECURITY;
ALTER TABLE paper_series   ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_series   FORCE  ROW LEVEL SECURITY;
ALTER TABLE papers         ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers         FORCE  ROW LEVEL SECURITY;

-- Whether the actor belongs to an issuer: to the street, or, for what the city
-- issues, to the city.
CREATE FUNCTION app.issues(city bigint, street bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.role() = 'operator'
        OR street <> 0 AND app.role() IN ('director', 'deputy_director', 'staff') AND street = app.street() AND city = app.city()
        OR street = 0 AND app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance') AND city = app.city();
END $$;

CREATE POLICY by_issuer ON paper_prefixes FOR SELECT TO portal_app
    USING (city_id = (SELECT app.city()) OR (SELECT app.role()) = 'operator');
CREATE POLICY added_by_issuer ON paper_prefixes FOR INSERT TO portal_app WITH CHECK (app.issues(city_id, street_id));
CREATE POLICY changed_by_issuer ON paper_prefixes FOR UPDATE TO portal_app USING (app.issues(city_id, street_id));

-- The city sees the papers of its streets; a street sees its own.
CREATE POLICY by_street ON papers FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff', 'operator', 'clerk'));
CREATE POLICY by_city ON papers FOR SELECT TO portal_app
    USING (street_id = 0 AND ((SELECT app.role()) = 'operator'
           OR (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance') AND city_id = (SELECT app.city())));
CREATE POLICY issued ON papers FOR INSERT TO portal_app WITH CHECK (app.issues(city_id, street_id));

CREATE POLICY numbered ON paper_series TO portal_owner USING (true) WITH CHECK (true);
CREATE POLICY numbered ON paper_prefixes FOR SELECT TO portal_owner USING (true);

GRANT SELECT, INSERT, UPDATE ON paper_prefixes TO portal_app;
GRANT SELECT, INSERT ON papers TO portal_app;

END;
