// Package feed serves the page on which calendar addresses are made and revoked, and
// the calendars behind them.
package feed

import (
	"net/http"
	"time"

	"portal/internal/access"
	"portal/internal/budget"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/feed"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct {
	feeds   *feed.Store
	site    page.Site
	address func(*http.Request) string
	reads   *budget.Budget // of one calendar
	guesses *budget.Budget // wrong addresses, by who asks
}

// Register adds the room's routes. address tells where a request comes from.
func Register(rs *page.Routes, s *feed.Store, address func(*http.Request) string) {
	h := handler{s, rs.Site, address, budget.New(60, 10*time.Second), budget.New(20, time.Minute)}
	rs.Get(page.FeedsURL, access.OwnFeed, h.list)
	rs.Post(page.FeedsURL, access.OwnFeed, h.make)
	rs.Post(page.FeedsURL+"/{id}/revocation", access.OwnFeed, h.revoke)
	rs.Get("/calendars/{token}", access.Anyone, h.read)
}

// listView is the page of one's calendars.
type listView struct {
	feed.Listing
	kinds   []ui.Option
	kind    string
	station string
	bad     fault.Fields
	lines   []line
}

// line is one live feed.
type line struct {
	feed.Line
	name, sub string
}

func (h handler) view(r *http.Request, kind, station string) (*listView, error) {
	actor := page.Actor(r)
	l, err := h.feeds.Feeds(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &listView{Listing: l, kind: kind, station: station}
	for _, k := range feed.Kinds {
		if k.Key == feed.Street && !actor.May(access.StreetFeed) || k.Key == feed.Station && !actor.May(access.StationFeed) {
			continue
		}
		v.kinds = append(v.kinds, ui.Option{Value: k.Key, Label: k.Name, Hint: hints[k.Key]})
	}
	for _, f := range l.Lines {
		x := line{Line: f, name: choice.Name(feed.Kinds, f.Kind), sub: page.Moment(&f.MadeAt) + "建立"}
		if f.Station != "" {
			x.name = f.Station + "的接待日"
		}
		if !f.Mine {
			x.sub += "，" + f.Maker
		}
		v.lines = append(v.lines, x)
	}
	return v, nil
}

var hints = map[string]string{
	feed.Person:  "通知您参加的会议和活动，您值班的接待日",
	feed.Street:  "本街道发出通知的全部会议和活动",
	feed.Station: "一个联络站已公布的接待日",
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Kind    string `form:"kind"`
		Station string `form:"station"`
	}](r)
	if q.Kind == "" {
		q.Kind = feed.Person
	}
	v, err := h.view(r, q.Kind, q.Station)
	if err != nil {
		return err
	}
	return page.OK(w, r, listPage(v))
}

// make shows the new address in its answer, and nowhere else afterwards.
func (h handler) make(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Kind    string `form:"kind"`
		Station string `form:"station"`
	}](w, r)
	if err != nil {
		return err
	}
	token, err := h.feeds.Make(r.Context(), page.Actor(r), f.Kind, page.Int64(f.Station))
	if bad, ok := page.Complaints(err); ok {
		v, err := h.view(r, f.Kind, f.Station)
		if err != nil {
			return err
		}
		v.bad = bad
		return page.Render(w, r, http.StatusUnprocessableEntity, listPage(v))
	}
	if err != nil {
		return err
	}
	return page.OK(w, r, issuedPage(choice.Name(feed.Kinds, f.Kind), h.site.BaseURL+page.CalendarFeedURL(token)))
}

func (h handler) revoke(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.feeds.Revoke(r.Context(), page.Actor(r), id); err != nil {
		return err
	}
	return page.Done(w, r, page.FeedsURL, "已撤销，这个地址不再更新。")
}
