BEGIN;

DROP POLICY settled ON deadlines;
DROP POLICY settled ON performance_disputes;
DROP POLICY settled ON performance_publications;
DROP TRIGGER attendances_settled ON attendances;
DROP FUNCTION app.settle_attendance();
DROP FUNCTION app.attendance_settled(bigint, bigint, bigint, date);
DROP TRIGGER activities_ended ON activities;
DROP FUNCTION app.end_activity();

-- Forward only; what was told is changed with a reason and a higher sequence; what
-- is over stays (hard rule 12).
CREATE OR REPLACE FUNCTION app.guard_gathering() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved constant boolean := (NEW.title, NEW.place, NEW.starts_at, NEW.ends_at, NEW.grace) IS DISTINCT FROM (OLD.title, OLD.place, OLD.starts_at, OLD.ends_at, OLD.grace);
BEGIN
    IF (NEW.kind, NEW.record_id, NEW.group_id) IS DISTINCT FROM (OLD.kind, OLD.record_id, OLD.group_id) THEN
        RAISE EXCEPTION 'gathering % keeps its owner', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_owner_fixed';
    ELSIF OLD.sealed THEN
        RAISE EXCEPTION 'gathering % is sealed', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_sealed';
    ELSIF OLD.state IN ('closed', 'cancelled')
          AND (moved OR (NEW.state, NEW.called_at, NEW.opened_at, NEW.closed_at, NEW.why, NEW.sequence)
                        IS DISTINCT FROM (OLD.state, OLD.called_at, OLD.opened_at, OLD.closed_at, OLD.why, OLD.sequence)) THEN
        RAISE EXCEPTION 'gathering % is over', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_over';
    ELSIF NEW.state <> OLD.state
          AND (OLD.state, NEW.state) NOT IN (('planned', 'called'), ('planned', 'cancelled'), ('called', 'open'), ('called', 'cancelled'), ('open', 'closed'))
          OR OLD.state = 'open' AND moved THEN
        RAISE EXCEPTION 'gathering % goes its way', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_forward';
    ELSIF OLD.state = 'called' AND (moved OR NEW.state = 'cancelled') AND (NEW.sequence <= OLD.sequence OR NEW.why = '') THEN
        RAISE EXCEPTION 'a change of gathering % is told with a reason', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_change_told';
    ELSIF NEW.state = 'called' AND OLD.state = 'planned'
          AND NOT EXISTS (SELECT FROM attendances a WHERE a.street_id = OLD.street_id AND a.gathering_id = OLD.id) THEN
        RAISE EXCEPTION 'nobody is called to gathering %', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'gatherings_somebody_called';
    END IF;
    RETURN NEW;
END $$;

-- What was called off after it was opened keeps no time of opening. The guard of what
-- is over stands aside for this.
ALTER TABLE gatherings DISABLE TRIGGER gatherings_guarded;
UPDATE gatherings SET opened_at = NULL WHERE state = 'cancelled' AND opened_at IS NOT NULL;
ALTER TABLE gatherings ENABLE TRIGGER gatherings_guarded;
ALTER TABLE gatherings
    DROP CONSTRAINT gatherings_in_order,
    ADD CONSTRAINT gatherings_in_order CHECK (
        (state NOT IN ('called', 'open', 'closed') OR called_at IS NOT NULL)
        AND (state <> 'planned' OR called_at IS NULL)
        AND (state IN ('open', 'closed')) = (opened_at IS NOT NULL)
        AND (state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL));

END;
