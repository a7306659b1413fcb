BEGIN;

DROP POLICY in_post ON people;
DROP TABLE posts;
DROP FUNCTION app.only_all_due();
DROP FUNCTION app.only_in_post();
DROP FUNCTION app.members_on(bigint, date);
DROP FUNCTION app.acting_post(bigint, date);

END;
