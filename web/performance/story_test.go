package performance_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/gathering"
	"portal/internal/performance"
	"portal/web/webtest"
)

// supplement is the form of a supplement about the deputies.
func (h *house) supplement(deputies ...access.Actor) url.Values {
	h.n++
	f := url.Values{
		"key": {fmt.Sprint("k", h.n)}, "class": {"congress"}, "title": {"市十七届人大第六次会议"}, "held_on": {"2026-01-20"}, "attended": {"5"}, "excused": {"1"}, "missed": {""},
	}
	for _, d := range deputies {
		f.Add("deputies", fmt.Sprint(d.DeputyID))
	}
	return f
}

var sheetFile = webtest.File{Field: "files", Name: "签到表.txt", Content: []byte("签到表")}

func (h *house) add(form url.Values) string {
	h.Helper()
	code, to := h.Upload(h.staff, "/performance/supplements", form, sheetFile)
	if code != http.StatusSeeOther {
		h.Fatalf("a supplement = %d %s", code, webtest.Complaints(to))
	}
	return to
}

func (h *house) publish(quarter string) string {
	h.Helper()
	return h.Post(h.staff, "/performance/publications", url.Values{"quarter": {quarter}})
}

var versionOf = regexp.MustCompile(`name="version" value="(\d+)"`)

func (h *house) form(a access.Actor, at, name string, pairs ...string) url.Values {
	h.Helper()
	f := url.Values{}
	if m := versionOf.FindStringSubmatch(h.Get(a, at)); m != nil {
		f.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return f
}

func TestSupplement(t *testing.T) {
	h := open(t)
	li, head := h.deputy("李䶮"), h.Actor(access.DeputyDirector)
	h.Get(h.staff, "/performance/supplements/new")
	bad := h.supplement()
	bad.Set("attended", "九")
	bad.Set("title", "𠮷田")
	code, p := h.Do(h.staff, http.MethodPost, "/performance/supplements", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, `value="𠮷田"`) || !strings.Contains(p, `value="九"`) || !strings.Contains(p, "请选择代表") || !strings.Contains(p, "请附上证明材料") {
		t.Errorf("a bad supplement = %d %s", code, webtest.Complaints(p))
	}
	at := h.add(h.supplement(li))
	if p := h.Get(h.staff, at); strings.Contains(p, at+"/confirmation") || !strings.Contains(p, at+"/withdrawal") || !strings.Contains(p, "签到表.txt") {
		t.Error("who entered it is offered to confirm it")
	}
	if code, p := h.Do(h.staff, http.MethodPost, at+"/confirmation", url.Values{"version": {"1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(p, "自己录入的要由别人确认") {
		t.Errorf("confirmed by who entered it = %d", code)
	}
	if code, _ := h.Do(li, http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("the deputy sees what waits: %d", code)
	}
	if code, p := h.Do(head, http.MethodPost, at+"/refusal", h.form(head, at, "refusal")); code != http.StatusUnprocessableEntity || !strings.Contains(p, "请填写理由") {
		t.Errorf("refused without a reason = %d", code)
	}
	h.Post(head, at+"/confirmation", h.form(head, at, "confirmation"))
	if code, p := h.Do(head, http.MethodPost, at+"/revocation", url.Values{"version": {"1"}, "revocation-why": {"天数抄错"}}); code != http.StatusConflict || !strings.Contains(p, "天数抄错") {
		t.Errorf("a stale revocation = %d", code)
	}
	if p := h.Get(li, fmt.Sprintf("/deputies/%d/performance?year=2026", li.DeputyID)); !strings.Contains(p, "5/6") || !strings.Contains(p, at) {
		t.Error("the deputy's record lacks the session")
	}
	h.Get(li, at)
	if p := h.Get(h.staff, "/performance/supplements?state=confirmed"); !strings.Contains(p, "市十七届人大第六次会议") {
		t.Error("the list lacks it")
	}
	if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("another street opens it: %d", code)
	}
}

func TestScheme(t *testing.T) {
	h := open(t)
	li, head := h.deputy("李䶮"), h.Actor(access.Director)
	own := fmt.Sprintf("/deputies/%d/performance?year=2026", li.DeputyID)
	h.held("视察河涌整治", spring, map[int64]string{li.DeputyID: gathering.Present})
	if strings.Contains(h.Get(li, own), "积分：") {
		t.Error("points are on by default")
	}
	form := valuesOfPreset()
	form.Set("each-reception", "三")
	code, p := h.Do(head, http.MethodPost, "/performance/scheme?year=2026", form)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, `value="三"`) {
		t.Errorf("a bad scheme = %d", code)
	}
	form.Set("each-reception", "3.75")
	h.Post(head, "/performance/scheme?year=2026", form)
	if code, _ := h.Do(head, http.MethodPost, "/performance/scheme?year=2026", form); code != http.StatusConflict {
		t.Errorf("over a newer version = %d", code)
	}
	p = h.Get(li, own)
	for _, want := range []string{"积分：20 分", "参加活动", fmt.Sprintf("/performance/rows?class=activity&deputy=%d&year=2026", li.DeputyID)} {
		if !strings.Contains(p, want) {
			t.Errorf("the deputy's points lack %q", want)
		}
	}
	h.Get(h.staff, fmt.Sprintf("/performance/rows?class=suggestion&deputy=%d&year=2026", li.DeputyID))
	if p := h.Get(h.staff, "/performance"); !strings.Contains(p, "#score") {
		t.Error("the sheet lacks the points")
	}
	form.Set("revision", "1")
	form.Set("active", "no")
	h.Post(head, "/performance/scheme?year=2026", form)
	if strings.Contains(h.Get(li, own), "积分：") {
		t.Error("points stay after they are switched off")
	}
}

func TestNasty(t *testing.T) {
	h := open(t)
	li, head := h.deputy("李䶮"), h.Actor(access.Director)
	at := h.add(h.supplement(li))
	pub := h.publish("2025-4")
	d := h.Post(li, "/performance/disputes", url.Values{"key": {"d"}, "publication": {strings.TrimPrefix(pub, "/performance/publications/")}, "entry": {"activity"}, "reason": {"漏了一次"}})
	for _, bad := range webtest.Nasty {
		for field := range h.supplement(li) {
			f := h.supplement(li)
			f.Set(field, bad)
			h.Upload(h.staff, "/performance/supplements", f, sheetFile)
		}
		h.Do(h.staff, http.MethodPost, "/performance/publications", url.Values{"quarter": {bad}, "why": {bad}})
		h.Do(li, http.MethodPost, "/performance/disputes", url.Values{"key": {bad + "x"}, "publication": {bad}, "entry": {bad}, "reason": {bad}})
		h.Do(li, http.MethodPost, "/performance/disputes", url.Values{"key": {"k"}, "publication": {strings.TrimPrefix(pub, "/performance/publications/")}, "entry": {"activity:" + bad + ":1"}, "reason": {bad}})
		h.Do(head, http.MethodPost, "/performance/scheme?year="+url.QueryEscape(bad), url.Values{"revision": {bad}, "good": {bad}, "active": {bad}, "reason": {bad}, "top-congress": {bad}})
		h.Do(head, http.MethodPost, at+"/revocation", url.Values{"version": {bad}, "revocation-why": {bad}})
		h.Do(head, http.MethodPost, d+"/grant", url.Values{"version": {"1"}, "grant-remedy": {bad}, "grant-supplement": {bad}, "grant-answer": {bad}})
	}
}

// A deputy disputes an entry, the office answers and corrects it where it comes from
// (issue 4, journey).
func TestDisputeJourney(t *testing.T) {
	h := open(t)
	li := h.deputy("李䶮")
	day := calendar.Day(2025, 11, 4)
	id := h.held("视察河涌整治", day, map[int64]string{li.DeputyID: gathering.Absent})
	office := h.Browser(h.staff)
	office.Go("/performance/publications").Unfold("公布一个季度").Choose("季度", "2025年第四季度").Press("公布").See("2025年第四季度履职情况", "李䶮", "0/1")
	deputy := h.Browser(li).Phone()
	deputy.Go("/performance/mine").See("2025年第四季度的履职情况已公布").Press("提出申诉")
	deputy.See("2026年3月16日前可以申诉").Choose("哪一条有出入", "11月4日 视察河涌整治").Fill("哪里有出入", "我当天在场，签到表上有我的签名。").Press("提交申诉")
	deputy.See("待答复", "其他活动：2025年11月4日 视察河涌整治").Accessible()
	at := deputy.Path()
	office.Go("/performance/disputes").See("李䶮", "待答复").Go(at).Unfold("申诉成立").Within("申诉成立", func() {
		office.Check("在原记录更正").Fill("答复", "经核对签到表，您当天在场，已更正。").Press("申诉成立")
	})
	office.See("申诉成立", "在原记录更正")
	who := dbtest.Scan[int64](t, h.Admin, `SELECT id FROM attendances WHERE gathering_id = $1`, id)
	version := dbtest.Scan[int](t, h.Admin, `SELECT version FROM attendances WHERE id = $1`, who)
	if err := h.g.Correct(t.Context(), h.staff, id, gathering.Correction{Attendance: who, Version: version, ArrivedAt: calendar.Starts(day).Add(9 * time.Hour), Why: "申诉属实"}); err != nil {
		t.Fatal(err)
	}
	deputy.Go(at).See("申诉成立", "经核对签到表，您当天在场，已更正。")
	office.Go("/performance/publications").Press("2025年第四季度").See("0/1", "现为 1/1")
	deputy.Go(fmt.Sprintf("/deputies/%d/performance?year=2025", li.DeputyID)).See("1/1")
}

func TestFiledLooks(t *testing.T) {
	h := open(t)
	li, zhou := h.deputy("李䶮"), h.deputy("𠮷田")
	h.held("视察河涌整治", calendar.Day(2025, 11, 4), map[int64]string{li.DeputyID: gathering.Absent, zhou.DeputyID: gathering.Present})
	head := h.Actor(access.DeputyDirector)
	for _, day := range []string{"2025-01-14", "2026-01-20"} {
		f := h.supplement(zhou)
		f.Set("held_on", day)
		f.Set("attended", "")
		f.Set("excused", "")
		f.Set("missed", "8")
		at := h.add(f)
		h.Post(head, at+"/confirmation", h.form(head, at, "confirmation"))
	}
	at := h.add(h.supplement(li))
	pub := h.publish("2025-4")
	d := h.Post(li, "/performance/disputes", url.Values{"key": {"d"}, "publication": {strings.TrimPrefix(pub, "/performance/publications/")}, "entry": {"activity"}, "reason": {"漏了一次"}})
	h.Post(head, "/performance/scheme?year=2026", valuesOfPreset())
	pages := map[string]string{}
	for _, path := range []string{
		"/performance", "/performance/rows?class=inspection&year=2025", at, pub, d, "/performance/scheme?year=2026", "/performance/supplements", "/performance/publications", "/performance/disputes",
		fmt.Sprintf("/deputies/%d/performance?year=2026", zhou.DeputyID),
	} {
		pages[path] = string(h.Raw(head, path))
	}
	pages["/performance/supplements/new"] = string(h.Raw(h.staff, "/performance/supplements/new"))
	pages["/performance/disputes/new"] = string(h.Raw(li, "/performance/disputes/new"))
	webtest.Valid(t, pages)
	b, own := h.Browser(head), h.Browser(li)
	webtest.Look(b, "filed-supplement", at)
	webtest.Look(b, "filed-publication", pub)
	webtest.Look(b, "filed-dispute", d)
	webtest.Look(b, "filed-scheme", "/performance/scheme?year=2026")
	webtest.Look(b, "filed-alert", fmt.Sprintf("/deputies/%d/performance?year=2026", zhou.DeputyID))
	webtest.Look(h.Browser(h.staff), "filed-new-supplement", "/performance/supplements/new")
	webtest.Look(b, "filed-publications", "/performance/publications")
	webtest.Look(own, "filed-new-dispute", "/performance/disputes/new")
}

func valuesOfPreset() url.Values {
	form := url.Values{"revision": {"0"}, "good": {"80"}, "fair": {"70"}, "pass": {"60"}, "active": {"yes"}, "reason": {"主任会议通过"}}
	for _, w := range performance.Preset(2026).Worth {
		for k, v := range map[string]int{"top-": w.Top, "each-": w.Each, "extra-": w.Extra} {
			form.Set(k+w.Item, fmt.Sprintf("%.2f", float64(v)/100))
		}
	}
	return form
}
