package kpi

import "time"

// Mail is a reminder on its way to one person. Its text is made when it is sent, of what is missing then.
type Mail struct {
	Set      string
	Month    Month
	Unit     string
	Occasion Occasion
	Login    string // of the person
	To       string `json:",omitempty"` // address of the last attempt, before the first the one of the account
	Subject  string
	State    MailState
	Queued   time.Time
	Next     time.Time `json:",omitzero"` // of the next attempt
	Done     time.Time `json:",omitzero"` // when it was sent or given up
	Attempts int       `json:",omitempty"`
	Error    string    `json:",omitempty"` // what the last attempt came to, one sentence
	Unsure   bool      `json:",omitempty"` // the server may have taken it: nobody but a person sends it again
}

// ID returns "nq57/2026-05/SYT/20260516-2/lan.syt".
func (m Mail) ID() string {
	return m.Set + "/" + m.Month.String() + "/" + m.Unit + "/" + string(m.Occasion) + "/" + m.Login
}

// MailState is how far a mail has come.
type MailState string

// The states of a mail.
const (
	MailQueued  MailState = "queued"
	MailSending MailState = "sending" // handed to the server; found so after a restart, nobody knows
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed"
	MailDropped MailState = "dropped" // no longer needed
)

// MailStates lists all states in the order of the screen.
func MailStates() []MailState {
	return []MailState{MailQueued, MailSending, MailSent, MailFailed, MailDropped}
}

// Label returns the state's name on screen.
func (s MailState) Label() string {
	return map[MailState]string{MailQueued: "Chờ gửi", MailSending: "Đang gửi", MailSent: "Đã gửi", MailFailed: "Không gửi được", MailDropped: "Không cần gửi"}[s]
}

// mailDelays are the waits after each attempt that failed for now; after the last one the mail is given up.
func mailDelays() []time.Duration {
	return []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 16 * time.Hour}
}

// IsDue reports whether the mail is to be sent at instant t. A next attempt that lies further ahead than any wait was
// set by a clock that has been put back since.
func (m Mail) IsDue(t time.Time) bool {
	longest := mailDelays()[len(mailDelays())-1]
	return m.State == MailQueued && (!m.Next.After(t) || m.Next.Sub(t) > longest)
}

// Wait returns the mail after an attempt that failed for now, to be tried again later or, after many, given up.
func (m Mail) Wait(t time.Time, why string) Mail {
	m.Attempts++
	delays := mailDelays()
	if m.Attempts > len(delays) {
		return m.GiveUp(t, why)
	}
	m.State, m.Next, m.Error = MailQueued, t.Add(delays[m.Attempts-1]), why
	return m
}

// GiveUp returns the mail as one that will not be sent again by itself.
func (m Mail) GiveUp(t time.Time, why string) Mail {
	m.State, m.Next, m.Done, m.Error = MailFailed, time.Time{}, t, why
	return m
}

// Drop returns the mail as one that nobody needs any more.
func (m Mail) Drop(t time.Time, why string) Mail {
	m.State, m.Next, m.Done, m.Error = MailDropped, time.Time{}, t, why
	return m
}

// Stuck reports whether the last attempt failed, for good or for now.
func (m Mail) Stuck() bool {
	return m.State == MailFailed || m.State == MailQueued && m.Attempts > 0
}

// Again returns the mail queued anew and due at once, as somebody wants. Only one that is stuck can be.
func (m Mail) Again(t time.Time) (Mail, error) {
	if !m.Stuck() {
		return m, Errorf(Conflict, "Thư này đang ở trạng thái «%s» nên không gửi lại.", m.State.Label())
	}
	m.State, m.Next, m.Done, m.Error, m.Attempts, m.Unsure = MailQueued, t, time.Time{}, "", 0, false
	return m, nil
}

// ValidEmail reports whether s can be written to: one plain address.
func ValidEmail(s string) bool { return validEmail(s) }
