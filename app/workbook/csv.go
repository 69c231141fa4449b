package workbook

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"chiso/app/kpi"
)

const resaveCSV = "Mở tệp bằng Excel, chọn Lưu thành “CSV UTF-8 (*.csv)” hoặc “Excel Workbook (*.xlsx)” rồi tải lại."

// readCSV reads comma, semicolon or tab separated text in UTF-8, with or without a byte order mark, or in UTF-16 with one.
func readCSV(name string, data []byte) (*Book, error) {
	if err := checkSize(data); err != nil {
		return nil, err
	}
	data, err := checkText(data)
	if err != nil {
		return nil, err
	}
	sheet := Sheet{Name: strings.TrimSuffix(path.Base(strings.ReplaceAll(name, "\\", "/")), path.Ext(name))}
	comma, data := separator(data)
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = comma, -1, true
	line, from, cells := 1, int64(0), maxCells
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, csvError(err)
		}
		// The reader skips empty lines; a spreadsheet counts them as rows.
		start, _ := r.FieldPos(0)
		for range start - line {
			sheet.Rows = append(sheet.Rows, nil)
		}
		line += bytes.Count(data[from:r.InputOffset()], []byte("\n"))
		from = r.InputOffset()

		if i := slices.IndexFunc(record, func(field string) bool { return len(field) > maxText && utf8.RuneCountInString(field) > maxText }); i >= 0 {
			return nil, kpi.Errorf(kpi.TooLarge, "Dòng %d của tệp CSV có một ô dài hơn %d ký tự, nhiều hơn một ô của Excel. Rút ngắn ô đó, hoặc sửa dấu nháy kép (\") đặt sai chỗ, rồi tải lại.", start, maxText)
		}
		row := textRow(record)
		if len(sheet.Rows) >= maxRows {
			return nil, tooManyRows(sheet.Name)
		}
		if len(row) > maxColumns {
			return nil, tooManyColumns(sheet.Name)
		}
		if cells -= len(row); cells < 0 {
			return nil, tooManyCells()
		}
		sheet.Rows = append(sheet.Rows, row)
	}
	for n := len(sheet.Rows); n > 0 && sheet.Rows[n-1] == nil; n-- {
		sheet.Rows = sheet.Rows[:n-1]
	}
	return &Book{Name: name, Sheets: []Sheet{sheet}}, nil
}

// textRow makes cells of a record, up to its last filled one.
func textRow(record []string) []Cell {
	n := len(record)
	for n > 0 && clean(record[n-1]) == "" {
		n--
	}
	if n == 0 {
		return nil
	}
	row := make([]Cell, n)
	for i, field := range record[:n] {
		row[i].Text = clean(field)
	}
	return row
}

// checkText refuses what is not text in these encodings, brings it to UTF-8, takes off the byte order mark and makes all line ends \n.
func checkText(data []byte) ([]byte, error) {
	if bytes.HasPrefix(data, []byte(magicZip)) {
		return nil, kpi.Errorf(kpi.Invalid, "Tên tệp có đuôi .csv nhưng nội dung là sổ Excel hoặc tệp nén. Đổi đuôi thành .xlsx nếu đó là sổ Excel rồi tải lại.")
	}
	if err := foreign(data); err != nil {
		return nil, err
	}
	if wide, ok := utf16Text(data); ok {
		data = wide
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.IndexByte(data, 0) >= 0 && !utf8.Valid(data) {
		return nil, kpi.Errorf(kpi.Invalid, "Tệp dùng bảng mã UTF-16 (Excel gọi là “Unicode Text”), không phải UTF-8. %s", resaveCSV)
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, kpi.Errorf(kpi.Invalid, "Tệp không phải văn bản CSV thuần (có ký tự rỗng bên trong, thường gặp ở bảng mã UTF-16). %s", resaveCSV)
	}
	if !utf8.Valid(data) {
		return nil, kpi.Errorf(kpi.Invalid, "Tệp CSV không dùng bảng mã UTF-8 (thường là Windows-1258, TCVN3 hoặc VNI), chữ tiếng Việt sẽ bị sai. Chuyển chữ sang Unicode nếu đang dùng phông .VnTime hoặc VNI. %s", resaveCSV)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if bytes.IndexByte(data, '\r') >= 0 {
		data = bytes.ReplaceAll(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	return data, nil
}

// utf16Text returns text that begins with the mark of UTF-16, as Excel's «Unicode Text» does, in UTF-8; ok is false for
// other text and for damaged one.
func utf16Text(data []byte) (text []byte, ok bool) {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(data)%2 != 0 || len(data) < 2:
		return nil, false
	case data[0] == 0xfe && data[1] == 0xff:
		order = binary.BigEndian
	case data[0] != 0xff || data[1] != 0xfe:
		return nil, false
	}
	text = make([]byte, 0, len(data))
	for i := 2; i < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			if i += 2; i >= len(data) {
				return nil, false
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(data[i:]))); r == utf8.RuneError {
				return nil, false
			}
		}
		text = utf8.AppendRune(text, r)
	}
	return text, true
}

// separator finds the character between the fields: what a first line "sep=;" says (which is then taken off),
// else the one that fits the first lines best.
func separator(data []byte) (rune, []byte) {
	if rest, ok := bytes.CutPrefix(data, []byte("sep=")); ok && len(rest) > 1 && rest[1] == '\n' && strings.IndexByte(",;\t", rest[0]) >= 0 {
		return rune(rest[0]), rest[2:]
	}
	best, most := ',', 0
	for _, comma := range []rune{'\t', ';', ','} { // a decimal comma must not beat a semicolon
		if n := fit(data, comma); n > most {
			best, most = comma, n
		}
	}
	return best, data
}

// fit rates how well comma explains the first 20 lines: the most fields that are split off by lines which agree
// in their number. Quoted text does not count.
func fit(data []byte, comma rune) int {
	total, n, lines, quoted := map[int]int{}, 0, 0, false
	for _, c := range data {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case rune(c) == comma:
			n++
		case c == '\n':
			total[n] += n
			n, lines = 0, lines+1
		}
		if lines == 20 {
			break
		}
	}
	total[n] += n // the last line may lack its end
	best := 0
	for _, sum := range total {
		best = max(best, sum)
	}
	return best
}

func csvError(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return kpi.Errorf(kpi.Invalid, "Dòng %d của tệp CSV có dấu nháy kép (\") đặt sai chỗ hoặc chưa đóng. Sửa dòng đó hoặc lưu bảng thành “Excel Workbook (*.xlsx)” rồi tải lại.", e.Line)
	}
	return kpi.Errorf(kpi.Invalid, "Không đọc được tệp CSV. %s", resaveCSV)
}
