package person

import (
	"context"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// UndoDays is how long a merging can be undone; the database holds to it
// (default).
const UndoDays = 30

// MaxReason is the longest reason, in characters.
const MaxReason = 200

// Record is everything about one person that their reader may see.
type Record struct {
	Line
	Street     string
	HasAccount bool
	MergedInto int64
	Version    int
	Parts      []Part
	Merges     []Merge
	Pairs      []Pair
	Timeline   []audit.Entry
}

// Merge is a merging of another row into a person's, or of the person's into
// another.
type Merge struct {
	ID        int64
	KeptID    int64
	MergedID  int64
	Name      string // that the merged row had
	Why       string
	Merger    string
	MergedAt  time.Time
	Undoer    string
	UndoneAt  *time.Time
	UndoneWhy string
}

// Undoable reports whether the merging can still be undone.
func (m *Merge) Undoable(now time.Time) bool {
	return m.UndoneAt == nil && now.Before(m.MergedAt.AddDate(0, 0, UndoDays))
}

const selectRecord = `
	SELECT p.id, p.street_id, p.name, p.sex, p.born, p.work, p.phone_mask, s.name AS street, p.user_id IS NOT NULL AS has_account,
	       coalesce(p.merged_into, 0) AS merged_into, p.version
	FROM people p
	JOIN streets s ON s.id = p.street_id`

// head is the row itself of a Record.
type head struct {
	Line
	Street     string
	HasAccount bool
	MergedInto int64
	Version    int
}

// Record returns a person with all that they are and were, also under rows that
// were merged into theirs.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "person %d", id)
	if !actor.May(access.ViewPeople) {
		return r, fault.Forbidden
	}
	var h head
	if err := s.db.Read(ctx, actor, db.One(&h, selectRecord+` WHERE p.id = @id`, db.Args{"id": id})); err != nil {
		return r, err
	}
	r.Line, r.Street, r.HasAccount, r.MergedInto, r.Version = h.Line, h.Street, h.HasAccount, h.MergedInto, h.Version
	var ids []int64
	args := db.Args{"street": r.StreetID, "id": id}
	err = s.db.Read(ctx, actor,
		db.Values(&ids, `SELECT id FROM people WHERE street_id = @street AND (id = @id OR merged_into = @id) ORDER BY id LIMIT 100`, args),
		db.Many(&r.Merges, `
			SELECT id, kept_id, merged_id, name, why, merger, merged_at, undoer, undone_at, undone_why
			FROM person_merges
			WHERE street_id = @street AND (kept_id = @id OR merged_id = @id)
			ORDER BY merged_at DESC, id DESC
			LIMIT 100`, args),
		audit.Timeline(&r.Timeline, "person", id))
	if err != nil {
		return r, err
	}
	return r, s.db.Read(ctx, actor, s.parts(&r.Parts, r.StreetID, ids))
}

func (s *Store) parts(list *[]Part, street int64, ids []int64) db.Query {
	return db.Many(list, allParts(), db.Args{"street": street, "ids": ids, "today": calendar.On(s.now())})
}

// UnmaskPhone returns a person's number to who says why, and records it.
func (s *Store) UnmaskPhone(ctx context.Context, actor access.Actor, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask person %d", id)
	if !actor.May(access.UnmaskPerson) {
		return "", fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var street int64
		if err := db.Do(ctx, tx, db.Value(&street, `SELECT street_id FROM people WHERE id = @id`, db.Args{"id": id})); err != nil {
			return err
		}
		phone, err = s.Unmask(ctx, tx, actor, street, id, reason)
		return err
	})
	return phone, err
}

// Merge makes two rows of a street one human: other keeps existing and points to
// kept. It is refused where both hold something of the same kind at the same time,
// where both have an account, and where others were merged into other already.
func (s *Store) Merge(ctx context.Context, actor access.Actor, kept, other int64, why string) (err error) {
	defer fault.Wrap(&err, "merge person %d into %d", other, kept)
	if !actor.May(access.MergePeople) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		a, b, err := s.two(ctx, tx, kept, other)
		if err != nil {
			return err
		}
		if err := s.apart(ctx, tx, a, b); err != nil {
			return err
		}
		return s.merge(ctx, tx, actor, a, b, why)
	})
	switch {
	case db.Violates(err, "people_merge_one_step"):
		return fault.Fields{{Name: "why", Text: "要并入的这一条下面已经合并过别的人员。请保留它，把另一条并过来"}}
	case db.Violates(err, "person_merges_with_reason"):
		return fault.Fields{{Name: "why", Text: "请填写合并依据"}}
	}
	return err
}

// row is a person as a merging needs them.
type row struct {
	ID       int64
	StreetID int64
	Name     string
	Sex      string
	Born     *int
	Work     string
	UserID   *int64
	Merged   bool
}

// two locks two persons of one street, in the order of their IDs.
func (s *Store) two(ctx context.Context, tx db.Tx, kept, other int64) (a, b row, err error) {
	var rows []row
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT id, street_id, name, sex, born, work, user_id, merged_into IS NOT NULL AS merged
		FROM people
		WHERE id = ANY (@ids)
		ORDER BY id
		FOR UPDATE`, db.Args{"ids": []int64{kept, other}}))
	switch {
	case err != nil:
		return a, b, err
	case len(rows) != 2 || rows[0].StreetID != rows[1].StreetID:
		return a, b, fault.NotFound
	case rows[0].Merged || rows[1].Merged:
		return a, b, fault.Stale
	case rows[0].ID == kept:
		return rows[0], rows[1], nil
	}
	return rows[1], rows[0], nil
}

// apart says what keeps two rows from becoming one.
func (s *Store) apart(ctx context.Context, tx db.Tx, a, b row) error {
	if a.UserID != nil && b.UserID != nil {
		return fault.Fields{{Name: "why", Text: "两条记录都关联了登录账号，说明是两个人在用。请先核对账号"}}
	}
	var of [2][]Part
	if err := db.Do(ctx, tx, s.parts(&of[0], a.StreetID, []int64{a.ID}), s.parts(&of[1], b.StreetID, []int64{b.ID})); err != nil {
		return err
	}
	for _, x := range of[0] {
		for _, y := range of[1] {
			if x.Kind == y.Kind && x.Current && y.Current {
				return fault.Fields{{Name: "why", Text: "两条记录现在都是" + x.What + "，合并后一个人会有两份。请先把重复的那一份按“重复登记”结束，再合并"}}
			}
		}
	}
	return nil
}

// merge writes the record of a merging, then does it.
func (s *Store) merge(ctx context.Context, tx db.Tx, actor access.Actor, a, b row, why string) error {
	args := db.Args{
		"street": a.StreetID, "kept": a.ID, "merged": b.ID, "why": why, "name": b.Name, "sex": b.Sex, "born": b.Born, "work": b.Work, "account": b.UserID,
		"user": actor.UserID, "actor": actor.Name, "now": s.now(),
	}
	if _, err := db.Exec(ctx, tx, `
		INSERT INTO person_merges (street_id, kept_id, merged_id, why, name, sex, born, work, user_id, merged_by, merger, merged_at)
		VALUES (@street, @kept, @merged, @why, @name, @sex, @born, @work, @account, @user, @actor, @now)`, args); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `
		UPDATE people p
		SET merged_into = @kept, name = k.name, sex = k.sex, born = k.born, work = k.work, user_id = NULL, version = p.version + 1, modified_at = @now
		FROM people k
		WHERE p.street_id = @street AND p.id = @merged AND k.street_id = @street AND k.id = @kept`,
		db.Args{"street": a.StreetID, "kept": a.ID, "merged": b.ID, "now": s.now()}); err != nil {
		return err
	}
	if b.UserID != nil {
		if _, err := db.Exec(ctx, tx, `UPDATE people SET user_id = @account, version = version + 1, modified_at = @now WHERE street_id = @street AND id = @kept`,
			db.Args{"street": a.StreetID, "kept": a.ID, "account": b.UserID, "now": s.now()}); err != nil {
			return err
		}
	}
	if err := s.record(ctx, tx, actor, a.StreetID, b.ID, "person.merged", "并入 "+a.Name+"（编号 "+strconv.FormatInt(a.ID, 10)+"）", why); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, a.StreetID, a.ID, "person.merge", "合并重复人员 "+b.Name+"（编号 "+strconv.FormatInt(b.ID, 10)+"）", why)
}

// Part undoes a merging within UndoDays: both rows are again what they were.
func (s *Store) Part(ctx context.Context, actor access.Actor, merge int64, why string) (kept int64, err error) {
	defer fault.Wrap(&err, "undo merging %d", merge)
	if !actor.May(access.MergePeople) && actor.Role != access.Operator {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		kept, err = s.part(ctx, tx, actor, merge, why)
		return err
	})
	if db.Violates(err, "person_merges_undone_within") {
		return kept, fault.Fields{{Name: "part-why", Text: "合并已超过 " + strconv.Itoa(UndoDays) + " 日，不能撤销"}}
	}
	return kept, err
}

func (s *Store) part(ctx context.Context, tx db.Tx, actor access.Actor, merge int64, why string) (int64, error) {
	var m struct {
		StreetID int64
		KeptID   int64
		MergedID int64
		Name     string
		Sex      string
		Born     *int
		Work     string
		UserID   *int64
		Undone   bool
	}
	err := db.Do(ctx, tx, db.One(&m, `
		SELECT street_id, kept_id, merged_id, name, sex, born, work, user_id, undone_at IS NOT NULL AS undone
		FROM person_merges
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": merge}))
	if err == nil && m.Undone {
		err = fault.Stale
	}
	if err != nil {
		return m.KeptID, err
	}
	var b db.Batch
	b.Add(`UPDATE person_merges SET undone_by = @user, undoer = @actor, undone_at = @now, undone_why = @why WHERE street_id = @street AND id = @id`,
		db.Args{"user": actor.UserID, "actor": actor.Name, "now": s.now(), "why": why, "street": m.StreetID, "id": merge})
	if m.UserID != nil {
		b.Add(`UPDATE people SET user_id = NULL, version = version + 1, modified_at = @now WHERE street_id = @street AND id = @kept AND user_id = @account`,
			db.Args{"street": m.StreetID, "kept": m.KeptID, "account": m.UserID, "now": s.now()})
	}
	b.Add(`
		UPDATE people
		SET merged_into = NULL, name = @name, sex = @sex, born = @born, work = @work, user_id = @account, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @merged`,
		db.Args{"street": m.StreetID, "merged": m.MergedID, "name": m.Name, "sex": m.Sex, "born": m.Born, "work": m.Work, "account": m.UserID, "now": s.now()})
	if err := b.Run(ctx, tx); err != nil {
		return m.KeptID, err
	}
	if err := s.record(ctx, tx, actor, m.StreetID, m.MergedID, "person.parted", "撤销合并", why); err != nil {
		return m.KeptID, err
	}
	return m.KeptID, s.record(ctx, tx, actor, m.StreetID, m.KeptID, "person.part", "撤销与 "+m.Name+" 的合并", why)
}

// Two says of a likely pair that they are two persons, and why.
func (s *Store) Two(ctx context.Context, actor access.Actor, pair int64, why string) (err error) {
	defer fault.Wrap(&err, "tell pair %d apart", pair)
	if !actor.May(access.MergePeople) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if why == "" {
		return fault.Fields{{Name: "apart-why", Text: "请填写依据"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var p struct{ StreetID, FirstID int64 }
		err := db.Do(ctx, tx, db.Maybe(&p, `
			UPDATE person_pairs SET apart_at = @now, apart_by = @actor, apart_why = @why
			WHERE id = @id AND apart_at IS NULL
			RETURNING street_id, first_id`, db.Args{"now": s.now(), "actor": actor.Name, "why": why, "id": pair}))
		if err == nil && p.FirstID == 0 {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, p.StreetID, p.FirstID, "person.two", "确认不是重复人员", why)
	})
}

// Pair returns one likely pair with both records, for a look side by side.
func (s *Store) Pair(ctx context.Context, actor access.Actor, id int64) (first, second Record, err error) {
	defer fault.Wrap(&err, "pair %d", id)
	if !actor.May(access.MergePeople) {
		return first, second, fault.Forbidden
	}
	var p struct{ FirstID, SecondID int64 }
	if err := s.db.Read(ctx, actor, db.One(&p, `SELECT first_id, second_id FROM person_pairs WHERE id = @id`, db.Args{"id": id})); err != nil {
		return first, second, err
	}
	if first, err = s.Record(ctx, actor, p.FirstID); err == nil {
		second, err = s.Record(ctx, actor, p.SecondID)
	}
	return first, second, err
}

// Kept returns the person whom a merging kept.
func (s *Store) Kept(ctx context.Context, actor access.Actor, merge int64) (id int64, err error) {
	defer fault.Wrap(&err, "merging %d", merge)
	return id, s.db.Read(ctx, actor, db.Value(&id, `SELECT kept_id FROM person_merges WHERE id = @id`, db.Args{"id": merge}))
}
