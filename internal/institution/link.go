package institution

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// Act is something that was done under a clause: the record (Kind, SubjectID) of a
// room, in a street, on a day.
type Act struct {
	StreetID      int64 // where it was done
	InstitutionID int64
	Place
	Kind      string    // of the view clause_records, such as "training", or "other"
	SubjectID int64     // that record
	Title     string    // of kind other, which has no record: 中文, for lists
	On        time.Time // of kind other; a record has its own title and day
}

// Link notes in tx that something was done under a clause of the city's or the
// street's own rules, which must have been in force on that day. Rooms call it in the
// transaction that does it, staff by LinkByHand. Linking the same record to the same
// clause again changes nothing.
func Link(ctx context.Context, tx db.Tx, actor access.Actor, at time.Time, a Act) (err error) {
	defer fault.Wrap(&err, "link %s %d to a clause", a.Kind, a.SubjectID)
	_, err = db.Exec(ctx, tx, `
		INSERT INTO clause_links (street_id, of_street_id, institution_id, number, suffix, kind, subject_id, title, acted_on, linked_by, linker, created_at)
		SELECT @street::bigint, i.street_id, i.id, @number::integer, @suffix::integer, @kind::text, @subject::bigint, @title::text, @on::date, @by::bigint, @who::text, @now::timestamptz
		FROM institutions i
		WHERE i.id = @institution
		ON CONFLICT (street_id, institution_id, number, suffix, kind, subject_id) DO NOTHING`, db.Args{
		"street": a.StreetID, "institution": a.InstitutionID, "number": a.Number, "suffix": a.Suffix, "kind": a.Kind, "subject": a.SubjectID,
		"title": a.Title, "on": a.On, "by": actor.UserID, "who": actor.Name, "now": at,
	})
	switch {
	case db.Violates(err, "clause_links_of_record"):
		return fault.Fields{{Name: "record", Text: "没有这条记录，请从列出的记录中选择"}}
	case db.Violates(err, "clause_in_force") && a.Kind != other:
		return fault.Fields{{Name: "record", Text: "这条记录的日期没有这一条现行条款"}}
	case db.Violates(err, "clause_in_force"):
		return fault.Fields{{Name: "acted_on", Text: "当天没有这一条现行条款"}}
	}
	return err
}

// other is the kind of what has no record in the portal.
const other = "other"

// LinkByHand notes that something was done under a clause: a record that the portal
// has (Kind and SubjectID), or, with no Kind, what it has no record of.
func (s *Store) LinkByHand(ctx context.Context, actor access.Actor, a Act) (err error) {
	defer fault.Wrap(&err, "link to clause by hand")
	if !actor.May(access.KeepLanding) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if actor.Role != access.Operator {
		a.StreetID = actor.StreetID
	}
	if a.Kind == "" && a.On.After(s.today()) {
		return fault.Fields{{Name: "acted_on", Text: "日期不能晚于今天"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		q := db.Value(&a.Title, `
			SELECT coalesce((SELECT title FROM clause_records WHERE street_id = @street AND kind = @kind AND subject_id = @id), '')`,
			db.Args{"street": a.StreetID, "kind": a.Kind, "id": a.SubjectID})
		if a.Kind == "" {
			a.Kind = other
			q = db.Value(&a.SubjectID, `
				SELECT coalesce(max(subject_id), 0) + 1 FROM clause_links WHERE street_id = @street AND kind = 'other'`, db.Args{"street": a.StreetID})
		}
		if err := db.Do(ctx, tx, q); err != nil {
			return err
		}
		if err := Link(ctx, tx, actor, s.now(), a); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: a.StreetID, Kind: "clause", ID: a.InstitutionID, Action: "clause.link", Title: "登记执行情况：" + a.Label() + "，" + a.Title,
			Detail: map[string]any{"kind": a.Kind, "subject": a.SubjectID},
		})
	})
}

// Under is a query for the clauses under which a record was made. Rooms show them
// with the record.
func Under(list *[]Ground, kind string, id int64) db.Query {
	return db.Many(list, `
		SELECT DISTINCT i.id, i.title, a.number, a.suffix
		FROM clause_acts a
		JOIN institutions i ON i.street_id = a.of_street_id AND i.id = a.institution_id
		WHERE a.kind = @kind AND a.subject_id = @id
		ORDER BY i.id, a.number, a.suffix
		LIMIT 50`, db.Args{"kind": kind, "id": id})
}
