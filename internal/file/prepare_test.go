package file_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
)

func crc(b []byte) uint32 { return crc32.ChecksumIEEE(b) }

func TestTypesAndLies(t *testing.T) {
	h := open(t)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("路灯不亮，请修理。")
	if err != nil {
		t.Fatal(err)
	}
	jpg := asJPEG(t, photo(40, 30))
	for _, c := range []struct {
		name    string
		content []byte
		refused string // what the complaint says, or "" where it is accepted
	}{
		{"a.jpg", jpg, ""},
		{"a.png", asPNG(t, photo(40, 30)), ""},
		{"a.webp", smallWebP(t), ""},
		{"a.pdf", []byte(pdf), ""},
		{"a.docx", docx(t), ""},
		{"a.xlsx", xlsx(t), ""},
		{"a.txt", []byte("路灯不亮，𠮷田光，䶮。\r\n\t第二行\n"), ""},
		{"a.txt", []byte("\ufeff路灯"), ""},
		{"a.txt", []byte(gbk), ""},
		{"a.html", jpg, ""}, // what it is counts, not what it is called
		{"photo.jpg", []byte("<!DOCTYPE html><script>alert(1)</script>"), "不是可以上传的类型"},
		{"photo.jpg", []byte("\n <HTML><body onload=alert(1)>"), "不是可以上传的类型"},
		{"photo.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "不是可以上传的类型"},
		{"photo.png", []byte(`<?xml version="1.0"?><svg/>`), "不是可以上传的类型"},
		{"a.txt", []byte("#!/bin/sh\nrm -rf /\n"), "不是可以上传的类型"},
		{"a.txt", []byte("MZ\x90\x00\x03\x00\x00\x00"), "不是可以上传的类型"},
		{"a.docx", append([]byte("MZ\x90\x00"), docx(t)...), "不是可以上传的类型"},
		{"a.gif", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "不是可以上传的类型"},
		{"a.zip", archive(t, "a.txt", "a"), "不是可以上传的类型"},
		{"a.docx", archive(t, "[Content_Types].xml", docxTypes, "a.txt", "a"), "不是可以上传的类型"},
		{"a.docx", archive(t, "[Content_Types].xml", docxTypes, "word/document.xml", "a", "../../etc/passwd", "a"), "不是可以上传的类型"},
		{"a.docx", archive(t, "[Content_Types].xml", docmTypes, "word/document.xml", "a"), "带有宏"},
		{"a.docx", archive(t, "[Content_Types].xml", docxTypes, "word/document.xml", "a", "word/vbaProject.bin", "a"), "带有宏"},
		{"a.docx", bomb(t), "展开后太大"},
		{"a.docx", corrupt(docx(t)), "打不开"},
		{"a.pdf", []byte("%PDF-1.7\nhalf of it"), "打不开"},
		{"a.jpg", jpg[:len(jpg)/2], "打不开"},
		{"a.jpg", []byte("\xff\xd8\xff<script>alert(1)</script>"), "打不开"},
		{"a.png", huge(), "超过 4000 万像素"},
		{"a.txt", nil, "是空的"},
		{"a.txt", bytes.Repeat([]byte("长"), 10<<20), "超过 10 MB"},
	} {
		err := h.files.Prepare(t.Context(), h.Actor(access.Staff), h.Street, "photos", []file.Upload{upload(c.name, c.content)})
		var bad fault.Fields
		switch errors.As(err, &bad); {
		case c.refused == "" && err != nil:
			t.Errorf("%s %.20q: %v, want it accepted", c.name, c.content, err)
		case c.refused != "" && !strings.Contains(bad.For("photos"), c.refused):
			t.Errorf("%s %.20q: %v, want a complaint that says %s", c.name, c.content, err, c.refused)
		}
	}
}

// corrupt changes a byte of an archive's first part.
func corrupt(b []byte) []byte {
	i := bytes.Index(b, []byte("[Content_Types].xml")) + len("[Content_Types].xml") + 20
	b[i] ^= 0xff
	return b
}

func TestLimits(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	many := func(n int) (list []file.Upload) {
		for i := range n {
			list = append(list, upload(fmt.Sprintf("%d.txt", i), []byte("甲")))
		}
		return list
	}
	if _, err := h.register(staff, many(12)...); err != nil {
		t.Errorf("twelve files: %v", err)
	}
	var bad fault.Fields
	if _, err := h.register(staff, many(13)...); !errors.As(err, &bad) || bad.For("photos") != "附件最多 12 个，请减少后再提交" {
		t.Errorf("thirteen files: %v", err)
	}
	dbtest.Exec(t, h.admin, `INSERT INTO settings (city_id, street_id, key, value) VALUES ($1, $2, 'file.max_count', 1), ($1, $2, 'file.max_megabytes', 1)`, h.City, h.Street)
	if _, err := h.register(staff, many(2)...); !errors.As(err, &bad) || bad.For("photos") != "附件最多 1 个，请减少后再提交" {
		t.Errorf("two files where one is allowed: %v", err)
	}
	if _, err := h.register(staff, upload("大.txt", bytes.Repeat([]byte("a"), 1<<20+1))); !errors.As(err, &bad) || bad.For("photos") != "“大.txt”超过 1 MB，请缩小后再传" {
		t.Errorf("a large file: %v", err)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM opinions`); n != 1 {
		t.Errorf("opinions = %d, want none of those with complaints", n)
	}
}

func TestWhereAPhotoWasTakenIsNotKept(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	jpg, png := asJPEG(t, photo(60, 40)), asPNG(t, photo(60, 40))
	for name, b := range map[string][]byte{
		"Intel":       withExif(jpg, exif(binary.LittleEndian, 6)),
		"Motorola":    withExif(jpg, exif(binary.BigEndian, 6)),
		"in a PNG":    withExifChunk(png, exif(binary.BigEndian, 6)),
		"behind it":   append(withExif(jpg, exif(binary.LittleEndian, 6)), place+"<script>"...),
		"twice there": withExif(withExif(jpg, exif(binary.LittleEndian, 1)), exif(binary.LittleEndian, 6)),
	} {
		if !bytes.Contains(b, []byte(place)) {
			t.Fatal("the sample does not say where it was taken")
		}
		id, err := h.register(staff, upload("路灯.jpg", b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		a := h.attached(staff, id)
		_, kept, err := h.files.File(t.Context(), staff, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, small, err := h.files.Preview(t.Context(), staff, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range [][]byte{kept, small} {
			if bytes.Contains(b, []byte("GPS")) || bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("script")) {
				t.Errorf("%s: what is kept says more than its pixels", name)
			}
			img, _, err := image.Decode(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			if top, bottom := img.At(20, 5), img.At(20, 55); img.Bounds().Dx() != 40 || !red(top) || red(bottom) {
				t.Errorf("%s: %v, top %v, bottom %v: not upright", name, img.Bounds(), top, bottom)
			}
		}
		if a.Width != 40 || a.Height != 60 {
			t.Errorf("%s: %d × %d, want it upright", name, a.Width, a.Height)
		}
	}
}

func red(c interface{ RGBA() (r, g, b, a uint32) }) bool {
	r, _, b, _ := c.RGBA()
	return r > b
}

func TestLargePhotosBecomeSmaller(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	id, err := h.register(staff, upload("全景.jpg", asJPEG(t, photo(4000, 1000))))
	if err != nil {
		t.Fatal(err)
	}
	if a := h.attached(staff, id); a.Width != 2560 || a.Height != 640 {
		t.Errorf("kept as %d × %d, want 2560 × 640", a.Width, a.Height)
	}
}

func TestResidents(t *testing.T) {
	h := open(t)
	n := h.new(upload("a.jpg", asJPEG(t, photo(40, 30))))
	n.Source = "online"
	mine, err := h.opinions.Submit(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.opinions.Submit(t.Context(), n); err != nil || again != mine {
		t.Errorf("sent again: %v, %v, want %v", again, err, mine)
	}
	a := h.attached(h.Actor(access.Staff), mine.ID)
	theirs := h.new(upload("b.jpg", asJPEG(t, photo(40, 30))))
	theirs.Source = "online"
	other, err := h.opinions.Submit(t.Context(), theirs)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.files.File(t.Context(), resident(mine.Code), a.ID); err != nil {
		t.Errorf("a resident's own photo: %v", err)
	}
	for _, who := range []access.Actor{resident(other.Code), access.Resident(nil)} {
		if _, _, err := h.files.File(t.Context(), who, a.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("another resident reads it: %v, want NotFound", err)
		}
	}
	if err := h.attach(resident(other.Code), mine.ID); err == nil {
		t.Error("another resident attaches to it")
	}
	n = h.new(upload("a.pdf", []byte(pdf)))
	n.Source = "online"
	var bad fault.Fields
	if _, err := h.opinions.Submit(t.Context(), n); !errors.As(err, &bad) || !strings.Contains(bad.For("photos"), "只能上传照片") {
		t.Errorf("a resident sends a document: %v, want a complaint", err)
	}
}
