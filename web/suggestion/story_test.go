package suggestion_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/suggestion"
	"portal/web"
	"portal/web/webtest"
	"portal/web/webtest/whole"
)

// people makes accounts for all who act in the story and signs each in, in a browser of
// its own; who has been away for a month signs in again.
func people(p *whole.Portal) (as func(login string) *webtest.Browser) {
	deputy := func(login, name string) {
		a := p.Actor(access.Deputy)
		a.DeputyID = dbtest.Scan[int64](p, p.Admin, `
			INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
			VALUES ($1, $2, '第一选区', '市十七届', 'construction', '2022-01-01', $2) RETURNING id`, p.Street, name)
		p.Person(login, a)
	}
	deputy("lead", "𠮷田光")
	deputy("other", "䶮明")
	p.Person("unit", p.Actor(access.Unit))
	co := p.Actor(access.Unit)
	co.UnitID = p.SecondUnit
	p.Person("co.unit", co)
	p.Person("staff", p.Actor(access.Staff))
	p.Person("city", p.Actor(access.CityDeputy))
	return func(login string) *webtest.Browser { return p.Browser().SignIn(login, whole.Password) }
}

// The story of issue 4 in the whole portal, everybody signing in: a suggestion of two
// signers, handled by a unit with a co-handler, answered B with a promise; its day
// passes, it wakes, and is kept with proof.
func TestStory(t *testing.T) {
	p := whole.Open(t, func(c *web.Config) { c.Demo = true }) // nobody needs a second factor
	as := people(p)
	lead, other, city, unit, co := as("lead").Phone(), as("other").Phone(), as("city").Desk(), as("unit").Desk(), as("co.unit").Desk()
	lead.Go("/suggestions").See("还没有代表建议").Press("起草建议")
	lead.Fill("题目", "关于在东城中路增设行人过街设施的建议").Choose("类别", "交通运输").
		Fill("情况和问题", "东城中路三所学校门前没有过街设施，上下学时段人车混行。").Fill("具体建议", "增设人行天桥，上下学时段安排疏导。").Check("䶮明").Press("保存草稿")
	lead.See("还有 1 位代表没有确认署名", "待确认").Fits().Accessible()
	at := lead.Path()
	other.Go(at).Press("确认联名").See("“确认联名”已完成")
	lead.Go(at).Press("提交").See("待受理", "东城建2026-001")
	city.Go("/suggestions").See("东城建2026-001").Accessible()
	city.Go(at).Press("受理").See("待交办")
	city.Choose("主办单位", "城市建设办公室").Check("公安分局").Press("交办").See("已交办", "3 个月", "2026年6月2日")
	unit.Go(at).Press("签收").See("办理中")
	co.Go(at).Fill("会办意见", "同意增设，上下学时段安排警力疏导。").Press("会办意见").See("已完成")
	unit.Go(at).See("同意增设").Lacks("主要负责人签发后答复")
	unit.Within("登记与代表沟通", func() {
		unit.Check("上门面商").Fill("沟通情况", "与两位代表到现场看过，代表同意方案。").Press("登记与代表沟通")
	})
	unit.See("与两位代表到现场看过")
	unit.Within("答复", func() {
		unit.Check("B类：正在解决或列入规划逐步解决").Fill("答复内容", "已列入今年建设计划，正在设计。").Fill("承诺的事项（B 类）", "建成人行天桥").
			Fill("承诺完成日期（B 类）", "2026-04-01").Fill("签发人（单位主要负责人）", "赵主任").Press("答复")
	})
	unit.See("待评价", "B类", "待兑现", "2026年4月1日前：建成人行天桥").Accessible()
	lead.Go(at).See("待领衔代表𠮷田光评价", "已列入今年建设计划")
	other.Go(at).See("已列入今年建设计划").Lacks("对办理态度")
	lead.Check("满意") // of the attitude, which comes first
	if !webtest.Eval[bool](lead, `(() => { document.getElementById('rating-result-1').click(); return true; })()`) {
		t.Fatal("no choice of the result")
	}
	lead.Press("评价").See("承诺跟踪", "办理结果：基本满意").Fits()

	p.Pass(31 * 24 * time.Hour) // 2 April: the day has passed
	lead, other, city, unit = as("lead").Phone(), as("other").Phone(), as("city").Desk(), as("unit").Desk()
	city.Go("/promises?view=overdue").See("建成人行天桥", "已逾期").Accessible()
	if n, err := suggestion.NewStore(p.DB, file.NewStore(p.DB, p.Now), p.Now).Sweep(t.Context()); n != 1 || err != nil {
		t.Fatalf("the clerk woke %d promises, %v, want 1", n, err)
	}
	for who, b := range map[string]*webtest.Browser{"lead": lead, "other": other, "city": city, "unit": unit, "staff": as("staff")} {
		if b.Go("/notices"); !strings.Contains(b.Text(), "承诺到期未兑现（4月1日）") {
			t.Errorf("%s is not told that the promise is due", who)
		}
	}
	unit.Go(at).See("承诺到期未兑现", "已逾期")
	unit.Within("兑现承诺", func() {
		unit.Fill("兑现情况", "人行天桥已建成开放。").Attach("证明材料", picture(t)).Fill("签发人（单位主要负责人）", "赵主任").Press("兑现承诺")
	})
	unit.See("办结", "已兑现", "兑现承诺的答复")
	lead.Go(at).See("承诺事项已兑现", "人行天桥已建成开放").Fits()
	city.Go("/promises?view=overdue").Lacks("建成人行天桥").Go("/promises?view=kept").See("建成人行天桥", "已兑现")
	for _, path := range []string{at, "/suggestions", "/promises?view=all", "/suggestions/new"} {
		lead.Go(path).Fits().Accessible()
	}
	if code, _ := stranger(p).Do(http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("another street opens the suggestion: %d, want 404", code)
	}
}

// stranger is the office of another street.
func stranger(p *whole.Portal) *whole.Client {
	p.Person("stranger", p.Other(access.Staff))
	return p.SignIn("stranger")
}
