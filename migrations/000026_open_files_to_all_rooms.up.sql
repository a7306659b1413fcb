BEGIN;

-- Every room may have attachments. Each kind of owner brings a policy of its own,
-- named after it, that says who sees its files, and an entry in file.Kinds; a kind
-- without a policy is seen by nobody.
ALTER TABLE files DROP CONSTRAINT files_owner_known;
ALTER TABLE files ADD CONSTRAINT files_owner_filled CHECK (owner_kind <> '');
ALTER POLICY with_owner ON files RENAME TO with_opinion;

COMMENT ON COLUMN files.owner_kind IS
'The kind of record, such as opinion. A new kind needs a policy that says who sees its files.';

END;
