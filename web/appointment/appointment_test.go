package appointment_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/dbtest"
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/person"
	web "portal/web/appointment"
	"portal/web/page"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s     *appointment.Store
	staff access.Actor
	city  access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = appointment.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), file.NewStore(h.DB, h.Now), h.Now)
	web.Register(h.Routes, h.s)
	h.staff, h.city = h.Actor(access.Staff), h.Actor(access.CityDeputy)
	return h
}

func (h *house) at(id int64) string { return page.AppointmentURL(id) }

func (h *house) version(id int64) string {
	return strconv.Itoa(dbtest.Scan[int](h, h.Admin, `SELECT version FROM appointments WHERE id = $1`, id))
}

func (h *house) begin() int64 {
	h.Helper()
	to := h.Post(h.staff, "/appointments", url.Values{"key": {"k"}, "title": {"关于提请任命委员的议案"}, "ground": {"工作需要"}})
	id, err := strconv.ParseInt(strings.TrimPrefix(to, "/appointments/"), 10, 64)
	if err != nil {
		h.Fatal(to)
	}
	return id
}

func newPerson(version, name, post string) url.Values {
	return url.Values{
		"key": {"p" + name}, "version": {version}, "act": {"appoint"}, "post": {post}, "name": {name}, "sex": {"female"}, "work": {"东城街道办事处"},
	}
}

// add puts somebody with all papers into a file and returns their ID there.
func (h *house) add(file int64, name, post string) int64 {
	h.Helper()
	to := h.Post(h.staff, h.at(file)+"/people", newPerson(h.version(file), name, post))
	id, err := strconv.ParseInt(to[strings.LastIndex(to, "/")+1:], 10, 64)
	if err != nil {
		h.Fatal(to)
	}
	for _, kind := range []string{appointment.Form, appointment.Review} {
		h.upload(to+"/papers", url.Values{"version": {h.version(file)}, "papers-kind": {kind}})
	}
	return id
}

func (h *house) upload(path string, f url.Values) {
	h.Helper()
	if code, to := h.Upload(h.staff, path, f, webtest.File{Field: "papers-files", Name: "材料.txt", Content: []byte("任免材料")}); code != http.StatusSeeOther {
		h.Fatalf("upload to %s = %d %s", path, code, webtest.Complaints(to))
	}
}

func (h *house) submit(id int64) {
	h.Helper()
	h.upload(h.at(id)+"/papers", url.Values{"version": {h.version(id)}})
	h.move(h.staff, id, "submission", "signed_by", "李主任", "session_on", "2026-03-20", "late_reason", "")
}

func (h *house) move(a access.Actor, id int64, name string, pairs ...string) {
	h.Helper()
	h.Post(a, h.at(id)+"/"+name, h.form(id, name, pairs...))
}

func (h *house) form(id int64, name string, pairs ...string) url.Values {
	f := url.Values{"version": {h.version(id)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Set(name+"-"+pairs[i], pairs[i+1])
	}
	return f
}

func (h *house) deliberate(id int64) {
	h.Helper()
	h.move(h.city, id, "tabling", "on", "2026-03-02", "session", "第十六届第三十次会议", "session_on", "2026-03-20")
	h.move(h.city, id, "deliberation", "on", "2026-03-02", "explained_by", "王部长")
}

func votes(h *house, id, who int64, n string) url.Values {
	p := strconv.FormatInt(who, 10)
	return h.form(id, "vote", "on", "2026-03-02", "total", "60", "present", "50", "for-"+p, n, "against-"+p, "10", "abstained-"+p, "0", "not_pressed-"+p, "0")
}

func (h *house) appointed() (id, who int64) {
	h.Helper()
	id = h.begin()
	who = h.add(id, "𠮷田光", "member")
	h.submit(id)
	h.deliberate(id)
	h.Post(h.city, h.at(id)+"/vote", votes(h, id, who, "40"))
	h.move(h.city, id, "publication", "on", "2026-03-02", "how", "公告〔2026〕5号")
	h.move(h.city, id, "certificate", "on", "2026-03-02", "signer", "赵主任")
	return id, who
}

// TestAppointmentJourney takes an appointment from its papers to the certificate in
// a browser, the street and the city each doing their own steps.
func TestAppointmentJourney(t *testing.T) {
	h := open(t)
	paper := filepath.Join(t.TempDir(), "任免材料.txt")
	if err := os.WriteFile(paper, []byte("任免材料"), 0o600); err != nil {
		t.Fatal(err)
	}
	street, city := h.Browser(h.staff), h.Browser(h.city)
	street.Go("/appointments").See("还没有任免案").Press("准备任免案")
	street.Fill("标题", "关于提请任命东城街道工委委员的议案").Fill("事由", "工作需要").Press("开始准备")
	street.See("提请以前还缺", "任免案").Lacks("决定提请审议")
	at := street.Path()
	street.Press("加入任免的人").Fill("姓名", "李䶮").Check("女").Fill("工作单位和职务", "东城街道办事处副主任").
		Fill("担任的行政、监察、审判、检察职务", "街道办事处副主任").Press("加入")
	street.See("请先核对是否允许").Attach("文件", paper).Press("上传")
	street.Attach("文件", paper).Press("上传").Lacks("还没有上传")
	street.Go(at).See("齐备", "提请以前还缺：任免案").Unfold("上传任免案").Attach("任免案", paper).Press("上传任免案")
	street.Fill("签署任免案的负责人", "李主任").Fill("提请的常委会会议日期", "2026-03-08").Press("提请")
	street.See("离常委会会议的天数不够").Fill("没有提前送达的理由", "会议提前").Press("提请").See("待市人大常委会主任会议决定提请审议").Lacks("登记表决结果")

	city.Go(at).See("待市人大常委会主任会议决定提请审议").Lacks("加入任免的人")
	city.Fill("提请哪次常委会会议", "第十六届第三十次会议").Press("决定提请审议")
	city.Fill("审议日期", "2026-03-02").Fill("到会说明的人", "王部长").Press("登记审议")
	city.Fill("表决日期", "2026-03-02").Fill("市人大常委会全体组成人员", "60").Fill("出席", "50").Fill("赞成", "40").Press("登记表决结果")
	city.See("要等于出席人数 50").Fill("反对", "10").Press("登记表决结果").See("待市人大常委会公布", "2026年3月2日起任职")
	city.Fill("公布的方式", "公告〔2026〕5号").Press("公布").See("待市人大常委会颁发任命书")
	city.Fill("签署的市人大常委会主任", "赵主任").Press("颁发任命书").See("任命书已颁发")

	street.Go(at).See("自2026年3月2日起任职").Lacks("撤回")
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM posts p JOIN people h ON h.id = p.person_id WHERE h.name = '李䶮' AND p.published_on = '2026-03-02'`); n != 1 {
		t.Errorf("%d terms, want 1", n)
	}
}

// TestWrongActors sends every move as everybody whose step it is not.
func TestWrongActors(t *testing.T) {
	h := open(t)
	id := h.begin()
	who := h.add(id, "李明", "member")
	h.submit(id)
	for _, m := range appointment.Procedure.Moves {
		for _, info := range access.Roles {
			for _, a := range []access.Actor{h.Actor(info.Role), h.Other(info.Role), h.Far(info.Role)} {
				if a.May(m.Need) && (a.StreetID == h.Street || a.StreetID == 0 && a.CityID == h.City) {
					continue
				}
				f := votes(h, id, who, "40")
				for name, v := range map[string]string{
					"signed_by": "x", "session_on": "2026-03-20", "session": "x", "on": "2026-03-02", "reason": "x", "explained_by": "x", "how": "x", "signer": "x",
				} {
					f.Set(m.Name+"-"+name, v)
				}
				if code, _ := h.Do(a, "POST", h.at(id)+"/"+m.Name, f); code != http.StatusForbidden && code != http.StatusNotFound {
					t.Errorf("%s by %s of street %d = %d", m.Name, a.Role, a.StreetID, code)
				}
			}
		}
	}
	if s := dbtest.Scan[string](t, h.Admin, `SELECT state FROM appointments WHERE id = $1`, id); s != "submitted" {
		t.Errorf("state = %s", s)
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	id := h.begin()
	code, body := h.Do(h.staff, "POST", "/appointments", url.Values{"key": {"z"}, "title": {"䶮"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="䶮"`) || !strings.Contains(body, "请填写事由") {
		t.Errorf("begun without grounds = %d", code)
	}
	f := newPerson(h.version(id), "𠮷田", "member")
	f.Set("post", "")
	if code, body = h.Do(h.staff, "POST", h.at(id)+"/people", f); code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="𠮷田"`) {
		t.Errorf("added without a post = %d", code)
	}
	who := h.add(id, "李明", "member")
	h.submit(id)
	stale := h.form(id, "return", "reason", "缺廉的情况")
	h.deliberate(id)
	code, body = h.Do(h.city, "POST", h.at(id)+"/return", stale)
	if code != http.StatusConflict || !strings.Contains(body, "缺廉的情况") {
		t.Errorf("returned on an old page = %d", code)
	}
	code, body = h.Do(h.city, "POST", h.at(id)+"/vote", votes(h, id, who, "39"))
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="39"`) || !strings.Contains(body, "要等于出席人数 50") {
		t.Errorf("sums that do not hold = %d %s", code, webtest.Complaints(body))
	}
}

func TestOtherStreetFindsNothing(t *testing.T) {
	h := open(t)
	id, who := h.appointed()
	p := strconv.FormatInt(who, 10)
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityDeputy)} {
		for _, path := range []string{h.at(id), h.at(id) + "/people/" + p, h.at(id) + "/people/" + p + "/document.docx", h.at(id) + "/announcement/document.docx"} {
			if code, _ := h.Do(a, "GET", path, nil); code != http.StatusNotFound {
				t.Errorf("GET %s as %s of elsewhere = %d", path, a.Role, code)
			}
		}
		if body := h.Get(a, "/appointments"); strings.Contains(body, "议案") {
			t.Errorf("%s of elsewhere lists the file", a.Role)
		}
	}
}

func TestEveryRoute(t *testing.T) {
	h := open(t)
	id := h.begin()
	who := h.add(id, "李明", "member")
	fields := []string{"key", "version", "title", "ground", "act", "term", "post", "name", "sex", "born", "work", "phone", "other_office", "q", "state", "street", "after", "format"}
	for _, m := range append([]string{"revision", "papers"}, names()...) {
		for _, f := range []string{"reason", "signed_by", "session_on", "late_reason", "on", "session", "explained_by", "total", "present", "for-1", "how", "signer", "title", "ground", "kind"} {
			fields = append(fields, m+"-"+f)
		}
	}
	h.AskAll(func(pattern string) string {
		return strings.NewReplacer("{id}", strconv.FormatInt(id, 10), "{person}", strconv.FormatInt(who, 10)).Replace(pattern)
	}, fields...)
}

func names() (list []string) {
	for _, m := range appointment.Procedure.Moves {
		list = append(list, m.Name)
	}
	return list
}

func TestPages(t *testing.T) {
	h := open(t)
	first, who := h.appointed()
	second := h.begin2()
	third := h.begin3()
	pages := map[string]string{}
	for _, c := range []struct {
		actor access.Actor
		name  string
		path  string
	}{
		{h.city, "list", "/appointments"},
		{h.staff, "new", "/appointments/new"},
		{h.city, "done", h.at(first)},
		{h.staff, "preparing", h.at(second)},
		{h.staff, "person-new", h.at(second) + "/people/new"},
		{h.staff, "person", h.at(first) + "/people/" + strconv.FormatInt(who, 10)},
		{h.city, "vote", h.at(third)},
	} {
		pages[c.path] = string(h.Raw(c.actor, c.path))
		webtest.Look(h.Browser(c.actor), c.name, c.path)
	}
	webtest.Valid(t, pages)
}

func (h *house) begin2() int64 {
	to := h.Post(h.staff, "/appointments", url.Values{"key": {"k2"}, "title": {"关于提请任命副主任的议案"}, "ground": {"工作需要"}})
	id := page.Int64(strings.TrimPrefix(to, "/appointments/"))
	h.Post(h.staff, h.at(id)+"/people", newPerson(h.version(id), "王芳", "deputy_director"))
	return id
}

func (h *house) begin3() int64 {
	to := h.Post(h.staff, "/appointments", url.Values{"key": {"k3"}, "title": {"关于提请任命东城街道工委主任、副主任的议案"}, "ground": {"工作需要"}})
	id := page.Int64(strings.TrimPrefix(to, "/appointments/"))
	h.add(id, "李明", "director")
	h.add(id, "陈㛃", "deputy_director")
	h.submit(id)
	h.deliberate(id)
	return id
}

// The certificate and the announcement, as LibreOffice prints them.
func TestPapers(t *testing.T) {
	h := open(t)
	id, who := h.appointed()
	p := papertest.Render(t, h.Raw(h.city, h.at(id)+"/people/"+strconv.FormatInt(who, 10)+"/document.docx"))
	for _, want := range []string{"莞人常〔2026〕1号", "任命𠮷田光为人大东城街道工委委员", "东莞市人民代表大会常务委员会", "2026年3月2日"} {
		if !strings.Contains(solid(p), want) {
			t.Errorf("the certificate lacks %s:\n%s", want, p.Text)
		}
	}
	p = papertest.Render(t, h.Raw(h.city, h.at(id)+"/announcement/document.docx"))
	if !strings.Contains(solid(p), "任命𠮷田光为人大东城街道工委委员。") {
		t.Errorf("the announcement reads %s", p.Text)
	}
}

// solid is the text without the spaces and line ends of its layout.
func solid(p *papertest.Pages) string {
	return strings.Join(strings.Fields(strings.Join(p.Text, "")), "")
}
