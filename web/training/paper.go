package training

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/document"
	"portal/internal/training"
	"portal/web/page"
)

// sheet sends the sign-in sheet of a training, to print or to fill in.
func (h handler) sheet(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	s := document.Sheet{Name: "签到表", Head: []string{"序号", "姓名", "队伍", "单位", "签到", "成绩"}}
	for i, p := range rec.Participants {
		row := []any{int64(i + 1), p.Name, teamName(p.Team), p.Work, nil, nil}
		if p.SignedAt != nil {
			row[4] = calendar.DateTime(*p.SignedAt)
		}
		if p.Score != nil {
			row[5] = int64(*p.Score)
		}
		s.Rows = append(s.Rows, row)
	}
	return send(w, rec.Title+"签到表", "xlsx", s)
}

// paper sends the notice of a training as an official paper, with the list as its
// annex.
func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := notice(&rec, h).WriteDocx(&b); err != nil {
		return err
	}
	page.Attachment(w, rec.Title+"通知.docx", document.DOCX)
	page.Size(w, int64(b.Len()))
	_, err = b.WriteTo(w)
	return err
}

func notice(rec *training.Record, h handler) document.Paper {
	when := calendar.Date(rec.HeldOn) + "（" + calendar.Weekday(rec.HeldOn) + "）" + rec.StartsAt
	p := document.Paper{
		Kind: document.Notice, Head: rec.Committee, Title: "关于举办" + rec.Title + "的通知", To: "各参训人员",
		Body: []document.Block{
			document.Text("现将" + rec.Title + "有关事项通知如下："),
			document.Heading{Level: 1, Text: "培训主题"},
			document.Text(rec.Theme + "，由" + rec.Teacher + "讲授，计" + training.Written(rec.Tenths) + "学时。"),
			document.Heading{Level: 1, Text: "时间和地点"},
			document.Text(when + "，" + rec.Place + "。"),
			document.Heading{Level: 1, Text: "参训人员"},
			document.Text(fmt.Sprintf("%s，共%d人，名单见附件。", training.TeamNames(rec.Audience), rec.Listed)),
			document.Text("请准时参加，现场签到。不能参加的，请提前向工委办公室请假。"),
		},
		Signed: []string{rec.Committee}, On: calendar.On(h.trainings.Now()), Printer: rec.Committee + "办公室",
	}
	list := document.Table{Head: []string{"序号", "姓名", "队伍", "单位"}, Widths: []int{8, 14, 16, 32}}
	for i, x := range rec.Participants {
		list.Rows = append(list.Rows, []string{strconv.Itoa(i + 1), x.Name, teamName(x.Team), x.Work})
	}
	p.Annexes = []document.Annex{{Title: "参训人员名单", Body: []document.Block{list}}}
	return p
}
