package web

import "errors"

var errTodo = errors.New("not written yet")
