BEGIN;

-- What narrows the lists of meetings and topics leads to its rows in their order.
CREATE INDEX meetings_of_kind ON meetings (street_id, kind, held_on DESC, id DESC);
CREATE INDEX meeting_topics_in_state ON meeting_topics (street_id, state, created_at DESC, id DESC);
CREATE INDEX meeting_topics_of_kind ON meeting_topics (street_id, kind, created_at DESC, id DESC);
CREATE INDEX meeting_topics_of_proposer ON meeting_topics (street_id, created_by, created_at DESC, id DESC) WHERE created_by <> 0;
CREATE INDEX meetings_by_gathering ON meetings (gathering_id);

-- The gatherings to which the acting person or unit is called.
CREATE FUNCTION app.own_gatherings() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, app, pg_temp AS $$
BEGIN
    RETURN ARRAY (
        SELECT a.gathering_id FROM attendances a WHERE a.person_street_id = app.street() AND a.person_id = ANY (app.own_people())
        UNION ALL
        SELECT a.gathering_id FROM attendances a WHERE a.street_id = app.street() AND a.unit_id = app.unit());
END $$;
REVOKE EXECUTE ON FUNCTION app.own_gatherings() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.own_gatherings() TO portal_app;

-- PostgreSQL tries policies from the last name to the first. What an index leads to comes
-- first; what asks another table, of which it may read the whole, comes last.
CREATE POLICY own ON meetings FOR SELECT TO portal_app
    USING (called_on IS NOT NULL AND gathering_id = ANY ((SELECT app.own_gatherings())::bigint[]));
ALTER POLICY with_meeting ON meeting_topics RENAME TO at_meeting;

END;
