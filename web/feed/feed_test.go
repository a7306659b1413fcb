package feed_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/feed"
	"portal/internal/gathering"
	web "portal/web/feed"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	gatherings           *gathering.Store
	staff, member, other access.Actor
	from                 string
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t), from: "192.0.2.1"}
	web.Register(h.Routes, feed.NewStore(h.DB, h.Now), func(*http.Request) string { return h.from })
	h.gatherings = gathering.NewStore(h.DB, h.Now)
	h.staff, h.member, h.other = h.account(access.Staff, h.Street), h.account(access.Member, h.Street), h.account(access.Member, h.OtherStreet)
	dbtest.InPost(t, h.Admin, h.Street, "member", "李䶮", &h.member, "2020-01-01")
	dbtest.InPost(t, h.Admin, h.Street, "member", "𠮷田光", nil, "2020-01-01")
	return h
}

// account is an actor with an account and a role that was granted.
func (h *house) account(role access.Role, street int64) access.Actor {
	h.Helper()
	a := h.Actor(role)
	a.StreetID = street
	dbtest.Exec(h, h.Admin, `INSERT INTO users (id, city_id, login, name, password_hash) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $4, $3, 'x')`, a.UserID, h.City, a.Name, fmt.Sprint("account-", a.UserID))
	dbtest.Exec(h, h.Admin, `
		INSERT INTO role_grants (user_id, city_id, role, street_id, requested_by, requested_at, decided_by, decided_at, approved)
		VALUES ($1, $2, $3, $4, 0, now(), 999, now(), true)`, a.UserID, h.City, string(role), street)
	return a
}

// token makes a feed and reads its address from the page that shows it.
func (h *house) token(a access.Actor, form url.Values) string {
	h.Helper()
	code, p := h.Do(a, http.MethodPost, "/feeds", form)
	m := regexp.MustCompile(`http://portal\.test(/calendars/[\w-]{32}\.ics)`).FindStringSubmatch(p)
	if code != http.StatusOK || m == nil {
		h.Fatalf("made %v = %d %s", form, code, webtest.Complaints(p))
	}
	return m[1]
}

func (h *house) fetch(at string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, at, nil)
	for i := 0; i+1 < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	return h.Serve(access.Resident(nil), r)
}

// events reads the calendar with another program's library, by UID.
func (h *house) events(at string) map[string]ical.Event {
	h.Helper()
	w := h.fetch(at)
	if w.Code != http.StatusOK {
		h.Fatalf("%s = %d", at, w.Code)
	}
	cal, err := ical.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode()
	if err != nil {
		h.Fatalf("the client cannot read it: %v\n%s", err, w.Body)
	}
	list := map[string]ical.Event{}
	for _, e := range cal.Events() {
		uid, err := e.Props.Text(ical.PropUID)
		if err != nil || uid == "" {
			h.Fatalf("an event without UID: %v", err)
		}
		list[uid] = e
	}
	return list
}

func text(t testing.TB, e ical.Event, name string) string {
	t.Helper()
	s, err := e.Props.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plan makes a gathering that the given posts are called to.
func (h *house) plan(title string, record int64, names ...string) int64 {
	h.Helper()
	ctx := h.Context()
	var id int64
	err := h.DB.Write(ctx, h.staff, func(tx db.Tx) (err error) {
		day := h.Time.AddDate(0, 0, 10)
		id, err = h.gatherings.Plan(ctx, tx, h.staff, gathering.New{
			StreetID: h.Street, Kind: gathering.Meeting, RecordID: record, Title: title, Place: "三楼会议室，东侧", StartsAt: day, EndsAt: day.Add(2 * time.Hour),
		})
		if err != nil {
			return err
		}
		var called gathering.Invitation
		for _, n := range names {
			called.Named = append(called.Named, gathering.Named{Name: n})
		}
		called.Due = true
		_, err = h.gatherings.Invite(ctx, tx, h.staff, id, called)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) do(fn func(tx db.Tx) error) {
	h.Helper()
	if err := h.DB.Write(h.Context(), h.staff, fn); err != nil {
		h.Fatal(err)
	}
}

// TestFollows reads a person's calendar with another library, and again after the
// notice, a change and a cancellation.
func TestFollows(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.plan("工委主任会议；审议, 计划", 1, "李䶮")
	theirs := h.plan("别人的会", 2, "𠮷田光")
	at := h.token(h.member, url.Values{"kind": {"person"}})
	uid := fmt.Sprintf("gathering-%d@portal.test", id)
	if got := h.events(at); len(got) != 0 {
		t.Fatalf("before the notice: %v", got)
	}
	h.do(func(tx db.Tx) error { return h.gatherings.Call(ctx, tx, h.staff, id) })
	h.do(func(tx db.Tx) error { return h.gatherings.Call(ctx, tx, h.staff, theirs) })
	first := h.fetch(at)
	got := h.events(at)
	e, ok := got[uid]
	if len(got) != 1 || !ok {
		t.Fatalf("after the notice: %v", got)
	}
	start, err := e.DateTimeStart(time.UTC)
	if err != nil || !start.Equal(h.Time.AddDate(0, 0, 10)) || text(t, e, ical.PropSummary) != "工委主任会议；审议, 计划" || text(t, e, ical.PropLocation) != "三楼会议室，东侧" {
		t.Errorf("the event = %v %v", start, e.Props)
	}
	if seq := e.Props.Get(ical.PropSequence).Value; seq != "0" || text(t, e, ical.PropStatus) != "CONFIRMED" {
		t.Errorf("sequence %s, status %s", seq, text(t, e, ical.PropStatus))
	}

	moved := h.Time.AddDate(0, 0, 12)
	h.Time = h.Time.Add(time.Hour)
	h.do(func(tx db.Tx) error {
		return h.gatherings.Reschedule(ctx, tx, h.staff, id, gathering.Change{Title: "工委主任会议", Place: "四楼会议室", StartsAt: moved, EndsAt: moved.Add(time.Hour), Why: "撞期"})
	})
	e = h.events(at)[uid]
	start, err = e.DateTimeStart(time.UTC)
	if err != nil || !start.Equal(moved) || e.Props.Get(ical.PropSequence).Value != "1" || text(t, e, ical.PropLocation) != "四楼会议室" {
		t.Errorf("after the change: %v %v", start, e.Props)
	}
	if w := h.fetch(at, "If-None-Match", first.Header().Get("ETag")); w.Code != http.StatusOK {
		t.Errorf("a changed calendar = %d", w.Code)
	}

	h.Time = h.Time.Add(time.Hour)
	h.do(func(tx db.Tx) error { return h.gatherings.Cancel(ctx, tx, h.staff, id, "主任出差") })
	e = h.events(at)[uid]
	if text(t, e, ical.PropStatus) != "CANCELLED" || e.Props.Get(ical.PropSequence).Value != "2" {
		t.Errorf("after the cancellation: %v", e.Props)
	}
	if strings.Contains(h.fetch(at).Body.String(), "主任出差") {
		t.Error("the calendar says why")
	}
	h.Time = h.Time.AddDate(0, 0, 120)
	if got := h.events(at); len(got) != 0 {
		t.Errorf("four months later: %v", got)
	}
}

// TestNobody finds no person in any calendar, whatever is recorded of them.
func TestNobody(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.plan("工委主任会议", 1, "李䶮", "𠮷田光")
	h.do(func(tx db.Tx) error { return h.gatherings.Call(ctx, tx, h.staff, id) })
	dbtest.Exec(t, h.Admin, `UPDATE attendances SET leave_state = 'asked', leave_why = '住院手术', leave_asked_at = now(), added_why = '' WHERE name = '𠮷田光'`)
	for _, at := range []string{h.token(h.member, url.Values{"kind": {"person"}}), h.token(h.staff, url.Values{"kind": {"street"}})} {
		w := h.fetch(at)
		if len(h.events(at)) != 1 {
			t.Errorf("%s holds no event", at)
		}
		for _, bad := range []string{"住院", "𠮷田光", "李䶮", h.member.Name} {
			if strings.Contains(w.Body.String(), bad) {
				t.Errorf("the calendar says %s", bad)
			}
		}
	}
}

// TestStation follows the receptions of one station.
func TestStation(t *testing.T) {
	h := open(t)
	station := func(name, code string) int64 {
		return dbtest.Scan[int64](t, h.Admin, `
			INSERT INTO stations (street_id, community_id, kind, name, code, address, opened_on, key) VALUES ($1, $2, 'community', $3, $4, '岗贝路1号', '2020-01-01', $4) RETURNING id`, h.Street, h.Community, name, code)
	}
	a, b := station("岗贝联络站", "001"), station("花园联络站", "002")
	day := calendar.On(h.Time.AddDate(0, 0, 5))
	reception := func(at int64, state string) int64 {
		return dbtest.Scan[int64](t, h.Admin, `
			INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, theme, state, published_at, key)
			VALUES ($1, $2, $3, '15:00', '17:00', '养老', $4, CASE WHEN $4 = 'published' THEN now() END, gen_random_uuid()::text) RETURNING id`, h.Street, at, day, state)
	}
	shown := reception(a, "published")
	reception(b, "published")
	dbtest.Exec(t, h.Admin, `INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, key) VALUES ($1, $2, $3, '09:00', '10:00', 'unpublished')`, h.Street, a, day)
	at := h.token(h.staff, url.Values{"kind": {"station"}, "station": {fmt.Sprint(a)}})
	got := h.events(at)
	e, ok := got[fmt.Sprintf("reception-%d@portal.test", shown)]
	if len(got) != 1 || !ok || text(t, e, ical.PropSummary) != "代表接待日：养老" {
		t.Fatalf("events = %v", got)
	}
	start, err := e.DateTimeStart(time.UTC)
	if err != nil || start.In(calendar.Zone).Format("2006-01-02 15:04") != calendar.ISO(day)+" 15:00" {
		t.Errorf("start = %v, %v", start, err)
	}
	dbtest.Exec(t, h.Admin, `UPDATE receptions SET state = 'cancelled', cancel_reason = '台风', version = version + 1 WHERE id = $1`, shown)
	e = h.events(at)[fmt.Sprintf("reception-%d@portal.test", shown)]
	if text(t, e, ical.PropStatus) != "CANCELLED" || e.Props.Get(ical.PropSequence).Value != "2" {
		t.Errorf("after the cancellation: %v", e.Props)
	}
	code, p := h.Do(h.staff, http.MethodPost, "/feeds", url.Values{"kind": {"station"}, "station": {"999"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请选择本街道的联络站") {
		t.Errorf("a station of nobody = %d %s", code, webtest.Complaints(p))
	}
}

// TestSecret: the address is kept nowhere, answers nothing once it is revoked, replaced,
// or its owner has no role left, and cannot be guessed at leisure.
func TestSecret(t *testing.T) {
	h := open(t)
	old := h.token(h.staff, url.Values{"kind": {"street"}})
	at := h.token(h.staff, url.Values{"kind": {"street"}})
	if w := h.fetch(old); w.Code != http.StatusNotFound {
		t.Errorf("the replaced address = %d", w.Code)
	}
	w := h.fetch(at)
	head := w.Header()
	if w.Code != http.StatusOK || head.Get("Content-Type") != "text/calendar; charset=utf-8" || head.Get("Cache-Control") != "private, max-age=900" || head.Get("Set-Cookie") != "" {
		t.Errorf("the calendar = %d %v", w.Code, head)
	}
	if again := h.fetch(at, "If-None-Match", head.Get("ETag")); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("the same calendar again = %d", again.Code)
	}
	token := strings.TrimSuffix(strings.TrimPrefix(at, "/calendars/"), ".ics")
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM feeds WHERE feeds::text LIKE '%' || $1 || '%' OR encode(token_hash, 'escape') = $1`, token); n != 0 {
		t.Error("the table holds the address")
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM audit_events WHERE detail::text LIKE '%' || $1 || '%' OR title LIKE '%' || $1 || '%'`, token); n != 0 {
		t.Error("the record holds the address")
	}
	id := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM feeds WHERE revoked_at IS NULL`)
	if code, _ := h.Do(h.other, http.MethodPost, fmt.Sprintf("/feeds/%d/revocation", id), nil); code != http.StatusNotFound {
		t.Errorf("another street revokes it: %d", code)
	}
	if code, _ := h.Do(h.member, http.MethodPost, fmt.Sprintf("/feeds/%d/revocation", id), nil); code != http.StatusNotFound {
		t.Errorf("a member revokes the office's: %d", code)
	}
	h.Post(h.staff, fmt.Sprintf("/feeds/%d/revocation", id), url.Values{})
	if w := h.fetch(at); w.Code != http.StatusNotFound {
		t.Errorf("the revoked address = %d", w.Code)
	}
	mine := h.token(h.member, url.Values{"kind": {"person"}})
	dbtest.Exec(t, h.Admin, `UPDATE role_grants SET revoked_at = now(), revoked_by = 999 WHERE user_id = $1`, h.member.UserID)
	if w := h.fetch(mine); w.Code != http.StatusNotFound {
		t.Errorf("without a role = %d", w.Code)
	}
	h.from = "192.0.2.66"
	last := 0
	for i := range 25 {
		last = h.fetch(page.CalendarFeedURL(fmt.Sprintf("%032d", i))).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the 25th guess = %d", last)
	}
}

func TestPage(t *testing.T) {
	h := open(t)
	b := h.Browser(h.staff)
	webtest.Look(b, "feeds-empty", "/feeds")
	b.Go("/feeds?kind=street").Press("建立订阅地址").See("地址只在这里显示一次", "/calendars/").Accessible()
	webtest.Look(b, "feeds", "/feeds")
	b.See("街道的会议和活动").Press("撤销").See("已撤销", "还没有")
	if p := h.Get(h.member, "/feeds"); strings.Contains(p, "联络站的接待日") {
		t.Error("a member is offered stations")
	}
	if code, _ := h.Do(h.Actor(access.Deputy), http.MethodPost, "/feeds", url.Values{"kind": {"street"}}); code != http.StatusForbidden {
		t.Errorf("a deputy makes the street's = %d", code)
	}
}

func TestAsk(t *testing.T) {
	h := open(t)
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("{id}", "999999", "{token}", "nobody.ics").Replace(pattern)
	}, "kind", "station")
}
