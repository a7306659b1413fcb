BEGIN;

-- Which days are working days is the State Council's affair and the same for
-- every city of the installation: these three tables have no street.
CREATE TABLE calendar_days (
    day        date PRIMARY KEY,
    working    boolean     NOT NULL,
    name       text        NOT NULL,
    source     text        NOT NULL,
    version    integer     NOT NULL DEFAULT 1,
    changed_at timestamptz,
    changed_by bigint      NOT NULL DEFAULT 0,
    changer    text        NOT NULL DEFAULT '',
    CONSTRAINT calendar_days_name_filled CHECK (name <> '' AND length(name) <= 30),
    CONSTRAINT calendar_days_source_filled CHECK (source <> '' AND length(source) <= 200)
);

COMMENT ON TABLE calendar_days IS
'Days that differ from their place in the week: days off, and weekend days worked in exchange (调休). Any other Saturday or Sunday is off, any other day is worked.';
COMMENT ON COLUMN calendar_days.changed_at IS 'NULL: as the migration wrote it.';

CREATE TABLE calendar_years (
    year       integer PRIMARY KEY,
    source     text        NOT NULL,
    changed_at timestamptz,
    changed_by bigint      NOT NULL DEFAULT 0,
    changer    text        NOT NULL DEFAULT '',
    CONSTRAINT calendar_years_plausible CHECK (year BETWEEN 2000 AND 2100)
);

COMMENT ON TABLE calendar_years IS
'Years whose days are all known. One corrected day does not make a year known, so this cannot be read off calendar_days.';

CREATE TABLE calendar_revision (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    revision uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO calendar_revision DEFAULT VALUES;

COMMENT ON TABLE calendar_revision IS
'One row that changes with every change of the calendar, so that a process can keep the calendar in memory and ask only whether it still holds.';

-- Runs as the owner: whoever may change a day need not be able to write here.
CREATE FUNCTION app.calendar_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE public.calendar_revision SET revision = gen_random_uuid();
    RETURN NULL;
END $$;

CREATE TRIGGER calendar_days_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_days
    FOR EACH STATEMENT EXECUTE FUNCTION app.calendar_changed();
CREATE TRIGGER calendar_years_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_years
    FOR EACH STATEMENT EXECUTE FUNCTION app.calendar_changed();

-- The State Council's notices, equal to calendar.National in code; a test
-- compares the two. From here on the rows are what counts.
INSERT INTO calendar_years (year, source) VALUES
    (2019, '国办发明电〔2018〕15号、〔2019〕3号'),
    (2020, '国办发明电〔2019〕16号、〔2020〕1号'),
    (2021, '国办发明电〔2020〕27号'),
    (2022, '国办发明电〔2021〕11号'),
    (2023, '国办发明电〔2022〕16号'),
    (2024, '国办发明电〔2023〕7号'),
    (2025, '国办发明电〔2024〕12号'),
    (2026, '国办发明电〔2025〕7号');

INSERT INTO calendar_days (day, working, name, source)
SELECT day::date, false, name, source
FROM (VALUES
    ('元旦', '2019-01-01', '2019-01-01', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('春节', '2019-02-04', '2019-02-10', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('清明节', '2019-04-05', '2019-04-07', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('劳动节', '2019-05-01', '2019-05-04', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('端午节', '2019-06-07', '2019-06-09', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('中秋节', '2019-09-13', '2019-09-15', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('国庆节', '2019-10-01', '2019-10-07', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('元旦', '2020-01-01', '2020-01-01', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('春节', '2020-01-24', '2020-02-02', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('清明节', '2020-04-04', '2020-04-06', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('劳动节', '2020-05-01', '2020-05-05', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('端午节', '2020-06-25', '2020-06-27', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('国庆节、中秋节', '2020-10-01', '2020-10-08', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('元旦', '2021-01-01', '2021-01-03', '国办发明电〔2020〕27号'),
    ('春节', '2021-02-11', '2021-02-17', '国办发明电〔2020〕27号'),
    ('清明节', '2021-04-03', '2021-04-05', '国办发明电〔2020〕27号'),
    ('劳动节', '2021-05-01', '2021-05-05', '国办发明电〔2020〕27号'),
    ('端午节', '2021-06-12', '2021-06-14', '国办发明电〔2020〕27号'),
    ('中秋节', '2021-09-19', '2021-09-21', '国办发明电〔2020〕27号'),
    ('国庆节', '2021-10-01', '2021-10-07', '国办发明电〔2020〕27号'),
    ('元旦', '2022-01-01', '2022-01-03', '国办发明电〔2021〕11号'),
    ('春节', '2022-01-31', '2022-02-06', '国办发明电〔2021〕11号'),
    ('清明节', '2022-04-03', '2022-04-05', '国办发明电〔2021〕11号'),
    ('劳动节', '2022-04-30', '2022-05-04', '国办发明电〔2021〕11号'),
    ('端午节', '2022-06-03', '2022-06-05', '国办发明电〔2021〕11号'),
    ('中秋节', '2022-09-10', '2022-09-12', '国办发明电〔2021〕11号'),
    ('国庆节', '2022-10-01', '2022-10-07', '国办发明电〔2021〕11号'),
    ('元旦', '2022-12-31', '2023-01-02', '国办发明电〔2022〕16号'),
    ('春节', '2023-01-21', '2023-01-27', '国办发明电〔2022〕16号'),
    ('清明节', '2023-04-05', '2023-04-05', '国办发明电〔2022〕16号'),
    ('劳动节', '2023-04-29', '2023-05-03', '国办发明电〔2022〕16号'),
    ('端午节', '2023-06-22', '2023-06-24', '国办发明电〔2022〕16号'),
    ('中秋节、国庆节', '2023-09-29', '2023-10-06', '国办发明电〔2022〕16号'),
    ('元旦', '2024-01-01', '2024-01-01', '国办发明电〔2023〕7号'),
    ('春节', '2024-02-10', '2024-02-17', '国办发明电〔2023〕7号'),
    ('清明节', '2024-04-04', '2024-04-06', '国办发明电〔2023〕7号'),
    ('劳动节', '2024-05-01', '2024-05-05', '国办发明电〔2023〕7号'),
    ('端午节', '2024-06-10', '2024-06-10', '国办发明电〔2023〕7号'),
    ('中秋节', '2024-09-15', '2024-09-17', '国办发明电〔2023〕7号'),
    ('国庆节', '2024-10-01', '2024-10-07', '国办发明电〔2023〕7号'),
    ('元旦', '2025-01-01', '2025-01-01', '国办发明电〔2024〕12号'),
    ('春节', '2025-01-28', '2025-02-04', '国办发明电〔2024〕12号'),
    ('清明节', '2025-04-04', '2025-04-06', '国办发明电〔2024〕12号'),
    ('劳动节', '2025-05-01', '2025-05-05', '国办发明电〔2024〕12号'),
    ('端午节', '2025-05-31', '2025-06-02', '国办发明电〔2024〕12号'),
    ('国庆节、中秋节', '2025-10-01', '2025-10-08', '国办发明电〔2024〕12号'),
    ('元旦', '2026-01-01', '2026-01-03', '国办发明电〔2025〕7号'),
    ('春节', '2026-02-15', '2026-02-23', '国办发明电〔2025〕7号'),
    ('清明节', '2026-04-04', '2026-04-06', '国办发明电〔2025〕7号'),
    ('劳动节', '2026-05-01', '2026-05-05', '国办发明电〔2025〕7号'),
    ('端午节', '2026-06-19', '2026-06-21', '国办发明电〔2025〕7号'),
    ('中秋节', '2026-09-25', '2026-09-27', '国办发明电〔2025〕7号'),
    ('国庆节', '2026-10-01', '2026-10-07', '国办发明电〔2025〕7号')
) AS spans (name, first, last, source),
     generate_series(first::timestamp, last::timestamp, interval '1 day') AS day;

INSERT INTO calendar_days (day, working, name, source)
SELECT day::date, true, name, source
FROM (VALUES
    ('2019-02-02', '春节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2019-02-03', '春节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2019-04-28', '劳动节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2019-05-05', '劳动节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2019-09-29', '国庆节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2019-10-12', '国庆节调休', '国办发明电〔2018〕15号、〔2019〕3号'),
    ('2020-01-19', '春节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2020-04-26', '劳动节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2020-05-09', '劳动节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2020-06-28', '端午节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2020-09-27', '国庆节、中秋节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2020-10-10', '国庆节、中秋节调休', '国办发明电〔2019〕16号、〔2020〕1号'),
    ('2021-02-07', '春节调休', '国办发明电〔2020〕27号'),
    ('2021-02-20', '春节调休', '国办发明电〔2020〕27号'),
    ('2021-04-25', '劳动节调休', '国办发明电〔2020〕27号'),
    ('2021-05-08', '劳动节调休', '国办发明电〔2020〕27号'),
    ('2021-09-18', '中秋节调休', '国办发明电〔2020〕27号'),
    ('2021-09-26', '国庆节调休', '国办发明电〔2020〕27号'),
    ('2021-10-09', '国庆节调休', '国办发明电〔2020〕27号'),
    ('2022-01-29', '春节调休', '国办发明电〔2021〕11号'),
    ('2022-01-30', '春节调休', '国办发明电〔2021〕11号'),
    ('2022-04-02', '清明节调休', '国办发明电〔2021〕11号'),
    ('2022-04-24', '劳动节调休', '国办发明电〔2021〕11号'),
    ('2022-05-07', '劳动节调休', '国办发明电〔2021〕11号'),
    ('2022-10-08', '国庆节调休', '国办发明电〔2021〕11号'),
    ('2022-10-09', '国庆节调休', '国办发明电〔2021〕11号'),
    ('2023-01-28', '春节调休', '国办发明电〔2022〕16号'),
    ('2023-01-29', '春节调休', '国办发明电〔2022〕16号'),
    ('2023-04-23', '劳动节调休', '国办发明电〔2022〕16号'),
    ('2023-05-06', '劳动节调休', '国办发明电〔2022〕16号'),
    ('2023-06-25', '端午节调休', '国办发明电〔2022〕16号'),
    ('2023-10-07', '中秋节、国庆节调休', '国办发明电〔2022〕16号'),
    ('2023-10-08', '中秋节、国庆节调休', '国办发明电〔2022〕16号'),
    ('2024-02-04', '春节调休', '国办发明电〔2023〕7号'),
    ('2024-02-18', '春节调休', '国办发明电〔2023〕7号'),
    ('2024-04-07', '清明节调休', '国办发明电〔2023〕7号'),
    ('2024-04-28', '劳动节调休', '国办发明电〔2023〕7号'),
    ('2024-05-11', '劳动节调休', '国办发明电〔2023〕7号'),
    ('2024-09-14', '中秋节调休', '国办发明电〔2023〕7号'),
    ('2024-09-29', '国庆节调休', '国办发明电〔2023〕7号'),
    ('2024-10-12', '国庆节调休', '国办发明电〔2023〕7号'),
    ('2025-01-26', '春节调休', '国办发明电〔2024〕12号'),
    ('2025-02-08', '春节调休', '国办发明电〔2024〕12号'),
    ('2025-04-27', '劳动节调休', '国办发明电〔2024〕12号'),
    ('2025-09-28', '国庆节、中秋节调休', '国办发明电〔2024〕12号'),
    ('2025-10-11', '国庆节、中秋节调休', '国办发明电〔2024〕12号'),
    ('2026-01-04', '元旦调休', '国办发明电〔2025〕7号'),
    ('2026-02-14', '春节调休', '国办发明电〔2025〕7号'),
    ('2026-02-28', '春节调休', '国办发明电〔2025〕7号'),
    ('2026-05-09', '劳动节调休', '国办发明电〔2025〕7号'),
    ('2026-09-20', '国庆节调休', '国办发明电〔2025〕7号'),
    ('2026-10-10', '国庆节调休', '国办发明电〔2025〕7号')
) AS make_up (day, name, source);

ALTER TABLE calendar_days  ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_days  FORCE  ROW LEVEL SECURITY;
ALTER TABLE calendar_years ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_years FORCE  ROW LEVEL SECURITY;
CREATE POLICY read_all ON calendar_days FOR SELECT USING (true);
CREATE POLICY by_admin ON calendar_days USING ((SELECT app.role()) = 'system_admin');
CREATE POLICY read_all ON calendar_years FOR SELECT USING (true);
CREATE POLICY by_admin ON calendar_years USING ((SELECT app.role()) = 'system_admin');

GRANT SELECT ON calendar_days, calendar_years, calendar_revision TO portal_app, portal_public;
GRANT INSERT, UPDATE, DELETE ON calendar_days, calendar_years TO portal_app;

CREATE TABLE deadlines (
    street_id     bigint  NOT NULL REFERENCES streets (id),
    id            bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind          text    NOT NULL,
    subject_id    bigint  NOT NULL,
    name          text    NOT NULL,
    label         text    NOT NULL,
    started_on    date    NOT NULL,
    days          integer,
    extended_days integer NOT NULL DEFAULT 0,
    basis         text    NOT NULL,
    due_on        date    NOT NULL,
    ended_on      date,
    ended_how     text    NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT deadlines_named CHECK (kind <> '' AND name <> '' AND label <> '' AND basis <> ''),
    CONSTRAINT deadlines_days_sensible CHECK (days BETWEEN 1 AND 1000 AND extended_days BETWEEN 0 AND 1000),
    CONSTRAINT deadlines_fixed_not_extended CHECK (days IS NOT NULL OR extended_days = 0),
    CONSTRAINT deadlines_due_after_start CHECK (due_on >= started_on),
    CONSTRAINT deadlines_ended_somehow CHECK ((ended_on IS NULL) = (ended_how = '')),
    CONSTRAINT deadlines_ended_how_known CHECK (ended_how IN ('', 'done', 'dropped'))
);

COMMENT ON TABLE deadlines IS
'What is to be done by when, for any record: (kind, subject_id) is the record. Rows hold no content of it, so the administrator of the calendar may re-date them.';
COMMENT ON COLUMN deadlines.days IS 'Working days allowed, without an extension; NULL: due_on is a fixed date that no holiday moves.';
COMMENT ON COLUMN deadlines.started_on IS 'The day from which the days count; not counted itself.';
COMMENT ON COLUMN deadlines.basis IS 'Why this many days, in Chinese, for the explanation page.';
COMMENT ON COLUMN deadlines.ended_how IS 'done: what was due was done (late when ended_on > due_on); dropped: it no longer matters.';

CREATE UNIQUE INDEX deadlines_open_once ON deadlines (street_id, kind, subject_id, name) WHERE ended_on IS NULL;
CREATE INDEX deadlines_next_due ON deadlines (street_id, due_on) WHERE ended_on IS NULL;
CREATE INDEX deadlines_of_subject ON deadlines (kind, subject_id);

CREATE TABLE deadline_moves (
    street_id   bigint      NOT NULL,
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    deadline_id bigint      NOT NULL,
    at          timestamptz NOT NULL,
    cause       text        NOT NULL,
    due_from    date        NOT NULL,
    due_to      date        NOT NULL,
    why         text        NOT NULL,
    user_id     bigint      NOT NULL DEFAULT 0,
    user_name   text        NOT NULL,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, deadline_id) REFERENCES deadlines (street_id, id),
    CONSTRAINT deadline_moves_cause_known CHECK (cause IN ('calendar', 'extension')),
    CONSTRAINT deadline_moves_explained CHECK (why <> '' AND user_name <> ''),
    CONSTRAINT deadline_moves_moves CHECK (due_from <> due_to)
);

COMMENT ON TABLE deadline_moves IS 'Every re-dating of a deadline: from when to when, why and by whom. Append-only.';

CREATE INDEX deadline_moves_of_deadline ON deadline_moves (street_id, deadline_id, id);

CREATE TRIGGER deadline_moves_append_only BEFORE UPDATE OR DELETE ON deadline_moves
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER deadline_moves_no_truncate BEFORE TRUNCATE ON deadline_moves
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();

ALTER TABLE deadlines      ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadlines      FORCE  ROW LEVEL SECURITY;
ALTER TABLE deadline_moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadline_moves FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_street ON deadlines
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
-- A resident who submits an opinion starts its first clock and sees none.
CREATE POLICY by_public ON deadlines FOR INSERT
    WITH CHECK ((SELECT app.role()) = 'public');
-- A changed holiday re-dates the open working-day deadlines of every street. The
-- administrator who changes it sees just these, and may alter (by the column
-- grants below) just their dates.
CREATE POLICY by_calendar_read ON deadlines FOR SELECT
    USING ((SELECT app.role()) = 'system_admin' AND ended_on IS NULL AND days IS NOT NULL);
CREATE POLICY by_calendar_move ON deadlines FOR UPDATE
    USING ((SELECT app.role()) = 'system_admin' AND ended_on IS NULL AND days IS NOT NULL)
    WITH CHECK ((SELECT app.role()) = 'system_admin' AND ended_on IS NULL AND days IS NOT NULL);

CREATE POLICY by_street ON deadline_moves
    USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_calendar ON deadline_moves FOR INSERT
    WITH CHECK ((SELECT app.role()) = 'system_admin' AND cause = 'calendar' AND user_id = (SELECT app.user_id()));

GRANT SELECT, INSERT ON deadlines, deadline_moves TO portal_app;
GRANT UPDATE (due_on, extended_days, ended_on, ended_how) ON deadlines TO portal_app;
GRANT INSERT ON deadlines TO portal_public;

END;
