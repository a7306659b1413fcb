package gathering

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Entitle makes those due who are on the list of a meeting that was called and belong
// to members, people of its street, and nobody else: between the notice and the day
// some have left the body that meets, and others come into it. Who is due no more stays
// on the list as called; who is a member and was not called is not added. It works in
// tx, the meeting's transaction, and needs KeepGatherings.
func (s *Store) Entitle(ctx context.Context, tx db.Tx, actor access.Actor, id int64, members []int64) (err error) {
	defer fault.Wrap(&err, "entitle at gathering %d", id)
	if !keeps(actor) {
		return fault.Forbidden
	}
	g, err := hold(ctx, tx, id, true)
	switch {
	case err != nil:
		return err
	case g.State != Called && g.State != Opened:
		return nil
	}
	var changed []struct {
		Name string
		Due  bool
	}
	err = db.Do(ctx, tx, db.Many(&changed, `
		UPDATE attendances a
		SET due = NOT a.due, ceased = a.due, modified_at = @now
		FROM (
			SELECT x.id, coalesce(h.merged_into, h.id) = ANY (@members) AS member
			FROM attendances x
			JOIN people h ON h.street_id = x.person_street_id AND h.id = x.person_id
			WHERE x.street_id = @street AND x.gathering_id = @id AND x.person_street_id = @street
		) AS h
		WHERE a.street_id = @street AND a.gathering_id = @id AND a.id = h.id AND a.due <> h.member
		RETURNING a.name, a.due`, db.Args{"now": s.now(), "street": g.StreetID, "id": g.ID, "members": members}))
	if err != nil || len(changed) == 0 {
		return refused(err)
	}
	var gone, come []string
	for _, c := range changed {
		if c.Due {
			come = append(come, c.Name)
		} else {
			gone = append(gone, c.Name)
		}
	}
	if gone != nil {
		err = s.record(ctx, tx, actor, &g, "entitlement", fmt.Sprintf("不再应到 %d 人：%s", len(gone), strings.Join(gone, "、")), "当天不在任", nil)
	}
	if err == nil && come != nil {
		err = s.record(ctx, tx, actor, &g, "entitlement", fmt.Sprintf("改列应到 %d 人：%s", len(come), strings.Join(come, "、")), "当天在任", nil)
	}
	return err
}
