BEGIN;

DROP INDEX appointees_of_person, deputies_that_fill, deputy_elections_of_deputy, deputy_elections_to_fill, deputy_elections_of_person,
    reception_deputies_of_deputy, person_merges_of_merged;
DROP FUNCTION app.catch_up_statistics();

END;
