// Package meeting serves the pages of meetings: the list, the record with its moves,
// topics, decided items, minutes and the screen in the hall.
package meeting

import (
	"net/http"

	"portal/internal/access"
	"portal/internal/meeting"
	"portal/web/page"
)

type handler struct{ meetings *meeting.Store }

// Register adds the room's routes.
func Register(rs *page.Routes, s *meeting.Store) {
	h := handler{s}
	rs.Get("/meetings", access.ViewMeetings, h.list)
	rs.Get("/meetings/new", access.KeepMeetings, h.form)
	rs.Post("/meetings", access.KeepMeetings, h.plan)
	rs.Get("/meetings/topics", access.ViewTopics, h.topics)
	rs.Get("/meetings/topics/new", access.ProposeTopics, h.topicForm)
	rs.Post("/meetings/topics", access.ProposeTopics, h.propose)
	rs.Get("/meetings/topics/{id}", access.ViewTopics, h.topic)
	for _, m := range meeting.TopicProcedure.Moves {
		rs.Post("/meetings/topics/{id}/"+m.Name, m.Need, h.moveTopic(m.Name))
	}
	rs.Get("/meetings/tasks", access.ReadMeetings, h.tasks)
	rs.Get("/meetings/tasks/{id}", access.ReadMeetings, h.task)
	for _, m := range meeting.TaskProcedure.Moves {
		rs.Post("/meetings/tasks/{id}/"+m.Name, m.Need, h.moveTask(m.Name))
	}
	rs.Get("/meetings/{id}", access.ViewMeetings, h.record)
	rs.Get("/meetings/{id}/edit", access.KeepMeetings, h.edit)
	rs.Post("/meetings/{id}", access.KeepMeetings, h.revise)
	rs.Get("/meetings/{id}/screen", access.KeepMeetings, h.screen)
	rs.Get("/meetings/{id}/document.docx", access.ViewMeetings, h.paper)
	for _, m := range meeting.Procedure.Moves {
		rs.Post("/meetings/{id}/"+m.Name, m.Need, h.move(m.Name))
	}
}

// read reads the meeting that the address names.
func (h handler) read(r *http.Request) (meeting.Record, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return meeting.Record{}, err
	}
	return h.meetings.Record(r.Context(), page.Actor(r), id)
}
