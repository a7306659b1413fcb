package committee

import (
	"context"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/notice"
)

const kindDelegation = "delegation"

// Lengths of texts, in characters.
const (
	MaxScope  = 500
	MaxReason = 500
)

// NewDelegation is a delegation to sign.
type NewDelegation struct {
	Key       string // of the form: sent twice, it makes one
	StreetID  int64
	ToPostID  int64
	Powers    []string
	Scope     string // in words; required for the power other
	FromOn    time.Time
	ThroughOn time.Time // the last day
	Reason    string
}

func (s *Store) today() time.Time { return calendar.On(s.now()) }

// delegates returns nil where actor may delegate in street.
func delegates(actor access.Actor, street int64) error {
	switch {
	case !actor.May(access.DelegateCommittee):
		return fault.Forbidden
	case actor.StreetID != street:
		return fault.NotFound
	}
	return nil
}

// Delegate signs a delegation as the director in post, which gives it its number,
// and tells whom it is for. It returns its ID.
func (s *Store) Delegate(ctx context.Context, actor access.Actor, n NewDelegation) (id int64, err error) {
	defer fault.Wrap(&err, "delegate in street %d", n.StreetID)
	if err := delegates(actor, n.StreetID); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		had, err := signedAlready(ctx, tx, n)
		if id = had; err != nil || id != 0 {
			return err
		}
		id, err = s.sign(ctx, tx, actor, n)
		return err
	})
	if db.Violates(err, "delegations_key_once") { // the same form, sent twice at once
		err = s.db.Write(ctx, actor, func(tx db.Tx) (err error) {
			id, err = signedAlready(ctx, tx, n)
			return err
		})
	}
	return id, delegationFault(err, actor, s.today())
}

// signedAlready returns the ID of what the same form has made, 0 for none.
func signedAlready(ctx context.Context, tx db.Tx, n NewDelegation) (int64, error) {
	var had []int64
	err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM delegations WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key}))
	return append(had, 0)[0], err
}

func (s *Store) sign(ctx context.Context, tx db.Tx, actor access.Actor, n NewDelegation) (id int64, err error) {
	post, err := ActingPost(ctx, tx, actor, n.StreetID, s.today())
	if err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO delegations (street_id, from_post_id, to_post_id, powers, scope, from_on, through_on, reason, signed_on, key, created_at)
		VALUES (@street, @post, @to, @powers, @scope, @from, @through, @reason, @today, @key, @now)
		RETURNING id`, db.Args{
		"street": n.StreetID, "post": post, "to": n.ToPostID, "powers": n.Powers, "scope": n.Scope, "from": n.FromOn, "through": n.ThroughOn,
		"reason": n.Reason, "today": s.today(), "key": n.Key, "now": s.now(),
	})
	if err != nil {
		return 0, err
	}
	number, err := document.Allot(ctx, tx, actor, document.Issue{
		At: s.now(), Street: n.StreetID, Kind: document.Letter, Subject: kindDelegation, SubjectID: id, Title: "授权委托书", SignedOn: s.today(),
	})
	if err != nil {
		return 0, err
	}
	_, err = db.Exec(ctx, tx, `UPDATE delegations SET number = @number WHERE street_id = @street AND id = @id`,
		db.Args{"street": n.StreetID, "id": id, "number": number})
	if err != nil {
		return 0, err
	}
	return id, s.announce(ctx, tx, actor, n.StreetID, id, "sign", "主任签署授权委托书 "+number, n.Reason)
}

// WithdrawDelegation withdraws a delegation from today on. One that is withdrawn
// meanwhile is fault.Stale.
func (s *Store) WithdrawDelegation(ctx context.Context, actor access.Actor, street, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "withdraw delegation %d", id)
	if err := delegates(actor, street); err != nil {
		return err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var now struct {
			Number      string
			WithdrawnOn *time.Time
		}
		err := db.Do(ctx, tx, db.One(&now, `SELECT number, withdrawn_on FROM delegations WHERE street_id = @street AND id = @id FOR UPDATE`,
			db.Args{"street": street, "id": id}))
		switch {
		case err != nil:
			return err
		case now.WithdrawnOn != nil:
			return fault.Stale
		}
		post, err := ActingPost(ctx, tx, actor, street, s.today())
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE delegations
			SET withdrawn_on = @today, withdrawn_why = @why, withdrawn_post_id = @post
			WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id, "today": s.today(), "why": reason, "post": post})
		if err != nil {
			return err
		}
		return s.announce(ctx, tx, actor, street, id, "withdraw", "主任收回授权委托书 "+now.Number, reason)
	})
	return delegationFault(err, actor, s.today())
}

// announce records an act about a delegation and tells whom it is for.
func (s *Store) announce(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, act, title, reason string) error {
	var to string
	err := db.Do(ctx, tx, db.Value(&to, `
		SELECT p.post
		FROM delegations d
		JOIN posts p ON p.street_id = d.street_id AND p.id = d.to_post_id
		WHERE d.street_id = @street AND d.id = @id`, db.Args{"street": street, "id": id}))
	if err != nil {
		return err
	}
	reader := access.DeputyDirector
	if to == Member {
		reader = access.Member
	}
	err = notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: street, To: reader, Title: title, Link: delegationLink(street, id)})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: kindDelegation, ID: id, Action: kindDelegation + "." + act, Title: title, Reason: reason,
	})
}

func delegationLink(street, id int64) string {
	return "/committees/" + strconv.FormatInt(street, 10) + "/delegations/" + strconv.FormatInt(id, 10)
}

func delegationFault(err error, actor access.Actor, today time.Time) error {
	for constraint, f := range map[string]fault.Field{
		"delegations_to_in_post":         {Name: "to", Text: "请选择开始那天在任的副主任或者委员"},
		"delegations_powers_known":       {Name: "powers", Text: "请选择委托什么"},
		"delegations_scope_filled":       {Name: "scope", Text: "选了“其他”的，请写明委托的事项，不超过 500 个字"},
		"delegations_not_backwards":      {Name: "from_on", Text: "开始日期不能早于今天：委托不能补签"},
		"delegations_through_after_from": {Name: "through_on", Text: "最后一天不能早于开始日期"},
	} {
		if db.Violates(err, constraint) {
			return fault.Fields{f}
		}
	}
	if db.Violates(err, "delegations_by_director") {
		return NotInPost(actor.Name, today)
	}
	return PostFault(err, "")
}

// Paper is the delegation as an official paper (授权委托书, in the form of a 函).
func (d *Delegation) Paper() document.Paper {
	post := choice.Name(PostNames, d.ToPost)
	body := []document.Block{
		document.Text("因" + d.Reason + "，现委托" + d.Committee + post + d.To + "代行下列职权："),
	}
	for _, p := range d.Powers {
		what := choice.Name(Powers, p)
		if p == "other" {
			what = d.Scope
		}
		body = append(body, document.Heading{Level: 3, Text: what})
	}
	if d.Scope != "" && d.Powers[len(d.Powers)-1] != "other" {
		body = append(body, document.Text("委托的范围："+d.Scope))
	}
	body = append(body,
		document.Text("委托期限：自"+calendar.Date(d.FromOn)+"至"+calendar.Date(d.ThroughOn)+"。期满、收回或者一方离任的，委托终止。"),
		document.Text("委托人：主任"+d.From+"。受托人："+post+d.To+"。"))
	return document.Paper{
		Kind: document.Letter, Head: d.Committee, Number: d.Number, Title: "授权委托书", To: d.To + "同志", Body: body,
		Signed: []string{d.Committee}, On: d.SignedOn,
	}
}
