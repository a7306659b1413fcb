package institution

import (
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/db"
)

// GroundLine is a clause that others may rest on.
type GroundLine struct {
	ID             int64
	Title          string
	Number, Suffix int
	Text           string // its beginning
}

// Ground is the clause without its text.
func (g *GroundLine) Ground() Ground { return Ground{g.ID, g.Title, Place{g.Number, g.Suffix}} }

// Grounds is a query for the clauses in force on a day: of the city's rules, and for
// the city itself also of its streets'.
func Grounds(list *[]GroundLine, actor access.Actor, on time.Time) db.Query {
	return db.Many(list, `
		SELECT i.id, i.title, c.number, c.suffix, left(c.text, 40) AS text
		FROM institutions i
		JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
		JOIN institution_clauses c ON c.street_id = v.street_id AND c.version_id = v.id
		WHERE i.city_id = @city
		  AND (i.street_id = 0 OR @all)
		  AND NOT c.repealed
		  AND v.effective_on <= @on::date
		  AND (v.ended_on IS NULL OR v.ended_on > @on)
		ORDER BY i.tier, i.street_id, i.id, c.number, c.suffix
		LIMIT 2000`, db.Args{"city": actor.CityID, "all": actor.StreetID == 0, "on": on})
}

// Ref is a clause of a rule in a form.
func (g Ground) Ref() string { return strconv.FormatInt(g.ID, 10) + "." + g.Key() }

// ParseRef reads what Ref writes; "" is no clause.
func ParseRef(s string) (g Ground, ok bool) {
	if s == "" {
		return g, true
	}
	rule, place, _ := strings.Cut(s, ".")
	id, err := strconv.ParseInt(rule, 10, 64)
	g.Place, ok = ParsePlace(place)
	g.ID = id
	return g, ok && err == nil && id > 0
}

// Name writes the clause with its rule: 《人大代表联系选民制度》第二条.
func (g Ground) Name() string { return "《" + g.Title + "》" + g.Label() }
