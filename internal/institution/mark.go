package institution

import (
	"context"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Mark is what is known of a clause beside its text.
type Mark struct {
	Obliging bool     // it obliges somebody
	Kinds    []string // of Kinds: each such record counts as done under it
}

// SetMark keeps what is known of a clause of the actor's own rule.
func (s *Store) SetMark(ctx context.Context, actor access.Actor, id int64, p Place, m Mark) (err error) {
	defer fault.Wrap(&err, "mark clause of institution %d", id)
	for _, k := range m.Kinds {
		if choice.Name(Kinds, k) == "" {
			return fault.Fields{{Name: "kinds", Text: "请选择列出的记录"}}
		}
	}
	if m.Kinds == nil {
		m.Kinds = []string{}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := lock(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case !mayWrite(actor, h.StreetID):
			return notTheirs(actor)
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO clause_marks (street_id, institution_id, number, suffix, obliging, kinds)
			SELECT @street::bigint, @id::bigint, @number::integer, @suffix::integer, @obliging::boolean, @kinds::text[]
			WHERE EXISTS (SELECT
			              FROM institution_clauses c
			              JOIN institution_versions v ON v.street_id = c.street_id AND v.id = c.version_id
			              WHERE v.street_id = @street AND v.institution_id = @id AND c.number = @number AND c.suffix = @suffix)
			ON CONFLICT (street_id, institution_id, number, suffix) DO UPDATE
			SET obliging = excluded.obliging, kinds = excluded.kinds`, db.Args{
			"street": h.StreetID, "id": id, "number": p.Number, "suffix": p.Suffix, "obliging": m.Obliging, "kinds": m.Kinds,
		})
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.NotFound
		}
		return s.record(ctx, tx, actor, h, "mark", done{title: p.Label() + "设定怎样算执行", detail: map[string]any{"obliging": m.Obliging, "kinds": m.Kinds}})
	})
}

// obliging is whether a clause c with its mark m obliges: as marked, else as its
// text says.
const obliging = `coalesce(m.obliging, c.text ~ '应当|应|必须|不得|负责')`
