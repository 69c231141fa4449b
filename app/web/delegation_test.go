package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// officer adds a second clerk of SYT.
func (s *site) officer(login string) *site {
	s.t.Helper()
	ev := s.app.System().Event(kpi.VerbAdd, "user/"+login, "", "", "")
	if err := s.store.Update(func(tx *store.Tx) error {
		return tx.PutUser(kpi.User{Login: login, Name: "Nhập liệu thứ hai", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: "SYT"}}, Password: s.hash(), Created: s.now}, ev)
	}); err != nil {
		s.t.Fatal(err)
	}
	return s
}

func TestDelegation(t *testing.T) {
	t.Parallel()
	s := newProvince(t)
	b := s.browser().signIn("duyet.syt", passphrase)
	b.get("/").has(".menu a", "Ủy quyền")
	b.get(delegationURL).has("option", "Nhập liệu SYT (nhap.syt)")
	s.officer("hai.syt")
	b.get(delegationURL)
	d := b.post(delegationURL, url.Values{"to": {"SYT/hai.syt"}, "from": {"9/11/2026"}, "until": {"x"}, "reason": {"Đi công tác"}})
	if d.Status != http.StatusUnprocessableEntity || attr(d.find("#f-from"), "value") != "9/11/2026" {
		t.Errorf("status %d", d.Status)
	}
	d.has("#e-until", "không đọc được")
	d.has("#f-to option[selected]", "hai.syt")
	d = b.post(delegationURL, url.Values{"to": {"SYT/hai.syt"}, "from": {"9/11/2026"}, "until": {"12/11/2026"}, "reason": {"Đi công tác"}})
	d.has("#e-from", "đã qua")

	clerk := s.browser().signIn("hai.syt", passphrase)
	if d := clerk.get("/duyet"); d.Status != http.StatusForbidden {
		t.Errorf("a clerk sees the queue: %d", d.Status)
	}
	if d := b.post(delegationURL, url.Values{"to": {"SYT/hai.syt"}, "from": {"10/11/2026"}, "until": {"12/11/2026"}, "reason": {"Đi công tác"}}); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text(".error-summary"))
	}
	d = b.get(delegationURL)
	d.has("tbody td", "từ 10/11/2026 đến hết 12/11/2026")
	d.has("tbody .badge", "Đang có hiệu lực")

	s.send("SYT", kpi.Submitted)
	d = clerk.get("/duyet/" + roundNow + "/SYT")
	d.has("#approve dd", "Người duyệt SYT")
	if d := clerk.post("/duyet/"+roundNow+"/SYT/duyet", url.Values{"v": {attr(d.find("input[name=v]"), "value")}}); d.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", d.Status, d.text(".error-summary"))
	}
	clerk.get("/duyet/"+roundNow+"/SYT").has("main", "Nhập liệu thứ hai (ký theo ủy quyền của Người duyệt SYT)")
	clerk.get("/duyet/"+roundNow+"/SYT").has(".timeline", "ký theo ủy quyền của Người duyệt SYT")
}

// TestDelegation_Routes: whoever signs for an approver is answered by the routes of a clerk and those that sign, as
// long as the delegation lasts.
func TestDelegation_Routes(t *testing.T) {
	t.Parallel()
	for _, on := range []bool{true, false} {
		s := newProvince(t).officer("hai.syt")
		approver := s.browser().signIn("duyet.syt", passphrase)
		approver.get(delegationURL)
		approver.post(delegationURL, url.Values{"to": {"SYT/hai.syt"}, "from": {"10/11/2026"}, "until": {"10/11/2026"}, "reason": {"Nghỉ"}})
		if !on {
			s.now = s.now.Add(24 * time.Hour)
		}
		clerk, signs := s.browser().signIn("nhap.syt", passphrase), s.browser().signIn("hai.syt", passphrase)
		clerk.get("/tai-khoan")
		signs.get("/tai-khoan")
		more := map[string]bool{}
		for _, r := range s.srv.routes() {
			if r.path == "/dang-xuat" {
				continue
			}
			if a, b := clerk.ask(r), signs.ask(r); a != b {
				more[r.method+" "+r.path] = true
			}
		}
		want := []string{"GET /duyet", "GET /duyet/:set/:month", "POST /duyet/:set/:month/:unit/duyet", "POST /duyet/:set/:month/:unit/tra-lai", "POST /duyet/:set/:month/:unit/rut-lai"}
		if !on {
			want = nil
		}
		for _, id := range want {
			if !more[id] {
				t.Errorf("in force %v: %s does not answer", on, id)
			}
			delete(more, id)
		}
		if len(more) > 0 {
			t.Errorf("in force %v: also %v", on, more)
		}
	}
}

func TestDelegation_End(t *testing.T) {
	t.Parallel()
	s := newProvince(t).officer("hai.syt")
	b := s.browser().signIn("duyet.syt", passphrase)
	b.get(delegationURL)
	b.post(delegationURL, url.Values{"to": {"SYT/hai.syt"}, "from": {"10/11/2026"}, "until": {"20/11/2026"}, "reason": {"Nghỉ"}})
	d := b.get(delegationURL)
	end := attr(d.find("tbody form"), "action")
	other := s.browser().signIn("duyet.22015", passphrase)
	other.get("/")
	if d := other.post(end, nil); d.Status != http.StatusNotFound {
		t.Errorf("another unit's approver: %d", d.Status)
	}
	if d := b.post(end, nil); d.Status != http.StatusSeeOther {
		t.Errorf("status %d", d.Status)
	}
	d = b.get(delegationURL)
	d.has("tbody td", "Đã kết thúc trước hạn")
	if d.find("tbody form") != nil {
		t.Error("can be ended again")
	}
}
