package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Unit is a handling unit 承办单位 of a street.
type Unit struct {
	ID      int64
	Name    string
	Kind    string // one of Kinds
	Contact string // who or which line to call at the office
	Version int
	EndedOn *time.Time
}

// NewUnit is a unit to add, or the new facts of one.
type NewUnit struct{ Name, Kind, Contact string }

const selectUnit = `SELECT u.id, u.name, u.kind, u.contact, u.version, u.ended_on FROM units u`

// AddUnit adds a handling unit to a street and returns its ID. Adding the same
// one again returns the ID it has.
func (s *Store) AddUnit(ctx context.Context, actor access.Actor, street int64, n NewUnit) (id int64, err error) {
	defer fault.Wrap(&err, "add unit %s", n.Name)
	if !keeps(actor, street) {
		return 0, fault.Forbidden
	}
	id, err = s.addUnit(ctx, actor, street, n)
	if db.Violates(err, "units_name_once") {
		// Perhaps the same form, sent twice at once: then the other one made it.
		id, err = s.addUnit(ctx, actor, street, n)
	}
	return id, unitFault(err)
}

func (s *Store) addUnit(ctx context.Context, actor access.Actor, street int64, n NewUnit) (id int64, err error) {
	args := db.Args{"street": street, "name": n.Name, "kind": n.Kind, "contact": n.Contact}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `
			SELECT id
			FROM units
			WHERE street_id = @street AND name = @name AND kind = @kind AND contact = @contact AND ended_on IS NULL`, args))
		if err != nil || len(had) > 0 {
			id = append(had, 0)[0]
			return err
		}
		id, err = s.insertUnit(ctx, tx, actor, street, n)
		return err
	})
	return id, err
}

func (s *Store) insertUnit(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n NewUnit) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO units (street_id, name, kind, contact)
		VALUES (@street, @name, @kind, @contact)
		RETURNING id`, db.Args{"street": street, "name": n.Name, "kind": n.Kind, "contact": n.Contact})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, street, "committee.add_unit", "新增承办单位："+n.Name, "")
}

// ReviseUnit changes a unit's facts. version is the one that was shown.
func (s *Store) ReviseUnit(ctx context.Context, actor access.Actor, street, id int64, version int, n NewUnit) (err error) {
	defer fault.Wrap(&err, "revise unit %d", id)
	if !keeps(actor, street) {
		return fault.Forbidden
	}
	return unitFault(s.change(ctx, actor, revision(street, id, version, n)))
}

func revision(street, id int64, version int, n NewUnit) change {
	return change{
		street: street, version: version, at: db.Args{"street": street, "id": id}, lock: lockUnit,
		update: `
			UPDATE units
			SET name = @name, kind = @kind, contact = @contact, version = version + 1
			WHERE street_id = @street AND id = @id`,
		set:    db.Args{"name": n.Name, "kind": n.Kind, "contact": n.Contact},
		action: "committee.revise_unit", title: "修改承办单位：",
	}
}

const lockUnit = `
	SELECT version, name
	FROM units
	WHERE street_id = @street AND id = @id AND ended_on IS NULL
	FOR UPDATE`

// EndUnit ends a unit from today on: nothing new is assigned to it. What it has
// in hand it still handles to the end.
func (s *Store) EndUnit(ctx context.Context, actor access.Actor, street, id int64, version int, reason string) (err error) {
	defer fault.Wrap(&err, "end unit %d", id)
	if !keeps(actor, street) {
		return fault.Forbidden
	}
	return s.change(ctx, actor, change{
		street: street, version: version, at: db.Args{"street": street, "id": id}, lock: lockUnit,
		update: `
			UPDATE units
			SET ended_on = @today, version = version + 1
			WHERE street_id = @street AND id = @id`,
		set:    db.Args{"today": calendar.On(s.now())},
		action: "committee.end_unit", title: "停用承办单位：", reason: reason,
	})
}

func unitFault(err error) error {
	switch {
	case db.Violates(err, "units_one_dispatch"):
		return fault.Fields{{Name: "kind", Text: "每个街道只有一个统一收文的党政办，请先停用原来的"}}
	case db.Violates(err, "units_name_once"):
		return fault.Fields{{Name: "name", Text: "本街道已有同名的承办单位"}}
	case db.Violates(err, "units_kind_known"):
		return fault.Fields{{Name: "kind", Text: "请选择单位类别"}}
	}
	return err
}
