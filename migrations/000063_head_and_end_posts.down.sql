BEGIN;

REVOKE SELECT (modified_at) ON people FROM portal_public;
DROP POLICY in_post_by_feed ON people;
DROP POLICY by_feed ON posts;
DROP POLICY added_to_acting_head ON files;
DROP POLICY with_acting_head ON files;

-- What was reported and not filed is no ending there.
DELETE FROM post_endings WHERE recorded_on IS NULL;
REVOKE UPDATE (recorded_on, recorder, returned_on, returned_why) ON post_endings FROM portal_app;
DROP POLICY filed_by_city ON post_endings;
DROP POLICY reported_by_street ON post_endings;
DROP TRIGGER post_endings_end ON post_endings;
CREATE TRIGGER post_endings_end AFTER INSERT ON post_endings
    FOR EACH ROW EXECUTE FUNCTION app.post_ended();
DROP TRIGGER post_endings_kept ON post_endings;
DROP FUNCTION app.keep_post_ending();
DROP INDEX post_endings_of_post, post_endings_open, post_endings_once;
ALTER TABLE post_endings
    DROP COLUMN recorded_on, DROP COLUMN recorder, DROP COLUMN returned_on, DROP COLUMN returned_why,
    ADD CONSTRAINT post_endings_once UNIQUE (street_id, post_id);

DROP TRIGGER institution_meetings_only_presiding ON institution_meetings;
CREATE TRIGGER institution_meetings_in_post BEFORE INSERT ON institution_meetings
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');
DROP TRIGGER expert_terms_only_presiding ON expert_terms;
CREATE TRIGGER chair_in_post BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');
DROP TRIGGER selections_only_presiding ON selections;
CREATE TRIGGER selections_only_in_post BEFORE INSERT OR UPDATE ON selections
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('chair_post_id', 'met_on', 'any');
DROP FUNCTION app.only_presiding();

CREATE OR REPLACE FUNCTION app.may_preside(street bigint, post bigint, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.holds_power(street, post, 'preside', on_day);
END $$;

DROP TRIGGER posts_end_acting_heads ON posts;
DROP FUNCTION app.end_acting_heads();
DROP TABLE acting_heads;
DROP FUNCTION app.keep_acting_head();

END;
