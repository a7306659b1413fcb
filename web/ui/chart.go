package ui

import (
	"strconv"
)

// Sizes of the charts, in the units of their view boxes.
const (
	chartWidth  = 640
	barHeight   = 30
	barLabel    = 150
	barSpace    = 80 // for the number behind the longest bar
	columnTop   = 24
	columnBase  = 180
	columnBelow = 26
)

type barShape struct {
	Bar
	Y, TextY, W, TextX string
}

func num(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }

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

// barShapes lays bars out from zero, the longest filling the width.
func barShapes(bars []Bar) []barShape {
	longest := most(bars)
	out := make([]barShape, len(bars))
	for i, b := range bars {
		w := 0.0
		if longest > 0 {
			w = b.Value / longest * (chartWidth - barLabel - barSpace)
		}
		b.Text = text(b)
		out[i] = barShape{
			Bar: b, Y: itoa(i*barHeight + 5), TextY: itoa(i*barHeight + 20),
			W: num(w), TextX: num(barLabel + w + 6),
		}
	}
	return out
}

func barsBox(n int) string { return "0 0 " + itoa(chartWidth) + " " + itoa(n*barHeight+4) }

type columnShape struct {
	Bar
	X, Y, W, H, MidX, TextY string
}

// columnShapes lays columns out from the base line, the highest filling the
// height.
func columnShapes(bars []Bar) []columnShape {
	highest := most(bars)
	step := float64(chartWidth) / float64(max(len(bars), 1))
	out := make([]columnShape, len(bars))
	for i, b := range bars {
		h := 0.0
		if highest > 0 {
			h = b.Value / highest * (columnBase - columnTop)
		}
		b.Text = text(b)
		x := float64(i) * step
		out[i] = columnShape{
			Bar: b, X: num(x + step*.15), Y: num(columnBase - h), W: num(step * .7), H: num(h),
			MidX: num(x + step/2), TextY: num(columnBase - h - 6),
		}
	}
	return out
}

func columnsBox() string { return "0 0 " + itoa(chartWidth) + " " + itoa(columnBase+columnBelow) }
