package page

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"portal/web/ui"
)

const flashCookie = "flash"

// Flash shows text at the top of the next page.
func Flash(w http.ResponseWriter, r *http.Request, tone ui.Tone, text string) {
	Remember(w, r, flashCookie, ui.Flash{Tone: tone, Text: text}, 60)
}

// Done shows what was done at the top of path, where the browser is sent.
func Done(w http.ResponseWriter, r *http.Request, path, text string) error {
	Flash(w, r, ui.ToneGo, text)
	return Redirect(w, r, path)
}

// Remember keeps a small value in the visitor's own browser for some seconds.
func Remember(w http.ResponseWriter, r *http.Request, name string, v any, seconds int) {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only plain structs are remembered
	}
	setCookie(w, r, name, base64.RawURLEncoding.EncodeToString(b), seconds, true)
}

// Recall reads what Remember kept into *v and reports whether it was there.
func Recall(r *http.Request, name string, v any) bool {
	c, err := r.Cookie(name)
	if err != nil {
		return false
	}
	b, err := base64.RawURLEncoding.DecodeString(c.Value)
	return err == nil && json.Unmarshal(b, v) == nil
}

// Forget removes what Remember kept.
func Forget(w http.ResponseWriter, r *http.Request, name string) {
	setCookie(w, r, name, "", -1, true)
}

func setCookie(w http.ResponseWriter, r *http.Request, name, value string, seconds int, httpOnly bool) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: httpOnly, SameSite: http.SameSiteLaxMode, Secure: secure(r),
	})
}

// secure reports whether the browser reached the portal over https.
func secure(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(ui.FrameOf(r.Context()).BaseURL, "https:")
}
