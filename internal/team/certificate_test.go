package team_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"portal/internal/document/papertest"
	"portal/internal/team"
)

// The certificate opens in LibreOffice on one sheet, with the name, the field, the
// term and the number that were issued, whatever changed since.
func TestCertificateOnPaper(t *testing.T) {
	h := open(t)
	id := h.engage("𠮷田光")
	later := team.Revision{Person: team.Person{Name: "改了名"}, Field: "law"}
	h.must(h.s.Revise(t.Context(), h.staff, h.step(id), later))
	r := h.expert(h.staff, id)
	var b bytes.Buffer
	if err := r.Paper(r.Certified()).WriteDocx(&b); err != nil {
		t.Fatal(err)
	}
	pages := papertest.Render(t, b.Bytes())
	if len(pages.Text) != 1 {
		t.Errorf("%d sheets, want one", len(pages.Text))
	}
	text := strings.Join(strings.Fields(strings.Join(pages.Text, "")), "")
	for _, want := range []string{"田光同志", "财政审计", "2026年3月2日至2026年12月31日", "莞人东城工委〔2026〕1号", "东莞市人民代表大会常务委员会东城街道工作委员会"} {
		if !strings.Contains(text, want) {
			t.Errorf("the certificate lacks %q:\n%s", want, text)
		}
	}
	if dir := os.Getenv("PORTAL_SHOTS"); dir != "" {
		png, err := os.ReadFile(pages.PNG(t)[0])
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "certificate.png"), png, 0o600)
		}
		h.must(err)
	}
}
