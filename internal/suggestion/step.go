package suggestion

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
	"portal/internal/setting"
)

// Step is which suggestion a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a suggestion that a move holds for itself until it commits.
type locked struct {
	ID         int64
	StreetID   int64
	Class      string
	Number     string
	Title      string
	State      procedure.State
	Round      int
	Version    int
	LeadID     int64
	LeadUnitID int64
	Result     string
	AssignedOn *time.Time
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// together are moves of several people that do not touch each other's: they do not
// ask for the version that was shown.
var together = []string{"signature", "paper-signature", "leave", "comment", "contact"}

// deciding are the moves that only who decides about the suggestion's class makes.
var deciding = []string{
	"acceptance", "refusal", "letter", "merger", "assignment", "extension-decision", "coordinated", "promise-decision",
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, o locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of suggestion %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		o, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case slices.Contains(deciding, name) && !Decides(actor, o.Class):
			return fault.Forbidden
		case o.Version != step.Version && !slices.Contains(together, name):
			return fault.Stale
		case !Procedure.Allows(name, o.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这件建议现在是“%s”，不能%s", Procedure.Info(o.State).Name, Procedure.Move(name).Label)}}
		}
		if err := s.touch(ctx, tx, o); err != nil {
			return err
		}
		d, err := fn(tx, o)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, o, name, d)
	})
}

func lock(ctx context.Context, tx db.Tx, id int64) (o locked, err error) {
	err = db.Do(ctx, tx, db.One(&o, `
		SELECT id, street_id, class, coalesce(number, '') AS number, title, state, round, version, lead_id, coalesce(lead_unit_id, 0) AS lead_unit_id, result, assigned_on
		FROM suggestions
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
	return o, err
}

// touch marks the record as changed, before the move: who leaves it may not see it
// afterwards.
func (s *Store) touch(ctx context.Context, tx db.Tx, o locked) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE suggestions
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": o.StreetID, "id": o.ID})
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, o locked, name string, d done) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: o.StreetID, Kind: "suggestion", ID: o.ID, Action: "suggestion." + name,
		Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// broken are the rules of the schema that people can run into, as they read.
var broken = map[string]fault.Field{
	"suggestions_everybody_signs":               {Name: "state", Text: "署名的代表还没有全部确认"},
	"suggestions_merged_into_open":              {Name: "number", Text: "请填写同类、还没有答复的另一件建议的编号"},
	"suggestion_replies_after_contact":          {Name: "state", Text: "答复前要先与代表沟通，并登记沟通情况"},
	"suggestion_comments_of_co_handlers":        {Name: "state", Text: "本单位不是这件建议的会办单位"},
	"suggestion_promise_extensions_one_open":    {Name: "promised_on", Text: "已经申请过延期，还没有决定"},
	"suggestion_extensions_pkey":                {Name: "reason", Text: "每件建议只能申请一次延期"},
	"suggestion_replies_one_a_round":            {Name: "state", Text: "这次办理已经答复"},
	"suggestion_ratings_pkey":                   {Name: "state", Text: "已经评价，每次答复只评价一次"},
	"suggestion_ratings_of_replies":             {Name: "state", Text: "现在不能评价"},
	"suggestion_promises_kept_with_proof":       {Name: "proof", Text: "请附上兑现的证明材料，例如完工照片"},
	"suggestion_promises_dates":                 {Name: "promised_on", Text: "承诺日期要晚于今天"},
	"suggestion_promise_extensions_later":       {Name: "promised_on", Text: "新的日期要晚于原来的日期"},
	"suggestion_ratings_by_lead":                {Name: "state", Text: "由领衔代表评价"},
	"suggestion_signers_sign_themselves":        {Name: "state", Text: "请由代表本人确认"},
	"suggestion_replies_keep_a_promise":         {Name: "state", Text: "没有待兑现的承诺"},
	"suggestion_comments_once":                  {Name: "state", Text: "同样的会办意见已经提过"},
	"suggestion_contacts_once":                  {Name: "state", Text: "这次沟通已经登记过"},
	"suggestion_assignments_once":               {Name: "co", Text: "会办单位不能和主办单位相同"},
	"suggestions_assigned_by_whom":              {Name: "state", Text: "由交办机关确定承办单位"},
	"suggestion_promises_extended_with_consent": {Name: "state", Text: "延期要经交办机关同意"},
}

// complaint turns a broken rule of the schema into a sentence.
func complaint(err error) error {
	for name, f := range broken {
		if db.Violates(err, name) {
			return fault.Fields{f}
		}
	}
	return err
}

// to moves o to a state and ends the clocks that ran for the one before; a promise
// goes on.
func (s *Store) to(ctx context.Context, tx db.Tx, o locked, state procedure.State) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE suggestions
		SET state = @state,
		    closed_on = CASE WHEN @state = 'closed' THEN @today::date END
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "today": s.today(), "street": o.StreetID, "id": o.ID})
	if err != nil {
		return err
	}
	return s.end(ctx, tx, o, "review", "assign", "sign", "reassign", "contact", "comment", "reply", "rating", "coordinate")
}

// end ends the named clocks that run.
func (s *Store) end(ctx context.Context, tx db.Tx, o locked, names ...string) error {
	var running []string
	err := db.Do(ctx, tx, db.Values(&running, `
		SELECT name FROM deadlines
		WHERE street_id = @street AND kind = 'suggestion' AND subject_id = @id AND name = ANY (@names) AND ended_on IS NULL
		ORDER BY name
		LIMIT 20`, db.Args{"street": o.StreetID, "id": o.ID, "names": names}))
	for _, name := range running {
		if err == nil {
			err = deadline.EndNamed(ctx, tx, o.StreetID, "suggestion", o.ID, name, s.now())
		}
	}
	return err
}

func (s *Store) today() time.Time { return calendar.On(s.now()) }

// start starts a clock of so many working days, from now.
func (s *Store) start(ctx context.Context, tx db.Tx, o locked, name string, limit setting.Setting) error {
	n, err := limit.In(ctx, tx, o.StreetID)
	if err != nil {
		return err
	}
	_, err = deadline.Start(ctx, tx, deadline.New{
		StreetID: o.StreetID, Kind: "suggestion", SubjectID: o.ID, Name: name, Label: clocks[name], From: s.now(), Days: n,
		Basis: fmt.Sprintf("%s期限 %d 个工作日", limit.Label, n),
	})
	return err
}

// startMonths starts a clock of so many calendar months after from.
func (s *Store) startMonths(ctx context.Context, tx db.Tx, o locked, name string, n int, from time.Time) error {
	return deadline.StartOn(ctx, tx, deadline.New{
		StreetID: o.StreetID, Kind: "suggestion", SubjectID: o.ID, Name: name, Label: clocks[name], From: from,
		Basis: fmt.Sprintf("自%s起 %d 个月", calendar.Date(from), n),
	}, calendar.AddMonths(from, n))
}

// label is what o is called in messages.
func (o locked) label() string {
	if o.Number != "" {
		return o.Number
	}
	return "《" + o.Title + "》"
}

func (s *Store) tell(ctx context.Context, tx db.Tx, o locked, to access.Role, unit, deputy int64, title string) error {
	return notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: o.StreetID, To: to, UnitID: unit, DeputyID: deputy, Title: title + "：" + o.label(), Link: fmt.Sprintf("/suggestions/%d", o.ID),
	})
}

// tellDecider tells who decides about o.
func (s *Store) tellDecider(ctx context.Context, tx db.Tx, o locked, title string) error {
	if o.Class == City {
		return s.tell(ctx, tx, o, access.CityDeputy, 0, 0, title)
	}
	return s.tell(ctx, tx, o, access.Staff, 0, 0, title)
}

// tellSigners tells every signer of o, and of what was merged into it.
func (s *Store) tellSigners(ctx context.Context, tx db.Tx, o locked, title string) error {
	var ids []int64
	err := db.Do(ctx, tx, db.Values(&ids, `SELECT app.suggestion_signers_of(@street, @id)`, db.Args{"street": o.StreetID, "id": o.ID}))
	for _, d := range ids {
		if err == nil {
			err = s.tell(ctx, tx, o, access.Deputy, 0, d, title)
		}
	}
	return err
}

// tellUnit tells a unit, or the dispatch office where the unit is that.
func (s *Store) tellUnit(ctx context.Context, tx db.Tx, o locked, unit int64, title string) error {
	var kind string
	err := db.Do(ctx, tx, db.Value(&kind, `SELECT kind FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": o.StreetID, "unit": unit}))
	if err != nil {
		return err
	}
	if kind == "dispatch" {
		return s.tell(ctx, tx, o, access.OfficeDispatch, 0, 0, title)
	}
	return s.tell(ctx, tx, o, access.Unit, unit, 0, title)
}

// set changes columns of o. what is a constant of the code.
func (s *Store) set(ctx context.Context, tx db.Tx, o locked, what string, args db.Args) error {
	args["street"], args["id"] = o.StreetID, o.ID
	_, err := db.Exec(ctx, tx, `UPDATE suggestions SET `+what+` WHERE street_id = @street AND id = @id`, args)
	return err
}
