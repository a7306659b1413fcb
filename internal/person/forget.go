package person

import (
	"context"

	"portal/internal/db"
)

// Forget removes in tx a person whom an import brought in under key and whom
// nothing else refers to, as part of undoing that import. Anybody else stays, which
// is no error.
func (s *Store) Forget(ctx context.Context, tx db.Tx, street, id int64, key string) error {
	part, err := tx.Begin(ctx) // what refers to them must not end the whole transaction
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, part, `DELETE FROM people WHERE street_id = @street AND id = @id AND key = @key`,
		db.Args{"street": street, "id": id, "key": key})
	switch {
	case db.Referenced(err):
		return part.Rollback(ctx)
	case err != nil:
		return err
	}
	return part.Commit(ctx)
}
