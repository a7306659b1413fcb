package meeting

import (
	"fmt"
	"net/http"

	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/web/page"
	"portal/web/ui"
)

// screenView is what the hall sees: who is there, whether that is enough, what is being
// voted on, and results once they are in; never partial counts.
type screenView struct {
	rec    meeting.Record
	count  string
	quorum string
	tone   ui.Tone
	now    string // what is going on
	detail string
	done   []string // results so far
	door   string   // where the QR code and the code are
	still  bool     // it is not loaded anew by itself
}

func (h handler) screen(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if !rec.Keeps(page.Actor(r)) {
		return fault.NotFound
	}
	v := newScreen(rec)
	v.still = r.URL.Query().Get("still") != ""
	return page.OK(w, r, screenPage(v))
}

func newScreen(rec meeting.Record) *screenView {
	v := &screenView{rec: rec, count: fmt.Sprintf("%d / %d", rec.Present, rec.Due), tone: ui.ToneWait}
	switch {
	case rec.Talk:
		v.quorum = "座谈会：只讨论，不表决"
	case rec.HasQuorum():
		v.quorum, v.tone = fmt.Sprintf("人数够了（至少 %d 人）", rec.Quorum), ui.ToneGo
	default:
		v.quorum = fmt.Sprintf("还差 %d 人（至少 %d 人）", rec.Quorum-rec.Present, rec.Quorum)
	}
	v.now = meeting.Procedure.Info(rec.State).Name
	if rec.State == meeting.Opened {
		v.now, v.door = "正在签到", page.GatheringURL(rec.GatheringID)+"/door"
	}
	v.results()
	return v
}

func (v *screenView) results() {
	for i := range v.rec.Items {
		it := &v.rec.Items[i]
		switch {
		case it.Vote != nil && it.Vote.State == "open":
			v.now = "正在" + choice.Name(meeting.Ways, it.Vote.Way) + "：" + it.Vote.Question
			if it.Vote.PollID == 0 {
				v.detail = fmt.Sprintf("已表决 %d 人。", v.rec.Voted)
			}
			v.detail += v.rec.Rules.PassText(v.rec.Due, v.rec.Present, v.rec.Needed)
		case it.Outcome == "":
			if v.rec.State == meeting.Sitting && v.detail == "" && v.now == meeting.Procedure.Info(v.rec.State).Name {
				v.now = fmt.Sprintf("第 %d 项：%s", i+1, it.Title)
			}
		case it.Vote != nil:
			v.done = append(v.done, fmt.Sprintf("%d. %s：%s（赞成 %d，反对 %d，弃权 %d）", i+1, it.Title, meeting.OutcomeName(v.rec.Kind, it.Outcome), it.Vote.ForCount, it.Vote.AgainstCount, it.Vote.AbstainCount))
		default:
			v.done = append(v.done, fmt.Sprintf("%d. %s：%s", i+1, it.Title, meeting.OutcomeName(v.rec.Kind, it.Outcome)))
		}
	}
}
