package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
)

// Letter is an official letter (công văn) in the form of Nghị định 30/2020/NĐ-CP: A4, Times New Roman, two columns at
// its head, one table. Every text is plain; a line break in it stays one.
type Letter struct {
	Above     string // governing body, in capitals
	Issuer    string // in capitals
	Number    string // «Số:      /SKHCN-»
	PlaceDate string // «Đắk Lắk, ngày     tháng 11 năm 2026»
	Subject   string // trích yếu, «V/v …»
	To        string // without «Kính gửi:»
	Body      []string
	Head      []string // of the table
	Rows      [][]string
	Widths    []int  // of the columns, in twentieths of a point; 9,350 together
	Numbers   []bool // columns of numbers, which stand in the middle
	Closing   string
	Signer    string   // title in capitals; its name is left to be written
	Receivers []string // nơi nhận
}

// WriteLetter returns the letter as a Word file (.docx).
func WriteLetter(l Letter) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"word/_rels/document.xml.rels", documentRels},
		{"word/styles.xml", letterStyles},
		{"word/header1.xml", pageNumber},
		{"word/document.xml", l.document()},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("create %s: %w", part.name, err)
		}
		if _, err := w.Write([]byte(xml.Header + part.text)); err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("close letter: %w", err)
	}
	return b.Bytes(), nil
}

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/header1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"/></Types>`
	packageRels  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	documentRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/header" Target="header1.xml"/></Relationships>`
	wordSpace    = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	letterStyles = `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>`
	pageNumber   = `<w:hdr ` + wordSpace + `><w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`
	// pageForm: A4; 20 mm at the top, the bottom, 30 mm left, 15 mm right; no number on the first page.
	pageForm = `<w:sectPr><w:headerReference w:type="default" r:id="rId2"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="1701" w:header="567" w:footer="567" w:gutter="0"/><w:titlePg/></w:sectPr>`

	leftColumn, rightColumn = 3800, 5550
	halves                  = 2 // sizes are in half points
)

// look is how a paragraph stands.
type look struct {
	size         int // points
	bold, italic bool
	align        string // left, center, right, both
	indent       bool   // the first line stands in
	after        int    // space below, points
	rule         int    // length in characters of the line below it, 0: none
	keep         bool   // with the next paragraph
}

// paragraph returns text as one paragraph.
func paragraph(text string, k look) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:p><w:pPr>%s<w:spacing w:before="0" w:after="%d"/>`, map[bool]string{true: `<w:keepNext/>`}[k.keep], k.after*20)
	if k.indent {
		b.WriteString(`<w:ind w:firstLine="567"/>`)
	}
	fmt.Fprintf(&b, `<w:jc w:val="%s"/></w:pPr>`, k.align)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteString(`<w:r><w:br/></w:r>`)
		}
		b.WriteString(`<w:r>` + runLook(k) + `<w:t xml:space="preserve">` + plain(line) + `</w:t></w:r>`)
	}
	b.WriteString(`</w:p>`)
	if k.rule > 0 {
		line := look{size: 2, align: "center", after: k.after}
		b.WriteString(ruled(strings.Repeat("\u00a0", k.rule), line))
	}
	return b.String()
}

func runLook(k look) string {
	var b strings.Builder
	b.WriteString(`<w:rPr>`)
	if k.bold {
		b.WriteString(`<w:b/>`)
	}
	if k.italic {
		b.WriteString(`<w:i/>`)
	}
	fmt.Fprintf(&b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>`, k.size*halves, k.size*halves)
	return b.String()
}

// ruled is a low paragraph of struck-through blanks: the line that stands below an issuer's name.
func ruled(blanks string, k look) string {
	return fmt.Sprintf(`<w:p><w:pPr><w:spacing w:before="0" w:after="%d" w:line="120" w:lineRule="exact"/><w:jc w:val="%s"/></w:pPr><w:r><w:rPr><w:strike/><w:sz w:val="24"/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r></w:p>`,
		k.after*20, k.align, blanks)
}

// plain returns text as it may stand in XML; what no XML may contain is left out.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

func (l Letter) document() string {
	var b strings.Builder
	b.WriteString(`<w:document ` + wordSpace + `><w:body>`)
	center, bold := look{size: 12, align: "center"}, look{size: 12, bold: true, align: "center"}
	left := paragraph(l.Above, center) + paragraph(l.Issuer, look{size: 12, bold: true, align: "center", after: 4, rule: 12}) +
		paragraph(l.Number, look{size: 13, align: "center"}) + paragraph(l.Subject, look{size: 12, align: "center"})
	right := paragraph("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold) + paragraph("Độc lập - Tự do - Hạnh phúc", look{size: 13, bold: true, align: "center", after: 4, rule: 40}) +
		paragraph(l.PlaceDate, look{size: 13, italic: true, align: "center"})
	b.WriteString(columns(left, right))
	b.WriteString(paragraph("", look{size: 14, align: "left"}))
	b.WriteString(paragraph("Kính gửi: "+l.To+".", look{size: 14, align: "center", after: 12}))
	for _, text := range l.Body {
		b.WriteString(paragraph(text, look{size: 14, align: "both", indent: true, after: 6}))
	}
	b.WriteString(l.table())
	b.WriteString(paragraph("", look{size: 8, align: "left"}))
	b.WriteString(paragraph(l.Closing, look{size: 14, align: "both", indent: true, after: 12, keep: true}))
	left = paragraph("Nơi nhận:", look{size: 12, bold: true, italic: true, align: "left"})
	for _, who := range l.Receivers {
		left += paragraph("- "+who, look{size: 11, align: "left"})
	}
	right = paragraph(l.Signer, look{size: 14, bold: true, align: "center", after: 72})
	b.WriteString(columns(left, right))
	b.WriteString(paragraph("", look{size: 2, align: "left"})) // a body may not end in a table
	b.WriteString(pageForm + `</w:body></w:document>`)
	return b.String()
}

// columns sets two blocks side by side, without lines around them.
func columns(left, right string) string {
	const cell = `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>%s</w:tc>`
	return fmt.Sprintf(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>`+cell+cell+`</w:tr></w:tbl>`,
		leftColumn+rightColumn, leftColumn, rightColumn, leftColumn, left, rightColumn, right)
}

// table is the list of the letter, its head repeated on every page.
func (l Letter) table() string {
	if len(l.Rows) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="9350" w:type="dxa"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="000000"/>`, side)
	}
	b.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range l.Widths {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	l.row(&b, `<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`, l.Head, func(int) look { return look{size: 12, bold: true, align: "center"} })
	for _, cells := range l.Rows {
		l.row(&b, `<w:trPr><w:cantSplit/></w:trPr>`, cells, func(i int) look {
			if l.Numbers[i] {
				return look{size: 12, align: "center"}
			}
			return look{size: 12, align: "left"}
		})
	}
	b.WriteString(`</w:tbl>`)
	return b.String()
}

func (l Letter) row(b *strings.Builder, form string, cells []string, how func(column int) look) {
	b.WriteString(`<w:tr>` + form)
	for i, text := range cells {
		fmt.Fprintf(b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`, l.Widths[i], paragraph(text, how(i)))
	}
	b.WriteString(`</w:tr>`)
}
