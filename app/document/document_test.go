package document

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"chiso/app/kpi"

	"golang.org/x/text/unicode/norm"
)

func read(t testing.TB, name string, data []byte) Content {
	t.Helper()
	c, err := Read(context.Background(), name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// show writes blocks as a person would check them.
func show(blocks []Block) string {
	var b strings.Builder
	for _, x := range blocks {
		fmt.Fprintf(&b, "%d %s\n", x.Level, x.Text)
	}
	return b.String()
}

// One text, as a word processor, a browser and a printer driver make files of it.
const sample = `6 SỞ KHOA HỌC VÀ CÔNG NGHỆ
0 Số: 12/HD-SKHCN
0 Đắk Lắk, ngày 10 tháng 4 năm 2026
3 I. PHẠM VI
0 Hướng dẫn này áp dụng cho các sở, ban, ngành và Ủy ban nhân dân xã, phường khi nhập chỉ số 5.02 về tỷ lệ hồ sơ nộp trực tuyến. Quỹ thời gian, thuỷ lợi, đường bộ, giữ nguyên như cũ; ở những nơi chưa có mạng thì nhập bù vào kỳ sau và ghi rõ lý do.
3 II. CÁCH TÍNH
0 Tử số là hồ sơ do người dân tự nộp bằng tài khoản định danh; mẫu số là tổng số hồ sơ tiếp nhận. Ví dụ 410 chia 640 bằng 64,1%.
`

func TestRead_Samples(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"browser.pdf", "office.pdf", "printer.pdf", "office.docx"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := read(t, name, fixture(t, name))
			want := sample
			if name == "office.docx" { // its style says so
				want = strings.ReplaceAll(sample, "3 I", "2 I")
			}
			if got := show(c.Blocks); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if c.Unread != "" || strings.HasSuffix(name, ".pdf") && (c.Pages != 1 || c.Blocks[0].Page != 1) {
				t.Errorf("pages %d, unread %q", c.Pages, c.Unread)
			}
		})
	}
}

func TestRead_ProtectedPDF(t *testing.T) {
	t.Parallel()
	c := read(t, "x.pdf", fixture(t, "protected.pdf"))
	if len(c.Blocks) != 0 || !strings.Contains(c.Unread, "mật khẩu") {
		t.Errorf("%d blocks, %q", len(c.Blocks), c.Unread)
	}
}

func TestRead_ScannedPDF(t *testing.T) {
	t.Parallel()
	data := []byte("%PDF-1.4\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Contents 4 0 R>>endobj\n4 0 obj<</Length 8>>stream\n/Im0 Do \nendstream endobj trailer<</Root 1 0 R>>\n%%EOF")
	c := read(t, "quet.PDF", data)
	if c.Pages != 1 || len(c.Blocks) != 0 || !strings.Contains(c.Unread, "chưa đọc được chữ") {
		t.Errorf("%+v", c)
	}
}

func TestRead_Text(t *testing.T) {
	t.Parallel()
	const text = "ỦY BAN NHÂN DÂN\r\nTỈNH ĐẮK LẮK\r\n\r\n1. Giao các sở\r\n\r\nTriển khai Nghị quyết số 57-\nNQ/TW trên hệ thống.\n- Hướng dẫn;\n- **Đôn đốc**.\n"
	const want = "0 ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK\n5 1. Giao các sở\n0 Triển khai Nghị quyết số 57-NQ/TW trên hệ thống.\n0 - Hướng dẫn;\n0 - Đôn đốc.\n"
	wide := func(little bool) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(text)) {
			if little {
				b = append(b, byte(u), byte(u>>8))
			} else {
				b = append(b, byte(u>>8), byte(u))
			}
		}
		return b
	}
	for name, data := range map[string][]byte{
		"UTF-8": []byte(text), "UTF-8 with a mark": []byte("\xef\xbb\xbf" + text), "decomposed": []byte(norm.NFD.String(text)),
		"UTF-16 LE": append([]byte("\xff\xfe"), wide(true)...), "UTF-16 BE": append([]byte("\xfe\xff"), wide(false)...),
		"UTF-16 LE without a mark": wide(true), "UTF-16 BE without a mark": wide(false),
	} {
		if got := show(read(t, "vb.txt", data).Blocks); got != want {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}

func TestRead_Markdown(t *testing.T) {
	t.Parallel()
	text := "# Nghị quyết số *57-NQ/TW*\n\n**I- QUAN ĐIỂM**\n\n1\\. Phát triển **khoa học** (R\\&D), xem [bảng](http://x.vn/a_b).\ntiếp theo \\- hết.\n\n" +
		"| TT | Chỉ tiêu | Đơn vị |\n| --- | :--: | --- |\n| **I** | **Đến năm 2030** | |\n| 1 | Xếp hạng | Thứ bậc |\n| | Tỉ lệ \\| số | % |\n\n---\n<script>alert(1)</script>\n- một\n- hai\n"
	want := "1 Nghị quyết số 57-NQ/TW\n3 I- QUAN ĐIỂM\n0 1. Phát triển khoa học (R&D), xem bảng. tiếp theo - hết.\n6 I Đến năm 2030\n0 1. Chỉ tiêu: Xếp hạng; Đơn vị: Thứ bậc\n" +
		"0 Chỉ tiêu: Tỉ lệ ¦ số; Đơn vị: %\n0 alert(1)\n0 - một\n0 - hai\n"
	if got := show(read(t, "x.md", []byte(text)).Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRead_Refused(t *testing.T) {
	t.Parallel()
	tcvn := "Céng hoµ x· héi chñ nghÜa ViÖt Nam, ®éc lËp tù do h¹nh phóc. C¸c së, ban, ngµnh thùc hiÖn viÖc nhËp sè liÖu hµng th¸ng."
	vni := "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ñoäc laäp töï do haïnh phuùc. Caùc sôû, ban, ngaønh thöïc hieän vieäc nhaäp soá lieäu haøng thaùng."
	tests := []struct {
		name, data, says string
		kind             kpi.ErrorKind
	}{
		{"a.txt", "", "trống", kpi.Invalid},
		{"a.txt", " \n\t", "trống", kpi.Invalid},
		{"a.txt", "M\xb7 \xae\xac\xf1n v\xde", "Unicode", kpi.Invalid},
		{"a.txt", tcvn, "TCVN3", kpi.Invalid},
		{"a.md", vni, "VNI", kpi.Invalid},
		{"a.txt", "chữ\x00chữ tiếng Việt", "không phải văn bản", kpi.Invalid},
		{"a.txt", "%PDF-1.7\n", "PDF", kpi.Invalid},
		{"a.md", "PK\x03\x04....", "Word", kpi.Invalid},
		{"a.txt", strings.Repeat("chữ ", maxText/4), "MB chữ", kpi.TooLarge},
		{"a.txt", strings.Repeat("x", maxFile+1), "MB", kpi.TooLarge},
		{"a.pdf", "không phải", "không phải PDF", kpi.Invalid},
		{"a.pdf", "%PDF-1.7\nhỏng", "bị hỏng", kpi.Invalid},
		{"a.docx", "không phải", "không phải Word", kpi.Invalid},
		{"a.docx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "mật khẩu", kpi.Invalid},
		{"a.docx", "PK\x03\x04 cắt cụt", "bị hỏng", kpi.Invalid},
		{"a.doc", "x", ".docx", kpi.Invalid},
		{"a.exe", "MZ", "Không nhận", kpi.Invalid},
		{"khong-duoi", "x", "Không nhận", kpi.Invalid},
	}
	for _, tt := range tests {
		_, err := Read(context.Background(), tt.name, []byte(tt.data))
		if kpi.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.says) {
			t.Errorf("%s %.20q: %v; want kind %d, «%s»", tt.name, tt.data, err, tt.kind, tt.says)
		}
	}
}

// docx makes a Word file of the body of its document.
func docx(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	parts := append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml",
		`<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="x"><w:body>` + body + `</w:body></w:document>`}, more...)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func para(text string) string { return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>" }

func TestRead_Word(t *testing.T) {
	t.Parallel()
	cell := func(s string) string { return "<w:tc>" + para(s) + "</w:tc>" }
	body := `<w:tbl><w:tr>` + cell("TỈNH ỦY") + cell("ĐẢNG CỘNG SẢN VIỆT NAM") + `</w:tr></w:tbl>` +
		`<w:p><w:pPr><w:pStyle w:val="Muc1"/></w:pPr><w:r><w:t>Phạm vi</w:t></w:r></w:p>` +
		`<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Cách </w:t></w:r><w:r><w:rPr><w:b w:val="1"/></w:rPr><w:t>tính</w:t></w:r></w:p>` +
		`<w:p><w:r><w:rPr><w:b w:val="0"/></w:rPr><w:t xml:space="preserve">Số </w:t></w:r><w:del><w:r><w:t>cũ</w:t></w:r></w:del><w:ins><w:r><w:t>mới</w:t></w:r></w:ins><w:r><w:br/><w:t>dòng hai</w:t></w:r></w:p>` +
		`<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>mục</w:t></w:r></w:p>` +
		`<w:tbl><w:tr>` + cell("TT") + cell("Chỉ tiêu") + cell("ĐVT") + `</w:tr><w:tr>` + cell("1") + cell("Tỷ lệ") + cell("%") + `</w:tr><w:tr>` +
		cell("2") + `<w:tc><w:tbl><w:tr>` + cell("trong") + cell("bảng") + `</w:tr></w:tbl></w:tc>` + cell("x") + `</w:tr></w:tbl>` + para("Hết")
	styles := `<w:styles xmlns:w="x"><w:style w:styleId="Muc1"><w:name w:val="heading 1"/></w:style></w:styles>`
	want := "0 TỈNH ỦY\n0 ĐẢNG CỘNG SẢN VIỆT NAM\n1 Phạm vi\n6 Cách tính\n0 Số mới dòng hai\n0 - mục\n0 1. Chỉ tiêu: Tỷ lệ; ĐVT: %\n0 2. Chỉ tiêu: trong bảng; ĐVT: x\n0 Hết\n"
	if got := show(read(t, "x.docx", docx(t, body, "word/styles.xml", styles)).Blocks); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRead_HostileWord(t *testing.T) {
	t.Parallel()
	whole := docx(t, para("Nội dung"))
	tests := []struct {
		name string
		data []byte
		kind kpi.ErrorKind
	}{
		{"cut", whole[:len(whole)-30], kpi.Invalid},
		{"bomb", docx(t, strings.Repeat(para(strings.Repeat("a", 1000)), 40_000)), kpi.TooLarge},
		{"many tokens", docx(t, strings.Repeat("<a/>", 2_100_000)), kpi.TooLarge},
		{"one endless text", docx(t, para(strings.Repeat("a", maxToken+1<<16))), kpi.Invalid},
		{"deep", docx(t, strings.Repeat("<w:p>", maxDepth+1)), kpi.Invalid},
		{"cut XML", docx(t, "<w:p>"), kpi.Invalid},
		{"two roots", docx(t, "</w:body></w:document><w:document><w:body>"), kpi.Invalid},
		{"entities", docx(t, "", "word/styles.xml", `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`), kpi.Invalid},
		{"unknown entity", docx(t, para("&b;")), kpi.Invalid},
		{"part twice", docx(t, para("a"), "word/Document.xml", "<a/>"), kpi.Invalid},
		{"old letters", docx(t, para(strings.Repeat("Céng hoµ x· héi chñ nghÜa ViÖt Nam ®éc lËp tù do h¹nh phóc. ", 3))), kpi.Invalid},
		{"nothing", docx(t, para(" ")), kpi.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read(context.Background(), "x.docx", tt.data); kpi.KindOf(err) != tt.kind {
				t.Errorf("%v, want kind %d", err, tt.kind)
			}
		})
	}
	var many []string
	for i := range maxParts {
		many = append(many, fmt.Sprintf("word/p%d.xml", i), "<a/>")
	}
	if _, err := Read(context.Background(), "x.docx", docx(t, para("a"), many...)); kpi.KindOf(err) != kpi.TooLarge {
		t.Errorf("too many parts: %v", err)
	}
}

func TestPassages(t *testing.T) {
	t.Parallel()
	words := func(n int) string { return strings.TrimSpace(strings.Repeat("chữ ", n)) }
	blocks := []Block{
		{Text: "Văn bản", Level: 1}, {Text: "I. MỤC TIÊU", Level: 3, Page: 1}, {Text: words(100), Page: 1}, {Text: words(40), Page: 2}, {Text: words(40), Page: 2},
		{Text: "II. TRỐNG", Level: 3, Page: 2}, {Text: "III. DÀI", Level: 3, Page: 3}, {Text: strings.Repeat(words(50)+". ", 8), Page: 3},
	}
	list, cut := Passages(blocks)
	if cut {
		t.Error("cut")
	}
	for i, p := range list {
		if n := len(strings.Fields(p.Text)); n > mostWords {
			t.Errorf("passage %d has %d words", i+1, n)
		}
	}
	if p := list[0]; !slices.Equal(p.Heading, []string{"Văn bản", "I. MỤC TIÊU"}) || p.Page != 1 || strings.Count(p.Text, "\n") != 1 {
		t.Errorf("first passage: %+v", p)
	}
	if p := list[1]; p.Page != 2 || !strings.Contains(p.Text, "II. TRỐNG") {
		t.Errorf("a heading without text is lost: %+v", p)
	}
	if p := list[len(list)-1]; !slices.Equal(p.Heading, []string{"Văn bản", "III. DÀI"}) || p.Page != 3 {
		t.Errorf("last passage: %+v", p)
	}
	var all, back int
	for _, b := range blocks {
		all += len(strings.Fields(b.Text))
	}
	for _, p := range list {
		back += len(strings.Fields(p.Text))
	}
	if heads := 2 + 3 + 2; back != all-heads { // «Văn bản», «I. MỤC TIÊU», «III. DÀI» stand in the paths
		t.Errorf("%d words in, %d out", all-heads, back)
	}
}

func TestPassages_Bounded(t *testing.T) {
	t.Parallel()
	list, cut := Passages([]Block{{Text: strings.Repeat(strings.Repeat("x", maxWord)+" ", 100_000)}})
	if !cut || len(list) != MaxPassages {
		t.Errorf("%d passages, cut %v", len(list), cut)
	}
	for _, p := range list {
		if len(p.Text) > 16<<10 {
			t.Fatalf("a passage of %d bytes", len(p.Text))
		}
	}
}

// TestRead_Official reads the official texts that are kept beside the repository.
func TestRead_Official(t *testing.T) {
	t.Parallel()
	folder := "../../../shared/data/guidance"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no official documents beside the repository")
	}
	for _, x := range []struct {
		file     string
		passages int
		says     string
	}{
		{"nghi-quyet-57-nq-tw.md", 50, "Tỉ lệ sử dụng dịch vụ công trực tuyến của người dân và doanh nghiệp đạt trên 80%"},
		{"nghi-quyet-03-nq-cp.md", 68, "Xây dựng bộ tiêu chí đánh giá hiệu quả đầu tư chuyển đổi số quốc gia"},
		{"ket-luan-69-kl-tw.md", 25, "công nghiệp hoá, hiện đại hoá"},
		{"nq-03-phu-luc-1.md", 20, "4. Chỉ tiêu: Xếp hạng năng lực cạnh tranh số; Đơn vị: Thứ bậc; Kết quả: ≤ 3 Đông Nam Á; ≤ 50 Thế giới"},
		{"cong-van-1960-cv-tu-lam-dong.txt", 11, "rà soát, bổ sung các số liệu còn thiếu của kỳ báo cáo tháng 5/2026"},
		{"cong-van-ubnd-dak-lak-2026-05.txt", 4, "trước 24^h00 ngày 16 hằng tháng"},
	} {
		data, err := os.ReadFile(filepath.Join(folder, x.file))
		if err != nil {
			t.Fatal(err)
		}
		list, _ := Passages(read(t, x.file, data).Blocks)
		found := slices.ContainsFunc(list, func(p Passage) bool { return strings.Contains(p.Text, x.says) })
		if len(list) != x.passages || !found {
			t.Errorf("%s: %d passages, want %d; has «%s»: %v", x.file, len(list), x.passages, x.says, found)
		}
	}
}
