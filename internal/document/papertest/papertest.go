// Package papertest opens papers and sheets in LibreOffice, for tests: what a
// person would see of them.
package papertest

import (
	"cmp"
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Pages is a paper as LibreOffice lays it out.
type Pages struct {
	Text  []string // of each page
	Words [][]Word // of each page, from top to bottom
	Size  [2]float64
	pdf   string
}

// Word is a run of characters and where it stands on its page: points from the
// upper left corner.
type Word struct {
	Text                   string
	Left, Top, Right, Down float64
}

// office has room for one LibreOffice at a time: two share a profile badly, and
// the machines that run these tests are small.
var office sync.Mutex

// Render lays a .docx out. It fails t where LibreOffice or poppler is missing.
func Render(t testing.TB, docx []byte) *Pages {
	t.Helper()
	return RenderAll(t, docx)[0]
}

// RenderAll lays several papers out at once, which takes hardly longer than one.
func RenderAll(t testing.TB, papers ...[]byte) []*Pages {
	t.Helper()
	var in []File
	for i, p := range papers {
		in = append(in, File{"paper" + strconv.Itoa(i) + ".docx", p})
	}
	var list []*Pages
	for _, pdf := range Convert(t, "pdf", in...) {
		list = append(list, read(t, pdf))
	}
	return list
}

func read(t testing.TB, pdf string) *Pages {
	t.Helper()
	p := &Pages{pdf: pdf}
	var box struct {
		Pages []struct {
			Width  float64 `xml:"width,attr"`
			Height float64 `xml:"height,attr"`
			Words  []struct {
				Left  float64 `xml:"xMin,attr"`
				Top   float64 `xml:"yMin,attr"`
				Right float64 `xml:"xMax,attr"`
				Down  float64 `xml:"yMax,attr"`
				Text  string  `xml:",chardata"`
			} `xml:"word"`
		} `xml:"body>doc>page"`
	}
	dec := xml.NewDecoder(strings.NewReader(run(t, "pdftotext", "-bbox", pdf, "-")))
	dec.Strict, dec.Entity = false, xml.HTMLEntity
	if err := dec.Decode(&box); err != nil {
		t.Fatalf("read the boxes of the PDF: %v", err)
	}
	for _, x := range box.Pages {
		p.Size = [2]float64{x.Width, x.Height}
		words := make([]Word, len(x.Words))
		for i, w := range x.Words {
			words[i] = Word{w.Text, w.Left, w.Top, w.Right, w.Down}
		}
		slices.SortStableFunc(words, func(a, b Word) int { return cmp.Compare(a.Top, b.Top) })
		p.Words = append(p.Words, words)
	}
	p.Text = strings.Split(strings.TrimSuffix(run(t, "pdftotext", "-layout", pdf, "-"), "\f"), "\f")
	return p
}

// Find returns the first word on a page, counted from 1, that contains s.
func (p *Pages) Find(t testing.TB, page int, s string) Word {
	t.Helper()
	if page > len(p.Words) {
		t.Fatalf("there are %d pages, none is number %d", len(p.Words), page)
	}
	i := slices.IndexFunc(p.Words[page-1], func(w Word) bool { return strings.Contains(w.Text, s) })
	if i < 0 {
		t.Fatalf("page %d has no %q:\n%s", page, s, p.Text[page-1])
	}
	return p.Words[page-1][i]
}

// PNG draws the pages and returns the pictures' files, which end with the test.
func (p *Pages) PNG(t testing.TB) []string {
	t.Helper()
	dir := t.TempDir()
	run(t, "pdftoppm", "-png", "-r", "72", p.pdf, filepath.Join(dir, "page"))
	files, err := filepath.Glob(filepath.Join(dir, "page*.png"))
	if err != nil || len(files) != len(p.Text) {
		t.Fatalf("%d pictures of %d pages, %v", len(files), len(p.Text), err)
	}
	slices.Sort(files)
	return files
}

// PDF returns the file that was made of the paper; it ends with the test.
func (p *Pages) PDF() string { return p.pdf }

// File is a file to convert.
type File struct {
	Name    string
	Content []byte
}

// Convert lets LibreOffice write files in another form and returns the new ones,
// which end with the test.
func Convert(t testing.TB, form string, files ...File) (out []string) {
	t.Helper()
	from, dir := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + profile(), "--headless", "--convert-to", form, "--outdir", dir}
	ext, _, _ := strings.Cut(form, ":")
	for _, f := range files {
		in := filepath.Join(from, f.Name)
		if err := os.WriteFile(in, f.Content, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, in)
		out = append(out, filepath.Join(dir, strings.TrimSuffix(f.Name, filepath.Ext(f.Name))+"."+ext))
	}
	office.Lock()
	defer office.Unlock()
	run(t, "soffice", args...)
	for i, name := range out {
		if _, err := os.Stat(name); err != nil {
			t.Fatalf("LibreOffice could not open %s: %v", files[i].Name, err)
		}
	}
	return out
}

// profile is LibreOffice's folder for this process: packages are tested at the
// same time.
func profile() string {
	return filepath.Join(os.TempDir(), "portal-office-"+strconv.Itoa(os.Getpid()))
}

func run(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, args...).Output()
	if err != nil {
		t.Fatalf("%s (make test installs it): %v", name, err)
	}
	return string(out)
}
