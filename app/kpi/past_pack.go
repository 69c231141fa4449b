package kpi

import "encoding/binary"

// Pack appends p to b in a quarter of its size: the past of every sheet that somebody works on is kept in memory. Its bytes are for
// UnpackPast of the same program alone.
func (p Past) Pack(b []byte) []byte {
	b = append(b, byte(len(p.Values)))
	month := Month(0)
	for i := range p.Values {
		v := &p.Values[i]
		b = append(b, byte(v.Content)<<2|v.parts, v.scale<<4|v.downScale)
		b = binary.AppendVarint(b, int64(month-v.Month))
		b = binary.AppendVarint(b, v.coef)
		if v.parts != 0 {
			b = binary.AppendVarint(b, v.down)
		}
		month = v.Month
	}
	return append(b, p.Text...)
}

// UnpackPast returns the Past that was packed into b, its values appended to room.
func UnpackPast(b []byte, room []PastValue) (Past, []PastValue) {
	if len(b) == 0 {
		return Past{}, room
	}
	number := func() int64 {
		x, n := binary.Varint(b)
		b = b[n:]
		return x
	}
	month, from, n := Month(0), len(room), int(b[0])
	b = b[1:]
	for range n {
		v := PastValue{Content: Content(b[0] >> 2), parts: b[0] & 3, scale: b[1] >> 4, downScale: b[1] & 15}
		b = b[2:]
		month -= Month(number())
		v.Month, v.coef = month, number()
		if v.parts != 0 {
			v.down = number()
		}
		room = append(room, v)
	}
	return Past{Text: string(b), Values: room[from:len(room):len(room)]}, room
}
