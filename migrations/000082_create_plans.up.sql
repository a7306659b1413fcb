BEGIN;

-- The annual plan of a street's committee (domain.md §3 e): its items, the written
-- opinion of the street's Party working committee and what was adopted of it, the
-- directors' meeting that passed it, its filing with the city, monthly progress, and
-- changes during the year, each with a decision of its own.
CREATE TABLE plans (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    year           integer     NOT NULL,
    state          text        NOT NULL DEFAULT 'draft',
    preamble       text        NOT NULL DEFAULT '',
    consulted_on   date,
    passed_on      date,
    filed_on       date,
    issued_on      date,
    doc_number     text        NOT NULL DEFAULT '',
    issuer_post_id bigint,
    issuer         text        NOT NULL DEFAULT '',
    adjusts_why    text        NOT NULL DEFAULT '',
    archived_on    date,
    retention      text        NOT NULL DEFAULT '',
    key            text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    modified_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT plans_year_once UNIQUE (street_id, year),
    CONSTRAINT plans_key_once UNIQUE (street_id, key),
    CONSTRAINT plans_issuer_post FOREIGN KEY (street_id, issuer_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT plans_year_plausible CHECK (year BETWEEN 2007 AND 2100),
    CONSTRAINT plans_preamble_short CHECK (length(preamble) <= 2000),
    CONSTRAINT plans_state_known CHECK (state IN ('draft', 'consulting', 'revising', 'deliberating', 'passed', 'filed', 'executing', 'adjusting',
        'summarising', 'concluded', 'archived')),
    CONSTRAINT plans_consulted CHECK (state = 'draft' OR consulted_on IS NOT NULL),
    CONSTRAINT plans_passed CHECK ((passed_on IS NULL) = (state IN ('draft', 'consulting', 'revising', 'deliberating')) AND passed_on >= consulted_on),
    CONSTRAINT plans_filed CHECK ((filed_on IS NULL) = (state IN ('draft', 'consulting', 'revising', 'deliberating', 'passed')) AND filed_on >= passed_on),
    CONSTRAINT plans_issued CHECK ((issued_on IS NULL) = (state IN ('draft', 'consulting', 'revising', 'deliberating', 'passed', 'filed')) AND issued_on >= filed_on),
    CONSTRAINT plans_issued_whole CHECK ((issued_on IS NULL) = (doc_number = '') AND (issued_on IS NULL) = (issuer_post_id IS NULL) AND (issued_on IS NULL) = (issuer = '')),
    CONSTRAINT plans_adjusted_with_reason CHECK ((state = 'adjusting') = (adjusts_why <> '') AND length(adjusts_why) <= 500),
    CONSTRAINT plans_archived CHECK ((state = 'archived') = (archived_on IS NOT NULL) AND (archived_on IS NULL) = (retention = '') AND retention IN ('', 'permanent', '30', '10'))
);

COMMENT ON TABLE plans IS '年度工作计划: one a street and year.';
COMMENT ON COLUMN plans.consulted_on IS 'When the Party working committee was first asked; from then on it sees the plan.';
COMMENT ON COLUMN plans.filed_on IS 'When it was reported to the city''s standing committee; from then on the city sees it.';
COMMENT ON COLUMN plans.issued_on IS 'When the director issued it; from then on everybody reads it.';
COMMENT ON COLUMN plans.adjusts_why IS 'Why it is being changed during the year; '''' where it is not.';
COMMENT ON COLUMN plans.retention IS '保管期限: permanent, or years.';

CREATE INDEX plans_by_year ON plans (year DESC, street_id, id);
CREATE INDEX plans_by_id ON plans (id);
CREATE INDEX plans_open ON plans (street_id, state) WHERE state <> 'archived';

CREATE TABLE plan_items (
    id        bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint  NOT NULL,
    plan_id   bigint  NOT NULL,
    month     integer NOT NULL,
    theme     text    NOT NULL,
    kind      text    NOT NULL,
    basis     text    NOT NULL,
    matter_id bigint  REFERENCES mandate_matters (id),
    group_id  bigint,
    owner     text    NOT NULL,
    output    text    NOT NULL,
    dropped   boolean NOT NULL DEFAULT false,
    status    text    NOT NULL DEFAULT 'open',
    done_on   date,
    key       text    NOT NULL,
    version   integer NOT NULL DEFAULT 1,
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_items_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_items_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    CONSTRAINT plan_items_key_once UNIQUE (street_id, plan_id, key),
    CONSTRAINT plan_items_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT plan_items_theme_filled CHECK (theme <> '' AND length(theme) <= 100),
    CONSTRAINT plan_items_kind_known CHECK (kind IN ('inspection', 'study', 'appraisal', 'law_check', 'report', 'inquiry', 'budget', 'meeting', 'voters_meeting',
        'liaison', 'walk', 'enterprise', 'activity_day', 'week', 'training', 'reporting', 'team', 'project', 'other')),
    CONSTRAINT plan_items_basis_known CHECK (basis IN ('duty', 'mandate', 'request')),
    CONSTRAINT plan_items_mandate_named CHECK ((basis = 'mandate') = (matter_id IS NOT NULL)),
    -- Supervision is never the street's own duty (domain.md hard rule 2).
    CONSTRAINT plan_items_supervision_authorised CHECK (basis <> 'duty' OR kind NOT IN ('appraisal', 'law_check', 'report', 'inquiry', 'budget')),
    CONSTRAINT plan_items_owner_filled CHECK (owner <> '' AND length(owner) <= 50),
    CONSTRAINT plan_items_output_filled CHECK (output <> '' AND length(output) <= 300),
    CONSTRAINT plan_items_status_known CHECK (status IN ('open', 'going', 'delayed', 'done')),
    CONSTRAINT plan_items_done_on CHECK ((status = 'done') = (done_on IS NOT NULL))
);

COMMENT ON TABLE plan_items IS 'The items as they are in force; each edition of the plan has a copy in plan_edition_items.';
COMMENT ON COLUMN plan_items.basis IS 'duty: a duty of the committee by law; mandate: a matter that the city authorised; request: authority is yet to be asked for.';
COMMENT ON COLUMN plan_items.dropped IS 'Given up by a decision during the year; the row stays.';
COMMENT ON COLUMN plan_items.status IS 'What the newest progress says, kept by a trigger.';

CREATE INDEX plan_items_of_plan ON plan_items (street_id, plan_id, month, id);
CREATE INDEX plan_items_by_id ON plan_items (id);

-- The Party working committee is asked in writing, and answers in writing.
CREATE TABLE plan_consultations (
    id           bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint  NOT NULL,
    plan_id      bigint  NOT NULL,
    round        integer NOT NULL,
    number       text    NOT NULL,
    sent_on      date    NOT NULL,
    sender       text    NOT NULL,
    due_on       date    NOT NULL,
    dated_on     date,
    reply_number text    NOT NULL DEFAULT '',
    reply        text    NOT NULL DEFAULT '',
    received_on  date,
    recorder     text    NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_consultations_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_consultations_round_once UNIQUE (street_id, plan_id, round),
    CONSTRAINT plan_consultations_due CHECK (due_on >= sent_on),
    CONSTRAINT plan_consultations_number CHECK (number <> '' AND length(reply_number) <= 50),
    CONSTRAINT plan_consultations_replied CHECK ((received_on IS NULL) = (reply = '') AND (received_on IS NULL) = (dated_on IS NULL) AND (received_on IS NULL) = (recorder = '')),
    CONSTRAINT plan_consultations_replied_late CHECK (dated_on >= sent_on AND received_on >= dated_on),
    CONSTRAINT plan_consultations_reply_short CHECK (length(reply) <= 4000)
);

COMMENT ON TABLE plan_consultations IS '征求街道党工委意见: each time it was asked, and its written opinion.';
COMMENT ON COLUMN plan_consultations.dated_on IS 'The date of the written opinion; the paper itself is a file of kind plan_consultation.';

CREATE TABLE plan_points (
    id              bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id       bigint  NOT NULL,
    consultation_id bigint  NOT NULL,
    ordinal         integer NOT NULL,
    text            text    NOT NULL,
    answer          text    NOT NULL DEFAULT '',
    answer_text     text    NOT NULL DEFAULT '',
    answered_on     date,
    answerer        text    NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_points_consultation FOREIGN KEY (street_id, consultation_id) REFERENCES plan_consultations (street_id, id),
    CONSTRAINT plan_points_once UNIQUE (street_id, consultation_id, ordinal),
    CONSTRAINT plan_points_text CHECK (text <> '' AND length(text) <= 500),
    CONSTRAINT plan_points_answer_known CHECK (answer IN ('', 'adopted', 'partly', 'not_adopted')),
    CONSTRAINT plan_points_answered CHECK ((answer = '') = (answered_on IS NULL) AND (answer NOT IN ('partly', 'not_adopted') OR answer_text <> '') AND length(answer_text) <= 500)
);

COMMENT ON TABLE plan_points IS '采纳情况: the opinion point by point, and what became of each.';

-- What the directors' meeting decided: on the plan, and on each change of it.
CREATE TABLE plan_decisions (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    plan_id       bigint      NOT NULL,
    about         text        NOT NULL,
    met_on        date        NOT NULL,
    chair_post_id bigint      NOT NULL,
    met_due       integer     NOT NULL,
    met_present   integer     NOT NULL,
    met_for       integer     NOT NULL,
    verdict       text        NOT NULL,
    note          text        NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_decisions_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_decisions_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT plan_decisions_about_known CHECK (about IN ('plan', 'adjustment')),
    CONSTRAINT plan_decisions_counts CHECK (met_due > 0 AND met_for BETWEEN 0 AND met_present AND met_present <= met_due),
    CONSTRAINT plan_decisions_quorum CHECK (met_present * 2 > met_due),
    CONSTRAINT plan_decisions_verdict_known CHECK (verdict IN ('passed', 'revise', 'rejected') AND (about = 'adjustment' OR verdict <> 'rejected')),
    CONSTRAINT plan_decisions_majority CHECK ((verdict = 'passed') <= (met_for * 2 > met_due)),
    CONSTRAINT plan_decisions_note CHECK (length(note) <= 500 AND (verdict = 'passed' OR note <> ''))
);

COMMENT ON TABLE plan_decisions IS '工委主任会议审议: each time a directors'' meeting dealt with a plan or a change of it. Append-only.';

CREATE INDEX plan_decisions_of_plan ON plan_decisions (street_id, plan_id, id);

-- A change during the year as it is proposed; it becomes an item by a decision alone.
CREATE TABLE plan_changes (
    id          bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint  NOT NULL,
    plan_id     bigint  NOT NULL,
    action      text    NOT NULL,
    item_id     bigint,
    month       integer NOT NULL,
    theme       text    NOT NULL,
    kind        text    NOT NULL,
    basis       text    NOT NULL,
    matter_id   bigint  REFERENCES mandate_matters (id),
    group_id    bigint,
    owner       text    NOT NULL,
    output      text    NOT NULL,
    reason      text    NOT NULL,
    proposed_on date    NOT NULL,
    proposer    text    NOT NULL,
    decision_id bigint,
    key         text    NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_changes_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_changes_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items (street_id, id),
    CONSTRAINT plan_changes_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    CONSTRAINT plan_changes_decision FOREIGN KEY (street_id, decision_id) REFERENCES plan_decisions (street_id, id),
    CONSTRAINT plan_changes_key_once UNIQUE (street_id, plan_id, key),
    CONSTRAINT plan_changes_action_known CHECK (action IN ('add', 'alter', 'drop') AND (action = 'add' OR item_id IS NOT NULL)),
    CONSTRAINT plan_changes_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT plan_changes_theme_filled CHECK (theme <> '' AND length(theme) <= 100),
    CONSTRAINT plan_changes_mandate_named CHECK ((basis = 'mandate') = (matter_id IS NOT NULL)),
    CONSTRAINT plan_changes_supervision_authorised CHECK (basis <> 'duty' OR kind NOT IN ('appraisal', 'law_check', 'report', 'inquiry', 'budget')),
    CONSTRAINT plan_changes_reason_filled CHECK (reason <> '' AND length(reason) <= 500)
);

COMMENT ON TABLE plan_changes IS '调整: what is to be changed and why. decision_id: the meeting that dealt with it; NULL while it is pending.';

CREATE UNIQUE INDEX plan_changes_one_of_an_item ON plan_changes (street_id, item_id) WHERE decision_id IS NULL AND item_id IS NOT NULL;
CREATE INDEX plan_changes_of_plan ON plan_changes (street_id, plan_id, id);

CREATE TABLE plan_editions (
    id          bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint  NOT NULL,
    plan_id     bigint  NOT NULL,
    ordinal     integer NOT NULL,
    decision_id bigint  NOT NULL,
    decided_on  date    NOT NULL,
    reason      text    NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_editions_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_editions_decision FOREIGN KEY (street_id, decision_id) REFERENCES plan_decisions (street_id, id),
    CONSTRAINT plan_editions_once UNIQUE (street_id, plan_id, ordinal),
    CONSTRAINT plan_editions_reason CHECK ((ordinal = 1) = (reason = ''))
);

COMMENT ON TABLE plan_editions IS 'The plan as it was passed, and as each change left it. Written by a trigger alone, never altered.';

CREATE TABLE plan_edition_items (
    street_id  bigint  NOT NULL,
    edition_id bigint  NOT NULL,
    item_id    bigint  NOT NULL,
    month      integer NOT NULL,
    theme      text    NOT NULL,
    kind       text    NOT NULL,
    basis      text    NOT NULL,
    matter_id  bigint,
    group_id   bigint,
    owner      text    NOT NULL,
    output     text    NOT NULL,
    dropped    boolean NOT NULL,
    PRIMARY KEY (street_id, edition_id, item_id),
    CONSTRAINT plan_edition_items_edition FOREIGN KEY (street_id, edition_id) REFERENCES plan_editions (street_id, id),
    CONSTRAINT plan_edition_items_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items (street_id, id)
);

CREATE TABLE plan_filings (
    id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint NOT NULL,
    edition_id  bigint NOT NULL,
    number      text   NOT NULL,
    sent_on     date   NOT NULL,
    sender      text   NOT NULL,
    received_on date,
    receiver    text   NOT NULL DEFAULT '',
    comment     text   NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_filings_edition FOREIGN KEY (street_id, edition_id) REFERENCES plan_editions (street_id, id),
    CONSTRAINT plan_filings_once UNIQUE (street_id, edition_id),
    CONSTRAINT plan_filings_received CHECK ((received_on IS NULL) = (receiver = '') AND (received_on IS NOT NULL OR comment = '') AND received_on >= sent_on AND length(comment) <= 2000)
);

COMMENT ON TABLE plan_filings IS '报市人大常委会备案: each edition once; the city receives it and may comment. It approves nothing.';

CREATE TABLE plan_progress (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    item_id     bigint      NOT NULL,
    month       integer     NOT NULL,
    status      text        NOT NULL,
    note        text        NOT NULL,
    reported_on date        NOT NULL,
    reporter    text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_progress_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items (street_id, id),
    CONSTRAINT plan_progress_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT plan_progress_status_known CHECK (status IN ('going', 'delayed', 'done')),
    CONSTRAINT plan_progress_note_filled CHECK (note <> '' AND length(note) <= 500)
);

COMMENT ON TABLE plan_progress IS 'What was reported of an item, month by month. Append-only: what was wrong is reported again.';

CREATE INDEX plan_progress_of_item ON plan_progress (street_id, item_id, id);

CREATE TABLE plan_summaries (
    street_id         bigint NOT NULL,
    plan_id           bigint NOT NULL,
    text              text   NOT NULL,
    drafted_on        date   NOT NULL,
    concluded_on      date,
    concluder_post_id bigint,
    concluder         text   NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, plan_id),
    CONSTRAINT plan_summaries_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans (street_id, id),
    CONSTRAINT plan_summaries_post FOREIGN KEY (street_id, concluder_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT plan_summaries_text CHECK (text <> '' AND length(text) <= 20000),
    CONSTRAINT plan_summaries_concluded CHECK ((concluded_on IS NULL) = (concluder_post_id IS NULL) AND (concluded_on IS NULL) = (concluder = '') AND concluded_on >= drafted_on)
);

COMMENT ON TABLE plan_summaries IS '年度工作总结: drafted from the data, signed by the director, then public.';

-- The state of a plan, whoever asks, under a lock that a move of the plan waits for.
CREATE FUNCTION app.plan_state(street bigint, plan bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT p.state FROM plans p WHERE p.street_id = street AND p.id = plan FOR SHARE);
END $$;

-- What may happen next, by whom and on what ground. internal/plan knows the same
-- table; here it holds for every statement.
CREATE FUNCTION app.step_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asking constant text := app.role();
BEGIN
    IF (NEW.street_id, NEW.id, NEW.year, NEW.key) IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.year, OLD.key)
       OR OLD.issued_on IS NOT NULL AND (NEW.issued_on, NEW.doc_number, NEW.issuer_post_id, NEW.issuer, NEW.passed_on, NEW.filed_on, NEW.preamble)
          IS DISTINCT FROM (OLD.issued_on, OLD.doc_number, OLD.issuer_post_id, OLD.issuer, OLD.passed_on, OLD.filed_on, OLD.preamble)
       OR OLD.state NOT IN ('draft', 'revising') AND NEW.preamble <> OLD.preamble THEN
        RAISE EXCEPTION 'a passed plan is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_fixed';
    END IF;
    IF asking LIKE 'city%' AND to_jsonb(NEW) - 'version' - 'modified_at' <> to_jsonb(OLD) - 'version' - 'modified_at'
       OR asking = 'party_reader' AND NEW.state <> OLD.state AND (OLD.state, NEW.state) IS DISTINCT FROM ('consulting', 'revising') THEN
        RAISE EXCEPTION '% does not take this step', asking USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_step_by';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NOT (OLD.state, NEW.state) IN (
        ('draft', 'consulting'), ('revising', 'consulting'), ('consulting', 'revising'), ('revising', 'deliberating'), ('deliberating', 'revising'), ('deliberating', 'passed'),
        ('passed', 'filed'), ('filed', 'executing'), ('executing', 'adjusting'), ('adjusting', 'executing'), ('executing', 'summarising'), ('summarising', 'concluded'),
        ('concluded', 'archived')) THEN
        RAISE EXCEPTION 'no step from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_step';
    END IF;
    IF NEW.state = 'consulting' AND (
        NOT EXISTS (SELECT FROM plan_items i WHERE i.street_id = NEW.street_id AND i.plan_id = NEW.id)
        OR NOT EXISTS (SELECT FROM plan_consultations c WHERE c.street_id = NEW.street_id AND c.plan_id = NEW.id AND c.received_on IS NULL)) THEN
        RAISE EXCEPTION 'nothing to ask about' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_consults_on_items';
    END IF;
    -- The Party working committee is consulted in writing before the meeting.
    IF OLD.state = 'consulting' AND EXISTS (SELECT FROM plan_consultations c WHERE c.street_id = NEW.street_id AND c.plan_id = NEW.id AND c.received_on IS NULL)
       OR NEW.state IN ('deliberating', 'passed') AND NOT EXISTS (
            SELECT FROM plan_consultations c WHERE c.street_id = NEW.street_id AND c.plan_id = NEW.id AND c.received_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the Party working committee has not answered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_consulted_first';
    END IF;
    IF NEW.state IN ('deliberating', 'passed') AND EXISTS (
        SELECT FROM plan_consultations c
        JOIN plan_points t ON t.street_id = c.street_id AND t.consultation_id = c.id
        WHERE c.street_id = NEW.street_id AND c.plan_id = NEW.id AND t.answer = '') THEN
        RAISE EXCEPTION 'points wait for an answer' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_answered_first';
    END IF;
    IF NEW.state = 'passed' AND NOT EXISTS (
        SELECT FROM plan_decisions d
        WHERE d.street_id = NEW.street_id AND d.plan_id = NEW.id AND d.about = 'plan' AND d.verdict = 'passed' AND d.met_on = NEW.passed_on) THEN
        RAISE EXCEPTION 'no meeting passed it' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_passed_by_meeting';
    END IF;
    IF NEW.state = 'filed' AND NOT EXISTS (
        SELECT FROM plan_editions e
        JOIN plan_filings f ON f.street_id = e.street_id AND f.edition_id = e.id
        WHERE e.street_id = NEW.street_id AND e.plan_id = NEW.id) THEN
        RAISE EXCEPTION 'it was not reported to the city' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_filed_first';
    END IF;
    IF OLD.state = 'filed' AND NOT app.holds_power(NEW.street_id, NEW.issuer_post_id, 'sign', NEW.issued_on) THEN
        RAISE EXCEPTION 'the director issues it' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_issued_by_director';
    END IF;
    IF OLD.state = 'adjusting' AND EXISTS (SELECT FROM plan_changes c WHERE c.street_id = NEW.street_id AND c.plan_id = NEW.id AND c.decision_id IS NULL) THEN
        RAISE EXCEPTION 'no meeting dealt with the changes' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_changes_decided_first';
    END IF;
    IF NEW.state = 'concluded' AND NOT EXISTS (
        SELECT FROM plan_summaries s WHERE s.street_id = NEW.street_id AND s.plan_id = NEW.id AND s.concluded_on IS NOT NULL) THEN
        RAISE EXCEPTION 'its summary is not signed' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_summarised_first';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plans_step BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION app.step_plan();
CREATE TRIGGER plans_issuer_in_post BEFORE INSERT OR UPDATE ON plans
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('issuer_post_id', 'issued_on', 'self');
CREATE TRIGGER plan_summaries_in_post BEFORE INSERT OR UPDATE ON plan_summaries
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('concluder_post_id', 'concluded_on', 'self');
CREATE TRIGGER plan_decisions_only_presiding BEFORE INSERT ON plan_decisions
    FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
CREATE TRIGGER plan_decisions_all_due BEFORE INSERT ON plan_decisions
    FOR EACH ROW EXECUTE FUNCTION app.only_all_due();

-- What a passed decision on changes brings about, and the copy of each edition. It
-- runs as the owner: nobody else alters an item once the plan has been passed.
CREATE FUNCTION app.keep_plan_edition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    d plan_decisions;
    c plan_changes;
    e bigint;
    n constant integer := 1 + (SELECT count(*) FROM plan_editions x WHERE x.street_id = NEW.street_id AND x.plan_id = NEW.id);
BEGIN
    SELECT * INTO d FROM plan_decisions x
    WHERE x.street_id = NEW.street_id AND x.plan_id = NEW.id AND x.verdict = 'passed'
      AND x.about = CASE WHEN NEW.state = 'passed' THEN 'plan' ELSE 'adjustment' END
      AND NOT EXISTS (SELECT FROM plan_editions y WHERE y.street_id = x.street_id AND y.decision_id = x.id)
    ORDER BY x.id DESC
    LIMIT 1;
    IF d.id IS NULL THEN
        RETURN NULL; -- the changes were withdrawn or rejected
    END IF;
    FOR c IN SELECT * FROM plan_changes x WHERE x.street_id = d.street_id AND x.decision_id = d.id ORDER BY x.id LOOP
        IF c.action = 'add' THEN
            INSERT INTO plan_items (street_id, plan_id, month, theme, kind, basis, matter_id, group_id, owner, output, key)
            VALUES (c.street_id, c.plan_id, c.month, c.theme, c.kind, c.basis, c.matter_id, c.group_id, c.owner, c.output, 'change-' || c.id);
        ELSE
            UPDATE plan_items i
            SET month = c.month, theme = c.theme, kind = c.kind, basis = c.basis, matter_id = c.matter_id, group_id = c.group_id, owner = c.owner, output = c.output,
                dropped = c.action = 'drop'
            WHERE i.street_id = c.street_id AND i.id = c.item_id;
        END IF;
    END LOOP;
    INSERT INTO plan_editions (street_id, plan_id, ordinal, decision_id, decided_on, reason)
    VALUES (d.street_id, d.plan_id, n, d.id, d.met_on, CASE WHEN n = 1 THEN '' ELSE OLD.adjusts_why END)
    RETURNING id INTO e;
    INSERT INTO plan_edition_items (street_id, edition_id, item_id, month, theme, kind, basis, matter_id, group_id, owner, output, dropped)
    SELECT i.street_id, e, i.id, i.month, i.theme, i.kind, i.basis, i.matter_id, i.group_id, i.owner, i.output, i.dropped
    FROM plan_items i
    WHERE i.street_id = d.street_id AND i.plan_id = d.plan_id;
    RETURN NULL;
END $$;

CREATE TRIGGER plans_edition AFTER UPDATE ON plans FOR EACH ROW
    WHEN (NEW.state = 'passed' AND OLD.state = 'deliberating' OR NEW.state = 'executing' AND OLD.state = 'adjusting')
    EXECUTE FUNCTION app.keep_plan_edition();

CREATE FUNCTION app.guard_year_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it constant plan_items := coalesce(NEW, OLD);
BEGIN
    IF current_user <> 'portal_owner' AND (app.plan_state(it.street_id, it.plan_id) NOT IN ('draft', 'revising')
        OR TG_OP = 'UPDATE' AND (NEW.plan_id, NEW.key, NEW.status, NEW.done_on, NEW.dropped) IS DISTINCT FROM (OLD.plan_id, OLD.key, OLD.status, OLD.done_on, OLD.dropped)
        OR TG_OP = 'INSERT' AND (NEW.status <> 'open' OR NEW.dropped)) THEN
        RAISE EXCEPTION 'item % of a passed plan', it.id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_items_fixed';
    END IF;
    RETURN it;
END $$;

CREATE TRIGGER plan_items_guarded BEFORE INSERT OR UPDATE OR DELETE ON plan_items FOR EACH ROW EXECUTE FUNCTION app.guard_year_item();

-- The matter that an item rests on was authorised for its street.
CREATE FUNCTION app.only_matter_of_street() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.matter_id IS NOT NULL AND current_user <> 'portal_owner' AND NOT EXISTS (
        SELECT FROM mandate_matters m
        JOIN mandate_streets s ON s.mandate_id = m.mandate_id AND s.street_id = NEW.street_id
        WHERE m.id = NEW.matter_id) THEN
        RAISE EXCEPTION 'matter % is not of the street', NEW.matter_id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_matter_of_street';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_items_matter BEFORE INSERT OR UPDATE OF matter_id ON plan_items FOR EACH ROW EXECUTE FUNCTION app.only_matter_of_street();
CREATE TRIGGER plan_changes_matter BEFORE INSERT ON plan_changes FOR EACH ROW EXECUTE FUNCTION app.only_matter_of_street();

CREATE FUNCTION app.guard_plan_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.received_on IS NOT NULL OR app.plan_state(NEW.street_id, NEW.plan_id) NOT IN ('draft', 'revising'))
       OR TG_OP = 'UPDATE' AND (OLD.received_on IS NOT NULL OR app.plan_state(NEW.street_id, NEW.plan_id) <> 'consulting') THEN
        RAISE EXCEPTION 'an opinion is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_opinion_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_consultations_guarded BEFORE INSERT OR UPDATE ON plan_consultations FOR EACH ROW EXECUTE FUNCTION app.guard_plan_consultation();

CREATE FUNCTION app.guard_plan_point() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_in constant text := (SELECT app.plan_state(c.street_id, c.plan_id) FROM plan_consultations c WHERE c.street_id = NEW.street_id AND c.id = NEW.consultation_id);
BEGIN
    IF now_in IS DISTINCT FROM (CASE TG_OP WHEN 'INSERT' THEN 'consulting' ELSE 'revising' END)
       OR TG_OP = 'INSERT' AND NEW.answer <> '' THEN
        RAISE EXCEPTION 'an opinion is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_opinion_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_points_guarded BEFORE INSERT OR UPDATE ON plan_points FOR EACH ROW EXECUTE FUNCTION app.guard_plan_point();

CREATE FUNCTION app.guard_plan_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF app.plan_state(NEW.street_id, NEW.plan_id) IS DISTINCT FROM (CASE NEW.about WHEN 'plan' THEN 'deliberating' ELSE 'adjusting' END) THEN
        RAISE EXCEPTION 'there is nothing to decide' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_decisions_in_turn';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_decisions_guarded BEFORE INSERT ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.guard_plan_decision();
CREATE TRIGGER plan_decisions_append_only BEFORE UPDATE OR DELETE ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- A change is made while the plan is being adjusted; once a meeting has dealt with it
-- it stays. It is of an item of its own plan that is still in it.
CREATE FUNCTION app.guard_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it constant plan_changes := coalesce(NEW, OLD);
BEGIN
    IF app.plan_state(it.street_id, it.plan_id) IS DISTINCT FROM 'adjusting'
       OR TG_OP <> 'INSERT' AND OLD.decision_id IS NOT NULL
       OR TG_OP = 'INSERT' AND NEW.decision_id IS NOT NULL
       OR TG_OP = 'UPDATE' AND (to_jsonb(NEW) - 'decision_id' <> to_jsonb(OLD) - 'decision_id' OR NOT EXISTS (
            SELECT FROM plan_decisions d WHERE d.street_id = NEW.street_id AND d.id = NEW.decision_id AND d.plan_id = NEW.plan_id
              AND d.about = 'adjustment' AND d.verdict IN ('passed', 'rejected')))
       OR TG_OP = 'INSERT' AND NEW.item_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM plan_items i WHERE i.street_id = NEW.street_id AND i.id = NEW.item_id AND i.plan_id = NEW.plan_id AND NOT i.dropped) THEN
        RAISE EXCEPTION 'change % is fixed', it.id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_changes_fixed';
    END IF;
    RETURN it;
END $$;

CREATE TRIGGER plan_changes_guarded BEFORE INSERT OR UPDATE OR DELETE ON plan_changes FOR EACH ROW EXECUTE FUNCTION app.guard_plan_change();

CREATE FUNCTION app.guard_plan_filing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.received_on IS NOT NULL OR NOT EXISTS (
            SELECT FROM plan_editions e WHERE e.street_id = NEW.street_id AND e.id = NEW.edition_id
              AND app.plan_state(e.street_id, e.plan_id) IN ('passed', 'executing', 'adjusting', 'summarising')))
       OR TG_OP = 'UPDATE' AND OLD.received_on IS NOT NULL THEN
        RAISE EXCEPTION 'a filing is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_filings_fixed';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_filings_guarded BEFORE INSERT OR UPDATE ON plan_filings FOR EACH ROW EXECUTE FUNCTION app.guard_plan_filing();

CREATE FUNCTION app.guard_plan_progress() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM plan_items i WHERE i.street_id = NEW.street_id AND i.id = NEW.item_id AND NOT i.dropped
                   AND app.plan_state(i.street_id, i.plan_id) IN ('executing', 'adjusting', 'summarising')) THEN
        RAISE EXCEPTION 'item % is not being carried out', NEW.item_id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_progress_in_turn';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_progress_guarded BEFORE INSERT ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.guard_plan_progress();
CREATE TRIGGER plan_progress_append_only BEFORE UPDATE OR DELETE ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

CREATE FUNCTION app.note_plan_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE plan_items i
    SET status = NEW.status, done_on = CASE WHEN NEW.status = 'done' THEN NEW.reported_on END
    WHERE i.street_id = NEW.street_id AND i.id = NEW.item_id;
    RETURN NULL;
END $$;

CREATE TRIGGER plan_progress_noted AFTER INSERT ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.note_plan_progress();

CREATE FUNCTION app.guard_plan_summary() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF app.plan_state(NEW.street_id, NEW.plan_id) NOT IN ('executing', 'summarising') OR TG_OP = 'UPDATE' AND OLD.concluded_on IS NOT NULL THEN
        RAISE EXCEPTION 'a signed summary is not altered' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_summaries_fixed';
    ELSIF NEW.concluded_on IS NOT NULL AND NOT app.holds_power(NEW.street_id, NEW.concluder_post_id, 'sign', NEW.concluded_on) THEN
        RAISE EXCEPTION 'the director signs it' USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_issued_by_director';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_summaries_guarded BEFORE INSERT OR UPDATE ON plan_summaries FOR EACH ROW EXECUTE FUNCTION app.guard_plan_summary();

-- For rooms whose records carry out the plan (activities, meetings). They have
--     plan_item_id        bigint,
--     outside_plan_reason text NOT NULL DEFAULT '',
--     CONSTRAINT x_plan_item FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items (street_id, id),
--     CONSTRAINT x_planned_or_reason CHECK ((plan_item_id IS NULL) = (outside_plan_reason <> '')),
--     CONSTRAINT x_outside_plan_short CHECK (length(outside_plan_reason) <= 200)
-- and this trigger, BEFORE INSERT OR UPDATE OF plan_item_id, whose argument names the
-- column with the record's day: the item is of the plan of that year, has been passed
-- and was not given up. What does not fit breaks the constraint only_planned_item.
CREATE FUNCTION app.only_planned_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    on_day constant date := to_jsonb(NEW) ->> TG_ARGV[0];
BEGIN
    IF NEW.plan_item_id IS NULL OR TG_OP = 'UPDATE' AND NEW.plan_item_id = OLD.plan_item_id OR EXISTS (
        SELECT FROM plan_items i
        JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
        WHERE i.street_id = NEW.street_id AND i.id = NEW.plan_item_id AND NOT i.dropped
          AND p.passed_on IS NOT NULL AND p.year = extract(year FROM on_day)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'item % is not in the plan of the year', NEW.plan_item_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'only_planned_item', TABLE = TG_TABLE_NAME;
END $$;

ALTER TABLE plans              ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans              FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_items         ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_items         FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_consultations ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_consultations FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_points        ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_points        FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_decisions     ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_decisions     FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_changes       ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_changes       FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_editions      ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_editions      FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_edition_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_edition_items FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_filings       ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_filings       FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_progress      ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_progress      FORCE  ROW LEVEL SECURITY;
ALTER TABLE plan_summaries     ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_summaries     FORCE  ROW LEVEL SECURITY;

-- Who sees a plan: the committee; the Party working committee once it was asked; the
-- deputies once it was passed; the city once it was filed; the street's others once
-- it was issued.
CREATE FUNCTION app.sees_plan(consulted date, passed date, filed date, issued date) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE
        WHEN app.role() IN ('director', 'deputy_director', 'member', 'staff', 'operator', 'clerk', 'counter') THEN true
        WHEN app.role() = 'party_reader' THEN consulted IS NOT NULL
        WHEN app.role() IN ('deputy', 'group_leader') THEN passed IS NOT NULL
        WHEN app.role() LIKE 'city%' THEN filed IS NOT NULL
        ELSE issued IS NOT NULL
    END;
END $$;

CREATE POLICY by_sight ON plans FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND app.sees_plan(consulted_on, passed_on, filed_on, issued_on));
CREATE POLICY drafted_by_office ON plans FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator') AND state = 'draft');
CREATE POLICY moved ON plans FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND app.sees_plan(consulted_on, passed_on, filed_on, issued_on)
           AND (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'member', 'party_reader', 'city_office', 'city_deputy', 'operator'));
CREATE POLICY by_public ON plans FOR SELECT TO portal_public USING (issued_on IS NOT NULL);
CREATE POLICY guarded ON plans TO portal_owner USING (true);

CREATE POLICY with_plan ON plan_items FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_items.street_id AND p.id = plan_id));
CREATE POLICY by_office ON plan_items TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY by_public ON plan_items FOR SELECT TO portal_public
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_items.street_id AND p.id = plan_id));
CREATE POLICY guarded ON plan_items TO portal_owner USING (true);

-- The opinion is between the two committees and, once the plan was filed, the city.
CREATE POLICY with_plan ON plan_consultations FOR SELECT TO portal_app
    USING ((SELECT app.role()) NOT IN ('deputy', 'group_leader') AND EXISTS (SELECT FROM plans p WHERE p.street_id = plan_consultations.street_id AND p.id = plan_id));
CREATE POLICY asked_by_office ON plan_consultations FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY answered ON plan_consultations FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('party_reader', 'staff', 'operator'));
CREATE POLICY with_consultation ON plan_points FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plan_consultations c WHERE c.street_id = plan_points.street_id AND c.id = consultation_id));
CREATE POLICY made_with_opinion ON plan_points FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('party_reader', 'staff', 'operator'));
CREATE POLICY answered_by_office ON plan_points FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));

CREATE POLICY with_plan ON plan_decisions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_decisions.street_id AND p.id = plan_id));
CREATE POLICY recorded_by_street ON plan_decisions FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator'));
CREATE POLICY guarded ON plan_decisions FOR SELECT TO portal_owner USING (true);

CREATE POLICY with_plan ON plan_changes FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_changes.street_id AND p.id = plan_id)
           AND (decision_id IS NOT NULL OR (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'party_reader', 'operator')));
CREATE POLICY by_office ON plan_changes TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator'));
CREATE POLICY guarded ON plan_changes FOR SELECT TO portal_owner USING (true);

CREATE POLICY with_plan ON plan_editions FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_editions.street_id AND p.id = plan_id));
CREATE POLICY kept_by_trigger ON plan_editions TO portal_owner USING (true);
CREATE POLICY with_edition ON plan_edition_items FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plan_editions e WHERE e.street_id = plan_edition_items.street_id AND e.id = edition_id));
CREATE POLICY kept_by_trigger ON plan_edition_items TO portal_owner USING (true);

CREATE POLICY with_edition ON plan_filings FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plan_editions e WHERE e.street_id = plan_filings.street_id AND e.id = edition_id));
CREATE POLICY sent_by_street ON plan_filings FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'operator'));
CREATE POLICY received_by_city ON plan_filings FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('city_office', 'city_deputy', 'operator'));

CREATE POLICY with_item ON plan_progress FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plan_items i WHERE i.street_id = plan_progress.street_id AND i.id = item_id));
CREATE POLICY reported_by_street ON plan_progress FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'member', 'operator'));

CREATE POLICY with_plan ON plan_summaries FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM plans p WHERE p.street_id = plan_summaries.street_id AND p.id = plan_id)
           AND (concluded_on IS NOT NULL OR (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'operator')));
CREATE POLICY drafted_by_office ON plan_summaries FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator') AND concluded_on IS NULL);
CREATE POLICY signed ON plan_summaries FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'operator'));
CREATE POLICY by_public ON plan_summaries FOR SELECT TO portal_public USING (concluded_on IS NOT NULL);

CREATE POLICY by_plan ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'plan'
           AND (SELECT true FROM plans p WHERE p.street_id = deadlines.street_id AND p.id = deadlines.subject_id));
CREATE POLICY with_plan_consultation ON files TO portal_app
    USING (owner_kind = 'plan_consultation' AND EXISTS (SELECT FROM plan_consultations c WHERE c.street_id = files.street_id AND c.id = owner_id))
    WITH CHECK (owner_kind = 'plan_consultation' AND (SELECT app.role()) IN ('party_reader', 'staff', 'operator')
                AND EXISTS (SELECT FROM plan_consultations c WHERE c.street_id = files.street_id AND c.id = owner_id AND c.received_on IS NULL));
CREATE POLICY with_plan ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'plan' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM plans p WHERE p.street_id = audit_events.street_id AND p.id = subject_id));

GRANT SELECT, INSERT ON plans, plan_consultations, plan_points, plan_decisions, plan_filings, plan_progress, plan_summaries TO portal_app;
GRANT UPDATE (state, preamble, consulted_on, passed_on, filed_on, issued_on, doc_number, issuer_post_id, issuer, adjusts_why, archived_on, retention, version, modified_at)
    ON plans TO portal_app;
GRANT UPDATE (dated_on, reply_number, reply, received_on, recorder) ON plan_consultations TO portal_app;
GRANT UPDATE (answer, answer_text, answered_on, answerer) ON plan_points TO portal_app;
GRANT UPDATE (received_on, receiver, comment) ON plan_filings TO portal_app;
GRANT UPDATE (text, drafted_on, concluded_on, concluder_post_id, concluder) ON plan_summaries TO portal_app;
GRANT SELECT, INSERT, DELETE ON plan_items, plan_changes TO portal_app;
GRANT UPDATE (month, theme, kind, basis, matter_id, group_id, owner, output, version) ON plan_items TO portal_app;
GRANT UPDATE (decision_id) ON plan_changes TO portal_app;
GRANT SELECT ON plan_editions, plan_edition_items TO portal_app;
GRANT SELECT (id, street_id, year, state, preamble, passed_on, issued_on, doc_number, archived_on) ON plans TO portal_public;
GRANT SELECT (id, street_id, plan_id, month, theme, kind, basis, output, dropped, status, done_on) ON plan_items TO portal_public;
GRANT SELECT (street_id, plan_id, text, concluded_on) ON plan_summaries TO portal_public;

END;
