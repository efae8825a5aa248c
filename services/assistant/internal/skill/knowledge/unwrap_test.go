package knowledge

import "testing"

func TestParagraphsAreJoinedAndListsAreNot(t *testing.T) {
	for _, c := range []struct{ name, markdown, want string }{
		{"a paragraph on two lines", "Two\nlines.\n", "Two lines."},
		{"two paragraphs", "One.\n\n\nTwo.", "One.\n\nTwo."},
		{"a list whose items go on", "Do:\n\n- this,\n  all of it\n- that", "Do:\n\n- this, all of it\n- that"},
		{"steps", "1. One\n2. Two\n10. Ten", "1. One\n2. Two\n10. Ten"},
		{"a number that is no step", "It costs\n10.50 a day.", "It costs 10.50 a day."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := unwrap(c.markdown); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
