BEGIN;

-- 授权交办 (domain.md §3 b). The city gives authorisations to streets; what a
-- street does under them is its own. mandates, their versions and matters are the
-- city's and have no street; mandate_streets is where one stands in one street,
-- and the row that whoever relies on it or takes it away must hold.
CREATE TABLE mandates (
    id           bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    city_id      bigint      NOT NULL REFERENCES cities (id),
    mode         text        NOT NULL,
    title        text        NOT NULL,
    body         text        NOT NULL,
    meeting      text        NOT NULL DEFAULT '',
    decided_on   date,
    basis        text        NOT NULL DEFAULT '',
    basis_clause text        NOT NULL DEFAULT '',
    state        text        NOT NULL DEFAULT 'draft',
    number       text        NOT NULL DEFAULT '',
    issued_on    date,
    withdrawn_on date,
    why          text        NOT NULL DEFAULT '',
    rule         integer     NOT NULL DEFAULT 1,
    request_id   bigint,
    request_street_id bigint,
    drafter      text        NOT NULL,
    approver     text        NOT NULL DEFAULT '',
    approved_on  date,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    UNIQUE (id, mode),
    CONSTRAINT mandates_key_once UNIQUE (city_id, key),
    CONSTRAINT mandates_mode_known CHECK (mode IN ('package', 'project', 'one_matter')),
    CONSTRAINT mandates_body_known CHECK (body IN ('standing_committee', 'chairpersons')),
    CONSTRAINT mandates_state_known CHECK (state IN ('draft', 'in_approval', 'approved', 'issued', 'withdrawn', 'concluded', 'dropped')),
    CONSTRAINT mandates_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT mandates_decided_before_approval CHECK (state IN ('draft', 'dropped') OR decided_on IS NOT NULL),
    CONSTRAINT mandates_issued_with_number CHECK ((state IN ('issued', 'withdrawn', 'concluded')) = (number <> '' AND issued_on IS NOT NULL)),
    CONSTRAINT mandates_withdrawn_with_reason CHECK ((state = 'withdrawn') <= (withdrawn_on IS NOT NULL AND why <> '')),
    CONSTRAINT mandates_request_whole CHECK ((request_id IS NULL) = (request_street_id IS NULL))
);
COMMENT ON TABLE mandates IS 'Authorisations (授权) by the city standing committee or its chairpersons'' meeting.';
COMMENT ON COLUMN mandates.rule IS 'The version of the matters that is in force.';
COMMENT ON COLUMN mandates.basis IS 'Title of the document that it rests on; basis_clause names the clause.';
CREATE UNIQUE INDEX mandates_number_once ON mandates (city_id, number) WHERE number <> '';
CREATE INDEX mandates_newest ON mandates (city_id, created_at DESC, id DESC);

CREATE TABLE mandate_versions (
    mandate_id   bigint  NOT NULL REFERENCES mandates (id),
    version      integer NOT NULL,
    state        text    NOT NULL DEFAULT 'draft',
    effective_on date,
    until_on     date,
    reason       text    NOT NULL DEFAULT '',
    drafter      text    NOT NULL,
    approver     text    NOT NULL DEFAULT '',
    PRIMARY KEY (mandate_id, version),
    CONSTRAINT mandate_versions_state_known CHECK (state IN ('draft', 'in_force', 'superseded', 'refused')),
    CONSTRAINT mandate_versions_change_says_why CHECK (version = 1 OR reason <> '' AND effective_on IS NOT NULL),
    CONSTRAINT mandate_versions_in_force_since CHECK (state NOT IN ('in_force', 'superseded') OR effective_on IS NOT NULL),
    CONSTRAINT mandate_versions_until CHECK ((state = 'superseded') = (until_on IS NOT NULL))
);
COMMENT ON TABLE mandate_versions IS 'What was authorised first, and every change (变更): new matters with reason and the day from which they hold.';
COMMENT ON COLUMN mandate_versions.until_on IS 'The first day on which it no longer holds.';
CREATE UNIQUE INDEX mandate_versions_one_change ON mandate_versions (mandate_id) WHERE state = 'draft';

CREATE TABLE mandate_matters (
    id         bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    mandate_id bigint  NOT NULL,
    mode       text    NOT NULL,
    version    integer NOT NULL,
    no         integer NOT NULL,
    subject    text    NOT NULL,
    object     text    NOT NULL DEFAULT '',
    content    text    NOT NULL,
    measures   text[]  NOT NULL,
    from_on    date    NOT NULL,
    through_on date,
    report_by  date    NOT NULL,
    yearly     boolean NOT NULL DEFAULT false,
    form       text    NOT NULL,
    UNIQUE (id, mandate_id),
    UNIQUE (mandate_id, version, no),
    FOREIGN KEY (mandate_id, mode) REFERENCES mandates (id, mode),
    FOREIGN KEY (mandate_id, version) REFERENCES mandate_versions (mandate_id, version),
    CONSTRAINT mandate_matters_no CHECK (no BETWEEN 1 AND 20),
    CONSTRAINT mandate_matters_subject_known CHECK (subject IN ('hear_report', 'budget', 'law_check', 'appraisal', 'inquiry', 'election', 'other')),
    CONSTRAINT mandate_matters_measures_known CHECK (measures <> '{}' AND measures <@ '{hear_report,inspect_appraise,law_check,budget_supervision,inquiry}'),
    CONSTRAINT mandate_matters_content_filled CHECK (content <> '' AND length(content) <= 2000),
    CONSTRAINT mandate_matters_object_short CHECK (length(object) <= 50),
    CONSTRAINT mandate_matters_dates CHECK (through_on >= from_on AND report_by >= from_on),
    -- 一揽子: standing until revoked, any object, a report at least once a year; the others name all three.
    CONSTRAINT mandate_matters_package_stands CHECK (CASE WHEN mode = 'package' THEN through_on IS NULL AND yearly ELSE through_on IS NOT NULL AND NOT yearly END),
    CONSTRAINT mandate_matters_object_named CHECK (mode = 'package' OR object <> ''),
    CONSTRAINT mandate_matters_form_known CHECK (form IN ('written', 'oral', 'both'))
);
COMMENT ON COLUMN mandate_matters.object IS 'The unit that is supervised, by name; '''' is any unit of the street (package only).';
COMMENT ON COLUMN mandate_matters.through_on IS 'The last day on which an act may begin; NULL: until revoked (package).';
COMMENT ON COLUMN mandate_matters.report_by IS 'When the report to the city is due; of a package, the first of one a year.';
CREATE UNIQUE INDEX mandate_matters_one_matter ON mandate_matters (mandate_id, version) WHERE mode = 'one_matter';

CREATE TABLE mandate_streets (
    street_id    bigint  NOT NULL REFERENCES streets (id),
    mandate_id   bigint  NOT NULL REFERENCES mandates (id),
    state        text    NOT NULL DEFAULT 'planned',
    rule         integer NOT NULL DEFAULT 1,
    received_on  date,
    receiver     text    NOT NULL DEFAULT '',
    withdrawn_on date,
    concluded_on date,
    version      integer     NOT NULL DEFAULT 1,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (street_id, mandate_id),
    CONSTRAINT mandate_streets_state_known CHECK (state IN ('planned', 'issued', 'received', 'active', 'reported', 'returned', 'expired', 'withdrawn', 'concluded')),
    CONSTRAINT mandate_streets_received CHECK (state IN ('planned', 'issued', 'withdrawn') OR received_on IS NOT NULL),
    CONSTRAINT mandate_streets_withdrawn_on CHECK (state <> 'withdrawn' OR withdrawn_on IS NOT NULL),
    CONSTRAINT mandate_streets_concluded_on CHECK ((state = 'concluded') = (concluded_on IS NOT NULL))
);
COMMENT ON TABLE mandate_streets IS
'Where an authorisation stands in a street. The guard of supervision holds this row while an act begins, and so does whoever withdraws, changes or concludes the authorisation.';
COMMENT ON COLUMN mandate_streets.state IS 'planned: not issued yet, and hidden from the street.';
COMMENT ON COLUMN mandate_streets.withdrawn_on IS 'The first day without authority: an act of that day is refused.';
CREATE INDEX mandate_streets_of_mandate ON mandate_streets (mandate_id, street_id);

CREATE TABLE mandate_reports (
    street_id    bigint      NOT NULL,
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    mandate_id   bigint      NOT NULL,
    round        integer     NOT NULL,
    text         text        NOT NULL,
    state        text        NOT NULL DEFAULT 'submitted',
    submitted_on date        NOT NULL,
    reporter     text        NOT NULL,
    decided_on   date,
    decider      text        NOT NULL DEFAULT '',
    note         text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, mandate_id) REFERENCES mandate_streets (street_id, mandate_id),
    CONSTRAINT mandate_reports_state_known CHECK (state IN ('submitted', 'accepted', 'returned')),
    CONSTRAINT mandate_reports_text_filled CHECK (text <> '' AND length(text) <= 10000),
    CONSTRAINT mandate_reports_decided CHECK ((state = 'submitted') = (decided_on IS NULL)),
    CONSTRAINT mandate_reports_return_says_why CHECK (state <> 'returned' OR note <> '')
);
CREATE UNIQUE INDEX mandate_reports_one_open ON mandate_reports (street_id, mandate_id) WHERE state = 'submitted';
CREATE INDEX mandate_reports_of_mandate ON mandate_reports (mandate_id, street_id, id);

CREATE TABLE mandate_report_matters (
    street_id bigint  NOT NULL,
    report_id bigint  NOT NULL,
    no        integer NOT NULL,
    due_on    date    NOT NULL,
    PRIMARY KEY (street_id, report_id, no),
    FOREIGN KEY (street_id, report_id) REFERENCES mandate_reports (street_id, id)
);
COMMENT ON COLUMN mandate_report_matters.due_on IS 'The duty that the report answers: of a package, that of one year.';

CREATE TABLE mandate_acts (
    street_id     bigint      NOT NULL,
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    mandate_id    bigint      NOT NULL,
    matter_id     bigint      NOT NULL,
    subject       text        NOT NULL,
    measure       text        NOT NULL,
    object        text        NOT NULL,
    unit_id       bigint,
    title         text        NOT NULL,
    act_on        date        NOT NULL,
    kind          text        NOT NULL DEFAULT 'record',
    subject_id    bigint      NOT NULL DEFAULT 0,
    result        text        NOT NULL DEFAULT '',
    completed_on  date,
    beyond        boolean     NOT NULL DEFAULT false,
    cancelled_on  date,
    cancelled_why text        NOT NULL DEFAULT '',
    report_id     bigint,
    creator       text        NOT NULL,
    key           text        NOT NULL,
    version       integer     NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, mandate_id) REFERENCES mandate_streets (street_id, mandate_id),
    FOREIGN KEY (matter_id, mandate_id) REFERENCES mandate_matters (id, mandate_id),
    FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    FOREIGN KEY (street_id, report_id) REFERENCES mandate_reports (street_id, id),
    CONSTRAINT mandate_acts_key_once UNIQUE (street_id, key),
    CONSTRAINT mandate_acts_subject_known CHECK (subject IN ('hear_report', 'budget', 'law_check', 'appraisal', 'inquiry', 'election', 'other')),
    CONSTRAINT mandate_acts_measure_known CHECK (measure IN ('hear_report', 'inspect_appraise', 'law_check', 'budget_supervision', 'inquiry')),
    CONSTRAINT mandate_acts_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT mandate_acts_object_filled CHECK (object <> '' AND length(object) <= 50),
    CONSTRAINT mandate_acts_cancelled_says_why CHECK ((cancelled_on IS NULL) = (cancelled_why = '')),
    CONSTRAINT mandate_acts_completed CHECK (completed_on IS NULL OR cancelled_on IS NULL AND completed_on >= act_on),
    CONSTRAINT mandate_acts_beyond_is_completed CHECK (completed_on IS NOT NULL OR NOT beyond)
);
COMMENT ON TABLE mandate_acts IS
'Every act of supervision (hard rule 2), whichever room it belongs to: none exists without a live matter that covers it. Other rooms refer to it.';
COMMENT ON COLUMN mandate_acts.kind IS 'The room whose record it is, subject_id that record; record: it was only recorded here.';
COMMENT ON COLUMN mandate_acts.act_on IS 'The day on which it begins.';
COMMENT ON COLUMN mandate_acts.beyond IS '超授权期限: begun in time, completed after the authority had ended.';
CREATE INDEX mandate_acts_newest ON mandate_acts (street_id, act_on DESC, id DESC);
CREATE INDEX mandate_acts_of_mandate ON mandate_acts (mandate_id, street_id, act_on);

CREATE TABLE mandate_requests (
    street_id    bigint      NOT NULL REFERENCES streets (id),
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    title        text        NOT NULL,
    subject      text        NOT NULL,
    measure      text        NOT NULL,
    object       text        NOT NULL,
    act_on       date        NOT NULL,
    content      text        NOT NULL,
    reason       text        NOT NULL,
    missing      text        NOT NULL DEFAULT '',
    state        text        NOT NULL DEFAULT 'draft',
    number       text        NOT NULL DEFAULT '',
    signed_on    date,
    signed_post_id bigint,
    signer       text        NOT NULL DEFAULT '',
    submitted_on date,
    decided_on   date,
    decider      text        NOT NULL DEFAULT '',
    decision     text        NOT NULL DEFAULT '',
    mandate_id   bigint REFERENCES mandates (id),
    creator      text        NOT NULL,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL,
    modified_at  timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, signed_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT mandate_requests_key_once UNIQUE (street_id, key),
    CONSTRAINT mandate_requests_state_known CHECK (state IN ('draft', 'signed', 'submitted', 'handling', 'granted', 'declined', 'dropped')),
    CONSTRAINT mandate_requests_subject_known CHECK (subject IN ('hear_report', 'budget', 'law_check', 'appraisal', 'inquiry', 'election', 'other')),
    CONSTRAINT mandate_requests_measure_known CHECK (measure IN ('hear_report', 'inspect_appraise', 'law_check', 'budget_supervision', 'inquiry')),
    CONSTRAINT mandate_requests_filled CHECK (title <> '' AND length(title) <= 100 AND object <> '' AND length(object) <= 50
        AND content <> '' AND length(content) <= 2000 AND reason <> '' AND length(reason) <= 2000),
    CONSTRAINT mandate_requests_signed CHECK (state IN ('draft', 'dropped') OR signed_on IS NOT NULL AND signed_post_id IS NOT NULL AND number <> ''),
    CONSTRAINT mandate_requests_submitted CHECK (state IN ('draft', 'signed', 'dropped') OR submitted_on IS NOT NULL),
    CONSTRAINT mandate_requests_decided CHECK ((state IN ('granted', 'declined')) = (decided_on IS NOT NULL)),
    CONSTRAINT mandate_requests_declined_says_why CHECK (state <> 'declined' OR decision <> ''),
    CONSTRAINT mandate_requests_granted_by CHECK (state NOT IN ('handling', 'granted') OR mandate_id IS NOT NULL)
);
COMMENT ON TABLE mandate_requests IS '请示: a street asks the city for authority to one act of supervision.';
COMMENT ON COLUMN mandate_requests.missing IS 'What the guard said was missing when the request was drafted.';
CREATE UNIQUE INDEX mandate_requests_number_once ON mandate_requests (street_id, number) WHERE number <> '';
CREATE INDEX mandate_requests_newest ON mandate_requests (street_id, created_at DESC, id DESC);
ALTER TABLE mandates ADD FOREIGN KEY (request_street_id, request_id) REFERENCES mandate_requests (street_id, id);

CREATE FUNCTION app.city_role() RETURNS boolean LANGUAGE sql STABLE
RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance');
CREATE FUNCTION app.reads_mandates() RETURNS boolean LANGUAGE sql STABLE
RETURN app.role() IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff', 'party_reader',
                      'group_leader', 'counter', 'clerk', 'operator');

-- Who may take which step, whatever the code says: the city's steps by city
-- roles, the street's by street roles.
CREATE FUNCTION app.may_step(steps text[], was text, is_now text) RETURNS boolean LANGUAGE sql STABLE
RETURN was = is_now OR app.role() || ':' || was || '>' || is_now = ANY (steps);

CREATE FUNCTION app.guard_mandate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{state,withdrawn_on,why,rule,version,modified_at}';
BEGIN
    IF NOT app.may_step(ARRAY [
        'city_office:draft>in_approval', 'city_leader:in_approval>approved', 'city_leader:in_approval>draft', 'city_office:approved>issued',
        'city_office:draft>dropped', 'city_leader:issued>withdrawn', 'city_office:issued>concluded', 'city_leader:issued>concluded'], OLD.state, NEW.state)
    THEN
        RAISE EXCEPTION '% may not take an authorisation from % to %', app.role(), OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_step_by_role';
    END IF;
    IF OLD.state <> 'draft' AND NOT (OLD.state = 'in_approval' AND NEW.state IN ('approved', 'draft')) AND NOT (OLD.state = 'approved' AND NEW.state = 'issued') AND
       to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free
    THEN
        RAISE EXCEPTION 'an issued authorisation does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_issued_is_final';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.mode, NEW.title, NEW.body, NEW.decided_on, NEW.meeting, NEW.basis, NEW.basis_clause)
       IS DISTINCT FROM (OLD.mode, OLD.title, OLD.body, OLD.decided_on, OLD.meeting, OLD.basis, OLD.basis_clause)
    THEN
        RAISE EXCEPTION 'only a draft is rewritten'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_issued_is_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandates_guard BEFORE UPDATE ON mandates FOR EACH ROW EXECUTE FUNCTION app.guard_mandate();

-- A change takes force by the leader's hand; version 1 does with the issue. It
-- ends the version before it and reaches every street by itself, so that no
-- statement can do the one without the other.
CREATE FUNCTION app.guard_mandate_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a version begins as a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_versions_step_by_role';
        END IF;
        RETURN NEW;
    END IF;
    IF NOT app.may_step(ARRAY [
        CASE WHEN NEW.version = 1 THEN 'city_office:draft>in_force' ELSE 'city_leader:draft>in_force' END,
        'city_leader:draft>refused', CASE WHEN pg_trigger_depth() > 1 THEN 'city_leader:in_force>superseded' END], OLD.state, NEW.state)
    THEN
        RAISE EXCEPTION '% may not take a version from % to %', app.role(), OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_versions_step_by_role';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.effective_on, NEW.reason, NEW.version, NEW.mandate_id)
       IS DISTINCT FROM (OLD.effective_on, OLD.reason, OLD.version, OLD.mandate_id)
       OR NEW.state = OLD.state AND NEW.until_on IS DISTINCT FROM OLD.until_on
    THEN
        RAISE EXCEPTION 'a version in force does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_issued_is_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_versions_guard BEFORE INSERT OR UPDATE ON mandate_versions FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_version();

CREATE FUNCTION app.change_takes_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM mandate_streets s WHERE s.mandate_id = NEW.mandate_id ORDER BY s.street_id FOR UPDATE;
    UPDATE mandate_versions SET state = 'superseded', until_on = NEW.effective_on
    WHERE mandate_id = NEW.mandate_id AND state = 'in_force' AND version <> NEW.version;
    UPDATE mandate_streets s SET rule = NEW.version, modified_at = d.modified_at
    FROM mandates d WHERE d.id = s.mandate_id AND s.mandate_id = NEW.mandate_id;
    RETURN NULL;
END $$;
CREATE TRIGGER mandate_versions_take_force AFTER UPDATE ON mandate_versions FOR EACH ROW
    WHEN (NEW.version > 1 AND OLD.state = 'draft' AND NEW.state = 'in_force') EXECUTE FUNCTION app.change_takes_force();

-- So does a withdrawal. A report that is with the city, or went back from there,
-- is still to be finished.
CREATE FUNCTION app.withdrawal_takes_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM mandate_streets s WHERE s.mandate_id = NEW.id ORDER BY s.street_id FOR UPDATE;
    UPDATE mandate_streets s
    SET withdrawn_on = NEW.withdrawn_on, state = CASE WHEN s.state IN ('reported', 'returned') THEN s.state ELSE 'withdrawn' END,
        version = s.version + 1, modified_at = NEW.modified_at
    WHERE s.mandate_id = NEW.id AND s.state <> 'concluded' AND s.withdrawn_on IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER mandates_withdrawal_takes_force AFTER UPDATE ON mandates FOR EACH ROW
    WHEN (OLD.state <> 'withdrawn' AND NEW.state = 'withdrawn') EXECUTE FUNCTION app.withdrawal_takes_force();

-- Matters are written while their version is a draft that nobody approves yet.
CREATE FUNCTION app.guard_mandate_matter() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    m record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    IF NOT EXISTS (SELECT FROM mandate_versions v JOIN mandates d ON d.id = v.mandate_id
                   WHERE v.mandate_id = m.mandate_id AND v.version = m.version AND v.state = 'draft'
                     AND (v.version > 1 AND d.state = 'issued' OR d.state = 'draft'))
    THEN
        RAISE EXCEPTION 'the matters of an issued authorisation do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandates_issued_is_final';
    END IF;
    RETURN m;
END $$;
CREATE TRIGGER mandate_matters_guard BEFORE INSERT OR UPDATE OR DELETE ON mandate_matters FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_matter();

CREATE FUNCTION app.guard_mandate_street() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    street text[] := '{director,deputy_director,staff}';
    hand   text   := app.role();
BEGIN
    IF NEW.state <> OLD.state AND NOT (
        hand = ANY (street) AND (OLD.state, NEW.state) IN (('issued', 'received'), ('received', 'reported'), ('active', 'reported'), ('returned', 'reported'),
                                                           ('expired', 'reported'), ('withdrawn', 'reported'))
        OR (hand = ANY (street) OR hand = 'group_leader') AND (OLD.state, NEW.state) = ('received', 'active')
        OR hand = 'city_office' AND (OLD.state, NEW.state) IN (('planned', 'issued'), ('reported', 'active'), ('reported', 'returned'), ('reported', 'expired'),
                                                               ('reported', 'withdrawn'), ('reported', 'concluded'))
        OR hand = 'city_leader' AND NEW.state = 'withdrawn' AND OLD.state NOT IN ('planned', 'concluded')
        OR hand = 'clerk' AND NEW.state = 'expired' AND OLD.state IN ('received', 'active', 'returned'))
    THEN
        RAISE EXCEPTION '% may not take a street''s authorisation from % to %', hand, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_streets_step_by_role';
    END IF;
    IF OLD.withdrawn_on IS NOT NULL AND NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on
       OR (NEW.withdrawn_on IS DISTINCT FROM OLD.withdrawn_on OR NEW.rule <> OLD.rule) AND hand <> 'city_leader'
       OR OLD.received_on IS NOT NULL AND NEW.received_on IS DISTINCT FROM OLD.received_on
       OR NEW.received_on < (SELECT d.issued_on FROM mandates d WHERE d.id = NEW.mandate_id)
       OR NEW.mandate_id <> OLD.mandate_id OR NEW.street_id <> OLD.street_id
    THEN
        RAISE EXCEPTION 'when an authorisation was received, changed or withdrawn is the record'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_streets_step_by_role';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_streets_guard BEFORE UPDATE ON mandate_streets FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_street();

-- THE GUARD. Which matter covers an act of supervision: live in the street, of
-- that subject, with that measure, for that object, on that day. It holds the
-- street's rows first, so that nobody withdraws, changes or concludes what it
-- found until the transaction ends; what it then reads is what is so, since each
-- statement of a volatile function sees what was committed before it.
CREATE FUNCTION app.live_matter(street bigint, about text, how text, whom text, on_day date, within bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    RETURN (
        SELECT x.id
        FROM mandate_streets s
        JOIN mandates d ON d.id = s.mandate_id
        JOIN mandate_matters x ON x.mandate_id = s.mandate_id
        JOIN mandate_versions v ON v.mandate_id = x.mandate_id AND v.version = x.version
        WHERE s.street_id = live_matter.street
          AND (within IS NULL OR s.mandate_id = within)
          AND s.state NOT IN ('planned', 'issued')
          -- An act that begins needs a file that is open; a report of a project closes it until the city answers.
          AND (within IS NOT NULL OR s.state <> 'concluded' AND (s.state <> 'reported' OR d.mode = 'package'))
          AND s.received_on <= on_day
          AND (s.withdrawn_on IS NULL OR on_day < s.withdrawn_on)
          AND v.state IN ('in_force', 'superseded')
          AND v.effective_on <= on_day
          AND (v.until_on IS NULL OR on_day < v.until_on)
          AND x.from_on <= on_day
          AND (x.through_on IS NULL OR on_day <= x.through_on)
          AND x.subject = about
          AND how = ANY (x.measures)
          AND (x.object = '' OR x.object = whom)
          -- 一事一授权: each measure once
          AND (d.mode <> 'one_matter' OR within IS NOT NULL OR NOT EXISTS (
              SELECT FROM mandate_acts a
              WHERE a.street_id = s.street_id AND a.mandate_id = s.mandate_id AND a.measure = how AND a.cancelled_on IS NULL))
        ORDER BY x.object = '', array_position('{one_matter,project,package}'::text[], d.mode), x.id
        LIMIT 1);
END $$;

CREATE FUNCTION app.covering_matter(street bigint, about text, how text, whom text, on_day date) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM mandate_streets s
    WHERE s.street_id = covering_matter.street AND s.state <> 'planned'
    ORDER BY s.mandate_id
    FOR UPDATE;
    RETURN app.live_matter(street, about, how, whom, on_day, NULL);
END $$;
COMMENT ON FUNCTION app.covering_matter IS 'The guard of hard rule 2; see docs/adr. NULL where nothing covers the act.';

CREATE FUNCTION app.guard_act() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
    ends  date;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.subject, NEW.measure, NEW.object, NEW.unit_id, NEW.title, NEW.act_on, NEW.kind, NEW.creator, NEW.key, NEW.mandate_id)
           IS DISTINCT FROM (OLD.subject, OLD.measure, OLD.object, OLD.unit_id, OLD.title, OLD.act_on, OLD.kind, OLD.creator, OLD.key, OLD.mandate_id)
           OR OLD.subject_id <> 0 AND NEW.subject_id <> OLD.subject_id
           OR OLD.cancelled_on IS NOT NULL AND NEW.cancelled_on IS DISTINCT FROM OLD.cancelled_on
           OR OLD.completed_on IS NOT NULL AND NEW.completed_on IS DISTINCT FROM OLD.completed_on
           OR app.city_role() AND (NEW.completed_on, NEW.result, NEW.report_id, NEW.subject_id) IS DISTINCT FROM (OLD.completed_on, OLD.result, OLD.report_id, OLD.subject_id)
        THEN
            RAISE EXCEPTION 'an act of supervision does not change: cancel it and begin another'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'acts_do_not_change';
        END IF;
        IF NEW.matter_id <> OLD.matter_id
           AND NEW.matter_id IS DISTINCT FROM app.live_matter(NEW.street_id, NEW.subject, NEW.measure, NEW.object, NEW.act_on, NEW.mandate_id)
        THEN
            RAISE EXCEPTION 'no live matter covers the act' USING ERRCODE = 'check_violation', CONSTRAINT = 'acts_need_live_matter';
        END IF;
    ELSE
        IF NEW.unit_id IS NOT NULL THEN
            NEW.object := (SELECT u.name FROM units u WHERE u.street_id = NEW.street_id AND u.id = NEW.unit_id);
        END IF;
        found := app.covering_matter(NEW.street_id, NEW.subject, NEW.measure, NEW.object, NEW.act_on);
        IF found IS NULL OR NEW.cancelled_on IS NOT NULL THEN
            RAISE EXCEPTION 'no live matter covers the act' USING ERRCODE = 'check_violation', CONSTRAINT = 'acts_need_live_matter';
        END IF;
        SELECT x.id, x.mandate_id INTO NEW.matter_id, NEW.mandate_id FROM mandate_matters x WHERE x.id = found;
    END IF;
    -- What was begun in time may be completed later, and says so.
    IF NEW.completed_on IS NOT NULL THEN
        SELECT least(x.through_on, s.withdrawn_on - 1) INTO ends
        FROM mandate_matters x
        JOIN mandate_streets s ON s.street_id = NEW.street_id AND s.mandate_id = x.mandate_id
        WHERE x.id = NEW.matter_id;
        NEW.beyond := coalesce(NEW.completed_on > ends, false);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_acts_guard BEFORE INSERT OR UPDATE ON mandate_acts FOR EACH ROW EXECUTE FUNCTION app.guard_act();

-- The first act puts the authorisation into execution.
CREATE FUNCTION app.act_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE mandate_streets SET state = 'active' WHERE street_id = NEW.street_id AND mandate_id = NEW.mandate_id AND state = 'received';
    RETURN NULL;
END $$;
CREATE TRIGGER mandate_acts_begin AFTER INSERT ON mandate_acts FOR EACH ROW EXECUTE FUNCTION app.act_begins();

-- Withdrawal and change leave no act without cover: what was only planned for a
-- day on which it is covered no more is called off; what was done on such a day
-- forbids the step, which must then begin later.
CREATE FUNCTION app.settle_acts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    a     record;
    cover bigint;
    why   text := CASE WHEN NEW.rule <> OLD.rule THEN '授权已变更' ELSE '授权已撤回' END;
BEGIN
    FOR a IN SELECT * FROM mandate_acts x WHERE x.street_id = NEW.street_id AND x.mandate_id = NEW.mandate_id AND x.cancelled_on IS NULL ORDER BY x.id LOOP
        cover := app.live_matter(a.street_id, a.subject, a.measure, a.object, a.act_on, a.mandate_id);
        IF cover = a.matter_id THEN
            CONTINUE;
        ELSIF cover IS NOT NULL THEN
            UPDATE mandate_acts SET matter_id = cover WHERE street_id = a.street_id AND id = a.id;
        ELSIF a.completed_on IS NOT NULL THEN
            RAISE EXCEPTION 'act % was done on a day that would lose its cover', a.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'acts_done_stay_covered';
        ELSE
            UPDATE mandate_acts SET cancelled_on = NEW.modified_at::date, cancelled_why = why WHERE street_id = a.street_id AND id = a.id;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER mandate_streets_settle AFTER UPDATE ON mandate_streets FOR EACH ROW
    WHEN (OLD.withdrawn_on IS DISTINCT FROM NEW.withdrawn_on OR OLD.rule <> NEW.rule) EXECUTE FUNCTION app.settle_acts();

CREATE FUNCTION app.guard_mandate_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'submitted' OR app.role() <> 'city_office' OR (NEW.text, NEW.mandate_id, NEW.round, NEW.submitted_on, NEW.reporter)
       IS DISTINCT FROM (OLD.text, OLD.mandate_id, OLD.round, OLD.submitted_on, OLD.reporter)
    THEN
        RAISE EXCEPTION 'a report is answered by the city, once' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_reports_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_reports_guard BEFORE UPDATE ON mandate_reports FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_report();

CREATE FUNCTION app.guard_mandate_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT app.may_step(ARRAY [
        'director:draft>signed', 'director:draft>dropped', 'deputy_director:draft>dropped', 'staff:draft>dropped',
        'director:signed>submitted', 'deputy_director:signed>submitted', 'staff:signed>submitted',
        'city_office:submitted>handling', 'city_office:handling>submitted', 'city_office:handling>granted', 'city_leader:submitted>declined'], OLD.state, NEW.state)
    THEN
        RAISE EXCEPTION '% may not take a request from % to %', app.role(), OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_requests_step_by_role';
    END IF;
    IF OLD.state <> 'draft' AND (NEW.title, NEW.subject, NEW.measure, NEW.object, NEW.act_on, NEW.content, NEW.reason, NEW.number, NEW.signed_post_id, NEW.signed_on)
       IS DISTINCT FROM (OLD.title, OLD.subject, OLD.measure, OLD.object, OLD.act_on, OLD.content, OLD.reason, OLD.number, OLD.signed_post_id, OLD.signed_on)
    THEN
        RAISE EXCEPTION 'a signed request does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'mandate_requests_signed_is_final';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mandate_requests_in_post BEFORE INSERT OR UPDATE ON mandate_requests
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signed_post_id', 'signed_on', 'self');
CREATE TRIGGER mandate_requests_guard BEFORE UPDATE ON mandate_requests FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_request();

ALTER TABLE mandates               ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandates               FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_versions       ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_versions       FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_matters        ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_matters        FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_streets        ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_streets        FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_reports        ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_reports        FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_report_matters ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_report_matters FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_acts           ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_acts           FORCE  ROW LEVEL SECURITY;
ALTER TABLE mandate_requests       ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_requests       FORCE  ROW LEVEL SECURITY;

-- The city reads all of its own, a street what was issued to it.
CREATE POLICY by_city ON mandates FOR SELECT TO portal_app
    USING ((SELECT app.city_role()) AND city_id = (SELECT app.city()) OR (SELECT app.role()) IN ('clerk', 'operator', 'counter'));
CREATE POLICY by_street ON mandates FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND state IN ('issued', 'withdrawn', 'concluded')
           AND EXISTS (SELECT FROM mandate_streets s WHERE s.mandate_id = mandates.id AND s.street_id = ANY ((SELECT app.streets())::bigint[])));
CREATE POLICY by_office ON mandates FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'city_office' AND city_id = (SELECT app.city()) AND state = 'draft');
CREATE POLICY by_hand ON mandates FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('city_office', 'city_leader') AND city_id = (SELECT app.city()));

CREATE POLICY with_mandate ON mandate_versions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM mandates d WHERE d.id = mandate_id) AND (state IN ('in_force', 'superseded') OR NOT (SELECT app.role()) IN
        ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'group_leader')));
CREATE POLICY by_office ON mandate_versions FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'city_office' AND EXISTS (SELECT FROM mandates d WHERE d.id = mandate_id));
CREATE POLICY by_hand ON mandate_versions FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('city_office', 'city_leader') AND EXISTS (SELECT FROM mandates d WHERE d.id = mandate_id));

CREATE POLICY with_version ON mandate_matters FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM mandate_versions v WHERE v.mandate_id = mandate_matters.mandate_id AND v.version = mandate_matters.version));
CREATE POLICY by_office ON mandate_matters FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'city_office' AND EXISTS (SELECT FROM mandates d WHERE d.id = mandate_id));
CREATE POLICY by_hand ON mandate_matters FOR DELETE TO portal_app
    USING ((SELECT app.role()) = 'city_office' AND EXISTS (SELECT FROM mandates d WHERE d.id = mandate_id));

CREATE POLICY by_scope ON mandate_streets FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND (state <> 'planned' OR (SELECT app.city_role()) OR (SELECT app.role()) IN ('clerk', 'operator')));
CREATE POLICY by_office ON mandate_streets FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'city_office' AND street_id = ANY ((SELECT app.streets())::bigint[]) AND state = 'planned');
CREATE POLICY by_redraft ON mandate_streets FOR DELETE TO portal_app
    USING ((SELECT app.role()) = 'city_office' AND street_id = ANY ((SELECT app.streets())::bigint[]) AND state = 'planned');
CREATE POLICY by_hand ON mandate_streets FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('city_office', 'city_leader', 'director', 'deputy_director', 'staff', 'group_leader', 'clerk')
           AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_scope ON mandate_reports FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON mandate_reports FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('director', 'deputy_director', 'staff') AND street_id = (SELECT app.street()) AND state = 'submitted');
CREATE POLICY by_office ON mandate_reports FOR UPDATE TO portal_app
    USING ((SELECT app.role()) = 'city_office' AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_scope ON mandate_report_matters FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON mandate_report_matters FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('director', 'deputy_director', 'staff') AND street_id = (SELECT app.street()));

CREATE POLICY by_scope ON mandate_acts FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON mandate_acts FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('director', 'deputy_director', 'staff', 'group_leader') AND street_id = (SELECT app.street()));
CREATE POLICY by_hand ON mandate_acts FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('director', 'deputy_director', 'staff', 'group_leader', 'city_leader') AND street_id = ANY ((SELECT app.streets())::bigint[]));

CREATE POLICY by_street ON mandate_requests FOR SELECT TO portal_app
    USING ((SELECT app.reads_mandates()) AND street_id = ANY ((SELECT app.streets())::bigint[])
           AND (state NOT IN ('draft', 'signed', 'dropped') OR NOT (SELECT app.city_role())));
CREATE POLICY by_drafter ON mandate_requests FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('director', 'deputy_director', 'staff') AND street_id = (SELECT app.street()) AND state = 'draft');
CREATE POLICY by_hand ON mandate_requests FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('director', 'deputy_director', 'staff', 'city_office', 'city_leader') AND street_id = ANY ((SELECT app.streets())::bigint[]));

GRANT SELECT, INSERT, UPDATE ON mandates, mandate_versions, mandate_reports, mandate_acts, mandate_requests TO portal_app;
GRANT SELECT, INSERT, DELETE ON mandate_matters TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mandate_streets TO portal_app;
GRANT SELECT, INSERT ON mandate_report_matters TO portal_app;

-- Deadlines: receipt, reports, acceptance show to whoever sees the authorisation in that street.
CREATE POLICY by_mandate ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'mandate'
           AND (SELECT true FROM mandate_streets s WHERE s.street_id = deadlines.street_id AND s.mandate_id = deadlines.subject_id));
-- Attachments of reports.
CREATE POLICY with_mandate_report ON files TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND owner_kind = 'mandate_report'
           AND EXISTS (SELECT FROM mandate_reports r WHERE r.street_id = files.street_id AND r.id = owner_id));
-- What the city did to an authorisation is read with it: a street reads from the issue on.
CREATE POLICY by_mandate ON audit_events FOR SELECT TO portal_app
    USING (kind = 'mandate' AND street_id = 0
           AND ((SELECT app.city_role()) OR action IN ('mandate.issue', 'mandate.change-approval', 'mandate.withdrawal'))
           AND EXISTS (SELECT FROM mandates d WHERE d.id = audit_events.subject_id));

END;
