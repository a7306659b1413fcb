package appointment

import (
	"context"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/person"
)

// New is a file to begin.
type New struct {
	Key      string // of the form: sent twice, it makes one file
	StreetID int64
	Title    string
	Ground   string // why, as it will stand in the motion
}

// Begin begins a file of the actor's street and returns its ID.
func (s *Store) Begin(ctx context.Context, actor access.Actor, n New) (id int64, err error) {
	defer fault.Wrap(&err, "begin appointment")
	if !may(actor, access.PrepareAppointment) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		n.StreetID = actor.StreetID
	}
	return id, s.db.Write(ctx, actor, func(tx db.Tx) error {
		args := db.Args{"street": n.StreetID, "title": n.Title, "ground": n.Ground, "name": actor.Name, "key": n.Key, "now": s.now()}
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM appointments WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key}))
		if err != nil || len(had) > 0 {
			id = append(had, 0)[0]
			return err
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO appointments (street_id, title, ground, creator, key, created_at, modified_at)
			VALUES (@street, @title, @ground, @name, @key, @now, @now)
			RETURNING id`, args)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, locked{ID: id, StreetID: n.StreetID}, "begin", done{title: "开始准备：" + n.Title})
	})
}

// Revise changes the title and the grounds while the file is prepared.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, title, ground string) error {
	return s.prepare(ctx, actor, "revise", step, func(tx db.Tx, f locked) (done, error) {
		_, err := db.Exec(ctx, tx, `
			UPDATE appointments
			SET title = @title, ground = @ground
			WHERE street_id = @street AND id = @id`, db.Args{"title": title, "ground": ground, "street": f.StreetID, "id": f.ID})
		return done{title: "修改标题和事由"}, err
	})
}

// prepare changes a file while it is prepared.
func (s *Store) prepare(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, f locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of appointment %d", name, step.ID)
	if !may(actor, access.PrepareAppointment) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		f, err := lock(ctx, tx, step)
		if err != nil {
			return err
		}
		return s.prepareIn(ctx, tx, actor, name, f, fn)
	})
}

func (s *Store) prepareIn(ctx context.Context, tx db.Tx, actor access.Actor, name string, f locked, fn func(tx db.Tx, f locked) (done, error)) error {
	if f.State != Preparing {
		return fault.Fields{{Name: "state", Text: "材料提请以后不能再改；需要修改的，请市人大常委会退回补充"}}
	}
	d, err := fn(tx, f)
	if err != nil {
		return complaint(err)
	}
	if err := s.set(ctx, tx, f, Preparing, columns{}); err != nil {
		return complaint(err)
	}
	return s.record(ctx, tx, actor, f, name, d)
}

// NewAppointee is a person to put into a file.
type NewAppointee struct {
	Key         string // of the form
	Act         string
	Post        string     // for Appoint
	TermID      int64      // the term to end, for Remove and Resign; for Appoint, of somebody in post who changes posts, or 0
	Person      person.New // for Appoint without TermID
	OtherOffice string
}

// Add puts a person into a file and returns the ID that they have there. Sent
// twice it puts them in once.
func (s *Store) Add(ctx context.Context, actor access.Actor, step Step, n NewAppointee) (id int64, err error) {
	err = s.prepare(ctx, actor, "person", step, func(tx db.Tx, f locked) (d done, err error) {
		id, d, err = s.add(ctx, tx, actor, f, n)
		return d, err
	})
	return id, err
}

func (s *Store) add(ctx context.Context, tx db.Tx, actor access.Actor, f locked, n NewAppointee) (id int64, d done, err error) {
	who, err := s.whom(ctx, tx, actor, f.StreetID, &n)
	if err != nil {
		return 0, d, err
	}
	var term *int64
	if n.Act != Appoint {
		term = &n.TermID
	}
	id, err = db.Insert(ctx, tx, `
			INSERT INTO appointees (street_id, appointment_id, person_id, act, post, post_id, other_office, key, created_at)
			VALUES (@street, @file, @person, @act, @post, @term, @office, @key, @now)
			RETURNING id`,
		db.Args{
			"street": f.StreetID, "file": f.ID, "person": who.ID, "act": n.Act, "post": n.Post, "term": term, "office": n.OtherOffice, "key": n.Key, "now": s.now(),
		})
	return id, done{title: "加入：" + act(n.Act) + who.Name + choice.Name(committee.PostNames, n.Post)}, err
}

// whom finds the person that n means, or adds them to the street's people. What
// n leaves open follows from the term.
func (s *Store) whom(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n *NewAppointee) (who choice.Row, err error) {
	if n.Act == Appoint && n.TermID == 0 {
		n.Person.Key = "appointment:" + n.Key
		id, err := s.people.Add(ctx, tx, actor, street, n.Person)
		return choice.Row{ID: id, Name: n.Person.Name}, err
	}
	var term struct {
		ID   int64
		Name string
		Post string
	}
	err = db.Do(ctx, tx, db.Maybe(&term, `
		SELECT h.id, h.name, p.post
		FROM posts p
		JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		WHERE p.street_id = @street AND p.id = @term AND p.until_on IS NULL`, db.Args{"street": street, "term": n.TermID}))
	if err == nil && term.ID == 0 {
		err = fault.Fields{{Name: "term", Text: "请选择现在在任的人"}}
	}
	if n.Act != Appoint {
		n.Post = term.Post
	}
	return choice.Row{ID: term.ID, Name: term.Name}, err
}

// TakeOut takes a person out of a file while it is prepared. Papers that were
// uploaded for them are no longer seen by anybody.
func (s *Store) TakeOut(ctx context.Context, actor access.Actor, step Step, appointee int64) error {
	return s.prepare(ctx, actor, "take_out", step, func(tx db.Tx, f locked) (d done, err error) {
		var name string
		err = db.Do(ctx, tx, db.Value(&name, `
			SELECT h.name
			FROM appointees p
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE p.street_id = @street AND p.appointment_id = @file AND p.id = @id`, db.Args{"street": f.StreetID, "file": f.ID, "id": appointee}))
		if err != nil {
			return d, err
		}
		_, err = db.Exec(ctx, tx, `DELETE FROM appointees WHERE street_id = @street AND appointment_id = @file AND id = @id`,
			db.Args{"street": f.StreetID, "file": f.ID, "id": appointee})
		return done{title: "移出：" + name}, err
	})
}

// Paper is what papers are for: the motion of the file, or one of a person's.
type Paper struct {
	Kind      string // Motion, Form or Review
	Appointee int64  // for Form and Review
}

// Attach adds papers to a file while it is prepared. It returns fault.Fields with
// complaints at field when an upload is not acceptable.
func (s *Store) Attach(ctx context.Context, actor access.Actor, step Step, p Paper, field string, uploads []file.Upload) error {
	if len(uploads) == 0 {
		return fault.Fields{{Name: field, Text: "请选择文件"}}
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, field, uploads); err != nil {
		return err
	}
	return s.prepare(ctx, actor, "papers", step, func(tx db.Tx, f locked) (d done, err error) {
		owner := file.Owner{StreetID: f.StreetID, Kind: p.Kind, ID: f.ID}
		d.title = "上传任免案"
		if p.Kind != Motion {
			var who struct{ Name, Act string }
			err = db.Do(ctx, tx, db.One(&who, `
				SELECT h.name, p.act
				FROM appointees p
				JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
				WHERE p.street_id = @street AND p.appointment_id = @file AND p.id = @id`, db.Args{"street": f.StreetID, "file": f.ID, "id": p.Appointee}))
			if err != nil {
				return d, err
			}
			owner.ID = p.Appointee
			d.title = "上传" + who.Name + "的任免呈报表"
			if p.Kind == Review {
				d.title = "上传" + who.Name + "的" + ReviewName(who.Act)
			}
		}
		return d, s.files.Attach(ctx, tx, actor, owner, field, uploads)
	})
}
