package file_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
)

// photo is a picture whose left half is red and whose right half is blue.
func photo(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 220, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 220, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is an EXIF block that says how the camera was held and where it was.
func exif(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(order.AppendUint16(b, 0x0112), 3) // orientation, SHORT
	b = order.AppendUint16(order.AppendUint16(order.AppendUint32(b, 1), orientation), 0)
	b = order.AppendUint16(order.AppendUint16(b, 0x8825), 4) // GPS, LONG
	b = order.AppendUint32(order.AppendUint32(b, 1), 38)
	b = order.AppendUint32(b, 0)
	return append(b, place...)
}

// place is what must not be kept of a photo.
const place = "GPS 23.0207N 113.7518E"

// withExif puts an EXIF block behind a JPEG's first marker.
func withExif(b, exif []byte) []byte {
	seg := append([]byte("Exif\x00\x00"), exif...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(seg)+2))
	return slices.Concat(b[:2], head, seg, b[2:])
}

// withExifChunk puts an EXIF block behind a PNG's header.
func withExifChunk(b, exif []byte) []byte {
	const header = 8 + 25
	head := append(binary.BigEndian.AppendUint32(nil, uint32(len(exif))), "eXIf"...)
	sum := crc(append([]byte("eXIf"), exif...))
	return slices.Concat(b[:header], head, exif, binary.BigEndian.AppendUint32(nil, sum), b[header:])
}

// smallWebP is a lossless WebP of one pixel.
func smallWebP(t testing.TB) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	docxTypes = `<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	xlsxTypes = `<?xml version="1.0"?><Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	docmTypes = `<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`
)

// archive is a zip file of parts: name, content, name, content …
func archive(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t testing.TB) []byte {
	return archive(t, "[Content_Types].xml", docxTypes, "word/document.xml", "<w:document/>")
}

func xlsx(t testing.TB) []byte {
	return archive(t, "[Content_Types].xml", xlsxTypes, "xl/workbook.xml", "<workbook/>")
}

// bomb is a docx that unfolds to 100 MB.
func bomb(t testing.TB) []byte {
	return archive(t, "[Content_Types].xml", docxTypes, "word/document.xml", strings.Repeat(" ", 100<<20))
}

const pdf = "%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

// huge is the header of a PNG of 50 million pixels, and nothing else.
func huge() []byte {
	head := slices.Concat([]byte("IHDR"), binary.BigEndian.AppendUint32(nil, 10_000), binary.BigEndian.AppendUint32(nil, 5_000), []byte{8, 2, 0, 0, 0})
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), binary.BigEndian.AppendUint32(nil, 13), head, binary.BigEndian.AppendUint32(nil, crc(head)))
}
