package poll_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/poll"
	web "portal/web/poll"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s     *poll.Store
	staff access.Actor
	n     int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = poll.NewStore(h.DB, h.Now)
	web.Register(h.Routes, h.s)
	h.staff = h.Actor(access.Staff)
	return h
}

// opened is a poll with two questions put to people, some without an account.
func (h *house) opened(signed, others int) (id int64, at string, people []access.Actor) {
	h.Helper()
	var ids []int64
	for i := range signed + others {
		h.n++
		var user *int64
		if i < signed {
			a := h.Actor(access.VoterRep)
			people, user = append(people, a), &a.UserID
		}
		ids = append(ids, dbtest.Scan[int64](h, h.Admin, `INSERT INTO people (street_id, name, work, user_id, key) VALUES ($1, $2, '岗贝社区', $3, $4) RETURNING id`,
			h.Street, fmt.Sprintf("选民%d", i+1), user, fmt.Sprint("p", h.n)))
	}
	err := h.DB.Write(h.Context(), h.staff, func(tx db.Tx) (err error) {
		id, err = h.s.Open(h.Context(), tx, h.staff, poll.New{
			StreetID: h.Street, Kind: poll.Report, RecordID: int64(h.n), Title: "对代表陈𠮷述职的测评", Link: "/desk", People: ids,
			Questions: []poll.Question{{Text: "对履职情况的评价", Scale: poll.Rating}, {Text: "是否赞成把述职报告张贴在联络站", Scale: poll.Vote}},
		})
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return id, fmt.Sprint("/polls/", id), people
}

func (h *house) close(id int64) {
	h.Helper()
	if err := h.DB.Write(h.Context(), h.staff, func(tx db.Tx) error { _, err := h.s.Close(h.Context(), tx, h.staff, id); return err }); err != nil {
		h.Fatal(err)
	}
}

func (h *house) version(id int64) string {
	return dbtest.Scan[string](h, h.Admin, `SELECT version::text FROM polls WHERE id = $1`, id)
}

func (h *house) refused(a access.Actor, path, complaint string, form url.Values) string {
	h.Helper()
	code, p := h.Do(a, http.MethodPost, path, form)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, complaint) {
		h.Errorf("POST %s = %d, want 422 with %q: %s", path, code, complaint, webtest.Complaints(p))
	}
	return p
}

func TestBallot(t *testing.T) {
	h := open(t)
	id, at, people := h.opened(3, 0)
	half := url.Values{"ballot-q1": {"basically"}}
	if p := h.refused(people[0], at+"/ballot", "请选择一项", half); !regexp.MustCompile(`value="basically"[^>]*checked`).MatchString(p) {
		t.Error("what was chosen is lost")
	}
	whole := url.Values{"ballot-q1": {"satisfied"}, "ballot-q2": {"for"}}
	for _, a := range people {
		if to := h.Post(a, at+"/ballot", whole); to != at {
			t.Errorf("a ballot leads to %s", to)
		}
	}
	h.refused(people[0], at+"/ballot", "已经投过票", whole)
	for _, a := range []access.Actor{h.staff, people[0], h.Actor(access.CityOffice)} {
		p := h.Get(a, at)
		if strings.Contains(p, "3 票") || strings.Contains(p, "100.0%") || strings.Contains(p, "测评结果") {
			t.Errorf("%s reads a result before the end", a.Role)
		}
	}
	if p := h.Get(people[0], at); !strings.Contains(p, "您已投票") || strings.Contains(p, "选民2") || strings.Contains(p, `name="ballot-q1"`) {
		t.Error("a voter is not told, reads the circle or sees the ballot again")
	}
	h.close(id)
	for _, a := range []access.Actor{h.staff, people[0]} {
		if p := h.Get(a, at); !strings.Contains(p, "测评结果：满意") || !strings.Contains(p, "100.0%（3/3）") {
			t.Errorf("%s does not read the result", a.Role)
		}
	}
	for _, path := range []string{at, at + "/screen", at + "/papers"} {
		if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, path, nil); code != http.StatusNotFound {
			t.Errorf("another street opens %s: %d", path, code)
		}
	}
	if p := h.Get(people[0], "/polls"); !strings.Contains(p, "对代表陈𠮷述职的测评") {
		t.Error("not on the voter's list")
	}
}

var slipCode = regexp.MustCompile(`<p class="code">([0-9A-Z-]+)</p>`)

// Slips are shown once; whoever holds one casts without an account. Paper is counted
// twice.
func TestSlipsAndPaper(t *testing.T) {
	h := open(t)
	id, at, people := h.opened(1, 4)
	circle := dbtest.Scan[[]string](t, h.Admin, `SELECT array_agg(id::text ORDER BY id) FROM poll_voters WHERE poll_id = $1`, id)
	h.refused(h.staff, at+"/slips", "请勾选", url.Values{"version": {h.version(id)}})
	code, p := h.Do(h.staff, http.MethodPost, at+"/slips", url.Values{"version": {h.version(id)}, "slips-voters": circle[1:3]})
	codes := slipCode.FindAllStringSubmatch(p, -1)
	if code != http.StatusOK || len(codes) != 2 {
		t.Fatalf("slips = %d, %q", code, codes)
	}
	if strings.Contains(h.Get(h.staff, at), codes[0][1]) {
		t.Error("a code is shown twice")
	}
	if code, _ := h.Do(h.staff, http.MethodPost, at+"/papers", url.Values{"version": {"1"}, "papers-voters": circle[3:]}); code != http.StatusConflict {
		t.Errorf("a stale move = %d", code)
	}
	h.Post(h.staff, at+"/papers", url.Values{"version": {h.version(id)}, "papers-voters": circle[3:]})
	nobody := access.Resident(nil)
	h.refused(nobody, at+"/slip", "没有这个投票码", url.Values{"code": {"ABCD"}})
	code, p = h.Do(nobody, http.MethodPost, at+"/slip", url.Values{"code": {" " + strings.ToLower(codes[0][1])}})
	if code != http.StatusOK || !strings.Contains(p, "对履职情况的评价") {
		t.Errorf("the ballot of a slip = %d", code)
	}
	ballot := url.Values{"ballot-code": {codes[0][1]}, "ballot-q1": {"satisfied"}}
	h.refused(nobody, at+"/slip/ballot", "请选择一项", ballot)
	ballot.Set("ballot-q2", "against")
	if to := h.Post(nobody, at+"/slip/ballot", ballot); to != at+"/slip?done=1" {
		t.Errorf("leads to %s", to)
	}
	if p := h.refused(nobody, at+"/slip/ballot", "已经用过", ballot); strings.Contains(p, `value="satisfied"`) {
		t.Error("a used slip shows the ballot")
	}
	h.Post(people[0], at+"/ballot", url.Values{"ballot-q1": {"satisfied"}, "ballot-q2": {"for"}})
	count := url.Values{
		"count-counter": {"陈唱票"}, "count-collected": {"2"}, "count-q1-satisfied": {"1"}, "count-q1-basically": {"0"}, "count-q1-dissatisfied": {"0"}, "count-q1-invalid": {"1"},
		"count-q2-for": {"2"}, "count-q2-against": {"0"}, "count-q2-abstain": {"0"}, "count-q2-invalid": {"1"},
	}
	count.Set("version", h.version(id))
	if p := h.refused(h.staff, at+"/count", "加起来是 3", count); !strings.Contains(p, `value="陈唱票"`) {
		t.Error("what was typed is lost")
	}
	count.Set("count-q2-invalid", "0")
	h.Post(h.staff, at+"/count", count)
	check := url.Values{"version": {h.version(id)}}
	for k, v := range count {
		check[strings.Replace(k, "count-", "check-", 1)] = v
	}
	check.Set("version", h.version(id))
	h.refused(h.staff, at+"/check", "监票人要是另一个人", check)
	check.Set("check-counter", "李监票")
	h.Post(h.staff, at+"/check", check)
	h.close(id)
	if p := h.Get(h.staff, at); !strings.Contains(p, "75.0%（3/4）") || !strings.Contains(p, "无效") {
		t.Error("the ways are not summed")
	}
	if _, p := h.Do(nobody, http.MethodPost, at+"/slip", url.Values{"code": {codes[1][1]}}); !strings.Contains(p, "投票已经结束") {
		t.Error("who comes late is not told")
	}
}

func TestNasty(t *testing.T) {
	h := open(t)
	id, at, people := h.opened(1, 3)
	h.AskAll(func(pattern string) string { return strings.ReplaceAll(pattern, "{id}", "999999") }, "version", "after", "code", "done", "ballot-code", "ballot-q1")
	circle := dbtest.Scan[[]string](t, h.Admin, `SELECT array_agg(id::text ORDER BY id) FROM poll_voters WHERE poll_id = $1`, id)
	h.Post(h.staff, at+"/papers", url.Values{"version": {h.version(id)}, "papers-voters": circle[1:2]})
	for _, v := range webtest.Nasty {
		for _, name := range []string{"ballot", "admission", "slips", "renewal", "papers", "count", "check", "slip", "slip/ballot"} {
			form := url.Values{"version": {h.version(id)}, "code": {v}}
			for _, f := range []string{"voters", "counter", "collected", "q1", "q2", "code", "q1-satisfied", "q1-basically", "q1-dissatisfied", "q1-invalid", "q2-for", "q2-against", "q2-abstain", "q2-invalid"} {
				form.Set(strings.TrimPrefix(name, "slip/")+"-"+f, v)
			}
			for _, a := range []access.Actor{h.staff, people[0], access.Resident(nil)} {
				h.Do(a, http.MethodPost, at+"/"+name, form)
			}
		}
	}
}

// The story in a browser: slips for who has no account, three cast on phones, the
// result at the end.
func TestStory(t *testing.T) {
	h := open(t)
	id, at, people := h.opened(2, 2)
	desk := h.Browser(h.staff).Desk()
	webtest.Look(desk, "poll-open", at)
	webtest.Look(desk, "poll-screen", at+"/screen")
	webtest.Look(desk, "poll-papers", at+"/papers")
	desk.Desk().Go(at).Within("发投票码", func() { desk.Press("发投票码") }).See("沿线剪开", "输入投票码")
	desk.Accessible()
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		desk.Shot(dir + "/poll-slips.png")
	}
	code := slipCode.FindStringSubmatch(desk.HTML())[1]
	phone := h.Browser(people[0]).Phone()
	webtest.Look(phone, "poll-ballot", at)
	cast := func(b *webtest.Browser) {
		b.Check("满意").Check("赞成").Press("投出")
	}
	phone.Phone().Go(at)
	cast(phone)
	phone.See("您已投票")
	webtest.Look(phone, "poll-done", at)
	second := h.Browser(people[1]).Phone().NoScript().Go(at)
	cast(second)
	second.See("您已投票")
	resident := h.Browser(access.Resident(nil)).Phone()
	webtest.Look(resident, "poll-slip", at+"/slip")
	resident.Phone().Go(at+"/slip").Fill("投票码", code).Press("打开选票").See("对履职情况的评价").Accessible()
	cast(resident)
	resident.See("已投票，谢谢")
	h.close(id)
	webtest.Look(desk, "poll-closed", at)
	webtest.Look(phone, "poll-result", at)
	webtest.Look(phone, "polls", "/polls")
	pages := map[string]string{}
	for _, path := range []string{at, at + "/screen", "/polls"} {
		pages[path] = h.Get(h.staff, path)
	}
	pages["slip"] = h.Get(access.Resident(nil), at+"/slip")
	webtest.Valid(t, pages)
}
