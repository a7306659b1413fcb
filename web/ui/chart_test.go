package ui

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

func TestChartsStartFromZero(t *testing.T) {
	bars := barShapes([]Bar{{Label: "东城", Value: 70}, {Label: "南城", Value: 35}, {Label: "莞城"}})
	for i, want := range []string{"100.00%", "50.00%", "0.00%"} {
		if bars[i].W != want {
			t.Errorf("bar %d is %s wide, want %s", i, bars[i].W, want)
		}
	}
	for _, c := range columnShapes([]Bar{{Label: "1月"}, {Label: "2月"}}) {
		if c.H != "0" || c.Text != "0" {
			t.Errorf("a month without anything has height %s and says %q", c.H, c.Text)
		}
	}
}

func TestManyColumnsScroll(t *testing.T) {
	var b bytes.Buffer
	if err := Columns("按月", make([]Bar, 24)).Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `class="chart long"`) {
		t.Errorf("24 columns are squeezed: %.300s", b.String())
	}
	for _, n := range []int{0, 1, 13} {
		if c := columnsClass(n); c != "chart" {
			t.Errorf("%d columns have class %q", n, c)
		}
	}
}
