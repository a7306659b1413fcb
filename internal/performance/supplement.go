package performance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Kinds are what can be supplemented: what the portal cannot see.
var Kinds = []choice.Term{{Key: "congress", Name: "人代会出席情况"}, {Key: "outside", Name: "市级活动"}, {Key: "award", Name: "表彰"}}

// Supplement is what somebody enters. It counts for nothing before somebody else has
// confirmed it (domain.md §3 g).
type Supplement struct {
	Key       string // of the form: sent twice, it makes one supplement
	StreetID  int64  // of a city's actor
	Class     string // one of Kinds
	Title     string
	HeldOn    time.Time // of a session of the congress, its first day
	Attended  int       // half days of a session; excused: with leave; missed: without
	Excused   int
	Missed    int
	Note      string
	DeputyIDs []int64 // about whom all of it is true
}

// Add enters a supplement with its proof. It needs AddPerformance and complains
// about the fields class, held_on, days, deputies and files.
func (s *Store) Add(ctx context.Context, actor access.Actor, x Supplement, proof ...file.Upload) (id int64, err error) {
	defer fault.Wrap(&err, "add supplement")
	if !actor.May(access.AddPerformance) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		x.StreetID = actor.StreetID
	}
	if err := s.check(x, len(proof)); err != nil {
		return 0, err
	}
	if err := s.files.Prepare(ctx, actor, x.StreetID, "files", proof); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.add(ctx, tx, actor, x, proof)
		return err
	})
	return id, err
}

func (s *Store) check(x Supplement, proofs int) error {
	var bad fault.Fields
	if choice.Name(Kinds, x.Class) == "" {
		bad.Add("class", "请选择补录的种类")
	}
	if x.HeldOn.After(calendar.On(s.now())) {
		bad.Add("held_on", "日期不能晚于今天")
	}
	if total := x.Attended + x.Excused + x.Missed; x.Class == "congress" && total == 0 {
		bad.Add("attended", "请填写出席、请假、缺席各几个半天")
	} else if x.Class != "congress" && total != 0 {
		bad.Add("attended", "只有人代会按半天填写")
	}
	if len(x.DeputyIDs) == 0 || len(x.DeputyIDs) > MaxDeputies {
		bad.Add("deputies", "请选择代表")
	}
	if proofs == 0 {
		bad.Add("files", "请附上证明材料，例如会议签到表、证书照片")
	}
	return bad.Err()
}

func (s *Store) add(ctx context.Context, tx db.Tx, actor access.Actor, x Supplement, proof []file.Upload) (id int64, err error) {
	known := db.Args{"street": x.StreetID, "key": x.Key}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO performance_supplements (street_id, class, title, held_on, attended, excused, missed, note, entered_by, enterer, entered_at, key, modified_at)
		VALUES (@street, @class, @title, @held_on, @attended, @excused, @missed, @note, @by, @name, @now, @key, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`,
		db.Args{
			"street": x.StreetID, "class": x.Class, "title": x.Title, "held_on": x.HeldOn, "attended": x.Attended, "excused": x.Excused, "missed": x.Missed,
			"note": x.Note, "by": actor.UserID, "name": actor.Name, "now": s.now(), "key": x.Key,
		})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM performance_supplements WHERE street_id = @street AND key = @key`, known))
		return id, err
	}
	if db.Refused(err) {
		return 0, fault.NotFound
	}
	if err != nil {
		return 0, err
	}
	n, err := db.Exec(ctx, tx, `
		INSERT INTO performance_supplement_deputies (street_id, supplement_id, deputy_id)
		SELECT d.street_id, @id, d.id
		FROM deputies d
		WHERE d.street_id = @street AND d.id = ANY (@deputies) AND d.level = 'city' AND d.since <= @on::date AND (d.ended_on IS NULL OR d.ended_on > @on::date)`,
		db.Args{"id": id, "street": x.StreetID, "deputies": x.DeputyIDs, "on": x.HeldOn})
	if err == nil && int(n) != len(x.DeputyIDs) {
		err = fault.Fields{{Name: "deputies", Text: "有的代表在这一天不在任，请重新选择"}}
	}
	if err != nil {
		return 0, err
	}
	if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: x.StreetID, Kind: "performance_supplement", ID: id}, "files", proof); err != nil {
		return 0, err
	}
	for _, role := range []access.Role{access.Director, access.DeputyDirector, access.Staff} {
		err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: x.StreetID, To: role, Title: "补录待确认：" + x.Title, Link: supplementLink(id)})
		if err != nil {
			return 0, err
		}
	}
	return id, s.note(ctx, tx, actor, "performance_supplement", x.StreetID, id, "add", fmt.Sprintf("补录：%s，%d 名代表", x.Title, n), "")
}

func supplementLink(id int64) string { return fmt.Sprint("/performance/supplements/", id) }

// note records what actor did.
func (s *Store) note(ctx context.Context, tx db.Tx, actor access.Actor, kind string, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), StreetID: street, Kind: kind, ID: id, Action: kind + "." + action, Title: title, Reason: reason})
}

// Step is which record a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a supplement that a move holds for itself until it commits.
type locked struct {
	ID        int64
	StreetID  int64
	Title     string
	State     procedure.State
	EnteredBy int64
	Version   int
}

// Confirm makes a supplement count, by somebody else than who entered it and against
// its proof. It needs ConfirmPerformance.
func (s *Store) Confirm(ctx context.Context, actor access.Actor, step Step) error {
	return s.decide(ctx, actor, "confirmation", step, "", `
		UPDATE performance_supplements
		SET state = 'confirmed', confirmed_by = @by, confirmer = @name, confirmed_at = @now, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, func(ctx context.Context, tx db.Tx, x locked) error {
		var whom []int64
		err := db.Do(ctx, tx, db.Values(&whom, `SELECT deputy_id FROM performance_supplement_deputies WHERE street_id = @street AND supplement_id = @id LIMIT 500`,
			db.Args{"street": x.StreetID, "id": x.ID}))
		var list []notice.Notice
		for _, d := range whom {
			list = append(list, notice.Notice{At: s.now(), StreetID: x.StreetID, To: access.Deputy, DeputyID: d, Title: "履职档案新增：" + x.Title, Link: fmt.Sprintf("/deputies/%d/performance", d)})
		}
		return errors.Join(err, notice.SendAll(ctx, tx, list))
	})
}

// Refuse ends a supplement whose proof does not hold.
func (s *Store) Refuse(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.end(ctx, actor, "refusal", Refused, step, why)
}

// Withdraw ends a supplement that was entered by mistake; only who entered it may.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.end(ctx, actor, "withdrawal", Withdrawn, step, why)
}

// Revoke takes a supplement that turned out wrong out of the record. The right one
// is entered anew (domain.md hard rule 12).
func (s *Store) Revoke(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.end(ctx, actor, "revocation", Revoked, step, why)
}

func (s *Store) end(ctx context.Context, actor access.Actor, name string, to procedure.State, step Step, why string) error {
	if why == "" {
		return fault.Fields{{Name: "why", Text: "请填写理由"}}
	}
	return s.decide(ctx, actor, name, step, why, `
		UPDATE performance_supplements
		SET state = '`+string(to)+`', ended_by = @by, ender = @name, ended_at = @now, ended_why = @why, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, nil)
}

// decide runs one move of a supplement in one transaction.
func (s *Store) decide(ctx context.Context, actor access.Actor, name string, step Step, why, sql string, then func(context.Context, db.Tx, locked) error) (err error) {
	defer fault.Wrap(&err, "%s of supplement %d", name, step.ID)
	move := Supplements.Move(name)
	if !actor.May(move.Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var x locked
		err := db.Do(ctx, tx, db.One(&x, `
			SELECT id, street_id, title, state, entered_by, version
			FROM performance_supplements
			WHERE id = @id
			FOR UPDATE`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case x.Version != step.Version:
			return fault.Stale
		case !slices.Contains(move.From, x.State):
			return fault.Fields{{Name: "state", Text: "这条补录" + Supplements.Info(x.State).Name + "，不能" + move.Label}}
		case name == "confirmation" && x.EnteredBy == actor.UserID:
			return fault.Fields{{Name: "state", Text: "自己录入的要由别人确认"}}
		case name == "withdrawal" && x.EnteredBy != actor.UserID:
			return fault.Fields{{Name: "state", Text: "只有录入人可以撤回，核对不符的请点“不予确认”"}}
		}
		args := db.Args{"by": actor.UserID, "name": actor.Name, "now": s.now(), "street": x.StreetID, "id": x.ID}
		if why != "" {
			args["why"] = why
		}
		if _, err := db.Exec(ctx, tx, sql, args); err != nil {
			return refused(err)
		}
		if then != nil {
			if err := then(ctx, tx, x); err != nil {
				return err
			}
		}
		return s.note(ctx, tx, actor, "performance_supplement", x.StreetID, x.ID, name, move.Label+"补录", why)
	})
}

// refused says in words which rule of the database a write broke.
func refused(err error) error {
	for constraint, text := range map[string]string{
		"performance_supplements_session_once":         "有代表的这次人代会已经补录并确认过，请先撤销原来的",
		"performance_supplements_proved":               "没有证明材料，不能确认",
		"performance_supplements_confirmed_by_another": "自己录入的要由别人确认",
		"performance_disputes_in_time":                 "申诉期限已过",
		"performance_disputes_of_published":            "这一期没有公布您的履职情况",
		"performance_disputes_entry_once":              "这一条已经提出申诉，正在等答复",
		"performance_disputes_own_supplement":          "请选择这位代表的、有效的补录",
		"performance_disputes_source_named":            "漏记的事项没有原记录，请选择“补录”",
		"performance_publications_revision_once":       "刚刚有人公布了这个季度，请刷新后再看",
		"performance_publications_in_order":            "刚刚有人公布了这个季度，请刷新后再看",
		"performance_publications_after_the_quarter":   "季度结束以后才能公布",
		"performance_schemes_revision_once":            "刚刚有人改了积分办法，请刷新后再改",
		"performance_schemes_in_order":                 "刚刚有人改了积分办法，请刷新后再改",
	} {
		if db.Violates(err, constraint) {
			return fault.Fields{{Name: "state", Text: text}}
		}
	}
	return err
}
