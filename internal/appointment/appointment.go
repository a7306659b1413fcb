// Package appointment keeps the files by which the city's standing committee
// appoints, removes and lets go the holders of a street committee's posts. The
// street prepares and submits, the city decides; who is in post package committee
// tells.
package appointment

import (
	"time"

	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/setting"
)

// What may happen to a person in a file.
const (
	Appoint = "appoint"
	Remove  = "remove"
	Resign  = "resign"
)

// Acts name what may happen to a person.
var Acts = []choice.Term{{Key: Appoint, Name: "任命"}, {Key: Remove, Name: "免职"}, {Key: Resign, Name: "接受辞职"}}

// The kinds of paper, as owners of attachments (GDA 11).
const (
	Motion = "appointment"      // 任免案, of the file
	Form   = "appointee_form"   // 任免呈报表, of a person
	Review = "appointee_review" // 考察材料, 免职理由 or 辞职书, of a person
)

// ReviewName is what the second paper of a person is called, by what is to happen.
func ReviewName(act string) string {
	switch act {
	case Remove:
		return "免职理由"
	case Resign:
		return "辞职书"
	}
	return "考察材料"
}

// Lengths of texts, in characters.
const (
	MaxTitle  = 100
	MaxGround = 2000
	MaxReason = 500
	MaxOffice = 100
)

// papersDays is how long before the session the papers are due (GDA 11: ordinarily
// ten days before).
var papersDays = setting.Declare(setting.Setting{
	Key: "appointment.papers_days", Room: "任免", Label: "任免材料在常委会会议前送达", Unit: " 天", Default: 10, Min: 0, Max: 60,
	Source: "《广东省各级人民代表大会常务委员会人事任免办法》第十一条",
})

// Store reads and writes files of appointment and removal.
type Store struct {
	db     *db.DB
	people *person.Store
	files  *file.Store
	now    func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, people *person.Store, files *file.Store, now func() time.Time) *Store {
	return &Store{d, people, files, now}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// File is a file of appointment or removal.
type File struct {
	ID            int64
	StreetID      int64
	Street        string
	Committee     string
	City          string
	Title         string
	Ground        string
	State         procedure.State
	SignedBy      string
	SubmittedOn   *time.Time
	SessionOn     *time.Time
	PapersDays    int
	LateReason    string
	ReturnedWhy   string
	TabledOn      *time.Time
	Session       string
	DeliberatedOn *time.Time
	ExplainedBy   string
	VotedOn       *time.Time
	PublishedOn   *time.Time
	Notice        string
	CertifiedOn   *time.Time
	Signer        string
	WithdrawnWhy  string
	Creator       string
	Version       int
	CreatedAt     time.Time
}

const selectFile = `
	SELECT a.id, a.street_id, s.name AS street, s.committee, c.name AS city, a.title, a.ground, a.state, a.signed_by, a.submitted_on, a.session_on, a.papers_days, a.late_reason,
	       a.returned_why, a.tabled_on, a.session, a.deliberated_on, a.explained_by, a.voted_on, a.published_on, a.notice, a.certified_on, a.signer,
	       a.withdrawn_why, a.creator, a.version, a.created_at
	FROM appointments a
	JOIN streets s ON s.id = a.street_id
	JOIN cities c ON c.id = s.city_id`

// Appointee is a person in a file, with the vote on them.
type Appointee struct {
	ID          int64
	PersonID    int64
	Name        string
	Sex         string
	Born        *int
	Work        string
	Act         string // one of Acts
	Post        string // one of committee.PostNames
	OtherOffice string
	Vote
	Passed      *bool
	Certificate string
	TermSince   *time.Time // the term that the appointment began, or that a removal is to end
	TermUntil   *time.Time
	TermWhy     string
	Forms       int // how many papers of each kind there are
	Reviews     int
}

// Vote is a count of the secret vote of the standing committee. What is nil has
// not been counted.
type Vote struct {
	Total      *int // members of the standing committee in all
	Present    *int
	VotesFor   *int
	Against    *int
	Abstained  *int
	NotPressed *int
}

const selectAppointee = `
	SELECT p.id, p.person_id, h.name, h.sex, h.born, h.work, p.act, p.post, p.other_office,
	       p.total, p.present, p.votes_for, p.votes_against AS against, p.abstained, p.not_pressed, p.passed, p.certificate,
	       t.since AS term_since, t.until_on AS term_until, coalesce(t.ended_why, '') AS term_why,
	       (SELECT count(*) FROM files x WHERE x.street_id = p.street_id AND x.owner_kind = 'appointee_form' AND x.owner_id = p.id) AS forms,
	       (SELECT count(*) FROM files x WHERE x.street_id = p.street_id AND x.owner_kind = 'appointee_review' AND x.owner_id = p.id) AS reviews
	FROM appointees p
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
	LEFT JOIN posts t ON t.street_id = p.street_id AND (t.appointee_id = p.id OR t.id = p.post_id)`

// PostName is the post as screens name it: 主任.
func (a *Appointee) PostName() string { return choice.Name(committee.PostNames, a.Post) }

// ActName is what is to happen to the person: 任命.
func (a *Appointee) ActName() string { return choice.Name(Acts, a.Act) }
