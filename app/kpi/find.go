package kpi

// FindKind is a sort of thing that the search finds.
type FindKind string

// The kinds, in the order of the screen.
const (
	FindIndicator FindKind = "indicator"
	FindGuidance  FindKind = "guidance"
	FindAnswer    FindKind = "thread" // a published question with its answer
	FindUnit      FindKind = "unit"
	FindEvidence  FindKind = "evidence"
	FindReturn    FindKind = "return"
)

// FindKinds lists all kinds.
func FindKinds() []FindKind {
	return []FindKind{FindIndicator, FindGuidance, FindAnswer, FindUnit, FindEvidence, FindReturn}
}

// Label returns the kind's name on screen, "" for an unknown kind.
func (k FindKind) Label() string {
	switch k {
	case FindIndicator:
		return "Chỉ số"
	case FindGuidance:
		return "Văn bản hướng dẫn"
	case FindAnswer:
		return "Hỏi đáp"
	case FindUnit:
		return "Đơn vị"
	case FindEvidence:
		return "Minh chứng"
	case FindReturn:
		return "Lý do trả lại"
	}
	return ""
}
