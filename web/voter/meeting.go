package voter

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// meetingView is the page on which a district's selection meeting is recorded.
type meetingView struct {
	rec      voter.Record
	district voter.District
	stand    []voter.Candidate
	tied     []voter.Candidate
	values   url.Values
	bad      fault.Fields
	stale    bool
}

func (v *meetingView) field(name, otherwise string) string {
	if v.values != nil {
		return v.values.Get(name)
	}
	return otherwise
}

func (v *meetingView) votes(c voter.Candidate) ui.Field {
	f := ui.Field{Name: fmt.Sprintf("votes-%d", c.ID), Label: c.Name + "得票", Type: "number", Attrs: whole}
	if c.Votes != nil {
		f.Value = strconv.Itoa(*c.Votes)
	}
	f.Value = v.field(f.Name, f.Value)
	return f.For(v.bad)
}

// again is the field of the second vote among those tied.
func (v *meetingView) again(c voter.Candidate) ui.Field {
	f := v.votes(c)
	f.ID, f.Value = "again-"+f.Name, ""
	if c.Runoff != nil {
		f.Value = strconv.Itoa(*c.Runoff)
	}
	f.Hint = fmt.Sprintf("第一次 %d 票", *c.Votes)
	return f
}

func (v *meetingView) whole(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// meetingOf finds the district that the address or form names.
func (h handler) meetingOf(r *http.Request, rec voter.Record, id int64) (*meetingView, error) {
	i := slices.IndexFunc(rec.Districts, func(d voter.District) bool { return d.ID == id })
	if i < 0 {
		return nil, fault.NotFound
	}
	v := &meetingView{rec: rec, district: rec.Districts[i]}
	var votes []voter.Vote
	for _, c := range rec.Standing() {
		if c.DistrictID == id {
			v.stand = append(v.stand, c)
			if c.Votes != nil {
				votes = append(votes, voter.Vote{ID: c.ID, Votes: *c.Votes})
			}
		}
	}
	if v.district.Tied && v.district.Present != nil {
		_, tied := voter.Elect(votes, *v.district.Present, v.district.Seats, rec.PassPercent)
		for _, c := range v.stand {
			if slices.Contains(tied, c.ID) {
				v.tied = append(v.tied, c)
			}
		}
	}
	return v, nil
}

func (h handler) meeting(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	id, err := page.ID(r, "district")
	if err != nil {
		return err
	}
	v, err := h.meetingOf(r, rec, id)
	if err != nil {
		return err
	}
	if rec.State != voter.Meeting {
		return page.Redirect(w, r, page.SelectionURL(rec.ID))
	}
	return page.OK(w, r, meetingPage(v, calendar.ISO(h.voters.Now())))
}

// count records the votes of a district: of its meeting, or of the second vote
// among those tied.
func (h handler) count(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		f, err := page.Form[struct {
			Version  string `form:"version"`
			District string `form:"district"`
			HeldOn   string `form:"held_on"`
			Place    string `form:"place"`
			Due      string `form:"due"`
			Present  string `form:"present"`
		}](w, r)
		if err != nil {
			return err
		}
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		district := page.Int64(f.District)
		v, err := h.meetingOf(r, rec, district)
		if err != nil {
			return err
		}
		var read text.Reader
		votes := map[int64]int{}
		for _, c := range v.stand {
			if at := fmt.Sprintf("votes-%d", c.ID); r.PostForm.Has(at) {
				votes[c.ID] = read.Int(at, r.PostForm.Get(at), c.Name+"的得票", 0, 100000)
			}
		}
		step := voter.Step{ID: id, Version: page.Version(f.Version)}
		if name == "result" {
			result := voter.Result{
				DistrictID: district, HeldOn: read.Date("held_on", f.HeldOn, "会议日期", true), Place: read.Line("place", f.Place, "地点", text.Name, false),
				Due: read.Int("due", f.Due, "应到人数", 1, 100000), Present: read.Int("present", f.Present, "到会人数", 1, 100000), Votes: votes,
			}
			if err = read.Bad.Err(); err == nil {
				err = h.voters.RecordResult(r.Context(), page.Actor(r), step, result)
			}
		} else if err = read.Bad.Err(); err == nil {
			err = h.voters.RecordRunoff(r.Context(), page.Actor(r), step, district, votes)
		}
		return h.counted(w, r, v, err)
	}
}

// counted answers a count: with the selection, or with what was typed.
func (h handler) counted(w http.ResponseWriter, r *http.Request, v *meetingView, err error) error {
	bad, complaints := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	switch {
	case err == nil:
		return page.Done(w, r, page.SelectionURL(v.rec.ID), v.district.Name+"的推选结果已登记。")
	case !complaints && !stale:
		return err
	}
	v.bad, v.stale, v.values = bad, stale, r.PostForm
	code := http.StatusUnprocessableEntity
	if stale {
		code = http.StatusConflict
	}
	return page.Render(w, r, code, meetingPage(v, ""))
}

func heldOn(v *meetingView, today string) string {
	if v.district.HeldOn != nil {
		return calendar.ISO(*v.district.HeldOn)
	}
	return today
}
