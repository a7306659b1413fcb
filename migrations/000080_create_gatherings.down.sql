BEGIN;

DROP POLICY by_caller ON notices;
DROP POLICY by_addressee ON notices;
CREATE POLICY by_addressee ON notices FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (to_role = (SELECT app.role()) OR to_role = 'deputy' AND (SELECT app.role()) = 'group_leader')
           AND (to_unit = 0 OR to_unit = (SELECT app.unit()))
           AND (to_deputy = 0 OR to_deputy = (SELECT app.deputy())));
ALTER TABLE notices DROP COLUMN to_user;
DROP POLICY by_called ON gatherings;
DROP POLICY called ON people;
DROP POLICY called ON deputies;
DROP POLICY called ON group_leaders;
DROP FUNCTION app.own_attendance(bigint, bigint);
DROP TRIGGER attendances_guarded ON attendances;
DROP TRIGGER gatherings_concluded ON gatherings;
DROP FUNCTION app.guard_attendance();
DROP FUNCTION app.attendance_outcome(attendances, gatherings);
DROP FUNCTION app.conclude_gathering();
DROP TABLE attendances;
DROP TABLE gathering_doors;
DROP FUNCTION app.answer_call(bigint, bigint, text, timestamptz);
DROP FUNCTION app.arrive(bigint, bigint, text, text, timestamptz);
DROP FUNCTION app.gathering_at(text);
DROP FUNCTION app.held_gathering(bigint, bigint);
DROP TABLE gatherings;
DROP FUNCTION app.guard_gathering();
DROP FUNCTION app.called_from(bigint, text, date);
DROP FUNCTION app.gathering_present(bigint, bigint);
DROP FUNCTION app.own_people();
DROP FUNCTION app.led_gatherings();
DROP FUNCTION app.led_groups();
DROP FUNCTION app.keeps_gatherings();
DROP FUNCTION app.reads_gatherings();

END;
