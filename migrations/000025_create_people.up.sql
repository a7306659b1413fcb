BEGIN;

CREATE TABLE people (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    name         text        NOT NULL,
    sex          text        NOT NULL DEFAULT '',
    born         integer,
    work         text        NOT NULL DEFAULT '',
    phone_sealed bytea,
    phone_mask   text        NOT NULL DEFAULT '',
    phone_mark   bytea,
    user_id      bigint,
    merged_into  bigint,
    key          text        NOT NULL,
    version      integer     NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT people_merged_into FOREIGN KEY (street_id, merged_into) REFERENCES people (street_id, id),
    CONSTRAINT people_key_once UNIQUE (street_id, key),
    CONSTRAINT people_account_once UNIQUE (street_id, user_id),
    CONSTRAINT people_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT people_sex_known CHECK (sex IN ('', 'female', 'male')),
    CONSTRAINT people_born_plausible CHECK (born BETWEEN 1900 AND 2100),
    CONSTRAINT people_work_short CHECK (length(work) <= 100),
    CONSTRAINT people_merged_into_another CHECK (merged_into <> id),
    CONSTRAINT people_phone_whole CHECK ((phone_sealed IS NULL) = (phone_mark IS NULL) AND (phone_sealed IS NULL) = (phone_mask = ''))
);

COMMENT ON TABLE people IS
'Who holds a post or belongs to a team in a street. One human is one row, whatever they do; a duplicate points to the row that stays.';
COMMENT ON COLUMN people.born IS 'Year of birth; no more of it is needed.';
COMMENT ON COLUMN people.work IS 'Where they work and as what.';
COMMENT ON COLUMN people.phone_mark IS 'A keyed digest of the number: finds the same person again without opening it.';
COMMENT ON COLUMN people.user_id IS 'The account with which they act: who signs or presides is recognised by it.';
COMMENT ON COLUMN people.merged_into IS 'This row is the same human as that one. Counts of persons take coalesce(merged_into, id).';

CREATE INDEX people_by_name ON people (street_id, name COLLATE "C", id);
CREATE INDEX people_by_id ON people (id);
CREATE INDEX people_by_mark ON people (street_id, phone_mark) WHERE phone_mark IS NOT NULL;
CREATE INDEX people_merged ON people (street_id, merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE people ENABLE ROW LEVEL SECURITY;
ALTER TABLE people FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON people FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) NOT IN ('office_dispatch', 'unit', 'voter_rep', 'expert', 'info_officer'));
CREATE POLICY by_self ON people FOR SELECT
    USING (street_id = ANY ((SELECT app.streets())::bigint[]) AND user_id = (SELECT app.user_id()));
CREATE POLICY added_by_keeper ON people FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON people FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

-- Each room adds the policy by which residents see the people whom it publishes.
GRANT SELECT, INSERT, UPDATE ON people TO portal_app;
GRANT SELECT (id, street_id, name, sex, merged_into) ON people TO portal_public;

END;
