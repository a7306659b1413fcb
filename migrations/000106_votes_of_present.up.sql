BEGIN;

-- A vote is of those who are there when it closes (domain.md §3 d): where somebody has
-- voted and gone, it is not counted but void, and those present vote again. Of slips and
-- paper nobody knows who used them; whoever has one may have voted.
CREATE FUNCTION app.voted_and_left(vote meeting_votes, at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM attendances a
        WHERE a.street_id = vote.street_id AND (a.arrived_at IS NULL OR a.left_at <= at)
          AND (EXISTS (SELECT FROM meeting_voices x WHERE x.street_id = vote.street_id AND x.vote_id = vote.id AND x.attendance_id = a.id)
               OR EXISTS (SELECT FROM poll_voters x WHERE x.street_id = vote.street_id AND x.poll_id = vote.poll_id AND x.attendance_id = a.id AND (x.took_part OR x.channel <> ''))));
END $$;
REVOKE EXECUTE ON FUNCTION app.voted_and_left(meeting_votes, timestamptz) FROM PUBLIC;

CREATE OR REPLACE FUNCTION app.guard_vote() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
DECLARE
    m        meetings;
    i        meeting_items;
    p        record;
    at       constant timestamptz := coalesce(NEW.closed_at, NEW.opened_at);
    of_past  boolean;
    broken   text;
BEGIN
    SELECT * INTO m FROM meetings x WHERE x.street_id = NEW.street_id AND x.id = NEW.meeting_id FOR SHARE;
    SELECT * INTO i FROM meeting_items x WHERE x.street_id = NEW.street_id AND x.id = NEW.item_id;
    of_past := app.role() = 'operator' AND m.ended_at IS NOT NULL AND TG_OP = 'INSERT';
    broken := CASE
        WHEN TG_OP = 'UPDATE' AND OLD.state <> 'open' THEN 'meeting_votes_final'
        WHEN TG_OP = 'UPDATE' AND (NEW.meeting_id, NEW.item_id, NEW.way, NEW.question, NEW.opened_at, NEW.poll_id) IS DISTINCT FROM (OLD.meeting_id, OLD.item_id, OLD.way, OLD.question, OLD.opened_at, OLD.poll_id)
            THEN 'meeting_votes_final'
        WHEN TG_OP = 'INSERT' AND NEW.way <> 'hands' AND NEW.state <> 'open' AND NOT of_past OR TG_OP = 'INSERT' AND NEW.way = 'hands' AND NEW.state <> 'closed' THEN 'meeting_votes_by_way'
        WHEN NEW.way = 'anonymous' AND NOT EXISTS (SELECT FROM polls b WHERE b.street_id = NEW.street_id AND b.id = NEW.poll_id AND b.kind = 'topic' AND b.record_id = NEW.item_id
                                                    AND b.gathering_id = m.gathering_id AND (NEW.state <> 'closed' OR b.state = 'closed')) THEN 'meeting_votes_by_way'
        WHEN m.state <> 'sitting' AND NOT of_past THEN 'meeting_votes_in_session'
        WHEN TG_OP = 'INSERT' AND i.outcome <> '' AND NOT of_past THEN 'meeting_items_concluded_once'
        END;
    IF broken IS NULL AND NEW.state <> 'void' THEN
        SELECT * INTO p FROM app.meeting_present(NEW.street_id, m.gathering_id, at);
        NEW.due := p.due;
        NEW.present := p.present;
        NEW.quorum := app.more_than(p.due, m.quorum_num, m.quorum_den);
        NEW.needed := app.more_than(CASE m.pass_base WHEN 'all' THEN p.due ELSE p.present END, m.pass_num, m.pass_den);
        NEW.recused := (SELECT count(*) FROM meeting_recusals r JOIN attendances a ON a.street_id = r.street_id AND a.id = r.attendance_id
                        WHERE r.street_id = NEW.street_id AND r.item_id = NEW.item_id AND a.arrived_at <= at AND (a.left_at IS NULL OR a.left_at > at));
        IF NEW.way = 'named' AND NOT of_past THEN
            SELECT count(*) FILTER (WHERE x.choice = 'for'), count(*) FILTER (WHERE x.choice = 'against'), count(*) FILTER (WHERE x.choice = 'abstain')
            INTO NEW.for_count, NEW.against_count, NEW.abstain_count
            FROM meeting_voices x
            WHERE x.street_id = NEW.street_id AND x.vote_id = NEW.id AND NEW.state = 'closed';
        ELSIF NEW.way = 'anonymous' AND NEW.state = 'closed' THEN
            SELECT sum(x.votes) FILTER (WHERE x.option = 'for'), sum(x.votes) FILTER (WHERE x.option = 'against'), sum(x.votes) FILTER (WHERE x.option = 'abstain')
            INTO NEW.for_count, NEW.against_count, NEW.abstain_count
            FROM app.poll_sums(NEW.street_id, NEW.poll_id) x
            WHERE x.number = 1;
            IF NEW.for_count IS NULL AND NEW.against_count IS NULL AND NEW.abstain_count IS NULL THEN
                RAISE EXCEPTION 'too few ballots to be shown' USING ERRCODE = 'check_violation', CONSTRAINT = 'meeting_votes_few_ballots', TABLE = TG_TABLE_NAME;
            END IF;
            NEW.for_count := coalesce(NEW.for_count, 0);
            NEW.against_count := coalesce(NEW.against_count, 0);
            NEW.abstain_count := coalesce(NEW.abstain_count, 0);
        ELSIF NEW.state = 'open' THEN
            NEW.for_count := 0;
            NEW.against_count := 0;
            NEW.abstain_count := 0;
        END IF;
        broken := CASE WHEN NEW.state = 'closed' AND NOT of_past AND app.voted_and_left(NEW, at) THEN 'meeting_votes_of_present' END;
        NEW.passed := CASE WHEN NEW.state = 'closed' THEN NEW.for_count >= NEW.needed END;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'vote: %', broken USING ERRCODE = 'check_violation', CONSTRAINT = broken, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

END;
