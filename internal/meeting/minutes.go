package meeting

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/notice"
)

// Write writes the record of a meeting (会议记录): what was said, word for word. It needs
// KeepMeetings.
func (s *Store) Write(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "record", step, func(tx db.Tx, m *locked) (done, error) {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO meeting_records (street_id, meeting_id, text, writer)
			VALUES (@street, @id, @text, @writer)
			ON CONFLICT (street_id, meeting_id) DO UPDATE SET text = excluded.text, writer = excluded.writer`,
			db.Args{"street": m.StreetID, "id": m.ID, "text": text, "writer": actor.Name})
		return done{title: "填写会议记录"}, err
	})
}

// Check says that the record is right; it stays so. It needs KeepMeetings.
func (s *Store) Check(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "check", step, func(tx db.Tx, m *locked) (done, error) {
		n, err := db.Exec(ctx, tx, `UPDATE meeting_records SET checker = @name, checked_at = @now WHERE street_id = @street AND meeting_id = @id`,
			db.Args{"name": actor.Name, "now": s.now(), "street": m.StreetID, "id": m.ID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有会议记录"}}
		}
		if err != nil {
			return done{}, err
		}
		return done{title: "核定会议记录"}, s.to(ctx, tx, m, Recorded, "", nil)
	})
}

// Minutes are what a meeting decided, as they are issued (会议纪要).
type Minutes struct {
	Title     string
	Body      string
	Present   string // 出席
	Absent    string // 请假; who was away without leave is marked so
	Attending string // 列席
	SignedOn  *time.Time
	Signer    string
	Number    string
	IssuedOn  *time.Time
}

const selectMinutes = `SELECT x.title, x.body, x.present, x.absent, x.attending, x.signed_on, x.signer, x.number, x.issued_on FROM meeting_minutes x`

// Draft drafts the minutes from what the meeting's rows say. It needs KeepMeetings.
func (s *Store) Draft(ctx context.Context, actor access.Actor, step Step) error {
	var rec Record
	var err error
	if may(actor, access.KeepMeetings) {
		if rec, err = s.Record(ctx, actor, step.ID); err != nil {
			return err
		}
	}
	return s.move(ctx, actor, "minutes", step, func(tx db.Tx, m *locked) (done, error) {
		d := rec.draft()
		_, err := db.Exec(ctx, tx, `
			INSERT INTO meeting_minutes (street_id, meeting_id, title, body, present, absent, attending)
			VALUES (@street, @id, @title, @body, @present, @absent, @attending)`,
			db.Args{"street": m.StreetID, "id": m.ID, "title": d.Title, "body": d.Body, "present": d.Present, "absent": d.Absent, "attending": d.Attending})
		if err != nil {
			return done{}, err
		}
		return done{title: "起草会议纪要"}, s.to(ctx, tx, m, Drafting, "", nil)
	})
}

// Edit changes the minutes while they are drafted. It needs KeepMeetings.
func (s *Store) Edit(ctx context.Context, actor access.Actor, step Step, title, body string) error {
	return s.move(ctx, actor, "minutes-text", step, func(tx db.Tx, m *locked) (done, error) {
		_, err := db.Exec(ctx, tx, `UPDATE meeting_minutes SET title = @title, body = @body WHERE street_id = @street AND meeting_id = @id`,
			db.Args{"title": title, "body": body, "street": m.StreetID, "id": m.ID})
		return done{title: "修改会议纪要"}, err
	})
}

// Sign signs the minutes off: they get the next number of the committee and do not
// change any more (hard rule 12). The director in post does, or whom the director
// delegated signing to. It needs SignMinutes.
func (s *Store) Sign(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "signature", step, func(tx db.Tx, m *locked) (done, error) {
		post, err := committee.ActingPost(ctx, tx, actor, m.StreetID, s.today())
		if err != nil {
			return done{}, err
		}
		var title string
		if err := db.Do(ctx, tx, db.Value(&title, `SELECT title FROM meeting_minutes WHERE street_id = @street AND meeting_id = @id`, db.Args{"street": m.StreetID, "id": m.ID})); err != nil {
			return done{}, err
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Street: m.StreetID, Kind: document.Minutes, Subject: "meeting", SubjectID: m.ID, Title: title, SignedOn: s.today(),
		})
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE meeting_minutes
			SET signed_post_id = @post, signed_on = @on, signer = @name, number = @number
			WHERE street_id = @street AND meeting_id = @id`,
			db.Args{"post": post, "on": s.today(), "name": actor.Name, "number": number, "street": m.StreetID, "id": m.ID})
		if err != nil {
			return done{}, err
		}
		return done{title: "签发会议纪要，" + number}, s.to(ctx, tx, m, Signed, "", nil)
	})
}

// Issue issues the signed minutes: who was called is told, and not even a check-in is
// corrected any more. It needs KeepMeetings.
func (s *Store) Issue(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "issue", step, func(tx db.Tx, m *locked) (done, error) {
		if err := s.gatherings.Seal(ctx, tx, actor, m.GatheringID); err != nil {
			return done{}, err
		}
		_, err := db.Exec(ctx, tx, `UPDATE meeting_minutes SET issued_on = @on WHERE street_id = @street AND meeting_id = @id`, db.Args{"on": s.today(), "street": m.StreetID, "id": m.ID})
		if err != nil {
			return done{}, err
		}
		if err := s.tell(ctx, tx, m, "会议纪要已印发："); err != nil {
			return done{}, err
		}
		return done{title: "印发会议纪要"}, s.to(ctx, tx, m, Issued, "", nil)
	})
}

// tell sends a message to who belongs to a meeting of its kind, and to the city.
func (s *Store) tell(ctx context.Context, tx db.Tx, m *locked, words string) error {
	roles := []access.Role{access.Director, access.DeputyDirector, access.Member}
	if m.Kind == Representatives {
		roles = append(roles, access.VoterRep)
	}
	var list []notice.Notice
	for _, r := range roles {
		list = append(list, notice.Notice{At: s.now(), StreetID: m.StreetID, To: r, Title: words + m.Title, Link: fmt.Sprintf("/meetings/%d", m.ID)})
	}
	return notice.SendAll(ctx, tx, list)
}

// Archive ends the follow-up of a meeting whose tasks are done. It needs KeepMeetings.
func (s *Store) Archive(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "archive", step, func(tx db.Tx, m *locked) (done, error) {
		return done{title: "归档"}, s.to(ctx, tx, m, Archived, `, archived_on = @today`, db.Args{"today": s.today()})
	})
}

// missing marks who was away without leave in the list of those away.
const missing = "（缺席）"

// draft is the text of the minutes as the rows of the meeting tell it. It says what a
// meeting may say: the committee decides its own work, voter representatives give
// opinions that are handed on (domain.md hard rule 1).
func (r *Record) draft() Minutes {
	d := Minutes{Title: r.Title + "纪要"}
	var came, away, beside []string
	for _, s := range r.Seats {
		name := s.Name
		if s.Remote != "" {
			name += "（远程）"
		}
		switch {
		case s.Due && s.ArrivedAt != nil:
			came = append(came, name)
		case s.Due && s.Leave:
			away = append(away, s.Name)
		case s.Due:
			away = append(away, s.Name+missing)
		case s.ArrivedAt != nil:
			beside = append(beside, name)
		}
	}
	d.Present, d.Absent, d.Attending = strings.Join(came, "、"), strings.Join(away, "、"), strings.Join(beside, "、")
	var b strings.Builder
	fmt.Fprintf(&b, "%s，%s在%s召开%s。", calendar.Date(r.HeldOn), r.Committee, r.Place, r.Title)
	if r.Chair != "" {
		fmt.Fprintf(&b, "会议由%s主持。", r.Chair)
	}
	fmt.Fprintf(&b, "应到 %d 人，实到 %d 人。\n", r.Due, len(came))
	if r.Talk {
		b.WriteString("到会人数不够，会议转为座谈会，只听取意见、进行讨论，没有作出决定。\n")
	} else {
		fmt.Fprintf(&b, "%s，到会人数符合规定。\n", r.Rules.QuorumText(r.Due, r.Quorum))
	}
	if r.UrgentWhy != "" {
		fmt.Fprintf(&b, "会议通知不足 %d 天：%s。\n", r.Rules.NoticeDays, r.UrgentWhy)
	}
	if len(r.Carried) > 0 {
		fmt.Fprintf(&b, "会议听取了以前 %d 项议定事项的办理情况。\n", len(r.Carried))
	}
	for i := range r.Items {
		r.writeItem(&b, i)
	}
	if r.Kind == Representatives {
		b.WriteString("以上意见送街道办事处研究处理，并向市人大常委会报告。\n")
	}
	d.Body = b.String()
	return d
}

var verbs = map[string]string{Passed: "会议通过", Rejected: "会议没有通过", Heard: "会议听取、讨论了", Postponed: "会议缓议", Withdrawn: "撤回"}

func (r *Record) writeItem(b *strings.Builder, i int) {
	it := &r.Items[i]
	fmt.Fprintf(b, "%s、%s\n", document.Han(i+1), it.Title)
	verb := verbs[it.Outcome]
	if r.Kind == Representatives && it.Outcome == Passed {
		verb = "会议形成意见"
	}
	fmt.Fprintf(b, "%s“%s”", verb, it.Title)
	if it.Reporter != "" {
		fmt.Fprintf(b, "，由%s汇报", it.Reporter)
	}
	b.WriteString("。")
	if it.Vote != nil && it.Vote.State == "closed" {
		fmt.Fprintf(b, "%s：%s；%s。", choice.Name(Ways, it.Vote.Way), it.Vote.Text(r.Kind), r.Rules.PassText(it.Vote.Due, it.Vote.Present, it.Vote.Needed))
	}
	if it.Temporary {
		fmt.Fprintf(b, "这是临时议题，到会 %d 人，同意列入 %d 人。", *it.ConsentPresent, *it.ConsentFor)
	}
	b.WriteString("\n")
	if it.Note != "" {
		b.WriteString(it.Note + "\n")
	}
	n := 0
	for _, k := range r.Tasks {
		if k.ItemID != it.ID {
			continue
		}
		n++
		fmt.Fprintf(b, "（%s）%s。由%s负责", document.Han(n), strings.TrimRight(k.Text, "。"), k.Owner)
		if k.CoOwner != "" {
			fmt.Fprintf(b, "，%s协同", k.CoOwner)
		}
		fmt.Fprintf(b, "，%s前完成。\n", calendar.Date(k.DueOn))
	}
}

// heads are what the red mark adds to the committee's name.
var heads = map[string]string{Directors: "主任会议纪要", Representatives: "选民代表会议纪要"}

// Paper is the minutes as an official paper (GB/T 9704-2012, 纪要).
func (r *Record) Paper() document.Paper {
	d := r.Minutes
	p := document.Paper{
		Kind: document.Minutes, Head: r.Committee + heads[r.Kind],
		Number: d.Number, Title: d.Title, Body: document.Prose(tight(d.Body)), Signed: []string{r.Committee}, Unsealed: true,
		Present: d.Present, Attending: d.Attending, Printer: r.Committee + "办公室",
	}
	p.Absent, p.Missing = away(d.Absent)
	if d.SignedOn != nil {
		p.On, p.Signers = *d.SignedOn, []string{d.Signer}
	}
	if d.IssuedOn != nil {
		p.PrintedOn = *d.IssuedOn
	}
	return p
}

// tight takes out the spaces between words and numbers, which screens have and papers
// do not.
func tight(s string) string {
	return beforeWord.ReplaceAllString(beforeNumber.ReplaceAllString(s, "$1$2"), "$1$2")
}

var (
	beforeNumber = regexp.MustCompile(`(\p{Han}) (\d)`)
	beforeWord   = regexp.MustCompile(`(\d) (\p{Han})`)
)

// away parts those on leave from those who were missing.
func away(names string) (leave, without string) {
	var on, off []string
	for _, n := range strings.Split(names, "、") {
		if name, ok := strings.CutSuffix(n, missing); ok {
			off = append(off, name)
		} else if n != "" {
			on = append(on, n)
		}
	}
	return strings.Join(on, "、"), strings.Join(off, "、")
}
