package institution

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Sign signs a passed rule of a street with a number. Only the director does,
// being in post (domain.md hard rule 5). From here on the text is not altered.
// trial is the last day of a trial period, zero for none.
func (s *Store) Sign(ctx context.Context, actor access.Actor, step Step, trial time.Time) error {
	err := s.move(ctx, actor, "signature", step, func(tx db.Tx, h held) (done, error) {
		if err := s.ahead(trial); err != nil {
			return done{}, err
		}
		post, err := s.signingPost(ctx, tx, actor, h.StreetID)
		if err != nil {
			return done{}, err
		}
		return s.sign(ctx, tx, actor, h, &post, trial, access.Staff)
	})
	return committee.PostFault(err, "state")
}

// Issue signs a passed rule of the city.
func (s *Store) Issue(ctx context.Context, actor access.Actor, step Step, trial time.Time) error {
	return s.move(ctx, actor, "issue", step, func(tx db.Tx, h held) (done, error) {
		if err := s.ahead(trial); err != nil {
			return done{}, err
		}
		return s.sign(ctx, tx, actor, h, nil, trial)
	})
}

func (s *Store) ahead(trial time.Time) error {
	if !trial.IsZero() && !trial.After(s.today()) {
		return fault.Fields{{Name: "trial", Text: "试行期满的日期要在今天以后"}}
	}
	return nil
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

func (s *Store) sign(ctx context.Context, tx db.Tx, actor access.Actor, h held, post *int64, trial time.Time, to ...access.Role) (done, error) {
	number, err := s.allot(ctx, tx, actor, h, h.StreetID, document.Notice, "关于印发《"+h.Title+"》的通知")
	if err != nil {
		return done{}, err
	}
	err = s.to(ctx, tx, h, Signed, "signed_on = @on, doc_number = @number, signer = @signer, signer_post_id = @post, trial_until = @trial", db.Args{
		"on": s.today(), "number": number, "signer": actor.Name, "post": post, "trial": orNull(trial),
	})
	if err != nil {
		return done{}, err
	}
	return done{title: "签发，" + number}, s.tell(ctx, tx, h, "已签发，待报备案", to...)
}

// allot gives a paper about the rule its number; street 0 is the city's own series.
func (s *Store) allot(ctx context.Context, tx db.Tx, actor access.Actor, h held, street int64, kind document.Kind, title string) (string, error) {
	actor.CityID = h.CityID
	return document.Allot(ctx, tx, actor, document.Issue{
		At: s.now(), Street: street, Kind: kind, Subject: "institution", SubjectID: h.ID, Title: title, SignedOn: s.today(),
	})
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// TakeEffect publishes a rule that has been recorded, or one of the city's that was
// signed: it is in force from a day on. The version before it ends on that day, and
// so does the rule that it replaces.
func (s *Store) TakeEffect(ctx context.Context, actor access.Actor, step Step, on time.Time) error {
	return s.move(ctx, actor, s.named(actor, "effect"), step, func(tx db.Tx, h held) (done, error) {
		if on.Before(s.today()) {
			return done{}, fault.Fields{{Name: "on", Text: "施行日期不能早于今天"}}
		}
		if h.TrialUntil != nil && !h.TrialUntil.After(on) {
			return done{}, fault.Fields{{Name: "on", Text: "施行日期要在试行期满（" + calendar.Date(*h.TrialUntil) + "）以前"}}
		}
		if err := s.end(ctx, tx, h.StreetID, h.ID, on, Revised, "revised", "被修订"); err != nil {
			return done{}, err
		}
		if h.ReplacesID != 0 {
			if err := s.end(ctx, tx, h.StreetID, h.ReplacesID, on, Repealed, "replaced", "被《"+h.Title+"》替代"); err != nil {
				return done{}, err
			}
		}
		if err := s.to(ctx, tx, h, InForce, "effective_on = @on, published = true", db.Args{"on": on}); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `UPDATE institutions SET published = true WHERE street_id = @street AND id = @id`, db.Args{"street": h.StreetID, "id": h.ID})
		if err != nil {
			return done{}, err
		}
		d := done{title: "公布，自" + calendar.Date(on) + "起施行"}
		if OfCity(h.StreetID) {
			return d, s.tellAll(ctx, tx, h, "市级制度公布施行，请落实", access.Director, access.Staff)
		}
		return d, s.tell(ctx, tx, h, "制度公布施行", access.Member, access.Deputy)
	})
}

// end takes the version of a rule that is in force out of force on a day. A version
// that was to begin later than that cannot be overtaken.
func (s *Store) end(ctx context.Context, tx db.Tx, street, id int64, on time.Time, state procedure.State, how, why string) error {
	var later []time.Time
	err := db.Do(ctx, tx, db.Values(&later, `
		UPDATE institution_versions
		SET state = @state, ended_on = greatest(@on::date, effective_on), ended_how = @how, ended_why = @why
		WHERE street_id = @street AND institution_id = @id AND state = 'in_force'
		RETURNING effective_on`, db.Args{"state": string(state), "on": on, "how": how, "why": why, "street": street, "id": id}))
	if err == nil && len(later) > 0 && later[0].After(on) {
		err = fault.Fields{{Name: "on", Text: "现行版本" + calendar.Date(later[0]) + "才施行，日期不能更早"}}
	}
	if err == nil && len(later) > 0 {
		_, err = db.Exec(ctx, tx, `UPDATE institutions SET modified_at = @now WHERE street_id = @street AND id = @id`,
			db.Args{"now": s.now(), "street": street, "id": id})
	}
	return err
}

// Revise begins a new version with the text of the one in force.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, s.named(actor, "revision"), step, func(tx db.Tx, h held) (done, error) {
		return done{title: "修订，起草第" + fmt.Sprint(h.Ordinal+1) + "稿", reason: reason}, s.next(ctx, tx, h, reason)
	})
}

// next begins a version with the newest text.
func (s *Store) next(ctx context.Context, tx db.Tx, h held, reason string) error {
	id, err := s.begin(ctx, tx, h.StreetID, h.ID, h.Ordinal+1, reason)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO institution_clauses (street_id, version_id, number, suffix, text, repealed, rests_street_id, rests_id, rests_number, rests_suffix)
		SELECT street_id, @next::bigint, number, suffix, text, repealed, rests_street_id, rests_id, rests_number, rests_suffix
		FROM institution_clauses
		WHERE street_id = @street AND version_id = @version`, db.Args{"next": id, "street": h.StreetID, "version": h.VersionID})
	return err
}

// Repeal takes a rule out of force from a day on.
func (s *Store) Repeal(ctx context.Context, actor access.Actor, step Step, on time.Time, why string) error {
	return s.move(ctx, actor, s.named(actor, "repeal"), step, func(tx db.Tx, h held) (done, error) {
		if on.Before(s.today()) {
			return done{}, fault.Fields{{Name: "on", Text: "失效日期不能早于今天"}}
		}
		return done{title: choice.Name(Endings, "repealed") + "，自" + calendar.Date(on) + "起失效", reason: why},
			s.end(ctx, tx, h.StreetID, h.ID, on, Repealed, "repealed", why)
	})
}
