package store

import (
	"bytes"
	"encoding/binary"
	"strings"

	"chiso/app/kpi"
)

const sep = '|'

// key joins the parts of a key.
func key(parts ...string) []byte { return []byte(strings.Join(parts, string(sep))) }

// prefix is the common beginning of all keys that start with these whole parts.
func prefix(parts ...string) []byte { return append(key(parts...), sep) }

func cellKey(k kpi.CellKey) []byte { return key(k.Set, k.Month.String(), k.Unit, k.Indicator) }

// parseCellKey reads what cellKey wrote.
func parseCellKey(b []byte) (kpi.CellKey, error) {
	parts := strings.Split(string(b), string(sep))
	if len(parts) != 4 {
		return kpi.CellKey{}, damaged(tCell, b)
	}
	m, err := kpi.ParseMonth(parts[1])
	if err != nil {
		return kpi.CellKey{}, damaged(tCell, b)
	}
	return kpi.CellKey{Set: parts[0], Month: m, Unit: parts[2], Indicator: parts[3]}, nil
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// objectKey places one event under the object that it happened to.
func objectKey(object string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(prefix(object), seq)
}

func hasPrefix(k, p []byte) bool { return k != nil && bytes.HasPrefix(k, p) }
