BEGIN;

DROP TABLE import_rows;
DROP TABLE imports;
DROP FUNCTION app.import_goes_on();
DROP FUNCTION app.added_by_import(text, bigint, bigint);

END;
