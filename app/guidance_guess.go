package app

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"chiso/app/document"
	"chiso/app/kpi"
)

// headBlocks is how far the head of an official document reaches at most.
const headBlocks = 30

var (
	reDocNumber   = regexp.MustCompile(`\d{1,5}(?:/\d{4})?\s?[-/]\s?\p{Lu}\p{L}{0,5}\d{0,3}(?:[-/]\p{Lu}[\p{L}\d]*)*`)
	reOwnNumber   = regexp.MustCompile(`^(?i:số)\s?[:.]?\s*(` + reDocNumber.String() + `)`)
	reWrittenOn   = regexp.MustCompile(`ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})`)
	reSlashDate   = regexp.MustCompile(`ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})`)
	reAbout       = regexp.MustCompile(`(?i)(?:^|[\s.])(?:v/v|về việc)[:\s]+(.+)$`)
	reKindLetters = regexp.MustCompile(`^\d+(?:/\d{4})?[-/](\p{L}+)`)
	reState       = regexp.MustCompile(`(?i)cộng hòa xã hội chủ nghĩa|^đảng cộng sản việt nam|^độc lập\s*[-–]\s*tự do|^\W*$`)
)

// documentKinds are the kinds of official documents with their letters in a number.
func documentKinds() [][2]string {
	return [][2]string{{"NQ", "Nghị quyết"}, {"QĐ", "Quyết định"}, {"NĐ", "Nghị định"}, {"TT", "Thông tư"}, {"TTLT", "Thông tư liên tịch"}, {"CT", "Chỉ thị"},
		{"KL", "Kết luận"}, {"KH", "Kế hoạch"}, {"CV", "Công văn"}, {"HD", "Hướng dẫn"}, {"TB", "Thông báo"}, {"BC", "Báo cáo"}, {"TTR", "Tờ trình"},
		{"QC", "Quy chế"}, {"QYĐ", "Quy định"}, {"CTR", "Chương trình"}, {"ĐA", "Đề án"}}
}

// issuers are agencies with their letters at the end of a number.
func issuers() map[string]string {
	return map[string]string{"CP": "Chính phủ", "TTg": "Thủ tướng Chính phủ", "QH": "Quốc hội", "VPTW": "Văn phòng Trung ương Đảng", "VPCP": "Văn phòng Chính phủ",
		"BKHCN": "Bộ Khoa học và Công nghệ", "BTTTT": "Bộ Thông tin và Truyền thông", "BNV": "Bộ Nội vụ", "BTC": "Bộ Tài chính", "BTP": "Bộ Tư pháp",
		"SKHCN": "Sở Khoa học và Công nghệ"}
}

// guessGuidance proposes title, number, date and issuer of a document from its head. What it cannot tell stays empty,
// but for the title.
func guessGuidance(t guidanceText) kpi.Guidance {
	head := t.blocks[:min(len(t.blocks), headBlocks)]
	g := kpi.Guidance{File: t.file, Pages: t.pages, Unread: t.unread, Passages: len(t.passages)}
	g.Number = guessNumber(head)
	g.Date = guessDate(head, g.Number)
	g.Issuer = guessIssuer(head, g.Number)
	g.Title = kpi.Clip(guessTitle(head, g.Number, t.file.Name), 400)
	return g
}

// guessNumber returns the document's own number, which stands behind «Số» at its head or in its name.
func guessNumber(head []document.Block) string {
	for _, b := range head {
		if m := reOwnNumber.FindStringSubmatch(b.Text); m != nil {
			return tidyNumber(m[1])
		}
		if strings.HasPrefix(b.Text, "Căn cứ") {
			break
		}
	}
	for _, b := range head[:min(len(head), 3)] {
		for _, kind := range documentKinds() {
			before, after, ok := strings.Cut(b.Text, kind[1]+" số ")
			if m := reDocNumber.FindStringIndex(after); ok && m != nil && m[0] == 0 && before == "" {
				return tidyNumber(after[:m[1]])
			}
		}
	}
	return ""
}

// tidyNumber takes spaces out of a number.
func tidyNumber(s string) string { return strings.ReplaceAll(s, " ", "") }

// guessDate returns the day of signing: of the line «Hà Nội, ngày … tháng … năm …», or the one behind the number.
func guessDate(head []document.Block, number string) time.Time {
	for _, b := range head {
		if m := reWrittenOn.FindStringSubmatchIndex(b.Text); m != nil && strings.HasSuffix(strings.TrimSpace(b.Text[:m[0]]), ",") && utf8.RuneCountInString(b.Text) < 120 {
			return dayOf(reWrittenOn.FindStringSubmatch(b.Text))
		}
	}
	for _, b := range head {
		_, after, ok := strings.Cut(b.Text, number)
		if m := reSlashDate.FindStringSubmatchIndex(after); ok && number != "" && m != nil && m[0] < 20 {
			return dayOf(reSlashDate.FindStringSubmatch(after))
		}
	}
	return time.Time{}
}

// dayOf makes a day of the three numbers of a match; zero if there is no such day.
func dayOf(m []string) time.Time {
	d, _ := strconv.Atoi(m[1])
	month, _ := strconv.Atoi(m[2])
	y, _ := strconv.Atoi(m[3])
	t := time.Date(y, time.Month(month), d, 0, 0, 0, 0, kpi.Location)
	if t.Day() != d || int(t.Month()) != month || y < 1945 || y > 2200 {
		return time.Time{}
	}
	return t.UTC()
}

// guessIssuer tells the agency by the end of the number, or by the first line of the head that names one.
func guessIssuer(head []document.Block, number string) string {
	parts := strings.FieldsFunc(number, func(r rune) bool { return r == '/' || r == '-' })
	if len(parts) > 1 {
		end := parts[len(parts)-1]
		if name := issuers()[end]; name != "" {
			return name
		}
		if end == "TW" {
			for _, b := range head {
				for _, name := range []string{"Bộ Chính trị", "Ban Bí thư", "Ban Chấp hành Trung ương"} {
					if _, after, ok := strings.Cut(b.Text, number); ok && strings.Contains(kpi.Clip(after, 80), "của "+name) {
						return name
					}
				}
			}
			return ""
		}
	}
	for _, b := range head[:min(len(head), 6)] {
		for _, start := range []string{"ỦY BAN NHÂN DÂN", "UỶ BAN NHÂN DÂN", "UBND", "TỈNH ỦY", "TỈNH UỶ", "SỞ ", "BỘ ", "BAN CHỈ ĐẠO", "CHÍNH PHỦ"} {
			if strings.HasPrefix(b.Text, start) && utf8.RuneCountInString(b.Text) < 80 && strings.ToUpper(b.Text) == b.Text {
				return b.Text
			}
		}
	}
	for _, part := range parts {
		if name := issuers()[part]; name != "" {
			return name
		}
	}
	return ""
}

// guessTitle returns the subject of a document with its kind before it, the first heading, or the name of the file.
func guessTitle(head []document.Block, number, file string) string {
	kind := kindOf(number)
	if about := subject(head); about != "" {
		if kind == "" {
			return "Về việc " + about
		}
		return kind + " về việc " + about
	}
	for i, b := range head {
		name := titleCase(b.Text)
		known := slices.ContainsFunc(documentKinds(), func(k [2]string) bool { return k[1] == name })
		if known && i+1 < len(head) {
			return name + " " + lowerInitial(head[i+1].Text)
		}
	}
	for _, b := range head[:min(len(head), 6)] {
		_, after, ok := strings.Cut(b.Text, number)
		_, about, tells := strings.Cut(after, " về ")
		if number != "" && ok && tells && kind != "" {
			about, _, _ = strings.Cut(about, ". ")
			return kind + " về " + strings.TrimRight(about, ".")
		}
	}
	for i, b := range head {
		if reState.MatchString(b.Text) || reOwnNumber.MatchString(b.Text) {
			continue
		}
		if strings.HasPrefix(b.Text, "PHỤ LỤC") && i+1 < len(head) && utf8.RuneCountInString(b.Text) < 20 {
			return b.Text + ": " + head[i+1].Text
		}
		if b.Level > 0 || utf8.RuneCountInString(b.Text) < 160 {
			return b.Text
		}
		break
	}
	name := strings.TrimSuffix(file, path.Ext(file))
	return strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ").Replace(name))
}

// subject returns what a letter is about: behind «V/v» or «Về việc» at the beginning of a line.
func subject(head []document.Block) string {
	for _, b := range head[:min(len(head), 12)] {
		if m := reAbout.FindStringSubmatchIndex(b.Text); m != nil && (m[0] == 0 || numberLine(b.Text[:m[0]])) {
			return strings.TrimRight(b.Text[m[2]:m[3]], " .")
		}
	}
	return ""
}

// numberLine reports whether a text is nothing but the line of the number, which may lack the number.
func numberLine(s string) bool {
	return strings.HasPrefix(s, "Số") && utf8.RuneCountInString(s) < 40
}

// kindOf tells the kind of a document by the letters in its number; a number of an agency alone is a letter's.
func kindOf(number string) string {
	m := reKindLetters.FindStringSubmatch(number)
	if m == nil {
		return ""
	}
	for _, kind := range documentKinds() {
		if kind[0] == strings.ToUpper(m[1]) {
			return kind[1]
		}
	}
	return "Công văn"
}

func titleCase(s string) string {
	r := []rune(strings.ToLower(strings.Trim(s, " :.*")))
	if len(r) == 0 {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func lowerInitial(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) + s[n:]
}
