package public

import (
	"portal/internal/calendar"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/web/ui"
)

// turns say whose turn it is, in a resident's words. 承办单位 stands for the
// unit's name.
var turns = map[procedure.State]string{
	opinion.Registered: "已经收到，工委办公室正在看这件事该由谁办。",
	opinion.ToAssign:   "已经受理，工委办公室正在交给承办单位。",
	opinion.Assigned:   "已经交给承办单位，等它签收。",
	opinion.Signed:     "承办单位已经签收，准备办理。",
	opinion.Handling:   "承办单位正在办理。",
	opinion.Returned:   "原来的单位说不归它管，工委办公室正在另外交办。",
	opinion.Replied:    "承办单位已经答复，工委办公室正在审核办得怎么样。",
	opinion.ToFeedback: "答复已经审核通过，工委办公室会联系您。结果在下面。",
	opinion.ToRate:     "结果已经告诉您，请您评价。",
	opinion.Promised:   "这件事要较长时间，已经列为承诺事项，办好为止。",
	opinion.ToCity:     "这件事超出街道的权限，已经转到市里研究。",
	opinion.Closed:     "这件事已经办结。",
	opinion.Declined:   "这件事联络站不能受理，请按下面的途径提出。",
	opinion.Merged:     "您反映的事和另一条意见是同一件，合在一起办，结果同样会告诉您。",
	opinion.Withdrawn:  "已经按您的要求撤回。",
}

func turnOf(st opinion.Status) string {
	t := turns[st.State]
	if st.Unit != "" {
		switch st.State {
		case opinion.Assigned, opinion.Signed, opinion.Handling, opinion.Replied:
			t = "承办单位：" + st.Street + st.Unit + "。" + t
		}
	}
	switch {
	case st.State == opinion.Declined:
		t += st.DeclinedWhy + "。"
	case st.State == opinion.Promised && st.PromisedOn != nil:
		t += "承诺" + calendar.Date(*st.PromisedOn) + "前完成。"
	case st.State == opinion.Handling && st.Round == 2:
		t = "您上次不满意，正在再办一次。" + t
	}
	return t
}

// verbs say what a deadline is for.
var verbs = map[string]string{
	"triage": "决定由谁办", "assign": "交办", "sign": "签收", "reply": "答复", "reassign": "另外交办", "review": "审核",
	"feedback": "告诉您结果", "rating": "评价", "promise": "兑现承诺",
}

const (
	office = "工委办公室"
	unit   = "承办单位"
)

// steps say what was done and by whom, for each act of the record that concerns
// the resident. Others, such as looking at a telephone number, are not shown.
var steps = map[string]struct{ who, what string }{
	"opinion.register":          {office, "收到您的意见"},
	"opinion.acceptance":        {office, "受理"},
	"opinion.answer":            {office, "直接答复"},
	"opinion.merger":            {office, "与同一件事的意见合并办理"},
	"opinion.refusal":           {office, "不予受理，告知途径"},
	"opinion.assignment":        {office, "交给承办单位"},
	"opinion.dispatch":          {unit, "转到具体部门"},
	"opinion.receipt":           {unit, "签收"},
	"opinion.return":            {unit, "退回，说明不归它管"},
	"opinion.handling":          {unit, "开始办理"},
	"opinion.reply":             {unit, "答复，交工委审核"},
	"opinion.approval":          {office, "答复审核通过"},
	"opinion.rework":            {office, "审核认为还没办好，退回重办"},
	"opinion.feedback":          {office, "把结果告诉您"},
	"opinion.merged-feedback":   {office, "把结果告诉您"},
	"opinion.rating":            {"您", "评价"},
	"opinion.urge":              {office, "催办"},
	"opinion.supervision":       {office, "督办"},
	"opinion.report":            {office, "逾期上报"},
	"opinion.promise":           {office, "列为承诺事项"},
	"opinion.promise-extension": {office, "推迟兑现承诺的日期"},
	"opinion.fulfilment":        {office, "承诺已兑现"},
	"opinion.city":              {office, "转到市里"},
	"opinion.city-answer":       {office, "收到市里的答复"},
	"opinion.withdrawal":        {office, "按您的要求撤回"},
	"opinion.closure":           {"工委主任", "办结"},
	"opinion.lapse":             {"系统", "评价期满，办结"},
}

func events(list []opinion.StatusStep) []ui.Event {
	var out []ui.Event
	for _, s := range list {
		if e, ok := steps[s.Action]; ok {
			out = append(out, ui.Event{At: calendar.DateTime(s.At), Who: e.who, Title: e.what})
		}
	}
	return out
}
