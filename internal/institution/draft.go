package institution

import (
	"context"
	"errors"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// New is a rule to draft.
type New struct {
	Key        string // of the form: sent twice, it makes one rule
	CityID     int64  // of the operator only; of others it is their own
	StreetID   int64  // of the operator only
	Tier       string
	Core       string // one of Cores, of tier 5
	Title      string
	Text       string // as typed, see ReadText
	ReplacesID int64  // the rule it takes the place of; 0 for none
	AdoptsID   int64  // the published rule of another street whose text it began with; 0 for none
}

// Draft keeps a new rule with its first version. The city makes tiers 1 and 5, a
// street X (domain.md §3 a).
func (s *Store) Draft(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "draft institution")
	need := access.DraftInstitution
	if actor.Role != access.Operator {
		n.StreetID, n.CityID = of(actor), actor.CityID
	}
	if OfCity(n.StreetID) {
		need = access.DraftCityInstitution
	}
	if !actor.May(need) && actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	if err := n.check(); err != nil {
		return 0, err
	}
	clauses, err := ReadText(n.Text, nil)
	if err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.draft(ctx, tx, actor, n, clauses)
		return err
	})
	switch {
	case db.Violates(err, "institutions_core_once"):
		return 0, fault.Fields{{Name: "core", Text: "这项重点制度已经有了，请在原制度上修订"}}
	case db.Violates(err, "institutions_street_id_replaces_id_fkey"):
		return 0, fault.Fields{{Name: "replaces", Text: "请选择本级现行的制度"}}
	}
	return id, err
}

func (n *New) check() error {
	var bad fault.Fields
	x := n.Tier == "X"
	if x == OfCity(n.StreetID) || !x && n.Tier != "1" && n.Tier != "5" {
		bad.Add("tier", "市级制定总体制度和重点制度，街道制定街道制度")
	}
	if n.Tier == "5" {
		for _, c := range Cores {
			if c.Key == n.Core {
				n.Title = c.Name
			}
		}
		if n.Title == "" {
			bad.Add("core", "请选择重点制度")
		}
	} else {
		n.Core = ""
	}
	if n.Title == "" && n.Tier != "5" {
		bad.Add("title", "请填写制度名称")
	}
	return bad.Err()
}

func (s *Store) draft(ctx context.Context, tx db.Tx, actor access.Actor, n New, clauses []Clause) (int64, error) {
	var had []int64
	args := db.Args{"city": n.CityID, "street": n.StreetID, "key": n.Key}
	err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM institutions WHERE city_id = @city AND street_id = @street AND key = @key`, args))
	if err != nil {
		return 0, err
	}
	if len(had) > 0 {
		return had[0], nil
	}
	lineage, err := s.lineage(ctx, tx, n)
	if err != nil {
		return 0, err
	}
	id, err := db.Insert(ctx, tx, `
		INSERT INTO institutions (city_id, street_id, tier, core, title, replaces_id, adopted_street_id, adopted_id, key, created_at, modified_at)
		VALUES (@city, @street, @tier, @core, @title, nullif(@replaces::bigint, 0), @from, nullif(@adopts::bigint, 0), @key, @now, @now)
		RETURNING id`, db.Args{
		"city": n.CityID, "street": n.StreetID, "tier": n.Tier, "core": n.Core, "title": n.Title, "replaces": n.ReplacesID,
		"from": lineage, "adopts": n.AdoptsID, "key": n.Key, "now": s.now(),
	})
	if err != nil {
		return 0, err
	}
	version, err := s.begin(ctx, tx, n.StreetID, id, 1, "")
	if err == nil {
		err = s.write(ctx, tx, n.StreetID, version, clauses)
	}
	if err != nil {
		return 0, err
	}
	as := actor
	as.CityID = n.CityID
	title := "起草"
	if n.AdoptsID != 0 {
		title = "借鉴其他街道的制度起草"
	}
	return id, audit.Record(ctx, tx, as, audit.Event{
		At: s.now(), StreetID: n.StreetID, Kind: "institution", ID: id, Action: "institution.draft", Title: title,
		Detail: map[string]any{"tier": n.Tier, "clauses": len(clauses), "adopts": n.AdoptsID, "replaces": n.ReplacesID},
	})
}

// lineage finds the street of the published rule that n adopts.
func (s *Store) lineage(ctx context.Context, tx db.Tx, n New) (*int64, error) {
	if n.AdoptsID == 0 {
		return nil, nil
	}
	var street int64
	err := db.Do(ctx, tx, db.Value(&street, `
		SELECT street_id FROM institutions WHERE id = @id AND tier = 'X' AND published AND street_id <> @own`,
		db.Args{"id": n.AdoptsID, "own": n.StreetID}))
	if errors.Is(err, fault.NotFound) {
		return nil, fault.Fields{{Name: "adopts", Text: "只能借鉴其他街道已经公布的制度"}}
	}
	return &street, err
}

// begin adds a version as a draft and returns its ID.
func (s *Store) begin(ctx context.Context, tx db.Tx, street, id int64, ordinal int, reason string) (int64, error) {
	return db.Insert(ctx, tx, `
		INSERT INTO institution_versions (street_id, institution_id, ordinal, reason, created_at)
		VALUES (@street, @id, @ordinal, @reason, @now)
		RETURNING id`, db.Args{"street": street, "id": id, "ordinal": ordinal, "reason": reason, "now": s.now()})
}

// write replaces a draft's text. A clause that stays keeps what it rests on.
func (s *Store) write(ctx context.Context, tx db.Tx, street, version int64, clauses []Clause) error {
	var b db.Batch
	keys := make([]int32, len(clauses))
	for i, c := range clauses {
		keys[i] = int32(c.Number*100 + c.Suffix)
	}
	b.Add(`
		DELETE FROM institution_clauses
		WHERE street_id = @street AND version_id = @version AND NOT number * 100 + suffix = ANY (@keys::integer[])`,
		db.Args{"street": street, "version": version, "keys": keys})
	for _, c := range clauses {
		b.Add(`
			INSERT INTO institution_clauses (street_id, version_id, number, suffix, text, repealed)
			VALUES (@street, @version, @number, @suffix, @text, @repealed)
			ON CONFLICT (street_id, version_id, number, suffix) DO UPDATE
			SET text = excluded.text, repealed = excluded.repealed`,
			db.Args{"street": street, "version": version, "number": c.Number, "suffix": c.Suffix, "text": c.Text, "repealed": c.Repealed})
	}
	return b.Run(ctx, tx)
}

// mayWrite reports whether actor makes the rules of a street, 0 for the city's.
func mayWrite(actor access.Actor, street int64) bool {
	switch {
	case actor.Role == access.Operator:
		return true
	case OfCity(street):
		return actor.May(access.DraftCityInstitution)
	}
	return actor.May(access.DraftInstitution)
}

// notTheirs refuses who makes no rules, and hides the rules of others from who makes
// their own.
func notTheirs(actor access.Actor) error {
	if actor.May(access.MakeInstitution) {
		return fault.NotFound
	}
	return fault.Forbidden
}

// Write replaces the text of the newest version, which has not been passed yet.
// Clauses of the version before keep their numbers. title is kept where the rule
// has never been signed and is no core rule.
func (s *Store) Write(ctx context.Context, actor access.Actor, step Step, title, typed string) (err error) {
	defer fault.Wrap(&err, "write institution %d", step.ID)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case !mayWrite(actor, h.StreetID):
			return notTheirs(actor)
		case h.Version != step.Version:
			return fault.Stale
		case !Typing(h.State):
			return complain("现在是“%s”，条文不能改动；要改的，通过后另行修订", Info(h.StreetID, h.State).Name)
		}
		before, err := s.before(ctx, tx, h)
		if err != nil {
			return err
		}
		clauses, err := ReadText(typed, before)
		if err != nil {
			return err
		}
		if err := s.write(ctx, tx, h.StreetID, h.VersionID, clauses); err != nil {
			return err
		}
		if h.Ordinal == 1 && title != "" && title != h.Title {
			_, err := db.Exec(ctx, tx, `UPDATE institutions SET title = @title WHERE street_id = @street AND id = @id AND core = '' AND NOT published`,
				db.Args{"title": title, "street": h.StreetID, "id": h.ID})
			if err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, h, "write", done{title: "修改条文", detail: map[string]any{"clauses": len(clauses)}})
	})
}

// before are the clauses of the version before the newest, whose numbers hold.
func (s *Store) before(ctx context.Context, tx db.Tx, h held) (list []Clause, err error) {
	var rows []clauseRow
	err = db.Do(ctx, tx, db.Many(&rows, selectClauses+`
		WHERE c.street_id = @street
		  AND c.version_id = (SELECT v.id FROM institution_versions v
		                      WHERE v.street_id = @street AND v.institution_id = @id AND v.signed_on IS NOT NULL AND v.ordinal < @ordinal
		                      ORDER BY v.ordinal DESC LIMIT 1)`+inOrder, db.Args{"street": h.StreetID, "id": h.ID, "ordinal": h.Ordinal}))
	return clauses(rows), err
}

// Rest names the clause of the city's rule on which a clause of a draft rests; a
// zero ground names none.
func (s *Store) Rest(ctx context.Context, actor access.Actor, step Step, p Place, on Ground) (err error) {
	defer fault.Wrap(&err, "rest clause of institution %d", step.ID)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case !mayWrite(actor, h.StreetID):
			return notTheirs(actor)
		case h.Version != step.Version:
			return fault.Stale
		case !Typing(h.State) || OfCity(h.StreetID):
			return fault.Fields{{Name: "rests", Text: "签发后不能改动依据"}}
		}
		if on.ID != 0 {
			if err := s.ground(ctx, tx, on); err != nil {
				return err
			}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE institution_clauses
			SET rests_street_id = CASE WHEN @on::bigint <> 0 THEN 0 END, rests_id = nullif(@on, 0),
			    rests_number = CASE WHEN @on <> 0 THEN @onNumber::integer END, rests_suffix = CASE WHEN @on <> 0 THEN @onSuffix::integer END
			WHERE street_id = @street AND version_id = @version AND number = @number AND suffix = @suffix`,
			db.Args{
				"on": on.ID, "onNumber": on.Number, "onSuffix": on.Suffix,
				"street": h.StreetID, "version": h.VersionID, "number": p.Number, "suffix": p.Suffix,
			})
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.NotFound
		}
		return s.record(ctx, tx, actor, h, "rest", done{title: p.Label() + "注明依据"})
	})
}

// ground checks that the city has the clause.
func (s *Store) ground(ctx context.Context, tx db.Tx, on Ground) error {
	var there bool
	err := db.Do(ctx, tx, db.Value(&there, `
		SELECT EXISTS (SELECT
		               FROM institution_versions v
		               JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
		               WHERE v.street_id = 0 AND v.institution_id = @id AND v.published AND c.number = @number AND c.suffix = @suffix AND NOT c.repealed)`,
		db.Args{"id": on.ID, "number": on.Number, "suffix": on.Suffix}))
	if err == nil && !there {
		err = fault.Fields{{Name: "rests", Text: "请选择市级制度的条款"}}
	}
	return err
}
