package committee

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Community is a residents' committee area of a street.
type Community struct {
	ID      int64
	Name    string
	Code    string
	Version int
	EndedOn *time.Time
}

// NewCommunity is a community to add. Code is its twelve-digit division code.
type NewCommunity struct{ Name, Code string }

const selectCommunity = `SELECT c.id, c.name, c.code, c.version, c.ended_on FROM communities c`

// AddCommunity adds a community to a street and returns its ID. Adding the same
// one again returns the ID it has.
func (s *Store) AddCommunity(ctx context.Context, actor access.Actor, street int64, n NewCommunity) (id int64, err error) {
	defer fault.Wrap(&err, "add community %s", n.Code)
	if !keeps(actor, street) {
		return 0, fault.Forbidden
	}
	id, err = s.addCommunity(ctx, actor, street, n)
	if db.Violates(err, "communities_name_once") || db.Violates(err, "communities_code_once") {
		// Perhaps the same form, sent twice at once: then the other one made it.
		id, err = s.addCommunity(ctx, actor, street, n)
	}
	return id, communityFault(err)
}

func (s *Store) addCommunity(ctx context.Context, actor access.Actor, street int64, n NewCommunity) (id int64, err error) {
	args := db.Args{"street": street, "name": n.Name, "code": n.Code}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `
			SELECT id
			FROM communities
			WHERE street_id = @street AND code = @code AND name = @name AND ended_on IS NULL`, args))
		if err != nil || len(had) > 0 {
			id = append(had, 0)[0]
			return err
		}
		id, err = s.insertCommunity(ctx, tx, actor, street, n)
		return err
	})
	return id, err
}

func (s *Store) insertCommunity(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n NewCommunity) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `INSERT INTO communities (street_id, name, code) VALUES (@street, @name, @code) RETURNING id`,
		db.Args{"street": street, "name": n.Name, "code": n.Code})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, street, "committee.add_community", "新增社区："+n.Name, "")
}

// RenameCommunity changes a community's name. version is the one that was shown.
func (s *Store) RenameCommunity(ctx context.Context, actor access.Actor, street, id int64, version int, name string) (err error) {
	defer fault.Wrap(&err, "rename community %d", id)
	if !keeps(actor, street) {
		return fault.Forbidden
	}
	return communityFault(s.change(ctx, actor, renaming(street, id, version, name)))
}

func renaming(street, id int64, version int, name string) change {
	return change{
		street: street, version: version, at: db.Args{"street": street, "id": id}, lock: lockCommunity,
		update: `
			UPDATE communities
			SET name = @name, version = version + 1
			WHERE street_id = @street AND id = @id`,
		set:    db.Args{"name": name},
		action: "committee.rename_community", title: "社区更名为" + name + "，原名：",
	}
}

const lockCommunity = `
	SELECT version, name
	FROM communities
	WHERE street_id = @street AND id = @id AND ended_on IS NULL
	FOR UPDATE`

// EndCommunity ends a community from today on. What was recorded of it stays.
func (s *Store) EndCommunity(ctx context.Context, actor access.Actor, street, id int64, version int, reason string) (err error) {
	defer fault.Wrap(&err, "end community %d", id)
	if !keeps(actor, street) {
		return fault.Forbidden
	}
	return s.change(ctx, actor, change{
		street: street, version: version, at: db.Args{"street": street, "id": id}, lock: lockCommunity,
		update: `
			UPDATE communities
			SET ended_on = @today, version = version + 1
			WHERE street_id = @street AND id = @id`,
		set:    db.Args{"today": calendar.On(s.now())},
		action: "committee.end_community", title: "撤销社区：", reason: reason,
	})
}

func communityFault(err error) error {
	switch {
	case db.Violates(err, "communities_name_once"):
		return fault.Fields{{Name: "name", Text: "本街道已有同名的社区"}}
	case db.Violates(err, "communities_code_once"):
		return fault.Fields{{Name: "code", Text: "这个区划代码已经有社区在用"}}
	case db.Violates(err, "communities_code_twelve_digits"):
		return fault.Fields{{Name: "code", Text: "区划代码是 12 位数字"}}
	}
	return err
}
