package meeting_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/meeting"
	webgathering "portal/web/gathering"
	web "portal/web/meeting"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s        *meeting.Store
	g        *gathering.Store
	staff    access.Actor
	director access.Actor
	members  map[string]access.Actor
	post     int64
	n        int
}

// open is a street with a committee of eleven.
func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t), members: map[string]access.Actor{}}
	h.g = gathering.NewStore(h.DB, h.Now)
	h.s = meeting.NewStore(h.DB, h.g, file.NewStore(h.DB, h.Now), h.Now)
	web.Register(h.Routes, h.s)
	webgathering.Register(h.Routes, h.g)
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	h.post = dbtest.InPost(t, h.Admin, h.Street, "director", "黄䶮", &h.director, "2021-12-01")
	h.members["黄䶮"] = h.director
	for i := range 10 {
		role, post, name := access.Member, "member", fmt.Sprintf("委员%d", i)
		if i == 0 {
			role, post, name = access.DeputyDirector, "deputy_director", "周𠮷"
		}
		a := h.Actor(role)
		dbtest.InPost(t, h.Admin, h.Street, post, name, &a, "2021-12-01")
		h.members[name] = a
	}
	return h
}

var versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)

func (h *house) form(a access.Actor, at, name string, pairs ...string) url.Values {
	h.Helper()
	form := url.Values{}
	if m := versionOf.FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return form
}

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) string {
	h.Helper()
	return h.Post(a, at+"/"+name, h.form(a, at, name, pairs...))
}

func (h *house) refused(a access.Actor, at, name, complaint string, pairs ...string) string {
	h.Helper()
	code, p := h.Do(a, http.MethodPost, at+"/"+name, h.form(a, at, name, pairs...))
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, complaint) {
		h.Errorf("%s = %d, want 422 with %q: %s", name, code, complaint, webtest.Complaints(p))
	}
	return p
}

// topic is a topic on its way to an agenda.
func (h *house) topic(kind, title string) (id string) {
	h.Helper()
	h.n++
	at := h.Post(h.staff, "/meetings/topics", url.Values{"key": {fmt.Sprint("t", h.n)}, "kind": {kind}, "type": {"plan"}, "title": {title}, "proposer": {"周𠮷"}})
	h.move(h.staff, at, "compilation")
	h.move(h.director, at, "confirmation")
	return at[strings.LastIndexByte(at, '/')+1:]
}

// planned is a meeting a week ahead with topics on its agenda.
func (h *house) planned(kind string, topics ...string) (at string) {
	h.Helper()
	h.n++
	at = h.Post(h.staff, "/meetings", url.Values{
		"key": {fmt.Sprint("m", h.n)}, "kind": {kind}, "title": {"2026年第1次工委主任会议"}, "held_on": {"2026-03-09"}, "starts_at": {"15:00"}, "ends_at": {"17:00"},
		"place": {"三楼会议室"}, "chair": {fmt.Sprint(h.post)}, "outside_plan": {"例会"},
	})
	var pairs []string
	for _, t := range topics {
		pairs = append(pairs, "topics", t)
	}
	if topics != nil {
		h.move(h.staff, at, "agenda", pairs...)
	}
	return at
}

func (h *house) id(at string) (id int64) {
	_, _ = fmt.Sscanf(at, "/meetings/%d", &id)
	return id
}

func (h *house) rec(at string) meeting.Record {
	h.Helper()
	r, err := h.s.Record(h.Context(), h.staff, h.id(at))
	if err != nil {
		h.Fatal(err)
	}
	return r
}

// opened is a meeting on its day, with n of its members there.
func (h *house) opened(n int, topics ...string) (at string) {
	h.Helper()
	at = h.planned(meeting.Directors, topics...)
	h.move(h.staff, at, "notice")
	h.Time = time.Date(2026, 3, 9, 14, 50, 0, 0, dbtest.Now.Location())
	h.move(h.staff, at, "opening")
	h.arrive(at, n)
	return at
}

func (h *house) arrive(at string, n int) {
	h.Helper()
	r := h.rec(at)
	var ids []int64
	for _, s := range r.Seats[:n] {
		ids = append(ids, s.ID)
	}
	if _, err := h.g.CheckIn(h.Context(), h.staff, r.GatheringID, ids, h.Now()); err != nil {
		h.Fatal(err)
	}
}

// Every move has its route, and none of them fails on an empty form.
func TestMovesAnswer(t *testing.T) {
	h := open(t)
	at := h.planned(meeting.Directors, h.topic(meeting.Directors, "年度工作计划"))
	for _, m := range meeting.Procedure.Moves {
		actor := h.staff
		if !actor.May(m.Need) {
			actor = h.director
		}
		form := h.form(actor, at, m.Name)
		switch code, p := h.Do(actor, http.MethodPost, at+"/"+m.Name, form); code {
		case http.StatusUnprocessableEntity, http.StatusSeeOther:
		default:
			t.Errorf("%s of a plan = %d: %s", m.Name, code, webtest.Complaints(p))
		}
	}
}

func TestEleven(t *testing.T) {
	h := open(t)
	at := h.opened(6, h.topic(meeting.Directors, "年度工作计划"), h.topic(meeting.Directors, "接待日安排"))
	p := h.Get(h.staff, at)
	for _, want := range []string{"应到 11 人，实到要超过二分之一，至少 6 人才能开会表决", "以全体 11 人为基数（不是到会人数），赞成要超过二分之一，至少 6 票", "现在到会 6 人，够开会"} {
		if !strings.Contains(p, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	h.move(h.staff, at, "beginning", "agenda", "6")
	items := h.rec(at).Items
	h.refused(h.staff, at, "hands", "不能超过", "item", fmt.Sprint(items[0].ID), "for", "7", "against", "0", "abstain", "0")
	h.move(h.staff, at, "hands", "item", fmt.Sprint(items[0].ID), "for", "5", "against", "1", "abstain", "0")
	h.move(h.staff, at, "roll", "item", fmt.Sprint(items[1].ID))
	for _, s := range h.rec(at).Seats[:6] {
		h.move(h.members[s.Name], at, "voice", "voice", "for", "vote", fmt.Sprint(h.rec(at).Open.ID))
	}
	if p := h.Get(h.staff, at+"/screen"); !strings.Contains(p, "已表决 6 人") || strings.Contains(p, "赞成 6") || !strings.Contains(p, "未通过（赞成 5，反对 1，弃权 0）") {
		t.Error("the screen tells too much or too little")
	}
	stale := h.form(h.director, at, "voice", "voice", "against", "vote", fmt.Sprint(h.rec(at).Open.ID))
	h.move(h.staff, at, "roll-closure")
	if code, _ := h.Do(h.director, http.MethodPost, at+"/voice", stale); code != http.StatusUnprocessableEntity {
		t.Errorf("a vote that is over takes a voice: %d", code)
	}
	p = h.Get(h.staff, at)
	for _, want := range []string{"赞成 5，反对 1，弃权 0", "未通过", "赞成 6，反对 0，弃权 0", "接待日安排：赞成"} {
		if !strings.Contains(p, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	h.move(h.staff, at, "decided", "item", fmt.Sprint(items[1].ID), "text", "公布安排", "owner", "周𠮷", "due_on", "2026-03-31")
	h.move(h.staff, at, "closing")
	h.move(h.staff, at, "record", "text", "主任：开会。")
	h.move(h.staff, at, "check")
	h.move(h.staff, at, "minutes")
	h.move(h.director, at, "signature")
	h.move(h.staff, at, "issue")
	if raw := h.Raw(h.members["委员3"], at+"/document.docx"); len(raw) < 1000 {
		t.Errorf("the minutes are %d bytes", len(raw))
	}
	if p := h.Get(h.staff, "/meetings/tasks"); !strings.Contains(p, "公布安排") {
		t.Error("the decided item is not in its ledger")
	}
	if p := h.Get(h.staff, "/meetings?year=2026&kind=directors&state=issued"); !strings.Contains(p, "2026年第1次工委主任会议") {
		t.Error("the meeting is not in the list")
	}
}

// A form of a vote that was void is refused; what comes back asks the new question, and
// nothing is chosen in it.
func TestFormOfAnotherVote(t *testing.T) {
	h := open(t)
	at := h.opened(8, h.topic(meeting.Directors, "年度工作计划"), h.topic(meeting.Directors, "接待日安排"))
	h.move(h.staff, at, "beginning", "agenda", "8")
	items := h.rec(at).Items
	h.move(h.staff, at, "roll", "item", fmt.Sprint(items[0].ID))
	old := h.rec(at).Open.ID
	if p := h.Get(h.director, at); !strings.Contains(p, fmt.Sprintf(`name="voice-vote" value="%d"`, old)) {
		t.Error("the form does not say of which vote it is")
	}
	h.move(h.staff, at, "roll-void", "why", "题目有误")
	h.move(h.staff, at, "roll", "item", fmt.Sprint(items[1].ID))
	p := h.refused(h.director, at, "voice", "没有计入", "voice", "for", "vote", fmt.Sprint(old))
	if !strings.Contains(p, fmt.Sprintf(`name="voice-vote" value="%d"`, h.rec(at).Open.ID)) || regexp.MustCompile(`name="voice-voice"[^>]*checked`).MatchString(p) {
		t.Error("the form that comes back is of the old vote")
	}
	h.move(h.director, at, "voice", "voice", "for", "vote", fmt.Sprint(h.rec(at).Open.ID))
}

// Two who press 印发 one after the other: the second is shown what is now, not a failure.
func TestIssueTwice(t *testing.T) {
	h := open(t)
	at := h.opened(8, h.topic(meeting.Directors, "年度工作计划"))
	h.move(h.staff, at, "beginning", "agenda", "8")
	h.move(h.staff, at, "hands", "item", fmt.Sprint(h.rec(at).Items[0].ID), "for", "8", "against", "0", "abstain", "0")
	h.move(h.staff, at, "closing")
	h.move(h.staff, at, "record", "text", "主任：开会。")
	h.move(h.staff, at, "check")
	h.move(h.staff, at, "minutes")
	h.move(h.director, at, "signature")
	form := h.form(h.staff, at, "issue")
	h.Post(h.staff, at+"/issue", form)
	if code, p := h.Do(h.staff, http.MethodPost, at+"/issue", form); code != http.StatusConflict || !strings.Contains(p, "已印发") {
		t.Errorf("pressed again: %d", code)
	}
}
