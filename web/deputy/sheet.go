package deputy

import (
	"errors"
	"net/http"

	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// sheet is a page of facts, tables and moves: an election, a group, a plan, the
// terms.
type sheet struct {
	head     ui.PageHead
	bad      fault.Fields
	changed  bool // somebody else changed it meanwhile
	status   *ui.Status
	facts    []ui.Fact
	sections []section
	panels   []panel
	events   []ui.Event
}

// section is a table under a heading.
type section struct {
	id, title string
	table     ui.Table
	empty     string
	drops     []drop // in place of table: rows with a button to take them out
}

// drop is a line that can be taken out.
type drop struct{ text, sub, action string }

func (v *sheet) jumps() (list []ui.Move) {
	for _, p := range v.panels {
		list = append(list, p.Move)
	}
	return list
}

// reject shows v again with the form that was not accepted, as it was typed.
// Errors that are no complaint it returns.
func reject(w http.ResponseWriter, r *http.Request, v *sheet, err error) error {
	bad, ok := page.Complaints(err)
	stale := errors.Is(err, fault.Stale)
	if !ok && !stale {
		return err
	}
	code := http.StatusUnprocessableEntity
	if v.bad = bad; stale {
		code, v.changed = http.StatusConflict, true
	}
	for i := range v.panels {
		if v.panels[i].Action == r.URL.Path {
			refill(&v.panels[i], r, bad)
			v.panels[i].Open = true
		}
	}
	return page.Render(w, r, code, sheetPage(v))
}
