package institution

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/db"
)

// allot gives the next number of the year's series of the street, or of the city,
// in which there are no gaps: it waits for who allots one at the same time.
func (s *Store) allot(ctx context.Context, tx db.Tx, city, street int64) (string, error) {
	var series string
	var last int
	year := s.today().Year()
	args := db.Args{"city": city, "street": street}
	err := db.Do(ctx, tx,
		db.Value(&series, `
			SELECT coalesce((SELECT name FROM streets WHERE id = @street), '')
			FROM cities
			WHERE id = @city`, args))
	if err != nil {
		return "", err
	}
	series = "莞人" + strings.TrimSuffix(series, "街道") + "工委"
	if OfCity(street) {
		series = "莞人常发"
	}
	prefix := fmt.Sprintf("%s〔%d〕", series, year)
	if _, err := db.Exec(ctx, tx, `SELECT pg_advisory_xact_lock(hashtextextended('institution.number' || @prefix, 0))`, db.Args{"prefix": prefix}); err != nil {
		return "", err
	}
	err = db.Do(ctx, tx, db.Value(&last, `
		SELECT coalesce(max(substring(doc_number FROM '〕([0-9]+)号')::integer), 0)
		FROM (SELECT doc_number FROM institution_versions WHERE street_id = @street UNION ALL SELECT doc_number FROM institution_filings WHERE street_id = @street) AS n
		WHERE doc_number LIKE @prefix || '%'`, db.Args{"street": street, "prefix": prefix}))
	return fmt.Sprintf("%s%d号", prefix, last+1), err
}
