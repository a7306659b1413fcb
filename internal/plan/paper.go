package plan

import (
	"fmt"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
)

// Paper is the plan as its committee sends it out: once it was issued the notice with
// its number, before that a draft for internal use.
func (r *Record) Paper() document.Paper {
	p := document.Paper{
		Kind: document.Notice, Head: r.Committee, Number: r.DocNumber, Title: fmt.Sprintf("关于印发%d年度工作计划的通知", r.Year), To: "各代表小组、联络站，工委办公室",
		Annexes: []document.Annex{{Title: r.Title(), Body: r.body()}}, Signed: []string{r.Committee}, Printer: r.Committee + "办公室",
	}
	if r.IssuedOn == nil {
		p.Title += "（未印发稿）"
		p.Body = document.Prose(r.Title() + "现为“" + Procedure.Info(r.State).Name + "”，未印发，仅供内部使用。")
		return p
	}
	p.On = *r.IssuedOn
	words := fmt.Sprintf("《%s》征求了街道党工委意见，经%s%s主任会议通过，并报市人大常委会，现印发给你们，请认真组织实施。", r.Title(), calendar.Date(*r.PassedOn), r.Committee)
	if n := len(r.Editions); n > 1 {
		words += fmt.Sprintf("本计划经%s主任会议审议调整。", calendar.Date(r.Editions[n-1].DecidedOn))
	}
	p.Body = document.Prose(words)
	return p
}

// body is the plan itself: the preamble and the table of items.
func (r *Record) body() (list []document.Block) {
	if r.Preamble != "" {
		list = document.Prose(r.Preamble)
	}
	t := document.Table{Head: []string{"月份", "工作内容", "类型", "依据", "责任人", "预期成果"}, Widths: []int{8, 24, 12, 14, 10, 20}}
	for _, i := range r.Items {
		if i.Dropped {
			continue
		}
		who := i.Owner
		if i.Group != "" {
			who += "（" + i.Group + "）"
		}
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%d月", i.Month), i.Theme, choice.Name(Kinds, i.Kind), choice.Name(Bases, i.Basis), who, i.Output})
	}
	return append(list, t)
}

// Letter is the letter by which the Party working committee was asked, nil where it
// was not.
func (r *Record) Letter() *document.Paper {
	if len(r.Consultations) == 0 {
		return nil
	}
	c := r.Consultations[len(r.Consultations)-1]
	return &document.Paper{
		Kind: document.Letter, Head: r.Committee, Number: c.Number, Title: fmt.Sprintf("关于征求%d年度工作计划意见的函", r.Year), To: r.Street + "党工委",
		Body:    document.Prose(fmt.Sprintf("我委拟订了《%s》（草案），现送上征求意见。请于%s前书面反馈。", r.Title(), calendar.Date(c.DueOn))),
		Annexes: []document.Annex{{Title: r.Title() + "（草案）", Body: r.body()}}, Signed: []string{r.Committee}, On: c.SentOn,
	}
}

// Report is the report to the city with the adoption of the opinion, nil where the
// plan was not filed.
func (r *Record) Report() *document.Paper {
	var e *Edition
	for i := range r.Editions {
		if r.Editions[i].SentOn != nil {
			e = &r.Editions[i]
		}
	}
	if e == nil {
		return nil
	}
	words := fmt.Sprintf("《%s》征求了街道党工委意见，经%s主任会议通过，现报上，请予备案。", r.Title(), calendar.Date(*r.PassedOn))
	if e.Ordinal > 1 {
		words = fmt.Sprintf("《%s》经%s主任会议审议调整（%s），现将调整后的计划报上，请予备案。", r.Title(), calendar.Date(e.DecidedOn), e.Reason)
	}
	p := &document.Paper{
		Kind: document.Report, Head: r.Committee, Number: e.Number, Signers: []string{r.Director()}, Title: fmt.Sprintf("关于报送%d年度工作计划的报告", r.Year), To: "市人大常委会",
		Body:   append(document.Prose(words), r.adoption()...),
		Signed: []string{r.Committee}, On: *e.SentOn,
		Annexes: []document.Annex{{Title: r.Title(), Body: r.body()}},
	}
	return p
}

// Director is who signs what goes up: the chair of the meeting that passed it.
func (r *Record) Director() string {
	for i := len(r.Decisions) - 1; i >= 0; i-- {
		if r.Decisions[i].Verdict == "passed" {
			return r.Decisions[i].Chair
		}
	}
	return ""
}

// adoption is what became of the Party working committee's opinion, point by point.
func (r *Record) adoption() []document.Block {
	if len(r.Points) == 0 {
		return nil
	}
	t := document.Table{Head: []string{"序号", "街道党工委意见", "采纳情况"}, Widths: []int{8, 40, 30}}
	for i, p := range r.Points {
		text := choice.Name(Answers, p.Answer)
		if p.AnswerText != "" {
			text += "：" + p.AnswerText
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), p.Text, text})
	}
	return []document.Block{document.Heading{Level: 1, Text: "街道党工委意见采纳情况"}, t}
}
