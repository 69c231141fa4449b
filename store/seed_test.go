package store_test

import (
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
	"chiso/store/storetest"
)

// A record is one value of a type that the store keeps, with the way in and the way out.
type record struct {
	table string
	want  any
	put   func(*store.Tx) error
	get   func(*store.Tx) (any, error)
}

const (
	set   = "nq57"
	unit  = "SYT"
	login = "lan.syt"
)

// found turns a getter's "there is none" into an error.
func found[T any](x T, ok bool, err error) (any, error) {
	if err == nil && !ok {
		err = kpi.Errorf(kpi.NotFound, "no such record")
	}
	return x, err
}

func first[T any](list []T, err error) (any, error) {
	if err != nil || len(list) != 1 {
		return list, err
	}
	return list[0], nil
}

// records returns at least one record of every table but those of the log, with every field filled.
func records() []record {
	m, at := storetest.Month(), storetest.At()
	ev := storetest.Event
	s := kpi.IndicatorSet{Code: set, Name: "Bộ chỉ số NQ57", OpenDay: 3, Basis: []string{"Nghị quyết 57-NQ/TW"},
		Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Hạ tầng số", Weight: 10}},
		Checks: []kpi.CrossCheck{{Kind: kpi.CheckSum, Left: "1.01", Right: []string{"1.1", "1.10"}, Text: "Tổng phải khớp."}}}
	ind := indicator("1.01", kpi.NewMonth(2026, time.January))
	u := kpi.Unit{Code: unit, Name: "Sở Y tế", Kind: kpi.Agency, Cohort: "so", From: m - 12, To: m + 12, Successor: "SYT2"}
	a := kpi.Assignment{Set: set, Unit: unit, Indicator: "1.01", Role: kpi.Lead, From: m, To: m + 3,
		Targets: []kpi.Target{{Year: 2026, Op: kpi.OpGE, Value: kpi.Some(kpi.MustDecimal("0.75"))}}}
	r := kpi.Round{Set: set, Month: m, Dates: kpi.Dates{Opens: at, UnitDue: at.Add(time.Hour), ProvinceDue: at.Add(2 * time.Hour), Locks: at.Add(3 * time.Hour)},
		Opened: at, OpenedBy: "hoa", Closed: at.Add(4 * time.Hour), ClosedBy: "hoa", Revision: 2}
	step := kpi.Step{By: "hoa", At: at.Add(1234567 * time.Nanosecond), For: "lan"}
	sh := kpi.Sheet{Set: set, Month: m, Unit: unit, State: kpi.Approved, Version: 7, Due: 2, Returned: kpi.ByProvince, Reason: "Ô 1.01 sai đơn vị tính",
		Submit: step, Approve: step, FirstApproval: at, Accept: step, Return: step}
	sh.Extended, sh.Reopened = at.Add(5*time.Hour), kpi.Opening{Number: 1, Cells: []string{"1.01"}, Until: at.Add(6 * time.Hour)}
	reopening := kpi.Reopening{Set: set, Month: m, Unit: unit, Number: 1, Cells: []string{"1.01"}, Reason: "Nhập thiếu", Asked: step, Decided: step,
		Granted: true, Until: at.Add(6 * time.Hour), Answer: "Đồng ý"}
	revision := kpi.Revision{Set: set, Month: m, Number: 2, Made: step, Reason: "Nhập nhầm", Figures: 1, Dates: r.Dates,
		Changes: []kpi.Correction{{Indicator: "1.01", Name: "Tỷ lệ", Old: "1 (1/2 đơn vị)", New: "2 (2/2 đơn vị)"}}}
	due := []string{"1.01", "1.10"}
	bare := kpi.Sheet{Set: set, Month: m + 1, Unit: unit, State: kpi.Draft, Due: len(due)}
	c := storetest.Cell(unit, "1.01", -42)
	proof := kpi.Evidence{Unit: unit, ID: kpi.NewEvidenceID(m, strings.Repeat("0a", 16)), By: login, At: at,
		File: &kpi.File{Name: "Báo cáo.pdf", Type: kpi.PDF, Size: 1 << 20, SHA256: kpi.FileID(strings.Repeat("9f", 32))}}
	cited := kpi.Evidence{Unit: unit + "2", ID: kpi.NewEvidenceID(m, strings.Repeat("0b", 16)), By: login, At: at,
		Citation: &kpi.Citation{Number: "12/BC-SYT", Date: "05/05/2026", Agency: "Sở Y tế", Summary: "Báo cáo tháng", Link: "https://syt.example.vn/12"}}
	attached := kpi.Attachment{Evidence: proof.ID, By: login, At: at}
	doc := kpi.Guidance{ID: strings.Repeat("9f", 6), Title: "Hướng dẫn thống kê", Number: "3158-CV/VPTW", Date: at, Issuer: "Văn phòng Trung ương Đảng",
		From: at, To: at.Add(time.Hour), Replaces: strings.Repeat("0a", 6), File: *proof.File, Passages: 2, Pages: 3, Unread: "Chỉ đọc được trang đầu.",
		Links: []kpi.IndicatorRef{{Set: set, Code: "1.01"}}, Found: []kpi.IndicatorRef{{Set: set, Code: "1.10"}}, Unlinked: []kpi.IndicatorRef{{Set: set, Code: "1.10"}},
		Added: at, AddedBy: login, Withdrawn: at}
	passages := []kpi.Passage{{Doc: doc.ID, N: 1, Heading: []string{"I. MỤC TIÊU"}, Page: 1, Text: "Tỷ lệ hồ sơ trực tuyến."}, {Doc: doc.ID, N: 2, Row: 7, Text: "Đoạn hai."}}
	thread := kpi.Thread{ID: kpi.NewThreadID(at, "0a0b0c0d"), Kind: kpi.Question, Title: "Mẫu số tính thế nào?", Unit: unit, Set: set, Indicator: "1.01", Month: m, State: kpi.ThreadWaiting,
		Posts: 1, Version: 3, By: login, Last: step, Published: &kpi.PublishedQA{Question: "Mẫu số?", Answer: "Tính cả năm.", At: at, By: "hoa"}}
	posts := []kpi.Post{{By: login, At: at, Text: "Mẫu số?"}, {By: "hoa", At: at, Text: "Tính cả năm.", Answer: true}}
	focal := kpi.FocalPoint{Unit: unit, ID: "0a0b0c0d0e0f", Name: "Nguyễn Thị Lan", Position: "Phó phòng", Phone: "0912345678", Email: "lan@example.vn",
		Citizen: kpi.Sealed{Text: "v1:a1b2c3d4:AAAA", Mark: "a1b2c3d4:BBBB"}, Changed: at, By: "hoa"}
	o := kpi.Override{Set: set, Month: m, Indicator: "1.01", Value: kpi.MustDecimal("-0.000001"), Reason: "Số của Tổng cục", By: "hoa", At: at}
	f := kpi.Figure{Indicator: "1.01", Value: big.NewRat(1, 3), Num: big.NewRat(10, 1), Den: big.NewRat(30, 1), Grades: []int{1, 0, 2}, Yes: 4, Units: 5,
		Filled: 6, Due: 7, Provisional: true, Override: &o}
	reminder := kpi.Reminder{Set: set, Month: m, Unit: unit, Occasion: "20260516-2", Number: 2, By: "hethong", At: at, Missing: 7, Mails: 3}
	letter := kpi.Mail{Set: set, Month: m, Unit: unit, Occasion: reminder.Occasion, Login: login, To: "lan@example.vn", Subject: "Đôn đốc lần 2", State: kpi.MailFailed,
		Queued: at, Next: at.Add(time.Minute), Done: at.Add(time.Hour), Attempts: 3, Error: "Máy chủ thư không trả lời.", Unsure: true}
	user := kpi.User{Login: login, Name: "Nguyễn Thị Lan", Email: "lan@example.vn", Phone: "0900000000", Grants: []kpi.Grant{{Role: kpi.Clerk, Unit: unit}},
		Password: "$argon2id$", MustChange: true, Disabled: true, CodeEnds: at, Created: at,
		Delegated: []kpi.Delegation{{Number: 1, Unit: unit, By: "hoa", Start: at, End: at.Add(time.Hour), Reason: "Đi công tác", Made: at, Ended: step}}}
	session := store.Session{Login: login, Created: at, Seen: at.Add(time.Minute), CSRF: "token", Addr: "10.0.0.7", Device: "Firefox trên Linux", Proved: at, Half: true}
	factor := store.Factor{Seed: focal.Citizen, Since: at, Step: 59000000, Codes: []string{"aa", "bb"}}
	failures := store.Failures{Recent: []time.Time{at, at.Add(time.Second)}, Row: 2}
	op := store.Op{At: at, Answer: []byte("{\"ok\":true}\x00\xff")}
	return []record{
		{"set", s, func(tx *store.Tx) error { return tx.PutSet(s, ev("set/nq57")) }, func(tx *store.Tx) (any, error) { return tx.Set(set) }},
		{"indicator", ind, func(tx *store.Tx) error { return tx.PutIndicator(ind, ev("indicator/nq57/1.01")) },
			func(tx *store.Tx) (any, error) { return tx.IndicatorVersion(set, "1.01", ind.From) }},
		{"unit", u, func(tx *store.Tx) error { return tx.PutUnit(u, ev("unit/SYT")) }, func(tx *store.Tx) (any, error) { return tx.Unit(unit) }},
		{"assignment", a, func(tx *store.Tx) error { return tx.PutAssignment(a, ev("assignment/nq57/SYT/1.01")) },
			func(tx *store.Tx) (any, error) { return first(tx.Assignments(set, unit)) }},
		{"round", r, func(tx *store.Tx) error { return tx.PutRound(r, ev("round/nq57/2026-05")) },
			func(tx *store.Tx) (any, error) { return tx.Round(set, m) }},
		{"sheet", sh, func(tx *store.Tx) error { return tx.PutSheet(sh, ev("sheet/"+sh.ID())) },
			func(tx *store.Tx) (any, error) { return tx.Sheet(set, m, unit) }},
		{"sheet", bare, func(tx *store.Tx) error { return tx.AddSheet(bare, due) },
			func(tx *store.Tx) (any, error) { return tx.Sheet(set, m+1, unit) }},
		{"due", due, func(*store.Tx) error { return nil }, func(tx *store.Tx) (any, error) { return tx.Due(set, m+1, unit) }},
		{"cell", c, func(tx *store.Tx) error { return storetest.PutCell(tx, c) }, func(tx *store.Tx) (any, error) { return tx.Cell(c.CellKey) }},
		{"evidence", proof, func(tx *store.Tx) error { return tx.PutEvidence(proof, ev("evidence/SYT/1")) },
			func(tx *store.Tx) (any, error) { return tx.Evidence(unit, proof.ID) }},
		{"evidence", cited, func(tx *store.Tx) error { return tx.PutEvidence(cited, ev("evidence/SYT2/1")) },
			func(tx *store.Tx) (any, error) { return tx.Evidence(unit+"2", cited.ID) }},
		{"attachment", attached, func(tx *store.Tx) error { return tx.Attach(c.CellKey, attached, ev("cell/"+c.ID())) },
			func(tx *store.Tx) (any, error) { return first(tx.Attachments(c.CellKey)) }},
		{"passage", passages, func(tx *store.Tx) error { return tx.PutPassages(doc.ID, 1, passages) },
			func(tx *store.Tx) (any, error) { return tx.GuidancePassages(doc.ID, 1, 99) }},
		{"guidance", doc, func(tx *store.Tx) error { return tx.PutGuidance(doc, ev("guidance/"+doc.ID)) },
			func(tx *store.Tx) (any, error) { return tx.Guidance(doc.ID) }},
		{"post", posts, func(tx *store.Tx) error {
			return errors.Join(tx.PutPost(thread.ID, 1, posts[0]), tx.PutPost(thread.ID, 2, posts[1]))
		}, func(tx *store.Tx) (any, error) { return tx.Posts(thread.ID) }},
		{"thread", thread, func(tx *store.Tx) error { return tx.PutThread(thread, ev(thread.Object())) },
			func(tx *store.Tx) (any, error) { return tx.Thread(thread.ID) }},
		{"focal", focal, func(tx *store.Tx) error { return tx.PutFocalPoint(focal, ev(focal.Object())) },
			func(tx *store.Tx) (any, error) { return first(tx.FocalPoints(unit)) }},
		{"override", map[string]kpi.Override{"1.01": o}, func(tx *store.Tx) error { return tx.PutOverride(o, ev("figure/nq57/2026-05/1.01")) },
			func(tx *store.Tx) (any, error) { return tx.Overrides(set, m) }},
		{"revision", revision, func(tx *store.Tx) error { return tx.PutRevision(revision, []kpi.Figure{f}) },
			func(tx *store.Tx) (any, error) { return first(tx.Revisions(set, m)) }},
		{"frozen", []any{s, []kpi.Indicator{ind}, true}, func(tx *store.Tx) error { return tx.FreezeDefinitions(m, s, []kpi.Indicator{ind}) },
			func(tx *store.Tx) (any, error) {
				set, list, ok, err := tx.FrozenDefinitions(set, m)
				return []any{set, list, ok}, err
			}},
		{"reopening", reopening, func(tx *store.Tx) error { return tx.PutReopening(reopening, ev("sheet/"+sh.ID())) },
			func(tx *store.Tx) (any, error) { return tx.Reopening(set, m, unit, 1) }},
		{"figure", f, func(*store.Tx) error { return nil },
			func(tx *store.Tx) (any, error) { return found(tx.FrozenFigure(set, m, "1.01")) }},
		{"reminder", reminder, func(tx *store.Tx) error { return tx.PutReminder(reminder, ev(reminder.Object())) },
			func(tx *store.Tx) (any, error) { return tx.Reminder(set, m, unit, reminder.Occasion) }},
		{"reminder_text", "Đề nghị gửi.", func(tx *store.Tx) error { return tx.PutReminderText(set, m, reminder.Occasion, "Đề nghị gửi.") },
			func(tx *store.Tx) (any, error) { return tx.ReminderText(set, m, reminder.Occasion) }},
		{"mail", letter, func(tx *store.Tx) error { return tx.PutMail(letter) }, func(tx *store.Tx) (any, error) { return tx.Mail(letter) }},
		{"user", user, func(tx *store.Tx) error { return tx.PutUser(user, ev("user/lan.syt")) },
			func(tx *store.Tx) (any, error) { return found(tx.User(login)) }},
		{"session", session, func(tx *store.Tx) error { return tx.PutSession("5e55", session) },
			func(tx *store.Tx) (any, error) { return found(tx.Session("5e55")) }},
		{"signin", failures, func(tx *store.Tx) error { return tx.PutFailures(login, "10.0.0.7", failures) },
			func(tx *store.Tx) (any, error) { return tx.Failures(login, "10.0.0.7") }},
		{"signin", []string{"aa", "bb"}, func(tx *store.Tx) error { return tx.PutDevices(login, []string{"aa", "bb"}) },
			func(tx *store.Tx) (any, error) { return tx.Devices(login) }},
		{"signin", factor, func(tx *store.Tx) error { return tx.PutFactor(login, factor, ev("user/lan.syt")) },
			func(tx *store.Tx) (any, error) { return found(tx.Factor(login)) }},
		{"op", op, func(tx *store.Tx) error { return tx.PutOp(login, "op-1", op) },
			func(tx *store.Tx) (any, error) { return found(tx.Op(login, "op-1")) }},
	}
}

// indicator returns a version of an indicator with every field filled.
func indicator(code string, from kpi.Month) kpi.Indicator {
	some := kpi.Some(kpi.MustDecimal("12.5"))
	return kpi.Indicator{Set: set, Code: code, From: from, To: from + 60, Name: "Tỷ lệ hồ sơ trực tuyến, từ " + from.Short(), Group: "1", Parent: "1",
		Origin: kpi.Central, Definition: "Định nghĩa", Computation: "a/b", Guidance: "Hướng dẫn", Source: "Cổng DVC", Verifier: "STTTT",
		LeadAgency: "Sở KHCN", CentralCode: "TW-1", Unit: "%", Kind: kpi.KindRatio, Decimals: 2, Share: true, Scale: kpi.Dec(100), Numerator: "Tử",
		Denominator: "Mẫu", PartDecimals: 1, Grades: []kpi.Grade{{Code: "A", Label: "Tốt", Points: 100}}, Direction: kpi.Up, Frequency: kpi.Monthly,
		Accumulation: kpi.Flow, Aggregation: kpi.AggRatio, WeightBy: "1.10", Weight: 3, Floor: kpi.Some(kpi.Dec(0)),
		Targets:     []kpi.Target{{Year: 2026, Op: kpi.OpRange, Value: some, High: kpi.Some(kpi.Dec(99)), Scope: "Tỉnh", Text: "12,5 – 99"}},
		TargetBasis: "KH 01", Min: kpi.Some(kpi.Dec(-5)), Max: kpi.Some(kpi.Dec(100)), UsualLow: some, UsualHigh: some, Evidence: true,
		MinDenominator: some, Flags: []string{"cần xem lại"}}
}

// seed fills every table and returns what it put.
func seed(t testing.TB, s *store.Store) []record {
	t.Helper()
	all := records()
	storetest.Update(t, s, func(tx *store.Tx) error {
		for _, r := range all {
			if err := r.put(tx); err != nil {
				return err
			}
		}
		return tx.Log(storetest.Event("user/" + login))
	})
	return all
}
