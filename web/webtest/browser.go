// Package webtest drives the portal's pages in a real browser, for tests.
package webtest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Browser is one person's browser: its cookies are its own.
type Browser struct {
	t    testing.TB
	ctx  context.Context
	base string
	mute bool // the page's own scripts do not run
}

// patience is how long a page may take before a test gives up on it. The
// machines that run these tests are small and shared.
const patience = 30 * time.Second

// chromium is the one browser process of a test binary.
var chromium = sync.OnceValues(func() (context.Context, error) {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // containers run tests as root
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "zh-CN"),
	)
	if path := os.Getenv("PORTAL_CHROMIUM"); path != "" {
		opts = append(opts, chromedp.ExecPath(path))
	}
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	return ctx, chromedp.Do(ctx)
})

// Open returns a new browser on the portal at base, the size of a desk's
// screen. It fails t where Chromium is missing.
func Open(t testing.TB, base string) *Browser {
	t.Helper()
	root, err := chromium()
	if err != nil {
		t.Fatalf("start chromium (make test installs it): %v", err)
	}
	ctx, cancel := chromedp.NewContext(root, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // opens the tab, which lives as long as ctx
		t.Fatalf("open a tab: %v", err)
	}
	b := &Browser{t: t, ctx: ctx, base: base}
	b.Desk()
	return b
}

// Desk makes the window 1440 pixels wide.
func (b *Browser) Desk() *Browser { return b.size(1440, 900) }

// Phone makes the window that of a phone, 390 pixels wide.
func (b *Browser) Phone() *Browser { return b.size(390, 844) }

// Narrow makes the window 320 pixels wide: the smallest phone, or a desk's
// screen enlarged four times.
func (b *Browser) Narrow() *Browser { return b.size(320, 640) }

// Fits fails the test if anything on the page is wider than the window.
func (b *Browser) Fits() *Browser {
	b.t.Helper()
	if wide := Eval[int](b, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
		b.t.Errorf("%s: the page is %d pixels wider than the window", b.path(), wide)
	}
	return b
}

func (b *Browser) size(w, h int64) *Browser {
	b.t.Helper()
	b.do("resize", chromedp.EmulateViewport(w, h))
	return b
}

// Dark shows pages in dark colours, or in light ones.
func (b *Browser) Dark(on bool) *Browser {
	scheme := "light"
	if on {
		scheme = "dark"
	}
	b.do("colour scheme", chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
	return b
}

// NoScript turns the page's own scripts off, as some residents' browsers do.
func (b *Browser) NoScript() *Browser {
	b.t.Helper()
	b.mute = true
	b.do("turn scripts off", chromedp.Func(func(context.Context, *chromedp.Target) error {
		_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	return b
}

func (b *Browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s at %s: %v", what, b.path(), err)
	}
}

// Eval runs a script in the page and returns its result.
func Eval[T any](b *Browser, script string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("evaluate at %s: %v\n%s", b.path(), err, script)
	}
	return v
}

func (b *Browser) path() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	p, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "?"
	}
	return strings.TrimPrefix(p, b.base)
}

// Path returns the address of the page, without the portal's own part.
func (b *Browser) Path() string { return b.path() }

// Offline cuts the browser's network, or joins it again.
func (b *Browser) Offline(on bool) *Browser {
	b.do("network", chromedp.Func(func(context.Context, *chromedp.Target) error {
		_, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: on, DownloadThroughput: -1, UploadThroughput: -1}},
		})
		return err
	}))
	return b
}

// Text returns what a reader sees on the page.
func (b *Browser) Text() string {
	b.t.Helper()
	return Eval[string](b, `document.body.innerText`)
}

// See fails the test unless the page shows every text.
func (b *Browser) See(texts ...string) *Browser {
	b.t.Helper()
	body := b.Text()
	for _, want := range texts {
		if !strings.Contains(body, want) {
			b.fail("the page does not show %q", want)
		}
	}
	return b
}

// Lacks fails the test if the page shows any of the texts.
func (b *Browser) Lacks(texts ...string) *Browser {
	b.t.Helper()
	html := b.HTML()
	for _, s := range texts {
		if strings.Contains(html, s) {
			b.fail("the page holds %q", s)
		}
	}
	return b
}

// HTML returns the page's source as the browser has it.
func (b *Browser) HTML() string {
	b.t.Helper()
	return Eval[string](b, `document.documentElement.outerHTML`)
}

// Shot saves a picture of the whole page.
func (b *Browser) Shot(file string) *Browser {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		b.t.Fatalf("screenshot: %v", err)
	}
	return b
}

// View saves a picture of what the window shows.
func (b *Browser) View(file string) *Browser {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		b.t.Fatalf("screenshot: %v", err)
	}
	return b
}

func (b *Browser) fail(format string, args ...any) {
	b.t.Helper()
	text := b.Text()
	if len(text) > 3000 {
		text = text[:3000] + "…"
	}
	b.t.Fatalf("%s: %s\n--- the page reads:\n%s", b.path(), fmt.Sprintf(format, args...), text)
}

// SignIn signs in through the sign-in page.
func (b *Browser) SignIn(name, password string) *Browser {
	b.t.Helper()
	b.Go("/login").Fill("账号", name).Fill("密码", password).Press("登录")
	if strings.HasPrefix(b.path(), "/login") {
		b.fail("%s cannot sign in", name)
	}
	return b
}
