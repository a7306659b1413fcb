BEGIN;

DROP POLICY with_officer ON audit_events;
DROP POLICY with_expert ON audit_events;
DROP TABLE officer_confirmations, officer_posts, officers, expert_works, expert_statements, expert_terms, experts;
DROP FUNCTION app.officer_confirmation_fits();
DROP FUNCTION app.expert_work_fits();
DROP FUNCTION app.conflicts(bigint, bigint, text);
DROP FUNCTION app.names_same(text, text);
DROP FUNCTION app.expert_since_certified();
DROP FUNCTION app.officer_post_stays();
DROP FUNCTION app.expert_term_stays();

END;
