package person

import (
	"strconv"
	"time"
)

// Part is what a person is or was: a post, a seat, a place in a team.
type Part struct {
	Kind    string // the kind of record, such as deputy: pages know its address
	ID      int64
	What    string // 中文: 市人大代表
	More    string // 中文: 东城第一选区
	Since   *time.Time
	UntilOn *time.Time // the first day after; nil: nobody has ended it
	Current bool       // on the day that was asked about
}

// parts are the rooms in which a person may be something: SELECTs of Parts with the
// person's row as of(street, id), as of the day @today. A person may be only once
// at a time what has the same kind; a merging would make them be it twice.
var parts = []struct{ kind, sql string }{
	{"deputy", `
		SELECT 'deputy' AS kind, d.id, CASE d.level WHEN 'province' THEN '省人大代表' WHEN 'nation' THEN '全国人大代表' ELSE '市人大代表' END AS what,
		       d.term || ' ' || d.electoral_district AS more, d.since, d.ended_on AS until_on, d.ended_on IS NULL AS current
		FROM deputies d
		WHERE d.street_id = @street AND d.person_id = ANY (@ids) AND d.ended_why <> 'duplicate'`},
	{"post", `
		SELECT 'post' AS kind, t.id, CASE t.post WHEN 'director' THEN '工委主任' WHEN 'deputy_director' THEN '工委副主任' ELSE '工委委员' END AS what,
		       '' AS more, t.since, t.until_on, t.until_on IS NULL OR t.until_on > @today AS current
		FROM posts t
		WHERE t.street_id = @street AND t.person_id = ANY (@ids)`},
	{"voter", `
		SELECT 'voter' AS kind, v.id, '选民代表' AS what, '' AS more, v.since, coalesce(v.ended_on, v.until_on) AS until_on,
		       coalesce(v.ended_on, v.until_on) > @today AS current
		FROM voter_representatives v
		WHERE v.street_id = @street AND v.person_id = ANY (@ids)`},
	{"expert", `
		SELECT 'expert' AS kind, e.id, '咨询专家' AS what, '' AS more, e.since, NULL::date AS until_on, true AS current
		FROM experts e
		WHERE e.street_id = @street AND e.person_id = ANY (@ids)`},
	{"officer", `
		SELECT 'officer' AS kind, o.id, '联络员、信息员' AS what, '' AS more, NULL::date AS since, NULL::date AS until_on, true AS current
		FROM officers o
		WHERE o.street_id = @street AND o.person_id = ANY (@ids)`},
}

// allParts is the union of parts.
func allParts() string {
	sql := ""
	for i, p := range parts {
		if i > 0 {
			sql += "\nUNION ALL"
		}
		sql += p.sql
	}
	return "SELECT kind, id, what, more, since, until_on, current FROM (" + sql + ") AS r ORDER BY current DESC, since DESC NULLS LAST, kind, id LIMIT 200"
}

// rolesOf writes what a person is now in a few words: an expression over columns
// that hold their street and ID.
func rolesOf(street, id string) string {
	return `concat_ws('、',
		(SELECT '人大代表' FROM deputies d WHERE d.street_id = ` + street + ` AND d.person_id = ` + id + ` AND d.ended_on IS NULL LIMIT 1),
		(SELECT '工委成员' FROM posts t WHERE t.street_id = ` + street + ` AND t.person_id = ` + id + ` AND t.until_on IS NULL LIMIT 1),
		(SELECT '选民代表' FROM voter_representatives v WHERE v.street_id = ` + street + ` AND v.person_id = ` + id + ` AND v.ended_on IS NULL LIMIT 1),
		(SELECT '咨询专家' FROM experts e WHERE e.street_id = ` + street + ` AND e.person_id = ` + id + ` LIMIT 1),
		(SELECT '联络员、信息员' FROM officers o WHERE o.street_id = ` + street + ` AND o.person_id = ` + id + ` LIMIT 1))`
}

func itoa(n int) string { return strconv.Itoa(n) }
