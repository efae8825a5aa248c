package entity

import (
	"strings"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

var (
	// A case number is CL- and digits, however it is typed: "CL-123456", "cl 123456", "CL#123456".
	caseNumber = pattern.MustCompile(`(?i)\bcl[ \t]*[-–#:.]?[ \t]*(\d{4,10})\b`)
	// Digits alone are one behind a word that says so.
	namedCase = pattern.MustCompile(`(?i)\b(?:case|dispute|claim|ticket|reference|ref)\b[ \t]*(?:number|num|no\.?|nr\.?|id)?[ \t]*(?:is|was|:|=)?[ \t]*#?[ \t]*(\d{4,10})\b`)

	// An invoice number has capitals, a dash, and digits ("AUR-0001-202611") ...
	invoiceNumber = pattern.MustCompile(`\b[A-Z]{2,5}-\d{2,10}(?:-\d{1,10})*\b`)
	// ... or any form behind a word that says so.
	namedInvoice = pattern.MustCompile(`(?i)\b(?:invoice|bill|statement)\b[ \t]*(?:number|num|no\.?|nr\.?|id)?[ \t]*(?:is|was|:|=)?[ \t]*#?[ \t]*([a-z]{2,5}[ \t]?-?[ \t]?\d{2,10}(?:-\d{1,10})*|\d{4,12}(?:-\d{1,10})*)\b`)
)

func findCaseNumbers(on pattern.Text) []Entity {
	text := on.String()
	var all []Entity
	for _, form := range []*pattern.Pattern{caseNumber, namedCase} {
		for _, at := range form.FindAllStringSubmatchIndex(on) {
			start := at[0]
			if form == namedCase {
				start = at[2]
			}
			all = append(all, Entity{Kind: KindCaseNumber, Start: start, End: at[1], Number: "CL-" + text[at[2]:at[3]]})
		}
	}
	return all
}

func findInvoiceNumbers(on pattern.Text) []Entity {
	text := on.String()
	var all []Entity
	for _, at := range invoiceNumber.FindAllStringSubmatchIndex(on) {
		all = append(all, Entity{Kind: KindInvoiceNumber, Start: at[0], End: at[1], Number: text[at[0]:at[1]]})
	}
	for _, at := range namedInvoice.FindAllStringSubmatchIndex(on) {
		all = append(all, Entity{Kind: KindInvoiceNumber, Start: at[2], End: at[3], Number: tidyNumber(text[at[2]:at[3]])})
	}
	return all
}

// tidyNumber writes "aur 11" as "AUR-11".
func tidyNumber(number string) string {
	number = strings.ToUpper(strings.Join(strings.Fields(number), ""))
	letters := len(number) - len(strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if letters > 0 && number[letters] != '-' {
		number = number[:letters] + "-" + number[letters:]
	}
	return number
}
