package page

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"portal/internal/fault"
)

// several is a form of all that forms are made of.
type several struct {
	Text     string   `form:"text"`
	Many     []string `form:"many"`
	Opinions []struct {
		Text string   `form:"text"`
		Tags []string `form:"tags"`
	} `form:"opinions"`
}

func posted(kind string, body []byte) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return r
}

const plainForm = "application/x-www-form-urlencoded"

func TestFormDecodes(t *testing.T) {
	body := url.Values{"text": {"𠮷田 \x00\xff"}, "many": {"a", "b"}, "opinions[1].text": {"二"}, "opinions[0].text": {"一"}, "unknown[0].x": {"?"}}
	f, err := Form[several](httptest.NewRecorder(), posted(plainForm, []byte(body.Encode())))
	if err != nil || f.Text != "𠮷田 \uFFFD\uFFFD" || fmt.Sprint(f.Many) != "[a b]" || len(f.Opinions) != 2 || f.Opinions[1].Text != "二" {
		t.Errorf("Form = %+v, %v", f, err)
	}
}

// TestNamesOfNoField sends names at which the decoder panics.
func TestNamesOfNoField(t *testing.T) {
	for _, name := range []string{"a]", "a[", "[", "]", "a[0", "opinions[[0]].text", "opinions[0]]", "opinions[-1].text", "opinions[x].text", "opinions[99999999999999999999].text", "\xff[", "opinions[0].", ""} {
		body := url.Values{name: {"x"}, "text": {"留下"}}.Encode()
		f, err := Form[several](httptest.NewRecorder(), posted(plainForm, []byte(body)))
		if err != nil || f.Text != "留下" {
			t.Errorf("%q: %+v, %v", name, f, err)
		}
		if q := Query[several](httptest.NewRequest(http.MethodGet, "/?"+body, nil)); q.Text != "留下" {
			t.Errorf("%q in the address: %+v", name, q)
		}
	}
	if _, err := Form[several](httptest.NewRecorder(), posted(plainForm, []byte("opinions[9999].text=x"))); !errors.Is(err, fault.Malformed) {
		t.Errorf("the ten-thousandth opinion: %v, want Malformed", err)
	}
}

func TestTooMuchIsSaid(t *testing.T) {
	_, err := Form[several](httptest.NewRecorder(), posted(plainForm, []byte("text="+strings.Repeat("a", maxForm))))
	if bad, ok := Complaints(err); !ok || !strings.Contains(bad[0].Text, "不能超过 1 MB") {
		t.Errorf("more than 1 MB: %v", err)
	}
}

func TestFilesWithoutAChoice(t *testing.T) {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, name := range []string{"", "a\u202e.jpg"} {
		if _, err := m.CreateFormFile("opinions[0].photos", name); err != nil {
			t.Fatal(err)
		}
	}
	m.Close()
	r := posted(m.FormDataContentType(), body.Bytes())
	if _, err := Upload[several](httptest.NewRecorder(), r); err != nil {
		t.Fatal(err)
	}
	if list := Files(r, "opinions[0].photos"); len(list) != 1 || Chosen(r, "opinions[0].photos") != "a.jpg" || Files(r, "photos") != nil {
		t.Errorf("Files = %v, Chosen = %q", list, Chosen(r, "opinions[0].photos"))
	}
}

// FuzzForm sends any body as either kind of form: what comes out is text that
// PostgreSQL takes, or the request is called malformed.
func FuzzForm(f *testing.F) {
	const boundary = "multipart/form-data; boundary=x"
	f.Add(false, []byte("text=a&many=b&many=c&opinions[0].text=d&opinions[3].tags=e"))
	f.Add(false, []byte("text=%00%ff&a]=1&opinions[99].text=&opinions[x]=%zz"))
	f.Add(true, []byte("--x\r\nContent-Disposition: form-data; name=\"opinions[0].text\"\r\n\r\n\xff\r\n--x--\r\n"))
	f.Add(true, []byte("--x\r\nContent-Disposition: form-data; name=\"photos\"; filename=\"../a\\\"b.jpg\"\r\n\r\n\xff\xd8\xff\r\n--x--\r\n"))
	f.Fuzz(func(t *testing.T, files bool, body []byte) {
		kind := plainForm
		if files {
			kind = boundary
		}
		r := posted(kind, body)
		v, err := Upload[several](httptest.NewRecorder(), r)
		if err != nil && !errors.Is(err, fault.Malformed) {
			t.Fatalf("%v, want Malformed", err)
		}
		typed := append([]string{v.Text}, v.Many...)
		for _, o := range v.Opinions {
			typed = append(append(typed, o.Text), o.Tags...)
		}
		for _, s := range typed {
			if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
				t.Errorf("%q is no text", s)
			}
		}
		Chosen(r, "photos")
		tidyUp(r)
	})
}
