package activity

import (
	"fmt"
	"slices"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/poll"
)

// letterTitle is the title of the letter by which a report is forwarded.
func letterTitle(kind, title string) string {
	if kind == Appraisal {
		return "关于转交“" + title + "”评议意见的函"
	}
	return "关于转交“" + title + "”情况报告的函"
}

// Basis writes on what an act of supervision stands: clause, authorisation, matter,
// act (hard rule 2); "" where it is none, or the reader may not see it.
func (r *Record) Basis() string {
	c := &r.Chain
	if c.ActID == 0 {
		return ""
	}
	var clauses []string
	for _, g := range c.Clauses {
		clauses = append(clauses, g.Name())
	}
	text := "根据"
	if len(clauses) > 0 {
		text += strings.Join(clauses, "、") + "，"
	}
	text += r.City + "人大常委会《" + c.Mandate + "》（" + c.ModeName() + "，" + c.Number + "）第" + fmt.Sprint(c.No) + "项授权"
	return text + "，对" + c.Object + "开展" + choice.Name(Kinds, r.Kind) + "（" + calendar.Date(c.ActOn) + "）。"
}

// Chained are the four links of the chain with their names, for pages.
func (r *Record) Chained() []choice.Term {
	c := &r.Chain
	if c.ActID == 0 {
		return nil
	}
	var clauses []string
	for _, g := range c.Clauses {
		clauses = append(clauses, g.Name())
	}
	return []choice.Term{
		{Key: "clause", Name: strings.Join(clauses, "、")},
		{Key: "mandate", Name: "《" + c.Mandate + "》" + c.Number + "（" + c.ModeName() + "）"},
		{Key: "matter", Name: fmt.Sprintf("第%d项，%s", c.No, c.Matter)},
		{Key: "act", Name: calendar.Date(c.ActOn) + "对" + c.Object + "开展" + choice.Name(Kinds, r.Kind)},
	}
}

// ReportPaper is the report as a paper of the committee.
func (r *Record) ReportPaper() document.Paper {
	body := r.grounds()
	body = append(body, document.Heading{Level: 1, Text: "基本情况"})
	body = append(body, document.Text(r.held()))
	if r.Survey != "" {
		body = append(append(body, document.Heading{Level: 1, Text: "调查情况"}), document.Prose(r.Survey)...)
	}
	body = append(append(body, document.Heading{Level: 1, Text: "报告"}), document.Prose(r.Report)...)
	if text := r.rated(); text != "" {
		body = append(append(body, document.Heading{Level: 1, Text: "测评结果"}), document.Text(text))
	}
	body = append(body, r.opinions()...)
	p := document.Paper{
		Kind: document.Report, Head: r.Committee, Title: "关于" + r.Title + "情况的报告", Body: body, Signed: []string{r.Committee}, Printer: r.Committee + "办公室",
	}
	if r.ReportedOn != nil {
		p.On = *r.ReportedOn
	}
	return p
}

// LetterPaper is the letter by which the report is forwarded to a unit (DEP31).
func (r *Record) LetterPaper(f *Forwarding) document.Paper {
	p := document.Paper{
		Kind: document.Letter, Head: r.Committee, Number: r.Number, Title: letterTitle(r.Kind, r.Title), To: f.Unit,
		Signed: []string{r.Committee}, On: f.SentOn, CopyTo: r.City + "人大常委会。", Printer: r.Committee + "办公室",
	}
	p.Body = append(r.grounds(), document.Text(r.held()+"现将有关意见建议转交你单位研究处理。"))
	p.Body = append(p.Body, r.opinions()...)
	p.Body = append(append(p.Body, document.Heading{Level: 1, Text: "有关要求"}), document.Prose(f.Content)...)
	due := "请于" + calendar.Date(f.DueOn) + "前将研究处理情况书面反馈" + r.Committee + "。"
	if f.RectifyBy != nil {
		due = "请于" + calendar.Date(f.DueOn) + "前报送整改方案，于" + calendar.Date(*f.RectifyBy) + "前报送整改报告。"
	}
	p.Body = append(p.Body, document.Text(due))
	return p
}

func (r *Record) grounds() []document.Block {
	if basis := r.Basis(); basis != "" {
		return []document.Block{document.Text("监督依据：" + basis)}
	}
	return nil
}

// held says in a sentence what took place.
func (r *Record) held() string {
	text := calendar.Date(r.HeldOn) + "，" + r.Committee + "组织代表在" + r.Place + "开展" + choice.Name(Kinds, r.Kind) + "“" + r.Title + "”"
	if r.Count.Due > 0 {
		text += fmt.Sprintf("，应到 %d 人，实到 %d 人", r.Count.Due, r.Count.Present)
	}
	if r.Visited != "" {
		text += "，走访" + strings.ReplaceAll(r.Visited, "\n", "、")
	}
	return text + "。"
}

// rated says what the rating of an appraisal came to, with its numbers (hard rule 11).
func (r *Record) rated() (text string) {
	for _, p := range slices.Backward(r.Ratings) {
		if p.State != poll.Closed || !p.Split() || len(p.Questions) == 0 {
			continue
		}
		text += fmt.Sprintf("%s应投 %d 人，投票 %d 人", calendar.Date(p.HeldOn), p.Circle, p.Cast())
		for _, l := range p.Lines(p.Questions[0]) {
			text += fmt.Sprintf("，%s %d 票", l.Name, l.Votes)
		}
		text += "，测评等次为" + p.Verdict(1) + "。"
	}
	return text
}

// opinions are what was found, each for itself.
func (r *Record) opinions() []document.Block {
	if len(r.Findings) == 0 {
		return nil
	}
	body := []document.Block{document.Heading{Level: 1, Text: "意见建议"}}
	for _, f := range r.Findings {
		body = append(body, document.Text(fmt.Sprintf("%d. %s", f.No, f.Text)))
	}
	return body
}
