// Package poll keeps anonymous questions put to a closed circle: the vote on a topic
// of a meeting, the rating of an appraised unit, the rating of a deputy who reports.
//
// The record that asks owns its polls and moves them in its own transaction: Open,
// Close, Cancel; Of and Results read them. What happens to single people in between —
// casting, slips, paper — is asked of the Store by the pages at /polls. Nothing ties a
// person to a choice (hard rule 7, docs/adr/0087).
package poll

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// The kinds of records that ask.
const (
	Topic     = "topic"     // of a meeting
	Appraisal = "appraisal" // an activity that appraises a unit (工作评议)
	Report    = "report"    // a deputy's report to voters (述职)
)

// Kinds names them.
var Kinds = []choice.Term{{Key: Topic, Name: "会议议题表决"}, {Key: Appraisal, Name: "工作评议测评"}, {Key: Report, Name: "代表述职测评"}}

// The scales of a question.
const (
	Vote   = "vote"   // 赞成, 反对, 弃权
	Rating = "rating" // 满意, 基本满意, 不满意
)

// The options that results are read by; the others are in Options.
const (
	For       = "for"
	Satisfied = "satisfied"
	Basically = "basically"
	Invalid   = "invalid" // of paper ballots only
)

// Options are those of a scale in the order of the ballot.
func Options(scale string) []choice.Term {
	if scale == Vote {
		return []choice.Term{{Key: For, Name: "赞成"}, {Key: "against", Name: "反对"}, {Key: "abstain", Name: "弃权"}}
	}
	return []choice.Term{{Key: Satisfied, Name: "满意"}, {Key: Basically, Name: "基本满意"}, {Key: "dissatisfied", Name: "不满意"}}
}

// Fewest is how many ballots there must be for the split to be shown: of fewer it
// would tell who chose what (hard rule 7; the number is a default).
const Fewest = 3

// Limits of texts, in characters, and of a slip, in questions.
const (
	MaxTitle     = 200
	MaxQuestion  = 200
	MaxName      = 50
	MaxWhy       = 500
	MaxQuestions = 20
)

// Store keeps polls.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Question is one question on the ballot.
type Question struct {
	Number int // from 1; Open numbers them
	Text   string
	Scale  string // Vote or Rating
}

// Poll is one or a few questions put to a circle.
type Poll struct {
	ID          int64
	StreetID    int64
	Kind        string // one of Kinds
	RecordID    int64  // the record that asks
	Round       int    // 1, 2, …: of one record
	GatheringID *int64 // whose people are the circle
	Title       string
	Link        string // the page of the record
	HeldOn      time.Time
	State       procedure.State
	OpenedAt    time.Time
	ClosedAt    *time.Time
	Why         string // why it was cancelled
	Version     int
	Street      string
	Committee   string
	Turnout
}

// Turnout is how many have taken part. No choice is in it.
type Turnout struct {
	Circle    int // who may
	Signed    int // have cast while signed in
	Slips     int // have drawn a slip
	Used      int // slips with which somebody has cast
	Papers    int // have a paper ballot
	Collected int // paper ballots, once they have been counted twice
	Counts    int // how often they have been counted: 2 is enough
}

// Cast is how many ballots there are.
func (t *Turnout) Cast() int { return t.Signed + t.Used + t.Collected }

// Waiting is how many may still cast while signed in.
func (t *Turnout) Waiting() int { return t.Circle - t.Slips - t.Papers - t.Signed }

const selectPoll = `
	SELECT p.id, p.street_id, p.kind, p.record_id, p.round, p.gathering_id, p.title, p.link, p.held_on, p.state, p.opened_at, p.closed_at, p.why, p.version,
	       s.name AS street, s.committee, t.circle, t.signed, t.slips, t.used, t.papers, t.collected, t.counts
	FROM polls p
	JOIN streets s ON s.id = p.street_id
	CROSS JOIN LATERAL app.poll_turnout(p.street_id, p.id) AS t`

// Of reads the polls of a record as part of a batch, the latest first.
func Of(list *[]Poll, kind string, record int64) db.Query {
	return db.Many(list, selectPoll+` WHERE p.kind = @kind AND p.record_id = @record ORDER BY p.round DESC LIMIT 50`, db.Args{"kind": kind, "record": record})
}

// keeps reports whether actor keeps polls: the office, or the operator's shell,
// which loads the demonstration.
func keeps(actor access.Actor) bool {
	return actor.May(access.KeepPolls) || actor.Role == access.Operator
}

// hold reads a poll and keeps others from moving or casting in it until tx ends.
func hold(ctx context.Context, tx db.Tx, id int64) (p Poll, err error) {
	return p, db.Do(ctx, tx, db.One(&p, selectPoll+` WHERE p.id = @id FOR UPDATE OF p`, db.Args{"id": id}))
}

// move holds a poll that a move called name may start from.
func move(ctx context.Context, tx db.Tx, actor access.Actor, name string, id int64) (p Poll, err error) {
	if !keeps(actor) {
		return p, fault.Forbidden
	}
	if p, err = hold(ctx, tx, id); err == nil && !Procedure.Allows(name, p.State) {
		err = fault.Fields{{Name: "state", Text: Procedure.Info(p.State).Name + "，不能" + Procedure.Move(name).Label}}
	}
	return p, err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, p *Poll, name, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: p.StreetID, Kind: "poll", ID: p.ID, Action: "poll." + name, Title: title, Reason: reason,
	})
}

// refusals are the database's rules in words.
var refusals = map[string]string{
	"polls_over": "已经结束，不能再改", "polls_one_open": "这一项已经在投票，请先结束", "polls_fixed": "投票开始以后不能这样改",
	"polls_paper_counted":       "纸质票还没有由唱票人、监票人各录入一次，不能结束",
	"poll_voters_of_circle":     "只有到场、应当参加的人可以投票",
	"poll_voters_paper_counted": "纸质票已经开始清点，不能再改发票",
	"poll_slips_one_each":       "投票码的张数和领码的人数不一致，请刷新后再发",
	"poll_counts_never_more":    "收回的纸质票不能多于发出的",
	"poll_counts_add_up":        "每一问的各项票数加起来，应当等于收回的票数",
}

func refused(err error) error {
	for constraint, text := range refusals {
		if db.Violates(err, constraint) {
			return fault.Fields{{Name: "state", Text: text}}
		}
	}
	return err
}
