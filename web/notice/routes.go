// Package notice serves the page on which people read what is new for them.
package notice

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/notice"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct{ notices *notice.Store }

// Register adds the room's routes and counts the unread for every page.
func Register(rs *page.Routes, s *notice.Store) {
	h := handler{s}
	rs.Unread = s.Count
	rs.Get("/notices", access.SignedIn, h.list)
	rs.Post("/notices/read", access.SignedIn, h.read)
}

// perPage is how many notices a page has.
const perPage = 50

type query struct {
	After string `form:"after"`
}

// inbox is what the page shows.
type inbox struct {
	head   ui.PageHead
	unread bool
	last   string // marks the newest notice, up to which all are marked read
	table  ui.Table
	next   string
	first  string
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[query](r), page.Actor(r)
	list, unread, next, err := h.notices.Notices(r.Context(), actor, db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := inbox{head: ui.PageHead{Title: "消息", Count: count(unread)}, unread: unread > 0, next: page.Next(r, next.String())}
	if q.After != "" {
		v.first = page.NoticesURL
	} else if len(list) > 0 {
		v.last = list[0].Cursor().String()
	}
	v.table = h.table(list, actor.StreetID == 0)
	return page.OK(w, r, inboxPage(v))
}

func count(unread int) string {
	switch {
	case unread == 0:
		return ""
	case unread >= notice.UnreadCap:
		return strconv.Itoa(notice.UnreadCap) + " 条以上未读"
	}
	return strconv.Itoa(unread) + " 条未读"
}

func (h handler) table(list []notice.Entry, city bool) ui.Table {
	t := ui.Table{Caption: "消息", Columns: []ui.Column{{Label: "内容"}, {Label: "时间"}, {Label: "状态"}}}
	for _, e := range list {
		cells := []ui.Cell{{Text: e.Title, URL: e.Link}, {Text: calendar.DateTime(e.At)}, {Text: "已读"}}
		if city {
			cells[0].Sub = e.Street
		}
		if e.Unread {
			cells[2] = ui.Cell{Status: &ui.Status{Text: "未读", Tone: ui.ToneWait}}
		}
		t.Rows = append(t.Rows, ui.Row{URL: e.Link, Cells: cells})
	}
	return t
}

// read marks everything read up to the notice that was on top of the page.
func (h handler) read(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[struct {
		Last string `form:"last"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := h.notices.MarkRead(r.Context(), page.Actor(r), db.ParseCursor(f.Last)); err != nil {
		return err
	}
	return page.Done(w, r, page.NoticesURL, "已全部标为已读。")
}
