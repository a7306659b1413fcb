package page

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"portal/internal/db"
	"portal/internal/fault"
	"portal/web/ui"
)

var statuses = []struct {
	err  error
	code int
}{
	{fault.Malformed, http.StatusBadRequest},
	{fault.NotFound, http.StatusNotFound},
	{fault.Forbidden, http.StatusForbidden},
	{fault.Stale, http.StatusConflict},
	{fault.Busy, http.StatusServiceUnavailable},
}

// status maps err to a response code. What row-level security refuses looks
// like what is missing.
func status(err error) int {
	for _, s := range statuses {
		if errors.Is(err, s.err) {
			return s.code
		}
	}
	var fields fault.Fields
	switch {
	case errors.As(err, &fields):
		return http.StatusUnprocessableEntity
	case db.Refused(err):
		return http.StatusNotFound
	case db.Unavailable(err):
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail is the only place where an error becomes a response. Users never see
// the error itself, only a page for its kind and a number to quote.
func (rs *Routes) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the client has gone
	}
	code := status(err)
	level := slog.LevelInfo
	if code >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	ref := rand.Text()[:8]
	rs.log.LogAttrs(r.Context(), level, "request failed",
		slog.String("ref", ref), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", code), slog.Any("err", err))
	if code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	var fields fault.Fields
	errors.As(err, &fields) // a move that a page could not show beside its field
	if strings.HasPrefix(r.URL.Path, OpenURL) {
		failOpen(w, code, ref, fields)
		return
	}
	if err := Render(w, r, code, ui.Failure(code, ref, fields)); err != nil {
		http.Error(w, "系统繁忙，请稍后再试", http.StatusInternalServerError)
	}
}
