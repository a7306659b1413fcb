package person

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// AddFromSheet adds whom a row of a sheet is about, as Add does. Who is there
// already has to be written as they are known: then the export says what the sheet
// said, and undoing the import leaves nobody else changed. n.Key holds ":import-",
// so that Forget may remove who came with the sheet.
func (s *Store) AddFromSheet(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n New) (id int64, err error) {
	if id, err = s.Add(ctx, tx, actor, street, n); err != nil {
		return 0, err
	}
	var known New
	err = db.Do(ctx, tx, db.One(&known, `
		SELECT key, name, sex, coalesce(born, 0) AS born, work, '' AS phone, false AS no_phone
		FROM people
		WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id}))
	switch {
	case err != nil:
		return 0, err
	case known.Name != n.Name, known.Sex != n.Sex, known.Born != n.Born, known.Work != n.Work:
		return 0, fault.Fields{{Name: "work", Text: "这个人已经登记过：" + known.words() + "。请照此填写，或者先更正原来的登记"}}
	}
	return id, nil
}

// words say who n is.
func (n New) words() string {
	list := []string{n.Name}
	if n.Sex != "" {
		list = append(list, choice.Name(Sexes, n.Sex))
	}
	if n.Born != 0 {
		list = append(list, fmt.Sprintf("%d年出生", n.Born))
	}
	if n.Work != "" {
		list = append(list, n.Work)
	}
	return strings.Join(list, "，")
}
