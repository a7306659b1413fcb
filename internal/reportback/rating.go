package reportback

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/poll"
)

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

// Rated is how many chose an option of a published rating.
type Rated struct {
	Number   int
	Question string
	Option   string
	Votes    int
	Circle   int // who could
	Ballots  int // who did
}

func ratings(list *[]Rated, id int64) db.Query {
	return db.Many(list, `SELECT number, question, option, votes, circle, ballots FROM app.published_rating(@id)`, db.Args{"id": id})
}
