package training_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/training"
	web "portal/web/training"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	n int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, training.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	return h
}

func (h *house) form() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "title": {"预算监督培训"}, "theme": {"看懂部门预算表"}, "teacher": {"王教授"}, "held_on": {"2026-03-02"}, "starts_at": {"09:00"},
		"hours": {"2.5"}, "place": {"三楼会议室"}, "audience": {"voter", "expert"}, "pass_mark": {"60"},
	}
}

func (h *house) voter(name string) access.Actor {
	a := h.Actor(access.VoterRep)
	dbtest.Exec(h, h.Admin, `INSERT INTO people (street_id, name, work, user_id, key) VALUES ($1, $2, '岗贝小学', $3, $4)`, h.Street, name, a.UserID, fmt.Sprint(a.UserID))
	return a
}

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) {
	h.Helper()
	form := url.Values{}
	if m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	h.Post(a, at+"/"+name, form)
}

// begun is a training with one voter representative on its list.
func (h *house) begun() (at string, voter access.Actor) {
	h.Helper()
	staff := h.Actor(access.Staff)
	voter = h.voter("李䶮")
	at = h.Post(staff, "/trainings", h.form())
	h.move(staff, at, "attendee", "name", "李䶮", "team", "voter")
	h.move(staff, at, "questions", "questions", "预算由谁批准？\nA. 工委\n*B. 市人民代表大会\n\n多久答复？\n*A. 三个月\nB. 一年")
	h.move(staff, at, "notice")
	h.move(staff, at, "opening")
	return at, voter
}

func (h *house) code(at string) string {
	h.Helper()
	m := regexp.MustCompile(`class="value">(\d{6})<`).FindStringSubmatch(h.Get(h.Actor(access.Staff), at))
	if m == nil {
		h.Fatal("the office sees no code")
	}
	return m[1]
}

func TestForms(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	bad := h.form()
	bad.Set("hours", "九")
	bad.Del("audience")
	code, p := h.Do(staff, http.MethodPost, "/trainings", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, `value="九"`) || !strings.Contains(p, "请选择参训队伍") || !strings.Contains(p, "看懂部门预算表") {
		t.Errorf("a bad plan = %d %s", code, webtest.Complaints(p))
	}
	at := h.Post(staff, "/trainings", h.form())
	edit := h.form()
	edit.Set("version", "1")
	edit.Set("title", "𠮷田培训")
	h.Post(staff, at, edit)
	edit.Set("title", "又一个")
	code, p = h.Do(staff, http.MethodPost, at, edit)
	if code != http.StatusConflict || !strings.Contains(p, "𠮷田培训") || !strings.Contains(p, `value="又一个"`) {
		t.Errorf("a stale revision = %d", code)
	}
	code, p = h.Do(staff, http.MethodPost, at+"/cancellation", url.Values{"version": {"2"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请填写取消理由") {
		t.Errorf("cancelled without a reason = %d %s", code, webtest.Complaints(p))
	}
	code, p = h.Do(staff, http.MethodPost, at+"/attendee", url.Values{"version": {"2"}, "attendee-name": {"无此人"}, "attendee-team": {"voter"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "名册里没有这个人") || !strings.Contains(p, `value="无此人"`) {
		t.Errorf("a stranger was listed = %d %s", code, webtest.Complaints(p))
	}
}

func TestPaper(t *testing.T) {
	h := open(t)
	at, _ := h.begun()
	r := papertest.Render(t, h.Raw(h.Actor(access.Staff), at+"/document.docx"))
	all := strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
	for _, want := range []string{"人大东城街道工委文件", "关于举办预算监督培训的通知", "一、培训主题", "2026年3月2日（星期一）09:00", "附件：参训人员名单", "李䶮"} {
		if !strings.Contains(all, want) {
			t.Errorf("the notice lacks %q:\n%s", want, all)
		}
	}
}

func TestAsk(t *testing.T) {
	h := open(t)
	h.begun()
	h.AskAll(func(pattern string) string { return strings.ReplaceAll(pattern, "{id}", "999999") },
		"key", "version", "title", "theme", "teacher", "held_on", "starts_at", "hours", "place", "audience", "pass_mark", "q", "from", "to", "street", "after", "team", "state")
}

// Bad input into each move's form is a complaint, never an internal error.
func TestNastyMoves(t *testing.T) {
	h := open(t)
	at, voter := h.begun()
	staff := h.Actor(access.Staff)
	for _, m := range training.Procedure.Moves {
		a := staff
		if m.Need == access.JoinTrainings {
			a = voter
		}
		for _, v := range webtest.Nasty {
			form := url.Values{"version": {v}}
			for _, f := range []string{"teams", "name", "team", "work", "questions", "code", "q1", "ids", "participant", "score", "outcome"} {
				form.Set(m.Name+"-"+f, v)
			}
			h.Do(a, http.MethodPost, at+"/"+m.Name, form)
			form.Set("version", fmt.Sprint(dbtest.Scan[int](t, h.Admin, `SELECT version FROM trainings`)))
			if m.Name != "closure" { // which would accept it
				h.Do(a, http.MethodPost, at+"/"+m.Name, form)
			}
		}
	}
}

// The story in a browser: plan, list, test questions, notice, sign-in with the code
// on a phone, test, closing, hours.
func TestStory(t *testing.T) {
	h := open(t)
	staff, voter := h.Actor(access.Staff), h.voter("李䶮")
	b := h.Browser(staff).Go("/trainings")
	webtest.Look(b, "trainings-empty", "/trainings")
	b.Go("/trainings").Press("计划培训").Fill("培训名称", "预算监督培训").Fill("主题", "看懂部门预算表").Fill("讲师", "王教授").Check("选民代表").
		Fill("培训日期", "2026-03-02").Fill("地点", "三楼会议室").Fill("学时", "2.5")
	b.Press("保存").See("已计划")
	at := b.Path()
	b.Within("增加一人", func() { b.Fill("姓名", "李䶮").Choose("计入的队伍", "选民代表").Press("增加一人") })
	b.Within("出测试题", func() {
		b.Fill("题目", "预算由谁批准？\nA. 工委\n*B. 市人民代表大会").Press("出测试题")
	})
	webtest.Look(b, "training-planned", at)
	b.Go(at).Within("发通知", func() { b.Press("发通知") })
	b.Within("开始签到", func() { b.Press("开始签到") })
	webtest.Look(b, "training-held", at)
	webtest.Look(b, "training-form", "/trainings/new")
	phone := h.Browser(voter).Phone().Go("/trainings").See("预算监督培训")
	phone.Press("预算监督培训").Fill("签到码", h.code(at)).Press("凭码签到").See("已签到")
	webtest.Look(phone, "training-test", at)
	phone.Phone().Go(at).Check("市人民代表大会").Press("交测试卷").See("测试 100 分，及格")
	webtest.Look(phone, "training-mine", "/trainings/mine")
	phone.See("2.5 学时")
	b.Go(at).Within("结束培训", func() { b.Press("结束培训") })
	b.Go("/trainings/hours").See("选民代表").Press("李䶮").See("2.5 学时")
	webtest.Look(b, "training-hours", "/trainings/hours")
	webtest.Look(b, "training-closed", at)
	book, err := excelize.OpenReader(strings.NewReader(string(h.Raw(staff, "/trainings/hours?format=xlsx"))))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows("学时统计"); err != nil || len(rows) != 2 || rows[1][2] != "李䶮" || rows[1][5] != "2.5" {
		t.Errorf("rows = %q, %v", rows, err)
	}
}

func TestEveryMoveIsServed(t *testing.T) {
	h := open(t)
	for _, s := range training.Procedure.States {
		if s.State == procedure.State("") || s.Name == "" {
			t.Errorf("state %q has no name", s.State)
		}
	}
	for _, m := range training.Procedure.Moves {
		if code, _ := h.Do(h.Actor(access.Staff), http.MethodPost, "/trainings/1/"+m.Name, url.Values{}); code >= http.StatusInternalServerError {
			t.Errorf("%s = %d", m.Name, code)
		}
	}
}
