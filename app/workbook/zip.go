package workbook

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"chiso/app/kpi"
)

// Signatures and fixed lengths of the zip format (APPNOTE 4.3).
const (
	sigLocal      = 0x04034b50
	sigCentral    = 0x02014b50
	sigEnd        = 0x06054b50
	sigDescriptor = 0x08074b50
	lenLocal      = 30
	lenCentral    = 46
	lenEnd        = 22

	storeMethod   = 0
	deflateMethod = 8

	// encryption, patched data, strong encryption, masked headers
	flagsRefused = 1<<0 | 1<<5 | 1<<6 | 1<<13
)

// A part is one file inside a workbook. Its packed bytes are a slice of the upload, nothing is expanded yet.
type part struct {
	name   string
	method uint16
	crc    uint32
	size   int64 // expanded; reading fails when the stream holds more or fewer bytes
	packed []byte

	packedSize int64
	offset     int64 // of the local header
	whole      bool  // has been read to its end and found whole
}

// errPart is returned by a part's reader when its bytes do not expand to what the directory promises.
var errPart = errors.New("part does not expand to its recorded size and checksum")

// open returns a reader of the part's expanded bytes. It never yields more than p.size bytes and returns
// errPart instead of io.EOF when size or checksum differ or packed bytes are left over.
func (p *part) open() io.Reader {
	src := bytes.NewReader(p.packed)
	r := &partReader{p: p, packed: src, plain: src}
	if p.method == deflateMethod {
		r.plain = flate.NewReader(src)
	}
	return r
}

type partReader struct {
	p      *part
	packed *bytes.Reader
	plain  io.Reader
	n      int64
	sum    uint32
}

func (r *partReader) Read(b []byte) (int, error) {
	n, err := r.plain.Read(b)
	r.n += int64(n)
	if r.n > r.p.size {
		return 0, errPart
	}
	r.sum = crc32.Update(r.sum, crc32.IEEETable, b[:n])
	switch {
	case err == io.EOF && (r.n != r.p.size || r.sum != r.p.crc || r.packed.Len() > 0):
		return n, errPart
	case err != nil && err != io.EOF:
		return n, errPart
	}
	return n, err
}

// parts lists what is inside a zip archive, from its central directory, and refuses every archive that two
// programs could read differently: bytes before, between or behind the parts, overlaps, local headers that
// contradict the directory, a name twice.
func parts(data []byte) ([]*part, error) {
	end, err := findEnd(data)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	count := int(le.Uint16(data[end+10:]))
	size, start := int64(le.Uint32(data[end+12:])), int64(le.Uint32(data[end+16:]))
	if le.Uint32(data[end+4:]) != 0 || int(le.Uint16(data[end+8:])) != count || start+size != int64(end) {
		return nil, broken("mục lục bên trong tệp không khớp với nội dung")
	}
	if count > maxParts {
		return nil, kpi.Errorf(kpi.TooLarge, "Tệp chứa %d phần bên trong, nhiều hơn mức %d của một sổ Excel thường. Chép bảng số liệu sang một sổ Excel mới rồi tải lại.", count, maxParts)
	}
	list, err := readDirectory(data[start:end], count)
	if err != nil {
		return nil, err
	}
	if err := checkLayout(data, start, list); err != nil {
		return nil, err
	}
	return list, nil
}

// findEnd returns the position of the end record, which must be the last 22 bytes.
func findEnd(data []byte) (int, error) {
	end := len(data) - lenEnd
	if end >= 0 && binary.LittleEndian.Uint32(data[end:]) == sigEnd && binary.LittleEndian.Uint16(data[end+20:]) == 0 {
		return end, nil
	}
	if bytes.Contains(data[max(0, len(data)-(1<<16)-lenEnd):], []byte("PK\x05\x06")) {
		return 0, broken("phía sau nội dung của sổ Excel còn dữ liệu khác")
	}
	return 0, broken("tệp bị cắt cụt, thiếu phần cuối")
}

func readDirectory(dir []byte, count int) ([]*part, error) {
	le := binary.LittleEndian
	list := make([]*part, 0, count)
	seen := make(map[string]bool, count)
	for len(dir) > 0 {
		if len(dir) < lenCentral || le.Uint32(dir) != sigCentral {
			return nil, broken("mục lục bên trong tệp bị hỏng")
		}
		nameLen, extra, comment := int(le.Uint16(dir[28:])), int(le.Uint16(dir[30:])), int(le.Uint16(dir[32:]))
		if len(dir) < lenCentral+nameLen+extra+comment {
			return nil, broken("mục lục bên trong tệp bị hỏng")
		}
		p := &part{
			name:   string(dir[lenCentral : lenCentral+nameLen]),
			method: le.Uint16(dir[10:]),
			crc:    le.Uint32(dir[16:]),
			size:   int64(le.Uint32(dir[24:])),

			packedSize: int64(le.Uint32(dir[20:])),
			offset:     int64(le.Uint32(dir[42:])),
		}
		if err := checkEntry(p, le.Uint16(dir[8:]), le.Uint32(dir[38:])>>16); err != nil {
			return nil, err
		}
		key := foldName(p.name)
		if seen[key] {
			return nil, broken("phần “%s” có mặt hai lần", printable(p.name))
		}
		seen[key] = true
		list = append(list, p)
		dir = dir[lenCentral+nameLen+extra+comment:]
	}
	if len(list) != count {
		return nil, broken("mục lục bên trong tệp bị hỏng")
	}
	return list, nil
}

// checkEntry judges one line of the directory; mode holds the Unix file mode, or 0.
func checkEntry(p *part, flags uint16, mode uint32) error {
	switch {
	case flags&flagsRefused != 0:
		return kpi.Errorf(kpi.Invalid, "Tệp đã được mã hóa hoặc đặt mật khẩu. Bỏ mật khẩu, lưu lại rồi tải lên.")
	case p.method != storeMethod && p.method != deflateMethod:
		return broken("phần “%s” được nén theo kiểu mà Excel không dùng", printable(p.name))
	case mode&0o170000 != 0 && mode&0o170000 != 0o100000 && mode&0o170000 != 0o040000:
		return broken("phần “%s” là một liên kết, không phải nội dung", printable(p.name))
	case !safeName(p.name):
		return broken("tên phần “%s” không hợp lệ", printable(p.name))
	case p.size > maxExpanded || p.size > 1<<20 && p.size > maxRatio*p.packedSize:
		return tooExpanded()
	}
	return nil
}

// safeName tells whether name is a plain relative path that every system reads alike.
func safeName(name string) bool {
	if name == "" || len(name) > 255 || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:*?\"<>|") || strings.HasPrefix(name, "/") {
		return false
	}
	for _, r := range name {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	for elem := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if elem == "" || elem == "." || elem == ".." {
			return false
		}
	}
	return true
}

// foldName is the form of a part's name by which two names are the same part.
func foldName(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// checkLayout walks the archive front to back, cuts out each part's packed bytes and checks that local header
// follows part follows local header without a gap, up to the directory at start.
func checkLayout(data []byte, start int64, list []*part) error {
	byOffset := slices.SortedFunc(slices.Values(list), func(a, b *part) int { return cmp.Compare(a.offset, b.offset) })
	le := binary.LittleEndian
	at := int64(0)
	for _, p := range byOffset {
		head := data[min(p.offset, start):start]
		if p.offset != at || len(head) < lenLocal || le.Uint32(head) != sigLocal {
			return broken("các phần bên trong tệp chồng lên nhau hoặc có dữ liệu lạ xen giữa")
		}
		flags, nameLen := le.Uint16(head[6:]), int64(le.Uint16(head[26:]))
		body := lenLocal + nameLen + int64(le.Uint16(head[28:]))
		if int64(len(head)) < body+p.packedSize || flags&flagsRefused != 0 || le.Uint16(head[8:]) != p.method ||
			string(head[lenLocal:lenLocal+nameLen]) != p.name {
			return broken("phần “%s” không khớp với mục lục bên trong tệp", printable(p.name))
		}
		p.packed = head[body : body+p.packedSize : body+p.packedSize]
		at += body + p.packedSize
		if flags&(1<<3) != 0 { // sizes follow the part
			if n := descriptorLen(head[body+p.packedSize:], p); n > 0 {
				at += n
				continue
			}
		}
		packed, size := localSizes(head, head[lenLocal+nameLen:body])
		if le.Uint32(head[14:]) != p.crc || packed != p.packedSize || size != p.size {
			return broken("kích thước của phần “%s” không khớp với mục lục", printable(p.name))
		}
	}
	if at != start {
		return broken("có dữ liệu lạ xen giữa các phần bên trong tệp")
	}
	return nil
}

// descriptorLen returns the length of the data descriptor at the head of b that agrees with p, 0 if none does.
func descriptorLen(b []byte, p *part) int64 {
	le := binary.LittleEndian
	for _, n := range []int{24, 20, 16, 12} {
		if len(b) < n {
			continue
		}
		d := b[:n]
		if n == 24 || n == 16 {
			if le.Uint32(d) != sigDescriptor {
				continue
			}
			d = d[4:]
		}
		packed, size := int64(le.Uint32(d[4:])), int64(le.Uint32(d[8:]))
		if len(d) == 20 {
			packed, size = int64(le.Uint64(d[4:])), int64(le.Uint64(d[12:]))
		}
		if le.Uint32(d) == p.crc && packed == p.packedSize && size == p.size {
			return int64(n)
		}
	}
	return 0
}

// localSizes returns the packed and expanded sizes in a local header; writers that do not know them in advance
// may move them to the zip64 extra field.
func localSizes(head, extra []byte) (packed, size int64) {
	le := binary.LittleEndian
	packed, size = int64(le.Uint32(head[18:])), int64(le.Uint32(head[22:]))
	if packed != 0xffffffff || size != 0xffffffff {
		return packed, size
	}
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if len(extra) < 4+n {
			break
		}
		if id == 1 && n >= 16 {
			return int64(le.Uint64(extra[12:])), int64(le.Uint64(extra[4:]))
		}
		extra = extra[4+n:]
	}
	return packed, size
}
