BEGIN;

DROP TRIGGER opinions_promise_guarded ON opinions;
DROP FUNCTION app.guard_opinion_promise();
DROP TABLE opinion_promise_extensions;
DROP FUNCTION app.guard_opinion_promise_extension();

END;
