BEGIN;

CREATE TABLE notices (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    at         timestamptz NOT NULL,
    to_role    text        NOT NULL,
    to_unit    bigint      NOT NULL DEFAULT 0,
    to_deputy  bigint      NOT NULL DEFAULT 0,
    title      text        NOT NULL,
    link       text        NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT notices_link_relative CHECK (link LIKE '/%' AND link NOT LIKE '//%')
);

COMMENT ON TABLE notices IS
'What is new for whom: everybody who acts in to_role in the street, narrowed to one unit or one deputy where set.';

CREATE INDEX notices_newest ON notices (street_id, to_role, at DESC, id DESC);

CREATE TABLE notice_reads (
    street_id  bigint      NOT NULL,
    notice_id  bigint      NOT NULL,
    user_id    bigint      NOT NULL,
    read_at    timestamptz NOT NULL,
    PRIMARY KEY (street_id, notice_id, user_id),
    FOREIGN KEY (street_id, notice_id) REFERENCES notices (street_id, id) ON DELETE CASCADE
);

ALTER TABLE notices      ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices      FORCE  ROW LEVEL SECURITY;
ALTER TABLE notice_reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice_reads FORCE  ROW LEVEL SECURITY;

CREATE POLICY by_addressee ON notices FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (to_role = (SELECT app.role()) OR to_role = 'deputy' AND (SELECT app.role()) = 'group_leader')
           AND (to_unit = 0 OR to_unit = (SELECT app.unit()))
           AND (to_deputy = 0 OR to_deputy = (SELECT app.deputy())));
CREATE POLICY by_sender ON notices FOR INSERT
    WITH CHECK (street_id = ANY ((SELECT app.streets())::bigint[]) OR app.role() = 'public');
CREATE POLICY by_reader ON notice_reads
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND user_id = app.user_id());

GRANT SELECT, INSERT ON notices, notice_reads TO portal_app;
GRANT INSERT ON notices TO portal_public;

END;
