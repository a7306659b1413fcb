package webtest

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// Go opens an address of the portal.
func (b *Browser) Go(path string) *Browser {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.base+path))
	return b
}

// control is a script expression for the form control whose label begins with
// the text, inside the visible part of the page.
func control(label string) string {
	return fmt.Sprintf(`(() => {
		const want = %s;
		const shown = e => e && e.getClientRects().length > 0;
		for (const l of document.querySelectorAll('label')) {
			if (!l.textContent.trim().startsWith(want)) continue;
			const c = l.control;
			if (c && (shown(c) || shown(l))) return c;
		}
		return null;
	})()`, quote(label))
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// Fill types value into the field with the label.
func (b *Browser) Fill(label, value string) *Browser {
	b.t.Helper()
	ok := Eval[bool](b, fmt.Sprintf(`(() => {
		const c = %s;
		if (!c) return false;
		const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(c), 'value').set;
		set.call(c, %s);
		c.dispatchEvent(new Event('input', {bubbles: true}));
		c.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})()`, control(label), quote(value)))
	if !ok {
		b.fail("no field labelled %q", label)
	}
	return b
}

// Choose picks the option of a select whose text begins with option.
func (b *Browser) Choose(label, option string) *Browser {
	b.t.Helper()
	ok := Eval[bool](b, fmt.Sprintf(`(() => {
		const c = %s;
		if (!c || !c.options) return false;
		const o = [...c.options].find(o => o.textContent.trim().startsWith(%s));
		if (!o) return false;
		c.value = o.value;
		c.dispatchEvent(new Event('change', {bubbles: true}));
		return true;
	})()`, control(label), quote(option)))
	if !ok {
		b.fail("no option %q in %q", option, label)
	}
	return b
}

// Check ticks the box or radio button with the label.
func (b *Browser) Check(label string) *Browser {
	b.t.Helper()
	if !Eval[bool](b, fmt.Sprintf(`(() => { const c = %s; if (!c) return false; if (!c.checked) c.click(); return true; })()`, control(label))) {
		b.fail("no box labelled %q", label)
	}
	return b
}

// Attach puts files into the file field with the label.
func (b *Browser) Attach(label string, files ...string) *Browser {
	b.t.Helper()
	id := Eval[string](b, fmt.Sprintf(`(() => { const c = %s; return c ? c.id : ''; })()`, control(label)))
	if id == "" {
		b.fail("no file field labelled %q", label)
	}
	b.do("attach", chromedp.SetUploadFiles(chromedp.CSS(`[id="`+id+`"]`), files))
	return b
}

const find = `(() => {
	const want = %s;
	const shown = e => e.getClientRects().length > 0;
	const text = e => (e.getAttribute('aria-label') || e.textContent || '').replace(/\s+/g, ' ').trim();
	const all = [...document.querySelectorAll(%s)].filter(shown);
	return all.find(e => text(e) === want) || all.find(e => text(e).startsWith(want)) || null;
})()`

// Press clicks the button or link with the text and waits for the page that
// follows.
func (b *Browser) Press(text string) *Browser {
	b.t.Helper()
	target := fmt.Sprintf(find, quote(text), quote("main button, main a[href]:not([href^='#']), main input[type=submit], header button, header a[href], nav a[href]:not([href^='#']), footer a[href], footer button"))
	click := "setTimeout(() => e.click())"
	if b.mute {
		click = "e.click()" // timers are the page's scripts too
	}
	ok := Eval[bool](b, fmt.Sprintf(`(() => { const e = %s; if (!e) return false; window.__left = true; %s; return true; })()`, target, click))
	if !ok {
		b.fail("nothing to press called %q", text)
	}
	b.wait("the page after "+text, `!window.__left && document.readyState === 'complete'`)
	return b
}

// Tap clicks the button or link with the text and does not wait: for what the
// page does by itself.
func (b *Browser) Tap(text string) *Browser {
	b.t.Helper()
	target := fmt.Sprintf(find, quote(text), quote("main button:not([aria-hidden]), main a[href]"))
	if !Eval[bool](b, fmt.Sprintf(`(() => { const e = %s; if (!e) return false; e.click(); return true; })()`, target)) {
		b.fail("nothing to tap called %q", text)
	}
	return b
}

// Await waits until the page shows text, after whatever follows.
func (b *Browser) Await(text string) *Browser {
	b.t.Helper()
	b.wait(text, `document.readyState === 'complete' && document.body.innerText.includes(`+quote(text)+`)`)
	return b
}

// Row runs fn with only the nth row of a form that repeats a set of fields
// shown, so that labels which the rows share mean that row's.
func (b *Browser) Row(n int, fn func()) *Browser {
	b.t.Helper()
	show := func(only int) {
		Eval[bool](b, fmt.Sprintf(`(() => { document.querySelectorAll('[data-rows] > *').forEach((r, i) => { r.hidden = %d && i + 1 !== %[1]d; }); return true; })()`, only))
	}
	show(n)
	fn()
	show(0)
	return b
}

// Unfold opens the panel whose heading is text; one that is open stays open.
func (b *Browser) Unfold(text string) *Browser {
	b.t.Helper()
	target := fmt.Sprintf(find, quote(text), quote("summary"))
	ok := Eval[bool](b, fmt.Sprintf(`(() => { const e = %s; if (!e) return false; e.parentElement.open = true; return true; })()`, target))
	if !ok {
		b.fail("no panel called %q", text)
	}
	return b
}

// Within runs fn with only the panel called text shown, so that labels which
// several panels share mean that panel's fields.
func (b *Browser) Within(text string, fn func()) *Browser {
	b.t.Helper()
	Eval[bool](b, `(() => { document.querySelectorAll('main details[open]').forEach(d => d.open = false); return true; })()`)
	b.Unfold(text)
	fn()
	return b
}

func (b *Browser) wait(what, condition string) {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`Boolean(`+condition+`)`))
		cancel()
		if err == nil && ok {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	b.fail("gave up waiting for %s", what)
}
