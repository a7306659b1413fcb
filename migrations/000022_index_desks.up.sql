BEGIN;

-- A handling unit's desk asks for what the unit has in hand, which is little
-- beside all that it ever had.
CREATE INDEX opinions_open_of_unit ON opinions (street_id, lead_unit_id)
    WHERE state NOT IN ('closed', 'declined', 'merged', 'withdrawn');

END;
