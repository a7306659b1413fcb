package mandate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/institution"
)

// Terms is what an authorisation says. City, street and state do not come from it.
type Terms struct {
	Mode        string // one of Modes
	Title       string
	Body        string             // one of Bodies: who decided
	Meeting     string             // which meeting, as 十六届第二十四次会议
	DecidedOn   time.Time          // zero: not decided yet
	Ground      institution.Ground // the clause of the 1+5+X that it rests on, in force that day; none where its ID is 0
	Basis       string             // title of another document that it rests on
	BasisClause string             // its clause or number
	Streets     []int64
	Matters     []Matter
}

// Matter is one thing that is authorised.
type Matter struct {
	Subject   string // one of Subjects
	Object    string // the unit, by name; "" is any unit (package only)
	Content   string
	Measures  []string // of Measures
	FromOn    time.Time
	ThroughOn time.Time // the last day an act may begin; of a package not set
	ReportBy  time.Time // of a package, the first of one a year
	Form      string    // one of Forms
}

// check returns the complaints about t, those about a matter at "matters[i].…".
func (t *Terms) check(whole bool) error {
	var bad fault.Fields
	if whole && t.DecidedOn.IsZero() {
		bad.Add("decided_on", "请填写议定日期")
	}
	if len(t.Streets) == 0 {
		bad.Add("streets", "请选择授权给哪些街道")
	}
	if len(t.Matters) == 0 {
		bad.Add("matters[0].content", "请至少填写一个授权事项")
	}
	bad = append(bad, checkMatters(t.Mode, t.Matters)...)
	return bad.Err()
}

func checkMatters(mode string, list []Matter) (bad fault.Fields) {
	if mode == OneMatter && len(list) > 1 {
		bad.Add("matters[1].content", "一事一授权只有一个事项，其余的请另行授权")
	}
	for i := range list {
		m := &list[i]
		add := func(field, text string) { bad.Add(fmt.Sprintf("matters[%d].%s", i, field), text) }
		if len(m.Measures) == 0 {
			add("measures", "请至少勾选一种监督方式")
		}
		if mode == Package {
			m.ThroughOn = time.Time{}
		} else {
			if m.Object == "" {
				add("object", "请填写监督对象；只有一揽子授权可以不指定")
			}
			if m.ThroughOn.IsZero() {
				add("through_on", "请填写授权截止日期")
			} else if m.ThroughOn.Before(m.FromOn) {
				add("through_on", "截止日期不能早于开始日期")
			}
		}
		if !m.ReportBy.IsZero() && m.ReportBy.Before(m.FromOn) {
			add("report_by", "报告期限不能早于授权开始日期")
		}
	}
	return bad
}

// DraftMandate writes the draft of an authorisation and returns its ID. The same
// key makes one. request, where not zero, is the submitted request that it answers.
func (s *Store) DraftMandate(ctx context.Context, actor access.Actor, key string, t Terms) (id int64, err error) {
	defer fault.Wrap(&err, "draft mandate")
	if !actor.May(access.DraftMandate) {
		return 0, fault.Forbidden
	}
	if err := t.check(false); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.draft(ctx, tx, actor, key, t, 0, 0)
		return err
	})
	return id, err
}

func (s *Store) draft(ctx context.Context, tx db.Tx, actor access.Actor, key string, t Terms, requestStreet, request int64) (id int64, err error) {
	var known []int64
	if err := db.Do(ctx, tx, db.Values(&known, `SELECT id FROM mandates WHERE city_id = @city AND key = @key`, db.Args{"city": actor.CityID, "key": key})); err != nil {
		return 0, err
	}
	if len(known) > 0 {
		return known[0], nil
	}
	args := t.args()
	args["city"], args["now"], args["drafter"], args["key"] = actor.CityID, s.now(), actor.Name, key
	args["request"], args["request_street"] = request, requestStreet
	id, err = db.Insert(ctx, tx, `
		INSERT INTO mandates (city_id, mode, title, body, meeting, decided_on, basis, basis_clause, drafter, key, created_at, modified_at, request_id, request_street_id,
		                      ground_street_id, ground_id, ground_number, ground_suffix)
		VALUES (@city, @mode, @title, @body, @meeting, @decided, @basis, @clause, @drafter, @key, @now, @now, nullif(@request::bigint, 0), nullif(@request_street::bigint, 0),
		        (SELECT street_id FROM institutions WHERE id = @ground), @ground, @number, @suffix)
		RETURNING id`, args)
	if err != nil {
		return 0, ungrounded(err)
	}
	_, err = db.Exec(ctx, tx, `INSERT INTO mandate_versions (mandate_id, version, drafter) VALUES (@id, 1, @drafter)`, db.Args{"id": id, "drafter": actor.Name})
	if err != nil {
		return 0, err
	}
	if err := s.write(ctx, tx, actor, id, t); err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, 0, kind, id, "draft", done{title: "起草授权"})
}

func (t *Terms) args() db.Args {
	args := db.Args{
		"mode": t.Mode, "title": t.Title, "body": t.Body, "meeting": t.Meeting, "decided": day(t.DecidedOn), "basis": t.Basis, "clause": t.BasisClause,
		"ground": (*int64)(nil), "number": (*int)(nil), "suffix": (*int)(nil),
	}
	if t.Ground.ID != 0 {
		args["ground"], args["number"], args["suffix"] = t.Ground.ID, t.Ground.Number, t.Ground.Suffix
	}
	return args
}

// ungrounded makes a complaint of what PostgreSQL refused for the clause that a draft
// rests on.
func ungrounded(err error) error {
	switch {
	case db.Violates(err, "mandates_ground_in_force"), db.Violates(err, "mandates_ground_whole"):
		return fault.Fields{{Name: "ground", Text: "议定那天这一条没有施行，请核对议定日期，或者另选条款"}}
	case db.Violates(err, "mandates_ground_of_street"):
		return fault.Fields{{Name: "ground", Text: "街道制度只能作为对本街道授权的依据，请选市级制度的条款，或者只授权给这个街道"}}
	}
	return err
}

// day is NULL for the zero time.
func day(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// write writes the streets and the matters of a draft's first version.
func (s *Store) write(ctx context.Context, tx db.Tx, actor access.Actor, id int64, t Terms) error {
	streets := slices.Compact(slices.Sorted(slices.Values(t.Streets)))
	n, err := db.Exec(ctx, tx, `
		INSERT INTO mandate_streets (street_id, mandate_id, modified_at)
		SELECT id, @id, @now
		FROM streets
		WHERE city_id = @city AND id = ANY (@streets)`, db.Args{"id": id, "now": s.now(), "city": actor.CityID, "streets": streets})
	if err != nil {
		return ungrounded(err)
	}
	if int(n) != len(streets) {
		return fault.Fields{{Name: "streets", Text: "请选择本市的街道"}}
	}
	return writeMatters(ctx, tx, id, t.Mode, 1, t.Matters)
}

func writeMatters(ctx context.Context, tx db.Tx, id int64, mode string, version int, list []Matter) error {
	var b db.Batch
	for i, m := range list {
		b.Add(`
			INSERT INTO mandate_matters (mandate_id, mode, version, no, subject, object, content, measures, from_on, through_on, report_by, yearly, form)
			VALUES (@id, @mode, @version, @no, @subject, @object, @content, @measures, @from, @through, @report, @mode = 'package', @form)`,
			db.Args{
				"id": id, "mode": mode, "version": version, "no": i + 1, "subject": m.Subject, "object": m.Object, "content": m.Content, "measures": m.Measures,
				"from": m.FromOn, "through": day(m.ThroughOn), "report": m.ReportBy, "form": m.Form,
			})
	}
	return b.Run(ctx, tx)
}

// Redraft rewrites a draft.
func (s *Store) Redraft(ctx context.Context, actor access.Actor, step Step, t Terms) (err error) {
	defer fault.Wrap(&err, "redraft mandate %d", step.ID)
	if !actor.May(access.DraftMandate) {
		return fault.Forbidden
	}
	if err := t.check(false); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		m, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case m.Version != step.Version:
			return fault.Stale
		case m.State != Draft:
			return fault.Fields{{Name: "state", Text: "只有起草中的授权可以修改；已下达的请用变更"}}
		}
		for _, table := range []string{`DELETE FROM mandate_matters WHERE mandate_id = @id AND version = 1`, `DELETE FROM mandate_streets WHERE mandate_id = @id`} {
			if _, err := db.Exec(ctx, tx, table, db.Args{"id": m.ID}); err != nil {
				return err
			}
		}
		args := t.args()
		args["id"], args["now"] = m.ID, s.now()
		_, err = db.Exec(ctx, tx, `
			UPDATE mandates
			SET mode = @mode, title = @title, body = @body, meeting = @meeting, decided_on = @decided, basis = @basis, basis_clause = @clause,
			    ground_street_id = (SELECT street_id FROM institutions WHERE id = @ground), ground_id = @ground, ground_number = @number, ground_suffix = @suffix,
			    version = version + 1, modified_at = @now
			WHERE id = @id`, args)
		if err != nil {
			return ungrounded(err)
		}
		if err := s.write(ctx, tx, actor, m.ID, t); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, 0, kind, m.ID, "redraft", done{title: "修改草稿"})
	})
}
