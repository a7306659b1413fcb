package register_test

import (
	"strings"
	"testing"

	"portal/internal/register"
)

// Amounts are read to the hundredth: as they were typed, and as sheets keep them.
func TestMoney(t *testing.T) {
	for in, want := range map[string]string{
		"398": "398.00", "12.5": "12.50", "0": "0.00", "0.07": "0.07", "１２．５": "12.50", "1,234.50": "1234.50", "￥ 8": "8.00", "007": "7.00",
		"999999999999.99": "999999999999.99", "123456789012.10": "123456789012.10",
	} {
		if got, bad := register.MoneyForTest(in, false); got != want || bad != "" {
			t.Errorf("%q is read as %q %s, want %s", in, got, bad, want)
		}
	}
	for in, want := range map[string]string{"12.1": "12.10", "12.100000000000001": "12.10", "12.0999999999999996": "12.10", "3.98E+2": "398.00", "4.1000000000000002E-1": "0.41"} {
		if got, bad := register.MoneyForTest(in, true); got != want || bad != "" {
			t.Errorf("the number %s is read as %q %s, want %s", in, got, bad, want)
		}
	}
	for _, in := range []string{"-1", "1.234", "600000.001", "九", "1.2.3", "1e3", ".", "12万元", "1000000000000", "Inf"} {
		if got, bad := register.MoneyForTest(in, false); got != "" || !strings.Contains(bad, "最多两位小数") {
			t.Errorf("%q is read as %q %s", in, got, bad)
		}
	}
	if got, bad := register.MoneyForTest("600000.001", true); got != "" || bad == "" {
		t.Errorf("a thousandth is rounded to %s", got)
	}
}
