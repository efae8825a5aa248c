package delivery

import "unicode"

// Split cuts a text into parts of at most limit characters, at the last white space that leaves a part at least half full,
// else within a word. No character is lost but white space at a cut. A limit of 0 or less does not cut.
func Split(text string, limit int) []string {
	rest := []rune(text)
	if limit <= 0 || len(rest) <= limit {
		return []string{text}
	}
	var parts []string
	for len(rest) > limit {
		at := cut(rest, limit)
		parts = append(parts, string(trimRight(rest[:at])))
		rest = trimLeft(rest[at:])
	}
	if len(rest) > 0 {
		parts = append(parts, string(rest))
	}
	return parts
}

// cut is where the first part ends.
func cut(rest []rune, limit int) int {
	for at := limit; at > limit/2; at-- {
		if unicode.IsSpace(rest[at]) {
			return at
		}
	}
	return limit
}

func trimRight(r []rune) []rune {
	for len(r) > 1 && unicode.IsSpace(r[len(r)-1]) {
		r = r[:len(r)-1]
	}
	return r
}

func trimLeft(r []rune) []rune {
	for len(r) > 0 && unicode.IsSpace(r[0]) {
		r = r[1:]
	}
	return r
}
