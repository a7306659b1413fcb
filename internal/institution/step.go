package institution

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Step is which rule a move is about, and the version of its record that its
// maker was shown.
type Step struct {
	ID      int64
	Version int
}

// held is a rule with its newest version that a move holds until it commits.
type held struct {
	ID         int64
	CityID     int64
	StreetID   int64
	Title      string
	ReplacesID int64
	Version    int
	VersionID  int64
	Ordinal    int
	State      procedure.State
	PassedOn   *time.Time
	RecordedOn *time.Time
	SignedOn   *time.Time
	DocNumber  string
	TrialUntil *time.Time
	Effective  *time.Time
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// lock holds a rule and its newest version that the actor sees.
func lock(ctx context.Context, tx db.Tx, id int64) (h held, err error) {
	err = db.Do(ctx, tx, db.One(&h, `
		SELECT i.id, i.city_id, i.street_id, i.title, coalesce(i.replaces_id, 0) AS replaces_id, i.version,
		       v.id AS version_id, v.ordinal, v.state, v.passed_on, v.recorded_on, v.signed_on, v.doc_number, v.trial_until, v.effective_on AS effective
		FROM institutions i
		JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
		WHERE i.id = @id
		ORDER BY v.ordinal DESC
		LIMIT 1
		FOR UPDATE OF i`, db.Args{"id": id}))
	return h, err
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, h held) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of institution %d", name, step.ID)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := lock(ctx, tx, step.ID)
		if err != nil {
			return err
		}
		t := table(h.StreetID)
		if !t.Has(name) {
			return fault.NotFound
		}
		m := t.Move(name)
		switch {
		case !actor.May(m.Need) && actor.Role != access.Operator:
			return fault.Forbidden
		case h.Version != step.Version:
			return fault.Stale
		case !t.Allows(name, h.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("《%s》现在是“%s”，不能%s", h.Title, t.Info(h.State).Name, m.Label)}}
		}
		d, err := fn(tx, h)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, h, name, d)
	})
}

// record notes that something was done with the rule, and counts its version on.
func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, h held, name string, d done) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE institutions
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": h.StreetID, "id": h.ID})
	if err != nil {
		return err
	}
	if n != 1 {
		return fault.NotFound
	}
	as := actor
	as.CityID = h.CityID // of the city's own rules the operator has none
	return audit.Record(ctx, tx, as, audit.Event{
		At: s.now(), StreetID: h.StreetID, Kind: "institution", ID: h.ID, Action: "institution." + name,
		Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// to brings the version into a state; set are further columns of it.
func (s *Store) to(ctx context.Context, tx db.Tx, h held, state procedure.State, set string, args db.Args) error {
	all := db.Args{"state": string(state), "street": h.StreetID, "id": h.VersionID}
	for k, v := range args {
		all[k] = v
	}
	if set != "" {
		set = ", " + set
	}
	n, err := db.Exec(ctx, tx, `
		UPDATE institution_versions
		SET state = @state`+set+`
		WHERE street_id = @street AND id = @id`, all)
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

// tell sends a notice about a street's rule.
func (s *Store) tell(ctx context.Context, tx db.Tx, h held, title string, to ...access.Role) error {
	for _, role := range to {
		err := notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: h.StreetID, To: role, Title: title + "：《" + h.Title + "》", Link: fmt.Sprintf("/institutions/%d", h.ID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellAll tells every street of the city about the city's rule.
func (s *Store) tellAll(ctx context.Context, tx db.Tx, h held, title string, to ...access.Role) error {
	var streets []int64
	err := db.Do(ctx, tx, db.Values(&streets, `SELECT id FROM streets WHERE city_id = @city ORDER BY id LIMIT 1000`, db.Args{"city": h.CityID}))
	for _, street := range streets {
		if err == nil {
			h.StreetID = street
			err = s.tell(ctx, tx, h, title, to...)
		}
	}
	return err
}
