package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"portal/internal/demo"
	"portal/web/webtest"
	"portal/web/webtest/whole"
)

var (
	numbers = regexp.MustCompile(`\d{4}-\d{9}-\d{2,4}-\d{4}`)
	codes   = regexp.MustCompile(`[2-9A-Z]{5}-[2-9A-Z]{5}`)
)

// TestStory is the first story of the portal, told in a browser by the people of
// the demonstration: a visit with two opinions is logged on a phone, one of them
// is assigned, answered, reviewed and fed back; the resident is dissatisfied, it
// is handled again and closed. The city sees it in the figures, and the other
// street sees nothing.
func TestStory(t *testing.T) {
	p := whole.Demo(t)
	as := func(who string) *webtest.Browser { return p.Browser().SignIn(who, demo.Password) }
	before := figures(t, p)

	phone := as("dongcheng-deputy").Phone().Go("/visits/new")
	phone.Fill("联系群众人次", "3")
	phone.Fill("意见内容", "体育路口红绿灯时间太短，老人过不了马路").Check("投诉求助").Choose("领域", "城建交通").Fill("反映人姓名", "𠮷田光").Fill("联系电话", "13700001234")
	phone.Tap("再加一条意见").Row(2, func() {
		phone.Fill("意见内容", "希望图书馆晚上延长开放").Check("建议").Choose("领域", "教育").Check("匿名")
	})
	phone.Tap("登记接待").Await("接待已登记")
	page := phone.Text()
	number, code := numbers.FindString(page), codes.FindString(page)
	if number == "" || code == "" {
		t.Fatalf("no number and code on the receipts:\n%s", page)
	}

	staff := as("dongcheng-staff")
	staff.Go("/opinions?q="+number).Press(number).See("体育路口", "待工委办公室研判")
	opinion := staff.Path()
	staff.Within("受理", func() { staff.Press("受理") }).See("待工委办公室交办")
	staff.Within("交办", func() { staff.Choose("主办单位", "城市建设办公室").Check("紧急").Press("交办") }).See("待东城街道城市建设办公室签收")

	unit := as("dongcheng-unit")
	unit.Go("/desk").See(number)
	unit.Go(opinion).Lacks("𠮷田光", "13700001234")
	unit.Within("签收", func() { unit.Press("签收") })
	unit.Within("答复", func() { unit.Fill("答复内容", "已调整信号配时，绿灯延长五秒").Press("答复") }).See("待工委办公室审核")

	feedBack := func() {
		staff.Go(opinion).Within("审核通过", func() { staff.Press("审核通过") })
		staff.Within("反馈群众", func() { staff.Check("电话").Press("反馈群众") }).See("待群众评价")
	}
	rate := func(rating, note string) *webtest.Browser {
		resident := p.Browser().Phone().NoScript().Go("/public/opinions/status")
		resident.Fill("编号", number).Fill("查询码", code).Press("查询").See("绿灯延长五秒", "请您评价")
		return resident.Check(rating).Fill("想说的话", note).Press("提交评价")
	}
	feedBack()
	rate("不满意", "还是太短")
	unit.Go(opinion).See("二次办理").Within("答复", func() {
		unit.Fill("答复内容", "再次现场测算，绿灯延长五秒以外另设老人过街按钮").Press("答复")
	})
	feedBack()
	rate("满意", "谢谢")
	staff.Go(opinion).See("办结", "满意", "还是太短")

	city := as("city-office")
	city.Go(opinion).See("体育路口").Go("/figures").See("群众意见")
	after := figures(t, p)
	for key, more := range map[string]float64{"opinions": 2, "opinions_closed": 1, "residents_received": 3} {
		for place, f := range after {
			want := before[place][key]
			if place == "" || place == "东城街道" {
				want += more
			}
			if f[key] != want {
				t.Errorf("%s of %q = %v, want %v", key, place, f[key], want)
			}
		}
	}

	other := p.SignIn("nancheng-staff")
	if code, _ := other.Do(http.MethodGet, opinion, nil); code != http.StatusNotFound {
		t.Errorf("nancheng-staff opens %s: %d, want 404", opinion, code)
	}
	for _, path := range []string{"/desk", "/opinions", "/opinions?q=" + number, "/visits", "/notices", "/figures", "/opinions?format=csv"} {
		if body := other.Get(path); strings.Contains(strings.ReplaceAll(body, "q="+number, ""), "体育路口") {
			t.Errorf("nancheng-staff reads it at %s", path)
		}
	}
}

// figures reads the open figures of the year, by street; "" is the city.
func figures(t *testing.T, p *whole.Portal) map[string]map[string]float64 {
	t.Helper()
	var out struct {
		Figures map[string]float64
		Streets map[string]map[string]float64
	}
	body := p.Client().Get("/open/v1/figures?from=2026-01-01&to=2026-12-31")
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	out.Streets[""] = out.Figures
	return out.Streets
}
