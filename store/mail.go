package store

import "chiso/app/kpi"

func mailKey(m kpi.Mail) []byte {
	return key(m.Set, m.Month.String(), m.Unit, string(m.Occasion), m.Login)
}

// PutMail stores a mail as it stands. It takes no event: what is told to whom is the event of the reminder, what
// becomes of the mail stands in the mail.
func (tx *Tx) PutMail(m kpi.Mail) error { return tx.putBare(tMail, mailKey(m), m) }

// Mail returns the mail with the key of m: its set, month, unit, occasion and login.
func (tx *Tx) Mail(m kpi.Mail) (kpi.Mail, error) {
	return mustJSON[kpi.Mail](tx, tMail, mailKey(m), "Không tìm thấy thư này.")
}

// Mails returns the mails of a round by unit.
func (tx *Tx) Mails(set string, m kpi.Month) ([]kpi.Mail, error) {
	return listJSON[kpi.Mail](tx, tMail, prefix(set, m.String()))
}
