package deputy

import (
	"net/http"
	"strings"

	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// sheet is a page of facts, tables and moves: an election, a group, a plan, the
// terms.
type sheet struct {
	head     ui.PageHead
	bad      fault.Fields
	changed  string
	left     []ui.Fact // typed for a move that is no longer open
	status   *ui.Status
	facts    []ui.Fact
	sections []section
	moves    []ui.Move
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

// add adds a move to the page; its name is the end of its address.
func (v *sheet) add(sent *page.Sent, m ui.Move, controls ...ui.Control) {
	sent.Fill(&m, m.Action[strings.LastIndex(m.Action, "/")+1:], controls)
	v.moves = append(v.moves, m)
}

// answer ends the request of a move of a sheet: to is where it leads when it is done,
// look makes the page again.
func answer(w http.ResponseWriter, r *http.Request, sent *page.Sent, err error, to, said string, look func(*http.Request, *page.Sent) (*sheet, error)) error {
	return sent.Answer(w, err, to, said, func(code int) error {
		v, err := look(r, sent)
		if err != nil {
			return err
		}
		if v.bad = sent.Bad(); code == http.StatusConflict {
			v.changed, v.left = page.Changed("这里的内容"), sent.Left(v.moves)
		}
		return page.Render(w, r, code, sheetPage(v))
	})
}
