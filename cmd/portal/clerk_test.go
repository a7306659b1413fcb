package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The clerk works at once and every few minutes, goes on while there is more,
// outlives a fault, and ends when it is told to.
func TestClerk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		found := []struct {
			n   int
			err error
		}{{500, nil}, {2, nil}, {0, nil}, {0, errors.New("away")}, {0, nil}}
		var at []time.Duration
		var said bytes.Buffer
		stop := clerk{
			sweep: func(context.Context) (int, error) {
				at = append(at, time.Since(begin))
				if len(at) > len(found) {
					return 0, nil
				}
				return found[len(at)-1].n, found[len(at)-1].err
			},
			log: slog.New(slog.NewTextHandler(&said, nil)),
		}.start(t.Context())
		time.Sleep(2*every + time.Second)
		stop()
		time.Sleep(10 * every)
		want := []time.Duration{0, 0, 0, every, 2 * every}
		if len(at) != len(want) {
			t.Fatalf("the clerk worked at %v, want %v", at, want)
		}
		for i := range want {
			if at[i] != want[i] {
				t.Errorf("the clerk worked at %v, want %v", at, want)
			}
		}
		for _, words := range []string{"records=500", "records=2", "away"} {
			if !strings.Contains(said.String(), words) {
				t.Errorf("the log lacks %q:\n%s", words, said.String())
			}
		}
	})
}

// Told to end while it works, the clerk puts that down first.
func TestClerkStopsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		working := true
		stop := clerk{
			sweep: func(ctx context.Context) (int, error) {
				<-ctx.Done()
				time.Sleep(time.Second)
				working = false
				return 0, ctx.Err()
			},
			log: slog.New(slog.DiscardHandler),
		}.start(t.Context())
		synctest.Wait()
		stop()
		if working {
			t.Error("stop returned while the clerk was working")
		}
	})
}
