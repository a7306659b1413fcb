package institution

import (
	"fmt"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
)

// Paper is the shown text of a rule as its issuer sends it out: a notice with the
// rule as its annex. A text that was not signed has no number and no date.
func (r *Record) Paper() document.Paper {
	p := document.Paper{
		Kind: document.Notice, Head: r.Issuer(), Number: r.Shown.DocNumber, Title: "关于印发《" + r.Title + "》的通知", To: "各有关单位",
		Annexes: []document.Annex{{Title: r.Title, Body: body(r.Text)}}, Signed: []string{r.Issuer()}, Printer: r.Issuer() + "办公室",
	}
	if r.Shown.SignedOn == nil {
		p.Title += "（未签发稿）"
		p.Body = document.Prose("《" + r.Title + "》现为“" + Info(r.StreetID, r.Shown.State).Name + "”，未签发，仅供内部使用。")
		p.On = r.Shown.CreatedAt
		return p
	}
	p.On = *r.Shown.SignedOn
	p.Body = document.Prose(fmt.Sprintf("《%s》已经%s，现印发给你们，请遵照执行。%s", r.Title, r.passed(r.Shown), r.effective(r.Shown)))
	return p
}

func body(clauses []Clause) (list []document.Block) {
	for _, c := range clauses {
		text := c.Text
		if c.Repealed {
			text = repealedText
		}
		first, rest, _ := strings.Cut(text, "\n")
		list = append(append(list, document.Text(c.Label()+"　"+first)), document.Prose(rest)...)
	}
	return list
}

// passed says in words which meeting passed a version.
func (r *Record) passed(v *Version) string {
	on := ""
	if v.PassedOn != nil {
		on = calendar.Date(*v.PassedOn)
	}
	if !OfCity(r.StreetID) {
		return on + r.Issuer() + "主任会议通过"
	}
	for _, t := range r.Votes {
		if t.VersionID == v.ID && t.Passed {
			return on + t.Session + "通过"
		}
	}
	return on + "通过"
}

func (r *Record) effective(v *Version) (s string) {
	if v.EffectiveOn != nil {
		s = "自" + calendar.Date(*v.EffectiveOn) + "起施行。"
	}
	if v.TrialUntil != nil {
		s += "试行至" + calendar.Date(*v.TrialUntil) + "。"
	}
	return s
}

// version finds one of the rule's versions by its ID.
func (r *Record) version(id int64) *Version {
	for i := range r.Versions {
		if r.Versions[i].ID == id {
			return &r.Versions[i]
		}
	}
	return &Version{}
}

// Filing finds a report to the city, or nil.
func (r *Record) Filing(id int64) *FilingLine {
	for i := range r.Filings {
		if r.Filings[i].ID == id {
			return &r.Filings[i]
		}
	}
	return nil
}

// ReportPaper is the street's report to the city for the record (备案报告).
func (r *Record) ReportPaper(f *FilingLine) document.Paper {
	v := r.version(f.VersionID)
	given, adopted := 0, 0
	for _, o := range r.Opinions {
		if o.VersionID == v.ID {
			given++
			if o.Answer == "adopted" {
				adopted++
			}
		}
	}
	text := fmt.Sprintf("按照街道人大工作规范化建设“1+5+X”制度体系的要求，我委制定的《%s》已经%s，于%s签发（%s）。现将该制度文本随文报送，请予备案。", r.Title, r.passed(v), day(v.SignedOn), v.DocNumber)
	if given > 0 {
		text += fmt.Sprintf("\n起草过程中征求街道党工委、市人大常委会对口工委和代表意见，收到 %d 条，采纳 %d 条；未采纳的均已说明理由。", given, adopted)
	}
	if v.Reason != "" {
		text += "\n本次报送的是修改后的文本，修改原因：" + v.Reason + "。"
	}
	return document.Paper{
		Kind: document.Report, Head: r.Issuer(), Number: f.DocNumber, Signers: []string{v.Signer}, Title: "关于报送《" + r.Title + "》备案的报告",
		To: r.City + "人大常委会", Body: document.Prose(text), Annexes: []document.Annex{{Title: r.Title}}, Signed: []string{r.Issuer()}, On: f.SentOn,
		Printer: r.Issuer() + "办公室",
	}
}

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.Date(*t)
}

// ReplyPaper is the city's letter about a filing (备案反馈函). The filing has been
// decided.
func (r *Record) ReplyPaper(f *FilingLine) document.Paper {
	var b strings.Builder
	fmt.Fprintf(&b, "你委报送备案的《%s》（%s）收悉。", r.Title, f.DocNumber)
	if f.Verdict == "recorded" {
		b.WriteString("经审查，予以备案。")
	} else {
		b.WriteString("经审查，退回修改，请修改后重新报送备案。意见如下：")
	}
	if f.Comment != "" {
		b.WriteString("\n" + f.Comment)
	}
	for i, m := range f.Remarks {
		fmt.Fprintf(&b, "\n%d. %s：%s", i+1, m.Label(), m.Text)
	}
	office := r.City + "人大常委会办公室"
	p := document.Paper{
		Kind: document.Letter, Head: office, Number: f.Reply, Title: "关于《" + r.Title + "》备案审查情况的函", To: r.Issuer(),
		Body: document.Prose(b.String()), Signed: []string{office},
	}
	if f.DecidedOn != nil {
		p.On = *f.DecidedOn
	}
	return p
}

// TierLine names the tier as lists do: 5 重点制度.
func TierLine(tier string) string { return tier + " " + choice.Name(Tiers, tier) }
