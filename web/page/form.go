package page

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-playground/form/v4"

	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/text"
)

// Limits of what a browser may send at once.
const (
	maxForm   = 1 << 20
	maxUpload = 100 << 20
	inMemory  = 8 << 20
)

var decoder = newDecoder()

func newDecoder() *form.Decoder {
	d := form.NewDecoder()
	d.SetMaxArraySize(50)
	return d
}

// Form decodes the posted form into a T, whose fields are all strings, slices
// of strings, or slices of structs of them. Bytes that are not UTF-8, and NUL,
// become U+FFFD, which internal/text complains about at the field.
func Form[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	return decode[T](w, r, maxForm, (*http.Request).ParseForm)
}

// Upload is Form for forms that carry files: read them with Files afterwards.
func Upload[T any](w http.ResponseWriter, r *http.Request) (T, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return Form[T](w, r) // a form of the same page that has no files
	}
	return decode[T](w, r, maxUpload, func(r *http.Request) error { return r.ParseMultipartForm(inMemory) })
}

// Files returns the files that were chosen in the field called name, after
// Upload. A field left empty has none.
func Files(r *http.Request, name string) []file.Upload {
	if r.MultipartForm == nil {
		return nil
	}
	var list []file.Upload
	for _, h := range r.MultipartForm.File[name] {
		if h.Filename == "" && h.Size == 0 {
			continue
		}
		list = append(list, file.Upload{Name: h.Filename, Size: h.Size, Open: func() (io.ReadCloser, error) { return h.Open() }})
	}
	return list
}

// Chosen names the files that were chosen in the field called name, for a form
// that has to be shown again: browsers do not let a page choose them again.
func Chosen(r *http.Request, name string) string {
	var names []string
	for _, f := range Files(r, name) {
		names = append(names, FileName(f.Name))
	}
	return strings.Join(names, "、")
}

func decode[T any](w http.ResponseWriter, r *http.Request, limit int64, parse func(*http.Request) error) (T, error) {
	var f T
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	err := parse(r)
	if err == nil {
		err = decoder.Decode(&f, tidy(r.PostForm))
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return f, fault.Fields{{Text: fmt.Sprintf("一次提交的内容合计不能超过 %d MB，请减少文件后再提交", limit>>20)}}
	case err != nil:
		return f, fmt.Errorf("%w: %w", fault.Malformed, err)
	}
	return f, nil
}

// Query decodes the address's parameters into a T of strings.
func Query[T any](r *http.Request) T {
	var f T
	_ = decoder.Decode(&f, tidy(r.URL.Query())) // a parameter that does not fit is left out
	return f
}

// fieldName is how forms name their fields: "text", "reply-text", "opinions[0].text".
var fieldName = regexp.MustCompile(`^[\w-]+(\[\d{1,4}\])?(\.[\w-]+(\[\d{1,4}\])?)*$`)

// tidy makes every value valid text for PostgreSQL and leaves out names that no
// field has, at some of which the decoder panics.
func tidy(values url.Values) url.Values {
	for name, list := range values {
		if !fieldName.MatchString(name) {
			delete(values, name)
			continue
		}
		for i, v := range list {
			list[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD")
		}
	}
	return values
}

// Param reads a word from the path.
func Param(r *http.Request, name string) string { return chi.URLParam(r, name) }

// FileName is the name of a chosen file as a page can show it.
func FileName(name string) string {
	return strings.Map(func(c rune) rune {
		if !text.Readable(c) {
			return -1
		}
		return c
	}, name)
}

// ID reads a number from the path. Anything else is fault.NotFound.
func ID(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.NotFound
	}
	return n, nil
}

// Int64 reads a number that a form's hidden field or choice carries; anything
// else is 0, which no row has.
func Int64(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// Number writes a number as a form's field or an address carries it: Int64 and ID read
// it back.
func Number(n int64) string { return strconv.FormatInt(n, 10) }

// Key makes the hidden key of a form that creates something: sent twice, it
// makes one row.
func Key() string { return rand.Text() }

// Complaints takes the field complaints out of err. ok is false when err is
// something else (or nil), which the handler returns as it is.
func Complaints(err error) (bad fault.Fields, ok bool) {
	ok = errors.As(err, &bad)
	return bad, ok
}
