package suggestion

import (
	"slices"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
)

// AssignmentPaper is the 交办单: a letter of who decides to the lead unit.
func (r *Record) AssignmentPaper() document.Paper {
	issuer := r.City + "人大常委会"
	if r.Class == Street {
		issuer = r.Committee
	}
	due := calendar.Date(calendar.AddMonths(*r.AssignedOn, r.Months))
	rows := [][]string{
		{"编号", r.Number},
		{"题目", r.Title},
		{"类别", choice.Name(Categories, r.Category)},
		{"领衔代表", r.Lead},
		{"联名代表", r.names(false)},
		{"主办单位", r.Unit},
		{"会办单位", r.co()},
		{"交办日期", calendar.Date(*r.AssignedOn)},
		{"答复期限", due},
		{"代表要求", map[bool]string{true: "希望多沟通", false: "按规定沟通"}[r.Contact]},
	}
	rows = slices.DeleteFunc(rows, func(x []string) bool { return x[1] == "" })
	return document.Paper{
		Kind: document.Letter, Head: issuer, Title: "代表建议交办单", To: r.Unit,
		Body: append([]document.Block{
			document.Text("现将下列代表建议交你单位办理。请先与代表沟通，再由主要负责人签发答复，于" + due + "前送达全体署名代表，并抄送" + issuer + "。"),
			document.Table{Head: []string{"项目", "内容"}, Rows: rows, Widths: []int{14, 56}},
		}, r.body()...),
		Signed: []string{issuer}, On: *r.AssignedOn,
	}
}

// body is what is suggested.
func (r *Record) body() []document.Block {
	list := append([]document.Block{document.Heading{Level: 1, Text: "情况和问题"}}, document.Prose(r.Facts)...)
	if r.Analysis != "" {
		list = append(append(list, document.Heading{Level: 1, Text: "原因分析"}), document.Prose(r.Analysis)...)
	}
	return append(append(list, document.Heading{Level: 1, Text: "具体建议"}), document.Prose(r.Proposals)...)
}

// names are the signers, or those but the lead.
func (r *Record) names(lead bool) string {
	var list []string
	for _, g := range r.Signers {
		if lead || !g.Lead {
			list = append(list, g.Name)
		}
	}
	return strings.Join(list, "、")
}

func (r *Record) co() string {
	var list []string
	for _, a := range r.Assignments {
		if a.Part == "co" && a.EndedAt == nil {
			list = append(list, a.Unit)
		}
	}
	return strings.Join(list, "、")
}

// ReplyPaper is a reply as its unit sends it out (函), the class at its top right: the
// reply with the ID, or, where id is 0, the newest. ok is false where there is none.
func (r *Record) ReplyPaper(id int64) (p document.Paper, ok bool) {
	at := len(r.Replies) - 1
	if id != 0 {
		at = slices.IndexFunc(r.Replies, func(x ReplyLine) bool { return x.ID == id })
	}
	if at < 0 {
		return p, false
	}
	x := r.Replies[at]
	issuer := r.Street + x.Unit
	p = document.Paper{
		Kind: document.Letter, Head: issuer, Number: x.Number, Title: "对" + r.Number + "号代表建议的答复", To: r.names(true) + "代表",
		Body:   append([]document.Block{document.Text("您提出的《" + r.Title + "》收悉。")}, document.Prose(x.Text)...),
		Signed: []string{issuer}, On: x.SignedOn, Note: "签发人：" + x.Signer, CopyTo: r.City + "人大常委会，" + r.Committee + "。", Printer: issuer,
	}
	if x.Kind == "fulfilment" {
		p.Title = "对" + r.Number + "号代表建议承诺事项办理情况的答复"
		return p, true
	}
	p.Mark = x.Result + "类"
	for _, pledge := range r.Pledges {
		if pledge.MadeOn.Equal(calendar.On(x.RepliedAt)) {
			p.Body = append(p.Body, document.Text("我单位承诺："+calendar.Date(pledge.FirstDue)+"前，"+pledge.Text+"。"))
		}
	}
	return p, true
}
