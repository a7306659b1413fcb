package poll

import (
	"context"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// outcomes are what the database says of a ballot that was not cast.
var outcomes = map[string]error{
	"already":    fault.Fields{{Name: "state", Text: "您已经投过票了，每人只投一次"}},
	"closed":     fault.Fields{{Name: "state", Text: "投票已经结束，这一票没有计入"}},
	"other":      fault.Fields{{Name: "state", Text: "您已经领了投票码或者纸质票，请用领到的票投"}},
	"incomplete": fault.Fields{{Name: "state", Text: "请每一问都选一项"}},
}

// Cast casts the actor's ballot: an option for each question, in order. Either it
// is counted or a complaint says why not; nobody casts twice. Nothing is recorded of
// it but that the actor has taken part. It needs CastBallot, and the actor must be in
// the circle: NotFound.
func (s *Store) Cast(ctx context.Context, actor access.Actor, id int64, chosen []string) (err error) {
	defer fault.Wrap(&err, "cast in poll %d", id)
	if !actor.May(access.CastBallot) {
		return fault.Forbidden
	}
	return s.cast(ctx, actor, `SELECT app.cast_ballot(@id, @chosen)`, db.Args{"id": id, "chosen": append([]string{}, chosen...)})
}

// CastSlip casts a ballot with the code of a slip; anyone who holds one may.
// A code that is none is complained about at the field code.
func (s *Store) CastSlip(ctx context.Context, id int64, code string, chosen []string) (err error) {
	defer fault.Wrap(&err, "cast with a slip in poll %d", id)
	err = s.cast(ctx, access.Resident(nil), `SELECT app.cast_slip(@id, @code, @chosen)`,
		db.Args{"id": id, "code": secret.SlipHash(id, code), "chosen": append([]string{}, chosen...)})
	if err == fault.NotFound { //nolint:errorlint // returned as it is by cast
		return noSlip
	}
	return err
}

var noSlip = fault.Fields{{Name: "code", Text: "没有这个投票码，请照票上的码输入"}}

func (s *Store) cast(ctx context.Context, actor access.Actor, sql string, args db.Args) error {
	var result string
	err := s.db.Write(ctx, actor, func(tx db.Tx) error { return db.Do(ctx, tx, db.Value(&result, sql, args)) })
	switch {
	case err != nil:
		return err
	case result == "cast":
		return nil
	case result == "stranger":
		return fault.NotFound
	}
	return outcomes[result]
}

// Slip is what the holder of a slip reads.
type Slip struct {
	Title     string
	Committee string
	Open      bool
	Used      bool
	Questions []Question
}

// Slip reads what the holder of a slip is asked; a code that is none is complained
// about at the field code.
func (s *Store) Slip(ctx context.Context, id int64, code string) (slip Slip, err error) {
	defer fault.Wrap(&err, "slip of poll %d", id)
	var rows []struct {
		Title, Committee, State string
		Used                    bool
		Number                  int
		Question, Scale         string
	}
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&rows, `SELECT title, committee, state, used, number, question, scale FROM app.slip_questions(@id, @code) ORDER BY number`,
		db.Args{"id": id, "code": secret.SlipHash(id, code)}))
	switch {
	case err != nil:
		return slip, err
	case len(rows) == 0:
		return slip, noSlip
	}
	slip = Slip{Title: rows[0].Title, Committee: rows[0].Committee, Open: rows[0].State == string(Opened), Used: rows[0].Used}
	for _, r := range rows {
		slip.Questions = append(slip.Questions, Question{r.Number, r.Question, r.Scale})
	}
	return slip, nil
}
