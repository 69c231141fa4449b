package store

// FileCheckNote is the note on the newest round of reading all files.
const FileCheckNote = "files"

// PutNote keeps x, which is no figure and no right, under a name of its own among what the server notes for itself.
func (tx *Tx) PutNote(name string, x any) error { return tx.putBare(tMeta, []byte(name), x) }

// Note returns what was kept under the name, the zero value if nothing was.
func Note[T any](tx *Tx, name string) (T, error) {
	x, _, err := getJSON[T](tx, tMeta, []byte(name))
	return x, err
}
