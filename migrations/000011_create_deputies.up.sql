BEGIN;

CREATE TABLE deputies (
    id                 bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id          bigint      NOT NULL REFERENCES streets (id),
    name               text        NOT NULL,
    sex                text        NOT NULL DEFAULT '',
    electoral_district text        NOT NULL,
    term               text        NOT NULL,
    professional_group text        NOT NULL,
    phone_sealed       bytea,
    phone_mask         text        NOT NULL DEFAULT '',
    intro              text        NOT NULL DEFAULT '',
    since              date        NOT NULL,
    ended_on           date,
    ended_why          text        NOT NULL DEFAULT '',
    key                text        NOT NULL,
    version            integer     NOT NULL DEFAULT 1,
    created_at         timestamptz NOT NULL DEFAULT now(),
    modified_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT deputies_key_once UNIQUE (street_id, key),
    CONSTRAINT deputies_name_filled CHECK (name <> '' AND length(name) <= 50),
    CONSTRAINT deputies_sex_known CHECK (sex IN ('', 'female', 'male')),
    CONSTRAINT deputies_group_known CHECK (professional_group IN ('law', 'finance', 'construction', 'education')),
    CONSTRAINT deputies_ended_with_reason CHECK ((ended_on IS NULL) = (ended_why = '')),
    CONSTRAINT deputies_ended_why_known CHECK (ended_why IN ('', 'expired', 'resigned', 'terminated', 'recalled', 'moved', 'died')),
    CONSTRAINT deputies_ended_after_start CHECK (ended_on IS NULL OR ended_on >= since)
);

COMMENT ON COLUMN deputies.phone_sealed IS 'Encrypted outside the database (internal/secret); phone_mask is what screens show.';

CREATE INDEX deputies_by_name ON deputies (street_id, name, id);
CREATE INDEX deputies_by_id ON deputies (id);

ALTER TABLE deputies ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputies FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON deputies FOR SELECT USING (street_id = ANY ((SELECT app.streets())::bigint[]));
-- Who keeps the register: the committee's office, and the city's deputies' work committee for every street of its city.
CREATE POLICY added_by_keeper ON deputies FOR INSERT
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY changed_by_keeper ON deputies FOR UPDATE
    USING ((SELECT app.role()) IN ('staff', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
-- What the law makes public of a deputy (domain.md §6); the columns are granted below.
CREATE POLICY by_public ON deputies FOR SELECT USING ((SELECT app.role()) = 'public' AND ended_on IS NULL);

GRANT SELECT, INSERT, UPDATE ON deputies TO portal_app;
GRANT SELECT (id, street_id, name, electoral_district, term, professional_group, intro, since, ended_on, created_at, modified_at)
    ON deputies TO portal_public;

END;
