package team

import (
	"slices"
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/person"
	"portal/web/ui"
)

func sex(key string) string { return choice.Name(person.Sexes, key) }

func iso(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.ISO(*t)
}

func year(born *int) string {
	if born == nil {
		return ""
	}
	return strconv.Itoa(*born) + " 年"
}

// filled leaves out facts that say nothing.
func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func deref(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
