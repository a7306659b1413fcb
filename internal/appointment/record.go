package appointment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// Record is a file with everything that its page shows.
type Record struct {
	File
	People     []Appointee
	Motion     []file.Attachment
	Papers     []file.Attachment // of the persons; OwnerID is the appointee
	InPost     []committee.PostLine
	Limits     file.Limits
	PapersDays int // by the setting, while the file is prepared
	Timeline   []audit.Entry
}

func appointees(list *[]Appointee, street, file int64) db.Query {
	return db.Many(list, selectAppointee+`
		WHERE p.street_id = @street AND p.appointment_id = @id
		ORDER BY p.id
		LIMIT 100`, db.Args{"street": street, "id": file})
}

// Record returns one file. Only who prepares or decides it knows of it.
func (s *Store) Record(ctx context.Context, actor access.Actor, id int64) (r Record, err error) {
	defer fault.Wrap(&err, "appointment %d", id)
	if !may(actor, access.ViewAppointments) {
		return r, fault.Forbidden
	}
	if err = s.db.Read(ctx, actor, db.One(&r.File, selectFile+` WHERE a.id = @id`, db.Args{"id": id})); err != nil {
		return r, err
	}
	queries := []db.Query{
		appointees(&r.People, r.StreetID, id),
		file.Of(&r.Motion, Motion, id),
		papers(&r.Papers, r.StreetID, id),
		committee.InPost(&r.InPost, r.StreetID, calendar.On(s.now())),
		papersDays.Query(&r.PapersDays, r.StreetID),
		audit.Timeline(&r.Timeline, "appointment", id),
	}
	return r, s.db.Read(ctx, actor, append(queries, r.Limits.Queries(r.StreetID)...)...)
}

func papers(list *[]file.Attachment, street, id int64) db.Query {
	return db.Many(list, `
		SELECT x.id, x.owner_kind, x.owner_id, x.name, x.media_type, x.size, x.sha256, x.width, x.height
		FROM files x
		JOIN appointees p ON p.street_id = x.street_id AND p.id = x.owner_id
		WHERE x.street_id = @street
		  AND x.owner_kind IN ('appointee_form', 'appointee_review')
		  AND p.appointment_id = @id
		ORDER BY x.id
		LIMIT 500`, db.Args{"street": street, "id": id})
}

// Of returns the papers of one kind of an appointee.
func (r *Record) Of(appointee int64, kind string) (list []file.Attachment) {
	for _, a := range r.Papers {
		if a.OwnerID == appointee && a.OwnerKind == kind {
			list = append(list, a)
		}
	}
	return list
}

// Person returns one of the file's persons, or nil.
func (r *Record) Person(id int64) *Appointee {
	if i := slices.IndexFunc(r.People, func(a Appointee) bool { return a.ID == id }); i >= 0 {
		return &r.People[i]
	}
	return nil
}

// Missing lists in Chinese what the papers lack before they can be submitted.
func (r *Record) Missing() (list []string) {
	if len(r.People) == 0 {
		list = append(list, "要任免的人")
	}
	if len(r.Motion) == 0 {
		list = append(list, "任免案")
	}
	for _, a := range r.People {
		if a.Forms == 0 {
			list = append(list, a.Name+"的任免呈报表")
		}
		if a.Reviews == 0 {
			list = append(list, a.Name+"的"+ReviewName(a.Act))
		}
	}
	return list
}

// Warnings lists what should be thought over, and forbids nothing: offices beside
// the post (domain.md §2), and a number of members outside 7 to 9 (§3(c)).
func (r *Record) Warnings() (list []string) {
	if r.State == Failed || r.State == Withdrawn {
		return nil
	}
	members, touched := 0, false
	for _, p := range r.InPost {
		if p.Post == committee.Member {
			members++
		}
	}
	for _, a := range r.People {
		if a.Act == Appoint && a.OtherOffice != "" {
			list = append(list, fmt.Sprintf("%s担任%s。工委组成人员担任行政、监察、审判、检察职务的，请先核对是否允许。", a.Name, a.OtherOffice))
		}
		if a.Passed != nil || a.Post != committee.Member {
			continue
		}
		touched = true
		if a.Act == Appoint {
			members++
		} else {
			members--
		}
	}
	if touched && (members < committee.MembersLeast || members > committee.MembersMost) {
		list = append(list, fmt.Sprintf("通过后委员将是 %d 名。每个街道应有 %d 至 %d 名。", members, committee.MembersLeast, committee.MembersMost))
	}
	return list
}

// Moves lists what the actor may do with the file now.
func (r *Record) Moves(actor access.Actor) []procedure.Move {
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool {
		return m.Name == "submission" && len(r.Missing()) > 0
	})
}

// Line is a file in a list.
type Line struct {
	ID        int64
	StreetID  int64
	Street    string
	Title     string
	State     procedure.State
	People    string // the names, at most five
	Count     int
	SessionOn *time.Time
	VotedOn   *time.Time
	CreatedAt time.Time
}

// Filter narrows a list. Zero fields do not narrow it.
type Filter struct {
	State    string // a state, or "open" for those that have not ended
	StreetID int64
	Text     string // part of the title or of a name
	After    db.Cursor
	Limit    int
}

// Listing is a page of the list.
type Listing struct {
	Lines []Line
	Next  db.Cursor
}

// Files lists files of appointment, newest first.
func (s *Store) Files(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list appointments")
	if !may(actor, access.ViewAppointments) {
		return l, fault.Forbidden
	}
	args := db.Args{"after_at": f.After.At, "after_id": f.After.ID, "state": f.State, "street": f.StreetID, "text": f.Text, "limit": f.Limit + 1}
	err = s.db.Read(ctx, actor, db.Many(&l.Lines, `
		SELECT a.id, a.street_id, s.name AS street, a.title, a.state, a.session_on, a.voted_on, a.created_at,
		       (SELECT count(*) FROM appointees p WHERE p.street_id = a.street_id AND p.appointment_id = a.id) AS count,
		       array_to_string(ARRAY (SELECT h.name
		                              FROM appointees p
		                              JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		                              WHERE p.street_id = a.street_id AND p.appointment_id = a.id
		                              ORDER BY p.id
		                              LIMIT 5), '、') AS people
		FROM appointments a
		JOIN streets s ON s.id = a.street_id
		WHERE (@after_id::bigint = 0 OR (a.created_at, a.id) < (@after_at::timestamptz, @after_id::bigint))
		  AND (@state::text IN ('', a.state) OR @state = 'open' AND a.state NOT IN ('in_post', 'concluded', 'failed', 'withdrawn'))
		  AND @street::bigint IN (0, a.street_id)
		  AND (@text::text = '' OR strpos(a.title, @text) > 0
		       OR EXISTS (SELECT FROM appointees p
		                  JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		                  WHERE p.street_id = a.street_id AND p.appointment_id = a.id AND strpos(h.name, @text) > 0))
		ORDER BY a.created_at DESC, a.id DESC
		LIMIT @limit`, args))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.CreatedAt, ID: x.ID} })
	return l, err
}
