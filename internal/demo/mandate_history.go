package demo

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/institution"
	"portal/internal/mandate"
)

// one is what an authorisation says that rests on a clause of the rule key.
func (h *cityHall) one(mode, title, body, meeting string, decided time.Time, on ground, m ...mandate.Matter) mandate.Terms {
	id := h.laws.city[on.key]
	if id == 0 {
		id = h.laws.own[on.key]
	}
	return mandate.Terms{
		Mode: mode, Title: title, Body: body, Meeting: meeting, DecidedOn: decided, Matters: m,
		Ground: institution.Ground{ID: id, Place: institution.Place{Number: on.clause}},
	}
}

func within(subject, object, content string, from, through time.Time, measures ...string) mandate.Matter {
	return mandate.Matter{
		Subject: subject, Object: object, Content: content, Measures: measures, FromOn: from, ThroughOn: through, ReportBy: calendar.AddDays(through, 30), Form: "written",
	}
}

// The clauses on which authorisations rest.
var (
	bySystem = ground{"1", 9}      // 市人大常委会以一揽子授权等方式交办
	byDuty   = ground{"duties", 3} // 办理市人大常委会交办的监督
)

// authorities are those of 2019 and 2020 and of the weeks before now. The package
// has no 专题询问: an inquiry needs an authorisation of its own, which the street
// asks for.
func (h *cityHall) authorities(now time.Time) []*authority {
	day := calendar.Day
	yearly := func(subject, content string, measures ...string) mandate.Matter {
		return mandate.Matter{Subject: subject, Content: content, Measures: measures, FromOn: day(2019, time.July, 8), ReportBy: day(2019, time.December, 31), Form: "written"}
	}
	return append([]*authority{
		{
			terms: h.one(mandate.Package, "授权街道工委开展街道预算监督和工作评议", "standing_committee", "十六届第二十四次", day(2019, time.June, 27), bySystem,
				yearly("budget", "对街道办事处年度预算编制、执行、调整和决算情况开展监督，提出初审意见和建议。", "hear_report", "inspect_appraise", "budget_supervision"),
				yearly("appraisal", "对街道办事处部门和派驻机构开展工作评议，提出意见建议并跟踪整改。", "hear_report", "inspect_appraise")),
			on: day(2019, time.July, 8), course: "stands",
		},
		{
			terms: h.one(mandate.OneMatter, "授权对莞城街道2020年教育和社会保障支出开展专题询问", "chairpersons", "十六届第六十一次", day(2020, time.March, 18), ground{budgetTitle, 4},
				within("budget", "莞城街道办事处", "就莞城街道2020年教育、社会保障和就业支出安排开展专题询问。", day(2020, time.March, 20), day(2020, time.May, 31), "inquiry")),
			on: day(2020, time.March, 20), streets: []string{"guancheng"}, course: "concluded",
			doing: "2020年教育和社会保障支出专题询问", outcome: "询问人提出问题八个，街道办事处当场答复六个，两个限期书面答复",
			asked: &mandate.Request{
				Title: "对莞城街道2020年教育和社会保障支出开展专题询问", Subject: "budget", Measure: "inquiry", Object: "莞城街道办事处", ActOn: day(2020, time.April, 28),
				Content: "就莞城街道2020年教育、社会保障和就业支出安排开展专题询问，邀请代表、选民代表和咨询专家参加。",
				Reason:  "预算初审中，代表和咨询专家对教育、社会保障和就业支出增长较快的原因和绩效目标比较关注。",
			},
		},
		{
			terms: h.one(mandate.Project, "授权开展水污染防治法执法检查", "chairpersons", "十六届第六十三次", day(2020, time.April, 28), byDuty,
				within("law_check", "生态环境分局", "检查水污染防治法在街道的实施情况，重点检查内河涌整治和雨污分流。", day(2020, time.May, 6), day(2020, time.September, 30), "law_check", "hear_report")),
			on: day(2020, time.May, 6), streets: []string{"dongcheng", "wanjiang"}, course: "concluded",
			doing: "水污染防治法执法检查", outcome: "检查内河涌六段、排水户十二家，提出意见六条",
		},
	}, h.recent(now)...)
}

// recent are those of the weeks before now, one at each point of the way.
func (h *cityHall) recent(now time.Time) []*authority {
	living := func(title, subject, object, content string, issued, through int, course, doing, outcome string, measures ...string) *authority {
		from := back(now, issued)
		return &authority{
			terms: h.one(mandate.Project, title, "chairpersons", "", back(now, issued+2), byDuty, within(subject, object, content, from, calendar.AddDays(now, through), measures...)),
			on:    from, course: course, doing: doing, outcome: outcome,
		}
	}
	event := living("授权对居家养老服务开展专题询问", "inquiry", "卫生健康局", "就居家养老服务设施建设和运营情况开展专题询问。", 25, 20, "reported",
		"居家养老服务专题询问", "询问人提出问题七个，全部当场答复", "inquiry")
	event.terms.Mode = mandate.OneMatter
	return []*authority{
		living("授权开展物业管理条例执法检查", "law_check", "住房规划建设局", "检查物业管理条例实施情况，重点检查电梯维保和维修资金使用。", 44, -4, "expired",
			"物业管理条例执法检查", "抽查住宅小区九个，提出意见四条", "law_check", "hear_report"),
		living("授权听取营商环境专项工作报告", "hear_report", "经济发展局", "听取优化营商环境、落实减税降费政策情况的专项工作报告。", 40, 60, "withdrawn",
			"听取营商环境专项工作报告", "提出意见三条", "hear_report"),
		living("授权开展安全生产法执法检查", "law_check", "城市建设办公室", "检查安全生产法在建筑工地的实施情况。", 30, 50, "active",
			"建筑工地安全生产执法检查", "检查工地五处，提出意见三条", "law_check", "hear_report"),
		event,
		living("授权对生活垃圾分类工作开展评议", "appraisal", "公用事业服务中心", "对生活垃圾分类工作开展视察和评议。", 24, 15, "returned",
			"生活垃圾分类工作评议", "满意度测评为基本满意，提出意见三条", "inspect_appraise"),
		living("授权开展消防条例执法检查", "law_check", "公安分局", "检查消防条例实施情况，重点检查出租屋和电动自行车充电。", 6, 90, "received", "", "", "law_check"),
		living("授权听取公办学位建设工作报告", "hear_report", "宣教文体局", "听取公办中小学、幼儿园学位建设情况报告。", 1, 120, "issued", "", "", "hear_report"),
	}
}
