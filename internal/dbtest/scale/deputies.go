package scale

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/dbtest"
)

// Deputies fills a register with n deputies of each street, in ten electoral
// districts and the four groups, past the triggers that make one by one what is
// made here at once.
func Deputies(t testing.TB, admin *pgxpool.Pool, streets []int64, n int) {
	t.Helper()
	those := strings.Join(strings.Fields(strings.Trim(fmt.Sprint(streets), "[]")), ", ")
	dbtest.Exec(t, admin, strings.NewReplacer("{n}", fmt.Sprint(n), "{streets}", those).Replace(deputies))
	dbtest.Exec(t, admin, `VACUUM ANALYZE people`)
	dbtest.Exec(t, admin, `VACUUM ANALYZE people_grams`)
	dbtest.Exec(t, admin, `VACUUM ANALYZE deputies`)
	dbtest.Exec(t, admin, `VACUUM ANALYZE group_members`)
}

const deputies = `DO $$ BEGIN
		SET LOCAL session_replication_role = replica;
		CREATE TEMPORARY TABLE many ON COMMIT DROP AS
			SELECT i, chr(19968 + (i * 7919) % 20000) || chr(19968 + ((i::bigint * 104729) % 20000)::integer) || chr(19968 + i % 1999) AS name,
			       (ARRAY ['law', 'finance', 'construction', 'education'])[i % 4 + 1] AS kind
			FROM generate_series(1, {n}) AS i;
		INSERT INTO electoral_districts (street_id, term, name)
		SELECT s.id, '市十七届', s.name || '第' || d || '选区' FROM streets s, generate_series(1, greatest({n} / 100, 1)) AS d WHERE s.id = ANY (ARRAY [{streets}]::bigint[]);
		INSERT INTO people (street_id, name, sex, key)
		SELECT s.id, m.name, 'male', 'many' || m.i FROM streets s, many m WHERE s.id = ANY (ARRAY [{streets}]::bigint[]);
		INSERT INTO people_grams (street_id, gram, name, person_id)
		SELECT p.street_id, g, p.name, p.id FROM people p, app.grams(p.name, p.work) AS g
		WHERE p.street_id = ANY (ARRAY [{streets}]::bigint[]) AND p.key LIKE 'many%';
		INSERT INTO deputies (street_id, person_id, district_id, name, sex, electoral_district, term, professional_group, since, key)
		SELECT p.street_id, p.id, e.id, p.name, 'male', e.name, e.term, m.kind, '2021-12-01', p.key
		FROM people p
		JOIN many m ON p.key = 'many' || m.i
		JOIN streets s ON s.id = p.street_id
		JOIN electoral_districts e ON e.street_id = p.street_id AND e.name = s.name || '第' || (m.i % greatest({n} / 100, 1) + 1) || '选区'
		WHERE s.id = ANY (ARRAY [{streets}]::bigint[]);
		INSERT INTO group_members (street_id, group_id, deputy_id, professional, from_on)
		SELECT d.street_id, g.id, d.id, true, d.since
		FROM deputies d
		JOIN deputy_groups g ON g.street_id = d.street_id AND g.kind = d.professional_group
		WHERE d.key LIKE 'many%' AND d.street_id = ANY (ARRAY [{streets}]::bigint[]);
	END $$`
