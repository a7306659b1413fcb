package open

import (
	"context"
	"net/http"

	"portal/internal/open"
	"portal/web/page"
)

// envelope is a page of a list, as OParl has it.
type envelope struct {
	Data  any   `json:"data"`
	Links links `json:"links"`
}

type links struct {
	First string `json:"first"`
	Next  string `json:"next,omitempty"` // missing on the last page
}

// read gives a page's records and, where there is a next page, the ID of the
// last one.
type read func(ctx context.Context, p open.Page) (records any, last int64, err error)

// list serves a list.
func (h handler) list(read read) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := page.Query[query](r).parse()
		if err != nil {
			return err
		}
		records, last, err := read(r.Context(), p)
		if err != nil {
			return err
		}
		e := envelope{Data: records, Links: links{First: h.site.BaseURL + page.With(r, "cursor", "")}}
		if last != 0 {
			e.Links.Next = h.site.BaseURL + page.With(r, "cursor", cursor(last))
		}
		cached(w)
		return page.JSON(w, http.StatusOK, e)
	}
}

// cached lets others keep an answer for a minute: it is the same for everybody,
// so a feed that many read costs the portal one read a minute.
func cached(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=60") }

func (h handler) streets(ctx context.Context, p open.Page) (any, int64, error) {
	list, more, err := h.open.Streets(ctx, p)
	return upTo(list, more, func(s open.Street) int64 { return s.ID }, err)
}

func (h handler) stations(ctx context.Context, p open.Page) (any, int64, error) {
	list, more, err := h.open.Stations(ctx, p)
	return upTo(list, more, func(s open.Station) int64 { return s.ID }, err)
}

func (h handler) deputies(ctx context.Context, p open.Page) (any, int64, error) {
	list, more, err := h.open.Deputies(ctx, p)
	return upTo(list, more, func(d open.Deputy) int64 { return d.ID }, err)
}

func (h handler) institutions(ctx context.Context, p open.Page) (any, int64, error) {
	list, more, err := h.open.Institutions(ctx, p)
	return upTo(list, more, func(i open.Institution) int64 { return i.ID }, err)
}

func (h handler) committees(ctx context.Context, p open.Page) (any, int64, error) {
	list, more, err := h.open.Committees(ctx, p)
	return upTo(list, more, func(o open.Official) int64 { return o.ID }, err)
}

func upTo[T any](list []T, more bool, id func(T) int64, err error) (any, int64, error) {
	if list == nil {
		list = []T{} // an empty list, not null
	}
	if !more {
		return list, 0, err
	}
	return list, id(list[len(list)-1]), err
}
