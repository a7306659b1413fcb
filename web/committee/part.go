package committee

import (
	"context"
	"errors"
	"net/http"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// maxReason is how long a reason may be, in characters.
const maxReason = 500

// part is the page on which a unit or a community is kept.
type part struct {
	title, sub, url string
	id              int64
	street          committee.StreetRecord
	version         string
	ended           string // the day, "" while it is in use
	controls        []ui.Control
	endLabel        string
	endConsequence  string
	now             []ui.Fact // what is there, shown when somebody else saved meanwhile
	bad             fault.Fields
	stale           bool
	reason          ui.Field
	endOpen         bool
}

func (p *part) head() ui.PageHead {
	return ui.PageHead{Title: p.title, Sub: p.sub, Back: &ui.Link{Label: p.street.Committee, URL: page.CommitteeURL(p.street.ID)}}
}

func (p *part) end() (ui.Move, []ui.Control) {
	f := p.reason
	f.Name, f.Label, f.Max = "end-reason", p.endLabel+"的理由", maxReason
	return ui.Move{
		Label: p.endLabel, Action: p.url + "/end", Grave: true, Consequence: p.endConsequence, Version: p.version, Open: p.endOpen,
	}, []ui.Control{{"input", f}}
}

// again shows the form as it was typed, with its complaints or, where somebody
// else saved meanwhile, beside what is there now. Other errors it returns.
func (p *part) again(w http.ResponseWriter, r *http.Request, err error) error {
	code := http.StatusUnprocessableEntity
	bad, ok := page.Complaints(err)
	switch {
	case errors.Is(err, fault.Stale):
		code, p.stale = http.StatusConflict, true
	case !ok:
		return err
	}
	p.bad = bad
	form := panel{controls: p.controls}
	refill(&form, r.PostForm, bad)
	if r.PostForm.Has("end-reason") {
		p.endOpen, p.reason.Value, p.reason.Bad = true, r.PostForm.Get("end-reason"), bad.For("end-reason")
	}
	return page.Render(w, r, code, partPage(p))
}

// afterPart ends a move on the page of a unit or community; read reads it anew.
func (h handler) afterPart(w http.ResponseWriter, r *http.Request, err error, read func(*http.Request) (*part, error), said string) error {
	p, gone := read(r)
	if gone != nil {
		return gone
	}
	if err != nil {
		return p.again(w, r, err)
	}
	return page.Done(w, r, page.CommitteeURL(p.street.ID), said)
}

type ends func(ctx context.Context, actor access.Actor, street, id int64, version int, reason string) error

// end ends a unit or a community.
func (h handler) end(w http.ResponseWriter, r *http.Request, read func(*http.Request) (*part, error), do ends, said string) error {
	p, err := read(r)
	if err != nil {
		return err
	}
	f, err := page.Form[struct {
		Version string `form:"version"`
		Reason  string `form:"end-reason"`
	}](w, r)
	if err != nil {
		return err
	}
	var typed text.Reader
	reason := typed.Line("end-reason", f.Reason, "理由", maxReason, true)
	if len(typed.Bad) > 0 {
		return p.again(w, r, typed.Bad.Err())
	}
	err = do(r.Context(), page.Actor(r), p.street.ID, p.id, page.Version(f.Version), reason)
	return h.afterPart(w, r, err, read, said+"："+p.title)
}
