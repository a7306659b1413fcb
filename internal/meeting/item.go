package meeting

import (
	"fmt"

	"portal/internal/choice"
	"portal/internal/mandate"
)

// Vote is a vote on an item. What was due, present and needed is of the moment.
type Vote struct {
	ID           int64
	ItemID       int64
	Way          string
	Question     string
	State        string // open, closed or void
	Due          int
	Present      int
	Recused      int
	Quorum       int
	Needed       int
	ForCount     int
	AgainstCount int
	AbstainCount int
	Passed       *bool
	PollID       int64 // of an anonymous vote
}

const voteColumns = `id, item_id, way, question, state, due, present, recused, quorum, needed, for_count, against_count, abstain_count, passed, coalesce(poll_id, 0) AS poll_id`

// Text writes what a closed vote came to: 应到 11 人，实到 9 人，赞成 6，反对 2，弃权 1，通过.
func (v *Vote) Text(kind string) string {
	text := fmt.Sprintf("应到 %d 人，实到 %d 人，赞成 %d，反对 %d，弃权 %d", v.Due, v.Present, v.ForCount, v.AgainstCount, v.AbstainCount)
	if v.Recused > 0 {
		text += fmt.Sprintf("，回避 %d", v.Recused)
	}
	if v.Passed == nil {
		return text
	}
	outcome := Rejected
	if *v.Passed {
		outcome = Passed
	}
	return text + "，" + OutcomeName(kind, outcome)
}

// Item is an item of an agenda, with its topic and its vote.
type Item struct {
	ID             int64
	TopicID        int64
	Position       int
	Title          string
	Type           string
	Content        string
	Reporter       string
	Subject        string
	Temporary      bool
	ConsentFor     *int
	ConsentPresent *int
	ActID          int64
	Covered        bool // its act of supervision stands; true for other topics
	Outcome        string
	Note           string
	Vote           *Vote    `db:"-"`
	Recused        []Recuse `db:"-"`
}

// Recuse is somebody who does not vote on an item.
type Recuse struct {
	ItemID, AttendanceID int64
	Name, Why            string
}

// Spoken is one voice of a named vote.
type Spoken struct {
	VoteID, AttendanceID int64
	Name, Choice         string
}

const selectItem = `
	SELECT i.id, i.topic_id, i.position, t.title, t.type, t.content, i.reporter, t.subject, i.temporary, i.consent_for, i.consent_present, coalesce(i.act_id, 0) AS act_id,
	       t.subject = '' OR EXISTS (SELECT FROM mandate_acts a WHERE a.street_id = i.street_id AND a.id = i.act_id AND a.cancelled_on IS NULL) AS covered,
	       i.outcome, i.note
	FROM meeting_items i
	JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
	WHERE i.meeting_id = @id
	ORDER BY i.position, i.id
	LIMIT 50`

// SubjectName names what a topic of supervision is about.
func SubjectName(subject, measure string) string {
	return choice.Name(mandate.Subjects, subject) + "，" + choice.Name(mandate.Measures, measure)
}
