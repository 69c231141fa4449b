package web

func (s *Server) importForm(r *request) error { return errTodo }
func (s *Server) planImport(r *request) error { return errTodo }
func (s *Server) runImport(r *request) error { return errTodo }
func (s *Server) template(r *request) error { return errTodo }
