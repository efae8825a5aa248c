package customer

import (
	"errors"
	"strings"
	"testing"
)

func TestNewHandle(t *testing.T) {
	cases := []struct {
		name  string
		kind  Kind
		value string
		want  string // empty: refused
	}{
		{"an American number as vendors send it", Phone, "+12125550101", "+12125550101"},
		{"a number as people write it", Phone, " +1 (212) 555-0101 ", "+12125550101"},
		{"a British number with its trunk zero", Phone, "+44 (0)20 7946 0018", "+442079460018"},
		{"a number that no table knows, but possible", Phone, "+12125550100", "+12125550100"},
		{"a number without its country", Phone, "2125550101", ""},
		{"a local number", Phone, "+1 5550101", ""},
		{"a number that is too long", Phone, "+1 212 555 0101 22", ""},
		{"a country that does not exist", Phone, "+999 123456789", ""},
		{"an extension is not a line", Phone, "+12125550101 ext. 5", ""},
		{"letters are not digits", Phone, "+1 800 FLOWERS", ""},
		{"a word", Phone, "hello", ""},
		{"only a plus", Phone, "+", ""},

		{"an address in capitals", Email, "Daniel.Reyes@Example.COM", "daniel.reyes@example.com"},
		{"an address with a tag is another address", Email, "daniel+bills@example.com", "daniel+bills@example.com"},
		{"an international domain in letters", Email, "info@Bücher.example", "info@xn--bcher-kva.example"},
		{"the same domain in ASCII", Email, "info@xn--bcher-kva.example", "info@xn--bcher-kva.example"},
		{"a name beside the address", Email, "Daniel <daniel@example.com>", ""},
		{"two addresses", Email, "a@example.com, b@example.com", ""},
		{"no at", Email, "daniel.example.com", ""},
		{"no domain", Email, "daniel@", ""},
		{"a domain of one label", Email, "daniel@localhost", ""},
		{"a local part that is too long", Email, strings.Repeat("a", 65) + "@example.com", ""},
		{"a line break", Email, "daniel@example.com\nBcc: a@example.com", ""},

		{"a wa_id", WhatsAppID, "12125550101", "12125550101"},
		{"a wa_id of a Mexican mobile stays as WhatsApp has it", WhatsAppID, "5215512345678", "5215512345678"},
		{"a business-scoped user id", WhatsAppID, "US.13491208655302741918", "US.13491208655302741918"},
		{"a business-scoped user id of linked businesses", WhatsAppID, "US.ENT.11815799212886844830", "US.ENT.11815799212886844830"},
		{"a wa_id with a plus", WhatsAppID, "+12125550101", ""},
		{"a lower-case country", WhatsAppID, "us.13491208655302741918", ""},

		{"a customer's number", Reference, " AUR-1001 ", "AUR-1001"},
		{"a customer's number in other letters is another", Reference, "aur-1001", "aur-1001"},
		{"a control character", Reference, "AUR\x001001", ""},
		{"nothing", Reference, "  ", ""},
		{"a visitor of the web site", VisitorID, "visitor_01h2xcejqtf2nbrexx3vqjhp41", "visitor_01h2xcejqtf2nbrexx3vqjhp41"},
		{"a visitor with a name", VisitorID, "daniel", ""},
		{"another id than a visitor's", VisitorID, "customer_01h2xcejqtf2nbrexx3vqjhp41", ""},
		{"more than 320 bytes", Reference, strings.Repeat("1", 321), ""},
		{"broken UTF-8", Reference, "AUR\xff", ""},
		{"no kind", 0, "AUR-1001", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, err := NewHandle(c.kind, c.value)
			if c.want == "" {
				if !errors.Is(err, ErrHandleInvalid) {
					t.Errorf("got %+v, %v, want it refused", h, err)
				}
				return
			}
			if err != nil || h.Value != c.want {
				t.Errorf("got %q, %v, want %q", h.Value, err, c.want)
			}
		})
	}
}

// One line written in two ways is met again, and two lines stay two.
func TestOneLineTwoSpellings(t *testing.T) {
	cases := []struct {
		name   string
		a, b   string
		same   bool
		values [2]string
	}{
		{"a Mexican mobile with and without the old 1", "+52 1 55 1234 5678", "+52 55 1234 5678", true,
			[2]string{"+525512345678", "+525512345678"}},
		{"a Mexican number in the north", "+5216641234567", "+526641234567", true,
			[2]string{"+526641234567", "+526641234567"}},
		{"a Brazilian mobile outside of the first area codes", "+55 47 8417-8525", "+55 47 98417-8525", true,
			[2]string{"+5547984178525", "+5547984178525"}},
		{"a Brazilian mobile that began with 7", "+559271234567", "+5592971234567", true,
			[2]string{"+5592971234567", "+5592971234567"}},
		{"a Brazilian landline gets no ninth digit", "+55 11 3123-4567", "+55 11 93123-4567", false,
			[2]string{"+551131234567", "+5511931234567"}},
		{"a Brazilian toll-free number gets no ninth digit", "+55 800 761 2345", "+55 800 761 2346", false,
			[2]string{"+558007612345", "+558007612346"}},
		{"an Argentine mobile with and without the 9", "+54 9 11 2345 6789", "+54 11 2345 6789", true,
			[2]string{"+5491123456789", "+541123456789"}},
		{"an Argentine mobile in the provinces", "+5493564123456", "+543564123456", true,
			[2]string{"+5493564123456", "+543564123456"}},
		{"an Argentine mobile dialled with 15", "+54 11 15 2345 6789", "+54 9 11 2345 6789", true,
			[2]string{"+5491123456789", "+5491123456789"}},
		{"two Argentine lines", "+54 9 11 2345 6789", "+54 9 11 2345 6780", false,
			[2]string{"+5491123456789", "+5491123456780"}},
		{"a number of another country that looks alike", "+1 521 555 1234", "+1 521 555 1235", false,
			[2]string{"+15215551234", "+15215551235"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, errA := NewHandle(Phone, c.a)
			b, errB := NewHandle(Phone, c.b)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			if a.is(b) != c.same {
				t.Errorf("%q and %q: keys %q and %q", c.a, c.b, a.Key, b.Key)
			}
			if got := [2]string{a.Value, b.Value}; got != c.values {
				t.Errorf("got %v, want %v", got, c.values)
			}
		})
	}
}

func TestWhatsAppIDYieldsPhone(t *testing.T) {
	cases := []struct{ name, id, want string }{
		{"a wa_id", "12125550101", "+12125550101"},
		{"of a Mexican mobile", "5215512345678", "+525512345678"},
		{"of a Brazilian mobile", "554784178525", "+5547984178525"},
		{"of an Argentine mobile", "5491123456789", "+5491123456789"},
		{"digits that are no number", "100200300", ""},
		{"a business-scoped user id", "US.13491208655302741918", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			h, err := NewHandle(WhatsAppID, c.id)
			if err != nil {
				t.Fatal(err)
			}
			if phone, ok := h.phone(); ok != (c.want != "") || phone.Value != c.want {
				t.Errorf("got %q, %v, want %q", phone.Value, ok, c.want)
			}
		})
	}
}

// What is normal stays as it is: a value that was read from the store or echoed by a vendor is the same handle again.
func FuzzNewHandle(f *testing.F) {
	for _, value := range []string{"+12125550101", "+5215512345678", "+54111523456789", "a@b.example", "US.1", "\x00", "+"} {
		for kind := Phone; kind <= Reference; kind++ {
			f.Add(int(kind), value)
		}
	}
	f.Fuzz(func(t *testing.T, kind int, value string) {
		h, err := NewHandle(Kind(kind), value)
		if err != nil {
			return
		}
		again, err := NewHandle(h.Kind, h.Value)
		if err != nil || again != h {
			t.Errorf("%+v became %+v, %v", h, again, err)
		}
	})
}
