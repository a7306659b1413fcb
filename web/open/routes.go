// Package open serves the open data feed, JSON for anybody (docs/open-data.md).
package open

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/figure"
	"portal/internal/open"
	"portal/web/page"
)

type handler struct {
	open     *open.Store
	figures  *figure.Store
	site     page.Site
	counting chan struct{}
}

// countingAtOnce is how many requests may count figures at the same time: a
// count reads every row of its period.
const countingAtOnce = 2

// Register registers the feed's routes.
func Register(rs *page.Routes, records *open.Store, figures *figure.Store) {
	h := handler{records, figures, rs.Site, make(chan struct{}, countingAtOnce)}
	rs.Get(page.OpenURL+"streets", access.Anyone, h.list(h.streets))
	rs.Get(page.OpenURL+"stations", access.Anyone, h.list(h.stations))
	rs.Get(page.OpenURL+"deputies", access.Anyone, h.list(h.deputies))
	rs.Get(page.OpenURL+"institutions", access.Anyone, h.list(h.institutions))
	rs.Get(page.OpenURL+"committees", access.Anyone, h.list(h.committees))
	rs.Get(page.OpenURL+"figures", access.Anyone, h.count)
}

// Limits of a page.
const (
	usual = 50
	most  = 200
)

type query struct {
	Cursor        string `form:"cursor"`
	Limit         string `form:"limit"`
	ModifiedSince string `form:"modified_since"`
}

// parse reads what part of a list is wanted.
func (q query) parse() (p open.Page, err error) {
	var bad fault.Fields
	p.Limit = usual
	if q.Limit != "" {
		if p.Limit, err = strconv.Atoi(q.Limit); err != nil || p.Limit < 1 || p.Limit > most {
			bad.Add("limit", fmt.Sprintf("limit 请填写 1 到 %d 之间的整数", most))
		}
	}
	if q.Cursor != "" {
		if p.After = readCursor(q.Cursor); p.After == 0 {
			bad.Add("cursor", "cursor 请使用上一页 links.next 里的值")
		}
	}
	if q.ModifiedSince != "" {
		if p.ModifiedSince, err = instant(q.ModifiedSince); err != nil {
			bad.Add("modified_since", "modified_since 请填写日期或时间，例如 2026-01-31 或 2026-01-31T08:00:00+08:00")
		}
	}
	return p, malformed(bad)
}

// malformed is 400 with its sentences: whoever asks is a program, which has no
// form to mend.
func malformed(bad fault.Fields) error {
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", fault.Malformed, bad)
}

func cursor(id int64) string {
	return base64.RawURLEncoding.EncodeToString(strconv.AppendInt([]byte("id "), id, 10))
}

func readCursor(s string) int64 {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || !strings.HasPrefix(string(b), "id ") {
		return 0
	}
	return page.Int64(string(b[3:]))
}

// instant reads a day, or an instant whose plus sign a form may have lost.
func instant(s string) (time.Time, error) {
	if day, ok := calendar.Parse(s); ok {
		return calendar.Starts(day), nil
	}
	t, err := time.Parse(time.RFC3339, strings.Replace(s, " ", "+", 1))
	if err == nil && (t.Year() < 1900 || t.Year() > 2200) {
		err = fault.Malformed
	}
	return t, err
}
