// Package choice has what forms and filters let people choose from: values as
// stored with their names on screen, and rows of the database.
package choice

// Term is a value as stored, with its name on screen.
type Term struct{ Key, Name string }

// Row is a row of the database to choose from a list.
type Row struct {
	ID   int64
	Name string
}

// Grouped is a Row that stands under a heading, such as the year of its plan.
type Grouped struct {
	ID            int64
	Name, Heading string
}

// Name returns the name of key among terms, and "" for a key that is not there.
func Name(terms []Term, key string) string {
	for _, t := range terms {
		if t.Key == key {
			return t.Name
		}
	}
	return ""
}

// Keys lists the keys of terms.
func Keys(terms []Term) []string {
	keys := make([]string, len(terms))
	for i, t := range terms {
		keys[i] = t.Key
	}
	return keys
}
