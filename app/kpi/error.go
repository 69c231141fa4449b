// Package kpi is the domain of chiso: indicators, units, rounds, sheets, cells, the rules that bind them
// and the Vietnamese sentences in which a broken rule is told. It does no input or output.
package kpi

import (
	"errors"
	"fmt"
)

// ErrorKind says what sort of refusal an Error is. The web layer maps each kind to one HTTP status, the
// command line to one exit code.
type ErrorKind uint8

// The kinds of refusal.
const (
	Invalid     ErrorKind = iota + 1 // the input breaks a rule
	Denied                           // this person may not do this
	NotFound                         // no such object, or none that this person may see
	Conflict                         // somebody else changed it first, or its state does not allow the step
	Closed                           // the round or sheet no longer takes changes
	TooLarge                         // the file or the request is larger than allowed
	Login                            // nobody is signed in, or the session has ended
	Busy                             // too many requests at once; try again shortly
	Unavailable                      // the store is held by another process, or cannot write
	NoSpace                          // the disk is full
)

// Error is a refusal that a person can act on.
type Error struct {
	Kind   ErrorKind
	Msg    string            // the finished Vietnamese sentence: what happened, how to fix it, where
	Fields map[string]string // form field name → sentence, when the refusal belongs to fields
}

// Error returns the sentence.
func (e *Error) Error() string { return e.Msg }

// Errorf makes an Error of the given kind whose sentence is built as by fmt.Sprintf.
func Errorf(kind ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// invalidField makes an Invalid error that belongs to one field of a form.
func invalidField(field, format string, args ...any) *Error {
	e := Errorf(Invalid, format, args...)
	e.Fields = map[string]string{field: e.Msg}
	return e
}

// KindOf returns the kind of the first Error in err's chain, or 0 if there is none.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return 0
}
