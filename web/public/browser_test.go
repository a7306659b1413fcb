package public_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/opinion"
	"portal/web/webtest"
)

// TestWithoutScripts takes a resident with an old phone all the way.
func TestWithoutScripts(t *testing.T) {
	s := open(t)
	b := s.Browser(nobody).NoScript().Narrow()
	b.Go("/").Press("提意见").See("110", "哪些事联络站不受理")
	b.Check("投诉求助").Fill("您要反映的事", "小区门口路灯不亮").Choose("哪个方面", "城建交通").Choose("街道和社区", "岗贝社区")
	b.Fill("姓名", "𠮷田光").Fill("电话", "1380013").Press("下一步").See("请核对")
	b.Press("返回修改").Fill("电话", "138 0013 8000").Press("下一步").See("13800138000")
	b.Press("确认提交").See("请先看个人信息保护说明", "小区门口路灯不亮").Check("我已看过").Press("确认提交").See("已收到您的意见")
	b.Fits()
	slip := strings.Fields(webtest.Eval[string](b, `[...document.querySelectorAll('.slip dd')].map(e => e.textContent.trim()).join(' ')`))
	b.Press("已经记下").See("本机上不再保留")
	s.answered(slip[0], "已更换灯具")
	b.Fill("编号", slip[0]).Fill("查询码", slip[1]).Press("查询").See("已更换灯具", "请您评价", "承办单位")
	if strings.Contains(b.Path(), slip[1]) {
		t.Error("the code stands in the address")
	}
	b.Fits().Check("不满意").Press("提交评价").See("请写一写哪里不满意")
	b.Fill("想说的话", "又坏了").Press("提交评价").See("会再办一次", "正在再办一次")
}

// answered takes an opinion to the point where its resident rates it.
func (s *town) answered(number, text string) {
	s.Helper()
	ctx := s.Context()
	s.must(s.opinions.Accept(ctx, s.staff, s.step(number)))
	s.must(s.opinions.Assign(ctx, s.staff, s.step(number), opinion.Assignment{Lead: s.Unit, Urgency: "ordinary"}))
	s.must(s.opinions.SignFor(ctx, s.unit, s.step(number)))
	s.must(s.opinions.Reply(ctx, s.unit, s.step(number), text))
	s.must(s.opinions.Approve(ctx, s.staff, s.step(number), ""))
	s.must(s.opinions.FeedBack(ctx, s.staff, s.step(number), "电话", calendar.On(dbtest.Now)))
}

// TestEveryPageForEverybody looks at every page with axe at both widths and at
// the largest type on the smallest screen, and checks its HTML.
func TestEveryPageForEverybody(t *testing.T) {
	s := open(t)
	number, code := s.submit(s.filled())
	s.answered(number, "已更换灯具")
	b := s.Browser(nobody)
	sources := map[string]string{}
	large := false
	fits := func() {
		t.Helper()
		if !large {
			b.Accessible()
		}
		b.Narrow().Fits()
	}
	look := func(name string) {
		t.Helper()
		fits()
		if large {
			return
		}
		sources[name] = webtest.Eval[string](b, `fetch(location.href).then(r => r.text())`)
		if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
			b.Phone().Shot(dir + "/" + name + "-phone.png").Desk().Shot(dir + "/" + name + "-desk.png")
		}
	}
	tour := func() {
		t.Helper()
		for name, path := range map[string]string{
			"home": "/", "new": fmt.Sprintf("/public/opinions/new?station=%d", s.station), "ask": "/public/opinions/status", "no-receipt": "/public/opinions/receipt",
			"stations": "/public/stations", "no-stations": "/public/stations?q=x", "station": fmt.Sprintf("/public/stations/%d", s.station),
			"deputies": "/public/deputies", "deputy": fmt.Sprintf("/public/deputies/%d", s.deputy),
			"committees": "/public/committees", "committee": fmt.Sprintf("/public/committees/%d", s.Street), "privacy": "/public/privacy", "accessibility": "/public/accessibility", "missing": "/public/stations/99999",
		} {
			b.Go(path)
			look(name)
		}
		b.Go("/public/opinions/new").Press("下一步").See("请填写您要反映的事")
		fits()
		b.Check("建议").Fill("您要反映的事", strings.Repeat("路", 300)).Choose("哪个方面", "环保").Choose("街道和社区", "岗贝社区").Check("匿名")
		b.Press("下一步").See("请核对")
		fits()
		b.Check("我已看过").Press("确认提交").See("查询码")
		look("receipt")
		b.Go("/public/opinions/status").Press("看完了")
		b.Fill("编号", number).Fill("查询码", code).Press("查询").See("请您评价")
		look("status")
		b.Press("看完了")
	}
	tour()
	b.Desk().Press("大字版")
	large = true
	tour()
	b.Dark(true).Go("/").Accessible()
	webtest.Valid(t, sources)
}
