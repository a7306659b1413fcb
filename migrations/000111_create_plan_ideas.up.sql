BEGIN;

-- Deputies are asked what next year's plan should hold (domain.md §3 e: Nov solicit).
-- The office makes an item of what they propose, or says why not; the item knows from
-- whom it came, and the deputy what became of it.
CREATE TABLE plan_ideas (
    id           bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint  NOT NULL,
    year         integer NOT NULL,
    deputy_id    bigint  NOT NULL,
    month        integer,
    theme        text    NOT NULL,
    kind         text    NOT NULL,
    reason       text    NOT NULL,
    proposed_on  date    NOT NULL,
    item_id      bigint,
    declined_why text    NOT NULL DEFAULT '',
    answered_on  date,
    answerer     text    NOT NULL DEFAULT '',
    state        text    NOT NULL GENERATED ALWAYS AS (CASE WHEN item_id IS NOT NULL THEN 'adopted' WHEN declined_why <> '' THEN 'declined' ELSE 'open' END) STORED,
    key          text    NOT NULL,
    version      integer NOT NULL DEFAULT 1,
    PRIMARY KEY (street_id, id),
    CONSTRAINT plan_ideas_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT plan_ideas_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items (street_id, id),
    CONSTRAINT plan_ideas_key_once UNIQUE (street_id, deputy_id, key),
    CONSTRAINT plan_ideas_month CHECK (month BETWEEN 1 AND 12),
    CONSTRAINT plan_ideas_theme_filled CHECK (theme <> '' AND length(theme) <= 100),
    CONSTRAINT plan_ideas_kind_known CHECK (kind IN ('inspection', 'study', 'appraisal', 'law_check', 'report', 'inquiry', 'budget', 'meeting', 'voters_meeting',
        'liaison', 'walk', 'enterprise', 'activity_day', 'week', 'training', 'reporting', 'team', 'project', 'other')),
    CONSTRAINT plan_ideas_reason_filled CHECK (reason <> '' AND length(reason) <= 500),
    CONSTRAINT plan_ideas_declined_short CHECK (length(declined_why) <= 500),
    CONSTRAINT plan_ideas_one_answer CHECK (item_id IS NULL OR declined_why = ''),
    CONSTRAINT plan_ideas_answered CHECK ((item_id IS NULL AND declined_why = '') = (answered_on IS NULL) AND (answered_on IS NULL) = (answerer = '') AND answered_on >= proposed_on)
);

COMMENT ON TABLE plan_ideas IS '计划提议: what deputies propose for the plan of a year, and what became of it.';
COMMENT ON COLUMN plan_ideas.month IS 'When it should be done; NULL: any time of the year.';
COMMENT ON COLUMN plan_ideas.item_id IS 'The item that it became, or that it was put under; NULL again where the item is taken out before the plan is passed.';

CREATE INDEX plan_ideas_newest ON plan_ideas (street_id, id DESC);
CREATE INDEX plan_ideas_of_deputy ON plan_ideas (street_id, deputy_id, id DESC);
CREATE INDEX plan_ideas_of_item ON plan_ideas (street_id, item_id) WHERE item_id IS NOT NULL;
CREATE INDEX plan_ideas_open ON plan_ideas (street_id, year, id) WHERE state = 'open';
CREATE INDEX plan_ideas_by_id ON plan_ideas (id);

-- Whether the plan of a year still takes ideas: it is not before the meeting. The row
-- is held, so that a submission waits.
CREATE FUNCTION app.plan_takes_ideas(street bigint, of_year integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    now_in constant text := (SELECT p.state FROM plans p WHERE p.street_id = street AND p.year = of_year FOR SHARE);
BEGIN
    RETURN now_in IS NULL OR now_in IN ('draft', 'consulting', 'revising');
END $$;

-- Ideas come from deputies in office, in the weeks that the settings name (the month
-- before the draft, 30 days, are defaults). What was proposed and answered stays.
CREATE FUNCTION app.guard_plan_idea() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    city  bigint;
    month integer;
    days  integer;
    opens date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT s.city_id INTO city FROM streets s WHERE s.id = NEW.street_id;
        month := coalesce((SELECT v.value FROM settings v WHERE v.key = 'plan.solicit_month' AND v.street_id IN (0, NEW.street_id) AND v.city_id = city ORDER BY v.street_id DESC LIMIT 1), 11);
        days := coalesce((SELECT v.value FROM settings v WHERE v.key = 'plan.solicit_days' AND v.street_id IN (0, NEW.street_id) AND v.city_id = city ORDER BY v.street_id DESC LIMIT 1), 30);
        opens := make_date(NEW.year - 1, month, 1);
        IF NEW.proposed_on NOT BETWEEN opens AND opens + days - 1 OR NOT app.plan_takes_ideas(NEW.street_id, NEW.year) THEN
            RAISE EXCEPTION 'ideas for % are not asked for on %', NEW.year, NEW.proposed_on USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ideas_in_time';
        ELSIF NEW.item_id IS NOT NULL OR NEW.declined_why <> '' THEN
            RAISE EXCEPTION 'an idea begins without an answer' USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ideas_fixed';
        ELSIF NOT EXISTS (SELECT FROM deputies d WHERE d.street_id = NEW.street_id AND d.id = NEW.deputy_id
                          AND d.since <= NEW.proposed_on AND (d.ended_on IS NULL OR d.ended_on > NEW.proposed_on)) THEN
            RAISE EXCEPTION 'deputy % is not in office', NEW.deputy_id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ideas_in_office';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.item_id IS NOT NULL AND NEW.item_id IS NULL AND current_user = 'portal_owner' THEN -- the item was taken out of the draft
        NEW.answered_on := NULL;
        NEW.answerer := '';
        NEW.version := OLD.version + 1;
        RETURN NEW;
    END IF;
    IF OLD.item_id IS NOT NULL OR OLD.declined_why <> ''
       OR (NEW.street_id, NEW.id, NEW.year, NEW.deputy_id, NEW.month, NEW.theme, NEW.kind, NEW.reason, NEW.proposed_on, NEW.key)
          IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.year, OLD.deputy_id, OLD.month, OLD.theme, OLD.kind, OLD.reason, OLD.proposed_on, OLD.key) THEN
        RAISE EXCEPTION 'idea % stays as it was answered', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ideas_fixed';
    ELSIF NEW.item_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM plan_items i
        JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
        WHERE i.street_id = NEW.street_id AND i.id = NEW.item_id AND p.year = NEW.year AND p.state IN ('draft', 'revising')) THEN
        RAISE EXCEPTION 'item % is not in the draft of the year', NEW.item_id USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_ideas_of_year';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plan_ideas_guarded BEFORE INSERT OR UPDATE ON plan_ideas FOR EACH ROW EXECUTE FUNCTION app.guard_plan_idea();
CREATE TRIGGER plan_ideas_kept BEFORE DELETE ON plan_ideas FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- An item that is taken out of a draft leaves its ideas without an answer.
CREATE FUNCTION app.reopen_plan_ideas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE plan_ideas x SET item_id = NULL WHERE x.street_id = OLD.street_id AND x.item_id = OLD.id;
    RETURN OLD;
END $$;

CREATE TRIGGER plan_items_ideas BEFORE DELETE ON plan_items FOR EACH ROW EXECUTE FUNCTION app.reopen_plan_ideas();

-- A plan comes before the meeting when every idea has an answer.
CREATE FUNCTION app.answer_plan_ideas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM plan_ideas x WHERE x.street_id = NEW.street_id AND x.year = NEW.year AND x.state = 'open') THEN
        RAISE EXCEPTION 'ideas for % wait for an answer', NEW.year USING ERRCODE = 'check_violation', CONSTRAINT = 'plans_ideas_answered_first';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER plans_ideas_answered BEFORE UPDATE ON plans FOR EACH ROW
    WHEN (NEW.state = 'deliberating' AND OLD.state <> 'deliberating') EXECUTE FUNCTION app.answer_plan_ideas();

ALTER TABLE plan_ideas ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_ideas FORCE  ROW LEVEL SECURITY;

-- The committee sees all of its street, a deputy their own.
CREATE POLICY by_sight ON plan_ideas FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'operator')
                OR (SELECT app.role()) IN ('deputy', 'group_leader') AND deputy_id = (SELECT app.deputy())));
CREATE POLICY proposed_by_deputy ON plan_ideas FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('deputy', 'group_leader') AND deputy_id = (SELECT app.deputy()));
CREATE POLICY answered_by_office ON plan_ideas FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY guarded ON plan_ideas TO portal_owner USING (true);
CREATE POLICY with_plan_idea ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'plan_idea' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM plan_ideas x WHERE x.street_id = audit_events.street_id AND x.id = subject_id));

GRANT SELECT, INSERT ON plan_ideas TO portal_app;
GRANT UPDATE (item_id, declined_why, answered_on, answerer, version) ON plan_ideas TO portal_app;

END;
