package page

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
)

var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}

// Render writes c with status code. It writes nothing if c fails part way.
func Render(w http.ResponseWriter, r *http.Request, code int, c templ.Component) error {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	if err := c.Render(r.Context(), buf); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(buf.Len()))
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(code)
	_, err := w.Write(buf.Bytes())
	return err
}

// OK writes c as an ordinary page.
func OK(w http.ResponseWriter, r *http.Request, c templ.Component) error {
	return Render(w, r, http.StatusOK, c)
}

// Redirect sends the browser to path after an act, so that reloading the page
// does not repeat it.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}
