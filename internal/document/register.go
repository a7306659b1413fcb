package document

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// Issue is a paper that is being signed off.
type Issue struct {
	At        time.Time // when it is signed off, by the room's clock
	Street    int64     // whose committee issues it; 0: the actor's city
	Kind      Kind
	Subject   string // the kind of record it belongs to, such as "mandate"
	SubjectID int64
	Title     string
	SignedOn  time.Time // its date, whose year the number bears
}

// MaxTitle is the longest title of a paper, in characters.
const MaxTitle = 300

// Allot enters a paper in the register of papers and returns its number, such as
// 莞人东城工委〔2020〕3号 (domain.md §5). Call it in the transaction that signs the
// paper off: numbers of one issuer and year follow each other without a gap, a
// sign-off that fails gives its number back, and two at once wait for each other.
// Only the issuer's own people may: directors, deputy directors and staff of the
// street, or the city's roles.
func Allot(ctx context.Context, tx db.Tx, actor access.Actor, i Issue) (number string, err error) {
	defer fault.Wrap(&err, "allot a number to %s of %s %d", i.Kind, i.Subject, i.SubjectID)
	var got struct {
		ID     int64
		Prefix string
		Year   int
		Number int
	}
	err = db.Do(ctx, tx, db.One(&got, `
		INSERT INTO papers (city_id, street_id, kind, subject_kind, subject_id, title, signed_on, issued_by, issuer, created_at)
		VALUES (@city, @street, @kind, @subject, @subject_id, @title, @signed_on, @by, @issuer, @now)
		RETURNING id, prefix, year, number`, db.Args{
		"city": actor.CityID, "street": i.Street, "kind": string(i.Kind), "subject": i.Subject, "subject_id": i.SubjectID,
		"title": i.Title, "signed_on": i.SignedOn, "by": actor.UserID, "issuer": actor.Name, "now": i.At,
	}))
	switch {
	case db.Violates(err, "papers_title_filled"):
		return "", fault.Fields{{Name: "title", Text: fmt.Sprintf("请填写标题，不超过 %d 个字", MaxTitle)}}
	case db.Refused(err):
		return "", fault.Forbidden
	case err != nil:
		return "", err
	}
	number = Number(got.Prefix, got.Year, got.Number)
	return number, audit.Record(ctx, tx, actor, audit.Event{
		At: i.At, StreetID: i.Street, Kind: "paper", ID: got.ID, Action: "paper.issue", Title: "编发文号 " + number,
		Detail: map[string]any{"number": number, "subject": i.Subject, "subject_id": i.SubjectID},
	})
}

// Number writes a 发文字号: 莞人东城工委〔2020〕3号.
func Number(prefix string, year, n int) string {
	return fmt.Sprintf("%s〔%d〕%d号", prefix, year, n)
}
