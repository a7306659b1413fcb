BEGIN;

-- 主持工作: while the post of director is vacant, a deputy director in post heads
-- the committee. The law knows no acting director of a street's committee, so it
-- is a note with the paper behind it (domain.md §3(c), default).
CREATE TABLE acting_heads (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    post_id    bigint      NOT NULL,
    from_on    date        NOT NULL,
    until_on   date,
    document   text        NOT NULL,
    creator    text        NOT NULL,
    ended_why  text        NOT NULL DEFAULT '',
    key        text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT acting_heads_key_once UNIQUE (street_id, key),
    CONSTRAINT acting_heads_post FOREIGN KEY (street_id, post_id) REFERENCES posts (street_id, id),
    CONSTRAINT acting_heads_document_filled CHECK (document <> '' AND length(document) <= 100),
    CONSTRAINT acting_heads_until_after_from CHECK (until_on >= from_on),
    CONSTRAINT acting_heads_ended_why_short CHECK (length(ended_why) <= 500),
    CONSTRAINT acting_heads_one_at_a_time EXCLUDE USING gist (
        int8range(street_id, street_id, '[]') WITH &&, daterange(from_on, until_on) WITH &&)
);

COMMENT ON TABLE acting_heads IS
'Who heads a street''s committee while its post of director is vacant. It holds only on days without a director in post, while the deputy director is in post.';
COMMENT ON COLUMN acting_heads.post_id IS 'The deputy director''s term.';
COMMENT ON COLUMN acting_heads.until_on IS 'The first day on which it no longer holds; NULL: until a director comes into post.';
COMMENT ON COLUMN acting_heads.document IS 'The paper that says so, with its number.';
COMMENT ON COLUMN acting_heads.ended_why IS 'Why it ended before its time.';

CREATE INDEX acting_heads_of_post ON acting_heads (street_id, post_id);

-- Who heads is a deputy director in post on the first day, when no director is.
-- What is noted stays, but that it may be ended, once, with a reason.
CREATE FUNCTION app.keep_acting_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ended_why <> '' OR NEW.ended_why = '' OR NEW.until_on IS NULL OR NEW.until_on > OLD.until_on
           OR to_jsonb(NEW) - ARRAY ['until_on', 'ended_why'] <> to_jsonb(OLD) - ARRAY ['until_on', 'ended_why'] THEN
            RAISE EXCEPTION 'acting head % stays as noted', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'acting_heads_fixed', TABLE = TG_TABLE_NAME;
        END IF;
    ELSIF NOT EXISTS (SELECT FROM posts p
                      WHERE p.street_id = NEW.street_id AND p.id = NEW.post_id AND p.post = 'deputy_director'
                        AND p.since <= NEW.from_on AND (p.until_on IS NULL OR NEW.from_on < p.until_on)) THEN
        RAISE EXCEPTION 'post % does not head the committee', NEW.post_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'acting_heads_in_post', TABLE = TG_TABLE_NAME;
    ELSIF EXISTS (SELECT FROM posts p
                  WHERE p.street_id = NEW.street_id AND p.post = 'director'
                    AND p.since <= NEW.from_on AND (p.until_on IS NULL OR NEW.from_on < p.until_on)) THEN
        RAISE EXCEPTION 'a director is in post' USING ERRCODE = 'check_violation', CONSTRAINT = 'acting_heads_vacant', TABLE = TG_TABLE_NAME;
    ELSIF NEW.until_on <= NEW.from_on THEN
        RAISE EXCEPTION 'it ends before it begins'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'acting_heads_until_after_from', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER acting_heads_kept BEFORE INSERT OR UPDATE ON acting_heads
    FOR EACH ROW EXECUTE FUNCTION app.keep_acting_head();

-- With a new director, and with the term of who heads, it ends by itself.
CREATE FUNCTION app.end_acting_heads() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.post = 'director' THEN
        UPDATE public.acting_heads
        SET until_on = greatest(from_on, NEW.since), ended_why = '主任到任'
        WHERE street_id = NEW.street_id AND ended_why = '' AND (until_on IS NULL OR until_on > NEW.since);
    ELSIF TG_OP = 'UPDATE' AND NEW.until_on IS NOT NULL AND OLD.until_on IS NULL THEN
        UPDATE public.acting_heads
        SET until_on = greatest(from_on, NEW.until_on), ended_why = '离任'
        WHERE street_id = NEW.street_id AND post_id = NEW.id AND ended_why = '' AND (until_on IS NULL OR until_on > NEW.until_on);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER posts_end_acting_heads AFTER INSERT OR UPDATE OF until_on ON posts
    FOR EACH ROW EXECUTE FUNCTION app.end_acting_heads();

ALTER TABLE acting_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE acting_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY by_street ON acting_heads FOR SELECT TO portal_app USING (street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY noted_by_city ON acting_heads FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY ended_by_city ON acting_heads FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY ended_with_post ON acting_heads TO portal_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON acting_heads TO portal_app;
GRANT UPDATE (until_on, ended_why) ON acting_heads TO portal_app;

-- Whether who holds the post may preside over the street's directors' meeting on
-- that day: the director, whom the director in post delegated it to, or, while the
-- post of director is vacant, the deputy director who heads the committee.
CREATE OR REPLACE FUNCTION app.may_preside(street bigint, post bigint, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.holds_power(street, post, 'preside', on_day) OR EXISTS (
        SELECT FROM acting_heads a
        JOIN posts p ON p.street_id = a.street_id AND p.id = a.post_id
        WHERE a.street_id = may_preside.street
          AND a.post_id = may_preside.post
          AND a.from_on <= on_day AND (a.until_on IS NULL OR on_day < a.until_on)
          AND p.since <= on_day AND (p.until_on IS NULL OR on_day < p.until_on)
          AND NOT EXISTS (SELECT FROM posts d
                          WHERE d.street_id = a.street_id AND d.post = 'director'
                            AND d.since <= on_day AND (d.until_on IS NULL OR on_day < d.until_on)));
END $$;

-- Guards a table on which a directors' meeting decides: who holds the post in
-- column TG_ARGV[0] may preside on the day in column TG_ARGV[1]. A row without a
-- chair passes. What does not fit breaks the constraint only_presiding.
CREATE FUNCTION app.only_presiding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    chair  constant bigint := to_jsonb(NEW) ->> TG_ARGV[0];
    on_day constant date   := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF chair IS NULL
       OR TG_OP = 'UPDATE' AND chair = (to_jsonb(OLD) ->> TG_ARGV[0])::bigint AND on_day = (to_jsonb(OLD) ->> TG_ARGV[1])::date
       OR app.may_preside(NEW.street_id, chair, on_day) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'post % of street % does not preside on %', chair, NEW.street_id, on_day
        USING ERRCODE = 'check_violation', CONSTRAINT = 'only_presiding', TABLE = TG_TABLE_NAME;
END $$;

DROP TRIGGER selections_only_in_post ON selections;
CREATE TRIGGER selections_only_presiding BEFORE INSERT OR UPDATE ON selections
    FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
DROP TRIGGER chair_in_post ON expert_terms;
CREATE TRIGGER expert_terms_only_presiding BEFORE INSERT OR UPDATE ON expert_terms
    FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');
DROP TRIGGER institution_meetings_in_post ON institution_meetings;
CREATE TRIGGER institution_meetings_only_presiding BEFORE INSERT ON institution_meetings
    FOR EACH ROW EXECUTE FUNCTION app.only_presiding('chair_post_id', 'met_on');

-- A post that ends by itself is reported by the street and filed for the record by
-- the city (GDA 15). The term ends with the filing, from the day on that was
-- reported; what the city returns is reported anew.
ALTER TABLE post_endings
    ADD COLUMN recorded_on  date,
    ADD COLUMN recorder     text NOT NULL DEFAULT '',
    ADD COLUMN returned_on  date,
    ADD COLUMN returned_why text NOT NULL DEFAULT '';
UPDATE post_endings SET recorded_on = (created_at AT TIME ZONE 'Asia/Shanghai')::date, recorder = creator;
ALTER TABLE post_endings
    DROP CONSTRAINT post_endings_once,
    ADD CONSTRAINT post_endings_recorded_whole CHECK ((recorded_on IS NULL) = (recorder = '')),
    ADD CONSTRAINT post_endings_returned_with_reason CHECK ((returned_on IS NULL) = (returned_why = '') AND length(returned_why) <= 500),
    ADD CONSTRAINT post_endings_one_outcome CHECK (recorded_on IS NULL OR returned_on IS NULL);
CREATE UNIQUE INDEX post_endings_once ON post_endings (street_id, post_id) WHERE returned_on IS NULL;
CREATE INDEX post_endings_open ON post_endings (street_id, created_at) WHERE recorded_on IS NULL AND returned_on IS NULL;
CREATE INDEX post_endings_of_post ON post_endings (street_id, post_id);
COMMENT ON COLUMN post_endings.recorded_on IS 'When the city filed it for the record, with which the term ended.';
COMMENT ON COLUMN post_endings.returned_on IS 'When the city returned it; the street reports anew.';

CREATE FUNCTION app.keep_post_ending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.recorded_on IS NOT NULL OR OLD.returned_on IS NOT NULL OR NEW.recorded_on IS NULL AND NEW.returned_on IS NULL
       OR to_jsonb(NEW) - ARRAY ['recorded_on', 'recorder', 'returned_on', 'returned_why'] <> to_jsonb(OLD) - ARRAY ['recorded_on', 'recorder', 'returned_on', 'returned_why']) THEN
        RAISE EXCEPTION 'ending % stays as reported', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'post_endings_fixed', TABLE = TG_TABLE_NAME;
    ELSIF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM posts p WHERE p.street_id = NEW.street_id AND p.id = NEW.post_id AND p.until_on IS NULL) THEN
        RAISE EXCEPTION 'post % has ended', NEW.post_id USING ERRCODE = 'check_violation', CONSTRAINT = 'appointees_in_post', TABLE = TG_TABLE_NAME;
    ELSIF TG_OP = 'INSERT' AND EXISTS (SELECT FROM posts p WHERE p.street_id = NEW.street_id AND p.id = NEW.post_id AND p.since > NEW.ended_on) THEN
        RAISE EXCEPTION 'post % had not begun', NEW.post_id USING ERRCODE = 'check_violation', CONSTRAINT = 'posts_until_after_since', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER post_endings_kept BEFORE INSERT OR UPDATE ON post_endings
    FOR EACH ROW EXECUTE FUNCTION app.keep_post_ending();

DROP TRIGGER post_endings_end ON post_endings;
CREATE TRIGGER post_endings_end AFTER INSERT OR UPDATE OF recorded_on ON post_endings
    FOR EACH ROW WHEN (NEW.recorded_on IS NOT NULL) EXECUTE FUNCTION app.post_ended();

CREATE POLICY reported_by_street ON post_endings FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) = 'staff' AND recorded_on IS NULL AND returned_on IS NULL AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY filed_by_city ON post_endings FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('city_office', 'city_deputy', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
GRANT UPDATE (recorded_on, recorder, returned_on, returned_why) ON post_endings TO portal_app;

-- The papers behind a note and the proof of an ending.
CREATE POLICY with_acting_head ON files FOR SELECT TO portal_app
    USING (owner_kind = 'acting_head' AND EXISTS (SELECT FROM acting_heads a WHERE a.street_id = files.street_id AND a.id = owner_id)
           OR owner_kind = 'post_ending' AND EXISTS (SELECT FROM post_endings e WHERE e.street_id = files.street_id AND e.id = owner_id)
              AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'director', 'deputy_director', 'staff', 'operator'));
CREATE POLICY added_to_acting_head ON files FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'city_office', 'city_deputy', 'operator')
                AND (owner_kind = 'acting_head' AND (SELECT app.role()) <> 'staff' AND EXISTS (SELECT FROM acting_heads a WHERE a.street_id = files.street_id AND a.id = owner_id)
                     OR owner_kind = 'post_ending' AND EXISTS (SELECT FROM post_endings e
                                                              WHERE e.street_id = files.street_id AND e.id = owner_id AND e.returned_on IS NULL)));

-- Whoever copies the open data learns who came into post, and that a term ended.
CREATE POLICY by_feed ON posts FOR SELECT TO portal_public USING ((SELECT app.role()) = 'feed' AND published_on <= current_date);
CREATE POLICY in_post_by_feed ON people FOR SELECT TO portal_public
    USING ((SELECT app.role()) = 'feed'
           AND EXISTS (SELECT FROM posts p
                       WHERE p.street_id = people.street_id AND p.person_id = people.id AND (p.until_on IS NULL OR p.until_on > current_date)));
GRANT SELECT (modified_at) ON people TO portal_public;

END;
