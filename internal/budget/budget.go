// Package budget limits how often something may be tried, for each of those who
// try: so many times at once, then one more now and then.
package budget

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Budget is what each key may spend. Its zero value allows nothing; use New.
type Budget struct {
	atOnce int
	every  time.Duration
	mu     sync.Mutex
	each   map[string]*rate.Limiter
}

// most keys are remembered at a time.
const most = 50_000

// New returns a Budget of atOnce tries for each key, one of which comes back
// every so often.
func New(atOnce int, every time.Duration) *Budget {
	return &Budget{atOnce: atOnce, every: every, each: map[string]*rate.Limiter{}}
}

// Allow spends one try of key at the time now and reports whether there was one.
func (b *Budget) Allow(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l, ok := b.each[key]
	if !ok {
		if len(b.each) >= most {
			b.sweep(now)
		}
		l = rate.NewLimiter(rate.Every(b.every), b.atOnce)
		b.each[key] = l
	}
	return l.AllowN(now, 1)
}

// Forget gives key its whole budget back.
func (b *Budget) Forget(key string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.each, key)
}

// Return gives key the try back that it has just spent.
func (b *Budget) Return(key string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l, ok := b.each[key]; ok {
		l.AllowN(now, -1)
	}
}

// sweep drops the keys that have their whole budget again. Where that is too
// few it drops all: forgetting budgets is better than running out of memory.
func (b *Budget) sweep(now time.Time) {
	for key, l := range b.each {
		if l.TokensAt(now) >= float64(b.atOnce) {
			delete(b.each, key)
		}
	}
	if len(b.each) >= most {
		clear(b.each)
	}
}
