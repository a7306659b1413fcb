BEGIN;

CREATE OR REPLACE FUNCTION app.appointee_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    r     constant appointees := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    state text;
BEGIN
    SELECT a.state INTO state FROM appointments a WHERE a.street_id = r.street_id AND a.id = r.appointment_id FOR SHARE;
    IF TG_OP = 'UPDATE' AND app.role() IN ('city_office', 'city_deputy', 'operator')
       AND (state = 'deliberated' AND to_jsonb(NEW) - '{total,present,votes_for,votes_against,abstained,not_pressed,passed}'::text[]
                                    = to_jsonb(OLD) - '{total,present,votes_for,votes_against,abstained,not_pressed,passed}'::text[]
            OR state = 'published' AND OLD.certificate = '' AND to_jsonb(NEW) - '{certificate,passed}'::text[] = to_jsonb(OLD) - '{certificate,passed}'::text[])
       OR TG_OP IN ('INSERT', 'DELETE') AND app.role() IN ('staff', 'operator') AND state = 'preparing' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'persons of appointment % do not change now', r.appointment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_fixed', TABLE = TG_TABLE_NAME;
END $$;

DROP POLICY put_right_by_street ON appointees;
REVOKE UPDATE (post, other_office) ON appointees FROM portal_app;
ALTER TABLE appointees DROP COLUMN key;
REVOKE DELETE ON stations FROM portal_app;
DROP POLICY removed_with_import ON stations;
DROP TRIGGER communities_unused ON communities;
DROP FUNCTION app.community_unused();
REVOKE DELETE ON communities FROM portal_app;
DROP POLICY removed_with_import ON communities;

END;
