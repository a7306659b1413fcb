BEGIN;

DROP POLICY with_suggestion ON audit_events;
DROP POLICY with_suggestion ON files;
DROP POLICY by_suggestion ON deadlines;
DROP TABLE suggestion_urges, suggestion_extensions, suggestion_promise_extensions, suggestion_promises, suggestion_ratings, suggestion_replies, suggestion_contacts,
    suggestion_comments, suggestion_assignments, suggestion_sources, suggestion_signers, suggestion_grams, suggestion_counters, suggestions CASCADE;
DROP FUNCTION app.co_handlers_left(bigint, bigint);
DROP FUNCTION app.led_deputies();
DROP FUNCTION app.joined_suggestions();
DROP FUNCTION app.suggestion_signers_of(bigint, bigint);
DROP FUNCTION app.guard_suggestion_extension();
DROP FUNCTION app.guard_suggestion_promise();
DROP FUNCTION app.guard_suggestion_rating();
DROP FUNCTION app.guard_suggestion_word();
DROP FUNCTION app.note_suggestion_unit();
DROP FUNCTION app.note_signer();
DROP FUNCTION app.guard_suggestion_signer();
DROP FUNCTION app.index_suggestion();
DROP FUNCTION app.void_signatures();
DROP FUNCTION app.guard_suggestion();
DROP FUNCTION app.may_move_suggestion(text, text, text);
DROP FUNCTION app.decides_suggestion(text);

END;
