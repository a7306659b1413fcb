BEGIN;

-- Undoing an import removes the communities and the stations that it added and
-- nothing else. A community that an account works for is kept like one that a row
-- refers to.
CREATE POLICY removed_with_import ON communities AS RESTRICTIVE FOR DELETE
    USING (app.added_by_import('communities', street_id, id));
GRANT DELETE ON communities TO portal_app;

-- Runs as the owner: who keeps communities need not see accounts.
CREATE FUNCTION app.community_unused() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT FROM public.role_grants g WHERE g.street_id = OLD.street_id AND g.community_id = OLD.id) THEN
        RAISE EXCEPTION 'an account works for community %', OLD.id
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'communities_unused', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER communities_unused BEFORE DELETE ON communities FOR EACH ROW EXECUTE FUNCTION app.community_unused();

CREATE POLICY removed_with_import ON stations AS RESTRICTIVE FOR DELETE
    USING ((SELECT app.role()) IN ('staff', 'operator') AND app.added_by_import('stations', street_id, id));
GRANT DELETE ON stations TO portal_app;

-- Whom a file is about may be put right by sheet while it is prepared: the office
-- beside the post, and the post that somebody is to be appointed to. key is the row
-- of the sheet, or the form, that put them in.
ALTER TABLE appointees ADD COLUMN key text NOT NULL DEFAULT '';
GRANT INSERT (key) ON appointees TO portal_app;
GRANT UPDATE (post, other_office) ON appointees TO portal_app;
CREATE POLICY put_right_by_street ON appointees FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

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
       OR TG_OP = 'UPDATE' AND app.role() IN ('staff', 'operator') AND state = 'preparing' AND (OLD.act = 'appoint' OR NEW.post = OLD.post)
          AND to_jsonb(NEW) - '{post,other_office,passed}'::text[] = to_jsonb(OLD) - '{post,other_office,passed}'::text[]
       OR TG_OP IN ('INSERT', 'DELETE') AND app.role() IN ('staff', 'operator') AND state = 'preparing' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'persons of appointment % do not change now', r.appointment_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_fixed', TABLE = TG_TABLE_NAME;
END $$;

END;
