package appointment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/notice"
)

// ActingPaper is the paper behind a note of who heads a committee, as owner of
// attachments.
const ActingPaper = "acting_head"

// NewActingHead is a note that a deputy director heads a committee while its post
// of director is vacant.
type NewActingHead struct {
	Key       string // of the form: sent twice, it makes one
	StreetID  int64
	PostID    int64 // of the deputy director
	FromOn    time.Time
	ThroughOn *time.Time // the last day; nil: until a director comes into post
	Document  string     // the paper that says so, with its number
	Papers    []file.Upload
}

// NoteActingHead notes who heads a committee (主持工作). The law knows no acting
// director of a street's committee: the note says what the paper behind it says
// (domain.md §3(c), default). It gives the power to preside over the directors'
// meeting while the post is vacant, and ends with a new director.
func (s *Store) NoteActingHead(ctx context.Context, actor access.Actor, n NewActingHead) (id int64, err error) {
	defer fault.Wrap(&err, "note acting head of street %d", n.StreetID)
	if !may(actor, access.DecideAppointment) {
		return 0, fault.Forbidden
	}
	if err := s.files.Prepare(ctx, actor, n.StreetID, "papers", n.Papers); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.head(ctx, tx, actor, n)
		return err
	})
	if db.Violates(err, "acting_heads_key_once") { // the same form, sent twice at once
		err = s.db.Write(ctx, actor, func(tx db.Tx) error {
			id, err = s.head(ctx, tx, actor, n)
			return err
		})
	}
	return id, actingFault(err)
}

func (s *Store) head(ctx context.Context, tx db.Tx, actor access.Actor, n NewActingHead) (id int64, err error) {
	var had []int64
	err = db.Do(ctx, tx, db.Values(&had, `SELECT id FROM acting_heads WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key}))
	if err != nil || len(had) > 0 {
		return append(had, 0)[0], err
	}
	var until *time.Time
	if n.ThroughOn != nil {
		day := calendar.AddDays(*n.ThroughOn, 1)
		until = &day
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO acting_heads (street_id, post_id, from_on, until_on, document, creator, key, created_at)
		VALUES (@street, @post, @from, @until, @document, @name, @key, @now)
		RETURNING id`, db.Args{
		"street": n.StreetID, "post": n.PostID, "from": n.FromOn, "until": until, "document": n.Document, "name": actor.Name, "key": n.Key, "now": s.now(),
	})
	if err != nil {
		return 0, err
	}
	if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: n.StreetID, Kind: ActingPaper, ID: id}, "papers", n.Papers); err != nil {
		return 0, err
	}
	return id, s.tellHead(ctx, tx, actor, n.StreetID, id, "note", "主持工作", n.Document)
}

// EndActingHead ends a note from today on. One that has ended is fault.Stale.
func (s *Store) EndActingHead(ctx context.Context, actor access.Actor, street, id int64, why string) (err error) {
	defer fault.Wrap(&err, "end acting head %d", id)
	if !may(actor, access.DecideAppointment) {
		return fault.Forbidden
	}
	today := calendar.On(s.now())
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var a struct {
			FromOn   time.Time
			UntilOn  *time.Time
			EndedWhy string
		}
		err := db.Do(ctx, tx, db.One(&a, `SELECT from_on, until_on, ended_why FROM acting_heads WHERE street_id = @street AND id = @id FOR UPDATE`,
			db.Args{"street": street, "id": id}))
		if err == nil && (a.EndedWhy != "" || a.UntilOn != nil && !a.UntilOn.After(today)) {
			err = fault.Stale
		}
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE acting_heads
			SET until_on = greatest(from_on, @today::date), ended_why = @why
			WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id, "today": today, "why": why})
		if err != nil {
			return err
		}
		return s.tellHead(ctx, tx, actor, street, id, "end", "不再主持工作", why)
	})
	return actingFault(err)
}

func (s *Store) tellHead(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, act, title, reason string) error {
	var who string
	err := db.Do(ctx, tx, db.Value(&who, `
		SELECT h.name
		FROM acting_heads a
		JOIN posts p ON p.street_id = a.street_id AND p.id = a.post_id
		JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		WHERE a.street_id = @street AND a.id = @id`, db.Args{"street": street, "id": id}))
	if err != nil {
		return err
	}
	title = choice.Name(committee.PostNames, committee.DeputyDirector) + who + title
	for _, role := range []access.Role{access.DeputyDirector, access.Staff} {
		err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: street, To: role, Title: title, Link: fmt.Sprintf("/committees/%d/acting-heads/%d", street, id)})
		if err != nil {
			return err
		}
	}
	return committee.Recorded(ctx, tx, actor, s.now(), street, "acting_head."+act, title, reason)
}

func actingFault(err error) error {
	for _, c := range []struct{ constraint, field, text string }{
		{"acting_heads_in_post", "post", "请选择开始那天在任的副主任"},
		{"acting_heads_post", "post", "请选择开始那天在任的副主任"},
		{"acting_heads_vacant", "from_on", "这一天主任在任，不需要有人主持工作"},
		{"acting_heads_until_after_from", "through_on", "最后一天不能早于开始日期"},
		{"acting_heads_one_at_a_time", "from_on", "这段时间已经有人主持工作，请先结束原来的登记"},
		{"acting_heads_document_filled", "document", "请填写依据的文件，最多 100 个字"},
	} {
		if db.Violates(err, c.constraint) {
			return fault.Fields{{Name: c.field, Text: c.text}}
		}
	}
	return err
}

// ActingHead returns one note of a street with its papers.
func (s *Store) ActingHead(ctx context.Context, actor access.Actor, street, id int64) (a committee.ActingHead, papers []file.Attachment, err error) {
	defer fault.Wrap(&err, "acting head %d", id)
	if !may(actor, access.ViewDelegations) {
		return a, nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.One(&a, committee.SelectActingHead+` WHERE a.street_id = @street AND a.id = @id`, db.Args{"street": street, "id": id}),
		file.Of(&papers, ActingPaper, id))
	return a, papers, err
}

// Deputies returns the name of a street's committee and its deputy directors in
// post today, one of whom may head it.
func (s *Store) Deputies(ctx context.Context, actor access.Actor, street int64) (name string, list []committee.PostLine, err error) {
	defer fault.Wrap(&err, "deputy directors of street %d", street)
	if !may(actor, access.DecideAppointment) {
		return "", nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.Value(&name, `SELECT committee FROM streets WHERE id = @street AND id = ANY ((SELECT app.streets())::bigint[])`, db.Args{"street": street}),
		committee.InPost(&list, street, calendar.On(s.now())))
	return name, slices.DeleteFunc(list, func(p committee.PostLine) bool { return p.Post != committee.DeputyDirector }), err
}
