package file

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
	"unicode/utf8"

	"portal/internal/text"
)

// FuzzDetect takes any bytes for an upload. What is accepted is on the list,
// and a picture among it becomes one that can be read.
func FuzzDetect(f *testing.F) {
	img := image.NewRGBA(image.Rect(0, 0, 9, 5))
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, img, nil); err != nil {
		f.Fatal(err)
	}
	if err := png.Encode(&p, img); err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{
		j.Bytes(), p.Bytes(), []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"),
		[]byte("%PDF-1.7 %%EOF"), []byte("PK\x03\x04"), []byte("路灯"), []byte("<svg/>"), []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := detect(b)
		if err != nil {
			return
		}
		if k.decode == nil {
			return
		}
		c := &content{kind: k, bytes: b}
		if cfg, err := k.config(bytes.NewReader(b)); err == nil && cfg.Width*cfg.Height > 1_000_000 {
			return // slow, and no other code
		}
		if c.redraw() != nil {
			return
		}
		again, err := c.kind.decode(bytes.NewReader(c.bytes))
		if err != nil || again.Bounds().Dx() != c.width || again.Bounds().Dy() != c.height || orientation(c.kind.exif(c.bytes)) != 1 {
			t.Errorf("kept %s %d × %d cannot be read again: %v", c.kind.mediaType, c.width, c.height, err)
		}
	})
}

// FuzzOrientation reads any bytes as an EXIF block, and as a picture that holds one.
func FuzzOrientation(f *testing.F) {
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"))
	f.Add(binary.BigEndian.AppendUint32([]byte("MM\x00*"), 1<<32-1))
	f.Add([]byte("\x89PNG\r\n\x1a\n\xff\xff\xff\xffeXIf"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		orientation(b)
		for _, find := range []func([]byte) []byte{jpegExif, pngExif, webpExif} {
			orientation(find(b))
		}
	})
}

// FuzzName takes any name for a file's.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"路灯.jpg", "../a\\b", "\u202e.exe", "𠮷. .", "a\r\nb", "\xff.\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		name := cleanName(sent, ".jpg")
		if n := utf8.RuneCountInString(name); !utf8.ValidString(name) || n < 5 || n > maxName {
			t.Errorf("cleanName(%q) = %q", sent, name)
		}
		for _, c := range name {
			if !text.Readable(c) || c == '\n' || c == '/' || c == '\\' {
				t.Errorf("cleanName(%q) = %q", sent, name)
			}
		}
	})
}
