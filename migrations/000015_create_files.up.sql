BEGIN;

CREATE TABLE files (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    owner_kind text        NOT NULL,
    owner_id   bigint      NOT NULL,
    name       text        NOT NULL,
    media_type text        NOT NULL,
    size       bigint      NOT NULL,
    sha256     bytea       NOT NULL,
    content    bytea,
    place      text        NOT NULL DEFAULT '',
    preview    bytea,
    width      integer     NOT NULL DEFAULT 0,
    height     integer     NOT NULL DEFAULT 0,
    created_by bigint      NOT NULL DEFAULT 0,
    creator    text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT files_owner_known CHECK (owner_kind IN ('opinion', 'opinion_reply')),
    CONSTRAINT files_name_filled CHECK (name <> '' AND length(name) <= 120),
    CONSTRAINT files_media_type_known CHECK (media_type IN ('image/jpeg', 'image/png', 'application/pdf', 'text/plain',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')),
    CONSTRAINT files_in_one_place CHECK ((content IS NULL) = (place <> '')),
    CONSTRAINT files_content_whole CHECK (content IS NULL OR size = octet_length(content) AND sha256 = sha256(content)),
    CONSTRAINT files_size CHECK (size > 0 AND octet_length(sha256) = 32),
    CONSTRAINT files_picture CHECK ((media_type LIKE 'image/%') = (preview IS NOT NULL AND width > 0 AND height > 0))
);

COMMENT ON TABLE files IS 'Attachments. Each is seen by whoever sees what it belongs to, and by nobody else.';
COMMENT ON COLUMN files.sha256 IS 'Of the content as it is kept and served.';
COMMENT ON COLUMN files.place IS 'Where the content is under the data directory, when it is not in content.';
COMMENT ON COLUMN files.preview IS 'A small JPEG for lists.';

-- Photos are compressed already.
ALTER TABLE files ALTER COLUMN content SET STORAGE EXTERNAL, ALTER COLUMN preview SET STORAGE EXTERNAL;

CREATE INDEX files_of_owner ON files (owner_kind, owner_id, id);
CREATE INDEX files_by_id ON files (id);

CREATE TRIGGER files_never_change BEFORE UPDATE ON files
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE files ENABLE ROW LEVEL SECURITY;
ALTER TABLE files FORCE  ROW LEVEL SECURITY;

-- A file exists for whoever the thing it belongs to exists for: each branch asks
-- the owner's table, under that table's own policies.
CREATE POLICY with_owner ON files TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND CASE owner_kind
               WHEN 'opinion' THEN EXISTS (SELECT FROM opinions o WHERE o.street_id = files.street_id AND o.id = owner_id)
               WHEN 'opinion_reply' THEN EXISTS (SELECT FROM opinion_replies r WHERE r.street_id = files.street_id AND r.id = owner_id)
               ELSE false
               END);
-- Residents: with their own opinion, which their query code opens.
CREATE POLICY by_code ON files FOR SELECT TO portal_public
    USING (owner_kind = 'opinion'
           AND EXISTS (SELECT FROM opinions o WHERE o.street_id = files.street_id AND o.id = owner_id));
CREATE POLICY by_resident ON files FOR INSERT TO portal_public
    WITH CHECK (owner_kind = 'opinion' AND created_by = 0
                AND EXISTS (SELECT FROM opinions o WHERE o.street_id = files.street_id AND o.id = owner_id AND o.state = 'registered'));

GRANT SELECT, INSERT ON files TO portal_app;
GRANT INSERT, SELECT (id, street_id, owner_kind, owner_id, name, media_type, size, sha256, content, place, preview, width, height) ON files TO portal_public;

END;
