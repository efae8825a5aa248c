package understand

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

// Everything from such a line on is somebody else's, or was said before.
var restIsQuoted = pattern.MustCompile(`(?mi)^[ \t]*(?:` + strings.Join([]string{
	`(?:fwd?|wg|tr|rv|enc|i)[ \t]*:`,                                       // the subject of a forwarded mail
	`forwarded(?: message| from [^:\n]*)?[ \t]*:`,                          //
	`-{2,}[ \t]*(?:original|forwarded)[ \t]+message`,                       // Outlook, Gmail
	`-{2,}[ \t]*mensaje[ \t]+(?:original|reenviado)`,                       //
	`reenviado[ \t]*:`,                                                     //
	`begin forwarded message`,                                              // Apple Mail
	`(?:on|le|am|el)\b[^\n]{4,200}(?:wrote|écrit|schrieb|escribió)[ \t]*:`, // the line above a quoted mail
	`(?:from|de):[^\n]*@[^\n]*$`,                                           //
	`_{8,}[ \t]*$`,                                                         //
}, "|") + `)`)

// Such a line is quoted by itself: a mail's mark, the subject of a reply, an exported chat.
var lineIsQuoted = pattern.MustCompile(`(?mi)^[ \t]*(?:>|re[ \t]*:|\[\d{1,4}[./:-][^\]\n]{2,30}\])[^\n]*$`)

// separate tells what the customer says from what is only quoted. said and own have the length of the text, with spaces
// for what was left out, so that places in them are places in the text. said has nothing in quotation marks; own has what
// is in quotation marks without being anybody's words, such as a name on a bill.
func (c *catalogue) separate(text string) (said, own string, quoted []string) {
	all, on := map[span]bool{}, pattern.On(text) // whether it is somebody's words
	if at := restIsQuoted.FindStringIndex(on); at != nil {
		all[span{at[0], len(text)}] = true
	}
	for _, at := range lineIsQuoted.FindAllStringSubmatchIndex(on) {
		all[span{at[0], at[1]}] = true
	}
	for _, s := range c.announced(text, on) {
		all[s] = true
	}
	for _, s := range marked(text) {
		all[s] = c.reported != nil && c.reported.MatchString(pattern.On(text[lineStart(text, s.from):s.from]))
	}
	saidBytes, ownBytes := []byte(text), []byte(text)
	for s, words := range all {
		blank(saidBytes, s)
		if words {
			blank(ownBytes, s)
		}
	}
	return string(saidBytes), string(ownBytes), runs(text, saidBytes)
}

// announced are words behind a colon that follows a verb of saying: `my wife wrote: dispute it`.
func (c *catalogue) announced(text string, on pattern.Text) []span {
	if c.announces == nil {
		return nil
	}
	var all []span
	for _, at := range c.announces.FindAllStringSubmatchIndex(on) {
		end := at[1] + strings.IndexByte(text[at[1]:]+"\n", '\n')
		all = append(all, span{at[1], end})
	}
	return all
}

var closing = map[rune]string{'"': "\"”", '“': "”\"", '„': "“”\"", '«': "»", '‘': "’'", '\'': "'’", '‹': "›"}

// marked are the parts in quotation marks. An apostrophe opens none within a word, and closes none before a letter.
func marked(text string) []span {
	var all []span
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		ends, opens := closing[r]
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		if !opens || (i > 0 && (unicode.IsLetter(before) || unicode.IsDigit(before))) {
			i += size
			continue
		}
		end := closedAt(text, i+size, ends)
		if end < 0 {
			i += size
			continue
		}
		all = append(all, span{i, end})
		i = end
	}
	return all
}

// closedAt finds the end of the quotation in the same line; -1 when it has none.
func closedAt(text string, from int, ends string) int {
	for i, r := range text[from:] {
		if r == '\n' {
			return -1
		}
		after := from + i + utf8.RuneLen(r)
		if r == utf8.RuneError || !strings.ContainsRune(ends, r) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[after:])
		if after == len(text) || !unicode.IsLetter(next) {
			return after
		}
	}
	return -1
}

func lineStart(text string, at int) int { return strings.LastIndexByte(text[:at], '\n') + 1 }

func blank(text []byte, s span) {
	for i := s.from; i < s.to; i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
}

// runs are the parts of the text that were blanked.
func runs(text string, said []byte) []string {
	var all []string
	from := -1
	for i := 0; i <= len(text); i++ {
		gone := i < len(text) && said[i] != text[i]
		same := i < len(text) && said[i] == text[i] && (text[i] == ' ' || text[i] == '\n')
		switch {
		case gone && from < 0:
			from = i
		case !gone && !same && from >= 0:
			if part := strings.TrimSpace(text[from:i]); part != "" {
				all = append(all, part)
			}
			from = -1
		}
	}
	return all
}
