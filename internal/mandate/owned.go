package mandate

import (
	"context"
	"time"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/institution"
)

// Finish says in tx, the caller's transaction, that the act of another room's record
// has taken place by that day. Begun under a live matter it may end after that, and
// is flagged then.
func Finish(ctx context.Context, tx db.Tx, street, id int64, on time.Time) (err error) {
	defer fault.Wrap(&err, "finish act of supervision %d", id)
	return changeAct(ctx, tx, `
		UPDATE mandate_acts
		SET completed_on = greatest(@on::date, act_on), version = version + 1
		WHERE street_id = @street AND id = @id AND cancelled_on IS NULL AND completed_on IS NULL`, db.Args{"on": on, "street": street, "id": id})
}

// Outcome says in tx what came of an act that has taken place.
func Outcome(ctx context.Context, tx db.Tx, street, id int64, result string) (err error) {
	defer fault.Wrap(&err, "outcome of act of supervision %d", id)
	return changeAct(ctx, tx, `
		UPDATE mandate_acts
		SET result = @result, version = version + 1
		WHERE street_id = @street AND id = @id AND completed_on IS NOT NULL`, db.Args{"result": result, "street": street, "id": id})
}

func changeAct(ctx context.Context, tx db.Tx, sql string, args db.Args) error {
	n, err := db.Exec(ctx, tx, sql, args)
	if err == nil && n == 0 {
		err = fault.Fields{{Name: "mandate", Text: "这次监督活动的授权已经撤回或变更"}}
	}
	return err
}

// CallOff calls off in tx the act of another room's record that does not take place
// on its day. An act that a withdrawal has called off already stays so.
func CallOff(ctx context.Context, tx db.Tx, street, id int64, on time.Time, reason string) (err error) {
	defer fault.Wrap(&err, "call off act of supervision %d", id)
	_, err = db.Exec(ctx, tx, `
		UPDATE mandate_acts
		SET cancelled_on = @on, cancelled_why = @why, version = version + 1
		WHERE street_id = @street AND id = @id AND cancelled_on IS NULL AND completed_on IS NULL`, db.Args{"on": on, "why": reason, "street": street, "id": id})
	return err
}

// Chain is what an act of supervision stands on: clause, authorisation, matter, act.
type Chain struct {
	ActID        int64
	MandateID    int64
	Mode         string
	Mandate      string // its title
	Number       string
	IssuedOn     *time.Time
	No           int    // of the matter
	Matter       string // its content
	Subject      string
	Measure      string
	Object       string
	ActOn        time.Time
	CompletedOn  *time.Time
	Beyond       bool // 超授权期限
	CancelledOn  *time.Time
	CancelledWhy string
	Clauses      []institution.Ground `db:"-"`
}

// ChainOf reads the chain of the act of another room's record as part of a batch;
// act is a constant SELECT of the act's ID over args. *c stays as it is where the
// reader may see no authorisations.
func ChainOf(c *Chain, act string, args db.Args) []db.Query {
	return []db.Query{
		db.Maybe(c, `
			SELECT a.id AS act_id, a.mandate_id, d.mode, d.title AS mandate, d.number, d.issued_on, x.no, x.content AS matter, a.subject, a.measure, a.object, a.act_on,
			       a.completed_on, a.beyond, a.cancelled_on, a.cancelled_why`+fromAct+`
			WHERE a.id = (`+act+`)`, args),
		db.Many(&c.Clauses, `
			SELECT DISTINCT i.id, i.title, l.number, l.suffix
			FROM clause_acts l
			JOIN institutions i ON i.street_id = l.of_street_id AND i.id = l.institution_id
			WHERE l.kind = 'mandate_act' AND l.subject_id = (`+act+`)
			ORDER BY i.id, l.number, l.suffix
			LIMIT 50`, args),
	}
}

// ModeName names the mode of the authorisation: 项目式授权.
func (c *Chain) ModeName() string { return choice.Name(Modes, c.Mode) }
