package search

import (
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
)

// maxToken is the length in bytes above which a token is no word of anybody's and is left out.
const maxToken = 80

// Token is one syllable, number or foreign word of a text, with its place in the text's bytes.
type Token struct {
	Text       string
	Start, End int
}

// Tokenize cuts a text by the word boundaries of UAX #29: Vietnamese text falls into syllables. For every token,
// text[Start:End] == Text. A number keeps its points and commas; «57-NQ/TW» falls into three tokens, which is why
// document numbers are found by FindCodes as well.
func Tokenize(text string) []Token {
	found := unicode.NewUnicodeTokenizer().Tokenize([]byte(text))
	tokens := make([]Token, 0, len(found))
	for _, t := range found {
		if t.End-t.Start <= maxToken {
			tokens = append(tokens, Token{Text: text[t.Start:t.End], Start: t.Start, End: t.End})
		}
	}
	return tokens
}
