package voter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// PlanNew is the quota plan 名额方案 of a general selection.
type PlanNew struct {
	Key       string // of the form: sent twice, it makes one selection
	Term      string // 届, such as 第一届
	From      time.Time
	Basis     string
	Districts []DistrictNew
	Targets   map[string]int // by the key of a Trait; in percent
}

// DistrictNew is one electoral district with its quota.
type DistrictNew struct {
	Name  string
	Area  string // which communities it takes in
	Quota int
}

// check holds a plan against the rules that the schema does not know.
func (p PlanNew) check() error {
	var bad fault.Fields
	if len(p.Districts) == 0 {
		bad.Add("districts[0].name", "请至少填写一个选区和它的名额")
	}
	if len(p.Districts) > MaxDistricts {
		bad.Add("districts[0].name", fmt.Sprintf("一个方案最多 %d 个选区", MaxDistricts))
	}
	seen := map[string]bool{}
	for i, d := range p.Districts {
		if seen[d.Name] {
			bad.Add(fmt.Sprintf("districts[%d].name", i), "选区“"+d.Name+"”写了两次")
		}
		seen[d.Name] = true
		if d.Quota < 1 || d.Quota > 99 {
			bad.Add(fmt.Sprintf("districts[%d].quota", i), "名额请填 1 到 99")
		}
	}
	return bad.Err()
}

// OpenSelection begins a general selection with its plan and returns its ID. The
// term lasts as many years as the street has set. A street works on one general
// selection at a time.
func (s *Store) OpenSelection(ctx context.Context, actor access.Actor, p PlanNew) (id int64, err error) {
	defer fault.Wrap(&err, "open selection")
	if !may(actor, access.KeepSelections) {
		return 0, fault.Forbidden
	}
	if err := p.check(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var years, percent int
		if err := db.Do(ctx, tx, termYears.Query(&years, actor.StreetID), passPercent.Query(&percent, actor.StreetID)); err != nil {
			return err
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO selections (street_id, kind, term, term_from, term_until, basis, pass_percent, key, created_at, modified_at)
			VALUES (@street, 'general', @term, @from, @until, @basis, @percent, @key, @now, @now)
			ON CONFLICT (street_id, key) DO NOTHING
			RETURNING id`, db.Args{
			"street": actor.StreetID, "term": p.Term, "from": p.From, "until": p.From.AddDate(years, 0, -1), "basis": p.Basis,
			"percent": percent, "key": p.Key, "now": s.now(),
		})
		if errors.Is(err, fault.NotFound) { // the form has been sent before
			return db.Do(ctx, tx, db.Value(&id, `SELECT id FROM selections WHERE street_id = @street AND key = @key`,
				db.Args{"street": actor.StreetID, "key": p.Key}))
		}
		if err != nil {
			return err
		}
		if err := writePlan(ctx, tx, actor.StreetID, id, p); err != nil {
			return err
		}
		return s.note(ctx, tx, actor, actor.StreetID, id, "selection.open", "拟定名额方案", "")
	})
	return id, voterFault(err)
}

// RevisePlan changes the plan of a selection that has not begun to recommend.
func (s *Store) RevisePlan(ctx context.Context, actor access.Actor, step Step, p PlanNew) (err error) {
	defer fault.Wrap(&err, "revise plan of selection %d", step.ID)
	if !may(actor, access.KeepSelections) {
		return fault.Forbidden
	}
	if err := p.check(); err != nil {
		return err
	}
	return voterFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		l, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case l.Version != step.Version || l.State != Plan || l.Kind != General:
			return fault.Stale
		}
		var b db.Batch
		which := db.Args{"street": l.StreetID, "id": l.ID}
		b.Add(`DELETE FROM voter_districts WHERE street_id = @street AND selection_id = @id`, which)
		b.Add(`DELETE FROM selection_targets WHERE street_id = @street AND selection_id = @id`, which)
		b.Add(`
			UPDATE selections
			SET term = @term, term_until = (term_until + (@from::date - term_from)), term_from = @from, basis = @basis
			WHERE street_id = @street AND id = @id`,
			db.Args{"street": l.StreetID, "id": l.ID, "term": p.Term, "from": p.From, "basis": p.Basis})
		if err := b.Run(ctx, tx); err != nil {
			return err
		}
		if err := writePlan(ctx, tx, l.StreetID, l.ID, p); err != nil {
			return err
		}
		return s.done(ctx, tx, actor, l, "plan", "修改名额方案", "")
	}))
}

func writePlan(ctx context.Context, tx db.Tx, street, id int64, p PlanNew) error {
	var b db.Batch
	for i, d := range p.Districts {
		b.Add(`
			INSERT INTO voter_districts (street_id, selection_id, position, name, area, quota)
			VALUES (@street, @id, @position, @name, @area, @quota)`,
			db.Args{"street": street, "id": id, "position": i + 1, "name": d.Name, "area": d.Area, "quota": d.Quota})
	}
	for _, t := range Traits {
		if percent := p.Targets[t.Key]; percent > 0 {
			b.Add(`INSERT INTO selection_targets (street_id, selection_id, trait, percent) VALUES (@street, @id, @trait, @percent)`,
				db.Args{"street": street, "id": id, "trait": t.Key, "percent": percent})
		}
	}
	return b.Run(ctx, tx)
}

// ByNew is a by-selection 补选 for vacant seats of one district.
type ByNew struct {
	Key        string
	DistrictID int64
	Seats      int
	Basis      string
}

// OpenBySelection begins a by-selection and returns its ID. It may fill as many
// seats as are vacant and not already being filled.
func (s *Store) OpenBySelection(ctx context.Context, actor access.Actor, n ByNew) (id int64, err error) {
	defer fault.Wrap(&err, "open by-selection in district %d", n.DistrictID)
	if !may(actor, access.KeepSelections) {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Value(&id, `SELECT id FROM selections WHERE street_id = @street AND key = @key`,
			db.Args{"street": actor.StreetID, "key": n.Key}))
		if !errors.Is(err, fault.NotFound) {
			return err // the form has been sent before
		}
		var p struct {
			SelectionID int64
			Vacant      int
		}
		err = db.Do(ctx, tx, db.One(&p, `
			SELECT v.selection_id, `+vacant+` AS vacant
			FROM voter_districts v
			WHERE v.street_id = @street AND v.id = @district`,
			db.Args{"street": actor.StreetID, "district": n.DistrictID, "today": calendar.On(s.now())}))
		switch {
		case err != nil:
			return err
		case p.Vacant < 1:
			return fault.Fields{{Name: "seats", Text: "这个选区没有空缺，或者空缺已经在补选"}}
		case n.Seats < 1 || n.Seats > p.Vacant:
			return fault.Fields{{Name: "seats", Text: fmt.Sprintf("补选名额请填 1 到 %d", p.Vacant)}}
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO selections (street_id, kind, parent_id, term, term_from, term_until, basis, pass_percent, key, created_at, modified_at)
			SELECT street_id, 'by', id, term, term_from, term_until, @basis, pass_percent, @key, @now, @now
			FROM selections
			WHERE street_id = @street AND id = @parent
			RETURNING id`, db.Args{"street": actor.StreetID, "parent": p.SelectionID, "basis": n.Basis, "key": n.Key, "now": s.now()})
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO selection_districts (street_id, selection_id, district_id, seats)
			VALUES (@street, @id, @district, @seats)`,
			db.Args{"street": actor.StreetID, "id": id, "district": n.DistrictID, "seats": n.Seats})
		if err != nil {
			return err
		}
		return s.note(ctx, tx, actor, actor.StreetID, id, "selection.open", "启动补选", n.Basis)
	})
	return id, voterFault(err)
}

// vacant counts the seats of district v that nobody holds and no open
// by-selection fills.
const vacant = `(v.quota
	- (SELECT count(*) FROM voter_representatives r
	   WHERE r.street_id = v.street_id AND r.district_id = v.id AND (r.ended_on IS NULL OR r.ended_on > @today::date))
	- (SELECT coalesce(sum(d.seats), 0) FROM selection_districts d
	   JOIN selections x ON x.street_id = d.street_id AND x.id = d.selection_id
	   WHERE d.street_id = v.street_id AND d.district_id = v.id AND x.kind = 'by'
	     AND x.state IN ('plan', 'recommending', 'vetting', 'publicity', 'meeting', 'confirming')))::integer`

// Open opens the recommendations; the plan stands from here on.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "opening", step, func(tx db.Tx, l locked) (done, error) {
		if l.Kind == General {
			_, err := db.Exec(ctx, tx, `
				INSERT INTO selection_districts (street_id, selection_id, district_id, seats)
				SELECT street_id, selection_id, id, quota
				FROM voter_districts
				WHERE street_id = @street AND selection_id = @id`, db.Args{"street": l.StreetID, "id": l.ID})
			if err != nil {
				return done{}, err
			}
		}
		return done{title: "确定名额方案，开始推荐"}, s.to(ctx, tx, l, Recommending)
	})
}

// note records an act about a selection.
func (s *Store) note(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "selection", ID: id, Action: action, Title: title, Reason: reason,
	})
}

// ForForm is what the form of a plan starts from: the districts of the term
// before, or none.
func (s *Store) ForForm(ctx context.Context, actor access.Actor) (list []DistrictNew, err error) {
	defer fault.Wrap(&err, "districts of the term before")
	if !actor.May(access.KeepSelections) {
		return nil, fault.Forbidden
	}
	return list, s.db.Read(ctx, actor, db.Many(&list, `
		SELECT name, area, quota
		FROM voter_districts
		WHERE street_id = @street
		  AND selection_id = (SELECT max(id) FROM selections WHERE street_id = @street AND kind = 'general' AND met_on IS NOT NULL)
		ORDER BY position
		LIMIT 50`, db.Args{"street": actor.StreetID}))
}

// Vacancies lists the districts of a street with seats to fill by a by-selection,
// named with how many.
func (s *Store) Vacancies(ctx context.Context, actor access.Actor) (list []choice.Row, err error) {
	defer fault.Wrap(&err, "vacancies")
	if !actor.May(access.KeepSelections) {
		return nil, fault.Forbidden
	}
	return list, s.db.Read(ctx, actor, db.Many(&list, `
		SELECT id, name || '（空缺 ' || n || '）' AS name
		FROM (SELECT v.id, v.position, v.name, `+vacant+` AS n
		      FROM voter_districts v
		      WHERE v.street_id = @street AND v.selection_id = `+current+`) AS v
		WHERE n > 0
		ORDER BY position
		LIMIT 50`, db.Args{"street": actor.StreetID, "today": calendar.On(s.now())}))
}

// current is the general selection whose districts count in @street.
const current = `(SELECT max(g.id) FROM selections g WHERE g.street_id = @street AND g.kind = 'general' AND g.met_on IS NOT NULL)`
