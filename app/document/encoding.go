package document

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"chiso/app/kpi"
)

// decode reads UTF-8 or UTF-16 with or without a byte order mark. Text in another encoding, or in letters that only
// an old font shows as Vietnamese, is refused.
func decode(data []byte) (string, error) {
	text := ""
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text = string(data[3:])
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text = decode16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text = decode16(data[2:], binary.BigEndian)
	case zeros(data, 1):
		text = decode16(data, binary.LittleEndian)
	case zeros(data, 0):
		text = decode16(data, binary.BigEndian)
	default:
		text = string(data)
	}
	if !utf8.ValidString(text) {
		return "", kpi.Errorf(kpi.Invalid, "Tệp không dùng bảng mã Unicode (thường là TCVN3, VNI hoặc Windows-1258), chữ tiếng Việt sẽ bị sai. Chuyển sang Unicode (UTF-8) rồi gửi lại.")
	}
	if strings.ContainsRune(text, 0) {
		return "", kpi.Errorf(kpi.Invalid, "Tệp không phải văn bản. Gửi tệp PDF, Word (.docx), Excel (.xlsx), Markdown (.md) hoặc văn bản (.txt).")
	}
	if name := legacy(text); name != "" {
		return "", legacyError(name)
	}
	return text, nil
}

func legacyError(name string) error {
	return kpi.Errorf(kpi.Invalid, "Chữ trong tệp dùng bảng mã %s của phông cũ, không tìm kiếm được. Chuyển sang Unicode (ví dụ bằng công cụ chuyển mã của UniKey) rồi gửi lại.", name)
}

// zeros reports whether the bytes look like UTF-16 without a mark: of the first thousand, those at odd (1) or even
// (0) places are mostly zero or another small number, as of Latin letters.
func zeros(data []byte, place int) bool {
	n, count := min(len(data), 1000)&^1, 0
	for i := place; i < n; i += 2 {
		if data[i] == 0 {
			count++
		}
	}
	return n >= 4 && count > n/4
}

func decode16(data []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return string(utf16.Decode(units))
}

// legacy names the encoding of old fonts whose letters a text has in place of Vietnamese ones: «TCVN3» or «VNI»; ""
// for any other text.
func legacy(text string) string {
	foreign, vietnamese, tcvn, vni := 0, 0, 0, 0
	var before rune
	for _, r := range text {
		switch {
		case r < 0x80:
		case r >= 0x1ea0 && r <= 0x1ef9, strings.ContainsRune("đĐơƠưƯăĂ", r), unicode.Is(unicode.Mn, r):
			vietnamese++
			foreign++
		case strings.ContainsRune("®µ¸¶·¹©ª«¬¨»¾¼½Æ×Þß\u00ad", r):
			tcvn++
			foreign++
		case unicode.IsLetter(r) && r <= 0xff:
			foreign++
			if strings.ContainsRune("ñÑöÖôÔ", r) || strings.ContainsRune("ùøûõïáàåãäéèúüëêÙØÛÕÏÁÀÅÃÄÉÈÚÜËÊ", r) && strings.ContainsRune("aeouyöôAEOUYÖÔ", before) {
				vni++
			}
		}
		before = r
	}
	switch {
	case foreign < 20 || vietnamese*5 > foreign:
		return ""
	case tcvn*6 > foreign:
		return "TCVN3"
	case vni*2 > foreign:
		return "VNI"
	}
	return ""
}
