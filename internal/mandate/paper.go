package mandate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
)

const cityBody = "人民代表大会常务委员会"

// paperTitle is the title of the paper by which an authorisation is issued.
func paperTitle(mode, title string) string {
	return "关于" + title + "的通知（" + choice.Name(Modes, mode) + "）"
}

func requestTitle(title string) string {
	return "关于请求授权" + strings.TrimPrefix(title, "关于") + "的请示"
}

// Paper is the notice that issues an authorisation (通知).
func (r *Record) Paper() document.Paper {
	var names []string
	for _, s := range r.Streets {
		names = append(names, "人大"+s.Street+"工委")
	}
	head := r.City + cityBody
	body := document.Prose(fmt.Sprintf("经%s%s议定，现将有关事项授权如下，请按照授权的事项、方式和期限开展工作，并按期报告。", head, r.meeting()))
	if basis := r.Grounds(); basis != "" {
		body = append(body, document.Text("授权依据："+basis+"。"))
	}
	for _, m := range r.InForce() {
		body = append(body, document.Prose(m.clause())...)
	}
	body = append(body, document.Prose("未列入授权事项和监督方式的，应当另行请示。监督情况应当向"+head+"报告。")...)
	p := document.Paper{
		Kind: document.Notice, Head: head, Number: r.Number, Title: paperTitle(r.Mode, r.Title), To: strings.Join(names, "、"), Body: body,
		Signed: []string{head}, Printer: head + "办公室",
	}
	if r.IssuedOn != nil {
		p.On = *r.IssuedOn
	}
	return p
}

// Grounds writes on what it rests: a clause, another document, or both.
func (m *Mandate) Grounds() string {
	list := []string{strings.TrimSpace(m.Basis + " " + m.BasisClause)}
	if g := m.Ground(); g != nil {
		list = append([]string{g.Name()}, list...)
	}
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), "；")
}

// meeting names the meeting that decided: 十六届第二十四次会议（2019年6月27日）.
func (r *Record) meeting() string {
	s := r.Meeting + strings.TrimPrefix(choice.Name(Bodies, r.Body), "市人大常委会")
	if r.DecidedOn != nil {
		s += "（" + calendar.Date(*r.DecidedOn) + "）"
	}
	return s
}

func (m *MatterLine) clause() string {
	object := m.Object
	if object == "" {
		object = "街道办事处及其部门、派驻机构"
	}
	span := calendar.Date(m.FromOn) + "起，至撤回时止"
	due := "每年至少一次，首次于" + calendar.Date(m.ReportBy) + "前"
	if m.ThroughOn != nil {
		span = calendar.Date(m.FromOn) + "至" + calendar.Date(*m.ThroughOn)
		due = calendar.Date(m.ReportBy) + "前"
	}
	var how []string
	for _, x := range m.Measures {
		how = append(how, choice.Name(Measures, x))
	}
	return fmt.Sprintf("%s、%s\n监督对象：%s。\n授权内容：%s\n监督方式：%s。\n授权期限：%s。\n报告：%s，%s。",
		numerals[(m.No-1)%len(numerals)], choice.Name(Subjects, m.Subject), object, m.Content, strings.Join(how, "、"), span, due, choice.Name(Forms, m.Form))
}

var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"}

// Paper is the request as an official paper (请示).
func (r *RequestRecord) Paper() document.Paper {
	p := document.Paper{
		Kind: document.Request, Head: r.Committee, Number: r.Number, Title: requestTitle(r.Title), To: r.City + cityBody,
		Body: document.Prose(fmt.Sprintf("%s\n一、拟开展的监督\n%s\n拟于%s对%s开展%s。\n二、请示事项\n请授权%s就上述事项开展%s。\n妥否，请批示。",
			r.Reason, r.Content, calendar.Date(r.ActOn), r.Object, choice.Name(Measures, r.Measure), r.Committee, choice.Name(Measures, r.Measure))),
		Signed: []string{r.Committee}, Printer: r.Committee + "办公室",
	}
	if r.Signer != "" {
		p.Signers = []string{r.Signer}
	}
	if r.SignedOn != nil {
		p.On = *r.SignedOn
	}
	return p
}

// Paper is a report to the city as an official paper (报告).
func (r *ReportLine) Paper(m *Mandate, on time.Time) document.Paper {
	committee := "人大" + r.Street + "工委"
	return document.Paper{
		Kind: document.Report, Head: committee, Title: "关于" + strings.TrimPrefix(m.Title, "授权") + "情况的报告", To: m.City + cityBody,
		Body:   document.Prose(fmt.Sprintf("根据《%s》（%s），现将有关情况报告如下。\n%s\n特此报告。", paperTitle(m.Mode, m.Title), m.Number, r.Text)),
		Signed: []string{committee}, On: on, Printer: committee + "办公室",
	}
}
