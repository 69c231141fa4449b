package web

func (s *Server) indicatorsNow(r *request) error { return errTodo }
func (s *Server) indicators(r *request) error { return errTodo }
func (s *Server) indicator(r *request) error { return errTodo }
func (s *Server) indicatorForm(r *request) error { return errTodo }
func (s *Server) saveIndicator(r *request) error { return errTodo }
