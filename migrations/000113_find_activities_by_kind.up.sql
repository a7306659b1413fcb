BEGIN;

-- The ledger narrowed to a seldom kind, or to the class of it that the statistics use,
-- read every activity of the street.
CREATE INDEX activities_of_kind ON activities (street_id, kind, held_on DESC, id DESC);
CREATE INDEX activities_of_class ON activities (street_id, class, held_on DESC, id DESC);

END;
