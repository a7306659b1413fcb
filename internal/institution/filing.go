package institution

import (
	"context"
	"unicode/utf8"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
)

// File reports a signed rule to the city for the record (报备案).
func (s *Store) File(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "filing", step, func(tx db.Tx, h held) (done, error) {
		number, err := s.allot(ctx, tx, actor, h, h.StreetID, document.Report, "关于报送《"+h.Title+"》备案的报告")
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO institution_filings (street_id, version_id, doc_number, sent_on, sender)
			VALUES (@street, @version, @number, @on, @who)`,
			db.Args{"street": h.StreetID, "version": h.VersionID, "number": number, "on": s.today(), "who": actor.Name})
		if err == nil {
			err = s.to(ctx, tx, h, Filed, "", nil)
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "报市人大常委会备案，" + number}, s.tell(ctx, tx, h, "街道制度报备案", access.CityOffice, access.CityDeputy)
	})
}

// Accept takes a filed rule in for review (受理).
func (s *Store) Accept(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "acceptance", step, func(tx db.Tx, h held) (done, error) {
		_, err := db.Exec(ctx, tx, `
			UPDATE institution_filings
			SET accepted_on = @on, acceptor = @who
			WHERE street_id = @street AND version_id = @version`,
			db.Args{"on": s.today(), "who": actor.Name, "street": h.StreetID, "version": h.VersionID})
		if err != nil {
			return done{}, err
		}
		return done{title: "受理备案"}, s.to(ctx, tx, h, Accepted, "", nil)
	})
}

// Remark is what the city has to say of one clause.
type Remark struct {
	Place
	Text string
}

// SendBack returns a filed rule with the city's comments, as a whole and clause by
// clause. The street answers with its next version; both are kept.
func (s *Store) SendBack(ctx context.Context, actor access.Actor, step Step, comment string, remarks []Remark) error {
	return s.move(ctx, actor, "return", step, func(tx db.Tx, h held) (done, error) {
		if comment == "" {
			return done{}, fault.Fields{{Name: "comment", Text: "请填写退回的意见"}}
		}
		var b db.Batch
		for _, r := range remarks {
			if utf8.RuneCountInString(r.Text) > MaxOpinion {
				return done{}, fault.Fields{{Name: "remark-" + r.Key(), Text: "一条意见不能超过 2000 个字"}}
			}
			b.Add(`
				INSERT INTO institution_filing_comments (street_id, filing_id, number, suffix, text)
				SELECT f.street_id, f.id, c.number, c.suffix, @text
				FROM institution_filings f
				JOIN institution_clauses c ON c.street_id = f.street_id AND c.version_id = f.version_id
				WHERE f.street_id = @street AND f.version_id = @version AND c.number = @number AND c.suffix = @suffix`,
				db.Args{"text": r.Text, "street": h.StreetID, "version": h.VersionID, "number": r.Number, "suffix": r.Suffix})
		}
		if err := b.Run(ctx, tx); err != nil {
			return done{}, err
		}
		if err := s.decided(ctx, tx, actor, h, "returned", comment); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, h, Returned, "", nil); err != nil {
			return done{}, err
		}
		return done{title: "退回并提意见", reason: comment, detail: map[string]any{"clauses": len(remarks)}},
			s.tell(ctx, tx, h, "市人大常委会退回备案并提意见", access.Staff, access.Director)
	})
}

// Keep puts a filed rule on record (备案).
func (s *Store) Keep(ctx context.Context, actor access.Actor, step Step, comment string) error {
	return s.move(ctx, actor, "record", step, func(tx db.Tx, h held) (done, error) {
		if err := s.decided(ctx, tx, actor, h, "recorded", comment); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, h, Recorded, "recorded_on = @on", db.Args{"on": s.today()}); err != nil {
			return done{}, err
		}
		return done{title: "备案", reason: comment}, s.tell(ctx, tx, h, "已备案，可以公布施行", access.Staff, access.Director)
	})
}

func (s *Store) decided(ctx context.Context, tx db.Tx, actor access.Actor, h held, verdict, comment string) error {
	number, err := s.allot(ctx, tx, actor, h, 0, document.Letter, "关于《"+h.Title+"》备案审查情况的函")
	if err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `
		UPDATE institution_filings
		SET verdict = @verdict, comment = @comment, decided_on = @on, decider = @who, reply_number = @number
		WHERE street_id = @street AND version_id = @version`,
		db.Args{"verdict": verdict, "comment": comment, "on": s.today(), "who": actor.Name, "number": number, "street": h.StreetID, "version": h.VersionID})
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

// Rework begins a new version of a rule that the city returned.
func (s *Store) Rework(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "rework", step, func(tx db.Tx, h held) (done, error) {
		if err := s.to(ctx, tx, h, Reworked, "", nil); err != nil {
			return done{}, err
		}
		return done{title: "按备案意见修改，起草新稿"}, s.next(ctx, tx, h, "按市人大常委会备案意见修改")
	})
}
