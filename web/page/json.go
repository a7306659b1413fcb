package page

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"portal/internal/fault"
	"portal/web/ui"
)

// JSON writes v for programs. Anybody's page may read it: it is open data.
func JSON(w http.ResponseWriter, code int, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Access-Control-Allow-Origin", "*")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(code)
	_, err := w.Write(b.Bytes())
	return err
}

// failOpen tells a program what is wrong, in the words that people read.
func failOpen(w http.ResponseWriter, code int, ref string, bad fault.Fields) {
	type complaint struct {
		Parameter string `json:"parameter"`
		Message   string `json:"message"`
	}
	type failure struct {
		Error      string      `json:"error"`
		Parameters []complaint `json:"parameters,omitempty"`
		Reference  string      `json:"reference"`
	}
	f := failure{Error: ui.FailureText(code), Reference: ref}
	for _, b := range bad {
		f.Parameters = append(f.Parameters, complaint{b.Name, b.Text})
	}
	if len(bad) > 0 {
		f.Error = bad[0].Text
	}
	w.Header().Del("Cache-Control")
	if err := JSON(w, code, f); err != nil {
		http.Error(w, "系统繁忙，请稍后再试", http.StatusInternalServerError)
	}
}
