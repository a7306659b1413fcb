package figure

import (
	"fmt"
	"strings"
)

// Sentence is what staff paste into a summary (domain.md §5), counted from t
// for one street, or for all where street is 0. place is how the sentence names
// whose figures they are: "东城街道".
func (t *Table) Sentence(place string, street int64) string {
	n := func(key string) int64 {
		f := t.Figure(key)
		if street == 0 {
			return f.Total()
		}
		return f.Street(street)
	}
	closing, satisfied := t.Share(Rates[0], street), t.Share(Rates[1], street)
	var b strings.Builder
	fmt.Fprintf(&b, "%s至%s，%s组织代表进站接待群众%d次，代表进站%d人次，接待群众%d人次，收集意见建议%d条，办结%d条，办结率%s（%d/%d）",
		day(t.Period.From), day(t.Period.To), place, n("visits"), n("deputies_present"), n("residents_received"),
		n("opinions"), n("opinions_closed"), closing.Percent(), closing.Numerator, closing.Denominator)
	if satisfied.Denominator > 0 {
		fmt.Fprintf(&b, "，满意率%s（%d/%d）", satisfied.Percent(), satisfied.Numerator, satisfied.Denominator)
	}
	b.WriteString("。")
	return b.String()
}
