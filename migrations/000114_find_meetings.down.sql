BEGIN;

ALTER POLICY at_meeting ON meeting_topics RENAME TO with_meeting;
DROP POLICY own ON meetings;
DROP FUNCTION app.own_gatherings();
DROP INDEX meetings_by_gathering;
DROP INDEX meeting_topics_of_proposer;
DROP INDEX meeting_topics_of_kind;
DROP INDEX meeting_topics_in_state;
DROP INDEX meetings_of_kind;

END;
