BEGIN;

-- Whoever may not act as a deputy (law on deputies, art. 61) is not put on duty.
CREATE FUNCTION app.on_duty_in_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM deputies d WHERE d.street_id = NEW.street_id AND d.id = NEW.deputy_id AND d.state = 'suspended') THEN
        RAISE EXCEPTION 'the deputy is suspended' USING ERRCODE = 'check_violation', CONSTRAINT = 'reception_deputies_not_suspended';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reception_deputies_not_suspended BEFORE INSERT ON reception_deputies FOR EACH ROW EXECUTE FUNCTION app.on_duty_in_office();

END;
