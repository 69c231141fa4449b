package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// A clerk stands in a cell, sends a file from the panel beside it, gets back what was sent, and takes it off again.
func TestEvidence_SentSeenTakenOff(t *testing.T) {
	t.Parallel()
	s := signedIn(t, ownDemo(t), "nhaplieu.syt").openSheet(sheetOf(t, "SYT"))
	content := "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	dir := t.TempDir()
	for name, data := range map[string]string{"Báo cáo quý.pdf": content, "trang.pdf": "<html><script>alert(1)</script>", "virus.exe": "MZ"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var code string
	for _, c := range s.cells() {
		if c.Kind == "number" {
			code = c.Code
			break
		}
	}
	s.click(field("c", code), "")
	s.has("#panel h2", code)
	s.focused(field("c", code)) // the panel has come without taking the focus
	before := js[int](s.tab, "Number(document.getElementById('panel-evidence').dataset.evidence)")

	s.upload("#panel-upload input[type=file]", filepath.Join(dir, "virus.exe"))
	s.has("#panel-upload .field-error", "chỉ nhận pdf") // by the browser, nothing was sent
	s.upload("#panel-upload input[type=file]", filepath.Join(dir, "trang.pdf"))
	s.has("#panel-evidence .notice-error", "không phải PDF") // by the server
	js[bool](s.tab, "document.addEventListener('sheet:evidence', e => { window.told = e.detail }) ?? true")
	s.upload("#panel-upload input[type=file]", filepath.Join(dir, "Báo cáo quý.pdf"))
	s.has("#panel-evidence .notice-success", "Đã gắn tệp Báo cáo quý.pdf.")
	s.until("the sheet to be told", fmt.Sprintf("window.told?.code === %q && window.told.count === %d", code, before+1))
	s.has("#panel-evidence .files a", "Báo cáo quý.pdf")
	got := js[string](s.tab, "fetch([...document.querySelectorAll('#panel-evidence .files a')].at(-1).href).then(r => r.text())")
	if got != content {
		t.Errorf("given back: %q", got)
	}

	s.click("#panel-evidence li:last-child button", "Gỡ")
	s.has("#panel-evidence .notice-success", "Đã gỡ minh chứng")
	s.until("the list to be as before", fmt.Sprintf("Number(document.getElementById('panel-evidence').dataset.evidence) === %d", before))
	s.until("the file to be offered again", fmt.Sprintf("[...document.querySelectorAll('#panel-evidence option')].some(o => o.textContent === %s)", quote("Báo cáo quý.pdf")))
	s.open(s.path + "/" + code + "/ben-canh")
	s.lacks("#panel-evidence .files", "Báo cáo quý.pdf")
	s.has(".timeline", "Gỡ minh chứng")
}
