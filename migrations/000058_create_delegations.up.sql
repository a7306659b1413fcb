BEGIN;

-- 授权委托书: the director of a street's committee delegates powers in writing to
-- another who is in post, for a time (domain.md §3(d): director absent → delegated
-- deputy). What is signed stays as it is; it may be withdrawn, once, with a reason.
CREATE TABLE delegations (
    id                bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id         bigint      NOT NULL REFERENCES streets (id),
    from_post_id      bigint      NOT NULL,
    to_post_id        bigint      NOT NULL,
    powers            text[]      NOT NULL,
    scope             text        NOT NULL DEFAULT '',
    from_on           date        NOT NULL,
    through_on        date        NOT NULL,
    reason            text        NOT NULL,
    signed_on         date        NOT NULL,
    number            text        NOT NULL DEFAULT '',
    key               text        NOT NULL,
    withdrawn_on      date,
    withdrawn_why     text        NOT NULL DEFAULT '',
    withdrawn_post_id bigint,
    created_at        timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT delegations_key_once UNIQUE (street_id, key),
    CONSTRAINT delegations_from_post FOREIGN KEY (street_id, from_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT delegations_to_post FOREIGN KEY (street_id, to_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT delegations_withdrawn_post FOREIGN KEY (street_id, withdrawn_post_id) REFERENCES posts (street_id, id),
    CONSTRAINT delegations_powers_known CHECK (
        cardinality(powers) > 0 AND powers <@ ARRAY ['preside', 'sign', 'other'] AND array_position(powers, NULL) IS NULL),
    CONSTRAINT delegations_scope_filled CHECK (length(scope) <= 500 AND (scope <> '' OR NOT 'other' = ANY (powers))),
    CONSTRAINT delegations_reason_filled CHECK (reason <> '' AND length(reason) <= 500),
    CONSTRAINT delegations_not_backwards CHECK (from_on >= signed_on),
    CONSTRAINT delegations_through_after_from CHECK (through_on >= from_on),
    CONSTRAINT delegations_not_ahead CHECK (signed_on <= (created_at AT TIME ZONE 'Asia/Shanghai')::date),
    CONSTRAINT delegations_withdrawn_whole CHECK (
        (withdrawn_on IS NULL) = (withdrawn_why = '') AND (withdrawn_on IS NULL) = (withdrawn_post_id IS NULL) AND length(withdrawn_why) <= 500),
    CONSTRAINT delegations_withdrawn_after_signed CHECK (withdrawn_on >= signed_on)
);

COMMENT ON TABLE delegations IS
'What a director delegated in writing. It holds on the days from from_on through through_on, before it is withdrawn, while both are in post.';
COMMENT ON COLUMN delegations.powers IS 'preside: presides over the directors'' meeting; sign: signs papers; other: as scope says.';
COMMENT ON COLUMN delegations.through_on IS 'The last day.';
COMMENT ON COLUMN delegations.number IS 'Its number in the register of papers. It holds only with one.';
COMMENT ON COLUMN delegations.withdrawn_on IS 'The first day on which it no longer holds, because a director withdrew it.';

CREATE INDEX delegations_by_day ON delegations (street_id, signed_on DESC, id DESC);
CREATE INDEX delegations_of_post ON delegations (street_id, to_post_id);

CREATE TRIGGER delegations_in_post BEFORE INSERT OR UPDATE ON delegations
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('from_post_id', 'signed_on', 'self');
CREATE TRIGGER delegations_withdrawn_in_post BEFORE INSERT OR UPDATE ON delegations
    FOR EACH ROW EXECUTE FUNCTION app.only_in_post('withdrawn_post_id', 'withdrawn_on', 'self');

-- Only a director delegates and withdraws; who receives is in post on the first
-- day and not the director; what is signed is changed by nothing but its number,
-- given once, and its withdrawal.
CREATE FUNCTION app.keep_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
       OR TG_OP = 'UPDATE' AND (OLD.withdrawn_on IS NOT NULL
           OR OLD.number <> '' AND NEW.number <> OLD.number
           OR to_jsonb(NEW) - ARRAY ['number', 'withdrawn_on', 'withdrawn_why', 'withdrawn_post_id']
              <> to_jsonb(OLD) - ARRAY ['number', 'withdrawn_on', 'withdrawn_why', 'withdrawn_post_id']) THEN
        RAISE EXCEPTION 'delegation % is signed and stays as it is', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_fixed';
    ELSIF EXISTS (SELECT FROM posts p
                  WHERE p.street_id = NEW.street_id AND p.id IN (NEW.from_post_id, NEW.withdrawn_post_id) AND p.post <> 'director') THEN
        RAISE EXCEPTION 'only a director delegates'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_by_director';
    ELSIF NOT EXISTS (SELECT FROM posts p
                      WHERE p.street_id = NEW.street_id AND p.id = NEW.to_post_id AND p.post <> 'director'
                        AND p.since <= NEW.from_on AND (p.until_on IS NULL OR NEW.from_on < p.until_on OR TG_OP = 'UPDATE')) THEN
        RAISE EXCEPTION 'post % does not receive a delegation on %', NEW.to_post_id, NEW.from_on
            USING ERRCODE = 'check_violation', CONSTRAINT = 'delegations_to_in_post';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delegations_kept BEFORE INSERT OR UPDATE OR DELETE ON delegations
    FOR EACH ROW EXECUTE FUNCTION app.keep_delegation();

-- Whether who holds a post may use one of the director's powers on that day: the
-- director, or whom the director in post delegated it to. Nobody does before the
-- standing committee has passed their appointment, or after it ended (domain.md
-- hard rule 5); with the director's term their delegations end (default).
CREATE FUNCTION app.holds_power(street bigint, post bigint, power text, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM posts p
        WHERE p.street_id = holds_power.street
          AND p.id = holds_power.post
          AND p.since <= on_day
          AND (p.until_on IS NULL OR on_day < p.until_on)
          AND (p.post = 'director' OR EXISTS (
              SELECT FROM delegations d
              JOIN posts f ON f.street_id = d.street_id AND f.id = d.from_post_id
              WHERE d.street_id = p.street_id
                AND d.to_post_id = p.id
                AND power = ANY (d.powers)
                AND d.number <> ''
                AND on_day BETWEEN d.from_on AND d.through_on
                AND (d.withdrawn_on IS NULL OR on_day < d.withdrawn_on)
                AND (f.until_on IS NULL OR on_day < f.until_on))));
END $$;

CREATE FUNCTION app.may_preside(street bigint, post bigint, on_day date) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.holds_power(street, post, 'preside', on_day);
END $$;

COMMENT ON FUNCTION app.may_preside IS
'Whether who holds the post may preside over the street''s directors'' meeting on that day.';

ALTER TABLE delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegations FORCE ROW LEVEL SECURITY;

CREATE POLICY by_street ON delegations FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff', 'party_reader', 'operator'));
CREATE POLICY by_director ON delegations FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY withdrawn_by_director ON delegations FOR UPDATE TO portal_app
    USING ((SELECT app.role()) IN ('director', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

GRANT SELECT, INSERT ON delegations TO portal_app;
GRANT UPDATE (number, withdrawn_on, withdrawn_why, withdrawn_post_id) ON delegations TO portal_app;

END;
