BEGIN;

-- Deputies' formal suggestions (代表建议, domain.md §3 k), from the draft to the
-- promise kept. Two classes that are never counted together: what goes to the city
-- through its standing committee's body for deputies, and what a street's committee
-- supervises itself.
CREATE TABLE suggestions (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL REFERENCES streets (id),
    class          text        NOT NULL,
    number         text,
    title          text        NOT NULL,
    category       text        NOT NULL,
    facts          text        NOT NULL,
    analysis       text        NOT NULL DEFAULT '',
    proposals      text        NOT NULL,
    open           boolean     NOT NULL,
    contact        boolean     NOT NULL,
    lead_id        bigint      NOT NULL,
    signers        bigint[]    NOT NULL DEFAULT '{}',
    state          text        NOT NULL DEFAULT 'draft',
    round          integer     NOT NULL DEFAULT 1,
    refusal        text        NOT NULL DEFAULT '',
    refusal_note   text        NOT NULL DEFAULT '',
    merged_into    bigint,
    lead_unit_id   bigint,
    units          bigint[]    NOT NULL DEFAULT '{}',
    months         integer     NOT NULL DEFAULT 3,
    filed_at       timestamptz NOT NULL,
    submitted_on   date,
    assigned_on    date,
    replied_on     date,
    result         text        NOT NULL DEFAULT '',
    rating         text        NOT NULL DEFAULT '',
    urged_on       date,
    key_on         date,
    key_basis      text        NOT NULL DEFAULT '',
    coordination   text        NOT NULL DEFAULT '',
    withdrawn_why  text        NOT NULL DEFAULT '',
    closed_on      date,
    closed_how     text        NOT NULL DEFAULT '',
    created_by     bigint      NOT NULL DEFAULT 0,
    creator        text        NOT NULL,
    key            text        NOT NULL,
    version        integer     NOT NULL DEFAULT 1,
    modified_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestions_lead FOREIGN KEY (street_id, lead_id) REFERENCES deputies (street_id, id),
    CONSTRAINT suggestions_lead_unit FOREIGN KEY (street_id, lead_unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestions_merged FOREIGN KEY (street_id, merged_into) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestions_number_once UNIQUE (street_id, number),
    CONSTRAINT suggestions_key_once UNIQUE (street_id, key),
    CONSTRAINT suggestions_class_known CHECK (class IN ('city', 'street')),
    CONSTRAINT suggestions_category_known CHECK (category IN ('construction', 'transport', 'environment', 'education', 'health', 'welfare', 'safety', 'economy', 'culture', 'other')),
    CONSTRAINT suggestions_title_filled CHECK (title <> '' AND length(title) <= 100),
    CONSTRAINT suggestions_facts_filled CHECK (facts <> '' AND length(facts) <= 4000 AND length(analysis) <= 4000),
    CONSTRAINT suggestions_proposals_filled CHECK (proposals <> '' AND length(proposals) <= 4000),
    CONSTRAINT suggestions_state_known CHECK (state IN ('draft', 'review', 'sent_back', 'submitted', 'to_assign', 'assigned', 'returned', 'handling', 'replied',
        'coordination', 'promised', 'closed', 'to_letter', 'merged', 'withdrawn')),
    CONSTRAINT suggestions_round_known CHECK (round IN (1, 2)),
    CONSTRAINT suggestions_months_known CHECK (months BETWEEN 1 AND 12),
    CONSTRAINT suggestions_numbered CHECK ((number IS NULL) = (submitted_on IS NULL)),
    CONSTRAINT suggestions_submitted CHECK (state IN ('draft', 'review', 'sent_back', 'withdrawn') OR submitted_on IS NOT NULL),
    CONSTRAINT suggestions_refusal_known CHECK (refusal IN ('', 'personal', 'judicial', 'letter', 'promotion', 'empty', 'accusation', 'tender', 'several', 'elsewhere', 'wording')),
    CONSTRAINT suggestions_letter_says_why CHECK (state <> 'to_letter' OR refusal <> ''),
    CONSTRAINT suggestions_merged_into_another CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id),
    CONSTRAINT suggestions_assigned CHECK (state NOT IN ('assigned', 'handling', 'replied', 'coordination', 'promised') OR lead_unit_id IS NOT NULL AND assigned_on IS NOT NULL),
    CONSTRAINT suggestions_result_known CHECK (result IN ('', 'A', 'B', 'C', 'D')),
    CONSTRAINT suggestions_rating_known CHECK (rating IN ('', 'satisfied', 'basically', 'dissatisfied', 'none')),
    CONSTRAINT suggestions_key_says_why CHECK ((key_on IS NULL) = (key_basis = '')),
    CONSTRAINT suggestions_withdrawn_in_writing CHECK ((state = 'withdrawn') = (withdrawn_why <> '')),
    CONSTRAINT suggestions_closed_on CHECK ((state = 'closed') = (closed_on IS NOT NULL))
);

COMMENT ON COLUMN suggestions.class IS 'city: 代表建议 through the city; street: 街道督办建议, supervised by the street''s committee [D]. Counted apart.';
COMMENT ON COLUMN suggestions.open IS 'Whether the deputies agree that it is public.';
COMMENT ON COLUMN suggestions.contact IS 'Whether the deputies want to be consulted beyond the contact that every reply needs.';
COMMENT ON COLUMN suggestions.signers IS 'Every signer, the lead too, kept by a trigger: who may see it is told from the row alone.';
COMMENT ON COLUMN suggestions.units IS 'Every unit that it was ever assigned to, kept by a trigger.';
COMMENT ON COLUMN suggestions.filed_at IS 'When it was submitted, or, before that, drafted: the order of lists.';
COMMENT ON COLUMN suggestions.months IS 'Calendar months for the reply: 3, or 6 with the consent of who assigned it (DEP51).';
COMMENT ON COLUMN suggestions.result IS 'The class of the newest reply: A solved, B being solved, C later, D for reference.';
COMMENT ON COLUMN suggestions.rating IS 'What the lead said of the newest result; none: not rated after urging, left out of satisfaction.';
COMMENT ON COLUMN suggestions.round IS '2: handled again after 不满意; there is no third.';

CREATE INDEX suggestions_newest ON suggestions (street_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_newest_anywhere ON suggestions (filed_at DESC, id DESC);
CREATE INDEX suggestions_by_id ON suggestions (id);
CREATE INDEX suggestions_by_state ON suggestions (street_id, state, filed_at DESC, id DESC);
CREATE INDEX suggestions_by_state_anywhere ON suggestions (state, filed_at DESC, id DESC);
CREATE INDEX suggestions_open ON suggestions (street_id, filed_at DESC, id DESC) WHERE state NOT IN ('closed', 'to_letter', 'merged', 'withdrawn');
CREATE INDEX suggestions_open_anywhere ON suggestions (filed_at DESC, id DESC) WHERE state NOT IN ('closed', 'to_letter', 'merged', 'withdrawn');
CREATE INDEX suggestions_of_period ON suggestions (street_id, submitted_on);
CREATE INDEX suggestions_of_unit ON suggestions (street_id, lead_unit_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_of_lead ON suggestions (street_id, lead_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_key ON suggestions (filed_at DESC, id DESC) WHERE key_on IS NOT NULL;
CREATE INDEX suggestions_merged_from ON suggestions (street_id, merged_into) WHERE merged_into IS NOT NULL;

-- The next number of a street, class and year.
CREATE TABLE suggestion_counters (
    street_id bigint  NOT NULL REFERENCES streets (id),
    series    text    NOT NULL,
    last      integer NOT NULL,
    PRIMARY KEY (street_id, series)
);

-- What suggestions are found by: every two neighbouring characters of the title, the
-- lead's name and the number, in the order of lists (as people_grams).
CREATE TABLE suggestion_grams (
    street_id     bigint      NOT NULL,
    gram          text        COLLATE "C" NOT NULL,
    at            timestamptz NOT NULL,
    suggestion_id bigint      NOT NULL,
    PRIMARY KEY (street_id, gram, at, suggestion_id),
    FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE suggestion_grams IS 'Kept by trigger from suggestions; nobody writes here.';
CREATE INDEX suggestion_grams_anywhere ON suggestion_grams (gram, at DESC, suggestion_id DESC);
CREATE INDEX suggestion_grams_of ON suggestion_grams (street_id, suggestion_id);

CREATE TABLE suggestion_signers (
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    deputy_id     bigint      NOT NULL,
    lead          boolean     NOT NULL,
    confirmed_at  timestamptz,
    how           text        NOT NULL DEFAULT '',
    note          text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, suggestion_id, deputy_id),
    CONSTRAINT suggestion_signers_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_signers_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT suggestion_signers_confirmed CHECK ((confirmed_at IS NULL) = (how = '') AND how IN ('', 'portal', 'paper')),
    CONSTRAINT suggestion_signers_note CHECK (length(note) <= 200 AND (how <> 'paper' OR note <> ''))
);
COMMENT ON COLUMN suggestion_signers.note IS 'Of a signature on paper: when it was given and where the paper is.';
CREATE UNIQUE INDEX suggestion_signers_one_lead ON suggestion_signers (street_id, suggestion_id) WHERE lead;
CREATE INDEX suggestion_signers_of_deputy ON suggestion_signers (street_id, deputy_id, suggestion_id);

CREATE TABLE suggestion_sources (
    street_id     bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    opinion_id    bigint NOT NULL,
    number        text   NOT NULL,
    PRIMARY KEY (street_id, suggestion_id, opinion_id),
    CONSTRAINT suggestion_sources_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_sources_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions (street_id, id)
);
COMMENT ON TABLE suggestion_sources IS 'Residents'' opinions that a suggestion came from: the lineage both records show.';
CREATE INDEX suggestion_sources_of_opinion ON suggestion_sources (street_id, opinion_id);

CREATE TABLE suggestion_assignments (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    unit_id       bigint      NOT NULL,
    part          text        NOT NULL,
    round         integer     NOT NULL,
    assigned_at   timestamptz NOT NULL,
    signed_at     timestamptz,
    returned_at   timestamptz,
    return_reason text        NOT NULL DEFAULT '',
    ended_at      timestamptz,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_assignments_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_assignments_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestion_assignments_part_known CHECK (part IN ('lead', 'co')),
    CONSTRAINT suggestion_assignments_return_reason CHECK ((returned_at IS NULL) = (return_reason = ''))
);
CREATE UNIQUE INDEX suggestion_assignments_one_lead ON suggestion_assignments (street_id, suggestion_id) WHERE part = 'lead' AND ended_at IS NULL;
CREATE UNIQUE INDEX suggestion_assignments_once ON suggestion_assignments (street_id, suggestion_id, unit_id) WHERE ended_at IS NULL;
CREATE INDEX suggestion_assignments_of_unit ON suggestion_assignments (street_id, unit_id, suggestion_id);

CREATE TABLE suggestion_comments (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    unit_id       bigint      NOT NULL,
    round         integer     NOT NULL,
    text          text        NOT NULL,
    at            timestamptz NOT NULL,
    author        text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_comments_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_comments_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestion_comments_text_filled CHECK (text <> '' AND length(text) <= 4000)
);
COMMENT ON TABLE suggestion_comments IS '会办意见, for the lead unit to put into its one reply.';
CREATE INDEX suggestion_comments_of ON suggestion_comments (street_id, suggestion_id, id);

CREATE TABLE suggestion_contacts (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    unit_id       bigint      NOT NULL,
    round         integer     NOT NULL,
    held_on       date        NOT NULL,
    how           text        NOT NULL,
    note          text        NOT NULL,
    at            timestamptz NOT NULL,
    author        text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_contacts_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_contacts_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestion_contacts_how_known CHECK (how IN ('visit', 'meeting', 'phone', 'survey', 'writing')),
    CONSTRAINT suggestion_contacts_note_filled CHECK (note <> '' AND length(note) <= 1000)
);
CREATE INDEX suggestion_contacts_of ON suggestion_contacts (street_id, suggestion_id, id);

CREATE TABLE suggestion_replies (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    unit_id       bigint      NOT NULL,
    round         integer     NOT NULL,
    kind          text        NOT NULL,
    result        text        NOT NULL,
    number        text        NOT NULL DEFAULT '',
    text          text        NOT NULL,
    signer        text        NOT NULL,
    signed_on     date        NOT NULL,
    replied_at    timestamptz NOT NULL,
    replier       text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_replies_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_replies_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestion_replies_kind_known CHECK (kind IN ('reply', 'fulfilment')),
    CONSTRAINT suggestion_replies_result_known CHECK (result IN ('A', 'B', 'C', 'D')),
    CONSTRAINT suggestion_replies_text_filled CHECK (text <> '' AND length(text) <= 8000),
    CONSTRAINT suggestion_replies_signed CHECK (signer <> '' AND length(signer) <= 50 AND length(number) <= 50)
);
COMMENT ON TABLE suggestion_replies IS 'Replies as the head of the unit signed them; they never change. fulfilment: the second reply, that a promise was kept.';
CREATE UNIQUE INDEX suggestion_replies_one_a_round ON suggestion_replies (street_id, suggestion_id, round) WHERE kind = 'reply';
CREATE INDEX suggestion_replies_of ON suggestion_replies (street_id, suggestion_id, id);

CREATE TABLE suggestion_ratings (
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    round         integer     NOT NULL,
    deputy_id     bigint      NOT NULL,
    attitude      text        NOT NULL,
    result        text        NOT NULL,
    note          text        NOT NULL DEFAULT '',
    how           text        NOT NULL,
    rated_at      timestamptz NOT NULL,
    PRIMARY KEY (street_id, suggestion_id, round),
    CONSTRAINT suggestion_ratings_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_ratings_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies (street_id, id),
    CONSTRAINT suggestion_ratings_attitude_known CHECK (attitude IN ('satisfied', 'basically', 'dissatisfied')),
    CONSTRAINT suggestion_ratings_result_known CHECK (result IN ('satisfied', 'basically', 'dissatisfied')),
    CONSTRAINT suggestion_ratings_how_known CHECK (how IN ('portal', 'paper')),
    CONSTRAINT suggestion_ratings_note CHECK (length(note) <= 1000 AND (result <> 'dissatisfied' OR note <> ''))
);
COMMENT ON TABLE suggestion_ratings IS 'What the lead says of how it was handled and of what came of it, once a round: the primary key says so.';

CREATE TABLE suggestion_promises (
    id            bigint  NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint  NOT NULL,
    suggestion_id bigint  NOT NULL,
    reply_id      bigint  NOT NULL,
    unit_id       bigint  NOT NULL,
    text          text    NOT NULL,
    made_on       date    NOT NULL,
    first_due_on  date    NOT NULL,
    due_on        date    NOT NULL,
    state         text    NOT NULL DEFAULT 'open',
    woken_on      date,
    ended_on      date,
    kept_by       bigint,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_promises_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_promises_reply FOREIGN KEY (street_id, reply_id) REFERENCES suggestion_replies (street_id, id),
    CONSTRAINT suggestion_promises_kept_by FOREIGN KEY (street_id, kept_by) REFERENCES suggestion_replies (street_id, id),
    CONSTRAINT suggestion_promises_unit FOREIGN KEY (street_id, unit_id) REFERENCES units (street_id, id),
    CONSTRAINT suggestion_promises_text_filled CHECK (text <> '' AND length(text) <= 500),
    CONSTRAINT suggestion_promises_state_known CHECK (state IN ('open', 'kept', 'replaced')),
    CONSTRAINT suggestion_promises_dates CHECK (first_due_on > made_on AND due_on >= first_due_on),
    CONSTRAINT suggestion_promises_ended CHECK ((state = 'open') = (ended_on IS NULL) AND (state = 'kept') = (kept_by IS NOT NULL))
);
COMMENT ON TABLE suggestion_promises IS '承诺台账: what a B reply promises by when. replaced: by the reply to a second handling.';
COMMENT ON COLUMN suggestion_promises.woken_on IS 'When the day had passed and everybody concerned was told.';
CREATE UNIQUE INDEX suggestion_promises_one_open ON suggestion_promises (street_id, suggestion_id) WHERE state = 'open';
CREATE INDEX suggestion_promises_next ON suggestion_promises (street_id, due_on, id);
CREATE INDEX suggestion_promises_next_anywhere ON suggestion_promises (due_on, id);
CREATE INDEX suggestion_promises_asleep ON suggestion_promises (due_on) WHERE state = 'open' AND woken_on IS NULL;

CREATE TABLE suggestion_promise_extensions (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL,
    promise_id bigint      NOT NULL,
    due_from   date        NOT NULL,
    due_to     date        NOT NULL,
    reason     text        NOT NULL,
    asked_at   timestamptz NOT NULL,
    asker      text        NOT NULL,
    granted    boolean,
    decided_at timestamptz,
    decider    text        NOT NULL DEFAULT '',
    decision   text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_promise_extensions_promise FOREIGN KEY (street_id, promise_id) REFERENCES suggestion_promises (street_id, id),
    CONSTRAINT suggestion_promise_extensions_reason CHECK (reason <> '' AND length(reason) <= 500),
    CONSTRAINT suggestion_promise_extensions_later CHECK (due_to > due_from),
    CONSTRAINT suggestion_promise_extensions_decided CHECK ((granted IS NULL) = (decided_at IS NULL) AND (granted IS NULL) = (decider = ''))
);
CREATE UNIQUE INDEX suggestion_promise_extensions_one_open ON suggestion_promise_extensions (street_id, promise_id) WHERE granted IS NULL;

CREATE TABLE suggestion_extensions (
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    reason        text        NOT NULL,
    asked_at      timestamptz NOT NULL,
    asker         text        NOT NULL,
    granted       boolean,
    decided_at    timestamptz,
    decider       text        NOT NULL DEFAULT '',
    decision      text        NOT NULL DEFAULT '',
    PRIMARY KEY (street_id, suggestion_id),
    CONSTRAINT suggestion_extensions_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_extensions_reason CHECK (reason <> '' AND length(reason) <= 500),
    CONSTRAINT suggestion_extensions_decided CHECK ((granted IS NULL) = (decided_at IS NULL) AND (granted IS NULL) = (decider = ''))
);
COMMENT ON TABLE suggestion_extensions IS 'From three months to six, once a suggestion: the primary key says so.';

CREATE TABLE suggestion_urges (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    suggestion_id bigint      NOT NULL,
    whom          text        NOT NULL,
    text          text        NOT NULL,
    at            timestamptz NOT NULL,
    urger         text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_urges_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions (street_id, id),
    CONSTRAINT suggestion_urges_whom_known CHECK (whom IN ('unit', 'lead')),
    CONSTRAINT suggestion_urges_text_short CHECK (text <> '' AND length(text) <= 500)
);
CREATE INDEX suggestion_urges_of ON suggestion_urges (street_id, suggestion_id, id);

-- Who decides about a suggestion: the city's body for deputies about those of the
-- city, the street's committee about its own.
CREATE FUNCTION app.decides_suggestion(class text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.role() = 'operator'
        OR class = 'city' AND app.role() = 'city_deputy'
        OR class = 'street' AND app.role() IN ('director', 'deputy_director', 'staff');
END $$;

-- Whether the actor may move a suggestion from a state to another.
CREATE FUNCTION app.may_move_suggestion(class text, was text, is_now text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    step constant text := was || '>' || is_now;
    who  constant text := app.role();
BEGIN
    RETURN was = is_now OR CASE
        WHEN step IN ('draft>review', 'sent_back>review', 'draft>submitted', 'sent_back>submitted')
            THEN who IN ('deputy', 'group_leader', 'staff', 'operator')
        WHEN step IN ('review>submitted', 'review>sent_back') THEN who IN ('group_leader', 'director', 'deputy_director', 'staff', 'operator')
        WHEN step IN ('submitted>to_assign', 'submitted>sent_back', 'submitted>to_letter', 'submitted>merged', 'to_assign>merged',
                      'to_assign>assigned', 'returned>assigned', 'coordination>closed', 'coordination>promised') THEN app.decides_suggestion(class)
        WHEN step IN ('assigned>handling', 'assigned>returned', 'handling>replied', 'promised>closed') THEN who IN ('unit', 'office_dispatch', 'operator')
        WHEN step IN ('replied>closed', 'replied>promised', 'replied>handling', 'replied>coordination')
            THEN who IN ('deputy', 'group_leader', 'staff', 'clerk', 'operator')
        WHEN is_now = 'withdrawn' AND was IN ('draft', 'review', 'sent_back', 'submitted', 'to_assign', 'assigned', 'returned', 'handling')
            THEN who IN ('deputy', 'group_leader', 'staff', 'operator')
        ELSE false
        END;
END $$;

-- What must never happen, whoever writes.
CREATE FUNCTION app.guard_suggestion() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free constant text[] := '{version,modified_at,signers,units}';
    ends constant text[] := '{closed,to_letter,merged,withdrawn}';
    said text;
    broken text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' AND app.role() <> 'operator' THEN
            RAISE EXCEPTION 'a suggestion begins as a draft' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestions_begin_as_draft';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'replied' AND NEW.state <> 'replied' THEN
        SELECT r.result INTO said FROM suggestion_ratings r WHERE r.street_id = OLD.street_id AND r.suggestion_id = OLD.id AND r.round = OLD.round;
    END IF;
    broken := CASE
        WHEN (NEW.street_id, NEW.id, NEW.class, NEW.lead_id, NEW.key, NEW.created_by) IS DISTINCT FROM (OLD.street_id, OLD.id, OLD.class, OLD.lead_id, OLD.key, OLD.created_by)
            THEN 'suggestions_keep_their_lead'
        WHEN OLD.state = ANY (ends) AND to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN 'suggestions_ended_is_final'
        WHEN NOT app.may_move_suggestion(OLD.class, OLD.state, NEW.state) THEN 'suggestions_moved_by_whom'
        WHEN OLD.state NOT IN ('draft', 'sent_back')
             AND (NEW.title, NEW.category, NEW.facts, NEW.analysis, NEW.proposals, NEW.open, NEW.contact)
                 IS DISTINCT FROM (OLD.title, OLD.category, OLD.facts, OLD.analysis, OLD.proposals, OLD.open, OLD.contact) THEN 'suggestions_signed_text'
        WHEN OLD.state IN ('draft', 'sent_back') AND NEW.state IN ('review', 'submitted')
             AND (NOT EXISTS (SELECT FROM suggestion_signers g WHERE g.street_id = NEW.street_id AND g.suggestion_id = NEW.id AND g.lead)
                  OR EXISTS (SELECT FROM suggestion_signers g WHERE g.street_id = NEW.street_id AND g.suggestion_id = NEW.id AND g.confirmed_at IS NULL))
            THEN 'suggestions_everybody_signs'
        WHEN OLD.number IS NOT NULL AND (NEW.number, NEW.submitted_on) IS DISTINCT FROM (OLD.number, OLD.submitted_on) THEN 'suggestions_keep_their_number'
        WHEN NEW.lead_unit_id IS DISTINCT FROM OLD.lead_unit_id AND NOT (app.decides_suggestion(NEW.class) OR app.role() = 'office_dispatch' AND OLD.state = 'assigned')
            THEN 'suggestions_assigned_by_whom'
        WHEN (NEW.key_on, NEW.key_basis) IS DISTINCT FROM (OLD.key_on, OLD.key_basis) AND app.role() NOT IN ('city_leader', 'city_deputy', 'operator')
            THEN 'suggestions_key_by_city'
        WHEN NEW.months IS DISTINCT FROM OLD.months AND NOT app.decides_suggestion(NEW.class) THEN 'suggestions_time_by_whom'
        WHEN NEW.state = 'replied' AND OLD.state <> 'replied'
             AND NOT EXISTS (SELECT FROM suggestion_replies r
                             WHERE r.street_id = NEW.street_id AND r.suggestion_id = NEW.id AND r.round = NEW.round AND r.kind = 'reply' AND r.result = NEW.result
                               AND (r.result <> 'B' OR EXISTS (SELECT FROM suggestion_promises p WHERE p.street_id = r.street_id AND p.reply_id = r.id)))
            THEN 'suggestions_replied_in_writing'
        WHEN OLD.state = 'replied' AND NEW.state <> 'replied' AND said IS NULL AND NOT (app.role() IN ('clerk', 'operator') AND NEW.rating = 'none' AND NEW.state IN ('closed', 'promised'))
            THEN 'suggestions_rated_first'
        WHEN OLD.state = 'replied' AND NEW.state <> 'replied' AND said IS NOT NULL
             AND NEW.state <> ALL (CASE WHEN said <> 'dissatisfied' THEN '{closed,promised}'::text[] WHEN OLD.round = 1 THEN '{handling}' ELSE '{coordination}' END)
            THEN 'suggestions_follow_the_rating'
        WHEN NEW.round <> OLD.round AND NOT (OLD.state = 'replied' AND NEW.state = 'handling' AND NEW.round = OLD.round + 1) THEN 'suggestions_handled_twice_at_most'
        WHEN OLD.state = 'replied' AND NEW.state = 'handling' AND NEW.round = OLD.round THEN 'suggestions_handled_twice_at_most'
        WHEN NEW.state = 'closed' AND EXISTS (SELECT FROM suggestion_promises p WHERE p.street_id = NEW.street_id AND p.suggestion_id = NEW.id AND p.state = 'open')
            THEN 'suggestions_promise_is_open'
        WHEN NEW.state = 'merged' AND OLD.state <> 'merged'
             AND NOT EXISTS (SELECT FROM suggestions t WHERE t.street_id = NEW.street_id AND t.id = NEW.merged_into AND t.class = NEW.class
                             AND t.state IN ('submitted', 'to_assign', 'assigned', 'returned', 'handling')) THEN 'suggestions_merged_into_open'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'suggestion %: %', OLD.id, broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestions_guarded BEFORE INSERT OR UPDATE ON suggestions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion();

-- A text that changed was not signed by anybody but who changed it.
CREATE FUNCTION app.void_signatures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE suggestion_signers SET confirmed_at = NULL, how = '', note = ''
    WHERE street_id = NEW.street_id AND suggestion_id = NEW.id AND confirmed_at IS NOT NULL AND deputy_id <> coalesce(app.deputy(), 0);
    RETURN NULL;
END $$;
CREATE TRIGGER suggestions_void_signatures AFTER UPDATE OF title, category, facts, analysis, proposals ON suggestions FOR EACH ROW
    WHEN ((NEW.title, NEW.category, NEW.facts, NEW.analysis, NEW.proposals) IS DISTINCT FROM (OLD.title, OLD.category, OLD.facts, OLD.analysis, OLD.proposals))
    EXECUTE FUNCTION app.void_signatures();

CREATE FUNCTION app.index_suggestion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    said constant text := NEW.title || ' ' || (SELECT d.name FROM deputies d WHERE d.street_id = NEW.street_id AND d.id = NEW.lead_id) || ' ' || coalesce(NEW.number, '');
BEGIN
    DELETE FROM suggestion_grams WHERE street_id = NEW.street_id AND suggestion_id = NEW.id;
    INSERT INTO suggestion_grams (street_id, gram, at, suggestion_id)
    SELECT DISTINCT NEW.street_id, substr(said, i, 2), NEW.filed_at, NEW.id FROM generate_series(1, length(said) - 1) i;
    RETURN NULL;
END $$;
CREATE TRIGGER suggestions_indexed AFTER INSERT OR UPDATE OF title, number, filed_at ON suggestions FOR EACH ROW EXECUTE FUNCTION app.index_suggestion();

CREATE FUNCTION app.guard_suggestion_signer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    it constant suggestion_signers := coalesce(NEW, OLD);
    now_in constant text := (SELECT s.state FROM suggestions s WHERE s.street_id = it.street_id AND s.id = it.suggestion_id);
BEGIN
    IF now_in IS NULL OR now_in NOT IN ('draft', 'sent_back') AND app.role() <> 'operator' THEN
        RAISE EXCEPTION 'who signed suggestion % is fixed', it.suggestion_id USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_signers_fixed';
    ELSIF TG_OP = 'DELETE' THEN
        IF OLD.lead THEN
            RAISE EXCEPTION 'a suggestion has a lead' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_signers_lead_stays';
        END IF;
        RETURN OLD;
    ELSIF NEW.lead AND NEW.deputy_id <> (SELECT s.lead_id FROM suggestions s WHERE s.street_id = it.street_id AND s.id = it.suggestion_id)
       OR TG_OP = 'UPDATE' AND (NEW.suggestion_id, NEW.deputy_id, NEW.lead) IS DISTINCT FROM (OLD.suggestion_id, OLD.deputy_id, OLD.lead) THEN
        RAISE EXCEPTION 'a signer stays who it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_signers_lead_stays';
    ELSIF NEW.confirmed_at IS NOT NULL AND app.role() <> 'operator' AND (TG_OP = 'INSERT' OR OLD.confirmed_at IS DISTINCT FROM NEW.confirmed_at)
       AND NOT (NEW.how = 'portal' AND app.role() IN ('deputy', 'group_leader') AND NEW.deputy_id = app.deputy() OR NEW.how = 'paper' AND app.role() = 'staff') THEN
        RAISE EXCEPTION 'everybody signs for themselves' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_signers_sign_themselves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_signers_guarded BEFORE INSERT OR UPDATE OR DELETE ON suggestion_signers FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_signer();

CREATE FUNCTION app.note_signer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    it constant suggestion_signers := coalesce(NEW, OLD);
BEGIN
    UPDATE suggestions
    SET signers = CASE WHEN TG_OP = 'DELETE' THEN array_remove(signers, it.deputy_id) ELSE array_append(array_remove(signers, it.deputy_id), it.deputy_id) END
    WHERE street_id = it.street_id AND id = it.suggestion_id;
    RETURN NULL;
END $$;
CREATE TRIGGER suggestion_signers_noted AFTER INSERT OR DELETE ON suggestion_signers FOR EACH ROW EXECUTE FUNCTION app.note_signer();

CREATE FUNCTION app.note_suggestion_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    UPDATE suggestions
    SET units = units || NEW.unit_id
    WHERE street_id = NEW.street_id AND id = NEW.suggestion_id AND NOT NEW.unit_id = ANY (units);
    RETURN NULL;
END $$;
CREATE TRIGGER suggestion_assignments_noted AFTER INSERT ON suggestion_assignments FOR EACH ROW EXECUTE FUNCTION app.note_suggestion_unit();

-- What units say, each in its turn: a co-handler while it is handled, the lead about
-- contacts, and the reply after a contact in the same round.
CREATE FUNCTION app.guard_suggestion_word() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    s suggestions;
    kept boolean;
BEGIN
    SELECT * INTO s FROM suggestions x WHERE x.street_id = NEW.street_id AND x.id = NEW.suggestion_id;
    IF s.id IS NULL OR NEW.round <> s.round THEN
        RAISE EXCEPTION 'not about this round' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_words_of_the_round';
    ELSIF app.role() NOT IN ('unit', 'office_dispatch', 'operator') THEN
        RAISE EXCEPTION 'handling units say so' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_words_of_units';
    ELSIF TG_TABLE_NAME = 'suggestion_comments' THEN
        IF s.state NOT IN ('assigned', 'handling')
           OR NOT EXISTS (SELECT FROM suggestion_assignments a
                          WHERE a.street_id = NEW.street_id AND a.suggestion_id = NEW.suggestion_id AND a.unit_id = NEW.unit_id AND a.part = 'co' AND a.ended_at IS NULL) THEN
            RAISE EXCEPTION 'not a co-handler now' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_comments_of_co_handlers';
        END IF;
        RETURN NEW;
    ELSIF NEW.unit_id <> s.lead_unit_id THEN
        RAISE EXCEPTION 'the lead unit speaks' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_words_of_the_lead';
    ELSIF TG_TABLE_NAME = 'suggestion_contacts' THEN
        IF s.state <> 'handling' THEN
            RAISE EXCEPTION 'not being handled' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_contacts_while_handled';
        END IF;
        RETURN NEW;
    END IF;
    kept := NEW.kind = 'fulfilment';
    IF kept AND NOT EXISTS (SELECT FROM suggestion_promises p WHERE p.street_id = NEW.street_id AND p.suggestion_id = NEW.suggestion_id AND p.state = 'open') THEN
        RAISE EXCEPTION 'nothing is promised' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_replies_keep_a_promise';
    ELSIF NOT kept AND s.state <> 'handling' THEN
        RAISE EXCEPTION 'not being handled' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_replies_while_handled';
    ELSIF NOT kept AND NOT EXISTS (SELECT FROM suggestion_contacts c
                                   WHERE c.street_id = NEW.street_id AND c.suggestion_id = NEW.suggestion_id AND c.round = NEW.round) THEN
        RAISE EXCEPTION 'the deputies were not consulted' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_replies_after_contact';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_comments_guarded BEFORE INSERT ON suggestion_comments FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
CREATE TRIGGER suggestion_contacts_guarded BEFORE INSERT ON suggestion_contacts FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
CREATE TRIGGER suggestion_replies_guarded BEFORE INSERT ON suggestion_replies FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
CREATE TRIGGER suggestion_comments_fixed BEFORE UPDATE OR DELETE ON suggestion_comments FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_contacts_fixed BEFORE UPDATE OR DELETE ON suggestion_contacts FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_replies_fixed BEFORE UPDATE OR DELETE ON suggestion_replies FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- The lead rates, nobody else: in the portal, or on paper that the office enters.
CREATE FUNCTION app.guard_suggestion_rating() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    s suggestions;
BEGIN
    SELECT * INTO s FROM suggestions x WHERE x.street_id = NEW.street_id AND x.id = NEW.suggestion_id;
    IF s.id IS NULL OR s.state <> 'replied' OR NEW.round <> s.round THEN
        RAISE EXCEPTION 'nothing to rate' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_ratings_of_replies';
    ELSIF NEW.deputy_id <> s.lead_id
       OR app.role() <> 'operator'
          AND NOT (NEW.how = 'portal' AND app.role() IN ('deputy', 'group_leader') AND app.deputy() = s.lead_id OR NEW.how = 'paper' AND app.role() = 'staff') THEN
        RAISE EXCEPTION 'the lead rates' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_ratings_by_lead';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_ratings_guarded BEFORE INSERT ON suggestion_ratings FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_rating();
CREATE TRIGGER suggestion_ratings_fixed BEFORE UPDATE OR DELETE ON suggestion_ratings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

-- A promise moves only with a consent, and is kept only with a second reply and proof.
CREATE FUNCTION app.guard_suggestion_promise() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    broken := CASE
        WHEN TG_OP = 'INSERT' THEN CASE
            WHEN NOT EXISTS (SELECT FROM suggestion_replies r WHERE r.street_id = NEW.street_id AND r.id = NEW.reply_id AND r.suggestion_id = NEW.suggestion_id
                             AND r.kind = 'reply' AND r.result = 'B') OR NEW.due_on <> NEW.first_due_on THEN 'suggestion_promises_of_b_replies' END
        WHEN OLD.state <> 'open' THEN 'suggestion_promises_ended_is_final'
        WHEN (NEW.street_id, NEW.suggestion_id, NEW.reply_id, NEW.unit_id, NEW.text, NEW.made_on, NEW.first_due_on)
             IS DISTINCT FROM (OLD.street_id, OLD.suggestion_id, OLD.reply_id, OLD.unit_id, OLD.text, OLD.made_on, OLD.first_due_on) THEN 'suggestion_promises_stand'
        WHEN NEW.due_on <> OLD.due_on
             AND NOT EXISTS (SELECT FROM suggestion_promise_extensions x
                             WHERE x.street_id = NEW.street_id AND x.promise_id = NEW.id AND x.granted AND x.due_from = OLD.due_on AND x.due_to = NEW.due_on)
            THEN 'suggestion_promises_extended_with_consent'
        WHEN NEW.state = 'kept'
             AND NOT EXISTS (SELECT FROM suggestion_replies r
                             JOIN files f ON f.street_id = r.street_id AND f.owner_kind = 'suggestion_reply' AND f.owner_id = r.id
                             WHERE r.street_id = NEW.street_id AND r.id = NEW.kept_by AND r.suggestion_id = NEW.suggestion_id AND r.kind = 'fulfilment')
            THEN 'suggestion_promises_kept_with_proof'
        WHEN NEW.state = 'replaced' AND (SELECT s.state FROM suggestions s WHERE s.street_id = NEW.street_id AND s.id = NEW.suggestion_id) <> 'handling'
            THEN 'suggestion_promises_replaced_by_reply'
        END;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'promise: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_promises_guarded BEFORE INSERT OR UPDATE ON suggestion_promises FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_promise();

-- Whoever asks for time does not give it: who assigned the suggestion consents.
CREATE FUNCTION app.guard_suggestion_extension() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_class text;
BEGIN
    IF TG_TABLE_NAME = 'suggestion_extensions' THEN
        of_class := (SELECT s.class FROM suggestions s WHERE s.street_id = NEW.street_id AND s.id = NEW.suggestion_id);
    ELSE
        of_class := (SELECT s.class FROM suggestion_promises p JOIN suggestions s ON s.street_id = p.street_id AND s.id = p.suggestion_id
                     WHERE p.street_id = NEW.street_id AND p.id = NEW.promise_id);
    END IF;
    IF TG_OP = 'INSERT' AND NEW.granted IS NOT NULL
       OR TG_OP = 'UPDATE' AND (OLD.granted IS NOT NULL OR NOT app.decides_suggestion(of_class)
                                OR to_jsonb(NEW) - '{granted,decided_at,decider,decision}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{granted,decided_at,decider,decision}'::text[]) THEN
        RAISE EXCEPTION 'more time needs consent' USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestion_extensions_with_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestion_extensions_guarded BEFORE INSERT OR UPDATE ON suggestion_extensions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_extension();
CREATE TRIGGER suggestion_promise_extensions_guarded BEFORE INSERT OR UPDATE ON suggestion_promise_extensions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_extension();

-- How many co-handlers have not spoken yet in the running round, whoever asks.
CREATE FUNCTION app.co_handlers_left(street bigint, suggestion bigint) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*)
            FROM suggestion_assignments a
            JOIN suggestions s ON s.street_id = a.street_id AND s.id = a.suggestion_id
            WHERE a.street_id = street AND street = ANY (app.streets()) AND a.suggestion_id = suggestion AND a.part = 'co' AND a.ended_at IS NULL
              AND NOT EXISTS (SELECT FROM suggestion_comments c
                              WHERE c.street_id = a.street_id AND c.suggestion_id = a.suggestion_id AND c.unit_id = a.unit_id AND c.round = s.round));
END $$;
REVOKE EXECUTE ON FUNCTION app.co_handlers_left(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.co_handlers_left(bigint, bigint) TO portal_app;

-- Who signed a suggestion or one that was merged into it: the reply goes to them all,
-- whoever writes it.
CREATE FUNCTION app.suggestion_signers_of(street bigint, suggestion bigint) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT g.deputy_id
        FROM suggestion_signers g
        JOIN suggestions x ON x.street_id = g.street_id AND x.id = g.suggestion_id
        WHERE g.street_id = street AND street = ANY (app.streets()) AND (x.id = suggestion OR x.merged_into = suggestion)
        ORDER BY g.deputy_id
        LIMIT 500;
END $$;
REVOKE EXECUTE ON FUNCTION app.suggestion_signers_of(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.suggestion_signers_of(bigint, bigint) TO portal_app;

-- The suggestions into which one that the actor signed was merged.
CREATE FUNCTION app.joined_suggestions() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(x.merged_into), '{}')
            FROM suggestion_signers g
            JOIN suggestions x ON x.street_id = g.street_id AND x.id = g.suggestion_id AND x.merged_into IS NOT NULL
            WHERE g.street_id = app.street() AND g.deputy_id = app.deputy());
END $$;

-- The deputies of the groups that the actor leads.
CREATE FUNCTION app.led_deputies() RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(m.deputy_id), '{}')
            FROM group_leaders l
            JOIN group_members m ON m.street_id = l.street_id AND m.group_id = l.group_id AND m.until_on IS NULL
            WHERE l.street_id = app.street() AND l.deputy_id = app.deputy() AND l.until_on IS NULL);
END $$;

ALTER TABLE suggestions                   ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestions                   FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_counters           ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_counters           FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_grams              ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_grams              FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_signers            ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_signers            FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_sources            ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_sources            FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_assignments        ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_assignments        FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_comments           ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_comments           FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_contacts           ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_contacts           FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_replies            ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_replies            FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_ratings            ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_ratings            FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_promises           ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_promises           FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_promise_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_promise_extensions FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_extensions         ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_extensions         FORCE  ROW LEVEL SECURITY;
ALTER TABLE suggestion_urges              ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_urges              FORCE  ROW LEVEL SECURITY;

-- Nobody beyond the signers and the committee's office sees a draft; the city sees
-- what was submitted; a unit what was assigned to it. (Written for the planner as
-- the policy of opinions.)
CREATE POLICY by_scope ON suggestions TO portal_app
    USING (street_id IN (SELECT unnest(app.streets()))
           AND CASE
               WHEN (SELECT app.role()) = 'unit' THEN (SELECT app.unit()) = ANY (units)
               WHEN (SELECT app.role()) = 'office_dispatch' THEN units <> '{}'
               WHEN (SELECT app.role()) IN ('deputy', 'group_leader') THEN
                   lead_id = (SELECT app.deputy()) OR (SELECT app.deputy()) = ANY (signers)
                   OR (SELECT app.role()) = 'group_leader' AND state <> 'draft' AND lead_id = ANY ((SELECT app.led_deputies())::bigint[])
               WHEN (SELECT app.role()) IN ('director', 'deputy_director') THEN state <> 'draft'
               WHEN (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'member', 'party_reader') THEN submitted_on IS NOT NULL
               ELSE (SELECT app.role()) IN ('staff', 'counter', 'clerk', 'operator')
               END);
CREATE POLICY by_joined ON suggestions FOR SELECT TO portal_app
    USING ((SELECT app.role()) IN ('deputy', 'group_leader') AND street_id IN (SELECT unnest(app.streets())) AND id = ANY ((SELECT app.joined_suggestions())::bigint[]));
CREATE POLICY kept_by_trigger ON suggestions TO portal_owner USING (true);
-- What is public and answered is read by everybody.
CREATE POLICY by_public ON suggestions FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND open AND state IN ('closed', 'promised'));

CREATE POLICY by_street ON suggestion_counters TO portal_app USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_street ON suggestion_grams FOR SELECT TO portal_app USING (street_id IN (SELECT unnest(app.streets())));
CREATE POLICY kept_by_trigger ON suggestion_grams TO portal_owner USING (true);

CREATE POLICY with_suggestion ON suggestion_signers FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_signers.street_id AND s.id = suggestion_id));
CREATE POLICY kept_by_drafter ON suggestion_signers TO portal_app
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[])
           OR (SELECT app.role()) IN ('deputy', 'group_leader') AND street_id = ANY ((SELECT app.streets())::bigint[])
              AND (deputy_id = (SELECT app.deputy())
                   OR EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_signers.street_id AND s.id = suggestion_id AND s.lead_id = (SELECT app.deputy()))));
CREATE POLICY kept_by_trigger ON suggestion_signers TO portal_owner USING (true);
CREATE POLICY by_public ON suggestion_signers FOR SELECT TO portal_public
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_signers.street_id AND s.id = suggestion_id));

CREATE POLICY with_suggestion ON suggestion_sources FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_sources.street_id AND s.id = suggestion_id));
CREATE POLICY added_by_drafter ON suggestion_sources FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('deputy', 'group_leader', 'staff', 'operator')
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_sources.street_id AND s.id = suggestion_id AND s.state IN ('draft', 'sent_back'))
                AND EXISTS (SELECT FROM opinions o WHERE o.street_id = suggestion_sources.street_id AND o.id = opinion_id));

CREATE POLICY by_unit ON suggestion_assignments TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) <> 'unit' OR unit_id = (SELECT app.unit())
                OR EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_assignments.street_id AND s.id = suggestion_id AND s.lead_unit_id = (SELECT app.unit())))
           AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_assignments.street_id AND s.id = suggestion_id));

CREATE POLICY counted ON suggestion_assignments FOR SELECT TO portal_owner USING (true);
CREATE POLICY counted ON suggestion_comments FOR SELECT TO portal_owner USING (true);

-- A co-handler's word is for the lead unit, the office and the committees; the
-- deputies read it in the reply.
CREATE POLICY by_reader ON suggestion_comments FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE (SELECT app.role())
               WHEN 'unit' THEN unit_id = (SELECT app.unit())
                   OR EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_comments.street_id AND s.id = suggestion_id AND s.lead_unit_id = (SELECT app.unit()))
               ELSE (SELECT app.role()) NOT IN ('deputy', 'group_leader')
                    AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_comments.street_id AND s.id = suggestion_id)
               END);
CREATE POLICY said_by_unit ON suggestion_comments FOR INSERT TO portal_app
    WITH CHECK (((SELECT app.role()) IN ('unit', 'office_dispatch') AND unit_id = (SELECT app.unit()) OR (SELECT app.role()) = 'operator')
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_comments.street_id AND s.id = suggestion_id));

CREATE POLICY with_suggestion ON suggestion_contacts FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_contacts.street_id AND s.id = suggestion_id));
CREATE POLICY said_by_unit ON suggestion_contacts FOR INSERT TO portal_app
    WITH CHECK (((SELECT app.role()) = 'unit' AND unit_id = (SELECT app.unit()) OR (SELECT app.role()) IN ('office_dispatch', 'operator'))
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_contacts.street_id AND s.id = suggestion_id));
CREATE POLICY with_suggestion ON suggestion_replies FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_replies.street_id AND s.id = suggestion_id));
CREATE POLICY said_by_unit ON suggestion_replies FOR INSERT TO portal_app
    WITH CHECK (((SELECT app.role()) = 'unit' AND unit_id = (SELECT app.unit()) OR (SELECT app.role()) IN ('office_dispatch', 'operator'))
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_replies.street_id AND s.id = suggestion_id));
CREATE POLICY by_public ON suggestion_replies FOR SELECT TO portal_public
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_replies.street_id AND s.id = suggestion_id));

CREATE POLICY with_suggestion ON suggestion_ratings FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_ratings.street_id AND s.id = suggestion_id));
CREATE POLICY by_lead ON suggestion_ratings FOR INSERT TO portal_app
    WITH CHECK (((SELECT app.role()) IN ('deputy', 'group_leader') AND deputy_id = (SELECT app.deputy()) OR (SELECT app.role()) IN ('staff', 'operator'))
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_ratings.street_id AND s.id = suggestion_id));

CREATE POLICY with_suggestion ON suggestion_promises FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_promises.street_id AND s.id = suggestion_id));
CREATE POLICY made_by_unit ON suggestion_promises FOR INSERT TO portal_app
    WITH CHECK (((SELECT app.role()) = 'unit' AND unit_id = (SELECT app.unit()) OR (SELECT app.role()) IN ('office_dispatch', 'operator'))
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_promises.street_id AND s.id = suggestion_id));
CREATE POLICY kept_by_unit ON suggestion_promises FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND ((SELECT app.role()) = 'unit' AND unit_id = (SELECT app.unit())
                OR (SELECT app.role()) IN ('office_dispatch', 'city_deputy', 'director', 'deputy_director', 'staff', 'clerk', 'operator'))
           AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_promises.street_id AND s.id = suggestion_id));
CREATE POLICY with_promise ON suggestion_promise_extensions TO portal_app
    USING (EXISTS (SELECT FROM suggestion_promises p WHERE p.street_id = suggestion_promise_extensions.street_id AND p.id = promise_id))
    WITH CHECK ((SELECT app.role()) IN ('unit', 'office_dispatch', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator')
                AND EXISTS (SELECT FROM suggestion_promises p WHERE p.street_id = suggestion_promise_extensions.street_id AND p.id = promise_id));
CREATE POLICY with_suggestion ON suggestion_extensions TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_extensions.street_id AND s.id = suggestion_id))
    WITH CHECK ((SELECT app.role()) IN ('unit', 'office_dispatch', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator')
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_extensions.street_id AND s.id = suggestion_id));
CREATE POLICY with_suggestion ON suggestion_urges FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_urges.street_id AND s.id = suggestion_id));
CREATE POLICY urged_by_committee ON suggestion_urges FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('city_deputy', 'director', 'deputy_director', 'staff', 'clerk', 'operator')
                AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = suggestion_urges.street_id AND s.id = suggestion_id));

-- Clocks, files and what happened are read by whoever sees the suggestion.
CREATE POLICY by_suggestion ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'suggestion'
           AND (SELECT true FROM suggestions s WHERE s.street_id = deadlines.street_id AND s.id = deadlines.subject_id));
CREATE POLICY with_suggestion ON files TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE owner_kind
               WHEN 'suggestion' THEN EXISTS (SELECT FROM suggestions s WHERE s.street_id = files.street_id AND s.id = owner_id)
               WHEN 'suggestion_reply' THEN EXISTS (SELECT FROM suggestion_replies r WHERE r.street_id = files.street_id AND r.id = owner_id)
               ELSE false
               END)
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[])
                AND CASE owner_kind
                    WHEN 'suggestion' THEN (SELECT app.role()) IN ('deputy', 'group_leader', 'staff', 'operator')
                         AND EXISTS (SELECT FROM suggestions s WHERE s.street_id = files.street_id AND s.id = owner_id)
                    WHEN 'suggestion_reply' THEN (SELECT app.role()) IN ('unit', 'office_dispatch', 'operator')
                         AND EXISTS (SELECT FROM suggestion_replies r WHERE r.street_id = files.street_id AND r.id = owner_id)
                    ELSE false
                    END);
CREATE POLICY with_suggestion ON audit_events AS RESTRICTIVE FOR SELECT TO portal_app
    USING (kind <> 'suggestion' OR (SELECT app.role()) = 'audit_admin' OR user_id = app.user_id()
           OR (SELECT true FROM suggestions s WHERE s.street_id = audit_events.street_id AND s.id = subject_id));

GRANT SELECT, INSERT, UPDATE ON suggestions, suggestion_counters, suggestion_assignments, suggestion_promises, suggestion_promise_extensions, suggestion_extensions TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON suggestion_signers TO portal_app;
GRANT SELECT, INSERT ON suggestion_sources, suggestion_comments, suggestion_contacts, suggestion_replies, suggestion_ratings, suggestion_urges TO portal_app;
GRANT SELECT ON suggestion_grams TO portal_app;
GRANT SELECT (id, street_id, class, number, title, category, facts, analysis, proposals, open, lead_id, state, filed_at, submitted_on, replied_on, result, rating, key_on, closed_on, lead_unit_id)
    ON suggestions TO portal_public;
GRANT SELECT (street_id, suggestion_id, deputy_id, lead) ON suggestion_signers TO portal_public;
GRANT SELECT (id, street_id, suggestion_id, unit_id, round, kind, result, text, signed_on) ON suggestion_replies TO portal_public;

END;
