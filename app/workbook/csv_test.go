package workbook

import (
	"strings"
	"testing"

	"chiso/app/workbook/workbooktest"
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"comma", "Mã,Tên\nA,\"Sở, ban\"\n", `A1 "Mã"|B1 "Tên"|A2 "A"|B2 "Sở, ban"|`},
		{"semicolon and decimal commas", "Mã;Trong kỳ;Kỳ trước\nA;1,5;2,5\nB;3,5;4,5\nC;1,1;1,2\nD;1,1;1,2\n", `A1 "Mã"|B1 "Trong kỳ"|C1 "Kỳ trước"|A2 "A"|B2 "1,5"|C2 "2,5"|A3 "B"|B3 "3,5"|C3 "4,5"|A4 "C"|B4 "1,1"|C4 "1,2"|A5 "D"|B5 "1,1"|C5 "1,2"|`},
		{"semicolon and texts with commas", "Đơn vị;Số\nSở Văn hóa, Thể thao, Du lịch;1\nSở Y tế;2\nSở Xây dựng;3\n", `A1 "Đơn vị"|B1 "Số"|A2 "Sở Văn hóa, Thể thao, Du lịch"|B2 "1"|A3 "Sở Y tế"|B3 "2"|A4 "Sở Xây dựng"|B4 "3"|`},
		{"tab, byte order mark, CRLF", "\ufeffMã\tSố\r\nA\t1.234,5\r\n", `A1 "Mã"|B1 "Số"|A2 "A"|B2 "1.234,5"|`},
		{"UTF-16, Excel's Unicode Text", workbooktest.UTF16("\ufeffMã\tSố\r\nA\t1.234,5\r\n"), `A1 "Mã"|B1 "Số"|A2 "A"|B2 "1.234,5"|`},
		{"UTF-16 of the other order", "\xfe\xff\x00M\x00\xe3\x00;\x00a\x00\n\xd8\x3d\xde\x00\x00;\x1e\xa1", `A1 "Mã"|B1 "a"|A2 "😀"|B2 "ạ"|`},
		{"old Mac", "Mã,Số\rA,1\r", `A1 "Mã"|B1 "Số"|A2 "A"|B2 "1"|`},
		{"sep line", "sep=;\r\nMã;Số, lẻ\r\n", `A1 "Mã"|B1 "Số, lẻ"|`},
		{"empty lines and a field of two", "a,b\n\n\n\"x\ny\",c\n\nd,e", "A1 \"a\"|B1 \"b\"|A4 \"x\\ny\"|B4 \"c\"|A6 \"d\"|B6 \"e\"|"},
		{"blank ends", "a,,\n,,\n ,\u00a0,\n", `A1 "a"|`},
		{"longest cell", strings.Repeat("ạ", maxText) + "\n", `A1 "` + strings.Repeat("ạ", maxText) + `"|`},
		{"decomposed", "Ma\u0303 đo\u031bn vi\u0323\n", `A1 "Mã đơn vị"|`},
		{"one column", "a\nb\n", `A1 "a"|A2 "b"|`},
	}
	for _, tt := range tests {
		book, err := Read("tệp.csv", []byte(tt.data))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got := dump(book)
		got = strings.ReplaceAll(got[strings.Index(got, "\n")+1:], "\n", "|")
		if got != tt.want || book.Sheets[0].Name != "tệp" {
			t.Errorf("%s, sheet %q:\n%s\nwant\n%s", tt.name, book.Sheets[0].Name, got, tt.want)
		}
	}
}

func TestReadCSVRefused(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, want string }{
		{"empty", "", "rỗng"},
		{"quote not closed", "a,b\n\"c,d\n", "Dòng 2"},
		{"quote inside", "a,b\n1,x\"y\n", "Dòng 2"},
		{"TCVN3", "M\xb7 \xae\xac\xf1n v\xde\n", "TCVN3"},
		{"UTF-16 without mark", "M\x00\xe3\x00;\x00\n\x00", "UTF-16"},
		{"UTF-16 with half a character", "\xff\xfeM\x00\x3d\xd8", "UTF-16"},
		{"NUL", "a,\x00b\n", "ký tự rỗng"},
		{"pdf", "%PDF-1.4", "PDF"},
		{"html", "<html><table>", "HTML"},
		{"too many rows", strings.Repeat("a,b\n", maxRows+1), "20000 hàng"},
		{"too many columns", strings.Repeat("a,", maxColumns) + "a\n", "200 cột"},
		{"a cell that Excel could not hold", "a,b\n1," + strings.Repeat("ạ", maxText+1) + "\n", "Dòng 2"},
		{"blank lines are rows", strings.Repeat("\n", maxRows) + "a,b\n", "20000 hàng"},
	}
	for _, tt := range tests {
		if book, err := Read("a.CSV", []byte(tt.data)); err == nil {
			t.Errorf("%s: read %v", tt.name, book)
		} else {
			checkSentence(t, err, tt.want)
		}
	}
}
