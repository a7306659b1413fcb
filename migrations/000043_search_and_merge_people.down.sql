BEGIN;

REVOKE DELETE ON deputies, group_members, people FROM portal_app;
DROP POLICY removed_with_import ON people;
DROP POLICY removed_with_import ON group_members;
DROP POLICY removed_with_import ON deputies;
DROP TRIGGER people_merged_say_the_same ON people;
DROP FUNCTION app.merged_say_the_same();
DROP TRIGGER people_merge_recorded ON people;
DROP FUNCTION app.merge_is_recorded();
DROP TABLE person_merges;
DROP FUNCTION app.merge_is_history();
DROP TRIGGER people_indexed ON people;
DROP FUNCTION app.index_person();
DROP TABLE person_pairs;
DROP TABLE people_grams;
DROP FUNCTION app.grams(text, text);

END;
