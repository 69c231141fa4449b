package workbook

import (
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"strings"

	"chiso/app/kpi"
)

const resaveWord = "Mở tệp bằng Word, chọn Lưu thành “Word Document (*.docx)”, hoặc xuất ra PDF, rồi gửi lại."

// reDrive is a template on a computer's own drive, as every document names that was not made from Word's own.
var reDrive = regexp.MustCompile(`^file:///[A-Za-z]:[\\/]`)

// CheckWord judges an uploaded .docx by its content, as Check does a workbook: the archive is of one meaning and whole,
// small when expanded, every XML in it whole and without DTD, and nothing runs, is embedded or reaches outside but
// hyperlinks. A refusal is a *kpi.Error of kind Invalid or TooLarge with the fix in words.
func CheckWord(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte(magicOLE)):
		return kpi.Errorf(kpi.Invalid, "Tệp là Word đời cũ (.doc) hoặc có mật khẩu. %s Bỏ mật khẩu trước khi lưu.", resaveWord)
	case !bytes.HasPrefix(data, []byte(magicZip)):
		return kpi.Errorf(kpi.Invalid, "Tên tệp có đuôi .docx nhưng nội dung không phải tệp Word. %s", resaveWord)
	}
	list, err := parts(data)
	if err != nil {
		return brokenWord(err)
	}
	p := &pack{parts: make(map[string]*part, len(list)), list: list, tokens: maxTokens}
	total := int64(0)
	for _, q := range list {
		p.parts[foldName(q.name)] = q
		total += q.size
	}
	if total > maxExpanded {
		return brokenWord(tooExpanded())
	}
	for _, need := range []string{"[content_types].xml", "_rels/.rels", "word/document.xml"} {
		if p.parts[need] == nil {
			return brokenWord(broken("thiếu phần “%s”", need))
		}
	}
	for _, q := range list {
		if err := p.checkWordPart(q); err != nil {
			return err
		}
	}
	return nil
}

// checkWordPart reads one part to its end.
func (p *pack) checkWordPart(q *part) error {
	name := foldName(q.name)
	macroWord := kpi.Errorf(kpi.Invalid, "Tệp Word có macro hoặc điều khiển ActiveX. %s", resaveWord)
	for _, bad := range []string{"vbaproject", "vbadata", "activex"} {
		if strings.Contains(name, bad) {
			return macroWord
		}
	}
	switch {
	case strings.Contains(name, "embeddings/"):
		return kpi.Errorf(kpi.Invalid, "Tệp Word có nhúng một tệp khác bên trong (thường là bảng hoặc biểu đồ Excel). Xuất tệp ra PDF rồi gửi lại.")
	case name == "[content_types].xml":
		active := false
		err := walkXML(q, &p.tokens, func(tok xml.Token, names []xml.Name) error {
			active = active || p.checkContentType(tok, names) != nil
			return nil
		})
		if active {
			return macroWord
		}
		return brokenWord(err)
	case path.Ext(name) == ".rels":
		outside := false
		err := walkXML(q, &p.tokens, func(tok xml.Token, _ []xml.Name) error {
			outside = outside || reachesOutside(tok)
			return nil
		})
		if outside {
			return kpi.Errorf(kpi.Invalid, "Tệp Word lấy hình ảnh, mẫu hoặc dữ liệu từ nơi khác. Xuất tệp ra PDF rồi gửi lại.")
		}
		return brokenWord(err)
	case path.Ext(name) == ".xml":
		return brokenWord(walkXML(q, &p.tokens, nil))
	}
	return brokenWord(checkBinary(q))
}

// reachesOutside reports whether a relation makes Word fetch something when it opens the file.
func reachesOutside(tok xml.Token) bool {
	t, ok := tok.(xml.StartElement)
	if !ok {
		return false
	}
	kind, _ := attr(t, "Type")
	mode, _ := attr(t, "TargetMode")
	target, _ := attr(t, "Target")
	switch path.Base(kind) {
	case "hyperlink":
		return false
	case "attachedTemplate":
		return !reDrive.MatchString(target)
	}
	return strings.EqualFold(mode, "External")
}

// brokenWord words what the gate of workbooks says of an archive for a person who sends a Word file.
func brokenWord(err error) error {
	switch {
	case kpi.KindOf(err) == kpi.TooLarge:
		return kpi.Errorf(kpi.TooLarge, "Nội dung tệp Word sau khi giải nén quá lớn. Nén hình ảnh trong tệp hoặc xuất ra PDF rồi gửi lại.")
	case err != nil:
		return kpi.Errorf(kpi.Invalid, "Tệp Word bị hỏng, bị cắt cụt hoặc có phần lạ bên trong. %s", resaveWord)
	}
	return nil
}
