package main

import (
	"strings"
	"testing"
	"time"
)

// The tests of pages stand on this: what goes wrong in a page without being seen is noticed.
func TestTab_NoticesWhatGoesWrong(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, script, noticed string }{
		{"console", `console.error("hỏng rồi")`, "console error"},
		{"exception", `setTimeout(() => { throw new Error("hỏng rồi") })`, "uncaught"},
		{"rejected promise", `Promise.reject(new Error("hỏng rồi"))`, "uncaught"},
		{"content security policy", `document.head.append(Object.assign(document.createElement("style"), {textContent: "p{color:red}"}))`, "Content Security Policy"},
		{"foreign host", `location.href = "http://localhost:9/"`, "foreign host"},
	}
	srv := sharedDemo(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newTab(t, srv)
			b.open("/dang-nhap")
			js[bool](b, "void ("+tt.script+") ?? true")
			var problems string
			for end := time.Now().Add(patience); time.Now().Before(end) && !strings.Contains(problems, tt.noticed); time.Sleep(20 * time.Millisecond) {
				b.mu.Lock()
				problems = strings.Join(b.problems, "\n")
				b.mu.Unlock()
			}
			if !strings.Contains(problems, tt.noticed) {
				t.Errorf("noticed only %q", problems)
			}
			b.mu.Lock()
			b.problems = nil
			b.mu.Unlock()
		})
	}
}
