package appointment

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which file a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a file that a move holds for itself until it commits.
type locked struct {
	ID       int64
	StreetID int64
	Title    string
	State    procedure.State
	Version  int
}

// done is what a move has to say for the record and to whose turn it is next.
type done struct {
	to            procedure.State
	title, reason string
	detail        map[string]any
	tell          []access.Role
	news          string
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record. The columns of the file
// that the move fills are set, all in one statement, which the database checks.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, f locked) (done, columns, error)) (err error) {
	defer fault.Wrap(&err, "%s of appointment %d", name, step.ID)
	if !may(actor, Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		f, err := lock(ctx, tx, step)
		switch {
		case err != nil:
			return err
		case !Procedure.Allows(name, f.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这件任免现在是“%s”，不能%s", Procedure.Info(f.State).Name, Procedure.Move(name).Label)}}
		}
		d, set, err := fn(tx, f)
		if err != nil {
			return err
		}
		if err := s.set(ctx, tx, f, d.to, set); err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, f, name, d)
	})
}

// may lets the operator, who loads the demonstration, do what people do.
func may(actor access.Actor, p access.Permission) bool {
	return actor.Role == access.Operator || actor.May(p)
}

func lock(ctx context.Context, tx db.Tx, step Step) (f locked, err error) {
	err = db.Do(ctx, tx, db.One(&f, `
		SELECT id, street_id, title, state, version
		FROM appointments
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": step.ID}))
	if err == nil && f.Version != step.Version {
		err = fault.Stale
	}
	return f, err
}

// columns are what a move sets: all that a move may set, the others as they were.
type columns struct {
	SubmittedOn, SessionOn, TabledOn, DeliberatedOn, VotedOn, PublishedOn, CertifiedOn *time.Time
	SignedBy, LateReason, ReturnedWhy, Session, ExplainedBy, Notice, Signer, Withdrawn *string
	PapersDays                                                                         *int
}

func (s *Store) set(ctx context.Context, tx db.Tx, f locked, to procedure.State, c columns) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE appointments
		SET state = @to, version = version + 1, modified_at = @now,
		    submitted_on = coalesce(@submitted::date, submitted_on), session_on = coalesce(@session_on::date, session_on),
		    tabled_on = coalesce(@tabled::date, tabled_on), deliberated_on = coalesce(@deliberated::date, deliberated_on),
		    voted_on = coalesce(@voted::date, voted_on), published_on = coalesce(@published::date, published_on),
		    certified_on = coalesce(@certified::date, certified_on), signed_by = coalesce(@signed_by::text, signed_by),
		    late_reason = coalesce(@late::text, late_reason), returned_why = coalesce(@returned::text, returned_why),
		    session = coalesce(@session::text, session), explained_by = coalesce(@explained::text, explained_by),
		    notice = coalesce(@notice::text, notice), signer = coalesce(@signer::text, signer),
		    withdrawn_why = coalesce(@withdrawn::text, withdrawn_why), papers_days = coalesce(@papers::integer, papers_days)
		WHERE street_id = @street AND id = @id`,
		db.Args{
			"to": string(to), "now": s.now(), "street": f.StreetID, "id": f.ID,
			"submitted": c.SubmittedOn, "session_on": c.SessionOn, "tabled": c.TabledOn, "deliberated": c.DeliberatedOn,
			"voted": c.VotedOn, "published": c.PublishedOn, "certified": c.CertifiedOn,
			"signed_by": c.SignedBy, "late": c.LateReason, "returned": c.ReturnedWhy, "session": c.Session, "explained": c.ExplainedBy,
			"notice": c.Notice, "signer": c.Signer, "withdrawn": c.Withdrawn, "papers": c.PapersDays,
		})
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, f locked, name string, d done) error {
	for _, role := range d.tell {
		err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: f.StreetID, To: role, Title: d.news, Link: fmt.Sprintf("/appointments/%d", f.ID)})
		if err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: f.StreetID, Kind: "appointment", ID: f.ID, Action: "appointment." + name, Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// complaint turns what the database refuses into what to do about it.
func complaint(err error) error {
	for _, c := range []struct{ constraint, field, text string }{
		{"appointments_people", "state", "请先加入要任免的人"},
		{"appointments_papers", "state", "材料还没有备齐：任免案，每人的任免呈报表和考察材料、免职理由或辞职书"},
		{"appointments_papers_in_time", "late_reason", "离常委会会议的天数不够，请写明不能提前送达的理由"},
		{"appointments_days_in_order", "on", "日期不能早于上一步的日期"},
		{"appointments_not_ahead", "on", "日期不能晚于今天"},
		{"appointments_votes", "state", "请先登记每个人的票数"},
		{"appointees_vote_adds_up", "present", "赞成、反对、弃权、未按表决器相加，要等于出席人数"},
		{"appointees_vote_possible", "present", "出席人数不能超过全体组成人员"},
		{"appointees_quorum", "present", "常委会会议要有全体组成人员过半数出席"},
		{"appointees_in_post", "state", "要免职的人已经不在任，请核对"},
		{"posts_one_at_a_time", "state", "同一个人在同一时间只能担任一个工委职务，请在同一件里先免去原职务"},
		{"posts_one_director", "state", "工委主任同一时间只有一名，请在同一件里先免去原主任"},
		{"posts_until_after_since", "on", "表决日期不能早于任职日期"},
		{"appointees_once", "act", "这个人已经在这件里"},
		{"appointees_fixed", "state", "材料提请以后，任免的人不能再改"},
	} {
		if db.Violates(err, c.constraint) {
			return fault.Fields{{Name: c.field, Text: c.text}}
		}
	}
	return err
}

// Submission is what goes with the papers.
type Submission struct {
	SignedBy   string    // the head of the submitting organ, who signed the motion
	SessionOn  time.Time // the session of the standing committee it is meant for
	LateReason string    // why the papers come later than they should; "" where they do not
}

// Submit submits the papers to the city's standing committee, from today on
// (domain.md §3(c); GDA 11).
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step, n Submission) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, f locked) (done, columns, error) {
		days, err := papersDays.In(ctx, tx, f.StreetID)
		if err != nil {
			return done{}, columns{}, err
		}
		today := calendar.On(s.now())
		if calendar.DaysBetween(today, n.SessionOn) < 0 {
			return done{}, columns{}, fault.Fields{{Name: "session_on", Text: "会议日期不能早于今天"}}
		}
		return done{
			to: Submitted, title: "提请市人大常委会审议", reason: n.LateReason, tell: cityRoles, news: "有任免案提请审议",
			detail: map[string]any{"signed_by": n.SignedBy, "session_on": calendar.ISO(n.SessionOn)},
		}, columns{
			SubmittedOn: &today, SessionOn: &n.SessionOn, SignedBy: &n.SignedBy, LateReason: &n.LateReason, PapersDays: &days,
		}, nil
	})
}

var (
	cityRoles   = []access.Role{access.CityOffice, access.CityDeputy}
	streetRoles = []access.Role{access.Staff, access.Director}
)

// Withdraw takes a file back before the city has decided to table it.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "withdrawal", step, func(_ db.Tx, f locked) (done, columns, error) {
		d := done{to: Withdrawn, title: "撤回", reason: why}
		if f.State == Submitted {
			d.tell, d.news = cityRoles, "任免案已撤回"
		}
		return d, columns{Withdrawn: &why}, nil
	})
}

// Return sends the papers back to the street: why says what is missing.
func (s *Store) Return(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "return", step, func(db.Tx, locked) (done, columns, error) {
		return done{to: Preparing, title: "退回补充材料", reason: why, tell: streetRoles, news: "任免材料退回补充"}, columns{ReturnedWhy: &why}, nil
	})
}

// Tabling is the decision of the city's chairpersons' meeting.
type Tabling struct {
	On         time.Time // the chairpersons' meeting
	Session    string    // which session of the standing committee, in words
	SessionOn  time.Time
	LateReason string
}

// Table records that the city's chairpersons' meeting put it to the standing
// committee (GDA 12).
func (s *Store) Table(ctx context.Context, actor access.Actor, step Step, n Tabling) error {
	return s.move(ctx, actor, "tabling", step, func(db.Tx, locked) (done, columns, error) {
		c := columns{TabledOn: &n.On, Session: &n.Session, SessionOn: &n.SessionOn}
		if n.LateReason != "" {
			c.LateReason = &n.LateReason
		}
		return done{
			to: Tabled, title: "市人大常委会主任会议决定提请" + n.Session + "审议", reason: n.LateReason, tell: streetRoles, news: "任免案已决定提请常委会审议",
		}, c, nil
	})
}

// Deliberate records the deliberation in the session, where explainer answered for
// the motion (GDA 13).
func (s *Store) Deliberate(ctx context.Context, actor access.Actor, step Step, on time.Time, explainer string) error {
	return s.move(ctx, actor, "deliberation", step, func(db.Tx, locked) (done, columns, error) {
		return done{to: Deliberated, title: "常委会会议审议，" + explainer + "到会说明"}, columns{DeliberatedOn: &on, ExplainedBy: &explainer}, nil
	})
}

// Result is the outcome of the secret vote of one session.
type Result struct {
	On      time.Time
	Total   int // members of the standing committee in all
	Present int
	Counts  map[int64]Count // by appointee; everybody in the file has one
}

// Count is the vote on one person.
type Count struct{ For, Against, Abstained, NotPressed int }

// Vote records the counts. The database decides who passed, by more than half of
// all members of the standing committee (GDA 20), and brings those into post or
// out of it from the day of the vote on (GDA 21).
func (s *Store) Vote(ctx context.Context, actor access.Actor, step Step, r Result) error {
	return s.move(ctx, actor, "vote", step, func(tx db.Tx, f locked) (d done, c columns, err error) {
		var b db.Batch
		for id, n := range r.Counts {
			b.Add(`
				UPDATE appointees
				SET total = @total, present = @present, votes_for = @for, votes_against = @against, abstained = @abstained, not_pressed = @not_pressed
				WHERE street_id = @street AND appointment_id = @file AND id = @id`,
				db.Args{
					"total": r.Total, "present": r.Present, "for": n.For, "against": n.Against, "abstained": n.Abstained, "not_pressed": n.NotPressed,
					"street": f.StreetID, "file": f.ID, "id": id,
				})
		}
		var list []Appointee
		if err := b.Run(ctx, tx); err != nil {
			return d, c, complaint(err)
		}
		if err := db.Do(ctx, tx, appointees(&list, f.StreetID, f.ID)); err != nil {
			return d, c, err
		}
		d, err = outcome(list)
		return d, columns{VotedOn: &r.On}, err
	})
}

func outcome(list []Appointee) (d done, err error) {
	d = done{to: Failed, tell: streetRoles, news: "任免案已表决", detail: map[string]any{}}
	var yes, no []string
	for _, a := range list {
		if a.Passed == nil {
			return d, fault.Fields{{Name: "state", Text: "请先登记每个人的票数"}}
		}
		what := a.ActName() + a.Name
		d.detail[what] = a.Vote
		if *a.Passed {
			d.to = Passed
			yes = append(yes, what)
		} else {
			no = append(no, what)
		}
	}
	d.title = "无记名表决。" + result("通过：", yes) + result("未通过：", no)
	return d, nil
}

func result(label string, names []string) string {
	const shown = 6
	switch n := len(names); {
	case n == 0:
		return ""
	case n > shown:
		return fmt.Sprintf("%s%s等 %d 人。", label, names[0], n)
	}
	return label + joined(names) + "。"
}

func joined(names []string) (s string) {
	for i, n := range names {
		if i > 0 {
			s += "、"
		}
		s += n
	}
	return s
}

// Publish records that the outcome was made public; from then on residents see
// who came into post. Where nobody did the file ends here.
func (s *Store) Publish(ctx context.Context, actor access.Actor, step Step, on time.Time, how string) error {
	return s.move(ctx, actor, "publication", step, func(tx db.Tx, f locked) (done, columns, error) {
		d := done{to: Concluded, title: "公布：" + how, tell: streetRoles, news: "任免结果已公布"}
		var came bool
		err := db.Do(ctx, tx, db.Value(&came, `
			SELECT EXISTS (SELECT FROM appointees WHERE street_id = @street AND appointment_id = @id AND passed AND act = 'appoint')`,
			db.Args{"street": f.StreetID, "id": f.ID}))
		if came {
			d.to = Published
		}
		return d, columns{PublishedOn: &on, Notice: &how}, err
	})
}

// Certify records that certificates signed by the standing committee's chairman
// were handed over (GDA 22), and numbers them.
func (s *Store) Certify(ctx context.Context, actor access.Actor, step Step, on time.Time, signer string) error {
	return s.move(ctx, actor, "certificate", step, func(tx db.Tx, f locked) (done, columns, error) {
		d := done{to: InPost, title: "颁发任命书，" + signer + "签署", tell: streetRoles, news: "任命书已颁发"}
		return d, columns{CertifiedOn: &on, Signer: &signer}, s.number(ctx, tx, actor, f, on)
	})
}

func act(key string) string { return choice.Name(Acts, key) }

// number gives every appointment of the file that passed the number of its
// certificate, which the city's standing committee issues.
func (s *Store) number(ctx context.Context, tx db.Tx, actor access.Actor, f locked, on time.Time) error {
	var list []Appointee
	if err := db.Do(ctx, tx, appointees(&list, f.StreetID, f.ID)); err != nil {
		return err
	}
	for _, a := range list {
		if a.Act != Appoint || !*a.Passed {
			continue
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Kind: document.Appointment, Subject: "appointment", SubjectID: f.ID, Title: "任命书：" + a.Name + "，" + a.PostName(), SignedOn: on,
		})
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `UPDATE appointees SET certificate = @number WHERE street_id = @street AND id = @id`,
			db.Args{"number": number, "street": f.StreetID, "id": a.ID})
		if err != nil {
			return err
		}
	}
	return nil
}
