BEGIN;
DROP TABLE visit_drafts, visit_deputies, visits;
END;
