package main

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// offline cuts the tab off from the network, or connects it again.
func (b *tab) offline(cut bool) {
	b.t.Helper()
	rule := network.Conditions{DownloadThroughput: -1, UploadThroughput: -1, Offline: cut}
	if _, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&rule}}); err != nil {
		b.fail("cut the network: %v", err)
	}
}

// alone keeps the side panel from loading: that it cannot is told in the console, which fails a test.
func (s *sheetTab) alone() {
	s.t.Helper()
	js[bool](s.tab, `document.addEventListener("sheet:focus", (e) => e.stopImmediatePropagation(), true) ?? true`)
}

// The network drops while somebody types, the page is even loaded again: nothing is lost.
func TestQueue_OfflineReloadOnline(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV5")
	s.alone()
	s.offline(true)
	s.at("1.002")
	for _, typed := range []string{"11", "1,1", "x"} {
		s.write(typed)
		s.press("Enter")
	}
	s.bar("Mất kết nối: 3 ô chưa lưu, máy sẽ tự gửi lại")
	s.state("1.002", "pending")
	s.state("1.004", "rejected")
	s.offline(false)
	s.until("the queue to go out by itself", `document.getElementById("save-state").textContent.startsWith("1 ô chưa lưu")`)
	s.stored("1.002")

	// The server fails, and the page is loaded again: what was typed is there and goes out.
	js[bool](s.tab, `(window.fetch = () => Promise.reject(new TypeError("down")), true)`)
	s.enter("1.006", "77")
	s.note("1.006", "Ghi khi mất mạng.")
	s.bar("Mất kết nối: 3 ô chưa lưu"[:len("Mất kết nối: ")])
	s.open(s.path)
	s.ready()
	if s.dialogs == 0 {
		t.Error("the page was left without a question")
	}
	s.has("#said", "Đã khôi phục 2 ô chưa lưu.")
	s.stored("1.006")
	s.state("1.004", "rejected")
	s.holds("1.004", "x")
	s.at("1.004")
	s.press("Escape")
	s.allSaved()
	if left := js[int](s.tab, `Object.keys(localStorage).filter(k => k.startsWith("chiso:")).length`); left != 0 {
		t.Errorf("%d drafts are kept after all was saved", left)
	}
	s.open(s.path)
	s.ready()
	s.holds("1.006", "77")
	if got := s.value(field("g", "1.006")); got != "Ghi khi mất mạng." {
		t.Errorf("the note is %q", got)
	}

	// Signing out with something unsaved is asked about, and forgets it.
	s.enter("1.008", "y")
	s.state("1.008", "rejected")
	s.click("details.user summary", "")
	s.click(`form[action="/dang-xuat"] button`, "Đăng xuất")
	s.click("dialog[open] button", "Ở lại")
	s.holds("1.008", "y")
	s.click("details.user summary", "")
	s.click(`form[action="/dang-xuat"] button`, "Đăng xuất")
	s.leave(func() { s.click("dialog[open] button", "Bỏ số chưa lưu") })
	s.has("h1", "Đăng nhập")
	if left := js[int](s.tab, "localStorage.length"); left != 0 {
		t.Errorf("%d drafts outlive the sign-out", left)
	}
}

// The session ends while somebody types: they sign in without leaving the sheet, and the queue goes on.
func TestQueue_SessionEndsWhileTyping(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV6")
	s.alone()
	token := js[string](s.tab, `document.querySelector("meta[name=csrf]").content`)
	out := `fetch("/dang-xuat", {method: "POST", headers: {"X-CSRF": document.querySelector("meta[name=csrf]").content}}).then(() => true)`
	js[bool](s.tab, out)
	s.fill(field("c", "1.002"), "12")
	s.press("Control+S")
	s.has("dialog#sign-in[open] h2", "Đăng nhập lại để lưu tiếp")
	s.write("sai mat khau nay nhe")
	s.press("Enter")
	s.has("#sign-in .notice", "Tên đăng nhập hoặc mật khẩu không đúng")
	s.write(largePass)
	s.press("Enter")
	s.allSaved()
	s.stored("1.002")
	s.until("the dialog to close", "!document.getElementById('sign-in').open")
	if js[string](s.tab, `document.querySelector("meta[name=csrf]").content`) == token {
		t.Error("the page still has the old token")
	}

	// Put off, the bar offers it; somebody else's session in this browser does not save in the first one's name.
	js[bool](s.tab, out)
	s.fill(field("c", "1.002"), "3")
	s.press("Control+S")
	s.click("#sign-in [data-close]", "Để sau")
	s.bar("Hết phiên làm việc: 1 ô chưa lưu")
	js[bool](s.tab, `(async () => {
		const page = new DOMParser().parseFromString(await (await fetch("/dang-nhap")).text(), "text/html");
		const body = new URLSearchParams({csrf: page.querySelector("meta[name=csrf]").content, username: "lan.dv6", password: `+quote(largePass)+`, toi: "/tai-khoan"});
		return (await fetch("/dang-nhap", {method: "POST", body})).ok;
	})()`)
	s.click("#sign-in-again", "Đăng nhập lại")
	s.write(largePass)
	s.press("Enter")
	s.allSaved()
	s.open(s.path)
	s.has("details.user summary", "Nguyễn Thị Hoa")
	s.holds("1.002", "3")
}

// A colleague submits while somebody types: the sheet is read-only at once, and what was not saved is listed. Both have
// been told of each other.
func TestQueue_ColleagueSubmits(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "hoa", "DV7")
	s.has("#last-hour", "Hạn nộp tính theo lúc máy chủ nhận được số liệu")
	lan := largeSheet(t, "lan", "DV7")
	lan.has("#here", "Nguyễn Thị Hoa đang mở biểu này.")
	s.enter("1.002", "12")
	s.stored("1.002")
	s.has("#here", "Trần Thị Lan đang mở biểu này.")
	status := js[int](lan.tab, `(async () => {
		const csrf = document.querySelector("meta[name=csrf]").content, form = document.getElementById("sheet");
		const rows = [...form.querySelectorAll("[name^='c.']")].map(e => ({k: e.name.slice(2), v: parseInt(form.elements["v." + e.name.slice(2)].value), none: "khong-ap-dung", reason: "Không có"}));
		rows.find(r => r.k === "1.002").v = 1;
		await fetch(form.dataset.save, {method: "POST", headers: {"X-CSRF": csrf, "Content-Type": "application/json"}, body: JSON.stringify({items: rows})});
		return (await fetch(form.action.replace("/luu", "/trinh"), {method: "POST", body: new URLSearchParams({csrf, v: form.elements.v.value})})).status;
	})()`)
	if status != 200 {
		t.Fatalf("submission: status %d", status)
	}
	s.enter("1.004", "9")
	s.has("#unsent", "đang chờ đơn vị duyệt")
	s.has("#unsent li", "1.004: 9")
	s.bar("Biểu đã khóa")
	if !js[bool](s.tab, `document.querySelector("[name='c.1.006']").disabled`) {
		t.Error("the inputs can still be changed")
	}
	s.open(s.path) // what was not saved is still listed after a reload
	s.has("#unsent li", "1.004: 9")
	s.click("#drop-unsent", "Bỏ các số này")
	s.open(s.path)
	s.lacks("#unsent", "")
}

// On a phone a row is a card, and «Tiếp theo» is Enter.
func TestSheet_Phone(t *testing.T) {
	t.Parallel()
	s := largeSheet(t, "lan", "DV3")
	s.do("take a phone", chromedp.EmulateViewport(390, 844))
	s.open(s.path)
	s.ready()
	s.click(field("c", "1.050"), "")
	s.write("5")
	s.click("#next-cell", "Tiếp theo")
	s.focused(field("c", "1.051"))
	s.stored("1.050")
	s.click("#to-panel", "Hướng dẫn")
	s.has("#panel", "1.051")
	s.click("#to-panel", "Hướng dẫn")
	s.focused(field("c", "1.051"))
	small := js[string](s.tab, `[...document.querySelectorAll("#sheet .cell, .save-bar .btn, #tools .btn")].filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 43.5 && e.id !== "next-issue").map(e => e.outerHTML.slice(0, 120)).join("\n")`)
	if small != "" {
		t.Errorf("too small for a finger:\n%s", small)
	}
	if wide := js[int](s.tab, "document.scrollingElement.scrollWidth - innerWidth"); wide > 0 {
		t.Errorf("the page is %d px wider than the screen", wide)
	}
}
