// Package deputy serves the register of deputies and their professional groups
// to people with an account.
package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/deputy"
	"portal/web/page"
)

type handler struct{ deputies *deputy.Store }

// Register adds the room's routes: the register, the form, the record with its
// moves, and the groups.
func Register(rs *page.Routes, s *deputy.Store) {
	h := handler{s}
	rs.Get("/deputies", access.ViewDeputies, h.list)
	rs.Get("/deputies/new", access.KeepDeputies, h.form)
	rs.Post("/deputies", access.KeepDeputies, h.enter)
	rs.Get("/deputies/{id}", access.ViewDeputies, h.record)
	rs.Get("/deputies/{id}/edit", access.KeepDeputies, h.edit)
	rs.Post("/deputies/{id}", access.KeepDeputies, h.revise)
	rs.Post("/deputies/{id}/end", access.DecideDeputies, h.end)
	rs.Post("/deputies/{id}/phone", access.UnmaskDeputy, h.phone)
	rs.Get("/groups", access.ViewDeputies, h.groups)
}

// read reads the deputy that the address names.
func (h handler) read(r *http.Request) (deputy.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return deputy.Record{}, err
	}
	return h.deputies.Record(r.Context(), page.Actor(r), id)
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func version(typed string) int {
	n, _ := strconv.Atoi(typed) // what is no number is no version that any row has
	return n
}
