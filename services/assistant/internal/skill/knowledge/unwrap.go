package knowledge

import (
	"regexp"
	"strings"
)

var (
	blank = regexp.MustCompile(`\n\s*\n`)
	// item begins a line that Markdown does not join to the one before.
	item = regexp.MustCompile(`^(?:[-*+] |\d+[.)] |#|>|\|)`)
)

// unwrap joins the lines of a paragraph, which Markdown wraps where its writer liked, so that it reads well on a narrow screen.
func unwrap(markdown string) string {
	paragraphs := blank.Split(strings.TrimSpace(markdown), -1)
	for at, paragraph := range paragraphs {
		var joined string
		for line := range strings.Lines(paragraph) {
			line = strings.TrimSpace(line)
			switch {
			case joined == "":
			case item.MatchString(line):
				joined += "\n"
			default:
				joined += " "
			}
			joined += line
		}
		paragraphs[at] = joined
	}
	return strings.Join(paragraphs, "\n\n")
}
