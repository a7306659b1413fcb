// Package static serves the portal's own style sheet, script and icons. Their
// addresses carry a hash of their content, so browsers keep them for ever.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
)

//go:embed *.css *.js *.svg
var files embed.FS

type asset struct {
	name, kind string
	content    []byte
}

var (
	addresses = map[string]string{} // app.css → /static/app.<hash>.css
	assets    = map[string]asset{}
)

func init() {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		b, err := files.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(b)
		ext := path.Ext(e.Name())
		address := "/static/" + strings.TrimSuffix(e.Name(), ext) + "." + base64.RawURLEncoding.EncodeToString(sum[:6]) + ext
		addresses[e.Name()] = address
		assets[address] = asset{e.Name(), mime.TypeByExtension(ext), b}
	}
}

// URL returns the address of the asset called name. It panics where there is
// none, which only a programming error can bring.
func URL(name string) string {
	a, ok := addresses[name]
	if !ok {
		panic("static: no asset " + name)
	}
	return a
}

// Handler serves the assets below /static/.
func Handler() http.Handler {
	return gzhttp.GzipHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a.kind)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(a.content))
	}))
}
