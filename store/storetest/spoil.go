package storetest

import (
	"bytes"
	"os"
	"testing"
)

// Spoil flips one bit in every place of the file that holds the text, open or not, as a disk that rots would.
func Spoil(t testing.TB, path, text string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := 0
	for at := 0; ; found++ {
		i := bytes.Index(b[at:], []byte(text))
		if i < 0 {
			break
		}
		at += i
		if _, err := f.WriteAt([]byte{b[at] ^ 1}, int64(at)); err != nil {
			t.Fatal(err)
		}
		at++
	}
	if found == 0 {
		t.Fatalf("%s does not hold %q", path, text)
	}
}
