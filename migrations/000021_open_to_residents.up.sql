BEGIN;

-- A resident follows their own opinion: when what was done, whose turn it is
-- and by when. Which opinion is their own the policy of opinions says.
CREATE POLICY by_code ON audit_events FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND kind = 'opinion'
           AND EXISTS (SELECT FROM opinions o WHERE o.street_id = audit_events.street_id AND o.id = subject_id));
CREATE POLICY by_code ON deadlines FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND kind = 'opinion'
           AND EXISTS (SELECT FROM opinions o WHERE o.street_id = deadlines.street_id AND o.id = subject_id));
CREATE POLICY by_code ON units FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public'
           AND EXISTS (SELECT FROM opinions o WHERE o.street_id = units.street_id AND o.lead_unit_id = units.id));

-- No names, titles or reasons: these are for those who handle it.
GRANT SELECT (id, at, street_id, kind, subject_id, action) ON audit_events TO portal_public;
GRANT SELECT (street_id, kind, subject_id, name, due_on, ended_on) ON deadlines TO portal_public;
GRANT SELECT (id, street_id, name) ON units TO portal_public;

-- The code alone finds the opinion, whatever its street.
CREATE INDEX opinions_by_code ON opinions (query_hash);

-- The open data feed tells of stations that closed and deputies who left, which
-- the pages no longer show. It reads what was public of them and gives away
-- that they ended, and when.
CREATE POLICY by_feed ON stations FOR SELECT TO portal_public USING ((SELECT app.role()) = 'feed');
CREATE POLICY by_feed ON deputies FOR SELECT TO portal_public USING ((SELECT app.role()) = 'feed');

END;
