package web_test

import (
	"bytes"
	"encoding/csv"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/document/papertest"
	"portal/internal/register"
	"portal/web"
	"portal/web/webtest/whole"
)

// utf8 is the form of a text in which LibreOffice writes Chinese.
const utf8 = "csv:Text - txt - csv (StarCalc):44,34,76,1"

// TestSheetsThroughAnOffice opens the template of every register in LibreOffice,
// and sends back what LibreOffice made of its export: every row is the same. Each
// register has rows in the demonstration.
func TestSheetsThroughAnOffice(t *testing.T) {
	p := whole.Demo(t)
	s := register.NewStore(p.DB, p.Keys, slog.New(slog.NewTextHandler(t.Output(), nil)), p.Now, web.Sheets(web.Config{DB: p.DB, Keys: p.Keys, Now: p.Now})...)
	t.Cleanup(s.Wait)
	var keepers []access.Actor
	for _, street := range []string{"dongcheng", "nancheng", "guancheng", "wanjiang"} {
		keepers = append(keepers, access.Actor{
			UserID:   dbtest.Scan[int64](t, p.Admin, `SELECT id FROM users WHERE login = $1`, street+"-staff"),
			CityID:   dbtest.Scan[int64](t, p.Admin, `SELECT city_id FROM users WHERE login = $1`, street+"-staff"),
			StreetID: dbtest.Scan[int64](t, p.Admin, `SELECT g.street_id FROM users u JOIN role_grants g ON g.user_id = u.id WHERE u.login = $1`, street+"-staff"),
			Role:     access.Staff, Name: "李静",
		})
	}
	var templates, exports []papertest.File
	var whose []access.Actor
	for _, sh := range s.Sheets {
		template, err := s.Template(t.Context(), keepers[0], sh.Register, 0)
		if err != nil {
			t.Fatal(err)
		}
		templates = append(templates, papertest.File{Name: sh.Register + ".xlsx", Content: written(t, template)})
		for _, a := range keepers {
			export, err := s.Export(t.Context(), a, sh.Register, 0)
			if err != nil {
				t.Fatal(err)
			}
			b := written(t, export)
			if rowsOf(t, b) > 0 {
				exports, whose = append(exports, papertest.File{Name: sh.Register + ".xlsx", Content: b}), append(whose, a)
				break
			}
		}
		if len(exports) == 0 || !strings.HasPrefix(exports[len(exports)-1].Name, sh.Register+".") {
			t.Errorf("%s has no row in the demonstration", sh.Register)
		}
	}
	for i, file := range papertest.Convert(t, utf8, templates...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var heads []string
		for _, c := range s.Sheets[i].Columns {
			heads = append(heads, c.Head)
		}
		if got, err := csv.NewReader(bytes.NewReader(b)).ReadAll(); err != nil || len(got) != 1 || !slices.Equal(got[0], heads) {
			t.Errorf("the template of %s opens as %v, %v, want %v", s.Sheets[i].Register, got, err, heads)
		}
	}
	for i, file := range papertest.Convert(t, "xlsx", exports...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(exports[i].Name, ".")
		if bytes.Equal(b, exports[i].Content) {
			t.Errorf("%s was not saved again", name)
		}
		same(t, s, whose[i], name, b, rowsOf(t, exports[i].Content))
	}
}

// same sends a sheet of n rows, which the register must have just so.
func same(t *testing.T, s *register.Store, a access.Actor, name string, b []byte, n int) {
	t.Helper()
	id, err := s.Send(t.Context(), a, register.Sending{Key: "office-" + name, Register: name, Name: name + ".xlsx", Content: b})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	s.Wait()
	m, err := s.Import(t.Context(), a, id)
	if err != nil {
		t.Fatal(err)
	}
	if want := (register.Counts{Same: n}); m.State != register.Preview || m.Counts != want {
		rows, _, _ := s.Rows(t.Context(), a, &m, register.RowFilter{Limit: 10})
		t.Errorf("%s comes back %s %+v %s, want %+v: %+v", name, m.State, m.Counts, m.Failure, want, rows)
	}
}

func written(t *testing.T, d register.Download) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rowsOf counts the rows below the head of a workbook's first sheet.
func rowsOf(t *testing.T, b []byte) int {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	return len(rows) - 1
}
