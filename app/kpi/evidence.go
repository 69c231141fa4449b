package kpi

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Limits of evidence.
const (
	MaxCellEvidence  = 20        // of one cell
	MaxRoundEvidence = 300       // that a unit puts in for one month
	MaxRoundFiles    = 200 << 20 // bytes of those that are files
)

// Evidence is what proves a figure: a file, or a citation of a document that is kept elsewhere. It belongs to a unit
// and may prove any cell of that unit, in any round. It is never changed and never deleted; only its attachments are.
type Evidence struct {
	Unit     string
	ID       EvidenceID
	File     *File     `json:",omitempty"` // one of the two
	Citation *Citation `json:",omitempty"`
	By       string
	At       time.Time
}

// File is an uploaded file as a person knows it; its content is a stored file.
type File struct {
	Name   string // see CleanFileName
	Type   FileType
	Size   int64
	SHA256 FileID
}

// Citation names an official document.
type Citation struct {
	Number  string // số/ký hiệu
	Date    string // as dd/mm/yyyy
	Agency  string // cơ quan ban hành
	Summary string // trích yếu
	Link    string // http or https, "" without one
}

// Attachment says that an Evidence proves a cell.
type Attachment struct {
	Evidence EvidenceID
	By       string
	At       time.Time
}

// EvidenceID names an Evidence of a unit: the month that it was put in for and 32 random hexadecimal digits,
// "2026-12-9f…".
type EvidenceID string

// NewEvidenceID returns the id made of a month and 32 hexadecimal digits.
func NewEvidenceID(m Month, random string) EvidenceID { return EvidenceID(m.String() + "-" + random) }

// Valid reports whether id can name an Evidence.
func (id EvidenceID) Valid() bool {
	if len(id) != len("2026-12-")+32 || id[7] != '-' || !only(string(id[8:]), 'a', 'f', "") {
		return false
	}
	_, err := ParseMonth(string(id[:7]))
	return err == nil
}

// Label returns the evidence in one line: the name of the file, or the document as it is quoted.
func (e Evidence) Label() string {
	if e.File != nil {
		return e.File.Name
	}
	return e.Citation.Label()
}

// Label returns «12/BC-SYT ngày 05/12/2026, Sở Y tế: Báo cáo …».
func (c Citation) Label() string {
	s := c.Number
	if c.Date != "" {
		s += " ngày " + c.Date
	}
	if c.Agency != "" {
		s += ", " + c.Agency
	}
	if s != "" {
		s += ": "
	}
	return s + c.Summary
}

// Same reports whether a and b are the same file or the same citation.
func (e Evidence) Same(b Evidence) bool {
	switch {
	case e.File != nil && b.File != nil:
		return e.File.SHA256 == b.File.SHA256
	case e.Citation != nil && b.Citation != nil:
		return *e.Citation == *b.Citation
	}
	return false
}

// Validate returns an Invalid error unless the record can be stored. What people write was read by ReadCitation and
// CleanFileName before.
func (e Evidence) Validate() error {
	switch {
	case !ValidCode(e.Unit) || !e.ID.Valid():
		return Errorf(Invalid, "Minh chứng «%s» của đơn vị «%s» có mã không dùng được.", Clip(string(e.ID), 50), Clip(e.Unit, 40))
	case (e.File == nil) == (e.Citation == nil):
		return Errorf(Invalid, "Minh chứng phải là một tệp hoặc một văn bản được dẫn.")
	case e.File != nil && (e.File.Name != CleanFileName(e.File.Name) || e.File.Type.Label() == "" || e.File.Size <= 0 || !e.File.SHA256.Valid()):
		return Errorf(Invalid, "Tệp «%s» không dùng làm minh chứng được.", Clip(e.File.Name, 80))
	}
	return nil
}

// ReadCitation reads a citation as it was typed on the day of now. The Invalid error names each field that is in the
// way: number, date, agency, summary or link.
func ReadCitation(typed Citation, now time.Time) (Citation, error) {
	bad := map[string]string{}
	text := func(field, s, what string, most int) string {
		s = cleanLine(s)
		if n := len([]rune(s)); n > most {
			bad[field] = Errorf(Invalid, "%s dài %d ký tự, tối đa %d. Rút gọn rồi ghi lại.", what, n, most).Msg
		}
		return s
	}
	c := Citation{Number: text("number", typed.Number, "Số, ký hiệu", 100), Agency: text("agency", typed.Agency, "Cơ quan ban hành", 200),
		Summary: text("summary", typed.Summary, "Trích yếu", 500), Link: strings.TrimSpace(typed.Link)}
	date, err := ParseDate(typed.Date)
	switch {
	case err != nil:
		bad["date"] = err.Error()
	case date.After(now):
		bad["date"] = "Ngày văn bản " + FormatDate(date) + " sau ngày hôm nay. Kiểm tra lại ngày."
	case !date.IsZero():
		c.Date = FormatDate(date)
	}
	if c.Summary == "" {
		bad["summary"] = "Ghi trích yếu: văn bản nói về việc gì."
	}
	switch {
	case c.Number == "" && c.Link == "":
		bad["number"] = "Ghi số, ký hiệu của văn bản, hoặc đường dẫn tới văn bản."
	case c.Number != "" && c.Agency == "":
		bad["agency"] = "Ghi cơ quan ban hành văn bản " + Clip(c.Number, 40) + "."
	}
	if c.Number != "" && c.Date == "" && bad["date"] == "" {
		bad["date"] = "Ghi ngày của văn bản " + Clip(c.Number, 40) + "."
	}
	if c.Link != "" && !webLink(c.Link) {
		bad["link"] = "Đường dẫn phải bắt đầu bằng http:// hoặc https:// và không quá 500 ký tự. Chép lại từ thanh địa chỉ của trình duyệt."
	}
	if len(bad) > 0 {
		return c, &Error{Kind: Invalid, Fields: bad, Msg: "Chưa ghi được trích dẫn. Sửa các ô được đánh dấu rồi ghi lại."}
	}
	return c, nil
}

// webLink reports whether s is an address of the web that a person may follow.
func webLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && len(s) <= 500 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || !printed(r) })
}

// CheckEvidence returns the issue of a cell whose indicator asks for evidence and that has a value but none of it;
// n is how many the cell has.
func CheckEvidence(ind Indicator, c Cell, n int) []Issue {
	if !ind.Evidence || c.Content != HasValue || n > 0 {
		return nil
	}
	return []Issue{{ind.Code, Failure, "Chưa có minh chứng. Tải tệp lên hoặc ghi trích dẫn văn bản ở khung Minh chứng của chỉ số này."}}
}

// FileType is a kind of file that is taken as evidence.
type FileType string

// The file types. Nothing else is taken.
const (
	PDF   FileType = "pdf"
	Word  FileType = "docx"
	Excel FileType = "xlsx"
	JPEG  FileType = "jpg"
	PNG   FileType = "png"
)

// FileTypes lists all types in the order in which they are told to people.
func FileTypes() []FileType { return []FileType{PDF, Word, Excel, JPEG, PNG} }

// Label returns the type's name on screen, "" for what is no type.
func (t FileType) Label() string {
	return map[FileType]string{PDF: "PDF", Word: "Word", Excel: "Excel", JPEG: "ảnh JPG", PNG: "ảnh PNG"}[t]
}

// MIME returns the type as HTTP names it.
func (t FileType) MIME() string {
	return map[FileType]string{PDF: "application/pdf", JPEG: "image/jpeg", PNG: "image/png",
		Word:  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		Excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}[t]
}

// FileTypeOf returns the type that the end of a name promises, or an Invalid error that says which are taken.
func FileTypeOf(name string) (FileType, error) {
	end := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		end = strings.ToLower(name[i+1:])
	}
	if end == "jpeg" {
		end = string(JPEG)
	}
	if t := FileType(end); slices.Contains(FileTypes(), t) {
		return t, nil
	}
	return "", Errorf(Invalid, "Không nhận tệp «%s»: chỉ nhận pdf, docx, xlsx, jpg, png. Lưu tệp sang một trong các dạng này, thường là PDF, rồi gửi lại.", Clip(name, 80))
}

// maxFileName is the largest number of characters of a file's name.
const maxFileName = 120

// reDevice matches names that are devices on Windows, where no file can have them.
var reDevice = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)`)

// CleanFileName returns the name that a file had on the person's computer in a form that can be shown and given back
// on any system: composed letters, no folders, nothing invisible or reversing, none of the marks that Windows
// forbids, at most 120 characters with the end kept. CleanFileName of its own result changes nothing.
func CleanFileName(name string) string {
	name = cleanLine(name[strings.LastIndexAny(name, `/\`)+1:])
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, ". ")
	if reDevice.MatchString(name) {
		name = "_" + name
	}
	if r := []rune(name); len(r) > maxFileName {
		name = string(r[:maxFileName-20]) + "…" + string(r[len(r)-19:])
	}
	return name
}

// cleanLine normalises one line of text to NFC, folds its white space and drops what no one sees: control
// characters, marks of writing direction, joiners of no width.
func cleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !printed(r):
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(s, "")))
	return strings.Join(strings.Fields(s), " ")
}

// printed reports whether r shows: a letter, mark, number, sign or the plain space.
func printed(r rune) bool {
	return unicode.IsPrint(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
