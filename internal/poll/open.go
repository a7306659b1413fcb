package poll

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// New is a poll as its owner opens it.
type New struct {
	StreetID  int64
	Kind      string // one of Kinds
	RecordID  int64  // the owner's row
	Title     string
	Link      string // the page of the owner's row, from where it is closed: /meetings/12
	Questions []Question

	// The circle: of a gathering those who are due and there now, or, where Capacities
	// are given, those called in these parts and there now; without a gathering the
	// persons in People. Recused people (回避) are never in it.
	GatheringID int64
	Capacities  []string
	People      []int64 // rows of people of the street
	Recused     []int64 // rows of people
}

func (n *New) check() error {
	var bad fault.Fields
	if len(n.Questions) == 0 || len(n.Questions) > MaxQuestions {
		bad.Add("questions", fmt.Sprintf("一张票上要有 1 到 %d 个问题", MaxQuestions))
	}
	for _, q := range n.Questions {
		if q.Text == "" || len([]rune(q.Text)) > MaxQuestion {
			bad.Add("questions", fmt.Sprintf("请填写问题，不超过 %d 个字", MaxQuestion))
			break
		}
	}
	if n.Title == "" || len([]rune(n.Title)) > MaxTitle {
		bad.Add("title", fmt.Sprintf("请填写名称，不超过 %d 个字", MaxTitle))
	}
	return bad.Err()
}

// Open puts the questions to the circle in tx, the owner's transaction, and returns
// the poll's ID: from its commit on people cast. A record has one open poll at a
// time; another one is its next round. It needs KeepPolls. It complains about the
// fields title, questions and state, the latter where nobody is in the circle.
func (s *Store) Open(ctx context.Context, tx db.Tx, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "open poll of %s %d", n.Kind, n.RecordID)
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	return s.open(ctx, tx, actor, n, s.now())
}

func (s *Store) open(ctx context.Context, tx db.Tx, actor access.Actor, n New, at time.Time) (id int64, err error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO polls (street_id, kind, record_id, round, gathering_id, capacities, recused, title, link, held_on, opened_at, created_at, modified_at)
		SELECT @street, @kind, @record, coalesce(max(x.round), 0) + 1, nullif(@gathering::bigint, 0), @capacities, @recused, @title, @link, @day::date, @at, @at, @at
		FROM polls x
		WHERE x.street_id = @street AND x.kind = @kind AND x.record_id = @record
		RETURNING id`,
		db.Args{
			"street": n.StreetID, "kind": n.Kind, "record": n.RecordID, "gathering": n.GatheringID, "capacities": append([]string{}, n.Capacities...),
			"recused": append([]int64{}, n.Recused...), "title": n.Title, "link": n.Link, "day": calendar.On(at), "at": at,
		})
	if db.Violates(err, "polls_round_once") {
		return 0, fault.Stale // somebody opens one just now
	}
	if err != nil {
		return 0, refused(err)
	}
	var b db.Batch
	for i, q := range n.Questions {
		b.Add(`INSERT INTO poll_questions (street_id, poll_id, number, text, scale) VALUES (@street, @id, @number, @text, @scale)`,
			db.Args{"street": n.StreetID, "id": id, "number": i + 1, "text": q.Text, "scale": q.Scale})
	}
	if err := b.Run(ctx, tx); err != nil {
		return 0, refused(err)
	}
	p := &Poll{ID: id, StreetID: n.StreetID, Title: n.Title}
	circle, err := admit(ctx, tx, p, n.People)
	if err == nil && circle == 0 {
		err = fault.Fields{{Name: "state", Text: "还没有人可以投票：请先签到，或者列出参加的人"}}
	}
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, p, "opening", fmt.Sprintf("开始投票：%s，%d 人参加", n.Title, circle), "")
}

// admit puts people into the circle of a poll who are not in it: of its gathering
// who is there now, or persons. It returns how many.
func admit(ctx context.Context, tx db.Tx, p *Poll, people []int64) (int, error) {
	n, err := db.Exec(ctx, tx, `
		INSERT INTO poll_voters (street_id, poll_id, attendance_id, person_id, name, duty)
		SELECT p.street_id, p.id, a.id, NULL, a.name, a.duty
		FROM polls p
		JOIN attendances a ON a.street_id = p.street_id AND a.gathering_id = p.gathering_id
		WHERE p.street_id = @street AND p.id = @id AND a.arrived_at IS NOT NULL AND a.left_at IS NULL
		  AND CASE WHEN p.capacities = '{}' THEN a.due ELSE a.capacity = ANY (p.capacities) END
		  AND (a.person_id IS NULL OR NOT a.person_id = ANY (p.recused))
		ON CONFLICT DO NOTHING`, db.Args{"street": p.StreetID, "id": p.ID})
	if err != nil {
		return 0, refused(err)
	}
	more, err := db.Exec(ctx, tx, `
		INSERT INTO poll_voters (street_id, poll_id, attendance_id, person_id, name, duty)
		SELECT DISTINCT ON (h.id) p.street_id, p.id, NULL::bigint, h.id, h.name, left(h.work, 100)
		FROM polls p
		JOIN people g ON g.street_id = p.street_id AND g.id = ANY (@people)
		JOIN people h ON h.street_id = g.street_id AND h.id = coalesce(g.merged_into, g.id)
		WHERE p.street_id = @street AND p.id = @id AND p.gathering_id IS NULL AND NOT h.id = ANY (p.recused)
		ORDER BY h.id
		ON CONFLICT DO NOTHING`, db.Args{"street": p.StreetID, "id": p.ID, "people": append([]int64{}, people...)})
	return int(n + more), refused(err)
}

// Step is which poll a page's move is about, and the version its maker saw.
type Step struct {
	ID      int64
	Version int
}

// step runs a page's move of who keeps the poll, in one transaction.
func (s *Store) step(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, p *Poll) (title string, err error)) (err error) {
	defer fault.Wrap(&err, "%s of poll %d", name, step.ID)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		p, err := move(ctx, tx, actor, name, step.ID)
		switch {
		case err != nil:
			return err
		case p.Version != step.Version:
			return fault.Stale
		}
		title, err := fn(tx, &p)
		if err != nil {
			return refused(err)
		}
		_, err = db.Exec(ctx, tx, `UPDATE polls SET version = version + 1, modified_at = @now WHERE street_id = @street AND id = @id`,
			db.Args{"now": s.now(), "street": p.StreetID, "id": p.ID})
		if err != nil {
			return refused(err)
		}
		return s.record(ctx, tx, actor, &p, name, title, "")
	})
}

// Admit puts those into the circle who have come since it was opened. It needs
// KeepPolls.
func (s *Store) Admit(ctx context.Context, actor access.Actor, step Step) error {
	return s.step(ctx, actor, "admission", step, func(tx db.Tx, p *Poll) (string, error) {
		if p.GatheringID == nil {
			return "", fault.Fields{{Name: "state", Text: "参加的人是开始时列好的，不能再加"}}
		}
		n, err := admit(ctx, tx, p, nil)
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "没有新到的人；请先在签到页面登记"}}
		}
		return fmt.Sprintf("补列 %d 人", n), err
	})
}

// trimmed is a name as it is kept.
func trimmed(name string) string { return strings.Join(strings.Fields(name), " ") }
