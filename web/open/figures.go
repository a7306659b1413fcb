package open

import (
	"encoding/json"
	"net/http"
	"time"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/figure"
	"portal/web/page"
)

// patience is how long a request waits for its turn to count.
const patience = 3 * time.Second

// figures is the answer of contract.md §4: every indicator of the dictionary,
// for all the city's streets and for each by its name.
type figures struct {
	From    string                            `json:"from"`
	To      string                            `json:"to"`
	AsOf    string                            `json:"as_of"`
	Figures map[string]json.Number            `json:"figures"`
	Streets map[string]map[string]json.Number `json:"streets"`
}

// count serves the figures of a period. city is the code of one of several
// cities; without it, it is the installation's first.
func (h handler) count(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		From string `form:"from"`
		To   string `form:"to"`
		City string `form:"city"`
	}](r)
	period, err := figure.ParsePeriod(q.From, q.To, calendar.On(h.site.Now()))
	if bad, ok := page.Complaints(err); ok {
		return malformed(bad)
	}
	city := int64(0)
	if q.City != "" {
		if city, err = h.open.City(r.Context(), q.City); err != nil {
			return malformed(fault.Fields{{Name: "city", Text: "city 请填写市的六位区划代码，例如 441900"}})
		}
	}
	select {
	case h.counting <- struct{}{}:
		defer func() { <-h.counting }()
	case <-time.After(patience):
		return fault.Busy
	case <-r.Context().Done():
		return r.Context().Err()
	}
	t, err := h.figures.Open(r.Context(), city, period)
	if err != nil {
		return err
	}
	cached(w)
	return page.JSON(w, http.StatusOK, counted(t))
}

func counted(t *figure.Table) figures {
	f := figures{
		From: t.Period.From.Format(time.DateOnly), To: t.Period.To.Format(time.DateOnly), AsOf: t.AsOf.In(calendar.Zone).Format(time.RFC3339),
		Figures: map[string]json.Number{}, Streets: map[string]map[string]json.Number{},
	}
	for _, s := range t.Streets {
		f.Streets[s.Name] = map[string]json.Number{}
	}
	for _, fig := range t.Figures {
		f.Figures[fig.Key] = json.Number(fig.Text(fig.Total()))
		for _, s := range t.Streets {
			f.Streets[s.Name][fig.Key] = json.Number(fig.Text(fig.Street(s.ID)))
		}
	}
	return f
}
