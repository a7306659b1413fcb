BEGIN;

-- What was promised of an opinion (挂账) comes later only as the director says, with a
-- reason; the first day stays to be read (domain.md §3 j and k).
CREATE TABLE opinion_promise_extensions (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    opinion_id  bigint      NOT NULL,
    first_due   date        NOT NULL,
    due_from    date        NOT NULL,
    due_to      date        NOT NULL,
    reason      text        NOT NULL,
    extended_at timestamptz NOT NULL,
    extender    text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT opinion_promise_extensions_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id),
    CONSTRAINT opinion_promise_extensions_reason CHECK (reason <> '' AND length(reason) <= 500),
    CONSTRAINT opinion_promise_extensions_later CHECK (due_to > due_from AND due_from >= first_due),
    CONSTRAINT opinion_promise_extensions_extender CHECK (extender <> '')
);
CREATE INDEX opinion_promise_extensions_of_opinion ON opinion_promise_extensions (street_id, opinion_id, id);
COMMENT ON TABLE opinion_promise_extensions IS 'Each time that the day of a promise was moved; nothing here changes.';
COMMENT ON COLUMN opinion_promise_extensions.first_due IS 'The day that was promised at first.';

CREATE FUNCTION app.guard_opinion_promise_extension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF app.role() NOT IN ('', 'director', 'operator') THEN
        RAISE EXCEPTION 'only the director moves the day of a promise'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinion_promise_extensions_by_director';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opinion_promise_extensions_guarded BEFORE INSERT ON opinion_promise_extensions
    FOR EACH ROW EXECUTE FUNCTION app.guard_opinion_promise_extension();

CREATE FUNCTION app.guard_opinion_promise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM opinion_promise_extensions e
                   WHERE e.street_id = NEW.street_id AND e.opinion_id = NEW.id AND e.due_from = OLD.promised_on AND e.due_to = NEW.promised_on)
    THEN
        RAISE EXCEPTION 'the day of a promise is moved by an extension'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinions_promise_moved_by_extension';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opinions_promise_guarded BEFORE UPDATE ON opinions
    FOR EACH ROW WHEN (OLD.state = 'promised' AND NEW.promised_on IS DISTINCT FROM OLD.promised_on)
    EXECUTE FUNCTION app.guard_opinion_promise();

ALTER TABLE opinion_promise_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_promise_extensions FORCE  ROW LEVEL SECURITY;
CREATE POLICY with_opinion ON opinion_promise_extensions
    USING (EXISTS (SELECT FROM opinions o WHERE o.street_id = opinion_promise_extensions.street_id AND o.id = opinion_id));
GRANT SELECT, INSERT ON opinion_promise_extensions TO portal_app;

END;
