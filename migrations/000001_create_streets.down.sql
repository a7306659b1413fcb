BEGIN;
DROP TABLE units, communities;
DROP FUNCTION app.streets();
DROP TABLE streets, cities;
DROP SCHEMA app CASCADE;
END;
