package poll

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Held is a poll of the past as a register or the demonstration knows it: only how
// many chose what.
type Held struct {
	New
	At      time.Time
	Ballots [][]string // an option for each question, in order
}

// Replay enters a poll of the past, opened, cast and closed, in tx. Every rule of
// the database holds. Only the operator's shell may.
func (s *Store) Replay(ctx context.Context, tx db.Tx, actor access.Actor, h Held) (id int64, err error) {
	defer fault.Wrap(&err, "replay poll")
	if actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	if id, err = s.open(ctx, tx, actor, h.New, h.At); err != nil {
		return 0, err
	}
	var options []string
	for _, b := range h.Ballots {
		options = append(options, b...)
	}
	var b db.Batch
	b.Add(`SELECT app.replay_ballots(@street, @id, @options, @asked)`, db.Args{"street": h.StreetID, "id": id, "options": append([]string{}, options...), "asked": len(h.Questions)})
	b.Add(`SELECT app.close_poll(@street, @id, @at)`, db.Args{"street": h.StreetID, "id": id, "at": h.At.Add(10 * time.Minute)})
	return id, refused(b.Run(ctx, tx))
}
