BEGIN;

DROP POLICY with_training ON files;
DROP TABLE training_tests, training_answers, training_questions, training_participants, training_codes, trainings CASCADE;
DROP FUNCTION app.keeps_trainings();
DROP FUNCTION app.reads_trainings();
DROP FUNCTION app.sign_in_to_training(bigint, bigint, text, timestamptz);
DROP FUNCTION app.is_participant(bigint, bigint);
DROP FUNCTION app.score_training_test();
DROP FUNCTION app.guard_training_question();
DROP FUNCTION app.guard_training_participant();
DROP FUNCTION app.training_state(bigint, bigint);
DROP FUNCTION app.guard_training();

END;
