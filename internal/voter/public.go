package voter

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Known is what residents see of a voter representative or a candidate: no more
// than they need (PIPL).
type Known struct {
	ID       int64
	StreetID int64
	Street   string
	Name     string
	Sex      string
	District string
}

// Notice is a publicity that runs, with its candidates.
type Notice struct {
	ID         int64
	Street     string
	Kind       string
	Term       string
	From       time.Time
	DueOn      *time.Time
	Candidates []Known `db:"-"`
}

// KnownFilter narrows what residents see. Zero fields do not narrow it.
type KnownFilter struct {
	StreetID int64
	Text     string // how the name begins
	After    int64
	Limit    int
}

// Known lists the representatives in office for the residents' site, by district
// and seat. Anyone may read it.
func (s *Store) Known(ctx context.Context, f KnownFilter) (list []Known, next int64, err error) {
	defer fault.Wrap(&err, "list voter representatives for residents")
	sql, args := `
		SELECT r.id, r.street_id, s.name AS street, p.name, p.sex, v.name AS district
		FROM voter_representatives r
		JOIN streets s ON s.id = r.street_id
		JOIN people p ON p.street_id = r.street_id AND p.id = r.person_id
		JOIN voter_districts v ON v.street_id = r.street_id AND v.id = r.district_id
		WHERE r.ended_on IS NULL`, db.Args{"limit": f.Limit + 1}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "r.street_id = @street AND p.street_id = @street")
	order := inOrder
	if f.Text != "" {
		order = byName
		add(true, "text", f.Text, `p.name COLLATE "C" >= @text`)
		add(true, "beyond", f.Text+"\U0010FFFF", `p.name COLLATE "C" < @beyond`)
		add(f.After != 0, "after", f.After, `(p.street_id, p.name COLLATE "C", p.id, r.id) > (
			SELECT q.street_id, q.name, q.id, a.id
			FROM voter_representatives a
			JOIN people q ON q.street_id = a.street_id AND q.id = a.person_id
			WHERE a.id = @after)`)
	} else {
		add(f.After != 0, "after", f.After, `(r.street_id, r.district_id, r.seat, r.since, r.id) > (
			SELECT a.street_id, a.district_id, a.seat, a.since, a.id FROM voter_representatives a WHERE a.id = @after)`)
	}
	err = s.db.ReadAlong(ctx, access.Resident(nil), db.Many(&list, sql+order, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

// Notices lists the publicities that run now with their candidates.
func (s *Store) Notices(ctx context.Context, street int64) (list []Notice, err error) {
	defer fault.Wrap(&err, "list publicities")
	var people []struct {
		Known
		SelectionID int64
	}
	args := db.Args{"street": street}
	err = s.db.Read(ctx, access.Resident(nil),
		db.Many(&list, `
			SELECT x.id, s.name AS street, x.kind, x.term, x.publicity_from AS from,
			       (SELECT max(d.due_on) FROM deadlines d
			        WHERE d.street_id = x.street_id AND d.kind = 'selection' AND d.subject_id = x.id AND d.name = 'publicity' AND d.ended_on IS NULL) AS due_on
			FROM selections x
			JOIN streets s ON s.id = x.street_id
			WHERE x.state = 'publicity' AND (@street::bigint = 0 OR x.street_id = @street)
			ORDER BY s.code, x.id
			LIMIT 50`, args),
		db.Many(&people, `
			SELECT c.id, c.street_id, '' AS street, p.name, p.sex, v.name AS district, c.selection_id
			FROM selections x
			JOIN selection_candidates c ON c.street_id = x.street_id AND c.selection_id = x.id
			JOIN people p ON p.street_id = c.street_id AND p.id = c.person_id
			JOIN voter_districts v ON v.street_id = c.street_id AND v.id = c.district_id
			WHERE x.state = 'publicity' AND c.dropped_why = '' AND (@street::bigint = 0 OR x.street_id = @street)
			ORDER BY v.position, c.id
			LIMIT 2000`, args))
	for i := range list {
		for _, p := range people {
			if p.SelectionID == list[i].ID {
				list[i].Candidates = append(list[i].Candidates, p.Known)
			}
		}
	}
	return list, err
}
