package poll

import (
	"net/http"
	"strconv"

	"portal/internal/fault"
	"portal/internal/poll"
	"portal/web/page"
	"portal/web/ui"
)

// issuedView is the sheet of slips that is printed once.
type issuedView struct {
	rec   poll.Record
	url   string // where slips are cast, to type
	qr    ui.QRCode
	codes []string
}

// issue makes slips and answers with the sheet to print: the codes are kept
// nowhere, so there is no page to lead on to.
func (h handler) issue(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		step, actor := poll.Step{ID: sent.ID, Version: sent.Version}, page.Actor(r)
		var codes []string
		if name == "slips" {
			codes, err = h.polls.IssueSlips(r.Context(), actor, step, sent.Rows("voters", 2000))
		} else {
			codes, err = h.polls.RenewSlips(r.Context(), actor, step)
		}
		if err != nil {
			return sent.Answer(w, err, "", "", func(code int) error { return h.again(w, r, code, sent) })
		}
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		v := issuedView{rec: rec, url: h.base + slipURL(rec.ID), codes: codes}
		if v.qr, err = page.Square(v.url); err != nil {
			return err
		}
		return page.OK(w, r, issuedPage(&v))
	}
}

func slipURL(id int64) string { return page.PollURL(id) + "/slip" }

// slipView is what the holder of a slip sees.
type slipView struct {
	id    int64
	code  string
	slip  *poll.Slip // nil until the code is known
	form  ui.Move
	bad   fault.Fields
	done  bool
	other string // why the slip cannot be used
}

func (v *slipView) title() string {
	if v.slip != nil {
		return v.slip.Title
	}
	return "用投票码投票"
}

func (h handler) slip(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	done := page.Query[struct {
		Done string `form:"done"`
	}](r).Done != ""
	return page.OK(w, r, slipPage(&slipView{id: id, done: done}))
}

// enterSlip shows the ballot to who typed the code of a slip.
func (h handler) enterSlip(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Code string `form:"code"`
	}](w, r)
	if err != nil {
		return err
	}
	return h.showSlip(w, r, http.StatusOK, id, f.Code, nil)
}

// showSlip shows the ballot of a slip; sent, where given, is one that was not accepted.
func (h handler) showSlip(w http.ResponseWriter, r *http.Request, code int, id int64, typed string, sent *page.Sent) error {
	v := &slipView{id: id, code: typed}
	slip, err := h.polls.Slip(r.Context(), id, typed)
	if bad, ok := page.Complaints(err); ok {
		v.bad = bad
		return page.Render(w, r, http.StatusUnprocessableEntity, slipPage(v))
	}
	if err != nil {
		return err
	}
	switch v.slip = &slip; {
	case slip.Used:
		v.other = "这个投票码已经用过，一个投票码只能投一次。"
	case !slip.Open:
		v.other = "投票已经结束。"
	default:
		v.bad = sent.Bad()
		v.form = ui.Move{Label: "投票", Button: "投出", Action: slipURL(id) + "/ballot", Consequence: "一个投票码投一次，投出后不能修改。没有人知道这个投票码是谁的。", Primary: true, Open: true}
		sent.Fill(&v.form, "ballot", append([]ui.Control{{Kind: "hidden", Field: ui.Field{Name: "code", Value: typed}}}, ballot(slip.Questions)...))
	}
	return page.Render(w, r, code, slipPage(v))
}

// castSlip casts a ballot with the code of a slip.
func (h handler) castSlip(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "ballot")
	if err != nil {
		return err
	}
	code := sent.Value("code")
	slip, err := h.polls.Slip(r.Context(), sent.ID, code)
	if err == nil {
		list := chosen(sent, slip.Questions)
		err = sent.Try(func() error { return h.polls.CastSlip(r.Context(), sent.ID, code, list) })
	}
	return sent.Answer(w, err, slipURL(sent.ID)+"?done=1", "已投票。", func(status int) error { return h.showSlip(w, r, status, sent.ID, code, sent) })
}

// screenView is the wall of the hall.
type screenView struct {
	rec   poll.Record
	qr    ui.QRCode
	count string
}

func (h handler) screen(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := screenView{rec: rec, count: "应投 " + strconv.Itoa(rec.Circle) + " 人，已投 " + strconv.Itoa(rec.Signed+rec.Used) + " 人"}
	if rec.Papers > 0 {
		v.count += "，另有纸质票 " + strconv.Itoa(rec.Papers) + " 张"
	}
	if v.qr, err = page.Square(h.base + page.PollURL(rec.ID)); err != nil {
		return err
	}
	return page.OK(w, r, screenPage(&v))
}

func (h handler) printPapers(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, papersPage(&rec))
}
