package db_test

import (
	"os"
	"testing"

	"portal/internal/dbtest"
)

func TestSchemaDocumentIsFresh(t *testing.T) {
	want, err := dbtest.Schema(t.Context(), dbtest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/schema.sql is not what the migrations make: run make generate")
	}
}
