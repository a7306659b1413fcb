BEGIN;

SELECT set_config('app.role', 'operator', true);

DROP POLICY by_consent ON files;
DROP POLICY with_deputy ON files;
DROP TABLE group_plan_items, group_plans, deputy_elections, deputy_steps;
DROP FUNCTION app.plans_group(bigint, bigint), app.guard_plan(), app.guard_plan_item(), app.guard_election();
DROP TRIGGER deputies_place ON deputies;
DROP TRIGGER deputies_first_membership ON deputies;
DROP TRIGGER deputies_guarded ON deputies;
DROP TRIGGER deputies_end_all ON deputies;
DROP TRIGGER deputies_begin_all ON deputies;
DROP TABLE group_leaders, group_members;
DROP FUNCTION app.only_members_lead(), app.follow_membership(), app.begin_with_deputy(), app.end_with_deputy(), app.guard_deputy(),
    app.open_first_memberships(), app.place_deputy();
ALTER TABLE station_deputies DROP COLUMN with_deputy;
DROP INDEX deputies_not_well, deputies_in_group, deputies_ended, deputies_in_office, deputies_by_name, deputies_of_district, deputies_of_person, deputies_fill_once;
CREATE INDEX deputies_by_name ON deputies (street_id, name, id);
UPDATE deputies SET ended_why = 'terminated' WHERE ended_why = 'duplicate';
UPDATE deputies SET professional_group = 'law' WHERE professional_group = '';
ALTER TABLE deputies DROP CONSTRAINT deputies_one_seat, DROP CONSTRAINT deputies_ended_state, DROP CONSTRAINT deputies_fills_another,
    DROP CONSTRAINT deputies_fills_by_election;
ALTER TABLE deputies
    DROP COLUMN person_id, DROP COLUMN district_id, DROP COLUMN level, DROP COLUMN elected_how, DROP COLUMN elected_on, DROP COLUMN fills,
    DROP COLUMN moved_from, DROP COLUMN state, DROP COLUMN photo_id, DROP COLUMN photo_consent_on,
    ALTER COLUMN professional_group DROP DEFAULT,
    DROP CONSTRAINT deputies_ended_why_known,
    ADD CONSTRAINT deputies_ended_why_known CHECK (ended_why IN ('', 'expired', 'resigned', 'terminated', 'recalled', 'moved', 'died')),
    DROP CONSTRAINT deputies_group_known,
    ADD CONSTRAINT deputies_group_known CHECK (professional_group IN ('law', 'finance', 'construction', 'education'));
DROP TRIGGER streets_found_groups ON streets;
DROP FUNCTION app.found_groups(), app.group_name(text);
DROP TABLE deputy_groups, electoral_districts, congress_terms;

SELECT set_config('app.role', '', true);

END;
