package institution

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Public is a published rule as residents read it.
type Public struct {
	Institution
	Versions []Version // those that took effect, the newest first
	Shown    *Version  // what is in force on the day that was asked for, or nil
	Text     []Clause
}

// PublicFilter narrows the residents' list.
type PublicFilter struct {
	StreetID int64
	Tier     string
	Text     string
	On       time.Time // what was in force on the day; zero: what is or was
	After    int64
	Limit    int
}

// resident is who asks, whoever is signed in.
var resident = access.Resident(nil)

// PublicRules lists the published rules and the ID to ask the next page after.
func (s *Store) PublicRules(ctx context.Context, f PublicFilter) (list []Line, next int64, err error) {
	defer fault.Wrap(&err, "list public institutions")
	err = s.db.Read(ctx, resident, db.Many(&list, selectLine+`
		WHERE i.published
		  AND (@street::bigint = 0 OR i.street_id = @street)
		  AND (@tier::text = '' OR i.tier = @tier)
		  AND (@text::text = '' OR strpos(i.title, @text) > 0)
		  AND (@after::bigint = 0 OR (i.street_id, i.tier, i.id) > (SELECT a.street_id, a.tier, a.id FROM institutions a WHERE a.id = @after))`+lineOrder,
		db.Args{"street": f.StreetID, "tier": f.Tier, "text": f.Text, "after": f.After, "on": orNull(f.On), "today": s.today(), "limit": f.Limit + 1}))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

// PublicRule returns a published rule with the text in force on a day; zero is today,
// or, of a rule that is no longer in force, its last text.
func (s *Store) PublicRule(ctx context.Context, id int64, on time.Time) (r Public, err error) {
	defer fault.Wrap(&err, "public institution %d", id)
	var rows []clauseRow
	err = s.db.Read(ctx, resident,
		db.One(&r.Institution, selectPublic+` WHERE i.id = @id AND i.published`, db.Args{"id": id}),
		db.Many(&r.Versions, `
			SELECT v.id, v.ordinal, v.state, v.reason, v.published, NULL::date AS consulted_on, NULL::date AS consult_until, NULL::date AS passed_on, v.doc_number, v.signed_on,
			       '' AS signer, v.trial_until, NULL::date AS recorded_on, v.effective_on, v.ended_on, v.ended_how, v.ended_why, v.effective_on::timestamptz AS created_at
			FROM institution_versions v
			WHERE v.institution_id = @id AND v.published
			ORDER BY v.ordinal DESC
			LIMIT 200`, db.Args{"id": id}))
	if err != nil {
		return r, err
	}
	if r.Shown = r.pick(on, s.today()); r.Shown == nil {
		return r, nil
	}
	err = s.db.Read(ctx, resident, db.Many(&rows, selectClauses+` WHERE c.version_id = @version`+inOrder, db.Args{"version": r.Shown.ID}))
	r.Text = clauses(rows)
	return r, err
}

func (r *Public) pick(on, today time.Time) *Version {
	day := on
	if on.IsZero() {
		day = today
	}
	for i := range r.Versions {
		if r.Versions[i].On(day) {
			return &r.Versions[i]
		}
	}
	if on.IsZero() && len(r.Versions) > 0 {
		return &r.Versions[0]
	}
	return nil
}

// selectPublic is selectInstitution with what residents may read.
const selectPublic = `
	SELECT i.id, i.city_id, i.street_id, i.tier, i.core, i.title, c.name AS city, coalesce(s.name, '') AS street, i.published, 0 AS version,
	       coalesce(o.id, 0) AS replaces_id, coalesce(o.title, '') AS replaces, coalesce(n.id, 0) AS replaced_by_id, coalesce(n.title, '') AS replaced_by,
	       0::bigint AS adopted_id, '' AS adopted, '' AS adopted_street
	FROM institutions i
	JOIN cities c ON c.id = i.city_id
	LEFT JOIN streets s ON s.id = i.street_id
	LEFT JOIN institutions o ON o.street_id = i.street_id AND o.id = i.replaces_id AND o.published
	LEFT JOIN LATERAL (SELECT x.id, x.title FROM institutions x WHERE x.street_id = i.street_id AND x.replaces_id = i.id AND x.published LIMIT 1) AS n ON true`
