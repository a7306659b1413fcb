// Package appointment serves the pages of appointment and removal: the street
// prepares and submits on them, the city's standing committee enters its steps.
package appointment

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/web/page"
)

type handler struct{ files *appointment.Store }

// Register adds the room's routes: the list, the form that begins a file, its
// record with a route for each move, the persons in it and their papers; and the
// pages on which posts end by themselves and somebody heads a committee.
func Register(rs *page.Routes, s *appointment.Store) {
	h := handler{s}
	rs.Get("/appointments", access.ViewAppointments, h.list)
	rs.Get("/appointments/new", access.PrepareAppointment, h.form)
	rs.Post("/appointments", access.PrepareAppointment, h.begin)
	rs.Get("/appointments/{id}", access.ViewAppointments, h.record)
	for _, m := range appointment.Procedure.Moves {
		rs.Post("/appointments/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
	rs.Post("/appointments/{id}/revision", access.PrepareAppointment, h.move("revision"))
	rs.Post("/appointments/{id}/papers", access.PrepareAppointment, h.move("papers"))
	rs.Get("/appointments/{id}/announcement/document.docx", access.ViewAppointments, h.announcement)
	rs.Get("/appointments/{id}/people/new", access.PrepareAppointment, h.personForm)
	rs.Post("/appointments/{id}/people", access.PrepareAppointment, h.addPerson)
	rs.Get("/appointments/{id}/people/{person}", access.ViewAppointments, h.person)
	rs.Post("/appointments/{id}/people/{person}/papers", access.PrepareAppointment, h.personMove("papers"))
	rs.Post("/appointments/{id}/people/{person}/removal", access.PrepareAppointment, h.personMove("removal"))
	rs.Get("/appointments/{id}/people/{person}/document.docx", access.ViewAppointments, h.certificate)
	rs.Get("/committees/{street}/endings/new", access.ReportEnding, h.endingForm)
	rs.Post("/committees/{street}/endings", access.ReportEnding, h.reportEnding)
	rs.Get("/committees/{street}/endings/{id}", access.ViewAppointments, h.ending)
	rs.Post("/committees/{street}/endings/{id}/filing", access.DecideAppointment, h.fileEnding)
	rs.Post("/committees/{street}/endings/{id}/return", access.DecideAppointment, h.returnEnding)
	rs.Get("/committees/{street}/acting-heads/new", access.DecideAppointment, h.headForm)
	rs.Post("/committees/{street}/acting-heads", access.DecideAppointment, h.noteHead)
	rs.Get("/committees/{street}/acting-heads/{id}", access.ViewDelegations, h.actingHead)
	rs.Post("/committees/{street}/acting-heads/{id}/end", access.DecideAppointment, h.endHead)
}

// read reads the file that the address names.
func (h handler) read(r *http.Request) (appointment.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return appointment.Record{}, err
	}
	return h.files.Record(r.Context(), page.Actor(r), id)
}

func personURL(file, person int64) string {
	return page.AppointmentURL(file) + "/people/" + page.Number(person)
}
