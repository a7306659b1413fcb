package person

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Filter narrows the list of the people of one street.
type Filter struct {
	StreetID int64  // of who acts for a whole city; 0 is the first of its streets
	Text     string // in the name, or, from two characters on, in where they work
	After    int64  // the person that the page before ended with
	Limit    int
}

// Line is one person in a list.
type Line struct {
	ID        int64
	StreetID  int64
	Name      string
	Sex       string
	Born      *int
	Work      string
	PhoneMask string
}

// Listing is one page of people, and the streets to choose from.
type Listing struct {
	StreetID int64
	Lines    []Line
	Next     int64 // 0 on the last page
	Streets  []choice.Row
	Pairs    int // likely duplicates, up to 100, for who may merge them
}

const selectLine = `
	SELECT p.id, p.street_id, p.name, p.sex, p.born, p.work, p.phone_mask
	FROM people p`

// People lists the people of a street by name, those who were merged into another
// left out.
func (s *Store) People(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list people")
	if !actor.May(access.ViewPeople) {
		return l, fault.Forbidden
	}
	if err := s.db.Read(ctx, actor, db.Many(&l.Streets, `
		SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{})); err != nil {
		return l, err
	}
	if l.StreetID = f.street(actor, l.Streets); l.StreetID == 0 {
		return l, nil
	}
	grams := grams(f.Text)
	best, err := s.rarest(ctx, actor, l.StreetID, grams)
	if err != nil {
		return l, err
	}
	queries := []db.Query{f.page(&l.Lines, l.StreetID, best)}
	if actor.May(access.MergePeople) {
		queries = append(queries, db.Value(&l.Pairs, `
			SELECT count(*) FROM (SELECT FROM person_pairs WHERE street_id = @street AND apart_at IS NULL LIMIT 100) AS capped`, db.Args{"street": l.StreetID}))
	}
	err = s.db.ReadAlong(ctx, actor, queries...)
	if len(l.Lines) > f.Limit {
		l.Lines = l.Lines[:f.Limit]
		l.Next = l.Lines[f.Limit-1].ID
	}
	return l, err
}

// street is the one that is listed: the actor's own, or the one that was chosen.
func (f Filter) street(actor access.Actor, streets []choice.Row) int64 {
	if actor.StreetID != 0 {
		return actor.StreetID
	}
	for _, s := range streets {
		if s.ID == f.StreetID {
			return s.ID
		}
	}
	if len(streets) > 0 {
		return streets[0].ID
	}
	return 0
}

// Found is a condition for the list of another room, whose rows name people: it
// holds for the rows of table whose person has text, which is not empty, in their
// name or, from two characters on, in where they work. A row that was merged into
// another is found by what the other says.
func Found(table, text string) (condition string, args db.Args) {
	known := grams(text)
	return `(` + table + `.street_id, ` + table + `.person_id) IN (
		SELECT k.street_id, h.id
		FROM people_grams g
		JOIN people k ON k.street_id = g.street_id AND k.id = g.person_id
		CROSS JOIN LATERAL (
			SELECT k.id
			UNION ALL
			SELECT m.id FROM people m WHERE m.street_id = k.street_id AND m.merged_into = k.id) AS h
		WHERE g.gram = @found_gram AND (strpos(k.name, @found_text) > 0 OR strpos(k.work, @found_text) > 0))`,
		db.Args{"found_gram": known[len(known)-1], "found_text": text}
}

// Has is what Found is, asked of each row of table in turn: for a list that is read
// in the order of an index, where so many have text that its page is soon full.
func Has(table, text string) (condition string, args db.Args) {
	return `(
		SELECT strpos(k.name, @found_text) > 0 OR length(@found_text) > 1 AND strpos(k.work, @found_text) > 0
		FROM people h
		JOIN people k ON k.street_id = h.street_id AND k.id = coalesce(h.merged_into, h.id)
		WHERE h.street_id = ` + table + `.street_id AND h.id = ` + table + `.person_id)`, db.Args{"found_text": text}
}

// Common is from how many people on a text is better looked for with Has.
const Common = 1_000

// Known counts, up to Common, whom the index knows by text, which is not empty, in
// street, or where street is 0 in all streets of the actor.
func Known(n *int, street int64, text string) db.Query {
	where, grams := "street_id = ANY ((SELECT app.streets())::bigint[])", grams(text)
	args := db.Args{"gram": grams[len(grams)-1]}
	if street != 0 {
		where, args["street"] = "street_id = @street", street
	}
	return db.Value(n, `SELECT count(*) FROM (SELECT FROM people_grams WHERE `+where+` AND gram = @gram LIMIT `+itoa(Common)+`) AS capped`, args)
}

// grams are what the index knows of a text: itself, where it is one character, and
// else every two neighbouring ones.
func grams(text string) []string {
	r := []rune(text)
	if len(r) == 1 {
		return []string{text}
	}
	var list []string
	for i := 0; i+1 < len(r); i++ {
		list = append(list, string(r[i:i+2]))
	}
	return list
}

// rarest returns the gram that the fewest people have: the list goes along it.
func (s *Store) rarest(ctx context.Context, actor access.Actor, street int64, grams []string) (best string, err error) {
	if len(grams) < 2 {
		return strings.Join(grams, ""), nil
	}
	counts := make([]int, len(grams))
	var queries []db.Query
	for i, g := range grams {
		queries = append(queries, db.Value(&counts[i], `
			SELECT count(*) FROM (SELECT FROM people_grams WHERE street_id = @street AND gram = @gram LIMIT 5000) AS capped`, db.Args{"street": street, "gram": g}))
	}
	if err := s.db.Read(ctx, actor, queries...); err != nil {
		return "", err
	}
	at := 0
	for i, n := range counts {
		if n < counts[at] {
			at = i
		}
	}
	return grams[at], nil
}

// page reads one row more than the page has, along an index in the order of names:
// OFFSET 0 keeps PostgreSQL from going along another table instead.
func (f Filter) page(list *[]Line, street int64, gram string) db.Query {
	limit := itoa(f.Limit + 1)
	args := db.Args{"street": street}
	if gram == "" {
		after := ""
		if f.After != 0 {
			after, args["after"] = ` AND (p.name COLLATE "C", p.id) > (SELECT a.name COLLATE "C", a.id FROM people a WHERE a.street_id = @street AND a.id = @after)`, f.After
		}
		return db.Many(list, selectLine+`
			WHERE p.street_id = @street AND p.merged_into IS NULL`+after+`
			ORDER BY p.name COLLATE "C", p.id
			LIMIT `+limit, args)
	}
	args["gram"], args["text"] = gram, f.Text
	after := ""
	if f.After != 0 {
		after, args["after"] = ` AND (g.name, g.person_id) > (SELECT a.name COLLATE "C", a.id FROM people a WHERE a.street_id = @street AND a.id = @after)`, f.After
	}
	return db.Many(list, `
		SELECT p.id, p.street_id, p.name, p.sex, p.born, p.work, p.phone_mask
		FROM people_grams g
		CROSS JOIN LATERAL (
			SELECT x.id, x.street_id, x.name, x.sex, x.born, x.work, x.phone_mask
			FROM people x
			WHERE x.street_id = @street AND x.id = g.person_id AND (strpos(x.name, @text) > 0 OR strpos(x.work, @text) > 0)
			OFFSET 0) AS p
		WHERE g.street_id = @street AND g.gram = @gram`+after+`
		ORDER BY g.name, g.person_id
		LIMIT `+limit, args)
}

// Pair is two rows that may be one human.
type Pair struct {
	ID          int64
	StreetID    int64
	FirstID     int64
	SecondID    int64
	Name        string
	Same        []string // phone, born, work
	FirstWork   string
	SecondWork  string
	FirstPhone  string
	SecondPhone string
	FirstRoles  string
	SecondRoles string
	FoundAt     time.Time
}

// Pairs lists likely duplicates that nobody has looked at yet.
func (s *Store) Pairs(ctx context.Context, actor access.Actor, street int64) (list []Pair, err error) {
	defer fault.Wrap(&err, "list likely duplicates")
	if !actor.May(access.MergePeople) {
		return nil, fault.Forbidden
	}
	where, args := "", db.Args{}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	if street != 0 {
		where, args["street"] = " AND x.street_id = @street", street
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT x.id, x.street_id, x.first_id, x.second_id, a.name, x.same, a.work AS first_work, b.work AS second_work,
		       a.phone_mask AS first_phone, b.phone_mask AS second_phone,
		       `+rolesOf("x.street_id", "x.first_id")+` AS first_roles, `+rolesOf("x.street_id", "x.second_id")+` AS second_roles, x.found_at
		FROM person_pairs x
		JOIN people a ON a.street_id = x.street_id AND a.id = x.first_id AND a.merged_into IS NULL
		JOIN people b ON b.street_id = x.street_id AND b.id = x.second_id AND b.merged_into IS NULL
		WHERE x.apart_at IS NULL AND a.name = b.name`+where+`
		ORDER BY x.street_id, x.id
		LIMIT 100`, args))
	return list, err
}
