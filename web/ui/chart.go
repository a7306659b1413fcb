package ui

import (
	"strconv"
)

// Charts are laid out in percentages of their width and in pixels of their
// height, so that their letters stay the size of letters on any screen.
const (
	barStep    = 46 // height of one bar with its words above
	barTop     = 24
	columnTop  = 22
	columnBase = 150
	columnsFit = 13 // more columns than these scroll on a phone
)

type barShape struct {
	Bar
	TextY, Y, W string
}

func text(b Bar) string {
	if b.Text != "" {
		return b.Text
	}
	return strconv.FormatFloat(b.Value, 'f', -1, 64)
}

func most(bars []Bar) float64 {
	m := 0.0
	for _, b := range bars {
		m = max(m, b.Value)
	}
	return m
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// barShapes lays bars out from zero, the longest filling the width.
func barShapes(bars []Bar) []barShape {
	longest := most(bars)
	out := make([]barShape, len(bars))
	for i, b := range bars {
		w := 0.0
		if longest > 0 {
			w = b.Value / longest * 100
		}
		b.Text = text(b)
		out[i] = barShape{Bar: b, TextY: itoa(i*barStep + barTop - 8), Y: itoa(i*barStep + barTop), W: percent(w)}
	}
	return out
}

func barsHeight(n int) string { return itoa(n*barStep - 10) }

type columnShape struct {
	Bar
	X, W, MidX, Y, H, TextY string
}

// columnShapes lays columns out from the base line, the highest filling the
// height.
func columnShapes(bars []Bar) []columnShape {
	highest := most(bars)
	step := 100 / float64(max(len(bars), 1))
	width := min(step*.72, 12)
	out := make([]columnShape, len(bars))
	for i, b := range bars {
		h := 0
		if highest > 0 {
			h = int(b.Value/highest*(columnBase-columnTop) + .5)
		}
		b.Text = text(b)
		mid := (float64(i) + .5) * step
		out[i] = columnShape{
			Bar: b, X: percent(mid - width/2), W: percent(width), MidX: percent(mid),
			Y: itoa(columnBase - h), H: itoa(h), TextY: itoa(columnBase - h - 6),
		}
	}
	return out
}

// columnsClass lets a chart of many columns scroll on a phone.
func columnsClass(n int) string {
	if n <= columnsFit {
		return "chart"
	}
	return "chart long"
}
