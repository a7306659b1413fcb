package file

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
)

// Limits of what a docx or xlsx unfolds to.
const (
	maxParts    = 5000
	maxUnpacked = 64 << 20
	maxTypes    = 1 << 20
)

// office tells docx from xlsx, and refuses any other archive: those with
// macros, those that unfold beyond reason, those that are broken.
func office(b []byte) (*kind, error) {
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, notAllowed
	}
	if len(r.File) > maxParts {
		return nil, tooPacked
	}
	k, err := officeKind(r)
	if err != nil {
		return nil, err
	}
	return k, unpack(r)
}

// officeKind reads what the archive says it is.
func officeKind(r *zip.Reader) (*kind, error) {
	f, err := r.Open("[Content_Types].xml")
	if err != nil {
		return nil, notAllowed
	}
	defer f.Close()
	types, err := io.ReadAll(io.LimitReader(f, maxTypes))
	if err != nil {
		return nil, isBroken
	}
	part := func(name string) bool {
		_, err := r.Open(name)
		return err == nil
	}
	switch says := string(types); {
	case strings.Contains(says, "macroEnabled") || strings.Contains(says, "vbaProject"):
		return nil, hasMacros
	case strings.Contains(says, docxKind.mediaType+".main+xml") && part("word/document.xml"):
		return docxKind, nil
	case strings.Contains(says, xlsxKind.mediaType+".main+xml") && part("xl/workbook.xml"):
		return xlsxKind, nil
	}
	return nil, notAllowed
}

// unpack reads every part to its end, whatever size it claims.
func unpack(r *zip.Reader) error {
	left := int64(maxUnpacked)
	for _, part := range r.File {
		if !filepath.IsLocal(part.Name) || strings.ContainsAny(part.Name, "\\:") {
			return notAllowed
		}
		if strings.HasSuffix(strings.ToLower(part.Name), "vbaproject.bin") {
			return hasMacros
		}
		f, err := part.Open()
		if err != nil {
			return isBroken
		}
		n, err := io.CopyN(io.Discard, f, left+1)
		f.Close()
		if left -= n; left < 0 {
			return tooPacked
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return isBroken
		}
	}
	return nil
}
