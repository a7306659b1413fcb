package file

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"portal/internal/text"
)

// maxName is the longest name that is kept, in characters, extension included.
const maxName = 100

// maxExtension is the longest that is taken for an extension, in bytes with its
// dot: 2026.3.2会议 has none.
const maxExtension = 6

// cleanName makes of a sender's name for a file one that is safe as a file's
// name on every system, with the extension of what the file is.
func cleanName(sent, extension string) string {
	name := base(sent)
	if ext := path.Ext(name); len(ext) <= maxExtension && ext != name {
		name = strings.TrimSuffix(name, ext)
	}
	name = strings.Trim(cut(strings.Trim(name, " ."), maxName-len(extension)), " .")
	if name == "" {
		name = "附件"
	}
	return name + extension
}

// base is the last part of a name without what is no text and what some system
// does not allow in names.
func base(sent string) string {
	name := sent[strings.LastIndexAny(sent, `/\`)+1:]
	return strings.Map(func(c rune) rune {
		switch {
		case !text.Readable(c) || c == '\n':
			return -1
		case strings.ContainsRune(`<>:"|?*`, c):
			return '_'
		}
		return c
	}, norm.NFC.String(strings.ToValidUTF8(name, "")))
}

// short is a name as complaints show it.
func short(sent string) string { return cut(base(sent), 40) }

// cut is the first n characters of s.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
