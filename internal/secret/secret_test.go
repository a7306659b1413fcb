package secret_test

import (
	"bytes"
	"strings"
	"testing"

	"portal/internal/secret"
)

func keys(t *testing.T) *secret.Keys {
	t.Helper()
	k, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSeal(t *testing.T) {
	k := keys(t)
	sealed := k.Seal("13800138000", "opinions.phone")
	if bytes.Contains(sealed, []byte("138")) {
		t.Error("the number can be read in what was sealed")
	}
	if got, err := k.Open(sealed, "opinions.phone"); got != "13800138000" || err != nil {
		t.Errorf("Open = %q, %v", got, err)
	}
	if _, err := k.Open(sealed, "deputies.phone"); err == nil {
		t.Error("opened in another place")
	}
	if _, err := keys(t).Open(sealed, "opinions.phone"); err == nil {
		t.Error("opened with another key")
	}
}

func TestLoadKeepsItsKey(t *testing.T) {
	dir := t.TempDir()
	a, err := secret.Load("", dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := secret.Load("", dir)
	if err != nil {
		t.Fatal(err)
	}
	if a.QueryCode("x") != b.QueryCode("x") {
		t.Error("a second start has another key")
	}
}

func TestQueryCode(t *testing.T) {
	k := keys(t)
	code := k.QueryCode("form-1")
	if len(code) != 11 || code != k.QueryCode("form-1") || code == k.QueryCode("form-2") {
		t.Errorf("QueryCode = %q", code)
	}
	for _, typed := range []string{strings.ToLower(code), strings.ReplaceAll(code, "-", " "), " " + strings.ReplaceAll(code, "-", "") + " ", strings.ReplaceAll(code, "-", "－")} {
		if !bytes.Equal(secret.QueryHash(typed), secret.QueryHash(code)) {
			t.Errorf("%q is not taken for %q", typed, code)
		}
	}
}

func TestMask(t *testing.T) {
	if got := secret.MaskPhone("13800138000"); got != "138****8000" {
		t.Error(got)
	}
	if got := secret.MaskName("𠮷田光"); got != "𠮷**" {
		t.Error(got)
	}
}

func TestMark(t *testing.T) {
	k := keys(t)
	mark := k.Mark("13800138000", "people.phone")
	if !bytes.Equal(mark, k.Mark("13800138000", "people.phone")) {
		t.Error("equal numbers have different marks")
	}
	for what, other := range map[string][]byte{
		"another number": k.Mark("13800138001", "people.phone"),
		"another place":  k.Mark("13800138000", "deputies.phone"),
		"another key":    keys(t).Mark("13800138000", "people.phone"),
	} {
		if bytes.Equal(mark, other) {
			t.Errorf("%s has the same mark", what)
		}
	}
}
