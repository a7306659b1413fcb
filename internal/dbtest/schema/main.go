// Command schema writes docs/schema.sql from a migrated database of its own.
// `make generate` runs it.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"portal/internal/dbtest"
)

func main() {
	log.SetFlags(0)
	url, err := dbtest.Template()
	if err != nil {
		log.Fatal(err)
	}
	text, err := dbtest.Schema(context.Background(), url)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("docs", "schema.sql"), []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}
