package register_test

import (
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/register"
)

// However many rows a sheet has, each is found by an index, which PostgreSQL has to
// be told to use while the tables grow: a search through all that is there would, on
// average, read half as many rows as the sheet has, for each of them.
func TestRowsAreFoundByIndex(t *testing.T) {
	const n = 3000
	h := openHouse(t)
	h.cycle(workbook(t, heads, deputies(n)), n)
	h.s.Wait()
	h.db.Close() // what its connections have counted is added up when they end
	for dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'portal'`) > 0 {
		time.Sleep(10 * time.Millisecond)
	}
	read := dbtest.Scan[int](t, h.admin, `SELECT (sum(seq_tup_read) + sum(idx_tup_fetch))::integer FROM pg_stat_user_tables`)
	if read/n > n/2 {
		t.Errorf("the database read %d rows to import and undo each of %d", read/n, n)
	}
	t.Logf("%d rows read for each of %d", read/n, n)
}

// cycle imports n new deputies and undoes it again, and says how long reading,
// writing and undoing took.
func (h *house) cycle(content []byte, n int) (took [3]time.Duration) {
	h.Helper()
	staff, start := h.Actor(access.CityDeputy), time.Now()
	lap := func(i int) { took[i], start = time.Since(start), time.Now() }
	m := h.send(staff, content)
	lap(0)
	h.want(m, register.Preview, register.Counts{New: n})
	m = h.confirm(staff, m)
	lap(1)
	if m.Outcomes.Applied != n || h.count() != n {
		h.Fatalf("applied = %+v", m.Outcomes)
	}
	start = time.Now()
	m = h.undo(staff, m)
	lap(2)
	if m.Outcomes.Undone != n || h.count() != 0 {
		h.Fatalf("undone = %+v", m.Outcomes)
	}
	return took
}

// 20,000 rows are read, written and undone in ten times the time of 2,000, but for
// what the machine does besides, and without much memory.
func TestTwentyThousand(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("PORTAL_SCALE"))
	if err != nil {
		t.Skip("minutes: set PORTAL_SCALE to how many rounds medians are taken of")
	}
	sizes, took := []int{2000, 20_000}, map[int][3][]time.Duration{}
	for range rounds {
		for _, n := range sizes {
			t.Run("", func(t *testing.T) {
				h, content, peak := openHouse(t), workbook(t, heads, deputies(n)), watch()
				laps := took[n]
				for i, d := range h.cycle(content, n) {
					laps[i] = append(laps[i], d)
				}
				took[n] = laps
				t.Logf("%d rows, %d KB: %v, heap at most %d MB", n, len(content)>>10, laps, peak()>>20)
			})
		}
	}
	if t.Failed() {
		return
	}
	for i, what := range []string{"preview", "import", "undo"} {
		few, many := median(took[2000][i]), median(took[20_000][i])
		ratio := many.Seconds() / few.Seconds()
		t.Logf("%s: %v for 2,000 rows, %v for 20,000: %.1f times", what, few, many, ratio)
		if ratio > 25 {
			t.Errorf("%s of ten times the rows takes %.1f times as long", what, ratio)
		}
	}
}

func median(list []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

// watch returns a function that tells how large the heap has been.
func watch() func() uint64 {
	var most uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(stop); <-stopped; return most }
}
