package reportback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/poll"
	"portal/internal/procedure"
)

// report is a report that a move holds for itself until it commits.
type report struct {
	ID          int64
	StreetID    int64
	SessionID   int64
	DeputyID    int64
	Name        string
	GatheringID int64
	PollID      *int64
	State       procedure.State
	Version     int
	HeldOn      time.Time
}

// change is what a move of a report changes beside its state.
type change struct {
	title, reason string
	set           string // of the UPDATE: ", text = @text"
	args          db.Args
}

// act runs one move of a report in one transaction: permission, whose report it is,
// the version that was shown, the state, the rules in fn, the record.
func (s *Store) act(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, r *report) (change, error)) (err error) {
	defer fault.Wrap(&err, "%s of report %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r report
		err := db.Do(ctx, tx, db.One(&r, `
			SELECT r.id, r.street_id, r.session_id, r.deputy_id, d.name, x.gathering_id, r.poll_id, r.state, r.version, r.held_on
			FROM deputy_reports r
			JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
			JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id
			WHERE r.id = @id
			FOR UPDATE OF r`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case actor.DeputyID != 0 && actor.DeputyID != r.DeputyID:
			return fault.Forbidden
		case r.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, r.State):
			return fault.Fields{{Name: "state", Text: Procedure.Info(r.State).Name + "，不能" + Procedure.Move(name).Label}}
		}
		c, err := fn(tx, &r)
		if err != nil {
			return refused(err)
		}
		to := r.State
		if m := Procedure.Move(name); len(m.To) > 0 {
			to = m.To[0]
		}
		if c.args == nil {
			c.args = db.Args{}
		}
		c.args["state"], c.args["now"], c.args["street"], c.args["id"] = string(to), s.now(), r.StreetID, r.ID
		_, err = db.Exec(ctx, tx, `
			UPDATE deputy_reports
			SET state = @state, version = version + 1, modified_at = @now`+c.set+`
			WHERE street_id = @street AND id = @id`, c.args)
		if err != nil {
			return refused(err)
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: r.StreetID, Kind: "deputy_report", ID: r.ID, Action: "deputy_report." + name, Title: c.title, Reason: c.reason,
		})
	})
}

// Write hands in the text of a report, or changes it until it is delivered; the
// office may do it for the deputy. It complains about the field text.
func (s *Store) Write(ctx context.Context, actor access.Actor, step Step, text string, uploads ...file.Upload) error {
	if len(uploads) > 0 {
		if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", uploads); err != nil {
			return err
		}
	}
	return s.act(ctx, actor, "text", step, func(tx db.Tx, r *report) (change, error) {
		if text == "" || len([]rune(text)) > MaxText {
			return change{}, fault.Fields{{Name: "text", Text: fmt.Sprintf("请填写述职报告，不超过 %d 个字", MaxText)}}
		}
		if len(uploads) > 0 {
			if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: r.StreetID, Kind: "deputy_report", ID: r.ID}, "files", uploads); err != nil {
				return change{}, err
			}
		}
		title := "交述职报告"
		if r.State == Written {
			title = "修改述职报告"
		}
		return change{title: title, set: `, text = @text, written_at = coalesce(written_at, @now)`, args: db.Args{"text": text}},
			deadline.End(ctx, tx, r.StreetID, "deputy_report", r.ID, s.now())
	})
}

// Speak records that the deputy has reported by word of mouth; the text stays from
// then on. The session must be open.
func (s *Store) Speak(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "speech", step, func(db.Tx, *report) (change, error) {
		return change{title: "口头述职", set: `, spoken_at = @now`}, nil
	})
}

// Remark is what a voter asked, with the answer on the spot, or what they think.
type Remark struct {
	Text   string
	Author string // "" where they do not want to be named
	Answer string // of a question
}

// Ask records a question and its answer on the spot. It complains about the fields
// text, author and answer.
func (s *Store) Ask(ctx context.Context, actor access.Actor, step Step, m Remark) error {
	return s.act(ctx, actor, "question", step, func(tx db.Tx, r *report) (change, error) {
		if m.Answer == "" || len([]rune(m.Answer)) > MaxAnswer {
			return change{}, fault.Fields{{Name: "answer", Text: fmt.Sprintf("请填写当场的回答，不超过 %d 个字", MaxAnswer)}}
		}
		_, err := s.remark(ctx, tx, r, Question, m)
		return change{title: "登记提问"}, err
	})
}

// Note records an opinion that is to be answered in writing; the clock starts. It
// complains about the fields text and author.
func (s *Store) Note(ctx context.Context, actor access.Actor, step Step, m Remark) error {
	return s.act(ctx, actor, "opinion", step, func(tx db.Tx, r *report) (change, error) {
		m.Answer = ""
		id, err := s.remark(ctx, tx, r, Opinion, m)
		if err != nil {
			return change{}, err
		}
		days, err := answerDays.In(ctx, tx, r.StreetID)
		if err != nil {
			return change{}, err
		}
		_, err = deadline.Start(ctx, tx, deadline.New{
			StreetID: r.StreetID, Kind: "report_remark", SubjectID: id, Name: "answer", Label: "书面反馈", From: s.now(), Days: days, Basis: "系统设置",
		})
		return change{title: "登记意见"}, err
	})
}

func (s *Store) remark(ctx context.Context, tx db.Tx, r *report, kind string, m Remark) (int64, error) {
	var bad fault.Fields
	if m.Text == "" || len([]rune(m.Text)) > MaxRemark {
		bad.Add("text", fmt.Sprintf("请填写内容，不超过 %d 个字", MaxRemark))
	}
	if len([]rune(m.Author)) > MaxName {
		bad.Add("author", fmt.Sprintf("姓名不能超过 %d 个字", MaxName))
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	return db.Insert(ctx, tx, `
		INSERT INTO report_remarks (street_id, report_id, kind, text, author, answer, answered_at, created_at)
		VALUES (@street, @report, @kind, @text, @author, @answer, CASE WHEN @answer <> '' THEN @now::timestamptz END, @now)
		RETURNING id`, db.Args{"street": r.StreetID, "report": r.ID, "kind": kind, "text": m.Text, "author": m.Author, "answer": m.Answer, "now": s.now()})
}

// Answer answers an opinion in writing; the office may do it for the deputy. It
// complains about the fields remark and answer.
func (s *Store) Answer(ctx context.Context, actor access.Actor, step Step, remark int64, answer string) error {
	return s.act(ctx, actor, "answer", step, func(tx db.Tx, r *report) (change, error) {
		if answer == "" || len([]rune(answer)) > MaxAnswer {
			return change{}, fault.Fields{{Name: "answer", Text: fmt.Sprintf("请填写反馈，不超过 %d 个字", MaxAnswer)}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE report_remarks
			SET answer = @answer, answered_at = @now
			WHERE street_id = @street AND report_id = @report AND id = @id AND answered_at IS NULL`,
			db.Args{"answer": answer, "now": s.now(), "street": r.StreetID, "report": r.ID, "id": remark})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "remark", Text: "请选择一条还没有反馈的意见"}}
		}
		if err != nil {
			return change{}, err
		}
		return change{title: "书面反馈意见"}, deadline.End(ctx, tx, r.StreetID, "report_remark", remark, s.now())
	})
}

// Rate opens the rating without names: everybody who is called as a voters'
// representative or as a voter and is there takes part, the deputy does not.
func (s *Store) Rate(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "rating", step, func(tx db.Tx, r *report) (change, error) {
		id, err := s.polls.Open(ctx, tx, actor, poll.New{
			StreetID: r.StreetID, Kind: poll.Report, RecordID: r.ID, Title: "对" + r.Name + "代表述职的测评", Link: fmt.Sprint("/reports-to-voters/", r.ID),
			Questions:   []poll.Question{{Text: "对" + r.Name + "代表履职情况的评价", Scale: poll.Rating}},
			GatheringID: r.GatheringID, Capacities: []string{"representative", "guest"},
		})
		return change{title: "开始测评", set: `, poll_id = @poll`, args: db.Args{"poll": id}}, err
	})
}

// Repeat gives the rating up; it may be opened again. It complains about the field why.
func (s *Store) Repeat(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.act(ctx, actor, "repeat", step, func(tx db.Tx, r *report) (change, error) {
		return change{title: "测评作废", reason: why, set: `, poll_id = NULL`}, s.polls.Cancel(ctx, tx, actor, *r.PollID, why)
	})
}

// Publish ends the rating and publishes its result at once (当场公布).
func (s *Store) Publish(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "publication", step, func(tx db.Tx, r *report) (change, error) {
		res, err := s.polls.Close(ctx, tx, actor, *r.PollID)
		return change{title: "公布测评结果：" + Outcome(&res), set: `, published_at = @now`}, err
	})
}

// Outcome writes the result of a rating in one line.
func Outcome(res *poll.Result) string {
	parts := []string{fmt.Sprintf("应投 %d 人，收回 %d 票", res.Circle, res.Cast())}
	if res.Split() && len(res.Questions) > 0 {
		for _, l := range res.Lines(res.Questions[0]) {
			parts = append(parts, fmt.Sprintf("%s %d", l.Name, l.Votes))
		}
	}
	return strings.Join(parts, "，")
}

// Archive ends the report: every opinion has been answered.
func (s *Store) Archive(ctx context.Context, actor access.Actor, step Step) error {
	return s.act(ctx, actor, "archive", step, func(db.Tx, *report) (change, error) {
		return change{title: "归档", set: `, archived_at = @now`}, nil
	})
}

// Miss records why a deputy did not report; they may in another session. It
// complains about the field why.
func (s *Store) Miss(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.act(ctx, actor, "absence", step, func(tx db.Tx, r *report) (change, error) {
		if why == "" || len([]rune(why)) > MaxWhy {
			return change{}, fault.Fields{{Name: "why", Text: fmt.Sprintf("请填写原因，不超过 %d 个字", MaxWhy)}}
		}
		return change{title: "没有述职", reason: why, set: `, why = @why`, args: db.Args{"why": why}}, deadline.Drop(ctx, tx, r.StreetID, "deputy_report", r.ID, s.now())
	})
}
