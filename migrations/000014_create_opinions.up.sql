BEGIN;

CREATE TABLE opinions (
    id              bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id       bigint      NOT NULL REFERENCES streets (id),
    number          text        NOT NULL,
    query_hash      bytea       NOT NULL,
    source          text        NOT NULL,
    visit_id        bigint,
    station_id      bigint,
    community_id    bigint,
    deputy_id       bigint,
    kind            text        NOT NULL,
    field           text        NOT NULL,
    location        text        NOT NULL DEFAULT '',
    text            text        NOT NULL,
    urgency         text        NOT NULL DEFAULT 'ordinary',
    anonymous       boolean     NOT NULL,
    resident        text        NOT NULL DEFAULT '',
    phone_sealed    bytea,
    phone_mask      text        NOT NULL DEFAULT '',
    consent_contact boolean     NOT NULL DEFAULT false,
    sensitive       boolean     NOT NULL DEFAULT false,
    state           text        NOT NULL DEFAULT 'registered',
    round           integer     NOT NULL DEFAULT 1,
    lead_unit_id    bigint,
    units           bigint[]    NOT NULL DEFAULT '{}',
    received_on     date        NOT NULL,
    received_at     timestamptz NOT NULL,
    merged_into     bigint,
    declined_why    text        NOT NULL DEFAULT '',
    answer          text        NOT NULL DEFAULT '',
    promised_on     date,
    told_on         date,
    told_how        text        NOT NULL DEFAULT '',
    rating          text,
    rating_note     text        NOT NULL DEFAULT '',
    rated_on        date,
    first_rating    text,
    closed_on       date,
    closed_how      text        NOT NULL DEFAULT '',
    forgotten_on    date,
    created_by      bigint      NOT NULL DEFAULT 0,
    creator         text        NOT NULL,
    key             text        NOT NULL,
    version         integer     NOT NULL DEFAULT 1,
    modified_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, visit_id) REFERENCES visits (street_id, id),
    FOREIGN KEY (street_id, station_id) REFERENCES stations (street_id, id),
    FOREIGN KEY (street_id, community_id) REFERENCES communities (street_id, id),
    FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    FOREIGN KEY (street_id, lead_unit_id) REFERENCES units (street_id, id),
    FOREIGN KEY (street_id, merged_into) REFERENCES opinions (street_id, id),
    CONSTRAINT opinions_number_once UNIQUE (street_id, number),
    CONSTRAINT opinions_query_hash_once UNIQUE (street_id, query_hash),
    CONSTRAINT opinions_key_once UNIQUE (street_id, key),
    CONSTRAINT opinions_source_known CHECK (source IN ('reception', 'visit', 'qr', 'activity', 'letter', 'voter_meeting', 'online')),
    CONSTRAINT opinions_kind_known CHECK (kind IN ('consult', 'suggest', 'complaint', 'praise')),
    CONSTRAINT opinions_field_known CHECK (field IN ('construction', 'environment', 'education', 'medical', 'social', 'security', 'property', 'business', 'other')),
    CONSTRAINT opinions_urgency_known CHECK (urgency IN ('ordinary', 'complex', 'urgent')),
    CONSTRAINT opinions_state_known CHECK (state IN ('registered', 'to_assign', 'assigned', 'signed', 'handling', 'returned', 'replied', 'to_feedback',
        'to_rate', 'closed', 'declined', 'merged', 'withdrawn', 'promised', 'to_city')),
    CONSTRAINT opinions_text_filled CHECK (text <> '' AND length(text) <= 5000),
    CONSTRAINT opinions_named_or_anonymous CHECK (anonymous = (resident = '' AND phone_sealed IS NULL)),
    CONSTRAINT opinions_forgotten_is_anonymous CHECK (forgotten_on IS NULL OR anonymous AND state IN ('closed', 'declined', 'merged', 'withdrawn')),
    CONSTRAINT opinions_second_handling_once CHECK (round IN (1, 2)),
    CONSTRAINT opinions_rating_known CHECK (rating IN ('satisfied', 'basically', 'dissatisfied', 'none') AND first_rating IN ('dissatisfied')),
    CONSTRAINT opinions_declined_why CHECK (state <> 'declined' OR declined_why <> ''),
    CONSTRAINT opinions_merged_into_another CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id),
    CONSTRAINT opinions_promised_on CHECK (state <> 'promised' OR promised_on IS NOT NULL),
    CONSTRAINT opinions_closed_on CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
    -- 办结: reply approved and resident told, or anonymous (domain.md §3 j)
    CONSTRAINT opinions_closed_when_told CHECK (state <> 'closed' OR told_on IS NOT NULL OR anonymous)
);

COMMENT ON COLUMN opinions.query_hash IS 'SHA-256 of number and query code: residents open their own item with these, and row-level security shows them no other.';
COMMENT ON COLUMN opinions.sensitive IS 'About a deputy or the committee''s own staff: the director only.';
COMMENT ON COLUMN opinions.forgotten_on IS 'When name and number were removed because their time was over; the item has been anonymous since.';
COMMENT ON COLUMN opinions.units IS 'Every unit that it was ever assigned to, kept by a trigger, so that a unit''s list is read without a look at the assignments.';
COMMENT ON COLUMN opinions.answer IS 'The approved reply, as the resident reads it.';
COMMENT ON COLUMN opinions.round IS '2: second handling after 不满意; there is no third.';

CREATE INDEX opinions_newest ON opinions (street_id, received_at DESC, id DESC);
CREATE INDEX opinions_newest_anywhere ON opinions (received_at DESC, id DESC);
CREATE INDEX opinions_by_state ON opinions (street_id, state, received_at DESC, id DESC)
    WHERE state NOT IN ('closed', 'declined', 'merged', 'withdrawn');
CREATE INDEX opinions_of_period ON opinions (street_id, received_on);
CREATE INDEX opinions_of_unit ON opinions (street_id, lead_unit_id, received_at DESC, id DESC);
CREATE INDEX opinions_of_deputy ON opinions (street_id, deputy_id, received_at DESC, id DESC) WHERE deputy_id IS NOT NULL;
CREATE INDEX opinions_of_visit ON opinions (street_id, visit_id) WHERE visit_id IS NOT NULL;
CREATE INDEX opinions_merged ON opinions (street_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX opinions_to_forget ON opinions (street_id, modified_at)
    WHERE NOT anonymous AND state IN ('closed', 'declined', 'merged', 'withdrawn');
CREATE INDEX opinions_by_id ON opinions (id);

-- The next number of a street, station and year.
CREATE TABLE opinion_counters (
    street_id bigint  NOT NULL REFERENCES streets (id),
    series    text    NOT NULL,
    last      integer NOT NULL,
    PRIMARY KEY (street_id, series)
);

CREATE TABLE opinion_assignments (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    opinion_id    bigint      NOT NULL,
    unit_id       bigint      NOT NULL,
    part          text        NOT NULL,
    round         integer     NOT NULL,
    assigned_at   timestamptz NOT NULL,
    signed_at     timestamptz,
    returned_at   timestamptz,
    return_reason text        NOT NULL DEFAULT '',
    comment       text        NOT NULL DEFAULT '',
    ended_at      timestamptz,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id),
    FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT opinion_assignments_part_known CHECK (part IN ('lead', 'co')),
    CONSTRAINT opinion_assignments_return_reason CHECK ((returned_at IS NULL) = (return_reason = ''))
);

COMMENT ON COLUMN opinion_assignments.comment IS '会办意见, for the lead unit to put into its one reply.';
CREATE UNIQUE INDEX opinion_assignments_one_lead ON opinion_assignments (street_id, opinion_id) WHERE part = 'lead' AND ended_at IS NULL;
CREATE UNIQUE INDEX opinion_assignments_once ON opinion_assignments (street_id, opinion_id, unit_id) WHERE ended_at IS NULL;

CREATE FUNCTION app.note_unit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE opinions
    SET units = units || NEW.unit_id
    WHERE street_id = NEW.street_id AND id = NEW.opinion_id AND NOT NEW.unit_id = ANY (units);
    RETURN NULL;
END $$;
CREATE TRIGGER opinion_assignments_note_unit AFTER INSERT ON opinion_assignments
    FOR EACH ROW EXECUTE FUNCTION app.note_unit();

CREATE INDEX opinion_assignments_of_unit ON opinion_assignments (street_id, unit_id, opinion_id);
CREATE INDEX opinion_assignments_of_opinion ON opinion_assignments (opinion_id, street_id);

CREATE TABLE opinion_replies (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id   bigint      NOT NULL,
    opinion_id  bigint      NOT NULL,
    unit_id     bigint,
    round       integer     NOT NULL,
    text        text        NOT NULL,
    replied_at  timestamptz NOT NULL,
    replier     text        NOT NULL,
    verdict     text,
    review_note text        NOT NULL DEFAULT '',
    reviewed_at timestamptz,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id),
    FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT opinion_replies_text_filled CHECK (text <> '' AND length(text) <= 5000),
    CONSTRAINT opinion_replies_verdict_known CHECK (verdict IN ('approved', 'rework')),
    CONSTRAINT opinion_replies_reviewed CHECK ((verdict IS NULL) = (reviewed_at IS NULL)),
    CONSTRAINT opinion_replies_rework_says_why CHECK (verdict <> 'rework' OR review_note <> '')
);
CREATE INDEX opinion_replies_of_opinion ON opinion_replies (street_id, opinion_id, id);

CREATE TABLE opinion_extensions (
    street_id    bigint      NOT NULL,
    opinion_id   bigint      NOT NULL,
    days         integer     NOT NULL,
    reason       text        NOT NULL,
    asked_at     timestamptz NOT NULL,
    asker        text        NOT NULL,
    granted      boolean,
    decided_at   timestamptz,
    decider      text        NOT NULL DEFAULT '',
    decision     text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, opinion_id),
    FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id),
    CONSTRAINT opinion_extensions_days CHECK (days BETWEEN 1 AND 60),
    CONSTRAINT opinion_extensions_reason CHECK (reason <> ''),
    CONSTRAINT opinion_extensions_decided CHECK ((granted IS NULL) = (decided_at IS NULL))
);
COMMENT ON TABLE opinion_extensions IS 'One an opinion: the primary key says so.';

CREATE TABLE opinion_urges (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL,
    opinion_id bigint      NOT NULL,
    level      text        NOT NULL,
    text       text        NOT NULL DEFAULT '',
    at         timestamptz NOT NULL,
    urger      text        NOT NULL,
    PRIMARY KEY (street_id, id),
    FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id),
    CONSTRAINT opinion_urges_level_known CHECK (level IN ('urge', 'supervise', 'report'))
);
CREATE INDEX opinion_urges_of_opinion ON opinion_urges (street_id, opinion_id, id);

-- What must never happen, whoever writes.
CREATE FUNCTION app.guard_opinion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- A person's data can be removed when its time is over. What was merged
    -- still gets the other's answer.
    free text[] := '{resident,phone_sealed,phone_mask,anonymous,consent_contact,forgotten_on,version,modified_at}';
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'merged' THEN
        free := free || '{answer,told_on,told_how}'::text[];
    END IF;
    IF NEW.state = 'closed' AND app.role() IN ('unit', 'office_dispatch') THEN
        RAISE EXCEPTION 'a handling unit cannot close an opinion'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinions_unit_never_closes';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('closed', 'declined', 'merged', 'withdrawn')
       AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free
    THEN
        RAISE EXCEPTION 'an ended opinion does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinions_ended_is_final';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.rating IN ('satisfied', 'basically') AND NEW.rating IS DISTINCT FROM OLD.rating THEN
        RAISE EXCEPTION 'an opinion is rated once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'opinions_rated_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER opinions_guard BEFORE INSERT OR UPDATE ON opinions
    FOR EACH ROW EXECUTE FUNCTION app.guard_opinion();

ALTER TABLE opinions            ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinions            FORCE  ROW LEVEL SECURITY;
ALTER TABLE opinion_counters    ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_counters    FORCE  ROW LEVEL SECURITY;
ALTER TABLE opinion_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_assignments FORCE  ROW LEVEL SECURITY;
ALTER TABLE opinion_replies     ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_replies     FORCE  ROW LEVEL SECURITY;
ALTER TABLE opinion_extensions  ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_extensions  FORCE  ROW LEVEL SECURITY;
ALTER TABLE opinion_urges       ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_urges       FORCE  ROW LEVEL SECURITY;

-- A unit sees assignments to itself, the dispatch office every one of its street.
CREATE POLICY by_scope ON opinion_assignments TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) <> 'unit' OR unit_id = (SELECT app.unit())));

-- Three things here are for the planner. A set of streets instead of an array: it
-- then expects to find many rows, as it does, and reads a list along its index
-- instead of gathering everything first. The units in the row itself. And a value
-- instead of EXISTS for the deputies of a visit, which it looks up one by one
-- instead of reading all of them first.
CREATE POLICY by_scope ON opinions TO portal_app
    USING (street_id IN (SELECT unnest(app.streets()))
           AND (NOT sensitive OR (SELECT app.role()) IN ('director', 'counter', 'clerk', 'operator') OR created_by = (SELECT app.user_id()) AND created_by <> 0)
           AND CASE
               WHEN (SELECT app.role()) = 'unit' THEN (SELECT app.unit()) = ANY (units)
               WHEN (SELECT app.role()) = 'office_dispatch' THEN units <> '{}'
               WHEN (SELECT app.role()) IN ('deputy', 'group_leader') THEN
                   deputy_id = (SELECT app.deputy())
                   OR created_by = (SELECT app.user_id())
                   OR coalesce((SELECT true FROM visit_deputies d
                                WHERE d.street_id = opinions.street_id AND d.visit_id = opinions.visit_id AND d.deputy_id = (SELECT app.deputy())), false)
               WHEN (SELECT app.role()) = 'liaison' THEN
                   community_id = (SELECT app.community())
                   OR created_by = (SELECT app.user_id())
               ELSE (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director',
                                            'member', 'staff', 'party_reader', 'counter', 'clerk', 'operator')
               END);
CREATE POLICY by_code ON opinions FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND query_hash = (SELECT app.query_hash()));
CREATE POLICY by_resident ON opinions FOR INSERT TO portal_public
    WITH CHECK ((SELECT app.role()) = 'public' AND query_hash = (SELECT app.query_hash())
                AND state = 'registered' AND source IN ('online', 'qr') AND created_by = 0);

CREATE POLICY by_street ON opinion_counters USING (street_id = ANY ((SELECT app.streets())::bigint[]) OR (SELECT app.role()) = 'public');
CREATE POLICY with_opinion ON opinion_replies
    USING (EXISTS (SELECT FROM opinions o WHERE o.street_id = opinion_replies.street_id AND o.id = opinion_id));
CREATE POLICY with_opinion ON opinion_extensions
    USING (EXISTS (SELECT FROM opinions o WHERE o.street_id = opinion_extensions.street_id AND o.id = opinion_id));
CREATE POLICY with_opinion ON opinion_urges
    USING (EXISTS (SELECT FROM opinions o WHERE o.street_id = opinion_urges.street_id AND o.id = opinion_id));

GRANT SELECT, INSERT, UPDATE ON opinions, opinion_counters, opinion_assignments, opinion_replies, opinion_extensions TO portal_app;
GRANT SELECT, INSERT ON opinion_urges TO portal_app;
GRANT INSERT, SELECT (id, street_id, number, query_hash, kind, field, location, text, anonymous, state, round, community_id, station_id, lead_unit_id,
    received_on, received_at, declined_why, answer, promised_on, told_on, rating, rated_on, first_rating, closed_on, key, merged_into, version)
    ON opinions TO portal_public;
GRANT SELECT, INSERT, UPDATE ON opinion_counters TO portal_public;

END;
