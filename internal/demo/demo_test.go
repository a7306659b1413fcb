package demo_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/demo"
	"portal/internal/deputy"
	"portal/internal/figure"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/mandate"
	"portal/internal/opinion"
	"portal/internal/plan"
	"portal/internal/procedure"
	"portal/internal/reportback"
	"portal/internal/secret"
	"portal/internal/suggestion"
	"portal/internal/voter"
)

// TestDemo loads the city once and looks at it from all sides.
func TestDemo(t *testing.T) {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	city := demo.Config{DB: d, Keys: keys, Now: dbtest.Now}
	if err := demo.Load(t.Context(), city); err != nil {
		t.Fatal(err)
	}
	t.Run("figures", func(t *testing.T) { figures(t, d, admin) })
	t.Run("funds", func(t *testing.T) { funds(t, d) })
	t.Run("states", func(t *testing.T) { states(t, admin) })
	t.Run("performed", func(t *testing.T) { performed(t, d, admin) })
	t.Run("sheets", func(t *testing.T) { sheets(t, d, admin) })
	t.Run("suggestions", func(t *testing.T) { suggestions(t, d, admin) })
	t.Run("activities", func(t *testing.T) { activities(t, d, admin) })
	t.Run("meetings", func(t *testing.T) { meetings(t, admin) })
	t.Run("plans", func(t *testing.T) { plans(t, d, admin) })
	t.Run("reports", func(t *testing.T) { reports(t, admin) })
	t.Run("mandates", func(t *testing.T) { mandates(t, admin); standing(t, d, admin) })
	t.Run("institutions", func(t *testing.T) { institutions(t, d, admin) })
	t.Run("open", func(t *testing.T) { open(t, admin) })
	t.Run("living", func(t *testing.T) { living(t, admin) })
	t.Run("accounts", func(t *testing.T) { accounts(t, d, keys) })
	t.Run("again", func(t *testing.T) { again(t, city, admin) })
	t.Run("corrections", func(t *testing.T) { corrections(t, d, admin) })
}

// want are the figures of contract.md §4 in total and, in the order of their
// codes, for 东城, 南城, 万江 and 莞城.
var want = map[string][5]int64{
	"streets":                          {4, 1, 1, 1, 1},
	"deputies":                         {93, 31, 25, 22, 15},
	"deputy_groups":                    {4, 4, 4, 4, 4},
	"experts":                          {61, 21, 16, 13, 11},
	"liaison_and_information_officers": {82, 28, 20, 24, 10},
	"residents_received":               {1472, 463, 388, 347, 274},
	"opinions":                         {224, 70, 59, 53, 42},
	"opinions_closed":                  {219, 69, 57, 52, 41},
	"committee_members":                {36, 9, 9, 9, 9},

	"voter_representatives": {37, 37, 0, 0, 0}, // the other streets selected theirs this year
}

// counted are the same figures once more, without a word from the dictionary.
var counted = map[string]string{
	"voter_representatives": `SELECT count(DISTINCT r.person_id) FROM voter_representatives r JOIN streets s ON s.id = r.street_id
		WHERE s.code LIKE $3 AND r.since <= $2 AND (r.ended_on IS NULL OR r.ended_on > $2) AND $1::date < $2::date`,
	"streets":  `SELECT count(*) FROM streets s WHERE s.code LIKE $3 AND $1::date < $2::date`,
	"deputies": `SELECT count(*) FROM deputies d JOIN streets s ON s.id = d.street_id WHERE s.code LIKE $3 AND d.since <= $2 AND d.ended_on IS NULL AND $1::date < $2`,
	"experts": `SELECT count(DISTINCT t.expert_id) FROM expert_terms t JOIN streets s ON s.id = t.street_id WHERE s.code LIKE $3
		AND t.certificate <> '' AND t.from_on <= $2 AND t.until_on >= $2 AND t.ended_on IS NULL AND $1::date < $2`,
	"liaison_and_information_officers": `SELECT count(DISTINCT p.officer_id) FROM officer_posts p JOIN streets s ON s.id = p.street_id WHERE s.code LIKE $3
		AND p.appointed_on <= $2 AND p.from_on <= $2 AND (p.ended_on IS NULL OR p.ended_on > $2) AND $1::date < $2`,
	"deputy_groups": `SELECT count(DISTINCT professional_group) FROM deputies d JOIN streets s ON s.id = d.street_id
		WHERE s.code LIKE $3 AND d.ended_on IS NULL AND $1::date < $2::date`,
	"residents_received": `SELECT coalesce(sum(v.residents), 0) FROM visits v JOIN streets s ON s.id = v.street_id WHERE s.code LIKE $3 AND v.held_on >= $1 AND v.held_on <= $2`,
	"opinions": `SELECT count(*) FROM opinions o JOIN streets s ON s.id = o.street_id WHERE s.code LIKE $3 AND o.received_on >= $1 AND o.received_on <= $2
		AND o.declined_why = '' AND o.merged_into IS NULL AND o.state <> 'withdrawn'`,
	"committee_members": `SELECT count(*) FROM posts t JOIN streets s ON s.id = t.street_id
		WHERE s.code LIKE $3 AND t.post = 'member' AND daterange(t.since, t.until_on) @> $2::date AND $1::date < $2::date`,
	"opinions_closed": `SELECT count(*) FROM opinions o JOIN streets s ON s.id = o.street_id WHERE s.code LIKE $3 AND o.received_on >= $1 AND o.received_on <= $2 AND o.closed_on IS NOT NULL`,
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// figures holds both published periods, and the one in which all of it lies,
// against the contract: by the dictionary and by statements of the test's own.
func figures(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	for _, p := range []figure.Period{
		{From: day("2019-06-27"), To: day("2019-12-31")},
		{From: day("2019-01-01"), To: day("2019-12-31")},
		{From: day("2019-06-27"), To: day("2020-06-30")},
	} {
		table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, p)
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range want {
			got, own := [5]int64{table.Figure(key).Total()}, [5]int64{}
			for i, s := range table.Streets {
				got[i+1] = table.Figure(key).Street(s.ID)
			}
			for i, code := range []string{"%", "441900003", "441900004", "441900005", "441900006"} {
				own[i] = dbtest.Scan[int64](t, admin, counted[key], p.From, p.To, code)
			}
			if got != want || own != want {
				t.Errorf("%s %s to %s = %v, by hand %v, want %v", key, p.From.Format(time.DateOnly), p.To.Format(time.DateOnly), got, own, want)
			}
		}
	}
	// What there was then there is today, though some went and others came.
	today := calendar.On(dbtest.Now)
	table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: today, To: today})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"streets", "deputies", "deputy_groups", "committee_members"} {
		if got := table.Figure(key).Total(); got != want[key][0] {
			t.Errorf("%s today = %d, want %d", key, got, want[key][0])
		}
	}
	for _, key := range []string{"experts", "liaison_and_information_officers", "voter_representatives"} {
		if got := table.Figure(key).Street(table.Streets[0].ID); got != want[key][1] {
			t.Errorf("%s of %s today = %d, want %d", key, table.Streets[0].Name, got, want[key][1])
		}
	}
	// Its first and its last day count, and every row of the period does: a list
	// of the period has as many lines as the figure says.
	for what, sql := range map[string]string{
		"visits on the first day":   `SELECT count(*) > 0 FROM visits WHERE held_on = '2019-06-27'`,
		"visits on the last day":    `SELECT count(*) > 0 FROM visits WHERE held_on = '2019-12-31'`,
		"nothing but counted items": `SELECT count(*) = 224 FROM opinions WHERE received_on BETWEEN '2019-01-01' AND '2020-06-30'`,
	} {
		if !dbtest.Scan[bool](t, admin, sql) {
			t.Errorf("%s: want some", what)
		}
	}
}

// reports holds that deputies' reports to voters stand in every state, and that no
// rating adds up to more than could take part.
func reports(t *testing.T, admin *pgxpool.Pool) {
	for _, s := range reportback.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM deputy_reports WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no report is %s", s.Name)
		}
	}
	for _, s := range reportback.Sessions.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM report_sessions WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no session of reports is %s", s.Name)
		}
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM deputy_reports WHERE held_on < '2021-01-01' AND state = 'archived'`); n != 12 {
		t.Errorf("%d reports of the story are archived, want 3 a street", n)
	}
	if n := dbtest.Scan[int](t, admin, `
		SELECT count(*)::integer FROM polls p
		WHERE (SELECT count(*) FROM poll_choices c WHERE c.poll_id = p.id) > (SELECT count(*) FROM poll_voters v WHERE v.poll_id = p.id)`); n != 0 {
		t.Errorf("%d polls have more ballots than voters", n)
	}
}

// suggestions holds the figure of deputies' suggestions, by the dictionary and by hand,
// and looks for every state of them in every street.
func suggestions(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: day("2019-06-27"), To: day("2020-06-30")})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{"东城街道": 21, "南城街道": 18, "莞城街道": 13, "万江街道": 16} {
		own := dbtest.Scan[int64](t, admin, `
			SELECT count(*) FROM suggestions x JOIN streets s ON s.id = x.street_id
			WHERE s.name = $1 AND x.class = 'city' AND x.submitted_on >= '2019-06-27' AND x.submitted_on <= '2020-06-30' AND x.number IS NOT NULL AND x.merged_into IS NULL AND x.withdrawn_why = ''`, name)
		for _, s := range table.Streets {
			if s.Name == name && (table.Figure("suggestions").Street(s.ID) != want || own != want) {
				t.Errorf("suggestions of %s = %d, by hand %d, want %d", name, table.Figure("suggestions").Street(s.ID), own, want)
			}
		}
	}
	if got := table.Figure("suggestions").Total(); got != 68 {
		t.Errorf("suggestions = %d, want 68", got)
	}
	for _, s := range suggestion.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT street_id)::integer FROM suggestions WHERE state = $1 AND filed_at > '2025-06-01'`, string(s.State)); n != 4 {
			t.Errorf("%d streets have a suggestion %s in the living part, want 4", n, s.Name)
		}
	}
	for what, sql := range map[string]string{
		"an old suggestion open":               `SELECT count(*) = 0 FROM suggestions WHERE filed_at < '2021-01-01' AND state <> 'closed'`,
		"promises past and ahead":              `SELECT count(*) FILTER (WHERE due_on < '2026-03-02') >= 4 AND count(*) FILTER (WHERE due_on > '2026-03-02') >= 4 FROM suggestion_promises WHERE state = 'open'`,
		"promises that woke":                   `SELECT count(*) >= 4 FROM suggestion_promises WHERE state = 'open' AND woken_on IS NOT NULL`,
		"lineage with opinions in each street": `SELECT count(DISTINCT street_id) = 4 FROM suggestion_sources`,
		"unrated ones left out":                `SELECT count(*) > 0 FROM suggestions WHERE rating = 'none'`,
		"key suggestions":                      `SELECT count(*) = 4 FROM suggestions WHERE key_on IS NOT NULL`,
	} {
		if !dbtest.Scan[bool](t, admin, sql) {
			t.Errorf("%s: not so", what)
		}
	}
}

// activities holds the figures of activities in both published periods, by the
// dictionary and by hand, and looks for every state of them in every street.
func activities(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	for _, x := range []struct {
		from, to string
		want     map[string][5]int64 // in total, 东城, 南城, 万江, 莞城
	}{
		{"2019-01-01", "2019-12-31", map[string][5]int64{"activities": {134, 41, 35, 31, 27}, "inspections": {52, 16, 13, 12, 11}, "appraisals": {7, 2, 2, 1, 2}}},
		{"2019-06-27", "2020-06-30", map[string][5]int64{"activities": {206, 63, 54, 48, 41}, "inspections": {52, 16, 13, 12, 11}, "appraisals": {7, 2, 2, 1, 2}}},
	} {
		table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: day(x.from), To: day(x.to)})
		if err != nil {
			t.Fatal(err)
		}
		for key, want := range x.want {
			got := [5]int64{table.Figure(key).Total()}
			for i, name := range []string{"东城街道", "南城街道", "万江街道", "莞城街道"} {
				for _, s := range table.Streets {
					if s.Name == name {
						got[i+1] = table.Figure(key).Street(s.ID)
					}
				}
			}
			if got != want {
				t.Errorf("%s from %s to %s = %v, want %v", key, x.from, x.to, got, want)
			}
		}
	}
	for _, s := range activity.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT street_id)::integer FROM activities WHERE state = $1 AND held_on > '2025-06-01'`, string(s.State)); n != 4 {
			t.Errorf("%d streets have an activity %s in the living part, want 4", n, s.Name)
		}
	}
	for what, sql := range map[string]string{
		"by hand, of 2019":                  `SELECT count(*) = 134 FROM activities WHERE extract(year FROM held_on) = 2019 AND archived_on IS NOT NULL AND parent_id IS NULL`,
		"each appraisal with its authority": `SELECT count(*) > 20 AND bool_and(m.completed_on IS NOT NULL AND m.act_on = a.held_on AND m.kind = 'activity') FROM activities a JOIN mandate_acts m ON m.id = a.act_id WHERE a.kind = 'appraisal' AND a.state <> 'cancelled'`,
		"appraisals rated twice":            `SELECT bool_and((SELECT count(*) FROM polls p WHERE p.kind = 'appraisal' AND p.record_id = a.id AND p.state = 'closed') = 2) FROM activities a WHERE a.kind = 'appraisal'`,
		"deputies came":                     `SELECT count(DISTINCT x.deputy_id) >= 80 FROM attendances x JOIN activities a ON a.gathering_id = x.gathering_id WHERE x.arrived_at IS NOT NULL AND a.held_on < '2020-07-01'`,
		"an overdue feedback in each":       `SELECT count(DISTINCT street_id) = 4 FROM deadlines WHERE kind = 'activity' AND ended_on IS NULL AND due_on < '2026-03-02'`,
		"a week with parts in each":         `SELECT count(DISTINCT p.street_id) = 4 FROM activities a JOIN activities p ON p.street_id = a.street_id AND p.id = a.parent_id`,
		"a joint activity":                  `SELECT count(*) = 1 FROM activities WHERE partners <> '{}'`,
	} {
		if !dbtest.Scan[bool](t, admin, sql) {
			t.Errorf("%s: not so", what)
		}
	}
}

func states(t *testing.T, admin *pgxpool.Pool) {
	for _, s := range voter.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM selections WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no selection of voter representatives is %s", s.Name)
		}
	}
	for _, s := range opinion.Procedure.States {
		n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT street_id)::integer FROM opinions WHERE state = $1 AND received_on > '2026-01-01'`, string(s.State))
		if n != 4 {
			t.Errorf("%d streets have something %s in the living part, want 4", n, s.Name)
		}
	}
	for table, p := range map[string]procedure.Table{"deputies": deputy.Procedure, "deputy_elections": deputy.Credentials, "group_plans": deputy.Planning} {
		for _, s := range p.States {
			if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM `+table+` WHERE state = $1`, string(s.State)); n == 0 {
				t.Errorf("nothing of %s is %s", table, s.Name)
			}
		}
	}
	// A deputy director headed a committee until its director came; now each has one.
	if n := dbtest.Scan[int](t, admin, `
		SELECT count(*)::integer
		FROM acting_heads a JOIN posts d ON d.street_id = a.street_id AND d.post = 'director' AND d.since = a.until_on
		WHERE a.ended_why = '主任到任' AND a.until_on > a.from_on`); n != 1 {
		t.Errorf("%d heads of a committee gave way to a director, want 1", n)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT street_id)::integer FROM posts WHERE post = 'director' AND until_on IS NULL`); n != 4 {
		t.Errorf("%d committees have a director, want 4", n)
	}
	if got := dbtest.Scan[string](t, admin, `
		SELECT concat_ws(' ', count(*) FILTER (WHERE recorded_on IS NOT NULL), count(*) FILTER (WHERE returned_on IS NOT NULL),
		                 count(*) FILTER (WHERE recorded_on IS NULL AND returned_on IS NULL)) FROM post_endings`); got != "1 1 1" {
		t.Errorf("reports of ended posts filed, returned, open = %s, want one each", got)
	}
}

// mandates: something stands in every state of an authorisation, in the city and
// in the streets; the package of 2019 has no 专题询问 and is reported each year.
func mandates(t *testing.T, admin *pgxpool.Pool) {
	for _, s := range mandate.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandates WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no authorisation is %s", s.Name)
		}
	}
	for _, s := range mandate.StreetProcedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandate_streets WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no street's authorisation is %s", s.Name)
		}
	}
	const standing = ` FROM mandates d JOIN mandate_streets s ON s.mandate_id = d.id WHERE d.mode = 'package' AND s.state = 'active'`
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer`+standing); n != 4 {
		t.Errorf("the package stands in %d streets, want 4", n)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandates d JOIN mandate_matters x ON x.mandate_id = d.id WHERE d.mode = 'package' AND 'inquiry' = ANY (x.measures)`); n != 0 {
		t.Error("the package authorises an inquiry")
	}
	if n := dbtest.Scan[int](t, admin, `
		SELECT count(*)::integer FROM mandate_reports r JOIN mandates d ON d.id = r.mandate_id
		WHERE d.mode = 'package' AND r.state = 'accepted' AND r.submitted_on < '2026-01-01'`); n != 4*7 {
		t.Errorf("%d yearly reports of 2019 to 2025 are accepted, want 28", n)
	}
	for _, s := range mandate.RequestProcedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandate_requests WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no request is %s", s.Name)
		}
	}
	// Refused, asked for, authorised, done, reported, returned once, accepted: in 莞城.
	if n := dbtest.Scan[int](t, admin, `
		SELECT count(*)::integer
		FROM mandate_requests q
		JOIN mandates d ON d.id = q.mandate_id AND d.mode = 'one_matter' AND d.state = 'concluded'
		JOIN mandate_acts a ON a.mandate_id = d.id AND a.street_id = q.street_id AND a.measure = 'inquiry' AND a.completed_on IS NOT NULL
		JOIN mandate_reports r ON r.street_id = a.street_id AND r.id = a.report_id AND r.state = 'accepted' AND r.round = 2
		WHERE q.state = 'granted' AND q.missing LIKE '%没有授权“专题询问”' AND q.submitted_on < d.decided_on AND d.decided_on < a.act_on`); n != 1 {
		t.Errorf("%d stories from refusal to acceptance, want 1", n)
	}
	// The seven appraisals of 2019 (domain.md §4), on which activities can stand.
	for period, want := range map[string]string{
		"daterange('2019-01-01', '2020-01-01')": "东城街道2 南城街道2 万江街道1 莞城街道2", "daterange('2019-06-27', '2020-07-01')": "东城街道2 南城街道2 万江街道1 莞城街道2",
	} {
		got := dbtest.Scan[string](t, admin, `
			SELECT string_agg(name || n, ' ' ORDER BY code)
			FROM (SELECT s.name, s.code, count(*) AS n
			      FROM mandate_acts a JOIN streets s ON s.id = a.street_id
			      WHERE a.subject = 'appraisal' AND a.measure = 'inspect_appraise' AND a.completed_on IS NOT NULL AND a.act_on <@ `+period+`
			      GROUP BY s.name, s.code) AS counted`)
		if got != want {
			t.Errorf("appraisals in %s = %s, want %s", period, got, want)
		}
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandates WHERE state <> 'draft' AND ground_id IS NULL`); n != 0 {
		t.Errorf("%d authorisations rest on no clause", n)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM mandates WHERE ground_street_id > 0`); n != 1 {
		t.Errorf("%d authorisations rest on a street's own clause, want 1", n)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT mode)::integer FROM mandates d JOIN mandate_streets s ON s.mandate_id = d.id WHERE s.state = 'concluded' OR d.mode = 'package'`); n != 3 {
		t.Errorf("%d modes are worked through, want 3", n)
	}
}

// standing: the authorisations in force, in all and by street, by the dictionary and
// by a statement of the test's own.
func standing(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	for on, want := range map[string][5]int64{"2019-07-07": {}, "2019-12-31": {1, 1, 1, 1, 1}, "2020-04-30": {2, 1, 1, 1, 2}, "2020-06-30": {2, 2, 1, 2, 1}} {
		table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: day(on), To: day(on)})
		if err != nil {
			t.Fatal(err)
		}
		f := table.Figure("mandates")
		got, own := [5]int64{f.Total()}, [5]int64{}
		for i, s := range table.Streets {
			got[i+1] = f.Street(s.ID)
		}
		for i, code := range []string{"%", "441900003", "441900004", "441900005", "441900006"} {
			own[i] = dbtest.Scan[int64](t, admin, `
				SELECT count(DISTINCT s.mandate_id)
				FROM mandate_streets s
				JOIN streets t ON t.id = s.street_id AND t.code LIKE $2
				JOIN mandate_matters x ON x.mandate_id = s.mandate_id AND x.version = 1 AND daterange(x.from_on, x.through_on, '[]') @> $1::date
				WHERE daterange(s.received_on, least(s.withdrawn_on, s.concluded_on)) @> $1::date`, day(on), code)
		}
		if got != want || own != want {
			t.Errorf("authorisations in force on %s = %v, by hand %v, want %v", on, got, own, want)
		}
	}
}

// institutions: what was in force on 30 June 2019 is the "1" and the five core rules,
// the "1" with another text than today's; some of the matrix is open.
func institutions(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	const on = ` FROM institutions i JOIN institution_versions v ON v.street_id = i.street_id AND v.institution_id = i.id
		WHERE v.effective_on <= $1::date AND (v.ended_on IS NULL OR v.ended_on > $1::date)`
	const counted = `SELECT string_agg(tier || '×' || n, ' ' ORDER BY tier) FROM (SELECT i.tier, count(*) AS n` + on + ` GROUP BY i.tier) AS by_tier`
	for day, want := range map[string]string{"2019-06-26": "", "2019-06-30": "1×1 5×5", "2026-03-02": "1×1 5×5 X×8"} {
		if got := dbtest.Scan[*string](t, admin, counted, day); got == nil && want != "" || got != nil && *got != want {
			t.Errorf("in force on %s: %v, want %s", day, got, want)
		}
	}
	for what, p := range map[string]procedure.Table{"street_id > 0": institution.Procedure, "street_id = 0": institution.CityProcedure} {
		for _, x := range p.States {
			if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM institution_versions WHERE state = $1 AND `+what, string(x.State)); n == 0 {
				t.Errorf("%s: nothing is %s", what, x.Name)
			}
		}
	}
	for what, sql := range map[string]string{
		"a draft with opinions answered and unanswered": `SELECT v.id FROM institution_versions v JOIN institution_opinions o ON o.street_id = v.street_id AND o.version_id = v.id
			WHERE v.state = 'consulting' GROUP BY v.id HAVING bool_or(o.answer = '') AND bool_or(o.answer <> '')`,
		"comments of the city on clauses":   `SELECT 1 FROM institution_filing_comments`,
		"a clause that rests on the city's": `SELECT 1 FROM institution_clauses WHERE rests_id IS NOT NULL`,
		"an adopted rule":                   `SELECT 1 FROM institutions WHERE adopted_id IS NOT NULL AND published`,
		"a replaced rule":                   `SELECT 1 FROM institution_versions WHERE ended_how = 'replaced'`,
		"a trial that ends in two months":   `SELECT 1 FROM institution_versions WHERE state = 'in_force' AND trial_until BETWEEN '2026-03-02' AND '2026-05-02'`,
		"a file beside a landing":           `SELECT 1 FROM files WHERE owner_kind = 'landing'`,
		"both kinds of landing":             `SELECT 1 FROM landings HAVING count(DISTINCT status) = 2`,
	} {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM (`+sql+`) AS found`); n == 0 {
			t.Errorf("want %s", what)
		}
	}
	s := institution.NewStore(d, file.NewStore(d, dbtest.Clock), dbtest.Clock)
	id := dbtest.Scan[int64](t, admin, `SELECT id FROM institutions WHERE title = $1`, institution.Master)
	then, err := s.PublicRule(t.Context(), id, day("2019-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	today, err := s.PublicRule(t.Context(), id, time.Time{})
	if err != nil || then.Shown == nil || today.Shown == nil || then.Shown.Ordinal != 1 || today.Shown.Ordinal != 2 {
		t.Fatalf("the master document of 2019 and today: %+v, %+v, %v", then.Shown, today.Shown, err)
	}
	if cmp.Equal(then.Text, today.Text) || !strings.Contains(then.Text[0].Text, "演示文本") {
		t.Errorf("the text of 2019 is that of today, or is not marked: %s", then.Text[0].Text)
	}
	city := access.Actor{Role: access.CityOffice, CityID: dbtest.Scan[int64](t, admin, `SELECT id FROM cities`)}
	m, err := s.Landings(t.Context(), city)
	if err != nil || len(m.Rules) != 5 || len(m.Streets) != 4 || m.Gaps() != 4 {
		t.Errorf("matrix of %d rules and %d streets with %d gaps, %v; want 5, 4, 4", len(m.Rules), len(m.Streets), m.Gaps(), err)
	}
	l, err := s.Sleeping(t.Context(), city, 0, 0)
	obliging := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM clause_acts WHERE acted_on > $1::date - 365 AND acted_on <= $1::date`, dbtest.Now)
	if err != nil || len(l.Clauses) == 0 || obliging == 0 {
		t.Errorf("%d clauses sleep, %d things were done under others, %v; want some", len(l.Clauses), obliging, err)
	}
}

// open: of the half year, five items are open, all promised for a day ahead.
func open(t *testing.T, admin *pgxpool.Pool) {
	got := dbtest.Scan[string](t, admin, `
		SELECT string_agg(state || ' ' || (promised_on > $1)::text, ', ')
		FROM opinions
		WHERE received_on <= '2020-12-31' AND state NOT IN ('closed', 'declined', 'merged', 'withdrawn')`, dbtest.Now)
	if want := "promised true, promised true, promised true, promised true, promised true"; got != want {
		t.Errorf("open items of 2019 and 2020 are %q, want %q", got, want)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM deadlines WHERE ended_on IS NULL AND due_on < $1::date - 60`, dbtest.Now); n != 0 {
		t.Errorf("%d clocks are overdue for months, want 0", n)
	}
}

// living: in each street there is something of everything that desks show.
func living(t *testing.T, admin *pgxpool.Pool) {
	const week = `due_on BETWEEN $1::date AND $1::date + 7 AND ended_on IS NULL`
	for what, sql := range map[string]string{
		"something due this week":        `SELECT street_id FROM deadlines WHERE ` + week,
		"something overdue":              `SELECT street_id FROM deadlines WHERE due_on < $1::date AND ended_on IS NULL`,
		"an overdue one urged":           `SELECT street_id FROM opinion_urges WHERE level = 'urge' AND at <= $1`,
		"one supervised":                 `SELECT street_id FROM opinion_urges WHERE level = 'supervise' AND at <= $1`,
		"one reported":                   `SELECT street_id FROM opinion_urges WHERE level = 'report' AND at <= $1`,
		"an extension to decide":         `SELECT street_id FROM opinion_extensions WHERE granted IS NULL AND asked_at <= $1`,
		"a sensitive complaint":          `SELECT street_id FROM opinions WHERE sensitive AND received_at <= $1`,
		"an anonymous one":               `SELECT street_id FROM opinions WHERE anonymous AND state = 'registered' AND received_at <= $1`,
		"a second handling":              `SELECT street_id FROM opinions WHERE round = 2 AND state = 'handling' AND received_at <= $1`,
		"a photo":                        `SELECT street_id FROM files WHERE owner_kind = 'opinion' AND width > 0 AND $1::timestamptz IS NOT NULL`,
		"a photo of what was done":       `SELECT street_id FROM files WHERE owner_kind = 'opinion_reply' AND $1::timestamptz IS NOT NULL`,
		"a draft":                        `SELECT street_id FROM visit_drafts WHERE saved_at <= $1`,
		"a reception announced":          `SELECT street_id FROM receptions WHERE state = 'published' AND held_on > $1::date`,
		"a reception planned":            `SELECT street_id FROM receptions WHERE state = 'planned' AND held_on > $1::date`,
		"a reception cancelled":          `SELECT street_id FROM receptions WHERE state = 'cancelled' AND held_on > $1::date`,
		"an unread notice for the staff": `SELECT street_id FROM notices n WHERE to_role = 'staff' AND at <= $1 AND NOT EXISTS (SELECT FROM notice_reads r WHERE r.notice_id = n.id)`,
		"work for its unit's account": `SELECT o.street_id FROM opinions o JOIN role_grants g ON g.street_id = o.street_id AND g.unit_id = o.lead_unit_id AND g.role = 'unit'
			WHERE o.state IN ('assigned', 'signed', 'handling') AND o.received_at <= $1`,
		"a sheet imported":                 `SELECT street_id FROM imports i WHERE state = 'applied' AND confirmed_at <= $1 AND (SELECT count(*) FROM import_rows r WHERE r.street_id = i.street_id AND r.import_id = i.id AND r.outcome = 'applied' AND r.kind = 'changed') = 3`,
		"an import undone without a rest":  `SELECT street_id FROM imports i WHERE state = 'undone' AND undone_at <= $1 AND (SELECT count(*) FROM import_rows r WHERE r.street_id = i.street_id AND r.import_id = i.id AND r.outcome = 'undone') = 3`,
		"a sheet that waits with mistakes": `SELECT street_id FROM imports i WHERE state = 'preview' AND sent_at <= $1 AND (SELECT count(*) FROM import_rows r WHERE r.street_id = i.street_id AND r.import_id = i.id AND r.kind = 'error') = 4`,
		"two who may be one person":        `SELECT street_id FROM person_pairs WHERE apart_at IS NULL AND $1::timestamptz IS NOT NULL`,
		"a person with two roles":          `SELECT g.street_id FROM role_grants g JOIN role_grants h ON h.user_id = g.user_id AND h.role > g.role WHERE g.requested_at <= $1`,
	} {
		if n := dbtest.Scan[int](t, admin, `SELECT count(DISTINCT street_id)::integer FROM (`+sql+`) AS found`, dbtest.Now); n != 4 {
			t.Errorf("%d streets have %s, want 4", n, what)
		}
	}
	for what, sql := range map[string]string{
		"acts in the future":            `SELECT count(*)::integer FROM audit_events WHERE at > $1`,
		"opinions from the future":      `SELECT count(*)::integer FROM opinions WHERE received_at > $1`,
		"things told before they came":  `SELECT count(*)::integer FROM opinions WHERE (told_on < received_on OR closed_on < received_on) AND $1::timestamptz IS NOT NULL`,
		"accounts that have to change":  `SELECT count(*)::integer FROM users WHERE (must_change OR NOT demo) AND $1::timestamptz IS NOT NULL`,
		"accounts more or less than 59": `SELECT count(*)::integer - 59 FROM users WHERE $1::timestamptz IS NOT NULL`,
		"communities, less the 82":      `SELECT count(*)::integer - 82 FROM communities WHERE $1::timestamptz IS NOT NULL`,
		"deputies with one name":        `SELECT count(*)::integer - count(DISTINCT name)::integer FROM deputies WHERE $1::timestamptz IS NOT NULL`,
	} {
		if n := dbtest.Scan[int](t, admin, sql, dbtest.Now); n != 0 {
			t.Errorf("%s: %d, want 0", what, n)
		}
	}
}

// accounts: all 59 of contract.md §3 sign in with the one password, each in the
// role and street of its name, in demonstration mode only.
func accounts(t *testing.T, d *db.DB, keys *secret.Keys) {
	roles := map[string]access.Role{
		"city-leader": access.CityLeader, "city-office": access.CityOffice, "city-deputies": access.CityDeputy, "city-finance": access.CityFinance,
		"city-sysadmin": access.SystemAdmin, "city-secadmin": access.SecurityAdmin, "city-auditor": access.AuditAdmin,
	}
	for _, street := range []string{"dongcheng", "nancheng", "guancheng", "wanjiang"} {
		for name, role := range map[string]access.Role{
			"director": access.Director, "deputy-director": access.DeputyDirector, "member": access.Member, "staff": access.Staff,
			"party": access.PartyReader, "office": access.OfficeDispatch, "unit": access.Unit, "deputy": access.Deputy, "leader": access.GroupLeader,
			"voter": access.VoterRep, "expert": access.Expert, "liaison": access.Liaison, "informer": access.InfoOfficer,
		} {
			roles[street+"-"+name] = role
		}
	}
	places := map[string]string{"dongcheng": "东城街道", "nancheng": "南城街道", "guancheng": "莞城街道", "wanjiang": "万江街道", "city": "东莞市"}
	store := account.NewStore(account.Config{DB: d, Keys: keys, Now: dbtest.Clock, Demo: true})
	for login, role := range roles {
		token, err := store.SignIn(t.Context(), login, demo.Password, login, "test")
		if err != nil {
			t.Errorf("sign in as %s: %v", login, err)
			continue
		}
		x, err := store.Session(t.Context(), token)
		place, _, _ := strings.Cut(login, "-")
		if err != nil || x.Actor.Role != role || x.Place != places[place] || x.MustChange || x.NeedsCode {
			t.Errorf("%s acts as %s in %s, must change %v, needs a code %v, %v; want %s in %s", login, x.Actor.Role, x.Place, x.MustChange, x.NeedsCode, err, role, places[place])
		}
	}
	real := account.NewStore(account.Config{DB: d, Keys: keys, Now: dbtest.Clock})
	if _, err := real.SignIn(t.Context(), "dongcheng-staff", demo.Password, "real", "test"); err == nil {
		t.Error("a demonstration account signs in outside of demonstration mode")
	}
}

// again: loading a second time says so and changes nothing.
func again(t *testing.T, city demo.Config, admin *pgxpool.Pool) {
	const rows = `
		SELECT (SELECT count(*) FROM audit_events) || ' ' || (SELECT count(*) FROM opinions) || ' ' || (SELECT count(*) FROM visits) || ' ' || (SELECT count(*) FROM users)`
	before := dbtest.Scan[string](t, admin, rows)
	for _, beside := range []bool{false, true} {
		city.Beside = beside
		if err := demo.Load(t.Context(), city); !errors.Is(err, demo.ErrLoaded) {
			t.Errorf("Load again = %v, want %v", err, demo.ErrLoaded)
		}
	}
	if diff := cmp.Diff(before, dbtest.Scan[string](t, admin, rows)); diff != "" {
		t.Errorf("loading again changed rows (-before +after):\n%s", diff)
	}
}

// corrections: a figure follows its rows, one by one.
func corrections(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	count := func(key string) int64 {
		t.Helper()
		table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: day("2019-06-27"), To: day("2019-12-31")})
		if err != nil {
			t.Fatal(err)
		}
		return table.Figure(key).Total()
	}
	// Past the guards of the schema, as somebody who tampers would have to.
	tamper := func(sql string) {
		t.Helper()
		dbtest.Exec(t, admin, `DO $$ BEGIN SET LOCAL session_replication_role = replica; `+sql+`; END $$`)
	}
	for _, c := range []struct {
		key, sql string
		want     int64
	}{
		{"residents_received", `UPDATE visits SET residents = residents + 1 WHERE id = (SELECT min(id) FROM visits WHERE held_on = '2019-12-31')`, 1473},
		{"opinions", `UPDATE opinions SET received_on = '2019-06-26' WHERE id = (SELECT min(id) FROM opinions WHERE state = 'closed')`, 223},
		{"opinions_closed", `UPDATE opinions SET state = 'handling', closed_on = NULL WHERE id = (SELECT max(id) FROM opinions WHERE state = 'closed' AND received_on < '2019-12-31')`, 217},
		{"deputies", `UPDATE deputies SET ended_on = '2019-12-31', ended_why = 'resigned', state = 'ended' WHERE id = (SELECT min(id) FROM deputies)`, 92},
	} {
		tamper(c.sql)
		if got := count(c.key); got != c.want {
			t.Errorf("after %s: %s = %d, want %d", c.sql, c.key, got, c.want)
		}
	}
}

// A database that is in real use gets no demonstration by accident, and one that
// stopped half-way is recognised.
func TestLoadRefuses(t *testing.T) {
	d, admin := dbtest.Open(t)
	city := demo.Config{DB: d, Now: dbtest.Now}
	dbtest.Exec(t, admin, `INSERT INTO cities (name, code) VALUES ('中山市', '442000')`)
	if err := demo.Load(t.Context(), city); !errors.Is(err, demo.ErrOccupied) {
		t.Errorf("Load beside a real city = %v, want %v", err, demo.ErrOccupied)
	}
	dbtest.Exec(t, admin, `INSERT INTO cities (name, code, demo) VALUES ('东莞市', '441900', true)`)
	city.Beside = true
	if err := demo.Load(t.Context(), city); err == nil || errors.Is(err, demo.ErrUnfinished) {
		t.Errorf("Load after half a load beside a real city = %v, want an error that lets nobody empty the database", err)
	}
	dbtest.Exec(t, admin, `DELETE FROM cities WHERE NOT demo`)
	if err := demo.Load(t.Context(), city); !errors.Is(err, demo.ErrUnfinished) {
		t.Errorf("Load after half a load = %v, want %v", err, demo.ErrUnfinished)
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM streets`); n != 0 {
		t.Errorf("refused loads made %d streets", n)
	}
}

// funds holds the funds of 2020 against the contract, in hundredths of 万元.
func funds(t *testing.T, d *db.DB) {
	table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), 0, figure.Period{From: day("2020-01-01"), To: day("2020-12-31")})
	if err != nil {
		t.Fatal(err)
	}
	f := table.Figure("npc_funds")
	got := []string{f.Text(f.Total())}
	for _, s := range table.Streets {
		got = append(got, f.Text(f.Street(s.ID)))
	}
	if diff := cmp.Diff([]string{"398.00", "116.00", "104.00", "92.00", "86.00"}, got); diff != "" {
		t.Error(diff)
	}
}

// plans finds every state of an annual plan, each street's plans of the years that
// the source tells of and of this one, and what carries them out.
func plans(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	for _, s := range plan.Procedure.States {
		if n := dbtest.Scan[int](t, admin, `SELECT count(*) FROM plans WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no plan is %s", s.Name)
		}
	}
	for state, want := range map[string]int{"adopted": 8, "declined": 8} { // of two Novembers in four streets
		if n := dbtest.Scan[int](t, admin, `SELECT count(*) FROM plan_ideas WHERE state = $1`, state); n != want {
			t.Errorf("%d ideas are %s, want %d", n, state, want)
		}
	}
	for _, year := range []int{2019, 2020, dbtest.Now.Year()} {
		n := dbtest.Scan[int](t, admin, `
			SELECT count(DISTINCT p.street_id) FROM plans p
			JOIN plan_consultations c ON c.street_id = p.street_id AND c.plan_id = p.id AND c.received_on IS NOT NULL
			WHERE p.year = $1 AND p.passed_on IS NOT NULL`, year)
		if n != 4 {
			t.Errorf("%d: %d streets have a plan that was consulted on and passed, want 4", year, n)
		}
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*) FROM plan_consultations WHERE received_on IS NULL AND due_on >= $1::date - 30`, dbtest.Now); n == 0 {
		t.Error("no consultation is outstanding")
	}
	if n := dbtest.Scan[int](t, admin, `SELECT count(*) FROM plan_editions e JOIN plan_changes c ON c.decision_id = e.decision_id WHERE e.ordinal = 2`); n == 0 {
		t.Error("no plan was changed during the year")
	}
	item := dbtest.Scan[int64](t, admin, `
		SELECT a.plan_item_id FROM activities a JOIN streets s ON s.id = a.street_id
		WHERE a.plan_item_id IS NOT NULL AND s.slug = 'dongcheng' ORDER BY a.id LIMIT 1`)
	one, err := plan.NewStore(d, nil, dbtest.Clock).One(t.Context(), access.Actor{Role: access.Operator}, item)
	if err != nil || len(one.Linked) == 0 || one.Linked[0].Kind != "activity" {
		t.Errorf("what carries item %d out = %+v, %v", item, one.Linked, err)
	}
}
