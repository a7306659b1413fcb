BEGIN;

DROP TABLE papers;
DROP TABLE paper_series;
DROP TABLE paper_prefixes;
DROP FUNCTION app.keep_paper();
DROP FUNCTION app.number_paper();
DROP FUNCTION app.issues(bigint, bigint);
DROP FUNCTION app.paper_prefix(bigint, bigint);

END;
