package demo

import (
	"context"
	"fmt"

	"portal/internal/calendar"
	"portal/internal/mandate"
)

// ask is the story of an authorisation that answers a request: the street tries, the
// guard refuses, the street asks, the city drafts what it asks for. It returns the
// draft's ID.
func (h *cityHall) ask(ctx context.Context, s *street, a *authority) (int64, error) {
	h.now = clock(back(a.on, 12), 10, 0)
	_, err := h.s.RecordAct(ctx, s.who["staff"], mandate.Act{
		Subject: a.asked.Subject, Measure: a.asked.Measure, Object: a.asked.Object, Title: a.asked.Title, On: a.asked.ActOn, Key: s.key("refused"),
	})
	refusal := mandate.Refusal(err)
	if refusal == nil {
		return 0, fmt.Errorf("not refused: %w", err)
	}
	a.asked.Missing = refusal.Text
	id, err := h.s.DraftRequest(ctx, s.who["staff"], s.key("request"), *a.asked)
	if err != nil {
		return 0, err
	}
	return h.pursue(ctx, s, id, "handling", func(days int) { h.now = clock(forward(h.now, days), 11, 0) })
}

// pursue takes a draft of a request as far as course says. days lets working days
// pass. It returns the authorisation that the city drafts in answer, if it does.
func (h *cityHall) pursue(ctx context.Context, s *street, id int64, course string, days func(int)) (answer int64, err error) {
	st := mandate.Step{ID: id, Version: 1}
	next := func(err error) error {
		st.Version++
		return err
	}
	switch course {
	case "draft":
		return 0, nil
	case "dropped":
		return 0, h.s.DropRequest(ctx, s.who["staff"], st)
	}
	days(1)
	if err := next(h.s.SignRequest(ctx, s.who["director"], st)); err != nil || course == "signed" {
		return 0, err
	}
	if err := next(h.s.SubmitRequest(ctx, s.who["staff"], st)); err != nil || course == "submitted" {
		return 0, err
	}
	days(2)
	if course == "declined" {
		return 0, h.s.Decline(ctx, h.leader, st, "市人大常委会今年将统一开展，街道不再单独询问。")
	}
	return h.s.Grant(ctx, h.office, st)
}

// requests are what streets ask for these days, at each point of the way.
func (h *cityHall) requests(ctx context.Context, streets []*street) error {
	for i, r := range []struct{ street, theme, subject, measure, unit, course, reason string }{
		{"dongcheng", "公办幼儿园学位供给", "inquiry", "inquiry", "宣教文体局", "draft", "接待日收集的意见中，幼儿园学位问题最为集中。"},
		{"dongcheng", "内河涌水污染治理", "inquiry", "inquiry", "生态环境分局", "submitted", "2019年评议以来，部分河段水质反复，代表要求继续跟踪。"},
		{"dongcheng", "预算绩效管理", "budget", "inquiry", "党政综合办公室", "declined", "预算初审中，代表对重点项目绩效目标比较关注。"},
		{"nancheng", "减税降费政策落实", "inquiry", "inquiry", "经济发展局", "signed", "走访企业时，小微企业普遍希望了解政策延续情况。"},
		{"nancheng", "城市更新项目资金使用", "budget", "inquiry", "城市建设办公室", "handling", "项目资金量大，选民代表要求说明进度和绩效。"},
		{"nancheng", "垃圾转运站选址", "inquiry", "inquiry", "公用事业服务中心", "dropped", "沿线居民意见较多。"},
		{"guancheng", "历史文化街区修缮资金使用", "budget", "inquiry", "住房规划建设局", "submitted", "代表视察时提出修缮进度和资金拨付不同步。"},
		{"guancheng", "居家养老服务收费", "inquiry", "inquiry", "卫生健康局", "draft", "老年群众反映收费标准不清楚。"},
		{"wanjiang", "主干道交通拥堵治理", "inquiry", "inquiry", "交通运输分局", "granted", "代表“行走街道”发现早晚高峰拥堵点十一处，群众反映集中。"},
		{"wanjiang", "村改居社区供水改造", "inquiry", "inquiry", "公用事业服务中心", "signed", "联络站收到水压不足的意见二十余条。"},
	} {
		s := bySlug(streets, r.street)
		if err := h.request(ctx, s, fmt.Sprint("living-", i), r.course, mandate.Request{
			Title: "对" + r.theme + "开展专题询问", Subject: r.subject, Measure: r.measure, Object: r.unit, ActOn: calendar.AddDays(s.end, 20+i),
			Content: "就" + r.theme + "情况开展专题询问，邀请市人大代表、选民代表和咨询专家参加，询问后开展满意度测评。", Reason: r.reason,
		}); err != nil {
			return fmt.Errorf("%s: %w", r.theme, err)
		}
	}
	return nil
}

func (h *cityHall) request(ctx context.Context, s *street, key, course string, r mandate.Request) error {
	h.now = s.end
	cover, err := h.s.Check(ctx, s.who["staff"], mandate.Act{StreetID: s.id, Subject: r.Subject, Measure: r.Measure, Object: r.Object, On: r.ActOn})
	if err != nil || cover.Refusal == nil {
		return fmt.Errorf("%s is covered: %w", r.Title, err)
	}
	r.Missing = cover.Refusal.Text
	id, err := h.s.DraftRequest(ctx, s.who["staff"], key, r)
	if err != nil {
		return err
	}
	answer, err := h.pursue(ctx, s, id, course, func(int) {})
	if err != nil || course != "granted" {
		return err
	}
	t := h.one(mandate.OneMatter, "授权"+r.Title, "chairpersons", "", back(h.now, 0), bySystem,
		within(r.Subject, r.Object, r.Content, calendar.On(h.now), calendar.AddDays(r.ActOn, 30), r.Measure))
	t.Streets = []int64{s.id}
	return h.do(ctx, answer,
		func(st mandate.Step) error { return h.s.Redraft(ctx, h.office, st, t) },
		func(st mandate.Step) error { return h.s.Submit(ctx, h.office, st) },
		func(st mandate.Step) error { return h.s.Approve(ctx, h.leader, st) },
		func(st mandate.Step) error { return h.s.Issue(ctx, h.office, st) })
}
