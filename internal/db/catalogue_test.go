package db_test

import (
	"testing"

	"portal/internal/dbtest"
)

// What the schema promises about itself (docs/design.md). Each query lists
// violations.
var catalogue = []struct{ promise, query string }{
	{"every table has forced row-level security, but those that hold no tenant's rows", `
		SELECT c.relname::text
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public'
		  AND c.relkind IN ('r', 'p')
		  AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
		  AND c.relname NOT IN ('schema_migrations', 'calendar_revision')`},
	{"every table with a street has it in each unique key, so that no key message tells of another street", `
		SELECT format('%s.%s', c.relname, i.relname)
		FROM pg_index x
		JOIN pg_class c ON c.oid = x.indrelid
		JOIN pg_class i ON i.oid = x.indexrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'street_id' AND NOT a.attisdropped
		WHERE n.nspname = 'public'
		  AND x.indisunique
		  AND NOT a.attnum = ANY (x.indkey)
		  AND c.relname NOT IN ('audit_events', 'users', 'role_grants')`},
	{"a foreign key between two tables with a street carries the street, but of whom a joint activity calls from another", `
		SELECT format('%s.%s', f.conrelid::regclass, f.conname)
		FROM pg_constraint f
		JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attname = 'street_id' AND NOT a.attisdropped
		JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attname = 'street_id' AND NOT b.attisdropped
		WHERE f.contype = 'f'
		  AND NOT a.attnum = ANY (f.conkey)
		  AND f.conname NOT IN ('attendances_person', 'attendances_deputy')
		  AND f.conrelid::regclass::text NOT IN ('role_grants', 'sessions')`},
	{"nobody but the owner may own, truncate or refer to a table", `
		SELECT format('%s: %s may %s', g.table_name, g.grantee, g.privilege_type)
		FROM information_schema.role_table_grants g
		WHERE g.table_schema = 'public'
		  AND g.grantee IN ('portal_app', 'portal_auth', 'portal_public', 'PUBLIC')
		  AND g.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`},
	{"the serving roles own nothing", `
		SELECT relname::text
		FROM pg_class
		WHERE relowner IN (SELECT oid FROM pg_roles WHERE rolname IN ('portal_app', 'portal_auth', 'portal_public'))`},
	{"the serving roles cannot log in, bypass row-level security or make roles", `
		SELECT rolname::text
		FROM pg_roles
		WHERE rolname LIKE 'portal\_%'
		  AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole OR rolcreatedb)`},
	{"residents never read whole tables that hold persons", `
		SELECT table_name::text
		FROM information_schema.role_table_grants
		WHERE grantee = 'portal_public'
		  AND privilege_type = 'SELECT'
		  AND table_name IN ('opinions', 'deputies', 'visits', 'users', 'sessions', 'audit_events', 'notices')`},
	{"views look through the eyes of who asks", `
		SELECT c.relname::text
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public'
		  AND c.relkind = 'v'
		  AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)`},
	{"functions that run as their owner fix their search path", `
		SELECT p.proname::text
		FROM pg_proc p
		JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname IN ('app', 'public')
		  AND p.prosecdef
		  AND NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%')`},
}

func TestCatalogue(t *testing.T) {
	_, admin := dbtest.Open(t)
	for _, c := range catalogue {
		rows, err := admin.Query(t.Context(), c.query)
		if err != nil {
			t.Fatalf("%s: %v", c.promise, err)
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s: not %s", c.promise, name)
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("%s: %v", c.promise, err)
		}
	}
}
