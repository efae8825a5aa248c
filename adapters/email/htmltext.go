package email

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxQuoted bounds how deep quotes in quotes are marked.
const maxQuoted = 5

// htmlText turns HTML into the text that a person sees: no scripts, styles or addresses of links, blocks on lines of their
// own, and block quotes marked with `>` as in plain text. It reads a stream and builds no tree, so nesting costs nothing.
func htmlText(source string) string {
	var w lineWriter
	var hidden atom.Atom // the element that nobody sees the inside of
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return w.String()
		}
		if kind == html.TextToken {
			if hidden == 0 {
				w.text(string(z.Text()))
			}
			continue
		}
		name, _ := z.TagName()
		tag := atom.Lookup(name)
		switch {
		case kind == html.EndTagToken && tag == hidden, tag == atom.Body:
			hidden = 0
		case kind == html.StartTagToken && unseen[tag]:
			hidden = tag
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			w.open(tag)
		case kind == html.EndTagToken:
			w.close(tag)
		}
	}
}

var unseen = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Title: true, atom.Noscript: true, atom.Template: true, atom.Svg: true, atom.Select: true,
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Tr: true, atom.Table: true, atom.Ul: true, atom.Ol: true, atom.Hr: true, atom.Pre: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
}

// lineWriter writes lines of words.
type lineWriter struct {
	out    strings.Builder
	line   strings.Builder
	quoted int
	// space says that the next word does not touch the last one.
	space bool
}

func (w *lineWriter) String() string {
	w.end(false)
	return strings.TrimSpace(w.out.String())
}

// text adds words; white space of any length is one blank, as in a browser.
func (w *lineWriter) text(s string) {
	s = strings.ReplaceAll(s, "\u00a0", " ")
	for i, word := range strings.Split(strings.Map(blank, s), " ") {
		w.space = w.space || i > 0
		if word == "" {
			continue
		}
		if w.space && w.line.Len() > 0 {
			w.line.WriteByte(' ')
		}
		w.line.WriteString(word)
		w.space = false
	}
}

func blank(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' || r == '\f' {
		return ' '
	}
	return r
}

func (w *lineWriter) open(tag atom.Atom) {
	switch {
	case tag == atom.Br:
		w.end(true)
	case tag == atom.Li:
		w.end(false)
		w.line.WriteString("-")
		w.space = true
	case tag == atom.Td || tag == atom.Th:
		w.space = true
	case tag == atom.Blockquote:
		w.end(false)
		w.quoted++
	case blocks[tag]:
		w.end(false)
		if tag == atom.P {
			w.end(true)
		}
	}
}

func (w *lineWriter) close(tag atom.Atom) {
	switch {
	case tag == atom.Blockquote:
		w.end(false)
		w.quoted = max(w.quoted-1, 0)
	case tag == atom.Li || blocks[tag]:
		w.end(false)
		if tag == atom.P {
			w.end(true)
		}
	}
}

// end closes the line; an empty one is written only when it is meant.
func (w *lineWriter) end(empty bool) {
	w.space = false
	if w.line.Len() == 0 && (!empty || w.out.Len() == 0) {
		return
	}
	if w.quoted > 0 {
		w.out.WriteString(strings.Repeat(">", min(w.quoted, maxQuoted)) + " ")
	}
	w.out.WriteString(w.line.String() + "\n")
	w.line.Reset()
}
