package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"portal/internal/access"
	"portal/internal/fault"
)

// Query is one read of a page: a statement and where its rows go.
type Query struct {
	sql  string
	args any
	scan func(pgx.Rows) error
}

// One reads exactly one row into *v, whose fields bear the columns' names. When
// there is no row, the read it is part of returns fault.NotFound.
func One[T any](v *T, sql string, args Args) Query {
	return Query{sql, args, func(rows pgx.Rows) (err error) {
		*v, err = one[T](rows)
		return err
	}}
}

// Maybe reads at most one row into *v and leaves *v alone when there is none.
func Maybe[T any](v *T, sql string, args Args) Query {
	return Query{sql, args, func(rows pgx.Rows) error {
		got, err := one[T](rows)
		if errors.Is(err, fault.NotFound) {
			return nil
		}
		if err == nil {
			*v = got
		}
		return err
	}}
}

// Many reads all the rows into *list. The statement must bound them.
func Many[T any](list *[]T, sql string, args Args) Query {
	return Query{sql, args, func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	}}
}

// Value reads one row of one column into *v.
func Value[T any](v *T, sql string, args Args) Query {
	return Query{sql, args, func(rows pgx.Rows) (err error) {
		*v, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
		if errors.Is(err, pgx.ErrNoRows) {
			return fault.NotFound
		}
		return err
	}}
}

// Values reads one column of all the rows into *list.
func Values[T any](list *[]T, sql string, args Args) Query {
	return Query{sql, args, func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, pgx.RowTo[T])
		return err
	}}
}

func one[T any](rows pgx.Rows) (T, error) {
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[T])
	if errors.Is(err, pgx.ErrNoRows) {
		return v, fault.NotFound
	}
	return v, err
}

// Read runs the queries as actor in one round trip and one snapshot-consistent
// implicit transaction. Nothing a query writes is to be relied on.
func (d *DB) Read(ctx context.Context, actor access.Actor, queries ...Query) error {
	b := &pgx.Batch{}
	b.Queue(become, becomeArgs(actor)...)
	return send(ctx, d.pool(actor), b, queries)
}

// ReadAlong is Read for a page with a list that an index has in its order, however
// many rows there are. PostgreSQL plans such statements once, for any arguments,
// and does not gather rows to sort them: it would where it expects few, and be
// wrong in the one street that has most. Write limits into the statement.
func (d *DB) ReadAlong(ctx context.Context, actor access.Actor, queries ...Query) error {
	b := &pgx.Batch{}
	b.Queue(becomeAlong, becomeArgs(actor)...)
	return send(ctx, d.pool(actor), b, queries)
}

const becomeAlong = become + `,
	       set_config('plan_cache_mode',  'force_generic_plan', true),
	       set_config('enable_sort',      'off', true),
	       set_config('enable_bitmapscan', 'off', true)`

// ReadNested is Read for a page that looks few rows up in tables of very many, each by an
// index, through several joins. PostgreSQL expects a merge to end early where the few stand
// first, as people who were entered first do, and to get there reads all of the many.
func (d *DB) ReadNested(ctx context.Context, actor access.Actor, queries ...Query) error {
	b := &pgx.Batch{}
	b.Queue(becomeNested, becomeArgs(actor)...)
	return send(ctx, d.pool(actor), b, queries)
}

const becomeNested = become + `,
	       set_config('enable_mergejoin', 'off', true)`

// Do runs the queries in tx, in one round trip.
func Do(ctx context.Context, tx Tx, queries ...Query) error {
	return send(ctx, tx, &pgx.Batch{}, queries)
}

type sender interface {
	SendBatch(context.Context, *pgx.Batch) pgx.BatchResults
}

// send collects the first error of the queries, in their order.
func send(ctx context.Context, to sender, b *pgx.Batch, queries []Query) error {
	lead := b.Len()
	for _, q := range queries {
		b.Queue(q.sql, q.args)
	}
	res := to.SendBatch(ctx, b)
	var first error
	for range lead {
		if _, err := res.Exec(); err != nil {
			first = fmt.Errorf("become actor: %w", err)
		}
	}
	for _, q := range queries {
		rows, err := res.Query()
		if err == nil {
			err = q.scan(rows)
		} else {
			rows.Close()
		}
		if first == nil {
			first = err
		}
	}
	if err := res.Close(); first == nil {
		first = err
	}
	return first
}

// Exec runs a statement in tx and returns the number of rows it touched.
func Exec(ctx context.Context, tx Tx, sql string, args Args) (int64, error) {
	tag, err := tx.Exec(ctx, sql, args)
	return tag.RowsAffected(), err
}

// Insert runs an INSERT … RETURNING id in tx and returns the id. It returns
// fault.NotFound when the statement inserted nothing.
func Insert(ctx context.Context, tx Tx, sql string, args Args) (id int64, err error) {
	err = Do(ctx, tx, Value(&id, sql, args))
	return id, err
}

// Batch collects statements whose rows nobody reads, such as child rows.
type Batch struct{ b pgx.Batch }

// Add queues a statement.
func (b *Batch) Add(sql string, args Args) { b.b.Queue(sql, args) }

// Run sends the statements in one round trip. An empty batch does nothing.
func (b *Batch) Run(ctx context.Context, tx Tx) error {
	if b.b.Len() == 0 {
		return nil
	}
	return tx.SendBatch(ctx, &b.b).Close()
}
