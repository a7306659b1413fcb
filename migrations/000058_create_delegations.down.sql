BEGIN;

DROP FUNCTION app.may_preside(bigint, bigint, date);
DROP FUNCTION app.holds_power(bigint, bigint, text, date);
DROP TABLE delegations;
DROP FUNCTION app.keep_delegation();

END;
