-- The schema as it stands after all migrations. Written by make generate: change a migration, not this file.

-- Functions; their bodies stand in the migrations.
CREATE FUNCTION app.act_begins() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.acting_post(street bigint, on_day date) RETURNS bigint LANGUAGE plpgsql;
CREATE FUNCTION app.activity_is_covered(a activities) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.add_choices(street bigint, poll bigint, chosen text[]) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.added_by_import(which text, street bigint, subject bigint) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.answer_call(street bigint, gathering bigint, why text, at timestamp with time zone) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.answer_plan_ideas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.appointee_changes() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.appointment_carried_out() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.appointment_complete(was text, f appointments) RETURNS void LANGUAGE plpgsql;
CREATE FUNCTION app.appointment_moves() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.arrive(street bigint, gathering bigint, typed text, way text, at timestamp with time zone, OUT result text, OUT arrived timestamp with time zone) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.attendance_outcome(a attendances, g gatherings) RETURNS text LANGUAGE plpgsql;
CREATE FUNCTION app.attendance_settled(street bigint, gathering bigint, of_street bigint, day date) RETURNS boolean LANGUAGE sql SECURITY DEFINER;
CREATE FUNCTION app.begin_with_deputy() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.calendar_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.called_from(street bigint, team text, on_day date) RETURNS TABLE(person_id bigint, name text, duty text, deputy_id bigint) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.cancel_poll(street bigint, poll bigint, reason text, at timestamp with time zone) RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.cast_ballot(poll bigint, chosen text[]) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.cast_slip(poll bigint, code bytea, chosen text[]) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.catch_up_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.change_takes_force() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.city() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.city_role() RETURNS boolean LANGUAGE sql;
CREATE FUNCTION app.clause_stands(in_city bigint, of_street bigint, rule bigint, no integer, sub integer, on_day date) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.close_poll(street bigint, poll bigint, at timestamp with time zone) RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.co_handlers_left(street bigint, suggestion bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.community() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.community_unused() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.conclude_gathering() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.confirms_performance() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.conflicts(street bigint, expert bigint, named text) RETURNS SETOF text LANGUAGE sql;
CREATE FUNCTION app.covering_matter(street bigint, about text, how text, whom text, on_day date) RETURNS bigint LANGUAGE plpgsql;
CREATE FUNCTION app.decides_suggestion(class text) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.deputy() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.due_as_member(a attendances, g gatherings) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.end_acting_heads() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.end_activity() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.end_with_deputy() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.enter_count(street bigint, poll bigint, pass integer, who text, gathered integer, counted text[]) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.expert_since_certified() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.expert_term_stays() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.expert_work_fits() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.feed_at(given bytea) RETURNS SETOF feeds LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.feed_events(given bytea, since date) RETURNS TABLE(kind text, id bigint, station_id bigint, sequence integer, title text, place text, organiser text, starts_at timestamp with time zone, ends_at timestamp with time zone, cancelled boolean, modified_at timestamp with time zone) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.feed_name(given bytea, OUT kind text, OUT name text) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.follow_membership() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.found_groups() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.gathering_at(given text, OUT street bigint, OUT gathering bigint) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.gathering_present(street bigint, gathering bigint, OUT due integer, OUT present integer, OUT here integer) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.grams(name text, work text) RETURNS SETOF text LANGUAGE sql;
CREATE FUNCTION app.group_name(kind text) RETURNS text LANGUAGE sql;
CREATE FUNCTION app.guard_act() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_activity() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_activity_finding() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_activity_forwarding() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_activity_statement() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_candidate() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_deputy() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_deputy_report() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_election() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_feed() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_gathering() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_ground() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_ground_of_street() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_mandate() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_mandate_matter() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_mandate_report() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_mandate_request() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_mandate_street() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_mandate_version() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_meeting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_meeting_list() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_meeting_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_minutes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_opinion() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_opinion_promise() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_opinion_promise_extension() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_dispute() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_publication() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_published() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_scheme() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_scheme_item() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_supplement() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_performance_supplement_deputy() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_change() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_consultation() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_decision() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_filing() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_idea() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_item() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_point() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_progress() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_plan_summary() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_poll() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_poll_part() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_poll_voter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_recusal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_remote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_report_remark() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_report_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_selection() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_selection_meeting() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_selection_part() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_extension() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_lead() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_promise() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_rating() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_signer() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_suggestion_word() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_task() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_topic() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_training() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_training_participant() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_training_question() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_voice() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_vote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.guard_voter_representative() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.guard_year_item() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.held_gathering(street bigint, gathering bigint) RETURNS gatherings LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.held_poll(street bigint, poll bigint) RETURNS polls LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.holds_power(street bigint, post bigint, power text, on_day date) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.import_goes_on() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.index_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.index_suggestion() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.is_participant(street bigint, person bigint) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.issue_slips(street bigint, poll bigint, voters bigint[], codes bytea[], renew boolean) RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.issues(city bigint, street bigint) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.joined_suggestions() RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.keep_acting_head() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keep_delegation() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keep_meeting_plan() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keep_meeting_year() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.keep_paper() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keep_plan_edition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.keep_planned_year() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.keep_post_ending() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.keeps_activities() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.keeps_gatherings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.keeps_meetings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.keeps_trainings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.kept_poll(street bigint, poll bigint) RETURNS polls LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.leave_reasons(gathering bigint) RETURNS TABLE(attendance_id bigint, why text, note text) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.led_deputies() RETURNS bigint[] LANGUAGE plpgsql;
CREATE FUNCTION app.led_gatherings() RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.led_groups() RETURNS bigint[] LANGUAGE plpgsql;
CREATE FUNCTION app.live_matter(street bigint, about text, how text, whom text, on_day date, within bigint) RETURNS bigint LANGUAGE plpgsql;
CREATE FUNCTION app.mandate_stands(in_street bigint, mandate bigint, on_day date) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.may_move_activity(was text, is_now text) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.may_move_suggestion(class text, was text, is_now text) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.may_preside(street bigint, post bigint, on_day date) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.may_step(steps text[], was text, is_now text) RETURNS boolean LANGUAGE sql;
CREATE FUNCTION app.meeting_covered(street bigint, meeting bigint, on_day date) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_gap(street bigint, kind text, gathering bigint, on_day date) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_listed(street bigint, gathering bigint) RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_members(street bigint, kind text, on_day date) RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_now(meeting bigint, OUT due bigint, OUT present bigint) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_present(street bigint, gathering bigint, at timestamp with time zone, OUT due bigint, OUT present bigint) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_surplus(street bigint, kind text, gathering bigint, on_day date) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.meeting_voted(meeting bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.members_on(street bigint, on_day date) RETURNS integer LANGUAGE plpgsql;
CREATE FUNCTION app.merge_is_history() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.merge_is_recorded() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.merged_say_the_same() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.mix_poll(street bigint, poll bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.more_than(base bigint, num bigint, den bigint) RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.names_same(a text, b text) RETURNS boolean LANGUAGE sql;
CREATE FUNCTION app.note_activity_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.note_plan_progress() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.note_signer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.note_suggestion_unit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.note_unit() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.number_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.of_city() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.officer_confirmation_fits() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.officer_post_stays() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.on_duty_in_office() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_all_due() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_clause_in_force() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_core_rule() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_in_draft() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_in_post() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_matter_of_street() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_members_lead() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.only_planned_item() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.only_presiding() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.open_first_memberships() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.own_attendance(street bigint, gathering bigint) RETURNS attendances LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.own_gatherings() RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.own_people() RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.own_polls() RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.own_votes() RETURNS TABLE(street_id bigint, poll_id bigint, voter_id bigint, channel text, took_part boolean) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.paper_prefix(city bigint, street bigint) RETURNS text LANGUAGE plpgsql;
CREATE FUNCTION app.performance_cells(street bigint, from_on date, to_on date) RETURNS TABLE(deputy_id bigint, class text, done integer, due integer, excused integer, tenths integer) LANGUAGE sql;
CREATE FUNCTION app.place_deputy() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.plan_state(street bigint, plan bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.plan_takes_ideas(street bigint, of_year integer) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.plans_group(street bigint, grp bigint) RETURNS boolean LANGUAGE sql;
CREATE FUNCTION app.poll_options(scale text) RETURNS text[] LANGUAGE plpgsql;
CREATE FUNCTION app.poll_result(street bigint, poll bigint) RETURNS TABLE(number integer, option text, votes integer) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.poll_sums(street bigint, poll bigint) RETURNS TABLE(number integer, option text, votes integer) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.poll_turnout(street bigint, poll bigint, OUT circle integer, OUT signed integer, OUT slips integer, OUT used integer, OUT papers integer, OUT collected integer, OUT counts integer) RETURNS record LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.post_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.published_rating(report bigint) RETURNS TABLE(number integer, question text, option text, votes integer, circle integer, ballots integer) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.publishes_performance() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.query_hash() RETURNS bytea LANGUAGE sql;
CREATE FUNCTION app.reads_gatherings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.reads_mandates() RETURNS boolean LANGUAGE sql;
CREATE FUNCTION app.reads_meetings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.reads_performance() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.reads_trainings() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.reopen_plan_ideas() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.replay_ballots(street bigint, poll bigint, options text[], asked integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.role() RETURNS text LANGUAGE sql;
CREATE FUNCTION app.score_training_test() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.sees_institution(city bigint, street bigint, opened boolean) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.sees_plan(consulted date, passed date, filed date, issued date) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.sees_poll(street bigint, poll bigint) RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.session_changed() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.settle_acts() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.settle_attendance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.sign_in_to_training(street bigint, training bigint, typed text, at timestamp with time zone) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.slip_questions(poll bigint, given bytea) RETURNS TABLE(title text, committee text, state text, used boolean, number integer, question text, scale text) LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.step_institution() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.step_plan() RETURNS trigger LANGUAGE plpgsql;
CREATE FUNCTION app.street() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.street_account(street bigint, of_login text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.streets() RETURNS bigint[] LANGUAGE plpgsql;
CREATE FUNCTION app.suggestion_signers_of(street bigint, suggestion bigint) RETURNS SETOF bigint LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.supplements_performance() RETURNS boolean LANGUAGE plpgsql;
CREATE FUNCTION app.training_state(street bigint, training bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.unit() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.unit_unused() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.user_id() RETURNS bigint LANGUAGE sql;
CREATE FUNCTION app.void_signatures() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.voted_and_left(vote meeting_votes, at timestamp with time zone) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER;
CREATE FUNCTION app.withdrawal_takes_force() RETURNS trigger LANGUAGE plpgsql;

CREATE TABLE acting_heads (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    post_id bigint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    document text NOT NULL,
    creator text NOT NULL,
    ended_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT acting_heads_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT acting_heads_key_once UNIQUE (street_id, key),
    CONSTRAINT acting_heads_post FOREIGN KEY (street_id, post_id) REFERENCES posts(street_id, id),
    CONSTRAINT acting_heads_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT acting_heads_one_at_a_time EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, daterange(from_on, until_on) WITH &&),
    CONSTRAINT acting_heads_document_filled CHECK (((document <> ''::text) AND (length(document) <= 100))),
    CONSTRAINT acting_heads_ended_why_short CHECK ((length(ended_why) <= 500)),
    CONSTRAINT acting_heads_until_after_from CHECK ((until_on >= from_on))
);
COMMENT ON TABLE acting_heads IS 'Who heads a street''s committee while its post of director is vacant. It holds only on days without a director in post, while the deputy director is in post.';
COMMENT ON COLUMN acting_heads.post_id IS 'The deputy director''s term.';
COMMENT ON COLUMN acting_heads.until_on IS 'The first day on which it no longer holds; NULL: until a director comes into post.';
COMMENT ON COLUMN acting_heads.document IS 'The paper that says so, with its number.';
COMMENT ON COLUMN acting_heads.ended_why IS 'Why it ended before its time.';
CREATE INDEX acting_heads_of_post ON acting_heads USING btree (street_id, post_id);
CREATE TRIGGER acting_heads_kept BEFORE INSERT OR UPDATE ON acting_heads FOR EACH ROW EXECUTE FUNCTION app.keep_acting_head();
ALTER TABLE acting_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE acting_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON acting_heads FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY ended_by_city ON acting_heads FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY ended_with_post ON acting_heads FOR ALL
    USING (true)
    WITH CHECK (true);
CREATE POLICY noted_by_city ON acting_heads FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT ON acting_heads TO portal_app;
GRANT UPDATE (until_on, ended_why) ON acting_heads TO portal_app;

CREATE TABLE activities (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    class text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN (kind = ANY (ARRAY['inspection'::text, 'study'::text])) THEN 'inspection'::text
    WHEN (kind = 'appraisal'::text) THEN 'appraisal'::text
    ELSE 'other'::text
END) STORED,
    title text NOT NULL,
    purpose text NOT NULL DEFAULT ''::text,
    themes text[] NOT NULL DEFAULT '{}'::text[],
    group_id bigint,
    parent_id bigint,
    partners bigint[] NOT NULL DEFAULT '{}'::bigint[],
    outside_plan_reason text NOT NULL DEFAULT ''::text,
    supervises boolean NOT NULL,
    subject text NOT NULL DEFAULT ''::text,
    unit_id bigint,
    act_id bigint,
    concentrated boolean NOT NULL DEFAULT false,
    place text NOT NULL,
    held_on date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    gathering_id bigint,
    state text NOT NULL DEFAULT 'draft'::text,
    returned_why text NOT NULL DEFAULT ''::text,
    approver_post_id bigint,
    approved_on date,
    notified_on date,
    survey text NOT NULL DEFAULT ''::text,
    visited text NOT NULL DEFAULT ''::text,
    summary text NOT NULL DEFAULT ''::text,
    report text NOT NULL DEFAULT ''::text,
    reported_on date,
    number text NOT NULL DEFAULT ''::text,
    forward_post_id bigint,
    forwarded_on date,
    units bigint[] NOT NULL DEFAULT '{}'::bigint[],
    unforwarded_why text NOT NULL DEFAULT ''::text,
    archived_on date,
    cancelled_why text NOT NULL DEFAULT ''::text,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    plan_item_id bigint,
    entered boolean NOT NULL DEFAULT false,
    CONSTRAINT activities_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT activities_act_once UNIQUE (street_id, act_id),
    CONSTRAINT activities_key_once UNIQUE (street_id, key),
    CONSTRAINT activities_act FOREIGN KEY (street_id, act_id) REFERENCES mandate_acts(street_id, id),
    CONSTRAINT activities_approver FOREIGN KEY (street_id, approver_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT activities_forwarder FOREIGN KEY (street_id, forward_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT activities_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings(street_id, id),
    CONSTRAINT activities_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT activities_parent FOREIGN KEY (street_id, parent_id) REFERENCES activities(street_id, id),
    CONSTRAINT activities_plan_item FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items(street_id, id),
    CONSTRAINT activities_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT activities_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT activities_act_of_supervision CHECK (
CASE state
    WHEN 'draft'::text THEN (act_id IS NULL)
    WHEN 'cancelled'::text THEN true
    ELSE (supervises = (act_id IS NOT NULL))
END),
    CONSTRAINT activities_approved CHECK (((entered OR ((approver_post_id IS NULL) = (approved_on IS NULL))) AND ((state = ANY (ARRAY['draft'::text, 'approval'::text, 'cancelled'::text])) OR (approved_on IS NOT NULL)) AND ((state <> ALL (ARRAY['draft'::text, 'approval'::text])) OR (approved_on IS NULL)))),
    CONSTRAINT activities_archived CHECK (((state = 'archived'::text) = (archived_on IS NOT NULL))),
    CONSTRAINT activities_called CHECK (((state = ANY (ARRAY['draft'::text, 'approval'::text, 'approved'::text, 'cancelled'::text])) OR ((notified_on IS NOT NULL) AND (gathering_id IS NOT NULL)))),
    CONSTRAINT activities_cancelled_with_reason CHECK (((state = 'cancelled'::text) = (cancelled_why <> ''::text))),
    CONSTRAINT activities_concentrated CHECK (((NOT concentrated) OR (kind = 'inspection'::text))),
    CONSTRAINT activities_day_of_start CHECK ((held_on = ((starts_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT activities_end_after_start CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '31 days'::interval)))),
    CONSTRAINT activities_forwarded CHECK ((((forwarded_on IS NULL) = (forward_post_id IS NULL)) AND ((state <> 'forwarded'::text) OR (forwarded_on IS NOT NULL)) AND ((forwarded_on IS NULL) OR (reported_on IS NOT NULL)))),
    CONSTRAINT activities_kind_known CHECK ((kind = ANY (ARRAY['inspection'::text, 'study'::text, 'appraisal'::text, 'law_check'::text, 'day'::text, 'week'::text, 'walk'::text, 'enterprise'::text, 'training'::text, 'forum'::text, 'report_back'::text, 'other'::text]))),
    CONSTRAINT activities_no_own_part CHECK ((((parent_id <> id) AND (kind <> 'week'::text)) OR (parent_id IS NULL))),
    CONSTRAINT activities_outside_plan_short CHECK ((length(outside_plan_reason) <= 200)),
    CONSTRAINT activities_partners_few CHECK (((cardinality(partners) <= 40) AND (NOT (street_id = ANY (partners))))),
    CONSTRAINT activities_place_filled CHECK (((place <> ''::text) AND (length(place) <= 100))),
    CONSTRAINT activities_planned_or_reason CHECK ((entered OR ((plan_item_id IS NULL) = (outside_plan_reason <> ''::text)))),
    CONSTRAINT activities_recorded CHECK (((state <> ALL (ARRAY['recorded'::text, 'reported'::text, 'forwarded'::text, 'archived'::text])) OR (summary <> ''::text))),
    CONSTRAINT activities_reported CHECK ((((reported_on IS NOT NULL) = (report <> ''::text)) AND ((state <> ALL (ARRAY['reported'::text, 'forwarded'::text])) OR (reported_on IS NOT NULL)))),
    CONSTRAINT activities_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'approval'::text, 'approved'::text, 'notified'::text, 'open'::text, 'held'::text, 'recorded'::text, 'reported'::text, 'forwarded'::text, 'archived'::text, 'cancelled'::text]))),
    CONSTRAINT activities_subject_known CHECK ((subject = ANY (ARRAY[''::text, 'hear_report'::text, 'budget'::text, 'law_check'::text, 'appraisal'::text, 'inquiry'::text, 'other'::text]))),
    CONSTRAINT activities_supervise_whom CHECK (((supervises = (unit_id IS NOT NULL)) AND (supervises = (subject <> ''::text)))),
    CONSTRAINT activities_supervision_kinds CHECK ((((kind <> ALL (ARRAY['appraisal'::text, 'law_check'::text])) OR supervises) AND ((NOT supervises) OR (kind = ANY (ARRAY['inspection'::text, 'appraisal'::text, 'law_check'::text]))))),
    CONSTRAINT activities_texts_short CHECK (((length(purpose) <= 2000) AND (length(returned_why) <= 500) AND (length(survey) <= 4000) AND (length(visited) <= 1000) AND (length(summary) <= 4000) AND (length(report) <= 8000) AND (length(unforwarded_why) <= 500) AND (length(cancelled_why) <= 500))),
    CONSTRAINT activities_themes_short CHECK (((cardinality(themes) <= 10) AND (length(array_to_string(themes, ''::text)) <= 200))),
    CONSTRAINT activities_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON COLUMN activities.class IS 'The statistic class: 视察调研 is 视察 and 专题调研, 工作评议 itself, all else other.';
COMMENT ON COLUMN activities.parent_id IS 'The 人大活动周 it is part of: a week counts once, its parts do not count.';
COMMENT ON COLUMN activities.partners IS 'Other streets that take part: a joint activity counts once, for the street whose row it is.';
COMMENT ON COLUMN activities.outside_plan_reason IS 'Why it is not in the annual plan (计划外).';
COMMENT ON COLUMN activities.supervises IS 'An act of supervision (hard rule 2): 工作评议 and 执法检查 always, 视察 where it supervises a unit.';
COMMENT ON COLUMN activities.act_id IS 'The act of supervision that a live authorisation covers; made when it is sent for approval, and another for another day.';
COMMENT ON COLUMN activities.concentrated IS '集中视察: notice ten days ahead.';
COMMENT ON COLUMN activities.held_on IS 'The day of starts_at in Asia/Shanghai: the day by which it counts.';
COMMENT ON COLUMN activities.units IS 'Every unit that the report was forwarded to, kept by a trigger: who may see it is told from the row alone.';
COMMENT ON COLUMN activities.unforwarded_why IS 'Why a report that units ought to get was forwarded to none.';
COMMENT ON COLUMN activities.entered IS 'Entered by the operator from a register of the past.';
CREATE INDEX activities_by_id ON activities USING btree (id);
CREATE INDEX activities_joint ON activities USING gin (partners) WHERE (partners <> '{}'::bigint[]);
CREATE INDEX activities_newest ON activities USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX activities_newest_anywhere ON activities USING btree (held_on DESC, id DESC);
CREATE INDEX activities_of_class ON activities USING btree (street_id, class, held_on DESC, id DESC);
CREATE INDEX activities_of_group ON activities USING btree (street_id, group_id, held_on DESC) WHERE (group_id IS NOT NULL);
CREATE INDEX activities_of_item ON activities USING btree (street_id, plan_item_id) WHERE (plan_item_id IS NOT NULL);
CREATE INDEX activities_of_kind ON activities USING btree (street_id, kind, held_on DESC, id DESC);
CREATE INDEX activities_parts ON activities USING btree (street_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX activities_running ON activities USING btree (street_id, held_on) WHERE (state <> ALL (ARRAY['archived'::text, 'cancelled'::text]));
CREATE TRIGGER activities_approved_in_post BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.only_in_post('approver_post_id', 'approved_on', 'self');
CREATE TRIGGER activities_ended BEFORE UPDATE ON activities FOR EACH ROW WHEN (((new.state <> old.state) AND (new.state = ANY (ARRAY['held'::text, 'archived'::text, 'cancelled'::text])))) EXECUTE FUNCTION app.end_activity();
CREATE TRIGGER activities_forwarded_in_post BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.only_in_post('forward_post_id', 'forwarded_on', 'self');
CREATE TRIGGER activities_guarded BEFORE INSERT OR UPDATE ON activities FOR EACH ROW EXECUTE FUNCTION app.guard_activity();
CREATE TRIGGER activities_in_plan BEFORE INSERT OR UPDATE OF plan_item_id ON activities FOR EACH ROW EXECUTE FUNCTION app.only_planned_item('held_on');
CREATE TRIGGER activities_stay_in_plan BEFORE UPDATE ON activities FOR EACH ROW WHEN (((new.held_on <> old.held_on) AND (new.plan_item_id IS NOT NULL))) EXECUTE FUNCTION app.keep_planned_year();
ALTER TABLE activities ENABLE ROW LEVEL SECURITY;
ALTER TABLE activities FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON activities FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text, 'counter'::text, 'clerk'::text])) THEN true
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'member'::text, 'party_reader'::text])) THEN (approved_on IS NOT NULL)
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) THEN (notified_on IS NOT NULL)
    WHEN (( SELECT app.role() AS role) = 'unit'::text) THEN ((( SELECT app.unit() AS unit) = ANY (units)) OR ((unit_id = ( SELECT app.unit() AS unit)) AND (notified_on IS NOT NULL)))
    WHEN (( SELECT app.role() AS role) = 'office_dispatch'::text) THEN (units <> '{}'::bigint[])
    ELSE false
END));
CREATE POLICY by_leader ON activities FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[]))));
CREATE POLICY by_partner ON activities FOR SELECT
    USING (((( SELECT app.street() AS street) = ANY (partners)) AND (notified_on IS NOT NULL) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'deputy'::text, 'group_leader'::text]))));
CREATE POLICY by_public ON activities FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (state = 'archived'::text)));
CREATE POLICY guarded ON activities FOR ALL
    USING (true);
CREATE POLICY kept_by_keeper ON activities FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_activities() AS keeps_activities)));
CREATE POLICY kept_by_leader ON activities FOR UPDATE
    USING (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[]))));
CREATE POLICY planned_by_keeper ON activities FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_activities() AS keeps_activities)));
CREATE POLICY planned_by_leader ON activities FOR INSERT
    WITH CHECK (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[]))));
GRANT INSERT, SELECT, UPDATE ON activities TO portal_app;
GRANT SELECT (id, street_id, kind, class, title, themes, parent_id, place, held_on, starts_at, ends_at, state, visited, archived_on) ON activities TO portal_public;

CREATE TABLE activity_findings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    no integer NOT NULL,
    text text NOT NULL,
    CONSTRAINT activity_findings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT activity_findings_no UNIQUE (street_id, activity_id, no),
    CONSTRAINT activity_findings_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities(street_id, id),
    CONSTRAINT activity_findings_number CHECK (((no >= 1) AND (no <= 50))),
    CONSTRAINT activity_findings_text CHECK (((text <> ''::text) AND (length(text) <= 500)))
);
COMMENT ON TABLE activity_findings IS 'What deputies found and suggest; of an appraisal, the list of opinions. Deputies do not settle it themselves (DEP31).';
CREATE TRIGGER activity_findings_guarded BEFORE INSERT OR DELETE OR UPDATE ON activity_findings FOR EACH ROW EXECUTE FUNCTION app.guard_activity_finding();
ALTER TABLE activity_findings ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_findings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON activity_findings FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_activities() AS keeps_activities)));
CREATE POLICY by_leader ON activity_findings FOR ALL
    USING (((street_id = ( SELECT app.street() AS street)) AND (EXISTS ( SELECT
   FROM activities a
  WHERE ((a.street_id = activity_findings.street_id) AND (a.id = activity_findings.activity_id) AND (a.group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[])))))));
CREATE POLICY with_activity ON activity_findings FOR SELECT
    USING ((EXISTS ( SELECT
   FROM activities a
  WHERE ((a.street_id = activity_findings.street_id) AND (a.id = activity_findings.activity_id)))));
GRANT DELETE, INSERT, SELECT ON activity_findings TO portal_app;

CREATE TABLE activity_forwardings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    content text NOT NULL,
    sent_on date NOT NULL,
    due_on date NOT NULL,
    answer text NOT NULL DEFAULT ''::text,
    answered_at timestamp with time zone,
    answered_how text NOT NULL DEFAULT ''::text,
    answerer text NOT NULL DEFAULT ''::text,
    rectify_by date,
    rectification text NOT NULL DEFAULT ''::text,
    rectified_at timestamp with time zone,
    rectified_how text NOT NULL DEFAULT ''::text,
    rectifier text NOT NULL DEFAULT ''::text,
    waived_why text NOT NULL DEFAULT ''::text,
    waived_at timestamp with time zone,
    CONSTRAINT activity_forwardings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT activity_forwardings_unit_once UNIQUE (street_id, activity_id, unit_id),
    CONSTRAINT activity_forwardings_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities(street_id, id),
    CONSTRAINT activity_forwardings_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT activity_forwardings_answered CHECK ((((answered_at IS NULL) = (answer = ''::text)) AND ((answered_at IS NULL) = (answered_how = ''::text)) AND ((answered_at IS NULL) = (answerer = ''::text)) AND (answered_how = ANY (ARRAY[''::text, 'portal'::text, 'paper'::text])) AND (length(answer) <= 4000))),
    CONSTRAINT activity_forwardings_content CHECK (((content <> ''::text) AND (length(content) <= 2000))),
    CONSTRAINT activity_forwardings_due CHECK (((due_on >= sent_on) AND (rectify_by >= sent_on))),
    CONSTRAINT activity_forwardings_rectified CHECK ((((rectified_at IS NULL) = (rectification = ''::text)) AND ((rectified_at IS NULL) = (rectified_how = ''::text)) AND ((rectified_at IS NULL) = (rectifier = ''::text)) AND (rectified_how = ANY (ARRAY[''::text, 'portal'::text, 'paper'::text])) AND (length(rectification) <= 4000) AND ((rectified_at IS NULL) OR ((rectify_by IS NOT NULL) AND (answered_at IS NOT NULL))))),
    CONSTRAINT activity_forwardings_waived CHECK ((((waived_at IS NULL) = (waived_why = ''::text)) AND (length(waived_why) <= 500)))
);
COMMENT ON COLUMN activity_forwardings.answer IS 'The feedback (DEP31); of an appraised unit, its plan of rectification (整改方案).';
COMMENT ON COLUMN activity_forwardings.rectify_by IS 'Of an appraisal: by when the unit reports what it has put right (整改报告).';
COMMENT ON COLUMN activity_forwardings.waived_why IS 'Why the activity is archived although the unit did not answer.';
CREATE INDEX activity_forwardings_of_unit ON activity_forwardings USING btree (street_id, unit_id, sent_on DESC);
CREATE INDEX activity_forwardings_open ON activity_forwardings USING btree (street_id, due_on) WHERE ((answered_at IS NULL) AND (waived_at IS NULL));
CREATE TRIGGER activity_forwardings_guarded BEFORE INSERT OR UPDATE ON activity_forwardings FOR EACH ROW EXECUTE FUNCTION app.guard_activity_forwarding();
CREATE TRIGGER activity_forwardings_noted AFTER INSERT ON activity_forwardings FOR EACH ROW EXECUTE FUNCTION app.note_activity_unit();
ALTER TABLE activity_forwardings ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_forwardings FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_unit ON activity_forwardings FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.keeps_activities() AS keeps_activities) OR ((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text])) AND (unit_id = ( SELECT app.unit() AS unit))))));
CREATE POLICY sent_by_head ON activity_forwardings FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'operator'::text]))));
CREATE POLICY with_activity ON activity_forwardings FOR SELECT
    USING (((EXISTS ( SELECT
   FROM activities a
  WHERE ((a.street_id = activity_forwardings.street_id) AND (a.id = activity_forwardings.activity_id)))) AND ((( SELECT app.role() AS role) <> 'unit'::text) OR (unit_id = ( SELECT app.unit() AS unit)))));
GRANT INSERT, SELECT, UPDATE ON activity_forwardings TO portal_app;

CREATE TABLE activity_statements (
    street_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    text text NOT NULL,
    how text NOT NULL,
    author text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT activity_statements_pkey PRIMARY KEY (street_id, activity_id),
    CONSTRAINT activity_statements_activity FOREIGN KEY (street_id, activity_id) REFERENCES activities(street_id, id),
    CONSTRAINT activity_statements_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT activity_statements_how CHECK ((how = ANY (ARRAY['portal'::text, 'paper'::text]))),
    CONSTRAINT activity_statements_text CHECK (((text <> ''::text) AND (length(text) <= 4000)))
);
CREATE TRIGGER activity_statements_fixed BEFORE DELETE OR UPDATE ON activity_statements FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER activity_statements_guarded BEFORE INSERT ON activity_statements FOR EACH ROW EXECUTE FUNCTION app.guard_activity_statement();
ALTER TABLE activity_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_statements FORCE ROW LEVEL SECURITY;
CREATE POLICY by_unit ON activity_statements FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.keeps_activities() AS keeps_activities) OR ((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text])) AND (unit_id = ( SELECT app.unit() AS unit))))));
CREATE POLICY with_activity ON activity_statements FOR SELECT
    USING ((EXISTS ( SELECT
   FROM activities a
  WHERE ((a.street_id = activity_statements.street_id) AND (a.id = activity_statements.activity_id)))));
GRANT INSERT, SELECT ON activity_statements TO portal_app;

CREATE TABLE appointees (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    appointment_id bigint NOT NULL,
    person_id bigint NOT NULL,
    act text NOT NULL,
    post text NOT NULL,
    post_id bigint,
    other_office text NOT NULL DEFAULT ''::text,
    total integer,
    present integer,
    votes_for integer,
    votes_against integer,
    abstained integer,
    not_pressed integer,
    passed boolean GENERATED ALWAYS AS (((votes_for * 2) > total)) STORED,
    certificate text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL,
    key text NOT NULL DEFAULT ''::text,
    CONSTRAINT appointees_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT appointees_once UNIQUE (street_id, appointment_id, person_id, act),
    CONSTRAINT appointees_appointment FOREIGN KEY (street_id, appointment_id) REFERENCES appointments(street_id, id),
    CONSTRAINT appointees_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT appointees_post FOREIGN KEY (street_id, post_id) REFERENCES posts(street_id, id),
    CONSTRAINT appointees_act_known CHECK ((act = ANY (ARRAY['appoint'::text, 'remove'::text, 'resign'::text]))),
    CONSTRAINT appointees_other_office_short CHECK ((length(other_office) <= 100)),
    CONSTRAINT appointees_post_known CHECK ((post = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text]))),
    CONSTRAINT appointees_post_to_leave CHECK (((act = 'appoint'::text) = (post_id IS NULL))),
    CONSTRAINT appointees_quorum CHECK (((present * 2) > total)),
    CONSTRAINT appointees_vote_adds_up CHECK (((((votes_for + votes_against) + abstained) + not_pressed) = present)),
    CONSTRAINT appointees_vote_possible CHECK (((LEAST(total, present, votes_for, votes_against, abstained, not_pressed) >= 0) AND (present <= total))),
    CONSTRAINT appointees_vote_whole CHECK ((num_nulls(total, present, votes_for, votes_against, abstained, not_pressed) = ANY (ARRAY[0, 6])))
);
COMMENT ON TABLE appointees IS 'Whom a file is about, each with a vote of their own.';
COMMENT ON COLUMN appointees.post_id IS 'The term that a removal or resignation ends.';
COMMENT ON COLUMN appointees.other_office IS 'An administrative, supervisory, judicial or procuratorial office that the person holds: shown as a warning.';
COMMENT ON COLUMN appointees.total IS 'All members of the standing committee; more than half of them is what passes (GDA 20).';
COMMENT ON COLUMN appointees.not_pressed IS 'Members present who pressed no key, or handed in no ballot.';
CREATE INDEX appointees_by_id ON appointees USING btree (id);
CREATE INDEX appointees_of_appointment ON appointees USING btree (street_id, appointment_id, id);
CREATE INDEX appointees_of_person ON appointees USING btree (street_id, person_id);
CREATE TRIGGER appointees_changes BEFORE INSERT OR DELETE OR UPDATE ON appointees FOR EACH ROW EXECUTE FUNCTION app.appointee_changes();
ALTER TABLE appointees ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointees FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_street ON appointees FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY moved ON appointees FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY put_right_by_street ON appointees FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY taken_out_by_street ON appointees FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY with_appointment ON appointees FOR SELECT
    USING ((EXISTS ( SELECT
   FROM appointments a
  WHERE ((a.street_id = appointees.street_id) AND (a.id = appointees.appointment_id)))));
GRANT DELETE, SELECT ON appointees TO portal_app;
GRANT UPDATE (post, other_office, total, present, votes_for, votes_against, abstained, not_pressed, certificate) ON appointees TO portal_app;
GRANT INSERT (street_id, appointment_id, person_id, act, post, post_id, other_office, created_at, key) ON appointees TO portal_app;

CREATE TABLE appointments (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    title text NOT NULL,
    ground text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'preparing'::text,
    signed_by text NOT NULL DEFAULT ''::text,
    submitted_on date,
    session_on date,
    papers_days integer NOT NULL DEFAULT 10,
    late_reason text NOT NULL DEFAULT ''::text,
    returned_why text NOT NULL DEFAULT ''::text,
    tabled_on date,
    session text NOT NULL DEFAULT ''::text,
    deliberated_on date,
    explained_by text NOT NULL DEFAULT ''::text,
    voted_on date,
    published_on date,
    notice text NOT NULL DEFAULT ''::text,
    certified_on date,
    signer text NOT NULL DEFAULT ''::text,
    withdrawn_why text NOT NULL DEFAULT ''::text,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    CONSTRAINT appointments_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT appointments_key_once UNIQUE (street_id, key),
    CONSTRAINT appointments_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT appointments_certified_whole CHECK (((state <> 'in_post'::text) OR ((certified_on IS NOT NULL) AND (signer <> ''::text)))),
    CONSTRAINT appointments_days_in_order CHECK (((submitted_on <= tabled_on) AND (tabled_on <= deliberated_on) AND (deliberated_on <= voted_on) AND (voted_on <= published_on) AND (published_on <= certified_on))),
    CONSTRAINT appointments_deliberated_whole CHECK (((state = ANY (ARRAY['preparing'::text, 'submitted'::text, 'tabled'::text, 'withdrawn'::text])) OR ((deliberated_on IS NOT NULL) AND (explained_by <> ''::text)))),
    CONSTRAINT appointments_not_ahead CHECK ((GREATEST(submitted_on, tabled_on, deliberated_on, voted_on, published_on, certified_on) <= ((modified_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT appointments_papers_in_time CHECK ((((session_on - submitted_on) >= papers_days) OR (late_reason <> ''::text))),
    CONSTRAINT appointments_published_whole CHECK (((state <> ALL (ARRAY['published'::text, 'in_post'::text, 'concluded'::text])) OR ((published_on IS NOT NULL) AND (notice <> ''::text)))),
    CONSTRAINT appointments_state_known CHECK ((state = ANY (ARRAY['preparing'::text, 'submitted'::text, 'tabled'::text, 'deliberated'::text, 'passed'::text, 'failed'::text, 'published'::text, 'in_post'::text, 'concluded'::text, 'withdrawn'::text]))),
    CONSTRAINT appointments_submitted_whole CHECK (((state = ANY (ARRAY['preparing'::text, 'withdrawn'::text])) OR ((submitted_on IS NOT NULL) AND (session_on IS NOT NULL) AND (signed_by <> ''::text)))),
    CONSTRAINT appointments_tabled_whole CHECK (((state = ANY (ARRAY['preparing'::text, 'submitted'::text, 'withdrawn'::text])) OR ((tabled_on IS NOT NULL) AND (session <> ''::text)))),
    CONSTRAINT appointments_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100))),
    CONSTRAINT appointments_voted_whole CHECK (((state <> ALL (ARRAY['passed'::text, 'failed'::text, 'published'::text, 'in_post'::text, 'concluded'::text])) OR (voted_on IS NOT NULL))),
    CONSTRAINT appointments_withdrawn_with_reason CHECK (((state <> 'withdrawn'::text) OR (withdrawn_why <> ''::text)))
);
COMMENT ON TABLE appointments IS '任免: a file by which the city''s standing committee is asked to appoint, remove or let go holders of a street committee''s posts.';
COMMENT ON COLUMN appointments.signed_by IS 'The head of the submitting organ who signed the motion 任免案.';
COMMENT ON COLUMN appointments.session_on IS 'The day of the standing committee''s session it is meant for.';
COMMENT ON COLUMN appointments.papers_days IS 'How many days before the session papers were due when it was submitted.';
COMMENT ON COLUMN appointments.tabled_on IS 'The day on which the city''s chairpersons'' meeting decided to put it to the standing committee.';
COMMENT ON COLUMN appointments.voted_on IS 'The day of the vote: who is appointed is in post from this day on.';
CREATE INDEX appointments_by_id ON appointments USING btree (id);
CREATE INDEX appointments_newest ON appointments USING btree (street_id, created_at DESC, id DESC);
CREATE INDEX appointments_of_city ON appointments USING btree (created_at DESC, id DESC);
CREATE TRIGGER appointments_carried_out AFTER UPDATE ON appointments FOR EACH ROW EXECUTE FUNCTION app.appointment_carried_out();
CREATE TRIGGER appointments_moves BEFORE UPDATE ON appointments FOR EACH ROW EXECUTE FUNCTION app.appointment_moves();
ALTER TABLE appointments ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments FORCE ROW LEVEL SECURITY;
CREATE POLICY begun_by_street ON appointments FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_insiders ON appointments FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY moved ON appointments FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT SELECT, UPDATE ON appointments TO portal_app;
GRANT INSERT (street_id, title, ground, creator, key, created_at, modified_at) ON appointments TO portal_app;

CREATE TABLE attendances (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    gathering_id bigint NOT NULL,
    held_on date NOT NULL,
    person_street_id bigint NOT NULL,
    person_id bigint,
    deputy_id bigint,
    post_id bigint,
    unit_id bigint,
    name text NOT NULL,
    duty text NOT NULL DEFAULT ''::text,
    capacity text NOT NULL,
    due boolean NOT NULL,
    added_why text NOT NULL DEFAULT ''::text,
    received_at timestamp with time zone,
    received_how text NOT NULL DEFAULT ''::text,
    leave_state text NOT NULL DEFAULT ''::text,
    leave_why text NOT NULL DEFAULT ''::text,
    leave_asked_at timestamp with time zone,
    leave_by text NOT NULL DEFAULT ''::text,
    leave_at timestamp with time zone,
    leave_note text NOT NULL DEFAULT ''::text,
    arrived_at timestamp with time zone,
    arrived_how text NOT NULL DEFAULT ''::text,
    left_at timestamp with time zone,
    tries integer NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT ''::text,
    corrected_why text NOT NULL DEFAULT ''::text,
    corrected_at timestamp with time zone,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    ceased boolean NOT NULL DEFAULT false,
    CONSTRAINT attendances_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT attendances_deputy FOREIGN KEY (person_street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT attendances_gathering FOREIGN KEY (street_id, gathering_id, held_on) REFERENCES gatherings(street_id, id, held_on) ON UPDATE CASCADE,
    CONSTRAINT attendances_person FOREIGN KEY (person_street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT attendances_post FOREIGN KEY (street_id, post_id) REFERENCES posts(street_id, id),
    CONSTRAINT attendances_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT attendances_arrived_how CHECK ((((arrived_at IS NULL) = (arrived_how = ''::text)) AND (arrived_how = ANY (ARRAY[''::text, 'qr'::text, 'code'::text, 'hand'::text])))),
    CONSTRAINT attendances_capacity_known CHECK ((capacity = ANY (ARRAY['deputy'::text, 'member'::text, 'representative'::text, 'expert'::text, 'officer'::text, 'staff'::text, 'unit'::text, 'guest'::text]))),
    CONSTRAINT attendances_ceased CHECK ((NOT (ceased AND due))),
    CONSTRAINT attendances_corrected_with_reason CHECK (((corrected_at IS NULL) = (corrected_why = ''::text))),
    CONSTRAINT attendances_duty_short CHECK ((length(duty) <= 100)),
    CONSTRAINT attendances_leave_known CHECK ((leave_state = ANY (ARRAY[''::text, 'asked'::text, 'granted'::text, 'refused'::text]))),
    CONSTRAINT attendances_leave_whole CHECK ((((leave_state = ''::text) = (leave_why = ''::text)) AND ((leave_state = ''::text) = (leave_asked_at IS NULL)) AND ((leave_state = ANY (ARRAY['granted'::text, 'refused'::text])) = (leave_at IS NOT NULL)) AND ((leave_at IS NULL) = (leave_by = ''::text)) AND ((leave_state <> 'refused'::text) OR (leave_note <> ''::text)))),
    CONSTRAINT attendances_left_after_arriving CHECK (((left_at IS NULL) OR (left_at >= arrived_at))),
    CONSTRAINT attendances_left_arrived CHECK (((left_at IS NULL) OR (arrived_at IS NOT NULL))),
    CONSTRAINT attendances_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50))),
    CONSTRAINT attendances_outcome_known CHECK ((outcome = ANY (ARRAY[''::text, 'present'::text, 'late'::text, 'early'::text, 'leave'::text, 'absent'::text]))),
    CONSTRAINT attendances_received_how CHECK ((((received_at IS NULL) = (received_how = ''::text)) AND (received_how = ANY (ARRAY[''::text, 'self'::text, 'hand'::text])))),
    CONSTRAINT attendances_texts_short CHECK (((length(added_why) <= 200) AND (length(leave_why) <= 200) AND (length(leave_note) <= 200) AND (length(corrected_why) <= 200))),
    CONSTRAINT attendances_who CHECK ((((person_id IS NULL) OR (unit_id IS NULL)) AND ((unit_id IS NULL) OR (capacity = 'unit'::text)) AND ((deputy_id IS NULL) OR ((capacity = 'deputy'::text) AND (person_id IS NOT NULL))) AND ((post_id IS NULL) OR ((capacity = 'member'::text) AND (person_id IS NOT NULL) AND (person_street_id = street_id))) AND ((person_street_id = street_id) OR (person_id IS NOT NULL)) AND ((person_id IS NOT NULL) OR (NOT due))))
);
COMMENT ON COLUMN attendances.person_street_id IS 'The street of the person, who may be of another one where the gathering is a joint one.';
COMMENT ON COLUMN attendances.post_id IS 'The post in the committee by which the person is due.';
COMMENT ON COLUMN attendances.unit_id IS 'A handling unit that is called as such; its account answers and checks in.';
COMMENT ON COLUMN attendances.name IS 'Name and duty as of the notice: later changes never rewrite a list.';
COMMENT ON COLUMN attendances.due IS 'Counts in 应到 and may vote; else the person attends without a vote (列席).';
COMMENT ON COLUMN attendances.added_why IS 'Why the person was called after the notice (补充通知); empty for everybody on the first list.';
COMMENT ON COLUMN attendances.tries IS 'Wrong codes; after five only the office checks the person in.';
COMMENT ON COLUMN attendances.outcome IS 'Computed by trigger from arrival, leaving, leave and the gathering''s state and times; empty while it is open.';
COMMENT ON COLUMN attendances.corrected_why IS 'Why what was recorded has been corrected, the last time; the record keeps every time.';
COMMENT ON COLUMN attendances.ceased IS 'Was due when the notice of a meeting went out, and was no member of it any more on its day.';
CREATE INDEX attendances_leave_asked ON attendances USING btree (street_id, gathering_id) WHERE (leave_state = 'asked'::text);
CREATE INDEX attendances_of_gathering ON attendances USING btree (street_id, gathering_id, id);
CREATE INDEX attendances_of_person ON attendances USING btree (person_street_id, person_id, held_on DESC, id DESC);
CREATE INDEX attendances_of_unit ON attendances USING btree (street_id, unit_id, held_on DESC, id DESC) WHERE (unit_id IS NOT NULL);
CREATE UNIQUE INDEX attendances_person_once ON attendances USING btree (street_id, gathering_id, person_street_id, person_id) WHERE (person_id IS NOT NULL);
CREATE UNIQUE INDEX attendances_unit_once ON attendances USING btree (street_id, gathering_id, unit_id) WHERE (unit_id IS NOT NULL);
CREATE TRIGGER attendances_guarded BEFORE INSERT OR DELETE OR UPDATE ON attendances FOR EACH ROW EXECUTE FUNCTION app.guard_attendance();
CREATE TRIGGER attendances_of_meetings BEFORE INSERT OR UPDATE OF due ON attendances FOR EACH ROW WHEN (new.due) EXECUTE FUNCTION app.guard_meeting_list();
CREATE TRIGGER attendances_settled BEFORE UPDATE ON attendances FOR EACH ROW WHEN ((new.corrected_at IS DISTINCT FROM old.corrected_at)) EXECUTE FUNCTION app.settle_attendance();
ALTER TABLE attendances ENABLE ROW LEVEL SECURITY;
ALTER TABLE attendances FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON attendances FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_gatherings() AS reads_gatherings)));
CREATE POLICY by_desk_of_person ON attendances FOR SELECT
    USING (((person_street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_gatherings() AS reads_gatherings)));
CREATE POLICY by_leader ON attendances FOR ALL
    USING (((street_id = ( SELECT app.street() AS street)) AND (person_street_id = street_id) AND (gathering_id = ANY (( SELECT app.led_gatherings() AS led_gatherings)::bigint[]))));
CREATE POLICY by_self ON attendances FOR SELECT
    USING (((person_street_id = ( SELECT app.street() AS street)) AND (person_id = ANY (( SELECT app.own_people() AS own_people)::bigint[]))));
CREATE POLICY by_unit ON attendances FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (unit_id = ( SELECT app.unit() AS unit)) AND (( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text]))));
CREATE POLICY called_by_keeper ON attendances FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings) AND ((person_street_id = street_id) OR (EXISTS ( SELECT
   FROM app.called_from(attendances.person_street_id, 'deputy'::text, attendances.held_on) c(person_id, name, duty, deputy_id)
  WHERE (c.person_id = attendances.person_id))) OR (EXISTS ( SELECT
   FROM app.called_from(attendances.person_street_id, 'member'::text, attendances.held_on) c(person_id, name, duty, deputy_id)
  WHERE (c.person_id = attendances.person_id))))));
CREATE POLICY guarded ON attendances FOR ALL
    USING (true);
CREATE POLICY kept_by_keeper ON attendances FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY struck_by_keeper ON attendances FOR DELETE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
GRANT DELETE, INSERT, UPDATE ON attendances TO portal_app;
GRANT SELECT (id, street_id, gathering_id, held_on, person_street_id, person_id, deputy_id, post_id, unit_id, name, duty, capacity, due, added_why, received_at, received_how, leave_state, leave_asked_at, leave_by, leave_at, arrived_at, arrived_how, left_at, tries, outcome, corrected_why, corrected_at, version, created_at, modified_at, ceased) ON attendances TO portal_app;

CREATE TABLE audit_events (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL DEFAULT clock_timestamp(),
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    user_id bigint NOT NULL DEFAULT 0,
    user_name text NOT NULL,
    role text NOT NULL,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    action text NOT NULL,
    title text NOT NULL,
    reason text NOT NULL DEFAULT ''::text,
    detail jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);
COMMENT ON COLUMN audit_events.at IS 'When the act took place, by the portal''s clock; recorded_at is PostgreSQL''s.';
COMMENT ON COLUMN audit_events.street_id IS '0 for a matter of the whole city.';
COMMENT ON COLUMN audit_events.user_name IS 'The name at the time: renaming a person does not rewrite history.';
CREATE INDEX audit_events_newest ON audit_events USING btree (city_id, at DESC, id DESC);
CREATE INDEX audit_events_of_street ON audit_events USING btree (street_id, at DESC, id DESC);
CREATE INDEX audit_events_of_subject ON audit_events USING btree (kind, subject_id, at, id);
CREATE TRIGGER audit_events_append_only BEFORE DELETE OR UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY by_accounts ON audit_events FOR SELECT
    USING (((app.role() = ANY (ARRAY['system_admin'::text, 'security_admin'::text])) AND (kind = 'account'::text) AND (city_id = app.city())));
CREATE POLICY by_actor ON audit_events FOR INSERT
    WITH CHECK (((user_id = COALESCE(app.user_id(), (0)::bigint)) AND (role = app.role())));
CREATE POLICY by_auditor ON audit_events FOR SELECT
    USING (((app.role() = 'audit_admin'::text) AND (city_id = app.city())));
CREATE POLICY by_code ON audit_events FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (kind = 'opinion'::text) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = audit_events.street_id) AND (o.id = audit_events.subject_id))))));
CREATE POLICY by_mandate ON audit_events FOR SELECT
    USING (((kind = 'mandate'::text) AND (street_id = 0) AND (( SELECT app.city_role() AS city_role) OR (action = ANY (ARRAY['mandate.issue'::text, 'mandate.change-approval'::text, 'mandate.withdrawal'::text]))) AND (EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = audit_events.subject_id)))));
CREATE POLICY by_self ON audit_events FOR SELECT
    USING (((user_id = app.user_id()) AND (user_id <> 0)));
CREATE POLICY by_street ON audit_events FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((kind <> 'opinion'::text) OR (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = audit_events.street_id) AND (o.id = audit_events.subject_id)))))));
CREATE POLICY insiders_only ON audit_events FOR SELECT
    USING (((kind <> ALL (ARRAY['appointment'::text, 'appointee_form'::text, 'appointee_review'::text])) OR (( SELECT app.role() AS role) = ANY (ARRAY['audit_admin'::text, 'city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text]))));
CREATE POLICY institution_unseen ON audit_events FOR SELECT
    USING (((kind <> 'institution'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (EXISTS ( SELECT
   FROM institutions i
  WHERE ((i.street_id = audit_events.street_id) AND (i.id = audit_events.subject_id))))));
CREATE POLICY with_activity ON audit_events FOR SELECT
    USING (((kind <> 'activity'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM activities a
  WHERE ((a.street_id = audit_events.street_id) AND (a.id = audit_events.subject_id)))));
CREATE POLICY with_expert ON audit_events FOR SELECT
    USING (((kind <> 'expert'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM experts e
  WHERE ((e.street_id = audit_events.street_id) AND (e.id = audit_events.subject_id)))));
CREATE POLICY with_institution ON audit_events FOR SELECT
    USING (((street_id = 0) AND (kind = 'institution'::text) AND (EXISTS ( SELECT
   FROM institutions i
  WHERE ((i.street_id = 0) AND (i.id = audit_events.subject_id) AND (i.city_id = ( SELECT app.city() AS city))))) AND (( SELECT app.streets() AS streets) <> '{}'::bigint[])));
CREATE POLICY with_officer ON audit_events FOR SELECT
    USING (((kind <> 'officer'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM officers o
  WHERE ((o.street_id = audit_events.street_id) AND (o.id = audit_events.subject_id)))));
CREATE POLICY with_plan ON audit_events FOR SELECT
    USING (((kind <> 'plan'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM plans p
  WHERE ((p.street_id = audit_events.street_id) AND (p.id = audit_events.subject_id)))));
CREATE POLICY with_plan_idea ON audit_events FOR SELECT
    USING (((kind <> 'plan_idea'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM plan_ideas x
  WHERE ((x.street_id = audit_events.street_id) AND (x.id = audit_events.subject_id)))));
CREATE POLICY with_suggestion ON audit_events FOR SELECT
    USING (((kind <> 'suggestion'::text) OR (( SELECT app.role() AS role) = 'audit_admin'::text) OR (user_id = app.user_id()) OR ( SELECT true
   FROM suggestions s
  WHERE ((s.street_id = audit_events.street_id) AND (s.id = audit_events.subject_id)))));
GRANT INSERT, SELECT ON audit_events TO portal_app;
GRANT INSERT ON audit_events TO portal_auth;
GRANT INSERT ON audit_events TO portal_public;
GRANT SELECT (id, at, street_id, kind, subject_id, action) ON audit_events TO portal_public;

CREATE TABLE calendar_days (
    day date NOT NULL,
    working boolean NOT NULL,
    name text NOT NULL,
    source text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    changed_at timestamp with time zone,
    changed_by bigint NOT NULL DEFAULT 0,
    changer text NOT NULL DEFAULT ''::text,
    CONSTRAINT calendar_days_pkey PRIMARY KEY (day),
    CONSTRAINT calendar_days_name_filled CHECK (((name <> ''::text) AND (length(name) <= 30))),
    CONSTRAINT calendar_days_source_filled CHECK (((source <> ''::text) AND (length(source) <= 200)))
);
COMMENT ON TABLE calendar_days IS 'Days that differ from their place in the week: days off, and weekend days worked in exchange (调休). Any other Saturday or Sunday is off, any other day is worked.';
COMMENT ON COLUMN calendar_days.changed_at IS 'NULL: as the migration wrote it.';
CREATE TRIGGER calendar_days_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON calendar_days FOR EACH STATEMENT EXECUTE FUNCTION app.calendar_changed();
ALTER TABLE calendar_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_days FORCE ROW LEVEL SECURITY;
CREATE POLICY by_admin ON calendar_days FOR ALL
    USING ((( SELECT app.role() AS role) = 'system_admin'::text));
CREATE POLICY read_all ON calendar_days FOR SELECT
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE ON calendar_days TO portal_app;
GRANT SELECT ON calendar_days TO portal_public;

CREATE TABLE calendar_revision (
    single boolean NOT NULL DEFAULT true,
    revision uuid NOT NULL DEFAULT gen_random_uuid(),
    CONSTRAINT calendar_revision_pkey PRIMARY KEY (single),
    CONSTRAINT calendar_revision_single_check CHECK (single)
);
COMMENT ON TABLE calendar_revision IS 'One row that changes with every change of the calendar, so that a process can keep the calendar in memory and ask only whether it still holds.';
GRANT SELECT ON calendar_revision TO portal_app;
GRANT SELECT ON calendar_revision TO portal_public;

CREATE TABLE calendar_years (
    year integer NOT NULL,
    source text NOT NULL,
    changed_at timestamp with time zone,
    changed_by bigint NOT NULL DEFAULT 0,
    changer text NOT NULL DEFAULT ''::text,
    CONSTRAINT calendar_years_pkey PRIMARY KEY (year),
    CONSTRAINT calendar_years_plausible CHECK (((year >= 2000) AND (year <= 2100)))
);
COMMENT ON TABLE calendar_years IS 'Years whose days are all known. One corrected day does not make a year known, so this cannot be read off calendar_days.';
CREATE TRIGGER calendar_years_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON calendar_years FOR EACH STATEMENT EXECUTE FUNCTION app.calendar_changed();
ALTER TABLE calendar_years ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendar_years FORCE ROW LEVEL SECURITY;
CREATE POLICY by_admin ON calendar_years FOR ALL
    USING ((( SELECT app.role() AS role) = 'system_admin'::text));
CREATE POLICY read_all ON calendar_years FOR SELECT
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE ON calendar_years TO portal_app;
GRANT SELECT ON calendar_years TO portal_public;

CREATE TABLE cities (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    code text NOT NULL,
    demo boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT cities_pkey PRIMARY KEY (id),
    CONSTRAINT cities_code_once UNIQUE (code),
    CONSTRAINT cities_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
COMMENT ON COLUMN cities.demo IS 'The demonstration city. Only its accounts may sign in with the published password, and only in demonstration mode.';
ALTER TABLE cities ENABLE ROW LEVEL SECURITY;
ALTER TABLE cities FORCE ROW LEVEL SECURITY;
CREATE POLICY by_operator ON cities FOR ALL
    USING ((app.role() = 'operator'::text));
CREATE POLICY read_all ON cities FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON cities TO portal_app;
GRANT SELECT ON cities TO portal_auth;
GRANT SELECT ON cities TO portal_public;

CREATE TABLE clause_links (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    of_street_id bigint NOT NULL,
    institution_id bigint NOT NULL,
    number integer NOT NULL,
    suffix integer NOT NULL DEFAULT 0,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    title text NOT NULL,
    acted_on date NOT NULL,
    linked_by bigint NOT NULL,
    linker text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT clause_links_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT clause_links_once UNIQUE (street_id, institution_id, number, suffix, kind, subject_id),
    CONSTRAINT clause_links_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT clause_links_kind CHECK ((kind ~ '^[a-z_]{1,40}$'::text)),
    CONSTRAINT clause_links_title CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON TABLE clause_links IS 'What was done under a clause: a record (kind, subject_id) of a street, on a day. of_street_id is whose rule it is, 0 the city''s.';
COMMENT ON COLUMN clause_links.subject_id IS 'The record; of kind other, which has none, a number of its own.';
CREATE INDEX clause_links_of_clause ON clause_links USING btree (street_id, institution_id, number, suffix, acted_on DESC);
CREATE INDEX clause_links_of_record ON clause_links USING btree (street_id, kind, subject_id);
CREATE TRIGGER clause_links_in_force BEFORE INSERT ON clause_links FOR EACH ROW EXECUTE FUNCTION app.only_clause_in_force();
ALTER TABLE clause_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE clause_links FORCE ROW LEVEL SECURITY;
CREATE POLICY added_in_street ON clause_links FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (linked_by = COALESCE(( SELECT app.user_id() AS user_id), (0)::bigint)) AND (( SELECT app.role() AS role) !~~ 'city%'::text)));
CREATE POLICY by_street ON clause_links FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY removed_by_staff ON clause_links FOR DELETE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
GRANT DELETE, INSERT, SELECT ON clause_links TO portal_app;

CREATE TABLE clause_marks (
    street_id bigint NOT NULL,
    institution_id bigint NOT NULL,
    number integer NOT NULL,
    suffix integer NOT NULL DEFAULT 0,
    obliging boolean NOT NULL,
    kinds text[] NOT NULL DEFAULT '{}'::text[],
    CONSTRAINT clause_marks_pkey PRIMARY KEY (street_id, institution_id, number, suffix),
    CONSTRAINT clause_marks_street_id_institution_id_fkey FOREIGN KEY (street_id, institution_id) REFERENCES institutions(street_id, id),
    CONSTRAINT clause_marks_kinds_known CHECK ((kinds <@ ARRAY['visit'::text, 'reception'::text, 'opinion'::text]))
);
COMMENT ON TABLE clause_marks IS 'What is known of a clause beside its text. Without a row a clause obliges where its text says so.';
COMMENT ON COLUMN clause_marks.kinds IS 'Every record of these kinds is something done under the clause.';
ALTER TABLE clause_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE clause_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY by_maker ON clause_marks FOR ALL
    USING (((( SELECT app.role() AS role) = 'operator'::text) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))) OR ((street_id = 0) AND (( SELECT app.role() AS role) = 'city_office'::text) AND (EXISTS ( SELECT
   FROM institutions i
  WHERE ((i.street_id = 0) AND (i.id = clause_marks.institution_id) AND (i.city_id = ( SELECT app.city() AS city))))))));
CREATE POLICY with_rule ON clause_marks FOR SELECT
    USING ((EXISTS ( SELECT
   FROM institutions i
  WHERE ((i.street_id = clause_marks.street_id) AND (i.id = clause_marks.institution_id)))));
GRANT INSERT, SELECT, UPDATE ON clause_marks TO portal_app;

CREATE TABLE communities (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    ended_on date,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT communities_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT communities_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT communities_code_twelve_digits CHECK ((code ~ '^[0-9]{12}$'::text)),
    CONSTRAINT communities_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
CREATE UNIQUE INDEX communities_code_once ON communities USING btree (street_id, code) WHERE (ended_on IS NULL);
CREATE UNIQUE INDEX communities_name_once ON communities USING btree (street_id, name) WHERE (ended_on IS NULL);
CREATE TRIGGER communities_unused BEFORE DELETE ON communities FOR EACH ROW EXECUTE FUNCTION app.community_unused();
ALTER TABLE communities ENABLE ROW LEVEL SECURITY;
ALTER TABLE communities FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON communities FOR ALL
    USING (((app.role() = 'system_admin'::text) AND (street_id = ANY (( SELECT array_agg(s.id) AS array_agg
   FROM streets s
  WHERE (s.city_id = app.city()))::bigint[]))));
CREATE POLICY by_operator ON communities FOR ALL
    USING ((app.role() = 'operator'::text));
CREATE POLICY by_street ON communities FOR ALL
    USING (((app.role() = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY read_all ON communities FOR SELECT
    USING (true);
CREATE POLICY removed_with_import ON communities FOR DELETE
    USING (app.added_by_import('communities'::text, street_id, id));
GRANT DELETE, INSERT, SELECT, UPDATE ON communities TO portal_app;
GRANT SELECT ON communities TO portal_auth;
GRANT SELECT ON communities TO portal_public;

CREATE TABLE congress_terms (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    name text NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT congress_terms_pkey PRIMARY KEY (id),
    CONSTRAINT congress_terms_once UNIQUE (city_id, name),
    CONSTRAINT congress_terms_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT congress_terms_apart EXCLUDE USING gist (int8range(city_id, city_id, '[]'::text) WITH &&, daterange(from_on, until_on) WITH &&),
    CONSTRAINT congress_terms_dates CHECK ((until_on > from_on)),
    CONSTRAINT congress_terms_name_filled CHECK (((name <> ''::text) AND (length(name) <= 20)))
);
COMMENT ON COLUMN congress_terms.until_on IS 'The day on which the next congress first meets: no longer part of this term.';
ALTER TABLE congress_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE congress_terms FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON congress_terms FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['operator'::text, 'clerk'::text, 'public'::text, 'feed'::text])) OR (city_id = ( SELECT app.city() AS city))));
CREATE POLICY kept_by_city ON congress_terms FOR ALL
    USING (((( SELECT app.role() AS role) = 'operator'::text) OR ((( SELECT app.role() AS role) = 'city_deputy'::text) AND (city_id = ( SELECT app.city() AS city)))));
GRANT INSERT, SELECT, UPDATE ON congress_terms TO portal_app;

CREATE TABLE deadline_moves (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    deadline_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    cause text NOT NULL,
    due_from date NOT NULL,
    due_to date NOT NULL,
    why text NOT NULL,
    user_id bigint NOT NULL DEFAULT 0,
    user_name text NOT NULL,
    CONSTRAINT deadline_moves_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deadline_moves_street_id_deadline_id_fkey FOREIGN KEY (street_id, deadline_id) REFERENCES deadlines(street_id, id),
    CONSTRAINT deadline_moves_cause_known CHECK ((cause = ANY (ARRAY['calendar'::text, 'extension'::text]))),
    CONSTRAINT deadline_moves_explained CHECK (((why <> ''::text) AND (user_name <> ''::text))),
    CONSTRAINT deadline_moves_moves CHECK ((due_from <> due_to))
);
COMMENT ON TABLE deadline_moves IS 'Every re-dating of a deadline: from when to when, why and by whom. Append-only.';
CREATE INDEX deadline_moves_of_deadline ON deadline_moves USING btree (street_id, deadline_id, id);
CREATE TRIGGER deadline_moves_append_only BEFORE DELETE OR UPDATE ON deadline_moves FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER deadline_moves_no_truncate BEFORE TRUNCATE ON deadline_moves FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
ALTER TABLE deadline_moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadline_moves FORCE ROW LEVEL SECURITY;
CREATE POLICY by_calendar ON deadline_moves FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'system_admin'::text) AND (cause = 'calendar'::text) AND (user_id = ( SELECT app.user_id() AS user_id))));
CREATE POLICY by_deadline ON deadline_moves FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT true
   FROM deadlines d
  WHERE ((d.street_id = deadline_moves.street_id) AND (d.id = deadline_moves.deadline_id)))));
GRANT INSERT, SELECT ON deadline_moves TO portal_app;

CREATE TABLE deadlines (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    subject_id bigint NOT NULL,
    name text NOT NULL,
    label text NOT NULL,
    started_on date NOT NULL,
    days integer,
    extended_days integer NOT NULL DEFAULT 0,
    basis text NOT NULL,
    due_on date NOT NULL,
    ended_on date,
    ended_how text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT deadlines_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deadlines_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT deadlines_days_sensible CHECK ((((days >= 1) AND (days <= 1000)) AND ((extended_days >= 0) AND (extended_days <= 1000)))),
    CONSTRAINT deadlines_due_after_start CHECK ((due_on >= started_on)),
    CONSTRAINT deadlines_ended_how_known CHECK ((ended_how = ANY (ARRAY[''::text, 'done'::text, 'dropped'::text]))),
    CONSTRAINT deadlines_ended_somehow CHECK (((ended_on IS NULL) = (ended_how = ''::text))),
    CONSTRAINT deadlines_fixed_not_extended CHECK (((days IS NOT NULL) OR (extended_days = 0))),
    CONSTRAINT deadlines_named CHECK (((kind <> ''::text) AND (name <> ''::text) AND (label <> ''::text) AND (basis <> ''::text)))
);
COMMENT ON TABLE deadlines IS 'What is to be done by when, for any record: (kind, subject_id) is the record. Rows hold no content of it, so the administrator of the calendar may re-date them.';
COMMENT ON COLUMN deadlines.kind IS 'The kind of record, such as opinion. A new kind needs a policy that says who sees its deadlines.';
COMMENT ON COLUMN deadlines.started_on IS 'The day from which the days count; not counted itself.';
COMMENT ON COLUMN deadlines.days IS 'Working days allowed, without an extension; NULL: due_on is a fixed date that no holiday moves.';
COMMENT ON COLUMN deadlines.basis IS 'Why this many days, in Chinese, for the explanation page.';
COMMENT ON COLUMN deadlines.ended_how IS 'done: what was due was done (late when ended_on > due_on); dropped: it no longer matters.';
CREATE INDEX deadlines_next_due ON deadlines USING btree (street_id, due_on) WHERE (ended_on IS NULL);
CREATE INDEX deadlines_next_of_subject ON deadlines USING btree (street_id, kind, subject_id, due_on, id) WHERE (ended_on IS NULL);
CREATE INDEX deadlines_of_subject ON deadlines USING btree (kind, subject_id);
CREATE UNIQUE INDEX deadlines_open_once ON deadlines USING btree (street_id, kind, subject_id, name) WHERE (ended_on IS NULL);
ALTER TABLE deadlines ENABLE ROW LEVEL SECURITY;
ALTER TABLE deadlines FORCE ROW LEVEL SECURITY;
CREATE POLICY by_activity ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'activity'::text) AND ( SELECT true
   FROM activities a
  WHERE ((a.street_id = deadlines.street_id) AND (a.id = deadlines.subject_id)))));
CREATE POLICY by_calendar_move ON deadlines FOR UPDATE
    USING (((( SELECT app.role() AS role) = 'system_admin'::text) AND (ended_on IS NULL) AND (days IS NOT NULL)))
    WITH CHECK (((( SELECT app.role() AS role) = 'system_admin'::text) AND (ended_on IS NULL) AND (days IS NOT NULL)));
CREATE POLICY by_calendar_read ON deadlines FOR SELECT
    USING (((( SELECT app.role() AS role) = 'system_admin'::text) AND (ended_on IS NULL) AND (days IS NOT NULL)));
CREATE POLICY by_code ON deadlines FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (kind = 'opinion'::text) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = deadlines.street_id) AND (o.id = deadlines.subject_id))))));
CREATE POLICY by_deputy_report ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE kind
    WHEN 'deputy_report'::text THEN (EXISTS ( SELECT
       FROM deputy_reports r
      WHERE ((r.street_id = deadlines.street_id) AND (r.id = deadlines.subject_id))))
    WHEN 'report_remark'::text THEN (EXISTS ( SELECT
       FROM report_remarks r
      WHERE ((r.street_id = deadlines.street_id) AND (r.id = deadlines.subject_id))))
    ELSE NULL::boolean
END));
CREATE POLICY by_mandate ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'mandate'::text) AND ( SELECT true
   FROM mandate_streets s
  WHERE ((s.street_id = deadlines.street_id) AND (s.mandate_id = deadlines.subject_id)))));
CREATE POLICY by_opinion ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'opinion'::text) AND ( SELECT true
   FROM opinions o
  WHERE ((o.street_id = deadlines.street_id) AND (o.id = deadlines.subject_id)))));
CREATE POLICY by_performance ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE kind
    WHEN 'performance_publication'::text THEN (EXISTS ( SELECT
       FROM performance_publications p
      WHERE ((p.street_id = deadlines.street_id) AND (p.id = deadlines.subject_id))))
    WHEN 'performance_dispute'::text THEN (EXISTS ( SELECT
       FROM performance_disputes p
      WHERE ((p.street_id = deadlines.street_id) AND (p.id = deadlines.subject_id))))
    ELSE false
END));
CREATE POLICY by_plan ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'plan'::text) AND ( SELECT true
   FROM plans p
  WHERE ((p.street_id = deadlines.street_id) AND (p.id = deadlines.subject_id)))));
CREATE POLICY by_public ON deadlines FOR INSERT
    WITH CHECK ((( SELECT app.role() AS role) = 'public'::text));
CREATE POLICY by_selection ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'selection'::text) AND ( SELECT true
   FROM selections s
  WHERE ((s.street_id = deadlines.street_id) AND (s.id = deadlines.subject_id)))));
CREATE POLICY by_selection_public ON deadlines FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (kind = 'selection'::text) AND ( SELECT true
   FROM selections s
  WHERE ((s.street_id = deadlines.street_id) AND (s.id = deadlines.subject_id)))));
CREATE POLICY by_suggestion ON deadlines FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (kind = 'suggestion'::text) AND ( SELECT true
   FROM suggestions s
  WHERE ((s.street_id = deadlines.street_id) AND (s.id = deadlines.subject_id)))));
CREATE POLICY settled ON deadlines FOR SELECT
    USING ((kind = 'performance_publication'::text));
GRANT INSERT, SELECT ON deadlines TO portal_app;
GRANT UPDATE (extended_days, due_on, ended_on, ended_how) ON deadlines TO portal_app;
GRANT INSERT ON deadlines TO portal_public;
GRANT SELECT (street_id, kind, subject_id, name, due_on, ended_on) ON deadlines TO portal_public;

CREATE TABLE delegations (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    from_post_id bigint NOT NULL,
    to_post_id bigint NOT NULL,
    powers text[] NOT NULL,
    scope text NOT NULL DEFAULT ''::text,
    from_on date NOT NULL,
    through_on date NOT NULL,
    reason text NOT NULL,
    signed_on date NOT NULL,
    number text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    withdrawn_on date,
    withdrawn_why text NOT NULL DEFAULT ''::text,
    withdrawn_post_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT delegations_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT delegations_key_once UNIQUE (street_id, key),
    CONSTRAINT delegations_from_post FOREIGN KEY (street_id, from_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT delegations_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT delegations_to_post FOREIGN KEY (street_id, to_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT delegations_withdrawn_post FOREIGN KEY (street_id, withdrawn_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT delegations_not_ahead CHECK ((signed_on <= ((created_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT delegations_not_backwards CHECK ((from_on >= signed_on)),
    CONSTRAINT delegations_powers_known CHECK (((cardinality(powers) > 0) AND (powers <@ ARRAY['preside'::text, 'sign'::text, 'other'::text]) AND (array_position(powers, NULL::text) IS NULL))),
    CONSTRAINT delegations_reason_filled CHECK (((reason <> ''::text) AND (length(reason) <= 500))),
    CONSTRAINT delegations_scope_filled CHECK (((length(scope) <= 500) AND ((scope <> ''::text) OR (NOT ('other'::text = ANY (powers)))))),
    CONSTRAINT delegations_through_after_from CHECK ((through_on >= from_on)),
    CONSTRAINT delegations_withdrawn_after_signed CHECK ((withdrawn_on >= signed_on)),
    CONSTRAINT delegations_withdrawn_whole CHECK ((((withdrawn_on IS NULL) = (withdrawn_why = ''::text)) AND ((withdrawn_on IS NULL) = (withdrawn_post_id IS NULL)) AND (length(withdrawn_why) <= 500)))
);
COMMENT ON TABLE delegations IS 'What a director delegated in writing. It holds on the days from from_on through through_on, before it is withdrawn, while both are in post.';
COMMENT ON COLUMN delegations.powers IS 'preside: presides over the directors'' meeting; sign: signs papers; other: as scope says.';
COMMENT ON COLUMN delegations.through_on IS 'The last day.';
COMMENT ON COLUMN delegations.number IS 'Its number in the register of papers. It holds only with one.';
COMMENT ON COLUMN delegations.withdrawn_on IS 'The first day on which it no longer holds, because a director withdrew it.';
CREATE INDEX delegations_by_day ON delegations USING btree (street_id, signed_on DESC, id DESC);
CREATE INDEX delegations_of_post ON delegations USING btree (street_id, to_post_id);
CREATE TRIGGER delegations_in_post BEFORE INSERT OR UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION app.only_in_post('from_post_id', 'signed_on', 'self');
CREATE TRIGGER delegations_kept BEFORE INSERT OR DELETE OR UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION app.keep_delegation();
CREATE TRIGGER delegations_withdrawn_in_post BEFORE INSERT OR UPDATE ON delegations FOR EACH ROW EXECUTE FUNCTION app.only_in_post('withdrawn_post_id', 'withdrawn_on', 'self');
ALTER TABLE delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegations FORCE ROW LEVEL SECURITY;
CREATE POLICY by_director ON delegations FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON delegations FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'operator'::text]))));
CREATE POLICY of_meetings ON delegations FOR SELECT
    USING (true);
CREATE POLICY withdrawn_by_director ON delegations FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT ON delegations TO portal_app;
GRANT UPDATE (number, withdrawn_on, withdrawn_why, withdrawn_post_id) ON delegations TO portal_app;

CREATE TABLE deputies (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    name text NOT NULL,
    sex text NOT NULL DEFAULT ''::text,
    electoral_district text NOT NULL,
    term text NOT NULL,
    professional_group text NOT NULL DEFAULT ''::text,
    phone_sealed bytea,
    phone_mask text NOT NULL DEFAULT ''::text,
    intro text NOT NULL DEFAULT ''::text,
    since date NOT NULL,
    ended_on date,
    ended_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    person_id bigint NOT NULL,
    district_id bigint NOT NULL,
    level text NOT NULL DEFAULT 'city'::text,
    elected_how text NOT NULL DEFAULT 'general'::text,
    elected_on date,
    fills bigint,
    moved_from bigint,
    state text NOT NULL DEFAULT 'in_office'::text,
    photo_id bigint,
    photo_consent_on date,
    credentials text NOT NULL DEFAULT ''::text,
    confirmed_on date,
    CONSTRAINT deputies_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deputies_key_once UNIQUE (street_id, key),
    CONSTRAINT deputies_district FOREIGN KEY (street_id, district_id) REFERENCES electoral_districts(street_id, id),
    CONSTRAINT deputies_fills FOREIGN KEY (street_id, fills) REFERENCES deputies(street_id, id),
    CONSTRAINT deputies_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT deputies_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT deputies_one_seat EXCLUDE USING gist (int8range(person_id, person_id, '[]'::text) WITH &&, daterange(since, ended_on) WITH &&) WHERE (((level = 'city'::text) AND (ended_why <> 'duplicate'::text))),
    CONSTRAINT deputies_credentials_short CHECK ((length(credentials) <= 50)),
    CONSTRAINT deputies_credentials_whole CHECK (((credentials = ''::text) = (confirmed_on IS NULL))),
    CONSTRAINT deputies_elected_how_known CHECK ((elected_how = ANY (ARRAY['general'::text, 'by_election'::text]))),
    CONSTRAINT deputies_ended_after_start CHECK (((ended_on IS NULL) OR (ended_on >= since))),
    CONSTRAINT deputies_ended_state CHECK (((state = 'ended'::text) = (ended_on IS NOT NULL))),
    CONSTRAINT deputies_ended_why_known CHECK ((ended_why = ANY (ARRAY[''::text, 'expired'::text, 'resigned'::text, 'terminated'::text, 'recalled'::text, 'moved'::text, 'died'::text, 'duplicate'::text]))),
    CONSTRAINT deputies_ended_with_reason CHECK (((ended_on IS NULL) = (ended_why = ''::text))),
    CONSTRAINT deputies_fills_another CHECK ((fills <> id)),
    CONSTRAINT deputies_fills_by_election CHECK (((fills IS NULL) OR (elected_how = 'by_election'::text))),
    CONSTRAINT deputies_group_known CHECK ((professional_group = ANY (ARRAY[''::text, 'law'::text, 'finance'::text, 'construction'::text, 'education'::text]))),
    CONSTRAINT deputies_level_known CHECK ((level = ANY (ARRAY['nation'::text, 'province'::text, 'city'::text]))),
    CONSTRAINT deputies_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50))),
    CONSTRAINT deputies_sex_known CHECK ((sex = ANY (ARRAY[''::text, 'female'::text, 'male'::text]))),
    CONSTRAINT deputies_since_confirmed CHECK ((since >= confirmed_on)),
    CONSTRAINT deputies_state_known CHECK ((state = ANY (ARRAY['in_office'::text, 'suspended'::text, 'resigning'::text, 'ended'::text])))
);
COMMENT ON COLUMN deputies.electoral_district IS 'The name of district_id, kept by trigger; on entry a name alone finds or makes the district.';
COMMENT ON COLUMN deputies.professional_group IS 'The professional group of the open membership in group_members, kept by trigger so that lists can follow an index. On entry it opens the first membership; changed it is only by a membership. It keeps the last one after the end.';
COMMENT ON COLUMN deputies.phone_sealed IS 'Encrypted outside the database (internal/secret); phone_mask is what screens show.';
COMMENT ON COLUMN deputies.fills IS 'The deputy whose seat a by-election filled.';
COMMENT ON COLUMN deputies.moved_from IS 'The row of the same deputy in the street that they moved from: another street''s, so no key refers to it.';
COMMENT ON COLUMN deputies.photo_consent_on IS 'When the deputy agreed in writing that residents may see the photograph (PIPL arts 25, 29).';
COMMENT ON COLUMN deputies.credentials IS 'The paper by which the standing committee confirmed the credentials, with its number; empty where the seat is older than this rule.';
CREATE INDEX deputies_by_id ON deputies USING btree (id);
CREATE INDEX deputies_by_name ON deputies USING btree (street_id, name COLLATE "C", id);
CREATE INDEX deputies_ended ON deputies USING btree (street_id, name COLLATE "C", id) WHERE (ended_on IS NOT NULL);
CREATE UNIQUE INDEX deputies_fill_once ON deputies USING btree (street_id, fills) WHERE ((fills IS NOT NULL) AND (ended_why <> 'duplicate'::text));
CREATE INDEX deputies_in_group ON deputies USING btree (street_id, professional_group, name COLLATE "C", id) WHERE (ended_on IS NULL);
CREATE INDEX deputies_in_office ON deputies USING btree (street_id, name COLLATE "C", id) WHERE (ended_on IS NULL);
CREATE INDEX deputies_not_well ON deputies USING btree (street_id, state, id) WHERE (state = ANY (ARRAY['suspended'::text, 'resigning'::text]));
CREATE INDEX deputies_of_district ON deputies USING btree (street_id, district_id);
CREATE INDEX deputies_of_person ON deputies USING btree (street_id, person_id);
CREATE INDEX deputies_that_fill ON deputies USING btree (street_id, fills) WHERE (fills IS NOT NULL);
CREATE TRIGGER deputies_begin_all AFTER UPDATE ON deputies FOR EACH ROW WHEN ((new.since IS DISTINCT FROM old.since)) EXECUTE FUNCTION app.begin_with_deputy();
CREATE TRIGGER deputies_end_all AFTER UPDATE ON deputies FOR EACH ROW WHEN ((new.ended_on IS DISTINCT FROM old.ended_on)) EXECUTE FUNCTION app.end_with_deputy();
CREATE TRIGGER deputies_first_membership AFTER INSERT ON deputies REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION app.open_first_memberships();
CREATE TRIGGER deputies_guarded AFTER UPDATE ON deputies FOR EACH ROW WHEN (((((new.professional_group IS DISTINCT FROM old.professional_group) OR (new.state IS DISTINCT FROM old.state)) OR (new.ended_on IS DISTINCT FROM old.ended_on)) OR (new.ended_why IS DISTINCT FROM old.ended_why))) EXECUTE FUNCTION app.guard_deputy();
CREATE TRIGGER deputies_place BEFORE INSERT OR UPDATE ON deputies FOR EACH ROW EXECUTE FUNCTION app.place_deputy();
ALTER TABLE deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_city ON deputies FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_accounts ON deputies FOR SELECT
    USING (((app.role() = ANY (ARRAY['system_admin'::text, 'security_admin'::text])) AND (street_id = ANY (( SELECT array_agg(s.id) AS array_agg
   FROM streets s
  WHERE (s.city_id = app.city()))::bigint[]))));
CREATE POLICY by_feed ON deputies FOR SELECT
    USING ((( SELECT app.role() AS role) = 'feed'::text));
CREATE POLICY by_public ON deputies FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (ended_on IS NULL)));
CREATE POLICY by_street ON deputies FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY called ON deputies FOR SELECT
    USING (true);
CREATE POLICY changed_by_keeper ON deputies FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON deputies FOR DELETE
    USING ((((( SELECT app.role() AS role) = ANY (ARRAY['city_deputy'::text, 'operator'::text])) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (credentials = ''::text))) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.added_by_import('deputies'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON deputies TO portal_app;
GRANT SELECT (id, street_id, name, electoral_district, term, professional_group, intro, since, ended_on, created_at, modified_at, level, elected_how, state, photo_id, photo_consent_on) ON deputies TO portal_public;

CREATE TABLE deputy_elections (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    district_id bigint NOT NULL,
    person_id bigint NOT NULL,
    how text NOT NULL,
    fills bigint,
    group_kind text NOT NULL,
    elected_on date,
    voters integer,
    ballots integer,
    votes integer,
    intro text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'elected'::text,
    decided_on date,
    document text NOT NULL DEFAULT ''::text,
    announced_on date,
    note text NOT NULL DEFAULT ''::text,
    deputy_id bigint,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    since date,
    rerun boolean NOT NULL DEFAULT false,
    CONSTRAINT deputy_elections_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_elections_key_once UNIQUE (street_id, key),
    CONSTRAINT deputy_elections_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT deputy_elections_street_id_district_id_fkey FOREIGN KEY (street_id, district_id) REFERENCES electoral_districts(street_id, id),
    CONSTRAINT deputy_elections_street_id_fills_fkey FOREIGN KEY (street_id, fills) REFERENCES deputies(street_id, id),
    CONSTRAINT deputy_elections_street_id_person_id_fkey FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT deputy_elections_by_election_dated CHECK (((how = 'general'::text) OR (elected_on IS NOT NULL))),
    CONSTRAINT deputy_elections_confirmed CHECK (((state = 'confirmed'::text) = (deputy_id IS NOT NULL))),
    CONSTRAINT deputy_elections_counted CHECK (((votes <= ballots) AND (ballots <= voters) AND (votes > 0))),
    CONSTRAINT deputy_elections_decided CHECK (((state = ANY (ARRAY['elected'::text, 'withdrawn'::text])) OR ((decided_on IS NOT NULL) AND (document <> ''::text)))),
    CONSTRAINT deputy_elections_decided_after CHECK (((decided_on >= elected_on) AND (announced_on >= decided_on))),
    CONSTRAINT deputy_elections_fills CHECK (((fills IS NULL) OR (how = 'by_election'::text))),
    CONSTRAINT deputy_elections_general_begins CHECK (((how <> 'general'::text) OR (since IS NOT NULL))),
    CONSTRAINT deputy_elections_group_known CHECK ((group_kind = ANY (ARRAY['law'::text, 'finance'::text, 'construction'::text, 'education'::text]))),
    CONSTRAINT deputy_elections_how_known CHECK ((how = ANY (ARRAY['general'::text, 'by_election'::text]))),
    CONSTRAINT deputy_elections_majority CHECK ((((votes * 2) > ballots) OR (rerun AND ((votes * 3) >= ballots)))) NOT VALID,
    CONSTRAINT deputy_elections_state_known CHECK ((state = ANY (ARRAY['elected'::text, 'confirmed'::text, 'void'::text, 'withdrawn'::text]))),
    CONSTRAINT deputy_elections_withdrawn_with_reason CHECK (((state <> 'withdrawn'::text) OR (note <> ''::text)))
);
COMMENT ON COLUMN deputy_elections.since IS 'Of a general election: the day from which the elected is to be a deputy, should the credentials be confirmed by then.';
COMMENT ON COLUMN deputy_elections.rerun IS 'Elected at a second poll 另行选举, where a third of the votes is enough (electoral law, art. 45).';
CREATE INDEX deputy_elections_by_id ON deputy_elections USING btree (id);
CREATE UNIQUE INDEX deputy_elections_fill_once ON deputy_elections USING btree (street_id, fills) WHERE ((fills IS NOT NULL) AND (state = ANY (ARRAY['elected'::text, 'confirmed'::text])));
CREATE INDEX deputy_elections_of_deputy ON deputy_elections USING btree (street_id, deputy_id) WHERE (deputy_id IS NOT NULL);
CREATE INDEX deputy_elections_of_person ON deputy_elections USING btree (street_id, person_id) WHERE (person_id IS NOT NULL);
CREATE UNIQUE INDEX deputy_elections_person_once ON deputy_elections USING btree (street_id, person_id) WHERE (state = 'elected'::text);
CREATE INDEX deputy_elections_to_fill ON deputy_elections USING btree (street_id, fills) WHERE (fills IS NOT NULL);
CREATE INDEX deputy_elections_waiting ON deputy_elections USING btree (street_id, elected_on, id) WHERE (state = 'elected'::text);
CREATE TRIGGER deputy_elections_guarded BEFORE UPDATE ON deputy_elections FOR EACH ROW EXECUTE FUNCTION app.guard_election();
ALTER TABLE deputy_elections ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_elections FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON deputy_elections FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'elected'::text)));
CREATE POLICY by_street ON deputy_elections FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) <> ALL (ARRAY['office_dispatch'::text, 'unit'::text, 'voter_rep'::text, 'expert'::text, 'info_officer'::text]))));
CREATE POLICY changed_by_keeper ON deputy_elections FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON deputy_elections FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'elected'::text) AND app.added_by_import('deputies'::text, street_id, (- id))));
GRANT DELETE, INSERT, SELECT, UPDATE ON deputy_elections TO portal_app;

CREATE TABLE deputy_groups (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    name text NOT NULL,
    professional boolean NOT NULL GENERATED ALWAYS AS ((kind <> 'joint'::text)) STORED,
    closed_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT deputy_groups_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_groups_by_nature UNIQUE (street_id, id, professional),
    CONSTRAINT deputy_groups_name_once UNIQUE (street_id, name),
    CONSTRAINT deputy_groups_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT deputy_groups_kind_known CHECK ((kind = ANY (ARRAY['law'::text, 'finance'::text, 'construction'::text, 'education'::text, 'joint'::text]))),
    CONSTRAINT deputy_groups_name_filled CHECK (((name <> ''::text) AND (length(name) <= 30)))
);
CREATE INDEX deputy_groups_by_id ON deputy_groups USING btree (id);
CREATE UNIQUE INDEX deputy_groups_kind_once ON deputy_groups USING btree (street_id, kind) WHERE (kind <> 'joint'::text);
ALTER TABLE deputy_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON deputy_groups FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY kept_by_keeper ON deputy_groups FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT, UPDATE ON deputy_groups TO portal_app;

CREATE TABLE deputy_reports (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    session_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    term text NOT NULL,
    held_on date NOT NULL,
    state text NOT NULL DEFAULT 'due'::text,
    text text NOT NULL DEFAULT ''::text,
    written_at timestamp with time zone,
    spoken_at timestamp with time zone,
    poll_id bigint,
    published_at timestamp with time zone,
    archived_at timestamp with time zone,
    why text NOT NULL DEFAULT ''::text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT deputy_reports_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_reports_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT deputy_reports_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT deputy_reports_session FOREIGN KEY (street_id, session_id) REFERENCES report_sessions(street_id, id),
    CONSTRAINT deputy_reports_in_order CHECK ((((state = 'due'::text) OR (state = 'dropped'::text) OR ((text <> ''::text) AND (written_at IS NOT NULL))) AND ((state = ANY (ARRAY['spoken'::text, 'rating'::text, 'published'::text, 'archived'::text])) = (spoken_at IS NOT NULL)) AND ((state = ANY (ARRAY['rating'::text, 'published'::text, 'archived'::text])) = (poll_id IS NOT NULL)) AND ((state = ANY (ARRAY['published'::text, 'archived'::text])) = (published_at IS NOT NULL)) AND ((state = 'archived'::text) = (archived_at IS NOT NULL)) AND ((state = 'dropped'::text) = (why <> ''::text)))),
    CONSTRAINT deputy_reports_state_known CHECK ((state = ANY (ARRAY['due'::text, 'written'::text, 'spoken'::text, 'rating'::text, 'published'::text, 'archived'::text, 'dropped'::text]))),
    CONSTRAINT deputy_reports_text_short CHECK (((length(text) <= 20000) AND (length(why) <= 500)))
);
COMMENT ON COLUMN deputy_reports.poll_id IS 'The rating without names that stands.';
COMMENT ON COLUMN deputy_reports.why IS 'Why the deputy did not report in this session.';
CREATE INDEX deputy_reports_by_day ON deputy_reports USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX deputy_reports_by_id ON deputy_reports USING btree (id);
CREATE INDEX deputy_reports_of_deputy ON deputy_reports USING btree (street_id, deputy_id, held_on DESC, id DESC);
CREATE INDEX deputy_reports_of_session ON deputy_reports USING btree (street_id, session_id, id);
CREATE UNIQUE INDEX deputy_reports_once_a_term ON deputy_reports USING btree (street_id, deputy_id, term) WHERE (state <> 'dropped'::text);
CREATE TRIGGER deputy_reports_guarded BEFORE INSERT OR DELETE OR UPDATE ON deputy_reports FOR EACH ROW EXECUTE FUNCTION app.guard_deputy_report();
ALTER TABLE deputy_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_reports FORCE ROW LEVEL SECURITY;
CREATE POLICY by_deputy ON deputy_reports FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND ((deputy_id = ( SELECT app.deputy() AS deputy)) OR (state = ANY (ARRAY['published'::text, 'archived'::text])))));
CREATE POLICY by_desk ON deputy_reports FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_gatherings() AS reads_gatherings)));
CREATE POLICY by_public ON deputy_reports FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (state = ANY (ARRAY['published'::text, 'archived'::text]))));
CREATE POLICY guarded ON deputy_reports FOR ALL
    USING (true);
CREATE POLICY kept ON deputy_reports FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY written_by_deputy ON deputy_reports FOR UPDATE
    USING (((street_id = ( SELECT app.street() AS street)) AND (deputy_id = ( SELECT app.deputy() AS deputy)) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (state = ANY (ARRAY['due'::text, 'written'::text, 'spoken'::text, 'rating'::text, 'published'::text]))))
    WITH CHECK ((state = ANY (ARRAY['written'::text, 'spoken'::text, 'rating'::text, 'published'::text])));
GRANT INSERT, SELECT, UPDATE ON deputy_reports TO portal_app;
GRANT SELECT (id, street_id, deputy_id, term, held_on, state, text, published_at) ON deputy_reports TO portal_public;

CREATE TABLE deputy_steps (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    deputy_id bigint NOT NULL,
    step text NOT NULL,
    on_day date NOT NULL,
    until_on date,
    ground text NOT NULL DEFAULT ''::text,
    document text NOT NULL DEFAULT ''::text,
    announced_on date,
    note text NOT NULL DEFAULT ''::text,
    actor text NOT NULL,
    created_by bigint NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT deputy_steps_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT deputy_steps_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT deputy_steps_documented CHECK (((document <> ''::text) OR (step <> ALL (ARRAY['confirmation'::text, 'suspension'::text, 'resumption'::text, 'acceptance'::text, 'termination'::text, 'recall'::text, 'transfer'::text])))),
    CONSTRAINT deputy_steps_ground CHECK (
CASE step
    WHEN 'suspension'::text THEN (ground = ANY (ARRAY['detained'::text, 'serving'::text]))
    WHEN 'termination'::text THEN (ground = ANY (ARRAY['moved_away'::text, 'absent_twice'::text, 'lost_nationality'::text, 'lost_rights'::text, 'lost_capacity'::text]))
    WHEN 'report'::text THEN (ground = ANY (ARRAY['detained'::text, 'serving'::text, 'released'::text, 'moved_away'::text, 'absent_twice'::text, 'lost_nationality'::text, 'lost_rights'::text, 'lost_capacity'::text, 'died'::text]))
    ELSE (ground = ''::text)
END),
    CONSTRAINT deputy_steps_known CHECK ((step = ANY (ARRAY['confirmation'::text, 'report'::text, 'suspension'::text, 'resumption'::text, 'resignation'::text, 'retraction'::text, 'acceptance'::text, 'termination'::text, 'recall'::text, 'transfer'::text, 'death'::text, 'expiry'::text, 'reinstatement'::text]))),
    CONSTRAINT deputy_steps_until CHECK (((until_on IS NULL) OR ((step = 'suspension'::text) AND (until_on > on_day))))
);
COMMENT ON COLUMN deputy_steps.document IS 'The decision or announcement of the standing committee, with its number.';
CREATE INDEX deputy_steps_of_deputy ON deputy_steps USING btree (street_id, deputy_id, id);
CREATE INDEX deputy_steps_reports ON deputy_steps USING btree (street_id, created_at) WHERE (step = 'report'::text);
CREATE TRIGGER deputy_steps_kept BEFORE DELETE OR UPDATE ON deputy_steps FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE deputy_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy_steps FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city_office ON deputy_steps FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON deputy_steps FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) <> ALL (ARRAY['office_dispatch'::text, 'unit'::text, 'voter_rep'::text, 'expert'::text, 'info_officer'::text]))));
CREATE POLICY by_street_office ON deputy_steps FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (step = ANY (ARRAY['report'::text, 'resignation'::text, 'retraction'::text]))));
GRANT INSERT, SELECT ON deputy_steps TO portal_app;

CREATE TABLE electoral_districts (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    term text NOT NULL,
    name text NOT NULL,
    seats integer,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT electoral_districts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT electoral_districts_once UNIQUE (street_id, term, name),
    CONSTRAINT electoral_districts_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT electoral_districts_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50))),
    CONSTRAINT electoral_districts_seats CHECK (((seats >= 1) AND (seats <= 100)))
);
COMMENT ON TABLE electoral_districts IS 'An electoral district 选区 of one term: deputies are elected in it, and voters'' representatives chosen.';
ALTER TABLE electoral_districts ENABLE ROW LEVEL SECURITY;
ALTER TABLE electoral_districts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON electoral_districts FOR SELECT
    USING ((( SELECT app.role() AS role) = ANY (ARRAY['public'::text, 'feed'::text])));
CREATE POLICY by_street ON electoral_districts FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY kept_by_keeper ON electoral_districts FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT, UPDATE ON electoral_districts TO portal_app;
GRANT SELECT (street_id, id, term, name, seats) ON electoral_districts TO portal_public;

CREATE TABLE expert_statements (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    expert_id bigint NOT NULL,
    units text[] NOT NULL DEFAULT '{}'::text[],
    matters text[] NOT NULL DEFAULT '{}'::text[],
    declared_on date NOT NULL,
    declarant text NOT NULL,
    by_expert boolean NOT NULL,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT expert_statements_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT expert_statements_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_statements_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts(street_id, id),
    CONSTRAINT expert_statements_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT expert_statements_short CHECK (((cardinality(units) <= 50) AND (cardinality(matters) <= 50)))
);
COMMENT ON TABLE expert_statements IS 'What an expert stands back from (回避事项), each time they declare it as a whole; the newest statement holds. Rows never change.';
CREATE INDEX expert_statements_newest ON expert_statements USING btree (street_id, expert_id, id);
CREATE TRIGGER expert_statements_never_change BEFORE DELETE OR UPDATE ON expert_statements FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE expert_statements ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_statements FORCE ROW LEVEL SECURITY;
CREATE POLICY added ON expert_statements FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) OR ((( SELECT app.role() AS role) = 'expert'::text) AND by_expert)) AND ( SELECT true
   FROM experts e
  WHERE ((e.street_id = expert_statements.street_id) AND (e.id = expert_statements.expert_id)))));
CREATE POLICY with_expert ON expert_statements FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'clerk'::text, 'operator'::text])) OR ( SELECT true
   FROM experts e
  WHERE ((e.street_id = expert_statements.street_id) AND (e.id = expert_statements.expert_id))))));
GRANT INSERT, SELECT ON expert_statements TO portal_app;

CREATE TABLE expert_terms (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    expert_id bigint NOT NULL,
    state text NOT NULL DEFAULT 'recommended'::text,
    recommended_on date NOT NULL,
    recommender text NOT NULL,
    person_consent_on date,
    unit_consent_on date,
    no_unit text NOT NULL DEFAULT ''::text,
    reviewed_on date,
    reviewer text NOT NULL DEFAULT ''::text,
    review text NOT NULL DEFAULT ''::text,
    met_on date,
    chair_post_id bigint,
    met_due integer,
    met_present integer,
    met_for integer,
    public_from date,
    public_until date,
    public_result text NOT NULL DEFAULT ''::text,
    certificate text NOT NULL DEFAULT ''::text,
    certified_on date,
    certifier_post_id bigint,
    holder text NOT NULL DEFAULT ''::text,
    holder_field text NOT NULL DEFAULT ''::text,
    from_on date,
    until_on date,
    declined_on date,
    declined_why text NOT NULL DEFAULT ''::text,
    ended_on date,
    ended_why text NOT NULL DEFAULT ''::text,
    ended_note text NOT NULL DEFAULT ''::text,
    ender_post_id bigint,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT expert_terms_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT expert_terms_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_terms_certifier FOREIGN KEY (street_id, certifier_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT expert_terms_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT expert_terms_ender FOREIGN KEY (street_id, ender_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT expert_terms_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts(street_id, id),
    CONSTRAINT expert_terms_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT expert_terms_apart EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, int8range(expert_id, expert_id, '[]'::text) WITH &&, daterange(from_on, COALESCE(ended_on, (until_on + 1))) WITH &&) WHERE ((certified_on IS NOT NULL)),
    CONSTRAINT expert_terms_certified CHECK (((state = ANY (ARRAY['engaged'::text, 'dismissed'::text])) = (certified_on IS NOT NULL))),
    CONSTRAINT expert_terms_certified_whole CHECK ((((certified_on IS NULL) = (certificate = ''::text)) AND ((certified_on IS NULL) = (holder = ''::text)) AND ((certified_on IS NULL) = (holder_field = ''::text)) AND (num_nulls(certified_on, certifier_post_id, from_on, until_on) = ANY (ARRAY[0, 4])))),
    CONSTRAINT expert_terms_consented CHECK (((state = ANY (ARRAY['recommended'::text, 'declined'::text])) OR ((person_consent_on IS NOT NULL) AND ((unit_consent_on IS NOT NULL) OR (no_unit <> ''::text))))),
    CONSTRAINT expert_terms_declined CHECK ((((state = 'declined'::text) = (declined_on IS NOT NULL)) AND ((declined_on IS NULL) = (declined_why = ''::text)))),
    CONSTRAINT expert_terms_ended CHECK ((((state = 'dismissed'::text) = (ended_on IS NOT NULL)) AND ((ended_on IS NULL) = (ended_why = ''::text)) AND ((ended_on IS NULL) = (ender_post_id IS NULL)))),
    CONSTRAINT expert_terms_ended_why_known CHECK ((ended_why = ANY (ARRAY[''::text, 'improper'::text, 'moved'::text, 'health'::text, 'request'::text]))),
    CONSTRAINT expert_terms_ended_within CHECK (((ended_on >= from_on) AND (ended_on <= until_on))),
    CONSTRAINT expert_terms_from_decision CHECK (((from_on >= met_on) AND (until_on >= from_on))),
    CONSTRAINT expert_terms_in_order CHECK (((reviewed_on >= recommended_on) AND (met_on >= reviewed_on) AND (public_from >= met_on) AND (certified_on >= met_on))),
    CONSTRAINT expert_terms_met_counted CHECK ((((met_for >= 0) AND (met_for <= met_present)) AND (met_present <= met_due))),
    CONSTRAINT expert_terms_met_passed CHECK (((state = ANY (ARRAY['recommended'::text, 'reviewed'::text, 'declined'::text])) OR ((met_on IS NOT NULL) AND ((2 * met_for) > met_due)))),
    CONSTRAINT expert_terms_met_quorum CHECK (((2 * met_present) > met_due)),
    CONSTRAINT expert_terms_met_whole CHECK ((num_nulls(met_on, chair_post_id, met_due, met_present, met_for) = ANY (ARRAY[0, 5]))),
    CONSTRAINT expert_terms_publicity_over CHECK (((certified_on IS NULL) OR (public_until IS NULL) OR ((public_until < certified_on) AND (public_result <> ''::text)))),
    CONSTRAINT expert_terms_publicity_whole CHECK (((public_until >= public_from) AND ((public_from IS NULL) = (public_until IS NULL)))),
    CONSTRAINT expert_terms_recommender_filled CHECK ((recommender <> ''::text)),
    CONSTRAINT expert_terms_reviewed CHECK (((state = ANY (ARRAY['recommended'::text, 'declined'::text])) OR (reviewed_on IS NOT NULL))),
    CONSTRAINT expert_terms_state_known CHECK ((state = ANY (ARRAY['recommended'::text, 'reviewed'::text, 'approved'::text, 'publicised'::text, 'engaged'::text, 'dismissed'::text, 'declined'::text])))
);
COMMENT ON TABLE expert_terms IS 'One engagement of an expert, from the recommendation to its end. It holds from from_on to until_on and not from ended_on on; renewing is another row.';
COMMENT ON COLUMN expert_terms.no_unit IS 'Why no unit has to consent, such as retirement.';
COMMENT ON COLUMN expert_terms.met_on IS 'The directors'' meeting (工委主任会议) that decided.';
COMMENT ON COLUMN expert_terms.holder IS 'The name on the certificate, as issued; so is holder_field.';
CREATE UNIQUE INDEX expert_terms_certificate_once ON expert_terms USING btree (street_id, certificate) WHERE (certificate <> ''::text);
CREATE INDEX expert_terms_expiring ON expert_terms USING btree (street_id, until_on) WHERE (state = 'engaged'::text);
CREATE INDEX expert_terms_of_expert ON expert_terms USING btree (street_id, expert_id, from_on);
CREATE UNIQUE INDEX expert_terms_one_open ON expert_terms USING btree (street_id, expert_id) WHERE (state = ANY (ARRAY['recommended'::text, 'reviewed'::text, 'approved'::text, 'publicised'::text]));
CREATE INDEX expert_terms_waiting ON expert_terms USING btree (street_id, state) WHERE (state = ANY (ARRAY['recommended'::text, 'reviewed'::text, 'approved'::text, 'publicised'::text]));
CREATE TRIGGER certifier_in_post BEFORE INSERT OR UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.only_in_post('certifier_post_id', 'certified_on', 'self');
CREATE TRIGGER ender_in_post BEFORE INSERT OR UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.only_in_post('ender_post_id', 'ended_on', 'self');
CREATE TRIGGER expert_terms_all_due BEFORE INSERT OR UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER expert_terms_only_presiding BEFORE INSERT OR UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
CREATE TRIGGER signed_stays BEFORE UPDATE ON expert_terms FOR EACH ROW EXECUTE FUNCTION app.expert_term_stays();
ALTER TABLE expert_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_terms FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON expert_terms FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_committee ON expert_terms FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'clerk'::text, 'operator'::text]))));
CREATE POLICY by_reader ON expert_terms FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (certified_on IS NOT NULL) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'party_reader'::text, 'counter'::text]))));
CREATE POLICY by_self ON expert_terms FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (certified_on IS NOT NULL) AND (( SELECT app.role() AS role) = 'expert'::text) AND ( SELECT true
   FROM experts e
  WHERE ((e.street_id = expert_terms.street_id) AND (e.id = expert_terms.expert_id)))));
CREATE POLICY changed_by_keeper ON expert_terms FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON expert_terms FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'recommended'::text) AND app.added_by_import('experts'::text, street_id, expert_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON expert_terms TO portal_app;

CREATE TABLE expert_works (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    expert_id bigint NOT NULL,
    kind text NOT NULL,
    done_on date NOT NULL,
    subject text NOT NULL,
    about text NOT NULL DEFAULT ''::text,
    text text NOT NULL DEFAULT ''::text,
    hours numeric(5,1) NOT NULL,
    by_expert boolean NOT NULL,
    entered_by text NOT NULL,
    state text NOT NULL DEFAULT 'entered'::text,
    decided_on date,
    decided_by text NOT NULL DEFAULT ''::text,
    refused_why text NOT NULL DEFAULT ''::text,
    adoption text NOT NULL DEFAULT ''::text,
    adoption_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT expert_works_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT expert_works_key_once UNIQUE (street_id, key),
    CONSTRAINT expert_works_expert FOREIGN KEY (street_id, expert_id) REFERENCES experts(street_id, id),
    CONSTRAINT expert_works_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT expert_works_adoption_known CHECK ((adoption = ANY (ARRAY[''::text, 'adopted'::text, 'partly'::text, 'not'::text]))),
    CONSTRAINT expert_works_adoption_of_confirmed CHECK (((adoption = ''::text) OR (state = 'confirmed'::text))),
    CONSTRAINT expert_works_adoption_reasoned CHECK (((adoption <> ALL (ARRAY['partly'::text, 'not'::text])) OR (adoption_why <> ''::text))),
    CONSTRAINT expert_works_decided CHECK ((((state = 'entered'::text) = (decided_on IS NULL)) AND ((state = 'refused'::text) = (refused_why <> ''::text)))),
    CONSTRAINT expert_works_hours_plausible CHECK (((hours > (0)::numeric) AND (hours <= (200)::numeric))),
    CONSTRAINT expert_works_kind_known CHECK ((kind = ANY (ARRAY['review'::text, 'meeting'::text, 'comment'::text]))),
    CONSTRAINT expert_works_state_known CHECK ((state = ANY (ARRAY['entered'::text, 'confirmed'::text, 'refused'::text]))),
    CONSTRAINT expert_works_subject_filled CHECK (((subject <> ''::text) AND (length(subject) <= 100)))
);
COMMENT ON COLUMN expert_works.about IS 'The unit that the work was about; an expert does not work on what they stand back from.';
COMMENT ON COLUMN expert_works.adoption IS 'What became of the expert''s opinion: adopted, partly, not; "" while open or where there was none.';
CREATE INDEX expert_works_newest ON expert_works USING btree (street_id, expert_id, done_on DESC, id DESC);
CREATE INDEX expert_works_to_confirm ON expert_works USING btree (street_id, id) WHERE (state = 'entered'::text);
CREATE TRIGGER work_fits BEFORE INSERT OR UPDATE ON expert_works FOR EACH ROW EXECUTE FUNCTION app.expert_work_fits();
ALTER TABLE expert_works ENABLE ROW LEVEL SECURITY;
ALTER TABLE expert_works FORCE ROW LEVEL SECURITY;
CREATE POLICY added ON expert_works FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) OR ((( SELECT app.role() AS role) = 'expert'::text) AND by_expert AND (state = 'entered'::text))) AND ( SELECT true
   FROM experts e
  WHERE ((e.street_id = expert_works.street_id) AND (e.id = expert_works.expert_id)))));
CREATE POLICY changed_by_keeper ON expert_works FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY with_expert ON expert_works FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'clerk'::text, 'operator'::text])) OR ( SELECT true
   FROM experts e
  WHERE ((e.street_id = expert_works.street_id) AND (e.id = expert_works.expert_id))))));
GRANT INSERT, SELECT, UPDATE ON expert_works TO portal_app;

CREATE TABLE experts (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    person_id bigint NOT NULL,
    field text NOT NULL,
    title text NOT NULL DEFAULT ''::text,
    since date,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT experts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT experts_key_once UNIQUE (street_id, key),
    CONSTRAINT experts_person_once UNIQUE (street_id, person_id),
    CONSTRAINT experts_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT experts_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT experts_field_known CHECK ((field = ANY (ARRAY['audit'::text, 'law'::text, 'construction'::text, 'environment'::text, 'education'::text, 'health'::text, 'information'::text, 'other'::text]))),
    CONSTRAINT experts_title_short CHECK ((length(title) <= 50))
);
COMMENT ON TABLE experts IS 'Who is, was or is to become a consulting expert. Only the committee sees those who are yet to become one.';
COMMENT ON COLUMN experts.title IS '职称; where they work stands in people.';
COMMENT ON COLUMN experts.since IS 'The first day on which they were an expert; NULL until the first certificate is issued.';
CREATE INDEX experts_by_id ON experts USING btree (id);
CREATE INDEX experts_of_street ON experts USING btree (street_id, id) WHERE (since IS NOT NULL);
CREATE TRIGGER since_certified BEFORE INSERT OR UPDATE OF since ON experts FOR EACH ROW EXECUTE FUNCTION app.expert_since_certified();
ALTER TABLE experts ENABLE ROW LEVEL SECURITY;
ALTER TABLE experts FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON experts FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_committee ON experts FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'clerk'::text, 'operator'::text]))));
CREATE POLICY by_reader ON experts FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (since IS NOT NULL) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'party_reader'::text, 'counter'::text]))));
CREATE POLICY by_self ON experts FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (since IS NOT NULL) AND (( SELECT app.role() AS role) = 'expert'::text) AND ((street_id, person_id) IN ( SELECT p.street_id,
    p.id
   FROM people p
  WHERE ((p.street_id = ( SELECT app.street() AS street)) AND (p.user_id = ( SELECT app.user_id() AS user_id)))))));
CREATE POLICY changed_by_keeper ON experts FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON experts FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (since IS NULL) AND app.added_by_import('experts'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON experts TO portal_app;

CREATE TABLE feeds (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    station_id bigint,
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    maker text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoker text NOT NULL DEFAULT ''::text,
    CONSTRAINT feeds_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT feeds_token_once UNIQUE (street_id, token_hash),
    CONSTRAINT feeds_station FOREIGN KEY (street_id, station_id) REFERENCES stations(street_id, id),
    CONSTRAINT feeds_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT feeds_hash_whole CHECK ((length(token_hash) = 32)),
    CONSTRAINT feeds_kind_known CHECK ((kind = ANY (ARRAY['person'::text, 'street'::text, 'station'::text]))),
    CONSTRAINT feeds_of_station CHECK (((kind = 'station'::text) = (station_id IS NOT NULL))),
    CONSTRAINT feeds_revoked CHECK (((revoked_at IS NULL) = (revoker = ''::text)))
);
COMMENT ON COLUMN feeds.token_hash IS 'SHA-256 of the address: who reads this table cannot read a calendar.';
COMMENT ON COLUMN feeds.user_id IS 'Whose it is. It ends with their last role in the street.';
CREATE INDEX feeds_by_token ON feeds USING btree (token_hash);
CREATE UNIQUE INDEX feeds_one_live ON feeds USING btree (street_id, user_id, kind, COALESCE(station_id, (0)::bigint)) WHERE (revoked_at IS NULL);
CREATE TRIGGER feeds_guarded BEFORE UPDATE ON feeds FOR EACH ROW EXECUTE FUNCTION app.guard_feed();
ALTER TABLE feeds ENABLE ROW LEVEL SECURITY;
ALTER TABLE feeds FORCE ROW LEVEL SECURITY;
CREATE POLICY fed ON feeds FOR SELECT
    USING (true);
CREATE POLICY made ON feeds FOR INSERT
    WITH CHECK (((street_id = ( SELECT app.street() AS street)) AND (user_id = ( SELECT app.user_id() AS user_id)) AND (user_id <> 0) AND (revoked_at IS NULL) AND
CASE kind
    WHEN 'street'::text THEN (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text]))
    WHEN 'station'::text THEN (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'liaison'::text]))
    ELSE true
END));
CREATE POLICY own ON feeds FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND ((user_id = ( SELECT app.user_id() AS user_id)) OR ((kind <> 'person'::text) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text]))))));
CREATE POLICY revoked ON feeds FOR UPDATE
    USING (((street_id = ( SELECT app.street() AS street)) AND ((user_id = ( SELECT app.user_id() AS user_id)) OR ((kind <> 'person'::text) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text]))))));
GRANT INSERT ON feeds TO portal_app;
GRANT SELECT (id, street_id, kind, station_id, user_id, maker, made_at, revoked_at) ON feeds TO portal_app;
GRANT UPDATE (revoked_at, revoker) ON feeds TO portal_app;

CREATE TABLE files (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    owner_kind text NOT NULL,
    owner_id bigint NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    content bytea,
    place text NOT NULL DEFAULT ''::text,
    preview bytea,
    width integer NOT NULL DEFAULT 0,
    height integer NOT NULL DEFAULT 0,
    created_by bigint NOT NULL DEFAULT 0,
    creator text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT files_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT files_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT files_content_whole CHECK (((content IS NULL) OR ((size = octet_length(content)) AND (sha256 = sha256(content))))),
    CONSTRAINT files_in_one_place CHECK (((content IS NULL) = (place <> ''::text))),
    CONSTRAINT files_media_type_known CHECK ((media_type = ANY (ARRAY['image/jpeg'::text, 'image/png'::text, 'application/pdf'::text, 'text/plain'::text, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'::text, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'::text]))),
    CONSTRAINT files_name_filled CHECK (((name <> ''::text) AND (length(name) <= 120))),
    CONSTRAINT files_owner_filled CHECK ((owner_kind <> ''::text)),
    CONSTRAINT files_picture CHECK (((media_type ~~ 'image/%'::text) = ((preview IS NOT NULL) AND (width > 0) AND (height > 0)))),
    CONSTRAINT files_size CHECK (((size > 0) AND (octet_length(sha256) = 32)))
);
COMMENT ON TABLE files IS 'Attachments. Each is seen by whoever sees what it belongs to, and by nobody else.';
COMMENT ON COLUMN files.owner_kind IS 'The kind of record, such as opinion. A new kind needs a policy that says who sees its files.';
COMMENT ON COLUMN files.sha256 IS 'Of the content as it is kept and served.';
COMMENT ON COLUMN files.place IS 'Where the content is under the data directory, when it is not in content.';
COMMENT ON COLUMN files.preview IS 'A small JPEG for lists.';
CREATE INDEX files_by_id ON files USING btree (id);
CREATE INDEX files_of_owner ON files USING btree (owner_kind, owner_id, id);
CREATE TRIGGER files_never_change BEFORE UPDATE ON files FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE ROW LEVEL SECURITY;
CREATE POLICY added_to_acting_head ON files FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (((owner_kind = 'acting_head'::text) AND (( SELECT app.role() AS role) <> 'staff'::text) AND (EXISTS ( SELECT
   FROM acting_heads a
  WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id))))) OR ((owner_kind = 'post_ending'::text) AND (EXISTS ( SELECT
   FROM post_endings e
  WHERE ((e.street_id = files.street_id) AND (e.id = files.owner_id) AND (e.returned_on IS NULL))))))));
CREATE POLICY added_to_appointment ON files FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (((owner_kind = 'appointment'::text) AND (EXISTS ( SELECT
   FROM appointments a
  WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id) AND (a.state = 'preparing'::text))))) OR ((owner_kind = ANY (ARRAY['appointee_form'::text, 'appointee_review'::text])) AND (EXISTS ( SELECT
   FROM (appointees p
     JOIN appointments a ON (((a.street_id = p.street_id) AND (a.id = p.appointment_id))))
  WHERE ((p.street_id = files.street_id) AND (p.id = files.owner_id) AND (a.state = 'preparing'::text))))))));
CREATE POLICY by_code ON files FOR SELECT
    USING (((owner_kind = 'opinion'::text) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = files.street_id) AND (o.id = files.owner_id))))));
CREATE POLICY by_consent ON files FOR SELECT
    USING (((owner_kind = 'deputy'::text) AND (( SELECT app.role() AS role) = 'public'::text) AND (EXISTS ( SELECT
   FROM deputies d
  WHERE ((d.street_id = files.street_id) AND (d.id = files.owner_id) AND (d.photo_id = files.id) AND (d.photo_consent_on IS NOT NULL) AND (d.ended_on IS NULL))))));
CREATE POLICY by_resident ON files FOR INSERT
    WITH CHECK (((owner_kind = 'opinion'::text) AND (created_by = 0) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = files.street_id) AND (o.id = files.owner_id) AND (o.state = 'registered'::text))))));
CREATE POLICY with_acting_head ON files FOR SELECT
    USING ((((owner_kind = 'acting_head'::text) AND (EXISTS ( SELECT
   FROM acting_heads a
  WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id))))) OR ((owner_kind = 'post_ending'::text) AND (EXISTS ( SELECT
   FROM post_endings e
  WHERE ((e.street_id = files.street_id) AND (e.id = files.owner_id)))) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text])))));
CREATE POLICY with_activity ON files FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE owner_kind
    WHEN 'activity'::text THEN (EXISTS ( SELECT
       FROM activities a
      WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id))))
    WHEN 'activity_forwarding'::text THEN (EXISTS ( SELECT
       FROM activity_forwardings f
      WHERE ((f.street_id = files.street_id) AND (f.id = files.owner_id))))
    ELSE false
END))
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE owner_kind
    WHEN 'activity'::text THEN ((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text, 'group_leader'::text, 'operator'::text])) AND (EXISTS ( SELECT
       FROM activities a
      WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id)))))
    WHEN 'activity_forwarding'::text THEN ((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text, 'staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text])) AND (EXISTS ( SELECT
       FROM activity_forwardings f
      WHERE ((f.street_id = files.street_id) AND (f.id = files.owner_id)))))
    ELSE false
END));
CREATE POLICY with_appointment ON files FOR SELECT
    USING ((((owner_kind = 'appointment'::text) AND (EXISTS ( SELECT
   FROM appointments a
  WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id))))) OR ((owner_kind = ANY (ARRAY['appointee_form'::text, 'appointee_review'::text])) AND (EXISTS ( SELECT
   FROM appointees a
  WHERE ((a.street_id = files.street_id) AND (a.id = files.owner_id)))))));
CREATE POLICY with_deputy ON files FOR ALL
    USING (((owner_kind = 'deputy'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (EXISTS ( SELECT
   FROM deputies d
  WHERE ((d.street_id = files.street_id) AND (d.id = files.owner_id))))));
CREATE POLICY with_deputy_report ON files FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (owner_kind = 'deputy_report'::text) AND (EXISTS ( SELECT
   FROM deputy_reports r
  WHERE ((r.street_id = files.street_id) AND (r.id = files.owner_id))))));
CREATE POLICY with_landing ON files FOR ALL
    USING (((owner_kind = 'landing'::text) AND (EXISTS ( SELECT
   FROM landings l
  WHERE ((l.street_id = files.street_id) AND (l.id = files.owner_id))))));
CREATE POLICY with_mandate_report ON files FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (owner_kind = 'mandate_report'::text) AND (EXISTS ( SELECT
   FROM mandate_reports r
  WHERE ((r.street_id = files.street_id) AND (r.id = files.owner_id))))));
CREATE POLICY with_meeting ON files FOR ALL
    USING (((owner_kind = 'meeting'::text) AND (EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = files.street_id) AND (m.id = files.owner_id))))))
    WITH CHECK (((owner_kind = 'meeting'::text) AND ( SELECT app.keeps_meetings() AS keeps_meetings) AND (EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = files.street_id) AND (m.id = files.owner_id))))));
CREATE POLICY with_opinion ON files FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE owner_kind
    WHEN 'opinion'::text THEN (EXISTS ( SELECT
       FROM opinions o
      WHERE ((o.street_id = files.street_id) AND (o.id = files.owner_id))))
    WHEN 'opinion_reply'::text THEN (EXISTS ( SELECT
       FROM opinion_replies r
      WHERE ((r.street_id = files.street_id) AND (r.id = files.owner_id))))
    ELSE false
END));
CREATE POLICY with_performance_supplement ON files FOR ALL
    USING (((owner_kind = 'performance_supplement'::text) AND (EXISTS ( SELECT
   FROM performance_supplements s
  WHERE ((s.street_id = files.street_id) AND (s.id = files.owner_id))))))
    WITH CHECK (((owner_kind = 'performance_supplement'::text) AND ( SELECT app.supplements_performance() AS supplements_performance) AND (EXISTS ( SELECT
   FROM performance_supplements s
  WHERE ((s.street_id = files.street_id) AND (s.id = files.owner_id) AND (s.state = 'waiting'::text) AND (s.entered_by = ( SELECT app.user_id() AS user_id)))))));
CREATE POLICY with_plan_consultation ON files FOR ALL
    USING (((owner_kind = 'plan_consultation'::text) AND (EXISTS ( SELECT
   FROM plan_consultations c
  WHERE ((c.street_id = files.street_id) AND (c.id = files.owner_id))))))
    WITH CHECK (((owner_kind = 'plan_consultation'::text) AND (( SELECT app.role() AS role) = ANY (ARRAY['party_reader'::text, 'staff'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM plan_consultations c
  WHERE ((c.street_id = files.street_id) AND (c.id = files.owner_id) AND (c.received_on IS NULL))))));
CREATE POLICY with_suggestion ON files FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE owner_kind
    WHEN 'suggestion'::text THEN (EXISTS ( SELECT
       FROM suggestions s
      WHERE ((s.street_id = files.street_id) AND (s.id = files.owner_id))))
    WHEN 'suggestion_reply'::text THEN (EXISTS ( SELECT
       FROM suggestion_replies r
      WHERE ((r.street_id = files.street_id) AND (r.id = files.owner_id))))
    ELSE false
END))
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE owner_kind
    WHEN 'suggestion'::text THEN ((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text, 'staff'::text, 'operator'::text])) AND (EXISTS ( SELECT
       FROM suggestions s
      WHERE ((s.street_id = files.street_id) AND (s.id = files.owner_id)))))
    WHEN 'suggestion_reply'::text THEN ((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text, 'operator'::text])) AND (EXISTS ( SELECT
       FROM suggestion_replies r
      WHERE ((r.street_id = files.street_id) AND (r.id = files.owner_id)))))
    ELSE false
END));
CREATE POLICY with_training ON files FOR ALL
    USING (((owner_kind = 'training'::text) AND (EXISTS ( SELECT
   FROM trainings t
  WHERE ((t.street_id = files.street_id) AND (t.id = files.owner_id))))))
    WITH CHECK (((owner_kind = 'training'::text) AND ( SELECT app.keeps_trainings() AS keeps_trainings) AND (EXISTS ( SELECT
   FROM trainings t
  WHERE ((t.street_id = files.street_id) AND (t.id = files.owner_id))))));
GRANT INSERT, SELECT ON files TO portal_app;
GRANT INSERT ON files TO portal_public;
GRANT SELECT (id, street_id, owner_kind, owner_id, name, media_type, size, sha256, content, place, preview, width, height) ON files TO portal_public;

CREATE TABLE gathering_doors (
    street_id bigint NOT NULL,
    gathering_id bigint NOT NULL,
    code text NOT NULL,
    token text NOT NULL,
    CONSTRAINT gathering_doors_pkey PRIMARY KEY (street_id, gathering_id),
    CONSTRAINT gathering_doors_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings(street_id, id),
    CONSTRAINT gathering_doors_four_digits CHECK ((code ~ '^[0-9]{4}$'::text)),
    CONSTRAINT gathering_doors_token_long CHECK ((length(token) >= 26))
);
CREATE INDEX gathering_doors_by_token ON gathering_doors USING btree (token);
ALTER TABLE gathering_doors ENABLE ROW LEVEL SECURITY;
ALTER TABLE gathering_doors FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON gathering_doors FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY by_leader ON gathering_doors FOR ALL
    USING (((street_id = ( SELECT app.street() AS street)) AND (gathering_id = ANY (( SELECT app.led_gatherings() AS led_gatherings)::bigint[]))));
CREATE POLICY guarded ON gathering_doors FOR SELECT
    USING (true);
GRANT INSERT, SELECT ON gathering_doors TO portal_app;

CREATE TABLE gatherings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    record_id bigint NOT NULL,
    group_id bigint,
    title text NOT NULL,
    place text NOT NULL,
    held_on date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    grace integer NOT NULL DEFAULT 10,
    state text NOT NULL DEFAULT 'planned'::text,
    called_at timestamp with time zone,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    why text NOT NULL DEFAULT ''::text,
    sequence integer NOT NULL DEFAULT 0,
    sealed boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT gatherings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT gatherings_record_once UNIQUE (street_id, kind, record_id),
    CONSTRAINT gatherings_with_day UNIQUE (street_id, id, held_on),
    CONSTRAINT gatherings_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT gatherings_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT gatherings_cancelled_with_reason CHECK (((state <> 'cancelled'::text) OR (why <> ''::text))),
    CONSTRAINT gatherings_day_of_start CHECK ((held_on = ((starts_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT gatherings_end_after_start CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '31 days'::interval)))),
    CONSTRAINT gatherings_grace_minutes CHECK (((grace >= 0) AND (grace <= 120))),
    CONSTRAINT gatherings_in_order CHECK ((((state <> ALL (ARRAY['called'::text, 'open'::text, 'closed'::text])) OR (called_at IS NOT NULL)) AND ((state <> 'planned'::text) OR (called_at IS NULL)) AND ((state = 'cancelled'::text) OR ((state = ANY (ARRAY['open'::text, 'closed'::text])) = (opened_at IS NOT NULL))) AND ((state = ANY (ARRAY['closed'::text, 'cancelled'::text])) = (closed_at IS NOT NULL)))),
    CONSTRAINT gatherings_kind_known CHECK ((kind = ANY (ARRAY['activity'::text, 'meeting'::text, 'report_session'::text]))),
    CONSTRAINT gatherings_opened_on_the_day CHECK ((((opened_at AT TIME ZONE 'Asia/Shanghai'::text))::date >= held_on)),
    CONSTRAINT gatherings_place_filled CHECK (((place <> ''::text) AND (length(place) <= 100))),
    CONSTRAINT gatherings_sealed_when_closed CHECK (((NOT sealed) OR (state = 'closed'::text))),
    CONSTRAINT gatherings_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'called'::text, 'open'::text, 'closed'::text, 'cancelled'::text]))),
    CONSTRAINT gatherings_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100))),
    CONSTRAINT gatherings_why_short CHECK ((length(why) <= 500))
);
COMMENT ON COLUMN gatherings.record_id IS 'The activity or meeting that owns the gathering; its room refers back.';
COMMENT ON COLUMN gatherings.group_id IS 'The deputies'' group that holds it, whose leader keeps it beside the office; NULL where the committee does.';
COMMENT ON COLUMN gatherings.held_on IS 'The day of starts_at in Asia/Shanghai; attendances carry it, so that one index finds a person''s year.';
COMMENT ON COLUMN gatherings.grace IS 'Minutes: who comes later than that is late, who leaves earlier than that leaves early.';
COMMENT ON COLUMN gatherings.why IS 'Why it was cancelled, or moved the last time.';
COMMENT ON COLUMN gatherings.sequence IS 'Raised by every change after the notice: SEQUENCE of iCalendar (RFC 5545).';
COMMENT ON COLUMN gatherings.sealed IS 'Set by the owner, for example when the minutes are issued: from then on not even a correction is possible.';
CREATE INDEX gatherings_by_day ON gatherings USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX gatherings_by_id ON gatherings USING btree (id);
CREATE INDEX gatherings_of_group ON gatherings USING btree (street_id, group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX gatherings_running ON gatherings USING btree (street_id, held_on) WHERE (state = ANY (ARRAY['planned'::text, 'called'::text, 'open'::text]));
CREATE TRIGGER gatherings_concluded AFTER UPDATE ON gatherings FOR EACH ROW WHEN (((new.state = ANY (ARRAY['closed'::text, 'cancelled'::text])) AND (new.state <> old.state))) EXECUTE FUNCTION app.conclude_gathering();
CREATE TRIGGER gatherings_guarded BEFORE UPDATE ON gatherings FOR EACH ROW EXECUTE FUNCTION app.guard_gathering();
ALTER TABLE gatherings ENABLE ROW LEVEL SECURITY;
ALTER TABLE gatherings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_called ON gatherings FOR SELECT
    USING (((called_at IS NOT NULL) AND (EXISTS ( SELECT
   FROM attendances a
  WHERE ((a.street_id = gatherings.street_id) AND (a.gathering_id = gatherings.id))))));
CREATE POLICY by_desk ON gatherings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_gatherings() AS reads_gatherings)));
CREATE POLICY by_leader ON gatherings FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[]))));
CREATE POLICY guarded ON gatherings FOR ALL
    USING (true);
CREATE POLICY kept_by_keeper ON gatherings FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY kept_by_leader ON gatherings FOR UPDATE
    USING (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[]))));
CREATE POLICY planned_by_keeper ON gatherings FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings) AND (state = 'planned'::text) AND (NOT sealed)));
CREATE POLICY planned_by_leader ON gatherings FOR INSERT
    WITH CHECK (((street_id = ( SELECT app.street() AS street)) AND (group_id = ANY (( SELECT app.led_groups() AS led_groups)::bigint[])) AND (state = 'planned'::text) AND (NOT sealed)));
GRANT INSERT, SELECT, UPDATE ON gatherings TO portal_app;

CREATE TABLE group_leaders (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    with_deputy boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT group_leaders_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT group_leaders_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT group_leaders_street_id_group_id_fkey FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT group_leaders_one EXCLUDE USING gist (int8range(group_id, group_id, '[]'::text) WITH &&, daterange(from_on, until_on) WITH &&),
    CONSTRAINT group_leaders_dates CHECK (((until_on IS NULL) OR (until_on >= from_on)))
);
CREATE INDEX group_leaders_of_deputy ON group_leaders USING btree (street_id, deputy_id, from_on);
CREATE TRIGGER group_leaders_member BEFORE INSERT ON group_leaders FOR EACH ROW EXECUTE FUNCTION app.only_members_lead();
ALTER TABLE group_leaders ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_leaders FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON group_leaders FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY called ON group_leaders FOR SELECT
    USING (true);
CREATE POLICY kept_by_keeper ON group_leaders FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT, UPDATE ON group_leaders TO portal_app;

CREATE TABLE group_members (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    professional boolean NOT NULL,
    from_on date NOT NULL,
    until_on date,
    with_deputy boolean NOT NULL DEFAULT false,
    note text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT group_members_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT group_members_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT group_members_street_id_group_id_professional_fkey FOREIGN KEY (street_id, group_id, professional) REFERENCES deputy_groups(street_id, id, professional),
    CONSTRAINT group_members_once EXCLUDE USING gist (int8range(deputy_id, deputy_id, '[]'::text) WITH &&, int8range(group_id, group_id, '[]'::text) WITH &&, daterange(from_on, until_on) WITH &&) WHERE ((NOT professional)),
    CONSTRAINT group_members_one_professional EXCLUDE USING gist (int8range(deputy_id, deputy_id, '[]'::text) WITH &&, daterange(from_on, until_on) WITH &&) WHERE (professional),
    CONSTRAINT group_members_dates CHECK (((until_on IS NULL) OR (until_on >= from_on))),
    CONSTRAINT group_members_note_short CHECK ((length(note) <= 500))
);
COMMENT ON COLUMN group_members.with_deputy IS 'Ended with the deputy''s time, and opened again should that be reversed.';
CREATE INDEX group_members_of_deputy ON group_members USING btree (street_id, deputy_id, from_on);
CREATE INDEX group_members_of_group ON group_members USING btree (street_id, group_id, from_on);
CREATE TRIGGER group_members_followed AFTER INSERT OR UPDATE ON group_members FOR EACH ROW EXECUTE FUNCTION app.follow_membership();
ALTER TABLE group_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_members FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON group_members FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY kept_by_keeper ON group_members FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON group_members FOR DELETE
    USING (app.added_by_import('deputies'::text, street_id, deputy_id));
GRANT DELETE, INSERT, SELECT, UPDATE ON group_members TO portal_app;

CREATE TABLE group_plan_items (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    plan_id bigint NOT NULL,
    month integer NOT NULL,
    theme text NOT NULL,
    kind text NOT NULL,
    output text NOT NULL DEFAULT ''::text,
    CONSTRAINT group_plan_items_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT group_plan_items_street_id_plan_id_fkey FOREIGN KEY (street_id, plan_id) REFERENCES group_plans(street_id, id),
    CONSTRAINT group_plan_items_kind_known CHECK ((kind = ANY (ARRAY['inspection'::text, 'study'::text, 'appraisal'::text, 'group_day'::text, 'walk'::text, 'enterprise'::text, 'training'::text, 'talk'::text, 'report'::text, 'other'::text]))),
    CONSTRAINT group_plan_items_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT group_plan_items_output_short CHECK ((length(output) <= 200)),
    CONSTRAINT group_plan_items_theme_filled CHECK (((theme <> ''::text) AND (length(theme) <= 100)))
);
CREATE INDEX group_plan_items_of_plan ON group_plan_items USING btree (street_id, plan_id, month, id);
CREATE TRIGGER group_plan_items_guarded BEFORE INSERT OR DELETE OR UPDATE ON group_plan_items FOR EACH ROW EXECUTE FUNCTION app.guard_plan_item();
ALTER TABLE group_plan_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_plan_items FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON group_plan_items FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY kept_by_planner ON group_plan_items FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.plans_group(p.street_id, p.group_id) AS plans_group
   FROM group_plans p
  WHERE ((p.street_id = group_plan_items.street_id) AND (p.id = group_plan_items.plan_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON group_plan_items TO portal_app;

CREATE TABLE group_plans (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    group_id bigint NOT NULL,
    year integer NOT NULL,
    edition integer NOT NULL DEFAULT 1,
    reason text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'draft'::text,
    passed_on date,
    present integer,
    members integer,
    sent_on date,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT group_plans_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT group_plans_key_once UNIQUE (street_id, key),
    CONSTRAINT group_plans_once UNIQUE (street_id, group_id, year, edition),
    CONSTRAINT group_plans_street_id_group_id_fkey FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT group_plans_passed CHECK (((state = 'draft'::text) OR ((passed_on IS NOT NULL) AND (present IS NOT NULL) AND (members IS NOT NULL)))),
    CONSTRAINT group_plans_quorum CHECK ((((present * 2) > members) AND (present <= members))),
    CONSTRAINT group_plans_reasoned CHECK (((edition = 1) = (reason = ''::text))),
    CONSTRAINT group_plans_sent CHECK (((state = 'sent'::text) = (sent_on IS NOT NULL))),
    CONSTRAINT group_plans_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'passed'::text, 'sent'::text]))),
    CONSTRAINT group_plans_year CHECK (((year >= 2000) AND (year <= 2100)))
);
CREATE INDEX group_plans_by_id ON group_plans USING btree (id);
CREATE UNIQUE INDEX group_plans_one_draft ON group_plans USING btree (street_id, group_id, year) WHERE (state <> 'sent'::text);
CREATE TRIGGER group_plans_guarded BEFORE UPDATE ON group_plans FOR EACH ROW EXECUTE FUNCTION app.guard_plan();
ALTER TABLE group_plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE group_plans FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON group_plans FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY kept_by_planner ON group_plans FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.plans_group(street_id, group_id)));
GRANT INSERT, SELECT, UPDATE ON group_plans TO portal_app;

CREATE TABLE import_rows (
    street_id bigint NOT NULL,
    import_id bigint NOT NULL,
    line integer NOT NULL,
    kind text NOT NULL,
    cells text[] NOT NULL,
    sealed bytea,
    complaints jsonb NOT NULL DEFAULT '[]'::jsonb,
    before text[],
    before_sealed bytea,
    subject_id bigint,
    version integer,
    outcome text NOT NULL DEFAULT ''::text,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT import_rows_pkey PRIMARY KEY (street_id, import_id, line),
    CONSTRAINT import_rows_street_id_import_id_fkey FOREIGN KEY (street_id, import_id) REFERENCES imports(street_id, id),
    CONSTRAINT import_rows_error_told CHECK (((kind = 'error'::text) = (complaints <> '[]'::jsonb))),
    CONSTRAINT import_rows_kind_known CHECK ((kind = ANY (ARRAY['new'::text, 'changed'::text, 'same'::text, 'error'::text]))),
    CONSTRAINT import_rows_outcome_known CHECK ((outcome = ANY (ARRAY[''::text, 'applied'::text, 'stale'::text, 'refused'::text, 'undone'::text, 'kept'::text]))),
    CONSTRAINT import_rows_outcome_told CHECK (((outcome <> ALL (ARRAY['stale'::text, 'refused'::text, 'kept'::text])) OR (note <> ''::text)))
);
COMMENT ON TABLE import_rows IS 'One row of an imported sheet: what it says, what the register said before, and what became of it.';
COMMENT ON COLUMN import_rows.line IS 'The number of the row in the sheet.';
COMMENT ON COLUMN import_rows.cells IS 'In the order of the register''s columns; phone numbers are masked here and whole in sealed.';
COMMENT ON COLUMN import_rows.version IS 'Of the subject: as it was when the sheet was read, later as the import left it.';
COMMENT ON COLUMN import_rows.outcome IS 'applied; stale: changed by someone meanwhile; refused: the register did not take it; undone; kept: could not be undone.';
CREATE INDEX import_rows_by_kind ON import_rows USING btree (street_id, import_id, kind, line);
CREATE INDEX import_rows_by_outcome ON import_rows USING btree (street_id, import_id, outcome, line);
CREATE INDEX import_rows_by_subject ON import_rows USING btree (street_id, subject_id) WHERE (subject_id IS NOT NULL);
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON import_rows FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY read_by_heads ON import_rows FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'city_office'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT DELETE, INSERT, SELECT, UPDATE ON import_rows TO portal_app;

CREATE TABLE imports (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    register text NOT NULL,
    file_name text NOT NULL,
    file_size integer NOT NULL,
    file_sealed bytea,
    state text NOT NULL DEFAULT 'reading'::text,
    failure text NOT NULL DEFAULT ''::text,
    remark text NOT NULL DEFAULT ''::text,
    total integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    beat_at timestamp with time zone NOT NULL,
    sent_by bigint NOT NULL,
    sender text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    confirmed_by bigint,
    confirmer text NOT NULL DEFAULT ''::text,
    confirmed_at timestamp with time zone,
    undone_by bigint,
    undoer text NOT NULL DEFAULT ''::text,
    undone_at timestamp with time zone,
    undone_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT imports_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT imports_key_once UNIQUE (street_id, key),
    CONSTRAINT imports_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT imports_confirmed_before_applied CHECK (((confirmed_at IS NOT NULL) OR (state <> ALL (ARRAY['applying'::text, 'applied'::text, 'undoing'::text, 'undone'::text])))),
    CONSTRAINT imports_confirmed_whole CHECK (((confirmed_by IS NULL) = (confirmed_at IS NULL))),
    CONSTRAINT imports_failure_told CHECK (((state = 'unreadable'::text) = (failure <> ''::text))),
    CONSTRAINT imports_state_known CHECK ((state = ANY (ARRAY['reading'::text, 'unreadable'::text, 'preview'::text, 'applying'::text, 'applied'::text, 'undoing'::text, 'undone'::text, 'discarded'::text]))),
    CONSTRAINT imports_undoing_asked CHECK (((undone_at IS NOT NULL) = (state = ANY (ARRAY['undoing'::text, 'undone'::text])))),
    CONSTRAINT imports_undone_with_reason CHECK ((((undone_by IS NULL) = (undone_at IS NULL)) AND ((undone_by IS NULL) = (undone_why = ''::text)))),
    CONSTRAINT imports_undone_within CHECK (((undone_at IS NULL) OR (undone_at <= (confirmed_at + '30 days'::interval))))
);
COMMENT ON TABLE imports IS 'Sheets that were sent to fill a register, and what became of them.';
COMMENT ON COLUMN imports.register IS 'Which register, as internal/register names it: deputies.';
COMMENT ON COLUMN imports.file_sealed IS 'The sheet as it was sent, encrypted, until it has been read.';
COMMENT ON COLUMN imports.remark IS 'What the reader of the preview should know of the sheet as a whole.';
COMMENT ON COLUMN imports.done IS 'Rows that the work under way is through with.';
COMMENT ON COLUMN imports.beat_at IS 'Work under way says so every few seconds; silence means that it was interrupted.';
CREATE INDEX imports_by_id ON imports USING btree (id);
CREATE INDEX imports_newest ON imports USING btree (street_id, sent_at DESC, id DESC);
CREATE INDEX imports_waiting ON imports USING btree (street_id, sent_at) WHERE (state = 'preview'::text);
CREATE TRIGGER imports_go_on BEFORE UPDATE ON imports FOR EACH ROW EXECUTE FUNCTION app.import_goes_on();
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON imports FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY read_by_heads ON imports FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'city_office'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT, UPDATE ON imports TO portal_app;

CREATE TABLE institution_clauses (
    street_id bigint NOT NULL,
    version_id bigint NOT NULL,
    number integer NOT NULL,
    suffix integer NOT NULL DEFAULT 0,
    text text NOT NULL,
    repealed boolean NOT NULL DEFAULT false,
    rests_street_id bigint,
    rests_id bigint,
    rests_number integer,
    rests_suffix integer,
    CONSTRAINT institution_clauses_pkey PRIMARY KEY (street_id, version_id, number, suffix),
    CONSTRAINT institution_clauses_street_id_version_id_fkey FOREIGN KEY (street_id, version_id) REFERENCES institution_versions(street_id, id),
    CONSTRAINT institution_clauses_number CHECK ((((number >= 1) AND (number <= 999)) AND ((suffix >= 0) AND (suffix <= 99)))),
    CONSTRAINT institution_clauses_rest_whole CHECK ((((rests_id IS NULL) = (rests_number IS NULL)) AND ((rests_id IS NULL) = (rests_suffix IS NULL)) AND ((rests_id IS NULL) = (rests_street_id IS NULL)))),
    CONSTRAINT institution_clauses_text CHECK (((length(text) <= 5000) AND ((text = ''::text) = repealed)))
);
COMMENT ON TABLE institution_clauses IS 'The text, clause by clause. (number, suffix) is the clause for as long as the rule lives: 第三条之一 is (3, 1), a repealed clause keeps its number.';
COMMENT ON COLUMN institution_clauses.rests_id IS 'The rule of the city, and its clause, on which this clause rests.';
CREATE TRIGGER institution_clauses_in_draft BEFORE INSERT OR DELETE OR UPDATE ON institution_clauses FOR EACH ROW EXECUTE FUNCTION app.only_in_draft();
ALTER TABLE institution_clauses ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_clauses FORCE ROW LEVEL SECURITY;
CREATE POLICY by_maker ON institution_clauses FOR ALL
    USING (((EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_clauses.street_id) AND (v.id = institution_clauses.version_id)))) AND ((( SELECT app.role() AS role) = 'operator'::text) OR ((street_id = 0) AND (( SELECT app.role() AS role) = 'city_office'::text)) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))))));
CREATE POLICY with_version ON institution_clauses FOR SELECT
    USING ((EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_clauses.street_id) AND (v.id = institution_clauses.version_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON institution_clauses TO portal_app;
GRANT SELECT ON institution_clauses TO portal_public;

CREATE TABLE institution_filing_comments (
    street_id bigint NOT NULL,
    filing_id bigint NOT NULL,
    number integer NOT NULL,
    suffix integer NOT NULL,
    text text NOT NULL,
    CONSTRAINT institution_filing_comments_pkey PRIMARY KEY (street_id, filing_id, number, suffix),
    CONSTRAINT institution_filing_comments_street_id_filing_id_fkey FOREIGN KEY (street_id, filing_id) REFERENCES institution_filings(street_id, id),
    CONSTRAINT institution_filing_comments_text CHECK (((text <> ''::text) AND (length(text) <= 2000)))
);
COMMENT ON TABLE institution_filing_comments IS 'What the city had to say of single clauses. Append-only.';
CREATE TRIGGER institution_filing_comments_append_only BEFORE DELETE OR UPDATE ON institution_filing_comments FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE institution_filing_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_filing_comments FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON institution_filing_comments FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY made_by_city ON institution_filing_comments FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (EXISTS ( SELECT
   FROM institution_filings f
  WHERE ((f.street_id = institution_filing_comments.street_id) AND (f.id = institution_filing_comments.filing_id) AND (f.verdict = ''::text))))));
GRANT INSERT, SELECT ON institution_filing_comments TO portal_app;

CREATE TABLE institution_filings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    version_id bigint NOT NULL,
    doc_number text NOT NULL,
    sent_on date NOT NULL,
    sender text NOT NULL,
    accepted_on date,
    acceptor text NOT NULL DEFAULT ''::text,
    verdict text NOT NULL DEFAULT ''::text,
    comment text NOT NULL DEFAULT ''::text,
    decided_on date,
    decider text NOT NULL DEFAULT ''::text,
    reply_number text NOT NULL DEFAULT ''::text,
    CONSTRAINT institution_filings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institution_filings_once UNIQUE (street_id, version_id),
    CONSTRAINT institution_filings_street_id_version_id_fkey FOREIGN KEY (street_id, version_id) REFERENCES institution_versions(street_id, id),
    CONSTRAINT institution_filings_accepted CHECK ((accepted_on >= sent_on)),
    CONSTRAINT institution_filings_decided CHECK ((((verdict = ''::text) = (decided_on IS NULL)) AND ((verdict = ''::text) = (reply_number = ''::text)) AND ((verdict <> 'returned'::text) OR (comment <> ''::text)) AND (length(comment) <= 2000))),
    CONSTRAINT institution_filings_decided_late CHECK ((decided_on >= accepted_on)),
    CONSTRAINT institution_filings_number CHECK ((doc_number <> ''::text)),
    CONSTRAINT institution_filings_verdict_known CHECK ((verdict = ANY (ARRAY[''::text, 'returned'::text, 'recorded'::text])))
);
COMMENT ON TABLE institution_filings IS '备案: each report of a signed rule to the city, and what the city answered. A rule that was returned is filed again as its next version; both stay.';
COMMENT ON COLUMN institution_filings.reply_number IS 'Of the city''s letter (备案反馈函).';
ALTER TABLE institution_filings ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_filings FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_city ON institution_filings FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (verdict = ''::text)))
    WITH CHECK (true);
CREATE POLICY by_street ON institution_filings FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY sent_by_street ON institution_filings FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (accepted_on IS NULL) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_filings.street_id) AND (v.id = institution_filings.version_id) AND (v.state = 'signed'::text))))));
GRANT INSERT, SELECT ON institution_filings TO portal_app;
GRANT UPDATE (accepted_on, acceptor, verdict, comment, decided_on, decider, reply_number) ON institution_filings TO portal_app;

CREATE TABLE institution_meetings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    version_id bigint NOT NULL,
    met_on date NOT NULL,
    chair_post_id bigint NOT NULL,
    met_due integer NOT NULL,
    met_present integer NOT NULL,
    met_for integer NOT NULL,
    verdict text NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT institution_meetings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institution_meetings_street_id_chair_post_id_fkey FOREIGN KEY (street_id, chair_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT institution_meetings_street_id_version_id_fkey FOREIGN KEY (street_id, version_id) REFERENCES institution_versions(street_id, id),
    CONSTRAINT institution_meetings_counts CHECK (((met_due > 0) AND ((met_for >= 0) AND (met_for <= met_present)) AND (met_present <= met_due))),
    CONSTRAINT institution_meetings_majority CHECK (((verdict = 'passed'::text) <= ((met_for * 2) > met_due))),
    CONSTRAINT institution_meetings_note CHECK (((length(note) <= 500) AND ((verdict = 'passed'::text) OR (note <> ''::text)))),
    CONSTRAINT institution_meetings_quorum CHECK (((met_present * 2) > met_due)),
    CONSTRAINT institution_meetings_verdict_known CHECK ((verdict = ANY (ARRAY['passed'::text, 'revise'::text, 'rejected'::text])))
);
COMMENT ON TABLE institution_meetings IS '工委主任会议审议: each time a street''s directors'' meeting dealt with a version. Append-only.';
CREATE INDEX institution_meetings_of_version ON institution_meetings USING btree (street_id, version_id, id);
CREATE TRIGGER institution_meetings_all_due BEFORE INSERT ON institution_meetings FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER institution_meetings_append_only BEFORE DELETE OR UPDATE ON institution_meetings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER institution_meetings_only_presiding BEFORE INSERT ON institution_meetings FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
ALTER TABLE institution_meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_meetings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON institution_meetings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_meetings.street_id) AND (v.id = institution_meetings.version_id))))));
CREATE POLICY held_by_street ON institution_meetings FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_meetings.street_id) AND (v.id = institution_meetings.version_id) AND (v.state = 'deliberating'::text))))));
GRANT INSERT, SELECT ON institution_meetings TO portal_app;

CREATE TABLE institution_opinions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    version_id bigint NOT NULL,
    number integer,
    suffix integer,
    source text NOT NULL,
    author text NOT NULL,
    text text NOT NULL,
    given_on date NOT NULL,
    given_by bigint NOT NULL,
    answer text NOT NULL DEFAULT ''::text,
    answer_text text NOT NULL DEFAULT ''::text,
    answered_on date,
    answerer text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    CONSTRAINT institution_opinions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institution_opinions_key_once UNIQUE (street_id, version_id, key),
    CONSTRAINT institution_opinions_street_id_version_id_fkey FOREIGN KEY (street_id, version_id) REFERENCES institution_versions(street_id, id),
    CONSTRAINT institution_opinions_answer_known CHECK ((answer = ANY (ARRAY[''::text, 'adopted'::text, 'not_adopted'::text]))),
    CONSTRAINT institution_opinions_answered CHECK ((((answer = ''::text) = (answered_on IS NULL)) AND ((answer <> 'not_adopted'::text) OR (answer_text <> ''::text)) AND (length(answer_text) <= 500))),
    CONSTRAINT institution_opinions_source_known CHECK ((source = ANY (ARRAY['party'::text, 'city'::text, 'deputy'::text, 'street'::text, 'other'::text]))),
    CONSTRAINT institution_opinions_text CHECK (((text <> ''::text) AND (length(text) <= 2000) AND (author <> ''::text) AND (length(author) <= 50)))
);
COMMENT ON TABLE institution_opinions IS '征求意见: what the Party working committee, the city''s committees and deputies said of a draft, and what became of it.';
CREATE INDEX institution_opinions_of_version ON institution_opinions USING btree (street_id, version_id, id);
ALTER TABLE institution_opinions ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_opinions FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_maker ON institution_opinions FOR UPDATE
    USING ((((( SELECT app.role() AS role) = 'operator'::text) OR ((street_id = 0) AND (( SELECT app.role() AS role) = 'city_office'::text)) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])))) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_opinions.street_id) AND (v.id = institution_opinions.version_id) AND (v.state = 'consulting'::text))))));
CREATE POLICY given_while_asked ON institution_opinions FOR INSERT
    WITH CHECK (((answer = ''::text) AND (given_by = COALESCE(( SELECT app.user_id() AS user_id), (0)::bigint)) AND ((street_id = 0) OR (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))) AND
CASE source
    WHEN 'party'::text THEN (( SELECT app.role() AS role) = ANY (ARRAY['party_reader'::text, 'staff'::text, 'operator'::text]))
    WHEN 'city'::text THEN (( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'staff'::text, 'operator'::text]))
    WHEN 'deputy'::text THEN (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text, 'staff'::text, 'city_office'::text, 'operator'::text]))
    ELSE (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'city_office'::text, 'operator'::text]))
END AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_opinions.street_id) AND (v.id = institution_opinions.version_id) AND (v.state = 'consulting'::text))))));
CREATE POLICY with_version ON institution_opinions FOR SELECT
    USING ((((street_id = 0) OR (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_opinions.street_id) AND (v.id = institution_opinions.version_id) AND v.opened)))));
GRANT INSERT, SELECT ON institution_opinions TO portal_app;
GRANT UPDATE (answer, answer_text, answered_on, answerer) ON institution_opinions TO portal_app;

CREATE TABLE institution_versions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    institution_id bigint NOT NULL,
    ordinal integer NOT NULL,
    state text NOT NULL DEFAULT 'draft'::text,
    reason text NOT NULL DEFAULT ''::text,
    opened boolean NOT NULL DEFAULT false,
    published boolean NOT NULL DEFAULT false,
    consulted_on date,
    consult_until date,
    passed_on date,
    doc_number text NOT NULL DEFAULT ''::text,
    signed_on date,
    signer_post_id bigint,
    signer text NOT NULL DEFAULT ''::text,
    trial_until date,
    recorded_on date,
    effective_on date,
    ended_on date,
    ended_how text NOT NULL DEFAULT ''::text,
    ended_why text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT institution_versions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institution_versions_number_once UNIQUE (street_id, id, doc_number),
    CONSTRAINT institution_versions_once UNIQUE (street_id, institution_id, ordinal),
    CONSTRAINT institution_versions_street_id_institution_id_fkey FOREIGN KEY (street_id, institution_id) REFERENCES institutions(street_id, id),
    CONSTRAINT institution_versions_street_id_signer_post_id_fkey FOREIGN KEY (street_id, signer_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT institution_versions_one_in_force EXCLUDE USING gist (int8range(institution_id, institution_id, '[]'::text) WITH &&, daterange(effective_on, ended_on) WITH &&) WHERE ((effective_on IS NOT NULL)),
    CONSTRAINT institution_versions_effective CHECK (((state = ANY (ARRAY['in_force'::text, 'revised'::text, 'repealed'::text])) = (effective_on IS NOT NULL))),
    CONSTRAINT institution_versions_effective_late CHECK (((effective_on >= signed_on) AND ((street_id = 0) OR (effective_on >= recorded_on)))),
    CONSTRAINT institution_versions_ended CHECK (((state = ANY (ARRAY['revised'::text, 'repealed'::text])) = (ended_on IS NOT NULL))),
    CONSTRAINT institution_versions_ended_how CHECK (((ended_how = ANY (ARRAY[''::text, 'revised'::text, 'repealed'::text, 'replaced'::text])) AND ((ended_on IS NULL) = (ended_how = ''::text)))),
    CONSTRAINT institution_versions_ended_late CHECK ((ended_on >= effective_on)),
    CONSTRAINT institution_versions_passed CHECK (((signed_on IS NULL) OR (passed_on <= signed_on))),
    CONSTRAINT institution_versions_reason_short CHECK (((length(reason) <= 500) AND ((ordinal = 1) OR (reason <> ''::text)))),
    CONSTRAINT institution_versions_recorded CHECK (((state <> ALL (ARRAY['recorded'::text, 'in_force'::text, 'revised'::text, 'repealed'::text])) OR (street_id = 0) OR (recorded_on >= signed_on))),
    CONSTRAINT institution_versions_signed CHECK (((state = ANY (ARRAY['draft'::text, 'consulting'::text, 'deliberating'::text, 'revising'::text, 'rejected'::text, 'passed'::text])) = (signed_on IS NULL))),
    CONSTRAINT institution_versions_signed_by_post CHECK (((signed_on IS NULL) OR (street_id = 0) OR (signer_post_id IS NOT NULL))),
    CONSTRAINT institution_versions_signed_whole CHECK ((((signed_on IS NULL) = (doc_number = ''::text)) AND ((signed_on IS NULL) = (signer = ''::text)))),
    CONSTRAINT institution_versions_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'consulting'::text, 'deliberating'::text, 'revising'::text, 'rejected'::text, 'passed'::text, 'signed'::text, 'filed'::text, 'accepted'::text, 'returned'::text, 'reworked'::text, 'recorded'::text, 'in_force'::text, 'revised'::text, 'repealed'::text]))),
    CONSTRAINT institution_versions_trial_ahead CHECK ((trial_until > effective_on))
);
COMMENT ON TABLE institution_versions IS 'One text of a rule and where it stands in the procedure. From its signing the text is never altered: what changes is a new version.';
COMMENT ON COLUMN institution_versions.signer_post_id IS 'The director''s post in which a street''s rule was signed.';
COMMENT ON COLUMN institution_versions.trial_until IS 'The last day of the trial period (试行); NULL: it has none.';
COMMENT ON COLUMN institution_versions.effective_on IS 'In force from this day until the day before ended_on.';
CREATE INDEX institution_versions_by_id ON institution_versions USING btree (id);
CREATE INDEX institution_versions_in_force ON institution_versions USING btree (street_id, effective_on) WHERE (effective_on IS NOT NULL);
CREATE INDEX institution_versions_open ON institution_versions USING btree (street_id, state) WHERE (state <> ALL (ARRAY['in_force'::text, 'revised'::text, 'repealed'::text, 'rejected'::text, 'reworked'::text]));
CREATE TRIGGER institution_versions_in_post BEFORE INSERT OR UPDATE ON institution_versions FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signer_post_id', 'signed_on', 'self');
CREATE TRIGGER institution_versions_step BEFORE UPDATE ON institution_versions FOR EACH ROW EXECUTE FUNCTION app.step_institution();
ALTER TABLE institution_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_maker ON institution_versions FOR INSERT
    WITH CHECK (((state = 'draft'::text) AND (NOT opened) AND (NOT published) AND ((( SELECT app.role() AS role) = 'operator'::text) OR ((street_id = 0) AND (( SELECT app.role() AS role) = 'city_office'::text) AND (EXISTS ( SELECT
   FROM institutions i
  WHERE ((i.street_id = 0) AND (i.id = institution_versions.institution_id) AND (i.city_id = ( SELECT app.city() AS city)))))) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))))));
CREATE POLICY by_sight ON institution_versions FOR SELECT
    USING (app.sees_institution(( SELECT i.city_id
   FROM institutions i
  WHERE ((i.street_id = institution_versions.street_id) AND (i.id = institution_versions.institution_id))), street_id, opened));
CREATE POLICY changed_by_maker ON institution_versions FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text])) AND app.sees_institution(( SELECT i.city_id
   FROM institutions i
  WHERE ((i.street_id = institution_versions.street_id) AND (i.id = institution_versions.institution_id))), street_id, opened)));
CREATE POLICY published ON institution_versions FOR SELECT
    USING (published);
GRANT INSERT, SELECT ON institution_versions TO portal_app;
GRANT UPDATE (state, opened, published, consulted_on, consult_until, passed_on, doc_number, signed_on, signer_post_id, signer, trial_until, recorded_on, effective_on, ended_on, ended_how, ended_why) ON institution_versions TO portal_app;
GRANT SELECT (id, street_id, institution_id, ordinal, state, reason, published, doc_number, signed_on, trial_until, effective_on, ended_on, ended_how, ended_why) ON institution_versions TO portal_public;

CREATE TABLE institution_votes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL DEFAULT 0,
    version_id bigint NOT NULL,
    session text NOT NULL,
    voted_on date NOT NULL,
    members integer NOT NULL,
    present integer NOT NULL,
    in_favour integer NOT NULL,
    against integer NOT NULL,
    abstained integer NOT NULL,
    passed boolean GENERATED ALWAYS AS (((in_favour * 2) > members)) STORED,
    CONSTRAINT institution_votes_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institution_votes_street_id_version_id_fkey FOREIGN KEY (street_id, version_id) REFERENCES institution_versions(street_id, id),
    CONSTRAINT institution_votes_counts CHECK (((members > 0) AND (present <= members) AND (in_favour >= 0) AND (against >= 0) AND (abstained >= 0) AND (((in_favour + against) + abstained) <= present))),
    CONSTRAINT institution_votes_of_city CHECK ((street_id = 0)),
    CONSTRAINT institution_votes_quorum CHECK (((present * 2) > members)),
    CONSTRAINT institution_votes_session CHECK (((session <> ''::text) AND (length(session) <= 100)))
);
COMMENT ON TABLE institution_votes IS 'Votes of the city standing committee on its own rules; more than half of all members must be in favour. Append-only.';
CREATE INDEX institution_votes_of_version ON institution_votes USING btree (street_id, version_id, id);
CREATE TRIGGER institution_votes_append_only BEFORE DELETE OR UPDATE ON institution_votes FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE institution_votes ENABLE ROW LEVEL SECURITY;
ALTER TABLE institution_votes FORCE ROW LEVEL SECURITY;
CREATE POLICY counted_by_city ON institution_votes FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = 0) AND (v.id = institution_votes.version_id) AND (v.state = 'deliberating'::text))))));
CREATE POLICY with_version ON institution_votes FOR SELECT
    USING ((EXISTS ( SELECT
   FROM institution_versions v
  WHERE ((v.street_id = institution_votes.street_id) AND (v.id = institution_votes.version_id)))));
GRANT INSERT, SELECT ON institution_votes TO portal_app;

CREATE TABLE institutions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    in_street bigint GENERATED ALWAYS AS (NULLIF(street_id, 0)) STORED,
    tier text NOT NULL,
    core text NOT NULL DEFAULT ''::text,
    title text NOT NULL,
    replaces_id bigint,
    adopted_street_id bigint,
    adopted_id bigint,
    opened boolean NOT NULL DEFAULT false,
    published boolean NOT NULL DEFAULT false,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT institutions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT institutions_key_once UNIQUE (city_id, street_id, key),
    CONSTRAINT institutions_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT institutions_city_id_in_street_fkey FOREIGN KEY (city_id, in_street) REFERENCES streets(city_id, id),
    CONSTRAINT institutions_street_id_replaces_id_fkey FOREIGN KEY (street_id, replaces_id) REFERENCES institutions(street_id, id),
    CONSTRAINT institutions_core_known CHECK ((core = ANY (ARRAY[''::text, 'duties'::text, 'director'::text, 'meeting'::text, 'voters'::text, 'groups'::text]))),
    CONSTRAINT institutions_core_of_tier_5 CHECK (((tier = '5'::text) = (core <> ''::text))),
    CONSTRAINT institutions_lineage_whole CHECK (((adopted_street_id IS NULL) = (adopted_id IS NULL))),
    CONSTRAINT institutions_replaces_another CHECK ((replaces_id <> id)),
    CONSTRAINT institutions_street_makes_x CHECK (((tier = 'X'::text) = (street_id <> 0))),
    CONSTRAINT institutions_tier_known CHECK ((tier = ANY (ARRAY['1'::text, '5'::text, 'X'::text]))),
    CONSTRAINT institutions_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON TABLE institutions IS '制度文件: the city''s master document (1) and five core rules (5), which have street_id 0, and each street''s own rules (X).';
COMMENT ON COLUMN institutions.in_street IS 'street_id as a foreign key can check it.';
COMMENT ON COLUMN institutions.adopted_id IS 'The published rule of another street whose text this one began with.';
COMMENT ON COLUMN institutions.opened IS 'A version went out for opinions: those who were asked see it.';
COMMENT ON COLUMN institutions.published IS 'A version took effect: everybody reads it.';
CREATE INDEX institutions_by_id ON institutions USING btree (id);
CREATE UNIQUE INDEX institutions_core_once ON institutions USING btree (city_id, street_id, core) WHERE (core <> ''::text);
CREATE INDEX institutions_replaced ON institutions USING btree (street_id, replaces_id) WHERE (replaces_id IS NOT NULL);
ALTER TABLE institutions ENABLE ROW LEVEL SECURITY;
ALTER TABLE institutions FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_maker ON institutions FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'operator'::text) OR ((street_id = 0) AND (( SELECT app.role() AS role) = 'city_office'::text) AND (city_id = ( SELECT app.city() AS city))) OR ((( SELECT app.role() AS role) = 'staff'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])))));
CREATE POLICY by_sight ON institutions FOR SELECT
    USING (app.sees_institution(city_id, street_id, opened));
CREATE POLICY changed_by_maker ON institutions FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'party_reader'::text, 'deputy'::text, 'group_leader'::text, 'operator'::text])) AND app.sees_institution(city_id, street_id, opened)))
    WITH CHECK (app.sees_institution(city_id, street_id, opened));
CREATE POLICY published ON institutions FOR SELECT
    USING (published);
GRANT INSERT, SELECT ON institutions TO portal_app;
GRANT UPDATE (title, opened, published, version, modified_at) ON institutions TO portal_app;
GRANT SELECT (id, city_id, street_id, tier, core, title, replaces_id, published, created_at, modified_at) ON institutions TO portal_public;

CREATE TABLE landings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    institution_id bigint NOT NULL,
    status text NOT NULL,
    landed_on date NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    rule_id bigint,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT landings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT landings_once UNIQUE (street_id, institution_id),
    CONSTRAINT landings_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT landings_street_id_rule_id_fkey FOREIGN KEY (street_id, rule_id) REFERENCES institutions(street_id, id),
    CONSTRAINT landings_note_short CHECK ((length(note) <= 500)),
    CONSTRAINT landings_status_known CHECK ((status = ANY (ARRAY['forwarded'::text, 'detailed'::text])))
);
COMMENT ON TABLE landings IS '落实情况 of a core rule in a street: 已转发 or 已制定实施细则. A street without a row has not carried it out (未落实).';
COMMENT ON COLUMN landings.institution_id IS 'A core rule of the city.';
COMMENT ON COLUMN landings.rule_id IS 'The street''s own rule that details it.';
CREATE INDEX landings_by_id ON landings USING btree (id);
CREATE TRIGGER landings_of_core_rule BEFORE INSERT OR UPDATE ON landings FOR EACH ROW EXECUTE FUNCTION app.only_core_rule();
ALTER TABLE landings ENABLE ROW LEVEL SECURITY;
ALTER TABLE landings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_staff ON landings FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY by_street ON landings FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
GRANT INSERT, SELECT, UPDATE ON landings TO portal_app;

CREATE TABLE mandate_acts (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    mandate_id bigint NOT NULL,
    matter_id bigint NOT NULL,
    subject text NOT NULL,
    measure text NOT NULL,
    object text NOT NULL,
    unit_id bigint,
    title text NOT NULL,
    act_on date NOT NULL,
    kind text NOT NULL DEFAULT 'record'::text,
    subject_id bigint NOT NULL DEFAULT 0,
    result text NOT NULL DEFAULT ''::text,
    completed_on date,
    beyond boolean NOT NULL DEFAULT false,
    cancelled_on date,
    cancelled_why text NOT NULL DEFAULT ''::text,
    report_id bigint,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT mandate_acts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT mandate_acts_key_once UNIQUE (street_id, key),
    CONSTRAINT mandate_acts_matter_id_mandate_id_fkey FOREIGN KEY (matter_id, mandate_id) REFERENCES mandate_matters(id, mandate_id),
    CONSTRAINT mandate_acts_street_id_mandate_id_fkey FOREIGN KEY (street_id, mandate_id) REFERENCES mandate_streets(street_id, mandate_id),
    CONSTRAINT mandate_acts_street_id_report_id_fkey FOREIGN KEY (street_id, report_id) REFERENCES mandate_reports(street_id, id),
    CONSTRAINT mandate_acts_street_id_unit_id_fkey FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT mandate_acts_beyond_is_completed CHECK (((completed_on IS NOT NULL) OR (NOT beyond))),
    CONSTRAINT mandate_acts_cancelled_says_why CHECK (((cancelled_on IS NULL) = (cancelled_why = ''::text))),
    CONSTRAINT mandate_acts_completed CHECK (((completed_on IS NULL) OR ((cancelled_on IS NULL) AND (completed_on >= act_on)))),
    CONSTRAINT mandate_acts_measure_known CHECK ((measure = ANY (ARRAY['hear_report'::text, 'inspect_appraise'::text, 'law_check'::text, 'budget_supervision'::text, 'inquiry'::text]))),
    CONSTRAINT mandate_acts_object_filled CHECK (((object <> ''::text) AND (length(object) <= 50))),
    CONSTRAINT mandate_acts_subject_known CHECK ((subject = ANY (ARRAY['hear_report'::text, 'budget'::text, 'law_check'::text, 'appraisal'::text, 'inquiry'::text, 'election'::text, 'other'::text]))),
    CONSTRAINT mandate_acts_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON TABLE mandate_acts IS 'Every act of supervision (hard rule 2), whichever room it belongs to: none exists without a live matter that covers it. Other rooms refer to it.';
COMMENT ON COLUMN mandate_acts.act_on IS 'The day on which it begins.';
COMMENT ON COLUMN mandate_acts.kind IS 'The room whose record it is, subject_id that record; record: it was only recorded here.';
COMMENT ON COLUMN mandate_acts.beyond IS '超授权期限: begun in time, completed after the authority had ended.';
CREATE INDEX mandate_acts_newest ON mandate_acts USING btree (street_id, act_on DESC, id DESC);
CREATE INDEX mandate_acts_of_mandate ON mandate_acts USING btree (mandate_id, street_id, act_on);
CREATE TRIGGER mandate_acts_begin AFTER INSERT ON mandate_acts FOR EACH ROW EXECUTE FUNCTION app.act_begins();
CREATE TRIGGER mandate_acts_guard BEFORE INSERT OR UPDATE ON mandate_acts FOR EACH ROW EXECUTE FUNCTION app.guard_act();
ALTER TABLE mandate_acts ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_acts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_hand ON mandate_acts FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text, 'group_leader'::text, 'city_leader'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_scope ON mandate_acts FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON mandate_acts FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text, 'group_leader'::text])) AND (street_id = ( SELECT app.street() AS street))));
CREATE POLICY guarded ON mandate_acts FOR ALL
    USING (true);
CREATE POLICY of_meetings ON mandate_acts FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON mandate_acts TO portal_app;

CREATE TABLE mandate_matters (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    mandate_id bigint NOT NULL,
    mode text NOT NULL,
    version integer NOT NULL,
    no integer NOT NULL,
    subject text NOT NULL,
    object text NOT NULL DEFAULT ''::text,
    content text NOT NULL,
    measures text[] NOT NULL,
    from_on date NOT NULL,
    through_on date,
    report_by date NOT NULL,
    yearly boolean NOT NULL DEFAULT false,
    form text NOT NULL,
    CONSTRAINT mandate_matters_pkey PRIMARY KEY (id),
    CONSTRAINT mandate_matters_id_mandate_id_key UNIQUE (id, mandate_id),
    CONSTRAINT mandate_matters_mandate_id_version_no_key UNIQUE (mandate_id, version, no),
    CONSTRAINT mandate_matters_mandate_id_mode_fkey FOREIGN KEY (mandate_id, mode) REFERENCES mandates(id, mode),
    CONSTRAINT mandate_matters_mandate_id_version_fkey FOREIGN KEY (mandate_id, version) REFERENCES mandate_versions(mandate_id, version),
    CONSTRAINT mandate_matters_content_filled CHECK (((content <> ''::text) AND (length(content) <= 2000))),
    CONSTRAINT mandate_matters_dates CHECK (((through_on >= from_on) AND (report_by >= from_on))),
    CONSTRAINT mandate_matters_form_known CHECK ((form = ANY (ARRAY['written'::text, 'oral'::text, 'both'::text]))),
    CONSTRAINT mandate_matters_measures_known CHECK (((measures <> '{}'::text[]) AND (measures <@ '{hear_report,inspect_appraise,law_check,budget_supervision,inquiry}'::text[]))),
    CONSTRAINT mandate_matters_no CHECK (((no >= 1) AND (no <= 20))),
    CONSTRAINT mandate_matters_object_named CHECK (((mode = 'package'::text) OR (object <> ''::text))),
    CONSTRAINT mandate_matters_object_short CHECK ((length(object) <= 50)),
    CONSTRAINT mandate_matters_package_stands CHECK (
CASE
    WHEN (mode = 'package'::text) THEN ((through_on IS NULL) AND yearly)
    ELSE ((through_on IS NOT NULL) AND (NOT yearly))
END),
    CONSTRAINT mandate_matters_subject_known CHECK ((subject = ANY (ARRAY['hear_report'::text, 'budget'::text, 'law_check'::text, 'appraisal'::text, 'inquiry'::text, 'election'::text, 'other'::text])))
);
COMMENT ON COLUMN mandate_matters.object IS 'The unit that is supervised, by name; '''' is any unit of the street (package only).';
COMMENT ON COLUMN mandate_matters.through_on IS 'The last day on which an act may begin; NULL: until revoked (package).';
COMMENT ON COLUMN mandate_matters.report_by IS 'When the report to the city is due; of a package, the first of one a year.';
CREATE UNIQUE INDEX mandate_matters_one_matter ON mandate_matters USING btree (mandate_id, version) WHERE (mode = 'one_matter'::text);
CREATE TRIGGER mandate_matters_guard BEFORE INSERT OR DELETE OR UPDATE ON mandate_matters FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_matter();
ALTER TABLE mandate_matters ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_matters FORCE ROW LEVEL SECURITY;
CREATE POLICY by_hand ON mandate_matters FOR DELETE
    USING (((( SELECT app.role() AS role) = 'city_office'::text) AND (EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = mandate_matters.mandate_id)))));
CREATE POLICY by_office ON mandate_matters FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'city_office'::text) AND (EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = mandate_matters.mandate_id)))));
CREATE POLICY with_version ON mandate_matters FOR SELECT
    USING ((EXISTS ( SELECT
   FROM mandate_versions v
  WHERE ((v.mandate_id = mandate_matters.mandate_id) AND (v.version = mandate_matters.version)))));
GRANT DELETE, INSERT, SELECT ON mandate_matters TO portal_app;

CREATE TABLE mandate_report_matters (
    street_id bigint NOT NULL,
    report_id bigint NOT NULL,
    no integer NOT NULL,
    due_on date NOT NULL,
    CONSTRAINT mandate_report_matters_pkey PRIMARY KEY (street_id, report_id, no),
    CONSTRAINT mandate_report_matters_street_id_report_id_fkey FOREIGN KEY (street_id, report_id) REFERENCES mandate_reports(street_id, id)
);
COMMENT ON COLUMN mandate_report_matters.due_on IS 'The duty that the report answers: of a package, that of one year.';
ALTER TABLE mandate_report_matters ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_report_matters FORCE ROW LEVEL SECURITY;
CREATE POLICY by_scope ON mandate_report_matters FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON mandate_report_matters FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text])) AND (street_id = ( SELECT app.street() AS street))));
GRANT INSERT, SELECT ON mandate_report_matters TO portal_app;

CREATE TABLE mandate_reports (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    mandate_id bigint NOT NULL,
    round integer NOT NULL,
    text text NOT NULL,
    state text NOT NULL DEFAULT 'submitted'::text,
    submitted_on date NOT NULL,
    reporter text NOT NULL,
    decided_on date,
    decider text NOT NULL DEFAULT ''::text,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT mandate_reports_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT mandate_reports_street_id_mandate_id_fkey FOREIGN KEY (street_id, mandate_id) REFERENCES mandate_streets(street_id, mandate_id),
    CONSTRAINT mandate_reports_decided CHECK (((state = 'submitted'::text) = (decided_on IS NULL))),
    CONSTRAINT mandate_reports_return_says_why CHECK (((state <> 'returned'::text) OR (note <> ''::text))),
    CONSTRAINT mandate_reports_state_known CHECK ((state = ANY (ARRAY['submitted'::text, 'accepted'::text, 'returned'::text]))),
    CONSTRAINT mandate_reports_text_filled CHECK (((text <> ''::text) AND (length(text) <= 10000)))
);
CREATE INDEX mandate_reports_of_mandate ON mandate_reports USING btree (mandate_id, street_id, id);
CREATE UNIQUE INDEX mandate_reports_one_open ON mandate_reports USING btree (street_id, mandate_id) WHERE (state = 'submitted'::text);
CREATE TRIGGER mandate_reports_guard BEFORE UPDATE ON mandate_reports FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_report();
ALTER TABLE mandate_reports ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_reports FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON mandate_reports FOR UPDATE
    USING (((( SELECT app.role() AS role) = 'city_office'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_scope ON mandate_reports FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON mandate_reports FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text])) AND (street_id = ( SELECT app.street() AS street)) AND (state = 'submitted'::text)));
GRANT INSERT, SELECT, UPDATE ON mandate_reports TO portal_app;

CREATE TABLE mandate_requests (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    title text NOT NULL,
    subject text NOT NULL,
    measure text NOT NULL,
    object text NOT NULL,
    act_on date NOT NULL,
    content text NOT NULL,
    reason text NOT NULL,
    missing text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'draft'::text,
    number text NOT NULL DEFAULT ''::text,
    signed_on date,
    signed_post_id bigint,
    signer text NOT NULL DEFAULT ''::text,
    submitted_on date,
    decided_on date,
    decider text NOT NULL DEFAULT ''::text,
    decision text NOT NULL DEFAULT ''::text,
    mandate_id bigint,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    CONSTRAINT mandate_requests_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT mandate_requests_key_once UNIQUE (street_id, key),
    CONSTRAINT mandate_requests_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates(id),
    CONSTRAINT mandate_requests_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT mandate_requests_street_id_signed_post_id_fkey FOREIGN KEY (street_id, signed_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT mandate_requests_decided CHECK (((state = ANY (ARRAY['granted'::text, 'declined'::text])) = (decided_on IS NOT NULL))),
    CONSTRAINT mandate_requests_declined_says_why CHECK (((state <> 'declined'::text) OR (decision <> ''::text))),
    CONSTRAINT mandate_requests_filled CHECK (((title <> ''::text) AND (length(title) <= 100) AND (object <> ''::text) AND (length(object) <= 50) AND (content <> ''::text) AND (length(content) <= 2000) AND (reason <> ''::text) AND (length(reason) <= 2000))),
    CONSTRAINT mandate_requests_granted_by CHECK (((state <> ALL (ARRAY['handling'::text, 'granted'::text])) OR (mandate_id IS NOT NULL))),
    CONSTRAINT mandate_requests_measure_known CHECK ((measure = ANY (ARRAY['hear_report'::text, 'inspect_appraise'::text, 'law_check'::text, 'budget_supervision'::text, 'inquiry'::text]))),
    CONSTRAINT mandate_requests_signed CHECK (((state = ANY (ARRAY['draft'::text, 'dropped'::text])) OR ((signed_on IS NOT NULL) AND (signed_post_id IS NOT NULL) AND (number <> ''::text)))),
    CONSTRAINT mandate_requests_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'signed'::text, 'submitted'::text, 'handling'::text, 'granted'::text, 'declined'::text, 'dropped'::text]))),
    CONSTRAINT mandate_requests_subject_known CHECK ((subject = ANY (ARRAY['hear_report'::text, 'budget'::text, 'law_check'::text, 'appraisal'::text, 'inquiry'::text, 'election'::text, 'other'::text]))),
    CONSTRAINT mandate_requests_submitted CHECK (((state = ANY (ARRAY['draft'::text, 'signed'::text, 'dropped'::text])) OR (submitted_on IS NOT NULL)))
);
COMMENT ON TABLE mandate_requests IS '请示: a street asks the city for authority to one act of supervision.';
COMMENT ON COLUMN mandate_requests.missing IS 'What the guard said was missing when the request was drafted.';
CREATE INDEX mandate_requests_newest ON mandate_requests USING btree (street_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX mandate_requests_number_once ON mandate_requests USING btree (street_id, number) WHERE (number <> ''::text);
CREATE TRIGGER mandate_requests_guard BEFORE UPDATE ON mandate_requests FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_request();
CREATE TRIGGER mandate_requests_in_post BEFORE INSERT OR UPDATE ON mandate_requests FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signed_post_id', 'signed_on', 'self');
ALTER TABLE mandate_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY by_drafter ON mandate_requests FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text])) AND (street_id = ( SELECT app.street() AS street)) AND (state = 'draft'::text)));
CREATE POLICY by_hand ON mandate_requests FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'staff'::text, 'city_office'::text, 'city_leader'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON mandate_requests FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((state <> ALL (ARRAY['draft'::text, 'signed'::text, 'dropped'::text])) OR (NOT ( SELECT app.city_role() AS city_role)))));
GRANT INSERT, SELECT, UPDATE ON mandate_requests TO portal_app;

CREATE TABLE mandate_streets (
    street_id bigint NOT NULL,
    mandate_id bigint NOT NULL,
    state text NOT NULL DEFAULT 'planned'::text,
    rule integer NOT NULL DEFAULT 1,
    received_on date,
    receiver text NOT NULL DEFAULT ''::text,
    withdrawn_on date,
    concluded_on date,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL,
    CONSTRAINT mandate_streets_pkey PRIMARY KEY (street_id, mandate_id),
    CONSTRAINT mandate_streets_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates(id),
    CONSTRAINT mandate_streets_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT mandate_streets_concluded_on CHECK (((state = 'concluded'::text) = (concluded_on IS NOT NULL))),
    CONSTRAINT mandate_streets_received CHECK (((state = ANY (ARRAY['planned'::text, 'issued'::text, 'withdrawn'::text])) OR (received_on IS NOT NULL))),
    CONSTRAINT mandate_streets_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'issued'::text, 'received'::text, 'active'::text, 'reported'::text, 'returned'::text, 'expired'::text, 'withdrawn'::text, 'concluded'::text]))),
    CONSTRAINT mandate_streets_withdrawn_on CHECK (((state <> 'withdrawn'::text) OR (withdrawn_on IS NOT NULL)))
);
COMMENT ON TABLE mandate_streets IS 'Where an authorisation stands in a street. The guard of supervision holds this row while an act begins, and so does whoever withdraws, changes or concludes the authorisation.';
COMMENT ON COLUMN mandate_streets.state IS 'planned: not issued yet, and hidden from the street.';
COMMENT ON COLUMN mandate_streets.withdrawn_on IS 'The first day without authority: an act of that day is refused.';
CREATE INDEX mandate_streets_of_mandate ON mandate_streets USING btree (mandate_id, street_id);
CREATE TRIGGER mandate_streets_ground BEFORE INSERT ON mandate_streets FOR EACH ROW EXECUTE FUNCTION app.guard_ground_of_street();
CREATE TRIGGER mandate_streets_guard BEFORE UPDATE ON mandate_streets FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_street();
CREATE TRIGGER mandate_streets_settle AFTER UPDATE ON mandate_streets FOR EACH ROW WHEN (((old.withdrawn_on IS DISTINCT FROM new.withdrawn_on) OR (old.rule <> new.rule))) EXECUTE FUNCTION app.settle_acts();
ALTER TABLE mandate_streets ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_streets FORCE ROW LEVEL SECURITY;
CREATE POLICY by_hand ON mandate_streets FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_leader'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'group_leader'::text, 'clerk'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_office ON mandate_streets FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'city_office'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'planned'::text)));
CREATE POLICY by_redraft ON mandate_streets FOR DELETE
    USING (((( SELECT app.role() AS role) = 'city_office'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'planned'::text)));
CREATE POLICY by_scope ON mandate_streets FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((state <> 'planned'::text) OR ( SELECT app.city_role() AS city_role) OR (( SELECT app.role() AS role) = ANY (ARRAY['clerk'::text, 'operator'::text])))));
GRANT DELETE, INSERT, SELECT, UPDATE ON mandate_streets TO portal_app;

CREATE TABLE mandate_versions (
    mandate_id bigint NOT NULL,
    version integer NOT NULL,
    state text NOT NULL DEFAULT 'draft'::text,
    effective_on date,
    until_on date,
    reason text NOT NULL DEFAULT ''::text,
    drafter text NOT NULL,
    approver text NOT NULL DEFAULT ''::text,
    CONSTRAINT mandate_versions_pkey PRIMARY KEY (mandate_id, version),
    CONSTRAINT mandate_versions_mandate_id_fkey FOREIGN KEY (mandate_id) REFERENCES mandates(id),
    CONSTRAINT mandate_versions_change_says_why CHECK (((version = 1) OR ((reason <> ''::text) AND (effective_on IS NOT NULL)))),
    CONSTRAINT mandate_versions_in_force_since CHECK (((state <> ALL (ARRAY['in_force'::text, 'superseded'::text])) OR (effective_on IS NOT NULL))),
    CONSTRAINT mandate_versions_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'in_force'::text, 'superseded'::text, 'refused'::text]))),
    CONSTRAINT mandate_versions_until CHECK (((state = 'superseded'::text) = (until_on IS NOT NULL)))
);
COMMENT ON TABLE mandate_versions IS 'What was authorised first, and every change (变更): new matters with reason and the day from which they hold.';
COMMENT ON COLUMN mandate_versions.until_on IS 'The first day on which it no longer holds.';
CREATE UNIQUE INDEX mandate_versions_one_change ON mandate_versions USING btree (mandate_id) WHERE (state = 'draft'::text);
CREATE TRIGGER mandate_versions_guard BEFORE INSERT OR UPDATE ON mandate_versions FOR EACH ROW EXECUTE FUNCTION app.guard_mandate_version();
CREATE TRIGGER mandate_versions_take_force AFTER UPDATE ON mandate_versions FOR EACH ROW WHEN (((new.version > 1) AND (old.state = 'draft'::text) AND (new.state = 'in_force'::text))) EXECUTE FUNCTION app.change_takes_force();
ALTER TABLE mandate_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandate_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_hand ON mandate_versions FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_leader'::text])) AND (EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = mandate_versions.mandate_id)))));
CREATE POLICY by_office ON mandate_versions FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'city_office'::text) AND (EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = mandate_versions.mandate_id)))));
CREATE POLICY with_mandate ON mandate_versions FOR SELECT
    USING (((EXISTS ( SELECT
   FROM mandates d
  WHERE (d.id = mandate_versions.mandate_id))) AND ((state = ANY (ARRAY['in_force'::text, 'superseded'::text])) OR (NOT (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'group_leader'::text]))))));
GRANT INSERT, SELECT, UPDATE ON mandate_versions TO portal_app;

CREATE TABLE mandates (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    mode text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    meeting text NOT NULL DEFAULT ''::text,
    decided_on date,
    basis text NOT NULL DEFAULT ''::text,
    basis_clause text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'draft'::text,
    number text NOT NULL DEFAULT ''::text,
    issued_on date,
    withdrawn_on date,
    why text NOT NULL DEFAULT ''::text,
    rule integer NOT NULL DEFAULT 1,
    request_id bigint,
    request_street_id bigint,
    drafter text NOT NULL,
    approver text NOT NULL DEFAULT ''::text,
    approved_on date,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    ground_street_id bigint,
    ground_id bigint,
    ground_number integer,
    ground_suffix integer,
    CONSTRAINT mandates_pkey PRIMARY KEY (id),
    CONSTRAINT mandates_id_mode_key UNIQUE (id, mode),
    CONSTRAINT mandates_key_once UNIQUE (city_id, key),
    CONSTRAINT mandates_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT mandates_ground_street_id_ground_id_fkey FOREIGN KEY (ground_street_id, ground_id) REFERENCES institutions(street_id, id),
    CONSTRAINT mandates_request_street_id_request_id_fkey FOREIGN KEY (request_street_id, request_id) REFERENCES mandate_requests(street_id, id),
    CONSTRAINT mandates_body_known CHECK ((body = ANY (ARRAY['standing_committee'::text, 'chairpersons'::text]))),
    CONSTRAINT mandates_decided_before_approval CHECK (((state = ANY (ARRAY['draft'::text, 'dropped'::text])) OR (decided_on IS NOT NULL))),
    CONSTRAINT mandates_ground_whole CHECK ((num_nulls(ground_street_id, ground_id, ground_number, ground_suffix) = ANY (ARRAY[0, 4]))),
    CONSTRAINT mandates_issued_with_number CHECK (((state = ANY (ARRAY['issued'::text, 'withdrawn'::text, 'concluded'::text])) = ((number <> ''::text) AND (issued_on IS NOT NULL)))),
    CONSTRAINT mandates_mode_known CHECK ((mode = ANY (ARRAY['package'::text, 'project'::text, 'one_matter'::text]))),
    CONSTRAINT mandates_request_whole CHECK (((request_id IS NULL) = (request_street_id IS NULL))),
    CONSTRAINT mandates_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'in_approval'::text, 'approved'::text, 'issued'::text, 'withdrawn'::text, 'concluded'::text, 'dropped'::text]))),
    CONSTRAINT mandates_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100))),
    CONSTRAINT mandates_withdrawn_with_reason CHECK (((state = 'withdrawn'::text) <= ((withdrawn_on IS NOT NULL) AND (why <> ''::text))))
);
COMMENT ON TABLE mandates IS 'Authorisations (授权) by the city standing committee or its chairpersons'' meeting.';
COMMENT ON COLUMN mandates.basis IS 'Title of another document that it rests on, such as the request of a street; basis_clause names the clause or number.';
COMMENT ON COLUMN mandates.rule IS 'The version of the matters that is in force.';
COMMENT ON COLUMN mandates.ground_id IS 'The rule on whose clause it rests (ground_number, ground_suffix), in force on the day of the decision; ground_street_id 0 is the city''s.';
CREATE INDEX mandates_newest ON mandates USING btree (city_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX mandates_number_once ON mandates USING btree (city_id, number) WHERE (number <> ''::text);
CREATE INDEX mandates_of_clause ON mandates USING btree (ground_id, ground_number, ground_suffix) WHERE (ground_id IS NOT NULL);
CREATE TRIGGER mandates_ground BEFORE INSERT OR UPDATE ON mandates FOR EACH ROW EXECUTE FUNCTION app.guard_ground();
CREATE TRIGGER mandates_guard BEFORE UPDATE ON mandates FOR EACH ROW EXECUTE FUNCTION app.guard_mandate();
CREATE TRIGGER mandates_withdrawal_takes_force AFTER UPDATE ON mandates FOR EACH ROW WHEN (((old.state <> 'withdrawn'::text) AND (new.state = 'withdrawn'::text))) EXECUTE FUNCTION app.withdrawal_takes_force();
ALTER TABLE mandates ENABLE ROW LEVEL SECURITY;
ALTER TABLE mandates FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON mandates FOR SELECT
    USING (((( SELECT app.city_role() AS city_role) AND (city_id = ( SELECT app.city() AS city))) OR (( SELECT app.role() AS role) = ANY (ARRAY['clerk'::text, 'operator'::text, 'counter'::text]))));
CREATE POLICY by_hand ON mandates FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_leader'::text])) AND (city_id = ( SELECT app.city() AS city))));
CREATE POLICY by_office ON mandates FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'city_office'::text) AND (city_id = ( SELECT app.city() AS city)) AND (state = 'draft'::text)));
CREATE POLICY by_street ON mandates FOR SELECT
    USING ((( SELECT app.reads_mandates() AS reads_mandates) AND (state = ANY (ARRAY['issued'::text, 'withdrawn'::text, 'concluded'::text])) AND (EXISTS ( SELECT
   FROM mandate_streets s
  WHERE ((s.mandate_id = mandates.id) AND (s.street_id = ANY (( SELECT app.streets() AS streets)::bigint[])))))));
GRANT INSERT, SELECT, UPDATE ON mandates TO portal_app;

CREATE TABLE meeting_carried (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    task_id bigint NOT NULL,
    state text NOT NULL,
    due_on date NOT NULL,
    progress text NOT NULL,
    CONSTRAINT meeting_carried_pkey PRIMARY KEY (street_id, meeting_id, task_id),
    CONSTRAINT meeting_carried_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_carried_task FOREIGN KEY (street_id, task_id) REFERENCES meeting_tasks(street_id, id),
    CONSTRAINT meeting_carried_open CHECK ((state = ANY (ARRAY['waiting'::text, 'doing'::text])))
);
ALTER TABLE meeting_carried ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_carried FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_carried FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY with_meeting ON meeting_carried FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_carried.street_id) AND (m.id = meeting_carried.meeting_id)))));
GRANT INSERT, SELECT ON meeting_carried TO portal_app;

CREATE TABLE meeting_items (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    topic_id bigint NOT NULL,
    "position" integer NOT NULL,
    reporter text NOT NULL DEFAULT ''::text,
    temporary boolean NOT NULL DEFAULT false,
    consent_for integer,
    consent_present integer,
    act_id bigint,
    outcome text NOT NULL DEFAULT ''::text,
    note text NOT NULL DEFAULT ''::text,
    concluded_at timestamp with time zone,
    CONSTRAINT meeting_items_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_items_of_meeting UNIQUE (street_id, meeting_id, id),
    CONSTRAINT meeting_items_once UNIQUE (street_id, meeting_id, topic_id),
    CONSTRAINT meeting_items_act FOREIGN KEY (street_id, act_id) REFERENCES mandate_acts(street_id, id),
    CONSTRAINT meeting_items_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_items_topic FOREIGN KEY (street_id, topic_id) REFERENCES meeting_topics(street_id, id),
    CONSTRAINT meeting_items_concluded CHECK (((outcome = ''::text) = (concluded_at IS NULL))),
    CONSTRAINT meeting_items_consent CHECK (((temporary = (consent_for IS NOT NULL)) AND (temporary = (consent_present IS NOT NULL)) AND ((consent_for IS NULL) OR ((consent_for <= consent_present) AND (consent_for >= app.more_than((consent_present)::bigint, (1)::bigint, (2)::bigint)))))),
    CONSTRAINT meeting_items_outcome_known CHECK ((outcome = ANY (ARRAY[''::text, 'passed'::text, 'rejected'::text, 'heard'::text, 'postponed'::text, 'withdrawn'::text]))),
    CONSTRAINT meeting_items_texts_short CHECK (((length(reporter) <= 50) AND (length(note) <= 4000)))
);
COMMENT ON TABLE meeting_items IS 'The agenda: which topics a meeting takes up, and what came of each.';
COMMENT ON COLUMN meeting_items.temporary IS 'Put on the agenda during the meeting, with the consent of more than half of those present (default).';
COMMENT ON COLUMN meeting_items.act_id IS 'The act of supervision that the item is, covered by a live matter of an authorisation.';
CREATE INDEX meeting_items_of_topic ON meeting_items USING btree (street_id, topic_id);
CREATE TRIGGER meeting_items_guarded BEFORE INSERT OR DELETE OR UPDATE ON meeting_items FOR EACH ROW EXECUTE FUNCTION app.guard_item();
ALTER TABLE meeting_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_items FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_items FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_items FOR SELECT
    USING (true);
CREATE POLICY with_meeting ON meeting_items FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_items.street_id) AND (m.id = meeting_items.meeting_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON meeting_items TO portal_app;

CREATE TABLE meeting_minutes (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    present text NOT NULL,
    absent text NOT NULL,
    attending text NOT NULL,
    signed_post_id bigint,
    signed_on date,
    signer text NOT NULL DEFAULT ''::text,
    number text NOT NULL DEFAULT ''::text,
    issued_on date,
    CONSTRAINT meeting_minutes_pkey PRIMARY KEY (street_id, meeting_id),
    CONSTRAINT meeting_minutes_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_minutes_signed_post FOREIGN KEY (street_id, signed_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT meeting_minutes_body_filled CHECK (((body <> ''::text) AND (length(body) <= 20000) AND (length(present) <= 20000) AND (length(absent) <= 20000) AND (length(attending) <= 20000))),
    CONSTRAINT meeting_minutes_issued_numbered CHECK (((issued_on IS NULL) OR ((number <> ''::text) AND (issued_on >= signed_on)))),
    CONSTRAINT meeting_minutes_signed_whole CHECK ((((signed_on IS NULL) = (signed_post_id IS NULL)) AND ((signed_on IS NULL) = (signer = ''::text)) AND ((number = ''::text) OR (signed_on IS NOT NULL)))),
    CONSTRAINT meeting_minutes_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON TABLE meeting_minutes IS '会议纪要: what was decided; from its signature on it does not change (hard rule 12).';
CREATE TRIGGER meeting_minutes_guarded BEFORE INSERT OR UPDATE ON meeting_minutes FOR EACH ROW EXECUTE FUNCTION app.guard_minutes();
CREATE TRIGGER meeting_minutes_only_in_post BEFORE INSERT OR UPDATE ON meeting_minutes FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signed_post_id', 'signed_on', 'self');
ALTER TABLE meeting_minutes ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_minutes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON meeting_minutes FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_meetings() AS reads_meetings)));
CREATE POLICY by_keeper ON meeting_minutes FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_minutes FOR SELECT
    USING (true);
CREATE POLICY issued ON meeting_minutes FOR SELECT
    USING (((issued_on IS NOT NULL) AND (EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_minutes.street_id) AND (m.id = meeting_minutes.meeting_id))))));
GRANT INSERT, SELECT, UPDATE ON meeting_minutes TO portal_app;

CREATE TABLE meeting_opinions (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    CONSTRAINT meeting_opinions_pkey PRIMARY KEY (street_id, meeting_id, opinion_id),
    CONSTRAINT meeting_opinions_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_opinions_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id)
);
COMMENT ON TABLE meeting_opinions IS 'Opinions that were raised in a meeting of voter representatives.';
ALTER TABLE meeting_opinions ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_opinions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_opinions FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY with_meeting ON meeting_opinions FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_opinions.street_id) AND (m.id = meeting_opinions.meeting_id)))));
GRANT INSERT, SELECT ON meeting_opinions TO portal_app;

CREATE TABLE meeting_records (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    text text NOT NULL,
    writer text NOT NULL,
    checker text NOT NULL DEFAULT ''::text,
    checked_at timestamp with time zone,
    CONSTRAINT meeting_records_pkey PRIMARY KEY (street_id, meeting_id),
    CONSTRAINT meeting_records_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_records_checked CHECK (((checked_at IS NULL) = (checker = ''::text))),
    CONSTRAINT meeting_records_text_short CHECK (((text <> ''::text) AND (length(text) <= 50000)))
);
COMMENT ON TABLE meeting_records IS '会议记录: what was said, word for word; another document than the minutes.';
CREATE TRIGGER meeting_records_guarded BEFORE INSERT OR UPDATE ON meeting_records FOR EACH ROW EXECUTE FUNCTION app.guard_meeting_record();
ALTER TABLE meeting_records ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_records FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON meeting_records FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_meetings() AS reads_meetings)));
CREATE POLICY by_keeper ON meeting_records FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_records FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON meeting_records TO portal_app;

CREATE TABLE meeting_recusals (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    item_id bigint NOT NULL,
    attendance_id bigint NOT NULL,
    why text NOT NULL,
    CONSTRAINT meeting_recusals_pkey PRIMARY KEY (street_id, item_id, attendance_id),
    CONSTRAINT meeting_recusals_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances(street_id, id),
    CONSTRAINT meeting_recusals_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items(street_id, meeting_id, id),
    CONSTRAINT meeting_recusals_why_filled CHECK (((why <> ''::text) AND (length(why) <= 200)))
);
CREATE TRIGGER meeting_recusals_guarded BEFORE INSERT ON meeting_recusals FOR EACH ROW EXECUTE FUNCTION app.guard_recusal();
ALTER TABLE meeting_recusals ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_recusals FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_recusals FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_recusals FOR SELECT
    USING (true);
CREATE POLICY with_meeting ON meeting_recusals FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_recusals.street_id) AND (m.id = meeting_recusals.meeting_id)))));
GRANT INSERT, SELECT ON meeting_recusals TO portal_app;

CREATE TABLE meeting_remotes (
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    attendance_id bigint NOT NULL,
    how text NOT NULL,
    CONSTRAINT meeting_remotes_pkey PRIMARY KEY (street_id, meeting_id, attendance_id),
    CONSTRAINT meeting_remotes_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances(street_id, id),
    CONSTRAINT meeting_remotes_meeting FOREIGN KEY (street_id, meeting_id) REFERENCES meetings(street_id, id),
    CONSTRAINT meeting_remotes_how_filled CHECK (((how <> ''::text) AND (length(how) <= 50)))
);
COMMENT ON TABLE meeting_remotes IS 'Who takes part from elsewhere, and by what; they are present, and the papers say so.';
CREATE TRIGGER meeting_remotes_guarded BEFORE INSERT ON meeting_remotes FOR EACH ROW EXECUTE FUNCTION app.guard_remote();
ALTER TABLE meeting_remotes ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_remotes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_remotes FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY with_meeting ON meeting_remotes FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_remotes.street_id) AND (m.id = meeting_remotes.meeting_id)))));
GRANT INSERT, SELECT ON meeting_remotes TO portal_app;

CREATE TABLE meeting_tasks (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    item_id bigint NOT NULL,
    text text NOT NULL,
    owner text NOT NULL,
    co_owner text NOT NULL DEFAULT ''::text,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'waiting'::text,
    progress text NOT NULL DEFAULT ''::text,
    done_on date,
    replaced_by bigint,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    CONSTRAINT meeting_tasks_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_tasks_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items(street_id, meeting_id, id),
    CONSTRAINT meeting_tasks_replaced_by FOREIGN KEY (street_id, replaced_by) REFERENCES meeting_tasks(street_id, id),
    CONSTRAINT meeting_tasks_adjusted_by_decision CHECK (((state = 'adjusted'::text) = (replaced_by IS NOT NULL))),
    CONSTRAINT meeting_tasks_done CHECK ((((state = 'done'::text) = (done_on IS NOT NULL)) AND ((state <> 'done'::text) OR (progress <> ''::text)))),
    CONSTRAINT meeting_tasks_owner_filled CHECK (((owner <> ''::text) AND (length(owner) <= 50) AND (length(co_owner) <= 100))),
    CONSTRAINT meeting_tasks_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'doing'::text, 'done'::text, 'adjusted'::text]))),
    CONSTRAINT meeting_tasks_text_filled CHECK (((text <> ''::text) AND (length(text) <= 500) AND (length(progress) <= 1000)))
);
COMMENT ON TABLE meeting_tasks IS '议定事项: what follows from an item that was passed. Overdue is computed: not done, and due_on is past.';
COMMENT ON COLUMN meeting_tasks.replaced_by IS 'The task of a later meeting that decided anew (调整).';
CREATE INDEX meeting_tasks_by_due ON meeting_tasks USING btree (street_id, due_on DESC, id DESC);
CREATE INDEX meeting_tasks_by_due_anywhere ON meeting_tasks USING btree (due_on DESC, id DESC);
CREATE INDEX meeting_tasks_by_id ON meeting_tasks USING btree (id);
CREATE INDEX meeting_tasks_open ON meeting_tasks USING btree (street_id, due_on, id) WHERE (state = ANY (ARRAY['waiting'::text, 'doing'::text]));
CREATE TRIGGER meeting_tasks_guarded BEFORE INSERT OR UPDATE ON meeting_tasks FOR EACH ROW EXECUTE FUNCTION app.guard_task();
ALTER TABLE meeting_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_tasks FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_tasks FOR SELECT
    USING (true);
CREATE POLICY with_meeting ON meeting_tasks FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_tasks.street_id) AND (m.id = meeting_tasks.meeting_id)))));
GRANT INSERT, SELECT, UPDATE ON meeting_tasks TO portal_app;

CREATE TABLE meeting_topics (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    title text NOT NULL,
    content text NOT NULL DEFAULT ''::text,
    proposer text NOT NULL,
    subject text NOT NULL DEFAULT ''::text,
    measure text NOT NULL DEFAULT ''::text,
    unit_id bigint,
    state text NOT NULL DEFAULT 'proposed'::text,
    party_on date,
    party_note text NOT NULL DEFAULT ''::text,
    confirmed_post_id bigint,
    confirmed_on date,
    why text NOT NULL DEFAULT ''::text,
    created_by bigint NOT NULL DEFAULT 0,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT meeting_topics_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_topics_key_once UNIQUE (street_id, key),
    CONSTRAINT meeting_topics_confirmed_post FOREIGN KEY (street_id, confirmed_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT meeting_topics_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT meeting_topics_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT meeting_topics_confirmed_whole CHECK (((confirmed_on IS NULL) = (confirmed_post_id IS NULL))),
    CONSTRAINT meeting_topics_declined_says_why CHECK (((state <> ALL (ARRAY['declined'::text, 'withdrawn'::text])) OR (why <> ''::text))),
    CONSTRAINT meeting_topics_kind_known CHECK ((kind = ANY (ARRAY['directors'::text, 'representatives'::text]))),
    CONSTRAINT meeting_topics_party_whole CHECK (((party_on IS NULL) = (party_note = ''::text))),
    CONSTRAINT meeting_topics_state_known CHECK ((state = ANY (ARRAY['proposed'::text, 'compiled'::text, 'confirmed'::text, 'scheduled'::text, 'considered'::text, 'postponed'::text, 'withdrawn'::text, 'declined'::text]))),
    CONSTRAINT meeting_topics_supervision_whole CHECK ((((type = ANY (ARRAY['report'::text, 'supervision'::text, 'budget'::text])) = (subject <> ''::text)) AND ((subject = ''::text) = (measure = ''::text)) AND ((subject = ''::text) = (unit_id IS NULL)))),
    CONSTRAINT meeting_topics_texts_short CHECK (((length(content) <= 2000) AND (length(party_note) <= 500) AND (length(why) <= 500) AND (proposer <> ''::text) AND (length(proposer) <= 50))),
    CONSTRAINT meeting_topics_title_filled CHECK (((title <> ''::text) AND (length(title) <= 80))),
    CONSTRAINT meeting_topics_type_known CHECK ((type = ANY (ARRAY['study'::text, 'plan'::text, 'report'::text, 'supervision'::text, 'opinions'::text, 'team'::text, 'institution'::text, 'project'::text, 'budget'::text, 'other'::text])))
);
COMMENT ON COLUMN meeting_topics.subject IS 'Of supervision: what it is about and which measure, as in mandate_acts; a live matter must cover it (hard rule 2).';
COMMENT ON COLUMN meeting_topics.party_on IS 'When the street''s Party working committee was told of a major matter beforehand, and what it said.';
COMMENT ON COLUMN meeting_topics.confirmed_post_id IS 'The post of who put the topic through for an agenda.';
CREATE INDEX meeting_topics_by_id ON meeting_topics USING btree (id);
CREATE INDEX meeting_topics_in_state ON meeting_topics USING btree (street_id, state, created_at DESC, id DESC);
CREATE INDEX meeting_topics_newest ON meeting_topics USING btree (street_id, created_at DESC, id DESC);
CREATE INDEX meeting_topics_of_kind ON meeting_topics USING btree (street_id, kind, created_at DESC, id DESC);
CREATE INDEX meeting_topics_of_proposer ON meeting_topics USING btree (street_id, created_by, created_at DESC, id DESC) WHERE (created_by <> 0);
CREATE TRIGGER meeting_topics_confirmed_in_post BEFORE INSERT OR UPDATE ON meeting_topics FOR EACH ROW EXECUTE FUNCTION app.only_in_post('confirmed_post_id', 'confirmed_on', 'self');
CREATE TRIGGER meeting_topics_confirmed_presiding BEFORE INSERT OR UPDATE ON meeting_topics FOR EACH ROW EXECUTE FUNCTION app.only_presiding('confirmed_post_id', 'confirmed_on');
CREATE TRIGGER meeting_topics_guarded BEFORE INSERT OR UPDATE ON meeting_topics FOR EACH ROW EXECUTE FUNCTION app.guard_topic();
ALTER TABLE meeting_topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_topics FORCE ROW LEVEL SECURITY;
CREATE POLICY at_meeting ON meeting_topics FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meeting_items i
  WHERE ((i.street_id = meeting_topics.street_id) AND (i.topic_id = meeting_topics.id)))));
CREATE POLICY by_desk ON meeting_topics FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_meetings() AS reads_meetings)));
CREATE POLICY by_proposer ON meeting_topics FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (created_by = ( SELECT app.user_id() AS user_id))));
CREATE POLICY guarded ON meeting_topics FOR SELECT
    USING (true);
CREATE POLICY kept_by_keeper ON meeting_topics FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY proposed ON meeting_topics FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.keeps_meetings() AS keeps_meetings) OR ((( SELECT app.role() AS role) = ANY (ARRAY['member'::text, 'deputy'::text, 'group_leader'::text, 'voter_rep'::text])) AND (created_by = ( SELECT app.user_id() AS user_id))))));
GRANT INSERT, SELECT, UPDATE ON meeting_topics TO portal_app;

CREATE TABLE meeting_voices (
    street_id bigint NOT NULL,
    vote_id bigint NOT NULL,
    attendance_id bigint NOT NULL,
    choice text NOT NULL,
    how text NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT meeting_voices_pkey PRIMARY KEY (street_id, vote_id, attendance_id),
    CONSTRAINT meeting_voices_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances(street_id, id),
    CONSTRAINT meeting_voices_vote FOREIGN KEY (street_id, vote_id) REFERENCES meeting_votes(street_id, id),
    CONSTRAINT meeting_voices_choice_known CHECK ((choice = ANY (ARRAY['for'::text, 'against'::text, 'abstain'::text]))),
    CONSTRAINT meeting_voices_how_known CHECK ((how = ANY (ARRAY['self'::text, 'hand'::text])))
);
COMMENT ON TABLE meeting_voices IS 'Named votes: the primary key says that nobody votes twice. Until the vote closes one''s own may be changed.';
CREATE TRIGGER meeting_voices_guarded BEFORE INSERT OR UPDATE ON meeting_voices FOR EACH ROW EXECUTE FUNCTION app.guard_voice();
ALTER TABLE meeting_voices ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_voices FORCE ROW LEVEL SECURITY;
CREATE POLICY cast_by_member ON meeting_voices FOR INSERT
    WITH CHECK ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY changed_by_member ON meeting_voices FOR UPDATE
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY guarded ON meeting_voices FOR SELECT
    USING (true);
CREATE POLICY with_vote ON meeting_voices FOR SELECT
    USING (((EXISTS ( SELECT
   FROM meeting_votes v
  WHERE ((v.street_id = meeting_voices.street_id) AND (v.id = meeting_voices.vote_id) AND (v.state = 'closed'::text)))) OR (EXISTS ( SELECT
   FROM attendances a
  WHERE ((a.street_id = meeting_voices.street_id) AND (a.id = meeting_voices.attendance_id) AND (a.person_id = ANY (( SELECT app.own_people() AS own_people)::bigint[]))))) OR ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])))));
GRANT INSERT, SELECT, UPDATE ON meeting_voices TO portal_app;

CREATE TABLE meeting_votes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    meeting_id bigint NOT NULL,
    item_id bigint NOT NULL,
    way text NOT NULL,
    question text NOT NULL,
    state text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    due integer NOT NULL DEFAULT 0,
    present integer NOT NULL DEFAULT 0,
    recused integer NOT NULL DEFAULT 0,
    quorum integer NOT NULL DEFAULT 0,
    needed integer NOT NULL DEFAULT 0,
    for_count integer NOT NULL DEFAULT 0,
    against_count integer NOT NULL DEFAULT 0,
    abstain_count integer NOT NULL DEFAULT 0,
    passed boolean,
    poll_id bigint,
    CONSTRAINT meeting_votes_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT meeting_votes_item FOREIGN KEY (street_id, meeting_id, item_id) REFERENCES meeting_items(street_id, meeting_id, id),
    CONSTRAINT meeting_votes_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT meeting_votes_closed CHECK ((((state = 'open'::text) = (closed_at IS NULL)) AND ((state = 'closed'::text) = (passed IS NOT NULL)))),
    CONSTRAINT meeting_votes_follow_counts CHECK (((passed IS NULL) OR (passed = (for_count >= needed)))),
    CONSTRAINT meeting_votes_no_more_than_present CHECK ((((for_count + against_count) + abstain_count) <= (present - recused))),
    CONSTRAINT meeting_votes_not_below_zero CHECK (((for_count >= 0) AND (against_count >= 0) AND (abstain_count >= 0))),
    CONSTRAINT meeting_votes_poll_by_way CHECK (((way = 'anonymous'::text) = (poll_id IS NOT NULL))),
    CONSTRAINT meeting_votes_question_filled CHECK (((question <> ''::text) AND (length(question) <= 200))),
    CONSTRAINT meeting_votes_quorum CHECK (((state = 'void'::text) OR (present >= quorum))),
    CONSTRAINT meeting_votes_state_known CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'void'::text]))),
    CONSTRAINT meeting_votes_way_known CHECK ((way = ANY (ARRAY['hands'::text, 'named'::text, 'anonymous'::text])))
);
COMMENT ON COLUMN meeting_votes.way IS 'hands: counted in the room; named: a row a member in meeting_voices; anonymous: a poll.';
COMMENT ON COLUMN meeting_votes.due IS 'This and the four that follow are computed by trigger from the list and the meeting''s rules at that moment.';
COMMENT ON COLUMN meeting_votes.recused IS 'Present, but not voting on this topic (回避); they stay in every base.';
COMMENT ON COLUMN meeting_votes.poll_id IS 'Of an anonymous vote: the poll, whose record is the item.';
CREATE INDEX meeting_votes_by_id ON meeting_votes USING btree (id);
CREATE UNIQUE INDEX meeting_votes_one_an_item ON meeting_votes USING btree (street_id, item_id) WHERE (state <> 'void'::text);
CREATE UNIQUE INDEX meeting_votes_one_open ON meeting_votes USING btree (street_id, meeting_id) WHERE (state = 'open'::text);
CREATE TRIGGER meeting_votes_guarded BEFORE INSERT OR UPDATE ON meeting_votes FOR EACH ROW EXECUTE FUNCTION app.guard_vote();
ALTER TABLE meeting_votes ENABLE ROW LEVEL SECURITY;
ALTER TABLE meeting_votes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON meeting_votes FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY guarded ON meeting_votes FOR ALL
    USING (true);
CREATE POLICY with_meeting ON meeting_votes FOR SELECT
    USING ((EXISTS ( SELECT
   FROM meetings m
  WHERE ((m.street_id = meeting_votes.street_id) AND (m.id = meeting_votes.meeting_id)))));
GRANT INSERT, SELECT, UPDATE ON meeting_votes TO portal_app;

CREATE TABLE meetings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    gathering_id bigint,
    held_on date NOT NULL,
    state text NOT NULL DEFAULT 'planned'::text,
    chair_post_id bigint,
    called_on date,
    urgent_why text NOT NULL DEFAULT ''::text,
    notice_days integer,
    quorum_num integer,
    quorum_den integer,
    pass_base text NOT NULL DEFAULT ''::text,
    pass_num integer,
    pass_den integer,
    chair_rule text NOT NULL DEFAULT ''::text,
    agenda_for integer,
    agenda_present integer,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome_why text NOT NULL DEFAULT ''::text,
    talk boolean NOT NULL DEFAULT false,
    cloned_from bigint,
    archived_on date,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    plan_item_id bigint,
    outside_plan_reason text NOT NULL DEFAULT ''::text,
    entered boolean NOT NULL DEFAULT false,
    CONSTRAINT meetings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT meetings_key_once UNIQUE (street_id, key),
    CONSTRAINT meetings_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT meetings_cloned_from FOREIGN KEY (street_id, cloned_from) REFERENCES meetings(street_id, id),
    CONSTRAINT meetings_gathering FOREIGN KEY (street_id, gathering_id, held_on) REFERENCES gatherings(street_id, id, held_on) ON UPDATE CASCADE,
    CONSTRAINT meetings_plan_item FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items(street_id, id),
    CONSTRAINT meetings_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT meetings_agenda_adopted CHECK (((agenda_for <= agenda_present) AND (agenda_for >= app.more_than((agenda_present)::bigint, (1)::bigint, (2)::bigint)))),
    CONSTRAINT meetings_archived CHECK (((state = 'archived'::text) = (archived_on IS NOT NULL))),
    CONSTRAINT meetings_began_whole CHECK ((((began_at IS NULL) = (agenda_for IS NULL)) AND ((began_at IS NULL) = (agenda_present IS NULL)))),
    CONSTRAINT meetings_called CHECK (((state = ANY (ARRAY['planned'::text, 'cancelled'::text])) OR ((called_on IS NOT NULL) AND (chair_post_id IS NOT NULL)))),
    CONSTRAINT meetings_ended CHECK (((state = ANY (ARRAY['ended'::text, 'recorded'::text, 'drafting'::text, 'signed'::text, 'issued'::text, 'archived'::text, 'failed'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT meetings_kind_known CHECK ((kind = ANY (ARRAY['directors'::text, 'representatives'::text]))),
    CONSTRAINT meetings_outside_plan_short CHECK ((length(outside_plan_reason) <= 200)),
    CONSTRAINT meetings_planned_or_reason CHECK ((entered OR ((plan_item_id IS NULL) = (outside_plan_reason <> ''::text)))),
    CONSTRAINT meetings_rules_known CHECK (((pass_base = ANY (ARRAY[''::text, 'all'::text, 'present'::text])) AND (chair_rule = ANY (ARRAY[''::text, 'presiding'::text, 'post'::text])))),
    CONSTRAINT meetings_rules_sound CHECK ((((notice_days >= 0) AND (notice_days <= 60)) AND (quorum_num >= 0) AND (quorum_den > quorum_num) AND (pass_num > 0) AND (pass_den > pass_num))),
    CONSTRAINT meetings_rules_whole CHECK ((((called_on IS NULL) = (notice_days IS NULL)) AND ((called_on IS NULL) = (quorum_num IS NULL)) AND ((called_on IS NULL) = (quorum_den IS NULL)) AND ((called_on IS NULL) = (pass_num IS NULL)) AND ((called_on IS NULL) = (pass_den IS NULL)) AND ((called_on IS NULL) = (pass_base = ''::text)) AND ((called_on IS NULL) = (chair_rule = ''::text)))),
    CONSTRAINT meetings_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'called'::text, 'open'::text, 'sitting'::text, 'talk'::text, 'ended'::text, 'recorded'::text, 'drafting'::text, 'signed'::text, 'issued'::text, 'archived'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT meetings_texts_short CHECK (((length(urgent_why) <= 500) AND (length(outcome_why) <= 500))),
    CONSTRAINT meetings_without_quorum_says_why CHECK ((((state = ANY (ARRAY['failed'::text, 'cancelled'::text])) OR talk) = (outcome_why <> ''::text)))
);
COMMENT ON COLUMN meetings.gathering_id IS 'Who is called and came. Its day is held_on, by a foreign key ON UPDATE CASCADE.';
COMMENT ON COLUMN meetings.urgent_why IS 'Why the notice went out later than notice_days before.';
COMMENT ON COLUMN meetings.notice_days IS 'The rules as the settings were when the notice went out; they never change afterwards. A fraction means MORE than num/den.';
COMMENT ON COLUMN meetings.pass_base IS 'all: of all who are due; present: of those present.';
COMMENT ON COLUMN meetings.chair_rule IS 'presiding: whom app.may_preside accepts; post: anybody in post in the committee.';
COMMENT ON COLUMN meetings.agenda_for IS 'How many of those present adopted the agenda at the opening.';
COMMENT ON COLUMN meetings.outcome_why IS 'Why it became a discussion, was given up or cancelled.';
COMMENT ON COLUMN meetings.talk IS 'It became a discussion (座谈会) for want of a quorum: nothing is decided.';
COMMENT ON COLUMN meetings.outside_plan_reason IS 'Why it is not in the annual plan (计划外).';
COMMENT ON COLUMN meetings.entered IS 'Entered by the operator from a register of the past.';
CREATE INDEX meetings_by_day ON meetings USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX meetings_by_day_anywhere ON meetings USING btree (held_on DESC, id DESC);
CREATE INDEX meetings_by_gathering ON meetings USING btree (gathering_id);
CREATE INDEX meetings_by_id ON meetings USING btree (id);
CREATE INDEX meetings_of_gathering ON meetings USING btree (street_id, gathering_id);
CREATE INDEX meetings_of_item ON meetings USING btree (street_id, plan_item_id) WHERE (plan_item_id IS NOT NULL);
CREATE INDEX meetings_of_kind ON meetings USING btree (street_id, kind, held_on DESC, id DESC);
CREATE INDEX meetings_running ON meetings USING btree (street_id, state) WHERE (state <> ALL (ARRAY['archived'::text, 'failed'::text, 'cancelled'::text]));
CREATE TRIGGER meetings_guarded BEFORE INSERT OR UPDATE ON meetings FOR EACH ROW EXECUTE FUNCTION app.guard_meeting();
CREATE TRIGGER meetings_in_plan BEFORE INSERT OR UPDATE OF plan_item_id ON meetings FOR EACH ROW EXECUTE FUNCTION app.only_planned_item('held_on');
CREATE TRIGGER meetings_plan_kept BEFORE INSERT OR UPDATE ON meetings FOR EACH ROW EXECUTE FUNCTION app.keep_meeting_plan();
CREATE CONSTRAINT TRIGGER meetings_stay_in_plan AFTER UPDATE ON meetings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.held_on <> old.held_on) AND (new.plan_item_id IS NOT NULL))) EXECUTE FUNCTION app.keep_meeting_year();
ALTER TABLE meetings ENABLE ROW LEVEL SECURITY;
ALTER TABLE meetings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_called ON meetings FOR SELECT
    USING (((called_on IS NOT NULL) AND (EXISTS ( SELECT
   FROM attendances a
  WHERE ((a.street_id = meetings.street_id) AND (a.gathering_id = meetings.gathering_id))))));
CREATE POLICY by_desk ON meetings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_meetings() AS reads_meetings) OR (( SELECT app.of_city() AS of_city) AND (called_on IS NOT NULL)))));
CREATE POLICY guarded ON meetings FOR ALL
    USING (true);
CREATE POLICY kept_by_keeper ON meetings FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
CREATE POLICY own ON meetings FOR SELECT
    USING (((called_on IS NOT NULL) AND (gathering_id = ANY (( SELECT app.own_gatherings() AS own_gatherings)::bigint[]))));
CREATE POLICY planned_by_keeper ON meetings FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_meetings() AS keeps_meetings)));
GRANT INSERT, SELECT, UPDATE ON meetings TO portal_app;

CREATE TABLE notice_reads (
    street_id bigint NOT NULL,
    notice_id bigint NOT NULL,
    user_id bigint NOT NULL,
    read_at timestamp with time zone NOT NULL,
    CONSTRAINT notice_reads_pkey PRIMARY KEY (street_id, notice_id, user_id),
    CONSTRAINT notice_reads_street_id_notice_id_fkey FOREIGN KEY (street_id, notice_id) REFERENCES notices(street_id, id) ON DELETE CASCADE
);
ALTER TABLE notice_reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_reads FORCE ROW LEVEL SECURITY;
CREATE POLICY by_reader ON notice_reads FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (user_id = app.user_id())));
GRANT INSERT, SELECT ON notice_reads TO portal_app;

CREATE TABLE notices (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    to_role text NOT NULL,
    to_unit bigint NOT NULL DEFAULT 0,
    to_deputy bigint NOT NULL DEFAULT 0,
    title text NOT NULL,
    link text NOT NULL,
    to_user bigint NOT NULL DEFAULT 0,
    CONSTRAINT notices_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT notices_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT notices_link_relative CHECK (((link ~~ '/%'::text) AND (link !~~ '//%'::text)))
);
COMMENT ON TABLE notices IS 'What is new for whom: everybody who acts in to_role in the street, narrowed to one unit or one deputy where set.';
COMMENT ON COLUMN notices.to_user IS 'The account it is for alone; 0 for everybody in the role.';
CREATE INDEX notices_newest ON notices USING btree (street_id, to_role, at DESC, id DESC);
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
CREATE POLICY by_addressee ON notices FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((to_role = ( SELECT app.role() AS role)) OR ((to_role = 'deputy'::text) AND (( SELECT app.role() AS role) = 'group_leader'::text))) AND ((to_unit = 0) OR (to_unit = ( SELECT app.unit() AS unit))) AND ((to_deputy = 0) OR (to_deputy = ( SELECT app.deputy() AS deputy))) AND ((to_user = 0) OR (to_user = ( SELECT app.user_id() AS user_id)))));
CREATE POLICY by_calendar ON notices FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'system_admin'::text) AND (link ~~ '/calendar%'::text)));
CREATE POLICY by_caller ON notices FOR INSERT
    WITH CHECK ((( SELECT app.keeps_gatherings() AS keeps_gatherings) AND (EXISTS ( SELECT
   FROM attendances a
  WHERE ((a.street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (a.person_street_id = notices.street_id) AND (notices.link = ('/gatherings/'::text || a.gathering_id)))))));
CREATE POLICY by_sender ON notices FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) OR (app.role() = 'public'::text)));
GRANT INSERT, SELECT ON notices TO portal_app;
GRANT INSERT ON notices TO portal_public;

CREATE TABLE npc_budget_items (
    street_id bigint NOT NULL,
    budget_id bigint NOT NULL,
    item text NOT NULL,
    amount numeric(18,2) NOT NULL,
    CONSTRAINT npc_budget_items_pkey PRIMARY KEY (street_id, budget_id, item),
    CONSTRAINT npc_budget_items_budget FOREIGN KEY (street_id, budget_id) REFERENCES npc_budgets(street_id, id),
    CONSTRAINT npc_budget_items_amount CHECK ((amount >= (0)::numeric)),
    CONSTRAINT npc_budget_items_item_known CHECK ((item = ANY (ARRAY['meeting'::text, 'training'::text, 'deputies'::text, 'station'::text, 'other'::text])))
);
COMMENT ON COLUMN npc_budget_items.amount IS '万元.';
CREATE TRIGGER npc_budget_items_fixed BEFORE DELETE OR UPDATE ON npc_budget_items FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE npc_budget_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_budget_items FORCE ROW LEVEL SECURITY;
CREATE POLICY by_staff ON npc_budget_items FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY with_budget ON npc_budget_items FOR SELECT
    USING ((EXISTS ( SELECT
   FROM npc_budgets b
  WHERE ((b.street_id = npc_budget_items.street_id) AND (b.id = npc_budget_items.budget_id)))));
GRANT INSERT, SELECT ON npc_budget_items TO portal_app;

CREATE TABLE npc_budgets (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    document text NOT NULL,
    reason text NOT NULL DEFAULT ''::text,
    creator text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT npc_budgets_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT npc_budgets_number_once UNIQUE (street_id, year, number),
    CONSTRAINT npc_budgets_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT npc_budgets_document_filled CHECK (((document <> ''::text) AND (length(document) <= 100))),
    CONSTRAINT npc_budgets_revised_with_reason CHECK (((number = 1) = (reason = ''::text))),
    CONSTRAINT npc_budgets_year_plausible CHECK (((year >= 2000) AND (year <= 2100)))
);
COMMENT ON COLUMN npc_budgets.number IS 'The version: the highest of a year holds.';
COMMENT ON COLUMN npc_budgets.document IS 'The paper that the amounts are from.';
CREATE TRIGGER npc_budgets_fixed BEFORE DELETE OR UPDATE ON npc_budgets FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE npc_budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_budgets FORCE ROW LEVEL SECURITY;
CREATE POLICY by_staff ON npc_budgets FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON npc_budgets FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'operator'::text, 'counter'::text]))));
GRANT INSERT, SELECT ON npc_budgets TO portal_app;

CREATE TABLE npc_spendings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    spent_on date NOT NULL,
    item text NOT NULL,
    amount numeric(18,2) NOT NULL,
    purpose text NOT NULL,
    key text NOT NULL,
    creator text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT npc_spendings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT npc_spendings_key_once UNIQUE (street_id, key),
    CONSTRAINT npc_spendings_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT npc_spendings_amount CHECK ((amount <> (0)::numeric)),
    CONSTRAINT npc_spendings_item_known CHECK ((item = ANY (ARRAY['meeting'::text, 'training'::text, 'deputies'::text, 'station'::text, 'other'::text]))),
    CONSTRAINT npc_spendings_not_ahead CHECK ((spent_on <= ((created_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT npc_spendings_purpose_filled CHECK (((purpose <> ''::text) AND (length(purpose) <= 200)))
);
COMMENT ON COLUMN npc_spendings.amount IS '万元; below zero takes an earlier entry back.';
CREATE INDEX npc_spendings_by_day ON npc_spendings USING btree (street_id, spent_on DESC, id DESC);
CREATE TRIGGER npc_spendings_fixed BEFORE DELETE OR UPDATE ON npc_spendings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE npc_spendings ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_spendings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_staff ON npc_spendings FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON npc_spendings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'operator'::text, 'counter'::text]))));
GRANT INSERT, SELECT ON npc_spendings TO portal_app;

CREATE TABLE officer_confirmations (
    street_id bigint NOT NULL,
    post_id bigint NOT NULL,
    year integer NOT NULL,
    confirmed_on date NOT NULL,
    confirmer text NOT NULL,
    CONSTRAINT officer_confirmations_pkey PRIMARY KEY (street_id, post_id, year),
    CONSTRAINT officer_confirmations_post FOREIGN KEY (street_id, post_id) REFERENCES officer_posts(street_id, id),
    CONSTRAINT officer_confirmations_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT officer_confirmations_in_year CHECK ((EXTRACT(year FROM confirmed_on) = (year)::numeric))
);
COMMENT ON TABLE officer_confirmations IS 'That somebody goes on as an officer is confirmed once a year.';
CREATE TRIGGER confirmation_fits BEFORE INSERT ON officer_confirmations FOR EACH ROW EXECUTE FUNCTION app.officer_confirmation_fits();
CREATE TRIGGER officer_confirmations_never_change BEFORE DELETE OR UPDATE ON officer_confirmations FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE officer_confirmations ENABLE ROW LEVEL SECURITY;
ALTER TABLE officer_confirmations FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON officer_confirmations FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY with_post ON officer_confirmations FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT true
   FROM officer_posts p
  WHERE ((p.street_id = officer_confirmations.street_id) AND (p.id = officer_confirmations.post_id)))));
GRANT INSERT, SELECT ON officer_confirmations TO portal_app;

CREATE TABLE officer_posts (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    officer_id bigint NOT NULL,
    role text NOT NULL,
    community_id bigint NOT NULL,
    state text NOT NULL DEFAULT 'proposed'::text,
    proposed_on date NOT NULL,
    proposer text NOT NULL,
    appointed_on date,
    appointer_post_id bigint,
    from_on date,
    declined_on date,
    declined_why text NOT NULL DEFAULT ''::text,
    ended_on date,
    ended_why text NOT NULL DEFAULT ''::text,
    ended_note text NOT NULL DEFAULT ''::text,
    ender_post_id bigint,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT officer_posts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT officer_posts_appointer FOREIGN KEY (street_id, appointer_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT officer_posts_community FOREIGN KEY (street_id, community_id) REFERENCES communities(street_id, id),
    CONSTRAINT officer_posts_ender FOREIGN KEY (street_id, ender_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT officer_posts_officer FOREIGN KEY (street_id, officer_id) REFERENCES officers(street_id, id),
    CONSTRAINT officer_posts_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT officer_posts_apart EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, int8range(officer_id, officer_id, '[]'::text) WITH &&, int8range(community_id, community_id, '[]'::text) WITH &&, int4range(((role = 'liaison'::text))::integer, ((role = 'liaison'::text))::integer, '[]'::text) WITH &&, daterange(from_on, ended_on) WITH &&) WHERE ((appointed_on IS NOT NULL)),
    CONSTRAINT officer_posts_appointed CHECK (((state = ANY (ARRAY['in_post'::text, 'dismissed'::text])) = (appointed_on IS NOT NULL))),
    CONSTRAINT officer_posts_appointed_whole CHECK ((num_nulls(appointed_on, appointer_post_id, from_on) = ANY (ARRAY[0, 3]))),
    CONSTRAINT officer_posts_declined CHECK ((((state = 'declined'::text) = (declined_on IS NOT NULL)) AND ((declined_on IS NULL) = (declined_why = ''::text)))),
    CONSTRAINT officer_posts_ended CHECK ((((state = 'dismissed'::text) = (ended_on IS NOT NULL)) AND ((ended_on IS NULL) = (ended_why = ''::text)) AND ((ended_on IS NULL) = (ender_post_id IS NULL)))),
    CONSTRAINT officer_posts_ended_after CHECK ((ended_on >= from_on)),
    CONSTRAINT officer_posts_ended_why_known CHECK ((ended_why = ANY (ARRAY[''::text, 'request'::text, 'moved'::text, 'health'::text, 'unfit'::text, 'not_confirmed'::text, 'died'::text]))),
    CONSTRAINT officer_posts_in_order CHECK (((appointed_on >= proposed_on) AND (from_on >= appointed_on))),
    CONSTRAINT officer_posts_proposer_filled CHECK ((proposer <> ''::text)),
    CONSTRAINT officer_posts_role_known CHECK ((role = ANY (ARRAY['liaison'::text, 'information'::text]))),
    CONSTRAINT officer_posts_state_known CHECK ((state = ANY (ARRAY['proposed'::text, 'in_post'::text, 'declined'::text, 'dismissed'::text])))
);
COMMENT ON TABLE officer_posts IS 'A person as liaison or information officer of a community, from the community''s proposal on. In post from from_on until, not including, ended_on.';
CREATE INDEX officer_posts_of_community ON officer_posts USING btree (street_id, community_id, role) WHERE (state = 'in_post'::text);
CREATE INDEX officer_posts_of_officer ON officer_posts USING btree (street_id, officer_id, id);
CREATE UNIQUE INDEX officer_posts_one_proposal ON officer_posts USING btree (street_id, officer_id, role, community_id) WHERE (state = 'proposed'::text);
CREATE INDEX officer_posts_proposed ON officer_posts USING btree (street_id, id) WHERE (state = 'proposed'::text);
CREATE TRIGGER appointer_in_post BEFORE INSERT OR UPDATE ON officer_posts FOR EACH ROW EXECUTE FUNCTION app.only_in_post('appointer_post_id', 'appointed_on', 'self');
CREATE TRIGGER ender_in_post BEFORE INSERT OR UPDATE ON officer_posts FOR EACH ROW EXECUTE FUNCTION app.only_in_post('ender_post_id', 'ended_on', 'self');
CREATE TRIGGER signed_stays BEFORE UPDATE ON officer_posts FOR EACH ROW EXECUTE FUNCTION app.officer_post_stays();
ALTER TABLE officer_posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE officer_posts FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON officer_posts FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_reader ON officer_posts FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'clerk'::text, 'operator'::text, 'city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'counter'::text]))));
CREATE POLICY by_self ON officer_posts FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['liaison'::text, 'info_officer'::text])) AND ( SELECT true
   FROM officers o
  WHERE ((o.street_id = officer_posts.street_id) AND (o.id = officer_posts.officer_id)))));
CREATE POLICY changed_by_keeper ON officer_posts FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON officer_posts FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'proposed'::text) AND app.added_by_import('officers'::text, street_id, officer_id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON officer_posts TO portal_app;

CREATE TABLE officers (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    person_id bigint NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT officers_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT officers_key_once UNIQUE (street_id, key),
    CONSTRAINT officers_person_once UNIQUE (street_id, person_id),
    CONSTRAINT officers_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT officers_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id)
);
COMMENT ON TABLE officers IS 'Who is, was or is proposed as a liaison or information officer: one row a person, whatever posts they have.';
CREATE INDEX officers_by_id ON officers USING btree (id);
ALTER TABLE officers ENABLE ROW LEVEL SECURITY;
ALTER TABLE officers FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON officers FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_reader ON officers FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'clerk'::text, 'operator'::text, 'city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'counter'::text]))));
CREATE POLICY by_self ON officers FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['liaison'::text, 'info_officer'::text])) AND ((street_id, person_id) IN ( SELECT p.street_id,
    p.id
   FROM people p
  WHERE ((p.street_id = ( SELECT app.street() AS street)) AND (p.user_id = ( SELECT app.user_id() AS user_id)))))));
CREATE POLICY changed_by_keeper ON officers FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON officers FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.added_by_import('officers'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON officers TO portal_app;

CREATE TABLE opinion_assignments (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    part text NOT NULL,
    round integer NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    signed_at timestamp with time zone,
    returned_at timestamp with time zone,
    return_reason text NOT NULL DEFAULT ''::text,
    comment text NOT NULL DEFAULT ''::text,
    ended_at timestamp with time zone,
    CONSTRAINT opinion_assignments_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT opinion_assignments_street_id_opinion_id_fkey FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT opinion_assignments_street_id_unit_id_fkey FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT opinion_assignments_part_known CHECK ((part = ANY (ARRAY['lead'::text, 'co'::text]))),
    CONSTRAINT opinion_assignments_return_reason CHECK (((returned_at IS NULL) = (return_reason = ''::text)))
);
COMMENT ON COLUMN opinion_assignments.comment IS '会办意见, for the lead unit to put into its one reply.';
CREATE INDEX opinion_assignments_of_opinion ON opinion_assignments USING btree (opinion_id, street_id);
CREATE INDEX opinion_assignments_of_unit ON opinion_assignments USING btree (street_id, unit_id, opinion_id);
CREATE UNIQUE INDEX opinion_assignments_once ON opinion_assignments USING btree (street_id, opinion_id, unit_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX opinion_assignments_one_lead ON opinion_assignments USING btree (street_id, opinion_id) WHERE ((part = 'lead'::text) AND (ended_at IS NULL));
CREATE TRIGGER opinion_assignments_note_unit AFTER INSERT ON opinion_assignments FOR EACH ROW EXECUTE FUNCTION app.note_unit();
ALTER TABLE opinion_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY by_scope ON opinion_assignments FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) <> 'unit'::text) OR (unit_id = ( SELECT app.unit() AS unit)))));
GRANT INSERT, SELECT, UPDATE ON opinion_assignments TO portal_app;

CREATE TABLE opinion_counters (
    street_id bigint NOT NULL,
    series text NOT NULL,
    last integer NOT NULL,
    CONSTRAINT opinion_counters_pkey PRIMARY KEY (street_id, series),
    CONSTRAINT opinion_counters_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id)
);
ALTER TABLE opinion_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON opinion_counters FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) OR (( SELECT app.role() AS role) = 'public'::text)));
GRANT INSERT, SELECT, UPDATE ON opinion_counters TO portal_app;
GRANT INSERT, SELECT, UPDATE ON opinion_counters TO portal_public;

CREATE TABLE opinion_extensions (
    street_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    days integer NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asker text NOT NULL,
    granted boolean,
    decided_at timestamp with time zone,
    decider text NOT NULL DEFAULT ''::text,
    decision text NOT NULL DEFAULT ''::text,
    CONSTRAINT opinion_extensions_pkey PRIMARY KEY (street_id, opinion_id),
    CONSTRAINT opinion_extensions_street_id_opinion_id_fkey FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT opinion_extensions_days CHECK (((days >= 1) AND (days <= 60))),
    CONSTRAINT opinion_extensions_decided CHECK (((granted IS NULL) = (decided_at IS NULL))),
    CONSTRAINT opinion_extensions_reason CHECK ((reason <> ''::text))
);
COMMENT ON TABLE opinion_extensions IS 'One an opinion: the primary key says so.';
ALTER TABLE opinion_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY with_opinion ON opinion_extensions FOR ALL
    USING ((EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = opinion_extensions.street_id) AND (o.id = opinion_extensions.opinion_id)))));
GRANT INSERT, SELECT, UPDATE ON opinion_extensions TO portal_app;

CREATE TABLE opinion_promise_extensions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    first_due date NOT NULL,
    due_from date NOT NULL,
    due_to date NOT NULL,
    reason text NOT NULL,
    extended_at timestamp with time zone NOT NULL,
    extender text NOT NULL,
    CONSTRAINT opinion_promise_extensions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT opinion_promise_extensions_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT opinion_promise_extensions_extender CHECK ((extender <> ''::text)),
    CONSTRAINT opinion_promise_extensions_later CHECK (((due_to > due_from) AND (due_from >= first_due))),
    CONSTRAINT opinion_promise_extensions_reason CHECK (((reason <> ''::text) AND (length(reason) <= 500)))
);
COMMENT ON TABLE opinion_promise_extensions IS 'Each time that the day of a promise was moved; nothing here changes.';
COMMENT ON COLUMN opinion_promise_extensions.first_due IS 'The day that was promised at first.';
CREATE INDEX opinion_promise_extensions_of_opinion ON opinion_promise_extensions USING btree (street_id, opinion_id, id);
CREATE TRIGGER opinion_promise_extensions_guarded BEFORE INSERT ON opinion_promise_extensions FOR EACH ROW EXECUTE FUNCTION app.guard_opinion_promise_extension();
ALTER TABLE opinion_promise_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_promise_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY with_opinion ON opinion_promise_extensions FOR ALL
    USING ((EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = opinion_promise_extensions.street_id) AND (o.id = opinion_promise_extensions.opinion_id)))));
GRANT INSERT, SELECT ON opinion_promise_extensions TO portal_app;

CREATE TABLE opinion_replies (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    unit_id bigint,
    round integer NOT NULL,
    text text NOT NULL,
    replied_at timestamp with time zone NOT NULL,
    replier text NOT NULL,
    verdict text,
    review_note text NOT NULL DEFAULT ''::text,
    reviewed_at timestamp with time zone,
    CONSTRAINT opinion_replies_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT opinion_replies_street_id_opinion_id_fkey FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT opinion_replies_street_id_unit_id_fkey FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT opinion_replies_reviewed CHECK (((verdict IS NULL) = (reviewed_at IS NULL))),
    CONSTRAINT opinion_replies_rework_says_why CHECK (((verdict <> 'rework'::text) OR (review_note <> ''::text))),
    CONSTRAINT opinion_replies_text_filled CHECK (((text <> ''::text) AND (length(text) <= 5000))),
    CONSTRAINT opinion_replies_verdict_known CHECK ((verdict = ANY (ARRAY['approved'::text, 'rework'::text])))
);
CREATE INDEX opinion_replies_of_opinion ON opinion_replies USING btree (street_id, opinion_id, id);
ALTER TABLE opinion_replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_replies FORCE ROW LEVEL SECURITY;
CREATE POLICY with_opinion ON opinion_replies FOR ALL
    USING ((EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = opinion_replies.street_id) AND (o.id = opinion_replies.opinion_id)))));
GRANT INSERT, SELECT, UPDATE ON opinion_replies TO portal_app;

CREATE TABLE opinion_urges (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    level text NOT NULL,
    text text NOT NULL DEFAULT ''::text,
    at timestamp with time zone NOT NULL,
    urger text NOT NULL,
    CONSTRAINT opinion_urges_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT opinion_urges_street_id_opinion_id_fkey FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT opinion_urges_level_known CHECK ((level = ANY (ARRAY['urge'::text, 'supervise'::text, 'report'::text])))
);
CREATE INDEX opinion_urges_of_opinion ON opinion_urges USING btree (street_id, opinion_id, id);
ALTER TABLE opinion_urges ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinion_urges FORCE ROW LEVEL SECURITY;
CREATE POLICY with_opinion ON opinion_urges FOR ALL
    USING ((EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = opinion_urges.street_id) AND (o.id = opinion_urges.opinion_id)))));
GRANT INSERT, SELECT ON opinion_urges TO portal_app;

CREATE TABLE opinions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    number text NOT NULL,
    query_hash bytea NOT NULL,
    source text NOT NULL,
    visit_id bigint,
    station_id bigint,
    community_id bigint,
    deputy_id bigint,
    kind text NOT NULL,
    field text NOT NULL,
    location text NOT NULL DEFAULT ''::text,
    text text NOT NULL,
    urgency text NOT NULL DEFAULT 'ordinary'::text,
    anonymous boolean NOT NULL,
    resident text NOT NULL DEFAULT ''::text,
    phone_sealed bytea,
    phone_mask text NOT NULL DEFAULT ''::text,
    consent_contact boolean NOT NULL DEFAULT false,
    sensitive boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'registered'::text,
    round integer NOT NULL DEFAULT 1,
    lead_unit_id bigint,
    units bigint[] NOT NULL DEFAULT '{}'::bigint[],
    received_on date NOT NULL,
    received_at timestamp with time zone NOT NULL,
    merged_into bigint,
    declined_why text NOT NULL DEFAULT ''::text,
    answer text NOT NULL DEFAULT ''::text,
    promised_on date,
    told_on date,
    told_how text NOT NULL DEFAULT ''::text,
    rating text,
    rating_note text NOT NULL DEFAULT ''::text,
    rated_on date,
    first_rating text,
    closed_on date,
    closed_how text NOT NULL DEFAULT ''::text,
    forgotten_on date,
    created_by bigint NOT NULL DEFAULT 0,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT opinions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT opinions_key_once UNIQUE (street_id, key),
    CONSTRAINT opinions_number_once UNIQUE (street_id, number),
    CONSTRAINT opinions_query_hash_once UNIQUE (street_id, query_hash),
    CONSTRAINT opinions_street_id_community_id_fkey FOREIGN KEY (street_id, community_id) REFERENCES communities(street_id, id),
    CONSTRAINT opinions_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT opinions_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT opinions_street_id_lead_unit_id_fkey FOREIGN KEY (street_id, lead_unit_id) REFERENCES units(street_id, id),
    CONSTRAINT opinions_street_id_merged_into_fkey FOREIGN KEY (street_id, merged_into) REFERENCES opinions(street_id, id),
    CONSTRAINT opinions_street_id_station_id_fkey FOREIGN KEY (street_id, station_id) REFERENCES stations(street_id, id),
    CONSTRAINT opinions_street_id_visit_id_fkey FOREIGN KEY (street_id, visit_id) REFERENCES visits(street_id, id),
    CONSTRAINT opinions_closed_on CHECK (((state = 'closed'::text) = (closed_on IS NOT NULL))),
    CONSTRAINT opinions_closed_when_told CHECK (((state <> 'closed'::text) OR (told_on IS NOT NULL) OR anonymous)),
    CONSTRAINT opinions_declined_why CHECK (((state <> 'declined'::text) OR (declined_why <> ''::text))),
    CONSTRAINT opinions_field_known CHECK ((field = ANY (ARRAY['construction'::text, 'environment'::text, 'education'::text, 'medical'::text, 'social'::text, 'security'::text, 'property'::text, 'business'::text, 'other'::text]))),
    CONSTRAINT opinions_forgotten_is_anonymous CHECK (((forgotten_on IS NULL) OR (anonymous AND (state = ANY (ARRAY['closed'::text, 'declined'::text, 'merged'::text, 'withdrawn'::text]))))),
    CONSTRAINT opinions_kind_known CHECK ((kind = ANY (ARRAY['consult'::text, 'suggest'::text, 'complaint'::text, 'praise'::text]))),
    CONSTRAINT opinions_merged_into_another CHECK ((((state = 'merged'::text) = (merged_into IS NOT NULL)) AND (merged_into <> id))),
    CONSTRAINT opinions_named_or_anonymous CHECK ((anonymous = ((resident = ''::text) AND (phone_sealed IS NULL)))),
    CONSTRAINT opinions_promised_on CHECK (((state <> 'promised'::text) OR (promised_on IS NOT NULL))),
    CONSTRAINT opinions_rating_known CHECK (((rating = ANY (ARRAY['satisfied'::text, 'basically'::text, 'dissatisfied'::text, 'none'::text])) AND (first_rating = 'dissatisfied'::text))),
    CONSTRAINT opinions_second_handling_once CHECK ((round = ANY (ARRAY[1, 2]))),
    CONSTRAINT opinions_source_known CHECK ((source = ANY (ARRAY['reception'::text, 'visit'::text, 'qr'::text, 'activity'::text, 'letter'::text, 'voter_meeting'::text, 'online'::text]))),
    CONSTRAINT opinions_state_known CHECK ((state = ANY (ARRAY['registered'::text, 'to_assign'::text, 'assigned'::text, 'signed'::text, 'handling'::text, 'returned'::text, 'replied'::text, 'to_feedback'::text, 'to_rate'::text, 'closed'::text, 'declined'::text, 'merged'::text, 'withdrawn'::text, 'promised'::text, 'to_city'::text]))),
    CONSTRAINT opinions_text_filled CHECK (((text <> ''::text) AND (length(text) <= 5000))),
    CONSTRAINT opinions_urgency_known CHECK ((urgency = ANY (ARRAY['ordinary'::text, 'complex'::text, 'urgent'::text])))
);
COMMENT ON COLUMN opinions.query_hash IS 'SHA-256 of number and query code: residents open their own item with these, and row-level security shows them no other.';
COMMENT ON COLUMN opinions.sensitive IS 'About a deputy or the committee''s own staff: the director only.';
COMMENT ON COLUMN opinions.round IS '2: second handling after 不满意; there is no third.';
COMMENT ON COLUMN opinions.units IS 'Every unit that it was ever assigned to, kept by a trigger, so that a unit''s list is read without a look at the assignments.';
COMMENT ON COLUMN opinions.answer IS 'The approved reply, as the resident reads it.';
COMMENT ON COLUMN opinions.forgotten_on IS 'When name and number were removed because their time was over; the item has been anonymous since.';
CREATE INDEX opinions_by_code ON opinions USING btree (query_hash);
CREATE INDEX opinions_by_id ON opinions USING btree (id);
CREATE INDEX opinions_by_state ON opinions USING btree (street_id, state, received_at DESC, id DESC) WHERE (state <> ALL (ARRAY['closed'::text, 'declined'::text, 'merged'::text, 'withdrawn'::text]));
CREATE INDEX opinions_merged ON opinions USING btree (street_id, merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX opinions_newest ON opinions USING btree (street_id, received_at DESC, id DESC);
CREATE INDEX opinions_newest_anywhere ON opinions USING btree (received_at DESC, id DESC);
CREATE INDEX opinions_of_deputy ON opinions USING btree (street_id, deputy_id, received_at DESC, id DESC) WHERE (deputy_id IS NOT NULL);
CREATE INDEX opinions_of_period ON opinions USING btree (street_id, received_on);
CREATE INDEX opinions_of_unit ON opinions USING btree (street_id, lead_unit_id, received_at DESC, id DESC);
CREATE INDEX opinions_of_visit ON opinions USING btree (street_id, visit_id) WHERE (visit_id IS NOT NULL);
CREATE INDEX opinions_open_of_unit ON opinions USING btree (street_id, lead_unit_id) WHERE (state <> ALL (ARRAY['closed'::text, 'declined'::text, 'merged'::text, 'withdrawn'::text]));
CREATE INDEX opinions_to_forget ON opinions USING btree (street_id, modified_at) WHERE ((NOT anonymous) AND (state = ANY (ARRAY['closed'::text, 'declined'::text, 'merged'::text, 'withdrawn'::text])));
CREATE TRIGGER opinions_guard BEFORE INSERT OR UPDATE ON opinions FOR EACH ROW EXECUTE FUNCTION app.guard_opinion();
CREATE TRIGGER opinions_promise_guarded BEFORE UPDATE ON opinions FOR EACH ROW WHEN (((old.state = 'promised'::text) AND (new.promised_on IS DISTINCT FROM old.promised_on))) EXECUTE FUNCTION app.guard_opinion_promise();
ALTER TABLE opinions ENABLE ROW LEVEL SECURITY;
ALTER TABLE opinions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_code ON opinions FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (query_hash = ( SELECT app.query_hash() AS query_hash))));
CREATE POLICY by_resident ON opinions FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'public'::text) AND (query_hash = ( SELECT app.query_hash() AS query_hash)) AND (state = 'registered'::text) AND (source = ANY (ARRAY['online'::text, 'qr'::text])) AND (created_by = 0)));
CREATE POLICY by_scope ON opinions FOR ALL
    USING (((street_id IN ( SELECT unnest(app.streets()) AS unnest)) AND ((NOT sensitive) OR (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'counter'::text, 'clerk'::text, 'operator'::text])) OR ((created_by = ( SELECT app.user_id() AS user_id)) AND (created_by <> 0))) AND
CASE
    WHEN (( SELECT app.role() AS role) = 'unit'::text) THEN (( SELECT app.unit() AS unit) = ANY (units))
    WHEN (( SELECT app.role() AS role) = 'office_dispatch'::text) THEN (units <> '{}'::bigint[])
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) THEN ((deputy_id = ( SELECT app.deputy() AS deputy)) OR (created_by = ( SELECT app.user_id() AS user_id)) OR COALESCE(( SELECT true
       FROM visit_deputies d
      WHERE ((d.street_id = opinions.street_id) AND (d.visit_id = opinions.visit_id) AND (d.deputy_id = ( SELECT app.deputy() AS deputy)))), false))
    WHEN (( SELECT app.role() AS role) = 'liaison'::text) THEN ((community_id = ( SELECT app.community() AS community)) OR (created_by = ( SELECT app.user_id() AS user_id)))
    ELSE (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'counter'::text, 'clerk'::text, 'operator'::text]))
END));
GRANT INSERT, SELECT, UPDATE ON opinions TO portal_app;
GRANT INSERT ON opinions TO portal_public;
GRANT SELECT (id, street_id, number, query_hash, station_id, community_id, kind, field, location, text, anonymous, state, round, lead_unit_id, received_on, received_at, merged_into, declined_why, answer, promised_on, told_on, rating, rated_on, first_rating, closed_on, key, version) ON opinions TO portal_public;

CREATE TABLE paper_prefixes (
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    prefix text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT paper_prefixes_pkey PRIMARY KEY (city_id, street_id),
    CONSTRAINT paper_prefixes_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT paper_prefixes_plain CHECK ((prefix !~ '[〔〕[:space:][:cntrl:]]'::text)),
    CONSTRAINT paper_prefixes_short CHECK (((prefix <> ''::text) AND (length(prefix) <= 20)))
);
COMMENT ON TABLE paper_prefixes IS '发文代字: what stands before the year in an issuer''s numbers, such as 莞人东城工委. Without a row app.paper_prefix says.';
ALTER TABLE paper_prefixes ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_prefixes FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_issuer ON paper_prefixes FOR INSERT
    WITH CHECK (app.issues(city_id, street_id));
CREATE POLICY by_issuer ON paper_prefixes FOR SELECT
    USING (((city_id = ( SELECT app.city() AS city)) OR (( SELECT app.role() AS role) = 'operator'::text)));
CREATE POLICY changed_by_issuer ON paper_prefixes FOR UPDATE
    USING (app.issues(city_id, street_id));
CREATE POLICY numbered ON paper_prefixes FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON paper_prefixes TO portal_app;

CREATE TABLE paper_series (
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT paper_series_pkey PRIMARY KEY (city_id, street_id, year),
    CONSTRAINT paper_series_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id)
);
COMMENT ON TABLE paper_series IS 'The last number of each issuer in each year. Only papers_numbered writes here: its row lock keeps numbers of two sign-offs apart, and what rolls back gives its number back.';
ALTER TABLE paper_series ENABLE ROW LEVEL SECURITY;
ALTER TABLE paper_series FORCE ROW LEVEL SECURITY;
CREATE POLICY numbered ON paper_series FOR ALL
    USING (true)
    WITH CHECK (true);

CREATE TABLE papers (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id bigint NOT NULL,
    title text NOT NULL,
    prefix text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    signed_on date NOT NULL,
    issued_by bigint NOT NULL,
    issuer text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT papers_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT papers_number_once UNIQUE (city_id, street_id, year, number),
    CONSTRAINT papers_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT papers_kind_known CHECK ((kind = ANY (ARRAY['notice'::text, 'report'::text, 'request'::text, 'letter'::text, 'announcement'::text, 'minutes'::text, 'appointment'::text, 'engagement'::text]))),
    CONSTRAINT papers_subject_filled CHECK (((subject_kind <> ''::text) AND (subject_id > 0))),
    CONSTRAINT papers_title_filled CHECK (((title <> ''::text) AND (length(title) <= 300)))
);
COMMENT ON TABLE papers IS '发文登记簿: what was issued under which number. Rows are never changed or deleted.';
COMMENT ON COLUMN papers.subject_kind IS 'The kind of record that the paper belongs to, such as mandate.';
COMMENT ON COLUMN papers.issued_by IS 'The account that signed the paper off; 0 for the operator.';
COMMENT ON COLUMN papers.issuer IS 'The name of who signed it off, as it was then.';
CREATE INDEX papers_by_day ON papers USING btree (city_id, signed_on DESC, id DESC);
CREATE INDEX papers_by_id ON papers USING btree (id);
CREATE INDEX papers_of_subject ON papers USING btree (street_id, subject_kind, subject_id);
CREATE TRIGGER papers_fixed BEFORE DELETE OR UPDATE ON papers FOR EACH ROW EXECUTE FUNCTION app.keep_paper();
CREATE TRIGGER papers_numbered BEFORE INSERT ON papers FOR EACH ROW EXECUTE FUNCTION app.number_paper();
ALTER TABLE papers ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON papers FOR SELECT
    USING (((street_id = 0) AND ((( SELECT app.role() AS role) = 'operator'::text) OR ((( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text])) AND (city_id = ( SELECT app.city() AS city))))));
CREATE POLICY by_street ON papers FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'operator'::text, 'clerk'::text]))));
CREATE POLICY issued ON papers FOR INSERT
    WITH CHECK (app.issues(city_id, street_id));
GRANT INSERT, SELECT ON papers TO portal_app;

CREATE TABLE people (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    name text NOT NULL,
    sex text NOT NULL DEFAULT ''::text,
    born integer,
    work text NOT NULL DEFAULT ''::text,
    phone_sealed bytea,
    phone_mask text NOT NULL DEFAULT ''::text,
    phone_mark bytea,
    user_id bigint,
    merged_into bigint,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT people_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT people_account_once UNIQUE (street_id, user_id),
    CONSTRAINT people_key_once UNIQUE (street_id, key),
    CONSTRAINT people_merged_into FOREIGN KEY (street_id, merged_into) REFERENCES people(street_id, id),
    CONSTRAINT people_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT people_born_plausible CHECK (((born >= 1900) AND (born <= 2100))),
    CONSTRAINT people_merged_into_another CHECK ((merged_into <> id)),
    CONSTRAINT people_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50))),
    CONSTRAINT people_phone_whole CHECK ((((phone_sealed IS NULL) = (phone_mark IS NULL)) AND ((phone_sealed IS NULL) = (phone_mask = ''::text)))),
    CONSTRAINT people_sex_known CHECK ((sex = ANY (ARRAY[''::text, 'female'::text, 'male'::text]))),
    CONSTRAINT people_work_short CHECK ((length(work) <= 100))
);
COMMENT ON TABLE people IS 'Who holds a post or belongs to a team in a street. One human is one row, whatever they do; a duplicate points to the row that stays.';
COMMENT ON COLUMN people.born IS 'Year of birth; no more of it is needed.';
COMMENT ON COLUMN people.work IS 'Where they work and as what.';
COMMENT ON COLUMN people.phone_mark IS 'A keyed digest of the number: finds the same person again without opening it.';
COMMENT ON COLUMN people.user_id IS 'The account with which they act: who signs or presides is recognised by it.';
COMMENT ON COLUMN people.merged_into IS 'This row is the same human as that one. Counts of persons take coalesce(merged_into, id).';
CREATE INDEX people_as_one ON people USING btree (street_id, COALESCE(merged_into, id));
CREATE INDEX people_by_id ON people USING btree (id);
CREATE INDEX people_by_mark ON people USING btree (street_id, phone_mark) WHERE (phone_mark IS NOT NULL);
CREATE INDEX people_by_name ON people USING btree (street_id, name COLLATE "C", id);
CREATE INDEX people_merged ON people USING btree (street_id, merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX people_of_user ON people USING btree (street_id, user_id) WHERE (user_id IS NOT NULL);
CREATE TRIGGER people_indexed AFTER INSERT OR UPDATE OF name, work, born, phone_mark, merged_into ON people FOR EACH ROW EXECUTE FUNCTION app.index_person();
CREATE TRIGGER people_merge_recorded BEFORE UPDATE OF merged_into ON people FOR EACH ROW WHEN ((new.merged_into IS DISTINCT FROM old.merged_into)) EXECUTE FUNCTION app.merge_is_recorded();
CREATE TRIGGER people_merged_say_the_same AFTER UPDATE OF name, sex, born, work ON people FOR EACH ROW WHEN (((((new.name IS DISTINCT FROM old.name) OR (new.sex IS DISTINCT FROM old.sex)) OR (new.born IS DISTINCT FROM old.born)) OR (new.work IS DISTINCT FROM old.work))) EXECUTE FUNCTION app.merged_say_the_same();
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON people FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_self ON people FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (user_id = ( SELECT app.user_id() AS user_id))));
CREATE POLICY by_street ON people FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) <> ALL (ARRAY['office_dispatch'::text, 'unit'::text, 'voter_rep'::text, 'expert'::text, 'info_officer'::text]))));
CREATE POLICY by_voter_representative ON people FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND COALESCE(( SELECT true
   FROM voter_representatives r
  WHERE ((r.street_id = people.street_id) AND (r.person_id = people.id))
 LIMIT 1), ( SELECT true
   FROM selection_candidates c
  WHERE ((c.street_id = people.street_id) AND (c.person_id = people.id))
 LIMIT 1), false)));
CREATE POLICY called ON people FOR SELECT
    USING (true);
CREATE POLICY changed_by_keeper ON people FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY in_post ON people FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.street_id = people.street_id) AND (p.person_id = people.id))))));
CREATE POLICY in_post_by_feed ON people FOR SELECT
    USING (((( SELECT app.role() AS role) = 'feed'::text) AND (EXISTS ( SELECT
   FROM posts p
  WHERE ((p.street_id = people.street_id) AND (p.person_id = people.id) AND ((p.until_on IS NULL) OR (p.until_on > CURRENT_DATE)))))));
CREATE POLICY removed_with_import ON people FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (key ~~ '%:import-%'::text) AND (user_id IS NULL) AND (EXISTS ( SELECT
   FROM imports i
  WHERE ((i.street_id = people.street_id) AND (i.state = 'undoing'::text))))));
GRANT DELETE, INSERT, SELECT, UPDATE ON people TO portal_app;
GRANT SELECT (id, street_id, name, sex, merged_into, modified_at) ON people TO portal_public;

CREATE TABLE people_grams (
    street_id bigint NOT NULL,
    gram text NOT NULL,
    name text NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT people_grams_pkey PRIMARY KEY (street_id, gram, name, person_id),
    CONSTRAINT people_grams_street_id_person_id_fkey FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE people_grams IS 'What people are found by. Kept by trigger from people; nobody writes here.';
CREATE INDEX people_grams_of ON people_grams USING btree (street_id, person_id);
ALTER TABLE people_grams ENABLE ROW LEVEL SECURITY;
ALTER TABLE people_grams FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON people_grams FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) <> ALL (ARRAY['office_dispatch'::text, 'unit'::text, 'voter_rep'::text, 'expert'::text, 'info_officer'::text]))));
CREATE POLICY kept_by_trigger ON people_grams FOR ALL
    USING (true);
GRANT SELECT ON people_grams TO portal_app;

CREATE TABLE performance_disputes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    publication_id bigint NOT NULL,
    class text NOT NULL,
    source text NOT NULL DEFAULT ''::text,
    source_id bigint NOT NULL DEFAULT 0,
    entry text NOT NULL DEFAULT ''::text,
    reason text NOT NULL,
    state text NOT NULL DEFAULT 'open'::text,
    filed_on date NOT NULL,
    filed_at timestamp with time zone NOT NULL,
    filer text NOT NULL,
    remedy text NOT NULL DEFAULT ''::text,
    supplement_id bigint,
    answer text NOT NULL DEFAULT ''::text,
    answered_by bigint,
    answerer text NOT NULL DEFAULT ''::text,
    answered_at timestamp with time zone,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT performance_disputes_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT performance_disputes_key_once UNIQUE (street_id, key),
    CONSTRAINT performance_disputes_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT performance_disputes_publication FOREIGN KEY (street_id, publication_id) REFERENCES performance_publications(street_id, id),
    CONSTRAINT performance_disputes_supplement FOREIGN KEY (street_id, supplement_id) REFERENCES performance_supplements(street_id, id),
    CONSTRAINT performance_disputes_answered CHECK ((((state = ANY (ARRAY['granted'::text, 'refused'::text])) = (answered_at IS NOT NULL)) AND ((answered_at IS NULL) = (answered_by IS NULL)) AND ((answered_at IS NULL) = (answer = ''::text)) AND (length(answer) <= 1000))),
    CONSTRAINT performance_disputes_entry CHECK ((((source = ''::text) = (source_id = 0)) AND ((source = ''::text) = (entry = ''::text)) AND (length(entry) <= 200))),
    CONSTRAINT performance_disputes_reason_filled CHECK (((reason <> ''::text) AND (length(reason) <= 1000))),
    CONSTRAINT performance_disputes_remedy CHECK (((remedy = ANY (ARRAY[''::text, 'source'::text, 'supplement'::text])) AND ((state = 'granted'::text) = (remedy <> ''::text)) AND ((remedy = 'supplement'::text) = (supplement_id IS NOT NULL)))),
    CONSTRAINT performance_disputes_state_known CHECK ((state = ANY (ARRAY['open'::text, 'granted'::text, 'refused'::text, 'withdrawn'::text])))
);
COMMENT ON COLUMN performance_disputes.source IS 'The record that the disputed entry comes from; empty where the deputy misses an entry.';
CREATE INDEX performance_disputes_by_id ON performance_disputes USING btree (id);
CREATE UNIQUE INDEX performance_disputes_entry_once ON performance_disputes USING btree (street_id, deputy_id, publication_id, class, source, source_id) WHERE ((state = 'open'::text) AND (source <> ''::text));
CREATE INDEX performance_disputes_newest ON performance_disputes USING btree (street_id, filed_at DESC, id DESC);
CREATE INDEX performance_disputes_of ON performance_disputes USING btree (street_id, deputy_id, filed_at DESC, id DESC);
CREATE INDEX performance_disputes_open ON performance_disputes USING btree (street_id) WHERE (state = 'open'::text);
CREATE TRIGGER performance_disputes_guarded BEFORE INSERT OR UPDATE ON performance_disputes FOR EACH ROW EXECUTE FUNCTION app.guard_performance_dispute();
ALTER TABLE performance_disputes ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_disputes FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_office ON performance_disputes FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.confirms_performance() AS confirms_performance)));
CREATE POLICY by_desk ON performance_disputes FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_performance() AS reads_performance)));
CREATE POLICY by_self ON performance_disputes FOR ALL
    USING (((street_id = ( SELECT app.street() AS street)) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (deputy_id = ( SELECT app.deputy() AS deputy))));
CREATE POLICY settled ON performance_disputes FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON performance_disputes TO portal_app;

CREATE TABLE performance_publications (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    year integer NOT NULL,
    quarter integer NOT NULL,
    revision integer NOT NULL,
    why text NOT NULL DEFAULT ''::text,
    from_on date NOT NULL GENERATED ALWAYS AS (make_date(year, ((quarter * 3) - 2), 1)) STORED,
    to_on date NOT NULL GENERATED ALWAYS AS (((make_date(year, (quarter * 3), 1) + '1 mon -1 days'::interval))::date) STORED,
    published_on date NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by bigint NOT NULL,
    publisher text NOT NULL,
    CONSTRAINT performance_publications_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT performance_publications_revision_once UNIQUE (street_id, year, quarter, revision),
    CONSTRAINT performance_publications_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT performance_publications_after_the_quarter CHECK ((published_on >= ((make_date(year, (quarter * 3), 1) + '1 mon'::interval))::date)),
    CONSTRAINT performance_publications_quarter CHECK (((quarter >= 1) AND (quarter <= 4))),
    CONSTRAINT performance_publications_why CHECK (((revision >= 1) AND ((revision = 1) = (why = ''::text)) AND (length(why) <= 500))),
    CONSTRAINT performance_publications_year CHECK (((year >= 2000) AND (year <= 2100)))
);
CREATE INDEX performance_publications_by_id ON performance_publications USING btree (id);
CREATE INDEX performance_publications_newest ON performance_publications USING btree (street_id, published_at DESC, id DESC);
CREATE TRIGGER performance_publications_guarded BEFORE INSERT ON performance_publications FOR EACH ROW EXECUTE FUNCTION app.guard_performance_publication();
ALTER TABLE performance_publications ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_publications FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_publications FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_performance() AS reads_performance) OR (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])))));
CREATE POLICY by_public ON performance_publications FOR SELECT
    USING ((( SELECT app.role() AS role) = 'public'::text));
CREATE POLICY published_by_office ON performance_publications FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.publishes_performance() AS publishes_performance)));
CREATE POLICY settled ON performance_publications FOR SELECT
    USING (true);
GRANT INSERT, SELECT ON performance_publications TO portal_app;
GRANT SELECT (id, street_id, year, quarter, revision, why, from_on, to_on, published_on) ON performance_publications TO portal_public;

CREATE TABLE performance_published (
    street_id bigint NOT NULL,
    publication_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    class text NOT NULL,
    done integer NOT NULL,
    due integer NOT NULL,
    excused integer NOT NULL,
    tenths integer NOT NULL,
    CONSTRAINT performance_published_pkey PRIMARY KEY (street_id, publication_id, deputy_id, class),
    CONSTRAINT performance_published_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT performance_published_publication FOREIGN KEY (street_id, publication_id) REFERENCES performance_publications(street_id, id)
);
COMMENT ON TABLE performance_published IS 'The cells as they were counted when the quarter was published; a trigger refuses any other number.';
CREATE INDEX performance_published_of ON performance_published USING btree (street_id, deputy_id);
CREATE TRIGGER performance_published_guarded AFTER INSERT ON performance_published REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.guard_performance_published();
ALTER TABLE performance_published ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_published FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_published FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_performance() AS reads_performance) OR (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])))));
CREATE POLICY by_public ON performance_published FOR SELECT
    USING ((( SELECT app.role() AS role) = 'public'::text));
CREATE POLICY published_by_office ON performance_published FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.publishes_performance() AS publishes_performance)));
GRANT INSERT, SELECT ON performance_published TO portal_app;
GRANT SELECT ON performance_published TO portal_public;

CREATE TABLE performance_scheme_items (
    street_id bigint NOT NULL,
    scheme_id bigint NOT NULL,
    item text NOT NULL,
    top integer NOT NULL,
    each integer NOT NULL,
    extra integer NOT NULL,
    CONSTRAINT performance_scheme_items_pkey PRIMARY KEY (street_id, scheme_id, item),
    CONSTRAINT performance_scheme_items_scheme FOREIGN KEY (street_id, scheme_id) REFERENCES performance_schemes(street_id, id),
    CONSTRAINT performance_scheme_items_known CHECK ((item = ANY (ARRAY['congress'::text, 'activity'::text, 'reception'::text, 'suggestion'::text, 'opinion'::text, 'training'::text, 'reportback'::text, 'award'::text]))),
    CONSTRAINT performance_scheme_items_sensible CHECK ((((top >= 0) AND (top <= 10000)) AND ((each >= 0) AND (each <= 10000)) AND ((extra >= 0) AND (extra <= 10000))))
);
COMMENT ON TABLE performance_scheme_items IS 'Hundredths of a point: at most top; each for one, extra for what counts more or less than one.';
CREATE TRIGGER performance_scheme_items_guarded BEFORE INSERT ON performance_scheme_items FOR EACH ROW EXECUTE FUNCTION app.guard_performance_scheme_item();
ALTER TABLE performance_scheme_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_scheme_items FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_scheme_items FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_performance() AS reads_performance) OR (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])))));
CREATE POLICY made_by_head ON performance_scheme_items FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'operator'::text]))));
GRANT INSERT, SELECT ON performance_scheme_items TO portal_app;

CREATE TABLE performance_schemes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    year integer NOT NULL,
    revision integer NOT NULL,
    active boolean NOT NULL,
    good integer NOT NULL,
    fair integer NOT NULL,
    pass integer NOT NULL,
    reason text NOT NULL,
    made_by bigint NOT NULL,
    maker text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT performance_schemes_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT performance_schemes_revision_once UNIQUE (street_id, year, revision),
    CONSTRAINT performance_schemes_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT performance_schemes_bands CHECK (((good <= 100) AND (good > fair) AND (fair > pass) AND (pass > 0))),
    CONSTRAINT performance_schemes_reason_filled CHECK (((reason <> ''::text) AND (length(reason) <= 500))),
    CONSTRAINT performance_schemes_year CHECK (((year >= 2000) AND (year <= 2100)))
);
COMMENT ON COLUMN performance_schemes.good IS 'Per cent of the points that could be had from which on the grade is 好; fair: 较好; pass: 一般; below it 差.';
CREATE TRIGGER performance_schemes_guarded BEFORE INSERT ON performance_schemes FOR EACH ROW EXECUTE FUNCTION app.guard_performance_scheme();
ALTER TABLE performance_schemes ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_schemes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_schemes FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_performance() AS reads_performance) OR (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])))));
CREATE POLICY made_by_head ON performance_schemes FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'operator'::text]))));
GRANT INSERT, SELECT ON performance_schemes TO portal_app;

CREATE TABLE performance_supplement_deputies (
    street_id bigint NOT NULL,
    supplement_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    CONSTRAINT performance_supplement_deputies_pkey PRIMARY KEY (street_id, supplement_id, deputy_id),
    CONSTRAINT performance_supplement_deputies_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT performance_supplement_deputies_supplement FOREIGN KEY (street_id, supplement_id) REFERENCES performance_supplements(street_id, id)
);
CREATE INDEX performance_supplement_deputies_of ON performance_supplement_deputies USING btree (street_id, deputy_id);
CREATE TRIGGER performance_supplement_deputies_guarded BEFORE INSERT ON performance_supplement_deputies FOR EACH ROW EXECUTE FUNCTION app.guard_performance_supplement_deputy();
ALTER TABLE performance_supplement_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_supplement_deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_supplement_deputies FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_performance() AS reads_performance)));
CREATE POLICY by_self ON performance_supplement_deputies FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (deputy_id = ( SELECT app.deputy() AS deputy))));
CREATE POLICY entered_by_office ON performance_supplement_deputies FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.supplements_performance() AS supplements_performance)));
GRANT INSERT, SELECT ON performance_supplement_deputies TO portal_app;

CREATE TABLE performance_supplements (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    class text NOT NULL,
    title text NOT NULL,
    held_on date NOT NULL,
    attended integer NOT NULL DEFAULT 0,
    excused integer NOT NULL DEFAULT 0,
    missed integer NOT NULL DEFAULT 0,
    note text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'waiting'::text,
    entered_by bigint NOT NULL,
    enterer text NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    confirmed_by bigint,
    confirmer text NOT NULL DEFAULT ''::text,
    confirmed_at timestamp with time zone,
    ended_by bigint,
    ender text NOT NULL DEFAULT ''::text,
    ended_at timestamp with time zone,
    ended_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT performance_supplements_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT performance_supplements_key_once UNIQUE (street_id, key),
    CONSTRAINT performance_supplements_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT performance_supplements_class_known CHECK ((class = ANY (ARRAY['congress'::text, 'outside'::text, 'award'::text]))),
    CONSTRAINT performance_supplements_confirmed CHECK ((((confirmed_at IS NULL) = (confirmed_by IS NULL)) AND ((state = ANY (ARRAY['confirmed'::text, 'revoked'::text])) = (confirmed_at IS NOT NULL)))),
    CONSTRAINT performance_supplements_confirmed_by_another CHECK ((confirmed_by <> entered_by)),
    CONSTRAINT performance_supplements_days_of_sessions CHECK (((class = 'congress'::text) = (((attended + excused) + missed) > 0))),
    CONSTRAINT performance_supplements_ended CHECK ((((ended_at IS NULL) = (ended_by IS NULL)) AND ((state = ANY (ARRAY['refused'::text, 'withdrawn'::text, 'revoked'::text])) = (ended_at IS NOT NULL)) AND ((ended_at IS NULL) = (ended_why = ''::text)))),
    CONSTRAINT performance_supplements_half_days CHECK ((((attended >= 0) AND (attended <= 60)) AND ((excused >= 0) AND (excused <= 60)) AND ((missed >= 0) AND (missed <= 60)))),
    CONSTRAINT performance_supplements_note_short CHECK (((length(note) <= 500) AND (length(ended_why) <= 500))),
    CONSTRAINT performance_supplements_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'confirmed'::text, 'refused'::text, 'withdrawn'::text, 'revoked'::text]))),
    CONSTRAINT performance_supplements_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON COLUMN performance_supplements.held_on IS 'The day; of a session of the congress its first day, which tells sessions apart.';
COMMENT ON COLUMN performance_supplements.attended IS 'Half days of a session of the congress that the deputies attended; excused: with leave; missed: without.';
COMMENT ON COLUMN performance_supplements.state IS 'revoked: it had been confirmed and turned out wrong; the right one is entered anew.';
CREATE INDEX performance_supplements_by_id ON performance_supplements USING btree (id);
CREATE INDEX performance_supplements_newest ON performance_supplements USING btree (street_id, entered_at DESC, id DESC);
CREATE INDEX performance_supplements_of_period ON performance_supplements USING btree (street_id, held_on) WHERE (state = 'confirmed'::text);
CREATE INDEX performance_supplements_waiting ON performance_supplements USING btree (street_id) WHERE (state = 'waiting'::text);
CREATE TRIGGER performance_supplements_guarded BEFORE INSERT OR UPDATE ON performance_supplements FOR EACH ROW EXECUTE FUNCTION app.guard_performance_supplement();
ALTER TABLE performance_supplements ENABLE ROW LEVEL SECURITY;
ALTER TABLE performance_supplements FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON performance_supplements FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_performance() AS reads_performance)));
CREATE POLICY by_self ON performance_supplements FOR SELECT
    USING (((street_id = ( SELECT app.street() AS street)) AND (state = ANY (ARRAY['confirmed'::text, 'revoked'::text])) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (EXISTS ( SELECT
   FROM performance_supplement_deputies x
  WHERE ((x.street_id = performance_supplements.street_id) AND (x.supplement_id = performance_supplements.id) AND (x.deputy_id = ( SELECT app.deputy() AS deputy)))))));
CREATE POLICY decided_by_office ON performance_supplements FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.confirms_performance() AS confirms_performance)));
CREATE POLICY entered_by_office ON performance_supplements FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.supplements_performance() AS supplements_performance)));
GRANT INSERT, SELECT, UPDATE ON performance_supplements TO portal_app;

CREATE TABLE person_merges (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    kept_id bigint NOT NULL,
    merged_id bigint NOT NULL,
    why text NOT NULL,
    name text NOT NULL,
    sex text NOT NULL,
    born integer,
    work text NOT NULL,
    user_id bigint,
    merged_by bigint NOT NULL,
    merger text NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undone_by bigint,
    undoer text NOT NULL DEFAULT ''::text,
    undone_at timestamp with time zone,
    undone_why text NOT NULL DEFAULT ''::text,
    CONSTRAINT person_merges_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT person_merges_street_id_kept_id_fkey FOREIGN KEY (street_id, kept_id) REFERENCES people(street_id, id),
    CONSTRAINT person_merges_street_id_merged_id_fkey FOREIGN KEY (street_id, merged_id) REFERENCES people(street_id, id),
    CONSTRAINT person_merges_two CHECK ((kept_id <> merged_id)),
    CONSTRAINT person_merges_undone_whole CHECK ((((undone_at IS NULL) = (undone_by IS NULL)) AND ((undone_at IS NULL) = (undone_why = ''::text)))),
    CONSTRAINT person_merges_undone_within CHECK (((undone_at IS NULL) OR ((undone_at >= merged_at) AND (undone_at <= (merged_at + '30 days'::interval))))),
    CONSTRAINT person_merges_with_reason CHECK (((why <> ''::text) AND (length(why) <= 200)))
);
COMMENT ON COLUMN person_merges.name IS 'What the merged row said before: it shows the kept one''s facts while it is merged.';
COMMENT ON COLUMN person_merges.user_id IS 'The account that passed from the merged row to the kept one.';
CREATE INDEX person_merges_kept ON person_merges USING btree (street_id, kept_id);
CREATE INDEX person_merges_newest ON person_merges USING btree (street_id, merged_at DESC, id DESC);
CREATE INDEX person_merges_of_merged ON person_merges USING btree (street_id, merged_id);
CREATE UNIQUE INDEX person_merges_open ON person_merges USING btree (street_id, merged_id) WHERE (undone_at IS NULL);
CREATE TRIGGER person_merges_history BEFORE UPDATE ON person_merges FOR EACH ROW EXECUTE FUNCTION app.merge_is_history();
ALTER TABLE person_merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_merges FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON person_merges FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'city_deputy'::text, 'city_office'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY made_by_keeper ON person_merges FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY undone_by_keeper ON person_merges FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT ON person_merges TO portal_app;
GRANT UPDATE (undone_by, undoer, undone_at, undone_why) ON person_merges TO portal_app;

CREATE TABLE person_pairs (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    first_id bigint NOT NULL,
    second_id bigint NOT NULL,
    same text[] NOT NULL,
    found_at timestamp with time zone NOT NULL DEFAULT now(),
    apart_at timestamp with time zone,
    apart_by text NOT NULL DEFAULT ''::text,
    apart_why text NOT NULL DEFAULT ''::text,
    CONSTRAINT person_pairs_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT person_pairs_once UNIQUE (street_id, first_id, second_id),
    CONSTRAINT person_pairs_street_id_first_id_fkey FOREIGN KEY (street_id, first_id) REFERENCES people(street_id, id) ON DELETE CASCADE,
    CONSTRAINT person_pairs_street_id_second_id_fkey FOREIGN KEY (street_id, second_id) REFERENCES people(street_id, id) ON DELETE CASCADE,
    CONSTRAINT person_pairs_apart_with_reason CHECK ((((apart_at IS NULL) = (apart_by = ''::text)) AND ((apart_at IS NULL) = (apart_why = ''::text)))),
    CONSTRAINT person_pairs_ordered CHECK ((first_id < second_id))
);
COMMENT ON TABLE person_pairs IS 'Two rows that may be one human, found as they were written; apart_at: somebody looked and says that they are two.';
COMMENT ON COLUMN person_pairs.same IS 'What is the same beside the name: phone, born, work.';
CREATE INDEX person_pairs_open ON person_pairs USING btree (street_id, id) WHERE (apart_at IS NULL);
CREATE INDEX person_pairs_second ON person_pairs USING btree (street_id, second_id);
ALTER TABLE person_pairs ENABLE ROW LEVEL SECURITY;
ALTER TABLE person_pairs FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON person_pairs FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY found_by_trigger ON person_pairs FOR ALL
    USING (true);
GRANT SELECT ON person_pairs TO portal_app;
GRANT UPDATE (apart_at, apart_by, apart_why) ON person_pairs TO portal_app;

CREATE TABLE plan_changes (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    action text NOT NULL,
    item_id bigint,
    month integer NOT NULL,
    theme text NOT NULL,
    kind text NOT NULL,
    basis text NOT NULL,
    matter_id bigint,
    group_id bigint,
    owner text NOT NULL,
    output text NOT NULL,
    reason text NOT NULL,
    proposed_on date NOT NULL,
    proposer text NOT NULL,
    decision_id bigint,
    key text NOT NULL,
    CONSTRAINT plan_changes_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_changes_key_once UNIQUE (street_id, plan_id, key),
    CONSTRAINT plan_changes_decision FOREIGN KEY (street_id, decision_id) REFERENCES plan_decisions(street_id, id),
    CONSTRAINT plan_changes_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT plan_changes_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items(street_id, id),
    CONSTRAINT plan_changes_matter_id_fkey FOREIGN KEY (matter_id) REFERENCES mandate_matters(id),
    CONSTRAINT plan_changes_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_changes_action_known CHECK (((action = ANY (ARRAY['add'::text, 'alter'::text, 'drop'::text])) AND ((action = 'add'::text) OR (item_id IS NOT NULL)))),
    CONSTRAINT plan_changes_mandate_named CHECK (((basis = 'mandate'::text) = (matter_id IS NOT NULL))),
    CONSTRAINT plan_changes_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT plan_changes_reason_filled CHECK (((reason <> ''::text) AND (length(reason) <= 500))),
    CONSTRAINT plan_changes_supervision_authorised CHECK (((basis <> 'duty'::text) OR (kind <> ALL (ARRAY['appraisal'::text, 'law_check'::text, 'report'::text, 'inquiry'::text, 'budget'::text])))),
    CONSTRAINT plan_changes_theme_filled CHECK (((theme <> ''::text) AND (length(theme) <= 100)))
);
COMMENT ON TABLE plan_changes IS '调整: what is to be changed and why. decision_id: the meeting that dealt with it; NULL while it is pending.';
CREATE INDEX plan_changes_of_plan ON plan_changes USING btree (street_id, plan_id, id);
CREATE UNIQUE INDEX plan_changes_one_of_an_item ON plan_changes USING btree (street_id, item_id) WHERE ((decision_id IS NULL) AND (item_id IS NOT NULL));
CREATE TRIGGER plan_changes_guarded BEFORE INSERT OR DELETE OR UPDATE ON plan_changes FOR EACH ROW EXECUTE FUNCTION app.guard_plan_change();
CREATE TRIGGER plan_changes_matter BEFORE INSERT ON plan_changes FOR EACH ROW EXECUTE FUNCTION app.only_matter_of_street();
ALTER TABLE plan_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON plan_changes FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text]))));
CREATE POLICY guarded ON plan_changes FOR SELECT
    USING (true);
CREATE POLICY with_plan ON plan_changes FOR SELECT
    USING (((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_changes.street_id) AND (p.id = plan_changes.plan_id)))) AND ((decision_id IS NOT NULL) OR (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'operator'::text])))));
GRANT DELETE, INSERT, SELECT ON plan_changes TO portal_app;
GRANT UPDATE (decision_id) ON plan_changes TO portal_app;

CREATE TABLE plan_consultations (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    round integer NOT NULL,
    number text NOT NULL,
    sent_on date NOT NULL,
    sender text NOT NULL,
    due_on date NOT NULL,
    dated_on date,
    reply_number text NOT NULL DEFAULT ''::text,
    reply text NOT NULL DEFAULT ''::text,
    received_on date,
    recorder text NOT NULL DEFAULT ''::text,
    CONSTRAINT plan_consultations_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_consultations_round_once UNIQUE (street_id, plan_id, round),
    CONSTRAINT plan_consultations_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_consultations_due CHECK ((due_on >= sent_on)),
    CONSTRAINT plan_consultations_number CHECK (((number <> ''::text) AND (length(reply_number) <= 50))),
    CONSTRAINT plan_consultations_replied CHECK ((((received_on IS NULL) = (reply = ''::text)) AND ((received_on IS NULL) = (dated_on IS NULL)) AND ((received_on IS NULL) = (recorder = ''::text)))),
    CONSTRAINT plan_consultations_replied_late CHECK (((dated_on >= sent_on) AND (received_on >= dated_on))),
    CONSTRAINT plan_consultations_reply_short CHECK ((length(reply) <= 4000))
);
COMMENT ON TABLE plan_consultations IS '征求街道党工委意见: each time it was asked, and its written opinion.';
COMMENT ON COLUMN plan_consultations.dated_on IS 'The date of the written opinion; the paper itself is a file of kind plan_consultation.';
CREATE TRIGGER plan_consultations_guarded BEFORE INSERT OR UPDATE ON plan_consultations FOR EACH ROW EXECUTE FUNCTION app.guard_plan_consultation();
ALTER TABLE plan_consultations ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_consultations FORCE ROW LEVEL SECURITY;
CREATE POLICY answered ON plan_consultations FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['party_reader'::text, 'staff'::text, 'operator'::text]))));
CREATE POLICY asked_by_office ON plan_consultations FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY with_plan ON plan_consultations FOR SELECT
    USING (((( SELECT app.role() AS role) <> ALL (ARRAY['deputy'::text, 'group_leader'::text])) AND (EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_consultations.street_id) AND (p.id = plan_consultations.plan_id))))));
GRANT INSERT, SELECT ON plan_consultations TO portal_app;
GRANT UPDATE (dated_on, reply_number, reply, received_on, recorder) ON plan_consultations TO portal_app;

CREATE TABLE plan_decisions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    about text NOT NULL,
    met_on date NOT NULL,
    chair_post_id bigint NOT NULL,
    met_due integer NOT NULL,
    met_present integer NOT NULL,
    met_for integer NOT NULL,
    verdict text NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT plan_decisions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_decisions_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT plan_decisions_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_decisions_about_known CHECK ((about = ANY (ARRAY['plan'::text, 'adjustment'::text]))),
    CONSTRAINT plan_decisions_counts CHECK (((met_due > 0) AND ((met_for >= 0) AND (met_for <= met_present)) AND (met_present <= met_due))),
    CONSTRAINT plan_decisions_majority CHECK (((verdict = 'passed'::text) <= ((met_for * 2) > met_due))),
    CONSTRAINT plan_decisions_note CHECK (((length(note) <= 500) AND ((verdict = 'passed'::text) OR (note <> ''::text)))),
    CONSTRAINT plan_decisions_quorum CHECK (((met_present * 2) > met_due)),
    CONSTRAINT plan_decisions_verdict_known CHECK (((verdict = ANY (ARRAY['passed'::text, 'revise'::text, 'rejected'::text])) AND ((about = 'adjustment'::text) OR (verdict <> 'rejected'::text))))
);
COMMENT ON TABLE plan_decisions IS '工委主任会议审议: each time a directors'' meeting dealt with a plan or a change of it. Append-only.';
CREATE INDEX plan_decisions_of_plan ON plan_decisions USING btree (street_id, plan_id, id);
CREATE TRIGGER plan_decisions_all_due BEFORE INSERT ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER plan_decisions_append_only BEFORE DELETE OR UPDATE ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER plan_decisions_guarded BEFORE INSERT ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.guard_plan_decision();
CREATE TRIGGER plan_decisions_only_presiding BEFORE INSERT ON plan_decisions FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
ALTER TABLE plan_decisions ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_decisions FORCE ROW LEVEL SECURITY;
CREATE POLICY guarded ON plan_decisions FOR SELECT
    USING (true);
CREATE POLICY recorded_by_street ON plan_decisions FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text]))));
CREATE POLICY with_plan ON plan_decisions FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_decisions.street_id) AND (p.id = plan_decisions.plan_id)))));
GRANT INSERT, SELECT ON plan_decisions TO portal_app;

CREATE TABLE plan_edition_items (
    street_id bigint NOT NULL,
    edition_id bigint NOT NULL,
    item_id bigint NOT NULL,
    month integer NOT NULL,
    theme text NOT NULL,
    kind text NOT NULL,
    basis text NOT NULL,
    matter_id bigint,
    group_id bigint,
    owner text NOT NULL,
    output text NOT NULL,
    dropped boolean NOT NULL,
    CONSTRAINT plan_edition_items_pkey PRIMARY KEY (street_id, edition_id, item_id),
    CONSTRAINT plan_edition_items_edition FOREIGN KEY (street_id, edition_id) REFERENCES plan_editions(street_id, id),
    CONSTRAINT plan_edition_items_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items(street_id, id)
);
ALTER TABLE plan_edition_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_edition_items FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_by_trigger ON plan_edition_items FOR ALL
    USING (true);
CREATE POLICY with_edition ON plan_edition_items FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plan_editions e
  WHERE ((e.street_id = plan_edition_items.street_id) AND (e.id = plan_edition_items.edition_id)))));
GRANT SELECT ON plan_edition_items TO portal_app;

CREATE TABLE plan_editions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    ordinal integer NOT NULL,
    decision_id bigint NOT NULL,
    decided_on date NOT NULL,
    reason text NOT NULL,
    CONSTRAINT plan_editions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_editions_once UNIQUE (street_id, plan_id, ordinal),
    CONSTRAINT plan_editions_decision FOREIGN KEY (street_id, decision_id) REFERENCES plan_decisions(street_id, id),
    CONSTRAINT plan_editions_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_editions_reason CHECK (((ordinal = 1) = (reason = ''::text)))
);
COMMENT ON TABLE plan_editions IS 'The plan as it was passed, and as each change left it. Written by a trigger alone, never altered.';
ALTER TABLE plan_editions ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_editions FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_by_trigger ON plan_editions FOR ALL
    USING (true);
CREATE POLICY with_plan ON plan_editions FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_editions.street_id) AND (p.id = plan_editions.plan_id)))));
GRANT SELECT ON plan_editions TO portal_app;

CREATE TABLE plan_filings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    edition_id bigint NOT NULL,
    number text NOT NULL,
    sent_on date NOT NULL,
    sender text NOT NULL,
    received_on date,
    receiver text NOT NULL DEFAULT ''::text,
    comment text NOT NULL DEFAULT ''::text,
    CONSTRAINT plan_filings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_filings_once UNIQUE (street_id, edition_id),
    CONSTRAINT plan_filings_edition FOREIGN KEY (street_id, edition_id) REFERENCES plan_editions(street_id, id),
    CONSTRAINT plan_filings_received CHECK ((((received_on IS NULL) = (receiver = ''::text)) AND ((received_on IS NOT NULL) OR (comment = ''::text)) AND (received_on >= sent_on) AND (length(comment) <= 2000)))
);
COMMENT ON TABLE plan_filings IS '报市人大常委会备案: each edition once; the city receives it and may comment. It approves nothing.';
CREATE TRIGGER plan_filings_guarded BEFORE INSERT OR UPDATE ON plan_filings FOR EACH ROW EXECUTE FUNCTION app.guard_plan_filing();
ALTER TABLE plan_filings ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_filings FORCE ROW LEVEL SECURITY;
CREATE POLICY received_by_city ON plan_filings FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text]))));
CREATE POLICY sent_by_street ON plan_filings FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text]))));
CREATE POLICY with_edition ON plan_filings FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plan_editions e
  WHERE ((e.street_id = plan_filings.street_id) AND (e.id = plan_filings.edition_id)))));
GRANT INSERT, SELECT ON plan_filings TO portal_app;
GRANT UPDATE (received_on, receiver, comment) ON plan_filings TO portal_app;

CREATE TABLE plan_ideas (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    year integer NOT NULL,
    deputy_id bigint NOT NULL,
    month integer,
    theme text NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    proposed_on date NOT NULL,
    item_id bigint,
    declined_why text NOT NULL DEFAULT ''::text,
    answered_on date,
    answerer text NOT NULL DEFAULT ''::text,
    state text NOT NULL GENERATED ALWAYS AS (
CASE
    WHEN (item_id IS NOT NULL) THEN 'adopted'::text
    WHEN (declined_why <> ''::text) THEN 'declined'::text
    ELSE 'open'::text
END) STORED,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT plan_ideas_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_ideas_key_once UNIQUE (street_id, deputy_id, key),
    CONSTRAINT plan_ideas_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT plan_ideas_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items(street_id, id),
    CONSTRAINT plan_ideas_answered CHECK (((((item_id IS NULL) AND (declined_why = ''::text)) = (answered_on IS NULL)) AND ((answered_on IS NULL) = (answerer = ''::text)) AND (answered_on >= proposed_on))),
    CONSTRAINT plan_ideas_declined_short CHECK ((length(declined_why) <= 500)),
    CONSTRAINT plan_ideas_kind_known CHECK ((kind = ANY (ARRAY['inspection'::text, 'study'::text, 'appraisal'::text, 'law_check'::text, 'report'::text, 'inquiry'::text, 'budget'::text, 'meeting'::text, 'voters_meeting'::text, 'liaison'::text, 'walk'::text, 'enterprise'::text, 'activity_day'::text, 'week'::text, 'training'::text, 'reporting'::text, 'team'::text, 'project'::text, 'other'::text]))),
    CONSTRAINT plan_ideas_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT plan_ideas_one_answer CHECK (((item_id IS NULL) OR (declined_why = ''::text))),
    CONSTRAINT plan_ideas_reason_filled CHECK (((reason <> ''::text) AND (length(reason) <= 500))),
    CONSTRAINT plan_ideas_theme_filled CHECK (((theme <> ''::text) AND (length(theme) <= 100)))
);
COMMENT ON TABLE plan_ideas IS '计划提议: what deputies propose for the plan of a year, and what became of it.';
COMMENT ON COLUMN plan_ideas.month IS 'When it should be done; NULL: any time of the year.';
COMMENT ON COLUMN plan_ideas.item_id IS 'The item that it became, or that it was put under; NULL again where the item is taken out before the plan is passed.';
CREATE INDEX plan_ideas_by_id ON plan_ideas USING btree (id);
CREATE INDEX plan_ideas_newest ON plan_ideas USING btree (street_id, id DESC);
CREATE INDEX plan_ideas_of_deputy ON plan_ideas USING btree (street_id, deputy_id, id DESC);
CREATE INDEX plan_ideas_of_item ON plan_ideas USING btree (street_id, item_id) WHERE (item_id IS NOT NULL);
CREATE INDEX plan_ideas_open ON plan_ideas USING btree (street_id, year, id) WHERE (state = 'open'::text);
CREATE TRIGGER plan_ideas_guarded BEFORE INSERT OR UPDATE ON plan_ideas FOR EACH ROW EXECUTE FUNCTION app.guard_plan_idea();
CREATE TRIGGER plan_ideas_kept BEFORE DELETE ON plan_ideas FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE plan_ideas ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_ideas FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_office ON plan_ideas FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY by_sight ON plan_ideas FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'operator'::text])) OR ((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (deputy_id = ( SELECT app.deputy() AS deputy))))));
CREATE POLICY guarded ON plan_ideas FOR ALL
    USING (true);
CREATE POLICY proposed_by_deputy ON plan_ideas FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (deputy_id = ( SELECT app.deputy() AS deputy))));
GRANT INSERT, SELECT ON plan_ideas TO portal_app;
GRANT UPDATE (item_id, declined_why, answered_on, answerer, version) ON plan_ideas TO portal_app;

CREATE TABLE plan_items (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    month integer NOT NULL,
    theme text NOT NULL,
    kind text NOT NULL,
    basis text NOT NULL,
    matter_id bigint,
    group_id bigint,
    owner text NOT NULL,
    output text NOT NULL,
    dropped boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'open'::text,
    done_on date,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT plan_items_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_items_key_once UNIQUE (street_id, plan_id, key),
    CONSTRAINT plan_items_group FOREIGN KEY (street_id, group_id) REFERENCES deputy_groups(street_id, id),
    CONSTRAINT plan_items_matter_id_fkey FOREIGN KEY (matter_id) REFERENCES mandate_matters(id),
    CONSTRAINT plan_items_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_items_basis_known CHECK ((basis = ANY (ARRAY['duty'::text, 'mandate'::text, 'request'::text]))),
    CONSTRAINT plan_items_done_on CHECK (((status = 'done'::text) = (done_on IS NOT NULL))),
    CONSTRAINT plan_items_kind_known CHECK ((kind = ANY (ARRAY['inspection'::text, 'study'::text, 'appraisal'::text, 'law_check'::text, 'report'::text, 'inquiry'::text, 'budget'::text, 'meeting'::text, 'voters_meeting'::text, 'liaison'::text, 'walk'::text, 'enterprise'::text, 'activity_day'::text, 'week'::text, 'training'::text, 'reporting'::text, 'team'::text, 'project'::text, 'other'::text]))),
    CONSTRAINT plan_items_mandate_named CHECK (((basis = 'mandate'::text) = (matter_id IS NOT NULL))),
    CONSTRAINT plan_items_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT plan_items_output_filled CHECK (((output <> ''::text) AND (length(output) <= 300))),
    CONSTRAINT plan_items_owner_filled CHECK (((owner <> ''::text) AND (length(owner) <= 50))),
    CONSTRAINT plan_items_status_known CHECK ((status = ANY (ARRAY['open'::text, 'going'::text, 'delayed'::text, 'done'::text]))),
    CONSTRAINT plan_items_supervision_authorised CHECK (((basis <> 'duty'::text) OR (kind <> ALL (ARRAY['appraisal'::text, 'law_check'::text, 'report'::text, 'inquiry'::text, 'budget'::text])))),
    CONSTRAINT plan_items_theme_filled CHECK (((theme <> ''::text) AND (length(theme) <= 100)))
);
COMMENT ON TABLE plan_items IS 'The items as they are in force; each edition of the plan has a copy in plan_edition_items.';
COMMENT ON COLUMN plan_items.basis IS 'duty: a duty of the committee by law; mandate: a matter that the city authorised; request: authority is yet to be asked for.';
COMMENT ON COLUMN plan_items.dropped IS 'Given up by a decision during the year; the row stays.';
COMMENT ON COLUMN plan_items.status IS 'What the newest progress says, kept by a trigger.';
CREATE INDEX plan_items_by_id ON plan_items USING btree (id);
CREATE INDEX plan_items_of_plan ON plan_items USING btree (street_id, plan_id, month, id);
CREATE TRIGGER plan_items_guarded BEFORE INSERT OR DELETE OR UPDATE ON plan_items FOR EACH ROW EXECUTE FUNCTION app.guard_year_item();
CREATE TRIGGER plan_items_ideas BEFORE DELETE ON plan_items FOR EACH ROW EXECUTE FUNCTION app.reopen_plan_ideas();
CREATE TRIGGER plan_items_matter BEFORE INSERT OR UPDATE OF matter_id ON plan_items FOR EACH ROW EXECUTE FUNCTION app.only_matter_of_street();
ALTER TABLE plan_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_items FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON plan_items FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY by_public ON plan_items FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_items.street_id) AND (p.id = plan_items.plan_id)))));
CREATE POLICY guarded ON plan_items FOR ALL
    USING (true);
CREATE POLICY with_plan ON plan_items FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_items.street_id) AND (p.id = plan_items.plan_id)))));
GRANT DELETE, INSERT, SELECT ON plan_items TO portal_app;
GRANT UPDATE (month, theme, kind, basis, matter_id, group_id, owner, output, version) ON plan_items TO portal_app;
GRANT SELECT (id, street_id, plan_id, month, theme, kind, basis, output, dropped, status, done_on) ON plan_items TO portal_public;

CREATE TABLE plan_points (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    consultation_id bigint NOT NULL,
    ordinal integer NOT NULL,
    text text NOT NULL,
    answer text NOT NULL DEFAULT ''::text,
    answer_text text NOT NULL DEFAULT ''::text,
    answered_on date,
    answerer text NOT NULL DEFAULT ''::text,
    CONSTRAINT plan_points_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_points_once UNIQUE (street_id, consultation_id, ordinal),
    CONSTRAINT plan_points_consultation FOREIGN KEY (street_id, consultation_id) REFERENCES plan_consultations(street_id, id),
    CONSTRAINT plan_points_answer_known CHECK ((answer = ANY (ARRAY[''::text, 'adopted'::text, 'partly'::text, 'not_adopted'::text]))),
    CONSTRAINT plan_points_answered CHECK ((((answer = ''::text) = (answered_on IS NULL)) AND ((answer <> ALL (ARRAY['partly'::text, 'not_adopted'::text])) OR (answer_text <> ''::text)) AND (length(answer_text) <= 500))),
    CONSTRAINT plan_points_text CHECK (((text <> ''::text) AND (length(text) <= 500)))
);
COMMENT ON TABLE plan_points IS '采纳情况: the opinion point by point, and what became of each.';
CREATE TRIGGER plan_points_guarded BEFORE INSERT OR UPDATE ON plan_points FOR EACH ROW EXECUTE FUNCTION app.guard_plan_point();
ALTER TABLE plan_points ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_points FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_office ON plan_points FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY made_with_opinion ON plan_points FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['party_reader'::text, 'staff'::text, 'operator'::text]))));
CREATE POLICY with_consultation ON plan_points FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plan_consultations c
  WHERE ((c.street_id = plan_points.street_id) AND (c.id = plan_points.consultation_id)))));
GRANT INSERT, SELECT ON plan_points TO portal_app;
GRANT UPDATE (answer, answer_text, answered_on, answerer) ON plan_points TO portal_app;

CREATE TABLE plan_progress (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    item_id bigint NOT NULL,
    month integer NOT NULL,
    status text NOT NULL,
    note text NOT NULL,
    reported_on date NOT NULL,
    reporter text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT plan_progress_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plan_progress_item FOREIGN KEY (street_id, item_id) REFERENCES plan_items(street_id, id),
    CONSTRAINT plan_progress_month CHECK (((month >= 1) AND (month <= 12))),
    CONSTRAINT plan_progress_note_filled CHECK (((note <> ''::text) AND (length(note) <= 500))),
    CONSTRAINT plan_progress_status_known CHECK ((status = ANY (ARRAY['going'::text, 'delayed'::text, 'done'::text])))
);
COMMENT ON TABLE plan_progress IS 'What was reported of an item, month by month. Append-only: what was wrong is reported again.';
CREATE INDEX plan_progress_of_item ON plan_progress USING btree (street_id, item_id, id);
CREATE TRIGGER plan_progress_append_only BEFORE DELETE OR UPDATE ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER plan_progress_guarded BEFORE INSERT ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.guard_plan_progress();
CREATE TRIGGER plan_progress_noted AFTER INSERT ON plan_progress FOR EACH ROW EXECUTE FUNCTION app.note_plan_progress();
ALTER TABLE plan_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY reported_by_street ON plan_progress FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'operator'::text]))));
CREATE POLICY with_item ON plan_progress FOR SELECT
    USING ((EXISTS ( SELECT
   FROM plan_items i
  WHERE ((i.street_id = plan_progress.street_id) AND (i.id = plan_progress.item_id)))));
GRANT INSERT, SELECT ON plan_progress TO portal_app;

CREATE TABLE plan_summaries (
    street_id bigint NOT NULL,
    plan_id bigint NOT NULL,
    text text NOT NULL,
    drafted_on date NOT NULL,
    concluded_on date,
    concluder_post_id bigint,
    concluder text NOT NULL DEFAULT ''::text,
    CONSTRAINT plan_summaries_pkey PRIMARY KEY (street_id, plan_id),
    CONSTRAINT plan_summaries_plan FOREIGN KEY (street_id, plan_id) REFERENCES plans(street_id, id),
    CONSTRAINT plan_summaries_post FOREIGN KEY (street_id, concluder_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT plan_summaries_concluded CHECK ((((concluded_on IS NULL) = (concluder_post_id IS NULL)) AND ((concluded_on IS NULL) = (concluder = ''::text)) AND (concluded_on >= drafted_on))),
    CONSTRAINT plan_summaries_text CHECK (((text <> ''::text) AND (length(text) <= 20000)))
);
COMMENT ON TABLE plan_summaries IS '年度工作总结: drafted from the data, signed by the director, then public.';
CREATE TRIGGER plan_summaries_guarded BEFORE INSERT OR UPDATE ON plan_summaries FOR EACH ROW EXECUTE FUNCTION app.guard_plan_summary();
CREATE TRIGGER plan_summaries_in_post BEFORE INSERT OR UPDATE ON plan_summaries FOR EACH ROW EXECUTE FUNCTION app.only_in_post('concluder_post_id', 'concluded_on', 'self');
ALTER TABLE plan_summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_summaries FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON plan_summaries FOR SELECT
    USING ((concluded_on IS NOT NULL));
CREATE POLICY drafted_by_office ON plan_summaries FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (concluded_on IS NULL)));
CREATE POLICY signed ON plan_summaries FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text]))));
CREATE POLICY with_plan ON plan_summaries FOR SELECT
    USING (((EXISTS ( SELECT
   FROM plans p
  WHERE ((p.street_id = plan_summaries.street_id) AND (p.id = plan_summaries.plan_id)))) AND ((concluded_on IS NOT NULL) OR (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'operator'::text])))));
GRANT INSERT, SELECT ON plan_summaries TO portal_app;
GRANT UPDATE (text, drafted_on, concluded_on, concluder_post_id, concluder) ON plan_summaries TO portal_app;
GRANT SELECT (street_id, plan_id, text, concluded_on) ON plan_summaries TO portal_public;

CREATE TABLE plans (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    year integer NOT NULL,
    state text NOT NULL DEFAULT 'draft'::text,
    preamble text NOT NULL DEFAULT ''::text,
    consulted_on date,
    passed_on date,
    filed_on date,
    issued_on date,
    doc_number text NOT NULL DEFAULT ''::text,
    issuer_post_id bigint,
    issuer text NOT NULL DEFAULT ''::text,
    adjusts_why text NOT NULL DEFAULT ''::text,
    archived_on date,
    retention text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT plans_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT plans_key_once UNIQUE (street_id, key),
    CONSTRAINT plans_year_once UNIQUE (street_id, year),
    CONSTRAINT plans_issuer_post FOREIGN KEY (street_id, issuer_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT plans_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT plans_adjusted_with_reason CHECK ((((state = 'adjusting'::text) = (adjusts_why <> ''::text)) AND (length(adjusts_why) <= 500))),
    CONSTRAINT plans_archived CHECK ((((state = 'archived'::text) = (archived_on IS NOT NULL)) AND ((archived_on IS NULL) = (retention = ''::text)) AND (retention = ANY (ARRAY[''::text, 'permanent'::text, '30'::text, '10'::text])))),
    CONSTRAINT plans_consulted CHECK (((state = 'draft'::text) OR (consulted_on IS NOT NULL))),
    CONSTRAINT plans_filed CHECK ((((filed_on IS NULL) = (state = ANY (ARRAY['draft'::text, 'consulting'::text, 'revising'::text, 'deliberating'::text, 'passed'::text]))) AND (filed_on >= passed_on))),
    CONSTRAINT plans_issued CHECK ((((issued_on IS NULL) = (state = ANY (ARRAY['draft'::text, 'consulting'::text, 'revising'::text, 'deliberating'::text, 'passed'::text, 'filed'::text]))) AND (issued_on >= filed_on))),
    CONSTRAINT plans_issued_whole CHECK ((((issued_on IS NULL) = (doc_number = ''::text)) AND ((issued_on IS NULL) = (issuer_post_id IS NULL)) AND ((issued_on IS NULL) = (issuer = ''::text)))),
    CONSTRAINT plans_passed CHECK ((((passed_on IS NULL) = (state = ANY (ARRAY['draft'::text, 'consulting'::text, 'revising'::text, 'deliberating'::text]))) AND (passed_on >= consulted_on))),
    CONSTRAINT plans_preamble_short CHECK ((length(preamble) <= 2000)),
    CONSTRAINT plans_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'consulting'::text, 'revising'::text, 'deliberating'::text, 'passed'::text, 'filed'::text, 'executing'::text, 'adjusting'::text, 'summarising'::text, 'concluded'::text, 'archived'::text]))),
    CONSTRAINT plans_year_plausible CHECK (((year >= 2007) AND (year <= 2100)))
);
COMMENT ON TABLE plans IS '年度工作计划: one a street and year.';
COMMENT ON COLUMN plans.consulted_on IS 'When the Party working committee was first asked; from then on it sees the plan.';
COMMENT ON COLUMN plans.filed_on IS 'When it was reported to the city''s standing committee; from then on the city sees it.';
COMMENT ON COLUMN plans.issued_on IS 'When the director issued it; from then on everybody reads it.';
COMMENT ON COLUMN plans.adjusts_why IS 'Why it is being changed during the year; '''' where it is not.';
COMMENT ON COLUMN plans.retention IS '保管期限: permanent, or years.';
CREATE INDEX plans_by_id ON plans USING btree (id);
CREATE INDEX plans_by_year ON plans USING btree (year DESC, street_id, id);
CREATE INDEX plans_open ON plans USING btree (street_id, state) WHERE (state <> 'archived'::text);
CREATE TRIGGER plans_edition AFTER UPDATE ON plans FOR EACH ROW WHEN ((((new.state = 'passed'::text) AND (old.state = 'deliberating'::text)) OR ((new.state = 'executing'::text) AND (old.state = 'adjusting'::text)))) EXECUTE FUNCTION app.keep_plan_edition();
CREATE TRIGGER plans_ideas_answered BEFORE UPDATE ON plans FOR EACH ROW WHEN (((new.state = 'deliberating'::text) AND (old.state <> 'deliberating'::text))) EXECUTE FUNCTION app.answer_plan_ideas();
CREATE TRIGGER plans_issuer_in_post BEFORE INSERT OR UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION app.only_in_post('issuer_post_id', 'issued_on', 'self');
CREATE TRIGGER plans_step BEFORE UPDATE ON plans FOR EACH ROW EXECUTE FUNCTION app.step_plan();
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
ALTER TABLE plans FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON plans FOR SELECT
    USING ((issued_on IS NOT NULL));
CREATE POLICY by_sight ON plans FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.sees_plan(consulted_on, passed_on, filed_on, issued_on)));
CREATE POLICY drafted_by_office ON plans FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (state = 'draft'::text)));
CREATE POLICY guarded ON plans FOR ALL
    USING (true);
CREATE POLICY moved ON plans FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.sees_plan(consulted_on, passed_on, filed_on, issued_on) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'party_reader'::text, 'city_office'::text, 'city_deputy'::text, 'operator'::text]))));
GRANT INSERT, SELECT ON plans TO portal_app;
GRANT UPDATE (state, preamble, consulted_on, passed_on, filed_on, issued_on, doc_number, issuer_post_id, issuer, adjusts_why, archived_on, retention, version, modified_at) ON plans TO portal_app;
GRANT SELECT (id, street_id, year, state, preamble, passed_on, issued_on, doc_number, archived_on) ON plans TO portal_public;

CREATE TABLE poll_choices (
    street_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    key uuid NOT NULL DEFAULT gen_random_uuid(),
    number integer NOT NULL,
    option text NOT NULL,
    CONSTRAINT poll_choices_pkey PRIMARY KEY (street_id, poll_id, key),
    CONSTRAINT poll_choices_question FOREIGN KEY (street_id, poll_id, number) REFERENCES poll_questions(street_id, poll_id, number),
    CONSTRAINT poll_choices_option_known CHECK ((option = ANY (ARRAY['for'::text, 'against'::text, 'abstain'::text, 'satisfied'::text, 'basically'::text, 'dissatisfied'::text])))
);
CREATE TRIGGER poll_choices_guarded BEFORE INSERT OR DELETE OR UPDATE ON poll_choices FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
ALTER TABLE poll_choices ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_choices FORCE ROW LEVEL SECURITY;
CREATE POLICY guarded ON poll_choices FOR ALL
    USING (true);

CREATE TABLE poll_counts (
    street_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    entry integer NOT NULL,
    counter text NOT NULL,
    collected integer NOT NULL,
    totals text[] NOT NULL,
    CONSTRAINT poll_counts_pkey PRIMARY KEY (street_id, poll_id, entry),
    CONSTRAINT poll_counts_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT poll_counts_collected CHECK (((collected >= 0) AND (collected <= 2000))),
    CONSTRAINT poll_counts_counter_named CHECK (((counter <> ''::text) AND (length(counter) <= 50))),
    CONSTRAINT poll_counts_twice CHECK ((entry = ANY (ARRAY[1, 2])))
);
COMMENT ON COLUMN poll_counts.entry IS '1: the teller (唱票人); 2: the scrutineer (监票人).';
COMMENT ON COLUMN poll_counts.totals IS 'number:option:votes, each question''s options and invalid, in order; readable to nobody, only added to the result.';
CREATE TRIGGER poll_counts_guarded BEFORE INSERT OR DELETE OR UPDATE ON poll_counts FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
ALTER TABLE poll_counts ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_counts FORCE ROW LEVEL SECURITY;
CREATE POLICY guarded ON poll_counts FOR ALL
    USING (true);

CREATE TABLE poll_questions (
    street_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    scale text NOT NULL,
    CONSTRAINT poll_questions_pkey PRIMARY KEY (street_id, poll_id, number),
    CONSTRAINT poll_questions_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT poll_questions_numbered CHECK (((number >= 1) AND (number <= 20))),
    CONSTRAINT poll_questions_scale_known CHECK ((scale = ANY (ARRAY['vote'::text, 'rating'::text]))),
    CONSTRAINT poll_questions_text_filled CHECK (((text <> ''::text) AND (length(text) <= 200)))
);
CREATE TRIGGER poll_questions_guarded BEFORE INSERT OR DELETE OR UPDATE ON poll_questions FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
ALTER TABLE poll_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_questions FORCE ROW LEVEL SECURITY;
CREATE POLICY asked_by_keeper ON poll_questions FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY by_poll ON poll_questions FOR SELECT
    USING ((EXISTS ( SELECT
   FROM polls p
  WHERE ((p.street_id = poll_questions.street_id) AND (p.id = poll_questions.poll_id)))));
CREATE POLICY guarded ON poll_questions FOR ALL
    USING (true);
GRANT INSERT, SELECT ON poll_questions TO portal_app;

CREATE TABLE poll_slips (
    street_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    hash bytea NOT NULL,
    used boolean NOT NULL DEFAULT false,
    CONSTRAINT poll_slips_pkey PRIMARY KEY (street_id, poll_id, hash),
    CONSTRAINT poll_slips_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT poll_slips_hashed CHECK ((length(hash) = 32))
);
CREATE INDEX poll_slips_by_hash ON poll_slips USING btree (poll_id, hash);
CREATE TRIGGER poll_slips_guarded BEFORE INSERT OR DELETE OR UPDATE ON poll_slips FOR EACH ROW EXECUTE FUNCTION app.guard_poll_part();
ALTER TABLE poll_slips ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_slips FORCE ROW LEVEL SECURITY;
CREATE POLICY guarded ON poll_slips FOR ALL
    USING (true);

CREATE TABLE poll_voters (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    attendance_id bigint,
    person_id bigint,
    name text NOT NULL,
    duty text NOT NULL DEFAULT ''::text,
    channel text NOT NULL DEFAULT ''::text,
    took_part boolean NOT NULL DEFAULT false,
    CONSTRAINT poll_voters_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT poll_voters_attendance FOREIGN KEY (street_id, attendance_id) REFERENCES attendances(street_id, id),
    CONSTRAINT poll_voters_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT poll_voters_poll FOREIGN KEY (street_id, poll_id) REFERENCES polls(street_id, id),
    CONSTRAINT poll_voters_channel_known CHECK ((channel = ANY (ARRAY[''::text, 'slip'::text, 'paper'::text]))),
    CONSTRAINT poll_voters_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50) AND (length(duty) <= 100))),
    CONSTRAINT poll_voters_one_way CHECK (((NOT took_part) OR (channel = ''::text))),
    CONSTRAINT poll_voters_who CHECK (((attendance_id IS NULL) <> (person_id IS NULL)))
);
COMMENT ON COLUMN poll_voters.channel IS 'Empty: signed in. slip: has drawn one of the code slips, nobody knows which. paper: has a paper ballot.';
COMMENT ON COLUMN poll_voters.took_part IS 'Of who is signed in; of slips and paper only the number is known.';
CREATE UNIQUE INDEX poll_voters_attendance_once ON poll_voters USING btree (street_id, poll_id, attendance_id) WHERE (attendance_id IS NOT NULL);
CREATE INDEX poll_voters_of_attendance ON poll_voters USING btree (street_id, attendance_id) WHERE (attendance_id IS NOT NULL);
CREATE INDEX poll_voters_of_person ON poll_voters USING btree (street_id, person_id) WHERE (person_id IS NOT NULL);
CREATE UNIQUE INDEX poll_voters_person_once ON poll_voters USING btree (street_id, poll_id, person_id) WHERE (person_id IS NOT NULL);
CREATE TRIGGER poll_voters_guarded BEFORE INSERT OR DELETE OR UPDATE ON poll_voters FOR EACH ROW EXECUTE FUNCTION app.guard_poll_voter();
ALTER TABLE poll_voters ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_voters FORCE ROW LEVEL SECURITY;
CREATE POLICY by_keeper ON poll_voters FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY guarded ON poll_voters FOR ALL
    USING (true);
GRANT INSERT, SELECT ON poll_voters TO portal_app;
GRANT UPDATE (channel) ON poll_voters TO portal_app;

CREATE TABLE polls (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    record_id bigint NOT NULL,
    round integer NOT NULL,
    gathering_id bigint,
    capacities text[] NOT NULL DEFAULT '{}'::text[],
    recused bigint[] NOT NULL DEFAULT '{}'::bigint[],
    title text NOT NULL,
    link text NOT NULL,
    held_on date NOT NULL,
    state text NOT NULL DEFAULT 'open'::text,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    why text NOT NULL DEFAULT ''::text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT polls_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT polls_round_once UNIQUE (street_id, kind, record_id, round),
    CONSTRAINT polls_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings(street_id, id),
    CONSTRAINT polls_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT polls_cancelled_with_reason CHECK ((((state = 'cancelled'::text) = (why <> ''::text)) AND (length(why) <= 500))),
    CONSTRAINT polls_in_order CHECK (((state = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT polls_kind_known CHECK ((kind = ANY (ARRAY['topic'::text, 'appraisal'::text, 'report'::text]))),
    CONSTRAINT polls_link_path CHECK (((link ~ '^/[a-z]'::text) AND (length(link) <= 200))),
    CONSTRAINT polls_round_counts CHECK ((round >= 1)),
    CONSTRAINT polls_state_known CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'cancelled'::text]))),
    CONSTRAINT polls_title_filled CHECK (((title <> ''::text) AND (length(title) <= 200)))
);
COMMENT ON COLUMN polls.record_id IS 'The topic, activity or report that the question is about; its room refers back.';
COMMENT ON COLUMN polls.round IS 'Several polls of one record, such as a vote again or the rating after rectification, are told apart by it.';
COMMENT ON COLUMN polls.gathering_id IS 'The gathering whose people are the circle, once they have come; NULL where a list of persons is.';
COMMENT ON COLUMN polls.capacities IS 'Of the gathering''s people those called in these parts; empty: those who are due.';
COMMENT ON COLUMN polls.recused IS 'Rows of people who take no part (回避).';
COMMENT ON COLUMN polls.link IS 'The page of the record, from where the poll is closed.';
COMMENT ON COLUMN polls.why IS 'Why it was cancelled; its ballots are then gone.';
CREATE INDEX polls_by_day ON polls USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX polls_by_id ON polls USING btree (id);
CREATE INDEX polls_of_gathering ON polls USING btree (street_id, gathering_id) WHERE (gathering_id IS NOT NULL);
CREATE UNIQUE INDEX polls_one_open ON polls USING btree (street_id, kind, record_id) WHERE (state = 'open'::text);
CREATE TRIGGER polls_guarded BEFORE DELETE OR UPDATE ON polls FOR EACH ROW EXECUTE FUNCTION app.guard_poll();
ALTER TABLE polls ENABLE ROW LEVEL SECURITY;
ALTER TABLE polls FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON polls FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_gatherings() AS reads_gatherings)));
CREATE POLICY by_voter ON polls FOR SELECT
    USING ((id = ANY (( SELECT app.own_polls() AS own_polls)::bigint[])));
CREATE POLICY guarded ON polls FOR ALL
    USING (true);
CREATE POLICY kept_by_keeper ON polls FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
CREATE POLICY opened_by_keeper ON polls FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings) AND (state = 'open'::text)));
GRANT INSERT, SELECT ON polls TO portal_app;
GRANT UPDATE (version, modified_at) ON polls TO portal_app;

CREATE TABLE post_endings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    post_id bigint NOT NULL,
    why text NOT NULL,
    ended_on date NOT NULL,
    document text NOT NULL,
    creator text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    recorded_on date,
    recorder text NOT NULL DEFAULT ''::text,
    returned_on date,
    returned_why text NOT NULL DEFAULT ''::text,
    CONSTRAINT post_endings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT post_endings_post FOREIGN KEY (street_id, post_id) REFERENCES posts(street_id, id),
    CONSTRAINT post_endings_document_filled CHECK (((document <> ''::text) AND (length(document) <= 100))),
    CONSTRAINT post_endings_not_ahead CHECK ((ended_on <= ((created_at AT TIME ZONE 'Asia/Shanghai'::text))::date)),
    CONSTRAINT post_endings_one_outcome CHECK (((recorded_on IS NULL) OR (returned_on IS NULL))),
    CONSTRAINT post_endings_recorded_whole CHECK (((recorded_on IS NULL) = (recorder = ''::text))),
    CONSTRAINT post_endings_returned_with_reason CHECK ((((returned_on IS NULL) = (returned_why = ''::text)) AND (length(returned_why) <= 500))),
    CONSTRAINT post_endings_why_known CHECK ((why = ANY (ARRAY['died'::text, 'abolished'::text])))
);
COMMENT ON TABLE post_endings IS 'Posts that ended without a vote: death, or the body abolished.';
COMMENT ON COLUMN post_endings.recorded_on IS 'When the city filed it for the record, with which the term ended.';
COMMENT ON COLUMN post_endings.returned_on IS 'When the city returned it; the street reports anew.';
CREATE INDEX post_endings_of_post ON post_endings USING btree (street_id, post_id);
CREATE UNIQUE INDEX post_endings_once ON post_endings USING btree (street_id, post_id) WHERE (returned_on IS NULL);
CREATE INDEX post_endings_open ON post_endings USING btree (street_id, created_at) WHERE ((recorded_on IS NULL) AND (returned_on IS NULL));
CREATE TRIGGER post_endings_end AFTER INSERT OR UPDATE OF recorded_on ON post_endings FOR EACH ROW WHEN ((new.recorded_on IS NOT NULL)) EXECUTE FUNCTION app.post_ended();
CREATE TRIGGER post_endings_kept BEFORE INSERT OR UPDATE ON post_endings FOR EACH ROW EXECUTE FUNCTION app.keep_post_ending();
ALTER TABLE post_endings ENABLE ROW LEVEL SECURITY;
ALTER TABLE post_endings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON post_endings FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_street ON post_endings FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY filed_by_city ON post_endings FOR UPDATE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['city_office'::text, 'city_deputy'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY reported_by_street ON post_endings FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = 'staff'::text) AND (recorded_on IS NULL) AND (returned_on IS NULL) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
GRANT INSERT, SELECT ON post_endings TO portal_app;
GRANT UPDATE (recorded_on, recorder, returned_on, returned_why) ON post_endings TO portal_app;

CREATE TABLE posts (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    person_id bigint NOT NULL,
    post text NOT NULL,
    appointee_id bigint NOT NULL,
    since date NOT NULL,
    until_on date,
    ended_why text NOT NULL DEFAULT ''::text,
    published_on date,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT posts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT posts_appointee_once UNIQUE (street_id, appointee_id),
    CONSTRAINT posts_appointee FOREIGN KEY (street_id, appointee_id) REFERENCES appointees(street_id, id),
    CONSTRAINT posts_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT posts_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT posts_one_at_a_time EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, int8range(person_id, person_id, '[]'::text) WITH &&, daterange(since, until_on) WITH &&),
    CONSTRAINT posts_one_director EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, daterange(since, until_on) WITH &&) WHERE ((post = 'director'::text)),
    CONSTRAINT posts_ended_why_known CHECK ((ended_why = ANY (ARRAY[''::text, 'removed'::text, 'resigned'::text, 'died'::text, 'abolished'::text]))),
    CONSTRAINT posts_ended_with_reason CHECK (((until_on IS NULL) = (ended_why = ''::text))),
    CONSTRAINT posts_post_known CHECK ((post = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text]))),
    CONSTRAINT posts_published_after_since CHECK ((published_on >= since)),
    CONSTRAINT posts_until_after_since CHECK ((until_on >= since))
);
COMMENT ON TABLE posts IS 'Terms in the posts of a street''s committee: director, deputy directors, members. Written only by what carries out a passed appointment or removal.';
COMMENT ON COLUMN posts.appointee_id IS 'The vote by which the person came into the post.';
COMMENT ON COLUMN posts.since IS 'The day on which the standing committee passed the appointment.';
COMMENT ON COLUMN posts.until_on IS 'The first day on which the post is no longer held; NULL while it is.';
COMMENT ON COLUMN posts.published_on IS 'When the appointment was made public; residents see nothing of it before.';
CREATE INDEX posts_by_day ON posts USING btree (street_id, since, until_on);
CREATE INDEX posts_by_id ON posts USING btree (id);
CREATE INDEX posts_of_person ON posts USING btree (street_id, person_id);
CREATE TRIGGER posts_end_acting_heads AFTER INSERT OR UPDATE OF until_on ON posts FOR EACH ROW EXECUTE FUNCTION app.end_acting_heads();
ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_feed ON posts FOR SELECT
    USING (((( SELECT app.role() AS role) = 'feed'::text) AND (published_on <= CURRENT_DATE)));
CREATE POLICY by_public ON posts FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (published_on <= CURRENT_DATE) AND ((until_on IS NULL) OR (until_on > CURRENT_DATE))));
CREATE POLICY by_street ON posts FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY carried_out ON posts FOR ALL
    USING (true)
    WITH CHECK (true);
GRANT SELECT ON posts TO portal_app;
GRANT SELECT (id, street_id, person_id, post, since, until_on, published_on, created_at, modified_at) ON posts TO portal_public;

CREATE TABLE reception_deputies (
    street_id bigint NOT NULL,
    reception_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    CONSTRAINT reception_deputies_pkey PRIMARY KEY (street_id, reception_id, deputy_id),
    CONSTRAINT reception_deputies_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT reception_deputies_street_id_reception_id_fkey FOREIGN KEY (street_id, reception_id) REFERENCES receptions(street_id, id)
);
CREATE INDEX reception_deputies_of_deputy ON reception_deputies USING btree (street_id, deputy_id);
CREATE TRIGGER reception_deputies_not_suspended BEFORE INSERT ON reception_deputies FOR EACH ROW EXECUTE FUNCTION app.on_duty_in_office();
ALTER TABLE reception_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE reception_deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON reception_deputies FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (EXISTS ( SELECT
   FROM receptions r
  WHERE ((r.street_id = reception_deputies.street_id) AND (r.id = reception_deputies.reception_id))))));
CREATE POLICY by_street ON reception_deputies FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY fed ON reception_deputies FOR SELECT
    USING (true);
GRANT DELETE, INSERT, SELECT ON reception_deputies TO portal_app;
GRANT SELECT ON reception_deputies TO portal_public;

CREATE TABLE receptions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    station_id bigint NOT NULL,
    held_on date NOT NULL,
    from_time time without time zone NOT NULL,
    to_time time without time zone NOT NULL,
    theme text NOT NULL DEFAULT ''::text,
    state text NOT NULL DEFAULT 'planned'::text,
    published_at timestamp with time zone,
    cancel_reason text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT receptions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT receptions_key_once UNIQUE (street_id, key),
    CONSTRAINT receptions_street_id_station_id_fkey FOREIGN KEY (street_id, station_id) REFERENCES stations(street_id, id),
    CONSTRAINT receptions_cancelled_why CHECK (((state <> 'cancelled'::text) OR (cancel_reason <> ''::text))),
    CONSTRAINT receptions_published_at CHECK (((state <> 'published'::text) OR (published_at IS NOT NULL))),
    CONSTRAINT receptions_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'published'::text, 'cancelled'::text]))),
    CONSTRAINT receptions_times CHECK ((to_time > from_time))
);
CREATE INDEX receptions_by_id ON receptions USING btree (id);
CREATE INDEX receptions_next ON receptions USING btree (street_id, held_on, id);
CREATE UNIQUE INDEX receptions_once ON receptions USING btree (street_id, station_id, held_on, from_time) WHERE (state <> 'cancelled'::text);
ALTER TABLE receptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE receptions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON receptions FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (published_at IS NOT NULL)));
CREATE POLICY by_street ON receptions FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY fed ON receptions FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON receptions TO portal_app;
GRANT SELECT ON receptions TO portal_public;

CREATE TABLE report_remarks (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    report_id bigint NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    author text NOT NULL DEFAULT ''::text,
    answer text NOT NULL DEFAULT ''::text,
    answered_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT report_remarks_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT report_remarks_report FOREIGN KEY (street_id, report_id) REFERENCES deputy_reports(street_id, id),
    CONSTRAINT report_remarks_answered CHECK (((answer = ''::text) = (answered_at IS NULL))),
    CONSTRAINT report_remarks_filled CHECK (((text <> ''::text) AND (length(text) <= 2000) AND (length(author) <= 50) AND (length(answer) <= 5000))),
    CONSTRAINT report_remarks_kind_known CHECK ((kind = ANY (ARRAY['question'::text, 'opinion'::text]))),
    CONSTRAINT report_remarks_questions_on_the_spot CHECK (((kind = 'opinion'::text) OR (answered_at IS NOT NULL)))
);
COMMENT ON COLUMN report_remarks.kind IS 'question: asked and answered on the spot; opinion: answered in writing within a time (意见书面反馈).';
COMMENT ON COLUMN report_remarks.author IS 'Who said it, where they want to be named.';
CREATE INDEX report_remarks_of_report ON report_remarks USING btree (street_id, report_id, id);
CREATE TRIGGER report_remarks_guarded BEFORE INSERT OR DELETE OR UPDATE ON report_remarks FOR EACH ROW EXECUTE FUNCTION app.guard_report_remark();
ALTER TABLE report_remarks ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_remarks FORCE ROW LEVEL SECURITY;
CREATE POLICY answered_by_deputy ON report_remarks FOR UPDATE
    USING (((EXISTS ( SELECT
   FROM deputy_reports r
  WHERE ((r.street_id = report_remarks.street_id) AND (r.id = report_remarks.report_id) AND (r.deputy_id = ( SELECT app.deputy() AS deputy))))) AND (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text]))));
CREATE POLICY by_report ON report_remarks FOR SELECT
    USING ((EXISTS ( SELECT
   FROM deputy_reports r
  WHERE ((r.street_id = report_remarks.street_id) AND (r.id = report_remarks.report_id) AND (( SELECT app.reads_gatherings() AS reads_gatherings) OR (r.deputy_id = ( SELECT app.deputy() AS deputy)))))));
CREATE POLICY guarded ON report_remarks FOR ALL
    USING (true);
CREATE POLICY kept ON report_remarks FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
GRANT INSERT, SELECT, UPDATE ON report_remarks TO portal_app;

CREATE TABLE report_sessions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    term text NOT NULL,
    district text NOT NULL,
    gathering_id bigint,
    state text NOT NULL DEFAULT 'planned'::text,
    why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT report_sessions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT report_sessions_key_once UNIQUE (street_id, key),
    CONSTRAINT report_sessions_gathering FOREIGN KEY (street_id, gathering_id) REFERENCES gatherings(street_id, id),
    CONSTRAINT report_sessions_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT report_sessions_cancelled_with_reason CHECK ((((state = 'cancelled'::text) = (why <> ''::text)) AND (length(why) <= 500))),
    CONSTRAINT report_sessions_district_filled CHECK (((district <> ''::text) AND (length(district) <= 100) AND (length(term) <= 20))),
    CONSTRAINT report_sessions_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'called'::text, 'open'::text, 'closed'::text, 'cancelled'::text])))
);
COMMENT ON TABLE report_sessions IS '述职会. Title, time, place and list are its gathering''s.';
COMMENT ON COLUMN report_sessions.district IS 'The electoral district or districts whose voters hear the reports.';
CREATE INDEX report_sessions_by_id ON report_sessions USING btree (id);
CREATE TRIGGER report_sessions_guarded BEFORE INSERT OR DELETE OR UPDATE ON report_sessions FOR EACH ROW EXECUTE FUNCTION app.guard_report_session();
ALTER TABLE report_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE report_sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON report_sessions FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.reads_gatherings() AS reads_gatherings) OR (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])))));
CREATE POLICY guarded ON report_sessions FOR ALL
    USING (true);
CREATE POLICY kept ON report_sessions FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_gatherings() AS keeps_gatherings)));
GRANT INSERT, SELECT, UPDATE ON report_sessions TO portal_app;

CREATE TABLE role_grants (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    user_id bigint NOT NULL,
    city_id bigint NOT NULL,
    role text NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    community_id bigint NOT NULL DEFAULT 0,
    unit_id bigint NOT NULL DEFAULT 0,
    deputy_id bigint NOT NULL DEFAULT 0,
    requested_by bigint NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decided_by bigint,
    decided_at timestamp with time zone,
    approved boolean NOT NULL DEFAULT false,
    reason text NOT NULL DEFAULT ''::text,
    revoked_by bigint,
    revoked_at timestamp with time zone,
    CONSTRAINT role_grants_pkey PRIMARY KEY (id),
    CONSTRAINT role_grants_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT role_grants_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
    CONSTRAINT role_grants_decided_once CHECK ((((decided_by IS NULL) = (decided_at IS NULL)) AND ((NOT approved) OR (decided_by IS NOT NULL)))),
    CONSTRAINT role_grants_not_for_oneself CHECK (((decided_by IS NULL) OR (decided_by <> user_id))),
    CONSTRAINT role_grants_scope CHECK (
CASE
    WHEN (role = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'system_admin'::text, 'security_admin'::text, 'audit_admin'::text])) THEN (street_id = 0)
    WHEN (role = ANY (ARRAY['director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'voter_rep'::text, 'expert'::text, 'info_officer'::text])) THEN (street_id <> 0)
    WHEN (role = ANY (ARRAY['office_dispatch'::text, 'unit'::text])) THEN ((street_id <> 0) AND (unit_id <> 0))
    WHEN (role = ANY (ARRAY['deputy'::text, 'group_leader'::text])) THEN ((street_id <> 0) AND (deputy_id <> 0))
    WHEN (role = 'liaison'::text) THEN ((street_id <> 0) AND (community_id <> 0))
    ELSE false
END),
    CONSTRAINT role_grants_two_persons CHECK (((decided_by IS NULL) OR (decided_by <> requested_by) OR (requested_by = 0)))
);
COMMENT ON COLUMN role_grants.requested_by IS '0: the operator, who has a shell on the server and makes the first administrators alone.';
CREATE INDEX role_grants_newest ON role_grants USING btree (city_id, requested_at DESC, id DESC);
CREATE UNIQUE INDEX role_grants_once ON role_grants USING btree (user_id, role, street_id, unit_id, deputy_id, community_id) WHERE ((revoked_at IS NULL) AND (approved OR (decided_at IS NULL)));
CREATE INDEX role_grants_waiting ON role_grants USING btree (city_id, requested_at, id) WHERE ((decided_at IS NULL) AND (revoked_at IS NULL));
CREATE TRIGGER role_grants_administrators_apart BEFORE INSERT OR UPDATE ON role_grants FOR EACH ROW EXECUTE FUNCTION app.keep_administrators_apart();
ALTER TABLE role_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_grants FORCE ROW LEVEL SECURITY;
CREATE POLICY asked_by_self ON role_grants FOR INSERT
    WITH CHECK ((requested_by = COALESCE(( SELECT app.user_id() AS user_id), (0)::bigint)));
CREATE POLICY asked_by_units ON role_grants FOR SELECT
    USING (true);
CREATE POLICY by_admin ON role_grants FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['system_admin'::text, 'security_admin'::text])) AND (city_id = ( SELECT app.city() AS city))));
CREATE POLICY by_auth ON role_grants FOR ALL
    USING ((( SELECT app.role() AS role) = ANY (ARRAY['auth'::text, 'operator'::text])));
CREATE POLICY by_self ON role_grants FOR SELECT
    USING ((user_id = ( SELECT app.user_id() AS user_id)));
CREATE POLICY found_by_login ON role_grants FOR SELECT
    USING (true);
GRANT INSERT, SELECT ON role_grants TO portal_app;
GRANT UPDATE (decided_by, decided_at, approved, reason, revoked_by, revoked_at) ON role_grants TO portal_app;
GRANT SELECT ON role_grants TO portal_auth;

CREATE TABLE schema_migrations (
    version bigint NOT NULL,
    dirty boolean NOT NULL,
    CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);

CREATE TABLE selection_candidates (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    district_id bigint NOT NULL,
    person_id bigint NOT NULL,
    recommended_by text NOT NULL,
    recommender text NOT NULL,
    signers integer NOT NULL DEFAULT 0,
    standing text NOT NULL,
    hukou boolean NOT NULL,
    occupation text NOT NULL,
    vet_result text NOT NULL DEFAULT ''::text,
    vet_age boolean NOT NULL DEFAULT false,
    vet_standing boolean NOT NULL DEFAULT false,
    vet_clear boolean NOT NULL DEFAULT false,
    vet_organs text NOT NULL DEFAULT ''::text,
    vet_note text NOT NULL DEFAULT ''::text,
    vet_on date,
    dropped_why text NOT NULL DEFAULT ''::text,
    dropped_note text NOT NULL DEFAULT ''::text,
    votes integer,
    runoff integer,
    place integer,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT selection_candidates_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT selection_candidates_key_once UNIQUE (street_id, key),
    CONSTRAINT selection_candidates_person_once UNIQUE (street_id, selection_id, person_id),
    CONSTRAINT selection_candidates_place_once UNIQUE (street_id, selection_id, district_id, place),
    CONSTRAINT selection_candidates_district FOREIGN KEY (street_id, selection_id, district_id) REFERENCES selection_districts(street_id, selection_id, district_id),
    CONSTRAINT selection_candidates_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT selection_candidates_dropped_known CHECK ((dropped_why = ANY (ARRAY[''::text, 'vetting'::text, 'objection'::text, 'withdrawn'::text]))),
    CONSTRAINT selection_candidates_failed_dropped CHECK (((vet_result <> 'failed'::text) OR (dropped_why <> ''::text))),
    CONSTRAINT selection_candidates_occupation_known CHECK ((occupation = ANY (ARRAY['worker'::text, 'service'::text, 'community'::text, 'business'::text, 'professional'::text, 'official'::text, 'other'::text]))),
    CONSTRAINT selection_candidates_place_earned CHECK (((place IS NULL) OR ((place >= 1) AND (votes IS NOT NULL) AND (dropped_why = ''::text) AND (vet_result = 'passed'::text)))),
    CONSTRAINT selection_candidates_recommended_by_known CHECK ((recommended_by = ANY (ARRAY['organisation'::text, 'joint'::text]))),
    CONSTRAINT selection_candidates_recommender_filled CHECK (((recommender <> ''::text) AND (length(recommender) <= 100))),
    CONSTRAINT selection_candidates_signers_sensible CHECK ((((signers >= 0) AND (signers <= 10000)) AND ((recommended_by = 'joint'::text) = (signers > 0)))),
    CONSTRAINT selection_candidates_standing_known CHECK ((standing = ANY (ARRAY['voter'::text, 'resident'::text]))),
    CONSTRAINT selection_candidates_vet_by_conditions CHECK (((vet_result = ''::text) OR ((vet_result = 'passed'::text) = (vet_age AND vet_standing AND vet_clear)))),
    CONSTRAINT selection_candidates_vet_known CHECK ((vet_result = ANY (ARRAY[''::text, 'passed'::text, 'failed'::text]))),
    CONSTRAINT selection_candidates_vet_short CHECK (((length(vet_organs) <= 100) AND (length(vet_note) <= 500) AND (length(dropped_note) <= 500))),
    CONSTRAINT selection_candidates_vet_whole CHECK ((((vet_result = ''::text) = (vet_on IS NULL)) AND ((vet_result = ''::text) OR (vet_organs <> ''::text)))),
    CONSTRAINT selection_candidates_votes_sensible CHECK (((votes >= 0) AND (runoff >= 0) AND ((runoff IS NULL) OR (votes IS NOT NULL))))
);
COMMENT ON TABLE selection_candidates IS 'Who was recommended in a district, what vetting found and how many votes they had.';
COMMENT ON COLUMN selection_candidates.standing IS 'voter of the district, or resident for long without being its voter.';
COMMENT ON COLUMN selection_candidates.hukou IS 'Has household registration here; with sex, age and occupation the only facts kept for representativeness.';
COMMENT ON COLUMN selection_candidates.place IS 'The place among those selected, by votes; NULL: not selected.';
CREATE INDEX selection_candidates_by_id ON selection_candidates USING btree (id);
CREATE INDEX selection_candidates_of_district ON selection_candidates USING btree (street_id, selection_id, district_id, id);
CREATE INDEX selection_candidates_of_person ON selection_candidates USING btree (street_id, person_id);
CREATE TRIGGER selection_candidates_guard BEFORE INSERT OR UPDATE ON selection_candidates FOR EACH ROW EXECUTE FUNCTION app.guard_candidate();
CREATE TRIGGER selection_candidates_in_time BEFORE INSERT OR UPDATE ON selection_candidates FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('recommending', 'recommending vetting publicity meeting');
CREATE TRIGGER selection_candidates_removed_in_time BEFORE DELETE ON selection_candidates FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('recommending');
ALTER TABLE selection_candidates ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_candidates FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON selection_candidates FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'counter'::text, 'operator'::text]))));
CREATE POLICY by_office ON selection_candidates FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY by_public ON selection_candidates FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (dropped_why = ''::text) AND (EXISTS ( SELECT
   FROM selections s
  WHERE ((s.street_id = selection_candidates.street_id) AND (s.id = selection_candidates.selection_id) AND (s.state = 'publicity'::text))))));
CREATE POLICY removed_with_import ON selection_candidates FOR DELETE
    USING (((dropped_why = ''::text) AND app.added_by_import('voter-candidates'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON selection_candidates TO portal_app;
GRANT SELECT (id, street_id, selection_id, district_id, person_id, dropped_why) ON selection_candidates TO portal_public;

CREATE TABLE selection_districts (
    street_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    district_id bigint NOT NULL,
    seats integer NOT NULL,
    held_on date,
    place text NOT NULL DEFAULT ''::text,
    due integer,
    present integer,
    tied boolean NOT NULL DEFAULT false,
    CONSTRAINT selection_districts_pkey PRIMARY KEY (street_id, selection_id, district_id),
    CONSTRAINT selection_districts_district FOREIGN KEY (street_id, district_id) REFERENCES voter_districts(street_id, id),
    CONSTRAINT selection_districts_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections(street_id, id),
    CONSTRAINT selection_districts_place_short CHECK ((length(place) <= 100)),
    CONSTRAINT selection_districts_present CHECK (((present <= due) AND ((present * 2) > due) AND (due <= 100000))),
    CONSTRAINT selection_districts_seats_sensible CHECK (((seats >= 1) AND (seats <= 99))),
    CONSTRAINT selection_districts_whole CHECK ((num_nonnulls(held_on, due, present) = ANY (ARRAY[0, 3])))
);
COMMENT ON TABLE selection_districts IS 'A district in which a selection fills seats, and its selection meeting.';
COMMENT ON COLUMN selection_districts.tied IS 'Candidates have equal votes at the last seat: a second vote among them is due.';
CREATE INDEX selection_districts_of_district ON selection_districts USING btree (street_id, district_id);
CREATE TRIGGER selection_districts_guard BEFORE INSERT OR UPDATE ON selection_districts FOR EACH ROW EXECUTE FUNCTION app.guard_selection_meeting();
CREATE TRIGGER selection_districts_in_time BEFORE INSERT OR DELETE OR UPDATE ON selection_districts FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'meeting');
ALTER TABLE selection_districts ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_districts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON selection_districts FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY with_selection ON selection_districts FOR SELECT
    USING ((EXISTS ( SELECT
   FROM selections s
  WHERE ((s.street_id = selection_districts.street_id) AND (s.id = selection_districts.selection_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON selection_districts TO portal_app;
GRANT SELECT (street_id, selection_id, district_id, seats) ON selection_districts TO portal_public;

CREATE TABLE selection_objections (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    candidate_id bigint NOT NULL,
    received_on date NOT NULL,
    from_whom text NOT NULL DEFAULT ''::text,
    content text NOT NULL,
    decision text NOT NULL DEFAULT ''::text,
    decision_note text NOT NULL DEFAULT ''::text,
    decided_on date,
    key text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT selection_objections_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT selection_objections_key_once UNIQUE (street_id, key),
    CONSTRAINT selection_objections_candidate FOREIGN KEY (street_id, candidate_id) REFERENCES selection_candidates(street_id, id),
    CONSTRAINT selection_objections_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections(street_id, id),
    CONSTRAINT selection_objections_decided_whole CHECK ((((decision = ''::text) = (decided_on IS NULL)) AND ((decision = ''::text) = (decision_note = ''::text)))),
    CONSTRAINT selection_objections_decision_known CHECK ((decision = ANY (ARRAY[''::text, 'upheld'::text, 'dismissed'::text]))),
    CONSTRAINT selection_objections_filled CHECK (((content <> ''::text) AND (length(content) <= 2000) AND (length(from_whom) <= 100)))
);
COMMENT ON TABLE selection_objections IS 'Objections to a candidate during the publicity. Seen by those who decide them only.';
CREATE INDEX selection_objections_of_selection ON selection_objections USING btree (street_id, selection_id, id);
CREATE TRIGGER selection_objections_in_time BEFORE INSERT OR UPDATE ON selection_objections FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('publicity', 'publicity');
ALTER TABLE selection_objections ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_objections FORCE ROW LEVEL SECURITY;
CREATE POLICY by_deciders ON selection_objections FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'deputy_director'::text, 'operator'::text]))));
CREATE POLICY by_office ON selection_objections FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
GRANT INSERT, SELECT, UPDATE ON selection_objections TO portal_app;

CREATE TABLE selection_targets (
    street_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    trait text NOT NULL,
    percent integer NOT NULL,
    CONSTRAINT selection_targets_pkey PRIMARY KEY (street_id, selection_id, trait),
    CONSTRAINT selection_targets_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections(street_id, id),
    CONSTRAINT selection_targets_percent_sensible CHECK (((percent >= 1) AND (percent <= 100))),
    CONSTRAINT selection_targets_trait_known CHECK ((trait = ANY (ARRAY['women'::text, 'non_hukou'::text, 'under_45'::text, 'grassroots'::text])))
);
COMMENT ON TABLE selection_targets IS 'Which shares a street aims at, so that its representatives resemble its voters. No quota: nobody is refused for them.';
CREATE TRIGGER selection_targets_in_time BEFORE INSERT OR DELETE OR UPDATE ON selection_targets FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'plan');
ALTER TABLE selection_targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE selection_targets FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON selection_targets FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY with_selection ON selection_targets FOR SELECT
    USING ((EXISTS ( SELECT
   FROM selections s
  WHERE ((s.street_id = selection_targets.street_id) AND (s.id = selection_targets.selection_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON selection_targets TO portal_app;

CREATE TABLE selections (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    kind text NOT NULL,
    parent_id bigint,
    term text NOT NULL,
    term_from date NOT NULL,
    term_until date NOT NULL,
    basis text NOT NULL DEFAULT ''::text,
    pass_percent integer NOT NULL DEFAULT 50,
    state text NOT NULL DEFAULT 'plan'::text,
    publicity_from date,
    publicity_until date,
    met_on date,
    chair_post_id bigint,
    met_due integer,
    met_present integer,
    met_for integer,
    announced_on date,
    signer_post_id bigint,
    document_number text NOT NULL DEFAULT ''::text,
    ended_on date,
    stopped_why text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT selections_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT selections_key_once UNIQUE (street_id, key),
    CONSTRAINT selections_chair FOREIGN KEY (street_id, chair_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT selections_parent FOREIGN KEY (street_id, parent_id) REFERENCES selections(street_id, id),
    CONSTRAINT selections_signer FOREIGN KEY (street_id, signer_post_id) REFERENCES posts(street_id, id),
    CONSTRAINT selections_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT selections_announced_after_meeting CHECK ((announced_on >= met_on)),
    CONSTRAINT selections_announced_signed CHECK (((announced_on IS NULL) = (signer_post_id IS NULL))),
    CONSTRAINT selections_announced_whole CHECK (((state = ANY (ARRAY['announced'::text, 'ended'::text])) = (announced_on IS NOT NULL))),
    CONSTRAINT selections_basis_short CHECK ((length(basis) <= 500)),
    CONSTRAINT selections_by_has_parent CHECK (((kind = 'by'::text) = (parent_id IS NOT NULL))),
    CONSTRAINT selections_confirmed_by_meeting CHECK (((state = ANY (ARRAY['confirmed'::text, 'announced'::text, 'ended'::text])) = (met_on IS NOT NULL))),
    CONSTRAINT selections_ended_whole CHECK (((state = ANY (ARRAY['ended'::text, 'stopped'::text])) = (ended_on IS NOT NULL))),
    CONSTRAINT selections_kind_known CHECK ((kind = ANY (ARRAY['general'::text, 'by'::text]))),
    CONSTRAINT selections_met_after_publicity CHECK ((met_on > publicity_until)),
    CONSTRAINT selections_met_majority CHECK (((met_for <= met_present) AND ((met_for * 2) > met_due))),
    CONSTRAINT selections_met_quorum CHECK (((met_present <= met_due) AND ((met_present * 2) > met_due))),
    CONSTRAINT selections_met_whole CHECK ((num_nonnulls(met_on, chair_post_id, met_due, met_present, met_for) = ANY (ARRAY[0, 5]))),
    CONSTRAINT selections_pass_sensible CHECK (((pass_percent >= 50) AND (pass_percent <= 90))),
    CONSTRAINT selections_publicity_forward CHECK ((publicity_until > publicity_from)),
    CONSTRAINT selections_publicity_runs CHECK (((state = ANY (ARRAY['plan'::text, 'recommending'::text, 'vetting'::text, 'publicity'::text, 'stopped'::text])) OR (publicity_until IS NOT NULL))),
    CONSTRAINT selections_publicity_starts CHECK (((state = ANY (ARRAY['plan'::text, 'recommending'::text, 'vetting'::text, 'stopped'::text])) OR (publicity_from IS NOT NULL))),
    CONSTRAINT selections_state_known CHECK ((state = ANY (ARRAY['plan'::text, 'recommending'::text, 'vetting'::text, 'publicity'::text, 'meeting'::text, 'confirming'::text, 'confirmed'::text, 'announced'::text, 'ended'::text, 'stopped'::text]))),
    CONSTRAINT selections_stopped_with_reason CHECK (((state = 'stopped'::text) = (stopped_why <> ''::text))),
    CONSTRAINT selections_term_filled CHECK (((term <> ''::text) AND (length(term) <= 20))),
    CONSTRAINT selections_term_forward CHECK ((term_until > term_from))
);
COMMENT ON TABLE selections IS 'The selection of a street''s voter representatives for a term, or a by-selection for its vacant seats.';
COMMENT ON COLUMN selections.pass_percent IS 'A candidate passes with more than this share of those present; never less than half.';
COMMENT ON COLUMN selections.publicity_until IS 'The last day of the publicity, taken from its deadline when it is over.';
COMMENT ON COLUMN selections.met_due IS 'The vote of the directors'' meeting that confirmed: members in post, present, for.';
COMMENT ON COLUMN selections.signer_post_id IS 'The post of who signed the announcement off.';
CREATE INDEX selections_by_id ON selections USING btree (id);
CREATE INDEX selections_children ON selections USING btree (street_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX selections_newest ON selections USING btree (street_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX selections_one_general ON selections USING btree (street_id) WHERE ((kind = 'general'::text) AND (state <> ALL (ARRAY['ended'::text, 'stopped'::text])));
CREATE TRIGGER selections_all_due BEFORE INSERT OR UPDATE ON selections FOR EACH ROW EXECUTE FUNCTION app.only_all_due();
CREATE TRIGGER selections_guard BEFORE INSERT OR UPDATE ON selections FOR EACH ROW EXECUTE FUNCTION app.guard_selection();
CREATE TRIGGER selections_only_presiding BEFORE INSERT OR UPDATE ON selections FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
CREATE TRIGGER selections_only_signed_in_post BEFORE INSERT OR UPDATE ON selections FOR EACH ROW EXECUTE FUNCTION app.only_in_post('signer_post_id', 'announced_on', 'self');
ALTER TABLE selections ENABLE ROW LEVEL SECURITY;
ALTER TABLE selections FORCE ROW LEVEL SECURITY;
CREATE POLICY by_announced ON selections FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['voter_rep'::text, 'liaison'::text, 'deputy'::text, 'group_leader'::text])) AND ((state = 'publicity'::text) OR (announced_on IS NOT NULL))));
CREATE POLICY by_desk ON selections FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'counter'::text, 'clerk'::text, 'operator'::text]))));
CREATE POLICY by_public ON selections FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND ((state = 'publicity'::text) OR (announced_on IS NOT NULL))));
CREATE POLICY moved_by_street ON selections FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text]))));
CREATE POLICY opened_by_office ON selections FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
GRANT INSERT, SELECT, UPDATE ON selections TO portal_app;
GRANT SELECT (id, street_id, kind, term, term_from, term_until, state, publicity_from, announced_on, document_number) ON selections TO portal_public;

CREATE TABLE sessions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    token_hash bytea NOT NULL,
    user_id bigint NOT NULL,
    grant_id bigint,
    verified boolean NOT NULL DEFAULT false,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    address text NOT NULL DEFAULT ''::text,
    agent text NOT NULL DEFAULT ''::text,
    ended_at timestamp with time zone,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_token_once UNIQUE (token_hash),
    CONSTRAINT sessions_grant_id_fkey FOREIGN KEY (grant_id) REFERENCES role_grants(id),
    CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
COMMENT ON COLUMN sessions.token_hash IS 'SHA-256 of the cookie: who reads this table cannot take a session over.';
COMMENT ON COLUMN sessions.verified IS 'The second factor was given in this session.';
CREATE INDEX sessions_of_user ON sessions USING btree (user_id) WHERE (ended_at IS NULL);
CREATE TRIGGER sessions_changed AFTER UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION app.session_changed();
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_admin ON sessions FOR ALL
    USING (((( SELECT app.role() AS role) = 'system_admin'::text) AND (user_id IN ( SELECT u.id
   FROM users u
  WHERE (u.city_id = ( SELECT app.city() AS city))))));
CREATE POLICY by_auth ON sessions FOR ALL
    USING ((( SELECT app.role() AS role) = ANY (ARRAY['auth'::text, 'operator'::text])));
CREATE POLICY by_self ON sessions FOR ALL
    USING (((user_id = ( SELECT app.user_id() AS user_id)) AND (user_id <> 0)));
GRANT SELECT, UPDATE ON sessions TO portal_app;
GRANT INSERT, SELECT, UPDATE ON sessions TO portal_auth;

CREATE TABLE settings (
    city_id bigint NOT NULL,
    street_id bigint NOT NULL DEFAULT 0,
    key text NOT NULL,
    value integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT settings_pkey PRIMARY KEY (city_id, street_id, key),
    CONSTRAINT settings_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id)
);
COMMENT ON TABLE settings IS 'Defaults of the domain that a city or a street has changed. street_id 0 holds for the whole city. What is not here has the default in code (internal/setting).';
ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE settings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_admin ON settings FOR ALL
    USING (((app.role() = 'system_admin'::text) AND (city_id = app.city())));
CREATE POLICY by_operator ON settings FOR ALL
    USING ((app.role() = 'operator'::text));
CREATE POLICY read_own_city ON settings FOR SELECT
    USING (((city_id = app.city()) OR (app.role() = ANY (ARRAY['operator'::text, 'public'::text, 'clerk'::text]))));
GRANT DELETE, INSERT, SELECT, UPDATE ON settings TO portal_app;
GRANT SELECT ON settings TO portal_auth;
GRANT SELECT ON settings TO portal_public;

CREATE TABLE station_deputies (
    street_id bigint NOT NULL,
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    station_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    from_on date NOT NULL,
    until_on date,
    with_deputy boolean NOT NULL DEFAULT false,
    CONSTRAINT station_deputies_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT station_deputies_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT station_deputies_street_id_station_id_fkey FOREIGN KEY (street_id, station_id) REFERENCES stations(street_id, id),
    CONSTRAINT station_deputies_until_after_from CHECK (((until_on IS NULL) OR (until_on >= from_on)))
);
CREATE INDEX station_deputies_of_deputy ON station_deputies USING btree (street_id, deputy_id);
CREATE UNIQUE INDEX station_deputies_once ON station_deputies USING btree (street_id, station_id, deputy_id) WHERE (until_on IS NULL);
ALTER TABLE station_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE station_deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON station_deputies FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (until_on IS NULL)));
CREATE POLICY by_street ON station_deputies FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
GRANT INSERT, SELECT, UPDATE ON station_deputies TO portal_app;
GRANT SELECT ON station_deputies TO portal_public;

CREATE TABLE stations (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    community_id bigint,
    kind text NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    address text NOT NULL DEFAULT ''::text,
    hours text NOT NULL DEFAULT ''::text,
    phone text NOT NULL DEFAULT ''::text,
    head text NOT NULL DEFAULT ''::text,
    liaison text NOT NULL DEFAULT ''::text,
    opened_on date NOT NULL,
    closed_on date,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT stations_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT stations_code_once UNIQUE (street_id, code),
    CONSTRAINT stations_key_once UNIQUE (street_id, key),
    CONSTRAINT stations_name_once UNIQUE (street_id, name),
    CONSTRAINT stations_street_id_community_id_fkey FOREIGN KEY (street_id, community_id) REFERENCES communities(street_id, id),
    CONSTRAINT stations_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT stations_closed_after_opened CHECK (((closed_on IS NULL) OR (closed_on >= opened_on))),
    CONSTRAINT stations_code_digits CHECK ((code ~ '^[0-9]{2,4}$'::text)),
    CONSTRAINT stations_kind_known CHECK ((kind = ANY (ARRAY['central'::text, 'community'::text, 'contact'::text]))),
    CONSTRAINT stations_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
COMMENT ON COLUMN stations.code IS '站码, part of every opinion number.';
COMMENT ON COLUMN stations.phone IS 'The public line of the office, not a person''s.';
CREATE INDEX stations_by_code ON stations USING btree (street_id, code, id);
CREATE INDEX stations_by_id ON stations USING btree (id);
ALTER TABLE stations ENABLE ROW LEVEL SECURITY;
ALTER TABLE stations FORCE ROW LEVEL SECURITY;
CREATE POLICY by_feed ON stations FOR SELECT
    USING ((( SELECT app.role() AS role) = 'feed'::text));
CREATE POLICY by_public ON stations FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (closed_on IS NULL)));
CREATE POLICY by_street ON stations FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY fed ON stations FOR SELECT
    USING (true);
CREATE POLICY removed_with_import ON stations FOR DELETE
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND app.added_by_import('stations'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON stations TO portal_app;
GRANT SELECT ON stations TO portal_public;

CREATE TABLE streets (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    name text NOT NULL,
    code text NOT NULL,
    slug text NOT NULL,
    committee text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT streets_pkey PRIMARY KEY (id),
    CONSTRAINT streets_city_id_id_key UNIQUE (city_id, id),
    CONSTRAINT streets_code_once UNIQUE (code),
    CONSTRAINT streets_name_once UNIQUE (city_id, name),
    CONSTRAINT streets_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT streets_code_nine_digits CHECK ((code ~ '^[0-9]{9}$'::text)),
    CONSTRAINT streets_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
COMMENT ON COLUMN streets.code IS '统计用区划代码, 9 digits; part of every opinion number.';
COMMENT ON COLUMN streets.slug IS 'Latin name, such as dongcheng; the start of demonstration account names.';
COMMENT ON COLUMN streets.committee IS 'Short name of the committee: 人大东城街道工委.';
CREATE TRIGGER streets_found_groups AFTER INSERT ON streets FOR EACH ROW EXECUTE FUNCTION app.found_groups();
ALTER TABLE streets ENABLE ROW LEVEL SECURITY;
ALTER TABLE streets FORCE ROW LEVEL SECURITY;
CREATE POLICY by_city ON streets FOR ALL
    USING (((app.role() = 'system_admin'::text) AND (city_id = app.city())));
CREATE POLICY by_operator ON streets FOR ALL
    USING ((app.role() = 'operator'::text));
CREATE POLICY read_all ON streets FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON streets TO portal_app;
GRANT SELECT ON streets TO portal_auth;
GRANT SELECT ON streets TO portal_public;

CREATE TABLE suggestion_assignments (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    part text NOT NULL,
    round integer NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    signed_at timestamp with time zone,
    returned_at timestamp with time zone,
    return_reason text NOT NULL DEFAULT ''::text,
    ended_at timestamp with time zone,
    CONSTRAINT suggestion_assignments_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_assignments_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_assignments_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestion_assignments_part_known CHECK ((part = ANY (ARRAY['lead'::text, 'co'::text]))),
    CONSTRAINT suggestion_assignments_return_reason CHECK (((returned_at IS NULL) = (return_reason = ''::text)))
);
CREATE INDEX suggestion_assignments_of_unit ON suggestion_assignments USING btree (street_id, unit_id, suggestion_id);
CREATE UNIQUE INDEX suggestion_assignments_once ON suggestion_assignments USING btree (street_id, suggestion_id, unit_id) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX suggestion_assignments_one_lead ON suggestion_assignments USING btree (street_id, suggestion_id) WHERE ((part = 'lead'::text) AND (ended_at IS NULL));
CREATE TRIGGER suggestion_assignments_noted AFTER INSERT ON suggestion_assignments FOR EACH ROW EXECUTE FUNCTION app.note_suggestion_unit();
ALTER TABLE suggestion_assignments ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_assignments FORCE ROW LEVEL SECURITY;
CREATE POLICY by_unit ON suggestion_assignments FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((( SELECT app.role() AS role) <> 'unit'::text) OR (unit_id = ( SELECT app.unit() AS unit)) OR (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_assignments.street_id) AND (s.id = suggestion_assignments.suggestion_id) AND (s.lead_unit_id = ( SELECT app.unit() AS unit)))))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_assignments.street_id) AND (s.id = suggestion_assignments.suggestion_id))))));
CREATE POLICY counted ON suggestion_assignments FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON suggestion_assignments TO portal_app;

CREATE TABLE suggestion_comments (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    round integer NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT suggestion_comments_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_comments_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_comments_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestion_comments_text_filled CHECK (((text <> ''::text) AND (length(text) <= 4000)))
);
COMMENT ON TABLE suggestion_comments IS '会办意见, for the lead unit to put into its one reply.';
CREATE INDEX suggestion_comments_of ON suggestion_comments USING btree (street_id, suggestion_id, id);
CREATE UNIQUE INDEX suggestion_comments_once ON suggestion_comments USING btree (street_id, suggestion_id, unit_id, round, md5(text));
CREATE TRIGGER suggestion_comments_fixed BEFORE DELETE OR UPDATE ON suggestion_comments FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_comments_guarded BEFORE INSERT ON suggestion_comments FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
ALTER TABLE suggestion_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_comments FORCE ROW LEVEL SECURITY;
CREATE POLICY by_reader ON suggestion_comments FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE ( SELECT app.role() AS role)
    WHEN 'unit'::text THEN ((unit_id = ( SELECT app.unit() AS unit)) OR (EXISTS ( SELECT
       FROM suggestions s
      WHERE ((s.street_id = suggestion_comments.street_id) AND (s.id = suggestion_comments.suggestion_id) AND (s.lead_unit_id = ( SELECT app.unit() AS unit))))))
    ELSE ((( SELECT app.role() AS role) <> ALL (ARRAY['deputy'::text, 'group_leader'::text])) AND (EXISTS ( SELECT
       FROM suggestions s
      WHERE ((s.street_id = suggestion_comments.street_id) AND (s.id = suggestion_comments.suggestion_id)))))
END));
CREATE POLICY counted ON suggestion_comments FOR SELECT
    USING (true);
CREATE POLICY said_by_unit ON suggestion_comments FOR INSERT
    WITH CHECK (((((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text])) AND (unit_id = ( SELECT app.unit() AS unit))) OR (( SELECT app.role() AS role) = 'operator'::text)) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_comments.street_id) AND (s.id = suggestion_comments.suggestion_id))))));
GRANT INSERT, SELECT ON suggestion_comments TO portal_app;

CREATE TABLE suggestion_contacts (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    round integer NOT NULL,
    held_on date NOT NULL,
    how text NOT NULL,
    note text NOT NULL,
    at timestamp with time zone NOT NULL,
    author text NOT NULL,
    CONSTRAINT suggestion_contacts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_contacts_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_contacts_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestion_contacts_how_known CHECK ((how = ANY (ARRAY['visit'::text, 'meeting'::text, 'phone'::text, 'survey'::text, 'writing'::text]))),
    CONSTRAINT suggestion_contacts_note_filled CHECK (((note <> ''::text) AND (length(note) <= 1000)))
);
CREATE INDEX suggestion_contacts_of ON suggestion_contacts USING btree (street_id, suggestion_id, id);
CREATE UNIQUE INDEX suggestion_contacts_once ON suggestion_contacts USING btree (street_id, suggestion_id, unit_id, round, held_on, how, md5(note));
CREATE TRIGGER suggestion_contacts_fixed BEFORE DELETE OR UPDATE ON suggestion_contacts FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_contacts_guarded BEFORE INSERT ON suggestion_contacts FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
ALTER TABLE suggestion_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_contacts FORCE ROW LEVEL SECURITY;
CREATE POLICY said_by_unit ON suggestion_contacts FOR INSERT
    WITH CHECK (((((( SELECT app.role() AS role) = 'unit'::text) AND (unit_id = ( SELECT app.unit() AS unit))) OR (( SELECT app.role() AS role) = ANY (ARRAY['office_dispatch'::text, 'operator'::text]))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_contacts.street_id) AND (s.id = suggestion_contacts.suggestion_id))))));
CREATE POLICY with_suggestion ON suggestion_contacts FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_contacts.street_id) AND (s.id = suggestion_contacts.suggestion_id)))));
GRANT INSERT, SELECT ON suggestion_contacts TO portal_app;

CREATE TABLE suggestion_counters (
    street_id bigint NOT NULL,
    series text NOT NULL,
    last integer NOT NULL,
    CONSTRAINT suggestion_counters_pkey PRIMARY KEY (street_id, series),
    CONSTRAINT suggestion_counters_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id)
);
ALTER TABLE suggestion_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_counters FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON suggestion_counters FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
GRANT INSERT, SELECT, UPDATE ON suggestion_counters TO portal_app;

CREATE TABLE suggestion_extensions (
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asker text NOT NULL,
    granted boolean,
    decided_at timestamp with time zone,
    decider text NOT NULL DEFAULT ''::text,
    decision text NOT NULL DEFAULT ''::text,
    CONSTRAINT suggestion_extensions_pkey PRIMARY KEY (street_id, suggestion_id),
    CONSTRAINT suggestion_extensions_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_extensions_decided CHECK ((((granted IS NULL) = (decided_at IS NULL)) AND ((granted IS NULL) = (decider = ''::text)))),
    CONSTRAINT suggestion_extensions_reason CHECK (((reason <> ''::text) AND (length(reason) <= 500)))
);
COMMENT ON TABLE suggestion_extensions IS 'From three months to six, once a suggestion: the primary key says so.';
CREATE TRIGGER suggestion_extensions_guarded BEFORE INSERT OR UPDATE ON suggestion_extensions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_extension();
ALTER TABLE suggestion_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY with_suggestion ON suggestion_extensions FOR ALL
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_extensions.street_id) AND (s.id = suggestion_extensions.suggestion_id)))))
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_extensions.street_id) AND (s.id = suggestion_extensions.suggestion_id))))));
GRANT INSERT, SELECT, UPDATE ON suggestion_extensions TO portal_app;

CREATE TABLE suggestion_grams (
    street_id bigint NOT NULL,
    gram text NOT NULL,
    at timestamp with time zone NOT NULL,
    suggestion_id bigint NOT NULL,
    CONSTRAINT suggestion_grams_pkey PRIMARY KEY (street_id, gram, at, suggestion_id),
    CONSTRAINT suggestion_grams_street_id_suggestion_id_fkey FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE suggestion_grams IS 'Kept by trigger from suggestions; nobody writes here.';
CREATE INDEX suggestion_grams_anywhere ON suggestion_grams USING btree (gram, at DESC, suggestion_id DESC);
CREATE INDEX suggestion_grams_of ON suggestion_grams USING btree (street_id, suggestion_id);
ALTER TABLE suggestion_grams ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_grams FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON suggestion_grams FOR SELECT
    USING ((street_id IN ( SELECT unnest(app.streets()) AS unnest)));
CREATE POLICY kept_by_trigger ON suggestion_grams FOR ALL
    USING (true);
GRANT SELECT ON suggestion_grams TO portal_app;

CREATE TABLE suggestion_promise_extensions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    promise_id bigint NOT NULL,
    due_from date NOT NULL,
    due_to date NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asker text NOT NULL,
    granted boolean,
    decided_at timestamp with time zone,
    decider text NOT NULL DEFAULT ''::text,
    decision text NOT NULL DEFAULT ''::text,
    CONSTRAINT suggestion_promise_extensions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_promise_extensions_promise FOREIGN KEY (street_id, promise_id) REFERENCES suggestion_promises(street_id, id),
    CONSTRAINT suggestion_promise_extensions_decided CHECK ((((granted IS NULL) = (decided_at IS NULL)) AND ((granted IS NULL) = (decider = ''::text)))),
    CONSTRAINT suggestion_promise_extensions_later CHECK ((due_to > due_from)),
    CONSTRAINT suggestion_promise_extensions_reason CHECK (((reason <> ''::text) AND (length(reason) <= 500)))
);
CREATE UNIQUE INDEX suggestion_promise_extensions_one_open ON suggestion_promise_extensions USING btree (street_id, promise_id) WHERE (granted IS NULL);
CREATE TRIGGER suggestion_promise_extensions_guarded BEFORE INSERT OR UPDATE ON suggestion_promise_extensions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_extension();
ALTER TABLE suggestion_promise_extensions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_promise_extensions FORCE ROW LEVEL SECURITY;
CREATE POLICY with_promise ON suggestion_promise_extensions FOR ALL
    USING ((EXISTS ( SELECT
   FROM suggestion_promises p
  WHERE ((p.street_id = suggestion_promise_extensions.street_id) AND (p.id = suggestion_promise_extensions.promise_id)))))
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['unit'::text, 'office_dispatch'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM suggestion_promises p
  WHERE ((p.street_id = suggestion_promise_extensions.street_id) AND (p.id = suggestion_promise_extensions.promise_id))))));
GRANT INSERT, SELECT, UPDATE ON suggestion_promise_extensions TO portal_app;

CREATE TABLE suggestion_promises (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    reply_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    text text NOT NULL,
    made_on date NOT NULL,
    first_due_on date NOT NULL,
    due_on date NOT NULL,
    state text NOT NULL DEFAULT 'open'::text,
    woken_on date,
    ended_on date,
    kept_by bigint,
    CONSTRAINT suggestion_promises_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_promises_kept_by FOREIGN KEY (street_id, kept_by) REFERENCES suggestion_replies(street_id, id),
    CONSTRAINT suggestion_promises_reply FOREIGN KEY (street_id, reply_id) REFERENCES suggestion_replies(street_id, id),
    CONSTRAINT suggestion_promises_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_promises_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestion_promises_dates CHECK (((first_due_on > made_on) AND (due_on >= first_due_on))),
    CONSTRAINT suggestion_promises_ended CHECK ((((state = 'open'::text) = (ended_on IS NULL)) AND ((state = 'kept'::text) = (kept_by IS NOT NULL)))),
    CONSTRAINT suggestion_promises_state_known CHECK ((state = ANY (ARRAY['open'::text, 'kept'::text, 'replaced'::text]))),
    CONSTRAINT suggestion_promises_text_filled CHECK (((text <> ''::text) AND (length(text) <= 500)))
);
COMMENT ON TABLE suggestion_promises IS '承诺台账: what a B reply promises by when. replaced: by the reply to a second handling.';
COMMENT ON COLUMN suggestion_promises.woken_on IS 'When the day had passed and everybody concerned was told.';
CREATE INDEX suggestion_promises_asleep ON suggestion_promises USING btree (due_on) WHERE ((state = 'open'::text) AND (woken_on IS NULL));
CREATE INDEX suggestion_promises_next ON suggestion_promises USING btree (street_id, due_on, id);
CREATE INDEX suggestion_promises_next_anywhere ON suggestion_promises USING btree (due_on, id);
CREATE UNIQUE INDEX suggestion_promises_one_open ON suggestion_promises USING btree (street_id, suggestion_id) WHERE (state = 'open'::text);
CREATE TRIGGER suggestion_promises_guarded BEFORE INSERT OR UPDATE ON suggestion_promises FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_promise();
ALTER TABLE suggestion_promises ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_promises FORCE ROW LEVEL SECURITY;
CREATE POLICY kept_by_unit ON suggestion_promises FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (((( SELECT app.role() AS role) = 'unit'::text) AND (unit_id = ( SELECT app.unit() AS unit))) OR (( SELECT app.role() AS role) = ANY (ARRAY['office_dispatch'::text, 'city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'clerk'::text, 'operator'::text]))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_promises.street_id) AND (s.id = suggestion_promises.suggestion_id))))));
CREATE POLICY made_by_unit ON suggestion_promises FOR INSERT
    WITH CHECK (((((( SELECT app.role() AS role) = 'unit'::text) AND (unit_id = ( SELECT app.unit() AS unit))) OR (( SELECT app.role() AS role) = ANY (ARRAY['office_dispatch'::text, 'operator'::text]))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_promises.street_id) AND (s.id = suggestion_promises.suggestion_id))))));
CREATE POLICY with_suggestion ON suggestion_promises FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_promises.street_id) AND (s.id = suggestion_promises.suggestion_id)))));
GRANT INSERT, SELECT, UPDATE ON suggestion_promises TO portal_app;

CREATE TABLE suggestion_ratings (
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    round integer NOT NULL,
    deputy_id bigint NOT NULL,
    attitude text NOT NULL,
    result text NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    how text NOT NULL,
    rated_at timestamp with time zone NOT NULL,
    CONSTRAINT suggestion_ratings_pkey PRIMARY KEY (street_id, suggestion_id, round),
    CONSTRAINT suggestion_ratings_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT suggestion_ratings_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_ratings_attitude_known CHECK ((attitude = ANY (ARRAY['satisfied'::text, 'basically'::text, 'dissatisfied'::text]))),
    CONSTRAINT suggestion_ratings_how_known CHECK ((how = ANY (ARRAY['portal'::text, 'paper'::text]))),
    CONSTRAINT suggestion_ratings_note CHECK (((length(note) <= 1000) AND ((result <> 'dissatisfied'::text) OR (note <> ''::text)))),
    CONSTRAINT suggestion_ratings_result_known CHECK ((result = ANY (ARRAY['satisfied'::text, 'basically'::text, 'dissatisfied'::text])))
);
COMMENT ON TABLE suggestion_ratings IS 'What the lead says of how it was handled and of what came of it, once a round: the primary key says so.';
CREATE TRIGGER suggestion_ratings_fixed BEFORE DELETE OR UPDATE ON suggestion_ratings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_ratings_guarded BEFORE INSERT ON suggestion_ratings FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_rating();
ALTER TABLE suggestion_ratings ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_ratings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_lead ON suggestion_ratings FOR INSERT
    WITH CHECK (((((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (deputy_id = ( SELECT app.deputy() AS deputy))) OR (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_ratings.street_id) AND (s.id = suggestion_ratings.suggestion_id))))));
CREATE POLICY with_suggestion ON suggestion_ratings FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_ratings.street_id) AND (s.id = suggestion_ratings.suggestion_id)))));
GRANT INSERT, SELECT ON suggestion_ratings TO portal_app;

CREATE TABLE suggestion_replies (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    round integer NOT NULL,
    kind text NOT NULL,
    result text NOT NULL,
    number text NOT NULL DEFAULT ''::text,
    text text NOT NULL,
    signer text NOT NULL,
    signed_on date NOT NULL,
    replied_at timestamp with time zone NOT NULL,
    replier text NOT NULL,
    CONSTRAINT suggestion_replies_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_replies_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_replies_unit FOREIGN KEY (street_id, unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestion_replies_kind_known CHECK ((kind = ANY (ARRAY['reply'::text, 'fulfilment'::text]))),
    CONSTRAINT suggestion_replies_result_known CHECK ((result = ANY (ARRAY['A'::text, 'B'::text, 'C'::text, 'D'::text]))),
    CONSTRAINT suggestion_replies_signed CHECK (((signer <> ''::text) AND (length(signer) <= 50) AND (length(number) <= 50))),
    CONSTRAINT suggestion_replies_text_filled CHECK (((text <> ''::text) AND (length(text) <= 8000)))
);
COMMENT ON TABLE suggestion_replies IS 'Replies as the head of the unit signed them; they never change. fulfilment: the second reply, that a promise was kept.';
CREATE INDEX suggestion_replies_of ON suggestion_replies USING btree (street_id, suggestion_id, id);
CREATE INDEX suggestion_replies_of_period ON suggestion_replies USING btree (street_id, (((replied_at AT TIME ZONE 'Asia/Shanghai'::text))::date)) WHERE (kind = 'reply'::text);
CREATE UNIQUE INDEX suggestion_replies_one_a_round ON suggestion_replies USING btree (street_id, suggestion_id, round) WHERE (kind = 'reply'::text);
CREATE TRIGGER suggestion_replies_fixed BEFORE DELETE OR UPDATE ON suggestion_replies FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER suggestion_replies_guarded BEFORE INSERT ON suggestion_replies FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_word();
ALTER TABLE suggestion_replies ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_replies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON suggestion_replies FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_replies.street_id) AND (s.id = suggestion_replies.suggestion_id)))));
CREATE POLICY said_by_unit ON suggestion_replies FOR INSERT
    WITH CHECK (((((( SELECT app.role() AS role) = 'unit'::text) AND (unit_id = ( SELECT app.unit() AS unit))) OR (( SELECT app.role() AS role) = ANY (ARRAY['office_dispatch'::text, 'operator'::text]))) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_replies.street_id) AND (s.id = suggestion_replies.suggestion_id))))));
CREATE POLICY with_suggestion ON suggestion_replies FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_replies.street_id) AND (s.id = suggestion_replies.suggestion_id)))));
GRANT INSERT, SELECT ON suggestion_replies TO portal_app;
GRANT SELECT (id, street_id, suggestion_id, unit_id, round, kind, result, text, signed_on) ON suggestion_replies TO portal_public;

CREATE TABLE suggestion_signers (
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    lead boolean NOT NULL,
    confirmed_at timestamp with time zone,
    how text NOT NULL DEFAULT ''::text,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT suggestion_signers_pkey PRIMARY KEY (street_id, suggestion_id, deputy_id),
    CONSTRAINT suggestion_signers_deputy FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT suggestion_signers_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_signers_confirmed CHECK ((((confirmed_at IS NULL) = (how = ''::text)) AND (how = ANY (ARRAY[''::text, 'portal'::text, 'paper'::text])))),
    CONSTRAINT suggestion_signers_note CHECK (((length(note) <= 200) AND ((how <> 'paper'::text) OR (note <> ''::text))))
);
COMMENT ON COLUMN suggestion_signers.note IS 'Of a signature on paper: when it was given and where the paper is.';
CREATE INDEX suggestion_signers_of_deputy ON suggestion_signers USING btree (street_id, deputy_id, suggestion_id);
CREATE UNIQUE INDEX suggestion_signers_one_lead ON suggestion_signers USING btree (street_id, suggestion_id) WHERE lead;
CREATE TRIGGER suggestion_signers_guarded BEFORE INSERT OR DELETE OR UPDATE ON suggestion_signers FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion_signer();
CREATE TRIGGER suggestion_signers_noted AFTER INSERT OR DELETE ON suggestion_signers FOR EACH ROW EXECUTE FUNCTION app.note_signer();
ALTER TABLE suggestion_signers ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_signers FORCE ROW LEVEL SECURITY;
CREATE POLICY by_public ON suggestion_signers FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_signers.street_id) AND (s.id = suggestion_signers.suggestion_id)))));
CREATE POLICY kept_by_drafter ON suggestion_signers FOR ALL
    USING ((((( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))) OR ((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ((deputy_id = ( SELECT app.deputy() AS deputy)) OR (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_signers.street_id) AND (s.id = suggestion_signers.suggestion_id) AND (s.lead_id = ( SELECT app.deputy() AS deputy)))))))));
CREATE POLICY kept_by_trigger ON suggestion_signers FOR ALL
    USING (true);
CREATE POLICY with_suggestion ON suggestion_signers FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_signers.street_id) AND (s.id = suggestion_signers.suggestion_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON suggestion_signers TO portal_app;
GRANT SELECT (street_id, suggestion_id, deputy_id, lead) ON suggestion_signers TO portal_public;

CREATE TABLE suggestion_sources (
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    opinion_id bigint NOT NULL,
    number text NOT NULL,
    CONSTRAINT suggestion_sources_pkey PRIMARY KEY (street_id, suggestion_id, opinion_id),
    CONSTRAINT suggestion_sources_opinion FOREIGN KEY (street_id, opinion_id) REFERENCES opinions(street_id, id),
    CONSTRAINT suggestion_sources_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id)
);
COMMENT ON TABLE suggestion_sources IS 'Residents'' opinions that a suggestion came from: the lineage both records show.';
CREATE INDEX suggestion_sources_of_opinion ON suggestion_sources USING btree (street_id, opinion_id);
ALTER TABLE suggestion_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_sources FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_drafter ON suggestion_sources FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text, 'staff'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_sources.street_id) AND (s.id = suggestion_sources.suggestion_id) AND (s.state = ANY (ARRAY['draft'::text, 'sent_back'::text]))))) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = suggestion_sources.street_id) AND (o.id = suggestion_sources.opinion_id))))));
CREATE POLICY with_suggestion ON suggestion_sources FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_sources.street_id) AND (s.id = suggestion_sources.suggestion_id)))));
GRANT INSERT, SELECT ON suggestion_sources TO portal_app;

CREATE TABLE suggestion_urges (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    suggestion_id bigint NOT NULL,
    whom text NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    urger text NOT NULL,
    CONSTRAINT suggestion_urges_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestion_urges_suggestion FOREIGN KEY (street_id, suggestion_id) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestion_urges_text_short CHECK (((text <> ''::text) AND (length(text) <= 500))),
    CONSTRAINT suggestion_urges_whom_known CHECK ((whom = ANY (ARRAY['unit'::text, 'lead'::text])))
);
CREATE INDEX suggestion_urges_of ON suggestion_urges USING btree (street_id, suggestion_id, id);
ALTER TABLE suggestion_urges ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestion_urges FORCE ROW LEVEL SECURITY;
CREATE POLICY urged_by_committee ON suggestion_urges FOR INSERT
    WITH CHECK (((( SELECT app.role() AS role) = ANY (ARRAY['city_deputy'::text, 'director'::text, 'deputy_director'::text, 'staff'::text, 'clerk'::text, 'operator'::text])) AND (EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_urges.street_id) AND (s.id = suggestion_urges.suggestion_id))))));
CREATE POLICY with_suggestion ON suggestion_urges FOR SELECT
    USING ((EXISTS ( SELECT
   FROM suggestions s
  WHERE ((s.street_id = suggestion_urges.street_id) AND (s.id = suggestion_urges.suggestion_id)))));
GRANT INSERT, SELECT ON suggestion_urges TO portal_app;

CREATE TABLE suggestions (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    class text NOT NULL,
    number text,
    title text NOT NULL,
    category text NOT NULL,
    facts text NOT NULL,
    analysis text NOT NULL DEFAULT ''::text,
    proposals text NOT NULL,
    open boolean NOT NULL,
    contact boolean NOT NULL,
    lead_id bigint NOT NULL,
    signers bigint[] NOT NULL DEFAULT '{}'::bigint[],
    state text NOT NULL DEFAULT 'draft'::text,
    round integer NOT NULL DEFAULT 1,
    refusal text NOT NULL DEFAULT ''::text,
    refusal_note text NOT NULL DEFAULT ''::text,
    merged_into bigint,
    lead_unit_id bigint,
    units bigint[] NOT NULL DEFAULT '{}'::bigint[],
    months integer NOT NULL DEFAULT 3,
    filed_at timestamp with time zone NOT NULL,
    submitted_on date,
    assigned_on date,
    replied_on date,
    result text NOT NULL DEFAULT ''::text,
    rating text NOT NULL DEFAULT ''::text,
    urged_on date,
    key_on date,
    key_basis text NOT NULL DEFAULT ''::text,
    coordination text NOT NULL DEFAULT ''::text,
    withdrawn_why text NOT NULL DEFAULT ''::text,
    closed_on date,
    closed_how text NOT NULL DEFAULT ''::text,
    created_by bigint NOT NULL DEFAULT 0,
    creator text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT suggestions_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT suggestions_key_once UNIQUE (street_id, key),
    CONSTRAINT suggestions_number_once UNIQUE (street_id, number),
    CONSTRAINT suggestions_lead FOREIGN KEY (street_id, lead_id) REFERENCES deputies(street_id, id),
    CONSTRAINT suggestions_lead_unit FOREIGN KEY (street_id, lead_unit_id) REFERENCES units(street_id, id),
    CONSTRAINT suggestions_merged FOREIGN KEY (street_id, merged_into) REFERENCES suggestions(street_id, id),
    CONSTRAINT suggestions_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT suggestions_assigned CHECK (((state <> ALL (ARRAY['assigned'::text, 'handling'::text, 'replied'::text, 'coordination'::text, 'promised'::text])) OR ((lead_unit_id IS NOT NULL) AND (assigned_on IS NOT NULL)))),
    CONSTRAINT suggestions_category_known CHECK ((category = ANY (ARRAY['construction'::text, 'transport'::text, 'environment'::text, 'education'::text, 'health'::text, 'welfare'::text, 'safety'::text, 'economy'::text, 'culture'::text, 'other'::text]))),
    CONSTRAINT suggestions_class_known CHECK ((class = ANY (ARRAY['city'::text, 'street'::text]))),
    CONSTRAINT suggestions_closed_on CHECK (((state = 'closed'::text) = (closed_on IS NOT NULL))),
    CONSTRAINT suggestions_facts_filled CHECK (((facts <> ''::text) AND (length(facts) <= 4000) AND (length(analysis) <= 4000))),
    CONSTRAINT suggestions_key_says_why CHECK (((key_on IS NULL) = (key_basis = ''::text))),
    CONSTRAINT suggestions_letter_says_why CHECK (((state <> 'to_letter'::text) OR (refusal <> ''::text))),
    CONSTRAINT suggestions_merged_into_another CHECK ((((state = 'merged'::text) = (merged_into IS NOT NULL)) AND (merged_into <> id))),
    CONSTRAINT suggestions_months_known CHECK (((months >= 1) AND (months <= 12))),
    CONSTRAINT suggestions_numbered CHECK (((number IS NULL) = (submitted_on IS NULL))),
    CONSTRAINT suggestions_proposals_filled CHECK (((proposals <> ''::text) AND (length(proposals) <= 4000))),
    CONSTRAINT suggestions_rating_known CHECK ((rating = ANY (ARRAY[''::text, 'satisfied'::text, 'basically'::text, 'dissatisfied'::text, 'none'::text]))),
    CONSTRAINT suggestions_refusal_known CHECK ((refusal = ANY (ARRAY[''::text, 'personal'::text, 'judicial'::text, 'letter'::text, 'promotion'::text, 'empty'::text, 'accusation'::text, 'tender'::text, 'several'::text, 'elsewhere'::text, 'wording'::text]))),
    CONSTRAINT suggestions_result_known CHECK ((result = ANY (ARRAY[''::text, 'A'::text, 'B'::text, 'C'::text, 'D'::text]))),
    CONSTRAINT suggestions_round_known CHECK ((round = ANY (ARRAY[1, 2]))),
    CONSTRAINT suggestions_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'review'::text, 'sent_back'::text, 'submitted'::text, 'to_assign'::text, 'assigned'::text, 'returned'::text, 'handling'::text, 'replied'::text, 'coordination'::text, 'promised'::text, 'closed'::text, 'to_letter'::text, 'merged'::text, 'withdrawn'::text]))),
    CONSTRAINT suggestions_submitted CHECK (((state = ANY (ARRAY['draft'::text, 'review'::text, 'sent_back'::text, 'withdrawn'::text])) OR (submitted_on IS NOT NULL))),
    CONSTRAINT suggestions_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100))),
    CONSTRAINT suggestions_withdrawn_in_writing CHECK (((state = 'withdrawn'::text) = (withdrawn_why <> ''::text)))
);
COMMENT ON COLUMN suggestions.class IS 'city: 代表建议 through the city; street: 街道督办建议, supervised by the street''s committee [D]. Counted apart.';
COMMENT ON COLUMN suggestions.open IS 'Whether the deputies agree that it is public.';
COMMENT ON COLUMN suggestions.contact IS 'Whether the deputies want to be consulted beyond the contact that every reply needs.';
COMMENT ON COLUMN suggestions.signers IS 'Every signer, the lead too, kept by a trigger: who may see it is told from the row alone.';
COMMENT ON COLUMN suggestions.round IS '2: handled again after 不满意; there is no third.';
COMMENT ON COLUMN suggestions.units IS 'Every unit that it was ever assigned to, kept by a trigger.';
COMMENT ON COLUMN suggestions.months IS 'Calendar months for the reply: 3, or 6 with the consent of who assigned it (DEP51).';
COMMENT ON COLUMN suggestions.filed_at IS 'When it was submitted, or, before that, drafted: the order of lists.';
COMMENT ON COLUMN suggestions.result IS 'The class of the newest reply: A solved, B being solved, C later, D for reference.';
COMMENT ON COLUMN suggestions.rating IS 'What the lead said of the newest result; none: not rated after urging, left out of satisfaction.';
CREATE INDEX suggestions_by_id ON suggestions USING btree (id);
CREATE INDEX suggestions_by_state ON suggestions USING btree (street_id, state, filed_at DESC, id DESC);
CREATE INDEX suggestions_by_state_anywhere ON suggestions USING btree (state, filed_at DESC, id DESC);
CREATE INDEX suggestions_key ON suggestions USING btree (filed_at DESC, id DESC) WHERE (key_on IS NOT NULL);
CREATE INDEX suggestions_merged_from ON suggestions USING btree (street_id, merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX suggestions_newest ON suggestions USING btree (street_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_newest_anywhere ON suggestions USING btree (filed_at DESC, id DESC);
CREATE INDEX suggestions_of_lead ON suggestions USING btree (street_id, lead_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_of_period ON suggestions USING btree (street_id, submitted_on);
CREATE INDEX suggestions_of_unit ON suggestions USING btree (street_id, lead_unit_id, filed_at DESC, id DESC);
CREATE INDEX suggestions_open ON suggestions USING btree (street_id, filed_at DESC, id DESC) WHERE (state <> ALL (ARRAY['closed'::text, 'to_letter'::text, 'merged'::text, 'withdrawn'::text]));
CREATE INDEX suggestions_open_anywhere ON suggestions USING btree (filed_at DESC, id DESC) WHERE (state <> ALL (ARRAY['closed'::text, 'to_letter'::text, 'merged'::text, 'withdrawn'::text]));
CREATE TRIGGER suggestions_guarded BEFORE INSERT OR UPDATE ON suggestions FOR EACH ROW EXECUTE FUNCTION app.guard_suggestion();
CREATE TRIGGER suggestions_indexed AFTER INSERT OR UPDATE OF title, number, filed_at ON suggestions FOR EACH ROW EXECUTE FUNCTION app.index_suggestion();
CREATE TRIGGER suggestions_led BEFORE UPDATE ON suggestions FOR EACH ROW WHEN (((((((((new.state IS DISTINCT FROM old.state) OR (new.title IS DISTINCT FROM old.title)) OR (new.category IS DISTINCT FROM old.category)) OR (new.facts IS DISTINCT FROM old.facts)) OR (new.analysis IS DISTINCT FROM old.analysis)) OR (new.proposals IS DISTINCT FROM old.proposals)) OR (new.open IS DISTINCT FROM old.open)) OR (new.contact IS DISTINCT FROM old.contact))) EXECUTE FUNCTION app.guard_suggestion_lead();
CREATE TRIGGER suggestions_void_signatures AFTER UPDATE OF title, category, facts, analysis, proposals ON suggestions FOR EACH ROW WHEN ((((((new.title IS DISTINCT FROM old.title) OR (new.category IS DISTINCT FROM old.category)) OR (new.facts IS DISTINCT FROM old.facts)) OR (new.analysis IS DISTINCT FROM old.analysis)) OR (new.proposals IS DISTINCT FROM old.proposals))) EXECUTE FUNCTION app.void_signatures();
ALTER TABLE suggestions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suggestions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_joined ON suggestions FOR SELECT
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) AND (street_id IN ( SELECT unnest(app.streets()) AS unnest)) AND (id = ANY (( SELECT app.joined_suggestions() AS joined_suggestions)::bigint[]))));
CREATE POLICY by_public ON suggestions FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND open AND (state = ANY (ARRAY['closed'::text, 'promised'::text]))));
CREATE POLICY by_scope ON suggestions FOR ALL
    USING (((street_id IN ( SELECT unnest(app.streets()) AS unnest)) AND
CASE
    WHEN (( SELECT app.role() AS role) = 'unit'::text) THEN (( SELECT app.unit() AS unit) = ANY (units))
    WHEN (( SELECT app.role() AS role) = 'office_dispatch'::text) THEN (units <> '{}'::bigint[])
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) THEN ((lead_id = ( SELECT app.deputy() AS deputy)) OR (( SELECT app.deputy() AS deputy) = ANY (signers)) OR ((( SELECT app.role() AS role) = 'group_leader'::text) AND (state <> 'draft'::text) AND (lead_id = ANY (( SELECT app.led_deputies() AS led_deputies)::bigint[]))))
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'deputy_director'::text])) THEN (state <> 'draft'::text)
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'member'::text, 'party_reader'::text])) THEN (submitted_on IS NOT NULL)
    ELSE (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'counter'::text, 'clerk'::text, 'operator'::text]))
END));
CREATE POLICY kept_by_trigger ON suggestions FOR ALL
    USING (true);
GRANT INSERT, SELECT, UPDATE ON suggestions TO portal_app;
GRANT SELECT (id, street_id, class, number, title, category, facts, analysis, proposals, open, lead_id, state, lead_unit_id, filed_at, submitted_on, replied_on, result, rating, key_on, closed_on) ON suggestions TO portal_public;

CREATE TABLE training_answers (
    street_id bigint NOT NULL,
    training_id bigint NOT NULL,
    number integer NOT NULL,
    answer integer NOT NULL,
    CONSTRAINT training_answers_pkey PRIMARY KEY (street_id, training_id, number),
    CONSTRAINT training_answers_question FOREIGN KEY (street_id, training_id, number) REFERENCES training_questions(street_id, training_id, number) ON DELETE CASCADE,
    CONSTRAINT training_answers_number CHECK (((answer >= 1) AND (answer <= 6)))
);
ALTER TABLE training_answers ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_answers FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON training_answers FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY guarded ON training_answers FOR SELECT
    USING (true);
GRANT DELETE, INSERT, SELECT ON training_answers TO portal_app;

CREATE TABLE training_codes (
    street_id bigint NOT NULL,
    training_id bigint NOT NULL,
    code text NOT NULL,
    CONSTRAINT training_codes_pkey PRIMARY KEY (street_id, training_id),
    CONSTRAINT training_codes_training FOREIGN KEY (street_id, training_id) REFERENCES trainings(street_id, id),
    CONSTRAINT training_codes_six_digits CHECK ((code ~ '^[0-9]{6}$'::text))
);
ALTER TABLE training_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_codes FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON training_codes FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY guarded ON training_codes FOR SELECT
    USING (true);
GRANT INSERT, SELECT ON training_codes TO portal_app;

CREATE TABLE training_participants (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    training_id bigint NOT NULL,
    team text NOT NULL,
    person_id bigint NOT NULL,
    signed_at timestamp with time zone,
    signed_way text NOT NULL DEFAULT ''::text,
    tries integer NOT NULL DEFAULT 0,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT training_participants_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT training_participants_person_once UNIQUE (street_id, training_id, person_id),
    CONSTRAINT training_participants_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT training_participants_training FOREIGN KEY (street_id, training_id) REFERENCES trainings(street_id, id),
    CONSTRAINT training_participants_signed CHECK ((((signed_at IS NULL) = (signed_way = ''::text)) AND (signed_way = ANY (ARRAY[''::text, 'desk'::text, 'code'::text])))),
    CONSTRAINT training_participants_team_known CHECK ((team = ANY (ARRAY['deputy'::text, 'member'::text, 'voter'::text, 'expert'::text, 'liaison'::text, 'information'::text])))
);
COMMENT ON COLUMN training_participants.team IS 'The team for which the hours count; who is in two comes for one.';
COMMENT ON COLUMN training_participants.tries IS 'Wrong codes; after five only the office signs the person in.';
CREATE INDEX training_participants_of_person ON training_participants USING btree (street_id, person_id);
CREATE TRIGGER training_participants_guarded BEFORE INSERT OR DELETE OR UPDATE ON training_participants FOR EACH ROW EXECUTE FUNCTION app.guard_training_participant();
ALTER TABLE training_participants ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_participants FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON training_participants FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_trainings() AS reads_trainings)));
CREATE POLICY by_office ON training_participants FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY by_self ON training_participants FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND app.is_participant(street_id, person_id)));
CREATE POLICY guarded ON training_participants FOR ALL
    USING (true);
GRANT DELETE, INSERT, SELECT, UPDATE ON training_participants TO portal_app;

CREATE TABLE training_questions (
    street_id bigint NOT NULL,
    training_id bigint NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    options text[] NOT NULL,
    CONSTRAINT training_questions_pkey PRIMARY KEY (street_id, training_id, number),
    CONSTRAINT training_questions_training FOREIGN KEY (street_id, training_id) REFERENCES trainings(street_id, id),
    CONSTRAINT training_questions_filled CHECK (((text <> ''::text) AND (length(text) <= 300) AND ((cardinality(options) >= 2) AND (cardinality(options) <= 6)))),
    CONSTRAINT training_questions_number CHECK (((number >= 1) AND (number <= 50)))
);
CREATE TRIGGER training_questions_guarded BEFORE INSERT OR DELETE OR UPDATE ON training_questions FOR EACH ROW EXECUTE FUNCTION app.guard_training_question();
ALTER TABLE training_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_questions FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON training_questions FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY guarded ON training_questions FOR SELECT
    USING (true);
CREATE POLICY with_training ON training_questions FOR SELECT
    USING ((EXISTS ( SELECT
   FROM trainings t
  WHERE ((t.street_id = training_questions.street_id) AND (t.id = training_questions.training_id) AND (( SELECT app.reads_trainings() AS reads_trainings) OR (t.state = ANY (ARRAY['held'::text, 'closed'::text])))))));
GRANT DELETE, INSERT, SELECT ON training_questions TO portal_app;

CREATE TABLE training_tests (
    street_id bigint NOT NULL,
    training_id bigint NOT NULL,
    participant_id bigint NOT NULL,
    attempt integer NOT NULL,
    way text NOT NULL,
    chosen integer[] NOT NULL DEFAULT '{}'::integer[],
    score integer NOT NULL,
    passed boolean NOT NULL,
    entered_by bigint NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT training_tests_pkey PRIMARY KEY (street_id, participant_id, attempt),
    CONSTRAINT training_tests_participant FOREIGN KEY (street_id, participant_id) REFERENCES training_participants(street_id, id),
    CONSTRAINT training_tests_score_percent CHECK (((score >= 0) AND (score <= 100))),
    CONSTRAINT training_tests_twice CHECK (((attempt >= 1) AND (attempt <= 2))),
    CONSTRAINT training_tests_way_known CHECK ((way = ANY (ARRAY['portal'::text, 'desk'::text])))
);
COMMENT ON TABLE training_tests IS 'Results, which never change: the first, and a second for who did not pass. Of the portal''s own tests the database counts the score.';
CREATE TRIGGER training_tests_scored BEFORE INSERT ON training_tests FOR EACH ROW EXECUTE FUNCTION app.score_training_test();
ALTER TABLE training_tests ENABLE ROW LEVEL SECURITY;
ALTER TABLE training_tests FORCE ROW LEVEL SECURITY;
CREATE POLICY entered_by_office ON training_tests FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (way = 'desk'::text) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY guarded ON training_tests FOR SELECT
    USING (true);
CREATE POLICY taken_by_self ON training_tests FOR INSERT
    WITH CHECK (((way = 'portal'::text) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (EXISTS ( SELECT
   FROM training_participants p
  WHERE ((p.street_id = training_tests.street_id) AND (p.id = training_tests.participant_id) AND ((( SELECT app.role() AS role) = 'operator'::text) OR app.is_participant(p.street_id, p.person_id)))))));
CREATE POLICY with_participant ON training_tests FOR SELECT
    USING ((EXISTS ( SELECT
   FROM training_participants p
  WHERE ((p.street_id = training_tests.street_id) AND (p.id = training_tests.participant_id)))));
GRANT INSERT, SELECT ON training_tests TO portal_app;

CREATE TABLE trainings (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    title text NOT NULL,
    theme text NOT NULL,
    teacher text NOT NULL,
    held_on date NOT NULL,
    starts_at text NOT NULL DEFAULT ''::text,
    hours numeric(4,1) NOT NULL,
    place text NOT NULL,
    audience text[] NOT NULL,
    pass_mark integer NOT NULL DEFAULT 60,
    state text NOT NULL DEFAULT 'planned'::text,
    notified_at timestamp with time zone,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    outcome text NOT NULL DEFAULT ''::text,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT trainings_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT trainings_key_once UNIQUE (street_id, key),
    CONSTRAINT trainings_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT trainings_audience_known CHECK (((cardinality(audience) > 0) AND (audience <@ ARRAY['deputy'::text, 'member'::text, 'voter'::text, 'expert'::text, 'liaison'::text, 'information'::text]))),
    CONSTRAINT trainings_cancelled_with_reason CHECK (((state <> 'cancelled'::text) OR (outcome <> ''::text))),
    CONSTRAINT trainings_hours_plausible CHECK (((hours > (0)::numeric) AND (hours <= (80)::numeric))),
    CONSTRAINT trainings_in_order CHECK ((((state <> ALL (ARRAY['notified'::text, 'held'::text, 'closed'::text])) OR (notified_at IS NOT NULL)) AND ((state = ANY (ARRAY['held'::text, 'closed'::text])) = (opened_at IS NOT NULL)) AND ((state = ANY (ARRAY['closed'::text, 'cancelled'::text])) = (closed_at IS NOT NULL)))),
    CONSTRAINT trainings_outcome_short CHECK ((length(outcome) <= 500)),
    CONSTRAINT trainings_pass_mark_percent CHECK (((pass_mark >= 1) AND (pass_mark <= 100))),
    CONSTRAINT trainings_place_filled CHECK (((place <> ''::text) AND (length(place) <= 100))),
    CONSTRAINT trainings_state_known CHECK ((state = ANY (ARRAY['planned'::text, 'notified'::text, 'held'::text, 'closed'::text, 'cancelled'::text]))),
    CONSTRAINT trainings_teacher_filled CHECK (((teacher <> ''::text) AND (length(teacher) <= 100))),
    CONSTRAINT trainings_theme_filled CHECK (((theme <> ''::text) AND (length(theme) <= 200))),
    CONSTRAINT trainings_title_filled CHECK (((title <> ''::text) AND (length(title) <= 100)))
);
COMMENT ON COLUMN trainings.theme IS 'What exactly is taught: small and special (小而专).';
COMMENT ON COLUMN trainings.hours IS '学时 of who attends the whole.';
COMMENT ON COLUMN trainings.pass_mark IS 'Per cent of a test; there is one where training_questions has rows, or results that the office enters.';
COMMENT ON COLUMN trainings.outcome IS 'How it went, or why it was cancelled.';
CREATE INDEX trainings_by_day ON trainings USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX trainings_by_id ON trainings USING btree (id);
CREATE INDEX trainings_open ON trainings USING btree (street_id, held_on) WHERE (state = ANY (ARRAY['planned'::text, 'notified'::text, 'held'::text]));
CREATE TRIGGER trainings_guarded BEFORE UPDATE ON trainings FOR EACH ROW EXECUTE FUNCTION app.guard_training();
ALTER TABLE trainings ENABLE ROW LEVEL SECURITY;
ALTER TABLE trainings FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON trainings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.reads_trainings() AS reads_trainings)));
CREATE POLICY by_participant ON trainings FOR SELECT
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (notified_at IS NOT NULL) AND (EXISTS ( SELECT
   FROM training_participants p
  WHERE ((p.street_id = trainings.street_id) AND (p.training_id = trainings.id) AND app.is_participant(p.street_id, p.person_id))))));
CREATE POLICY guarded ON trainings FOR ALL
    USING (true);
CREATE POLICY kept_by_office ON trainings FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings)));
CREATE POLICY planned_by_office ON trainings FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND ( SELECT app.keeps_trainings() AS keeps_trainings) AND (state = 'planned'::text)));
CREATE POLICY removed_with_import ON trainings FOR DELETE
    USING ((( SELECT app.keeps_trainings() AS keeps_trainings) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (state = 'planned'::text) AND app.added_by_import('trainings'::text, street_id, id)));
GRANT DELETE, INSERT, SELECT, UPDATE ON trainings TO portal_app;

CREATE TABLE units (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    contact text NOT NULL DEFAULT ''::text,
    version integer NOT NULL DEFAULT 1,
    ended_on date,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT units_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT units_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT units_kind_known CHECK ((kind = ANY (ARRAY['dispatch'::text, 'department'::text, 'stationed'::text, 'other'::text]))),
    CONSTRAINT units_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
COMMENT ON TABLE units IS '承办单位: a department of the sub-district office, a stationed agency, or its 党政办 (dispatch).';
CREATE UNIQUE INDEX units_name_once ON units USING btree (street_id, name) WHERE (ended_on IS NULL);
CREATE UNIQUE INDEX units_one_dispatch ON units USING btree (street_id) WHERE ((kind = 'dispatch'::text) AND (ended_on IS NULL));
CREATE TRIGGER units_unused BEFORE DELETE ON units FOR EACH ROW EXECUTE FUNCTION app.unit_unused();
ALTER TABLE units ENABLE ROW LEVEL SECURITY;
ALTER TABLE units FORCE ROW LEVEL SECURITY;
CREATE POLICY added_by_keeper ON units FOR INSERT
    WITH CHECK (((app.role() = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY by_city ON units FOR ALL
    USING (((app.role() = 'system_admin'::text) AND (street_id = ANY (( SELECT array_agg(s.id) AS array_agg
   FROM streets s
  WHERE (s.city_id = app.city()))::bigint[]))));
CREATE POLICY by_code ON units FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (EXISTS ( SELECT
   FROM opinions o
  WHERE ((o.street_id = units.street_id) AND (o.lead_unit_id = units.id))))));
CREATE POLICY by_security ON units FOR SELECT
    USING (((app.role() = 'security_admin'::text) AND (street_id = ANY (( SELECT array_agg(s.id) AS array_agg
   FROM streets s
  WHERE (s.city_id = app.city()))::bigint[]))));
CREATE POLICY by_street ON units FOR SELECT
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
CREATE POLICY changed_by_keeper ON units FOR UPDATE
    USING (((app.role() = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_by_keeper ON units FOR DELETE
    USING (((app.role() = ANY (ARRAY['staff'::text, 'operator'::text])) AND (street_id = ANY (( SELECT app.streets() AS streets)::bigint[]))));
CREATE POLICY removed_with_import ON units FOR DELETE
    USING (app.added_by_import('units'::text, street_id, id));
GRANT DELETE, INSERT, SELECT, UPDATE ON units TO portal_app;
GRANT SELECT (id, street_id, name) ON units TO portal_public;

CREATE TABLE users (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    city_id bigint NOT NULL,
    login text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    must_change boolean NOT NULL DEFAULT true,
    totp_sealed bytea,
    totp_at timestamp with time zone,
    totp_step bigint NOT NULL DEFAULT 0,
    demo boolean NOT NULL DEFAULT false,
    disabled_at timestamp with time zone,
    form_key text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_form_once UNIQUE (city_id, form_key),
    CONSTRAINT users_login_once UNIQUE (login),
    CONSTRAINT users_city_id_fkey FOREIGN KEY (city_id) REFERENCES cities(id),
    CONSTRAINT users_login_shape CHECK ((login ~ '^[a-z0-9][a-z0-9._-]{1,48}[a-z0-9]$'::text)),
    CONSTRAINT users_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50)))
);
COMMENT ON COLUMN users.must_change IS 'The password was issued by somebody else; the person chooses their own first.';
COMMENT ON COLUMN users.totp_sealed IS 'The second factor''s secret, encrypted; it counts from totp_at, when a first code was right.';
COMMENT ON COLUMN users.totp_step IS 'The newest time step used, so that no code works twice.';
COMMENT ON COLUMN users.demo IS 'Made with the demonstration data; may sign in only in demonstration mode.';
COMMENT ON COLUMN users.form_key IS 'Of the form that made the account: sent twice, it makes one.';
CREATE INDEX users_of_city ON users USING btree (city_id, login);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY by_admin ON users FOR ALL
    USING (((( SELECT app.role() AS role) = ANY (ARRAY['system_admin'::text, 'security_admin'::text])) AND (city_id = ( SELECT app.city() AS city))));
CREATE POLICY by_auth ON users FOR ALL
    USING ((( SELECT app.role() AS role) = ANY (ARRAY['auth'::text, 'operator'::text])));
CREATE POLICY by_self ON users FOR ALL
    USING (((id = ( SELECT app.user_id() AS user_id)) AND (id <> 0)));
CREATE POLICY found_by_login ON users FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON users TO portal_app;
GRANT SELECT ON users TO portal_auth;
GRANT UPDATE (password_hash, must_change, totp_step) ON users TO portal_auth;

CREATE TABLE visit_deputies (
    street_id bigint NOT NULL,
    visit_id bigint NOT NULL,
    deputy_id bigint NOT NULL,
    CONSTRAINT visit_deputies_pkey PRIMARY KEY (street_id, visit_id, deputy_id),
    CONSTRAINT visit_deputies_street_id_deputy_id_fkey FOREIGN KEY (street_id, deputy_id) REFERENCES deputies(street_id, id),
    CONSTRAINT visit_deputies_street_id_visit_id_fkey FOREIGN KEY (street_id, visit_id) REFERENCES visits(street_id, id)
);
CREATE INDEX visit_deputies_of_deputy ON visit_deputies USING btree (street_id, deputy_id);
ALTER TABLE visit_deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON visit_deputies FOR ALL
    USING ((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])));
GRANT DELETE, INSERT, SELECT ON visit_deputies TO portal_app;

CREATE TABLE visit_drafts (
    street_id bigint NOT NULL,
    user_id bigint NOT NULL,
    sealed bytea NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    CONSTRAINT visit_drafts_pkey PRIMARY KEY (street_id, user_id),
    CONSTRAINT visit_drafts_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id)
);
ALTER TABLE visit_drafts ENABLE ROW LEVEL SECURITY;
ALTER TABLE visit_drafts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_self ON visit_drafts FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (user_id = ( SELECT app.user_id() AS user_id))));
GRANT DELETE, INSERT, SELECT, UPDATE ON visit_drafts TO portal_app;

CREATE TABLE visits (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    station_id bigint NOT NULL,
    reception_id bigint,
    held_on date NOT NULL,
    from_time time without time zone,
    to_time time without time zone,
    residents integer NOT NULL,
    staff text NOT NULL DEFAULT ''::text,
    note text NOT NULL DEFAULT ''::text,
    logged_by bigint NOT NULL,
    logger text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT visits_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT visits_key_once UNIQUE (street_id, key),
    CONSTRAINT visits_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT visits_street_id_reception_id_fkey FOREIGN KEY (street_id, reception_id) REFERENCES receptions(street_id, id),
    CONSTRAINT visits_street_id_station_id_fkey FOREIGN KEY (street_id, station_id) REFERENCES stations(street_id, id),
    CONSTRAINT visits_residents_sensible CHECK (((residents >= 0) AND (residents <= 999))),
    CONSTRAINT visits_times CHECK (((to_time IS NULL) OR (from_time IS NULL) OR (to_time > from_time)))
);
COMMENT ON TABLE visits IS 'A reception that took place at a station. residents is 联系群众人次; the rows of visit_deputies are 代表进站人次.';
CREATE INDEX visits_by_id ON visits USING btree (id);
CREATE INDEX visits_newest ON visits USING btree (street_id, held_on DESC, id DESC);
CREATE INDEX visits_newest_anywhere ON visits USING btree (held_on DESC, id DESC);
CREATE INDEX visits_of_reception ON visits USING btree (reception_id) WHERE (reception_id IS NOT NULL);
CREATE INDEX visits_of_station ON visits USING btree (street_id, station_id, held_on DESC);
ALTER TABLE visits ENABLE ROW LEVEL SECURITY;
ALTER TABLE visits FORCE ROW LEVEL SECURITY;
CREATE POLICY by_scope ON visits FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND
CASE
    WHEN (( SELECT app.role() AS role) = ANY (ARRAY['deputy'::text, 'group_leader'::text])) THEN ((logged_by = ( SELECT app.user_id() AS user_id)) OR (EXISTS ( SELECT
       FROM visit_deputies d
      WHERE ((d.street_id = visits.street_id) AND (d.visit_id = visits.id) AND (d.deputy_id = ( SELECT app.deputy() AS deputy))))))
    WHEN (( SELECT app.role() AS role) = 'liaison'::text) THEN ((logged_by = ( SELECT app.user_id() AS user_id)) OR (EXISTS ( SELECT
       FROM stations s
      WHERE ((s.street_id = visits.street_id) AND (s.id = visits.station_id) AND (s.community_id = ( SELECT app.community() AS community))))))
    ELSE (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'counter'::text, 'clerk'::text, 'operator'::text]))
END));
GRANT INSERT, SELECT, UPDATE ON visits TO portal_app;

CREATE TABLE voter_districts (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    area text NOT NULL DEFAULT ''::text,
    quota integer NOT NULL,
    CONSTRAINT voter_districts_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT voter_districts_name_once UNIQUE (street_id, selection_id, name),
    CONSTRAINT voter_districts_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections(street_id, id),
    CONSTRAINT voter_districts_area_short CHECK ((length(area) <= 200)),
    CONSTRAINT voter_districts_name_filled CHECK (((name <> ''::text) AND (length(name) <= 50))),
    CONSTRAINT voter_districts_quota_sensible CHECK (((quota >= 1) AND (quota <= 99)))
);
COMMENT ON TABLE voter_districts IS 'The quota plan of a general selection: electoral districts and how many representatives each has.';
CREATE TRIGGER voter_districts_in_time BEFORE INSERT OR DELETE OR UPDATE ON voter_districts FOR EACH ROW EXECUTE FUNCTION app.guard_selection_part('plan', 'plan');
ALTER TABLE voter_districts ENABLE ROW LEVEL SECURITY;
ALTER TABLE voter_districts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_office ON voter_districts FOR ALL
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'operator'::text]))));
CREATE POLICY with_selection ON voter_districts FOR SELECT
    USING ((EXISTS ( SELECT
   FROM selections s
  WHERE ((s.street_id = voter_districts.street_id) AND (s.id = voter_districts.selection_id)))));
GRANT DELETE, INSERT, SELECT, UPDATE ON voter_districts TO portal_app;
GRANT SELECT (id, street_id, selection_id, "position", name, area, quota) ON voter_districts TO portal_public;

CREATE TABLE voter_representatives (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id bigint NOT NULL,
    person_id bigint NOT NULL,
    selection_id bigint NOT NULL,
    candidate_id bigint NOT NULL,
    district_id bigint NOT NULL,
    seat integer NOT NULL,
    since date NOT NULL,
    until_on date NOT NULL,
    announced_on date,
    certificate_number text NOT NULL DEFAULT ''::text,
    certificate_on date,
    ended_on date,
    ended_why text NOT NULL DEFAULT ''::text,
    ended_note text NOT NULL DEFAULT ''::text,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    modified_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT voter_representatives_pkey PRIMARY KEY (street_id, id),
    CONSTRAINT voter_representatives_candidate_once UNIQUE (street_id, candidate_id),
    CONSTRAINT voter_representatives_candidate FOREIGN KEY (street_id, candidate_id) REFERENCES selection_candidates(street_id, id),
    CONSTRAINT voter_representatives_district FOREIGN KEY (street_id, district_id) REFERENCES voter_districts(street_id, id),
    CONSTRAINT voter_representatives_person FOREIGN KEY (street_id, person_id) REFERENCES people(street_id, id),
    CONSTRAINT voter_representatives_selection FOREIGN KEY (street_id, selection_id) REFERENCES selections(street_id, id),
    CONSTRAINT voter_representatives_street_id_fkey FOREIGN KEY (street_id) REFERENCES streets(id),
    CONSTRAINT voter_representatives_person_once EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, int8range(person_id, person_id, '[]'::text) WITH &&, daterange(since, ended_on) WITH &&),
    CONSTRAINT voter_representatives_seat_once EXCLUDE USING gist (int8range(street_id, street_id, '[]'::text) WITH &&, int8range(district_id, district_id, '[]'::text) WITH &&, int4range(seat, seat, '[]'::text) WITH &&, daterange(since, ended_on) WITH &&),
    CONSTRAINT voter_representatives_certificate_whole CHECK (((certificate_on IS NULL) OR (certificate_number <> ''::text))),
    CONSTRAINT voter_representatives_ended_after_start CHECK ((ended_on >= since)),
    CONSTRAINT voter_representatives_ended_whole CHECK (((ended_on IS NULL) = (ended_why = ''::text))),
    CONSTRAINT voter_representatives_ended_why_known CHECK ((ended_why = ANY (ARRAY[''::text, 'resigned'::text, 'moved'::text, 'removed'::text, 'died'::text, 'expired'::text]))),
    CONSTRAINT voter_representatives_note_short CHECK ((length(ended_note) <= 500)),
    CONSTRAINT voter_representatives_until_after_since CHECK ((until_on >= since))
);
COMMENT ON TABLE voter_representatives IS 'Who is or was a voter representative. A row comes only from a candidate whom a meeting of the district selected and a directors'' meeting confirmed.';
COMMENT ON COLUMN voter_representatives.seat IS 'Which of the district''s seats, from 1 to its quota: so no district can have more than that.';
COMMENT ON COLUMN voter_representatives.announced_on IS 'When it was made public; residents see nothing of it before.';
COMMENT ON COLUMN voter_representatives.ended_on IS 'The first day on which they are no longer in office.';
CREATE INDEX voter_representatives_by_id ON voter_representatives USING btree (id);
CREATE INDEX voter_representatives_ended ON voter_representatives USING btree (street_id, district_id, seat, since, id) WHERE (ended_on IS NOT NULL);
CREATE INDEX voter_representatives_in_office ON voter_representatives USING btree (street_id, district_id, seat, since, id) WHERE (ended_on IS NULL);
CREATE INDEX voter_representatives_in_order ON voter_representatives USING btree (street_id, district_id, seat, since, id);
CREATE INDEX voter_representatives_of_person ON voter_representatives USING btree (street_id, person_id);
CREATE INDEX voter_representatives_of_selection ON voter_representatives USING btree (street_id, selection_id);
CREATE TRIGGER voter_representatives_guard BEFORE INSERT OR UPDATE ON voter_representatives FOR EACH ROW EXECUTE FUNCTION app.guard_voter_representative();
ALTER TABLE voter_representatives ENABLE ROW LEVEL SECURITY;
ALTER TABLE voter_representatives FORCE ROW LEVEL SECURITY;
CREATE POLICY by_desk ON voter_representatives FOR SELECT
    USING (((street_id IN ( SELECT unnest(app.streets()) AS unnest)) AND (( SELECT app.role() AS role) = ANY (ARRAY['city_leader'::text, 'city_office'::text, 'city_deputy'::text, 'city_finance'::text, 'director'::text, 'deputy_director'::text, 'member'::text, 'staff'::text, 'party_reader'::text, 'liaison'::text, 'deputy'::text, 'group_leader'::text, 'counter'::text, 'clerk'::text, 'operator'::text]))));
CREATE POLICY by_public ON voter_representatives FOR SELECT
    USING (((( SELECT app.role() AS role) = 'public'::text) AND (announced_on IS NOT NULL) AND (ended_on IS NULL)));
CREATE POLICY by_self ON voter_representatives FOR SELECT
    USING (((( SELECT app.role() AS role) = 'voter_rep'::text) AND (street_id = ( SELECT app.street() AS street)) AND COALESCE(( SELECT true
   FROM people p
  WHERE ((p.street_id = voter_representatives.street_id) AND (p.id = voter_representatives.person_id) AND (p.user_id = ( SELECT app.user_id() AS user_id)))), false)));
CREATE POLICY confirmed_by_director ON voter_representatives FOR INSERT
    WITH CHECK (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['director'::text, 'operator'::text]))));
CREATE POLICY kept_by_street ON voter_representatives FOR UPDATE
    USING (((street_id = ANY (( SELECT app.streets() AS streets)::bigint[])) AND (( SELECT app.role() AS role) = ANY (ARRAY['staff'::text, 'director'::text, 'operator'::text]))));
CREATE POLICY of_meetings ON voter_representatives FOR SELECT
    USING (true);
GRANT INSERT, SELECT, UPDATE ON voter_representatives TO portal_app;
GRANT SELECT (id, street_id, person_id, selection_id, district_id, seat, since, until_on, announced_on, ended_on) ON voter_representatives TO portal_public;
