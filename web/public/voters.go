package public

import (
	"net/http"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/person"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// votersView is the page of voter representatives: who is in office, and the
// candidates while a publicity runs. It says of a person no more than name, sex
// and district.
type votersView struct {
	query       sought
	streets     []ui.Option
	notices     []candidateNotice
	table       ui.Table
	next, first string
}

type candidateNotice struct {
	id, title, until string
	table            ui.Table
}

func (h handler) voters(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[sought](r)
	streets, err := h.streets(r.Context())
	if err != nil {
		return err
	}
	list, next, err := h.Voters.Known(r.Context(), voter.KnownFilter{
		StreetID: page.Int64(q.Street), Text: q.words(), After: page.Int64(q.After), Limit: deputiesAtOnce,
	})
	if err != nil {
		return err
	}
	notices, err := h.Voters.Notices(r.Context(), page.Int64(q.Street))
	if err != nil {
		return err
	}
	v := votersView{query: q, streets: streets, table: known("在任的选民代表", list, true)}
	for _, n := range notices {
		v.notices = append(v.notices, publicity(n))
	}
	if next != 0 {
		v.next = page.Next(r, page.Number(next))
	}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	return page.OK(w, r, votersPage(v))
}

func publicity(n voter.Notice) candidateNotice {
	title := n.Street + n.Term + "选民代表人选公示"
	if n.Kind == voter.By {
		title = n.Street + n.Term + "选民代表补选人选公示"
	}
	v := candidateNotice{id: "notice-" + page.Number(n.ID), title: title, table: known(title, n.Candidates, false)}
	if n.DueOn != nil {
		v.until = "公示从" + calendar.Date(n.From) + "到" + calendar.Date(*n.DueOn) + "。对人选有意见的，请在公示期内向街道人大工委办公室反映。"
	}
	return v
}

func known(caption string, list []voter.Known, street bool) ui.Table {
	t := ui.Table{Caption: caption, Columns: []ui.Column{{Label: "姓名"}, {Label: "性别"}, {Label: "选区"}}}
	if street {
		t.Columns = append(t.Columns, ui.Column{Label: "街道"})
	}
	for _, k := range list {
		row := ui.Row{Cells: []ui.Cell{{Text: k.Name}, {Text: choice.Name(person.Sexes, k.Sex)}, {Text: k.District}}}
		if street {
			row.Cells = append(row.Cells, ui.Cell{Text: k.Street})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
