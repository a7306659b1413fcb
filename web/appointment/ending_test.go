package appointment_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/dbtest"
	webcommittee "portal/web/committee"
	"portal/web/webtest"
)

// A deputy director dies: the street reports it in a browser, the city files it, and
// the committee's page has nobody in the post.
func TestEndingJourney(t *testing.T) {
	h := open(t)
	webcommittee.Register(h.Routes, committee.NewStore(h.DB, h.Now))
	dbtest.InPost(t, h.Admin, h.Street, committee.Director, "李䶮", nil, "2019-07-01")
	dbtest.InPost(t, h.Admin, h.Street, committee.DeputyDirector, "𠮷田芳", nil, "2019-07-01")
	at := fmt.Sprintf("/committees/%d", h.Street)
	proof := filepath.Join(t.TempDir(), "证明.txt")
	if err := os.WriteFile(proof, []byte("证明"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := h.Browser(h.staff)
	b.Go(at).Unfold("有人的职务自行终止").Choose("谁的职务", "副主任 𠮷田芳").Press("下一步").See("𠮷田芳", "备案后不能恢复")
	b.Press("报备").See("请选择终止的原因", "请上传证明材料", "请确认")
	b.Check("去世").Fill("终止日期", "2026-03-01").Fill("报备文件", "东人工〔2026〕3号").Attach("证明材料", proof).Check("已经核对").Press("报备").See("待备案", "备案以前仍是在任")
	b.Accessible().Fits()
	path := b.Path()
	b.Go(at).See("副主任𠮷田芳的职务自行终止，待市人大常委会备案")
	c := h.Browser(h.city)
	c.Go(path).Unfold("退回").Press("退回").See("请填写退回的理由")
	long := strings.Repeat("䶮", 10_000)
	if code, body := h.Do(h.city, "POST", path+"/return", url.Values{"return-reason": {long}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, long) {
		t.Errorf("10,000 characters of reason = %d, want 422 with what was typed", code)
	}
	c.Go(path).Unfold("备案").Press("备案，职务终止").See("已备案", "职务从2026年3月1日起终止")
	c.Accessible()
	b.Go(at).See("没有工委副主任").Unfold("离任的人").See("2026年3月1日起去世")
	if code, _ := h.Do(h.city, "POST", path+"/filing", url.Values{}); code != http.StatusConflict {
		t.Errorf("filed twice = %d", code)
	}
	if code, _ := h.Do(h.staff, "POST", path+"/filing", url.Values{}); code != http.StatusForbidden {
		t.Errorf("filed by the street = %d", code)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		if code, _ := h.Do(a, "GET", path, nil); code != http.StatusNotFound {
			t.Errorf("%s of elsewhere: %d", a.Role, code)
		}
	}
	webtest.Valid(t, map[string]string{"ending": string(h.Raw(h.city, path)), "street": string(h.Raw(h.city, at))})
}

// Without a director the city notes who heads the committee.
func TestActingHeadJourney(t *testing.T) {
	h := open(t)
	webcommittee.Register(h.Routes, committee.NewStore(h.DB, h.Now))
	post := dbtest.InPost(t, h.Admin, h.Street, committee.DeputyDirector, "𠮷田芳", nil, "2019-07-01")
	at := fmt.Sprintf("/committees/%d", h.Street)
	b := h.Browser(h.city)
	b.Go(at).See("工委主任空缺。", "可以主持主任会议", "没有人").Press("登记主持工作").See("这不是任命")
	b.Press("登记").See("请选择主持工作的副主任", "请填写依据的文件")
	b.Choose("主持工作的副主任", "副主任 𠮷田芳").Fill("依据的文件", "东委干〔2026〕7号").Press("登记").See("已经登记主持工作", "到新主任到任为止")
	b.Accessible().Fits()
	path := b.Path()
	b.Go(at).See("工委主任空缺，由副主任𠮷田芳主持工作", "副主任𠮷田芳")
	b.Accessible()
	form := url.Values{"key": {"z"}, "post": {fmt.Sprint(post)}, "from_on": {"2026-03-02"}, "through_on": {"2026-03-01"}, "document": {"通知䶮"}}
	if code, body := h.Do(h.city, "POST", at+"/acting-heads", form); code != http.StatusUnprocessableEntity || !strings.Contains(body, "通知䶮") {
		t.Errorf("it ends before it begins = %d", code)
	}
	if code, _ := h.Do(h.staff, "GET", at+"/acting-heads/new", nil); code != http.StatusForbidden {
		t.Errorf("the street notes it = %d", code)
	}
	if code, _ := h.Do(h.Other(access.Staff), "GET", path, nil); code != http.StatusNotFound {
		t.Errorf("another street reads it = %d", code)
	}
	b.Go(path).Unfold("结束主持工作").Press("结束").See("请填写结束的理由").Fill("结束的理由", "另有安排").Press("结束").See("已结束", "另有安排")
	if code, body := h.Do(h.city, "POST", path+"/end", url.Values{"end-reason": {"从第二个窗口写的䶮"}}); code != http.StatusConflict || !strings.Contains(body, "从第二个窗口写的䶮") {
		t.Errorf("ended twice = %d, want 409 with what was typed", code)
	}
	if d := os.Getenv("PORTAL_SHOTS"); d != "" {
		b.Desk().Go(at).Shot(d + "/committee-desk.png").Phone().Shot(d + "/committee-phone.png")
		b.Dark(true).Desk().Go(path).Shot(d + "/acting-dark.png").Go(at + "/acting-heads/new").Phone().Shot(d + "/acting-form-phone.png")
	}
	webtest.Valid(t, map[string]string{"head": string(h.Raw(h.city, path)), "form": string(h.Raw(h.city, at+"/acting-heads/new"))})
}

// No typed nonsense is an error of ours.
func TestNotesTakeAnything(t *testing.T) {
	h := open(t)
	post := fmt.Sprint(dbtest.InPost(t, h.Admin, h.Street, committee.DeputyDirector, "王芳", nil, "2019-07-01"))
	at := fmt.Sprintf("/committees/%d", h.Street)
	for _, v := range webtest.Nasty {
		for path, form := range map[string]url.Values{
			"/endings":      {"post": {post}, "why": {v}, "on": {v}, "document": {v}, "sure": {v}},
			"/acting-heads": {"key": {v}, "post": {post}, "from_on": {v}, "through_on": {v}, "document": {v}},
		} {
			if code, _ := h.Do(h.city, "POST", at+path, form); code >= 500 {
				t.Errorf("%s with %q = %d", path, v, code)
			}
		}
		if code, _ := h.Do(h.city, "GET", at+"/endings/new?post="+url.QueryEscape(v), nil); code >= 500 {
			t.Errorf("the form with %q = %d", v, code)
		}
	}
}
