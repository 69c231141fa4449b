package app

// demoSeed makes the demo the same every time.
const demoSeed = 57

// million is the unit of the demo's fixed-point arithmetic: rates of change and shares are parts per million, levels
// are millionths. Whole numbers throughout: floating point rounds differently on different processors.
const million = 1_000_000

// scaled returns x × ppm / 1,000,000, towards zero; the product must stay below 9 × 10^18.
func scaled(x, ppm int64) int64 { return x * ppm / million }

// divide returns a / b rounded half up, for b > 0.
func divide(a, b int64) int64 {
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}

// dice is a SplitMix64 generator: tiny, and bound to give the same numbers in every version of Go.
type dice struct{ state uint64 }

// newDice returns a generator of its own for whatever the parts name.
func newDice(parts ...string) dice {
	h := uint64(14695981039346656037) // FNV-1a
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h *= 1099511628211
	}
	d := dice{h ^ demoSeed}
	return dice{d.next()}
}

// at returns the generator of one month, whatever was drawn before.
func (d dice) at(month int32) dice { return dice{d.state + uint64(month)*0xd1342543de82ef95} }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below returns a number from 0 to n-1.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between returns a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance returns true in ppm of a million cases.
func (d *dice) chance(ppm int64) bool { return int64(d.next()%million) < ppm }

// swing returns a number within ±width, more often near 0.
func (d *dice) swing(width int64) int64 {
	return scaled(width, (int64(d.next()%(2*million))+int64(d.next()%(2*million)))/2-million)
}

// pick returns one of the list.
func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }
