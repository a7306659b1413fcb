package plan

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
)

// File reports the plan, as the directors' meeting passed it, to the city's standing
// committee for the record.
func (s *Store) File(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "filing", step, func(tx db.Tx, p locked) (done, error) {
		number, err := s.send(ctx, tx, actor, p)
		if err == nil {
			err = s.to(ctx, tx, p, Filed, "filed_on = @on", db.Args{"on": s.today()})
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "报市人大常委会，" + number}, s.tell(ctx, tx, p, "年度计划报备", access.CityOffice)
	})
}

// Refile reports the newest edition after a change.
func (s *Store) Refile(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "refiling", step, func(tx db.Tx, p locked) (done, error) {
		number, err := s.send(ctx, tx, actor, p)
		if err != nil {
			return done{}, err
		}
		return done{title: "报备调整后的计划，" + number}, s.tell(ctx, tx, p, "调整后的年度计划报备", access.CityOffice)
	})
}

// send files the newest edition, which has not been filed yet.
func (s *Store) send(ctx context.Context, tx db.Tx, actor access.Actor, p locked) (number string, err error) {
	number, err = s.allot(ctx, tx, actor, p, document.Report, fmt.Sprintf("关于报送%d年度工作计划的报告", p.Year))
	if err != nil {
		return "", err
	}
	n, err := db.Exec(ctx, tx, `
		INSERT INTO plan_filings (street_id, edition_id, number, sent_on, sender)
		SELECT e.street_id, e.id, @number, @on, @who
		FROM plan_editions e
		WHERE e.street_id = @street AND e.plan_id = @plan
		  AND e.ordinal = (SELECT max(x.ordinal) FROM plan_editions x WHERE x.street_id = e.street_id AND x.plan_id = e.plan_id)
		  AND NOT EXISTS (SELECT FROM plan_filings f WHERE f.street_id = e.street_id AND f.edition_id = e.id)`,
		db.Args{"number": number, "on": s.today(), "who": actor.Name, "street": p.StreetID, "plan": p.ID})
	if err == nil && n == 0 {
		err = fault.Fields{{Name: "state", Text: "现在的计划已经报备"}}
	}
	return number, err
}

// Receive takes a filed plan in for the city, with comments if it has any. It is no
// approval.
func (s *Store) Receive(ctx context.Context, actor access.Actor, step Step, comment string) error {
	return s.move(ctx, actor, "receipt", step, func(tx db.Tx, p locked) (done, error) {
		n, err := db.Exec(ctx, tx, `
			UPDATE plan_filings f
			SET received_on = @on, receiver = @who, comment = @comment
			FROM plan_editions e
			WHERE e.street_id = f.street_id AND e.id = f.edition_id AND e.street_id = @street AND e.plan_id = @plan AND f.received_on IS NULL`,
			db.Args{"on": s.today(), "who": actor.Name, "comment": comment, "street": p.StreetID, "plan": p.ID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "没有待收文的计划"}}
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "市人大常委会收文", reason: comment}, s.tell(ctx, tx, p, "市人大常委会已收文", access.Staff, access.Director)
	})
}

// Issue signs the plan with a number: it is carried out, and published. Only the
// director does, being in post, or whom the director delegated it to.
func (s *Store) Issue(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "issue", step, func(tx db.Tx, p locked) (done, error) {
		post, err := s.signingPost(ctx, tx, actor, p.StreetID)
		if err != nil {
			return done{}, err
		}
		number, err := s.allot(ctx, tx, actor, p, document.Notice, fmt.Sprintf("关于印发%d年度工作计划的通知", p.Year))
		if err == nil {
			err = s.to(ctx, tx, p, Executing, "issued_on = @on, doc_number = @number, issuer_post_id = @post, issuer = @who",
				db.Args{"on": s.today(), "number": number, "post": post, "who": actor.Name})
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "印发，" + number}, s.tell(ctx, tx, p, "年度计划印发", access.DeputyDirector, access.Member, access.Deputy, access.PartyReader)
	})
}

// signingPost is the actor's own post; the operator signs in the director's.
func (s *Store) signingPost(ctx context.Context, tx db.Tx, actor access.Actor, street int64) (int64, error) {
	if actor.Role != access.Operator {
		return committee.ActingPost(ctx, tx, actor, street, s.today())
	}
	var list []committee.PostLine
	err := db.Do(ctx, tx, committee.InPost(&list, street, s.today()))
	if err == nil && len(list) == 0 {
		err = committee.NotInPost(actor.Name, s.today())
	}
	if err != nil {
		return 0, err
	}
	return list[0].ID, nil
}

// Archive closes the plan for good, with how long it is kept.
func (s *Store) Archive(ctx context.Context, actor access.Actor, step Step, retention string) error {
	return s.move(ctx, actor, "archive", step, func(tx db.Tx, p locked) (done, error) {
		name := choice.Name(Retentions, retention)
		if name == "" {
			return done{}, fault.Fields{{Name: "retention", Text: "请选择保管期限"}}
		}
		return done{title: "归档，保管期限" + name}, s.to(ctx, tx, p, Archived, "archived_on = @on, retention = @retention", db.Args{"on": s.today(), "retention": retention})
	})
}
