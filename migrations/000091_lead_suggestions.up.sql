BEGIN;

-- A deputy moves and words only the suggestions that they lead: who signs with them
-- reads them, confirms or leaves. A group's leader reviews what the deputies of their
-- group lead, and nobody reviews their own (domain.md §3 k). The store holds both; this
-- holds them whoever writes.
CREATE FUNCTION app.guard_suggestion_lead() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    own      constant boolean := app.deputy() IS NOT NULL AND app.deputy() = NEW.lead_id;
    reviewed constant boolean := OLD.state = 'review' AND NEW.state IN ('submitted', 'sent_back');
BEGIN
    IF app.role() NOT IN ('deputy', 'group_leader') THEN
        RETURN NEW;
    ELSIF reviewed AND (own OR NOT NEW.lead_id = ANY (app.led_deputies())) THEN
        RAISE EXCEPTION 'suggestion % is reviewed by who leads the group of its lead', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestions_reviewed_by_whom';
    ELSIF NOT reviewed AND NOT own THEN
        RAISE EXCEPTION 'suggestion % is led by another deputy', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'suggestions_moved_by_lead';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER suggestions_led BEFORE UPDATE ON suggestions FOR EACH ROW
    WHEN ((NEW.state, NEW.title, NEW.category, NEW.facts, NEW.analysis, NEW.proposals, NEW.open, NEW.contact)
          IS DISTINCT FROM (OLD.state, OLD.title, OLD.category, OLD.facts, OLD.analysis, OLD.proposals, OLD.open, OLD.contact))
    EXECUTE FUNCTION app.guard_suggestion_lead();

-- What a unit says is kept once, though its form is sent twice.
CREATE UNIQUE INDEX suggestion_comments_once ON suggestion_comments (street_id, suggestion_id, unit_id, round, md5(text));
CREATE UNIQUE INDEX suggestion_contacts_once ON suggestion_contacts (street_id, suggestion_id, unit_id, round, held_on, how, md5(note));

END;
