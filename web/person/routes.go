// Package person serves the search over a street's people, what each of them is,
// and the merging of duplicates.
package person

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/person"
	"portal/web/page"
)

type handler struct{ people *person.Store }

// Register adds the routes: the list, a person, and likely duplicates with what can
// be done about them.
func Register(rs *page.Routes, s *person.Store) {
	h := handler{s}
	rs.Get("/people", access.ViewPeople, h.list)
	rs.Get("/people/duplicates", access.MergePeople, h.pairs)
	rs.Get("/people/duplicates/{id}", access.MergePeople, h.pair)
	rs.Post("/people/duplicates/{id}/merge", access.MergePeople, h.merge)
	rs.Post("/people/duplicates/{id}/apart", access.MergePeople, h.apart)
	rs.Get("/people/{id}", access.ViewPeople, h.record)
	rs.Get("/people/{id}/edit", access.KeepPeople, h.edit)
	rs.Post("/people/{id}", access.KeepPeople, h.correct)
	rs.Post("/people/{id}/account", access.AccountPerson, h.account)
	rs.Post("/people/{id}/phone", access.UnmaskPerson, h.phone)
	rs.Post("/people/merges/{id}/undo", access.MergePeople, h.part)
}

func (h handler) read(r *http.Request) (person.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return person.Record{}, err
	}
	return h.people.Record(r.Context(), page.Actor(r), id)
}
