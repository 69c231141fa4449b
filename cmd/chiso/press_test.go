package main

import (
	"context"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// keyCodes are the Windows codes of the keys that press knows.
func keyCodes() map[string]int64 {
	return map[string]int64{"Tab": 9, "Enter": 13, "Escape": 27, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
		"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "S": 83, "F2": 113, "F4": 115, "F8": 119, "/": 191}
}

// press presses one key with its modifiers, such as "Control+Home", as a keyboard does.
func (b *tab) press(combination string) {
	b.t.Helper()
	parts := strings.Split(combination, "+")
	key := parts[len(parts)-1]
	code, known := keyCodes()[key]
	if !known {
		b.t.Fatalf("no key %q", key)
	}
	ev := input.DispatchKeyEventParams{Type: "rawKeyDown", Key: key, Code: key, WindowsVirtualKeyCode: code}
	if key == "S" {
		ev.Key, ev.Code = "s", "KeyS"
	}
	if key == "Enter" && len(parts) == 1 {
		ev.Type, ev.Text = "keyDown", "\r"
	}
	for bit, name := range []string{"Alt", "Control", "Meta", "Shift"} {
		if slices.Contains(parts[:len(parts)-1], name) {
			ev.Modifiers |= 1 << bit
		}
	}
	b.do("press "+combination, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, ev); err != nil {
			return err
		}
		ev.Type, ev.Text = "keyUp", ""
		_, err := chromedp.Call(ctx, input.DispatchKeyEvent, ev)
		return err
	}))
}

// write types a text into whatever has the focus, in one stroke.
func (b *tab) write(text string) {
	b.t.Helper()
	b.do("type "+text, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// paste pastes a text as Excel puts it on the clipboard into whatever has the focus.
func (b *tab) paste(text string) {
	b.t.Helper()
	js[bool](b, `(() => {
		const data = new DataTransfer();
		data.setData("text/plain", `+quote(text)+`);
		return document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})) || true;
	})()`)
}
