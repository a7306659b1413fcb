BEGIN;

DROP TRIGGER reception_deputies_not_suspended ON reception_deputies;
DROP FUNCTION app.on_duty_in_office();

END;
