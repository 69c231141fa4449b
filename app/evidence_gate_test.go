package app

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/app/workbook/workbooktest"
)

const smallPDF = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

// goodFiles returns one whole file of each kind that is taken, by name.
func goodFiles(t testing.TB) map[string][]byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 8, 8))
	var jpg, pic, doc bytes.Buffer
	if err := jpeg.Encode(&jpg, picture, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&pic, picture); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&doc)
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="x"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="x"/>`}, {"word/document.xml", `<w:document xmlns:w="x"/>`},
	} {
		w, err := z.Create(part[0])
		if err == nil {
			_, err = w.Write([]byte(part[1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	book, err := (&workbook.Doc{Title: "Biểu", Grids: []workbook.Grid{{Name: "Biểu", Head: [][]string{{"Mã"}}, Cols: make([]workbook.Col, 1), Rows: [][]workbook.Value{{workbook.Text("1")}}}}}).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"Báo cáo.pdf": []byte(smallPDF), "Công văn.docx": doc.Bytes(), "Bảng.xlsx": book, "Ảnh chụp.jpg": jpg.Bytes(), "Ảnh.JPEG": jpg.Bytes(), "Màn hình.png": pic.Bytes()}
}

// pngOf returns the head of a PNG that says it is so large, and its end.
func pngOf(width, height uint32) []byte {
	head := append([]byte("IHDR"), make([]byte, 13)...)
	binary.BigEndian.PutUint32(head[4:], width)
	binary.BigEndian.PutUint32(head[8:], height)
	head[12], head[13] = 8, 2
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d")
	b = append(b, head...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
	return append(b, "\x00\x00\x00\x00IEND\xaeB`\x82"...)
}

func TestCheckFile_Good(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	for name, data := range goodFiles(t) {
		got, err := f.checkFile(`C:\Users\lan\`+name, data)
		if err != nil || got.Name != name || got.Size != int64(len(data)) || got.Type.Label() == "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestCheckFile_Hostile(t *testing.T) {
	f := emptyFixture(t)
	f.parseLimit = unhurried
	good := goodFiles(t)
	pdf, pic, jpg, doc, book := good["Báo cáo.pdf"], good["Màn hình.png"], good["Ảnh chụp.jpg"], good["Công văn.docx"], good["Bảng.xlsx"]
	behind := func(b []byte, more string) []byte { return append(bytes.Clone(b), more...) }
	for _, x := range []struct {
		name string
		data []byte
		kind kpi.ErrorKind
		want string // in the sentence
	}{
		{"trang.pdf", []byte("<html><script>alert(1)</script></html>"), kpi.Invalid, "không phải PDF"},
		{"trước.pdf", append([]byte("<script>alert(1)</script>"), pdf...), kpi.Invalid, "không phải PDF"},
		{"sau.pdf", behind(pdf, "<script>alert(1)</script>"), kpi.Invalid, "nối phía sau"},
		{"cụt.pdf", pdf[:len(pdf)-9], kpi.Invalid, "bị cắt cụt"},
		{"mã.pdf", []byte(strings.Replace(smallPDF, "/Catalog", "/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>", 1)), kpi.Invalid, "mã tự chạy"},
		{"đánh vần.pdf", []byte(strings.Replace(smallPDF, "/Catalog", "/Catalog/OpenAction<</S/J#61va#53cript/J#53(app.alert(1))>>", 1)), kpi.Invalid, "mã tự chạy"},
		{"chạy.pdf", []byte(strings.Replace(smallPDF, "/Catalog", "/Catalog/OpenAction<</S/Launch/F(cmd.exe)>>", 1)), kpi.Invalid, "mã tự chạy"},
		{"nén.pdf", []byte(strings.Replace(smallPDF, "trailer", "% PK\x05\x06 \ntrailer", 1)), kpi.Invalid, "tệp nén giấu"},
		{"virus.exe", []byte("MZ\x90\x00"), kpi.Invalid, "chỉ nhận pdf"},
		{"virus.pdf.exe", pdf, kpi.Invalid, "chỉ nhận pdf"},
		{"đổi tên.pdf", []byte("MZ\x90\x00"), kpi.Invalid, "không phải PDF"},
		{"ngược\u202efdp.exe", []byte("MZ\x90\x00"), kpi.Invalid, "chỉ nhận pdf"},
		{"hình.svg", []byte("<svg onload=alert(1)>"), kpi.Invalid, "chỉ nhận pdf"},
		{"hình.png", []byte("<svg onload=alert(1)>"), kpi.Invalid, "không phải ảnh PNG"},
		{"sau.png", behind(pic, "<script>alert(1)</script>"), kpi.Invalid, "nối phía sau"},
		{"lớn.png", pngOf(50_000, 50_000), kpi.TooLarge, "quá lớn để mở"},
		{"lớn hơn.png", pngOf(1<<31-1, 1<<31-1), kpi.Invalid, "bị hỏng"},
		{"rỗng.png", pngOf(0, 5), kpi.Invalid, "bị hỏng"},
		{"hình.jpg", pic, kpi.Invalid, "không phải ảnh JPG"},
		{"hỏng.jpg", []byte("\xff\xd8\xff\xe0 not a picture"), kpi.Invalid, "bị hỏng"},
		{"nén.jpg", behind(jpg, string(doc)), kpi.Invalid, "tệp nén giấu"},
		{"văn bản.docx", book, kpi.Invalid, "Tệp Word bị hỏng"},
		{"trang.docx", []byte("<html>"), kpi.Invalid, "không phải tệp Word"},
		{"bom.docx", bombDocx(t), kpi.TooLarge, "quá lớn"},
		{"bảng.xlsx", doc, kpi.Invalid, "tệp Word"},
		{"bảng.xlsx", []byte("<table>"), kpi.Invalid, "trang web"},
		{"bảng.xlsm", book, kpi.Invalid, "chỉ nhận pdf"},
		{"trống.pdf", nil, kpi.Invalid, "trống"},
		{"nặng.pdf", make([]byte, MaxUpload+1), kpi.TooLarge, "lớn hơn 10 MB"},
		{"", pdf, kpi.Invalid, "chỉ nhận pdf"},
		{"....", pdf, kpi.Invalid, "chỉ nhận pdf"},
	} {
		var err error
		cost := workbooktest.CostOf(func() { _, err = f.checkFile(x.name, x.data) })
		if kpi.KindOf(err) != x.kind || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want kind %d with %q", x.name, err, x.kind, x.want)
		}
		if !cost.Bounded() {
			t.Errorf("%s took %s", x.name, cost)
		}
	}
}

// TestCheckFile_Inert: a picture that carries a script passes, since pictures are only ever given back as downloads.
func TestCheckFile_Inert(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	jpg := goodFiles(t)["Ảnh chụp.jpg"]
	const script = "<script>alert(1)</script>"
	withScript := append([]byte("\xff\xd8\xff\xfe\x00"+string(rune(len(script)+2))+script), jpg[2:]...)
	if _, err := f.checkFile("a.jpg", withScript); err != nil {
		t.Error(err)
	}
}

// bombDocx is a Word file of some kilobytes that expands to 29 MB of one part and more in another.
func bombDocx(t *testing.T) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"word/document.xml", "word/footer1.xml"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(append([]byte("<x>"), bytes.Repeat([]byte(" "), 20<<20)...))
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
