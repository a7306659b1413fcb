package main

import (
	"context"
	"log/slog"
	"time"
)

// every is how often the clerk looks for what has fallen due.
const every = 5 * time.Minute

// clerk does what falls due by itself while the portal serves, such as closing
// opinions that nobody rated in time. Several portals on one database may each
// have one: what it does guards itself.
type clerk struct {
	sweep func(context.Context) (int, error)
	log   *slog.Logger
}

// start begins at once and goes on every few minutes. The returned function ends
// it and returns when it has put down what it was doing.
func (c clerk) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			c.work(ctx)
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// work sweeps until nothing is left. A fault is logged; the next time tries anew.
func (c clerk) work(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := c.sweep(ctx)
		if n > 0 {
			c.log.Info("done what fell due", "records", n)
		}
		if err != nil && ctx.Err() == nil {
			c.log.Error("could not do what fell due", "err", err)
		}
		if n == 0 || err != nil {
			return
		}
	}
}
