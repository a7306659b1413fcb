BEGIN;

DROP TABLE post_endings;
DROP FUNCTION app.post_ended();
DROP POLICY insiders_only ON audit_events;
DROP POLICY added_to_appointment ON files;
DROP POLICY with_appointment ON files;
ALTER TABLE posts DROP CONSTRAINT posts_appointee;
DROP TABLE appointees;
DROP TRIGGER appointments_moves ON appointments;
DROP TRIGGER appointments_carried_out ON appointments;
DROP FUNCTION app.appointee_changes();
DROP FUNCTION app.appointment_carried_out();
DROP FUNCTION app.appointment_moves();
DROP FUNCTION app.appointment_complete(text, appointments);
DROP TABLE appointments;

END;
