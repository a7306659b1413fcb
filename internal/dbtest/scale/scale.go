// Package scale fills a database with a large city, for benchmarks: made-up
// streets and as many opinions as one asks for, in the proportions of real ones.
package scale

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Streets is how many streets the city has.
const Streets = 200

// City is what Fill has made.
type City struct {
	ID       int64
	Street   int64 // the largest street, which has a fifth of the opinions
	Unit     int64 // a handling unit of it
	Deputies int64 // how many the largest street has
}

// Fill makes a city with so many opinions, received over the six years before
// now, the newest of them still open. admin must be a superuser's: rows are
// written past row-level security and triggers, which would take hours.
func Fill(ctx context.Context, admin *pgxpool.Pool, opinions int, now time.Time) (c City, err error) {
	conn, err := admin.Acquire(ctx)
	if err != nil {
		return c, err
	}
	defer conn.Release()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return c, err
	}
	defer tx.Rollback(ctx) //nolint:errcheck // does nothing after a commit
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`SET LOCAL session_replication_role = replica`, nil},
		{`SET LOCAL maintenance_work_mem = '512MB'`, nil},
		{`CREATE TEMPORARY TABLE given ON COMMIT DROP AS SELECT $1::timestamptz AS now, $2::integer AS n`, []any{now, opinions}},
		{places, nil},
		{people, nil},
		{shelveIndexes, nil},
		{insertOpinions, nil},
		{insertAssignments, nil},
		{insertDeadlines, nil},
		{restoreIndexes, nil},
	} {
		if _, err := tx.Exec(ctx, step.sql, step.args...); err != nil {
			return c, fmt.Errorf("fill: %w", err)
		}
	}
	err = tx.QueryRow(ctx, `
		SELECT s.city_id, s.id, (SELECT min(u.id) FROM units u WHERE u.street_id = s.id AND u.kind <> 'dispatch'),
		       (SELECT count(*) FROM deputies d WHERE d.street_id = s.id)
		FROM streets s
		WHERE s.slug = 's1'`).Scan(&c.ID, &c.Street, &c.Unit, &c.Deputies)
	if err != nil {
		return c, err
	}
	if err := tx.Commit(ctx); err != nil {
		return c, err
	}
	_, err = conn.Exec(ctx, `VACUUM ANALYZE`)
	return c, err
}

// Two hundred names of streets, as real ones sound.
const places = `
	WITH city AS (
		INSERT INTO cities (name, code) VALUES ('规模测试市', '999900') RETURNING id
	), names AS (
		SELECT first.word || second.word || '街道' AS name, row_number() OVER (ORDER BY first.n, second.n) AS n
		FROM regexp_split_to_table('东西南北中新龙凤青金银玉长永福太和光云江', '') WITH ORDINALITY AS first (word, n),
		     regexp_split_to_table('城华山湖桥门平安苑坪', '') WITH ORDINALITY AS second (word, n)
	)
	INSERT INTO streets (city_id, name, code, slug, committee)
	SELECT city.id, name, '9999' || lpad(n::text, 5, '0'), 's' || n, '人大' || name || '工委'
	FROM city, names`

// In every street twenty communities with a station each, eleven handling units
// and thirty deputies.
const people = `
	WITH c AS (
		INSERT INTO communities (street_id, name, code)
		SELECT s.id, '第' || n || '社区', s.code || lpad(n::text, 3, '0')
		FROM streets s, generate_series(1, 20) AS n
		WHERE s.code LIKE '9999%'
		RETURNING street_id, id, name, code
	), t AS (
		INSERT INTO stations (street_id, community_id, kind, name, code, opened_on, key)
		SELECT street_id, id, 'community', name || '联络站', right(code, 2), '2019-01-01', code
		FROM c
	), u AS (
		INSERT INTO units (street_id, name, kind)
		SELECT s.id, '办公室' || n, CASE n WHEN 1 THEN 'dispatch' ELSE 'department' END
		FROM streets s, generate_series(1, 11) AS n
		WHERE s.code LIKE '9999%'
	), p AS (
		INSERT INTO people (street_id, name, key)
		SELECT s.id, '代表' || n, 'd' || n
		FROM streets s, generate_series(1, 30) AS n
		WHERE s.code LIKE '9999%'
		RETURNING street_id, id, name, key, substr(key, 2)::integer AS n
	), e AS (
		INSERT INTO electoral_districts (street_id, term, name)
		SELECT s.id, '市十六届', '第' || n || '选区'
		FROM streets s, generate_series(1, 30) AS n
		WHERE s.code LIKE '9999%'
		RETURNING street_id, id, term, name
	)
	INSERT INTO deputies (street_id, person_id, district_id, name, electoral_district, term, professional_group, since, key)
	SELECT p.street_id, p.id, e.id, p.name, e.name, e.term, (ARRAY ['law', 'finance', 'construction', 'education'])[n % 4 + 1], '2017-01-01', p.key
	FROM p
	JOIN e ON e.street_id = p.street_id AND e.name = '第' || p.n || '选区'`

// Indexes are faster made at the end than kept up to date all along.
const (
	shelveIndexes = `
	DO $$
	DECLARE i record;
	BEGIN
		CREATE TEMPORARY TABLE shelved ON COMMIT DROP AS
			SELECT x.indexrelid::regclass::text AS name, pg_get_indexdef(x.indexrelid) AS sql
			FROM pg_index x
			WHERE x.indrelid IN ('opinions'::regclass, 'opinion_assignments'::regclass, 'deadlines'::regclass)
			  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = x.indexrelid);
		FOR i IN SELECT name FROM shelved LOOP
			EXECUTE 'DROP INDEX ' || i.name;
		END LOOP;
	END $$`
	restoreIndexes = `
	DO $$
	DECLARE i record;
	BEGIN
		FOR i IN SELECT sql FROM shelved LOOP
			EXECUTE i.sql;
		END LOOP;
	END $$`
)

// Every fifth opinion is of the first street. The newest fortieth part, two
// months of six years, is open, spread over all states.
const insertOpinions = `
	WITH street AS (
		SELECT s.id, s.code, row_number() OVER (ORDER BY s.id) AS n,
		       ARRAY (SELECT t.id FROM stations t WHERE t.street_id = s.id ORDER BY t.id) AS stations,
		       ARRAY (SELECT c.id FROM communities c WHERE c.street_id = s.id ORDER BY c.id) AS communities,
		       ARRAY (SELECT d.id FROM deputies d WHERE d.street_id = s.id ORDER BY d.id) AS deputies,
		       ARRAY (SELECT u.id FROM units u WHERE u.street_id = s.id ORDER BY u.id) AS units
		FROM streets s
		WHERE s.code LIKE '9999%'
	), numbered AS (
		SELECT i, CASE i % 5 WHEN 0 THEN 1 ELSE i % 199 + 2 END AS n, i > given.n - given.n / 40 AS open, hashint4(i) & 1023 AS dice,
		       given.now - (given.n - i) * (interval '2190 days' / given.n) AS at
		FROM given, generate_series(1, given.n) AS i
	)
	INSERT INTO opinions (street_id, number, query_hash, source, station_id, community_id, deputy_id, kind, field, location, text, urgency,
	                      anonymous, resident, state, lead_unit_id, units, received_on, received_at, answer, told_on, told_how, rating, rated_on,
	                      declined_why, promised_on, closed_on, closed_how, creator, key)
	SELECT street.id, 'N-' || street.code || '-' || i, sha256(i::text::bytea),
	       (ARRAY ['reception', 'visit', 'qr', 'letter', 'online'])[dice % 5 + 1],
	       stations[dice % 20 + 1], communities[dice % 20 + 1], CASE WHEN dice % 3 > 0 THEN deputies[dice % 30 + 1] END,
	       (ARRAY ['consult', 'suggest', 'complaint', 'praise'])[dice % 4 + 1],
	       (ARRAY ['construction', 'environment', 'education', 'medical', 'social', 'security', 'property', 'business', 'other'])[dice % 9 + 1],
	       '第' || dice || '号路口',
	       '居民反映第' || i || '号路口的路灯晚上不亮，老人出行看不清路，雨天积水，请有关单位尽快派人到现场查看并修复，谢谢。',
	       'ordinary', dice % 20 = 0, CASE WHEN dice % 20 = 0 THEN '' ELSE '居民' || i END, state,
	       lead, array_remove(ARRAY [lead], NULL),
	       (at AT TIME ZONE 'Asia/Shanghai')::date, at,
	       CASE WHEN state IN ('closed', 'to_feedback', 'to_rate') THEN '已派人到场修复。' ELSE '' END,
	       CASE WHEN state IN ('closed', 'to_rate') THEN at::date + 25 END, CASE WHEN state IN ('closed', 'to_rate') THEN '电话' ELSE '' END,
	       CASE state WHEN 'closed' THEN 'satisfied' END, CASE state WHEN 'closed' THEN at::date + 28 END,
	       CASE state WHEN 'declined' THEN '不属于本街道' ELSE '' END, CASE state WHEN 'promised' THEN at::date + 365 END,
	       CASE state WHEN 'closed' THEN at::date + 28 END, '', '联络员', 'k' || i
	FROM numbered
	JOIN street USING (n)
	CROSS JOIN LATERAL (SELECT CASE
		WHEN open THEN (ARRAY ['registered', 'to_assign', 'assigned', 'signed', 'handling', 'handling', 'handling', 'returned',
		                       'replied', 'to_feedback', 'to_rate', 'promised', 'to_city'])[dice % 13 + 1]
		WHEN dice < 20 THEN 'declined'
		WHEN dice < 30 THEN 'withdrawn'
		ELSE 'closed' END AS state) AS decided
	CROSS JOIN LATERAL (SELECT CASE WHEN state NOT IN ('registered', 'to_assign', 'declined', 'withdrawn') THEN units[dice % 10 + 2] END AS lead) AS handled
	ORDER BY i`

const insertAssignments = `
	INSERT INTO opinion_assignments (street_id, opinion_id, unit_id, part, round, assigned_at, signed_at, ended_at)
	SELECT street_id, id, lead_unit_id, 'lead', 1, received_at + interval '2 days', received_at + interval '3 days',
	       CASE WHEN closed_on IS NOT NULL THEN received_at + interval '28 days' END
	FROM opinions
	WHERE lead_unit_id IS NOT NULL
	ORDER BY id`

// One clock an opinion: running where it is open, some of them overdue.
const insertDeadlines = `
	INSERT INTO deadlines (street_id, kind, subject_id, name, label, started_on, days, basis, due_on, ended_on, ended_how)
	SELECT street_id, 'opinion', id, 'reply', '答复', received_on, 15, '答复期限 15 个工作日', received_on + 21 + (id % 30)::integer,
	       CASE WHEN ended THEN received_on + 20 END, CASE WHEN ended THEN 'done' ELSE '' END
	FROM opinions
	CROSS JOIN LATERAL (SELECT state IN ('closed', 'declined', 'withdrawn', 'to_city') AS ended) AS decided
	ORDER BY id`
