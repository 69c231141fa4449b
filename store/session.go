package store

import (
	"time"

	"chiso/app/kpi"
)

// Session is a signed-in browser. It is stored under the SHA-256 of its token.
type Session struct {
	Login   string
	Created time.Time
	Seen    time.Time
	CSRF    string
	Addr    string
	Device  string    `json:",omitempty"` // as people call it: «Chrome trên Windows»
	Proved  time.Time // when the person last proved who they are
	Half    bool      `json:",omitempty"` // the password was right, the code of the second factor is awaited
}

// Entry is a session with the hash under which it is stored.
type Entry struct {
	Hash string
	Session
}

// PutSession stores a session under the hash of its token.
func (tx *Tx) PutSession(hash string, s Session) error { return tx.putBare(tSession, key(hash), s) }

// Session returns a session; ok is false when there is none.
func (tx *Tx) Session(hash string) (s Session, ok bool, err error) {
	return get(tx, tSession, key(hash), tx.memos.sessions.decode)
}

// Sessions returns the sessions of the account, by hash.
func (tx *Tx) Sessions(login string) ([]Entry, error) {
	var list []Entry
	for k, v := range tx.scan(tSession, nil) {
		s, err := decodeJSON[Session](tSession, k, v)
		if err != nil {
			return nil, err
		}
		if s.Login == login {
			list = append(list, Entry{string(k), s})
		}
	}
	return list, nil
}

// DropSession ends a session.
func (tx *Tx) DropSession(hash string) error { return tx.delete(tSession, key(hash)) }

// DropSessions ends all sessions for which drop returns true.
func (tx *Tx) DropSessions(drop func(Session) bool) error {
	return dropWhere(tx, tSession, nil, drop)
}

// SignOut ends every session of the account.
func (tx *Tx) SignOut(login string) error {
	return tx.DropSessions(func(s Session) bool { return s.Login == login })
}

// dropWhere deletes the records whose key begins with p and for which drop returns true. Keys are collected first: a
// bucket must not change while it is walked.
func dropWhere[T any](tx *Tx, t table, p []byte, drop func(T) bool) error {
	var gone [][]byte
	for k, v := range tx.scan(t, p) {
		x, err := decodeJSON[T](t, k, v)
		if err != nil {
			return err
		}
		if drop(x) {
			gone = append(gone, append([]byte(nil), k...))
		}
	}
	for _, k := range gone {
		if err := tx.delete(t, k); err != nil {
			return err
		}
	}
	return nil
}

// The table signin holds three sorts of records, told apart by the first part of the key.
const (
	signinFailures = "failures" // failures|who|where → Failures
	signinDevices  = "devices"  // devices|login → []string
	signinFactor   = "factor"   // factor|login → Factor
)

// Failures counts failed sign-ins.
type Failures struct {
	Recent []time.Time // the oldest first
	Row    int         `json:",omitempty"` // without a success between them
}

// Failures returns the failures recorded for who (an account, or no account) from where (an address, a device).
func (tx *Tx) Failures(who, where string) (Failures, error) {
	f, _, err := getJSON[Failures](tx, tSignin, key(signinFailures, who, where))
	return f, err
}

// PutFailures records failures; none at all removes the record.
func (tx *Tx) PutFailures(who, where string, f Failures) error {
	k := key(signinFailures, who, where)
	switch {
	case f.Row > 0 || len(f.Recent) > 0:
		return tx.putBare(tSignin, k, f)
	case tx.bucket(tSignin).Get(k) != nil:
		return tx.delete(tSignin, k)
	}
	return nil
}

// ClearFailures forgets all failures of who.
func (tx *Tx) ClearFailures(who string) error {
	return dropWhere(tx, tSignin, prefix(signinFailures, who), func(Failures) bool { return true })
}

// DropFailures forgets the records for which drop returns true.
func (tx *Tx) DropFailures(drop func(Failures) bool) error {
	return dropWhere(tx, tSignin, prefix(signinFailures), drop)
}

// PutDevices stores the hashes of the devices on which the account has signed in; none removes the record.
func (tx *Tx) PutDevices(login string, hashes []string) error {
	k := key(signinDevices, login)
	if len(hashes) == 0 {
		return tx.delete(tSignin, k)
	}
	return tx.putBare(tSignin, k, hashes)
}

// Devices returns what PutDevices stored, nil when there is none.
func (tx *Tx) Devices(login string) ([]string, error) {
	hashes, _, err := getJSON[[]string](tx, tSignin, key(signinDevices, login))
	return hashes, err
}

// Factor is the second factor of an account: codes that change every half minute.
type Factor struct {
	Seed  kpi.Sealed
	Since time.Time
	Step  int64    // of the last code that was used: it and those before are refused
	Codes []string // hashes of the recovery codes that are left
}

// PutFactor stores the second factor of an account.
func (tx *Tx) PutFactor(login string, f Factor, ev kpi.Event) error {
	return tx.putJSON(tSignin, key(signinFactor, login), f, ev)
}

// DropFactor removes the second factor of an account.
func (tx *Tx) DropFactor(login string, ev kpi.Event) error {
	if err := tx.delete(tSignin, key(signinFactor, login)); err != nil {
		return err
	}
	return tx.log(ev)
}

// Factor returns the second factor of an account; ok is false when it has none.
func (tx *Tx) Factor(login string) (f Factor, ok bool, err error) {
	return getJSON[Factor](tx, tSignin, key(signinFactor, login))
}

// Factors returns the logins of the accounts that have a second factor.
func (tx *Tx) Factors() []string {
	var list []string
	p := prefix(signinFactor)
	for k := range tx.scan(tSignin, p) {
		list = append(list, string(k[len(p):]))
	}
	return list
}

// Op is the answer given to one save, kept so that the same save sent again gets the same answer.
type Op struct {
	At     time.Time
	Answer []byte
}

// PutOp stores the answer to op.
func (tx *Tx) PutOp(login, op string, x Op) error { return tx.putBare(tOp, key(login, op), x) }

// Op returns the answer already given to op; ok is false when there is none.
func (tx *Tx) Op(login, op string) (x Op, ok bool, err error) {
	return getJSON[Op](tx, tOp, key(login, op))
}

// DropOps forgets the answers given before t.
func (tx *Tx) DropOps(t time.Time) error {
	return dropWhere(tx, tOp, nil, func(x Op) bool { return x.At.Before(t) })
}

// EachSession calls fn for every session that is kept, ended or not.
func (tx *Tx) EachSession(fn func(Session)) error {
	for k, v := range tx.scan(tSession, nil) {
		s, err := decodeJSON[Session](tSession, k, v)
		if err != nil {
			return err
		}
		fn(s)
	}
	return nil
}
