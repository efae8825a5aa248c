package agent

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// page writes a hand-off as it is read: who it is, then one line for each thing, with where it is from behind it.
func page(w io.Writer, h *contextv1.Handoff) {
	fmt.Fprintf(w, "\n%s", name(h))
	if locale := h.GetCustomer().GetLocale(); locale != "" {
		fmt.Fprintf(w, " (%s)", plain(locale))
	}
	fmt.Fprintf(w, ", %s where they wrote last  [%s]\n", known(h.GetAssurance().String()), h.GetCustomer().GetId())
	for _, handle := range h.GetCustomer().GetHandles() {
		fmt.Fprintf(w, "  %s %s: %s\n", lower(handle.GetHandle().GetKind().String(), "HANDLE_KIND_"), plain(handle.GetHandle().GetValue()),
			known(handle.GetAssurance().String()))
	}
	for _, part := range []struct {
		title string
		lines []*contextv1.HandoffLine
	}{
		{"Wanted", h.GetWanted()}, {"Said", h.GetSaid()}, {"Done", h.GetDone()}, {"Open", h.GetOpen()}, {"Promised", h.GetPromised()},
	} {
		if len(part.lines) > 0 {
			fmt.Fprintf(w, "%s\n", part.title)
		}
		for _, line := range part.lines {
			fmt.Fprintf(w, "  %s%s  [%s]\n", before(line), plain(line.GetText()), source(line))
		}
	}
	if h.GetSaidMore() {
		fmt.Fprintf(w, "There is more from before.\n")
	}
	fmt.Fprintf(w, "\n")
}

// plain is what others wrote as a terminal may print it: without what would steer it, and without a line that begins like one of ours.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ReplaceAll(text, "\n", "\n    "))
}

// name of the customer, or what there is in its place.
func name(h *contextv1.Handoff) string {
	if called := h.GetCustomer().GetDisplayName(); called != "" {
		return plain(called)
	}
	return "Somebody without a name"
}

// before the words: when and by whom they were said, or by when they are to come true.
func before(line *contextv1.HandoffLine) string {
	var words []string
	if due := line.GetDueDate(); due != nil {
		words = append(words, fmt.Sprintf("by %04d-%02d-%02d:", due.GetYear(), due.GetMonth(), due.GetDay()))
	} else if line.GetTime() != nil {
		words = append(words, line.GetTime().AsTime().Local().Format(time.DateTime))
	}
	if line.GetChannel() != "" {
		words = append(words, line.GetChannel(), lower(line.GetAuthor().String(), "AUTHOR_KIND_")+":")
	}
	return strings.Join(append(words, ""), " ")
}

func source(line *contextv1.HandoffLine) string {
	return strings.TrimSpace(line.GetRecordId() + " " + line.GetMessageId())
}

// known says in words how well somebody is.
func known(assurance string) string {
	switch assurance {
	case "ASSURANCE_CHANNEL_POSSESSION":
		return "vouched for by the channel"
	case "ASSURANCE_VERIFIED_HANDLE":
		return "verified"
	case "ASSURANCE_STRONG":
		return "signed in"
	default:
		return "not vouched for"
	}
}

func lower(enum, prefix string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(enum, prefix)), "_", " ")
}
