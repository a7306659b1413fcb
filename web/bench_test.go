package web_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/web"
	"portal/web/page"
	"portal/web/webtest/whole"
)

// BenchmarkLedger measures the list of opinions as people get it: session,
// security context, row-level security and rendering included. Beside it, in the
// same run, a bare handler answers with the same query and a constant body of
// the same size: the floor. It does both with few and with many opinions over
// 200 streets.
//
// BENCH_OPINIONS are the sizes, BENCH_ROUND is how long one measurement takes.
// Each is taken five times, floor and page in turn, and the table has the medians.
// Where /proc tells, it also has the processor time of an answer, the portal's and
// PostgreSQL's, which does not depend on what else the machine does.
func BenchmarkLedger(b *testing.B) {
	debug.SetGCPercent(400) // as portal serve does
	sizes := list(b, "BENCH_OPINIONS", "1000,1000000")
	round, err := time.ParseDuration(env("BENCH_ROUND", "600ms"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		results := map[int][]result{}
		for _, n := range sizes {
			results[n] = ledger(b, n, round)
		}
		print(sizes, results)
	}
}

// result is what one case took.
type result struct {
	name        string
	rows, bytes int
	floor, page float64       // answers a second
	cpu         [2]float64    // processor time of an answer of the floor and of the page, in ms
	median      time.Duration // of one answer, nobody else asking
}

// ledger measures every case with n opinions.
func ledger(b *testing.B, n int, round time.Duration) []result {
	b.Helper()
	p := whole.Open(b, func(c *web.Config) { c.Demo = true }) // nobody needs a second factor
	city, err := scale.Fill(b.Context(), p.Admin, n, dbtest.Now)
	if err != nil {
		b.Fatal(err)
	}
	actors := map[string]access.Actor{
		"city":   {Role: access.CityDeputy, CityID: city.ID},
		"street": {Role: access.Staff, CityID: city.ID, StreetID: city.Street},
		"unit":   {Role: access.Unit, CityID: city.ID, StreetID: city.Street, UnitID: city.Unit},
	}
	cookies := map[string]string{}
	for login, a := range actors {
		p.Person("bench-"+login, a)
		cookies[login] = p.SignIn("bench-" + login).Cookies()
	}
	deep := db.Cursor{At: dbtest.Now.AddDate(-3, 0, 0), ID: 1}.String()
	floor := newFloor(b, p.Admin)
	var results []result
	for _, c := range []struct{ who, what, query string }{
		{"street", "first page", ""},
		{"street", "deep page", "?after=" + deep},
		{"street", "one kind", "?kind=complaint"},
		{"street", "a month", "?from=2024-03-01&to=2024-03-31"},
		{"city", "first page", ""},
		{"city", "deep page", "?after=" + deep},
		{"city", "one field", "?field=medical"},
		{"unit", "first page", ""},
	} {
		asked := request(p.URL, page.OpinionsURL+c.query, cookies[c.who])
		body := one(b, p.URL, asked)
		if b.Failed() {
			b.FailNow()
		}
		r := result{name: c.who + ", " + c.what, rows: bytes.Count(body, []byte("<tr")) - 1, bytes: len(body)}
		floor.is(actors[c.who], c.query, deep, body)
		plain := request(floor.url, "/", "")
		var speed, cpu [2][]float64
		for range 5 {
			for i, url := range []string{floor.url, p.URL} {
				n, took := throughput(b, url, [][]byte{plain, asked}[i], round, floor.server)
				speed[i], cpu[i] = append(speed[i], n), append(cpu[i], took)
			}
		}
		r.floor, r.page, r.median = middle(speed[0]), middle(speed[1]), latency(b, p.URL, asked)
		r.cpu = [2]float64{middle(cpu[0]), middle(cpu[1])}
		results = append(results, r)
	}
	return results
}

// print writes one table for all sizes.
func print(sizes []int, results map[int][]result) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nBenchmark list of opinions\topinions\trows\tKB\tfloor/s\tpage/s\tof the floor\tfloor CPU ms\tpage CPU ms\tof the floor\tmedian ms\tagainst the fewest\t")
	for i, first := range results[sizes[0]] {
		for _, n := range sizes {
			r := results[n][i]
			fmt.Fprintf(w, "Benchmark %s\t%d\t%d\t%d\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", r.name, n, r.rows, r.bytes/1024, r.floor, r.page,
				r.page/r.floor, r.cpu[0], r.cpu[1], r.cpu[0]/r.cpu[1], float64(r.median.Microseconds())/1000, float64(r.median)/float64(first.median))
		}
	}
	w.Flush()
}

// floor is the bare handler: one pgx query by nobody in particular, its rows
// read, and a constant body.
type floor struct {
	url    string
	server string // the process of PostgreSQL whose children do the work
	pool   *pgxpool.Pool
	sql    string
	args   []any
	body   []byte
}

func newFloor(b *testing.B, admin *pgxpool.Pool) *floor {
	b.Helper()
	cfg := admin.Config()
	cfg.MaxConns = 8                            // as many as the portal has here
	for name, value := range map[string]string{ // planned as the page's own query is
		"jit": "off", "plan_cache_mode": "force_generic_plan", "enable_sort": "off", "enable_bitmapscan": "off",
	} {
		cfg.ConnConfig.RuntimeParams[name] = value
	}
	pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	f := &floor{pool: pool, server: parent(strconv.Itoa(dbtest.Scan[int](b, admin, `SELECT pg_backend_pid()`)))}
	server := httptest.NewServer(f)
	b.Cleanup(server.Close)
	f.url = server.URL
	return f
}

type line struct {
	ID, StreetID           int64
	Number, State          string
	Kind, Field, Text      string
	Anonymous              bool
	ReceivedAt, ReceivedOn time.Time
	Round                  int
	Street                 string
	Community, Unit        string
	DeadlineID             int64
	Clock                  string
	DueOn                  *time.Time
}

// is makes the handler that of one case: the rows of the page, for body.
func (f *floor) is(a access.Actor, query, deep string, body []byte) {
	where, args := "true", []any{}
	add := func(sql string, arg any) {
		args = append(args, arg)
		where += " AND " + strings.ReplaceAll(sql, "?", "$"+strconv.Itoa(len(args)))
	}
	q, _ := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if a.StreetID != 0 {
		add("o.street_id = ?", a.StreetID)
	}
	if a.UnitID != 0 {
		add("? = ANY (o.units)", a.UnitID)
	}
	for _, name := range []string{"kind", "field"} {
		if q.Has(name) {
			add("o."+name+" = ?", q.Get(name))
		}
	}
	if q.Has("from") {
		add("o.received_at >= ?::timestamptz", q.Get("from")+" 00:00+08")
		add("o.received_at < ?::timestamptz + interval '1 day'", q.Get("to")+" 00:00+08")
	}
	if q.Has("after") {
		add("o.received_at < ?", db.ParseCursor(deep).At)
	}
	f.sql, f.args, f.body = `
		SELECT o.id, o.street_id, o.number, o.state, o.kind, o.field, left(o.text, 120) AS text, o.anonymous, o.received_at, o.received_on, o.round,
		       s.name AS street,
		       coalesce((SELECT c.name FROM communities c WHERE c.street_id = o.street_id AND c.id = o.community_id), '') AS community,
		       coalesce((SELECT u.name FROM units u WHERE u.street_id = o.street_id AND u.id = o.lead_unit_id), '') AS unit,
		       coalesce(d.id, 0) AS deadline_id, coalesce(d.label, '') AS clock, d.due_on
		FROM opinions o
		JOIN streets s ON s.id = o.street_id
		LEFT JOIN LATERAL (
			SELECT d.id, d.label, d.due_on
			FROM deadlines d
			WHERE d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.ended_on IS NULL
			ORDER BY d.due_on, d.id
			LIMIT 1) AS d ON true
		WHERE `+where+`
		ORDER BY o.received_at DESC, o.id DESC
		LIMIT 51`, args, body
}

func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rows, _ := f.pool.Query(r.Context(), f.sql, f.args...)
	if _, err := pgx.CollectRows(rows, pgx.RowToStructByName[line]); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(f.body)))
	_, _ = w.Write(f.body)
}

// at once is how many ask at the same time.
const atOnce = 8

// throughput is how many answers a second the server gives to eight who ask as
// fast as they can, over connections of the least that HTTP needs, so that what
// is measured is the server. It also returns the processor time of one answer in
// milliseconds.
func throughput(b *testing.B, base string, asked []byte, round time.Duration, postgres string) (speed, cpu float64) {
	b.Helper()
	before := spent(postgres)
	ctx, cancel := context.WithTimeout(b.Context(), round)
	defer cancel()
	var all sync.WaitGroup
	counts := make([]int, atOnce)
	begin := time.Now()
	for i := range atOnce {
		all.Go(func() {
			c := dial(b, base)
			defer c.Close()
			for ctx.Err() == nil {
				c.ask(asked)
				counts[i]++
			}
		})
	}
	all.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begin).Seconds(), float64((spent(postgres) - before).Microseconds()) / 1000 / float64(total)
}

// spent is the processor time that this process and PostgreSQL's have used.
func spent(postgres string) time.Duration {
	var own syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	total := time.Duration(own.Utime.Nano() + own.Stime.Nano())
	processes, _ := os.ReadDir("/proc")
	for _, p := range processes {
		if parent(p.Name()) != postgres {
			continue
		}
		b, _ := os.ReadFile("/proc/" + p.Name() + "/schedstat")
		ns, _, _ := strings.Cut(string(b), " ")
		n, _ := strconv.ParseInt(ns, 10, 64)
		total += time.Duration(n)
	}
	return total
}

// parent is the process that started pid; "" where the system does not tell.
func parent(pid string) string {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	_, rest, ok := strings.Cut(string(b), ") ")
	if err != nil || !ok {
		return ""
	}
	fields := strings.Fields(rest)
	return fields[1]
}

// latency is the median time of one answer when nobody else asks.
func latency(b *testing.B, base string, asked []byte) time.Duration {
	b.Helper()
	c := dial(b, base)
	defer c.Close()
	times := make([]time.Duration, 101)
	for i := range times {
		begin := time.Now()
		c.ask(asked)
		times[i] = time.Since(begin)
	}
	return middle(times)
}

func middle[T float64 | time.Duration](list []T) T {
	slices.Sort(list)
	return list[len(list)/2]
}

// caller is a connection that sends one request again and again.
type caller struct {
	net.Conn
	b  *testing.B
	in *bufio.Reader
}

func dial(b *testing.B, base string) *caller {
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		b.Error(err)
		return nil
	}
	return &caller{c, b, bufio.NewReaderSize(c, 256<<10)}
}

// ask sends the request and returns the body of its answer, which is valid until
// the next one.
func (c *caller) ask(asked []byte) []byte {
	if _, err := c.Write(asked); err != nil {
		c.b.Error(err)
		return nil
	}
	status, length := "", 0
	for {
		text, err := c.in.ReadString('\n')
		if err != nil {
			c.b.Error(err)
			return nil
		}
		if status == "" {
			status = text
		}
		if n, ok := strings.CutPrefix(text, "Content-Length: "); ok {
			length, _ = strconv.Atoi(strings.TrimSpace(n))
		}
		if text == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(c.in, body); err != nil || !strings.Contains(status, "200") {
		c.b.Errorf("%s: %v", strings.TrimSpace(status), err)
	}
	return body
}

func one(b *testing.B, base string, asked []byte) []byte {
	b.Helper()
	c := dial(b, base)
	defer c.Close()
	return c.ask(asked)
}

func request(base, path, cookies string) []byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: " + strings.TrimPrefix(base, "http://") + "\r\n"
	if cookies != "" {
		text += "Cookie: " + cookies + "\r\n"
	}
	return []byte(text + "\r\n")
}

func env(name, otherwise string) string {
	if s := os.Getenv(name); s != "" {
		return s
	}
	return otherwise
}

func list(b *testing.B, name, otherwise string) (numbers []int) {
	b.Helper()
	for s := range strings.SplitSeq(env(name, otherwise), ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}
