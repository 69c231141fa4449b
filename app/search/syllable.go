package search

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Spelled writes the exact key of a syllable the way officials do: the tone on its usual vowel (hòa, thủy, quý), y
// for the final i of kỹ, lý, mỹ, hy, tỷ and quy.
func Spelled(exact string) string {
	letters, tone := exact, rune(0)
	for _, t := range []rune{grave, acute, tilde, hook, dot} {
		if head, ok := strings.CutSuffix(exact, string(t)); ok {
			letters, tone = head, t
		}
	}
	switch letters {
	case "ki", "li", "mi", "hi", "ti", "qui":
		letters = strings.TrimSuffix(letters, "i") + "y"
	}
	runes := []rune(norm.NFC.String(letters))
	if tone == 0 {
		return string(runes)
	}
	at := toneVowel(runes)
	if at < 0 {
		return norm.NFC.String(exact)
	}
	return norm.NFC.String(string(runes[:at+1]) + string(tone) + string(runes[at+1:]))
}

// toneVowel returns the index of the vowel that carries the tone, -1 if there is no vowel.
func toneVowel(letters []rune) int {
	first, last := -1, -1
	for i, r := range letters {
		switch {
		case strings.ContainsRune("âêôơăư", r) && !(r == 'ư' && i+1 < len(letters) && letters[i+1] == 'ơ'):
			return i // a marked vowel always carries it
		case strings.ContainsRune("aeiouyư", r):
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return -1
	}
	if glide := first < last && (letters[first] == 'u' && first > 0 && letters[first-1] == 'q' || letters[first] == 'i' && first > 0 && letters[first-1] == 'g'); glide {
		first++
	}
	vowels, closed := last-first+1, last+1 < len(letters)
	if vowels >= 3 || vowels == 2 && closed {
		return first + 1
	}
	return first
}
