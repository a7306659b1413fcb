// Package meeting keeps the meetings of a street: directors' meetings and meetings of
// voter representatives, from the topics to what was decided and is to be done.
//
// Who is called and who came is kept by package gathering, one gathering a meeting.
package meeting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
)

// The kinds of meetings (domain.md §3 d, h).
const (
	Directors       = "directors"       // 工委主任会议: everybody in post in the committee
	Representatives = "representatives" // 选民代表会议: every voter representative in office
)

// Kinds names them.
var Kinds = []choice.Term{{Key: Directors, Name: "工委主任会议"}, {Key: Representatives, Name: "选民代表会议"}}

// Types are the types of topics (domain.md §3 d).
var Types = []choice.Term{
	{Key: "study", Name: "学习"},
	{Key: "plan", Name: "工作计划、总结"},
	{Key: "report", Name: "听取报告"},
	{Key: "supervision", Name: "监督议题"},
	{Key: "opinions", Name: "意见督办"},
	{Key: "team", Name: "队伍聘任"},
	{Key: "institution", Name: "制度"},
	{Key: "project", Name: "民生实事程序"},
	{Key: "budget", Name: "预算意见"},
	{Key: "other", Name: "其他"},
}

// Supervises reports whether a topic of that type is supervision, which needs a live
// authorisation (domain.md hard rule 2).
func Supervises(kind string) bool {
	return kind == "report" || kind == "supervision" || kind == "budget"
}

// The outcomes of an item on an agenda.
const (
	Passed    = "passed"
	Rejected  = "rejected" // too few for it; it may be put on a later agenda again
	Heard     = "heard"    // heard or discussed, without a vote
	Postponed = "postponed"
	Withdrawn = "withdrawn"
)

// Outcomes names them. Of voter representatives what is passed is their opinion.
var Outcomes = []choice.Term{
	{Key: Passed, Name: "通过"}, {Key: Rejected, Name: "未通过"}, {Key: Heard, Name: "已听取、讨论"}, {Key: Postponed, Name: "缓议"}, {Key: Withdrawn, Name: "撤回"},
}

// OutcomeName is what came of an item of a meeting of that kind, in words: voter
// representatives give opinions, they decide nothing (domain.md hard rule 1).
func OutcomeName(kind, outcome string) string {
	if kind == Representatives {
		switch outcome {
		case Passed:
			return "形成意见"
		case Rejected:
			return "未形成意见"
		}
	}
	return choice.Name(Outcomes, outcome)
}

// The ways of voting on an item.
const (
	Hands = "hands" // counted in the room
	Named = "named" // each member by name
)

// Ways names them.
var Ways = []choice.Term{{Key: Hands, Name: "举手表决"}, {Key: Named, Name: "记名表决"}, {Key: "anonymous", Name: "无记名表决"}}

// Voices are what a member can say in a vote.
var Voices = []choice.Term{{Key: "for", Name: "赞成"}, {Key: "against", Name: "反对"}, {Key: "abstain", Name: "弃权"}}

// Limits of texts, in characters.
const (
	MaxTitle    = 80 // of a topic
	MaxContent  = 2000
	MaxWhy      = 500
	MaxReason   = 200
	MaxName     = 50
	MaxNote     = 4000
	MaxQuestion = 200
	MaxRecord   = 50_000
	MaxMinutes  = 20_000
	MaxTask     = 500
	MaxProgress = 1000
	MaxItems    = 50
)

// Store keeps meetings.
type Store struct {
	db         *db.DB
	gatherings *gathering.Store
	files      *file.Store
	polls      *poll.Store
	now        func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, gatherings *gathering.Store, files *file.Store, now func() time.Time) *Store {
	return &Store{d, gatherings, files, poll.NewStore(d, now), now}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) today() time.Time { return calendar.On(s.now()) }

// may reports whether actor has p, or is the operator's shell, which loads the
// demonstration.
func may(actor access.Actor, p access.Permission) bool {
	return actor.May(p) || actor.Role == access.Operator
}

// TitleOf is the name of the nth meeting of its kind in a year: 2020年第3次工委主任会议.
func TitleOf(kind string, year, n int) string {
	return fmt.Sprintf("%d年第%d次%s", year, n, choice.Name(Kinds, kind))
}

// Next proposes the title of the next meeting of a kind in the year of a day.
func (s *Store) Next(ctx context.Context, actor access.Actor, kind string, on time.Time) (title string, err error) {
	n := 0
	year := calendar.On(on).Year()
	err = s.db.Read(ctx, actor, db.Value(&n, `
		SELECT count(*)
		FROM meetings
		WHERE street_id = @street AND kind = @kind AND state <> 'cancelled' AND held_on BETWEEN make_date(@year, 1, 1) AND make_date(@year, 12, 31)`,
		db.Args{"street": actor.StreetID, "kind": kind, "year": year}))
	return TitleOf(kind, year, n+1), err
}
