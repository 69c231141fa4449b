package store_test

import (
	"errors"
	"testing"

	"chiso/store"
	"chiso/store/storetest"
)

// TestShield_OwnFault: a fault of the program's is not taken for damage.
func TestShield_OwnFault(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t)
	for name, do := range map[string]func(func(*store.Tx) error) error{"View": s.View, "Update": s.Update} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			var none *store.Session
			_ = do(func(*store.Tx) error { return errors.New(none.Login) })
		}()
	}
}
