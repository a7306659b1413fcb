package db_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"portal/internal/db"
	"portal/internal/dbtest"
)

// everything describes the schema, one line a thing.
const everything = `
	SELECT format('column %s.%s %s %s %s', c.table_name, c.column_name, c.data_type, c.is_nullable, c.column_default) AS line
	FROM information_schema.columns c WHERE c.table_schema = 'public'
	UNION ALL
	SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
	FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL
	SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
	UNION ALL
	SELECT format('policy %s.%s %s %s %s %s', tablename, policyname, cmd, roles, qual, with_check) FROM pg_policies
	UNION ALL
	SELECT format('security %s %s %s', relname, relrowsecurity, relforcerowsecurity)
	FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
	UNION ALL
	SELECT format('grant %s %s %s', table_name, grantee, privilege_type)
	FROM information_schema.role_table_grants WHERE table_schema = 'public'
	UNION ALL
	SELECT format('grant %s.%s %s %s', table_name, column_name, grantee, privilege_type)
	FROM information_schema.role_column_grants WHERE table_schema = 'public'
	UNION ALL
	SELECT format('function %s %s %s', p.oid::regprocedure, p.proacl, pg_get_functiondef(p.oid))
	FROM pg_proc p
	WHERE p.pronamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'app')) AND p.prokind = 'f'
	UNION ALL
	SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
	UNION ALL
	SELECT format('comment %s %s', c.relname, d.description)
	FROM pg_description d JOIN pg_class c ON c.oid = d.objoid
	WHERE c.relnamespace = 'public'::regnamespace
	ORDER BY 1`

func TestMigrateUpDownUp(t *testing.T) {
	url := dbtest.New(t)
	first := schema(t, url)
	if err := db.MigrateTo(t.Context(), url, 0); err != nil {
		t.Fatal(err)
	}
	if left := tables(t, url); !cmp.Equal(left, []string{"schema_migrations"}) {
		t.Errorf("after the way down there are %v, want schema_migrations alone", left)
	}
	if err := db.CheckSchema(t.Context(), url); !errors.Is(err, db.ErrOldSchema) {
		t.Errorf("CheckSchema of an empty database = %v, want ErrOldSchema", err)
	}
	if err := db.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, schema(t, url)); diff != "" {
		t.Errorf("up, down and up again makes another schema (-first +again):\n%s", diff)
	}
	if err := db.CheckSchema(t.Context(), url); err != nil {
		t.Errorf("CheckSchema = %v, want nil", err)
	}
}

func TestForceVersion(t *testing.T) {
	url := dbtest.New(t)
	newest, err := db.NewestVersion()
	if err != nil {
		t.Fatal(err)
	}
	exec(t, url, "UPDATE schema_migrations SET dirty = true")
	if err := db.CheckSchema(t.Context(), url); !errors.Is(err, db.ErrDirty) {
		t.Errorf("CheckSchema after a failed migration = %v, want ErrDirty", err)
	}
	if err := db.Migrate(t.Context(), url); !errors.Is(err, db.ErrDirty) {
		t.Errorf("Migrate after a failed migration = %v, want ErrDirty", err)
	}
	if err := db.ForceVersion(t.Context(), url, newest); err != nil {
		t.Fatal(err)
	}
	if err := db.CheckSchema(t.Context(), url); err != nil {
		t.Errorf("CheckSchema after ForceVersion = %v, want nil", err)
	}
	exec(t, url, "UPDATE schema_migrations SET version = version + 1")
	if err := db.CheckSchema(t.Context(), url); !errors.Is(err, db.ErrNewSchema) {
		t.Errorf("CheckSchema of a newer schema = %v, want ErrNewSchema", err)
	}
}

func schema(t *testing.T, url string) []string {
	t.Helper()
	return list(t, url, everything)
}

func tables(t *testing.T, url string) []string {
	t.Helper()
	return list(t, url, "SELECT tablename::text FROM pg_tables WHERE schemaname IN ('public', 'app')")
}

func list(t *testing.T, url, sql string) []string {
	t.Helper()
	c := connect(t, url)
	defer c.Close(t.Context())
	rows, err := c.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func exec(t *testing.T, url, sql string) {
	t.Helper()
	c := connect(t, url)
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
