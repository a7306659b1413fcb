package page

import (
	"mime"
	"net/http"
	"net/url"
)

// Attachment prepares w for a file that the browser saves as name.
func Attachment(w http.ResponseWriter, name, contentType string) {
	disposition(w, "attachment", name, contentType)
}

// Inline prepares w for a file that the browser may show, such as a photo.
func Inline(w http.ResponseWriter, name, contentType string) {
	disposition(w, "inline", name, contentType)
}

func disposition(w http.ResponseWriter, how, name, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": name}))
	h.Set("Cache-Control", "private, no-store")
}

// Size announces the length of a download.
func Size(w http.ResponseWriter, n int64) {
	w.Header().Set("Content-Length", Number(n))
}

// With returns r's address with parameters changed; an empty value removes one.
func With(r *http.Request, pairs ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return r.URL.Path
	}
	return (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
}

// Next returns the address of a list's next page, or "" on the last. cursor is
// what db.Cursor writes.
func Next(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	return With(r, "after", cursor)
}
