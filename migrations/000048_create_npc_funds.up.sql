BEGIN;

-- 经费: what a street's committee may spend in a year, and what it spent. A budget
-- that is revised is a new version with its reason; what was spent by mistake is
-- taken back by an entry of its own. Nothing is changed.
CREATE TABLE npc_budgets (
    id         bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint      NOT NULL REFERENCES streets (id),
    year       integer     NOT NULL,
    number     integer     NOT NULL,
    document   text        NOT NULL,
    reason     text        NOT NULL DEFAULT '',
    creator    text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT npc_budgets_number_once UNIQUE (street_id, year, number),
    CONSTRAINT npc_budgets_year_plausible CHECK (year BETWEEN 2000 AND 2100),
    CONSTRAINT npc_budgets_document_filled CHECK (document <> '' AND length(document) <= 100),
    CONSTRAINT npc_budgets_revised_with_reason CHECK ((number = 1) = (reason = ''))
);

COMMENT ON COLUMN npc_budgets.number IS 'The version: the highest of a year holds.';
COMMENT ON COLUMN npc_budgets.document IS 'The paper that the amounts are from.';

CREATE TABLE npc_budget_items (
    street_id bigint         NOT NULL,
    budget_id bigint         NOT NULL,
    item      text           NOT NULL,
    amount    numeric(18, 2) NOT NULL,
    PRIMARY KEY (street_id, budget_id, item),
    CONSTRAINT npc_budget_items_budget FOREIGN KEY (street_id, budget_id) REFERENCES npc_budgets (street_id, id),
    CONSTRAINT npc_budget_items_item_known CHECK (item IN ('meeting', 'training', 'deputies', 'station', 'other')),
    CONSTRAINT npc_budget_items_amount CHECK (amount >= 0)
);

COMMENT ON COLUMN npc_budget_items.amount IS '万元.';

CREATE TABLE npc_spendings (
    id         bigint         NOT NULL GENERATED ALWAYS AS IDENTITY,
    street_id  bigint         NOT NULL REFERENCES streets (id),
    spent_on   date           NOT NULL,
    item       text           NOT NULL,
    amount     numeric(18, 2) NOT NULL,
    purpose    text           NOT NULL,
    key        text           NOT NULL,
    creator    text           NOT NULL,
    created_at timestamptz    NOT NULL,
    PRIMARY KEY (street_id, id),
    CONSTRAINT npc_spendings_key_once UNIQUE (street_id, key),
    CONSTRAINT npc_spendings_item_known CHECK (item IN ('meeting', 'training', 'deputies', 'station', 'other')),
    CONSTRAINT npc_spendings_amount CHECK (amount <> 0),
    CONSTRAINT npc_spendings_purpose_filled CHECK (purpose <> '' AND length(purpose) <= 200),
    CONSTRAINT npc_spendings_not_ahead CHECK (spent_on <= (created_at AT TIME ZONE 'Asia/Shanghai')::date)
);

COMMENT ON COLUMN npc_spendings.amount IS '万元; below zero takes an earlier entry back.';

CREATE INDEX npc_spendings_by_day ON npc_spendings (street_id, spent_on DESC, id DESC);

CREATE TRIGGER npc_budgets_fixed BEFORE UPDATE OR DELETE ON npc_budgets FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER npc_budget_items_fixed BEFORE UPDATE OR DELETE ON npc_budget_items FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
CREATE TRIGGER npc_spendings_fixed BEFORE UPDATE OR DELETE ON npc_spendings FOR EACH ROW EXECUTE FUNCTION app.refuse_change();

ALTER TABLE npc_budgets ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_budgets FORCE ROW LEVEL SECURITY;
ALTER TABLE npc_budget_items ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_budget_items FORCE ROW LEVEL SECURITY;
ALTER TABLE npc_spendings ENABLE ROW LEVEL SECURITY;
ALTER TABLE npc_spendings FORCE ROW LEVEL SECURITY;

CREATE POLICY by_street ON npc_budgets FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff', 'party_reader', 'operator', 'counter'));
CREATE POLICY with_budget ON npc_budget_items FOR SELECT TO portal_app
    USING (EXISTS (SELECT FROM npc_budgets b WHERE b.street_id = npc_budget_items.street_id AND b.id = budget_id));
CREATE POLICY by_street ON npc_spendings FOR SELECT TO portal_app
    USING (street_id = ANY ((SELECT app.streets())::bigint[])
           AND (SELECT app.role()) IN ('city_leader', 'city_office', 'city_deputy', 'city_finance', 'director', 'deputy_director', 'member', 'staff', 'party_reader', 'operator', 'counter'));
CREATE POLICY by_staff ON npc_budgets FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_staff ON npc_budget_items FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));
CREATE POLICY by_staff ON npc_spendings FOR INSERT TO portal_app
    WITH CHECK ((SELECT app.role()) IN ('staff', 'operator') AND street_id = ANY ((SELECT app.streets())::bigint[]));

GRANT SELECT, INSERT ON npc_budgets, npc_budget_items, npc_spendings TO portal_app;

END;
