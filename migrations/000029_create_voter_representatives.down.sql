BEGIN;

DROP POLICY by_selection_public ON deadlines;
DROP POLICY by_selection ON deadlines;
DROP POLICY by_voter_representative ON people;
DROP TABLE voter_representatives, selection_objections, selection_candidates, selection_districts, selection_targets, voter_districts, selections;
DROP FUNCTION app.guard_voter_representative(), app.guard_candidate(), app.guard_selection_meeting(), app.guard_selection_part(), app.guard_selection();

END;
