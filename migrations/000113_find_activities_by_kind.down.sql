BEGIN;

DROP INDEX activities_of_class;
DROP INDEX activities_of_kind;

END;
