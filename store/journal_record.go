package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// A segment of a journal is a file that begins with segmentMagic and holds one frame for each commit, in order:
//
//	length of the body, 4 bytes | number of the commit, 8 bytes | CRC32C of these twelve | body | CRC32C of the body
//
// The body is the instant in milliseconds, 8 bytes, and what the calls of the group did: opPut table key value, opDelete table key, and
// opDone with the number of events after each call. Its name is the number of its first commit.
const (
	segmentMagic  = "chiso-J1"
	segmentSuffix = ".ghi"
	frameHead     = 16
	frameTime     = 8

	opDone   = 0
	opPut    = 1
	opDelete = 2
)

// frame is one commit while it is being recorded. Methods of a nil frame do nothing.
type frame struct{ writer }

// begin empties the frame.
func (f *frame) begin() {
	if f != nil {
		f.b = append(f.b[:0], make([]byte, frameHead+frameTime)...) // filled in at the end
	}
}

func (f *frame) put(t table, k, v []byte) {
	if f != nil {
		f.byte(opPut)
		f.text(string(t))
		f.bytes(k)
		f.bytes(v)
	}
}

func (f *frame) delete(t table, k []byte) {
	if f != nil {
		f.byte(opDelete)
		f.text(string(t))
		f.bytes(k)
	}
}

// done ends what one call did.
func (f *frame) done(events uint64) {
	f.byte(opDone)
	f.uint(events)
}

// end fills in what stands before the calls and the sums, and returns the whole frame.
func (f *frame) end(commit uint64, at time.Time) []byte {
	binary.BigEndian.PutUint64(f.b[frameHead:], uint64(at.UnixMilli()))
	body := f.b[frameHead:]
	binary.BigEndian.PutUint32(f.b, uint32(len(body)))
	binary.BigEndian.PutUint64(f.b[4:], commit)
	binary.BigEndian.PutUint32(f.b[12:], crc32.Checksum(f.b[:12], castagnoli()))
	f.b = binary.BigEndian.AppendUint32(f.b, crc32.Checksum(body, castagnoli()))
	return f.b
}

// record is one commit as it was read. It points into the segment.
type record struct {
	Commit uint64
	At     time.Time
	ops    []byte
	start  int64 // of the frame in its segment
}

// calls calls put or remove for what the commit did, and done after each call with the number of events; done returns whether to
// go on.
func (r record) calls(change func(put bool, t table, k, v []byte) error, done func(events uint64) bool) error {
	in := &reader{b: r.ops}
	for in.at < len(in.b) && !in.bad {
		op := in.byte()
		if op == opDone {
			if events := in.uint(); !in.bad && !done(events) {
				return nil
			}
			continue
		}
		t, k, v := table(in.name()), in.bytes(), []byte(nil)
		if op == opPut {
			v = in.bytes()
		}
		if in.bad || op > opDelete {
			break
		}
		if err := change(op == opPut, t, k, v); err != nil {
			return err
		}
	}
	if in.at < len(in.b) || in.bad {
		return fmt.Errorf("record of commit %d: %w", r.Commit, ErrDamaged)
	}
	return nil
}

// readFrame reads the frame at the beginning of b; ok is false if there is no whole one.
func readFrame(b []byte) (r record, size int, ok bool) {
	if len(b) < frameHead || binary.BigEndian.Uint32(b[12:]) != crc32.Checksum(b[:12], castagnoli()) {
		return r, 0, false
	}
	n := int(binary.BigEndian.Uint32(b))
	if n < frameTime || len(b) < frameHead+n+sumSize {
		return r, 0, false
	}
	body := b[frameHead : frameHead+n]
	if binary.BigEndian.Uint32(b[frameHead+n:]) != crc32.Checksum(body, castagnoli()) {
		return r, 0, false
	}
	r.Commit = binary.BigEndian.Uint64(b[4:])
	r.At = time.UnixMilli(int64(binary.BigEndian.Uint64(body))).UTC()
	r.ops = body[frameTime:]
	return r, frameHead + n + sumSize, true
}

// segment is one file of a journal.
type segment struct {
	path  string
	first uint64 // commit
}

// segments returns the files of the journal in dir, in order.
func segments(dir string) (list []segment, err error) {
	entries, err := readDir(dir) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("list journal: %w", err)
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), segmentSuffix)
		if first, err := strconv.ParseUint(name, 10, 64); ok && err == nil {
			list = append(list, segment{filepath.Join(dir, e.Name()), first})
		}
	}
	return list, nil
}

func segmentName(dir string, first uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%020d%s", first, segmentSuffix))
}

// errStop ends readJournal without an error.
var errStop = errors.New("enough")

// readJournal calls fn for each record of the journal in dir behind the commit after, in order, and returns where the last whole one
// ends. A last record that is not whole is passed over: it was never finished. It fails with ErrDamaged where a record is not what
// was written though others follow, and where records are missing.
func readJournal(dir string, after uint64, fn func(record) error) (last segment, end int64, err error) {
	list, err := segments(dir)
	if err != nil {
		return last, 0, err
	}
	for len(list) > 1 && list[1].first <= after+1 {
		list = list[1:]
	}
	next := after + 1
	for i, s := range list {
		if i == 0 && s.first <= next {
			next = s.first
		}
		if s.first != next {
			return s, 0, fmt.Errorf("journal lacks the commits from %d to %d: %w", next, s.first-1, ErrDamaged)
		}
		b, err := os.ReadFile(s.path)
		if err != nil {
			return s, 0, fmt.Errorf("read journal: %w", err)
		}
		last, end = s, int64(len(segmentMagic))
		whole := len(b) >= len(segmentMagic) && string(b[:len(segmentMagic)]) == segmentMagic
		for whole && end < int64(len(b)) {
			r, size, ok := readFrame(b[end:])
			if !ok || r.Commit != next {
				break
			}
			r.start = end
			if r.Commit > after {
				if err := fn(r); err != nil {
					if errors.Is(err, errStop) {
						err = nil
					}
					return last, end, err
				}
			}
			end, next = end+int64(size), next+1
		}
		if end < int64(len(b)) && (i < len(list)-1 || later(b[min(end, int64(len(b))):], next)) {
			return last, end, fmt.Errorf("journal %s is not what was written at byte %d: %w", filepath.Base(s.path), end, ErrDamaged)
		}
	}
	return last, end, nil
}

// later reports whether a whole record of a commit from next on begins somewhere in b, but at its beginning.
func later(b []byte, next uint64) bool {
	for i := 1; i+frameHead <= len(b); i++ {
		if r, _, ok := readFrame(b[i:]); ok && r.Commit >= next {
			return true
		}
	}
	return false
}

// PruneJournal removes the segments of the journal in dir that hold nothing behind the commit.
func PruneJournal(dir string, commit uint64) error {
	list, err := segments(dir)
	for i := 0; err == nil && i+1 < len(list) && list[i+1].first <= commit+1; i++ {
		err = os.Remove(list[i].path)
	}
	return err
}

// JournalSize returns the bytes of the journal in dir from the segment on that holds what follows the commit.
func JournalSize(dir string, commit uint64) (size int64, err error) {
	list, err := segments(dir)
	if err != nil {
		return 0, err
	}
	for i, s := range list {
		if i+1 < len(list) && list[i+1].first <= commit+1 {
			continue
		}
		info, err := os.Stat(s.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return size, err
		}
		if err == nil {
			size += info.Size()
		}
	}
	return size, nil
}

// JournalEnd returns the number of the last commit that the journal in dir holds, or after if none follows that. It fails with
// ErrDamaged like Replay.
func JournalEnd(dir string, after uint64) (commit uint64, err error) {
	commit = after
	_, _, err = readJournal(dir, after, func(r record) error { commit = r.Commit; return nil })
	return commit, err
}
