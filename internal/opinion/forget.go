package opinion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// forgetAtOnce is how many items of a street one sweep forgets the residents of.
const forgetAtOnce = 500

// forget removes names and numbers of residents whose items ended longer ago
// than keepContact says. What was said and done stays.
func (s *Store) forget(ctx context.Context, clerk access.Actor) (n int, err error) {
	defer fault.Wrap(&err, "forget residents")
	type term struct {
		ID     int64
		Months int
	}
	var streets []term
	err = s.db.Read(ctx, clerk, db.Many(&streets, `
		SELECT id, `+keepContact.SQL("streets.id")+` AS months
		FROM streets
		ORDER BY id
		LIMIT 10000`, db.Args{}))
	if err != nil {
		return 0, err
	}
	for _, street := range streets {
		of, err := s.forgetOf(ctx, clerk, street.ID, calendar.AddMonths(s.now(), -street.Months))
		if err != nil {
			return n, err
		}
		n += of
	}
	return n, nil
}

// forgetOf forgets the residents of one street's items that ended before a day.
func (s *Store) forgetOf(ctx context.Context, clerk access.Actor, street int64, before time.Time) (n int, err error) {
	err = s.db.Write(ctx, clerk, func(tx db.Tx) error {
		var items []int64
		err := db.Do(ctx, tx, db.Values(&items, `
			UPDATE opinions
			SET resident = '', phone_sealed = NULL, phone_mask = '', anonymous = true, consent_contact = false,
			    forgotten_on = @today, version = version + 1
			WHERE street_id = @street
			  AND id IN (SELECT id
			             FROM opinions
			             WHERE street_id = @street
			               AND NOT anonymous
			               AND state IN ('closed', 'declined', 'merged', 'withdrawn')
			               AND modified_at < @before
			             ORDER BY modified_at
			             LIMIT @limit)
			RETURNING id`, db.Args{"street": street, "today": today(s.now()), "before": calendar.Starts(before), "limit": forgetAtOnce}))
		if err != nil {
			return err
		}
		n = len(items)
		for _, id := range items {
			err := audit.Record(ctx, tx, clerk, audit.Event{
				At: s.now(), StreetID: street, Kind: "opinion", ID: id, Action: "opinion.forget", Title: "保存期限已到，去除反映人姓名和电话",
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
