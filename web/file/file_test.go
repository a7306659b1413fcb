package file_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/jpeg"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/opinion"
	web "portal/web/file"
	webopinion "portal/web/opinion"
	"portal/web/webtest"
)

// house serves opinions and their attachments.
type house struct {
	*webtest.Site
	n int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	files := file.NewStore(h.DB, h.Now)
	web.Register(h.Routes, files)
	webopinion.Register(h.Routes, opinion.NewStore(h.DB, h.Keys, files, h.Now))
	return h
}

func (h *house) form() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "source": {"letter"}, "received_on": {"2026-03-02"}, "community": {strconv.FormatInt(h.Community, 10)},
		"kind": {"complaint"}, "field": {"construction"}, "text": {"小区门口路灯不亮"}, "resident": {"𠮷田光"},
	}
}

// register registers an opinion with files and returns its page's address.
func (h *house) register(files ...webtest.File) string {
	h.Helper()
	code, path := h.Upload(h.Actor(access.Staff), "/opinions", h.form(), files...)
	if code != http.StatusSeeOther {
		h.Fatalf("register = %d\n%s", code, webtest.Complaints(path))
	}
	return path
}

func photo(t testing.TB, name string) webtest.File {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	return webtest.File{Field: "photos", Name: name, Content: b.Bytes()}
}

func document(name, content string) webtest.File {
	return webtest.File{Field: "photos", Name: name, Content: []byte(content)}
}

var address = regexp.MustCompile(`/files/\d+`)

// files are the addresses of the files that a page shows.
func (h *house) files(page string) []string {
	var list []string
	for _, a := range address.FindAllString(page, -1) {
		if len(list) == 0 || list[len(list)-1] != a {
			list = append(list, a)
		}
	}
	return list
}

func (h *house) fetch(a access.Actor, path string, head ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	return h.Serve(a, r)
}

func TestFilesAreServed(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.register(photo(t, "路灯.jpg"), document("../说\u202e明𠮷.txt", "路灯编号 7"))
	list := h.files(h.Get(staff, path))
	if len(list) != 2 {
		t.Fatalf("the record shows files %v, want two", list)
	}
	for i, want := range []struct{ name, kind, how string }{{"路灯.jpg", "image/jpeg", "inline"}, {"说明𠮷.txt", "text/plain", "attachment"}} {
		w := h.fetch(staff, list[i])
		how, params, err := mime.ParseMediaType(w.Header().Get("Content-Disposition"))
		if err != nil || how != want.how || params["filename"] != want.name {
			t.Errorf("%s: disposition %q %v (%v), want %s %s", list[i], how, params, err, want.how, want.name)
		}
		sum := sha256.Sum256(w.Body.Bytes())
		tag := `"` + hex.EncodeToString(sum[:]) + `"`
		for name, value := range map[string]string{
			"Content-Type": want.kind, "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store", "ETag": tag,
			"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
		} {
			if got := w.Header().Get(name); w.Code != http.StatusOK || got != value {
				t.Errorf("%s = %d, %s %q, want %q", list[i], w.Code, name, got, value)
			}
		}
		if w := h.fetch(staff, list[i], "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s again = %d", list[i], w.Code)
		}
	}
	if w := h.fetch(staff, list[0]+"/preview"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("preview = %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	if w := h.fetch(staff, list[1]+"/preview"); w.Code != http.StatusNotFound {
		t.Errorf("preview of a text = %d, want 404", w.Code)
	}
}

// TestEveryRoute asks for a file as every role of every place: those who see
// the opinion have it, for everybody else there is none.
func TestEveryRoute(t *testing.T) {
	h := open(t)
	path := h.register(photo(t, "a.jpg"))
	at := h.files(h.Get(h.Actor(access.Staff), path))[0]
	for _, info := range access.Roles {
		for where, a := range map[string]access.Actor{"own": h.Actor(info.Role), "other": h.Other(info.Role), "far": h.Far(info.Role)} {
			want := http.StatusNotFound
			if code, _ := h.Do(a, http.MethodGet, path, nil); code == http.StatusOK {
				want = code
			}
			if a.UserID == 0 {
				want = http.StatusSeeOther
			}
			for _, p := range []string{at, at + "/preview"} {
				if w := h.fetch(a, p); w.Code != want {
					t.Errorf("%s as %s of the %s street = %d, want %d", p, info.Role, where, w.Code, want)
				}
			}
		}
	}
	for _, v := range webtest.Nasty {
		if w := h.fetch(h.Actor(access.Staff), "/files/"+url.PathEscape(v)); w.Code != http.StatusNotFound && w.Code != http.StatusMovedPermanently {
			t.Errorf("/files/%q = %d", v, w.Code)
		}
	}
	if w := h.fetch(access.Resident(nil), at); w.Code != http.StatusSeeOther {
		t.Errorf("without an account = %d, want to be asked to sign in", w.Code)
	}
}

func TestUnitSeesWhatIsAssignedToItAndProves(t *testing.T) {
	h := open(t)
	staff, unit := h.Actor(access.Staff), h.Actor(access.Unit)
	path := h.register(photo(t, "a.jpg"))
	at := h.files(h.Get(staff, path))[0]
	if w := h.fetch(unit, at); w.Code != http.StatusNotFound {
		t.Fatalf("before it is assigned = %d, want 404", w.Code)
	}
	h.Post(staff, path+"/acceptance", url.Values{"version": {h.version(path)}})
	h.Post(staff, path+"/assignment", url.Values{"version": {h.version(path)}, "assignment-lead": {strconv.FormatInt(h.Unit, 10)}, "assignment-urgency": {"ordinary"}})
	if w := h.fetch(unit, at); w.Code != http.StatusOK {
		t.Errorf("after it is assigned = %d", w.Code)
	}
	h.Post(unit, path+"/receipt", url.Values{"version": {h.version(path)}})
	if body := h.Get(unit, path); !strings.Contains(body, `enctype="multipart/form-data"`) || !strings.Contains(body, `name="reply-proof"`) {
		t.Error("the form for the reply takes no files")
	}
	proof := photo(t, "修好了.jpg")
	proof.Field = "reply-proof"
	lie := webtest.File{Field: "reply-proof", Name: "前后对比.jpg", Content: []byte("<html>")}
	f := url.Values{"version": {h.version(path)}, "reply-text": {"已更换灯具，𠮷"}}
	code, body := h.Upload(unit, path+"/reply", f, proof, lie)
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "“前后对比.jpg”不是可以上传的类型") || !strings.Contains(body, "已更换灯具，𠮷") ||
		!strings.Contains(body, "请把文件重新选择一次：修好了.jpg、前后对比.jpg") {
		t.Errorf("reply with a lie = %d %s", code, webtest.Complaints(body))
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM files`); n != 1 {
		t.Errorf("files = %d, want none of a reply that was not accepted", n)
	}
	if code, to := h.Upload(unit, path+"/reply", f, proof); code != http.StatusSeeOther {
		t.Fatalf("reply = %d %s", code, webtest.Complaints(to))
	}
	list := h.files(h.Get(staff, path))
	if len(list) != 2 || h.fetch(staff, list[1]).Code != http.StatusOK {
		t.Errorf("the record shows %v, want the proof too", list)
	}
	for _, a := range []access.Actor{h.Other(access.Staff), h.Other(access.Unit)} {
		for _, p := range list {
			if w := h.fetch(a, p); w.Code != http.StatusNotFound {
				t.Errorf("%s as %s of another street = %d, want 404", p, a.Role, w.Code)
			}
		}
	}
}

func (h *house) version(path string) string {
	return strconv.Itoa(dbtest.Scan[int](h, h.Admin, `SELECT version FROM opinions WHERE id = $1`, path[strings.LastIndex(path, "/")+1:]))
}

func TestComplaintsAboutFilesKeepWhatWasTyped(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	many := make([]webtest.File, 13)
	for i := range many {
		many[i] = document(fmt.Sprintf("%d.txt", i), "甲")
	}
	for _, c := range []struct {
		files []webtest.File
		want  string
	}{
		{[]webtest.File{document("网页.jpg", "<!doctype html>")}, "“网页.jpg”不是可以上传的类型"},
		{[]webtest.File{document("大.txt", strings.Repeat("a", 10<<20+1))}, "“大.txt”超过 10 MB，请缩小后再传"},
		{many, "附件最多 12 个，请减少后再提交"},
	} {
		f := h.form()
		f.Set("resident", "李䶮")
		code, body := h.Upload(staff, "/opinions", f, c.files...)
		complaint := `<p class="complaint" id="photos-error">` + c.want
		if code != http.StatusUnprocessableEntity || !strings.Contains(body, complaint) || !strings.Contains(body, `value="李䶮"`) || !strings.Contains(body, `href="#photos"`) {
			t.Errorf("%s: %d %s", c.want, code, webtest.Complaints(body))
		}
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM opinions`); n != 0 {
		t.Errorf("opinions = %d, want none", n)
	}
}

func TestEmptyFieldsAndTwoClicks(t *testing.T) {
	h := open(t)
	staff, f := h.Actor(access.Staff), h.form()
	first, path := h.Upload(staff, "/opinions", f, document("", ""), photo(t, "a.jpg"))
	second, again := h.Upload(staff, "/opinions", f, document("", ""), photo(t, "a.jpg"))
	if first != http.StatusSeeOther || second != http.StatusSeeOther || path != again {
		t.Errorf("sent twice: %d %s and %d %s", first, path, second, again)
	}
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM files`); n != 1 {
		t.Errorf("files = %d, want 1", n)
	}
}

func TestNothingIsLeftInTheTemporaryDirectory(t *testing.T) {
	h := open(t)
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	h.register(document("a.txt", strings.Repeat("a", 9<<20)), document("b.txt", strings.Repeat("b", 9<<20)))
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestRecordWithFilesIsAccessible(t *testing.T) {
	h := open(t)
	path := h.register(photo(t, "路灯.jpg"), photo(t, "路口.jpg"), document("维修记录.txt", "编号 7"))
	b := h.Browser(h.Actor(access.Staff)).Go(path)
	b.See("维修记录.txt", "TXT").Accessible()
	if broken := webtest.Eval[int](b, `[...document.querySelectorAll('.photos img')].filter(i => !i.complete || i.naturalWidth === 0).length`); broken > 0 {
		t.Errorf("%d pictures do not show", broken)
	}
	h.Browser(h.Actor(access.Staff)).Go("/opinions/new").See("照片和材料").Accessible()
}

func TestPhotosAreMadeSmallerBeforeTheyAreSent(t *testing.T) {
	h := open(t)
	img := image.NewGray(image.Rect(0, 0, 4000, 3000))
	for i := range img.Pix {
		img.Pix[i] = byte(i * i >> 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "大照片.jpeg")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	br := h.Browser(h.Actor(access.Staff)).Go("/opinions/new").Attach("照片和材料", name)
	sent := webtest.Eval[string](br, `(async () => {
		const field = document.getElementById('photos');
		for (let i = 0; i < 400 && field.files[0].name !== '大照片.jpg'; i++) await new Promise(done => setTimeout(done, 50));
		const photo = await createImageBitmap(field.files[0]);
		return [field.files.length, field.files[0].name, photo.width, photo.height, field.files[0].size < 3e6].join(' ');
	})()`)
	if sent != "1 大照片.jpg 2560 1920 true" || b.Len() < 3e6 {
		t.Errorf("of %d bytes the browser would send %q", b.Len(), sent)
	}
}
