package deputy

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/person"
	"portal/internal/procedure"
)

// Step is one move of a seat.
type Step struct {
	Version   int // of the deputy, as it was shown
	On        time.Time
	Until     time.Time // of a suspension, where its end is foreseen
	Ground    string    // of a report, suspension or termination
	Document  string    // the decision or announcement, with its number
	Announced time.Time // zero where it was not announced
	Note      string
	Street    int64  // of a transfer: the other street
	District  string // of a transfer: the electoral district there
	Group     string // of a transfer: the professional group there
}

func (t Step) check(move string, now time.Time) error {
	var bad fault.Fields
	if t.On.After(calendar.On(now)) {
		bad.Add("on", "日期不能晚于今天")
	}
	if !t.Until.IsZero() && !t.Until.After(t.On) {
		bad.Add("until", "预计恢复的日期要晚于暂停的日期")
	}
	if list := Grounds(move); list != nil && choice.Name(list, t.Ground) == "" {
		bad.Add("ground", "请选择情形")
	}
	if documented[move] && t.Document == "" {
		bad.Add("document", "请填写决定或公告的文号")
	}
	if !t.Announced.IsZero() && (t.Announced.Before(t.On) || t.Announced.After(calendar.On(now))) {
		bad.Add("announced", "公告日期不能早于决定日期，也不能晚于今天")
	}
	if move == "transfer" && choice.Name(Groups, t.Group) == "" {
		bad.Add("group", "请选择到那里参加的专业小组")
	}
	return bad.Err()
}

// seat is a deputy that a move holds for itself until it commits.
type seat struct {
	ID        int64
	StreetID  int64
	Name      string
	State     procedure.State
	EndedWhy  string
	Since     time.Time
	EndedOn   *time.Time
	Version   int
	Filled    bool // a by-election is under way or over
	Suspended *time.Time
}

// Move makes one move of Procedure with a seat in one transaction: permission, the
// version that was shown, the state, the dates, what follows from it, the record.
// Ending somebody's time ends their memberships, their leading of a group and
// their stations the same day.
func (s *Store) Move(ctx context.Context, actor access.Actor, move string, id int64, t Step) (err error) {
	defer fault.Wrap(&err, "%s of deputy %d", move, id)
	if !actor.May(Procedure.Move(move).Need) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if move == "expiry" {
		return fault.Forbidden // all of a term together: see Expire
	}
	if err := t.check(move, s.now()); err != nil {
		return err
	}
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		d, err := lockSeat(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case d.Version != t.Version:
			return fault.Stale
		}
		if err := d.allows(move, t); err != nil {
			return err
		}
		return s.apply(ctx, tx, actor, d, move, t)
	}))
}

func lockSeat(ctx context.Context, tx db.Tx, id int64) (d seat, err error) {
	err = db.Do(ctx, tx, db.One(&d, `
		SELECT d.id, d.street_id, d.name, d.state, d.ended_why, d.since, d.ended_on, d.version,
		       EXISTS (SELECT FROM deputy_elections e WHERE e.street_id = d.street_id AND e.fills = d.id AND e.state IN ('elected', 'confirmed')) AS filled,
		       (SELECT max(x.on_day) FROM deputy_steps x WHERE x.street_id = d.street_id AND x.deputy_id = d.id AND x.step IN ('suspension', 'resignation')) AS suspended
		FROM deputies d
		WHERE d.id = @id
		FOR UPDATE OF d`, db.Args{"id": id}))
	return d, err
}

func (d seat) allows(move string, t Step) error {
	switch {
	case !Procedure.Allows(move, d.State):
		return fault.Fields{{Name: "state", Text: fmt.Sprintf("这位代表现在是“%s”，不能%s", Procedure.Info(d.State).Name, Procedure.Move(move).Label)}}
	case t.On.Before(d.Since):
		return fault.Fields{{Name: "on", Text: "日期不能早于任职日期"}}
	case slices.Contains([]string{"resumption", "retraction", "acceptance"}, move) && d.Suspended != nil && t.On.Before(*d.Suspended):
		return fault.Fields{{Name: "on", Text: "日期不能早于" + calendar.Date(*d.Suspended)}}
	case move == "reinstatement" && (d.EndedWhy == "moved" || d.EndedWhy == "duplicate" || d.Filled):
		return fault.Fields{{Name: "state", Text: "席位已经补选，或者代表已经调到其他街道、并入另一条记录，不能更正"}}
	}
	return nil
}

func (s *Store) apply(ctx context.Context, tx db.Tx, actor access.Actor, d seat, move string, t Step) error {
	state := d.State
	if to := Procedure.Move(move).To; len(to) > 0 {
		state = to[0]
	}
	var ended *time.Time
	if state == Ended {
		ended = &t.On
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE deputies
		SET state = @state, ended_on = @ended::date, ended_why = @why, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "ended": ended, "why": endings[move], "now": s.now(), "street": d.StreetID, "id": d.ID})
	if err != nil {
		return err
	}
	if err := s.write(ctx, tx, actor, d, move, t); err != nil {
		return err
	}
	if move == "transfer" {
		return s.begin(ctx, tx, actor, d, t)
	}
	return nil
}

// write keeps the step, records it and tells whose turn it is.
func (s *Store) write(ctx context.Context, tx db.Tx, actor access.Actor, d seat, move string, t Step) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO deputy_steps (street_id, deputy_id, step, on_day, until_on, ground, document, announced_on, note, actor, created_by, created_at)
		VALUES (@street, @id, @step, @on, @until::date, @ground, @document, @announced::date, @note, @actor, @user, @now)`, db.Args{
		"street": d.StreetID, "id": d.ID, "step": move, "on": t.On, "until": known(t.Until), "ground": t.Ground, "document": t.Document,
		"announced": known(t.Announced), "note": t.Note, "actor": actor.Name, "user": actor.UserID, "now": s.now(),
	})
	if err != nil {
		return err
	}
	if err := s.record(ctx, tx, actor, d.StreetID, d.ID, "deputy."+move, t.title(move), t.reason(move)); err != nil {
		return err
	}
	n := notice.Notice{At: s.now(), StreetID: d.StreetID, To: access.Staff, Title: t.title(move) + "：" + d.Name, Link: fmt.Sprintf("/deputies/%d", d.ID)}
	if Procedure.Move(move).Need == access.KeepDeputies {
		n.To = access.CityDeputy
	}
	return notice.Send(ctx, tx, n)
}

func known(day time.Time) *time.Time {
	if day.IsZero() {
		return nil
	}
	return &day
}

func (t Step) title(move string) string {
	return Procedure.Move(move).Label + "：" + calendar.Date(t.On)
}

// reason is what the record says besides the title.
func (t Step) reason(move string) string {
	var said []string
	for _, part := range []string{choice.Name(Grounds(move), t.Ground), t.Document, t.Note} {
		if part != "" {
			said = append(said, part)
		}
	}
	text := ""
	for i, part := range said {
		if i > 0 {
			text += "；"
		}
		text += part
	}
	return text
}

// begin enters the deputy in the street that they moved to, the same day: on every
// day they are counted once.
func (s *Store) begin(ctx context.Context, tx db.Tx, actor access.Actor, d seat, t Step) error {
	var was struct {
		Sex, Term, Level, Intro, How, Credentials string
		PhoneSealed                               []byte
		ConfirmedOn                               *time.Time
	}
	err := db.Do(ctx, tx, db.One(&was, `
		SELECT sex, term, level, intro, elected_how AS how, phone_sealed, credentials, confirmed_on
		FROM deputies
		WHERE street_id = @street AND id = @id`, db.Args{"street": d.StreetID, "id": d.ID}))
	if err != nil {
		return err
	}
	n := New{
		Key: fmt.Sprintf("moved-%d-%d", d.ID, d.Version), StreetID: t.Street, Name: d.Name, Sex: was.Sex, District: t.District, Term: was.Term, Level: was.Level,
		Group: t.Group, Since: t.On, How: was.How, Intro: was.Intro, Credentials: was.Credentials,
	}
	if was.ConfirmedOn != nil {
		n.Confirmed = *was.ConfirmedOn
	}
	if was.PhoneSealed != nil {
		if n.Phone, err = s.keys.Open(was.PhoneSealed, sealedPhone); err != nil {
			return err
		}
	}
	if t.Street == d.StreetID {
		return fault.Fields{{Name: "street", Text: "请选择另一个街道"}}
	}
	if err := allowed(ctx, tx, t.Street, n.Term); err != nil {
		return err
	}
	who, err := s.people.Add(ctx, tx, actor, t.Street, person.New{Key: "deputy:" + n.Key, Name: n.Name, Sex: n.Sex, Phone: n.Phone})
	if err != nil {
		return err
	}
	id, err := s.insert(ctx, tx, n, who, d.ID)
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, t.Street, id, "deputy.enter", "由其他街道调入："+calendar.Date(t.On), t.Document)
}

// Moves lists what the actor may do with the seat now.
func (r *Record) Moves(actor access.Actor) []procedure.Move {
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool {
		switch m.Name {
		case "expiry":
			return true
		case "report":
			return actor.Role == access.CityDeputy
		case "reinstatement":
			return r.Filled.ID != 0 || r.EndedWhy == "moved" || r.EndedWhy == "duplicate"
		}
		return false
	})
}

// Expire ends the time of all deputies of a term in the actor's city, on the day
// on which the next congress meets. expect is how many there are: somebody who saw
// another number is told that it changed.
func (s *Store) Expire(ctx context.Context, actor access.Actor, term string, on time.Time, expect int) (err error) {
	defer fault.Wrap(&err, "expire term %s", term)
	if !actor.May(access.DecideDeputies) {
		return fault.Forbidden
	}
	if err := (Step{On: on}).check("expiry", s.now()); err != nil {
		return err
	}
	return deputyFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		args := db.Args{"term": term, "on": on, "now": s.now(), "actor": actor.Name, "user": actor.UserID}
		n, err := db.Exec(ctx, tx, `
			WITH ended AS (
				UPDATE deputies
				SET ended_on = @on, ended_why = 'expired', version = version + 1, modified_at = @now
				WHERE street_id = ANY (app.streets()) AND term = @term AND level = 'city' AND ended_on IS NULL
				RETURNING street_id, id
			)
			INSERT INTO deputy_steps (street_id, deputy_id, step, on_day, actor, created_by, created_at)
			SELECT street_id, id, 'expiry', @on, @actor, @user, @now
			FROM ended`, args)
		switch {
		case err != nil:
			return err
		case int(n) != expect:
			return fault.Stale
		}
		var streets []int64
		if err := db.Do(ctx, tx, db.Values(&streets, `SELECT unnest(app.streets())`, db.Args{})); err != nil {
			return err
		}
		for _, street := range streets {
			if err := s.record(ctx, tx, actor, street, 0, "deputy.expiry", term+"代表届满："+calendar.Date(on), ""); err != nil {
				return err
			}
		}
		return nil
	}))
}
