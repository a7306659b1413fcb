package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/feed"
	"portal/web/page"
)

// fresh is how long a calendar program may keep what it has read.
const fresh = 15 * time.Minute

// read serves the calendar behind a secret address. Whoever has the address reads it:
// no session is looked at. An address that is wrong or was revoked is not there, and
// who tries many of them is put off.
func (h handler) read(w http.ResponseWriter, r *http.Request) error {
	token, ok := strings.CutSuffix(page.Param(r, "token"), ".ics")
	now, who := h.feeds.Now(), h.address(r)
	if !ok || len(token) != 32 {
		return fault.NotFound
	}
	if !h.guesses.Allow(who, now) || !h.reads.Allow(token, now) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(http.StatusTooManyRequests)
		return nil
	}
	c, err := h.feeds.Read(r.Context(), token)
	if errors.Is(err, fault.NotFound) {
		return err // the guess is spent
	}
	h.guesses.Return(who, now)
	if err != nil {
		return err
	}
	return h.write(w, r, &c)
}

func (h handler) write(w http.ResponseWriter, r *http.Request, c *feed.Calendar) error {
	body, modified := h.text(c)
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	page.Inline(w, "calendar.ics", "text/calendar; charset=utf-8")
	head := w.Header()
	head.Set("Cache-Control", "private, max-age="+strconv.Itoa(int(fresh.Seconds())))
	head.Set("ETag", tag)
	head.Set("X-Robots-Tag", "noindex")
	if !modified.IsZero() {
		head.Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	}
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	page.Size(w, int64(len(body)))
	_, err := w.Write(body)
	return err
}

// text writes the calendar. The same events give the same bytes.
func (h handler) text(c *feed.Calendar) (body []byte, modified time.Time) {
	cal := ics.NewCalendar()
	cal.SetMethod(ics.MethodPublish)
	cal.SetProductId("-//" + h.site.Name + "//ZH")
	cal.SetName(c.Name + choice.Name(feed.Kinds, c.Kind))
	cal.SetXWRCalName(c.Name + choice.Name(feed.Kinds, c.Kind))
	cal.SetXWRTimezone("Asia/Shanghai")
	cal.SetRefreshInterval("PT1H")
	cal.SetXPublishedTTL("PT1H")
	host := "portal"
	if u, err := url.Parse(h.site.BaseURL); err == nil && u.Host != "" {
		host = u.Hostname()
	}
	for _, e := range c.Events {
		x := cal.AddEvent(kindOf(e.Kind) + "-" + page.Number(e.ID) + "@" + host)
		x.SetDtStampTime(e.ModifiedAt)
		x.SetModifiedAt(e.ModifiedAt)
		x.SetSequence(e.Sequence)
		x.SetStartAt(e.StartsAt)
		x.SetEndAt(e.EndsAt)
		x.SetLocation(e.Place)
		x.SetDescription("召集：" + e.Organiser)
		x.SetURL(h.site.BaseURL + address(e))
		x.SetSummary(e.Title)
		x.SetStatus(ics.ObjectStatusConfirmed)
		if e.Cancelled {
			x.SetSummary("已取消：" + e.Title)
			x.SetStatus(ics.ObjectStatusCancelled)
		}
		if e.ModifiedAt.After(modified) {
			modified = e.ModifiedAt
		}
	}
	var b bytes.Buffer
	_ = cal.SerializeTo(&b, ics.WithNewLineWindows) // a buffer takes everything
	return b.Bytes(), modified
}

// kindOf is the first part of an event's UID, which never changes.
func kindOf(kind string) string {
	if kind == "reception" {
		return kind
	}
	return "gathering"
}

// address is where an event is on the portal.
func address(e feed.Event) string {
	if e.Kind == "reception" {
		return page.PublicStationURL(e.StationID)
	}
	return page.GatheringURL(e.ID)
}
