// Command docs writes the documents that are generated from code and schema:
// docs/permissions.md, docs/figures.md and docs/procedures.md. `make generate` runs it, and
// `make check` fails where a document is not fresh.
package main

import (
	"log"
	"os"
	"path/filepath"

	"portal/internal/access"
	"portal/internal/figure"
)

func main() {
	log.SetFlags(0)
	for name, text := range map[string]string{
		"permissions.md": access.Markdown(),
		"figures.md":     figure.Markdown(),
	} {
		if err := os.WriteFile(filepath.Join("docs", name), []byte(text), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
