BEGIN;

DROP INDEX suggestion_contacts_once;
DROP INDEX suggestion_comments_once;
DROP TRIGGER suggestions_led ON suggestions;
DROP FUNCTION app.guard_suggestion_lead();

END;
