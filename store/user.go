package store

import "chiso/app/kpi"

// PutUser stores an account.
func (tx *Tx) PutUser(u kpi.User, ev kpi.Event) error {
	if err := u.Validate(); err != nil {
		return err
	}
	return tx.putJSON(tUser, key(u.Login), u, ev)
}

// User returns an account; ok is false when there is none.
func (tx *Tx) User(login string) (u kpi.User, ok bool, err error) {
	return get(tx, tUser, key(login), tx.memos.users.decode)
}

// Users returns all accounts by login.
func (tx *Tx) Users() ([]kpi.User, error) { return listJSON[kpi.User](tx, tUser, nil) }
