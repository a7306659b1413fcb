package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"portal/internal/account"
	"portal/internal/db"
	"portal/internal/localpg"
	"portal/internal/mandate"
	"portal/internal/opinion"
	"portal/internal/secret"
	"portal/internal/suggestion"
	"portal/web"
)

type serveCommand struct {
	databaseFlags

	Secret         string         `env:"PORTAL_SECRET" placeholder:"HEX" help:"64 hexadecimal digits that phone numbers are sealed with. Empty: kept in secret.key in the data directory."`
	Files          string         `env:"PORTAL_FILES" enum:"database,disk" default:"database" help:"Where new attachments are kept: in the database, which one backup covers, or on disk, under files in the data directory."`
	Addr           string         `env:"PORTAL_ADDR" default:"127.0.0.1:8080" help:"Address to serve on."`
	BaseURL        string         `name:"base-url" env:"PORTAL_BASE_URL" placeholder:"URL" help:"Address that people use, such as https://rd.example.gov.cn. Empty: the address served on."`
	Demo           bool           `env:"PORTAL_DEMO" help:"Load the demonstration data at the first start and list its accounts at sign-in."`
	Dev            bool           `env:"PORTAL_DEV" help:"Show the pages that only developers need, such as /dev/ui."`
	TrustedProxies []netip.Prefix `name:"trusted-proxies" env:"PORTAL_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Networks of our own gateways, such as 10.0.0.0/8: only their X-Forwarded-For says where a request came from."`
	MetricsAddr    string         `name:"metrics-addr" env:"PORTAL_METRICS_ADDR" placeholder:"ADDR" help:"Second address, for Prometheus. Keep it local."`
}

const (
	// memory is where the garbage collector begins to work harder, unless
	// GOMEMLIMIT says otherwise.
	memory = 1 << 30
	// patience is how long requests may take to end after a signal.
	patience = 20 * time.Second
)

// Run serves until a signal comes or the database is lost for good.
func (c *serveCommand) Run(ctx context.Context, log *slog.Logger) (err error) {
	debug.SetGCPercent(400)
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return explainListen("--addr", c.Addr, err)
	}
	defer l.Close()
	var outside gate
	handler := http.Handler(&outside)
	if c.MetricsAddr != "" {
		ml, err := net.Listen("tcp", c.MetricsAddr)
		if err != nil {
			return explainListen("--metrics-addr", c.MetricsAddr, err)
		}
		defer serveMetrics(ml).Close()
		handler = measured(handler)
	}
	ctx, lost := context.WithCancelCause(ctx)
	defer lost(nil)
	server := newServer(handler, log)
	go func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			lost(err)
		}
	}()
	defer server.Close()
	return c.serve(ctx, lost, log, server, &outside, l.Addr().String())
}

// serve brings up what is behind the gate, waits for the end and takes
// everything down in the opposite order.
func (c *serveCommand) serve(ctx context.Context, lost context.CancelCauseFunc, log *slog.Logger, server *http.Server, outside *gate, addr string) (err error) {
	url := c.DatabaseURL
	if c.private() {
		keeper, err := keep(ctx, lost, log, c.databaseFlags)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, keeper.Stop()) }()
		url = keeper.url
		say("checking the schema")
		if err := db.Migrate(ctx, url); err != nil {
			return err
		}
	}
	if err := db.CheckSchema(ctx, url); err != nil {
		return err
	}
	d, err := db.Open(ctx, url, poolSize())
	if err != nil {
		return err
	}
	defer d.Close()
	if c.BaseURL == "" {
		c.BaseURL = "http://" + visible(addr)
	}
	if err := os.MkdirAll(c.Data, 0o711); err != nil {
		return err
	}
	keys, err := secret.Load(c.Secret, c.Data)
	if err != nil {
		return err
	}
	if c.Demo {
		if err := firstStart(ctx, url, c.private(), keys); err != nil {
			return err
		}
	}
	accounts := account.NewStore(account.Config{DB: d, Keys: keys, Now: time.Now, Demo: c.Demo})
	go accounts.Listen(ctx)
	files, closeFiles, err := c.attachments(d)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeFiles()) }()
	portal, _ := web.New(web.Config{
		DB: d, Files: files, Accounts: accounts, Proxies: c.TrustedProxies, Keys: keys, Now: time.Now, BaseURL: strings.TrimSuffix(c.BaseURL, "/"), Demo: c.Demo, Dev: c.Dev, Log: log,
	})
	outside.Let(portal, d, url)
	stopClerk := clerk{opinion.NewStore(d, keys, files, time.Now).Sweep, log}.start(ctx)
	defer stopClerk()
	stopWaking := clerk{suggestion.NewStore(d, files, time.Now).Sweep, log}.start(ctx)
	defer stopWaking()
	stopExpiry := clerk{mandate.NewStore(d, files, time.Now).Sweep, log}.start(ctx)
	defer stopExpiry()
	banner(os.Stdout, c.BaseURL, c.Demo)
	<-ctx.Done()
	return drain(ctx, server)
}

// drain lets running requests end.
func drain(ctx context.Context, server *http.Server) error {
	say("stopping")
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return fmt.Errorf("some requests did not end within %v and were cut", patience)
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute, // photos over a poor connection
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// poolSize is four connections a processor: more made answers slower.
func poolSize() int32 { return int32(min(4*runtime.NumCPU(), 40)) }

// visible turns a listening address into one that a browser understands.
func visible(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// keeper runs the private PostgreSQL and starts it again when it dies.
type keeper struct {
	url     string
	stop    context.CancelFunc
	stopped chan error
}

// keep starts the private PostgreSQL. The portal ends when it cannot be brought
// up again.
func keep(ctx context.Context, lost context.CancelCauseFunc, log *slog.Logger, f databaseFlags) (*keeper, error) {
	pg, err := f.start(ctx)
	if err != nil {
		return nil, err
	}
	watch, stop := context.WithCancel(context.WithoutCancel(ctx))
	k := &keeper{pg.URL(database), stop, make(chan error, 1)}
	go func() { k.stopped <- k.watch(watch, pg, lost, log, f) }()
	return k, nil
}

func (k *keeper) watch(ctx context.Context, pg *localpg.Server, lost context.CancelCauseFunc, log *slog.Logger, f databaseFlags) error {
	for {
		select {
		case <-ctx.Done():
			return pg.Stop()
		case err := <-pg.Done():
			log.Error("the private PostgreSQL has ended; starting it again", "cause", err)
		}
		_ = pg.Stop() // it has ended: this gives the lock back
		time.Sleep(time.Second)
		again, err := f.start(ctx)
		if err != nil {
			lost(fmt.Errorf("start the private PostgreSQL again: %w", err))
			return nil
		}
		pg = again
	}
}

// Stop ends the server.
func (k *keeper) Stop() error {
	k.stop()
	return <-k.stopped
}
