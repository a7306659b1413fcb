package suggestion

import (
	"net/http"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/suggestion"
	"portal/web/page"
	"portal/web/ui"
)

// publicView is the residents' list.
type publicView struct {
	table       ui.Table
	next, first string
}

// published lists what deputies suggested and units answered, for anybody.
func (h handler) published(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		Street string `form:"street"`
		After  string `form:"after"`
	}](r)
	list, next, err := h.suggestions.PublicSuggestions(r.Context(), page.Int64(q.Street), db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := publicView{next: page.Next(r, next.String()), table: ui.Table{Caption: "代表建议", Columns: []ui.Column{{Label: "建议"}, {Label: "领衔代表"}, {Label: "提交", Day: true}, {Label: "办理结果"}}}}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, l := range list {
		url := page.PublicSuggestionURL(l.ID)
		v.table.Rows = append(v.table.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: l.Title, URL: url, Sub: l.Street + " " + l.Number}, {Text: l.Lead}, {Text: calendar.Date(l.SubmittedOn)}, {Text: choice.Name(suggestion.Results, l.Result)},
		}})
	}
	return page.OK(w, r, publishedPage(v))
}

func (h handler) publishedOne(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.suggestions.PublicSuggestion(r.Context(), id)
	if err != nil {
		return err
	}
	return page.OK(w, r, publishedOnePage(p))
}

func publicFacts(p suggestion.Public) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "情况和问题", Text: p.Facts, Wide: true},
		{Label: "原因分析", Text: p.Analysis, Wide: true},
		{Label: "具体建议", Text: p.Proposals, Wide: true},
		{Label: "领衔代表", Text: p.Lead},
		{Label: "街道", Text: p.Street},
		{Label: "提交", Text: calendar.Date(p.SubmittedOn)},
	})
}

func publicReplyTitle(r suggestion.PublicReply) string {
	if r.Kind == "fulfilment" {
		return calendar.Date(r.SignedOn) + "兑现承诺的答复"
	}
	return calendar.Date(r.SignedOn) + "答复，" + choice.Name(suggestion.Results, r.Result)
}
