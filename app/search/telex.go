package search

import "strings"

// DecodeTyping turns a token typed in Telex or VNI with the input method switched off into what was meant:
// chuyeenr → chuyển, ddooir → đổi, so61 → số. It returns false when the token holds no such keys. Whether the result
// is a word is for the caller to know: «sos» is decoded as well.
func DecodeTyping(token string) (string, bool) {
	if !isASCII(token) {
		return "", false
	}
	d := typing{}
	for _, c := range strings.ToLower(token) {
		if d.key(c) {
			d.changed = true
			continue
		}
		if c >= '0' && c <= '9' {
			return "", false
		}
		d.letters = append(d.letters, c)
	}
	if !d.changed || len(d.letters) == 0 {
		return "", false
	}
	word := string(d.letters)
	if d.tone != 0 {
		word += string(d.tone)
	}
	return Spelled(Exact(word)), true
}

// typing is the state of a word being typed.
type typing struct {
	letters []rune
	tone    rune
	changed bool
}

// key applies a key that changes what stands already, and reports whether c was one.
func (d *typing) key(c rune) bool {
	if tone := toneKey(c); tone != 0 && d.hasVowel() {
		d.tone = tone
		return true
	}
	switch c {
	case 'w':
		if !d.hornOrBreve() {
			d.letters = append(d.letters, 'ư')
		}
		return true
	case 'd', '9':
		return d.stroke()
	case 'a':
		return d.replace('a', 'â')
	case 'e':
		return d.replace('e', 'ê')
	case 'o':
		return d.replace('o', 'ô')
	case '6':
		return d.replace('e', 'ê') || d.replace('o', 'ô') || d.replace('a', 'â')
	case '7':
		return d.hornOrBreve()
	case '8':
		return d.replace('a', 'ă')
	}
	return false
}

// toneKey returns the tone mark that a Telex or VNI key sets, 0 for other keys.
func toneKey(c rune) rune {
	switch c {
	case 's', '1':
		return acute
	case 'f', '2':
		return grave
	case 'r', '3':
		return hook
	case 'x', '4':
		return tilde
	case 'j', '5':
		return dot
	}
	return 0
}

func (d *typing) hasVowel() bool {
	return strings.ContainsAny(string(d.letters), "aeiouyâêôăơư")
}

// replace changes the last letter from into to.
func (d *typing) replace(from, to rune) bool {
	for i := len(d.letters) - 1; i >= 0; i-- {
		if d.letters[i] == from {
			d.letters[i] = to
			return true
		}
	}
	return false
}

// stroke makes đ of a first d.
func (d *typing) stroke() bool {
	if len(d.letters) == 0 || d.letters[0] != 'd' {
		return false
	}
	d.letters[0] = 'đ'
	return true
}

// hornOrBreve makes ơ, ư, ươ or ă of the last vowel that can become one.
func (d *typing) hornOrBreve() bool {
	for i := len(d.letters) - 1; i >= 0; i-- {
		switch d.letters[i] {
		case 'o':
			d.letters[i] = 'ơ'
			if i > 0 && d.letters[i-1] == 'u' && !(i > 1 && d.letters[i-2] == 'q') {
				d.letters[i-1] = 'ư'
			}
			return true
		case 'u':
			d.letters[i] = 'ư'
			return true
		case 'a':
			d.letters[i] = 'ă'
			return true
		}
	}
	return false
}
