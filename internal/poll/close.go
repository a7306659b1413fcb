package poll

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Close ends the casting in tx, the owner's transaction, and returns the result: who
// was told that they have cast is in it, and nobody casts afterwards. Paper must
// have been counted twice. A closed poll never changes. It needs KeepPolls.
func (s *Store) Close(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (r Result, err error) {
	defer fault.Wrap(&err, "close poll %d", id)
	p, err := move(ctx, tx, actor, "closure", id)
	if err != nil {
		return r, err
	}
	if _, err := db.Exec(ctx, tx, `SELECT app.close_poll(@street, @id, @at)`, db.Args{"street": p.StreetID, "id": id, "at": s.now()}); err != nil {
		return r, refused(err)
	}
	if r, err = ResultIn(ctx, tx, id); err != nil {
		return r, err
	}
	return r, s.record(ctx, tx, actor, &p, "closure", fmt.Sprintf("结束投票，应投 %d 人，投票 %d 人", r.Circle, r.Cast()), "")
}

// Cancel gives a poll up in tx, the owner's transaction, for a reason; the ballots
// are deleted, and the record may ask again. It needs KeepPolls. It complains about
// the field why.
func (s *Store) Cancel(ctx context.Context, tx db.Tx, actor access.Actor, id int64, why string) (err error) {
	defer fault.Wrap(&err, "cancel poll %d", id)
	p, err := move(ctx, tx, actor, "cancellation", id)
	if err != nil {
		return err
	}
	switch n := len([]rune(why)); {
	case n == 0:
		return fault.Fields{{Name: "why", Text: "请填写作废的理由"}}
	case n > MaxWhy:
		return fault.Fields{{Name: "why", Text: fmt.Sprintf("理由不能超过 %d 个字", MaxWhy)}}
	}
	_, err = db.Exec(ctx, tx, `SELECT app.cancel_poll(@street, @id, @why, @at)`, db.Args{"street": p.StreetID, "id": id, "why": why, "at": s.now()})
	if err != nil {
		return refused(err)
	}
	return s.record(ctx, tx, actor, &p, "cancellation", "作废投票", why)
}

// Total is how many chose an option of a question, in whatever way they cast.
type Total struct {
	Number int
	Option string
	Votes  int
}

// Totals reads the sums of a closed poll as part of a batch: nothing before it is
// closed, and nothing where fewer than Fewest ballots were cast.
func Totals(list *[]Total, id int64) db.Query {
	return db.Many(list, `
		SELECT r.number, r.option, r.votes
		FROM polls p
		CROSS JOIN LATERAL app.poll_result(p.street_id, p.id) AS r
		WHERE p.id = @id`, db.Args{"id": id})
}

func questions(list *[]Question, id int64) db.Query {
	return db.Many(list, `SELECT number, text, scale FROM poll_questions WHERE poll_id = @id AND street_id = (SELECT street_id FROM polls WHERE id = @id) ORDER BY number`, db.Args{"id": id})
}

// Result is a poll with what came of it.
type Result struct {
	Poll
	Questions []Question
	Totals    []Total // none before it is closed, or where too few have cast
}

// Queries reads a result as part of a batch.
func (r *Result) Queries(id int64) []db.Query {
	return []db.Query{db.One(&r.Poll, selectPoll+` WHERE p.id = @id`, db.Args{"id": id}), questions(&r.Questions, id), Totals(&r.Totals, id)}
}

// ResultIn reads a result in tx.
func ResultIn(ctx context.Context, tx db.Tx, id int64) (r Result, err error) {
	return r, db.Do(ctx, tx, r.Queries(id)...)
}

// Split reports whether the result may be shown by options.
func (r *Result) Split() bool { return len(r.Totals) > 0 }

// Votes is how many chose an option of a question.
func (r *Result) Votes(number int, option string) int {
	for _, t := range r.Totals {
		if t.Number == number && t.Option == option {
			return t.Votes
		}
	}
	return 0
}

// InvalidTerm is the option of a spoilt paper ballot.
var InvalidTerm = choice.Term{Key: Invalid, Name: "无效"}

// Line is one option of a question with its votes.
type Line struct {
	choice.Term
	Votes int
}

// Lines are the options of a question with their votes; invalid ones only where
// there are some.
func (r *Result) Lines(q Question) (list []Line) {
	for _, o := range Options(q.Scale) {
		list = append(list, Line{o, r.Votes(q.Number, o.Key)})
	}
	if n := r.Votes(q.Number, Invalid); n > 0 {
		list = append(list, Line{InvalidTerm, n})
	}
	return list
}

// Verdict is the grade of a rating among the circle: 满意 where more than half of all
// are satisfied, 基本满意 where with those who are basically satisfied they are, else
// 不满意; "" where the split is not shown (domain.md §3 l, 镇海).
func (r *Result) Verdict(number int) string {
	satisfied, basically := r.Votes(number, Satisfied), r.Votes(number, Basically)
	switch {
	case !r.Split():
		return ""
	case 2*satisfied > r.Circle:
		return "满意"
	case 2*(satisfied+basically) > r.Circle:
		return "基本满意"
	}
	return "不满意"
}
