package scale

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/db"
	"portal/internal/dbtest"
)

// Cost is what reading a page costs the database.
type Cost struct {
	Rows   int           // that it looked at, in tables and indexes
	Median time.Duration // of a few times
}

// Reads says what read costs, which is called a few times on a door of its own.
func Reads(t testing.TB, admin *pgxpool.Pool, read func(*db.DB) error) (c Cost) {
	t.Helper()
	const times = 5
	before, open := looked(t, admin), doors(t, admin)
	d, err := db.Open(t.Context(), admin.Config().ConnString(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var took []time.Duration
	for range times {
		start := time.Now()
		if err := read(d); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	d.Close() // what its connections have counted is added up when they end
	for doors(t, admin) > open {
		time.Sleep(10 * time.Millisecond)
	}
	return Cost{(looked(t, admin) - before) / times, slices.Sorted(slices.Values(took))[times/2]}
}

// Alike fails t where reading a page among many costs more than among few: an
// index leads to its rows, so that it reads about as many. What the machine does
// besides changes the times, which are logged, but not the rows.
func Alike(t testing.TB, page string, few, many Cost) {
	t.Helper()
	t.Logf("%s: %d rows in %v among few, %d in %v among many", page, few.Rows, few.Median, many.Rows, many.Median)
	if most := 5*few.Rows + 2000; many.Rows > most {
		t.Errorf("%s: reads %d rows among many, %d among few", page, many.Rows, few.Rows)
	}
}

func doors(t testing.TB, admin *pgxpool.Pool) int {
	t.Helper()
	return dbtest.Scan[int](t, admin, `SELECT count(*)::integer FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'portal'`)
}

func looked(t testing.TB, admin *pgxpool.Pool) int {
	t.Helper()
	return dbtest.Scan[int](t, admin, `
		SELECT ((SELECT sum(seq_tup_read) FROM pg_stat_user_tables) + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes))::integer`)
}
