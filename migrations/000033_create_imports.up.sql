BEGIN;

-- A sheet that fills a register: sent, read, looked at, confirmed, and undone as a
-- whole where need be.
CREATE TABLE imports (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    register     text        NOT NULL,
    file_name    text        NOT NULL,
    file_size    integer     NOT NULL,
    file_sealed  bytea,
    state        text        NOT NULL DEFAULT 'reading',
    failure      text        NOT NULL DEFAULT '',
    remark       text        NOT NULL DEFAULT '',
    total        integer     NOT NULL DEFAULT 0,
    done         integer     NOT NULL DEFAULT 0,
    beat_at      timestamptz NOT NULL,
    sent_by      bigint      NOT NULL,
    sender       text        NOT NULL,
    sent_at      timestamptz NOT NULL,
    confirmed_by bigint,
    confirmer    text        NOT NULL DEFAULT '',
    confirmed_at timestamptz,
    undone_by    bigint,
    undoer       text        NOT NULL DEFAULT '',
    undone_at    timestamptz,
    undone_why   text        NOT NULL DEFAULT '',
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    PRIMARY KEY (street_id, id),
    CONSTRAINT imports_key_once UNIQUE (street_id, key),
    CONSTRAINT imports_state_known CHECK (state IN ('reading', 'unreadable', 'preview', 'applying', 'applied', 'undoing', 'undone', 'discarded')),
    CONSTRAINT imports_failure_told CHECK ((state = 'unreadable') = (failure <> '')),
    CONSTRAINT imports_confirmed_whole CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CONSTRAINT imports_confirmed_before_applied CHECK (confirmed_at IS NOT NULL OR state NOT IN ('applying', 'applied', 'undoing', 'undone')),
    CONSTRAINT imports_undone_with_reason CHECK ((undone_by IS NULL) = (undone_at IS NULL) AND (undone_by IS NULL) = (undone_why = '')),
    CONSTRAINT imports_undone_within CHECK (undone_at IS NULL OR undone_at <= confirmed_at + interval '30 days'),
    CONSTRAINT imports_undoing_asked CHECK ((undone_at IS NOT NULL) = (state IN ('undoing', 'undone')))
);

COMMENT ON TABLE imports IS 'Sheets that were sent to fill a register, and what became of them.';
COMMENT ON COLUMN imports.register IS 'Which register, as internal/register names it: deputies.';
COMMENT ON COLUMN imports.file_sealed IS 'The sheet as it was sent, encrypted, until it has been read.';
COMMENT ON COLUMN imports.done IS 'Rows that the work under way is through with.';
COMMENT ON COLUMN imports.beat_at IS 'Work under way says so every few seconds; silence means that it was interrupted.';
COMMENT ON COLUMN imports.remark IS 'What the reader of the preview should know of the sheet as a whole.';

CREATE INDEX imports_newest ON imports (street_id, sent_at DESC, id DESC);
CREATE INDEX imports_by_id ON imports (id);
CREATE INDEX imports_waiting ON imports (street_id, sent_at) WHERE state = 'preview';

CREATE TABLE import_rows (
    street_id     bigint  NOT NULL,
    import_id     bigint  NOT NULL,
    line          integer NOT NULL,
    kind          text    NOT NULL,
    cells         text[]  NOT NULL,
    sealed        bytea,
    complaints    jsonb   NOT NULL DEFAULT '[]',
    before        text[],
    before_sealed bytea,
    subject_id    bigint,
    version       integer,
    outcome       text    NOT NULL DEFAULT '',
    note          text    NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, import_id, line),
    FOREIGN KEY (street_id, import_id) REFERENCES imports (street_id, id),
    CONSTRAINT import_rows_kind_known CHECK (kind IN ('new', 'changed', 'same', 'error')),
    CONSTRAINT import_rows_error_told CHECK ((kind = 'error') = (complaints <> '[]')),
    CONSTRAINT import_rows_outcome_known CHECK (outcome IN ('', 'applied', 'stale', 'refused', 'undone', 'kept')),
    CONSTRAINT import_rows_outcome_told CHECK (outcome NOT IN ('stale', 'refused', 'kept') OR note <> '')
);

COMMENT ON TABLE import_rows IS 'One row of an imported sheet: what it says, what the register said before, and what became of it.';
COMMENT ON COLUMN import_rows.line IS 'The number of the row in the sheet.';
COMMENT ON COLUMN import_rows.cells IS 'In the order of the register''s columns; phone numbers are masked here and whole in sealed.';
COMMENT ON COLUMN import_rows.version IS 'Of the subject: as it was when the sheet was read, later as the import left it.';
COMMENT ON COLUMN import_rows.outcome IS 'applied; stale: changed by someone meanwhile; refused: the register did not take it; undone; kept: could not be undone.';

CREATE INDEX import_rows_by_kind ON import_rows (street_id, import_id, kind, line);
CREATE INDEX import_rows_by_outcome ON import_rows (street_id, import_id, outcome, line);
CREATE INDEX import_rows_by_subject ON import_rows (street_id, subject_id) WHERE subject_id IS NOT NULL;

-- What was confirmed stays confirmed, who sent it and when stays.
CREATE FUNCTION app.import_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.street_id, NEW.register, NEW.sent_by, NEW.sent_at) IS DISTINCT FROM (OLD.street_id, OLD.register, OLD.sent_by, OLD.sent_at)
       OR (OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at)
       OR (OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at)
       OR (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
           ('reading', 'preview'), ('reading', 'unreadable'), ('reading', 'discarded'), ('preview', 'applying'), ('preview', 'discarded'),
           ('applying', 'applied'), ('applied', 'undoing'), ('undoing', 'undone'))) THEN
        RAISE EXCEPTION 'an import goes forward only' USING ERRCODE = 'check_violation', CONSTRAINT = 'imports_go_on';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER imports_go_on BEFORE UPDATE ON imports FOR EACH ROW EXECUTE FUNCTION app.import_goes_on();

ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON imports
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY read_by_heads ON imports FOR SELECT
    USING ((SELECT app.role()) IN ('director', 'city_office') AND street_id = ANY ((SELECT app.streets())::bigint[]));
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON import_rows
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY read_by_heads ON import_rows FOR SELECT
    USING ((SELECT app.role()) IN ('director', 'city_office') AND street_id = ANY ((SELECT app.streets())::bigint[]));

GRANT SELECT, INSERT, UPDATE ON imports, import_rows TO portal_app;
GRANT DELETE ON import_rows TO portal_app;

-- Whether an import that is being undone added a row of a register: what the
-- policies ask that let its undoing remove it. In plpgsql, so that it looks one
-- row up and is not planned as a scan of all rows of all imports.
CREATE FUNCTION app.added_by_import(which text, street bigint, subject bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM import_rows r
                   JOIN imports i ON i.street_id = r.street_id AND i.id = r.import_id
                   WHERE r.street_id = street AND r.subject_id = subject
                     AND i.register = which AND i.state = 'undoing' AND r.kind = 'new' AND r.outcome = 'applied');
END $$;

END;
