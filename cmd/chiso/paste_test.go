package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The browser reads numbers by the same vectors as the server, and says what is wrong in its words.
func TestNumber_SameVectorsInTheBrowser(t *testing.T) {
	t.Parallel()
	vectors, err := os.ReadFile("../../app/kpi/testdata/vn-number-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	s := largeSheet(t, "lan", "DV2")
	wrong := js[string](s.tab, `(async () => {
		const loaded = (name) => performance.getEntriesByType("resource").find(e => new RegExp("/" + name + "\\.[0-9a-f]+\\.js$").test(e.name)).name;
		const {parseNumber, formatNumber, blockStyle} = await import(loaded("number")), {parseTable} = await import(loaded("table-text"));
		const wrong = [], same = (what, got, want) => JSON.stringify(got) === JSON.stringify(want) || wrong.push(what + ": " + JSON.stringify(got) + ", want " + JSON.stringify(want));
		const vectors = `+string(vectors)+`;
		for (const v of vectors) {
			const r = parseNumber(v.raw, {decimals: v.d, style: v.style, percent: v.percent});
			same(v.raw, [r.error, r.value, r.notice, r.special], v.error ? [v.error, undefined, undefined, undefined] : [undefined, v.value, v.notice, v.special]);
			if (r.value) same("again " + v.raw, parseNumber(formatNumber(r.value, 2), {decimals: 3}).value, r.value);
		}
		same("(-5)", parseNumber("(-5)").error, "khong_phai_so");
		same("padded", formatNumber("-1234567.8", 2), "-1.234.567,80");
		for (const [cells, style] of [[["1.234", "5,5", ""], "vi"], [["1,234", "5.5"], "en"], [["1.234", "1,234"], null], [["12", "7"], ""], [["1,5", "1.5"], null], [["1.234"], null]]) same(cells.join(" "), blockStyle(cells), style);
		same("table", parseTable("1\t2\r\n3\t4\r\n"), [["1", "2"], ["3", "4"]]);
		same("quotes", parseTable('"a\tb"\t"x ""y"""\n\n"5\n6"'), [["a\tb", 'x "y"'], [""], ["5\n6"]]);
		return vectors.length < 50 ? "only " + vectors.length + " vectors" : wrong.join("\n");
	})()`)
	if wrong != "" {
		t.Error(wrong)
	}
}

func TestPaste_BlocksFromExcel(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV3")
	said := func(want string) { t.Helper(); s.has("#said", want) }

	// Written the English way, with an empty value that must not erase, and one column too many.
	s.enter("1.009", "9")
	s.stored("1.009")
	s.at("1.008")
	s.paste("1,111\r\n\r\n3,333\t44\r\n\"95.5\"\r\n")
	said("Đã dán 3 ô. 1 giá trị nằm ngoài vùng nhập.")
	s.state("1.011", "saved")
	for code, want := range map[string]string{"1.008": "1.111", "1.009": "9,0", "1.010": "3.333", "1.011": "95,5"} {
		s.holds(code, want)
	}
	s.click("#undo", "Hoàn tác dán 3 ô")
	s.allSaved()
	for code, want := range map[string]string{"1.008": "", "1.009": "9,0", "1.010": "", "1.011": ""} {
		s.holds(code, want)
	}

	// Nothing tells how it is written: the person does.
	s.at("1.012")
	s.paste("1.234\n\n5.678")
	s.click("dialog[open] button", "1.234,5 (dấu phẩy)")
	said("Đã dán 2 ô.")
	s.holds("1.012", "1.234")
	s.holds("1.014", "5.678")
	s.at("1.016")
	s.paste("1.234\n5.678")
	s.click("dialog[open] button", "1,234.5 (dấu chấm)")
	s.state("1.016", "rejected") // a whole number only: it stays, in red
	s.holds("1.016", "1.234")
	s.says("1.016", "Chỉ số này là số nguyên")
	s.press("Escape")
	s.at("1.017")
	s.press("Escape")

	// Over saved values it is shown first.
	s.at("1.012")
	s.paste("50\n7,5")
	s.has("dialog[open]", "2 ô sẽ ghi · 1 ô ghi đè số đang có")
	s.has("dialog[open] tr", "1.012")
	s.click("dialog[open] button", "Hủy")
	s.holds("1.012", "1.234")
	s.at("1.012")
	s.paste("50\n7,5")
	s.click("dialog[open] button", "Ghi 2 ô vào biểu")
	s.state("1.013", "saved")
	s.holds("1.012", "50")

	// Ratios take two columns, a running total the second one, a list its words.
	s.at("2.05")
	s.paste("100\n60")
	s.state("2.06", "saved")
	s.at("3.01")
	s.paste("45\t60\r\n50\t60\r\n1\t2\r\n3\t4\r\nCó\r\nHoàn thành\r\n7\r\n")
	s.state("3.07", "saved")
	s.allSaved()
	s.open(s.path)
	for code, want := range map[string]string{"1.012": "50", "1.013": "7,5", "2.05": "100", "2.06": "60", "3.01": "45", "3.05": "co", "3.06": "Hoàn thành", "3.07": "7"} {
		if got := s.value(field("c", code)); got != want {
			t.Errorf("%s holds %q, want %q", code, got, want)
		}
	}
	if got := s.value(field("d", "3.02")); got != "60" {
		t.Errorf("the denominator of 3.02 is %q", got)
	}
}

// A large block is shown before it is written, goes out a hundred cells at a time, and comes back in one stroke.
func TestPaste_WholeColumn(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV4")
	js[bool](s.tab, `(window.posts = 0, window.send = fetch, window.fetch = (...a) => { if (a[1]?.method === "POST") posts++; return send(...a); }, true)`)
	var lines []string
	for i := range largeRows {
		lines = append(lines, fmt.Sprint(i+1))
	}
	s.at("1.001")
	s.paste(strings.Join(lines, "\r\n"))
	s.state("1.060", "saved")
	s.allSaved()
	if posts := js[int](s.tab, "posts"); posts > 2 {
		t.Errorf("one block took %d requests", posts)
	}
	s.has(".save-bar", fmt.Sprintf("Đã nhập %d/", largeRows))
	s.has("#tabs #t-1 .count", "60/60")
	s.click("#undo", "Hoàn tác dán 60 ô")
	s.state("1.060", "")
	s.has(".save-bar", "Đã nhập 0/")
	s.at("1.001")
	s.paste(strings.Repeat("1\t2\t3\t4\r\n", 60))
	s.has("#said", "Đã dán 60 ô. 180 giá trị nằm ngoài vùng nhập.")
	s.allSaved()
}
