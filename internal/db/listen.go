package db

import (
	"context"
	"fmt"
)

// Listen hears notifications on channel until ctx ends or the connection is
// lost, which is the error it returns. ready is called when it begins to hear.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), heard func(payload string)) error {
	c, err := d.auth.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	conn := c.Hijack() // it listens: nobody else may get it
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
		heard(n.Payload)
	}
}
