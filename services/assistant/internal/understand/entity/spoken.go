package entity

import "strings"

// numberWord is an alternative of a pattern, the longest first.
const numberWord = `seventeen|thirteen|fourteen|eighteen|nineteen|thousand|fifteen|sixteen|seventy|hundred|eleven|twelve|twenty|thirty|eighty|ninety|three|seven|eight|forty|fifty|sixty|zero|four|five|nine|one|two|six|ten|a`

var numberValue = map[string]int64{
	"zero": 0, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
	"nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
	"ninety": 90,
}

// largestSpoken bounds a spoken number; nobody speaks a larger one of a bill.
const largestSpoken = 1_000_000

// spokenNumber reads "two hundred and fifty-nine".
func spokenNumber(text string) (int64, bool) {
	total, group := int64(0), int64(0)
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return r == ' ' || r == '-' || r == '\t' }) {
		switch word {
		case "and":
		case "hundred":
			group = max(group, 1) * 100
		case "thousand":
			total += max(group, 1) * 1000
			group = 0
		default:
			group += numberValue[word]
		}
		if total+group > largestSpoken {
			return 0, false
		}
	}
	return total + group, true
}
