package main

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"portal/internal/db"
)

// gate answers from the moment the address is taken. Until the portal is
// ready, it asks people to wait.
type gate struct {
	open atomic.Pointer[opened]
}

type opened struct {
	portal http.Handler
	db     *db.DB
	url    string
}

// Let opens the gate.
func (g *gate) Let(portal http.Handler, d *db.DB, url string) {
	g.open.Store(&opened{portal, d, url})
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o := g.open.Load()
	switch r.URL.Path {
	case "/healthz":
		answer(w, http.StatusOK, "ok")
		return
	case "/readyz":
		status, text := o.ready(r.Context())
		answer(w, status, text)
		return
	}
	if o == nil {
		w.Header().Set("Retry-After", "3")
		w.Header().Set("Refresh", "3")
		answer(w, http.StatusServiceUnavailable, "平台正在启动，请稍候，页面会自动刷新。")
		return
	}
	o.portal.ServeHTTP(w, r)
}

// ready reports whether the database answers and has this portal's schema.
func (o *opened) ready(ctx context.Context) (int, string) {
	if o == nil {
		return http.StatusServiceUnavailable, "starting"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if err := o.db.Ping(ctx); err != nil {
		return http.StatusServiceUnavailable, "database does not answer"
	}
	if err := db.CheckSchema(ctx, o.url); err != nil {
		return http.StatusServiceUnavailable, "database schema does not fit"
	}
	return http.StatusOK, "ok"
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // the client is gone if this fails
}
