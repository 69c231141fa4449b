package kpi

// FileID names a stored file by its content: its SHA-256 in 64 small hexadecimal digits.
type FileID string

// Valid reports whether id can be the name of a stored file. What is not valid never becomes part of a path.
func (id FileID) Valid() bool { return len(id) == 64 && only(string(id), 'a', 'f', "") }
