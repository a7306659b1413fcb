package institution

import (
	"net/http"
	"strconv"

	"portal/internal/institution"
	"portal/web/page"
	"portal/web/ui"
)

// changesView compares two versions of a rule.
type changesView struct {
	rec      institution.Record
	from, to int
	changes  []institution.Change
	counts   string
	versions []ui.Option
}

func (h handler) changes(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		From string `form:"from"`
		To   string `form:"to"`
	}](r)
	rec, err := h.read(r, institution.Ask{})
	if err != nil {
		return err
	}
	v := changesView{rec: rec, from: ordinal(q.From, rec.Latest().Ordinal-1), to: ordinal(q.To, rec.Latest().Ordinal)}
	before, after, err := h.rules.Both(r.Context(), page.Actor(r), rec.ID, v.from, v.to)
	if err != nil {
		return err
	}
	v.changes = institution.Compare(before, after)
	n := 0
	for _, c := range v.changes {
		if c.How != "" {
			n++
		}
	}
	v.counts = strconv.Itoa(n) + " 条有变化"
	for _, x := range rec.Versions {
		v.versions = append(v.versions, ui.Option{Value: strconv.Itoa(x.Ordinal), Label: draftName(x.Ordinal)})
	}
	return page.OK(w, r, changesPage(v))
}

func ordinal(s string, otherwise int) int {
	if n, err := strconv.Atoi(s); err == nil && n > 0 && n < 1_000_000 {
		return n
	}
	return max(1, otherwise)
}

func draftName(n int) string { return "第" + strconv.Itoa(n) + "稿" }
