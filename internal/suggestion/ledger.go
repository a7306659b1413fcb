package suggestion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// LedgerRow is one line of the 代表建议办理情况一览表 (domain.md §5).
type LedgerRow struct {
	Number      string
	Class       string
	Title       string
	Category    string
	Street      string
	Lead        string
	Joint       string // the other signers
	SubmittedOn *time.Time
	AssignedOn  *time.Time
	Unit        string
	Co          string
	DueOn       *time.Time
	RepliedOn   *time.Time
	Result      string
	Contacts    int
	Attitude    string
	Rating      string
	Promise     string
	PromisedOn  *time.Time
	Key         bool
	State       procedure.State
}

// LedgerMost is how many rows one ledger holds.
const LedgerMost = 100_000

// Ledger returns the rows of a filter for export. The export is recorded.
func (s *Store) Ledger(ctx context.Context, actor access.Actor, f Filter) (rows []LedgerRow, err error) {
	defer fault.Wrap(&err, "ledger of suggestions")
	if !actor.May(access.ExportSuggestions) {
		return nil, fault.Forbidden
	}
	where, args := f.where(actor, s.today())
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Many(&rows, `
			SELECT coalesce(o.number, '') AS number, o.class, o.title, o.category, t.name AS street, p.name AS lead,
			       array_to_string(ARRAY (SELECT d.name FROM suggestion_signers g JOIN deputies d ON d.street_id = g.street_id AND d.id = g.deputy_id
			                              WHERE g.street_id = o.street_id AND g.suggestion_id = o.id AND NOT g.lead ORDER BY d.name COLLATE "C"), '、') AS joint,
			       o.submitted_on, o.assigned_on, coalesce(u.name, '') AS unit,
			       array_to_string(ARRAY (SELECT v.name FROM suggestion_assignments a JOIN units v ON v.street_id = a.street_id AND v.id = a.unit_id
			                              WHERE a.street_id = o.street_id AND a.suggestion_id = o.id AND a.part = 'co' AND a.ended_at IS NULL ORDER BY v.id), '、') AS co,
			       (SELECT max(x.due_on) FROM deadlines x WHERE x.street_id = o.street_id AND x.kind = 'suggestion' AND x.subject_id = o.id AND x.name = 'reply') AS due_on,
			       o.replied_on, o.result,
			       (SELECT count(*) FROM suggestion_contacts c WHERE c.street_id = o.street_id AND c.suggestion_id = o.id) AS contacts,
			       coalesce((SELECT r.attitude FROM suggestion_ratings r WHERE r.street_id = o.street_id AND r.suggestion_id = o.id ORDER BY r.round DESC LIMIT 1), '') AS attitude,
			       o.rating, coalesce(m.text, '') AS promise, m.due_on AS promised_on, o.key_on IS NOT NULL AS key, o.state
			FROM suggestions o
			JOIN streets t ON t.id = o.street_id
			JOIN deputies p ON p.street_id = o.street_id AND p.id = o.lead_id
			LEFT JOIN units u ON u.street_id = o.street_id AND u.id = o.lead_unit_id
			LEFT JOIN LATERAL (SELECT x.text, x.due_on FROM suggestion_promises x
			                   WHERE x.street_id = o.street_id AND x.suggestion_id = o.id AND x.state <> 'replaced' ORDER BY x.id DESC LIMIT 1) AS m ON true`+where+`
			ORDER BY o.filed_at DESC, o.id DESC
			LIMIT `+itoa(LedgerMost), args))
		if err != nil {
			return err
		}
		return s.exported(ctx, tx, actor, "导出代表建议办理情况一览表", len(rows))
	})
	return rows, err
}

func (s *Store) exported(ctx context.Context, tx db.Tx, actor access.Actor, title string, n int) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "suggestion.export", Title: title, Detail: map[string]any{"rows": n},
	})
}

// ExportPromises returns the promises of a filter for export. The export is recorded.
func (s *Store) ExportPromises(ctx context.Context, actor access.Actor, f PromiseFilter) (lines []PromiseLine, err error) {
	defer fault.Wrap(&err, "export promises")
	if !actor.May(access.ExportSuggestions) {
		return nil, fault.Forbidden
	}
	f.After, f.Limit = PromisePlace{}, LedgerMost
	l, err := s.Promises(ctx, actor, f)
	if err != nil {
		return nil, err
	}
	return l.Lines, s.db.Write(ctx, actor, func(tx db.Tx) error { return s.exported(ctx, tx, actor, "导出承诺台账", len(l.Lines)) })
}
