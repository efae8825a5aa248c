package article

import (
	"strings"
	"testing"
)

func TestParseDocument(t *testing.T) {
	d, err := ParseDocument("ES_mx", "\uFEFF---\r\nkey: late-fee\r\ntitle: \" Recargo \"\r\nkind: rule\r\naccess: internal\r\n"+
		"tags: [pago]\r\nauthor: agent:ana\r\nreviewer: agent:luis\r\nquestions:\r\n  - ¿Qué cuesta?\r\n---\r\n\r\nSon $10.\r\n\r\n---\r\nFin.\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := Content{
		Kind: Rule, Access: Internal, Title: "Recargo", Body: "Son $10.\n\n---\nFin.",
		Questions: []string{"¿Qué cuesta?"}, Tags: []string{"pago"},
	}
	if d.Key != "late-fee" || d.Language != "es-MX" || !d.Content.Equal(want) || d.Author != "agent:ana" || d.Reviewer != "agent:luis" {
		t.Errorf("got %+v, want %+v", d, want)
	}
}

// Whatever a file holds, it is refused with an *InvalidError or is an article that can be kept.
func FuzzParseDocument(f *testing.F) {
	f.Add("en", "---\nkey: late-fee\ntitle: Late fee\nkind: rule\naccess: public\n---\nIt is $10.00.\n")
	f.Add("es", "---\nkey: a\ntitle: &a [*a]\n---\n")
	f.Add("", "---\n---\n")
	f.Add("en", "---\nkey: a\ntitle: \"\\0\"\nkind: fact\naccess: public\nquestions: [\"\"]\n---\nx")
	f.Fuzz(func(t *testing.T, language, markdown string) {
		d, err := ParseDocument(language, markdown)
		if err != nil {
			if _, ok := err.(*InvalidError); !ok { //nolint:errorlint // it is to be one itself, so that its field is found
				t.Errorf("got %T: %v", err, err)
			}
			return
		}
		if d.Content.Check() != nil || CheckKey(d.Key) != nil || d.Hash == "" {
			t.Errorf("got %+v", d)
		}
		if !strings.Contains(strings.ReplaceAll(markdown, "\r\n", "\n"), d.Content.Body) {
			t.Errorf("the body %q is not what the file says", d.Content.Body)
		}
		again, err := ParseDocument(d.Language, markdown)
		if err != nil || again.Hash != d.Hash || again.Language != d.Language {
			t.Errorf("read again: %+v, %v", again, err)
		}
	})
}
