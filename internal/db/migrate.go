package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/pgx/v5" // registers pgx5://
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"

	"portal/internal/fault"
	"portal/migrations"
)

// ErrOldSchema means that the database needs `portal migrate`.
var ErrOldSchema = errors.New("the database schema is older than this portal")

// ErrNewSchema means that a newer portal has migrated the database.
var ErrNewSchema = errors.New("the database schema is newer than this portal")

// ErrDirty means that a migration failed half-way and someone must look.
var ErrDirty = errors.New("the last migration failed half-way")

// Migrate creates the portal's roles and brings the database at url to the
// newest schema. The login at url must be able to create roles, or the roles
// must be there.
func Migrate(ctx context.Context, url string) (err error) {
	defer fault.Wrap(&err, "migrate")
	if err := createRoles(ctx, url); err != nil {
		return err
	}
	m, err := migrator(url)
	if err != nil {
		return err
	}
	defer func() {
		srcErr, dbErr := m.Close()
		err = errors.Join(err, srcErr, dbErr)
	}()
	return outcome(m.Up())
}

// outcome maps what the migration library says to what callers act on.
func outcome(err error) error {
	var dirty migrate.ErrDirty
	switch {
	case errors.Is(err, migrate.ErrNoChange):
		return nil
	case errors.As(err, &dirty):
		return fmt.Errorf("%w: number %d", ErrDirty, dirty.Version)
	}
	return err
}

// MigrateTo brings the database at url up or down to one version; 0 is empty.
func MigrateTo(ctx context.Context, url string, version uint) (err error) {
	defer fault.Wrap(&err, "migrate to %d", version)
	m, err := migrator(url)
	if err != nil {
		return err
	}
	defer func() {
		srcErr, dbErr := m.Close()
		err = errors.Join(err, srcErr, dbErr)
	}()
	if version == 0 {
		return outcome(m.Down())
	}
	return outcome(m.Migrate(version))
}

// ForceVersion declares that the database at url stands at version, which is
// the way out after a migration failed half-way and was mended by hand. The
// failed file itself rolled back as a whole, so version is usually the one
// before it.
func ForceVersion(ctx context.Context, url string, version int) (err error) {
	defer fault.Wrap(&err, "force version %d", version)
	m, err := migrator(url)
	if err != nil {
		return err
	}
	return errors.Join(m.Force(version), func() error { a, b := m.Close(); return errors.Join(a, b) }())
}

func migrator(dsn string) (*migrate.Migrate, error) {
	src, err := iofs.New(migrations.FS, ".")
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return nil, errors.New("the database address is not a postgres:// URL") // the cause could show a password
	}
	u.Scheme = "pgx5"
	q := u.Query()
	q.Set("role", "portal_owner")
	u.RawQuery = q.Encode()
	m, err := migrate.NewWithSourceInstance("iofs", src, u.String())
	if err != nil {
		return nil, err
	}
	m.LockTimeout = 2 * time.Minute
	return m, nil
}

// portalRoles lists the roles and whether they may ever log in by themselves.
var portalRoles = []string{"portal_owner", appRole, authRole, publicRole}

// createRoles makes the cluster-wide roles. They are NOLOGIN: the portal's one
// login becomes them, so that the address in PORTAL_DATABASE_URL is all that an
// administrator has to give out.
func createRoles(ctx context.Context, url string) (err error) {
	defer fault.Wrap(&err, "create roles")
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var b strings.Builder
	b.WriteString("SELECT pg_advisory_xact_lock(7355608);\n")
	for _, r := range portalRoles {
		fmt.Fprintf(&b, `
			DO $$ BEGIN
				IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%[1]s') THEN
					CREATE ROLE %[1]s NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
				END IF;
				IF NOT pg_has_role(current_user, '%[1]s', 'MEMBER') THEN
					EXECUTE format('GRANT %[1]s TO %%I', current_user);
				END IF;
			END $$;`, r)
	}
	b.WriteString(`
		DO $$ BEGIN
			IF NOT has_schema_privilege('portal_owner', 'public', 'CREATE') THEN
				GRANT CREATE, USAGE ON SCHEMA public TO portal_owner;
			END IF;
			IF NOT has_database_privilege('portal_owner', current_database(), 'CREATE') THEN
				EXECUTE format('GRANT CREATE ON DATABASE %I TO portal_owner', current_database());
			END IF;
		END $$;`)
	_, err = conn.Exec(ctx, b.String())
	return err
}

// CheckSchema reports whether the database at url has exactly the schema of
// this portal: nil, ErrOldSchema, ErrNewSchema or ErrDirty.
func CheckSchema(ctx context.Context, url string) (err error) {
	defer fault.Wrap(&err, "check schema")
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var have bool
	if err := conn.QueryRow(ctx, `SELECT to_regclass('public.schema_migrations') IS NOT NULL`).Scan(&have); err != nil {
		return err
	}
	if !have {
		return ErrOldSchema
	}
	var version int
	var dirty bool
	if err := conn.QueryRow(ctx, `SELECT version, dirty FROM schema_migrations`).Scan(&version, &dirty); err != nil {
		return ErrOldSchema
	}
	newest, err := NewestVersion()
	switch {
	case err != nil:
		return err
	case dirty:
		return ErrDirty
	case version < newest:
		return ErrOldSchema
	case version > newest:
		return ErrNewSchema
	}
	return nil
}

// NewestVersion returns the number of the newest migration in this binary.
func NewestVersion() (int, error) {
	names, err := fs.Glob(migrations.FS, "*.up.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(errors.New("no migrations"), err)
	}
	newest := 0
	for _, name := range names {
		n, err := strconv.Atoi(name[:6])
		if err != nil {
			return 0, fmt.Errorf("migration %s has no number: %w", name, err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}
