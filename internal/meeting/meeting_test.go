package meeting_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/meeting"
	"portal/internal/plan"
)

type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	s        *meeting.Store
	g        *gathering.Store
	now      time.Time
	staff    access.Actor
	director access.Actor
	members  []access.Actor // all eleven, the director first
	post     int64          // the director's
	n        int
}

// open is a street with a committee of eleven: 1 + 1 + 9 (domain.md §3 d).
func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	now := func() time.Time { return h.now }
	h.g = gathering.NewStore(d, now)
	h.s = meeting.NewStore(d, h.g, file.NewStore(d, now), now)
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	h.members = []access.Actor{h.director}
	h.post = dbtest.InPost(t, admin, h.Street, "director", "黄䶮", &h.director, "2021-12-01")
	vice := h.Actor(access.DeputyDirector)
	dbtest.InPost(t, admin, h.Street, "deputy_director", "周副", &vice, "2021-12-01")
	h.members = append(h.members, vice)
	for i := range 9 {
		m := h.Actor(access.Member)
		dbtest.InPost(t, admin, h.Street, "member", fmt.Sprintf("委员%d", i+1), &m, "2021-12-01")
		h.members = append(h.members, m)
	}
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) complains(err error, field, text string) {
	h.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || !strings.Contains(bad.For(field), text) || bad.For(field) == "" {
		h.Errorf("err = %v, want a complaint about %q: %s", err, field, text)
	}
}

// day is a moment of a day from dbtest.Now on.
func day(after, hour int) time.Time {
	return time.Date(2026, 3, 2+after, hour, 0, 0, 0, dbtest.Now.Location())
}

func (h *house) key() string { h.n++; return fmt.Sprint("k", h.n) }

// topic is a topic that the director has put through.
func (h *house) topic(kind, title string) int64 {
	h.Helper()
	id, err := h.s.Propose(h.Context(), h.staff, 0, meeting.NewTopic{Key: h.key(), Kind: kind, Type: "plan", Title: title, Proposer: "办公室"})
	h.must(err)
	h.must(h.s.Compile(h.Context(), h.staff, meeting.Step{ID: id, Version: 1}))
	h.must(h.s.Confirm(h.Context(), h.director, meeting.Step{ID: id, Version: 2}))
	return id
}

func (h *house) record(id int64) meeting.Record {
	h.Helper()
	r, err := h.s.Record(h.Context(), h.staff, id)
	h.must(err)
	return r
}

func (h *house) step(id int64) meeting.Step {
	return meeting.Step{ID: id, Version: h.record(id).Version}
}

// planned is a meeting four days ahead with topics on its agenda.
func (h *house) planned(kind string, topics ...int64) int64 {
	h.Helper()
	id, err := h.s.Plan(h.Context(), h.staff, 0, meeting.Plan{
		Key: h.key(), Kind: kind, Title: meeting.TitleOf(kind, 2026, h.n), Place: "三楼会议室", StartsAt: day(4, 15), EndsAt: day(4, 17), ChairID: h.post, Planned: plan.Link{Outside: "例会"},
	})
	h.must(err)
	if len(topics) > 0 {
		h.must(h.s.Schedule(h.Context(), h.staff, h.step(id), topics, ""))
	}
	return id
}

// opened is a meeting whose door is open on its day.
func (h *house) opened(topics ...int64) int64 {
	h.Helper()
	id := h.planned(meeting.Directors, topics...)
	h.must(h.s.Notify(h.Context(), h.staff, h.step(id), ""))
	h.now = day(4, 15)
	h.must(h.s.Open(h.Context(), h.staff, h.step(id)))
	return id
}

// arrive lets the first n of the members check in, by hand.
func (h *house) arrive(id int64, n int) {
	h.Helper()
	r := h.record(id)
	var ids []int64
	for _, s := range r.Seats[:n] {
		ids = append(ids, s.ID)
	}
	_, err := h.g.CheckIn(h.Context(), h.staff, r.GatheringID, ids, h.now)
	h.must(err)
}

// sitting is a meeting that has begun with n present.
func (h *house) sitting(n int, topics ...int64) int64 {
	h.Helper()
	id := h.opened(topics...)
	h.arrive(id, n)
	h.must(h.s.Begin(h.Context(), h.staff, h.step(id), n))
	return id
}

// Of eleven, six are a quorum and six votes are a majority: five for is not passed,
// however few have come.
func TestEleven(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	a, b, c := h.topic(meeting.Directors, "年度工作计划"), h.topic(meeting.Directors, "接待日安排"), h.topic(meeting.Directors, "学习文件")
	id := h.opened(a, b, c)
	h.arrive(id, 5)
	if r := h.record(id); r.Due != 11 || r.Present != 5 || r.Quorum != 6 || r.Needed != 6 || r.HasQuorum() {
		t.Fatalf("due %d, present %d, quorum %d, needed %d", r.Due, r.Present, r.Quorum, r.Needed)
	}
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 5), "state", "人数不够")
	h.arrive(id, 6)
	h.complains(h.s.TurnToTalk(ctx, h.staff, h.step(id), "等不到"), "state", "应当开会")
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 3), "agenda", "一半")
	h.complains(h.s.Begin(ctx, h.staff, h.step(id), 7), "agenda", "只有 6 人")
	h.must(h.s.Begin(ctx, h.staff, h.step(id), 4))
	items := h.record(id).Items
	h.complains(h.s.ShowHands(ctx, h.staff, h.step(id), items[0].ID, "", meeting.Count{For: 6, Against: 1}), "for", "不能超过")
	h.must(h.s.ShowHands(ctx, h.staff, h.step(id), items[0].ID, "", meeting.Count{For: 5, Against: 1}))
	h.complains(h.s.ShowHands(ctx, h.staff, h.step(id), items[0].ID, "", meeting.Count{For: 6}), "item", "已经")
	h.must(h.s.ShowHands(ctx, h.staff, h.step(id), items[1].ID, "", meeting.Count{For: 6}))
	h.complains(h.s.End(ctx, h.staff, h.step(id)), "state", "登记结果")
	h.must(h.s.Conclude(ctx, h.staff, h.step(id), items[2].ID, meeting.Heard, "学习了监督法"))
	r := h.record(id)
	if r.Items[0].Outcome != meeting.Rejected || r.Items[1].Outcome != meeting.Passed || r.Items[0].Vote.Needed != 6 || r.Items[0].Vote.Present != 6 {
		t.Errorf("items = %+v", r.Items)
	}
	h.complains(h.s.Decide(ctx, h.staff, h.step(id), meeting.NewTask{ItemID: items[0].ID, Text: "做", Owner: "周副", DueOn: day(30, 0)}), "item", "通过")
	h.must(h.s.Decide(ctx, h.staff, h.step(id), meeting.NewTask{ItemID: items[1].ID, Text: "公布接待日安排", Owner: "周副", CoOwner: "办公室", DueOn: day(30, 0)}))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
	h.complains(h.s.Check(ctx, h.staff, h.step(id)), "state", "会议记录")
	h.must(h.s.Write(ctx, h.staff, h.step(id), "黄䶮：现在开会。"))
	h.must(h.s.Check(ctx, h.staff, h.step(id)))
	h.must(h.s.Draft(ctx, h.staff, h.step(id)))
	m := h.record(id).Minutes
	for _, want := range []string{"应到 11 人，实到 6 人", "会议没有通过“年度工作计划”", "以全体 11 人为基数（不是到会人数），赞成要超过二分之一，至少 6 票", "公布接待日安排。由周副负责，办公室协同"} {
		if !strings.Contains(m.Body, want) {
			t.Errorf("the minutes do not say %q:\n%s", want, m.Body)
		}
	}
	h.must(h.s.Edit(ctx, h.staff, h.step(id), m.Title, m.Body+"补一句。"))
	if err := h.s.Sign(ctx, h.staff, h.step(id)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office signs: %v", err)
	}
	h.complains(h.s.Sign(ctx, h.members[1], h.step(id)), "state", "主任")
	h.must(h.s.Sign(ctx, h.director, h.step(id)))
	h.must(h.s.Issue(ctx, h.staff, h.step(id)))
	if m = h.record(id).Minutes; m.Number != "莞人东城工委〔2026〕1号" || m.Signer != h.director.Name || m.IssuedOn == nil {
		t.Errorf("minutes = %+v", m)
	}
	h.complains(h.s.Archive(ctx, h.staff, h.step(id)), "state", "没有办完")
	task := h.record(id).Tasks[0]
	h.must(h.s.Advance(ctx, h.staff, meeting.Step{ID: task.ID, Version: 1}, "已拟稿"))
	h.must(h.s.Finish(ctx, h.staff, meeting.Step{ID: task.ID, Version: 2}, calendar.Day(2026, 3, 6), "已公布"))
	h.must(h.s.Archive(ctx, h.staff, h.step(id)))
	for _, sql := range []string{
		`UPDATE meetings SET state = 'sitting'`, `UPDATE meetings SET quorum_num = 0`, `UPDATE meeting_items SET outcome = 'passed'`, `UPDATE meeting_votes SET for_count = 6`,
		`UPDATE meeting_minutes SET body = '改了'`, `UPDATE meeting_records SET text = '改了'`, `UPDATE meeting_tasks SET due_on = due_on + 1`, `UPDATE meetings SET began_at = NULL, agenda_for = NULL, agenda_present = NULL`,
		`INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at, closed_at, for_count)
		 SELECT street_id, meeting_id, id, 'hands', '补投', 'closed', now(), now(), 11 FROM meeting_items LIMIT 1`,
	} {
		if err := h.sql(sql); err == nil {
			t.Errorf("an archived meeting was changed: %s", sql)
		}
	}
}

func (h *house) sql(sql string) error {
	return h.db.Write(h.Context(), h.staff, func(tx db.Tx) error {
		_, err := db.Exec(h.Context(), tx, sql, db.Args{})
		return err
	})
}

// No statement decides below the quorum, or against the counts.
func TestNoDecisionBelowQuorum(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(6, h.topic(meeting.Directors, "年度工作计划"))
	r := h.record(id)
	h.now = h.now.Add(time.Hour / 2)
	h.must(h.g.Leave(ctx, h.staff, r.GatheringID, r.Seats[5].ID, h.now))
	h.complains(h.s.ShowHands(ctx, h.staff, h.step(id), r.Items[0].ID, "", meeting.Count{For: 5}), "state", "人数不够")
	h.complains(h.s.CallRoll(ctx, h.staff, h.step(id), r.Items[0].ID, ""), "state", "人数不够")
	vote := `INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at, closed_at, for_count, passed, due, present, quorum, needed)
		SELECT street_id, meeting_id, id, 'hands', '硬投', 'closed', @now::timestamptz, @now::timestamptz, %d, true, 11, 11, 1, 1 FROM meeting_items`
	err := h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, fmt.Sprintf(vote, 5), db.Args{"now": h.now})
		return err
	})
	if !db.Violates(err, "meeting_votes_quorum") {
		t.Errorf("a vote below the quorum by SQL: %v", err)
	}
	for _, sql := range []string{
		`UPDATE meeting_items SET outcome = 'passed', concluded_at = now()`, `UPDATE meeting_items SET outcome = 'rejected', concluded_at = now()`,
		`INSERT INTO meeting_tasks (street_id, meeting_id, item_id, text, owner, due_on, created_at, modified_at) SELECT street_id, meeting_id, id, '做', '谁', '2027-01-01', now(), now() FROM meeting_items`,
	} {
		if err := h.sql(sql); err == nil {
			t.Errorf("decided without a vote: %s", sql)
		}
	}
	h.must(h.s.TurnToTalk(ctx, h.staff, h.step(id), "一位委员有急事离开"))
	h.complains(h.s.ShowHands(ctx, h.staff, h.step(id), r.Items[0].ID, "", meeting.Count{For: 5}), "state", "不能")
	h.must(h.s.Conclude(ctx, h.staff, h.step(id), r.Items[0].ID, meeting.Postponed, ""))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
	if r := h.record(id); !r.Talk || r.Items[0].Outcome != meeting.Postponed {
		t.Errorf("a discussion = %+v", r.Line)
	}
	// With six again, the database computes what was claimed.
	h = open(t)
	id = h.sitting(6, h.topic(meeting.Directors, "年度工作计划"))
	err = h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, fmt.Sprintf(vote, 5), db.Args{"now": h.now})
		return err
	})
	if v := h.record(id).Items[0].Vote; err != nil || v.Due != 11 || v.Present != 6 || v.Quorum != 6 || v.Needed != 6 || *v.Passed {
		t.Errorf("what SQL claimed stands: %+v, %v", v, err)
	}
}

// Members by name: each once, changed until the close, not for others, not recused,
// not absent; recusal lowers no base.
func TestNamedVote(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.sitting(7, h.topic(meeting.Directors, "聘任专家"))
	r := h.record(id)
	item := r.Items[0].ID
	h.must(h.s.Recuse(ctx, h.staff, h.step(id), item, r.Seats[6].ID, "本人亲属在候选名单"))
	h.must(h.s.CallRoll(ctx, h.staff, h.step(id), item, ""))
	mine := func(i int) access.Actor { return h.seated(id, r.Seats[i].Name) }
	for i := range 6 {
		h.must(h.s.Cast(ctx, mine(i), id, h.vote(id), "for"))
	}
	h.must(h.s.Cast(ctx, mine(5), id, h.vote(id), "against"))
	h.complains(h.s.Cast(ctx, mine(6), id, h.vote(id), "for"), "state", "回避")
	h.complains(h.s.Cast(ctx, mine(7), id, h.vote(id), "for"), "state", "签到")
	if err := h.s.Cast(ctx, h.staff, id, h.vote(id), "for"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office votes: %v", err)
	}
	if r := h.record(id); r.Voted != 6 || len(r.Voices) != 0 {
		t.Errorf("%d have voted, %d voices show before the close", r.Voted, len(r.Voices))
	}
	h.complains(h.s.End(ctx, h.staff, h.step(id)), "state", "没有结束")
	h.must(h.s.CloseRoll(ctx, h.staff, h.step(id)))
	h.complains(h.s.Cast(ctx, mine(0), id, h.vote(id), "against"), "state", "没有您可以参加的表决")
	r = h.record(id)
	if v := r.Items[0].Vote; v.ForCount != 5 || v.AgainstCount != 1 || v.Present != 7 || v.Recused != 1 || v.Due != 11 || v.Needed != 6 || *v.Passed || len(r.Voices) != 6 {
		t.Errorf("vote = %+v, %d voices", r.Items[0].Vote, len(r.Voices))
	}
}

// vote is the vote that is open, or 0.
func (h *house) vote(id int64) int64 {
	h.Helper()
	if v := h.record(id).Open; v != nil {
		return v.ID
	}
	return 0
}

// seated is the account of somebody in post.
func (h *house) seated(_ int64, name string) access.Actor {
	h.Helper()
	user := dbtest.Scan[int64](h, h.admin, `SELECT user_id FROM people WHERE street_id = $1 AND name = $2`, h.Street, name)
	for _, m := range h.members {
		if m.UserID == user {
			return m
		}
	}
	h.Fatalf("nobody is %s", name)
	return access.Actor{}
}

// Another street sees nothing of a meeting, and the city not before its notice.
func TestWhoSees(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	sees := func(a access.Actor) bool {
		_, err := h.s.Record(ctx, a, id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", a.Role, err)
		}
		return err == nil
	}
	city, unit := h.Actor(access.CityOffice), h.Actor(access.Unit)
	if sees(city) || sees(h.Other(access.Staff)) || sees(unit) || !sees(h.members[5]) {
		t.Error("a plan is seen by the wrong people")
	}
	h.must(h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := h.g.Invite(ctx, tx, h.staff, h.record(id).GatheringID, gathering.Invitation{Units: []int64{h.Unit}})
		return err
	}))
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	if !sees(city) || sees(h.Other(access.Staff)) || sees(h.Other(access.Director)) || sees(h.Far(access.CityOffice)) || !sees(unit) || sees(h.Actor(access.Deputy)) {
		t.Error("a called meeting is seen by the wrong people")
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director)} {
		for _, table := range []string{"meetings", "meeting_topics", "meeting_items", "meeting_votes", "meeting_records", "meeting_minutes", "meeting_tasks"} {
			n := 0
			h.must(h.db.Read(ctx, a, db.Value(&n, `SELECT count(*) FROM `+table, db.Args{})))
			if n != 0 {
				t.Errorf("%s of another street sees %d rows of %s", a.Role, n, table)
			}
		}
	}
	if _, err := h.s.Record(context.Background(), h.Actor(access.SystemAdmin), id); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the administrator reads: %v", err)
	}
}
