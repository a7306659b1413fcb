package document

import "strings"

// breakTitle breaks a title into lines of at most width characters, of which
// the longer ones come first or in the middle, and which do not tear marks, nor
// the little words, from what they belong to. A line end in it breaks it there
// and nowhere else.
func breakTitle(s string, width float64) []string {
	if strings.Contains(s, "\n") {
		return strings.Split(s, "\n")
	}
	r := []rune(s)
	for n := 1; ; n++ {
		if float64(n)*width < ems(s) && n < len(r) {
			continue
		}
		if lines := breakInto(r, n, width); lines != nil || n >= len(r) {
			return lines
		}
	}
}

// breakInto breaks r into n lines where that costs least, or returns nil when it
// cannot.
func breakInto(r []rune, n int, width float64) []string {
	if n <= 1 {
		if ems(string(r)) > width && len(r) > 1 {
			return nil
		}
		return []string{string(r)}
	}
	var best []string
	lowest := 1e9
	even := ems(string(r)) / float64(n)
	for cut := 1; cut < len(r); cut++ {
		first := ems(string(r[:cut]))
		if first > width {
			break
		}
		rest := breakInto(r[cut:], n-1, width)
		if rest == nil {
			continue
		}
		cost := tear(r, cut) + (first-even)*(first-even)/2
		if first < ems(rest[0]) {
			cost += 2 // a line shorter than the next looks top-light
		}
		if cost < lowest {
			lowest, best = cost, append([]string{string(r[:cut])}, rest...)
		}
	}
	return best
}

// tear is what it costs to break before r[cut].
func tear(r []rune, cut int) float64 {
	before, after := r[cut-1], r[cut]
	switch {
	case strings.ContainsRune("》）”、，。；：的〕〉", after), strings.ContainsRune("《（“〔〈", before):
		return 1000
	case isDigit(before) && (isDigit(after) || strings.ContainsRune("年月日号届次", after)):
		return 1000
	case strings.ContainsRune("的、》）”", before), strings.ContainsRune("《（“", after), strings.HasSuffix(string(r[:cut]), "关于"):
		return 0
	case strings.ContainsRune("和与及暨年", before), strings.ContainsRune("和与及暨", after):
		return 6
	}
	return 12
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }
