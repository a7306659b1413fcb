BEGIN;

DROP TABLE npc_spendings;
DROP TABLE npc_budget_items;
DROP TABLE npc_budgets;

END;
