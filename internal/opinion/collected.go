package opinion

import (
	"context"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Collected returns the opinions of a visit in full, as far as actor sees them.
// Names of residents are masked for who needs no more.
func (s *Store) Collected(ctx context.Context, actor access.Actor, street, visit int64) (list []Opinion, err error) {
	defer fault.Wrap(&err, "opinions collected at visit %d", visit)
	if !actor.May(access.ViewOpinions) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, selectOpinion+`
		WHERE o.street_id = @street AND o.visit_id = @visit
		ORDER BY o.id
		LIMIT 100`, db.Args{"street": street, "visit": visit}))
	for i := range list {
		r := Record{Opinion: list[i]}
		if err == nil {
			err = s.show(&r, actor, nil)
		}
		list[i] = r.Opinion
	}
	return list, err
}
