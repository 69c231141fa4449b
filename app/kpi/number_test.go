package kpi

import (
	"encoding/json"
	"os"
	"testing"
)

func TestParseNumber_Vectors(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/vn-number-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Raw     string
		D       int
		Style   string
		Percent bool
		Value   *string
		Special string
		Notice  string
		Error   string
	}
	if err := json.Unmarshal(data, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 50 {
		t.Fatalf("only %d vectors", len(vectors))
	}
	errs := map[string]NumberError{"khong_phai_so": NotNumber, "dau_ngan_cach": BadSeparator, "mo_ho": Ambiguous,
		"phai_so_nguyen": MustBeWhole, "qua_so_le": TooManyDigits, "don_vi": PercentSign, "qua_lon": TooLargeNumber}
	notices := map[string]NumberNotice{"": NoNotice, "hieu_la_nghin": NoticeThousand, "cham_thap_phan": NoticeDot, "kieu_anh": NoticeEnglish}
	marks := map[string]NumberMark{"": NoMark, "khong_phat_sinh": MarkNone, "khong_thu_thap": MarkNoData}
	for _, v := range vectors {
		f := NumberFormat{Decimals: v.D, Percent: v.Percent}
		if v.Style == "en" {
			f.Style = StyleEN
		}
		got, err := ParseNumber(v.Raw, f)
		if v.Error != "" {
			if err != errs[v.Error] {
				t.Errorf("%q: error %v, want %v", v.Raw, err, errs[v.Error])
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", v.Raw, err)
			continue
		}
		// a notice that the English style was used is only given in the vectors that name it
		if got.Notice != notices[v.Notice] {
			t.Errorf("%q: notice %v, want %q", v.Raw, got.Notice, v.Notice)
		}
		if got.Mark != marks[v.Special] || got.Empty != (v.Value == nil) {
			t.Errorf("%q: mark %v empty %v", v.Raw, got.Mark, got.Empty)
		}
		if v.Value != nil && got.Value.String() != *v.Value {
			t.Errorf("%q: %s, want %s", v.Raw, got.Value, *v.Value)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"1.234,5", "(1.234)", "−5,5", "1 234", "95,5%", "1e3"} {
		f.Add(s, 2)
	}
	f.Fuzz(func(t *testing.T, raw string, decimals int) {
		nf := NumberFormat{Decimals: ((decimals % 4) + 4) % 4, Percent: true}
		n, err := ParseNumber(raw, nf)
		if err != nil {
			if _, ok := err.(NumberError); !ok {
				t.Fatalf("%q: error of type %T", raw, err)
			}
			return
		}
		if n.Empty {
			return
		}
		// what the screen shows is read back as the same number
		shown := FormatDecimal(n.Value, nf.Decimals)
		again, err := ParseNumber(shown, nf)
		if err != nil || again.Value != n.Value {
			t.Fatalf("%q read as %s, shown as %q, read back as %v (%v)", raw, n.Value, shown, again.Value, err)
		}
	})
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"0": "0", "-0": "0", "12.50": "12.5", "-0.05": "-0.05", "999999999999999.123": "999999999999999.123"} {
		d, err := ParseDecimal(in)
		if err != nil || d.String() != want {
			t.Errorf("%s: %v (%v), want %s", in, d, err, want)
		}
	}
	for _, in := range []string{"", "-", ".5", "5.", "1e3", "+1", "1234567890123456789", "0.1234567", "1,5", " 1"} {
		if d, err := ParseDecimal(in); err == nil {
			t.Errorf("%q was read as %s", in, d)
		}
	}
	if MustDecimal("1.5").Cmp(MustDecimal("1.49")) != 1 || MustDecimal("-2").Cmp(Dec(3)) != -1 || Dec(2) != MustDecimal("2.0") {
		t.Error("order of decimals")
	}
}

func TestParseNumber_BracketsAndSign_Refused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"(-5)", "( −5 )", "(+5)", "--5"} {
		if n, err := ParseNumber(raw, NumberFormat{}); err != NotNumber {
			t.Errorf("%q is read as %s, %v", raw, n.Value, err)
		}
	}
}
