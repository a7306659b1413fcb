package mandate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Act is an act of supervision that is to begin.
type Act struct {
	StreetID int64
	Subject  string // one of Subjects: what it is about
	Measure  string // one of Measures: what is done
	Object   string // the unit, by name; not needed with UnitID
	UnitID   int64  // the street's handling unit, or 0
	Title    string
	On       time.Time // the day on which it begins
	At       time.Time // now, by the room's clock
	Kind     string    // the room whose record it is: "activity"; "" is "record"
	RecordID int64     // that record, or 0 where it has none yet
	Key      string    // of the form: sent twice, it makes one act
}

// Uncovered is the refusal of an act that no live matter covers (hard rule 2). It
// is also a fault.Fields, so that any room's form shows what is missing; a page
// that offers the request to the city finds the act here.
type Uncovered struct {
	Act  Act
	Why  string // none, measure, dates, withdrawn, receipt, used, closed, object or covered_no_more
	Text string // 中文: what is missing
}

func (u *Uncovered) Error() string { return "no live mandate covers the act: " + u.Why }

// As makes u a complaint at the field "mandate".
func (u *Uncovered) As(target any) bool {
	f, ok := target.(*fault.Fields)
	if ok {
		*f = fault.Fields{{Name: "mandate", Text: u.Text}}
	}
	return ok
}

// Require lets an act of supervision begin in tx, the caller's transaction, if a
// live matter of an authorisation covers its subject, measure, object, street and
// day, and returns the act's ID for the caller's own row to refer to. It holds
// what it relies on until tx ends, so that no withdrawal, change or conclusion
// comes in between. It returns *Uncovered where nothing covers the act.
//
// The caller has checked that actor may do what it does. PostgreSQL checks again,
// in a trigger of mandate_acts, and does not rely on this code (docs/adr).
func Require(ctx context.Context, tx db.Tx, actor access.Actor, a Act) (id int64, err error) {
	defer fault.Wrap(&err, "require mandate")
	if err := a.name(ctx, tx); err != nil {
		return 0, err
	}
	var known []int64
	if err := db.Do(ctx, tx, db.Values(&known, `SELECT id FROM mandate_acts WHERE street_id = @street AND key = @key`, db.Args{"street": a.StreetID, "key": a.Key})); err != nil || len(known) > 0 {
		return slices.Max(append(known, 0)), err
	}
	c, err := hold(ctx, tx, a)
	if err != nil {
		return 0, err
	}
	if c.Matter == nil {
		return 0, c.Refusal
	}
	return begin(ctx, tx, actor, a)
}

// name gives a the name of its unit.
func (a *Act) name(ctx context.Context, tx db.Tx) error {
	if a.UnitID == 0 {
		return nil
	}
	return db.Do(ctx, tx, db.Value(&a.Object, `SELECT name FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": a.StreetID, "unit": a.UnitID}))
}

// begin writes the act. The trigger finds its matter.
func begin(ctx context.Context, tx db.Tx, actor access.Actor, a Act) (int64, error) {
	if a.Kind == "" {
		a.Kind = "record"
	}
	id, err := db.Insert(ctx, tx, `
		INSERT INTO mandate_acts (street_id, mandate_id, matter_id, subject, measure, object, unit_id, title, act_on, kind, subject_id, creator, key, created_at)
		VALUES (@street, 0, 0, @subject, @measure, @object, nullif(@unit::bigint, 0), @title, @on, @kind, @record, @name, @key, @now)
		RETURNING id`,
		db.Args{
			"street": a.StreetID, "subject": a.Subject, "measure": a.Measure, "object": a.Object, "unit": a.UnitID, "title": a.Title, "on": a.On,
			"kind": a.Kind, "record": a.RecordID, "name": actor.Name, "key": a.Key, "now": a.At,
		})
	if db.Violates(err, "acts_need_live_matter") {
		return 0, &Uncovered{Act: a, Why: "covered_no_more", Text: "没有有效的授权覆盖这次监督活动，不能开展"}
	}
	if err != nil {
		return 0, err
	}
	return id, a.owe(ctx, tx, id)
}

// owe starts the clock of a report for an act that is entered after its
// authorisation was withdrawn with nothing to report (hard rule 2).
func (a *Act) owe(ctx context.Context, tx db.Tx, id int64) error {
	var late []struct {
		MandateID int64
		No        int
	}
	err := db.Do(ctx, tx, db.Many(&late, `
		SELECT s.mandate_id, x.no
		FROM mandate_acts y
		JOIN mandate_matters x ON x.id = y.matter_id
		JOIN mandate_streets s ON s.street_id = y.street_id AND s.mandate_id = y.mandate_id AND s.state = 'withdrawn'
		WHERE y.street_id = @street AND y.id = @id
		  AND NOT EXISTS (SELECT FROM deadlines c WHERE c.street_id = s.street_id AND c.kind = 'mandate' AND c.subject_id = s.mandate_id
		                  AND c.ended_on IS NULL AND c.name = 'report-' || x.no)`, db.Args{"street": a.StreetID, "id": id}))
	for _, l := range late {
		if err == nil {
			err = startClock(ctx, tx, a.At, a.StreetID, l.MandateID, reportClock(l.No), "第"+itoa(l.No)+"项报告", supplementDays)
		}
	}
	return err
}

// Cover is the answer to whether an act may be done.
type Cover struct {
	Act     Act
	Matter  *Candidate // that covers it, or nil
	Refusal *Uncovered // what is missing, or nil
}

// Candidate is a matter that was held against an act, with where it stands.
type Candidate struct {
	MandateID   int64
	Mode        string
	Title       string
	Number      string
	No          int
	Subject     string
	Object      string
	Measures    []string
	State       string
	FromOn      time.Time
	ThroughOn   *time.Time
	EffectiveOn time.Time
	UntilOn     *time.Time
	ReceivedOn  *time.Time
	WithdrawnOn *time.Time
	Used        bool // a one-matter authorisation whose measure was used
}

// hold holds the street's authorisations and looks for one that covers a.
func hold(ctx context.Context, tx db.Tx, a Act) (Cover, error) {
	_, err := db.Exec(ctx, tx, `
		SELECT
		FROM mandate_streets
		WHERE street_id = @street AND state <> 'planned'
		ORDER BY mandate_id
		FOR UPDATE`, db.Args{"street": a.StreetID})
	if err != nil {
		return Cover{}, err
	}
	var list []Candidate
	if err := db.Do(ctx, tx, candidates(&list, a)); err != nil {
		return Cover{}, err
	}
	return judge(a, list), nil
}

// candidates are the matters of the act's subject in its street, the nearest first.
func candidates(list *[]Candidate, a Act) db.Query {
	return db.Many(list, `
		SELECT d.id AS mandate_id, d.mode, d.title, d.number, x.no, x.subject, x.object, x.measures, s.state, x.from_on, x.through_on, v.effective_on, v.until_on,
		       s.received_on, s.withdrawn_on,
		       d.mode = 'one_matter' AND EXISTS (SELECT FROM mandate_acts y WHERE y.street_id = s.street_id AND y.mandate_id = d.id AND y.measure = @measure AND y.cancelled_on IS NULL) AS used
		FROM mandate_streets s
		JOIN mandates d ON d.id = s.mandate_id
		JOIN mandate_matters x ON x.mandate_id = d.id AND x.subject = @subject
		JOIN mandate_versions v ON v.mandate_id = x.mandate_id AND v.version = x.version AND v.state IN ('in_force', 'superseded')
		WHERE s.street_id = @street AND s.state <> 'planned'
		ORDER BY x.object = '', array_position('{one_matter,project,package}'::text[], d.mode), x.id
		LIMIT 500`, db.Args{"street": a.StreetID, "subject": a.Subject, "measure": a.Measure})
}

// judge finds the matter that covers a, or the refusal that tells most: the one
// of the matter that came nearest.
func judge(a Act, list []Candidate) Cover {
	var best *Uncovered
	near := -1
	for i := range list {
		why, rank, text := list[i].against(a)
		if why == "" {
			return Cover{Act: a, Matter: &list[i]}
		}
		if rank > near {
			near, best = rank, &Uncovered{Act: a, Why: why, Text: text}
		}
	}
	if best == nil {
		best = &Uncovered{Act: a, Why: "none", Text: fmt.Sprintf("没有“%s”方面的授权。监督须经市人大常委会授权，可以起草请示", choice.Name(Subjects, a.Subject))}
	}
	return Cover{Act: a, Refusal: best}
}

// against says why c does not cover a; why is "" where it does. The higher the
// rank, the nearer it came.
func (c *Candidate) against(a Act) (why string, rank int, text string) {
	name := fmt.Sprintf("“%s”（%s）第%d项", c.Title, c.Number, c.No)
	on := calendar.On(a.On)
	switch {
	case !slices.Contains(c.Measures, a.Measure):
		return "measure", 1, name + "没有授权“" + choice.Name(Measures, a.Measure) + "”"
	case c.Object != "" && c.Object != a.Object:
		return "object", 2, name + "的监督对象是" + c.Object + "，不含" + a.Object
	case c.WithdrawnOn != nil && !on.Before(*c.WithdrawnOn):
		return "withdrawn", 5, name + "已自" + calendar.Date(*c.WithdrawnOn) + "起撤回"
	case on.Before(c.FromOn), c.ThroughOn != nil && on.After(*c.ThroughOn):
		return "dates", 4, name + "的期限是" + c.span() + "，" + calendar.Date(on) + "不在期限内"
	case on.Before(c.EffectiveOn):
		return "dates", 4, name + calendar.Date(c.EffectiveOn) + "起才生效"
	case c.UntilOn != nil && !on.Before(*c.UntilOn):
		return "dates", 3, name + "已自" + calendar.Date(*c.UntilOn) + "起变更"
	case c.ReceivedOn == nil:
		return "receipt", 6, name + "还没有签收，请先签收"
	case on.Before(*c.ReceivedOn):
		return "receipt", 6, name + calendar.Date(*c.ReceivedOn) + "才签收，签收以前不能开展"
	case c.State == string(Concluded), c.State == string(Reported) && c.Mode != Package:
		return "closed", 5, name + "已经向市人大常委会报告，不能再开展新的监督活动"
	case c.Used:
		return "used", 6, name + "是一事一授权，“" + choice.Name(Measures, a.Measure) + "”已经用过"
	}
	return "", 0, ""
}

func (c *Candidate) span() string {
	if c.ThroughOn == nil {
		return calendar.Date(c.FromOn) + "起"
	}
	return calendar.Date(c.FromOn) + "至" + calendar.Date(*c.ThroughOn)
}

// Check answers whether an act may be done now, without beginning it.
func (s *Store) Check(ctx context.Context, actor access.Actor, a Act) (c Cover, err error) {
	defer fault.Wrap(&err, "check mandate")
	if !actor.May(access.ViewMandates) {
		return c, fault.Forbidden
	}
	var list []Candidate
	queries := []db.Query{candidates(&list, a)}
	if a.UnitID != 0 {
		queries = append(queries, db.Value(&a.Object, `SELECT name FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": a.StreetID, "unit": a.UnitID}))
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return c, err
	}
	return judge(a, list), nil
}

// Refusal returns the refusal in err, or nil.
func Refusal(err error) *Uncovered {
	var u *Uncovered
	errors.As(err, &u)
	return u
}
