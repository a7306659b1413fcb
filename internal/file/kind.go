package file

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/webp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// kind is a type of file on the allow-list.
type kind struct {
	mediaType string // that it is kept as
	extension string
	// For pictures:
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	exif   func([]byte) []byte
}

var (
	jpegKind = &kind{"image/jpeg", ".jpg", jpeg.DecodeConfig, jpeg.Decode, jpegExif}
	pngKind  = &kind{"image/png", ".png", png.DecodeConfig, png.Decode, pngExif}
	webpKind = &kind{"image/jpeg", ".jpg", webp.DecodeConfig, webp.Decode, webpExif}
	pdfKind  = &kind{mediaType: "application/pdf", extension: ".pdf"}
	docxKind = &kind{mediaType: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", extension: ".docx"}
	xlsxKind = &kind{mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", extension: ".xlsx"}
	textKind = &kind{mediaType: "text/plain", extension: ".txt"}
)

// detect finds out from the bytes what a file is. What a file calls itself does
// not matter.
func detect(b []byte) (*kind, error) {
	has := func(prefix string) bool { return bytes.HasPrefix(b, []byte(prefix)) }
	switch {
	case has("\xff\xd8\xff"):
		return jpegKind, nil
	case has("\x89PNG\r\n\x1a\n"):
		return pngKind, nil
	case has("RIFF") && len(b) > 12 && string(b[8:12]) == "WEBP":
		return webpKind, nil
	case has("%PDF-"):
		return pdf(b)
	case has("PK\x03\x04"):
		return office(b)
	case plain(b):
		return textKind, nil
	}
	return nil, notAllowed
}

// pdf wants the end that every PDF has near its end.
func pdf(b []byte) (*kind, error) {
	if !bytes.Contains(b[max(0, len(b)-2048):], []byte("%%EOF")) {
		return nil, isBroken
	}
	return pdfKind, nil
}

// plain reports whether b is text, in UTF-8 or in GB 18030, that no program
// takes for more than text.
func plain(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		var err error
		if b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil {
			return false
		}
	}
	for _, code := range []string{"<", "#!", "{\\rtf", "%!"} { // markup, scripts
		if strings.HasPrefix(strings.TrimSpace(string(b[:min(len(b), 512)])), code) {
			return false
		}
	}
	return !bytes.ContainsFunc(b, func(c rune) bool {
		return c == utf8.RuneError || unicode.IsControl(c) && !strings.ContainsRune("\t\n\r\f", c)
	})
}
