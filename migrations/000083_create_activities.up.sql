BEGIN;

-- What deputies do together (domain.md §3 f), from the plan to the feedback of the
-- units: inspections, studies, appraisals, activity days. Who is called and who came
-- stands in the gathering that each activity owns.
CREATE TABLE activities (
    id               bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id        bigint      NOT NULL REFERENCES streets (id),
    kind             text        NOT NULL,
    class            text        NOT NULL GENERATED ALWAYS AS (
        CASE WHEN kind IN ('inspection', 'study') THEN 'inspection' WHEN kind = 'appraisal' THEN 'appraisal' ELSE 'other' END) STORED,
    title            text        NOT NULL,
    purpose          text        NOT NULL DEFAULT '',
    themes           text[]      NOT NULL DEFAULT '{}',
    group_id         bigint,
    parent_id        bigint,
    partners         bigint[]    NOT NULL DEFAULT '{}',
    unplanned_why    text        NOT NULL DEFAULT '',
    supervises       boolean     NOT NULL,
    subject          text        NOT NULL DEFAULT '',
    unit_id          bigint,
    act_id           bigint,
    concentrated     boolean     NOT NULL DEFAULT false,
    place            text        NOT NULL,
    held_on          date        NOT NULL,
    starts_at        timestamptz NOT NULL,
    ends_at          timestamptz NOT NULL,
    gathering_id     bigint,
    state            text        NOT NULL DEFAULT 'draft',
    returned_why     text        NOT NULL DEFAULT '',
    approver_post_id bigint,
    approved_on      date,
    notified_on      date,
    survey           text        NOT NULL DEFAULT '',
    visited          text        NOT NULL DEFAULT '',
    summary          text        NOT NULL DEFAULT '',
    report           text        NOT NULL DEFAULT '',
    reported_on      date,
    number           text        NOT NULL DEFAULT '',
    forward_post_id  bigint,
    forwarded_on     date,
    units            bigint[]    NOT NULL DEFAULT '{}',
    unforwarded_why  text        NOT NULL DEFAULT '',
    archived_on      date,
    cancelled_why    text        NOT NULL DEFAULT '',
    creator          text        NOT NULL,
    key              text        NOT NULL,
    version          integer     NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL DEFAULT now(),
    modified_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT activities_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups (street_id, id),
    CONSTRAINT activities_parent FOREIGN KEY (street_id, parent_id) REFERENCES activities (street_id, id),
    CONSTRAINT activities_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT activities_act FOREIGN KEY (street_id, act_id) REFERENCES mandate_acts (street_id, id),
    CONSTRAINT activities_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings (street_id, id),
    CONSTRAINT activities_approver FOREIGN KEY (street_id, approver_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT activities_forwarder FOREIGN KEY (street_id, forward_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT activities_key_once UNIQUE (street_id, key),
    CONSTRAINT activities_act_once UNIQUE (street_id, act_id),
    CONSTRAINT activities_kind_known CHECK (kind IN ('inspection', 'study', 'appraisal', 'law_check', 'day', 'week', 'walk', 'enterprise', 'training', 'forum', 'report_back', 'other')),
    CONSTRAINT activities_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT activities_place_filled CHECK (place <> '' AND length(place) <= 100),
    CONSTRAINT activities_themes_short CHECK (cardinality(themes) <= 10 AND length(array_to_string(themes, '')) <= 200),
    CONSTRAINT activities_partners_few CHECK (cardinality(partners) <= 40 AND NOT street_id = ANY (partners)),
    CONSTRAINT activities_day_of_start CHECK (held_on = (starts_at AT TIME ZONE 'Asia/Shanghai')::date),
    CONSTRAINT activities_end_after_start CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '31 days'),
    CONSTRAINT activities_no_own_part CHECK (parent_id <> id AND kind <> 'week' OR parent_id IS NULL),
    CONSTRAINT activities_supervision_kinds CHECK (
        (kind NOT IN ('appraisal', 'law_check') OR supervises) AND (NOT supervises OR kind IN ('inspection', 'appraisal', 'law_check'))),
    CONSTRAINT activities_supervise_whom CHECK (supervises = (unit_id IS NOT NULL) AND supervises = (subject <> '')),
    CONSTRAINT activities_subject_known CHECK (subject IN ('', 'hear_report', 'budget', 'law_check', 'appraisal', 'inquiry', 'other')),
    CONSTRAINT activities_concentrated CHECK (NOT concentrated OR kind = 'inspection'),
    CONSTRAINT activities_state_known CHECK (state IN ('draft', 'approval', 'approved', 'notified', 'open', 'held', 'recorded', 'reported', 'forwarded', 'archived', 'cancelled')),
    CONSTRAINT activities_act_of_supervision CHECK (CASE state WHEN 'draft' THEN act_id IS NULL WHEN 'cancelled' THEN true ELSE supervises = (act_id IS NOT NULL) END),
    CONSTRAINT activities_approved CHECK (
        (approver_post_id IS NULL) = (approved_on IS NULL) AND (state IN ('draft', 'approval', 'cancelled') OR approved_on IS NOT NULL)
        AND (state NOT IN ('draft', 'approval') OR approved_on IS NULL)),
    CONSTRAINT activities_called CHECK (state IN ('draft', 'approval', 'approved', 'cancelled') OR notified_on IS NOT NULL AND gathering_id IS NOT NULL),
    CONSTRAINT activities_recorded CHECK (state NOT IN ('recorded', 'reported', 'forwarded', 'archived') OR summary <> ''),
    CONSTRAINT activities_reported CHECK ((reported_on IS NOT NULL) = (report <> '') AND (state NOT IN ('reported', 'forwarded') OR reported_on IS NOT NULL)),
    CONSTRAINT activities_forwarded CHECK ((forwarded_on IS NULL) = (forward_post_id IS NULL) AND (state <> 'forwarded' OR forwarded_on IS NOT NULL)
        AND (forwarded_on IS NULL OR reported_on IS NOT NULL)),
    CONSTRAINT activities_archived CHECK ((state = 'archived') = (archived_on IS NOT NULL)),
    CONSTRAINT activities_cancelled_with_reason CHECK ((state = 'cancelled') = (cancelled_why <> '')),
    CONSTRAINT activities_texts_short CHECK (
        length(purpose) <= 2000 AND length(unplanned_why) <= 200 AND length(returned_why) <= 500 AND length(survey) <= 4000 AND length(visited) <= 1000
        AND length(summary) <= 4000 AND length(report) <= 8000 AND length(unforwarded_why) <= 500 AND length(cancelled_why) <= 500)
);

COMMENT ON COLUMN activities.class IS 'The statistic class: 视察调研 is 视察 and 专题调研, 工作评议 itself, all else other.';
COMMENT ON COLUMN activities.parent_id IS 'The 人大活动周 it is part of: a week counts once, its parts do not count.';
COMMENT ON COLUMN activities.partners IS 'Other streets that take part: a joint activity counts once, for the street whose row it is.';
COMMENT ON COLUMN activities.unplanned_why IS 'Why it is not in the annual plan (计划外).';
COMMENT ON COLUMN activities.supervises IS 'An act of supervision (hard rule 2): 工作评议 and 执法检查 always, 视察 where it supervises a unit.';
COMMENT ON COLUMN activities.act_id IS 'The act of supervision that a live authorisation covers; made when it is sent for approval, and another for another day.';
COMMENT ON COLUMN activities.concentrated IS '集中视察: notice ten days ahead.';
COMMENT ON COLUMN activities.held_on IS 'The day of starts_at in Asia/Shanghai: the day by which it counts.';
COMMENT ON COLUMN activities.units IS 'Every unit that the report was forwarded to, kept by a trigger: who may see it is told from the row alone.';
COMMENT ON COLUMN activities.unforwarded_why IS 'Why a report that units ought to get was forwarded to none.';

CREATE INDEX activities_newest ON activities (street_id, held_on DESC, id DESC);
CREATE INDEX activities_newest_anywhere ON activities (held_on DESC, id DESC);
CREATE INDEX activities_by_id ON activities (id);
CREATE INDEX activities_running ON activities (street_id, held_on) WHERE state NOT IN ('archived', 'cancelled');
CREATE INDEX activities_parts ON activities (street_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX activities_of_group ON activities (street_id, group_id, held_on DESC) WHERE group_id IS NOT NULL;
CREATE INDEX activities_joint ON activities USING gin (partners) WHERE partners <> '{}';

CREATE TABLE activity_findings (
    id          bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint  NOT NULL,
    activity_id bigint  NOT NULL,
    no          integer NOT NULL,
    text        text    NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT activity_findings_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities (street_id, id),
    CONSTRAINT activity_findings_no UNIQUE (street_id, activity_id, no),
    CONSTRAINT activity_findings_number CHECK (no BETWEEN 1 AND 50),
    CONSTRAINT activity_findings_text CHECK (text <> '' AND length(text) <= 500)
);
COMMENT ON TABLE activity_findings IS 'What deputies found and suggest; of an appraisal, the list of opinions. Deputies do not settle it themselves (DEP31).';

-- What the appraised unit says of its work before it is appraised.
CREATE TABLE activity_statements (
    street_id   bigint      NOT NULL,
    activity_id bigint      NOT NULL,
    unit_id     bigint      NOT NULL,
    text        text        NOT NULL,
    how         text        NOT NULL,
    author      text        NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (street_id, activity_id),
    CONSTRAINT activity_statements_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities (street_id, id),
    CONSTRAINT activity_statements_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT activity_statements_how CHECK (how IN ('portal', 'paper')),
    CONSTRAINT activity_statements_text CHECK (text <> '' AND length(text) <= 4000)
);

-- One row for each unit that the report goes to, with what it answers.
CREATE TABLE activity_forwardings (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL,
    activity_id    bigint      NOT NULL,
    unit_id        bigint      NOT NULL,
    content        text        NOT NULL,
    sent_on        date        NOT NULL,
    due_on         date        NOT NULL,
    answer         text        NOT NULL DEFAULT '',
    answered_at    timestamptz,
    answered_how   text        NOT NULL DEFAULT '',
    answerer       text        NOT NULL DEFAULT '',
    rectify_by     date,
    rectification  text        NOT NULL DEFAULT '',
    rectified_at   timestamptz,
    rectified_how  text        NOT NULL DEFAULT '',
    rectifier      text        NOT NULL DEFAULT '',
    waived_why     text        NOT NULL DEFAULT '',
    waived_at      timestamptz,
    PRIMARY KEY (street_id, id),
    CONSTRAINT activity_forwardings_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities (street_id, id),
    CONSTRAINT activity_forwardings_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT activity_forwardings_unit_once UNIQUE (street_id, activity_id, unit_id),
    CONSTRAINT activity_forwardings_content CHECK (content <> '' AND length(content) <= 2000),
    CONSTRAINT activity_forwardings_due CHECK (due_on >= sent_on AND rectify_by >= sent_on),
    CONSTRAINT activity_forwardings_answered CHECK (
        (answered_at IS NULL) = (answer = '') AND (answered_at IS NULL) = (answered_how = '') AND (answered_at IS NULL) = (answerer = '')
        AND answered_how IN ('', 'portal', 'paper') AND length(answer) <= 4000),
    CONSTRAINT activity_forwardings_rectified CHECK (
        (rectified_at IS NULL) = (rectification = '') AND (rectified_at IS NULL) = (rectified_how = '') AND (rectified_at IS NULL) = (rectifier = '')
        AND rectified_how IN ('', 'portal', 'paper') AND length(rectification) <= 4000
        AND (rectified_at IS NULL OR rectify_by IS NOT NULL AND answered_at IS NOT NULL)),
    CONSTRAINT activity_forwardings_waived CHECK ((waived_at IS NULL) = (waived_why = '') AND length(waived_why) <= 500)
);
COMMENT ON COLUMN activity_forwardings.answer IS 'The feedback (DEP31); of an appraised unit, its plan of rectification (整改方案).';
COMMENT ON COLUMN activity_forwardings.rectify_by IS 'Of an appraisal: by when the unit reports what it has put right (整改报告).';
COMMENT ON COLUMN activity_forwardings.waived_why IS 'Why the activity is archived although the unit did not answer.';
CREATE INDEX activity_forwardings_of_unit ON activity_forwardings (street_id, unit_id, sent_on DESC);
CREATE INDEX activity_forwardings_open ON activity_forwardings (street_id, due_on) WHERE answered_at IS NULL AND waived_at IS NULL;

CREATE FUNCTION app.keeps_activities() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN app.role() IN ('director', 'deputy_director', 'staff', 'operator');
END $$;

-- Whether the actor may move an activity from a state to another.
CREATE FUNCTION app.may_move_activity(was text, is_now text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    step constant text := was || '>' || is_now;
    who  constant text := app.role();
BEGIN
    RETURN was = is_now OR who = 'operator' OR CASE
        WHEN step IN ('draft>approval', 'approved>notified', 'notified>open', 'open>held', 'held>recorded', 'recorded>reported', 'draft>cancelled', 'approval>cancelled',
                      'approved>cancelled', 'notified>cancelled', 'open>cancelled') THEN who IN ('director', 'deputy_director', 'staff', 'group_leader')
        WHEN step IN ('approval>approved', 'approval>draft', 'reported>forwarded') THEN who IN ('director', 'deputy_director')
        WHEN step IN ('recorded>archived', 'reported>archived', 'forwarded>archived') THEN who IN ('director', 'deputy_director', 'staff')
        ELSE false
        END;
END $$;

-- Whether the act of supervision of an activity stands; it is held until the
-- transaction ends, so that no withdrawal comes in between.
CREATE FUNCTION app.activity_is_covered(a activities) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    PERFORM FROM mandate_acts x
    WHERE x.street_id = a.street_id AND x.id = a.act_id AND x.kind = 'activity' AND x.subject_id = a.id AND x.cancelled_on IS NULL
      AND x.act_on = a.held_on AND x.unit_id = a.unit_id AND x.subject = a.subject
      AND x.measure = CASE a.kind WHEN 'law_check' THEN 'law_check' ELSE 'inspect_appraise' END
    FOR SHARE;
    RETURN FOUND;
END $$;

-- What must never happen, whoever writes.
CREATE FUNCTION app.guard_activity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free   constant text[] := '{version,modified_at,units,class}';
    broken text;
BEGIN
    IF NEW.partners <> '{}' AND (TG_OP = 'INSERT' OR NEW.partners <> OLD.partners)
       AND EXISTS (SELECT FROM unnest(NEW.partners) p
                   WHERE NOT EXISTS (SELECT FROM streets s JOIN streets own ON own.id = NEW.street_id AND own.city_id = s.city_id WHERE s.id = p)) THEN
        broken := 'activities_partners_of_city';
    ELSIF NEW.parent_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.parent_id IS DISTINCT FROM OLD.parent_id OR (NEW.starts_at, NEW.ends_at) <> (OLD.starts_at, OLD.ends_at))
       AND NOT EXISTS (SELECT FROM activities p WHERE p.street_id = NEW.street_id AND p.id = NEW.parent_id AND p.kind = 'week' AND p.state <> 'cancelled'
                       AND NEW.held_on BETWEEN p.held_on AND (p.ends_at AT TIME ZONE 'Asia/Shanghai')::date) THEN
        broken := 'activities_part_of_week';
    ELSIF TG_OP = 'INSERT' THEN
        broken := CASE WHEN NEW.state <> 'draft' THEN 'activities_begin_as_draft' END;
    ELSE
        broken := CASE
            WHEN (NEW.street_id, NEW.id, NEW.key, NEW.creator, NEW.group_id) IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.key, OLD.creator, OLD.group_id)
                 OR OLD.gathering_id IS NOT NULL AND NEW.gathering_id IS DISTINCT FROM OLD.gathering_id THEN 'activities_stay_themselves'
            WHEN OLD.state IN ('archived', 'cancelled') AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'activities_ended_is_final'
            WHEN NOT app.may_move_activity(OLD.state, NEW.state) THEN 'activities_moved_by_whom'
            WHEN OLD.state <> 'draft'
                 AND (NEW.kind, NEW.purpose, NEW.themes, NEW.parent_id, NEW.partners, NEW.supervises, NEW.subject, NEW.unit_id, NEW.concentrated, NEW.unplanned_why)
                     IS DISTINCT FROM (OLD.kind, OLD.purpose, OLD.themes, OLD.parent_id, OLD.partners, OLD.supervises, OLD.subject, OLD.unit_id, OLD.concentrated, OLD.unplanned_why)
                THEN 'activities_submitted_text'
            WHEN OLD.state NOT IN ('draft', 'approved', 'notified') AND (NEW.title, NEW.place, NEW.starts_at, NEW.ends_at) IS DISTINCT FROM (OLD.title, OLD.place, OLD.starts_at, OLD.ends_at)
                THEN 'activities_rescheduled_in_time'
            WHEN OLD.state NOT IN ('notified', 'open', 'held') AND NEW.survey <> OLD.survey AND app.role() <> 'operator' THEN 'activities_surveyed_in_time'
            WHEN OLD.state NOT IN ('held', 'recorded') AND (NEW.summary, NEW.visited) <> (OLD.summary, OLD.visited) AND app.role() <> 'operator' THEN 'activities_recorded_in_time'
            WHEN OLD.report <> '' AND NEW.report <> OLD.report THEN 'activities_reported_once'
            WHEN OLD.forwarded_on IS NOT NULL AND (NEW.forwarded_on, NEW.forward_post_id, NEW.number) IS DISTINCT FROM (OLD.forwarded_on, OLD.forward_post_id, OLD.number)
                THEN 'activities_forwarded_once'
            WHEN NEW.supervises AND NEW.state NOT IN ('draft', 'cancelled')
                 AND (NEW.state, NEW.held_on, NEW.act_id, NEW.unit_id, NEW.subject) IS DISTINCT FROM (OLD.state, OLD.held_on, OLD.act_id, OLD.unit_id, OLD.subject)
                 AND NOT app.activity_is_covered(NEW) THEN 'activities_need_authority'
            WHEN NEW.state <> OLD.state AND NEW.state IN ('notified', 'open', 'held', 'recorded', 'reported', 'forwarded', 'archived')
                 AND NOT EXISTS (SELECT FROM gatherings g
                                 WHERE g.street_id = NEW.street_id AND g.id = NEW.gathering_id AND g.kind = 'activity' AND g.record_id = NEW.id
                                   AND g.state = CASE NEW.state WHEN 'notified' THEN 'called' WHEN 'open' THEN 'open' ELSE 'closed' END) THEN 'activities_with_gathering'
            WHEN NEW.state = 'forwarded' AND OLD.state <> 'forwarded'
                 AND NOT EXISTS (SELECT FROM activity_forwardings f WHERE f.street_id = NEW.street_id AND f.activity_id = NEW.id) THEN 'activities_forwarded_to_units'
            WHEN NEW.state = 'archived' AND EXISTS (SELECT FROM activity_forwardings f
                                                    WHERE f.street_id = NEW.street_id AND f.activity_id = NEW.id AND f.waived_at IS NULL
                                                      AND (f.answered_at IS NULL OR f.rectify_by IS NOT NULL AND f.rectified_at IS NULL)) THEN 'activities_answered_by_all'
            WHEN NEW.state = 'archived' AND NEW.kind IN ('inspection', 'study', 'appraisal', 'law_check')
                 AND (NEW.reported_on IS NULL OR NEW.unforwarded_why = '' AND NEW.forwarded_on IS NULL) THEN 'activities_reported_and_forwarded'
            END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'activity %: %', NEW.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_guarded BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.guard_activity();
CREATE TRIGGER activities_approved_in_post BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.only_in_post('approver_post_id', 'approved_on', 'self');
CREATE TRIGGER activities_forwarded_in_post BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.only_in_post('forward_post_id', 'forwarded_on', 'self');

CREATE FUNCTION app.guard_activity_finding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it constant activity_findings := coalesce(NEW, OLD);
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'findings are written anew' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_findings_fixed';
    ELSIF NOT EXISTS (SELECT FROM activities a WHERE a.street_id = it.street_id AND a.id = it.activity_id
                      AND (a.state IN ('held', 'recorded') OR TG_OP = 'INSERT' AND app.role() = 'operator' AND a.state <> 'archived')) THEN
        RAISE EXCEPTION 'findings of activity % are fixed', it.activity_id USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_findings_fixed';
    END IF;
    RETURN it;
END $$;
CREATE TRIGGER activity_findings_guarded BEFORE INSERT OR UPDATE OR DELETE ON activity_findings FOR EACH ROW EXECUTE FUNCTION app.guard_activity_finding();

CREATE FUNCTION app.guard_activity_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM activities a WHERE a.street_id = NEW.street_id AND a.id = NEW.activity_id AND a.unit_id = NEW.unit_id AND a.kind = 'appraisal'
                   AND (a.state IN ('notified', 'open', 'held') OR app.role() = 'operator')) THEN
        RAISE EXCEPTION 'the appraised unit reports before the appraisal is recorded' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_statements_in_time';
    ELSIF app.role() <> 'operator' AND (NEW.how = 'portal') <> (app.role() IN ('unit', 'office_dispatch')) THEN
        RAISE EXCEPTION 'a unit writes in the portal, the office enters paper' USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_statements_by_whom';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activity_statements_guarded BEFORE INSERT ON activity_statements FOR EACH ROW EXECUTE FUNCTION app.guard_activity_statement();
CREATE TRIGGER activity_statements_fixed BEFORE UPDATE OR DELETE ON activity_statements FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- A unit answers once, in the portal or on paper that the office enters; what it
-- was sent and what it said never change.
CREATE FUNCTION app.guard_activity_forwarding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    a      activities;
    who    constant text := app.role();
    broken text;
BEGIN
    SELECT * INTO a FROM activities x WHERE x.street_id = NEW.street_id AND x.id = NEW.activity_id;
    IF TG_OP = 'INSERT' THEN
        broken := CASE
            WHEN who = 'operator' AND a.state <> 'archived' THEN NULL
            WHEN a.state IS DISTINCT FROM 'reported' OR who NOT IN ('director', 'deputy_director') THEN 'activity_forwardings_of_reports'
            WHEN NEW.answered_at IS NOT NULL OR NEW.waived_at IS NOT NULL OR (NEW.rectify_by IS NOT NULL) <> (a.kind = 'appraisal') THEN 'activity_forwardings_sent_first'
            END;
    ELSE
        broken := CASE
            WHEN (NEW.street_id, NEW.id, NEW.activity_id, NEW.unit_id, NEW.content, NEW.sent_on, NEW.due_on, NEW.rectify_by)
                 IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.activity_id, OLD.unit_id, OLD.content, OLD.sent_on, OLD.due_on, OLD.rectify_by) THEN 'activity_forwardings_fixed'
            WHEN a.state IS DISTINCT FROM 'forwarded' THEN 'activity_forwardings_over'
            WHEN OLD.answered_at IS NOT NULL AND (NEW.answer, NEW.answered_at, NEW.answered_how, NEW.answerer) IS DISTINCT FROM (OLD.answer, OLD.answered_at, OLD.answered_how, OLD.answerer)
                 OR OLD.rectified_at IS NOT NULL AND (NEW.rectification, NEW.rectified_at, NEW.rectified_how, NEW.rectifier) IS DISTINCT FROM (OLD.rectification, OLD.rectified_at, OLD.rectified_how, OLD.rectifier)
                 OR OLD.waived_at IS NOT NULL THEN 'activity_forwardings_answered_once'
            WHEN who = 'operator' THEN NULL
            WHEN NEW.waived_at IS NOT NULL AND who NOT IN ('director', 'deputy_director', 'staff') THEN 'activity_forwardings_waived_by_whom'
            WHEN OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL AND (NEW.answered_how = 'portal') <> (who IN ('unit', 'office_dispatch'))
                 OR OLD.rectified_at IS NULL AND NEW.rectified_at IS NOT NULL AND (NEW.rectified_how = 'portal') <> (who IN ('unit', 'office_dispatch')) THEN 'activity_forwardings_answered_by_whom'
            END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'forwarding of activity %: %', NEW.activity_id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activity_forwardings_guarded BEFORE INSERT OR UPDATE ON activity_forwardings FOR EACH ROW EXECUTE FUNCTION app.guard_activity_forwarding();

CREATE FUNCTION app.note_activity_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE activities SET units = units || NEW.unit_id WHERE street_id = NEW.street_id AND id = NEW.activity_id AND NOT NEW.unit_id = ANY (units);
    RETURN NULL;
END $$;
CREATE TRIGGER activity_forwardings_noted AFTER INSERT ON activity_forwardings FOR EACH ROW EXECUTE FUNCTION app.note_activity_unit();

ALTER TABLE activities           ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities           FORCE  ROW LEVEL SECURITY;
ALTER TABLE activity_findings    ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_findings    FORCE  ROW LEVEL SECURITY;
ALTER TABLE activity_statements  ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_statements  FORCE  ROW LEVEL SECURITY;
ALTER TABLE activity_forwardings ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_forwardings FORCE  ROW LEVEL SECURITY;

-- The office and the heads see all of their street; the city and the other members
-- what has been approved; deputies what they were told of; a unit what it is
-- appraised for or was sent.
CREATE POLICY by_desk ON activities FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE
               WHEN (SELECT app.role()) IN ('director', 'deputy_director', 'staff', 'operator', 'counter', 'clerk') THEN true
               WHEN (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'member', 'party_reader') THEN approved_on IS NOT NULL
               WHEN (SELECT app.role()) IN ('deputy', 'group_leader') THEN notified_on IS NOT NULL
               WHEN (SELECT app.role()) = 'unit' THEN (SELECT app.unit()) = ANY (units) OR unit_id = (SELECT app.unit()) AND notified_on IS NOT NULL
               WHEN (SELECT app.role()) = 'office_dispatch' THEN units <> '{}'
               ELSE false
               END);
CREATE POLICY by_leader ON activities FOR SELECT TO portal_app
    USING (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]));
CREATE POLICY by_partner ON activities FOR SELECT TO portal_app
    USING ((SELECT app.street()) = ANY (partners) AND notified_on IS NOT NULL
           AND (SELECT app.role()) IN ('director', 'deputy_director', 'member', 'staff', 'deputy', 'group_leader'));
CREATE POLICY planned_by_keeper ON activities FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_activities()));
CREATE POLICY kept_by_keeper ON activities FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_activities()));
CREATE POLICY planned_by_leader ON activities FOR INSERT TO portal_app
    WITH CHECK (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]));
CREATE POLICY kept_by_leader ON activities FOR UPDATE TO portal_app
    USING (street_id = (SELECT app.street()) AND group_id = ANY ((SELECT app.led_groups())::bigint[]));
CREATE POLICY guarded ON activities TO portal_owner USING (true);
CREATE POLICY guarded ON mandate_acts TO portal_owner USING (true);
CREATE POLICY by_public ON activities FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND state = 'archived');

CREATE POLICY with_activity ON activity_findings FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM activities a WHERE a.street_id = activity_findings.street_id AND a.id = activity_id));
CREATE POLICY by_keeper ON activity_findings TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.keeps_activities()));
CREATE POLICY by_leader ON activity_findings TO portal_app
    USING (street_id = (SELECT app.street())
           AND EXISTS (SELECT FROM activities a WHERE a.street_id = activity_findings.street_id AND a.id = activity_id AND a.group_id = ANY ((SELECT app.led_groups())::bigint[])));

CREATE POLICY with_activity ON activity_statements FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM activities a WHERE a.street_id = activity_statements.street_id AND a.id = activity_id));
CREATE POLICY by_unit ON activity_statements FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND ((SELECT app.keeps_activities()) OR (SELECT app.role()) IN ('unit', 'office_dispatch') AND unit_id = (SELECT app.unit())));

-- A unit sees what it was sent and what it said, not what others did.
CREATE POLICY with_activity ON activity_forwardings FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM activities a WHERE a.street_id = activity_forwardings.street_id AND a.id = activity_id)
           AND ((SELECT app.role()) <> 'unit' OR unit_id = (SELECT app.unit())));
CREATE POLICY sent_by_head ON activity_forwardings FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('director', 'deputy_director', 'operator'));
CREATE POLICY answered_by_unit ON activity_forwardings FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.keeps_activities()) OR (SELECT app.role()) IN ('unit', 'office_dispatch') AND unit_id = (SELECT app.unit())));

-- Clocks, files and what happened are read by whoever sees the activity.
CREATE POLICY by_activity ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'activity'
           AND (SELECT true FROM activities a WHERE a.street_id = deadlines.street_id AND a.id = deadlines.subject_id));
CREATE POLICY with_activity ON files TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE owner_kind
           WHEN 'activity' THEN EXISTS (SELECT FROM activities a WHERE a.street_id = files.street_id AND a.id = owner_id)
           WHEN 'activity_forwarding' THEN EXISTS (SELECT FROM activity_forwardings f WHERE f.street_id = files.street_id AND f.id = owner_id)
           ELSE false
           END)
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND CASE owner_kind
                    WHEN 'activity' THEN (SELECT app.role()) IN ('director', 'deputy_director', 'staff', 'group_leader', 'operator')
                         AND EXISTS (SELECT FROM activities a WHERE a.street_id = files.street_id AND a.id = owner_id)
                    WHEN 'activity_forwarding' THEN (SELECT app.role()) IN ('unit', 'office_dispatch', 'staff', 'director', 'deputy_director', 'operator')
                         AND EXISTS (SELECT FROM activity_forwardings f WHERE f.street_id = files.street_id AND f.id = owner_id)
                    ELSE false
                    END);
CREATE POLICY with_activity ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'activity' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM activities a WHERE a.street_id = audit_events.street_id AND a.id = subject_id));

GRANT SELECT, INSERT, UPDATE ON activities, activity_forwardings TO portal_app;
GRANT SELECT, INSERT, DELETE ON activity_findings TO portal_app;
GRANT SELECT, INSERT ON activity_statements TO portal_app;
GRANT SELECT (id, street_id, kind, class, title, themes, place, held_on, starts_at, ends_at, visited, parent_id, state, archived_on) ON activities TO portal_public;

END;
