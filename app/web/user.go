package web

func (s *Server) users(r *request) error { return errTodo }
func (s *Server) userForm(r *request) error { return errTodo }
func (s *Server) saveUser(r *request) error { return errTodo }
func (s *Server) resetUser(r *request) error { return errTodo }
func (s *Server) disableUser(r *request) error { return errTodo }
func (s *Server) enableUser(r *request) error { return errTodo }
