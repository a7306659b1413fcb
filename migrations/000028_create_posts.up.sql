BEGIN;

-- Who holds which post in a street's committee, from when to when. A row comes
-- only from an appointment that the city's standing committee has passed
-- (domain.md hard rule 5): the portal's own role may read here and nothing else.
CREATE TABLE posts (
    id           bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id    bigint      NOT NULL REFERENCES streets (id),
    person_id    bigint      NOT NULL,
    post         text        NOT NULL,
    appointee_id bigint      NOT NULL,
    since        date        NOT NULL,
    until_on     date,
    ended_why    text        NOT NULL DEFAULT '',
    published_on date,
    created_at   timestamptz NOT NULL DEFAULT now(),
    modified_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (street_id, id),
    CONSTRAINT posts_person FOREIGN KEY (street_id, person_id) REFERENCES people (street_id, id),
    CONSTRAINT posts_appointee_once UNIQUE (street_id, appointee_id),
    CONSTRAINT posts_post_known CHECK (post IN ('director', 'deputy_director', 'member')),
    CONSTRAINT posts_until_after_since CHECK (until_on >= since),
    CONSTRAINT posts_ended_with_reason CHECK ((until_on IS NULL) = (ended_why = '')),
    CONSTRAINT posts_ended_why_known CHECK (ended_why IN ('', 'removed', 'resigned', 'died', 'abolished')),
    CONSTRAINT posts_published_after_since CHECK (published_on >= since),
    -- int8range(n, n, '[]') stands for = n: ranges have GiST support of their own,
    -- plain numbers only by an extension.
    CONSTRAINT posts_one_at_a_time EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, int8range(person_id, person_id, '[]') WITH &&, daterange(since, until_on) WITH &&),
    CONSTRAINT posts_one_director EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, daterange(since, until_on) WITH &&) WHERE (post = 'director')
);

COMMENT ON TABLE posts IS
'Terms in the posts of a street''s committee: director, deputy directors, members. Written only by what carries out a passed appointment or removal.';
COMMENT ON COLUMN posts.appointee_id IS 'The vote by which the person came into the post.';
COMMENT ON COLUMN posts.since IS 'The day on which the standing committee passed the appointment.';
COMMENT ON COLUMN posts.until_on IS 'The first day on which the post is no longer held; NULL while it is.';
COMMENT ON COLUMN posts.published_on IS 'When the appointment was made public; residents see nothing of it before.';

CREATE INDEX posts_by_day ON posts (street_id, since, until_on);
CREATE INDEX posts_by_id ON posts (id);
CREATE INDEX posts_of_person ON posts (street_id, person_id);

ALTER TABLE posts ENABLE ROW LEVEL SECURITY;
ALTER TABLE posts FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON posts FOR SELECT TO portal_app USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_public ON posts FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public' AND published_on <= current_date AND (until_on IS NULL OR until_on > current_date));
-- The functions that carry out what was passed run as the owner.
CREATE POLICY carried_out ON posts TO portal_owner USING (true) WITH CHECK (true);

GRANT SELECT ON posts TO portal_app;
GRANT SELECT (id, street_id, person_id, post, since, until_on, published_on, created_at, modified_at) ON posts TO portal_public;

-- Residents see the names of who is in post, and of nobody else in people by this.
CREATE POLICY in_post ON people FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'public'
           AND EXISTS (SELECT FROM posts p WHERE p.street_id = people.street_id AND p.person_id = people.id));

-- The post that the acting account's person holds in street on that day, NULL for
-- none. Two rows of people may be one human: what counts is the row that stays.
CREATE FUNCTION app.acting_post(street bigint, on_day date) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT p.id
        FROM posts p
        JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
        LEFT JOIN people s ON s.street_id = h.street_id AND s.id = h.merged_into
        WHERE p.street_id = street
          AND p.since <= on_day
          AND (p.until_on IS NULL OR on_day < p.until_on)
          AND app.user_id() IN (h.user_id, s.user_id)
        ORDER BY p.id
        LIMIT 1);
END $$;

-- How many persons are in post in street on that day: the base of every vote of
-- its directors' meeting (director, deputy directors and members).
CREATE FUNCTION app.members_on(street bigint, on_day date) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (
        SELECT count(DISTINCT coalesce(h.merged_into, h.id))
        FROM posts p
        JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
        WHERE p.street_id = street
          AND p.since <= on_day
          AND (p.until_on IS NULL OR on_day < p.until_on));
END $$;

-- Guards a table on which somebody signs or presides: the post in column
-- TG_ARGV[0] must be in effect on the day in column TG_ARGV[1] and, where
-- TG_ARGV[2] is 'self', be the acting account's own. A row without a post passes.
-- What does not fit breaks the constraint only_in_post.
CREATE FUNCTION app.only_in_post() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    holder constant bigint := to_jsonb(NEW) ->> TG_ARGV[0];
    on_day constant date   := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF holder IS NULL
       OR TG_OP = 'UPDATE' AND holder = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint AND on_day = (to_jsonb(OLD) ->> TG_ARGV[1])::date THEN
        RETURN NEW;
    ELSIF EXISTS (SELECT FROM posts p
                  WHERE p.street_id = NEW.street_id AND p.id = holder
                    AND p.since <= on_day AND (p.until_on IS NULL OR on_day < p.until_on))
          AND (TG_ARGV[2] = 'any' OR app.role() = 'operator' OR holder = app.acting_post(NEW.street_id, on_day)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'post % of street % is not held on % by who acts', holder, NEW.street_id, on_day
        USING ERRCODE = 'check_violation', CONSTRAINT = 'only_in_post', TABLE = TG_TABLE_NAME;
END $$;

-- Guards a table on which a directors' meeting decides: who is due is everybody in
-- post on the day, so that nobody writes down a smaller base for the majority. A
-- row without a meeting passes. What does not fit breaks the constraint only_all_due.
CREATE FUNCTION app.only_all_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.met_on IS NOT NULL
       AND (TG_OP = 'INSERT' OR (NEW.met_on, NEW.met_due) IS DISTINCT FROM (OLD.met_on, OLD.met_due))
       AND NEW.met_due IS DISTINCT FROM app.members_on(NEW.street_id, NEW.met_on) THEN
        RAISE EXCEPTION 'everybody in post is due' USING ERRCODE = 'check_violation', CONSTRAINT = 'only_all_due', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

END;
