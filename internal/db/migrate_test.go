package db_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"portal/internal/db"
	"portal/internal/dbtest"
)

// TestMigrateDownAndUp takes the schema apart and puts it together again.
func TestMigrateDownAndUp(t *testing.T) {
	address := dbtest.New(t)
	before := columns(t, address)
	if err := db.MigrateTo(t.Context(), address, 0); err != nil {
		t.Fatal(err)
	}
	if err := db.CheckSchema(t.Context(), address); !errors.Is(err, db.ErrOldSchema) {
		t.Errorf("CheckSchema of an empty database = %v, want ErrOldSchema", err)
	}
	if err := db.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, columns(t, address)); diff != "" {
		t.Errorf("the schema differs after down and up (-before +after):\n%s", diff)
	}
	if err := db.CheckSchema(t.Context(), address); err != nil {
		t.Error(err)
	}
}

// columns describes the schema: columns, constraints, policies and grants.
func columns(t *testing.T, address string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), `
		SELECT format('column %s.%s %s %s', table_name, column_name, data_type, column_default) AS line
		FROM information_schema.columns
		WHERE table_schema = 'public'
		UNION ALL
		SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid))
		FROM pg_constraint
		WHERE connamespace = 'public'::regnamespace
		UNION ALL
		SELECT format('policy %s.%s %s %s %s', tablename, policyname, cmd, qual, with_check)
		FROM pg_policies
		UNION ALL
		SELECT format('grant %s %s %s', table_name, grantee, privilege_type)
		FROM information_schema.role_table_grants
		WHERE table_schema = 'public'
		UNION ALL
		SELECT format('index %s', indexdef)
		FROM pg_indexes
		WHERE schemaname = 'public'
		ORDER BY line`)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return lines
}
