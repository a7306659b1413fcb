// Package fund keeps the money that a street's committee may spend on the work of
// the people's congress in a year, and what it spent.
package fund

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Items are what the money is for (default; the source names none).
var Items = []choice.Term{
	{Key: "meeting", Name: "会议费"},
	{Key: "training", Name: "培训费"},
	{Key: "deputies", Name: "代表活动"},
	{Key: "station", Name: "阵地建设"},
	{Key: "other", Name: "其他"},
}

// Lengths of texts, in characters.
const (
	MaxDocument = 100
	MaxPurpose  = 200
	MaxReason   = 500
)

// Wan is an amount of money in hundredths of 万元, as budgets have it.
type Wan int64

// String writes the amount in 万元: 398.00.
func (w Wan) String() string {
	sign := ""
	if w < 0 {
		sign, w = "-", -w
	}
	return fmt.Sprintf("%s%d.%02d", sign, w/100, w%100)
}

// mostWan is the largest amount that is read: 10 亿元.
const mostWan = 100_000 * 100

// ParseWan reads an amount in 万元 with at most two decimals, such as 398 or 12.5.
func ParseWan(s string) (w Wan, ok bool) {
	digits, below := strings.CutPrefix(strings.TrimSpace(s), "-")
	whole, part, _ := strings.Cut(digits, ".")
	if len(part) > 2 || len(whole) == 0 || len(whole) > 6 {
		return 0, false
	}
	for len(part) < 2 {
		part += "0"
	}
	n, err := strconv.ParseUint(whole+part, 10, 32)
	if err != nil || n > mostWan {
		return 0, false
	}
	if below {
		return -Wan(n), true
	}
	return Wan(n), true
}

// Store reads and writes funds.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func may(actor access.Actor, p access.Permission) bool {
	return actor.Role == access.Operator || actor.May(p)
}

// Budget is a new version of a year's budget.
type Budget struct {
	StreetID int64
	Year     int
	Version  int    // the one that was shown; 0 where there was none
	Document string // the paper that the amounts are from
	Reason   string // why it is revised; "" for the first version
	Amounts  map[string]Wan
}

// SetBudget enters the budget of a year, or a new version of it. Somebody else's
// version meanwhile is fault.Stale.
func (s *Store) SetBudget(ctx context.Context, actor access.Actor, b Budget) (err error) {
	defer fault.Wrap(&err, "set funds of %d", b.Year)
	if !may(actor, access.KeepFunds) || actor.StreetID != 0 && actor.StreetID != b.StreetID {
		return fault.Forbidden
	}
	if b.Version > 0 && b.Reason == "" {
		return fault.Fields{{Name: "reason", Text: "请写明为什么调整预算"}}
	}
	if b.Version == 0 {
		b.Reason = ""
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error { return s.setBudget(ctx, tx, actor, b) })
}

// setBudget enters a version in tx. A budget is never changed: what is revised is a
// version of its own.
func (s *Store) setBudget(ctx context.Context, tx db.Tx, actor access.Actor, b Budget) error {
	err := s.insertBudget(ctx, tx, actor, b)
	if db.Violates(err, "npc_budgets_number_once") {
		return fault.Stale
	}
	return err
}

func (s *Store) insertBudget(ctx context.Context, tx db.Tx, actor access.Actor, b Budget) error {
	id, err := db.Insert(ctx, tx, `
		INSERT INTO npc_budgets (street_id, year, number, document, reason, creator, created_at)
		VALUES (@street, @year, @number, @document, @reason, @name, @now)
		RETURNING id`, db.Args{
		"street": b.StreetID, "year": b.Year, "number": b.Version + 1, "document": b.Document, "reason": b.Reason, "name": actor.Name, "now": s.now(),
	})
	if err != nil {
		return err
	}
	var rows db.Batch
	total := Wan(0)
	for _, item := range Items {
		rows.Add(`INSERT INTO npc_budget_items (street_id, budget_id, item, amount) VALUES (@street, @budget, @item, @amount::text::numeric)`,
			db.Args{"street": b.StreetID, "budget": id, "item": item.Key, "amount": b.Amounts[item.Key].String()})
		total += b.Amounts[item.Key]
	}
	if err := rows.Run(ctx, tx); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, b.StreetID, "fund.budget", fmt.Sprintf("%d年经费预算 %s 万元（第 %d 版）", b.Year, total, b.Version+1), b.Reason)
}

// Spending is an entry of what was spent. An amount below zero takes an earlier
// one back.
type Spending struct {
	Key      string // of the form: sent twice, it makes one entry
	StreetID int64
	On       time.Time
	Item     string
	Amount   Wan
	Purpose  string
}

// Spend enters what was spent.
func (s *Store) Spend(ctx context.Context, actor access.Actor, n Spending) (err error) {
	defer fault.Wrap(&err, "enter spending")
	if !may(actor, access.KeepFunds) || actor.StreetID != 0 && actor.StreetID != n.StreetID {
		return fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		touched, err := db.Exec(ctx, tx, `
			INSERT INTO npc_spendings (street_id, spent_on, item, amount, purpose, key, creator, created_at)
			VALUES (@street, @on, @item, @amount::text::numeric, @purpose, @key, @name, @now)
			ON CONFLICT (street_id, key) DO NOTHING`, db.Args{
			"street": n.StreetID, "on": n.On, "item": n.Item, "amount": n.Amount.String(), "purpose": n.Purpose, "key": n.Key, "name": actor.Name, "now": s.now(),
		})
		if err != nil || touched == 0 {
			return err
		}
		return s.record(ctx, tx, actor, n.StreetID, "fund.spend", fmt.Sprintf("经费支出 %s 万元：%s", n.Amount, n.Purpose), "")
	})
	switch {
	case db.Violates(err, "npc_spendings_not_ahead"):
		return fault.Fields{{Name: "spent_on", Text: "支出日期不能晚于今天"}}
	case db.Violates(err, "npc_spendings_amount"):
		return fault.Fields{{Name: "amount", Text: "请填写金额"}}
	}
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), StreetID: street, Kind: "fund", ID: street, Action: action, Title: title, Reason: reason})
}

// ItemLine is one item of a year: budgeted and spent.
type ItemLine struct {
	Item            string
	Budgeted, Spent Wan
}

// VersionLine is a version of a year's budget.
type VersionLine struct {
	Number    int
	Document  string
	Reason    string
	Creator   string
	CreatedAt time.Time
	Total     Wan
}

// SpendingLine is an entry of what was spent.
type SpendingLine struct {
	ID      int64
	SpentOn time.Time
	Item    string
	Amount  Wan
	Purpose string
	Creator string
}

// SpendingsMost is how many entries of a year one page has.
const SpendingsMost = 2000

// Year is what a street has and spends in a year.
type Year struct {
	Street, Committee string
	StreetID          int64
	Year              int
	Items             []ItemLine
	Versions          []VersionLine // the one that holds first
	Spendings         []SpendingLine
	Timeline          []audit.Entry
}

// Totals are the sums of the items.
func (y *Year) Totals() (t ItemLine) {
	for _, i := range y.Items {
		t.Budgeted += i.Budgeted
		t.Spent += i.Spent
	}
	return t
}

// Version is the number of the version that holds, 0 where there is none.
func (y *Year) Version() int {
	if len(y.Versions) == 0 {
		return 0
	}
	return y.Versions[0].Number
}

// Year returns the funds of a street in a year.
func (s *Store) Year(ctx context.Context, actor access.Actor, street int64, year int) (y Year, err error) {
	defer fault.Wrap(&err, "funds of street %d in %d", street, year)
	if !may(actor, access.ViewFunds) {
		return y, fault.Forbidden
	}
	if actor.StreetID != 0 && actor.StreetID != street {
		return y, fault.NotFound
	}
	args := db.Args{"street": street, "year": year}
	y = Year{StreetID: street, Year: year}
	var place struct{ Name, Committee string }
	err = s.db.Read(ctx, actor,
		db.One(&place, `SELECT name, committee FROM streets WHERE id = @street AND city_id = @city`, db.Args{"street": street, "city": actor.CityID}),
		db.Many(&y.Items, `
			SELECT k.item,
			       coalesce((SELECT (x.amount * 100)::bigint
			                 FROM npc_budget_items x
			                 JOIN npc_budgets b ON b.street_id = x.street_id AND b.id = x.budget_id
			                 WHERE b.street_id = @street AND b.year = @year AND x.item = k.item
			                 ORDER BY b.number DESC
			                 LIMIT 1), 0) AS budgeted,
			       coalesce((SELECT (sum(x.amount) * 100)::bigint
			                 FROM npc_spendings x
			                 WHERE x.street_id = @street AND x.item = k.item
			                   AND x.spent_on BETWEEN make_date(@year::integer, 1, 1) AND make_date(@year::integer, 12, 31)), 0) AS spent
			FROM unnest(ARRAY ['meeting', 'training', 'deputies', 'station', 'other']) WITH ORDINALITY AS k (item, n)
			ORDER BY k.n`, args),
		db.Many(&y.Versions, `
			SELECT b.number, b.document, b.reason, b.creator, b.created_at,
			       (SELECT (sum(x.amount) * 100)::bigint FROM npc_budget_items x WHERE x.street_id = b.street_id AND x.budget_id = b.id) AS total
			FROM npc_budgets b
			WHERE b.street_id = @street AND b.year = @year
			ORDER BY b.number DESC
			LIMIT 50`, args),
		db.Many(&y.Spendings, `
			SELECT x.id, x.spent_on, x.item, (x.amount * 100)::bigint AS amount, x.purpose, x.creator
			FROM npc_spendings x
			WHERE x.street_id = @street
			  AND x.spent_on BETWEEN make_date(@year::integer, 1, 1) AND make_date(@year::integer, 12, 31)
			ORDER BY x.spent_on DESC, x.id DESC
			LIMIT 2000`, args))
	y.Street, y.Committee = place.Name, place.Committee
	return y, err
}
