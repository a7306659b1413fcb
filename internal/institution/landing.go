package institution

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
)

// Landing is how far a street has carried out a core rule.
type Landing struct {
	ID            int64 // 0: 未落实
	StreetID      int64
	InstitutionID int64
	Status        string // one of Statuses; "" for 未落实
	LandedOn      *time.Time
	Note          string
	RuleID        int64 // the street's own rule that details it
	Rule          string
	Version       int
	Files         []file.Attachment
}

// Name is the status in words.
func (l *Landing) Name() string {
	if l.Status == "" {
		return NotLanded
	}
	return choice.Name(Statuses, l.Status)
}

// Matrix is streets × core rules.
type Matrix struct {
	Rules   []choice.Row
	Streets []choice.Row
	rows    []Landing
}

// Of is one cell; a street without a row has not carried the rule out.
func (m *Matrix) Of(street, rule int64) Landing {
	for _, l := range m.rows {
		if l.StreetID == street && l.InstitutionID == rule {
			return l
		}
	}
	return Landing{StreetID: street, InstitutionID: rule}
}

// Gaps counts the cells that are not carried out.
func (m *Matrix) Gaps() int { return len(m.Rules)*len(m.Streets) - len(m.rows) }

// Landings returns the matrix (domain.md §3 a): the city's of all its streets, a
// street's of its own row.
func (s *Store) Landings(ctx context.Context, actor access.Actor) (m Matrix, err error) {
	defer fault.Wrap(&err, "landing matrix")
	if !actor.May(access.ViewLanding) {
		return m, fault.Forbidden
	}
	var files []file.Attachment
	err = s.db.Read(ctx, actor,
		db.Many(&m.Rules, `
			SELECT id, title AS name
			FROM institutions
			WHERE street_id = 0 AND city_id = @city AND tier = '5' AND published
			ORDER BY array_position(ARRAY ['duties', 'director', 'meeting', 'voters', 'groups'], core)
			LIMIT 5`, db.Args{"city": actor.CityID}),
		db.Many(&m.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{}),
		db.Many(&m.rows, `
			SELECT l.id, l.street_id, l.institution_id, l.status, l.landed_on, l.note, coalesce(l.rule_id, 0) AS rule_id, coalesce(i.title, '') AS rule, l.version,
			       '[]'::jsonb AS files
			FROM landings l
			LEFT JOIN institutions i ON i.street_id = l.street_id AND i.id = l.rule_id
			ORDER BY l.street_id, l.institution_id
			LIMIT 5000`, db.Args{}),
		file.OfThose(&files, "landing", `SELECT id FROM landings`, db.Args{}))
	for i := range m.rows {
		for _, f := range files {
			if f.OwnerID == m.rows[i].ID {
				m.rows[i].Files = append(m.rows[i].Files, f)
			}
		}
	}
	return m, err
}

// NewLanding is what a street says of a core rule.
type NewLanding struct {
	InstitutionID int64
	Status        string
	On            time.Time
	Note          string
	RuleID        int64
	Version       int // that was shown; 0 where there was none
	Files         []file.Upload
}

// Land keeps how far the actor's street has carried out a core rule.
func (s *Store) Land(ctx context.Context, actor access.Actor, street int64, n NewLanding) (err error) {
	defer fault.Wrap(&err, "land institution %d", n.InstitutionID)
	if actor.Role != access.Operator {
		if !actor.May(access.KeepLanding) {
			return fault.Forbidden
		}
		street = actor.StreetID
	}
	var bad fault.Fields
	if choice.Name(Statuses, n.Status) == "" {
		bad.Add("status", "请选择落实情况")
	}
	if n.On.After(s.today()) {
		bad.Add("landed_on", "落实日期不能晚于今天")
	}
	if n.Status == "detailed" && n.RuleID == 0 && n.Note == "" {
		bad.Add("rule", "请选择实施细则，或者在说明里写明")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if err := s.files.Prepare(ctx, actor, street, "files", n.Files); err != nil {
		return err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error { return s.land(ctx, tx, actor, street, n) })
	switch {
	case db.Violates(err, "landings_of_core_rule"):
		return fault.NotFound
	case db.Violates(err, "landings_street_id_rule_id_fkey"):
		return fault.Fields{{Name: "rule", Text: "请选择本街道的制度"}}
	}
	return err
}

func (s *Store) land(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n NewLanding) error {
	var ids []int64
	err := db.Do(ctx, tx, db.Values(&ids, `
		INSERT INTO landings (street_id, institution_id, status, landed_on, note, rule_id, modified_at)
		SELECT @street::bigint, @rule::bigint, @status::text, @on::date, @note::text, nullif(@detail::bigint, 0), @now::timestamptz
		WHERE @version::integer = 0 OR EXISTS (SELECT FROM landings WHERE street_id = @street AND institution_id = @rule)
		ON CONFLICT (street_id, institution_id) DO UPDATE
		SET status = excluded.status, landed_on = excluded.landed_on, note = excluded.note, rule_id = excluded.rule_id, modified_at = excluded.modified_at,
		    version = landings.version + 1
		WHERE landings.version = @version
		RETURNING id`, db.Args{
		"street": street, "rule": n.InstitutionID, "status": n.Status, "on": n.On, "note": n.Note, "detail": n.RuleID, "now": s.now(), "version": n.Version,
	}))
	if err != nil {
		return err
	}
	if len(ids) != 1 {
		return fault.Stale
	}
	err = s.files.Attach(ctx, tx, actor, file.Owner{StreetID: street, Kind: "landing", ID: ids[0]}, "files", n.Files)
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "landing", ID: ids[0], Action: "landing.keep", Title: "登记落实情况：" + choice.Name(Statuses, n.Status),
		Detail: map[string]any{"institution": n.InstitutionID, "rule": n.RuleID},
	})
}
