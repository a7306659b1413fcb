package reportback

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

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

// Note records an opinion that is to be answered in writing; the clock starts, and the deputy is
// told. It complains about the fields text and author.
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
		due, err := deadline.Start(ctx, tx, deadline.New{
			StreetID: r.StreetID, Kind: "report_remark", SubjectID: id, Name: "answer", Label: "书面反馈", From: s.now(), Days: days, Basis: "系统设置",
		})
		if err == nil {
			err = s.tell(ctx, tx, r.StreetID, r.DeputyID, "请在"+calendar.MonthDay(due)+"前书面反馈选民对述职的意见", r.ID)
		}
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
