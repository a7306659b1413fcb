package mandate

import (
	"portal/internal/fault"
	"portal/web/ui"
)

// listView is a list with filters.
type listView struct {
	head        ui.PageHead
	tabs        []ui.NavItem
	action      string
	narrowed    bool
	filters     []ui.Control
	table       ui.Table
	empty, hint string
	first       *ui.Link // what to do first
	next, start string
}

// section is a part of a form.
type section struct {
	legend   string
	controls []ui.Control
	remove   string // value of the button that takes it out
}

// formView is a form in sections.
type formView struct {
	head     ui.PageHead
	bad      fault.Fields
	banner   string
	known    []ui.Fact // what is there now, after a conflict
	action   string
	hidden   [][2]string
	sections []section
	add      string // label of the button that adds a section
	offer    *ui.Link
	submit   string
}

// part is a table of a record under a heading.
type part struct {
	id, title, note string
	table           ui.Table
}

// story is a report with its files and the answer to it.
type story struct {
	head, text, answer string
	paper              string
	files              []ui.Attachment
}

// recordView is what the page of one record shows.
type recordView struct {
	head    ui.PageHead
	status  ui.Status
	turn    string
	due     *ui.Due
	bad     fault.Fields
	changed string
	left    []ui.Fact
	steps   []ui.ProcedureStep
	facts   []ui.Fact
	chain   *chain // from the clause to the acts; nil where it rests on none
	parts   []part
	stories []story
	moves   []ui.Move
	events  []ui.Event
}

// checkView is the answer to whether an act may be done.
type checkView struct {
	head    ui.PageHead
	fields  []ui.Control
	bad     fault.Fields
	asked   bool
	tone    ui.Tone
	answer  string
	actions []ui.Link
}
