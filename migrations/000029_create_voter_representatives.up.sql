BEGIN;

-- How voter representatives are selected (domain.md §3 h): a selection is the work
-- of one street for one term, or a by-selection for vacant seats of it.
CREATE TABLE selections (
    id              bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id       bigint      NOT NULL REFERENCES streets (id),
    kind            text        NOT NULL,
    parent_id       bigint,
    term            text        NOT NULL,
    term_from       date        NOT NULL,
    term_until      date        NOT NULL,
    basis           text        NOT NULL DEFAULT '',
    pass_percent    integer     NOT NULL DEFAULT 50,
    state           text        NOT NULL DEFAULT 'plan',
    publicity_from  date,
    publicity_until date,
    met_on          date,
    chair_post_id   bigint,
    met_due         integer,
    met_present     integer,
    met_for         integer,
    announced_on    date,
    signer_post_id  bigint,
    document_number text        NOT NULL DEFAULT '',
    ended_on        date,
    stopped_why     text        NOT NULL DEFAULT '',
    key             text        NOT NULL,
    version         integer     NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL DEFAULT now(),
    modified_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT selections_parent FOREIGN KEY (street_id, parent_id) REFERENCES selections (street_id, id),
    CONSTRAINT selections_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT selections_signer FOREIGN KEY (street_id, signer_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT selections_key_once UNIQUE (street_id, key),
    CONSTRAINT selections_kind_known CHECK (kind IN ('general', 'by')),
    CONSTRAINT selections_by_has_parent CHECK ((kind = 'by') = (parent_id IS NOT NULL)),
    CONSTRAINT selections_term_filled CHECK (term <> '' AND length(term) <= 20),
    CONSTRAINT selections_term_forward CHECK (term_until > term_from),
    CONSTRAINT selections_basis_short CHECK (length(basis) <= 500),
    CONSTRAINT selections_pass_sensible CHECK (pass_percent BETWEEN 50 AND 90),
    CONSTRAINT selections_state_known CHECK (state IN
        ('plan', 'recommending', 'vetting', 'publicity', 'meeting', 'confirming', 'confirmed', 'announced', 'ended', 'stopped')),
    CONSTRAINT selections_publicity_starts CHECK (state IN ('plan', 'recommending', 'vetting', 'stopped') OR publicity_from IS NOT NULL),
    CONSTRAINT selections_publicity_runs CHECK (state IN ('plan', 'recommending', 'vetting', 'publicity', 'stopped') OR publicity_until IS NOT NULL),
    CONSTRAINT selections_publicity_forward CHECK (publicity_until > publicity_from),
    CONSTRAINT selections_met_whole CHECK (num_nonnulls(met_on, chair_post_id, met_due, met_present, met_for) IN (0, 5)),
    CONSTRAINT selections_confirmed_by_meeting CHECK ((state IN ('confirmed', 'announced', 'ended')) = (met_on IS NOT NULL)),
    CONSTRAINT selections_met_after_publicity CHECK (met_on > publicity_until),
    CONSTRAINT selections_met_quorum CHECK (met_present <= met_due AND met_present * 2 > met_due),
    CONSTRAINT selections_met_majority CHECK (met_for <= met_present AND met_for * 2 > met_due),
    CONSTRAINT selections_announced_whole CHECK ((state IN ('announced', 'ended')) = (announced_on IS NOT NULL)),
    CONSTRAINT selections_announced_signed CHECK ((announced_on IS NULL) = (signer_post_id IS NULL)),
    CONSTRAINT selections_announced_after_meeting CHECK (announced_on >= met_on),
    CONSTRAINT selections_ended_whole CHECK ((state IN ('ended', 'stopped')) = (ended_on IS NOT NULL)),
    CONSTRAINT selections_stopped_with_reason CHECK ((state = 'stopped') = (stopped_why <> ''))
);
COMMENT ON TABLE selections IS 'The selection of a street''s voter representatives for a term, or a by-selection for its vacant seats.';
COMMENT ON COLUMN selections.pass_percent IS 'A candidate passes with more than this share of those present; never less than half.';
COMMENT ON COLUMN selections.publicity_until IS 'The last day of the publicity, taken from its deadline when it is over.';
COMMENT ON COLUMN selections.signer_post_id IS 'The post of who signed the announcement off.';
COMMENT ON COLUMN selections.met_due IS 'The vote of the directors'' meeting that confirmed: members in post, present, for.';

CREATE TABLE voter_districts (
    id           bigint   NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint   NOT NULL,
    selection_id bigint   NOT NULL,
    position     integer  NOT NULL,
    name         text     NOT NULL,
    area         text     NOT NULL DEFAULT '',
    quota        integer  NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT voter_districts_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections (street_id, id),
    CONSTRAINT voter_districts_name_once UNIQUE (street_id, selection_id, name),
    CONSTRAINT voter_districts_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT voter_districts_area_short CHECK (length(area) <= 200),
    CONSTRAINT voter_districts_quota_sensible CHECK (quota BETWEEN 1 AND 99)
);
COMMENT ON TABLE voter_districts IS 'The quota plan of a general selection: electoral districts and how many representatives each has.';

CREATE TABLE selection_targets (
    street_id    bigint  NOT NULL,
    selection_id bigint  NOT NULL,
    trait        text    NOT NULL,
    percent      integer NOT NULL,
    PRIMARY KEY (street_id, selection_id, trait),
    CONSTRAINT selection_targets_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections (street_id, id),
    CONSTRAINT selection_targets_trait_known CHECK (trait IN ('women', 'non_hukou', 'under_45', 'grassroots')),
    CONSTRAINT selection_targets_percent_sensible CHECK (percent BETWEEN 1 AND 100)
);
COMMENT ON TABLE selection_targets IS 'Which shares a street aims at, so that its representatives resemble its voters. No quota: nobody is refused for them.';

CREATE TABLE selection_districts (
    street_id    bigint      NOT NULL,
    selection_id bigint      NOT NULL,
    district_id  bigint      NOT NULL,
    seats        integer     NOT NULL,
    held_on      date,
    place        text        NOT NULL DEFAULT '',
    due          integer,
    present      integer,
    tied         boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (street_id, selection_id, district_id),
    CONSTRAINT selection_districts_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections (street_id, id),
    CONSTRAINT selection_districts_district FOREIGN KEY (street_id, district_id) REFERENCES voter_districts (street_id, id),
    CONSTRAINT selection_districts_seats_sensible CHECK (seats BETWEEN 1 AND 99),
    CONSTRAINT selection_districts_whole CHECK (num_nonnulls(held_on, due, present) IN (0, 3)),
    CONSTRAINT selection_districts_place_short CHECK (length(place) <= 100),
    CONSTRAINT selection_districts_present CHECK (present <= due AND present * 2 > due AND due <= 100000)
);
COMMENT ON TABLE selection_districts IS 'A district in which a selection fills seats, and its selection meeting.';
COMMENT ON COLUMN selection_districts.tied IS 'Candidates have equal votes at the last seat: a second vote among them is due.';

CREATE TABLE selection_candidates (
    id             bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id      bigint      NOT NULL,
    selection_id   bigint      NOT NULL,
    district_id    bigint      NOT NULL,
    person_id      bigint      NOT NULL,
    recommended_by text        NOT NULL,
    recommender    text        NOT NULL,
    signers        integer     NOT NULL DEFAULT 0,
    standing       text        NOT NULL,
    hukou          boolean     NOT NULL,
    occupation     text        NOT NULL,
    vet_result     text        NOT NULL DEFAULT '',
    vet_age        boolean     NOT NULL DEFAULT false,
    vet_standing   boolean     NOT NULL DEFAULT false,
    vet_clear      boolean     NOT NULL DEFAULT false,
    vet_organs     text        NOT NULL DEFAULT '',
    vet_note       text        NOT NULL DEFAULT '',
    vet_on         date,
    dropped_why    text        NOT NULL DEFAULT '',
    dropped_note   text        NOT NULL DEFAULT '',
    votes          integer,
    runoff         integer,
    place          integer,
    key            text        NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT selection_candidates_district FOREIGN KEY (street_id, selection_id, district_id)
        REFERENCES selection_districts (street_id, selection_id, district_id),
    CONSTRAINT selection_candidates_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT selection_candidates_key_once UNIQUE (street_id, key),
    CONSTRAINT selection_candidates_person_once UNIQUE (street_id, selection_id, person_id),
    CONSTRAINT selection_candidates_place_once UNIQUE (street_id, selection_id, district_id, place),
    CONSTRAINT selection_candidates_recommended_by_known CHECK (recommended_by IN ('organisation', 'joint')),
    CONSTRAINT selection_candidates_recommender_filled CHECK (recommender <> '' AND length(recommender) <= 100),
    CONSTRAINT selection_candidates_signers_sensible CHECK (signers BETWEEN 0 AND 10000 AND (recommended_by = 'joint') = (signers > 0)),
    CONSTRAINT selection_candidates_standing_known CHECK (standing IN ('voter', 'resident')),
    CONSTRAINT selection_candidates_occupation_known CHECK (occupation IN ('worker', 'service', 'community', 'business', 'professional', 'official', 'other')),
    CONSTRAINT selection_candidates_vet_known CHECK (vet_result IN ('', 'passed', 'failed')),
    CONSTRAINT selection_candidates_vet_whole CHECK ((vet_result = '') = (vet_on IS NULL) AND (vet_result = '' OR vet_organs <> '')),
    CONSTRAINT selection_candidates_vet_by_conditions CHECK (vet_result = '' OR (vet_result = 'passed') = (vet_age AND vet_standing AND vet_clear)),
    CONSTRAINT selection_candidates_vet_short CHECK (length(vet_organs) <= 100 AND length(vet_note) <= 500 AND length(dropped_note) <= 500),
    CONSTRAINT selection_candidates_dropped_known CHECK (dropped_why IN ('', 'vetting', 'objection', 'withdrawn')),
    CONSTRAINT selection_candidates_failed_dropped CHECK (vet_result <> 'failed' OR dropped_why <> ''),
    CONSTRAINT selection_candidates_votes_sensible CHECK (votes >= 0 AND runoff >= 0 AND (runoff IS NULL OR votes IS NOT NULL)),
    CONSTRAINT selection_candidates_place_earned CHECK (place IS NULL OR (place >= 1 AND votes IS NOT NULL AND dropped_why = '' AND vet_result = 'passed'))
);
COMMENT ON TABLE selection_candidates IS 'Who was recommended in a district, what vetting found and how many votes they had.';
COMMENT ON COLUMN selection_candidates.standing IS 'voter of the district, or resident for long without being its voter.';
COMMENT ON COLUMN selection_candidates.hukou IS 'Has household registration here; with sex, age and occupation the only facts kept for representativeness.';
COMMENT ON COLUMN selection_candidates.place IS 'The place among those selected, by votes; NULL: not selected.';

CREATE TABLE selection_objections (
    id            bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id     bigint      NOT NULL,
    selection_id  bigint      NOT NULL,
    candidate_id  bigint      NOT NULL,
    received_on   date        NOT NULL,
    from_whom     text        NOT NULL DEFAULT '',
    content       text        NOT NULL,
    decision      text        NOT NULL DEFAULT '',
    decision_note text        NOT NULL DEFAULT '',
    decided_on    date,
    key           text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT selection_objections_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections (street_id, id),
    CONSTRAINT selection_objections_candidate FOREIGN KEY (street_id, candidate_id) REFERENCES selection_candidates (street_id, id),
    CONSTRAINT selection_objections_key_once UNIQUE (street_id, key),
    CONSTRAINT selection_objections_filled CHECK (content <> '' AND length(content) <= 2000 AND length(from_whom) <= 100),
    CONSTRAINT selection_objections_decision_known CHECK (decision IN ('', 'upheld', 'dismissed')),
    CONSTRAINT selection_objections_decided_whole CHECK ((decision = '') = (decided_on IS NULL) AND (decision = '') = (decision_note = ''))
);
COMMENT ON TABLE selection_objections IS 'Objections to a candidate during the publicity. Seen by those who decide them only.';

CREATE TABLE voter_representatives (
    id                 bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id          bigint      NOT NULL REFERENCES streets (id),
    person_id          bigint      NOT NULL,
    selection_id       bigint      NOT NULL,
    candidate_id       bigint      NOT NULL,
    district_id        bigint      NOT NULL,
    seat               integer     NOT NULL,
    since              date        NOT NULL,
    until_on           date        NOT NULL,
    announced_on       date,
    certificate_number text        NOT NULL DEFAULT '',
    certificate_on     date,
    ended_on           date,
    ended_why          text        NOT NULL DEFAULT '',
    ended_note         text        NOT NULL DEFAULT '',
    version            integer     NOT NULL DEFAULT 1,
    created_at         timestamptz NOT NULL DEFAULT now(),
    modified_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT voter_representatives_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT voter_representatives_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections (street_id, id),
    CONSTRAINT voter_representatives_candidate FOREIGN KEY (street_id, candidate_id) REFERENCES selection_candidates (street_id, id),
    CONSTRAINT voter_representatives_district FOREIGN KEY (street_id, district_id) REFERENCES voter_districts (street_id, id),
    CONSTRAINT voter_representatives_candidate_once UNIQUE (street_id, candidate_id),
    CONSTRAINT voter_representatives_until_after_since CHECK (until_on >= since),
    CONSTRAINT voter_representatives_ended_whole CHECK ((ended_on IS NULL) = (ended_why = '')),
    CONSTRAINT voter_representatives_ended_after_start CHECK (ended_on >= since),
    CONSTRAINT voter_representatives_ended_why_known CHECK (ended_why IN ('', 'resigned', 'moved', 'removed', 'died', 'expired')),
    CONSTRAINT voter_representatives_note_short CHECK (length(ended_note) <= 500),
    CONSTRAINT voter_representatives_certificate_whole CHECK (certificate_on IS NULL OR certificate_number <> ''),
    -- A seat has one holder and a person one seat at a time. int8range(n, n, '[]')
    -- stands for = n: plain numbers have GiST support by an extension only.
    CONSTRAINT voter_representatives_seat_once EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, int8range(district_id, district_id, '[]') WITH &&, int4range(seat, seat, '[]') WITH &&,
        daterange(since, ended_on) WITH &&),
    CONSTRAINT voter_representatives_person_once EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, int8range(person_id, person_id, '[]') WITH &&, daterange(since, ended_on) WITH &&)
);
COMMENT ON TABLE voter_representatives IS
'Who is or was a voter representative. A row comes only from a candidate whom a meeting of the district selected and a directors'' meeting confirmed.';
COMMENT ON COLUMN voter_representatives.seat IS 'Which of the district''s seats, from 1 to its quota: so no district can have more than that.';
COMMENT ON COLUMN voter_representatives.ended_on IS 'The first day on which they are no longer in office.';
COMMENT ON COLUMN voter_representatives.announced_on IS 'When it was made public; residents see nothing of it before.';

CREATE INDEX selections_newest ON selections (street_id, created_at DESC, id DESC);
CREATE INDEX selections_by_id ON selections (id);
CREATE INDEX selections_children ON selections (street_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE UNIQUE INDEX selections_one_general ON selections (street_id) WHERE kind = 'general' AND state NOT IN ('ended', 'stopped');
CREATE INDEX selection_districts_of_district ON selection_districts (street_id, district_id);
CREATE INDEX selection_candidates_of_district ON selection_candidates (street_id, selection_id, district_id, id);
CREATE INDEX selection_candidates_of_person ON selection_candidates (street_id, person_id);
CREATE INDEX selection_candidates_by_id ON selection_candidates (id);
CREATE INDEX selection_objections_of_selection ON selection_objections (street_id, selection_id, id);
CREATE INDEX voter_representatives_by_id ON voter_representatives (id);
CREATE INDEX voter_representatives_of_person ON voter_representatives (street_id, person_id);
CREATE INDEX voter_representatives_in_order ON voter_representatives (street_id, district_id, seat, since, id);
CREATE INDEX voter_representatives_in_office ON voter_representatives (street_id, district_id, seat, since, id) WHERE ended_on IS NULL;
CREATE INDEX voter_representatives_ended ON voter_representatives (street_id, district_id, seat, since, id) WHERE ended_on IS NOT NULL;
CREATE INDEX voter_representatives_of_selection ON voter_representatives (street_id, selection_id);

-- The moves of the procedure, and who may make them. From the start of the
-- recommendations the plan stands; what is confirmed stands for good.
CREATE FUNCTION app.guard_selection() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    step  text;
    saved constant text[] := '{version,modified_at}';
    steps constant text[] := '{state,publicity_from,publicity_until,met_on,chair_post_id,met_due,met_present,met_for,announced_on,signer_post_id,document_number,ended_on,stopped_why}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'plan' OR NEW.kind = 'by' AND NOT EXISTS (
            SELECT FROM selections p
            WHERE p.street_id = NEW.street_id AND p.id = NEW.parent_id AND p.kind = 'general' AND p.state IN ('confirmed', 'announced', 'ended'))
        THEN
            RAISE EXCEPTION 'a selection begins with its plan' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_begin_with_plan';
        END IF;
        RETURN NEW;
    END IF;
    step := OLD.state || ' ' || NEW.state;
    IF OLD.state <> NEW.state AND step NOT IN ('plan recommending', 'recommending vetting', 'vetting publicity', 'publicity meeting',
        'meeting confirming', 'confirming confirmed', 'confirmed announced', 'announced ended')
        AND NOT (NEW.state = 'stopped' AND OLD.state IN ('plan', 'recommending', 'vetting', 'publicity', 'meeting', 'confirming'))
    THEN
        RAISE EXCEPTION 'no step leads from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_by_steps';
    END IF;
    IF OLD.state IN ('ended', 'stopped') AND to_jsonb(NEW) - saved IS DISTINCT FROM to_jsonb(OLD) - saved
       OR OLD.state <> 'plan' AND to_jsonb(NEW) - saved - steps IS DISTINCT FROM to_jsonb(OLD) - saved - steps
       OR OLD.met_on IS NOT NULL AND (NEW.met_on, NEW.chair_post_id, NEW.met_due, NEW.met_present, NEW.met_for, NEW.publicity_until)
          IS DISTINCT FROM (OLD.met_on, OLD.chair_post_id, OLD.met_due, OLD.met_present, OLD.met_for, OLD.publicity_until)
       OR OLD.announced_on IS NOT NULL AND (NEW.announced_on, NEW.signer_post_id, NEW.document_number)
          IS DISTINCT FROM (OLD.announced_on, OLD.signer_post_id, OLD.document_number)
       OR OLD.publicity_from IS NOT NULL AND NEW.publicity_from IS DISTINCT FROM OLD.publicity_from
    THEN
        RAISE EXCEPTION 'what was fixed does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_fixed';
    END IF;
    IF OLD.state = NEW.state THEN
        IF (NEW.publicity_until, NEW.met_on) IS DISTINCT FROM (OLD.publicity_until, OLD.met_on) THEN
            RAISE EXCEPTION 'set by a step only' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_by_steps';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.state IN ('confirmed', 'announced')) <> (app.role() = 'director') AND app.role() <> 'operator' THEN
        RAISE EXCEPTION 'not a step of %', app.role() USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_step_of_role';
    END IF;
    CASE NEW.state
    WHEN 'recommending' THEN
        IF NOT EXISTS (SELECT FROM selection_districts d WHERE d.street_id = NEW.street_id AND d.selection_id = NEW.id)
           OR EXISTS (SELECT FROM voter_districts v
                      LEFT JOIN selection_districts d ON d.street_id = v.street_id AND d.selection_id = v.selection_id AND d.district_id = v.id
                      WHERE v.street_id = NEW.street_id AND v.selection_id = NEW.id AND d.seats IS DISTINCT FROM v.quota)
        THEN
            RAISE EXCEPTION 'no plan' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_need_plan';
        END IF;
    WHEN 'publicity' THEN
        IF EXISTS (SELECT FROM selection_candidates c
                   WHERE c.street_id = NEW.street_id AND c.selection_id = NEW.id AND c.dropped_why = '' AND c.vet_result <> 'passed')
           OR NOT EXISTS (SELECT FROM selection_candidates c
                          WHERE c.street_id = NEW.street_id AND c.selection_id = NEW.id AND c.dropped_why = '')
        THEN
            RAISE EXCEPTION 'not all are vetted' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_need_vetting';
        END IF;
    WHEN 'meeting' THEN
        NEW.publicity_until := (SELECT max(d.due_on) FROM deadlines d
                                WHERE d.street_id = NEW.street_id AND d.kind = 'selection' AND d.subject_id = NEW.id AND d.name = 'publicity');
        IF EXISTS (SELECT FROM selection_objections o WHERE o.street_id = NEW.street_id AND o.selection_id = NEW.id AND o.decision = '') THEN
            RAISE EXCEPTION 'an objection waits' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_objections_decided';
        END IF;
    WHEN 'confirming' THEN
        IF EXISTS (SELECT FROM selection_districts d WHERE d.street_id = NEW.street_id AND d.selection_id = NEW.id AND d.held_on IS NULL) THEN
            RAISE EXCEPTION 'a meeting is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_need_meetings';
        END IF;
        -- Computed from the votes: nobody who had more, and enough, was passed over.
        IF EXISTS (SELECT FROM selection_candidates a
                   JOIN selection_districts d ON d.street_id = a.street_id AND d.selection_id = a.selection_id AND d.district_id = a.district_id
                   JOIN selection_candidates b ON b.street_id = a.street_id AND b.selection_id = a.selection_id AND b.district_id = a.district_id
                   WHERE a.street_id = NEW.street_id AND a.selection_id = NEW.id AND a.dropped_why = ''
                     AND b.place IS NOT NULL AND b.id <> a.id
                     AND a.votes * 100 > d.present * NEW.pass_percent
                     AND (a.place IS NULL AND (a.votes, coalesce(a.runoff, 0)) >= (b.votes, coalesce(b.runoff, 0))
                          OR a.place > b.place AND (a.votes, coalesce(a.runoff, 0)) > (b.votes, coalesce(b.runoff, 0))))
           OR EXISTS (SELECT FROM selection_districts d
                      JOIN selection_candidates c ON c.street_id = d.street_id AND c.selection_id = d.selection_id AND c.district_id = d.district_id
                      WHERE d.street_id = NEW.street_id AND d.selection_id = NEW.id AND NOT d.tied AND c.dropped_why = ''
                      GROUP BY d.district_id, d.seats, d.present
                      HAVING count(c.place) < least(d.seats, count(*) FILTER (WHERE c.votes * 100 > d.present * NEW.pass_percent)))
        THEN
            RAISE EXCEPTION 'not as the votes say' USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_as_voted';
        END IF;
    ELSE
    END CASE;
    RETURN NEW;
END $$;
CREATE TRIGGER selections_guard BEFORE INSERT OR UPDATE ON selections FOR EACH ROW EXECUTE FUNCTION app.guard_selection();
CREATE TRIGGER selections_only_in_post BEFORE INSERT OR UPDATE ON selections
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');
CREATE TRIGGER selections_all_due BEFORE INSERT OR UPDATE ON selections
    FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER selections_only_signed_in_post BEFORE INSERT OR UPDATE ON selections
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signer_post_id', 'announced_on', 'self');

-- What belongs to a selection changes in its own steps only. TG_ARGV are the
-- states in which a row may come, and those in which it may change.
CREATE FUNCTION app.guard_selection_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    part jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    at   text;
BEGIN
    SELECT s.state INTO at FROM selections s
    WHERE s.street_id = (part ->> 'street_id')::bigint AND s.id = (part ->> 'selection_id')::bigint;
    IF at IS NULL OR at <> ALL (string_to_array(TG_ARGV[CASE WHEN TG_OP = 'UPDATE' THEN 1 ELSE 0 END], ' '))
       OR TG_OP = 'UPDATE' AND (to_jsonb(OLD) ->> 'selection_id') IS DISTINCT FROM (part ->> 'selection_id')
    THEN
        RAISE EXCEPTION '% of a selection cannot change in its state %', TG_TABLE_NAME, at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'selections_parts_in_time', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER voter_districts_in_time BEFORE INSERT OR UPDATE OR DELETE ON voter_districts
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'plan');
CREATE TRIGGER selection_targets_in_time BEFORE INSERT OR UPDATE OR DELETE ON selection_targets
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'plan');
CREATE TRIGGER selection_districts_in_time BEFORE INSERT OR UPDATE OR DELETE ON selection_districts
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'meeting');
CREATE TRIGGER selection_candidates_in_time BEFORE INSERT OR UPDATE ON selection_candidates
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('recommending', 'recommending vetting publicity meeting');
CREATE TRIGGER selection_objections_in_time BEFORE INSERT OR UPDATE ON selection_objections
    FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('publicity', 'publicity');

CREATE FUNCTION app.guard_selection_meeting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.seats, NEW.district_id) IS DISTINCT FROM (OLD.seats, OLD.district_id)
       OR NEW.seats > (SELECT v.quota FROM voter_districts v WHERE v.street_id = NEW.street_id AND v.id = NEW.district_id)
    THEN
        RAISE EXCEPTION 'more seats than the quota' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_districts_within_quota';
    END IF;
    IF NEW.held_on <= (SELECT s.publicity_until FROM selections s WHERE s.street_id = NEW.street_id AND s.id = NEW.selection_id) THEN
        RAISE EXCEPTION 'the meeting is after the publicity' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_districts_after_publicity';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER selection_districts_guard BEFORE INSERT OR UPDATE ON selection_districts FOR EACH ROW EXECUTE FUNCTION app.guard_selection_meeting();

CREATE FUNCTION app.guard_candidate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    d record;
BEGIN
    IF NEW.vet_result = 'passed' AND NOT coalesce(
        (SELECT p.born <= extract(year FROM NEW.vet_on) - 18 FROM people p WHERE p.street_id = NEW.street_id AND p.id = NEW.person_id), false)
    THEN
        RAISE EXCEPTION 'a voter representative is 18 or older' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_candidates_of_age';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.person_id, NEW.district_id) IS DISTINCT FROM (OLD.person_id, OLD.district_id) THEN
        RAISE EXCEPTION 'another candidate is another row' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_candidates_same_person';
    END IF;
    IF NEW.votes IS NULL AND NEW.place IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT sd.seats, sd.present, s.pass_percent INTO d
    FROM selection_districts sd
    JOIN selections s ON s.street_id = sd.street_id AND s.id = sd.selection_id
    WHERE sd.street_id = NEW.street_id AND sd.selection_id = NEW.selection_id AND sd.district_id = NEW.district_id;
    IF d.present IS NULL OR NEW.votes > d.present OR NEW.runoff > d.present THEN
        RAISE EXCEPTION 'more votes than voters' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_candidates_votes_of_present';
    END IF;
    IF NEW.place IS NOT NULL AND (NEW.place > d.seats OR NEW.votes * 100 <= d.present * d.pass_percent) THEN
        RAISE EXCEPTION 'not enough votes or seats' USING ERRCODE = 'check_violation', CONSTRAINT = 'selection_candidates_pass';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER selection_candidates_guard BEFORE INSERT OR UPDATE ON selection_candidates FOR EACH ROW EXECUTE FUNCTION app.guard_candidate();

-- Nobody is in office but through a confirmed selection, and what was confirmed
-- does not change: a term can only end, once.
CREATE FUNCTION app.guard_voter_representative() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{announced_on,certificate_number,certificate_on,ended_on,ended_why,ended_note,version,modified_at}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free
           OR OLD.ended_on IS NOT NULL AND (NEW.ended_on, NEW.ended_why, NEW.ended_note) IS DISTINCT FROM (OLD.ended_on, OLD.ended_why, OLD.ended_note)
           OR OLD.announced_on IS NOT NULL AND NEW.announced_on IS DISTINCT FROM OLD.announced_on
           OR OLD.certificate_on IS NOT NULL AND (NEW.certificate_on, NEW.certificate_number) IS DISTINCT FROM (OLD.certificate_on, OLD.certificate_number)
        THEN
            RAISE EXCEPTION 'what was confirmed does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'voter_representatives_fixed';
        END IF;
        IF NEW.announced_on IS DISTINCT FROM OLD.announced_on AND NOT EXISTS (
            SELECT FROM selections s WHERE s.street_id = NEW.street_id AND s.id = NEW.selection_id AND s.announced_on = NEW.announced_on)
        THEN
            RAISE EXCEPTION 'announced with the selection' USING ERRCODE = 'check_violation', CONSTRAINT = 'voter_representatives_announced';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.ended_on IS NOT NULL OR NEW.announced_on IS NOT NULL OR NOT EXISTS (
        SELECT FROM selection_candidates c
        JOIN selections s ON s.street_id = c.street_id AND s.id = c.selection_id
        JOIN voter_districts v ON v.street_id = c.street_id AND v.id = c.district_id
        WHERE c.street_id = NEW.street_id AND c.id = NEW.candidate_id
          AND c.selection_id = NEW.selection_id AND c.district_id = NEW.district_id AND c.person_id = NEW.person_id
          AND c.place IS NOT NULL
          AND s.state = 'confirmed' AND NEW.since >= s.met_on AND NEW.since >= s.term_from AND NEW.until_on = s.term_until
          AND NEW.seat BETWEEN 1 AND v.quota)
    THEN
        RAISE EXCEPTION 'nobody is in office but through a confirmed selection'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'voter_representatives_confirmed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER voter_representatives_guard BEFORE INSERT OR UPDATE ON voter_representatives
    FOR EACH ROW EXECUTE FUNCTION app.guard_voter_representative();

ALTER TABLE selections            ENABLE ROW LEVEL SECURITY;
ALTER TABLE selections            FORCE  ROW LEVEL SECURITY;
ALTER TABLE voter_districts       ENABLE ROW LEVEL SECURITY;
ALTER TABLE voter_districts       FORCE  ROW LEVEL SECURITY;
ALTER TABLE selection_targets     ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_targets     FORCE  ROW LEVEL SECURITY;
ALTER TABLE selection_districts   ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_districts   FORCE  ROW LEVEL SECURITY;
ALTER TABLE selection_candidates  ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_candidates  FORCE  ROW LEVEL SECURITY;
ALTER TABLE selection_objections  ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_objections  FORCE  ROW LEVEL SECURITY;
ALTER TABLE voter_representatives ENABLE ROW LEVEL SECURITY;
ALTER TABLE voter_representatives FORCE  ROW LEVEL SECURITY;

-- The street's and the city's desks read; the street's office writes, and the
-- director confirms. Others see what is public.
CREATE POLICY by_desk ON selections FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member',
                                       'staff', 'party_reader', 'counter', 'clerk', 'operator'));
CREATE POLICY by_announced ON selections FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('voter_rep', 'liaison', 'deputy', 'group_leader')
           AND (state = 'publicity' OR announced_on IS NOT NULL));
CREATE POLICY by_public ON selections FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND (state = 'publicity' OR announced_on IS NOT NULL));
CREATE POLICY opened_by_office ON selections FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY moved_by_street ON selections FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'operator'));

CREATE POLICY with_selection ON voter_districts FOR SELECT
    USING (EXISTS (SELECT FROM selections s WHERE s.street_id = voter_districts.street_id AND s.id = voter_districts.selection_id));
CREATE POLICY by_office ON voter_districts TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY with_selection ON selection_targets FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM selections s WHERE s.street_id = selection_targets.street_id AND s.id = selection_targets.selection_id));
CREATE POLICY by_office ON selection_targets TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY with_selection ON selection_districts FOR SELECT
    USING (EXISTS (SELECT FROM selections s WHERE s.street_id = selection_districts.street_id AND s.id = selection_districts.selection_id));
CREATE POLICY by_office ON selection_districts TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));

CREATE POLICY by_desk ON selection_candidates FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member',
                                       'staff', 'party_reader', 'counter', 'operator'));
CREATE POLICY by_office ON selection_candidates TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));
CREATE POLICY by_public ON selection_candidates FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND dropped_why = ''
           AND EXISTS (SELECT FROM selections s
                       WHERE s.street_id = selection_candidates.street_id AND s.id = selection_candidates.selection_id AND s.state = 'publicity'));

CREATE POLICY by_deciders ON selection_objections FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'deputy_director', 'operator'));
CREATE POLICY by_office ON selection_objections TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'operator'));

-- A set of streets instead of an array, and a value instead of EXISTS below: so
-- PostgreSQL reads a list along its index instead of gathering everything first.
CREATE POLICY by_desk ON voter_representatives FOR SELECT TO portal_app
    USING (street_id IN (SELECT unnest(app.streets()))
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member',
                                       'staff', 'party_reader', 'liaison', 'deputy', 'group_leader', 'counter', 'clerk', 'operator'));
CREATE POLICY by_self ON voter_representatives FOR SELECT TO portal_app
    USING ((SELECT app.role()) = 'voter_rep' AND street_id = (SELECT app.street())
           AND coalesce((SELECT true FROM people p
                         WHERE p.street_id = voter_representatives.street_id AND p.id = voter_representatives.person_id
                           AND p.user_id = (SELECT app.user_id())), false));
CREATE POLICY by_public ON voter_representatives FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND announced_on IS NOT NULL AND ended_on IS NULL);
CREATE POLICY confirmed_by_director ON voter_representatives FOR INSERT TO portal_app
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('director', 'operator'));
CREATE POLICY kept_by_street ON voter_representatives FOR UPDATE TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND (SELECT app.role()) IN ('staff', 'director', 'operator'));

GRANT SELECT, INSERT, UPDATE ON selections, selection_candidates, selection_objections, voter_representatives TO portal_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON voter_districts, selection_targets, selection_districts TO portal_app;
GRANT SELECT (id, street_id, kind, term, term_from, term_until, state, publicity_from, announced_on, document_number) ON selections TO portal_public;
GRANT SELECT (id, street_id, selection_id, position, name, area, quota) ON voter_districts TO portal_public;
GRANT SELECT (street_id, selection_id, district_id, seats) ON selection_districts TO portal_public;
GRANT SELECT (id, street_id, selection_id, district_id, person_id, dropped_why) ON selection_candidates TO portal_public;
GRANT SELECT (id, street_id, person_id, selection_id, district_id, seat, since, until_on, announced_on, ended_on) ON voter_representatives TO portal_public;

-- The least that residents need of a person (PIPL): name and sex, while the
-- publicity runs or the person is in office.
CREATE POLICY by_voter_representative ON people FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public'
           AND coalesce((SELECT true FROM voter_representatives r WHERE r.street_id = people.street_id AND r.person_id = people.id LIMIT 1),
                        (SELECT true FROM selection_candidates c WHERE c.street_id = people.street_id AND c.person_id = people.id LIMIT 1), false));

-- The clock of the publicity.
CREATE POLICY by_selection ON deadlines TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND kind = 'selection'
           AND (SELECT true FROM selections s WHERE s.street_id = deadlines.street_id AND s.id = deadlines.subject_id));
CREATE POLICY by_selection_public ON deadlines FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND kind = 'selection'
           AND (SELECT true FROM selections s WHERE s.street_id = deadlines.street_id AND s.id = deadlines.subject_id));

END;
