package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDocumentsAreFresh(t *testing.T) {
	for name, want := range documents() {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Error(err)
		} else if string(got) != want {
			t.Errorf("docs/%s is not what the code says: run make generate", name)
		}
	}
}
