package suggestion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// PublicLine is one answered suggestion that its deputies agreed to make public.
type PublicLine struct {
	ID          int64
	Number      string
	Title       string
	Category    string
	Result      string
	Street      string
	Lead        string // "" where the deputy has left office since
	FiledAt     time.Time
	SubmittedOn time.Time
}

// Public is such a suggestion with its replies.
type Public struct {
	PublicLine
	Facts     string
	Analysis  string
	Proposals string
	Replies   []PublicReply `db:"-"`
}

// PublicReply is one reply as residents read it.
type PublicReply struct {
	Kind     string
	Result   string
	Text     string
	SignedOn time.Time
}

const publicColumns = `
	SELECT o.id, o.number, o.title, o.category, o.result, t.name AS street, o.filed_at, o.submitted_on,
	       coalesce((SELECT d.name FROM deputies d WHERE d.street_id = o.street_id AND d.id = o.lead_id), '') AS lead`

// PublicSuggestions lists what is public and answered, newest first, for anybody: of a
// street, or, where street is 0, of all.
func (s *Store) PublicSuggestions(ctx context.Context, street int64, after db.Cursor, limit int) (list []PublicLine, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list public suggestions")
	where, args := "", db.Args{}
	if street != 0 {
		where, args["street"] = " AND o.street_id = @street", street
	}
	if !after.IsZero() {
		where += " AND (o.filed_at, o.id) < (@after_at, @after_id)"
		args["after_at"], args["after_id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&list, publicColumns+`
		FROM suggestions o
		JOIN streets t ON t.id = o.street_id
		WHERE true`+where+`
		ORDER BY o.filed_at DESC, o.id DESC
		LIMIT `+itoa(limit+1), args))
	list, next = db.Page(list, limit, func(l PublicLine) db.Cursor { return db.Cursor{At: l.FiledAt, ID: l.ID} })
	return list, next, err
}

// PublicSuggestion returns one of them with its replies, and fault.NotFound for any
// other.
func (s *Store) PublicSuggestion(ctx context.Context, id int64) (p Public, err error) {
	defer fault.Wrap(&err, "public suggestion %d", id)
	err = s.db.Read(ctx, access.Resident(nil),
		db.One(&p, publicColumns+`, o.facts, o.analysis, o.proposals
		FROM suggestions o
		JOIN streets t ON t.id = o.street_id
		WHERE o.id = @id`, db.Args{"id": id}),
		db.Many(&p.Replies, `
			SELECT kind, result, text, signed_on
			FROM suggestion_replies
			WHERE suggestion_id = @id AND street_id = (SELECT street_id FROM suggestions WHERE id = @id)
			ORDER BY id
			LIMIT 20`, db.Args{"id": id}))
	return p, err
}
