// Package file serves attachments to who may see what they belong to.
package file

import (
	"encoding/hex"
	"net/http"

	"portal/internal/access"
	"portal/internal/file"
	"portal/web/page"
)

type handler struct{ files *file.Store }

// Register adds the routes of attachments: as they are kept, and small pictures
// for lists. What somebody may not see is missing, as everywhere.
func Register(rs *page.Routes, s *file.Store) {
	h := handler{s}
	rs.Get("/files/{id}", access.SignedIn, h.whole)
	rs.Get("/files/{id}/preview", access.SignedIn, h.preview)
}

func (h handler) whole(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	a, content, err := h.files.File(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	return send(w, r, a, a.MediaType, content)
}

func (h handler) preview(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	a, content, err := h.files.Preview(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	return send(w, r, a, "image/jpeg", content)
}

// send writes content. Only pictures, which the portal drew itself, are shown by
// the browser; it saves everything else.
func send(w http.ResponseWriter, r *http.Request, a file.Attachment, mediaType string, content []byte) error {
	if a.Picture() {
		page.Inline(w, a.Name, mediaType)
	} else {
		page.Attachment(w, a.Name, mediaType)
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	tag := `"` + hex.EncodeToString(a.SHA256) + `"`
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	page.Size(w, int64(len(content)))
	_, err := w.Write(content)
	return err
}
