package team

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Statement is everything an expert declares to stand back from (回避事项). It
// replaces the one before; both empty says that there is nothing.
type Statement struct {
	Key     string
	Units   []string
	Matters []string
	On      time.Time // when it was declared on paper; the expert's own is of today
}

// Declare keeps an expert's statement: of the expert themselves with their
// account, or as the office has it on paper.
func (s *Store) Declare(ctx context.Context, actor access.Actor, id int64, st Statement) (err error) {
	defer fault.Wrap(&err, "declare statement of expert %d", id)
	self := actor.Role == access.Expert
	if !may(actor, access.LogExpertWork) {
		return fault.Forbidden
	}
	today := calendar.On(s.now())
	if self || st.On.IsZero() {
		st.On = today
	}
	if st.On.After(today) {
		return fault.Fields{{Name: "on", Text: "申报日期不能晚于今天"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := streetOf(ctx, tx, id)
		if err != nil {
			return err
		}
		_, err = db.Insert(ctx, tx, `
			INSERT INTO expert_statements (street_id, expert_id, units, matters, declared_on, declarant, by_expert, key, created_at)
			VALUES (@street, @expert, @units, @matters, @on, @who, @self, @key, @now)
			ON CONFLICT (street_id, key) DO NOTHING
			RETURNING id`, db.Args{
			"street": street, "expert": id, "units": list(st.Units), "matters": list(st.Matters), "on": st.On, "who": actor.Name, "self": self, "key": st.Key, "now": s.now(),
		})
		if errors.Is(err, fault.NotFound) {
			return nil // the form has been sent before
		}
		if err != nil {
			return err
		}
		title := fmt.Sprintf("申报回避事项：单位%d个、事项%d项", len(st.Units), len(st.Matters))
		return s.record(ctx, tx, actor, act{"expert", street, id, "statement", title, ""})
	})
}

func streetOf(ctx context.Context, tx db.Tx, expert int64) (street int64, err error) {
	return street, db.Do(ctx, tx, db.Value(&street, `SELECT street_id FROM experts WHERE id = @id`, db.Args{"id": expert}))
}

func list(l []string) []string {
	if l == nil {
		return []string{}
	}
	return l
}

// Conflicts says in tx why an expert must stand back from a unit or matter, one
// text a reason; none where they need not. It compares what is named with the
// expert's newest statement and with where they work; app.conflicts is the same
// for triggers of other rooms.
func Conflicts(ctx context.Context, tx db.Tx, street, expert int64, named string) (why []string, err error) {
	defer fault.Wrap(&err, "conflicts of expert %d", expert)
	return why, db.Do(ctx, tx, db.Values(&why, `SELECT app.conflicts(@street::bigint, @expert::bigint, @named::text)`,
		db.Args{"street": street, "expert": expert, "named": named}))
}

// Kinds are the kinds of an expert's work.
var Kinds = []choice.Term{{Key: "review", Name: "评审"}, {Key: "meeting", Name: "会议"}, {Key: "comment", Name: "书面意见"}}

// Adoptions are what became of an expert's opinion.
var Adoptions = []choice.Term{{Key: "adopted", Name: "采纳"}, {Key: "partly", Name: "部分采纳"}, {Key: "not", Name: "不采纳"}}

// Work is one entry of an expert's log.
type Work struct {
	Key     string
	Kind    string // one of Kinds
	On      time.Time
	Subject string
	About   string // the unit or matter that it was about, "" for none
	Text    string // what they said
	Tenths  int    // hours, in tenths
}

// LogWork adds to an expert's log. What the expert enters waits for the office to
// confirm it; what the office enters is confirmed. Work outside of a term, or on
// what the expert stands back from, is refused.
func (s *Store) LogWork(ctx context.Context, actor access.Actor, id int64, w Work) (err error) {
	defer fault.Wrap(&err, "log work of expert %d", id)
	self := actor.Role == access.Expert
	if !may(actor, access.LogExpertWork) {
		return fault.Forbidden
	}
	today := calendar.On(s.now())
	if w.On.After(today) {
		return fault.Fields{{Name: "done_on", Text: "日期不能晚于今天"}}
	}
	return expertFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := streetOf(ctx, tx, id)
		if err != nil {
			return err
		}
		args := db.Args{
			"street": street, "expert": id, "kind": w.Kind, "on": w.On, "subject": w.Subject, "about": w.About, "text": w.Text, "tenths": w.Tenths,
			"self": self, "who": actor.Name, "state": "entered", "decided": (*time.Time)(nil), "decider": "", "key": w.Key, "now": s.now(),
		}
		if !self {
			args["state"], args["decided"], args["decider"] = "confirmed", &today, actor.Name
		}
		_, err = db.Insert(ctx, tx, `
			INSERT INTO expert_works (street_id, expert_id, kind, done_on, subject, about, text, hours, by_expert, entered_by, state, decided_on, decided_by, key, created_at)
			VALUES (@street, @expert, @kind, @on, @subject, @about, @text, @tenths::numeric / 10, @self, @who, @state, @decided, @decider, @key, @now)
			ON CONFLICT (street_id, key) DO NOTHING
			RETURNING id`, args)
		if errors.Is(err, fault.NotFound) {
			return nil // the form has been sent before
		}
		if err != nil {
			return err
		}
		if self {
			if err := s.tell(ctx, tx, street, access.Staff, "专家填写了工作记录，待确认", link("experts", id)); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, act{"expert", street, id, "work", "工作记录：" + w.Subject, ""})
	}))
}

// ConfirmWork confirms an entry of an expert's own, or refuses it with a reason.
func (s *Store) ConfirmWork(ctx context.Context, actor access.Actor, id, work int64, ok bool, why string) (err error) {
	defer fault.Wrap(&err, "confirm work %d of expert %d", work, id)
	if !may(actor, access.KeepExperts) {
		return fault.Forbidden
	}
	args := db.Args{"state": "confirmed", "why": "", "today": calendar.On(s.now()), "who": actor.Name}
	title := "确认工作记录"
	if !ok {
		if why == "" {
			return fault.Fields{{Name: "why", Text: "请填写不确认的理由"}}
		}
		args["state"], args["why"], title = "refused", why, "不确认工作记录"
	}
	return s.changeWork(ctx, actor, id, work, `state = @state, refused_why = @why, decided_on = @today, decided_by = @who`, "state = 'entered'", args, title, why)
}

// Adopt records what became of an expert's opinion; less than adopted needs the
// reason.
func (s *Store) Adopt(ctx context.Context, actor access.Actor, id, work int64, adoption, why string) (err error) {
	defer fault.Wrap(&err, "adoption of work %d of expert %d", work, id)
	if !may(actor, access.KeepExperts) {
		return fault.Forbidden
	}
	if adoption != "adopted" && why == "" {
		return fault.Fields{{Name: "why", Text: "部分采纳、不采纳的，请写明理由"}}
	}
	return s.changeWork(ctx, actor, id, work, `adoption = @adoption, adoption_why = @why`, "state = 'confirmed'",
		db.Args{"adoption": adoption, "why": why}, "专家意见"+choice.Name(Adoptions, adoption), why)
}

// changeWork changes an entry that is in the state that condition says; both are
// constants.
func (s *Store) changeWork(ctx context.Context, actor access.Actor, id, work int64, assignments, condition string, args db.Args, title, why string) error {
	return expertFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := streetOf(ctx, tx, id)
		if err != nil {
			return err
		}
		args["street"], args["expert"], args["work"] = street, id, work
		n, err := db.Exec(ctx, tx, `
			UPDATE expert_works SET `+assignments+`, version = version + 1
			WHERE street_id = @street AND expert_id = @expert AND id = @work AND `+condition, args)
		switch {
		case err != nil:
			return err
		case n == 0:
			return fault.Fields{{Name: "work", Text: "请选择工作记录"}}
		}
		return s.record(ctx, tx, actor, act{"expert", street, id, "work", title, why})
	}))
}
