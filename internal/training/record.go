package training

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/procedure"
)

// Record is one training with what belongs to it. Of the list, who is to come
// sees only themselves.
type Record struct {
	Line
	Committee    string
	PassMark     int
	Outcome      string
	Version      int
	Code         string // for who may show it; "" for everybody else
	Participants []Participant
	Asked        []Asked
	Clauses      []institution.Ground // under which it was held
	Files        []file.Attachment
	Limits       file.Limits
	Timeline     []audit.Entry
	Own          *Participant // the actor; nil where they are not on the list
	Taken        int          // tests that Own has taken
	Passed       bool         // Own has passed
}

// Participant is one person on the list.
type Participant struct {
	ID        int64
	PersonID  int64 // the row that stays, where two are one person
	Team      string
	Name      string
	Work      string
	SignedAt  *time.Time
	SignedWay string
	Score     *int // the best
	Passed    bool
	Mine      bool
}

// Asked is a question as who is tested reads it; Answer is 0 but for the office.
type Asked struct {
	Number  int
	Text    string
	Options []string
	Answer  int
}

const selectParticipant = `
	SELECT p.id, p.team, p.signed_at, p.signed_way, coalesce(h.merged_into, h.id) AS person_id, h.name, h.work,
	       (SELECT max(x.score) FROM training_tests x WHERE x.street_id = p.street_id AND x.participant_id = p.id) AS score,
	       EXISTS (SELECT FROM training_tests x WHERE x.street_id = p.street_id AND x.participant_id = p.id AND x.passed) AS passed,
	       app.is_participant(p.street_id, p.person_id) AS mine
	FROM training_participants p
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id`

// Record reads one training. It needs ViewTrainings.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "training %d", id)
	if !actor.May(access.ViewTrainings) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var more struct {
		Committee, Outcome string
		PassMark, Version  int
	}
	queries := []db.Query{
		db.One(&r.Line, selectLine+` WHERE t.id = @id`, arg),
		db.One(&more, `
			SELECT s.committee, t.outcome, t.pass_mark, t.version
			FROM trainings t
			JOIN streets s ON s.id = t.street_id
			WHERE t.id = @id`, arg),
		db.Many(&r.Participants, selectParticipant+`
			WHERE p.training_id = @id
			ORDER BY array_position(ARRAY ['deputy', 'member', 'voter', 'expert', 'liaison', 'information'], p.team), p.id
			LIMIT @most`, db.Args{"id": id, "most": MaxListed}),
		db.Many(&r.Asked, `
			SELECT q.number, q.text, q.options,
			       coalesce((SELECT a.answer FROM training_answers a WHERE a.street_id = q.street_id AND a.training_id = q.training_id AND a.number = q.number), 0) AS answer
			FROM training_questions q
			WHERE q.training_id = @id
			ORDER BY q.number
			LIMIT 50`, arg),
		db.Value(&r.Code, `SELECT coalesce((SELECT code FROM training_codes WHERE training_id = @id), '')`, arg),
		db.Value(&r.Taken, `
			SELECT count(*)
			FROM training_tests x
			JOIN training_participants p ON p.street_id = x.street_id AND p.id = x.participant_id
			WHERE x.training_id = @id AND app.is_participant(p.street_id, p.person_id)`, arg),
		institution.Under(&r.Clauses, "training", id),
		file.Of(&r.Files, "training", id),
		audit.Timeline(&r.Timeline, "training", id),
	}
	if err := s.db.Read(ctx, actor, append(queries, r.Limits.Queries(actor.StreetID)...)...); err != nil {
		return r, err
	}
	r.Committee, r.Outcome, r.PassMark, r.Version = more.Committee, more.Outcome, more.PassMark, more.Version
	for i, p := range r.Participants {
		if p.Mine {
			r.Own = &r.Participants[i]
			r.Passed = p.Passed
		}
	}
	return r, nil
}

// Questions are the questions with their answers, for the office.
func (r *Record) Questions() (list []Question) {
	for _, q := range r.Asked {
		list = append(list, Question{q.Text, q.Options, q.Answer})
	}
	return list
}

// Moves lists what the actor may do with the training now: the moves of the
// procedure, less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if r.fits(m.Name, now) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Record) fits(move string, now time.Time) bool {
	signed := r.Own != nil && r.Own.SignedAt != nil
	switch move {
	case "notice":
		return r.Listed > 0
	case "opening":
		return !r.HeldOn.After(today(now))
	case "sign-in":
		return r.Own != nil && !signed
	case "test":
		return signed && len(r.Asked) > 0 && !r.Passed && r.Taken < 2
	case "attendance":
		return r.Signed < r.Listed
	case "score", "closure":
		return r.Signed > 0
	}
	return true
}
