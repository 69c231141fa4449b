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

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// objectKey places one event under the object that it happened to.
func objectKey(object string, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(prefix(object), seq)
}

func hasPrefix(k, p []byte) bool { return k != nil && bytes.HasPrefix(k, p) }
