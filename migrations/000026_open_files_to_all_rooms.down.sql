BEGIN;

ALTER POLICY with_opinion ON files RENAME TO with_owner;
ALTER TABLE files DROP CONSTRAINT files_owner_filled;
ALTER TABLE files ADD CONSTRAINT files_owner_known CHECK (owner_kind IN ('opinion', 'opinion_reply'));
COMMENT ON COLUMN files.owner_kind IS NULL;

END;
